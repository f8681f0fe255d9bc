"""The parts of an answer that every form of output shows, each in the question's language.

``show`` makes text from an article or a question fit for the form: one line, with the form's marks
escaped. ``cite`` writes the number of a citation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from index.text.blocks import cells, find_blocks
from index.text.display import one_line
from index.text.sentences import BULLETS
from index.types import ArticleInfo, Kind
from qa.linguistics.cues import REFERS, SOMEBODY
from qa.output.labels import Labels, labels_for
from qa.types import Answer, AnswerSentence, Citation

_IN_LINES = frozenset({Kind.ITEM, Kind.ROW, Kind.CODE})
_FENCE = re.compile(r"^`{3,}[^`\n]*$", re.M)
Show = Callable[[str], str]
Cite = Callable[[int], str]


def bracketed(number: int) -> str:
    """ "[1]", as the terminal and plain text cite."""
    return f"[{number}]"


def carried_note(answer: Answer, labels: Labels, show: Show = one_line) -> str:
    """The words taken from earlier questions; "" if there are none."""
    return labels.carried + labels.comma.join(map(show, answer.carried)) if answer.carried else ""


def filters_note(answer: Answer, labels: Labels, show: Show = one_line) -> str:
    """The filters that the question was asked with; "" without any, or if the question itself shows them."""
    shown = not answer.filters or str(answer.filters) in answer.question
    return "" if shown else labels.filters + show(str(answer.filters))


def unanswered(answer: Answer, labels: Labels) -> list[str]:
    """A line that says there is no answer, and one with the words found nowhere, if there are any."""
    missing = labels.comma.join(map(one_line, answer.missing))
    return [labels.unanswered, *([labels.nowhere + missing] if missing else [])]


def quotations(answer: Answer) -> list[tuple[str, Citation]]:
    """What is quoted: the answer's sentences in reading order; without an answer, every citation."""
    if not answer.answered:
        return [(citation.quote, citation) for citation in answer.citations]
    cited = {citation.number: citation for citation in answer.citations}
    return [(sentence.text, cited[sentence.citation]) for sentence in in_reading_order(answer)]


def in_lines(quote: str) -> str:
    """A quote as long as it is, on one line if it is a sentence; a list, rows or code keep their lines.

    Fences of code become spaces, so that all offsets stay.
    """
    if not any(block.kind in _IN_LINES for block in find_blocks(quote)[1:]):
        return quote.replace("\n", " ")
    return _FENCE.sub(lambda fence: " " * len(fence[0]), quote)


def quote_lines(quote: str) -> list[str]:
    """The filled lines of `in_lines`, fit to show; at least one."""
    return [line for line in map(one_line, in_lines(quote).split("\n")) if line] or [""]


class Quoted(NamedTuple):
    """A quote as a piece of its article. ``kind`` is ITEM, CODE, ROW or PARAGRAPH for all others.

    ``text`` lacks the bullet of an item. ``rows`` are the cells of a row after those of its header row.
    """

    kind: Kind
    text: str
    rows: Sequence[Sequence[str]] = ()


def quoted(text: str, citation: Citation) -> Quoted:
    """What ``text``, the quote of a citation, is in its passage."""
    passage = citation.hit.passage
    start, end = citation.start - passage.start, citation.end - passage.start
    blocks = find_blocks(passage.text) if passage.text[start:end] == text else ()
    block = next((block for block in blocks if block.start <= start and end <= block.end), None)
    if block is not None and block.kind is Kind.CODE:
        return Quoted(Kind.CODE, text)
    if block is not None and block.start == start:
        if block.kind is Kind.ITEM and text[: block.marker].strip() in BULLETS:
            return Quoted(Kind.ITEM, text[block.marker :])
        header = blocks[block.lead] if block.lead >= 0 else block
        if block.kind is header.kind is Kind.ROW and header is not block and block.end == end:
            head, row = (
                [passage.text[slice(*cell)] for cell in cells(passage.text, one)] for one in (header, block)
            )
            if len(head) == len(row):
                return Quoted(Kind.ROW, text, (head, row))
    return Quoted(Kind.PARAGRAPH, text)


def in_reading_order(answer: Answer) -> list[AnswerSentence]:
    """The quoted sentences, best first, but neighbours within a passage in the passage's order.

    The best sentence follows its neighbour only if it refers back to it.
    """
    cited = {citation.number: citation for citation in answer.citations}
    sentence_of = {sentence.citation: sentence for sentence in answer.sentences}
    groups: list[list[Citation]] = []
    for citation in sorted((cited[n] for n in sentence_of), key=lambda c: (c.hit.passage.id, c.start)):
        may_follow = citation.number > 1 or REFERS.match(citation.quote) or SOMEBODY.match(citation.quote)
        if groups and may_follow and _adjoin(groups[-1][-1], citation):
            groups[-1].append(citation)
        else:
            groups.append([citation])
    groups.sort(key=lambda group: min(citation.number for citation in group))
    return [sentence_of[citation.number] for group in groups for citation in group]


def _adjoin(one: Citation, other: Citation) -> bool:
    """Whether ``other`` follows ``one`` in the same passage with only white space between them."""
    passage = one.hit.passage
    between = passage.text[one.end - passage.start : other.start - passage.start]
    return passage.id == other.hit.passage.id and not between.strip()


def disagreement(answer: Answer, show: Show = one_line, cite: Cite = bracketed) -> str:
    """The quantities in which the sources differ, on one line; "" if they do not."""
    quantities = " · ".join(f"{show(part.text)} {cite(part.citation)}" for part in answer.disagreement)
    return labels_for(answer.question).differ + quantities if quantities else ""


def supports(answer: Answer, cite: Cite = bracketed) -> str:
    """The citations that say the same as the quoted sentences, on one line; "" without any."""
    numbers = " ".join(map(cite, answer.supports))
    return labels_for(answer.question).supports + numbers if numbers else ""


def closing_lines(answer: Answer, show: Show = one_line, cite: Cite = bracketed) -> list[str]:
    """The lines below the quotations: where the sources differ, and where the same is said."""
    return [line for line in (disagreement(answer, show, cite), supports(answer, cite)) if line]


def byline(article: ArticleInfo) -> Iterator[str]:
    """What is known of an article beside its title: author, source and day, each on one line."""
    for fact in (article.author, article.source, (article.published or "")[:10]):
        if fact and (line := one_line(fact)):
            yield line


def location(citation: Citation, labels: Labels) -> str:
    """Where the quote stands in its article: the page, if it has pages, and the characters."""
    characters = labels.characters.format(start=citation.start, end=citation.end)
    return labels.comma.join(filter(None, (page(citation.page, labels), characters)))


def page(number: int | None, labels: Labels) -> str:
    """ "p. 12"; "" if the article has no pages."""
    return "" if number is None else labels.page.format(page=number)


def copy_count(also: Sequence[ArticleInfo], labels: Labels) -> str:
    """ "also in 3 articles"."""
    return labels.also_many.format(count=len(also)) if len(also) > 1 else labels.also_one


def copies(also: Sequence[ArticleInfo], labels: Labels, show: Show = one_line) -> str:
    """ "also in 3 articles: title · title", each title once; "" without any."""
    titles = dict.fromkeys(show(info.title) or "-" for info in also)
    return f"{copy_count(also, labels)}{labels.colon}{' · '.join(titles)}" if also else ""
