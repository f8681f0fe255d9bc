"""How likely Chinese characters write a foreign name: 斯班林 and Spelling, 塔纳格利松 and Tanaghrisson.

Each character writes some letters with some probability, learned from pairs of names
(``making.transliteration``). This is the joint source-channel model of Li, Zhang and Su 2004, "A joint
source-channel model for machine transliteration", without its context. The evidence for a pair is a log
likelihood ratio: the best way to assign the word's letters to the characters, against chance. Letters
and characters may be left over at a cost.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache, cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from index.text.fold import fold_text

#: The most letters that one character stands for, and the fewest and most that a name has.
LONGEST, SHORTEST_NAME, LONGEST_NAME = 5, 3, 24
#: The most letters a character stands for in the mean of a name.
_USUAL_LETTERS = 3.5
_NEVER = -1e9
_VOWELS = frozenset("aeiouy")
#: Characters that fit a word, some of them with one between that does not.
_FITTING = re.compile("x+(?: ?x+)+")

#: character → letters → evidence: how much likelier they are than by chance, natural log.
Evidence = Mapping[str, Mapping[str, float]]


class Costs(NamedTuple):
    """What a left-over letter and a left-over character cost, in evidence."""

    letter: float
    character: float


class Scale(NamedTuple):
    """Log odds of a pair = evidence * ``evidence`` + number of letters * ``letter`` + ``bias``."""

    evidence: float
    letter: float
    bias: float


class Found(NamedTuple):
    """``text[start:end]`` may write a name; ``score``, 0 to 1, is the probability that it does."""

    start: int
    end: int
    score: float


def letters(word: str) -> str:
    """The letters a to z of a word, folded."""
    return re.sub("[^a-z]", "", fold_text(word))


def mask(cut: str) -> str:
    """The letters with ``*`` for each vowel."""
    return re.sub("[aeiouy]", "*", cut)


class Transliterator:
    """Compares Latin words with Chinese characters.

    ``evidence`` and ``costs`` are those of a pair; ``marked`` are the characters more frequent in foreign
    names than in ordinary text.
    """

    def __init__(self, evidence: Evidence, marked: str, costs: Costs, scale: Scale) -> None:
        self.marked = frozenset(marked)
        self.evidence, self.costs, self._scale = evidence, costs, scale
        other = "".join(evidence.keys() - set(marked))
        self._runs = re.compile(rf"[{other}_]?[{marked}_]+(?:[{other}_]?[{marked}_]+)*[{other}_]?")
        self._most = lru_cache(4096)(self._most_evidence)
        self._sounds = lru_cache(256)(self._sounds_of)

    @classmethod
    def load(cls, file: Path) -> Transliterator:
        """The transliterator that ``save`` wrote."""
        stored = json.loads(file.read_text(encoding="utf-8"))
        return cls(stored["evidence"], stored["marked"], Costs(*stored["costs"]), Scale(*stored["scale"]))

    def save(self, file: Path) -> None:
        """Writes what ``load`` reads, with evidence rounded to halves."""
        evidence = {
            char: {cut: round(2 * gain) / 2 for cut, gain in sorted(cuts.items())}
            for char, cuts in sorted(self.evidence.items())
        }
        marked = "".join(sorted(self.marked))
        stored = {"costs": self.costs, "scale": self._scale, "marked": marked, "evidence": evidence}
        text = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
        file.write_text(text.replace("},", "},\n") + "\n", encoding="utf-8")

    def runs(self, text: str) -> list[re.Match[str]]:
        """The parts of folded ``text`` that look like foreign names."""
        return [run for run in self._runs.finditer(text) if len(run.group()) > 1]

    def plausible(self, latin: str, run: str) -> bool:
        """A much cheaper test than ``find``: False if ``find`` cannot find the word in a short run."""
        initials, consonants = self._sounds(run)
        return latin[0] in initials and len(set(latin) - consonants) <= 1

    def _sounds_of(self, run: str) -> tuple[AbstractSet[str], AbstractSet[str]]:
        """The letters that a name in ``run`` may begin with, and all letters that it may contain."""
        cuts = {cut for char in run for cut in self.evidence.get(char, {}) if cut}
        initials = {cut[0] for char in run[:-1] for cut in self.evidence.get(char, {}) if cut}
        return initials | _VOWELS if "*" in initials else initials, _VOWELS.union(*cuts)

    def find(self, latin: str, text: str) -> Found | None:
        """Where folded ``text`` most likely writes the folded word; None if it is likely nowhere."""
        if not SHORTEST_NAME <= len(latin) <= LONGEST_NAME:
            return None
        most = self._most(latin)
        fitting = "".join(["x" if char in most else " " for char in text])
        least = self._least(latin)
        best = None
        for match in _FITTING.finditer(fitting):
            first, last = match.span()
            if (last - first) * _USUAL_LETTERS < len(latin):
                continue
            if sum([most.get(char, 0.0) for char in text[first:last]]) < least:
                continue
            evidence, start, end = self.align(latin, text[first:last])
            score = self.probability(evidence, latin)
            if end - start > 1 and (best is None or score > best.score):
                best = Found(first + start, first + end, score)
        return best

    def _least(self, latin: str) -> float:
        """The evidence at which the score of a word is one in ten."""
        return (-2.2 - self._scale.bias - self._scale.letter * len(latin)) / self._scale.evidence

    def _most_evidence(self, latin: str) -> dict[str, float]:
        """For each character, the most evidence that any letters of the word give it, if above 1."""
        most: dict[str, float] = {}
        for spelled in (latin, mask(latin)):
            for i in range(len(latin)):
                for j in range(i + 1, min(i + LONGEST, len(latin)) + 1):
                    for char, gain in self.by_cut.get(spelled[i:j], ()):
                        if gain > most.get(char, 1.0):
                            most[char] = gain
        return most

    @cached_property
    def by_cut(self) -> Mapping[str, list[tuple[str, float]]]:
        """The same as ``evidence`` the other way around: letters → characters with their evidence."""
        found: dict[str, list[tuple[str, float]]] = {}
        for char, cuts in self.evidence.items():
            for cut, gain in cuts.items():
                found.setdefault(cut, []).append((char, gain))
        return found

    def probability(self, evidence: float, latin: str) -> float:
        """The probability that characters with this evidence write the word."""
        odds = self._scale.evidence * evidence + self._scale.letter * len(latin) + self._scale.bias
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))

    def align(self, latin: str, text: str) -> tuple[float, int, int]:
        """The most evidence of any part of ``text`` for the word, with the part's start and end."""
        size = len(latin)
        letter, character = self.costs
        # row[j]: the best evidence of a stretch that ends here and has dealt out latin[:j], and its start.
        fresh = [-letter * j for j in range(size + 1)]
        masked = mask(latin)
        row = [(_NEVER, 0)] * (size + 1)
        best = (_NEVER, 0, 0)
        for at, char in enumerate(text):
            row = [max(old, (new, at)) for old, new in zip(row, fresh, strict=True)]
            after = [(value - character, start) for value, start in row]
            for cut, gain in self.evidence.get(char, {}).items():
                spelled = masked if "*" in cut else latin
                j = spelled.find(cut)
                while j >= 0:
                    value, start = row[j]
                    end = j + len(cut)
                    if value + gain > after[end][0]:
                        after[end] = (value + gain, start)
                    j = spelled.find(cut, j + 1)
            for j in range(size):
                left = after[j][0] - letter
                if left > after[j + 1][0]:
                    after[j + 1] = (left, after[j][1])
            row = after
            if row[size][0] > best[0]:
                best = (row[size][0], row[size][1], at + 1)
        return best


@cache
def bundled_transliterator() -> Transliterator:
    """The bundled transliterator, loaded once per process."""
    return Transliterator.load(Path(str(resources.files("index.lexicon") / "transliteration.json")))
