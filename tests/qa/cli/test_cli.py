from __future__ import annotations

import errno
import json
import math
import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import Result

from index.library import Library
from index.storage.lock import write_lock
from qa.types import MAX_QUESTION_LENGTH

Run = Callable[..., Result]
DEPTH = "How deep is the northern lake?"
LENGTH = "长桥全长多少米？"
HARVEST = "去年春天收成了多少公斤烏龍茶?"
NONSENSE = "Which volcano erupted in Patagonia?"


def rows(output: str) -> list[dict[str, Any]]:
    """JSON lines."""
    return [json.loads(line) for line in output.splitlines()]


def one_error(stderr: str) -> str:
    """The only line of ``stderr``."""
    (line,) = stderr.splitlines()
    assert line.startswith("qa: ")
    return line


# Asking


@pytest.mark.parametrize(
    ("question", "quote"), [(DEPTH, "62 metres"), (LENGTH, "1,240 米"), (HARVEST, "6,200 公斤")]
)
def test_ask_json_cites_the_sentence_to_the_character(
    qa: Run, library: Path, question: str, quote: str
) -> None:
    done = qa("ask", "--library", library, "--json", question)
    assert done.exit_code == 0
    (data,) = rows(done.stdout)
    assert set(data) == {
        *("question", "answered", "verdict", "confidence", "answer", "citations", "missing", "elapsed_ms")
    }
    assert data["verdict"] == "answer"
    assert data["question"] == question and data["answered"] is True and 0 <= data["confidence"] <= 1
    assert quote in data["answer"][0]["text"]
    citation = data["citations"][data["answer"][0]["citation"] - 1]
    assert set(citation) == {
        *("number", "article", "title", "path", "language", "published"),
        *("start", "end", "quote", "passage", "score", "context"),
    }
    (article,) = rows(qa("show", "--library", library, "--json", str(citation["article"])).stdout)
    assert set(article) == {"id", "title", "path", "language", "published", "text", "blocks"}
    assert "".join(article["text"][b["start"] : b["end"]] for b in article["blocks"]) == re.sub(
        r"\s*\n\s*", "", article["text"]
    )
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
    passage = citation["passage"]
    for part in (passage, *citation["context"]):
        assert article["text"][part["start"] : part["end"]] == part["text"]


def test_ask_prints_quote_citation_and_place(qa: Run, library: Path) -> None:
    done = qa("ask", "--library", library, LENGTH)
    assert done.exit_code == 0 and done.stderr == ""
    assert done.stdout.splitlines()[0].endswith(" [1]")
    assert "1,240 米" in done.stdout.splitlines()[0]
    assert "[1] 长桥的故事 · 2021-05-06 · zh-Hans" in done.stdout
    assert "bridge.md" in done.stdout and "\x1b" not in done.stdout


def test_no_answer_is_exit_1_with_the_nearest_passages(qa: Run, library: Path) -> None:
    done = qa("ask", "--library", library, "--json", NONSENSE)
    assert done.exit_code == 1
    (data,) = rows(done.stdout)
    assert data["answered"] is False and data["answer"] == []
    shown = qa("ask", "--library", library, NONSENSE)
    assert shown.exit_code == 1 and shown.stdout.startswith("No answer found")


def test_question_from_standard_input_and_from_several_words(qa: Run, library: Path) -> None:
    piped = qa("ask", "--library", library, "--json", "-", input=f"\ufeff{DEPTH}\n")
    typed = qa("ask", "--library", library, "--json", *DEPTH.split())
    assert rows(piped.stdout)[0]["answer"] == rows(typed.stdout)[0]["answer"] != []


def test_show_reads_the_name_from_standard_input(qa: Run, library: Path) -> None:
    assert rows(qa("show", "--library", library, "--json", "-", input="lake.txt\n").stdout)[0]["id"]


def test_text_in_another_encoding_is_refused_not_guessed_at(qa: Run, library: Path) -> None:
    for command in ("ask", "search", "show"):
        done = qa(command, "--library", library, "-", input=DEPTH.encode("utf-16"))
        assert done.exit_code == 2 and "not UTF-8" in one_error(done.stderr)


