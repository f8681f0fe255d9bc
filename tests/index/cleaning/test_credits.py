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


def test_rows_of_a_table_are_rows() -> None:
    rows = "季度 | 2023 | 2024\n一季度 | 410 | 530\n三季度 | 470 | 640"
    assert METADATA not in mark_metadata(f"{PROSE}\n\n{rows}")
    assert METADATA not in mark_metadata(f"{rows}\n\n{PROSE}")
