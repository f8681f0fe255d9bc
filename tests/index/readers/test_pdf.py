"""PDFs, made here: their text reads on across lines and pages, and whatever they hold, reading ends."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from documents import Put, column, make_pdf
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import pdf, pdf_characters, pdf_contents
from index.readers.pdf import read_pdf
from index.readers.pdf_glyphs import glyph_shift
from index.readers.pdf_layout import page_furniture
from index.readers.pdf_lines import Line
from index.readers.registry import read_bytes
from index.types import Kind, ParsedArticle, PartiallyParsedArticle

CHINESE = [
    [
        Put("东湖水质年报", 200, 800, 9),
        Put("东湖水质有了好转", 150, 740, 24),
        *column(
            "　　环保局昨天公布了东湖的监测结果，与上年相比，氨氮的含量下",
            "降了三成，水的透明度达到一米二，为十年来最好的一次。",
            "　　负责人说，好转来自两件事：沿湖的排污口全部封堵，上游的两座",
            "污水处理厂在去年夏天完成改造。但他也说，入湖的三条小河仍然不",
            x=90,
        ),
        Put("第 1 页 共 2 页", 270, 40, 9),
    ],
    [
        Put("东湖水质年报", 200, 800, 9),
        *column(
            "达标，明年要先治理其中的南渠，预算是四千万元。", "　　下一次监测在十月进行。", top=740, x=90
        ),
        Put("第 2 页 共 2 页", 270, 40, 9),
    ],
]
ENGLISH = [
    [
        *column(
            "The ferry company said on Monday that it will replace both of its old",
            "boats before the winter of next year, after an inspection found that the",
            "hull of the larger one had lost a third of its thick-",
            "ness. The new boats are built in Gdynia and carry sixty cars each, and a",
            "well-known yard in Turku supplies the engines for the pair. The well-",
            "known yard did not say how much it is paid for them. The first of the",
        ),
        Put("- 1 -", 290, 30),
    ],
    [*column("boats is due in March."), Put("- 2 -", 290, 30)],
    [*column("A third page has a line of its own."), Put("- 3 -", 290, 30)],
]


def quotable(parsed: ParsedArticle) -> str:
    """The text without running heads and feet."""
    kept = (parsed.text[b.start : b.end] for b in parsed.blocks if b.kind is not Kind.FURNITURE)
    return "\n\n".join(kept)


def on_page(parsed: object, number: int) -> str:
    """The text of a page (from 1)."""
    pages = (*parsed.pages, len(parsed.text))  # type: ignore[attr-defined]
    return str(parsed.text[pages[number - 1] : pages[number]])  # type: ignore[attr-defined]


def test_a_chinese_report() -> None:
    parsed = read_bytes(make_pdf(CHINESE), "a.pdf")
    furniture = [parsed.text[b.start : b.end] for b in parsed.blocks if b.kind is Kind.FURNITURE]
    assert furniture == ["东湖水质年报", "第 1 页共 2 页", "东湖水质年报", "第 2 页共 2 页"]
    assert quotable(parsed) == (
        "# 东湖水质有了好转\n\n"
        "环保局昨天公布了东湖的监测结果，与上年相比，氨氮的含量下降了三成，水的透明度达到一米二，为十年来最好的一次。\n\n"
        "负责人说，好转来自两件事：沿湖的排污口全部封堵，上游的两座污水处理厂在去年夏天完成改造。"
        "但他也说，入湖的三条小河仍然不达标，明年要先治理其中的南渠，预算是四千万元。\n\n"
        "下一次监测在十月进行。"
    )
    assert (parsed.title, parsed.language) == ("东湖水质有了好转", "zh-Hans")
    assert len(parsed.pages) == 2 and parsed.pages[0] == 0
    assert on_page(parsed, 2).startswith("达标，明年要先治理")


def test_an_english_report_loses_hyphens_that_only_divide_words() -> None:
    parsed = read_bytes(make_pdf(ENGLISH), "a.pdf")
    first, second = quotable(parsed).split("\n\n")
    assert "a third of its thickness. The new" in first and "The well-known yard did not" in first
    assert first.endswith("The first of the boats is due in March.")
    assert second == "A third page has a line of its own."
    assert on_page(parsed, 3).startswith(second)
    assert on_page(parsed, 2).startswith("boats is due in March.")


def test_a_paragraph_is_told_by_its_indent_where_the_line_before_is_full() -> None:
    page = column(
        "　　渡轮公司昨天公布了新的航班表，每天开四班，头班船在早上六点",
        "半，末班船在晚上九点。公司说，两艘旧船将在明年冬天以前换掉。",
        "　　新船在格但斯克建造，每艘能装六十辆车，发动机由图尔库的船厂",
        "供给，价钱没有公布。",
    )
    assert read_pdf(make_pdf([page])).text.count("\n\n") == 1


def test_spaces_drawn_before_the_words_they_stand_behind() -> None:
    page = [
        Put("有", 72, 700),
        Put(" ", 102, 700),
        Put("3", 96, 700),
        Put(" ", 84, 700),
        Put("万块显卡。", 108, 700),
    ]
    assert read_pdf(make_pdf([page])).text == "有 3 万块显卡。"


def test_columns_of_vertical_text() -> None:
    page: list[Put] = []
    for number, text in enumerate(
        [
            "渡輪公司昨天公布新的航班表︐比去年多出了一倍︐每天開四",
            "班︐頭班在早上六點半開出︒",
            "票價仍是兩元",
        ]
    ):
        page += [Put(letter, 500 - 20 * number, 700 - 12 * i) for i, letter in enumerate(text)]
    page[-6:-6] = [Put("From 2024 ", 460, 700, turned=True)]
    page[-6:] = [put._replace(y=put.y - 60) for put in page[-6:]]
    assert read_pdf(make_pdf([page])).text == (
        "渡輪公司昨天公布新的航班表，比去年多出了一倍，每天開四班，"
        "頭班在早上六點半開出。\n\nFrom 2024 票價仍是兩元"
    )


def test_a_stamp_along_the_margin_is_furniture() -> None:
    page = [
        *column("渡轮明天复航，票价仍是两元，每天开四班。"),
        Put("arXiv:2401.00001", 20, 600, 20, turned=True),
    ]
    parsed = read_bytes(make_pdf([page]), "a.pdf")
    assert parsed.text == "渡轮明天复航，票价仍是两元，每天开四班。\n\narXiv:2401.00001"
    assert quotable(parsed) == "渡轮明天复航，票价仍是两元，每天开四班。"


def test_a_line_beside_a_longer_stamp_is_text() -> None:
    page = [Put("复航公告", 200, 700), Put("内部文件，请勿外传，用后交还", 20, 600, 20, turned=True)]
    assert "复航公告" in quotable(read_bytes(make_pdf([page]), "a.pdf"))


def test_radicals_and_ligatures_become_the_characters_that_they_stand_for() -> None:
    page = column("⽔⾯上有⻢达声，⼈们听⻅了。", "The ﬁrst oﬃcial ﬂood﹁level﹂.")
    text = read_pdf(make_pdf([page])).text
    assert text == "水面上有马达声，人们听见了。\n\nThe first official flood「level」."


def test_a_running_head_below_another_line_stays_at_its_place() -> None:
    pages = [column(f"第{number}部分的标题", "东湖水质年报", f"{number}桥修好了。") for number in "甲乙丙"]
    parsed = read_bytes(make_pdf(pages), "a.pdf")
    assert parsed.text.split()[:3] == ["第甲部分的标题", "东湖水质年报", "甲桥修好了。"]
    assert [b.kind is Kind.FURNITURE for b in parsed.blocks[:3]] == [False, True, False]


def test_a_browsers_lines_around_a_single_page_are_furniture() -> None:
    page = [
        Put("2024/3/5 08:30 渡轮复航", 30, 820, 8),
        *column("渡轮明天复航，票价仍是两元，每天开四班。"),
        Put("https://a.example/ferry?id=7 1/1", 30, 20, 8),
    ]
    parsed = read_bytes(make_pdf([page]), "a.pdf")
    assert quotable(parsed) == "渡轮明天复航，票价仍是两元，每天开四班。"
    assert parsed.text.startswith("2024/3/5 08:30") and parsed.text.endswith("1/1")


def test_a_table_stays_in_rows_and_its_last_rows_are_no_page_numbers() -> None:
    pages = [
        [put for i in range(6) for put in (Put(f"{n}{i}站", 72, 700 - 18 * i), Put("7", 200, 700 - 18 * i))]
        for n in range(1, 4)
    ]
    text = read_pdf(make_pdf(pages)).text
    assert text.startswith("10站 | 7\n11站 | 7\n") and text.endswith("34站 | 7\n35站 | 7")


@pytest.mark.parametrize(
    ("info", "title", "author", "published"),
    [
        (
            {"Title": "东湖水质有了好转", "Author": "李雷", "CreationDate": "D:20240305083000+08'00'"},
            *("东湖水质有了好转", "李雷", "2024-03-05"),
        ),
        ({"Title": "Microsoft Word - 报告.doc", "Author": "Administrator"}, "东湖水质有了好转", None, None),
        (
            {"Title": "untitled", "Author": "微软用户", "CreationDate": "yesterday"},
            "东湖水质有了好转",
            None,
            None,
        ),
        ({"Title": "去年的旧题目"}, "东湖水质有了好转", None, None),
        (
            {"CreationDate": "D:20240305083000", "Creator": "Mozilla/5.0 Chrome", "Producer": "Skia/PDF m99"},
            *("东湖水质有了好转", None, None),
        ),
        ({}, "东湖水质有了好转", None, None),
    ],
)
def test_information_is_believed_where_it_makes_sense(
    info: dict[str, str], title: str, author: str | None, published: str | None
) -> None:
    facts = read_pdf(make_pdf(CHINESE, info)).metadata
    assert (facts.title, facts.author, facts.published) == (title, author, published)


def refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason) as error:
        read_pdf(data)
    assert error.value.hint


def test_a_scan_has_no_text_layer() -> None:
    refused(make_pdf([[], []]), "no text layer")


def test_fonts_that_hide_their_characters() -> None:
    refused(make_pdf([column("\ue001\ue002\ue003\ue004\ue005\ue006\ue007 \ue008\ue009")]), "garbled")


@pytest.mark.parametrize("algorithm", ["rc4-128", "aes-128", "aes-256"])
def test_a_password(algorithm: str) -> None:
    folder = Path(__file__).parent / "locked"
    # Only printing or copying is forbidden.
    assert read_pdf((folder / f"{algorithm}-open.pdf").read_bytes()).text == "水的透明度达到一米二。"
    refused((folder / f"{algorithm}-locked.pdf").read_bytes(), "locked")


def test_damaged_files() -> None:
    whole = make_pdf(ENGLISH)
    refused(b"%PDF-1.7\n", "damaged")
    refused(b"%PDF-1.7\n" + b"\0" * 5000, "damaged")
    # Where the file does not say where its table of objects is, they are searched for.
    assert "Gdynia" in read_pdf(whole.replace(b"startxref\n", b"startxref\n9")).text


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_ends_in_a_reading_or_a_refusal(data: st.DataObject) -> None:
    damaged = bytearray(make_pdf(ENGLISH))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(9, len(damaged) - 1))
        damaged[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    try:
        reading = read_pdf(bytes(damaged))
    except ReadError as error:
        assert error.hint
    else:
        assert list(reading.pages) == sorted(reading.pages)


def test_bombs_and_loops_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    page = column("渡轮明天复航，票价仍是两元。")
    refused(make_pdf([page], contents={0: b" " * (64 * 2**20)}), "no text")
    refused(make_pdf([page], kids="2 0 R"), "damaged|too large|no text")
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    refused(make_pdf([page] * 3), "too large")


def test_of_instructions_that_unpack_to_very_much_the_beginning_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of them took 25 s, and four times as long for twice as many."""
    lengths: list[int] = []
    stream = pdf_contents._stream

    def measured(data: bytes, name: int) -> bytes | None:
        text = stream(data, name)
        lengths.append(len(text or b""))
        return text

    monkeypatch.setattr(pdf_contents, "_stream", measured)
    refused(make_pdf([column("")], contents={0: b" " * (4 * 2**20)}), "no text")
    assert lengths and pdf_contents._MOST <= max(lengths) < 2 * pdf_contents._MOST


