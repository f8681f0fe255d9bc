"""Articles that repeat a quote, and pages: shown where there are some, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_up_app import ARTICLES, CHINESE, FakeEngine, FakeLibrary, ask, opened, settle
from textual.geometry import Region

import qa.engine
from index.types import Article
from qa import i18n
from qa.types import Answer
from tui.app import YinjuApp
from tui.system.open_with import browser_address
from tui.widgets.common.link import Link
from tui.widgets.common.row import PlaceRow
from tui.widgets.source.side import Side
from tui.widgets.transcript.answer import AnswerView
from tui.widgets.transcript.citation import CitationRow, Copies
from tui.widgets.transcript.transcript import Transcript

QUESTION = "林岚收到了多少报价？"
#: The Chinese article in Traditional characters, as another site has it, and one with the quote left out.
REPOST = replace(
    ARTICLES[2],
    id=8,
    title="轉載\x1b[31m：人才帳本",
    path="/articles/轉載.html",
    text="轉載自《濱城日報》\n兩周以後，Harbor AI 的負責人親自登門，把報價提高到 2.4 億美元。\n完",
)
TRIMMED = replace(
    ARTICLES[1], id=9, title="Trimmed [bold]copy", path="/articles/trimmed.txt", text="Nothing here."
)
PAGED = replace(ARTICLES[0], pages=(0, CHINESE.index("据内部人士"), CHINESE.index("“我不是")))


class Reposting(FakeEngine):
    """As the other, with the first quote on a page and in two more articles."""

    def ask(self, question: str, **options: Any) -> Answer:
        answer = super().ask(question, **options)
        first, *rest = answer.citations
        hit = replace(first.hit, page=2, also=(REPOST,))
        first = replace(first, hit=hit, page=2, also=(REPOST, TRIMMED))
        return replace(answer, citations=(first, *rest), hits=(hit, *answer.hits[1:]))


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary(kept=[PAGED, *ARTICLES[1:], REPOST, TRIMMED])


@pytest.fixture
def reposting(app: YinjuApp, monkeypatch: pytest.MonkeyPatch) -> YinjuApp:
    monkeypatch.setattr(qa.engine, "Engine", Reposting)
    return app


def lines(app: YinjuApp, region: Region) -> list[str]:
    """What stands on the screen there."""
    strips = app.screen._compositor.render_strips()
    return [strip.crop(region.x, region.right).text for strip in strips[region.y : region.bottom]]


async def test_a_line_names_the_articles_that_repeat_the_quote(reposting: YinjuApp) -> None:
    async with opened(reposting, (130, 40)) as pilot:
        await ask(pilot, QUESTION)
        (copies,) = reposting.screen.query(Copies)
        (line,) = lines(reposting, copies.region)
        assert line.strip().startswith("also in 2 articles: 轉載[31m：人才帳本")
        told = str(copies.query_one(Link).tooltip)
        assert "/articles/轉載.html" in told and "Trimmed [bold]copy" in told and "\x1b" not in told
        first, second = reposting.screen.query(CitationRow)
        assert "p. 2 · 滨城日报 · 2025-06-03" in lines(reposting, first.region)[0]
        assert "p. " not in lines(reposting, second.region)[0]
        assert "p. 2" in first.quoted and "p. " not in second.quoted
        assert len(reposting.screen.query_one(AnswerView).rows) == 2


async def test_each_copy_can_be_read_at_the_quote(reposting: YinjuApp) -> None:
    async with opened(reposting, (130, 40)) as pilot:
        await ask(pilot, QUESTION)
        (copies,) = reposting.screen.query(Copies)
        copies.query_one(Link).focus()
        await pilot.press("enter")
        await settle(pilot)
        rows = list(copies.query(PlaceRow))
        assert [row.place.article for row in rows] == [REPOST, TRIMMED]
        await pilot.press("down", "enter")
        await settle(pilot)
        source = reposting.screen.query_one(Side).source
        assert source.article == REPOST
        quote = source.body.quote
        assert quote is not None and REPOST.text[slice(*quote)].startswith("兩周以後")
        assert reposting.screen.query_one(Transcript).current is reposting.screen.query(CitationRow).first()
        await pilot.click(rows[1])
        await settle(pilot)
        assert source.article == TRIMMED and source.body.quote is None
        copies.query_one(Link).focus()
        await pilot.press("enter")
        await settle(pilot)
        assert not copies.query(PlaceRow)


@pytest.mark.parametrize("width", [40, 60, 80])
async def test_on_a_narrow_screen_the_line_is_cut_and_stays_one(reposting: YinjuApp, width: int) -> None:
    async with opened(reposting, (width, 24)) as pilot:
        await ask(pilot, QUESTION)
        copies = reposting.screen.query_one(Copies)
        assert copies.region.height == 1 and copies.query_one(Link).region.right <= width


async def test_the_source_tells_the_page_of_the_place(reposting: YinjuApp) -> None:
    async with opened(reposting, (160, 40)) as pilot:
        await ask(pilot, QUESTION)
        source = reposting.screen.query_one(Side).source
        facts = source.query_one("#source-facts").region
        assert lines(reposting, facts)[0].startswith("p. 2 · 陈舟")
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert lines(reposting, facts)[0].startswith("Ada Chen")


async def test_the_evidence_tells_the_page(reposting: YinjuApp) -> None:
    async with opened(reposting, (160, 40)) as pilot:
        await ask(pilot, QUESTION)
        await pilot.press("f5")
        await settle(pilot)
        shown = "\n".join(lines(reposting, reposting.screen.query_one(Side).region))
        assert "海湾研究所的人才账本 · p. 2" in shown and shown.count("p. 2") == 1


async def test_without_pages_and_copies_nothing_is_told(app: YinjuApp, library: FakeLibrary) -> None:
    library.kept = [*ARTICLES]
    async with opened(app, (130, 40)) as pilot:
        await ask(pilot, QUESTION)
        assert not app.screen.query(Copies)
        told = "\n".join(lines(app, app.screen.region))
        assert "p. " not in told and "also in" not in told


def test_a_pdf_is_opened_at_the_page(tmp_path: Path) -> None:
    def address(name: str, page: int | None) -> str:
        file = tmp_path / name
        file.write_bytes(b"x")
        article: Article = replace(PAGED, path=str(file))
        return browser_address(article, "words", page).removeprefix(tmp_path.as_uri() + "/")

    assert address("a.PDF", 12) == "a.PDF#page=12"
    assert address("a.pdf", None) == "a.pdf"
    assert address("a.txt", 12) == "a.txt"


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("width", [80, 100, 130])
async def test_the_line_under_an_answer_is_whole(app: YinjuApp, language: str, width: int) -> None:
    i18n.use(language)
    async with opened(app, (width, 30)) as pilot:
        await ask(pilot, QUESTION)
        foot = app.screen.query_one(AnswerView).query_one(".foot")
        parts: Sequence[Link] = list(foot.query(Link))
        assert all(foot.region.contains_region(part.region) for part in parts)
        (told,) = lines(app, foot.region)
        assert told.rstrip().endswith(f"{i18n._('Copy')} F6")
