"""Articles removed and put back, against the library as it was and one that never lost them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_library import an_article, answers, articles, fresh_answers, open_library

from index.errors import Cancelled
from index.library import Library
from index.types import Article, Monitor, ParsedArticle

GLOSSED = ParsedArticle(
    "德特克（Matt Deitke）在北京的图书馆。", "人才", "zh-Hans", "2024-01-23T18:19", "某人", "某报"
)


def whole(library: Library) -> list[tuple[Article, list[tuple[int, int, str, tuple[str, ...]]]]]:
    """All that is stored of the articles but the ids of their passages."""
    return [
        (
            library.article(info.id),
            [(p.start, p.end, p.heading, p.words) for p in library.article_passages(info.id)],
        )
        for info in library.articles()
    ]


@settings(max_examples=8, deadline=None)
@given(st.sets(st.integers(1, 12)), st.booleans())
def test_put_back_articles_are_what_they_were(
    tmp_path_factory: pytest.TempPathFactory, ids: set[int], forward: bool
) -> None:
    with open_library(tmp_path_factory.mktemp("library")) as library:
        library.add_parsed([*articles(9), ("glossed", GLOSSED)])
        before = whole(library), answers(library), library.aliases(["德特克"])
        assert before[2]
        taken = library.remove_undoable([*ids, *ids])
        assert [article.id for article in taken] == sorted(ids & set(range(1, 11)))
        assert [info.id for info in library.articles()] == sorted(set(range(1, 11)) - ids)
        assert library.undo_remove(taken if forward else taken[::-1]) == len(taken)
        assert (whole(library), answers(library), library.aliases(["德特克"])) == before
        assert library.undo_remove(taken) == 0
        assert len(library.add_parsed([*articles(9), ("glossed", GLOSSED)]).unchanged) == 10


def test_what_was_removed_is_found_no_more(library: Library, tmp_path: Path) -> None:
    library.add_parsed([*articles(5), ("glossed", GLOSSED)])
    library.remove_undoable([6, 2])
    assert library.aliases(["德特克"]) == []
    assert answers(library) == fresh_answers(tmp_path, [articles(5)[i] for i in (0, 2, 3, 4)])


def test_a_file_that_is_put_back_is_known_again(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("图书馆在北京。它每天开放。", encoding="utf-8")
    library.add([tmp_path / "a.txt"])
    assert library.undo_remove(library.remove_undoable([1])) == 1
    assert library.add([tmp_path / "a.txt"]).unchanged == [str(tmp_path / "a.txt")]


def test_a_path_that_was_added_again_stays(library: Library) -> None:
    library.add_parsed(articles(3))
    taken = library.remove_undoable([1, 2])
    library.add_parsed([("key1", an_article("新的内容。"))])
    assert library.undo_remove(taken) == 1
    assert [(info.id, info.path) for info in library.articles()] == [(1, "key0"), (3, "key2"), (4, "key1")]
    assert library.article(4).text == "新的内容。"


def test_a_word_taught_in_the_meantime_holds(library: Library, tmp_path: Path) -> None:
    library.add_parsed([*articles(3), ("glossed", GLOSSED)])
    taken = library.remove_undoable([4])
    library.teach("德特克")
    assert library.undo_remove(taken) == 1
    with open_library(tmp_path / "other") as other:
        other.teach("德特克")
        other.add_parsed([*articles(3), ("glossed", GLOSSED)])
        assert answers(library) == answers(other)
        assert [parts for _, parts in whole(library)] == [parts for _, parts in whole(other)]


def test_putting_back_can_be_stopped(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", 1)
    library.add_parsed(articles(9))
    taken, told = library.remove_undoable(range(1, 10)), []
    monitor = Monitor(done=lambda *done: told.append(done), cancelled=lambda: len(told) == 4)
    with pytest.raises(Cancelled):
        library.undo_remove(taken, monitor=monitor)
    assert told[-1] == (4, 9)
    assert [info.id for info in library.articles()] == [1, 2, 3, 4]
    assert library.undo_remove(taken) == 5
