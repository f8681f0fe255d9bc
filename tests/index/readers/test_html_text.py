"""Trees of markup become text that keeps headings, lists, rows and code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from index.cleaning.marks import CAPTION, HEADER, QUOTATION
from index.readers.html_text import MAX_MERGED, text_of


def text(body: str) -> str:
    return text_of(document_fromstring(f"<html><head><title>x</title></head><body>{body}</body></html>"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "<h1>题 <i>目</i></h1><p>一段<b>话</b>。</p><h3>小节</h3>话",
            "# 题 目\n\n一段话。\n\n### 小节\n\n话",
        ),
        ("<p>中文\n 换行</p><p>English\n  wrapped</p>", "中文换行\n\nEnglish wrapped"),
        ("<div>甲<div>乙</div>丙</div>", "甲\n乙\n丙"),
        ("甲<br>乙<br/><br/>丙", "甲\n乙\n丙"),
        (
            "<ul><li>一<li><p>二</p><p>续</p><ul><li>内<ol><li>深</ol></ul>后</ul>尾",
            "- 一\n- 二\n  续\n  - 内\n    1. 深\n  后\n\n尾",
        ),
        ("<ol start=3><li>三<li value=7>七<li>八</ol>", "3. 三\n7. 七\n8. 八"),
        ("<ol reversed><li>a<li>b</ol>", "2. a\n1. b"),
        ("<ul><li></li><li>有</li></ul><h2></h2>", "- 有"),
        (
            "<table><caption>表</caption><tr><th>线路<th>班次<tr><td><p>N1</p><p>快</p><td>20"
            "<tr><td><td>a | b</table>",
            f"{CAPTION}表\n\n{HEADER}线路 | 班次\nN1 快 | 20\n | a|b",
        ),
        (
            "<table><tr><th rowspan=2>甲<th colspan=2>乙<tr><th>丙<th>丁<tr><td>1<td>2<td>3</table>",
            f"{HEADER}甲 | 乙 | \n{HEADER} | 丙 | 丁\n1 | 2 | 3",
        ),
        ("<table><tr><th>甲<td>1<tr><td><table><tr><td>a<td>b</table><td>c</table>", "甲 | 1\na b | c"),
        ("<blockquote><p>一</p><p>二</p></blockquote>三", f"{QUOTATION}一\n\n{QUOTATION}二\n\n三"),
        ("<figure><img><figcaption>图 1</figcaption></figure>后", f"{CAPTION}图 1\n\n后"),
        ("<pre class='language-python'>a\n  b</pre>", "```python\na\n  b\n```"),
        ("<pre><code class='lang-c'>a</code></pre>", "```c\na\n```"),
        ("<details><summary>开</summary>内</details><dl><dt>键<dd>值</dl>", "开\n内\n\n键\n值"),
        ("1 m<sup>3</sup> = 10<sup>6</sup> cm<sup>3</sup>, H<sub>2</sub>O", "1 m³ = 10⁶ cm³, H₂O"),
        (
            "x<sup>n+1</sup>, x<sup>max</sup>, e<sup>-x/2</sup>, v<sub>x,y</sub>",
            "xⁿ⁺¹, x^max, e^(-x/2), v_(x,y)",
        ),
        ("19<sup>th</sup>, 2<sup>n</sup>, 牌<sup>TM</sup>, 句<sup>[1]</sup>", "19th, 2ⁿ, 牌TM, 句[1]"),
        (f"页上的{CAPTION}字符&#xfdd1;", "页上的字符"),
        ("前<pre>def f():\n    return  1\n</pre>后", "前\n\n```\ndef f():\n    return  1\n```\n\n后"),
        ("<p><ruby>漢<rp>(</rp><rt>かん</rt></ruby>字</p>", "漢字"),
        ("<p>增长了5%<sup><a href='#fn1'>[1]</a></sup>。</p>", "增长了5%。"),
        ("<p>注 <a href='#note-ref-1'>↑</a></p><p>x<sup>2</sup>, <a href='#a'>1</a></p>", "注\n\nx², 1"),
        ("前<script>不</script><style>不</style><template>不</template><!-- 不 -->后", "前后"),
    ],
)
def test_elements(body: str, expected: str) -> None:
    assert text(body) == expected


TAGS = st.sampled_from([*"p div h1 ul ol li table tr td pre b br ruby rt blockquote sup a".split()])  # noqa: SIM905


def _element(made: tuple[str, list[str]]) -> str:
    tag, inner = made
    return f"<{tag}>{''.join(inner)}</{tag}>" if tag != "br" else "<br>"


@given(st.recursive(st.just("字"), lambda inner: st.tuples(TAGS, st.lists(inner, max_size=4)).map(_element)))
def test_no_text_is_lost(body: str) -> None:
    tree = document_fromstring(f"<html><body>{body}</body></html>")
    for reading in tree.xpath("//rt"):
        reading.drop_tree()
    assert text(body).count("字") == tree.text_content().count("字")


def test_cells_that_claim_to_cover_the_world_are_bounded() -> None:
    row = "<tr>" + "<td rowspan=9999 colspan=9999>桥"
    assert len(text(f"<table>{row * 20}</table>")) < 10 * 4 * MAX_MERGED