def test_after_carries_over_and_says_so_on_stderr(qa: Run, library: Path) -> None:
    done = qa("ask", "--library", library, "--json", "--after", "长桥全长多少米？", "它是谁设计的？")
    assert "carried over: 长桥" in done.stderr
    (data,) = rows(done.stdout)
    assert "长桥" in data["carried"] and "林望舒" in data["answer"][0]["text"]


def test_more_and_the_source_of_an_earlier_question_in_json(qa: Run, library: Path) -> None:
    earlier = ("ask", "--library", library, "--json", "--after", DEPTH)
    (first,) = rows(qa("ask", "--library", library, "--json", DEPTH).stdout)
    more = qa(*earlier, "tell me more")
    (data,) = rows(more.stdout)
    assert more.exit_code == 0 and (data["verdict"], data["follow_up"]) == ("answer", "more")
    assert "Marta Lindqvist" in data["answer"][-1]["text"]
    assert data["citations"][0]["start"] >= first["citations"][0]["end"]
    end = qa(*earlier, "--after", "tell me more", "还有呢？")
    (data,) = rows(end.stdout)
    assert end.exit_code == 1 and (data["answered"], data["verdict"]) == (False, "none")
    assert data["citations"] == [] and data["follow_up"] == "more"
    (data,) = rows(qa(*earlier, "哪篇文章？").stdout)
    assert data["follow_up"] == "source" and data["citations"] == first["citations"]
    assert [(source["title"], source["citations"]) for source in data["sources"]] == [
        ("The northern lake", [citation["number"] for citation in first["citations"]])
    ]


@pytest.mark.parametrize("command", ["add", "sync"])
def test_an_empty_path_is_not_the_current_folder(qa: Run, library: Path, command: str) -> None:
    done = qa(command, "--library", library, "")
    assert done.exit_code == 2 and done.stdout == ""
    assert "a path is empty" in one_error(done.stderr)


def test_more_of_nothing_is_one_line_that_says_what_to_do(qa: Run, library: Path) -> None:
    done = qa("ask", "--library", library, "more")
    assert done.exit_code == 2 and done.stdout == ""
    assert "no earlier answer" in one_error(done.stderr) and "--after" in done.stderr


def test_search_json_lists_passages_with_their_matches(qa: Run, library: Path) -> None:
    done = qa("search", "--library", library, "--json", "-k", "2", "長橋", "自行車")
    assert done.exit_code == 0
    (data,) = rows(done.stdout)
    assert set(data) == {"query", "hits", "elapsed_ms"} and 1 <= len(data["hits"]) <= 2
    best = data["hits"][0]
    assert set(best) == {"rank", "score", "article", "title", "path", "start", "end", "text", "matches"}
    assert best["title"] == "长桥的故事" and best["rank"] == 1
    for match in best["matches"]:
        inside = slice(match["start"] - best["start"], match["end"] - best["start"])
        assert best["text"][inside] == match["text"]


def test_words_that_are_met_nowhere_find_nothing(qa: Run, library: Path) -> None:
    done = qa("search", "--library", library, "giraffe")
    assert (done.exit_code, done.stdout) == (1, "No passage matches.\n")
    assert rows(qa("search", "--library", library, "--json", "giraffe").stdout)[0]["hits"] == []
    assert qa("search", "--library", library, "giraffe ferry").exit_code == 0


def test_a_time_of_day_is_not_told(qa: Run, tmp_path: Path) -> None:
    text = "---\ntitle: The ferry\ndate: 2021-05-06T08:30\n---\n\nThe ferry runs four times a day.\n"
    (tmp_path / "ferry.md").write_text(text, encoding="utf-8")
    assert qa("add", "--library", "own", "ferry.md").exit_code == 0
    for arguments in (["ask", "How often does the ferry run?"], ["search", "-k", "1", "ferry"], ["list"]):
        told = qa(*arguments, "--library", "own").stdout
        assert "2021-05-06" in told and "08:30" not in told
    assert "published: 2021-05-06\n" in qa("show", "1", "--library", "own").stdout
    assert rows(qa("show", "1", "--library", "own", "--json").stdout)[0]["published"] == "2021-05-06T08:30"


