"""What must not grow with the library: the rows that a write or a search fetches, batches, logs, files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from small_library import TOKENIZER, an_article, answers, articles, fresh_answers, open_library

from index.cleaning import metadata
from index.library import Library
from index.search import duplicates, indexes
from index.search.lexical import LexicalIndex
from index.search.vectors import VectorIndex, _sample
from index.storage import changes
from index.storage.database import Database
from index.storage.store import MAX_ALIASES, NewArticle, Store
from index.text.fold import fold_text
from index.types import Monitor

#: Reading one of these from end to end takes time and memory as the library has passages.
LARGE = ("passages", "texts", "removed", "aliases")


class Traffic:
    """All queries of a library and how many rows each fetched."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.queries: list[tuple[str, Sequence[Any]]] = []
        self.rows = 0
        rows, batches = Database.rows, Database.batches

        def count_rows(database: Database, sql: str, values: Sequence[Any] = (), *kinds: Any) -> list[Any]:
            found = rows(database, sql, values, *kinds)
            self.queries.append((sql, values))
            self.rows += len(found)
            return found

        def count_batches(
            database: Database, sql: str, values: Sequence[Any], size: int, *kinds: Any
        ) -> Iterator[Any]:
            self.queries.append((sql, values))
            for batch in batches(database, sql, values, size, *kinds):
                self.rows += len(batch)
                yield batch

        monkeypatch.setattr(Database, "rows", count_rows)
        monkeypatch.setattr(Database, "batches", count_batches)

    def plans(self, library: Library) -> dict[str, str]:
        """By query, the steps in which SQLite finds its rows."""
        connection = library._store.database.connection()
        return {
            sql: "; ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values))
            for sql, values in self.queries
            if not sql.startswith("PRAGMA") and "LIMIT 1" not in sql
        }


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small libraries are kept as large ones are: updated in place, never built anew for a few removals."""
    monkeypatch.setattr(indexes, "SMALL", 0)


def work(library: Library) -> None:
    """What people do again and again."""
    library.add_parsed(articles(2, first=900))
    library.remove([library.find("key900").id])
    library.passages([hit.passage for hit in library.search_words([[("图书馆", 1.0)]], 5)])
    library.search_vector(library.embedder.embed_query("", TOKENIZER.words("图书馆 北京")), 5)
    library.articles_by_id([1, 2])
    library.article_passages(3)
    library.aliases(["图书馆"])


def test_nothing_large_is_read_from_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_library(tmp_path / "library") as library:
        library.add_parsed(articles(60))
        traffic = Traffic(monkeypatch)
        work(library)
        plans = traffic.plans(library)
    assert len(plans) > 10
    for sql, plan in plans.items():
        assert not any(f"SCAN {table}" in plan for table in LARGE), (sql, plan)
        assert "TEMP B-TREE" not in plan or "generation >" not in sql, (sql, plan)


def test_as_many_rows_are_fetched_from_a_large_library_as_from_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = []
    for count in (40, 400):
        with open_library(tmp_path / f"{count}") as library, monkeypatch.context() as patch:
            library.add_parsed(articles(count))
            traffic = Traffic(patch)
            work(library)
            fetched.append(traffic.rows)
    assert fetched[0] == fetched[1]


def test_one_article_more_leaves_the_word_index_as_it_is(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        library.add_parsed(articles(300))
        before = {path: path.stat().st_mtime_ns for path in library.path.glob("lexical-*/*.store")}
        library.add_parsed(articles(1, first=300))
        after = {path: path.stat().st_mtime_ns for path in library.path.glob("lexical-*/*.store")}
        assert before and before.items() <= after.items()
        assert answers(library) == fresh_answers(tmp_path, articles(301))


def test_articles_are_stored_before_many_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", 5)
    monkeypatch.setattr("index.ingest.batch.BATCH_SECONDS", 1e9)
    stored: list[int] = []
    put = Store.put

    def count(store: Store, new: Sequence[NewArticle]) -> None:
        stored.append(sum(len(article.passages) for article in new))
        put(store, new)

    monkeypatch.setattr(Store, "put", count)
    with open_library(tmp_path / "library") as library:
        report = library.add_parsed(articles(50))
    assert sum(stored) == report.passages and len(stored) > 5
    assert max(stored) <= 5 + 2  # an article has two passages at most


def test_indexes_are_fed_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "ROWS", 7)
    sizes: list[int] = []
    update = VectorIndex.update

    def count(index: VectorIndex, removed: Sequence[int], batches: Any) -> None:
        def told() -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
            for ids, vectors in batches:
                sizes.append(len(ids))
                yield ids, vectors

        update(index, removed, told())

    monkeypatch.setattr(VectorIndex, "update", count)
    with open_library(tmp_path / "library") as library:
        report = library.add_parsed(articles(40))
    assert sum(sizes) == report.passages and max(sizes) == 7


def test_the_word_index_takes_passages_one_by_one() -> None:
    """All of a generator's words at once would be gigabytes."""
    alive = most = 0

    class Words(str):
        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def passages() -> Iterator[tuple[int, str]]:
        nonlocal alive, most
        for i in range(500):
            alive += 1
            most = max(most, alive)
            yield i, Words(f"word{i}")

    index = LexicalIndex.create(None)
    index.update([], passages())
    assert len(index) == 500 and most <= 3


