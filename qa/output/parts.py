"""The parts of an answer that every form of output shows, each in the language of its `Labels`.

``show`` makes text from an article or a question fit for the form: one line, with the form's marks
escaped. ``cite`` writes the number of a citation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from index.text.display import one_line
from index.types import ArticleInfo
from qa.linguistics.cues import REFERS, SOMEBODY
from qa.output.labels import Labels
from qa.output.quotes import Quotation, quotation
from qa.types import Answer, AnswerSentence, Citation, ExplainedWord, Hit

#: What stands before a line of context where it cannot be dimmed.
CONTEXT_MARK = "› "
#: From this similarity on, two words mean the same.
_MEANS_THE_SAME = 0.85
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
    """The lines in place of an answer: that there is none, words found nowhere, and what heads the quotes."""
    missing = labels.comma.join(map(one_line, answer.missing))
    if answer.follow_up == "more" and not answer.related:
        return [labels.nothing_more, "", ""]
    verdict = labels.related(answer.lacks) if answer.related else labels.unanswered
    nearest = labels.nearest_units if answer.related else labels.nearest
    return [verdict, labels.nowhere + missing if missing else "", nearest if answer.citations else ""]


def quotations(answer: Answer, mark: str = "") -> Iterator[tuple[Quotation, Citation]]:
    """What is quoted: the answer's sentences in reading order; without an answer, the citations.

    ``mark`` stands before each line of context.
    """
    texts = [(citation.quote, citation) for citation in answer.citations]
    if answer.answered:
        cited = {citation.number: citation for citation in answer.citations}
        texts = [(sentence.text, cited[sentence.citation]) for sentence in in_reading_order(answer)]
    above = None
    for text, citation in texts:
        yield quotation(text, citation, above, mark), citation
        above = citation


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


def numbered(answer: Answer) -> Answer:
    """The same with numbers in reading order: of the quoted sentences, then of the other citations."""
    order = [sentence.citation for sentence in in_reading_order(answer)]
    order += [citation.number for citation in answer.citations if citation.number not in order]
    if order == [citation.number for citation in answer.citations]:
        return answer
    cited = {citation.number: citation for citation in answer.citations}
    number_of = {old: number for number, old in enumerate(order, start=1)}
    needed = [number_of[sentence.citation] for sentence in answer.sentences[: answer.needed]]
    return replace(
        answer,
        sentences=tuple(
            replace(sentence, citation=number_of[sentence.citation]) for sentence in in_reading_order(answer)
        ),
        citations=tuple(replace(cited[old], number=number) for old, number in number_of.items()),
        disagreement=tuple(replace(d, citation=number_of[d.citation]) for d in answer.disagreement),
        needed=max(needed, default=answer.needed),
    )


def best_coverage(answer: Answer) -> float:
    """The `coverage` of the nearest passage; 0 for a question of one word, which says too little of it."""
    if sum(word.topical for word in answer.words) == 1:
        return 0.0
    return max((coverage(hit, answer.words) for hit in answer.hits), default=0.0)


def percent(share: float) -> str:
    """ "94%". Only what is whole is 100%."""
    return f"{share if share >= 1 else min(share, 0.99):.0%}"


def sureness(confidence: float) -> str:
    """A confidence as `percent`; no answer is called certain."""
    return percent(min(confidence, 0.99))


def coverage(hit: Hit, words: Sequence[ExplainedWord]) -> float:
    """The share (0 to 1) of the question's weight whose words a passage has, or words that mean the same.

    `Hit.coverage` counts distant relatives too, which makes a greeting look half answered. Without ``words``
    it is that if the passage has one such word at all.
    """
    met = {match.word for match in hit.matches if match.similarity >= _MEANS_THE_SAME}
    topical = [word for word in words if word.topical]
    if not topical:
        return hit.coverage if met else 0.0
    total = sum(word.weight for word in topical)
    return sum(word.weight for word in topical if word.text in met) / total if total else 0.0


def _adjoin(one: Citation, other: Citation) -> bool:
    """Whether ``other`` follows ``one`` in the same passage with only white space between them."""
    passage = one.hit.passage
    between = passage.text[one.end - passage.start : other.start - passage.start]
    return passage.id == other.hit.passage.id and not between.strip()


def disagreement(answer: Answer, labels: Labels, show: Show = one_line, cite: Cite = bracketed) -> str:
    """The quantities in which the sources differ, on one line; "" if they do not."""
    quantities = " · ".join(f"{show(part.text)} {cite(part.citation)}" for part in answer.disagreement)
    return labels.differ + quantities if quantities else ""


def supports(answer: Answer, labels: Labels, cite: Cite = bracketed) -> str:
    """The citations that say the same as the quoted sentences, on one line; "" without any."""
    numbers = " ".join(map(cite, answer.supports))
    return labels.supports + numbers if numbers else ""


def gathered(answer: Answer, labels: Labels) -> str:
    """ "5 points from 3 articles"; "" unless the quotes answer together."""
    points, articles = answer.gathered
    return labels.gathered.format(points=points, articles=articles) if articles else ""


def more(citation: Citation, labels: Labels) -> str:
    """ "… and 7 more": the items of a list that are not quoted; "" if all are."""
    return labels.more.format(count=citation.more) if citation.more else ""


def unanswered_part(answer: Answer, labels: Labels, show: Show = one_line) -> str:
    """That nothing answers a part of the question; "" if each is answered."""
    part = show(answer.lacks) if answer.answered and answer.lacks else ""
    return labels.unanswered_part.format(part=part) if part else ""


def closing_lines(answer: Answer, labels: Labels, show: Show = one_line, cite: Cite = bracketed) -> list[str]:
    """The lines below the quotations: what has no answer, where sources differ, where the same is said."""
    lines = (
        unanswered_part(answer, labels, show),
        disagreement(answer, labels, show, cite),
        supports(answer, labels, cite),
    )
    return [line for line in lines if line]


def byline(article: ArticleInfo) -> Iterator[str]:
    """What is known of an article beside its title: author, source and day, each on one line."""
    for fact in (article.author, article.source, (article.published or "")[:10]):
        if fact and (line := one_line(fact)):
            yield line


def location(citation: Citation, labels: Labels) -> str:
    """Where the quote stands in its article: the page, if it has pages, and the characters."""
    return place(citation.start, citation.end, citation.page, labels, citation.read)


def place(start: int, end: int, number: int | None, labels: Labels, read: int = 0) -> str:
    """The page with this number, if the article has pages, and the characters."""
    characters = labels.characters.format(start=start, end=end)
    return labels.comma.join(filter(None, (page(number, labels, read), characters)))


def page(number: int | None, labels: Labels, read: int = 0) -> str:
    """ "p. 12, read from a picture"; "" if the article has no pages. For ``read`` see `index.types.Block`."""
    parts = labels.page.format(page=number) if number is not None else "", labels.read[read]
    return labels.comma.join(filter(None, parts))


def copy_count(also: Sequence[ArticleInfo], labels: Labels) -> str:
    """ "also in 3 articles"."""
    return labels.also_many.format(count=len(also)) if len(also) > 1 else labels.also_one


def copies(also: Sequence[ArticleInfo], labels: Labels, show: Show = one_line) -> str:
    """ "also in 3 articles: title · title", each title once; "" without any."""
    titles = dict.fromkeys(show(info.title) or "-" for info in also)
    return f"{copy_count(also, labels)}{labels.colon}{' · '.join(titles)}" if also else ""
