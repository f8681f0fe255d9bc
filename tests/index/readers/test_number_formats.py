"""Numbers of spreadsheets: what Excel shows for them in a format."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers.number_formats import built_in, shown, shown_text

MONEY = '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "told"),
    [
        ("5", "General", "5"),
        ("0.1", "General", "0.1"),
        ("4.2999999999999998", "General", "4.3"),
        ("0.33333333333333331", "General", "0.333333333"),
        ("6901234567890", "General", "6901234567890"),  # all digits, though Excel shows 6.90123E+12
        ("1.2E-5", "General", "1.2E-05"),
        ("1.5", "G/通用格式", "1.5"),
        ("3", 'General"件"', "3件"),
        ("1.005", "0.00", "1.01"),
        ("-2.5", "0", "-3"),
        ("7", "000", "007"),
        ("0", "#", ""),
        ("0.5", "#.00", ".50"),
        ("5", "0.0##", "5.0"),
        ("1234.5", "#,##0.00", "1,234.50"),
        ("999999.999", "#,##0.00", "1,000,000.00"),
        ("12", "#,##0", "12"),
        ("7", "0,000", "0,007"),
        ("1234567", "#,##0,", "1,235"),
        ("1234567", '0.0,,"M"', "1.2M"),
        ("0.12", "0%", "12%"),
        ("0.125", "0.0%", "12.5%"),
        ("12345", "0.00E+00", "1.23E+04"),
        ("99999", "0.0E+0", "1.0E+5"),
        ("0.00012", "##0.0E+0", "120.0E-6"),
        ("2.25", "# ?/?", "2 1/4"),
        ("0.5", "# ??/??", "1/2"),
        ("2", "# ?/?", "2"),
        ("0.4375", "# ??/16", "7/16"),
        ("5551234567", "(###) ###\\-####", "(555) 123-4567"),
        ("5551234", "[<=9999999]###-####;(###) ###-####", "555-1234"),
        ("123456789", "000-00-0000", "123-45-6789"),
        ("1234.5", MONEY, "¥1,234.50"),
        ("-1234.5", MONEY, "¥-1,234.50"),
        ("0", MONEY, "¥-"),
        ("1234.5", "#,##0.00\\ [$€-407]", "1,234.50 €"),
        ("1234.5", "[$￥-804]#,##0.00", "￥1,234.50"),
        ("-5", "#,##0;(#,##0)", "(5)"),
        ("-5", "0;[Red]-0", "-5"),
        ("100", "[Red][>50]0.0;[Blue]0", "100.0"),
        ("-1", '[<0]"low";[>=0]"high"', "low"),
        ("7", ";;;", ""),
        ("7", "@", "7"),
        ("x", "0.00", "x"),
        ("1e999", "0", "1e999"),
    ],
)
def test_numbers(value: str, code: str, told: str) -> None:
    assert shown(value, code) == told


@pytest.mark.parametrize(
    ("value", "code", "told"),
    [
        ("46024", "m/d/yyyy", "1/2/2026"),
        ("46024", "yyyy\\-mm\\-dd;@", "2026-01-02"),
        ("46024", 'yyyy"年"m"月"d"日"', "2026年1月2日"),
        ("46024", "yyyy年m月d日", "2026年1月2日"),
        ("46024", "[$-804]aaaa", "星期五"),
        ("46024", "[$-804]dddd", "星期五"),
        ("46024", "[$-409]dddd, mmmm d, yyyy", "Friday, January 2, 2026"),
        ("46024", "d-mmm-yy", "2-Jan-26"),
        ("46024", "mmmmm", "J"),
        ("46024.604166666667", "yyyy/m/d h:mm", "2026/1/2 14:30"),
        ("46024.604166666667", "h:mm AM/PM", "2:30 PM"),
        ("46024.604166666667", '上午/下午h"时"mm"分"', "下午2时30分"),
        ("0.0208333333333333", "h:mm AM/PM", "12:30 AM"),
        ("0.999999999", "h:mm:ss", "0:00:00"),
        ("0.5", "mm:ss", "00:00"),
        ("0.0007", "mm:ss.0", "01:00.5"),
        ("1.5", "[h]:mm", "36:00"),
        ("0.0625", "[mm]:ss", "90:00"),
        ("60", "yyyy/m/d", "1900/2/29"),
        ("59", "yyyy/m/d", "1900/2/28"),
        ("0", "yyyy/m/d", "1900/1/0"),
        ("-1", "yyyy/m/d", "-1"),
        ("2958466", "yyyy", "2958466"),
    ],
)
def test_days_and_times(value: str, code: str, told: str) -> None:
    assert shown(value, code) == told


@given(st.dates(datetime.date(1900, 3, 1)))
def test_days_are_those_of_the_calendar(day: datetime.date) -> None:
    number = (day - datetime.date(1899, 12, 30)).days
    assert shown(str(number), "yyyy-mm-dd") == day.isoformat()
    if number > 1462:
        assert shown(str(number - 1462), "yyyy-mm-dd", early=True) == day.isoformat()
    assert shown(str(number), "dddd") == f"{day:%A}"


@given(st.integers(-(10**14), 10**14), st.integers(0, 4))
def test_amounts_are_those_of_python(number: int, places: int) -> None:
    value = f"{number}e-{places}"
    code = "#,##0" + (f".{'0' * places}" if places else "")
    assert shown(value, code) == f"{number / 10**places:,.{places}f}"


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (14, "1/2/2026", "2026/1/2"),
        (22, "1/2/2026 6:00", "2026/1/2 6:00"),
        (31, "2026年1月2日", "2026年1月2日"),
        (44, "$46,024.25", "¥46,024.25"),
        (10, "4602425.00%", "4602425.00%"),
        (999, "46024.25", "46024.25"),
    ],
)
def test_formats_without_a_code(number: int, english: str, chinese: str) -> None:
    told = [shown("46024.25", built_in(number, is_chinese)) for is_chinese in (False, True)]
    assert told == [english, chinese]


@pytest.mark.parametrize(
    ("code", "told"),
    [("0.00", "x"), ('"No. "@', "No. x"), (";;;", ""), ("0;-0;0;", ""), ("0;-0;0;@@", "xx"), ("yyyy;@", "x")],
)
def test_texts(code: str, told: str) -> None:
    assert shown_text("x", code) == told


@given(st.text('0#?.,;%E+-/@[$]>=<"\\_*ymdhsagAMP上下午年 x1', max_size=30), st.floats())
def test_no_code_fails(code: str, number: float) -> None:
    shown(repr(number), code)
    shown_text("x", code)


@pytest.mark.parametrize("code", ["0" * 99_999, "0.".ljust(99_999, "0"), "[h]" * 33_333, "E+0" * 33_333])
def test_a_code_made_to_fill_memory_is_cut(code: str) -> None:
    assert len(shown("1.7e308", code)) < 2_000
