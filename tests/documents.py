# ruff: noqa: E501
"""Small documents, made here: PDF (one font with a ToUnicode map), Word, Excel, EPUB, MHTML, mails and ZIP."""

from __future__ import annotations

import base64
import io
import quopri
import zipfile
import zlib
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple


class Put(NamedTuple):
    """A line of text at a place of the page, in points from the lower left corner; turned, it runs down."""

    text: str
    x: float
    y: float
    size: float = 12
    turned: bool = False


def stream(data: bytes, extra: str = "") -> bytes:
    packed = zlib.compress(data)
    return (
        f"<< /Length {len(packed)} /Filter /FlateDecode {extra}>>\nstream\n".encode()
        + packed
        + b"\nendstream"
    )


def column(*lines: str, top: float = 700, x: float = 72, leading: float = 18, size: float = 12) -> list[Put]:
    """Lines one below the other."""
    return [Put(line, x, top - i * leading, size) for i, line in enumerate(lines)]


def make_pdf(
    pages: Sequence[Sequence[Put]],
    info: Mapping[str, str] | None = None,
    contents: Mapping[int, bytes] | None = None,
    kids: str = "",
    pictures: Container[int] = (),
    rules: Sequence[tuple[float, float, float, float]] = (),
    font: str = "Made",
    glyph_shift: int = 0,
) -> bytes:
    """``contents`` replaces the drawing of pages by number, ``kids`` the references in the tree of pages.

    ``pictures`` are the numbers of the pages with a picture; ``rules`` lines on each page, from x, y to x, y.
    With a ``glyph_shift`` the font does not say which characters it has: a letter is its code less the shift.
    """
    letters = sorted({c for page in pages for put in page for c in put.text})
    codes = {letter: code for code, letter in enumerate(letters, 1)}
    if glyph_shift:
        codes = {letter: ord(letter) - glyph_shift for letter in letters}
    unicode_map = b"" if glyph_shift else b" /ToUnicode 5 0 R"
    name = font.encode()
    numbers = [6 + 2 * i for i in range(len(pages))]
    picture = f"/XObject << /Im {6 + 2 * len(pages)} 0 R >> "
    kids = kids or " ".join(f"{number} 0 R" for number in numbers)
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /" + name + b" /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R]" + unicode_map + b" >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /"
        + name
        + b" /DW 1000 /W ["
        + b" ".join(f"{codes[c]} [500]".encode() for c in letters if c < "\u2000")
        + b"] /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        stream(_to_unicode(codes)),
    ]
    for number, page in enumerate(pages):
        drawn = "\n".join(_drawn(put, codes) for put in page)
        drawn += "".join(f"\n{x} {y} m {to_x} {to_y} l S" for x, y, to_x, to_y in rules)
        if number in pictures:
            drawn += "\nq 595 0 0 842 0 0 cm /Im Do Q"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            + f" /Resources << {picture if number in pictures else ''}/Font << /F1 3 0 R >> >>".encode()
            + f" /Contents {numbers[number] + 1} 0 R >>".encode()
        )
        objects.append(stream((contents or {}).get(number, drawn.encode())))
    size = "/Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    objects.append(stream(b"\0", f"/Type /XObject /Subtype /Image {size} "))
    objects.append(
        b"<< " + b" ".join(f"/{k} ".encode() + _string(v) for k, v in (info or {}).items()) + b" >>"
    )
    return pdf_file(objects)


def _drawn(put: Put, codes: Mapping[str, int]) -> str:
    text = "".join(f"{codes[letter]:04x}" for letter in put.text)
    direction = "0 -1 1 0" if put.turned else "1 0 0 1"
    return f"BT /F1 {put.size} Tf {direction} {put.x} {put.y} Tm <{text}> Tj ET"


def _to_unicode(codes: Mapping[str, int]) -> bytes:
    rows = [f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items()]
    blocks = [rows[i : i + 100] for i in range(0, len(rows), 100)]
    body = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Made def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{body}\nendcmap end end"
    ).encode()


def _string(text: str) -> bytes:
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def pdf_file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    return bytes(out + f"trailer\n{trailer}\nstartxref\n{table}\n%%EOF\n".encode())


