"""The evidence for an answer: foreign quotes word by word, the decision, the words, the passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from index.errors import YinjuError
from index.text.display import cells, crop, one_line
from index.text.language import detect
from qa.i18n import N_, _
from qa.output.explain import FEATURE_LABELS, MAX_MATCHED_WORDS, PAIRS, matched_words
from qa.output.parts import percent, sureness
from qa.types import Answer, Citation, ExplainedWord, Feature, Gloss
from tui.rendering.formats import meter, shown
from tui.state.workspace import Workspace
from tui.widgets.common.base import EndsWorkers
from tui.widgets.common.label import Label, Paragraph
from tui.widgets.source.glossed import Glossed
from tui.widgets.source.ranked import Ranked, RankedHead

#: Cells of a bar, and what a feature that fills it adds to the decision (log odds).
_BAR, _STRONG = 8, 6.0
#: Cells of a name before its bar, at most.
_NAME = 34


class EvidencePane(EndsWorkers, VerticalScroll):
    """Explains the answer that `show` was given last."""

    PART = N_("Why this answer")

    @dataclass
    class Read(Message):
        """The glosses of the quotes in the other language, by the numbers of their citations."""

        answer: Answer
        glosses: dict[int, tuple[Gloss, ...]]

    def __init__(self) -> None:
        super().__init__(id="evidence")
        self._answer: Answer | None = None
        self._glossing = False

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Restyle the pane alone: the many widgets in it look the same with the focus."""
        self.app.stylesheet.apply(self)

    def show(self, answer: Answer, workspace: Workspace | None) -> None:
        """Explain ``answer``, which came from ``workspace``."""
        self._answer, self._glossing = answer, workspace is not None and bool(foreign(answer))
        self.refresh(recompose=True)
        self.scroll_home(animate=False)
        if workspace is not None and self._glossing:
            self._gloss(workspace, answer)

    @work(thread=True, exclusive=True, group="gloss")
    def _gloss(self, workspace: Workspace, answer: Answer) -> None:
        worker, into = get_current_worker(), detect(answer.question)[:2]
        try:
            found = {c.number: workspace.session.gloss(c.quote, into) for c in foreign(answer)}
        except YinjuError as error:
            self.app.call_from_thread(self.notify, one_line(str(error)), severity="error", markup=False)
            return
        if not worker.is_cancelled:
            self.post_message(self.Read(answer, found))

    def on_evidence_pane_read(self, message: Read) -> None:
        if message.answer is self._answer:
            for glossed in self.query(Glossed):
                glossed.glosses = message.glosses.get(int(glossed.name or "0"), ())

    def compose(self) -> ComposeResult:
        answer = self._answer
        if answer is None:
            yield Paragraph(
                lambda: _("Ask a question to see here how its answer was chosen."), classes="empty"
            )
            return
        if self._glossing:
            yield Heading(N_("Word by word"))
            for citation in foreign(answer):
                text = shown(citation.quote).replace("\n", " ")
                yield Glossed(text, label=f"{citation.number} ", name=str(citation.number))
        yield Heading(N_("Confidence"))
        yield from _decision(answer)
        yield Heading(N_("Your words"), lambda: _("what they matched in the passages"))
        yield from _words(answer)
        if answer.hits:
            yield RankedHead()
            yield from (Ranked(answer, hit) for hit in answer.hits)


class Heading(Widget):
    """The name of a section. ``end`` names the columns at the right."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"heading--end"}

    def __init__(self, name: str, end: Callable[[], str] = str) -> None:
        super().__init__()
        self._title, self._end = name, end

    def render(self) -> Content:
        name, width = _(self._title), self.content_size.width
        end = crop(self._end(), max(0, width - cells(name) - 2))
        style = self.get_visual_style("heading--end")
        return Content.assemble(name, " " * (width - cells(name) - cells(end)), (end, style))


class Measure(Widget):
    """One line: a name in ``room`` cells, a bar for a share, and a figure or words."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"measure--bar", "measure--end"}

    def __init__(
        self, name: Callable[[], str], bar: str, end: Callable[[], str], room: int, *, classes: str = ""
    ) -> None:
        super().__init__(classes=classes)
        self._title, self._bar, self._end, self._room = name, bar, end, room

    def render(self) -> Content:
        width = self.content_size.width
        room = max(8, min(self._room, width - cells(self._bar) - 10))
        name = crop(self._title(), room)
        bar, end = self.get_visual_style("measure--bar"), self.get_visual_style("measure--end")
        left = Content.assemble(name + " " * (room - cells(name)) + "  ", (self._bar, bar), "  ")
        text = crop(self._end(), max(0, width - left.cell_length))
        return Content.assemble(left, (text, end)).truncate(width)


