"""Copies a library from a server into one file, which `qa restore` makes the library of a folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from index.errors import Damaged, LibraryError
from index.milvus.rows import alias_of, new_passage_of, read_facts
from index.milvus.schema import row_ids
from index.milvus.store import MilvusStore
from index.storage.backup import copy_database
from index.storage.folder import DATABASE
from index.storage.schema import create_library
from index.storage.sources import FileRecord
from index.storage.store import NewArticle, Store
from index.types import Alias, Monitor, ParsedArticle, TaughtWord

_BATCH = 64


def back_up(store: MilvusStore, target: Path, monitor: Monitor) -> None:
    """Writes ``target`` as the last step; ``monitor`` counts passages. Every article is whole.

    What is added meanwhile may be missing. LibraryError: the file cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".yinju-", dir=target.parent) as folder:
            create_library(Path(folder) / "library" / DATABASE, store.meta, 0.0)
            copy = Store(Path(folder) / "library" / DATABASE)
            try:
                _fill(copy, store, monitor)
                copy_database(copy.database, target)
            finally:
                copy.close()
    except OSError as error:
        raise LibraryError(
            "{path} cannot be written: {reason}", path=target, reason=error.strerror or error
        ) from error


def _fill(copy: Store, store: MilvusStore, monitor: Monitor) -> None:
    ids = [info.id for info in store.articles()]
    done, total = 0, store.counts()[1]
    for first in range(0, len(ids), _BATCH):
        monitor.check()
        made = [*_articles(store, ids[first : first + _BATCH])]
        copy.put(made)
        done += sum(len(article.passages) for article in made)
        monitor.done(done, max(done, total))
    copy.sources.follow(store.sources.folders())
    copy.sources.record({}, store.sources.containers())
    for key, (word, same, aliases) in store.facts("word").items():
        taught = TaughtWord(word, tuple(same))
        copy.put_word(key, taught, [Alias(*alias) for alias in aliases], frozenset(), lambda *_: ())


def _articles(store: MilvusStore, ids: list[int]) -> Iterator[NewArticle]:
    for article in store.removable(ids):
        row = store.article_rows([article.id]).get(article.id)
        if row is None:
            continue
        passages = row_ids(row["version"], row["passages"])
        found = store.server.get("passages", passages, ["content", "dense"])
        if len(found) < len(passages):
            raise Damaged(
                "article {article} changed while it was copied", "run it again", article=article.path
            )
        named = row_ids(row["version"], read_facts(row, store.server.url).pieces.rows)
        names = store.server.get("names", named, ["alias"])
        yield NewArticle(
            article.path,
            FileRecord(article.digest, article.size, article.modified),
            ParsedArticle(*(getattr(article, field.name) for field in fields(ParsedArticle))),
            [new_passage_of(found[i], store.server.url) for i in passages],
            [alias_of(names[i], store.server.url) for i in sorted(names)],
            article.id,
            article.added,
        )
