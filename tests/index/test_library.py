"""The library as its callers see it: adding, finding, removing, stopping; several at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from small_library import (
    TOKENIZER,
    an_article,
    answers,
    articles,
    fresh_answers,
    open_library,
)

from index.errors import Cancelled, LibraryError, UsageError
from index.library import Library
from index.search.lexical import LexicalIndex
from index.storage.lock import write_lock
from index.types import Monitor, ParsedArticle, Selection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three articles, and things that are none."""
    folder = tmp_path / "articles"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "b.txt").write_text("北京的图书馆\n\n图书馆在北京。它每天开放。", encoding="utf-8")
    (folder / "a.md").write_text(
        "# Opening hours\n\nThe library opens at nine in the morning.", encoding="utf-8"
    )
    (folder / "deep" / "er" / "c.txt").write_text("上海的人才很多，城市也大。", encoding="gb18030")
    (folder / "picture.gif").write_bytes(b"GIF8")
    (folder / ".hidden.txt").write_text("不应该被读到。", encoding="utf-8")
    return folder


# Adding files


def test_a_folder_is_added_once(library: Library, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    report = library.add([folder], monitor=Monitor(done=lambda done, total: told.append((done, total))))
    assert [Path(path).name for path in report.added] == ["a.md", "b.txt", "c.txt"]
    assert (report.updated, report.unchanged, report.skipped) == ([], [], [])
    assert report.passages == library.passage_count >= 3
    assert told[-1] == (3, 3) and sorted(told) == told
    generation = library.search_generation()

    again = library.add([folder, folder / "a.md"])
    assert len(again.unchanged) == 3 and not (again.added or again.updated)
    assert library.search_generation() == generation


def test_offsets_point_into_the_article(library: Library, folder: Path) -> None:
    library.add([folder])
    for info in library.articles():
        article = library.article(info.id)
        passages = library.article_passages(info.id)
        assert passages and len(passages) == info.passages
        for passage in passages:
            assert article.text[passage.start : passage.end] == passage.text
            assert passage.words == TOKENIZER.words(passage.text)


def test_a_changed_file_replaces_its_article(library: Library, folder: Path) -> None:
    library.add([folder])
    before = library.find("b.txt")
    (folder / "b.txt").write_text("图书馆搬到了上海，不再开放。", encoding="utf-8")
    report = library.add([folder])
    assert [Path(path).name for path in report.updated] == ["b.txt"] and len(report.unchanged) == 2
    after = library.find("b.txt")
    assert after.id == before.id
    assert "上海" in library.article(after.id).text
    hits = library.passages([hit.passage for hit in library.search_words([[("图书馆", 1.0)]], 9)])
    assert {passage.article for passage in hits} == {after.id}
    assert all("北京" not in passage.text for passage in hits)


def test_a_touched_file_is_unchanged(library: Library, folder: Path) -> None:
    library.add([folder])
    os.utime(folder / "a.md", ns=(1, 1))
    assert len(library.add([folder]).unchanged) == 3


def test_files_that_cannot_be_read_do_not_stop_the_rest(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "empty.txt").write_bytes(b"")
    named = tmp_path / "table.xlsx"
    named.write_bytes(b"PK")
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    report = library.add([folder, named, pipe])
    assert len(report.added) == 3
    skipped = {Path(path).name: reason for path, reason in report.skipped}
    assert set(skipped) == {"binary.txt", "empty.txt", "table.xlsx", "pipe.txt"}
    assert all(reason and "\n" not in reason for reason in skipped.values())


def test_names_that_are_no_text_are_reported(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = folder / "\udcff\udcfe.txt"  # only the folder tells of it: not every file system takes such a name
    entry = SimpleNamespace(
        name=odd.name, is_symlink=lambda: False, is_dir=lambda: False, is_file=lambda: True
    )
    scan = os.scandir

    def with_odd(path: str) -> AbstractContextManager[Iterable[Any]]:
        with scan(path) as entries:
            return nullcontext([*entries, *([entry] if path == str(folder) else [])])

    monkeypatch.setattr(os, "scandir", with_odd)
    report = library.add([folder])
    assert len(report.added) == 3
    assert report.skipped == [(str(odd), "its name is not in UTF-8")]


def test_links_that_run_in_circles_end(library: Library, folder: Path) -> None:
    (folder / "deep" / "loop").symlink_to(folder)
    (folder / "same.txt").symlink_to(folder / "b.txt")
    (folder / "broken.txt").symlink_to(folder / "nowhere")
    assert len(library.add([folder]).added) == 3


def test_a_path_that_is_missing_or_holds_nothing(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        library.add([tmp_path / "missing"])
    with pytest.raises(UsageError, match="no file or folder"):
        library.add([Path("x" * 300)])
    with pytest.raises(UsageError, match="no file or folder"):
        library.add([Path("~nobody-at-all")])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no articles found in"):
        library.add([tmp_path / "empty"])


# Adding articles that are no files


def test_parsed_articles_are_told_apart_by_key_and_content(library: Library) -> None:
    parsed = articles(3)
    assert library.add_parsed(parsed).added == ["key0", "key1", "key2"]
    assert library.add_parsed(iter(parsed)).unchanged == ["key0", "key1", "key2"]
    report = library.add_parsed([parsed[0], ("key1", an_article("换了内容。")), ("copy", parsed[0][1])])
    assert (report.unchanged, report.updated, report.added) == (["key0"], ["key1"], ["copy"])
    title = ParsedArticle(parsed[2][1].text, "新题目", "zh-Hans")
    assert library.add_parsed([("key2", title)]).updated == ["key2"]
    assert library.find("新题目").path == "key2"


def test_the_last_of_a_key_counts(library: Library) -> None:
    one, two = an_article("第一个内容。"), an_article("第二个内容。")
    library.add_parsed([("key", one), ("key", two)])
    assert library.article(library.find("key").id).text == two.text
    library.add_parsed([("key", one), ("key", two)])
    assert library.article(library.find("key").id).text == two.text
    assert len(library.articles()) == library.passage_count == 1


def test_parsed_articles_without_text_are_skipped(library: Library) -> None:
    report = library.add_parsed(
        [("empty", an_article(" \n ")), ("surrogate", an_article("坏\ud800字。")), *articles(1)]
    )
    assert report.added == ["key0"]
    assert [key for key, _ in report.skipped] == ["empty", "surrogate"]


@pytest.mark.parametrize("batch", [1, 7, 512])
def test_changes_bit_by_bit_equal_a_fresh_library(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", batch)
    parsed = articles(30)
    library.add_parsed(parsed[:12])
    library.add_parsed([(key, an_article("将要被换掉的图书馆。")) for key, _ in parsed[5:20]])
    library.add_parsed(parsed[10:])
    library.add_parsed(parsed[:12])
    gone = [info.id for info in library.articles() if info.path in ("key3", "key11", "key29")]
    assert library.remove([*gone, 12345]) == 3
    kept = [item for item in parsed if item[0] not in ("key3", "key11", "key29")]
    assert answers(library) == fresh_answers(tmp_path, kept)
    with open_library(library.path, create=False) as again:
        assert answers(again) == answers(library)


# Finding


def test_find_by_number_path_name_and_title(library: Library, folder: Path) -> None:
    library.add([folder])
    info = library.find("b.txt")
    assert info == library.find(str(info.id)) == library.find(info.path) == library.find(info.title)
    (folder / "deep" / "b.txt").write_text("另一篇同名的文章。", encoding="utf-8")
    library.add([folder])
    with pytest.raises(UsageError, match="2 articles are called"):
        library.find("b.txt")
    for nothing in ("none.txt", "~nobody-at-all/x", "99", "9" * 5000, "", "\0", "\ud800", "%"):
        with pytest.raises(UsageError, match="no article is called"):
            library.find(nothing)
    with pytest.raises(UsageError, match="no article 99"):
        library.article(99)


def test_passages_come_in_the_order_asked(library: Library) -> None:
    library.add_parsed(articles(4))
    ids = [passage.id for info in library.articles() for passage in library.article_passages(info.id)]
    asked = [ids[2], 999, ids[0]]
    assert [passage.id for passage in library.passages(asked)] == [ids[2], ids[0]]


def test_status_counts(library: Library) -> None:
    library.add_parsed([*articles(4), ("en", ParsedArticle("Plain English text.", "Text", "en"))])
    status = library.status()
    assert (status.articles, status.languages) == (5, {"zh-Hans": 4, "en": 1})
    assert status.passages == library.passage_count
    assert status.characters == sum(info.characters for info in library.articles())
    assert (status.model, status.dimensions, status.generation) == ("hashing", 64, 1)
    assert status.bytes and status.bytes > 10_000


def test_the_vocabulary_is_that_of_the_passages(library: Library) -> None:
    library.add_parsed(articles(6))
    expected: dict[str, int] = {}
    for info in library.articles():
        for passage in library.article_passages(info.id):
            for word in {*passage.words, *passage.context}:
                expected[word] = expected.get(word, 0) + 1
    assert library.vocabulary() == expected
    first = min(expected)[:1]
    (beginning,) = library.words_beginning([first])
    assert {*beginning} == {word for word in expected if word.startswith(first)}
    held = [passage for info in library.articles() for passage in library.article_passages(info.id)]
    texts = {passage.id: " ".join([*passage.context, *passage.words]) for passage in held}
    assert dict(library.words_of([*texts, 10**6])) == texts


def test_an_empty_library_answers_nothing(library: Library) -> None:
    assert library.search_words([[("北京", 1.0)]], 5) == []
    assert library.search_vector(library.embedder.embed_query("", ["北京"]), 5) == []
    assert (library.articles(), library.passage_count, library.vocabulary()) == ([], 0, {})


# Stopping, and several at once


def test_cancelling_keeps_what_was_finished(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", 3)
    done: list[int] = []
    monitor = Monitor(lambda n, _: done.append(n), lambda: bool(done) and done[-1] >= 9)
    with pytest.raises(Cancelled) as caught:
        library.add_parsed(articles(50), monitor=monitor)
    assert caught.value.exit_code == 130
    kept = len(library.articles())
    assert 9 <= kept < 50
    assert answers(library) == fresh_answers(tmp_path, articles(kept))
    assert len(library.add_parsed(articles(50)).unchanged) == kept


def test_a_long_article_can_be_stopped_in_the_middle(library: Library) -> None:
    asked = iter([False] * 3)
    text = "图书馆在北京。它的开放时间很长。\n\n" * 2_000
    with pytest.raises(Cancelled):
        library.add_parsed([("long", an_article(text))], monitor=Monitor(cancelled=lambda: next(asked, True)))
    assert library.articles() == []


def test_an_interrupt_leaves_a_good_library(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", 3)

    def interrupted() -> Iterator[tuple[str, ParsedArticle]]:
        yield from articles(20)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.add_parsed(interrupted())
    kept = len(library.articles())
    assert 0 < kept <= 20
    assert answers(library) == fresh_answers(tmp_path, articles(kept))


def test_readers_go_on_while_one_writes(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", 1)
    monkeypatch.setattr("index.storage.place.LOCK_TIMEOUT", 0.0)
    library.add_parsed(articles(10))
    before, generation = answers(library), library.search_generation()
    stored, read = threading.Event(), threading.Event()

    def slowly() -> Iterator[tuple[str, ParsedArticle]]:
        yield from articles(10, first=10)
        stored.set()
        assert read.wait(30)
        yield from articles(10, first=20)

    writer = threading.Thread(target=lambda: library.add_parsed(slowly()))
    writer.start()
    try:
        assert stored.wait(30)
        assert len(library.articles()) > 10
        assert answers(library) == before  # the same object, in another thread
        with open_library(library.path, create=False) as reader:
            assert answers(reader) == before
            assert reader.search_generation() == generation
            with pytest.raises(LibraryError, match="another qa add or remove"):
                reader.add_parsed(articles(1))
            read.set()
            writer.join(30)
            assert len(reader.articles()) == 30
            assert answers(reader) == answers(library) != before
    finally:
        read.set()
        writer.join(30)


def test_removing_waits_for_no_other_writer(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.storage.place.LOCK_TIMEOUT", 0.0)
    library.add_parsed(articles(2))
    with write_lock(library.path), pytest.raises(LibraryError, match="another qa add or remove"):
        library.remove([1])
    assert library.remove([1]) == 1


def test_searching_within_articles(library: Library) -> None:
    library.add_parsed(articles(9))
    chosen = [info.id for info in library.articles()][2:6:3]
    within = library.select(Selection(), lambda info: info.id in chosen)
    assert within == {p.id for article in chosen for p in library.article_passages(article)}
    clauses, question = [[("图书馆", 1.0)]], library.embedder.embed_query("", ["图书馆"])
    for hits in (library.search_words(clauses, 9, within), library.search_vector(question, 9, within)):
        assert {passage.article for passage in library.passages([hit.passage for hit in hits])} == {*chosen}
    assert library.select(Selection(), lambda _: False) == set()
    assert library.search_words(clauses, 9, set()) == library.search_vector(question, 9, set()) == []


def test_a_large_library_is_searched_in_two_steps(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add_parsed(articles(12))
    library.remove([4])
    clauses = [[("图书馆", 1.0), ("library", 0.7)], [("number7", 2.0)], [("area3 number8", 1.5)]]
    within = {p.id for article in (2, 3, 7, 8, 9) for p in library.article_passages(article)}
    exact = [library.search_words(clauses, 4, among) for among in (None, within)]
    monkeypatch.setattr("index.search.lexical.LARGE", 0)
    monkeypatch.setattr("index.search.lexical._MORE", 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LexicalIndex, "_best_within", None)  # what an exact search within passages calls
        for among, expected in zip((None, within), exact, strict=True):
            found = library.search_words(clauses, 4, among)
            assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], rel=1e-4)
            assert found[0].passage == expected[0].passage
    monkeypatch.setattr(LexicalIndex, "propose", lambda *given: [expected[0].passage, 9999])  # one is gone
    assert [hit.passage for hit in library.search_words(clauses, 4)] == [expected[0].passage]
