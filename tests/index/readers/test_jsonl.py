"""JSON exports: JSON Lines and lists of objects."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import jsonl
from index.readers.containers import members
from index.text.display import printable
from index.types import ParsedArticle

TEXT = "图书馆在北京。它每天开放，星期一除外。"
HTML = f"<html><body><article><h1>题目</h1><p>{TEXT * 20}</p></article></body></html>"


def read(path: Path) -> dict[str, ParsedArticle | str]:
    """By its name, what each article of a file reads as, or why it cannot be read."""
    found: dict[str, ParsedArticle | str] = {}
    with path.open("rb", buffering=0) as file, closing(members(file, path.suffix)) as inside:
        for member in inside:
            assert member.name not in found
            try:
                found[member.name] = member.read()
            except ReadError as error:
                found[member.name] = error.message
    return found


def lines(folder: Path, *records: Any) -> dict[str, ParsedArticle | str]:
    path = folder / "a.jsonl"
    path.write_text(
        "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8"
    )
    return read(path)


def one(folder: Path, record: Any) -> ParsedArticle:
    (found,) = lines(folder, record).values()
    assert isinstance(found, ParsedArticle), found
    return found


@pytest.mark.parametrize("key", ["text", "content", "body", "Text", "markdown", "content_text"])
def test_texts_under_their_usual_keys(tmp_path: Path, key: str) -> None:
    parsed = one(tmp_path, {"title": "开放时间", key: TEXT})
    assert (parsed.text, parsed.title, parsed.language) == (TEXT, "开放时间", "zh-Hans")


def test_html_is_read_as_html(tmp_path: Path) -> None:
    for key in ("html", "content", "content_html"):
        parsed = one(tmp_path, {key: HTML, "title": "题"})
        assert "<p>" not in parsed.text and TEXT in parsed.text
    assert one(tmp_path, {"markdown": f"# 题\n\n**{TEXT}**"}).text.endswith(TEXT)


def test_facts_come_along(tmp_path: Path) -> None:
    parsed = one(
        tmp_path,
        {
            "headline": "  Opening\nhours\x1b[31m ",
            "body": ["The library opens at nine.", "It closes at five."],
            "created_at": "2024-01-23T18:19:00Z",
            "author": [{"name": "Li"}, "Wu"],
            "url": "https://example.org/a",
            "source": "示例报",
        },
    )
    assert parsed.title == "Opening hours[31m"
    assert parsed.text == "The library opens at nine.\n\nIt closes at five."
    assert (parsed.published, parsed.author, parsed.source) == (
        "2024-01-23T18:19",
        "Li, Wu",
        "https://example.org/a",
    )


CHINESE = {
    "编号": "A7",
    "标题": "桃渠",
    "发布时间": "2024年3月5日",
    "作者": "晏清",
    "来源": "渠志",
    "正文": TEXT,
}
TRADITIONAL = {"標題": "桃渠", "發布時間": "2024-03-05", "暱稱": "晏清", "來源": "渠志", "內容": TEXT}


@pytest.mark.parametrize(
    "record", [CHINESE, TRADITIONAL, {"_source": CHINESE}, {"mblog": TRADITIONAL, "n": 3}]
)
def test_chinese_keys(tmp_path: Path, record: dict[str, Any]) -> None:
    parsed = one(tmp_path, record)
    assert (parsed.text, parsed.title, parsed.author) == (TEXT, "桃渠", "晏清")
    assert (parsed.published, parsed.source) == ("2024-03-05", "渠志")


def test_a_title_from_the_first_words(tmp_path: Path) -> None:
    assert one(tmp_path, {"text": "杏渠长十七里，宽两丈。"}).title == "杏渠长十七里，宽两丈"


def test_questions_with_answers(tmp_path: Path) -> None:
    parsed = one(tmp_path, {"question": "几点开门？", "answer": TEXT})
    assert (parsed.title, parsed.text) == ("几点开门？", TEXT)


def test_a_text_under_an_unknown_key(tmp_path: Path) -> None:
    record = {
        "k": "https://example.org/" + "a" * 90,
        "s": "短句。",
        "t": TEXT,
        "摘要": "它每天开放。",
        "n": 5,
    }
    assert one(tmp_path, record).text == TEXT
    assert list(lines(tmp_path, {"s": "短句。", "u": "x" * 90, "v": ["甲。" * 30]}).values()) == [
        "it has no text"
    ]


def test_chats(tmp_path: Path) -> None:
    telegram = {
        "name": "邻居群",
        "messages": [
            {"id": 1, "type": "service", "date": "2024-01-23T18:19:00"},
            {
                "id": 2,
                "date_unixtime": "1",
                "date": "2024-01-23T18:20:00",
                "from": "韩梅梅",
                "text": ["泵房在", {"type": "bold", "text": "二号楼"}, "，钥匙在门卫。"],
            },
        ],
    }
    (tmp_path / "a.json").write_text(json.dumps(telegram), encoding="utf-8")
    found = read(tmp_path / "a.json")
    parsed = found["2"]
    assert isinstance(parsed, ParsedArticle) and found["item 1"] == "it has no text"
    assert parsed.text == "泵房在二号楼，钥匙在门卫。"
    assert (parsed.author, parsed.published) == ("韩梅梅", "2024-01-23T18:20")

    def node(parent: str | None, role: str, *parts: Any) -> dict[str, Any]:
        return {"parent": parent, "message": {"author": {"role": role}, "content": {"parts": parts}}}

    mapping = {
        "r": {"parent": None, "message": None},
        "s": node("r", "system", "规矩。"),
        "a": node("s", "user", "桥有多长？"),
        "x": node("a", "assistant", "不知道。"),
        "b": node("a", "assistant", "桥长三里。", {"image": 1}),
        "loop": node("loop", "user", "转圈。"),
    }
    chat = {"title": "桥", "create_time": 1706033940.5, "mapping": mapping, "current_node": "b"}
    parsed = one(tmp_path, chat)
    assert parsed.text == "user: 桥有多长？\n\nassistant: 桥长三里。"
    assert (parsed.title, parsed.published) == ("桥", "2024-01-23T18:19")
    assert one(tmp_path, chat | {"current_node": "loop"}).text == "user: 转圈。"


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("1706033940", "2024-01-23T18:19"),
        ("Tue Jan 23 18:19:00 +0800 2024", "2024-01-23T18:19"),
        ("2024-01-23", "2024-01-23"),
        ("January 5, 2024", "2024-01-05"),
        (1706033940, "2024-01-23T18:19"),
        (1706033940123, "2024-01-23T18:19"),
        (True, None),
        (1e300, None),
        (float("nan"), None),
        ({}, None),
        ("long ago", None),
    ],
)
def test_dates(tmp_path: Path, date: Any, told: str | None) -> None:
    assert one(tmp_path, {"text": TEXT, "date": date}).published == told


def test_names_are_ids_where_they_serve(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        {"_id": "doc7", "title": "题", "text": TEXT},
        {"id": 7, "text": TEXT + "二"},
        {"id": 7, "text": TEXT + "三"},
        {"url": "https://example.org/b", "text": TEXT},
        {"text": TEXT},
        {"id": True, "text": TEXT},
        {"id": "a\x1b]0;x\x07\nb", "text": TEXT},
    )
    assert list(found) == ["doc7", "7", "line 3", "https://example.org/b", "line 5", "line 6", "a]0;x b"]


def test_lines_that_are_no_articles_are_told_with_their_number(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    good = json.dumps({"text": TEXT}).encode()
    bad = [
        b"{",
        b"[1]",
        b"{}",
        b'{"text": " "}',
        b'{"text": 5}',
        b'{"text": "\\ud800"}',
        b"[" * 100_000,
        b"\xff\xfe\x00z",
    ]
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join([good, *bad, b"", b"   ", good]))
    found = read(path)
    assert list(found) == [f"line {n}" for n in (*range(1, len(bad) + 2), len(bad) + 4)]
    told = [one for one in found.values() if isinstance(one, str)]
    assert len(told) == len(bad)
    assert told[0].startswith("it is not JSON: ") and told[1:4] == [
        "it is no JSON object",
        "it has no text",
        "it has no text",
    ]
    assert "nested too deeply" in told[6]


def test_a_line_without_end_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_LINE", 1000)
    monkeypatch.setattr(jsonl, "_PIECE", 64)
    (tmp_path / "a.jsonl").write_bytes(
        b'{"text": "' + b"a" * 5000 + b'"}\n' + json.dumps({"text": TEXT}).encode() + b"\n" + b"b" * 3000
    )
    found = read(tmp_path / "a.jsonl")
    assert list(found) == ["line 1", "line 2", "line 3"]
    assert isinstance(found["line 2"], ParsedArticle)
    assert str(found["line 1"]).startswith("the line is longer than") and found["line 1"] == found["line 3"]


def test_old_encodings_of_lines(tmp_path: Path) -> None:
    text = TEXT * 5
    (tmp_path / "a.jsonl").write_bytes(json.dumps({"text": text}, ensure_ascii=False).encode("gb18030"))
    (parsed,) = read(tmp_path / "a.jsonl").values()
    assert isinstance(parsed, ParsedArticle) and parsed.text == text


@pytest.mark.parametrize(
    "whole",
    [
        [{"title": "甲", "text": TEXT}, {"title": "乙", "text": TEXT}],
        {
            "version": "1.1",
            "items": [{"title": "甲", "content_text": TEXT}, {"title": "乙", "content_html": HTML}],
        },
    ],
)
def test_lists(tmp_path: Path, whole: Any) -> None:
    (tmp_path / "a.json").write_text(json.dumps(whole), encoding="utf-8")
    found = read(tmp_path / "a.json")
    assert list(found) == ["item 1", "item 2"]
    assert [one.title for one in found.values() if isinstance(one, ParsedArticle)] == ["甲", "乙"]


def test_lines_under_the_name_of_a_list(tmp_path: Path) -> None:
    """MongoDB's export, for one."""
    good = json.dumps({"text": TEXT})
    (tmp_path / "a.json").write_text(f"{good}\n{{broken\n{good}\n", encoding="utf-8")
    found = read(tmp_path / "a.json")
    assert list(found) == ["line 1", "line 2", "line 3"]
    assert [isinstance(one, ParsedArticle) for one in found.values()] == [True, False, True]


def test_json_that_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"title": "甲", "text": TEXT}), encoding="utf-8")
    assert list(read(tmp_path / "a.json")) == ["item 1"]
    for text, reason in (("5", "no list of articles"), ("{", "not JSON"), ("[", "not JSON")):
        (tmp_path / "a.json").write_text(text, encoding="utf-8")
        with pytest.raises(ReadError, match=reason):
            read(tmp_path / "a.json")


KEYS = ["id", "url", "text", "html", "content", "title", "date", "author", "source", "markdown", "body", "x"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)


@settings(deadline=None, max_examples=50)
@given(st.lists(JSON, max_size=4))
def test_any_json_is_read_or_refused(records: list[Any]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
        names = read(path)
        assert len(names) == len(records)
        assert all(name and printable(name) == name and "\n" not in name for name in names)
