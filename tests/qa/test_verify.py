"""Citations checked again after articles moved, changed and went."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from made_up import TEXTS, a_library

from index.errors import LibraryError, UsageError
from index.history import History
from index.library import Library
from qa.engine import Engine
from qa.output.serialization import dumps
from qa.settings import history_file
from qa.verify import Claim, check, check_history, read_claims

Run = Callable[..., Result]
LAKE = "The northern lake is 62 metres deep."
LENGTH = "长桥全长多少米？"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "library"
    a_library(path, TEXTS).close()
    return path


@pytest.fixture
def own(qa: Run, articles: Path, tmp_path: Path) -> Path:
    """A folder of articles that a library in the folder "own" was made of."""
    shutil.copytree(articles, tmp_path / "texts")
    assert qa("add", "--library", "own", tmp_path / "texts").exit_code == 0
    return tmp_path / "texts"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where conversations are kept."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return history_file()


def claim(quote: str, start: int, *, end: int | None = None, **other: Any) -> Claim:
    facts: dict[str, Any] = {"question": "?", "number": 1, "article": 1, "title": "", "path": "museum"}
    facts |= other
    return Claim(start=start, end=start + len(quote) if end is None else end, quote=quote, **facts)


def keep(path: Path, library: str, answers_of: Path, *questions: str) -> None:
    """Ask ``questions`` and keep the conversation, held in ``library``."""
    with Library.open(answers_of) as opened, History(path) as history:
        engine = Engine(opened)
        conversation = history.create(library, "About it")
        for question in questions:
            history.add_turn(conversation, question, dumps(engine.ask(question)))


# Claims against articles


def states(library: Path, *claims: Claim) -> list[str]:
    with Library.open(library) as opened:
        return [verdict.state for verdict in check(claims, opened)]


def test_each_state(made: Path) -> None:
    text = TEXTS["museum"][1]
    assert states(
        made,
        claim("Ada Brook", 0),
        claim("Ada Brook", 5),
        claim("Ada Brooks", 0),
        claim("Ada Brook", 0, path="elsewhere"),
        claim("Ada Brook", 0, path="elsewhere", title="The Harbour Museum"),
        claim("Ada Brook", 0, path="elsewhere", title="The Harbour Museum", article=2),
        claim("", 0),
        claim("x", 10**30),
        claim("Ada Brook", -len(text)),
        claim("Ada Brook", 0, end=9 - len(text)),
        claim(text[-9:], len(text) - 9, end=10**9),
    ) == ["right", "moved", "changed", "gone", "right", "gone", "right", "changed", *["moved"] * 3]


def test_a_moved_quote_is_found_at_the_nearest_place(made: Path) -> None:
    text = TEXTS["museum"][1]
    places = [at for at in range(len(text)) if text.startswith("the ", at)]
    assert len(places) > 1
    with Library.open(made) as library:
        for start in range(len(text)):
            (verdict,) = check([claim("the ", start)], library)
            if start in places:
                assert verdict.state == "right"
            else:
                assert verdict.found
                assert abs(verdict.found.start - start) == min(abs(at - start) for at in places)


@given(st.data())
def test_every_true_citation_is_right_and_no_other(made: Path, data: st.DataObject) -> None:
    text = TEXTS["ferry"][1]
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    shift = data.draw(st.integers(1, 5))
    quote = text[start:end]
    there, beside, changed = states(
        made,
        claim(quote, start, path="ferry"),
        claim(quote, start + shift, path="ferry"),
        claim(quote + "\x00", start, path="ferry"),
    )
    assert there == "right" and changed == "changed"
    assert beside == ("right" if text[start + shift : end + shift] == quote else "moved")


# Objects of the command line


def test_lines_and_a_pretty_object_are_read_alike(made: Path) -> None:
    with Library.open(made) as library:
        objects = [
            Engine(library).ask(q).to_json() for q in ("Who opened the Harbour Museum?", "Penicillin?")
        ]
    above = {"start": 0, "end": 4, "text": "## A", "role": "heading"}
    objects[0]["citations"][0]["context"].append(above)
    lines = "".join(json.dumps(data) + "\n" for data in objects)
    pretty = "\ufeff" + "\n\n".join(json.dumps(data, indent=2, ensure_ascii=False) for data in objects)
    claims = read_claims(lines, "x")
    assert read_claims(pretty, "x") == claims and len(claims) == sum(len(o["citations"]) for o in objects)
    assert read_claims('{"question": "", "error": "the question is empty"}\n' + lines, "x") == claims
    assert read_claims(" \n", "x") == []


_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["citations", "error", "question", "quote", "x"]), inner, max_size=3),
    ),
    max_leaves=8,
)


@given(st.one_of(st.text(max_size=20), _json.map(json.dumps)))
def test_anything_else_is_refused(text: str) -> None:
    try:
        claims = read_claims(text, "file.json")
    except UsageError as error:
        assert "file.json" in error.message and error.hint
    else:
        assert claims == []


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(UsageError):
        read_claims("[" * 200_000, "x")


# The command


def test_a_file_of_answers_is_right_until_the_articles_change(qa: Run, own: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.jsonl"
    questions = f"How deep is the northern lake?\n{LENGTH}\n去年春天收成了多少公斤烏龍茶?\n"
    answers.write_text(qa("ask", "--library", "own", "-k", "1", "--batch", "-", input=questions).stdout)
    done = qa("verify", "--library", "own", answers)
    assert done.exit_code == 0 and done.stdout == "3 citations: 3 right, 0 moved, 0 changed, 0 gone\n"

    lake, bridge, tea = own / "lake.txt", own / "bridge.md", own / "tea.txt"
    lake.write_text(lake.read_text().replace(LAKE, f"Maps show it well.\n\n{LAKE}"))
    bridge.write_text(bridge.read_text().replace("1,240", "1,250"))
    qa("add", "--library", "own", own)
    qa("remove", "--library", "own", str(tea))

    done = qa("verify", "--library", "own", "--json", answers)
    data = json.loads(done.stdout)
    problems = data.pop("problems")
    assert done.exit_code == 1
    assert data == {"checked": 3, "right": 0, "moved": 1, "changed": 1, "gone": 1}
    assert [problem["state"] for problem in problems] == ["moved", "changed", "gone"]
    moved = problems[0]
    article = json.loads(qa("show", "--library", "own", "--json", str(lake)).stdout)
    assert article["text"][moved["found"]["start"] : moved["found"]["end"]] == moved["quote"]
    assert moved["quote"].startswith(LAKE)
    told = qa("verify", "--library", "own", "-", input=answers.read_bytes()).stdout.splitlines()
    assert len(told) == 4 and told[1].startswith("moved ") and f"→ {moved['found']['start']}–" in told[1]
    assert all(line.isprintable() for line in told)


def test_wrong_files_and_libraries_have_their_exit_codes(qa: Run, library: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing of ours")
    assert qa("verify", "--library", library, "notes.txt").exit_code == 2
    assert qa("verify", "--library", library, "missing.json").exit_code == 2
    assert qa("verify", "--library", "nowhere", "-", input="").exit_code == 3


def test_conversations_are_checked_against_their_own_libraries(
    qa: Run, kept: Path, made: Path, own: Path
) -> None:
    keep(kept, str(own.parent / "own"), own.parent / "own", LENGTH, "How deep is the northern lake?")
    keep(kept, str(made), made, "Who opened the Harbour Museum?")
    done = qa("verify")
    assert done.exit_code == 0 and "0 moved, 0 changed, 0 gone" in done.stdout
    right = int(done.stdout.split()[0])
    data = json.loads(qa("verify", "--json", "--library", str(made)).stdout)
    assert 0 < data["right"] < right == data["checked"] and data["gone"] == right - data["right"]
    shutil.rmtree(own.parent / "own")
    done = qa("verify", "--json")
    assert done.exit_code == 1 and json.loads(done.stdout)["right"] == data["right"]


def test_pinned_quotes_are_checked_against_their_own_libraries(
    qa: Run, kept: Path, made: Path, own: Path
) -> None:
    with Library.open(made) as library, History(kept) as history:
        info = next(info for info in library.articles() if info.path == "museum")
        text = library.article(info.id).text
        history.toggle_pin(str(made), info, 5, 15, text[5:15])
        history.toggle_pin(str(made), info, 0, 9, text[1:10])
        history.toggle_pin("/nowhere", info, 0, 9, text[:9])
    data = json.loads(qa("verify", "--json").stdout)
    assert (data["checked"], data["right"], data["moved"], data["gone"]) == (3, 1, 1, 1)
    assert [(told["question"], told["number"]) for told in data["problems"]] == [("", 1), ("", 2)]


def test_conversations_held_in_the_bundled_articles_are_checked_there(qa: Run, kept: Path) -> None:
    answer = json.loads(qa("ask", "--json", "训练 GPT-4 花了多少钱?").stdout)
    from qa.bundled import open_bundled

    with open_bundled() as bundled:
        keep(kept, "", bundled.path, answer["question"])
    assert json.loads(qa("verify", "--json").stdout)["right"] == len(answer["citations"])


def test_where_no_conversations_are_kept_that_is_said_and_nothing_is_made(qa: Run, kept: Path) -> None:
    done = qa("verify")
    assert done.exit_code == 0 and done.stdout == "" and "no citations" in done.stderr
    assert not kept.exists()
    assert json.loads(qa("verify", "--json").stdout)["checked"] == 0


def test_a_damaged_history_is_told(kept: Path) -> None:
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"not a database" * 1000)
    with pytest.raises(LibraryError) as caught:
        list(check_history(kept, None))
    assert caught.value.exit_code == 3
