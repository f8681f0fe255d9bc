"""What terminals send, read as it is meant."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste

from tui.system.terminal import Pastes, mend

START, END = "\x1b[200~", "\x1b[201~"
mend()


def read(*pieces: str) -> list[str]:
    """Keys by name, pastes by their text in «»."""
    parser = XTermParser()
    events = [event for piece in pieces for event in parser.feed(piece)] + list(parser.feed(""))
    shown = [event.key if isinstance(event, Key) else f"«{event.text}»" for event in events if known(event)]
    return shown


def known(event: object) -> bool:
    return isinstance(event, (Key, Paste))


def test_alt_enter_breaks_the_line_on_plain_terminals() -> None:
    assert read("\x1b\r") == ["ctrl+j"] and read("\r") == ["enter"]


def test_alt_and_a_digit_are_keys_that_type_nothing() -> None:
    for number in range(10):
        parser = XTermParser()
        (key,) = [*parser.feed(f"\x1b{number}"), *parser.feed("")]
        assert isinstance(key, Key) and key.key == f"alt+{number}" and not key.is_printable


def test_what_is_pasted_presses_no_key() -> None:
    pasted = f"{START}one\x1b[31m\rtwo\x1b\rthree\x1b{END}"
    assert read(pasted) == ["«one\rtwo\rthree»"]
    assert read("a", pasted, "\r") == ["a", "«one\rtwo\rthree»", "enter"]


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
    cuts = sorted(data.draw(st.lists(st.integers(len(START), len(sent)), max_size=4)))
    pieces = [sent[left:right] for left, right in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    pastes = Pastes()
    clean = "".join(pastes.clean(piece) for piece in pieces)
    whole = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\].*?(\x07|\x1b\\)|\x1b", "", text)
    assert clean == START + whole + END + "k"
