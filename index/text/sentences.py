"""Splits Chinese and English text into lines and sentences, as exact spans of the text.

An answer quotes sentences, so each must be readable alone: it ends at an end mark with the closing quotes
after it, or at the end of a line. Only an overlong sentence is split at weaker marks. Everything takes linear
time, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from index.text.dated import entries
from index.types import Span

#: Widths (see ``width``): over LONG a sentence also ends at semicolons, over LIMIT at commas or spaces.
LONG = 280
LIMIT = 600
#: Fewer characters than this before a full stop without a space are no sentence.
_CLAUSE = 8
#: Fewer characters than this say nothing alone: they are joined to the sentence before or after.
_FRAGMENT = 6
#: A sentence of no more characters is not too long, whatever they are.
_SHORT = LONG // 3
#: Lines are taken for hard-wrapped text when the widest of their block is in this range, and up to the second
#: width where no other line ends as a sentence does.
_WRAPPED, _WIDEST = range(50, 111), 160
#: How a line ends where a sentence may end, or a list of such lines be announced.
_CLOSED = re.compile(r"[.!?:;。！？：；…][\"'”’)\]*_]*$")

_LINE = re.compile(r"\S[^\n]*")
_MARKS = re.compile("[。！？!?｡….．]+")
_CLOSERS = re.compile(r"[」』”’）)】》〉\]］｝}]+|\[\w{1,4}\]")
_WEAK = re.compile(r"(?:[；;]\s*)+|(?:…+|\.{3,})(?![，。、；：！？”’」』）)….])")
# Where to cut an overlong sentence, best first. A comma between digits belongs to the number.
# Nor does one part a list marker ("一、", "1. ", "• ") from what it marks.
_CUTS = tuple(
    map(re.compile, (r"[，：—]|(?<![一二三四五六七八九十\d])、|[,:](?!\d)", r"(?<!\d\.)(?<![)）•])\s"))
)
_WORD = re.compile(r"[^\s(（\[\"“'‘「，、；;：]*$")
# A quotation goes on being part of the sentence when one of these follows it: 《雷电！》的旁白.
_ATTACHED = re.compile("[的之等和与與及或、]")
_LETTERS = re.compile(r"[A-Za-z]+(?!\.)")
# “……。”他说: the words after a quotation that tell who said it belong to its sentence.
_SPEAKER = re.compile(
    r"[^，。！？；：、,.!?;:“”「」\"\s]{0,12}?(?:说|說|道|问|問|答|喊|叫|称|稱|表示|指出|认为|認為|强调|強調|写|寫|想(?=[，。：:,]))"
)
_GOES_ON = re.compile(r"[，,、；;：:)）。．.!?！？]")
# English goes on with a small letter, unless that begins an address or a name such as iPhone.
_SMALL = re.compile(r"(?!https?:|www\.)[a-z](?![A-Z])")
#: How a line of English prose ends that is not the end of a sentence, and how the next one goes on: no code.
_UNFINISHED = re.compile(r"(?<=[ \n])[(\"'“]?[A-Za-z]+(?:[-'’][a-z]+)*[\"'”)]?,?$")
_GOES_ON_SMALL = re.compile(
    r"[(\"'“]?[a-z]+(?:[-'’][a-z]+)*[\"'”)]?(?:[,.;:!?]?$|[,.;]? (?![=|:+*<>&-]))", re.MULTILINE
)
#: The fewest characters of such a line, and the most of its last word.
_WRAPPED_LEAST, _LONG_WORD = 40, 60
_HAN_NUMBER = "[一二三四五六七八九十]{1,3}"
#: A line that begins with who says it or what it tells of: "Lena (14:05): …", "Place: …".
_LABELLED = re.compile(
    r"[\[(]?[^\s:：，。,.!?！？|](?:[^:：，。,.!?！？|\n]|\d[:：]\d){0,30}[:：]\s?(?=[^\s/\d])"
)
_BULLET = "[•·◦▪●○■◆‣①-⑳]"
#: What marks an item of a list that is not numbered.
BULLETS = frozenset("-*+•·◦▪●○■◆‣")
# After "1." or a bullet a line begins anew; so does a heading, a quotation or a table row of Markdown.
_LINE_START = re.compile(
    rf"#|[-*+|>=]|{_BULLET}|(?:\d{{1,3}}|{_HAN_NUMBER}|[A-Za-z])[.、)）．]|[(（](?:\d|(?:{_HAN_NUMBER}|[A-Za-z])[)）])"
)
#: A list marker alone: it belongs to what follows.
_MARKER = re.compile(
    rf"{_BULLET}|(?:\d{{1,3}}(?:[.．]\d{{1,2}}){{0,3}}|{_HAN_NUMBER}|[A-Za-z]|[ivxIVX]{{1,4}}|[Ⅰ-ⅿ])[.．、)）]"
    rf"|[(（](?:\d{{1,3}}|{_HAN_NUMBER}|[A-Za-z]|[ivxIVX]{{1,4}})[)）][.、]?"
)


#: What marks an item of a list: a bullet, or a number with its sign.
_ITEM = re.compile(
    rf"(?:[{re.escape(''.join(sorted(BULLETS)))}](?=\s)|{_BULLET}|\d{{1,3}}(?:[)）、]|[.．](?!\d))|{_HAN_NUMBER}[)）、.．](?![一二三四五六七八九十])"
    rf"|[a-zA-Z][)）]|[(（](?:\d{{1,3}}|{_HAN_NUMBER}|[a-zA-Z]|[ivx]{{1,4}})[)）])\s*(?=\S)"
)


def item_marker(text: str) -> int:
    """Characters of the list marker that ``text`` begins with, spaces included; 0 if there is none."""
    found = _ITEM.match(text)
    return len(found[0]) if found else 0


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Abbreviations: before a name, before a number, and those that may end a sentence.
_BEFORE_NAME = _words(
    "mr mrs ms dr prof rev hon gov sen rep gen col maj capt cmdr lt sgt pres st mt ft messrs mme mlle "
    "vs v cf viz e.g i.e eg ie al approx ca"
)
_BEFORE_NUMBER = _words("no nos fig figs vol vols p pp ch sec art eq ed op par")
_MAY_END = _words(
    "inc corp ltd co llc bros jr sr esq etc dept univ assn est ave blvd rd hwy a.m p.m ph.d "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri sat sun"
)
_ACRONYM = re.compile(r"[A-Za-z](?:\.[A-Za-z])*")
_STARTERS = _words(
    "the a an this that these those it its he his she her they their we our i my you your there here in "
    "on at by for from with as if when while after before since but and or so yet however what who how why "
    "where which one some many most all both each no not then now today"
)


def width(text: str) -> int:
    """Size of ``text`` in terminal-like cells: 1 for an ASCII character, 2 for a Han one."""
    return len(text) if text.isascii() else (len(text) + len(text.encode("utf-8", "replace"))) // 2


def lines(text: str) -> list[Span]:
    """Trimmed spans of the non-blank lines; hard-wrapped lines are joined, list markers to what they mark."""
    joined: list[Span] = []
    block: list[Span] = []
    for found in _LINE.finditer(text):
        if block and text.count("\n", block[-1].end, found.start()) > 1:
            joined += unwrapped(text, block)
            block = []
        block.append(Span(found.start(), found.start() + len(found[0].rstrip())))
    return joined + unwrapped(text, block)


def unwrapped(text: str, block: Iterable[Span]) -> list[Span]:
    """The lines of a block without blank lines, hard-wrapped ones joined, list markers to what they mark."""
    marked: list[Span] = []
    for span in block:
        if (
            marked
            and marked[-1].end - marked[-1].start < _FRAGMENT
            and _MARKER.fullmatch(text, *marked[-1])
            and not _LINE_START.match(text, span.start)
        ):
            marked[-1] = Span(marked[-1].start, span.end)
        else:
            marked.append(span)
    return _unwrap(text, marked)


def rejoined(text: str, lines: Sequence[Span]) -> list[Span]:
    """The lines of prose with those made one that an English sentence goes on in, however wide they are.

    Links that were taken out, or a wide line among them, leave hard-wrapped lines of any width.
    """
    whole: list[Span] = []
    for span in lines:
        if whole and _breaks_off(text, whole[-1]) and _goes_on(text, span):
            whole[-1] = Span(whole[-1].start, span.end)
        else:
            whole.append(span)
    return whole


def _breaks_off(text: str, line: Span) -> bool:
    """Whether a line is long, and ends with a word of English prose."""
    last = max(line.start, line.end - _LONG_WORD)
    return line.end - line.start >= _WRAPPED_LEAST and _UNFINISHED.search(text, last, line.end) is not None


def _goes_on(text: str, line: Span) -> bool:
    """Whether a line begins in the middle of an English sentence."""
    return _GOES_ON_SMALL.match(text, line.start) is not None and not _LINE_START.match(text, line.start)


def _trim(text: str, start: int, end: int) -> Span:
    if not (text[start : start + 1].isspace() or text[end - 1 : end].isspace()):
        return Span(start, end)
    part = text[start:end].rstrip()
    return Span(start + len(part) - len(part.lstrip()), start + len(part))


def _unwrap(text: str, block: list[Span]) -> list[Span]:
    """Joins the lines of a block (without blank lines) that a program broke at a fixed width.

    A line was broken if the first word of the next line would have made it wider than the widest line.
    """
    if len(block) < 2:
        return block
    widths = [width(text[s:e]) if e - s <= _WIDEST else _WIDEST + 1 for s, e in block]
    widest = max(widths)
    if not _WRAPPED.start <= widest <= _WIDEST:
        return block
    wide = widest >= _WRAPPED.stop
    if wide and not text[block[0].start : block[-1].end].isascii():
        return block  # a paragraph a line, in Chinese
    full: list[bool] = []
    begun = entries(text, block) | _labelled(text, block)
    for size, (previous, before), (start, end) in zip(widths, block, block[1:], strict=False):
        word = text[start:end].split(maxsplit=1)[0]
        first = len(word) + 1 if word.isascii() else 4  # Han text breaks anywhere but before a mark
        begins = start in begun or _LINE_START.match(text, start, end)
        goes_on = not (begins or text.startswith("#", previous))
        goes_on = goes_on and not (wide and _CLOSED.search(text, max(previous, before - 8), before))
        full.append(goes_on and size + first + 2 > widest)
    if sum(full) * 5 < len(full) * 3:
        return block
    if len(block) == 2 and widths[0] < widths[1] and not text[slice(*block[0])].isascii():
        return block  # the last line of a paragraph is the widest by chance alone
    result = [block[0]]
    for is_full, span in zip(full, block[1:], strict=True):
        # Two lines alone may be two titles: then the second must go on in the middle of a sentence.
        if is_full and (len(block) > 2 or not text[span.start].isupper()):
            result[-1] = Span(result[-1].start, span.end)
        else:
            result.append(span)
    return result


def _labelled(text: str, block: Sequence[Span]) -> set[int]:
    """The starts of the lines of a block that begin with a label, where most of them do."""
    found = {start for start, end in block if _LABELLED.match(text, start, end)}
    return found if len(found) > 1 and len(found) * 2 > len(block) else set()


def sentences(text: str) -> list[Span]:
    """The sentences of ``text`` in order, trimmed. Together they leave out only white space."""
    return [span for line in lines(text) for span in line_sentences(text, line)]


def line_sentences(text: str, line: Span) -> Iterator[Span]:
    """Sentences of one of ``lines(text)``, none wider than LIMIT. Fragments are joined to a neighbour."""
    before: Span | None = None
    start = line.start
    for end in _ends(text, line):
        whole = _trim(text, start, end)
        start = end
        for span in (whole,) if whole.end - whole.start <= _SHORT else _shorten(text, whole):
            if before is None:
                before = span
            elif (span.end - span.start < _FRAGMENT or before.end - before.start < _FRAGMENT) and _join(
                text, before, span
            ):
                before = Span(before.start, span.end)
            else:
                yield before
                before = span
    if before is not None:
        yield before


def _join(text: str, before: Span, span: Span) -> bool:
    """Whether two parts of a line, one of them a fragment, are one sentence."""
    if _MARKER.match(text, *span):
        return False
    # Many fragments in a row make several sentences.
    most = LIMIT if before.end - before.start < _FRAGMENT else LONG
    return width(text[before.start : span.end]) <= most


def _ends(text: str, line: Span) -> Iterator[int]:
    """The offset after each sentence of a line; the last one is the end of the line."""
    begin = counted = line.start
    quoted = text.find('"', *line) >= 0
    inside = False  # a straight quotation mark closes when one is open
    for mark in _MARKS.finditer(text, *line):
        if mark.start() <= begin:
            continue  # inside closers already passed, or no words before it
        if quoted:
            inside ^= text.count('"', counted, mark.end()) % 2 == 1
        counted = after = mark.end()
        while after < line.end:
            if closers := _CLOSERS.match(text, after, line.end):
                after = closers.end()
            elif (text[after] == '"' and inside) or (
                text[after] == "'" and not text[after + 1 : after + 2].isalnum()
            ):
                inside ^= text[after] == '"'
                after += 1
                counted = after
            else:
                break
        if after < line.end and _is_end(text, begin, mark, after, line.end):
            yield after
            begin = after
    yield line.end


def _is_end(text: str, begin: int, mark: re.Match[str], after: int, stop: int) -> bool:
    """Whether the sentence from ``begin`` ends at ``mark``, with its closers at ``after`` < ``stop``."""
    run, closed = mark[0], after > mark.end()
    spaced = text[after].isspace()
    following = text[after : min(after + 40, stop)].lstrip()
    if not following:
        return spaced
    latin = run.isascii() and text[mark.start() - 1].isascii()
    if _GOES_ON.match(following) or (latin and _SMALL.match(following)):
        return False
    if closed and not spaced:
        closer = text[after - 1]
        if closer in "》〉" or _ATTACHED.match(following):
            return False
        if closer in "”’」』\"'" and _SPEAKER.match(following):
            return False
    if not run.strip(".．"):
        if run == "．" and not closed and text[mark.start() - 1].isdecimal() and text[after].isdecimal():
            return False  # ３．２亿, ２０２４．６．８
        if not (spaced or closed or not text[after].isascii()):
            return False
        return spaced or closed if len(run) > 1 else _is_full_stop(text, begin, mark.start(), following)
    if not run.strip("…."):
        return spaced or closed
    # "?" and "!" within an address or a name such as Yahoo!Mail
    return not (latin and not closed and text[after].isascii() and text[after].isalnum())


def _is_full_stop(text: str, begin: int, dot: int, following: str) -> bool:
    """Whether the single "." at ``dot`` ends an English sentence; ``following`` is the text after it."""
    found = _WORD.search(text, max(begin, dot - 20), dot)
    word = found[0].lower() if found else ""
    if word.isdigit():
        before = text[begin : dot - len(word)].rstrip()[-1:]
        if before in "；;：:" or (len(word) < 3 and before in "，,、"):
            return False  # "1. First point; 2. second point"
        if len(word) < 3 and text[dot] == "．" and not text[dot + 1].isspace():
            return False  # "一、总则 1．目的 2．依据"
    if word in _BEFORE_NAME:
        return False
    if word in _BEFORE_NUMBER:
        return not following[0].isdigit()
    if word in _MAY_END or _ACRONYM.fullmatch(word):
        next_word = _LETTERS.match(following.lstrip("\"'“‘("))
        return next_word is not None and next_word[0].lower() in _STARTERS
    # A full stop right between Han characters may also part the items of a list.
    return following[0].isascii() or text[dot + 1].isspace() or dot - begin >= _CLAUSE


def _shorten(text: str, span: Span) -> Iterator[Span]:
    """The sentence, or its parts if it is too long to quote."""
    start, end = span
    if width(text[start:end]) <= LONG:
        yield span
        return
    counted, size, depth = start, 0, 0
    for weak in _WEAK.finditer(text, start, end):
        part = text[counted : weak.end()]
        counted = weak.end()
        size += width(part)
        depth += sum((c in "(（") - (c in ")）") for c in part)
        if depth <= 0 and size >= LONG // 4 and end - counted >= LONG // 8:
            yield from _cut(text, start, counted)
            start, size, depth = counted, 0, 0
    yield from _cut(text, start, end)


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """Parts of ``text[start:end]`` that are no wider than LIMIT, cut at commas if there are any."""
    while True:
        size = min(LIMIT, end - start)
        while width(text[start : start + size]) > LIMIT:
            size = size * 3 // 4
        if size == end - start:
            break
        # Of what makes two parts, the second should not be a scrap.
        stop = start + min(size, (end - start) * 2 // 3)
        for cut in _CUTS:
            if found := [m.end() for m in cut.finditer(text, start + size // 3, stop)]:
                stop = found[-1]
                break
        if (part := _trim(text, start, stop)).start < part.end:
            yield part
        start = stop
    if (part := _trim(text, start, end)).start < part.end:
        yield part
