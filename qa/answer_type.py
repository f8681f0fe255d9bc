"""What kind of thing a question asks for, and which kinds a sentence holds.

Expected answer types after Li and Roth (2002), "Learning Question Classifiers", cut down to what
surface patterns tell in Chinese and English.
"""

from __future__ import annotations

import re

from index.fold import fold_text

_HAN_NUMBER = "[〇零一二两三四五六七八九十百千万亿]"

#: Kind → pattern over the folded question.
_ASKED = {
    "percent": r"百分之几|百分比|比例|占比|几成|增长率|percent|proportion|what share|what fraction",
    "money": r"(?:多少|几).{0,4}(?:钱|元|美元|美金|欧元|英镑|日元)|(?:薪|价|费|金额|估值|市值|报价|收入|工资|成本)[^，,]{0,6}"
    r"(?:多少|几|多高)|how much (?:money|did .+ (?:pay|cost|offer|raise)|.*worth|.*earn|.*paid)|what (?:price|salary|sum|amount)",
    "date": r"何时|什么时候|什么时间|哪一?年|哪一?天|哪个?月|几月|几号|几年|哪个?(?:年代|世纪|时期|朝代)|何年|时间是|日期|"
    r"\bwhen\b|what (?:year|date|day|month|century|decade|time)|which (?:year|month|century|decade)",
    "duration": r"多久|多长时间|几年|how long|for how many (?:years|months|days)",
    "number": r"多少|几[个名位人次种条座家所项岁]|第几|多[大高长远重快深宽]|数量|人数|面积|人口|"
    r"how (?:many|much|old|tall|far|long|large|big|high|often|fast|deep)|what (?:number|size|age|population)",
    "person": r"谁|何人|哪一?位|哪个?人|什么人|哪些人|人名|\bwho(?:m|se)?\b|which (?:person|researcher|scientist|man|woman|player)",
    "place": r"哪里|哪儿|何处|何地|什么地方|哪一?个?(?:国家|城市|地区|地方|省|州|洲|市|县|国)|位于|在哪|\bwhere\b|"
    r"(?:what|which) (?:country|city|state|place|region|town|continent|location|area)",
    "organisation": r"(?:哪|什么)一?[个家所]?[^，,]{0,2}(?:公司|机构|组织|大学|学校|企业|球队|部门|团队)|"
    r"(?:what|which) (?:company|organi[sz]ation|university|school|team|agency|group|firm|lab)",
    "reason": r"为什么|为何|原因|怎么会|何以|因何|\bwhy\b|what (?:caused|causes|reason)|reason for",
    "manner": r"怎么|怎样|如何|什么方法|什么方式|\bhow (?:do|does|did|can|is|are|was|were|to)\b",
    "definition": r"是什么|什么是|何谓|是指什么|什么意思|定义|what (?:is|are|was|were) (?:a |an |the )?\w+\W*$|meaning of|defin",
}
#: Kind → pattern over the folded sentence.
_HELD = {
    "percent": r"\d\s?%|百分之|percent|per cent|\d成|[一二三四五六七八九]成|三分之|二分之|四分之|half|third|quarter",
    "money": rf"[$€£¥]\s?\d|(?:\d|{_HAN_NUMBER})\s?(?:万|亿|千|百)?(?:多|余)?(?:美元|元|欧元|英镑|日元|美金|港元|块)|"
    r"\d\s?(?:dollars|million|billion|euros|pounds|cents)|dollars",
    "date": rf"\d{{3,4}}\s?年|{_HAN_NUMBER}+年|\d+\s?月|世纪|年代|\b1\d{{3}}\b|\b20\d\d\b|朝|"
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b|century|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|\b\d+(?:st|nd|rd|th)\b",
    "duration": rf"(?:\d|{_HAN_NUMBER})\s?(?:个)?(?:年|月|日|天|小时|分钟|秒|周|星期)|\d[\d.,]* (?:years?|months?|days?|hours?|minutes?|weeks?)|"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|several) (?:years|months|days|hours|weeks|decades)",
    "number": rf"\d|{_HAN_NUMBER}+(?:[个名位人次种条座家所项岁年月日倍成分天级层]|多)|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|"
    r"thousand|million|billion|dozen|once|twice|half|first|second|third)\b",
    "reason": r"因为|由于|因此|所以|为了|以免|导致|原因|造成|使得|出于|鉴于|because|due to|since|so that|in order to|"
    r"therefore|as a result|result(?:ed|ing)? (?:in|from)|caused|led to|reason|thus|owing to",
    "manner": r"通过|利用|采用|以.{1,12}(?:方式|方法)|借助|用来|\bby \w+ing\b|using|through|via|means of",
    "definition": r"是指|是一|指的是|称为|即|又称|所谓|属于|\b(?:is|are|was|were) (?:a|an|the)\b|refers? to|known as|called|defined",
    "place": r"[国州省市县区岛城镇村河湖山海洋洲路街港湾]|位于|在.{1,8}(?:举行|成立|出生)|地区|\b(?:in|at|near|from) [a-z]",
}
#: Names keep their capitals and middle dots, so they are looked for in the sentence as it stands.
_NAMED = re.compile(
    r"[A-Z][\w'’.-]+(?: (?:[A-Z][\w'’.-]*|of|the|and|de|van|von))* ?[A-Z]?|[一-鿿]{1,8}[·‧・•．][一-鿿]{1,8}|[A-Z]{2,}|"
    r"[一-鿿]{2,}(?:公司|大学|大學|学院|學院|研究所|集团|集團|机构|機構|组织|組織|银行|銀行|队|隊|党|黨|部|局|院)"
)
_ASKED_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _ASKED.items()}
_HELD_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _HELD.items()}


def asked(question: str) -> frozenset[str]:
    """The kinds a question asks for; empty when nothing tells."""
    folded = fold_text(question)
    return frozenset(kind for kind, pattern in _ASKED_PATTERNS.items() if pattern.search(folded))


def held(sentence: str, kinds: frozenset[str]) -> frozenset[str]:
    """Which of ``kinds`` the sentence holds."""
    folded = fold_text(sentence)
    found = {kind for kind in kinds if (p := _HELD_PATTERNS.get(kind)) is not None and p.search(folded)}
    if kinds & {"person", "organisation", "place"} and _NAMED.search(sentence[1:]):
        found |= kinds & {"person", "organisation", "place"}
    return frozenset(found)
