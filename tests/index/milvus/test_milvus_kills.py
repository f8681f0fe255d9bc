"""A client or a server that is killed loses no article that was reported, and the next run does the rest."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from milvus_server import MilvusServer
from small_library import TOKENIZER, HashingEmbedder, an_article, answers, articles, open_library

from index.address import LibraryUrl
from index.errors import Inaccessible, LibraryError, UsageError
from index.library import Library
from index.maintenance.server import ServerDoctor
from index.milvus.connection import Server
from index.text.tokenizer import Tokenizer
from index.types import ParsedArticle

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


def parted() -> list[tuple[str, ParsedArticle]]:
    """Articles that say 图书馆在, one of them in several passages; one says it not."""
    parts = "\n\n".join(f"第{part}座图书馆在北京。" + "它的时间很长。" * 60 for part in range(5))
    return [*articles(3), ("parted", an_article(parts)), ("other", an_article("上海是城市。"))]


Rewrite = tuple[Callable[[Path], Library], Callable[[Library], object]]
WORD = "图书馆在"
#: The words and vectors of another lexicon.
OTHER_WORDS = Tokenizer({"图书": 90, "开放时间": 90, "北京": 50})


class Edition(HashingEmbedder):
    """The bundled lexicon as of some version."""

    name = "lexicon"

    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint


def open_edition(path: Path, fingerprint: str) -> Library:
    tokenizer = TOKENIZER if fingerprint == "1" else OTHER_WORDS
    return Library.open(path, create=True, embedder=Edition(fingerprint), tokenizer=tokenizer)


#: Two commands that undo each other, and cut passages again.
TAUGHT: Sequence[Rewrite] = (
    (open_library, lambda library: library.teach(WORD, ["book house"])),
    (open_library, lambda library: library.forget(WORD)),
)
UPGRADED: Sequence[Rewrite] = (
    (partial(open_edition, fingerprint="2"), lambda library: library.upgrade_if_needed()),
    (partial(open_edition, fingerprint="1"), lambda library: library.upgrade_if_needed()),
)


def cut(library: Library) -> Any:
    words = sorted(
        (passage.start, passage.words)
        for info in library.articles()
        for passage in library.article_passages(info.id)
    )
    return words, answers(library), library.document_frequency([WORD, "图书"]), library.words()


@pytest.mark.slow(120)
@pytest.mark.parametrize("commands", [TAUGHT, UPGRADED], ids=["words", "lexicon"])
def test_cutting_again_that_is_killed_at_any_write(
    url: LibraryUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commands: Sequence[Rewrite]
) -> None:
    monkeypatch.setattr("index.milvus.writer._SETTLED", 0.0)
    monkeypatch.setattr("index.milvus.writer._REWRITTEN", 3)
    opened = commands[1][0]
    with opened(tmp_path / "library") as local:
        local.add_parsed(parted())
        before = cut(local)
    states = []
    for opened, command in commands:
        with opened(tmp_path / "library") as local:
            command(local)
            states.append(cut(local))
    assert states[1] == before != states[0]
    with opened(url) as library:
        library.add_parsed(parted())
    for write in itertools.count(1, 8):
        ends = []
        for number, (opened, command) in enumerate(commands):
            with opened(url) as library, monkeypatch.context() as patched:
                done = kill_at(patched, write)
                with suppress(Killed):
                    command(library)
                ends.append(done[0] < write)
            with opened(url) as library:
                library.remove([])
                now = cut(library)
                assert now in states
                assert now == states[number] or (commands is TAUGHT and write < 4)
            assert wrongs(url) == []
            with opened(url) as library, suppress(UsageError):
                command(library)
                assert cut(library) == states[number]
        if all(ends):
            assert write > 20
            return


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


def has_passages(server: Server) -> bool:
    """Whether the first of a batch is written; the articles themselves come last."""
    with suppress(LibraryError):
        return server.count("passages") > 0
    return False


@pytest.mark.slow(60)
def test_a_process_that_is_killed(url: LibraryUrl, tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"{number}.txt").write_text(
            f"第{number}号图书馆在北京。\n\nLibrary {number} has seats.\n"
        )
    command = [sys.executable, "-m", "qa", "add", "--json", "--library", str(url), str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with closing(Server(url)) as watching:
        while not has_passages(watching):
            assert process.poll() is None
            time.sleep(0.05)
    process.kill()
    process.wait()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with Library.open(url) as library:
        assert len(library.articles()) == library.status().articles == 400
    assert wrongs(url) == []
