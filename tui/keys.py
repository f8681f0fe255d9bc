"""The bindings of the app, the keys that the settings give them, and those a browser keeps for itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import REPLACED_KEYS, Keys, key_to_character
from textual.screen import ModalScreen, Screen

from index.errors import UsageError
from qa.i18n import N_

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


#: Keys of Textual's own that work everywhere.
_TEXTUALS = {
    "ctrl+p": N_("Find a command, article, conversation or heading"),
    "ctrl+c": N_("Copy the selected text"),
}


#: What parts of the app are called that have no name of their own.
_PLACES = {
    "App": N_("Everywhere"),
    "ChatScreen": N_("Questions and answers"),
    "LibraryScreen": N_("Articles"),
    "ReaderScreen": N_("Reading an article"),
    "ConversationsScreen": N_("Conversations"),
    "OverviewScreen": N_("What is in here"),
    "SheetScreen": N_("Quote sheet"),
    "BesideScreen": N_("Two sources beside each other"),
    "Screen": N_("Dialogues"),
    "DOMNode": N_("Lines and links"),
}
#: The pages that show the widgets of a package; those of any other may be anywhere.
_HOMES = {
    "transcript": ("ChatScreen",),
    "composer": ("ChatScreen",),
    "source": ("ChatScreen", "ReaderScreen", "BesideScreen"),
    "library": ("LibraryScreen",),
    "overview": ("OverviewScreen",),
}


@dataclass(frozen=True, slots=True)
class Bound:
    """A binding that can have other keys. Its texts are still to be translated."""

    id: str
    owners: tuple[type[DOMNode], ...]
    keys: tuple[str, ...]
    what: str

    @property
    def place(self) -> str:
        """The part of the app in which it works."""
        owner = self.owners[0]
        if part := getattr(owner, "PART", ""):
            return str(part)
        return next(_PLACES[kind.__name__] for kind in owner.__mro__ if kind.__name__ in _PLACES)


@cache
def declared() -> dict[str, Bound]:
    """Every binding that can have other keys, by its id, those of the app first.

    Call `tui.screens.base.import_screens` first.
    """
    found: dict[str, Bound] = {}
    for owner in sorted(_subclasses(DOMNode), key=_turn):
        for binding in owner.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id:
                before = found.get(binding.id)
                owners = dict.fromkeys([*(before.owners if before else ()), owner])
                keys = tuple(each.key for each in Binding.make_bindings([binding]))
                what = binding.tooltip or binding.description
                found[binding.id] = (
                    replace(before, owners=(*owners,)) if before else Bound(binding.id, (owner,), keys, what)
                )
    return found


def bindings() -> dict[str, list[str]]:
    """The keys of every binding that can have others, by its id."""
    return {id: list(bound.keys) for id, bound in declared().items()}


def _turn(owner: type[DOMNode]) -> tuple[int, str]:
    """The app, then its pages, then parts of them, then dialogues and lines."""
    if issubclass(owner, App):
        return 0, ""
    place = Bound("", (owner,), (), "").place
    if issubclass(owner, ModalScreen):
        return 3, owner.__name__
    if issubclass(owner, Screen):
        return 1, place
    return (2, place) if getattr(owner, "PART", "") else (4, owner.__name__)


def clashes(id: str, keys: Iterable[str], now: Mapping[str, str]) -> list[str]:
    """What else those keys would do where the binding works, in the words of `Bound.what`.

    ``now`` are the keys that bindings have been given.
    """
    wanted, own = set(keys), declared()[id]
    found = [what for key, what in _TEXTUALS.items() if key in wanted]
    for other in declared().values():
        others = now[other.id].split(",") if other.id in now else other.keys
        if other.id != id and wanted.intersection(others) and _meet(own, other):
            found.append(other.what)
    return list(dict.fromkeys(found))


def _meet(one: Bound, other: Bound) -> bool:
    """Whether both can be had with the focus in one place."""
    return any(_inside(a, b) or _inside(b, a) for a in one.owners for b in other.owners)


def _inside(part: type[DOMNode], whole: type[DOMNode]) -> bool:
    """Whether ``part`` is shown inside ``whole``, as far as it can be told from where it is defined."""
    if issubclass(part, whole) or (issubclass(whole, App) and not issubclass(part, ModalScreen)):
        return True
    if not issubclass(whole, Screen) or issubclass(part, Screen | App):
        return False
    home = part.__module__.rpartition("widgets.")[2].partition(".")[0]
    return whole.__name__ in _HOMES.get(home, (whole.__name__,))


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
