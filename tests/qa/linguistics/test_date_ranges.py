"""Days and months within the ranges of dates that a text tells."""

from __future__ import annotations

import pytest

from index.text.fold import fold_text
from qa.linguistics.date_ranges import asked_days, ranges_of_days
from qa.linguistics.pointers import find_pointers, told_by


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("20 April – 12 June", (0, 4, 20), (0, 6, 12)),
        ("April 20 to June 12, 2024", (2024, 4, 20), (2024, 6, 12)),
        ("June 3–12: flower week", (0, 6, 3), (0, 6, 12)),
        ("10月1日至10月7日 放假", (0, 10, 1), (0, 10, 7)),
        ("2024年11月4日—8日 考试", (2024, 11, 4), (2024, 11, 8)),
        ("20 December 2024 to 5 January", (2024, 12, 20), (2025, 1, 5)),
        ("20 December to 5 January 2025", (2024, 12, 20), (2025, 1, 5)),
    ],
)
def test_a_range(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    ((_, days),) = ranges_of_days(fold_text(text))
    assert days == (first, last)


@pytest.mark.parametrize(
    "text", ["on 5 May and on 6 June", "5月1日，6月2日", "5 May at 12:30", "5 May - 12:30", "6月3日 12点"]
)
def test_no_range(text: str) -> None:
    assert not [*ranges_of_days(fold_text(text))]


@pytest.mark.parametrize("question", ["Was it on 5 May or on 6 June?", "Who won?"])
def test_not_one_day_is_asked_about(question: str) -> None:
    assert asked_days(fold_text(question)) is None


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("Is it on show on 5 May?", "20 April – 12 June", True),
        ("What is on in May?", "20 April – 12 June", True),
        ("5月1日还能看吗？", "展览：4月20日至6月12日", True),
        ("What is on 15 June?", "June 3–12: flower week", False),
        ("Is it open in January?", "closed from 15 November to 28 February", True),
        ("Is it open in March?", "closed from 15 November to 28 February", False),
        ("Is it open on 1 February 2025?", "20 December 2024 to 5 January 2025", False),
        ("12月25日上课吗？", "2024年12月20日至2025年1月5日 放假", True),
        ("Is it on show on 5 May 2023?", "20 April – 12 June 2024", False),
        ("Is it on show on 5 May 2023?", "20 April – 12 June", True),  # of any year
        ("Who was mayor on 3 May 1925?", "1923–1929: Oliver Pratt", True),
        ("What is on 8 February?", "The fair: 4 to 11 February", True),
        ("What is on 8 February?", "The fair: 4-11 February 2024", True),
        ("What is on 12 February?", "The fair: 4th to 11th of February", False),
        ("10月9日有课吗？", "10月8日（星期三）至10月12日（星期日）放假", True),
        ("Is the van ours on 14 June?", "from 10 June 2025, 9 am, to 17 June 2025, 5 pm", True),
        ("Is it open in July?", "The sauna is closed until 30 June.", True),  # whether or not it is within
        ("Is the flat let in May 2025?", "It starts on 1 September 2024.", True),
        ("Is it open in July?", "The fee rises from January 2026.", None),
        ("What opens in July?", "The sauna is closed until 30 June.", None),  # asks for no yes or no
        ("Who was mayor in 2026?", "1 March 2025 – 28 February 2027: Ann Pratt", True),
        ("2026年谁是校长？", "2025 年 3 月 1 日至 2027 年 2 月 28 日：张三", True),
        ("2026年谁是校长？", "2023 年 3 月 1 日至 2025 年 2 月 28 日：张三", False),
        ("Who was mayor in 2026?", "from 3 to 5 March: Ann Pratt", None),
        ("What is on 5 May?", "Concert on 5 May", None),  # a word like others
    ],
)
def test_texts_tell_of_days(question: str, text: str, told: bool | None) -> None:
    assert told_by(find_pointers(fold_text(question)), fold_text(text)) is told
