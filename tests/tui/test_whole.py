"""The app as a whole, with the real engine: over the bundled articles, by keys alone and by mouse alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_app import opened, settle, wait_for
from textual.pilot import Pilot
from textual.widget import Widget

import qa.engine
from index.text.display import cells
from qa import i18n
from qa.question.filters import Filters
from qa.settings import load_settings
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.conversations import ConversationsScreen
from tui.screens.library import LibraryScreen
from tui.screens.reader import ReaderScreen
from tui.screens.share import ShareScreen
from tui.state.memory import Memory
from tui.state.workspace import opener
from tui.widgets.common.keybar import KeyBar
from tui.widgets.common.link import Link
from tui.widgets.common.status import StatusLine
from tui.widgets.composer.chips import Chip
from tui.widgets.composer.question import QuestionBox
from tui.widgets.source.glossed import Glossed
from tui.widgets.source.source import SourcePane
from tui.widgets.transcript.turn import Turn
from tui.widgets.transcript.welcome import Example

pytestmark = pytest.mark.slow(seconds=15)

SIZE = (130, 40)


@pytest.fixture(autouse=True)
def real_engine(still: type[qa.engine.Engine], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Asks the real engine; what is saved goes to a home folder of its own."""
    built = Path.home() / ".cache"
    monkeypatch.setattr(qa.engine, "Engine", still)
    monkeypatch.setenv("XDG_CACHE_HOME", str(built))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def started(history: Path) -> YinjuApp:
    """The app as a run of its own starts."""
    settings = load_settings()
    return YinjuApp(opener(None, settings), settings=settings, memory=Memory.open(history))


async def answered(pilot: Pilot[None]) -> Turn:
    app = pilot.app
    assert isinstance(app, YinjuApp)
    await pilot.pause()
    await wait_for(pilot, lambda: not app.chat.waiting)
    await settle(pilot)
    turn = app.chat.transcript.turns[-1]
    assert turn.answer is not None
    return turn


async def typed(pilot: Pilot[None], question: str) -> Turn:
    await pilot.press(*question, "enter")
    return await answered(pilot)


def pane(pilot: Pilot[None]) -> SourcePane:
    return pilot.app.screen.query_one(SourcePane)


def quoted(turn: Turn) -> str:
    assert turn.answer is not None
    return " ".join(sentence.text for sentence in turn.answer.sentences)


def check_source(pilot: Pilot[None], turn: Turn, number: int = 1) -> None:
    """The pane shows the citation with this number, letter for letter, and its quote is on screen."""
    assert turn.answer is not None
    citation, article = turn.answer.citations[number - 1], pane(pilot).article
    assert article is not None and article.id == citation.hit.article.id
    assert article.text[citation.start : citation.end] == citation.quote
    shown = drawn(pilot, pane(pilot).body)
    assert "".join(citation.quote[:12].split()) in shown


def drawn(pilot: Pilot[None], widget: Widget | None = None) -> str:
    """What stands in the place of ``widget`` on screen, without white space."""
    region = (widget or pilot.app.screen).region
    strips = pilot.app.screen._compositor.render_strips()[max(0, region.y) : region.bottom]
    return "".join("".join(strip.crop(region.x, region.right).text.split()) for strip in strips)


