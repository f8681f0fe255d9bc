"""Answers, passages and lists as text for people. Every string from an article is made printable first.

`Terminal` says how wide the terminal is and whether it takes colours. Output to a pipe is neither
wrapped nor cropped, so that it can be searched line by line.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

import click

from index.text.display import cells, crop, one_line, printable, wrap
from index.types import Article, ArticleInfo, Kind, LibraryStatus, Span, TaughtWord
from qa.i18n import _, language, ngettext
from qa.output.labels import Labels, labels_in
from qa.output.layout import Layout, Line
from qa.output.parts import (
    CONTEXT_MARK,
    best_coverage,
    copies,
    disagreement,
    gathered,
    more,
    page,
    percent,
    quotations,
    supports,
    sureness,
    unanswered_part,
)
from qa.output.quotes import Quotation
from qa.types import Answer, Citation, Hit, SearchResult

#: Characters of a passage that are shown around a quote or the first match.
SNIPPET = 240
MAX_WIDTH = 100
#: The most passages that are shown where there is no answer.
NEAREST = 3
#: The width of a pipe.
_ENDLESS = 1 << 30
#: The style of words that match the question.
_MATCHED: Mapping[str, Any] = {"fg": "green", "bold": True}
#: The styles of the lines of an article.
_STYLES: Mapping[str, Mapping[str, Any]] = {
    **{name: {"bold": True} for name in ("heading1", "heading2", "heading3", "header", "question")},
    "caption": {"italic": True},
    "aside": {"dim": True},
}


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where the text goes. ``width`` is in terminal cells, None for a pipe or file."""

    width: int | None = None
    colour: bool = False

    @classmethod
    def of(cls, stream: IO[str], environ: Mapping[str, str] = os.environ) -> Terminal:
        """The terminal of ``stream``. Colours follow https://no-color.org."""
        if not stream.isatty():
            return cls()
        colour = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        return cls(max(20, min(shutil.get_terminal_size().columns, MAX_WIDTH)), colour)

    def style(self, text: str, **style: Any) -> str:
        """``text`` with the options of `click.style`, if the terminal takes colours."""
        return click.style(text, **style) if self.colour and text else text

    def link(self, text: str, address: str | None) -> str:
        """``text`` as a link (OSC 8), if there is an address and the terminal takes colours."""
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if self.colour and address else text

    def crop(self, line: str) -> str:
        """``line`` cut to the width of the terminal."""
        return line if self.width is None else crop(line, self.width)


def marked_lines(
    text: str,
    marks: Iterable[Span],
    terminal: Terminal,
    indent: str = "",
    style: Mapping[str, Any] | None = None,
) -> list[str]:
    """``text`` on one line made printable, wrapped to the terminal, its ``marks`` styled."""
    clean, spans = _clean(text, marks)
    room = None if terminal.width is None else max(10, terminal.width - cells(indent))
    lines = wrap(clean, room) if room else [Span(0, len(clean))]
    painted = []
    for start, end in lines:
        parts, at = [indent], start
        for mark in spans:
            left, right = max(mark.start, at), min(mark.end, end)
            if left < right:
                parts += [clean[at:left], terminal.style(clean[left:right], **(style or {"bold": True}))]
                at = right
        painted.append("".join([*parts, clean[at:end]]))
    return painted


def _clean(text: str, marks: Iterable[Span]) -> tuple[str, list[Span]]:
    """``text`` printable with single spaces, and ``marks`` with their new offsets."""
    built, spans, at = "", [], 0
    for mark in sorted(marks):
        if mark.start < at or mark.end <= mark.start:
            continue
        built = _append(built, text[at : mark.start])
        before = len(built)
        built = _append(built, text[mark.start : mark.end])
        spans.append(Span(before, len(built)))
        at = mark.end
    return _append(built, text[at:]), spans


def _append(built: str, more: str) -> str:
    more = re.sub(r"\s+", " ", printable(more))
    return built + (more[1:] if built.endswith(" ") and more.startswith(" ") else more)


