"""Brings up the articles of a library of an earlier format: their text as it is read now, and their blocks.

An article whose file is unchanged is read again, because readers got better. Of any other the blocks are
found in its text. Each batch is stored by itself: what is left after a stop is brought up the next time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

from index.cleaning.structure import blocks_of
from index.errors import ReadError
from index.ingest.add import Adder, each_member
from index.ingest.files import open_regular
from index.readers.containers import members
from index.readers.reader_process import failures_told
from index.readers.registry import ReadBytes, max_bytes
from index.storage.interfaces import ArticleStore
from index.storage.sources import FileRecord
from index.types import MEMBER_MARK, ParsedArticle, RemovedArticle


def bring_up(store: ArticleStore, adder: Adder) -> None:
    """Stores the articles of earlier formats anew under their ids. The caller holds the write lock."""
    inside: dict[str, dict[str, int]] = defaultdict(dict)
    alone: list[int] = []
    for article in store.articles_by_id(store.unstructured()).values():
        file, mark, _ = article.path.partition(MEMBER_MARK)
        if mark:
            inside[file][article.path] = article.id
        else:
            alone.append(article.id)
    for number in alone:
        adder.put_back(_read_again(store, number, adder.read), over=True)
    for file, articles in inside.items():
        for found in _members_again(store, file, articles, adder.read):
            adder.put_back(found, over=True)
    adder.finish()
    for number in store.unstructured():  # what cannot be stored anew stays as it is
        if (kept := store.article(number)) is not None:
            store.set_blocks(number, kept.blocks)


def _read_again(store: ArticleStore, number: int, read: ReadBytes) -> Iterator[RemovedArticle]:
    for article in store.removable([number]):
        path = Path(article.path)
        data = None
        with suppress(OSError, ReadError, ValueError), open_regular(path) as file:
            data = file.read(max_bytes(path.name) + 1)
        yield _from_text(article) if data is None else _from(article, data, partial(read, data, path.name))


def _members_again(
    store: ArticleStore, file: str, articles: dict[str, int], read: ReadBytes
) -> Iterator[Sequence[RemovedArticle]]:
    """The articles of a file of several, by path; those that are still in it read again."""
    path = Path(file)
    with (
        suppress(OSError, ReadError, ValueError),  # it is gone or damaged: the stored texts remain
        open_regular(path) as opened,
        closing(members(opened, path.suffix.lower(), read)) as found,
    ):
        for member in each_member(found):
            number = articles.pop(f"{file}{MEMBER_MARK}{member.name}", None)
            if number is not None:
                yield [_from(article, member.data, member.read) for article in store.removable([number])]
    for number in articles.values():
        yield [_from_text(article) for article in store.removable([number])]


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
