"""Every command on a library that is kept on a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from milvus_server import MilvusServer

from qa.cli.main import cli


@pytest.mark.slow(60)
def test_all_commands_work_on_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    for i in (1, 2, 3):
        text = f"# Lake {i}\n\nThe lake number {i} is {i}2 metres deep. 湖水最深處有{i}2公尺。\n"
        (folder / f"l{i}.md").write_text(text, encoding="utf-8")
    with MilvusServer(tmp_path / "data") as server:
        address = str(server.url("walk"))
        secret = address.replace("//", "//bob:secret@")
        monkeypatch.setenv("QA_LIBRARY", secret)

        def qa(*arguments: str, code: int = 0) -> Any:
            done = CliRunner().invoke(cli, [*arguments, "--json"])
            assert done.exit_code == code, done.output
            assert "secret" not in done.output
            return json.loads(done.stdout)

        assert len(qa("add", str(folder))["added"]) == 3
        listed = qa("list")["articles"]
        assert [each["title"] for each in listed] == ["Lake 1", "Lake 2", "Lake 3"]
        assert "number 1 is 12 metres" in qa("show", str(listed[0]["id"]))["text"]
        answer = qa("ask", "How deep is lake number 2?")
        assert answer["answered"] and "22 metres" in answer["answer"][0]["text"]
        assert len(qa("search", "lake", "--filter", "in:l3")["hits"]) == 1
        assert qa("words", "add", "湖水最深", "depth")
        status = qa("status")
        assert (status["path"], status["bytes"]) == (address, None)
        assert "size" not in CliRunner().invoke(cli, ["status"]).output
        assert qa("remove", "l2.md")
        assert len(qa("sync", "--dry-run")["added"]) == 1
        assert len(qa("sync")["added"]) == 1
        assert {finding["state"] for finding in qa("doctor")["findings"]} == {"well"}
        copy = str(tmp_path / "copy.db")
        assert qa("backup", copy)["bytes"]
        assert "not put back" in qa("restore", copy, code=2)["error"]
        restored = qa("restore", copy, "--library", str(tmp_path / "restored"))
        assert (restored["articles"], restored["passages"]) == (3, 3)


def test_a_mistyped_address_makes_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["add", "--library", "http://bob:secret@host/lib", "."])
    assert done.exit_code == 2 and "no address" in done.stderr and "secret" not in done.output
    monkeypatch.setenv("QA_LIBRARY", "milvus:bob:secret@host/lib")
    done = CliRunner().invoke(cli, ["list"])
    assert done.exit_code == 2 and "no address" in done.stderr and "secret" not in done.output
    assert [*tmp_path.iterdir()] == []
