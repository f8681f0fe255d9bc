"""What each command of the command line does. Every function returns the exit code.

The library and the engine are imported where they are used: the app paints before they load.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from index.errors import Phrase, UsageError
from index.types import AddReport, TaughtWord
from qa import render
from qa.progress import Progress, stoppable
from qa.settings import Settings, default_library

if TYPE_CHECKING:
    from index.library import Library
    from qa.engine import Engine


def app(settings: Settings) -> int:
    """Open the terminal app; in the process that `qa serve` starts, for a page of the browser."""
    served = "TEXTUAL_DRIVER" in os.environ
    if not served and not (sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"):
        raise UsageError(
            "the app needs a terminal", "qa ask QUESTION prints an answer; qa --help lists the commands"
        )
    from tui.app import run

    def open_library() -> Library:
        from qa import bundled

        return bundled.open_library(settings)

    run(open_library, settings=settings)
    return 0


def serve(settings: Settings, host: str, port: int) -> int:
    """Serve the app to browsers until interrupted."""
    from tui.serve import serve as run

    run(settings, host, port, _narrate)
    return 0


def ask(
    settings: Settings,
    question: Sequence[str],
    as_json: bool,
    after: Sequence[str],
    batch: IO[bytes] | None,
) -> int:
    """Answer one question, or with ``batch`` one a line. Exit code 1 when nothing answers it."""
    k = settings.k or 5
    if batch:
        _no_words(question)
        with _engine(settings) as engine:
            return _batch(batch, "question", lambda text: engine.ask(text, k=k, previous=after).to_json())
    text = _words(question)
    with _engine(settings) as engine:
        reply = engine.ask(text, k=k, previous=after)
    if reply.carried:
        _narrate(f"carried over: {', '.join(reply.carried)}")
    if as_json:
        _print_json(reply.to_json())
    else:
        print(render.answer(reply, _screen()))
    return 0 if reply.answered else 1


def search(settings: Settings, words: Sequence[str], as_json: bool, batch: IO[bytes] | None) -> int:
    """Find passages. Exit code 1 when there are none."""
    k = settings.k or 10
    if batch:
        _no_words(words)
        with _engine(settings) as engine:
            return _batch(batch, "query", lambda text: engine.search(text, k=k).to_json())
    text = _words(words)
    with _engine(settings) as engine:
        result = engine.search(text, k=k)
    if as_json:
        _print_json(result.to_json())
    else:
        print(render.search(result, _screen()))
    return 0 if result.hits else 1


def add(settings: Settings, paths: Sequence[str], as_json: bool) -> int:
    """Add files and folders. Exit code 2 when a named path, or everything, could not be added."""
    from index.library import Library

    named = [Path(name) for name in _or_lines(paths)]
    if missing := next((path for path in named if not os.path.exists(os.path.expanduser(path))), None):
        raise UsageError("{path}: no such file or folder", path=missing)
    target = settings.library or default_library()
    with Library.open(target, create=True, model=settings.model or None) as library, stoppable() as stopped:
        with closing(Progress(sys.stderr, "passages")) as progress:
            library.refresh(progress, stopped)
        with closing(Progress(sys.stderr)) as progress:
            report = library.add(named, progress=progress, cancelled=stopped)
    for path, reason in report.skipped:
        _narrate(f"skipped {path}: {reason}")
    if as_json:
        _print_json(asdict(report))
    elif report.added or report.updated or report.unchanged:
        print(_summary(report, target))
    return _add_code(report, named)


def _summary(report: AddReport, library: Path) -> str:
    counts = [("added", report.added), ("updated", report.updated), ("unchanged", report.unchanged)]
    parts = [f"{len(paths):,} {name}" for name, paths in counts if paths]
    rate = f" in {report.seconds:.1f} s" if report.passages else ""
    return render.one_line(f"{', '.join(parts)} ({report.passages:,} passages{rate}) → {library}")


def _add_code(report: AddReport, named: Sequence[Path]) -> int:
    if not (report.added or report.updated or report.unchanged or report.skipped):
        from index.readers import SUFFIXES

        raise UsageError(
            "no articles in {paths}",
            "read are {suffixes}",
            paths=", ".join(map(str, named)),
            suffixes=" ".join(sorted(SUFFIXES)),
        )
    refused = {Path(path).absolute() for path, _ in report.skipped}
    wanted = {path.absolute() for path in named} | {path.resolve() for path in named}
    nothing = not (report.added or report.updated or report.unchanged)
    return 2 if nothing or refused & wanted else 0


def remove(settings: Settings, references: Sequence[str], as_json: bool) -> int:
    """Remove articles from a library of the user's own; all of them or, on a wrong name, none."""
    with _changing(settings, Phrase("the bundled articles cannot be removed")) as library:
        found = {info.id: info for info in map(library.find, _or_lines(references))}
        library.remove(list(found))
    if as_json:
        _print_json({"removed": [{"id": i.id, "title": i.title, "path": i.path} for i in found.values()]})
    else:
        for info in found.values():
            print(f"removed {info.id}  {render.one_line(info.title)}")
    return 0


def list_articles(settings: Settings, as_json: bool) -> int:
    with _reading(settings) as library:
        infos = library.articles()
        path = library.path
    if as_json:
        _print_json({"library": str(path), "articles": [asdict(info) for info in infos]})
    elif infos:
        print(render.articles(infos, _screen()))
    else:
        _narrate("the library is empty; add articles with qa add PATH")
    return 0


def show(settings: Settings, reference: str, as_json: bool) -> int:
    with _reading(settings) as library:
        item = library.article(library.find(_words([reference]).strip()).id)
    if as_json:
        keys = ("id", "title", "path", "language", "published", "text")
        _print_json({key: getattr(item, key) for key in keys})
    else:
        print(render.article(item, _screen()))
    return 0


