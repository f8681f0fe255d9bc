"""Files to parsed, end to end. All texts here are invented."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from documents import column, make_pdf
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import check_file

from index.errors import ReadError
from index.readers.html import MAX_TAGS
from index.readers.registry import MAX_BYTES, MAX_LINES, SUFFIXES, max_bytes, read_bytes
from index.types import ASIDE, ParsedArticle

STORY = "市交通局昨天公布了夜间公交的调整方案,新增六条线路。"
MORE = "方案显示,末班车延长到凌晨一点,票价仍是两元。"


def quotable(parsed: ParsedArticle) -> str:
    """The text without what is about the article, not of it."""
    return "\n".join(parsed.text[b.start : b.end] for b in parsed.blocks if b.kind not in ASIDE)


def test_plain_text() -> None:
    head = "夜间公交线路调整\n2024-03-05 08:30 来源:某某日报 作者:李雷"
    text = f"{head}\n\n{STORY}\n\n{MORE}\n\n责任编辑:韩梅梅\n"
    parsed = read_bytes(text.encode(), "a.txt")
    assert quotable(parsed) == f"夜间公交线路调整\n{STORY}\n{MORE}"
    assert replace(parsed, blocks=()) == ParsedArticle(
        text=text.strip(),
        title="夜间公交线路调整",
        language="zh-Hans",
        published="2024-03-05T08:30",
        author="李雷",
        source="某某日报",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    text = f"夜间公交线路调整\r\n\r\n{STORY}\r\n\r\n{MORE}"
    parsed = read_bytes(text.encode(encoding), "a.txt")
    assert parsed.text == f"夜间公交线路调整\n\n{STORY}\n\n{MORE}"


def test_traditional_big5() -> None:
    text = "圖書館延長開放\n\n圖書館從下週一起延長開放時間,讀者可以待到晚上十點。"
    parsed = read_bytes(text.encode("cp950"), "a.txt")
    assert (parsed.text, parsed.language) == (text, "zh-Hant")


def test_html_markdown_and_english() -> None:
    page = f"<html><head><title>夜间公交</title></head><body><p>{STORY}</p><p>{MORE}</p></body></html>"
    assert read_bytes(page.encode(), "a.HTM").title == "夜间公交"
    assert read_bytes(page.encode(), "a.txt") == read_bytes(page.encode(), "a.html")  # sniffed
    note = "---\ntitle: Ferry notes\ndate: 2024-01-02\n---\n# Ferry\n\nThe **ferry** is [back](http://a.example)."
    parsed = read_bytes(note.encode(), "a.md")
    untitled = "---\nlayout: post\ntags: [a, b]\n---\n"
    assert read_bytes(f"{untitled}# Ferry\n\nThe ferry is back.".encode(), "a.md").title == "Ferry"
    assert read_bytes(f"{untitled}渡轮今天恢复了通航。".encode(), "渡轮笔记.md").title == "渡轮笔记"
    text = "title: Ferry notes\ndate: 2024-01-02\n\n# Ferry\n\nThe ferry is back."
    assert replace(parsed, blocks=()) == ParsedArticle(text, "Ferry notes", "en", "2024-01-02")


WHOLE_PAGES = {
    "account": """夜间公交来了
原创 夜行者 夜行者 2024-03-05 08:30 北京
点击上方蓝字关注我们
{}
▲ 图源网络
{}
END
作者 | 李雷
编辑 | 韩梅梅
推荐阅读
往期文章一
点击下方名片关注
阅读原文
阅读 10万+
写下你的留言""",
    "question": """首页
发现
等你来答
夜间公交来了,值得坐吗?
关注问题
写回答
128 人赞同了该回答
{}
{}
编辑于 2024-03-05 08:30
・IP 属地北京
赞同 128
35 条评论
分享
收藏
喜欢""",
    "portal": """某某网首页 > 新闻中心 > 国内新闻 > 正文
夜间公交来了
2024-03-05 08:30:12 来源: 某某日报
举报
0
分享至
用微信扫码二维码
{}
{}
特别声明:以上内容为自媒体用户上传并发布,本平台仅提供信息存储服务。
返回首页""",
    "newspaper": """某報 / 生活 / 生活新聞
夜间公交来了
2024-03-05 08:30 某報/ 記者王小明/台北即時報導
分享
留言
列印
A-
A+
{}
請繼續往下閱讀...
{}
延伸閱讀
公車司機加薪
猜你喜歡
贊助廣告""",
    "forum": """论坛首页
登录
注册
夜间公交来了
楼主: 夜行者
发表于 2024-3-5 08:30:12
只看该作者
{}
{}
回复
举报
本版积分规则
Powered by Example! X3
© 2001-2024 Example Inc.
GMT+8, 2024-3-6 10:00 , Processed in 0.05 second(s)""",
}


@pytest.mark.parametrize("page", WHOLE_PAGES.values(), ids=WHOLE_PAGES)
def test_whole_pages_saved_as_text(page: str) -> None:
    parsed = read_bytes(page.format(STORY, MORE).encode(), "page.txt")
    assert parsed.title.startswith("夜间公交来了")
    assert re.sub(r"\n+", "\n", parsed.text) == page.format(STORY, MORE)  # nothing is lost
    # A notice between sentences may be the writer's own.
    assert quotable(parsed).replace("請繼續往下閱讀...\n", "") == f"{parsed.title}\n{STORY}\n{MORE}"
    assert parsed.published == "2024-03-05T08:30"


def test_an_english_page_saved_as_text() -> None:
    page = """Skip to content
