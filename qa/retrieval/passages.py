"""What a passage tells before a question is asked: its words and their vectors, its sentences.

All of it is found when it is first needed, and kept with the passages that were read last.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.lexicon.lexicon import Floats, Ids, Lexicon
from index.text.blocks import places_inside
from index.text.fold import fold, fold_text
from index.text.han import HAN, han_pieces
from index.text.sentences import line_sentences, sentences
from index.text.tokenizer import Tokenizer
from index.types import Block, Kind, Passage, Span
from qa.linguistics import answer_types

#: The passages that are kept, about 30 MB, and the texts whose words keep vectors, 10 MB: a passage
#: has two, its own and its context.
_KEPT, _KEPT_VECTORS = 1_000, 500
#: A comment of code: several words after its mark, or the rest of a Chinese one.
_COMMENT = re.compile(
    rf"(?:(?:^|\s)(?:#+|//+|--|/\*+|;+|<!--)|^\s*\*)\s+(?:[a-z]\S*+\s+(?:\S++\s+){{2}}\S|[^{HAN}\n]*[{HAN}]{{2}})"
    rf"|(?:^|\s)(?:#+|//+|/\*+)[{HAN}]{{2}}|^[{HAN}].*[。！？]$",
    re.IGNORECASE,
)


class BlockSentence(NamedTuple):
    """A sentence of a passage as a span of its text, with the kind and the place of its block."""

    span: Span
    kind: Kind = Kind.PARAGRAPH
    block: int = -1


class Words:
    """Folded words of a text in order, as they are compared with those of a question."""

    def __init__(self, words: Sequence[str], lexicon: Lexicon, kept: KeptVectors | None = None) -> None:
        self.words, self.lexicon = words, lexicon
        self._kept = kept
        self._vectors: Floats | None = None
        #: Each word with its column in ``vectors``.
        self.unique = {word: column for column, word in enumerate(dict.fromkeys(words))}

    @cached_property
    def rows(self) -> Ids:
        """int64 [unique words]: their rows of the lexicon, -1 for a word that it lacks."""
        return self.lexicon.ids(list(self.unique))

    @cached_property
    def columns(self) -> NDArray[np.intp]:
        """The column of each word in order."""
        return np.array([self.unique[word] for word in self.words], dtype=np.intp)

    @property
    def vectors(self) -> Floats:
        """float32 [unique words, dimensions]. They take most memory: ``kept`` drops those used least."""
        vectors = self._vectors
        if vectors is None:
            vectors = self._vectors = self.lexicon.vectors(self.rows)
        if self._kept is not None:
            self._kept.use(self)
        return vectors

    def forget_vectors(self) -> None:
        """Drops the vectors; they are found again when they are needed."""
        self._vectors = None

    @cached_property
    def ascii(self) -> list[tuple[int, str]]:
        """The ASCII words with their places."""
        return [(at, word) for at, word in enumerate(self.words) if word.isascii()]

    @cached_property
    def pieces(self) -> list[str]:
        return han_pieces(self.words)

    @cached_property
    def chinese(self) -> str:
        """The pieces as one text, "" if no word is Chinese."""
        text = "".join(self.pieces)
        return "" if text.isspace() else text


class KeptVectors:
    """The words whose vectors were used last. Several threads may use it at once."""

    def __init__(self) -> None:
        self._words = OrderedDict[Words, None]()
        self._lock = Lock()

    def use(self, words: Words) -> None:
        """Keeps the vectors of ``words``, which have some now; the words used longest ago forget theirs."""
        with self._lock:
            self._words[words] = None
            self._words.move_to_end(words)
            if len(self._words) > _KEPT_VECTORS:
                self._words.popitem(last=False)[0].forget_vectors()


class Sentences:
    """The sentences of a passage in order. Lists and arrays have an item for each."""

    def __init__(self, text: PassageText, blocks: Sequence[Block]) -> None:
        self._words, self._held = text.words, dict[str, list[bool]]()
        passage = text.passage
        # There are none if the article has just been removed.
        found = list(passage_sentences(passage, blocks)) or [
            BlockSentence(span) for span in sentences(passage.text)
        ]
        self.spans = [sentence.span for sentence in found]
        self.kinds = [sentence.kind for sentence in found]
        self.blocks = [sentence.block for sentence in found]
        self.texts = [passage.text[start:end] for start, end in self.spans]
        whole = text.plain
        self.folded = (
            [fold_text(one) for one in self.texts] if whole is None else [whole[a:b] for a, b in self.spans]
        )
        self.slices = [
            slice(bisect_left(text.starts, start), bisect_left(text.starts, end)) for start, end in self.spans
        ]
        bounds = [0, *(part.stop for part in self.slices)]
        joins = [part.start for part in self.slices] == bounds[:-1] and bounds[-1] == len(text.starts)
        #: Where their tokens start, if each has some and together they have all.
        self.starts = bounds[:-1] if joins and all(a < b for a, b in pairwise(bounds)) else None
        self.words = [text.words.words[part] for part in self.slices]
        self.sets = [frozenset(words) for words in self.words]
        #: What the header row names, the rows below it say: (place of a row, place of its header).
        at = {sentence.block: place for place, sentence in enumerate(found)}
        self.headed = [
            (place, header)
            for place, sentence in enumerate(found)
            if sentence.kind is Kind.ROW and (header := at.get(blocks[sentence.block].lead)) is not None
        ]

    @cached_property
    def pooled(self) -> Floats:
        """float32 [sentences, dimensions]: their vectors."""
        rows = self._words.rows[self._words.columns]
        return self._words.lexicon.pool_rows([rows[part] for part in self.slices])

    @cached_property
    def lengths(self) -> NDArray[np.float64]:
        """float64 [sentences]: the logarithms of their numbers of words."""
        return np.log1p([len(words) for words in self.words])

    @cached_property
    def digits(self) -> list[list[str]]:
        """The words that begin with a digit."""
        return [[word for word in words if word[0].isdigit()] for words in self.words]

    @cached_property
    def names(self) -> list[list[str]]:
        """The names that spelling shows after the first character."""
        return [answer_types.spelled_names(text[1:]) for text in self.texts]

    @cached_property
    def commands(self) -> NDArray[np.bool_]:
        """bool [sentences]: the lines of code, but for comments that say something."""
        return np.array(
            [
                kind is Kind.CODE and _COMMENT.search(text) is None
                for kind, text in zip(self.kinds, self.texts, strict=True)
            ]
        )

    @cached_property
    def asks(self) -> NDArray[np.bool_]:
        """bool [sentences]: the questions, but for those alone in their block with an answer below it."""
        asks = np.array([text.rstrip('”"」』)）*_').endswith(("?", "？")) for text in self.texts])
        for place in np.flatnonzero(asks[:-1]):
            alone = self.blocks.count(self.blocks[place]) == 1
            if alone and not asks[place + 1] and self.kinds[place + 1] is not Kind.HEADING:
                asks[place] = False
        return asks

    def types(self, asked: frozenset[str]) -> list[frozenset[str]]:
        """Those of the ``asked`` answer types that each sentence holds."""
        for name in asked - self._held.keys():
            one = frozenset([name])
            self._held[name] = [
                bool(answer_types.contained_types(text, folded, one))
                for text, folded in zip(self.texts, self.folded, strict=True)
            ]
        return [
            frozenset(name for name in asked if self._held[name][place]) for place in range(len(self.texts))
        ]


class PassageText:
    """A passage with what its text tells."""

    def __init__(
        self, passage: Passage, lexicon: Lexicon, tokenizer: Tokenizer, kept: KeptVectors | None = None
    ) -> None:
        self.passage, self.lexicon = passage, lexicon
        self._folded = fold(passage.text)
        words, self.starts, self.ends = tokenizer.located(self._folded, passage.words)
        #: Its tokens; they stand at ``starts`` and end at ``ends``, offsets in its text.
        self.words = Words(words, lexicon, kept)
        self.context = Words(passage.context, lexicon, kept)
        self._cut: tuple[Sequence[Block], Sentences] | None = None

    @property
    def plain(self) -> str | None:
        """The folded text, None if folding changed its length."""
        return self._folded.text if self._folded.origins is None else None

    @cached_property
    def lines(self) -> list[tuple[int, str]]:
        """The folded lines, each with its offset in the folded text."""
        return [(m.start(), m[0]) for m in re.finditer("[^\n]+", self._folded.text)]

    def words_at(self, start: int, end: int) -> slice:
        """The places of the words that a span of the folded text holds or cuts."""
        first, last = self._folded.original(start, end)
        return slice(bisect_right(self.ends, first), bisect_left(self.starts, last))

    def sentences(self, blocks: Sequence[Block]) -> Sentences:
        """The sentences, by the ``blocks`` of the article."""
        cut = self._cut
        if cut is None or (cut[0] is not blocks and cut[0] != blocks):
            cut = self._cut = blocks, Sentences(self, blocks)
        return cut[1]


class PassageTexts:
    """The texts of the passages that were read last. Several threads may use it at once."""

    def __init__(self) -> None:
        self._texts: OrderedDict[int, PassageText] = OrderedDict()
        self._vectors = KeptVectors()
        self._lock = Lock()

    def of(self, passage: Passage, lexicon: Lexicon, tokenizer: Tokenizer) -> PassageText:
        """The text of a passage, kept unless the passage has changed."""
        with self._lock:
            text = self._texts.get(passage.id)
        if text is None or (text.passage is not passage and text.passage != passage):
            text = PassageText(passage, lexicon, tokenizer, self._vectors)
        with self._lock:
            self._texts[passage.id] = text
            self._texts.move_to_end(passage.id)
            if len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        return text


def passage_sentences(passage: Passage, blocks: Sequence[Block]) -> Iterator[BlockSentence]:
    """The sentences of a passage; a row of a table is one."""
    for place in places_inside(blocks, passage.start, passage.end):
        block = blocks[place]
        start = max(block.start, passage.start) - passage.start
        text = passage.text[: min(block.end, passage.end) - passage.start]
        if block.kind is Kind.ROW:  # the header row of a table is the heading of its columns
            kind = Kind.HEADING if block.level else block.kind
            yield BlockSentence(Span(start, len(text)), kind, place)
        else:
            # Lines of code are sentences; all others have been joined to one.
            ends = [m.end() for m in re.finditer("\n", text[start:])] if block.kind is Kind.CODE else []
            for a, b in pairwise([start, *(start + end for end in ends), len(text)]):
                for span in line_sentences(text, Span(a, b)):
                    yield BlockSentence(span, block.kind, place)
