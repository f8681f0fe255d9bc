"""Filters above the question box, and what it offers to type."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from composer_page import asked, chips, composer, offered, over, running, shown, told, typed
from made_up_app import ARTICLES, settle

from index.errors import LibraryError
from index.types import ArticleInfo
from qa.question.filters import Filters, parse
from tui.widgets.composer.chips import Chip


async def test_filters_typed_become_chips_and_stay() -> None:
    async with running() as pilot:
        composer(pilot).box.replace_all('lang:en who was paid after:2024-01 in:"Harbor Daily"')
        await pilot.press("enter")
        await settle(pilot)
        filters = 'lang:en after:2024-01 in:"Harbor Daily"'
        assert asked(pilot) == [("who was paid", filters)]
        assert chips(pilot) == ["English", "from 2024-01", "in Harbor Daily"]
        composer(pilot).box.replace_all("and then after:2025")
        await pilot.press("enter")
        await settle(pilot)
        assert asked(pilot)[1] == ("and then", 'lang:en after:2025 in:"Harbor Daily"')
        await pilot.press("up")
        assert composer(pilot).box.text == "and then", "the filters are in the chips"


async def test_filters_alone_ask_nothing() -> None:
    async with running() as pilot:
        composer(pilot).box.replace_all("lang:zh")
        await pilot.press("enter")
        await settle(pilot)
        assert asked(pilot) == [] and chips(pilot) == ["Chinese"] and composer(pilot).box.text == ""
        assert composer(pilot).outer_size.height == 4


@pytest.mark.parametrize("wrong", ["lang:klingon", "after:soon", "article:x,y", 'in:"open'])
async def test_a_wrong_filter_is_told_and_nothing_is_lost(wrong: str) -> None:
    async with running() as pilot:
        composer(pilot).filters = Filters(languages=("en",))
        composer(pilot).box.replace_all(f"who was paid {wrong}")
        await pilot.pause()
        await pilot.press("escape", "enter")
        await settle(pilot)
        assert wrong.split(":")[0] in told(pilot)
        assert composer(pilot).box.text == f"who was paid {wrong}" and asked(pilot) == []
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
        assert chips(pilot) == ["English"] and composer(pilot).box.text == "who was paid "
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
        assert chips(pilot) == ["in nowhere"] and composer(pilot).box.text == "who "
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
        assert offered(pilot) == [] and composer(pilot).box.text == "lang:"
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
        assert composer(pilot).box.text == "after all in lang:"
        assert offered(pilot)
        await pilot.press("escape")
        composer(pilot).box.replace_all("who is it")
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
        assert composer(pilot).box.text == "who article:"
        await typed(pilot, "harbor")
        await pilot.press("enter")
        await settle(pilot)
        assert chips(pilot) == ["What Harbor AI paid to …"] and composer(pilot).box.text == "who "
        await pilot.press("ctrl+f", "enter")
        await settle(pilot)
        assert composer(pilot).box.text == "who lang:"
        await pilot.press("escape")
        await settle(pilot)
        assert composer(pilot).box.text == "who ", "what the menu typed goes with it"


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
        assert composer(pilot).box.text == "lang:" and len(offered(pilot)) == 4


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


async def test_what_is_understood_as_a_filter_is_marked_as_it_is_typed() -> None:
    async with running() as pilot:
        for text, marked in (
            ("who lang:en 谁", ["lang:en"]),
            ('lang:q in:"two words" after:2024-1x', ['in:"two words"']),
            ("long:en plain:after:2024", []),
        ):
            composer(pilot).box.replace_all(text)
            line = composer(pilot).box.get_line(0)
            assert [line.plain[span.start : span.end] for span in line.spans] == marked
