"""An answer: quoted sentences with their citations, or what was found short of an answer."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widgets import Static

from qa.render import also_in, differing, in_reading_order, one_line
from qa.types import Answer, AnswerSentence, Citation
from tui.place import Place
from tui.prose import Prose, ProseView
from tui.text import date_and_language, facts, marked, meter, shown
from tui.widgets.row import PlaceRow

#: Characters of a passage that stand for it in a line.
_BEGINNING = 200
_EVIDENCE = "Passages considered, with score, share of the question covered, rank by words/by meaning"


class QuoteView(ProseView):
    """A quoted sentence and its number; the number opens the source."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"quote--number", "quote--same", "quote--related"}

    class Cited(Message):
        """The number of a citation was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, sentence: AnswerSentence, citation: Citation | None) -> None:
        super().__init__(shown(sentence.text).replace("\n", " "), classes="quote")
        self.sentence = sentence
        self.citation = citation

    def build(self) -> Prose:
        content = Content(self.text)
        if self.citation is not None and self.citation.quote == self.sentence.text:
            same, related = self.get_visual_style("quote--same"), self.get_visual_style("quote--related")
            content = marked(content, self.citation.hit.matches, self.citation.start, same, related)
        number = self.sentence.citation
        link = self.get_visual_style("quote--number") + Style.from_meta({"@click": f"cite({number})"})
        return Prose(Content.assemble(content, " ", (f"[{number}]", link)))

    def action_cite(self, number: int) -> None:
        self.post_message(self.Cited(number))


class AnswerView(Vertical):
    """``evidence`` shows every passage that was considered, with its scores."""

    evidence: reactive[bool] = reactive(False, toggle_class="-evidence")

    def __init__(self, answer: Answer) -> None:
        super().__init__(classes="-answered" if answer.answered else "-nothing")
        self.answer = answer

    @property
    def rows(self) -> list[PlaceRow]:
        return list(self.query("PlaceRow.cited").results(PlaceRow))

    @on(QuoteView.Cited)
    def _cited(self, message: QuoteView.Cited) -> None:
        message.stop()
        self.post_message(PlaceRow.Opened(self.rows[message.number - 1]))

    def compose(self) -> ComposeResult:
        answer = self.answer
        if answer.carried:
            yield Carried(answer.carried)
        if answer.answered:
            citations = {citation.number: citation for citation in answer.citations}
            for sentence in in_reading_order(answer):
                yield QuoteView(sentence, citations.get(sentence.citation))
            if line := differing(answer):
                yield ProseView(line, classes="differing")
            if line := also_in(answer):
                yield Static(line, classes="measure", markup=False)
        else:
            yield Static("No answer in these articles", classes="verdict", markup=False)
        yield Static(self._measure(), classes="measure", markup=False)
        for citation in answer.citations:
            about = citation.hit.article
            covers = "" if answer.answered else f"covers {citation.hit.coverage:.0%}"
            end = facts(covers, date_and_language(about))
            yield PlaceRow(Place.cited(citation), about.title, end, classes="cited")
            if not answer.answered:
                yield ProseView(one_line(citation.quote), classes="nearest")
        with Vertical(classes="evidence"):
            yield Static(_EVIDENCE, classes="measure", markup=False)
            for hit in answer.hits:
                ranks = "/".join(
                    f"{hit.legs[leg][0]}" if leg in hit.legs else "–" for leg in ("lexical", "dense")
                )
                end = f"{hit.score:5.2f}  {meter(hit.coverage, 5)} {hit.coverage:4.0%}  {ranks:>5}"
                yield PlaceRow(Place.found(hit), hit.passage.text[:_BEGINNING].lstrip("# "), end)

    def _measure(self) -> str:
        answer = self.answer
        missing = ", ".join(map(one_line, answer.missing))
        nowhere = f"Found nowhere: {missing}" if missing else ""
        if answer.answered:
            score = (
                f"Confidence {meter(answer.confidence)} {answer.confidence:.0%}  {answer.elapsed_ms:.0f} ms"
            )
            return f"{score}\n{nowhere}".rstrip()
        best = max((hit.coverage for hit in answer.hits), default=0.0)
        lines = [f"The nearest passage covers {meter(best)} {best:.0%} of the question", nowhere]
        if answer.citations:
            lines.append("Nearest passages:")
        return "\n".join(filter(None, lines))


class Carried(Static):
    """The words taken over from the question before, and the way to ask without them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"carried--words", "carried--undo"}

    class Refused(Message):
        """The question should be asked without them."""

        def __init__(self, carried: Carried) -> None:
            super().__init__()
            self.carried = carried

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__(markup=False)
        self.words = words

    def render(self) -> Content:
        undo = self.get_visual_style("carried--undo") + Style.from_meta({"@click": "refuse"})
        words = (", ".join(map(one_line, self.words)), self.get_visual_style("carried--words"))
        return Content.assemble("Carried over: ", words, "  ", ("ask without (^r)", undo))

    def action_refuse(self) -> None:
        self.post_message(self.Refused(self))
