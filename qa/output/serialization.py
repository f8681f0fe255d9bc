"""Answers kept as text: all that the app shows of one, so that it can be shown again later."""

from __future__ import annotations

import json
import math
import re
import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, Union, get_args, get_origin

from index.errors import UsageError
from index.types import ArticleInfo, Passage
from qa.output.terminal import json_line
from qa.types import Answer, Citation, Hit

#: Raised when what is written can no longer be read by the code of before.
VERSION = 2
#: Fields by the version they came with. An answer in which they say nothing is written without them, as of 1.
_SINCE: dict[tuple[type, str], int] = {(Hit, "also"): 2, (Hit, "page"): 2}
_SINCE |= {(Citation, "also"): 2, (Citation, "page"): 2}
#: What several parts of an answer share is written once and named by its place, inner ones first.
_SHARED: dict[type, str] = {ArticleInfo: "articles", Passage: "passages", Hit: "hits"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?", re.ASCII)
#: Words to match by: never shown, and more than half of a passage.
_LEFT_OUT: dict[type, set[str]] = {Passage: {"words", "context"}}
#: Fields that are written under the name they once had.
_SAVED_NAMES = {"found_by": "legs", "features": "signs"}


def dumps(answer: Answer) -> str:
    """``answer`` as one line of JSON. Passages come back without the words they are matched by."""
    tables: dict[type, list[Any]] = {kind: [] for kind in _SHARED}
    places: dict[int, int] = {}
    version = 1

    def write(value: Any) -> Any:
        if type(value) in tables:
            if id(value) not in places:
                table = tables[type(value)]
                written = write_fields(value)
                if written not in table:
                    table.append(written)
                places[id(value)] = table.index(written)
            return places[id(value)]
        if is_dataclass(value):
            return write_fields(value)
        if isinstance(value, dict):
            return {key: write(item) for key, item in value.items()}
        return [write(item) for item in value] if isinstance(value, tuple) else value

    def write_fields(value: Any) -> dict[str, Any]:
        nonlocal version
        written = {}
        for field in fields(value):
            said, since = getattr(value, field.name), _SINCE.get((type(value), field.name), 1)
            if field.name in _LEFT_OUT.get(type(value), set()) or (since > 1 and said == field.default):
                continue
            version = max(version, since)
            written[_SAVED_NAMES.get(field.name, field.name)] = write(said)
        return written

    data = write(answer)
    shared = {name: tables[kind] for kind, name in _SHARED.items()}
    return json_line({"version": version, **shared, "answer": data})


def loads(text: str) -> Answer:
    """The answer that `dumps` wrote. UsageError: it is of a later version, or no answer at all."""
    try:
        data = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UsageError("a saved answer cannot be read: it is not JSON") from error
    version = data.get("version") if isinstance(data, dict) else None
    if type(version) is not int or not 1 <= version <= VERSION:
        raise UsageError(
            "a saved answer of version {version} cannot be read",
            "a newer Yinju may have written it",
            version=version if isinstance(version, int) else "?",
        )
    tables: dict[type, list[Any]] = {}
    try:
        for kind, name in _SHARED.items():
            tables[kind] = [_fields(kind, item, tables) for item in _list(data[name])]
        return _sound(typing.cast(Answer, _fields(Answer, data["answer"], tables)))
    except (KeyError, _Unfit) as error:
        raise UsageError("a saved answer cannot be read: {error}", error=error) from error


def _sound(answer: Answer) -> Answer:
    """The answer, once what it is shown by holds: numbers that are there, offsets in range, dates."""
    numbers = [citation.number for citation in answer.citations]
    if len(set(numbers)) < len(numbers):
        raise _Unfit("two citations of one number")
    cited = [part.citation for part in answer.sentences] + [part.citation for part in answer.disagreement]
    if not set(cited) <= set(numbers):
        raise _Unfit("a sentence without its citation")
    for hit in (*answer.hits, *(citation.hit for citation in answer.citations)):
        passage, published = hit.passage, hit.article.published
        if passage.start < 0 or passage.end - passage.start != len(passage.text):
            raise _Unfit("a passage out of its place")
        if not all(passage.start <= m.start <= m.end <= passage.end for m in hit.matches):
            raise _Unfit("a match out of its passage")
        if published is not None and not _is_date(published):
            raise _Unfit("a date that is none")
    for citation in answer.citations:
        passage = citation.hit.passage
        if not passage.start <= citation.start <= citation.end <= passage.end:
            raise _Unfit("a quote out of its passage")
    return answer


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False


class _Unfit(Exception):
    """A value that is not what its place asks for."""


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _Unfit("no list where one is due")
    return value


def _fields(kind: type, data: Any, tables: dict[type, list[Any]]) -> Any:
    """A dataclass from its fields; one that came later takes its default."""
    if not isinstance(data, dict):
        raise _Unfit(f"no {kind.__name__} where one is due")
    hints = _hints(kind)
    left_out = _LEFT_OUT.get(kind, set())
    known = {
        _SAVED_NAMES.get(field.name, field.name): field
        for field in fields(kind)
        if field.name not in left_out
    }
    if strange := data.keys() - known.keys():
        raise _Unfit(f"{kind.__name__} with {min(strange)[:40]!r}")
    values: dict[str, Any] = dict.fromkeys(left_out, ())
    for name, field in known.items():
        if name in data:
            values[field.name] = _read(hints[field.name], data[name], tables)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise _Unfit(f"{kind.__name__} without {name!r}")
    return kind(**values)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, value: Any, tables: dict[type, list[Any]]) -> Any:
    """``value`` as the annotation ``kind`` asks for."""
    if kind in tables:
        table = tables[kind]
        if type(value) is not int or not 0 <= value < len(table):
            raise _Unfit(f"no such {kind.__name__}")
        return table[value]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        options = [option for option in inner if option is not type(None)]
        return None if value is None else _read(options[0], value, tables)
    if origin is tuple:
        items = _list(value)
        kinds = [inner[0]] * len(items) if inner[-1] is Ellipsis else inner
        if len(kinds) != len(items):
            raise _Unfit(f"{len(items)} items where {len(kinds)} are due")
        return tuple(_read(each, item, tables) for each, item in zip(kinds, items, strict=True))
    if origin is dict:
        if not isinstance(value, dict):
            raise _Unfit("no table where one is due")
        return {name: _read(inner[1], item, tables) for name, item in value.items()}
    if is_dataclass(kind):
        return _fields(typing.cast(type, kind), value, tables)
    if kind is float and type(value) is int and abs(value) < 2**53:
        return float(value)
    if type(value) is not kind or (kind is float and not math.isfinite(value)):
        raise _Unfit(f"no {kind.__name__} where one is due")
    return value
