"""The app over a real library and the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_app import CHINESE, ENGLISH, TRADITIONAL, FakeEngine, ask, opened, settle

import qa.engine
from index.library import Library
from tui.app import YinjuApp
from tui.widgets.row import PlaceRow
from tui.widgets.source import SourcePane
from tui.widgets.turn import Turn


@pytest.fixture
def real(still: type[qa.engine.Engine], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> YinjuApp:
    """Over the made-up articles, added from files."""
    monkeypatch.setattr(qa.engine, "Engine", still)
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in {"账本.txt": CHINESE, "offer.md": ENGLISH, "回應.txt": TRADITIONAL}.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([folder])
    return YinjuApp(lambda: Library.open(tmp_path / "library"))


async def test_a_question_is_answered_and_its_source_read(real: YinjuApp) -> None:
    async with opened(real, (120, 36)) as pilot:
        await ask(pilot, "How much did Harbor AI offer the researcher Lin Lan?")
        assert real.workspace is not None and not isinstance(real.workspace.engine, FakeEngine)
        turn = real.screen.query_one(Turn)
        assert turn.answer is not None and turn.answer.citations
        pane, first = real.screen.query_one(SourcePane), turn.answer.citations[0]
        assert pane.article is not None and pane.article.id == first.hit.article.id
        assert pane.article.text[first.start : first.end] == first.quote
        quote = pane.body.prose.content.spans[0]
        assert pane.body.prose.content.plain[quote.start : quote.end] == first.quote
        for row in real.screen.query(PlaceRow):
            row.focus()
            await pilot.press("enter")
            await settle(pilot)
            assert pane.article is not None and pane.article.id == row.place.article.id


async def test_the_pane_says_when_the_article_is_gone(real: YinjuApp) -> None:
    async with opened(real, (120, 36)) as pilot:
        assert real.workspace is not None
        await ask(pilot, "How much did Harbor AI offer the researcher Lin Lan?")
        turn, pane = real.screen.query_one(Turn), real.screen.query_one(SourcePane)
        assert turn.answer is not None and pane.article is not None
        other = next(hit for hit in turn.answer.hits if hit.article.id != pane.article.id)
        real.workspace.library.remove([other.article.id])
        await pilot.press("f5")
        row = next(row for row in real.screen.query(PlaceRow) if row.place.article.id == other.article.id)
        row.focus()
        await pilot.press("enter")
        await settle(pilot)
        assert pane.article is None and pane.body.text == ""
        assert str(other.article.id) in str(pane.query_one("#source-facts").render())
