"""Scores the sentences of the best passages as answers.

The score is a linear model of features: how much of the question the sentence covers, what its neighbours
and headings add, whether it contains the expected answer type, and how its passage ranks.
`answering.composition` makes the answer of the scored sentences, `answering.reranking` reorders the passages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from index.lexicon.lexicon import Floats
from index.text.dated import go_on
from index.text.fold import fold_text
from index.text.language import detect
from index.types import ASIDE, Block, Kind
from qa import tuning
from qa.linguistics import answer_types
from qa.linguistics.cues import ASKS
from qa.linguistics.pointers import LAST, item_number, told_by
from qa.linguistics.sections import is_bare
from qa.question.asked import what_is_asked
from qa.question.query import Query
from qa.retrieval.matcher import Matcher, best_of_rows
from qa.retrieval.passages import Sentences
from qa.types import Hit

_WEIGHTS = {
    pair: np.array(list(weights.values()), dtype=np.float32)
    for pair, weights in tuning.SENTENCE_WEIGHTS.items()
}
#: The features of a sentence, the same for each language pair.
_FEATURES = tuple(tuning.SENTENCE_WEIGHTS["en"])
#: What a feature may be.
_Scalar = TypeVar("_Scalar", bound=np.generic)
#: The features by name, each with its value for every sentence.
_Columns = dict[str, ArrayLike]
#: The coverages of the question by a sentence: alone, by the same words, with the words weighed in other
#: ways, then what its neighbours, the headings and the text before it add.
_COVERAGES = (
    *("coverage", "exact", "distinct", "before_cue", "after_cue", "residual", "inherited"),
    *("before", "after", "context", "earlier"),
)
_ADDED = slice(_COVERAGES.index("before"), None)
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
    asked for. It is None if the question asks for none. ``told`` says whether it tells of what the question
    points at (`qa.linguistics.pointers`): True, of others only, False, or of nothing of the kind, None.
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
    told: bool | None = None

    def overlaps(self, other: Candidate) -> bool:
        """Whether both have some of the same text."""
        if self.hit.article.id != other.hit.article.id:
            return False
        return self.start < other.end and other.start < self.end


def score_sentences(hits: Sequence[Hit], matcher: Matcher, blocks: Blocks) -> list[Candidate]:
    """All sentences of the hits, best first. Equal scores keep the reading order.

    ``blocks`` are those of the hits' articles.
    """
    return candidates(score_passages(hits, matcher, blocks))


def score_passages(hits: Sequence[Hit], matcher: Matcher, blocks: Blocks) -> list[ScoredPassage]:
    """The hits with the scores of their sentences, see `candidates`."""
    read = [_PassageSentences(hit, matcher, blocks.get(hit.article.id, ())) for hit in hits]
    return _Scorer(read, matcher, hits[0].score).scored() if read else []


def candidates(passages: Sequence[ScoredPassage], hits: Mapping[int, Hit] | None = None) -> list[Candidate]:
    """The sentences that may be quoted, best first. Equal scores keep the reading order of the passages.

    ``hits`` are those to name instead of the ones that were scored, by their passages.
    """
    order = [
        (-score, passage.hit.rank, passage.sentences.spans[at].start, at, passage)
        for passage in passages
        for at, score in passage.scores
    ]
    order.sort(key=lambda found: found[:3])
    return [
        passage.candidate(at, -score, hits[passage.hit.passage.id] if hits else passage.hit)
        for score, _, _, at, passage in order
    ]


def language_pair(query: Query, hit: Hit) -> str:
    """ "zh" or "en" if question and passage are both in that language, otherwise "cross"."""
    language = _language(hit.passage.text)
    return language if language == _language(query.text) and language in ("zh", "en") else "cross"


@lru_cache(256)
def _language(text: str) -> str:
    return detect(text)[:2]


def focus(matcher: Matcher) -> tuple[Floats, Floats]:
    """float32 [question words], twice: the focus of the question before and after its question word.

    It is high for topical words next to the question word (著作有哪些, "what strains"), which say what the
    answer is.
    """
    before_cue, after_cue = matcher.zeros(), matcher.zeros()
    words = matcher.query.words
    for at, word in enumerate(words):
        if not word.topical and ASKS.fullmatch(word.word):
            before, after = range(at - 1, -1, -1), range(at + 1, len(words))
            for side, order in ((before_cue, before), (after_cue, after)):
                near = [i for i in order if matcher.weights[i] > 0]
                side[near] = np.maximum(side[near], _FOCUS_FALL ** np.arange(len(near)))
    return before_cue, after_cue


class _QuestionFeatures:
    """What the features need of the question, computed once.

    ``distinct``, float32 [question words], is high for words that distinguish the sentences at hand.
    """

    def __init__(self, matcher: Matcher, distinct: Floats) -> None:
        words = matcher.query.words
        self.words = frozenset(word.word for word in words)
        self.text = matcher.query.folded
        asked = what_is_asked(matcher.query)
        self.types, self.code, self.single = asked.types, asked.code, asked.single
        self.bigrams = _bigrams(self.text)
        #: The pairs of neighbouring words, each with a topical one.
        self.pairs = {
            (first.word, second.word) for first, second in pairwise(words) if first.topical or second.topical
        }
        before_cue, after_cue = focus(matcher)
        #: float32 [`_COVERAGES`, question words]: what each of the coverages weighs the words with.
        self.weights = np.empty((len(_COVERAGES), len(words)), dtype=np.float32)
        self.weights[:] = matcher.weights
        for name, factors in (("distinct", distinct), ("before_cue", before_cue), ("after_cue", after_cue)):
            self.weights[_COVERAGES.index(name)] *= factors


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A hit with its sentences. ``scores`` has the places and scores of those that may be quoted.

    ``features`` has those of each sentence. ``held`` are the types asked for that each sentence holds;
    ``counted`` those that are quantities, empty if none is asked for. ``told`` as in `Candidate`.
    """

    hit: Hit
    sentences: Sentences
    scores: Sequence[tuple[int, float]]
    features: Sequence[tuple[float, ...]]
    held: Sequence[frozenset[str]]
    counted: frozenset[str]
    told: Sequence[bool | None]

    def candidate(self, at: int, score: float, hit: Hit) -> Candidate:
        """The sentence at a place, as one of ``hit``."""
        start, end = self.sentences.spans[at]
        offset = hit.passage.start
        return Candidate(
            hit,
            offset + start,
            offset + end,
            self.sentences.texts[at],
            self.features[at],
            score,
            self.sentences.sets[at],
            bool(self.counted & self.held[at]) if self.counted else None,
            self.held[at],
            self.told[at],
        )


