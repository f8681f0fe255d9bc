"""Time against size: made files, one structure each, read and cut as `qa add` does it.

A structure is doubled until it takes `ENOUGH` seconds of processor time, or is refused. A line tells how its
time grew: 1.0 is in step with the size, 2.0 with its square. Exit code 1: one grew faster than `STEEP`, broke
or hung.

    growth.py [NAME …]    all structures, or those with NAME in theirs
"""

from __future__ import annotations

import json
import math
import os
import re
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache, partial

import documents as made

from index.errors import ReadError
from index.lexicon.lexicon import bundled_tokenizer
from index.readers.containers import members
from index.readers.registry import CONTAINER_SUFFIXES, max_bytes, read_bytes
from index.text.aliases import extract_aliases
from index.text.passages import split_passages
from index.text.tokenizer import Tokenizer

#: Seconds: what takes so long is not doubled again, what takes so long is ended, what takes less is noise.
ENOUGH, LONGEST, NOISE = 2.0, 60, 0.1
STEEP, FIRST, MOST = 1.5, 1_000, 1 << 24
TEXT = "长桥全长 1,240 米，由林望舒设计。It was built in 1958 by hand.\n"
Make = Callable[[int], str | bytes]

#: Of what pages, books and texts are made: a name, what is repeated ({} is its number), what ends it.
MARKUP = r"""
p|<p>长桥很长。</p>
span|<span>长桥</span>
br|长桥很长。<br/>
h2|<h2>长桥</h2><p>长桥很长。</p>
pre|<pre>a\n  b</pre>
inputs|<input name="a"/><select><option>长桥</option></select>
own tags|<x{0}>长桥</x{0}>
frames|<iframe srcdoc="&lt;p&gt;长桥"></iframe>
styles|<style>p</style>长桥。
scripts|<script>a</script>长桥。
templates|<template shadowrootmode="open"><p>长桥</p></template>
ruby|<ruby>长<rt>chang</rt></ruby>
metas|<meta name="a{}" content="b"/>
unclosed p|<p>长桥很长。
unclosed div|<div>长桥很长。
unclosed code|<code>长桥。
unclosed style|<style>a
unclosed tag|<a
unclosed quote|<a x="
unclosed value|<a x=
closed twice|长桥</p></div>
misnested|<b><p>长桥</b></p><a><p></a></p>
less than|<
heads|<body><html><head>长桥。
nested div|<div>长桥很长。|</div>
nested adverts|<div class="ad">长桥很长。|</div>
nested links|<a href="#n">长桥|</a>
nested lists|<ul><li>长桥|</li></ul>
nested tables|<table><tr><td>长桥|</td></tr></table>
nested spaces|<d xmlns:a{0}="u{0}">长|</d>
adverts|<div class="ad">长桥很长。</div>
tables|<table><tr><td>长桥</td><td>1958</td></tr></table>
links|<a href="/x">长桥</a>，
notes|长桥<sup><a href="#n1">1</a></sup>，
prefixes|<o:p>长桥</o:p>
entities|&amp;&#x4e2d;
unknown entities|&unknown;
entities in entities|amp;
comments|<!-- 长桥 -->长桥。
unclosed comments|<!-- 长桥
cdata|<![CDATA[长桥]]>长桥。
instructions|<?php echo ?>长桥。
one line|长桥全长 1,240 米，由林望舒设计。It was built in 1958.
lines|长桥很长。\n
words|a
digits|1
brackets|（
names|长桥{0}号（Bridge {0}，简称 B{0}）
credits|作者：林望舒 来源：日报\n
accents|\u0301
"""
#: Tags around ``n`` of something.
AROUND: dict[str, Callable[[int], str]] = {
    "attributes": lambda n: f"<p {repeated('a{}=1 ', n)}>{TEXT}</p>",
    "namespaces": lambda n: f"<p {repeated('xmlns:a{}=1 ', n)}>{TEXT}</p>",
    "a long attribute": lambda n: f'<p class="{"ad x " * n}">{TEXT}</p>',
    "cells": lambda n: f"<table><tr>{'<td>长桥</td>' * n}</tr></table>",
    "rows": lambda n: f"<table>{'<tr><td>长桥</td><td>1958</td></tr>' * n}</table>",
    "spans": lambda n: f"<table>{'<tr><td rowspan=9999 colspan=9999>长桥</td></tr>' * n}</table>",
    "items": lambda n: f"<ol>{'<li>长桥</li>' * n}</ol>",
    "definitions": lambda n: f"<dl>{'<dt>长桥</dt><dd>很长。</dd>' * n}</dl>",
}


def repeated(unit: str, n: int) -> str:
    """``unit`` ``n`` times, with its number in the place of {} or {0}."""
    return "".join(map(unit.format, range(n))) if re.search("{0?}", unit) else unit * n


