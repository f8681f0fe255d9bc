"""The gate: does a written sentence say what the quotes say that it cites?

A sentence passes if its figures, names and words rest on the quotes. Whether they do is estimated by a
logistic regression over `measurements`, fitted and measured by tests/evaluation/gate.py. A figure that the
quotes lack fails it in any case. The gate compares words and not their order: it cannot see who did what to
whom where all words are right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from index.lexicon.inflection import base_forms
from index.text.fold import fold_text
from index.text.language import detect
from index.types import Span
from qa import tuning
from qa.i18n import N_
from qa.writing.figures import wrong_figures
from qa.writing.support import Supported, Supporter, Word

CARRIED, UNFOUND, CONTRADICTED, FOREIGN = "carried", "unfound", "contradicted", "foreign"
#: Why a sentence did not pass, worst first.
REASONS = {
    "other_figure": N_("the quotes give another figure"),
    "opposite": N_("the quotes say the opposite"),
    "other_name": N_("the quotes name another"),
    "foreign": N_("the quotes say nothing of it"),
    "no_such_quote": N_("it cites a quote that does not exist"),
    "uncited": N_("it cites no quote"),
    "figure": N_("the quotes do not give this figure"),
    "name": N_("the quotes do not name it"),
    "words": N_("the quotes do not say this"),
}
_STRUCK = {
    "other_figure": CONTRADICTED,
    "opposite": CONTRADICTED,
    "other_name": CONTRADICTED,
    "foreign": FOREIGN,
}
_NUMBERS = r"\d{1,3}(?:\s*[,，、;；-]\s*\d{1,3})*"
_CITED = re.compile(rf"\s*(?:[\[［【]\s*{_NUMBERS}\s*[\]］】]\s*)+")
#: Below this support a word is not found in the quotes, and one that opposes another is no synonym of it.
_FOUND, _SYNONYM = 0.45, 0.75
#: Words that say the opposite of each other, folded.
_OPPOSITES = [
    tuple(frozenset(side.split()) for side in row.split("|"))
    for row in """
        increase increased increases increasing rose risen grew grown 增加 增长 上升 提高 上涨
        |decrease decreased decreases decreasing fell fallen declined dropped 减少 下降 降低 下跌 下滑
        bought acquired 买下 购买 收购|sold 卖 卖出 出售 卖给
        won 赢 赢得 获胜|lost 输 输给 失利
        before 之前 以前|after 之后 以后
        accepted approved 接受 批准 同意 通过|rejected refused denied 拒绝 驳回 否决
        opened 开放 开业|closed 关闭 歇业
        began started 开始|ended stopped 结束 停止
        allowed permitted 允许 准许|forbidden banned prohibited 禁止
        north northern 北 北部|south southern 南 南部
        east eastern 东 东部|west western 西 西部
        hired 聘用 雇用|fired dismissed 解雇 开除
        largest biggest highest 最大 最高|smallest lowest 最小 最低
    """.replace("\n        |", "|")
    .strip()
    .splitlines()
]
_CHINESE_NOT = (
    "不|没|没有|未|并不|并未|没能|不是|并非|不会|不能|无法|不得|不要|不再|尚未|从未|从不|决不|绝不|毫无|"
    "未能|不曾|未曾|不可"
)
#: What negates the words after it, folded, and anything that may say so in the quotes.
_NOT = frozenset(["not", "never", "no", "cannot", "without", *_CHINESE_NOT.split("|")])
_NEGATES = re.compile(
    r"\b(?:not|never|no|none|nor|neither|cannot|without|nobody|nothing|hardly|fail\w*|lack\w*|unable|refus\w*"
    r"|impossible|den(?:y|ied|ies)|un\w+|in\w+able|dis\w+)\b|n't\b|[不没未无非否]|拒绝|缺乏|失败|禁止"
)
#: The negated word is at most so many words after what negates it.
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Written:
    """A written sentence as it was checked.

    ``text`` has no numbers of quotes, ``citations`` are those of quotes that exist. ``state`` is CARRIED,
    UNFOUND (doubtful), CONTRADICTED or FOREIGN. ``unfound`` are the parts of ``text`` that the quotes lack,
    ``reasons`` keys of `REASONS`, worst first.
    """

    text: str
    citations: tuple[int, ...]
    state: str
    unfound: tuple[Span, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def struck(self) -> bool:
        """Whether it is struck out, and left out of copies."""
        return self.state in (CONTRADICTED, FOREIGN)

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "citations": list(self.citations),
            "state": self.state,
            "unfound": [self.text[start:end] for start, end in self.unfound],
        }


class Gate:
    """Checks sentences against ``quotes``, by number. Several threads may use it."""

    def __init__(self, quotes: Mapping[int, str], supporter: Supporter) -> None:
        self._quotes, self._supporter = quotes, supporter

    def check(self, sentence: str) -> Written:
        """The sentence against the quotes that it cites; against all of them if it cites none that exists."""
        text, numbers = cited(sentence)
        known = tuple(number for number in numbers if number in self._quotes)
        reasons = set()
        if len(known) < len(numbers):
            reasons.add("no_such_quote")
        elif not known:
            reasons.add("uncited")
        quotes = "\n\n".join(self._quotes[number] for number in known or self._quotes)
        found, marks = judge(text, quotes, self._supporter)
        order = [reason for reason in REASONS if reason in reasons | found]
        state = next(
            (_STRUCK[reason] for reason in order if reason in _STRUCK), UNFOUND if order else CARRIED
        )
        return Written(text, known, state, marks, tuple(order))


def cited(sentence: str) -> tuple[str, tuple[int, ...]]:
    """The sentence without the numbers of quotes in brackets, and these numbers without doubles."""
    numbers = [int(number) for match in _CITED.finditer(sentence) for number in re.findall(r"\d+", match[0])]
    return _CITED.sub(" ", sentence).strip().replace(" .", ".").replace(" 。", "。"), tuple(
        dict.fromkeys(numbers)
    )


def judge(text: str, quotes: str, supporter: Supporter) -> tuple[set[str], tuple[Span, ...]]:
    """Why ``text`` does not pass, as keys of `REASONS` (none: it does), and the parts that are not found."""
    supported, pair = supporter.support(text, quotes), direction(text, quotes)
    wrong = wrong_figures(text, quotes)
    marks = {span for span, _ in wrong}
    reasons = {"other_figure" if other else "figure" for _, other in wrong}
    if opposite := _opposite(supported, quotes, across=pair[:2] != pair[-2:]):
        reasons.add("opposite")
        marks |= {Span(word.start, word.end) for word in opposite}
    content = [word for word in supported.words if word.rarity]
    if not (content or wrong or any(char.isdigit() for char in text)):
        return reasons | {"words"}, ()
    values = measurements(supported)
    if score(values, tuning.GATE_WEIGHTS[pair]) <= 0:
        lost = [name for name in (*supported.names, *supported.foreign) if _lost(name)]
        if values["covered"] < tuning.GATE_FOREIGN:
            reasons.add("foreign")
        elif (
            lost
            and supported.strange
            and pair[:2] == pair[-2:]
            and _rest(content, lost) >= tuning.GATE_SAME_BUT_NAME
        ):
            reasons.add("other_name")
        else:
            reasons.add("name" if lost else "words")
        marks |= {Span(word.start, word.end) for word in content if word.support < _FOUND}
        marks |= {Span(word.start, word.end) for name in lost for word in name if word.support < 1}
    return reasons, tuple(_joined(sorted(marks), text))


def direction(text: str, quotes: str) -> str:
    """A key of `tuning.GATE_WEIGHTS`: languages of the sentence and of the quotes."""
    languages = ["zh" if detect(each).startswith("zh") else "en" for each in (text, quotes)]
    return "→".join(languages)


def measurements(supported: Supported) -> dict[str, float]:
    """What tells a sentence that the quotes carry from one that they do not.

    ``covered`` is the share of its weight that they support, ``lost`` the weight that they do not, ``worst``
    that of its worst word. ``similar`` is the cosine with them. ``absent`` and ``absent_pair`` are the rarity
    of a word, and of two adjacent ones, that nothing resembles. ``name`` is the share of a Latin name that is
    not found, ``rare_name`` the rarity of its worst word, ``foreign_name`` the share of a transliterated one.
    """
    words = [word for word in supported.words if word.rarity]
    lost = [word.weight * (1 - min(1.0, max(0.0, (word.support - 0.25) / 0.4))) for word in words]
    absent = [word.rarity * max(0.0, 1 - word.support / _FOUND) for word in words]
    total = sum(word.weight for word in words)
    foreign = [
        sum(word.rarity for word in name if word.support < 0.5) / max(1.0, sum(word.rarity for word in name))
        for name in supported.foreign
    ]
    return {
        "covered": 1 - sum(lost) / total if total else 1.0,
        "similar": supported.similarity,
        "length": math.log1p(len(words)),
        "worst": max(lost, default=0.0),
        "lost": sum(lost),
        "name": max(map(_missing, supported.names), default=0.0),
        "rare_name": max(
            (w.rarity for name in supported.names for w in name if w.support < 0.5), default=0.0
        ),
        "foreign_name": max(foreign, default=0.0),
        "absent": max(absent, default=0.0),
        "absent_pair": max(map(sum, pairwise(absent)), default=max(absent, default=0.0)),
    }


def score(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The log odds that the quotes carry the sentence, less those that are asked for."""
    return weights["bias"] + sum(weights[name] * value for name, value in values.items())


