"""The result of examining a library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from index.errors import Phrase

#: "well"; "note": nothing is wrong, and yet worth knowing; "wrong"; "mended": it was wrong.
State = Literal["well", "note", "wrong", "mended"]

_NOTHING = Phrase("")
#: What a repair could not save, by kind.
_LOST = {
    "articles": Phrase("{count} articles"),
    "untraced": Phrase("up to {count} more articles without a trace"),
    "words": Phrase("{count} taught words"),
    "folders": Phrase("{count} followed folders"),
    "model": Phrase("the name of the embedding model"),
    "unknown_words": Phrase("all taught words, if there were any"),
    "unknown_folders": Phrase("the list of followed folders"),
    "unknown_containers": Phrase("the list of archives"),
}


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


def repaired(
    damage: Finding, saved: int, again: int, lost: Mapping[str, int], names: Sequence[str], hint: Phrase
) -> Finding:
    """The outcome of repairing ``damage``: articles saved and read again, and what was ``lost``, by kind.

    ``names`` are those of what was lost. ``hint`` is told if something was, or if there is always something
    to do.
    """
    lost = {kind: count for kind, count in lost.items() if count}
    text = Phrase(
        "{damage}; {saved} articles saved, {again} read again from their files, {lost} lost{which}",
        damage=damage.text,
        saved=saved,
        again=again,
        lost=_listed([Phrase(_LOST[kind], count=count) for kind, count in lost.items()]),
        which=f": {', '.join(names)}" if names else "",
    )
    return Finding(damage.check, "wrong" if lost else "mended", text, hint, lost)


def _listed(parts: Sequence[Phrase]) -> str:
    """The parts with commas between them; "0" if there are none."""
    if len(parts) < 2:
        return parts[0] if parts else "0"
    return Phrase("{first}, {others}", first=parts[0], others=_listed(parts[1:]))