def page(body: str) -> bytes:
    return f"<!doctype html><html><title>长桥</title><body><p>{TEXT}</p>{body}</body></html>".encode()


def book(body: str) -> bytes:
    return made.make_epub({"a.xhtml": made.chapter(f"<p>{TEXT}</p>{body}")}, made.FACTS)


def word(body: str, **parts: str) -> bytes:
    return made.make_docx(made.PLAIN + body, "长桥", "陈舟", **parts)


def workbook(rows: Sequence[Sequence[made.Cell]], after: str = "", before: str = "") -> bytes:
    return made.make_xlsx({"桥": made.sheet(rows, after, before)})


def drawn(content: bytes) -> bytes:
    """A PDF that draws ``content`` on its second page."""
    pages = [made.column("The bridge is long, and it is old.")] * 2
    return made.make_pdf(pages, contents={1: b"BT /F1 12 Tf 72 700 Td <0001> Tj " + content + b" ET"})


def structures() -> dict[str, Make]:
    """What makes a file of a size, by its suffix and a name."""
    markup = dict(AROUND)
    for line in MARKUP.strip().splitlines():
        name, unit, end = (line.replace("\\n", "\n") + "|").split("|")[:3]
        markup[name] = partial(around, unit, end)
    found: dict[str, Make] = {}
    for suffix, wrap in (("html", page), ("epub", book), ("txt", str.encode)):
        for name, make in markup.items():
            found[f"{suffix} {name}"] = partial(wrapped, wrap, make)
    for encoding in ("gb18030", "cp950", "utf-16", "shift-jis"):
        found[f"txt {encoding}"] = partial(
            wrapped, partial(str.encode, encoding=encoding), ("長橋。的" * 9).__mul__
        )
    return found | DOCUMENTS


def around(unit: str, end: str, n: int) -> str:
    return repeated(unit, n) + TEXT + end * n


def wrapped(wrap: Callable[[str], bytes], make: Callable[[int], str], n: int) -> bytes:
    return wrap(make(n))


