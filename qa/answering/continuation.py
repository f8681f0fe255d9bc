"""What follows an answer: "tell me more" reads on where the quotes end, and never repeats one.

First comes the rest of the section of the quote, then that of the other quotes, then the best unit of another
article, then the rest of the articles. Each step is quoted in pieces of one passage each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.library import Library
from index.text.blocks import announces, heading_path
from index.text.sentences import width
from index.types import Block, Passage
from qa import tuning
from qa.answering.scoring import NEVER_QUOTED, Candidate
from qa.answering.units import Unit, Units
from qa.retrieval.copies import NearCopies
from qa.retrieval.passages import passage_sentences
from qa.types import Citation, Hit, page_of, read_of


class _Part(NamedTuple):
    """A sentence or row: ``article.text[start:end] == text``, in the block at place ``block``.

    ``path`` are the places of the headings above it, the outermost first.
    """

    passage: Passage
    start: int
    end: int
    text: str
    block: int
    path: tuple[int, ...]


class Continuation:
    """Goes on from an answer, first from its best quote, then from the last one shown.

    ``shown`` are the citations so far, ``last`` those of the last step.
    ``found`` are the scored sentences of the answer, best first, ``units`` makes their units.
    """

    def __init__(
        self,
        shown: Sequence[Citation],
        found: Sequence[Candidate],
        units: Units,
        near_copies: NearCopies,
        library: Library,
    ) -> None:
        self.shown = list(shown)
        self.last = tuple(shown)
        self._found, self._units, self._near_copies, self._library = found, units, near_copies, library
        self._at = shown[0]
        self._articles: dict[int, tuple[list[Passage], Sequence[Block], Sequence[int]]] = {}

    def step(self, limit: int) -> bool:
        """Go on, in at most ``limit`` citations. False: all was shown."""
        units = self._next(limit)
        if not units:
            return False
        self.last = tuple(self._citation(number, unit) for number, unit in enumerate(units, start=1))
        self._at = self.last[-1]
        self.shown += self.last
        return True

    def _next(self, limit: int) -> list[Unit]:
        for citation in (self._at, *self.shown):
            if units := self._from(citation, limit, section=True):
                return units
        if unit := self._elsewhere():
            return [unit]
        for citation in (self._at, *self.shown):
            if units := self._from(citation, limit, section=False):
                return units
        return []

    def _elsewhere(self) -> Unit | None:
        """The best unit of an article that was not shown and copies none that was."""
        shown = {citation.hit.article.id for citation in self.shown}
        for candidate in self._found:
            if self._found[0].score - candidate.score > tuning.MORE_MARGIN:
                break
            article = candidate.hit.article.id
            if (
                article not in shown
                and candidate.hit.coverage >= tuning.MORE_COVERAGE
                and not any(self._near_copies.repeats(article, one) for one in shown)
            ):
                return self._units.of(candidate)
        return None

    def _from(self, citation: Citation, limit: int, *, section: bool) -> list[Unit]:
        """What follows a quote, in its section or in the rest of its article."""
        pieces: list[list[_Part]] = []
        for part in self._some(self._parts_after(citation, section=section)):
            if pieces and _joins(pieces[-1][-1], part):
                pieces[-1].append(part)
            else:
                pieces.append([part])
        units: list[Unit] = []
        for piece in pieces[:limit]:
            passage, start, end = piece[0].passage, piece[0].start, piece[-1].end
            text = passage.text[start - passage.start : end - passage.start]
            hit = self._hit(citation.hit, passage)
            units.append(self._units.alone(Candidate(hit, start, end, text, (), 0.0, frozenset())))
        return units

    def _some(self, parts: Iterator[_Part]) -> list[_Part]:
        """The first parts: to the end of a section that is not too long, or as many as a list may have."""
        taken: list[_Part] = []
        size = most = 0
        for part in parts:
            if taken and part.path != taken[-1].path and size >= tuning.UNIT_WIDTH:
                return taken
            size += width(part.text)
            if size > tuning.LIST_WIDTH + tuning.UNIT_WIDTH // 2:
                taken = taken[: max(most, 1)] if taken else [part]
                break
            taken.append(part)
            most = len(taken) if size <= tuning.LIST_WIDTH else most
        else:
            return taken
        return taken[:-1] if len(taken) > 1 and announces(taken[-1].text) else taken

    def _parts_after(self, citation: Citation, *, section: bool) -> Iterator[_Part]:
        """What was not shown after a quote in reading order, to the end of its section or of its article."""
        article = citation.hit.article
        passages, blocks, _ = self._article(article.id)
        above: tuple[int, ...] | None = None
        for passage in passages:
            if passage.aside or passage.end <= citation.start:
                continue
            for (start, end), kind, block in passage_sentences(passage, blocks):
                path = heading_path(blocks, block)
                text = passage.text[start:end]
                part = _Part(passage, passage.start + start, passage.start + end, text, block, path)
                if part.start < citation.end:
                    above = path
                elif section and above is not None and not _within(path, above):
                    return
                elif (
                    kind not in NEVER_QUOTED
                    and text != article.title
                    and not any(c.covers(article.id, part.start, part.end) for c in self.shown)
                ):
                    yield part

    def _hit(self, near: Hit, passage: Passage) -> Hit:
        """The passage as a hit; one that was not found by the question matches nothing of it."""
        for candidate in self._found:
            if candidate.hit.passage.id == passage.id:
                return candidate.hit
        page, read = self._place(passage.article, passage.start, passage.end)
        return Hit(near.rank, 0.0, passage, near.article, 0.0, page=page, read=read)

    def _citation(self, number: int, unit: Unit) -> Citation:
        hit = unit.best.hit
        page, read = self._place(hit.article.id, unit.start, unit.end)
        span = unit.start, unit.end, unit.text
        return Citation(number, *span, hit, page=page, context=unit.context, read=read)

    def _place(self, article: int, start: int, end: int) -> tuple[int | None, int]:
        """The page of a quote, and how it was read."""
        _, blocks, pages = self._article(article)
        return page_of(pages, start), read_of(blocks, start, end)

    def _article(self, article: int) -> tuple[list[Passage], Sequence[Block], Sequence[int]]:
        """The passages of an article in order, its blocks and the offsets of its pages."""
        if article not in self._articles:
            library = self._library
            self._articles[article] = (
                library.article_passages(article),
                library.blocks([article]).get(article, ()),
                library.pages([article]).get(article, ()),
            )
        return self._articles[article]


def _within(path: tuple[int, ...], above: tuple[int, ...]) -> bool:
    """Whether headings are those of a section, or below; a title has what stands under it alone."""
    return path[: len(above)] == above if len(above) > 1 else path == above


def _joins(before: _Part, part: _Part) -> bool:
    """Whether nothing that is not quoted stands between two parts of one passage."""
    if before.passage.id != part.passage.id or part.block - before.block > 1:
        return False
    offset = part.passage.start
    return not part.passage.text[before.end - offset : part.start - offset].strip()
