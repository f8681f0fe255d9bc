"""Yinju for programs: its examples run, its types hold, and it does what the command line does."""

from __future__ import annotations

import doctest
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import qa
from index.types import Span
from qa import (
    Cancelled,
    LibraryError,
    ModelError,
    Monitor,
    OpenLibrary,
    UsageError,
    YinjuError,
    api,
    open_library,
)

ROOT = Path(__file__).parents[2]
DEPTH = "How deep is the northern lake?"


@pytest.fixture
def opened(articles: Path, tmp_path: Path) -> Iterator[OpenLibrary]:
    with open_library(tmp_path / "mine", create=True) as library:
        library.add(articles)
        yield library


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testmod(api)
    assert failed == 0 and tried > 15


@pytest.mark.slow(seconds=20)
def test_a_program_that_uses_it_is_type_checked() -> None:
    program = Path(__file__).with_name("typed_program.py").relative_to(ROOT)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-m", "mypy", program]  # with the settings, and so the cache, of `make test`
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_has_the_names_it_lists_and_no_others() -> None:
    assert [name for name in qa.__all__ if getattr(qa, name).__name__ != name] == []
    assert {*qa.__all__} <= {*dir(qa)}
    with pytest.raises(AttributeError, match="open_libary"):
        qa.open_libary  # type: ignore[attr-defined]  # noqa: B018


