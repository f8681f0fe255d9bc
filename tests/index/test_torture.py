"""The short form of `make torture`, and that its oracle finds what is wrong."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest
import torture_kill
import torture_texts
from torture_truth import Change, Oracle, State, Wrong

from index.readers import read_bytes


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    return Oracle(tmp_path_factory.mktemp("oracle"))


@pytest.mark.slow
def test_twenty_kills_cost_nothing(tmp_path: Path, oracle: Oracle) -> None:
    """Real processes, killed at random instants: another seed each run, told where anything is wrong."""
    seed = str(random.randrange(10**9))
    result = torture_kill.run(seed, 20, tmp_path / "torture", oracle)
    assert not result.wrong, "\n".join(result.wrong)
    assert result.counts["kills"] == 20 <= result.counts["checked against a fresh library"]


def a_state(folder: Path, oracle: Oracle, count: int = 6) -> tuple[State, list[str]]:
    """A library in ``folder``, what it holds, and questions."""
    rng = random.Random(5)
    written = [torture_texts.an_article(rng, 12) for _ in range(count)]
    state = State({f"/{i}.md": read_bytes(w.data, "a.md") for i, w in enumerate(written)})
    with oracle.open(folder, create=True) as library:
        library.add_drafts(state.articles.items())
    return state, [w.question for w in written]


def look(folder: Path, oracle: Oracle, change: Change, finished: bool, questions: list[str]) -> State:
    with oracle.open(folder) as library:
        state = oracle.settle(library, change, finished)
        oracle.check_search(library, state, questions)
        return state


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
    "the words of a passage": ("UPDATE passages SET words = 'none' WHERE id = 2", "other frequencies"),
}


@pytest.mark.parametrize("harm", HARM)
def test_the_oracle_finds_harm(tmp_path: Path, oracle: Oracle, harm: str) -> None:
    state, questions = a_state(tmp_path / "library", oracle)
    sql, message = HARM[harm]
    connection = sqlite3.connect(tmp_path / "library" / "library.db")
    connection.execute(sql)
    connection.commit()
    connection.close()
    (tmp_path / "library" / "manifest.json").unlink()
    with pytest.raises(Wrong, match=message):
        look(tmp_path / "library", oracle, Change(State(), state), True, questions)
