"""Numbers in digits and words, Chinese and English: 1.35万, 两亿五千万, 2.5 million, twenty-four.

All functions take folded text (`index.text.fold`), in which 兩億 is 两亿 and １２ is 12. Every pattern runs
in linear time, because its loops are possessive or bounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

HAN_DIGITS = "〇○零一二两三四五六七八九"
#: What numbers in words are made of: the digits and the scales.
HAN_NUMERALS = f"{HAN_DIGITS}十百千万亿"
_DIGITS = {char: str(i) for i, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0", "两": "2"}
_IN_DIGITS = str.maketrans(_DIGITS)
_SCALES = {"十": 10.0, "百": 100.0, "千": 1e3, "万": 1e4, "亿": 1e8}
#: The English numbers from 1 to 19, and the tens from 20.
ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
ONES += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: i for i, word in enumerate(ONES, start=1)} | {"a": 1, "an": 1}
_SMALL |= {word: 10 * i for i, word in enumerate(TENS, start=2)}
LARGE = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
#: English words that are numbers, or part of one.
NUMBER_WORDS = frozenset({*ONES, *TENS, *LARGE})
#: Letters for large numbers. A single letter counts only after a currency sign ($3m); 3 m are metres.
LETTERS = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12, "mn": 1e6, "bn": 1e9, "tn": 1e12}

_LARGE_WORD = f"(?:{'|'.join(LARGE)})"
_SMALL_WORD = f"(?:{'|'.join(sorted((w for w in _SMALL if len(w) > 2), key=len, reverse=True))})"
_THOUSAND = "千(?![米克瓦卡赫])"
_TAIL = rf"(?:[\d{HAN_DIGITS}十百万亿]|(?<=[\d{HAN_DIGITS}])[.点](?=[\d{HAN_DIGITS}])|{_THOUSAND})*"
# A lookahead gives nothing back; possessive repeats of groups go wrong before Python 3.11.5.
_HAN_TOKEN = re.compile(rf"(?P<number>(?:\d[\d,]*|[{HAN_DIGITS}])(?:[.点][\d{HAN_DIGITS}]+)?)|[十百千万亿]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``start:end`` of a folded text.

    ``scale`` is the value of its last scale word (1e4 for 万), 1 without one. ``spelt`` is "han" or "en" for
    a number in words, otherwise "".
    """

    start: int
    end: int
    value: float
    scale: float = 1.0
    spelt: str = ""


@cache
def _number() -> re.Pattern[str]:
    """Compiled when first needed: that takes 5 ms, and most questions have no number."""
    return re.compile(
        r"(?=\d)(?<![a-z\d_.⁄])(?<![a-z]-)(?<!\d[,:/])(?<![第几数])"
        r"(?=(?P<arabic>\d+(?:,\d{3}(?!\d))*(?:\.\d+)?))(?P=arabic)(?![:,⁄]?\d)"
        rf"(?:[ -]?(?P<large>{_LARGE_WORD})(?![a-z])|(?P<han>\s?(?:[百万亿]|{_THOUSAND}){_TAIL}))?"
        rf"|(?=[{HAN_DIGITS}十])(?<![第几数上每半分{HAN_DIGITS}])(?=(?P<spelt>[{HAN_DIGITS}十]{_TAIL}))(?P=spelt)(?!几)"
        rf"|(?=[a-z])(?<![a-z-])(?P<words>(?:{_SMALL_WORD}|an?(?= {_LARGE_WORD}(?![a-z])))(?![a-z])"
        rf"(?:[ -](?:and )?(?:{_SMALL_WORD}|{_LARGE_WORD})(?![a-z])){{0,9}})"
    )


def numbers(text: str) -> Iterator[Number]:
    """The numbers of a folded text, without vague ones (数千万, 十几), "one of" and names (GPT-4)."""
    for match in _number().finditer(text):
        spelt = "en" if match["words"] else "han" if match["spelt"] else ""
        if match["words"]:
            read = parse_english(match["words"])
        elif match["spelt"] or match["han"]:
            read = parse_chinese(match[0])
        else:
            scale = LARGE.get(match["large"] or "", 1.0)
            read = float(match["arabic"].replace(",", "")) * scale, scale
        if read is not None and math.isfinite(read[0]):
            yield Number(match.start(), match.end(), *read, spelt)


def in_digits(text: str) -> str:
    """The text with each Chinese digit as one of 0 to 9: 一九五八 is 1958, 二十 is 2十."""
    return text.translate(_IN_DIGITS)


def parse_chinese(text: str) -> tuple[float, float] | None:
    """Value and last scale of a number with Chinese digits or scales. None unless it is one exact number.

    三四百 and 二三 are vague, 一九五八 is a year.
    """
    total = section = 0.0
    number: float | None = None
    scale = 1.0
    for match in _HAN_TOKEN.finditer(text):
        if match["number"]:
            if number:
                return None
            digits = "".join(_DIGITS.get(char, char) for char in match[0])
            number = float(digits.replace("点", ".").replace(",", ""))
            continue
        step = _SCALES[match[0]]
        if step > 1000 and (section or number):
            total, section = total + (section + (number or 0)) * step, 0.0
        elif step > 1000 and total:
            total *= step  # 万亿
        elif step <= 1000 and (number or step == 10):
            section += (number or 1) * step
        else:
            return None
        number, scale = None, step
    if number and scale > 10 and text[-1] in _DIGITS and text[-2] in _SCALES:
        number *= scale / 10  # 两万五 is 25000
    return total + section + (number or 0), scale


def parse_english(text: str) -> tuple[float, float] | None:
    """Value and last scale of a number in English words. None for a bare "one" and for nineteen eighty."""
    total = current = 0.0
    scale, before = 1.0, 100.0
    for word in re.split(r"[ -](?:and )?", text):
        if small := _SMALL.get(word):
            if before < 20 or (before < 100 and small > 9):
                return None  # nineteen eighty
            current, before = current + small, small
            continue
        scale, before = LARGE[word], 100.0
        if scale == 100:
            current *= 100
        else:
            total, current = total + current * scale, 0.0
    value = total + current
    return None if text == "one" or not value else (value, scale)
