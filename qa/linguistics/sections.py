"""The parts of records, mails and recipes: how a question asks for one, and what it is called in a text.

"Who chaired the meeting?" asks for the line "Chair: …", 会议决定了什么 for the list below 决议, "How do I
make it?" for the steps below "Method". All of it is folded text (`index.text.fold`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from index.types import Span
from qa.linguistics.patterns import compiled


class Section(NamedTuple):
    """A part of a text: the pattern of the questions for it, with the words that ask for it as group "at".

    ``names`` are what it is called, in both languages, in a line or heading; ``said`` is the pattern of
    sentences that tell the same. ``single``: an article has one for each thing that it tells of, as a recipe
    has one for each dish. ``valued``: the name alone is that of another thing: 会议记录 is no person.
    """

    asked: str
    names: tuple[str, ...]
    said: str = ""
    single: bool = False
    valued: bool = False


def _names(written: str) -> tuple[str, ...]:
    return tuple(re.split(r"\s*,\s*", " ".join(written.split())))


#: Asks for persons, and for things.
_WHO, _WHAT = "(?:谁|哪些人|哪几?位)", "(?:哪些|(?<!为)(?:什么|啥)|哪几[个项条种样])"
#: What somebody sends.
_MAIL, _LETTER = "(?:e-?mail|mail|message|letter)", "(?:邮件|电邮|来信|信件?)"
_SECTIONS = (
    Section(
        r"\bwho (?:has |had )?(?P<at>chair(?:s|ed)?|moderate[sd]|presided|facilitated"
        r"|(?:led|leads|hosted|ran)"
        r"(?= [^,.?]{0,40}\b(?:meeting|session|call|discussion|conference|workshop)))\b"
        r"|\bwho (?:is|was|were) (?:the |in the )?"
        r"(?P<at2>chair(?:man|woman|person)?|moderator|facilitator)\b"
        "|谁(?:来|在|担任|做|当|是)?(?:会议)?的?(?P<at3>主持人?|主席)"
        "|(?P<at4>主持人?|主席)(?:分别)?(?:是|为)谁",
        _names("""
            chair, chaired by, chairman, chairwoman, chairperson, led by, moderator, facilitator,
            主席, 主持人, 主持, 召集人
        """),
        r"\b(?:chaired|presided)\b|由.{1,12}(?:主持|担任主席)|主持(?:了|本次)?会议|[担出]任(?:会议)?主席",
    ),
    Section(
        r"\bwho (?:took|takes|kept|wrote) (?:the )?(?P<at>minutes|notes)\b"
        r"|\bwho (?:is|was) the (?P<at2>(?:minutes?|note)[ -]taker|secretary|recorder)\b"
        "|谁(?:来|在|担任|做|当|是|负责)?(?:会议)?的?(?P<at3>[记纪]录(?:人|员)?)"
        "|(?P<at4>[记纪]录(?:人|员)?)(?:是|为)谁",
        _names("""
            minutes, minutes by, minutes taken by, minute taker, minutes taker, note taker, notes taken by,
            recorder, secretary, 记录, 纪录, 记录人, 纪录人, 记录员, 纪录员, 记录者
        """),
        r"\btook (?:the )?(?:minutes|notes)\b|(?:负责|担任|做)(?:会议)?[记纪]录",
        valued=True,
    ),
    Section(
        r"\bwho (?:all )?(?:is|are|was|were) "
        r"(?P<at>absent|missing|excused|away|not (?:present|there|at))\b"
        r"|\bwho (?:did not|didn't|could not|couldn't|cannot|can't) (?P<at2>attend|come|make it|take part)\b"
        r"|\bwho (?P<at3>missed|sent (?:their )?apologies)\b"
        f"|{_WHO}(?:没有?|未|不)(?:能|克)?(?:来)?(?P<at4>参加|出席|到场|参会|到会)|{_WHO}(?P<at5>缺席|请假)"
        f"|(?P<at6>缺席|请假)(?:的人)?(?:都)?(?:有|是){_WHO}",
        _names("""
            apologies, apologies for absence, absent, absentees, absences, excused, regrets, not present,
            缺席, 缺席者, 缺席人员, 请假, 请假人员, 请假者, 未出席, 未到, 未参加
        """),
        r"\b(?:was|were) absent\b|sent (?:his|her|their) apologies|缺席|请假",
    ),
    Section(
        r"\bwho (?:all )?(?P<at>attended|attends|took part|participated)\b"
        r"|\bwho (?:all )?(?:was|were) (?P<at2>present|in attendance|there|at)\b"
        r"|\bwho (?:are|were) the (?P<at3>attendees|participants)\b"
        f"|{_WHO}(?P<at4>参加|出席|参会|与会)"
        f"|(?P<at5>参加|出席|参会|与会)(?:者|的?人员?)(?:都)?(?:有|是){_WHO}",
        _names("""
            present, attendees, attending, attended by, participants, in attendance, members present,
            attendance, 出席, 出席者, 出席人, 出席人员, 参会, 参会人, 参会人员, 参会者, 与会, 与会者,
            与会人员, 参加, 参加者, 参加人员, 参与人员, 到会人员
        """),
    ),
    Section(
        r"\b(?:what|which)(?: things?)? (?:was|were|has been|have been|is|got) (?:all )?"
        r"(?P<at>decided|resolved|agreed|settled)\b"
        r"|\bwhat (?:did|has|have) [^,.?]{1,60}? (?P<at2>decided?|resolved?|agreed?)\b(?! to\b)"
        r"|\b(?:what|which) (?:are|were|is|was) the (?P<at3>decisions?|resolutions?)\b"
        r"|\b(?:what|which) (?P<at4>decisions|resolutions)\b"
        "|(?P<at5>决定|决议|议决|议定)(?:出|了|过|的)?(?:些|哪些|什么|啥)"
        f"|{_WHAT}(?P<at6>决定|决议)(?:事项)?(?=呢?(?:\\W|$))"
        f"|(?P<at7>决定|决议)(?:事项)?(?:都|分别)?(?:有|是){_WHAT}",
        _names("""
            decisions, decision, decided, decisions made, decisions taken, resolutions, resolution, resolved,
            agreed, 决议, 决议事项, 决定, 决定事项, 议决, 议决事项, 会议结论
        """),
        r"\b(?:it (?:was|is)|(?:we|they|all)(?: have)?"
        r"|(?:committee|board|meeting|team|group)(?: has| have)?) "
        r"(?:unanimously )?(?:decided|resolved|agreed)\b"
        "|(?:会议|大会|[委理董监]事?会|全体|与会[者人]员?|大家)(?:一致)?(?:决定|议决|决议|通过|同意)",
    ),
    Section(
        r"\b(?:what|which)(?: (?:are|were|is|was))?(?: the| our)? (?:\w+ )?"
        r"(?P<at>action (?:items?|points?)|to-?dos?|to do items|next steps|follow-?ups|open tasks)\b"
        f"|{_WHAT}(?P<at2>待办(?:事项)?|行动项|后续(?:工作|事项)|跟进事项)"
        "|(?P<at3>待办(?:事项)?|行动项|后续(?:工作|事项)|跟进事项|下一步(?:工作|计划)?)"
        f"(?:都|分别)?(?:有|是){_WHAT}",
        _names("""
            action items, action item, actions, action points, to-do, to-dos, todo, todos, to do, to do list,
            next steps, tasks, follow-ups, 待办, 待办事项, 待办清单, 行动项, 行动事项, 后续工作, 后续事项,
            后续安排, 跟进事项, 下一步, 下一步工作, 下一步计划, 任务分工, 任务分配
        """),
    ),
    Section(
        r"\bwhat(?:'s| is| was| remains| are| were)?(?: the)? (?:still )?"
        r"(?P<at>open|undecided|unresolved|unsettled|to be decided)\b"
        r"(?! (?:on|at|from|to|until|till|in the)\b)"
        f"|{_WHAT}(?:事情?|问题|事项)?还?(?:没有?|未)(?P<at2>决定|定|解决|确定|确认)"
        f"|还有{_WHAT}(?P<at3>待定|待确认|未决|未定)",
        _names("""
            still open, open, open points, open questions, open issues, open items, tbd, to be decided,
            to be confirmed, undecided, unresolved, 待定, 待确认, 未决, 未决事项, 待决事项, 未解决, 遗留问题,
            还没决定, 尚未决定
        """),
    ),
    Section(
        r"\bhow (?:(?:do|does|can|could|should|would) (?:i|you|we|one|they|she|he)|to) "
        r"(?P<at>make|cook|bake|prepare)\b"
        r"(?! (?:sure|a (?:claim|complaint|payment|booking|reservation|call|copy)))"
        r"|\bhow (?:is|are|was) [^,.?]{1,40} (?P<at2>made|cooked|baked|prepared)\b"
        "|(?:怎么|怎样|如何)(?:来|才能|去)?(?P<at3>做|制作|煮|烹饪|烹调|烤|炖|烧)(?!到|出|了|好|完|才|得)"
        "|(?P<at4>做法|制作方法|制作步骤)(?:是|有)?(?:什么|怎样|哪些|如何)?[?]?$",
        _names("""
            method, directions, instructions, preparation, steps, procedure, how to make it,
            做法, 步骤, 制作方法, 制作步骤, 烹饪步骤, 烹饪方法, 制法, 作法, 操作步骤
        """),
        single=True,
    ),
    Section(
        r"\bwhat goes (?P<at>in|into)\b|\b(?:what|which) (?:are the )?(?P<at2>ingredients)\b"
        r"|\bwhat do (?:i|you|we|they) (?P<at3>need) (?:for|to (?:make|cook|bake|prepare))\b"
        f"|{_WHAT}(?P<at4>材料|食材|原料|配料|用料)|(?P<at5>材料|食材|原料|配料|用料)(?:有|是|要)?{_WHAT}",
        _names("ingredients, ingredient, 材料, 食材, 原料, 配料, 用料, 主料, 辅料, 调料"),
        single=True,
    ),
    Section(
        rf"\bwho (?P<at>sent|wrote) (?:the |this |that |me |us )*(?:[^,.?]{{1,30}} )?{_MAIL}\b"
        rf"|\bwho (?:is|was) (?:the |this |that )?(?:[^,.?]{{1,30}} )?{_MAIL} (?P<at2>from)\b"
        r"|\bwho (?:is|was) the (?P<at3>sender)\b"
        f"|谁(?P<at4>发|寄|写)(?:来|出)?(?:了|的)[^,，。?]{{0,12}}{_LETTER}"
        f"|{_LETTER}(?:都)?是谁(?P<at5>发|寄|写)(?:来|出)?的|(?P<at6>发件人|寄件[人者]|发信人)是谁",
        _names("from, sender, sent by, 发件人, 寄件人, 寄件者, 发信人"),
        valued=True,
    ),
    Section(
        rf"\bwho (?:is|was|were) (?:the |this |that )?(?:[^,.?]{{1,30}} )?{_MAIL}s? "
        r"(?:[^,.?]{1,40}? )?(?P<at>(?:sent|addressed|written) to|to)\b"
        rf"|\bwho did [^,.?]{{1,40}} (?P<at2>send|write|address) [^,.?]{{0,40}}{_MAIL} to\b"
        r"|\bwho (?:is|are|was|were) the (?P<at3>recipients?|addressees?)\b"
        f"|{_LETTER}(?:都)?是?(?P<at4>(?:发|寄|写)给)(?:了)?{_WHO}|(?P<at5>收件[人者])(?:都)?(?:是|有){_WHO}",
        _names("to, recipient, recipients, addressed to, sent to, 收件人, 收件者"),
        valued=True,
    ),
)
#: What may stand before a name in a heading or line, and behind it.
_BEFORE = (
    r"(?:^|\n)[ \t#*>•·_-]*"
    r"(?:(?:\d{1,2}|[a-z]|[一二三四五六七八九十]{1,3})[.、):]\s?|\([\d一二三四五六七八九十]{1,3}\)\s?)*"
    r"(?:(?:the|main|key|our|list of|summary of) |本次|本期|本周|会议|主要|讨论|必备|所需|需要|准备)*"
)
_AFTER = r"(?:\s?\([^()\n]{0,20}\)|情况|如下|人员|名单)?[*_]*\s?(?::|\||$|(?=\n))"
#: The longest words that ask for a part.
_ASKING = 26
#: Each question for a part has one of these.
_TRACES = ("who ", "what", "which", "how ", "谁", "什么", "哪", "怎", "如何", "啥", "做法", "制作")


def section_names(section: int) -> tuple[str, ...]:
    """What a part is called."""
    return _SECTIONS[section].names


def is_single(section: int) -> bool:
    """Whether an article has one for each thing of which it tells."""
    return _SECTIONS[section].single


def asked_section(question: str) -> tuple[Span, int] | None:
    """Where a folded question asks for a part of a text, and for which; None for others."""
    if (asked := _asked(question)) is None or (group := asked[0].lastgroup) is None:
        return None
    return Span(*asked[0].span(group)), asked[1]


def asking_words(question: str) -> Span | None:
    """The words of a folded question that ask for a part: "who chaired". None if others are between them."""
    asked = _asked(question)
    return Span(*asked[0].span()) if asked and len(asked[0][0]) <= _ASKING else None


def _asked(question: str) -> tuple[re.Match[str], int] | None:
    if not any(trace in question for trace in _TRACES):
        return None
    found = ((compiled(section.asked).search(question), at) for at, section in enumerate(_SECTIONS))
    return next(((match, at) for match, at in found if match), None)


def is_bare(section: int, text: str) -> bool:
    """Whether a folded line is the name of a part and no more, as "Decisions:" above a list."""
    return compiled(_pattern(section)).fullmatch(text.strip()) is not None


def section_told(section: int, text: str) -> list[Span]:
    """Where a folded text has the name of a part at the beginning of a line, or tells the same."""
    part = _SECTIONS[section]
    found = [
        Span(*match.span("name"))
        for match in compiled(_pattern(section)).finditer(text)
        if not part.valued or text[match.end() :].strip()
    ]
    if part.said:
        found += [Span(*match.span()) for match in compiled(part.said).finditer(text)]
    return found


@cache
def _pattern(section: int) -> str:
    names = "|".join(sorted(_SECTIONS[section].names, key=len, reverse=True))
    return f"{_BEFORE}(?P<name>{names}){_AFTER}"