def test_the_clock_stops_a_page_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_SECONDS", 0)
    refused(make_pdf(ENGLISH), "too large")


def test_one_damaged_page_does_not_cost_the_others() -> None:
    pages = [column(f"第{i}页写着渡轮第{i}天停航。") for i in range(1, 6)]
    parsed = read_bytes(make_pdf(pages, kids="6 0 R 8 0 R 99 0 R 12 0 R 14 0 R"), "a.pdf")
    assert len(parsed.pages) == 5 and on_page(parsed, 3) == "" and "第4天" in on_page(parsed, 4)
    assert isinstance(parsed, PartiallyParsedArticle) and parsed.unread.startswith(
        "1 of 5 pages hold no text"
    )
    assert parsed.unread.endswith("(broken, scanned or garbled): 3")


@pytest.mark.parametrize("drawn", [b"\x93\x8c\xf1\x02\x80 )\x91\xc3" * 9, b"toString"])
def test_a_page_whose_drawing_is_damaged_is_told(drawn: bytes) -> None:
    pages = [column(f"第{i}页写着渡轮第{i}天停航。") for i in range(1, 4)]
    parsed = read_bytes(make_pdf(pages, contents={1: drawn}), "a.pdf")
    assert isinstance(parsed, PartiallyParsedArticle)
    assert parsed.unread.startswith("1 of 3 pages") and parsed.unread.endswith(": 2")
    refused(make_pdf(pages, contents=dict.fromkeys(range(3), drawn)), "damaged")


