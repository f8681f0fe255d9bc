"""Glosses: the words, names and quantities of a quote in the reader's language.

They help a person who reads one of the two languages to judge a sentence in the other. They are no
translation. Quantities are converted. Names are those that the articles gloss themselves. Any other word gets
a near word of the bilingual lexicon. Among its senses the topic of the sentence decides, and above all the
words that the articles use in the other language: "field" is 领域 unless they mention 田野. Words that negate
have fixed glosses, because a sentence without its "not" says the opposite. Doubtful words and parts of longer
numbers get no gloss.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from index.lexicon.lexicon import Floats, Ids, Lexicon
from index.text.fold import fold_text, joined
from index.text.tokenizer import Tokenizer
from index.types import Alias, Token
from qa.linguistics.answer_types import MONTHS
from qa.linguistics.cues import FUNCTION, MEASURE
from qa.linguistics.numerals import NUMBER_WORDS
from qa.linguistics.quantities import Quantity, find_quantities
from qa.question.vocabulary import Frequencies
from qa.types import Gloss

#: The lowest cosine of a gloss: in general, for a word of low weight (below ``_LITTLE``) or a possible name,
#: and for a single character or a possible name that the articles do not use.
MIN_SIMILARITY, _SAFE, _SURE = 0.62, 0.89, 0.96
_LITTLE = 0.45
#: The lowest cosine of a gloss that is a single character.
_CHARACTER = 0.72
#: Weights of the candidate's similarity to the sentence, of its log probability, and of its use in the
#: articles, beside its cosine. Chosen by eye on seventy sentences of the bundled articles.
_TOPIC, _COMMONNESS, _USED = 0.35, 0.01, 0.19
#: Candidates of a word, the most that their cosine may fall behind the best, and their least log probability.
_CANDIDATES, _BELOW, _RARE = 16, 0.25, -15.0
#: Near words of paper, year, day and family that mean too much: "this paper", "this year".
_NEVER = frozenset(["本文", "今年", "岁", "当天", "那天", "第二天", "一家"])
#: The most words whose candidates are kept.
_MAX_KEPT = 20_000
#: The most words of a name, and the fewest adjacent single characters that may be a transliterated name.
_MAX_NAME_WORDS, _MIN_RUN = 8, 3
_BLOCK = 4096
#: A range, and a year that looks like a duration.
_RANGE = re.compile(r"\d\D*(?:到|至|[-–—~～]|\bto\b|\band\b)\D{0,3}\d", re.I)
_YEAR = re.compile(r"(?:1[89]|20)\d\d\s*年")
#: The beginning of a sentence, where a capital letter does not mark a name.
_BEGINNING = re.compile(r"(?:^|[.!?:“\"(#—•]|\n\n)\W*$")
#: Characters in which the word before and after a number word stands.
_BESIDE = 12
_NUMERALS = "零〇一二两三四五六七八九十百千万亿半几"
#: A number that goes on before or after a word, also an ordinal.
_NUMBER_BEFORE = re.compile(rf"[{_NUMERALS}第\d][.,\d]*$")
_NUMBER_AFTER = re.compile(rf"[{_NUMERALS}\d]")
#: What negates. The lexicon has "永远" (forever) for "never".
_NEGATIONS = {
    "en": {
        "不": "not", "没": "not", "没有": "not", "未": "not", "并不": "not", "并未": "not", "没能": "did not",
        "不是": "is not", "并非": "is not", "不会": "will not", "不能": "cannot", "无法": "cannot",
        "不得": "must not", "不要": "do not", "不再": "no longer", "尚未": "not yet", "从未": "never",
        "从不": "never", "决不": "never", "绝不": "never", "毫无": "no",
    },
    "zh": {
        "not": "不", "never": "从不", "no": "没有", "nor": "也不", "cannot": "不能", "can't": "不能",
        "couldn't": "不能", "don't": "不", "doesn't": "不", "didn't": "没有", "isn't": "不是",
        "aren't": "不是", "wasn't": "不是", "weren't": "不是", "won't": "不会", "wouldn't": "不会",
        "hasn't": "没有", "haven't": "没有", "hadn't": "没有", "shouldn't": "不该", "mustn't": "不得",
    },
}  # fmt: skip
#: What begins a word that may be negated as a whole.
_NEGATES = re.compile("[不没未无非](?=.)|un|dis|non|im|in")
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
    """Glosses texts. Several threads may use it at once.

    ``aliases`` is `Library.aliases`. ``used`` returns the document frequencies of the library's words.
    """

    def __init__(
        self, tokenizer: Tokenizer, lexicon: Lexicon, aliases: Aliases, used: Callable[[], Frequencies]
    ) -> None:
        self._tokenizer, self._lexicon, self._aliases, self._used = tokenizer, lexicon, aliases, used
        self._near: dict[tuple[str, str], tuple[Ids, Floats]] = {}
        self._common = {into: _common(lexicon, into) for into in ("zh", "en")}

    def glosses(self, text: str, into: str) -> tuple[Gloss, ...]:
        """Glosses of the parts of ``text`` in the language ``into``, "zh" or "en", in reading order.

        They do not overlap. The similarity of a quantity or a name is 1.
        """
        tokens = self._tokenizer.tokens(text)
        taken = np.zeros(len(text) + 1, dtype=bool)
        kept: list[Gloss] = []
        for gloss in [
            *_quantities(text, into),
            *_names(tokens, into, self._aliases),
            *_negations(text, tokens, into),
            *self._words(text, tokens, into),
        ]:
            if not taken[gloss.start : gloss.end].any():
                taken[gloss.start : gloss.end] = True
                if _says_more(text[gloss.start : gloss.end], gloss.gloss):
                    kept.append(gloss)
        return tuple(sorted(kept, key=lambda gloss: gloss.start))

    def _words(self, text: str, tokens: Sequence[Token], into: str) -> Iterator[Gloss]:
        transliterated = _transliterated(tokens)
        asked = [
            token
            for token in tokens
            if token.text.isascii() == (into == "zh")
            and not token.text.isdigit()
            and token not in transliterated
            and token.text not in MEASURE
            and not FUNCTION.fullmatch(token.text)
            and not _hyphened(text, token)
            and not _is_part_of_number(text, token)
            and self._lexicon.id(token.text) is not None
        ]
        topic = self._lexicon.pool([[token.text for token in tokens]])[0]
        used = self._used()
        stems = {token.text: _stem(token.text) for token in asked}
        known_stems = {stem for stem in stems.values() if stem and self._lexicon.id(stem) is not None}
        near = self._candidates({token.text for token in asked} | known_stems, into)
        for token in asked:
            word, cosine, known = self._best(*near[token.text], topic, used)
            stem = stems[token.text]
            if stem in known_stems and word == self._best(*near[stem], topic, used)[0]:
                continue  # its gloss has lost the negation
            if cosine >= max(self._least(text, token, known), _CHARACTER * (len(word) == 1)):
                yield Gloss(token.start, token.end, word, cosine)

    def _best(self, rows: Ids, cosines: Floats, topic: Floats, used: Frequencies) -> tuple[str, float, bool]:
        """The best candidate with its cosine, and whether the articles use it."""
        lexicon = self._lexicon
        known = np.array([_known(lexicon.words[row], used) for row in rows])
        scores = cosines + _TOPIC * (lexicon.vectors(rows) @ topic) + _USED * known
        scores += _COMMONNESS * lexicon.log_probabilities[rows]
        scores[cosines < cosines[0] - _BELOW] = -np.inf
        at = int(scores.argmax())
        return lexicon.words[rows[at]], float(cosines[at]), known[at] > 0

    def _least(self, text: str, token: Token, known: bool) -> float:
        """The lowest cosine of a gloss of ``token``: higher if it says little or may be part of a name."""
        if len(token.text) == 1 or text[token.start : token.end].isupper():
            return _SURE
        if text[token.start].isupper() and not _BEGINNING.search(text[: token.start]):
            return _SAFE if known else _SURE
        little = self._lexicon.weights[self._lexicon.ids([token.text])[0]] < _LITTLE
        return _SAFE if little else MIN_SIMILARITY

    def _candidates(self, words: Iterable[str], into: str) -> dict[str, tuple[Ids, Floats]]:
        """For each word, the lexicon rows of the nearest words in the other language, and their cosines."""
        if len(self._near) > _MAX_KEPT:
            self._near.clear()
        found = {word: near for word in words if (near := self._near.get((word, into))) is not None}
        if new := [word for word in words if word not in found]:
            for word, near in zip(new, _nearest(new, self._common[into], self._lexicon), strict=True):
                found[word] = self._near[word, into] = near
        return found


def _known(word: str, used: Frequencies) -> float:
    """How much the articles use a word: 0 if not at all, 1 for one passage, 2 for seven."""
    count = 0 if FUNCTION.fullmatch(word) else used.get(word, 0)
    return min(2.3, 1 + math.log(count) / 2) if count else 0.0


def _says_more(text: str, gloss: str) -> bool:
    """Whether the gloss tells the reader something new. "2014" does not for 2014年."""
    digits = re.sub(r"\D", "", text)
    return not (digits and re.fullmatch(r"\D{0,2}".join(digits) + "[%年]?", gloss))


def _hyphened(text: str, token: Token) -> bool:
    """Whether the token is part of a hyphenated word, which means something else."""
    around = text[max(0, token.start - 1) : token.start] + text[token.end : token.end + 1]
    return token.text.isascii() and "-" in around


def _is_part_of_number(text: str, token: Token) -> bool:
    """Whether a number, or an ordinal, goes on beside the token: 十五 in 八十五, "five" in "eighty five"."""
    before = fold_text(text[max(0, token.start - _BESIDE) : token.start])
    after = fold_text(text[token.end : token.end + _BESIDE])
    if token.text.isascii():
        beside = {*before.split()[-1:], *after.split()[:1]}
        return token.text in NUMBER_WORDS and not beside.isdisjoint(NUMBER_WORDS)
    starts, ends = token.text[0] in _NUMERALS, token.text[-1] in _NUMERALS
    return bool((starts and _NUMBER_BEFORE.search(before)) or (ends and _NUMBER_AFTER.match(after)))


def _negations(text: str, tokens: Sequence[Token], into: str) -> Iterator[Gloss]:
    """What the words that negate mean; "no" before a full stop is short for "number"."""
    for token in tokens:
        gloss = _NEGATIONS[into].get(token.text.replace("’", "'"))
        if gloss and not (token.text == "no" and text[token.end : token.end + 1] == "."):
            yield Gloss(token.start, token.end, gloss, 1.0)


def _stem(word: str) -> str:
    """The word without what may negate it at its beginning, "" if nothing may."""
    begins = _NEGATES.match(word)
    return word[begins.end() :] if begins else ""


def _quantities(text: str, into: str) -> Iterator[Gloss]:
    for quantity in find_quantities(text):
        if converted := _converted(quantity, into):
            counted = quantity.noun and quantity.text.isascii()  # what it counts has its own gloss
            number = quantity.text.rsplit(None, 1)[0] if counted else quantity.text
            yield Gloss(quantity.start, quantity.start + len(number), converted, 1.0)


def _converted(quantity: Quantity, into: str) -> str:
    """The quantity in the other language; "" if a reader understands it anyway."""
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
    """The mark before an inexact quantity: more than, less than, or about."""
    # "over 3 years" means during them.
    over = quantity.kind == "duration" and quantity.text.lower().startswith("over ")
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
    """Whether ``count`` units express a duration well: 54 days are not 1.774 months."""
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
    """Glosses of names from articles and taught words, longer names first."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for length in range(_MAX_NAME_WORDS, 0, -1):
        for run in (tokens[at : at + length] for at in range(len(tokens) - length + 1)):
            name = joined("".join(token.text for token in run))
            spans.setdefault(name, []).append((run[0].start, run[-1].end))
    for alias in sorted(aliases(spans), key=lambda alias: -len(alias.name)):
        if not alias.part and alias.other.isascii() == (into == "en"):
            other = alias.other.title() if into == "en" and " " in alias.other else alias.other
            yield from (Gloss(start, end, other, 1.0) for start, end in spans[alias.name])


def _transliterated(tokens: Sequence[Token]) -> set[Token]:
    """Runs of single characters, as in a transliterated name. None of them means anything alone."""
    found: set[Token] = set()
    run: list[Token] = []
    for token in (*tokens, Token("", -1, -1)):
        if len(token.text) == 1 and not token.text.isascii() and (not run or run[-1].end == token.start):
            run.append(token)
            continue
        if len(run) >= _MIN_RUN:
            found.update(run)
        run = []
    return found


def _nearest(words: Sequence[str], others: Ids, lexicon: Lexicon) -> Iterator[tuple[Ids, Floats]]:
    """For each word, the nearest of the lexicon rows ``others`` and their cosines, best first."""
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
    """The lexicon rows of the words that may be glosses."""
    rows = lexicon.rows_of(language)
    rows = rows[lexicon.log_probabilities[rows] > _RARE]
    words = ((row, lexicon.words[row]) for row in rows)
    return np.array([row for row, word in words if word not in _NEVER and len(word) > word.isascii()])
