"""A Milvus server as the place of a library."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.address import LibraryUrl
from index.errors import Cancelled, YinjuError
from index.milvus.backup import back_up
from index.milvus.connection import Server
from index.milvus.search import MilvusIndexes
from index.milvus.store import MilvusStore, NoLibrary, scans_of
from index.storage.schema import Meta
from index.types import UNWATCHED, Monitor


def open_server(
    url: LibraryUrl, new: Callable[[], Meta] | None
) -> tuple[MilvusStore, MilvusIndexes, ServerPlace]:
    """The parts of the library at ``url``, which is made as ``new`` says if there is none, or half of one."""
    server = Server(url)
    try:
        try:
            store = MilvusStore(server)
        except NoLibrary:
            if new is None:
                raise
            store = MilvusStore.create(server, new())
    except YinjuError:
        server.close()
        raise
    return store, MilvusIndexes(store), ServerPlace(store)


def remove_library(url: LibraryUrl) -> None:
    """Removes the library at ``url`` with all that it holds; there may be none, or half of one."""
    server = Server(url)
    try:
        server.drop()
    finally:
        server.close()
    shutil.rmtree(scans_of(url), ignore_errors=True)


class ServerPlace:
    """The library of ``store``."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store
        self._made = store.fact("meta", "")

    def is_replaced(self) -> bool:
        try:
            return bool(self._store.fact("meta", "") != self._made)
        except YinjuError:
            return True

    def refuse_damage(self, cause: Exception | None = None) -> None:
        """The server keeps what it holds; `qa doctor` compares it."""

    @contextmanager
    def writing(self, monitor: Monitor = UNWATCHED) -> Iterator[None]:
        """Others may write at the same time. What killed writers left is finished or deleted first."""
        writer = self._store.writer
        writer.begin(monitor)
        self._store.scans.mkdir(parents=True, exist_ok=True)
        try:
            yield
        except BaseException as error:
            writer.stop(keep=isinstance(error, Cancelled))
            raise
        writer.finish()

    def tidy(self) -> None:
        """There is nothing to do."""

    def without_locks(self) -> YinjuError | None:
        return None

    def back_up(self, target: Path, monitor: Monitor) -> None:
        back_up(self._store, target, monitor)

    def size(self) -> None:
        """Milvus tells rows, and no bytes."""
