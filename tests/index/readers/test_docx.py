# ruff: noqa: E501
"""Word documents, made here: headings, lists, tables and notes are kept; bombs and locks are refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from index.errors import ReadError
from index.readers import zip_package
from index.readers.docx import read_docx
from index.readers.registry import read_bytes

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
STYLES = (
    f'<w:styles xmlns:w="{WORD}"><w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>'
)
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>"
    "<dcterms:created>2024-03-05T00:30:00Z</dcterms:created></cp:coreProperties>"
)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(text: str, style: str = "", inside: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}{run(text)}{inside}</w:p>"


def make_docx(body: str, title: str = "", author: str = "", **parts: str) -> bytes:
    document = f'<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}"><w:body>{body}</w:body></w:document>'
    relations = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    notes = (
        f'<Relationship Id="r1" Type="{OFFICE}/footnotes" Target="footnotes.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/>'
    )
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(relations),
        "word/document.xml": document,
        "word/_rels/document.xml.rels": RELATIONS.format(notes),
        "word/styles.xml": STYLES,
        "docProps/core.xml": CORE.format(title=title, author=author),
        **{f"word/{name}.xml": part for name, part in parts.items()},
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return made.getvalue()


ROWS = "".join(
    f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>"
    for row in (("线路", "班次"), ("N1", "20"))
)
NOTES = f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:id="2">{paragraph("数字来自交通局。")}</w:footnote></w:footnotes>'
PLAIN = paragraph("夜间公交方案", "a3") + paragraph("新线路覆盖十二个小区，约三万人受益。")
NOTED = '<w:r><w:footnoteReference w:id="2"/></w:r>'
REPORT = (
    paragraph("夜间公交方案", "a3")
    + paragraph("覆盖范围", "1")
    + paragraph("新线路覆盖十二个小区", inside=NOTED + run("，约三万人受益。"))
    + f"<w:p><w:del><w:r><w:delText>删掉的话。</w:delText></w:r></w:del><w:ins>{run('加上的话在这里。')}</w:ins></w:p>"
    + f"<w:tbl>{ROWS}</w:tbl>"
)


def test_a_report() -> None:
    draft = read_bytes(make_docx(REPORT, "夜间公交方案", "李雷", footnotes=NOTES), "a.docx")
    assert draft.text == (
        "# 夜间公交方案\n\n# 覆盖范围\n\n新线路覆盖十二个小区，约三万人受益。\n\n加上的话在这里。\n\n"
        "线路 | 班次\nN1 | 20\n\n1. 数字来自交通局。"
    )
    assert (draft.title, draft.author, draft.published) == ("夜间公交方案", "李雷", "2024-03-05")
    assert draft.pages == ()


def test_properties_left_over_from_another_document() -> None:
    facts = read_docx(make_docx(REPORT, "2019年工作总结", "Administrator", footnotes=NOTES)).facts
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
