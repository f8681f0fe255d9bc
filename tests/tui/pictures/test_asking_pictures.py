"""What asking and reading look like.

``--snapshot-update`` accepts new pictures, after a look at each of them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import made_up_app
import pytest
from made_up_app import FakeLibrary, FakeSuggestions, ask, settle, wait_for
from made_up_writer import Writer
from picture_steps import QUESTION, Looks, keep, listed, on_disk, press
from textual.pilot import Pilot

from index.errors import LibraryError, Phrase
from qa.types import Suggestion
from tui.app import YinjuApp
from tui.messages import ArticleWanted
from tui.state.memory import Memory
from tui.widgets.composer.question import QuestionBox
from tui.widgets.transcript.offers import NextQuestion
from tui.widgets.transcript.waiting import Waiting

#: What is written in the pictures: carried, with another figure, foreign to the quotes, and uncited.
WRITTEN = (
    "Harbor AI 的负责人把报价提高到 2.4 亿美元。[1] ",
    "Harbor AI doubled its offer to Lin Lan to $250 million. [2] ",
    "她第二天就去了火星。[1] ",
    "Harbor AI doubled its offer after she turned down the first one. ",
)
#: What to ask next; to begin with, without the first two.
SUGGESTED = (
    Suggestion("还有呢？", "more"),
    Suggestion("哪些文章提到了 Harbor AI？", "elsewhere", "Harbor AI", 2),
    Suggestion("林岚从哪一年起在海湾研究所工作？", "date"),
    Suggestion("How much did Harbor AI offer Lin Lan?", "money"),
    Suggestion("Why did the Bay Institute move into the old shipyard on the pier?", "heading"),
)
#: Each in each language, in both themes and in the sizes that matter to it.
PICTURES = """
    welcome        night  en       80x24
    welcome        day    zh-Hans  130x40
    welcome        night  zh-Hant  60x50
    returning      day    en       80x24
    returning      night  zh-Hant  130x40
    answer         night  en       80x24
    answer         day    zh-Hans  80x24
    answer         night  zh-Hant  60x50
    answer         day    en       200x55
    beginning      night  en       80x24
    beginning      day    zh-Hans  130x40
    going_on       night  zh-Hans  80x24
    going_on       day    en       130x40
    going_on       night  zh-Hant  60x50
    abstention     night  zh-Hant  80x24
    abstention     day    en       130x40
    in_context     night  zh-Hans  80x24
    in_context     day    en       130x40
    in_context     night  zh-Hant  60x50
    related        day    en       80x24
    related        night  zh-Hans  130x40
    written        night  zh-Hans  80x24
    written        day    en       130x40
    written        night  zh-Hant  60x50
    waiting        night  zh-Hans  80x24
    stepped        night  zh-Hans  80x24
    stepped        day    en       130x40
    sought         night  zh-Hant  130x40
    structured     night  en       80x24
    structured     day    zh-Hans  130x40
    structured     night  zh-Hant  60x50
    zoomed         night  zh-Hans  80x24
    zoomed         day    en       130x40
    headings       day    en       80x24
    headings       night  zh-Hant  130x40
    why            night  en       130x40
    why            day    zh-Hans  80x24
    why            night  zh-Hant  200x55
    conversation   day    en       130x40
    conversation   night  zh-Hans  130x40
    conversation   night  zh-Hant  80x24
    error          night  en       80x24
    error          day    zh-Hans  130x40
    error          day    zh-Hant  80x24
    completing     night  en       80x24
    completing     day    zh-Hans  130x40
    chosen         night  zh-Hant  80x24
    damaged        night  en       80x24
    damaged        day    zh-Hans  80x24
"""
#: After earlier runs.
KEEPING = frozenset({"returning"})
#: With articles of one's own.
OWN = KEEPING | {"beginning"}


async def welcome(pilot: Pilot[None]) -> None:
    """As at the first start."""


async def returning(pilot: Pilot[None]) -> None:
    """With articles of one's own, and conversations to go on with."""


