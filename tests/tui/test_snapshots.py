"""What the app looks like. ``--snapshot-update`` accepts new pictures, after a look at each of them."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import made_up_app
import pytest
from by_hand import change
from made_up_app import (
    ARTICLES,
    FakeEngine,
    FakeLibrary,
    FakeSuggestions,
    ask,
    nothing,
    offer,
    opening,
    settle,
    verdicts,
    wait_for,
)
from made_up_writer import Writer
from textual.geometry import Offset, Region
from textual.pilot import Pilot
from textual.widgets import TextArea

from index.address import LibraryUrl
from index.errors import Cancelled, LibraryError, Phrase
from index.maintenance.findings import Finding, note, well
from index.types import AddReport, Article, LibraryStatus, Span, SyncReport, TaughtWord
from qa.session import Restored, Session
from qa.settings import Settings
from qa.types import Answer, Decision, ExplainedWord, Feature, Gloss, Suggestion
from tui.app import YinjuApp
from tui.jobs import tasks
from tui.jobs.adding import Adding
from tui.jobs.process import Step, Watcher
from tui.messages import ArticleWanted
from tui.screens.add import AddScreen
from tui.screens.library import LibraryScreen
from tui.state import libraries
from tui.state.libraries import Shelf
from tui.state.memory import Conversation, Memory
from tui.state.workspace import Workspace
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

#: Each page and dialogue in each language, in both themes and in the sizes that matter to it.
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
    check          night  en       80x24
    check          day    zh-Hans  130x40
    check          night  zh-Hant  80x24
    checking       day    en       80x24
    verify         night  en       80x24
    verify         day    zh-Hans  130x40
    words          day    en       80x24
    words          night  zh-Hant  130x40
    back_up        day    en       80x24
    back_up        night  zh-Hans  130x40
    restored       night  en       80x24
    restored       day    zh-Hant  80x24
    damaged        night  en       80x24
    damaged        day    zh-Hans  80x24
    add            day    en       80x24
    add            night  zh-Hans  130x40
    adding_files   night  zh-Hant  80x24
    added          day    zh-Hans  80x24
    added          night  en       130x40
    some_libraries day    en       130x40
    some_libraries night  zh-Hans  80x24
    some_libraries day    zh-Hant  130x40
    on_a_server    day    en       130x40
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
    share          night  en       80x24
    share          day    zh-Hans  130x40
    saving         night  zh-Hant  80x24
    settings       day    en       80x24
    settings       night  zh-Hans  130x40
    settings       day    zh-Hant  80x24
    letters        night  en       80x24
    letters        day    zh-Hans  130x40
    new_key        night  en       80x24
    new_key        day    zh-Hans  130x40
    help_page      night  en       80x24
    help_page      day    zh-Hans  130x40
    help_page      night  zh-Hant  80x24
    palette        night  en       80x24
    palette        day    zh-Hant  130x40
    palette        night  zh-Hans  60x50
    palette_found  day    en       80x24
    palette_found  night  zh-Hans  100x30
"""
QUESTION = "What did Harbor AI offer Lin Lan?"
WORDS = (
    ExplainedWord("Harbor", 1.0, True, True),
    ExplainedWord("Lin Lan", 0.9, True, True, (("林岚", 0.83),)),
    ExplainedWord("offer", 0.7, True, True, (("报价", 0.71), ("薪資", 0.52))),
)
DECISION = Decision(
    "cross",
    0.4,
    (
        Feature("bias", 1.0, -2.2),
        Feature("score", 1.5, 3.1),
        Feature("length", 0.1, 0.2),
        Feature("unmet", 0.3, -0.9),
    ),
)
GLOSSES = {
    "两周": ("two weeks", 0.84),
    "负责人": ("head", 0.77),
    "亲自": ("personally", 0.81),
    "报价": ("offer", 0.71),
}
#: After earlier runs.
KEEPING = frozenset({"returning", "kept", "sheet", "empty_sheet", "some_libraries", "on_a_server", "verify"})
#: With articles of one's own.
OWN = KEEPING | {"beginning", "overview", "selection", "previewed", "articles", "narrowed", "removed", "gone"}
OWN |= {"away", "details", "check", "checking", "verify", "words", "back_up", "restored"}
#: What to ask next; to begin with, without the first two.
SUGGESTED = (
    Suggestion("还有呢？", "more"),
    Suggestion("哪些文章提到了 Harbor AI？", "elsewhere", "Harbor AI", 2),
    Suggestion("林岚从哪一年起在海湾研究所工作？", "date"),
    Suggestion("How much did Harbor AI offer Lin Lan?", "money"),
    Suggestion("Why did the Bay Institute move into the old shipyard on the pier?", "heading"),
)

