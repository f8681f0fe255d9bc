"""Filters, undoing, taught words, the doctor and backups of a library on a server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from small_library import TOKENIZER, HashingEmbedder, answers, articles, open_library

from index.address import LibraryUrl
from index.errors import UsageError
from index.library import Library
from index.maintenance.server import ServerDoctor
from index.milvus.connection import Server
from index.milvus.schema import number
from index.milvus.statistics import Statistics
from index.milvus.store import MilvusStore
from index.milvus.writer import Writer
from index.types import ArticleInfo, ParsedArticle, Selection, TaughtWord
from qa.question.filters import Filters, parse_all
from qa.session import restore

pytestmark = pytest.mark.slow(40)
DATES = ("2024", "2024-01-31", "2024-07", "2023-12-31T10:00", None, "2025")


@pytest.fixture
def library(url: LibraryUrl) -> Iterator[Library]:
    with open_library(url) as library:
        yield library


def dated(count: int) -> list[tuple[str, ParsedArticle]]:
    """Articles of several languages, dates and sources."""
    languages, sources = ("zh-Hans", "zh-Hant", "en", "und"), ("晚报 100%", 'The "Daily" News', None)
    return [
        (
            key,
            ParsedArticle(parsed.text, parsed.title, languages[i % 4], DATES[i % 6], source=sources[i % 3]),
        )
        for i, (key, parsed) in enumerate(articles(count))
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "lang:zh", "lang:en", "after:2024-01", "before:2024-07", "after:2024 before:2025", 'in:"daily news"',
        "in:晚报", "in:100% lang:zh-Hans", "in:key7", "in:nothing", "article:ID",
    ],
)  # fmt: skip
def test_filters_let_through_what_they_do_in_a_folder(library: Library, typed: str) -> None:
    library.add_parsed(dated(24))
    infos = library.articles()
    filters: Filters = parse_all([part.replace("ID", str(infos[3].id)) for part in [typed]])
    wanted = {info.id for info in infos if filters.allows(info)}
    within = library.select(filters.selection(), filters.allows)
    clauses, vector = [[("图书馆", 1.0)]], library.embedder.embed_query("", ["图书馆"])
    for hits in (library.search_words(clauses, 50, within), library.search_vector(vector, 50, within)):
        assert {passage.article for passage in library.passages([hit.passage for hit in hits])} == wanted


def test_removing_is_undone_under_the_same_ids(library: Library) -> None:
    library.add_parsed(articles(4))
    before, said = library.articles(), answers(library)
    removed = library.remove_undoable([info.id for info in before[1:3]])
    assert [info.id for info in library.articles()] == [before[0].id, before[3].id]
    assert library.undo_remove(removed) == 2
    assert library.articles() == before and answers(library) == said


def test_words_are_taught_and_forgotten(library: Library) -> None:
    library.add_parsed(articles(3))
    said = answers(library)
    assert library.teach("图书馆在", ["book house"]) == TaughtWord("图书馆在", ("book house",))
    assert library.words() == [TaughtWord("图书馆在", ("book house",))]
    assert library.document_frequency(["图书馆在"]) == [3]
    assert "book house" in {alias.other for alias in library.aliases(["图书馆在"])}
    library.forget("图书馆在")
    assert not library.words() and answers(library) == said


def test_two_clients_see_what_the_other_writes(url: LibraryUrl, library: Library) -> None:
    library.add_parsed(articles(3))
    with open_library(url) as other:
        assert len(other.articles()) == 3
        library.add_parsed(articles(5))
        other.add_parsed([("key1", articles(9)[8][1])])
        assert {info.path for info in library.articles()} == {f"key{i}" for i in range(5)}
        assert library.article(library.find("key1").id).text == articles(9)[8][1].text
        assert answers(library) == answers(other)
        assert len(other.articles()) == other.status().articles == 5


def test_a_batch_that_is_under_way_is_not_taken_for_left_behind(
    url: LibraryUrl, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads of a process may each have the library open."""
    library.add_parsed(articles(3))
    run, waiting = Server._run, [True]

    def interrupted(server: Server, method: str, collection: str, *given: Any, **named: Any) -> Any:
        if collection in ("articles", "passages") and method in ("upsert", "delete") and waiting:
            waiting.clear()
            with open_library(url) as other:
                other.add_parsed(articles(1, first=9))
        return run(server, method, collection, *given, **named)

    monkeypatch.setattr(Server, "_run", interrupted)
    library.add_parsed(articles(6))
    waiting.append(True)
    library.remove([library.find("key0").id])
    texts = {info.path: library.article(info.id).text for info in library.articles()}
    assert texts == {key: parsed.text for key, parsed in [*articles(6)[1:], *articles(1, first=9)]}
    assert states(url) == {"well"}


