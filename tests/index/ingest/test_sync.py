"""A library brought into step with its files is the one that adding them afresh would make."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from folder_changes import contents, counts, export, fresh, in_step, pack, send, text, write
from hypothesis import given, settings
from hypothesis import strategies as st
from small_library import answers, open_library

from index.errors import UsageError
from index.library import Library
from index.types import MEMBER_MARK

# The oracle

NAMES = ["a.txt", "b.txt", "d/a.txt", "d/b.md", "d/e/c.txt", "d.txt/x.txt", "z.zip", "d/y.zip", "e/l.jsonl"]
NAMES += ["m.eml", "d/n.eml"]


def change(folder: Path, luck: random.Random) -> None:
    """One thing that people or programs do to a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "stays.txt")
    folders = sorted(path for path in folder.rglob("*") if path.is_dir())
    kind = luck.choice(
        ["write", "write", "write", "remove", "move", "touch", "swap", "copy", "folder", "drop"]
    )
    target = folder / luck.choice(NAMES)
    if kind in ("move", "copy", "swap", "remove", "touch") and not files:
        kind = "write"
    if kind in ("folder", "drop") and not folders:
        kind = "write"
    if kind in ("write", "move", "copy"):
        for parent in target.parents:
            if parent.is_file():  # a file makes way for a folder
                parent.unlink()
        target.parent.mkdir(parents=True, exist_ok=True)
    if kind == "write":
        numbers = {name: luck.randrange(6) for name in luck.sample("abcd", luck.randint(1, 4))}
        if target.suffix == ".zip":
            pack(target, **numbers)
        elif target.suffix == ".jsonl":
            export(target, **numbers)
        elif target.suffix == ".eml":
            send(target, luck.randrange(8), **numbers)
        else:
            write(target, luck.randrange(8))
    elif kind in ("move", "copy"):
        source = luck.choice(files)
        if source.exists() and source.suffix == target.suffix and source != target:
            (shutil.move if kind == "move" else shutil.copy)(source, target)
    elif kind == "swap":
        one, other = luck.choice(files), luck.choice(files)
        if one.suffix == other.suffix:
            first, second = one.read_bytes(), other.read_bytes()
            one.write_bytes(second)
            other.write_bytes(first)
    elif kind == "remove":
        luck.choice(files).unlink()
    elif kind == "touch":
        os.utime(luck.choice(files))
    elif kind == "folder":
        renamed = folder / f"{luck.choice('pqr')}{luck.randrange(100)}"
        if not renamed.exists():
            luck.choice(folders).rename(renamed)
    elif kind == "drop":
        shutil.rmtree(luck.choice(folders))


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_changes_are_caught_up_with(luck: random.Random) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place) / "articles"
        write(folder / "stays.txt", 99)
        for _ in range(4):
            change(folder, luck)
        with open_library(Path(place) / "library") as library:
            library.add([folder])
            for _ in range(3):
                for _ in range(luck.randint(1, 5)):
                    change(folder, luck)
                before = contents(library)
                preview = library.sync(dry_run=True, unread=True)
                rehearsed = library.sync(dry_run=True)
                assert contents(library) == before
                report = library.sync()
                assert replace(rehearsed, seconds=0.0) == replace(report, seconds=0.0)
                assert not (report.skipped or report.missing or report.away)
                assert (preview.moved, preview.removed) == (
                    report.moved,
                    report.removed[: len(preview.removed)],
                )
                assert contents(library) == fresh(folder)[0]
                again = library.sync()
                assert counts(again) == {"unchanged": len(library.articles())}
                assert (before == contents(library)) or counts(report).keys() != {"unchanged"}
            assert answers(library) == fresh(folder)[1]


# One thing at a time


def test_new_changed_and_deleted(library: Library, folder: Path) -> None:
    ids = {info.path: info.id for info in library.articles()}
    write(folder / "new.txt", 7)
    write(folder / "a.txt", 8)
    (folder / "deep" / "b.txt").unlink()
    report = library.sync()
    assert report.added == [str(folder / "new.txt")]
    assert report.updated == [str(folder / "a.txt")]
    assert report.removed == [str(folder / "deep" / "b.txt")]
    assert counts(report) == {"added": 1, "updated": 1, "removed": 1, "unchanged": 3}
    assert library.find("a.txt").id == ids[str(folder / "a.txt")]
    assert in_step(library, folder)


def test_a_moved_article_stays_the_same_one(library: Library, folder: Path) -> None:
    before, generation = library.find(str(folder / "deep" / "c.md")), library.search_generation()
    (folder / "other").mkdir()
    (folder / "deep" / "c.md").rename(folder / "other" / "named anew.md")
    report = library.sync()
    assert report.moved == [(str(folder / "deep" / "c.md"), str(folder / "other" / "named anew.md"))]
    assert counts(report) == {"moved": 1, "unchanged": 4}
    after = library.article(before.id)
    assert (after.path, after.added, after.title) == (report.moved[0][1], before.added, "开放时间")
    assert library.search_generation() > generation
    assert in_step(library, folder)


