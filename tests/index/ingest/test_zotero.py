"""Libraries of Zotero: what is read of them, and how a library stays in step with them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from by_hand import change
from small_library import open_library
from zotero_library import Zotero

from index.errors import Damaged, ReadError, UsageError
from index.ingest import zotero as module
from index.ingest.zotero import Entry, find_database, read_zotero
from index.library import Library
from index.maintenance.salvage import salvage
from index.types import UNWATCHED, Creator, SyncReport

BOOK = b"# Chapter\n\nThe harbour clock was repaired in 1987 by Tobias Quill.\n"
PAPER = {
    "title": "On Harbour Clocks",
    "date": "2020-05-00 May 2020",
    "publicationTitle": "Journal of Clocks",
    "DOI": "10.1000/clock",
    "citationKey": "quill2020",
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a Zotero of its own."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(module.sys, "platform", "linux")
    return tmp_path / "home"


@pytest.fixture
def zotero(tmp_path: Path) -> Iterator[Zotero]:
    """It stays open as long as the test runs, as Zotero does."""
    made = Zotero(tmp_path / "Zotero")
    yield made
    made.close()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as made:
        yield made


def entries(zotero: Zotero) -> list[Entry]:
    return read_zotero(zotero.database).entries


def facts(library: Library) -> dict[str, tuple[str, str | None, str | None, str | None]]:
    """Title, author, day and key of each article, by the name of its file."""
    return {
        info.path.rsplit("/", 1)[1]: (
            info.title,
            info.author,
            info.published,
            info.reference.key if info.reference else None,
        )
        for info in library.articles()
    }


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All files below a folder, with their content and time."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


# Reading


def test_facts_come_from_the_item(zotero: Zotero) -> None:
    people = [("Quill", "Tobias"), ("Harbour Board", ""), ("Lind", "Eva", "editor")]
    item = zotero.item("journalArticle", PAPER, people, tags=["unread"])
    zotero.collect("Clocks", item)
    path = zotero.attach(item, "a.md", BOOK, title="Full Text")
    [entry] = entries(zotero)
    assert entry.path == str(path) and entry.text is None
    assert (entry.title, entry.published, entry.source) == (
        "On Harbour Clocks",
        "2020-05",
        "Journal of Clocks",
    )
    assert entry.author == "Tobias Quill and Harbour Board"
    said = entry.reference
    assert (said.kind, said.key, said.item, said.member) == (
        "journalArticle",
        "quill2020",
        "ITEM0001",
        "ITEM0002",
    )
    assert said.creators[1:] == (Creator("author", "Harbour Board", ""), Creator("editor", "Lind", "Eva"))
    assert said.tags == ("Clocks", "unread")
    assert said.field("DOI") == "10.1000/clock" and said.field("date") == "2020-05" and not said.field("x")


def test_chinese_names_are_written_as_such_and_fields_by_their_common_names(zotero: Zotero) -> None:
    fields = {"title": "钟楼", "university": "河口大学", "date": "2019-00-00 二〇一九"}
    zotero.attach(zotero.item("thesis", fields, [("李", "明"), ("欧阳", "云")]), "a.md", BOOK)
    zotero.attach(zotero.item("report", {"date": "n.d."}, [("Lind", "Eva", "editor")]), "b.md", BOOK)
    one, other = entries(zotero)
    assert (one.author, one.published, one.source) == ("李明、欧阳云", "2019", "河口大学")
    assert one.reference.field("publisher") == "河口大学"
    assert (other.author, other.published, other.title) == ("Eva Lind", None, None)


@pytest.mark.parametrize(
    ("stored", "published", "kept"),
    [
        ("2020-05-17 17 May 2020", "2020-05-17", "2020-05-17"),
        ("2020-13-45 13/45/2020", "2020", "2020"),
        ("2020-02-30 30 Feb 2020", "2020-02", "2020-02"),
        ("2020-00-15 2020", "2020", "2020"),
        ("0000-00-00 in press", None, "in press"),
        ("spring or so", None, "spring or so"),
        ("", None, ""),
    ],
)
def test_of_a_date_the_part_is_taken_that_there_is(
    zotero: Zotero, stored: str, published: str | None, kept: str
) -> None:
    zotero.attach(zotero.item("report", {"date": stored}), "a.md", BOOK)
    [entry] = entries(zotero)
    assert (entry.published, entry.reference.field("date")) == (published, kept)


def test_creators_without_a_name_are_none(zotero: Zotero) -> None:
    zotero.attach(zotero.item("report", {}, [("Lind", "Eva"), ("", ""), ("", "Cher")]), "a.md", BOOK)
    assert entries(zotero)[0].author == "Eva Lind and Cher"


def test_a_file_by_itself_tells_its_own_facts(zotero: Zotero, library: Library) -> None:
    zotero.attach(
        None, "scan 17.md", b"---\ntitle: Tides\nauthor: Eva Lind\n---\n\nTides turn.\n", title="scan 17.md"
    )
    library.add_zotero(zotero.folder)
    assert facts(library) == {"scan 17.md": ("Tides", "Eva Lind", None, "")}


def test_the_trash_feeds_and_parts_of_them_are_left_out(zotero: Zotero) -> None:
    trashed, kept = zotero.item(), zotero.item(fields=PAPER)
    zotero.attach(trashed, "a.md", BOOK)
    zotero.note(trashed, "<p>gone</p>")
    zotero.trash(trashed)
    zotero.attach(kept, "b.md", BOOK)
    zotero.trash(zotero.note(kept, "<p>gone too</p>"))
    zotero.item("webpage", {"title": "News", "abstractNote": "Read me."}, library=3)
    zotero.item("book", {"title": "Theirs", "abstractNote": "A group has it."}, library=2)
    found = read_zotero(zotero.database)
    assert [entry.title for entry in found.entries] == ["On Harbour Clocks", "Theirs"]
    assert (found.from_abstract, found.without_text) == (1, 0)


def test_linked_files_are_where_they_are(zotero: Zotero, tmp_path: Path, home: Path) -> None:
    (tmp_path / "papers").mkdir()
    for name in ("one.md", "two.md"):
        (tmp_path / "papers" / name).write_bytes(BOOK)
    profile(home, zotero.folder, baseAttachmentPath=tmp_path / "papers")
    zotero.link(zotero.item(), str(tmp_path / "papers" / "one.md"))
    zotero.link(zotero.item(), "attachments:two.md")
    zotero.link(zotero.item(), "attachments:gone.md")
    zotero.link(zotero.item(), "https://example.org/", mode=3)
    assert [Path(entry.path).name for entry in entries(zotero)] == ["one.md", "two.md"]


@pytest.mark.parametrize("name", ["../../../secret.md", "..\\secret.md", "/etc/passwd", "..", "", "a\0.md"])
def test_a_name_in_the_storage_leads_nowhere_else(zotero: Zotero, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.md").write_bytes(BOOK)
    (zotero.folder / "storage" / "ITEM0002").mkdir(parents=True)
    zotero.link(zotero.item(), f"storage:{name}", mode=0)
    assert entries(zotero) == []


def test_a_group_links_to_no_file(zotero: Zotero, tmp_path: Path) -> None:
    (mine := tmp_path / "mine.md").write_bytes(BOOK)
    number = zotero.link(zotero.item(fields=PAPER), str(mine))
    assert [entry.path for entry in entries(zotero)] == [str(mine)]
    zotero.run("UPDATE items SET libraryID = 2 WHERE itemID = ?", number)
    assert entries(zotero) == []


def test_items_without_a_file_give_their_abstract_or_are_counted(zotero: Zotero, library: Library) -> None:
    abstract = zotero.item("book", {"title": "Tea", "abstractNote": "Tea & <b>salt</b> were traded in 1320."})
    zotero.item("book", {"title": "Nothing"})
    gone = zotero.attach(zotero.item(fields={"title": "Not synced"}), "a.md", BOOK)
    gone.unlink()
    zotero.attach(zotero.item(fields={"title": "A picture"}), "a.svg", b"<svg/>")
    with_file = zotero.item(fields={"title": "Both", "abstractNote": "It is in the file as well."})
    zotero.attach(with_file, "b.md", BOOK)
    report = library.add_zotero(zotero.folder)
    assert (report.from_abstract, report.without_text, report.passed_over) == (1, 3, {".svg": 1})
    assert {info.title for info in library.articles()} == {"Tea", "Both"}
    [tea] = [info for info in library.articles() if info.title == "Tea"]
    assert tea.path == f"{zotero.database}!/{zotero.key(abstract)}"
    assert library.article(tea.id).text.strip() == "Tea & <b>salt</b> were traded in 1320."


def test_notes_are_articles_of_their_owner(zotero: Zotero, library: Library) -> None:
    item = zotero.item(fields=PAPER, creators=[("Quill", "Tobias")])
    zotero.note(item, "<h1>Doubts</h1><p>Was it <b>1988</b>?</p>", "Doubts")
    zotero.note(item, "<p> </p>")
    library.add_zotero(zotero.folder)
    [note] = library.articles()
    assert (note.title, note.author, note.published) == ("Doubts", None, "2024-03-05")
    assert note.reference is not None and (note.reference.kind, note.reference.key) == ("note", "")
    assert "Was it 1988?" in library.article(note.id).text


def test_citation_keys_stand_in_three_places(zotero: Zotero) -> None:
    for fields in (
        {"citationKey": "own", "extra": "Citation Key: x"},
        {"extra": "A note\ncitation key:  pinned2020 "},
        {},
        {},
    ):
        zotero.attach(zotero.item(fields=fields), "a.md", BOOK)
    better = apsw.Connection(str(zotero.folder / "better-bibtex.sqlite"))
    better.execute("CREATE TABLE citationkey (itemID, itemKey, libraryID, citationKey, pinned)")
    better.execute(
        "INSERT INTO citationkey VALUES (5, 'ITEM0005', 1, 'made2020', 0), (1, 'ITEM0001', 1, 'z', 0)"
    )
    assert [entry.reference.key for entry in entries(zotero)] == ["own", "pinned2020", "made2020", ""]
    better.close()


def test_a_file_of_better_bibtex_that_is_not_known_hides_nothing(zotero: Zotero) -> None:
    zotero.attach(zotero.item(), "a.md", BOOK)
    (zotero.folder / "better-bibtex.sqlite").write_bytes(b"no database at all" * 100)
    assert len(entries(zotero)) == 1


# While Zotero runs


def test_what_was_added_last_is_read_while_zotero_holds_its_lock(zotero: Zotero) -> None:
    zotero.run("PRAGMA wal_checkpoint(TRUNCATE)")
    zotero.run("PRAGMA wal_autocheckpoint = 0")
    zotero.attach(zotero.item(fields={"title": "In the log alone"}), "a.md", BOOK)
    with pytest.raises(apsw.BusyError):
        apsw.Connection(str(zotero.database), flags=apsw.SQLITE_OPEN_READONLY).execute("SELECT * FROM items")
    assert [entry.title for entry in entries(zotero)] == ["In the log alone"]


def test_nothing_is_written_beside_the_database(zotero: Zotero, library: Library) -> None:
    zotero.attach(zotero.item(fields=PAPER), "a.md", BOOK)
    zotero.close()
    before = state(zotero.folder)
    library.add_zotero(zotero.folder)
    library.sync()
    assert state(zotero.folder) == before


def test_a_database_that_is_being_written_is_read_whole_or_not_at_all(
    zotero: Zotero, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each transaction gives all items one title; a torn copy would show two."""
    monkeypatch.setattr(module, "_PAUSE", 0.02)
    zotero.run("PRAGMA wal_autocheckpoint = 20")
    for number in range(40):
        zotero.attach(zotero.item(fields={"title": "0" * 400}), f"{number}.md", BOOK)
    stop = threading.Event()

    def write() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            title = f"{turn:04}" * 100
            zotero.run("INSERT INTO itemDataValues VALUES (NULL, ?)", title)
            zotero.run("UPDATE itemData SET valueID = (SELECT max(valueID) FROM itemDataValues)")
            stop.wait(0.004)

    thread = threading.Thread(target=write)
    thread.start()
    read = 0
    try:
        for _ in range(15):
            try:
                found = {entry.title for entry in entries(zotero)}
            except ReadError as error:
                assert "writing" in str(error)
            else:
                read += 1
                assert len(found) == 1
    finally:
        stop.set()
        thread.join()
    assert read or len({entry.title for entry in entries(zotero)}) == 1


