"""Glosses: what the words, names and quantities of a quote are in the reader's language.

They let somebody who reads one of the two languages judge a sentence in the other. They are no
translation: quantities are converted, names are those that the articles gloss themselves, and each other
word has a word of the other language that lies near it in the bilingual lexicon. Which of its senses
is meant the sentence's topic decides, and above all what words the articles use in the other language:
a field is 领域 where nobody writes of 田野. What would be a guess has no gloss.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from index.lexicon.lexicon import Floats, Ids, Lexicon
from index.text.fold import joined
from index.text.tokenizer import Tokenizer
from index.types import Alias, Token
from qa.linguistics.answer_types import MONTHS
from qa.linguistics.cues import FUNCTION, MEASURE
from qa.linguistics.quantities import Quantity, find_quantities
from qa.question.query import Frequencies
from qa.types import Gloss

#: Cosine under which a word has no gloss; of one that says little (its weight in the lexicon is under
#: ``_LITTLE``) or may be a name; and of a character or a name that the articles do not use.
MIN_SIMILARITY, _SAFE, _SURE = 0.62, 0.89, 0.96
_LITTLE = 0.45
#: And of one that is a single character.
_CHARACTER = 0.72
#: What nearness to the sentence's topic, commonness (natural log of the share of text), and being a word
#: of the articles add to the cosine of a candidate. Looked at on seventy sentences of the bundled articles.
_TOPIC, _COMMONNESS, _USED = 0.35, 0.01, 0.19
#: Candidates of a word; how far under the nearest they may lie; how common they are (natural log).
_CANDIDATES, _BELOW, _RARE = 16, 0.25, -15.0
#: The nearest words of paper, year, day and family, which say more than these do: this paper, this year.
_NEVER = frozenset(["本文", "今年", "岁", "当天", "那天", "第二天", "一家"])
#: Words whose candidates are kept.
_REMEMBERED = 20_000
#: Words that a name may have, and single characters in a row that look like a foreign name spelt out.
_LONGEST_NAME, _SPELT = 8, 3
_BLOCK = 4096
#: A range, and a year that was taken for a duration.
_RANGE = re.compile(r"\d\D*(?:到|至|[-–—~～]|\bto\b|\band\b)\D{0,3}\d", re.I)
_YEAR = re.compile(r"(?:1[89]|20)\d\d\s*年")
#: Where a sentence begins, so that a capital letter says nothing.
_BEGINNING = re.compile(r"(?:^|[.!?:“\"(#—•]|\n\n)\W*$")
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


class Glosser:
    """Glosses texts; a word's candidates are worked out once. Usable from several threads.

    ``aliases`` is ``Library.aliases``; ``used`` returns in how many passages words stand.
    """

    def __init__(
        self, tokenizer: Tokenizer, lexicon: Lexicon, aliases: Aliases, used: Callable[[], Frequencies]
    ) -> None:
        self._tokenizer, self._lexicon, self._aliases, self._used = tokenizer, lexicon, aliases, used
        self._near: dict[tuple[str, str], tuple[Ids, Floats]] = {}
        self._common = {into: _common(lexicon, into) for into in ("zh", "en")}

    def glosses(self, text: str, into: str) -> tuple[Gloss, ...]:
        """What the parts of ``text`` are in language ``into``, "zh" or "en", in reading order.

        None overlap. The similarity of a quantity or a name is 1.
        """
        tokens = self._tokenizer.tokens(text)
        taken = np.zeros(len(text) + 1, dtype=bool)
        kept: list[Gloss] = []
        for gloss in [
            *_quantities(text, into),
            *_names(tokens, into, self._aliases),
            *self._words(text, tokens, into),
        ]:
            if not taken[gloss.start : gloss.end].any():
                taken[gloss.start : gloss.end] = True
                if _says_more(text[gloss.start : gloss.end], gloss.gloss):
                    kept.append(gloss)
        return tuple(sorted(kept, key=lambda gloss: gloss.start))

    def _words(self, text: str, tokens: Sequence[Token], into: str) -> Iterator[Gloss]:
        spelt = _spelt(tokens)
        asked = [
            token
            for token in tokens
            if token.text.isascii() == (into == "zh")
            and not token.text.isdigit()
            and token not in spelt
            and token.text not in MEASURE
            and not FUNCTION.fullmatch(token.text)
            and not _hyphened(text, token)
            and self._lexicon.id(token.text) is not None
        ]
        topic = self._lexicon.pool([[token.text for token in tokens]])[0]
        used = self._used()
        near = self._candidates({token.text for token in asked}, into)
        for token in asked:
            word, cosine, known = self._best(*near[token.text], topic, used)
            if cosine >= max(self._least(text, token, known), _CHARACTER * (len(word) == 1)):
                yield Gloss(token.start, token.end, word, cosine)

    def _best(self, rows: Ids, cosines: Floats, topic: Floats, used: Frequencies) -> tuple[str, float, bool]:
        """The candidate that fits best, with its cosine and whether the articles use it."""
        lexicon = self._lexicon
        known = np.array([_known(lexicon.words[row], used) for row in rows])
        scores = cosines + _TOPIC * (lexicon.vectors(rows) @ topic) + _USED * known
        scores += _COMMONNESS * lexicon.log_probabilities[rows]
        scores[cosines < cosines[0] - _BELOW] = -np.inf
        at = int(scores.argmax())
        return lexicon.words[rows[at]], float(cosines[at]), known[at] > 0

    def _least(self, text: str, token: Token, known: bool) -> float:
        """How near a gloss has to be: nearer for what says little alone or may be a piece of a name."""
        if len(token.text) == 1 or text[token.start : token.end].isupper():
            return _SURE
        if text[token.start].isupper() and not _BEGINNING.search(text[: token.start]):
            return _SAFE if known else _SURE
        little = self._lexicon.weights[self._lexicon.ids([token.text])[0]] < _LITTLE
        return _SAFE if little else MIN_SIMILARITY

    def _candidates(self, words: Iterable[str], into: str) -> dict[str, tuple[Ids, Floats]]:
        """For each word the rows of the nearest words of the other language, and their cosines."""
        if len(self._near) > _REMEMBERED:
            self._near.clear()
        found = {word: near for word in words if (near := self._near.get((word, into))) is not None}
        if new := [word for word in words if word not in found]:
            for word, near in zip(new, _nearest(new, self._common[into], self._lexicon), strict=True):
                found[word] = self._near[word, into] = near
        return found


def _known(word: str, used: Frequencies) -> float:
    """How much the articles use a word: 0 for not at all, 1 for once, 2 for seven times."""
    count = 0 if FUNCTION.fullmatch(word) else used.get(word, 0)
    return min(2.3, 1 + math.log(count) / 2) if count else 0.0


def _says_more(text: str, gloss: str) -> bool:
    """Whether a reader who cannot read ``text`` learns from its gloss: not "2014" for 2014年."""
    digits = re.sub(r"\D", "", text)
    return not (digits and re.fullmatch(r"\D{0,2}".join(digits) + "[%年]?", gloss))


def _hyphened(text: str, token: Token) -> bool:
    """Whether the token is part of a word with hyphens, which means something else than its parts."""
    around = text[max(0, token.start - 1) : token.start] + text[token.end : token.end + 1]
    return token.text.isascii() and "-" in around


def _quantities(text: str, into: str) -> Iterator[Gloss]:
    for quantity in find_quantities(text):
        if told := _told(quantity, into):
            counted = (
                quantity.noun and quantity.text.isascii()
            )  # the quantity alone: what it counts has its own
            number = quantity.text.rsplit(None, 1)[0] if counted else quantity.text
            yield Gloss(quantity.start, quantity.start + len(number), told, 1.0)


def _told(quantity: Quantity, into: str) -> str:
    """The quantity as the other language writes it; "" where that says no more than the quantity does."""
    if quantity.date is not None:
        return _date(quantity.date, english=into == "en")
    if quantity.kind == "duration" and _YEAR.fullmatch(quantity.text):
        return ""
    if quantity.kind == "number" and (quantity.value < 10_000 or quantity.unit):
        return ""
    if _RANGE.search(quantity.text) and quantity.low < 0.98 * quantity.value:
        return f"{_amount(quantity, quantity.low, into)} – {_amount(quantity, quantity.value, into)}"
    return _mark(quantity) + _amount(quantity, quantity.value, into)


def _mark(quantity: Quantity) -> str:
    """How exact the quantity is: more than it says, less, or about."""
    over = quantity.kind == "duration" and quantity.text.lower().startswith("over ")  # in the course of
    if not quantity.approximate or over:
        return ""
    if quantity.low >= 0.998 * quantity.value:
        return "> "
    return "< " if quantity.high <= 1.002 * quantity.value else "≈ "


def _amount(quantity: Quantity, value: float, into: str) -> str:
    english = into == "en"
    if quantity.kind == "money":
        sign, name = _CURRENCIES.get(quantity.unit, (quantity.unit, quantity.unit))
        return f"{sign}{_number(value, english=True)}" if english else f"{_number(value)}{name}"
    if quantity.kind == "duration":
        size, one, zh = next(unit for unit in _DURATIONS if _whole(value / unit[0]) or unit[0] == 1)
        count = _number(value / size, english=english)
        return f"{count} {one if count == '1' else one + 's'}" if english else f"{count}{zh}"
    if quantity.kind == "percent":
        return f"{_number(value, english=True)}%"
    if quantity.kind == "age":
        return f"aged {value:g}" if english else f"{value:g}岁"
    return _number(value, english=english)


def _whole(count: float) -> bool:
    """Whether a duration is told in a unit of which it has ``count``: 54 days are not 1.774 months."""
    return count > 0.9 and abs(count - round(count)) < 0.01


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


def _nearest(words: Sequence[str], others: Ids, lexicon: Lexicon) -> Iterator[tuple[Ids, Floats]]:
    """For each word the nearest words in rows ``others``, best first."""
    asked = lexicon.vectors(lexicon.ids(words))
    cosines = np.concatenate(
        [
            asked @ lexicon.vectors(others[start : start + _BLOCK]).T
            for start in range(0, len(others), _BLOCK)
        ],
        axis=1,
    )
    top = np.argpartition(-cosines, _CANDIDATES, axis=1)[:, :_CANDIDATES]
    for row, at in zip(cosines, top, strict=True):
        at = at[np.argsort(-row[at])]
        yield others[at], row[at]


def _common(lexicon: Lexicon, language: str) -> Ids:
    """The rows of the words that a gloss may be."""
    rows = lexicon.rows_of(language)
    rows = rows[lexicon.log_probabilities[rows] > _RARE]
    words = ((row, lexicon.words[row]) for row in rows)
    return np.array([row for row, word in words if word not in _NEVER and len(word) > word.isascii()])
