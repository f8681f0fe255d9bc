"""The line under an answer: how sure it is, what it took, and what can be done with it."""

from __future__ import annotations

from typing import ClassVar

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from qa.i18n import _
from qa.output.parts import sureness
from qa.types import Answer
from tui.rendering.formats import facts, meter, passages
from tui.widgets.common.base import TranslatedOnMount

#: From these confidences on an answer is called sure or likely.
_SURE, _LIKELY = 0.85, 0.65


class Confidence(TranslatedOnMount, Static):
    """How sure the answer is: a meter, a word and, as a tooltip, what they mean."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"confidence--meter"}

    def __init__(self, confidence: float) -> None:
        super().__init__(markup=False, classes="" if confidence >= _LIKELY else "-unsure")
        self.confidence = confidence

    def translate(self) -> None:
        text = _(
            "How likely the quoted text is to answer the question: {share} in 100, as judged on sets of "
            "questions."
        )
        self.tooltip = Content(text.format(share=sureness(self.confidence).rstrip("%")))

    def render(self) -> Content:
        sure, likely = self.confidence >= _SURE, self.confidence >= _LIKELY
        word = _("sure") if sure else _("likely") if likely else _("unsure")
        bar = Content.styled(meter(self.confidence), self.get_visual_style("confidence--meter"))
        return Content.assemble(bar, f" {word} {sureness(self.confidence)}")


class Figures(TranslatedOnMount, Static):
    """The passages that were read and the time it took, or the time alone."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(markup=False, classes="figures")
        self._answer = answer

    def translate(self) -> None:
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Show as much as there is room for beside the others on the line."""
        line = self.parent
        if not isinstance(line, Foot) or not line.size.width:
            return
        others = (child for child in line.children if child is not self)
        taken = sum(child.outer_size.width + child.styles.margin.width for child in others)
        room = line.content_size.width - taken - self.styles.margin.width
        time = _("{count} ms").format(count=f"{self._answer.elapsed_ms:,.0f}")
        texts = (facts(passages(len(self._answer.hits)), time), time, "")
        text = next(text for text in texts if Content(text).cell_length <= max(0, room))
        self.update(text)
        self.display = bool(text)


class Foot(Horizontal):
    def __init__(self) -> None:
        super().__init__(classes="foot")

    def on_resize(self) -> None:
        for figures in self.query(Figures):
            figures.call_after_refresh(figures.fit)
