"""Folders that are followed and what is done to them; beside the library that they should make."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

from documents import mail_part, make_mail_of
from small_library import Found, answers, open_library

from index.library import Library
from index.types import SyncReport


def text(number: int) -> str:
    return (
        f"第{number}号图书馆在北京。它的开放时间是{number % 24}点，number{number} seats in area{number % 5}。"
    )


def write(path: Path, content: str | int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(content) if isinstance(content, int) else content, encoding="utf-8")
    return path


def pack(path: Path, **members: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as made:
        for name, number in members.items():
            made.writestr(f"{name}.txt", text(number))
    return path


def export(path: Path, **records: int) -> Path:
    rows = ({"id": name, "text": text(number)} for name, number in records.items())
    return write(path, "".join(json.dumps(row) + "\n" for row in rows))


def send(path: Path, number: int, **attached: int) -> Path:
    """A mail with texts attached."""
    parts = (
        mail_part(text(n), Content_Disposition=f'attachment; filename="{name}.txt"')
        for name, n in attached.items()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(make_mail_of("multipart/mixed", mail_part(text(number)), *parts))
    return path


def contents(library: Library) -> dict[str, tuple[str, str]]:
    """Text and title by path."""
    return {a.path: (a.text, a.title) for a in (library.article(info.id) for info in library.articles())}


def fresh(folder: Path) -> tuple[dict[str, tuple[str, str]], Found]:
    """What a library holds, and what it answers, that was made of the folder as it is now."""
    # tantivy's threads may still tidy up in the folder while it is removed: hence ignore_cleanup_errors.
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place,
        open_library(Path(place) / "fresh") as library,
    ):
        library.add([folder])
        return contents(library), answers(library)


def counts(report: SyncReport) -> dict[str, int]:
    names = ("added", "updated", "moved", "removed", "unchanged", "missing", "skipped", "away")
    return {name: len(getattr(report, name)) for name in names if getattr(report, name)}


def in_step(library: Library, folder: Path) -> bool:
    return (contents(library), answers(library)) == fresh(folder)
