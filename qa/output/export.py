"""Answers and conversations to take elsewhere: plain text, Markdown with footnotes, BibTeX, JSON, HTML.

What comes from articles and questions is escaped: it reads in the result as it stands in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from index.text.display import one_line
from qa.output import terminal
from qa.output.bibtex import bibtex
from qa.output.labels import Labels, byline, labels_for, place, reposted, unanswered
from qa.output.web_page import conversation_html
from qa.types import Answer, Citation

__all__ = ["Turn", "bibtex", "conversation_html", "conversation_markdown", "json", "markdown", "plain"]


class Turn(NamedTuple):
    """A question as it was typed with its answer; ``asked`` is ISO 8601, or "" where it is not known."""

    question: str
    answer: Answer
    asked: str = ""


def json(answer: Answer) -> str:
    """The object of ``qa ask --json``."""
    return terminal.json_line(answer.to_json())


def plain(question: str, answer: Answer) -> str:
    """The question, the quoted sentences with their numbers, and the sources."""
    words = labels_for(question)
    lines = [one_line(question), ""]
    if answer.answered:
        lines += [f"{one_line(s.text)} [{s.citation}]" for s in terminal.in_reading_order(answer)]
        lines += filter(None, (terminal.differing(answer), terminal.also_in(answer)))
    else:
        lines += unanswered(answer, words)
        lines += ["", words.nearest] if answer.citations else []
        lines += [f"{one_line(c.quote)} [{c.number}]" for c in answer.citations]
    if answer.citations:
        lines += ["", words.sources]
        lines += [f"[{c.number}] {_source(c, words)}" for c in answer.citations]
    return "\n".join(lines) + "\n"


def _source(citation: Citation, words: Labels) -> str:
    article = citation.hit.article
    facts = [one_line(article.title), *byline(article), one_line(article.path), place(citation, words)]
    told = words.comma.join(filter(None, facts))
    return told + "".join(f"\n    {also}" for also in filter(None, [reposted(citation.also, words)]))


# Markdown (CommonMark with footnotes, as GitHub, Pandoc and Obsidian read it)

#: What means something inside a line: every mark of emphasis, code, links, HTML, maths and mentions;
#: a colon and a full stop where they would make an address, an emoji or a highlight.
_INLINE = re.compile(
    r"[\\`*_{}\[\]<>#|~$^&@]|:(?=[A-Za-z/+])|(?<=[Ww][Ww][Ww])\.|=(?==)|-(?=-)|'(?=')|\"(?=\")"
)
#: What means something where a line begins.
_OPENING = re.compile(r"\A(?:([-+:=])|(\d{1,9})([.)]))")


def escape_markdown(text: str) -> str:
    """``text`` on one line, literal in Markdown."""
    line = _INLINE.sub(r"\\\g<0>", one_line(text))
    return _OPENING.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", line)


def _code(text: str) -> str:
    """``text`` as a code span, whose fence is longer than any row of backticks in it."""
    line = one_line(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    space = " " if line[:1] == "`" or line[-1:] == "`" else ""
    return f"{fence}{space}{line}{space}{fence}"


def markdown(question: str, answer: Answer) -> str:
    """The question as a heading, the sentences as block quotes, each with a footnote."""
    body, notes = _markdown(question, answer, 0)
    return "\n".join([*body, *notes])


def conversation_markdown(title: str, turns: Iterable[tuple[str, Answer] | Turn]) -> str:
    """All questions with their answers, the footnotes numbered through and at the end."""
    lines = [f"# {escape_markdown(title)}", ""]
    notes: list[str] = []
    for question, answer, *_ in turns:
        body, more = _markdown(question, answer, len(notes))
        lines += body
        notes += more
    return "\n".join([*lines, *notes])


def _markdown(question: str, answer: Answer, before: int) -> tuple[list[str], list[str]]:
    """The lines of an answer and its footnotes; ``before`` footnotes came already."""

    def cite(number: int) -> str:
        return f"[^{before + number}]"

    words = labels_for(question)
    lines = [f"## {escape_markdown(question)}", ""]
    if answer.carried:
        lines += [words.carried + words.comma.join(map(escape_markdown, answer.carried)), ""]
    if answer.filters and str(answer.filters) not in question:
        lines += [words.filters + _code(str(answer.filters)), ""]
    if answer.answered:
        quoted = [(s.text, s.citation) for s in terminal.in_reading_order(answer)]
    else:
        for line in unanswered(answer, words):
            lines += [escape_markdown(line), ""]
        lines += [f"{words.nearest}:", ""] if answer.citations else []
        quoted = [(c.quote, c.number) for c in answer.citations]
    for text, number in quoted:
        lines += [f"> {escape_markdown(text)}{cite(number)}", ""]
    for line in filter(
        None, (terminal.differing(answer, escape_markdown, cite), terminal.also_in(answer, cite))
    ):
        lines += [line, ""]
    notes = []
    for citation in answer.citations:
        article = citation.hit.article
        facts = [f"*{escape_markdown(article.title) or '-'}*", *map(escape_markdown, byline(article))]
        facts += [_code(article.path), place(citation, words)]
        told = filter(None, (words.comma.join(facts), reposted(citation.also, words, escape_markdown)))
        notes.append(f"{cite(citation.number)}: {words.full_stop.join(told)}\n")
    return lines, notes
