"""Rebuilds a damaged database from what can still be read of it and from the articles' files.

Every row is read by itself, so that a damaged page costs only what was on it. If an article's metadata or
text is lost, its file is read again, or it is pieced together from other pages. Page checksums vouch for what
is read, and texts and passages for each other: nothing altered gets into the new database.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from index.cleaning.metadata import find_metadata, opening, title_of
from index.errors import Damaged, Inaccessible, UsageError
from index.ingest.add import Adder
from index.ingest.embedding import EmbeddingPipeline
from index.ingest.vocabulary import Teacher
from index.lexicon.embedder import LEXICON, load_embedder
from index.maintenance.pages import PageFile, Remains
from index.maintenance.restore import forget_indexes
from index.storage.backup import delete, delete_quietly, swap_in
from index.storage.database import Database, Value, fsync_folder
from index.storage.schema import Meta, create_database
from index.storage.sources import UNREAD, FileRecord, container_of
from index.storage.store import Store
from index.text.blocks import belong, decode
from index.text.language import detect
from index.types import UNWATCHED, Block, Monitor, RemovedArticle

#: Tables of a page or two, and the index that repeats what matters most of them.
_SMALL = {table: f"sqlite_autoindex_{table}_1" for table in ("words", "folders", "containers")}


@dataclass(slots=True)
class Salvage:
    """The outcome: articles saved from the database, read again from their files, and lost (paths).

    ``unnamed`` counts lost articles whose path is lost too, ``untraced`` the ids that more may have had.
    ``words`` are the keys of lost words; ``model`` is True if the name of the embedding model is lost.
    ``unknown`` are tables of which nothing is known. ``aside`` is the damaged database.
    """

    aside: Path
    saved: int = 0
    read_again: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unnamed: int = 0
    words: list[str] = field(default_factory=list)
    model: bool = False
    untraced: int = 0
    unknown: list[str] = field(default_factory=list)


def salvage(folder: Path, monitor: Monitor = UNWATCHED) -> Salvage:
    """Replaces the damaged database by a new one; the damaged one is renamed and kept.

    The caller holds the write lock. Damaged: nothing can be read. Inaccessible: nothing can be written.
    """
    damaged, new = folder / "library.db", folder / ".library.new"
    try:
        delete(new)
        with closing(PageFile(damaged, monitor)) as file:
            outcome = _build(new, Remains(file), damaged, monitor)
        forget_indexes(folder)
        outcome.aside = swap_in(damaged, new, "damaged")
        fsync_folder(folder)
    except OSError as error:
        reason = error.strerror or error
        raise Inaccessible("{path} cannot be written: {reason}", path=folder, reason=reason) from error
    finally:
        delete_quietly(new)
    return outcome


def _build(new: Path, remains: Remains, damaged: Path, monitor: Monitor) -> Salvage:
    made_with = next((row[1:] for row in remains.rows("meta")), None)
    embedder = load_embedder(made_with[0] if made_with else LEXICON)
    meta = Meta(embedder.name, embedder.fingerprint, embedder.dimensions)
    with Database(damaged).errors():
        create_database(new, meta)
    store = Store(new)
    try:
        filler = _Filler(store, remains, monitor, made_with in (None, meta))
        if not filler.ids and not filler.shows_no_articles():
            raise Damaged(
                "nothing can be read of the damaged database {path}",
                "qa restore FILE takes a backup; or move the folder away and add the articles again",
                path=damaged,
            )
        filler.fill()
        if made_with is None:
            lengths = {len(row[10]) for number in filler.ids[:1] for row in remains.rows("passages", number)}
            filler.outcome.model = bool(lengths - {2 * embedder.dimensions})
        store.database.checkpoint()  # closing does that, too, but hides errors
        return filler.outcome
    finally:
        store.close()


class _Filler:
    """Puts into a new database what remains of a damaged one."""

    def __init__(self, store: Store, remains: Remains, monitor: Monitor, same_lexicon: bool) -> None:
        """``same_lexicon``: the words of the passages were cut as they are cut now."""
        self._store, self._remains, self._monitor = store, remains, monitor
        self._same_lexicon = same_lexicon
        # Where the schema is damaged, it is most likely that of a new database.
        self._roots = remains.schema or dict(store.database.rows("SELECT name, rootpage FROM sqlite_schema"))
        articles = {row[0]: row[2:4] for row in remains.rows("articles")}
        # The indexes on these columns repeat them on other pages.
        paths, titles = ({number: row[i] for number, row in articles.items()} for i in (0, 1))
        self._paths = self._indexed("sqlite_autoindex_articles_1", paths)
        self._titles = self._indexed("articles_by_title", titles)
        self._known = {*articles}
        words = {row[0]: row[1] for row in remains.rows("words")}
        self._words = {*self._indexed(_SMALL["words"], words).values()}
        self._words |= {row[2] for row in remains.rows("aliases") if row[2] is not None}
        folders = {row[0]: row[1] for row in remains.rows("folders")}
        self._folders = {*self._indexed(_SMALL["folders"], folders).values()}
        files = {row[0]: (row[1], FileRecord(*row[2:])) for row in remains.rows("containers")}
        containers = self._indexed(_SMALL["containers"], {n: path for n, (path, _) in files.items()})
        self._containers = dict.fromkeys(containers.values(), UNREAD) | dict(files.values())
        tables = map(remains.keys, ("articles", "texts", "passages"))
        self.ids = sorted({*self._paths, *self._titles}.union(*tables))
        self.outcome = Salvage(store.path)
        self._pipeline = EmbeddingPipeline(store.path.parent, store)

    def _indexed(self, index: str, known: dict[int, str]) -> dict[int, str]:
        """Row id → value: the ``known`` ones and those in an index, without pages that contradict them."""
        found = dict(known)
        for entries in self._remains.entries(self._roots.get(index, 0)):
            pairs = {entry[1]: entry[0] for entry in entries if [*map(type, entry)] == [str, int]}
            if all(known.get(number, value) == value for number, value in pairs.items()):
                found |= pairs
        return found

    def shows_no_articles(self) -> bool:
        """Whether the library held no articles, for sure."""
        return self._remains.is_empty(self._roots.get("articles", 0))

    def fill(self) -> None:
        outcome, store = self.outcome, self._store
        self._teach()
        pipeline = self._pipeline
        adder = Adder(store, pipeline.embedder, pipeline.tokenizer, len(self.ids), self._monitor)
        paths, again = list[str](), list[str]()
        for number in self.ids:
            path, article = self._paths.get(number), self._as_stored(number)
            if article is None:
                article = None if number in self._known else self._pieced_together(number)
                if path is not None and os.path.isfile(path):
                    again.append(path)
                elif path is None and article is None:
                    outcome.unnamed += 1
            if article is not None:
                adder.put_back([article])
                path = article.path
            if path is not None:
                paths.append(path)
        adder.flush()
        for path in again:
            adder.add_file(Path(path))
        adder.finish()
        files = {path: store.file(path) for path in paths}
        outcome.lost = [path for path, file in files.items() if file is None]
        outcome.read_again = [path for path in again if files[path] not in (None, UNREAD)]
        outcome.saved = len(files) - len(outcome.lost) - len(outcome.read_again)
        outcome.untraced = self._untraced()
        outcome.unknown = [table for table in _SMALL if all(map(self._is_lost, (table, _SMALL[table])))]
        store.sources.follow(self._folders)
        # What was lost of a file of several articles comes back once that is read again.
        parts = (container_of(path, self._containers) for path in outcome.lost)
        store.sources.record({}, self._containers | {path: UNREAD for path in parts if path})

    def _teach(self) -> None:
        for _, key, word, same in self._remains.rows("words"):
            names = self._list(same, str)
            with suppress(UsageError):
                if names is not None:
                    Teacher(self._store, self._pipeline).teach(word, names)
                    self._words.discard(key)
        self.outcome.words = sorted(self._words)

    def _is_lost(self, table: str) -> bool:
        return self._remains.is_lost(self._roots.get(table, 0))

    def _untraced(self) -> int:
        """How many ids of articles are nowhere, if there may have been articles where nothing can be read."""
        counted = (row[2] for row in self._remains.rows("sqlite_sequence") if row[1] == "articles")
        last = max([*counted, *self.ids], default=0)
        gone = last - len(self.ids)
        return gone if gone and self._remains.misses_rows(self._roots.get("articles", 0)) else 0

    def _as_stored(self, number: int) -> RemovedArticle | None:
        for row in self._remains.rows("articles", number):
            if found := self._text(number, row[9], row[10]):
                text, pages, blocks = found
                facts = (number, *row[2:11], text, *row[11:])
                return RemovedArticle(*facts, pages=pages, blocks=blocks)
        return None

    def _pieced_together(self, number: int) -> RemovedArticle | None:
        """The article made from its text, where its metadata cannot be read."""
        text, pages, blocks = self._text(number) or ("", (), ())
        if not text.strip():
            return None
        metadata = find_metadata(text)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        credits = (metadata.published, metadata.author, metadata.source, now)
        title = self._titles.get(number) or title_of(text) or opening(text)
        path = self._paths.get(number) or f"article {number}"
        # UNREAD: if the file is there again, it is read.
        facts = (number, path, title, detect(text), *credits, len(text), 0, text, *UNREAD)
        return RemovedArticle(*facts, pages=pages, blocks=blocks)

    def _text(
        self, number: int, characters: int | None = None, count: int | None = None
    ) -> tuple[str, tuple[int, ...], tuple[Block, ...]] | None:
        """The text of an article, its pages and blocks; the text may be put together from its passages.

        ``characters`` and ``count`` are the numbers of its characters and passages, if known.
        """
        rows = sorted(self._remains.rows("passages", number), key=lambda row: row[4])
        passages = [(row[4], row[5], row[8], row[9]) for row in rows]
        for row in self._remains.rows("texts", number):
            text, starts = row[2], self._list(row[3], int) if len(row) > 3 else ()
            if (
                characters in (None, len(text))
                and starts is not None
                and not any(
                    text[start:end] != part and self._fits(part, words)
                    for start, end, part, words in passages
                )
            ):
                return text, starts, self._blocks(row[4], text) if len(row) > 4 else ()
        made = ""
        for start, end, part, words in passages:
            sound = self._fits(part, words) or not self._same_lexicon
            if not sound or len(part) != end - start or start < len(made):
                return None
            made += "\n" * (start - len(made)) + part  # nothing but blanks is between passages
        made += "\n" * ((characters or 0) - len(made))
        due = count if count is not None else self._passage_counts[number]
        return (made, (), ()) if len(passages) == due and characters in (None, len(made)) else None

    @cached_property
    def _passage_counts(self) -> Counter[int]:
        """The number of passages of each article, by the index on them."""
        pages = self._remains.entries(self._roots.get("passages_by_article", 0))
        return Counter(entry[0] for entries in pages for entry in entries)

    @staticmethod
    def _blocks(stored: str, text: str) -> tuple[Block, ...]:
        """The stored blocks of a text; () if they are not its own: then they are found in it."""
        try:
            blocks = decode(stored)
        except (ValueError, TypeError):
            return ()
        return blocks if belong(blocks, text) else ()

    def _list(self, stored: str, kind: type[Value]) -> tuple[Value, ...] | None:
        """The values of a list stored as JSON; None if it is none."""
        try:
            return self._store.database.json_list(stored, kind)
        except Damaged:
            return None

    def _fits(self, part: str, words: str) -> bool:
        """Whether these are the words of a passage: parts of two passages do not fit each other."""
        return " ".join(self._pipeline.tokenizer.words(part)) == words
