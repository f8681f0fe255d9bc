"""Nothing that an article, a file name, a question or an argument holds acts on the terminal.

A library of hostile articles is put before every command: whatever is printed, to standard output or
standard error, in words or in JSON, has no control character, no mark that turns the reading order, and
no unpaired surrogate in it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result
from properties import HOSTILE, UNSAFE

from index.library import Library
from qa.linguistics.cues import ASKS, FUNCTION
from tui.main import command_line

Run = Callable[..., Result]
QUESTION = f"How deep is the {HOSTILE} lake?"
LAKE = f"""---
title: "The lake {HOSTILE}"
author: "Marta {HOSTILE}"
source: "Daily {HOSTILE}"
date: 2024-01-02
---
# Depth {HOSTILE}

The northern lake {HOSTILE} is 62 metres deep. It freezes {HOSTILE} every January.

北湖{HOSTILE}深六十二米，每年一月{HOSTILE}结冰。
"""
PAGE = f"""<html><head><title>The ferry {HOSTILE.replace("<b>", "")}</title>
<meta name="author" content='Ada &#27;[31m&#x202e;&#x9b;31m'></head><body><h1>Ferry</h1>
<p>The ferry &#27;]0;owned&#7; &#x202e; crosses the lake {HOSTILE} in nine minutes and costs 3 crowns. It was
built in 1931 and carries forty people, who pay when they leave.</p></body></html>"""


def unsafe(text: str) -> str:
    """The first unsafe character of what was printed, tabs and line ends aside."""
    found = UNSAFE.search(text.replace("\t", " "))
    return repr(found[0]) if found else ""


def printed(result: Result) -> str:
    """What reached the terminal, checked to be UTF-8 that does nothing there."""
    for data in (result.stdout_bytes, result.stderr_bytes):
        assert not unsafe(data.decode("utf-8")), data
    assert "Traceback" not in result.stderr
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with hostile text, names and words; what it lies in has a hostile name, too."""
    folder = tmp_path_factory.mktemp("hostile") / f"文章 {HOSTILE[:60]}"
    folder.mkdir()
    (folder / f"lake {HOSTILE[:80]}.md").write_text(LAKE, encoding="utf-8")
    (folder / "ferry.html").write_text(PAGE, encoding="utf-8")
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text(f"The café {HOSTILE} opened in 1958 in the old town.")
    path = folder / "library"
    with Library.open(path, create=True) as library:
        assert len(library.add([folder]).added) >= 2
        library.teach(f"lakeside{HOSTILE[:20]}", [f"shore {HOSTILE[:40]}"])
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", QUESTION),
        ("ask", "How deep is the northern lake?"),
        ("ask", "--explain", QUESTION),
        ("ask", "--after", QUESTION, "and the ferry?"),
        ("ask", "--json", "--explain", QUESTION),
        ("ask", f"Who is {HOSTILE}?"),
        ("ask", f'in:"{HOSTILE[:30]}" how deep'),
        ("ask", f"lang:{HOSTILE} how deep"),
        ("ask", f"after:{HOSTILE} article:{HOSTILE}"),
        ("search", QUESTION),
        ("search", "--json", QUESTION),
        ("search", f"in:{HOSTILE} ferry"),
        ("list",),
        ("list", "--json"),
        ("list", f"in:{HOSTILE[:9]}"),
        ("list", "-f", HOSTILE),
        ("show", "1"),
        ("show", "--json", "1"),
        ("show", HOSTILE),
        ("status",),
        ("status", "--json"),
        ("words", "list"),
        ("words", "list", "--json"),
        ("words", "add", HOSTILE, "x"),
        ("words", "remove", HOSTILE),
        ("remove", "no such", HOSTILE),
        ("add", HOSTILE),
        ("verify", HOSTILE),
        ("eval", HOSTILE),
        ("doctor",),
        ("doctor", "--json"),
        ("sync", "--dry-run"),
        ("sync", "--dry-run", "--json"),
        ("sync", HOSTILE),
        ("backup", f"copy {HOSTILE[:60]}.zip"),
        ("restore", f"no copy {HOSTILE[:60]}.zip"),
    ],
    ids=lambda arguments: " ".join(a for a in arguments if a.isascii() and a.isprintable()),
)
def test_no_command_prints_what_acts_on_a_terminal(
    qa: Run, hostile: Path, arguments: tuple[str, ...]
) -> None:
    options = () if arguments[0] == "eval" else ("--library", hostile)
    ran = qa(*arguments, *options)
    printed(ran)
    if "--json" in arguments:
        json.loads(ran.stdout)


def test_hostile_text_is_shown_as_it_stands(qa: Run, hostile: Path) -> None:
    told = qa("ask", "--library", hostile, "How deep is the northern lake?").stdout
    assert "[bold]粗[!bold][@click=app.quit]x" in told  # the title


def test_a_batch_answers_each_hostile_line(qa: Run, hostile: Path) -> None:
    lines = [QUESTION.replace("\r", " "), f"lang:{HOSTILE}".replace("\r", " "), "\x00", "?" * 3000, ""]
    for command in ("ask", "search"):
        told = printed(qa(command, "--library", hostile, "--batch", "-", input="\n".join(lines) + "\n"))
        assert len([json.loads(line) for line in told.splitlines()]) == len(lines)


def test_files_that_are_refused_are_told_of_clean(qa: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}{HOSTILE[:100]}.txt").write_bytes(b"\x00\x01\x02" * 50)
    (folder / f"{HOSTILE[:90]}.html").write_text(f"<html>{HOSTILE}<!-- -->")
    result = qa("add", "--library", tmp_path / "own", folder)
    assert result.exit_code in (0, 2) and printed(result).count("skipped") >= 3
    printed(qa("add", "--json", "--library", tmp_path / "own", folder))


