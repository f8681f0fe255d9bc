"""PowerPoint presentations: what stands on each slide, and what the speaker noted for it."""

from __future__ import annotations

import pytest
from documents import TALK, make_pptx, make_zip, shape, slide

from index.errors import ReadError
from index.readers.registry import read_bytes
from index.types import Kind, ParsedArticle, PartiallyParsedArticle

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def article(data: bytes, name: str = "方案.pptx") -> ParsedArticle:
    return read_bytes(data, name)


def text(*shapes: str) -> str:
    return article(make_pptx([slide(*shapes)])).text


def unread(found: ParsedArticle) -> str:
    return found.unread if isinstance(found, PartiallyParsedArticle) else ""


def test_slides_are_pages_below_their_titles() -> None:
    found = article(TALK)
    assert [(b.kind, found.text[b.start : b.end]) for b in found.blocks] == [
        (Kind.HEADING, "# 夜间公交方案"),
        (Kind.PARAGRAPH, "交通局"),
        (Kind.HEADING, "# 覆盖范围"),
        (Kind.ITEM, "- 十二个小区"),
        (Kind.ITEM, "- 约三万人"),
        (Kind.ITEM, "- 一九七四年通车"),
        (Kind.PARAGRAPH, "先说长桥 1958 年建成。"),
    ]
    assert found.pages == (0, found.text.index("# 覆盖"))
    assert (found.title, found.published, unread(found)) == ("夜间公交方案", None, "")


def test_the_title_comes_first() -> None:
    assert text(shape("Every half hour."), shape("Night", "buses", place="title")) == (
        "# Night buses\n\nEvery half hour."
    )


def paragraph(text: str, properties: str = "") -> str:
    return f"<a:p>{properties}<a:r><a:t>{text}</a:t></a:r></a:p>"


def test_points_and_their_depths() -> None:
    deeper = '<a:pPr lvl="1"/>'
    assert text(shape("one", paragraph("two", deeper), "three", place="body")) == "- one\n  - two\n- three"
    plain = "<a:pPr><a:buNone/></a:pPr>"
    assert (
        text(shape(paragraph("one", plain), paragraph("two", plain), place="body")) == "- one\n- two"
    )  # no headings
    assert text(shape("A sentence alone.", place="body")) == "A sentence alone."
    assert text(shape("One.", "Two.")) == "One.\n\nTwo."
    assert text(shape("one", "two", place="subTitle")) == "one\n\ntwo"
    number = '<a:pPr><a:buAutoNum type="arabicPeriod"/></a:pPr>'
    inner = '<a:pPr lvl="1"><a:buAutoNum type="arabicPeriod" startAt="3"/></a:pPr>'
    texts = (paragraph(letter, inner if letter in "bc" else number) for letter in "abcd")
    assert text(shape(*texts)) == "1. a\n  3. b\n  4. c\n2. d"


def test_lines_fields_and_raised_text() -> None:
    runs = (
        '<a:p><a:r><a:t>10 m</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>2</a:t></a:r><a:br/>'
        '<a:fld type="datetime"><a:t>2026</a:t></a:fld></a:p>'
    )
    assert text(shape(runs, place="subTitle")) == "10 m²\n2026"


def test_tables() -> None:
    def row(*cells: str) -> str:
        made = (
            '<a:tc vMerge="1"/>' if cell == "^" else f"<a:tc><a:txBody>{paragraph(cell)}</a:txBody></a:tc>"
            for cell in cells
        )
        return f"<a:tr>{''.join(made)}</a:tr>"

    rows = row("线路", "班次") + row("N1", "20") + row("^", "30")
    table = f'<a:tbl><a:tblPr firstRow="1"/>{rows}</a:tbl>'
    frame = f"<p:graphicFrame><a:graphic><a:graphicData>{table}</a:graphicData></a:graphic></p:graphicFrame>"
    found = article(make_pptx([slide(frame)]))
    assert found.text == "线路 | 班次\nN1 | 20\nN1 | 30"
    assert [block.level for block in found.blocks] == [1, 0, 0]


def test_groups_charts_and_what_is_not_read() -> None:
    group = f"<p:grpSp><p:grpSpPr/><p:grpSp>{shape('Inside.')}</p:grpSp></p:grpSp>"
    reference = f'<c:chart xmlns:c="{CHART}" r:id="chart1"/>'
    frame = "<p:graphicFrame><a:graphic><a:graphicData>{}</a:graphicData></a:graphic></p:graphicFrame>"
    points = "<c:strCache><c:pt idx='0'><c:v>N1</c:v></c:pt></c:strCache>"
    values = "<c:numCache><c:pt idx='0'><c:v>20</c:v></c:pt></c:numCache>"
    chart = (
        f'<c:chartSpace xmlns:c="{CHART}"><c:ser><c:tx><c:v>Runs</c:v></c:tx><c:cat>{points}</c:cat>'
        f"<c:val>{values}</c:val></c:ser></c:chartSpace>"
    )
    shapes = group + frame.format(reference) + frame.format("<p:oleObj/>")
    found = article(make_pptx([slide(shapes)], chart1=chart))
    assert found.text == "Inside.\n\n | Runs\nN1 | 20"
    assert unread(found) == "formulas, charts or documents of other programs in it were not read (1)"


def test_hidden_slides_pictures_and_damage_are_told_and_pages_stay() -> None:
    slides = [
        slide(shape("First slide of all.")),
        slide(shape("secret"), attributes='show="0"'),
        slide("<p:pic/>"),
        "<p:sld>",
        slide(shape("Last."), shape("unseen", attributes='hidden="1"')),
    ]
    found = article(make_pptx(slides))
    assert found.text == "First slide of all.\n\nLast."
    assert found.pages == (0, *[found.text.index("Last")] * 4)
    assert unread(found) == (
        "slides were not read: 4 (the document is damaged); hidden slides were not read: 2; "
        "slides with pictures alone were not read: 3"
    )


def test_what_stands_on_every_slide_is_there_once() -> None:
    foot = shape("交通局 内部", place="ftr") + shape("7", place="sldNum")
    found = article(make_pptx([slide(shape("One slide."), foot), slide(shape("Two slides."), foot)]))
    assert found.text == "One slide.\n\nTwo slides.\n\n交通局 内部"
    assert found.blocks[-1].kind is Kind.FURNITURE


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (TALK[:-200], "damaged"),
        (make_zip({"ppt/presentation.xml": "<p>"}), "damaged"),
        (make_zip({"ppt/presentation.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><p/>"}), "damaged"),
        (make_pptx([slide()]), "no article text"),
        (make_pptx([slide("<p:grpSp>" * 5_000 + shape("a") + "</p:grpSp>" * 5_000)]), "nested too deeply"),
    ],
    ids=["locked", "cut", "cut markup", "entities", "empty", "nested"],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        article(data)
