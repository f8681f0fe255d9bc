"""Nothing of a person's own text is lost: it stands in the article, in order, and in blocks."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape
from tempfile import TemporaryFile

from documents import Put, chapter, make_docx, make_epub, make_pdf, paragraph
from hypothesis import given, settings
from hypothesis import strategies as st

from index.readers.jsonl import line_members
from index.readers.registry import read_bytes
from index.types import Kind, ParsedArticle

#: Lines that a cleaner of web pages would take out, and such as stand around them.
LINES = st.sampled_from(
    [
        *("长桥建于一九五八年，全长三百米。", "The bridge was built in 1958.", "长桥", "Bridge", "为什么？"),
        *("1", "12.", "2024", "3.5%", "- 1 -", "……", "。", "第 3 页", "Page 3 of 9", "1958 / 2024"),
        *(
            "首页",
            "新闻",
            "菜单",
            "搜索",
            "Home",
            "Share",
            "Menu",
            "登录 注册 搜索",
            "首页 > 新闻 > 正文",
            "X",
        ),
        *("分享到：微信 微博 QQ空间", "Share on Twitter", "阅读 1.2万 评论 35", "上一篇：渡轮", "阅读原文"),
        *(
            "相关阅读",
            "推荐阅读：渡轮停航",
            "Related articles",
            "You may also like",
            "关于作者",
            "广告",
            "赞赏",
        ),
        *("评论（12）", "最新评论", "3 comments", "Leave a reply", "发表评论", "热评", "12人点赞"),
        *("作者：李雷", "来源：海湾报", "责任编辑：韩梅梅", "By Jane Ashdown, March 3, 2025", "文/李雷"),
        *(
            "2024年3月5日",
            "2024-03-05 08:30 来源：海湾报",
            "发布于 2024-03-05",
            "March 5, 2024",
            "Updated: 2024",
        ),
        *("标签：桥梁，渡轮", "Tags: a, b", "关键词：桥", "桥梁 渡轮 车站", "Filed under: Bridges"),
        *("版权声明：本文版权归作者所有。", "转载请注明出处。", "© 2024 Bay Press", "All rights reserved."),
        *(
            "本文仅代表作者观点。",
            "We use cookies to improve this site.",
            "Your email address will not be published.",
        ),
        *("久久 高清 在线观看 免费视频", "casino bonus slots", "加微信 贷款 办证", "亚洲精品一区二区"),
        *(
            "（完）",
            "未完待续",
            "[图]",
            "图源：海湾报",
            "题图来源：网络",
            "△ 图/李雷",
            "Photo by Jane",
            "微信扫一扫",
        ),
        *(
            "问：桥有多长？",
            "答：三百米。",
            "地点：海湾",
            "网址：https://a.example/b?c=d",
            "a@b.example",
            "5 < 6 & 7",
        ),
        *(
            "渡轮停航。（责任编辑：韩梅梅）",
            "渡轮停航。来源：海湾报",
            "渡轮停航。返回搜狐，查看更多",
            "参考文献",
        ),
    ]
)
#: A line and how it stands in the file.
PIECES = st.lists(
    st.tuples(st.sampled_from(["line"] * 4 + ["item", "heading", "row", "code"]), LINES),
    min_size=1,
    max_size=24,
).filter(lambda pieces: any(re.search(r"\w", line) for _, line in pieces))
Pieces = Sequence[tuple[str, str]]


def as_text(pieces: Pieces, between: str = "\n\n") -> str:
    shapes = {"item": "- {0}", "heading": "## {0}", "row": "{0} | {0}", "code": "```\n{0}\n```"}
    return between.join(shapes.get(shape, "{0}").format(line) for shape, line in pieces)


def plain(pieces: Pieces) -> Pieces:
    """What a document has instead of "- " and fences typed out: lines."""
    return [("line" if shape in ("item", "code") else shape, line) for shape, line in pieces]


def docx(pieces: Pieces) -> bytes:
    shapes = {
        "heading": lambda text: paragraph(text, "1"),
        "row": lambda text: f"<w:tbl><w:tr>{f'<w:tc>{paragraph(text)}</w:tc>' * 2}</w:tr></w:tbl>",
    }
    return make_docx("".join(shapes.get(shape, paragraph)(escape(line)) for shape, line in pieces))


def epub(pieces: Pieces) -> bytes:
    shapes = {
        "item": "<ul><li>{0}</li></ul>",
        "heading": "<h2>{0}</h2>",
        "row": "<table><tr><td>{0}</td><td>{0}</td></tr></table>",
        "code": "<pre>{0}</pre>",
    }
    body = "".join(shapes.get(shape, "<p>{0}</p>").format(escape(line)) for shape, line in pieces)
    return make_epub({"text/1.xhtml": chapter(body)})


def pdf(pieces: Pieces, lines: int) -> bytes:
    """Pages of so many lines; a row is set in two columns."""
    pages: list[list[Put]] = []
    for i, (shape, line) in enumerate(pieces):
        pages += [[]] if i % lines == 0 else []
        pages[-1] += [Put(line, x, 780 - i % lines * 24) for x in ((72, 330) if shape == "row" else (72,))]
    return make_pdf(pages)


def jsonl(text: str) -> ParsedArticle:
    with TemporaryFile(buffering=0) as file:
        file.write(json.dumps({"正文": text}).encode() + b"\n")
        file.seek(0)
        (member,) = line_members(file)  # type: ignore[arg-type]
        return member.read()


def written(text: str) -> str:
    return "".join(text.split())


def check(parsed: ParsedArticle, expected: str) -> None:
    """All characters of ``expected`` stand in the text, no others do, and all are in a block."""
    assert written(parsed.text) == written(expected)
    check_blocks(parsed, expected)


def check_blocks(parsed: ParsedArticle, expected: str) -> None:
    assert written("".join(parsed.text[b.start : b.end] for b in parsed.blocks)) == written(expected)


@given(PIECES, st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n\n"]))
def test_a_text(pieces: Pieces, between: str) -> None:
    source = as_text(pieces, between)
    check(read_bytes(source.encode(), "a.txt"), source)
    check(jsonl(source), source)


@given(PIECES)
def test_markdown(pieces: Pieces) -> None:
    source = as_text(pieces)
    check(read_bytes(source.encode(), "a.md"), source.replace("- - ", "- "))  # an item of an item alone


@given(PIECES)
def test_a_word_document(pieces: Pieces) -> None:
    check(read_bytes(docx(plain(pieces)), "a.docx"), as_text(plain(pieces)).replace("## ", "# "))


@given(PIECES)
def test_a_book(pieces: Pieces) -> None:
    check(read_bytes(epub(pieces), "a.epub"), as_text(pieces))


@settings(max_examples=60)
@given(PIECES, st.integers(3, 30))
def test_a_pdf(pieces: Pieces, lines: int) -> None:
    """A running head waits for the end of a paragraph; rows may be columns, and lack the bar of a table."""
    pieces = [(shape if shape == "row" else "line", line) for shape, line in pieces]
    parsed = read_bytes(pdf(pieces, lines), "a.pdf")
    expected = written(as_text(pieces)).replace("|", "")
    assert sorted(written(parsed.text).replace("|", "")) == sorted(expected)
    check_blocks(parsed, parsed.text)
    own = [parsed.text[b.start : b.end] for b in parsed.blocks if b.kind is not Kind.FURNITURE]
    rest = iter(expected)
    if not any(shape == "row" for shape, _ in pieces):
        assert all(character in rest for character in written("".join(own)))
