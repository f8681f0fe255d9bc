"""The doctor finds whatever is wrong with a library, and mends what can be mended."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from by_hand import change
from small_library import an_article

from index.errors import LibraryError
from index.library import Library
from index.maintenance.doctor import Doctor
from index.maintenance.findings import Finding
from index.storage.database import PAGE_SIZE as PAGE
from index.storage.store import Store

#: Long enough to spread over pages of their own.
ARTICLES = [
    (
        f"key{i}",
        an_article(f"第{i}号图书馆在北京。它有{i * 7}个座位。\n\n" * 60 + "Library.", f"图书馆 {i}"),
    )
    for i in range(12)
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "library"
    with Library.open(path, create=True) as library:
        library.add_parsed(ARTICLES)
        library.teach("图书馆", ["library hall"])
    return path


def states(found: list[Finding]) -> dict[str, str]:
    return {finding.check: finding.state for finding in found}


def wrong(path: Path) -> list[Finding]:
    """What is wrong by the doctor's word, or by the error that opening gives."""
    return [finding for finding in Doctor(path).examine() if finding.state == "wrong"]


def found_by(library: Library, word: str) -> list[tuple[int, float]]:
    hits = library.search_words([[(word, 1.0)]], 50)
    return [(hit.passage, round(hit.score, 4)) for hit in hits]


def test_a_sound_library_is_well(path: Path) -> None:
    found = Doctor(path).examine()
    assert states(found) == dict.fromkeys(("folder", "room", "pages", "passages", "model", "indexes"), "well")
    assert Doctor(path, fix=True).examine() == found


