"""Whether a text tells of somebody: a name, a pronoun, or what a person is or does.

Only what tells of nobody for sure is told apart, so names of places and of companies count as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from index.text.fold import fold_text
from index.text.han import HAN, is_han
from index.text.surnames import SURNAMES
from qa.linguistics.answer_types import MONTHS, WEEKDAYS
from qa.linguistics.cues import FUNCTION

_CAPITAL = re.compile(r"(?<![\w'’-])[A-ZÀ-ÖØ-Þ][\w'’-]*")
#: Where a capital is no sign of a name.
_BEGINS = re.compile(r"(?:^|[.!?。！？]|\n)\W*$")
#: What follows a name that begins a sentence or a line: "Tom took notes", "Ann (chair)", "Ann | 12".
_ACTS = re.compile(
    r"(?:['’]s)?(?: [A-Z]|(?: (?:from|of|at|in|with) (?:\w+ ){1,3}?\w+)?"
    r" (?:is|was|has|had|will|would|can|could|did|does|and|gave|got|made|said|says|wrote|brought|took|went"
    r"|came|bought|found|told|left|kept|led|ran|sold|paid|\w{2,}ed|\w{2,}[^s\W]s)\b|\s*(?:[^\w\s]|\n|$))"
)
_NO_NAMES = frozenset((*MONTHS, *WEEKDAYS.split("|"), "everyone", "everybody", "nobody", "someone", "anyone"))
_ENGLISH = re.compile(
    r"\b(?:i|we|he|she|they|you|us|mum|mom|dad|mother|father|parents?|wife|husband|son|daughter|brother|sister"
    r"|uncle|aunt|grand\w+|teachers?|doctors?|dr|nurse|(?:wo)?m[ae]n|people|person|child(?:ren)?|boys?|girls?"
    r"|friends?|company|committee|team|group|king|queen|council|government|students?|pupils?|land(?:lord|lady)"
    r"|neighbou?rs?|agency|plumber|staff|board|members?|tenants?|guests?|everyone|everybody|nobody|anyone|someone"
    r"|\w{3,}(?:ists?|ers?|ors?|ians?))\b"
)
_CHINESE = re.compile(
    "[我你您他她咱谁]|自己|本人|人们|大家|师傅|老师|医[生师]|大夫|护士|先生|女士|小姐|[爸妈]|爷爷|奶奶|[外姥][公婆爷]|[哥姐弟妹叔姨舅]"
    "|教授|经理|主[任席管]|总[统裁理监]|[院校部局处科班队组会市县省社店行]长|皇|国王|公司|委员|学[生者]|人[员士]|家[长人]|军|族"
    "|电视台?|电台|集团|[协学]会|大学|学院|银行|基金会|政府|法院|警方|报社|出版社|乐[队团]|球队|工会"
    "|歌手|演员|[父母]亲|[儿女]子|女儿|妻|丈夫|朋友|邻居|房东|同[事学]|老板|店员|业主|客户|司机|员工|负责人|联系人"
    f"|[{HAN}]{{2}}[家者手师]|阿[{HAN}]|(?:[、:和与跟由叫]|^)[小老][{HAN}]|[小老][{''.join(sorted(SURNAMES))}]"
)
_US = re.compile(r"\b(?:I|[Ww]e|[Uu]s|[Yy]ou)\b|[我咱你您]")
#: The part that somebody has: 死神的主角是谁.
_PART_CHINESE = re.compile(rf"(?P<part>[{HAN}]{{2}})[是为]谁")
#: What somebody is asked for who does or is it: "Who mended …", "Who is the owner?", 谁修的.
_ACTION_ENGLISH = re.compile(
    r"\bwho (?:(?:is|are|was|were|has|have|had|did|does|do|will|would|can|could|should|may|must|also|first"
    r"|usually|the|an?|my|our|your|his|her|its|their) )*(?P<action>[a-z'’-]+)"
)
_ACTION_CHINESE = re.compile(
    rf"谁(?:来|去|曾经?|会|能|可以|最先|首先|第一个|负责)?(?P<action>[{HAN}]{{1,2}})"
)
#: A foreign name in a Chinese text; KFR-35 is none.
_FOREIGN = re.compile(r"[·•‧・]|[A-Z][a-z]+")
#: More common words that begin a sentence are no names: Money has -7.7, John -8.9. Rarer Chinese ones may be.
_COMMON, _RARE = -8.5, -11.0
#: The longest word that may be a Chinese name.
_LONGEST = 3


def asked_action(question: str) -> str:
    """What the one does or is whom a folded question asks for, "" if it asks for nobody."""
    found = _ACTION_ENGLISH.search(question) or _ACTION_CHINESE.search(question)
    return found["action"] if found else ""


def tells_whose_part(question: str, text: str) -> bool:
    """Whether a folded Chinese text says of something that it is what the folded question asks who is.

    It may be a name that nothing else tells: 黑崎一护是漫画《死神》的主角.
    """
    if (asked := _PART_CHINESE.search(question)) is None:
        return False
    part = re.escape(asked["part"])
    told = rf"(?:^|[。！？，；：\s,.;:!?])(?P<who>[^\W\d_]{{2,12}})[是为任][^。！？\n.!?]*{part}"
    return any(found["who"] not in question for found in re.finditer(told, text))


def tells_of_somebody(
    text: str,
    question: str,
    words: Sequence[tuple[str, int, int]],
    log_probability: Callable[[str], float],
    *,
    named: bool = False,
    besides_us: bool = False,
) -> bool:
    """Whether a text may tell of a person that the folded ``question`` does not name.

    ``words`` are the folded words of the text with where they start and end in it. ``log_probability`` is
    that of a folded word in running text. ``named``: only a name counts.
    ``besides_us``: I, we and you do not count.
    """
    text = _US.sub(" ", text) if besides_us else text
    if any(is_han(word[:1]) for word, _, _ in words):
        told = not named and _CHINESE.search(fold_text(text)) is not None
        return told or _FOREIGN.search(text) is not None or _has_chinese_name(words, log_probability)
    told = not named and _ENGLISH.search(fold_text(text)) is not None
    return told or any(name not in question for name in _english_names(text, log_probability))


def _has_chinese_name(words: Sequence[tuple[str, int, int]], log_probability: Callable[[str], float]) -> bool:
    for (word, _, end), (after, start, _) in pairwise((*words, ("", -1, -1))):
        if word[:1] not in SURNAMES or not is_han(word):
            continue
        follows = start == end and is_han(after) and not FUNCTION.fullmatch(after)
        if len(word) == 1 and follows and len(after) < _LONGEST:
            return True
        if 1 < len(word) <= _LONGEST and log_probability(word) < _RARE:
            return True
    return False


def _english_names(text: str, log_probability: Callable[[str], float]) -> Iterator[str]:
    """Folded words with a capital that may be names; of those that begin something, the likely ones."""
    for found in _CAPITAL.finditer(text):
        name = re.sub("['’]s$", "", fold_text(found[0]))
        if name in _NO_NAMES or FUNCTION.fullmatch(name):
            continue
        begins = _BEGINS.search(text, max(0, found.start() - 8), found.start()) is not None
        if not begins or (log_probability(name) < _COMMON and _ACTS.match(text, found.end())):
            yield name