async def answer(pilot: Pilot[None]) -> None:
    await ask(pilot, QUESTION)


async def beginning(pilot: Pilot[None]) -> None:
    """With articles of one's own, and questions that they answer."""


async def going_on(pilot: Pilot[None]) -> None:
    """What to ask next, the third of it chosen."""
    await ask(pilot, QUESTION)
    pilot.app.screen.query(NextQuestion)[2].focus()
    await pilot.pause()


async def abstention(pilot: Pilot[None]) -> None:
    await ask(pilot, "lang:zh-Hant after:2025-06 火星上有鹦鹉吗？")


async def in_context(pilot: Pilot[None]) -> None:
    keep(pilot, made_up_app.steps())
    await ask(pilot, "实验设备怎么搬？")


async def written(pilot: Pilot[None]) -> None:
    await ask(pilot, "林岚拿到了什么报价？")
    app = pilot.app
    assert isinstance(app, YinjuApp)
    app.settings = replace(app.settings, endpoint="http://localhost:11434/v1", endpoint_model="tiny")
    await pilot.press("alt+w")
    await settle(pilot)
    app.clear_notifications()


async def related(pilot: Pilot[None]) -> None:
    keep(pilot, made_up_app.steps())
    await ask(pilot, "For how many days did the crane stand idle?")


async def waiting(pilot: Pilot[None]) -> None:
    pilot.app.screen.query_one(QuestionBox).text = "slow: " + QUESTION
    await pilot.press("enter")
    await wait_for(pilot, lambda: any(each.late and each.hits for each in pilot.app.screen.query(Waiting)))


async def stepped(pilot: Pilot[None]) -> None:
    await ask(pilot, QUESTION)
    await press(pilot, "f4", "n", "n")


async def sought(pilot: Pilot[None]) -> None:
    await ask(pilot, QUESTION)
    await press(pilot, "f4", "slash", *"算力")


async def structured(pilot: Pilot[None]) -> None:
    made = made_up_app.structured()
    keep(pilot, made).post_message(ArticleWanted(made))
    await settle(pilot)


async def zoomed(pilot: Pilot[None]) -> None:
    keep(pilot, made_up_app.steps())
    await ask(pilot, "实验设备怎么搬？")
    await press(pilot, "ctrl+n", "f4", "z")


async def headings(pilot: Pilot[None]) -> None:
    await structured(pilot)
    await press(pilot, "t", "down")


async def why(pilot: Pilot[None]) -> None:
    await ask(pilot, QUESTION)
    await press(pilot, "f5")


async def conversation(pilot: Pilot[None]) -> None:
    for question in (QUESTION, "那第二次呢？", "火星上有鹦鹉吗？"):
        await ask(pilot, question)


async def error(pilot: Pilot[None]) -> None:
    await ask(pilot, "What is broken?")


async def completing(pilot: Pilot[None]) -> None:
    await press(pilot, *"lang:en ", *"in:")


async def chosen(pilot: Pilot[None]) -> None:
    await ask(pilot, "lang:zh after:2025-06 in:滨城日报")
    pilot.app.screen.query_one(QuestionBox).text = "研究所怎么回应？\n第二行"


async def damaged(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, YinjuApp)
    text = Phrase(
        "the library {path} is damaged: {what}", path="/articles", what="database disk image is malformed"
    )
    await app.chat.fail(LibraryError(text, Phrase("qa doctor --fix saves what can be read")))


@pytest.mark.parametrize("picture", listed(PICTURES))
def test_picture(
    picture: str,
    library: FakeLibrary,
    memory: Memory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    looks: Looks,
) -> None:
    name = picture.split()[0]
    if name in OWN:
        on_disk(library, tmp_path / "articles")
    if name == "written":
        Writer(*WRITTEN).use(monkeypatch)
    if name in ("beginning", "going_on"):
        monkeypatch.setattr(FakeSuggestions, "begin", SUGGESTED[2:])
        monkeypatch.setattr(FakeSuggestions, "go_on", SUGGESTED)
    assert looks(picture, globals()[name], memory if name in KEEPING else None)