@pytest.mark.parametrize("seed", range(6))
def test_any_flipped_bit_is_found(path: Path, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    files = [file for file in sorted(path.rglob("*")) if file.is_file() and file.stat().st_size]
    for file in [*files, path / "library.db", path / "library.db"]:
        whole = file.read_bytes()
        flipped, at = bytearray(whole), rng.randrange(len(whole))
        flipped[at] ^= 1 << rng.randrange(8)
        file.write_bytes(flipped)
        assert wrong(path), f"{file.name} at {at}"
        file.write_bytes(whole)
        for end in ("-wal", "-shm"):
            (path / f"library.db{end}").unlink(missing_ok=True)
    assert not wrong(path)


DERIVED: dict[str, Callable[[Path], object]] = {
    "another manifest": lambda p: (p / "manifest.json").write_text("{}"),
    "no vectors": lambda p: next(p.glob("vectors-*")).unlink(),
    # Moved and not removed file by file: a thread of tantivy may still write there.
    "no words": lambda p: next(p.glob("lexical-*")).rename(p.parent / "words that are gone"),
    "a file cut short": lambda p: os.truncate(next(p.glob("vectors-*")), 1000),
}


@pytest.mark.parametrize("harm", DERIVED)
def test_indexes_are_built_anew(path: Path, harm: str) -> None:
    with Library.open(path) as library:
        before = found_by(library, "北京")
    DERIVED[harm](path)
    assert [finding.check for finding in wrong(path)] == ["indexes"]
    assert states(Doctor(path, fix=True).examine())["indexes"] == "mended"
    assert not wrong(path)
    with Library.open(path) as library:
        assert found_by(library, "北京") == before


BEHIND: dict[str, Callable[[Path], object]] = {
    "never built": lambda p: (p / "manifest.json").unlink(),
    "behind": lambda p: None,
    "killed while they caught up": lambda p: (next(p.glob("lexical-*")) / "0123.store").write_bytes(b"x"),
}


@pytest.mark.parametrize("how", BEHIND)
def test_indexes_that_a_kill_left_behind_are_no_damage(path: Path, how: str) -> None:
    with closing(Store(path / "library.db")) as store:
        store.remove([3])
    BEHIND[how](path)
    found = Doctor(path).examine()
    [finding] = [finding for finding in found if finding.check == "indexes"]
    assert (
        finding.state == "note" and "next question" in finding.hint and "wrong" not in states(found).values()
    )
    assert states(Doctor(path, fix=True).examine())["indexes"] == "mended"
    assert states(Doctor(path).examine())["indexes"] == "well"


def test_indexes_of_later_writes_tell_that_some_were_lost(path: Path) -> None:
    earlier = (path / "library.db").read_bytes()
    with Library.open(path) as library:
        library.remove([1])
    (path / "library.db").write_bytes(earlier)
    for _ in range(2):
        [finding] = wrong(path)
        assert "1 later changes than the database: those were lost" in finding.text
        with Library.open(path) as library:
            assert library.lost == 1
            assert found_by(library, "北京")  # builds the indexes anew, and does not forget
    assert states(Doctor(path, fix=True).examine())["indexes"] == "mended"
    assert not wrong(path)
    with Library.open(path) as library:
        assert library.lost == 0


ROWS = {
    "a passage of other words": "UPDATE passages SET text = 'x' || substr(text, 2) WHERE id = 3",
    "a passage that is gone": "DELETE FROM passages WHERE id = 3",
    "a passage elsewhere": "UPDATE passages SET start = start + 1 WHERE id = 3",
    "a vector cut short": "UPDATE passages SET vector = substr(vector, 3) WHERE id = 3",
    "vectors of no number": f"UPDATE passages SET vector = x'{'007e' * 128}' WHERE id = 3",
    "another count": "UPDATE articles SET passages = 99 WHERE id = 2",
}


@pytest.mark.parametrize("harm", ROWS)
def test_passages_are_made_anew_from_their_texts(path: Path, harm: str) -> None:
    with Library.open(path) as library:
        before = {info.id: (info.added, library.article(info.id).text) for info in library.articles()}
    change(path / "library.db", ROWS[harm])
    assert "passages" in [finding.check for finding in wrong(path)]
    assert states(Doctor(path, fix=True).examine())["passages"] == "mended"
    assert not wrong(path)
    with Library.open(path) as library:
        assert {i.id: (i.added, library.article(i.id).text) for i in library.articles()} == before


def test_words_and_vectors_that_are_not_those_of_the_text(path: Path) -> None:
    change(path / "library.db", "UPDATE passages SET words = 'something else' WHERE id % 2")
    assert [finding.check for finding in wrong(path)] == ["model"]
    assert states(Doctor(path, fix=True).examine())["model"] == "mended"
    assert not wrong(path)


@pytest.mark.parametrize("part", ["articles", "texts", "passages"])
def test_a_damaged_database_is_made_anew_of_what_can_be_read(path: Path, part: str) -> None:
    with Library.open(path) as library:
        before = {i.path: (i.title, library.article(i.id).text) for i in library.articles()}
    tables = {"articles": "key5图书馆", "texts": None, "passages": None}
    data = bytearray((path / "library.db").read_bytes())
    places = [at for at in range(0, len(data), PAGE) if "第5号图书馆在北京".encode() in data[at : at + PAGE]]
    at = data.index(b"key5") // PAGE * PAGE if tables[part] else places[0 if part == "texts" else -1]
    data[at + PAGE // 2] ^= 1
    (path / "library.db").write_bytes(data)
    [finding] = wrong(path)
    assert finding.check == "pages" and "1 of" in finding.text and "--fix" in finding.hint
    told = next(finding for finding in Doctor(path, fix=True).examine() if finding.check == "pages")
    assert (told.state, told.text[-6:]) == ("mended", "0 lost")
    assert not wrong(path)
    with Library.open(path) as library:
        assert {i.path: (i.title, library.article(i.id).text) for i in library.articles()} == before
        assert [word.word for word in library.words()] == ["图书馆"]
        assert found_by(library, "北京")
    [aside] = path.glob("library-damaged-*.db")
    assert aside.read_bytes()[: len(data)] == data and aside.name in told.hint


def test_what_is_lost_is_told_by_name(path: Path) -> None:
    data = bytearray((path / "library.db").read_bytes())
    for at in range(0, len(data), PAGE):
        if "第5号图书馆在北京".encode() in data[at : at + PAGE]:
            data[at + PAGE // 2] ^= 1
    (path / "library.db").write_bytes(data)
    told = next(finding for finding in Doctor(path, fix=True).examine() if finding.check == "pages")
    assert told.state == "wrong" and "key5" in told.text
    assert not wrong(path)
    with Library.open(path) as library:
        assert "key5" not in {info.path for info in library.articles()} and len(library.articles()) >= 9


def test_lost_articles_are_read_from_their_files(tmp_path: Path) -> None:
    path, folder = tmp_path / "library", tmp_path / "articles"
    folder.mkdir()
    for i in range(8):
        (folder / f"{i}.txt").write_text(f"第{i}号图书馆在北京。\n\n" * 200, encoding="utf-8")
    with Library.open(path, create=True) as library:
        library.add([folder])
        before = {i.path: library.article(i.id).text for i in library.articles()}
    data = bytearray((path / "library.db").read_bytes())
    data[data.index("第3号图书馆在北京".encode()) // PAGE * PAGE + 3000] ^= 4
    (path / "library.db").write_bytes(data)
    Doctor(path, fix=True).examine()
    assert not wrong(path)
    with Library.open(path) as library:
        assert {i.path: library.article(i.id).text for i in library.articles()} == before


def test_a_database_of_which_nothing_can_be_read(path: Path) -> None:
    (path / "library.db").write_bytes(os.urandom(40_000))
    assert wrong(path)
    with pytest.raises(LibraryError, match=r"nothing can be read of .*qa restore FILE"):
        Doctor(path, fix=True).examine()
    assert (path / "library.db").stat().st_size == 40_000


def test_leftovers_are_told_and_cleared(path: Path) -> None:
    (path / "vectors-0123").write_bytes(b"x" * 100)
    (path / ".library.new").write_bytes(b"")
    (path / "notes.txt").write_text("mine")
    (path / "library-format2.db").write_bytes(b"old")
    (path / "uploads").mkdir()  # from a served page; not to be deleted, and nobody else's
    found = Doctor(path).examine()
    notes = [finding.text for finding in found if finding.state == "note"]
    assert len(notes) == 3 and notes[0].startswith("2 leftovers") and "notes.txt is not Yinju's" in notes
    Doctor(path, fix=True).examine()
    assert not (path / "vectors-0123").exists() and not (path / ".library.new").exists()
    assert all((path / name).exists() for name in ("notes.txt", "library-format2.db", "uploads"))


def test_a_journal_that_goes_when_its_note_is_read_stops_nothing(path: Path) -> None:
    (path / ".copy-0123abcd").write_bytes(b"")  # a kill left both, before the note was written
    (path / ".copy-0123abcd-journal").write_bytes(b"x" * 600)
    assert not wrong(path)


def test_a_newer_format_is_told(path: Path) -> None:
    change(path / "library.db", "PRAGMA user_version = 99")
    [finding] = wrong(path)
    assert "format 99" in finding.text and finding.hint == "update yinju"
    assert [f.check for f in Doctor(path, fix=True).examine() if f.state == "wrong"] == ["format"]


@pytest.mark.parametrize(("free", "state"), [(10**8, "wrong"), (2 * 10**8, "well"), (2 * 10**8, "note")])
def test_how_much_room_there_is(path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    if state == "note":  # a database of more than half of that, most of it a hole
        os.truncate(path / "library.db", 3 * 10**8)
    assert states(Doctor(path).examine())["room"] == state


def test_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="there is no library"):
        Doctor(tmp_path / "none").examine()


def test_the_manifest_names_every_file(path: Path) -> None:
    manifest = json.loads((path / "manifest.json").read_text())
    names = {file.name for file in next(path.glob("lexical-*")).iterdir() if file.suffix != ".lock"}
    assert set(manifest["lexical"]["sums"]) == names


@pytest.mark.parametrize("seed", range(8))
def test_pages_in_the_place_of_others_are_found_and_what_is_whole_is_saved(path: Path, seed: int) -> None:
    """Each page matches its checksum: what is read in its place is of another table."""
    database = path / "library.db"
    data = bytearray(database.read_bytes())
    one, two = (page * PAGE for page in random.Random(seed).sample(range(1, len(data) // PAGE), 2))
    data[one : one + PAGE], data[two : two + PAGE] = (
        data[two : two + PAGE],
        data[one : one + PAGE],
    )
    database.write_bytes(data)
    assert wrong(path)
    Doctor(path, fix=True).examine()
    assert not wrong(path)
    with Library.open(path) as library:
        texts = {info.path: library.article(info.id).text for info in library.articles()}
    assert texts.items() <= {key: parsed.text for key, parsed in ARTICLES}.items()
