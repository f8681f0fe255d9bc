"""Saved pages: the article stays, the site goes. All pages here are invented."""

from __future__ import annotations

import re

import pytest

from index.cleaning.clean import clean
from index.cleaning.marks import HEADER, QUOTATION
from index.cleaning.metadata import Metadata
from index.errors import ReadError
from index.readers.html import MAX_ATTRIBUTES, MAX_MARKUP, _without_unread, looks_like_html, read_html

CHINESE = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8">
<title>城市夜间公交线路调整方案公布_本地新闻_某某网</title>
<meta property="og:title" content="城市夜间公交线路调整方案公布">
<meta property="article:published_time" content="2024-03-05T08:30:00+08:00">
<meta name="author" content="李雷"><meta property="og:site_name" content="某某网">
<script>var tracker = "不要读我";</script><style>.x{}</style></head><body>
<div class="nav"><a href="/">首页</a><a href="/news">新闻</a><a href="/sport">体育</a></div>
<div class="crumb">当前位置:<a href="/">首页</a> &gt; <a>新闻</a> &gt; 正文</div>
<div class="article"><h1>城市夜间公交线路调整方案公布</h1>
<div class="info">2024-03-05 08:30 来源:<span>某某日报</span> 作者:李雷</div>
<div class="content"><p>  市交通局昨日公布<b>夜间公交</b>线路调整方案,自四月一日起新增六条线路。</p>
<p>方案显示,新线路末班车时间延长至凌晨一点,票价维持两元不变。</p><h2>覆盖范围</h2>
<p>新线路将覆盖东部新区的十二个住宅小区,约三万名居民受益。</p>
<ul><li>N1 路:火车站至东湖</li><li>N2 路:医院至大学城</li></ul>
<table><tr><th>线路</th><th>班次</th></tr><tr><td>N1</td><td>20</td></tr><tr><td>N2</td><td>16</td></tr></table>
<p>“我们会认真听取每一条建议,”负责人王梅说。<br>方案明天起征求意见。</p></div>
<div class="editor">(责任编辑:韩梅梅)</div><div class="share">分享到:<a>微信</a><a>微博</a></div></div>
<div class="related"><h3>相关阅读</h3><ul><li><a href="/1">地铁三号线年底开通</a></li></ul></div>
<div class="comments"><h3>网友评论</h3><p>支持!希望多开几条线路。</p></div>
<div class="footer">Copyright © 2024 某某网 版权所有 京ICP备00000000号</div></body></html>"""

TAIWANESE = """<html><head><title>山區雨量破紀錄 | 某某新聞網</title>
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"x"},
{"@type":"NewsArticle","headline":"山區雨量破紀錄","datePublished":"2023-08-04T10:20:00+08:00",
"author":[{"@type":"Person","name":"王小明"},{"@type":"Person","name":"林小美"}],
"publisher":{"name":"某某新聞網"}}]}</script></head><body>
<header><ul><li>要聞</li><li>生活</li></ul></header><div id="main"><h1>山區雨量破紀錄</h1>
<div class="text">受颱風外圍環流影響,中部山區昨天累積雨量達八百毫米,刷新觀測紀錄。<br><br>
氣象單位指出,這是設站以來單日最高值。<br><br>請繼續往下閱讀...<br><br>
水利單位表示,水庫蓄水率回升到七成五,但下游仍須防範淹水。</div>
<div class="box">不用抽 不用搶 現在用APP看新聞 保證天天中獎 <a>點我下載APP</a></div>
<div class="related">延伸閱讀<ul><li><a href=x>颱風路徑最新預測</a></li></ul></div></div>
<footer>© 某某新聞網 All Rights Reserved.</footer></body></html>"""

ENGLISH = """<html><head><title>Harbor dredging to start in May - The Example Post</title>
<meta name="author" content="Jane Doe"><meta name="date" content="Jan 23, 2024"></head><body>
<nav><a href=/>Home</a> <a>World</a></nav><article><h1>Harbor dredging to start in May</h1>
<p class="byline">By Jane Doe</p>
<p>The port authority said on Tuesday that dredging of the inner harbor will start in May
and cost $48 million.</p>
<h2>Why now</h2>
<p>Ships drawing more than 12 metres have had to wait for the tide since 2019.</p>
<blockquote><p>"We lost two lines to the port next door," he said.</p></blockquote>
<div class="newsletter">Subscribe to our newsletter</div>
<p>Work will stop during the herring season.</p></article>
<aside><h3>Related articles</h3><a>Port strike ends</a></aside>
<div id="cookie">We use cookies to improve your experience. <button>Accept</button></div>
<footer>© 2024 The Example Post. All rights reserved.</footer></body></html>"""


def test_a_chinese_page() -> None:
    text, metadata = read_html(CHINESE)
    assert metadata == Metadata("城市夜间公交线路调整方案公布", "2024-03-05T08:30", "李雷", "某某网")
    text = clean(text)
    for kept in (
        "夜间公交线路调整方案,自四月一日",
        "末班车时间",
        "约三万名",
        "N2 路:医院至大学城",
        "王梅说",
        "征求意见",
    ):
        assert kept in text
    for gone in (
        "首页",
        "当前位置",
        "责任编辑",
        "分享",
        "相关阅读",
        "地铁三号线",
        "评论",
        "支持",
        "Copyright",
        "tracker",
        "**",
    ):
        assert gone not in text
    assert "\n## 覆盖范围\n" in text
    assert "N1 | 20" in text


def test_a_page_of_line_breaks() -> None:
    text, metadata = read_html(TAIWANESE)
    assert metadata == Metadata("山區雨量破紀錄", "2023-08-04T10:20", "王小明, 林小美", "某某新聞網")
    text = clean(text)
    assert "八百毫米" in text and "防範淹水" in text
    for gone in ("要聞", "天天中獎", "延伸閱讀", "颱風路徑", "往下閱讀", "Reserved"):
        assert gone not in text


def test_an_english_page() -> None:
    text, metadata = read_html(ENGLISH)
    assert metadata == Metadata("Harbor dredging to start in May", "2024-01-23", "Jane Doe", None)
    text = clean(text)
    assert "cost $48 million." in text and '"We lost two lines' in text and "herring season." in text
    for gone in ("World", "newsletter", "Port strike", "cookies", "rights reserved"):
        assert gone not in text


def test_a_page_laid_out_by_tables() -> None:
    page = (
        "<html><head><title>公告</title></head><body>"
        "<table><tr><td><a href=1>论坛</a></td></tr></table><table><tr><td>"
        "各位业主:<br><br>本周六上午九点至十二点,小区将停水检修,请提前储水。<br><br>恢复供水后请先放水两分钟再使用。"
        "<br>物业服务中心<br>2022年11月3日</td></tr></table></body></html>"
    )
    text, _ = read_html(page)
    assert "\n本周六上午九点至十二点,小区将停水检修,请提前储水。\n" in text
    assert "|" not in text


@pytest.mark.parametrize(
    "page",
    [
        "<p>明天上午十点开会。</p>",
        "<html><body>明天上午十点开会。</body></html>",
        "<div><div>明天上午十点开会。",
    ],
)
def test_a_short_page_is_read_whole(page: str) -> None:
    assert read_html(page)[0].strip() == "明天上午十点开会。"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>夜间公交线路调整_新闻频道_某某网</title>", "夜间公交线路调整"),
        ("<title>夜间公交线路调整方案 - 某某日报</title>", "夜间公交线路调整方案"),
        ("<title>The ferry is back | Example News</title>", "The ferry is back"),
        ("<title>A well-known ferry</title>", "A well-known ferry"),
        (
            "<meta property='og:title' content='渡轮复航 | 某某网'><meta name='source' content='某某网'>",
            "渡轮复航",
        ),
        ("", None),
    ],
)
def test_titles_lose_the_name_of_the_site(head: str, title: str | None) -> None:
    assert read_html(f"<html><head>{head}</head><body><p>渡轮明天复航。</p></body></html>")[1].title == title


def test_malformed_linked_data_is_passed_over() -> None:
    script = '<script type="application/ld+json">{"headline": </script>'
    assert read_html(f"<html><head>{script}</head><body><p>渡轮明天复航。</p></body>")[1] == Metadata()


def test_letters_and_their_accents_are_one_character() -> None:
    page = "<html><body><p>Die Fa\u0308hre fa\u0308hrt um acht.</p><p>\u0338Das ist alles.</p></body></html>"
    assert read_html(page)[0] == "Die Fähre fährt um acht.\n\n\u0338Das ist alles."


def test_unclosed_font_tags_lose_no_text() -> None:
    page = "<html><body>" + "".join(f"<font color=red><b><p>第{i}天,渡轮停航。" for i in range(400))
    assert "第399天,渡轮停航。" in read_html(page)[0]


def test_pictures_inside_the_page_do_not_count() -> None:
    page = (
        f'<html><body><p>渡轮明天复航。</p><img src="data:image/png;base64,{"A" * MAX_MARKUP}"></body></html>'
    )
    assert read_html(page)[0] == "渡轮明天复航。"


@pytest.mark.parametrize(
    "page",
    ["<html><body>" + "<div>" * 5000 + "文字", "<p>" + "文字。" * MAX_MARKUP, "<!-- 没有文字 -->"],
    ids=["deep", "large", "empty"],
)
def test_pages_that_cannot_be_read_are_refused(page: str) -> None:
    with pytest.raises(ReadError) as error:
        read_html(page)
    assert error.value.hint


def test_sniffing() -> None:
    assert looks_like_html("\n<!DOCTYPE html>\n<p>文字") and looks_like_html(
        "<?xml version='1.0'?><html xmlns='x'>"
    )
    assert looks_like_html("标题\n<script>var a</script>文字")
    assert not looks_like_html("比较 <b> 与 <i> 的文章。") and not looks_like_html(
        '<delect id="8ab"></delect>文字'
    )


def test_boxes_that_call_themselves_adverts_go_and_words_that_only_look_so_stay() -> None:
    story = "<p>The ferry crosses the sound four times a day, and the crossing takes twenty minutes.</p>" * 3
    page = (
        f"<html><body><article><h1>The ferry</h1>{story}"
        '<div class="advert mid"><p>Is your boat insured? Take our two-minute test today.</p></div>'
        '<div class="leads roads"><p>The road to the harbour was widened in 1974 and again in 1998.</p></div>'
        f"{story}</article></body></html>"
    )
    text, _ = read_html(page)
    assert "insured" not in text and "widened in 1974" in text


def test_a_heading_above_a_paragraph_of_the_article_stays() -> None:
    story = "<p>The ferry crosses the sound four times a day, and the crossing takes twenty minutes.</p>" * 3
    heading = "<h2><span class=link>What does the fare cost?</span></h2>"
    text, _ = read_html(
        f"<html><body><article><h1>The ferry</h1>{story}{heading}{story}</article></body></html>"
    )
    assert "## What does the fare cost?" in text


STRUCTURES = (
    "<dl><dt>Adults</dt><dd>6 pounds</dd><dt>儿童</dt><dd>三镑</dd></dl>",
    "<ol><li>Ring the bell.</li><li>等水手开门。</li></ol>",
    "<details><summary>Is there a dog fare?</summary><p>没有，狗免费。</p></details>",
    "<h2>Fares</h2><table><tr><td>Bicycle</td><td>1 pound</td></tr></table>",
    "<h2>Winter</h2><h3>十二月</h3><ul><li>no boats</li></ul>",
    "<figure><img src=a.png><figcaption>The old pier, 一九七四年</figcaption></figure>",
    "<address>Ferry office<br>2 Mill Road</address>",
    "<p>Call us.</p>",
)
NAMES = ("definitions", "steps", "details", "table", "headings", "caption", "address", "short")
MENU = "<ul>" + "".join(f"<li><a href=/{i}>Menu entry {i}</a></li>" for i in range(12)) + "</ul>"


@pytest.mark.parametrize(
    "menu", ["", f"<nav>{MENU}</nav>", f"<div class=sidebar>{MENU}</div>"], ids=["none", "nav", "sidebar"]
)
@pytest.mark.parametrize("paragraphs", [1, 30])
@pytest.mark.parametrize("structure", STRUCTURES, ids=NAMES)
def test_lists_tables_and_so_on_in_the_article_stay(structure: str, paragraphs: int, menu: str) -> None:
    story = "<p>The ferry crosses the sound four times a day, and the crossing takes twenty minutes.</p>"
    body = f"<main><h1>The ferry</h1>{story * paragraphs}{structure}{story}</main>"
    text, _ = read_html(f"<html><body>{menu}{body}</body></html>")
    words = re.sub("<[^>]*>", " ", structure).split()
    assert [word for word in words if word not in text] == [] and "Menu" not in text


@pytest.mark.parametrize("structure", STRUCTURES, ids=NAMES)
def test_a_page_that_is_a_list_or_table_alone_stays(structure: str) -> None:
    for page in (structure, f"<nav><a href=/>Menu</a></nav><section>{structure}</section>"):
        text, _ = read_html(f"<html><body><h1>The ferry</h1>{page}</body></html>")
        words = re.sub("<[^>]*>", " ", structure).split()
        assert [word for word in words if word not in text] == [] and "Menu" not in text


@pytest.mark.parametrize("name", ["newsletter-form", "editorial disclosure", "c-authorbox", "next-post"])
def test_boxes_of_the_site_inside_the_article_go(name: str) -> None:
    story = "<p>The ferry crosses the sound four times a day, and the crossing takes twenty minutes.</p>"
    site = "We sail in a small boat every week, and we write about the harbours that we see."
    box = f'<section class="{name}"><p>{site}</p></section>'
    text, _ = read_html(
        f"<html><body><article><h1>The ferry</h1>{story * 4}{box}{story * 4}</article></body></html>"
    )
    assert "twenty minutes" in text and "small boat" not in text
    whole = f'<html><body><article class="{name}"><h1>The ferry</h1>{story * 4}</article></body></html>'
    assert "twenty minutes" in read_html(whole)[0]


def test_boxes_that_hold_the_article_are_no_adverts() -> None:
    parts = [
        f"<p>Day {i}: the ferry left the harbour at noon, and the sound was calm.</p>" for i in range(40)
    ]
    for whole, name in ((parts, "body-ad"), (parts[:4], "section ads")):
        boxes = "".join(
            f'<div class="{name}">{"".join(whole)}</div>' for _ in range(len(parts) // len(whole))
        )
        menu = (
            "<ul>" + "<li><a href=/>Tickets for the whole family, by day or by month</a></li>" * 60 + "</ul>"
        )
        assert "Day 3" in read_html(f"<html><body>{menu}<article>{boxes}</article></body></html>")[0]


SAVED = """<!DOCTYPE html> <html lang=zh><!--
 Page saved with SingleFile
 url: https://www.ferry.example/news/7
 saved date: Tue Mar 05 2024
