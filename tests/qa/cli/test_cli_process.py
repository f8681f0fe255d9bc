"""The command line as a process of its own: its streams, Ctrl-C, encodings, names of files."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import Result
from hanging import hanging_reader

from index.text.display import cells
from qa.cli.console import fitted

Run = Callable[..., Result]
COMMAND = [sys.executable, "-c", "from tui.main import main; main()"]
ROOT = Path(__file__).parents[3]
DEPTH = "How deep is the northern lake?"
LENGTH = "长桥全长多少米？"


def start(*arguments: str | Path, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
    )


def finish(process: subprocess.Popen[bytes], given: bytes = b"") -> tuple[int, bytes, bytes]:
    out, err = process.communicate(given, timeout=120)
    return process.returncode, out, err


@pytest.mark.slow
def test_batch_replies_before_the_next_line_arrives(library: Path) -> None:
    process = start("ask", "--library", library, "--batch", "-")
    assert process.stdin and process.stdout
    for question in (DEPTH, LENGTH):
        process.stdin.write(f"{question}\n".encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["question"] == question
    assert finish(process)[::2] == (0, b"")


@pytest.mark.slow
def test_a_closed_pipe_ends_quietly(library: Path) -> None:
    process = start("search", "--library", library, "--batch", "-")
    assert process.stdin and process.stdout
    process.stdin.write(b"ferry\n")
    process.stdin.flush()
    process.stdout.readline()
    process.stdout.close()
    process.stdin.write(b"ferry\n" * 50)
    process.stdin.close()
    assert process.stderr
    assert process.stderr.read() == b"" and process.wait(60) == 0


@pytest.mark.slow
def test_ctrl_c_is_130_with_one_line(library: Path) -> None:
    process = start("ask", "--library", library, "--batch", "-")
    assert process.stdin and process.stdout
    process.stdin.write(f"{DEPTH}\n".encode())
    process.stdin.flush()
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert (code, err) == (130, b"qa: interrupted\n")


@pytest.mark.slow
def test_ctrl_c_while_adding_leaves_a_good_library(qa: Run, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(4000):
        (folder / f"{number}.txt").write_text(f"Lake {number}\n\nThe lake number {number} is deep. " * 20)
    process = start("add", "--library", tmp_path / "own", folder)
    for _ in range(600):
        if (tmp_path / "own" / "library.db").exists():
            break
        time.sleep(0.05)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert code == 130, err
    assert err.startswith(b"qa: ") and err.count(b"\n") == 1
    assert qa("list", "--library", tmp_path / "own").exit_code == 0


@pytest.mark.slow
def test_ctrl_c_ends_a_reader_that_hangs(tmp_path: Path) -> None:
    """It hangs in C with Python's lock held, as a parser does: no signal is seen there."""
    lake = tmp_path / "lake.txt"
    lake.write_text("The lake is deep.")
    page = tmp_path / "page.html"
    page.write_text("<html><body><nav>Lakes</nav>" + "<p>The lake is 48 metres deep.</p>" * 4_000)
    library, folder = tmp_path / "own", hanging_reader(tmp_path)
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    process = start("add", "--library", library, lake, page, env=os.environ | {"PYTHONPATH": path})
    for _ in range(600):
        if (folder / "hangs").exists():
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    code, _, err = finish(process)
    assert (code, err) == (130, b"qa: stopped (what was finished is kept)\n")
    assert time.monotonic() - began < 60, "it sleeps ten minutes"


@pytest.mark.slow
@pytest.mark.parametrize("environment", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}])
def test_any_output_encoding_will_do(library: Path, environment: dict[str, str]) -> None:
    env = {**os.environ, "PYTHONUTF8": "0", **environment}
    code, out, _ = finish(start("ask", "--library", library, "--json", LENGTH, env=env))
    assert code == 0 and "1,240 米" in json.loads(out)["answer"][0]["text"]
    assert finish(start("list", "--library", library, env=env))[0] == 0


@pytest.mark.slow
def test_a_file_name_with_escapes_or_broken_bytes_never_reaches_the_terminal(tmp_path: Path) -> None:
    own, good, bad = (
        tmp_path / "own",
        tmp_path / "lake\x1b[31m\u202e.txt",
        tmp_path / os.fsdecode(b"caf\xe9.txt"),
    )
    for path in (good, bad):
        path.write_text("The northern lake is 62 metres deep.\n")
    code, out, err = finish(start("add", "--library", own, good))
    assert code == 0 and b"\x1b" not in out + err, err
    for arguments in (("list",), ("ask", DEPTH), ("list", "--json"), ("show", "1"), ("remove", "1")):
        code, out, err = finish(start(*arguments, "--library", own))
        assert code == 0 and b"\x1b" not in out + err and "\u202e".encode() not in out + err, err
    code, out, err = finish(start("add", "--library", own, bad))
    assert code in (0, 2) and len((out + err).splitlines()) == 1
    (out + err).decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("redirect", "code", "lines"), [("<&-", 2, 1), (">&-", 0, 0), ("2>&-", 0, 0), (">/dev/full", 2, 1)]
)
def test_closed_and_full_streams_are_no_crash(library: Path, redirect: str, code: int, lines: int) -> None:
    command = ["ask", "-"] if redirect == "<&-" else ["list"]
    shell = f'exec "$@" {redirect}'
    done = subprocess.run(
        ["sh", "-c", shell, "sh", *COMMAND, *command, "--library", str(library)],
        cwd=ROOT,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == code and len(done.stderr.splitlines()) == lines, done.stderr


@pytest.mark.slow
def test_the_package_runs_the_commands_without_the_app(library: Path) -> None:
    command = [sys.executable, "-m", "qa"]
    done = subprocess.run([*command, "list", "--library", str(library)], cwd=ROOT, capture_output=True)
    assert done.returncode == 0 and len(done.stdout.splitlines()) >= 3
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    assert (done.returncode, done.stderr) == (2, b"qa: Missing command (see qa --help)\n")


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "code"), [(f"{LENGTH}\n", 0), ("\x04", 2)])
def test_on_a_terminal_a_question_that_is_missing_is_asked_for(library: Path, typed: str, code: int) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "ask", "--library", str(library)], cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    told = b""
    with suppress(OSError):  # the other end was closed
        while b"Question: " not in told:
            told += os.read(ours, 1000)
        os.write(ours, typed.encode())
        while part := os.read(ours, 1000):
            told += part
    os.close(ours)
    assert process.wait(60) == code
    assert ("1,240 米" in told.decode()) is (code == 0)
    assert "Traceback" not in told.decode()


class Screen(io.StringIO):
    """A terminal of 40 columns."""

    def isatty(self) -> bool:
        return True


def test_hints_break_between_words_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    path = "/a/path/that/is/longer/than/a/line/of/this/terminal.txt"
    text = f"kept the articles of {path}: the folder is not there (if it is gone for good: qa sync --gone)"
    lines = fitted(text, Screen()).split("\n")
    assert [word for line in lines for word in line.split(" ")] == text.split(" ")
    assert all(len(line) <= 40 or path in line for line in lines) and len(lines) > 2
    chinese = "这些是自带的文章；用 qa add PATH 新建你自己的文章库，它们取代自带的文章。"
    assert all(cells(line) <= 40 for line in fitted(chinese, Screen()).split("\n"))
    assert fitted(text, io.StringIO()) == text