def test_an_endless_writer_is_told(zotero: Zotero, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSE", 0)
    copy = module.shutil.copyfile

    def write_meanwhile(source: str, target: str) -> None:
        copy(source, target)
        zotero.item()

    monkeypatch.setattr(module.shutil, "copyfile", write_meanwhile)
    with pytest.raises(ReadError, match="writing"):
        read_zotero(zotero.database)


def test_damage_and_other_databases_are_told(zotero: Zotero, tmp_path: Path, library: Library) -> None:
    other = tmp_path / "other" / "zotero.sqlite"
    other.parent.mkdir()
    apsw.Connection(str(other)).execute("CREATE TABLE items (itemID)")
    with pytest.raises(ReadError, match="library of Zotero"):
        read_zotero(other)
    report = library.add_zotero(other.parent)
    assert [path for path, _ in report.skipped] == [str(other)] and not report.added


def test_text_that_is_none_is_told(zotero: Zotero) -> None:
    item = zotero.item(fields=PAPER)
    zotero.run("UPDATE itemDataValues SET value = CAST(x'ff41' AS TEXT) WHERE value = ?", PAPER["title"])
    zotero.attach(item, "a.md", BOOK)
    with pytest.raises(ReadError, match="cannot be read as a library of Zotero"):
        read_zotero(zotero.database)


# Where it is


def profile(home: Path, data: Path, **more: object) -> None:
    folder = home / ".zotero" / "zotero" / "Profiles" / "ab.default"
    folder.mkdir(parents=True)
    ini = "[General]\nVersion=2\n\n[Profile0]\nName=default\nIsRelative=1\nPath=Profiles/ab.default\n"
    (folder.parent.parent / "profiles.ini").write_text(ini)
    named: dict[str, object] = {"dataDir": str(data), "useDataDir": True}
    named |= {key: str(value) for key, value in more.items()}
    lines = [f'user_pref("extensions.zotero.{key}", {json.dumps(value)});' for key, value in named.items()]
    (folder / "prefs.js").write_text("// Mozilla User Preferences\n" + "\n".join(lines) + "\n")


def test_the_folder_that_zotero_uses_is_found(home: Path, zotero: Zotero) -> None:
    with pytest.raises(UsageError, match="--zotero FOLDER"):
        find_database(None)
    profile(home, zotero.folder)
    assert find_database(None) == zotero.database
    assert find_database(zotero.folder) == find_database(zotero.database) == zotero.database
    with pytest.raises(UsageError, match="holds no library of Zotero"):
        find_database(home)


def test_without_a_profile_it_is_in_the_home(home: Path) -> None:
    with_default = Zotero(home / "Zotero")
    assert find_database(None) == home / "Zotero" / "zotero.sqlite"
    with_default.close()


# In step


def paper(zotero: Zotero, name: str = "a.md", text: bytes = BOOK, **fields: str) -> tuple[int, Path]:
    item = zotero.item(fields=PAPER | fields, creators=[("Quill", "Tobias")])
    return item, zotero.attach(item, name, text)


def same_as_rehearsed(library: Library, **how: bool) -> SyncReport:
    """What sync reports; a rehearsal and a preview must say the same before."""
    rehearsed, previewed = library.sync(dry_run=True, **how), library.sync(dry_run=True, unread=True, **how)
    report = library.sync(**how)
    for each in (rehearsed, previewed):
        for part in ("added", "updated", "unchanged", "removed", "moved", "away"):
            assert sorted(getattr(each, part)) == sorted(getattr(report, part)), part
    return report


def test_adding_again_does_nothing(zotero: Zotero, library: Library) -> None:
    paper(zotero)
    assert len(library.add_zotero(zotero.folder).added) == 1
    assert library.folders() == [str(zotero.database)]
    for report in (library.add_zotero(zotero.folder), same_as_rehearsed(library)):
        assert len(report.unchanged) == 1 and not (report.added or report.updated or report.removed)


def test_a_bad_file_stops_no_other(zotero: Zotero, library: Library) -> None:
    for name, data in (("a.pdf", b"%PDF-1.7 broken"), ("b.epub", b"PK\3\4 broken"), ("c.md", BOOK)):
        zotero.attach(zotero.item(fields=PAPER | {"title": name}), name, data)
    report = library.add_zotero(zotero.folder)
    assert len(report.added) == 1 and [Path(path).name for path, _ in report.skipped] == ["a.pdf", "b.epub"]


def test_changed_facts_need_no_reading(
    zotero: Zotero, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, _path = paper(zotero)
    library.add_zotero(zotero.folder)
    [before] = library.articles()
    monkeypatch.setattr("index.readers.reader_process.ReaderProcess.read", None)
    zotero.set(item, "date", "2021-06-07 7 June 2021")
    zotero.set(item, "citationKey", "quill2021")
    assert len(same_as_rehearsed(library).updated) == 1
    [now] = library.articles()
    assert (now.id, now.published) == (before.id, "2021-06-07")
    assert now.reference is not None and now.reference.key == "quill2021"
    zotero.set(item, "title", "Zymurgy")
    assert len(same_as_rehearsed(library).updated) == 1
    assert [info.title for info in library.articles()] == ["Zymurgy"]
    assert library.document_frequency(["zymurgy"]) == [1]
    assert not same_as_rehearsed(library).updated


def test_files_change_appear_and_go(zotero: Zotero, library: Library) -> None:
    item, path = paper(zotero)
    library.add_zotero(zotero.folder)
    path.write_bytes(BOOK.replace(b"1987", b"1999"))
    other, _ = paper(zotero, "b.md", BOOK, title="Another")
    report = same_as_rehearsed(library)
    assert (report.updated, len(report.added)) == ([str(path)], 1)
    assert "1999" in library.article(library.find(str(path)).id).text
    assert facts(library)["a.md"][0] == "On Harbour Clocks"
    zotero.trash(item)
    zotero.run("DELETE FROM items WHERE itemID = ?", other)
    zotero.run("DELETE FROM items WHERE key = 'ITEM0004'")
    assert len(same_as_rehearsed(library).removed) == 2 and library.articles() == []


def test_a_renamed_file_keeps_its_article(zotero: Zotero, library: Library) -> None:
    """Zotero renames files when the title of their item changes."""
    item, path = paper(zotero)
    library.add_zotero(zotero.folder)
    [before] = library.articles()
    new = path.rename(path.with_name("Quill - 2020.md"))
    zotero.run("UPDATE itemAttachments SET path = 'storage:Quill - 2020.md'")
    assert same_as_rehearsed(library).moved == [(str(path), str(new))]
    new = new.rename(path.with_name("Quill - Tides.md"))
    zotero.run("UPDATE itemAttachments SET path = 'storage:Quill - Tides.md'")
    zotero.set(item, "title", "Tides")
    report = same_as_rehearsed(library)
    assert (len(report.moved), report.updated) == (1, [str(new)])
    assert [(info.id, info.title, info.path) for info in library.articles()] == [
        (before.id, "Tides", str(new))
    ]


def test_articles_whose_files_are_away_are_kept(zotero: Zotero, library: Library) -> None:
    _, path = paper(zotero)
    library.add_zotero(zotero.folder)
    path.unlink()
    assert not same_as_rehearsed(library).removed and len(library.articles()) == 1
    zotero.close()
    zotero.folder.rename(zotero.folder.with_name("elsewhere"))
    report = same_as_rehearsed(library)
    assert [folder for folder, _ in report.away] == [str(zotero.database)] and not report.removed
    assert len(library.sync([zotero.database], gone=True).removed) == 1


def test_an_abstract_makes_way_for_the_file(zotero: Zotero, library: Library) -> None:
    item = zotero.item("book", {"title": "Tea", "abstractNote": "Tea was traded."})
    library.add_zotero(zotero.folder)
    zotero.attach(item, "a.md", BOOK)
    report = same_as_rehearsed(library)
    assert (len(report.added), len(report.removed)) == (1, 1) and facts(library).keys() == {"a.md"}


def test_a_followed_folder_takes_no_file_from_zotero(zotero: Zotero, library: Library) -> None:
    _, path = paper(zotero)
    (zotero.folder / "storage" / "own.md").write_bytes(b"My own text.\n")
    library.add([zotero.folder / "storage"])
    assert facts(library)["a.md"][3] is None
    library.add_zotero(zotero.folder)
    assert facts(library)["a.md"] == ("On Harbour Clocks", "Tobias Quill", "2020-05", "quill2020")
    path.write_bytes(BOOK.replace(b"1987", b"1999"))
    library.sync([zotero.folder / "storage"])
    assert facts(library)["a.md"][3] == "quill2020"
    same_as_rehearsed(library)
    assert facts(library)["a.md"][3] == "quill2020" and "own.md" in facts(library)
    assert "1999" in library.article(library.find(str(path)).id).text


def test_it_is_followed_until_it_is_forgotten(zotero: Zotero, library: Library) -> None:
    item, _ = paper(zotero)
    zotero.note(item, "<p>A note</p>")
    library.add_zotero(zotero.folder)
    before = library.files_state()
    zotero.set(item, "title", "Changed")
    assert library.files_state() != before
    library.unfollow(zotero.folder)
    report = library.sync()
    assert not (report.updated or report.removed or report.missing) and len(library.articles()) == 2


def test_two_attachments_of_one_file_are_one_article(
    zotero: Zotero, library: Library, tmp_path: Path
) -> None:
    (tmp_path / "one.md").write_bytes(BOOK)
    for _ in range(2):
        zotero.link(zotero.item(fields=PAPER), str(tmp_path / "one.md"))
    assert len(library.add_zotero(zotero.folder).added) == 1
    assert not same_as_rehearsed(library).updated


# What is stored


def test_the_reference_lives_as_long_as_its_article(zotero: Zotero, library: Library) -> None:
    paper(zotero)
    library.add([zotero.attach(None, "b.md", b"Another text.\n").parent])
    library.add_zotero(zotero.folder)
    [before] = [info for info in library.articles() if info.path.endswith("a.md")]
    assert library.article(before.id).reference == before.reference is not None
    removed = library.remove_undoable([before.id])
    assert library.undo_remove(removed) == 1
    assert library.articles_by_id([before.id]) == {before.id: before}
    assert library.find("a.md") == before


def test_a_reference_that_is_none_is_damage(zotero: Zotero, library: Library, tmp_path: Path) -> None:
    paper(zotero)
    library.add_zotero(zotero.folder)
    change(tmp_path / "library" / "library.db", "UPDATE bibliography SET reference = '[1]'")
    with pytest.raises(Damaged):
        library.articles()


def test_a_rescued_library_gets_its_facts_back_with_the_next_sync(zotero: Zotero, tmp_path: Path) -> None:
    paper(zotero)
    zotero.note(None, "<p>A note of mine.</p>", "Mine")
    path = tmp_path / "damaged"
    with Library.open(path, create=True) as library:
        library.add_zotero(zotero.folder)
        before = {info.path: info.reference for info in library.articles()}
    assert salvage(path, UNWATCHED).saved == 2
    with Library.open(path) as library:
        assert {info.reference for info in library.articles()} == {None}
        same_as_rehearsed(library)
        assert {info.path: info.reference for info in library.articles()} == before