def status(settings: Settings, as_json: bool) -> int:
    with _reading(settings) as library:
        facts = library.status()
    if as_json:
        _print_json(asdict(facts))
    else:
        print(render.status(facts, _screen()))
    return 0


def add_word(settings: Settings, word: str, same: Sequence[str], as_json: bool) -> int:
    """Teach the library a word, and names that mean the same."""
    word, names = _text(word), [_text(name) for name in same]
    return _change_words(
        settings, lambda library, **told: library.teach(word, names, **told), "taught", as_json
    )


def remove_word(settings: Settings, word: str, as_json: bool) -> int:
    """Undo ``add_word``."""
    word = _text(word)
    return _change_words(settings, lambda library, **told: library.forget(word, **told), "removed", as_json)


def _change_words(settings: Settings, change: Callable[..., TaughtWord], verb: str, as_json: bool) -> int:
    with (
        _changing(settings, Phrase("words cannot be taught to the bundled articles")) as library,
        _watched() as told,
    ):
        word = change(library, **told)
    if as_json:
        _print_json({verb: asdict(word)})
    else:
        print(f"{verb} {render.word(word)}")
    return 0


def list_words(settings: Settings, as_json: bool) -> int:
    with _reading(settings) as library:
        taught = library.words()
        path = library.path
    if as_json:
        _print_json({"library": str(path), "words": [asdict(word) for word in taught]})
    elif taught:
        print("\n".join(map(render.word, taught)))
    else:
        _narrate("no words were taught to this library; qa words add WORD SAME… teaches one")
    return 0


def evaluate(
    settings: Settings,
    folder: Path,
    queries: Path | None,
    others: Sequence[Path],
    limit: int | None,
    as_json: bool,
) -> int:
    """Measure on a BEIR-style folder with the code that answers questions."""
    from qa.evaluate import evaluate as measure

    with closing(Progress(sys.stderr, "questions")) as progress:
        figures = measure(
            folder, queries, others=others, limit=limit, model=settings.model or None, progress=progress
        )
    if as_json:
        _print_json(figures)
    else:
        print(render.figures(figures))
    return 0


@contextmanager
def _reading(settings: Settings) -> Iterator[Library]:
    from qa.bundled import is_bundled, open_library

    with open_library(settings) as library:
        yield library
        if is_bundled(library):
            _narrate("these are the bundled articles; qa add PATH starts your own library")


@contextmanager
def _changing(settings: Settings, otherwise: Phrase) -> Iterator[Library]:
    """A library to write to; UsageError ``otherwise`` where there are but the bundled articles."""
    from qa.bundled import is_bundled

    with _reading(settings) as library:
        if is_bundled(library):
            raise UsageError(otherwise, "add your own with qa add PATH; they take their place")
        with _watched() as told:
            library.refresh(**told)
        yield library


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    from qa.engine import Engine

    with _reading(settings) as library:
        with _watched() as told:
            library.refresh(**told)
        yield Engine(library)


@contextmanager
def _watched() -> Iterator[dict[str, Any]]:
    """What long work on a library's passages is told: where to report, and whether to stop."""
    with stoppable() as cancelled, closing(Progress(sys.stderr, "passages")) as progress:
        yield {"progress": progress, "cancelled": cancelled}


def _batch(stream: IO[bytes], key: str, reply: Callable[[str], dict[str, Any]]) -> int:
    """One JSON object a line, in order, each flushed at once; a wrong line gives an error object."""
    from qa.engine import LONGEST_QUESTION

    for line in _lines(stream, 8 * LONGEST_QUESTION):
        text = line.decode("utf-8-sig", "replace").strip()
        try:
            if "\ufffd" in text and len(text) <= LONGEST_QUESTION:
                raise UsageError("the line is not UTF-8")
            data = reply(text)
        except UsageError as error:
            data = {key: text[:LONGEST_QUESTION], "error": str(error)}
        _print_json(data)
    return 0


def _lines(stream: IO[bytes], most: int) -> Iterator[bytes]:
    """Every line of ``stream`` as it arrives, no more than ``most`` bytes of each."""
    while line := stream.readline(most):
        rest = line
        while not rest.endswith(b"\n") and (rest := stream.readline(most)):
            pass
        yield line


def _no_words(words: Sequence[str]) -> None:
    if words:
        raise UsageError("--batch reads its questions from a file", "give either words or --batch")


def _words(words: Sequence[str]) -> str:
    """The words of the command line as one text; "-" alone stands for standard input."""
    return _text(sys.stdin.buffer.read() if list(words) == ["-"] else " ".join(words))


def _text(data: bytes | str) -> str:
    if isinstance(data, str):
        # In a locale that is not UTF-8, such as C, Python keeps the bytes it could not decode.
        data = os.fsencode(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("the text given is not UTF-8") from error


def _or_lines(words: Sequence[str]) -> list[str]:
    """The words of the command line; "-" alone stands for standard input, one a line."""
    if list(words) != ["-"]:
        return list(words)
    if not (lines := [line for line in _read_stdin().splitlines() if line.strip()]):
        raise UsageError("standard input is empty")
    return lines


def _read_stdin() -> str:
    # File names may hold any bytes, so what is not UTF-8 is kept the way Python keeps it in argv.
    return sys.stdin.buffer.read().decode("utf-8-sig", "surrogateescape")


def _screen() -> render.Screen:
    return render.Screen.of(sys.stdout)


def _print_json(data: Any) -> None:
    utf = (sys.stdout.encoding or "").lower().startswith("utf")
    print(render.json_line(data, ascii_only=not utf), flush=True)


def _narrate(text: str) -> None:
    print(f"qa: {render.one_line(text)}", file=sys.stderr)
