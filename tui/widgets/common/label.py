"""Texts, titles and buttons in the language of the interface.

Each takes a function that returns the text, and calls it again when the language changes.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Static

from index.errors import YinjuError
from tui.rendering.errors import error_text
from tui.rendering.prose import Prose, ProseView
from tui.widgets.common.base import TranslatedOnMount

#: Returns what is shown.
Text = Callable[[], str | Content]


class Label(TranslatedOnMount, Static):
    """A line or block of text."""

    def __init__(self, text: Text = str, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(markup=False, id=id, classes=classes)
        self._text = text

    def show(self, text: Text) -> None:
        """Show what ``text`` returns from now on."""
        self._text = text
        self.translate()

    def translate(self) -> None:
        self.update(self._text())


class Notice(Label):
    """The result of an action, in the colour of errors if it failed; ``collapse`` hides it while empty."""

    def __init__(self, text: Text = str, *, id: str, collapse: bool = False) -> None:
        super().__init__(text, id=id)
        self._collapse = collapse

    def show(self, text: Text, *, failed: bool = False) -> None:
        """Show what ``text`` returns from now on."""
        self.set_class(failed, "-error")
        super().show(text)

    def translate(self) -> None:
        super().translate()
        self.display = not self._collapse or bool(str(self._text()))

    def fail(self, error: YinjuError, separator: str = "\n→ ") -> None:
        """Show an error, with ``separator`` between its message and its hint."""
        self.show(lambda: error_text(error, separator), failed=True)


class Paragraph(ProseView):
    """Text that can be selected, wrapped by the rules of Chinese and English."""

    def __init__(self, text: Text = str, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._content = text

    def show(self, text: Text) -> None:
        """Show what ``text`` returns from now on."""
        self._content = text
        self.translate()

    def build(self) -> Prose:
        text = self._content()
        return Prose(Content(text) if isinstance(text, str) else text)


class Box(TranslatedOnMount, Vertical):
    """What a dialogue stands in, with its title in the border."""

    def __init__(self, title: Callable[[], str], *, id: str, subtitle: Callable[[], str] = str) -> None:
        super().__init__(id=id, classes="dialogue")
        self._titles = title, subtitle

    def translate(self) -> None:
        title, subtitle = self._titles
        self.border_title, self.border_subtitle = Content(title()), Content(subtitle())


class TextButton(TranslatedOnMount, Button):
    """A button of one line, which runs an ``action`` of the screen."""

    def __init__(self, text: Callable[[], str], action: str, *, id: str, primary: bool = False) -> None:
        super().__init__(
            id=id, variant="primary" if primary else "default", compact=True, action=f"screen.{action}"
        )
        self._says = text

    def translate(self) -> None:
        self.label = Content(self._says())
