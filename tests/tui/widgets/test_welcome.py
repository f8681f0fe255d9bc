"""The greeting: what there is to ask, in the reader's language, and what to go on with."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_app import FakeLibrary, opened, opening, settle

import qa.engine
from index.errors import LibraryError
from index.types import ConversationInfo
from qa import i18n
from qa.bundled import open_bundled
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.state.memory import Memory
from tui.widgets.common.label import Paragraph
from tui.widgets.common.status import StatusLine
from tui.widgets.transcript.turn import Turn
from tui.widgets.transcript.welcome import EXAMPLES, Example, Recent, Welcome

KEPT = [
    ConversationInfo(1, "谁拿到了最高的报价？", "", "2025-06-02T10:00:00Z", 12),
    ConversationInfo(2, "[bold]x[/]\x1b[31m", "/library", "2025-05-02T10:00:00Z", 1),
]


class Keeps(Memory):
    """Remembers the conversations above."""

    def conversations(self, search: str = "") -> list[ConversationInfo]:
        return KEPT


def greeting(app: YinjuApp) -> str:
    told = (str(view.prose.content.plain) for view in app.screen.query_one(Welcome).query(Paragraph))
    return "\n".join(told)


async def test_an_example_can_be_chosen_with_the_keyboard(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        assert app.screen.query_one(Welcome).display
        first, second, _ = app.screen.query(Example)
        first.focus()
        await pilot.press("down", "enter")
        await settle(pilot)
        assert app.screen.query_one(Turn).exchange.question == second.question
        assert not app.screen.query_one(Welcome).display


async def test_examples_are_in_the_language_of_the_interface(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        for language in i18n.LANGUAGES:
            app.use_language(language)
            await pilot.pause()
            shown = [str(example.render()) for example in app.screen.query(Example)]
            assert shown == [f"→ {question}" for question in EXAMPLES[language]]
        assert await pilot.click(app.screen.query(Example)[2])
        await settle(pilot)
        assert app.screen.query_one(Turn).exchange.question == EXAMPLES[language][2]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_bundled_articles_answer_every_example(
    language: str, still: type[qa.engine.Engine], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with open_bundled() as library:
        engine = still(library)
        for question in EXAMPLES[language]:
            answer = engine.ask(question)
            assert answer.answered and answer.confidence > 0.6, question


async def test_ones_own_library_is_greeted_without_examples() -> None:
    app = YinjuApp(opening(FakeLibrary(Path("/home/reader/press"))))
    async with opened(app):
        assert not app.screen.query_one("#welcome-examples").display
        assert "3 articles" in greeting(app) and "What do you want to know?" in greeting(app)
        assert "press" in str(app.screen.query_one(StatusLine).render())


async def test_an_empty_library_says_how_to_fill_it() -> None:
    app = YinjuApp(opening(FakeLibrary(Path("/home/reader/press"), kept=[])))
    async with opened(app):
        assert "Ctrl+O" in greeting(app) and "no articles here yet" in greeting(app)


async def test_a_kept_conversation_can_be_gone_on_with(
    library: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    resumed = []
    monkeypatch.setattr(ChatScreen, "resume", lambda self, conversation: resumed.append(conversation.id))
    app = YinjuApp(opening(library), memory=Keeps())
    async with opened(app) as pilot:
        rows = list(app.screen.query(Recent))
        lines = [row.render().plain for row in rows]
        assert "谁拿到了最高的报价？" in lines[0] and lines[0].endswith("12 questions · 2025-06-02")
        assert "[bold]x[/]" in lines[1] and "\x1b" not in lines[1]
        assert {row.render().cell_length for row in rows} == {rows[0].content_size.width}
        rows[0].focus()
        await pilot.press("enter")
        await settle(pilot)
        assert resumed == [1]


async def test_what_looks_alike_is_offered_once(library: FakeLibrary) -> None:
    again = [
        ConversationInfo(5, EXAMPLES["en"][0], "", "2025-06-09T10:00:00Z", 1),
        ConversationInfo(4, EXAMPLES["en"][1], "", "2025-06-08T10:00:00Z", 3),
        ConversationInfo(3, KEPT[0].title, "", "2025-06-07T10:00:00Z", 2),
        *KEPT,
    ]

    class Repeats(Memory):
        def conversations(self, search: str = "") -> list[ConversationInfo]:
            return again

    app = YinjuApp(opening(library), memory=Repeats())
    async with opened(app):
        assert [row.info.id for row in app.screen.query(Recent)] == [4, 3, 2]


async def test_conversations_that_cannot_be_read_are_told_of(library: FakeLibrary) -> None:
    class Broken(Memory):
        def conversations(self, search: str = "") -> list[ConversationInfo]:
            raise LibraryError("the history is damaged")

    app = YinjuApp(opening(library), memory=Broken())
    async with opened(app):
        assert not app.screen.query_one("#welcome-recent").display
        assert ["history" in note.message for note in app._notifications] == [True]


@pytest.mark.parametrize("width", [40, 60, 80, 160])
async def test_the_line_at_the_top_fits_and_names_library_and_language(app: YinjuApp, width: int) -> None:
    async with opened(app, (width, 24)) as pilot:
        for language, name in i18n.LANGUAGES.items():
            app.use_language(language)
            await pilot.pause()
            line = app.screen.query_one(StatusLine).render()
            assert line.cell_length == width
            assert name in line.plain
            if width >= 60:
                assert "3" in line.plain and "…" not in line.plain


async def test_a_click_on_the_language_takes_the_next(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        app.use_language("en")
        await pilot.pause()
        await pilot.click(StatusLine, offset=(80 - 4, 0))
        await pilot.pause()
        assert i18n.language() == "zh-Hans"
