"""Cleaning: furniture goes, article text stays. All text here is invented."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.cleaning.clean import clean, label, normalise
from index.cleaning.marks import DEBRIS

FIRST = "市交通局昨天公布了夜间公交的调整方案,新增六条线路。"
SECOND = "方案显示,末班车延长到凌晨一点,票价仍是两元。"
ARTICLE = f"夜间公交线路调整\n\n{FIRST}\n\n{SECOND}"


def body(*before: str, after: tuple[str, ...] = (), middle: tuple[str, ...] = ()) -> str:
    return "\n\n".join((*before, FIRST, *middle, SECOND, *after))


# --- furniture that must go ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "当前位置:首页 > 新闻 > 城市 > 夜间公交线路调整",
        "您的位置: 首頁 > 生活 > 交通",
        "首页 >> 本地新闻 >> 正文",
        "上一篇:地铁三号线年底开通",
        "下一篇:没有了",
        "返回顶部",
        "点击查看更多",
        "阅读原文",
        "請繼續往下閱讀...",
        "廣告",
        "Advertisement",
        "- Advertisement -",
        "广告、内容合作请点这里:寻求合作",
        "商务合作:example@example.com",
        "不用抽 不用搶 現在用APP看新聞 保證天天中獎",
        "分享到:微信 微博 QQ空间",
        "分享到",
        "Share on Twitter",
        "Share this article on Facebook, LinkedIn",
        "Tweet Share Email",
        "Follow us on Instagram",
        "关注(39449)赞(0)",
        "阅读 1.2万 评论 35 点赞 208",
        "12人点赞",
        "微信扫一扫",
        "扫码关注公众号",
        "长按识别二维码,关注我们",
        "点“在看”",
        "欢迎关注微信公众号:夜行者",
        "登录后才能发表评论",
        "您的邮箱地址不会被公开。 必填项已用 * 标注",
        "Your email address will not be published. Required fields are marked *",
        "Save my name, email, and website in this browser for the next time I comment.",
        "Subscribe to our newsletter",
        "Sign up for our weekly newsletter and never miss a story.",
        "We use cookies to improve your experience on this site.",
        "Accept all cookies",
        "Copyright © 2024 某某网 版权所有",
        "© 2023 The Example Post. All rights reserved.",
        "Copyright © All rights reserved. | Theme by Example.",
        "京ICP备00000000号-1",
        "【免责声明】本文仅代表作者本人观点,与本站无关。请读者仅作参考。",
        "免責聲明:文章內容不代表本站立場,投資人應自行判斷。",
        "声明:本站部分内容来自网络,如有侵权请联系删除。",
        "本文转载自微信公众号:夜行者(ID:yexing),作者:李雷",
        "编者按:本文轉載自微信公眾號:夜行者",
        "未经授权不得转载",
        "(责任编辑:韩梅梅)",
        "责任编辑:韩梅梅 HN01",
        "△图源:某某图库",
        "图片来源:视觉中国",
        "圖/記者王小明攝",
        "Photo credit: Jane Doe/Example Agency",
        "Article continues below",
    ],
)
def test_furniture_goes_wherever_it_stands(line: str) -> None:
    assert clean(body(middle=(line,))) == body()
    assert clean(body(after=(line,))) == body()


@pytest.mark.parametrize(
    "tail",
    [
        ("相关阅读", "地铁三号线年底开通", "出租车起步价不变"),
        ("延伸閱讀", "颱風路徑最新預測"),
        ("精彩推荐", "猜你喜欢", "一条新闻标题"),
        ("Related articles", "Port strike ends", "Ferry fares to rise"),
        ("You may also like", "Five walks by the sea"),
        ("本文作者信息", "夜行者(自媒体)", "关注(12)赞(3)"),
        ("发表回复", "取消", "您的邮箱地址不会被公开。"),
        ("编辑:李雷", "栏目热点", "某某专题"),
        ("About the author", "Jane Doe"),
    ],
)
def test_a_list_after_the_last_sentence_goes(tail: tuple[str, ...]) -> None:
    assert clean(body(after=tail)) == body()


def test_readers_comments_go_even_when_they_are_sentences() -> None:
    article = body(middle=(FIRST + SECOND, SECOND + FIRST))
    assert clean(f"{article}\n\n网友评论(2)\n\n太好了,希望再多几条线路。\n\n我家门口也要有。") == article


def test_an_article_after_a_comment_form_stays() -> None:
    two = f"{body()}\n\n发表评论\n\n" + "\n\n".join(
        f"第{i}段:图书馆也延长了开放时间,读者可以待到十点。" for i in range(9)
    )
    assert "第8段" in clean(two)


@pytest.mark.parametrize(
    "line", ["登录 | 注册", "首页 新闻 体育", "标签:公交,夜班车", "编辑部 城市 89热度", "5 min read"]
)
def test_furniture_at_the_edges(line: str) -> None:
    assert clean(body("夜间公交线路调整", line)) == body("夜间公交线路调整")
    assert clean(body(after=(line,))) == body()


def test_site_name_above_a_breadcrumb_goes() -> None:
    page = body("免费公交大全", "公交大全", "当前位置:首页 > 新闻 > 夜间公交线路调整", "夜间公交线路调整")
    assert clean(page) == body("夜间公交线路调整")


def test_credits_leave_the_text_when_they_stand_alone() -> None:
    head = ("夜间公交线路调整", "2024-03-05 08:30", "作者|李雷 来源|夜行者(ID:yexing)")
    assert clean(body(*head, after=("更新时间 2024-03-06 09:00:10",))) == body(head[0])


def test_debris_of_tags() -> None:
    debris = '<delect id="8ab"><kbd id="8ab"><tbody id="8ab"></tbody></kbd></delect>'
    empty = '    1. <em id="8ab"><label id="8ab"></label></em>'
    top = f"{debris}\n{empty}\n\n        夜间公交线路调整\n\n"
    page = f"{top}    {FIRST}\n{SECOND}\n{debris}\n{empty}\n   精品国产无码"
    assert clean(page) == f"夜间公交线路调整\n\n{FIRST}\n{SECOND}"


def test_tags_inside_a_line() -> None:
    assert normalise(f'<p class="a">{FIRST}<br/>{SECOND}</p>') == f"{FIRST}\n{SECOND}"
    assert normalise('水温<b class="x">三</b>度&nbsp;以下&amp;以上') == "水温三度\xa0以下&以上"


@pytest.mark.parametrize(
    "line",
    [
        "比较 a<b 和 c>d 的结果。",
        "The <title> tag names the page.",
        "if x <y and z> 3",
        '`<div class="a">` opens a box.',
    ],
)
def test_angle_brackets_that_are_no_debris_stay(line: str) -> None:
    assert clean(line) == line


def test_an_advertisement_glued_before_the_title_goes() -> None:
    advert = (
        "01-太极之门 ***内功心法首部曲 静坐书坊 https://example.com/books "
        "呼吸从来不是小事,而是古人观察身体所得的学问。打开窗户,闭上眼睛。"
    )
    assert clean(body(advert, "夜间公交线路调整", "2024030518:19")) == body("夜间公交线路调整")


def test_a_lead_before_a_dated_line_stays() -> None:
    lead = (
        "夜间公交的新线路公布后,记者在 https://example.com 上看到,市交通局的方案里票价仍是两元,末班车延长。"
    )
    assert clean(body(lead, "新增六条线路", "2024年3月5日")) == body(lead, "新增六条线路", "2024年3月5日")


def debris(text: str) -> list[str]:
    """The lines that are labelled as debris in a text of somebody's own."""
    made = label(text)
    assert made.replace(DEBRIS, "") == text
    return [line[1:] for line in made.split("\n") if line.startswith(DEBRIS)]


