"""Words to passages: BM25 with weighted alternatives, in tantivy.

The words come from our own tokenizer, joined by spaces, so tantivy only splits at white space.
BM25: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.types import Scored

if TYPE_CHECKING:
    import tantivy

#: Tantivy's BM25 constants (they cannot be set).
K1, B = 1.2, 0.75
_HEAP = 50_000_000
#: The longest list of hits that is sifted, see `_best_within`.
_LONGER = 10_000


@contextmanager
def _linked(folder: Path) -> Iterator[str]:
    """A temporary folder with links to the files of an index. Once it is open, it does without the links.

    OSError: no such folder can be made here.
    """
    import tempfile

    with tempfile.TemporaryDirectory(prefix="yinju-") as links:
        for file in folder.iterdir():
            if file.suffix != ".lock":
                os.symlink(file.absolute(), os.path.join(links, file.name))
        yield links


class LexicalIndex:
    """A tantivy index in ``folder``, or in memory where that is None.

    One question word is a *clause*: alternatives ``(word, weight)``, weight > 0; several words with
    spaces between are met by passages that hold all of them, at their mean. A passage's score
    is the sum over clauses of the best alternative's ``weight * tf``, where ``tf`` is BM25's
    ``f * (K1 + 1) / (f + K1 * (1 - B + B * length / average length))``: the weights alone say how
    much a word counts, so tantivy's own idf is divided out. Lengths are rounded as in Lucene
    (exact up to 40 words).
    """

    def __init__(self, folder: Path | None, *, create: bool, write: bool = True) -> None:
        import tantivy

        self._tantivy = tantivy
        self._folder = folder
        # A u64 key cannot be deleted by (tantivy deletes nothing and says nothing): hence the text key.
        self._schema = (
            tantivy.SchemaBuilder()
            .add_text_field("key", tokenizer_name="raw", index_option="basic")
            .add_integer_field("id", fast=True)
            .add_text_field("words", tokenizer_name="words", index_option="freq")
            .build()
        )
        if create or folder is None:
            self._load(tantivy.Index(self._schema, None if folder is None else str(folder)))
            return
        try:
            self._load(tantivy.Index.open(str(folder)))
        except ValueError as error:
            if write or "Lockfile" not in str(error):
                raise
            # tantivy locks a file to open an index, which fails where nothing can be written or locked.
            with _linked(folder) as links:
                self._load(tantivy.Index.open(links))

    def _load(self, index: tantivy.Index) -> None:
        words = self._tantivy.TextAnalyzerBuilder(self._tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("words", words)
        self._index = index
        self._reload()

    @classmethod
    def create(cls, folder: Path | None) -> LexicalIndex:
        """A new, empty index in an empty folder, or in memory."""
        return cls(folder, create=True)

    @classmethod
    def open(cls, folder: Path, *, write: bool = False) -> LexicalIndex:
        """The index in ``folder``; to be updated only with ``write``. ValueError, OSError: it cannot be."""
        return cls(folder, create=False, write=write)

    def _reload(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()
        self._size = self._searcher.num_docs
        if self._folder is not None:  # in memory nothing is ever deleted
            segments = json.loads((self._folder / "meta.json").read_text())["segments"]
            self._size = max(self._size, sum(segment["max_doc"] for segment in segments))

    def __len__(self) -> int:
        return self._searcher.num_docs

    @property
    def deleted(self) -> int:
        """How many deleted passages still take space and count in word statistics."""
        return self._size - len(self)

    def update(self, removed: Sequence[int], added: Iterable[tuple[int, str]]) -> None:
        """Removes passages, then adds (id, space-joined words). The changes can be searched at once."""
        # One thread keeps up with any tokenizer and makes the order of documents repeatable.
        writer = self._index.writer(_HEAP, num_threads=1)
        for passage in removed:
            writer.delete_documents_by_term("key", str(passage))
        for passage, words in added:
            writer.add_document(self._tantivy.Document(id=passage, key=str(passage), words=words))
        writer.commit()
        writer.wait_merging_threads()
        self._reload()

    def search(
        self, clauses: Sequence[Sequence[tuple[str, float]]], k: int, within: Collection[int] | None = None
    ) -> list[Scored]:
        """The ``k`` best passages, of those ``within`` if given, best first; equal scores by passage id."""
        query = self._tantivy.Query
        should = self._tantivy.Occur.Should
        parts = []
        for clause in clauses:
            terms = [self._term(word, weight) for word, weight in clause]
            found = [term for term in terms if term is not None]
            if found:
                parts.append((should, query.disjunction_max_query(found)))
        if not parts or k < 1 or (within is not None and not within):
            return []
        combined = query.boolean_query(parts)
        hits = self._best(combined, k) if within is None else self._best_within(combined, k, within)
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage))

    def _best(self, query: tantivy.Query, k: int) -> list[Scored]:
        hits = self._searcher.search(query, k, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return [Scored(int(i or 0), score) for i, (score, _) in zip(ids, hits, strict=True)]

    def _best_within(self, query: tantivy.Query, k: int, within: Collection[int]) -> list[Scored]:
        """Searches ``within`` by a list of keys, or by sifting a longer list of hits where that is cheaper.

        On 300,000 passages, keys cost 1 to 20 ms for up to 3,000 of them and 120 ms for 150,000; a longer
        list costs 2 to 20 ms more than a plain search, whatever the number of keys.
        """
        longer = 2 * k * len(self) // len(within) + k
        if longer <= _LONGER:
            allowed = within if isinstance(within, Set) else frozenset(within)
            hits = self._best(query, longer)
            found = [hit for hit in hits if hit.passage in allowed][:k]
            if len(found) == k or len(hits) < longer:
                return found
        must, keys = self._tantivy.Occur.Must, [str(passage) for passage in within]
        among = self._tantivy.Query.term_set_query(self._schema, "key", keys)
        among = self._tantivy.Query.const_score_query(among, 0.0)
        return self._best(self._tantivy.Query.boolean_query([(must, query), (must, among)]), k)

    def _term(self, word: str, weight: float) -> tantivy.Query | None:
        if " " in word:
            words = word.split()
            terms = [self._term(part, weight / len(words)) for part in words]
            found = [(self._tantivy.Occur.Must, term) for term in terms if term is not None]
            return self._tantivy.Query.boolean_query(found) if len(found) == len(words) else None
        frequency = self._searcher.doc_freq("words", word)
        if not frequency or weight <= 0:
            return None
        idf = math.log1p((self._size - frequency + 0.5) / (frequency + 0.5))
        term = self._tantivy.Query.term_query(self._schema, "words", word, index_option="freq")
        return self._tantivy.Query.boost_query(term, weight / idf)

    def document_frequency(self, words: Sequence[str]) -> list[int]:
        """How many passages hold each word."""
        return [self._searcher.doc_freq("words", word) for word in words]

    def vocabulary(self) -> dict[str, int]:
        """Every word with the number of passages that hold it."""
        return dict(self._searcher.terms_with_prefix("words", ""))