Steps = Callable[[Pilot[None]], Awaitable[None]]


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press ``keys``; what a key that is no letter brings is waited for."""
    for key in keys:
        await pilot.press(key)
        if len(key) > 1:
            await settle(pilot)
    await settle(pilot)


# Asking and reading


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


def keep(pilot: Pilot[None], made: Article) -> YinjuApp:
    """Put an article into the app's library."""
    app = pilot.app
    assert isinstance(app, YinjuApp) and app.workspace is not None
    library: Any = app.workspace.session.library
    library.kept.append(made)
    return app


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


# Pages and dialogues


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


async def act(pilot: Pilot[None], action: str) -> None:
    app = pilot.app
    assert isinstance(app, YinjuApp)
    await app.run_action(action)
    await settle(pilot)


async def check(pilot: Pilot[None]) -> None:
    await act(pilot, "app.check")


async def checking(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, YinjuApp)
    app.action_check(Path("/large"))
    await wait_for(
        pilot, lambda: bool(app.screen.query("#task-message")) and _told(app).startswith("Checking … 3")
    )


def _told(app: YinjuApp) -> str:
    return str(app.screen.query_one("#task-message").render())


async def verify(pilot: Pilot[None]) -> None:
    await act(pilot, "app.verify")


async def words(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, YinjuApp) and app.workspace is not None
    library: Any = app.workspace.session.library
    library.taught += [TaughtWord("谷歌", ("Google", "Alphabet")), TaughtWord("大模型")]
    await act(pilot, "app.words")
    await press(pilot, *"林岚=Lin Lan")


async def back_up(pilot: Pilot[None]) -> None:
    await act(pilot, "app.back_up")
    pilot.app.screen.query_one("#task-path").value = "~/articles.db"  # type: ignore[attr-defined]


async def restored(pilot: Pilot[None]) -> None:
    await act(pilot, "app.restore")
    pilot.app.screen.query_one("#task-path").value = "~/articles.db"  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pilot.app, "open", lambda _open_session: None)  # there is no library to go on with
        await press(pilot, "enter")


async def damaged(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, YinjuApp)
    text = Phrase(
        "the library {path} is damaged: {what}", path="/articles", what="database disk image is malformed"
    )
    await app.chat.fail(LibraryError(text, Phrase("qa doctor --fix saves what can be read")))


