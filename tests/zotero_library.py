"""Makes libraries of Zotero for tests: the tables that are read, as Zotero 7 has them, and its storage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import apsw

_SCHEMA = """
CREATE TABLE libraries (libraryID INTEGER PRIMARY KEY, type TEXT NOT NULL);
CREATE TABLE feeds (libraryID INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE itemTypesCombined (itemTypeID INT PRIMARY KEY, typeName TEXT NOT NULL);
CREATE TABLE fieldsCombined (fieldID INT PRIMARY KEY, fieldName TEXT NOT NULL);
CREATE TABLE baseFieldMappingsCombined (itemTypeID INT, baseFieldID INT, fieldID INT);
CREATE TABLE creatorTypes (creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT);
CREATE TABLE items (itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL, dateAdded TIMESTAMP NOT NULL,
    libraryID INT NOT NULL, key TEXT NOT NULL, UNIQUE (libraryID, key));
CREATE TABLE itemDataValues (valueID INTEGER PRIMARY KEY, value UNIQUE);
CREATE TABLE itemData (itemID INT, fieldID INT, valueID, PRIMARY KEY (itemID, fieldID));
CREATE TABLE itemNotes (itemID INTEGER PRIMARY KEY, parentItemID INT, note TEXT, title TEXT);
CREATE TABLE itemAttachments (itemID INTEGER PRIMARY KEY, parentItemID INT, linkMode INT, path TEXT);
CREATE TABLE tags (tagID INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE itemTags (itemID INT NOT NULL, tagID INT NOT NULL, type INT NOT NULL);
CREATE TABLE creators (creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, fieldMode INT);
CREATE TABLE itemCreators (itemID INT, creatorID INT, creatorTypeID INT, orderIndex INT);
CREATE TABLE collections (collectionID INTEGER PRIMARY KEY, collectionName TEXT NOT NULL);
CREATE TABLE collectionItems (collectionID INT NOT NULL, itemID INT NOT NULL);
CREATE TABLE deletedCollections (collectionID INTEGER PRIMARY KEY);
CREATE TABLE deletedItems (itemID INTEGER PRIMARY KEY);
INSERT INTO libraries VALUES (1, 'user'), (2, 'group'), (3, 'feed');
INSERT INTO feeds VALUES (3, 'News');
INSERT INTO creatorTypes VALUES (1, 'author'), (2, 'editor'), (3, 'translator');
"""
_KINDS = (
    *("note", "attachment", "journalArticle", "book", "bookSection", "thesis", "webpage", "report"),
    *("conferencePaper", "newspaperArticle", "annotation"),
)
_FIELDS = (
    *("title", "date", "publicationTitle", "publisher", "url", "DOI", "volume", "issue", "pages", "language"),
    *("abstractNote", "extra", "citationKey", "bookTitle", "university", "place", "ISBN", "accessDate"),
    *("thesisType", "websiteTitle", "edition"),
)
#: Names that a field has in some kinds of item, and the name that it has in most.
_BASES = {
    ("bookSection", "bookTitle"): "publicationTitle",
    ("webpage", "websiteTitle"): "publicationTitle",
} | {("thesis", "university"): "publisher"}


class Zotero:
    """A library of Zotero in ``folder``, open as Zotero keeps it: nobody else can open its database."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.database = folder, folder / "zotero.sqlite"
        self.connection = apsw.Connection(str(self.database))
        self.connection.execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL").fetchall()
        self.run(_SCHEMA)
        for number, kind in enumerate(_KINDS, 1):
            self.run("INSERT INTO itemTypesCombined VALUES (?, ?)", number, kind)
        for number, name in enumerate(_FIELDS, 1):
            self.run("INSERT INTO fieldsCombined VALUES (?, ?)", number, name)
        for (kind, name), base in _BASES.items():
            numbers = _KINDS.index(kind) + 1, _FIELDS.index(base) + 1, _FIELDS.index(name) + 1
            self.run("INSERT INTO baseFieldMappingsCombined VALUES (?, ?, ?)", *numbers)

    def run(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        return self.connection.execute(sql, values).fetchall()  # type: ignore[arg-type]

    def close(self) -> None:
        self.connection.close()

    def item(
        self,
        kind: str = "journalArticle",
        fields: Mapping[str, str] | None = None,
        creators: Iterable[Sequence[str]] = (),
        *,
        tags: Iterable[str] = (),
        library: int = 1,
    ) -> int:
        """A new item; returns its number. A creator is a family name, a given one ("" for a name in one
        field), and "author" unless it says otherwise."""
        [[number]] = self.run("SELECT ifnull(max(itemID), 0) + 1 FROM items")
        assert isinstance(number, int)
        values = (number, _KINDS.index(kind) + 1, "2024-03-05 10:20:30", library, self.key(number))
        self.run("INSERT INTO items VALUES (?, ?, ?, ?, ?)", *values)
        for name, value in (fields or {}).items():
            self.set(number, name, value)
        for order, (family, given, *role) in enumerate(creators):
            self.run("INSERT INTO creators VALUES (NULL, ?, ?, ?)", given, family, int(not given))
            role_number = ("author", "editor", "translator").index(role[0] if role else "author") + 1
            last = self.connection.last_insert_rowid()
            self.run("INSERT INTO itemCreators VALUES (?, ?, ?, ?)", number, last, role_number, order)
        for tag in tags:
            self.run("INSERT OR IGNORE INTO tags VALUES (NULL, ?)", tag)
            self.run("INSERT INTO itemTags SELECT ?, tagID, 0 FROM tags WHERE name = ?", number, tag)
        return number

    @staticmethod
    def key(number: int) -> str:
        return f"ITEM{number:04}"

    def set(self, item: int, name: str, value: str) -> None:
        """Gives a field of an item a value, "" for none."""
        field = _FIELDS.index(name) + 1
        self.run("DELETE FROM itemData WHERE itemID = ? AND fieldID = ?", item, field)
        if value:
            self.run("INSERT OR IGNORE INTO itemDataValues VALUES (NULL, ?)", value)
            sql = "INSERT INTO itemData SELECT ?, ?, valueID FROM itemDataValues WHERE value = ?"
            self.run(sql, item, field, value)

    def attach(self, parent: int | None, name: str, data: bytes, **facts: str) -> Path:
        """A file in the storage, attached to an item or by itself; returns its path."""
        number = self.item("attachment", facts)
        path = self.folder / "storage" / self.key(number) / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        self.run("INSERT INTO itemAttachments VALUES (?, ?, 0, ?)", number, parent, f"storage:{name}")
        return path

    def link(self, parent: int | None, path: str, mode: int = 2) -> int:
        """An attachment that is, or names, a file elsewhere."""
        number = self.item("attachment")
        self.run("INSERT INTO itemAttachments VALUES (?, ?, ?, ?)", number, parent, mode, path)
        return number

    def note(self, parent: int | None, html: str, title: str = "") -> int:
        number = self.item("note")
        self.run("INSERT INTO itemNotes VALUES (?, ?, ?, ?)", number, parent, html, title)
        return number

    def collect(self, name: str, *items: int) -> None:
        self.run("INSERT INTO collections VALUES (NULL, ?)", name)
        last = self.connection.last_insert_rowid()
        for item in items:
            self.run("INSERT INTO collectionItems VALUES (?, ?)", last, item)

    def trash(self, item: int) -> None:
        self.run("INSERT INTO deletedItems VALUES (?)", item)
