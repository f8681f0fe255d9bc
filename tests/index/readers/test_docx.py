"""Word documents, made here: headings, lists, tables and notes are kept; bombs and locks are refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from documents import NOTES, PLAIN, REPORT, STYLES, make_docx, paragraph

from index.errors import ReadError
from index.readers import zip_package
from index.readers.docx import read_docx
from index.readers.registry import read_bytes


def test_a_report() -> None:
    parsed = read_bytes(make_docx(REPORT, "夜间公交方案", "李雷", footnotes=NOTES), "a.docx")
    assert parsed.text == (
        "# 夜间公交方案\n\n# 覆盖范围\n\n新线路覆盖十二个小区，约三万人受益。\n\n加上的话在这里。\n\n"
        "线路 | 班次\nN1 | 20\n\n1. 数字来自交通局。"
    )
    assert (parsed.title, parsed.author, parsed.published) == ("夜间公交方案", "李雷", "2024-03-05")
    assert parsed.pages == ()


def test_properties_left_over_from_another_document() -> None:
    facts = read_docx(make_docx(REPORT, "2019年工作总结", "Administrator", footnotes=NOTES)).metadata
    assert (facts.title, facts.author) == ("夜间公交方案", None)


def refused(data: bytes, reason: str, name: str = "a.docx") -> None:
    with pytest.raises(ReadError, match=reason) as error:
        read_bytes(data, name)
    assert error.value.hint


def test_a_document_is_read_whatever_it_is_called() -> None:
    assert "三万人" in read_bytes(make_docx(PLAIN), "a.txt").text
    assert "三万人" in read_bytes(make_docx(PLAIN), "a.epub").text


def test_what_is_called_docx_and_is_none() -> None:
    refused("渡轮明天复航。".encode(), "of another kind")
    refused(b"<html><body>404 Not Found</body></html>", "of another kind")
    refused(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "locked")
    refused(b"\xd0\xcf\x11\xe0" + bytes(600), "of another kind")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "渡轮")
    refused(made.getvalue(), "of another kind")


def test_damage() -> None:
    whole = make_docx(PLAIN)
    refused(whole[: len(whole) // 2], "damaged")
    refused(make_docx("<w:p>"), "damaged")
    refused(make_docx(PLAIN, styles="<w:styles"), "damaged")
    place = whole.index(b"word/document.xml") + 40
    refused(whole[:place] + bytes(20) + whole[place + 20 :], "damaged")


def test_an_entity_bomb_is_refused() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + STYLES
    refused(make_docx(PLAIN, styles=laughs), "damaged")


def test_a_part_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_package, "MAX_UNPACKED", 2**20)
    refused(make_docx(paragraph("渡" * 2**20)), "too large")
    # What the table of contents says of the size is not believed.
    data = make_docx(paragraph("渡" * 2**20))
    at = data.rindex(b"word/document.xml") - 22
    refused(data[:at] + (100).to_bytes(4, "little") + data[at + 4 :], "too large|damaged")


def test_deep_nesting_is_refused() -> None:
    refused(make_docx("<w:tbl><w:tr><w:tc>" * 3000 + "</w:tc></w:tr></w:tbl>" * 3000), "nested|damaged")
