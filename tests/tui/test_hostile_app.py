"""The app over hostile articles, names, questions and titles: nothing of theirs acts, all of it is text."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_app import opened, settle, wait_for
from properties import HOSTILE, UNSAFE
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

import qa.engine
from index.library import Library
from index.readers.registry import read_bytes
from index.types import ParsedArticle
from qa.settings import Settings
from tui.app import YinjuApp
from tui.screens.add import AddScreen
from tui.screens.conversations import ConversationsScreen
from tui.screens.library import LibraryScreen
from tui.screens.sheet import SheetScreen
from tui.state.memory import Memory
from tui.state.workspace import opener
from tui.widgets.common.path import PathBox
from tui.widgets.composer.question import QuestionBox

pytestmark = pytest.mark.slow(seconds=15)

QUESTION = f"How deep is the northern lake {HOSTILE}?"
MARKUP = "[bold]粗[!bold][@click=app.quit]x"


class Walk:
    """An app that is looked at after each step."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot, self.app = pilot, pilot.app

    async def press(self, *keys: str) -> str:
        """What the screen shows after ``keys``, checked to be text and nothing else."""
        await self.pilot.press(*keys)
        await settle(self.pilot)
        strips = self.app.screen._compositor.render_strips()
        for strip in strips:
            assert strip.cell_length == self.app.size.width
            for segment in strip:
                assert not UNSAFE.search(segment.text), segment.text
                assert "quit" not in str(segment.style and segment.style.meta.get("@click"))
                assert not (segment.style and segment.style.link)
        hints = [str(widget.tooltip or "") for widget in self.app.screen.query(Widget)]
        notices = [f"{note.title} {note.message}" for note in self.app._notifications]
        for text in (*hints, *notices, self.app.title, self.app.sub_title):
            assert not UNSAFE.search(text.replace("\t", " ")), text
        return "\n".join(strip.text for strip in strips)


def article(number: int) -> tuple[str, ParsedArticle]:
    """A path and a hostile article as it is read; a path is stored as it is."""
    facts = f'title: "Lake {HOSTILE}"\nauthor: "{HOSTILE}"\nsource: "Daily {HOSTILE}"\ndate: 2024-01-02'
    text = f"The northern lake {HOSTILE} is {number} metres deep. 北湖{HOSTILE}深{number}米。"
    data = f"---\n{facts}\n---\n# Depth {HOSTILE}\n\n{text}\n".encode()
    return f"/notes/{HOSTILE}/lake {number}.md", read_bytes(data, "lake.md")


@pytest.fixture
def hostile(still: type[qa.engine.Engine], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> YinjuApp:
    """The app over a library of hostile articles, asked by the real engine, its conversations kept."""
    monkeypatch.setattr(qa.engine, "Engine", still)
    monkeypatch.setattr("pyperclip.copy", lambda text: None)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / f"library {HOSTILE[:40]}"
    with Library.open(folder, create=True) as library:
        assert len(library.add_parsed(article(number) for number in (62, 71)).added) == 2
        library.teach(f"lakeside{HOSTILE[:20]}", [f"shore {HOSTILE[:40]}"])
    memory = Memory.open(tmp_path / "history.db")
    return YinjuApp(opener(folder, Settings()), settings=Settings(library=folder), memory=memory)


async def test_nothing_hostile_acts_on_any_page(hostile: YinjuApp, tmp_path: Path) -> None:
    (tmp_path / f"folder {HOSTILE[:60]}").mkdir()
    (tmp_path / f"folder {HOSTILE[:60]}" / f"a {HOSTILE[:60]}.txt").write_text(HOSTILE)
    async with opened(hostile, (120, 40)) as pilot:
        to = Walk(pilot)
        hostile.screen.query_one(QuestionBox).text = QUESTION
        assert MARKUP in await to.press("enter")
        assert "metres" in await to.press("f4")
        for keys in (("f5",), ("end",), ("ctrl+n",), ("escape", "escape"), ("f6",), ("escape",), ("ctrl+p",)):
            await to.press(*keys)
        await to.press("escape", "escape", "alt+p")
        assert "[bold]粗" in await to.press("f9")
        assert isinstance(hostile.screen, SheetScreen)
        await to.press("a")
        hostile.screen.query_one(Input).value = HOSTILE
        assert "✎" in await to.press("enter")
        for keys in (("s",), ("escape",), ("delete",), ("u",), ("y",), ("enter",), ("escape",), ("f9",)):
            await to.press(*keys)
        await to.press(*"in", "colon")
        await to.press("escape", "escape")
        hostile.screen.query_one(QuestionBox).text = f"lang:{HOSTILE[:10]} x"
        await to.press("enter")
        await to.press("f2")
        assert isinstance(hostile.screen, LibraryScreen)
        assert "[bold]粗" in await to.press("down")
        for keys in (
            ("i",),
            ("escape",),
            ("d",),
            ("escape",),
            ("space",),
            ("enter",),
            ("f2",),
            ("delete",),
            ("u",),
        ):
            await to.press(*keys)
        await to.press("l")
        await to.press("escape", "escape", "f3")
        assert isinstance(hostile.screen, ConversationsScreen)
        assert "[bold]粗" in await to.press("end"), await to.press()
        for keys in (("r",), ("escape",), ("slash", *"lake"), ("escape",), ("enter",), ("ctrl+o",)):
            await to.press(*keys)
        assert isinstance(hostile.screen, AddScreen)
        box = hostile.screen.query_one(PathBox)
        box.text = str(tmp_path)
        await to.press("ctrl+f")
        assert "folder [31m[bold]粗" in await to.press("down", "right", "down", "enter")
        for path in (f"/{HOSTILE}", str(tmp_path / f"folder {HOSTILE[:60]}")):
            box.text = path
            assert HOSTILE[:9] in box.text  # as it stands: a file may be called so
            await to.press()
        box.focus()
        await to.press("enter")
        await wait_for(pilot, lambda: not hostile.adding.running)
        await to.press()
        assert hostile.is_running
