"""What the commands share: the library they work on, what they read and how they print."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from index.errors import UsageError
from qa.cli.progress import watched
from qa.i18n import _, ngettext, translated, with_hint

if TYPE_CHECKING:
    from index.types import AddReport
    from qa.output.terminal import Terminal
    from qa.session import Session
    from qa.settings import Settings


@contextmanager
def opened(settings: Settings, *, create: bool = False, upgrade: bool = True) -> Iterator[Session]:
    """The library to work on, see `Session.open`, and what there is to tell about it on standard error."""
    from qa.session import Session

    with Session.open(settings, create=create) as session:
        if upgrade:
            with watched("passages") as monitor:
                session.upgrade(monitor)
            if lost := session.library.lost:
                text = ngettext(
                    "the last change of the library was lost; qa doctor --fix tells more",
                    "the last {count} changes of the library were lost; qa doctor --fix tells more",
                    lost,
                )
                narrate(text.format(count=f"{lost:,}"))
            if kept := session.upgraded_from:
                text = _("the library has the present format now; the database before is kept as {path}")
                narrate(text.format(path=kept))
        yield session
        if lockless := session.library.without_locks():
            narrate(with_hint(lockless.message, lockless.hint))
        if session.bundled:
            narrate(_("these are the bundled articles; qa add PATH starts your own library"))


def answer_lines(stream: IO[bytes], key: str, reply: Callable[[str], dict[str, Any]]) -> int:
    """One JSON object a line, in order, each flushed at once; a wrong line gives an error object."""
    from qa.types import MAX_QUESTION_LENGTH

    for line in _lines(stream, 8 * MAX_QUESTION_LENGTH):
        text = line.decode("utf-8-sig", "replace").strip()
        try:
            if "\ufffd" in text and len(text) <= MAX_QUESTION_LENGTH:
                raise UsageError("the line is not UTF-8")
            data = reply(text)
        except UsageError as error:
            data = {key: text[:MAX_QUESTION_LENGTH], "error": str(error)}
        print_json(data)
    return 0


def _lines(stream: IO[bytes], most: int) -> Iterator[bytes]:
    """Every line of ``stream`` as it arrives, no more than ``most`` bytes of each."""
    while line := stream.readline(most):
        rest = line
        while not rest.endswith(b"\n") and (rest := stream.readline(most)):
            pass
        yield line


def no_words(words: Sequence[str]) -> None:
    """UsageError where words are given as well as a file of them."""
    if words:
        raise UsageError("--batch reads its questions from a file", "give either words or --batch")


def words_of(words: Sequence[str]) -> str:
    """The words of the command line as one text; "-" alone stands for standard input."""
    return decoded(sys.stdin.buffer.read() if list(words) == ["-"] else " ".join(words))


def asked_for() -> str:
    """A question typed on the terminal; "" where there is none."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return ""
    prompt = _("Question: ")
    try:
        if sys.stdout.isatty():
            import readline  # noqa: F401 - input() edits the line with it

            return decoded(input(prompt))
        print(prompt, end="", file=sys.stderr, flush=True)
        return decoded(sys.stdin.readline())
    except EOFError:
        print(file=sys.stderr)
        return ""


def decoded(data: bytes | str) -> str:
    """``data`` as text. UsageError: it is not UTF-8."""
    if isinstance(data, str):
        # In a locale that is not UTF-8, such as C, Python keeps the bytes it could not decode.
        data = os.fsencode(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("the text given is not UTF-8") from error


def or_lines(words: Sequence[str]) -> list[str]:
    """The words of the command line; "-" alone stands for standard input, one a line."""
    if list(words) != ["-"]:
        return list(words)
    # File names may hold any bytes, so what is not UTF-8 is kept the way Python keeps it in argv.
    text = sys.stdin.buffer.read().decode("utf-8-sig", "surrogateescape")
    if not (lines := [line for line in text.splitlines() if line.strip()]):
        raise UsageError("standard input is empty")
    return lines


def screen() -> Terminal:
    """Standard output."""
    from qa.output.terminal import Terminal

    return Terminal.of(sys.stdout)


def print_json(data: Any) -> None:
    """One line of JSON to standard output, in what encoding it has."""
    from index.text.display import json_line

    utf = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json_line(data, ascii_only=not utf), flush=True)


def say(text: str) -> None:
    """One line to standard output."""
    print(fitted(text, sys.stdout))


def narrate(text: str) -> None:
    """One line to standard error."""
    print(fitted(f"qa: {text}", sys.stderr), file=sys.stderr)


def fitted(text: str, stream: IO[str]) -> str:
    """``text`` printable on one line; on a terminal it is wrapped, but within no word of a Latin script.

    A word that is longer than a line, such as a path, is left to the terminal, so that it can be copied.
    """
    from index.text.display import one_line, wrap

    line = one_line(text)
    if not stream.isatty():
        return line
    built, last = "", 0
    for start, end in wrap(line, shutil.get_terminal_size().columns):
        inside = last == start and line[start - 1 : start + 1].isascii()
        built += ("\n" if built and not inside else "") + line[start:end]
        last = end
    return built


def cost(report: AddReport) -> str:
    """How many passages were made and how long that took, in brackets; "" if there were none."""
    if not report.passages:
        return ""
    text = ngettext("{count} passage in {time}", "{count} passages in {time}", report.passages)
    time = _("{seconds} s").format(seconds=f"{report.seconds:.1f}")
    return _(" ({text})").format(text=text.format(count=f"{report.passages:,}", time=time))


def tell_unread(report: AddReport) -> None:
    """Which files, and parts of files, could not be read, and why, on standard error."""
    from qa.output.changes import without_file

    for path, reason in report.skipped:
        narrate(_("skipped {path}: {reason}").format(path=path, reason=translated(reason)))
    for path, unread in report.partial:
        narrate(_("partly read {path}: {reason}").format(path=path, reason=translated(unread)))
    if report.passed_over:
        kinds = _(", ").join(map(translated, report.kinds_passed_over()))
        narrate(_("passed over: {kinds}").format(kinds=kinds))
    if without := without_file(report):
        narrate(without)