class _PassageSentences:
    """The sentences of one passage. ``best``, float32 [sentences, question words], are their best matches."""

    def __init__(self, hit: Hit, matcher: Matcher, blocks: Sequence[Block]) -> None:
        self.hit, self.matcher = hit, matcher
        alignment = matcher.align(hit.passage)
        self.text = alignment.text
        self.sentences = self.text.sentences(blocks)
        similarities = alignment.similarities
        if (starts := self.sentences.starts) is None:
            best = [best_of_rows(similarities[:, part]) for part in self.sentences.slices]
            self.best = np.stack(best)
        else:
            self.best = np.ascontiguousarray(np.maximum.reduceat(similarities, starts, axis=1).T)
        for place, header in self.sentences.headed:
            self.best[place] = np.maximum(self.best[place], _CARRIED * self.best[header])
        self.context = matcher.context_best(hit.passage)
        #: Of each sentence, what `Candidate` has as ``told``. The words that point at it match.
        self.told = self._told()
        for place, told in enumerate(self.told):
            if told:
                self.best[place, matcher.pointing] = 1.0
        #: float32 [question words]: the best matches in headings and first sentence, the passage's topic.
        self.topic: Floats = np.maximum(self.context, self.best[0])

    def _told(self) -> Sequence[bool | None]:
        """Whether each sentence tells of what the question points at, or else the nearest heading that does.

        A row is read with the units of its header. The name of a part, alone on a line, heads what follows.
        """
        pointers, sentences = self.matcher.query.pointers, self.sentences
        if not pointers:
            return [None] * len(sentences.folded)
        if any(pointer.value == LAST for pointer in pointers):
            return self._last_items()
        header = dict(sentences.headed)
        told: list[bool | None] = []
        above = headed = told_by(pointers, fold_text(self.hit.passage.heading))
        named = -1
        sections = [int(pointer.value) for pointer in pointers if pointer.kind == "section"]
        for place, folded in enumerate(sentences.folded):
            own = told_by(pointers, folded, sentences.folded[header[place]] if place in header else "")
            if sentences.kinds[place] is Kind.HEADING and place not in header.values():
                above = headed = own
            elif any(is_bare(section, folded) for section in sections):
                above, named = True, place
            elif named >= 0 and self._is_apart(named, place):
                above, named = headed, -1
            told.append(above if own is None else own)
        return told

    def _is_apart(self, named: int, place: int) -> bool:
        """Whether a sentence stands no more below a name: in no list or paragraph with what follows that."""
        kinds, spans = self.sentences.kinds, self.sentences.spans
        if place == named + 1 or kinds[place] in (Kind.ITEM, Kind.ROW):
            return kinds[place] is not kinds[named + 1]
        between = self.hit.passage.text[spans[place - 1].end : spans[place].start]
        return kinds[place] is not kinds[named + 1] or between.count("\n") > 1

    def _last_items(self) -> Sequence[bool | None]:
        """Whether each sentence begins the last of several items; None if it begins none."""
        told: list[bool | None] = []
        following = 0
        for number in map(item_number, reversed(self.sentences.folded)):
            told.append(1 < number >= following if number else None)
            following = number or following
        return told[::-1]

    def may_be_quoted(self, at: int) -> bool:
        """Whether a sentence says something: headings and the title quote nothing."""
        text, kind = self.sentences.texts[at], self.sentences.kinds[at]
        if kind in NEVER_QUOTED or text != self.hit.article.title:
            return kind not in NEVER_QUOTED
        return len(self.sentences.texts) == 1 or bool(_ENDS.search(text)) or self._in_chronology(at)

    def _in_chronology(self, at: int) -> bool:
        """Whether a sentence is a dated line before another one: the title of such a text says something."""
        spans = self.sentences.spans[at : at + 2]
        return len(spans) == 2 and go_on(self.hit.passage.text, *spans)