@pytest.mark.parametrize(("count", "told"), [(1, "1 passage in "), (2, "2 passages in ")])
def test_numbers_decide_between_singular_and_plural(qa: Run, tmp_path: Path, count: int, told: str) -> None:
    for number in range(count):
        (tmp_path / f"{number}.txt").write_text(f"The ferry\n\nThe ferry {number} runs.", encoding="utf-8")
    paths = [tmp_path / f"{number}.txt" for number in range(count)]
    assert f"({told}" in qa("add", "--library", "own", *paths).stdout


def test_batch_answers_line_by_line_in_order_and_goes_on_after_a_wrong_line(qa: Run, library: Path) -> None:
    lines = [DEPTH.encode(), b"", b"\xff\xfe", ("x" * 100_000).encode(), LENGTH.encode(), NONSENSE.encode()]
    done = qa("ask", "--library", library, "--batch", "-", input=b"\n".join(lines))
    assert done.exit_code == 0
    data = rows(done.stdout)
    assert [row["question"][:20] for row in data] == [
        *(DEPTH[:20], "", "\ufffd\ufffd", "x" * 20, LENGTH[:20], NONSENSE[:20])
    ]
    assert [("error" in row) for row in data] == [False, True, True, True, False, False]
    assert [row.get("answered") for row in data] == [True, None, None, None, True, False]


def test_search_batch_names_its_lines_queries(qa: Run, library: Path) -> None:
    done = qa("search", "--library", library, "--batch", "-", input="ferry\n\n茶園")
    assert [row["query"] for row in rows(done.stdout)] == ["ferry", "", "茶園"]
    assert "error" in rows(done.stdout)[1]


