"""Words taught to a library, against libraries that knew them from the beginning."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_library import TOKENIZER, Found, an_article, answers, articles, fresh_answers, open_library

from index.errors import Cancelled, LibraryError, UsageError
from index.library import Library
from index.storage.lock import write_lock
from index.text.fold import fold_text, name_key
from index.text.tokenizer import Tokenizer, taught_runs
from index.types import Monitor, ParsedArticle, TaughtWord

HERE = Path(__file__).parents[1]
DRAFTS = [
    *articles(6),
    ("deitke", an_article("马特·德特克说，图书馆的德特克时间。\n\n德特克斯不是他。", "德特克的城市")),
    ("hant", an_article("德特克與上海圖書館。", "題目", "zh-Hant")),
    ("apart", an_article("北京的德。特克在上海。")),
]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as library:
        library.add_parsed(DRAFTS)
        yield library


def everything(library: Library) -> dict[str, list[tuple[str, ...]]]:
    """The words of every passage, by article."""
    return {
        info.path: [(*passage.context, "|", *passage.words) for passage in library.article_passages(info.id)]
        for info in library.articles()
    }


def knowing(folder: Path, *words: str) -> tuple[dict[str, list[tuple[str, ...]]], Found]:
    """What a library holds and answers that was taught ``words`` before it got its articles."""
    with open_library(folder / f"knowing{'-'.join(words)}") as library:
        for word in words:
            library.teach(word)
        library.add_parsed(DRAFTS)
        return everything(library), answers(library)


def test_a_taught_word_is_one_word_wherever_it_stands(library: Library, tmp_path: Path) -> None:
    before = everything(library)
    ids = [passage.id for info in library.articles() for passage in library.article_passages(info.id)]
    generation = library.search_generation()[0]
    assert library.teach("德特克") == TaughtWord("德特克")
    assert library.search_generation()[0] == generation + 1
    assert library.tokenizer.words("馬特·德特克說") == ("马", "特", "德特克", "说")
    assert (everything(library), answers(library)) == knowing(tmp_path, "德特克")
    assert [passage.id for passage in library.passages(ids)] == ids
    assert library.document_frequency(["德特克", "德"]) == [2, 1]
    changed = {path for path, passages in everything(library).items() if passages != before[path]}
    assert changed == {"deitke", "hant"}
    with open_library(library.path, create=False) as again:
        assert again.tokenizer.words("德特克") == ("德特克",)
        assert answers(again) == answers(library)


def test_forgetting_undoes_it(library: Library, tmp_path: Path) -> None:
    before, answered = everything(library), answers(library)
    library.teach("德特克", ["Matt Deitke"])
    library.teach("特克斯")
    assert everything(library) == knowing(tmp_path, "德特克", "特克斯")[0]
    assert library.forget("德特克") == TaughtWord("德特克", ("Matt Deitke",))
    assert everything(library) == knowing(tmp_path, "特克斯")[0]
    library.forget("特 克 斯")
    assert (everything(library), answers(library)) == (before, answered)
    assert library.words() == [] and library.aliases(["德特克", "mattdeitke"]) == []


def test_articles_added_and_removed_later_fit(library: Library, tmp_path: Path) -> None:
    library.teach("德特克")
    library.add_parsed([("later", an_article("德特克在北京。"))])
    library.remove([library.find("hant").id, library.find("later").id])
    library.forget("德特克")
    assert answers(library) == fresh_answers(tmp_path, [item for item in DRAFTS if item[0] != "hant"])


def test_only_passages_with_the_word_are_read(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    words = Tokenizer.words

    def noted(self: Tokenizer, text: str) -> tuple[str, ...]:
        read.append(text)
        return words(self, text)

    monkeypatch.setattr(Tokenizer, "words", noted)
    library.teach("德特克")
    assert any("德特克" in fold_text(text) for text in read)
    assert not any("图书馆在北京" in text for text in read)


def test_words_say_what_means_the_same(library: Library) -> None:
    library.teach("德特克", ["Matt Deitke"])
    assert {(a.name, a.other) for a in library.aliases(["mattdeitke", "德特克"])} == {
        ("mattdeitke", "德特克"),
        ("德特克", "matt deitke"),
        ("德特克", "deitke"),
    }
    assert library.teach("德特克", ["老德", "matt  deitke"]).same == ("Matt Deitke", "老德")
    others = {alias.other for alias in library.aliases([name_key("老德")])}
    assert others == {"德特克", "matt deitke"}
    assert library.words() == [TaughtWord("德特克", ("Matt Deitke", "老德"))]
    library.forget("德特克")
    assert library.aliases(["mattdeitke", "德特克", "老德", "deitke"]) == []


@pytest.mark.parametrize(
    ("word", "same", "message"),
    [
        ("", [], "empty"),
        (" \x1b\u202e ", [], "empty"),
        ("——", [], "no letters"),
        ("Deitke", [], "cut right already"),
        ("large language model", [], "cut right already"),
        ("李", [], "cut right already"),
        ("德特克", ["德 特 克"], "its own synonym"),
        ("德特克", [""], "empty"),
        ("字" * 61, [], "61 characters"),
        ("坏\ud800", [], "not UTF-8"),
    ],
)
def test_words_that_teach_nothing_are_refused(
    library: Library, word: str, same: list[str], message: str
) -> None:
    generation = library.search_generation()[0]
    with pytest.raises(UsageError, match=message):
        library.teach(word, same)
    with pytest.raises(UsageError, match="was not taught"):
        library.forget(word)
    assert library.words() == [] and library.search_generation()[0] == generation


def test_stopping_leaves_all_as_it_was(library: Library) -> None:
    before = everything(library), answers(library)
    told: list[tuple[int, int]] = []
    with pytest.raises(Cancelled, match="stopped"):
        library.teach("德特克", ["Deitke"], monitor=Monitor(cancelled=lambda: True))
    assert library.words() == [] and (everything(library), answers(library)) == before
    library.teach("德特克", ["Deitke"], monitor=Monitor(done=lambda done, total: told.append((done, total))))
    assert told == [(3, 3)]


def test_readers_go_on_and_learn_the_word(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.storage.place.LOCK_TIMEOUT", 0.0)
    with open_library(library.path, create=False) as reader:
        before = answers(reader)
        kept = reader.tokenizer
        ready, go = threading.Event(), threading.Event()

        def held(done: int, total: int) -> None:
            ready.set()
            assert go.wait(30)

        writer = threading.Thread(target=lambda: library.teach("德特克", monitor=Monitor(done=held)))
        writer.start()
        try:
            assert ready.wait(30)
            assert answers(reader) == before and reader.tokenizer is kept
            with pytest.raises(LibraryError, match="is working on the library"):
                reader.teach("上海人")
        finally:
            go.set()
            writer.join(30)
        assert answers(reader) == answers(library) != before
        assert reader.tokenizer.words("德特克") == ("德特克",)
        assert reader.document_frequency(["德特克"]) == [2]
        with write_lock(library.path), pytest.raises(LibraryError):
            reader.forget("德特克")


KILLED = """
import os, signal, sys
sys.path[:0] = [{tests!r}, {root!r}]
from pathlib import Path
from small_library import open_library
import index.search.indexes, index.storage.store

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