CREDITS = ("△图源:路透社", "△图源:新华社", "△图源:法新社")


@pytest.mark.parametrize(
    ("preface", "labelled"),
    [
        ("01-太极之门 ***静坐书坊 https://example.com/books 呼吸是古人的学问。打开窗户。", True),
        ("存自 https://example.com/a/1 ,周末要看。", False),
        ("*** 夜间公交的新线路公布后,票价仍是两元,末班车延长到凌晨一点 https://example.com", False),
    ],
)
def test_an_advertisement_above_a_text_of_somebodys_own(preface: str, labelled: bool) -> None:
    text = body(preface, "夜间公交线路调整", "2024030518:19", after=CREDITS)
    assert (preface in debris(text)) == labelled
    assert not {FIRST, SECOND, "夜间公交线路调整"} & set(debris(text))


FORM = ("发表回复", "您的邮箱地址不会被公开。 必填项已用 * 标注", "Copyright © All rights reserved.")


def test_a_comment_form_at_the_end_of_a_text_of_somebodys_own() -> None:
    assert debris(body(after=FORM)) == [*FORM]
    assert debris(body(after=FORM[1:])) == []
    assert debris(body(after=(*FORM, "这三行是网站表单的固定文字,翻译时不要改动。"))) == []


def test_a_repeated_title_goes_a_repeated_paragraph_stays() -> None:
    assert clean(f"夜间公交线路调整\n\n夜间公交线路调整\n\n{FIRST}\n\n{SECOND}") == ARTICLE
    assert clean(f"{FIRST}\n\n{FIRST}\n\n{SECOND}") == f"{FIRST}\n\n{FIRST}\n\n{SECOND}"


