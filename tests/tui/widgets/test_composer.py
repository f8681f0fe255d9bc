"""The question box, its filters and what it offers to type."""

from __future__ import annotations

import gettext
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from made_up_app import ARTICLES, settle
from rich.cells import cell_len
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.events import Key, Paste
from textual.pilot import Pilot

from index.errors import LibraryError
from index.types import ArticleInfo
from qa.question.filters import Filters, parse
from tui.rendering import i18n
from tui.screens.base import Page
from tui.state.workspace import Workspace
from tui.styles.themes import NIGHT
from tui.widgets.common.base import Translates
from tui.widgets.common.label import Label
from tui.widgets.composer.chips import Chip
from tui.widgets.composer.composer import Composer

STYLES = Path(i18n.__file__).parents[1] / "styles"


class ChatScreen(Page[None]):
    AUTO_FOCUS = "#question"

    def compose(self) -> ComposeResult:
        yield Composer()


class Rig(App[None]):
    CSS_PATH = [STYLES / "base.tcss", STYLES / "composer.tcss"]  # noqa: RUF012
    CSS = "Composer { dock: bottom; }"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []

    def on_mount(self) -> None:
        self.register_theme(NIGHT)
        self.theme = NIGHT.name
        self.push_screen(ChatScreen())

    def on_composer_asked(self, message: Composer.Asked) -> None:
        self.asked.append((message.question, str(message.filters)))

    @property
    def composer(self) -> Composer:
        return self.screen.query_one(Composer)


def over(articles: list[ArticleInfo], path: str = "/library") -> Workspace:
    session = SimpleNamespace(articles=lambda: articles)
    return cast(Workspace, SimpleNamespace(session=session, path=Path(path)))