Menu
Sign In
Local
Harbor dredging to start in May
By Jane Doe
Staff Writer
Jan. 23, 2024 3:15 PM PT
Share via
The port authority said that dredging will start in May.
Advertisement
Ships have had to wait for the tide since 2019.
More to Read
Port strike ends
Get our briefing in your inbox.
Enter email address
Sign Me Up
You may occasionally receive promotional content from the Example Post.
Most Read
Story one
Copyright © 2024, Example Post | Terms of Service | Privacy Policy"""
    parsed = read_bytes(page.encode(), "page.txt")
    assert (parsed.title, parsed.author) == ("Harbor dredging to start in May", "Jane Doe")
    assert parsed.published == "2024-01-23T15:15"
    lines = page.split("\n")
    assert parsed.text == page
    assert quotable(parsed) == "\n".join((lines[4], lines[9], lines[11]))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("东湖水质报告.txt", "东湖水质报告"),
        ("harbor_dredging-2024.txt", "harbor dredging-2024"),
        ("003_3785decf4d3aef11.txt", STORY.rstrip("。")),
        ("未命名.txt", STORY.rstrip("。")),
        ("index.txt", STORY.rstrip("。")),
    ],
)
def test_a_text_without_a_title_takes_its_file_name_or_its_opening(name: str, title: str) -> None:
    assert read_bytes(f"{STORY}{MORE}".encode(), name).title == title


def test_one_giant_line_keeps_every_sentence() -> None:
    sentences = [f"第{i}号线路全长{i}公里,票价两元。" for i in range(2000)]
    parsed = read_bytes((" ".join(sentences) + " 来源:某某网 (责任编辑:李雷 HN002)").encode(), "a.txt")
    assert parsed.text.startswith(" ".join(sentences))
    assert parsed.source == "某某网"


def test_nothing_a_file_holds_reaches_the_terminal() -> None:
    evil = f"标题\x1b[2J\u202e在此\n作者:李\x1b[31m雷\u200b\n\n{STORY}\x9b31m\ud800"
    parsed = read_bytes(evil.encode("utf-8", "surrogatepass"), "a.txt")
    shown = "".join(filter(None, (parsed.text, parsed.title, parsed.author, parsed.source)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    head = read_bytes(f'---\ntitle: "a\x1b]0;x\x07b"\n---\n{STORY}'.encode(), "a.md")
    assert head.title == "a]0;xb"


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.txt", "empty"),
        (b"\n \n", "a.md", "empty"),
        (b"%PDF-1.4 ...", "a.txt", "PDF"),
        (b"text", "a.doc", "kind of file"),
        (b"text", "a.docx", "another kind"),
        (b"text", "README", "kind of file"),
        (b"<html><body></body></html>", "a.html", "no article text"),
        ("<html><p>广告<p>分享到:微信 微博<p>返回顶部".encode(), "a.html", "no article text"),
        (b"a" * (MAX_BYTES + 1), "a.txt", "too large"),
        (b"a\n" * (MAX_LINES + 1), "a.txt", "too many lines"),
        (b"a\r" * (MAX_LINES + 1), "a.md", "too many lines"),
        (b"<html><p>a" * (MAX_TAGS // 2 + 1), "a.html", "too many tags"),
    ],
    ids=[
        "empty",
        "blank",
        "pdf",
        "doc",
        "docx",
        "no suffix",
        "markup",
        "furniture",
        "large",
        "lines",
        "old lines",
        "tags",
    ],
)
def test_what_is_refused(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason) as error:
        read_bytes(data, name)
    assert error.value.hint


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(ReadError, match="too large"):
        read_bytes(bytes(MAX_BYTES + 1), "large.txt")


def test_suffixes_have_their_dot() -> None:
    assert ".md" in SUFFIXES and all(s.startswith(".") for s in SUFFIXES)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda t: t.encode("utf-8", "ignore")),
    st.sampled_from(sorted(SUFFIXES)),
)
def test_any_bytes_gives_an_article_or_a_read_error(data: bytes, suffix: str) -> None:
    check_file(data, suffix)


def test_a_web_page_called_document_and_a_document_called_text() -> None:
    with pytest.raises(ReadError, match=r"called \.pdf but is of another kind"):
        read_bytes(b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "report.pdf")
    report = make_pdf([column(STORY.replace(",", "，"))])
    assert read_bytes(report, "report.md") == read_bytes(report, "report.pdf")


def test_documents_may_be_larger_than_texts() -> None:
    assert max_bytes("a.txt") == max_bytes("a.html") == MAX_BYTES < max_bytes("A.PDF") == max_bytes("a.epub")
    large = b"%PDF-1.7\n" + bytes(MAX_BYTES)
    for name, reason in (("a.pdf", "damaged"), ("a.txt", "too large")):
        with pytest.raises(ReadError, match=reason):
            read_bytes(large, name)


def test_reading_text_imports_no_library_for_other_kinds() -> None:
    code = (
        "import sys; from index.readers.registry import read_bytes; read_bytes('一句话。'.encode(), 'a.txt');"
        "sys.exit(any(m in sys.modules for m in ('trafilatura', 'lxml', 'pypdfium2', 'zipfile')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_the_language_is_that_of_the_prose() -> None:
    code = "```\n" + "select the name from a list where it is in the table\n" * 20 + "```\n"
    assert (
        read_bytes(f"# 安装\n\n先装好数据库，再运行下面的命令。\n\n{code}".encode(), "a.md").language
        == "zh-Hans"
    )
    assert read_bytes(code.encode(), "a.md").language == "en"