def _missing(name: Sequence[Word]) -> float:
    """The share of a name's rarity that is not supported."""
    return sum(w.rarity * (1 - w.support) for w in name) / sum(w.rarity for w in name)


def _lost(name: Sequence[Word]) -> bool:
    return _missing(name) > 0.5


def _rest(words: Sequence[Word], lost: Sequence[Sequence[Word]]) -> float:
    """The mean support of the words that belong to no lost name."""
    gone = {word.start for name in lost for word in name}
    rest = [word for word in words if word.start not in gone]
    return float(np.average([w.support for w in rest], weights=[w.weight for w in rest])) if rest else 0.0


def _opposite(supported: Supported, quotes: str, *, across: bool) -> list[Word]:
    """Words whose opposite the quotes have, and those that the sentence or the quotes negate alone.

    Across languages a word that negates counts where nothing in the quotes does.
    """
    folded = fold_text(quotes)
    english = set(re.findall(r"[a-z']+", folded))

    def said(side: Iterable[str]) -> bool:
        return any(each in (english if each.isascii() else folded) for each in side)

    found = [
        word
        for word in supported.words
        for sides in _OPPOSITES
        for side, other in (sides, sides[::-1])
        if word.text in side and word.support < _SYNONYM and said(other) and not said(side)
    ]
    if across:
        return found + [w for w in supported.words if _negates(w.text) and not _NEGATES.search(folded)]
    denied, told = _by_negation(supported.quoted)
    here, there = _by_negation(supported.words)
    flipped = ((here - there) & (told - denied)) | ((there - here) & (denied - told))
    return found + [w for w in supported.words if w.rarity and not flipped.isdisjoint(base_forms(w.text))]


def _negates(word: str) -> bool:
    return word in _NOT or word.endswith("n't")


def _by_negation(words: Sequence[Word]) -> tuple[set[str], set[str]]:
    """The base forms of the words that are the next after one that negates, and of the others."""
    denied: set[str] = set()
    told: set[str] = set()
    left = 0
    for word in words:
        if word.rarity:
            (denied if left > 0 else told).update(base_forms(word.text))
        left = _NEAR if _negates(word.text) else 0 if word.rarity else left - 1
    return denied, told


def _joined(spans: Sequence[Span], text: str) -> list[Span]:
    """The spans without overlap, those beside each other as one."""
    merged: list[Span] = []
    for span in spans:
        if merged and not text[merged[-1].end : span.start].strip(" -·'’"):
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
