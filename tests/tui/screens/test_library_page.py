"""The page of articles."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_app import ARTICLES, FakeLibrary, notice, opened, page, settle, wait_for
from rich.cells import cell_len

from index.library import Library
from index.text.display import one_line
from index.types import ArticleInfo, RemovedArticle, SyncReport
from qa.question.filters import Filters
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.library import LibraryScreen
from tui.screens.reader import ReaderScreen
from tui.state.listing import KEYS, Listing, title_key
from tui.widgets.common.actions import ActionRow
from tui.widgets.library.articles import ArticleTable, Column, fit, fit_end


def ids(screen: LibraryScreen) -> list[int]:
    return [info.id for info in screen.table.listing.shown]


def lines(screen: LibraryScreen) -> list[str]:
    return [screen.table.render_line(y).text for y in range(screen.table.size.height)]


def below(screen: LibraryScreen) -> str:
    return str(screen.query_one("#library").border_subtitle)


async def test_the_page_lists_the_articles_and_reads_one(app: YinjuApp) -> None:
    async with opened(app, (110, 36)) as pilot:
        screen = await page(pilot)
        assert ids(screen) == [1, 2, 3]
        for line, item in zip(lines(screen)[1:], ARTICLES, strict=False):
            assert item.title in line and str(item.published) in line
        await pilot.press("down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen) and app.screen.source.article == ARTICLES[1]


async def test_a_double_click_reads_an_article(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await page(pilot)
        assert await pilot.click(ArticleTable, offset=(10, 3), times=2)
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen) and app.screen.source.article == ARTICLES[2]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("海湾", [1, 3]),  # 海灣 is the same
        ("english", [2]),
        ("lang:zh", [1, 3]),
        ("after:2025-06-05 before:2025-06-08", [2]),
        ("in:harbor", [2]),
        ("回应 lang:zh", [3]),
        ("nowhere", []),
    ],
)
async def test_the_list_narrows_to_what_is_typed(app: YinjuApp, wanted: str, found: list[int]) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("slash")
        screen.filter.value = wanted
        await pilot.pause()
        assert ids(screen) == found
        assert f"{len(found)} of 3 articles" in below(screen)
        assert ("No article matches" in "".join(lines(screen))) == (not found)
        await pilot.press("enter")
        assert screen.table.has_focus
        await pilot.press("escape")
        await pilot.pause()
        assert ids(screen) == [1, 2, 3] and "of" not in below(screen)
        await pilot.press("escape")
        assert isinstance(app.screen, ChatScreen)


async def test_a_wrong_filter_is_said_and_does_not_count(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("slash", *"lang:zh after:soon")
        assert "after:soon is no date" in below(screen)
        assert ids(screen) == [1, 3]


async def test_headings_and_keys_sort(app: YinjuApp) -> None:
    async with opened(app, (160, 40)) as pilot:
        screen = await page(pilot)
        at = {column.key: x for column, x in places(screen.table)}
        assert await pilot.click(ArticleTable, offset=(at["date"], 0))
        assert ids(screen) == [3, 2, 1] and "Date ▼" in lines(screen)[0]
        assert await pilot.click(ArticleTable, offset=(at["date"], 0))
        assert ids(screen) == [1, 2, 3] and "Date ▲" in lines(screen)[0]
        await pilot.press("1")
        assert ids(screen) == [2, 3, 1] and "Title ▲" in lines(screen)[0]
        await pilot.press("S")
        assert ids(screen) == [1, 3, 2] and "Title ▼" in lines(screen)[0]
        await pilot.press("s")
        assert "Language ▲" in lines(screen)[0]


def places(table: ArticleTable) -> list[tuple[Column, int]]:
    """Where each column begins."""
    x, found = 1, list[tuple[Column, int]]()
    for column, width in table.columns():
        found.append((column, x))
        x += width + 2
    return found


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (80, ["mark", "title", "language", "date", "passages"]),
        (100, ["mark", "title", "language", "date", "source", "passages"]),
        (120, ["mark", "title", "language", "date"]),  # beside the preview
        (160, ["mark", "title", "language", "date", "source", "passages"]),
        (240, ["mark", "title", "language", "date", "source", "passages", "added", "path"]),
    ],
)
async def test_the_width_chooses_the_columns(app: YinjuApp, width: int, names: list[str]) -> None:
    async with opened(app, (width, 24)) as pilot:
        screen = await page(pilot)
        assert [column.key for column, _width in screen.table.columns()] == names
        assert {screen.table.render_line(y).cell_length for y in range(9)} == {screen.table.size.width}


async def test_marked_articles_are_asked(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("space", "down", "space")
        assert "2 marked" in below(screen)
        assert "Ask these 2" in str(screen.query_one(ActionRow).render())
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(app.screen, ChatScreen)
        assert app.chat.composer.filters == Filters(articles=(1, 3))


async def test_what_is_under_the_cursor_is_asked_where_nothing_is_marked(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await page(pilot)
        await pilot.press("down")
        row = app.screen.query_one(ActionRow)
        assert await pilot.click(row, offset=(str(row.render()).index("Ask"), 0))
        await pilot.pause()
        assert app.chat.composer.filters == Filters(articles=(2,))


async def test_marks_by_mouse_and_by_range(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot)
        assert await pilot.click(ArticleTable, offset=(1, 2))
        assert screen.table.listing.marked == {2}
        assert await pilot.click(ArticleTable, offset=(1, 2))
        assert screen.table.listing.marked == set()
        assert await pilot.click(ArticleTable, offset=(20, 1))
        assert await pilot.click(ArticleTable, offset=(20, 3), shift=True)
        assert screen.table.listing.marked == {1, 2, 3}
        await pilot.press("a")
        assert screen.table.listing.marked == set()
        await pilot.press("home", "shift+down")
        assert screen.table.listing.marked == {1, 2}
        await pilot.press("a")
        assert screen.table.listing.marked == {1, 2, 3}


async def test_removed_articles_come_back(app: YinjuApp, mine: FakeLibrary) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("space", "space", "delete")
        await settle(pilot)
        await wait_for(pilot, lambda: ids(screen) == [3])
        assert "Removed 2 articles" in notice(screen) and "Undo" in notice(screen)
        assert app.workspace is not None and app.workspace.status.articles == 1
        await pilot.press("u")
        await settle(pilot)
        await wait_for(pilot, lambda: ids(screen) == [1, 2, 3])
        assert "Restored 2 articles" in notice(screen)
        await pilot.press("u")
        await settle(pilot)
        assert ids(screen) == [1, 2, 3], "nothing is left to bring back"


async def test_a_removal_goes_on_when_the_page_is_closed(
    app: YinjuApp, mine: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, remove = threading.Event(), mine.remove_undoable

    def slowly(ids: Sequence[int]) -> tuple[RemovedArticle, ...]:
        closed.wait(timeout=10)
        return remove(ids)

    monkeypatch.setattr(mine, "remove_undoable", slowly)
    async with opened(app) as pilot:
        await page(pilot)
        await pilot.press("delete", "escape")
        closed.set()
        await settle(pilot)
        assert app.screen is app.chat and len(mine.kept) == 2
        assert app.workspace is not None and app.workspace.status.articles == 2


async def test_undo_can_be_clicked(app: YinjuApp, mine: FakeLibrary) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("delete")
        await wait_for(pilot, lambda: ids(screen) == [2, 3])
        assert ARTICLES[0].title in notice(screen)
        label = screen.query_one("#library-notice")
        before = notice(screen)[: notice(screen).index("Undo")]
        assert await pilot.click(label, offset=(1 + cell_len(before), 0))
        await wait_for(pilot, lambda: ids(screen) == [1, 2, 3])


async def test_bundled_articles_are_not_removed(app: YinjuApp, library: FakeLibrary) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("delete")
        await settle(pilot)
        assert len(library.kept) == 3 and "bundled articles cannot" in notice(screen)
        await pilot.press("r")
        assert "no files on disk" in notice(screen)


async def test_files_that_are_gone_are_marked_and_the_rest_brought_up_to_date(
    app: YinjuApp, mine: FakeLibrary
) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot)
        mine.changes = SyncReport(unchanged=["a", "b"], missing=[mine.kept[2].path])
        await pilot.press("r")
        await wait_for(pilot, lambda: "unchanged" in notice(screen))
        assert "2 unchanged" in notice(screen) and "1 file is gone" in notice(screen)
        await pilot.press("m")
        assert screen.table.listing.marked == {3} and ids(screen) == [3, 1, 2]
        assert not app._notifications
        await pilot.press("delete")
        await wait_for(pilot, lambda: ids(screen) == [1, 2])


async def test_near_duplicates_are_grouped_and_hidden_again(app: YinjuApp, library: FakeLibrary) -> None:
    library.alike = [(1, 3)]
    library.gate.set()
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("d")
        await wait_for(pilot, lambda: "nearly the same" in notice(screen))
        assert "2 articles" in notice(screen) and "1 group" in notice(screen)
        assert ids(screen) == [1, 3, 2]
        assert ["≈1" in line for line in lines(screen)[1:4]] == [True, True, False]
        await pilot.press("d")
        assert "≈" not in "".join(lines(screen)) and ids(screen) == [1, 2, 3]
        library.alike = []
        await pilot.press("d")
        await wait_for(pilot, lambda: "No near-duplicates" in notice(screen))


async def test_comparing_can_be_stopped(app: YinjuApp, library: FakeLibrary) -> None:
    library.alike = [(1, 3)]
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("d")
        await wait_for(pilot, lambda: "1 of 3" in notice(screen))
        await pilot.press("escape")
        library.gate.set()
        await wait_for(pilot, lambda: "Stopped" in notice(screen))
        assert app.screen is screen and not screen.table.listing.groups


async def test_added_articles_are_listed(app: YinjuApp, mine: FakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("new")
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("o")
        await pilot.press(*f"{tmp_path}/new.txt", "enter")
        await wait_for(pilot, lambda: len(mine.kept) == 4 and not app.adding.running)
        await pilot.press("escape")
        await wait_for(pilot, lambda: len(ids(screen)) == 4)


async def test_a_library_without_articles_says_so(app: YinjuApp, mine: FakeLibrary) -> None:
    mine.kept.clear()
    async with opened(app) as pilot:
        screen = await page(pilot)
        assert "No articles yet" in "".join(lines(screen))
        await pilot.press("enter", "space", "q", "delete", "a", "down", "s")
        assert app.screen is screen


async def test_untrusted_titles_are_shown_as_text(app: YinjuApp, library: FakeLibrary) -> None:
    library.kept[0] = replace(
        library.kept[0], title="[bold]\x1b[31m\u202eevil[/]", source="[@click=app.quit]x[/]"
    )
    async with opened(app, (120, 24)) as pilot:
        screen = await page(pilot)
        assert "[bold]" in lines(screen)[1] and "\x1b" not in lines(screen)[1]
        await pilot.press("delete")
        await settle(pilot)


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
async def test_the_language_is_switched_live(app: YinjuApp, language: str) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot)
        app.use_language(language)
        await pilot.pause()
        assert {screen.table.render_line(y).cell_length for y in range(9)} == {screen.table.size.width}


def test_a_whole_library(tmp_path: Path) -> None:
    """What the page does, done to a real library: removed, brought back, compared."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text("The same article\n\n" + "Harbor AI paid Lin Lan. " * 30)
    (tmp_path / "c.txt").write_text("另一篇文章\n\n" + "海湾研究所去年春天搬进了旧船厂。" * 30)
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([tmp_path / name for name in ("a.txt", "b.txt", "c.txt")])
        listing = Listing(library.articles())
        listing.compare(library.near_duplicates())
        listing.sort("alike")
        assert [listing.group(info.id) for info in listing.shown] == [1, 1, 0]
        removed = library.remove_undoable([listing.shown[0].id])
        after = listing.over(library.articles())
        assert len(after.shown) == 2 and not after.groups
        assert library.undo_remove(removed) == 1
        assert Listing(library.articles()).articles == listing.articles


