"""Glosses: what the words, names and figures of a quote are in the reader's language.

They let somebody who reads one of the two languages judge a sentence in the other. They are no
translation: figures are converted, names are those that the articles gloss themselves, and each other
word has the word of the other language that lies nearest in the bilingual lexicon, the sentence's
topic deciding between near ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from index.fold import joined
from index.lexicon import Floats, Lexicon
from index.tokens import Tokenizer
from index.types import Alias, Token
from qa.answer_type import MONTHS
from qa.cues import FUNCTION
from qa.figures import Figure, figures
from qa.types import Gloss

#: Cosine under which a word has no gloss.
LEAST_SIMILARITY = 0.6
#: What nearness to the sentence's topic, and commonness (natural log of the share of text), add to the
#: cosine of a candidate. Looked at on forty sentences of the bundled articles.
_TOPIC, _COMMONNESS = 0.25, 0.01
#: Words that a name may have, and single characters in a row that look like a foreign name spelt out.
_LONGEST_NAME, _SPELT = 8, 3
_BLOCK = 16384
_CURRENCIES = {
    "USD": ("$", "美元"), "EUR": ("€", "欧元"), "GBP": ("£", "英镑"), "JPY": ("¥", "日元"),
    "CNY": ("CN¥", "元人民币"), "HKD": ("HK$", "港元"), "TWD": ("NT$", "新台币"), "KRW": ("₩", "韩元"),
    "INR": ("₹", "卢比"),
}  # fmt: skip
_DURATIONS = [
    (365.25 * 86400, "year", "年"), (365.25 * 7200, "month", "个月"), (7 * 86400, "week", "周"),
    (86400, "day", "天"), (3600, "hour", "小时"), (60, "minute", "分钟"), (1, "second", "秒"),
]  # fmt: skip

Aliases = Callable[[Iterable[str]], Sequence[Alias]]


def glosses(
    text: str, into: str, tokenizer: Tokenizer, lexicon: Lexicon, aliases: Aliases
) -> tuple[Gloss, ...]:
    """What the parts of ``text`` are in language ``into`` ("zh" or "en"), in reading order, none overlapping.

    ``aliases`` is ``Library.aliases``. The similarity of a figure or a name is 1.
    """
    tokens = tokenizer.tokens(text)
    found = [*_figures(text, into), *_names(tokens, into, aliases)]
    taken = np.zeros(len(text) + 1, dtype=bool)
    kept: list[Gloss] = []
    for gloss in [*found, *_words(text, tokens, into, lexicon)]:
        if not taken[gloss.start : gloss.end].any():
            taken[gloss.start : gloss.end] = True
            kept.append(gloss)
    return tuple(sorted(kept, key=lambda gloss: gloss.start))


def _figures(text: str, into: str) -> Iterator[Gloss]:
    for figure in figures(text):
        if told := _told(figure, into):
            yield Gloss(figure.start, figure.end, _mark(figure) + told, 1.0)


def _mark(figure: Figure) -> str:
    """How exact the figure is: more than it says, less, or about."""
    if not figure.approximate or figure.date is not None:
        return ""
    if figure.low >= 0.998 * figure.value:
        return "> "
    return "< " if figure.high <= 1.002 * figure.value else "≈ "


def _told(figure: Figure, into: str) -> str:
    """The figure as the other language writes it; "" where that says no more than the figure does."""
    english = into == "en"
    if figure.date is not None:
        return _date(figure.date, english=english)
    if figure.kind == "money":
        sign, name = _CURRENCIES.get(figure.unit, (figure.unit, figure.unit))
        return f"{sign}{_number(figure.value, english=True)}" if english else f"{_number(figure.value)}{name}"
    if figure.kind == "duration":
        size, one, zh = next(unit for unit in _DURATIONS if figure.value >= unit[0] * 0.99 or unit[0] == 1)
        count = _number(figure.value / size, english=english)
        return f"{count} {one if count == '1' else one + 's'}" if english else f"{count}{zh}"
    if figure.kind == "percent":
        return f"{_number(figure.value, english=True)}%"
    if figure.kind == "age":
        return f"aged {figure.value:g}" if english else f"{figure.value:g}岁"
    return _number(figure.value, english=english) if figure.value >= 10_000 and not figure.unit else ""


def _date(date: tuple[int | None, int | None, int | None], *, english: bool) -> str:
    year, month, day = date
    if english:
        name = MONTHS[month - 1].capitalize() if month else ""
        return " ".join(str(part) for part in (day, name, year) if part)
    return "".join(f"{part}{unit}" for part, unit in zip(date, "年月日", strict=True) if part)


def _number(value: float, *, english: bool = False) -> str:
    scales = (
        [(1e12, " trillion"), (1e9, " billion"), (1e6, " million")]
        if english
        else [(1e12, "万亿"), (1e8, "亿"), (1e4, "万")]
    )
    scale, name = next(((scale, name) for scale, name in scales if value >= scale), (1.0, ""))
    number = f"{round(value / scale, 3):,.3f}".rstrip("0").rstrip(".")
    return number + name


def _names(tokens: Sequence[Token], into: str, aliases: Aliases) -> Iterator[Gloss]:
    """The names that articles or people gloss, the longer ones first."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for length in range(_LONGEST_NAME, 0, -1):
        for run in (tokens[at : at + length] for at in range(len(tokens) - length + 1)):
            name = joined("".join(token.text for token in run))
            spans.setdefault(name, []).append((run[0].start, run[-1].end))
    for alias in sorted(aliases(spans), key=lambda alias: -len(alias.name)):
        if not alias.part and alias.other.isascii() == (into == "en"):
            other = alias.other.title() if into == "en" and " " in alias.other else alias.other
            yield from (Gloss(start, end, other, 1.0) for start, end in spans[alias.name])


