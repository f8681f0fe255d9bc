"""Whether the values that quotes tell are of other things than the one that a question asks of.

"How many nurses does the clinic have?" asks for a number of nurses. Where the passages never name nurses, and
the numbers are told of beds and doctors, they do not answer, however much they tell of the clinic. Only few
forms are read, of questions and of texts; what has other ones is not judged. So hardly an answer is doubted
because its text says in other words what the question names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from index.lexicon.inflection import base_forms
from index.text.fold import fold_text
from index.text.han import HAN, is_han
from qa import tuning
from qa.answering.rivals import passages_of, translated
from qa.answering.scoring import language_pair
from qa.linguistics.cues import FUNCTION, GENERIC
from qa.linguistics.patterns import compiled
from qa.retrieval.matcher import Matcher
from qa.types import Citation

#: What counts in Chinese; a number; what stands between an owner and a value.
_UNITS = "所家个名位座条间张台辆本册部只头匹棵株层栋幢种门艘架枚块把场届套"
_NUMBER = r"(?:\d[\d,.]*|[一二两三四五六七八九十百千万亿零〇]+)[多余几]?"
_IS = "[共总合只仅设有约近达到计为是占:：]*"
_ENGLISH_NUMBER = (
    r"(?<![\w£$€¥.,])(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty"
    r"|forty|fifty|hundred|thousand|million)"
)
_ARTICLE = "(?:the |an? |its |their |his |her )?"
#: The fewest letters that two forms of an English word share.
_STEM = 4
#: How many letters of a verb its forms share.
_VERB = 4
#: How many characters before or after a value are cut into words.
_BESIDE = 10
#: What makes another office of the word after it.
_DEPUTY = re.compile(r"(?:副|\b(?:deputy|vice|assistant|associate)[ -])$")
#: Words that say little of what a thing is, beside those of `GENERIC`.
_LITTLE = """
    first last second third next previous current former new old main other total same live
    数量 总数 人数 人口 比例 金额 总额 时间 数字 标准 大约 大概 至少 分别 其中
