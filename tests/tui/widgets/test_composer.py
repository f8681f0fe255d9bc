"""The question box."""

from __future__ import annotations

import gettext

import pytest
from composer_page import asked, chips, composer, offered, running, shown, told, typed
from made_up_app import settle
from rich.cells import cell_len
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste
from textual.pilot import Pilot

from qa import i18n
from qa.question.filters import Filters, parse
from tui.widgets.common.base import Translates


async def paste(pilot: Pilot[None], text: str) -> None:
    composer(pilot).box.post_message(Paste(text))
    await settle(pilot)


def key_events(sent: str) -> list[Key]:
    """What Textual makes of the characters that a terminal sends."""
    parser = XTermParser()
    events = [*parser.feed(sent), *parser.feed("")]
    return [event for event in events if isinstance(event, Key)]


class Marked(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"«{message}»"


async def test_enter_asks_and_empties_the_box() -> None:
    async with running() as pilot:
        await typed(pilot, " Who? ")
        await pilot.press("enter")
        await settle(pilot)
        assert asked(pilot) == [("Who?", "")] and composer(pilot).box.text == ""
        await pilot.press("enter")
        assert len(asked(pilot)) == 1


async def test_lines_are_broken_with_each_of_the_keys_terminals_send() -> None:
    """Read by Textual's own parser: plain terminals, the kitty protocol, xterm's modifyOtherKeys."""
    async with running() as pilot:
        for sent in ("\n", "\x1b\r", "\x1b[13;2u", "\x1b[13;3u", "\x1b[106;5u", "\x1b[27;2;13~"):
            composer(pilot).box.replace_all("一")
            for event in key_events(sent + "b"):
                pilot.app.post_message(event)
            await settle(pilot)
            assert composer(pilot).box.text == "一\nb", repr(sent)
        assert asked(pilot) == []


async def test_the_box_grows_with_its_text_and_the_screen_sets_the_limit() -> None:
    for size, most in (((80, 24), 4), ((120, 40), 6)):
        async with running(size) as pilot:
            box = composer(pilot).box
            assert composer(pilot).outer_size.height == 3, "an empty box leaves the room to the answers"
            heights = []
            for _ in range(8):
                heights.append(box.size.height)
                await pilot.press("ctrl+j")
                await settle(pilot)
            assert heights == [min(line, most) for line in range(1, 9)]
            composer(pilot).box.replace_all("")
            await settle(pilot)
            assert box.size.height == 1


async def test_up_and_down_move_within_the_text_before_they_bring_back_questions() -> None:
    async with running() as pilot:
        composer(pilot).box.recall(["first", "second\nof two lines"])
        composer(pilot).box.replace_all("half\ntyped")
        seen = []
        for key in ("up", "up", "up", "up", "up", "down", "down", "down"):
            await pilot.press(key)
            seen.append(composer(pilot).box.text)
        two = "second\nof two lines"
        assert seen == ["half\ntyped", two, two, "first", "first", two, "half\ntyped", "half\ntyped"]


async def test_a_question_brought_back_and_changed_is_kept_while_going_about() -> None:
    async with running() as pilot:
        composer(pilot).box.recall(["first", "second"])
        await pilot.press("up", "!", "up", "down")
        assert composer(pilot).box.text == "second!"
        await pilot.press("enter")
        await settle(pilot)
        assert composer(pilot).box.asked == ["first", "second", "second!"]
        composer(pilot).box.remember("second!")
        assert composer(pilot).box.asked == ["first", "second", "second!"], "asked twice, kept once"


async def test_pasted_lines_stay_lines_and_nothing_is_asked() -> None:
    async with running() as pilot:
        await paste(pilot, "谁拿到了\r\n  报价？\x07\x1b[31m\u202e\n\n")
        assert composer(pilot).box.text == "谁拿到了\n  报价？[31m"
        await pilot.press("ctrl+z")
        assert composer(pilot).box.text == ""
        await pilot.press("ctrl+y")
        assert composer(pilot).box.text == "谁拿到了\n  报价？[31m"
        pilot.app._clipboard = "\x1b[2J再来\n"
        await pilot.press("ctrl+v")
        assert composer(pilot).box.text.endswith("[31m[2J再来") and asked(pilot) == []


async def test_a_paste_longer_than_a_question_is_told_and_changes_nothing() -> None:
    async with running() as pilot:
        await typed(pilot, "ab")
        await paste(pilot, "字" * 1999)
        assert composer(pilot).box.text == "ab"
        assert "2,001" in told(pilot) and "2,000" in told(pilot)
        await paste(pilot, "字" * 1998)
        assert len(composer(pilot).box.text) == 2000 and not told(pilot)
        await typed(pilot, "x")
        await pilot.press("enter")
        assert "2,001" in told(pilot) and asked(pilot) == [] and len(composer(pilot).box.text) == 2001


@pytest.mark.parametrize("width", [22, 23, 40, 81])
async def test_no_wide_character_is_cut_and_every_line_fits(width: int) -> None:
    text = (
        "Lin Lan拿到的报价是多少？人工智能实验室 的薪酬，“谁”说了算？ "
        "a verylongwordwithoutanyspaces     　全角　"
    )
    async with running((width, 24)) as pilot:
        box = composer(pilot).box
        for end in range(1, len(text) + 1, 3):
            composer(pilot).box.replace_all(text[:end])
            await pilot.pause()
            lines = [line for parts in box.wrapped_document.lines for line in parts]
            assert "".join(lines) == text[:end]
            assert all(cell_len(line) <= box.wrap_width + 1 for line in lines), lines
            assert not any(line.startswith(("，", "？")) for line in lines)
            drawn = [box.render_line(y).text.rstrip() for y in range(box.size.height)]
            assert drawn == [line.rstrip() for line in lines[box.scroll_offset.y :]][: len(drawn)]


async def test_the_terminals_cursor_is_where_the_next_character_goes() -> None:
    """Input methods open their list of characters there."""
    async with running((60, 24)) as pilot:
        box = composer(pilot).box
        for text in ("谁", "谁拿走了", "谁" * 30, "谁" * 30 + "\n钱", "谁" * 200, ""):
            composer(pilot).box.replace_all(text)
            await settle(pilot)
            row, _column = box.cursor_location
            wrapped = box.wrapped_document.lines[row]
            x = cell_len(wrapped[-1])
            expected = (box.content_region.x + x, box.content_region.bottom - 1)
            assert pilot.app.cursor_position == expected, text
        composer(pilot).box.replace_all("谁拿走了")
        await pilot.press("left", "left")
        assert pilot.app.cursor_position.x == box.content_region.x + 4
        await pilot.press("backspace")
        assert (
            composer(pilot).box.text == "谁走了" and pilot.app.cursor_position.x == box.content_region.x + 2
        )
        await pilot.resize_terminal(40, 30)
        await settle(pilot)
        assert pilot.app.cursor_position == (box.content_region.x + 2, box.content_region.y)


async def test_the_keys_of_the_page_are_not_the_boxs() -> None:
    async with running() as pilot:
        await typed(pilot, "ab")
        await pilot.press("f6", "f7")
        assert composer(pilot).box.selected_text == ""
        assert not {"pageup", "pagedown", "f6", "f7"} & {
            key
            for key, active in pilot.app.screen.active_bindings.items()
            if active.node is composer(pilot).box
        }


async def test_every_text_follows_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as pilot:
        composer(pilot).filters = parse("lang:en article:2")[1]
        await typed(pilot, "x" * 0)
        await settle(pilot)
        monkeypatch.setattr(i18n, "_current", ("zh-Hans", Marked()))
        for widget in pilot.app.screen.query("*").results():
            if isinstance(widget, Translates):
                widget.translate()
        await settle(pilot)
        assert chips(pilot)[0] == "«English»"
        assert str(composer(pilot).box.placeholder).startswith("«")
        assert str(composer(pilot).query_one("#composer-frame").border_subtitle).startswith("«")
        assert str(composer(pilot).query_one("#composer-ask").render()).startswith("«Ask»")
        await pilot.press("ctrl+f")
        await settle(pilot)
        assert shown(pilot)[0].startswith("«Language»")


async def test_keys_that_arrive_together_act_in_their_order() -> None:
    async with running() as pilot:
        for event in key_events("wx\x7fho\nlang:e\twas\rne\x7fxt"):
            pilot.app.post_message(event)
        await settle(pilot)
        assert asked(pilot) == [("who\nwas", "lang:en")] and composer(pilot).box.text == "nxt"
        for event in key_events(" lang:q\r"):
            pilot.app.post_message(event)
        await settle(pilot)
        assert "lang:q" in told(pilot), "what was typed just before does not wipe it away"


async def test_the_hint_names_the_keys_as_they_are_set() -> None:
    async with running() as pilot:
        frame = composer(pilot).query_one("#composer-frame")
        assert frame.border_subtitle == "Enter asks · Ctrl+J new line · Ctrl+F filters"
        pilot.app.set_keymap({"question.ask": "ctrl+s", "question.newline": "enter"})
        composer(pilot).translate()
        assert frame.border_subtitle == "Ctrl+S asks · Enter new line · Ctrl+F filters"
        await typed(pilot, "a")
        await pilot.press("enter", "b", "ctrl+s")
        await settle(pilot)
        assert asked(pilot) == [("a\nb", "")]
        composer(pilot).filters = Filters(languages=("en",))
        await settle(pilot)
        await pilot.press("left")
        assert not frame.border_subtitle, "these are not the keys of a chip"


async def test_a_click_puts_the_cursor_between_wide_characters() -> None:
    async with running() as pilot:
        composer(pilot).filters = Filters(languages=("en",))
        composer(pilot).box.replace_all("谁拿走了钱")
        await settle(pilot)
        await pilot.press("home", "left")
        assert not composer(pilot).box.has_focus
        await pilot.click("#question", offset=(5, 0))
        assert composer(pilot).box.has_focus
        await typed(pilot, "x")
        assert composer(pilot).box.text == "谁拿x走了钱"
        await pilot.press("home", "left")
        await pilot.click("#composer-frame", offset=(0, 0))
        assert composer(pilot).box.has_focus, "anywhere in the frame is the question"


async def test_in_a_small_terminal_the_question_has_the_room() -> None:
    async with running((40, 8)) as pilot:
        await typed(pilot, "谁拿走了钱 lang:")
        assert composer(pilot).box.size.width >= 24
        region, frame = (
            composer(pilot).completions.region,
            composer(pilot).query_one("#composer-frame").region,
        )
        assert len(offered(pilot)) > 3 and pilot.app.screen.region.contains_region(region)
        assert region.bottom == frame.y, "the list stands over the box, never on it"
        await pilot.press("down", "down", "down", "enter")
        await settle(pilot)
        assert len(chips(pilot)) == 1, "the rows out of sight can be reached"
