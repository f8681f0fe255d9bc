"""The inputs that fuzzing starts from, and the changes made inside a container."""

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
from pathlib import Path

import documents

from index.types import ArticleInfo, Passage
from qa.output.serialization import dumps
from qa.types import Answer, AnswerSentence, Citation, Hit, Match

Change = Callable[[bytes], bytes]

_PARAGRAPH = "长桥全长 1,240 米，由林望舒设计。它在 1958 年建成通车，耗资 380 万元。“桥很长，”她说。"
#: What some reader acts on, separated by spaces: marks, tags, notices.
_TELLING = """
# ## - 1. > ``` --- +++ [[ ]] ![ ]( ** __ ~~ \\ ` { } [ ] : , " title: author: <p> </p> <br/> <body> <!-- -->
<script> </script> <table><tr><td> &nbsp; &#x202e; &lt; &amp;lt; null 1e999 1,240 12.5% 12,15 。 ！ …… “ ” 「
」 （ ） 来源： 作者： 责任编辑： 点击查看更多 分享到微博 2024年1月2日 谁 多少 when ½ ㎏ ﬁ İ ß 著 么 乾 叠代
𠀀 Mr. e.g. U.S. lang: after: before: in: article: |a|b|\n|-|-|\n <meta/charset=gbk> <a/href='x'> \x1b[31m
\x1b]8;;x\x07 \x9b \u202e \u2066 \u200b \ufeff \u0301 \U000e0041 \ufe0f \0
"""
WORDS = (*_TELLING.split(), "date: 2024-01-02\n", "\r\n", " ", "\n\n", "\u2028", "\u3000")
_PAGE, _SETTINGS, _QUESTIONS, _RECORDS = (
    Path(__file__).with_name("inputs").joinpath(name).read_text(encoding="utf-8")
    for name in ("page.html", "config.toml", "questions.txt", "records.jsonl")
)


@cache
def seeds(target: str) -> list[bytes]:
    """Valid inputs of ``target``."""
    made: dict[str, Callable[[], list[bytes | str]]] = {
        "decode": _encoded,
        **dict.fromkeys(("ask", "filters"), lambda: [*_QUESTIONS.splitlines()]),
        "complete": lambda: [chr(min(len(question), 127)) + question for question in _QUESTIONS.splitlines()],
        "saved": lambda: [dumps(_answer())],
        "claims": lambda: [json.dumps({"question": "长桥？", "citations": _answer().to_json()["citations"]})],
        "settings": lambda: [_SETTINGS],
        "html": lambda: [_PAGE, *_texts()],
        "docx": lambda: [documents.make_docx(documents.REPORT, "长桥", "陈舟", footnotes=documents.NOTES)],
        **dict.fromkeys(("xlsx", "xlsm"), lambda: [documents.BRIDGES]),
        "pptx": lambda: [documents.TALK],
        "odt": lambda: [documents.LETTER],
        "epub": lambda: [documents.make_epub(documents.BOOK, documents.FACTS)],
        "mhtml": lambda: [documents.make_mhtml(documents.part(_PAGE))],
        **dict.fromkeys(("eml", "attached"), _mails),
        **dict.fromkeys(("csv", "tsv"), _tables),
        "pdf": lambda: [_pdf()],
        "zip": _zip,
        **dict.fromkeys(("json", "jsonl", "ndjson"), lambda: [_RECORDS]),
    }
    found = made.get(target, lambda: [*_texts(), *_QUESTIONS.splitlines()])()
    return [seed.encode("utf-8", "surrogatepass") if isinstance(seed, str) else seed for seed in found]


def _texts() -> list[bytes | str]:
    own = [f.read_bytes() for f in files("seeds").iterdir() if f.name.endswith((".md", ".txt", ".html"))]
    chooser = random.Random(5)
    mixed = ["".join(chooser.choices((*WORDS, _PARAGRAPH, "\n", "\n\n"), k=40)) for _ in range(40)]
    return [*(data[:3000] for data in own), _PAGE, *mixed]


def _encoded() -> list[bytes | str]:
    traditional = "長橋全長一千二百公尺，由林望舒設計，於一九五八年通車。" * 4
    unicode = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig")
    return [
        *_texts()[:4],
        (_PARAGRAPH * 4).encode("gb18030"),
        *(traditional.encode(name) for name in ("cp950", "big5hkscs")),
        *(_PARAGRAPH.encode(name) for name in unicode),
        "“naïve café” – £5".encode("cp1252"),
    ]


