"""Written answers in the app: what is shown of a sentence, what stops them, and what is copied."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up_app import FakeLibrary, ask, opened, opening, settle, wait_for
from made_up_writer import Writer
from textual.pilot import Pilot
from textual.selection import SELECT_ALL

from qa.settings import Settings
from qa.writing.endpoint import EndpointError
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.share import ShareScreen
from tui.widgets.composer.question import QuestionBox
from tui.widgets.transcript.written import SentenceView, WrittenView

QUESTION = "What did Lin Lan get?"
ENDPOINT = Settings(endpoint="http://localhost:11434/v1", endpoint_model="tiny")
TRUE = "Harbor AI doubled its offer to Lin Lan to $240 million. [2] "
WRONG = "Harbor AI doubled its offer to Lin Lan to $250 million. [2] "
FOREIGN = "Penguins eat small fish. [2] "
UNCITED = "Harbor AI doubled its offer. "


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    made = Writer(TRUE, WRONG, FOREIGN, UNCITED)
    made.use(monkeypatch)
    yield made
    made.more.set()


def an_app(write: str = "on", settings: Settings = ENDPOINT) -> YinjuApp:
    return YinjuApp(opening(FakeLibrary()), settings=Settings(**{**vars_of(settings), "write": write}))


def vars_of(settings: Settings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in ("endpoint", "endpoint_model")}


def views(pilot: Pilot[None]) -> list[SentenceView]:
    return list(pilot.app.screen.query(SentenceView))


def told(pilot: Pilot[None]) -> str:
    return "\n".join(view.prose.content.plain for view in pilot.app.screen.query(".written .said").results())  # type: ignore[attr-defined]


async def test_sentences_stand_below_the_quotes_as_the_gate_found_them(writer: Writer) -> None:
    async with opened(an_app(), (100, 40)) as pilot:
        await ask(pilot, QUESTION)
        await wait_for(pilot, lambda: len(views(pilot)) == 4)
        await settle(pilot)
        assert [view.written.state for view in views(pilot)] == [
            "carried",
            "contradicted",
            "foreign",
            "unfound",
        ]
        texts = [view.prose.content.plain for view in views(pilot)]
        assert texts[0] == "Harbor AI doubled its offer to Lin Lan to $240 million. [2]"
        assert texts[1].endswith("[2]\n  the quotes give another figure")
        assert texts[3].endswith("\n  it cites no quote")
        assert [view.has_class("-struck") for view in views(pilot)] == [False, True, True, False]
        assert [bool(view.get_visual_style("sentence--text").strike) for view in views(pilot)[:2]] == [
            False,
            True,
        ]
        assert told(pilot).startswith("Sent to localhost:11434: your question and th")
        assert writer.asked == [QUESTION]
        screen = pilot.app.screen
        assert isinstance(screen, ChatScreen) and screen.transcript.turn is not None
        kinds = [type(child).__name__ for child in screen.transcript.turn.children]
        assert kinds.index("AnswerView") < kinds.index("WrittenView") < kinds.index("SuggestionList")


async def test_what_is_struck_out_is_not_copied(writer: Writer) -> None:
    async with opened(an_app(), (100, 40)) as pilot:
        await ask(pilot, QUESTION)
        await wait_for(pilot, lambda: len(views(pilot)) == 4)
        selected = [view.get_selection(SELECT_ALL) for view in views(pilot)]
        assert selected[1] is selected[2] is None
        assert selected[0] is not None and selected[0][0] == TRUE.strip().replace(". [2]", ". [2]")
        assert selected[3] is not None and selected[3][0] == UNCITED.strip()
        await pilot.press("f6")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ShareScreen)
        copied = pilot.app.screen._forms["written"].text()
        assert copied.startswith(f"{TRUE.strip()}\n{UNCITED.strip()}\n\n{QUESTION}\n")
        assert "250" not in copied and "Penguins" not in copied


async def test_esc_stops_it_and_leaves_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Writer(TRUE + "And then she left the town ", WRONG, held=True)
    made.use(monkeypatch)
    async with opened(an_app(), (100, 40)) as pilot:
        pilot.app.screen.query_one(QuestionBox).text = QUESTION
        await pilot.press("enter")
        await wait_for(pilot, lambda: len(views(pilot)) == 1)
        assert told(pilot).endswith("Writing …")
        await pilot.press("escape")
        await settle(pilot)
        assert made.cancelled
        assert told(pilot).endswith("Stopped.")
        assert len(views(pilot)) == 1


async def test_the_next_question_stops_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Writer(TRUE + "And then she left the town ", WRONG, held=True)
    made.use(monkeypatch)
    async with opened(an_app(), (100, 40)) as pilot:
        pilot.app.screen.query_one(QuestionBox).text = QUESTION
        await pilot.press("enter")
        await wait_for(pilot, lambda: len(views(pilot)) == 1)
        await ask(pilot, "火星上有鹦鹉吗？")
        assert made.cancelled and made.asked == [QUESTION]  # nothing is written where nothing answers


async def test_a_writer_that_fails_is_told_below_what_it_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = EndpointError("{host} broke", "ask again", host="it")
    Writer(TRUE, UNCITED, fault=fault).use(monkeypatch)
    async with opened(an_app(), (100, 40)) as pilot:
        await ask(pilot, QUESTION)
        await wait_for(pilot, lambda: "it broke" in told(pilot))
        assert told(pilot).endswith("it broke\n→ ask again")
        assert len(views(pilot)) == 1


async def test_it_is_off_until_it_is_wanted(writer: Writer) -> None:
    async with opened(an_app("off"), (100, 40)) as pilot:
        await ask(pilot, QUESTION)
        assert not writer.asked
        assert isinstance(pilot.app, YinjuApp)
        await pilot.press("alt+w")  # this answer is written at once, and those that follow
        await wait_for(pilot, lambda: len(views(pilot)) == 4)
        assert pilot.app.settings.write == "on"
        await pilot.press("alt+w")
        await settle(pilot)
        assert pilot.app.settings.write == "off"
        await ask(pilot, QUESTION)
        assert writer.asked == [QUESTION]


async def test_without_an_endpoint_it_stays_off_and_says_why(writer: Writer) -> None:
    async with opened(an_app("off", Settings()), (100, 40)) as pilot:
        await ask(pilot, QUESTION)
        await pilot.press("alt+w")
        await settle(pilot)
        assert isinstance(pilot.app, YinjuApp)
        assert pilot.app.settings.write == "off" and not writer.asked
        (notice,) = pilot.app._notifications
        assert notice.message.startswith("no endpoint is set that could write\n")
        assert not pilot.app.screen.query(WrittenView)