def foreign(answer: Answer) -> list[Citation]:
    """The citations whose quotes are in another language than the question."""
    asked = detect(answer.question)[:2]
    quoted = {sentence.citation for sentence in answer.sentences}
    return [
        citation
        for citation in answer.citations
        if (not quoted or citation.number in quoted)
        and asked in ("zh", "en")
        and {asked, detect(citation.quote)[:2]} == {"zh", "en"}
    ]


def _decision(answer: Answer) -> Iterator[Widget]:
    decision = answer.decision
    if decision is None:
        if answer.follow_up:
            yield Paragraph(lambda: _("Nothing follows: what was quoted is read to its end."))
        else:
            yield Paragraph(lambda: _("No passage has anything in common with the question."))
        return
    sure, least = sureness(answer.confidence), percent(decision.threshold)

    def verdict() -> str:
        text = (
            _("{sure} sure that the articles answer this. The threshold is {least} ({pair}).")
            if answer.answered
            else _("Only {sure} sure that the articles answer this. The threshold is {least} ({pair}).")
        )
        return text.format(sure=sure, least=least, pair=_(PAIRS[decision.pair]))

    yield Paragraph(verdict)
    features = sorted(decision.features, key=lambda feature: -abs(_adds(feature)))
    for word, side in ((N_("In favour of an answer"), 1), (N_("Against an answer"), -1)):
        if weighty := [feature for feature in features if _bar(feature) and _adds(feature) * side > 0]:
            yield Label(partial(_, word), classes="evidence--small")
            yield from map(_sign, weighty)
    if light := [feature for feature in features if not _bar(feature)]:
        text = N_("Made little difference: {names}")
        yield Paragraph(
            lambda: _(text).format(names=_(", ").join(map(_name, light))), classes="evidence--small"
        )


def _name(feature: Feature) -> str:
    known = FEATURE_LABELS.get(feature.name, feature.name)
    return _(known)


def _adds(feature: Feature) -> float:
    return feature.value * feature.weight


def _bar(feature: Feature) -> int:
    return min(_BAR, round(abs(_adds(feature)) / _STRONG * _BAR))


def _sign(feature: Feature) -> Measure:
    adds, full = _adds(feature), _bar(feature)
    bar = "▪" * full + " " * (_BAR - full)
    return Measure(
        lambda: "  " + _name(feature),
        bar,
        lambda: f"{adds:+.1f}".replace("-", "−"),
        _NAME,
        classes="-for" if adds > 0 else "-against",
    )


def _words(answer: Answer) -> Iterator[Widget]:
    topical = [word for word in answer.words if word.topical]
    most = max((word.weight for word in topical), default=1.0) or 1.0
    room = min(_NAME, max((cells(one_line(word.text)) for word in topical), default=0))
    for word in topical:
        yield _word(answer, word, most, room)
    if small := "  ".join(one_line(word.text) for word in answer.words if not word.topical):
        yield Paragraph(lambda: _("Not searched for: {words}").format(words=small), classes="evidence--small")


def _word(answer: Answer, word: ExplainedWord, most: float, room: int) -> Measure:
    found: Sequence[tuple[str, float]] = matched_words(answer, word)[:MAX_MATCHED_WORDS]

    def end() -> str:
        if found:
            return "  ".join(f"{one_line(text)} {percent(similarity)}" for text, similarity in found)
        if word.occurs:
            return _("in other passages only")
        if word.neighbours:
            near = "  ".join(one_line(text) for text, _similarity in word.neighbours[:MAX_MATCHED_WORDS])
            return _("not here, nor anything like {words}").format(words=near)
        return _("nowhere in these articles")

    return Measure(lambda: one_line(word.text), meter(word.weight / most), end, room)
