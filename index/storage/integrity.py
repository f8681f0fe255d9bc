"""Finds damage in a database: by SQLite's own checks, and by comparing its rows with each other."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from index.errors import Busy, LibraryError
from index.storage.database import MISPLACED, Database
from index.text.blocks import belong, decode

#: Errors reported at most by each check.
_MOST = 5
#: What reading damaged content raises, apart from errors of SQLite: misplaced pages hold sound rows of
#: another table, or other parts of a value.
MISREADS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
    struct.error,
)


@contextmanager
def misreads_as_damage(database: Database) -> Iterator[None]:
    """Turns whatever reading damaged content raises into the LibraryError for damage."""
    try:
        with database.errors():
            yield
    except MISREADS as error:
        raise database.damaged(MISPLACED) from error


def integrity_errors(database: Database) -> list[str]:
    """The damage that SQLite finds in pages, trees, indexes and references; at most a few lines."""
    try:
        errors = [row[0] for row in database.rows(f"PRAGMA integrity_check({_MOST})")]
        errors = [] if errors == ["ok"] else errors
        return errors + [
            f"{table} without {parent}"
            for table, _, parent, _ in database.rows("PRAGMA foreign_key_check")[:_MOST]
        ]
    except Busy:
        raise
    except LibraryError as error:
        return [error.message]


def mismatched_articles(database: Database, version: int, progress: Callable[[int], None]) -> list[int]:
    """Ids of the articles whose passages do not match their texts.

    ``progress`` is called with the number of passages compared so far.
    """
    dimensions = database.row("SELECT dimensions FROM meta")[0]
    newest = database.row("SELECT max(number) FROM generations")[0]
    pages = "pages" if version >= 3 else "'[]'"
    blocks = "blocks" if version >= 4 else "''"
    sql = f"""SELECT id, characters, passages, text, {pages}, {blocks} FROM articles
        LEFT JOIN texts ON article = id ORDER BY id"""
    wrong, seen = [], 0
    for batch in database.batches(sql, (), 64):
        for article, characters, count, text, starts, made_of in batch:
            passages = database.rows(
                """SELECT start, "end", text, length(vector), vector, generation FROM passages
                WHERE article = ? ORDER BY start""",
                [article],
            )
            seen += len(passages)
            progress(seen)
            if (
                text is None
                or (len(text), len(passages)) != (characters, count)
                or not _ascending(json.loads(starts), len(text))
                or not _passages_match(text, passages)
                or not _blocks_match(text, made_of)
                or any(row[3] != 2 * dimensions or row[5] > newest for row in passages)
                or not np.isfinite(np.frombuffer(b"".join(row[4] for row in passages), "<f2")).all()
            ):
                wrong.append(article)
    return wrong


def _passages_match(text: str, passages: Sequence[Sequence[Any]]) -> bool:
    """Whether the passages are parts of the text, in order, with nothing but white space between them."""
    last = 0
    for start, end, passage, *_ in passages:
        if start < last or text[start:end] != passage or text[last:start].strip():
            return False
        last = end
    return not text[last:].strip()


def _blocks_match(text: str, stored: str) -> bool:
    """Whether the stored blocks, if there are any, are those of the text."""
    try:
        return not stored or belong(decode(stored), text)
    except (ValueError, TypeError):
        return False


def _ascending(starts: Sequence[int], length: int) -> bool:
    return all(a <= b for a, b in zip([0, *starts], [*starts, length], strict=True))
