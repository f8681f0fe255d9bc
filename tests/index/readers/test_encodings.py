"""Encodings: what is plausible is decoded exactly, what is not is refused."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import check_decoded

from index.errors import ReadError
from index.readers.encodings import decode, sniff_format

SIMPLIFIED = [
    "图书馆从下周一起延长开放时间。",
    "他说:“我们会认真听取每一条建议。”",
    "仓库里还有二十箱苹果,明天运走十箱。",
    "这座桥建于一九五八年,长四百二十米。",
    "Rust 与 Go 的差别在于内存管理(见第 3 章)。",
]
TRADITIONAL = [
    "圖書館從下週一起延長開放時間。",
    "「我們會認真聽取每一條建議,」他說。",
    "倉庫裡還有二十箱蘋果,明天運走十箱。",
    "這座橋建於一九五八年,長四百二十公尺。",
    "氣象單位指出,昨天的雨量是設站以來最高。",
]
ENGLISH = [
    "The library will stay open longer from next Monday.",
    "“We will listen to every suggestion,” she said.",
    "Dredging starts in May — two years late — and costs £48 million.",
]


def _texts(sentences: list[str]) -> st.SearchStrategy[str]:
    """Three or more sentences in paragraphs: what a short article holds."""
    lines = st.lists(st.sampled_from(sentences), min_size=3, max_size=12)
    return st.tuples(lines, st.sampled_from(["", "\n", "\r\n"])).map(lambda pair: pair[1].join(pair[0]))


@settings(max_examples=60, deadline=None)
@given(
    _texts(SIMPLIFIED),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]),
)
def test_simplified_round_trips(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@settings(max_examples=60, deadline=None)
@given(
    _texts(TRADITIONAL), st.sampled_from(["utf-8", "cp950", "big5hkscs", "gb18030", "utf-16", "utf-16-be"])
)
def test_traditional_round_trips(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@settings(max_examples=30, deadline=None)
@given(_texts(ENGLISH), st.sampled_from(["utf-8", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]))
def test_english_round_trips(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    check_decoded(data)


@pytest.mark.parametrize("text", ["你好,世界。", "明天见", "謝謝您的來信。"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_few_characters_are_enough(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_page_that_declares_its_charset() -> None:
    page = '<html><head><meta charset="big5"></head><body>天氣</body></html>'
    assert decode(page.encode("cp950")) == page


def test_a_page_that_declares_the_wrong_charset() -> None:
    page = f'<html><head><meta charset="gb2312"></head><body>{"".join(TRADITIONAL)}</body></html>'
    assert decode(page.encode("utf-8")) == page
    assert decode(page.encode("cp950")) == page


def test_a_character_cut_off_at_the_end_is_dropped() -> None:
    text = "".join(SIMPLIFIED)
    assert decode(text.encode()[:-1]) == text[:-1]


def test_rare_damage_shows_as_replacement_characters() -> None:
    data = bytearray("".join(SIMPLIFIED * 20).encode())
    data[300] = 0xFF
    assert 1 <= decode(bytes(data)).count("\ufffd") <= 3


def test_a_byte_order_mark_that_the_text_belies_is_not_believed() -> None:
    mark, text = codecs.BOM_UTF8, "".join(SIMPLIFIED * 5)
    assert decode(mark + text.encode("gb18030")) == text
    with pytest.raises(ReadError, match="cannot be told"):  # a program went on in another encoding
        decode(mark + text.encode() + b"\n" + text.encode("gb18030"))
    damaged = "馆在\ufffd\ufffd。" * 9  # before it was written
    assert decode(mark + damaged.encode()) == damaged


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("shift_jis", "東京の天気は晴れです。明日も晴れるでしょう。"),
        ("euc-kr", "서울시는 내년부터 버스 요금을 인상한다고 밝혔다. 시민들은 교통비 부담을 걱정하고 있다."),
        ("koi8-r", "Сегодня хорошая погода, и мы идём гулять."),
    ],
)
def test_other_encodings_are_refused_not_garbled(encoding: str, text: str) -> None:
    with pytest.raises(ReadError, match="encoding"):
        decode(text.encode(encoding))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"PK\x03\x04\x14\x00\x06\x00word/document.xml", "zip"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" * 20, "binary"),
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (codecs.BOM_UTF8 + b"\n", "empty"),
        ("\u3000\n\u3000".encode(), "empty"),
    ],
)
def test_what_is_not_text_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        decode(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", ".pdf"),
        (b"\xef\xbb\xbf\n%PDF-1.7\n", ".pdf"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", ".docx"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zip", ".epub"),
        (b"PK\x03\x04" + bytes(26) + b"a.txt", ".zip"),
        (
            b"From: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary=x\r\n\r\n",
            ".mhtml",
        ),
        (b"From: x\nMIME-Version: 1.0\nContent-Type: text/plain\n\nmultipart/related", None),
        ("主题: 谈 PDF\n%PDF- 是它的开头。".encode(), None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_documents_are_known_by_their_signatures(data: bytes, kind: str | None) -> None:
    assert sniff_format(data) == kind


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        (
            "iso-8859-1",
            "Der Münzsammler schläft, träumt und hört à la carte schöne Töne; Bäume blühen früh. Öl: nötig. "
            * 3,
        ),
        ("windows-1250", "Łódź płynie wolno przez zatokę. Źródło wody jest blisko mostu i wieży. " * 3),
        ("iso-8859-2", "Loď pluje pomalu přes záliv. Zdroj vody je blízko mostu, a věž stojí na břehu. " * 3),
    ],
)
def test_a_page_is_read_as_the_western_encoding_that_it_declares(encoding: str, text: str) -> None:
    page = f"<html><head><meta charset={encoding}></head><body><p>{text}</p></body></html>"
    page = page.replace("<p>", "<p class='wide open text'>" * 3)
    assert decode(page.encode(encoding)) == page


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("iso-8859-2", "cp1250", "„Őszintén szólva” – mondta Žižka, a híd őre, és fűzfát ültetett. " * 3),
        ("iso8859-9", "cp1254", "“Göle giden yol kapalı” dedi Ayşe – bu yaz çok sıcaktı. " * 3),
    ],
)
def test_signs_of_windows_in_a_page_that_names_the_standard(declared: str, encoding: str, text: str) -> None:
    page = f"<html><head><meta charset={declared}></head>{'<p class=wide>' * 60}{text}</p></html>"
    assert decode(page.encode(encoding)) == page


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Река течёт"),
        ("koi8-r", "Река течёт"),
        ("shift_jis", "川の水は冷たい"),
        ("euc-kr", "서울에 비가 옵니다. " * 9),
    ],
)
def test_a_declaration_that_the_text_belies_is_not_believed(encoding: str, text: str) -> None:
    page = f"<html><head><meta charset=iso-8859-1></head>{'<p class=wide>' * 40}{text}</p></html>"
    with pytest.raises(ReadError):
        decode(page.encode(encoding))


def test_few_nul_characters_do_not_hide_utf_8() -> None:
    page = "<p>La audiencia será mañana a las diez.</p>" * 80 + "\0"
    assert decode(page.encode()) == page
