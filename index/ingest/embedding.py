"""Turns text into stored words and vectors, and does it again for passages whose words or model changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import LibraryError, ModelError
from index.lexicon.embedder import LEXICON, Embedder, load_embedder
from index.storage.interfaces import ArticleStore, Cut
from index.storage.schema import Meta
from index.storage.store import NewPassage
from index.types import UNWATCHED, Monitor, TaughtWord

if TYPE_CHECKING:
    from index.ingest.prepare import Recipe
    from index.text.tokenizer import Tokenizer


class EmbeddingPipeline:
    """The embedding model and tokenizer of the library in folder ``path``.

    Each is loaded at its first use. Usable from several threads.
    """

    def __init__(
        self,
        path: Path,
        store: ArticleStore,
        embedder: Embedder | None = None,
        tokenizer: Tokenizer | None = None,
    ) -> None:
        """``embedder`` and ``tokenizer`` replace those that the library names."""
        self._path, self._store = path, store
        self._given_embedder, self._given_tokenizer = embedder, tokenizer
        self._loading = threading.RLock()
        self._taught: list[TaughtWord] = []
        self._in_step = False

    @property
    def embedder(self) -> Embedder:
        with self._loading:
            return self._embedder

    @property
    def tokenizer(self) -> Tokenizer:
        """Cuts by the words of the lexicon and those taught to the library so far."""
        taught = self._store.words()
        with self._loading:
            if taught != self._taught:
                self._taught, self._tokenizer = taught, self.taught_tokenizer(taught)
            return self._tokenizer

    def taught_tokenizer(self, taught: Sequence[TaughtWord]) -> Tokenizer:
        """Cuts by the words of the lexicon and the ``taught`` ones."""
        from index.text.tokenizer import taught_runs

        with self._loading:
            return self._untaught.with_words(taught_runs(taught))

    def recipe(self) -> Recipe | None:
        """How other processes make words and vectors as this one does; None if they cannot."""
        from index.ingest.prepare import Recipe
        from index.lexicon.lexicon import LexiconEmbedder, bundled_lexicon
        from index.text.tokenizer import taught_runs

        if self._given_tokenizer is not None:
            return None
        embedder = self.embedder
        embeds = isinstance(embedder, LexiconEmbedder) and embedder.lexicon is bundled_lexicon()
        return Recipe(taught_runs(self._store.words()), embeds)

    @cached_property
    def _embedder(self) -> Embedder:
        embedder = self._given_embedder or load_embedder(self._store.meta.model)
        if self._store.meta.model != LEXICON and self._differs(embedder):
            raise ModelError(
                "the library {path} was made with another version of {model}",
                "add its articles to a new library",
                path=self._path,
                model=self._store.meta.model,
            )
        return embedder

    @cached_property
    def _untaught(self) -> Tokenizer:
        from index.lexicon.lexicon import bundled_tokenizer

        return self._given_tokenizer or bundled_tokenizer()

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return self._untaught

    def _differs(self, embedder: Embedder) -> bool:
        meta = self._store.meta
        return (embedder.fingerprint, embedder.dimensions) != (meta.fingerprint, meta.dimensions)

    def outdated(self) -> bool:
        """Whether the library has an earlier format or was made with another bundled lexicon.

        LibraryError: another program changed it to a different lexicon while it was open here.
        """
        if self._store.outdated():
            return True
        differs = self._store.meta.model == LEXICON and self._differs(self.embedder)
        if differs and self._in_step:
            raise LibraryError(
                "the library {path} was changed by another version of this program",
                "start anew",
                path=self._path,
            )
        self._in_step = not differs
        return differs

    def usable(self) -> bool:
        """Whether the library's vectors were made by its embedding model as it is now."""
        return not self._differs(self.embedder)

    def upgrade(self, monitor: Monitor) -> Path | None:
        """Brings an outdated library up to date from its stored texts. The caller holds the write lock.

        Returns the path of a copy of the database as it was, if it had an earlier format.
        """
        from index.text.aliases import extract_aliases

        store, embedder = self._store, self.embedder
        kept = store.copy_outdated()
        differs = self._differs(embedder)
        passages = self.reembedded(
            store.passage_ids() if differs else [], self.tokenizer, every=True, monitor=monitor
        )
        meta = Meta(embedder.name, embedder.fingerprint, embedder.dimensions)
        titles = {info.id: info.title for info in store.articles()}
        found = ((article, extract_aliases(text, titles[article])) for article, text in store.texts())
        store.upgrade(meta, passages, found if differs or store.version < 2 else None)
        return kept

    def cut(self, monitor: Monitor = UNWATCHED) -> Cut:
        """What cuts the passages again that may hold one of some runs. Cancelled: as `reembedded`."""

        def cut(runs: frozenset[str], words: Sequence[TaughtWord]) -> Iterator[tuple[int, NewPassage]]:
            ids = {number for run in runs for number in self._store.passage_ids(run)}
            return self.reembedded(sorted(ids), self.taught_tokenizer(words), monitor=monitor)

        return cut

    def reembedded(
        self, ids: Sequence[int], tokenizer: Tokenizer, *, every: bool = False, monitor: Monitor = UNWATCHED
    ) -> Iterator[tuple[int, NewPassage]]:
        """Cuts passages with ``tokenizer`` and embeds those that changed, or with ``every`` all of them.

        Cancelled: ``monitor`` stopped it. A transaction that stores the passages is then undone.
        """
        from index.ingest.prepare import BATCH_SIZE, vectors  # with the rules of cleaning; asking needs none

        words = tokenizer.words
        for first in range(0, len(ids), BATCH_SIZE):
            monitor.check(self._store.when_stopped)
            changed: list[tuple[int, str, NewPassage]] = []
            for number, title, old in self._store.titled(ids[first : first + BATCH_SIZE]):
                above = f"{old.heading}\n{old.lead}" if old.lead else old.heading
                context = " ".join(words(title) + words(above))
                new = old._replace(context=context, words=" ".join(words(old.text)))
                if every or new != old:
                    changed.append((number, title, new))
            made = vectors(self.embedder, [(title, new) for _, title, new in changed])
            for (number, _, new), vector in zip(changed, made, strict=True):
                yield number, new._replace(vector=vector)
            monitor.done(min(first + BATCH_SIZE, len(ids)), len(ids))
