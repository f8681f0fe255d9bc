"""A library on a server does what one in a folder does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_library import articles, open_library

from index.address import LibraryUrl
from index.errors import LibraryError
from index.library import Library
from index.types import Scored


@pytest.fixture
def library(url: LibraryUrl) -> Iterator[Library]:
    with open_library(url) as library:
        yield library


def test_a_library_that_is_not_there_is_told(url: LibraryUrl) -> None:
    with pytest.raises(LibraryError, match="there is no library at milvus://127"):
        Library.open(url)


def test_articles_are_kept_as_they_are_added(url: LibraryUrl) -> None:
    with open_library(url) as library:
        report = library.add_parsed(articles(5))
        assert (len(report.added), report.passages) == (5, 5)
        assert library.add_parsed(articles(6)).added == ["key5"]
    with open_library(url, create=False) as again:
        infos = again.articles()
        assert [info.path for info in infos] == [f"key{i}" for i in range(6)]
        for (key, parsed), info in zip(articles(6), infos, strict=True):
            kept = again.article(info.id)
            assert (kept.path, kept.text, kept.title) == (key, parsed.text, parsed.title)
            assert kept.blocks and again.blocks([info.id])[info.id] == kept.blocks
            [passage] = again.article_passages(info.id)
            assert kept.text[passage.start : passage.end] == passage.text
            assert again.passages([passage.id]) == [passage]


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as library:
        yield library


def texts(library: Library, found: list[Scored]) -> list[tuple[float, str]]:
    passages = library.passages([hit.passage for hit in found])
    return [(round(hit.score, 4), passage.text) for hit, passage in zip(found, passages, strict=True)]


def test_both_searches_find_what_those_of_a_folder_find(library: Library, local: Library) -> None:
    for each in (library, local):
        each.add_parsed(articles(30))
    seven, area, phrase = ("7", 2.0), ("area", 1.0), ("library number", 0.7)
    for clauses in ([[seven], [area]], [[("图书馆", 1.0), phrase]], [[seven, ("14", 1.0)], [phrase]]):
        found, wanted = library.search_words(clauses, 30), local.search_words(clauses, 30)
        assert wanted and sorted(texts(library, found)) == sorted(texts(local, wanted))
    vector = local.embedder.embed_query("", ["library", "7", "图书馆"])
    found, wanted = library.search_vector(vector, 30), local.search_vector(vector, 30)
    mine, theirs = texts(library, found), texts(local, wanted)
    assert {text for _, text in mine} == {text for _, text in theirs}
    assert [score for score, _ in mine] == pytest.approx([score for score, _ in theirs], abs=2e-3)


def test_words_are_counted_as_articles_come_and_go(library: Library, local: Library) -> None:
    for each in (library, local):
        each.add_parsed(articles(30))
        each.remove([info.id for info in each.articles()[:10]])
        each.add_parsed([("key25", articles(1)[0][1])])
    assert library.vocabulary() == local.vocabulary()
    assert library.document_frequency(["图书馆", "nothing"]) == [20, 0]
    mine, theirs = (each.words_beginning(["图", "lib", "nothing"]) for each in (library, local))
    assert [sorted(words) for words in mine] == [sorted(words) for words in theirs] and all(mine[:2])
    held = [[p for i in each.articles() for p in each.article_passages(i.id)] for each in (library, local)]
    words = [
        [text for _, text in each.words_of(p.id for p in ps)]
        for each, ps in zip((library, local), held, strict=True)
    ]
    assert words[0] and sorted(words[0]) == sorted(words[1])
    for fact in ("articles", "passages", "characters", "languages", "model", "dimensions"):
        assert getattr(library.status(), fact) == getattr(local.status(), fact)


def test_many_batches_are_counted_as_one(
    library: Library, local: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session that adds them knows their words at once."""
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", 1)
    for each in (library, local):
        each.add_parsed(articles(40))
    assert library.status().passages == 40 and library.vocabulary() == local.vocabulary()
    for each in (library, local):
        each.add_parsed(articles(80))
    assert library.status().passages == 80 and library.vocabulary() == local.vocabulary()


def test_an_article_that_is_added_again_keeps_its_id(library: Library) -> None:
    library.add_parsed(articles(3))
    before = library.find("key1")
    changed = articles(5)[4][1]
    report = library.add_parsed([("key1", changed)])
    assert report.updated == ["key1"] and library.find("key1").id == before.id
    assert library.article(before.id).text == changed.text
    assert library.document_frequency(["28", "7"]) == [1, 0]
