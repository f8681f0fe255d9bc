"""The bilingual dictionary: what its file says is what is found, and how words are looked up."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexicon.dictionary import Dictionary, Translation, bundled_dictionary, entry_line

#: Keys that share beginnings, and so stand next to each other.
KEY = st.text("ab年牙洗", min_size=1, max_size=4)
FOUND = st.lists(
    st.builds(Translation, st.sampled_from(["annual leave", "洗牙", "x"]), st.sampled_from([0.3, 0.9])),
    min_size=1,
    unique_by=lambda translation: translation.words,
)


def made(entries: Mapping[str, Sequence[Translation]]) -> Dictionary:
    return Dictionary(b"".join(sorted(entry_line(*entry).encode() for entry in entries.items())))


@given(st.dictionaries(KEY, FOUND), st.lists(KEY))
def test_each_entry_is_found_and_nothing_else(
    entries: dict[str, list[Translation]], others: list[str]
) -> None:
    dictionary = made(entries)
    for key in [*entries, *others]:
        assert sorted(dictionary.translations([key])) == sorted(entries.get(key, []))


def test_the_bundled_file_is_found_as_it_is_written() -> None:
    text = (resources.files("index") / "lexicon_data" / "dictionary.txt").read_text(encoding="utf-8")
    lines = text.removesuffix("\n").split("\n")
    assert len(lines) > 50_000 and lines == sorted(lines, key=str.encode)
    for line in (lines[0], lines[-1], *random.Random(5).sample(lines, 500)):
        key, *fields = line.split("\t")
        found = dict(bundled_dictionary().translations([key]))
        for field in fields:
            assert found[field[1:]] >= int(field[0]) / 10
    keys = {line.split("\t")[0] for line in lines}
    for key in [key[:-1] for key in random.Random(6).sample(sorted(keys), 300)]:
        if key not in keys and not key.isascii():
            assert bundled_dictionary().translations([key]) == []


@pytest.mark.parametrize(
    ("words", "translation"),
    [
        (["annual", "leave"], "年假"),
        (["annual", "leaves"], "年假"),  # the last word in a base form
        (["annualleave"], "年假"),
        (["年", "假"], "annual leave"),
        (["年假"], "annual leave"),
        (["washed", "teeth"], "洗牙"),
    ],
)
def test_words_are_found_apart_joined_and_inflected(words: list[str], translation: str) -> None:
    dictionary = made(
        {
            "annualleave": [Translation("年假", 0.9)],
            "年假": [Translation("annual leave", 0.9)],
            "washtooth": [Translation("洗牙", 0.4)],
        }
    )
    assert [found.words for found in dictionary.translations(words)] == [translation]


@pytest.mark.parametrize(
    ("words", "translation"),
    [
        ("月饼", "mooncake"),
        ("mooncakes", "月饼"),
        ("sun moon lake", "日月潭"),
        ("日月潭", "sun moon lake"),
        ("annual leave", "年假"),
        ("cpr", "心肺复苏术"),
        ("拉瓦锡", "lavoisier"),
        ("fresno", "弗雷斯诺"),
        ("神秘博士", "dr who"),
    ],
)
def test_known_translations(words: str, translation: str) -> None:
    assert translation in [found.words for found in bundled_dictionary().translations(words.split())]
