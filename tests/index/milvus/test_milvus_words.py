"""Words that are taught to a library on a server, stopped halfway or while others write."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from small_library import articles, open_library

from index.address import LibraryUrl
from index.errors import Cancelled
from index.library import Library
from index.maintenance.server import ServerDoctor
from index.milvus.connection import Server
from index.types import Monitor, ParsedArticle

pytestmark = pytest.mark.slow(40)
WORD = "图书馆在"


@pytest.fixture
def library(url: LibraryUrl) -> Iterator[Library]:
    with open_library(url) as library:
        yield library


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.ingest.prepare.BATCH_SIZE", 2)
    monkeypatch.setattr("index.milvus.writer._REWRITTEN", 2)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], threading.Thread]:
    """Makes this thread wait before it first stores passages until another one has begun with something."""
    run, begun = Server._run, threading.Event()

    def begin(action: Callable[[], object]) -> threading.Thread:
        ours, first = threading.current_thread(), [True]

        def slow(server: Server, method: str, collection: str, *given: Any, **named: Any) -> Any:
            here = threading.current_thread()
            if (method, collection) == ("upsert", "passages") and here is ours and first:
                first.clear()
                begun.set()
                theirs.join(1.5)  # unless it waits for us
            return run(server, method, collection, *given, **named)

        def other() -> None:
            assert begun.wait(20)
            action()

        monkeypatch.setattr(Server, "_run", slow)
        theirs = threading.Thread(target=other)
        theirs.start()
        return theirs

    return begin


def check(url: LibraryUrl) -> None:
    """The counts are right, and all passages are cut by what is taught."""
    found = [f for f in ServerDoctor(url).examine() if f.check != "model"]  # which is made up
    assert [str(f.text) for f in found if f.state != "well"] == []
    with open_library(url) as library:
        words = library.tokenizer.words
        for info in library.articles():
            for passage in library.article_passages(info.id):
                assert passage.words == tuple(words(passage.text))


def test_what_was_stopped_is_told_and_finished_by_the_next_writer(url: LibraryUrl, library: Library) -> None:
    library.add_parsed(articles(6))
    asked = iter([False, False, True])
    with pytest.raises(Cancelled, match="stopped") as caught:
        library.teach(WORD, monitor=Monitor(cancelled=lambda: next(asked)))
    assert caught.value.hint == "the next command that changes the library finishes it"
    assert [word.word for word in library.words()] == [WORD]
    assert 0 < library.document_frequency([WORD])[0] < 6
    with open_library(url) as other:
        other.remove([])
        assert other.document_frequency([WORD]) == [6]
    check(url)


def test_an_article_is_removed_and_one_replaced_while_a_word_is_taught(
    url: LibraryUrl, library: Library, meanwhile: Callable[[Callable[[], object]], threading.Thread]
) -> None:
    library.add_parsed(articles(6))
    with open_library(url) as other:

        def change() -> None:
            other.remove([other.find("key0").id])
            other.add_parsed([("key1", articles(9)[8][1]), *articles(1, first=7)])

        theirs = meanwhile(change)
        library.teach(WORD)
        theirs.join(30)
        assert not theirs.is_alive()
    assert {info.path for info in library.articles()} == {f"key{i}" for i in (1, 2, 3, 4, 5, 7)}
    assert library.document_frequency([WORD]) == [6]
    check(url)


def test_a_word_is_taught_while_articles_are_added(
    url: LibraryUrl, library: Library, meanwhile: Callable[[Callable[[], object]], threading.Thread]
) -> None:
    library.add_parsed(articles(3))
    with open_library(url) as other:
        theirs = meanwhile(lambda: other.teach(WORD))
        library.add_parsed([("key1", articles(9)[8][1]), *articles(2, first=5)])
        theirs.join(30)
        assert not theirs.is_alive()
    assert library.document_frequency([WORD]) == [5]
    check(url)


def test_two_words_are_taught_at_once(
    url: LibraryUrl, library: Library, meanwhile: Callable[[Callable[[], object]], threading.Thread]
) -> None:
    library.add_parsed(articles(6))
    with open_library(url) as other:
        theirs = meanwhile(lambda: other.teach("开放时间"))
        library.teach(WORD)
        theirs.join(30)
        assert not theirs.is_alive()
    assert library.document_frequency([WORD, "开放时间"]) == [6, 6]
    check(url)


class Killed(BaseException):
    """No code can catch it by mistake."""


def add_and_be_killed(url: LibraryUrl, first: int, change: Callable[[Library], object]) -> int:
    """Adds articles from key ``first`` on and is killed before the end; returns how many it stored.

    Before any are stored, somebody changes what is taught.
    """

    def some() -> Iterator[tuple[str, ParsedArticle]]:
        with open_library(url) as other:
            change(other)
        yield from articles(12, first)
        raise Killed

    with open_library(url) as library:
        before = len(library.articles())
        with pytest.raises(Killed):
            library.add_parsed(some())
        return len(library.articles()) - before


def test_what_a_killed_adder_stored_is_cut_by_what_was_taught_meanwhile(
    url: LibraryUrl, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", 1)
    library.add_parsed(articles(3))
    stored = add_and_be_killed(url, 3, lambda other: other.teach(WORD))
    assert stored > 0 and library.document_frequency([WORD]) == [3]
    told = {f.check: str(f.text) for f in ServerDoctor(url).examine() if f.state != "well"}
    assert told["words"] == "1 changes of taught words are unfinished"
    with open_library(url) as other:
        other.remove([])
        assert other.document_frequency([WORD]) == [3 + stored]
    check(url)
    stored = add_and_be_killed(url, 30, lambda other: other.forget(WORD))
    with open_library(url) as other:
        assert other.document_frequency([WORD]) == [stored]
        other.remove([])
        assert other.document_frequency([WORD]) == [0]
    check(url)


def test_nothing_is_left_of_a_killed_adder_if_nothing_was_taught(url: LibraryUrl, library: Library) -> None:
    library.teach(WORD)
    add_and_be_killed(url, 3, lambda other: other.words())
    check(url)
    library.remove([])
    assert library._store.facts("recut") == {}


def test_where_more_is_taught_than_a_note_holds_all_passages_are_cut_again(
    url: LibraryUrl, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", 1)
    monkeypatch.setattr("index.milvus.vocabulary._MOST", 1)
    stored = add_and_be_killed(url, 3, lambda other: other.teach(WORD))
    library.remove([])
    assert library.document_frequency([WORD]) == [stored]
    check(url)
