"""The result of examining a library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from index.errors import Phrase

#: "well"; "note": nothing is wrong, and yet worth knowing; "wrong"; "mended": it was wrong.
State = Literal["well", "note", "wrong", "mended"]

_NOTHING = Phrase("")


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. ``check`` names the check; ``hint`` says what to do.

    ``lost`` counts, by kind, what a repair could not save.
    """

    check: str
    state: State
    text: Phrase
    hint: Phrase = _NOTHING
    lost: Mapping[str, int] = field(default_factory=dict)

    @property
    def mendable(self) -> bool:
        """Whether ``qa doctor --fix`` helps."""
        return "qa doctor --fix" in self.hint


def well(check: str, text: str, **values: object) -> Finding:
    return Finding(check, "well", Phrase(text, **values))


def note(check: str, text: str, hint: str = "", **values: object) -> Finding:
    return Finding(check, "note", Phrase(text, **values), Phrase(hint, **values))


def wrong(check: str, text: str, hint: str, **values: object) -> Finding:
    return Finding(check, "wrong", Phrase(text, **values), Phrase(hint, **values))
