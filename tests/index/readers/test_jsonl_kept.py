"""What stands in JSON exports beside the usual place of the text is read, too."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.readers.containers import members

TEXT = "图书馆在北京。它每天开放，星期一除外。"


def texts(folder: Path, content: Any, suffix: str = ".json") -> list[str]:
    path = folder / f"a{suffix}"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    with path.open("rb", buffering=0) as file, closing(members(file, suffix)) as inside:
        return [member.read().text for member in inside]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"title": "馆", "content": TEXT, "results": []}, [TEXT]),
        ({"content": TEXT, "records": [{"text": "桥在海湾。"}]}, [TEXT, "桥在海湾。"]),
        ({"articles": [{"text": TEXT}], "posts": [{"text": "桥在海湾。"}]}, [TEXT, "桥在海湾。"]),
        ({"code": 0, "message": "All went very well.", "data": [{"text": TEXT}]}, [TEXT]),
        ({"articles": []}, []),
    ],
    ids=["empty list", "list beside a text", "two lists", "answer of a server", "nothing"],
)
def test_a_list_does_not_hide_what_stands_beside_it(tmp_path: Path, content: Any, told: list[str]) -> None:
    assert texts(tmp_path, content) == told


def test_a_conversation_is_read_and_not_its_summary(tmp_path: Path) -> None:
    claude = {
        "name": "桥",
        "summary": "The person asked for a bridge. It was told.",
        "chat_messages": [
            {"sender": "human", "text": "桥有多长？"},
            {"sender": "assistant", "text": "", "content": [{"type": "text", "text": "三里。"}]},
            {"sender": "assistant", "text": "", "files": []},
        ],
    }
    assert texts(tmp_path, [claude]) == ["human: 桥有多长？\n\nassistant: 三里。"]
    roles = [("system", "规矩。"), ("user", "桥有多长？"), ("assistant", "三里。")]
    trained = {"messages": [{"role": role, "content": text} for role, text in roles]}
    assert texts(tmp_path, trained, ".jsonl") == ["user: 桥有多长？\n\nassistant: 三里。"]


@pytest.mark.parametrize(("key", "answer"), [("answer", TEXT), ("html", f"<p>{TEXT * 9}</p>")])
def test_a_question_that_is_too_long_for_a_title_is_text(tmp_path: Path, key: str, answer: str) -> None:
    question = "馆在哪里？" + "我找了很久，路过 < 三座桥。" * 20
    (told,) = texts(tmp_path, {"question": question, key: answer}, ".jsonl")
    assert told.startswith(question) and TEXT in told
    assert texts(tmp_path, {"question": "馆在哪里？", key: answer}, ".jsonl")[0].startswith(TEXT)
