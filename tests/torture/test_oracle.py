"""The oracle finds what is wrong, and the shim does what the torture relies on."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from by_hand import change
from torture import articles
from torture.oracle import Change, Oracle, State, Wrong
from torture.power import MOODS, Disk, shim

from index.readers.registry import read_bytes


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    return Oracle(tmp_path_factory.mktemp("oracle"))


def a_state(folder: Path, oracle: Oracle, count: int = 6) -> tuple[State, list[str]]:
    """A library in ``folder``, what it holds, and questions."""
    rng = random.Random(5)
    written = [articles.an_article(rng, 12) for _ in range(count)]
    state = State({f"/{i}.md": read_bytes(w.data, "a.md") for i, w in enumerate(written)})
    with oracle.open(folder, create=True) as library:
        library.add_parsed(state.articles.items())
    return state, [w.question for w in written]


def look(folder: Path, oracle: Oracle, change: Change, finished: bool, questions: list[str]) -> State:
    return oracle.look(folder, change, finished, questions)


def test_the_oracle_agrees_with_a_good_library(tmp_path: Path, oracle: Oracle) -> None:
    state, questions = a_state(tmp_path / "library", oracle)
    assert look(tmp_path / "library", oracle, Change(State(), state), True, questions) == state


def test_the_oracle_wants_what_was_reported(tmp_path: Path, oracle: Oracle) -> None:
    state, questions = a_state(tmp_path / "library", oracle)
    with oracle.open(tmp_path / "library") as library:
        library.remove([2, 3])
    with pytest.raises(Wrong, match="is missing"):
        look(tmp_path / "library", oracle, Change(State(), state), True, questions)
    rest = state.without(["/1.md", "/2.md"])
    assert look(tmp_path / "library", oracle, Change(State(), state), False, questions) == rest
    with pytest.raises(Wrong, match="part of a change"):
        look(tmp_path / "library", oracle, Change(State(), state, whole=True), False, questions)
    with pytest.raises(Wrong, match="is there"):
        look(tmp_path / "library", oracle, Change(rest, rest.without(["/4.md"])), True, questions)


#: Things done to the tables behind the library's back, and what the oracle says of them.
HARM: dict[str, tuple[str, str]] = {
    "a word of a text": ("UPDATE texts SET text = replace(text, '。', '！')", "not as it must be"),
    "a passage is gone": ("DELETE FROM passages WHERE id = 3", "has . passages"),
    "a passage is moved": ('UPDATE passages SET start = start + 1, "end" = "end" + 1', "not in"),
    "the words of a passage": (
        "UPDATE passages SET words = 'none' WHERE id = 2",
        "other passages or frequencies",
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_the_oracle_finds_harm(tmp_path: Path, oracle: Oracle, harm: str) -> None:
    state, questions = a_state(tmp_path / "library", oracle)
    sql, message = HARM[harm]
    change(tmp_path / "library" / "library.db", sql)
    (tmp_path / "library" / "manifest.json").unlink()
    with pytest.raises(Wrong, match=message):
        look(tmp_path / "library", oracle, Change(State(), state), True, questions)


WRITE = """
import os, sys
folder = sys.argv[1]
for name in ("synced", "named", "lost"):
    file = os.open(f"{folder}/{name}", os.O_CREAT | os.O_WRONLY)
    os.write(file, b"first")
    if name != "lost":
        os.fsync(file)
    os.write(file, b", then")
    if name == "synced":
        opened = os.open(folder, os.O_RDONLY)
        os.fsync(opened)
"""


def test_a_power_cut_leaves_what_was_made_sure_of(tmp_path: Path) -> None:
    if not (preloaded := shim(tmp_path)):
        return
    (tmp_path / "disk").mkdir()
    disk = Disk(tmp_path / "disk", preloaded)
    (disk.base / "old").write_text("before")
    disk.settle()
    environ = {**os.environ, **disk.environ}
    subprocess.run([sys.executable, "-c", WRITE, str(disk.base)], check=True, env=environ)
    left = {}
    for number, mood in enumerate(MOODS.values()):
        image = tmp_path / f"image{number}"
        disk.image(image, random.Random(number), mood)
        left[mood] = {file.name: file.read_text() for file in image.iterdir()}
    assert left[0.0, 0.0] == {"old": "before", "synced": "first"}
    assert left[1.0, 0.0] == {"old": "before", "synced": "first", "named": "first", "lost": ""}
    assert left[0.0, 1.0] == {"old": "before", "synced": "first, then"}


@pytest.mark.parametrize("ever", [False, True])
def test_the_chosen_call_fails(tmp_path: Path, ever: bool) -> None:
    if not (preloaded := shim(tmp_path)):
        return
    script = """
import os, sys
file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
for letter in b"abcd":
    try:
        os.write(file, bytes([letter]))
    except OSError as error:
        print(error.errno)
"""
    environ = {**os.environ, "LD_PRELOAD": str(preloaded), "TORTURE_BASE": str(tmp_path.resolve())}
    environ |= {"TORTURE_CALL": "2", "TORTURE_ERRNO": "28", **({"TORTURE_EVER": "1"} if ever else {})}
    file = tmp_path / "file"
    told = subprocess.run(
        [sys.executable, "-c", script, str(file)], check=True, env=environ, capture_output=True, text=True
    )
    assert told.stdout.split() == ["28"] * (3 if ever else 1)
    assert file.read_text() == ("a" if ever else "acd")
