"""Questions to ask next, made from the articles and kept only where the engine answers them itself.

The templates are those of `qa.question.made`. A question is offered if its answer is sure, and quotes first
what the question was made from. What was checked is remembered until the library changes.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import NamedTuple

from index.errors import UsageError
from index.text.fold import name_key
from index.text.language import detect
from index.text.sentences import sentences
from index.types import UNWATCHED, Monitor, Span
from qa import tuning
from qa.engine import Engine
from qa.linguistics.quantities import find_quantities
from qa.overview.names import Name
from qa.question.filters import NO_FILTERS
from qa.question.made import Made, made_questions
from qa.types import Answer, Citation, Suggestion

#: How many questions are offered, and seconds of work for one offer.
COUNT, SECONDS = 3, 0.5
#: Questions that are tried of one article, and articles that are looked at.
_TRIED, _ARTICLES = 4, 40
#: What asks for a quantity after names, by the language of the question and the kind of quantity.
_HOW_MUCH = {
    "en": {"and": " and ", "money": ": how much money?", "percent": ": what percentage?", "date": ": when?"},
    "zh-Hans": {"and": "、", "money": "：多少钱？", "percent": "：百分之多少？", "date": "：什么时候？"},
    "zh-Hant": {"and": "、", "money": "：多少錢？", "percent": "：百分之多少？", "date": "：什麼時候？"},
}
#: Quantities of a quote that are looked for elsewhere.
_QUANTITIES = 2
#: Of a long article what is this near is looked at, in characters.
_AROUND = 10_000
#: Articles whose questions are remembered.
_REMEMBERED = 200
#: Questions of one article that are offered after an answer, and names of a quote that others may share.
_EACH, _SHARED = 2, 8
#: Names of a quote that are looked for elsewhere, and what a passage in the other language must match of one.
_NAMES, _COVERED = 2, 0.8
#: What goes on from an answer and what names the articles with a name, by the language of the question.
_MORE = {"en": "Tell me more", "zh-Hans": "还有呢？", "zh-Hant": "還有呢？"}
_MENTION = {
    "en": "Which articles mention {name}?",
    "zh-Hans": "哪些文章提到了{name}？",
    "zh-Hant": "哪些文章提到了{name}？",
}


class Suggested(NamedTuple):
    """What was found in time. Unless it is ``complete``, asking again goes on from there."""

    found: tuple[Suggestion, ...]
    complete: bool


class _Late(Exception):
    """The time is over."""


class _Checked(NamedTuple):
    """What is remembered of an answer: whether it is sure, what it quotes first, which quantities differ."""

    sure: bool
    first: Citation | None
    differing: tuple[str, ...]


class Suggestions:
    """Finds questions for one library. Of several threads one waits for the other."""

    def __init__(self, engine: Engine, names: Callable[[str], tuple[Name, ...]], k: int = 5) -> None:
        """``names`` finds the names in a text."""
        self._engine, self._find_names, self._k = engine, names, k
        self._generation = (-1, "")
        self._made: dict[tuple[int, int], list[Made]] = {}
        self._checked: dict[str, _Checked] = {}
        self._going_on: dict[tuple[str, ...], bool] = {}
        self._elsewhere: dict[tuple[str, str, frozenset[int]], Suggestion | None] = {}
        self._monitor, self._until = UNWATCHED, 0.0
        self._lock = Lock()

    def first(self, language: str, monitor: Monitor = UNWATCHED, seconds: float = SECONDS) -> Suggested:
        """Questions to begin with, preferably in ``language``, each of another article.

        They stay the same until the library changes. Raises Cancelled.
        """
        return self._in_time(self._to_begin_with(language), monitor, seconds)

    def next(
        self,
        answer: Answer,
        previous: Sequence[str] = (),
        monitor: Monitor = UNWATCHED,
        seconds: float = SECONDS,
    ) -> Suggested:
        """What to ask after an answer to a question that ``previous`` ones preceded.

        First what goes on from it, then questions of the articles that were cited or found. Raises Cancelled.
        """
        found = self._after(answer, previous) if answer.verdict != "none" else iter(())
        return self._in_time(found, monitor, seconds)

    def _in_time(self, finding: Iterator[Suggestion], monitor: Monitor, seconds: float) -> Suggested:
        found: list[Suggestion] = []
        with self._lock:
            self._monitor, self._until = monitor, time.monotonic() + seconds
            self._forget_if_changed()
            try:
                found.extend(finding)
            except _Late:
                return Suggested(tuple(found), False)
        return Suggested(tuple(found), True)

    def _forget_if_changed(self) -> None:
        generation = self._engine.library.search_generation()
        if generation != self._generation or len(self._made) > _REMEMBERED:
            self._generation = generation
            self._made.clear()
            self._checked.clear()
            self._going_on.clear()
            self._elsewhere.clear()

    def _to_begin_with(self, language: str) -> Iterator[Suggestion]:
        articles = self._engine.library.articles()
        random.Random(self._generation[0]).shuffle(articles)
        articles.sort(key=lambda info: (info.language != language, info.language[:2] != language[:2]))
        kinds: list[str] = []
        for info in articles[:_ARTICLES]:
            made = sorted(self._questions(info.id, 0), key=lambda one: one.kind in kinds)
            for suggestion in islice(self._answered(info.id, made), 1):
                yield suggestion
                kinds.append(suggestion.kind)
            if len(kinds) == COUNT:
                return

    def _after(self, answer: Answer, previous: Sequence[str]) -> Iterator[Suggestion]:
        asked = (*previous, answer.question)
        if self._goes_on(asked, answer):
            yield Suggestion(_MORE[_language(answer)], "more", filters=answer.filters)
        if (elsewhere := self._others(answer)) is not None:
            yield elsewhere
        yield from islice(self._differing(answer), 1)
        known = {name_key(question) for question in asked}
        yield from islice((one for one in self._near(answer) if name_key(one.question) not in known), COUNT)

    def _goes_on(self, asked: tuple[str, ...], answer: Answer) -> bool:
        """Whether "tell me more" quotes something after this answer."""
        if (known := self._going_on.get(asked)) is None:
            more = self._ask(_MORE[_language(answer)], asked, answer)
            known = self._going_on[asked] = more.answered and bool(more.citations)
        return known

    def _others(self, answer: Answer) -> Suggestion | None:
        """The question for the other articles that hold a name of the best quote."""
        first = _first(answer)
        if first is None:
            return None
        language = _language(answer)
        cited = frozenset(info.id for info, _ in answer.sources)
        for name in self._names_in(first):
            if (key := (name, language, cited)) not in self._elsewhere:
                self._elsewhere[key] = self._mentions(*key)
            if (found := self._elsewhere[key]) is not None:
                return found
        return None

    def _names_in(self, citation: Citation, span: Span | None = None, most: int = _NAMES) -> list[str]:
        """The longest names of a quote, or of a span of it; long ones say most."""
        passage = citation.hit.passage
        start, end = span or (0, len(citation.quote))
        start, end = (at + citation.start - passage.start for at in (start, end))
        inside = [
            name.text
            for name in self._find_names(passage.text)
            if any(start <= place.start < end for place in name.places)
        ]
        return sorted(inside, key=lambda name: -len(name.encode()))[:most]

    def _mentions(self, name: str, language: str, cited: frozenset[int]) -> Suggestion | None:
        spaced = f" {name}" if name.isascii() and language != "en" else name
        question = _MENTION[language].format(name=spaced)
        answer = self._ask(question)
        others = [
            info for info, citations in answer.sources if info.id not in cited and _holds(citations, name)
        ]
        if not answer.answered or not others:
            return None
        return Suggestion(question, "elsewhere", name, len(others))

    def _differing(self, answer: Answer) -> Iterator[Suggestion]:
        """Questions for a quantity of the best quote that other articles give differently."""
        first, words = _first(answer), _HOW_MUCH[_language(answer)]
        if first is None or answer.disagreement:
            return
        asked = [quantity for quantity in find_quantities(first.quote) if quantity.kind in words]
        for quantity in asked[:_QUANTITIES]:
            around = next((s for s in sentences(first.quote) if quantity.start < s.end), None)
            if names := self._names_in(first, around):
                question = words["and"].join(names) + words[quantity.kind]
                others = (
                    other for text in self._check(question).differing for other in find_quantities(text)
                )
                if any(map(quantity.agrees, others)):
                    yield Suggestion(question, "differs")

    def _near(self, answer: Answer) -> Iterator[Suggestion]:
        """Questions of the articles that were cited, then of others on the subject, near the quotes first.

        Another article is on the subject if its passage covers the question, else only what names the same.
        """
        first, language = _first(answer), _language(answer)[:2]
        names = [name_key(name) for name in self._names_in(first, most=_SHARED)] if first is not None else []
        at: dict[int, int] = {}
        for citation in answer.citations:
            at.setdefault(citation.hit.article.id, citation.start)
        covered = set(at)
        for hit in answer.hits:
            if hit.article.language[:2] == language:
                at.setdefault(hit.article.id, hit.passage.start)
                if hit.coverage >= tuning.MORE_COVERAGE:
                    covered.add(hit.article.id)
        for article, place in at.items():
            made = [
                one
                for one in self._questions(article, place)
                if one.kind == "heading"
                or not any(c.covers(article, one.start, one.end) for c in answer.citations)
                if article in covered or any(name in name_key(one.question) for name in names)
            ]
            made.sort(key=lambda one: abs(one.start - place))
            yield from islice(self._answered(article, made), _EACH)

    def _questions(self, article: int, place: int) -> list[Made]:
        """What the templates make of an article around a place; of one removed meanwhile, nothing."""
        around = max(0, place // _AROUND - 1)
        key = (article, around)
        if key not in self._made:
            self._in_step()
            library = self._engine.library
            try:
                read = library.article(article)
            except UsageError:
                return []
            blocks = library.blocks([article]).get(article, ())
            within = Span(around * _AROUND, (around + 3) * _AROUND)
            self._made[key] = list(made_questions(read, blocks, self._engine.is_word, within))
        return self._made[key]

    def _answered(self, article: int, made: Iterable[Made]) -> Iterator[Suggestion]:
        """The first questions that the engine answers from what they were made of, one a sentence."""
        taken: set[int] = set()
        for one in islice(made, _TRIED):
            if one.start not in taken and self._answers(one, article):
                taken.add(one.start)
                yield Suggestion(one.question, one.kind)

    def _answers(self, made: Made, article: int) -> bool:
        sure, first, _ = self._check(made.question)
        return sure and first is not None and first.covers(article, made.start, made.end)

    def _check(self, question: str) -> _Checked:
        if question not in self._checked:
            answer = self._ask(question)
            sure = (
                answer.answered
                and answer.confidence >= tuning.MIN_SUGGESTED
                and not (answer.lacks or answer.missing or answer.follow_up)
            )
            self._checked[question] = _Checked(
                sure, _first(answer), tuple(one.text for one in answer.disagreement)
            )
        return self._checked[question]

    def _ask(self, question: str, previous: Sequence[str] = (), like: Answer | None = None) -> Answer:
        self._in_step()
        filters = like.filters if like is not None else NO_FILTERS
        return self._engine.ask(
            question, k=self._k, previous=previous, filters=filters, found=lambda _hits: self._monitor.check()
        )

    def _in_step(self) -> None:
        """Stops where the work was cancelled or the time is over."""
        self._monitor.check()
        if time.monotonic() > self._until:
            raise _Late


def _first(answer: Answer) -> Citation | None:
    """The citation of the first sentence, or the first one of articles that only touch on the question."""
    if not answer.sentences:
        return None
    return next((c for c in answer.citations if c.number == answer.sentences[0].citation), None)


def _holds(citations: Iterable[Citation], name: str) -> bool:
    """Whether a name stands in these quotes, or what they match of it in the other language."""
    key = name_key(name)
    return any(
        key in name_key(citation.quote)
        or (citation.hit.coverage >= _COVERED and name.isascii() != citation.quote.isascii())
        for citation in citations
    )


def _language(answer: Answer) -> str:
    found = detect(answer.question)
    return found if found in _MORE else "en"
