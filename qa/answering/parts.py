"""The reply to a question that asks several things: what is found for each of its parts, as one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from qa import tuning
from qa.answering.composition import Composed, cited
from qa.answering.confidence import Estimate
from qa.answering.rivals import quoted_best
from qa.answering.scoring import Candidate
from qa.answering.units import Unit, Units, joined
from qa.linguistics.cues import GENERIC, MEASURED
from qa.question.written import key
from qa.retrieval.matcher import Matcher
from qa.retrieval.retriever import Ranking
from qa.types import Hit

#: The least similarity of a word that a quote has.
_MET = 0.5


class Reply(NamedTuple):
    """All that is found for a question, as it was asked: ``candidates`` best first, with their ``units``."""

    question: str
    matcher: Matcher
    ranking: Ranking
    hits: list[Hit]
    candidates: list[Candidate]
    units: Units
    composed: Composed
    estimate: Estimate
    which: bool


def with_parts(whole: Reply, parts: Sequence[Reply]) -> tuple[Reply, str]:
    """The reply to the ``whole`` question by its ``parts``, and the first of them without an answer, or "".

    It is the reply to the whole if no part is answered, or neither the whole nor all parts are.
    """
    told = [(part, unit) for part in parts if (unit := _answering(part, parts)) is not None]
    if not told or not (whole.estimate.answered or len(told) == len(parts)):
        return whole, ""
    answered = [part for part, _ in told]
    supporting = [unit for part in answered for unit in part.composed.units[len(part.composed.sentences) :]]
    composed = cited(joined([unit for _, unit in told]), supporting, whole.ranking.near_copies)
    missing = [
        part
        for part in parts
        if part not in answered and (part.estimate.answered or not _quoted(composed, part))
    ]
    hits = {hit.passage.id: hit for hit in whole.hits}
    for hit in (citation.hit for citation in composed.citations):
        hits.setdefault(hit.passage.id, replace(hit, rank=len(hits) + 1))
    citations = tuple(replace(c, hit=hits[c.hit.passage.id]) for c in composed.citations)
    rankings = [reply.ranking for reply in (*answered, whole)]
    pages = {article: begins for ranking in rankings for article, begins in ranking.pages.items()}
    blocks = {article: found for ranking in rankings for article, found in ranking.blocks.items()}
    estimate = min((part.estimate for part in answered), key=lambda estimate: estimate.probability)
    return (
        whole._replace(
            ranking=replace(whole.ranking, pages=pages, blocks=blocks),
            hits=list(hits.values()),
            composed=composed._replace(citations=citations),
            estimate=whole.estimate if whole.estimate.answered and not missing else estimate,
        ),
        missing[0].question if missing else "",
    )


def _answering(part: Reply, parts: Sequence[Reply]) -> Unit | None:
    """The unit that answers a part: the first, or the first that has a word that only this part has.

    None if no unit has one, as far as the languages are the same; or if all lack the quantity asked for.
    """
    decision = part.estimate.decision
    if decision is None or not part.estimate.answered:
        return None
    if any(feature.name == "lacks" and feature.value for feature in decision.features):
        return None
    composed, others = part.composed, set[str]()
    for other in parts:
        others |= {key(word.word, word.written) for word in other.matcher.query.words if other is not part}
    own = [
        place
        for place, word in enumerate(part.matcher.query.words)
        if word.topical
        and key(word.word, word.written) not in others | GENERIC
        and not MEASURED.fullmatch(word.word)
    ]
    if not own:
        return composed.units[0]
    met = [float(quoted_best(part.matcher, quoted)[own].max()) for quoted in composed.quoted]
    best = next((place for place, best in enumerate(met) if best >= _MET), 0)
    missed = met[best] < tuning.MIN_SIMILARITY and decision.pair != "cross"
    return None if missed else composed.units[best]


def _quoted(composed: Composed, part: Reply) -> bool:
    """Whether an answer quotes the best unit for a part."""
    return any(best.overlaps(unit) for best in part.composed.units[:1] for unit in composed.units)