class _Scorer:
    """Scores the sentences of all passages at once, as one array with a row for each.

    Sums are einsum's: BLAS rounds them differently by how many rows there are, and no score should depend on
    the other passages more than `_distinctness` says.
    """

    def __init__(self, passages: Sequence[_PassageSentences], matcher: Matcher, top_score: float) -> None:
        """``passages``: at least one, with a sentence each. ``top_score``: the score of the best one."""
        self._passages, self._matcher, self._top_score = passages, matcher, top_score
        self._best = np.concatenate([passage.best for passage in passages])
        sizes = np.array([len(passage.best) for passage in passages])
        #: The row where each passage begins and ends, and the passage of each row.
        self._ends = np.cumsum(sizes)
        self._firsts = self._ends - sizes
        self._owners = np.repeat(np.arange(len(sizes)), sizes)
        self._context = np.stack([passage.context for passage in passages])
        self._topics = np.stack([passage.topic for passage in passages])
        self._asked = _QuestionFeatures(matcher, _distinctness(self._best, self._firsts[:1])[0])

    def scored(self) -> list[ScoredPassage]:
        """The passages with the scores of their sentences."""
        hits = [passage.hit for passage in self._passages]
        held = [types for passage in self._passages for types in self._held(passage.sentences)]
        pairs = [language_pair(self._matcher.query, hit) for hit in hits]
        scores_of_hits = np.array([max(hit.score, 0.0) for hit in hits])
        first = np.zeros(len(held), dtype=np.bool_)
        first[self._firsts] = True
        columns = {
            **self._coverages(),
            **_type_columns(held, [passage.sentences for passage in self._passages], self._asked),
            **self._likeness(),
            "passage": self._each(scores_of_hits) / max(self._top_score, 1e-9),
            "first": first,
            "question": np.concatenate([passage.sentences.asks for passage in self._passages]),
            "same_language": self._each(np.array([pair != "cross" for pair in pairs])),
        }
        features = np.empty((len(held), len(_FEATURES)), dtype=np.float32)
        for place, name in enumerate(_FEATURES):
            features[:, place] = columns[name]
        scores = np.einsum("nf,nf->n", features, self._each(np.stack([_WEIGHTS[pair] for pair in pairs])))
        if not self._asked.code:  # comments say what code is for
            commands = np.concatenate([passage.sentences.commands for passage in self._passages])
            scores[commands] -= tuning.CODE_PENALTY
        of_each = [*map(tuple, features.tolist())]
        counted = self._asked.types & answer_types.TOLD_TYPES
        scored = []
        for passage, begin, end in zip(self._passages, self._firsts, self._ends, strict=True):
            quoted = [
                (at, score)
                for at, score in enumerate(scores[begin:end].tolist())
                if passage.may_be_quoted(at)
            ]
            told = (quoted, of_each[begin:end], held[begin:end], counted, passage.told)
            scored.append(ScoredPassage(passage.hit, passage.sentences, *told))
        return scored

    def _each(self, of_passages: NDArray[_Scalar]) -> NDArray[_Scalar]:
        """What is told of each passage, for each of its sentences."""
        return of_passages[self._owners]

    def _held(self, sentences: Sentences) -> list[frozenset[str]]:
        """The types asked for that each sentence of a passage holds."""
        held = sentences.types(self._asked.types)
        if self._asked.single and "count" in self._asked.types:
            one = [*map(self._asked.single.search, sentences.folded)]
            held = [types | {"count"} if found else types for types, found in zip(held, one, strict=True)]
        return held

    def _coverages(self) -> _Columns:
        """The question's coverage by each sentence, alone and with its context; see `_COVERAGES`."""
        best, firsts = self._best, self._firsts
        context = self._each(self._context)
        matched = np.empty((len(_COVERAGES), *best.shape), dtype=np.float32)
        matched[:] = best
        of = dict(zip(_COVERAGES, matched, strict=True))
        earlier = of["earlier"]
        earlier[1:] = best[:-1]
        earlier[firsts] = self._context
        for begin, end in zip(firsts, self._ends, strict=True):
            np.maximum.accumulate(earlier[begin:end], out=earlier[begin:end])
        np.maximum(best, _CARRIED * earlier, out=of["inherited"])
        np.maximum(best, earlier, out=earlier)
        of["exact"][:] = best == 1.0
        np.maximum(best[1:], best[:-1], out=of["before"][1:])
        np.maximum(best[:-1], best[1:], out=of["after"][:-1])
        of["before"][firsts], of["after"][self._ends - 1] = best[firsts], best[self._ends - 1]
        np.maximum(best, context, out=of["context"])
        weights = np.repeat(self._asked.weights[:, None], len(best), axis=1)
        # Coverage of what headings and first sentence lack, and coverage with what was said before.
        weights[_COVERAGES.index("residual")] *= self._each(1 - self._topics**2)
        weights[_COVERAGES.index("inherited")] *= self._each(_distinctness(of["inherited"], firsts))
        covered = self._matcher.coverages(matched, weights)
        own = covered[0]
        covered[_ADDED] -= own
        columns: _Columns = dict(zip(_COVERAGES, covered, strict=True))
        columns["passage_coverage"] = self._each(np.array([one.hit.coverage for one in self._passages])) - own
        return columns

    def _likeness(self) -> _Columns:
        """Length, shared word pairs and bigrams, cosines to the question and to its part off topic."""
        asked = self._asked
        pooled = np.concatenate([passage.sentences.pooled for passage in self._passages])
        meant, *rest = self._pooled_questions()
        shared, bigrams = list[int](), list[int]()
        for passage in self._passages:
            whole, unique = passage.text.plain, passage.text.words.unique
            known = [pair for pair in asked.bigrams if whole is None or pair in whole]
            bigrams += (sum(pair in folded for pair in known) for folded in passage.sentences.folded)
            pairs = {pair for pair in asked.pairs if pair[0] in unique and pair[1] in unique}
            shared += (
                len(pairs.intersection(pairwise(words))) if pairs else 0 for words in passage.sentences.words
            )
        return {
            "length": np.concatenate([passage.sentences.lengths for passage in self._passages]) / 4,
            "phrase": np.array(shared) / max(len(asked.pairs), 1),
            "bigrams": np.array(bigrams) / max(len(asked.bigrams), 1),
            "dense": np.einsum("nd,d->n", pooled, meant),
            "dense_rest": np.einsum("nd,nd->n", pooled, self._each(np.stack(rest))),
        }

    def _pooled_questions(self) -> Floats:
        """float32 [1 + passages, dimensions]: the vectors of the question and of what is off each topic."""
        words, meant = self._matcher.query.words, self._matcher.query.meant
        topical = [at for at, word in enumerate(words) if word.topical]
        texts = [meant]
        for off in (self._topics[:, topical] ** 2 < 0.5).tolist():
            texts.append(tuple(meant[at] for at, is_off in zip(topical, off, strict=True) if is_off))
        different = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        return self._matcher.pool([*different])[[different[text] for text in texts]]


