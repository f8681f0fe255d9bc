"""The command line speaks the reader's language: help, output and errors; JSON stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from index.text.display import cells
from tui.main import command_line

Run = Callable[..., Result]
LENGTH = "长桥全长多少米？"
NONSENSE = "Which volcano erupted in Patagonia?"
SIMPLIFIED, TRADITIONAL = {"LANG": "zh_CN.UTF-8"}, {"LANG": "zh_TW.UTF-8"}
#: Three words of English in a row. Names of commands, options and files are no sentences.
ENGLISH = re.compile(r"(?<![-./:\w])[A-Z]?[a-z]+ [a-z]+ [a-z]+(?![\w./:-])")
COMMANDS = re.compile(r"qa (\w+ ?)+")


def named(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    """The names of all commands."""
    yield before
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from named(command, *before, name)
        else:
            yield (*before, name)


@pytest.mark.parametrize("env", [SIMPLIFIED, TRADITIONAL], ids=["zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("command", named(command_line()), ids=" ".join)
def test_help_is_in_the_language_of_the_locale_and_fits(
    qa: Run, command: tuple[str, ...], env: dict[str, str]
) -> None:
    done = qa(*command, "--help", env=env)
    assert done.exit_code == 0 and done.stderr == ""
    assert done.stdout.startswith("用法：qa")
    assert ENGLISH.search(COMMANDS.sub("", done.stdout)) is None
    assert max(map(cells, done.stdout.splitlines())) <= 80
    english = qa(*command, "--help").stdout
    assert (
        re.findall(r"--[a-z-]+", english.partition("Options:")[2])[:3]
        == (re.findall(r"--[a-z-]+", re.split("选项：|選項：", done.stdout)[1])[:3])
    )
    assert english.isascii() and max(map(len, english.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("asc",), "qa: 没有 'asc' 这个命令。 是不是要 'ask'？（见 qa --help）"),
        (("ask", "--nope"), "qa: 没有 '--nope' 这个选项（见 qa ask --help）"),
        (("ask", "-k"), "qa: 选项 '-k' 需要一个值（见 qa --help）"),
        (("status", "x"), "qa: 多出一个参数（x）（见 qa status --help）"),
        (("status", "x", "y"), "qa: 多出几个参数（x y）（见 qa status --help）"),
        (("add",), "qa: 缺少参数 'PATH...'（见 qa add --help）"),
        (("words",), "qa: 缺少命令（见 qa words --help）"),
        (("list", "--library", "absent"), "文章库"),
        (("add", "absent.txt"), "qa: 没有这个文件或文件夹：absent.txt"),
    ],
)
def test_errors_are_in_the_language_of_the_locale(qa: Run, arguments: tuple[str, ...], said: str) -> None:
    done = qa(*arguments, env=SIMPLIFIED)
    assert done.exit_code in (2, 3) and said in done.stderr and done.stdout == ""
    assert ENGLISH.search(COMMANDS.sub("", done.stderr)) is None


def test_the_setting_goes_before_the_locale(qa: Run, library: Path) -> None:
    chinese = qa("status", "--library", library, env=SIMPLIFIED).stdout
    assert chinese.startswith("文章库 ")
    assert qa("status", "--library", library, env={"QA_LANGUAGE": "zh-Hans"}).stdout == chinese
    english = qa("status", "--library", library, env={**SIMPLIFIED, "QA_LANGUAGE": "en"}).stdout
    assert english.startswith("library ") and english == qa("status", "--library", library).stdout
    wrong = qa("status", "--library", library, env={**SIMPLIFIED, "QA_LANGUAGE": "fr"})
    assert wrong.exit_code == 2 and "只能是 en, zh-Hans, zh-Hant 之一" in wrong.stderr


def test_the_words_around_quotes_are_the_readers_whatever_the_question_is_in(qa: Run, library: Path) -> None:
    chinese = qa("ask", "--library", library, "How deep is the northern lake?", env=SIMPLIFIED).stdout
    assert "出处   把握 " in chinese and "62 metres" in chinese and "Sources" not in chinese
    english = qa("ask", "--library", library, LENGTH).stdout
    assert "Sources   confidence " in english and "出处" not in english
    none = qa("ask", "--library", library, NONSENSE, env=TRADITIONAL).stdout
    assert none.startswith("這些文章裡沒有找到答案。\n") and "最接近的段落" in none
    assert "nearest" not in none.lower()


@pytest.mark.parametrize("arguments", [("ask", LENGTH), ("ask", "--explain", NONSENSE), ("search", "bridge")])
def test_json_is_the_same_in_every_language(qa: Run, library: Path, arguments: tuple[str, ...]) -> None:
    def printed(**env: str) -> dict[str, Any]:
        data = json.loads(qa(*arguments, "--library", library, "--json", env=env).stdout)
        return {name: value for name, value in data.items() if name != "elapsed_ms"}

    assert printed(LANG="zh_CN.UTF-8") == printed(LANG="en_US.UTF-8")


def test_an_error_in_json_is_the_same_in_every_language(qa: Run) -> None:
    done = qa("list", "--library", "absent", "--json", env=SIMPLIFIED)
    assert json.loads(done.stdout) == json.loads(qa("list", "--library", "absent", "--json").stdout)
    assert "文章库" in done.stderr
