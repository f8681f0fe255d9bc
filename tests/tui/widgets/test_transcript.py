"""A long conversation: few widgets, nothing lost, and the reader stays where they read."""

from __future__ import annotations

from made_up_app import ask, offer, opened, settle
from textual.pilot import Pilot
from textual.widget import Widget

from tui.app import YinjuApp
from tui.widgets.transcript.transcript import Earlier, Transcript
from tui.widgets.transcript.turn import Asked, Exchange, Turn
from tui.widgets.transcript.welcome import Welcome


async def fill(pilot: Pilot[None], turns: int) -> Transcript:
    transcript = pilot.app.screen.query_one(Transcript)
    answers = tuple(offer(f"question {number}?") for number in range(turns))
    await transcript.fill(answers, pilot.app.workspace)  # type: ignore[attr-defined]
    await settle(pilot)
    return transcript


def questions(transcript: Transcript) -> list[str]:
    return [turn.exchange.question for turn in transcript.turns]


def top(transcript: Transcript) -> tuple[Widget, int]:
    """What stands at the top of the view, and how far above its edge it begins."""
    edge = transcript.content_region.y
    blocks = (b for turn in transcript.turns for b in turn.walk_children(Widget) if not b.children)
    block = next(block for block in blocks if block.region.bottom > edge)
    return block, block.region.y - edge


async def test_a_long_conversation_comes_back_from_its_end(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        transcript = await fill(pilot, 200)
        assert questions(transcript)[-1] == "question 199?" and len(transcript.turns) < 31
        assert [answer.question for answer in transcript.answers] == [f"question {n}?" for n in range(200)]
        assert transcript.turn is transcript.turns[-1]
        assert transcript.turns[-1].exchange.previous == tuple(f"question {n}?" for n in range(199))
        assert not transcript.query_one(Welcome).display
        assert transcript.turns[-1].region.y <= transcript.content_region.y + 1, "at its newest turn"


async def test_earlier_turns_come_back_above_without_moving_what_is_read(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        transcript = await fill(pilot, 60)
        earlier, first = transcript.query_one(Earlier), transcript.turns[0]
        hidden = 60 - len(transcript.turns)
        assert f"{hidden} earlier questions" in str(earlier.render())
        transcript.scroll_home(animate=False)
        await pilot.pause()
        where = first.region.y
        earlier.focus()
        await pilot.press("enter")
        await settle(pilot)
        assert first.region.y == where
        assert questions(transcript) == [f"question {n}?" for n in range(hidden - 20, 60)]
        for _ in range(2):
            transcript.scroll_home(animate=False)
            await settle(pilot)
            await pilot.click(earlier)
            await settle(pilot)
        assert questions(transcript) == [f"question {n}?" for n in range(60)]
        assert not earlier.display


async def test_widgets_do_not_grow_with_the_conversation(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        transcript = await fill(pilot, 40)
        counts = []
        for number in range(40, 64):
            turn = Turn(Exchange(f"question {number}?"))
            await transcript.add(turn)
            await turn.show(offer(turn.exchange.question))
            counts.append(len(list(transcript.query("*"))))
        await settle(pilot)
        assert questions(transcript) == [f"question {n}?" for n in range(52, 64)]
        assert transcript.query_one(Earlier).count == 52
        assert len(transcript.answers) == 64
        assert counts[-1] == counts[-5]


async def test_the_reader_stays_at_the_same_line_when_lines_wrap_anew(app: YinjuApp) -> None:
    async with opened(app, (120, 30)) as pilot:
        transcript = await fill(pilot, 20)
        transcript.scroll_to(y=37, animate=False)
        await settle(pilot)
        block, above = top(transcript)
        for size in ((70, 30), (160, 40), (120, 30)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert top(transcript)[0] is block
        assert top(transcript) == (block, above)


async def test_who_reads_elsewhere_is_not_taken_away_by_an_answer(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        transcript = await fill(pilot, 20)
        turn = Turn(Exchange("slow?"))
        await transcript.add(turn)
        await settle(pilot)
        transcript.scroll_to(y=10, animate=False)
        await settle(pilot)
        await turn.show(offer("slow?"))
        transcript.see(turn)
        await settle(pilot)
        assert transcript.scroll_y == 10
        await ask(pilot, "next?")
        assert transcript.turns[-1].region.y <= transcript.content_region.y + 1, "a question goes to the end"


async def test_the_turn_being_read_is_the_one_whose_citation_is_open(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        transcript = await fill(pilot, 3)
        transcript.current = transcript.turns[1].rows[0]
        assert transcript.turn is transcript.turns[1]
        asked = [turn.query_one(Asked).has_class("-current") for turn in transcript.turns]
        assert asked == [False, True, False]


async def test_a_new_conversation_greets_again(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        transcript = await fill(pilot, 50)
        await transcript.clear()
        await settle(pilot)
        assert not transcript.turns and not transcript.answers and transcript.turn is None
        assert transcript.query_one(Welcome).display and not transcript.query_one(Earlier).display