@pytest.mark.parametrize("cut", [False, True])
def test_a_page_whose_drawing_breaks_off_is_told(cut: bool) -> None:
    """Its packed stream goes on as nonsense, or ends in the middle of a word."""
    pages = [
        column(*(f"第{i}页第{n}行写着渡轮第{i * 31 + n * 7}天停航。" for n in range(30))) for i in range(1, 4)
    ]
    sound = make_pdf(pages)
    begin, end = (
        [m.start() for m in re.finditer(word, sound)][2] for word in (rb"(?<!end)stream", rb"endstream")
    )
    middle = (begin + end) // 2
    broken = sound[:middle] + (b" " * 9 if cut else b"\x93" * (end - middle)) + sound[end:]
    parsed = read_bytes(broken, "a.pdf")
    assert isinstance(parsed, PartiallyParsedArticle)
    assert parsed.unread.startswith("1 of 3 pages are damaged") and parsed.unread.endswith(": 2")
    assert "第1页第29行" in parsed.text and "第3页第29行" in parsed.text
    assert not read_pdf(sound).unread


@pytest.mark.parametrize("drawn", [b"", b"q Q", b"q 0 0 595 842 re W n BT /F1 9 Tf ET Q"])
def test_a_page_that_draws_nothing_is_empty(drawn: bytes) -> None:
    pages = [column(f"第{i}页写着渡轮第{i}天停航。") for i in range(1, 4)]
    assert not read_pdf(make_pdf(pages, contents={1: drawn})).unread


