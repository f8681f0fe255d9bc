"""Draws the README's picture: the running app, one question asked of the bundled articles, as SVG.

usage: python tests/tui/screenshot.py [screenshot.svg]
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len

from qa.settings import Settings
from tui.app import YinjuApp
from tui.state.workspace import opener
from tui.widgets.composer.question import QuestionBox
from tui.widgets.transcript.welcome import EXAMPLES

SIZE = (118, 30)
#: Width of a terminal cell in Textual's pictures.
CELL = 12.2


async def draw(question: str) -> str:
    app = YinjuApp(opener(None, Settings()))
    async with app.run_test(size=SIZE) as pilot:
        await app.workers.wait_for_complete()
        box = app.screen.query_one(QuestionBox)
        box.cursor_blink = False
        box.text = question
        await pilot.press("enter")
        for _ in range(3):  # the library, the answer, its source
            await pilot.pause()
            await app.workers.wait_for_complete()
        await pilot.pause()
        return app.export_screenshot(title="qa")


def stretch(svg: str) -> str:
    """``svg`` with Chinese as wide as in a terminal; Textual counts one cell for each character."""
    return re.sub(r'<text ([^>]*?)x="([\d.]+)"([^>]*?) textLength="[\d.]+"([^>]*)>([^<]*)</text>', _runs, svg)


def _runs(match: re.Match[str]) -> str:
    before, x, middle, after, body = match.groups()
    at, parts = float(x), []
    for _, group in groupby(html.unescape(body), cell_len):
        run = "".join(group)
        width = CELL * cell_len(run)
        text = html.escape(run).replace("\xa0", "&#160;")
        parts.append(f'<text {before}x="{at:.1f}"{middle} textLength="{width:.1f}"{after}>{text}</text>')
        at += width
    return "".join(parts)


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshot.svg")
    picture = stretch(asyncio.run(draw(EXAMPLES["en"][-1])))
    target.write_text(picture, encoding="utf-8")
    print(f"{target}: {len(picture):,} bytes")