async def test_a_walk_by_keys_through_two_runs_of_the_app(history: Path, tmp_path: Path) -> None:
    async with opened(started(history), SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, YinjuApp) and isinstance(app.screen, ChatScreen)

        # Three scripts, each answered in its own words.
        english = await typed(pilot, "How much did Meta invest in Scale AI?")
        assert "148" in quoted(english)
        check_source(pilot, english)
        simplified = await typed(pilot, "辛顿的公司是在哪里拍卖的？")
        assert "太浩湖" in quoted(simplified)
        traditional = await typed(pilot, "蘋果放進手機裡的模型有多少參數？")
        assert "30 億" in quoted(traditional) or "30億" in quoted(traditional)
        check_source(pilot, traditional)

        # From matched word to matched word in the source.
        await pilot.press("f4", "n")
        await settle(pilot)
        first = drawn(pilot, app.screen.query_one("#source-words"))
        await pilot.press("n")
        await settle(pilot)
        assert first != drawn(pilot, app.screen.query_one("#source-words"))

        # A question that leans on the one before, and then does not.
        await pilot.press("escape", "escape")
        await typed(pilot, "How much did Meta invest in Scale AI?")
        leaning = await typed(pilot, "and when?")
        assert leaning.answer is not None and leaning.answer.carried
        await pilot.press("ctrl+r")
        alone = await answered(pilot)
        assert alone.exchange.question == "and when?"
        assert alone.answer is not None and not alone.answer.carried

        # Only English articles for a Chinese question: why this answer, with glosses.
        foreign = await typed(pilot, "lang:en Meta 向 Scale AI 投资了多少钱")
        assert foreign.answer is not None and foreign.answer.filters == Filters(languages=("en",))
        assert {hit.article.language for hit in foreign.answer.hits} == {"en"}
        assert app.chat.composer.filters == foreign.answer.filters
        await pilot.press("f5")
        await settle(pilot)
        await wait_for(pilot, lambda: any(each.region for each in app.screen.query(Glossed)))
        await settle(pilot)
        await pilot.press("escape", "escape", "backspace")
        await settle(pilot)
        assert not app.chat.composer.filters

        # The conversation as a file.
        await pilot.press("f6")
        await settle(pilot)
        assert isinstance(app.screen, ShareScreen)
        await pilot.press("end", "enter")
        await settle(pilot)
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, ChatScreen))
        (saved,) = (file for file in tmp_path.iterdir() if not file.name.startswith((".", "history")))
        assert "太浩湖" in saved.read_text("utf-8")

        # Another language, at once; then the end.
        await pilot.press("f8", "enter", "down", "enter", "escape")
        await settle(pilot)
        assert i18n.language() == "zh-Hans" and "复制" in drawn(pilot)
        await pilot.press("ctrl+q")

    async with opened(started(history), SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, YinjuApp) and isinstance(app.screen, ChatScreen)
        assert i18n.language() == "zh-Hans" and "继续" in drawn(pilot)
        await pilot.press("up")
        assert app.screen.query_one(QuestionBox).text.endswith("投资了多少钱")
        await pilot.press("down", "f3")
        await settle(pilot)
        assert isinstance(app.screen, ConversationsScreen)
        await pilot.press("enter")
        await settle(pilot)
        assert len(app.chat.transcript.turns) == 7
        check_source(pilot, app.chat.transcript.turns[-1])
        going_on = await typed(pilot, "What is an exploding offer?")
        assert going_on.answer is not None and going_on.answer.answered
    memory = Memory.open(history)
    assert [kept.turns for kept in memory.conversations()] == [8]
    memory.close()


async def test_a_walk_by_mouse_alone(history: Path) -> None:
    async with opened(started(history), SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, YinjuApp) and isinstance(app.screen, ChatScreen)

        async def click(target: Widget | str, offset: tuple[int, int] = (1, 0)) -> None:
            assert await pilot.click(target, offset=offset), target  # type: ignore[arg-type]
            await settle(pilot)

        def labelled(key: str) -> Widget:
            links = [link for link in app.screen.query(Link) if link.region and key in str(link.render())]
            return links[-1]

        await click(app.screen.query(Example).first())
        turn = await answered(pilot)
        check_source(pilot, turn)
        rows = [row for row in turn.rows if row.region]
        await click(rows[-1], (8, 0))
        check_source(pilot, turn, rows[-1].number)
        app.chat.transcript.scroll_end(animate=False)  # as the wheel does: the answer is taller than the page
        await settle(pilot)
        await click(labelled("Why"))
        assert app.chat.side.current == "evidence"
        await click(labelled("Copy"))
        assert isinstance(app.screen, ShareScreen)
        await click(labelled("Close"))
        assert isinstance(app.screen, ChatScreen)
        status = app.screen.query_one(StatusLine)
        await click(status, (status.size.width - 3, 0))
        assert i18n.language() == "zh-Hans" and "复制" in drawn(pilot)
        bar = app.screen.query_one(KeyBar)
        await click(bar, (1 + cells(str(bar.render()).partition("F2")[0]), 0))
        await settle(pilot)
        assert isinstance(app.screen, LibraryScreen)
        chosen = app.screen.table.listing.shown[3]
        await pilot.click(app.screen.table, offset=(20, 4), times=2)
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen)
        article = pane(pilot).article
        assert article is not None and article.id == chosen.id and chosen.title.split()[-1] in drawn(pilot)
        bar = app.screen.query_one(KeyBar)
        for _page in ("the article", "the list"):
            await click(
                app.screen.query_one(KeyBar),
                (1 + cells(str(app.screen.query_one(KeyBar).render()).partition("Esc")[0]), 0),
            )
        assert isinstance(app.screen, ChatScreen)
        composer = app.chat.composer
        await click("#composer-filter")
        await click(composer.completions, (3, 1))
        await click(composer.completions, (3, 1))
        assert composer.filters
        chip = composer.query_one(Chip)
        await click(chip, (chip.size.width - 1, 0))
        assert not composer.filters