def make_zip(files: Mapping[str, bytes | str], stored: Container[str] = ()) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name in stored else None)
    return made.getvalue()


# Word


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
STYLES = (
    f'<w:styles xmlns:w="{WORD}"><w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>'
)
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>"
    "<dcterms:created>2024-03-05T00:30:00Z</dcterms:created></cp:coreProperties>"
)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(text: str, style: str = "", inside: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}{run(text)}{inside}</w:p>"


def make_docx(body: str, title: str = "", author: str = "", **parts: str) -> bytes:
    document = f'<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}"><w:body>{body}</w:body></w:document>'
    relations = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    notes = (
        f'<Relationship Id="r1" Type="{OFFICE}/footnotes" Target="footnotes.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/>'
    )
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(relations),
        "word/document.xml": document,
        "word/_rels/document.xml.rels": RELATIONS.format(notes),
        "word/styles.xml": STYLES,
        "docProps/core.xml": CORE.format(title=title, author=author),
        **{f"word/{name}.xml": part for name, part in parts.items()},
    }
    return make_zip(files)


ROWS = "".join(
    f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>"
    for row in (("线路", "班次"), ("N1", "20"))
)
NOTES = f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:id="2">{paragraph("数字来自交通局。")}</w:footnote></w:footnotes>'
PLAIN = paragraph("夜间公交方案", "a3") + paragraph("新线路覆盖十二个小区，约三万人受益。")
NOTED = '<w:r><w:footnoteReference w:id="2"/></w:r>'
REPORT = (
    paragraph("夜间公交方案", "a3")
    + paragraph("覆盖范围", "1")
    + paragraph("新线路覆盖十二个小区", inside=NOTED + run("，约三万人受益。"))
    + f"<w:p><w:del><w:r><w:delText>删掉的话。</w:delText></w:r></w:del><w:ins>{run('加上的话在这里。')}</w:ins></w:p>"
    + f"<w:tbl>{ROWS}</w:tbl>"
)


# Excel


SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#: A cell: a text, a number, a number with its style, markup as it stands (bytes), or none.
Cell = str | int | float | tuple[float, int] | bytes | None


def sheet(rows: Sequence[Sequence[Cell]], after: str = "", before: str = "", attributes: str = "") -> str:
    """A sheet. ``before`` and ``after`` stand around its rows, ``attributes`` in each of them."""
    written = "".join(
        f'<row r="{row}" {attributes}>{"".join(_cell(cell, row, column) for column, cell in enumerate(cells))}</row>'
        for row, cells in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{SHEETS}" xmlns:r="{OFFICE}">{before}<sheetData>{written}</sheetData>{after}</worksheet>'


def _cell(cell: Cell, row: int, column: int) -> str:
    place = f'r="{chr(65 + column)}{row}"'
    if cell is None:
        return f"<c {place}/>"
    if isinstance(cell, bytes):
        return cell.decode().replace("<c", f"<c {place}", 1)
    if isinstance(cell, str):
        return f'<c {place} t="inlineStr"><is><t>{cell}</t></is></c>'
    value, style = cell if isinstance(cell, tuple) else (cell, 0)
    return f'<c {place} s="{style}"><v>{value}</v></c>'


def make_xlsx(
    sheets: Mapping[str, str],
    formats: Sequence[str | int] = (),
    states: Mapping[str, str] | None = None,
    strings: Sequence[str] = (),
    author: str = "",
    properties: str = "",
    **parts: str,
) -> bytes:
    """``sheets`` by name, ``formats`` of the styles from 1 on (codes, or numbers of usual ones).

    ``parts`` are named like "drawings_drawing1" and belong to the first sheet, by the first word of theirs.
    """
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{(states or {}).get(name, "visible")}" r:id="r{n}"/>'
        for n, name in enumerate(sheets, 1)
    )
    own = "".join(
        f'<numFmt numFmtId="{200 + n}" formatCode="{f}"/>'
        for n, f in enumerate(formats)
        if isinstance(f, str)
    )
    used = "".join(f'<xf numFmtId="{f if isinstance(f, int) else 200 + n}"/>' for n, f in enumerate(formats))
    related = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    inside = "".join(
        f'<Relationship Id="p{n}" Type="{OFFICE}/{name.partition("_")[2].rstrip("0123456789")}" Target="../{name.replace("_", "/")}.xml"/>'
        for n, name in enumerate(parts)
    )
    return make_zip(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS.format(
                f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
            ),
            "xl/workbook.xml": f'<workbook xmlns="{SHEETS}" xmlns:r="{OFFICE}">{properties}<sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": RELATIONS.format(related),
            "xl/styles.xml": f'<styleSheet xmlns="{SHEETS}"><numFmts>{own}</numFmts><cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>',
            "xl/sharedStrings.xml": f'<sst xmlns="{SHEETS}">{"".join(f"<si>{text}</si>" for text in strings)}</sst>',
            "xl/worksheets/_rels/sheet1.xml.rels": RELATIONS.format(inside),
            **{f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets.values(), 1)},
            **{f"xl/{name.replace('_', '/')}.xml": part for name, part in parts.items()},
            "docProps/core.xml": CORE.format(title="", author=author),
        }
    )