def test_a_refrain_stays() -> None:
    song = "\n".join(
        ["划船谣", *["摇啊摇,摇到外婆桥。", "外婆叫我好宝宝。"] * 12, *["摇啊摇,摇到外婆桥。"] * 20]
    )
    assert clean(song) == song


def test_spam_words_in_a_heap_go_anywhere() -> None:
    assert clean(body(middle=("真人博彩 百家乐 老虎机 在线观看",))) == body()


def test_one_giant_line_loses_only_what_is_glued_to_its_end() -> None:
    line = (FIRST + " " + SECOND + " ") * 200
    assert clean(f"{line}来源:某某网 (责任编辑:李雷 HN002)") == line.strip()
    assert clean(f"{line}[作者 : 李雷*编辑 : 韩梅梅/来源: 夜行者]") == line.strip()
    assert clean(f"{line}返回搜狐,查看更多") == line.strip()
    assert clean(f"{line}【免责声明】本文仅代表作者观点,与本站无关。请自行承担全部责任。") == line.strip()


# --- article text that must stay ----------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "关注(人类健康)的组织有十二个。",
        "相关阅读材料由图书馆提供,共三十册。",
        "相关阅读器每台售价九百元。",
        "The related articles section was removed from the site last year.",
        "Share prices rose on Twitter news.",
        "All rights reserved, the crew went home.",
        "Copyright law protects the authors of maps, too.",
        "版权所有者表示反对,并要求赔偿。",
        "版权所有者的困境",
        "免责声明并不能让平台免责。",
        "开始之前先备份。免责声明:本文的作者不对数据负责。你应该先卸载分区,再运行检查。",
        "公司发表声明:将召回三千辆汽车。",
        "首页改版后,用户停留的时间长了一倍。",
        "广告收入占公司总收入的六成。",
        "扫码支付成为主流",
        "他在看守所里待了十年。",
        "位置:东湖路 12 号",
        "图:工人在检修线路",
        "本文由三部分组成,先说授权,再说转载。",
        "下一条线路将在五月开通",
        "Photo of the lake at dawn",
        "Next story: the children take the ferry and find the cave on the other side.",
        "据消息来源:一位不愿具名的官员说,谈判破裂。",
        "警方打击六合彩赌博,拘留十二人。",
        "Comments from the minister were not available.",
        "Subscribe to the theory that markets are always right, and you will lose money.",
        "- 联合创始人李雷、韩梅梅",
        "01",
        "1",
        "## 覆盖范围",
        "> 引用一句话。",
        "E = mc²",
    ],
)
def test_article_text_stays(line: str) -> None:
    assert clean(body(middle=(line,))) == body(middle=(line,))


