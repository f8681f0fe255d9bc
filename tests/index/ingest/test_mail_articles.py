"""A mail and what is attached to it in a library: added, updated, moved and removed together."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from documents import mail_part, make_mail, make_mail_of
from folder_changes import contents, counts, fresh, in_step, pack, send, text, write
from small_library import open_library

from index.library import Library

MAIL = ("a.eml", "a.eml!/one.txt", "a.eml!/two.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    send(folder / "a.eml", 1, one=2, two=3)
    write(folder / "b.txt", 4)
    return folder


@pytest.fixture
def library(tmp_path: Path, folder: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library") as library:
        report = library.add([folder])
        assert report.added == [
            str(folder / name) for name in ("a.eml", "a.eml!/one.txt", "a.eml!/two.txt", "b.txt")
        ]
        assert not (report.partial or report.skipped)
        yield library


def ids(library: Library) -> dict[str, int]:
    return {Path(info.path).name: info.id for info in library.articles()}


def test_the_mail_keeps_its_article(library: Library, folder: Path) -> None:
    mail = library.find(str(folder / "a.eml"))
    assert (mail.title, mail.author, mail.published) == ("渡轮复航", "李雷", "2024-03-05T09:30")
    one = library.find(str(folder / "a.eml!/one.txt"))
    assert library.article(one.id).text == text(2)
    assert counts(library.sync()) == {"unchanged": 4}
    assert library.add([folder]).unchanged == [
        info.path for info in sorted(library.articles(), key=lambda i: i.path)
    ]


def test_what_changes_in_a_mail_is_followed(library: Library, folder: Path) -> None:
    before = ids(library)
    send(folder / "a.eml", 1, two=7, three=8)
    report = library.sync()
    assert report.added == [str(folder / "a.eml!/three.txt")]
    assert report.updated == [str(folder / "a.eml"), str(folder / "a.eml!/two.txt")]
    assert report.removed == [str(folder / "a.eml!/one.txt")]
    after = ids(library)
    assert {name: after[name] for name in ("a.eml", "two.txt")} == {
        name: before[name] for name in ("a.eml", "two.txt")
    }
    assert in_step(library, folder)


def test_a_mail_moves_with_what_is_attached(library: Library, folder: Path) -> None:
    before = ids(library)
    (folder / "kept").mkdir()
    (folder / "a.eml").rename(folder / "kept" / "z.eml")
    report = library.sync()
    assert report.moved == [(str(folder / "a.eml"), str(folder / "kept" / "z.eml"))]
    moved = {info.path: info.id for info in library.articles()}
    assert moved[str(folder / "kept" / "z.eml")] == before["a.eml"]
    assert moved[str(folder / "kept" / "z.eml!/one.txt")] == before["one.txt"]
    assert counts(library.sync()) == {"unchanged": 4} and in_step(library, folder)


def test_a_mail_that_is_gone_takes_what_was_attached_along(library: Library, folder: Path) -> None:
    (folder / "a.eml").unlink()
    assert counts(library.sync()) == {"removed": 3, "unchanged": 1}
    assert [*contents(library)] == [str(folder / "b.txt")] and library.sync().removed == []


def test_removing_and_putting_back(library: Library, folder: Path) -> None:
    named = library.articles_named(str(folder / "a.eml"))
    assert [info.path for info in named] == [
        str(folder / "a.eml"),
        str(folder / "a.eml!/one.txt"),
        str(folder / "a.eml!/two.txt"),
    ]
    before = contents(library)
    removed = library.remove_undoable([info.id for info in named])
    assert [*contents(library)] == [str(folder / "b.txt")]
    assert library.undo_remove(removed) == 3 and contents(library) == before
    for path in ("a.eml", "a.eml!/one.txt"):  # each comes back while the mail is there
        library.remove([library.find(str(folder / path)).id])
        assert counts(library.sync()) == {"added": 1, "unchanged": 3}
        assert in_step(library, folder)


def test_a_mail_without_attachments_gets_some(library: Library, folder: Path) -> None:
    (folder / "b.eml").write_bytes(make_mail(mail_part(text(5))))
    assert counts(library.sync()) == {"added": 1, "unchanged": 4}
    send(folder / "b.eml", 5, more=6)
    assert counts(library.sync()) == {"added": 1, "updated": 1, "unchanged": 4}
    assert in_step(library, folder)


def test_what_cannot_be_read_is_told(library: Library, folder: Path) -> None:
    broken = mail_part(
        "%PDF-1.4 broken", kind="application/pdf", Content_Disposition="attachment; filename=x.pdf"
    )
    other = mail_part("a", kind="application/msword; name=x.doc")
    (folder / "c.eml").write_bytes(make_mail_of("multipart/mixed", mail_part(text(5)), broken, other))
    report = library.sync()
    assert report.added == [str(folder / "c.eml")]
    assert report.partial == [(str(folder / "c.eml"), "attachments or other parts were not read (1): x.doc")]
    [(path, reason)] = report.skipped
    assert path == str(folder / "c.eml!/x.pdf") and "damaged" in reason


def test_a_mail_that_breaks_keeps_what_was_read(library: Library, folder: Path) -> None:
    before = contents(library)
    (folder / "a.eml").write_bytes(b"nothing of a mail\n\nis left.")
    report = library.sync()
    assert report.skipped == [(str(folder / "a.eml"), "the file is no mail")]
    assert contents(library) == before


def test_mails_in_an_archive(library: Library, folder: Path) -> None:
    send(folder / "x.eml", 5, more=6)
    data = (folder / "x.eml").read_bytes()
    (folder / "x.eml").unlink()
    archive = pack(folder / "all.zip", plain=9)
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr("x.eml", data)
    assert library.sync().added == [
        f"{archive}!/{name}" for name in ("plain.txt", "x.eml", "x.eml!/more.txt")
    ]
    assert contents(library) == fresh(folder)[0]
    archive.rename(folder / "moved.zip")
    assert counts(library.sync()) == {"moved": 1, "unchanged": 4} and contents(library) == fresh(folder)[0]
