"""The keys that the settings file gives the app's bindings, and those a browser keeps for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Bound:
    """What a widget, a screen or the app does on ``keys``. ``id`` is "" where it cannot have others."""

    owner: type[DOMNode]
    id: str
    name: str
    keys: frozenset[str]


@cache
def bounds() -> tuple[Bound, ...]:
    """Everything bound in the app: call `tui.screens.base.import_screens` first."""
    owners = {owner for owner in _subclasses(DOMNode) if owner.__module__.startswith("tui.")}
    return tuple(found for owner in sorted(owners, key=lambda o: o.__qualname__) for found in _of(owner))


def _subclasses(node: type[DOMNode]) -> Iterator[type[DOMNode]]:
    for each in node.__subclasses__():
        yield each
        yield from _subclasses(each)


def _of(owner: type[DOMNode]) -> Iterator[Bound]:
    """The bindings of ``owner``, its own and those it has from Textual."""
    together: dict[Binding, set[str]] = {}
    for base in owner.__mro__:
        if not issubclass(base, DOMNode):
            continue
        for declared in base.__dict__.get("BINDINGS", ()):
            binding = declared if isinstance(declared, Binding) else Binding(*declared)
            together[binding] = {each.key for each in Binding.make_bindings([binding])}
    for binding, keys in together.items():
        name = binding.id or binding.description or binding.action
        yield Bound(owner, binding.id or "", name, frozenset(keys))


def keymap(wanted: Mapping[str, str]) -> tuple[dict[str, str], list[UsageError]]:
    """What of ``wanted``, binding id → keys, `App.set_keymap` can take, and what is wrong with it."""
    usable: dict[str, str] = {}
    problems: list[UsageError] = []
    known = {bound.id for bound in bounds()} - {""}
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
    for bound in bounds():
        now = usable[bound.id].split(",") if bound.id in usable else sorted(bound.keys)
        if bound.id and _BROWSERS_OWN.intersection(now):
            keys[bound.id] = ",".join(
                key.replace("ctrl", "alt") if key in _BROWSERS_OWN else key for key in now
            )
    return keys