# Errors


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("ask", "--library", "LIBRARY", " "), 2, "the question is empty"),
        (("ask", "--library", "LIBRARY"), 2, "the question is empty"),
        (("ask", "--library", "LIBRARY", "年" * 10_000), 2, "10,000 characters"),
        (("ask", "--library", "LIBRARY", "-k", "0", "x"), 2, "whole number from 1"),
        (("ask", "--library", "LIBRARY", "-k", "many", "x"), 2, "not a valid integer"),
        (("ask", "--library", "LIBRARY", "--batch", "-", "x"), 2, "--batch"),
        (("ask", "--library", "absent", "x"), 3, "absent"),
        (("list", "--library", "absent"), 3, "absent"),
        (("show", "--library", "LIBRARY", "99"), 2, "99"),
        (("remove", "--library", "LIBRARY", "no such title"), 2, "no such title"),
        (("add", "absent.txt"), 2, "absent.txt"),
        (("add",), 2, "Missing argument"),
        (("asc",), 2, "Did you mean"),
        (("ask", "--nope"), 2, "--nope"),
        (("eval", "absent"), 2, "absent"),
        ((), 2, "needs a terminal"),
    ],
)
def test_wrong_use_is_one_line_and_the_contracts_exit_code(
    qa: Run, library: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = qa(*(str(library) if argument == "LIBRARY" else argument for argument in arguments))
    assert says in one_error(done.stderr)
    assert done.exit_code == code and done.stdout == ""


def damage(library: Path) -> None:
    (library / "library.db").write_bytes((library / "library.db").read_bytes()[:5000])


def close(library: Path) -> None:
    """As if its disk failed: permissions do not keep root out."""
    database = library / "library.db"
    database.unlink()
    database.symlink_to(database)


@pytest.mark.parametrize(
    ("command", "happens", "code", "kind"),
    [
        (("remove", "1"), nullcontext, 0, None),
        (("remove", "1"), write_lock, 4, "busy"),
        (("doctor",), write_lock, 4, "busy"),
        (("list",), close, 5, "inaccessible"),
        (("doctor",), close, 5, "inaccessible"),
        (("list",), damage, 3, "damaged"),
        (("list",), shutil.rmtree, 3, "library"),
        (("show", "99"), nullcontext, 2, "usage"),
    ],
)
def test_what_is_wrong_with_a_library_has_an_exit_code_and_a_kind(
    qa: Run,
    library: Path,
    tmp_path: Path,
    command: tuple[str, ...],
    happens: Callable[[Path], AbstractContextManager[None] | None],
    code: int,
    kind: str | None,
) -> None:
    copied = shutil.copytree(library, tmp_path / "copied")
    with happens(copied) or nullcontext():
        done = qa(*command, "--library", copied, "--json")
    assert done.exit_code == code
    if kind is not None:
        assert json.loads(done.stdout) == {"error": one_error(done.stderr).removeprefix("qa: "), "kind": kind}


def test_wrong_settings_are_one_line(qa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "config" / "yinju"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("colour = 1")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    done = qa("list")
    assert done.exit_code == 2 and "unknown setting 'colour'" in one_error(done.stderr)


def test_an_unexpected_failure_is_one_line_and_a_traceback_only_when_asked_for(
    qa: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Library) -> None:
        raise ZeroDivisionError("\x1b[31mboom")

    monkeypatch.setattr(Library, "status", fail)
    done = qa("status", "--library", library)
    assert done.exit_code == 2 and "internal error: ZeroDivisionError: [31mboom" in one_error(done.stderr)
    assert isinstance(qa("status", "--library", library, env={"QA_DEBUG": "1"}).exception, ZeroDivisionError)


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (MemoryError(), "there is not enough memory (close other programs"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "there is not enough memory (close other programs"),
        (ImportError("a.so: failed to map segment from shared object"), "there is not enough memory"),
        (ImportError("no module"), "internal error: ImportError: no module"),
        (OSError(errno.EIO, "I/O error"), "I/O error"),
    ],
    ids=repr,
)
def test_too_little_memory_is_no_internal_error(
    qa: Run, library: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception, told: str
) -> None:
    def fail(self: Library) -> None:
        raise raised

    monkeypatch.setattr(Library, "status", fail)
    done = qa("status", "--library", library, "--json")
    assert done.exit_code == 2 and told in one_error(done.stderr)
    if "memory" in told:
        assert json.loads(done.stdout)["kind"] == "memory"


def test_an_escape_sequence_in_an_argument_is_not_echoed(qa: Run, library: Path) -> None:
    done = qa("show", "--library", library, "\x1b[31mred\u202e")
    assert done.exit_code == 2 and "\x1b" not in done.stderr and "\u202e" not in done.stderr


# Adding, listing, removing


