"""Rebuilds a damaged database from what can still be read of it and from the articles' files.

Every article is read by itself, so that a damaged page costs only what was on it. If an article's metadata or
text is lost, its file is read again, or it is pieced together from other pages. Page checksums vouch for what
is read: nothing altered gets into the new database.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from index.cleaning.metadata import find_metadata, opening, title_of
from index.errors import Damaged, Inaccessible, LibraryError, UsageError
from index.ingest.add import Adder
from index.ingest.embedding import EmbeddingPipeline
from index.ingest.vocabulary import Teacher
from index.lexicon.embedder import LEXICON, load_embedder
from index.storage.backup import delete, delete_quietly, swap_in
from index.storage.database import Database, fsync_folder, primary_code
from index.storage.schema import FORMAT_VERSION, Meta, create_database
from index.storage.sources import UNREAD, Sources
from index.storage.store import Store, removed_articles
from index.text.language import detect
from index.types import UNWATCHED, Monitor, RemovedArticle

#: At most so many ids are tried where no list of articles can be read.
_MOST = 10_000_000


@dataclass(slots=True)
class Salvage:
    """The outcome: articles saved from the database, read again from their files, and lost (paths).

    ``unnamed`` counts lost articles whose path is lost too. ``aside`` is the damaged database.
    """

    aside: Path
    saved: int = 0
    read_again: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unnamed: int = 0


def salvage(folder: Path, monitor: Monitor = UNWATCHED) -> Salvage:
    """Replaces the damaged database by a new one; the damaged one is renamed and kept.

    The caller holds the write lock. LibraryError: not even the list of articles can be read.
    """
    damaged, new = folder / "library.db", folder / ".library.new"
    old = Database(damaged)
    try:
        delete(new)
        try:
            outcome = _build(new, old, monitor)
        finally:
            old.close()
        outcome.aside = swap_in(damaged, new, "damaged")
        (folder / "manifest.json").unlink(missing_ok=True)
        fsync_folder(folder)
    except OSError as error:
        reason = error.strerror or error
        raise Inaccessible("{path} cannot be written: {reason}", path=folder, reason=reason) from error
    finally:
        delete_quietly(new)
    return outcome


def _build(new: Path, old: Database, monitor: Monitor) -> Salvage:
    with old.errors():
        _open(old)
        ids = _ids(old)
        create_database(new, _meta(old))
    store = Store(new)
    try:
        outcome = _fill(store, old, new.parent, ids, monitor)
        store.database.checkpoint()  # closing does that, too, but hides errors
        return outcome
    finally:
        store.close()


def _open(old: Database) -> None:
    """Opens a damaged database. apsw.Error: it cannot be read for another reason, such as a full disk."""
    try:
        old.connection()
    except apsw.Error as error:
        if primary_code(error, old.path.parent) not in (apsw.SQLITE_CORRUPT, apsw.SQLITE_NOTADB):
            raise


def _fill(
    store: Store,
    old: Database,
    folder: Path,
    ids: list[int],
    monitor: Monitor,
) -> Salvage:
    outcome = Salvage(folder)
    version = next((row[0] for row in _rows(old, "PRAGMA user_version")), FORMAT_VERSION)
    pipeline = EmbeddingPipeline(folder, store)
    for word, same in _words(old):
        with suppress(UsageError):  # the rows may be those of another table
            Teacher(store, pipeline).teach(word, same)
    adder = Adder(store, pipeline.embedder, pipeline.tokenizer, len(ids), monitor)
    # The indexes on these columns repeat them on other pages.
    paths = dict(_rows(old, "SELECT id, path FROM articles INDEXED BY sqlite_autoindex_articles_1", int, str))
    titles = dict(_rows(old, "SELECT id, title FROM articles INDEXED BY articles_by_title", int, str))
    again: list[str] = []
    for number in ids:
        article = _as_stored(old, number, version)
        path = article.path if article else paths.get(number)
        if article is None and path is not None:
            if os.path.isfile(path):
                again.append(path)
                continue
            article = _pieced_together(old, number, path, titles.get(number))
        if article is not None:
            adder.put_back([article])
            outcome.saved += 1
        elif path is not None:
            outcome.lost.append(path)
        else:
            outcome.unnamed += 1
    for path in again:
        adder.add_file(Path(path))
    adder.finish()
    outcome.read_again = [path for path in again if store.file(path)]
    outcome.lost += [path for path in again if not store.file(path)]
    Sources(store.database).follow(row[0] for row in _rows(old, "SELECT path FROM folders", str))
    return outcome


def _as_stored(old: Database, number: int, version: int) -> RemovedArticle | None:
    try:
        found = removed_articles(old, [number], version)
    except LibraryError:
        return None
    return next((article for article in found if len(article.text) == article.characters), None)


def _pieced_together(old: Database, number: int, path: str, title: str | None) -> RemovedArticle | None:
    """The article made from its text, or its text made from its passages, if the rest cannot be read."""
    text = next((row[0] for row in _rows(old, f"SELECT text FROM texts WHERE article = {number}", str)), "")
    if not text:
        sql = f'SELECT start, "end", text FROM passages WHERE article = {number} ORDER BY start'
        for start, end, passage in _rows(old, sql, int, int, str):
            if len(passage) != end - start or start < len(text):
                return None
            text += "\n" * (start - len(text)) + passage  # nothing but blanks is between passages
    if not text.strip():
        return None
    metadata = find_metadata(text)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    credits = (metadata.published, metadata.author, metadata.source, now)
    title = title or title_of(text) or opening(text)
    # UNREAD: if the file is there again, it is read.
    return RemovedArticle(number, path, title, detect(text), *credits, len(text), 0, text, *UNREAD)


def _ids(old: Database) -> list[int]:
    """The ids of all articles, from every page that has some."""
    found: set[int] = set()
    for sql in (
        "SELECT id FROM articles",
        "SELECT id FROM articles INDEXED BY articles_by_title",
        "SELECT id FROM articles INDEXED BY sqlite_autoindex_articles_1",
        "SELECT id FROM articles ORDER BY id DESC",
        "SELECT article FROM texts",
        "SELECT article FROM passages INDEXED BY passages_by_article",
    ):
        found.update(row[0] for row in _rows(old, sql, int))
    for (last,) in _rows(old, "SELECT seq FROM sqlite_sequence WHERE name = 'articles'", int):
        found.update(range(1, min(last, _MOST) + 1) if not found else ())
    if not found and [*_rows(old, "SELECT count(*) FROM articles")] != [(0,)]:
        raise Damaged(
            "nothing can be read of the damaged database {path}",
            "qa restore FILE takes a backup; or move the folder away and add the articles again",
            path=old.path,
        )
    return sorted(found)


def _rows(old: Database, sql: str, *kinds: type) -> Iterator[Any]:
    """The rows of a query up to the damage; with ``kinds``, only those whose values have these types.

    Where a page lies in another's place, its rows are those of another table.
    """
    try:
        for batch in old.batches(sql, (), 1):
            yield from (row for row in batch if all(map(isinstance, row, kinds)))
    except LibraryError:
        return


def _words(old: Database) -> Iterator[tuple[str, tuple[str, ...]]]:
    for word, same in _rows(old, "SELECT word, same FROM words", str, str):
        with suppress(LibraryError):
            yield word, old.json_list(same, str)


def _meta(old: Database) -> Meta:
    for row in _rows(old, "SELECT model, fingerprint, dimensions FROM meta", str, str, int):
        return Meta(*row)
    embedder = load_embedder(LEXICON)
    return Meta(embedder.name, embedder.fingerprint, embedder.dimensions)
