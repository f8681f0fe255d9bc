"""The bundled bilingual dictionary: the exact translations of Chinese and English words and short phrases.

It stands beside the vectors of the lexicon, which know neither phrases (日月潭, "Sun Moon Lake") nor rare
words, nor which of many near words is a translation. The file has one entry a line, sorted by its bytes, and
is searched by bisection where it lies on disk.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from itertools import product
from pathlib import Path
from typing import NamedTuple

from index.lexicon.inflection import base_forms

#: The most words of an entry in either language.
MOST_WORDS = 4
#: Strengths are written as digits: 9 is 0.9.
STRENGTHS = 10


class Translation(NamedTuple):
    """Folded ``words`` in the other language. ``strength``, 0 to 1, is how likely they are a translation."""

    words: str
    strength: float


class Dictionary:
    """Looks up words in ``data``, the bytes of a dictionary file or a map of them."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        self._data = data

    @classmethod
    def load(cls, path: Path) -> Dictionary:
        """The dictionary in a file, which is mapped into memory and not read."""
        with path.open("rb") as file:
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def translations(self, words: Sequence[str]) -> list[Translation]:
        """The translations of adjacent folded words, or of their base forms, strongest first.

        English words are found in any inflection, joined or apart.
        """
        found: dict[str, float] = {}
        for key in keys(words):
            for translation in self._entry(key):
                if translation.strength > found.get(translation.words, 0.0):
                    found[translation.words] = translation.strength
        return [Translation(*pair) for pair in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))]

    def _entry(self, key: str) -> list[Translation]:
        data, wanted = self._data, key.encode() + b"\t"
        low, high = 0, len(data)
        while low < high:  # the first line that is not below the wanted one starts in low:high
            middle = (low + high) // 2
            start = data.rfind(b"\n", low, middle) + 1 or low
            end = data.find(b"\n", middle) + 1
            if data[start : start + len(wanted)] < wanted:
                low = end
            else:
                high = start
        if data[low : low + len(wanted)] != wanted:
            return []
        line = data[low + len(wanted) : data.find(b"\n", low)].decode()
        return [Translation(field[1:], int(field[0]) / STRENGTHS) for field in line.split("\t")]


def entry_line(key: str, translations: Iterable[Translation]) -> str:
    """The line of an entry in a dictionary file."""
    fields = (f"{round(strength * STRENGTHS)}{words}" for words, strength in translations)
    return "\t".join([key, *fields]) + "\n"


def keys(words: Sequence[str]) -> Sequence[str]:
    """The keys of adjacent folded words: joined, with the first and the last in their base forms."""
    if not all(word.isascii() for word in words):
        return ["".join(words)]
    if len(words) == 1:
        return base_forms(words[0])
    middle = "".join(words[1:-1])
    ends = product(base_forms(words[0]), base_forms(words[-1]))
    return list(dict.fromkeys(first + middle + last for first, last in ends))


@cache
def bundled_dictionary() -> Dictionary:
    """The bundled dictionary, opened once per process."""
    return Dictionary.load(Path(str(resources.files("index") / "lexicon_data" / "dictionary.txt")))