NOTE = '<w:footnote w:id="{}"><w:p><w:r><w:t>注</w:t></w:r></w:p></w:footnote>'
NOTES = f'<w:footnotes xmlns:w="{made.WORD}">{{}}</w:footnotes>'
NOTED = '<w:p><w:r><w:t>桥</w:t><w:footnoteReference w:id="{}"/></w:r></w:p>'
LINK = f'<w:p><w:hyperlink w:anchor="a">{made.run("桥")}</w:hyperlink></w:p>'
CELL = f"<w:tc>{made.paragraph('桥')}</w:tc>"
#: Of what Markdown is made: a name, what is repeated, what ends it.
MARKDOWN = (
    ("links", "[a](b) ![c](d) ", ""),
    ("links in links", "[a", "](b)"),
    ("open brackets", "[", ""),
    ("pictures in pictures", "![a", "](b)"),
    ("targets", "[a](b", ""),
    ("definitions", "[a{0}]: /b\n\n[a{0}] ", ""),
    ("open definitions", "[a]: ", ""),
    ("notes", "a[^{0}]\n\n[^{0}]: b\n\n", ""),
    ("emphasis", "*a _b ", ""),
    ("strong", "**a", "**"),
    ("marks of emphasis", "*_", ""),
    ("backticks", "`a``b```", ""),
    ("dollars", "$a ", ""),
    ("formulas", "$$a\n\n", ""),
    ("percents", "%%a ", ""),
    ("braces", "{{a {%b ", ""),
    ("wiki links", "[[a|", ""),
    ("tags", "<b>a ", ""),
    ("open tags", "<a b='", ""),
    ("open comments", "<!-- a\n\n", ""),
    ("open tables", "<table>\n\n", ""),
    ("html tables", "<table><tr><td>a</td></tr></table>\n\n", ""),
    ("quotations", "> a\n", ""),
    ("nested quotations", ">", ""),
    ("lists in quotations", "> - ", ""),
    ("fences", "```\n", ""),
    ("rows", "| a | b |\n", ""),
    ("cells", "|a", "|\n|-|"),
    ("headings", "# a\n", ""),
    ("entities", "&a &amp; ", ""),
    ("backslashes", "\\", ""),
    ("admonitions", "!!! note\n", ""),
    ("properties", "a:: b\n", ""),
)
NESTED = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
ROWS = [["桥", "Built"], ["长桥", 1958]]
ITEM = "<text:list-item><text:p>长桥</text:p></text:list-item>"
ODT_NOTE = "<text:note><text:note-body><text:p>桥。</text:p></text:note-body></text:note>"
MERGED = "<mergeCell ref='A1:B2'/>"
HIDDEN = "<col min='3' max='9999' hidden='1'/>"
ONE = {"a.xhtml": made.chapter(TEXT)}
DOCUMENTS: dict[str, Make] = {
    "md front matter": lambda n: "---\n" + repeated("k{}: v\n", n) + f"---\n{TEXT}",
    "md front list": lambda n: "---\ntags:\n" + "- a\n" * n + f"---\n{TEXT}",
    "md nested items": lambda n: "".join("  " * min(i, 500) + "- a\n" for i in range(n)),
    **{f"md {name}": partial(around, unit, end) for name, unit, end in MARKDOWN},
    "docx paragraphs": lambda n: word(made.paragraph("长桥很长。") * n),
    "docx runs": lambda n: word(f"<w:p>{made.run('长桥') * n}</w:p>"),
    "docx attributes": lambda n: word("<w:p " + repeated('a{}="1" ', n) + f">{made.run('桥')}</w:p>"),
    "docx namespaces": lambda n: word("<w:p " + repeated('xmlns:a{}="u" ', n) + f">{made.run('桥')}</w:p>"),
    "docx cells": lambda n: word(f"<w:tbl><w:tr>{CELL * n}</w:tr></w:tbl>"),
    "docx rows": lambda n: word(f"<w:tbl>{f'<w:tr>{CELL}</w:tr>' * n}</w:tbl>"),
    "docx nested": lambda n: word("<w:tbl><w:tr><w:tc>" * n + CELL + "</w:tc></w:tr></w:tbl>" * n),
    "docx notes": lambda n: word(repeated(NOTED, n), footnotes=NOTES.format(repeated(NOTE, n))),
    "docx links": lambda n: word(LINK * n),
    "docx parts": lambda n: word("", **{f"a{i}": "x" for i in range(n)}),
    "xlsx rows": lambda n: workbook([["长桥", 1958]] * n),
    "xlsx cells": lambda n: workbook([["长桥"], [b"<c><v>1</v></c>" * n]]),
    "xlsx merged": lambda n: workbook(ROWS, f"<mergeCells>{MERGED * n}</mergeCells>"),
    "xlsx hidden": lambda n: workbook(ROWS, before=f"<cols>{HIDDEN * n}</cols>"),
    "xlsx strings": lambda n: made.make_xlsx({"桥": made.sheet(ROWS)}, strings=["<t>桥</t>"] * n),
    "xlsx sheets": lambda n: made.make_xlsx({f"桥{i}": made.sheet(ROWS) for i in range(n)}),
    "xlsx formats": lambda n: made.make_xlsx({"桥": made.sheet([["长桥", (1958, 1)]])}, ["0" * n]),
    "pptx slides": lambda n: made.make_pptx([made.slide(made.shape("长桥很长。"))] * n),
    "pptx points": lambda n: made.make_pptx([made.slide(made.shape(*["长桥"] * n, place="body"))]),
    "pptx shapes": lambda n: made.make_pptx([made.slide(made.shape("长桥很长。") * n)]),
    "odt paragraphs": lambda n: made.make_odt("<text:p>长桥很长。</text:p>" * n),
    "odt spans": lambda n: made.make_odt(f"<text:p>{'<text:span>长桥</text:span> ' * n}</text:p>"),
    "odt items": lambda n: made.make_odt(f"<text:list>{ITEM * n}</text:list>"),
    "odt rows": lambda n: made.make_odt(f"<table:table>{made.ODT_ROWS * n}</table:table>"),
    "odt notes": lambda n: made.make_odt(f"<text:p>长桥{ODT_NOTE * n}</text:p>"),
    "epub chapters": lambda n: made.make_epub({f"{i}.xhtml": made.chapter(TEXT) for i in range(n)}),
    "epub indexes": lambda n: made.make_epub(ONE, '<item properties="nav" href="nav.xhtml"/>' * n),
    "mhtml parts": lambda n: made.make_mhtml(*[made.part(made.PAGE)] * n),
    "mhtml text": lambda n: made.make_mhtml(made.part(made.PAGE + TEXT * n)),
    "eml parts": lambda n: made.make_mail_of("multipart/mixed", *[made.mail_part(TEXT)] * n),
    "eml nested": lambda n: made.make_mail(NESTED * n + made.mail_part(TEXT)),
    "eml words": lambda n: made.make_mail(made.mail_part(TEXT), "=?utf-8?q?a?=" * n),
    "eml parameters": lambda n: made.make_mail(made.mail_part(TEXT, kind="text/plain" + ";a=" * n)),
    "eml quoted": lambda n: made.make_mail(made.mail_part(f"> {TEXT}\n{TEXT}\n" * n, "8bit")),
    "csv rows": lambda n: "Bridge,Built\n" + "长桥,1958\n" * n,
    "csv cells": lambda n: "Bridge,Built\n" + "长桥,1958," * n + "\n" + "长桥\n" * n,
    "csv quotes": lambda n: "Bridge,Built\n" + '"长桥,1958\n' * n,
    "csv tables": lambda n: "Bridge,Built\n长桥,1958\n\n桥,长,高\n\n" * n,
    "jsonl lines": lambda n: "".join(json.dumps({"id": i, "text": TEXT}) + "\n" for i in range(n)),
    "jsonl text": lambda n: json.dumps({"text": TEXT * n}),
    "jsonl keys": lambda n: json.dumps({"text": TEXT} | {f"k{i}": i for i in range(n)}),
    "jsonl nested": lambda n: '{"text": "桥很长。", "a": ' + "[" * n + "]" * n + "}",
    "json list": lambda n: json.dumps([{"text": TEXT, "id": i} for i in range(n)]),
    "zip members": lambda n: made.make_zip({f"{i}.txt": TEXT for i in range(n)}),
    "zip others": lambda n: made.make_zip({"a.txt": TEXT} | {f"{i}.png": "" for i in range(n)}),
    "pdf pages": lambda n: made.make_pdf([made.column("The bridge is long.")] * n),
    "pdf page again": lambda n: made.make_pdf([made.column("The bridge.")], kids="6 0 R " * n),
    "pdf lines": lambda n: made.make_pdf([made.column(*["The bridge is long."] * n, leading=1)]),
    "pdf pieces": lambda n: drawn(b"1 0 Td <0001> Tj " * n),
    "pdf states": lambda n: drawn(b"q " * n),
    "pdf arrays": lambda n: drawn(b"[" + b"<0001> 1 " * n + b"] TJ"),
    "pdf objects": lambda n: made.make_pdf([made.column("a bridge")], {f"K{i}": "v" for i in range(n)}),
}


