"""Finds the web page around an article: navigation, share boxes, comment forms, notices, spam.

``normalise`` makes text fit to store: one kind of line end, no markup debris, printable characters only.
Then the patterns of ``index.cleaning.rules`` tell what is page boilerplate. ``clean`` drops it from a saved
web page, rather too little than article text: a line with sentences goes only if a pattern describes that
very notice. ``label`` drops nothing, for a text may be somebody's own: it marks lines as debris, before the
first sentence and after the last, and only where several lines give the page away.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.cleaning import rules
from index.cleaning.marks import DEBRIS, MARKS, breaks, without_marks
from index.text.blocks import fences
from index.text.display import printable
from index.text.fold import fold, fold_text
from index.text.han import HAN
from index.text.sentences import item_marker

_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ENTITY = re.compile(
    r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|nbsp|amp|lt|gt|quot|apos|[lr][ds]quo|[mn]dash|hellip|middot|bull|copy);",
    re.I,
)
_ATTRIBUTE = r"""\s{1,9}[\w:@.-]{1,40}\s?=\s?(?:"[^"<>\n]{0,900}"|'[^'<>\n]{0,900}'|[^\s"'<>]{1,200})"""
_TAG = re.compile(
    rf"`[^`\n]{{1,500}}`|</?([a-z][a-z0-9-]{{0,20}})((?:{_ATTRIBUTE}){{0,30}})\s{{0,9}}/?>", re.I
)
_INLINE = re.compile(
    "a|abbr|acronym|b|big|bdi|bdo|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|q|rp|rt|ruby|s|samp|small|"
    "span|strike|strong|sub|sup|svg|time|tt|u|var|wbr"
)
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|br|button|caption|center|col|colgroup|dd|details|dir|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|frame|h[1-6]|head|header|hr|html|iframe|input|legend|li|link|main|map|menu|meta|nav|"
    "noscript|object|ol|option|p|param|pre|script|section|select|source|style|summary|table|tbody|td|textarea|tfoot|th|"
    "thead|tr|ul|video"
)
_NUMBER_ONLY = re.compile(r"(?:\d{1,3}[.、)]|[-*•·])?")

#: A rule sees at most this many characters of a line: longer lines are prose.
_LONGEST = 700
_ENDING = re.compile("[。.!?…;:][\"')\\]]{0,3}$")
_MARGIN = f" {MARKS}"
_HAN = re.compile(f"[{HAN}]")
#: Lines that only a web page has, before a text is taken for one.
_EVIDENCE = 3
_INDENT = re.compile(rf"[{MARKS}]*( *)")
_TABBED = re.compile(r"^ *\t[ \t]*", re.M)
#: No list is nested deeper.
_DEEPEST = 24


def normalise(text: str, raw: bool = True) -> str:
    """Text with "\\n" line ends, no markup debris, only printable characters, and trimmed lines.

    Only a ``raw`` text may hold such debris: what a parser read has none, and its tags are the writer's.

    Fenced code (``` … ```) keeps its indentation and its tags, a list the indentation of its items and of
    what stands under them.
    """
    text = _TABBED.sub(lambda tabs: tabs[0].expandtabs(4), _LINE_END.sub("\n", text))
    text = printable(text)
    tidied = _without_markup if raw else _trimmed
    lines: list[str] = []
    prose: list[str] = []
    for line, code in _fenced(text.split("\n")):
        if code:
            lines += [*tidied(prose), line.rstrip()]
            prose = []
        else:
            prose.append(line)
    lines += tidied(prose)
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _trimmed(lines: Sequence[str]) -> list[str]:
    """The lines without the space around them, but for the indentation of lists."""
    trimmed: list[str] = []
    item = -1  # the indentation of the list item above
    for line in lines:
        bare = line.strip()
        if bare:
            indent = min(_DEEPEST, len(_INDENT.match(line)[1]))  # type: ignore[index]
            if item_marker(bare.lstrip(MARKS)):
                item = indent
            elif indent < item + 2:
                item = -1
            if item >= 0 and indent:
                bare = bare.lstrip(MARKS) if (marks := _marks_before(line)) else bare
                bare = f"{marks}{' ' * indent}{bare}"
        trimmed.append(bare)
    return trimmed