with open_library(Path({path!r}), create=False) as library:
    {patch}
    library.teach("德特克")
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("patch", "taught"),
    [
        ("index.storage.store._insert_aliases = die", False),
        ("index.storage.store.Store._next_generation = die", False),
        ("index.search.indexes.SearchIndexes.catch_up = die", True),
        ("index.search.indexes.SearchIndexes._update_vectors = die", True),
        ("index.search.indexes.os.replace = die", True),
    ],
)
def test_a_kill_leaves_the_word_taught_or_not(
    library: Library, tmp_path: Path, patch: str, taught: bool
) -> None:
    library.close()
    script = KILLED.format(tests=str(HERE), root=str(HERE.parents[1]), path=str(library.path), patch=patch)
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with open_library(library.path, create=False) as again:
        assert bool(again.words()) is taught
        expected = knowing(tmp_path, *(["德特克"] if taught else []))
        assert (everything(again), answers(again)) == expected
        assert (
            json.loads((library.path / "manifest.json").read_text())["generation"]
            == again.search_generation()[0]
        )


# The tokenizer


def test_taught_runs_are_the_chinese_of_a_word() -> None:
    words = [TaughtWord("馬特·德特克"), TaughtWord("生成式AI"), TaughtWord("Matt 李", ("台积电",))]
    assert taught_runs(words) == {"马特", "德特克", "生成式"}


def test_the_longer_of_two_taught_words_wins() -> None:
    tokenizer = TOKENIZER.with_words({"图书", "图书馆员", "馆员"})
    assert tokenizer.words("北京图书馆员与图书馆") == ("北京", "图书馆员", "与", "图书", "馆")
    assert TOKENIZER.words("图书馆员") == ("图书馆", "员")


CHARACTERS = st.text("北京图书馆开放时间德特克a1，", max_size=30)


@given(CHARACTERS, st.sets(st.text("北京图书馆德特克", min_size=2, max_size=4), max_size=3))
def test_taught_cuts_lose_nothing(text: str, taught: set[str]) -> None:
    tokenizer = TOKENIZER.with_words(taught)
    words = tokenizer.words(text)
    assert "".join(words) == "".join(TOKENIZER.words(text))
    assert tuple(token.text for token in tokenizer.tokens(text)) == words
    assert all(text[token.start : token.end] == token.text for token in tokenizer.tokens(text))
    if len(taught) == 1:
        (word,) = taught
        assert words.count(word) == text.count(word)
    if not any(word in text for word in taught):
        assert words == TOKENIZER.words(text)


def test_parsed_articles_of_old_and_new_names(tmp_path: Path) -> None:
    """Said by an article and with a word, a name is forgotten with the last of the two."""
    with open_library(tmp_path / "library") as library:
        library.add_parsed([("a", ParsedArticle("德特克（Matt Deitke）来了。", "题", "zh-Hans"))])
        library.teach("德特克", ["Matt Deitke"])
        asked: Callable[[], set[str]] = lambda: {a.other for a in library.aliases(["mattdeitke"])}  # noqa: E731
        assert asked() == {"德特克"}
        library.forget("德特克")
        assert asked() == {"德特克"}
        library.add_parsed([("a", ParsedArticle("德特克来了。", "题", "zh-Hans"))])
        assert asked() == set()
