"""The one source of truth: articles, passages and vectors in one SQLite file.

The search indexes are derived from it (see ``index.derived``). Each write is one transaction
that adds one *generation*: passages remember the generation that wrote them and removed ids are
logged, so a derived index can be caught up with what changed since the generation it was built
from. A generation also carries a random token, so that a database put back from a backup is
never mistaken for the one an index was built from.

WAL lets readers go on while one writer works; ``synchronous=NORMAL`` survives any kill of the
process, and a power cut can only lose the last transactions, never half of one.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.database import Database
from index.errors import LibraryError
from index.types import Article, ArticleInfo, Draft, Passage

FORMAT_VERSION = 1
#: Marks the file as ours ("yinj" in ASCII), as https://sqlite.org/pragma.html#pragma_application_id suggests.
APPLICATION_ID = 0x79696E6A
#: Rows handed to a derived index at a time.
ROWS = 8192

_SCHEMA = """
CREATE TABLE meta (model TEXT NOT NULL, fingerprint TEXT NOT NULL, dimensions INTEGER NOT NULL) STRICT;
CREATE TABLE generations (number INTEGER PRIMARY KEY, token TEXT NOT NULL) STRICT;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
    language TEXT NOT NULL, published TEXT, author TEXT, source TEXT, added TEXT NOT NULL,
    characters INTEGER NOT NULL, passages INTEGER NOT NULL,
    digest TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL) STRICT;
CREATE INDEX articles_by_title ON articles (title);
CREATE TABLE texts (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE, text TEXT NOT NULL) STRICT;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    generation INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    heading TEXT NOT NULL, context TEXT NOT NULL, text TEXT NOT NULL, words TEXT NOT NULL,
    vector BLOB NOT NULL) STRICT;
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_generation ON passages (generation);
CREATE TABLE removed (passage INTEGER PRIMARY KEY, generation INTEGER NOT NULL) STRICT;
CREATE INDEX removed_by_generation ON removed (generation);
"""
_INFO = "id, path, title, language, published, author, source, added, characters, passages"
_PASSAGE = 'id, article, start, "end", text, heading, words, context'


class Meta(NamedTuple):
    """The embedding model that made the vectors."""

    model: str
    fingerprint: str
    dimensions: int


class Generation(NamedTuple):
    """One state of the library: ``number`` counts writes, ``token`` is random."""

    number: int
    token: str


class FileRecord(NamedTuple):
    """What tells whether a file changed: SHA-256 in hex, bytes, modification time in ns."""

    digest: str
    size: int
    modified: int


class NewPassage(NamedTuple):
    """A passage to be stored; ``words`` and ``context`` joined by spaces, ``vector`` see ``blobs``."""

    start: int
    end: int
    heading: str
    context: str
    text: str
    words: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to be stored under ``path``, in place of what is there."""

    path: str
    file: FileRecord
    draft: Draft
    passages: Sequence[NewPassage]


