"""What a shell completes, and the manual page."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result

from tui.main import command_line

Run = Callable[..., Result]


def completed(qa: Run, words: str, library: Path, **more: str) -> list[str]:
    """What the program tells bash at the end of ``words``, as "kind,value"."""
    env = {
        "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1), "_QA_COMPLETE": "bash_complete",
        "QA_LIBRARY": str(library), **more,
    }  # fmt: skip
    done = qa(env=env)
    assert done.exit_code == 0 and done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("qa sta", ["plain,status"]),
        ("qa show la", ["plain,lake.txt"]),
        ("qa remove ", ["plain,bridge.md", "plain,lake.txt", "plain,tea.txt"]),
        ("qa remove ./x", ["file,./x"]),
        ("qa add a", ["file,a"]),
        ("qa sync a", ["file,a"]),
        ("qa list la", ["plain,lang:"]),
        ("qa search after:2", ["plain,after:2021", "plain,after:2021-05"]),
        ("qa ask in", ["plain,in:"]),
        ("qa ask ", []),
        ("qa ask --filter lang:e", ["plain,lang:en"]),
        ("qa list lang :", ["plain,en", "plain,zh", "plain,zh-Hans", "plain,zh-Hant"]),
        ("qa search ferry lang : zh-Han", ["plain,zh-Hans", "plain,zh-Hant"]),
        ("qa ask --filter lang : e", ["plain,en"]),
        ("qa ask -f lang :", ["plain,en", "plain,zh", "plain,zh-Hans", "plain,zh-Hant"]),
        ("qa ask what : e", []),
        ("qa completion z", ["plain,zsh"]),
    ],
)
def test_commands_articles_filters_and_files_are_completed(
    qa: Run, library: Path, words: str, expected: list[str]
) -> None:
    assert sorted(completed(qa, words, library)) == expected


def test_an_article_whose_name_is_several_words_is_completed_by_its_number(qa: Run, tmp_path: Path) -> None:
    (tmp_path / "two words.txt").write_text("The ferry\n\nThe ferry runs four times a day.", encoding="utf-8")
    assert qa("add", "--library", "own", "two words.txt").exit_code == 0
    assert completed(qa, "qa show ", tmp_path / "own") == ["plain,1"]


def test_without_a_library_that_can_be_read_nothing_is_completed_or_told(
    qa: Run, library: Path, tmp_path: Path
) -> None:
    assert completed(qa, "qa show la", tmp_path / "none") == ["file,la"]
    broken = shutil.copytree(library, tmp_path / "broken")
    (broken / "library.db").write_bytes(b"nothing" * 1000)
    assert completed(qa, "qa show la", broken) == ["file,la"]
    assert completed(qa, "qa show la", library, QA_K="many") == ["file,la"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_names_the_program(qa: Run, shell: str) -> None:
    done = qa("completion", shell)
    assert done.exit_code == 0 and f"_QA_COMPLETE={shell}_complete" in done.stdout
    assert qa("completion", "tcsh").exit_code == 2


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash_takes_the_script(qa: Run) -> None:
    answers = 'env() { printf "%s\\n" plain,lang: "plain,a b"; }; compopt() { echo "compopt $1 $2"; }'
    asked = '_qa_completion; printf "<%s>" "${COMPREPLY[@]}"'
    script = qa("completion", "bash").stdout
    done = subprocess.run(
        ["bash", "-c", f"{answers}\n{script}\n{asked}"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "compopt -o nospace\n<lang:><a b>" and done.stderr == ""


def test_the_manual_page_has_every_command_and_option_once_in_each_language(qa: Run) -> None:
    english, chinese = qa("man").stdout, qa("man", env={"LANG": "zh_CN.UTF-8"}).stdout
    for page in (english, chinese):
        assert page.startswith('.TH QA 1 "" Yinju ')
        told = re.findall(r"^\.SS (qa(?: [a-z]+)+)", page, re.M)
        assert told == sorted(told) == [" ".join(["qa", *path]) for path in paths(command_line())]
        assert page.count("\n.B \\-\\-library DIR\n") >= 15 and "\n.B \\-k N\n" in page
    assert ".SH SYNOPSIS" in english and ".SH 用法" in chinese and "用文章里的原句回答 QUESTION。" in chinese
    assert "Exit code" not in chinese


def paths(group: click.Group, *before: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in sorted(group.commands.items()):
        found.append((*before, name))
        if isinstance(command, click.Group):
            found += paths(command, *before, name)
    return found


@pytest.mark.skipif(not shutil.which("man"), reason="there is no man")
def test_man_shows_the_page(qa: Run) -> None:
    done = subprocess.run(
        ["man", "-l", "--warnings", "-"], input=qa("man").stdout, capture_output=True, text=True, check=True
    )
    assert done.stderr == "" and "qa ask [OPTIONS] [QUESTION]..." in re.sub(".\b", "", done.stdout)
