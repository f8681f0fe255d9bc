"""Questions that a text answers, made from its headings and sentences by templates.

This overgenerates, as Heilman and Smith do in "Good Question! Statistical Ranking for Question Generation"
(2010); they rank, we ask. There is no parser: only a clause that begins with what it is about is taken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from index.text.display import one_line
from index.text.sentences import line_sentences, width
from index.types import Article, Block, Kind, Span
from qa.question.made_chinese import ChineseTemplates
from qa.question.made_english import EnglishTemplates

#: Cells of the longest question, and characters of the longest sentence that is looked at.
_WIDEST, _LONGEST = 72, 240


class Made(NamedTuple):
    """A question and the text that answers it: ``article.text[start:end]``, a sentence or a section.

    ``kind`` is "heading", "definition", "person", or the kind of a `qa.linguistics.quantities.Quantity`.
    """

    question: str
    kind: str
    start: int
    end: int


def made_questions(
    article: Article, blocks: Sequence[Block], is_word: Callable[[str], bool], within: Span
) -> Iterator[Made]:
    """The questions that the templates make of a part of an article, in reading order.

    ``is_word`` says whether a folded English word is one.
    """
    text = article.text[within.start : within.end]
    if article.language == "en":
        templates: ChineseTemplates | EnglishTemplates = EnglishTemplates(text, article.title, is_word)
    elif article.language.startswith("zh"):
        traditional = article.language == "zh-Hant"
        templates = ChineseTemplates(text, article.title, traditional=traditional)
    else:
        return
    first = bisect_left(blocks, within.start, key=lambda block: block.start)
    last = bisect_left(blocks, within.end, key=lambda block: block.start)
    for made in _made(templates, article, blocks, range(first, last)):
        if width(made.question) <= _WIDEST:
            yield made


def _made(
    templates: ChineseTemplates | EnglishTemplates, article: Article, blocks: Sequence[Block], places: range
) -> Iterator[Made]:
    for place in places:
        block = blocks[place]
        if block.kind in (Kind.HEADING, Kind.QUESTION):
            end = _section_end(blocks, place, len(article.text))
            under = article.text[block.end : end]
            # What is under a title is most of the article, and any quote of it would do.
            if not under.isspace() and 0 < len(under) <= len(article.text) / 2:
                heading = one_line(article.text[block.start + block.marker : block.end])
                if question := templates.of_heading(heading):
                    yield Made(question, "heading", block.end, end)
        elif block.kind is Kind.PARAGRAPH:
            for start, end in line_sentences(article.text, Span(block.start, block.end)):
                if end - start <= _LONGEST:
                    for question, kind in templates.of_sentence(one_line(article.text[start:end])):
                        yield Made(question, kind, start, end)


def _section_end(blocks: Sequence[Block], place: int, end: int) -> int:
    """Where what stands under a heading ends, or the answer to a question."""
    asked = blocks[place]
    for at in range(place + 1, len(blocks)):
        block = blocks[at]
        if asked.kind is Kind.QUESTION:
            ends = block.kind in (Kind.QUESTION, Kind.HEADING)
        else:
            ends = block.kind is Kind.HEADING and block.level <= asked.level
        if ends:
            return block.start
    return end
