"""Words of proposed passages, counted in numpy, against Python's own counting."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from index.search.rescoring import count_words

#: Words with the same beginnings, of every size in bytes around eight, in both languages.
WORDS = st.sampled_from(
    ["a", "ab", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghij", "港", "港口", "港口的", "港口工人", "a\0"]
) | st.text(st.characters(exclude_categories=["Z", "Cc", "Cs"]), min_size=1, max_size=5)


@given(st.lists(st.lists(WORDS, max_size=12), max_size=8), st.lists(WORDS, unique=True, max_size=12))
@example([], ["a"])
@example([[]], ["a"])
@example([["a"]], [])
@example([[], ["港口", "a", "港口"], []], ["港口", "b"])
def test_words_are_counted_as_python_counts_them(texts: list[list[str]], names: list[str]) -> None:
    counts, lengths = count_words([" ".join(words) for words in texts], names)
    counted = [Counter(words) for words in texts]
    expected = np.array([[each[name] for name in names] for each in counted], np.int64)
    assert np.array_equal(counts, expected.reshape(len(texts), len(names)))
    assert lengths.tolist() == [len(words) for words in texts]


def test_a_text_without_context_begins_with_a_space() -> None:
    counts, lengths = count_words([" wall harbour wall", "wall "], ["wall"])
    assert counts.tolist() == [[2], [1]]
    assert lengths.tolist() == [3, 1]
