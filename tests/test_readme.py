"""What both READMEs say: the commands run, the tables list what the program has, and both say the same."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from qa.agents.results import MAX_CHARACTERS
from qa.cli import agents
from tui.main import command_line

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")


def blocks(readme: str, language: str) -> list[str]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def commands(readme: str) -> list[str]:
    """The lines of the code blocks marked sh; "# exit code N" after one says what to expect."""
    return [line for block in blocks(readme, "sh") for line in block.splitlines()]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Standard output of every command of README.md, run in order in a home with ~/articles."""
    home = tmp_path_factory.mktemp("home")
    (home / "articles").mkdir()
    for name in ("en-08-how-models-are-trained.txt", "zh-hans-08-noncompete.txt", "en-02-scale-ai-deal.html"):
        shutil.copy(ROOT / "seeds" / name, home / "articles")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "HOME": str(home), "PATH": path, "PYTHONPATH": str(ROOT)}
    printed = {}
    for line in commands("README.md"):
        wanted = int(code.group(1)) if (code := re.search(r"# exit code (\d+)$", line)) else 0
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert done.returncode == wanted, f"{line}\n{done.stdout}{done.stderr}"
        printed[line] = done.stdout
    return printed


@pytest.mark.slow
def test_the_commands_run_and_print(outputs: dict[str, str]) -> None:
    assert len(outputs) >= 5
    assert all(printed.strip() for printed in outputs.values())


@pytest.mark.slow
def test_the_json_example_is_what_the_program_prints(outputs: dict[str, str]) -> None:
    printed = next(json.loads(output) for line, output in outputs.items() if "--json" in line)
    for readme in READMES:
        (example,) = map(json.loads, blocks(readme, "json"))
        assert shape(example) == shape(printed)
        cited = example["citations"][0]
        assert len(cited["quote"]) == cited["end"] - cited["start"]
        passage = cited["passage"]
        assert passage["start"] <= cited["start"] < cited["end"] <= passage["end"]


def shape(value: Any) -> Any:
    """Keys and their nesting; of a list, its first item."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value) is list


@pytest.mark.slow
def test_the_program_runs_and_quotes(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "articles", ignore=shutil.ignore_patterns("*.py", "py.typed"))
    (program,) = blocks("README.md", "python")
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "GPT-4 cost more\nthan $100 million" in done.stdout and "state='right'" in done.stdout


def test_both_readmes_show_the_same_commands_and_example() -> None:
    assert commands("README.md") == commands("README.zh.md")
    for language in ("json", "python"):
        assert blocks("README.md", language) == blocks("README.zh.md", language)


@pytest.mark.parametrize("readme", READMES)
def test_the_command_table_lists_every_command_and_option(readme: str) -> None:
    assert table(readme) == {"qa": options(command_line()) | {"--version"}} | dict(
        usages("qa", command_line())
    )


def usages(name: str, group: click.Group) -> Iterator[tuple[str, set[str]]]:
    """Each command under ``group`` with its options."""
    for part, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from usages(f"{name} {part}", command)
        else:
            yield f"{name} {part}", options(command)


def table(readme: str) -> dict[str, set[str]]:
    """Command → options, from the rows whose first cell is a qa command."""
    rows = re.findall(r"^\| `(qa[^`]*)` \|.*\|(.*)\|$", (ROOT / readme).read_text(encoding="utf-8"), re.M)
    return {
        re.sub(r" [A-Z].*", "", usage): {option.split()[0] for option in re.findall(r"`(-[^`]*)`", cell)}
        for usage, cell in rows
    }


@pytest.mark.parametrize("readme", READMES)
def test_agents_are_told_to_start_what_there_is(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    cells = re.findall(r"^\| [^|]+ \| [^|]+ \| (`[^|]*yinju[^|]*`) \|$", text, re.M)
    rows = ["\n".join(re.findall("`([^`]+)`", cell)) for cell in cells]
    assert len(rows) == 6
    for row in rows:
        (servers,) = (json.loads(row) if row.startswith("{") else tomllib.loads(row)).values()
        entry = servers["yinju"]
        assert entry["command"] == "qa" and entry["args"] == ["mcp"]
    (served,) = re.findall(r'`(\{"type": "http".*?\}\})`', text)
    assert json.loads(served)["headers"] == {"Authorization": "Bearer TOKEN"}
    assert served.count(f":{agents.PORT}/mcp") == 1
    assert f"{MAX_CHARACTERS:,}" in text


def options(command: click.Command) -> set[str]:
    return {param.opts[0] for param in command.params if isinstance(param, click.Option)}