def test_citations_that_are_hostile_are_checked_clean(qa: Run, hostile: Path, tmp_path: Path) -> None:
    answers = tmp_path / f"{HOSTILE[:60]}.json"
    answers.write_text(qa("ask", "--json", "--library", hostile, QUESTION).stdout, encoding="utf-8")
    result = qa("verify", "--library", hostile, answers)
    assert result.exit_code == 0 and printed(result)
    data = json.loads(answers.read_text(encoding="utf-8"))
    for citation in data["citations"]:
        citation |= {"quote": HOSTILE, "title": HOSTILE, "path": HOSTILE}
    answers.write_text(json.dumps(data))
    for options in ((), ("--json",)):
        result = qa("verify", "--library", hostile, *options, answers)
        assert result.exit_code == 1 and printed(result)
    answers.write_text(HOSTILE)
    assert qa("verify", "--library", hostile, answers).exit_code == 2


def _commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


@pytest.mark.parametrize(
    ("path", "command"), list(_commands(command_line())), ids=lambda value: str(value)[:30]
)
def test_hostile_arguments_of_every_command_are_not_echoed(
    qa: Run, path: tuple[str, ...], command: click.Command, tmp_path: Path
) -> None:
    needed = [HOSTILE for parameter in command.params if isinstance(parameter, click.Argument)]
    calls = [[HOSTILE, *needed, "--nonsense"], [f"--{HOSTILE}"], [*needed, f"--{HOSTILE}={HOSTILE}"]]
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.is_flag and path != ("serve",):
            calls.append([parameter.opts[-1], HOSTILE, *needed])
    if path == ("serve",):
        calls += [["--host", HOSTILE], ["--port", HOSTILE]]
    for arguments in calls:
        result = qa(*path, *arguments, env={"QA_LIBRARY": str(tmp_path / "none")})
        assert result.exit_code in (0, 1, 2, 3), arguments
        printed(result)


@pytest.mark.parametrize("name", ["QA_K", "QA_THEME", "QA_LANGUAGE", "QA_LIBRARY", "QA_MODEL"])
def test_hostile_settings_are_told_of_clean(qa: Run, name: str, tmp_path: Path) -> None:
    printed(qa("status", env={name: HOSTILE}))
    config = tmp_path / "home" / "yinju" / "config.toml"
    config.parent.mkdir(parents=True)
    for text in (f"{json.dumps(HOSTILE)} = 1", f"k = {json.dumps(HOSTILE)}", HOSTILE):
        config.write_text(text, encoding="utf-8")
        result = qa("status", env={"XDG_CONFIG_HOME": str(tmp_path / "home")})
        assert result.exit_code == 2 and printed(result).count("\n") == 1


SYNTAX = """'; DROP TABLE articles; --
lake" OR "x
100%
_ake
l*
lake AND ferry
NOT lake
NEAR(lake ferry)
title:lake
(lake
lake)
lake^2
+lake -ferry
[a TO z]
{lake}
lake~2
\\
lake\\
/lake/
lake \0 ferry
in:
in:"
in:%
in:*
lang:
article:1 OR 1=1
article:-1
?
"
“"""


def test_query_syntax_is_nothing_but_words(qa: Run, library: Path) -> None:
    for command in ("ask", "search"):
        lines = printed(qa(command, "--library", library, "--batch", "-", input=SYNTAX)).splitlines()
        assert len(lines) == SYNTAX.count("\n") + 1
        assert all({"citations", "hits", "error"} & json.loads(line).keys() for line in lines)
    for words in ("'; DROP TABLE articles; --", "%", "_", "*", 'lake" OR 1=1', "\\", "lake\0"):
        for command in ("show", "remove", "list"):
            result = qa(command, "--library", library, words)
            assert result.exit_code == 2 and printed(result).count("\n") == 1, (command, words)
    assert qa("list", "--library", library).stdout.count("\n") == 3


def test_wildcards_of_a_filter_stand_for_themselves(qa: Run, library: Path) -> None:
    for wild in ("%", "_", "*", "?", "lak_", "la%e", "l*ke", "[l]ake"):
        assert qa("list", "--library", library, f'in:"{wild}"').exit_code == 1, wild
    assert qa("list", "--library", library, "in:lake").stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("unit", "length"),
    [
        ("a", 1_000_000),
        ("字", 100_000),
        (" x", 100_000),
        ('"', 100_000),
        ("lang:en ", 20_000),
        ("\u0301", 2_001),
    ],
)
def test_a_long_question_is_refused_in_one_line(qa: Run, library: Path, unit: str, length: int) -> None:
    question = (unit * length)[:length]
    for command in ("ask", "search", "show"):
        result = qa(command, "--library", library, "-", input=question)
        assert result.exit_code == 2
        assert re.fullmatch(r"qa: .{1,1010}\n", printed(result)), (command, len(result.stderr))


@pytest.mark.parametrize("unit", ["a", "字", " x", '"', "(", "in:x ", "\u0301a"])
def test_a_question_of_the_longest_length_is_answered(qa: Run, library: Path, unit: str) -> None:
    result = qa("ask", "--library", library, "-", input=(unit * 2_000)[:2_000])
    assert result.exit_code in (0, 1, 2) and "internal error" not in printed(result)


def test_words_that_can_be_cut_in_two_ways_take_no_time() -> None:
    """A taught word is one word, whatever it is made of: 2 to the power of 20 ways to cut this one."""
    for word in ("你们" * 20 + "x", "什么时候" * 10 + "x", "那位但是" * 10 + "x"):
        assert not FUNCTION.fullmatch(word) and not ASKS.fullmatch(word)
