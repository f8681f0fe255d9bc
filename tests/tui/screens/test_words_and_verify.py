"""Words that a library is taught in the app, and the check of the citations of kept conversations."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from made_up_app import ARTICLES, FakeLibrary, opened, opening, settle, verdicts, wait_for
from textual.pilot import Pilot

import qa.engine
from index.errors import Cancelled
from index.library import Library
from index.types import TaughtWord
from qa.settings import Settings
from tui.app import YinjuApp
from tui.jobs import tasks
from tui.jobs.process import Watcher
from tui.screens.chat import ChatScreen
from tui.screens.reader import ReaderScreen
from tui.screens.task import TaskDialogue
from tui.screens.verify import VerifyScreen
from tui.screens.words import WordsScreen
from tui.state.memory import Conversation, Memory
from tui.state.workspace import opener
from tui.widgets.common.verdict import VerdictRow


async def run(pilot: Pilot[None], action: str) -> TaskDialogue:
    await pilot.app.run_action(action)
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, TaskDialogue)
    return screen


async def rested(pilot: Pilot[None], screen: TaskDialogue) -> None:
    """Wait for a process to end, which may take long on a busy machine."""
    await pilot.pause()
    for _ in range(20):
        with suppress(AssertionError):
            await wait_for(pilot, lambda: not screen.working)
            break
    await settle(pilot)


def said(screen: TaskDialogue) -> str:
    return str(screen.message.render())


# Words


async def test_a_word_is_taught_and_forgotten_and_the_open_library_knows(real: Path) -> None:
    app = YinjuApp(opener(real, Settings()))
    async with opened(app) as pilot:
        assert app.workspace is not None
        before = app.workspace
        screen = await run(pilot, "app.words")
        assert isinstance(screen, WordsScreen) and screen.typed.has_focus and not screen.listed.display
        screen.typed.value = "湖水 ＝ lake，Harbor"
        await pilot.press("enter")
        await rested(pilot, screen)
        assert said(screen) == "Taught: 湖水 = lake, Harbor"
        assert [(word.word, word.same) for word in app.workspace.session.words()] == [
            ("湖水", ("lake", "Harbor"))
        ]
        assert app.workspace.shares(before)
        assert app.workspace.status.generation > before.status.generation
        assert screen.typed.has_focus and screen.typed.value == ""
        await pilot.press("tab", "home", "enter")
        assert screen.typed.has_focus and screen.typed.value == "湖水 = lake, Harbor"
        await pilot.press("tab", "delete")
        await rested(pilot, screen)
        assert said(screen).startswith("Forgotten: 湖水")
        assert app.workspace.session.words() == [] and not screen.listed.display
        await pilot.press("enter")  # it stands in the line again
        await rested(pilot, screen)
        assert said(screen).startswith("Taught: 湖水")
    with Library.open(real) as library:
        assert library.words()[0].same == ("lake", "Harbor")


async def test_with_the_mouse_alone_a_word_is_forgotten(
    app: YinjuApp, mine: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine.taught += [TaughtWord("谷歌", ("Google",)), TaughtWord("大模型")]
    monkeypatch.setattr(tasks, "forget", lambda folder, word, _watcher: mine.taught.pop(1))
    async with opened(app) as pilot:
        screen = await run(pilot, "app.words")
        assert isinstance(screen, WordsScreen)
        await pilot.click(screen.listed, offset=(3, 1))
        assert screen.typed.value == "大模型"
        await pilot.click("#words-forget")
        await wait_for(pilot, lambda: said(screen).startswith("Forgotten: 大模型"))
        assert mine.words() == [TaughtWord("谷歌", ("Google",))]


async def test_what_is_wrong_with_a_word_is_told(real: Path) -> None:
    async with opened(YinjuApp(opener(real, Settings()))) as pilot:
        screen = await run(pilot, "app.words")
        await pilot.press("enter")
        assert "no word is typed" in said(screen)
        await pilot.press(*"=x", "enter")
        assert "no word is typed" in said(screen)
        await pilot.press(*["backspace"] * 2, *"abc", "enter")  # one English word has nothing to learn
        await rested(pilot, screen)
        assert "no word is typed" not in said(screen)
        assert screen.message.has_class("-error")


async def test_the_bundled_articles_are_taught_nothing(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await app.run_action("app.words")
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen)
        assert any("of your own" in note.message for note in app._notifications)


# Citations


def keeping(tmp_path: Path, library: FakeLibrary) -> YinjuApp:
    return YinjuApp(opening(library), memory=Memory.open(tmp_path / "history.db"))


async def test_citations_are_checked_and_read(
    library: FakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Path] = []

    def verify(history: Path, _watcher: Watcher) -> Any:
        checked.append(history)
        return verdicts()

    monkeypatch.setattr(tasks, "verify", verify)
    app = keeping(tmp_path, library)
    async with opened(app) as pilot:
        screen = await run(pilot, "app.verify")
        await wait_for(pilot, lambda: not screen.working)
        await settle(pilot)
        assert checked == [tmp_path / "history.db"]
        assert said(screen) == "4 citations: 1 right, 1 moved, 1 changed, 1 gone"
        rows = [*screen.query(VerdictRow)]
        assert [row.verdict.state for row in rows] == ["moved", "changed", "gone"] and rows[0].has_focus
        assert "• moved" in str(rows[0].prose.label) and "✗ gone" in str(rows[2].prose.label)
        await pilot.click(rows[2])
        await settle(pilot)
        assert app.screen is screen and any("not open" in note.message for note in app._notifications)
        rows[0].focus()
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen)
        place = app.screen.source.place
        assert place is not None and place.article.id == ARTICLES[0].id and place.passage is not None
        assert ARTICLES[0].text[place.passage.start :].startswith("两周以后")


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
async def test_real_conversations_are_checked_in_a_process_of_its_own(
    still: type[qa.engine.Engine],
    real: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr(qa.engine, "Engine", still)
    app = YinjuApp(opener(real, Settings()), memory=Memory.open(tmp_path / "history.db"))
    async with opened(app, size) as pilot:
        screen = await run(pilot, "app.verify")
        await rested(pilot, screen)
        assert said(screen) == "No citations are kept yet."
        await pilot.press("escape")
        assert app.workspace is not None
        answer = app.workspace.session.ask("What did Harbor AI pay Lin Lan?")
        app.memory.keep(Conversation(), app.workspace, answer)
        (tmp_path / "articles" / "harbor.txt").write_text("Harbor AI\n\nHarbor AI paid nobody anything.\n")
        with Library.open(real) as library:
            library.add([tmp_path / "articles"])
        screen = await run(pilot, "app.verify")
        await rested(pilot, screen)
        assert [row.verdict.state for row in screen.query(VerdictRow)] == ["changed"] * len(answer.citations)


async def test_a_check_of_citations_stops(
    library: FakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verify(_history: Path, watcher: Watcher) -> Any:
        while not watcher.cancelled():
            pass
        raise Cancelled("stopped")

    monkeypatch.setattr(tasks, "verify", verify)
    async with opened(keeping(tmp_path, library)) as pilot:
        await pilot.app.run_action("app.verify")
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, VerifyScreen) and screen.working
        await pilot.press("escape")
        await wait_for(pilot, lambda: said(screen) == "Stopped.")


async def test_without_kept_conversations_there_is_nothing_to_check(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await app.run_action("app.verify")
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen)
        assert any("not kept" in note.message for note in app._notifications)
