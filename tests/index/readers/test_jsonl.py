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


@pytest.mark.parametrize(
    ("date", "told"),
    [
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


def test_json_that_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"title": "甲", "text": TEXT}), encoding="utf-8")
    assert list(read(tmp_path / "a.json")) == ["item 1"]
    for text, reason in (("5", "no list of articles"), ("{", "not JSON")):
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