async def add(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+o")  # its tree of folders waits all the time: there is no settling


async def add_folder(pilot: Pilot[None], name: str) -> AddScreen:
    await pilot.press("ctrl+o")
    screen = pilot.app.screen
    assert isinstance(screen, AddScreen)
    (Path.home() / name).mkdir()
    screen.path.text = f"~/{name}"
    await pilot.press("enter")
    return screen


async def adding_files(pilot: Pilot[None]) -> None:
    screen = await add_folder(pilot, "many")
    await wait_for(pilot, lambda: screen.adding.step.read == 12)


async def added(pilot: Pilot[None]) -> None:
    screen = await add_folder(pilot, "few")
    await wait_for(pilot, lambda: isinstance(screen.adding.outcome, AddReport))


async def some_libraries(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, YinjuApp)
    app.action_libraries()
    await settle(pilot)
    await press(pilot, "down")


async def on_a_server(pilot: Pilot[None]) -> None:
    """The libraries, of which the open one is on a server; its password is not shown."""
    app = pilot.app
    assert isinstance(app, YinjuApp)
    app.action_libraries()
    await settle(pilot)


async def kept(pilot: Pilot[None]) -> None:
    await press(pilot, "f3", "down")


async def share(pilot: Pilot[None]) -> None:
    await ask(pilot, QUESTION)
    await press(pilot, "f6", "down")


async def saving(pilot: Pilot[None]) -> None:
    await share(pilot)
    await press(pilot, "end", "enter")


async def settings(pilot: Pilot[None]) -> None:
    await press(pilot, "f8")


async def new_key(pilot: Pilot[None]) -> None:
    await press(pilot, "f8", *"ctrl+g", "enter", "f4")


async def letters(pilot: Pilot[None]) -> None:
    await ask(pilot, QUESTION)
    await press(pilot, "ctrl+g")


async def help_page(pilot: Pilot[None]) -> None:
    await press(pilot, "f1")


async def palette(pilot: Pilot[None]) -> None:
    await press(pilot, "ctrl+p", "down")


async def palette_found(pilot: Pilot[None]) -> None:
    await press(pilot, "ctrl+p", *"lan")
    await press(pilot, "down")


# The same every time


class PictureEngine(FakeEngine):
    """Explains its answers, and glosses them; one question it never finishes."""

    def ask(self, question: str, **options: Any) -> Answer:
        if question.startswith("slow"):
            while True:  # until it is called off
                options["found"](offer(question).hits)
                time.sleep(0.02)
        if "broken" in question:
            raise LibraryError("the library {path} is damaged: {what}", path="/articles", what="words.db")
        return replace(super().ask(question, **options), words=WORDS, decision=DECISION)

    def gloss(self, text: str, into: str) -> tuple[Gloss, ...]:
        found = [(text.find(word), word, *GLOSSES[word]) for word in GLOSSES if into == "en"]
        return tuple(Gloss(at, at + len(word), into, sure) for at, word, into, sure in found if at >= 0)


def add_slowly(library: Path, paths: Sequence[Path], watcher: Watcher) -> AddReport:
    """In place of `tui.jobs.tasks.add`."""
    if paths[0].name == "few":
        skipped = [
            ("~/few/照片.bin", Phrase("the file is binary, not text")),
            ("~/few/空.txt", Phrase("it holds no text")),
        ]
        return AddReport(added=["a", "b"], updated=["c"], skipped=skipped, passages=21, seconds=1.5)
    watcher.tell(Step(12, 10, 40, "关于人才争夺的报道.html"))
    while not watcher.cancelled():
        time.sleep(0.02)
    raise Cancelled("stopped")


def examine(library: Path, fix: bool, watcher: Watcher) -> list[Finding]:
    """In place of `tui.jobs.tasks.examine`."""
    if library.name == "large":
        watcher.tell(Step(3_200, 3_200, 12_000))
        while not watcher.cancelled():
            time.sleep(0.02)
        raise Cancelled("stopped")
    passages = "all {passages} passages of {articles} articles stand in them word for word, with a vector"
    mends = Phrase("qa doctor --fix mends that")
    aside = "{name} is an earlier database, {size} MB"
    return [
        well("folder", "the folder can be written to"),
        well(
            "pages",
            "all {count} pages of the database match their checksums, and SQLite finds it whole",
            count=812,
        ),
        well("passages", passages, passages=9_630, articles=1_204),
        Finding("indexes", "wrong", Phrase("the files of the search indexes are damaged"), mends),
        note("copies", aside, "delete it when all is well", name="library-format2.db", size="31.4"),
    ]


def restore(backup: Path, library: Path, *_: object) -> Restored:
    """In place of `tui.jobs.tasks.restore`."""
    status = LibraryStatus(str(library), 1204, 9630, 9, {}, "lexicon", 256, 3, 1, 0)
    return Restored(status, library / "library-before-restore.db")


def looked_into(shelf: Shelf) -> Shelf:
    """In place of `tui.state.libraries.looked_into`."""
    if shelf.path is None or shelf.path.name == "旧文章":
        return replace(shelf, missing=shelf.path is not None)
    status = LibraryStatus(
        str(shelf.path), 1204, 9630, 9, {"en": 700, "zh-Hans": 504}, "lexicon", 256, 1, 1, bytes=31_400_000
    )
    return replace(shelf, status=status)


@pytest.fixture(autouse=True)
def fixed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No clock, no place on this machine, nothing that takes as long as it takes."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr("qa.engine.Engine", PictureEngine)
    monkeypatch.setattr("qa.settings.settings_file", lambda: tmp_path / ".config" / "yinju" / "config.toml")
    monkeypatch.setattr("tui.widgets.transcript.waiting._LONG", float("inf"))
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda _area: None)
    monkeypatch.setattr(tasks, "add", add_slowly)
    monkeypatch.setattr(tasks, "examine", examine)
    monkeypatch.setattr(tasks, "restore", restore)
    monkeypatch.setattr(tasks, "verify", lambda *_: verdicts())
    monkeypatch.setattr(Adding, "left", 95.0)
    monkeypatch.setattr(libraries, "looked_into", looked_into)
    monkeypatch.setattr(libraries, "remember", lambda *_: None)
    monkeypatch.setattr(libraries, "default_library", lambda: tmp_path / "articles")
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """Of someone who knows several libraries and asked something in June."""
    path = tmp_path / "history.db"
    memory = Memory.open(path)
    known = {name: f"2025-06-0{day}T12:00:00Z" for day, name in ((3, "articles"), (1, "news"), (2, "旧文章"))}
    memory.set("libraries", json.dumps({str(tmp_path / name): at for name, at in known.items()}))
    for questions in (
        ("火星上有鹦鹉吗？",),
        (QUESTION, "那第二次呢？", "And who turned it down?"),
        ("研究所怎麼回應？",),
    ):
        going_on = Conversation()
        workspace = Workspace.over(Session(FakeLibrary(tmp_path / "articles"), Settings()))  # type: ignore[arg-type]
        for question in questions:
            memory.keep(going_on, workspace, (nothing if "火星" in question else offer)(question))
    change(
        path,
        "UPDATE conversations SET updated = '2025-06-0' || (id + 3) || 'T12:00:00+00:00'",
        "UPDATE conversations SET started = updated",
    )
    return memory


