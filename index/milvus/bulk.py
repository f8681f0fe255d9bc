"""Imports in bulk: what a long run adds goes to Milvus as Parquet files.

Rows of texts, passages and names are written to a folder of the object store while articles are prepared.
The server imports them by itself; the articles' own rows, which make them count, are sent afterwards, batch
by batch, as ever. They wait in one more file of the folder, the ledger.

A note tells of each folder. While it is *open*, nothing in it is imported: left behind, it is deleted. Once
it is *sealed*, its files are whole: left behind, whoever writes next finishes the import. Whether rows are
there is asked of the collection itself, so that no file is imported twice.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from index.address import import_folder
from index.errors import LibraryError, Phrase
from index.milvus.import_files import LEDGER, ImportFiles, ParquetFile
from index.milvus.import_jobs import ImportJobs, Job
from index.milvus.rows import Row
from index.milvus.statistics import Counts
from index.types import UNWATCHED

if TYPE_CHECKING:
    from index.milvus.store import MilvusStore

#: The collections whose rows are imported; their ids are never given twice.
IMPORTED = ("texts", "passages", "names")
#: Passages of a run that are sent before the rest is imported, and passages of one import.
LARGE, MOST = 10_000, 100_000
#: Seconds between two looks at a job, for which imported rows may stay out of sight, and between two notes
#: that an import is still worked on.
_PAUSE, _SIGHT, _NOTED = 1.0, 120.0, 60.0
_GOES_ON = Phrase("the server goes on importing, and the next command that adds takes it in")
#: Imports of this process: nobody here takes them for left behind.
_MINE: set[int] = set()


class Chunk(NamedTuple):
    """Articles that are stored together: their own rows, what they count, and rows by collection.

    ``before`` are the versions that they replace, 0 for none.
    """

    own: list[Row]
    before: list[int]
    counts: Counts
    rows: dict[str, list[Row]]


class Noted(NamedTuple):
    """An import as it was noted: ``rows`` of each file once it is sealed, None before."""

    number: int
    host: str
    pid: int
    since: int
    rows: dict[str, int] | None


class Bulk:
    """The imports of one writer. One thread at a time."""

    def __init__(self, store: MilvusStore, files: ImportFiles, jobs: ImportJobs) -> None:
        self._store, self._server = store, store.server
        self._files, self._jobs = files, jobs
        self._number = 0
        self._open: dict[str, ParquetFile] = {}
        self._noted = 0.0
        self._paths: set[str] = set()
        self._afterwards: list[Callable[[], None]] = []
        self.monitor = UNWATCHED

    # What is waiting

    @property
    def waits(self) -> bool:
        """Whether articles wait to be imported."""
        return bool(self._paths)

    @property
    def is_full(self) -> bool:
        return "passages" in self._open and self._open["passages"].count >= MOST

    def holds(self, path: str) -> bool:
        """Whether the article of this path waits."""
        return path in self._paths

    def afterwards(self, action: Callable[[], None]) -> None:
        """Does something once the articles that wait are there."""
        self._afterwards.append(action)

    def begin(self) -> None:
        """Begins an import, unless one waits: its number is less than the versions of its articles."""
        if not self._number:
            self._number = self._store.writer.slots.take(1)
            _MINE.add(self._number)

    def add(self, chunk: Chunk) -> None:
        """Writes articles to the files of the import. Inaccessible: the object store does not take them."""
        if not self._open or time.monotonic() - self._noted > _NOTED:
            self._note(None)
        own = json.dumps([chunk.own, chunk.before], ensure_ascii=False)
        said = {"own": own, "counts": chunk.counts.text()}
        for name, rows in {**chunk.rows, LEDGER: [said]}.items():
            if rows:
                if name not in self._open:
                    self._open[name] = self._files.open(self._folder(self._number), name)
                self._open[name].put(rows)
        self._paths.update(row["path"] for row in chunk.own)

    def seal(self) -> dict[str, int]:
        """Ends the files and returns how many rows each has. This writer, or the next one, imports them."""
        for file in self._open.values():
            file.close()
        rows = {name: file.count for name, file in self._open.items()}
        self._open = {}
        self._note(rows)
        return rows

    def forget(self) -> None:
        """Gives up what waits. A sealed import is left to the next writer, an open one is deleted then."""
        _MINE.discard(self._number)
        self._number, self._open, self._paths, self._afterwards = 0, {}, set(), []
        self._store.expect([])  # what was to be stored is not known any more

    def finish(self) -> None:
        """Imports what waits. LibraryError: the server could not. Cancelled: ``monitor`` stopped waiting."""
        if not self._paths:
            return
        afterwards = self._afterwards
        with self._forgotten():
            rows = self.seal()
            try:
                self._complete(self._number, rows, known=False)
            except FileNotFoundError as error:
                raise LibraryError(
                    "the files of an import are gone from {place}",
                    "run the same command again",
                    place=self._files.shown,
                ) from error
        self._paths, self._afterwards = set(), []
        for action in afterwards:
            action()

    @contextmanager
    def _forgotten(self) -> Iterator[None]:
        """Afterwards nothing waits, whatever happened."""
        try:
            yield
        except BaseException:  # Ctrl+C, too: what waits is not the next run's
            self.forget()
            raise
        _MINE.discard(self._number)
        self._number = 0

    # One import

    def _folder(self, number: int) -> str:
        return f"{self._server.url.collection}/{number}"

    def _note(self, rows: dict[str, int] | None) -> None:
        said = [socket.gethostname(), os.getpid(), int(time.time()), rows]
        self._store.put_facts("import", {str(self._number): said})
        self._noted = time.monotonic()

    def _complete(self, number: int, counts: dict[str, int], *, known: bool) -> None:
        """Imports the files of a sealed import, of ``counts`` rows, then sends the articles' own rows.

        ``known`` is whether its jobs may have been begun before. FileNotFoundError: a file is gone.
        """
        folder = self._folder(number)
        wanted = [name for name in IMPORTED if name in counts]
        jobs = {
            name: self._begin(name, number, known)
            for name in wanted
            if not (known and self._are_there(name, next(self._ids(folder, name))))
        }
        total = sum(counts[name] for name in wanted)
        done = total - sum(counts[name] for name in jobs)
        while any(not job.ended for job in jobs.values()):
            taken = sum(counts[name] * job.percent // 100 for name, job in jobs.items())
            self.monitor.rows(done + taken, total)
            self.monitor.check(_GOES_ON)
            time.sleep(_PAUSE)
            jobs = {name: job if job.ended else self._jobs.look(job.id) for name, job in jobs.items()}
            if time.monotonic() - self._noted > _NOTED:
                self._note(counts)
        for name, job in jobs.items():
            if job.failed or job.rows not in (None, counts[name]):
                there = [each for each in wanted if each not in jobs or not jobs[each].failed]
                self._give_up(number, there, job, counts[name])
        for name in jobs:
            self._server.refresh(name)
        for name in wanted:
            self._wait_for(name, folder)
        self.monitor.rows(total, total)
        for [row] in self._files.rows(folder, LEDGER, ["own", "counts"]):
            own, before = json.loads(row["own"])
            self._store.writer.commit(Chunk(own, before, Counts.read(row["counts"]), {}))
        self._remove(number)

    def _begin(self, name: str, number: int, known: bool) -> Job:
        """The job that imports a file; one that was begun before is found again."""
        collection = self._server.named(name)
        file = self._files.name_for_server(self._folder(number), name)
        found = self._jobs.find(collection, file) if known else None
        return found or self._jobs.begin(collection, file, f"yinju-{collection}-{number}")

    def _ids(self, folder: str, name: str) -> Iterator[list[int]]:
        """The ids of the rows of a file, batch by batch."""
        for rows in self._files.rows(folder, name, ["id"]):
            yield [row["id"] for row in rows]

    def _are_there(self, name: str, rows: Sequence[int]) -> bool:
        return len(self._server.get(name, rows, [])) == len(rows)

    def _wait_for(self, name: str, folder: str) -> None:
        """Waits until each row of a file can be read, which the server shows some time after its import."""
        until = time.monotonic() + _SIGHT
        for rows in self._ids(folder, name):
            while not self._are_there(name, rows):
                self.monitor.check(_GOES_ON)
                if time.monotonic() > until:
                    raise LibraryError(
                        "the server of {path} does not show all that it imported",
                        "run the same command again later: it goes on from there",
                        path=self._server.url,
                    )
                time.sleep(_PAUSE)

    def _give_up(self, number: int, there: Sequence[str], failed: Job, rows: int) -> None:
        """Deletes what an import that failed brought, files ``there``, and tells it."""
        for name in there:
            self._server.refresh(name)
            for ids in self._ids(self._folder(number), name):
                self._server.delete(name, ids)
        self._remove(number)
        short = Phrase("it took {taken} of {rows} rows", taken=failed.rows or 0, rows=rows)
        raise LibraryError(
            "the server of {path} cannot import from {place}: {error}",
            "the articles of this import are not added; QA_MILVUS_IMPORT has to name the bucket, or folder, "
            "that the server itself reads",
            path=self._server.url,
            place=self._files.shown,
            error=failed.reason[:300] or short,
        )

    def _remove(self, number: int) -> None:
        """Deletes the files of an import, which is over, and its note."""
        self._store.put_facts("import", {str(number): [socket.gethostname(), os.getpid(), 0, None]})
        self._files.remove(self._folder(number), [*IMPORTED, LEDGER])
        self._store.drop_facts("import", [str(number)])

    # What killed writers left

    def recover(self, imports: Sequence[Noted]) -> None:
        """Finishes sealed imports whose writer is gone, and deletes open ones."""
        for noted in imports:
            if noted.rows is None:
                self._remove(noted.number)
                continue
            self._number = noted.number
            _MINE.add(noted.number)
            with self._forgotten():
                self._note(noted.rows)  # from now on it is this writer's
                try:
                    self._complete(noted.number, noted.rows, known=True)
                except FileNotFoundError:  # somebody emptied the bucket
                    self._remove(noted.number)


def configured(store: MilvusStore) -> Bulk | None:
    """The imports of a library, if an object store is named for them."""
    if not (uri := import_folder()):
        return None
    return Bulk(store, ImportFiles(uri), ImportJobs(store.server.url))


def noted(store: MilvusStore, is_left: Callable[[str, int, int], bool]) -> list[Noted]:
    """The imports whose writer is gone, as ``is_left(host, process, time)`` says."""
    found = [Noted(int(name), *said) for name, said in store.facts("import").items()]
    return [each for each in found if each.number not in _MINE and is_left(*each[1:4])]