def test_a_garbled_page_in_a_sound_document_is_told() -> None:
    pages = [column(f"第{i}页写着渡轮第{i}天停航。") for i in range(1, 6)]
    pages[3] = column("킟킾킴킿킛킸톂킠킰킷")
    parsed = read_bytes(make_pdf(pages), "a.pdf")
    assert isinstance(parsed, PartiallyParsedArticle) and on_page(parsed, 4) == ""
    assert parsed.unread.startswith("1 of 5 pages") and parsed.unread.endswith(": 4")


def test_whatever_goes_wrong_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (ZeroDivisionError, KeyError, MemoryError, RecursionError, UnicodeError):

        def fail(*_: object, error: type[Exception] = error) -> None:
            raise error

        monkeypatch.setattr(pdf, "page_lines", fail)
        refused(make_pdf(ENGLISH), "damaged|too large")


def test_a_page_of_too_many_characters_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_characters, "MAX_CHARACTERS", 100)
    refused(make_pdf(ENGLISH), "too large")


def test_several_threads_read_at_a_time() -> None:
    data, plain = make_pdf(ENGLISH), read_pdf(make_pdf(ENGLISH)).text
    with ThreadPoolExecutor(4) as pool:
        assert all(reading.text == plain for reading in pool.map(read_pdf, [data] * 24))


