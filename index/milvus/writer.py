"""Writes articles to a Milvus server, whole or not at all.

A batch is noted first, with the versions it adds and those it takes away. Then come texts, passages, names
and word counts, and last the articles' own rows, which make the new versions count. What they replace is
deleted after that. A batch whose writer was killed is found by its note: articles that made it are finished,
the rest of the batch is deleted. Both can be done twice without harm, by whoever comes first.

Passages with other words are stored in place, in batches that name them. Both counts of such a batch are
stored before its passages. If it is not finished, what its passages hold is counted again.

The note also keeps other writers from the same articles: whoever notes a path looks for other notes of it
afterwards, and takes its own back for a moment if there are any. So of two that meet at least one sees the
other, as in Lamport, "A new solution of Dijkstra's concurrent programming problem" (1974).
"""

from __future__ import annotations

import os
import random
import secrets
import socket
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from index.milvus import bulk, rows
from index.milvus.bulk import Bulk, Chunk, Noted
from index.milvus.connection import quoted
from index.milvus.schema import TAGS, Slots, decoding, number, row_ids, unpacked
from index.milvus.statistics import Counts
from index.storage.store import NewArticle, NewPassage
from index.types import Monitor

if TYPE_CHECKING:
    from index.milvus.store import MilvusStore

#: Seconds after which a batch of another computer counts as left behind.
_LEFT = 600
#: Seconds after which the number of a writer is free again.
_FREE = 86_400
#: Batches of a run that are left as they are; more are put together as one.
_FEW = 8
#: Passages of a run from which on the server is asked to seal them.
_MANY = 2_000
#: Seconds for which a batch waits for another one at the same articles, and the most between two looks. Then
#: the other has probably been killed on another computer.
_WAIT, _PAUSE = 30.0, 0.1
#: Passages that are stored in place with one batch.
_REWRITTEN = 500
#: Seconds after which nothing that a killed writer had sent is still under way.
_SETTLED = 2.0
#: Batches that this process is at: nobody here takes them for left behind.
_UNDER_WAY: set[int] = set()


class Version(NamedTuple):
    """One state of an article: it has at most ``rows`` rows in any collection."""

    number: int
    rows: int
    language: str
    characters: int

    def ids(self) -> range:
        return row_ids(self.number, self.rows)


class Change(NamedTuple):
    """What a batch does to one article: ``new`` takes the place of ``old``; None is no article.

    ``key`` is the id of its path.
    """

    article: int
    key: int
    new: Version | None
    old: Version | None


class Batch(NamedTuple):
    """A note of changes. What was added is counted under ``number``, what was taken away under ``minus``.

    ``passages`` are the ids of those that are stored in place, with other words.
    The rows of an ``imported`` one came in bulk; if it is not finished, its import sends it again. Nobody is
    at one that is ``is_left``.
    """

    number: int
    minus: int
    changes: list[Change]
    passages: list[int]
    imported: bool = False
    is_left: bool = False

    def meets(self, keys: Collection[int]) -> bool:
        """Whether it changes an article at one of these paths."""
        return any(change.key in keys for change in self.changes)


