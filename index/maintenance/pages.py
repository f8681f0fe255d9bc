"""Reads a damaged database page by page: the rows of every sound page, whatever became of the others.

It follows SQLite's file format (https://sqlite.org/fileformat2.html), as far as libraries use it. The types
of a row's values tell its table, so neither the schema nor the trees are needed: the first page may be
damaged, and pages may lie in the places of others. A page is sound if it matches its checksum.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import apsw

from index.storage.database import PAGE_SIZE, RESERVED, RESERVED_AT, checksum_vfs
from index.storage.integrity import MISREADS
from index.types import UNWATCHED, Monitor

#: The values in a row of each table: n null, i integer, t text, b bytes. Columns may be added by an upgrade.
_TABLES = {
    "articles": "nttt[tn]{3}tiitii",
    "texts": "ntt?t?",
    "passages": "ni{4}t{4}b(ti)?",
    "words": "ttt",
    "aliases": "[in][tn]ttt",
    "folders": "t",
    "containers": "ttii",
    "meta": "tti",
    "sqlite_sequence": "ti",
    "sqlite_schema": "ttti[tn]",
}
#: The token of a generation, and its type. Without them a generation looks like a text.
_TOKEN, _TOKEN_TYPE = re.compile(rb"[0-9a-f]{16}"), 13 + 2 * 16
_MAGIC = b"SQLite format 3\0"
#: SQLite leaves the page with this byte empty, for its locks.
LOCK_PAGE = 0x40000000 // PAGE_SIZE + 1
#: What the first byte of a tree's page says.
_INNER_INDEX, _INDEX, _TABLE = 2, 10, 13
#: What a pointer map says of a page.
_UNKNOWN, _FREE, _FIRST_OVERFLOW, _OVERFLOW, _CHILD = 0, 2, 3, 4, 5


class PageFile:
    """The pages of a database file and of the write-ahead log beside it. Numbers begin at 1."""

    def __init__(self, database: Path, monitor: Monitor = UNWATCHED) -> None:
        """OSError: the file cannot be opened."""
        self._monitor = monitor
        self._file = database.open("rb")
        log, self._in_log, size = database.with_name(f"{database.name}-wal"), dict[int, int](), 0
        with suppress(OSError):
            self._in_log, size = _logged(log)
        self._log = log.open("rb") if self._in_log else self._file
        self.count = size or -(-database.stat().st_size // PAGE_SIZE)
        checksum_vfs()
        self._sql = apsw.Connection(":memory:")
        self.page = lru_cache(maxsize=4096)(self._page)

    def close(self) -> None:
        self._file.close()
        self._log.close()
        self._sql.close()

    @cached_property
    def checked(self) -> bool:
        """Whether the pages have checksums, which libraries of formats 1 and 2 lack."""
        numbers = (number for number in range(1, self.count + 1) if number not in self._in_log)
        # Zeros match the checksum that they end with.
        return any(any(page := self._read(number)) and self._matches(page) for number in numbers)

    def bad(self) -> int:
        """The number of pages that are damaged."""
        bad = sum(number != LOCK_PAGE and self.page(number) is None for number in self.numbers())
        return bad or int(not any(self.head))

    def numbers(self) -> Iterator[int]:
        """The numbers of all pages. Cancelled: the monitor stopped it."""
        for number in range(1, self.count + 1):
            self._monitor.check()
            yield number

    def _read(self, number: int) -> bytes:
        """The content of a page, short or empty where it cannot be read."""
        at = self._in_log.get(number)
        file, at = (self._file, (number - 1) * PAGE_SIZE) if at is None else (self._log, at)
        try:
            file.seek(at)
            return file.read(PAGE_SIZE)
        except OSError:
            return b""

    def _matches(self, page: bytes) -> bool:
        return self._sql.execute("SELECT verify_checksum(?)", (page,)).fetchall() == [(1,)]

    def _page(self, number: int) -> bytes | None:
        page = self._read(number) if 0 < number <= self.count else b""
        # The log has checksums of its own; pages get theirs when they are moved into the file.
        unchecked = not self.checked or number in self._in_log
        return page if len(page) == PAGE_SIZE and (unchecked or self._matches(page)) else None

    @property
    def head(self) -> bytes:
        """The 100 bytes that a database file begins with; zeros if they are damaged."""
        page = self.page(1) or b""
        right = page.startswith(_MAGIC) and page[RESERVED_AT] == (RESERVED if self.checked else 0)
        return page[:100] if right else bytes(100)


def _logged(log: Path) -> tuple[dict[int, int], int]:
    """Where each page stands in a write-ahead log as of its last commit, and the size of the database then.

    See https://sqlite.org/fileformat2.html#walformat.
    """
    places, since, size = dict[int, int](), dict[int, int](), 0
    with log.open("rb") as file:
        head = file.read(32)
        order = ">" if head[3:4] == b"\x83" else "<"
        sums = _log_sums(head[:24], (0, 0), order)
        while len(frame := file.read(24 + PAGE_SIZE)) == 24 + PAGE_SIZE:
            number, commit, *salt_and_sums = struct.unpack(">2I8s2I", frame[:24])
            sums = _log_sums(frame[24:], _log_sums(frame[:8], sums, order), order)
            if salt_and_sums != [head[16:24], *sums]:
                break
            since[number] = file.tell() - PAGE_SIZE
            if commit:
                places, since, size = places | since, {}, commit
    return places, size


def _log_sums(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    one, two = sums
    for first, second in struct.iter_unpack(f"{order}2I", data):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


class Remains:
    """The rows that can still be read, by table."""

    def __init__(self, file: PageFile) -> None:
        """Looks at every page. Cancelled: the monitor of ``file`` stopped it."""
        self._file = file
        self._usable = PAGE_SIZE - (RESERVED if file.checked else 0)
        self._inside = (self._usable - 12) * 32 // 255 - 23
        self._maps: dict[int, bytes | None] = {}
        #: For each table and key, where the rows begin, as offsets in the file.
        self._places: dict[str, dict[int, list[int]]] = {table: defaultdict(list) for table in _TABLES}
        for number in file.numbers():
            if file.page(number) and self._use(number)[0] != _FREE:
                self._find(number)

    def keys(self, table: str) -> set[int]:
        """The row ids in a table; of passages, the articles that they belong to."""
        return {*self._places[table]}

    def rows(self, table: str, key: int | None = None) -> Iterator[tuple[Any, ...]]:
        """The values of a table's rows, or of those with this key, as far as each row can be read whole."""
        places = self._places[table]
        for found in [key] if key is not None else sorted(places):
            for place in places.get(found, ()):
                try:
                    rowid, values = self._cell(place // PAGE_SIZE, place % PAGE_SIZE, _TABLE)
                except MISREADS:
                    continue
                yield (rowid, *values)

    def entries(self, root: int) -> Iterator[list[tuple[Any, ...]]]:
        """The entries of an index (its values, then the row id), page by page, from its first page down."""
        todo, seen = [root], set[int]()
        while todo:
            number = todo.pop()
            page = self._file.page(number)
            if page is None or number in seen or page[0] not in (_INDEX, _INNER_INDEX):
                continue
            seen.add(number)
            found = []
            for at in _cells(page, 0):
                with suppress(*MISREADS):
                    found.append(tuple(self._cell(number, at, page[0])[1]))
            if page[0] == _INNER_INDEX:
                children = [8, *_cells(page, 0)]
                todo += [int.from_bytes(page[at : at + 4]) for at in children]
            yield found

    @cached_property
    def schema(self) -> dict[str, int]:
        """The first page of each table and index, by name; empty if the schema is damaged."""
        return {row[2]: row[4] for row in self.rows("sqlite_schema")}

    def is_lost(self, root: int) -> bool:
        """Whether the first page of a table or index is damaged or cut off."""
        return self._file.page(root) is None

    def is_empty(self, root: int) -> bool:
        """Whether the table that begins on this page has no rows, for sure."""
        page = self._file.page(root)
        return page is not None and page[0] == _TABLE and not _cells(page, 0)

    def misses_rows(self, root: int) -> bool:
        """Whether a page with rows of the table that begins on page ``root`` is damaged or cut off."""
        count = max(self._file.count, int.from_bytes(self._file.head[28:32]))
        uses = {number: self._use(number) for number in range(2, count + 1)}
        parents = {parent for use, parent in uses.values() if use == _CHILD}
        for number in uses.keys() - parents:
            if self._file.page(number) is None:
                while uses.get(number, (0, 0))[0] == _CHILD:
                    number = uses.pop(number)[1]
                if number == root:
                    return True
        return False

    # Pages

    def _use(self, number: int) -> tuple[int, int]:
        """What a page serves for, and the page before it, by the pointer maps."""
        if not self._file.checked:  # formats 1 and 2
            return (_FREE if number in self._freed else _UNKNOWN), 0
        each = self._usable // 5
        map_page = (number - 2) // (each + 1) * (each + 1) + 2
        map_page += map_page == LOCK_PAGE
        at = 5 * (number - map_page - 1)
        if map_page not in self._maps:
            page = self._file.page(map_page) or b""
            last = 5 * min(each, self._file.count - map_page)
            self._maps[map_page] = page if page and all(0 < kind < 6 for kind in page[:last:5]) else None
        entries = self._maps[map_page]
        if entries is None or at < 0:
            return (_FREE if number in self._freed else _UNKNOWN), 0
        return entries[at], int.from_bytes(entries[at + 1 : at + 5])

    @cached_property
    def _freed(self) -> set[int]:
        """The pages on the list of free ones."""
        freed, trunk = set[int](), int.from_bytes(self._file.head[32:36])
        while trunk not in freed and (page := self._file.page(trunk)):
            end = min(8 + 4 * int.from_bytes(page[4:8]), self._usable)
            freed |= {trunk, *(int.from_bytes(page[at : at + 4]) for at in range(8, end, 4))}
            trunk = int.from_bytes(page[:4])
        return freed

    def _find(self, number: int) -> None:
        """Notes the rows on a page of a table."""
        page = self._file.page(number) or b""
        head = 100 if page.startswith(_MAGIC) else 0
        if page[head] != _TABLE:
            return
        for at in _cells(page, head):
            with suppress(*MISREADS):
                _, start = _varint(page, at)
                rowid, start = _varint(page, start)
                types, start = _types(page, start)
                table = _table("".join(map(_letter, types)))
                token = types[1:] == [_TOKEN_TYPE] and _TOKEN.fullmatch(page, start, start + 16)
                if table and not token:
                    key = _value(page, start, types[1])[0] if table == "passages" else rowid
                    self._places[table][key].append(number * PAGE_SIZE + at)

    def _cell(self, number: int, at: int, kind: int) -> tuple[int, list[Any]]:
        """The row id (0 in an index) and the values of the cell at an offset in a page."""
        page = self._file.page(number)
        if page is None:
            raise ValueError
        size, start = _varint(page, at + 4 if kind == _INNER_INDEX else at)
        rowid = 0
        if kind == _TABLE:
            rowid, start = _varint(page, start)
        most = self._usable - 35 if kind == _TABLE else (self._usable - 12) * 64 // 255 - 23
        if size > most:
            here = self._inside + (size - self._inside) % (self._usable - 4)
            here = here if here <= most else self._inside
            following = int.from_bytes(page[start + here : start + here + 4])
            record = page[start : start + here] + self._overflow(following, size - here)
        else:
            record = page[start : start + size]
        types, body = _types(record, 0)
        values = []
        for code in types:
            value, body = _value(record, body, code)
            values.append(value)
        return rowid, values

    def _overflow(self, number: int, size: int) -> bytes:
        """The rest of a record. ValueError: a page of it is damaged, or lies in the place of another."""
        parts, before = [], 0
        while size > 0:
            page, (use, parent) = self._file.page(number), self._use(number)
            right = (use, parent) == (_OVERFLOW, before) if before else use == _FIRST_OVERFLOW
            if not (page and any(page)) or not (right or use == _UNKNOWN):
                raise ValueError
            parts.append(page[4 : 4 + min(size, self._usable - 4)])
            size -= len(parts[-1])
            before, number = number, int.from_bytes(page[:4])
        if number:
            raise ValueError
        return b"".join(parts)


@cache
def _table(types: str) -> str | None:
    return next((table for table, row in _TABLES.items() if re.fullmatch(row, types)), None)


def _cells(page: bytes, head: int) -> list[int]:
    """The offsets of the cells in a page of a tree."""
    first = head + (12 if page[head] == _INNER_INDEX else 8)
    count = min(int.from_bytes(page[head + 3 : head + 5]), PAGE_SIZE // 2)
    return [int.from_bytes(page[at : at + 2]) for at in range(first, first + 2 * count, 2)]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and the offset after it."""
    number = 0
    for end in range(at, at + 8):
        number = number << 7 | data[end] & 127
        if data[end] < 128:
            return number, end + 1
    return number << 8 | data[at + 8], at + 9


def _types(record: bytes, at: int) -> tuple[list[int], int]:
    """The type of each value in a record, and the offset of the first value."""
    size, start = _varint(record, at)
    end, types = at + size, []
    while start < end:
        code, start = _varint(record, start)
        types.append(code)
    return types, end


def _letter(code: int) -> str:
    """What ``_TABLES`` calls a type."""
    return "bt"[code % 2] if code >= 12 else "niiiiiifii??"[code]


def _value(record: bytes, at: int, code: int) -> tuple[Any, int]:
    """The value of a type at an offset, and the offset after it. ValueError: the record is too short."""
    length = (code - 12) // 2 if code >= 12 else (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[code]
    part = record[at : at + length]
    if len(part) != length:
        raise ValueError
    letter = _letter(code)
    if letter == "i":
        value: Any = code - 8 if code >= 8 else int.from_bytes(part, signed=True)
    else:
        value = part.decode() if letter == "t" else part if letter == "b" else None
    return value, at + length
