"""PDFs, made here: their text reads on across lines and pages, and whatever they hold, reading ends."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from documents import Put, column, make_pdf
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import pdf
from index.readers.pdf import read_pdf
from index.readers.registry import read_bytes
from index.types import PartiallyParsedArticle

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


def on_page(parsed: object, number: int) -> str:
    """The text of a page (from 1)."""
    pages = (*parsed.pages, len(parsed.text))  # type: ignore[attr-defined]
    return str(parsed.text[pages[number - 1] : pages[number]])  # type: ignore[attr-defined]


def test_a_chinese_report() -> None:
    parsed = read_bytes(make_pdf(CHINESE), "a.pdf")
    assert parsed.text == (
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
    first, second = parsed.text.split("\n\n")
    assert "a third of its thickness. The new" in first and "The well-known yard did not" in first
    assert first.endswith("The first of the boats is due in March.")
    assert second == "A third page has a line of its own." == on_page(parsed, 3)
    assert on_page(parsed, 2).strip() == "boats is due in March."


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


def test_a_stamp_along_the_margin_goes() -> None:
    page = [
        *column("渡轮明天复航，票价仍是两元，每天开四班。"),
        Put("arXiv:2401.00001", 20, 600, 20, turned=True),
    ]
    assert read_pdf(make_pdf([page])).text == "渡轮明天复航，票价仍是两元，每天开四班。"


def test_radicals_and_ligatures_become_the_characters_that_they_stand_for() -> None:
    page = column("⽔⾯上有⻢达声，⼈们听⻅了。", "The ﬁrst oﬃcial ﬂood﹁level﹂.")
    text = read_pdf(make_pdf([page])).text
    assert text == "水面上有马达声，人们听见了。\n\nThe first official flood「level」."


def test_a_browsers_lines_around_a_single_page_go() -> None:
    page = [
        Put("2024/3/5 08:30 渡轮复航", 30, 820, 8),
        *column("渡轮明天复航，票价仍是两元，每天开四班。"),
        Put("https://a.example/ferry?id=7 1/1", 30, 20, 8),
    ]
    assert read_pdf(make_pdf([page])).text == "渡轮明天复航，票价仍是两元，每天开四班。"


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


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_password(algorithm: str) -> None:
    from pypdf import PdfReader, PdfWriter

    def encrypted(password: str) -> bytes:
        writer = PdfWriter(clone_from=PdfReader(BytesIO(make_pdf(CHINESE))))
        writer.encrypt(password, "owner", algorithm=algorithm)
        writer.write(data := BytesIO())
        return data.getvalue()

    assert "透明度" in read_pdf(encrypted("")).text  # only printing or copying is forbidden
    refused(encrypted("secret"), "locked")


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


def test_bombs_and_loops_are_refused() -> None:
    page = column("渡轮明天复航，票价仍是两元。")
    refused(make_pdf([page], contents={0: b" " * (64 * 2**20)}), "too large|damaged")
    refused(make_pdf([page], kids="2 0 R"), "damaged|too large|no text")
    refused(make_pdf([page], kids="6 0 R " * (pdf.MAX_PAGES + 1)), "too large")


def test_the_clock_stops_a_page_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_SECONDS", 0)
    refused(make_pdf(ENGLISH), "too large")


def test_one_damaged_page_does_not_cost_the_others() -> None:
    pages = [column(f"第{i}页写着渡轮第{i}天停航。") for i in range(1, 6)]
    parsed = read_bytes(make_pdf(pages, contents={2: b"[" * 5000}), "a.pdf")
    assert len(parsed.pages) == 5 and on_page(parsed, 3) == "" and "第4天" in on_page(parsed, 4)
    assert isinstance(parsed, PartiallyParsedArticle) and parsed.unread.startswith(
        "1 of 5 pages hold no text"
    )
    assert parsed.unread.endswith("broken or scanned: 3")


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
