"""Scores the sentences of the best passages as answers.

The score is a linear model of features: how much of the question the sentence covers, what its neighbours
and headings add, whether it contains the expected answer type, and how its passage ranks.
`answering.composition` makes the answer of the scored sentences, `answering.reranking` reorders the passages.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.lexicon.lexicon import Floats
from index.text.fold import fold_text
from index.text.language import detect
from index.text.sentences import line_sentences, sentences
from index.types import ASIDE, Block, Kind, Passage, Span, Token
from qa import tuning
from qa.linguistics import answer_types
from qa.linguistics.cues import ASKS
from qa.question.asked import what_is_asked
from qa.question.query import Query
from qa.retrieval.matcher import Matcher, best_of_rows
from qa.types import Hit

_WEIGHTS = {
    pair: np.array(list(weights.values()), dtype=np.float32)
    for pair, weights in tuning.SENTENCE_WEIGHTS.items()
}
#: The features by name, each with its value for every sentence of a passage.
_Columns = dict[str, Floats]
#: Kinds of block that say nothing of their own, or nothing that is the article's.
NEVER_QUOTED = ASIDE | {Kind.HEADING}
#: The blocks of articles by their ids.
Blocks = Mapping[int, Sequence[Block]]
#: A match in an earlier sentence counts this much, as pronouns and omitted subjects carry it on.
_CARRIED = 0.9
#: The end of a sentence; a title that has one is a sentence, too.
_ENDS = re.compile(r"[。！!.．]$")
#: The focus falls by this factor with each topical word away from the question word.
_FOCUS_FALL = 0.4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: ``article.text[start:end]``.

    ``features`` have the order of the tables of `tuning.SENTENCE_WEIGHTS`. ``score`` is their sum weighted
    by the table of the language pair. ``words`` are folded.
    ``held`` are those of the types asked for that it holds. ``has_quantity`` says whether it has the quantity
    asked for. It is None if the question asks for none.
    """

    hit: Hit
    start: int
    end: int
    text: str
    features: tuple[float, ...]
    score: float
    words: frozenset[str]
    has_quantity: bool | None = None
    held: frozenset[str] = frozenset()

    def overlaps(self, other: Candidate) -> bool:
        """Whether both have some of the same text."""
        if self.hit.article.id != other.hit.article.id:
            return False
        return self.start < other.end and other.start < self.end


def score_sentences(hits: Sequence[Hit], matcher: Matcher, blocks: Blocks) -> list[Candidate]:
    """All sentences of the hits, best first. Equal scores keep the reading order.

    ``blocks`` are those of the hits' articles.
    """
    asked = _QuestionFeatures(matcher)
    read = [_PassageSentences(hit, matcher, blocks.get(hit.article.id, ())) for hit in hits]
    if read:
        asked.distinct = _distinctness(np.vstack([passage.best for passage in read]))
    found = [c for passage in read for c in passage.scored(asked, hits[0].score)]
    return sorted(found, key=lambda c: (-c.score, c.hit.rank, c.start))


def language_pair(query: Query, hit: Hit) -> str:
    """ "zh" or "en" if question and passage are both in that language, otherwise "cross"."""
    language = detect(hit.passage.text)[:2]
    return language if language == query.language and language in ("zh", "en") else "cross"


def focus(matcher: Matcher) -> tuple[Floats, Floats]:
    """float32 [question words], twice: the focus of the question before and after its question word.

    It is high for topical words next to the question word (著作有哪些, "what strains"), which say what the
    answer is.
    """
    before_cue, after_cue = matcher.zeros(), matcher.zeros()
    words = matcher.query.words
    for at, word in enumerate(words):
        if ASKS.fullmatch(word.word):
            before, after = range(at - 1, -1, -1), range(at + 1, len(words))
            for side, order in ((before_cue, before), (after_cue, after)):
                near = [i for i in order if matcher.weights[i] > 0]
                side[near] = np.maximum(side[near], _FOCUS_FALL ** np.arange(len(near)))
    return before_cue, after_cue


class _QuestionFeatures:
    """What the features need of the question, computed once.

    ``before_cue`` and ``after_cue`` are its `focus`. ``distinct``, float32 [question words], is high for
    words that distinguish the sentences at hand.
    """

    def __init__(self, matcher: Matcher) -> None:
        words = matcher.query.words
        self.words = frozenset(word.word for word in words)
        self.text = matcher.query.folded
        asked = what_is_asked(matcher.query)
        self.types, self.code = asked.types, asked.code
        self.bigrams = _bigrams(self.text)
        self.before_cue, self.after_cue = focus(matcher)
        self.distinct = matcher.zeros()