def test_it_opens_what_qa_opens_unless_a_folder_is_named(
    tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_library() as bundled:
        assert len(bundled.articles()) == 24
        with pytest.raises(UsageError, match="bundled"):
            bundled.add(articles)
    monkeypatch.setenv("QA_LIBRARY", str(tmp_path / "mine"))
    monkeypatch.setenv("QA_K", "1")
    with open_library(create=True) as own:
        assert own.path == tmp_path / "mine" and own.articles() == []
        own.add(articles)
        # Nothing else is taken from the settings.
        assert len(own.search("the northern lake 茶園 长桥").hits) > 1


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as missing:
        open_library(tmp_path / "nothing")
    assert missing.value.kind == "library" and missing.value.hint
    assert not (tmp_path / "nothing").exists()
    open_library(tmp_path / "mine", create=True).close()
    with pytest.raises(ModelError):
        open_library(tmp_path / "mine", model="other/model", create=True)
    with pytest.raises(UsageError, match="sure"):
        open_library(tmp_path / "mine", sure=100)


def test_it_asks_with_filters_earlier_questions_and_a_number_of_quotes(opened: OpenLibrary) -> None:
    answer = opened.ask(DEPTH)
    assert "62 metres" in answer.sentences[0].text
    assert opened.ask(DEPTH, filter="lang:zh").answered is False
    assert opened.ask("Who founded it?", after=[DEPTH]).carried
    assert len(opened.search("茶園 bridge lake 桥", k=2).hits) == 2
    assert opened.search("volcano").hits == ()
    for wrong in ({"k": 0}, {"filter": "nothing"}):
        with pytest.raises(UsageError):
            opened.ask(DEPTH, **wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        opened.ask(" ")
    with open_library(opened.path, sure=99) as strict:
        assert strict.ask(DEPTH).answered is False


def test_an_article_is_read_by_whatever_names_it(opened: OpenLibrary, articles: Path) -> None:
    info = opened.ask(DEPTH).citations[0].article
    references: list[api.Reference] = [info, info.id, info.title, "lake.txt", articles / "lake.txt"]
    references += [opened.ask(DEPTH).citations[0], opened.search("northern lake").hits[0]]
    assert {opened.read(reference).id for reference in references} == {info.id}
    for number in (99, 1 << 64, -(1 << 64)):
        with pytest.raises(UsageError, match=f"no article {number}"):
            opened.read(number)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda _: open_library(5), "path must be text, not 5"),
        (lambda _: open_library(b"mine"), "path must be text, not b'mine'"),
        (lambda _: open_library(sure=None), "sure must be a whole number"),
        (lambda _: open_library(sure=0.5), "sure must be a whole number"),
        (lambda _: open_library(reranker=5), "reranker must be text"),
        (lambda _: open_library(model=None), "model must be text"),
        (lambda _: open_library(model="other/model"), "model is for a library that is made"),
        (lambda library: library.ask(None), "question must be text, not None"),
        (lambda library: library.ask(DEPTH, filter=["lang:en"]), "filter must be text"),
        (lambda library: library.ask(DEPTH, after="Why?"), "after must be a list"),
        (lambda library: library.ask(DEPTH, after=[5]), "after must be text, not 5"),
        (lambda library: library.search(b"lake"), "query must be text"),
        (lambda library: library.verify(5), "quote must be text, not 5"),
        (lambda library: library.articles(5), "filter must be text"),
        (lambda library: library.read(None), "article must be text, not None"),
        (lambda library: library.read(1.5), "article must be text"),
        (lambda library: library.remove([1]), r"article must be text, not \[1\]"),
        (lambda library: library.add(["articles"]), "path must be text"),
        (lambda library: library.sync(5), "path must be text"),
        (lambda library: library.add(""), "a path is empty"),
        (lambda library: library.sync(""), "a path is empty"),
    ],
)
def test_a_wrong_argument_is_told(
    opened: OpenLibrary, call: Callable[[OpenLibrary], object], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        call(opened)


def test_quotes_are_checked_again(opened: OpenLibrary, articles: Path, tmp_path: Path) -> None:
    copy = tmp_path / "lake.txt"
    copy.write_text((articles / "lake.txt").read_text())
    opened.remove(articles / "lake.txt")
    opened.add(copy)
    answer = opened.ask(DEPTH)
    assert [verdict.state for verdict in opened.verify(answer)] == ["right"] * len(answer.citations)
    copy.write_text("The northern lake\n\nNew. " + answer.citations[0].quote + "\n")
    opened.sync(copy)
    (moved,) = opened.verify(answer.citations[0])
    assert moved.state == "moved" and moved.found
    assert opened.read(copy).text[moved.found.start : moved.found.end] == answer.citations[0].quote
    copy.write_text("The northern lake\n\nNobody knows how deep it is.\n")
    opened.add(copy)
    opened.remove("tea.txt")
    states = [v.state for v in opened.verify("长桥全长 1,240\n米", answer.citations[0], "62 metres", answer)]
    assert states == ["right", "changed", "gone"] + ["changed"] * len(answer.citations)
    opened.remove(copy)
    assert opened.verify(answer.citations[0])[0].state == "gone"


def test_a_text_is_found_in_any_article_whatever_spaces_it_has(opened: OpenLibrary) -> None:
    (verdict,) = opened.verify(" 耗资\n380 万元 ")
    assert verdict.article and verdict.article.title == "长桥的故事" and verdict.found
    assert opened.read(verdict.article).text[slice(*verdict.found)] == "耗资 380 万元"
    assert isinstance(verdict.found, Span) and verdict.to_json()["quote"] == " 耗资\n380 万元 "
    with pytest.raises(UsageError, match="no words"):
        opened.verify("……")


def test_adding_is_watched_and_can_be_stopped(tmp_path: Path, articles: Path) -> None:
    told: list[tuple[int, int]] = []
    with open_library(tmp_path / "mine", create=True) as library:
        with pytest.raises(Cancelled):
            library.add(articles, monitor=Monitor(cancelled=lambda: True))
        library.add(articles, monitor=Monitor(done=lambda count, total: told.append((count, total))))
    assert told[-1] == (3, 3)


def test_several_threads_ask_and_one_adds(opened: OpenLibrary, tmp_path: Path) -> None:
    more = [tmp_path / f"{number}.txt" for number in range(3)]
    for number, path in enumerate(more):
        path.write_text(f"Harbour {number}\n\nHarbour {number} has {number + 20} berths for fishing boats.\n")
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(opened.ask, [DEPTH] * 12)
        added = list(pool.map(lambda path: opened.add(path).added, more[:1]))
        assert {answer.sentences[0].text for answer in answers} == {opened.ask(DEPTH).sentences[0].text}
    assert added == [[str(more[0])]] and opened.ask("How many berths has harbour 0?").answered


def test_a_closed_library_says_so(opened: OpenLibrary) -> None:
    opened.close()
    with pytest.raises(YinjuError, match="closed"):
        opened.ask(DEPTH)
