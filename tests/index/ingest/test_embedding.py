"""Libraries that were made with another version of the bundled lexicon, or by an earlier program."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from by_hand import change
from small_library import (
    TOKENIZER,
    Found,
    HashingEmbedder,
    an_article,
    answers,
    articles,
    fresh_answers,
    open_library,
)

from index.errors import Cancelled, LibraryError, ModelError
from index.library import Library
from index.storage.lock import write_lock
from index.text.tokenizer import Tokenizer
from index.types import Monitor, TaughtWord

HERE = Path(__file__).parents[1]
DRAFTS = [*articles(150), ("gloss", an_article("德特克（Matt Deitke）在北京图书馆。"))]
#: The words of another lexicon.
OTHER_WORDS = Tokenizer({"图书": 90, "开放时间": 90, "北京": 50})


class Edition(HashingEmbedder):
    """The bundled lexicon as of some version: another one gives other vectors, perhaps of another length."""

    name = "lexicon"

    def __init__(self, version: str, dimensions: int = 64) -> None:
        self.fingerprint, self.dimensions = version, dimensions


def open_edition(path: Path, version: str, dimensions: int = 64, tokenizer: Tokenizer = TOKENIZER) -> Library:
    return Library.open(path, create=True, embedder=Edition(version, dimensions), tokenizer=tokenizer)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library made with the first edition, with a taught word."""
    path = tmp_path / "library"
    with open_edition(path, "1") as library:
        library.add_parsed(DRAFTS)
        library.teach("第三号", ["No. 3"])
    return path


def held(library: Library) -> list[tuple[object, ...]]:
    """Everything that is stored of the passages, but the vectors."""
    return [tuple_of(p) for info in library.articles() for p in library.article_passages(info.id)]


def tuple_of(passage: object) -> tuple[object, ...]:
    return tuple(
        getattr(passage, name) for name in ("id", "article", "start", "end", "text", "words", "context")
    )


def expected(folder: Path, dimensions: int, tokenizer: Tokenizer) -> tuple[list[tuple[object, ...]], Found]:
    """What a library holds and answers that was made with the second edition."""
    with open_edition(folder / "expected", "2", dimensions, tokenizer) as library:
        library.add_parsed(DRAFTS)
        library.teach("第三号", ["No. 3"])
        return held(library), answers(library)


