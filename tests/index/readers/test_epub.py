# ruff: noqa: E501
"""Books, made here: chapters in the order of the spine, without cover, contents and imprint."""

from __future__ import annotations

import io
import zipfile

import pytest

from index.errors import ReadError
from index.readers import epub
from index.readers.epub import read_epub
from index.readers.registry import read_bytes

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
    '<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
NAV = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
    '<nav epub:type="landmarks"><a epub:type="copyright-page" href="text/imprint.xhtml">版权</a>'
    '<a epub:type="bodymatter" href="text/1.xhtml">正文</a></nav></body></html>'
)


def chapter(body: str, kind: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f'<head><title/></head><body epub:type="{kind}">{body}</body></html>'
    )


def make_epub(chapters: dict[str, str], facts: str = "", more: str = "", **extra: str) -> bytes:
    """``chapters`` by address in the order of the spine; ``extra`` files of META-INF by name."""
    items = "".join(
        f'<item id="c{i}" href="{href}" media-type="application/xhtml+xml"/>'
        for i, href in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    book = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" version="3.0">'
        f"<metadata>{facts}</metadata><manifest>{items}"
        '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest>'
        f'<spine><itemref idref="nav"/>{spine}<itemref idref="gone"/></spine>{more}</package>'
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", book)
        archive.writestr("OEBPS/nav.xhtml", NAV)
        for name, text in extra.items():
            archive.writestr(f"META-INF/{name}.xml", text)
        for href, text in chapters.items():
            if not href.startswith(("..", "/", "http")):
                archive.writestr(f"OEBPS/{href.replace('%20', ' ')}", text)
        archive.writestr("secret.xhtml", chapter("<p>不在书里。</p>"))
    return made.getvalue()


BOOK = {
    "text/cover.xhtml": chapter("<p>封面</p>", "cover"),
    "text/imprint.xhtml": chapter("<p>版权所有，翻印必究，定价二十元。</p>"),
    "text/2%20first.xhtml": chapter(
        "<h1>第一章 渡轮</h1><p>渡轮&nbsp;每天开四班<a epub:type='noteref' href='#n'>1</a>。</p>"
    ),
    "text/1.xhtml": chapter("<h1>第二章 车站</h1><p>车站在一九七四年扩建。</p><aside>注：见附录。</aside>"),
}
FACTS = (
    "<dc:title>海湾志</dc:title><dc:creator>李雷</dc:creator><dc:creator>韩梅梅</dc:creator>"
    "<dc:date>2021-06-01T00:00:00Z</dc:date><dc:publisher>海湾出版社</dc:publisher>"
)


def test_a_book() -> None:
    draft = read_bytes(make_epub(BOOK, FACTS), "a.epub")
    assert draft.text == (
        "# 第一章 渡轮\n\n渡轮 每天开四班。\n\n# 第二章 车站\n\n车站在一九七四年扩建。\n\n注：见附录。"
    )
    assert (draft.title, draft.author, draft.published, draft.source) == (
        *("海湾志", "李雷, 韩梅梅"),
        *("2021-06-01", "海湾出版社"),
    )


def test_a_guide_of_the_old_kind_names_what_is_no_text() -> None:
    guide = '<guide><reference type="toc" href="text/1.xhtml#top"/></guide>'
    assert "扩建" not in read_epub(make_epub(BOOK, more=guide)).text


def test_markup_that_is_not_well_formed() -> None:
    broken = "<html><head><title/></head><body><p>渡轮&nbsp;每天<br>开四班。<p>票价两元。<b></body>"
    assert read_epub(make_epub({"a.xhtml": broken})).text == "渡轮 每天\n开四班。\n\n票价两元。"


def test_a_chapter_that_cannot_be_read_does_not_cost_the_others() -> None:
    chapters = {
        "a.xhtml": "",
        "b.xhtml": "<!-- -->",
        "c.xhtml": chapter("<p>渡轮每天开四班。</p>"),
    }
    reading = read_epub(make_epub(chapters))
    assert reading.text == "渡轮每天开四班。"
    assert reading.unread.startswith("2 of 3 chapters were not read")


def test_no_more_chapters_are_read_than_a_book_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epub, "_MAX_CHAPTERS", 2)
    book = make_epub({f"{n}.xhtml": chapter(f"<p>第{n}班渡轮。</p>") for n in range(5)})
    assert read_epub(book).unread.startswith("3 of 5 chapters were not read")
    monkeypatch.setattr(epub, "_MAX_CHAPTERS", 5)
    assert read_epub(book).unread == ""


def test_addresses_that_lead_out_of_the_book_are_passed_over() -> None:
    ways = [
        "../../etc/passwd",
        "/secret.xhtml",
        "http://a.example/x.xhtml",
        "..%2F..%2Fsecret.xhtml",
        "[::1",
        "missing",
    ]
    chapters = dict.fromkeys(ways, "") | {"a.xhtml": chapter("<p>渡轮每天开四班。</p>")}
    assert read_epub(make_epub(chapters)).text == "渡轮每天开四班。"


def encryption(algorithm: str, uri: str) -> str:
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
        f'<e:EncryptedData><e:EncryptionMethod Algorithm="{algorithm}"/><e:CipherData>'
        f'<e:CipherReference URI="{uri}"/></e:CipherData></e:EncryptedData></encryption>'
    )


def refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason) as error:
        read_epub(data)
    assert error.value.hint


def test_copy_protection_is_told_from_scrambled_fonts() -> None:
    aes = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    refused(make_epub(BOOK, encryption=encryption(aes, "OEBPS/text/1.xhtml")), "DRM")
    fonts = encryption("http://www.idpf.org/2008/embedding", "OEBPS/fonts/a.otf")
    assert "扩建" in read_epub(make_epub(BOOK, encryption=fonts)).text


def test_an_entity_bomb_stays_packed() -> None:
    laughs = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    bomb = f'<!DOCTYPE html [<!ENTITY a0 "哈">{laughs}]><html><body><p>渡轮每天开四班。</p><p>&a9;</p></body></html>'
    assert len(read_epub(make_epub({"a.xhtml": bomb})).text) < 1000


def test_damage() -> None:
    whole = make_epub(BOOK)
    refused(whole[: len(whole) // 2], "damaged")
    refused(whole.replace(b"OEBPS/book.opf", b"OEBPS/gone.opf"), "damaged")
    with pytest.raises(ReadError, match="no article text"):
        read_bytes(make_epub({"a.xhtml": chapter("<img src='a.png'/>")}), "a.epub")
