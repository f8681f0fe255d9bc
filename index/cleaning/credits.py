"""Marks the lines of a text that are about it: bylines, dates, and heads such as "Author: …".

What a person's notes say of a meeting or a product looks alike ("Place: …"), so a head is one only if
nothing but keys of this kind stand in it. An entry of a chronology looks like a date with a name
("2025年3月20日 截止"), so what has its like in the text is no date of the article.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from index.cleaning import rules
from index.cleaning.marks import LINE_MARKS, MARKS, METADATA, without_marks
from index.cleaning.metadata import is_credit, told_beside_date
from index.text.dated import neighbours_go_on
from index.text.fold import fold_text

#: Lines looked at from the top and from the bottom, and characters of such a line at most.
_HEAD, _FOOT, _LONGEST = 12, 6, 160
#: Characters of a name after "Editor:" at most.
_NAME = 30
#: Longer lines are not compared by their form.
_SHORT = 40
_ENDS = re.compile(r"[。．.!！?？]$")
_FIGURES, _WORDS = re.compile(r"\d+"), re.compile(r"[a-z]+|[^\W\da-z_年月日号]+")
_KEYED = re.compile(r"([a-z][a-z_ -]{1,24}|[^\W\da-z]{2,8})\s?:\s?(?=\S)")
_ITEM_KEYED = re.compile(r"[-*] ([^\W\d_][^:]{0,30}?)\s?:\s?(?=\S)")
#: Keys that no person writes.
_ADDRESSED = frozenset({"slug", "permalink", "canonical"})
_ABOUT = re.compile(
    r"title|subtitle|slug|layout|permalink|url|link|canonical|draft|lang|language|tags?|keywords?|topics?|type"
    r"|categor(?:y|ies)|authors?|by|editor|source|publisher|site|date|published|publication date|created"
    r"|updated|modified|last modified|lastmod|summary|description|excerpt|weight|image|cover|license|aliases"
    r"|id|uuid|status|副?标题|副?標題|题目|題目|作者|译者|譯者|(?:责任)?编辑|(?:責任)?編輯|责编|来源|來源|出处|出處|稿源"
    r"|(?:原文)?链接|原文|連結|网址|網址|(?:发布|發布|更新|发表|發表)?(?:日期|时间|時間)|发布|标签|標籤|分类|分類|关键[词字]|關鍵詞"
    r"|栏目|欄目|摘要|校对|排版|版权|授权"
)


_CREDITED = re.compile(
    r"authors?|by|editor|source|publisher|作者|译者|譯者|记者|記者|(?:责任)?编辑|(?:責任)?編輯|责编|校对|排版|来源|來源|稿源|出处|出處|审核"
)
#: When something is or was: beside a place or those present it is no date of the article.
_WHEN = re.compile(r"date|time|when|日期|时间")
#: What parts the pieces of one line: "By Ann Lee | Valley Wire | 3 min read", "© Firm · Terms · Privacy".
_PARTED = re.compile(r"\s?[|·•]\s")
_COPYRIGHT = re.compile(r"©|(?:\(c\)|copyright)\s?(?:\(c\)|©)?\s?(?:19|20)\d\d(?!\d)")


def mark_metadata(text: str) -> str:
    """``text``, normalised, with a METADATA mark before each line that is about the article."""
    lines = text.split("\n")
    filled = [i for i, line in enumerate(lines) if line.strip(f" {MARKS}")]
    found: set[int] = set()
    head = _keyed_run(lines, filled) or _exported_head(lines, filled)
    found |= set(head)
    for i in filled[:_HEAD]:
        if i in found or _is_marked(lines[i]) or lines[i].lstrip(MARKS).startswith("#"):
            continue
        if (_is_credit(lines[i]) or _is_of_parts(lines, i)) and len(filled) > 1:
            found.add(i)
        elif _is_prose(lines[i]):
            break
    for i in reversed(filled[max(1, len(filled) - _FOOT) :]):
        if _is_marked(lines[i]):
            continue
        if not (_is_credit(lines[i]) or _is_of_parts(lines, i)):
            break
        found.add(i)
    found -= {i for i in found - {*head} if _tells_when(lines, filled, i)}
    for i in found - _entries(lines, filled, found - {*head}):
        lines[i] = METADATA + lines[i]
    return "\n".join(lines)


def _entries(lines: Sequence[str], filled: Sequence[int], found: set[int]) -> set[int]:
    """Those of the ``found`` lines that are entries of a chronology, or days of a diary.

    What is told beside a date is an entry if it is a sentence, if the line before or after it is one, or if
    another line has the same form. A date alone is a day if there are three of one form, or two of which one
    begins the text.
    """
    entries = {i for i in found if _goes_on(lines, filled, i)}
    told = {i: it for i in found - entries if (it := told_beside_date(_key(lines[i]))) is not None}
    entries |= {i for i, it in told.items() if it and _ENDS.search(lines[i])}
    if not told.keys() - entries:
        return entries
    forms = defaultdict[str, set[str]](set)
    for i in filled:
        key = _key(lines[i]) if len(lines[i]) <= _SHORT else ""
        if (it := told_beside_date(key)) == "" or (it and is_credit(key)):
            forms[_form(key)].add(key)
    for i, it in told.items():
        key = _key(lines[i])
        if len(forms[_form(key)]) >= (2 if it or i == filled[0] else 3):
            entries.add(i)
    return entries


def _tells_when(lines: Sequence[str], filled: Sequence[int], at: int) -> bool:
    """Whether a line tells when something was, as those beside it tell where, or who was there."""
    label = _KEYED.match(_key(lines[at]))
    if label is None or _WHEN.fullmatch(label[1].strip()) is None:
        return False
    place = bisect_left(filled, at)
    beside = [i for i in filled[max(0, place - 1) : place + 2] if abs(i - at) == 1]
    labels = [found[1].strip() for i in beside if (found := _KEYED.match(_key(lines[i])))]
    return any(not _ABOUT.fullmatch(one) and not _CREDITED.fullmatch(one) for one in labels)


def _goes_on(lines: Sequence[str], filled: Sequence[int], at: int) -> bool:
    """Whether a line and one beside it are entries of a chronology, and no dates of publication."""
    place = bisect_left(filled, at)
    near = [without_marks(lines[i]) for i in filled[max(0, place - 1) : place + 2]]
    about = any(told_beside_date(key) is None and is_credit(key) for key in map(_key, near))
    return not about and neighbours_go_on(near, min(place, 1))


def _key(line: str) -> str:
    return fold_text(without_marks(line)[: _LONGEST + 1])


def _form(key: str) -> str:
    """What lines of one form have in common: their signs, and where they have figures and words."""
    return _WORDS.sub("a", _FIGURES.sub("0", key))


def _keyed_run(lines: Sequence[str], filled: Sequence[int]) -> list[int]:
    """The lines of a head of keys with their values at the top of the text, or right under its first line."""
    for first in (0, 1):
        run: list[int] = []
        for i in filled[first:40]:
            key = _KEYED.match(fold_text(without_marks(lines[i])[:_LONGEST]))
            if key is None:
                break
            if _ABOUT.fullmatch(key[1].strip()) is None:
                run = []
                break
            run.append(i)
        if run:
            return run
    return []


def _exported_head(lines: Sequence[str], filled: Sequence[int]) -> list[int]:
    """The items of a list of keys with their values where it stands in place of such a head.

    A program wrote it if it tells the address of a post; then its other keys, which may be any, are about it
    as well.
    """
    for first in (0, 1):
        run: list[int] = []
        keys: list[str] = []
        for i in filled[first:40]:
            key = _ITEM_KEYED.match(fold_text(without_marks(lines[i])[:_LONGEST]))
            if key is None:
                break
            run.append(i)
            keys.append(key[1].strip())
        known = sum(_ABOUT.fullmatch(key) is not None for key in keys)
        if known > 2 and 2 * known >= len(keys) and not _ADDRESSED.isdisjoint(keys):
            return run
    return []


def _is_marked(line: str) -> bool:
    """Whether the reader, or who cleaned the text, has told what the line is."""
    return not set(LINE_MARKS).isdisjoint(line)


def _is_credit(line: str) -> bool:
    key = fold_text(without_marks(line))
    if len(key) > _LONGEST:
        return False
    label = _KEYED.match(key)
    return bool(is_credit(key) or _COPYRIGHT.match(key)) or (
        label is not None
        and _CREDITED.fullmatch(label[1].strip()) is not None
        and len(key) - label.end() <= _NAME
    )


def _is_of_parts(lines: Sequence[str], at: int) -> bool:
    """Whether a third of the parts of a line are about the article. What stands among rows is a row."""
    key = fold_text(without_marks(lines[at]))
    parts = _PARTED.split(key)
    beside = [lines[i] for i in (at - 1, at + 1) if 0 <= i < len(lines)]
    if len(key) > _LONGEST or len(parts) < 3 or any(" | " in line for line in beside):
        return False
    about = sum(
        bool(rules.MENU.fullmatch(part) or rules.AT_THE_EDGES.fullmatch(part) or is_credit(part))
        for part in parts
        if not part.isdecimal()
    )
    if about * 3 < len(parts) and not rules.AT_THE_EDGES.fullmatch(key):
        return False
    return re.search(r"[a-z]{4}[.!?]|\d{2}[.!?]|[。!?]", key) is None


def _is_prose(line: str) -> bool:
    return len(line) > _LONGEST or "。" in line or re.search(r"[.!?]\s[A-Z]|\w{2}[.!?]$", line) is not None
