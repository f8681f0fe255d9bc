"""What terminals send, read as it is meant."""

from __future__ import annotations

import os
import re
from contextlib import nullcontext
from threading import Event
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.drivers.web_driver import WebDriver, _ExitInput
from textual.events import Key, Paste, Resize
from textual.message import Message
from textual.messages import ExitApp

from tui.app import YinjuApp
from tui.system.terminal import PasteParser, Pastes, add_key_sequences, driver_for

START, END = "\x1b[200~", "\x1b[201~"
PASTED = f"{START}one\x1b[31m\rtwo\x1b\rthree\x1b{END}"
add_key_sequences()


def read(*pieces: str) -> list[str]:
    """Keys by name, pastes by their text in «»."""
    parser = PasteParser()
    return named([event for piece in pieces for event in parser.feed(piece)] + list(parser.feed("")))


def named(events: list[Message]) -> list[str]:
    keys = [event for event in events if isinstance(event, Key | Paste)]
    return [event.key if isinstance(event, Key) else f"«{event.text}»" for event in keys]


def test_alt_enter_breaks_the_line_on_plain_terminals() -> None:
    assert read("\x1b\r") == ["ctrl+j"] and read("\r") == ["enter"]


def test_alt_with_a_digit_a_full_stop_d_p_or_w_is_a_key_that_types_nothing() -> None:
    names = {each: f"alt+{each}" for each in "0123456789dpw"} | {".": "alt+full_stop"}
    for typed, name in names.items():
        parser = PasteParser()
        (key,) = [*parser.feed(f"\x1b{typed}"), *parser.feed("")]
        assert isinstance(key, Key) and key.key == name and not key.is_printable


def test_what_is_pasted_presses_no_key() -> None:
    assert read(PASTED) == ["«one\rtwo\rthree»"]
    assert read("a", PASTED, "\r") == ["a", "«one\rtwo\rthree»", "enter"]
    for cut in range(1, len(PASTED)):
        assert read(PASTED[:cut], PASTED[cut:]) == ["«one\rtwo\rthree»"], cut


def test_in_a_terminal_what_is_pasted_presses_no_key() -> None:
    ours, theirs = os.pipe()
    os.write(theirs, f"a{PASTED}q".encode())
    ended, events = Event(), list[Message]()

    def take(event: Message) -> None:
        events.append(event)
        if isinstance(event, Key) and event.key == "q":
            ended.set()

    driver = SimpleNamespace(fileno=ours, exit_event=ended, process_message=take)
    cast(Any, driver_for(LinuxDriver)).run_input_thread(driver)
    assert named(events) == ["a", "«one\rtwo\rthree»", "q"]


def test_in_a_browser_what_is_pasted_presses_no_key() -> None:
    def packet(kind: bytes, payload: bytes) -> bytes:
        return kind + len(payload).to_bytes(4, "big") + payload

    sent = packet(b"D", f"a{PASTED}".encode()) + packet(b"M", b"{}") + packet(b"D", b"q")
    events, meta = list[Message](), list[bytes]()
    driver = SimpleNamespace(
        _input_reader=[sent[:9], b"", sent[9:]],
        process_message=events.append,
        _on_meta=lambda kind, payload: meta.append(payload),
    )
    cast(Any, driver_for(WebDriver))._read_input(driver)
    assert named(events) == ["a", "«one\rtwo\rthree»", "q"] and meta == [b"{}"]


@pytest.mark.parametrize("ending", [None, _ExitInput(), RuntimeError("what was typed is none")])
def test_in_a_browser_the_app_ends_with_its_input(
    ending: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[object]()
    monkeypatch.setattr("tui.system.terminal.time.sleep", told.append)
    monkeypatch.setattr("tui.system.terminal.os._exit", told.append)
    driver = SimpleNamespace(
        _read_input=Mock(side_effect=ending), _app=SimpleNamespace(post_message=told.append)
    )
    with nullcontext() if ending is None or isinstance(ending, _ExitInput) else pytest.raises(RuntimeError):
        cast(Any, driver_for(WebDriver)).run_input_thread(driver)
    assert isinstance(told[0], ExitApp) and told[1:] == [5.0, 1]


def test_in_a_browser_no_size_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes memory, and only the server knows which size is sane."""
    (size,) = [*PasteParser().feed("\x1b[48;9999;9999;9;9t")]
    assert isinstance(size, Resize)
    taken = list[Message]()
    monkeypatch.setattr(WebDriver, "process_message", lambda _, message: taken.append(message))
    driver = cast(Any, driver_for(WebDriver))
    for message in (size, Key("a", "a")):
        driver.process_message(driver.__new__(driver), message)
    assert named(taken) == ["a"]


@pytest.mark.parametrize("driver", ["", "textual.drivers.web_driver:WebDriver"])
async def test_the_app_reads_with_these_drivers(driver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.DRIVER", driver or None)
    used = YinjuApp(lambda: None).driver_class  # type: ignore[arg-type,return-value]
    assert issubclass(used, WebDriver if driver else LinuxDriver)
    assert used.__module__ == "tui.system.terminal"
    assert driver_for(HeadlessDriver) is HeadlessDriver


def test_what_is_pasted_from_a_terminal_leaves_no_rest_of_its_sequences() -> None:
    link = "\x1b]8;;https://example.org\x1b\\a link\x1b]8;;\x07"
    assert read(f"{START}\x1b[1;31mred\x1b[0m and {link}{END}") == ["«red and a link»"]
    assert read(f"{START}a\x1b]0;no end{END}", "k") == ["«a]0;no end»", "k"]
    assert read(f"{START}\x1b[3", "1mred\x1b", f"[0m[31m{END}") == ["«red[31m»"]


def test_keys_outside_of_a_paste_are_as_before() -> None:
    assert read("a\x1b[A\x1b[13;2u", "\x1b", "[B") == ["a", "up", "shift+enter", "down"]


@given(st.lists(st.sampled_from(["x", "\r", "\x1b", "[", "2", "201~", "谁"])).map("".join), st.data())
def test_a_paste_may_come_in_any_pieces(text: str, data: st.DataObject) -> None:
    text = text.replace("\x1b[201~", "")
    sent = f"{START}{text}{END}k"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=4)))
    pieces = [sent[left:right] for left, right in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    pastes = Pastes()
    clean = "".join(pastes.clean(piece) for piece in pieces)
    whole = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\].*?(\x07|\x1b\\)|\x1b", "", text)
    assert clean == START + whole + END + "k"
