"""The numbers of a question, and the words of their other forms: 第49届, 第四十九届, forty-ninth, XLIX."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from index.text.han import is_han
from index.text.tokenizer import Tokenizer
from qa.linguistics.number_forms import MOST_ROMAN, forms, ordinal, roman
from qa.linguistics.numerals import (
    HAN_DIGITS,
    HAN_NUMERALS,
    LARGE,
    ONES,
    TENS,
    in_digits,
    parse_chinese,
    parse_english,
)

if TYPE_CHECKING:
    from qa.question.query import QueryWord

#: A word with a number in Chinese: 第, digits or numerals, and what is counted (五月, 第二次).
_CHINESE = re.compile(
    rf"(?P<first>第)?(?P<number>[{HAN_NUMERALS}]+|\d+(?:\.\d+)?)(?P<counted>[年月日天号次周世位名人岁轮])?"
)
#: Before one of these a single numeral counts: 六 in 六种 and 六岁, not in 六耳铃.
_MEASURES = frozenset(
    "年月日天号岁世代届期章节卷版级层楼路区班次回遍个人名位家所座项种条件部场支头篇份块套辆台艘架枚颗间户"
    "倍元度米吨克票张本册门口匹集季轮组点时分秒周国州省市县排队"
)
_NUMERAL = re.compile(f"[{HAN_NUMERALS}]+")
_ARABIC = re.compile(r"\d+(?:\.\d+)?")
#: 几百, 数千, and 三十多, 百余: no exact number.
_VAGUE_BEFORE, _VAGUE_AFTER = frozenset({"几", "好几", "数", "上"}), re.compile("[几多余].?|来")
_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})
_CARDINALS = {**{word: word for word in (*ONES, *TENS, *LARGE)}, **{ordinal(w): w for w in (*ONES, *TENS)}}
_ROMAN = {roman(value).upper(): value for value in range(2, MOST_ROMAN + 1) if len(roman(value)) > 1}
#: Up to this number 第 may be one word with it: 第二, 第三十.
_ONE_WORD = 100
#: The longest number in words.
_MOST_WORDS = 8


class NumberForm(NamedTuple):
    """The folded ``words`` are the number of the question words ``start:end``."""

    start: int
    end: int
    words: tuple[str, ...]


class AskedNumber(NamedTuple):
    """The question words ``start:end`` are the whole number ``value``.

    ``first`` is 第 before them or in the first of them, ``counted`` what the last one holds besides: 月 of
    五月.
    """

    start: int
    end: int
    value: int
    first: str = ""
    counted: str = ""


def number_forms(
    words: Sequence[QueryWord], asked: AskedNumber, tokenizer: Tokenizer
) -> Iterator[NumberForm]:
    """The forms of a number among ``words``, its own first, each once for a place."""
    start, end, first = asked.start, asked.end, asked.first
    own = NumberForm(start, end, tuple(word.word for word in words[start:end]))
    following = words[end].word if end < len(words) and not asked.counted else ""
    following = following if len(following) == 1 and is_han(following) else ""
    # Other scripts write no 第: the 49th.
    before = start - (bool(first) and start > 0 and words[start - 1].word == first)
    others = [
        NumberForm(before if cut[0].isascii() else start, until, cut)
        for until, cut in _forms(asked, following, tokenizer)
    ]
    yield from dict.fromkeys([own, *others])


def is_numeral(word: str) -> bool:
    """Whether a folded word is a number in words, or a part of one."""
    return word in _CARDINALS or _NUMERAL.fullmatch(word) is not None


def _forms(asked: AskedNumber, following: str, tokenizer: Tokenizer) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The ends and the words of the forms, in Chinese as they are cut with what stands around them.

    So 二十五 before 年 may be 二, 十五, and 五 before 月 is a word with it.
    """
    for text in forms(asked.value):
        if text.isascii() and not asked.counted:
            yield asked.end, tokenizer.words(text)
        for first in ("", "第") if asked.value <= _ONE_WORD else ("",):
            for after in {asked.counted, asked.counted or following}:
                cut, end = tokenizer.words(first + text + after), asked.end
                if first and cut[0] == first:
                    continue
                if after == following and after:
                    cut, end = (cut[:-1], end) if cut[-1] == after else (cut, end + 1)
                yield end, cut


