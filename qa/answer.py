"""Scores the sentences that may answer: verbatim, each with its place in its article.

Every sentence of the best passages is scored by a linear model over what it covers of the
question, what its neighbours and headings add, whether it holds the kind of thing asked for, and
how well its passage ranks. ``qa.compose`` makes the answer of them.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.fold import fold_text
from index.sentences import sentences
from index.types import Span, Token
from qa import answer_type, tuning
from qa.match import Matcher, strongest
from qa.types import Hit

_WEIGHTS = np.array(list(tuning.SENTENCE_WEIGHTS.values()))
_HEADING = re.compile(r"#{1,6}\s")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: ``article.text[start:end]``.

    ``features`` are in the order of ``tuning.SENTENCE_WEIGHTS``; ``score`` is their weighted sum.
    ``figure`` says whether it holds the figure asked for, None when the question asks for none.
    """

    hit: Hit
    start: int
    end: int
    text: str
    features: tuple[float, ...]
    score: float
    words: frozenset[str]
    figure: bool | None = None


def candidates(hits: Sequence[Hit], matcher: Matcher) -> list[Candidate]:
    """All sentences of the hits with their scores, best first; equal scores in reading order."""
    read = [_Sentences(hit, matcher) for hit in hits]
    everywhere = [best for passage in read for best in passage.best]
    distinct = _distinctness(np.stack(everywhere)) if everywhere else matcher.nothing()
    kinds = answer_type.asked(matcher.query.text)
    found = [c for passage in read for c in passage.candidates(kinds, distinct, hits[0].score)]
    return sorted(found, key=lambda c: (-c.score, c.hit.rank, c.start))


def _distinctness(best: NDArray[np.float32]) -> NDArray[np.float32]:
    """From float32 [sentences, question words] the factor by which each question word tells sentences apart.

    The inverse document frequency with sentences for documents: the topic, which every sentence
    names, tells little; the word that one sentence has tells most.
    """
    frequency = (best**tuning.SIMILARITY_POWER).sum(axis=0)
    ratio = (len(best) - frequency + 0.5) / (frequency + 0.5)
    factor: NDArray[np.float32] = np.log1p(ratio) / np.log1p(2 * len(best) + 1)
    return factor


class _Sentences:
    """The sentences of one passage and what each matches: ``best`` float32 [question words] apiece."""

    def __init__(self, hit: Hit, matcher: Matcher) -> None:
        self.hit, self.matcher = hit, matcher
        passage = hit.passage
        self.reading = matcher.read(passage)
        self.spans = sentences(passage.text)
        slices = _tokens_of(self.spans, self.reading.tokens)
        self.words = [[token.text for token in self.reading.tokens[part]] for part in slices]
        self.best = [strongest(self.reading.similarities[:, part]) for part in slices]

    def candidates(
        self, kinds: frozenset[str], distinct: NDArray[np.float32], top_score: float
    ) -> Iterator[Candidate]:
        """Every sentence, scored."""
        hit, matcher, passage = self.hit, self.matcher, self.hit.passage
        around = [matcher.nothing(), *self.best, matcher.nothing()]
        context = matcher.best(passage.context)
        earlier = np.maximum.accumulate([context, *self.best])
        cosines = matcher.cosines(self.words)
        asked = {word.word for word in matcher.query.words}
        asked_text = matcher.query.folded
        same_language = float(hit.article.language[:2] == matcher.query.language)
        for i, (start, end) in enumerate(self.spans):
            text = passage.text[start:end]
            # A heading or title helps the sentences below it and says nothing itself.
            if _HEADING.match(text) or (text == hit.article.title and len(self.spans) > 1):
                continue
            folded = self.reading.folded
            holds = answer_type.held(text, fold_text(text) if folded is None else folded[start:end], kinds)
            best, words = self.best[i], self.words[i]
            own = matcher.coverage(best)
            counted = kinds & answer_type.COUNTED
            figure = bool(counted & holds) if counted else None
            new_words = [word for word in words if word not in asked]
            features = (
                own,
                matcher.coverage((best == 1.0).astype(np.float32)),
                matcher.coverage(best, distinct),
                # What the sentences around it, its headings and its whole passage would add.
                matcher.coverage(np.maximum(best, around[i])) - own,
                matcher.coverage(np.maximum(best, around[i + 2])) - own,
                matcher.coverage(np.maximum(best, context)) - own,
                matcher.coverage(np.maximum(best, earlier[i])) - own,
                hit.coverage - own,
                *_kind_features(kinds, holds),
                float(bool(figure) and any(word[0].isdigit() for word in new_words)),
                float(bool(kinds & answer_type.NAMED) and _names_anew(text, asked_text)),
                hit.score / max(top_score, 1e-9),
                float(i == 0),
                min(len(new_words), 12) / 12,
                math.log1p(len(words)) / 4,
                float(text.rstrip('”"」』)）').endswith(("?", "？"))),
                matcher.phrases(words),
                float(cosines[i]),
                same_language,
            )
            score = float(np.dot(features, _WEIGHTS))
            place = passage.start + start, passage.start + end
            yield Candidate(hit, *place, text, features, score, frozenset(words), figure)


def _names_anew(sentence: str, question: str) -> bool:
    """Whether the sentence names something after its first word that the folded question does not."""
    return any(name not in question for name in answer_type.names(sentence[1:]))


def _kind_features(kinds: frozenset[str], holds: frozenset[str]) -> tuple[float, ...]:
    """Whether a sentence holds or lacks the number or name asked for, and other kinds it holds."""
    number, name = kinds & answer_type.COUNTED, kinds & answer_type.NAMED
    return (
        float(bool(number & holds)),
        float(bool(number) and not number & holds),
        float(bool(name & holds)),
        float(bool(name) and not name & holds),
        float(bool(holds - number - name)),
    )


def _tokens_of(spans: Sequence[Span], tokens: Sequence[Token]) -> list[slice]:
    """For each sentence, which of the passage's tokens it holds."""
    starts = [token.start for token in tokens]
    return [slice(bisect_left(starts, start), bisect_left(starts, end)) for start, end in spans]