def test_add_list_status_remove(qa: Run, articles: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    done = qa("add", "--library", own, "--json", articles)
    assert done.exit_code == 0
    (report,) = rows(done.stdout)
    assert len(report["added"]) == 3 and report["skipped"] == []
    again = qa("add", "--library", own, articles)
    assert again.exit_code == 0 and again.stdout.startswith("3 unchanged")
    (status,) = rows(qa("status", "--library", own, "--json").stdout)
    assert status["articles"] == 3 and status["path"] == str(own)
    listed = qa("list", "--library", own).stdout.splitlines()
    assert len(listed) == 3 and all(line.count("\t") == 5 for line in listed)
    refused = qa("remove", "--library", own, "tea.txt", "no such title")
    assert refused.exit_code == 2
    assert len(rows(qa("list", "--library", own, "--json").stdout)[0]["articles"]) == 3
    removed = qa("remove", "--library", own, "-", input="tea.txt\n长桥的故事\n")
    assert removed.exit_code == 0 and len(removed.stdout.splitlines()) == 2
    (left,) = rows(qa("list", "--library", own, "--json").stdout)[0]["articles"]
    assert left["path"].endswith("lake.txt")
    assert qa("ask", "--library", own, LENGTH).exit_code == 1


def test_remove_takes_folders_and_filters(qa: Run, articles: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(articles, tmp_path / "a" / "deep")
    shutil.copytree(articles, tmp_path / "ab")
    assert qa("add", "--library", own, "a", "ab").exit_code == 0
    nothing = qa("remove", "--library", own)
    assert nothing.exit_code == 2 and "no article is named" in one_error(nothing.stderr)
    none = qa("remove", "--library", own, "a", "--filter", "after:2030")
    assert (none.exit_code, none.stdout) == (1, "") and "no article passes" in one_error(none.stderr)
    (removed,) = rows(qa("remove", "--library", own, "--json", "a", "-f", "lang:zh").stdout)
    assert {Path(each["path"]).relative_to(tmp_path).parts[:2] for each in removed["removed"]} == {
        ("a", "deep")
    }
    assert len(removed["removed"]) == 2
    shutil.rmtree(tmp_path / "a")
    assert qa("remove", "--library", own, tmp_path / "a").stdout.startswith("removed ")
    by_filter = qa("remove", "--library", own, "--filter", "lang:en")
    assert len(by_filter.stdout.splitlines()) == 1 and "The northern lake" in by_filter.stdout
    assert len(rows(qa("list", "--library", own, "--json").stdout)[0]["articles"]) == 2
    assert qa("remove", "--library", own, "a").exit_code == 2


def test_an_article_goes_before_a_folder_of_its_name(qa: Run, articles: Path, tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    shutil.copy(articles / "lake.txt", tmp_path / "1")
    assert qa("add", "--library", "own", articles / "tea.txt", "1").exit_code == 0
    removed = qa("remove", "--library", "own", "1").stdout.splitlines()
    assert len(removed) == 1 and removed[0].startswith("removed 1  ")


def test_add_reads_paths_from_standard_input(qa: Run, articles: Path, tmp_path: Path) -> None:
    paths = f"{articles / 'lake.txt'}\n\n{articles / 'tea.txt'}\n"
    done = qa("add", "--library", tmp_path / "own", "--json", "-", input=paths)
    assert done.exit_code == 0 and len(rows(done.stdout)[0]["added"]) == 2
    assert "standard input is empty" in one_error(qa("add", "-").stderr)


def test_a_named_file_that_cannot_be_read_is_exit_2_and_the_rest_is_added(
    qa: Run, articles: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    done = qa("add", "--library", "own", "empty.txt", "picture.txt", articles / "lake.txt")
    assert done.exit_code == 2 and done.stdout.startswith("1 added")
    assert [line.split(":")[1].split()[0] for line in done.stderr.splitlines()] == ["skipped", "skipped"]
    alone = qa("add", "--library", "own", "empty.txt")
    assert alone.exit_code == 2 and "empty.txt" in one_error(alone.stderr) and alone.stdout == ""


def test_what_could_not_be_read_of_a_file_is_told(qa: Run, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "book.epub", "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", '<container><rootfile full-path="book.opf"/></container>')
        items = "".join(f'<item id="{n}" href="{n}.html" media-type="text/html"/>' for n in "ab")
        refs = "".join(f'<itemref idref="{n}"/>' for n in "ab")
        book.writestr("book.opf", f"<package>{items}{refs}</package>")
        book.writestr("a.html", "<p>The ferry runs four times a day.</p>")
    done = qa("add", "--library", "own", "book.epub", "--json")
    told = "1 of 2 chapters were not read: they are missing, broken, or too many"
    assert done.exit_code == 0 and done.stderr == f"qa: partly read {tmp_path}/book.epub: {told}\n"
    assert rows(done.stdout)[0]["partial"] == [[f"{tmp_path}/book.epub", told]]
    (again,) = rows(qa("add", "--library", "own", "book.epub", "--json").stdout)
    assert again["unchanged"] and again["partial"] == []


def test_a_folder_without_articles_is_one_line_and_makes_no_library(qa: Run, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    done = qa("add", "--library", "own", "nothing")
    assert done.exit_code == 2 and "nothing" in one_error(done.stderr)


def test_library_is_taken_before_the_command_after_it_and_from_the_environment(
    qa: Run, library: Path
) -> None:
    expected = qa("list", "--library", library).stdout
    assert qa("--library", library, "list").stdout == expected != ""
    assert qa("list", env={"QA_LIBRARY": str(library)}).stdout == expected


def test_before_anything_is_added_the_bundled_articles_are_read_and_cannot_be_removed(
    qa: Run, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    bundled = qa("list", "--json")
    assert "bundled articles" in one_error(bundled.stderr)
    assert len(rows(bundled.stdout)[0]["articles"]) >= 24
    refused = qa("remove", "1")
    assert refused.exit_code == 2 and "cannot be removed" in one_error(refused.stderr)
    assert qa("add", articles).exit_code == 0
    own = qa("list", "--json")
    assert own.stderr == "" and len(rows(own.stdout)[0]["articles"]) == 3
    assert rows(own.stdout)[0]["library"] == str(tmp_path / "data" / "yinju" / "library")


def test_eval_measures_a_folder(qa: Run, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    files: dict[str, list[dict[str, Any]]] = {
        "corpus": [
            {"_id": "d1", "title": "", "text": "长桥全长 1,240 米。"},
            {"_id": "d2", "text": "The lake is deep."},
        ],
        "queries": [{"_id": "q1", "text": LENGTH, "answers": ["1,240 米"]}],
        "qrels": [{"query-id": "q1", "corpus-id": "d1", "score": 1}],
    }
    for name, items in files.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    done = qa("eval", folder, "--json")
    assert done.exit_code == 0 and rows(done.stdout)[0]["ndcg@10"] == 1.0
    assert "ndcg@10" in qa("eval", folder).stdout


def test_eval_measures_judged_documents(qa: Run, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "bridge.md").write_text("# 长桥\n\n长桥全长 1,240 米。\n", encoding="utf-8")
    question = {
        "id": "q1", "question": LENGTH, "kind": "howmuch", "split": "dev", "docs": ["bridge.md"],
        "evidence": ["全长 1,240 米"], "answerable": True, "near_topic": False, "multi": False,
        "cross": False,
    }  # fmt: skip
    (folder / "questions.jsonl").write_text(json.dumps(question), encoding="utf-8")
    done = qa("eval", folder, "--json")
    assert done.exit_code == 0 and rows(done.stdout)[0]["dev"]["evidence_first"] == 1.0
    assert "kinds howmuch complete" in qa("eval", folder).stdout
    refused = qa("eval", folder, "--others", folder)  # it has no questions for other folders
    assert refused.exit_code == 2 and "has no corpus.jsonl" in one_error(refused.stderr)


def test_the_longest_question_is_still_asked(qa: Run, library: Path) -> None:
    assert qa("ask", "--library", library, DEPTH.ljust(MAX_QUESTION_LENGTH, "?")).exit_code in (0, 1)


# Filters and evidence


def test_filters_are_options_or_typed_and_the_question_stays_as_typed(qa: Run, library: Path) -> None:
    typed = qa("ask", "--library", library, "--json", f"lang:zh {LENGTH}")
    given = qa("ask", "--library", library, "--json", "--filter", "lang:zh", LENGTH)
    (one,), (other,) = rows(typed.stdout), rows(given.stdout)
    assert one["question"] == f"lang:zh {LENGTH}" and other["question"] == LENGTH
    assert one["filters"] == other["filters"] == "lang:zh"
    assert one["answer"] == other["answer"] != []
    assert {citation["language"] for citation in one["citations"]} <= {"zh-Hans", "zh-Hant"}


def test_filters_that_leave_the_answer_out_leave_no_answer(qa: Run, library: Path) -> None:
    done = qa("ask", "--library", library, "--json", "-f", "lang:en", "-f", "in:lake.txt", LENGTH)
    assert done.exit_code == 1
    (data,) = rows(done.stdout)
    assert data["filters"] == "lang:en in:lake.txt" and data["answered"] is False
    assert {citation["title"] for citation in data["citations"]} <= {"The northern lake"}


def test_when_no_article_passes_that_is_said(qa: Run, library: Path) -> None:
    for command in ("ask", "search"):
        done = qa(command, "--library", library, "in:nowhere lake")
        assert done.exit_code == 1 and done.stdout == "No article passes in:nowhere.\n"
        (data,) = rows(qa(command, "--library", library, "--json", "in:nowhere lake").stdout)
        assert data["filters"] == "in:nowhere" and not data.get("citations") and not data.get("hits")
    listed = qa("list", "--library", library, "in:nowhere")
    assert listed.exit_code == 1 and "no article passes" in one_error(listed.stderr)


def test_search_and_list_take_filters(qa: Run, library: Path) -> None:
    (found,) = rows(qa("search", "--library", library, "--json", "after:2021 bridge metres").stdout)
    assert found["query"] == "after:2021 bridge metres" and found["filters"] == "after:2021"
    assert {hit["title"] for hit in found["hits"]} == {"长桥的故事"}
    for arguments in (["lang:zh"], ["--filter", "lang:zh"], ["lang:hans", "-f", "lang:hant"]):
        (data,) = rows(qa("list", "--library", library, "--json", *arguments).stdout)
        assert [info["language"][:2] for info in data["articles"]] == ["zh", "zh"] and data["filters"]
    (all_of_them,) = rows(qa("list", "--library", library, "--json").stdout)
    assert set(all_of_them) == {"library", "articles"}


@pytest.mark.parametrize(
    "arguments", [["lang:en"], ["-f", "lang:en"], ["-f", "en", DEPTH], ["lang:xx", DEPTH]]
)
def test_a_question_of_filters_alone_and_a_wrong_filter_are_refused(
    qa: Run, library: Path, arguments: list[str]
) -> None:
    done = qa("ask", "--library", library, *arguments)
    assert done.exit_code == 2 and done.stdout == ""
    one_error(done.stderr)


def test_batch_takes_filters_in_each_line_and_for_all(qa: Run, library: Path) -> None:
    lines = f"{LENGTH}\nlang:hant {LENGTH}\nlang:xx {LENGTH}\nlang:hant\n"
    done = qa("ask", "--library", library, "--filter", "in:bridge", "--batch", "-", input=lines)
    first, second, third, fourth = rows(done.stdout)
    assert first["filters"] == "in:bridge" and first["answered"] is True
    assert second["filters"] == "lang:zh-Hant in:bridge" and second["citations"] == []
    assert "lang:xx" in third["error"] and "empty" in fourth["error"]


def test_explain_gives_the_evidence(qa: Run, library: Path) -> None:
    (data,) = rows(qa("ask", "--library", library, "--json", "--explain", LENGTH).stdout)
    (plain,) = rows(qa("ask", "--library", library, "--json", LENGTH).stdout)
    evidence = data.pop("evidence")
    assert data.keys() == plain.keys()
    assert [word["text"] for word in evidence["words"] if word["topical"]] == ["长", "桥", "全长", "米"]
    bridge = evidence["words"][1]
    assert bridge["occurs"] is True and bridge["met"][0] == {"text": "桥", "similarity": 1.0}
    best = evidence["passages"][0]
    assert best["rank"] == 1 and best["citations"] == [1] and 0 < best["coverage"] <= 1
    assert best["legs"]["lexical"]["rank"] == 1
    decision = evidence["decision"]
    logit = sum(feature["value"] * feature["weight"] for feature in decision["signs"])
    assert 1 / (1 + math.exp(-logit)) == pytest.approx(data["confidence"], abs=0.01)
    assert decision["threshold"] <= data["confidence"]


def test_explain_is_told_in_columns(qa: Run, library: Path) -> None:
    told = qa("ask", "--library", library, "--explain", LENGTH).stdout
    for part in ("What the words met", "桥 1.00", "How the passages rank", "[1]", "enough, so it answers"):
        assert part in told
    refused = qa("ask", "--library", library, "--explain", NONSENSE).stdout
    assert "How it was decided" in refused and "enough, so it answers" not in refused
    nothing = qa("ask", "--library", library, "--explain", "in:nowhere xyzzy").stdout
    assert "there are none" in nothing and "nothing to decide on" in nothing