STOCK = sheet([["品名", "单价", "到货"], ["苹果", (6, 1), (46024, 2)], ["雪梨", (4.5, 1), (46025, 2)]])
WORKBOOK = make_xlsx({"水果": STOCK, "说明": sheet([["单价为每斤。"]])}, ["&quot;¥&quot;0.00", 14])
_MERGED = (
    '<cols><col min="4" max="4" hidden="1"/></cols>',
    '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>',
)
BRIDGES = make_xlsx(
    {
        "Bridges": sheet(
            [["桥", "Built", "Length", "x"], ["长桥", 1958, (1200, 1)], [None, b'<c t="s"><v>0</v></c>']],
            *reversed(_MERGED),
        )
    },
    ["#,##0 &quot;m&quot;"],
    strings=["<r><t>一九</t></r><r><t>七四</t></r>"],
    comments_comments1=f'<comments xmlns="{SHEETS}"><commentList><comment ref="A2"><text><t>林望舒</t></text></comment></commentList></comments>',
)


# PowerPoint


SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def shape(*paragraphs: str, place: str | None = None, attributes: str = "") -> str:
    """A shape with paragraphs: texts, or their markup; ``place`` is what it is for ("title", "body" …)."""
    named = "" if place is None else f'<p:ph type="{place}"/>'
    made = "".join(p if p.startswith("<a:p") else f"<a:p><a:r><a:t>{p}</a:t></a:r></a:p>" for p in paragraphs)
    return f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="x" {attributes}/><p:nvPr>{named}</p:nvPr></p:nvSpPr><p:txBody>{made}</p:txBody></p:sp>'


def slide(*shapes: str, attributes: str = "", kind: str = "sld") -> str:
    return f'<p:{kind} xmlns:p="{SLIDES}" xmlns:a="{DRAWING}" xmlns:r="{OFFICE}" {attributes}><p:cSld><p:spTree>{"".join(shapes)}</p:spTree></p:cSld></p:{kind}>'


def make_pptx(
    slides: Sequence[str], notes: Mapping[int, str] | None = None, title: str = "", **parts: str
) -> bytes:
    """``notes`` by the number of their slide, from 1 on. ``parts`` belong to the first slide."""
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in range(1, len(slides) + 1))
    main = f'<p:presentation xmlns:p="{SLIDES}" xmlns:r="{OFFICE}"><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>'
    related = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/slide" Target="slides/slide{n}.xml"/>'
        for n in range(1, len(slides) + 1)
    )
    inside = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/chart" Target="../charts/{name}.xml"/>' for name in parts
    )
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(
            f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="ppt/presentation.xml"/>'
        ),
        "ppt/presentation.xml": main,
        "ppt/_rels/presentation.xml.rels": RELATIONS.format(related),
        **{f"ppt/slides/slide{n}.xml": text for n, text in enumerate(slides, 1)},
        "ppt/slides/_rels/slide1.xml.rels": RELATIONS.format(inside),
        **{f"ppt/charts/{name}.xml": part for name, part in parts.items()},
        "docProps/core.xml": CORE.format(title=title, author=""),
    }
    for number, text in (notes or {}).items():
        target = f'<Relationship Id="n" Type="{OFFICE}/notesSlide" Target="../notesSlides/n{number}.xml"/>'
        files[f"ppt/slides/_rels/slide{number}.xml.rels"] = RELATIONS.format(target)
        files[f"ppt/notesSlides/n{number}.xml"] = text
    return make_zip(files)


