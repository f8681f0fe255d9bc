"""The words of the mainland and of Taiwan for one thing."""

from __future__ import annotations

from itertools import permutations

import pytest

from index.lexicon.dictionary import bundled_dictionary
from index.lexicon.making.regional_terms import REGIONAL_TERMS
from index.text.fold import fold_text


@pytest.mark.parametrize("words", REGIONAL_TERMS, ids="-".join)
def test_the_bundled_dictionary_knows_them_both_ways(words: tuple[str, ...]) -> None:
    assert len(set(words)) > 1 and words == tuple(map(fold_text, words))
    for asked, wanted in permutations(words, 2):
        assert wanted in [found.words for found in bundled_dictionary().translations([asked])]