def test_a_label_and_its_value_stay_in_one_row_where_one_is_set_a_little_higher() -> None:
    rows = [("化验项目", "结果"), ("白细胞计数", "6.1"), ("血红蛋白", "159"), ("血小板计数", "204")]
    page = [Put(label, 70, 760 - 16 * i, 11) for i, (label, _) in enumerate(rows)]
    page += [Put(value, 250, 764 - 16 * i, 11) for i, (_, value) in enumerate(rows)]
    assert read_pdf(make_pdf([page])).text.split("\n") == [" | ".join(row) for row in rows]


@pytest.mark.parametrize("drawn", ["by row", "by column"])
@pytest.mark.parametrize("offset", [0, 7])
def test_columns_are_read_one_after_the_other_however_they_are_drawn(drawn: str, offset: float) -> None:
    left = [f"左栏第{i}行写的是渡轮在那一年停航的经过和缘由" for i in range(9)]
    right = [f"右栏第{i}行写的是船厂在第二年造出新船的经过" for i in range(9)]
    pairs = [
        (Put(a, 60, 700 - 16 * i, 10), Put(b, 310, 700 - offset - 16 * i, 10))
        for i, (a, b) in enumerate(zip(left, right, strict=True))
    ]
    page = [put for pair in pairs for put in pair]
    if drawn == "by column":
        page = [a for a, _ in pairs] + [b for _, b in pairs]
    title = Put("渡轮公司昨天公布的年度报告里写着两件事情和一个打算", 150, 740, 10)
    text = read_pdf(make_pdf([[title, *page]])).text.replace("\n", "")
    assert text == title.text + "".join(left) + "".join(right)


@pytest.mark.parametrize("times", [2, 3, 4])
@pytest.mark.parametrize("by", ["line", "letter"])
def test_bold_print_made_by_drawing_twice_is_read_once(times: int, by: str) -> None:
    text = "云岭茶业股份有限公司年度报告报告"
    shifts = [(0.3 * i, -0.2 * i) for i in range(times)]
    if by == "line":
        page = [Put(text, 90 + x, 700 + y, 20) for x, y in shifts]
    else:
        page = [Put(c, 90 + 20 * i + x, 700 + y, 20) for i, c in enumerate(text) for x, y in shifts]
    page += column("公司全年营业收入四亿二千万元。", top=650)
    assert read_pdf(make_pdf([page])).text.split("\n\n") == [text, "公司全年营业收入四亿二千万元。"]


def test_letters_of_a_ligature_are_no_copies() -> None:
    assert read_pdf(make_pdf([column("oﬀer a ﬃ oﬀ balloon")])).text == "offer a ffi off balloon"


def test_a_glyph_for_several_letters_stays_whole_among_bold_letters() -> None:
    page = column("The oﬃce is shut.", "The oﬃce is shut.", leading=0.3)
    assert read_pdf(make_pdf([page])).text == "The office is shut."


def test_a_turned_line_is_parted_by_its_spaces_only() -> None:
    """Its letters are put one by one, the dash twice as wide as the others."""
    drawn = "".join(
        f"BT /F1 20 Tf 0.8 0.6 -0.6 0.8 {100 + 16 * along} {100 + 12 * along} Tm <{code:04x}> Tj ET "
        for code, along in ((1, 0), (3, 0.5), (2, 1.5))
    )
    assert read_pdf(make_pdf([column("ab—")], contents={0: drawn.encode()})).text == "a—b"


def test_characters_of_symbol_fonts() -> None:
    assert read_pdf(make_pdf([column("\uf061 \uf0b3 \uf062")], font="ABCDEF+SymbolMT")).text == "α ≥ β"
    assert read_pdf(make_pdf([column("\uf0d8 \uf0fc")], font="Wingdings-Regular")).text == "➢ ✓"


@pytest.mark.parametrize("shift", [28, 29, 31])
def test_a_font_that_only_numbers_its_glyphs(shift: int) -> None:
    text = "The ferry sails at 09:15 and returns in 2019."
    assert read_pdf(make_pdf([column(text)], glyph_shift=shift)).text == text


def test_figures_are_no_numbers_of_glyphs() -> None:
    text = "01/14/2016 1,234.00 02/17/2016 2,671.50"
    assert read_pdf(make_pdf([column(text)], glyph_shift=-1)).text != text
    assert glyph_shift(text.replace(" ", "")) == 0


