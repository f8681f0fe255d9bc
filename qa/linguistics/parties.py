"""The parties of a contract: what a question calls them, and where a text says who they are.

All of it is folded text (`index.text.fold`).
"""

from __future__ import annotations

from index.types import Span
from qa.linguistics.patterns import compiled

#: The names of each party, in both languages.
_ROLES = (
    ("甲方", "party a", "first party"),
    ("乙方", "party b", "second party"),
    ("丙方", "party c", "third party"),
    ("出租方", "出租人", "房东", "lessor", "landlord", "landlady"),
    ("承租方", "承租人", "租客", "租户", "房客", "lessee", "tenant"),
    (
        "卖方",
        "卖家",
        "出卖人",
        "出卖方",
        "出让方",
        "供方",
        "供货方",
        "供应商",
        "seller",
        "vendor",
        "supplier",
    ),
    ("买方", "买家", "买受人", "购买方", "购买人", "受让方", "需方", "采购方", "buyer", "purchaser"),
    ("出借人", "出借方", "贷款人", "贷款方", "债权人", "lender", "creditor"),
    ("借款人", "借款方", "债务人", "borrower", "debtor"),
    ("担保人", "担保方", "保证人", "guarantor"),
    ("见证人", "见证方", "witness"),
    ("用人单位", "雇主", "employer"),
    ("劳动者", "雇员", "受雇人", "employee"),
    ("委托方", "委托人", "发包方", "发包人", "定作方", "client"),
    ("受托方", "受托人", "承包方", "承包人", "承揽方", "contractor"),
    ("许可方", "许可人", "licensor"),
    ("被许可方", "被许可人", "licensee"),
)
#: Those before this one are no more than counted.
_FIRST_NAMED = 2
#: The value of all parties together.
ALL = len(_ROLES)
_OF = {name: at for at, names in enumerate(_ROLES) for name in names}
_NAME = "|".join(sorted(_OF, key=len, reverse=True))
_ROLE = rf"(?<![a-z被])(?:{_NAME})s?(?![a-z])"
#: Asks who a party is: not what it does.
_ASKED = (
    rf"(?P<is>{_ROLE})(?:分别)?(?:是|为|叫|指)(?:的是)?(?:谁|哪[家个位一里]|什么(?:人|公司|单位|名))"
    rf"|谁是[^,。?]{{0,12}}?(?P<of>{_ROLE})"
    rf"|\bwho (?:is|are|was|were) (?:the |our |my )?(?:\w+ )?(?P<who>{_ROLE})"
    rf"|\b(?:which|what) \w+ (?:is|are|was|were) the (?P<which>{_ROLE})"
    r"|(?P<all>(?:[双各]方(?:当事人)?|当事人)(?:分别)?(?:是|为|叫)(?:谁|哪[几家些])"
    r"|\bwho are the (?:\w+ )?parties\b|\bbetween whom\b)"
)
#: Where a text says who a party is: "seller: …", "甲方(出租方): …", '… (the "lessor")'.
_CALLED = r"(?:[^()\n]{0,30}(?:简称|称为?|as|called)\s?)?[\"']?(?:the )?[\"']?"
_DEFINED = (
    rf"(?:^|\n)[\s*•\d.、-]{{0,8}}(?P<label>{_NAME})s?(?:\((?P<also>[^()\n]{{0,24}})\))?\s?(?::| \| )"
    rf"|\({_CALLED}(?P<inner>{_NAME})s?[\"']?,?\s?\)"
)
#: Each question for a party has one of these.
_TRACES = ("who", " is the ", " was the ", " are the ", " were the ", "谁", "是哪", "什么", "为哪", "叫哪")


def names_of(party: int) -> tuple[str, ...]:
    """The names of a party; none of all together."""
    return _ROLES[party] if party < ALL else ()


def asked_party(question: str) -> tuple[Span, int] | None:
    """Where a folded question names the party of which it asks who that is, and which; None for others."""
    if not any(trace in question for trace in _TRACES):
        return None
    if (found := compiled(_ASKED).search(question)) is None or (group := found.lastgroup) is None:
        return None
    return Span(*found.span(group)), _OF.get(found[group].removesuffix("s"), ALL)


def tells_of_others_alone(party: int, text: str) -> bool:
    """Whether a folded text says who several parties are, and never names this one.

    甲方 may be any party.
    """
    told = {role for _, role in parties_told(text)}
    return max(told, default=0) > _FIRST_NAMED and not any(name in text for name in names_of(party))


def parties_told(text: str) -> list[tuple[Span, int]]:
    """Where a folded text says who a party is, and which."""
    found: list[tuple[Span, int]] = []
    for match in compiled(_DEFINED).finditer(text):
        span = Span(*match.span())
        found += [(span, _OF[match[group]]) for group in ("label", "inner") if match[group]]
        found += [(span, role) for name, role in _OF.items() if match["also"] and name in match["also"]]
    return found
