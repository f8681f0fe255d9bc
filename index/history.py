"""Saved conversations and what the app remembers: one private file for all libraries.

A question, its answer and the words that find it are stored once and never rewritten. A deleted conversation
can be restored for a day; after that, opening the history erases it.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw

from index.errors import HistoryError, Phrase, UsageError
from index.storage.database import Database, ErrorTexts, create, lacks_locks
from index.storage.folder import create_private
from index.text.display import one_line, printable
from index.text.fold import fold_text
from index.types import ConversationInfo, SavedTurn

FORMAT_VERSION = 1
#: Marks the file as Yinju's ("yinh" in ASCII), see ``index.storage.schema``.
APPLICATION_ID = 0x79696E68
#: How long deleted conversations can be restored.
KEPT = timedelta(days=1)
#: Up to this many bytes a file is checked from end to end when it is opened (15 ms if cached).
CHECKED = 32_000_000
_TITLE = 200
_SCHEMA = f"""
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, folded TEXT NOT NULL, library TEXT NOT NULL,
    started TEXT NOT NULL, updated TEXT NOT NULL, deleted TEXT) STRICT;
CREATE INDEX conversations_by_update ON conversations (updated);
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    question TEXT NOT NULL, folded TEXT NOT NULL, asked TEXT NOT NULL, answer TEXT NOT NULL) STRICT;
CREATE INDEX turns_by_conversation ON turns (conversation);
CREATE TABLE remembered (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT_VERSION};
"""
_ERROR_TEXTS: ErrorTexts = {
    apsw.SQLITE_MISUSE: (HistoryError, Phrase("the history {path} was closed"), Phrase("")),
    apsw.SQLITE_READONLY: (
        HistoryError,
        Phrase("the history {path} cannot be written to"),
        Phrase("check its permissions"),
    ),
    apsw.SQLITE_FULL: (
        HistoryError,
        Phrase("the disk of the history {path} is full"),
        Phrase("make room on it"),
    ),
    apsw.SQLITE_IOERR: (
        HistoryError,
        Phrase("the disk of the history {path} fails: {what}"),
        Phrase("is there room, is the disk sound?"),
    ),
    apsw.SQLITE_BUSY: (
        HistoryError,
        Phrase("the history {path} is in use"),
        Phrase("wait until the other program is done"),
    ),
    apsw.SQLITE_CANTOPEN: (
        HistoryError,
        Phrase("the history {path} cannot be opened"),
        Phrase("check its permissions"),
    ),
    apsw.SQLITE_NOLFS: (
        HistoryError,
        Phrase("the file system of the history {path} has no locks"),
        Phrase("conversations are not kept there"),
    ),
    apsw.SQLITE_CORRUPT: (
        HistoryError,
        Phrase("the history {path} is damaged: {what}"),
        Phrase("move it away and start again: a new one will be begun"),
    ),
}
_INFO = """SELECT id, title, library, updated,
    (SELECT count(*) FROM turns WHERE conversation = c.id) FROM conversations c WHERE deleted IS NULL"""
#: Each of the words is in the title or in one of the turns.
_FOUND = """AND NOT EXISTS (SELECT 1 FROM json_each(?) WHERE NOT (instr(c.folded, value) OR EXISTS (
    SELECT 1 FROM turns t WHERE t.conversation = c.id AND instr(t.folded, value))))"""


class History:
    """Conversations, their turns and remembered values. Usable from several threads and processes."""

    def __init__(self, path: Path) -> None:
        """Opens the file at ``path``, or makes it with its folder; only this user can read them.

        A damaged file is moved to ``set_aside``, and a new one is started. HistoryError: the file can be
        neither opened nor made, is something else, or has a newer format.
        """
        self.path = Path(path)
        self.set_aside: Path | None = None
        try:
            self._db = self._opened()
        except (OSError, apsw.Error) as error:
            if isinstance(error, apsw.Error) and lacks_locks(error, self.path.parent):
                kind, text, hint = _ERROR_TEXTS[apsw.SQLITE_NOLFS]
                raise kind(Phrase(text, path=self.path), hint) from error
            reason = (error.strerror if isinstance(error, OSError) else None) or error
            raise HistoryError(
                "the history {path} cannot be opened: {reason}",
                "check its permissions",
                path=self.path,
                reason=reason,
            ) from error
        try:
            self._check()
            self._erase_deleted()
        except HistoryError:
            self.close()
            raise

    def _opened(self) -> Database:
        if self.path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        _make(self.path)
        file, database = self.path.stat(), self._database()
        if file.st_size and database.is_intact(deep=file.st_size <= CHECKED):
            return database
        database.close()
        self.set_aside = _move_aside(self.path, file)
        _make(self.path)
        return self._database()

    def _database(self) -> Database:
        return Database(self.path, _ERROR_TEXTS)

    def _check(self) -> None:
        if self._db.row("PRAGMA application_id")[0] != APPLICATION_ID:
            raise HistoryError("{path} is not a history", "it is not Yinju's: move it away", path=self.path)
        version = self._db.row("PRAGMA user_version")[0]
        if version != FORMAT_VERSION:
            raise HistoryError(
                "the history {path} has format {version}, this program reads {known}",
                "update yinju",
                path=self.path,
                version=version,
                known=FORMAT_VERSION,
            )

    def _erase_deleted(self) -> None:
        gone, long_ago = "deleted < ?", [_time(datetime.now(UTC) - KEPT)]
        found = self._db.rows(f"SELECT 1 FROM conversations WHERE {gone} LIMIT 1", long_ago)
        if found and os.access(self.path, os.W_OK):
            self._db.rows("PRAGMA secure_delete = ON")  # overwrites their bytes in the file
            self._write(f"DELETE FROM conversations WHERE {gone}", long_ago)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> History:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Conversations

    def conversations(self, search: str = "") -> list[ConversationInfo]:
        """All conversations, newest first, or those that contain every word of ``search``.

        A word may stand in the title, a question or a quote, as any part of a word there. Width, case and the
        choice of Traditional or Simplified make no difference.
        """
        words = fold_text(printable(search)).split()
        sql = f"{_INFO} {_FOUND} ORDER BY updated DESC, id DESC"
        return [ConversationInfo(*row) for row in self._db.rows(sql, [json.dumps(words)])]

    def conversation(self, conversation: int) -> ConversationInfo:
        """One conversation; UsageError if there is none of this id."""
        rows = self._db.rows(f"{_INFO} AND id = ?", [conversation])
        if not rows:
            raise _no(conversation)
        return ConversationInfo(*rows[0])

    def create(self, library: str, title: str) -> int:
        """Starts a conversation about the library at a path; returns its id."""
        title, now = _line(title), _time(datetime.now(UTC))
        return self._write(
            "INSERT INTO conversations VALUES (NULL, ?, ?, ?, ?, ?, NULL)",
            [title, fold_text(title), _storable(library), now, now],
        )[1]

    def rename(self, conversation: int, title: str) -> None:
        """Gives a conversation another title; UsageError if there is none of this id."""
        title = _line(title)
        self._change("title = ?, folded = ? WHERE deleted IS NULL", [title, fold_text(title)], conversation)

    def delete(self, conversation: int) -> None:
        """Deletes a conversation, see ``restore``; UsageError if there is none of this id."""
        self._change("deleted = ? WHERE deleted IS NULL", [_time(datetime.now(UTC))], conversation)

    def restore(self, conversation: int) -> None:
        """Undoes ``delete``. UsageError: the conversation is erased already."""
        self._change("deleted = NULL WHERE TRUE", [], conversation)

    # Turns

    def turns(self, conversation: int) -> list[SavedTurn]:
        """The turns of a conversation, the first asked first; UsageError if there is none of this id."""
        self.conversation(conversation)
        sql = "SELECT id, question, asked, answer FROM turns WHERE conversation = ? ORDER BY id"
        return [SavedTurn(*row) for row in self._db.rows(sql, [conversation])]

    def add_turn(self, conversation: int, question: str, answer: str, quoted: str = "") -> int:
        """Adds a question with its answer (JSON) and returns the turn's id.

        Searches look into ``quoted``, the text of the answer. A conversation that was deleted in the meantime
        is restored. UsageError: there is no conversation of this id.
        """
        now, question = _time(datetime.now(UTC)), printable(question)
        folded = fold_text(f"{question}\n{printable(quoted)}")
        with self._db.transaction() as connection:
            sql = "UPDATE conversations SET updated = ?, deleted = NULL WHERE id = ?"
            connection.execute(sql, [now, conversation])
            if not connection.changes():
                raise _no(conversation)
            sql = "INSERT INTO turns VALUES (NULL, ?, ?, ?, ?, ?)"
            row = (conversation, question, folded, now, _storable(answer))
            connection.execute(sql, row)
            return connection.last_insert_rowid()

    def questions(self, limit: int) -> list[str]:
        """The latest questions of all conversations, newest first, each once."""
        sql = """SELECT question FROM turns JOIN conversations c ON c.id = conversation
            WHERE deleted IS NULL GROUP BY question ORDER BY max(turns.id) DESC LIMIT ?"""
        return [row[0] for row in self._db.rows(sql, [max(0, limit)])]

    # Remembered values

    def get(self, key: str) -> str | None:
        """The value last ``set`` under ``key``."""
        rows = self._db.rows("SELECT value FROM remembered WHERE key = ?", [key])
        return rows[0][0] if rows else None

    def set(self, key: str, value: str) -> None:
        """Remembers a value, for example the chosen theme."""
        self._write("INSERT OR REPLACE INTO remembered VALUES (?, ?)", [key, _storable(value)])

    # Writing

    def _write(self, sql: str, values: Sequence[Any]) -> tuple[int, int]:
        """Runs one statement; returns how many rows it changed and the id of the row it added."""
        with self._db.transaction() as connection:
            connection.execute(sql, values)
            return connection.changes(), connection.last_insert_rowid()

    def _change(self, change: str, values: Sequence[Any], conversation: int) -> None:
        if not self._write(f"UPDATE conversations SET {change} AND id = ?", [*values, conversation])[0]:
            raise _no(conversation)


def is_intact(path: Path) -> bool:
    """Whether SQLite finds no error anywhere in the file. HistoryError: it cannot be opened."""
    with closing(Database(path, _ERROR_TEXTS)) as database:
        return database.is_intact()


def _make(path: Path) -> None:
    """Makes an empty history if there is no file. It is made under another name, so it appears complete."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    create_private(new)
    try:
        create(new, _SCHEMA)
        try:
            os.link(new, path)  # unlike renaming, it does not replace what another program made just now
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def _move_aside(path: Path, damaged: os.stat_result) -> Path | None:
    """Renames a damaged file with SQLite's files beside it. None: another program moved it first."""
    if not path.exists() or not os.path.samestat(path.stat(), damaged):
        return None
    aside = path.with_name(f"{path.stem}-damaged-{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}{path.suffix}")
    for end in ("-wal", "-shm", ""):
        beside = path.with_name(path.name + end)
        if beside.exists():
            os.replace(beside, aside.with_name(aside.name + end))
    return aside


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _line(text: str) -> str:
    return one_line(text)[:_TITLE]


def _storable(text: str) -> str:
    """``text`` without lone surrogates, which a database cannot hold."""
    return text.encode("utf-8", "replace").decode()


def _no(conversation: int) -> UsageError:
    return UsageError("there is no conversation {number}", number=conversation)
