"""Tables of CSV and TSV: every cell is in its column, below the header, whatever stands in it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers.registry import read_bytes
from index.text.blocks import cells
from index.types import Kind, ParsedArticle

PRICES = "品名,单价,产地\n苹果,6,山东\n梨,4,河北\n"


def table(article: ParsedArticle) -> list[list[str]]:
    rows = [block for block in article.blocks if block.kind is Kind.ROW]
    return [[article.text[slice(*cell)] for cell in cells(article.text, row)] for row in rows]


def kinds(text: str, name: str = "stock.csv") -> list[tuple[Kind, int, str]]:
    article = read_bytes(text.encode(), name)
    return [
        (b.kind, b.level if b.kind is Kind.ROW else 0, article.text[b.start : b.end]) for b in article.blocks
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_delimiters_and_encodings(delimiter: str, encoding: str) -> None:
    data = (PRICES * 3).replace(",", delimiter).encode(encoding)
    for name in ("stock.csv", "stock.TSV"):
        article = read_bytes(data, name)
        assert table(article) == [line.split(",") for line in (PRICES * 3).split()]
        assert (article.title, article.language, article.blocks[0].level) == ("stock", "zh-Hans", 1)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("品名;1月\n苹果;1,5\n梨;4", [["品名", "1月"], ["苹果", "1,5"], ["梨", "4"]]),
        ("sep=;\r\nName;Note\r\nAnn;a, b\r\n", [["Name", "Note"], ["Ann", "a, b"]]),
        ('Name,Note\nAnn,"one\n\ntwo | ""three"""\n', [["Name", "Note"], ["Ann", 'one two|"three"']]),
        ("Name,Age,City\nAnn,,York\n,7,\n", [["Name", "Age", "City"], ["Ann", "", "York"], ["", "7", ""]]),
        ("Name,Age\nAnn,7,ill\nBob\nCy,8", [["Name", "Age"], ["Ann", "7", "ill"], ["Bob", ""], ["Cy", "8"]]),
        ("Name,Age\nAnn,7\nBob,\n", [["Name", "Age"], ["Ann", "7"], ["Bob", ""]]),
        ("Name,Age\nAnn,7\n\n,,\nBob,8\n", [["Name", "Age"], ["Ann", "7"], ["Bob", "8"]]),
        ("Name, City\nAnn, \"York, Leeds\"\n", [["Name", "City"], ["Ann", "York, Leeds"]]),
        # A quote that is never closed begins no cell, and those after it are read as ever.
        ('a,"5 inch,x\nb,6,y\n"c,d",7,z\n', [["a", '"5 inch', "x"], ["b", "6", "y"], ["c,d", "7", "z"]]),
    ],
)  # fmt: skip
def test_cells(text: str, rows: list[list[str]]) -> None:
    article = read_bytes(text.encode(), "a.csv")
    found = table(article)
    assert [[*row, *[""] * (len(rows[at]) - len(row))] for at, row in enumerate(found)] == rows
    assert [b.lead for b in article.blocks] == [-1, *[0] * (len(rows) - 1)]  # all below the header


def test_notes_around_a_table_are_text() -> None:
    text = "2023年销售表,,\n\n品名,2022,2023\n苹果,10,20\n水果,,\n梨,30,40\n\n注：单位为吨。,,\n"
    assert kinds(text) == [
        (Kind.HEADING, 0, "2023年销售表"),
        (Kind.ROW, 1, "品名 | 2022 | 2023"),
        (Kind.ROW, 0, "苹果 | 10 | 20"),
        (Kind.ROW, 0, "水果 |"),
        (Kind.ROW, 0, "梨 | 30 | 40"),
        (Kind.PARAGRAPH, 0, "注：单位为吨。"),
    ]
    assert read_bytes(text.encode(), "stock.csv").title == "2023年销售表"


