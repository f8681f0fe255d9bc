"""Why an answer came out as it did: foreign quotes word by word, the decision, the words, the passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import get_current_worker

from index.errors import YinjuError
from index.language import detect
from qa.explain import MOST_MET, met
from qa.render import cells, crop, one_line
from qa.types import Answer, AskedWord, Citation, Gloss, Hit, Sign
from tui.i18n import N_, _
from tui.place import Place
from tui.text import meter, shown
from tui.widgets.glossed import Glossed
from tui.widgets.label import Label
from tui.widgets.row import PlaceRow
from tui.workspace import Workspace

#: Characters of a passage that stand for it in a line.
_BEGINNING = 120
#: Cells of a bar, and what a sign that fills it adds to the decision (log odds).
_BAR, _STRONG = 8, 6.0
#: Cells of a name before its bar, at most.
_NAME = 36
_SIGNS = {
    "bias": N_("before anything is known"),
    "score": N_("how well the best passage matches"),
    "rise": N_("how far it stands above the others"),
    "relative_rise": N_("the same as a share of its score"),
    "dense": N_("nearness in meaning"),
    "unmet": N_("words of the question not met"),
    "lead": N_("lead of the best sentence"),
    "bigrams": N_("same wording as the question"),
    "length": N_("length of the question"),
}
_PAIRS = {
    "zh": N_("question and passage in Chinese"),
    "en": N_("question and passage in English"),
    "cross": N_("question and passage in two languages"),
}


class EvidencePane(VerticalScroll):
    """Explains the answer that `show` was given last."""

    PART = N_("Why this answer")

    class Read(Message):
        """The quotes in the other language are glossed."""

        def __init__(self, answer: Answer, glosses: dict[int, tuple[Gloss, ...]]) -> None:
            super().__init__()
            self.answer, self.glosses = answer, glosses

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._answer: Answer | None = None
        self._glosses: dict[int, tuple[Gloss, ...]] = {}

    def show(self, answer: Answer, workspace: Workspace | None) -> None:
        """Explain ``answer``, which was given from ``workspace``."""
        self._answer, self._glosses = answer, {}
        self.refresh(recompose=True)
        self.scroll_home(animate=False)
        if workspace is not None and foreign(answer):
            self._gloss(workspace, answer)

    @work(thread=True, exclusive=True, group="gloss")
    def _gloss(self, workspace: Workspace, answer: Answer) -> None:
        worker, into = get_current_worker(), detect(answer.question)[:2]
        try:
            found = {c.number: workspace.engine.gloss(c.quote, into) for c in foreign(answer)}
        except YinjuError as error:
            self.app.call_from_thread(self.notify, one_line(str(error)), severity="error", markup=False)
            return
        if not worker.is_cancelled:
            self.post_message(self.Read(answer, found))

    def on_evidence_pane_read(self, message: Read) -> None:
        if message.answer is self._answer:
            self._glosses = message.glosses
            self.refresh(recompose=True)

    def compose(self) -> ComposeResult:
        answer = self._answer
        if answer is None:
            yield Label(lambda: _("Ask a question, and why it was answered so stands here."), classes="empty")
            return
        if any(self._glosses.values()):
            yield Heading(N_("Word by word"))
            yield from self._quotes(answer)
        yield Heading(N_("How sure"))
        yield from _decision(answer)
        yield Heading(N_("Your words"))
        yield from _words(answer)
        yield Heading(N_("Passages"), lambda: _("score · covers · by words / by meaning"))
        yield from (_passage(answer, hit) for hit in answer.hits)

    def _quotes(self, answer: Answer) -> Iterator[Widget]:
        for citation in foreign(answer):
            text = shown(citation.quote).replace("\n", " ")
            yield Static(f"[{citation.number}]", markup=False, classes="evidence--number")
            yield Glossed(text, self._glosses.get(citation.number, ()))


class Heading(Widget):
    """The name of a section; ``end`` names the columns at the right."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"heading--end"}

    def __init__(self, name: str, end: Callable[[], str] = lambda: "") -> None:
        super().__init__()
        self._title, self._told = name, end

    def render(self) -> Content:
        name, width = _(self._title), self.content_size.width
        end = crop(self._told(), max(0, width - cells(name) - 2))
        style = self.get_visual_style("heading--end")
        return Content.assemble(name, " " * (width - cells(name) - cells(end)), (end, style))


