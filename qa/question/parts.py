"""The parts of a question that asks several things: "When was it founded, and who runs it?"."""

from __future__ import annotations

import re
from typing import NamedTuple

from index.text.tokenizer import Tokenizer
from qa.linguistics.answer_types import spelled_names
from qa.linguistics.cues import ASKS, FUNCTION, GENERIC
from qa.question.asked import COMPARES
from qa.question.written import marked, told_apart

#: What asks one thing before a verb: "什么时候", "由谁", "在哪里".
_PHRASE = (
    "[在由从從是]?(?:什[么麼](?:[时時]候|地方)|哪一?[里裡年天个個]|哪[儿兒]|何[时時地]|[为為](?:什[么麼]|何)|谁|誰"
    "|怎[么麼样樣]|如何|多[久大高长長远遠重快深宽寬厚](?![学學])|多少[钱錢]?)"
)
_CUE = f"{_PHRASE}|哪|什[么麼]|甚麼|(?<![好每隔近这這那前后後来來])[几幾](?![乎何])"
#: What parts the questions; without it none of the patterns below is compiled.
_JOINT = re.compile(r"[，,；;、和与與及又？?]| (?:and|but) ")
_CHINESE = re.compile("[谁誰哪什甚怎如何多几幾为為]")
#: Between two Chinese questions.
_CLAUSES = r"\s*[，,；;？?]\s*(?:以及|[并並]且?|而且|[还還]有?|另外|同[时時]|和|又)?"
#: "什么时候、在哪里成立的": two question words with one verb.
_TWO_PHRASES = rf"(?P<head>.*?)(?P<one>{_PHRASE})\s*(?:以及|[、和与與及又])\s*(?P<two>{_PHRASE})(?P<tail>.*)"
#: "的价格和重量是多少": two properties of one thing.
_PROPERTY = "[^的，,、和与與及《》「」]{1,8}"
_TWO_PROPERTIES = (
    rf"(?P<head>.*的)(?P<one>{_PROPERTY})(?:以及|[、和与與及])(?P<two>{_PROPERTY}?)"
    rf"(?P<tail>\s*(?:分别|分別|各自?)?\s*[是为為有]?\s*(?!哪[个個种種])(?:{_CUE})\w{{0,3}})"
)
_WH = r"(?:(?:for|in|on|at|by|to|from|since|with) )?(?:who|whom|whose|when|where|why|how|what|which)\b"
_AUXILIARY = r"\b(?:do|does|did|is|are|was|were|can|could|will|would|should|must|may|has|have|had)\b"
#: Between two English questions.
_AND = rf"(?i)(?:[,;?] | )(?:and|but) (?={_WH})"
#: "How deep" of "how deep and how fast should I …", and a question word with nothing after it.
_ENGLISH_PHRASE = rf"(?i){_WH}(?:(?! {_AUXILIARY}) \w+){{0,2}}"
_UNFINISHED = rf"(?i) {_WH}\Z"
#: "What are the price and weight of the bag?": two properties of one thing.
_OF = (
    r"(?i)(?P<head>what(?:'s| is| are| was| were) (?:the )?)(?P<one>\w+) and (?:the )?(?P<two>\w+)"
    r"(?P<tail> (?:of|for) .+)"
)


class Parts(NamedTuple):
    """The questions that a question is made of, in its order. ``alone``: each of them stands alone."""

    questions: tuple[str, ...]
    alone: bool


def parts_of(question: str) -> Parts:
    """The parts of ``question``; none if it asks one thing or compares two."""
    text = question.strip().rstrip("?？。. ")
    if not _JOINT.search(text) or COMPARES.search(marked(question)):
        return Parts((), True)
    chinese = _CHINESE.search(text) is not None
    for pattern in (_TWO_PROPERTIES, _TWO_PHRASES) if chinese else (_OF,):
        if (found := re.fullmatch(pattern, text)) and found["one"] != found["two"]:
            head, tail = found["head"], found["tail"]
            return Parts((f"{head}{found['one']}{tail}", f"{head}{found['two']}{tail}"), True)
    if chinese:
        clauses = [clause for clause in re.split(_CLAUSES, text) if clause]
        several = len(clauses) > 1 and all(re.search(_CUE, clause) for clause in clauses)
        return Parts(tuple(clauses) if several else (), False)
    clauses = re.split(_AND, text)
    asks = re.match(f"(?i){_WH}|{_AUXILIARY}", clauses[0])
    if len(clauses) < 2 or not asks or any(re.search(_UNFINISHED, clause) for clause in clauses):
        return Parts((), True)
    if re.fullmatch(_ENGLISH_PHRASE, clauses[0]):
        verb = re.search(f"(?i){_AUXILIARY}.*", clauses[1])
        return Parts((f"{clauses[0]} {verb.group()}", *clauses[1:]) if verb else (), True)
    return Parts(tuple(clauses), False)


def completed(part: str, first: str, tokenizer: Tokenizer) -> str:
    """``part`` with the topical words of the ``first`` part, unless it names its own thing."""
    if spelled_names(part[1:]):
        return part
    own = {word.key for word in told_apart(part, tokenizer)}
    carried = [
        word.shown
        for word in told_apart(first, tokenizer)
        if word.key not in own | GENERIC and not any(cue.fullmatch(word.key) for cue in (FUNCTION, ASKS))
    ]
    return " ".join([part, *carried])