def test_tables_below_each_other_have_headers_of_their_own() -> None:
    found = kinds("Name,Age\nAnn,7\n\nCity,Rain,Wind\nYork,3,4\n")
    assert [level for _, level, _ in found] == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("Income,Amount\nPay,7\n\nExpense,Amount\nRent,3\n", [1, 0, 1, 0]),
        ("Income,Sum\nPay,7\nGift,8\n\nExpense,Amount\nRent,3\nGym,4\n", [1, 0, 0, 1, 0, 0]),
        ("Name,Age\nAnn,7\nDee,9\nEve,8\n\nBob,unknown\nCy,8\n", [1, 0, 0, 0, 0, 0]),
        ("Name,City\nAnn,York\n\nBob,Leeds\nCy,York\n", [1, 0, 0, 0]),
    ],
)
def test_a_table_of_the_same_width_is_another_one_if_it_has_a_header(text: str, levels: list[int]) -> None:
    assert [level for _, level, _ in kinds(text)] == levels


@pytest.mark.parametrize(
    ("text", "headed"),
    [
        ("品名,2022,2023\n苹果,10,20\n", True),
        ("品名,1月,2月\n苹果,10,20\n", True),
        ("Part no. 1 or 2 of the one that came with the pump,Price\nA,3\n", True),
        ("A,A\n1,2\n", True),
        ("2023-01-02,7\n2023-01-03,8\n", False),
        ("1,7.5\n2,8\n", False),
        ("Q1,7\nQ2,8\n", False),
        ("Policy,HH-22\nInsurer,Northgate\nValid until,2027-02-28\nPremium,318.40\nExcess,150\n", False),
        ("姓名,张三\n年龄,35\n城市,北京\n电话,13800138000\n", False),
        ("Name,Grade\nAnn,7\nBob,absent\nCy,8\nDee,6\nEve,7\n", True),
        ("Name,City\nAnn,York\nBob,Leeds\nCy,Hull\n", True),
    ],
)
def test_what_is_a_header(text: str, headed: bool) -> None:
    assert (read_bytes(text.encode(), "a.csv").blocks[0].level == 1) is headed


def test_cells_tell_no_author_or_date_of_the_file() -> None:
    text = "Author,Title,Date\nBy Ann Lee,Rivers,2024-01-02\nCopyright © 2024 Firm,Terms,2023-05-06\n"
    article = read_bytes(text.encode(), "books.csv")
    assert (article.title, article.author, article.published, article.source) == ("books", None, None, None)
    assert {block.kind for block in article.blocks} == {Kind.ROW}


def test_a_file_of_one_column_is_a_list() -> None:
    assert kinds('Name\nAnn Lee\n\n"Bob\nWu"\n') == [
        (Kind.ITEM, 0, "- Name"),
        (Kind.ITEM, 0, "- Ann Lee"),
        (Kind.ITEM, 0, "- Bob Wu"),
    ]


words = st.text(st.sampled_from("ab字0,;\"'|#>-`=:：。\n\t "), max_size=9)


@given(st.lists(st.lists(words, min_size=2, max_size=5), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_no_cell_is_lost(rows: list[list[str]], delimiter: str) -> None:
    """Whatever the cells hold, Python's writer quotes it, and it is read as it was."""
    head = [f"Column {letter}" for letter in "ABCDE"]
    rows = [head, *([f"x{row[0]}", f"y{row[1]}", *row[2:]] for row in rows)]
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter).writerows(rows)
    article = read_bytes(f"sep={delimiter}\n{made.getvalue()}".encode(), "a.csv")
    found = [[*row, *[""] * (5 - len(row))] for row in table(article)]
    # Spaces beside a bar in a cell go, as they would part cells.
    wanted = [[*row, *[""] * (5 - len(row))] for row in rows]
    assert [["".join(cell.split()) for cell in row] for row in found] == [
        ["".join(cell.split()) for cell in row] for row in wanted
    ]
