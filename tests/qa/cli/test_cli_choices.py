"""What is chosen in the app holds for the command line: language, filter, number and sureness of quotes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from qa.settings import save

Run = Callable[..., Result]
LENGTH = "长桥全长多少米？"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("qa.settings.settings_file", lambda: tmp_path / "config.toml")
    return tmp_path / "config.toml"


def test_the_language(qa: Run, library: Path, file: Path) -> None:
    assert qa("status", "--library", library).stdout.startswith("library ")
    save("language", "zh-Hans", file)
    assert qa("status", "--library", library).stdout.startswith("文章库 ")


def test_how_sure_before_answering(qa: Run, library: Path, file: Path) -> None:
    answered = json.loads(qa("ask", "--json", "--library", library, LENGTH).stdout)
    assert answered["answered"] and answered["confidence"] < 0.99
    save("sure", 99, file)
    refused = qa("ask", "--json", "--explain", "--library", library, LENGTH)
    data = json.loads(refused.stdout)
    assert refused.exit_code == 1 and not data["answered"]
    assert data["confidence"] == answered["confidence"] and data["evidence"]["decision"]["threshold"] == 0.99


def test_the_default_filter_holds_where_none_is_named(qa: Run, library: Path, file: Path) -> None:
    save("filter", "lang:en", file)
    for command in ("ask", "search"):
        data = json.loads(qa(command, "--json", "--library", library, LENGTH).stdout)
        assert data["filters"] == "lang:en", command
        data = json.loads(qa(command, "--json", "--library", library, f"lang:zh {LENGTH}").stdout)
        assert data["filters"] == "lang:zh", command
        data = json.loads(qa(command, "--json", "--library", library, "--filter", "lang:zh", LENGTH).stdout)
        assert data["filters"] == "lang:zh", command
    assert "filters" not in json.loads(qa("list", "--json", "--library", library).stdout)


def test_a_wrong_default_filter_is_one_line(qa: Run, library: Path, file: Path) -> None:
    save("filter", "in english please", file)
    done = qa("ask", "--library", library, LENGTH)
    assert done.exit_code == 2 and done.stderr.count("\n") == 1 and "in english please" in done.stderr


@pytest.mark.parametrize("value", ["lang:xx", "after:20", "article:x", 'in:"open'])
def test_a_wrong_value_in_the_default_filter_names_the_setting(
    qa: Run, library: Path, file: Path, value: str
) -> None:
    save("filter", value, file)
    done = qa("ask", "--library", library, LENGTH)
    assert done.exit_code == 2 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"qa: the setting filter: {value[:6]}")
