"""The dialogue that copies an answer, or copies or saves a conversation."""

from __future__ import annotations

import asyncio
import io
import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.getters import app, query_one
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from index.errors import UsageError
from index.text.display import one_line
from qa.i18n import N_, _
from qa.output import export
from qa.types import Answer
from tui.app_base import AppBase
from tui.rendering.formats import shown
from tui.screens.base import Dialogue
from tui.system.clipboard import copy
from tui.widgets.common.base import bind
from tui.widgets.common.label import Box, Notice, Paragraph
from tui.widgets.common.link import Link

if TYPE_CHECKING:
    from qa.writing.gate import Written

#: Characters of a text that are shown before it is copied.
_PREVIEW = 3_000
#: Characters that some systems do not allow in file names.
_NO_NAME = re.compile(r'[\\/:*?"<>|\s.]+')


class Form(NamedTuple):
    """A form made by ``text``. With a ``suffix`` it is saved, else copied. ``look`` makes its preview."""

    name: str
    text: Callable[[], str]
    suffix: str = ""
    look: Callable[[], str] | None = None


def forms_of(
    answer: Answer | None, answers: Sequence[Answer], title: str, written: Sequence[Written] = ()
) -> dict[str, Form]:
    """Those of an answer with what was ``written``, and of the conversation of ``answers``."""
    forms: dict[str, Form] = {}
    if answer is not None:
        forms |= {
            "text": Form(N_("Copy the answer as plain text"), lambda: export.plain(answer)),
            "markdown": Form(
                N_("Copy the answer as Markdown with footnotes"), lambda: export.markdown(answer)
            ),
            "bibtex": Form(N_("Copy its sources as BibTeX"), lambda: export.bibtex(answer)),
            "json": Form(N_("Copy the answer as JSON"), lambda: export.json(answer)),
        }
    if answer is not None and any(not sentence.struck for sentence in written):
        from qa.writing.shown import copied

        text = partial(copied, answer, list(written))
        forms["written"] = Form(N_("Copy the written answer with its quotes"), text)
    if answers:
        as_markdown = partial(export.conversation_markdown, title, answers)
        as_html = partial(export.conversation_html, title, answers)
        forms |= {
            "all": Form(N_("Copy the conversation as Markdown"), as_markdown),
            "all.md": Form(N_("Save the conversation as Markdown …"), as_markdown, ".md"),
            "all.html": Form(N_("Save the conversation as a web page …"), as_html, ".html", as_markdown),
        }
    return forms


class ShareScreen(Dialogue[None]):
    """Copies or saves something in one of its ``forms``; files are named after ``title``."""

    AUTO_FOCUS = "#share-forms"
    HELP = N_("Choose a format with ↑ and ↓, check the preview, and press Enter.")
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape,f6", "back", "share.close", N_("Close"), N_("Close")),
    ]

    app = app(AppBase)
    forms = query_one("#share-forms", OptionList)
    path = query_one("#share-path", Input)
    message = query_one("#share-message", Notice)
    preview = query_one("#share-preview", Paragraph)

    def __init__(self, forms: Mapping[str, Form], title: str) -> None:
        super().__init__()
        self._forms, self._title = forms, title
        self._saving: Form | None = None
        self._replace: Path | None = None

    def compose(self) -> ComposeResult:
        with Box(lambda: _("Copy or save"), id="share"):
            yield OptionList(id="share-forms", markup=False)
            yield Notice(id="share-message")
            yield Input(id="share-path")
            with VerticalScroll(id="share-scroll", classes="section"):
                yield Paragraph(id="share-preview")
            with Horizontal(classes="links"):
                yield Link(self._doing, "go_on")
                yield Link(lambda: _("Close (Esc)"), "back")

    def on_mount(self) -> None:
        self.path.display = False
        self.translate()

    def translate(self) -> None:
        self.query_one("#share-scroll").border_title = _("Preview")
        at = self.forms.highlighted
        self.forms.set_options(Option(_(form.name), key) for key, form in self._forms.items())
        self.forms.highlighted = at or 0

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self._leave_saving()
        self._look(self._forms[event.option_id or ""])

    @work(exclusive=True, group="look")
    async def _look(self, form: Form) -> None:
        """Preview the beginning of a form."""
        text = await asyncio.to_thread(lambda: shown((form.look or form.text)()[:_PREVIEW]))
        self.preview.show(lambda: text)
        self.query_one("#share-scroll").scroll_home(animate=False)

    @property
    def _form(self) -> Form | None:
        option = self.forms.highlighted_option
        return self._forms[option.id or ""] if option is not None else None

    def _doing(self) -> str:
        if self._saving is not None:
            return _("Save (Enter)")
        form = self._form
        return _("Save … (Enter)") if form is not None and form.suffix else _("Copy (Enter)")

    def action_go_on(self) -> None:
        if self._saving is not None:
            self._submitted()
        else:
            self._do()

    @on(OptionList.OptionSelected)
    def _do(self) -> None:
        form = self._form
        if form is None:
            return
        if form.suffix and self.app.takes_paths:
            self._ask_where(form)
            return
        if form.suffix:
            self._download(form)
            return
        copy(self.app, form.text())
        self.notify(_("Copied."), timeout=3)
        self.dismiss()

    # Saving

    def _file_name(self, form: Form) -> str:
        return (_NO_NAME.sub("-", one_line(self._title)).strip("-")[:60] or "yinju") + form.suffix

    def _ask_where(self, form: Form) -> None:
        self._saving, self._replace = form, None
        self.add_class("-saving")
        self.path.value = str(Path("~") / self._file_name(form))
        self.path.display = True
        self.path.focus()
        self.message.show(lambda: _("Where to save it:"))
        self.query_one(Link).translate()

    def _download(self, form: Form) -> None:
        """Let the browser save it."""
        self.app.deliver_text(io.StringIO(form.text()), save_filename=self._file_name(form))
        self.dismiss()

    @on(Input.Submitted, "#share-path")
    def _submitted(self) -> None:
        typed = self.path.value.strip()
        if self._saving is None or not typed:
            return
        path = Path(os.path.expanduser(typed))
        if path.exists() and path != self._replace:
            self._replace = path
            self.message.show(lambda: _("This file exists. Press Enter again to replace it."))
        else:
            self._save(path, self._saving.text())

    @work(exclusive=True, group="save")
    async def _save(self, path: Path, text: str) -> None:
        try:
            await asyncio.to_thread(path.write_text, text, encoding="utf-8")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self.message.fail(
                UsageError("cannot write {path}: {reason}", "give another path", path=path, reason=reason)
            )
        else:
            self.notify(_("Saved: {path}").format(path=one_line(str(path))), markup=False)
            self.dismiss()

    def _leave_saving(self) -> None:
        self.path.display, self._saving = False, None
        self.remove_class("-saving")
        self.message.show(str)
        self.query_one(Link).translate()

    def action_back(self) -> None:
        if self._saving is not None:
            self._leave_saving()
            self.forms.focus()
        else:
            self.dismiss()
