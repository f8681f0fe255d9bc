"""Saves answers as text, with all that the app needs to show them again."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from index.errors import UsageError
from index.text.display import json_line
from index.types import READ, ArticleInfo, Passage
from qa.types import Answer, Hit

#: Increased whenever older code cannot read the new form. Version 1 had neither ``also`` nor ``page``.
VERSION = 2
#: What a passage is matched by: never shown, and more than half of it.
_UNSAVED = ("words", "context")
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d)?)?)?", re.ASCII)

Item = TypeVar("Item")


def dumps(answer: Answer) -> str:
    """``answer`` as one line of JSON. Passages come back without the words they are matched by.

    Articles, passages and hits are written once each and referred to by their position. An answer
    that uses nothing of version 2 is written as version 1.
    """
    articles: list[dict[str, Any]] = []
    passages: list[dict[str, Any]] = []
    hits: list[dict[str, Any]] = []
    version = 1

    def located(item: dict[str, Any]) -> dict[str, Any]:
        """``item`` with references to the articles of ``also``, and without empty fields of its place."""
        nonlocal version
        also, page = [_position(info, articles) for info in item.pop("also")], item.pop("page")
        said = ({"also": also} if also else {}) | ({} if page is None else {"page": page})
        version = VERSION if said else version
        read = item.pop("read")
        return item | said | ({"read": read} if read else {})

    def save_hit(hit: dict[str, Any]) -> int:
        passage = {key: value for key, value in hit["passage"].items() if key not in _UNSAVED}
        references = {
            "passage": _position(passage, passages),
            "article": _position(hit["article"], articles),
            "legs": hit.pop("found_by"),
        }
        return _position(located(hit | references), hits)

    data = msgspec.to_builtins(answer)
    data["citations"] = [
        located(citation | {"hit": save_hit(citation["hit"])}) for citation in data["citations"]
    ]
    data["hits"] = [save_hit(hit) for hit in data["hits"]]
    if data["decision"]:
        data["decision"]["signs"] = data["decision"].pop("features")
    tables = {"articles": articles, "passages": passages, "hits": hits}
    return json_line({"version": version, **tables, "answer": data})


def _position(item: dict[str, Any], table: list[dict[str, Any]]) -> int:
    if item not in table:
        table.append(item)
    return table.index(item)


def loads(text: str) -> Answer:
    """The answer that `dumps` wrote. Raises UsageError for a later version, or for anything else."""
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
    try:
        answer = _answer(data)
        _check(answer)
    except (LookupError, msgspec.ValidationError, _UnsoundError) as error:
        raise UsageError("a saved answer cannot be read: {error}", error=error) from error
    except UnicodeEncodeError as error:  # msgspec meets half a surrogate pair in a key
        raise UsageError("a saved answer cannot be read: {error}", error="a key is no text") from error
    return answer


def _answer(data: dict[str, Any]) -> Answer:
    """The answer in saved ``data``. Raises LookupError or msgspec.ValidationError where it is none."""
    articles = msgspec.convert(data["articles"], list[ArticleInfo])
    passages = [
        msgspec.convert(item | dict.fromkeys(_UNSAVED, ()), Passage) for item in _objects(data["passages"])
    ]
    hits = []
    for item in _objects(data["hits"]):
        references = {
            "passage": _at(item["passage"], passages),
            "article": _at(item["article"], articles),
            "also": _all_at(item.get("also", []), articles),
            "found_by": item["legs"],
        }
        hits.append(msgspec.convert(item | references, Hit))
    answer = msgspec.convert(data["answer"], dict[str, Any])
    answer["hits"] = _all_at(answer["hits"], hits)
    answer["citations"] = [
        item | {"hit": _at(item["hit"], hits), "also": _all_at(item.get("also", []), articles)}
        for item in _objects(answer["citations"])
    ]
    if (decision := answer.get("decision")) is not None:
        [decision] = _objects([decision])
        answer["decision"] = decision | {"features": decision["signs"]}
    return msgspec.convert(answer, Answer)


def _objects(value: Any) -> list[dict[str, Any]]:
    return msgspec.convert(value, list[dict[str, Any]])


def _at(position: Any, table: Sequence[Item]) -> Item:
    if type(position) is not int or not 0 <= position < len(table):
        raise _UnsoundError("it refers to what it does not hold")
    return table[position]


def _all_at(positions: Any, table: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(_at(position, table) for position in msgspec.convert(positions, list[Any]))


class _UnsoundError(Exception):
    """A saved answer whose parts do not fit one another."""


def _check(answer: Answer) -> None:
    """Raise _UnsoundError unless the answer can be shown: numbers that exist, offsets in range, dates."""
    numbers = [citation.number for citation in answer.citations]
    if len(set(numbers)) < len(numbers):
        raise _UnsoundError("two citations have one number")
    cited = [part.citation for part in answer.sentences] + [part.citation for part in answer.disagreement]
    if not set(cited) <= set(numbers):
        raise _UnsoundError("a sentence has no citation")
    for hit in (*answer.hits, *(citation.hit for citation in answer.citations)):
        passage, published = hit.passage, hit.article.published
        if hit.read not in READ:
            raise _UnsoundError("nothing is read like this")
        if passage.start < 0 or passage.end - passage.start != len(passage.text):
            raise _UnsoundError("the offsets of a passage do not fit its text")
        if not all(passage.start <= m.start <= m.end <= passage.end for m in hit.matches):
            raise _UnsoundError("a match lies outside its passage")
        if published is not None and not _is_date(published):
            raise _UnsoundError("a date is no date")
    for citation in answer.citations:
        passage = citation.hit.passage
        if not passage.start <= citation.start <= citation.end <= passage.end:
            raise _UnsoundError("a quote lies outside its passage")
        if citation.read not in READ:
            raise _UnsoundError("nothing is read like this")
        if citation.more < 0:
            raise _UnsoundError("fewer items than none are left out")
        for part in citation.context:
            if not 0 <= part.start <= part.end <= citation.start or part.end - part.start != len(part.text):
                raise _UnsoundError("the offsets of a context do not fit it")


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and datetime.fromisoformat(text + "0001-01-01"[len(text) :]))
    except ValueError:
        return False


def _refuse(constant: str) -> float:
    raise ValueError(constant)
