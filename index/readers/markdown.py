"""Markdown to readable text: without marks of emphasis, links and pictures; headings stay "#" lines.

Marks of note-taking programs (Obsidian, Logseq) go as well: comments, block ids, queries, drawers. Front
matter is read line by line, not as YAML: people write titles with colons and quotes that YAML refuses. No
article may be lost, and no file may run anything, because of its front matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index.cleaning.metadata import Metadata, parse_date

_FRONT = re.compile(r"\ufeff?\s{0,20}(---|\+\+\+)[ \t]*\r?\n")
_KEY = re.compile(r"([\w-]{1,30})\s*[:=]\s*(.*)")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_SETEXT = re.compile(r"(=+|-+)\s*$")
_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
_TABLE_RULE = re.compile(r"(?=[|:\s]*-[:\-\s]*\|)[|:\-\s]*$")
_DEFINITION = re.compile(r"\s{0,3}\[(?!\^)[^\]\n]{1,200}\]:\s*\S")
_NOTE = re.compile(r"^\s{0,3}\[\^[^\]\n]{1,50}\]:\s*")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*[^\s#])?[\s#]*$")
_QUOTE = re.compile(r"^\s{0,3}(?:>\s?)+(?:\[![\w-]{1,20}(?:\|[^\]\n]{0,40})?\][-+]?\s*)?")
_LIST = re.compile(r"(\s*)(?:([-*+])|(\d{1,4}[.)]))\s+(?:\[[ xX/<>?!*-]\]\s+)?")
_TARGET = r"\([^()\n]{0,1500}(?:\([^()\n]{0,300}\)[^()\n]{0,300})?\)"
_MEDIA = r"(?:png|jpe?g|gif|bmp|svg|webp|avif|pdf|mp[34]|m4a|wav|ogg|flac|web[ma]|mov|mkv|canvas|base)"
_INLINE = re.compile(
    rf"""
      (?P<ticks>`{{1,20}})(?P<code>[^`\n]{{1,1000}})(?P=ticks)
    | \\(?P<escaped>[\\`*_{{}}\[\]()\#+\-.!|<>~])
    | !\[(?P<alt>[^\[\]\n]{{0,500}})\](?:{_TARGET}|\[[^\[\]\n]{{0,200}}\])
    | (?<!!)\[(?P<link>[^\[\]\n]{{1,800}})\](?:{_TARGET}|\[[^\[\]\n]{{0,200}}\])
    | \[\^[^\]\n]{{1,50}}\]
    | %%[^%\n]{{0,1000}}%%
    | !\[\[[^\[\]|\n]{{1,300}}\.{_MEDIA}(?:[|\#][^\[\]\n]{{0,300}})?\]\]
    | !?\[\[(?:[^\[\]|\n]{{0,300}}\|)?(?P<wiki>[^\[\]|\n]{{1,300}})\]\]
    | \{{\{{[^{{}}\n]{{0,500}}\}}\}} | \(\([\da-f]{{8}}-[\da-f-]{{27}}\)\)
    | [(\[][\w-]{{1,40}}::\s(?P<value>[^()\[\]\n]{{0,300}})[)\]]
    | <(?P<url>https?://[^<>\s]{{1,1000}})>
    """,
    re.X,
)
#: Whether a line may hold any of them: few lines do.
_MARKED = re.compile(r"[`\\\[<%{]|\(\(|::")
_EMPHASIS = (
    re.compile(r"(\*{2,3})(?=[^\s*])([^*\n]{0,1000}[^\s*])\1(?!\*)"),
    re.compile(r"(?<![A-Za-z0-9*])(\*)(?=[^\s*])([^*\n]{0,1000}[^\s*])\*(?![A-Za-z0-9*])"),  # not 2*3*4
    re.compile(r"(?<![\w_])(_{1,3})(?=[^\s_])([^_\n]{0,1000}[^\s_])\1(?![\w_])"),
    re.compile(r"(~~|==)(?=[^\s~=])([^~=\n]{0,1000}[^\s~=])\1"),
)
_QUERY = re.compile(r"\s{0,3}(?:```|~~~)\s?(?:dataview(?:js)?|query|tasks)\s*$", re.I)
_BLOCK_ID = re.compile(r"(?:^|\s)\^[a-zA-Z\d-]{1,40}\s*$")
#: A property in the text ("key:: value"), and those that only Logseq reads.
_PROPERTY = re.compile(r"^(\s*(?:[-*+]\s+)?)([\w-]{1,40}(?: [\w-]{1,20})?)::(?=\s|$)\s*(.*)$")
_INNER = frozenset(
    {"id", "collapsed", "title", "alias", "aliases", "tags", "icon", "public", "template", "filters"}
)
_TASK = re.compile(r"^(\s*[-*+]\s+)(?:TODO|DOING|DONE|LATER|NOW|WAITING|CANCELED) (?:\[#[ABC]\] )?")
_FILE_NAME = re.compile(r"[\w\s-]{0,40}(?:\.\w{3,4})?", re.ASCII)


def read_markdown(text: str) -> tuple[str, Metadata]:
    """The readable text, and the metadata of the front matter or of a Logseq page's properties."""
    front, body = _split(text)
    opening = [m for line in body[:2000].split("\n")[:10] if (m := _PROPERTY.match(line))]
    front = {match[2].lower(): match[3].strip() for match in opening} | front
    metadata = Metadata(
        title=front.get("title"),
        published=next(
            (
                d
                for k in ("date", "published", "pubdate", "created", "datetime")
                if (d := parse_date(front.get(k, "")))
            ),
            None,
        ),
        author=_first_value(front, "author", "authors", "by"),
        source=_first_value(front, "source", "publisher", "site"),
    )
    return _plain(_without_hidden(body.replace("\r\n", "\n").split("\n"))), metadata


def _first_value(front: Mapping[str, str], *keys: str) -> str | None:
    """The first of the keys that says something: names without link marks, of an address the host."""
    value = next((front[key] for key in keys if front.get(key)), "")
    address = re.match(r"https?://(?:www\.)?([^/\s:]{1,200})", value)
    return (address[1] if address else _inline(value)) or None


def _split(text: str) -> tuple[dict[str, str], str]:
    """Front matter as strings by lower-case key, and the text after it. If it never ends, all is text."""
    opening = _FRONT.match(text)
    if opening is None:
        return {}, text
    lines = text[opening.end() :].split("\n", 400)
    end = next((i for i, line in enumerate(lines[:400]) if line.rstrip() in (opening[1], "...")), None)
    if end is None:
        return {}, text
    front: dict[str, str] = {}
    key = ""
    for line in lines[:end]:
        if (pair := _KEY.match(line)) is not None:
            key = pair[1].lower()
            front[key] = _scalar(pair[2])
        elif key and line.strip() and (line[0].isspace() or line.startswith("- ")):
            more = _scalar(line.strip().removeprefix("- "))
            joint = ", " if line.strip().startswith("- ") else " "
            front[key] = joint.join(filter(None, (front[key], more)))
    # Lines that are not front matter are kept: this may be an article that starts with a rule.
    body = (
        lines[end + 1 :] if all(_in_front(line) for line in lines[:end]) else lines[:end] + lines[end + 1 :]
    )
    return {k: v for k, v in front.items() if v}, "\n".join(body)


def _in_front(line: str) -> bool:
    return (
        not line.strip()
        or line[0].isspace()
        or line.startswith(("- ", "#", "}", "]"))
        or _KEY.match(line) is not None
    )


def _scalar(value: str) -> str:
    """A YAML or TOML value as text: quotes, list brackets and block signs taken off."""
    value = value.strip()
    if value in ("|", ">", "|-", ">-", "null", "~"):
        return ""
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(_scalar(v) for v in value[1:-1].split(",") if v.strip())
    if value[:1] in ("'", '"'):
        value = value[1:].removesuffix(value[0])
    return value.strip()


def _without_hidden(lines: list[str]) -> list[str]:
    """The lines without closed comments (``%%``), queries and drawers that span several of them."""
    fences = [i for i, line in enumerate(lines) if _FENCE.match(line)]
    blocks = list(zip(fences[::2], fences[1::2], strict=False))
    code = {i for first, last in blocks for i in range(first, last + 1)}
    gone = {i for first, last in blocks if _QUERY.match(lines[first]) for i in range(first, last + 1)}
    marks = [i for i, line in enumerate(lines) if i not in code and line.count("%%") % 2]
    for first, last in zip(marks[::2], marks[1::2], strict=False):
        gone.update(range(first + 1, last))
        lines[first] = lines[first].rpartition("%%")[0]
        lines[last] = lines[last].partition("%%")[2]
    drawer = None
    for i, line in enumerate(lines):
        if line.strip() == ":LOGBOOK:":
            drawer = i
        elif line.strip() == ":END:" and drawer is not None:
            gone.update(range(drawer, i + 1))
            drawer = None
    return [line for i, line in enumerate(lines) if i not in gone]


def _plain(source: Sequence[str]) -> str:
    lines: list[str] = []
    fence = None
    for line in source:
        mark = _FENCE.match(line)
        if fence is not None or mark is not None:
            if mark is not None and fence is None:
                fence = mark[0].strip()
                line = line.replace("~~~", "```", 1)
            elif mark is not None and mark[0].strip() == fence:
                fence = None
                line = "```"
            lines.append(line)
        elif (
            lines
            and lines[-1].strip()
            and not lines[-1].startswith(("#", "- ", "```"))
            and (under := _SETEXT.match(line))
            and len(lines[-1]) < 200
            and (len(lines) < 2 or not lines[-2].strip())
        ):
            lines[-1] = f"{'#' if under[1][0] == '=' else '##'} {lines[-1].strip()}"
        elif "::" in line and (own := _PROPERTY.match(line)) and own[2].lower() in _INNER:
            continue
        elif not (_RULE.match(line) or _TABLE_RULE.match(line) or _DEFINITION.match(line)):
            lines.append(_plain_line(line))
    return "\n".join(lines)


def _plain_line(line: str) -> str:
    line = _NOTE.sub("", _QUOTE.sub("", line, count=1), count=1)
    line = _TASK.sub(r"\1", line)
    if "^" in line or "::" in line:
        line = _PROPERTY.sub(r"\1\2: \3", _BLOCK_ID.sub("", line))
    if heading := _HEADING.match(line):
        return f"{heading[1]} {_inline(heading[2] or '')}"
    marker = ""
    if item := _LIST.match(line):
        marker = f"{item[1]}{item[3] or '-'} "
        line = line[item.end() :]
    elif line.strip().startswith("|"):
        line = line.strip().strip("| ")
    return marker + _inline(line)


def _wiki(target: str) -> str:
    """What a link to a note shows: "note > heading", without block ids."""
    return " > ".join(part for part in target.split("#") if part and not part.startswith("^"))


def _inline(line: str) -> str:
    """``line`` without inline marks. Code is set aside so that its asterisks and underscores survive."""
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return f"\x00{len(kept) - 1}\x00"

    def unmark(match: re.Match[str]) -> str:
        if match["code"] is not None:
            return keep(match["code"].strip() or match["code"])
        if match["escaped"] is not None:
            return keep(match["escaped"])
        if match["alt"] is not None:
            return "" if len(match["alt"]) < 4 or _FILE_NAME.fullmatch(match["alt"]) else match["alt"]
        if match["url"] is not None:
            return keep(match["url"])
        if match["wiki"] is not None:
            return _wiki(match["wiki"])
        return match["link"] or match["value"] or ""

    line = line.replace("\x00", "")
    if _MARKED.search(line):
        for _ in range(2):  # a picture may stand in a link
            line = _INLINE.sub(unmark, line)
    for pattern in _EMPHASIS:
        line = pattern.sub(r"\2", line)
    return re.sub("\x00(\\d+)\x00", lambda m: kept[int(m[1])], line)
