"""A conversation as one web page: no script, nothing fetched, light or dark like the reader's system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from itertools import chain, groupby

from index.text.display import one_line, printable
from index.text.language import detect
from index.types import Kind
from qa.output.labels import Labels, labels_for
from qa.output.parts import (
    Cite,
    byline,
    carried_note,
    closing_lines,
    copy_count,
    filters_note,
    gathered,
    location,
    more,
    quotations,
    unanswered,
)
from qa.output.quotes import Part, Quotation, parts
from qa.types import Answer, Citation

#: Whatever a quotation holds, nothing is fetched and nothing runs.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def conversation_html(title: str, answers: Sequence[Answer]) -> str:
    """All questions with their answers and sources as one page."""
    language = labels_for(answers[0].question if answers else title).language
    style = files("qa.output").joinpath("web_page.css").read_text(encoding="utf-8")
    sections = (_section(answer, f"s{number}-") for number, answer in enumerate(answers, start=1))
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{language}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta name="generator" content="{_generator()}">',
            f"<title>{_shown(title)}</title>",
            f"<style>\n{style}</style>",
            "</head>",
            "<body>",
            f'<header><h1{_lang(detect(title))} dir="auto">{_shown(title)}</h1></header>',
            "<main>",
            *chain.from_iterable(sections),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _generator() -> str:
    try:
        return f"Yinju {version('yinju')}"
    except PackageNotFoundError:  # run from a source folder
        return "Yinju"


def _shown(text: str) -> str:
    return escape(one_line(text))


def _lang(language: str) -> str:
    return "" if language == "und" else f' lang="{escape(language)}"'


def _section(answer: Answer, prefix: str) -> Iterator[str]:
    """An answer. ``prefix`` keeps its anchors apart from those of other answers."""

    def cite(number: int) -> str:
        return f'<a href="#{prefix}{number}">[{number}]</a>'

    labels = labels_for(answer.question)
    yield f"<section{_lang(labels.language)}>"
    yield f'<h2{_lang(detect(answer.question))} dir="auto">{_shown(answer.question)}</h2>'
    if notes := list(filter(None, (filters_note(answer, labels), carried_note(answer, labels)))):
        yield f'<p class="note">{" · ".join(map(_shown, notes))}</p>'
    if not answer.answered:
        *verdict, nearest = unanswered(answer, labels)
        yield "".join(f'<p dir="auto">{_shown(line)}</p>' for line in verdict if line)
        if nearest:
            yield f'<p class="note">{nearest}</p>'
    near = "" if answer.answered else ' class="near"'
    if line := gathered(answer, labels):
        yield f'<p class="note">{line}</p>'
    for quoted, citation in quotations(answer):
        yield _quotation(quoted, citation, cite, near)
        if line := more(citation, labels):
            yield f'<p class="note">{line}</p>'
    for line in closing_lines(answer, labels, _shown, cite):
        yield f'<p class="note" dir="auto">{line}</p>'
    if answer.citations:
        yield f'<ol aria-label="{labels.sources}">'
        for citation in answer.citations:
            yield _source(citation, labels, prefix)
        yield "</ol>"
    yield "</section>"


def _quotation(quoted: Quotation, citation: Citation, cite: Cite, near: str) -> str:
    """The context and the blocks of a quote, with the number of its citation in the last."""
    groups = [(kind, list(group)) for kind, group in groupby(parts(quoted), key=lambda part: part.kind)]
    numbers = [""] * (len(groups) - 1) + [f"<sup>{cite(citation.number)}</sup>"]
    body = "".join(_blocks(*group, number) for group, number in zip(groups, numbers, strict=True))
    return f'<blockquote{near}{_lang(citation.hit.article.language)} dir="auto">{body}</blockquote>'


def _blocks(kind: Kind, pieces: Sequence[Part], number: str) -> str:
    """Parts of one kind, with the ``number`` at their end."""
    if kind is Kind.CODE:
        return "".join(f"<pre>{escape(printable(part.text))}</pre>" for part in pieces) + number
    if kind is Kind.ROW:
        rows = []
        for part in pieces:
            end = number if part is pieces[-1] else ""
            cell = "th" if part.header else "td"
            rows.append(
                f"<tr><{cell}>{f'</{cell}><{cell}>'.join(map(_shown, part.cells))}{end}</{cell}></tr>"
            )
        return f"<table>{''.join(rows)}</table>"
    if kind is not Kind.ITEM:
        name = ' class="context"' if kind is Kind.METADATA else ""
        texts = f"</p><p{name}>".join(_shown(part.text) for part in pieces)
        return f"<p{name}>{texts}{number}</p>"
    made, depth = "", pieces[0].depth - 1
    for part in pieces:
        if part.depth > depth:
            made, depth = f"{made}<ul><li>", depth + 1
        else:
            ends = max(0, min(depth - part.depth, depth - pieces[0].depth))
            made, depth = f"{made}</li>{'</ul></li>' * ends}<li>", depth - ends
        made += _shown(part.text)
    return f"{made}{number}{'</li></ul>' * (depth - pieces[0].depth + 1)}"


def _source(citation: Citation, labels: Labels, prefix: str) -> str:
    """An item of the list of sources: the article, the place of the quote, and the passage around it."""
    article, passage = citation.hit.article, citation.hit.passage
    lang = _lang(article.language)
    facts = "".join(f" · {escape(fact)}" for fact in byline(article))
    start, end = citation.start - passage.start, citation.end - passage.start
    before, quote, after = (
        escape(printable(passage.text[a:b])) for a, b in ((0, start), (start, end), (end, None))
    )
    also = "<br>".join(f"{_shown(info.title)} <code>{_shown(info.path)}</code>" for info in citation.also)
    if also:
        summary = f"<summary>{copy_count(citation.also, labels)}</summary>"
        also = f'<details>{summary}<p dir="auto">{also}</p></details>'
    path = f"<code>{_shown(article.path)}</code>"
    if link := citation.link:
        path = f'<a href="{escape(link)}">{path}</a>'
    return (
        f'<li id="{prefix}{citation.number}"><b>{citation.number}</b><div>'
        f'<cite{lang} dir="auto">{_shown(article.title)}</cite>{facts}<br>'
        f"{path} <span>{escape(location(citation, labels))}</span>"
        f"<details><summary>{labels.passage}</summary>"
        f'<p{lang} dir="auto">{before}<mark>{quote}</mark>{after}</p></details>{also}</div></li>'
    )
