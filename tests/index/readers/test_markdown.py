"""Markdown becomes readable text and loses no words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.marks import CAPTION, HEADER, METADATA, QUOTATION, REFERENCE, without_marks
from index.cleaning.metadata import Metadata
from index.readers.markdown import read_markdown

LETTERS = dict(zip((QUOTATION, CAPTION, HEADER, METADATA), "QCHM", strict=True))


def plain(text: str) -> str:
    return without_marks(read_markdown(text)[0])


def marked(text: str) -> str:
    """The text with a letter and a colon before each line that the reader marks."""
    return re.sub("[\ufdd1-\ufdd4]", lambda m: f"{LETTERS[m[0]]}:", read_markdown(text)[0])


MATHML = "<math><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup><mo>*</mo><mi>k</mi></math>"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("这是**重点**内容", "这是重点内容"),
        ("*斜体* 与 _斜体_,__粗体__,***又粗又斜***", "斜体 与 斜体,粗体,又粗又斜"),
        ("~~删除~~ 与 ==高亮==", "删除 与 高亮"),
        ("snake_case_name 与 2*3*4 与 `x*y*z`", "snake_case_name 与 2*3*4 与 x*y*z"),
        ('见[链接](http://a.example/b_(c) "题")和[另一个][1]\n\n[1]: http://a.example', "见链接和另一个"),
        ("数组 a[i][j]", "数组 a[i][j]"),
        ("<https://a.example/x_y_z>", "https://a.example/x_y_z"),
        ("![](a.png)前![图](b.png)后", "前后"),
        ("![仓库外景照片](b.png)", "仓库外景照片"),
        ("[![仓库外景照片](b.png)](http://a.example)", "仓库外景照片"),
        ("见[[仓库笔记|笔记]]和[[仓库]]", "见笔记和仓库"),
        ("见[[仓库#盘点]]、[[仓库#^a1b2]]和[[#盘点]]", "见仓库 > 盘点、仓库和盘点"),
        ("前![[图.png|300]]后![[录音.mp3]]", "前后"),
        ("![[仓库笔记]]", "仓库笔记"),
        ("前%%不给人看%%后,涨了 5%", "前后,涨了 5%"),
        ("它建成了^[见《县志》，卷三]。x^2^[[a|b]] ^[", "它建成了 (见《县志》，卷三)。x^2^b ^["),
        ("一段话。 ^a1b2c3", "一段话。"),
        ("2 ^10 与 x^2", "2 ^10 与 x^2"),
        ("> [!warning]- 小心", "小心"),
        ("> [!quote|right] 引文", "引文"),
        ("- [/] 做了一半", "- 做了一半"),
        ("- TODO [#A] 盘点", "- 盘点"),
        ("面积:: 三亩", "面积: 三亩"),
        ("仓库[面积:: 三亩]在东边(建于:: 1974)", "仓库[面积: 三亩]在东边(建于: 1974)"),
        ("见((64b7f2a0-1234-4abc-9def-0123456789ab)){{embed [[x]]}}后", "见后"),
        ("std::vector 与 a[std::string]", "std::vector 与 a[std::string]"),
        ("脚注[^1]在此", "脚注在此"),
        ("[^1]: 脚注的内容", "脚注的内容"),
        ("[1]: http://a.example", ""),
        (r"\*不是强调\* 和 \# 井号", "*不是强调* 和 # 井号"),
        ("> 引用的话", "引用的话"),
        ("> [!NOTE] 请注意", "请注意"),
        ("* 第一项", "- 第一项"),
        ("- 外\n  + 内层", "- 外\n  - 内层"),
        ("- NOW we know", "- NOW we know"),
        ("3) 第三项", "3) 第三项"),
        ("1958.", "1958."),
        ("-", ""),
        ("- 建成\n  1. \n  2. 通车", "- 建成\n  1.\n  2. 通车"),
        ("- [x] 做完了", "- 做完了"),
        ("## 小节 ##", "## 小节"),
        ("## 小节 {#part}", "## 小节"),
        ("#标签不是标题", "#标签不是标题"),
        ("**“引号”**的话", "“引号”的话"),
        ("他说**“好”**。", "他说“好”。"),
        ("**重点：**内容**再次**！", "重点：内容再次！"),
        ("x**2 + y**2", "x**2 + y**2"),
        ("a == b == c 与 3~5 元", "a == b == c 与 3~5 元"),
        ("质能 $E=mc^2$，价 $5 与 $10", "质能 E=mc^2，价 $5 与 $10"),
        ("HK$3、US$4，$5，HK$ 6", "HK$3、US$4，$5，HK$ 6"),
        ("&lt;b&gt; &amp; &copy", "<b> & &copy"),
        ("Vec<String> 与 <b>粗</b> <!-- 注 -->完", "Vec<String> 与 粗 完"),
        ("H<sub>2</sub>O、10<sup>6</sup>、x<sup>k</sup>", "H₂O、10⁶、x^k"),
        (f"能量 {MATHML} 守恒，`{MATHML}`", f"能量 E = mc²*k 守恒，{MATHML}"),
        ("a <math>\n<mi>x</mi>\n  <mo>_</mo><mi>y</mi></math> _b_", "a x_y b"),
        ("<math alttext='x_1'></math>", "x₁"),
        (f"a <math>{'<mrow>' * 900}x</math>", "a x"),
        ("<math>没有结尾，x<y", "<math>没有结尾，x<y"),
        ('一<br>二 <span class="a">三</span>', "一\n二 三"),
        ("[备注]: 未含税", "[备注]: 未含税"),
        ("[注](见第三页)", "[注](见第三页)"),
        ("[附件](./一 二.pdf)![](图 一.png)", "附件"),
        ("长 20%[1](http://a.example)", "长 20%[1]"),
        ("数 [^a-z] 与 [^1]", "数 [^a-z] 与"),
        ("{% include a.html %}文 {{ site.url }}`{{ x }}`", "文 {{ x }}"),
        ('{{< figure src="a.png" caption="仓库外景" >}}', "仓库外景"),
        ("{{c1::北京::城市}}是首都", "北京是首都"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("<!-- 没有结尾\n\n正文", "<!-- 没有结尾\n\n正文"),
        ("第一行  \n第二行\\\n第三行\n第四行", "第一行\n第二行\n第三行\n第四行"),
        ("术语\n: 定义", "术语\n定义"),
        ("> [!note]\n> 内容", "内容"),
        (":::tip 提示\n内容\n:::", "提示\n\n内容"),
        ('!!! note "提示"\n    内容\n\n    - 项', "提示\n\n内容\n\n- 项"),
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
    assert plain("段落一。\n段落二。\n---\n段落三。") == "段落一。\n段落二。\n\n段落三。"
    assert plain("段落。\n---\n段落。") == "段落。\n\n段落。"


def test_code_is_kept_as_it_is() -> None:
    code = "```python\ndef f(x):\n    return x ** 2  # **not bold**\n```"
    assert plain(code) == code
    assert plain("~~~\n*a*\n~~~") == "```\n*a*\n```"
    assert plain("文\n\n    x = *a*\n\n文") == "文\n\n```\nx = *a*\n```\n\n文"
    assert plain("文\n\n    缩进的一段话，不是代码。\n\n文") == "文\n\n缩进的一段话，不是代码。\n\n文"
    assert plain("{% highlight ruby %}\nputs {{ x }}\n{% endhighlight %}") == "```ruby\nputs {{ x }}\n```"
    assert plain("````\n```\na\n```\n````") == "````\n```\na\n```\n````"
    assert marked("~~~ 没有结尾，也没有正文") == "C:没有结尾，也没有正文"
    assert marked('```sh title="备份"\nls\n```') == "C:备份\n```sh\nls\n```"


def test_lists_keep_their_depth_and_numbers() -> None:
    source = """3. 三
   续行

   第二段
   - 内一
     ```sh
     ls  -a
     ```
   - [ ] 内二
