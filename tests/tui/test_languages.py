"""Every page in each Chinese form: no English of the interface is left on it, and all lines are whole."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import catalogues
import pytest
from made_up_app import (
    ARTICLES,
    FakeEngine,
    FakeLibrary,
    FakeSuggestions,
    ask,
    opened,
    opening,
    settle,
    verdicts,
    wait_for,
)
from made_up_writer import Writer
from textual.pilot import Pilot
from textual.widget import Widget

import qa.engine
from index.errors import Cancelled, LibraryError, Phrase
from index.library import Library
from index.maintenance.findings import Finding, note, well
from index.types import SyncReport, TaughtWord
from qa import i18n, tuning
from qa.session import Restored
from qa.settings import Settings
from qa.types import Answer, Decision, ExplainedWord, Feature, Suggestion
from tui.app import YinjuApp
from tui.jobs import tasks
from tui.jobs.process import Step, Watcher
from tui.screens.add import AddScreen
from tui.screens.beside import BesideScreen
from tui.screens.conversations import ConversationsScreen
from tui.screens.libraries import LibrariesScreen
from tui.screens.library import LibraryScreen
from tui.screens.share import ShareScreen
from tui.screens.sheet import SheetScreen
from tui.state.memory import Memory
from tui.widgets.transcript.welcome import EXAMPLES

CHINESE = [language for language in i18n.LANGUAGES if language != "en"]
FEATURES = tuple(tuning.CONFIDENCE_WEIGHTS["cross"])
DECISION = Decision("cross", 0.4, tuple(Feature(name, 1.0, 4.0 - at) for at, name in enumerate(FEATURES)))
WORDS = (
    ExplainedWord("林岚", 1.0, True, True, (("Lin Lan", 0.83),)),
    ExplainedWord("火星", 0.9, True, True, ()),
    ExplainedWord("飞船", 0.5, True, False, (("报价", 0.7),)),
    ExplainedWord("鹦鹉", 0.5, True, False, ()),
    ExplainedWord("的", 0.0, False, True, ()),
)
#: One of each kind.
SUGGESTED = (
    Suggestion("还有呢？", "more"),
    Suggestion("哪些文章提到了林岚？", "elsewhere", "林岚", 2),
    Suggestion("林岚的报价是多少美元？", "differs"),
    Suggestion("林岚是谁？", "person"),
)
#: Names of keys as Textual shows them, and what has one name in every language.
KEYS = "enter esc tab space del delete pgup pgdn home end shift ctrl alt"
NAMES = "yinju qa ask ansi yinju-night search lang en zh hans hant after before in article config toml mb"
NAMES += " some verdict down"  # in an example of filters, and names of bindings
NAMES += " txt html htm md markdown epub mhtml ndjson csv tsv eml odt xlsm png jpg jpeg tiff webp"


class Engine(FakeEngine):
    """Tells too what an answer was decided by; breaks where the question says so."""

    def ask(self, question: str, **asked: Any) -> Answer:
        if "坏" in question:
            raise LibraryError(
                "the library {path} is in use", "wait until the other program is done", path="/a"
            )
        return replace(super().ask(question, **asked), words=WORDS, decision=DECISION)


def letters(texts: Iterable[str]) -> set[str]:
    return {word.lower() for text in texts for word in re.findall("[A-Za-z]{2,}", text)}


def known(language: str, app: YinjuApp, *more: str) -> set[str]:
    """Words in Latin letters that may stand on a page in this language."""
    translations = catalogues.read(catalogues.path(language.replace("-", "_")))
    told = [text for m in translations if m.id for text in (m.string if m.pluralizable else [m.string])]
    about = [f"{a.text} {a.path} {a.source} {a.author}" for a in ARTICLES]
    return letters([*told, *about, *i18n.LANGUAGES.values(), *app.available_themes, KEYS, NAMES, *more])


def strange(app: YinjuApp, words: set[str]) -> set[str]:
    """The words on the page in front, in its hints and notices that are not known; some are cut."""
    lines = [strip.text for strip in app.screen._compositor.render_strips()]
    hints = [str(widget.tooltip) for widget in app.screen.query(Widget) if widget.tooltip]
    for active in app.screen.active_bindings.values():
        if active.binding.id:
            hints += [active.binding.description, active.tooltip]
    notices = [f"{note.title} {note.message}" for note in app._notifications]
    found = letters([*lines, *hints, *notices]) - words
    return {word for word in found if not any(k.startswith(word) or k.endswith(word) for k in words)}


class Walk:
    """Goes from page to page; ``left`` is what was left in English, by page."""

    def __init__(self, pilot: Pilot[None], words: set[str]) -> None:
        self.pilot, self.words = pilot, words
        self.app = pilot.app
        self.left: dict[str, set[str]] = {}

    async def see(self, page: str, *keys: str) -> None:
        assert isinstance(self.app, YinjuApp)
        await self.pilot.press(*keys)
        await settle(self.pilot)
        for strip in self.app.screen._compositor.render_strips():
            assert strip.cell_length == self.app.size.width, page
        if found := strange(self.app, self.words):
            self.left[page] = found


@asynccontextmanager
async def walk(
    language: str, size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Walk]:
    monkeypatch.setattr(qa.engine, "Engine", Engine)
    monkeypatch.setattr(FakeSuggestions, "go_on", SUGGESTED)
    monkeypatch.setattr("pyperclip.copy", lambda text: None)
    monkeypatch.setenv("HOME", str(tmp_path))
    library = FakeLibrary()
    memory = Memory.open(tmp_path / "history.db")
    app = YinjuApp(opening(library), settings=Settings(language=language), memory=memory)
    async with opened(app, size) as pilot:
        made_up = "zzz xx nope mine a.txt b.bin it is not text parrot"
        yield Walk(pilot, known(language, app, str(tmp_path), made_up, *EXAMPLES[language]))


@pytest.mark.parametrize("language", CHINESE)
async def test_questions_and_answers(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with walk(language, (80, 24), tmp_path, monkeypatch) as to:
        await to.see("welcome")
        await ask(to.pilot, "林岚拿到了什么报价？")
        await to.see("answer")
        assert to.app.screen.query("NextQuestion")
        await to.see("letters", "ctrl+g")
        await to.see("help on letters", "f1")
        await to.see("source", "escape", "escape", "f4")
        await to.see("find", "slash")
        assert to.app.screen.query_one("Finder").has_focus_within
        await to.see("not found", *"zzz")
        await to.see("why", "escape", "escape", "f5")
        await to.see("why, further down", "end")
        await to.see("answer again", "escape", "escape")
        for name, question in (
            ("carried", "那第二次呢？"),
            ("none", "火星上有鹦鹉吗？"),
            ("error", "坏了吗？"),
            ("filtered", "lang:en after:2024-01 before:2026 in:滨城 article:1 火星上呢？"),
        ):
            await ask(to.pilot, question)
            await to.see(name)
        await to.see("why not", "f5")
        await to.see("menu", "escape", "escape", "ctrl+f")
        await to.see("values", "escape", *"lang", "colon")
        await to.see("wrong filter", *"xx", "enter")
        to.app.screen.query_one("QuestionBox").text = "长" * 3000  # type: ignore[attr-defined]
        await to.see("too long", "enter")
    assert to.left == {}


@pytest.mark.parametrize("language", CHINESE)
async def test_the_other_pages(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = FakeLibrary(tmp_path / "mine", kept=list(ARTICLES), alike=[(1, 3)])
    own.gate.set()
    monkeypatch.setattr(Library, "open", lambda *_, **__: own)
    monkeypatch.setattr(tasks, "add", own.add_apart)
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("a.txt", "b.bin"):
        (folder / name).write_text("text")
    async with walk(language, (120, 36), tmp_path, monkeypatch) as to:
        await to.pilot.press("escape")
        await ask(to.pilot, "林岚拿到了什么报价？")
        await to.see("share", "f6")
        assert isinstance(to.app.screen, ShareScreen)
        await to.see("where to save", "end", "enter")
        await to.see("help", "escape", "escape", "f1")
        await to.see("settings", "escape", "f8")
        await to.see("help on settings", "f1")
        await to.see("numbers", "escape", "down", "down", "enter")
        await to.see("sureness", "escape", "down")
        await to.see("filter", "down", "enter")
        await to.see("wrong default", *"xx", "enter")
        await to.see("pane", "escape", "down")
        await to.see("keys", "down", "down", "enter")
        await to.see("same key", "f4")
        await to.see("keys further down", "end")
        await to.see("no setting", *"zzz")
        await to.see("all settings", "escape", "ctrl+z")
        await to.see("palette", "escape", "ctrl+p")
        await to.see("no such command", *"zzz")
        await to.see("found", *["backspace"] * 3, *"ll")
        await to.see("conversations", "escape", "escape", "f3")
        assert isinstance(to.app.screen, ConversationsScreen)
        await to.see("rename", "r")
        await to.see("help on conversations", "escape", "f1")
        await to.see("none found", "escape", "slash", *"zzz")
        await to.see("deleted", "escape", "delete")
        await to.see("no quote", "f9")
        await to.see("a quote is pinned", "escape", "alt+p")
        await to.see("it is taken off", "alt+p")
        await to.see("quotes", "alt+p", "f9")
        assert isinstance(to.app.screen, SheetScreen)
        await to.see("note", "a")
        await to.see("help on quotes", "escape", "f1")
        await to.see("export", "escape", "s")
        await to.see("taken off", "escape", "delete")
        await to.see("bundled articles", "escape", "f2")
        assert isinstance(to.app.screen, LibraryScreen)
        for name, keys in (
            ("cannot be removed", ("delete",)),
            ("marked", ("space", "r")),
            ("help on articles", ("f1",)),
            ("an article", ("escape", "enter")),
            ("its headings", ("t",)),
            ("help on an article", ("f1",)),
            ("not in it", ("escape", "escape", "slash", *"zzz")),
            ("the list again", ("escape", "escape")),
            ("no article", ("slash", *"zzz")),
            ("wrong filter", ("escape", "slash", *"lang", "colon", *"xx")),
            ("libraries", ("escape", "l")),
        ):
            await to.see(name, *keys)
        assert isinstance(to.app.screen, LibrariesScreen)
        await to.see("new library", "n")
        await to.see("add", *["escape"] * 4, "ctrl+o")
        assert isinstance(to.app.screen, AddScreen)
        await to.see("browse", "ctrl+f")
        await to.see("help on adding", "f1")
        to.app.screen_stack[-2].query_one("PathBox").text = "/nope"
        await to.see("wrong path", "escape", "ctrl+f", "enter")
        to.app.screen.query_one("PathBox").text = str(folder)
        await to.pilot.press("enter")
        await wait_for(to.pilot, lambda: not to.app.adding.running)
        await to.see("added")
        await to.see("what is in here", "escape", "f7")
        await to.see("help on it", "f1")
        await to.see("the articles of a month", "escape", "enter")
        await to.see("articles", *["escape"] * 3, "f2")
        for name, keys in (("removed", ("delete",)), ("brought back", ("u",)), ("alike", ("d",))):
            await to.see(name, *keys)
        await settle(to.pilot)
    assert to.left == {}


@pytest.mark.parametrize("language", CHINESE)
async def test_written_answers(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = ["她得到了2.4亿美元。[1]", "她得到了2.5亿美元。[1]", "企鹅吃小鱼。[1]", "她得到了2.4亿美元。"]
    Writer(*pieces).use(monkeypatch)
    async with walk(language, (100, 40), tmp_path, monkeypatch) as to:
        await ask(to.pilot, "林岚拿到了什么报价？")
        await to.see("there is no writer", "alt+w")
        assert isinstance(to.app, YinjuApp)
        to.app.settings = replace(to.app.settings, endpoint="http://localhost:1/v1", endpoint_model="tiny")
        await to.see("written", "alt+w")
        assert len(to.app.screen.query("SentenceView")) == 4
        await to.see("share", "f6")
        await to.see("no longer", "escape", "alt+w")
    assert to.left == {}


@pytest.mark.parametrize("language", CHINESE)
async def test_sources_that_differ(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with walk(language, (170, 40), tmp_path, monkeypatch) as to:
        await ask(to.pilot, "报价的说法不一，到底是多少？")
        await to.see("they differ")
        await to.see("beside each other", "alt+d")
        assert isinstance(to.app.screen, BesideScreen)
        await to.see("help on them", "f1")
    assert to.left == {}


def examined(library: Path, fix: bool, watcher: Watcher) -> list[Finding]:
    """What checking finds; one takes long."""
    if library.name == "nope":
        watcher.tell(Step(30, 30, 90))
        while not watcher.cancelled():
            time.sleep(0.01)
        raise Cancelled("stopped")
    state: Any = "mended" if fix else "wrong"
    damage = Phrase("{bad} of {count} pages of the database are damaged", bad=1, count=8)
    saves = Phrase("qa doctor --fix saves the articles that can be read; qa restore FILE takes a backup")
    told = Phrase("the damaged database is kept as {aside}", aside="a.txt")
    return [
        well("folder", "the folder can be written to"),
        Finding("pages", state, damage, told if fix else saves),
        Finding("indexes", state, Phrase("the search indexes are those of another library"), _MENDS),
        note("others", "{name} is not Yinju's", name="mine"),
    ]


_MENDS = Phrase("qa doctor --fix mends that")


@pytest.mark.parametrize("language", CHINESE)
async def test_a_library_is_looked_after(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = FakeLibrary(tmp_path / "mine", kept=list(ARTICLES))
    own.gate.set()
    monkeypatch.setattr(tasks, "sync", own.sync_apart)
    monkeypatch.setattr(tasks, "examine", examined)
    monkeypatch.setattr(tasks, "back_up", lambda *_: 31_400_000)
    monkeypatch.setattr(tasks, "verify", lambda *_: verdicts())
    own.taught.append(TaughtWord("zzz", ("xx",)))
    monkeypatch.setattr(tasks, "teach", lambda *_: own.taught[0])
    monkeypatch.setattr(tasks, "forget", lambda *_: own.taught[0])
    status = own.status()
    monkeypatch.setattr(tasks, "restore", lambda *_: Restored(status, tmp_path / "mine"))
    monkeypatch.setattr(Library, "open", lambda *_, **__: own)
    async with walk(language, (80, 24), tmp_path, monkeypatch) as to:
        app = to.app
        assert isinstance(app, YinjuApp)
        await to.pilot.press("escape")
        await app.run_action("app.back_up")
        await to.see("nothing to back up")
        app.open(opening(own))
        await settle(to.pilot)
        own.changes = SyncReport(
            added=["a"],
            updated=["b"],
            moved=[("/mine/a.txt", "/mine/b.txt")],
            removed=[ARTICLES[0].path],
            missing=[ARTICLES[1].path],
            away=[("/mine", Phrase("the folder is empty"))],
            skipped=[("/mine/a.txt!/b.txt", Phrase("it holds no text"))],
            passages=2,
        )
        for name, keys in (
            ("asked", ("f2", "r")),
            ("updated", ("y",)),
            ("report", ("i",)),
            ("help on the report", ("f1",)),
            ("asked again", ("escape", "escape", "r")),
        ):
            await to.see(name, *keys)
        own.changes.added, own.changes.updated = [], []
        await to.see("kept", "r", "n", "escape")
        for action in ("verify", "words"):
            await app.run_action(f"app.{action}")
            await to.see(action)
            await to.see(f"help on {action}", "f1")
            await to.pilot.press("escape")
            if action == "words":
                await to.see("no word", "enter")
                await to.see("taught", *"zzz", "enter")
                await to.see("forgotten", "tab", "down", "delete")
            await to.see(f"after {action}", "escape")
        for action in ("check", "back_up", "restore"):
            await app.run_action(f"app.{action}")
            await to.see(action)
            await to.see(f"help on {action}", "f1")
            if action != "check":
                to.app.screen_stack[-2].query_one("#task-path").value = "~/a.txt"  # type: ignore[attr-defined]
            await to.see(f"{action} done", "escape", "enter")
            await to.see(f"after {action}", "escape")
        app.action_check(Path("/nope"))
        await wait_for(
            to.pilot, lambda: "30" in "".join(str(w.render()) for w in app.screen.query("#task-message"))
        )
        assert not strange(app, to.words)
        await to.see("stopped", "escape")
        app.opening.upgraded(tmp_path / "mine")
        app.opening.changes_lost(2)
        await to.see("upgraded", "escape")
    assert to.left == {}


async def test_english_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with walk("zh-Hans", (80, 24), tmp_path, monkeypatch) as to:
        monkeypatch.setattr(i18n, "_current", ("zh-Hans", NullTranslations()))
        await to.see("welcome")
    assert {"filter", "ask"} & to.left["welcome"] or len(to.left["welcome"]) > 5
