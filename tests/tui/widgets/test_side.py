"""The side pane on its own: reading an article and going through it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_app import (
    ARTICLES,
    CHINESE,
    ENGLISH,
    TRADITIONAL,
    FakeLibrary,
    ask,
    cite,
    hit,
    opened,
    structured,
    wait_for,
)
from side_page import ANSWER, FIRST, NEAR, SECOND, Reader, reader
from textual.color import Color
from textual.geometry import Offset
from textual.selection import Selection
from textual.widgets import ProgressBar

from index.types import Article, Span
from qa import i18n
from tui.app import YinjuApp
from tui.state.place import Place
from tui.widgets.common.error import ErrorBlock
from tui.widgets.common.label import Paragraph
from tui.widgets.common.link import Link
from tui.widgets.source.bar import FactBar
from tui.widgets.source.body import ArticleBody
from tui.widgets.source.side import Tabs
from tui.widgets.source.source import SourcePane


async def test_the_quote_stands_out_in_its_passage_in_its_article(library: FakeLibrary) -> None:
    async with reader(library) as r:
        await r.read(FIRST)
        citation = ANSWER.citations[0]
        assert r.body.text == CHINESE
        assert r.on_ground("quote").replace(" ", "") == citation.quote.replace(" ", "")
        assert r.gutter(citation.start) == "1 " and r.gutter(CHINESE.index("我在挑")) == "  "
        assert r.bar("title").startswith("[1] 海湾研究所的人才账本")
        assert "陈舟 · 滨城日报 · 2025-06-03 · 简体" in r.bar("facts")


async def test_words_are_marked_by_strength_without_colour_too(library: FakeLibrary) -> None:
    async with reader(library) as r:
        weak = replace(ANSWER.citations[0].hit.matches[0], similarity=0.55)
        await r.read(replace(FIRST, matches=(*FIRST.matches[1:], weak)))
        looks = {}
        for segment in r.segments():
            if segment.style and (index := segment.style.meta.get("match")) is not None:
                style = segment.style
                looks[r.body.matches[index].similarity] = (bool(style.bold), bool(style.underline))
        assert looks.keys() == {1.0, 0.71, 0.55}
        assert len(set(looks.values())) == 3


async def test_other_quotes_of_the_answer_are_marked_faintly_and_open_on_a_click(
    library: FakeLibrary,
) -> None:
    from_english = cite(2, "“我不是在卖自己的时间，”林岚在接受《滨城日报》采访时说，", hit(
        2, ARTICLES[0], "“我不是", 0.5, 0.5), ARTICLES[0])  # fmt: skip
    answer = replace(ANSWER, citations=(ANSWER.citations[0], from_english))
    async with reader(library) as r:
        await r.read(FIRST, answer)
        assert r.on_ground("other") == from_english.quote
        assert r.gutter(from_english.start) == "2 "
        line = r.body.lines.line_of(from_english.start) - round(r.body.scroll_y)
        await r.pilot.click(r.body, offset=(8, line))
        assert r.app.screen.cited == [2]  # type: ignore[attr-defined]


async def test_n_goes_from_word_to_word_and_tells_each_pair(library: FakeLibrary) -> None:
    async with reader(library) as r:
        await r.read(FIRST)
        assert "报价 ≈ offer 71%" in r.bar("words") and "–/5" in r.bar("words")
        await r.press("n")
        assert r.body.current is not None and r.body.current.start >= ANSWER.citations[0].start
        assert r.bar("words").startswith("Harbor AI = Harbor AI") and "4/5" in r.bar("words")
        await r.press("n")
        assert r.current == "报价" and r.bar("words").startswith("报价 ≈ offer 71%")
        await r.press("n")
        assert "1/5" in r.bar("words"), "round the end"
        await r.press("N", "N")
        assert "4/5" in r.bar("words")


async def test_the_pointer_on_a_word_tells_its_pair_and_the_arrows_step(library: FakeLibrary) -> None:
    async with reader(library) as r:
        await r.read(FIRST)
        await r.pilot.hover(r.body, offset=r.where(1))
        await r.settle()
        assert r.bar("words").startswith("林岚 ≈ Lin Lan 83%")
        bar = r.source.query_one("#source-words", FactBar)
        await r.pilot.click(bar, offset=(bar.render().cell_length - 1, 0))
        await r.settle()
        assert "3/5" in r.bar("words")


async def test_looking_for_words_finds_the_other_script_and_steps(library: FakeLibrary) -> None:
    async with reader(library) as r:
        await r.read(Place("", ARTICLES[2]))
        await r.press("slash", *"研究员")
        assert r.body.finds and r.current == "研究員"
        assert "1/1" in r.bar("words")
        await r.press(*["backspace"] * 3, *"相信", "enter")
        assert r.current == "相信" and r.app.focused is r.body
        await r.press("escape")
        assert not r.source.finder.display and not r.body.finds and not r.current


async def test_finds_are_gone_through_with_n_and_the_arrows(library: FakeLibrary) -> None:
    async with reader(library) as r:
        await r.read(Place("", ARTICLES[0]))
        await r.press("slash", *"季度")
        total = CHINESE.count("季度")
        assert f"1/{total}" in r.bar("words")
        await r.press("down", "down")
        assert f"3/{total}" in r.bar("words")
        await r.press("enter", "N", "N", "N")
        assert f"{total}/{total}" in r.bar("words"), "round the beginning"
        span = r.body.current
        assert span is not None
        assert 0 <= r.body.lines.line_of(span.start) - r.body.scroll_y < r.body.size.height
        await r.press("slash", *"zzz")
        assert r.bar("words").startswith("Not in this article")
        await r.press("escape", "n")
        assert r.bar("words").startswith(" ") or "/5" not in r.bar("words"), (
            "no finds, no words: nothing to step to"
        )


async def test_brackets_and_links_go_to_the_articles_beside(library: FakeLibrary) -> None:
    async with reader(library) as r:
        await r.read(FIRST)
        await r.press("right_square_bracket")
        assert r.source.article == ARTICLES[1] and r.body.scroll_y == 0
        await r.press("left_square_bracket", "left_square_bracket")
        assert r.source.article == ARTICLES[2], "round the beginning"
        bar = r.source.query_one("#source-title", FactBar)
        await r.pilot.click(bar, offset=(bar.render().cell_length - 1, 0))
        await r.settle()
        assert r.source.article == ARTICLES[0]


async def test_nothing_open_says_what_to_do_and_has_no_dead_links(library: FakeLibrary) -> None:
    async with reader(library) as r:
        message = r.source.query_one("#source-message", Paragraph)
        assert "No article is open" in message.prose.content.plain and message.display
        assert not any(bar.display for bar in r.source.query(FactBar))
        choose = r.source.query_one(Link)
        assert choose.display
        await r.read(FIRST)
        assert not message.display and not choose.display
        r.side.source.clear()
        await r.settle()
        assert message.display and r.source.article is None and r.body.text == ""


async def test_an_article_that_is_gone_or_changed_is_told_and_leaves_nothing_of_the_one_before(
    library: FakeLibrary,
) -> None:
    async with reader(library) as r:
        await r.read(SECOND)
        library.kept[0] = replace(library.kept[0], text="全部改写了。", blocks=())
        await r.read(FIRST)
        assert "changed" in str(r.source.query_one(ErrorBlock).error)
        assert not r.body.display and r.body.text == "" and r.source.article is None
        del library.kept[0]
        await r.read(FIRST)
        assert len(r.source.query(ErrorBlock)) == 1
        assert "gone" in str(r.source.query_one(ErrorBlock).error)
        await r.read(SECOND)
        assert not r.source.query(ErrorBlock) and r.body.text == ENGLISH


class SlowLibrary(FakeLibrary):
    """Article 3 takes until the gate opens."""

    def article(self, id: int) -> Article:
        if id == 3:
            self.gate.wait(timeout=10)
        return super().article(id)


async def test_a_slow_article_is_announced_and_a_later_one_is_not_replaced_by_it() -> None:
    library = SlowLibrary(gate=threading.Event())
    async with reader(library) as r:
        await r.read(FIRST)
        r.side.source.read(r.workspace, Place("", ARTICLES[2]))
        await r.pilot.pause(0.02)
        assert r.body.text == CHINESE, "no flicker for an article that comes at once"
        await wait_for(r.pilot, lambda: r.source.state == "opening")
        assert ARTICLES[2].title in r.source.query_one("#source-message", Paragraph).prose.content.plain
        assert r.body.text == ""
        r.side.source.read(r.workspace, SECOND)
        await wait_for(r.pilot, lambda: r.body.text == ENGLISH)
        library.gate.set()
        await r.settle()
        assert r.body.text == ENGLISH


async def test_resizing_keeps_the_line_being_read_and_else_the_quote_in_view(library: FakeLibrary) -> None:
    async with reader(library, (100, 16)) as r:
        await r.read(FIRST)
        await r.pilot.resize_terminal(44, 16)
        await r.settle()
        line = r.body.lines.line_of(ANSWER.citations[0].start)
        assert 0 <= line - r.body.scroll_y < r.body.size.height
        r.body.scroll_to(y=9, animate=False, immediate=True)
        await r.settle()
        top = r.body.offset_of(9)
        for width in (90, 52, 44):
            await r.pilot.resize_terminal(width, 16)
            await r.settle()
            assert round(r.body.scroll_y) == min(r.body.lines.line_of(top), r.body.max_scroll_y)


async def test_another_interface_language_keeps_the_place(library: FakeLibrary) -> None:
    async with reader(library) as r:
        await r.read(FIRST)
        await r.press("j", "j")
        before = r.body.scroll_y
        i18n.use("zh-Hans")
        try:
            for widget in r.app.screen.walk_children():
                if callable(translate := getattr(widget, "translate", None)):
                    translate()
            await r.settle()
            assert r.body.scroll_y == before and r.on_ground("quote")
        finally:
            i18n.use("en")


async def test_the_keys_of_a_pager_scroll_to_both_ends_of_a_very_long_line(library: FakeLibrary) -> None:
    text = "开头。" + "两周以后，Harbor AI 的负责人亲自登门，把报价提高到 2.4 亿美元。" * 4_000 + "结尾。"
    library.kept[0] = replace(ARTICLES[0], text=text, blocks=(), characters=len(text))
    async with reader(library) as r:
        await r.read(Place("", library.kept[0]))
        assert next(r.segments()).text == "  " and "开头" in "".join(s.text for s in r.segments())
        await r.press("end")
        assert "结尾。" in "".join(s.text for s in r.segments())
        await r.press("home", "j", "space", "k")
        assert r.body.scroll_y == r.body.size.height
        await r.press("slash", *"结尾", "enter")
        assert r.body.scroll_y == r.body.max_scroll_y


async def test_no_character_is_hidden_by_the_scrollbar(library: FakeLibrary) -> None:
    text = "".join(chr(0x4E00 + n) for n in range(600))
    library.kept[0] = replace(ARTICLES[0], text=text, blocks=())
    for width in (40, 41):
        async with reader(library, (width, 60)) as r:
            await r.read(Place("", library.kept[0]))
            assert r.body.show_vertical_scrollbar
            on_screen = "".join(s.text for strip in r.app.screen._compositor.render_strips() for s in strip)
            assert all(char in on_screen for char in text)


async def test_a_long_title_goes_on_below_where_there_is_room_and_a_long_path_keeps_its_end() -> None:
    library = FakeLibrary(path=Path("/home/reader/library"))
    title = "How the Bay Institute lost half of its researchers to Harbor AI in one single spring"
    path = "/articles/" + "a very long folder/" * 4 + "offer.md"
    library.kept[1] = replace(ARTICLES[1], title=title, path=path)
    async with reader(library, (100, 40)) as r:
        r.side.styles.width = 48
        await r.read(Place("", library.kept[1]))
        assert all(word in r.bar("title") for word in title.split())
        assert r.bar("path").startswith("…") and r.bar("path").rstrip().endswith("/offer.md")
        await r.pilot.resize_terminal(100, 24)
        await r.settle()
        assert "\n" not in r.bar("title") and "…" in r.bar("title")
        assert r.bar("facts").startswith("Ada Chen · Harbor Daily")


async def test_text_is_not_wider_than_it_reads_well(library: FakeLibrary) -> None:
    async with reader(library, (200, 24)) as r:
        await r.read(FIRST)
        assert r.body.room == 90
        assert (
            max(sum(s.cell_length for s in r.body.render_line(y) if s.text.strip()) for y in range(20)) <= 92
        )


async def test_selected_text_is_the_articles_own_before_wrapping(library: FakeLibrary) -> None:
    async with reader(library, (50, 24)) as r:
        await r.read(SECOND)
        everything = r.body.get_selection(Selection(Offset(0, 0), None))
        assert everything is not None and everything[0] == ENGLISH
        start, end = r.body.content_region.offset, (20, 4)
        await r.pilot.mouse_down(r.body, offset=(2, 2))
        await r.pilot.hover(r.body, offset=end)
        await r.pilot.mouse_up(r.body, offset=end)
        selected = r.app.screen.get_selected_text()
        assert selected and selected in ENGLISH and len(selected) > 40, (start, selected)


def lines_of(r: Reader) -> list[str]:
    return ["".join(piece.text for piece in line.pieces) for line in r.body.lines]


async def test_an_article_is_shown_by_its_blocks(library: FakeLibrary) -> None:
    library.kept.append(made := structured())
    async with reader(library, (60, 40)) as r:
        await r.read(Place("", made))
        looks = {
            segment.text.strip(): segment.style
            for segment in r.segments()
            if segment.style and segment.text.strip()
        }
        assert looks["1. Blood counts"].bold and "## 1. Blood counts" not in looks
        assert looks["Analyse"].bold and not looks["C-reactive protein"].bold
        panel = Color.parse(r.app.theme_variables["panel"]).rich_color
        assert looks["def mean(values):"].bgcolor == panel != looks["Nobody was told"].bgcolor
        assert looks["Figure 1: the laboratory on the pier"].italic
        assert {"•", "◦", "│"} <= looks.keys() and not any("```" in text for text in looks)


async def test_a_quote_in_a_row_and_in_an_item_is_marked_where_it_is_shown(library: FakeLibrary) -> None:
    library.kept.append(made := structured())
    row, item = made.text.index("C-reactive"), made.text.index("- Nobody")
    for start, end in ((row, made.text.index("\n", row)), (item, item + 17)):
        async with reader(library, (60, 40)) as r:
            await r.read(Place("[1]", made, Span(start, end), made.text[start:end], Span(start, end)))
            assert r.on_ground("quote").replace(" ", "") == made.text[start:end].strip("- ").replace(
                " ", ""
            ).replace("|", "")
            assert r.gutter(start) == "▎ "


async def test_selecting_across_a_table_copies_the_text_of_the_article(library: FakeLibrary) -> None:
    library.kept.append(made := structured())
    async with reader(library, (60, 40)) as r:
        await r.read(Place("", made))
        top, bottom = (r.body.lines.line_of(made.text.index(word)) for word in ("白细胞", "C-reactive"))
        await r.pilot.mouse_down(r.body, offset=(2, top))
        await r.pilot.hover(r.body, offset=(30, bottom))
        await r.pilot.mouse_up(r.body, offset=(30, bottom))
        selected = r.app.screen.get_selected_text()
        assert (
            selected and selected in made.text and selected.startswith("白细胞计数 | 5.2 | 4.0 to 10.0\nC-re")
        )


async def test_what_is_around_the_article_is_folded_until_a_key_a_click_or_a_find(
    library: FakeLibrary,
) -> None:
    library.kept.append(made := structured())
    async with reader(library, (60, 40)) as r:
        await r.read(Place("", made))
        whole = "".join(s.text for s in r.segments())
        assert "▸ 3 lines around the article · " in whole and "▸ 2 references · " in whole
        assert "Subscribe to our letter" not in lines_of(r)
        await r.press("enter")
        assert "Subscribe to our letter" in lines_of(r) and "▾ 3 lines around the article" in "".join(
            s.text for s in r.segments()
        )
        await r.press("enter")
        assert "Subscribe to our letter" not in lines_of(r)
        await r.pilot.click(r.body, offset=(6, r.body.lines.line_of(made.text.index("Share"))))
        await r.settle()
        assert "Subscribe to our letter" in lines_of(r)
        assert not any("Harbor Press" in line for line in lines_of(r)), "only the one that was clicked"
        await r.press("slash", *"冷藏样本")
        assert any("冷藏样本》" in line for line in lines_of(r)) and r.current == "冷藏样本"


async def test_a_quote_among_the_references_unfolds_them(library: FakeLibrary) -> None:
    library.kept.append(made := structured())
    start = made.text.index("Chen, A.")
    quote = Span(start, start + 8)
    async with reader(library, (60, 20)) as r:
        await r.read(Place("[1]", made, None, "", quote))
        assert r.on_ground("quote") == "Chen, A."
        assert "Subscribe to our letter" not in lines_of(r)


async def test_progress_bars_do_not_shorten_the_lines_round_the_text(library: FakeLibrary) -> None:
    async with reader(library) as r:
        await r.read(NEAR)
        lines = r.source.query(FactBar)
        before = [line.region for line in lines]
        await r.app.screen.mount(bar := ProgressBar())
        await bar.remove()
        r.app.refresh_css()
        await r.pilot.pause()
        assert [line.region for line in lines] == before


@pytest.mark.parametrize(("height", "told"), [(11, False), (12, True)])
async def test_in_few_rows_the_facts_give_way_to_the_text(app: YinjuApp, height: int, told: bool) -> None:
    async with opened(app, (100, height)) as pilot:
        await ask(pilot, "What did Harbor AI offer Lin Lan?")
        assert bool(app.screen.query_one("#source-facts").region) is told


async def test_tabs_show_the_panes_and_close_the_side(library: FakeLibrary) -> None:
    async with reader(library) as r:
        await r.read(FIRST)
        tabs = r.app.screen.query_one(Tabs)
        shown = tabs.render().plain
        await r.pilot.click(tabs, offset=(shown.index("Why"), 0))
        await r.settle()
        assert r.side.current == "evidence" and r.side.evidence.display and not r.source.display
        assert r.side.scroll is r.side.evidence
        await r.pilot.click(tabs, offset=(2, 0))
        await r.settle()
        assert r.side.current == "source" and r.side.scroll is r.body
        await r.pilot.click(tabs, offset=(tabs.render().cell_length - 2, 0))
        await r.settle()
        assert r.app.screen.toggled == ["source"]  # type: ignore[attr-defined]


async def test_every_key_of_the_pane_is_told_to_the_reader(library: FakeLibrary) -> None:
    async with reader(library) as r:
        await r.read(FIRST)
        told = {b.binding.id for b in r.app.screen.active_bindings.values() if b.binding.tooltip}
        owned = {b.id for cls in (SourcePane, ArticleBody) for b in cls.BINDINGS}  # type: ignore[union-attr]
        assert owned - {"source.stop"} <= told


async def test_text_from_an_article_never_becomes_markup(library: FakeLibrary) -> None:
    text = TRADITIONAL + "\n[@click=app.quit]quit[/] [bold]x"
    library.kept[2] = replace(ARTICLES[2], text=text, title="[red]標題[/red]\x1b[31m", author="[b]")
    async with reader(library) as r:
        await r.read(Place("", library.kept[2]))
        assert "[red]標題[/red]" in r.bar("title") and "\x1b" not in r.bar("title")
        assert "[@click=app.quit]quit[/] [bold]x" in "".join(s.text for s in r.segments())