def _distinctness(best: Floats, firsts: NDArray[np.int64]) -> Floats:
    """float32 [passages, question words]: how well a word distinguishes sentences, by their ``best`` matches.

    It is the inverse document frequency with sentences as documents, those from each of ``firsts`` on. The
    topic, which every sentence names, distinguishes little. A word that only one sentence has distinguishes
    most.
    """
    sizes = np.diff(firsts, append=len(best))[:, None]
    frequency = np.add.reduceat(best**tuning.SIMILARITY_POWER, firsts, axis=0)
    ratio = (sizes - frequency + 0.5) / (frequency + 0.5)
    factor: Floats = np.log1p(ratio) / np.log1p(2 * sizes + 1)
    return factor


def _type_columns(
    held: Sequence[frozenset[str]], texts: Sequence[Sentences], asked: _QuestionFeatures
) -> _Columns:
    """Features of the answer type: a number or name that is present, missing or new, and other types.

    An occasion is no number, and where it is told none is missing.
    """
    number, name = asked.types & answer_types.TOLD_TYPES, asked.types & answer_types.NAME_TYPES
    numbers = number - answer_types.OCCASION
    holds_number = np.array([bool(numbers & types) for types in held])
    tells_when = np.array([bool(answer_types.OCCASION & types) for types in held])
    holds_name = np.array([bool(name & types) for types in held])
    digits = (digits for text in texts for digits in text.digits)
    new_number = [not asked.words.issuperset(found) for found in digits] if number else False
    names = (names for text in texts for names in text.names)
    new_name = [any(one not in asked.text for one in found) for found in names] if name else False
    return {
        "holds_number": holds_number,
        "lacks_number": bool(number) & ~holds_number & ~tells_when,
        "holds_name": holds_name,
        "lacks_name": bool(name) & ~holds_name,
        "holds_other": np.array([bool(types - number - name) for types in held]),
        "new_number": holds_number & new_number,
        "new_name": new_name,
    }


def _bigrams(folded: str) -> frozenset[str]:
    """Pairs of adjacent letters or digits. They match even if the tokenizer cut words differently."""
    pairs = (folded[i : i + 2] for i in range(len(folded) - 1))
    return frozenset(pair for pair in pairs if pair.isalnum())
