"""What the dialogues look like.

``--snapshot-update`` accepts new pictures, after a look at each of them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from made_up_app import FakeLibrary, ask, settle, wait_for
from picture_steps import QUESTION, Looks, act, listed, on_disk, press
from textual.pilot import Pilot

from index.address import LibraryUrl
from index.types import AddReport, TaughtWord
from tui.app import YinjuApp
from tui.screens.add import AddScreen
from tui.state.memory import Memory

#: Each in each language, in both themes and in the sizes that matter to it.
PICTURES = """
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
    add            day    en       80x24
    add            night  zh-Hans  130x40
    adding_files   night  zh-Hant  80x24
    added          day    zh-Hans  80x24
    added          night  en       130x40
    some_libraries day    en       130x40
    some_libraries night  zh-Hans  80x24
    some_libraries day    zh-Hant  130x40
    on_a_server    day    en       130x40
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
#: After earlier runs.
KEEPING = frozenset({"verify", "some_libraries", "on_a_server"})
#: With articles of one's own.
OWN = KEEPING | {"check", "checking", "words", "back_up", "restored"}


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


@pytest.mark.parametrize("picture", listed(PICTURES))
def test_picture(picture: str, library: FakeLibrary, memory: Memory, tmp_path: Path, looks: Looks) -> None:
    name = picture.split()[0]
    if name in OWN:
        on_disk(library, tmp_path / "articles")
    if name == "on_a_server":
        library.path = LibraryUrl("milvus://reader:secret@vectors.example:19530/archive")
        known = {str(library.path): "2025-06-04T12:00:00Z", str(tmp_path / "news"): "2025-06-01T12:00:00Z"}
        memory.set("libraries", json.dumps(known))
    assert looks(picture, globals()[name], memory if name in KEEPING else None)