def _words(text: str, tokens: Sequence[Token], into: str, lexicon: Lexicon) -> Iterator[Gloss]:
    spelt = _spelt(tokens)
    asked = [
        token
        for token in tokens
        if token.text.isascii() == (into == "zh")
        and not token.text.isdigit()
        and token not in spelt
        and not FUNCTION.fullmatch(token.text)
        and lexicon.id(token.text) is not None
    ]
    words = list(dict.fromkeys(token.text for token in asked))
    topic = lexicon.pool([[token.text for token in tokens]])
    nearest = dict(zip(words, _nearest(words, into, lexicon, topic), strict=True))
    for token in asked:
        gloss, similarity = nearest[token.text]
        if similarity >= LEAST_SIMILARITY:
            yield Gloss(token.start, token.end, gloss, similarity)


def _spelt(tokens: Sequence[Token]) -> set[Token]:
    """Single characters in a row, as in a foreign name that is spelt out: each for itself means nothing."""
    found: set[Token] = set()
    run: list[Token] = []
    for token in (*tokens, Token("", -1, -1)):
        if len(token.text) == 1 and not token.text.isascii() and (not run or run[-1].end == token.start):
            run.append(token)
            continue
        if len(run) >= _SPELT:
            found.update(run)
        run = []
    return found


def _nearest(words: Sequence[str], into: str, lexicon: Lexicon, topic: Floats) -> list[tuple[str, float]]:
    """For each word the best of the other language's words, with its cosine."""
    if not words:
        return []
    asked = lexicon.vectors(lexicon.ids(words))
    others = lexicon.rows_of(into)
    best = np.full(len(words), -np.inf, dtype=np.float32)
    cosine = np.zeros(len(words), dtype=np.float32)
    row = np.zeros(len(words), dtype=np.int64)
    every = np.arange(len(words))
    for start in range(0, len(others), _BLOCK):
        block = others[start : start + _BLOCK]
        vectors = lexicon.vectors(block)
        cosines = asked @ vectors.T
        scores = cosines + _TOPIC * (topic @ vectors.T) + _COMMONNESS * lexicon.log_probabilities[block]
        at = scores.argmax(axis=1)
        top = scores[every, at]
        better = top > best
        best[better], row[better] = top[better], block[at[better]]
        cosine[better] = cosines[every, at][better]
    return [(lexicon.words[int(r)], float(c)) for r, c in zip(row, cosine, strict=True)]
