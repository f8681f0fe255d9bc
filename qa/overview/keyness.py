"""How much more often a word occurs here than in general text.

The measure is the log-likelihood ratio of Dunning, "Accurate Methods for the Statistics of Surprise and
Coincidence" (1993): twice the logarithm of how much likelier the count is with the word's own share of this
text than with its share of general text. The lexicon's probabilities are taken as exact, as its corpora are
far larger than any library.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def keyness(counts: NDArray[Any], sizes: NDArray[Any], log_probabilities: NDArray[Any]) -> Values:
    """float64 [words]: the ratio, 0 or more; negative for a word that is rarer here than in general text.

    ``counts`` are the occurrences of each word among ``sizes`` words, all [words]; ``log_probabilities`` are
    the natural logarithms of its share of general text.
    """
    sizes = np.maximum(sizes.astype(np.float64), 1.0)
    share, expected = counts / sizes, np.exp(np.minimum(log_probabilities, -1e-9).astype(np.float64))
    ratio = (
        2
        * sizes
        * (_times_log(share, share / expected) + _times_log(1 - share, (1 - share) / (1 - expected)))
    )
    return np.where(share >= expected, ratio, -ratio)


def _times_log(weight: Values, ratio: Values) -> Values:
    """``weight`` times the logarithm of ``ratio``, 0 where the weight is 0."""
    return weight * np.log(np.where(weight > 0, ratio, 1.0))
