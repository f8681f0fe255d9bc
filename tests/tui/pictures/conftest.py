"""The same pictures every time: no clock, no place on this machine, and an app that stands still."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from by_hand import change
from made_up_app import FakeEngine, FakeLibrary, nothing, offer, opening, settle, verdicts
from picture_steps import QUESTION, Looks, Steps
from textual.geometry import Offset, Region
from textual.pilot import Pilot
from textual.widgets import TextArea

from index.errors import Cancelled, LibraryError, Phrase
from index.maintenance.findings import Finding, note, well
from index.types import AddReport, LibraryStatus
from qa.session import Restored, Session
from qa.settings import Settings
from qa.types import Answer, Decision, ExplainedWord, Feature, Gloss
from tui.app import YinjuApp
from tui.jobs import tasks
from tui.jobs.adding import Adding
from tui.jobs.process import Step, Watcher
from tui.state import libraries
from tui.state.libraries import Shelf
from tui.state.memory import Conversation, Memory
from tui.state.workspace import Workspace

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
    """Until nothing moves: what waits for a refresh stands in no queue, so `settle` does not see it.

    It is looked at three times, as a machine that is busy refreshes late.
    """
    before: list[tuple[Region, Offset]] = []
    same = 0
    for _ in range(100):
        await pilot.pause(0.05)
        nodes = pilot.app.screen.walk_children()
        now = [(node.region, node.scroll_offset) for node in nodes]
        same = same + 1 if now == before else 0
        if same == 2:
            return
        before = now
    raise AssertionError("the screen does not come to rest")


@pytest.fixture
def looks(library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, snap_compare: Any) -> Looks:
    def compare(picture: str, steps: Steps, memory: Memory | None) -> bool:
        _name, theme, language, size = picture.split()
        monkeypatch.setattr(tasks, "sync", library.sync_apart)
        app = YinjuApp(
            opening(library), settings=Settings(theme=f"yinju-{theme}", language=language), memory=memory
        )

        async def before(pilot: Pilot[None]) -> None:
            await settle(pilot)
            await steps(pilot)
            for box in pilot.app.screen.query("Input, TextArea"):
                box.cursor_blink = False  # type: ignore[attr-defined]
            await stand_still(pilot)

        columns, lines = map(int, size.split("x"))
        return bool(snap_compare(app, terminal_size=(columns, lines), run_before=before))

    return compare
