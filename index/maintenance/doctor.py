"""Examines a whole library, and repairs derived parts from sound ones.

It goes from the most basic to the most derived: the folder, the database's pages, its structure, its rows,
words and vectors compared with newly made ones, and last the search indexes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from index.errors import Busy, Damaged, Inaccessible, LibraryError, Phrase
from index.ingest.add import Adder
from index.ingest.embedding import EmbeddingPipeline
from index.lexicon.embedder import LEXICON
from index.maintenance.comparison import SAMPLE, differing
from index.maintenance.findings import Finding, State, note, repaired, well, wrong
from index.maintenance.pages import PageFile
from index.maintenance.salvage import salvage
from index.search.indexes import Manifest, SearchIndexes
from index.search.lexical import LexicalIndex
from index.search.vectors import VectorIndex
from index.storage.backup import unfinished_copies
from index.storage.folder import refuse_impossible, require_file
from index.storage.integrity import integrity_errors, mismatched_articles, misreads_as_damage
from index.storage.lock import Unwritable, write_lock
from index.storage.scans import FOLDER as SCANS
from index.storage.schema import FORMAT_VERSION, is_library_file
from index.storage.store import Store
from index.types import UNWATCHED, Monitor

#: With less free space on the disk, writing may fail. Bytes.
_MIN_FREE_BYTES = 100 * 2**20
#: Files of a library, apart from those that the manifest names.
_OWN = frozenset(
    {"library.db", "library.db-wal", "library.db-shm", "write.lock", "write.lock-journal", "manifest.json"}
    | {SCANS, "uploads"}  # see tui.jobs.uploads
)
#: Copies of the database from before an upgrade, a restore or a repair.
_ASIDE = ("library-format", "library-before-", "library-damaged-")
_LEFT = (".", "lexical-", "vectors-", "manifest.new")
_SAVES = Phrase("qa doctor --fix saves the articles that can be read; qa restore FILE takes a backup")
_MENDS = Phrase("qa doctor --fix mends that")
_STAYS = Phrase("what was mended stays so")
_CATCHES_UP = Phrase("the next question catches them up")


class Doctor:
    """Examines the library in folder ``path``; with ``fix``, repairs what it can.

    LibraryError: there is no library, or another program is writing to it. Cancelled: ``monitor`` stopped it.
    """

    def __init__(
        self,
        path: Path,
        *,
        fix: bool = False,
        monitor: Monitor = UNWATCHED,
    ) -> None:
        """``monitor`` counts passages."""
        self._path, self._fix, self._monitor = path, fix, monitor
        self._database = path / "library.db"

    def examine(self) -> list[Finding]:
        """All findings, the most basic first. Checks that a damaged database makes pointless are left out."""
        refuse_impossible(self._path)
        require_file(self._database)
        with ExitStack() as held:
            found = list(self._check_folder(held))
            checks = self._check_database()
            if self._fix and checks[0].state == "wrong" and checks[0].mendable:
                found.append(self._salvage(checks[0]))
                checks = self._check_database()
            return found + checks

    def _check_database(self) -> list[Finding]:
        """The findings on all but the folder; one alone where the database is damaged."""
        pages = self._check_pages()
        if pages.state == "wrong":
            return [pages]
        try:
            with closing(Store(self._database)) as store:
                found = [pages, self._check_rows(store), self._check_content(store)]
                if not store.outdated():
                    found.append(self._check_indexes(store))
        except Damaged as error:
            return [Finding("database", "wrong", error.message, error.hint)]
        return [*found, *self._check_other_files()]

    def _check_folder(self, held: ExitStack) -> Iterator[Finding]:
        """Checks the folder. From now on nobody else can write."""
        try:
            held.enter_context(write_lock(self._path, 2.0))
            yield well("folder", "the folder can be written to")
        except Unwritable as error:
            self._fix = False
            text = Phrase("{what}: articles can be read, not added", what=error.message)
            yield Finding("folder", "note", text, error.hint)
        free, size = shutil.disk_usage(self._path).free, self._database.stat().st_size
        room = Phrase("{free} MB free on the disk, the database takes {size}", free=_mb(free), size=_mb(size))
        if free < _MIN_FREE_BYTES:
            yield Finding("room", "wrong", room, Phrase("make room: adding will fail soon"))
        elif free < 2 * size:
            yield Finding("room", "note", room, Phrase("upgrades and backups need as much again"))
        else:
            yield Finding("room", "well", room)

    def _check_pages(self) -> Finding:
        """Checks each page of the database file against its checksum, then the structure as SQLite
        does.
        """
        self._empty_log()
        with closing(PageFile(self._database, self._monitor)) as file:
            version = int.from_bytes(file.head[60:64])
            if version > FORMAT_VERSION and is_library_file(self._database):
                text = Phrase("it has format {version}, this program reads {known}")
                return wrong("format", text, "update yinju", version=version, known=FORMAT_VERSION)
            # Earlier formats have no checksums; the next question brings them up to date.
            checked, count = file.checked, file.count
            if bad := file.bad() if checked else 0:
                text = Phrase("{bad} of {count} pages of the database are damaged")
                return wrong("pages", text, _SAVES, bad=bad, count=count)
        try:
            with closing(Store(self._database)) as store:
                found = integrity_errors(store.database)
        except (Busy, Inaccessible):
            raise  # that says nothing about what it holds
        except LibraryError as error:
            return Finding("database", "wrong", error.message, error.hint)
        if found:
            return wrong("database", "SQLite finds the database damaged: {what}", _SAVES, what=found[0])
        if not checked:
            text = Phrase("SQLite finds the database whole; format {version} has no checksums")
            return note("pages", text, "the next question brings it up to date", version=version)
        text = Phrase("all {count} pages of the database match their checksums, and SQLite finds it whole")
        return well("pages", text, count=count)

    def _empty_log(self) -> None:
        """Moves pages that are still in the write-ahead log into the file, if possible."""
        with suppress(LibraryError), closing(Store(self._database)) as store:  # the pages will show damage
            if os.access(self._path, os.W_OK):
                store.database.reclaim_space()

    def _check_rows(self, store: Store) -> Finding:
        """Checks that rows agree with each other."""
        with misreads_as_damage(store.database):
            articles, passages, _ = store.counts()

            def progress(done: int) -> None:
                self._monitor.check(_STAYS)
                self._monitor.done(done, max(done, passages))

            mismatched = mismatched_articles(store.database, store.version, progress)
        if not mismatched:
            text = Phrase(
                "all {passages} passages of {articles} articles stand in them word for word, with a vector"
            )
            return well("passages", text, passages=passages, articles=articles)
        text = Phrase("the passages of {count} articles are not what their texts say", count=len(mismatched))
        return self._repair("passages", text, lambda: self._rebuild_articles(store, mismatched))

    def _check_content(self, store: Store) -> Finding:
        """Compares the words and vectors of some passages with newly made ones."""
        pipeline, model = EmbeddingPipeline(self._path, store), store.meta.model
        if model != LEXICON:
            text = Phrase("its vectors were made by {model} and were not made anew for comparison")
            return note("model", text, model=model)
        if store.outdated() or not pipeline.usable():
            text = Phrase("the library was made by another version of this program")
            return note("model", text, "the next question brings it up to date")
        with misreads_as_damage(store.database):
            ids = store.passage_ids()
            sample = ids[:: max(1, len(ids) // SAMPLE)]
            bad = sum(1 for _ in differing(store, pipeline, sample, self._uncounted))
        if not bad:
            text = Phrase("words and vectors of {count} passages were made anew for comparison: the same")
            return well("model", text, count=len(sample))
        text = Phrase(
            "{bad} of {count} passages have other words or vectors than their texts",
            bad=bad,
            count=len(sample),
        )
        return self._repair(
            "model", text, lambda: self._rebuild_articles(store, [info.id for info in store.articles()])
        )

    def _check_indexes(self, store: Store) -> Finding:
        """Checks every byte of the search indexes, and that they hold what the database holds."""
        with misreads_as_damage(store.database):
            now = store.changes.generation()
        file, fault = self._path / "manifest.json", Phrase("")
        manifest = Manifest.read(file)
        if manifest is None and not file.exists():
            # A program that was killed had not built them yet, or was exchanging the database.
            behind = Phrase("the search indexes are not built yet")
            return self._repair("indexes", behind, lambda: self._rebuild_indexes(store), "note", _CATCHES_UP)
        if manifest is None:
            fault = Phrase("the manifest of the search indexes is damaged")
        elif lost := manifest.lost_by(now):
            fault = Phrase(
                "the search indexes knew {count} later changes than the database: those were lost; "
                "qa sync and qa add bring back what is still on disk",
                count=lost,
            )
        elif not store.changes.knows(manifest.built_from):
            fault = Phrase("the search indexes are those of another library")
        elif manifest.built_from != now:
            # Files that do not match the manifest are those of a catch-up that was killed.
            count = now.number - manifest.generation
            behind = Phrase("the search indexes are {count} writes behind", count=count)
            return self._repair("indexes", behind, lambda: self._catch_up(store), "note", _CATCHES_UP)
        elif not (manifest.lexical.intact(self._path, True) and manifest.vectors.intact(self._path, True)):
            fault = Phrase("the files of the search indexes are damaged")
        elif not self._complete(store, manifest):
            fault = Phrase("the search indexes hold other passages than the database")
        if fault:
            return self._repair("indexes", fault, lambda: self._rebuild_indexes(store))
        return well("indexes", "both search indexes are whole and hold all passages")

    def _complete(self, store: Store, manifest: Manifest) -> bool:
        ids = store.passage_ids()
        try:
            lexical = LexicalIndex.open(self._path / manifest.lexical.name)
            vectors = VectorIndex.open(self._path / manifest.vectors.name, manifest.trained)
        except (OSError, ValueError, RuntimeError):
            return False
        return len(lexical) == len(ids) and vectors.ids() == ids

    def _check_other_files(self) -> Iterator[Finding]:
        """Reports other files in the folder."""
        manifest = Manifest.read(self._path / "manifest.json")
        own = _OWN | ({manifest.lexical.name, manifest.vectors.name} if manifest else set())
        copies, at_work = unfinished_copies(
            self._path
        )  # SQLite clears away journals of notes as it reads them
        others = sorted(entry for entry in self._path.iterdir() if entry.name not in own)
        # SQLite's files beside a database are reported with it.
        others = [e for e in others if e not in at_work and not e.name.endswith((".db-wal", ".db-shm"))]
        left = sorted({entry for entry in others if entry.name.startswith(_LEFT)} | copies)
        if left:
            size = _mb(sum(map(_size, left)))
            text = Phrase("{count} leftovers of interrupted work, {size} MB", count=len(left), size=size)
            yield self._repair("leftovers", text, lambda: _delete(left), "note")
        for entry in others:
            if entry.name.startswith(_ASIDE):
                text = Phrase("{name} is an earlier database, {size} MB")
                size = _mb(_size(entry))
                yield note("copies", text, "delete it when all is well", name=entry.name, size=size)
            elif entry not in left:
                yield note("others", "{name} is not Yinju's", name=entry.name)

    # Mending

    def _repair(
        self,
        check: str,
        text: Phrase,
        repair: Callable[[], object],
        state: State = "wrong",
        hint: Phrase = _MENDS,
    ) -> Finding:
        if not self._fix:
            return Finding(check, state, text, hint)
        repair()
        return Finding(check, "mended", text)

    def _salvage(self, damage: Finding) -> Finding:
        outcome = salvage(self._path, self._monitor)
        lost = {
            "articles": len(outcome.lost) + outcome.unnamed,
            "untraced": outcome.untraced,
            "words": len(outcome.words),
            "model": int(outcome.model),
        } | {f"unknown_{table}": 1 for table in outcome.unknown}
        names = [*sorted(outcome.lost)[:20], *outcome.words[:20]]
        hint = Phrase("the damaged database is kept as {aside}", aside=outcome.aside.name)
        return repaired(damage, outcome.saved, len(outcome.read_again), lost, names, hint)

    def _rebuild_articles(self, store: Store, articles: Sequence[int]) -> None:
        """Cuts, tokenizes and embeds articles again from their texts, under the same ids."""
        pipeline = EmbeddingPipeline(self._path, store)
        adder = Adder(store, pipeline.embedder, pipeline.tokenizer, monitor=self._uncounted)
        for first in range(0, len(articles), 100):
            adder.put_back(store.removable(articles[first : first + 100]), over=True)
        adder.finish()
        self._catch_up(store)

    def _rebuild_indexes(self, store: Store) -> None:
        (self._path / "manifest.json").unlink(missing_ok=True)
        self._catch_up(store)

    def _catch_up(self, store: Store) -> None:
        SearchIndexes(self._path, store.changes).catch_up()

    @property
    def _uncounted(self) -> Monitor:
        """Monitors work on some articles, whose counts would be mistaken for those of all."""
        return Monitor(cancelled=self._monitor.cancelled)


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f}" if size >= 1e7 else f"{size / 1e6:.1f}"


def _size(path: Path) -> int:
    """The bytes of a file or of all files in a folder. What somebody removes meanwhile counts nothing."""
    inside = [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]
    size = 0
    for file in inside if path.is_dir() else [path]:
        with suppress(FileNotFoundError):
            size += os.stat(file).st_size
    return size


def _delete(entries: Sequence[Path]) -> None:
    for path in entries:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
