"""A server that cannot be reached, or has no such database, is told in a line that says what to do."""

from __future__ import annotations

import time

import pytest
from milvus_server import MilvusServer

from index.address import LibraryUrl
from index.errors import Inaccessible, LibraryError
from index.milvus.connection import Server


def test_a_server_that_never_answered_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.milvus.connection._FIRST", 0.5)
    begun = time.monotonic()
    with pytest.raises(Inaccessible, match="does not answer") as told:
        Server(LibraryUrl("milvus://127.0.0.1:1/lib"))
    assert told.value.hint == "check the address; if it is right, start the server there"
    assert time.monotonic() - begun < 10  # pymilvus is imported meanwhile


def test_a_server_that_answered_before_is_waited_for(
    server: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    Server(server.url("any")).close()
    monkeypatch.setattr("index.milvus.connection._FIRST", 0.0)
    monkeypatch.setattr("index.milvus.connection._PATIENCE", 1.0)
    server.kill()
    try:
        begun = time.monotonic()
        with pytest.raises(Inaccessible, match="does not answer") as told:
            Server(server.url("any"))
        assert "what was finished is kept" in told.value.hint and time.monotonic() - begun >= 1
    finally:
        server.start()


def test_a_database_that_is_not_there_is_told(server: MilvusServer) -> None:
    with pytest.raises(LibraryError, match="has no database none") as told:
        Server(LibraryUrl(f"milvus://127.0.0.1:{server.port}/none/lib")).has("facts")
    assert "leave it out" in told.value.hint
