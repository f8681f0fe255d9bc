"""Reads the library of Zotero, the reference manager: its items, notes, and where their files are.

The tables are those of Zotero 5 and later (https://github.com/zotero/zotero, resource/schema/userdata.sql).
While Zotero runs it holds an exclusive lock on its database, so that nobody can open it. To open it as
immutable reads past the lock, but also past the log (WAL) with what was added last, and what changes
meanwhile is read torn. So a copy is read, with its log, that was made while nothing was written. The
folder of Zotero itself is never written to: even to open its database for reading would make files there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape
from itertools import takewhile
from pathlib import Path, PurePath
from typing import Any

import apsw

from index.cleaning.metadata import parse_date
from index.errors import Phrase, ReadError, UsageError
from index.readers.registry import CONTAINER_SUFFIXES, is_article, kind_of
from index.storage.sources import FileRecord
from index.text.display import one_line
from index.text.han import HAN
from index.types import MEMBER_MARK, Creator, ParsedArticle, Reference

DATABASE = "zotero.sqlite"
#: Files that Better BibTeX keeps citation keys in, unless they are fields of the items.
_KEYS = "better-bibtex.sqlite"
#: How often, and how many seconds apart, it is tried to copy a database that is being written.
_TRIES, _PAUSE = 8, 0.25
_LOGS = ("", "-wal", "-journal")
_PREF = re.compile(r'^user_pref\("extensions\.zotero\.(\w+)", (.*)\);\s*$', re.M)
_PINNED = re.compile(r"^\s*citation key\s*:\s*(\S+)\s*$", re.I | re.M)
_WHERE = Phrase(
    "qa add --zotero FOLDER; Zotero tells its data directory under Settings, Advanced, Files and Folders"
)
_STORED_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:\s|$)")
_HAN = re.compile(f"[{HAN}]")
#: Fields that are texts, or stand elsewhere in a reference.
_UNKEPT = frozenset({"abstractNote", "extra", "citationKey"})
#: Kinds of item that are parts of others, or no items at all.
_PARTS = frozenset({"attachment", "note", "annotation"})
_ITEMS = """SELECT itemID, key, typeName, dateAdded FROM items JOIN itemTypesCombined USING (itemTypeID)
    WHERE itemID NOT IN (SELECT itemID FROM deletedItems) AND libraryID NOT IN (SELECT libraryID FROM feeds)
    ORDER BY itemID"""
#: Fields by the names that all kinds of item share: the publisher of a thesis is its university.
_FIELDS = """SELECT itemID, ifnull(base.fieldName, own.fieldName), CAST(value AS TEXT)
    FROM itemData JOIN itemDataValues USING (valueID) JOIN items USING (itemID)
    JOIN fieldsCombined AS own ON own.fieldID = itemData.fieldID
    LEFT JOIN baseFieldMappingsCombined AS map
        ON map.itemTypeID = items.itemTypeID AND map.fieldID = own.fieldID
    LEFT JOIN fieldsCombined AS base ON base.fieldID = map.baseFieldID ORDER BY itemID, own.fieldID"""
_CREATORS = """SELECT itemID, creatorType, lastName, ifnull(firstName, '')
    FROM itemCreators JOIN creators USING (creatorID) JOIN creatorTypes USING (creatorTypeID)
    ORDER BY itemID, orderIndex"""
_TAGS = """SELECT itemID, name FROM (
    SELECT itemID, name, 1 AS rank FROM itemTags JOIN tags USING (tagID) UNION ALL
    SELECT itemID, collectionName, 0 FROM collectionItems JOIN collections USING (collectionID)
    WHERE collectionID NOT IN (SELECT collectionID FROM deletedCollections)) ORDER BY itemID, rank, name"""
#: Files that Zotero keeps (0, 1), and files elsewhere that it links to (2): these are one's own alone, so
#: that what others put into a group leads to no file.
_ATTACHMENTS = """SELECT itemID, parentItemID, linkMode, path FROM itemAttachments
    JOIN items USING (itemID) JOIN libraries USING (libraryID)
    WHERE path IS NOT NULL AND (linkMode IN (0, 1) OR linkMode = 2 AND type = 'user') ORDER BY itemID"""
_NOTES = "SELECT itemID, parentItemID, note, title FROM itemNotes WHERE note IS NOT NULL ORDER BY itemID"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, note or abstract with what Zotero says of it; facts that it does not tell are None.

    ``text`` is the HTML of a note or abstract, None for a file, which is at ``path``.
    """

    path: str
    reference: Reference
    title: str | None = None
    author: str | None = None
    published: str | None = None
    source: str | None = None
    text: str | None = None

    @property
    def content(self) -> bytes | None:
        """The HTML of a note or abstract; None for a file."""
        return None if self.text is None else self.text.encode("utf-8", "replace")

    def fits(self, known: FileRecord) -> bool:
        """Whether it has not changed since this record of it."""
        if self.content is not None:
            return FileRecord.of(self.content, 0) == known
        try:
            return known.fits(os.stat(self.path))
        except OSError:
            return False

    def describe(self, parsed: ParsedArticle) -> ParsedArticle:
        """The article with these facts in place of its own."""
        return replace(
            parsed,
            title=self.title or parsed.title,
            published=self.published or parsed.published,
            author=self.author or parsed.author,
            source=self.source or parsed.source,
            reference=self.reference,
        )


