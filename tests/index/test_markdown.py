"""Markdown becomes readable text and loses no words."""

from __future__ import annotations

import pytest

from index.markdown import read_markdown
from index.metadata import Facts


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
        Facts("仓库: 盘点", "2024-03-05T08:30", "李雷, 韩梅梅", "某某网"),
    )
    assert read_markdown("+++\ntitle = 'Ferry'\ndate = 2024-01-02T03:04:05Z\n+++\nText.")[1] == Facts(
        "Ferry", "2024-01-02T03:04"
    )
    assert read_markdown("---\nTitle: >-\n  Ferry\n  is back\nauthors: [Jane, Joe]\n---\n")[1] == Facts(
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
