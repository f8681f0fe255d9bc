"""What changed in a library since a generation. The search indexes catch up with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import Phrase
from index.storage.database import Database

#: Rows in one batch for an index.
ROWS = 8192
#: Entries in the log before it is shortened.
_KEPT = 1000


class Generation(NamedTuple):
    """One state of the library: ``number`` counts writes, ``token`` is random."""

    number: int
    token: str


class ChangeLog:
    """Reads generations. Each write makes one, passages carry theirs, and removed ids are logged."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def generation(self) -> Generation:
        return Generation(*self._db.row("SELECT number, token FROM generations ORDER BY number DESC LIMIT 1"))

    def knows(self, generation: Generation) -> bool:
        """Whether this database has, or had, ``generation``."""
        return bool(self._db.rows("SELECT 1 FROM generations WHERE number = ? AND token = ?", generation))

    def dimensions(self) -> int:
        """The length of a passage vector."""
        count: int = self._db.row("SELECT dimensions FROM meta", (), (int,))[0]
        return count

    def removed_since(self, number: int) -> list[int]:
        return [row[0] for row in self._db.rows("SELECT passage FROM removed WHERE generation > ?", [number])]

    def added_since(self, number: int) -> int:
        """How many of the present passages were written after the generation."""
        count: int = self._db.row("SELECT count(*) FROM passages WHERE generation > ?", [number])[0]
        return count

    def words_since(self, number: int) -> Iterator[tuple[int, str]]:
        """(passage id, space-joined context and words), in the order written."""
        sql = "SELECT id, context || ' ' || words FROM passages WHERE generation > ? ORDER BY generation, id"
        for batch in self._db.batches(sql, [number], ROWS, (int, str)):
            yield from batch

    def words_of(self, passages: Iterable[int]) -> list[tuple[int, str]]:
        """The same of those of the passages that there are."""
        sql = """SELECT id, context || ' ' || words FROM passages
            WHERE id IN (SELECT value FROM json_each(?))"""
        ids = sorted(passages)  # neighbours lie on the same pages
        return list(self._db.rows(sql, [json.dumps(ids)], (int, str)))

    def vectors_since(self, number: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Batches of (ids [n], vectors [n, dimensions])."""
        dimensions = self.dimensions()
        sql = "SELECT id, vector FROM passages WHERE generation > ? ORDER BY generation, id"
        for rows in self._db.batches(sql, [number], ROWS, (int, bytes)):
            ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
            data = b"".join(row[1] for row in rows)
            if len(data) != 2 * len(rows) * dimensions:
                raise self._db.damaged(Phrase("vectors of the wrong length"))
            flat = np.frombuffer(data, "<f2")
            yield ids, flat.reshape(len(rows), dimensions).astype(np.float32)

    def forget_before(self, number: int) -> None:
        """Shortens the log: drops removals up to a generation that every index has reached.

        An index of an earlier generation, restored from somewhere, is then rebuilt.
        """
        enough = "SELECT 1 FROM removed UNION ALL SELECT 1 FROM generations LIMIT 1 OFFSET ?"
        if not self._db.rows(enough, [_KEPT]):
            return
        with self._db.transaction() as connection:
            connection.execute("DELETE FROM removed WHERE generation <= ?", [number])
            connection.execute("DELETE FROM generations WHERE number < ?", [number])