def test_words_without_a_space_are_parted_by_their_gap() -> None:
    page = [Put("The", 72, 700), Put("ferry", 93, 700), Put("sa", 126, 700), Put("ils.", 138, 700)]
    assert read_pdf(make_pdf([page])).text == "The ferry sails."


def test_an_exponent_stays_at_its_number() -> None:
    page = [Put("6.1 x 10", 72, 700), Put("9", 120, 704, 7), Put("/L and more of it", 123.5, 700)]
    assert read_pdf(make_pdf([page])).text == "6.1 x 10⁹/L and more of it"


def test_a_ruled_table_is_read_by_its_cells() -> None:
    rows = [740, 710, 670, 640]
    rules = [(70.0, y, 430.0, y) for y in rows] + [(x, 640.0, x, 740.0) for x in (70.0, 190.0, 310.0, 430.0)]
    page = [
        *(Put("项目", 74, 720, 10), Put("本期", 194, 720, 10), Put("上期", 314, 720, 10)),
        *(Put("归属于上市公司股东的净", 74, 696, 10), Put("利润（元）", 74, 682, 10)),
        *(Put("7,889", 194, 689, 10), Put("15,424", 314, 689, 10)),
        *(Put("每股收益", 74, 650, 10), Put("0.53", 194, 650, 10), Put("0.17", 314, 650, 10)),
    ]
    text = read_pdf(make_pdf([page], rules=rules)).text
    assert (
        text
        == "项目 | 本期 | 上期\n归属于上市公司股东的净利润（元） | 7,889 | 15,424\n每股收益 | 0.53 | 0.17"
    )


def test_a_table_inside_of_another() -> None:
    """As on a drawing sheet, whose frame is a table with letters on both sides."""
    rules = [(50.0, y, 550.0, y) for y in (300.0, 700.0)] + [(x, 300.0, x, 700.0) for x in (50.0, 550.0)]
    rules += [(x, 300.0, x, 700.0) for x in (70.0, 530.0)]
    rules += [(300.0, y, 500.0, y) for y in (480.0, 500.0, 520.0)]
    rules += [(x, 480.0, x, 520.0) for x in (300.0, 400.0, 500.0)]
    page = [Put("A", 56, 505, 10), Put("A", 536, 505, 10), Put("Company", 304, 505, 10)]
    page += [Put("Made", 404, 505, 10), Put("Title", 304, 485, 10), Put("Pump", 404, 485, 10)]
    text = read_pdf(make_pdf([page], rules=rules)).text
    assert text == "A | A | Company | Made\nTitle | Pump"


def test_a_ruling_line_does_not_cut_a_word() -> None:
    """A line that overprinting makes read letter by letter, too."""
    rules = [(60.0, y, 500.0, y) for y in (600.0, 640.0, 680.0)]
    rules += [(x, 600.0, x, 680.0) for x in (60.0, 130.0, 500.0)]
    page = [Put("systolic pressure", 72, 650, 10), Put("systolic pressure", 72.2, 650, 10)]
    text = read_pdf(make_pdf([[*page, Put("120", 300, 650, 10), Put("low", 72, 610, 10)]], rules=rules)).text
    assert "pressure" in text


def test_a_table_of_contents_keeps_its_lines() -> None:
    page = column("1.1 The ferries of the lake . . . . . . . 5 ", "1.2 The timetable . . . . . . . . . . 17 ")
    assert read_pdf(make_pdf([page])).text == "1.1 The ferries of the lake | 5\n1.2 The timetable | 17"


def test_words_drawn_letter_by_letter_are_whole() -> None:
    letters = [Put(letter, 72 + 6 * i, 700) for i, letter in enumerate("The ferry sails.")]
    assert read_pdf(make_pdf([letters])).text == "The ferry sails."


