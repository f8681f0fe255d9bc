"""Several processes share the work of adding. What is stored and told is the same as without them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import documents
import pytest
from folder_changes import write
from small_library import TOKENIZER, HashingEmbedder

from index.errors import Cancelled
from index.ingest import workers
from index.ingest.prepare import Recipe
from index.ingest.workers import Job, Workers, worker_count
from index.library import Library
from index.types import AddReport, Monitor, ParsedArticle

TEXT = """第{0}号图书馆在北京，由林望舒 (Lin Wangshu) 设计。它的开放时间是早上{1}点。

Number {0} seats {1} people.

"""
#: What a process does in place of reading, by the first word of a text.
STRANGE = """
import os, signal
from index.readers import reader_process as process
real = process.read_bytes
def strange(data, name, recognize):
    if data.startswith(b"die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if data.startswith(b"hang"):
        signal.pause()
    if data.startswith(b"%PDF"):
        recognize([0, 1], lambda number: None)
        return real(data, name, None)
    return real(data, name, recognize)
process.read_bytes = strange
process.recognize = lambda picture: ()
process.is_installed = lambda: True
process.serve()
"""
#: Beyond these, the library of each run has its own: the time, and how many writes there were until then.
_OWN = {"articles": ("added",), "passages": ("generation",)}
Share = Callable[[int], None]
Started = list[subprocess.Popen[bytes]]


@pytest.fixture
def share(monkeypatch: pytest.MonkeyPatch) -> Share:
    """Makes so many processes share all work; 1: there is one alone."""

    def shared(count: int) -> None:
        monkeypatch.setattr(workers, "worker_count", lambda: count)
        monkeypatch.setattr("index.ingest.preparer.BEGIN_SECONDS", 0.0)
        monkeypatch.setattr("index.ingest.preparer.LEFT_SECONDS", 0.0)
        monkeypatch.setattr("index.ingest.batch.BATCH_SECONDS", 1e9)

    return shared


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """The processes that were started."""
    found: Started = []
    start = subprocess.Popen

    def starting(*args: Any, **options: Any) -> subprocess.Popen[bytes]:
        found.append(start(*args, **options))
        return found[-1]

    monkeypatch.setattr(subprocess, "Popen", starting)
    return found


@pytest.fixture
def strange(started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    start = subprocess.Popen

    def starting(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        program = re.sub("from index.*", "", command[-1])
        return start([*command[:-1], f"{program}exec({STRANGE!r})"], **options)

    monkeypatch.setattr(subprocess, "Popen", starting)


def folder_of(folder: Path, texts: int = 12, *, scanned: bool = False) -> Path:
    """Articles of many kinds, and files that are none. A scanned page takes each process seconds to begin."""
    for number in range(texts):
        write(folder / f"a{number:02}.txt", TEXT.format(number, 7) * (1 + number % 5 * 20))
    write(folder / "b.txt", "  \n")
    write(folder / "c.html", f"<html><body>{documents.STORY * 30}</body></html>")
    rows = [{"id": f"r{n % 9}", "title": f"题 {n}", "text": TEXT.format(n, 8)} for n in range(10)]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    write(folder / "d.jsonl", "\n".join([*lines, *["no JSON"] * 25, json.dumps({"text": "\ud800。" * 9})]))
    (folder / "e.docx").write_bytes(documents.make_docx(documents.PLAIN, "长桥"))
    (folder / "f.pdf").write_bytes(
        documents.make_pdf([documents.column("The bridge is long."), []], pictures=[1] if scanned else [])
    )
    (folder / "g.pdf").write_bytes(b"%PDF-1.7 broken")
    (folder / "h.zip").write_bytes(
        documents.make_zip({"x.txt": TEXT.format(1, 9), "y.doc": "", "z.txt": "…"})
    )
    (folder / "i.zip").write_bytes(b"PK broken")
    return folder


def rows(library: Library) -> dict[str, list[tuple[object, ...]]]:
    """All that is stored, but for what each run has of its own."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with apsw.Connection(str(library.path / "library.db"), flags=apsw.SQLITE_OPEN_READONLY) as database:
        for table in ("articles", "texts", "passages", "aliases", "containers", "folders", "words"):
            columns = [str(row[1]) for row in database.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(f'"{name}"' for name in columns if name not in _OWN.get(table, ()))
            order = "path" if table == "containers" else "rowid"
            found[table] = [*database.execute(f"SELECT {kept} FROM {table} ORDER BY {order}")]
    assert found["articles"] and found["passages"]
    return found


def told(report: AddReport) -> dict[str, object]:
    return asdict(report) | {"seconds": 0}


def made(path: Path, *folders: Path) -> tuple[dict[str, list[tuple[object, ...]]], dict[str, object]]:
    with Library.open(path, create=True) as library:
        report = library.add(folders)
        return rows(library), told(report)


def test_libraries_and_reports_are_the_same(tmp_path: Path, share: Share, started: Started) -> None:
    folder = folder_of(tmp_path / "articles", scanned=True)
    changed = folder / "a03.txt"
    outcomes: list[list[Any]] = []
    for count in (1, 3):
        share(count)
        alone = len(started)
        write(changed, TEXT.format(3, 7))
        os.utime(changed, (1, 1))
        with Library.open(tmp_path / f"library{count}", create=True) as library:
            library.teach("林望")
            outcome: list[Any] = [told(library.add([folder])), rows(library)]
            number = next(info.id for info in library.articles() if info.path.endswith("e.docx"))
            library.undo_remove(library.remove_undoable([number]))
            write(changed, TEXT.format(3, 12))
            os.utime(changed, (2, 2))
            outcome += [told(library.sync(dry_run=True)), told(library.sync()), rows(library)]
        outcomes.append(outcome)
    assert len(started) - alone >= 3  # only in the second turn several
    first, second = outcomes
    assert len(first[0]["skipped"]) == 25 and len(first[0]["added"]) == 26
    assert first[2]["updated"] == first[3]["updated"] == [str(changed)]
    for one, other in zip(first, second, strict=True):
        assert one == other


def test_vectors_of_the_lexicon_are_made_by_the_processes_and_others_by_this_one(tmp_path: Path) -> None:
    def recipe(name: str, **given: Any) -> Recipe | None:
        with Library.open(tmp_path / name, create=True, **given) as library:
            return library._pipeline.recipe()

    assert recipe("own") == recipe("own") == Recipe(frozenset(), embeds=True)
    assert recipe("other", embedder=HashingEmbedder()) == Recipe(frozenset(), embeds=False)
    assert recipe("test", embedder=HashingEmbedder(), tokenizer=TOKENIZER) is None
    with Library.open(tmp_path / "own") as library:
        library.teach("林望")
        assert library._pipeline.recipe() == Recipe(frozenset({"林望"}), embeds=True)


def test_another_embedder_is_asked_by_this_process(tmp_path: Path, share: Share, started: Started) -> None:
    folder = folder_of(tmp_path / "articles", texts=5)
    found = []
    for count in (1, 2):
        share(count)
        with Library.open(tmp_path / f"library{count}", create=True, embedder=HashingEmbedder()) as library:
            found.append((told(library.add([folder])), rows(library)))
    assert found[0] == found[1] and len(started) >= 2


def test_a_long_article_is_the_same_in_pieces(
    tmp_path: Path, share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "long.txt", "".join(TEXT.format(n, n * 7) for n in range(900)))
    share(1)
    whole = made(tmp_path / "whole", path)
    monkeypatch.setattr("index.ingest.preparer.MAX_PASSAGES", 20)
    monkeypatch.setattr("index.ingest.preparer.PIECE", 7)
    share(3)
    assert made(tmp_path / "pieces", path) == whole
    monkeypatch.setattr("index.ingest.preparer.BEGIN_SECONDS", 1e9)  # the file alone is reason enough
    assert made(tmp_path / "alone", path) == whole


def test_little_work_and_none_at_all_start_no_process(tmp_path: Path, started: Started, share: Share) -> None:
    for number in range(5):
        write(tmp_path / "articles" / f"{number}.txt", TEXT.format(number, 7))
    with Library.open(tmp_path / "library", create=True) as library:
        assert len(library.add([tmp_path / "articles"]).added) == 5
        share(3)
        assert len(library.add([tmp_path / "articles"]).unchanged) == 5
    assert started == []


def test_where_no_process_can_be_started_there_is_none(
    tmp_path: Path, share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    share(1)
    folder = tmp_path / "articles"
    for number in range(5):
        write(folder / f"{number}.txt", TEXT.format(number, 7))
    alone = made(tmp_path / "alone", folder)
    share(3)
    monkeypatch.setattr(subprocess, "Popen", refused)
    assert made(tmp_path / "refused", folder) == alone


@pytest.mark.parametrize("allowed", [0, 1])
def test_with_fewer_threads_than_processors_there_are_fewer_processes(
    tmp_path: Path, share: Share, monkeypatch: pytest.MonkeyPatch, started: Started, allowed: int
) -> None:
    share(1)
    folder = folder_of(tmp_path / "articles")
    alone = made(tmp_path / "alone", folder)
    started.clear()
    start, begun = threading.Thread.start, list[threading.Thread]()

    def limited(self: threading.Thread) -> None:
        if len(begun) == allowed:
            raise RuntimeError("can't start new thread")
        begun.append(self)
        start(self)

    share(3)
    monkeypatch.setattr(threading.Thread, "start", limited)
    assert made(tmp_path / "limited", folder) == alone
    assert len(begun) == allowed and len(started) in (1, 2)
    assert None not in [process.poll() for process in started]


def test_what_no_process_can_be_started_for_is_done_here(
    tmp_path: Path, share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    share(1)
    folder = tmp_path / "articles"
    for number in range(9):
        write(folder / f"{number}.txt", TEXT.format(number, 7) * 40)
    alone = made(tmp_path / "alone", folder)
    start, begun = subprocess.Popen, list[object]()

    def limited(*args: Any, **options: Any) -> subprocess.Popen[bytes]:
        if begun:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        begun.append(args)
        return start(*args, **options)

    share(3)
    monkeypatch.setattr(subprocess, "Popen", limited)
    monkeypatch.setattr("index.ingest.preparer.MAX_PASSAGES", 20)
    monkeypatch.setattr("index.ingest.preparer.PIECE", 7)
    assert made(tmp_path / "limited", folder) == alone


def test_processes_that_stand_still_end_at_once(tmp_path: Path, started: Started) -> None:
    shared = Workers(2, tmp_path)
    for _ in range(4):
        shared.submit(_slowly, b"").result(Monitor(), "")
    for process in started:
        process.send_signal(signal.SIGSTOP)
    jobs = [shared.submit(partial(len, b"." * 2**20)) for _ in range(4)]  # more than a pipe takes
    time.sleep(0.2)
    closing = threading.Thread(target=shared.close, daemon=True)
    closing.start()
    closing.join(20)
    assert not closing.is_alive()
    assert started and None not in [process.poll() for process in started]
    assert not any(job.done() and not job.future.exception() for job in jobs)


@pytest.mark.usefixtures("strange")
def test_what_ends_a_process_costs_its_own_article(tmp_path: Path, share: Share) -> None:
    share(2)
    for number in range(20):
        write(tmp_path / f"{number:02}.txt", ("die" if number in (7, 8) else "") + TEXT.format(number, 7))
    with Library.open(tmp_path / "library", create=True) as library:
        report = library.add([tmp_path])
    assert [Path(path).stem for path in report.added] == [f"{n:02}" for n in range(20) if n not in (7, 8)]
    reason = "reading it ended unexpectedly (exit code -9)"
    assert report.skipped == [(str(tmp_path / f"{n:02}.txt"), reason) for n in (7, 8)]


@pytest.mark.usefixtures("strange")
def test_stopping_ends_all_processes_at_once(tmp_path: Path, share: Share, started: Started) -> None:
    share(2)
    for number in range(20):
        write(tmp_path / f"{number:02}.txt", ("hang" if number == 5 else "") + TEXT.format(number, 7))
    done: list[int] = []
    began = time.monotonic()

    def cancelled() -> bool:
        return len(started) == 2 and time.monotonic() - began > 1

    with Library.open(tmp_path / "library", create=True) as library:
        with pytest.raises(Cancelled):
            library.add([tmp_path], monitor=Monitor(lambda count, _: done.append(count), cancelled))
        assert len(started) == 2 and None not in [process.poll() for process in started]
        assert len(library.articles()) <= 5 and library.search_generation()


@pytest.mark.usefixtures("strange")
def test_pages_are_told_file_by_file(tmp_path: Path, share: Share) -> None:
    share(2)
    for number in range(4):
        page = documents.column(f"The bridge {number} is long.")
        (tmp_path / f"{number}.pdf").write_bytes(documents.make_pdf([page, []], pictures=[1]))
    pages: list[tuple[int, int]] = []
    with Library.open(tmp_path / "library", create=True) as library:
        report = library.add([tmp_path], monitor=Monitor(page=lambda *page: pages.append(page)))
    assert len(report.added) == 4 and pages == [(1, 2), (2, 2)] * 4


@pytest.mark.parametrize(("steps", "size", "most"), [(4, 1 << 20, 4), (64, 1, 1)])
def test_few_articles_are_in_hand(
    tmp_path: Path, share: Share, monkeypatch: pytest.MonkeyPatch, steps: int, size: int, most: int
) -> None:
    submit, result, begun = Workers.submit, Job.result, [0, 0]

    def submitting(self: Workers, *work: Any) -> Job[Any]:
        begun[0] += 1
        begun[1] = max(begun)
        return submit(self, *work)

    def finishing(self: Job[Any], *watched: Any) -> Any:
        begun[0] -= 1
        return result(self, *watched)

    share(2)
    monkeypatch.setattr(Workers, "submit", submitting)
    monkeypatch.setattr(Job, "result", finishing)
    monkeypatch.setattr(Job, "done", lambda self: False)  # the first is slow
    monkeypatch.setattr("index.ingest.add.MAX_BEGUN", steps)
    monkeypatch.setattr("index.ingest.add.MAX_BEGUN_BYTES", size)
    for number in range(20):
        write(tmp_path / f"{number:02}.txt", TEXT.format(number, 7))
    with Library.open(tmp_path / "library", create=True) as library:
        assert len(library.add([tmp_path]).added) == 20
    assert begun == [0, most]


def test_an_article_added_twice_in_one_run_is_updated(tmp_path: Path, share: Share) -> None:
    share(2)
    texts = [("one", 1), ("two", 2), ("one", 3), ("two", 2)]
    with Library.open(tmp_path / "library", create=True) as library:
        parsed = [(key, ParsedArticle(TEXT.format(n, 7), key, "zh-Hans")) for key, n in texts]
        report = library.add_parsed(parsed)
        assert (report.added, report.updated, report.unchanged) == (["two"], ["one"], ["two"])
        assert [(info.path, library.article(info.id).text) for info in library.articles()] == [
            ("one", TEXT.format(3, 7)),
            ("two", TEXT.format(2, 7)),
        ]


def test_they_end_with_the_program(tmp_path: Path) -> None:
    """Whatever ended that: their pipes are closed then."""
    program = (
        f"import sys; sys.path[:] = {sys.path!r}\nfrom test_workers import begin; begin({str(tmp_path)!r})"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as ours:
        assert ours.stdout
        numbers = [int(number) for number in ours.stdout.readline().split()]
        assert len(numbers) == 3
        ours.send_signal(signal.SIGKILL)
        ours.wait()
    deadline = time.monotonic() + 30
    while any(map(_runs, numbers)):
        assert time.monotonic() < deadline, "they are still there"
        time.sleep(0.1)


def begin(folder: str) -> None:
    """For the test above: prints the numbers of three processes that have worked, and waits."""
    shared = Workers(3, Path(folder))
    jobs = [shared.submit(os.getpid) for _ in range(3)]
    numbers = {job.result(Monitor(), "") for job in jobs}
    while len(numbers) < 3:
        jobs = [shared.submit(_slowly) for _ in range(3)]
        numbers |= {job.result(Monitor(), "") for job in jobs}
    print(*numbers, flush=True)
    time.sleep(600)


def _slowly() -> int:
    time.sleep(0.2)
    return os.getpid()


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_there_are_as_many_as_there_are_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(3), raising=False)
    monkeypatch.setattr(workers, "_quota", lambda: 8)
    assert worker_count() == 3
    monkeypatch.setattr(workers, "_quota", lambda: 0)  # half a processor
    assert worker_count() == 1
    monkeypatch.setattr(workers, "_quota", lambda: 8)
    monkeypatch.setattr(workers, "HAS_LIMITS", False)
    assert worker_count() == 1
