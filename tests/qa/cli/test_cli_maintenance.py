"""`qa doctor`, `qa backup` and `qa restore`, as a person and a script use them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from index.history import History

Run = Callable[..., Result]
OLD = Path(__file__).parents[2] / "index" / "libraries" / "format-2.db.gz"


@pytest.fixture
def mine(qa: Run, articles: Path, tmp_path: Path) -> Path:
    """A library to write to."""
    path = tmp_path / "mine"
    assert qa("add", str(articles), "--library", str(path)).exit_code == 0
    return path


def test_the_doctor_tells_each_check_on_a_line(qa: Run, mine: Path) -> None:
    done = qa("doctor", "--library", str(mine))
    lines = done.stdout.splitlines()
    assert done.exit_code == 0 and len(lines) == 6 and all(line.startswith("ok ") for line in lines)


def test_the_doctors_json(qa: Run, mine: Path) -> None:
    data = json.loads(qa("doctor", "--json", "--library", str(mine)).stdout)
    assert data["library"] == str(mine)
    assert {tuple(finding) for finding in data["findings"]} == {("check", "state", "text")}
    assert {finding["state"] for finding in data["findings"]} == {"well"}


def test_the_doctor_finds_and_mends(qa: Run, mine: Path) -> None:
    (mine / "manifest.json").write_text("{}")
    done = qa("doctor", "--library", str(mine))
    assert done.exit_code == 3 and "WRONG" in done.stdout and "qa doctor --fix mends that" in done.stdout
    mended = qa("doctor", "--fix", "--library", str(mine))
    assert mended.exit_code == 0 and "mended" in mended.stdout
    assert qa("doctor", "--library", str(mine)).exit_code == 0


def test_a_damaged_database_is_told_by_asking_and_mended_by_the_doctor(
    qa: Run, mine: Path, articles: Path
) -> None:
    database = mine / "library.db"
    data = bytearray(database.read_bytes())
    for at in range(4096 + 2000, len(data), 4096):
        data[at] ^= 1
    database.write_bytes(data)
    asked = qa("ask", "How deep is the lake?", "--library", str(mine))
    assert asked.exit_code == 3 and asked.stdout == "" and "is damaged" in asked.stderr
    assert asked.stderr.count("\n") == 1 and "qa doctor --fix" in asked.stderr
    assert qa("doctor", "--library", str(mine)).exit_code == 3


def test_what_a_repair_could_not_save_is_counted_by_kind(qa: Run, mine: Path) -> None:
    assert qa("words", "add", "湖水", "Seewasser", "--library", str(mine)).exit_code == 0
    database = mine / "library.db"
    data = bytearray(database.read_bytes())
    for at in range(0, len(data), 4096):  # the table, and not its index
        if "湖水湖水".encode() in data[at : at + 4096] and b'["Seewasser"]' in data[at : at + 4096]:
            data[at + 2000] ^= 1
    database.write_bytes(data)
    done = qa("doctor", "--fix", "--json", "--library", str(mine))
    [finding] = [f for f in json.loads(done.stdout)["findings"] if "lost" in f]
    assert done.exit_code == 3 and finding["lost"] == {"words": 1}
    assert "3 articles saved" in finding["text"] and "1 taught words lost: 湖水" in finding["text"]
    assert qa("doctor", "--library", str(mine)).exit_code == 0


def test_damaged_conversations_are_told(qa: Run, mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = mine.parent / "history.db"
    monkeypatch.setattr("qa.settings.history_file", lambda: file)
    History(file).close()
    assert "ok      the conversations kept are whole" in qa("doctor", "--library", str(mine)).stdout
    data = bytearray(file.read_bytes())
    data[5000] ^= 1
    file.write_bytes(data)
    told = qa("doctor", "--library", str(mine)).stdout
    assert "the conversations kept is damaged" in told and "history.db" in told


def test_lost_changes_are_told_until_the_doctor_told_them(qa: Run, mine: Path) -> None:
    earlier = (mine / "library.db").read_bytes()
    assert qa("remove", "1", "--library", str(mine)).exit_code == 0
    (mine / "library.db").write_bytes(earlier)
    for _ in range(2):
        asked = qa("ask", "How deep is the lake?", "--library", str(mine))
        assert asked.exit_code == 0 and "the last change of the library was lost" in asked.stderr
    assert qa("doctor", "--fix", "--library", str(mine)).exit_code == 0
    assert qa("ask", "How deep is the lake?", "--library", str(mine)).stderr == ""


def test_no_library(qa: Run, tmp_path: Path) -> None:
    done = qa("doctor", "--library", str(tmp_path / "none"))
    assert (done.exit_code, done.stderr.count("\n")) == (3, 1) and "there is no library" in done.stderr
    done = qa("restore", str(tmp_path / "none.db"), "--library", str(tmp_path / "mine"))
    assert (done.exit_code, done.stderr.count("\n")) == (3, 1) and "there is no file" in done.stderr


def test_a_backup_and_back(qa: Run, mine: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    done = qa("backup", str(backup), "--library", str(mine))
    assert done.exit_code == 0 and done.stdout.startswith("backed up") and backup.stat().st_size > 10_000
    listed = qa("list", "--library", str(mine)).stdout
    assert qa("remove", "1", "2", "--library", str(mine)).exit_code == 0
    done = qa("restore", str(backup), "--library", str(mine))
    assert done.exit_code == 0 and "restored 3 articles" in done.stdout
    assert "is kept as" in done.stderr and len(list(mine.glob("library-before-restore.db"))) == 1
    assert qa("list", "--library", str(mine)).stdout == listed
    assert "62 metres" in qa("ask", "How deep is the lake?", "--library", str(mine)).stdout
    assert qa("doctor", "--library", str(mine)).exit_code == 0
    again = json.loads(qa("backup", str(backup), "--json", "--library", str(mine)).stdout)
    assert again == {"library": str(mine), "backup": str(backup), "bytes": backup.stat().st_size}


def test_a_backup_overwrites_backups_only(qa: Run, mine: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for target, told in ((tmp_path / "notes.txt", "exists and is no backup"), (tmp_path, "is a folder")):
        done = qa("backup", str(target), "--library", str(mine))
        assert done.exit_code == 2 and told in done.stderr
    assert (tmp_path / "notes.txt").read_text() == "mine"
    cut = tmp_path / "cut.db"  # a backup that something happened to is one still
    cut.write_bytes((mine / "library.db").read_bytes()[:5000])
    assert qa("backup", str(cut), "--library", str(mine)).exit_code == 0 and cut.stat().st_size > 5000
    done = qa("backup", str(tmp_path / "none" / "backup.db"), "--library", str(mine))
    assert done.exit_code == 3 and "cannot be written" in done.stderr


def test_an_earlier_format_is_brought_up_to_date_and_that_is_told(qa: Run, tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.mkdir()
    (path / "library.db").write_bytes(gzip.decompress(OLD.read_bytes()))
    done = qa("doctor", "--library", str(path))
    assert done.exit_code == 0 and "format 2 has no checksums" in done.stdout
    asked = qa("ask", "How many books does the harbour library hold?", "--library", str(path))
    assert asked.exit_code == 0 and "41,200" in asked.stdout and "library-format2.db" in asked.stderr
    asked = qa("ask", "How many books does the harbour library hold?", "--library", str(path))
    assert asked.exit_code == 0 and asked.stderr == ""