@dataclass(slots=True)
class ZoteroLibrary:
    """What is in a library of Zotero. ``members`` are the keys of all that may be an article, here or not.

    ``from_abstract`` counts the items without a file that have an abstract, ``without_text`` those that have
    neither. ``passed_over`` counts the files of other kinds by suffix.
    """

    entries: list[Entry] = field(default_factory=list)
    members: set[str] = field(default_factory=set)
    from_abstract: int = 0
    without_text: int = 0
    passed_over: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Item:
    """A row of ``items`` with what belongs to it."""

    key: str
    kind: str
    added: str
    fields: dict[str, str] = field(default_factory=dict)
    creators: list[Creator] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def is_zotero(path: str) -> bool:
    """Whether a followed path is a database of Zotero."""
    return os.path.basename(path) == DATABASE


# Where it is


def find_database(folder: Path | None) -> Path:
    """The database in this data directory of Zotero, else in the one that Zotero uses here.

    UsageError: there is none.
    """
    if folder is not None:
        path = Path(os.path.realpath(os.path.expanduser(folder)))
        path = path if path.name == DATABASE else path / DATABASE
        if not path.is_file():
            raise UsageError("{path} holds no library of Zotero", _WHERE, path=path.parent)
        return path
    for place in _data_folders():
        if (place / DATABASE).is_file():
            return Path(os.path.realpath(place / DATABASE))
    raise UsageError("no library of Zotero was found", _WHERE)


def _data_folders() -> Iterator[Path]:
    """The folders that Zotero's profiles name, then the usual ones."""
    profiles = list(_profiles())
    for profile in profiles:
        preferences = _preferences(profile)
        if preferences.get("useDataDir") and isinstance(named := preferences.get("dataDir"), str):
            yield Path(named)
    yield Path.home() / "Zotero"
    yield Path.home() / "snap" / "zotero-snap" / "common" / "Zotero"
    yield from (profile / "zotero" for profile in profiles)  # before Zotero 5


def _profiles() -> Iterator[Path]:
    """The profile folders of Zotero: those that profiles.ini names, the default one first."""
    home = Path.home()
    if sys.platform == "darwin":
        roots = [home / "Library" / "Application Support" / "Zotero"]
    elif sys.platform == "win32":
        roots = [Path(os.environ.get("APPDATA", home)) / "Zotero" / "Zotero"]
    else:
        roots = [home / ".zotero" / "zotero", home / ".var/app/org.zotero.Zotero/.zotero/zotero"]
    from configparser import ConfigParser, Error

    for root in roots:
        ini = ConfigParser(interpolation=None)
        try:
            ini.read(root / "profiles.ini", "utf-8")
        except (Error, UnicodeDecodeError):
            continue
        named = [part for name, part in ini.items() if name.startswith("Profile") and part.get("Path")]
        for part in sorted(named, key=lambda part: part.get("Default") != "1"):
            yield root / part["Path"]  # an absolute path replaces the root


def _preferences(profile: Path) -> dict[str, object]:
    """The preferences of Zotero in a profile. They are JavaScript, of which these lines are JSON."""
    try:
        text = (profile / "prefs.js").read_text("utf-8", "replace")
    except OSError:
        return {}
    found: dict[str, object] = {}
    for name, value in _PREF.findall(text):
        try:
            found[name] = json.loads(value)
        except ValueError:
            continue
    return found


