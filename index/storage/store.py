"""The one source of truth: articles, passages and vectors in one SQLite file.

The search indexes are derived from it (see ``index.search.indexes``). Each write is one transaction and adds
one *generation*. Passages carry the generation that wrote them, and removed ids are logged, so that an index
can catch up from the generation it was built from. A generation also has a random token: a database restored
from a backup is never mistaken for the one that an index was built from.

WAL lets others read while one writes. ``synchronous=FULL`` keeps what was committed through a kill of the
process and through a power cut.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError, Phrase
from index.storage.backup import copy_database
from index.storage.bibliography import Bibliography
from index.storage.changes import ChangeLog, Generation
from index.storage.database import MISPLACED, Database
from index.storage.folder import require_file
from index.storage.interfaces import Cut
from index.storage.schema import APPLICATION_ID, FORMAT_VERSION, OLDEST, UPGRADES, Meta
from index.storage.sources import FileRecord, Sources
from index.text.blocks import decode, encode, find_blocks
from index.types import (
    Alias,
    Article,
    ArticleInfo,
    Block,
    Heading,
    Kind,
    Monitor,
    ParsedArticle,
    Passage,
    RemovedArticle,
    Scope,
    Selection,
    TaughtWord,
)

#: Aliases of one name at most: in a large library, 公司(X) names every company.
MAX_ALIASES = 16
_INFO = "id, path, title, language, published, author, source, added, characters, passages"
_PASSAGE = 'id, article, start, "end", text, heading, words, context'
_MAYBE = (str, type(None))
_INFO_TYPES = (int, str, str, str, _MAYBE, _MAYBE, _MAYBE, str, int, int)
_PASSAGE_TYPES = (int, int, int, int, str, str, str, str, int)


class NewPassage(NamedTuple):
    """A passage to be stored: ``words`` and ``context`` joined by spaces, ``vector`` as `blobs` makes it.

    ``lead`` and ``aside`` as in `index.types.PassageSpan`.
    """

    start: int
    end: int
    heading: str
    context: str
    text: str
    words: str
    vector: bytes
    lead: str = ""
    aside: bool = False

    def all_words(self) -> list[str]:
        """Those of its context, then its own."""
        return f"{self.context} {self.words}".split()


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to be stored under ``path``, replacing the one there."""

    path: str
    file: FileRecord
    parsed: ParsedArticle
    passages: Sequence[NewPassage]
    aliases: Sequence[Alias] = ()
    #: The former id and time of adding, if a removed article is put back.
    id: int | None = None
    added: str | None = None


