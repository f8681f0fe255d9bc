# ruff: noqa: E501
"""What fuzzing begins with: texts and files made here, and ways to change what lies within a container."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from itertools import accumulate

Change = Callable[[bytes], bytes]

_PARAGRAPH = "长桥全长 1,240 米，由林望舒设计。它在 1958 年建成通车，耗资 380 万元。“桥很长，”她说。"
#: What means something to one reader or another, parted by spaces: marks, tags, notices.
_TELLING = """
# ## - 1. > ``` --- +++ [[ ]] ![ ]( ** __ ~~ \\ ` { } [ ] : , " title: author: <p> </p> <br/> <body> <!-- --> <script>
</script> <table><tr><td> &nbsp; &#x202e; &lt; &amp;lt; null 1e999 1,240 12.5% 12,15 。 ！ …… “ ” 「 」 （ ） 来源：
作者： 责任编辑： 点击查看更多 分享到微博 2024年1月2日 谁 多少 when ½ ㎏ ﬁ İ ß 著 么 乾 叠代 𠀀 Mr. e.g. U.S. lang:
after: before: in: article: |a|b|\n|-|-|\n
"""
_WORDS = (
    *_TELLING.split(),
    *("date: 2024-01-02\n", "<a href='x'>", "<meta charset=gbk>", "\r\n", " ", "\n\n"),
    *("\x1b[31m", "\x1b]8;;x\x07", "\x9b", "\u202e", "\u2066", "\u200b", "\ufeff", "\u0301", "\U000e0041"),
    *("\ufe0f", "\0", "\u2028", "\u3000"),
)
_QUESTIONS = """谁设计了长桥？
How long is the bridge?
lang:zh after:2024-01 什么时候
in:"Daily News" who
那它呢？
article:1,2 多少钱
before:2024年1月 AND OR NEAR(
in:"x" "lang:en"
a* OR b^2 +c -d {e TO f} ~"""
_PAGE = (
    "<!doctype html><html><head><title>长桥 | 日报</title><meta name='author' content='陈舟'>"
    '<script type=\'application/ld+json\'>{"headline": "长桥", "datePublished": "2024-01-02"}</script></head>'
    f"<body><nav>首页</nav><h1>长桥</h1><p>{_PARAGRAPH}</p><table><tr><td>1958</td><td>建成</td></tr></table>"
    f"<div class='ad'>广告</div><p>{_PARAGRAPH * 3}</p></body></html>"
)
_SETTINGS = 'k = 5\nlanguage = "zh"\ntheme = "dark"\nlibrary = "~/notes"\n[keys]\n"app.help" = "f1,ctrl+g"\n'


def dictionary() -> str:
    """Words for libFuzzer to put in, in its format."""
    quoted = ("".join(f"\\x{byte:02x}" for byte in word.encode("utf-8")) for word in _WORDS)
    return "".join(f'"{word}"\n' for word in quoted)


def seeds(target: str) -> list[bytes]:
    """Inputs that ``target`` takes."""
    made = _MADE.get(target)
    return made() if made else [*_texts(), *(question.encode() for question in _QUESTIONS.splitlines())]


@cache
def _texts() -> list[bytes]:
    own = [
        item.read_bytes() for item in files("seeds").iterdir() if item.name.endswith((".md", ".txt", ".html"))
    ]
    chooser = random.Random(5)
    mixed = ["".join(chooser.choices((*_WORDS, _PARAGRAPH, "\n", "\n\n"), k=40)) for _ in range(40)]
    return [*(data[:3000] for data in own), _PAGE.encode(), *(text.encode("utf-8") for text in mixed)]


def _encoded() -> list[bytes]:
    traditional = "長橋全長一千二百公尺，由林望舒設計，於一九五八年通車。" * 4
    return [
        *_texts()[:4],
        (_PARAGRAPH * 4).encode("gb18030"),
        traditional.encode("cp950"),
        traditional.encode("big5hkscs"),
        *(_PARAGRAPH.encode(name) for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig")),
        "“naïve café” – £5".encode("cp1252"),
    ]


def _questions() -> list[bytes]:
    return [question.encode("utf-8") for question in _QUESTIONS.splitlines()]


def _claims() -> list[bytes]:
    citation = {
        "number": 1,
        "article": 1,
        "title": "长桥",
        "path": "/a.md",
        "start": 0,
        "end": 2,
        "quote": "长桥",
    }
    line = json.dumps({"question": "长桥？", "citations": [citation]}, ensure_ascii=False)
    return [line.encode("utf-8"), f'{line}\n{{"error": "x"}}\n{line}'.encode()]


def _saved() -> list[bytes]:
    from index.types import ArticleInfo, Passage
    from qa.output.serialization import dumps
    from qa.types import Answer, AnswerSentence, Citation, Hit, Match

    info = ArticleInfo(1, "/a.md", "长桥", "zh-Hans", "2024-01-02", "陈舟", None, "", 9, 1)
    passage = Passage(1, 1, 0, 4, "长桥很长", "", (), ())
    hit = Hit(1, 0.9, passage, info, 0.8, (Match(0, 2, "长桥", "bridge", 0.7),), {"lexical": (1, 2.0)})
    cited = (Citation(1, 0, 4, "长桥很长", hit),)
    answer = Answer("长桥？", True, 0.9, (AnswerSentence("长桥很长", 1),), cited, (), (), (hit,), 1.0)
    return [dumps(answer).encode("utf-8")]


# Containers


def packed(members: dict[str, bytes]) -> bytes:
    """A ZIP file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _change_zip(data: bytes, change: Change, chooser: random.Random) -> bytes:
    """One member changed, or its name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {item.filename: archive.read(item) for item in archive.infolist()[:50]}
    name = chooser.choice(sorted(members))
    if chooser.random() < 0.1:
        members[change(name.encode("utf-8")).decode("utf-8", "replace")[:200] or "x"] = members.pop(name)
    else:
        members[name] = change(members[name])
    return packed(members)


_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _docx() -> list[bytes]:
    cell = "<w:tc><w:p><w:r><w:t>1958</w:t></w:r></w:p></w:tc>"
    body = (
        f'<?xml version="1.0"?><w:document {_WORD}><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
        f"<w:r><w:t>长桥</w:t></w:r></w:p><w:p><w:r><w:t>{_PARAGRAPH}</w:t></w:r></w:p><w:tbl><w:tr>{cell}"
        f"{cell}</w:tr></w:tbl><w:p><w:r><w:tab/><w:br/><w:t>{_PARAGRAPH}</w:t></w:r></w:p></w:body></w:document>"
    )
    return [
        packed(
            {
                "[Content_Types].xml": (
                    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                    b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
                    b'.wordprocessingml.document.main+xml"/></Types>'
                ),
                "_rels/.rels": (
                    f'<?xml version="1.0"?><Relationships {_RELATIONS}><Relationship Id="rId1" '
                    f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
                ).encode(),
                "word/document.xml": body.encode("utf-8"),
                "docProps/core.xml": (
                    '<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006'
                    '/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms='
                    '"http://purl.org/dc/terms/"><dc:title>长桥</dc:title><dc:creator>陈舟</dc:creator>'
                    "<dcterms:created>2024-01-02T03:04:05Z</dcterms:created></cp:coreProperties>"
                ).encode(),
            }
        )
    ]


def _epub() -> list[bytes]:
    chapter = (
        f"<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>长桥</h1><p>{_PARAGRAPH}</p></body></html>"
    )
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>长桥</dc:title><dc:creator>陈舟'
        "</dc:creator><dc:date>2024-01-02</dc:date><dc:language>zh</dc:language></metadata><manifest>"
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    return [
        packed(
            {
                "mimetype": b"application/epub+zip",
                "META-INF/container.xml": (
                    b'<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
                    b'version="1.0"><rootfiles><rootfile full-path="OEBPS/p.opf" '
                    b'media-type="application/oebps-package+xml"/></rootfiles></container>'
                ),
                "OEBPS/p.opf": package.encode("utf-8"),
                "OEBPS/a.xhtml": chapter.encode("utf-8"),
                "OEBPS/b.xhtml": chapter.replace("长桥", "旧桥").encode("utf-8"),
            }
        )
    ]


def _zip() -> list[bytes]:
    members = {
        "a.md": b"# Title\n\n" + _PARAGRAPH.encode(),
        "b/c.txt": _PARAGRAPH.encode(),
        "d.html": _PAGE.encode(),
    }
    return [
        packed(members),
        packed({"文章/长桥.txt": _PARAGRAPH.encode("gb18030") * 4, "inner.zip": packed(members)}),
    ]


def _jsonl() -> list[bytes]:
    records = [
        {"id": "a1", "title": "长桥", "text": _PARAGRAPH, "date": "2024-01-02", "author": "陈舟"},
        {"url": "https://example.org/b", "title": "Bridge", "content": "The bridge is 1,240 m long. " * 3},
        {"_id": 3, "body": _PARAGRAPH, "published": 1700000000, "tags": ["a", None, {"b": 1.5}]},
    ]
    return ["\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode("utf-8")]


def _mhtml() -> list[bytes]:
    head = (
        "From: <Saved by Blink>\r\nSubject: =?utf-8?B?6ZW/5qGl?=\r\nDate: Tue, 2 Jan 2024 03:04:05 -0000\r\n"
    )
    kind = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b0"\r\n\r\n'
    quoted = "".join(f"={byte:02X}" if byte > 126 or byte == 61 else chr(byte) for byte in _PAGE.encode())
    lines = "=\r\n".join(re.findall(".{1,72}", quoted))
    page = "--b0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    picture = "--b0\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b0--\r\n"
    return [f"{head}{kind}{page}Content-Location: https://example.org/a\r\n\r\n{lines}\r\n{picture}".encode()]


_OBJECT = re.compile(rb"\d+ 0 obj\n(.*?)\nendobj\n", re.S)
_STREAM = re.compile(rb"(<<.*?)/Length \d+(.*?>>)\nstream\n(.*)\nendstream", re.S)


def pdf_of(objects: list[bytes]) -> bytes:
    """A PDF of numbered objects, the first its catalogue, with a right table of where they are."""
    parts = [
        b"%PDF-1.7\n",
        *(b"%d 0 obj\n%s\nendobj\n" % (n, body) for n, body in enumerate(objects, start=1)),
    ]
    places = list(accumulate(map(len, parts)))
    table = b"".join(b"%010d 00000 n \n" % place for place in places[:-1])
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return b"".join(parts) + end % (len(parts), table, len(parts), places[-1])


def _stream(content: bytes, facts: bytes = b"<< /Length 0 >>") -> bytes:
    squeezed = b"Flate" in facts
    data = zlib.compress(content) if squeezed else content
    return re.sub(rb"/Length \d+", b"/Length %d" % len(data), facts) + b"\nstream\n" + data + b"\nendstream"


def _pdf() -> list[bytes]:
    def page(number: int) -> bytes:
        return (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 5 0 R /F2 8 0 R >> >> >>" % number
        )

    lines = b"".join(b"(The bridge is %d metres long and was built in 1958.) Tj T*\n" % n for n in range(20))
    drawn = b"BT /F1 12 Tf 14 TL 72 720 Td\n" + lines + b"/F2 12 Tf <95778065> Tj [(a) -500 (b)] TJ ET"
    unicode = b"1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <9500> <95ff> <9500> endbfrange"
    return [
        pdf_of(
            [
                b"<< /Type /Catalog /Pages 2 0 R >>",
                b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
                page(6),
                page(7),
                b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
                _stream(drawn),
                _stream(drawn, b"<< /Filter /FlateDecode /Length 0 >>"),
                b"<< /Type /Font /Subtype /Type0 /BaseFont /S /Encoding /Identity-H /ToUnicode 9 0 R "
                b"/DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /S >>] >>",
                _stream(unicode),
            ]
        )
    ]


def _change_pdf(data: bytes, change: Change, chooser: random.Random) -> bytes:
    """One object changed, within its stream where it has one."""
    objects = _OBJECT.findall(data)
    at = chooser.randrange(len(objects))
    stream = _STREAM.fullmatch(objects[at])
    if stream and chooser.random() < 0.7:
        facts = stream[1] + b"/Length 0" + stream[2]
        content = stream[3]
        if b"Flate" in facts:
            content = zlib.decompressobj().decompress(content, 1 << 20)
        objects[at] = _stream(change(content), facts)
    else:
        objects[at] = change(objects[at])
    return pdf_of(objects)


_MADE: dict[str, Callable[[], list[bytes]]] = {
    "decode": _encoded,
    "ask": _questions,
    "filters": _questions,
    "complete": lambda: [bytes([len(question)]) + question.encode() for question in _QUESTIONS.splitlines()],
    "saved": _saved,
    "claims": _claims,
    "settings": lambda: [_SETTINGS.encode()],
    "html": lambda: [_PAGE.encode(), *_texts()],
    "docx": _docx,
    "epub": _epub,
    "zip": _zip,
    "jsonl": _jsonl,
    "ndjson": _jsonl,
    "mhtml": _mhtml,
    "pdf": _pdf,
}
#: How what lies within a container is changed, so that the container itself stays sound.
CHANGES: dict[str, Callable[[bytes, Change, random.Random], bytes]] = {
    "docx": _change_zip,
    "epub": _change_zip,
    "zip": _change_zip,
    "pdf": _change_pdf,
}
