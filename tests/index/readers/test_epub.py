# ruff: noqa: E501
"""Books, made here: chapters in the order of the spine, without cover, contents and imprint."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from documents import BOOK, FACTS, chapter, make_epub, make_zip

from index.cleaning.marks import FURNITURE
from index.errors import ReadError
from index.readers import epub
from index.readers.epub import read_epub
from index.readers.registry import read_bytes


def test_a_book() -> None:
    data = make_epub(BOOK, FACTS)
    parsed = read_bytes(data, "a.epub")
    chapters = "# 第一章 渡轮\n\n渡轮 每天开四班。\n\n# 第二章 车站\n\n车站在一九七四年扩建。\n\n注：见附录。"
    assert parsed.text.endswith(f"版权所有，翻印必究，定价二十元。\n\n{chapters}")
    around, _, own = read_epub(data).text.partition("# 第一章")
    assert [line[0] for line in around.split("\n") if line] == [FURNITURE] * 2  # cover, imprint
    assert FURNITURE not in own
    assert (parsed.title, parsed.author, parsed.published, parsed.source) == (
        *("海湾志", "李雷, 韩梅梅"),
        *("2021-06-01", "海湾出版社"),
    )


def test_a_guide_of_the_old_kind_names_what_is_no_text() -> None:
    guide = '<guide><reference type="toc" href="text/1.xhtml#top"/></guide>'
    assert f"{FURNITURE}车站在一九七四年扩建" in read_epub(make_epub(BOOK, more=guide)).text


STYLE = (
    "/* .open {display: none} */ .secret, p.gone, #key { color: red; display : none }\n"
    "@media amzn { .open { display: none } } .twice { display: none } .twice { display: block }\n"
    "div .open, .open:hover { visibility: hidden } aside { display: none } "
)


def test_hidden_text_is_not_read() -> None:
    body = (
        "<p>井深十五丈。<span style='display: none'>五尺。</span></p><p class='a secret'>藏一。</p><p class='gone'>藏二。</p>"
        "<div class='gone open twice'>看得见。</div><p id='key'>藏三。</p><p hidden=''>藏四。</p>"
        "<p class='secret' style='display:block'>也看得见。</p><aside epub:type='footnote'><p>注一。</p></aside>"
    )
    told = "井深十五丈。\n\n看得见。\n\n也看得见。\n\n注一。"
    linked = chapter(body).replace("<title/>", "<title/><link rel='stylesheet' href='../a.css'/>")
    within = chapter(body).replace("<title/>", f"<title/><style>{STYLE}</style>")
    for markup in (linked, within):
        made = read_epub(with_file(make_epub({"text/a.xhtml": markup}), "OEBPS/a.css", STYLE)).text
        assert re.sub("\n+", "\n\n", own(made)) == told


def own(text: str) -> str:
    """What is not furniture."""
    return "\n".join(line for line in text.split("\n") if not line.startswith(FURNITURE)).strip()


def with_file(book: bytes, name: str, text: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        return make_zip({n: package.read(n) for n in package.namelist()} | {name: text})


def test_formulas_are_readable() -> None:
    power = "<msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mfrac><mi>a</mi><mi>b</mi></mfrac>"
    math = f'<math xmlns="http://www.w3.org/1998/Math/MathML">{power}</math>'
    assert read_epub(make_epub({"a.xhtml": chapter(f"<p>面积是 {math}。</p>")})).text == "面积是 x² + a/b。"


def test_words_in_drawings_are_read() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><title>图</title><text>旧桥</text><g><text>新<tspan>桥</tspan></text></g><foreignObject><div>河</div></foreignObject></svg>'
    book = make_epub({"a.xhtml": chapter(f"<p>看图。</p>{drawing}<p>完。</p>"), "b.svg": drawing})
    assert own(read_epub(book).text) == "看图。\n\n旧桥\n\n新桥\n\n河\n\n完。\n\n旧桥\n\n新桥\n\n河"


def test_what_stands_for_a_quiz_that_is_not_run_is_read() -> None:
    quiz = '<object type="application/x-quiz" data="q.xml"><p>谁修了旧桥？</p><param name="a"/></object>'
    assert own(read_epub(make_epub({"a.xhtml": chapter(f"<p>小测。</p>{quiz}<p>完。</p>")})).text) == (
        "小测。\n\n谁修了旧桥？\n\n完。"
    )


@pytest.mark.parametrize("kind", ["nav", "ncx"])
def test_chapters_without_a_heading_get_their_title(kind: str) -> None:
    titles = {"1": "第一章 渡轮", "2": "第二章 车站", "3": "第三章"}
    chapters = {
        "1.xhtml": chapter("<p>第一章</p><p>渡轮</p><p>渡轮每天开四班。</p>"),
        "2.xhtml": chapter("<p>车站在扩建。</p>"),
        "3.xhtml": chapter("<h2>第三章</h2><p>完。</p>"),
    }
    told = "# 第一章 渡轮\n\n渡轮每天开四班。\n\n# 第二章 车站\n\n车站在扩建。\n\n## 第三章\n\n完。"
    if kind == "nav":
        links = "".join(f"<li><a href='{n}.xhtml#top'>{title}</a></li>" for n, title in titles.items())
        contents = chapter(f"<nav epub:type='toc'><ol>{links}</ol></nav>")
        book = with_file(make_epub(chapters), "OEBPS/nav.xhtml", contents)
    else:
        points = "".join(
            f"<navPoint><navLabel><text>{title}</text></navLabel><content src='{n}.xhtml'/></navPoint>"
            for n, title in titles.items()
        )
        ncx = f"<ncx xmlns='http://www.daisy.org/z3986/2005/ncx/'><navMap>{points}</navMap></ncx>"
        item = "<item id='n' href='t.ncx' media-type='application/x-dtbncx+xml'/>"
        book = with_file(make_epub(chapters, more=item), "OEBPS/t.ncx", ncx)
    assert own(read_epub(book).text) == told


def test_a_table_of_contents_among_the_chapters_is_furniture() -> None:
    contents = "<nav epub:type='toc'><ol><li><a href='a.xhtml'>渡轮：每天四班</a></li></ol></nav>"
    item = "<item id='n' href='nav.xhtml' properties='nav'/>"
    chapters = {"nav.xhtml": chapter(contents), "a.xhtml": chapter("<h1>渡轮</h1><p>见码头。</p>")}
    told = f"{FURNITURE}1. 渡轮：每天四班\n\n# 渡轮\n\n见码头。"
    assert read_epub(make_epub(chapters, more=item)).text == told


def test_what_stands_in_for_a_part_that_is_no_page_is_read() -> None:
    """A part that nothing stands in for is told, unless it is a picture."""
    items = (
        "<item id='pdf' href='map.pdf' media-type='application/pdf'/><item id='jpg' href='a.jpg' media-type='image/jpeg'/>"
        "<item id='app' href='a.xml' media-type='application/xml' fallback='again'/>"
        "<item id='again' href='b.xml' media-type='application/xml' fallback='c0'/>"
        "<item id='round' href='map.pdf' media-type='application/pdf' fallback='round'/>"
    )
    spine = "".join(f"<itemref idref='{name}'/>" for name in ("pdf", "jpg", "app", "round"))
    book = make_epub({"a.xhtml": chapter("<p>渡轮每天开四班。</p>")}, more=items)
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        opf = package.read("OEBPS/book.opf").decode().replace('<itemref idref="c0"/>', spine)
    made = with_file(with_file(book, "OEBPS/book.opf", opf), "OEBPS/map.pdf", "%PDF-1.7\0\0\0")
    read = read_epub(made)
    assert (own(read.text), read.unread[:18]) == ("渡轮每天开四班。", "1 of 3 chapters we")


OPF = 'xmlns:opf="http://www.idpf.org/2007/opf"'


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (
            f'<dc:date {OPF} opf:event="modification">2022-01-01</dc:date><dc:date {OPF} opf:event="publication">1999-07-01</dc:date>',
            "1999-07-01",
        ),
        (
            '<dc:date>2018-04-01</dc:date><meta property="dcterms:modified">2022-01-01T00:00:00Z</meta>',
            "2018-04-01",
        ),
        (
            '<meta property="dcterms:created">2020-02-02</meta><meta property="dcterms:issued">2021-03-03</meta>',
            "2021-03-03",
        ),
        ("<dc:date>1987</dc:date>", "1987"),
        (f'<dc:date {OPF} opf:event="publication">1813-01</dc:date>', "1813-01"),
        ("<dc:date>0101</dc:date>", None),
        ("<dc:date>1987-13</dc:date>", None),
        ('<meta property="dcterms:modified">2022-01-01T00:00:00Z</meta>', None),
        (f'<dc:date {OPF} opf:event="modification">2022-01-01</dc:date>', None),
        ('<meta refines="#p" property="dcterms:date">2022-01-01</meta>', None),
    ],
)
def test_the_date_is_that_of_publication(dates: str, told: str | None) -> None:
    assert read_epub(make_epub(BOOK, dates)).metadata.published == told


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
    assert reading.unread.startswith("2 of 4 chapters were not read")


def test_no_more_chapters_are_read_than_a_book_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epub, "_MAX_CHAPTERS", 2)
    book = make_epub({f"{n}.xhtml": chapter(f"<p>第{n}班渡轮。</p>") for n in range(5)})
    assert read_epub(book).unread.startswith("4 of 6 chapters were not read")
    monkeypatch.setattr(epub, "_MAX_CHAPTERS", 6)
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