TALK = make_pptx(
    [
        slide(shape("夜间公交方案", place="ctrTitle"), shape("交通局", place="subTitle")),
        slide(
            shape("覆盖范围", place="title"),
            shape("十二个小区", "约三万人", place="body"),
            shape("一九七四年通车"),
        ),
    ],
    {2: slide(shape("先说长桥 1958 年建成。", place="body"), kind="notes")},
)


# OpenDocument


ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = "".join(f' xmlns:{name}="{ODF}{name}:1.0"' for name in ("office", "style", "text", "table", "meta"))
_SPACES += f' xmlns:draw="{ODF}drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'


def make_odt(body: str, styles: str = "", pages: str = "", title: str = "", **parts: str) -> bytes:
    """``styles`` are those of the content, ``pages`` the heads and feet; ``parts`` objects by their names."""
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return make_zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content{_SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
            "styles.xml": f"<office:document-styles{_SPACES}><office:master-styles><style:master-page>{pages}"
            "</style:master-page></office:master-styles></office:document-styles>",
            "meta.xml": f"<office:document-meta{_SPACES} {dc}><office:meta><dc:title>{title}</dc:title>"
            "<meta:initial-creator>陈舟</meta:initial-creator><meta:creation-date>2024-03-05T08:00:00</meta:creation-date>"
            "</office:meta></office:document-meta>",
            **{f"{name}/content.xml": part for name, part in parts.items()},
        },
        stored=("mimetype",),
    )


ODT_ROWS = "".join(
    f"<table:table-row>{''.join(f'<table:table-cell><text:p>{cell}</text:p></table:table-cell>' for cell in row)}</table:table-row>"
    for row in (("线路", "班次"), ("N1", "20"))
)
LETTER = make_odt(
    '<text:h text:outline-level="1">夜间公交方案</text:h><text:p>长桥一九七四年通车<text:note><text:note-body>'
    "<text:p>见交通局。</text:p></text:note-body></text:note>，约三万人受益。</text:p><text:list><text:list-item>"
    f"<text:p>十二个小区</text:p></text:list-item></text:list><table:table>{ODT_ROWS}</table:table>"
)


# EPUB


CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
    '<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
NAV = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
    '<nav epub:type="landmarks" hidden=""><a epub:type="copyright-page" href="text/imprint.xhtml">版权</a>'
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
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": book,
        "OEBPS/nav.xhtml": NAV,
        **{f"META-INF/{name}.xml": text for name, text in extra.items()},
        **{
            f"OEBPS/{href.replace('%20', ' ')}": text
            for href, text in chapters.items()
            if not href.startswith(("..", "/", "http"))
        },
        "secret.xhtml": chapter("<p>不在书里。</p>"),
    }
    return make_zip(files)


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


# MHTML


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


# Mails


def mail_part(
    text: str,
    encoding: str = "quoted-printable",
    charset: str = "utf-8",
    named: str = "utf-8",
    kind: str = "text/plain",
    **headers: str,
) -> bytes:
    """A part with ``text``, in an encoding that it names."""
    return part(text, encoding, charset, **{"Content-Type": f"{kind}; charset={named}"}, **headers)


def make_mail(
    inside: bytes,
    subject: str = "渡轮复航",
    sender: str = "李雷 <li@ferry.example>",
    to: str = "Ann Lee <ann@a.example>, 王五 <w@a.example>",
    date: str = "Tue, 05 Mar 2024 09:30:00 +0800",
) -> bytes:
    """A mail of one part."""
    fields = {"Subject": subject, "From": sender, "To": to, "Date": date}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return head.encode() + b"MIME-Version: 1.0\r\n" + inside


def make_mail_of(kind: str, *parts: bytes) -> bytes:
    """A mail of several parts."""
    pieces = b"".join(b"--=_made\r\n" + p + b"\r\n" for p in parts)
    return make_mail(f'Content-Type: {kind}; boundary="=_made"\r\n\r\n'.encode() + pieces + b"--=_made--\r\n")
