"""Excel workbooks: what a person sees on a sheet, row by row below its header."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from documents import SHEETS, STOCK, WORKBOOK, Cell, make_docx, make_xlsx, make_zip, paragraph, sheet

from index.errors import ReadError
from index.readers import registry, xlsx
from index.readers.registry import read_bytes
from index.types import Kind, ParsedArticle, PartiallyParsedArticle

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def article(data: bytes, name: str = "库存.xlsx") -> ParsedArticle:
    return read_bytes(data, name)


def unread(found: ParsedArticle) -> str:
    return found.unread if isinstance(found, PartiallyParsedArticle) else ""


def text(rows: Sequence[Sequence[Cell]], *formats: str | int, after: str = "", before: str = "") -> str:
    """The text of a workbook with one sheet that nobody named."""
    return article(make_xlsx({"Sheet1": sheet(rows, after, before)}, formats)).text


def merged(*ranges: str) -> str:
    cells = "".join(f'<mergeCell ref="{found}"/>' for found in ranges)
    return f"<mergeCells>{cells}</mergeCells>"


def test_sheets_are_headings_above_their_tables() -> None:
    found = article(WORKBOOK)
    kinds = [
        (b.kind, b.level if b.kind is Kind.ROW else 0, found.text[b.start : b.end]) for b in found.blocks
    ]
    assert kinds == [
        (Kind.HEADING, 0, "# 水果"),
        (Kind.ROW, 1, "品名 | 单价 | 到货"),
        (Kind.ROW, 0, "苹果 | ¥6.00 | 2026/1/2"),
        (Kind.ROW, 0, "雪梨 | ¥4.50 | 2026/1/3"),
        (Kind.HEADING, 0, "# 说明"),
        (Kind.PARAGRAPH, 0, "单价为每斤。"),
    ]
    assert (found.title, found.language, found.published, unread(found)) == ("库存", "zh-Hans", None, "")


def test_a_sheet_that_nobody_named_is_no_heading() -> None:
    for name, told in (("Sheet1", False), ("工作表 1", False), ("Sheets of paper", True), ("水果", True)):
        found = article(make_xlsx({name: STOCK})).text
        assert found.startswith(f"# {name}\n") is told


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("x  y", "x y"),
        (7, "7"),
        ((46024, 1), "1/2/2026"),
        ((0.125, 2), "12.5%"),
        ((1234.5, 3), "€1,234.50"),
        (b'<c t="b"><v>1</v></c>', "TRUE"),
        (b'<c t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
        (b'<c t="str"><f>A1</f><v>done_x0021_</v></c>', "done!"),
        (b"<c><f>1+2</f><v>3</v></c>", "3"),
        (b'<c t="s"><v>0</v></c>', "m² of it"),
        (b'<c t="s"><v>1</v></c>', "Łódź"),
        (b'<c t="s"><v>99</v></c>', ""),
        (b'<c t="d"><v>2026-01-02T10:00</v></c>', "2026-01-02 10:00"),
        (b'<c s="99"><v>0.5</v></c>', "0.5"),
        (f'<c s="{"9" * 5_000}"><v>0.5</v></c>'.encode(), "0.5"),
        (f'<c t="s"><v>{"9" * 5_000}</v></c>'.encode(), ""),
    ],
)
def test_cells(cell: Cell, told: str) -> None:
    data = make_xlsx(
        {"Sheet1": sheet([["Name", "Value"], ["Ann", cell]])},
        [14, "0.0%", "[$€]#,##0.00"],
        strings=[
            '<r><t>m</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r><r><t> of it</t></r>',
            '<t>Łódź</t><rPh sb="0" eb="2"><t>Woodge</t></rPh>',
        ],
    )
    assert article(data).text == f"Name | Value\nAnn | {told}".rstrip()


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    rows = sheet([["Name", "Day"], ["Ann", (44562, 1)]])
    data = make_xlsx({"Sheet1": rows}, ["yyyy-mm-dd"], properties='<workbookPr date1904="1"/>')
    assert article(data).text.endswith("Ann | 2026-01-02")


def test_tables_below_and_beside_each_other() -> None:
    rows: list[list[Cell]] = [
        [],
        [None, "Household"],
        [],
        [None, "Income", "Amount", None, "Expense", "Amount"],
        [None, "Salary", 4250, None, "Rent", 1480],
        [None, None, None, None, "Gym", 40],
        [],
        [None, "Goal", "Amount"],
        [None, "Bike", 1200],
    ]
    assert text(rows) == (
        "Household\n\nIncome | Amount\nSalary | 4250\n\nExpense | Amount\nRent | 1480\nGym | 40\n\n"
        "Goal | Amount\nBike | 1200"
    )


def test_an_empty_column_alone_parts_no_table() -> None:
    rows: list[list[Cell]] = [["Name", "Age", None, "City", "Note"], ["Ann", 7, None, "York", "ill"]]
    assert text(rows) == "Name | Age | City | Note\nAnn | 7 | York | ill"
    assert text([["Name", None, "Age"], ["Ann", None, 7]]) == "Name | Age\nAnn | 7"


def test_merged_cells_are_told_in_every_row() -> None:
    rows: list[list[Cell]] = [
        ["三年级课程表"],
        ["时间", None, "周一", "周二", "周三"],
        ["上午", "一", "语文", None, "数学"],
        [None, "二", "美术", "体育", "音乐"],
        ["中午", "午餐在食堂"],
    ]
    ranges = merged("A1:E1", "A2:B2", "A3:A4", "C3:D3", "B5:E5")
    assert text(rows, after=ranges) == (
        "三年级课程表\n\n时间 | 时间 | 周一 | 周二 | 周三\n上午 | 一 | 语文 | 语文 | 数学\n"
        "上午 | 二 | 美术 | 体育 | 音乐\n中午 | 午餐在食堂"
    )


def test_what_a_merged_cell_covers_is_not_read() -> None:
    assert text([["Name", "Age"], ["Ann", "secret"], ["Bob", 7]], after=merged("A2:B2")) == (
        "Name | Age\nAnn |\nBob | 7"
    )


def test_a_header_of_two_rows_becomes_one() -> None:
    rows: list[list[Cell]] = [
        ["Region", "Q1", None, "Q2", None],
        [None, "Units", "Sales", "Units", "Sales"],
        ["North", 1, 2, 3, 4],
    ]
    for ranges in (merged("A1:A2", "B1:C1", "D1:E1"), merged("B1:C1", "D1:E1")):
        assert (
            text(rows, after=ranges)
            == "Region | Q1 Units | Q1 Sales | Q2 Units | Q2 Sales\nNorth | 1 | 2 | 3 | 4"
        )
    rows[1][0] = "South"  # a row, no header
    assert text(rows, after=merged("B1:C1", "D1:E1")).startswith("Region | Q1 | Q1 | Q2 | Q2\nSouth | Units")


def test_a_sheet_of_one_column_is_a_list() -> None:
    assert text([["milk"], [], ["bread"]]) == "- milk\n- bread"


def test_what_is_hidden_is_told_and_not_read() -> None:
    rows: list[list[Cell]] = [["Name", "Age", "Pay"], ["Ann", 7, 900]]
    shown = sheet(rows, before='<cols><col min="3" max="3" hidden="1"/></cols>')
    hidden = sheet([["Bob"]], attributes='hidden="1"')
    data = make_xlsx({"Staff": shown, "Old": hidden, "Lists": STOCK}, states={"Lists": "veryHidden"})
    found = article(data)
    assert found.text == "# Staff\n\nName | Age\nAnn | 7"
    assert unread(found) == ("hidden sheets were not read: Lists; hidden rows and columns were not read (2)")


def test_what_a_filter_or_an_outline_hides_is_read() -> None:
    rows: list[list[Cell]] = [["Name", "Age"], ["Ann", 7]]
    filtered = '<autoFilter ref="A1:B2"><filterColumn colId="0"/></autoFilter>'
    folded = '<cols><col min="2" max="2" hidden="1" outlineLevel="1"/></cols>'
    for made in (sheet(rows, filtered, attributes='hidden="1"'), sheet(rows, before=folded)):
        found = article(make_xlsx({"Sheet1": made}))
        assert (found.text, unread(found)) == ("Name | Age\nAnn | 7", "")
    table = '<table><autoFilter ref="A1:B2"><filterColumn colId="0"/></autoFilter></table>'
    found = article(make_xlsx({"Sheet1": sheet(rows, attributes='hidden="1"')}, tables_table1=table))
    assert (found.text, unread(found)) == ("Name | Age\nAnn | 7", "")


def test_formulas_without_a_result_are_told() -> None:
    data = make_xlsx({"Sheet1": sheet([["Name", "Sum"], ["Ann", b"<c><f>SUM(A1)</f><v></v></c>"]])})
    assert unread(article(data)).startswith("formulas without a stored result were not read (1)")
    with pytest.raises(ReadError, match=r"no sheet of it shows a text: formulas"):
        article(make_xlsx({"Sheet1": sheet([[b"<c><f>1+1</f></c>"]])}))


def test_notes_and_text_boxes_are_read_and_charts_told() -> None:
    comment = '<comment ref="B3"><text><r><t>每周</t></r><r><t>\n调整</t></r></text></comment>'
    comments = f'<comments xmlns="{SHEETS}"><commentList>{comment}</commentList></comments>'
    box = "<x:sp><x:txBody><a:p><a:r><a:t>含税</a:t></a:r><a:t>价</a:t></a:p><a:p/></x:txBody></x:sp>"
    drawing = (
        f'<x:wsDr xmlns:x="{DRAWING}/spreadsheetDrawing" xmlns:a="{DRAWING}/main"><x:twoCellAnchor>{box}'
        "<x:pic/></x:twoCellAnchor><x:twoCellAnchor><x:graphicFrame/></x:twoCellAnchor></x:wsDr>"
    )
    found = article(make_xlsx({"Sheet1": STOCK}, drawings_drawing1=drawing))
    assert found.text.endswith("雪梨 | 4.5 | 46025\n\n含税价")
    assert unread(found) == "charts or pictures in it were not read (2)"
    named = make_xlsx({"Sheet1": STOCK}, comments_comments1=comments)
    assert article(named).text.endswith("46025\n\n- B3 (雪梨): 每周 调整")
    said = '<threadedComment ref="B3"><text>{}</text></threadedComment>'
    thread = f"<a>{said.format('为什么？')}{said.format('涨价。')}</a>"
    both = make_xlsx({"Sheet1": STOCK}, comments_comments1=comments, threads_threadedComment1=thread)
    assert article(both).text.endswith("46025\n\n- B3 (雪梨): 为什么？ 涨价。")


def test_the_author_is_a_person() -> None:
    for author, told in (("李雷", "李雷"), ("openpyxl", None), ("", None)):
        assert article(make_xlsx({"Sheet1": STOCK}, author=author)).author == told


def test_a_note_above_the_table_is_the_title_of_a_single_sheet() -> None:
    noted = sheet([["2026年价目表"], [], ["品名", "单价"], ["苹果", 6]])
    assert article(make_xlsx({"Sheet1": noted})).title == "2026年价目表"
    assert article(make_xlsx({"水果": noted, "蔬菜": STOCK})).title == "库存"


def test_a_damaged_sheet_is_told_and_the_others_are_read() -> None:
    data = make_xlsx({"One": STOCK, "Two": "<worksheet><sheetData><row>"})
    found = article(data)
    assert (
        found.text.startswith("# One")
        and unread(found) == "sheets were not read: Two (the document is damaged)"
    )


def test_a_workbook_is_known_by_its_content() -> None:
    for name in ("a.docx", "a.xlsm", "a.txt", "a.zip.csv"):
        assert "苹果" in article(WORKBOOK, name).text
    inside = make_docx(paragraph("渡轮每天开四班。"))
    assert "渡轮" in article(inside + b"", "a.xlsx").text
    holds_another = make_zip({"xl/workbook.xml": "x", "other.zip": WORKBOOK, "word/document.xml": "<"})
    with pytest.raises(ReadError, match="damaged"):
        article(holds_another)


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90) + "EncryptedPackage".encode("utf-16-le")
BINARY = make_zip({"xl/workbook.bin": "x", "[Content_Types].xml": "x"})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (LOCKED, "locked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90), "old office document"),
        (b"<html><table><tr><td>a</table>", "another kind"),
        (BINARY, "another kind"),
        (make_zip({"xl/workbook.xml": "<workbook>"}), "damaged"),
        (make_zip({"xl/workbook.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><workbook/>"}), "damaged"),
        (make_zip({"xl/workbook.xml": "<workbook/>"}), "no article text"),
        (make_xlsx({"Sheet1": sheet([])}), "no article text"),
        (WORKBOOK[:-200], "damaged"),
    ],
    ids=["locked", "old", "page", "binary", "cut markup", "entities", "no sheets", "empty", "cut"],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        article(data)


@pytest.mark.parametrize(("suffix", "newer"), [(".xls", ".xlsx"), (".XLSB", ".xlsx"), (".doc", ".docx")])
def test_older_kinds_are_refused_with_what_to_do(suffix: str, newer: str) -> None:
    with pytest.raises(ReadError, match=f"cannot be read .save it as {newer} "):
        article(b"\xd0\xcf\x11\xe0", f"a{suffix}")


# Files made to fill memory


def one_cell(reference: str, value: str = "<v>7</v>", kind: str = "n") -> str:
    row = "".join(filter(str.isdigit, reference))
    return f'<row r="{row}"><c r="{reference}" t="{kind}">{value}</c></row>'


def whole(rows: str, after: str = "") -> bytes:
    claimed = '<dimension ref="A1:XFD1048576"/>'
    return make_xlsx(
        {"Sheet1": f'<worksheet xmlns="{SHEETS}">{claimed}<sheetData>{rows}</sheetData>{after}</worksheet>'}
    )


def test_a_sheet_is_as_large_as_what_is_in_it() -> None:
    found = article(whole(one_cell("A1") + one_cell("XFD1048576")))
    assert found.text == "- 7\n- 7"
    assert article(whole(one_cell("A1") + one_cell("B1"), merged("A1:XFD1048576"))).text == "7"
    beyond = one_cell("A1") + one_cell("XFE2") + one_cell("A1048577") + one_cell("ZZZ9999999")
    assert article(whole(beyond)).text == "7"


def _column(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@pytest.mark.parametrize(
    ("rows", "after"),
    [
        ("".join(one_cell(f"{_column(n)}{n}") for n in range(1, 900)), ""),
        (
            "".join(one_cell(f"A{n}") for n in range(1, 900)),
            merged(*[f"A{n}:XFD1048576" for n in range(1, 200)]),
        ),
    ],
    ids=["diagonal", "merged"],
)
def test_cells_that_would_fill_memory_are_refused(
    rows: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MAX_CELLS", 100_000)
    with pytest.raises(ReadError, match="too large"):
        article(whole(rows, after))


def test_a_long_text_in_every_cell_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shared string is in the file once, however often cells show it."""
    monkeypatch.setattr(xlsx, "MAX_CHARACTERS", 2**20)
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 200))
    made = f'<worksheet xmlns="{SHEETS}"><sheetData>{cells}</sheetData></worksheet>'
    with pytest.raises(ReadError, match="too large"):
        article(make_xlsx({"Sheet1": made}, strings=[f"<t>{'long ' * 2_000}</t>"]))


def test_more_rows_than_lines_of_a_text_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MAX_LINES", 1)
    with pytest.raises(ReadError, match="too many lines"):
        article(make_xlsx({"Sheet1": STOCK}))


def test_endless_shared_strings_are_refused() -> None:
    with pytest.raises(ReadError, match=r"too large.*64 MiB"):
        article(make_xlsx({"Sheet1": STOCK}, strings=["<t>" + "0" * 2**20 + "</t>"] * 65))
