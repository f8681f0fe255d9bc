"""Files to drafts, end to end. All texts here are invented."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import MAX_BYTES, SUFFIXES, read, read_bytes
from index.types import Draft

STORY = "市交通局昨天公布了夜间公交的调整方案,新增六条线路。"
MORE = "方案显示,末班车延长到凌晨一点,票价仍是两元。"


def test_plain_text() -> None:
    head = "夜间公交线路调整\n2024-03-05 08:30  来源:某某日报  作者:李雷"
    text = f"{head}\n\n{STORY}\n\n{MORE}\n\n责任编辑:韩梅梅\n"
    assert read_bytes(text.encode(), "a.txt") == Draft(
        text=f"夜间公交线路调整\n\n{STORY}\n\n{MORE}",
        title="夜间公交线路调整",
        language="zh-Hans",
        published="2024-03-05T08:30",
        author="李雷",
        source="某某日报",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    text = f"夜间公交线路调整\r\n\r\n{STORY}\r\n\r\n{MORE}"
    draft = read_bytes(text.encode(encoding), "a.txt")
    assert draft.text == f"夜间公交线路调整\n\n{STORY}\n\n{MORE}"


def test_traditional_big5() -> None:
    text = "圖書館延長開放\n\n圖書館從下週一起延長開放時間,讀者可以待到晚上十點。"
    draft = read_bytes(text.encode("cp950"), "a.txt")
    assert (draft.text, draft.language) == (text, "zh-Hant")


def test_html_markdown_and_english() -> None:
    page = f"<html><head><title>夜间公交</title></head><body><p>{STORY}</p><p>{MORE}</p></body></html>"
    assert read_bytes(page.encode(), "a.HTM").title == "夜间公交"
    assert read_bytes(page.encode(), "a.txt") == read_bytes(page.encode(), "a.html")  # sniffed
    note = "---\ntitle: Ferry notes\ndate: 2024-01-02\n---\n# Ferry\n\nThe **ferry** is [back](http://a.example)."
    draft = read_bytes(note.encode(), "a.md")
    assert draft == Draft("# Ferry\n\nThe ferry is back.", "Ferry notes", "en", "2024-01-02")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("东湖水质报告.txt", "东湖水质报告"),
        ("harbor_dredging-2024.txt", "harbor dredging-2024"),
        ("003_3785decf4d3aef11.txt", STORY.rstrip("。")),
        ("未命名.txt", STORY.rstrip("。")),
        ("index.txt", STORY.rstrip("。")),
    ],
)
def test_a_text_without_a_title_takes_its_file_name_or_its_opening(name: str, title: str) -> None:
    assert read_bytes(f"{STORY}{MORE}".encode(), name).title == title


def test_one_giant_line_keeps_every_sentence() -> None:
    sentences = [f"第{i}号线路全长{i}公里,票价两元。" for i in range(2000)]
    draft = read_bytes((" ".join(sentences) + " 来源:某某网 (责任编辑:李雷 HN002)").encode(), "a.txt")
    assert draft.text == " ".join(sentences)
    assert draft.source == "某某网"


def test_nothing_a_file_holds_reaches_the_terminal() -> None:
    evil = f"标题\x1b[2J\u202e在此\n作者:李\x1b[31m雷\u200b\n\n{STORY}\x9b31m\ud800"
    draft = read_bytes(evil.encode("utf-8", "surrogatepass"), "a.txt")
    shown = "".join(filter(None, (draft.text, draft.title, draft.author, draft.source)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    head = read_bytes(f'---\ntitle: "a\x1b]0;x\x07b"\n---\n{STORY}'.encode(), "a.md")
    assert head.title == "a]0;xb"


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.txt", "empty"),
        (b"\n \n", "a.md", "empty"),
        (b"%PDF-1.4 ...", "a.txt", "PDF"),
        (b"text", "a.docx", "kind of file"),
        (b"text", "README", "kind of file"),
        (b"<html><body></body></html>", "a.html", "no article text"),
        ("广告\n\n分享到:微信 微博\n\n返回顶部".encode(), "a.txt", "no article text"),
        (b"a" * (MAX_BYTES + 1), "a.txt", "too large"),
    ],
    ids=["empty", "blank", "pdf", "docx", "no suffix", "markup", "furniture", "large"],
)
def test_what_is_refused(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason) as error:
        read_bytes(data, name)
    assert error.value.hint


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be read"):
        read(tmp_path / "missing.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(ReadError, match="cannot be read"):
        read(tmp_path / "folder.txt")
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ReadError, match="too large"):
        read(large)


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "东湖.md"
    path.write_text(f"# 东湖水质报告\n\n{STORY}", encoding="utf-8")
    assert read(path).title == "东湖水质报告"
    assert ".md" in SUFFIXES and all(s.startswith(".") for s in SUFFIXES)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda t: t.encode("utf-8", "ignore")),
    st.sampled_from(sorted(SUFFIXES)),
)
def test_any_bytes_give_a_draft_or_a_read_error(data: bytes, suffix: str) -> None:
    try:
        draft = read_bytes(data, f"x{suffix}")
    except ReadError as error:
        assert error.message and error.hint
    else:
        assert draft.text and draft.title and draft.text == draft.text.strip()
        assert draft.language in {"zh-Hans", "zh-Hant", "en", "und"}


def test_reading_text_imports_no_html_library() -> None:
    code = (
        "import sys; from index.readers import read_bytes; read_bytes('一句话。'.encode(), 'a.txt');"
        "sys.exit(any(m in sys.modules for m in ('trafilatura', 'lxml')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
