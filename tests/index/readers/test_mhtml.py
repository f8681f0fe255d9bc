"""Pages saved as MHTML: the page is found among its parts, in whatever encoding it was sent."""

from __future__ import annotations

import pytest
from documents import ADDRESS, PAGE, make_mhtml, part

from index.errors import ReadError
from index.readers.registry import read_bytes


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [("quoted-printable", "utf-8"), ("base64", "utf-8"), ("quoted-printable", "gb18030"), ("8bit", "utf-8")],
)
def test_a_page(encoding: str, charset: str) -> None:
    parsed = read_bytes(make_mhtml(part(PAGE, encoding, charset)), "a.mhtml")
    assert parsed.title == "渡轮复航" and parsed.source == "ferry.example"
    assert "每天开四班。\n\n票价仍是两元，学生半价，月票四十元。" in parsed.text


def test_the_page_is_told_from_its_frames() -> None:
    advert = part(
        "<html><body><p>" + "今天买船票送雨伞一把，先到先得，送完为止。" * 20 + "</p></body></html>"
    )
    page = part(PAGE, Content_Location=ADDRESS)
    assert "雨伞" not in read_bytes(make_mhtml(advert, page), "a.mht").text
    frame = part(PAGE.replace("渡轮公司", "航运公司"), Content_Location="https://a.example/frame")
    around = part("<html><body><p>请稍候</p></body></html>", Content_Location=ADDRESS)
    assert "航运公司昨天" in read_bytes(make_mhtml(around, frame), "a.mht").text


def test_only_a_line_parts_the_message() -> None:
    saved = make_mhtml(part(PAGE.replace("月票四十元", "----=_made 月票四十元"), "8bit"))
    assert "月票四十元" in read_bytes(saved, "a.mhtml").text


def test_it_is_known_by_its_headers() -> None:
    saved = make_mhtml(part(PAGE))
    assert read_bytes(saved, "a.html") == read_bytes(saved, "a.mhtml") == read_bytes(saved, "a.txt")
    assert read_bytes(PAGE.encode(), "a.mhtml") == read_bytes(PAGE.encode(), "a.html")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (make_mhtml(b"Content-Type: image/png\r\n\r\n\x89PNG"), "no HTML"),
        (make_mhtml(part(PAGE, "base64").replace(b"\r\n\r\n", b"\r\n\r\nA=\r\n", 1)), "damaged"),
        (
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n" + b"X-A: b\n" * 20_000,
            "damaged",
        ),
    ],
    ids=["no page", "base64", "headers"],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason) as error:
        read_bytes(data, "a.mhtml")
    assert error.value.hint
