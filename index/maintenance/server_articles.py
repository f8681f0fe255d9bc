"""Reads articles on a Milvus server row by row, compares their rows, and puts together what is left of one.

Whatever cannot be read counts as missing. A text and the passages that repeat it stand for each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from index.cleaning.metadata import find_metadata
from index.errors import Damaged
from index.milvus.rows import (
    ARTICLE,
    PASSAGE,
    Facts,
    Pieces,
    Row,
    alias_of,
    new_passage_of,
    read_facts,
    sparse,
)
from index.milvus.schema import EPOCH, ROOM, TAGS, decoding, decompressed, row_ids, unpacked
from index.milvus.store import MilvusStore
from index.storage.sources import UNREAD
from index.storage.store import NewPassage
from index.text.aliases import extract_aliases
from index.text.blocks import belong, decode
from index.types import Alias, Block, RemovedArticle

#: Articles, and passages of them, that are read at a time.
_ARTICLES, _PASSAGES = 100, 2000
#: All fields of an article's own row.
OWN = [*ARTICLE, "key", "names"]
_FIELDS = [*PASSAGE, "language", "published", "sparse", "dense"]
#: The greatest relative difference of numbers that the server holds in 32 bits.
_SAME = 1e-3


@dataclass(slots=True)
class Examined:
    """What can be read of the article of ``row``.

    ``text`` is None where its facts or its text cannot be read. ``passages`` are those that are there, by id;
    ``empty`` those whose vectors are zero though they are not aside. ``fits`` is whether all rows are there
    and say the same.
    """

    row: Row
    facts: Facts | None
    text: str | None = None
    blocks: tuple[Block, ...] = ()
    pages: tuple[int, ...] = ()
    passages: dict[int, NewPassage] = field(default_factory=dict)
    names: list[Alias] | None = None
    empty: list[int] = field(default_factory=list)
    fits: bool = True

    @property
    def passage_ids(self) -> range:
        return row_ids(self.row["version"], self.row["passages"])

    def compare(self) -> None:
        """Compares its parts, once all are read."""
        text = self.text
        self.fits = (
            self.fits
            and text is not None
            and len(self.passages) == self.row["passages"]
            and all(text[each.start : each.end] == each.text for each in self.passages.values())
            and self.names == extract_aliases(text, self.row["title"])
        )


def examined(store: MilvusStore, rows: Sequence[Row]) -> Iterator[Examined]:
    """All of the articles of ``rows``, their own ones. Left out: one that was removed since."""
    for some in _batches(rows):
        for one in _read(store, some):
            now: Examined | None = one
            while now is not None and not now.fits:  # unless another writer replaced it meanwhile
                newer = store.server.get("articles", [now.row["id"]], OWN).get(now.row["id"])
                if newer is not None and newer["version"] == now.row["version"]:
                    break
                now = _read(store, [newer])[0] if newer else None
            if now is not None:
                yield now


def _batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    passages = 0
    for row in rows:
        batch.append(row)
        passages += row["passages"]
        if len(batch) == _ARTICLES or passages >= _PASSAGES:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


def _read(store: MilvusStore, rows: Sequence[Row]) -> list[Examined]:
    found = [Examined(row, _facts(store, row)) for row in rows]
    sound = [(one, one.facts.pieces) for one in found if one.facts]
    wanted = [i for one, count in sound for i in row_ids(one.row["version"], count.made_of + count.text)]
    pieces = store.server.get("texts", wanted, ["piece"])
    for one, count in sound:
        ids = row_ids(one.row["version"], count.made_of + count.text)
        if all(i in pieces for i in ids):
            _read_text(store, one, [pieces[i]["piece"] for i in ids], count.made_of)
    wanted = [i for one, count in sound for i in row_ids(one.row["version"], count.rows)]
    names = store.server.get("names", wanted, ["name", "alias"])
    for one, count in sound:
        ids = row_ids(one.row["version"], count.rows)
        with suppress(Damaged):  # the names stay None: they do not fit
            one.names = [alias_of(names[i], store.server.url) for i in ids if i in names]
            one.fits &= [names[i]["name"] for i in ids if i in names] == [name for name, *_ in one.names]
    _read_passages(store, {i: one for one in found for i in one.passage_ids})
    for one in found:
        one.compare()
    return found


def _facts(store: MilvusStore, row: Row) -> Facts | None:
    try:
        return read_facts(row, store.server.url)
    except Damaged:
        return None


def _read_text(store: MilvusStore, one: Examined, pieces: Sequence[str], made_of: int) -> None:
    """Reads what the article is made of from the first ``made_of`` pieces, and its text from the others."""
    with suppress(Damaged), decoding(store.server.url, ""):
        text = decompressed("".join(pieces[made_of:]))
        blocks, pages = unpacked(decompressed("".join(pieces[:made_of])))
        known = decode(blocks)
        if one.row.get("characters") in (None, len(text)) and belong(known, text):
            one.text, one.blocks, one.pages = text, known, tuple(pages)


def _read_passages(store: MilvusStore, owners: dict[int, Examined]) -> None:
    ids = [*owners]
    for first in range(0, len(ids), 1000):
        for i, row in store.server.get("passages", ids[first : first + 1000], _FIELDS).items():
            one = owners[i]
            with suppress(Damaged):  # it stays out: the passages do not fit
                passage = new_passage_of(row | {"dense": ()}, store.server.url)
                one.passages[i] = passage
                said = (row["article"], row["version"], row["language"], row["published"])
                own = (one.row["id"], one.row["version"], one.row["language"], one.row["published"])
                one.fits &= said == own and _is_close(row["sparse"], sparse(passage.all_words()))
                if not passage.aside and not any(row["dense"]):
                    one.empty.append(i)


def _is_close(stored: dict[int, float], made: dict[int, float]) -> bool:
    return stored.keys() == made.keys() and all(
        math.isclose(stored[at], weight, rel_tol=_SAME, abs_tol=1e-9) for at, weight in made.items()
    )


# What is left of an article


def readable_row(store: MilvusStore, row: Row) -> Row:
    """The article's own row, with facts that can be read and tell all its rows; other facts are lost."""
    most = max(1, -(-row["passages"] // ROOM)) * ROOM
    ids = row_ids(row["version"], most)
    ends = [max((i - ids[0] + 1 for i in store.server.get(each, ids, [])), default=0) for each in _PARTS]
    made_of, text = _split(store, row, ends[0])
    added = datetime.fromtimestamp((row["version"] >> 10) // TAGS + EPOCH, UTC)
    pieces = Pieces(made_of, text, max(*ends, row["passages"]))
    facts = Facts(row["published"] or None, None, None, added.isoformat(timespec="seconds"), "", pieces, "")
    return row | {"facts": facts.text()}


_PARTS = ("texts", "passages", "names")


def text_of(store: MilvusStore, row: Row) -> str | None:
    """The text of an article whose own row is lost: ``row`` has no characters. None: it cannot be read."""
    [one] = _read(store, [{"title": "", "language": "", **readable_row(store, row)}])
    return one.text


def _split(store: MilvusStore, row: Row, count: int) -> tuple[int, int]:
    """How many of ``count`` pieces tell what an article is made of, and its text."""
    found = store.server.get("texts", row_ids(row["version"], count), ["piece"])
    pieces = [found[i]["piece"] for i in sorted(found)]
    for made_of in range(1, len(pieces)):
        one = Examined(row, None)
        _read_text(store, one, pieces, made_of)
        if one.text is not None:
            return made_of, len(pieces) - made_of
    return 1, 1


def put_together(one: Examined) -> RemovedArticle | None:
    """The article as it was stored; where its text is lost, with one made of its passages.

    None: some of those are lost, too. What is put together counts as unread: a file that is there is read.
    """
    row, facts = one.row, one.facts
    text = one.text if one.text is not None else _text_of(one)
    if text is None or not text.strip():
        return None
    if facts is None:
        found = find_metadata(text)
        published, author, source = row["published"] or found.published, found.author, found.source
        reference, added = None, datetime.now(UTC).isoformat(timespec="seconds")
    else:
        published, author, source, added, reference = facts[:5]
    whole = facts is not None and one.text is not None
    file: tuple[Any, ...] = (row["digest"], row["size"], row["modified"]) if whole else UNREAD
    said = (row["id"], row["path"], row["title"], row["language"], published, author, source, added)
    counts = len(text), row["passages"]
    return RemovedArticle(
        *said, *counts, text, *file, reference=reference, pages=one.pages, blocks=one.blocks
    )


def _text_of(one: Examined) -> str | None:
    """The text that all passages of an article make; None: some are lost."""
    made = ""
    for i in one.passage_ids:
        passage = one.passages.get(i)
        if passage is None or passage.start < len(made) or passage.end - passage.start != len(passage.text):
            return None
        made += "\n" * (passage.start - len(made)) + passage.text  # only blanks are between passages
    made += "\n" * (one.row["characters"] - len(made))
    return made if len(made) == one.row["characters"] else None


def unreadable(store: MilvusStore, ids: Iterable[int]) -> list[int]:
    """Those of these passages that are there and cannot be read."""
    found = []
    for i, row in store.server.get("passages", [*ids], ["content"]).items():
        try:
            new_passage_of(row, store.server.url)
        except Damaged:
            found.append(i)
    return found