async def stand_still(pilot: Pilot[None]) -> None:
    """Until nothing moves: what waits for a refresh stands in no queue, so `settle` does not see it."""
    before: list[tuple[Region, Offset]] = []
    for _ in range(100):
        await pilot.pause(0.05)
        nodes = pilot.app.screen.walk_children()
        now = [(node.region, node.scroll_offset) for node in nodes]
        if now == before:
            return
        before = now
    raise AssertionError("the screen does not come to rest")


@pytest.mark.parametrize("picture", [" ".join(line.split()) for line in PICTURES.strip().splitlines()])
def test_picture(
    picture: str,
    library: FakeLibrary,
    memory: Memory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    snap_compare: Any,
) -> None:
    name, theme, language, size = picture.split()
    steps: Steps = globals()[name]
    chosen = Settings(theme=f"yinju-{theme}", language=language)
    if name in OWN:
        library.path = tmp_path / "articles"
        library.kept = [
            replace(item, path=str(tmp_path / "articles" / Path(item.path).name)) for item in ARTICLES
        ]
    if name == "on_a_server":
        library.path = LibraryUrl("milvus://reader:secret@vectors.example:19530/archive")
        known = {str(library.path): "2025-06-04T12:00:00Z", str(tmp_path / "news"): "2025-06-01T12:00:00Z"}
        memory.set("libraries", json.dumps(known))
    if name == "written":
        Writer(*WRITTEN).use(monkeypatch)
    if name in ("beginning", "going_on"):
        monkeypatch.setattr(FakeSuggestions, "begin", SUGGESTED[2:])
        monkeypatch.setattr(FakeSuggestions, "go_on", SUGGESTED)
    monkeypatch.setattr(tasks, "sync", library.sync_apart)
    app = YinjuApp(opening(library), settings=chosen, memory=memory if name in KEEPING else None)

    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await steps(pilot)
        for box in pilot.app.screen.query("Input, TextArea"):
            box.cursor_blink = False  # type: ignore[attr-defined]
        await stand_still(pilot)

    columns, lines = map(int, size.split("x"))
    assert snap_compare(app, terminal_size=(columns, lines), run_before=before)
