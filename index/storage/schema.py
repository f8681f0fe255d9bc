"""The tables of a library's database; makes an empty one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import NamedTuple

import apsw

from index.storage.database import create, fsync_folder
from index.storage.folder import cannot_be_made, made_folder
from index.storage.lock import write_lock

FORMAT_VERSION = 4
#: Format 1 has no words and aliases, format 2 no pages, folders, containers and checksums, format 3 no
#: blocks. All can be read; ``index.ingest.upgrade`` brings them up to date.
OLDEST = 1
#: Marks the file as Yinju's ("yinj" in ASCII), see https://sqlite.org/pragma.html#pragma_application_id.
APPLICATION_ID = 0x79696E6A
SCHEMA = """
CREATE TABLE meta (model TEXT NOT NULL, fingerprint TEXT NOT NULL, dimensions INTEGER NOT NULL) STRICT;
CREATE TABLE generations (number INTEGER PRIMARY KEY, token TEXT NOT NULL) STRICT;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
    language TEXT NOT NULL, published TEXT, author TEXT, source TEXT, added TEXT NOT NULL,
    characters INTEGER NOT NULL, passages INTEGER NOT NULL,
    digest TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL) STRICT;
CREATE INDEX articles_by_title ON articles (title);
CREATE TABLE texts (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE, text TEXT NOT NULL,
    pages TEXT NOT NULL DEFAULT '[]', blocks TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    generation INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    heading TEXT NOT NULL, context TEXT NOT NULL, text TEXT NOT NULL, words TEXT NOT NULL,
    vector BLOB NOT NULL, lead TEXT NOT NULL DEFAULT '', aside INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX texts_without_blocks ON texts (article) WHERE blocks = '';
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_generation ON passages (generation);
CREATE TABLE removed (passage INTEGER PRIMARY KEY, generation INTEGER NOT NULL) STRICT;
CREATE INDEX removed_by_generation ON removed (generation);
"""
#: Taught words under their ``index.text.fold.name_key``, and aliases: each pair in both directions, with the
#: article or the word that it comes from.
NAMES = """
CREATE TABLE words (key TEXT PRIMARY KEY, word TEXT NOT NULL, same TEXT NOT NULL) STRICT;
CREATE TABLE aliases (
    article INTEGER REFERENCES articles ON DELETE CASCADE, word TEXT REFERENCES words ON DELETE CASCADE,
    name TEXT NOT NULL, other TEXT NOT NULL, part TEXT NOT NULL) STRICT;
CREATE INDEX aliases_by_name ON aliases (name);
CREATE INDEX aliases_by_article ON aliases (article);
"""
#: Followed folders, and the files of several articles as they were last read.
SOURCES = """
CREATE TABLE folders (path TEXT PRIMARY KEY) STRICT;
CREATE TABLE containers (
    path TEXT PRIMARY KEY, digest TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL) STRICT;
"""
#: The SQL that takes a library of each earlier format to the next one.
UPGRADES = {
    1: NAMES,
    2: f"ALTER TABLE texts ADD COLUMN pages TEXT NOT NULL DEFAULT '[]'; {SOURCES}",
    3: """ALTER TABLE texts ADD COLUMN blocks TEXT NOT NULL DEFAULT '';
        CREATE INDEX texts_without_blocks ON texts (article) WHERE blocks = '';
        ALTER TABLE passages ADD COLUMN lead TEXT NOT NULL DEFAULT '';
        ALTER TABLE passages ADD COLUMN aside INTEGER NOT NULL DEFAULT 0;""",
}


class Meta(NamedTuple):
    """The embedding model that made the vectors."""

    model: str
    fingerprint: str
    dimensions: int


def is_library_file(file: Path) -> bool:
    """Whether a file's header marks it as a library's database, even if the rest is damaged."""
    try:
        with file.open("rb") as opened:
            head = opened.read(72)
    except OSError:
        return False
    return head.startswith(b"SQLite format 3\0") and int.from_bytes(head[68:], "big") == APPLICATION_ID


def create_database(path: Path, meta: Meta) -> None:
    """Writes an empty database to ``path``, where no file exists yet."""
    marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT_VERSION};"
    rows = [
        ("INSERT INTO meta VALUES (?, ?, ?)", meta),
        ("INSERT INTO generations VALUES (0, ?)", [secrets.token_hex(8)]),
    ]
    create(path, SCHEMA + NAMES + SOURCES + marks, rows)


def create_library(database: Path, meta: Meta, timeout: float) -> None:
    """Makes an empty library. Its database is made under another name, so that it appears complete.

    LibraryError: the folder cannot be written to, or holds other files.
    """
    path = database.parent
    try:
        with made_folder(path), write_lock(path, timeout):
            if not database.exists():
                new = path / ".library.new"
                new.unlink(missing_ok=True)
                create_database(new, meta)
                os.replace(new, database)
                for folder in (path, path.parent):
                    fsync_folder(folder)
    except (OSError, apsw.Error) as error:
        raise cannot_be_made(path, error) from error
