"""What a library on a server was taught, and the passages that are cut again for it.

A note of the runs of characters comes first, then the word, then, batch by batch, the passages that hold one
of the runs. The note goes last: what a killed writer left is finished by the next one.

Passages are cut by the words that were taught when it began. If another writer teaches meanwhile, they are
cut once more; and whoever added articles meanwhile cuts those again. So of two that meet at least one sees
what the other taught or added, and nobody waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from index.milvus.writer import is_left, signature
from index.storage.interfaces import Cut
from index.text.tokenizer import taught_runs
from index.types import Alias, TaughtWord

if TYPE_CHECKING:
    from index.milvus.store import MilvusStore


class Vocabulary:
    """Changes what the library of ``store`` was taught, in a run of its writer."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store
        #: The runs that this writer's passages are cut by.
        self._runs = frozenset[str]()

    def begin(self) -> None:
        """Begins a run: what it stores is cut by what is taught now, or by more."""
        self._runs = self._now()[1]

    def teach(self, key: str, word: TaughtWord, aliases: Iterable[Alias]) -> None:
        """Stores a word in place of the one of its key; passages are to be cut again."""
        self._note(key, [word])
        said = [word.word, list(word.same), [list(alias) for alias in aliases]]
        self._store.put_facts("word", {key: said})
        self._store.writer.new_generation()

    def forget(self, key: str) -> None:
        """Removes a word; passages are to be cut again."""
        self._note(key, [])
        self._store.drop_facts("word", [key])
        self._store.writer.new_generation()

    def recut(self, cut: Cut) -> None:
        """Cuts passages again that this or a killed writer left cut by other words than those taught now."""
        store = self._store
        while True:
            words, now = self._now()
            notes = store.facts("recut")
            left = {name: runs for name, (*who, runs) in notes.items() if is_left(*who)}
            runs = frozenset(run for some in left.values() for run in some) | (self._runs ^ now)
            if not runs:
                return
            store.writer.import_waiting()
            store.writer.rewrite(cut(runs, words))
            if self._now()[1] == now:
                self._runs = now
                store.drop_facts("recut", left)
                return

    def _note(self, key: str, words: list[TaughtWord]) -> None:
        """Notes that passages are to be cut again for ``words`` and for the one of this key."""
        if before := self._store.fact("word", key):
            words = [*words, TaughtWord(before[0], ())]
        if runs := sorted(taught_runs(words)):
            number = self._store.writer.slots.take(1)
            self._store.put_facts("recut", {str(number): [*signature(), runs]})

    def _now(self) -> tuple[list[TaughtWord], frozenset[str]]:
        """What is taught, asked of the server now, and its runs."""
        words = [TaughtWord(word, tuple(same)) for word, same, _ in self._store.facts("word").values()]
        return words, taught_runs(words)
