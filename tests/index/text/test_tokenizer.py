"""The tokenizer against jieba itself, with the compiled cut and without."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import check_tokens

from index.lexicon.lexicon import bundled_lexicon
from index.text import tokenizer as module
from index.text.fold import fold, fold_text
from index.text.tokenizer import Tokenizer

DICTIONARY = {"图书馆": 30, "图书": 40, "书馆": 3, "馆长": 20, "长": 60, "开放": 25, "时间": 50, "头发": 9}


def by_jieba(frequencies: Mapping[str, int]) -> Callable[[str], list[str]]:
    """jieba's own cut, with a dictionary that jieba itself read."""
    lines = "".join(f"{word} {count}\n" for word, count in frequencies.items())
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(io.BytesIO(lines.encode()))
    tokenizer.initialized = True
    return lambda text: list(tokenizer.cut(text, HMM=False))


@pytest.fixture(scope="module", params=["compiled", "plain"])
def make(request: pytest.FixtureRequest) -> Iterator[type[Tokenizer]]:
    """``Tokenizer``, once with jieba-next's extension and once as if it were not installed."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "plain":
            patch.setattr(module, "_load_compiled", lambda: None)
        else:
            assert module._load_compiled() is not None
        yield Tokenizer


@pytest.fixture(scope="module")
def tokenizer(make: type[Tokenizer]) -> Tokenizer:
    return make(DICTIONARY)


@settings(max_examples=150, deadline=None)
@given(
    words=st.dictionaries(
        st.text("天地人山水火", min_size=1, max_size=4), st.integers(1, 10_000), min_size=1, max_size=12
    ),
    text=st.text("天地人山水火", max_size=24),
)
def test_any_dictionary_cuts_as_jieba_does(make: type[Tokenizer], words: dict[str, int], text: str) -> None:
    assert list(make(words).words(text)) == by_jieba(words)(text)


def test_the_lexicon_cuts_as_jieba_does(make: type[Tokenizer]) -> None:
    frequencies = bundled_lexicon().frequencies()
    text = (
        "研究生命科学的学生们在长江大桥上讨论人工智能公司的薪酬结构以及新加坡工程师的流动情况"
        "南京市长江大桥年久失修后由本地企业出资修复并于次年重新向公众开放交通"
    )
    expected = by_jieba(frequencies)(text)
    assert list(make(frequencies).words(text)) == expected
    assert "人工智能" in expected


def test_rare_han_characters_are_cut_by_the_dictionary(make: type[Tokenizer]) -> None:
    """jieba's own ``cut`` takes them for punctuation and falls back to single characters."""
    assert make({"㐖毒": 5, "毒": 3}).words("㐖毒𠮷毒") == ("㐖毒", "𠮷", "毒")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("图书馆馆长", ["图书馆", "馆长"]),
        ("圖書館館長的頭髮", ["图书馆", "馆长", "的", "头发"]),
        ("Ｏｐｅｎ　圖書館", ["open", "图书馆"]),
        ("13,516 or 13516, 1,234,567.25", ["13516", "or", "13516", "1234567.25"]),
        ("在２０１９，２０２０年", ["在", "2019", "2020", "年"]),
        ("versions 3.5 and 1.2.3; 12,3456; 1,2", ["versions", "3.5", "and", "1.2.3", "12", "3456", "1", "2"]),
        ("GPT-4o, B2B", ["gpt", "4", "o", "b", "2", "b"]),
        ("Ada Brook's ‘museum’; the students’ don’t", ["ada", "brook", "museum", "the", "students", "don't"]),
        ("Jörg Müller's naïve Café", ["jorg", "muller", "naive", "cafe"]),
        ("snake_case", ["snake", "case"]),
        ("，。！？「」… — \n\t", []),
        ("", []),
    ],
)
def test_words(tokenizer: Tokenizer, text: str, words: list[str]) -> None:
    assert list(tokenizer.words(text)) == words
    assert [token.text for token in tokenizer.tokens(text)] == words


@pytest.mark.parametrize(
    ("text", "word", "original"),
    [
        ("在臺灣的圖書館裡", "图书馆", "圖書館"),
        ("共 １３，５１６ 元", "13516", "１３，５１６"),
        ("ﬁne: the museum’s roof", "museum", "museum’s"),
        ("a zero\u200bwidth and soft\u00adhyphen word", "softhyphen", "soft\u00adhyphen"),
        ("½ 图书馆", "图书馆", "图书馆"),
        ("cafe\u0301s", "cafes", "cafe\u0301s"),
    ],
)
def test_offsets_point_into_the_text_as_written(
    tokenizer: Tokenizer, text: str, word: str, original: str
) -> None:
    (token,) = (token for token in tokenizer.tokens(text) if token.text == word)
    assert text[token.start : token.end] == original


PIECES = st.sampled_from(
    [
        *DICTIONARY,
        "圖書館",
        "Museum's",
        "don’t",
        "１３，５１６",
        "3.5",
        "1,2,",
        "ﬁ½",
        "İß",
        "\u200b",
        "e\u0301",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=12).map("".join))
def test_tokens_are_the_words_in_order_at_their_places(tokenizer: Tokenizer, text: str) -> None:
    found = tokenizer.tokens(text)
    check_tokens(text, tokenizer)
    assert found == tokenizer.tokens(fold(text))
    for token in found:
        # Folding the place again gives the word, but for what a word leaves out or shares (½ is 1 and 2), or
        # what is folded in view of the character beside it (著书).
        here = fold_text(text[token.start : token.end]).replace(",", "")
        assert token.text in here or token.text in fold_text(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=12).map("".join))
def test_known_words_are_found_without_cutting(tokenizer: Tokenizer, text: str) -> None:
    for cutter in (tokenizer, tokenizer.with_words({"馆长", "书馆开"})):
        folded, words = fold(text), cutter.words(text)
        assert module._follow_words(folded.text, words) is not None
        assert [*zip(*cutter.located(folded, words), strict=True)] == cutter.tokens(text)
