"""Input from the terminal: keys that Textual reads otherwise, and pasted text that presses no key.

In a bracketed paste Textual 8.2.8 still looks for a key behind an escape character. Where there is none, it
takes what it read for typed keys: a pasted escape character and a line end would press Enter. So the drivers
here read with a parser that takes escape sequences out of pastes first.
"""

from __future__ import annotations

import os
import re
import selectors
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.driver import Driver
from textual.events import Resize
from textual.keys import Keys
from textual.message import Message
from textual.messages import ExitApp

from tui.messages import Uploaded

_ESCAPE = "\x1b"
#: Seconds that the app of a closed page has to end.
_END_SECONDS = 5.0
#: A whole control sequence (colours, cursor), operating system command (title, link), or a lone escape.
_SEQUENCE = r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)"
_ANY = re.compile(_SEQUENCE + r"|\x1b")
#: The same while more may come: what may be the beginning of one, or of an end mark, is ``open``.
_MORE = re.compile(_SEQUENCE + r"|(?P<open>\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b\r\n]*\x1b?)?\Z)|\x1b")


#: What is typed with Alt, and the names of these keys.
_WITH_ALT = {each: each for each in "0123456789dpw"} | {".": "full_stop"}


class _Named(NamedTuple):
    """A key that `Keys` lacks."""

    value: str


def add_key_sequences() -> None:
    """Let Textual read Alt with Enter and the keys of `_WITH_ALT` as such keys. Once is enough."""
    sequences = cast(dict[str, tuple[Keys | _Named, ...]], ANSI_SEQUENCES_KEYS)
    # Plain terminals send this for Alt+Enter, and some can be told to for Shift+Enter; Textual reads Enter.
    sequences["\x1b\r"] = (Keys.ControlJ,)
    # Textual reads ™ for Alt+2, as Option would type it on a Mac, and types the letter for the others.
    for typed, name in _WITH_ALT.items():
        sequences[_ESCAPE + typed] = (_Named(f"alt+{name}"),)


class Pastes:
    """Takes escape sequences and lone escape characters out of pasted text, which comes in pieces."""

    def __init__(self) -> None:
        self._inside = False
        #: Pasted text that may go on as a sequence or as an end mark.
        self._held = ""
        #: The end of what was typed: a start mark may come in two pieces.
        self._typed = ""

    def clean(self, data: str) -> str:
        """What of ``data`` may be read by now."""
        data, self._held = self._held + data, ""
        clean = ""
        while data:
            if self._inside:
                text, found, data = data.partition(BRACKETED_PASTE_END)
                if not found:
                    text, self._held = _split(text)
                clean += _ANY.sub("", text) + found
                self._inside = not found
            else:
                text, found, after = (self._typed + data).partition(BRACKETED_PASTE_START)
                clean += (text + found)[len(self._typed) :]
                self._typed = "" if found else text[1 - len(BRACKETED_PASTE_START) :]
                self._inside, data = bool(found), after
        return clean


def _split(text: str) -> tuple[str, str]:
    """``text`` without the beginning of a sequence that it may close with, and that."""
    at = next((found.start() for found in _MORE.finditer(text) if found["open"]), len(text))
    return text[:at], text[at:]


class PasteParser(XTermParser):
    """Textual's parser, in whose pastes there are no escape characters."""

    def __init__(self) -> None:
        super().__init__()
        self._pastes = Pastes()

    def feed(self, data: str) -> Iterable[Message]:
        clean = self._pastes.clean(data) if data else ""
        return () if data and not clean else super().feed(clean)  # no data at all is the end of input


def driver_for(driver: type[Driver]) -> type[Driver]:
    """What takes the place of Textual's ``driver``, so that pasted text presses no key.

    The driver itself on Windows: Windows Terminal takes control characters out of what it pastes.
    """
    if driver.__name__ == "LinuxDriver":
        return _terminal_driver()
    return _browser_driver() if driver.__name__ == "WebDriver" else driver


def _terminal_driver() -> type[Driver]:
    from textual.drivers.linux_driver import LinuxDriver

    class TerminalDriver(LinuxDriver):
        def run_input_thread(self) -> None:
            """Post what comes from the terminal as events, until the driver stops."""
            parser, decode = PasteParser(), getincrementaldecoder("utf-8")().decode
            with selectors.SelectSelector() as selector:
                selector.register(self.fileno, selectors.EVENT_READ)
                while not self.exit_event.is_set():
                    if selector.select(0.1) and (data := decode(os.read(self.fileno, 4096))):
                        for event in parser.feed(data):
                            self.process_message(event)
                    for event in parser.tick():
                        self.process_message(event)

    return TerminalDriver


def _browser_driver() -> type[Driver]:
    from textual.drivers._byte_stream import ByteStream
    from textual.drivers.web_driver import WebDriver, _ExitInput

    class BrowserDriver(WebDriver):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._key_thread.daemon = True  # it outlasts the app where that does not end

        def run_input_thread(self) -> None:
            """Post what comes from the page as events, until the page or its server is gone; then end."""
            try:
                with suppress(_ExitInput):
                    self._read_input()
            finally:
                self._app.post_message(ExitApp())
                time.sleep(_END_SECONDS)
                os._exit(1)

        def _read_input(self) -> None:
            parser, decode, packets = PasteParser(), getincrementaldecoder("utf-8")().decode, ByteStream()
            for data in self._input_reader:
                for kind, payload in packets.feed(data) if data else ():
                    if kind == "D":  # what was typed
                        for event in parser.feed(decode(payload)):
                            self.process_message(event)
                    else:
                        self._on_meta(kind, payload)
                for event in parser.tick():
                    self.process_message(event)

        def process_message(self, message: Message) -> None:
            """Post what was typed, but no size: terminals tell it in what is typed, the server by itself."""
            if not isinstance(message, Resize):
                super().process_message(message)

        def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
            paths = payload.get("paths")
            if packet_type == "uploaded" and isinstance(paths, list):
                self._app.post_message(Uploaded(tuple(map(Path, paths))))
            else:
                super().on_meta(packet_type, payload)

    return BrowserDriver
