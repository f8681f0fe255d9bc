"""Names of a question in the other script: what a library has that sounds like them.

A name that the lexicon lacks has no neighbours, so the word index would propose nothing for it. Latin words
are looked up by their beginnings. Of a Latin name, likely Chinese spellings are made; those cut into several
words must stand in a passage as they are spelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from math import log
from typing import TYPE_CHECKING, NamedTuple

from index.lexicon.lexicon import Lexicon
from index.lexicon.spellings import bundled_spellings
from index.lexicon.transliteration import bundled_transliterator, letters
from index.library import Library
from index.text.han import han_pieces
from qa import tuning

if TYPE_CHECKING:
    from qa.question.query import QueryWord

#: The most Latin words for one run of characters; the spellings of a name that are looked for, and the
#: passages that are read for them.
_WORDS, _SPELLINGS, _READ = 30, 20, 200
#: The fewest letters of a name whose spellings are looked for.
_SHORTEST = 4
#: The most names of a question that are looked for.
_NAMES = 8
#: The most beginnings and names that are kept.
_KEPT = 2_000


class Name(NamedTuple):
    """The question words ``start:end`` are a name or a part of one. ``spelled`` are its letters."""

    start: int
    end: int
    spelled: str


class Sounding(NamedTuple):
    """The folded ``words`` sound like the question words ``start:end`` with probability ``score``."""

    start: int
    end: int
    words: tuple[str, ...]
    score: float


class Sounds:
    """Finds what sounds like the names of questions in one generation of a library."""

    def __init__(self, library: Library, lexicon: Lexicon) -> None:
        self._library, self._lexicon = library, lexicon
        self._passages = max(1, library.passage_count)
        self._beginning: dict[str, list[str]] = {}
        self._spelled = lru_cache(_KEPT)(self._chinese)

    def like(self, words: Sequence[QueryWord], translated: Sequence[float]) -> Iterator[Sounding]:
        """What sounds like a name among ``words``; ``translated`` is how well each is, from 0 to 1.

        A word that is translated well is no unknown name, unless it is a part of a longer one.
        """
        known = [
            share >= tuning.WELL_TRANSLATED and len(words[at].word) > 1 for at, share in enumerate(translated)
        ]
        runs = [
            (run, owners) for run, owners in chinese_runs(words) if len({*owners}) > 1 or not known[owners[0]]
        ]
        for run, owners in runs[:_NAMES]:
            yield from islice(self._latin(run, owners, words, known), _WORDS)
        names = [
            name
            for parts in latin_names(words, self._lexicon)
            for name in parts
            if name.end - name.start == 1 and (len(parts) > 1 or not known[name.start])
        ]
        for start, end, spelled in [name for name in names if len(name.spelled) >= _SHORTEST][:_NAMES]:
            for spelling, score in self._spelled(spelled):
                yield Sounding(start, end, spelling, score)

    def _latin(
        self, run: str, owners: Sequence[int], words: Sequence[QueryWord], known: Sequence[bool]
    ) -> Iterator[Sounding]:
        """Latin words of the library that a part of the run may write, likeliest first."""
        for word, start, end, score in bundled_spellings().latin(run, self._beginnings):
            if score < tuning.MIN_TRANSLITERATION:
                break
            if self._lexicon.log_probability(word) > tuning.COMMON_WORD:
                continue  # too common for a name
            first, last = owners[start], owners[end - 1] + 1
            asked = [one.word for one in words[first:last]]
            whole = last - first > 1 or not known[first]
            if whole and score >= least_score(word, asked, self._lexicon):
                yield Sounding(first, last, (word,), score)

    def _beginnings(self, prefixes: Sequence[str]) -> list[list[str]]:
        """For each prefix, the Latin words of the library."""
        if len(self._beginning) > _KEPT:
            self._beginning = {}
        kept = self._beginning
        new = [prefix for prefix in prefixes if prefix not in kept]
        for prefix, words in zip(new, self._library.words_beginning(new), strict=True):
            kept[prefix] = [word for word in words if word.isascii() and word.isalpha()]
        return [kept[prefix] for prefix in prefixes]

    def _chinese(self, latin: str) -> list[tuple[tuple[str, ...], float]]:
        """The words of likely spellings of the name that the library has, each with its probability."""
        library, tokenizer = self._library, self._library.tokenizer
        made = islice(bundled_spellings().chinese(latin, self._shares), _SPELLINGS)
        spelled = {tokenizer.words(text): score for text, score in made}
        counts = _counts(library, spelled)
        likely = {
            words: score
            for words, score in spelled.items()
            if score >= least_score(latin, words, self._lexicon) and all(counts[word] for word in words)
        }
        rarity = {words: self._rarity(words, counts) for words in likely if len(words) > 1}
        apart = {
            " ".join(words): rare for words, rare in rarity.items() if rare > log(self._passages / _READ)
        }
        if apart:
            hits = library.search_words([[*apart.items()]], _READ)
            texts = library.words_of(hit.passage for hit in hits)
            read = "\n".join(f" {text} " for _, text in texts)  # no word has a line's end
            apart = {words: rare for words, rare in apart.items() if f" {words} " in read}
        return [
            (words, score) for words, score in likely.items() if len(words) == 1 or " ".join(words) in apart
        ]

    def _rarity(self, words: Sequence[str], counts: Mapping[str, int]) -> float:
        """How many times fewer passages than all hold these words together by chance, natural log."""
        return sum(log(self._passages / counts[word]) for word in words)

    @cached_property
    def _shares(self) -> dict[str, float]:
        """The natural log of the share of passages that have a character as a word, for those of names."""
        characters = list(bundled_transliterator().evidence)
        counts = zip(characters, self._library.document_frequency(characters), strict=True)
        return {char: log(count / self._passages) for char, count in counts if count}


def _counts(library: Library, spelled: Iterable[tuple[str, ...]]) -> Mapping[str, int]:
    words = list(dict.fromkeys(word for words in spelled for word in words))
    return dict(zip(words, library.document_frequency(words), strict=True))


def latin_names(words: Sequence[QueryWord], lexicon: Lexicon) -> list[list[Name]]:
    """Possible names: capitalised or unknown words. Adjacent ones are followed by the whole they make."""
    found: list[list[Name]] = []
    start = 0
    for end in range(len(words) + 1):
        if end < len(words) and _may_be_name(words[end], lexicon):
            continue
        parts = [Name(i, i + 1, letters(words[i].word)) for i in range(start, end)]
        if len(parts) > 1:
            parts.append(Name(start, end, "".join(part.spelled for part in parts)))
        if parts:
            found.append(parts)
        start = end + 1
    return found


def _may_be_name(word: QueryWord, lexicon: Lexicon) -> bool:
    return (
        word.word.isascii()
        and word.word.isalpha()
        and (word.text[0].isupper() or word.row is None)
        and lexicon.log_probability(word.word) < tuning.COMMON_WORD
    )


def chinese_runs(words: Iterable[QueryWord]) -> list[tuple[str, list[int]]]:
    """The runs of characters that may be foreign names, with the question word of each character."""
    pieces = han_pieces(word.word if word.topical else " " for word in words)
    if not (text := "".join(pieces)).strip():
        return []  # without Chinese, nothing of its sounds is loaded
    runs, owners = bundled_transliterator().runs(text), owners_of(pieces)
    return [(run.group(), owners[run.start() : run.end()]) for run in runs]


def least_score(latin: str, chinese: Iterable[str], lexicon: Lexicon) -> float:
    """The lowest score of a match: higher if the lexicon knows both sides as words."""
    known = lexicon.id(latin) is not None and all(
        len(word) > 1 and lexicon.id(word) is not None for word in chinese
    )
    return tuning.MIN_TRANSLITERATION_OF_KNOWN if known else tuning.MIN_TRANSLITERATION


def owners_of(pieces: Sequence[str]) -> list[int]:
    """For each character of the joined pieces, the index of its piece."""
    return [at for at, piece in enumerate(pieces) for _ in piece]