"""
#: Ends of Chinese words that say little of what a thing is.
_AFFIXES = frozenset("子者员工家人们头生")


@dataclass(frozen=True, slots=True)
class _Form:
    """How a folded question names an owner, and how a folded text tells of the owners of such values.

    ``asks`` has the group ``name``, and may have ``unit`` and ``verb``, which stand in ``tells`` in braces.
    ``tells`` has groups that begin with "before" or "after": the owner is their last or first word. An owner
    told in the text is another one if it is less similar to the one asked of than ``same``, and as similar as
    ``like`` where the form is seen in much else. ``office``: the owner may have a deputy.
    """

    asks: str
    tells: str
    like: float = -1.0
    same: float = 1.1
    office: bool = False


_FORMS = (
    # 几所中学: 中学两所, 两所中学
    _Form(
        f"(?:几|多少)(?P<unit>[{_UNITS}])(?P<name>[{HAN}]{{2,}})",
        f"(?P<before>[{HAN}]{{0,{_BESIDE}}}?){_IS}{_NUMBER}{{unit}}的?(?P<after>[{HAN}]{{0,{_BESIDE}}})",
        same=tuning.OWNER_SAME,
    ),
    # 中学建于哪一年: 小学建于 1958 年
    _Form(
        f"的(?P<name>[{HAN}]{{2,4}}?)[是在于]?(?:哪一?[年天月]|什么时候|何时)被?(?P<verb>[{HAN}]{{2}})",
        f"(?P<before>[{HAN}]{{2,{_BESIDE}}})[始被]?{{verb}}",
    ),
    _Form(
        f"的(?P<name>[{HAN}]{{2,4}}?)(?P<verb>[{HAN}]{{1,2}})于(?:哪|何|什么)",
        f"(?P<before>[{HAN}]{{2,{_BESIDE}}})[始被]?{{verb}}",
    ),
    # 净利润是多少: 营业收入为 8.2 亿元
    _Form(
        f"(?P<name>[{HAN}]{{2,8}}?)[是为有达占]{{1,2}}多少",
        f"(?P<before>[{HAN}]{{2,{_BESIDE}}}?)\\s?{_IS}\\s?{_NUMBER}",
        like=tuning.OWNER_LIKE,
        same=tuning.OWNER_SAME,
    ),
    # 总经理是谁: 董事长：陈一, 由陈一担任董事长
    _Form(
        f"(?P<name>[{HAN}]{{2,8}})[是为叫](?:谁|哪位)|谁[是任当](?:了)?(?:[^,?]*的)?(?P<name2>[{HAN}]{{2,8}})\\W*$",
        f"(?P<before>[{HAN}]{{2,{_BESIDE}}})(?:[是为由]|[:：])(?=[{HAN}a-z])"
        f"|(?:担任|出任|当选)(?:了|为)?(?P<after>[{HAN}]{{2,{_BESIDE}}})",
        like=tuning.OWNER_LIKE,
        office=True,
    ),
    # How many nurses: four doctors, two primary schools
    _Form(
        r"\bhow many (?P<name>[a-z]+(?: [a-z]+)?)(?= (?:do|does|did|are|were|has|have|had|can|will)\b|\W*$)",
        _ENGLISH_NUMBER + r" (?P<after>[a-z]+)(?: (?P<after2>[a-z]+))?",
        same=tuning.OWNER_SAME,
    ),
    # Who is the deputy chair: the treasurer is …, Treasurer: …
    _Form(
        r"\bwho (?:is|was|are|were) (?:the|its|their|his|her|\w+['’]s) (?P<name>[a-z]+(?: [a-z]+)?)"
        r"(?= (?:of|in|for|at)\b|\W*$)",
        r"\b(?:the|its|their|his|her|\w+['’]s) (?P<before>[a-z]+(?: [a-z]+)?) (?:is|was|are|were) (?=[a-z])"
        r"|(?:^|[\n.;,] ?)(?P<before2>[a-z ]{3,24}): ?[a-z]",
        office=True,
    ),
    # How much was spent on parks: £410,000 on roads
    _Form(
        rf"\bhow much .*?\b(?:on|for) {_ARTICLE}(?P<name>[a-z]+)(?= (?:in|at|by|last|this|per|each)\b|\W*$)",
        rf"\d[^.;]{{0,40}}? (?:on|for) {_ARTICLE}(?P<after>[a-z]+)",
    ),
    # When did the museum open: the library opened
    _Form(
        rf"\b(?:when|(?:in )?(?:what|which) year) (?:did|was|were|is|does) {_ARTICLE}(?P<name>[a-z]+) "
        rf"(?P<verb>[a-z]{{{_VERB}}})[a-z]*(?= (?:in|on|at|to|for|from|by|its|their|the)\b|\W*$)",
        r"\b(?P<before>[a-z]+) (?:was |were |has |have |had )?(?:been )?(?:[a-z]+ly )?{verb}[a-z]*\b",
    ),
)


def told_of_others(matcher: Matcher, quoted: Sequence[Citation]) -> bool:
    """Whether the values that quotes tell are of other things than the one that the question asks of.

    Only within a language: across, what has no known translation may well be there.
    """
    if language_pair(matcher.query, quoted[0].hit) == "cross":
        return False
    own = [one for one in quoted if language_pair(matcher.query, one.hit) != "cross"]
    question = matcher.query.folded
    return any(
        _is_told_of_others(matcher, form, asked, own)
        for form in _FORMS
        if (asked := compiled(form.asks).search(question)) is not None
    )


def _is_told_of_others(
    matcher: Matcher, form: _Form, asked: re.Match[str], quoted: Sequence[Citation]
) -> bool:
    groups = asked.groupdict()
    name = next(name for key, name in groups.items() if key.startswith("name") and name)
    if form.office and _is_deputy(matcher, name, quoted):
        return True
    values = {key: re.escape(groups.get(key) or "") for key in ("unit", "verb")}
    tells = re.compile(form.tells.replace("{unit}", values["unit"]).replace("{verb}", values["verb"]))
    told = {
        other
        for one in quoted
        for found in tells.finditer(fold_text(one.quote))
        for other in _told(matcher, found)
        if len(other) > 1 and other not in matcher.query.folded and not _says_little(other)
    }
    owner, *describing = _owners(matcher, name) or ("",)
    least = {**dict.fromkeys(describing, max(form.like, tuning.OWNER_LIKE)), owner: form.like}
    return bool(told) and any(
        _is_another(matcher, form, word, like, told) and not _occurs(matcher, word, quoted)
        for word, like in least.items()
        if len(word) > 1 and not _says_little(word)
    )


def _is_another(matcher: Matcher, form: _Form, owner: str, like: float, told: Collection[str]) -> bool:
    """Whether none of the owners told is the one asked of, and one is as similar as ``like``."""
    if any(_same(owner, other) for other in told):
        return False
    apart = [other for other in told if not _is_of_its_kind(owner, other)]
    similarity = _similarity(matcher, owner, apart)
    if similarity is None or similarity >= form.same:
        return False
    return len(apart) < len(told) or similarity >= like


def _is_deputy(matcher: Matcher, name: str, quoted: Sequence[Citation]) -> bool:
    """Whether a deputy is asked for and the passages have the office alone, or the other way round."""
    words = matcher.words(name)
    if not words or not (office := words[-1].removeprefix("副")):
        return False
    told = {
        _DEPUTY.search(text, max(0, found.start() - _BESIDE), found.start()) is not None
        for text in passages_of(quoted)
        for found in re.finditer(re.escape(office), text)
    }
    return told == {_DEPUTY.search(name.removesuffix(office)) is None}


def _owners(matcher: Matcher, name: str) -> list[str]:
    """The word that a name ends with, and those before it that may tell which one is meant."""
    words = matcher.words(name)
    return [_compound(words, at_end=True), *words[-2:-1]] if is_han(name[-1]) else [*words[::-1]]


def _told(matcher: Matcher, found: re.Match[str]) -> Iterator[str]:
    """The owners that a place of a text tells."""
    for key, text in found.groupdict().items():
        if not text:
            continue
        words = matcher.words(text)
        if words and not is_han(text[-1]):
            yield from words
        elif words:
            yield _compound(words, at_end=key.startswith("before"))


def _compound(words: Sequence[str], *, at_end: bool = False) -> str:
    """The first or last of the words; two characters as one: 木, 桥."""
    first, second = ([*words[::-1], "", ""] if at_end else [*words, "", ""])[:2]
    if len(first) > 1 or len(second) > 1:
        return first
    return second + first if at_end else first + second


def _says_little(word: str) -> bool:
    little = word in GENERIC or word in _little() or any(map(str.isdigit, word))
    return little or FUNCTION.fullmatch(word) is not None


@cache
def _little() -> frozenset[str]:
    return frozenset(_LITTLE.split())


def _occurs(matcher: Matcher, name: str, quoted: Sequence[Citation]) -> bool:
    """Whether the passages of the quotes, with what stands above them, have a word for an owner.

    A word as similar as a synonym is, but for compounds of the same kind: 小学 is no 中学.
    """
    for one in quoted:
        passage = one.hit.passage
        above = [*passage.context, *(fold_text(part.text) for part in one.context)]
        if name in fold_text(passage.text) or any(name in text for text in above):
            return True
        text = matcher.align(passage).text
        words = {*text.words.unique, *text.context.unique, *(w for one in above for w in matcher.words(one))}
        words = {word for word in words if len(word) > 1}
        if any(_same(name, word) for word in words):
            return True
        others = [word for word in words if not _is_of_its_kind(name, word)]
        if (_similarity(matcher, name, others) or 0.0) >= tuning.OWNER_NAMED:
            return True
    return False


def _similarity(matcher: Matcher, name: str, words: Iterable[str]) -> float | None:
    """The greatest similarity of a name of the question to one of the words; None if it is unknown."""
    places = [
        at
        for at, one in enumerate(matcher.query.words)
        if one.word == name or (is_han(name[-1]) and one.word in name)
    ]
    if not places or any(matcher.query.words[at].row is None for at in places):
        return None
    return float(matcher.similarities([*words])[places].max(initial=0.0))


def _same(one: str, other: str) -> bool:
    """Whether two words are forms of one, or the dictionary knows them for the same."""
    if one == other or (is_han(one[-1]) and (one in other or other in one)):
        return True
    known, also = translated(one), translated(other)
    if not known.isdisjoint(also):
        return True
    if one.isascii() and other.isascii():
        if not {*base_forms(one)}.isdisjoint(base_forms(other)):
            return True
        pairs = enumerate(zip(one, other, strict=False))
        return next((at for at, pair in pairs if pair[0] != pair[1]), min(len(one), len(other))) >= _STEM
    if (known and also) or _have_one_end(one, other):
        return False
    return bool(({*one} & {*other}) - _AFFIXES)


def _is_of_its_kind(one: str, other: str) -> bool:
    """Whether two Chinese compounds with the same end are not the same: 小学, 中学."""
    return _have_one_end(one, other) and not _same(one, other)


def _have_one_end(one: str, other: str) -> bool:
    """Whether two Chinese compounds of one length end alike, with what tells their kind."""
    return len(one) == len(other) > 1 and one[-1] == other[-1] and is_han(one[-1]) and one[-1] not in _AFFIXES
