"""The numbers of questions: which words they are, and the words of their other forms."""

from __future__ import annotations

import pytest

from index.lexicon.lexicon import bundled_lexicon
from index.text.tokenizer import Tokenizer
from qa.question.analysis import analyse
from qa.question.numbers import asked_numbers, is_numeral, number_forms
from qa.question.query import QueryWord
from qa.question.vocabulary import Vocabulary
from qa.retrieval.matcher import Matcher

LEXICON = bundled_lexicon()
TOKENIZER = Tokenizer(LEXICON.frequencies())


def words_of(text: str) -> list[QueryWord]:
    tokens = TOKENIZER.tokens(text)
    return [QueryWord(text[t.start : t.end], t.text, 1.0, LEXICON.id(t.text), True) for t in tokens]


def read(text: str) -> list[tuple[str, int]]:
    words = words_of(text)
    return [(" ".join(w.word for w in words[n.start : n.end]), n.value) for n in asked_numbers(words)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who won Super Bowl XLIX?", [("xlix", 49)]),
        ("谁赢得了第49届超级碗？", [("49", 49)]),
        ("第四十九次会议", [("四 十九", 49)]),
        ("the forty-ninth meeting", [("forty ninth", 49)]),
        ("the 49th meeting", [("49 th", 49)]),
        ("1958年", [("1958", 1958)]),
        ("一九五八年", [("一 九 五 八", 1958)]),
        ("二〇〇八年和二零零八年", [("二 〇 〇 八", 2008), ("二 零 零 八", 2008)]),
        ("in nineteen fifty-eight", [("nineteen fifty eight", 1958)]),
        ("两千五百名学生", [("两 千 五 百", 2500)]),
        ("2,500 students", [("2500", 2500)]),
        ("two thousand five hundred students", [("two thousand five hundred", 2500)]),
        ("two hundred and five bridges", [("two hundred and five", 205)]),
        ("1.35万人", [("1.35 万", 13_500)]),
        ("2.5 million people", [("2.5 million", 2_500_000)]),
        ("五月和十二月", [("五月", 5), ("十二月", 12)]),
        ("第二次旅行", [("第二次", 2)]),
        ("bread and butter and three knives", [("three", 3)]),
        ("亨利八世", [("八", 8)]),
    ],
)
def test_numbers_are_read_in_every_form(text: str, expected: list[tuple[str, int]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "哪一年",
            "one of them",
            "the first bridge",
            "a second thought",
            "几百人",
            "数千名",
            "三十多人",
            "二十几岁",
        ),
        *(
            "百余人",
            "3.14",
            "version 2.5",
            "CD and MM",
            "xlix",
            "I",
            "三五成群",
            "9" * 400,
            "九" * 400,
            "二三十人",
            "六耳铃",
            "",
        ),
    ],
)
def test_what_is_vague_or_one_or_no_number_is_not_read(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("第49届", "第四十九届"),
        ("第49届", "the forty-ninth"),
        ("第49届", "Super Bowl XLIX"),
        ("XLIX", "第四十九届"),
        ("第四十九届", "the 49th"),
        ("forty-nine", "49"),
        ("1958年", "一九五八年"),
        ("nineteen fifty-eight", "一九五八年"),
        ("二〇〇八年", "二零零八年"),
        ("二〇〇八年", "in 2008"),
        ("两千五百", "2,500"),
        ("2500", "二千五百"),
        ("25年", "二十五年"),
        ("5月", "五月"),
        ("五月", "5月"),
        ("第2次", "第二次"),
        ("第二次", "第2次"),
        ("2.5 million", "250万"),
        ("三万", "30,000"),
        ("30,000", "3万"),
        ("twelve", "12"),
        ("12", "twelfth"),
    ],
)
def test_a_number_matches_its_other_forms_alone(question: str, passage: str) -> None:
    """Every word of the number is matched whole, and none by another number."""
    words = TOKENIZER.words(passage)
    query = analyse(question, TOKENIZER, LEXICON, Vocabulary(dict.fromkeys(words, 1), 9, LEXICON))
    asked = next(asked_numbers(query.words))
    best = Matcher(query, LEXICON, TOKENIZER).best(words)
    assert best[asked.start : asked.end].tolist() == [1.0] * (asked.end - asked.start)
    # The search by words meets it as well.
    names = {name for clause in query.clauses[asked.start : asked.end] for name, _ in clause}
    assert any(set(name.split()) <= set(words) for name in names)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("15人", "二十五人"),
        ("5 bridges", "twenty-five bridges"),
        ("5年", "一九五八年"),
        ("3人", "三万人"),
        ("四十九届", "第五十九届"),
        ("forty-nine", "forty people, and nine of them"),
        ("nineteen fifty-eight", "nineteen people, and eight of them"),
        ("一九五八年", "一九五九年"),
    ],
)
def test_a_number_does_not_match_a_part_of_another(question: str, passage: str) -> None:
    words = TOKENIZER.words(passage)
    query = analyse(question, TOKENIZER, LEXICON, Vocabulary(dict.fromkeys(words, 1), 9, LEXICON))
    asked = next(asked_numbers(query.words))
    best = Matcher(query, LEXICON, TOKENIZER).best(words)
    assert max(best[asked.start : asked.end]) < 1


@pytest.mark.parametrize(
    ("question", "number"), [("CO2", ""), ("F16", ""), ("5G", ""), ("3D", ""), ("49th", "49"), ("5km", "5")]
)
def test_a_digit_of_a_name_is_no_number(question: str, number: str) -> None:
    forms = ["2", "二", "16", "十六", "5", "五", "3", "三", "四", "十九", "49"]
    query = analyse(question, TOKENIZER, LEXICON, Vocabulary(dict.fromkeys(forms, 1), 9, LEXICON))
    assert {form.words for form in query.synonyms if not form.words[0].isascii()} == (
        {TOKENIZER.words({"49": "四十九", "5": "五"}[number])} if number else set()
    )


def test_the_forms_begin_with_the_own_one_and_come_once() -> None:
    words = words_of("第四十九届")
    (asked,) = asked_numbers(words)
    found = list(number_forms(words, asked, TOKENIZER))
    assert found[0] == (1, 3, ("四", "十九"))
    assert (0, 3, ("xlix",)) in found
    assert (0, 3, ("49",)) in found
    assert (0, 3, ("四", "十九")) not in found  # they have a 第 of their own
    assert len(set(found)) == len(found)


def test_what_is_a_numeral() -> None:
    assert all(map(is_numeral, ["十九", "万", "forty", "ninth", "million"]))
    assert not any(map(is_numeral, ["49", "年", "bridge", "", "十足"]))
