"""Word glosses: what the words of a quote mean in the reader's language, from the bilingual lexicon.

They let somebody who reads one of the two languages judge a sentence in the other. They are no
translation: each word is glossed for itself, with the nearest word of the other language.
"""

from __future__ import annotations

import numpy as np

from index.lexicon import Floats, Lexicon
from index.tokens import Tokenizer
from qa.cues import FUNCTION
from qa.types import Gloss

#: Cosine under which a word has no gloss.
LEAST_SIMILARITY = 0.45
#: What a word's commonness (natural log of its share of text) adds to its cosine: of two near words the
#: one that readers know.
_COMMONNESS = 0.01
_BLOCK = 16384


def glosses(text: str, into: str, tokenizer: Tokenizer, lexicon: Lexicon) -> tuple[Gloss, ...]:
    """The words of ``text`` that say something, each with its nearest word of ``into``, "zh" or "en"."""
    tokens = [
        token
        for token in tokenizer.tokens(text)
        if token.text.isascii() == (into == "zh") and not FUNCTION.fullmatch(token.text)
    ]
    words = list(dict.fromkeys(token.text for token in tokens if lexicon.id(token.text) is not None))
    nearest = dict(zip(words, _nearest(words, into, lexicon), strict=True))
    found = ((token, nearest.get(token.text, ("", 0.0))) for token in tokens)
    return tuple(
        Gloss(token.start, token.end, gloss, similarity)
        for token, (gloss, similarity) in found
        if similarity >= LEAST_SIMILARITY
    )


def _nearest(words: list[str], into: str, lexicon: Lexicon) -> list[tuple[str, float]]:
    """For each word the best of the other language's words, with its cosine."""
    if not words:
        return []
    asked = lexicon.vectors(lexicon.ids(words))
    others = np.array(
        [row for row, word in enumerate(lexicon.words) if word.isascii() == (into == "en")], dtype=np.int64
    )
    best = np.full(len(words), -np.inf, dtype=np.float32)
    cosine: Floats = np.zeros(len(words), dtype=np.float32)
    row = np.zeros(len(words), dtype=np.int64)
    for start in range(0, len(others), _BLOCK):
        block = others[start : start + _BLOCK]
        cosines = asked @ lexicon.vectors(block).T
        common = np.array([lexicon.log_probability(lexicon.words[i]) for i in block], dtype=np.float32)
        scores = cosines + _COMMONNESS * common
        at = scores.argmax(axis=1)
        top = scores[np.arange(len(words)), at]
        better = top > best
        best[better], row[better] = top[better], block[at[better]]
        cosine[better] = cosines[np.arange(len(words)), at][better]
    return [(lexicon.words[r], float(c)) for r, c in zip(row, cosine, strict=True)]
