"""Explains an answer: what each word matched, how the passages rank, and why it was given or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from index.text.display import one_line
from index.text.fold import fold_text
from index.types import Span
from qa.i18n import N_, _, language
from qa.output.labels import labels_in
from qa.output.parts import copy_count, coverage, page, percent, sureness
from qa.output.terminal import Terminal, columns, marked_lines
from qa.types import Answer, Decision, ExplainedWord, Hit, location_json

#: The most matched words shown for each word of the question.
MAX_MATCHED_WORDS = 4
_RETRIEVERS = {"lexical": N_("words"), "dense": N_("meaning")}
#: The features of `qa.answering.confidence` in words.
FEATURE_LABELS = {
    "bias": N_("initial doubt"),
    "score": N_("match of the best passage"),
    "rise": N_("its lead over the other passages"),
    "relative_rise": N_("its lead relative to its score"),
    "dense": N_("similarity in meaning"),
    "unmet": N_("words of yours it lacks"),
    "untranslated": N_("words of yours not translated"),
    "lead": N_("how its best sentence stands out"),
    "bigrams": N_("the same wording as yours"),
    "length": N_("length of your question"),
    "defined": N_("it says what the thing is"),
    "lacks": N_("no quote has what you ask for"),
    "other_number": N_("a number of yours is not there"),
    "other_one": N_("it is about another time, office, step or thing"),
    "unbound": N_("what you ask for is of something else"),
    "loosely_bound": N_("what you ask for stands far off"),
    "unmet_word": N_("a weighty word is in no quote"),
    "unnamed": N_("what you ask for is not named there"),
    "other_owner": N_("it is told of another thing"),
    "nobody": N_("it tells of nobody"),
}
#: The languages of the question and the passage.
PAIRS = {
    "zh": N_("question and passage in Chinese"),
    "en": N_("question and passage in English"),
    "cross": N_("question and passage in two languages"),
}


def matched_words(reply: Answer, word: ExplainedWord) -> list[tuple[str, float]]:
    """The words of the passages that a question word matched, with their similarities, best first."""
    found: dict[str, tuple[str, float]] = {}
    for hit in reply.hits:
        for match in hit.matches:
            if match.word == word.text:
                key = fold_text(match.text)
                _, most = found.get(key, ("", 0.0))
                if match.similarity > most:
                    found[key] = match.text, match.similarity
    return sorted(found.values(), key=lambda pair: (-pair[1], pair[0]))


def to_json(reply: Answer) -> dict[str, Any]:
    """The "evidence" of ``qa ask --explain --json``."""
    return {
        "words": [
            {
                "text": word.text,
                "weight": round(word.weight, 3),
                "topical": word.topical,
                "occurs": word.occurs,
                "neighbours": _pairs(word.neighbours),
                "met": _pairs(matched_words(reply, word)),
            }
            for word in reply.words
        ],
        "missing": list(reply.missing),
        "passages": [
            {
                "rank": hit.rank,
                "article": hit.article.id,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "score": round(hit.score, 4),
                "coverage": round(hit.coverage, 3),
                "legs": {
                    name: {"rank": rank, "score": round(score, 4)}
                    for name, (rank, score) in hit.found_by.items()
                },
                "citations": _cited(reply, hit),
                **location_json(hit.also, hit.page, hit.read),
            }
            for hit in reply.hits
        ],
        "decision": _decision_json(reply.decision, reply.confidence) if reply.decision else None,
    }


def _pairs(words: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    return [{"text": text, "similarity": round(similarity, 3)} for text, similarity in words]


def _decision_json(decision: Decision, confidence: float) -> dict[str, Any]:
    return {
        "pair": decision.pair,
        "threshold": decision.threshold,
        "confidence": round(confidence, 3),
        "signs": [
            {"name": feature.name, "value": round(feature.value, 4), "weight": feature.weight}
            for feature in decision.features
        ],
    }


def _cited(reply: Answer, hit: Hit) -> list[int]:
    return [c.number for c in reply.citations if c.hit.passage.id == hit.passage.id]


def text(reply: Answer, terminal: Terminal) -> str:
    """The evidence in columns: a part for the words, one for the passages, one for the decision."""
    parts = (_words(reply), _passages(reply), _decision(reply))
    heads = (_("What the words met"), _("How the passages rank"), _("How it was decided"))
    return "\n\n".join(
        "\n".join([*marked_lines(head, [Span(0, len(head))], terminal), *_fitted(rows, terminal)])
        for head, rows in zip(heads, map(list, parts), strict=True)
    )


def _fitted(rows: Sequence[Sequence[str]], terminal: Terminal) -> Iterator[str]:
    """The rows in columns, numbers to the right, cropped where the terminal ends; a row of one is wrapped."""
    table = columns(rows, terminal, lambda at, cell: at > 0 and _is_number(cell), "  ")
    for row, line in zip(rows, table, strict=True):
        if len(row) == 1:
            yield from marked_lines(row[0], (), terminal, "  ")
        else:
            yield line.rstrip()


def _is_number(cell: str) -> bool:
    return cell.replace(".", "").rstrip("%").isdigit()


def _words(reply: Answer) -> Iterator[tuple[str, ...]]:
    for word in reply.words:
        if not word.topical:
            continue
        found = matched_words(reply, word)[:MAX_MATCHED_WORDS]
        matched = ", ".join(f"{one_line(other)} {similarity:.2f}" for other, similarity in found)
        yield one_line(word.text), f"{word.weight:.2f}", matched or _("nothing in these passages")
    if small := [one_line(word.text) for word in reply.words if not word.topical]:
        yield (_("not counted: {words}").format(words=" ".join(small)),)
    if reply.missing:
        missing = labels_in(language()).comma.join(map(one_line, reply.missing))
        yield (_("found nowhere in the articles: {words}").format(words=missing),)


def _passages(reply: Answer) -> Iterator[tuple[str, ...]]:
    if not reply.hits:
        yield (_("there are none"),)
        return
    labels = labels_in(language())
    yield "", _("score"), _("covers"), *map(_, _RETRIEVERS.values()), _("cited"), _("passage")
    for hit in reply.hits:
        place = f"{one_line(hit.article.title)} {hit.passage.start}–{hit.passage.end}"
        more = page(hit.page, labels, hit.read), copy_count(hit.also, labels) if hit.also else ""
        place = labels.comma.join(filter(None, (place, *more)))
        cited = "".join(f"[{number}]" for number in _cited(reply, hit))
        found_by = [_found_by(hit, name) for name in _RETRIEVERS]
        yield (
            f"{hit.rank:>2}",
            f"{hit.score:.2f}",
            percent(coverage(hit, reply.words)),
            *found_by,
            cited or "-",
            place,
        )


def _found_by(hit: Hit, name: str) -> str:
    if name not in hit.found_by:
        return "-"
    rank, score = hit.found_by[name]
    return f"#{rank} {score:.2f}"


def _decision(reply: Answer) -> Iterator[tuple[str, ...]]:
    if (decision := reply.decision) is None:
        if reply.follow_up:
            yield (labels_in(language()).nothing_more,)
            return
        yield (_("No passage meets a word of the question, so there is nothing to decide on."),)
        return
    for feature in decision.features:
        product = f"{feature.value:.2f} × {feature.weight:.2f}" if feature.name != "bias" else ""
        yield f"{feature.value * feature.weight:+6.2f}", _(FEATURE_LABELS[feature.name]), product
    total = sum(feature.value * feature.weight for feature in decision.features)
    together = _("together: confidence {share}").format(share=sureness(reply.confidence))
    yield f"{total:+6.2f}", together, ""
    text = _("With {pair}, {least} is asked for: not enough, so it does not answer.")
    if reply.answered:
        text = _("With {pair}, {least} is asked for: enough, so it answers.")
    yield (text.format(pair=_(PAIRS[decision.pair]), least=percent(decision.threshold)),)
