"""Makes the table of the readings of characters: ``python -m index.lexicon.making.pinyin FILE``.

They are the readings of CC-CEDICT, without tones, in its single characters and in its words. A second.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from index.lexicon.making.build import cedict_lines
from index.text.fold import fold_text
from index.text.han import HAN
from index.text.pinyin import Readings, written

#: What standing alone counts as an occurrence in a word, and the least share of a character's readings.
_ALONE, _LEAST = 0.5, 0.03
_ENTRY = re.compile(r"(\S+) (\S+) \[([^\]]*)\] /(.*)/")
_SYLLABLE = re.compile("([a-z]+)(?:[1-5])")
_IS_HAN = re.compile(f"[{HAN}]").fullmatch
#: A character that is written for another one, or read so in no word of today.
_OTHER = re.compile(r"variant of|used in|Japanese|\b(?:old|archaic|erhua|Tw|Taiwan) (?:variant|pr\.)")


def main(file: Path) -> None:
    """Write the readings of CC-CEDICT to ``file``."""
    readings = read(cedict_lines())
    print(f"{len(readings):,} characters", file=sys.stderr)
    file.write_text(written(readings), encoding="utf-8")


def read(lines: Iterable[str]) -> Readings:
    """CC-CEDICT lines → folded character → its readings, the most common one first."""
    counts: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    surnames: set[tuple[str, str]] = set()
    for line in lines:
        entry = _ENTRY.fullmatch(line)
        if entry is None or line.startswith("#"):
            continue
        found = entry[3].lower().replace("u:", "v").split(" ")
        for word in dict.fromkeys(entry.group(1, 2)):
            if len(word) != len(found):
                continue
            for char, syllable in zip(word, found, strict=True):
                folded, match = fold_text(char), _SYLLABLE.fullmatch(syllable)
                if (
                    match is None
                    or _IS_HAN(folded) is None
                    or match[1] in ("r", "xx", "m", "ng", "hm", "hng")
                ):
                    continue
                if len(word) > 1:
                    counts[folded][match[1]] += 1
                elif not all(map(_OTHER.search, entry[4].split("/"))):
                    counts[folded][match[1]] += _ALONE
                    if "surname" in entry[4]:
                        surnames.add((folded, match[1]))
    kept = {
        char: tuple(
            syllable
            for syllable, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
            if count >= _LEAST * sum(found.values()) or (char, syllable) in surnames
        )
        for char, found in counts.items()
    }
    return {char: found for char, found in sorted(kept.items()) if found}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
