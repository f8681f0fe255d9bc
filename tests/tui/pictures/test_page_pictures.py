"""What the pages look like.

``--snapshot-update`` accepts new pictures, after a look at each of them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import made_up_app
import pytest
from made_up_app import ARTICLES, FakeLibrary, ask, offer, settle, wait_for
from picture_steps import QUESTION, Looks, keep, listed, on_disk, press
from textual.pilot import Pilot

from index.errors import Phrase
from index.types import Span, SyncReport
from tui.app import YinjuApp
from tui.screens.library import LibraryScreen
from tui.state.memory import Memory

#: Each in each language, in both themes and in the sizes that matter to it.
PICTURES = """
    articles       night  en       80x24
    articles       day    zh-Hant  130x40
    narrowed       night  zh-Hans  80x24
    removed        day    en       130x40
    gone           night  en       80x24
    gone           day    zh-Hans  130x40
    away           day    zh-Hant  80x24
    details        day    en       80x24
    details        night  zh-Hant  130x40
    previewed      night  en       130x40
    previewed      day    zh-Hant  200x55
    overview       night  en       80x24
    overview       day    zh-Hans  130x40
    overview       night  zh-Hant  60x50
    overview       day    en       200x55
    selection      night  zh-Hans  80x24
    kept           night  en       130x40
    kept           day    zh-Hans  80x24
    kept           night  zh-Hant  130x40
    beside         day    en       160x45
    beside         night  zh-Hans  200x55
    sheet          night  en       80x24
    sheet          day    zh-Hans  130x40
    sheet          night  zh-Hant  80x24
    sheet          day    en       200x55
    empty_sheet    day    en       80x24
"""
#: After earlier runs.
KEEPING = frozenset({"kept", "sheet", "empty_sheet"})


async def sheet(pilot: Pilot[None]) -> None:
    """Two quotes that stand in their articles, one with a note, and one that does not any more."""
    app = pilot.app
    assert isinstance(app, YinjuApp) and app.workspace is not None
    for citation in offer(QUESTION).citations:
        span = Span(citation.start, citation.end)
        app.memory.toggle_pin(app.workspace, citation.hit.article, span, citation.quote, None)
    gone = "研究所表示，本月起調整薪資制度。"
    app.memory.toggle_pin(app.workspace, ARTICLES[2], Span(9, 9 + len(gone)), gone, None)
    pins = app.memory.pinned(app.workspace)
    app.memory.annotate(pins[0].id, "For chapter 2: 报价翻了一倍")
    await press(pilot, "f9")


async def beside(pilot: Pilot[None]) -> None:
    await ask(pilot, "说法不一：林岚到底拿到多少？")
    await press(pilot, "alt+d")


async def empty_sheet(pilot: Pilot[None]) -> None:
    await press(pilot, "f9")


async def articles(pilot: Pilot[None]) -> None:
    await press(pilot, "f2", "3", "space", "down")


async def narrowed(pilot: Pilot[None]) -> None:
    await press(pilot, "f2", "slash", *"lang:zh")


async def previewed(pilot: Pilot[None]) -> None:
    keep(pilot, made_up_app.structured())
    await press(pilot, "f2", "down", "down", "down")


async def overview(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, YinjuApp) and app.workspace is not None
    library: Any = app.workspace.session.library
    library.alike = [(1, 3)]
    library.gate.set()
    dates = ("2024-11-03", "2025-01-20", "2025-06-01")
    library.kept = [replace(item, published=date) for item, date in zip(ARTICLES, dates, strict=True)]
    await press(pilot, "f7", "home")
    await wait_for(pilot, lambda: bool(app.screen.query("#overview-reposts HeldRow")))
    await settle(pilot)


async def selection(pilot: Pilot[None]) -> None:
    await press(pilot, "f2", "space", "space", "f7")
    await wait_for(pilot, lambda: bool(pilot.app.screen.query("#overview-terms HeldRow")))
    await press(pilot, "tab", "down")


async def removed(pilot: Pilot[None]) -> None:
    await press(pilot, "f2", "delete")
    screen = pilot.app.screen
    assert isinstance(screen, LibraryScreen)
    await wait_for(pilot, lambda: len(screen.table.listing.articles) == 2)


async def update(pilot: Pilot[None], changes: SyncReport, *keys: str) -> None:
    app = pilot.app
    assert isinstance(app, YinjuApp) and app.workspace is not None
    library: Any = app.workspace.session.library
    library.changes = changes
    library.gate.set()
    await press(pilot, "f2", "r")
    screen = app.screen
    assert isinstance(screen, LibraryScreen)
    await wait_for(pilot, lambda: not screen._looking and not app.adding.running)
    await press(pilot, *keys)


async def gone(pilot: Pilot[None]) -> None:
    there = Path.home() / "articles"
    await update(pilot, SyncReport(removed=[str(there / name) for name in ("账本.txt", "回應.html")]))


async def away(pilot: Pilot[None]) -> None:
    folder = str(Path.home() / "外接硬盘" / "剪报")
    there, missing = Path.home() / "articles", Phrase("the folder is not there")
    missed = [str(there / "offer.md")]
    await update(pilot, SyncReport(unchanged=["a"] * 40, missing=missed, away=[(folder, missing)]))


async def details(pilot: Pilot[None]) -> None:
    there = Path.home() / "articles"
    changes = SyncReport(
        added=["a"] * 12,
        updated=["b"] * 3,
        unchanged=["c"] * 1200,
        moved=[(str(there / "报价.md"), str(there / "2025" / "报价.md"))],
        removed=[str(there / "账本.txt")],
        away=[(str(Path.home() / "drive"), Phrase("the folder is empty"))],
        skipped=[
            (str(there / "剪报.zip!/2024/照片.html"), Phrase("it holds no text")),
            (str(there / "x.pdf"), Phrase("the file is binary, not text")),
        ],
        passages=96,
        seconds=4.2,
    )
    await update(pilot, changes, "y", "i")


async def kept(pilot: Pilot[None]) -> None:
    await press(pilot, "f3", "down")


@pytest.mark.parametrize("picture", listed(PICTURES))
def test_picture(picture: str, library: FakeLibrary, memory: Memory, tmp_path: Path, looks: Looks) -> None:
    name = picture.split()[0]
    if name != "beside":  # of the bundled articles
        on_disk(library, tmp_path / "articles")
    assert looks(picture, globals()[name], memory if name in KEEPING else None)
