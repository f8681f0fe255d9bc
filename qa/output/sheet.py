"""The quote sheet for other programs: Markdown with footnotes, plain text, BibTeX.

Everything around the quotes is in the language of the interface. A quote that no longer stands in its
article is kept, and that is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.text.display import one_line, printable
from index.types import ArticleInfo, PinnedQuote, Span
from qa.i18n import N_, _, language
from qa.output.bibtex import Quoted, entries
from qa.output.export import block_quote, escape_markdown, linked_path
from qa.output.labels import labels_in
from qa.output.parts import Show, byline, place
from qa.output.quotes import bare_quotation
from qa.vaults import vault_link

#: What is told of quotes that do not stand where they were pinned, by the state of `qa.verify.STATES`.
STATES = {
    "moved": N_("it stands elsewhere in the article now"),
    "changed": N_("the article has changed: these words are not in it any more"),
    "gone": N_("the article is not in the library any more"),
}


@dataclass(frozen=True, slots=True)
class SheetQuote:
    """A pinned quote with its ``state``, one of `qa.verify.STATES`, and the article as it is ``now``.

    ``found`` is where a quote that moved stands now; ``read`` how it was read, see `index.types.Block`.
    """

    pinned: PinnedQuote
    state: str
    now: ArticleInfo | None
    found: Span | None = None
    read: int = 0

    @property
    def article(self) -> ArticleInfo:
        """The article as it is now; as it was if it is gone or says something else."""
        return self.now if self.now is not None and self.state != "changed" else self.pinned.article

    @property
    def span(self) -> Span:
        """Where the quote stands, or stood."""
        return self.found or Span(self.pinned.start, self.pinned.end)

    @property
    def page(self) -> int | None:
        """The page it begins on; None if it moved, and where there are no pages."""
        return None if self.found else self.pinned.page

    @property
    def told(self) -> str:
        """What became of it, "" where it stands as it was pinned."""
        return _(STATES[self.state]) if self.state in STATES else ""


def plain(quotes: Sequence[SheetQuote]) -> str:
    """The quotes with their numbers, each followed by its source and the person's note."""
    lines: list[str] = []
    for number, quote in enumerate(quotes, start=1):
        label = f"[{number}] "
        first, *others = printable(quote.pinned.quote).split("\n")
        lines += ["", label + first, *(" " * len(label) + line for line in others)]
        lines.append(f"    — {_facts(quote, one_line(quote.article.path))}")
        if quote.pinned.note:
            lines.append("    " + _("Note: {note}").format(note=one_line(quote.pinned.note)))
    return "\n".join(lines[1:]) + "\n"


def markdown(quotes: Sequence[SheetQuote]) -> str:
    """The quotes as block quotes, each with a footnote; a person's note is a paragraph below its quote."""
    lines = [f"# {escape_markdown(_('Quotes'))}", ""]
    notes: list[str] = []
    for number, quote in enumerate(quotes, start=1):
        lines += [block_quote(bare_quotation(quote.pinned.quote), f"[^{number}]"), ""]
        if quote.pinned.note:
            lines += [escape_markdown(quote.pinned.note), ""]
        path = linked_path(quote.article.path, vault_link(quote.article.path, page=quote.page))
        facts = _facts(quote, path, escape_markdown, lambda title: f"*{escape_markdown(title) or '-'}*")
        notes.append(f"[^{number}]: {facts}\n")
    return "\n".join([*lines, *notes])


def _facts(quote: SheetQuote, path: str, show: Show = one_line, title: Show = one_line) -> str:
    """Title, author, source, day, ``path`` and place of a quote, and what became of it."""
    labels = labels_in(language())
    facts = [title(quote.article.title), *map(show, byline(quote.article))]
    facts += [path, place(*quote.span, quote.page, labels, quote.read)]
    return labels.full_stop.join(filter(None, (labels.comma.join(filter(None, facts)), show(quote.told))))


def bibtex(quotes: Sequence[SheetQuote]) -> str:
    """An entry for each source, in the order of its first quote, with its quotes' places and notes."""
    by_path: dict[str, list[SheetQuote]] = {}
    for quote in quotes:
        by_path.setdefault(quote.article.path, []).append(quote)
    return entries(
        (
            each[0].article,
            Quoted(
                [quote.span for quote in each],
                [quote.page for quote in each],
                notes=[quote.pinned.note for quote in each if quote.pinned.note],
            ),
        )
        for each in by_path.values()
    )
