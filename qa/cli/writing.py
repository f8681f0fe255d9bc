"""Written answers on the command line: what was sent to whom, and the sentences as they arrive."""

from __future__ import annotations

from collections.abc import Iterator

from qa.cli.console import narrate, screen
from qa.i18n import _, ngettext, with_hint
from qa.session import Session
from qa.types import Answer
from qa.writing.endpoint import EndpointError
from qa.writing.gate import Written
from qa.writing.shown import lines


def written(session: Session, answer: Answer, question: str) -> Iterator[Written]:
    """The written sentences as they arrive. Tells on standard error what was sent, and what failed."""
    writing = session.write(answer, question)
    if writing is None:
        return
    text = ngettext(
        "Sent to {host}: your question and this quote",
        "Sent to {host}: your question and these {count} quotes",
        writing.quotes,
    )
    narrate(text.format(host=writing.source, count=writing.quotes))
    try:
        yield from writing
    except EndpointError as error:
        narrate(with_hint(error.message, error.hint))
    except KeyboardInterrupt:
        writing.cancel()
        raise


def print_written(session: Session, answer: Answer, question: str) -> None:
    """The written sentences on standard output, below what is there."""
    terminal = screen()
    begun = False
    for sentence in written(session, answer, question):
        if not begun:
            print("\n" + terminal.style(_("Written from these quotes, and checked:"), bold=True))
            begun = True
        print("\n".join(lines(sentence, terminal)), flush=True)
