"""How many articles, passages and words a library has, and how many passages hold each word.

Each batch of writing stores what it changed: counts of words, negative for what it took away. Their sum is
what holds. A batch may take the place of earlier ones, which it names.
"""

from __future__ import annotations

import json
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from index.errors import Damaged
from index.milvus.connection import Server
from index.milvus.schema import ROOM, decoding, decompressed, packed, pieces, row_ids, unpacked

#: How often the batches are read anew because one went away meanwhile.
_TRIES = 10


@dataclass(slots=True)
class Counts:
    """``totals``: "articles", "passages", "characters" and "length", which is of words.

    The others count articles by language and passages by word.
    """

    totals: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)

    def article(self, language: str, characters: int, sign: int) -> None:
        self.totals["articles"] += sign
        self.totals["characters"] += sign * characters
        self.languages[language] += sign

    def passage(self, words: Sequence[str], sign: int) -> None:
        self.totals["passages"] += sign
        self.totals["length"] += sign * len(words)
        for word in set(words):
            self.words[word] += sign

    def add(self, other: Counts) -> None:
        for mine, theirs in (
            (self.totals, other.totals),
            (self.languages, other.languages),
            (self.words, other.words),
        ):
            for key, count in theirs.items():
                mine[key] += count

    def text(self) -> str:
        words = {word: count for word, count in self.words.items() if count}
        return json.dumps([self.totals, self.languages, words], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Counts:
        totals, languages, words = json.loads(text)
        return cls(Counter(totals), Counter(languages), Counter(words))


class Statistics:
    """The sum of all batches, read anew as far as there are new ones."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: set[int] = set()
        self.now = Counts()
        self._sorted: list[str] | None = None

    def words_beginning(self, prefixes: Sequence[str]) -> list[list[str]]:
        """For each prefix, the words that begin with it and that some passage holds."""
        words = self._sorted
        if words is None:
            words = self._sorted = sorted(+self.now.words)
        bounds = [
            (bisect_left(words, one), bisect_left(words, one + chr(sys.maxunicode))) for one in prefixes
        ]
        return [words[first:last] for first, last in bounds]

    def refresh(self) -> None:
        """Adds the batches that came since. If some of those known were put together, all are read.

        Another writer may put batches together at this moment. What is missing after some tries is damaged;
        the doctor finds that when it counts.
        """
        for left in range(_TRIES, 0, -1):
            heads = self._heads()
            replaced = {version for _, others in heads.values() for version in others}
            live = heads.keys() - replaced
            if not self._known <= live:
                self._known, self.now, self._sorted = set(), Counts(), None
            read = [self._read(version, heads[version][0]) for version in sorted(live - self._known)]
            if None in read and left > 1:
                continue
            for counts in filter(None, read):
                self.now.add(counts)
                self._sorted = None
            self._known = set(live)
            return

    def has(self, version: int) -> bool:
        """Whether this batch is stored."""
        return bool(self._server.get("words", [version * ROOM], ["part"]))

    def is_replaced(self, version: int) -> bool:
        """Whether another batch takes the place of this one."""
        return any(version in others for _, others in self._heads().values())

    def put(self, version: int, counts: Counts, replaces: Collection[int] = ()) -> None:
        """Stores what a batch changed; the first row, which makes it count, comes last."""
        parts = pieces(counts.text())
        rows = [
            {"id": version * ROOM + place, "version": version, "part": place, "counts": piece}
            for place, piece in enumerate(parts, start=1)
        ]
        self._server.put("words", rows)
        head = packed([len(parts), sorted(replaces)])
        self._server.put("words", [{"id": version * ROOM, "version": version, "part": 0, "counts": head}])

    def fold(self, version: int, batches: Collection[int]) -> None:
        """Puts batches together as one under ``version``, unless somebody else did."""
        heads = self._heads()
        read = [self._read(each, heads[each][0]) if each in heads else None for each in batches]
        if None in read:
            return
        total = Counts()
        for counts in filter(None, read):
            total.add(counts)
        self.replace(version, total, batches)
        if self._known.issuperset(batches):  # else nothing is known, and all is read anew
            self._known = self._known.difference(batches) | {version}

    def replace(self, version: int, counts: Counts, batches: Collection[int]) -> None:
        """Stores ``counts`` in place of batches."""
        self.put(version, counts, batches)
        self.forget(batches)

    def forget(self, batches: Collection[int]) -> None:
        """Removes batches, the first row of each last."""
        heads = self._heads()
        for version in batches:
            count = heads[version][0] if version in heads else 0
            self._server.delete("words", row_ids(version, count + 1)[::-1])

    def batches(self) -> list[int]:
        """The batches that count."""
        heads = self._heads()
        return sorted(heads.keys() - {version for _, others in heads.values() for version in others})

    def unreadable(self) -> list[int]:
        """The rows of batches that are stored whole and cannot be read."""
        rows = self._server.rows("words", "id >= 0", ["version", "part", "counts"])
        found = []
        for _, batch in groupby(rows, lambda row: row["version"]):
            head, *parts = batch
            try:
                with decoding(self._server.url, "its counts of words cannot be read"):
                    if head["part"] == 0 and unpacked(head["counts"])[0] == len(parts):
                        Counts.read(decompressed("".join(part["counts"] for part in parts)))
            except Damaged:
                found += [row["id"] for row in (head, *parts)]
        return found

    def _heads(self) -> dict[int, tuple[int, list[int]]]:
        """Of each batch, how many pieces it has, and which batches it takes the place of."""
        rows = self._server.rows("words", "part == 0", ["version", "counts"])
        with decoding(self._server.url, "its counts of words cannot be read"):
            return {row["version"]: tuple(unpacked(row["counts"])) for row in rows}

    def _read(self, version: int, count: int) -> Counts | None:
        """What a batch changed; None if it is not there as a whole."""
        ids = row_ids(version, count + 1)[1:]
        found = self._server.get("words", ids, ["counts"])
        if len(found) < len(ids):
            return None
        with decoding(self._server.url, "its counts of words cannot be read"):
            return Counts.read(decompressed("".join(found[i]["counts"] for i in ids)))