def _mails() -> list[bytes | str]:
    forms = [documents.mail_part(_PARAGRAPH), documents.mail_part(_PAGE, "base64", kind="text/html")]
    inside = b"Content-Type: message/rfc822\r\n\r\n" + documents.make_mail(forms[0])
    attached = documents.mail_part("a", kind='application/pdf; name="a.pdf"')
    return [
        documents.make_mail_of("multipart/alternative", *forms),
        documents.make_mail_of("multipart/mixed", forms[0], inside, attached),
        documents.make_mail_of("multipart/mixed", forms[0], *(_attachment(n) for n in (".txt", ".eml", ""))),
        documents.make_mail(
            documents.mail_part(f"{_PARAGRAPH} \n> 多长？\n", kind="text/plain; format=flowed")
        ),
    ]


def _attachment(suffix: str) -> bytes:
    mail = documents.make_mail(documents.mail_part(_PARAGRAPH)).decode()
    name = f'attachment; filename="长桥{suffix}"'
    return documents.mail_part(mail if suffix == ".eml" else _PARAGRAPH, "base64", Content_Disposition=name)


def _tables() -> list[bytes | str]:
    rows = 'Name,Built,"Length, m"\n长桥,1958,1200\n,,\n"Old\nbridge",1902,'
    return [
        rows,
        f"sep=;\n{rows.replace(',', ';')}",
        f"Bridges,,\n\n{rows}\n\nNote: a, b",
        rows.replace(",", "\t"),
    ]


def _answer() -> Answer:
    info = ArticleInfo(1, "/a.md", "长桥", "zh-Hans", "2024-01-02", "陈舟", None, "", 9, 1)
    passage = Passage(1, 1, 0, 4, "长桥很长", "", (), ())
    hit = Hit(1, 0.9, passage, info, 0.8, (Match(0, 2, "长桥", "bridge", 0.7),), {"lexical": (1, 2.0)})
    cited = (Citation(1, 0, 4, "长桥很长", hit),)
    return Answer("长桥？", True, 0.9, (AnswerSentence("长桥很长", 1),), cited, (), (), (hit,), 1.0)


def _pdf() -> bytes:
    lines = (f"The bridge is {n} metres long and was built in 1958." for n in range(20))
    return documents.make_pdf([documents.column(*lines), documents.column(_PARAGRAPH)], {"Title": "长桥"})


# Containers: a change inside leaves the container itself valid.


def _zip() -> list[bytes | str]:
    members = {"a.md": f"# Title\n\n{_PARAGRAPH}", "b/c.txt": _PARAGRAPH, "d.html": _PAGE}
    nested = {"文章/长桥.txt": _PARAGRAPH.encode("gb18030") * 4, "inner.zip": documents.make_zip(members)}
    return [documents.make_zip(members), documents.make_zip(nested)]


def _change_zip(data: bytes, change: Change, chooser: random.Random) -> bytes:
    """Changes one member or its name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, bytes | str] = {i.filename: archive.read(i) for i in archive.infolist()[:50]}
        name = chooser.choice(sorted(members))
        if chooser.random() < 0.1:
            members[change(name.encode()).decode("utf-8", "replace")[:200] or "x"] = members.pop(name)
        else:
            members[name] = change(archive.read(name))
    return documents.make_zip(members, stored=("mimetype",))


_OBJECT = re.compile(rb"\d+ 0 obj\n(.*?)\nendobj\n", re.S)
_STREAM = re.compile(rb"<< /Length \d+ /Filter /FlateDecode (.*?)>>\nstream\n(.*)\nendstream", re.S)


def _change_pdf(data: bytes, change: Change, chooser: random.Random) -> bytes:
    """Changes one object, mostly inside its stream if it has one."""
    objects = _OBJECT.findall(data)
    at = chooser.randrange(len(objects))
    stream = _STREAM.fullmatch(objects[at])
    if stream and chooser.random() < 0.7:
        content = zlib.decompressobj().decompress(stream[2], 1 << 20)
        objects[at] = documents.stream(change(content), stream[1].decode("latin-1"))
    else:
        objects[at] = change(objects[at])
    return documents.pdf_file(objects)


CHANGES: dict[str, Callable[[bytes, Change, random.Random], bytes]] = {
    "docx": _change_zip,
    "xlsx": _change_zip,
    "odt": _change_zip,
    "pptx": _change_zip,
    "epub": _change_zip,
    "zip": _change_zip,
    "pdf": _change_pdf,
}
