# ruff: noqa: E501
"""What is seen in Word documents and easily lost: fields, buttons, letterings, labels, symbols."""

from __future__ import annotations

import io
import zipfile

import pytest
from documents import OFFICE, RELATIONS, WORD, make_docx, make_zip, paragraph, run

from index.readers.docx import read_docx
from index.readers.docx_inserted import chart
from index.readers.registry import read_bytes

MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def with_parts(body: str, relations: str = "", **parts: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(make_docx(body, **parts))) as package:
        found = {name: package.read(name) for name in package.namelist()}
    return make_zip(found | {"word/_rels/document.xml.rels": RELATIONS.format(relations)})


def text(body: str) -> str:
    return read_docx(with_parts(body)).text


def made_of(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def mark(kind: str, inside: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{inside}</w:fldChar></w:r>'


def code(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ('<w:result w:val="1"/>', "青岛"),
        ('<w:default w:val="1"/>', "青岛"),
        ("", "天津"),
        ('<w:result w:val="9"/>', ""),
    ],
)
def test_the_chosen_entry_of_a_list_to_choose_from(chosen: str, told: str) -> None:
    entries = "".join(f'<w:listEntry w:val="{name}"/>' for name in ("天津", "青岛"))
    begin = mark("begin", f"<w:ffData><w:ddList>{chosen}{entries}</w:ddList></w:ffData>")
    assert (
        text(made_of(run("港口："), begin, code("FORMDROPDOWN"), mark("end"), run("。"))) == f"港口：{told}。"
    )


@pytest.mark.parametrize(
    ("button", "told"),
    [
        (" MACROBUTTON  NoMacro [在此填写] ", "[在此填写]"),
        (' GOTOBUTTON "a b" 见附件', "见附件"),
        (" MACROBUTTON NoMacro", ""),
    ],
)
def test_the_words_of_a_button(button: str, told: str) -> None:
    assert text(made_of(run("甲方"), mark("begin"), code(button), mark("end"), run("。"))) == f"甲方{told}。"


def test_what_stands_in_the_code_of_a_field_is_not_shown() -> None:
    inner = (mark("begin"), code("MERGEFIELD sex"), mark("separate"), run("男"), mark("end"))
    condition = (mark("begin"), code("IF "), *inner, code(' = "男" "先生" "女士"'), mark("separate"))
    assert text(made_of(run("李"), *condition, run("先生"), mark("end"), run("："))) == "李先生："
    assert text(made_of(mark("begin"), code("IF "), *inner, run("无果"), mark("end"))) == "男无果"
    assert text(made_of(mark("begin"), code("IF "), *inner) + made_of(run("后文"))) == "男\n\n后文"


def test_lettering_follows_its_paragraph() -> None:
    lettering = '<w:r><w:pict><v:shape xmlns:v="urn:v"><v:textpath string="机密"/></v:shape></w:pict></w:r>'
    assert text(made_of(run("前半"), lettering, run("后半。"))) == "前半后半。\n\n机密"


def test_a_text_box_waits_for_the_end_of_its_paragraph() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{paragraph('附注。')}</w:txbxContent></w:pict></w:r>"
    initial = f'<w:p><w:pPr><w:framePr w:dropCap="drop"/></w:pPr>{run("渡")}{box}</w:p>'
    assert text(initial + made_of(run("轮每天开。"))) == "渡轮每天开。\n\n附注。"


@pytest.mark.parametrize(
    ("label", "told"),
    [("Q%1.", "Q1. 几点"), ("图%1、", "图1、几点"), ("（%1）", "1. 几点"), ("%1)", "1. 几点")],
)
def test_a_label_keeps_what_stands_before_its_number(label: str, told: str) -> None:
    numbering = (
        f'<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0">'
        f'<w:numFmt w:val="decimal"/><w:lvlText w:val="{label}"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    relation = f'<Relationship Id="n" Type="{OFFICE}/numbering" Target="numbering.xml"/>'
    body = f'<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>{run("几点")}</w:p>'
    assert read_docx(with_parts(body, relation, numbering=numbering)).text == told


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        (
            '<m:oMath><m:r><m:t>x=</m:t></m:r><m:r><w:sym w:font="Symbol" w:char="F062"/></m:r></m:oMath>',
            "x=β",
        ),
        ("<w:ins><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:ins>", "x"),
        (
            f"<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>{run('其中')}<m:oMath><m:r><m:t>y</m:t></m:r></m:oMath>",
            "x 其中 y",
        ),
    ],
    ids=["symbol", "inserted", "words between formulas"],
)
def test_all_of_a_formula(formula: str, told: str) -> None:
    assert text(f"<w:p><m:oMathPara {MATH}>{formula}</m:oMathPara></w:p>") == told


def test_a_row_that_is_expressly_not_hidden() -> None:
    row = f'<w:tr><w:trPr><w:hidden w:val="0"/></w:trPr>{"".join(f"<w:tc>{paragraph(c)}</w:tc>" for c in "甲乙")}</w:tr>'
    assert text(f"<w:tbl>{row}</w:tbl>") == "甲 | 乙"


def test_the_title_of_a_chart_that_a_cell_gives() -> None:
    from lxml import etree

    cell = "<c:tx><c:strRef><c:f>A1</c:f><c:strCache><c:pt idx='0'><c:v>两年产量</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    root = etree.fromstring(f"<c:chartSpace xmlns:c='urn:c'><c:title>{cell}</c:title></c:chartSpace>")
    assert [block.text for block in chart(root)] == ["两年产量"]


def test_a_control_of_another_program_is_told() -> None:
    control = "<w:r><w:object><w:control r:id='c' w:name='TextBox1'/></w:object></w:r>"
    assert read_docx(with_parts(made_of(run("姓名"), control))).unread.endswith("(1)")


def test_a_main_part_with_a_number() -> None:
    with zipfile.ZipFile(io.BytesIO(make_docx(paragraph("渡轮每天开。")))) as package:
        parts = {
            name.replace("document.xml", "document2.xml"): package.read(name) for name in package.namelist()
        }
    relations = parts["_rels/.rels"].replace(b"document.xml", b"document2.xml")
    assert read_bytes(make_zip(parts | {"_rels/.rels": relations}), "a.docx").text == "渡轮每天开。"
