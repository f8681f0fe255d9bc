"""Articles exported as JSON: one object a line (JSON Lines), or one list of objects."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from index.cleaning.metadata import parse_date
from index.errors import Phrase, ReadError
from index.readers.encodings import decode
from index.readers.registry import MAX_BYTES, ReadBytes, read_bytes
from index.text.display import encodable, one_line
from index.types import Member, Members, ParsedArticle

#: The longest line that is read, in bytes; of a longer one no more than a piece is held at a time.
MAX_LINE, _PIECE = 16 * 2**20, 2**16
#: The most characters of a name, title, author or source.
_LENGTH = 200

#: Keys under which exports keep the text, and as what it is read; the first that holds any counts.
_TEXTS = {
    "markdown": ".md",
    "text": ".txt",
    "content": ".txt",
    "body": ".txt",
    "content_text": ".txt",
    "html": ".html",
    "content_html": ".html",
}
_NAMES = ("id", "_id", "url")
_TITLES = ("title", "headline")
_DATES = ("date", "published", "date_published", "published_at", "created", "created_at")
_AUTHORS = ("author", "authors", "byline")
_SOURCES = ("url", "source", "site")
#: Keys of an object that holds the list of articles, as JSON Feed does.
_LISTS = ("articles", "items", "documents", "data")


def line_members(file: io.FileIO, read: ReadBytes = read_bytes) -> Members:
    """The articles of JSON Lines, one at a time."""
    buffered = io.BufferedReader(file, _PIECE)
    seen: set[str] = set()
    number = 0
    try:
        while line := buffered.readline(MAX_LINE + 1):
            number += 1
            place = f"line {number}"
            if len(line) > MAX_LINE:
                while not line.endswith(b"\n") and (line := buffered.readline(_PIECE)):
                    pass
                yield Member.refused(
                    place, ReadError("the line is longer than {limit} MiB", limit=MAX_LINE >> 20)
                )
            elif line.strip(b"\x00\xef\xbb\xbf \t\r\n"):
                try:
                    record = _record(_parse_json(line))
                except ReadError as error:
                    yield Member.refused(place, error)
                else:
                    yield _member(record, line, place, seen, read)
    finally:
        buffered.detach()


def list_members(file: io.FileIO, read: ReadBytes = read_bytes) -> Members:
    """The articles of a list, or of an object that contains one. ReadError: there is none."""
    data = io.BufferedReader(file)
    try:
        content = data.read(MAX_BYTES + 1)
    finally:
        data.detach()
    if len(content) > MAX_BYTES:
        raise ReadError(
            "the file is too large",
            "the limit is {limit} MiB; export it as JSON Lines",
            limit=MAX_BYTES >> 20,
        )
    found = _parse_json(content)
    if isinstance(found, dict):
        found = next((found[key] for key in _LISTS if isinstance(found.get(key), list)), [found])
    if not isinstance(found, list):
        raise ReadError("it is no list of articles", "its articles are objects with title and text")
    seen: set[str] = set()
    for number, item in enumerate(found, 1):
        place = f"item {number}"
        try:
            record = _record(item)
        except ReadError as error:
            yield Member.refused(place, error)
        else:
            yield _member(record, json.dumps(item, sort_keys=True).encode(), place, seen, read)


def _parse_json(data: bytes) -> Any:
    try:
        return json.loads(decode(data))
    except RecursionError as error:
        raise ReadError("it is not JSON: {what}", what=Phrase("it is nested too deeply")) from error
    except ValueError as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise ReadError("it is not JSON: {what}", what=what) from error


def _record(found: Any) -> Mapping[str, Any]:
    """A JSON object with lower-case keys that holds a text."""
    if not isinstance(found, dict):
        raise ReadError("it is no JSON object")
    record = {key.lower(): value for key, value in found.items()}
    if not any(_text(record.get(key)) for key in _TEXTS):
        raise ReadError("it has no text", "articles have one under {keys}", keys=" ".join(_TEXTS))
    return record


def _member(record: Mapping[str, Any], data: bytes, place: str, seen: set[str], read: ReadBytes) -> Member:
    """The article of ``record``, under its own name if no other had it."""
    name = next((n for key in _NAMES if (n := _line(record.get(key)))), place)
    if name in seen:
        name = place
    seen.add(name)
    return Member(name, data, partial(_parse, record, read))


def _parse(record: Mapping[str, Any], read: ReadBytes) -> ParsedArticle:
    key = next(key for key in _TEXTS if _text(record.get(key)))
    text = _text(record[key])
    if not encodable(text):
        raise ReadError("it holds characters that are no text (lone surrogates)")
    parsed = read(text.encode(), f"{_LISTS[0]}{_TEXTS[key]}")
    return replace(
        parsed,
        title=_fact(record, _TITLES) or parsed.title,
        published=next((d for key in _DATES if (d := _date(record.get(key)))), parsed.published),
        author=_fact(record, _AUTHORS) or parsed.author,
        source=_fact(record, _SOURCES) or parsed.source,
    )


def _text(value: Any) -> str:
    """A string, or the strings of a list as paragraphs."""
    if isinstance(value, list):
        return "\n\n".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) and value.strip() else ""


def _fact(record: Mapping[str, Any], keys: Sequence[str]) -> str:
    return next((fact for key in keys if (fact := _line(record.get(key)))), "")


def _line(value: Any) -> str:
    """A name or number on one line. {"name": "Li"} is a name; ["Li", "Wu"] are two."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_line(part) for part in value[:10] if not isinstance(part, list))))
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    try:
        text = str(value)
    except ValueError:  # an integer of thousands of digits
        return ""
    return one_line(text)[:_LENGTH]


def _date(value: Any) -> str | None:
    """A date as ISO 8601, from words or from seconds or milliseconds since 1970."""
    if isinstance(value, str):
        return parse_date(value[:_LENGTH])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        moment = datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M") if 1990 <= moment.year <= 2100 else None
