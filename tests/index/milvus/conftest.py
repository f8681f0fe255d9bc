"""A Milvus server for the tests: that of milvus-lite, in a process of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from milvus_server import MilvusServer

from index.address import LibraryUrl

_names = itertools.count()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with MilvusServer(tmp_path_factory.mktemp("milvus") / "data") as server:
        yield server


@pytest.fixture
def url(server: MilvusServer) -> LibraryUrl:
    """The address of a library that is not there yet."""
    return server.url(f"library{next(_names)}")
