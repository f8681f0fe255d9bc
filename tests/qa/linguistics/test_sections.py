"""The parts of minutes, mails and recipes: which questions ask for them, and which lines are or head them."""

from __future__ import annotations

import pytest

from index.text.fold import fold_text
from qa.linguistics.sections import asked_section, asking_words, is_bare, section_names, section_told

CHAIR, MINUTES, ABSENT, PRESENT, DECISIONS, ACTIONS, OPEN, METHOD, INGREDIENTS, SENDER, RECIPIENTS = range(11)


@pytest.mark.parametrize(
    ("question", "words", "section"),
    [
        ("Who chaired the board meeting?", "chaired", CHAIR),
        ("Who led the call with the mill?", "led", CHAIR),
        ("會議的主席是誰？", "主席", CHAIR),
        ("董事会是谁主持的？", "主持", CHAIR),
        ("Who took the minutes?", "minutes", MINUTES),
        ("誰負責會議紀錄？", "纪录", MINUTES),
        ("Who was absent in June?", "absent", ABSENT),
        ("谁没有参加周会？", "参加", ABSENT),
        ("Who attended the workshop?", "attended", PRESENT),
        ("有哪些人出席？", "出席", PRESENT),
        ("What was decided in May?", "decided", DECISIONS),
        ("What did the garden club decide?", "decide", DECISIONS),
        ("会议决定了什么？", "决定", DECISIONS),
        ("有哪些決議事項？", "决议", DECISIONS),
        ("What are the action items?", "action items", ACTIONS),
        ("待办事项有哪些？", "待办事项", ACTIONS),
        ("What is still open?", "open", OPEN),
        ("How do I bake the rye loaf?", "bake", METHOD),
        ("豆腐湯怎麼做？", "做", METHOD),
        ("What goes into the soup?", "into", INGREDIENTS),
        ("汤需要哪些食材？", "食材", INGREDIENTS),
        ("Who sent the mail about the barn?", "sent", SENDER),
        ("這封信是誰寄來的？", "寄", SENDER),
        ("发件人是谁？", "发件人", SENDER),
        ("Who was the mail about the barn sent to?", "sent to", RECIPIENTS),
        ("這封郵件是發給誰的？", "发给", RECIPIENTS),
    ],
)
def test_asked(question: str, words: str, section: int) -> None:
    folded = fold_text(question)
    asked = asked_section(folded)
    assert asked is not None
    assert (folded[slice(*asked[0])], asked[1]) == (words, section)


@pytest.mark.parametrize(
    "question",
    [
        "Who leads the choir?",
        "What is open on Sunday?",
        "How do I make sure that the lid is closed?",
        "怎么做到的？",
        "What did she agree to pay?",
        "Who bought the chair?",
        "Who wrote the novel?",
        "谁写信给编辑？",
        "为什么决定停办夏令营？",
        "什么决定了房价？",
    ],
)
def test_not_asked(question: str) -> None:
    assert asked_section(fold_text(question)) is None


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("Chair: Mia Holt", CHAIR),
        ("會議主席：何雅文", CHAIR),
        ("## Key decisions", DECISIONS),
        ("三、決議事項", DECISIONS),
        ("(二) 決議：", DECISIONS),
        ("The committee has decided to sell the boat.", DECISIONS),
        ("會議一致通過新章程。", DECISIONS),
        ("- Apologies: Mia Holt", ABSENT),
        ("Present (online): Mia Holt", PRESENT),
        ("必备食材", INGREDIENTS),
        ("Method", METHOD),
    ],
)
def test_told(line: str, section: int) -> None:
    assert section_told(section, fold_text(line))


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("Minutes", MINUTES),  # the title of minutes names nobody
        ("讀書會會議紀錄", MINUTES),
        ("The decisions of the court are published.", DECISIONS),
        ("Chairs: 40", CHAIR),
        ("Present prices are higher.", PRESENT),
    ],
)
def test_not_told(line: str, section: int) -> None:
    assert section_told(section, fold_text(line)) == []


def test_a_name_alone_heads_what_follows() -> None:
    assert is_bare(DECISIONS, "decisions:") and is_bare(DECISIONS, "三、决议事项")
    assert not is_bare(DECISIONS, "decisions: none")
    assert not is_bare(CHAIR, "chair: mia holt")


def test_the_words_that_ask_go_together() -> None:
    question = "who chaired the board?"
    words = asking_words(question)
    assert words is not None and question[slice(*words)] == "who chaired"
    assert asking_words("what did the club of the old harbour decide?") is None


def test_every_part_has_names_in_both_languages() -> None:
    for section in range(9):
        names = section_names(section)
        assert any(name.isascii() for name in names) and not all(name.isascii() for name in names)


def test_empty_lines_cost_little() -> None:
    """Each is looked at once: 20,000 of them took 25 s."""
    assert section_told(DECISIONS, "\n" * 100_000 + "decisions: none") != []