def _marks_before(line: str) -> str:
    """The marks at the start of a line."""
    return line[: len(line) - len(line.lstrip(MARKS))]


def _fenced(lines: Sequence[str]) -> list[tuple[str, bool]]:
    """Each line with whether it belongs to a closed block of fenced code."""
    code = fences([line.strip(_MARGIN) for line in lines])
    inside = {i for first, last in code.items() for i in range(first, last + 1)}
    return [(line, i in inside) for i, line in enumerate(lines)]


def _without_markup(lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    text = "\n".join(_trimmed(lines))
    for _ in range(8):  # an entity may hide a tag, a tag another tag
        before = text
        text = _without_comments(text)
        text = printable(_LINE_END.sub("\n", _ENTITY.sub(lambda m: html.unescape(m[0]), text)))
        text = _without_tags(text)
        if text == before:
            break
    return _trimmed(text.split("\n"))


def _without_comments(text: str) -> str:
    """``text`` without ``<!-- … -->``. A comment that never ends is kept.

    So is one inside a line of text that is no markup: it tells how comments are written.
    """
    parts, at = [], 0
    markup = "<!--" in text and _is_markup(text)
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        end += 3
        comment, around = text[start:end], (text[start - 1 : start], text[end : end + 1])
        within = "\n" not in comment and not {*around} <= {"", "\n"}
        parts += [text[at:start], comment if within and not markup else breaks(comment)]
        at = end
    return "".join([*parts, text[at:]])


def _is_markup(text: str) -> bool:
    """Whether tags are markup. Prose about HTML has at most one with an attribute, and opens most alone."""
    marked, closed = sum(1 for tag in _TAG.finditer(text) if tag[2]), text.count("</")
    return closed > 2 or marked + closed > 1


def _without_tags(text: str) -> str:
    """``text`` without tags, if it is markup."""
    if "<" not in text or not _is_markup(text):
        return text
    marked = {tag[1].lower() for tag in _TAG.finditer(text) if tag[2]}

    def blank(match: re.Match[str]) -> str:
        name = (match[1] or "").lower()
        if _INLINE.fullmatch(name):
            return breaks(match[0])
        return "\n" + breaks(match[0]) if name in marked or _BLOCK.fullmatch(name) else match[0]

    lines = []
    for line in text.split("\n"):
        bare = _TAG.sub(blank, line)
        if bare != line and _NUMBER_ONLY.fullmatch(bare.strip()):
            bare = ""  # "1. <em></em>": the number of an empty list item
        lines.append(bare)
    return "\n".join(lines)


@dataclass(slots=True)
class _Line:
    """A line and its folded form, which the rules match. ``ends``: it ends like a sentence.

    ``prose``: it may hold sentences of the article, so that only a NOTICE may remove it.
    """

    text: str
    code: bool = False
    key: str = field(init=False)
    ends: bool = field(init=False)
    prose: bool = field(init=False)

    def __post_init__(self) -> None:
        text = "" if self.code else without_marks(self.text[:_LONGEST])
        self.key = key = " ".join(fold_text(text).split())
        chinese = _HAN.search(key) is not None
        long_enough = len(key) >= 8 if chinese else key.count(" ") >= 3
        self.ends = "。" in key or (long_enough and _ENDING.search(key) is not None)
        self.prose = self.code or self.ends or len(self.text) >= (60 if chinese else 140)

    def matches(self, group: re.Pattern[str]) -> bool:
        return len(self.text) < _LONGEST and group.fullmatch(self.key) is not None

    @property
    def headline(self) -> bool:
        """A short question or exclamation."""
        return len(self.text) < 40 and "。" not in self.key and self.key[-1:] in "?!"

    @property
    def evident(self) -> bool:
        """Whether no article has such a line, sentences apart."""
        return (
            not self.code
            and not self.ends
            and (any(map(self.matches, (rules.ANYWHERE, rules.TAIL, rules.COMMENTS))) or _spam(self.key) >= 3)
        )

    @property
    def boilerplate(self) -> bool:
        return not self.code and (
            self.matches(rules.NOTICES)
            or (not self.ends and self.matches(rules.ANYWHERE))
            or (_spam(self.key) >= 3 and not self.ends)
        )


def clean(text: str) -> str:
    """The article of a web page alone. Lines are dropped or cut at their end, never rewritten. Idempotent."""
    text = normalise(text)
    for _ in range(8):
        cleaned = _clean_once(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def label(text: str) -> str:
    """Normalised ``text``, all of it, with a DEBRIS mark before each line that is a web page's.

    A page gives itself away by several lines without sentences. What then stands before the first sentence or
    after the last is marked if `clean` would drop it; between them, only what no article says.
    """
    lines = _lines(text)
    if not _is_page(lines):
        return text
    debris: set[int] = set()
    for _ in range(8):
        rest = [i for i in range(len(lines)) if i not in debris]
        keep = _article_lines([lines[i] for i in rest], own=True)
        found = {i for i, stays in zip(rest, keep, strict=True) if not stays and lines[i].text.strip(_MARGIN)}
        if not found:
            break
        debris |= found
    last = next((i for i in reversed(range(len(lines))) if lines[i].prose and i not in debris), None)
    marked: list[str] = []
    for i, line in enumerate(lines):
        if i in debris:
            marked.append(DEBRIS + line.text)
        elif i == last and not line.code:
            ended = len(_without_ending(line.text).rstrip(MARKS))
            at = ended + len(line.text[ended:]) - len(line.text[ended:].lstrip())
            marked.append(line.text[:at] + DEBRIS + line.text[at:] if at < len(line.text) else line.text)
        else:
            marked.append(line.text)
    return "\n".join(marked)


def _is_page(lines: Sequence[_Line]) -> bool:
    """Whether the lines give a web page away: several that no article has, or a menu around it."""
    prose = [i for i, line in enumerate(lines) if line.prose and not line.boilerplate]
    first, last = (prose[0], prose[-1]) if prose else (0, len(lines))
    edges = [*lines[:first], *lines[last + 1 :]]
    around = sum(not line.ends and line.matches(rules.AT_THE_EDGES) for line in edges)
    menu = sum(line.matches(rules.MENU) and not line.key.isdecimal() for line in edges)
    return sum(line.evident for line in lines) + around + menu + _form_size(lines) >= _EVIDENCE


def _form_size(lines: Sequence[_Line]) -> int:
    """How many notices stand below "Leave a reply" at the end, if nothing else does."""
    below = 0
    for line in reversed(lines):
        if line.matches(rules.COMMENTS) and not line.code:
            return below
        if line.text.strip(_MARGIN):
            if not (line.boilerplate or line.evident):
                break
            below += line.matches(rules.NOTICES)
    return 0


def _lines(text: str) -> list[_Line]:
    return [_Line(line, code) for line, code in _fenced(text.split("\n"))]


def _clean_once(text: str) -> str:
    lines = _lines(text)
    last = next((i for i in reversed(range(len(lines))) if lines[i].prose and not lines[i].boilerplate), None)
    if last is not None and not lines[last].code:
        lines[last] = _Line(_without_ending(lines[last].text))
    keep = _article_lines(lines)
    kept = (line.text if stays else breaks(line.text) for line, stays in zip(lines, keep, strict=True))
    return normalise("\n".join(kept))


def _without_ending(line: str) -> str:
    """The article's last line without the credits and notices attached to its last sentence."""
    whole, line = line, line.rstrip(MARKS)
    while len(line) > 20:
        tail_start = max(0, len(line) - _LONGEST)
        tail = fold(line[tail_start:])
        # A match must follow the end of a sentence, so that "来源:" inside one is left alone.
        for match in rules.ENDINGS.finditer(tail.text):
            before = tail.text[: match.start()].rstrip()
            if before and before[-1] in "。.!?…\"')":
                line = line[: tail_start + tail.original(match.start(), match.end()).start].rstrip(" -—")
                break
        else:
            break
    return line + breaks(whole[len(line) :])


def _article_lines(lines: list[_Line], own: bool = False) -> list[bool]:
    """For each line, whether it is the article's. An ``own`` text may repeat itself and hold notices."""
    keep = [bool(line.text.strip(_MARGIN)) and not line.boilerplate for line in lines]
    prose = [i for i, line in enumerate(lines) if keep[i] and line.prose]
    if not prose:
        return keep
    # A headline may be a question: it does not end the top of the page.
    first = next((i for i in prose if not lines[i].headline), prose[0])
    last = prose[-1]

    end = _comments_start(lines, keep)
    if end < len(lines):
        keep[end:] = [False] * (len(lines) - end)
        last = max(i for i in prose if i < end)

    for edge in (range(first), range(last + 1, len(lines))):
        menu = {i for i in edge if keep[i] and lines[i].matches(rules.MENU)}
        for i in edge:
            keep[i] = keep[i] and (lines[i].ends or not lines[i].matches(rules.AT_THE_EDGES))
            keep[i] = keep[i] and (i not in menu or len(menu) == 1)
    opening = next((i for i in range(last + 1, len(lines)) if _opens_tail(lines[i])), len(lines))
    for i in range(last + 1, len(lines)):
        keep[i] = keep[i] and i < opening and not rules.STRONG_SPAM.search(lines[i].key)

    preface = _preface_end(lines, first, own)
    keep[:preface] = [False] * preface
    if own:
        for i in range(max(first, preface), last):
            keep[i] = keep[i] or not lines[i].evident
    else:
        _drop_repeats(lines, keep, first)
    return keep


def _opens_tail(line: _Line) -> bool:
    """Whether a notice, a share box or a list of other articles starts here, after the last sentence."""
    return bool(line.text.strip(_MARGIN)) and not line.code and (line.boilerplate or line.matches(rules.TAIL))


def _comments_start(lines: list[_Line], keep: list[bool]) -> int:
    """Where the readers' comments start, if over half of the text comes before them."""
    sizes = [len(line.text) for line in lines]
    total, before, seen = sum(sizes), 0, False
    for i, line in enumerate(lines):
        if seen and before * 2 > total and not line.prose and line.matches(rules.COMMENTS):
            return i
        before += sizes[i]
        seen = seen or (keep[i] and line.prose)
    return len(lines)


def _preface_end(lines: list[_Line], first_prose: int, own: bool) -> int:
    """How many lines come before the article: a site's name above a breadcrumb, an advert above the title.

    Above an ``own`` text, an address alone is no advert: it may say where the text is from.
    """
    filled = [i for i, line in enumerate(lines) if line.text.strip(_MARGIN)][:8]
    for place, i in enumerate(filled):
        if (
            rules.BREADCRUMB.match(lines[i].key)
            and i < first_prose
            and any(i < j < first_prose for j in filled)
        ):
            return i
        if place >= 2 and rules.DATELINE.fullmatch(lines[i].key) and not lines[filled[place - 1]].prose:
            preface, rest = lines[: filled[place - 1]], lines[filled[place - 1] :]
            text = " ".join(line.key for line in preface)
            signs = {"." if "." in m[0] or "/" in m[0] else m[0] for m in rules.ADVERT.finditer(text)}
            if len(signs) > own and _relatedness(text, " ".join(line.key for line in rest)) < 0.25:
                return filled[place - 1]
    return 0


def _relatedness(text: str, other: str) -> float:
    """The share (0 to 1) of the pairs of letters or characters of ``text`` that ``other`` has, too."""
    pairs = set(re.findall(r"(?=([^\W\d_]{2}))", text))
    return len(pairs & set(re.findall(r"(?=([^\W\d_]{2}))", other))) / len(pairs) if pairs else 0.0


def _drop_repeats(lines: list[_Line], keep: list[bool], first_prose: int) -> None:
    """Drops the second of two equal titles above the article."""
    above: set[str] = set()
    for i in range(first_prose):
        if not keep[i] or lines[i].code:
            continue
        key = without_marks(lines[i].text).lstrip("# ")
        if len(key) >= 6 and key in above:
            keep[i] = False
        above.add(key)


def _spam(key: str) -> int:
    return len(
        {m[0] for m in rules.STRONG_SPAM.finditer(key)} | {m[0] for m in rules.WEAK_SPAM.finditer(key)}
    )
