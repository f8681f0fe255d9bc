# ruff: noqa: E501
"""Word documents, made here: headings, lists, tables and notes are kept; bombs and locks are refused."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from documents import (
    NOTED,
    NOTES,
    OFFICE,
    PLAIN,
    RELATIONS,
    REPORT,
    ROWS,
    STYLES,
    WORD,
    make_docx,
    make_zip,
    paragraph,
    run,
)

from index.cleaning.marks import CAPTION, FURNITURE, HEADER, QUOTATION, REFERENCE
from index.errors import ReadError
from index.readers import zip_package
from index.readers.docx import read_docx
from index.readers.docx_numbering import written
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


def text(body: str, **parts: str) -> str:
    """The text of a document, without the marks of lines, which `LINES` shows as letters."""
    return read_docx(make_docx(body, **parts)).text.translate(LINES)


LINES = str.maketrans({QUOTATION: "Q", CAPTION: "C", HEADER: "H", FURNITURE: "F", REFERENCE: "R"})


def made_of(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def with_properties(properties: str, inside: str) -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{inside}</w:t></w:r>"


# What is seen and what is not


def test_ruby_keeps_the_characters_below_the_readings() -> None:
    ruby = (
        f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('dù')}</w:rt><w:rubyBase>{run('渡')}</w:rubyBase></w:ruby></w:r>"
    )
    assert text(made_of(ruby, run("口明天开放。"))) == "渡口明天开放。"


def test_hidden_text_is_not_read() -> None:
    styles = (
        f'<w:styles xmlns:w="{WORD}"><w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="p"><w:basedOn w:val="q"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="q"><w:rPr><w:vanish w:val="1"/></w:rPr></w:style></w:styles>'
    )
    shown = with_properties('<w:vanish w:val="0"/>', "公开的话。")
    body = (
        made_of(run("票价两元"), with_properties("<w:vanish/>", "，成本一元"), run("。"))
        + made_of(with_properties('<w:rStyle w:val="h"/>', "内部的话。"))
        + f'<w:p><w:pPr><w:pStyle w:val="p"/></w:pPr>{run("草稿。")}{shown}</w:p>'
    )
    assert text(body, styles=styles) == "票价两元。\n\n公开的话。"


def test_what_was_deleted_or_moved_away_is_not_read() -> None:
    body = (
        made_of(
            run("期限为"),
            f"<w:del>{run('十二')}</w:del><w:ins>{run('二十四')}</w:ins>",
            run("个月。"),
            "<w:commentReference w:id='1'/>",
        )
        + made_of(f"<w:moveFrom>{run('交货在天津。')}</w:moveFrom>")
        + f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('前半句，')}</w:p>{made_of(run('后半句。'))}"
        + made_of(f"<w:moveTo>{run('交货在青岛。')}</w:moveTo>")
    )
    comments = (
        f'<w:comments xmlns:w="{WORD}"><w:comment w:id="1">{paragraph("再想想")}</w:comment></w:comments>'
    )
    assert text(body, comments=comments) == "期限为二十四个月。\n\n前半句，后半句。\n\n交货在青岛。"


def test_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('附注：运费由买方承担。')}</w:txbxContent>"
    alternatives = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice><w:drawing>{{}}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    told = "货到付款。\n\n附注：运费由买方承担。\n\n完。"
    for choice in (box, ""):  # not every program writes both
        body = made_of(alternatives.format(choice), run("货到付款。")) + made_of(run("完。"))
        assert text(body) == told


def test_fields_controls_and_signs() -> None:
    check = '<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked w:val="{}"/></w:checkBox></w:ffData></w:fldChar>'
    body = (
        made_of(
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>",
            f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('五月三日')}<w:r><w:fldChar w:fldCharType='end'/></w:r>",
            f"<w:fldSimple w:instr='AUTHOR'>{run('，李雷')}</w:fldSimple>",
        )
        + f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('甲方代表：方若愚。')}</w:sdtContent></w:sdt>"
        + made_of(
            f"<w:r>{check.format(1)}</w:r>", run("已付 "), f"<w:r>{check.format('false')}</w:r>", run("未付")
        )
        + made_of(
            "<w:r><w:t>第一行</w:t><w:br/><w:t>第二</w:t><w:softHyphen/><w:t>行</w:t><w:tab/><w:t>尾</w:t></w:r>",
            '<w:r><w:noBreakHyphen/><w:sym w:font="Symbol" w:char="F062"/><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
        )
        + made_of(with_properties('<w:rFonts w:ascii="Symbol"/>', "\uf0b3"), run(" 5"))
    )
    assert text(body) == (
        "五月三日，李雷\n\n甲方代表：方若愚。\n\n☒已付 ☐未付\n\n第一行\n第二行\t尾-β✓\n\n≥ 5"
    )


@pytest.mark.parametrize(
    ("before", "raised", "place", "told"),
    [
        ("10", "6", "superscript", "10⁶"),
        ("H", "2", "subscript", "H₂"),
        ("x", "n+k", "superscript", "x^(n+k)"),
        ("21", "st", "superscript", "21st"),
        ("结论", "[3]", "superscript", "结论[3]"),
    ],
)
def test_raised_text_is_not_read_as_another_number(before: str, raised: str, place: str, told: str) -> None:
    assert text(made_of(run(before), with_properties(f'<w:vertAlign w:val="{place}"/>', raised))) == told


def test_heads_and_feet_follow_once_and_notes_before_them() -> None:
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/{kind}" Target="{name}.xml"/>'
        for i, (kind, name) in enumerate(
            [("footnotes", "footnotes"), ("header", "h1"), ("header", "h2"), ("footer", "f1")]
        )
    )
    parts = {
        "h1": f'<w:hdr xmlns:w="{WORD}">{paragraph("海湾公司 内部资料")}</w:hdr>',
        "h2": f'<w:hdr xmlns:w="{WORD}">{paragraph("海湾公司 内部资料")}</w:hdr>',
        "f1": f'<w:ftr xmlns:w="{WORD}">{paragraph("第 1 页")}</w:ftr>',
    }
    made = make_docx(made_of(run("正文。"), NOTED), footnotes=NOTES, **parts)
    data = with_part(made, "word/_rels/document.xml.rels", RELATIONS.format(relations))
    assert read_docx(data).text.translate(LINES) == (
        "正文。\n\n1. 数字来自交通局。\n\nF海湾公司 内部资料\n\nF第 1 页"
    )


def with_part(document: bytes, name: str, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return make_zip({n: package.read(n) for n in package.namelist()} | {name: part})


# Tables


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def test_merged_cells_stand_once() -> None:
    table = (
        row(cell("型号"), cell("单价", '<w:gridSpan w:val="2"/>'), properties="<w:tblHeader/>")
        + row(cell("K | 20"), cell("3,450"), cell("两年", '<w:vMerge w:val="restart"/>'))
        + row(cell("K-30"), cell(""), cell("", "<w:vMerge/>"))
        + row(cell("无", '<w:gridSpan w:val="2"/>'), properties='<w:gridBefore w:val="1"/>')
        + row(cell("藏"), cell("起"), properties="<w:hidden/>")
    )
    assert text(f"<w:tbl>{table}</w:tbl><w:tbl>{row(cell('甲'), cell('乙'))}</w:tbl>") == (
        "H型号 | 单价 | \nK|20 | 3,450 | 两年\nK-30 |  | \n | 无 | \n\n甲 | 乙"
    )


def test_a_header_is_known_by_its_style_or_by_being_bold() -> None:
    styles = (
        f'<w:styles xmlns:w="{WORD}"><w:style w:type="table" w:styleId="t"><w:tblStylePr w:type="firstRow"/></w:style>'
        '<w:style w:type="character" w:styleId="b"><w:rPr><w:b/></w:rPr></w:style></w:styles>'
    )
    rows = row(cell("线路"), cell("班次")) + row(cell("N1"), cell("20"))
    for look, mark in (("04A0", "H"), ("0480", "")):
        styled = f'<w:tblPr><w:tblStyle w:val="t"/><w:tblLook w:val="{look}"/></w:tblPr>'
        assert text(f"<w:tbl>{styled}{rows}</w:tbl>", styles=styles) == f"{mark}线路 | 班次\nN1 | 20"
    for bold in ("<w:b/>", '<w:rStyle w:val="b"/>'):
        heads = "".join(f"<w:tc><w:p>{with_properties(bold, name)}</w:p></w:tc>" for name in ("线路", "班次"))
        assert text(f"<w:tbl><w:tr>{heads}</w:tr>{rows}</w:tbl>", styles=styles).startswith(
            "H线路 | 班次\n线"
        )
        assert not text(f"<w:tbl><w:tr>{heads}</w:tr></w:tbl>", styles=styles).startswith("H")


def test_tables_that_lay_out_the_page_are_read_as_text() -> None:
    inner = f"<w:tbl>{row(cell('甲'), cell('乙'))}</w:tbl>"
    nested = f"<w:tr>{cell('一段话。')}<w:tc>{inner}<w:p/></w:tc></w:tr>"
    assert text(f"<w:tbl>{nested}</w:tbl>") == "一段话。\n\n甲 | 乙"
    framed = (
        f"<w:tc><w:tcPr><w:gridSpan w:val='3'/></w:tcPr>{paragraph('一段话。')}{paragraph('又一段。')}</w:tc>"
    )
    assert text(f"<w:tbl><w:tr>{framed}</w:tr></w:tbl>") == "一段话。\n\n又一段。"


# Lists


def numbering(*levels: tuple[str, str], more: str = "") -> str:
    made = "".join(
        f'<w:lvl w:ilvl="{i}"><w:numFmt w:val="{form}"/><w:lvlText w:val="{label}"/></w:lvl>'
        for i, (form, label) in enumerate(levels)
    )
    return (
        f'<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="7">{made}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{more}</w:numbering>'
    )


def item(text: str, depth: int = 0, number: int = 1) -> str:
    place = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{place}</w:pPr>{text if text.startswith('<') else run(text)}</w:p>"


def test_lists_keep_their_depth_and_go_on_after_other_text() -> None:
    levels = numbering(("decimal", "%1."), ("bullet", "\uf0b7"), ("lowerLetter", "%3)"))
    body = (
        item("备料")
        + item("竹子", 1)
        + item("青竹", 2)
        + item("黄竹", 2)
        + item("<w:r><w:t>纸</w:t><w:br/><w:t>要薄</w:t></w:r>", 1)
        + paragraph("歇一天。")
        + item("扎骨架")
    )
    assert text(body, numbering=levels) == (
        "1. 备料\n  - 竹子\n    a) 青竹\n    b) 黄竹\n  - 纸\n    要薄\n\n歇一天。\n\n2. 扎骨架"
    )


def test_the_numbers_of_clauses_are_written_out() -> None:
    restarted = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num>'
    )
    levels = ("chineseCounting", "第%1条"), ("chineseCounting", "（%2）"), ("decimal", "%1.%2.%3")
    body = item("期限") + item("两年") + item("续签", 1) + item("违约", number=2)
    made = numbering(*levels, more=restarted)
    assert text(body, numbering=made) == "第一条 期限\n第二条 两年\n  （一）续签\n第九条 违约"
    heading = '<w:p><w:pPr><w:pStyle w:val="1"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    assert text(heading + run("总则") + "</w:p>", numbering=made) == "# 第一条 总则"


@pytest.mark.parametrize(
    ("count", "form", "told"),
    [
        (10, "chineseCounting", "十"),
        (105, "chineseCountingThousand", "一百零五"),
        (2030, "taiwaneseCountingThousand", "二千零三十"),
        (21, "chineseLegalSimplified", "贰拾壹"),
        (30, "ideographDigital", "三〇"),
        (2, "ideographTraditional", "乙"),
        (12, "ideographZodiac", "亥"),
        (14, "lowerRoman", "xiv"),
        (28, "upperLetter", "BB"),
        (3, "decimalEnclosedCircleChinese", "③"),
        (7, "decimalZero", "07"),
        (7, "decimalFullWidth", "７"),
        (7, "no such format", "7"),
        (0, "chineseCounting", "0"),
        (20_000, "upperRoman", "20000"),
    ],
)
def test_numbers_in_the_formats_of_lists(count: int, form: str, told: str) -> None:
    assert written(count, form) == told


def test_styles_tell_quotations_captions_contents_and_code() -> None:
    names = {
        "q": "Quote",
        "c": "caption",
        "t": "toc 1",
        "r": "Bibliography",
        "k": "HTML Preformatted",
        "o": "Body Text",
        "b": "Based",
    }
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in names.items()
    ).replace(">Based", ">")
    body = (
        paragraph("风很大。", "q")
        + paragraph("图一 渡口", "c")
        + paragraph("第一章 1", "t")
        + paragraph("李雷：《海湾志》", "r")
        + paragraph("if x:", "k")
        + paragraph("    y()", "k")
        + f'<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr>{run("小标题")}</w:p>'
        + f'<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr>{run("很长的一段话，" * 20)}</w:p>'
    )
    assert text(body, styles=f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>') == (
        "Q风很大。\n\nC图一 渡口\n\nF第一章 1\n\nR李雷：《海湾志》\n\n```\nif x:\n    y()\n```\n\n## 小标题\n\n"
        + "很长的一段话，" * 20
    )


# Formulas

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def m(name: str, *inside: str, **properties: str) -> str:
    """An element of a formula, with letters as runs."""
    values = "".join(f'<m:{key} m:val="{value}"/>' for key, value in properties.items())
    made = "".join(part if part.startswith("<") else f"<m:r><m:t>{part}</m:t></m:r>" for part in inside)
    return f"<m:{name}>{f'<m:{name}Pr>{values}</m:{name}Pr>' if values else ''}{made}</m:{name}>"


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        (m("sSup", m("e", "x"), m("sup", "2")), "x^2"),
        (m("f", m("num", "a+b"), m("den", "c")), "(a+b)/c"),
        (m("box", "2") + m("f", m("num", "1"), m("den", "3")), "2 1/3"),
        (m("sSup", m("e", "x"), m("sup", "k")) + m("sSub", m("e", "a"), m("sub", "ij")), "x^k a_ij"),
        (m("rad", m("deg"), m("e", "x+1")) + m("rad", m("deg", "3"), m("e", "8")), "√(x+1)√[3](8)"),
        (m("nary", m("sub", "i=1"), m("sup", "n"), m("e", "i"), chr="∑"), "∑_(i=1)^n i"),
        (m("d", m("e", "a"), m("e", "b"), begChr="[", endChr=")", sepChr=","), "[a,b)"),
        (m("func", m("fName", m("limLow", m("e", "lim"), m("lim", "n→∞"))), m("e", "n")), "lim_(n→∞) n"),
        (m("m", m("mr", m("e", "1"), m("e", "2")), m("mr", m("e", "3"), m("e", "4"))), "1, 2; 3, 4"),
        (m("eqArr", m("e", "x=1"), m("e", "y=2")), "x=1; y=2"),
        (m("acc", m("e", "v"), chr="\u20d7") + m("bar", m("e", "AB")), "v\u20d7AB\u0305"),
        (m("sPre", m("sub", "2"), m("sup", "4"), m("e", "He")), "_2^4He"),
        (m("unheard", m("e", "z")), "z"),
    ],
)
def test_formulas_are_one_line_of_text(formula: str, told: str) -> None:
    body = f'<w:p>{run("由 ")}<m:oMath xmlns:m="{MATH}">{formula}</m:oMath>{run(" 可知。")}</w:p>'
    assert text(body) == f"由 {told} 可知。"


def test_nothing_that_is_seen_is_lost() -> None:
    """All that stands in w:t and is not hidden, in order, whatever is around it."""
    body = (
        f"<w:weird><w:p><w:odd>{run('甲')}</w:odd></w:p></w:weird>"
        + REPORT
        + f"<w:x><w:tbl>{ROWS}</w:tbl></w:x>"
    )
    seen = re.findall(r"<w:t[ >][^<]*?>?([^<>]+)</w:t>", body)
    left = "".join(text(body, footnotes=NOTES).split())
    for piece in ("".join(part.split()) for part in seen):
        assert piece in left
        left = left[left.index(piece) + len(piece) :]


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
    refused(b"\xd0\xcf\x11\xe0" + bytes(600), "old office document")
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


# Parts of their own

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
CHART = f'<c:chart xmlns:c="{_DRAWING}/chart" r:id="p"/>'


def inserted(element: str, name: str, content: str | bytes) -> bytes:
    """A document with ``element``, which refers to the part ``name``, between two paragraphs."""
    relation = f'<Relationship Id="p" Type="{OFFICE}/any" Target="{name}"/>'
    body = paragraph("前。") + element + paragraph("后。")
    with zipfile.ZipFile(io.BytesIO(make_docx(body))) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    rels = {"word/_rels/document.xml.rels": RELATIONS.format(relation)}
    return make_zip(parts | rels | {f"word/{name}": content})


def read(data: bytes) -> tuple[str, str]:
    extracted = read_docx(data)
    return extracted.text.translate(LINES), extracted.unread[-9:]


def drawn(inside: str) -> str:
    return made_of(f"<w:r><w:drawing>{inside}</w:drawing></w:r>")


def chart_of(*series: str, title: str = "") -> str:
    a = f'xmlns:a="{_DRAWING}/main"'
    told = f"<c:title><c:tx><c:rich><a:p {a}><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    return (
        f'<c:chartSpace xmlns:c="{_DRAWING}/chart"><c:chart>{told if title else ""}<c:plotArea><c:barChart>'
        f"{''.join(f'<c:ser>{each}</c:ser>' for each in series)}</c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )


def points(name: str, *values: str, code: str = "General") -> str:
    inside = "".join(f'<c:pt idx="{i}"><c:v>{v}</c:v></c:pt>' for i, v in enumerate(values) if v)
    return f"<c:{name}><c:numRef><c:numCache><c:formatCode>{code}</c:formatCode>{inside}</c:numCache></c:numRef></c:{name}>"


def test_the_values_of_a_chart_are_a_table() -> None:
    years = points("cat", "2023年", "2024年")
    made = chart_of(
        points("tx", "产量") + years + points("val", "4.2999999999999998", "5"),
        points("tx", "占比") + years + points("val", "0.455", "", code="0.0%"),
        points("cat", "45292").replace("General", "yyyy/m/d") + points("val", "3", code='0"吨"'),
        title="两年产量",
    )
    table = "H | 产量 | 占比\n2023年 | 4.3 | 45.5%\n2024年 | 5 | \n\n2024-01-01 | 3吨"
    assert read(inserted(drawn(CHART), "chart1.xml", made)) == (f"前。\n\nC两年产量\n\n{table}\n\n后。", "")


def test_a_chart_of_many_series_stays_small() -> None:
    series = [
        f'<c:val><c:numCache><c:pt idx="{i}"><c:v>{i}</c:v></c:pt></c:numCache></c:val>' for i in range(2000)
    ]
    made = read(inserted(drawn(CHART), "chart1.xml", chart_of(*series)))[0]
    assert "\n\n | 1999\n\n后。" in made and len(made) < 20_000


def test_a_diagram_is_a_list() -> None:
    def point(name: str, text: str, kind: str = "node") -> str:
        return (
            f'<d:pt modelId="{name}" type="{kind}"><d:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></d:t></d:pt>'
        )

    lines = "".join(
        f'<d:cxn srcId="{a}" destId="{b}" srcOrd="{n}"/>'
        for a, b, n in (("0", "2", 0), ("0", "1", 1), ("1", "3", 0), ("3", "1", 0))
    )
    made = (
        f'<d:dataModel xmlns:d="{_DRAWING}/diagram" xmlns:a="{_DRAWING}/main"><d:ptLst>{point("0", "", "doc")}'
        f"{point('1', '乙')}{point('2', '甲')}{point('3', '乙一')}{point('4', '另')}</d:ptLst><d:cxnLst>{lines}</d:cxnLst></d:dataModel>"
    )
    element = f'<d:relIds xmlns:d="{_DRAWING}/diagram" r:dm="p"/>'
    assert read(inserted(drawn(element), "data1.xml", made)) == (
        "前。\n\n- 甲\n- 乙\n  - 乙一\n- 另\n\n后。",
        "",
    )


PAGE = "<html><head><title>无</title></head><body><h2>附件</h2><blockquote>工期<sup>1</sup></blockquote></body></html>"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.htm", PAGE, "## 附件\n\nQ工期¹"),
        ("a.dat", PAGE, "## 附件\n\nQ工期¹"),
        (
            "a.mht",
            f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n{PAGE}\n--x--",
            "## 附件\n\nQ工期¹",
        ),
        ("a.txt", "第一行\n第二行", "第一行\n第二行"),
        ("a.docx", make_docx(PLAIN), "# 夜间公交方案\n\n新线路覆盖十二个小区，约三万人受益。"),
    ],
    ids=["page", "page without a name", "saved page", "text", "document"],
)
def test_an_inserted_document_is_read_in_its_place(name: str, content: str | bytes, told: str) -> None:
    assert read(inserted('<w:altChunk r:id="p"/>', name, content)) == (f"前。\n\n{told}\n\n后。", "")


@pytest.mark.parametrize(
    ("element", "content"),
    [
        ('<w:altChunk r:id="p"/>', "{\\rtf1 附件}"),
        ('<w:altChunk r:id="none"/>', PAGE),
        ('<w:altChunk r:id="p"/>', inserted('<w:altChunk r:id="p"/>', "a.docx", make_docx(PLAIN))),
        (drawn(CHART), chart_of()),
        (drawn(CHART), "no markup"),
        (
            made_of(
                "<w:r><w:object><o:OLEObject xmlns:o='urn:o' ProgID='Equation.3' r:id='p'/></w:object></w:r>"
            ),
            "",
        ),
    ],
    ids=["rich text", "nothing", "in an inserted document", "no values", "no chart", "formula"],
)
def test_what_cannot_be_read_is_told(element: str, content: str | bytes) -> None:
    text, unread = read(inserted(element, "a.dat", content))
    assert (text[:2], text[-2:], unread) == ("前。", "后。", " read (1)")


def test_inserted_documents_share_the_room_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    made = inserted('<w:altChunk r:id="p"/>', "a.docx", make_docx(paragraph("长" * 5_000)))
    monkeypatch.setattr(zip_package, "MAX_UNPACKED", 15_000)
    with pytest.raises(ReadError, match="too large"):
        read_docx(made)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (r"EQ \f(a+b,c)", "(a+b)/c"),
        (r"eq \o\ac(○,12)", "⑫"),
        (r"EQ \r(3,x+1)-\r(2)", "√[3](x+1)-√(2)"),
        (r"EQ x\s\up8(2)+y\s\do5(n+1)", "x^2+y_(n+1)"),
        (r"EQ \b\lc\{(\a\al\co2(1,2,3,4))", "{1, 2; 3, 4"),
        (r"EQ \b\bc\[(x)\b\lc\|\rc\|(y)", "[x]|y|"),
        (r"EQ \i\su(i=1,n,x\s\do3(i))", "∑_(i=1)^n x_i"),
        (r"EQ \f(f(x, y);2)，(a,b)", "(f(x, y))/2，(a,b)"),
        (r"EQ \f(1\,5,2)", "(1,5)/2"),
        (r"EQ \o(x,¯) \x\to(AB)", "x¯ AB"),
        (r"EQ \f(1", "1"),
        ("EQ " + r"\f(" * 500, None),
        (r"EQ \s" + r" \up 8" * 500, None),
        ("PAGE", ""),
    ],
)
def test_fields_that_are_equations(code: str, told: str | None) -> None:
    half = len(code) // 2
    field = "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            f"<w:instrText>{code[:half]}</w:instrText>",
            f"<w:instrText>{code[half:]}</w:instrText>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    made = text(made_of(run("值："), field, run("。")))
    assert made == f"值：{told}。" if told is not None else made.startswith("值：")
