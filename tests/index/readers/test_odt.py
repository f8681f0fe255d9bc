# ruff: noqa: E501
"""Text documents of OpenDocument: what a reader of the printed page sees, in order."""

from __future__ import annotations

import pytest
from documents import LETTER, ODT_ROWS, make_odt, make_zip

from index.errors import ReadError
from index.readers.registry import read_bytes
from index.types import Kind, ParsedArticle, PartiallyParsedArticle


def article(data: bytes, name: str = "a.odt") -> ParsedArticle:
    return read_bytes(data, name)


def text(body: str, styles: str = "", **parts: str) -> str:
    return article(make_odt(body, styles, **parts)).text


def paragraph(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def items(*texts: str, style: str = "L", attributes: str = "") -> str:
    made = "".join(
        f"<text:list-item>{t if t.startswith('<') else paragraph(t)}</text:list-item>" for t in texts
    )
    return f'<text:list text:style-name="{style}" {attributes}>{made}</text:list>'


def test_a_document() -> None:
    found = article(LETTER)
    assert [(b.kind, found.text[b.start : b.end]) for b in found.blocks] == [
        (Kind.HEADING, "# 夜间公交方案"),
        (Kind.PARAGRAPH, "长桥一九七四年通车，约三万人受益。"),
        (Kind.ITEM, "- 十二个小区"),
        (Kind.ROW, "线路 | 班次"),
        (Kind.ROW, "N1 | 20"),
        (Kind.ITEM, "1. 见交通局。"),
    ]
    assert (found.title, found.author, found.published) == ("夜间公交方案", "陈舟", "2024-03-05")


def test_white_space_is_that_of_the_page() -> None:
    body = '<text:p>\n  The  <text:span>ferry</text:span>\n<text:span> sails</text:span><text:s text:c="2"/>x'
    body += "<text:span/> y<text:tab/>z<text:line-break/>daily. </text:p>"
    assert text(body) == "The ferry sails  x y z\ndaily."


@pytest.mark.parametrize(
    ("style", "base", "told"),
    [
        ("P1", "Title", "# The ferry sails at noon."),
        ("Quotations", "", "The ferry sails at noon."),
        ("P1", "Text_20_body", "The ferry sails at noon."),
        ("P1", "P1", "The ferry sails at noon."),
    ],
)
def test_styles(style: str, base: str, told: str) -> None:
    named = f'<style:style style:name="P1" style:family="paragraph" style:parent-style-name="{base}"/>'
    named += '<style:style style:name="Title" style:family="paragraph"/>'
    found = article(make_odt(paragraph("The ferry sails at noon.", style), named))
    assert found.text == told
    assert (found.blocks[0].kind is Kind.QUOTATION) is (style == "Quotations")


def test_code_is_fenced() -> None:
    code = paragraph("a = 1", "Preformatted_20_Text") + paragraph(
        "<text:s text:c='2'/>b", "Preformatted_20_Text"
    )
    assert text(code + paragraph("After it, text.")) == "```\na = 1\n  b\n```\n\nAfter it, text."


def level(number: int, **values: str) -> str:
    told = "".join(
        f' {"style" if k != "start" else "text"}:{k.replace("_", "-")}="{v}"' for k, v in values.items()
    )
    return f'<text:list-level-style-number text:level="{number}"{told}/>'


NUMBERED = f'<text:list-style style:name="L">{level(1, num_format="1", num_suffix=".")}{level(2, num_format="a", num_suffix=")")}</text:list-style>'
HAN = f'<text:list-style style:name="L">{level(1, num_format="一, 二, 三, ...", num_prefix="第", num_suffix="条")}</text:list-style>'


def test_lists_have_the_marks_that_are_shown() -> None:
    assert text(items("one", "two")) == "- one\n- two"
    nested = items("one", paragraph("two") + items("inner", style=""), "three")
    assert text(nested) == "- one\n- two\n  - inner\n- three"
    assert text(nested, NUMBERED) == "1. one\n2. two\n  a) inner\n3. three"
    assert text(items("甲方", "乙方"), HAN) == "第一条 甲方\n第二条 乙方"
    again = (
        items("one")
        + paragraph("A remark between them.")
        + items("two", attributes='text:continue-numbering="true"')
    )
    assert text(again, NUMBERED) == "1. one\n\nA remark between them.\n\n2. two"
    assert text(items("one") + paragraph("A remark.") + items("two"), NUMBERED).endswith("1. two")


def test_tables() -> None:
    head = "<table:table-header-rows>" + ODT_ROWS.replace(
        "</table:table-row>", "</table:table-row></table:table-header-rows>", 1
    )
    found = article(make_odt(f"<table:table>{head}</table:table>"))
    assert found.text == "线路 | 班次\nN1 | 20" and [b.level for b in found.blocks] == [1, 0]
    wide = '<table:table-row><table:table-cell table:number-columns-repeated="3"><text:p>x</text:p></table:table-cell></table:table-row>'
    covered = "<table:table-row><table:covered-table-cell/><table:table-cell><text:p>y</text:p></table:table-cell></table:table-row>"
    assert text(f"<table:table>{wide}{covered}</table:table>") == "x | x | x\n| y"
    assert text(f"<table:table>{wide.replace('3', '1')}</table:table>") == "x"


def test_what_is_deleted_hidden_or_a_comment_is_not_read() -> None:
    gone = "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    note = "<office:annotation><text:p>comment</text:p></office:annotation>"
    hidden = '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
    section = '<text:section text:display="none"><text:p>section</text:p></text:section>'
    ruby = "<text:ruby><text:ruby-base>字</text:ruby-base><text:ruby-text>zi</text:ruby-text></text:ruby>"
    body = f'<text:p>Kept{note} text, {ruby}.<text:span text:style-name="T1">secret</text:span></text:p>'
    assert text(gone + section + body, hidden) == "Kept text, 字."


def test_raised_text_boxes_and_objects() -> None:
    high = '<style:style style:name="T1" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>'
    box = "<draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box></draw:frame>"
    body = f'<text:p>10 m<text:span text:style-name="T1">2</text:span>{box} of it.</text:p>'
    assert text(body, high) == "10 m² of it.\n\nIn the box."
    math = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>a</mi><mo>=</mo><mi>b</mi></math>'
    frame = (
        '<text:p>As follows:<draw:frame><draw:object xlink:href="./{}"/><draw:image/></draw:frame></text:p>'
    )
    assert text(frame.format("Formula"), Formula=math) == "As follows:\n\na = b"
    found = article(make_odt(frame.format("Chart"), Chart="<chart/>"))
    assert isinstance(found, PartiallyParsedArticle) and found.unread.endswith("not read (1)")


def test_contents_heads_and_feet_are_aside() -> None:
    index = "<text:table-of-content><text:index-body><text:p>First chapter 3</text:p></text:index-body></text:table-of-content>"
    pages = "<style:footer><text:p>Page <text:page-number>1</text:page-number></text:p></style:footer>"
    found = article(make_odt(index + paragraph("The ferry sails at noon."), pages=pages))
    assert [b.kind for b in found.blocks] == [Kind.FURNITURE, Kind.PARAGRAPH, Kind.FURNITURE]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (LETTER[:-200], "damaged"),
        (make_zip({"mimetype": "application/vnd.oasis.opendocument.text"}, stored=("mimetype",)), "damaged"),
        (make_odt("<text:p>"), "damaged"),
        (
            make_odt("<text:section>" * 400 + paragraph("Deep inside.") + "</text:section>" * 400),
            "too deeply",
        ),
        (make_odt(""), "no article text"),
        (b"PK", "another kind"),
        (
            make_zip(
                {
                    "mimetype": "application/vnd.oasis.opendocument.text",
                    "META-INF/manifest.xml": "<manifest:encryption-data/>",
                    "content.xml": "x",
                },
                stored=("mimetype",),
            ),
            "locked",
        ),
        (
            make_zip(
                {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<!DOCTYPE a><a/>"},
                stored=("mimetype",),
            ),
            "damaged",
        ),
    ],
    ids=["cut", "empty package", "cut markup", "nested", "empty", "text", "locked", "entities"],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        article(data)
