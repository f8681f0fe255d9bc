"""A client or a server that is killed loses no article that was reported, and the next run does the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from milvus_server import MilvusServer
from small_library import answers, articles, open_library

from index.address import LibraryUrl
from index.errors import Inaccessible
from index.library import Library
from index.maintenance.server import ServerDoctor
from index.milvus.connection import Server

WRITES = ("upsert", "delete")


class Killed(BaseException):
    """No code can catch it by mistake."""


def kill_at(monkeypatch: pytest.MonkeyPatch, write: int) -> list[int]:
    """Raises Killed in place of the write of this number; returns how many there were, in a list."""
    run, done = Server._run, [0]

    def killing(server: Server, method: str, *args: Any, **kwargs: Any) -> Any:
        if method in WRITES:
            if done[0] == write:
                raise Killed
            done[0] += 1
        return run(server, method, *args, **kwargs)

    monkeypatch.setattr(Server, "_run", killing)
    return done


def changes(library: Library) -> None:
    """An article is new, one is replaced, one is removed."""
    new, other = articles(2, first=10)
    library.add_parsed([new, ("key1", other[1])])
    library.remove([library.find("key2").id])


def state(library: Library) -> tuple[dict[str, str], Any]:
    texts = {info.path: library.article(info.id).text for info in library.articles()}
    return texts, answers(library)


def wrongs(url: LibraryUrl) -> list[str]:
    found = ServerDoctor(url).examine()
    return [str(finding.text) for finding in found if finding.state != "well" and finding.check != "model"]


@pytest.mark.slow(120)
def test_a_client_that_is_killed_at_any_write(
    server: MilvusServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.milvus.writer._SETTLED", 0.0)  # nothing is under way
    with open_library(tmp_path / "library") as local:
        local.add_parsed(articles(4))
        before = state(local)[0]
        changes(local)
        after = state(local)
    for write in range(1, 60, 3):
        url = server.url(f"killed{write}")
        with open_library(url) as library:
            library.add_parsed(articles(4))
        with open_library(url) as library, monkeypatch.context() as patched:
            done = kill_at(patched, write)
            with suppress(Killed):
                changes(library)
        with open_library(url) as library:
            now = state(library)[0]
            for path, text in now.items():  # as it was, or as it was to be
                assert text in (before.get(path), after[0].get(path))
            assert before.keys() & after[0].keys() <= now.keys()
            changes_again(library)
            assert state(library) == after
        assert wrongs(url) == []
        if done[0] < write:
            return
    raise AssertionError("there are more writes")


def changes_again(library: Library) -> None:
    new, other = articles(2, first=10)
    library.add_parsed([new, ("key1", other[1])])
    library.remove([info.id for info in library.articles() if info.path == "key2"])


@pytest.mark.slow(60)
def test_a_server_that_is_killed_and_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", 2)
    with MilvusServer(tmp_path / "data") as server, open_library(server.url("killed")) as library:
        stop = threading.Event()

        def kill() -> None:
            for _ in range(3):
                time.sleep(1.5)
                server.kill()
                time.sleep(0.3)
                server.start()
            stop.set()

        killing = threading.Thread(target=kill)
        killing.start()
        added: list[str] = []
        while not stop.is_set() and len(added) < 400:
            added += library.add_parsed(articles(20, first=len(added))).added
        killing.join()
        assert {info.path for info in library.articles()} == set(added)
        for key, parsed in articles(len(added)):
            assert library.article(library.find(key).id).text == parsed.text
        assert wrongs(server.url("killed")) == []


@pytest.mark.slow(60)
def test_a_server_that_stays_away_is_told_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with MilvusServer(tmp_path / "data") as server, open_library(server.url("away")) as library:
        library.add_parsed(articles(3))
        server.kill()
        with monkeypatch.context() as impatient:  # gRPC itself waits some seconds before it tries again
            impatient.setattr("index.milvus.connection._PATIENCE", 2.0)
            with pytest.raises(Inaccessible, match="does not answer"):
                library.add_parsed(articles(6))
            with pytest.raises(Inaccessible, match="does not answer"):
                Library.open(server.url("away"))
        server.start()
        assert len(library.add_parsed(articles(6)).added) == 3
        assert [info.path for info in library.articles()] == [f"key{i}" for i in range(6)]


@pytest.mark.slow(60)
def test_a_process_that_is_killed(url: LibraryUrl, tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"{number}.txt").write_text(
            f"第{number}号图书馆在北京。\n\nLibrary {number} has seats.\n"
        )
    command = [sys.executable, "-m", "qa", "add", "--json", "--library", str(url), str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(9)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with Library.open(url) as library:
        assert len(library.articles()) == library.status().articles == 400
    assert wrongs(url) == []
