"""Trees of markup become text that keeps headings, lists, rows and code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from index.readers.html_text import text_of


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
        ("<ul><li>一<li><p>二</p><ul><li>内</ul></ul>后", "- 一\n- 二\n- 内\n\n后"),
        ("<ol start=3><li>三<li>四</ol>", "3. 三\n4. 四"),
        ("<ul><li></li><li>有</li></ul><h2></h2>", "- 有"),
        ("<table><tr><th>线路<th>班次<tr><td><p>N1</p><p>快</p><td>20</table>", "线路 | 班次\nN1 快 | 20"),
        ("前<pre>def f():\n    return  1\n</pre>后", "前\n\n```\ndef f():\n    return  1\n```\n\n后"),
        ("<p><ruby>漢<rp>(</rp><rt>かん</rt></ruby>字</p>", "漢字"),
        ("<p>增长了5%<sup><a href='#fn1'>[1]</a></sup>。</p>", "增长了5%。"),
        ("<p>注 <a href='#note-ref-1'>↑</a></p><p>x<sup>2</sup>, <a href='#a'>1</a></p>", "注\n\nx2, 1"),
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
