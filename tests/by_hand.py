"""Changes made to a database by hand, with its checksums kept right."""

from __future__ import annotations

from pathlib import Path

from index.storage.database import Database


def change(path: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    """Runs SQL statements on the database at ``path``, each with ``values``."""
    database = Database(path)
    try:
        for statement in statements:
            database.rows(statement, values)
    finally:
        database.close()
