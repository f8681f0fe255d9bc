"""`qa add --zotero` as people and programs run it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from zotero_library import Zotero

Run = Callable[..., Result]
FIELDS = {"title": "On Harbour Clocks", "date": "2020-05-00 May 2020", "citationKey": "quill2020"}


@pytest.fixture
def zotero(tmp_path: Path) -> Iterator[Zotero]:
    made = Zotero(tmp_path / "Zotero")
    item = made.item("journalArticle", FIELDS, [("Quill", "Tobias")])
    made.attach(item, "a.md", b"The harbour clock was repaired in 1987.\n")
    made.item("book", {"title": "Nothing"})
    yield made
    made.close()


def test_it_is_added_asked_and_kept_in_step(qa: Run, zotero: Zotero, tmp_path: Path) -> None:
    here = ("--library", tmp_path / "library")
    added = qa("add", "--zotero", zotero.folder, *here)
    assert added.exit_code == 0 and "1 added" in added.stdout
    assert "without a file here: 1; of 0 the abstract was taken" in added.stderr
    answer = json.loads(qa("ask", "--json", "When was the harbour clock repaired?", *here).stdout)
    assert answer["answered"] and answer["citations"][0]["title"] == "On Harbour Clocks"
    assert answer["citations"][0]["key"] == "quill2020"
    [listed] = json.loads(qa("list", "--json", *here).stdout)["articles"]
    assert listed["reference"]["key"] == "quill2020" and listed["reference"]["kind"] == "journalArticle"
    assert listed["reference"]["creators"] == [{"role": "author", "family": "Quill", "given": "Tobias"}]
    assert json.loads(qa("show", "--json", "1", *here).stdout)["reference"] == listed["reference"]
    assert "citation key: quill2020" in qa("show", "1", *here).stdout
    zotero.set(1, "date", "2021-00-00 2021")
    assert "1 updated" in qa("sync", *here).stdout
    status = json.loads(qa("status", "--json", *here).stdout)
    assert status["folders"] == [str(zotero.database)]
    assert str(zotero.database) in qa("status", *here).stdout
    forgotten = qa("sync", "--forget", zotero.folder, *here)
    assert forgotten.exit_code == 0
    assert json.loads(qa("status", "--json", *here).stdout)["folders"] == []


def test_without_a_folder_it_is_where_zotero_keeps_it(
    qa: Run, zotero: Zotero, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    missing = qa("add", "--zotero", "--library", tmp_path / "library")
    assert missing.exit_code == 2 and "qa add --zotero FOLDER" in missing.stderr
    monkeypatch.setenv("HOME", str(tmp_path))
    report = json.loads(qa("add", "--json", "--library", tmp_path / "library", "--zotero").stdout)
    assert len(report["added"]) == 1 and report["without_text"] == 1


def test_adding_the_folder_as_any_other_tells_how_it_is_added_better(
    qa: Run, zotero: Zotero, tmp_path: Path
) -> None:
    here = ("--library", tmp_path / "library")
    added = qa("add", zotero.folder, *here)
    assert added.exit_code == 0 and f"qa add --zotero {zotero.folder}" in added.stderr
    assert "--zotero" not in qa("add", zotero.folder / "storage", *here).stderr
    assert "1 updated" in qa("add", "--zotero", zotero.folder, *here).stdout


def test_what_cannot_be_added_is_told(qa: Run, zotero: Zotero, tmp_path: Path) -> None:
    here = ("--library", tmp_path / "library")
    for words, told in (
        (("--zotero", tmp_path), "holds no library of Zotero"),
        (("--zotero", zotero.folder, tmp_path), "takes one folder"),
    ):
        result = qa("add", *words, *here)
        assert result.exit_code == 2 and told in result.stderr and not result.stdout
    zotero.close()
    zotero.database.write_bytes(b"no database at all" * 400)
    broken = qa("add", "--zotero", zotero.folder, *here)
    assert broken.exit_code == 2 and "cannot be read as a library of Zotero" in broken.stderr
