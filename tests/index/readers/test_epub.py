# ruff: noqa: E501
"""Books, made here: chapters in the order of the spine, without cover, contents and imprint."""

from __future__ import annotations

import pytest
from documents import BOOK, FACTS, chapter, make_epub

from index.errors import ReadError
from index.readers import epub
from index.readers.epub import read_epub
from index.readers.registry import read_bytes


def test_a_book() -> None:
    parsed = read_bytes(make_epub(BOOK, FACTS), "a.epub")
    assert parsed.text == (
        "# 第一章 渡轮\n\n渡轮 每天开四班。\n\n# 第二章 车站\n\n车站在一九七四年扩建。\n\n注：见附录。"
    )
    assert (parsed.title, parsed.author, parsed.published, parsed.source) == (
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
