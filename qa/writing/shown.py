"""A written sentence as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from index.types import Span
from qa.i18n import _
from qa.output.export import plain
from qa.output.terminal import Terminal, marked_lines
from qa.types import Answer
from qa.writing.gate import CARRIED, REASONS, Written


def numbers(written: Written) -> str:
    """The numbers of its quotes: " [1][3]"."""
    return "".join(f"[{number}]" for number in written.citations)


def reasons(written: Written) -> str:
    """Why it does not pass, "" if it does."""
    return _("; ").join(_(REASONS[reason]) for reason in written.reasons)


def lines(written: Written, terminal: Terminal) -> list[str]:
    """The sentence: dimmed if it is doubtful, struck out if it is wrong, with what is missing marked and why.

    Without colours it begins with "?" or "✗".
    """
    text = f"{written.text} {numbers(written)}".rstrip()
    if written.state == CARRIED:
        return marked_lines(text, (), terminal)
    sign = "" if terminal.colour else "✗ " if written.struck else "? "
    marks = [Span(start + len(sign), end + len(sign)) for start, end in written.unfound]
    style = {"strikethrough": True} if written.struck else {"dim": True}
    told = marked_lines(sign + text, marks, terminal, style={"underline": True})
    why = marked_lines(reasons(written), (), terminal, "    ")
    return [
        *(terminal.style(line, **style) for line in told),
        *(terminal.style(line, dim=True) for line in why),
    ]


def copied(answer: Answer, sentences: Iterable[Written]) -> str:
    """The sentences that are not struck out, then the answer as plain text."""
    kept = [f"{written.text} {numbers(written)}".rstrip() for written in sentences if not written.struck]
    return "\n".join(kept) + "\n\n" + plain(answer)
