"""Keys from the settings file."""

from __future__ import annotations

import threading

import pytest
from made_up_app import FakeLibrary, opened, opening
from textual.binding import Binding
from textual.dom import DOMNode

from qa.session import Session
from qa.settings import Settings
from tui.app import YinjuApp
from tui.keys import _subclasses, bindings, clashes, declared, for_browser, keymap
from tui.screens.base import Page, import_screens
from tui.screens.chat import ChatScreen
from tui.screens.help import HelpScreen
from tui.widgets.common.keybar import KeyBar

import_screens()


def test_every_binding_of_the_app_is_known_by_an_id_used_once() -> None:
    assert bindings()["app.library"] == ["f2"]
    declared = [b for owner in (YinjuApp, ChatScreen) for b in owner.BINDINGS if isinstance(b, Binding)]
    assert declared and {b.id for b in declared} <= set(bindings())
    for owner in _subclasses(DOMNode):
        declared = [b for base in owner.__mro__ for b in vars(base).get("BINDINGS", ()) if hasattr(b, "id")]
        ids = [b.id for b in declared if b.id]
        assert len(set(ids)) == len(ids), owner


def test_keys_are_taken_in_any_spelling() -> None:
    assert keymap({"app.help": "F1, Ctrl+G,?"}) == ({"app.help": "f1,ctrl+g,question_mark"}, [])
    assert keymap({}) == ({}, [])


@pytest.mark.parametrize("key", ["f10", "ctrl+h", "alt+up", "shift+f3", "H", "é", "ctrl+shift+left", "slash"])
def test_keys_that_exist(key: str) -> None:
    assert "app.help" in keymap({"app.help": key})[0]


@pytest.mark.parametrize("key", ["esc", "control+h", "f99", "ctrl+", "f1,", "ctrl+nothing", "\x07"])
def test_keys_that_do_not_exist(key: str) -> None:
    usable, problems = keymap({"app.help": key})
    assert usable == {} and "does not exist" in problems[0].message


@pytest.mark.parametrize("key", ["ctrl+h", "Ctrl+I", "ctrl+m", "ctrl+[", "ctrl+left_square_bracket"])
def test_keys_that_plain_terminals_take_for_others_are_told_in_a_line(key: str) -> None:
    usable, problems = keymap({"app.help": f"f1,{key}"})
    assert usable == {"app.help": f"f1,{key.lower()}"}
    same = [problem for problem in problems if "terminals send as" in problem.message]
    assert len(same) == 1 and same[0].hint == ""


def test_a_wrong_id_is_told_with_those_like_it() -> None:
    usable, (problem,) = keymap({"app.halp": "f10", "app.library": "f10"})
    assert usable == {"app.library": "f10"}
    assert "app.halp" in problem.message and "app.help" in problem.hint


def test_in_a_browser_no_key_is_one_that_it_keeps() -> None:
    keys = for_browser({"app.help": "ctrl+w,f1"})
    assert keys["app.help"] == "alt+w,f1"
    left = {key for id, own in bindings().items() for key in keys.get(id, ",".join(own)).split(",")}
    assert left.isdisjoint({"ctrl+n", "ctrl+t", "ctrl+w"})


async def test_a_key_of_the_settings_works_and_shows_in_footer_and_help(library: FakeLibrary) -> None:
    settings = Settings(keys={"app.help": "ctrl+g", "no.such": "f10"})
    app = YinjuApp(opening(library), settings=settings)
    async with opened(app, (120, 40)) as pilot:
        footer = app.screen.query_one(KeyBar).render().plain
        assert "^g Help" in footer and "F1" not in footer
        assert any("no.such" in note.message for note in app._notifications)
        await pilot.press("f1")
        assert not isinstance(app.screen, HelpScreen)
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        text = "\n".join(line.text for line in app.screen._compositor.render_strips())
        assert "^g" in text


def test_what_else_a_key_does_is_found_where_both_can_be_had() -> None:
    assert clashes("app.jump", ["f10"], {}) == []
    assert clashes("app.jump", ["ctrl+g"], {}) == [], "its own"
    assert clashes("app.jump", ["f4"], {}) == ["Show or hide the source"]
    assert clashes("cite.next", ["f2"], {}) == ["List the articles"]
    assert "Find words in this article" in clashes("source.zoom", ["slash"], {})
    assert clashes("library.ask", ["z"], {}) == [], "the source is on other pages"
    assert "Down" in clashes("library.undo", ["j"], {}), "a part of the page has it"
    assert clashes("libraries.new", ["f2"], {}) == [], "a dialogue has no keys of the app"
    assert clashes("app.jump", ["ctrl+p"], {}) == ["Find a command, article, conversation or heading"]
    assert clashes("app.jump", ["f4"], {"source.toggle": "f10"}) == [], "it has another key by now"
    assert clashes("app.jump", ["x"], {"source.toggle": "f9,x"})[0] == "Show or hide the source"


def test_every_binding_has_a_place_and_says_what_it_does() -> None:
    for bound in declared().values():
        assert bound.place and bound.what and bound.keys, bound.id
    assert declared()["app.help"].place == "Everywhere"
    pages = {bound.place for bound in declared().values() if issubclass(bound.owners[0], Page)}
    assert "Dialogues" not in pages


async def test_a_page_that_needs_the_articles_says_that_they_are_being_opened(library: FakeLibrary) -> None:
    gate = threading.Event()

    def slowly() -> Session:
        gate.wait(10)
        return opening(library)()

    app = YinjuApp(slowly)
    async with app.run_test() as pilot:
        try:
            await pilot.press("f7")
            await pilot.pause()
            assert [note.message for note in app._notifications] == ["Opening the articles …"]
        finally:
            gate.set()