@asynccontextmanager
async def running(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    async with Rig().run_test(size=size) as pilot:
        await settle(pilot)
        composer(pilot).workspace = over(list(ARTICLES))
        await settle(pilot)
        yield pilot


def composer(pilot: Pilot[None]) -> Composer:
    return cast(Rig, pilot.app).composer


def asked(pilot: Pilot[None]) -> list[tuple[str, str]]:
    return cast(Rig, pilot.app).asked


def chips(pilot: Pilot[None]) -> list[str]:
    return [str(chip.render()).removesuffix(" ×") for chip in composer(pilot).query(Chip)]


def told(pilot: Pilot[None]) -> str:
    label = composer(pilot).query_one("#composer-message", Label)
    return str(label.render()) if label.display else ""


def offered(pilot: Pilot[None]) -> list[str]:
    return [completion.text.strip() for completion in composer(pilot).completions.offered]


def shown(pilot: Pilot[None]) -> list[str]:
    """The rows of the list as they are read."""
    return [str(option.prompt).strip() for option in composer(pilot).completions.options]


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


async def typed(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*("space" if char == " " else char for char in text))
    await settle(pilot)


async def test_enter_asks_and_empties_the_box() -> None:
    async with running() as pilot:
        await typed(pilot, " Who? ")
        await pilot.press("enter")
        await settle(pilot)
        assert asked(pilot) == [("Who?", "")] and composer(pilot).draft == ""
        await pilot.press("enter")
        assert len(asked(pilot)) == 1


async def test_lines_are_broken_with_each_of_the_keys_terminals_send() -> None:
    """Read by Textual's own parser: plain terminals, the kitty protocol, xterm's modifyOtherKeys."""
    async with running() as pilot:
        for sent in ("\n", "\x1b\r", "\x1b[13;2u", "\x1b[13;3u", "\x1b[106;5u", "\x1b[27;2;13~"):
            composer(pilot).draft = "一"
            for event in key_events(sent + "b"):
                pilot.app.post_message(event)
            await settle(pilot)
            assert composer(pilot).draft == "一\nb", repr(sent)
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
            composer(pilot).draft = ""
            await settle(pilot)
            assert box.size.height == 1


async def test_up_and_down_move_within_the_text_before_they_bring_back_questions() -> None:
    async with running() as pilot:
        composer(pilot).history = ["first", "second\nof two lines"]
        composer(pilot).draft = "half\ntyped"
        seen = []
        for key in ("up", "up", "up", "up", "up", "down", "down", "down"):
            await pilot.press(key)
            seen.append(composer(pilot).draft)
        two = "second\nof two lines"
        assert seen == ["half\ntyped", two, two, "first", "first", two, "half\ntyped", "half\ntyped"]


async def test_a_question_brought_back_and_changed_is_kept_while_going_about() -> None:
    async with running() as pilot:
        composer(pilot).history = ["first", "second"]
        await pilot.press("up", "!", "up", "down")
        assert composer(pilot).draft == "second!"
        await pilot.press("enter")
        await settle(pilot)
        assert composer(pilot).history == ("first", "second", "second!")
        composer(pilot).remember("second!")
        assert composer(pilot).history == ("first", "second", "second!"), "asked twice, kept once"


async def test_pasted_lines_stay_lines_and_nothing_is_asked() -> None:
    async with running() as pilot:
        await paste(pilot, "谁拿到了\r\n  报价？\x07\x1b[31m\u202e\n\n")
        assert composer(pilot).draft == "谁拿到了\n  报价？[31m"
        await pilot.press("ctrl+z")
        assert composer(pilot).draft == ""
        await pilot.press("ctrl+y")
        assert composer(pilot).draft == "谁拿到了\n  报价？[31m"
        pilot.app._clipboard = "\x1b[2J再来\n"
        await pilot.press("ctrl+v")
        assert composer(pilot).draft.endswith("[31m[2J再来") and asked(pilot) == []


async def test_a_paste_longer_than_a_question_is_told_and_changes_nothing() -> None:
    async with running() as pilot:
        await typed(pilot, "ab")
        await paste(pilot, "字" * 1999)
        assert composer(pilot).draft == "ab"
        assert "2,001" in told(pilot) and "2,000" in told(pilot)
        await paste(pilot, "字" * 1998)
        assert len(composer(pilot).draft) == 2000 and not told(pilot)
        await typed(pilot, "x")
        await pilot.press("enter")
        assert "2,001" in told(pilot) and asked(pilot) == [] and len(composer(pilot).draft) == 2001


@pytest.mark.parametrize("width", [22, 23, 40, 81])
async def test_no_wide_character_is_cut_and_every_line_fits(width: int) -> None:
    text = (
        "Lin Lan拿到的报价是多少？人工智能实验室 的薪酬，“谁”说了算？ "
        "a verylongwordwithoutanyspaces     　全角　"
    )
    async with running((width, 24)) as pilot:
        box = composer(pilot).box
        for end in range(1, len(text) + 1, 3):
            composer(pilot).draft = text[:end]
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
            composer(pilot).draft = text
            await settle(pilot)
            row, _column = box.cursor_location
            wrapped = box.wrapped_document.lines[row]
            x = cell_len(wrapped[-1])
            expected = (box.content_region.x + x, box.content_region.bottom - 1)
            assert pilot.app.cursor_position == expected, text
        composer(pilot).draft = "谁拿走了"
        await pilot.press("left", "left")
        assert pilot.app.cursor_position.x == box.content_region.x + 4
        await pilot.press("backspace")
        assert composer(pilot).draft == "谁走了" and pilot.app.cursor_position.x == box.content_region.x + 2
        await pilot.resize_terminal(40, 30)
        await settle(pilot)
        assert pilot.app.cursor_position == (box.content_region.x + 2, box.content_region.y)


async def test_filters_typed_become_chips_and_stay() -> None:
    async with running() as pilot:
        composer(pilot).draft = 'lang:en who was paid after:2024-01 in:"Harbor Daily"'
        await pilot.press("enter")
        await settle(pilot)
        filters = 'lang:en after:2024-01 in:"Harbor Daily"'
        assert asked(pilot) == [("who was paid", filters)]
        assert chips(pilot) == ["English", "from 2024-01", "in Harbor Daily"]
        composer(pilot).draft = "and then after:2025"
        await pilot.press("enter")
        await settle(pilot)
        assert asked(pilot)[1] == ("and then", 'lang:en after:2025 in:"Harbor Daily"')
        await pilot.press("up")
        assert composer(pilot).draft == "and then", "the filters are in the chips"


async def test_filters_alone_ask_nothing() -> None:
    async with running() as pilot:
        composer(pilot).draft = "lang:zh"
        await pilot.press("enter")
        await settle(pilot)
        assert asked(pilot) == [] and chips(pilot) == ["Chinese"] and composer(pilot).draft == ""
        assert composer(pilot).outer_size.height == 4


@pytest.mark.parametrize("wrong", ["lang:klingon", "after:soon", "article:x,y", 'in:"open'])
async def test_a_wrong_filter_is_told_and_nothing_is_lost(wrong: str) -> None:
    async with running() as pilot:
        composer(pilot).filters = Filters(languages=("en",))
        composer(pilot).draft = f"who was paid {wrong}"
        await pilot.pause()
        await pilot.press("escape", "enter")
        await settle(pilot)
        assert wrong.split(":")[0] in told(pilot)
        assert composer(pilot).draft == f"who was paid {wrong}" and asked(pilot) == []
        assert chips(pilot) == ["English"]
        await typed(pilot, "x")
        assert not told(pilot)


async def test_chips_go_with_keys_and_the_focus_stays_in_the_row() -> None:
    async with running() as pilot:
        composer(pilot).filters = parse("lang:en after:2024 before:2025-07 article:1,2 in:报")[1]
        await settle(pilot)
        assert chips(pilot) == [
            "English",
            "from 2024",
            "before 2025-07",
            "in 报",
            "海湾研究所的人才账本",
            "What Harbor AI paid to …",
        ]
        await pilot.press("backspace")
        await settle(pilot)
        assert len(chips(pilot)) == 5 and composer(pilot).box.has_focus
        await pilot.press("left", "left", "left", "delete")
        await settle(pilot)
        assert chips(pilot) == ["English", "from 2024", "in 报", "海湾研究所的人才账本"]
        focused = pilot.app.focused
        assert isinstance(focused, Chip) and focused.part == "in:报"
        await pilot.press("right", "backspace")
        await settle(pilot)
        assert pilot.app.focused is not None and cast(Chip, pilot.app.focused).part == "in:报"
        await pilot.press("right")
        assert composer(pilot).box.has_focus
        await pilot.press("left", "delete")
        await settle(pilot)
        await pilot.press("delete", "delete")
        await settle(pilot)
        assert str(composer(pilot).filters) == "" or chips(pilot) == ["English"]


async def test_of_many_chips_the_last_is_in_sight() -> None:
    async with running() as pilot:
        composer(pilot).filters = parse(
            "lang:en,zh-Hans,zh-Hant after:2024 before:2025-07 article:1,2 in:报"
        )[1]
        await settle(pilot)
        chosen = list(composer(pilot).query(Chip))
        row = composer(pilot).chips
        assert row.outer_size.height == 1 and row.region.contains_region(chosen[-1].region)
        await pilot.press(*["left"] * len(chosen))
        await settle(pilot)
        assert chosen[0].has_focus and row.region.contains_region(chosen[0].region)


async def test_backspace_in_a_text_takes_no_chip_away() -> None:
    async with running() as pilot:
        composer(pilot).filters = Filters(languages=("en",))
        await typed(pilot, "a")
        await pilot.press("home", "backspace")
        await settle(pilot)
        assert chips(pilot) == ["English"]
        await pilot.press("delete", "backspace")
        await settle(pilot)
        assert chips(pilot) == []


async def test_a_chip_goes_with_a_click_on_its_cross_only() -> None:
    async with running() as pilot:
        composer(pilot).filters = parse("lang:en,zh")[1]
        await settle(pilot)
        first = composer(pilot).query(Chip).first()
        await pilot.click(first, offset=(2, 0))
        await settle(pilot)
        assert len(chips(pilot)) == 2
        await pilot.click(first, offset=(first.size.width, 0))
        await settle(pilot)
        assert chips(pilot) == ["Chinese"]


async def test_values_are_offered_while_a_filter_is_typed_and_become_chips() -> None:
    async with running() as pilot:
        await typed(pilot, "who was paid ")
        assert offered(pilot) == []
        await typed(pilot, "lang:")
        assert offered(pilot) == ["lang:zh", "lang:en", "lang:zh-Hans", "lang:zh-Hant"]
        await typed(pilot, "e")
        assert offered(pilot) == ["lang:en"]
        await pilot.press("tab")
        await settle(pilot)
        assert chips(pilot) == ["English"] and composer(pilot).draft == "who was paid "
        assert composer(pilot).box.has_focus and offered(pilot) == []
        await typed(pilot, "after:")
        await pilot.press("down", "down", "up", "enter")
        await settle(pilot)
        assert len(chips(pilot)) == 2 and asked(pilot) == []
        await pilot.press("enter")
        await settle(pilot)
        assert asked(pilot)[0][0] == "who was paid"


async def test_tab_makes_a_chip_of_a_filter_that_is_not_on_offer() -> None:
    async with running() as pilot:
        await typed(pilot, "who in:nowhere")
        assert offered(pilot) == []
        await pilot.press("tab")
        await settle(pilot)
        assert chips(pilot) == ["in nowhere"] and composer(pilot).draft == "who "
        assert composer(pilot).box.has_focus


async def test_enter_asks_where_the_filter_stands_as_typed() -> None:
    async with running() as pilot:
        await typed(pilot, "who in:Har")
        assert offered(pilot) == ['in:"Harbor Daily"']
        await pilot.press("enter")
        await settle(pilot)
        assert asked(pilot) == [("who", "in:Har")]


async def test_escape_closes_the_list_for_this_filter_and_then_is_the_pages() -> None:
    async with running() as pilot:
        await typed(pilot, "lang:")
        await pilot.press("escape")
        assert offered(pilot) == [] and composer(pilot).draft == "lang:"
        await typed(pilot, "z")
        assert offered(pilot) == [], "it was not wanted"
        await typed(pilot, "h after:")
        assert offered(pilot)


async def test_ordinary_words_are_left_in_peace_until_tab() -> None:
    async with running() as pilot:
        for char in "after all in l":
            await typed(pilot, char)
            assert offered(pilot) == []
        await pilot.press("tab")
        await settle(pilot)
        assert composer(pilot).draft == "after all in lang:"
        assert offered(pilot)
        await pilot.press("escape")
        composer(pilot).draft = "who is it"
        await pilot.pause()
        composer(pilot).filters = Filters(languages=("en",))
        await settle(pilot)
        await pilot.press("tab")
        assert not composer(pilot).box.has_focus, "Tab goes on where nothing can be completed"


async def test_the_menu_needs_no_syntax_with_keys() -> None:
    async with running() as pilot:
        await typed(pilot, "who")
        await pilot.press("ctrl+f")
        await settle(pilot)
        assert shown(pilot)[0].startswith("Language")
        await pilot.press("down", "down", "down", "down", "enter")
        await settle(pilot)
        assert composer(pilot).draft == "who article:"
        await typed(pilot, "harbor")
        await pilot.press("enter")
        await settle(pilot)
        assert chips(pilot) == ["What Harbor AI paid to …"] and composer(pilot).draft == "who "
        await pilot.press("ctrl+f", "enter")
        await settle(pilot)
        assert composer(pilot).draft == "who lang:"
        await pilot.press("escape")
        await settle(pilot)
        assert composer(pilot).draft == "who ", "what the menu typed goes with it"


async def test_the_menu_and_the_button_work_with_the_mouse() -> None:
    async with running() as pilot:
        await typed(pilot, "谁拿走了钱")
        await pilot.click("#composer-filter")
        await settle(pilot)
        await pilot.click("#completions", offset=(4, 1))
        await settle(pilot)
        assert offered(pilot) and composer(pilot).box.has_focus
        await pilot.click("#completions", offset=(4, 2))
        await settle(pilot)
        assert chips(pilot) == ["English"]
        await pilot.click("#composer-ask")
        await settle(pilot)
        assert asked(pilot) == [("谁拿走了钱", "lang:en")]
        assert composer(pilot).query_one("#composer-ask").has_class("-empty")
        await pilot.click("#composer-ask")
        await settle(pilot)
        assert len(asked(pilot)) == 1


async def test_a_slash_at_the_start_offers_the_kinds() -> None:
    async with running() as pilot:
        await typed(pilot, "/")
        assert offered(pilot) == ["lang:", "after:", "before:", "in:", "article:"]
        await typed(pilot, "la")
        await pilot.press("enter")
        await settle(pilot)
        assert composer(pilot).draft == "lang:" and len(offered(pilot)) == 4


async def test_articles_come_from_the_library_that_is_open() -> None:
    async with running() as pilot:
        composer(pilot).filters = parse("lang:en article:2")[1]
        await settle(pilot)
        composer(pilot).workspace = over([replace(ARTICLES[0], id=7, title="别的")])
        await settle(pilot)
        assert chips(pilot) == ["English", "article 2"], "still the same library, article 2 was removed"
        composer(pilot).workspace = over([replace(ARTICLES[0], id=2, title="别的")], "/another")
        await settle(pilot)
        assert chips(pilot) == ["English"], "numbers belong to a library"
        await typed(pilot, "article:")
        assert shown(pilot) == ["article:2  别的"]


async def test_titles_with_escapes_are_shown_clean() -> None:
    async with running() as pilot:
        composer(pilot).workspace = over([replace(ARTICLES[0], title="a\x1b[31m[bold]b\u202e")])
        composer(pilot).filters = Filters(articles=(1,))
        await settle(pilot)
        assert chips(pilot) == ["a[31m[bold]b"]
        await typed(pilot, "article:")
        assert shown(pilot) == ["article:1  a[31m[bold]b"]


async def test_a_library_that_cannot_be_read_is_told() -> None:
    def fails() -> list[ArticleInfo]:
        raise LibraryError("the index is damaged", "qa add builds it again")

    async with running() as pilot:
        workspace = over([])
        workspace.session.articles = fails  # type: ignore[method-assign]
        composer(pilot).workspace = workspace
        await settle(pilot)
        assert "the index is damaged" in told(pilot)


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
        assert asked(pilot) == [("who\nwas", "lang:en")] and composer(pilot).draft == "nxt"
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
        composer(pilot).draft = "谁拿走了钱"
        await settle(pilot)
        await pilot.press("home", "left")
        assert not composer(pilot).box.has_focus
        await pilot.click("#question", offset=(5, 0))
        assert composer(pilot).box.has_focus
        await typed(pilot, "x")
        assert composer(pilot).draft == "谁拿x走了钱"
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


async def test_what_is_understood_as_a_filter_is_marked_as_it_is_typed() -> None:
    async with running() as pilot:
        for text, marked in (
            ("who lang:en 谁", ["lang:en"]),
            ('lang:q in:"two words" after:2024-1x', ['in:"two words"']),
            ("long:en plain:after:2024", []),
        ):
            composer(pilot).draft = text
            line = composer(pilot).box.get_line(0)
            assert [line.plain[span.start : span.end] for span in line.spans] == marked
