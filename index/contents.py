"""What a library holds, as it is read from the database."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.errors import UsageError
from index.storage.integrity import faults
from index.storage.store import Store
from index.types import Alias, Article, ArticleInfo, Passage, TaughtWord

#: What values raise that are of another kind than they should be.
_UNFORESEEN = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, AssertionError)


class Contents:
    """Articles, passages, names. Usable from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def suspected(self) -> Iterator[None]:
        """What nobody foresaw in it may come of sound pages of the database in the wrong places, which no
        checksum tells: then LibraryError is raised.
        """
        try:
            yield
        except _UNFORESEEN as error:
            if wrong := faults(self._store.database):
                raise self._store.database.damaged(wrong[0]) from error
            raise

    def articles(self) -> list[ArticleInfo]:
        """All articles, in the order they were first added."""
        return self._store.articles()

    def articles_by_id(self, ids: Sequence[int]) -> dict[int, ArticleInfo]:
        """Those of ``ids`` that there are."""
        return self._store.articles_by_id(ids)

    def article(self, article: int) -> Article:
        """One article with its text; UsageError if there is none of this id."""
        found = self._store.article(article)
        if found is None:
            raise UsageError("there is no article {article}", "qa list shows them", article=article)
        return found

    def find(self, ref: str) -> ArticleInfo:
        """The article of this id, path, file name or title; UsageError if none, or several."""
        ref = ref.encode("utf-8", "replace").decode().replace("\0", "?")  # such characters name nothing
        if ref.isascii() and ref.isdigit() and len(ref) < 19:
            by_id = self._store.articles_by_id([int(ref)])
            if by_id:
                return by_id[int(ref)]
        path = str(Path(os.path.expanduser(ref)).resolve())
        found = self._store.named(path, os.sep) or self._store.named(ref, os.sep)
        if not found:
            raise UsageError("no article is called {name}", "qa list shows them", name=ref)
        if len(found) > 1:
            told = {"count": len(found), "name": ref, "ids": ", ".join(str(info.id) for info in found[:5])}
            raise UsageError("{count} articles are called {name}", "give one of their numbers: {ids}", **told)
        return found[0]

    def find_all(self, ref: str) -> list[ArticleInfo]:
        """The articles in the file of several at this path, or else the one that ``find`` finds."""
        path = os.path.realpath(os.path.expanduser(ref).replace("\0", "?"))
        inside = self._store.sources.stored(path)
        return [*self.articles_by_id([a.id for a in inside]).values()] if inside else [self.find(ref)]

    def folders(self) -> list[str]:
        """The folders that were added, which ``Library.sync`` looks at."""
        return self._store.sources.folders() if self._store.version >= 3 else []

    def files_state(self) -> int:
        """A number that is another one once there may be something to do for ``Library.sync``."""
        from index.ingest.sync import state

        return state(self._store.sources)

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """The passages of these ids in the order asked; ids that are gone are left out."""
        found = self._store.passages(ids)
        return [found[i] for i in ids if i in found]

    def article_passages(self, article: int) -> list[Passage]:
        """The passages of an article in reading order."""
        return self._store.article_passages(article)

    def passages_of(self, articles: Collection[int]) -> set[int]:
        """The ids of all passages of these articles, for searching ``within`` them."""
        return self._store.passages_of(articles)

    def pages(self, articles: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """Where the pages of these articles begin in their texts, of those that have pages."""
        return self._store.pages(articles)

    @property
    def passage_count(self) -> int:
        return self._store.counts()[1]

    def words(self) -> list[TaughtWord]:
        """The words that were taught."""
        return self._store.words()

    def aliases(self, keys: Iterable[str]) -> list[Alias]:
        """What the names with these keys (``index.text.fold.name_key``) may be met as, most often said first.

        Said with a taught word or by the articles: 德特克(Matt Deitke). Two names that are glossed by
        the same third one of several words mean the same, too.
        """
        return self._store.resolved_aliases(keys)
