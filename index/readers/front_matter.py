"""What a Markdown file says of itself at its head: front matter, properties of Logseq, "Key: value" lines.

Front matter is read line by line, not as YAML: people write titles with colons and quotes that YAML refuses.
No article may be lost, and no file may run anything, because of its front matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from index.cleaning.metadata import Metadata, parse_date

_FRONT = re.compile(r"\ufeff?\s{0,20}(---|\+\+\+)[ \t]*\n")
_KEY = re.compile(r"([\w.-]{1,40})\s*[:=]\s*(.*)")
_SECTION = re.compile(r"\[{1,2}([\w. -]{1,40})\]{1,2}\s*")
#: A line of a head without "---".
_BARE = re.compile(r"([A-Za-z][\w -]{0,30}|[^\W\da-z_]{2,8})\s?[:：]\s*(\S.*)")
_PROPERTY = re.compile(r"(?:- )?([\w-]{1,40})::(?: (.*)|$)")
#: A property of a Logseq page; the fields of other notes are their text.
_PAGE_KEYS = frozenset(
    ("title", "alias", "aliases", "tags", "icon", "public", "template", "filters", "type", "author", "date")
)
_WIKI = re.compile(r"\[\[(?:[^\[\]|]{0,200}\|)?([^\[\]|]{1,200})\]\]")
_LINES = 400
#: The keys that tell a fact, the best first.
_TITLE = ("title", "标题", "標題", "题目", "題目")
_DATE = (
    *("date", "published", "pubdate", "created", "datetime"),
    *("日期", "发布日期", "发布时间", "發布日期", "發布時間", "創建時間", "创建时间"),
)
_AUTHOR = ("author", "authors", "by", "作者")
_SOURCE = ("source", "publisher", "site", "来源", "來源", "出处", "出處")


class Head(NamedTuple):
    """``lines`` have the head as "key: value" lines, ``facts`` its values by lower-case key."""

    lines: list[str]
    facts: dict[str, str]
    body: str


def split_head(text: str) -> Head:
    """The head of a text with "\\n" line ends, and the rest. A head that never ends is text."""
    opening = _FRONT.match(text)
    if opening is None:
        return _bare_head(text)
    lines = text[opening.end() :].split("\n", _LINES)
    end = next((i for i, line in enumerate(lines[:_LINES]) if line.rstrip() in (opening[1], "...")), None)
    if end is None:
        return Head([], {}, text)
    found = _entries(lines[:end])
    facts = {key.lower(): value for key, value in found if key and value}
    after = "\n".join(lines[end + 1 :])
    # An article may start with a rule. Of front matter most lines are keys; some values go on below.
    filled = [line for line in lines[:end] if line.strip()]
    strange = sum(not _in_front(line) for line in filled)
    if strange and (_KEY.match(filled[0]) is None or 3 * strange > len(filled)):
        return Head([], facts, "\n".join(lines[:end]) + "\n\n" + after)
    return Head([f"{key}: {value}" if key else value for key, value in found if value], facts, after)


def _entries(lines: Sequence[str]) -> list[tuple[str, str]]:
    """The keys and values of front matter in order; a comment has no key."""
    found: list[tuple[str, str]] = []
    for line in lines:
        bare = line.strip()
        if bare.startswith("#"):
            found.append(("", bare.lstrip("# ")))
        elif found and found[-1][0] and bare and (line[0].isspace() or line.startswith(("- ", "]", "}"))):
            key, value = found[-1]
            item = bare.startswith("- ") or value.startswith("[")
            parts = (value.strip("[, "), _scalar(bare.removeprefix("- ").strip(",")).strip("[]"))
            found[-1] = (key, (", " if item else " ").join(filter(None, parts)))
        elif (pair := _KEY.match(line)) is not None:
            found.append((pair[1], _scalar(pair[2])))
        elif (section := _SECTION.fullmatch(line)) is not None:
            found.append(("", section[1]))
        elif bare:
            found.append(("", bare))
    return found


def _bare_head(text: str) -> Head:
    """The properties that open a text. "Key: value" lines there give facts, too, and stay in the text."""
    text = text.lstrip("\ufeff\n")
    block = text[:4000].split("\n\n")[0].split("\n")
    size = next((i for i, line in enumerate(block) if not _PROPERTY.fullmatch(line)), len(block))
    pattern = _PROPERTY if size else _BARE
    pairs = [pattern.fullmatch(line.rstrip()) for line in block[: size or None]]
    facts: dict[str, str] = {}
    if all(pairs):
        for pair in filter(None, pairs):
            facts.setdefault(pair[1].strip().lower(), _scalar(pair[2] or ""))
    if not (size and facts.keys() & _PAGE_KEYS):
        return Head([], facts, text)
    lines = [f"{key}: {value}".strip() for key, value in facts.items()]
    return Head(lines, facts, "".join(text.split("\n", size)[size:]))


def metadata_of(facts: Mapping[str, str]) -> Metadata:
    """The facts of a head. Values are plain text."""
    return Metadata(
        title=_first(facts, _TITLE),
        published=next((day for key in _DATE if (day := parse_date(facts.get(key, "")))), None),
        author=_first(facts, _AUTHOR),
        source=_host(_first(facts, _SOURCE)),
    )


def _first(facts: Mapping[str, str], keys: Sequence[str]) -> str | None:
    return next((facts[key] for key in keys if facts.get(key)), None)


def _host(value: str | None) -> str | None:
    """The host of an address; what is no address stays."""
    address = re.match(r"https?://(?:www\.)?([^/\s:]{1,200})", value or "")
    return address[1] if address else value


def _in_front(line: str) -> bool:
    return (
        not line.strip()
        or line[0].isspace()
        or line.startswith(("- ", "#", "}", "]"))
        or _KEY.match(line) is not None
        or _SECTION.fullmatch(line) is not None
    )


def _scalar(value: str) -> str:
    """A YAML or TOML value as text: quotes, list brackets and block signs taken off."""
    value = value.strip()
    if value in ("|", ">", "|-", ">-", "null", "~"):
        return ""
    if value.startswith("[") and value.endswith("]") and not value.startswith("[["):
        return ", ".join(_scalar(v) for v in value[1:-1].split(",") if v.strip())
    if value[:1] in ("'", '"'):
        value = value[1:].removesuffix(value[0])
    return _WIKI.sub(r"\1", value.strip())
