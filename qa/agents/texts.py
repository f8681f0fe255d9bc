"""Results as text, for agents that are not shown the structured ones: as short, and as citable."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from index.text.display import one_line
from index.types import RECOGNIZED, UNSURE
from qa.agents.results import (
    ArticleList,
    AskResult,
    Changes,
    Cited,
    Passage,
    ReadResult,
    SearchHits,
    Words,
)
from qa.output.labels import labels_in

_LABELS = labels_in("en")
_READ = {"sure": RECOGNIZED, "unsure": UNSURE}


def answer(result: AskResult) -> str:
    if result.answered:
        lines = [f"Answered; confidence {result.confidence:.2f}."]
        lines += [_LABELS.unanswered_part.format(part=result.lacks)] if result.lacks else []
    else:
        lines = [_LABELS.related(result.lacks) if result.verdict == "related" else _LABELS.unanswered]
    if result.missing:
        lines.append(_LABELS.nowhere + ", ".join(result.missing))
    if result.citations and not result.answered:
        lines.append("What comes nearest:")
    if result.disagreement:
        lines.append(_LABELS.differ + " · ".join(f"{p.text} [{p.citation}]" for p in result.disagreement))
    for cited in result.citations:
        lines += ["", *_cited(cited)]
    return _with_rest(lines, result.note, result.left_off)


def _cited(cited: Cited) -> Iterator[str]:
    key = f", key {cited.key}" if cited.key else ""
    yield f"[{cited.number}] {cited.role}: {_place(cited)}{_date(cited.published)}{key}"
    for heading, parts in groupby(cited.context, key=lambda part: part.role == "heading"):
        if heading:
            lines = [one_line(part.text.lstrip("# ")) for part in parts]
            path = " › ".join(line for line in lines if line != cited.title)
            yield from [f"under: {path}"] if path else []
        else:
            yield from (f"{part.role}: {one_line(part.text)}" for part in parts)
    yield from _quoted(cited.quote)
    if cited.more:
        yield _LABELS.more.format(count=cited.more)
    if cited.also:
        yield "also in " + ", ".join(f"article {copy.article}" for copy in cited.also)


def _place(found: Cited | Passage | ReadResult) -> str:
    page = "" if found.page is None else f", p. {found.page}"
    read = f", {_LABELS.read[_READ[found.picture]]}" if found.picture else ""
    name = f'"{found.title}" ({found.path})'
    return f"article {found.article}, characters {found.start}-{found.end}{page}{read}, {name}"


def _date(published: str | None) -> str:
    return f", {published[:10]}" if published else ""


def _quoted(text: str) -> Iterator[str]:
    return (f"> {line}".rstrip() for line in text.split("\n"))


def hits(result: SearchHits) -> str:
    lines = [] if result.hits else ["No passage found."]
    for hit in result.hits:
        lines += [f"{hit.rank}. {_place(hit)}", *_quoted(hit.text), ""]
    return _with_rest(lines, result.note, result.left_off)


def span(result: ReadResult) -> str:
    lines = [f"{_place(result)}{_date(result.published)}, of {result.characters} characters"]
    lines += [f"under: {result.heading}"] if result.heading else []
    for label, text in (("before", result.before), ("text", result.text), ("after", result.after)):
        lines += [f"{label}:", *_quoted(text)] if text else []
    lines += [] if result.next is None else [f"It goes on at {result.next}."]
    return _with_rest(lines, left_off=result.left_off)


def articles(result: ArticleList) -> str:
    lines = [f"Articles: {result.total}"]
    for row in result.articles:
        facts = filter(None, (row.language, (row.published or "")[:10], row.author, row.source))
        lines.append(f'{row.id}. "{row.title}" ({row.path}), {", ".join(facts)}, {row.characters} characters')
    lines += [] if result.next is None else [f"It goes on at offset {result.next}."]
    return _with_rest(lines, result.note)


def changes(result: Changes) -> str:
    lines = [", ".join(f"{count} {name}" for name, count in result.counts.items() if count) or "no change"]
    for name in ("added", "updated", "moved", "removed"):
        lines += [f"{name}: {path}" for path in getattr(result, name)]
    lines += [f"problem: {problem.path}: {problem.reason}" for problem in result.problems]
    return _with_rest(lines, left_off=result.left_off)


def words(result: Words) -> str:
    lines = [" = ".join([each.word, *each.same]) for each in result.words]
    return _with_rest(lines or ["No word was taught."], left_off=result.left_off)


def _with_rest(lines: list[str], note: str = "", left_off: str = "") -> str:
    rest = [f"\n{name}: {text}" for name, text in (("Left off", left_off), ("Note", note)) if text]
    return "\n".join(["\n".join(lines).rstrip(), *rest])