class Store:
    """Reads and writes the database. Usable from several threads."""

    def __init__(self, path: Path) -> None:
        """Opens the database at ``path``."""
        self.path = path
        try:
            regular = stat.S_ISREG(os.stat(path).st_mode)
        except PermissionError as error:
            raise LibraryError(
                f"the library {path.parent} cannot be opened", "check its permissions"
            ) from error
        except OSError:
            regular = False
        if not regular:
            raise LibraryError(f"{path.parent} is not a library", "qa add PATH makes one")
        self._db = Database(path)
        self.meta = self._check()

    def _check(self) -> Meta:
        if self._db.row("PRAGMA application_id")[0] != APPLICATION_ID:
            raise LibraryError(f"{self.path.parent} is not a library", f"{self.path.name} is not Yinju's")
        version = self._db.row("PRAGMA user_version")[0]
        if version != FORMAT_VERSION:
            raise LibraryError(
                f"the library {self.path.parent} has format {version}, this program reads {FORMAT_VERSION}",
                "update yinju" if version > FORMAT_VERSION else "add the articles to a new library",
            )
        return Meta(*self._db.row("SELECT model, fingerprint, dimensions FROM meta"))

    def close(self) -> None:
        self._db.close()

    # Reading

    def generation(self) -> Generation:
        return Generation(*self._db.row("SELECT number, token FROM generations ORDER BY number DESC LIMIT 1"))

    def knows(self, generation: Generation) -> bool:
        """Whether ``generation`` is one of this database's own, now or earlier."""
        return bool(self._db.rows("SELECT 1 FROM generations WHERE number = ? AND token = ?", generation))

    def file(self, path: str) -> FileRecord | None:
        rows = self._db.rows("SELECT digest, size, modified FROM articles WHERE path = ?", [path])
        return FileRecord(*rows[0]) if rows else None

    def articles(self) -> list[ArticleInfo]:
        return [ArticleInfo(*row) for row in self._db.rows(f"SELECT {_INFO} FROM articles ORDER BY id")]

    def articles_by_id(self, ids: Sequence[int]) -> dict[int, ArticleInfo]:
        sql = f"SELECT {_INFO} FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        return {row[0]: ArticleInfo(*row) for row in self._db.rows(sql, [_json(ids)])}

    def article(self, article: int) -> Article | None:
        sql = f"SELECT {_INFO}, text FROM articles JOIN texts ON article = id WHERE id = ?"
        rows = self._db.rows(sql, [article])
        return Article(*rows[0]) if rows else None

    def named(self, name: str, separator: str) -> list[ArticleInfo]:
        """Articles whose path, title or file name is ``name``."""
        sql = f"""SELECT {_INFO} FROM articles
            WHERE path = ?1 OR title = ?1 OR substr(path, -length(?2)) = ?2 ORDER BY id"""
        return [ArticleInfo(*row) for row in self._db.rows(sql, [name, separator + name])]

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        sql = f"SELECT {_PASSAGE} FROM passages WHERE id IN (SELECT value FROM json_each(?))"
        return {row[0]: _passage(row) for row in self._db.rows(sql, [_json(ids)])}

    def article_passages(self, article: int) -> list[Passage]:
        sql = f"SELECT {_PASSAGE} FROM passages WHERE article = ? ORDER BY start"
        return [_passage(row) for row in self._db.rows(sql, [article])]

    def counts(self) -> tuple[int, int, int]:
        """Number of articles, passages and characters."""
        row = self._db.row(
            "SELECT count(*), ifnull(sum(passages), 0), ifnull(sum(characters), 0) FROM articles"
        )
        return row[0], row[1], row[2]

    def languages(self) -> dict[str, int]:
        return dict(
            self._db.rows("SELECT language, count(*) FROM articles GROUP BY language ORDER BY 2 DESC, 1")
        )

    # What changed after a generation, for the derived indexes

    def removed_since(self, number: int) -> list[int]:
        return [row[0] for row in self._db.rows("SELECT passage FROM removed WHERE generation > ?", [number])]

    def added_since(self, number: int) -> int:
        """How many passages that are still there were written after the generation."""
        count: int = self._db.row("SELECT count(*) FROM passages WHERE generation > ?", [number])[0]
        return count

    def words_since(self, number: int) -> Iterator[tuple[int, str]]:
        """(passage id, space-joined context and words), in the order written."""
        sql = "SELECT id, context || ' ' || words FROM passages WHERE generation > ? ORDER BY generation, id"
        for batch in self._db.batches(sql, [number], ROWS):
            yield from batch

    def vectors_since(self, number: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Batches of (ids [n], vectors [n, dimensions])."""
        sql = "SELECT id, vector FROM passages WHERE generation > ? ORDER BY generation, id"
        for rows in self._db.batches(sql, [number], ROWS):
            ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
            data = b"".join(row[1] for row in rows)
            if len(data) != 2 * len(rows) * self.meta.dimensions:
                raise self._db.damaged("vectors of the wrong length")
            flat = np.frombuffer(data, "<f2")
            yield ids, flat.reshape(len(rows), self.meta.dimensions).astype(np.float32)

    # Writing: the caller holds the library's write lock

    def put(self, articles: Iterable[NewArticle]) -> None:
        """Stores articles in one transaction; one that is known by its path keeps its id."""
        added = datetime.now(UTC).isoformat(timespec="seconds")
        with self._db.transaction() as connection:
            number = self._next_generation(connection)
            for new in articles:
                known = connection.execute("SELECT id FROM articles WHERE path = ?", [new.path]).fetchone()
                if known:
                    self._drop(connection, known[0], number)
                draft = new.draft
                facts = (draft.title, draft.language, draft.published, draft.author, draft.source, added)
                values = (new.path, *facts, len(draft.text), len(new.passages), *new.file)
                article = connection.execute(
                    "INSERT INTO articles VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", (*(known or [None]), *values)
                ).lastrowid
                connection.execute("INSERT INTO texts VALUES (?, ?)", (article, draft.text))
                connection.executemany(
                    "INSERT INTO passages VALUES (NULL,?,?,?,?,?,?,?,?,?)",
                    ((article, number, *passage) for passage in new.passages),
                )

    def touch(self, path: str, file: FileRecord) -> None:
        """Notes that a file's time changed while its bytes did not."""
        with self._db.transaction() as connection:
            connection.execute("UPDATE articles SET size = ?, modified = ? WHERE path = ?", [*file[1:], path])

    def remove(self, ids: Iterable[int]) -> int:
        """Removes articles and their passages; returns how many there were."""
        with self._db.transaction() as connection:
            number = self._next_generation(connection)
            return sum(self._drop(connection, article, number) for article in ids)

    @staticmethod
    def _next_generation(connection: sqlite3.Connection) -> int:
        sql = "INSERT INTO generations SELECT max(number) + 1, ? FROM generations RETURNING number"
        number: int = connection.execute(sql, [secrets.token_hex(8)]).fetchone()[0]
        return number

    @staticmethod
    def _drop(connection: sqlite3.Connection, article: int, number: int) -> int:
        """Removes an article, if it is there, with all that belongs to it; returns how many it was."""
        sql = "INSERT INTO removed SELECT id, ? FROM passages WHERE article = ?"
        connection.execute(sql, [number, article])
        return connection.execute("DELETE FROM articles WHERE id = ?", [article]).rowcount


def create_database(path: Path, meta: Meta) -> None:
    """Writes an empty database to ``path``, where there is no file yet."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(_SCHEMA)
        connection.execute("INSERT INTO meta VALUES (?, ?, ?)", meta)
        connection.execute("INSERT INTO generations VALUES (0, ?)", [secrets.token_hex(8)])
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def _json(ids: Sequence[int]) -> str:
    return json.dumps([int(i) for i in ids])


def blobs(vectors: NDArray[np.float32]) -> list[bytes]:
    """Vectors [n, dimensions] as they are stored: little-endian float16."""
    return [row.tobytes() for row in vectors.astype("<f2")]


def _passage(row: Sequence[Any]) -> Passage:
    number, article, start, end, text, heading, words, context = row
    return Passage(number, article, start, end, text, heading, tuple(words.split()), tuple(context.split()))