def test_a_title_that_is_the_files_name_moves_along(library: Library, folder: Path) -> None:
    write(
        folder / "Old name.txt",
        "图书馆在北京，它每天都开放，人很多，城市也大，来的人都很高兴，一坐就是一天。" * 3,
    )
    library.sync()
    before = library.find("Old name.txt")
    assert before.title == "Old name"
    (folder / "Old name.txt").rename(folder / "Better name.txt")
    report = library.sync()
    assert len(report.moved) == len(report.updated) == 1
    assert (library.article(before.id).title, library.article(before.id).path) == (
        "Better name",
        str(folder / "Better name.txt"),
    )
    assert in_step(library, folder)


def test_a_folder_that_was_renamed_keeps_its_articles(library: Library, folder: Path) -> None:
    for number in range(300):
        write(folder / "many" / f"{number % 7}" / f"{number}.txt", number // 2)  # each text twice
    library.sync()
    ids = {Path(info.path).name: info.id for info in library.articles()}
    (folder / "many").rename(folder / "renamed")
    report = library.sync()
    assert counts(report) == {"moved": 300, "unchanged": 5}
    assert all(Path(old).name == Path(new).name for old, new in report.moved)
    assert {Path(info.path).name: info.id for info in library.articles()} == ids
    assert contents(library) == fresh(folder)[0]


def test_other_case_swapped_contents_and_a_folder_in_place_of_a_file(library: Library, folder: Path) -> None:
    ids = {info.path: info.id for info in library.articles()}
    (folder / "deep" / "c.md").rename(folder / "deep" / "C.md")
    assert library.sync().moved == [(str(folder / "deep" / "c.md"), str(folder / "deep" / "C.md"))]
    one, other = (folder / "a.txt").read_text("utf-8"), (folder / "deep" / "b.txt").read_text("utf-8")
    write(folder / "a.txt", other + " ")
    write(folder / "deep" / "b.txt", one + " ")
    assert counts(library.sync()) == {"updated": 2, "unchanged": 3}
    assert library.find(str(folder / "a.txt")).id == ids[str(folder / "a.txt")]
    (folder / "a.txt").unlink()
    write(folder / "a.txt" / "inside.txt", 9)
    assert counts(library.sync()) == {"added": 1, "removed": 1, "unchanged": 4}
    assert in_step(library, folder)


def test_an_archive_is_a_folder_of_its_own(library: Library, folder: Path) -> None:
    archive = folder / "several.zip"
    ids = {Path(info.path).name: info.id for info in library.articles()}
    pack(archive, one=4, two=6, three=7)
    report = library.sync()
    assert report.added == [f"{archive}!/three.txt"] and report.updated == [f"{archive}!/two.txt"]
    assert f"{archive}!/one.txt" in report.unchanged
    pack(archive, one=4, three=7)
    assert library.sync().removed == [f"{archive}!/two.txt"]
    (folder / "moved").mkdir()
    archive.rename(folder / "moved" / "other.zip")
    assert library.sync().moved == [(str(archive), str(folder / "moved" / "other.zip"))]
    assert library.find("one.txt").id == ids["one.txt"]
    assert in_step(library, folder)
    (folder / "moved" / "other.zip").unlink()
    assert len(library.sync().removed) == 2
    assert in_step(library, folder)


def test_an_unchanged_archive_is_not_opened(library: Library, folder: Path) -> None:
    with patch("index.ingest.add.open_regular", side_effect=AssertionError):
        assert counts(library.sync()) == {"unchanged": 5}
        assert len(library.add([folder]).unchanged) == 5
    os.utime(folder / "several.zip", ns=(1, 1))
    with patch("index.readers.archive.zip_members", side_effect=AssertionError):
        assert counts(library.sync()) == {"unchanged": 5}
    with patch("index.ingest.add.open_regular", side_effect=AssertionError):
        assert counts(library.sync()) == {"unchanged": 5}


def test_what_was_removed_from_an_archive_can_be_added_again(library: Library, folder: Path) -> None:
    library.remove([library.find("one.txt").id])
    report = library.add([folder / "several.zip"])
    assert report.added == [f"{folder / 'several.zip'}!/one.txt"] and len(report.unchanged) == 1
    library.remove([info.id for info in library.articles_named(str(folder / "several.zip"))])
    assert len(library.add([folder / "several.zip"]).added) == 2


def test_members_that_cannot_be_read_are_named_and_keep_what_they_were(
    library: Library, tmp_path: Path
) -> None:
    lines = tmp_path / "lines.jsonl"
    write(lines, "\n".join(["{"] * 50 + [json.dumps({"id": "x", "text": text(1)})]))
    report = library.add([lines])
    assert report.added == [f"{lines}!/x"]
    assert [path for path, _ in report.skipped][:2] == [f"{lines}!/line 1", f"{lines}!/line 2"]
    assert len(report.skipped) == 21 and report.skipped[-1] == (f"{lines}!/…", "30 more cannot be read")
    write(lines, json.dumps({"id": "x", "text": ""}))
    report = library.sync()
    assert [path for path, _ in report.skipped] == [f"{lines}!/line 1"] and len(report.removed) == 1
    pack(tmp_path / "a.zip", a=1)
    library.add([tmp_path / "a.zip"])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("a.txt", bytes(range(256)) * 40)
    report = library.sync()
    assert len(report.skipped) == 1 and not report.removed and library.find("a.txt")
    (tmp_path / "a.zip").write_bytes(b"no archive any more")
    report = library.sync()
    assert report.skipped == [(str(tmp_path / "a.zip"), "the archive is damaged")] and library.find("a.txt")


# What is followed


def test_only_what_was_asked_for(library: Library, tmp_path: Path, folder: Path) -> None:
    other = tmp_path / "other"
    write(other / "x.txt", 30)
    library.add([other])
    assert library.folders() == [str(folder), str(other)]
    write(other / "x.txt", 31)
    write(folder / "a.txt", 32)
    write(folder / "deep" / "b.txt", 33)
    assert counts(library.sync([folder / "deep"])) == {"updated": 1, "unchanged": 1}
    assert library.sync([other / "x.txt"]).updated == [str(other / "x.txt")]
    assert library.sync([write(other / "y.txt", 34)]).added == [str(other / "y.txt")]
    assert counts(library.sync([tmp_path])) == {"updated": 1, "unchanged": 6}
    with pytest.raises(UsageError, match="never added"):
        library.sync([tmp_path / "unknown"])


def test_a_folder_is_followed_until_it_is_not(library: Library, folder: Path) -> None:
    library.unfollow(folder)
    write(folder / "new.txt", 40)
    (folder / "a.txt").unlink()
    report = library.sync()
    assert counts(report) == {"missing": 1, "unchanged": 4}
    with pytest.raises(UsageError, match="is not followed"):
        library.unfollow(folder)
    library.add([folder])
    assert counts(library.sync()) == {"removed": 1, "unchanged": 5}


def test_nothing_to_do_takes_no_model(library: Library, folder: Path) -> None:
    with patch("index.ingest.add.Adder", side_effect=AssertionError):
        assert counts(library.sync()) == {"unchanged": 5}


def test_the_state_of_the_files_tells_of_changes(library: Library, tmp_path: Path, folder: Path) -> None:
    library.add([write(tmp_path / "alone.txt", 11)])
    before = library.files_state()
    assert library.files_state() == before
    seen = {before}
    for change in (
        lambda: write(folder / "new.txt", 50),
        lambda: write(tmp_path / "alone.txt", 5_000),
        lambda: (folder / "new.txt").unlink(),
        lambda: pack(folder / "several.zip", one=100),
        lambda: shutil.rmtree(folder),
    ):
        change()
        seen.add(library.files_state())
    assert len(seen) == 6


def test_a_dry_run_tells_what_then_happens(library: Library, folder: Path) -> None:
    """Also of files that cannot be read, hold several articles, or read differently under a new name."""
    (folder / "a.txt").rename(folder / "a.md")
    (folder / "empty.txt").touch()
    (folder / "deep" / "b.txt").write_bytes(bytes(range(256)) * 40)
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("one.txt", "The ferry\n\nThe ferry runs four times a day.")
        archive.writestr("two.txt", "The lake\n\nThe lake is 62 metres deep.")
        archive.writestr("broken.txt", b"")
    before = contents(library), library.status().generation, library.files_state()
    rehearsed = library.sync(dry_run=True)
    assert (contents(library), library.status().generation, library.files_state()) == before
    assert len(rehearsed.added) == 2 and len(rehearsed.skipped) == 3 and rehearsed.moved
    assert replace(rehearsed, seconds=0.0) == replace(library.sync(), seconds=0.0)
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("two.txt", "The lake\n\nThe lake is 63 metres deep.")
    rehearsed = library.sync(dry_run=True)
    assert rehearsed.updated == [f"{folder / 'more.zip'}{MEMBER_MARK}two.txt"]
    assert rehearsed.removed == [f"{folder / 'more.zip'}{MEMBER_MARK}one.txt"]
    assert replace(rehearsed, seconds=0.0) == replace(library.sync(), seconds=0.0)