def _base_folder(data: Path) -> Path | None:
    """The folder that linked files are relative to: of the profile with this data directory, or another."""
    known = [_preferences(profile) for profile in _profiles()]
    known.sort(key=lambda preferences: os.path.realpath(str(preferences.get("dataDir"))) != str(data))
    bases = (preferences.get("baseAttachmentPath") for preferences in known)
    return next((Path(base) for base in bases if base and isinstance(base, str)), None)


# Reading


@contextmanager
def _snapshot(database: Path) -> Iterator[apsw.Connection]:
    """A copy of a database as it was at one moment, for reading. ReadError: there is no such moment, or it
    is damaged.
    """
    with tempfile.TemporaryDirectory(prefix="yinju-") as folder:
        copy = Path(folder) / database.name
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(_PAUSE)
            before = _state(database)
            for log in _LOGS:
                Path(f"{copy}{log}").unlink(missing_ok=True)
                if os.path.exists(f"{database}{log}"):
                    shutil.copyfile(f"{database}{log}", f"{copy}{log}")
            if _state(database) == before:
                break
        else:
            raise ReadError("Zotero is writing to its library just now", "try again, or close Zotero")
        try:
            with closing(apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
                [[state]] = connection.execute("PRAGMA quick_check(1)").fetchall()
                if state != "ok":
                    raise ReadError("the library of Zotero is damaged: {reason}", reason=one_line(str(state)))
                yield connection
        except (apsw.Error, UnicodeDecodeError) as error:
            raise ReadError("it cannot be read as a library of Zotero: {reason}", reason=error) from error


def _state(database: Path) -> list[tuple[int, int] | None]:
    """What changes when a database is written."""
    found: list[tuple[int, int] | None] = []
    for log in _LOGS:
        try:
            status = os.stat(f"{database}{log}")
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((status.st_size, status.st_mtime_ns))
    return found


def read_zotero(database: Path) -> ZoteroLibrary:
    """What is in the library of Zotero with this database, less the trash and feeds.

    ReadError: it cannot be read. OSError: it is not there, or may not be read.
    """
    database.stat()
    with _snapshot(database) as connection:
        items = _items(connection)
        attachments = connection.execute(_ATTACHMENTS).fetchall()
        notes = connection.execute(_NOTES).fetchall()
    keys = _keys_of_better_bibtex(database.with_name(_KEYS))
    return _Reader(database, items, keys).read(attachments, notes)


def _items(connection: apsw.Connection) -> dict[int, _Item]:
    rows: Iterable[Any] = connection.execute(_ITEMS)
    items = {number: _Item(key, kind, added or "") for number, key, kind, added in rows}
    for number, name, value in connection.execute(_FIELDS):
        if number in items and value:
            items[number].fields[name] = value
    for number, *parts in connection.execute(_CREATORS):
        creator = Creator(*(one_line(part or "") for part in parts))
        if number in items and (creator.family or creator.given):
            items[number].creators.append(creator)
    for number, tag in connection.execute(_TAGS):
        if number in items:
            items[number].tags.append(one_line(tag))
    return items


def _keys_of_better_bibtex(database: Path) -> dict[str, str]:
    """The citation key of each item by its key, where Better BibTeX keeps them in a database of its own."""
    if not database.is_file():
        return {}
    try:
        with _snapshot(database) as connection:
            rows = connection.execute("SELECT itemKey, citationKey FROM citationkey")
            return {str(item): str(key) for item, key in rows if key}
    except (ReadError, OSError):  # a version that is not known: its keys are not, either
        return {}


class _Reader:
    def __init__(self, database: Path, items: dict[int, _Item], keys: dict[str, str]) -> None:
        self._database, self._items, self._keys = database, items, keys
        self._base = _base_folder(database.parent)
        self._passed_over: Counter[str] = Counter()

    def read(self, attachments: Iterable[Any], notes: Iterable[Any]) -> ZoteroLibrary:
        found = ZoteroLibrary()
        with_file = set[str]()
        for number, parent, mode, path in attachments:
            if (of := self._owner(number, parent)) is None:
                continue
            found.members.add(self._items[number].key)
            file = self._file(self._items[number].key, mode, path)
            if file is not None:
                with_file.add(of.key)
                found.entries.append(self._entry(file, self._items[number], of))
        for number, parent, note, title in notes:
            if (of := self._owner(number, parent)) is not None and self._items[number].kind == "note":
                found.members.add(self._items[number].key)
                if re.search(r"\w", re.sub("<[^>]*>", "", note)):
                    found.entries.append(self._note(self._items[number], note, title))
        for item in self._items.values():
            if item.kind not in _PARTS and item.key not in with_file:
                found.members.add(item.key)
                if abstract := item.fields.get("abstractNote", "").strip():
                    found.from_abstract += 1
                    found.entries.append(self._entry(None, item, item, abstract))
                else:
                    found.without_text += 1
        found.passed_over = dict(self._passed_over.most_common())
        return found

    def _owner(self, number: int, parent: int | None) -> _Item | None:
        """The item that a part belongs to, or it itself; None if either is in the trash."""
        if number not in self._items:
            return None
        return self._items.get(number if parent is None else parent)

    def _file(self, key: str, mode: int, path: str) -> str | None:
        """Where the file of an attachment is; None if it is not there, or of a kind that is not read."""
        if mode == 2:
            relative = path.removeprefix("attachments:")
            file = path if relative == path else os.path.join(self._base or "", relative)
        else:
            name = path.removeprefix("storage:")
            if name in ("", ".", "..") or re.search(r"[/\\]", name):
                return None  # what others put into a group leads to no other folder
            file = os.path.join(self._database.parent, "storage", key, name)
        try:
            there = os.path.isabs(file) and os.path.isfile(file)
        except ValueError:
            there = False
        if not there:
            return None
        if PurePath(file).suffix.lower() in CONTAINER_SUFFIXES or not is_article(file):
            self._passed_over[kind_of(file)] += 1
            return None
        return os.path.realpath(file)

    def _entry(self, file: str | None, part: _Item, of: _Item, abstract: str = "") -> Entry:
        fields = of.fields
        title = one_line(fields.get("title", ""))
        if of is part and file and title in (os.path.basename(file), PurePath(file).stem):
            title = ""  # a file by itself is called by its name
        source = next((s for n in ("publicationTitle", "publisher", "url") if (s := fields.get(n))), None)
        return Entry(
            file or f"{self._database}{MEMBER_MARK}{part.key}",
            self._reference(part, of),
            title or None,
            _author(of.creators),
            _date(fields.get("date", "")),
            source,
            None if file else f"<p>{escape(abstract)}</p>",
        )

    def _note(self, note: _Item, text: str, title: str | None) -> Entry:
        """A note is its owner's own: it has neither the author nor the key of the item that it is about."""
        path = f"{self._database}{MEMBER_MARK}{note.key}"
        day = _date(note.added)
        return Entry(path, self._reference(note, note), one_line(title or "") or None, None, day, None, text)

    def _reference(self, part: _Item, of: _Item) -> Reference:
        pinned = _PINNED.search(of.fields.get("extra", ""))
        key = of.fields.get("citationKey") or (pinned[1] if pinned else self._keys.get(of.key, ""))
        fields = {name: one_line(value) for name, value in of.fields.items() if name not in _UNKEPT}
        if typed := of.fields.get("date", ""):
            fields["date"] = _date(typed) or one_line(_STORED_DATE.sub("", typed))  # such as "in press"
        return Reference(
            str(self._database),
            part.key,
            of.key,
            one_line(key),
            of.kind,
            tuple(sorted(fields.items())),
            tuple(of.creators),
            tuple(dict.fromkeys(of.tags)),
        )


def _date(value: str) -> str | None:
    """A date as ISO 8601. Zotero stores "2020-05-00 May 2020": what is known of it, then what was typed."""
    if not (stored := _STORED_DATE.match(value)):
        return parse_date(value)
    known = list(takewhile(int, stored.groups()))
    while known:
        try:
            date(*map(int, [*known, "1", "1"][:3]))
        except ValueError:  # there is no such month or day
            known.pop()
        else:
            break
    return "-".join(known) or None


def _author(creators: Iterable[Creator]) -> str | None:
    """The names of the authors; of the others if there are none."""
    by_role: dict[str, list[str]] = defaultdict(list)
    for creator in creators:
        by_role[creator.role].append(full_name(creator))
    names = by_role.get("author") or next(iter(by_role.values()), [])
    between = "、" if all(_HAN.search(name) for name in names) else " and "
    return between.join(names) or None


def full_name(creator: Creator) -> str:
    """A name as it is read: 李明, Ada Lovelace."""
    if _HAN.search(creator.family + creator.given):
        return creator.family + creator.given
    return f"{creator.given} {creator.family}".strip()
