"""The search indexes come back from anything: loss, damage, old copies, a kill at any step."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_library import an_article, answers, articles, fresh_answers, open_library

from index.errors import Cancelled, LibraryError
from index.search.lexical import LexicalIndex
from index.types import Monitor

HERE = Path(__file__).parents[1]


def lexical(path: Path) -> Path:
    return next(path.glob("lexical-*"))


def vectors(path: Path) -> Path:
    return next(path.glob("vectors-*"))


def replace(path: Path, data: bytes) -> None:
    """Puts other content in the place of a file.

    A thread of tantivy may still read the old one, mapped into memory: to cut that off would end the process.
    """
    other = path.with_name("other")
    other.write_bytes(data)
    other.replace(path)


def cut(path: Path, length: int) -> None:
    replace(path, path.read_bytes()[:length])


def scramble(path: Path) -> None:
    """Overwrites the middle of a file, leaving its length."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 8] = bytes(255 - byte for byte in data[middle : middle + 8])
    replace(path, data)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "everything derived is gone": lambda p: [
        shutil.rmtree(lexical(p)),
        vectors(p).unlink(),
        (p / "manifest.json").unlink(),
    ],
    "lexical folder is gone": lambda p: shutil.rmtree(lexical(p)),
    "a lexical file is gone": lambda p: next(lexical(p).glob("*.idx")).unlink(),
    "a lexical file is cut": lambda p: cut(next(lexical(p).glob("*.term")), 10),
    "a lexical file is scrambled": lambda p: scramble(
        max(lexical(p).glob("*.idx"), key=lambda f: f.stat().st_size)
    ),
    "tantivy's own list is damaged": lambda p: (lexical(p) / ".managed.json").write_text("["),
    "vectors are gone": lambda p: vectors(p).unlink(),
    "vectors are cut": lambda p: cut(vectors(p), 100),
    "vectors are scrambled": lambda p: scramble(vectors(p)),
    "the manifest is damaged": lambda p: (p / "manifest.json").write_text("{nonsense"),
    "the manifest is of another kind": lambda p: (p / "manifest.json").write_text(
        '{"lexical": [1], "vectors": 2}'
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_indexes_are_built_anew(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "library"
    with open_library(path) as library:
        library.add_parsed(articles(20))
        before = answers(library)
    DAMAGE[damage](path)
    with open_library(path, create=False) as library:
        assert answers(library) == before
        library.add_parsed(articles(5, first=20))
        assert answers(library) == fresh_answers(tmp_path, articles(25))
    assert len(list(path.glob("lexical-*"))) == len(list(path.glob("vectors-*"))) == 1


def put_back_indexes(source: Path, target: Path) -> None:
    """Replaces the index files in one library folder by those in another."""
    for entry in [lexical(target), vectors(target), target / "manifest.json"]:
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for entry in [lexical(source), vectors(source), source / "manifest.json"]:
        (shutil.copytree if entry.is_dir() else shutil.copy)(entry, target / entry.name)


def test_old_indexes_catch_up(tmp_path: Path) -> None:
    path, old = tmp_path / "library", tmp_path / "old"
    with open_library(path) as library:
        library.add_parsed(articles(10))
    shutil.copytree(path, old)
    with open_library(path) as library:
        library.add_parsed([*articles(5, first=10), ("key2", an_article("图书馆换了地方。"))])
        library.remove([4])
        expected = answers(library)
    put_back_indexes(old, path)
    with open_library(path) as library:
        assert answers(library) == expected


def test_a_database_from_a_backup_is_not_mistaken(tmp_path: Path) -> None:
    """Two libraries that parted: as many writes, other articles. The generation's token tells."""
    path, parted = tmp_path / "library", tmp_path / "parted"
    with open_library(path) as library:
        library.add_parsed(articles(3))
    shutil.copytree(path, parted)
    for folder, first in ((path, 3), (parted, 13)):
        with open_library(folder) as library:
            library.add_parsed(articles(3, first=first))
            assert library.search_generation()[0] == 2
            expected = answers(library)
    put_back_indexes(path, parted)
    with open_library(parted) as library:
        assert answers(library) == expected


def test_large_indexes_are_updated_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.indexes.SMALL", 0)
    path = tmp_path / "library"
    with open_library(path) as library:
        library.add_parsed(articles(60))
        folder = lexical(path)
        library.add_parsed(articles(10, first=60))
        removed = sum(len(library.article_passages(article)) for article in (1, 2))
        library.remove([1, 2])
        assert lexical(path) == folder
        assert LexicalIndex.open(folder).deleted == removed
        gone = answers(library)
        assert not {"key0", "key1"} & {row[0] for rows in gone.values() for row in rows}
        library.remove(list(range(3, 20)))
        assert lexical(path) != folder
        assert answers(library) == fresh_answers(tmp_path, articles(51, first=19))


def test_a_full_disk_costs_no_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with open_library(path) as library:
        library.add_parsed(articles(3))
        expected = fresh_answers(tmp_path, articles(6))
        with monkeypatch.context() as patch:
            patch.setattr("index.search.indexes.VectorIndex.save", full)
            with pytest.raises(LibraryError, match="No space left"):
                library.add_parsed(articles(6))
            assert answers(library) == expected  # from memory
        with open_library(path) as again:
            assert answers(again) == answers(library) == expected


def test_indexes_that_are_behind_are_built_in_memory_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library"
    with open_library(path) as library:
        library.add_parsed(articles(3))
        expected = answers(library)
    (path / "manifest.json").unlink()
    monkeypatch.setattr("index.storage.lock._writable", lambda _: False)
    with open_library(path) as library:
        assert answers(library) == expected
    assert not (path / "manifest.json").exists()


def test_in_a_large_library_that_cannot_be_written_to_earlier_indexes_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library"
    with open_library(path) as library:
        library.add_parsed(articles(6))
        monkeypatch.setattr("index.library.SearchIndexes.catch_up", lambda *_: None)
        library.add_parsed(articles(1, first=6))
        library.remove([1])
    monkeypatch.setattr("index.storage.lock._writable", lambda _: False)
    monkeypatch.setattr("index.search.indexes._IN_MEMORY", 5)
    monkeypatch.setattr("index.search.indexes.SearchIndexes._in_memory", None)
    with open_library(path) as library:
        assert library.search_generation()[0] == 1  # the two writes after it are not in the indexes
        hits = library.search_words([[("图书馆", 1.0)]], 50)
        found = {passage.article for passage in library.passages([hit.passage for hit in hits])}
        assert found == {2, 3, 4, 5, 6}


KILLED = """
import os, signal, sys
sys.path[:0] = [{tests!r}, {root!r}]
from pathlib import Path
from small_library import an_article, articles, open_library
import index.ingest.batch, index.search.indexes, index.search.lexical
import index.library, index.storage.store, index.search.vectors

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

index.ingest.batch.BATCH_PASSAGES = 10
with open_library(Path({path!r})) as library:
    library.add_parsed(articles(20))
    {patch}
    library.add_parsed([*articles(20, first=20), ("key1", an_article("图书馆换了地方。"))])
"""

#: Where the process is killed while it adds 20 articles and changes one.
INSTANTS = {
    "between two batches": """
    put, calls = index.storage.store.Store.put, []
    index.storage.store.Store.put = lambda *a: die() if len(calls) == 1 else (calls.append(1), put(*a))""",
    "within a transaction": "index.storage.store.Store._drop = die",
    "before the indexes": "index.search.indexes.SearchIndexes._update = die",
    "after the words": "index.search.indexes.SearchIndexes._update_vectors = die",
    "after the vectors": "index.search.indexes.Manifest.write = die",
    "before the manifest": "index.search.indexes.os.replace = die",
    "while tidying up": "index.search.indexes.shutil.rmtree = die",
}


@pytest.mark.slow
@pytest.mark.parametrize("instant", INSTANTS)
def test_a_killed_add_leaves_a_good_library(tmp_path: Path, instant: str) -> None:
    path = tmp_path / "library"
    script = KILLED.format(
        tests=str(HERE), root=str(HERE.parents[1]), path=str(path), patch=INSTANTS[instant]
    )
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    changed = [*articles(40), ("key1", an_article("图书馆换了地方。"))]
    with open_library(path, create=False) as library:
        texts = {info.path: library.article(info.id).text for info in library.articles()}
        known = {(key, parsed.text) for key, parsed in changed}
        assert len(texts) >= 20 and set(texts.items()) <= known
        kept = [(key, parsed) for key, parsed in changed if texts.get(key) == parsed.text]
        assert len(kept) == len(texts)
        assert answers(library) == fresh_answers(tmp_path, kept)
        library.add_parsed(changed[1:])
        assert (
            json.loads((path / "manifest.json").read_text())["generation"] == library.search_generation()[0]
        )
        del changed[1]
        assert answers(library) == fresh_answers(tmp_path / "all", changed)
    assert len(list(path.glob("lexical-*"))) == len(list(path.glob("vectors-*"))) == 1


def test_adding_can_be_stopped_while_the_indexes_catch_up(tmp_path: Path) -> None:
    """All articles are stored by then; the next search does what is left."""
    path = tmp_path / "library"
    with open_library(path) as library:
        monitor = Monitor(cancelled=lambda: len(library.articles()) == 6)
        with pytest.raises(Cancelled, match="what was finished is kept"):
            library.add_parsed(articles(6), monitor=monitor)
        assert not (path / "manifest.json").exists()
        assert answers(library) == fresh_answers(tmp_path, articles(6))