def test_two_writers_of_one_article_take_turns(url: LibraryUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both would take away what they found, and count that twice."""
    run, begun = Server._run, threading.Event()

    def slow(server: Server, method: str, collection: str, *given: Any, **named: Any) -> Any:
        if (method, collection) == ("upsert", "passages") and threading.current_thread() is ours:
            begun.set()
            time.sleep(0.5)
        return run(server, method, collection, *given, **named)

    def change_too() -> None:
        assert begun.wait(20)
        two.add_parsed([("key0", articles(1, first=8)[0][1])])
        two.remove([two.find("key1").id])

    with open_library(url) as one, open_library(url) as two:
        one.add_parsed(articles(3))
        ours, theirs = threading.current_thread(), threading.Thread(target=change_too)
        monkeypatch.setattr(Server, "_run", slow)
        theirs.start()
        one.add_parsed([(f"key{i}", parsed) for i, (_, parsed) in enumerate(articles(2, first=5))])
        theirs.join(20)
        texts = {info.path: one.article(info.id).text for info in one.articles()}
        assert texts == {"key0": articles(1, first=8)[0][1].text, "key2": articles(3)[2][1].text}
        assert one.status().articles == 2
    assert states(url) == {"well"}


def test_what_a_killed_writer_left_is_recovered_by_one_at_a_time(
    url: LibraryUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other would find the passages gone whose words it counts."""
    run, begun, done = Server._run, threading.Event(), threading.Event()

    def slow(server: Server, method: str, collection: str, *given: Any, **named: Any) -> Any:
        if (method, collection) == ("get", "passages") and threading.current_thread() is theirs:
            begun.set()
            done.wait(2)
        return run(server, method, collection, *given, **named)

    monkeypatch.setattr("index.milvus.writer._SETTLED", 0.0)
    with open_library(url) as one, open_library(url) as two:
        one.add_parsed(articles(3))
        with monkeypatch.context() as killed, suppress(InterruptedError):
            killed.setattr(Writer, "_take_away", raises)
            one.add_parsed([("key0", articles(1, first=8)[0][1])])
        theirs = threading.Thread(target=two.add_parsed, args=[articles(1, first=9)])
        monkeypatch.setattr(Server, "_run", slow)
        theirs.start()
        assert begun.wait(20)
        one.add_parsed(articles(1, first=7))
        done.set()
        theirs.join(20)
    assert states(url) == {"well"}


def raises(*_given: object) -> None:
    raise InterruptedError


def test_batches_that_are_put_together_while_they_are_read(
    url: LibraryUrl, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for first in range(3):
        library.add_parsed(articles(1, first))
    server = Server(url)
    store, reader, heads = MilvusStore(server), Statistics(server), Statistics._heads
    fold = [partial(store.statistics.fold, store.writer.slots.take(1), store.statistics.batches())]

    def then_folded(statistics: Statistics) -> dict[int, tuple[int, list[int]]]:
        found = heads(statistics)
        if statistics is reader and fold:
            fold.pop()()
        return found

    monkeypatch.setattr(Statistics, "_heads", then_folded)
    reader.refresh()
    assert reader.now.totals["articles"] == 3 and not fold
    store.statistics.fold(store.writer.slots.take(1), [1, 2])  # of which nothing is there
    reader.refresh()
    assert reader.now.totals["articles"] == 3
    store.close()


def test_writers_of_the_same_second_use_no_number_twice(
    url: LibraryUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before has given its number back, with which the same second would give the same slots."""
    second = SimpleNamespace(time=lambda: 1_800_000_000.5, monotonic=time.monotonic)
    monkeypatch.setattr("index.milvus.schema.time", second)
    monkeypatch.setattr("index.milvus.writer.time", second)
    monkeypatch.setattr("index.milvus.writer.secrets.choice", min)
    held = {}
    for place in (url, tmp_path / "library"):
        for each in (articles(4), [("key1", articles(5)[4][1])], articles(6)):
            with open_library(place) as library:
                library.add_parsed(each)
        with open_library(place) as library:
            held[place] = {info.path: library.article(info.id).text for info in library.articles()}
    assert held[url] == held[tmp_path / "library"] and len(held[url]) == 6


def test_numbers_that_were_given_back_are_free_again(url: LibraryUrl) -> None:
    with open_library(url) as library:
        library.add_parsed(articles(1))
    time.sleep(1.1)
    with open_library(url) as library:
        library.add_parsed(articles(2))
        server = Server(url)
        assert len(MilvusStore(server).facts("writer")) == 1
        server.close()


def test_the_doctor_finds_and_mends(url: LibraryUrl, library: Library) -> None:
    library.add_parsed(articles(6))
    said, infos = answers(library), library.articles()
    server = Server(url)
    store = MilvusStore(server)
    rows = store.article_rows([info.id for info in infos])
    passage = rows[infos[0].id]["version"] << 10
    server.put("passages", [lost_passage(server, passage)])  # of no article
    server.put("paths", [{"id": 7, "article": infos[0].id}])
    server.delete("words", [row["id"] for row in server.rows("words", "id >= 0", [])])
    found = {finding.check: finding.state for finding in ServerDoctor(url).examine()}
    assert (found["rows"], found["counts"], found["passages"]) == ("note", "wrong", "well")
    mended = {finding.check: finding.state for finding in ServerDoctor(url, fix=True).examine()}
    assert (mended["rows"], mended["counts"]) == ("mended", "mended")
    assert states(url) == {"well"}
    server.close()
    with open_library(url) as again:
        assert answers(again) == said


def states(url: LibraryUrl) -> set[str]:
    """What the doctor finds; vectors of the embedder of the tests are not made anew."""
    return {finding.state for finding in ServerDoctor(url).examine() if finding.check != "model"}


def lost_passage(server: Server, passage: int) -> dict[str, object]:
    fields = ["version", "article", "language", "published", "content", "sparse", "dense"]
    row = server.get("passages", [passage], fields)[passage]
    return row | {"id": passage + 500, "article": 5, "version": 6}


def test_a_backup_is_a_library_for_a_folder(library: Library, tmp_path: Path) -> None:
    library.add_parsed(dated(8))
    library.teach("图书馆在", ["book house"])
    library.back_up(tmp_path / "copy.db")
    folder = tmp_path / "restored"
    folder.mkdir()
    (tmp_path / "copy.db").rename(folder / "library.db")
    with Library.open(folder, embedder=HashingEmbedder(), tokenizer=TOKENIZER) as copy:
        assert copy.articles() == library.articles() and copy.words() == library.words()
        for info in copy.articles():
            assert copy.article(info.id) == library.article(info.id)
        assert answers(copy) == answers(library)
        assert copy.status().languages == library.status().languages


def test_a_backup_is_not_put_back_on_a_server(url: LibraryUrl, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not put back on a server"):
        restore(tmp_path / "copy.db", url)


def allows_all(_: ArticleInfo) -> bool:
    return True


def test_nothing_is_selected_by_nothing(library: Library) -> None:
    library.add_parsed(articles(2))
    within = library.select(Selection(), allows_all)
    assert len(library.search_words([[("图书馆", 1.0)]], 9, within)) == 2


def test_new_paths_are_looked_for_among_all_articles_only_if_a_path_was_lost(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add_parsed(articles(4))
    asked, query = list[str](), Server.query

    def counted(server: Server, collection: str, *given: Any, **named: Any) -> Any:
        asked.append(collection)
        return query(server, collection, *given, **named)

    monkeypatch.setattr(Server, "query", counted)
    assert len(library.add_parsed(articles(8)).added) == 4
    assert "articles" not in asked
    server = Server(LibraryUrl(str(library.path)))
    server.delete("paths", [number("path", "key0")])
    server.close()
    changed = [("key0", articles(20)[19][1]), *articles(4, first=8)]
    report = library.add_parsed(changed)
    assert (report.updated, len(report.added)) == (["key0"], 4) and "articles" in asked
    assert len(library.articles()) == library.status().articles == 12
