"""Lines about an article are told from its text."""

from __future__ import annotations

import pytest

from index.cleaning.credits import mark_metadata
from index.cleaning.marks import METADATA

PROSE = "The mill was sold in the spring, and the wheel has not turned since then."


@pytest.mark.parametrize(
    "line",
    [
        "By Ann Lee | Valley Wire | Oct 3, 2023 4:05 PM | 3 min read",
        "© 青瓦书房 · 用户协议 · 关于我们 · 登录",
        "标签：水车 | 小镇 | 老手艺",
        "#水車　｜　3 則留言　｜　分享",
        "Follow us: Facebook · Instagram · Newsletter",
        "(c) 2023 The Valley Press",
    ],
)
def test_a_line_about_the_article(line: str) -> None:
    marked = mark_metadata(f"# The mill\n\n{PROSE}\n\n{line}").split("\n")
    assert marked == ["# The mill", "", PROSE, "", METADATA + line]


@pytest.mark.parametrize(
    "line",
    [
        "Checked 2024-05-09 | 43 years | 174 cm | 81 kg | left-handed",
        "Flour 2 kg | Salt 40 g | Yeast 12 g",
        "Ring 555 0100. Open daily until nine | News | Home",
        "苹果 | 香蕉 | 梨",
        "(c) the keys are lost by the tenant",
        "Copyright ends seventy years after the death of the author",
    ],
)
def test_a_line_that_holds_facts(line: str) -> None:
    assert METADATA not in mark_metadata(f"# The mill\n\n{PROSE}\n\n{line}")


@pytest.mark.parametrize(
    "head",
    [
        "时间：2024-03-05\n地点：三楼会议室\n主持人：李雷",
        "Chair: Jane\nDate: 2024-03-05\nPlace: Room 3",
        "To: Ann\nFrom: Bob\nDate: 2024-03-05",
    ],
)
def test_when_a_meeting_was_is_told(head: str) -> None:
    assert METADATA not in mark_metadata(f"Kitchen\n\n{head}\n\n{PROSE}")


@pytest.mark.parametrize("head", ["日期：2024-03-05\n记者：李雷", "Date: 2024-03-05\nAuthor: Jane"])
def test_when_an_article_was_written_is_about_it(head: str) -> None:
    assert mark_metadata(f"Kitchen\n\n{head}\n\n{PROSE}").count(METADATA) == 2


def test_rows_of_a_table_are_rows() -> None:
    rows = "季度 | 2023 | 2024\n一季度 | 410 | 530\n三季度 | 470 | 640"
    assert METADATA not in mark_metadata(f"{PROSE}\n\n{rows}")
    assert METADATA not in mark_metadata(f"{rows}\n\n{PROSE}")


@pytest.mark.parametrize(
    "lines",
    [
        "2025年3月1日 报名\n2025年3月20日 报名截止\n2025年4月12日 笔试",
        "- 2022年2月10日 立项\n- 2022年5月18日 原型完成",
        "1962年3月4日 奠基。",
        "1 May 2020: rain\n2 May 2020: hail",
        "2.4.0 (2024-05-02)\nThe exporter is new.\n\n2.3.1 (2024-01-18)\nThe sidebar is new.",
        "2019-05-03\nPlanted leeks.\n\n2019-06-09\nThe well ran dry.\n\n2019-07-21\nSold honey.",
        "Mar 3, 1911 · Left Bergen · Wind north\nMar 9, 1911 · Lost the jib · Gale",
        "2021-02-14 1.0 发布\n2021-08-03 1.1 发布",
    ],
)
def test_entries_of_a_chronology_are_no_dates_of_publication(lines: str) -> None:
    assert METADATA not in mark_metadata(f"# The mill\n\n{lines}\n\n{PROSE}")
    assert METADATA not in mark_metadata(f"# The mill\n\n{PROSE}\n\n{lines}")


@pytest.mark.parametrize(
    "lines",
    [
        "3 May 2021",
        "2021-05-03 10:32 来源：海湾日报",
        "2022年6月1日 星期三 晴",
        "2021-05-03 张明",
        "2022-06-02 发布\n2022-06-05 更新",
        "2022-06-05 编辑\n2022-06-02 发布\n2022-06-07 修改",
        "2022-07-12 08:15\n来源：山城晚报",
        "June 3, 2023 5:30 p.m.",
        "Published 3 May 2021 by Jane Doe",
    ],
)
def test_dates_of_publication(lines: str) -> None:
    """One of another form elsewhere does not change that, nor a chronology further down."""
    for rest in (PROSE, f"{PROSE}\n\n4 June 2020", f"{PROSE}\n\n1958年 大坝动工\n1961年 大坝合龙\n\n{PROSE}"):
        marked = mark_metadata(f"# The mill\n\n{lines}\n\n{rest}").split("\n")
        assert marked[2 : 3 + lines.count("\n")] == [METADATA + line for line in lines.split("\n")]


@pytest.mark.parametrize("head", ["", "# The mill\n\n"])
def test_the_list_of_keys_that_a_program_wrote(head: str) -> None:
    keys = [
        "- Source: https://mill.example",
        "- Slug: the-mill",
        "- Published: 2023-05-09",
        "- Word Count (all): 3",
    ]
    text = "\n".join([*keys, "", PROSE])
    assert mark_metadata(head + text) == head + "\n".join([*(METADATA + key for key in keys), "", PROSE])


@pytest.mark.parametrize(
    "lines",
    [
        "- Type: overshot\n- Status: sold\n- Id: 1911\n- Link: by rail",
        "- 标签：红色\n- 分类：水车\n- 链接：铁路\n- 状态：已售",
        "- Slug: a snail without a shell\n- Snail: one with a shell\n- Clam: two shells",
    ],
)
def test_a_list_of_keys_that_a_person_wrote(lines: str) -> None:
    assert METADATA not in mark_metadata(f"# The mill\n\n{lines}\n\n{PROSE}")
