"""Markdown becomes readable text and loses no words."""

from __future__ import annotations

import pytest

from index.cleaning.metadata import Metadata
from index.readers.markdown import read_markdown


def plain(text: str) -> str:
    return read_markdown(text)[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("这是**重点**内容", "这是重点内容"),
        ("*斜体* 与 _斜体_,__粗体__,***又粗又斜***", "斜体 与 斜体,粗体,又粗又斜"),
        ("~~删除~~ 与 ==高亮==", "删除 与 高亮"),
        ("snake_case_name 与 2*3*4 与 `x*y*z`", "snake_case_name 与 2*3*4 与 x*y*z"),
        ('见[链接](http://a.example/b_(c) "题")和[另一个][1]', "见链接和另一个"),
        ("<https://a.example/x_y_z>", "https://a.example/x_y_z"),
        ("![](a.png)前![图](b.png)后", "前后"),
        ("![仓库外景照片](b.png)", "仓库外景照片"),
        ("[![仓库外景照片](b.png)](http://a.example)", "仓库外景照片"),
        ("见[[仓库笔记|笔记]]和[[仓库]]", "见笔记和仓库"),
        ("见[[仓库#盘点]]、[[仓库#^a1b2]]和[[#盘点]]", "见仓库 > 盘点、仓库和盘点"),
        ("前![[图.png|300]]后![[录音.mp3]]", "前后"),
        ("![[仓库笔记]]", "仓库笔记"),
        ("前%%不给人看%%后,涨了 5%", "前后,涨了 5%"),
        ("一段话。 ^a1b2c3", "一段话。"),
        ("2 ^10 与 x^2", "2 ^10 与 x^2"),
        ("> [!warning]- 小心", "小心"),
        ("> [!quote|right] 引文", "引文"),
        ("- [/] 做了一半", "- 做了一半"),
        ("- TODO [#A] 盘点", "- 盘点"),
        ("面积:: 三亩", "面积: 三亩"),
        ("仓库[面积:: 三亩]在东边(建于:: 1974)", "仓库三亩在东边1974"),
        ("见((64b7f2a0-1234-4abc-9def-0123456789ab)){{embed [[x]]}}后", "见后"),
        ("std::vector 与 a[std::string]", "std::vector 与 a[std::string]"),
        ("脚注[^1]在此", "脚注在此"),
        ("[^1]: 脚注的内容", "脚注的内容"),
        ("[1]: http://a.example", ""),
        (r"\*不是强调\* 和 \# 井号", "*不是强调* 和 # 井号"),
        ("> 引用的话", "引用的话"),
        ("> [!NOTE] 请注意", "请注意"),
        ("* 第一项", "- 第一项"),
        ("  + 内层", "  - 内层"),
        ("3) 第三项", "3) 第三项"),
        ("- [x] 做完了", "- 做完了"),
        ("## 小节 ##", "## 小节"),
        ("#标签不是标题", "#标签不是标题"),
        ("| 苹果 | 20 |", "苹果 | 20"),
        ("|---|--:|", ""),
        ("***", ""),
        ("价格为 5 * 3 元,共 * 15 元", "价格为 5 * 3 元,共 * 15 元"),
    ],
)
def test_a_line(line: str, expected: str) -> None:
    assert plain(line) == expected


def test_underlined_headings() -> None:
    assert plain("标题\n====\n\n小节\n----\n\n段落。") == "# 标题\n\n## 小节\n\n段落。"
    assert plain("段落一。\n段落二。\n---\n段落三。") == "段落一。\n段落二。\n段落三。"


def test_code_is_kept_as_it_is() -> None:
    code = "```python\ndef f(x):\n    return x ** 2  # **not bold**\n```"
    assert plain(code) == code
    assert plain("~~~\n*a*\n~~~") == "```\n*a*\n```"


def test_front_matter() -> None:
    head = 'title: "仓库: 盘点"\ndate: 2024-03-05 08:30\nauthor:\n  - 李雷\n  - 韩梅梅\n'
    head += "source: 某某网\ntags: [a, b]"
    assert read_markdown(f"---\n{head}\n---\n正文。") == (
        "正文。",
        Metadata("仓库: 盘点", "2024-03-05T08:30", "李雷, 韩梅梅", "某某网"),
    )
    assert read_markdown("+++\ntitle = 'Ferry'\ndate = 2024-01-02T03:04:05Z\n+++\nText.")[1] == Metadata(
        "Ferry", "2024-01-02T03:04"
    )
    assert read_markdown("---\nTitle: >-\n  Ferry\n  is back\nauthors: [Jane, Joe]\n---\n")[1] == Metadata(
        "Ferry is back", None, "Jane, Joe"
    )


@pytest.mark.parametrize(
    "text",
    [
        '---\ntitle: "broken: [x\n  bad: : {\n正文的一行。\n---\n正文。',
        "---\n正文。\n\n另一段。\n---\n末尾。",
        "---\ntitle: 没有结尾\n\n正文。",
        "--- \n正文。",
    ],
)
def test_malformed_front_matter_loses_no_text(text: str) -> None:
    assert "正文" in plain(text)


def test_malformed_front_matter_still_gives_its_title() -> None:
    assert read_markdown('---\ntitle: "渡轮: 复航\n乱写的一行\n---\n正文。')[1].title == "渡轮: 复航"


def test_a_vault_note() -> None:
    note = """---
title: 东湖仓库
aliases: [仓库, 东仓]
tags:
  - 盘点
author:
  - "[[李雷]]"
source: "https://www.depot.example/a/b?c=d"
published: 2024-03-05
---
第一段。

%%
草稿:
不给人看。
%%
```dataview
TABLE 面积 FROM #仓库
```
```python
%%time
x = 1
```
第二段。"""
    text, metadata = read_markdown(note)
    assert text.split() == ["第一段。", "```python", "%%time", "x", "=", "1", "```", "第二段。"]
    assert metadata == Metadata("东湖仓库", "2024-03-05", "李雷", "depot.example")


def test_a_logseq_page() -> None:
    page = """title:: 东湖仓库
alias:: 东仓
date:: 2024-03-05

- 仓库建于 1974 年。
  id:: 64b7f2a0-1234-4abc-9def-0123456789ab
  collapsed:: true
\t- DONE 屋顶修好了。
\t  :LOGBOOK:
\t  CLOCK: [2024-03-05 Tue 08:30:00]
\t  :END:"""
    text, metadata = read_markdown(page)
    assert [line.strip() for line in text.split("\n") if line.strip()] == [
        *("date: 2024-03-05", "- 仓库建于 1974 年。", "- 屋顶修好了。")
    ]
    assert (metadata.title, metadata.published) == ("东湖仓库", "2024-03-05")


@pytest.mark.parametrize(
    "text", ["甲%%乙\n丙。", ":LOGBOOK:\n正文。", "```dataview\n正文。", "%%\n%%\n%%\n正文。"]
)
def test_what_hides_text_and_never_ends_hides_nothing(text: str) -> None:
    assert plain(text).endswith(text[-3:])