@pytest.mark.parametrize("dimensions", [64, 24])
@pytest.mark.parametrize("tokenizer", [TOKENIZER, OTHER_WORDS])
def test_it_becomes_what_the_other_lexicon_makes(
    path: Path, tmp_path: Path, dimensions: int, tokenizer: Tokenizer
) -> None:
    told: list[tuple[int, int]] = []
    with open_edition(path, "2", dimensions, tokenizer) as library:
        generation = library.search_generation()[0]
        library.upgrade_if_needed(monitor=Monitor(done=lambda done, total: told.append((done, total))))
        assert (held(library), answers(library)) == expected(tmp_path, dimensions, tokenizer)
        assert library.status().dimensions == dimensions and library.search_generation()[0] == generation + 1
        count = library.passage_count
        assert told[-1] == (count, count) and len(told) == -(-count // 128) > 1
        library.upgrade_if_needed(monitor=Monitor(done=lambda done, total: pytest.fail("it is up to date")))
    with open_edition(path, "2", dimensions, tokenizer) as again:
        assert again.search_generation()[0] == generation + 1
        assert answers(again) == expected(tmp_path / "again", dimensions, tokenizer)[1]
        assert again.words() == [TaughtWord("第三号", ("No. 3",))]
        assert [alias.other for alias in again.aliases(["mattdeitke", "no3"])] == ["德特克", "第三号"]
    assert len(list(path.glob("lexical-*"))) == len(list(path.glob("vectors-*"))) == 1


@pytest.mark.parametrize("command", ["ask", "add", "remove", "teach", "forget"])
def test_asking_and_writing_bring_it_up_to_date(path: Path, tmp_path: Path, command: str) -> None:
    with open_edition(path, "2", 24) as library:
        if command == "ask":
            assert library.embedder.dimensions == 24
        elif command == "add":
            assert len(library.add_parsed([*DRAFTS, ("new", an_article("新的图书馆。"))]).added) == 1
            library.remove([library.find("new").id])
        elif command == "remove":
            library.remove([999])
        elif command == "teach":
            library.teach("北京人")
        else:
            library.forget("第三号")
            library.teach("第三号", ["No. 3"])
        assert (held(library), answers(library)) == expected(tmp_path, 24, TOKENIZER)


def test_reading_does_not_need_it(path: Path) -> None:
    with open_edition(path, "2", 24) as library:
        generation = library.search_generation()[0]
        assert len(library.articles()) == len(DRAFTS) and library.status().dimensions == 64
        assert library.find("gloss") and library.words() and library.search_generation()[0] == generation


def test_a_folder_that_cannot_be_written_to(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.storage.lock._writable", lambda path: False)
    with open_edition(path, "2") as library:
        assert len(library.articles()) == len(DRAFTS)
        for use in (library.upgrade_if_needed, lambda: library.embedder):
            with pytest.raises(LibraryError, match="another version of the lexicon") as caught:
                use()
            assert caught.value.exit_code == 5 and "writable" in caught.value.hint
    with open_edition(path, "1") as unchanged:
        unchanged.upgrade_if_needed()
        assert unchanged.passage_count == len(answers_of(unchanged))


def answers_of(library: Library) -> list[int]:
    """The passages that the vector search can find."""
    vector = library.embedder.embed_query("", TOKENIZER.words("第号图书馆在北京它的开放时间是点 seats area2"))
    return [hit.passage for hit in library.search_vector(vector, 10_000)]


def test_while_another_program_writes_it_waits_its_turn(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.storage.place.LOCK_TIMEOUT", 0.0)
    with open_edition(path, "2") as library:
        with write_lock(path), pytest.raises(LibraryError, match="is working on the library"):
            library.upgrade_if_needed()
        library.upgrade_if_needed()
        assert library.embedder.fingerprint == "2"


def test_stopped_it_is_as_it_was(path: Path, tmp_path: Path) -> None:
    with open_edition(path, "1") as old:
        before = held(old), answers(old)
    asked = iter([False, True])
    with open_edition(path, "2", 24) as library:
        with pytest.raises(Cancelled, match="stopped"):
            library.upgrade_if_needed(monitor=Monitor(cancelled=lambda: next(asked)))
        assert library.status().dimensions == 64
    with open_edition(path, "1") as old:
        assert (held(old), answers(old)) == before
    with open_edition(path, "2", 24) as library:
        library.upgrade_if_needed()
        assert (held(library), answers(library)) == expected(tmp_path, 24, TOKENIZER)


def test_readers_with_the_old_lexicon_go_on_until_it_is_done(path: Path) -> None:
    ready, go = threading.Event(), threading.Event()

    def wait(done: int, total: int) -> None:
        ready.set()
        assert go.wait(30)

    with open_edition(path, "1") as reader, open_edition(path, "2", 24) as library:
        before = held(reader), answers(reader)
        writer = threading.Thread(target=lambda: library.upgrade_if_needed(monitor=Monitor(done=wait)))
        writer.start()
        try:
            assert ready.wait(30)
            assert (held(reader), answers(reader)) == before
        finally:
            go.set()
            writer.join(30)
        with pytest.raises(LibraryError, match="changed by another version") as caught:
            _ = reader.embedder
        assert caught.value.hint
        with pytest.raises(LibraryError, match="changed by another version"):
            reader.add_parsed(articles(1))


KILLED = """
import os, signal, sys
sys.path[:0] = [{tests!r}, {tests!r} + "/ingest", {root!r}, {root!r} + "/tests"]
from pathlib import Path
import index.search.indexes, index.ingest.prepare, index.storage.store
from test_embedding import open_edition

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

embed, calls = index.ingest.prepare.vectors, []
def second(*args):
    return die() if len(calls) == 1 else (calls.append(1), embed(*args))[1]

with open_edition(Path({path!r}), "2", 24) as library:
    {patch}
    library.upgrade_if_needed()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("patch", "done"),
    [
        ("index.ingest.prepare.vectors = second", False),
        ("index.storage.store._insert_aliases = die", False),
        ("index.search.indexes.SearchIndexes.catch_up = die", True),
        ("index.search.indexes.SearchIndexes._update_vectors = die", True),
        ("index.search.indexes.os.replace = die", True),
        ("index.search.indexes.shutil.rmtree = die", True),
    ],
)
def test_a_kill_leaves_the_old_or_the_new(path: Path, tmp_path: Path, patch: str, done: bool) -> None:
    with open_edition(path, "1") as old:
        before = held(old), answers(old)
    script = KILLED.format(tests=str(HERE), root=str(HERE.parents[1]), path=str(path), patch=patch)
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    if not done:
        with open_edition(path, "1") as old:
            assert (held(old), answers(old)) == before
    with open_edition(path, "2", 24) as library:
        assert library.status().dimensions == (24 if done else 64)
        library.upgrade_if_needed()
        assert (held(library), answers(library)) == expected(tmp_path, 24, TOKENIZER)
        assert (
            json.loads((path / "manifest.json").read_text())["generation"] == library.search_generation()[0]
        )


def test_another_model_stays_refused(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        library.add_parsed(articles(3))
    changed = HashingEmbedder()
    changed.fingerprint = "h2"
    with Library.open(tmp_path / "library", embedder=changed, tokenizer=TOKENIZER) as other:
        with pytest.raises(ModelError, match="another version of hashing"):
            _ = other.embedder
        with pytest.raises(ModelError, match="another version of hashing"):
            other.teach("馆在北京")
        assert other.remove([1]) == 1  # that needs no model


# The format before words and aliases


def make_old(path: Path) -> None:
    gone = [f"DROP TABLE {table}" for table in ("aliases", "words", "folders", "containers")]
    gone.append("DROP INDEX texts_without_blocks")
    columns = {"texts": ("pages", "blocks"), "passages": ("lead", "aside")}
    gone += [f"ALTER TABLE {table} DROP COLUMN {name}" for table, names in columns.items() for name in names]
    change(path / "library.db", *gone, "PRAGMA user_version = 1")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A library of the format before."""
    with open_library(tmp_path / "library") as library:
        library.add_parsed(DRAFTS)
    make_old(tmp_path / "library")
    return tmp_path / "library"


def test_an_old_library_learns_names(old: Path, tmp_path: Path) -> None:
    with open_library(old, create=False) as library:
        assert (library.words(), library.aliases(["mattdeitke"])) == ([], [])
        generation = library.search_generation()[0]
        assert len(library.articles()) == len(DRAFTS) and library.search_words([[("北京", 1.0)]], 5)
        assert library.embedder.name == "hashing"  # which brings it up to date
        assert answers(library) == fresh_answers(tmp_path, DRAFTS)
        assert [alias.other for alias in library.aliases(["mattdeitke"])] == ["德特克"]
        assert library.search_generation()[0] > generation
        assert answers(library) == fresh_answers(tmp_path / "after", DRAFTS)
        assert library.teach("德特克") in library.words()


def test_an_old_library_that_cannot_be_written_to_still_answers(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.storage.lock._writable", lambda path: False)
    with open_library(old, create=False) as library:
        library.upgrade_if_needed()
        assert answers(library) == fresh_answers_of(tmp_path, monkeypatch)
        assert library.tokenizer.words("德特克") == ("德", "特", "克")
        assert library.aliases(["mattdeitke"]) == []


def fresh_answers_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Found:
    with monkeypatch.context() as patched:
        patched.setattr("index.storage.lock._writable", lambda path: True)
        return fresh_answers(tmp_path, DRAFTS)
