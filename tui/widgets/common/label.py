"""A line or block of text that follows the language of the interface."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.widgets import Static

from tui.rendering.prose import Prose, ProseView


class Label(Static):
    """Shows what ``text`` returns, asked anew whenever the language changes or `tell` is called."""

    def __init__(
        self, text: Callable[[], str | Content], *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(markup=False, id=id, classes=classes)
        self._text = text

    def tell(self, text: Callable[[], str | Content]) -> None:
        """Show what this ``text`` returns from now on."""
        self._text = text
        self.translate()

    def translate(self) -> None:
        self.update(self._text())

    def on_mount(self) -> None:
        self.translate()


class Paragraph(ProseView):
    """Running text like a `Label`'s, wrapped by the rules of Chinese and English, that can be selected."""

    def __init__(
        self, text: Callable[[], str | Content], *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._told = text

    def tell(self, text: Callable[[], str | Content]) -> None:
        """Show what this ``text`` returns from now on."""
        self._told = text
        self.rebuild()

    def build(self) -> Prose:
        text = self._told()
        return Prose(Content(text) if isinstance(text, str) else text)

    def translate(self) -> None:
        self.rebuild()
