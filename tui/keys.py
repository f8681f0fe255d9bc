"""The keys that the settings file gives the app's bindings, and those a browser keeps for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import REPLACED_KEYS, Keys, key_to_character

from index.errors import UsageError

_MODIFIERS = {"ctrl", "alt", "shift", "super", "hyper", "meta"}
_NAMED = {key.value.rpartition("+")[2] for key in Keys} | set(REPLACED_KEYS)
#: What a browser does itself and does not pass on to the page: new window, new tab, close.
_BROWSERS_OWN = {"ctrl+n", "ctrl+t", "ctrl+w"}
#: What plain terminals send the same bytes for as for another key.
_SAME = {
    "ctrl+h": "Backspace",
    "ctrl+i": "Tab",
    "ctrl+m": "Enter",
    "ctrl+[": "Esc",
    "ctrl+left_square_bracket": "Esc",
}


@cache
def bindings() -> dict[str, list[str]]:
    """The keys of every binding that can have others, by its id.

    Call `tui.screens.base.import_screens` first.
    """
    found: dict[str, list[str]] = {}
    for owner in _subclasses(DOMNode):
        for declared in owner.__dict__.get("BINDINGS", ()):
            if isinstance(declared, Binding) and declared.id:
                found[declared.id] = sorted(each.key for each in Binding.make_bindings([declared]))
    return found


def _subclasses(node: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for each in node.__subclasses__():
        yield each
        yield from _subclasses(each)


def keymap(wanted: Mapping[str, str]) -> tuple[dict[str, str], list[UsageError]]:
    """What of ``wanted``, binding id → keys, `App.set_keymap` can take, and what is wrong with it."""
    usable: dict[str, str] = {}
    problems: list[UsageError] = []
    known = bindings()
    for name, keys in wanted.items():
        parts = [_normal(key) for key in keys.split(",")]
        if name not in known:
            near = get_close_matches(name, known, 5, cutoff=0.3)
            problems.append(
                UsageError(
                    "[keys] names {binding}, which the app does not have",
                    "bindings include {near}",
                    binding=name,
                    near=", ".join(near or sorted(known)[:5]),
                )
            )
        elif unknown := [key for key in parts if not _is_key(key)]:
            problems.append(
                UsageError(
                    "[keys] gives {binding} the key {key}, which does not exist",
                    "keys are written like f1, ctrl+g, alt+up, question_mark",
                    binding=name,
                    key=repr(unknown[0]),
                )
            )
        else:
            usable[name] = ",".join(parts)
            problems += [
                UsageError(
                    "[keys] gives {binding} the key {key}, which many terminals send as {other}",
                    binding=name,
                    key=key,
                    other=_SAME[key],
                )
                for key in parts
                if key in _SAME
            ]
    return usable, problems


def _normal(key: str) -> str:
    """``key`` as Textual names it: "Ctrl+H" is "ctrl+h", "?" is "question_mark"; "H" stays, it is typed."""
    key = key.strip()
    return next(iter(Binding.make_bindings([(key, "", "")]))).key if len(key) == 1 else key.lower()


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+")
    typed = key_to_character(last) or "\0"
    return _MODIFIERS.issuperset(modifiers) and (last in _NAMED or typed.isprintable())


def for_browser(usable: Mapping[str, str]) -> dict[str, str]:
    """``usable`` with Alt in place of Ctrl in each key that a browser keeps for itself."""
    keys = dict(usable)
    for id, declared in bindings().items():
        now = usable[id].split(",") if id in usable else declared
        if _BROWSERS_OWN.intersection(now):
            keys[id] = ",".join(key.replace("ctrl", "alt") if key in _BROWSERS_OWN else key for key in now)
    return keys
