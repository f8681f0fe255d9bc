"""What people teach a library: words that its dictionary lacks, and names that mean the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from index.errors import UsageError
from index.ingest.embedding import EmbeddingPipeline
from index.storage.interfaces import ArticleStore
from index.text.aliases import alias_pairs
from index.text.display import encodable, one_line
from index.text.fold import name_key
from index.text.tokenizer import taught_runs
from index.types import UNWATCHED, Monitor, TaughtWord

#: The most characters of a word or name.
MAX_LENGTH = 60


class Teacher:
    """Changes what a library was taught. The caller holds the write lock."""

    def __init__(
        self, store: ArticleStore, pipeline: EmbeddingPipeline, monitor: Monitor = UNWATCHED
    ) -> None:
        self._store, self._pipeline, self._monitor = store, pipeline, monitor

    def teach(self, word: str, same: Sequence[str]) -> TaughtWord:
        """See ``Library.teach``."""
        word, names = _checked(word), [_checked(name) for name in same]
        key, known = name_key(word), {name_key(old.word): old for old in self._store.words()}
        before = known.get(key)
        if before:
            names = [*before.same, *names]
        unique: dict[str, str] = {}
        for name in names:
            unique.setdefault(name_key(name), name)
        if key in unique:
            raise UsageError("{word} is given as its own synonym", "give other names for it", word=word)
        taught = TaughtWord(word, tuple(unique.values()))
        if not (taught.same or taught_runs([taught])):
            raise UsageError(
                "{word} is cut right already",
                "give names that mean the same: qa words add WORD SAME…",
                word=word,
            )
        every = (word, *taught.same)
        aliases = dict.fromkeys(a for one, two in combinations(every, 2) for a in alias_pairs(one, two))
        runs = taught_runs([before, taught] if before else [taught])
        self._store.put_word(key, taught, aliases, runs, self._pipeline.cut(self._monitor))
        return taught

    def forget(self, word: str) -> TaughtWord:
        """See ``Library.forget``."""
        key, known = name_key(word), {name_key(old.word): old for old in self._store.words()}
        taught = known.get(key)
        if taught is None:
            raise UsageError(
                "{word} was not taught to this library", "qa words list shows what was", word=one_line(word)
            )
        self._store.put_word(key, None, (), taught_runs([taught]), self._pipeline.cut(self._monitor))
        return taught


def _checked(name: str) -> str:
    """``name`` as it is stored: printable, on one line. UsageError: it is not text, empty or too long."""
    if not encodable(name):
        raise UsageError("the word is not UTF-8")
    name = one_line(name)
    if not name_key(name):
        raise UsageError(
            "{word} holds no letters" if name else "the word is empty", "give a word or a name", word=name
        )
    if len(name) > MAX_LENGTH:
        raise UsageError(
            "the word has {count} characters, the limit is {limit}",
            "give a shorter one",
            count=len(name),
            limit=MAX_LENGTH,
        )
    return name
