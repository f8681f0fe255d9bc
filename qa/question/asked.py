"""What a question asks for: the types of answer, whether it asks for several things, and what it compares."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.linguistics.answer_types import expected_types, single
from qa.linguistics.cues import GENERIC
from qa.linguistics.periods import LIMITING
from qa.question.query import Query

_SEVERAL = re.compile(
    r"哪些|哪几|有什么|什么(?:东西|条件|材料|要求|[好坏]处|原因|理由|步骤|办法|方法|情[形况]|问题|毛病|[缺优]点)"
    r"|步骤|流程|[缺优]点|几[条种点类]|怎么|怎样|如何|为什么|为何"
    r"|what (?:are|were|made|makes|else|should|can|must|do|does)\b"
    r"|what (?:\w+ )?(?:\w+s|kit|equipment) (?:do|does|did|can|are|were|have|should|must|will)\b"
    r"|which (?:\w+ )?\w+s\b|how (?:do|does|did|can|could|should|to|would)\b|\b(?:steps|reasons|ways|why)\b"
)
#: Things that several articles may each name some of.
_WHICH = re.compile(
    r"哪些|哪几[个家种座所位款]|都有谁"
    r"|\bwhich (?:of the |other )?(?!was|is|has|does|costs|makes|takes|needs|uses)[a-z]+[^su\W]s\b"
    r"|\bwhat (?!was|is|has|does)[a-z]+[^su\W]s (?:do|did|are|were|have|can|could|should|must|will|use)\b"
)
#: What asks for all that there are of a kind, or how many: the answer is their list or table.
_KINDS = re.compile(
    r"\b(?:which|what) (?:kinds?|types?|sorts?) of\b"
    r"|\b(?:which|what|how many) (?:\w+ ){0,2}\w+s "
    r"(?:(?:are|were)\b(?! the\b)|(?:do|does|did|can) "
    r".*(?:have|offer|sell|provide|choose|get|speak|know|support|accept|include)\b)"
    "|哪些|有什么|(?:哪几|有?几|多少)[种个类款档]"
)
#: The same of steps: they may have no other name in their list.
_STEPS = re.compile(
    r"\b(?:how many|(?:what|which) are the) (?:\w+ )?(?:steps|stages|phases)\b"
    "|(?:几|多少|哪些|哪几)个?(?:步骤?|阶段|环节)|步骤(?:有哪些|是什么)"
)
_CODE = re.compile(
    r"命令|代码|语[句法]|脚本|指令|配置|参数|函数|变量|选项|设[置定]"
    r"|\b(?:command|code|syntax|script|statement|config(?:ure|uration)?|function|query|snippet|flag|option"
    r"|setting|parameter|variable)s?\b"
)
COMPARES = re.compile(
    r"哪一?[个种款家座条]?.{0,6}更|谁更|更[^，,。]{1,4}[?]?$|相比|区别|不同|差[别多异]|差在哪|比较|对比"
    r"|\b(?:compared?|than|versus|vs|difference|differ|better|rather)\b"
    r"|\bwhich\b.*\b(?:\w+er|more|less)\b.*\bor\b"
)
#: "older", "bigger", 差在哪里: it is asked of both sides.
_COMPARATIVE = re.compile(r"[a-z]{2,}er|差")
#: What is the largest, highest, first and so on of its kind, in a question and in what answers it.
_EXTREMES = (
    r"(?:最[大多]|第一大)(?![可能多值是])|头号|\b(?:largest|biggest|greatest)\b",
    r"最[小少](?![要可能多值是])|\b(?:smallest|fewest)\b",
    r"最高(?![可能多值是])|\b(?:highest|tallest)\b",
    r"最低(?![可能多值是])|\blowest\b",
    r"最[长久远](?![可能多值是])|\b(?:longest|farthest|furthest)\b",
    r"最[早先](?!在)|首[个家次位座]|第一[个家次位座]|\b(?:first|earliest|oldest)\b(?! (?:name|class|aid)\b)",
    r"最[后晚近新](?!为)|\b(?:last|latest|newest)\b(?! name)",
)
#: Without this none of them is there, and none is compiled.
_SUPERLATIVE = re.compile(r"最|首|第一|头号|st\b")
#: Words between the two things that are compared.
_CHINESE_BETWEEN = frozenset("和与跟同或比及")
_BETWEEN = _CHINESE_BETWEEN | {"还是", "and", "or", "than", "versus", "vs", "with", "to"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for.

    ``types`` are the expected types of `qa.linguistics.answer_types`. ``several``: a list, steps or reasons.
    ``code``: commands or settings. ``sides`` are the places of the topical words of each of two things that
    are compared, () if none are. ``which``: things of one kind, which several articles may name.
    ``kinds``: all of a kind, or how many there are. ``steps``: the same of steps.
    ``single`` tells in a folded text that there is one of what is counted.
    ``extremes`` are the patterns of what is the first, the largest and so on, if that is asked for.
    """

    types: frozenset[str]
    several: bool
    code: bool
    sides: tuple[tuple[int, ...], ...] = ()
    which: bool = False
    kinds: bool = False
    steps: bool = False
    extremes: tuple[str, ...] = ()
    single: re.Pattern[str] | None = None


def what_is_asked(query: Query) -> Asked:
    """The analysis of a question by the surface of its words."""
    folded = query.marked
    return Asked(
        expected_types(folded),
        _SEVERAL.search(folded) is not None,
        _CODE.search(folded) is not None,
        _sides(query) if COMPARES.search(folded) else (),
        _WHICH.search(folded) is not None,
        _KINDS.search(folded) is not None,
        _STEPS.search(folded) is not None,
        tuple(filter(lambda extreme: re.search(extreme, folded), _EXTREMES))
        if _SUPERLATIVE.search(folded)
        else (),
        single(folded),
    )


def asks_for_all(query: Query) -> bool:
    """Whether all that is told is asked for: what happened in a time, who a party of a contract is."""
    return any(pointer.plural for pointer in query.pointers)


def subject(query: Query) -> list[int]:
    """The places of the words that say of what it is asked, for a question for all that is told."""
    pointed = {at for start, end, _ in query.pointed for at in range(start, end)}
    return [
        at
        for at, word in enumerate(query.words)
        if word.topical
        and at not in pointed
        and word.word not in GENERIC
        and not LIMITING.fullmatch(word.word)
    ]


def _sides(query: Query) -> tuple[tuple[int, ...], ...]:
    """The topical words before and after the first word that parts two things, without articles between."""
    words = query.words
    topical = [word.topical and not _COMPARATIVE.fullmatch(word.word) for word in words]
    for at, word in enumerate(words):
        if word.word in _BETWEEN and word.written is None:
            left, right = at - 1, at + 1
            while left >= 0 and not topical[left]:
                left -= 1
            while right < len(words) and not topical[right]:
                right += 1
            first, last = left, right
            while first > 0 and topical[first - 1]:
                first -= 1
            while last + 1 < len(words) and topical[last + 1]:
                last += 1
            if left >= 0 and right < len(words):
                return tuple(range(first, left + 1)), tuple(range(right, last + 1))
    return ()
