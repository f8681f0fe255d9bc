"""Articles and passages as rows of the server's collections, and back."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Any, NamedTuple

import numpy as np

from index.milvus.schema import ROOM, decoding, number, packed, pieces, unpacked
from index.search.rescoring import K1, B
from index.storage.bibliography import reference_of
from index.storage.sources import FileRecord
from index.storage.store import NewArticle, NewPassage
from index.text.blocks import encode
from index.text.filter_names import filter_names
from index.types import Alias, ArticleInfo, Passage, Reference

Row = dict[str, Any]

#: The length that stands for the average one: a vector that is stored cannot follow the true average.
#: Exact scores are made with that.
LENGTH = 120.0
#: The fields that tell all of an article but its text.
ARTICLE = (
    "version",
    "path",
    "title",
    "language",
    "published",
    "digest",
    "size",
    "modified",
    "characters",
    "passages",
    "facts",
)
PASSAGE = ("article", "version", "content")


def dimension(word: str) -> int:
    """The dimension of a word in a sparse vector, 1 to 2³² - 2. Two words in a million share one."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest()) % (2**32 - 2) + 1


def sparse(words: Sequence[str]) -> dict[int, float]:
    """BM25's term part of each word; a passage without words has a dimension of its own."""
    base = K1 * (1 - B + B * len(words) / LENGTH)
    found: dict[int, float] = {}
    for word, count in Counter(words).items():
        at = dimension(word)
        found[at] = max(found.get(at, 0.0), count * (K1 + 1) / (count + base))
    return found or {0: 1e-6}


def article_row(new: NewArticle, article: int, version: int, owner: str, added: str, count: Pieces) -> Row:
    parsed = new.parsed
    return {
        "id": article,
        "version": version,
        "key": number("path", new.path),
        "path": new.path,
        "title": parsed.title[:20_000],
        "language": parsed.language,
        "published": parsed.published or "",
        "names": names(parsed.source, parsed.title, new.path, parsed.reference),
        "digest": new.file.digest,
        "size": new.file.size,
        "modified": new.file.modified,
        "characters": len(parsed.text),
        "passages": len(new.passages),
        "facts": Facts(
            parsed.published, parsed.author, parsed.source, added, parsed.reference, count, owner
        ).text(),
    }


def names(source: str | None, title: str, path: str, reference: Reference | None) -> str:
    """What the filter ``in:`` looks into."""
    return filter_names(source or "", title, path, *(reference.tags if reference else ()))[:20_000]


class Pieces(NamedTuple):
    """How many pieces tell what an article is made of, and its text; ``rows`` is the most rows it has."""

    made_of: int
    text: int
    rows: int


class Facts(NamedTuple):
    """What a row says of an article in ``facts``. ``owner`` is who added it."""

    published: str | None
    author: str | None
    source: str | None
    added: str
    reference: Any
    pieces: Pieces
    owner: str

    def text(self) -> str:
        said = json.dumps(astuple(self.reference), ensure_ascii=False) if self.reference else ""
        return packed([*self._replace(reference=said)])


def read_facts(row: Row, library: object) -> Facts:
    """Damaged, which names the ``library``: they cannot be read."""
    with decoding(library, "article {article} cannot be read", article=row["path"]):
        facts = Facts(*unpacked(row["facts"]))
        said = reference_of(facts.reference) if facts.reference else None
        return facts._replace(reference=said, pieces=Pieces(*map(int, facts.pieces)))


def info_of(row: Row, library: object) -> ArticleInfo:
    """Damaged, which names the ``library``: its facts cannot be read."""
    said = read_facts(row, library)
    first = row["id"], row["path"], row["title"], row["language"]
    counts = said.added, row["characters"], row["passages"]
    return ArticleInfo(*first, said.published, said.author, said.source, *counts, reference=said.reference)


def newest(rows: Iterable[Row]) -> dict[str, Row]:
    """Of articles with the same path, the row of the last one that was stored; by path."""
    found: dict[str, Row] = {}
    for row in rows:
        if row["path"] not in found or found[row["path"]]["version"] < row["version"]:
            found[row["path"]] = row
    return found


def record_of(row: Row) -> FileRecord:
    return FileRecord(row["digest"], row["size"], row["modified"])


def texts(new: NewArticle) -> tuple[list[str], list[str]]:
    """What the article is made of, and its text, each in pieces."""
    made_of = packed([encode(new.parsed.blocks), list(new.parsed.pages)])
    return pieces(made_of), pieces(new.parsed.text)


def text_rows(parts: Sequence[str], version: int) -> list[Row]:
    return [{"id": version * ROOM + place, "piece": piece} for place, piece in enumerate(parts)]


def passage_rows(new: NewArticle, article: int, version: int) -> list[Row]:
    facts = {
        "version": version,
        "article": article,
        "language": new.parsed.language,
        "published": new.parsed.published or "",
    }
    return [
        {"id": version * ROOM + place, **facts, **passage_fields(passage)}
        for place, passage in enumerate(new.passages)
    ]


def passage_fields(passage: NewPassage) -> Row:
    """What depends on how a passage is cut into words."""
    said = (passage.start, passage.end, passage.heading, passage.context, passage.text, passage.words)
    return {
        "content": packed([*said, passage.lead, int(passage.aside)]),
        "sparse": sparse(passage.all_words()),
        "dense": np.frombuffer(passage.vector, "<f2").astype(np.float32).tolist(),
    }


def new_passage_of(row: Row, library: object) -> NewPassage:
    """As it was stored; the vector is there if it was asked for.

    Damaged, which names the ``library``: it cannot be read.
    """
    with decoding(library, "passage {passage} cannot be read", passage=row["id"]):
        start, end, heading, context, text, words, lead, aside = unpacked(row["content"])
        if [type(each) for each in (start, end)] != [int, int] or not isinstance(text + words, str):
            raise ValueError(row["content"][:80])
    vector = np.asarray(row["dense"], np.float32).astype("<f2").tobytes() if "dense" in row else b""
    return NewPassage(start, end, heading, context, text, words, vector, lead, bool(aside))


def passage_of(row: Row, library: object) -> Passage:
    cut = new_passage_of({"id": row["id"], "content": row["content"]}, library)
    words = tuple(cut.words.split()), tuple(cut.context.split())
    return Passage(row["id"], row["article"], cut.start, cut.end, cut.text, cut.heading, *words, cut.aside)


def name_rows(aliases: Sequence[Alias], version: int) -> list[Row]:
    return [
        {"id": version * ROOM + place, "name": alias.name, "alias": packed([*alias])}
        for place, alias in enumerate(aliases)
    ]


def alias_of(row: Row, library: object) -> Alias:
    """Damaged, which names the ``library``: it cannot be read."""
    with decoding(library, "a name cannot be read"):
        name, other, part = map(str, unpacked(row["alias"]))
        return Alias(name, other, part)