def asked_numbers(words: Sequence[QueryWord], joined: Collection[int] = ()) -> Iterator[AskedNumber]:
    """The whole numbers among ``words``, but for one.

    ``joined`` are the positions of Latin words and digits that follow others of these without a space: the 2
    of CO2 is no number, nor is the 5 of 5G.
    """
    at = 0
    while at < len(words):
        found = _chinese(words, at) or _english(words, at) or _roman(words, at)
        if found is not None and found.value > 1 and not _in_name(words, found, joined):
            yield found
        at = found.end if found is not None else at + 1


def _in_name(words: Sequence[QueryWord], number: AskedNumber, joined: Collection[int]) -> bool:
    letter = number.end in joined and len(words[number.end].word) == 1
    return number.start in joined or letter


def _chinese(words: Sequence[QueryWord], at: int) -> AskedNumber | None:
    """A number in digits or Chinese numerals, of one or several words, that begins ``at``."""
    first = "第" if at and words[at - 1].word == "第" else ""
    end, text, counted = at, "", ""
    while end < len(words) and not counted and (match := _CHINESE.fullmatch(words[end].word)):
        if text and (match["first"] or match["number"][0].isascii()):
            break
        first = first or match["first"] or ""
        text, counted, end = text + match["number"], match["counted"] or "", end + 1
    if not text or (at and (words[at - 1].word in _VAGUE_BEFORE or is_numeral(words[at - 1].word))):
        return None
    if end < len(words) and _VAGUE_AFTER.fullmatch(words[end].word):
        return None
    if len(text) == 1 and text in HAN_NUMERALS and not (first or counted):
        following = words[end].word if end < len(words) else ""
        if following[:1] not in _MEASURES:
            return None
    if _ARABIC.fullmatch(text):
        return _arabic(words, at, end, text, first)
    digits = all(char in HAN_DIGITS for char in text)
    if digits and len(text) > 2:
        value = float(in_digits(text))
    elif parsed := parse_chinese(text):
        value = parsed[0]
    else:
        return None
    return _asked(at, end, value, first, counted)


def _arabic(words: Sequence[QueryWord], at: int, end: int, text: str, first: str) -> AskedNumber | None:
    """A number in digits, with the English scales and the ending of an ordinal after it."""
    value = float(text)
    while end < len(words) and words[end].word in LARGE:
        value *= LARGE[words[end].word]
        end += 1
    if end < len(words) and words[end].word in _ORDINAL_ENDINGS:
        end += 1
    return _asked(at, end, value, first)


def _english(words: Sequence[QueryWord], at: int) -> AskedNumber | None:
    """A number in English words; nineteen fifty-eight is a year."""
    end, read = at, []
    while end < len(words) and end - at < _MOST_WORDS:
        word = words[end].word
        if word in _CARDINALS:
            read.append(_CARDINALS[word])
        elif word != "and" or not read or end + 1 == len(words) or words[end + 1].word not in _CARDINALS:
            break
        end += 1
    if not read or words[at].word in ("first", "second"):
        return None
    if parsed := parse_english(" ".join(read)):
        return _asked(at, end, parsed[0])
    century, rest = parse_english(read[0]), parse_english(" ".join(read[1:])) if read[1:] else None
    if century and rest and 10 < century[0] <= 20 and 10 <= rest[0] < 100:
        return _asked(at, end, 100 * century[0] + rest[0])
    return None


def _roman(words: Sequence[QueryWord], at: int) -> AskedNumber | None:
    value = _ROMAN.get(words[at].text)
    return AskedNumber(at, at + 1, value) if value else None


def _asked(start: int, end: int, value: float, first: str = "", counted: str = "") -> AskedNumber | None:
    if not math.isfinite(value):
        return None
    whole = round(value)
    if abs(value - whole) > 1e-6 * max(value, 1):
        return None
    return AskedNumber(start, end, whole, first, counted)
