"""What a library on a server was taught, and the passages that are cut again for it.

A note of the runs of characters comes first, then the word, then, batch by batch, the passages that hold one
of the runs. The note goes last: what a killed writer left is finished by the next one.

Passages are cut by the words that were taught when it began. If another writer teaches meanwhile, they are
cut once more; and whoever stored articles meanwhile cuts those again. A note tells by which runs they are
cut, should that one be killed before. So of two that meet at least one sees what the other taught or stored,
and nobody waits.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from index.milvus.schema import packed
from index.milvus.writer import is_left, signature
from index.storage.interfaces import Cut
from index.text.tokenizer import taught_runs
from index.types import Alias, TaughtWord

if TYPE_CHECKING:
    from index.milvus.store import MilvusStore

#: Seconds after which a note of what is being stored is renewed, so that it does not count as left behind.
_RENEWED = 60.0
#: The most characters of the runs of a note; where there are more, all passages are cut again.
_MOST = 60_000
_ALL = [""]
#: The notes that this process is at: nobody here takes them for left behind.
_UNDER_WAY: set[str] = set()


class Vocabulary:
    """Changes what the library of ``store`` was taught, in a run of its writer."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store
        #: The runs that this writer's passages are cut by, or fewer; the note that tells it, and its time.
        self._runs = frozenset[str]()
        self._signed, self._since = "", 0.0
        self._mine: set[str] = set()

    def begin(self) -> None:
        """Begins a run: what it stores is cut by what is taught now, or by more."""
        self.stop()
        self._store.wrote()  # whoever cuts asks what is taught after this
        self._runs = self._now()[1]

    def stop(self) -> None:
        """Ends a run before its time: what it has noted is left to the next one."""
        _UNDER_WAY.difference_update(self._mine)
        self._mine.clear()
        self._signed = ""

    def sign(self) -> None:
        """Notes by what the passages are cut that are stored next."""
        if self._signed and time.monotonic() - self._since < _RENEWED:
            return
        runs = sorted(self._runs)
        self._signed = self._note(runs if len(packed(runs)) <= _MOST else _ALL, stored=True)
        self._since = time.monotonic()

    def put(self, key: str, word: TaughtWord | None, aliases: Iterable[Alias], runs: frozenset[str]) -> None:
        """Stores a word in place of the one of its key, or removes that; what holds ``runs`` is to be cut."""
        if runs:
            self._note(sorted(runs), stored=False)
        if word is None:
            self._store.drop_facts("word", [key])
        else:
            said = [word.word, list(word.same), [list(alias) for alias in aliases]]
            self._store.put_facts("word", {key: said})
        self._store.writer.new_generation()

    def unfinished(self) -> int:
        """How many writers that are gone left passages cut by other words than those taught now."""
        return sum(map(bool, self._left(self._now()[1]).values()))

    def recut(self, cut: Cut) -> None:
        """Cuts passages again that this or a killed writer left cut by other words than those taught now."""
        store = self._store
        store.writer.import_waiting()
        while True:
            words, now = self._now()
            left = self._left(now)
            if runs := frozenset[str]().union(*left.values()):
                store.writer.rewrite(cut(frozenset(_ALL) if runs.issuperset(_ALL) else runs, words))
                if self._now()[1] != now:
                    continue
            # Articles may still come of what a killed writer left unfinished.
            waits = left.keys() > self._mine and (store.writer.left() or store.writer.left_imports())
            store.drop_facts("recut", self._mine.intersection(left) if waits else left)
            self.stop()
            self._runs = now
            return

    def _left(self, now: frozenset[str]) -> dict[str, frozenset[str]]:
        """The notes of this writer and of those that are gone, with the runs of what is to be cut again."""
        found = {}
        for name, (*who, runs, stored) in self._store.facts("recut").items():
            if name in self._mine or (name not in _UNDER_WAY and is_left(*who)):
                found[name] = frozenset(runs) ^ now if stored else frozenset(runs)
        return found

    def _note(self, runs: list[str], *, stored: bool) -> str:
        """Notes runs by which passages are cut that are ``stored``, or that are to be cut again."""
        name = self._signed if stored and self._signed else str(self._store.writer.slots.take(1))
        _UNDER_WAY.add(name)
        self._mine.add(name)
        self._store.put_facts("recut", {name: [*signature(), runs, stored]})
        return name

    def _now(self) -> tuple[list[TaughtWord], frozenset[str]]:
        """What is taught, asked of the server now, and its runs."""
        words = [TaughtWord(word, tuple(same)) for word, same, _ in self._store.facts("word").values()]
        return words, taught_runs(words)