def read(data: bytes, suffix: str) -> None:
    """All that is done to a file before its passages are embedded."""
    if suffix in CONTAINER_SUFFIXES:
        with tempfile.NamedTemporaryFile(buffering=0) as file:
            file.write(data)
            with open(file.name, "rb", buffering=0) as opened:
                articles = [member.read() for member in members(opened, suffix)]
    else:
        articles = [read_bytes(data, f"a{suffix}")]
    for article in articles:
        for span in split_passages(article.text, article.blocks):
            tokenizer().words(article.text[span.start : span.end])
        extract_aliases(article.text)


@cache
def tokenizer() -> Tokenizer:
    return bundled_tokenizer()


def timed(data: bytes, suffix: str) -> tuple[float, str]:
    """Seconds of processor time in a process of its own, and why it did not end well; "" if it did."""
    ours, theirs = os.pipe()
    if not (child := os.fork()):
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
        before, end = sum(os.times()[:2]), ""
        try:
            read(data, suffix)
        except ReadError as error:
            end = f"refused: {error.message}"
        except Exception as error:
            end = f"broken: {error!r}"
        os.write(theirs, json.dumps((sum(os.times()[:2]) - before, end[:80])).encode())
        os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    seconds, end = json.loads(told) if told else (LONGEST, "ended")
    return seconds, end


def grown(suffix: str, make: Make) -> tuple[float, int, float, str]:
    """The exponent, size in KB and seconds of the largest file, and why none is larger."""
    points: list[tuple[float, float]] = []
    n, size, seconds, end = FIRST, 0, 0.0, ""
    while not end and seconds < ENOUGH and n <= MOST:
        data = content.encode() if isinstance(content := make(n), str) else content
        if len(data) > max_bytes(f"a{suffix}"):
            break
        took, end = timed(data, suffix)
        if not end.startswith("refused"):
            size, seconds = len(data), took
            points += [(math.log2(n), math.log2(took))] if took > NOISE else []
        n *= 2 if took > NOISE else 4
    first, last = (points[0], points[-1]) if len(points) > 1 else ((0.0, 0.0), (1.0, 0.0))
    return (last[1] - first[1]) / (last[0] - first[0]), size >> 10, seconds, end


def main() -> int:
    for suffix, data in ((".html", page(TEXT)), (".docx", word("")), (".pdf", drawn(b""))):
        read(data, suffix)  # what readers import when first called
    steep = 0
    print("growth     KB seconds  structure")
    for name, make in structures().items():
        if sys.argv[1:] and not any(part in name for part in sys.argv[1:]):
            continue
        exponent, size, seconds, end = grown(f".{name.split()[0]}", make)
        wrong = exponent > STEEP or end.startswith(("broken", "ended"))
        steep += wrong
        told = f"{name} ({end})" if end else name
        print(f"{exponent:>6.2f}{size:>7,} {seconds:>7.1f} {'!' if wrong else ' '}{told}", flush=True)
    print(f"{steep} of them too steep")
    return min(steep, 1)


if __name__ == "__main__":
    sys.exit(main())
