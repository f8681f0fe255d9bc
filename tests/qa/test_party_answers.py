"""Who a party of a contract is stands where the contract names it, not where it tells what the party does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine

LEASE_ZH = """# 房屋租赁合同

甲方（出租方）：王丽萍
乙方（承租方）：赵志强

第一条 甲方将房屋出租给乙方居住使用。
第二条 押金为6400元，租期届满后甲方退还乙方。
"""
LEASE = """# Lease agreement

This lease is made between Margaret Ellison ("the Lessor") and Daniel Okafor ("the Lessee").

1. The Lessor lets to the Lessee the flat at 14 Quay Street.
2. The Lessor keeps the roof in good repair.
"""
LOAN = """# 借款合同

出借人：孙建军
借款人：何雪梅
担保人：宏达贸易有限公司

一、借款人逾期还款的，支付违约金。
二、担保人承担连带责任。
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_engine(
        tmp_path_factory.mktemp("parties"), {"lease_zh.md": LEASE_ZH, "lease.md": LEASE, "loan.md": LOAN}
    ) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("房东是谁？", "甲方（出租方）：王丽萍"),
        ("房屋租赁合同的乙方是谁？", "乙方（承租方）：赵志强"),
        ("借款合同的双方是谁？", "出借人：孙建军\n借款人：何雪梅\n担保人：宏达贸易有限公司"),
        ("担保人是谁？", "担保人：宏达贸易有限公司"),
        ("Who is the lender?", "出借人：孙建军"),
        ("Who is the landlord?", 'Margaret Ellison ("the Lessor")'),
    ],
)
def test_who_a_party_is(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert quote in answer.sentences[0].text


@pytest.mark.parametrize(
    "question", ["借款合同的见证人是谁？", "Who is the guarantor of the flat at 14 Quay Street?"]
)
def test_a_party_that_a_contract_lacks_is_none_of_the_others(engine: Engine, question: str) -> None:
    assert not engine.ask(question).answered
