"""A library on a server is there once all of it is made, whoever is interrupted or makes it as well."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from milvus_server import MilvusServer, connected
from small_library import DIMENSIONS, answers, articles, open_library

from index.address import LibraryUrl
from index.errors import LibraryError
from index.library import Library
from index.maintenance.server import ServerDoctor
from index.milvus.connection import Server, _indexes
from index.milvus.place import remove_library
from index.milvus.schema import COLLECTIONS
from index.milvus.store import MilvusStore
from index.storage.schema import Meta

WRITES = ("create_collection", "create_index", "load_collection", "upsert")
#: How many of them make a library: collections, their indexes, what is in memory; the model, the format.
MAKING = 2 * len(COLLECTIONS) + sum(map(len, map(_indexes, COLLECTIONS))) + 2
#: Two models, whose vectors are of other lengths.
METAS = Meta("hashing", "h1", DIMENSIONS), Meta("other", "o1", 2 * DIMENSIONS)


class Killed(BaseException):
    """No code can catch it by mistake."""


class Once:
    """Does something at the first of several calls, of which one is made by each thread."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action, self._first = action, threading.Lock()
        self.went_well = False

    def __call__(self) -> None:
        if self._first.acquire(blocking=False):
            self._action()
            self.went_well = True


def at_write(monkeypatch: pytest.MonkeyPatch, write: int, then: Callable[[], None]) -> list[int]:
    """Does something before the write of this number, and before all later ones, of what this thread begins.

    Returns how many writes there were, in a list.
    """
    call, done, counting = Server._call, [0], threading.Lock()

    def watched(server: Server, method: str, *args: Any, **kwargs: Any) -> Any:
        if method in WRITES:
            with counting:
                done[0] += 1
                reached = done[0] > write
            if reached:
                then()
        return call(server, method, *args, **kwargs)

    monkeypatch.setattr(Server, "_call", watched)
    return done


def killed() -> None:
    raise Killed


def wrongs(url: LibraryUrl) -> list[str]:
    found = ServerDoctor(url).examine()  # its model is made up, and cannot be compared
    return [str(finding.text) for finding in found if finding.state != "well" and finding.check != "model"]


@pytest.mark.slow(60)
def test_a_client_that_is_killed_at_any_write_while_it_makes_a_library(
    server: MilvusServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.milvus.connection._READY", 0.0)  # nobody else is at it
    with open_library(tmp_path / "library") as local:
        local.add_parsed(articles(2))
        said = answers(local)
    for write in range(MAKING):
        url = server.url(f"made{write}")
        with monkeypatch.context() as patched, pytest.raises(Killed):
            at_write(patched, write, killed)
            open_library(url)
        for look in (Library.open, lambda url: ServerDoctor(url, fix=True).examine()):
            with pytest.raises(LibraryError, match=f"there is no library at {url}"):
                look(url)
        with open_library(url) as library:
            assert len(library.add_parsed(articles(2)).added) == 2
            assert answers(library) == said
        assert wrongs(url) == []


@pytest.mark.slow(60)
def test_a_library_that_somebody_else_makes_at_any_write(
    server: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for write in range(0, MAKING + 1, 5):
        url = server.url(f"both{write}")

        def make_too(url: LibraryUrl = url) -> None:
            with open_library(url) as other:
                other.add_parsed(articles(1))

        with monkeypatch.context() as patched:
            once = Once(make_too)
            at_write(patched, write, once)
            library = open_library(url)
        with library:
            assert once.went_well
            assert [info.path for info in library.articles()] == ["key0"]
            library.add_parsed(articles(1, first=1))
            assert {info.path for info in library.articles()} == {"key0", "key1"}
        assert wrongs(url) == []


@pytest.mark.parametrize("write", range(0, MAKING, 3))
def test_two_that_make_a_library_with_different_models_have_one(
    url: LibraryUrl, monkeypatch: pytest.MonkeyPatch, write: int
) -> None:
    kept: list[Meta] = []

    def make_too() -> None:
        other = MilvusStore.create(Server(url), METAS[1])
        kept.append(other.meta)
        other.close()

    with monkeypatch.context() as patched:
        once = Once(make_too)
        at_write(patched, write, once)
        store = MilvusStore.create(Server(url), METAS[0])
    assert once.went_well and kept == [store.meta] and store.meta in METAS
    fields = store.server._call("describe_collection", store.server.named("passages"))["fields"]
    assert [each["params"]["dim"] for each in fields if each["name"] == "dense"] == [store.meta.dimensions]
    store.close()


def test_two_that_make_a_library_at_once(url: LibraryUrl) -> None:
    start, troubles = threading.Barrier(3), []

    def make(number: int) -> None:
        start.wait(20)
        try:
            with open_library(url) as library:
                library.add_parsed(articles(1, first=number))
        except LibraryError as error:
            troubles.append(error)

    makers = [threading.Thread(target=make, args=[number]) for number in range(3)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join(60)
    assert not troubles
    with open_library(url, create=False) as library:
        assert sorted(info.path for info in library.articles()) == ["key0", "key1", "key2"]
        assert library.status().articles == 3


@pytest.mark.parametrize("write", [3, 17])
def test_half_a_library_is_removed(
    url: LibraryUrl, server: MilvusServer, monkeypatch: pytest.MonkeyPatch, write: int
) -> None:
    with monkeypatch.context() as patched, suppress(Killed):
        at_write(patched, write, killed)
        open_library(url)
    client = connected(f"http://127.0.0.1:{server.port}")
    mine = f"{url.collection}_"
    assert any(name.startswith(mine) for name in client.list_collections())
    remove_library(url)
    assert not any(name.startswith(mine) for name in client.list_collections())
    client.close()