def info(id: int, title: str = "", published: str | None = None, passages: int = 1) -> ArticleInfo:
    return ArticleInfo(id, f"/{id}.txt", title, "en", published, None, None, "2025", 1, passages)


def test_what_has_no_value_stands_last_either_way() -> None:
    listing = Listing([info(1), info(2, published="2024"), info(3, published="2023"), info(4)])
    listing.sort("date")
    assert [each.id for each in listing.shown] == [2, 3, 1, 4]
    listing.sort("date")
    assert [each.id for each in listing.shown] == [3, 2, 1, 4]


def test_chinese_titles_sort_by_sound_in_either_script() -> None:
    titles = ["中国", "報告", "阿里", "Zebra", "apple", "书"]
    assert sorted(titles, key=title_key) == ["apple", "Zebra", "阿里", "報告", "书", "中国"]


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(1, 3)), max_size=12), st.sampled_from(list(KEYS)))
def test_sorting_is_stable_and_loses_nothing(rows: list[tuple[str, int]], column: str) -> None:
    listing = Listing([info(at, title, None, passages) for at, (title, passages) in enumerate(rows)])
    key = KEYS[column]
    for down in (False, True):
        listing.sort(column, down=down)
        assert sorted(each.id for each in listing.shown) == list(range(len(rows)))
        for one, other in zip(listing.shown, listing.shown[1:], strict=False):
            assert key(one) != key(other) or one.id < other.id


@given(st.text(max_size=30), st.integers(1, 20))
def test_cells_are_filled_exactly(text: str, width: int) -> None:
    for cut in (
        fit(one_line(text), width),
        fit(one_line(text), width, right=True),
        fit_end(one_line(text), width),
    ):
        assert cell_len(cut) == width
