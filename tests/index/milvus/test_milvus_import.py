"""What is imported in bulk is what batches would have stored, whatever fails on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from milvus_imports import ImportServer, folder
from milvus_server import MilvusServer
from object_store import ObjectStore
from small_library import answers, articles, open_library

from index.address import LibraryUrl
from index.errors import Cancelled, Inaccessible, LibraryError, UsageError
from index.library import Library
from index.maintenance.server import ServerDoctor
from index.milvus.bulk import Bulk, Chunk
from index.milvus.connection import Server
from index.milvus.import_files import ParquetFile
from index.milvus.import_jobs import ImportJobs
from index.milvus.writer import Writer
from index.types import Monitor, ParsedArticle

pytestmark = pytest.mark.slow(60)


@pytest.fixture
def imports(server: MilvusServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImportServer]:
    """Everything that is added is imported, at most 20 passages at a time, and looked at without a pause."""
    monkeypatch.setattr("index.milvus.bulk.LARGE", 0)
    monkeypatch.setattr("index.milvus.bulk.MOST", 20)
    monkeypatch.setattr("index.milvus.bulk._PAUSE", 0.01)
    monkeypatch.setattr("index.milvus.writer._SETTLED", 0.0)
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", 2)
    monkeypatch.setenv("QA_MILVUS_IMPORT", (tmp_path / "bucket").as_uri())
    with ImportServer(server.url("any").server, folder) as imports:
        monkeypatch.setenv("QA_MILVUS_REST", imports.address)
        yield imports


def state(library: Library) -> tuple[dict[str, str], Any]:
    texts = {info.path: library.article(info.id).text for info in library.articles()}
    return texts, answers(library)


def expected(tmp_path: Path, *runs: list[Any]) -> tuple[dict[str, str], Any]:
    with open_library(tmp_path / "local") as local:
        for run in runs:
            local.add_parsed(run)
        return state(local)


def wrongs(url: LibraryUrl) -> list[str]:
    found = ServerDoctor(url).examine()
    return [str(finding.text) for finding in found if finding.state != "well" and finding.check != "model"]


def files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "bucket").rglob("*") if path.is_file()]


def changed(count: int) -> list[Any]:
    """Articles at the paths of others, and new ones."""
    return [(f"key{i * 3}", parsed) for i, (_, parsed) in enumerate(articles(count, first=200))]


def test_a_library_is_the_same_as_by_batches(url: LibraryUrl, imports: ImportServer, tmp_path: Path) -> None:
    looked: list[tuple[int, int]] = []
    with open_library(url) as library:
        report = library.add_parsed(articles(40), monitor=Monitor(rows=lambda *rows: looked.append(rows)))
        assert len(report.added) == 40
        assert len({job["file"].split("/")[-2] for job in imports.jobs.values()}) == 2
        assert looked and all(done <= total for done, total in looked) and looked[-1][0] == looked[-1][1]
        assert library.add_parsed(changed(20)).updated
        assert state(library) == expected(tmp_path, articles(40), changed(20))
        assert library.status().articles == len(library.articles()) == 46
    assert wrongs(url) == [] and files(tmp_path) == []


def test_a_path_that_comes_twice_is_what_came_last(
    url: LibraryUrl, imports: ImportServer, tmp_path: Path
) -> None:
    twice = [*articles(4), ("key1", articles(9)[8][1])]
    with open_library(url) as library:
        library.add_parsed(twice)
        assert state(library) == expected(tmp_path, twice)
    assert wrongs(url) == []


def test_small_additions_are_sent(url: LibraryUrl, imports: ImportServer, monkeypatch: Any) -> None:
    monkeypatch.setattr("index.milvus.bulk.LARGE", 8)
    with open_library(url) as library:
        library.add_parsed(articles(8))
        assert not imports.jobs
        library.add_parsed(articles(30))
        assert imports.jobs and library.status().articles == 30
    assert wrongs(url) == []


@pytest.mark.parametrize("what", ["create", "describe", "list"])
@pytest.mark.parametrize("remembers", [True, False])
def test_a_lost_answer_imports_nothing_twice(
    url: LibraryUrl, imports: ImportServer, tmp_path: Path, what: str, remembers: bool
) -> None:
    imports.loses, imports.remembers = [what, "create"], remembers
    with open_library(url) as library:
        library.add_parsed(articles(10))
        assert len(imports.jobs) == 2
        assert state(library) == expected(tmp_path, articles(10))
    server = Server(url)
    assert server.count("passages") == 10
    server.close()
    assert wrongs(url) == []


@pytest.mark.parametrize("failing", ["texts", "passages", "names"])
def test_an_import_that_fails_leaves_nothing(
    url: LibraryUrl, imports: ImportServer, tmp_path: Path, failing: str
) -> None:
    imports.fails = failing
    with open_library(url) as library:
        if failing == "names":
            explained = "图书馆联盟（Library League，LL）在北京。"
            library_articles = [("league", ParsedArticle(explained, "LL", "zh-Hans"))]
        else:
            library_articles = articles(10)
        with pytest.raises(LibraryError, match="import failed: no space left on device") as raised:
            library.add_parsed(library_articles)
        assert "QA_MILVUS_IMPORT" in raised.value.hint
        assert library.articles() == [] and library.status().passages == 0
        assert wrongs(url) == [] and files(tmp_path) == []
        imports.fails = ""
        assert len(library.add_parsed(library_articles).added) == len(library_articles)
    assert wrongs(url) == []


def test_a_bucket_that_the_server_does_not_read_is_told(
    url: LibraryUrl, imports: ImportServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(path: str) -> bytes:
        raise FileNotFoundError(path)

    monkeypatch.setattr(imports, "_bucket", nothing)
    with open_library(url) as library, pytest.raises(LibraryError, match="cannot import from file:///"):
        library.add_parsed(articles(3))


def test_a_user_who_is_refused_is_told(
    url: LibraryUrl, imports: ImportServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "_token", "root:Milvus")
    with open_library(url) as library:
        with pytest.raises(Inaccessible, match="refuses this user") as raised:
            library.add_parsed(articles(3))
        assert "QA_MILVUS_TOKEN" in raised.value.hint
        monkeypatch.setattr(imports, "_token", "")
        library.add_parsed([])  # what is ready is taken in
        assert len(library.articles()) == 3


def test_a_job_that_is_refused_is_told(
    url: LibraryUrl, imports: ImportServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.milvus.import_jobs.ImportJobs._begin", refused)
    with open_library(url) as library:
        with pytest.raises(LibraryError, match="refuses: no such job, or request: begin") as raised:
            library.add_parsed(articles(3))
        assert "without QA_MILVUS_IMPORT" in raised.value.hint
        monkeypatch.delenv("QA_MILVUS_IMPORT")
        assert len(library.add_parsed(articles(2)).added) == 2


def refused(jobs: ImportJobs, *_: str) -> None:
    jobs._ask("begin", {})


def test_a_server_without_import_jobs_is_told(
    url: LibraryUrl, imports: ImportServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.milvus.import_jobs._PATIENCE", 0.3)
    monkeypatch.setenv("QA_MILVUS_REST", "http://127.0.0.1:9")
    with open_library(url) as library:
        with pytest.raises(Inaccessible, match="does not answer at http") as raised:
            library.add_parsed(articles(3))
        assert "QA_MILVUS_REST" in raised.value.hint
    monkeypatch.setenv("QA_MILVUS_REST", imports.address)
    with open_library(url) as library:
        assert library.add_parsed(articles(4)).added == ["key3"]
    assert wrongs(url) == []


@pytest.mark.parametrize("place", ["nothing", "s3:", "milvus://a/b"])
def test_a_place_that_is_none_is_told(
    url: LibraryUrl, imports: ImportServer, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("QA_MILVUS_IMPORT", place)
    with open_library(url) as library, pytest.raises(UsageError, match="QA_MILVUS_IMPORT") as raised:
        library.add_parsed(articles(3))
    assert "s3://BUCKET/PREFIX" in raised.value.hint


WORD = "图书馆在"


def test_a_word_is_taught_just_before_what_waits_is_imported(
    url: LibraryUrl, imports: ImportServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = Bulk.finish

    def late(bulk: Bulk) -> None:
        if bulk.waits:
            monkeypatch.setattr(Bulk, "finish", finish)
            with open_library(url) as other:
                other.teach(WORD)
        finish(bulk)

    with open_library(url) as library:
        monkeypatch.setattr(Bulk, "finish", late)
        library.add_parsed(articles(4))
        assert library.document_frequency([WORD]) == [4]
    assert wrongs(url) == []


def test_a_stopped_import_is_cut_by_what_was_taught_meanwhile(
    url: LibraryUrl, imports: ImportServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def some() -> Iterator[tuple[str, ParsedArticle]]:
        with open_library(url) as other:
            other.teach(WORD)
        yield from articles(10)
        raise Cancelled("stopped")

    with open_library(url) as library:
        with pytest.raises(Cancelled):
            library.add_parsed(some())
        with monkeypatch.context() as elsewhere:
            elsewhere.delenv("QA_MILVUS_IMPORT")
            library.remove([])
            assert library.articles() == []
        library.remove([])
        assert library.document_frequency([WORD]) == [len(library.articles())] == [8]
    assert wrongs(url) == []


class Killed(BaseException):
    """No code can catch it by mistake."""


def killing(monkeypatch: pytest.MonkeyPatch, step: int) -> list[int]:
    """Raises Killed in place of the step of this number: each request, and each file, is one."""
    done = [0]

    def wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            if len(args) < 2 or args[1] not in ("get", "query", "query_iterator"):
                if done[0] >= step:
                    raise Killed
                done[0] += 1
            return function(*args, **kwargs)

        return run

    monkeypatch.setattr(Server, "_run", wrapped(Server._run))
    monkeypatch.setattr(ImportJobs, "_ask", wrapped(ImportJobs._ask))
    monkeypatch.setattr(ParquetFile, "close", wrapped(ParquetFile.close))
    return done


@pytest.mark.slow(120)
def test_a_client_that_is_killed_at_any_step(
    server: MilvusServer, imports: ImportServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = expected(tmp_path, articles(6), changed(5))
    for step in range(1, 200, 4):
        url = server.url(f"importkilled{step}")
        with open_library(url) as library:
            library.add_parsed(articles(6))
        with open_library(url) as library, monkeypatch.context() as patched:
            done = killing(patched, step)
            with suppress(Killed):
                library.add_parsed(changed(5))
            killed = done[0] >= step
            monkeypatch.setattr("index.milvus.bulk._MINE", set())  # the process is gone
        with open_library(url) as library:
            texts = {info.path: library.article(info.id).text for info in library.articles()}
            assert texts.keys() >= {f"key{i}" for i in range(6)}
            for path, text in texts.items():  # as it was, or as it was to be
                assert text in (
                    dict(articles(6))[path].text if path in dict(articles(6)) else "",
                    wanted[0][path],
                )
            library.add_parsed(changed(5))
            assert state(library) == wanted
        assert wrongs(url) == [] and files(tmp_path) == []
        if not killed:
            return
    raise AssertionError("there are more steps")


def test_stopping_keeps_what_is_ready(url: LibraryUrl, imports: ImportServer, tmp_path: Path) -> None:
    stop: list[bool] = []

    def some(count: int) -> Iterator[Any]:
        for number, article in enumerate(articles(count)):
            if number == 15:
                stop.append(True)
            yield article

    with open_library(url) as library:
        with pytest.raises(Cancelled):
            library.add_parsed(some(30), monitor=Monitor(cancelled=lambda: bool(stop)))
        assert library.articles() == [] and not imports.jobs
        library.add_parsed(articles(16))
        assert state(library) == expected(tmp_path, articles(16))
    assert wrongs(url) == []


def test_stopping_an_import_leaves_it_to_the_next_command(
    url: LibraryUrl, imports: ImportServer, tmp_path: Path
) -> None:
    imports.looks = 5
    with open_library(url) as library:
        with pytest.raises(Cancelled, match="the server goes on importing"):
            library.add_parsed(articles(5), monitor=Monitor(cancelled=lambda: bool(imports.jobs)))
        assert library.articles() == []
        assert library.add_parsed(articles(6)).added == ["key5"]
        assert state(library) == expected(tmp_path, articles(6))
    assert wrongs(url) == [] and files(tmp_path) == []


def test_the_doctor_tells_of_an_import_that_was_left(
    url: LibraryUrl, imports: ImportServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports.looks = 3
    with open_library(url) as library, pytest.raises(Cancelled):
        library.add_parsed(articles(5), monitor=Monitor(cancelled=lambda: bool(imports.jobs)))
    assert "1 imports" in " ".join(wrongs(url))
    ServerDoctor(url, fix=True).examine()
    assert wrongs(url) == []
    with open_library(url) as library:
        assert len(library.articles()) == library.status().articles == 5


def test_the_doctor_leaves_what_is_imported_now(
    url: LibraryUrl, imports: ImportServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Writer.commit

    def after_the_doctor(writer: Writer, chunk: Chunk) -> None:
        ServerDoctor(url, fix=True).examine()
        commit(writer, chunk)

    monkeypatch.setattr(Writer, "commit", after_the_doctor)
    with open_library(url) as library:
        library.add_parsed(articles(10))
    assert wrongs(url) == []


def test_a_newer_article_stays(url: LibraryUrl, imports: ImportServer, monkeypatch: Any) -> None:
    """Another writer stored one of the articles while they were imported."""
    newer = ("key1", articles(9)[8][1])
    begin = Bulk._begin

    def store_another(bulk: Bulk, *args: Any) -> Any:
        if args[0] == "passages" and not done:
            done.append(True)
            with monkeypatch.context() as patched, open_library(url) as other:
                patched.delenv("QA_MILVUS_IMPORT")
                other.add_parsed([newer])
        return begin(bulk, *args)

    done: list[bool] = []
    monkeypatch.setattr(Bulk, "_begin", store_another)
    with open_library(url) as library:
        library.add_parsed(articles(4))
        assert done and library.article(library.find("key1").id).text == newer[1].text
        assert library.status().articles == len(library.articles()) == 4
    assert wrongs(url) == []


def test_files_go_through_an_object_store(
    url: LibraryUrl, imports: ImportServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ObjectStore("someone") as store:

        def bucket(path: str) -> bytes:
            return store.objects[f"milvus-bucket/{path}"]

        monkeypatch.setattr(imports, "_bucket", bucket)
        monkeypatch.setenv("AWS_ENDPOINT_URL", store.address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("QA_MILVUS_IMPORT", "s3://milvus-bucket/yinju")
        with open_library(url) as library:
            library.add_parsed(articles(12))
            assert state(library) == expected(tmp_path, articles(12))
            assert imports.jobs and all(job["file"].startswith("yinju/") for job in imports.jobs.values())
            assert not any(store.objects.values())  # of folders, nothing but their names is left
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "stranger")
            with pytest.raises(Inaccessible, match="object store s3://milvus-bucket/yinju refuses") as raised:
                library.add_parsed(articles(13))
            assert "AWS_ACCESS_KEY_ID" in raised.value.hint
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
            assert library.add_parsed(articles(13)).added == ["key12"]
    assert wrongs(url) == []
