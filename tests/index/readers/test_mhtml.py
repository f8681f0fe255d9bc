# ruff: noqa: E501
"""Pages saved as MHTML: the page is found among its parts, in whatever encoding it was sent."""

from __future__ import annotations

import base64
import quopri

import pytest

from index.errors import ReadError
from index.readers.registry import read_bytes

STORY = (
    "<p>渡轮公司昨天公布了新的航班表，每天开四班。</p><p>票价仍是两元，学生半价，月票四十元。</p>"
    "<p>公司说，两艘旧船将在明年冬天以前换成新船，每艘能装六十辆车。</p>"
)
PAGE = f"<html><head><title>渡轮复航</title></head><body><h1>渡轮复航</h1>{STORY}</body></html>"
ADDRESS = "https://www.ferry.example/news/7"


def part(page: str, encoding: str = "quoted-printable", charset: str = "utf-8", **headers: str) -> bytes:
    body = page.encode(charset)
    sent = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(body)
    fields = {
        "Content-Type": f'text/html; charset="{charset}"',
        "Content-Transfer-Encoding": encoding,
        **headers,
    }
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return head.encode() + b"\r\n" + sent


def make_mhtml(*parts: bytes, location: str = ADDRESS, kind: str = "multipart/related") -> bytes:
    head = (
        f"From: <Saved by Made>\r\nSnapshot-Content-Location: {location}\r\nSubject: =?utf-8?Q?x?=\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: {kind};\r\n\ttype="text/html";\r\n\tboundary="--=_made"\r\n\r\n\r\n'
    )
    return head.encode() + b"".join(b"----=_made\r\n" + p + b"\r\n" for p in parts) + b"----=_made--\r\n"


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [("quoted-printable", "utf-8"), ("base64", "utf-8"), ("quoted-printable", "gb18030"), ("8bit", "utf-8")],
)
def test_a_page(encoding: str, charset: str) -> None:
    draft = read_bytes(make_mhtml(part(PAGE, encoding, charset)), "a.mhtml")
    assert draft.title == "渡轮复航" and draft.source == "ferry.example"
    assert "每天开四班。\n\n票价仍是两元，学生半价，月票四十元。" in draft.text


def test_the_page_is_told_from_its_frames() -> None:
    advert = part(
        "<html><body><p>" + "今天买船票送雨伞一把，先到先得，送完为止。" * 20 + "</p></body></html>"
    )
    page = part(PAGE, Content_Location=ADDRESS)
    assert "雨伞" not in read_bytes(make_mhtml(advert, page), "a.mht").text
    frame = part(PAGE.replace("渡轮公司", "航运公司"), Content_Location="https://a.example/frame")
    around = part("<html><body><p>请稍候</p></body></html>", Content_Location=ADDRESS)
    assert "航运公司昨天" in read_bytes(make_mhtml(around, frame), "a.mht").text


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
