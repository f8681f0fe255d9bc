"""Title, date, author and source in the spellings that articles use. All names are invented."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.metadata import Metadata, find_metadata, opening, parse_date, title_of

STORY = "市交通局昨天公布了夜间公交的调整方案,新增六条线路。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024012318:19", "2024-01-23T18:19"),
        ("20240123", "2024-01-23"),
        ("更新时间 2024-05-02 09:30:40", "2024-05-02T09:30"),
        ("2024年1月23日 18:19", "2024-01-23T18:19"),
        ("2024年1月23日下午3:05", "2024-01-23T15:05"),
        ("2024 年 1 月 23 日 星期二", "2024-01-23"),
        ("2024/1/3", "2024-01-03"),
        ("2024.01.23", "2024-01-23"),
        ("2024-03-05T08:30:00+08:00", "2024-03-05T08:30"),
        ("2024-05-02 09:30", "2024-05-02T09:30"),
        ("民國113年1月23日", "2024-01-23"),
        ("二〇二四年十一月二十三日", "2024-11-23"),
        ("二零二四年一月三十日", "2024-01-30"),
        ("Jan 23, 2024", "2024-01-23"),
        ("January 23rd, 2024 at 4:05 p.m.", "2024-01-23T16:05"),
        ("Sept. 3, 2023", "2023-09-03"),
        ("23 January 2024", "2024-01-23"),
        ("Posted on 1st of May 2021", "2021-05-01"),
        ("May 4, 2023 12:10 AM", "2023-05-04T00:10"),
    ],
)
def test_dates(text: str, expected: str) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "3 月 26 日",
        "1月23日",
        "2024",
        "2024年1月",
        "2024-13-40",
        "2023-02-29",
        "电话 13920240123",
        "version 2024.1",
        "",
    ],
)
def test_what_is_not_a_full_date(text: str) -> None:
    assert parse_date(text) is None


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_reads_back_in_every_spelling(day: date) -> None:
    spellings = [
        f"{day:%Y-%m-%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
    ]
    if day.year > 1920:
        spellings.append(f"民国{day.year - 1911}年{day.month}月{day.day}日")
    assert {parse_date(spelling) for spelling in spellings} == {day.isoformat()}
    assert parse_date(f"发布时间:{day} 07:05") == f"{day}T07:05"


@pytest.mark.parametrize(
    ("line", "author", "source"),
    [
        ("作者|李雷 来源|夜行者(ID:yexing)", "李雷", "夜行者"),
        ("[作者 : 李雷*编辑 : 韩梅梅/来源: 夜行者]", "李雷", "夜行者"),
        ("2024-03-05 08:30 來源:某某日報 作者:王小明", "王小明", "某某日報"),
        ("来源:https://www.example.com/news/2024?id=7 作者:李雷", "李雷", "example.com"),
        ("- Source: https://36example.example.org/archives/41", None, "36example.example.org"),
        ("来源:http://", None, None),
        ("文/李雷", "李雷", None),
        ("文 | 李雷", "李雷", None),
        ("撰文:李雷、韩梅梅", "李雷、韩梅梅", None),
        ("記者王小明/台北報導", "王小明", None),
        ("〔記者王小明/台北報導〕", "王小明", None),
        ("記者張大同、林小美/綜合報導", "張大同、林小美", None),
        ("本报记者 李雷 北京报道", "李雷", None),
        ("某某社記者王小明台北23日電", "王小明", None),
        ("By Jane Doe", "Jane Doe", None),
        ("By Jane Doe and John Q. Public | Jan 2, 2024", "Jane Doe and John Q. Public", None),
        ("By Jane Doe, March 3, 2025", "Jane Doe", None),
        ("By Jane Doe and Ann Poe on Monday, Sept. 3, 2025", "Jane Doe and Ann Poe", None),
        ("By May Marchant, June Dec", "May Marchant, June Dec", None),
        ("夜间公交线路 来源:某某日报 作者:王小明 日期:2024-03-05", "王小明", "某某日报"),
        ("Author: Jane Doe", "Jane Doe", None),
        ("Source: The Example Post", None, "The Example Post"),
        ("來源:某某社", None, "某某社"),
        ("作者:admin", None, None),
        ("作者:佚名", None, None),
        ("图片来源:某某图库", None, None),
        ("据消息来源:一位官员", None, None),
        ("By the time the ship arrived in port", None, None),
        ("Bystanders cheered", None, None),
    ],
)
def test_credits(line: str, author: str | None, source: str | None) -> None:
    metadata = find_metadata(f"夜间公交线路调整\n\n{line}\n\n{STORY}")
    assert (metadata.author, metadata.source) == (author, source)


def test_credits_at_the_end_of_the_last_line() -> None:
    metadata = find_metadata(f"夜间公交线路调整\n\n{STORY * 20}来源:某某网 (责任编辑:李雷)")
    assert metadata.source == "某某网"


def test_the_published_date_wins_over_the_others() -> None:
    text = f"标题在此\n更新时间:2024-03-06 10:00\n发布时间:2024-03-05 08:30\n{STORY}"
    assert find_metadata(text).published == "2024-03-05T08:30"
    assert find_metadata(f"标题在此\n{STORY}\n更新时间 2024-03-06 09:00").published == "2024-03-06T09:00"


def test_a_date_in_the_story_is_not_the_articles() -> None:
    assert find_metadata(f"标题在此\n{STORY}\n2012年5月6日,工程开工,当时预计三年完成。").published is None
    assert find_metadata("本报北京2024年1月23日电 市交通局昨天公布了方案。").published == "2024-01-23"


@pytest.mark.parametrize(
    "line",
    [
        "京ICP备00000001号 2023-04-05",
        "Copyright © 2011-2023 Example, 2023-04-05",
        "[1] 市志,2023-04-05",
        "2. Timetable, retrieved 5 April 2023",
        "注1:见2023年4月5日公告",
        "李雷 2023-04-05 10:20 回复",
        "读者评论(2)\n李雷\n2023-04-05 10:20\n很好",
        "Comments\nJane\nApril 5, 2023\nThanks",
    ],
)
def test_a_date_of_a_notice_a_footnote_or_a_comment_is_not_the_articles(line: str) -> None:
    assert find_metadata(f"夜间公交\n\n{STORY}\n\n{STORY}\n\n{line}").published is None
    dated = f"夜间公交\n2024-03-05 08:30 评论 12\n\n{STORY}\n\n{STORY}\n\n{line}"
    assert find_metadata(dated).published == "2024-03-05T08:30"


def test_a_head_on_one_line_with_the_text() -> None:
    head = "夜间公交 作者:李雷 来源:某某日报 发布时间:2024年3月5日 08:30"
    found = find_metadata(f"{head} {STORY * 9}")
    assert found == Metadata(None, "2024-03-05T08:30", "李雷", "某某日报")
    assert find_metadata(f"会议时间:2024年3月5日,地点:三楼。{STORY}").published is None


def test_a_date_below_the_last_line_is_the_articles() -> None:
    assert find_metadata(f"夜间公交\n\n{STORY}\n\n市交通局\n2024年3月5日").published == "2024-03-05"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"# 家\n\n{STORY}", "家"),
        (f"# 2024-03-05\n\n{STORY}", "2024-03-05"),
        (f"夜间公交线路 来源：某某日报 作者：王小明 日期：2024-03-05\n\n{STORY}", "夜间公交线路"),
        (f"夜间公交线路调整\n\n{STORY}", "夜间公交线路调整"),
        (f"# 夜间公交线路调整\n\n{STORY}", "夜间公交线路调整"),
        (f"2024-03-05 08:30\n作者:李雷\n夜间公交线路调整\n{STORY}", "夜间公交线路调整"),
        (f"夜间公交要来了!六条线路\n{STORY}", "夜间公交要来了!六条线路"),
        (f"# 标题：夜间公交线路\n\n{STORY}", "夜间公交线路"),
        (f"版次: 二版\n日期: 2024-03-05\n主题: 夜间公交线路\n\n# 公交\n\n{STORY}", "夜间公交线路"),
        (f"版次: 二版\n栏目: 城事\n\n# 夜间公交线路\n\n{STORY}", "夜间公交线路"),
        ("Edition: 2\nTitle: The Night Bus\nEditor: Jane\n\nIt runs all night.", "The Night Bus"),
        (f"小明：坐几路车？\n小红：夜间公交。\n{STORY}", "小明：坐几路车？"),
        (f"观点：夜间公交要来了\n\n{STORY}", "观点：夜间公交要来了"),
        ("Harbor dredging to start in May\n\nThe port authority said so.", "Harbor dredging to start in May"),
        (STORY, None),
        (f"{STORY}\n夜间公交线路调整", None),
        # Messages of a chat: a long one of them is no title.
        (
            "[2024-03-05 19:02] 小明: 坐几路车？\n"
            "[2024-03-05 19:03] 小红: 夜间公交一号线，桥头上车，票价两元，零点发车",
            None,
        ),
        ("这是一行没有句号的长文字" * 8, None),
        ("", None),
    ],
)
def test_titles(text: str, title: str | None) -> None:
    assert title_of(text) == title


def test_the_opening_stands_in_for_a_title() -> None:
    assert opening(f"{STORY}{STORY}") == STORY.rstrip("。")
    assert opening("长" * 100) == "长" * 40 + "…"
    assert opening("The U.S. port reopened. Ships came.", 60) == "The U.S. port reopened"
    assert opening("®" + ">" * 5000 + " The port reopened.") == "The port reopened"


def test_facts_fill_each_other_up() -> None:
    known = Metadata(title="题", published=None, author="李雷")
    assert known.or_else(Metadata("别的", "2024-01-23", "别人", "某某网")) == Metadata(
        "题", "2024-01-23", "李雷", "某某网"
    )