class _PassageSentences:
    """The sentences of one passage. ``best``, float32 [sentences, question words], are their best matches."""

    def __init__(self, hit: Hit, matcher: Matcher, blocks: Sequence[Block]) -> None:
        self.hit, self.matcher = hit, matcher
        passage = hit.passage
        self.alignment = matcher.align(passage)
        # There are none if the article has just been removed.
        found = list(passage_sentences(passage, blocks)) or [
            BlockSentence(span) for span in sentences(passage.text)
        ]
        self.spans = [sentence.span for sentence in found]
        self.kinds = [sentence.kind for sentence in found]
        self.blocks = [sentence.block for sentence in found]
        slices = _tokens_of(self.spans, self.alignment.tokens)
        self.words = [[token.text for token in self.alignment.tokens[part]] for part in slices]
        self.best = np.stack([best_of_rows(self.alignment.similarities[:, part]) for part in slices])
        # What the header row names, the rows below it say.
        at = {sentence.block: place for place, sentence in enumerate(found)}
        for place, sentence in enumerate(found):
            if sentence.kind is Kind.ROW and (header := at.get(blocks[sentence.block].lead)) is not None:
                self.best[place] = np.maximum(self.best[place], _CARRIED * self.best[header])

    def scored(self, asked: _QuestionFeatures, top_score: float) -> list[Candidate]:
        """The sentences with their scores, without headings and the title, which quote nothing."""
        hit, passage = self.hit, self.hit.passage
        texts = [passage.text[start:end] for start, end in self.spans]
        folded = self.alignment.folded
        folds = [fold_text(t) for t in texts] if folded is None else [folded[s:e] for s, e in self.spans]
        present = [answer_types.contained_types(t, f, asked.types) for t, f in zip(texts, folds, strict=True)]
        pair = language_pair(self.matcher.query, hit)
        columns = {
            **self._coverages(asked),
            **_type_columns(present, texts, self.words, asked),
            **self._likeness(asked, folds),
            "passage": np.full(len(texts), max(hit.score, 0.0) / max(top_score, 1e-9)),
            "first": np.arange(len(texts)) == 0,
            "question": self._open_questions(texts),
            "same_language": np.full(len(texts), pair != "cross"),
        }
        features = np.column_stack([columns[name] for name in tuning.SENTENCE_WEIGHTS[pair]])
        features = features.astype(np.float32)
        scores = features @ _WEIGHTS[pair]
        if not asked.code:
            of_code = np.array([kind is Kind.CODE for kind in self.kinds])
            scores[of_code] -= tuning.CODE_PENALTY
        counted = asked.types & answer_types.QUANTITY_TYPES
        return [
            Candidate(
                hit,
                passage.start + start,
                passage.start + end,
                texts[i],
                tuple(features[i].tolist()),
                float(scores[i]),
                frozenset(self.words[i]),
                bool(counted & present[i]) if counted else None,
                present[i],
            )
            for i, (start, end) in enumerate(self.spans)
            if self.kinds[i] not in NEVER_QUOTED
            and (texts[i] != hit.article.title or len(texts) == 1 or _ENDS.search(texts[i]))
        ]

    def _open_questions(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Whether each sentence is a question, but for those alone in their block with an answer below it."""
        asks = np.array([text.rstrip('”"」』)）*_').endswith(("?", "？")) for text in texts])
        for place in np.flatnonzero(asks[:-1]):
            alone = self.blocks.count(self.blocks[place]) == 1
            if alone and not asks[place + 1] and self.kinds[place + 1] is not Kind.HEADING:
                asks[place] = False
        return asks

    def _coverages(self, asked: _QuestionFeatures) -> _Columns:
        """The question's coverage by each sentence, alone and with its context."""
        matcher, best = self.matcher, self.best
        nothing = matcher.zeros()[None]
        context = matcher.context_best(self.hit.passage)
        earlier = np.maximum.accumulate(np.vstack([context[None], best[:-1]]))
        carried = np.maximum(best, _CARRIED * earlier)
        own = matcher.coverage(best)

        def added_by(other: Floats) -> Floats:
            added: Floats = matcher.coverage(np.maximum(best, other)) - own
            return added

        return {
            "coverage": own,
            "exact": matcher.coverage((best == 1.0).astype(np.float32)),
            "distinct": matcher.coverage(best, asked.distinct),
            "before": added_by(np.vstack([nothing, best[:-1]])),
            "after": added_by(np.vstack([best[1:], nothing])),
            "context": added_by(context),
            "earlier": added_by(earlier),
            "passage_coverage": self.hit.coverage - own,
            "before_cue": matcher.coverage(best, asked.before_cue),
            "after_cue": matcher.coverage(best, asked.after_cue),
            # Coverage of what headings and first sentence lack.
            "residual": matcher.coverage(best, 1 - self._topic() ** 2),
            # Coverage with what was said before.
            "inherited": matcher.coverage(carried, _distinctness(carried)),
        }

    def _likeness(self, asked: _QuestionFeatures, folds: Sequence[str]) -> _Columns:
        """Length, shared word pairs and bigrams, cosines to the question and to its part off topic."""
        matcher = self.matcher
        topic = self._topic()
        words = matcher.query.words
        rest = [word.word for word, best in zip(words, topic, strict=True) if word.topical and best**2 < 0.5]
        asked_bigrams = max(len(asked.bigrams), 1)
        dense = matcher.cosines([[word.word for word in words], rest], self.words)
        return {
            "length": np.log1p([len(words) for words in self.words]) / 4,
            "phrase": np.array([matcher.pair_share(words) for words in self.words]),
            "bigrams": np.array(
                [sum(pair in fold for pair in asked.bigrams) / asked_bigrams for fold in folds]
            ),
            "dense": dense[:, 0],
            "dense_rest": dense[:, 1],
        }

    def _topic(self) -> Floats:
        """float32 [question words]: the best matches in headings and first sentence, the passage's topic."""
        topic: Floats = np.maximum(self.matcher.context_best(self.hit.passage), self.best[0])
        return topic


class BlockSentence(NamedTuple):
    """A sentence of a passage as a span of its text, with the kind and the place of its block."""

    span: Span
    kind: Kind = Kind.PARAGRAPH
    block: int = -1


def passage_sentences(passage: Passage, blocks: Sequence[Block]) -> Iterator[BlockSentence]:
    """The sentences of a passage; a row of a table is one."""
    first = bisect_left(blocks, passage.start + 1, key=lambda block: block.end)
    inside = takewhile(lambda block: block.start < passage.end, blocks[first:])
    for place, block in enumerate(inside, first):
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


def _distinctness(best: Floats) -> Floats:
    """float32 [question words]: how well each word distinguishes sentences, from their ``best`` matches.

    It is the inverse document frequency with sentences as documents. The topic, which every sentence names,
    distinguishes little. A word that only one sentence has distinguishes most.
    """
    frequency = (best**tuning.SIMILARITY_POWER).sum(axis=0)
    ratio = (len(best) - frequency + 0.5) / (frequency + 0.5)
    factor: Floats = np.log1p(ratio) / np.log1p(2 * len(best) + 1)
    return factor


def _type_columns(
    present: Sequence[frozenset[str]],
    texts: Sequence[str],
    words: Sequence[Sequence[str]],
    asked: _QuestionFeatures,
) -> _Columns:
    """Features of the answer type: a number or name that is present, missing or new, and other types."""
    number, name = asked.types & answer_types.QUANTITY_TYPES, asked.types & answer_types.NAME_TYPES
    holds_number = np.array([bool(number & types) for types in present])
    holds_name = np.array([bool(name & types) for types in present])
    has_new = [any(word[0].isdigit() and word not in asked.words for word in of_one) for of_one in words]
    return {
        "holds_number": holds_number,
        "lacks_number": bool(number) & ~holds_number,
        "holds_name": holds_name,
        "lacks_name": bool(name) & ~holds_name,
        "holds_other": np.array([bool(types - number - name) for types in present]),
        "new_number": holds_number & has_new,
        "new_name": np.array([bool(name) and answer_types.introduces_name(t, asked.text) for t in texts]),
    }


def _bigrams(folded: str) -> frozenset[str]:
    """Pairs of adjacent letters or digits. They match even if the tokenizer cut words differently."""
    pairs = (folded[i : i + 2] for i in range(len(folded) - 1))
    return frozenset(pair for pair in pairs if pair.isalnum())


def _tokens_of(spans: Sequence[Span], tokens: Sequence[Token]) -> list[slice]:
    """For each sentence, the slice of its tokens."""
    starts = [token.start for token in tokens]
    return [slice(bisect_left(starts, start), bisect_left(starts, end)) for start, end in spans]
