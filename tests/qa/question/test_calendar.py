"""The calendar and clock words of a question match their other forms whole, and no other day or time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexicon.dictionary import bundled_dictionary
from index.lexicon.lexicon import bundled_lexicon
from index.text.fold import fold
from index.text.tokenizer import Tokenizer
from qa.linguistics.calendar_forms import PART, WITHIN
from qa.question.analysis import analyse
from qa.question.calendar import asked_terms, stands
from qa.question.query import Query
from qa.question.vocabulary import LazyFrequencies, Vocabulary
from qa.retrieval.matcher import Matcher

LEXICON = bundled_lexicon()
TOKENIZER = Tokenizer(LEXICON.frequencies())


def asked(question: str, passage: str) -> Query:
    words = TOKENIZER.words(passage)
    vocabulary = Vocabulary(dict.fromkeys(words, 1), 9, LEXICON)
    return analyse(question, TOKENIZER, LEXICON, vocabulary, None, bundled_dictionary())


def best(question: str, passage: str) -> list[float]:
    """How well the passage matches each calendar word of the question."""
    query = asked(question, passage)
    matched = Matcher(query, LEXICON, TOKENIZER).best(TOKENIZER.words(passage))
    assert query.dated and query.dated <= query.inseparable
    return [float(matched[at]) for at in sorted(query.dated)]


#: Each line has forms of one thing; any of them matches any other.
SAME = """
    in the 1990s|the nineties|'90s|90年代|九十年代|1990年代|上世纪九十年代|二十世纪90年代
    in the 2000s|the noughties|2000年代
    the 19th century|the nineteenth century|19世纪|十九世紀|XIX century
    the 3rd century BC|公元前3世纪|公元前三世紀
    2024年5月12日|二〇二四年五月十二日|12 May 2024|May 12th, 2024|2024-05-12|2024/5/12|the twelfth of May 2024
    10月24日|October 24|24 Oct|十月二十四日|the 24th of October
    in March|三月|3月|Mar. 2020|三月份|late March
    Q1|the first quarter|第一季度|一季度|1st quarter|第1季度
    上半年|H1|the first half of the year
    Thursday|Thursdays|on Thurs.|周四|星期四|礼拜四|每周四
    Sunday|on Sun.|周日|星期天|禮拜日
    20:00|8 p.m.|8pm|8:00 PM|20点|晚上八点|晚上8点钟|8 o'clock in the evening|20时
    14:30|2:30 p.m.|下午两点半|14点30分
    上午九点|9 a.m.|09:00|早上9点
    noon|12:00|12 p.m.|中午12点
