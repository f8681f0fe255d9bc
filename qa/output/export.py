"""Answers and conversations for other programs: plain text, Markdown with footnotes, BibTeX, JSON, HTML.

Text from articles and questions is escaped, so that it reads there as it does in the source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from index.text.display import json_line, one_line, printable
from index.types import Kind
from qa.output.bibtex import bibtex
from qa.output.labels import Labels, labels_for
from qa.output.parts import (
    byline,
    carried_note,
    closing_lines,
    copies,
    filters_note,
    gathered,
    location,
    more,
    quotations,
    unanswered,
)
from qa.output.quotes import Quotation, parts
from qa.output.terminal import Terminal, quoted_lines
from qa.output.web_page import conversation_html
from qa.types import Answer, Citation

__all__ = ["bibtex", "conversation_html", "conversation_markdown", "json", "markdown", "plain"]


def json(answer: Answer) -> str:
    """The object of ``qa ask --json``."""
    return json_line(answer.to_json())


def plain(answer: Answer) -> str:
    """The question, the quoted sentences with their numbers, and the sources."""
    labels = labels_for(answer.question)
    lines = [one_line(answer.question), ""]
    if not answer.answered:
        *verdict, nearest = unanswered(answer, labels)
        lines += [*filter(None, verdict), *(["", nearest] if nearest else [])]
    lines += [line] if (line := gathered(answer, labels)) else []
    lines += quoted_lines(answer, labels, Terminal())
    lines += closing_lines(answer, labels)
    if answer.citations:
        lines += ["", labels.sources]
        lines += [f"[{c.number}] {_source(c, labels)}" for c in answer.citations]
    return "\n".join(lines) + "\n"


def _source(citation: Citation, labels: Labels) -> str:
    article = citation.hit.article
    facts = [one_line(article.title), *byline(article), one_line(article.path), location(citation, labels)]
    also = copies(citation.also, labels)
    return labels.comma.join(filter(None, facts)) + (f"\n    {also}" if also else "")


# Markdown (CommonMark with footnotes, as GitHub, Pandoc and Obsidian read it)

#: Marks with a meaning inside a line: those of emphasis, code, links, HTML, maths and mentions; colons and
#: full stops that would make an address, an emoji or a highlight.
_INLINE = re.compile(
    r"[\\`*_{}\[\]<>#|~$^&@]|:(?=[A-Za-z/+])|(?<=[Ww][Ww][Ww])\.|=(?==)|-(?=-)|'(?=')|\"(?=\")"
)
#: Marks with a meaning at the beginning of a line.
_OPENING = re.compile(r"\A(?:([-+:=])|(\d{1,9})([.)]))")


def escape_markdown(text: str) -> str:
    """``text`` on one line, literal in Markdown."""
    line = _INLINE.sub(r"\\\g<0>", one_line(text))
    return _OPENING.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", line)


def code_span(text: str) -> str:
    """``text`` as a code span, with a fence longer than any run of backticks in it."""
    line = one_line(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    space = " " if line[:1] == "`" or line[-1:] == "`" else ""
    return f"{fence}{space}{line}{space}{fence}"


def linked_path(path: str, link: str | None) -> str:
    """A path as a code span, and as a link if there is one."""
    return f"[{code_span(path)}]({link})" if link else code_span(path)


def markdown(answer: Answer) -> str:
    """The question as a heading, the quotes as block quotes, each with a footnote."""
    body, notes = _markdown(answer, 0)
    return "\n".join([*body, *notes])


def conversation_markdown(title: str, answers: Sequence[Answer]) -> str:
    """All questions with their answers. The footnotes are numbered throughout and come last."""
    lines = [f"# {escape_markdown(title)}", ""]
    notes: list[str] = []
    for answer in answers:
        body, more = _markdown(answer, len(notes))
        lines += body
        notes += more
    return "\n".join([*lines, *notes])


def block_quote(quoted: Quotation, cited: str) -> str:
    """A block quote: the context, then the items, rows, code and paragraphs that are quoted."""
    lines: list[str] = []
    kind: Kind | None = None
    for kind, pieces in groupby(parts(quoted), key=lambda part: part.kind):
        if lines:
            lines.append("")
        made = list(pieces)
        indent = "  " * made[0].depth
        if kind is Kind.CODE:
            code = "\n".join(printable(part.text) for part in made).split("\n")
            fence = "`" * (1 + max(2, *(len(run) for line in code for run in re.findall("`*", line))))
            lines += [indent + line for line in (fence, *code, fence)]
        elif kind is Kind.ROW:
            rows = [[escape_markdown(cell) for cell in part.cells] for part in made]
            wide = max(map(len, rows))
            rows = [row + [""] * (wide - len(row)) for row in rows]
            head = rows.pop(0) if made[0].header and len(rows) > 1 else [""] * wide
            lines += [f"{indent}| {' | '.join(row)} |" for row in (head, ["---"] * wide, *rows)]
        elif kind is Kind.ITEM:
            lines += [f"{'  ' * part.depth}- {escape_markdown(part.text)}" for part in made]
        else:
            mark = "*" if kind is Kind.METADATA else ""
            for part in made:
                lines += [f"{'  ' * part.depth}{mark}{escape_markdown(part.text)}{mark}", ""]
            lines.pop()
    if kind is Kind.ROW:
        lines[-1] = f"{lines[-1][:-2]}{cited} |"
    elif kind is Kind.CODE:
        lines += ["", cited]
    else:
        lines[-1] += cited
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _markdown(answer: Answer, earlier: int) -> tuple[list[str], list[str]]:
    """The lines of an answer, and its footnotes. ``earlier`` counts the footnotes before them."""

    def cite(number: int) -> str:
        return f"[^{earlier + number}]"

    labels = labels_for(answer.question)
    paragraphs = [
        f"## {escape_markdown(answer.question)}",
        carried_note(answer, labels, escape_markdown),
        filters_note(answer, labels, code_span),
    ]
    if not answer.answered:
        *verdict, nearest = unanswered(answer, labels)
        paragraphs += [*map(escape_markdown, verdict), f"{nearest}:" if nearest else ""]
    paragraphs.append(gathered(answer, labels))
    for quoted, citation in quotations(answer):
        paragraphs += [block_quote(quoted, cite(citation.number)), more(citation, labels)]
    paragraphs += closing_lines(answer, labels, escape_markdown, cite)
    notes = []
    for citation in answer.citations:
        article = citation.hit.article
        facts = [f"*{escape_markdown(article.title) or '-'}*", *map(escape_markdown, byline(article))]
        facts += [linked_path(article.path, citation.link), location(citation, labels)]
        sentences = filter(None, (labels.comma.join(facts), copies(citation.also, labels, escape_markdown)))
        notes.append(f"{cite(citation.number)}: {labels.full_stop.join(sentences)}\n")
    return [line for paragraph in filter(None, paragraphs) for line in (paragraph, "")], notes
