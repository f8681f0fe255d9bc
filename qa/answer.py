"""Chooses the sentences that answer: verbatim, each with its place in its article.

Every sentence of the best passages is scored by a linear model over what it covers of the
question, what its neighbours and headings add, whether it holds the kind of thing asked for, and
how well its passage ranks. The best is the answer; sentences that say the same in other articles
become further citations; a sentence that leans on the one before it brings that one along.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.fold import fold_text
from index.sentences import sentences
from index.types import Span, Token
from qa import answer_type, tuning
from qa.match import Matcher, strongest
from qa.types import AnswerSentence, Citation, Hit

#: Names of the features, in the order of ``tuning.SENTENCE_WEIGHTS``.
FEATURES = (
    "coverage",
    "exact",
    "before",
    "after",
    "context",
    "kind",
    "wrong_kind",
    "passage",
    "first",
    "novelty",
    "length",
    "question",
    "phrase",
    "dense",
    "new_number",
)
#: Kinds that a number answers.
_COUNTED = frozenset({"number", "money", "percent", "date", "duration"})
_LEANS = re.compile(
    r"\s*(?:他们|她们|它们|他|她|它|该|此|这|那|其|這|他們|她們|它們|該|此外|"
    r"(?:he|she|it|they|this|that|these|those|his|her|its|their)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: ``article.text[start:end]``, with its features and score."""

    hit: Hit
    start: int
    end: int
    text: str
    features: tuple[float, ...]
    score: float
    words: frozenset[str]


def candidates(hits: Sequence[Hit], matcher: Matcher) -> list[Candidate]:
    """All sentences of the hits with their scores, best first; equal scores in reading order."""
    kinds = answer_type.asked(matcher.query.text)
    found = [c for hit in hits for c in _of_passage(hit, hits[0].score, matcher, kinds)]
    return sorted(found, key=lambda c: (-c.score, c.hit.rank, c.start))


def _of_passage(hit: Hit, top_score: float, matcher: Matcher, kinds: frozenset[str]) -> list[Candidate]:
    passage = hit.passage
    reading = matcher.read(passage)
    spans = sentences(passage.text)
    slices = _tokens_of(spans, reading.tokens)
    words = [[token.text for token in reading.tokens[part]] for part in slices]
    best = [strongest(reading.similarities[:, part]) for part in slices]
    around = [matcher.nothing(), *best, matcher.nothing()]
    context = matcher.best(passage.context)
    cosines = matcher.cosines(words)
    asked = {word.word for word in matcher.query.words}
    found = []
    for i, (start, end) in enumerate(spans):
        text = passage.text[start:end]
        folded = fold_text(text) if reading.folded is None else reading.folded[start:end]
        own = matcher.coverage(best[i])
        holds = answer_type.held(text, folded, kinds)
        new_words = [word for word in words[i] if word not in asked]
        features = (
            own,
            matcher.coverage((best[i] == 1.0).astype(np.float32)),
            _gain(matcher, best[i], around[i], own),
            _gain(matcher, best[i], around[i + 2], own),
            _gain(matcher, best[i], context, own),
            float(bool(holds)),
            float(bool(kinds) and not holds),
            hit.score / max(top_score, 1e-9),
            float(i == 0),
            min(len(new_words), 12) / 12,
            math.log1p(len(words[i])) / 4,
            float(text.rstrip('”"」』)）').endswith(("?", "？"))),
            matcher.phrases(words[i]),
            float(cosines[i]),
            float(bool(kinds & _COUNTED) and any(word[0].isdigit() for word in new_words)),
        )
        score = float(np.dot(features, tuning.SENTENCE_WEIGHTS))
        place = passage.start + start, passage.start + end
        found.append(Candidate(hit, *place, text, features, score, frozenset(words[i])))
    return found


def _tokens_of(spans: Sequence[Span], tokens: Sequence[Token]) -> list[slice]:
    """For each sentence, which of the passage's tokens it holds."""
    starts = [token.start for token in tokens]
    return [slice(bisect_left(starts, start), bisect_left(starts, end)) for start, end in spans]


def _gain(matcher: Matcher, own: NDArray[np.float32], other: NDArray[np.float32], covered: float) -> float:
    """How much of the question ``other`` covers beyond what the sentence itself does."""
    return matcher.coverage(np.maximum(own, other)) - covered


def compose(
    found: Sequence[Candidate], limit: int
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """The answer from scored candidates: one to three sentences, and up to ``limit`` citations."""
    chosen = _choose(found)
    supports = _supports(chosen[0], found, taken=chosen)
    cited = [*chosen, *supports][: max(limit, 1)]
    citations = tuple(
        Citation(number, c.start, c.end, c.text, c.hit) for number, c in enumerate(cited, start=1)
    )
    answer = tuple(AnswerSentence(c.text, number) for number, c in enumerate(cited, start=1) if c in chosen)
    return answer, citations


def _choose(found: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence, then what it needs to stand alone or what comes close to it."""
    best = found[0]
    chosen = [best]
    if _LEANS.match(best.text):
        before = [c for c in found if c.hit is best.hit and c.end <= best.start]
        chosen += sorted(before, key=lambda c: -c.end)[:1]
    for candidate in found[1:]:
        if len(chosen) >= tuning.MOST_SENTENCES:
            break
        close = best.score - candidate.score <= tuning.CLOSE_SCORE
        if close and candidate not in chosen and all(_overlap(candidate, c) < 0.6 for c in chosen):
            chosen.append(candidate)
    return chosen


def _supports(best: Candidate, found: Sequence[Candidate], taken: Sequence[Candidate]) -> list[Candidate]:
    """Sentences of other articles that say the same as ``best``, one an article."""
    articles = {c.hit.article.id for c in taken}
    supports = []
    for candidate in found:
        if candidate.hit.article.id not in articles and _overlap(candidate, best) >= tuning.SAME_FACT:
            articles.add(candidate.hit.article.id)
            supports.append(candidate)
    return supports


def _overlap(a: Candidate, b: Candidate) -> float:
    """Shared words of two sentences as a share of the shorter one's."""
    return len(a.words & b.words) / max(1, min(len(a.words), len(b.words)))


def nearest(found: Sequence[Candidate], hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """For a question without an answer: each passage's best sentence, best passage first."""
    best: dict[int, Candidate] = {}
    for candidate in found:
        best.setdefault(candidate.hit.passage.id, candidate)
    cited = [best[hit.passage.id] for hit in hits if hit.passage.id in best]
    return tuple(Citation(n, c.start, c.end, c.text, c.hit) for n, c in enumerate(cited, start=1))