def test_short_last_lines_stay() -> None:
    poem = "山中访友\n\n白云深处有人家\n石径斜斜\n一路松花\n\n2019年春"
    assert clean(poem) == poem
    assert clean(body(after=("- N1 路:火车站至东湖", "- N2 路:医院至大学城"))).endswith("大学城")


def test_headings_between_picture_credits_stay() -> None:
    page = body(middle=("△图源:某某图库", "覆盖范围", "△图源:某某图库"))
    assert clean(page) == body(middle=("覆盖范围",))


def test_a_list_in_mid_article_after_related_reading_stays() -> None:
    assert "覆盖范围" in clean(body(middle=("相关阅读", "地铁三号线", "覆盖范围")))


def test_fenced_code_is_untouched() -> None:
    code = '```html\n<div class="a">\n    <b>x</b>\n</div>\n```'
    assert clean(f"{FIRST}\n\n{code}\n\n{SECOND}") == f"{FIRST}\n\n{code}\n\n{SECOND}"


# --- normalising and properties -----------------------------------------------------------------


def test_line_ends_and_unprintable_characters() -> None:
    text = "一\r\n二\r三\u2028四\x1b[31m红\x1b[0m\u202e倒\u200b零\ud800半\ufeff\tt"
    assert normalise(text) == "一\n二\n三\n四[31m红[0m倒零半 t"
    assert normalise("a&#27;&#8238;b") == "ab"


@pytest.mark.parametrize(
    "notes",
    [
        "标题用 <h1> 标签，注释写作 <!-- 注释 -->，不会显示。",
        'Pictures: <img src="a.png" alt="A cat">. The <title> goes into <head>, and <br> breaks a line.',
        "用 </p> 结束段落，也可以省略。",
    ],
)
def test_notes_about_markup_keep_it(notes: str) -> None:
    assert normalise(notes) == notes


def test_markup_goes_with_its_comments() -> None:
    assert normalise("<p>一。<!-- 广告 --></p>\n<p>二。</p>") == "一。\n\n二。"
    assert normalise("一。\n<!-- 广告 -->\n二。") == "一。\n\n二。"


PIECES = st.sampled_from(
    [
        FIRST,
        SECOND,
        "夜间公交线路调整",
        "The bus runs at night, too.",
        "相关阅读",
        "分享到:微信 微博",
        "关注(3)赞(0)",
        "发表回复",
        "责任编辑:李雷",
        "2024-03-05 08:30",
        "当前位置:首页 > 新闻",
        "```",
        '<p id="a">',
        "</p>",
        "<!-- x -->",
        "&lt;b&gt;",
        "&amp;",
        "1.",
        "来源:某某网",
        "(责任编辑:李雷)",
        "# 标题",
        "精品国产无码",
        "\u202e\u200b\x1b",
        " ",
        "。",
    ]
)
PAGES = st.lists(st.tuples(PIECES, st.sampled_from(["", "\n", "\n\n", "\r\n", " "])), max_size=25).map(
    lambda parts: "".join(a + b for a, b in parts)
)


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)


@settings(max_examples=300, deadline=None)
@given(PAGES | st.text(max_size=200))
def test_cleaning_only_removes_and_once_is_enough(page: str) -> None:
    cleaned = clean(page)
    assert clean(cleaned) == cleaned
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", cleaned
    )
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        page = page.replace(entity, f"{entity}{char}")
    assert _is_subsequence(re.sub(r"\s", "", cleaned), re.sub(r"\s", "", page))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([FIRST, SECOND, "The bus runs at night, too.", "# 覆盖范围", "- N1 路"]),
        min_size=1,
        max_size=12,
        unique=True,
    )
)
def test_plain_articles_come_back_whole(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    assert clean(text) == text
