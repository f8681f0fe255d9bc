"""The words of a text to match. Chinese is cut by jieba's algorithm with the lexicon's words.

It is jieba's maximum-probability cut (https://github.com/fxsjy/jieba, HMM off) over the lexicon's dictionary,
so that nearly every token has a vector. ``jieba-next``'s compiled prefix dictionary gives the same cuts
several times faster; without it jieba itself does the work.
"""

from __future__ import annotations

import copy
import importlib.machinery
import importlib.util
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.text.fold import Folded, fold, fold_text
from index.text.han import HAN
from index.types import TaughtWord, Token

#: A run of Han characters, a number (thousands separators and decimals included), or a word.
_TOKEN = re.compile(
    rf"[{HAN}]+"
    r"|\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)*"
    rf"|[^\W\d_{HAN}]+(?:'[^\W\d_{HAN}]+)?"
)
_IS_HAN = re.compile(f"[{HAN}]").match


class Tokenizer:
    """Cuts text into folded words. ``frequencies`` maps each Chinese word to its count (> 0)."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._cut_known = self._cut_han = _compiled_cut(frequencies) or _jieba_cut(frequencies)

    def with_words(self, taught: Collection[str]) -> Tokenizer:
        """A tokenizer that cuts the ``taught`` words (folded runs of Han characters) before all others.

        Every occurrence is cut, so its place is known. Of two words that begin at one place, the longer one
        is cut. The dictionary is shared, not rebuilt.
        """
        tokenizer = copy.copy(self)
        tokenizer._cut_han = _taught_cut(taught, self._cut_known) if taught else self._cut_known
        return tokenizer

    def words(self, text: str) -> tuple[str, ...]:
        """The folded words of ``text`` in order, without punctuation."""
        found: list[str] = []
        for piece in _TOKEN.findall(fold_text(text)):
            if piece.isascii() or not _IS_HAN(piece):
                found.append(piece if piece.isalnum() else _plain(piece))
            else:
                found += self._cut_han(piece)
        return tuple(found)

    def tokens(self, text: str | Folded) -> list[Token]:
        """The same words as ``words``, each with its offsets in the unfolded text."""
        folded = fold(text) if isinstance(text, str) else text
        if folded.origins is None:
            return [Token(*found) for found in self._scan(folded.text)]
        return [Token(word, *folded.original(start, end)) for word, start, end in self._scan(folded.text)]

    def located(self, text: Folded, words: Sequence[str]) -> tuple[Sequence[str], list[int], list[int]]:
        """The words of a folded text with their starts and ends in the unfolded one.

        They are found without cutting where ``words`` are those that `words` gave of it.
        """
        found = _follow_words(text.text, words)
        if found is None:
            tokens = self.tokens(text)
            return [t.text for t in tokens], [t.start for t in tokens], [t.end for t in tokens]
        starts, ends = found
        if text.origins is not None:
            spans = [text.original(*span) for span in zip(starts, ends, strict=True)]
            starts, ends = [start for start, _ in spans], [end for _, end in spans]
        return words, starts, ends

    def _scan(self, folded: str) -> list[tuple[str, int, int]]:
        found = []
        for match in _TOKEN.finditer(folded):
            start, end = match.span()
            if _IS_HAN(piece := match.group()):
                for word in self._cut_han(piece):
                    found.append((word, start, start + len(word)))
                    start += len(word)
            else:
                found.append((_plain(piece), start, end))
        return found


def taught_runs(words: Iterable[TaughtWord]) -> frozenset[str]:
    """The folded runs of two or more Han characters in ``words``: what `Tokenizer.with_words` cuts as one."""
    return frozenset(run for word in words for run in re.findall(f"[{HAN}]{{2,}}", fold_text(word.word)))


def _plain(piece: str) -> str:
    """A number or word in the form that is matched: 13,516 is 13516, and Meta's is Meta."""
    return piece.replace(",", "").removesuffix("'s")


def _follow_words(folded: str, words: Sequence[str]) -> tuple[list[int], list[int]] | None:
    """The starts and ends of the tokens of a folded text, None if ``words`` are not its words."""
    starts: list[int] = []
    ends: list[int] = []
    at, count = 0, len(words)
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        piece = match.group()
        if not _IS_HAN(piece):
            if at == count or (words[at] != piece and words[at] != _plain(piece)):
                return None
            starts.append(start)
            ends.append(end)
            at += 1
            continue
        while start < end and at < count and folded.startswith(words[at], start):
            starts.append(start)
            start += len(words[at])
            ends.append(start)
            at += 1
        if start != end:
            return None
    return (starts, ends) if at == count else None


def _taught_cut(taught: Collection[str], cut: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    pattern = re.compile("|".join(sorted(taught, key=lambda word: (-len(word), word))))

    def cut_run(run: str) -> list[str]:
        found: list[str] = []
        start = 0
        for match in pattern.finditer(run):
            if start < match.start():
                found += cut(run[start : match.start()])
            found.append(match.group())
            start = match.end()
        return found + cut(run[start:]) if start < len(run) else found

    return cut_run


def _compiled_cut(frequencies: Mapping[str, int]) -> Callable[[str], list[str]] | None:
    module = _load_compiled()
    if module is None:
        return None
    route = module.PrefixDict(dict(frequencies), float(sum(frequencies.values()))).get_dag_and_calc
    return lambda run: _follow(run, route(run))


def _follow(run: str, lasts: Sequence[int]) -> list[str]:
    """The words along a route: ``lasts[i]`` is the offset of the last character of the word from i."""
    words, start = [], 0
    while start < len(run):
        end = lasts[start] + 1
        words.append(run[start:end])
        start = end
    return words


def _load_compiled() -> Any:
    """jieba-next's extension alone: importing the package also loads HMM tables, unused here."""
    package = importlib.util.find_spec("jieba_next")
    for folder in (package.submodule_search_locations or []) if package else []:
        for path in Path(folder).glob("jieba_next_rust*"):
            if path.name.endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES)):
                spec = importlib.util.spec_from_file_location("jieba_next_rust", path)
                assert spec is not None and spec.loader is not None
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                return module
    return None


def _jieba_cut(frequencies: Mapping[str, int]) -> Callable[[str], list[str]]:
    import jieba

    tokenizer = jieba.Tokenizer()
    prefixes = {word[:end]: 0 for word in frequencies for end in range(1, len(word))}
    tokenizer.FREQ = {**prefixes, **frequencies}
    tokenizer.total = sum(frequencies.values())
    tokenizer.initialized = True

    def cut(run: str) -> list[str]:
        # Not jieba's own ``cut``: it takes rarer Han characters, such as 㐀, for punctuation.
        route: dict[int, tuple[float, int]] = {}
        tokenizer.calc(run, tokenizer.get_DAG(run), route)
        return _follow(run, [route[i][1] for i in range(len(run))])

    return cut
