"""The parties of a contract that a question asks about, and where a text says who they are."""

from __future__ import annotations

import pytest

from index.text.fold import fold_text
from qa.linguistics.parties import ALL, asked_party
from qa.linguistics.pointers import find_pointers, told_by


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("租赁合同的甲方是谁？", "甲方"),
        ("软件合同的乙方是哪家公司？", "乙方"),
        ("谁是这份合同的担保人？", "担保人"),
        ("Who is the lessor?", "lessor"),
        ("Who was our landlord?", "landlord"),
        ("Which company is the buyer?", "buyer"),
        ("Who is party A?", "party a"),
    ],
)
def test_a_party_is_asked_about(question: str, named: str) -> None:
    folded = fold_text(question)
    found = asked_party(folded)
    assert found is not None and found[1] != ALL
    assert folded[slice(*found[0])] == named


@pytest.mark.parametrize("question", ["合同的双方是谁？", "Who are the parties to the lease?"])
def test_all_parties_are_asked_about(question: str) -> None:
    found = asked_party(fold_text(question))
    assert found is not None and found[1] == ALL


@pytest.mark.parametrize(
    "question",
    ["甲方有哪些义务？", "乙方应该赔偿谁？", "What does the lessor repair?", "Who is the president?"],
)
def test_what_a_party_does_is_another_question(question: str) -> None:
    assert asked_party(fold_text(question)) is None


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("Who is the lessor?", 'between Margaret Ellison ("the Lessor") and others', True),
        ("Who is the landlord?", "出租方：王丽萍", True),
        ("Who are the tenants?", "Tenants: Yolanda Cruz and Ben Ashby", True),
        ("Who is the tenant of Flat 4?", "Tenants: Yolanda Cruz and Ben Ashby", True),
        ("房东是谁？", "甲方（出租方）：王丽萍", True),
        ("甲方是谁？", "卖方（以下简称甲方）：陈国强", True),
        ("甲方是谁？", "| 甲方 | 星河公司 |".strip("| "), True),
        ("Who is the employer?", 'Brightwell Optics Ltd. (hereinafter called the "Employer")', True),
        ("甲方是谁？", "乙方（承租方）：赵志强", False),
        ("Who is the lessor?", "The Lessor keeps the roof in good repair.", None),
        ("合同双方是谁？", "乙方：赵志强", True),
    ],
)
def test_texts_tell_of_parties(question: str, text: str, told: bool | None) -> None:
    assert told_by(find_pointers(fold_text(question)), fold_text(text)) is told
