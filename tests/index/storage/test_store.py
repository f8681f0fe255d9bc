"""The database: what is stored comes back, whole or not at all, and other files are refused."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import apsw
import numpy as np
import pytest
from by_hand import change

from index.errors import LibraryError, OutOfMemory
from index.storage.backup import copy_database
from index.storage.changes import Generation
from index.storage.database import checksum_vfs
from index.storage.integrity import integrity_errors
from index.storage.schema import FORMAT_VERSION, Meta, create_database
from index.storage.sources import FileRecord
from index.storage.store import NewArticle, NewPassage, Store, blobs
from index.text.blocks import find_blocks
from index.types import ParsedArticle

META = Meta("hashing", "h1", 3)
RANDOM = np.random.default_rng(0)


def article(path: str, *texts: str, title: str = "题") -> NewArticle:
    text = "\n".join(texts)
    starts = [text.index(part) for part in texts]
    vectors = blobs(RANDOM.normal(size=(len(texts), 3)).astype(np.float32))
    passages = [
        NewPassage(start, start + len(part), f"h{start}", "题", part, " ".join(part), vector)
        for start, part, vector in zip(starts, texts, vectors, strict=True)
    ]
    return NewArticle(
        path, FileRecord(path, 1, 2), ParsedArticle(text, title, "zh-Hans", "2024-01-23"), passages
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    create_database(tmp_path / "library.db", META)
    store = Store(tmp_path / "library.db")
    yield store
    store.close()


def test_articles_come_back_as_they_were_stored(store: Store) -> None:
    store.put([article("/a/one.txt", "甲乙。", "丙\0丁。", title="一"), article("/a/two.txt", "x y.")])
    one, two = store.articles()
    assert (one.id, one.path, one.title, one.published, one.author) == (
        1,
        "/a/one.txt",
        "一",
        "2024-01-23",
        None,
    )
    assert (one.characters, one.passages, two.passages) == (8, 2, 1)
    whole = store.article(one.id)
    assert whole is not None and whole.text == "甲乙。\n丙\0丁。"
    first, second = store.article_passages(one.id)
    assert whole.text[second.start : second.end] == second.text == "丙\0丁。"
    assert first.words == ("甲", "乙", "。") and first.context == ("题",) and first.heading == "h0"
    assert store.passages([second.id, 99, first.id]) == {first.id: first, second.id: second}
    assert store.article(99) is None
    assert store.counts() == (2, 3, 12)
    assert store.languages() == {"zh-Hans": 2}
    assert store.meta == META


def test_headings_stand_where_the_text_has_them(store: Store) -> None:
    text = "# 一 🚢\n\nSaid.\n\n## Two\n\nMore."
    blocks = find_blocks(text)
    made = article("/a/one.md", text)
    store.put([replace(made, parsed=replace(made.parsed, blocks=blocks)), article("/a/two.md", "x y.")])
    found = store.headings()
    assert [(heading.article, heading.text) for heading in found] == [(1, "# 一 🚢"), (1, "## Two")]
    assert all(text.startswith(heading.text, heading.start) for heading in found)


def test_a_path_keeps_its_article_and_numbers_are_never_used_again(store: Store) -> None:
    store.put([article("a", "一。", "二。"), article("b", "三。")])
    store.put([article("a", "四。")])
    again = store.articles()[0]
    assert (again.id, again.path, again.passages) == (1, "a", 1)
    assert [p.id for p in store.article_passages(1)] == [4]
    assert store.remove([2, 77]) == 1
    store.put([article("b", "五。")])
    assert [info.id for info in store.articles()] == [1, 3]
    assert [p.id for p in store.article_passages(3)] == [5]


def test_changes_since_a_generation(store: Store) -> None:
    zero = store.changes.generation()
    store.put([article("a", "一。", "二。")])
    first = store.changes.generation()
    store.put([article("a", "三。"), article("b", "四。")])
    store.remove([2])
    last = store.changes.generation()
    assert (zero.number, first.number, last.number) == (0, 1, 3)
    assert store.changes.removed_since(first.number) == [1, 2, 4]
    assert store.changes.removed_since(2) == [4]
    assert store.changes.added_since(0) == store.changes.added_since(1) == 1
    assert store.changes.added_since(2) == 0
    assert list(store.changes.words_since(1)) == [(3, "题 三 。")]
    assert list(store.changes.words_since(2)) == []
    assert store.changes.knows(first) and not store.changes.knows(Generation(1, "another library's"))


def test_vectors_come_back_in_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.storage.changes.ROWS", 2)
    expected = RANDOM.normal(size=(5, 3)).astype(np.float32)
    new = article("a", *"abcde")
    passages = [p._replace(vector=v) for p, v in zip(new.passages, blobs(expected), strict=True)]
    store.put([NewArticle(new.path, new.file, new.parsed, passages)])
    batches = list(store.changes.vectors_since(0))
    assert [len(ids) for ids, _ in batches] == [2, 2, 1]
    assert np.concatenate([ids for ids, _ in batches]).tolist() == [1, 2, 3, 4, 5]
    found = np.concatenate([vectors for _, vectors in batches])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    store.put([article("a", "一。")])
    before = store.changes.generation(), store.articles(), store.article_passages(1)

    def failing() -> Iterator[NewArticle]:
        yield article("a", "二。")
        yield article("b", "三。")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.put(failing())
    assert (store.changes.generation(), store.articles(), store.article_passages(1)) == before


def test_files_are_remembered(store: Store) -> None:
    store.put([article("a", "一。")])
    assert store.file("a") == FileRecord("a", 1, 2)
    assert store.file("b") is None
    generation = store.changes.generation()
    store.sources.record({"a": FileRecord("a", 7, 8)}, {})
    assert store.file("a") == FileRecord("a", 7, 8)
    assert store.changes.generation() == generation


def test_articles_are_found_by_name(store: Store) -> None:
    store.put(
        [article("/x/a.txt", "一。", title="春"), article("/y/a.txt", "二。"), article("/y/ba.txt", "三。")]
    )
    assert [info.id for info in store.named("a.txt", "/")] == [1, 2]
    assert [info.id for info in store.named("/y/a.txt", "/")] == [2]
    assert [info.id for info in store.named("春", "/")] == [1]
    assert store.named("%", "/") == []


def test_threads_read_while_one_writes(store: Store) -> None:
    store.put([article("a", "一。")])
    seen: list[int] = []

    def writing() -> Iterator[NewArticle]:
        yield article("b", "二。")
        reader = threading.Thread(target=lambda: seen.append(len(store.articles())))
        reader.start()
        reader.join()

    store.put(writing())
    assert seen == [1]
    assert len(store.articles()) == 2


def test_a_missing_or_foreign_file_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="is not a library"):
        Store(tmp_path / "library.db")
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(LibraryError, match="is not a library"):
        Store(tmp_path / "other.db")


@pytest.mark.parametrize(("step", "hint"), [(1, "update yinju"), (-FORMAT_VERSION, "new library")])
def test_another_format_is_refused(store: Store, step: int, hint: str) -> None:
    change(store.path, f"PRAGMA user_version = {FORMAT_VERSION + step}")
    with pytest.raises(LibraryError, match=f"format {FORMAT_VERSION + step}") as caught:
        Store(store.path)
    assert hint in caught.value.hint


@pytest.mark.parametrize("damage", ["garbage", "truncated", "pages"])
def test_a_damaged_database_is_reported(store: Store, tmp_path: Path, damage: str) -> None:
    store.put([article(f"a{i}", "一。" * 500) for i in range(50)])
    store.close()
    broken = tmp_path / "broken" / "library.db"
    broken.parent.mkdir()
    shutil.copy(store.path, broken)
    data = bytearray(broken.read_bytes())
    assert len(data) > 100_000
    if damage == "garbage":
        data[:] = b"no database " * 100
    elif damage == "truncated":
        del data[20_000:]
    else:
        data[4096:] = bytes([0xA5]) * (len(data) - 4096)
    broken.write_bytes(data)
    with pytest.raises(LibraryError, match="damaged") as caught:
        opened = Store(broken)
        opened.articles()
        list(opened.changes.vectors_since(0))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "damage",
    ["DELETE FROM meta", "DELETE FROM generations", "UPDATE passages SET vector = substr(vector, 3)"],
)
def test_facts_that_are_gone_are_damage(store: Store, damage: str) -> None:
    store.put([article("a", "一。")])
    change(store.path, damage)
    with pytest.raises(LibraryError, match="damaged") as caught:
        opened = Store(store.path)
        opened.changes.generation()
        list(opened.changes.vectors_since(0))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("rewritten", [False, True])
def test_a_large_copy_of_pages_that_are_in_memory_is_sound(
    store: Store, tmp_path: Path, rewritten: bool
) -> None:
    """More pages than SQLite holds in memory, some of them changed by the connection that copies them."""
    for first in range(0, 600, 200):
        store.put([article(f"{i}", "x" * 8_000) for i in range(first, first + 200)])
    if rewritten:
        store.remove(range(1, 600, 3))
    copy_database(store.database, tmp_path / "copy.db")
    copied = Store(tmp_path / "copy.db")
    assert integrity_errors(copied.database) == []
    assert copied.counts() == store.counts()
    copied.close()


def test_too_little_memory_is_no_damage(store: Store) -> None:
    store.put([article("a", "x" * 2**20)])
    apsw.hard_heap_limit(apsw.memory_used() + 2**19)
    try:
        with pytest.raises(OutOfMemory, match="not enough memory"):
            store.article(1)
    finally:
        apsw.hard_heap_limit(0)
        apsw.soft_heap_limit(0)  # which was lowered along with it
    assert store.article(1) is not None


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(LibraryError, match="was closed"):
        store.articles()


def test_room_is_given_back(store: Store) -> None:
    store.put([article(f"a{i}", "一。" * 2000) for i in range(100)])
    store.database.reclaim_space()
    full = store.path.stat().st_size
    store.remove(range(1, 91))
    store.database.reclaim_space()
    assert store.path.stat().st_size < full / 4
    assert store.path.with_name("library.db-wal").stat().st_size == 0
    assert len(store.articles()) == 10 and store.database.is_intact()
    store.remove(range(91, 101))
    store.database.reclaim_space()
    assert store.path.stat().st_size < full / 8


def test_an_apsw_without_checksums_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.storage.database.apsw.__file__", str(tmp_path / "apsw" / "__init__.py"))
    with pytest.raises(LibraryError, match=r"no checksums for SQLite .*pip"):
        checksum_vfs.__wrapped__()


def test_a_page_that_was_altered_is_told(store: Store) -> None:
    store.put([article(f"a{i}", "一。" * 500) for i in range(50)])
    store.close()
    data = bytearray(store.path.read_bytes())
    for at in range(3 * 4096 + 100, len(data), 4096):
        data[at] ^= 1
    store.path.write_bytes(data)
    opened = Store(store.path)
    with pytest.raises(LibraryError, match=r"damaged: a page does not match its checksum .*qa doctor --fix"):
        list(opened.texts())