--><meta charset=utf-8><title>渡轮复航</title><style>{style}</style>{body}</html>"""
FERRY = "<p>渡轮公司昨天公布了新的航班表，每天开四班。</p><p>票价仍是两元，学生半价，月票四十元。</p>"


def test_a_page_saved_in_one_file() -> None:
    style = (
        "@font-face{src:url(data:font/woff2;base64," + "A" * MAX_MARKUP + ")}" + ".x{}" * (MAX_MARKUP // 4)
    )
    text, metadata = read_html(SAVED.format(style=style, body=f"<article><h1>渡轮复航</h1>{FERRY}</article>"))
    assert "每天开四班" in text and "font-face" not in text
    assert metadata == Metadata("渡轮复航", None, None, "ferry.example")


def test_a_source_that_the_text_names_goes_before_the_address() -> None:
    body = f"<article><h1>渡轮复航</h1><p>来源：海湾日报</p>{FERRY}</article>"
    assert read_html(SAVED.format(style="", body=body))[1].source == "海湾日报"


@pytest.mark.parametrize(
    "script",
    [
        "<script>icon = '<svg width=1>' + path + '<\\/svg>'</script>",
        "<script>for(a=0;a<b.length" + " c1,'" * MAX_ATTRIBUTES + "</script>",
        "<script src='x.js'></script\n\n<!-- The end tag has no end. -->",
        "<svg class=icon viewBox='0 0 9 9' />",
        "<!--><p><style>.x{}</style>",
        "<!-- <script> -->",
        "<p data-html='<script>'>",
    ],
)
def test_a_script_or_a_drawing_takes_no_text_with_it(script: str) -> None:
    body = f"<article><h1>渡轮复航</h1>{script}{FERRY}</article><svg><text>图</text></svg>"
    text = read_html(SAVED.format(style="", body=body))[0]
    assert "每天开四班" in text and "图" not in text and "a=0" not in text


def test_what_is_shown_without_scripts_is_read_if_it_is_most_of_the_page() -> None:
    text = read_html(SAVED.format(style="", body=f"<body><noscript>{FERRY}</noscript>"))[0]
    assert "每天开四班" in text
    hint = f"<body><noscript><p>请启用脚本，否则无法订票。</p></noscript><article>{FERRY}</article>"
    assert "订票" not in read_html(SAVED.format(style="", body=hint))[0]


@pytest.mark.parametrize("name", ["nav", "aside", "footer", "header", "form"])
def test_a_box_around_the_whole_article_is_no_menu(name: str) -> None:
    menu = "<nav><ul><li><a href=/>首页</a></li><li><a href=/f>航班查询</a></li></ul></nav>"
    story = FERRY.replace("</p><p>", "") * 4
    body = f"<body><{name} class=sidebar>{menu}<ul><li><div><h1>渡轮复航</h1>{story}</div>"
    text = read_html(SAVED.format(style="", body=body))[0]
    assert "每天开四班" in text and "航班查询" not in text


def test_text_in_shadow_trees_is_read() -> None:
    body = f"<main-story><template shadowrootmode=open><article>{FERRY}</article></template></main-story>"
    assert "月票四十元" in read_html(SAVED.format(style="", body=body))[0]
    hidden = f"<template><p>不显示的模板。</p></template><article>{FERRY}</article>"
    assert "不显示" not in read_html(SAVED.format(style="", body=hidden))[0]


def test_a_frame_is_read_where_the_page_is_nearly_empty() -> None:
    frame = f'<iframe srcdoc="<html><body><p>今天买船票送雨伞。</p>{FERRY}</body></html>"></iframe>'
    assert "雨伞" in read_html(SAVED.format(style="", body=f"<p>请稍候</p>{frame}"))[0]
    assert "雨伞" not in read_html(SAVED.format(style="", body=f"<article>{FERRY * 6}</article>{frame}"))[0]


def test_no_number_of_attributes_keeps_a_page_from_being_read() -> None:
    """The parser compares each attribute with those before it: this would take it minutes."""
    crowd = " ".join(f'a{i}="v>{i}"' for i in range(160_000))
    page = f"<html><body><p class='x' {crowd}>{FERRY}</p><p {crowd}>票价是两元。</p></body></html>"
    assert "每天开四班" in (text := read_html(page)[0])
    assert "票价是两元" in text


@pytest.mark.parametrize("tail", ["", '"', "'", "=", "<a"])
def test_few_attributes_stay_as_they_are(tail: str) -> None:
    page = f"<p a b='>' c=\"<p\" d=x/y e = 'f' =g {tail}>" + f"<p {'a ' * MAX_ATTRIBUTES}>" + tail
    assert _without_unread(page) == page


STORY = "<p>" + "水塔高三十二米，由石料砌成，供两千户人家用水。" * 6 + "</p>"
ARTICLE = f"<article><h1>新水塔</h1>{STORY}{STORY}</article>"


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        (
            "",
            f'<p id="js_content">{STORY}<script>var ct = "1699000000";</script>',
            "2023-11-03T16:26",
        ),
        (
            "",
            f'<em id="publish_time">2022-11-03 16:26</em><p id="js_content">{STORY}',
            "2022-11-03T16:26",
        ),
        ("", f'{ARTICLE}<script>var ct = "1699000000";</script>', None),
        ("", f'{ARTICLE}<div class="ContentItem-time">发布于 2021-05-02 09:30</div>', "2021-05-02T09:30"),
        ("", f'{ARTICLE}<div class="ContentItem-time">编辑于 2021-05-02</div>', "2021-05-02"),
        ('<meta itemprop="dateCreated" content="2021-05-02T09:30">', ARTICLE, "2021-05-02T09:30"),
        (
            "",
            '<div class="header-time"><span class="year"><em>2022</em></span> <span class="day"><em>07</em>/'
            f'<em>09</em></span> <span class="time">08:15:30</span></div>{ARTICLE}',
            "2022-07-09T08:15",
        ),
        ("", f'<span class="h-time"> 2018-03-05 09:00:00</span>{ARTICLE}', "2018-03-05T09:00"),
        (
            "",
            f'<a node-type="feed_list_item_date" title="2020-02-03 10:11"></a>{STORY}',
            "2020-02-03T10:11",
        ),
        ("", f'<a class="head-info_time_x" title="2020-02-03 10:11">20-2-3</a>{STORY}', "2020-02-03T10:11"),
        ("", f'<p class="post-meta"><span class="entry-date">May 4, 2017</span></p>{ARTICLE}', "2017-05-04"),
        ("", f'<p class="updated">2019-01-01</p><p class="pubtime">2018-01-01</p>{ARTICLE}', "2018-01-01"),
        ("", f'{ARTICLE}<ol id="comments"><li><time datetime="2023-01-01">x</time>好</li></ol>', None),
        ("", f'{ARTICLE}<footer><span class="date">2024-01-01</span></footer>', None),
        ("", f'{ARTICLE}<ul class="news-list"><li>旧闻<span class="date">2024-01-01</span></li></ul>', None),
    ],
)
def test_dates_where_sites_put_them(head: str, body: str, published: str | None) -> None:
    page = f"<html><head><title>新水塔</title>{head}</head><body>{body}</body></html>"
    assert read_html(page)[1].published == published


@pytest.mark.parametrize(
    "data",
    [
        '{"@type":"WebPage","mainEntity":{"@type":"Article","datePublished":"2019-08-07"}}',
        '[{"@type":"Comment","dateCreated":"2020-01-01"},{"@type":"BlogPosting","dateCreated":"2019-08-07"}]',
        '{"headline":"新水塔"} {"datePublished":"2019-08-07",}',
    ],
)
def test_dates_of_linked_data(data: str) -> None:
    script = f'<script type="application/ld+json">{data}</script>'
    assert read_html(f"<html><head>{script}</head><body>{ARTICLE}</body></html>")[1].published == "2019-08-07"


@pytest.mark.parametrize(
    "hidden",
    ['style="color:red; display: none"', "style='visibility:hidden'", "hidden", 'aria-hidden="true"'],
)
def test_what_a_page_does_not_show_is_left_out(hidden: str) -> None:
    page = (
        f"<html><body><article>{STORY}<p {hidden}>水塔属于市政府。</p>尾注。{STORY}</article></body></html>"
    )
    text = read_html(page)[0]
    assert "市政府" not in text and "尾注" in text and text.count("三十二米") == 12


def test_a_page_that_a_script_shows_is_read() -> None:
    page = f"<html><body><p>正在加载</p><article style='display:none'>{STORY}{STORY}</article></body></html>"
    assert "三十二米" in read_html(page)[0]


def test_an_article_of_wechat_is_read_however_long_its_comments_are() -> None:
    comments = f"<div class=discuss><h2>精选留言</h2><ul>{FORUM}</ul></div>"
    article = f"<div id=js_content style='visibility: hidden; opacity: 0;'>{STORY}</div>"
    assert "三十二米" in read_html(f"<html><body><h1>新水塔</h1>{article}{comments}</body></html>")[0]


FORUM = "".join(
    f"<li class=comment-item><p>第{i}位读者说，这座水塔应当保留下来，它是全镇人的记忆。</p></li>"
    for i in range(30)
)


def test_structure_stays_and_what_surrounds_a_chinese_page_goes() -> None:
    page = (
        f"<html><body><div class=nav><a href=/>首页</a><a href=/a>新闻</a></div>"
        f"<h1>新水塔</h1><div class=content>{STORY}"
        "<p>水塔每天供水 10<sup>6</sup> 升。</p><ul><li>东区<ul><li>东一街</ul><li>西区</ul>"
        "<table><tr><th>年份<th>户数<tr><td>1990<td></table><blockquote>水是命。</blockquote>"
        f"{STORY}</div><div class=share>分享到：<a>微信</a><a>微博</a></div>"
        f"<div class=pinglun><h3>网友评论</h3><ul>{FORUM}</ul></div></body></html>"
    )
    text = read_html(page)[0]
    for kept in (
        "10⁶ 升",
        "- 东区\n  - 东一街\n- 西区",
        f"{HEADER}年份 | 户数\n1990 | ",
        f"{QUOTATION}水是命。",
    ):
        assert kept in text
    assert text.count("三十二米") == 12
    for gone in ("首页", "微信", "评论", "位读者"):
        assert gone not in text


def test_the_paragraph_under_the_title_and_paragraphs_like_those_kept_stay() -> None:
    lead = "本报讯，全镇等了三年的新水塔终于在昨天落成，镇长和三百名居民出席了仪式，并参观了泵房。"
    head = f"<div class=head><h1>新水塔</h1><p>{lead}</p></div>"
    page = f"<html><body>{head}<div class=article-content>{STORY}</div></body></html>"
    assert lead in read_html(page)[0]
    modules = "".join(f"<div class=module><div class=words><p>{i}。{lead}</p></div></div>" for i in range(9))
    text = read_html(f"<html><body><h1>新水塔</h1><div>{modules}</div></body></html>")[0]
    assert text.count(lead) == 9


@pytest.mark.parametrize(
    "page",
    [
        "<div><div><h1>新水塔</h1></div><div class=teaser-text><p>{lead}</p></div>{story}</div>",
        "<article><div><h1>新水塔昨天落成</h1><div class=teaser><p>{lead}</p></div></div>{story}</article>",
        "<div><div><h3>新水塔</h3></div><div class=teaser-text><p>{lead}</p></div>{story}</div>",
        "<article><header><h1><div>新水塔</div></h1><div>12版</div><p>{lead}</p></header>{story}</article>",
    ],
    ids=["teaser", "title of the article", "no first level", "box in the title"],
)
def test_the_lead_of_an_article_stays(page: str) -> None:
    lead = "本报讯，全镇等了三年的新水塔终于在昨天落成，镇长和三百名居民出席了仪式，并参观了泵房。"
    body = page.format(lead=lead, story=f"<div class=news-text>{STORY}</div>")
    assert lead in read_html(f"<html><body>{body}</body></html>")[0]


def test_the_page_s_own_characters_for_private_use_stay() -> None:
    page = f"<html><body><article><p>\U000f0001图标{STORY}</article></body></html>"
    assert "\U000f0001图标" in read_html(page)[0]
