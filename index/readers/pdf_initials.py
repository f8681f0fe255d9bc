"""Large initials of PDFs, which reach down over several lines: each begins the first of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.readers.pdf_hyphens import english_words
from index.readers.pdf_runs import Run

_QUOTES = "\"'“‘「『《"
#: How many times larger than the text an initial is, and how far from it at most, in type sizes.
_LARGER, _GAP = 1.7, 0.6
#: The heights of an initial and of its first line differ by less, in type sizes.
_LEVEL = 0.6
#: From the baseline to the top of a capital, in type sizes.
_CAPITAL = 0.7
#: A page with more large letters is drawn with them.
_MOST = 30


def with_initials(runs: Sequence[Run]) -> list[Run]:
    """The runs, each large initial in one with the line that it begins, which the next lines stand below."""
    usual = sorted(run.size for run in runs)[len(runs) // 2] if runs else 0.0
    initials = [run for run in runs if run.size > _LARGER * usual and _is_letter(run)]
    if len(initials) > _MOST:
        return list(runs)
    kept = list(runs)
    for initial in initials:
        lines = [run for run in kept if _stands_beside(run, initial)]
        if len({round(run.y) for run in lines}) < 2:
            continue
        first = max(lines, key=lambda run: run.y)
        tops = initial.y + _CAPITAL * initial.size, first.y + _CAPITAL * first.size
        if abs(tops[0] - tops[1]) < _LEVEL * first.size and _goes_on(first.text):
            moved = [replace(run, x0=initial.x0) for run in lines if run is not first]
            others = [run for run in kept if run is not initial and not any(run is line for line in lines)]
            kept = [*others, _joined(initial, first), *moved]
    return kept


def _is_letter(run: Run) -> bool:
    letter = run.text.strip().lstrip(_QUOTES)
    return not run.cells and len(letter) == 1 and letter.isalpha()


def _stands_beside(run: Run, initial: Run) -> bool:
    """Whether a run begins right of an initial, at its height."""
    return (
        _LARGER * run.size < initial.size
        and -0.2 * run.size < run.x0 - initial.x1 < _GAP * run.size
        and initial.y - 0.3 * run.size < run.y < initial.y + initial.size
    )


def _goes_on(text: str) -> bool:
    """Whether a word may have begun before: it has no capital of its own, or is in capitals."""
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    return not word[:1].isupper() or (len(word) > 1 and word.isupper())


def _joined(initial: Run, first: Run) -> Run:
    """The first line with its initial, which is a word of its own or begins one."""
    letter, word = initial.text.strip().lstrip(_QUOTES), first.text.split(maxsplit=1)[0].lower()
    known = english_words() if letter in "AIO" else frozenset[str]()
    alone = word in known and letter.lower() + word not in known
    count = len(initial.words)
    spaces = {space + count for space in first.spaces if space} | ({count} if alone else set())
    return replace(first, x0=initial.x0, words=[*initial.words, *first.words], spaces=spaces)