@pytest.mark.parametrize("count", [1, 10, 64, 65, 100, 1000])
def test_a_sample_is_spread_evenly_and_bounded(count: int) -> None:
    data = np.arange(count, dtype=np.float32)[:, None]
    batches = [(np.arange(i, min(i + 7, count)), data[i : i + 7]) for i in range(0, count, 7)]
    sample = _sample(batches, count, 64, 1)[:, 0]
    steps = np.diff(sample)
    assert len(sample) == min(count, len(sample)) and (len(sample) >= 50 or count < 64) and len(sample) <= 100
    assert sample[0] == 0 and (steps == steps[:1]).all() and sample[-1] >= count - max(1, count // 64)


def test_removals_are_not_remembered_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_KEPT", 20)
    with open_library(tmp_path / "library") as library:
        for _ in range(30):
            library.add_parsed(articles(3))
            library.remove([info.id for info in library.articles()])
        log = "SELECT (SELECT count(*) FROM removed) + (SELECT count(*) FROM generations)"
        assert library._store.database.row(log)[0] <= 30


def test_room_is_given_back_by_all_parts(tmp_path: Path) -> None:
    def size(kind: str) -> int:
        files = [path for path in library.path.rglob("*") if path.is_file()]
        return sum(path.stat().st_size for path in files if kind in str(path.relative_to(library.path)))

    with open_library(tmp_path / "library") as library:
        library.add_parsed(articles(400))
        full = {kind: size(kind) for kind in ("library.db", "lexical-", "vectors-")}
        library.remove([info.id for info in library.articles()[:200]])
        half = {kind: size(kind) for kind in full}
        library.remove([info.id for info in library.articles()])
        empty = {kind: size(kind) for kind in full}
    for kind in full:
        assert half[kind] < 0.85 * full[kind] and empty[kind] < 0.35 * full[kind], (kind, full, half, empty)


def test_a_name_that_is_glossed_by_thousands_has_few_aliases(tmp_path: Path) -> None:
    names = [f"{a}{b}in" for a in "BDFGHKLMNPRSTVWZ" for b in ("al", "el", "il", "ol", "ul")]
    text = "。".join(f"“图书馆”（{name}）开放" for name in names)
    with open_library(tmp_path / "library") as library:
        library.add_parsed([("key", an_article(text)), ("other", an_article("“图书馆”（Bolin）开放。"))])
        found = [alias.other for alias in library.aliases(["图书馆"])]
    assert len(found) == MAX_ALIASES and found[0] == "bolin"


def test_of_a_giant_line_only_the_beginning_may_be_a_title(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = 0

    def told(text: str) -> str:
        nonlocal longest
        longest = max(longest, len(text))
        return fold_text(text)

    monkeypatch.setattr(metadata, "fold_text", told)
    assert metadata.title_of("这一行没有结尾 " * 100_000) is None
    assert 0 < longest <= 1000


def test_signatures_are_made_of_few_articles_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "_BATCH", 4)
    with open_library(tmp_path / "library") as library:
        library.add_parsed(articles(30))
        told: list[tuple[int, int]] = []
        library.near_duplicates(Monitor(done=lambda *done: told.append(done)))
    assert told == [(min(done, 30), 30) for done in range(4, 34, 4)]