class Store:
    """Reads and writes the database. Usable from several threads."""

    batch_size = 1
    when_stopped = Phrase("the library is as it was")

    def __init__(self, path: Path) -> None:
        """Opens the database at ``path``. LibraryError: it is missing, damaged or of another format."""
        self.path = path
        require_file(path)
        self.database = Database(path)
        self.changes = ChangeLog(self.database)
        self.sources = Sources(self.database)
        self.bibliography = Bibliography(self.database)
        self._version = 0
        self._check()

    def _check(self) -> None:
        if self.database.row("PRAGMA application_id")[0] != APPLICATION_ID:
            raise LibraryError(
                "{path} is not a library", "{file} is not Yinju's", path=self.path.parent, file=self.path.name
            )
        version = self.version
        if not OLDEST <= version <= FORMAT_VERSION:
            raise LibraryError(
                "the library {path} has format {version}, this program reads {known}",
                "update yinju" if version > FORMAT_VERSION else "add the articles to a new library",
                path=self.path.parent,
                version=version,
                known=FORMAT_VERSION,
            )
        if version >= 3 and not self.database.has_checksums():
            raise self.database.damaged(Phrase("its checksums are gone"))
        _ = self.meta

    @property
    def version(self) -> int:
        """The format version of the file. It only grows, and not beyond that of this program."""
        if self._version == FORMAT_VERSION:
            return FORMAT_VERSION
        version: int = self.database.row("PRAGMA user_version")[0]
        if not self.database.connection().in_transaction:  # which may be undone
            self._version = version
        return version

    @property
    def format_version(self) -> int:
        return self.version

    @property
    def meta(self) -> Meta:
        sql = "SELECT model, fingerprint, dimensions FROM meta"
        return Meta(*self.database.row(sql, (), (str, str, int)))

    @property
    def scans(self) -> Path:
        return self.path.parent

    def close(self) -> None:
        self.database.close()

    def generation(self) -> Generation:
        return self.changes.generation()

    def outdated(self) -> bool:
        """Whether the file has an earlier format, or articles that were not brought up from it."""
        sql = "SELECT EXISTS (SELECT 1 FROM texts WHERE blocks = '' AND article > 0)"
        return self.version < FORMAT_VERSION or bool(self.database.row(sql)[0])

    def copy_outdated(self) -> Path | None:
        """Copies a database of an earlier format, and returns the path of the copy; None for one of today."""
        if self.version == FORMAT_VERSION:
            return None
        kept = self.path.with_name(f"library-format{self.version}.db")
        copy_database(self.database, kept)
        return kept

    # Reading

    def watch(self, _monitor: Monitor) -> None:
        """Nothing here waits for a server."""

    def expect(self, paths: Sequence[str]) -> None:
        """``file`` is about to be called with these paths; here it needs no preparation."""

    def file(self, path: str) -> FileRecord | None:
        rows = self.database.rows("SELECT digest, size, modified FROM articles WHERE path = ?", [path])
        return FileRecord(*rows[0]) if rows else None

    def digests(self) -> set[str]:
        """The hashes of the content of all articles' files."""
        return {row[0] for row in self.database.rows("SELECT digest FROM articles", (), (str,))}

    def articles(self) -> list[ArticleInfo]:
        return self._infos("ORDER BY id")

    def _infos(self, which: str, values: Sequence[Any] = ()) -> list[ArticleInfo]:
        """The articles that ``which``, the end of an SQL query, selects."""
        sql = f"SELECT {_INFO}, {self.bibliography.column()} FROM articles {which}"
        rows = self.database.rows(sql, values, (*_INFO_TYPES, str))
        return [ArticleInfo(*facts, reference=self.bibliography.read(said)) for *facts, said in rows]

    def articles_by_id(self, ids: Sequence[int]) -> dict[int, ArticleInfo]:
        found = self._infos("WHERE id IN (SELECT value FROM json_each(?))", [_json(ids)])
        return {info.id: info for info in found}

    def article(self, article: int) -> Article | None:
        sql = f"""SELECT {_INFO}, text, {_pages(self.version)}, {_blocks(self.version)},
            {self.bibliography.column()} FROM articles JOIN texts ON article = id WHERE id = ?"""
        types = (*_INFO_TYPES, str, str, str, str)
        for *facts, pages, blocks, said in self.database.rows(sql, [article], types):
            starts, reference = self.database.json_list(pages, int), self.bibliography.read(said)
            made_of = read_blocks(self.database, blocks, facts[-1])
            return Article(*facts, pages=starts, blocks=made_of, reference=reference)
        return None

    def pages(self, articles: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """The page offsets of those of the articles that have pages."""
        sql = f"""SELECT article, {_pages(self.version)} AS pages FROM texts
            WHERE article IN (SELECT value FROM json_each(?)) AND pages != '[]'"""
        rows = self.database.rows(sql, [_json(articles)], (int, str))
        return {article: self.database.json_list(pages, int) for article, pages in rows}

    def blocks(self, articles: Iterable[int]) -> dict[int, tuple[Block, ...]]:
        """The blocks of the articles."""
        sql = f"""SELECT id, ifnull(nullif({_blocks(self.version)}, ''), text), {_blocks(self.version)} = ''
            FROM articles LEFT JOIN texts ON article = id WHERE id IN (SELECT value FROM json_each(?))"""
        found: dict[int, tuple[Block, ...]] = {}
        for article, stored, is_text in self.database.rows(sql, [_json(articles)], (int, str, int)):
            found[article] = find_blocks(stored) if is_text else read_blocks(self.database, stored, "")
        return found

    def headings(self) -> list[Heading]:
        """The headings of all articles, in order. Those of earlier formats have none before the upgrade."""
        if self.version < 4:
            return []
        sql = """SELECT article, block.value ->> 1 AS start, substr(text, (block.value ->> 1) + 1,
            (block.value ->> 2) - (block.value ->> 1)) FROM texts, json_each(blocks) AS block
            WHERE blocks != '' AND article > 0 AND block.value ->> 0 = ? ORDER BY article, start"""
        return [Heading(*row) for row in self.database.rows(sql, [Kind.HEADING.value], (int, int, str))]

    def unstructured(self) -> list[int]:
        """The ids of the articles of earlier formats, whose blocks are not stored yet."""
        sql = "SELECT article FROM texts WHERE blocks = '' ORDER BY article"
        return [row[0] for row in self.database.rows(sql)] if self.version >= 4 else []

    def removable(self, ids: Iterable[int]) -> tuple[RemovedArticle, ...]:
        """The articles of ``ids`` that exist, with all that is needed to put them back."""
        return removed_articles(self.database, ids, self.version)

    def named(self, name: str, separator: str) -> list[ArticleInfo]:
        """Articles whose path, title or file name is ``name``."""
        which = "WHERE path = ?1 OR title = ?1 OR substr(path, -length(?2)) = ?2 ORDER BY id"
        return self._infos(which, [name, separator + name])

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        sql = f"SELECT {self._passage} FROM passages WHERE id IN (SELECT value FROM json_each(?))"
        return {row[0]: _passage_again(row) for row in self.database.rows(sql, [_json(ids)], _PASSAGE_TYPES)}

    def words_of(self, passages: Iterable[int]) -> list[tuple[int, str]]:
        return self.changes.words_of(passages)

    def article_passages(self, article: int) -> list[Passage]:
        sql = f"SELECT {self._passage} FROM passages WHERE article = ? ORDER BY start"
        return [_passage(row) for row in self.database.rows(sql, [article], _PASSAGE_TYPES)]

    @property
    def _passage(self) -> str:
        return f"{_PASSAGE}, {'aside' if self.version >= 4 else '0'}"

    def select(self, _selection: Selection, allows: Callable[[ArticleInfo], bool]) -> Scope:
        """The ids of the passages of the articles that pass."""
        articles = [info.id for info in self.articles() if allows(info)]
        sql = "SELECT id FROM passages WHERE article IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self.database.rows(sql, [_json(articles)])}

    def counts(self) -> tuple[int, int, int]:
        """Number of articles, passages and characters."""
        row = self.database.row(
            "SELECT count(*), ifnull(sum(passages), 0), ifnull(sum(characters), 0) FROM articles"
        )
        return row[0], row[1], row[2]

    def languages(self) -> dict[str, int]:
        return dict(
            self.database.rows("SELECT language, count(*) FROM articles GROUP BY language ORDER BY 2 DESC, 1")
        )

    def texts(self) -> Iterator[tuple[int, str]]:
        """(article id, text) of all articles."""
        sql = "SELECT article, text FROM texts ORDER BY article"
        for batch in self.database.batches(sql, (), 64, (int, str)):
            yield from batch

    def passage_words(self, articles: Iterable[int]) -> Iterator[tuple[int, int, str]]:
        """(id, article, folded words with spaces between) of the passages of these articles, in order.

        Passages of metadata, references and debris are left out.
        """
        aside = "aside" if self.version >= 4 else "0"
        sql = f"""SELECT id, article, words FROM passages
            WHERE article IN (SELECT value FROM json_each(?)) AND NOT {aside} ORDER BY article, start"""
        for batch in self.database.batches(sql, [_json(articles)], 256, (int, int, str)):
            yield from batch

    def glosses(self, articles: Iterable[int]) -> list[tuple[Alias, int]]:
        """The aliases that these articles explain, and those that were taught; each with how many do so."""
        if self.version < 2:
            return []
        sql = """SELECT name, other, min(part), count(*) FROM aliases
            WHERE article IS NULL OR article IN (SELECT value FROM json_each(?))
            GROUP BY name, other ORDER BY min(rowid)"""
        rows = self.database.rows(sql, [_json(articles)], (str, str, str, int))
        return [(Alias(*alias), count) for *alias, count in rows]

    def passage_ids(self, holding: str | None = None) -> list[int]:
        """The ids of all passages, or of those (and few others) that contain the folded ``holding``."""
        sql, values = "SELECT id FROM passages", []
        if holding is not None:
            sql += " WHERE instr(replace(words, ' ', ''), ?1) OR instr(replace(context, ' ', ''), ?1)"
            values = [holding]
        return [row[0] for row in self.database.rows(f"{sql} ORDER BY id", values)]

    def titled(self, ids: Sequence[int]) -> list[tuple[int, str, NewPassage]]:
        """(id, title of its article, passage) of the passages of these ids."""
        later = "lead, aside" if self.version >= 4 else "'', 0"
        sql = f"""SELECT p.id, title, start, "end", heading, context, text, words, vector, {later}
            FROM passages p JOIN articles a ON a.id = article
            WHERE p.id IN (SELECT value FROM json_each(?)) ORDER BY p.id"""
        types = (int, str, int, int, str, str, str, str, bytes, str, int)
        rows = self.database.rows(sql, [_json(ids)], types)
        return [(number, title, NewPassage(*cut)) for number, title, *cut in rows]

    def words(self) -> list[TaughtWord]:
        """The taught words, in the order of their keys."""
        if self.version < 2:
            return []
        rows = self.database.rows("SELECT word, same FROM words ORDER BY key", (), (str, str))
        return [TaughtWord(word, self.database.json_list(same, str)) for word, same in rows]

    def aliases(self, keys: Iterable[str]) -> list[Alias]:
        """Aliases of the names with ``keys``; of each name its most frequent ones, most frequent first."""
        if self.version < 2:
            return []
        sql = """SELECT name, other, part FROM (
                SELECT name, other, min(part) AS part, count(*) AS times,
                    row_number() OVER (PARTITION BY name ORDER BY count(*) DESC, other) AS place
                FROM aliases WHERE name IN (SELECT value FROM json_each(?)) GROUP BY name, other)
            WHERE place <= ? ORDER BY times DESC, name, other"""
        rows = self.database.rows(sql, [json.dumps([*keys]), MAX_ALIASES], (str, str, str))
        return [Alias(*row) for row in rows]

    # Writing: the caller holds the library's write lock

    def put(self, articles: Iterable[NewArticle]) -> None:
        """Stores articles in one transaction. An article whose path is known keeps its id."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self.database.transaction() as connection:
            number = self._next_generation(connection)
            for new in articles:
                known = connection.execute("SELECT id FROM articles WHERE path = ?", [new.path]).fetchone()
                if known:
                    self._drop(connection, known[0], number)
                parsed = new.parsed
                added = new.added or now
                facts = (parsed.title, parsed.language, parsed.published, parsed.author, parsed.source, added)
                values = (new.path, *facts, len(parsed.text), len(new.passages), *new.file)
                connection.execute(
                    "INSERT INTO articles VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
                    (known[0] if known else new.id, *values),
                )
                article = connection.last_insert_rowid()
                row = (article, parsed.text, json.dumps(parsed.pages), encode(parsed.blocks))
                connection.execute("INSERT INTO texts VALUES (?, ?, ?, ?)", row)
                connection.executemany(
                    "INSERT INTO passages VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?)",
                    ((article, number, *passage) for passage in new.passages),
                )
                _insert_aliases(connection, article, new.aliases)
                self.bibliography.put(connection, article, parsed.reference)

    def set_blocks(self, article: int, blocks: Sequence[Block]) -> None:
        """Stores what the text of an article is made of; its passages stay as they are."""
        with self.database.transaction() as connection:
            connection.execute("UPDATE texts SET blocks = ? WHERE article = ?", [encode(blocks), article])

    def remove(self, ids: Iterable[int]) -> int:
        """Removes articles and their passages; returns how many existed."""
        ids = [int(i) for i in ids]
        with self.database.transaction() as connection:
            self.sources.mark_stale(connection, ids)
            number = self._next_generation(connection)
            return sum(self._drop(connection, article, number) for article in ids)

    def put_word(
        self, key: str, word: TaughtWord | None, aliases: Iterable[Alias], runs: frozenset[str], cut: Cut
    ) -> None:
        """Stores a word in place of the one of its key, or removes that, and the passages that it changes."""
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM words WHERE key = ?", [key])
            if word is not None:
                row = (key, word.word, json.dumps(word.same, ensure_ascii=False))
                connection.execute("INSERT INTO words VALUES (?, ?, ?)", row)
                _insert_aliases(connection, None, aliases, key)
            self._rewrite(connection, cut(runs, self.words()))

    def recut(self, _cut: Cut) -> None:
        """Nothing is left to do: a word and its passages are stored at once."""

    def upgrade(
        self,
        model: Meta,
        passages: Iterable[tuple[int, NewPassage]],
        aliases: Iterable[tuple[int, Sequence[Alias]]] | None,
    ) -> None:
        """Brings a library of an earlier format or lexicon up to date, in one transaction.

        The blocks of its articles are then to be found (`unstructured`).

        If ``model`` is a new one, ``passages`` are all passages. ``aliases`` come by article; None keeps the
        present ones.
        """
        if not self.database.has_checksums():
            self.database.add_checksums()
        with self.database.transaction() as connection:
            for version in range(self.version, FORMAT_VERSION):
                connection.execute(UPGRADES[version]).fetchall()
            connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
            if aliases is not None:
                connection.execute("DELETE FROM aliases WHERE article IS NOT NULL")
                for article, found in aliases:
                    _insert_aliases(connection, article, found)
            self._rewrite(connection, passages)
            if model != self.meta:
                connection.execute("UPDATE meta SET model = ?, fingerprint = ?, dimensions = ?", model)
                # Without the generation they were built from, the search indexes are rebuilt.
                connection.execute(
                    "DELETE FROM generations WHERE number < (SELECT max(number) FROM generations)"
                )
                connection.execute("DELETE FROM removed")

    def _rewrite(self, connection: apsw.Connection, passages: Iterable[tuple[int, NewPassage]]) -> None:
        """Stores passages with new words and vectors. The search indexes see them removed and added."""
        number = self._next_generation(connection)
        for passage, new in passages:
            connection.execute(
                "UPDATE passages SET generation = ?, context = ?, words = ?, vector = ? WHERE id = ?",
                (number, new.context, new.words, new.vector, passage),
            )
            connection.execute("INSERT OR REPLACE INTO removed VALUES (?, ?)", (passage, number))

    @staticmethod
    def _next_generation(connection: apsw.Connection) -> int:
        sql = "INSERT INTO generations SELECT max(number) + 1, ? FROM generations RETURNING number"
        [[number]] = connection.execute(sql, [secrets.token_hex(8)]).fetchall()
        return int(number)  # type: ignore[arg-type]

    @staticmethod
    def _drop(connection: apsw.Connection, article: int, number: int) -> int:
        """Removes an article and all that belongs to it; returns 1, or 0 if there was none."""
        sql = "INSERT OR REPLACE INTO removed SELECT id, ? FROM passages WHERE article = ?"
        connection.execute(sql, [number, article])
        connection.execute("DELETE FROM articles WHERE id = ?", [article])
        return connection.changes()


def removed_articles(database: Database, ids: Iterable[int], version: int) -> tuple[RemovedArticle, ...]:
    """The articles of ``ids`` in a database of format ``version``, with all that is stored of them."""
    bibliography = Bibliography(database)
    sql = f"""SELECT {_INFO}, text, digest, size, modified, {_pages(version)}, {_blocks(version)},
        {bibliography.column()}
        FROM articles JOIN texts ON article = id WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"""
    found: list[RemovedArticle] = []
    types = (*_INFO_TYPES, str, str, int, int, str, str, str)
    for *facts, pages, blocks, said in database.rows(sql, [_json(ids)], types):
        starts, made_of = database.json_list(pages, int), read_blocks(database, blocks, facts[-4])
        reference = bibliography.read(said)
        found.append(RemovedArticle(*facts, pages=starts, blocks=made_of, reference=reference))
    return tuple(found)


def _pages(version: int) -> str:
    return "pages" if version >= 3 else "'[]'"


def _blocks(version: int) -> str:
    return "blocks" if version >= 4 else "''"


def read_blocks(database: Database, stored: str, text: str) -> tuple[Block, ...]:
    """The blocks that are ``stored``; those of the ``text`` if it came from an earlier format."""
    if not stored:
        return find_blocks(text)
    try:
        return decode(stored)
    except (ValueError, TypeError) as error:
        raise database.damaged(MISPLACED) from error


def _insert_aliases(
    connection: apsw.Connection, article: int | None, aliases: Iterable[Alias], word: str | None = None
) -> None:
    rows = ((article, word, *alias) for alias in aliases)
    connection.executemany("INSERT INTO aliases VALUES (?, ?, ?, ?, ?)", rows)


def _json(ids: Iterable[int]) -> str:
    return json.dumps([int(i) for i in ids])


def blobs(vectors: NDArray[np.float32]) -> list[bytes]:
    """Vectors [n, dimensions] as they are stored: little-endian float16."""
    return [row.tobytes() for row in vectors.astype("<f2")]


def _passage(row: Sequence[Any]) -> Passage:
    number, article, start, end, text, heading, words, context, aside = row
    cut = tuple(words.split()), tuple(context.split())
    return Passage(number, article, start, end, text, heading, *cut, bool(aside))


#: Questions come back to the same passages.
_passage_again = lru_cache(maxsize=512)(_passage)
