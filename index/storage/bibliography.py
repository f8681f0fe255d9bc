"""What reference managers say of the articles: a table that a library has once it is needed.

Earlier versions of the program pass over it, so it needs no format of its own.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import astuple, dataclass

import apsw

from index.storage.database import MISPLACED, Database
from index.types import Creator, Reference

_SCHEMA = """
CREATE TABLE IF NOT EXISTS bibliography (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE, reference TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Description:
    """The facts that are now known of a stored article, whose text and title stay as they are."""

    article: int
    path: str
    published: str | None
    author: str | None
    source: str | None
    reference: Reference


class Bibliography:
    """The references in a database. To write, hold the write lock."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._there = False

    def column(self) -> str:
        """SQL for the reference of an article, "" if it has none; ``id`` is the article's."""
        if not self._there:
            sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'bibliography')"
            self._there = bool(self._db.row(sql)[0])
        if not self._there:
            return "''"
        return "ifnull((SELECT reference FROM bibliography WHERE article = id), '')"

    def read(self, stored: str) -> Reference | None:
        """The reference that ``column`` gave. Damaged: it is none."""
        if not stored:
            return None
        try:
            return reference_of(stored)
        except (ValueError, TypeError) as error:
            raise self._db.damaged(MISPLACED) from error

    @staticmethod
    def put(connection: apsw.Connection, article: int, reference: Reference | None) -> None:
        """Stores the reference of an article, within a transaction."""
        if reference is not None:
            connection.execute(_SCHEMA).fetchall()
            row = (article, json.dumps(astuple(reference), ensure_ascii=False))
            connection.execute("INSERT OR REPLACE INTO bibliography VALUES (?, ?)", row)

    def describe(self, articles: Iterable[Description]) -> None:
        """Stores other facts of articles. This counts as a write, because answers show them."""
        with self._db.transaction() as connection:
            connection.execute(
                "INSERT INTO generations SELECT max(number) + 1, ? FROM generations", [secrets.token_hex(8)]
            )
            for known in articles:
                connection.execute(
                    "UPDATE articles SET published = ?, author = ?, source = ? WHERE id = ?",
                    (known.published, known.author, known.source, known.article),
                )
                self.put(connection, known.article, known.reference)


def reference_of(stored: str) -> Reference:
    """The reference of this JSON. ValueError or TypeError: it is none."""
    source, member, item, key, kind, fields, creators, tags = json.loads(stored)
    return Reference(
        source,
        member,
        item,
        key,
        kind,
        tuple((name, value) for name, value in fields),
        tuple(Creator(*creator) for creator in creators),
        tuple(tags),
    )