class Writer:
    """Changes the library for one process. One thread at a time."""

    def __init__(self, store: MilvusStore) -> None:
        self._store, self._server = store, store.server
        self._slots: Slots | None = None
        self._bulk: Bulk | None = None
        self._batches: list[int] = []
        self._written = 0

    @property
    def slots(self) -> Slots:
        """Those of a number that no other writer has; it is noted with the time."""
        if self._slots is None:
            writers = self._store.facts("writer")
            self._store.drop_facts("writer", [tag for tag, said in writers.items() if _is_free(*said)])
            # Not even one that was just dropped: another writer may drop it too, a moment later.
            free = [tag for tag in range(TAGS) if str(tag) not in writers] or [*range(TAGS)]
            self._slots = Slots(secrets.choice(free))
            self._sign()
        return self._slots

    def begin(self, monitor: Monitor) -> None:
        """Begins a run: finishes or deletes what killed writers left."""
        self._sign()
        self._store.begin()
        self._store.vocabulary.begin()
        self.recover(self.left())
        self._bulk = bulk.configured(self._store)
        if self._bulk is not None:
            self._bulk.monitor = monitor
            self._bulk.recover(self.left_imports())

    def _sign(self) -> None:
        """Notes that the number of this writer, if it has one, is in use."""
        if self._slots is not None:
            self._store.put_facts("writer", {str(self._slots.tag): signature()})

    def watch(self, monitor: Monitor) -> None:
        """Tells ``monitor`` how far imports are."""
        if self._bulk is not None:
            self._bulk.monitor = monitor

    def afterwards(self, action: Callable[[], None]) -> None:
        """Does something as soon as all that was put is there."""
        if self._bulk is not None and self._bulk.waits:
            self._bulk.afterwards(action)
        else:
            action()

    def stop(self, *, keep: bool) -> None:
        """Ends a run before its time. With ``keep``, the next one takes in what was to be imported."""
        self._store.vocabulary.stop()
        if self._bulk is not None:
            try:
                if keep and self._bulk.waits:
                    self._bulk.seal()
            finally:
                self._bulk.forget()
        self._batches, self._written = [], 0

    def import_waiting(self) -> None:
        """Imports what waits."""
        if self._bulk is not None:
            self._bulk.finish()

    def finish(self) -> None:
        """Ends a run: imports what waits, puts its counts together, lets the server seal what is much."""
        self.import_waiting()
        if len(self._batches) > _FEW:
            version = self.slots.take(1)
            self._store.statistics.fold(version, self._batches)
        if self._written >= _MANY:
            self._server.flush()
        self._batches, self._written = [], 0

    def close(self) -> None:
        """Gives the number of this writer back, for the time after the last second of which it used slots."""
        self._store.vocabulary.stop()
        if self._slots is not None:
            self._store.put_facts("writer", {str(self._slots.tag): ["", 0, self._slots.until]})
            self._slots = None

    # Changes

    def put(self, articles: Sequence[NewArticle]) -> None:
        self._store.vocabulary.sign()
        unique = {article.path: article for article in articles}
        large = self._bulk if self._written >= bulk.LARGE else None
        if large is not None:
            if large.is_full or any(map(large.holds, unique)):
                large.finish()
            large.begin()
            chunk = self._chunk([*unique.values()], self._store.at_paths([*unique]))
            large.add(chunk)
        else:
            with self._batch(unique) as batch:
                before = self._store.at_paths([*unique])
                chunk = self._chunk([*unique.values()], before)
                self._change(batch, chunk.own, before)
                self._note(batch)
                for collection, made in chunk.rows.items():
                    self._server.put(collection, made)
                self._store_own(batch, chunk.own, chunk.counts, before)
        self._written += len(chunk.rows["passages"])
        for new in unique.values():
            self._store.note(new.path, new.file)

    def _chunk(self, articles: Sequence[NewArticle], before: dict[str, rows.Row]) -> Chunk:
        """The rows of articles, under versions of their own; ``before`` are those at their paths now."""
        now, owner = datetime.now(UTC).isoformat(timespec="seconds"), self._server.url.user
        chunk = Chunk([], [], Counts(), {"texts": [], "passages": [], "names": []})
        for new in articles:
            made_of, text = rows.texts(new)
            parts = [*made_of, *text]
            size = max(len(new.passages), len(parts), len(new.aliases))
            version = self.slots.take(size)
            article = before[new.path]["id"] if new.path in before else new.id or version
            chunk.rows["texts"] += rows.text_rows(parts, version)
            chunk.rows["passages"] += rows.passage_rows(new, article, version)
            chunk.rows["names"] += rows.name_rows(new.aliases, version)
            pieces = rows.Pieces(len(made_of), len(text), size)
            chunk.own.append(rows.article_row(new, article, version, owner, new.added or now, pieces))
            chunk.before.append(before[new.path]["version"] if new.path in before else 0)
            chunk.counts.article(new.parsed.language, len(new.parsed.text), 1)
            for passage in new.passages:
                chunk.counts.passage(passage.all_words(), 1)
        return chunk

    def commit(self, chunk: Chunk) -> None:
        """Makes articles count whose other rows were imported. What somebody stored meanwhile stays."""
        self._store.vocabulary.sign()
        paths = [row["path"] for row in chunk.own]
        with self._batch(paths, imported=True) as batch:
            before = self._store.at_paths(paths)
            new = []
            for row, old in zip(chunk.own, chunk.before, strict=True):
                now = before[row["path"]]["version"] if row["path"] in before else 0
                if now in (0, old):
                    new.append(row)
                elif now != row["version"]:
                    self._drop_rows(self._version_of(row))
            if new:
                all_new = len(new) == len(chunk.own)
                counts = chunk.counts if all_new else self._counted([self._version_of(row) for row in new], 1)
                self._change(batch, new, before)
                self._note(batch)
                self._store_own(batch, new, counts, before)
            else:
                self._drop_note(batch)

    def _change(self, batch: Batch, own: Sequence[rows.Row], before: dict[str, rows.Row]) -> None:
        """Tells a batch what it does to the articles of these rows, and to others at their paths."""
        batch.changes.clear()
        for row in own:
            old = before.get(row["path"])
            if old is not None and old["id"] != row["id"]:
                batch.changes.append(Change(old["id"], row["key"], None, self._version(old)))
                old = None
            batch.changes.append(Change(row["id"], row["key"], self._version(row), self._version(old)))

    def _store_own(
        self, batch: Batch, own: Sequence[rows.Row], counts: Counts, before: dict[str, rows.Row]
    ) -> None:
        """Stores the articles' own rows, which makes their versions count, and deletes what they replace."""
        self._store.statistics.put(batch.number, counts)
        self._overtake(batch, before, [row["path"] for row in own])
        self._server.put("paths", [{"id": row["key"], "article": row["id"]} for row in own])
        self._server.put("articles", own)
        self._batches.append(batch.number)
        self._take_away(batch)
        self.new_generation()

    def _version(self, row: rows.Row | None) -> Version | None:
        return None if row is None else self._version_of(row)

    def _version_of(self, row: rows.Row) -> Version:
        most = rows.read_facts(row, self._server.url).pieces.rows
        return Version(row["version"], most, row["language"], row["characters"])

    def _overtake(self, batch: Batch, before: dict[str, rows.Row], paths: Sequence[str]) -> None:
        """Replaces also what another writer stored at these paths, if waiting for it was given up."""
        known = {change.article: change for change in batch.changes}
        for path, row in self._store.at_paths(paths).items():
            if path in before and row["version"] == before[path]["version"]:
                continue
            if change := known.get(row["id"]):
                batch.changes.remove(change)
                batch.changes.append(change._replace(old=self._version(row)))
            else:
                batch.changes.append(Change(row["id"], number("path", row["path"]), None, self._version(row)))
            self._note(batch)

    def remove(self, ids: Sequence[int]) -> int:
        found = self._server.get("articles", [*dict.fromkeys(ids)], rows.ARTICLE)
        for first in range(0, len(found), 200):
            paths = [row["path"] for row in [*found.values()][first : first + 200]]
            self._store.sources.mark_stale(paths)
            with self._batch(paths) as batch:
                there = self._server.get("articles", [*found][first : first + 200], rows.ARTICLE)
                batch.changes[:] = [
                    Change(row["id"], number("path", row["path"]), None, self._version(row))
                    for row in there.values()
                ]
                self._note(batch)
                self._take_away(batch)
            for path in paths:
                self._store.note(path, None)
        if found:
            self.new_generation()
        return len(found)

    def rewrite(self, passages: Iterable[tuple[int, NewPassage]]) -> None:
        """Stores passages with other words and vectors, batch by batch, unless they are gone."""
        waiting = iter(passages)
        while some := dict(islice(waiting, _REWRITTEN)):
            self._rewrite(some)

    def _rewrite(self, passages: Mapping[int, NewPassage]) -> None:
        found = self._server.get("passages", [*passages], ["article"])
        articles = self._server.get("articles", [*{row["article"] for row in found.values()}], ["path"])
        if not articles:
            return
        with self._batch(row["path"] for row in articles.values()) as batch:
            now = self._server.get("articles", [*articles], ["version"])
            fields = ["version", "article", "language", "published", "content"]
            old = {
                i: row
                for i, row in self._server.get("passages", [*found], fields).items()
                if now.get(row["article"], {}).get("version") == row["version"]
            }
            batch.passages[:] = old
            self._note(batch)
            if old:
                statistics = self._store.statistics
                statistics.put(batch.number, self._counted_in(passages[i] for i in old))
                statistics.put(batch.minus, self._counted_in(self._read_passages(old.values()), -1))
                new = [row | rows.passage_fields(passages[i]) for i, row in old.items()]
                self._server.put("passages", new)
                self._batches += [batch.number, batch.minus]
            self._drop_note(batch)
        self.new_generation()

    def _read_passages(self, found: Iterable[rows.Row]) -> Iterator[NewPassage]:
        return (rows.new_passage_of(row, self._server.url) for row in found)

    @staticmethod
    def _counted_in(passages: Iterable[NewPassage], sign: int = 1) -> Counts:
        counts = Counts()
        for passage in passages:
            counts.passage(passage.all_words(), sign)
        return counts

    def new_generation(self) -> None:
        """Lets everybody see that something changed."""
        [count, _] = self._store.fact("generation", "")
        self._store.put_facts("generation", {"": [count + 1, secrets.token_hex(8)]})
        self._store.wrote()

    # Batches

    @contextmanager
    def _batch(self, paths: Iterable[str], *, imported: bool = False) -> Iterator[Batch]:
        """A new batch, alone at the articles of ``paths``. If it is not finished, the next run does that."""
        with self._alone({number("path", path) for path in paths}, imported=imported) as batch:
            yield batch

    @contextmanager
    def _alone(
        self, keys: Collection[int], *, imported: bool = False, recovers: bool = False
    ) -> Iterator[Batch]:
        """A batch that has noted these paths, at which no other is. What killed writers left is recovered."""
        batch = Batch(self.slots.take(1), self.slots.take(1), [], [], imported)
        batch.changes.extend(Change(0, key, None, None) for key in keys)
        _UNDER_WAY.add(batch.number)
        try:
            until = time.monotonic() + _WAIT
            while True:
                self._note(batch)
                others = [each for each in self.noted() if each.number != batch.number and each.meets(keys)]
                left = [each for each in others if each.is_left]
                if others == (left if recovers else []) or time.monotonic() > until:
                    break
                self._drop_note(batch)
                if not recovers:
                    self.recover(left)
                time.sleep(random.uniform(0, _PAUSE))
            yield batch
        finally:
            _UNDER_WAY.discard(batch.number)

    def _note(self, batch: Batch) -> None:
        changes = [list(change) for change in batch.changes]
        said = [*signature(), batch.minus, changes, batch.imported, *batch.passages]
        self._store.put_facts("batch", {str(batch.number): said})

    def _drop_note(self, batch: Batch) -> None:
        self._store.drop_facts("batch", [str(batch.number)])

    def noted(self) -> list[Batch]:
        """The batches that have a note, in one request: what is read in steps may be of an earlier moment."""
        found = []
        for row in self._server.query("facts", f"kind == {quoted('batch')}", ["value"]):
            with decoding(self._server.url, "its row of the kind {kind} cannot be read", kind="batch"):
                name, (host, pid, since, minus, changes, *more) = unpacked(row["value"])
                known = [Change(i, k, *(v and Version(*v) for v in both)) for i, k, *both in changes]
            left = int(name) not in _UNDER_WAY and is_left(host, pid, since)
            found.append(Batch(int(name), minus, known, more[1:], more[:1] == [True], left))
        return found

    def _take_away(self, batch: Batch) -> None:
        """Deletes what a batch removed or replaced, and its note."""
        if gone := [change.old for change in batch.changes if change.old]:
            # The counts go first: afterwards nobody could tell which words were in the passages.
            if not self._store.statistics.has(batch.minus):
                self._store.statistics.put(batch.minus, self._counted(gone, -1))
            self._batches.append(batch.minus)
            self._drop_articles([change for change in batch.changes if not change.new])
            for version in gone:
                self._drop_rows(version)
        self._drop_note(batch)

    def _counted(self, versions: Iterable[Version], sign: int) -> Counts:
        counts = Counts()
        for version in versions:
            counts.article(version.language, version.characters, sign)
            found = self._server.get("passages", version.ids(), ["content"]).values()
            for passage in self._read_passages(found):
                counts.passage(passage.all_words(), sign)
        return counts

    def _drop_articles(self, gone: Sequence[Change]) -> None:
        """Removes the articles' own rows: from now on they are gone."""
        found = self._server.get("articles", [change.article for change in gone], ["version"])
        now = [change for change in gone if change.old and self._counts_now(found, change, change.old)]
        self._server.delete("articles", [change.article for change in now])
        self._drop_paths(gone)

    def _drop_paths(self, gone: Sequence[Change]) -> None:
        """Removes the paths that lead to articles that are gone."""
        at = self._server.get("paths", [change.key for change in gone], ["article"])
        led = {key: row["article"] for key, row in at.items()}
        self._server.delete("paths", [c.key for c in gone if led.get(c.key) == c.article])

    @staticmethod
    def _counts_now(found: dict[int, rows.Row], change: Change, version: Version) -> bool:
        return found.get(change.article, {}).get("version") == version.number

    def _drop_rows(self, version: Version | None) -> None:
        ids = version.ids() if version else ()
        for collection in ("passages", "texts", "names"):
            self._server.delete(collection, ids)

    # What killed writers left

    def left(self) -> list[Batch]:
        """The batches of writers that are gone: this computer's at once, others after some minutes."""
        return [batch for batch in self.noted() if batch.is_left]

    def left_imports(self) -> list[Noted]:
        """The imports of writers that are gone."""
        return bulk.noted(self._store, is_left)

    def recover(self, batches: Iterable[Batch]) -> None:
        """Finishes the articles of these batches whose own row was written, and deletes the rest."""
        for batch in batches:
            with self._alone({change.key for change in batch.changes}, recovers=True) as claim:
                if any(batch.number == noted.number for noted in self.noted()):  # nobody else did it
                    if batch.passages or any(change.new or change.old for change in batch.changes):
                        time.sleep(_SETTLED)
                    self._recover(batch)
                self._drop_note(claim)

    def _recover(self, batch: Batch) -> None:
        if batch.passages:  # some of them it may have stored
            found = self._server.get("passages", batch.passages, ["content"]).values()
            held = self._counted_in(self._read_passages(found))
            self._recount(batch.number, held if self._store.statistics.has(batch.minus) else None)
        now = self._server.get("articles", [c.article for c in batch.changes], ["version"])
        done = [c for c in batch.changes if not c.new or self._counts_now(now, c, c.new)]
        undone = [change for change in batch.changes if change.new and change not in done]
        if undone:
            made = [change.new for change in done if change.new]
            self._recount(batch.number, self._counted(made, 1) if made else None)
            for change in undone if not batch.imported else ():
                self._drop_rows(change.new)
            self._drop_paths([change for change in undone if change.article not in now])
        self._take_away(batch._replace(changes=done))
        self.new_generation()

    def _recount(self, number: int, counts: Counts | None) -> None:
        """Counts something else in place of a batch; None is nothing.

        Not under its number: whoever has read that would not see it.
        """
        statistics = self._store.statistics
        if counts is None or statistics.is_replaced(number):
            statistics.forget([number])
        else:
            statistics.replace(self.slots.take(1), counts, [number])


def signature() -> list[Any]:
    return [socket.gethostname(), os.getpid(), int(time.time())]


def _is_free(_host: str, pid: int, when: int) -> bool:
    """Whether a writer's number is free again: it was given back before now, or a day is over."""
    return time.time() - when >= (_FREE if pid else 1)


def is_left(host: str, pid: int, since: int) -> bool:
    """Whether a writer is gone: one of this computer at once, others after some minutes."""
    return _is_gone(pid) if host == socket.gethostname() else time.time() - since > _LEFT


def _is_gone(pid: int) -> bool:
    """Whether no process of this computer has this number, or it is this one, which knows what it is at."""
    if pid == os.getpid():
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