def snippet(text: str, focus: Span, limit: int = SNIPPET) -> Span:
    """About ``limit`` characters of ``text`` with ``focus`` in the middle."""
    spare = max(0, limit - (focus.end - focus.start))
    start = max(0, min(focus.start - spare // 2, len(text) - limit))
    end = min(len(text), max(focus.end, start + limit))
    # Do not cut a word of a script that has spaces.
    while 0 < start < focus.start and (text[start - 1] + text[start]).isascii() and text[start - 1].isalnum():
        start += 1
    while focus.end < end < len(text) and (text[end - 1] + text[end]).isascii() and text[end].isalnum():
        end -= 1
    return Span(start, end)


def answer(reply: Answer, terminal: Terminal) -> str:
    """The quotes with their numbers, or that there is no answer; then the citations.

    An answer that is only related says what is missing, and quotes what comes nearest. Without an answer, at
    most `NEAREST` citations are shown. The passage is shown where its quote is not, or has no context. Where
    the articles are asked for, they are the answer.
    """
    lines: list[str] = []
    labels = labels_in(language())
    if reply.follow_up == "source":
        return "\n".join(_sources(reply, labels, terminal))
    if reply.follow_up and reply.verdict == "none":
        return "\n".join(marked_lines(labels.nothing_more, [], terminal))
    if not reply.answered:
        reply = replace(reply, citations=reply.citations[:NEAREST])
        verdict = labels.related(reply.lacks) if reply.related else labels.unanswered
        lines += marked_lines(verdict, [Span(0, len(verdict))], terminal)
    if reply.verdict == "related":
        lines += ["", terminal.style(labels.nearest_units, bold=True)]
    if reply.verdict != "none":
        if line := gathered(reply, labels):
            lines.append(terminal.style(line, dim=True))
        lines += quoted_lines(reply, labels, terminal)
        if line := unanswered_part(reply, labels):
            lines += marked_lines(line, (), terminal)
        if line := disagreement(reply, labels):
            lines += marked_lines(line, [Span(0, len(line))], terminal, style={"fg": "yellow"})
        if line := supports(reply, labels):
            lines.append(line)
        estimated = reply.answered and not reply.follow_up
        confidence = _("confidence {share}").format(share=sureness(reply.confidence))
        told = f"   {confidence}" if estimated else ""
        lines += ["", terminal.style(labels.sources, bold=True) + told]
    else:
        if best := best_coverage(reply):
            text = _("The nearest passage covers {share} of the question.")
            lines.append(text.format(share=percent(best)))
    if reply.missing:
        lines += marked_lines(labels.nowhere + labels.comma.join(map(one_line, reply.missing)), (), terminal)
    if reply.verdict == "none" and reply.citations:
        lines += ["", terminal.style(labels.nearest, bold=True)]
    shown: set[int] = set()
    for citation in reply.citations:
        passage = citation.hit.passage
        quoted = reply.verdict != "none" and citation.number not in reply.supports
        enough = quoted and (citation.context or len(citation.quote) >= min(SNIPPET, len(passage.text)))
        with_passage = passage.id not in shown and not enough and not reply.follow_up
        lines += _citation(citation, labels, terminal, with_passage=with_passage)
        shown.add(passage.id)
    return "\n".join(lines)


def _sources(reply: Answer, labels: Labels, terminal: Terminal) -> Iterator[str]:
    """The cited articles: title, author, source and day, then the places of their quotes."""
    for about, citations in reply.sources:
        yield from _heading(" ".join(f"[{c.number}]" for c in citations), citations[0].hit, terminal)
        facts = [one_line(fact) for fact in (about.author, about.source) if fact]
        if facts or not about.published:
            yield from marked_lines(" · ".join(facts) or labels.no_facts, [], terminal, "    ")
        for citation in citations:
            yield from _place(citation, about, Span(citation.start, citation.end), labels, terminal)


def quoted_lines(reply: Answer, labels: Labels, terminal: Terminal) -> list[str]:
    """The quotations with their numbers, below their dimmed context. Those of several blocks stand apart."""
    lines: list[str] = []
    apart = False
    for quoted, citation in quotations(reply, "" if terminal.colour else CONTEXT_MARK):
        before, apart = apart, quoted.apart
        if lines and (before or apart):
            lines.append("")
        lines += _quotation(quoted, _matches(citation, quoted), terminal, f"[{citation.number}]")
        if line := more(citation, labels):
            lines.append(terminal.style(line, dim=True))
    return lines


def _matches(citation: Citation, quoted: Quotation) -> list[Span]:
    """Where in ``quoted`` the words of the quote stand that match the question."""
    by = quoted.quote - citation.start
    found = [Span(m.start + by, m.end + by) for m in citation.hit.matches]
    if quoted.text[quoted.quote :] != citation.quote:
        return []
    return [span for span in found if quoted.quote <= span.start and span.end <= len(quoted.text)]


def _quotation(quoted: Quotation, matches: Sequence[Span], terminal: Terminal, number: str) -> list[str]:
    width = terminal.width or _ENDLESS
    lines: list[str] = []
    last = ""
    for line in quoted.lines(Layout(quoted.text, quoted.blocks), width):
        last = printable("".join(piece.text for piece in line.pieces)).rstrip()
        style = {"dim": True} if line.start < quoted.quote else _STYLES.get(line.style)
        if terminal.colour and line.start >= quoted.quote:
            lines.append(_painted(line, matches, terminal, style or {}))
        else:
            lines.append(terminal.style(last, **style) if style else last)
    if cells(last) + 1 + len(number) > width:
        return [*lines, terminal.style(number, fg="cyan")]
    return [*lines[:-1], f"{lines[-1]} {terminal.style(number, fg='cyan')}"]


def _painted(line: Line, matches: Sequence[Span], terminal: Terminal, style: Mapping[str, Any]) -> str:
    """A line of a quotation, printable, in its style and the words that match in theirs."""
    parts: list[tuple[str, bool]] = []
    for piece in line.pieces:
        at = 0
        for match in matches if piece.start >= 0 else ():
            start, end = max(at, match.start - piece.start), min(len(piece.text), match.end - piece.start)
            if start < end:
                parts += [(piece.text[at:start], False), (piece.text[start:end], True)]
                at = end
        parts.append((piece.text[at:], False))
    while parts and not printable(parts[-1][0]).strip():
        parts.pop()
    if parts:
        parts[-1] = printable(parts[-1][0]).rstrip(), parts[-1][1]
    painted = ((printable(text), {**style, **_MATCHED} if matched else style) for text, matched in parts)
    return "".join(terminal.style(text, **looks) if looks else text for text, looks in painted)


def _citation(citation: Citation, labels: Labels, terminal: Terminal, *, with_passage: bool) -> list[str]:
    passage = citation.hit.passage
    quote = Span(citation.start - passage.start, citation.end - passage.start)
    return [
        *_heading(f"[{citation.number}]", citation.hit, terminal),
        *_place(citation, citation.hit.article, Span(citation.start, citation.end), labels, terminal),
        *(_snippet(passage.text, quote, [quote], terminal) if with_passage else ()),
    ]


def search(result: SearchResult, terminal: Terminal) -> str:
    """Every hit with its title, its place, and the part of the passage that matches."""
    lines: list[str] = []
    labels = labels_in(language())
    for hit in result.hits:
        passage = hit.passage
        marks = [Span(m.start - passage.start, m.end - passage.start) for m in hit.matches]
        focus = min(marks, default=Span(0, 0))
        lines += _heading(f"{hit.rank}.", hit, terminal)
        lines += _place(hit, hit.article, Span(passage.start, passage.end), labels, terminal)
        lines += [*_snippet(passage.text, focus, marks, terminal), ""]
    return "\n".join(lines[:-1]) if lines else _("No passage matches.")


def _heading(label: str, hit: Hit, terminal: Terminal) -> list[str]:
    title = one_line(hit.article.title)
    parts = [f"{label} {title}", one_line(hit.article.published or "")[:10], hit.article.language]
    text = " · ".join(part for part in parts if part)
    return marked_lines(text, [Span(len(label) + 1, len(label) + 1 + len(title))], terminal)


def _place(
    of: Citation | Hit, article: ArticleInfo, span: Span, labels: Labels, terminal: Terminal
) -> list[str]:
    """Path and offsets, and other articles with a copy. The path is not wrapped, so that it can be copied."""
    path = terminal.link(one_line(article.path), of.link)
    parts = path, f"{span.start}–{span.end}", page(of.page, labels, of.read)
    lines = ["    " + "  ".join(filter(None, parts))]
    if also := copies(of.also, labels):
        lines.append(terminal.crop("    " + also))
    return [terminal.style(line, dim=True) for line in lines]


def _snippet(text: str, focus: Span, marks: Iterable[Span], terminal: Terminal) -> list[str]:
    start, end = snippet(text, focus)
    left, right = "… " if start else "", " …" if end < len(text) else ""
    inside = [Span(m.start - start + len(left), m.end - start + len(left)) for m in marks]
    shown = left + text[start:end] + right
    kept = [m for m in inside if m.start >= len(left) and m.end <= len(shown) - len(right)]
    return marked_lines(shown, kept, terminal, "    ", _MATCHED)


def articles(infos: Sequence[ArticleInfo], terminal: Terminal) -> str:
    """One article a line: columns for a terminal; tab-separated with the path last for a pipe."""
    rows = [
        (str(i.id), i.language, one_line(i.published or "-")[:10], f"{i.characters}", one_line(i.title))
        for i in infos
    ]
    if terminal.width is None:
        return "\n".join("\t".join((*row, one_line(i.path))) for row, i in zip(rows, infos, strict=True))
    return "\n".join(columns(rows, terminal, lambda at, _: at in (0, 3)))


def columns(
    rows: Sequence[Sequence[str]],
    terminal: Terminal,
    to_the_right: Callable[[int, str], bool],
    indent: str = "",
) -> Iterator[str]:
    """The rows as lines of aligned cells, cropped where the terminal ends. The last cell is not padded.

    ``to_the_right(column, cell)`` says which cells are aligned to the right.
    """
    count = max(map(len, rows), default=0)
    widths = [max(cells(row[at]) for row in rows if len(row) > at + 1) for at in range(count - 1)]
    for row in rows:
        line = indent
        for at, cell in enumerate(row[:-1]):
            space = " " * (widths[at] - cells(cell))
            line += (space + cell if to_the_right(at, cell) else cell + space) + "  "
        yield terminal.crop(line + row[-1])


def article(item: Article, terminal: Terminal) -> str:
    """The metadata of an article, then its text by its blocks; debris comes last."""
    passages = ngettext("{characters} in {count} passage", "{characters} in {count} passages", item.passages)
    size = passages.format(characters=f"{item.characters:,}", count=f"{item.passages:,}")
    facts = [
        (_("id"), str(item.id)),
        (_("path"), item.path),
        (_("language"), item.language),
        (_("published"), (item.published or "")[:10]),
        (_("author"), item.author),
        (_("source"), item.source),
        (_("citation key"), item.reference.key if item.reference else ""),
        (_("characters"), size),
    ]
    colon = labels_in(language()).colon
    head = [terminal.style(one_line(item.title), bold=True)]
    head += [terminal.style(name + colon, dim=True) + one_line(value) for name, value in facts if value]
    layout = Layout(item.text, item.blocks)
    text: list[str] = []
    debris: list[str] = []
    for line in layout.wrap(terminal.width or _ENDLESS, range(len(layout.runs))):
        around = line.run >= 0 and layout.runs[line.run].kind is Kind.DEBRIS
        shown = printable("".join(piece.text for piece in line.pieces)).rstrip()
        if not line.fold and (shown or line.style == "code" or (text and text[-1])):
            style = _STYLES.get(line.style)
            (debris if around else text).append(terminal.style(shown, **style) if style else shown)
    while text and not text[-1]:
        text.pop()
    if debris:
        debris = ["", terminal.style(_("Around the article:"), dim=True), *filter(None, debris)]
    return "\n".join([*head, "", *text, *debris])


def word(taught: TaughtWord) -> str:
    """A taught word and its synonyms, on one line."""
    return " = ".join(map(one_line, (taught.word, *taught.same)))


def status(facts: LibraryStatus, terminal: Terminal) -> str:
    """One fact about the library a line."""
    languages = ", ".join(f"{name} {count:,}" for name, count in sorted(facts.languages.items()))
    version = _("version {version}, generation {generation}")
    rows = [
        (_("library"), facts.path),
        (_("articles"), f"{facts.articles:,}" + (f" ({languages})" if languages else "")),
        (_("passages"), f"{facts.passages:,}"),
        (_("characters"), f"{facts.characters:,}"),
        (_("model"), _("{model}, {count} dimensions").format(model=facts.model, count=facts.dimensions)),
        *([] if facts.bytes is None else [(_("size"), f"{facts.bytes / 1e6:,.1f} MB")]),
        (_("format"), version.format(version=facts.format_version, generation=facts.generation)),
        *((_("followed") if folder == facts.folders[0] else "", folder) for folder in facts.folders),
    ]
    width = max(cells(name) for name, _value in rows) + 1
    named = ((name + " " * (width - cells(name)), one_line(value)) for name, value in rows)
    return "\n".join(terminal.style(name, dim=True) + value for name, value in named)


def measurements(measured: Mapping[str, Any]) -> str:
    """One measurement a line, after the names that lead to it. "-" stands for None."""
    rows = list(_rows(measured))
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def _rows(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _rows(inner, one_line(f"{name} {key}"))
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield f"{name} {number}", ", ".join(f"{key} {_shown(part)}" for key, part in inner.items())
    else:
        yield name, _shown(value)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,.4g}" if isinstance(value, float) else f"{value:,}"
