"""What a library needs of where it is kept: a folder with SQLite, tantivy and FAISS, or a Milvus server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.errors import Phrase, YinjuError
from index.storage.bibliography import Description
from index.storage.changes import Generation
from index.storage.schema import Meta
from index.storage.sources import FileRecord, Moved, StoredArticle
from index.types import (
    UNWATCHED,
    Alias,
    Article,
    ArticleInfo,
    Block,
    Clauses,
    Heading,
    Monitor,
    Passage,
    RemovedArticle,
    Scope,
    Scored,
    Selection,
    TaughtWord,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.storage.store import NewArticle, NewPassage


#: Passages, by id, that hold one of some runs of characters, cut by some words.
Cut = Callable[[frozenset[str], Sequence[TaughtWord]], Iterable[tuple[int, "NewPassage"]]]


class SourceStore(Protocol):
    """Followed folders, archives, and the files of articles: `index.storage.sources.Sources`."""

    def folders(self) -> list[str]: ...
    def follow(self, folders: Iterable[str]) -> None: ...
    def unfollow(self, folder: Path) -> None: ...
    def containers(self) -> dict[str, FileRecord]: ...
    def container(self, path: str) -> FileRecord | None: ...
    def mark_reading(self, paths: Iterable[str]) -> None: ...
    def record(self, articles: Mapping[str, FileRecord], containers: Mapping[str, FileRecord]) -> None: ...
    def drop(self, path: str) -> None: ...
    def stored(self, container: str = "") -> list[StoredArticle]: ...
    def move(
        self, articles: Iterable[Moved], containers: Iterable[tuple[str, str, FileRecord]] = ()
    ) -> None: ...


class BibliographyStore(Protocol):
    """What reference managers say: `index.storage.bibliography.Bibliography`."""

    def describe(self, articles: Iterable[Description]) -> None: ...


class ArticleStore(Protocol):
    """Articles and passages: `index.storage.store.Store`."""

    @property
    def sources(self) -> SourceStore: ...
    @property
    def bibliography(self) -> BibliographyStore: ...
    @property
    def version(self) -> int: ...
    @property
    def format_version(self) -> int:
        """The version of how it is stored, for people; ``version`` says what is stored."""

    @property
    def meta(self) -> Meta: ...
    @property
    def scans(self) -> Path:
        """The folder that holds the text recognized in pictures, see `index.storage.scans`."""

    @property
    def batch_size(self) -> int:
        """How many of the usual batches are best stored at a time."""

    @property
    def when_stopped(self) -> Phrase:
        """What becomes of passages that are cut again, if that is stopped."""

    def close(self) -> None: ...
    def generation(self) -> Generation: ...
    def outdated(self) -> bool: ...
    def copy_outdated(self) -> Path | None: ...
    def watch(self, monitor: Monitor, /) -> None:
        """From now on, ``monitor`` is told of long waits, and may stop them."""

    def expect(self, paths: Sequence[str]) -> None: ...
    def file(self, path: str) -> FileRecord | None: ...
    def articles(self) -> list[ArticleInfo]: ...
    def articles_by_id(self, ids: Sequence[int]) -> dict[int, ArticleInfo]: ...
    def article(self, article: int) -> Article | None: ...
    def pages(self, articles: Iterable[int]) -> dict[int, tuple[int, ...]]: ...
    def blocks(self, articles: Iterable[int]) -> dict[int, tuple[Block, ...]]: ...
    def headings(self) -> list[Heading]: ...
    def unstructured(self) -> list[int]: ...
    def removable(self, ids: Iterable[int]) -> tuple[RemovedArticle, ...]: ...
    def named(self, name: str, separator: str) -> list[ArticleInfo]: ...
    def passages(self, ids: Sequence[int]) -> dict[int, Passage]: ...
    def article_passages(self, article: int) -> list[Passage]: ...
    def select(self, selection: Selection, allows: Callable[[ArticleInfo], bool]) -> Scope: ...
    def counts(self) -> tuple[int, int, int]: ...
    def languages(self) -> dict[str, int]: ...
    def texts(self) -> Iterator[tuple[int, str]]: ...
    def words_of(self, passages: Iterable[int]) -> list[tuple[int, str]]: ...
    def passage_words(self, articles: Iterable[int]) -> Iterator[tuple[int, int, str]]: ...
    def glosses(self, articles: Iterable[int]) -> list[tuple[Alias, int]]: ...
    def passage_ids(self, holding: str | None = None) -> list[int]: ...
    def titled(self, ids: Sequence[int]) -> list[tuple[int, str, NewPassage]]: ...
    def words(self) -> list[TaughtWord]: ...
    def aliases(self, keys: Iterable[str]) -> list[Alias]: ...
    def put(self, articles: Iterable[NewArticle]) -> None: ...
    def set_blocks(self, article: int, blocks: Sequence[Block]) -> None: ...
    def remove(self, ids: Iterable[int]) -> int: ...
    def put_word(
        self, key: str, word: TaughtWord | None, aliases: Iterable[Alias], runs: frozenset[str], cut: Cut
    ) -> None:
        """Stores a word in place of the one of its key, or removes that; cuts again what holds ``runs``."""

    def recut(self, cut: Cut, /) -> None:
        """Cuts again what this or another writer left cut by other words than those taught now."""

    def upgrade(
        self,
        model: Meta,
        passages: Iterable[tuple[int, NewPassage]],
        aliases: Iterable[tuple[int, Sequence[Alias]]] | None,
    ) -> None: ...


class WordSearch(Protocol):
    """Search by words: `index.search.lexical.LexicalIndex`."""

    def search(self, clauses: Clauses, k: int, within: Any = None) -> list[Scored]: ...
    def vocabulary(self) -> dict[str, int]: ...
    def words_beginning(self, prefixes: Sequence[str]) -> list[list[str]]: ...
    def document_frequency(self, words: Sequence[str]) -> list[int]: ...


class VectorSearch(Protocol):
    """Search by vectors: `index.search.vectors.VectorIndex`."""

    def search(self, vector: NDArray[np.float32], k: int, within: Any = None) -> list[Scored]: ...
    def begin(
        self, vector: NDArray[np.float32], k: int, within: Any = None
    ) -> Callable[[], list[Scored]]: ...


class CurrentSearches(Protocol):
    """Both searches as of one generation."""

    @property
    def generation(self) -> Generation: ...
    @property
    def lexical(self) -> WordSearch: ...
    @property
    def vectors(self) -> VectorSearch: ...


class Searches(Protocol):
    """The searches of a library: `index.search.indexes.SearchIndexes`."""

    @property
    def lost(self) -> int: ...
    def current(self) -> CurrentSearches: ...
    def catch_up(self, check: Callable[[], None]) -> None: ...


class Place(Protocol):
    """Where a library is kept: `index.storage.place.FolderPlace`."""

    def is_replaced(self) -> bool:
        """Whether another library has taken the place of the one that was opened, or none."""

    def refuse_damage(self, cause: Exception | None = None) -> None:
        """Raises Damaged if the library is damaged."""

    def writing(self, monitor: Monitor = UNWATCHED, /) -> AbstractContextManager[None]:
        """Holds what a writer needs to hold; ``monitor`` may stop what has to be finished first."""

    def tidy(self) -> None:
        """What a writer does last."""

    def without_locks(self) -> YinjuError | None:
        """An error that tells it, if the library can only be read because its file system has no locks."""

    def back_up(self, target: Path, monitor: Monitor) -> None:
        """Copies a snapshot of everything into one file; ``monitor`` counts what it copies."""

    def size(self) -> int | None:
        """Bytes on disk; None on a server, which does not tell."""
