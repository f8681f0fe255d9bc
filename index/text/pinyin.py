"""The readings of Chinese characters in pinyin, without tones: 乐 is le or yue.

ü is written v, as it is typed. The table comes from CC-CEDICT (`index.lexicon.making.pinyin`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib import resources

#: Folded character → its readings, the most common one first.
Readings = Mapping[str, tuple[str, ...]]


def written(readings: Readings) -> str:
    """What `parsed` reads. A line has a reading, the characters whose first it is, and the others."""
    first, other = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for char, found in sorted(readings.items()):
        for at, syllable in enumerate(found):
            (other if at else first)[syllable].append(char)
    lines = ((s, "".join(first[s]), "".join(other[s])) for s in sorted({*first, *other}))
    return "".join("\t".join(line) + "\n" for line in lines)


def parsed(text: str) -> Readings:
    """The readings that `written` wrote, of which all but the first are in the order of their letters."""
    found: dict[str, tuple[str, ...]] = {}
    lines = [line.split("\t") for line in text.removesuffix("\n").split("\n")]
    for syllable, first, _ in lines:
        found.update(dict.fromkeys(first, (syllable,)))
    for syllable, _, other in lines:
        for char in other:
            found[char] = (*found[char], syllable)
    return found


@cache
def readings() -> Readings:
    """The bundled table, read once per process."""
    path = resources.files("index") / "lexicon_data" / "pinyin.txt"
    return parsed(path.read_text(encoding="utf-8"))


@cache
def all_syllables() -> Mapping[str, str]:
    """Syllable → the characters that are read so."""
    found = defaultdict[str, list[str]](list)
    for char, syllables in readings().items():
        for syllable in syllables:
            found[syllable].append(char)
    return {syllable: "".join(chars) for syllable, chars in found.items()}
