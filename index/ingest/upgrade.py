"""Brings up the articles of a library of an earlier format: their text as it is read now, and their blocks.

An article whose file is unchanged is read again, because readers got better. Of any other the blocks are
found in its text. Each batch is stored by itself: what is left after a stop is brought up the next time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

from index.cleaning.structure import blocks_of
from index.errors import ReadError
from index.ingest.add import Adder
from index.ingest.files import open_regular
from index.readers.containers import members
from index.readers.reader_process import failures_told
from index.readers.registry import ReadBytes, max_bytes
from index.storage.sources import FileRecord
from index.storage.store import Store
from index.types import MEMBER_MARK, Member, ParsedArticle, RemovedArticle

#: Articles looked at in one go.
_BATCH = 64


def bring_up(store: Store, adder: Adder) -> None:
    """Stores the articles of earlier formats anew under their ids. The caller holds the write lock."""
    inside: dict[str, list[int]] = defaultdict(list)
    alone: list[int] = []
    for article in store.articles_by_id(store.unstructured()).values():
        file, mark, _ = article.path.partition(MEMBER_MARK)
        (inside[file] if mark else alone).append(article.id)
    for ids in (alone[at : at + _BATCH] for at in range(0, len(alone), _BATCH)):
        for article in store.removable(ids):
            adder.put_back([_read_again(article, adder.read)], over=True)
    for file, ids in inside.items():
        for article in _members_again(file, store.removable(ids), adder.read):
            adder.put_back([article], over=True)
    adder.finish()
    for number in store.unstructured():  # what cannot be stored anew stays as it is
        if (kept := store.article(number)) is not None:
            store.set_blocks(number, kept.blocks)


def _read_again(article: RemovedArticle, read: ReadBytes) -> RemovedArticle:
    path = Path(article.path)
    try:
        with open_regular(path) as file:
            data = file.read(max_bytes(path.name) + 1)
    except (OSError, ReadError, ValueError):
        return _from_text(article)
    return _from(article, data, partial(read, data, path.name))


def _members_again(
    file: str, articles: Sequence[RemovedArticle], read: ReadBytes
) -> Iterator[RemovedArticle]:
    """The articles of a file of several, those that are still in it read again."""
    left = {article.path: article for article in articles}
    try:
        with (
            open_regular(Path(file)) as opened,
            closing(members(opened, Path(file).suffix.lower(), read)) as found,
        ):
            for member in _until_unreadable(found):
                if article := left.pop(f"{file}{MEMBER_MARK}{member.name}", None):
                    yield _from(article, member.data, member.read)
    except (OSError, ReadError, ValueError):
        pass  # the file is gone or damaged: the stored texts remain
    yield from map(_from_text, left.values())


def _until_unreadable(found: Iterator[Member]) -> Iterator[Member]:
    while True:
        try:
            with failures_told():
                member = next(found, None)
        except ReadError:
            return
        if member is None:
            return
        yield member


def _from(article: RemovedArticle, data: bytes, read: Callable[[], ParsedArticle]) -> RemovedArticle:
    """The article as ``read`` now, if ``data`` is what it was read from."""
    if FileRecord.of(data, article.modified).digest != article.digest:
        return _from_text(article)
    try:
        with failures_told():
            parsed = read()
    except ReadError:  # a reader that has become stricter takes nothing away
        return _from_text(article)
    return replace(article, **{field.name: getattr(parsed, field.name) for field in fields(ParsedArticle)})


def _from_text(article: RemovedArticle) -> RemovedArticle:
    return replace(article, blocks=blocks_of(article.text))