4. 四
5) 换一种

文"""
    assert (
        plain(source)
        == """3. 三
  续行

  第二段
  - 内一
    ```sh
    ls  -a
    ```
  - 内二
4. 四
5) 换一种

文"""
    )
    assert plain("- ## 标题\n  - 项") == "## 标题\n  - 项"


def test_tables_keep_every_cell() -> None:
    source = "前\n| 甲 | 乙 | |\n|---|:-:|\n| 1 || 3 | 4 |\n| | `a\\|b` | x<br>y |\n后"
    assert marked(source) == "前\nH:甲 | 乙 | \n1 |  | 3 | 4\n | a|b | x y\n后"
    assert marked("甲 | 乙\n--|--\n1 | 2") == "H:甲 | 乙\n1 | 2"
    assert marked("| | |\n|-|-|\n| 1 | 2 |") == "1 | 2"
    html = "<table>\n<tr><th>甲</th><th>乙</th></tr>\n\n<tr><td>1</td><td>2</td></tr>\n</table>"
    assert plain(html).split("\n") == ["甲 | 乙", "1 | 2"]
    raised = f"<table><tr><td>x<sup>2</sup></td><td>H<sub>2</sub>O &lt; {MATHML}</td></tr></table>"
    assert plain(raised) == "x² | H₂O < E = mc²*k"


def test_quotations_and_captions_are_marked() -> None:
    assert marked("> 引用\n> - 项\n>\n> 第二段\n\n文") == "Q:引用\nQ:- 项\n\nQ:第二段\n\n文"
    assert marked("> [!tip] 提示\n> 内容") == "提示\n内容"
    assert marked("> [!quote]\n> 内容") == "Q:内容"
    assert marked("文\n\n![仓库外景](a.png)") == "文\n\nC:仓库外景"
    assert marked('![](a.png "仓库外景")') == "C:仓库外景"


def test_notes_stay_in_order() -> None:
    source = "文[^1]与[^b]。\n\n[^1]: 一。\n[^b]: 二。\n\n    又一段。\n\n末。"
    assert plain(source) == "文与。\n\n一。\n二。\n\n又一段。\n\n末。"


def test_formulas() -> None:
    assert plain("$$\na = b \\\\\n+ c\n$$") == "a = b \\\\ + c"
    assert plain("$$ a $$") == "a"
    assert plain("$$\n没有结尾") == "$$\n没有结尾"


def test_what_nests_too_deep_is_kept_as_it_is() -> None:
    for source in ("> " * 200 + "长桥", "".join("  " * i + "- 长桥\n" for i in range(90))):
        assert plain(source).count("长桥") == source.count("长桥")


WORDS = st.sampled_from(["长桥", "bridge", "1958", "x", "引用", "a_b", "3.5"])
INLINE = st.sampled_from(
    [*("{}", "**{}**", "*{}*", "`{}`", "[{}](/-)", "~~{}~~", "“{}”", "**{}：**", "=={}==", "({})", "_{}_")]
)
BLOCKS = st.sampled_from(
    [
        *(
            "{}",
            "# {}",
            "- {}",
            "  - {}",
            "2. {}",
            "> {}",
            "| {} | {} |",
            "    {}",
            "```\n{}\n```",
            "{}\n===",
        ),
        *(
            "---\n{}",
            "| {} |\n|---|",
            "[^n]: {}",
            "<div>\n{}\n</div>",
            "- [ ] {}\n\n  {}",
            "\t{}",
            "$$\n{}\n$$",
        ),
        *("{}  \n{}", "* * *\n{}", "<!-- - -->\n{}", "!!! note\n    {}", "%% - %%{}", "{}\\\n{}"),
    ]
)
SIGNS = st.text("*_`~=[](){}<>|#$%&!^:;\\\"'-+.0 \n\tab，：“”长桥", max_size=60)


@given(
    st.lists(st.tuples(BLOCKS, st.lists(st.tuples(INLINE, WORDS), min_size=1, max_size=3)), max_size=8),
    st.booleans(),
)
def test_every_word_stands_in_the_text_in_order(
    blocks: list[tuple[str, list[tuple[str, str]]]], apart: bool
) -> None:
    source, words = [], ""
    for block, content in blocks:
        line = " ".join(inline.format(word) for inline, word in content)
        source.append(block.format(line, line))
        words += line * block.count("{}")
    text = plain(("\n\n" if apart else "\n").join(source))
    kept = iter(re.sub(r"[\W_]|^ *\d+[.)] ", "", text, flags=re.M))
    lost = [letter for letter in re.sub(r"[\W_]", "", words) if letter not in kept]
    assert not lost


@given(SIGNS)
def test_signs_in_any_order_are_read(source: str) -> None:
    text = plain(source)
    kept = iter(text)
    if not re.search(r"[\[\]<{%=$:^]|`{3}|~{3}", source):  # no link, tag, template or comment hides words
        lost = [letter for letter in re.sub(r"[\W\d_]", "", source) if letter not in kept]
        assert not lost


def test_front_matter() -> None:
    head = 'title: "仓库: 盘点"\ndate: 2024-03-05 08:30\nauthor:\n  - 李雷\n  - 韩梅梅\n'
    head += "source: 某某网\ntags: [a, b]"
    text, metadata = read_markdown(f"---\n{head}\n# 内部\n---\n正文。")
    assert metadata == Metadata("仓库: 盘点", "2024-03-05T08:30", "李雷, 韩梅梅", "某某网")
    assert [line.removeprefix(METADATA) for line in text.split("\n")] == [
        *("title: 仓库: 盘点", "date: 2024-03-05 08:30", "author: 李雷, 韩梅梅", "source: 某某网"),
        *("tags: a, b", "内部", "", "正文。"),
    ]
    assert text.count(METADATA) == 6
    assert marked("+++\n[params]\nkey = 1\n+++\n文") == "M:params\nM:key: 1\n\n文"
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


def test_values_of_front_matter_may_go_on_without_indentation() -> None:
    head = 'title: a\ndate: 2015-09-03\ntags:\n- x\n\ntext: "b\nc d."\nlayout: e'
    text, facts = read_markdown(f"---\n{head}\n---\nf")
    assert [line.lstrip(METADATA) for line in text.split("\n")] == [
        *("title: a", "date: 2015-09-03", "tags: x", "text: b", 'c d."', "layout: e", "", "f"),
    ]
    assert text.count(METADATA) == 6 and facts.title == "a"


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
    assert text.split("\n\n")[0].replace(METADATA, "").split("\n") == [
        *("title: 东湖仓库", "aliases: 仓库, 东仓", "tags: 盘点", "author: 李雷"),
        *("source: https://www.depot.example/a/b?c=d", "published: 2024-03-05"),
    ]
    body = text.partition("\n\n")[2]
    assert body.split() == ["第一段。", "```python", "%%time", "x", "=", "1", "```", "第二段。"]
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
    assert [line.removeprefix(METADATA) for line in text.split("\n") if line.strip()] == [
        *("title: 东湖仓库", "alias: 东仓", "date: 2024-03-05", "- 仓库建于 1974 年。", "  - 屋顶修好了。")
    ]
    assert (metadata.title, metadata.published) == ("东湖仓库", "2024-03-05")


def test_a_head_without_rules_tells_facts() -> None:
    text, metadata = read_markdown("Title: The ferry\nDate: March 5, 2024\nAuthor: Jane\n\nIt sails.")
    assert metadata == Metadata("The ferry", "2024-03-05", "Jane")
    assert text.startswith("Title: The ferry\n")
    assert read_markdown("标题：渡轮\n作者：李雷\n\n正文。")[1] == Metadata("渡轮", None, "李雷")
    assert read_markdown("Note: this.\nAuthor, here.\n\nText.")[1] == Metadata()


@pytest.mark.parametrize(
    "text", ["甲%%乙\n丙。", ":LOGBOOK:\n正文。", "```dataview\n正文。", "%%\n%%\n%%\n正文。"]
)
def test_what_hides_text_and_never_ends_hides_nothing(text: str) -> None:
    assert text[-3:] in plain(text)


@pytest.mark.parametrize(
    ("items", "aside"),
    [
        (["[Wheels](#wheels)", "[Sails](#sails)", "  - [Cloth [new]](#cloth)"], True),
        (
            [
                "[ ] [水车怎么修](https://mill.example/a)",
                "[ ] [風車](https://mill.example/b)",
                "[轮](https://c.example)",
            ],
            True,
        ),
        (["[Wheels](#wheels)", "[Sails](#sails)"], False),
        (["[Wheels](#wheels)", "[Sails](#sails)", "[Cloth](#cloth): of linen"], False),
        (["[水车](#a)", "[風車](#b)", "[轮子一年要上三次油。](https://c.example)：三次"], False),
        (
            ["[Wheels](#wheels)", "[Sails](#sails)", f"[{'They turn all day. ' * 6}](https://c.example)"],
            False,
        ),
    ],
)
def test_lists_of_links_alone_are_no_text_of_the_article(items: list[str], aside: bool) -> None:
    listed = "\n".join(item if item.startswith(" ") else f"- {item}" for item in items)
    story = "The wheel is of oak, and the sails are of linen. " * 9
    text, _ = read_markdown(f"# Mills\n\n{listed}\n\n{story}")
    assert text.count(REFERENCE) == (len(items) if aside else 0)
    assert text.endswith(f"\n\n{story.strip()}")


def test_a_note_of_links_is_about_them() -> None:
    links = "\n".join(f"- [Mill {i}](https://example.com/{i})" for i in range(9))
    assert REFERENCE not in read_markdown(f"# Mills\n\nKept here.\n\n{links}\n")[0]
    assert read_markdown(f"# Mills\n\n{'The mill grinds. ' * 20}\n\n{links}\n")[0].count(REFERENCE) == 9
