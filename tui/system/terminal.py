"""What terminals send that Textual reads otherwise than it is meant: put right by `mend`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.keys import Keys
from textual.message import Message

_ESCAPE = "\x1b"
#: A whole control sequence (colours, cursor), operating system command (title, link), or a lone escape.
_SEQUENCE = r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)"
_ANY = re.compile(_SEQUENCE + r"|\x1b")
#: The same while more may come: what may be the beginning of one, or of an end mark, is ``open``.
_MORE = re.compile(_SEQUENCE + r"|(?P<open>\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b\r\n]*\x1b?)?\Z)|\x1b")
_feed = XTermParser.feed


class _Named(NamedTuple):
    """A key that `Keys` lacks."""

    value: str


def mend() -> None:
    """Have Alt with Enter or a digit read as that, and nothing that is pasted as keys. Once is enough."""
    sequences = cast(dict[str, tuple[Keys | _Named, ...]], ANSI_SEQUENCES_KEYS)
    # Plain terminals send this for Alt+Enter, and some can be told to for Shift+Enter; Textual reads Enter.
    sequences["\x1b\r"] = (Keys.ControlJ,)
    for digit in "0123456789":  # Textual reads ™ for Alt+2, as Option would type it on a Mac
        sequences[_ESCAPE + digit] = (_Named(f"alt+{digit}"),)
    setattr(XTermParser, "feed", _feed_clean)  # noqa: B010 - mypy would have no method replaced


class Pastes:
    """Takes escape sequences and lone escape characters out of pasted text, which comes in pieces.

    Textual looks for keys behind them, so that a text with one and a line end in it would press Enter.
    """

    def __init__(self) -> None:
        self._inside = False
        self._held = ""

    def clean(self, data: str) -> str:
        """What of ``data`` may be read by now; what may go on as a sequence or end mark waits."""
        data, self._held = self._held + data, ""
        clean = ""
        while data:
            mark = BRACKETED_PASTE_END if self._inside else BRACKETED_PASTE_START
            text, found, data = data.partition(mark)
            if self._inside:
                if not found:
                    text, self._held = _split(text)
                text = _ANY.sub("", text)
            clean += text + found
            self._inside ^= bool(found)
        return clean


def _split(text: str) -> tuple[str, str]:
    """``text`` without the beginning of a sequence that it may close with, and that."""
    at = next((found.start() for found in _MORE.finditer(text) if found["open"]), len(text))
    return text[:at], text[at:]


_pastes: WeakKeyDictionary[XTermParser, Pastes] = WeakKeyDictionary()


def _feed_clean(parser: XTermParser, data: str) -> Iterable[Any | Message]:
    clean = _pastes.setdefault(parser, Pastes()).clean(data) if data else ""
    return () if data and not clean else _feed(parser, clean)  # no data at all is the end of it