class Measure(Widget):
    """One line: a name, a bar for a share, and a figure or words. The name gives way where room lacks."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"measure--bar", "measure--end"}

    def __init__(self, name: Callable[[], str], bar: str, end: Callable[[], str]) -> None:
        super().__init__()
        self._title, self._bar, self._told = name, bar, end

    def render(self) -> Content:
        width = self.content_size.width
        room = max(8, min(_NAME, width - _BAR - 10))
        name = crop(self._title(), room)
        bar, end = self.get_visual_style("measure--bar"), self.get_visual_style("measure--end")
        left = Content.assemble(name + " " * (room - cells(name)) + "  ", (self._bar, bar), "  ")
        return Content.assemble(left, (crop(self._told(), max(0, width - left.cell_length)), end))


def foreign(answer: Answer) -> list[Citation]:
    """The citations whose quotes are in another language than the question."""
    asked = detect(answer.question)[:2]
    told = {sentence.citation for sentence in answer.sentences}
    return [
        citation
        for citation in answer.citations
        if (not told or citation.number in told)
        and asked in ("zh", "en")
        and {asked, detect(citation.quote)[:2]} == {"zh", "en"}
    ]


def _decision(answer: Answer) -> Iterator[Widget]:
    decision = answer.decision
    if decision is None:
        yield Label(lambda: _("No passage shares anything with the question."))
        return
    sure, least = f"{answer.confidence:.0%}", f"{decision.threshold:.0%}"

    def verdict() -> str:
        text = (
            _("{sure} sure. With {pair}, an answer is given from {least} on.")
            if answer.answered
            else _("{sure} sure: not enough. With {pair}, an answer is given from {least} on.")
        )
        return text.format(sure=sure, least=least, pair=_(_PAIRS[decision.pair]))

    yield Label(verdict)
    for sign in sorted(decision.signs, key=lambda sign: (sign.name == "bias", -abs(_adds(sign)))):
        yield _sign(sign)


def _adds(sign: Sign) -> float:
    return sign.value * sign.weight


def _sign(sign: Sign) -> Measure:
    adds = _adds(sign)
    full = min(_BAR, round(abs(adds) / _STRONG * _BAR))
    bar = ("+" if adds >= 0 else "−") + "▪" * full + " " * (_BAR - full)
    return Measure(lambda: _(_SIGNS.get(sign.name, sign.name)), bar, lambda: f"{adds:+.1f}".replace("-", "−"))


def _words(answer: Answer) -> Iterator[Widget]:
    topical = [word for word in answer.words if word.topical]
    most = max((word.weight for word in topical), default=1.0) or 1.0
    for word in topical:
        yield _word(answer, word, most)
    if small := "  ".join(one_line(word.text) for word in answer.words if not word.topical):
        yield Label(lambda: _("Not searched for: {words}").format(words=small), classes="evidence--small")


def _word(answer: Answer, word: AskedWord, most: float) -> Measure:
    found: Sequence[tuple[str, float]] = met(answer, word)[:MOST_MET]

    def end() -> str:
        if found:
            return "  ".join(f"{one_line(text)} {similarity:.0%}" for text, similarity in found)
        if word.occurs:
            return _("in other passages only")
        if word.neighbours:
            near = "  ".join(one_line(text) for text, _similarity in word.neighbours[:MOST_MET])
            return _("not met; might have been met by {words}").format(words=near)
        return _("nowhere in these articles")

    return Measure(lambda: one_line(word.text), meter(word.weight / most, 5), end)


def _passage(answer: Answer, hit: Hit) -> PlaceRow:
    ranks = " / ".join(f"{hit.legs[leg][0]}" if leg in hit.legs else "–" for leg in ("lexical", "dense"))
    end = f"{hit.score:.2f}  {meter(hit.coverage, 5)} {hit.coverage:4.0%}  {ranks:>7}"
    cited = " ".join(f"[{c.number}]" for c in answer.citations if c.hit.passage.id == hit.passage.id)
    text = hit.passage.text[:_BEGINNING].lstrip("# ")
    return PlaceRow(Place.found(hit), f"{cited} {hit.article.title} · {text}".strip(), end, classes="found")