"""


@pytest.mark.parametrize("line", [line.strip() for line in SAME.strip().splitlines()])
def test_a_term_matches_its_other_forms_whole(line: str) -> None:
    forms = line.split("|")
    for question in forms:
        for passage in forms:
            assert min(best(question, passage)) == 1, (question, passage)
            query = asked(question, f"a b c {passage} d e f")
            # The search by words meets it as well.
            words = set(TOKENIZER.words(passage))
            assert all(
                any(set(name.split()) <= words for name, _ in query.clauses[at]) for at in query.dated
            ), (question, passage)


@pytest.mark.parametrize(
    ("question", "passages"),
    [
        (
            "the 1990s",
            "the 1980s|八十年代|十九世纪九十年代|in her nineties|1890s|the eighteen nineties|90年|1989",
        ),
        ("九十年代", "八十年代|90年前|十九世纪九十年代|年代|1890年代|一八九〇年代"),
        ("the nineteenth century", "18th century|二十世纪|公元前19世纪|19|世纪|the century"),
        ("5月12日", "6月12日|五月|12日|12.5|5月13日|5 December|at 5:12"),
        ("12 May 2024", "12 June 2024|May 2024|2024年12月5日"),
        ("2024.5.12", "2024.5.13|2023.5.12|2024年5月|2024"),
        ("3月", "3 cards|四月|4月|3个月|三个月|三日"),
        ("in March", "in April|四月|April"),
        ("Q1", "Q2|第二季度|1|the fourth quarter|季度"),
        ("周四", "周三|星期五|Tuesday|四周|Friday"),
        ("on Sunday", "the sun|周六|Saturday|the sun sat"),
        ("五月", "you may|it may be|四月|June"),
        ("8 p.m.", "8 a.m.|早上八点|上午8点|20 pounds|8:15 p.m.|八点半|8|八点十五|8:00 am|第八点"),
        ("20:00", "8 a.m.|20|00|20点15|14:30|20:01"),
        ("八点", "八点半|8:30|十八点|eighteen|点|八"),
        ("noon", "12:00 a.m.|midnight|11:00|晚上12点"),
    ],
)
def test_a_term_does_not_match_another_or_a_part_of_one(question: str, passages: str) -> None:
    for passage in passages.split("|"):
        assert max(best(question, passage)) < WITHIN, (question, passage)


def test_a_year_of_the_decade_and_the_month_of_the_day_count_in_part() -> None:
    assert best("the 1990s", "in 1995") == [pytest.approx(WITHIN)] * 2
    assert best("the 17th century", "in the 1620s") == [pytest.approx(WITHIN)] * 3
    assert best("5月12日", "五月") == [pytest.approx(PART)] * 2 + [0, 0]


@pytest.mark.parametrize(
    "question", ["May I ask who won?", "What does May do?", "who is in her nineties?", "5个月", "第三点", ""]
)
def test_a_question_without_such_words_is_as_before(question: str) -> None:
    query = asked(question, "may nineties 5 月 三 点 march")
    assert not query.dated
    assert not any(synonym.rule not in ("", "number") for synonym in query.synonyms)


def test_numbers_of_a_term_are_no_numbers_of_their_own() -> None:
    query = asked("九十年代的九十人", "90 年代 九十 ninety")
    assert query.dated == {0, 1}
    assert {(s.start, s.end) for s in query.synonyms if s.rule == "number"} == {(3, 4)}
    assert not any(name in ("90", "ninety", "年代") for at in (0, 1) for name, _ in query.clauses[at])
    dated = asked("2024年5月12日", "2024 may 12")
    assert dated.dated == {2, 3, 4, 5}  # the year is one of its own
    assert best("2024年5月12日", "May 12") == [1.0] * 4


def test_the_forms_begin_with_the_own_one_and_come_once() -> None:
    question = fold("Who came in the 1990s, on Thurs., 5 March?")
    terms = asked_terms(question, TOKENIZER.tokens(question), TOKENIZER)
    assert [term.forms[0].words for term in terms] == [("1990", "s"), ("thurs",), ("5", "march")]
    for term in terms:
        places = [form[:3] for form in term.forms]
        assert len(set(places)) == len(places)


def test_forms_are_the_same_when_frequencies_are_looked_up() -> None:
    words = {"90", "年代", "nineties"}
    looked_up = LazyFrequencies(lambda asked: [int(word in words) for word in asked])
    lazy = analyse("the 1990s", TOKENIZER, LEXICON, Vocabulary(looked_up, 10, LEXICON))
    held = analyse("the 1990s", TOKENIZER, LEXICON, Vocabulary(dict.fromkeys(words, 1), 10, LEXICON))
    assert lazy.synonyms == held.synonyms
    assert {synonym.words for synonym in lazy.synonyms} == {("90", "年代"), ("nineties",)}


@given(
    st.sampled_from(["number", "term", "decade", "century", "clock", "am", "pm", "unsure", "after_year"]),
    st.lists(
        st.sampled_from(["十", "八", "点", "a", "m", "pm", "早上", "世纪", "2020", "may", "the"]), min_size=1
    ),
    st.data(),
)
def test_what_stands_depends_on_the_words_beside_alone(
    rule: str, words: list[str], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    near = words[max(0, start - 1) : end + 2]
    assert stands(rule, words, start, end) == stands(rule, near, start and 1, end - max(0, start - 1))
