"""Words to passages: BM25 with weighted alternatives, in tantivy.

The words come from our own tokenizer, joined by spaces, so tantivy only splits at white space.
BM25: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from index.beside import beside
from index.search.rescoring import rescore
from index.types import Clauses, Scored

if TYPE_CHECKING:
    import tantivy

#: From so many passages on, a cheaper search proposes and the passages' own words decide (`propose`): 150 ms
#: against 25 for a million, 10 against 17 for 40,000, on a busy machine.
LARGE = 150_000
#: Passages that are proposed beyond those wanted; the most alternatives of a clause that propose; what each
#: counts beside the clause's best, as all that a passage holds are added up there; and the least share of the
#: heaviest clause's weight. 408 questions to 38,000 documents, in both languages: nDCG@10 of the words
#: moves by at most .0004, and .96 of the ten best are the same.
_MORE, _ALTERNATIVES, _DAMPED, _LEAST = 60, 12, 0.9, 0.2
#: Passages that are proposed as they hold alternatives of several words, such as names.
_NAMED = 25
#: Gives (id, space-joined words) of those of the passages that there are.
WordsOf = Callable[[Collection[int]], Iterable[tuple[int, str]]]
#: The most words whose number of passages is kept.
_KNOWN = 50_000
#: How often a folder is removed in which files still appear.
_TRIES = 3
#: Bytes of words held before they are written as a segment of the index. Each segment has its own best
#: passages to find: a union of words among a million takes 7.1 ms in seven segments, 4.9 in three.
_HEAP = 250_000_000
#: The longest list of hits that is sifted, see `_best_within`.
_LONGER = 10_000


@contextmanager
def _linked(folder: Path) -> Iterator[str]:
    """A temporary folder with links to the files of an index. Once it is open, it does without the links.

    OSError: no such folder can be made here.
    """
    import shutil
    import tempfile

    links = tempfile.mkdtemp(prefix="yinju-")
    try:
        for file in folder.iterdir():
            if file.suffix != ".lock":
                os.symlink(file.absolute(), os.path.join(links, file.name))
        yield links
    finally:
        for _ in range(_TRIES):  # tantivy's thread that watches the index may lock it in between
            shutil.rmtree(links, ignore_errors=True)


class LexicalIndex:
    """A tantivy index in ``folder``, or in memory where that is None.

    One question word is a *clause*: alternatives ``(word, weight)``, weight > 0; several words with
    spaces between are met by passages that hold all of them, at their mean. A passage's score
    is the sum over clauses of the best alternative's ``weight * tf``, where ``tf`` is BM25's
    ``f * (K1 + 1) / (f + K1 * (1 - B + B * length / average length))``: the weights alone say how
    much a word counts, so tantivy's own idf is divided out. Lengths are rounded as in Lucene
    (exact up to 40 words).
    """

    def __init__(
        self, folder: Path | None, *, create: bool, write: bool = True, words_of: WordsOf | None = None
    ) -> None:
        import tantivy

        self._tantivy = tantivy
        self._folder, self._words_of = folder, words_of
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
    def open(cls, folder: Path, *, write: bool = False, words_of: WordsOf | None = None) -> LexicalIndex:
        """The index in ``folder``; to be updated only with ``write``. ValueError, OSError: it cannot be.

        ``words_of`` gives (id, space-joined words) of passages. With it, a large index is searched in two
        steps, and a few of the ``k`` best passages may be missed.
        """
        return cls(folder, create=False, write=write, words_of=words_of)

    def _reload(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()
        self._size = self._searcher.num_docs
        self._average = 0.0
        self._known: dict[str, int] = {}
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

    def search(self, clauses: Clauses, k: int, within: Collection[int] | None = None) -> list[Scored]:
        """The ``k`` best passages, of those ``within`` if given, best first; equal scores by passage id."""
        proposed = self.propose(clauses, k, within) if self._words_of else None
        if proposed is not None and self._words_of:
            return self.score(clauses, self._words_of(proposed))[:k]
        query = self._tantivy.Query
        parts: list[tantivy.Query] = []
        for clause in clauses:
            terms = [self._term(word, weight) for word, weight in clause]
            found = [term for term in terms if term is not None]
            if found:
                parts.append(query.disjunction_max_query(found))
        if not parts or k < 1 or (within is not None and not within):
            return []
        combined = self._union(parts)
        hits = self._best(combined, k) if within is None else self._best_within(combined, k, within)
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage))

    def propose(self, clauses: Clauses, k: int, within: Collection[int] | None = None) -> list[int] | None:
        """Passages that `index.search.rescoring.rescore` finds nearly all of the ``k`` best among.

        None where `search` costs no more. tantivy skips most of a union of words by the best score that a
        block of passages can reach (Ding and Suel, "Faster top-k document retrieval using block-max indexes",
        2011), but nothing of a dis-max.
        """
        wanted = k + _MORE
        longer = wanted if within is None else 2 * wanted * len(self) // max(1, len(within)) + wanted
        single = any(" " not in word for clause in clauses for word, _ in clause)
        if len(self) < LARGE or k < 1 or longer > _LONGER or not single:
            return None
        allowed = within if within is None or isinstance(within, Set) else frozenset(within)

        def best(queries: Sequence[tantivy.Query | None], most: int) -> list[int]:
            ids, _ = self._hits(self._union(queries), most if allowed is None else longer)
            return [passage for passage in ids if allowed is None or passage in allowed][:most]

        names = [name for name in self._names(clauses) if name is not None]
        named = beside(partial(best, names, _NAMED)) if names else list[int]
        for least in (_LEAST, 0.0):
            found = best(self._words(clauses, least), wanted)
            if len(found) == wanted:
                return list(dict.fromkeys(found + named()))
        return None

    def _words(self, clauses: Clauses, least: float) -> list[tantivy.Query | None]:
        """The best alternatives of each clause that has this share of the heaviest one's weight.

        A word of several clauses comes once.
        """
        weights: dict[str, float] = {}
        ordered = [sorted(clause, key=lambda pair: -pair[1]) for clause in clauses if clause]
        heaviest = max((clause[0][1] for clause in ordered), default=0.0)
        for clause in ordered:
            best = clause[0][1]
            single = (pair for pair in clause if " " not in pair[0] and best >= least * heaviest)
            held = (pair for pair in single if self._frequency(pair[0]))
            for word, weight in islice(held, _ALTERNATIVES):
                damped = weight if weight == best else _DAMPED * weight
                weights[word] = max(weights.get(word, 0.0), damped)
        return [self._term(word, weight) for word, weight in weights.items()]

    def _names(self, clauses: Clauses) -> list[tantivy.Query | None]:
        """The alternatives of several words."""
        return [self._term(name, weight) for clause in clauses for name, weight in clause if " " in name]

    def _union(self, queries: Iterable[tantivy.Query | None]) -> tantivy.Query:
        should = self._tantivy.Occur.Should
        return self._tantivy.Query.boolean_query([(should, query) for query in queries if query is not None])

    def score(self, clauses: Clauses, passages: Iterable[tuple[int, str]]) -> list[Scored]:
        """The scores that `search` gives these passages (id, space-joined words), best first."""
        return rescore(clauses, passages, self._average or self._find_average(clauses))

    def _find_average(self, clauses: Clauses) -> float:
        """The mean number of words of a passage, as tantivy tells it with the score of a word."""
        for word in chain.from_iterable(name.split() for clause in clauses for name, _ in clause):
            query = self._tantivy.Query.term_query(self._schema, "words", word, index_option="freq")
            for _, address in self._searcher.search(query, 1, count=False).hits:
                told = query.explain(self._searcher, address).to_json()
                self._average = float(re.findall(r'"value": ([\d.]+),\s*"description": "avgdl', told)[0])
                return self._average
        return 1.0

    def _best(self, query: tantivy.Query, k: int) -> list[Scored]:
        return list(map(Scored, *self._hits(query, k)))

    def _hits(self, query: tantivy.Query, k: int) -> tuple[list[int], list[float]]:
        """The ids and the scores of the ``k`` best passages."""
        hits = self._searcher.search(query, k, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return [int(i or 0) for i in ids], [score for score, _ in hits]

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
        frequency = self._frequency(word)
        if not frequency or weight <= 0:
            return None
        idf = math.log1p((self._size - frequency + 0.5) / (frequency + 0.5))
        term = self._tantivy.Query.term_query(self._schema, "words", word, index_option="freq")
        return self._tantivy.Query.boost_query(term, weight / idf)

    def document_frequency(self, words: Sequence[str]) -> list[int]:
        """How many passages hold each word."""
        found = {word: self._frequency(word) for word in sorted(words)}  # neighbours lie on the same pages
        return [found[word] for word in words]

    def _frequency(self, word: str) -> int:
        """The same of one word. It is kept: each segment of a large index takes a microsecond or more."""
        known = self._known
        frequency = known.get(word)
        if frequency is None:
            frequency = known[word] = self._searcher.doc_freq("words", word)
            if len(known) > _KNOWN:
                self._known = {}
        return frequency

    def words_beginning(self, prefixes: Sequence[str]) -> list[list[str]]:
        """For each prefix, the words that begin with it."""
        return [[word for word, _ in self._searcher.terms_with_prefix("words", one)] for one in prefixes]

    def vocabulary(self) -> dict[str, int]:
        """Every word with the number of passages that hold it."""
        return dict(self._searcher.terms_with_prefix("words", ""))
