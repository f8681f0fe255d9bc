"""Letters on all that can be focused or pressed."""

from __future__ import annotations

import pytest
from made_up_app import FakeLibrary, ask, opened, settle
from textual.pilot import Pilot
from textual.widgets import Button

from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.jump import JumpLabel, JumpScreen
from tui.screens.task import TaskDialogue
from tui.widgets.common.targets import Target, labels, meant, targets
from tui.widgets.composer.question import QuestionBox
from tui.widgets.transcript.answer import QuoteView

QUESTION = "What did Harbor AI offer Lin Lan?"


async def letters(pilot: Pilot[None]) -> list[JumpLabel]:
    await pilot.press("ctrl+g")
    await settle(pilot)
    assert isinstance(pilot.app.screen, JumpScreen)
    return [*pilot.app.screen.query(JumpLabel)]


def on(found: list[JumpLabel], kind: type) -> list[JumpLabel]:
    return [label for label in found if isinstance(label.target.widget, kind)]


def test_labels_are_short_and_none_begins_another() -> None:
    assert "".join(labels(26)) == "asdfghjklqwertyopzxcbnmiuv"
    for count in (0, 1, 26, 27, 60, 400):
        made = labels(count)
        assert len(set(made)) == count and all(len(label) <= 2 for label in made)
        assert not [(a, b) for a in made for b in made if a != b and b.startswith(a)]
    assert any(len(label) == 1 for label in labels(60))
    assert not {"i", "u", "v"} & set("".join(labels(60))), "no pinyin begins with them"


@pytest.mark.parametrize(
    ("typed", "label", "means"),
    [
        ("a", "a", True),
        ("A", "a", True),
        ("ａ", "a", True),
        ("啊", "a", True),
        ("愛", "a", True),
        ("s", "a", False),
        ("时代", "sd", True),
        ("时", "sd", True),
        ("行", "x", True),
        ("行", "h", True),
        ("sdd", "sd", False),
        ("1", "a", False),
    ],
)
def test_what_an_input_method_passes_on_means_its_letter(typed: str, label: str, means: bool) -> None:
    assert meant(typed, label) is means


async def test_everything_in_view_has_its_letters_in_its_place(app: YinjuApp) -> None:
    async with opened(app, (130, 40)) as pilot:
        await ask(pilot, QUESTION)
        screen = app.screen
        found = targets(screen)
        assert len({target.at for target in found}) == len(found)
        for target in found:
            assert target.widget in [
                screen.get_widget_at(*target.at)[0],
                *screen.get_widget_at(*target.at)[0].ancestors,
            ]
        named = {type(target.widget).__name__ for target in found}
        assert {
            "QuoteView",
            "CitationRow",
            "Link",
            "QuestionBox",
            "ArticleBody",
            "Tabs",
            "StatusLine",
        } <= named
        assert "KeyBar" not in named
        clicked = {f"{t.style.meta.get('@click')}" for t in found if t.style is not None}
        assert {"follow('cite', 1)", "follow('evidence', 0)", "follow('zoom', 0)"} <= clicked
        shown = await letters(pilot)
        assert [label.target for label in shown] == found
        assert [label.region.offset for label in shown] == [target.at for target in found]


async def test_letters_press_a_quote(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        assert not app.chat.has_class("-source")
        first = on(await letters(pilot), QuoteView)[0]
        await pilot.press(*first.letters)
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen) and app.chat.has_class("-source")
        assert app.chat.side.source.place is not None and app.chat.side.source.place.label == "[1]"


async def test_a_chinese_character_presses_what_its_pinyin_names(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        found = on(await letters(pilot), QuoteView)[0]
        await pilot.press({"d": "的", "f": "发", "s": "是", "j": "就", "g": "个", "h": "和"}[found.letters])
        await settle(pilot)
        assert app.chat.has_class("-source")


async def test_a_field_gets_the_focus_and_keeps_its_text(app: YinjuApp) -> None:
    async with opened(app, (130, 40)) as pilot:
        await ask(pilot, QUESTION)
        app.chat.composer.box.text = "half a question"
        await pilot.press("f4")
        await settle(pilot)
        assert not app.chat.composer.box.has_focus
        box = on(await letters(pilot), QuestionBox)[0]
        await pilot.press(*box.letters)
        await settle(pilot)
        assert app.chat.composer.box.has_focus and app.chat.composer.box.text == "half a question"


async def test_two_letters_narrow_what_is_shown(app: YinjuApp) -> None:
    pressed: list[object] = []
    async with opened(app) as pilot:
        box = app.chat.composer.box
        many = [Target(box, (n % 70, n // 70), None) for n in range(30)]  # type: ignore[arg-type]
        app.push_screen(JumpScreen(many), pressed.append)
        await settle(pilot)
        label = next(each for each in app.screen.query(JumpLabel) if len(each.letters) == 2)
        alike = [each for each in app.screen.query(JumpLabel) if each.letters[0] == label.letters[0]]
        await pilot.press(label.letters[0])
        assert {each for each in app.screen.query(JumpLabel) if each.display} == set(alike)
        await pilot.press("i")  # no label: nothing happens
        await pilot.press("backspace")
        assert all(each.display for each in app.screen.query(JumpLabel))
        await pilot.press(*label.letters)
        await settle(pilot)
    assert pressed == [label.target]


async def test_esc_and_another_size_leave_everything_as_it_was(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        focused = app.screen.focused
        await letters(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen) and app.screen.focused is focused
        await letters(pilot)
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen)


async def test_the_mouse_follows_a_letter(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        found = on(await letters(pilot), QuoteView)[0]
        await pilot.click(found)
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen) and app.chat.has_class("-source")


async def test_a_dialogue_has_letters_of_its_own(app: YinjuApp, mine: FakeLibrary) -> None:
    async with opened(app) as pilot:
        await app.run_action("app.back_up")
        await settle(pilot)
        assert isinstance(app.screen, TaskDialogue)
        buttons = on(await letters(pilot), Button)
        leave = next(label for label in buttons if label.target.widget.id == "task-leave")
        await pilot.press(*leave.letters)
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen)
