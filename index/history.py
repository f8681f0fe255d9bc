"""Saved conversations, pinned quotes and what the app remembers: one private file for all libraries.

A question, its answer and the words that find it are stored once and never rewritten. A deleted conversation
or a quote that was taken off can be restored for a day; after that, opening the history erases it.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw

from index.errors import HistoryError, Phrase, UsageError
from index.storage.database import Database, ErrorTexts, create, lacks_locks
from index.storage.folder import create_private
from index.text.display import one_line, printable
from index.text.fold import fold_text
from index.types import ArticleInfo, ConversationInfo, PinnedQuote, SavedTurn

FORMAT_VERSION = 1
#: Marks the file as Yinju's ("yinh" in ASCII), see ``index.storage.schema``.
APPLICATION_ID = 0x79696E68
#: How long what was deleted can be restored.
KEPT = timedelta(days=1)
#: Up to this many bytes a file is checked from end to end when it is opened (15 ms if cached).
CHECKED = 32_000_000
_TITLE = 200
_NOTE = 10_000
#: Files of earlier versions lack this table until a quote is pinned; those versions pass over it. ``place``
#: orders the quotes of a library. The columns from ``article`` on are those of `ArticleInfo`.
_PINS = """
CREATE TABLE IF NOT EXISTS pins (
    id INTEGER PRIMARY KEY AUTOINCREMENT, library TEXT NOT NULL, place INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, quote TEXT NOT NULL, page INTEGER, note TEXT NOT NULL,
    pinned TEXT NOT NULL, removed TEXT, article INTEGER NOT NULL, path TEXT NOT NULL, title TEXT NOT NULL,
    language TEXT NOT NULL, published TEXT, author TEXT, source TEXT, added TEXT NOT NULL,
    characters INTEGER NOT NULL, passages INTEGER NOT NULL) STRICT;
"""
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
{_PINS}
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
_PINNED = """SELECT id, start, end, quote, page, note, pinned, article, path, title, language, published,
    author, source, added, characters, passages FROM pins WHERE removed IS NULL"""


class History:
    """Conversations, pinned quotes and remembered values. Usable from several threads and processes."""

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
        long_ago = [_time(datetime.now(UTC) - KEPT)]
        erased = [
            "conversations WHERE deleted < ?",
            *(["pins WHERE removed < ?"] if self._has_pins() else []),
        ]
        for gone in erased:
            found = self._db.rows(f"SELECT 1 FROM {gone} LIMIT 1", long_ago)
            if found and os.access(self.path, os.W_OK):
                self._db.rows("PRAGMA secure_delete = ON")  # overwrites their bytes in the file
                self._write(f"DELETE FROM {gone}", long_ago)

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

    # Pinned quotes

    def _has_pins(self) -> bool:
        return bool(self._db.rows("SELECT 1 FROM sqlite_schema WHERE name = 'pins'"))

    def pinned(self, library: str) -> list[PinnedQuote]:
        """The pinned quotes of the library at a path, in the order of its sheet."""
        if not self._has_pins():
            return []
        return [_pin(*row) for row in self._db.rows(f"{_PINNED} AND library = ? ORDER BY place", [library])]

    def libraries_with_pins(self) -> list[str]:
        """The paths of the libraries that have pinned quotes."""
        if not self._has_pins():
            return []
        sql = "SELECT DISTINCT library FROM pins WHERE removed IS NULL ORDER BY library"
        return [row[0] for row in self._db.rows(sql)]

    def toggle_pin(
        self, library: str, article: ArticleInfo, start: int, end: int, quote: str, page: int | None = None
    ) -> bool:
        """Pins a quote, or takes it off if these words of the article are pinned; returns whether they are.

        Pinned again within a day, it comes back to its place with its note.
        """
        now, library, quote = _time(datetime.now(UTC)), _storable(library), _storable(quote)
        known = [
            article.id,
            *map(_storable, (article.path, article.title, article.language)),
            *(text and _storable(text) for text in (article.published, article.author, article.source)),
            article.added,
            article.characters,
            article.passages,
        ]
        with self._changing_pins() as connection:
            connection.execute(_PINS)
            sql = "SELECT id, removed FROM pins WHERE library = ? AND path = ? AND quote = ?"
            for pin, removed in connection.execute(sql, [library, known[1], quote]).fetchall():
                sql = "UPDATE pins SET removed = ?, start = ?, end = ? WHERE id = ?"
                connection.execute(sql, [None if removed else now, start, end, pin])
                return bool(removed)
            connection.execute(
                f"""INSERT INTO pins SELECT NULL, ?1, coalesce(max(place), 0) + 1, ?, ?, ?, ?, '', ?, NULL
                    {", ?" * len(known)} FROM pins WHERE library = ?1""",
                [library, start, end, quote, page, now, *known],
            )
            return True

    def unpin(self, pin: int) -> None:
        """Takes a quote off the sheet, see ``restore_pin``; UsageError if there is none of this id."""
        self._change_pin("removed = ? WHERE removed IS NULL", [_time(datetime.now(UTC))], pin)

    def restore_pin(self, pin: int) -> None:
        """Undoes ``unpin``. UsageError: the quote is erased already."""
        self._change_pin("removed = NULL WHERE TRUE", [], pin)

    def annotate(self, pin: int, note: str) -> None:
        """Gives a pinned quote a note, "" for none; UsageError if there is none of this id."""
        self._change_pin("note = ? WHERE removed IS NULL", [printable(note).strip()[:_NOTE]], pin)

    def move_pin(self, pin: int, step: int) -> None:
        """Moves a quote one place up (-1) or down (1), as far as there is one to change places with."""
        if not self._has_pins():
            return
        beside, order = ("<", "DESC") if step < 0 else (">", "ASC")
        with self._changing_pins() as connection:
            sql = "SELECT library, place FROM pins WHERE id = ? AND removed IS NULL"
            for library, place in connection.execute(sql, [pin]).fetchall():
                sql = f"""SELECT id, place FROM pins WHERE library = ? AND removed IS NULL
                    AND place {beside} ? ORDER BY place {order} LIMIT 1"""
                for other, there in connection.execute(sql, [library, place]).fetchall():
                    sql = "UPDATE pins SET place = ? WHERE id = ?"
                    connection.executemany(sql, [(there, pin), (place, other)])

    @contextmanager
    def _changing_pins(self) -> Iterator[apsw.Connection]:
        """A transaction in which rows that grow leave no copy behind in the file."""
        with self._db.transaction() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            yield connection

    def _change_pin(self, change: str, values: Sequence[Any], pin: int) -> None:
        if self._has_pins():
            with self._changing_pins() as connection:
                connection.execute(f"UPDATE pins SET {change} AND id = ?", [*values, pin])
                if connection.changes():
                    return
        raise UsageError("there is no pinned quote {number}", number=pin)

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


def _pin(
    id: int, start: int, end: int, quote: str, page: int | None, note: str, pinned: str, *known: Any
) -> PinnedQuote:
    return PinnedQuote(id, ArticleInfo(*known), start, end, quote, page, note, pinned)


def _no(conversation: int) -> UsageError:
    return UsageError("there is no conversation {number}", number=conversation)
