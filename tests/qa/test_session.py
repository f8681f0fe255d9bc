"""One open library for both front ends: what is refused, what is upgraded, what is put back."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import LibraryError, OutOfMemory, UsageError
from index.library import Library
from index.types import PinnedQuote
from qa.bundled import open_bundled
from qa.session import Restored, Session, examine, restore
from qa.settings import Settings

EARLIER = Path(__file__).parents[1] / "index" / "libraries"


@pytest.fixture
def session(articles: Path, tmp_path: Path) -> Session:
    """A library to write to."""
    session = Session.open(Settings(library=tmp_path / "mine"), create=True)
    session.add([articles])
    return session


def test_it_asks_searches_and_reads(session: Session) -> None:
    assert "62 metres" in session.ask("How deep is the northern lake?").sentences[0].text
    assert session.search("ferry").hits
    assert [info.title for info in session.articles()] == [
        session.article(info.id).title for info in session.articles()
    ]
    assert session.article("tea.txt").id == session.article("山上的茶園").id
    assert session.status().articles == 3 and not session.bundled


def test_too_little_memory_is_no_unforeseen_error(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object, **_more: object) -> None:
        raise MemoryError

    monkeypatch.setattr("qa.engine.Engine.ask", ask)
    with pytest.raises(OutOfMemory, match="close other programs"):
        session.ask("How deep is the northern lake?")


def test_names_stand_where_it_says(session: Session) -> None:
    article = session.article("tea.txt")
    for name in session.names(article):
        assert {article.text[start:end] for start, end in name.places} & {name.text}


def test_pinned_quotes_are_told_where_they_stand_now(session: Session) -> None:
    info = session.articles()[0]
    text = session.article(info.id).text
    gone = replace(info, id=99, path="/gone")
    pinned = [
        PinnedQuote(number, about, start, start + len(quote), quote, None, "", "")
        for number, (about, start, quote) in enumerate(
            [(info, 3, text[3:9]), (info, 0, text[3:20]), (info, 3, "never said"), (gone, 3, text[3:9])]
        )
    ]
    right, moved, changed, missing = session.sheet(pinned)
    assert [each.state for each in (right, moved, changed, missing)] == ["right", "moved", "changed", "gone"]
    assert right.now == info and missing.now is None and missing.article == gone
    assert text[moved.span.start : moved.span.end] == text[3:20]


def test_settings_say_how_many_passages(session: Session) -> None:
    session.settings = Settings(k=1)
    assert len(session.search("the ferry of the lake").hits) == 1


def test_what_is_removed_can_be_put_back(session: Session) -> None:
    before = session.articles()
    removed = session.remove_undoable([before[0].id])
    assert session.articles() == before[1:]
    assert session.undo_remove(removed) == 1 and session.articles() == before
    with pytest.raises(UsageError):
        session.remove([before[0].title, "no such title"])
    assert session.articles() == before, "all or none"


def test_no_name_is_not_the_current_folder(
    session: Session, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(articles)
    with pytest.raises(UsageError, match="no article is named"):
        session.remove([""])
    assert len(session.articles()) == 3 == len(session.remove(["."]))


def test_what_was_learned_of_words_ends_with_a_backup_of_as_many_writes(
    session: Session, tmp_path: Path
) -> None:
    other = tmp_path / "clock.txt"
    other.write_text("The harbour clock was repaired in 1921.\n")
    with Session.open(Settings(library=tmp_path / "other"), create=True) as prepared:
        prepared.add([other])
        prepared.back_up(tmp_path / "backup.db")
        assert prepared.status().generation == session.status().generation
    assert session.ask("When was the harbour clock repaired?").missing
    restore(tmp_path / "backup.db", session.path)
    assert session.ask("When was the harbour clock repaired?").missing == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda session: session.add([Path(__file__).parent]), "nothing can be added"),
        (lambda session: session.remove(["1"]), "cannot be removed"),
        (lambda session: session.remove_undoable([1]), "cannot be removed"),
        (lambda session: session.teach("词语", ["word"]), "cannot be taught"),
        (lambda session: session.forget("词语"), "cannot be taught"),
        (lambda session: session.sync(), "come from no folder"),
        (lambda session: session.unfollow([Path("/")]), "come from no folder"),
    ],
)
def test_nobody_changes_the_bundled_articles(change: Callable[[Session], object], told: str) -> None:
    with Session(open_bundled(), Settings()) as session:
        count = session.status().articles
        with pytest.raises(UsageError, match=told):
            change(session)
        assert session.status().articles == count


@pytest.mark.parametrize("version", [1, 2])
def test_a_backup_replaces_a_backup_of_an_earlier_format(
    session: Session, version: int, tmp_path: Path
) -> None:
    target = tmp_path / "backup.db"
    target.write_bytes(gzip.decompress((EARLIER / f"format-{version}.db.gz").read_bytes()))
    before = target.read_bytes()
    assert session.back_up(target) == target.stat().st_size and target.read_bytes() != before
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    for file, told in ((notes, "is no backup"), (tmp_path, "is a folder")):
        with pytest.raises(UsageError, match=told):
            session.back_up(file)
    assert notes.read_text() == "mine"


def test_a_backup_of_an_earlier_format_is_upgraded_when_it_is_put_back(tmp_path: Path) -> None:
    backup, folder = tmp_path / "backup.db", tmp_path / "mine"
    backup.write_bytes(gzip.decompress((EARLIER / "format-1.db.gz").read_bytes()))
    restored = restore(backup, folder)
    assert isinstance(restored, Restored) and restored.kept is None and restored.status.articles > 0
    assert {finding.state for finding in examine(folder)} <= {"well", "note"}
    with Session.open(Settings(library=folder)) as session:
        session.upgrade()
        assert session.upgraded_from is None, "it was done"


def test_an_unforeseen_error_is_told_as_damage_only_where_there_is_some(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> list[object]:
        raise TypeError("a value of the wrong kind")

    monkeypatch.setattr(Library, "articles", fail)
    with pytest.raises(TypeError):
        session.articles()
    monkeypatch.setattr(
        "index.storage.place.integrity_errors", lambda _database: ["row 1 missing from index"]
    )
    with pytest.raises(LibraryError, match="is damaged"):
        session.articles()
