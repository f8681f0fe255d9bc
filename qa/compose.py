"""Makes the answer from scored sentences: what is quoted, and what backs it.

The best sentence is the answer; sentences that say the same in other articles become further
citations; a sentence that leans on the one before it brings that one along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa import tuning
from qa.answer import Candidate
from qa.types import AnswerSentence, Citation, Hit

_LEANS = re.compile(
    r"\s*(?:他们|她们|它们|他|她|它|该|此|这|那|其|這|他們|她們|它們|該|此外|"
    r"(?:he|she|it|they|this|that|these|those|his|her|its|their)\b)",
    re.IGNORECASE,
)


def compose(
    found: Sequence[Candidate], limit: int
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """The answer from scored candidates: one to three sentences, then what supports the first.

    Up to ``limit`` citations, those of the sentences before those that only support.
    """
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
        chosen += [c for c in sorted(before, key=lambda c: -c.end)[:1] if _stands_alone(c)]
    if best.figure is False:  # the topic is named in one sentence, the figure stands in another near it
        near = [c for c in found if c.hit is best.hit and c.figure]
        chosen += sorted(near, key=lambda c: max(c.start - best.end, 2 * (best.start - c.end)))[:1]
    for candidate in found[1:]:
        if len(chosen) >= tuning.MOST_SENTENCES:
            break
        close = best.score - candidate.score <= tuning.CLOSE_SCORE
        if close and candidate not in chosen and not any(_same_fact(candidate, c) for c in chosen):
            chosen.append(candidate)
    return chosen


def _stands_alone(candidate: Candidate) -> bool:
    """Whether it says something: a section's bare number names nobody."""
    return len(candidate.words) >= tuning.LEAST_WORDS


def _supports(best: Candidate, found: Sequence[Candidate], taken: Sequence[Candidate]) -> list[Candidate]:
    """Sentences of other articles that say the same as ``best``, one an article."""
    articles = {c.hit.article.id for c in taken}
    supports = []
    for candidate in found:
        if candidate.hit.article.id not in articles and _same_fact(candidate, best):
            articles.add(candidate.hit.article.id)
            supports.append(candidate)
    return supports


def _same_fact(a: Candidate, b: Candidate) -> bool:
    """Whether two sentences share most of the shorter one's words, and all figures: else they disagree."""
    shared = len(a.words & b.words) / max(1, min(len(a.words), len(b.words)))
    return shared >= tuning.SAME_FACT and _figures(a) == _figures(b)


def _figures(candidate: Candidate) -> frozenset[str]:
    return frozenset(word for word in candidate.words if word[0].isdigit())


def nearest(found: Sequence[Candidate], hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """For a question without an answer: each passage's best sentence, best passage first."""
    best: dict[int, Candidate] = {}
    for candidate in found:
        best.setdefault(candidate.hit.passage.id, candidate)
    cited = [best[hit.passage.id] for hit in hits if hit.passage.id in best]
    return tuple(Citation(n, c.start, c.end, c.text, c.hit) for n, c in enumerate(cited, start=1))
