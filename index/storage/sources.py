"""Where articles come from: followed folders, and files that hold several articles.

An article in such a file has the path ``<file>!/<member>``; a mail with attachments has that of the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import apsw

from index.errors import Phrase, UsageError
from index.storage.database import Database
from index.text.display import encodable
from index.types import MEMBER_MARK


class FileRecord(NamedTuple):
    """Tells whether a file changed: SHA-256 in hex, size in bytes, modification time in nanoseconds."""

    digest: str
    size: int
    modified: int

    @classmethod
    def of(cls, data: bytes, modified: int) -> FileRecord:
        return cls(hashlib.sha256(data).hexdigest(), len(data), modified)

    def fits(self, status: os.stat_result) -> bool:
        """Whether a file still has this size and modification time."""
        return (self.size, self.modified) == (status.st_size, status.st_mtime_ns)


#: No file matches this record, so the article is read again.
UNREAD = FileRecord("", -1, -1)


class StoredArticle(NamedTuple):
    """What synchronizing needs to know of a stored article."""

    id: int
    path: str
    file: FileRecord


#: An article, its new path, and the record of the file there.
Moved = tuple[StoredArticle, str, FileRecord]


class Sources:
    """What the library knows of files and folders. To write, hold the write lock."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # Folders

    def folders(self) -> list[str]:
        return [row[0] for row in self._db.rows("SELECT path FROM folders ORDER BY path")]

    def follow(self, folders: Iterable[str]) -> None:
        """Follows these folders from now on, except those whose names are not valid text."""
        new = {folder for folder in folders if encodable(folder)}.difference(self.folders())
        if new:
            with self._db.transaction() as connection:
                connection.executemany("INSERT INTO folders VALUES (?)", [(path,) for path in sorted(new)])

    def unfollow(self, folder: Path) -> None:
        """See ``Library.unfollow``."""
        path = followed_path(folder, self.folders())
        with self._db.transaction() as connection:
            connection.execute("DELETE FROM folders WHERE path = ?", [path])

    # Files of several articles

    def containers(self) -> dict[str, FileRecord]:
        """Each file of several articles, with its record when it was last read to the end."""
        rows = self._db.rows("SELECT path, digest, size, modified FROM containers ORDER BY path")
        return {row[0]: FileRecord(*row[1:]) for row in rows}

    def container(self, path: str) -> FileRecord | None:
        rows = self._db.rows("SELECT digest, size, modified FROM containers WHERE path = ?", [path])
        return FileRecord(*rows[0]) if rows else None

    def mark_reading(self, paths: Iterable[str]) -> None:
        """Marks files of several articles as being read: until ``record`` they count as changed."""
        with self._db.transaction() as connection:
            rows = [(path, *UNREAD) for path in paths]
            connection.executemany("INSERT OR REPLACE INTO containers VALUES (?, ?, ?, ?)", rows)

    def record(self, articles: Mapping[str, FileRecord], containers: Mapping[str, FileRecord]) -> None:
        """Records the files of articles that did not change, and files of several articles just read."""
        with self._db.transaction() as connection:
            connection.executemany(
                "UPDATE articles SET size = ?, modified = ? WHERE path = ?",
                [(file.size, file.modified, path) for path, file in articles.items()],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO containers VALUES (?, ?, ?, ?)",
                [(path, *file) for path, file in containers.items()],
            )
            connection.executemany(
                "UPDATE articles SET modified = ? WHERE path = ? OR path >= ? AND path < ?",
                [(file.modified, path, *inside(path)) for path, file in containers.items()],
            )

    @staticmethod
    def mark_stale(connection: apsw.Connection, articles: Sequence[int]) -> None:
        """Marks the files of several articles that hold these articles, so that they are read again.

        The articles are about to be removed.
        """
        sql = "SELECT path FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        paths = [str(row[0]) for row in connection.execute(sql, [json.dumps(articles)])]
        connection.executemany(
            "UPDATE containers SET digest = ?, size = ?, modified = ? WHERE path = ?",
            [(*UNREAD, file) for file in {file for path in paths for file in files_of(path)}],
        )

    def drop(self, path: str) -> None:
        """Removes the record of a file of several articles that is gone."""
        with self._db.transaction() as connection:
            connection.execute("DELETE FROM containers WHERE path = ?", [path])

    # Articles

    def stored(self, container: str = "") -> list[StoredArticle]:
        """All articles by path, or those of the file of several articles ``container``."""
        sql = "SELECT id, path, digest, size, modified FROM articles"
        if container:
            sql += " WHERE path = ? OR path >= ? AND path < ?"
        rows = self._db.rows(f"{sql} ORDER BY path", (container, *inside(container)) if container else ())
        return [StoredArticle(row[0], row[1], FileRecord(*row[2:])) for row in rows]

    def move(self, articles: Iterable[Moved], containers: Iterable[tuple[str, str, FileRecord]] = ()) -> None:
        """Gives other paths to articles, and to files of several articles with all that is in them.

        Texts stay as they are. A record without digest makes a file be read again. This counts as a write,
        because answers show paths.
        """
        with self._db.transaction() as connection:
            connection.execute(
                "INSERT INTO generations SELECT max(number) + 1, ? FROM generations", [secrets.token_hex(8)]
            )
            connection.executemany(
                "UPDATE articles SET path = ?, digest = ?, size = ?, modified = ? WHERE id = ?",
                [(new, *file, article.id) for article, new, file in articles],
            )
            for old, new, file in containers:
                start, end = inside(old)
                connection.execute(
                    "UPDATE articles SET path = ?, modified = ? WHERE path = ?", [new, file.modified, old]
                )
                connection.execute(
                    """UPDATE articles SET path = ? || substr(path, ?), modified = ?
                    WHERE path >= ? AND path < ?""",
                    [new + MEMBER_MARK, len(start) + 1, file.modified, start, end],
                )
                connection.execute("DELETE FROM containers WHERE path = ?", [old])
                connection.execute("INSERT OR REPLACE INTO containers VALUES (?, ?, ?, ?)", [new, *file])


def followed_path(folder: Path, followed: Sequence[str]) -> str:
    """Which of the ``followed`` paths ``folder`` names; a folder of Zotero names its database.

    UsageError: none of them.
    """
    path = os.path.realpath(os.path.expanduser(folder))
    for known in (os.path.join(path, "zotero.sqlite"), path):
        if known in followed:
            return known
    hint = Phrase("followed are {folders}", folders=", ".join(followed)) if followed else Phrase("")
    raise UsageError(Phrase("the folder {path} is not followed", path=path), hint)


def container_of(path: str, containers: Mapping[str, object]) -> str | None:
    """The file of several articles that holds the article of this path; None if it is in none."""
    return next((file for file in files_of(path) if file in containers), None)


def files_of(path: str) -> list[str]:
    """All paths that may be the file in ``<file>!/<member>``: both parts may contain the mark.

    It may be the path itself: that of a mail.
    """
    parts = path.split(MEMBER_MARK)
    return [MEMBER_MARK.join(parts[:end]) for end in range(1, len(parts) + 1)]


def inside(container: str) -> tuple[str, str]:
    """The range of paths in a file of several articles: the first is inclusive, the second is not."""
    return container + MEMBER_MARK, container + MEMBER_MARK[:-1] + chr(ord(MEMBER_MARK[-1]) + 1)