@pytest.mark.parametrize(
    ("page", "text"),
    [
        # One letter over the next: pdfium sees a line end between them.
        ([Put(letter, 72 + 5.6 * i, 700) for i, letter in enumerate("host")], "host"),
        # Indexes, also in a short line below larger type.
        ([Put("HCO", 72, 700), Put("3", 90, 696, 7), Put(" rises here.", 93.5, 700)], "HCO3 rises here."),
        ([Put("HCO", 72, 700, 10), Put("3", 87, 696.7, 5.8), Put("+", 90, 703.3, 5.8)], "HCO3+"),
        # Raised figures are a power.
        ([Put("10", 72, 700), Put("-7", 84, 705, 7)], "10⁻⁷"),
        ([Put("in 3", 72, 700), Put("ème", 96, 705, 7)], "in 3ème"),
        # Drawn at another time, but the same word.
        ([Put("men", 72, 700), Put("far away", 72, 500), Put("u.", 90, 700)], "menu.\n\nfar away"),
    ],
)
def test_where_pdfium_sees_a_line_end_a_word_goes_on(page: list[Put], text: str) -> None:
    large = [Put("Salt and acid", 72, 780, 22)]
    assert read_pdf(make_pdf([large + page])).text.split("\n\n", 1)[1].removeprefix("# ") == text


def test_an_outlined_letter_is_read_once() -> None:
    """The outline of "guest" is wider on both sides than its letters."""
    outlined = b"BT /F1 12 Tf 1 0 0 1 %d 700 Tm %d Tr %d w <%s> Tj ET\n"
    letters = [Put(letter, 72 + 6 * i, 700) for i, letter in enumerate("guest")]
    plain = make_pdf([letters])
    codes = {letter: code for code, letter in enumerate(sorted("guest"), 1)}
    drawn = b"".join(
        outlined % (put.x, mode, 3, b"%04x" % codes[put.text]) for put in letters for mode in (1, 0)
    )
    assert read_pdf(plain).text == read_pdf(make_pdf([letters], contents={0: drawn})).text == "guest"


def test_a_frame_around_text_is_no_table() -> None:
    rules = [(60.0, 600.0, 500.0, 600.0), (60.0, 720.0, 500.0, 720.0)]
    rules += [(60.0, 600.0, 60.0, 720.0), (500.0, 600.0, 500.0, 720.0)]
    page = column("渡轮公司昨天公布了新的航班表。", "票价仍是两元。")
    assert " | " not in read_pdf(make_pdf([page], rules=rules)).text


def test_furniture_is_told_by_page_and_line() -> None:
    pages = [
        [
            Line("东湖年报", 200, 800, 9),
            Line(f"第{i}页的正文在这里。", 90, 700, 12),
            Line(f"- {i} -", 290, 40, 9),
        ]
        for i in range(3)
    ]
    assert page_furniture(pages) == [{0, 2}] * 3


def test_pages_that_were_scanned_are_told_but_covers_and_empty_pages_are_not() -> None:
    written, empty = column("渡轮明天复航，票价仍是两元。"), list[Put]()
    parsed = read_bytes(make_pdf([empty, written, empty, written, empty], pictures={0, 1, 4}), "a.pdf")
    assert not isinstance(parsed, PartiallyParsedArticle) and len(parsed.pages) == 5
    many = [written, *[empty] * 12, written]
    parsed = read_bytes(make_pdf(many, pictures=range(1, 13)), "a.pdf")
    assert isinstance(parsed, PartiallyParsedArticle) and parsed.unread.startswith("12 of 14 pages")
    assert parsed.unread.endswith(": 2, 3, 4, 5, 6, 7, 8, 9, …")
    assert len(parsed.pages) == 14


words = st.lists(
    st.sampled_from(["渡轮", "明天", "复航", "ferry", "boats", "the", "2024", "Meta"]),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(words, max_size=6), min_size=1, max_size=6))
def test_every_page_holds_its_own_text(pages: list[list[list[str]]]) -> None:
    """Each line says on which page it stands: cleaning and joining move no page's text to another."""
    drawn = [
        column(*(f"页{n}行{i} {' '.join(line)}" for i, line in enumerate(page)), size=6)
        for n, page in enumerate(pages)
    ]
    try:
        parsed = read_bytes(make_pdf(drawn), "a.pdf")
    except ReadError:
        assert not any(pages)
        return
    assert len(parsed.pages) == len(pages) and parsed.pages[0] == 0
    for n, page in enumerate(pages):
        assert re.findall(r"页(\d)行(\d)", on_page(parsed, n + 1)) == [
            (str(n), str(i)) for i in range(len(page))
        ]
