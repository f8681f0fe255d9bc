"""What terminals send that Textual reads otherwise than it is meant: put right by `mend`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from weakref import WeakKeyDictionary

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.keys import Keys
from textual.message import Message

_ESCAPE = "\x1b"
_feed = XTermParser.feed


def mend() -> None:
    """Have Alt+Enter read as a new line, and nothing that is pasted as keys. To be called once or more."""
    # Plain terminals send this for Alt+Enter, and some can be told to for Shift+Enter; Textual reads Enter.
    cast(dict[str, tuple[Keys, ...]], ANSI_SEQUENCES_KEYS)["\x1b\r"] = (Keys.ControlJ,)
    setattr(XTermParser, "feed", _feed_clean)  # noqa: B010 - mypy would have no method replaced


class Pastes:
    """Takes escape characters out of pasted text, which comes in pieces.

    Textual looks for keys behind them, so that a text with one and a line end in it would press Enter.
    """

    def __init__(self) -> None:
        self._inside = False
        self._held = ""

    def clean(self, data: str) -> str:
        """What of ``data`` may be read by now; the beginning of an end mark waits for its rest."""
        data, self._held = self._held + data, ""
        clean = ""
        while data:
            mark = BRACKETED_PASTE_END if self._inside else BRACKETED_PASTE_START
            text, found, data = data.partition(mark)
            if self._inside:
                if not found:
                    text, self._held = _split(text)
                text = text.replace(_ESCAPE, "")
            clean += text + found
            self._inside ^= bool(found)
        return clean


def _split(text: str) -> tuple[str, str]:
    """``text`` without the beginning of an end mark that it may close with, and that."""
    at = text.rfind(_ESCAPE)
    return (text[:at], text[at:]) if at >= 0 and BRACKETED_PASTE_END.startswith(text[at:]) else (text, "")


_pastes: WeakKeyDictionary[XTermParser, Pastes] = WeakKeyDictionary()


def _feed_clean(parser: XTermParser, data: str) -> Iterable[Any | Message]:
    clean = _pastes.setdefault(parser, Pastes()).clean(data) if data else ""
    return () if data and not clean else _feed(parser, clean)  # no data at all is the end of it
