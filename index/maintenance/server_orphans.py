"""Finds articles on a Milvus server whose own row is gone, while a path still leads to them.

Whoever removes an article deletes the row of its path, too, before anything else of it. So a path that leads
to no article, and that no writer is at, tells that the article's own row was lost. It held the path itself,
the title and what else is known; the row of the path has only its hash. A file whose path has that hash, in
a followed folder or beside another article, is the article's.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress

from index.cleaning.metadata import opening, title_of
from index.ingest.files import Listing
from index.maintenance.server_articles import text_of
from index.milvus.connection import one_of
from index.milvus.rows import Row, names
from index.milvus.schema import ROOM, number
from index.milvus.store import MilvusStore
from index.storage.sources import UNREAD
from index.text.language import detect

#: Articles whose passages are asked for at a time.
_ASKED = 500


def orphans(store: MilvusStore) -> dict[int, Row]:
    """Own rows for articles that have lost theirs, by the id of the row of their path; none is stored.

    Their facts are left empty, and their files count as unread. Where no file is found, the path is
    "article ID". Where the text is lost, too, they have no characters.
    """
    server = store.server
    paths = {row["id"]: row["article"] for row in server.rows("paths", "id >= 0", ["article"], 8000)}
    # A writer notes what it is at before it leads a path anywhere, and stores own rows before the note goes.
    noted = {change.key for batch in store.writer.noted() for change in batch.changes}
    there = {row["id"] for row in server.rows("articles", "id >= 0", ["version"], 8000)}
    lost = {key: article for key, article in paths.items() if article not in there and key not in noted}
    if not lost:
        return {}
    files = {number("path", path): path for path in _files(store)}
    passages = _passages(store, lost.values())
    return {key: _row(store, article, files.get(key, ""), passages[article]) for key, article in lost.items()}


def _passages(store: MilvusStore, articles: Collection[int]) -> dict[int, list[Row]]:
    """The passages that say that they are of these articles, by article; of any version."""
    found: dict[int, list[Row]] = defaultdict(list)
    wanted = [*articles]
    for first in range(0, len(wanted), _ASKED):
        where = one_of("article", wanted[first : first + _ASKED])
        for row in store.server.rows("passages", where, ["article", "version", "language", "published"]):
            found[row["article"]].append(row)
    return found


def _row(store: MilvusStore, article: int, path: str, passages: list[Row]) -> Row:
    """The article's own row as far as the newest of its versions that can be read tells it."""
    path = path or f"article {article}"
    row: Row = {"id": article, "key": number("path", path), "path": path, **UNREAD._asdict(), "facts": ""}
    versions = sorted({each["version"] for each in passages} | {article}, reverse=True)
    for version in versions:  # an article that was never replaced has its id as its version
        own = [each for each in passages if each["version"] == version]
        count = max((each["id"] - version * ROOM + 1 for each in own), default=0)
        text = text_of(store, {**row, "version": version, "passages": count, "published": ""})
        if text is not None:
            break
    else:
        version, own, count = versions[0], passages, 0
    title = (title_of(text) or opening(text)) if text else ""
    return row | {
        "version": version,
        "title": title,
        "language": own[0]["language"] if own else detect(text or ""),
        "published": own[0]["published"] if own else "",
        "names": names(None, title, path, None),
        "characters": len(text or ""),
        "passages": count,
    }


def _files(store: MilvusStore) -> Iterator[str]:
    """The articles in followed folders, and the files beside those that are known."""
    for folder in store.sources.folders():
        listing = Listing()
        listing.add_folder(folder)
        yield from listing.files
    known = (row["path"] for row in store.server.rows("articles", "id >= 0", ["path"], 8000))
    for folder in {os.path.dirname(path) for path in known if os.path.isabs(path)}:
        with suppress(OSError):
            yield from (os.path.join(folder, name) for name in os.listdir(folder))
