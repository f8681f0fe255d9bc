"""Names that mean the same, as articles gloss them: 德特克(Matt Deitke), International Energy Agency (IEA).

A bracket right after a name has the same name in the other script, or its initials. Chinese does not mark
where the name before the bracket begins. The rules here take only what is certain: a dot, a quotation mark,
fitting sounds, pinyin syllables, the end of a title. Acronyms are recognized by their initials (after
Schwartz and Hearst 2003, "A simple algorithm for identifying abbreviation definitions in biomedical text").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.text.fold import fold_text, joined
from index.text.han import HAN
from index.text.surnames import SURNAMES
from index.types import Alias

_LETTERS = r"A-Za-zÀ-ɏ"
_CAPITAL = rf"[A-ZÀ-ÖØ-Þ][{_LETTERS}\d'’.&-]*"
_LATIN = rf"{_CAPITAL}(?:[ \xa0](?:{_CAPITAL}|&|of|the|and|for|in|on|de|del|der|di|la|van|von|al|bin)){{0,6}}"
_LATIN_NAME = re.compile(_LATIN)
_LATIN_BEFORE = re.compile(rf"(?<![\w.])({_LATIN}) ?$")
_WORDS_BEFORE = re.compile(rf"((?:[{_LETTERS}][{_LETTERS}\d'’-]* )*[{_LETTERS}][{_LETTERS}\d'’-]*) ?$")
_BRACKET = re.compile(r"[(（]([^()（）\n]{2,80})[)）]")
_BETWEEN = re.compile(
    r"[,，、;；]|(?:以下|下文)?[简簡][称稱][为為]?|英文名?[为為]?[:：]?|又[称稱]|[缩縮][写寫][为為]?[:：]?"
)
#: X，英文名 Y: what a bracket says, said without one.
_SAID = ("英文名", "外文名", "原名", "本名")
_NAMED = re.compile(rf"[,，](?:{'|'.join(_SAID)})[字称稱]?(?:是|[为為]|叫|[:：])? ?({_LATIN})")
#: The line of front matter that tells other names of a note, and how far it is looked for, in lines.
_HEAD_NAMES, _HEAD = re.compile("(?:alias(?:es)?|别名|別名|又名)[:：] *(.+)", re.I), 60
#: The most characters of such a name.
_LONGEST = 40
#: The Chinese before a bracket (folded): what quotation marks hold, or all up to a mark or Latin letter.
_QUOTED = re.compile(rf"[\"《]([{HAN}·]{{2,16}})[\"》] ?$")
_NAME = rf"[{HAN}]+(?:·[{HAN}]+)*"
_RUN = re.compile(rf"({_NAME}) ?$")
#: After these a name begins (的, 是…), and after the last character of a title (研究员, 总裁…).
_BOUND = re.compile("[的了是由在据被将向对把让叫等]|称为?|包括|位于|来自|以及|例如|比如|^为")
_TITLED = re.compile("^.*[者员家长官人授师裁管士席手任总导星]")
_CONNECTIVES = frozenset(["of", "the", "and", "for", "in", "on", "de", "&", "a"])
_SYLLABLE = re.compile(
    "(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|er"
    "|an|en|in|un|ia|ua|uo|a|o|e|i|u|v)(?![aeiouv]|n(?![aeiou])|ng)"
)
#: Characters that foreign names are written with (after the tables of Xinhua's "Names of the world's
#: peoples"), by the letter that a name which begins with them may begin with.
_SOUNDS = {
    "a": "阿艾安奥埃亚爱昂澳",
    "b": "巴贝本比彼伯博布班鲍拜邦宾波勃柏毕",
    "c": "卡克科凯查切奇柴坎康库塞西希辛基考夸柯",
    "d": "达德迪丹杜多道戴狄邓黛大",
    "e": "埃艾伊爱厄",
    "f": "法菲弗福费芬",
    "g": "格戈加盖高古吉冈葛乔杰嘉",
    "h": "哈海赫霍亨胡惠休何汉",
    "i": "伊英艾因",
    "j": "杰乔约简贾吉朱詹雅扬何赫荷尤",
    "k": "卡克科凯肯基金坎康库考柯",
    "l": "拉莱兰劳勒雷李里利林卢鲁路罗洛伦莉琳列赖露丽",
    "m": "马麦曼梅米莫默穆蒙玛迈门摩",
    "n": "纳奈内尼诺努南纽娜妮",
    "o": "奥欧俄",
    "p": "帕佩彼皮普波珀潘庞菲",
    "q": "奎昆",
    "r": "拉莱兰劳雷里利罗洛鲁伦瑞",
    "s": "萨塞桑索苏斯史施山圣莎西希辛舍沙肖珊谢雪",
    "t": "塔泰坦特托蒂汤图提川",
    "u": "尤乌厄",
    "v": "瓦维沃弗范韦",
    "w": "沃韦威温瓦怀维伍",
    "x": "西沙谢泽",
    "y": "雅耶伊尤约杨亚",
    "z": "扎泽兹齐祖佐",
}
FOREIGN = frozenset("".join(_SOUNDS.values())) | frozenset(
    "尔姆逊顿森朗思丝夫娅茨赛宁恩翁登根缪涅热若瑟什孔申钦琴津宗松唐廷丁腾滕隆伽甘贡瓜圭洪永蔡易文珍白卫翰书廉秋妙"
)


def alias_pairs(one: str, other: str) -> list[Alias]:
    """The aliases, in both directions, that follow from two names of one thing.

    The last parts of a person's names in two scripts stand for the full names. Matt Deitke and 马特·德特克
    give 德特克 for Matt Deitke, and Deitke for either.
    """
    one, other = fold_text(one), fold_text(other)
    chinese, latin = (one, other) if _RUN.fullmatch(one) else (other, one)
    pairs = {(chinese, latin): ""}
    words = re.split(r"[^\w'.]+", latin)
    if _RUN.fullmatch(chinese) and latin.isascii() and len(words) > 1 and (last := _surname(chinese, words)):
        short, alone = last
        for name in dict.fromkeys((chinese, short)):
            pairs |= {(name, latin): "", (name, alone): alone}
    return [
        Alias(joined(name), meant, part)
        for (a, b), part in pairs.items()
        for name, meant in ((a, b), (b, a))
        if joined(name) != joined(meant)
    ]


def _surname(chinese: str, words: list[str]) -> tuple[str, str] | None:
    """The parts of a person's two names that stand for the full ones; None if they name no person."""
    *first, last = chinese.split("·")
    if first:
        return (last if len(last) > 1 else chinese, words[-1]) if _alike(last, words[-1]) else None
    if _sounds(chinese, words[-1]) or (len(chinese) < 4 and chinese[0] in SURNAMES):
        return chinese, words[-1]
    return (chinese, words[0]) if _sounds(chinese, words[0]) else None


def _sounds(chinese: str, latin: str) -> bool:
    """Whether these characters may write a Latin word."""
    return len(chinese) > 1 and FOREIGN.issuperset(chinese) and _begins(chinese, latin)


def _alike(chinese: str, latin: str) -> bool:
    """The same for the last part of a name with a dot, which may also be a Chinese surname."""
    return _begins(chinese, latin) or chinese[0] in SURNAMES


def _begins(chinese: str, latin: str) -> bool:
    return chinese[0] in _SOUNDS.get(latin[:1].lower(), "")


def extract_aliases(text: str, title: str = "") -> list[Alias]:
    """The aliases that a text explains, each once; among them other names of what its ``title`` names."""
    pairs = [*_glosses(text), *((title, name) for name in _names_at_head(text) if title)]
    return list(dict.fromkeys(alias for pair in pairs for alias in alias_pairs(*pair)))


def _names_at_head(text: str) -> Iterator[str]:
    """The names in the line "aliases: …" that front matter, as of Obsidian, leaves at the head of a text."""
    for line in text.split("\n\n", 1)[0].split("\n")[:_HEAD]:
        if named := _HEAD_NAMES.fullmatch(line):
            names = filter(re.compile(r"\w").search, map(str.strip, re.split("[,，、;；]", named[1])))
            yield from (name for name in names if len(name) <= _LONGEST)


def _glosses(text: str) -> Iterator[tuple[str, str]]:
    for match in _BRACKET.finditer(text):
        # Pages with a broken encoding have "Yann?LeCun".
        content = re.sub("(?<=[a-z])[?�](?=[A-Z])", " ", match[1])
        inside = [piece.strip(" \xa0\"'“”") for piece in _BETWEEN.split(content)]
        yield from _bracket(text[max(0, match.start() - 80) : match.start()], [*filter(None, inside)])
    for match in _NAMED.finditer(text) if any(word in text for word in _SAID) else ():
        yield from _bracket(text[max(0, match.start() - 80) : match.start()], [match[1]])


def _bracket(before: str, inside: list[str]) -> Iterator[tuple[str, str]]:
    """The pairs of names in ``before (inside, inside)``."""
    if not inside:
        return
    latin = [piece for piece in inside if _LATIN_NAME.fullmatch(piece) and len(piece) > 1]
    if len(latin) == 2 and _initials(latin[0].split(), latin[1]):
        yield latin[0], latin[1]
    elif len(latin) > 1:
        return  # a list of several things
    ends = fold_text(before[-24:])
    if _QUOTED.search(ends) or _RUN.search(ends):
        for name in latin:
            if chinese := _chinese_before(ends, name):
                yield chinese, name
    elif latin and (words := _WORDS_BEFORE.search(before)):
        yield from _acronyms(words[1], latin[0])
    elif (named := _LATIN_BEFORE.search(before)) and re.fullmatch(_NAME, content := fold_text(inside[0])):
        words_before = re.split("[ \xa0]", re.sub("^(?:The|A|An|In|At|By) ", "", named[1]))
        if before_it := _latin_before(words_before, content):
            yield before_it, content


def _chinese_before(before: str, latin: str) -> str | None:
    """The Chinese name at the end of ``before`` (folded), glossed as ``latin``, if its start is certain."""
    if quoted := _QUOTED.search(before):
        return quoted[1]
    run = _RUN.search(before)
    if run is None:
        return None
    words = re.split("[ \xa0-]", latin)
    *first, last = run[1].split("·")
    if first:
        start = _longest(first[0], words[0])
        if not _alike(last, words[-1]):
            return None
        return "·".join([start, *first[1:], last]) if start else (last if len(last) > 1 else None)
    syllables = _syllables(words)
    if 1 < syllables < 5 and len(words) > 1 and last[-syllables:][0] in SURNAMES and len(last) >= syllables:
        return last[-syllables:]
    foreign = last[len(last) - _tail(last) :]
    if any(_sounds(foreign, word) for word in words[-1:] + words[:1]):
        return foreign
    edge = before[: run.start()][-1:]
    if edge.isdigit() and last[0] in "年月日":
        edge, last = "", last[1:]
    begins, last = bool(_BOUND.search(last)) or not edge.isalnum(), _BOUND.split(last)[-1]
    person = _TITLED.sub("", last)
    if len(words) > 1 and person != last and 1 < len(person) < 4 and person[0] in SURNAMES:
        return person
    least = 2 if not latin.isupper() else 4 if len(latin) < 3 else 3
    return last if begins and least <= len(last) <= 12 and len(run[1]) < 20 else None


def _longest(characters: str, word: str) -> str:
    """The longest end of ``characters`` that may write ``word``, or ""."""
    starts = range(len(characters) - _tail(characters), len(characters))
    return next((characters[i:] for i in starts if _begins(characters[i:], word)), "")


def _tail(characters: str) -> int:
    """How many characters at the end are among those that write foreign names."""
    return next((n for n, char in enumerate(reversed(characters)) if char not in FOREIGN), len(characters))


def _latin_before(words: list[str], chinese: str) -> str | None:
    """The Latin name at the end of ``words`` that is glossed as ``chinese``."""
    *first, last = chinese.split("·")
    if first:
        words = words[-len(first) - 1 :]
        return " ".join(words) if _begins(first[0], words[0]) and _alike(last, words[-1]) else None
    if len(words) == 1 and words[0].isupper():
        return words[0] if len(words[0]) > 1 and len(chinese) > 2 else None
    while len(words) > 2 and words[0].isupper():
        words = words[1:]  # CEO Matt Deitke
    person = len(words) > 1 and not any(word.isupper() for word in words)
    pinyin = _syllables(words[-2:]) == len(chinese)
    if _sounds(chinese, words[-1]) or (person and chinese[0] in SURNAMES and (pinyin or len(chinese) == 3)):
        return " ".join(words[-3:] if len(words) < 4 else words[-2:])
    return None


def _syllables(words: Iterable[str]) -> int:
    """The number of pinyin syllables in the words; 0 if one of them is not pinyin."""
    counts = []
    for word in words:
        cut = _SYLLABLE.findall(word.lower())
        counts.append(len(cut) if "".join(cut) == word.lower() else 0)
    return sum(counts) if all(counts) else 0


def _acronyms(before: str, inside: str) -> Iterator[tuple[str, str]]:
    """``Long Name (LN)`` and ``LN (Long Name)``."""
    words = re.split("[ -]", before)
    short = words[-1]
    if _initials(inside.split(), short):
        yield inside, short
        return
    for count in range(2, min(len(words), len(inside) + 3) + 1):
        if words[-count].lower() not in _CONNECTIVES and _initials(words[-count:], inside):
            yield " ".join(words[-count:]), inside
            return


def _initials(words: list[str], acronym: str) -> bool:
    """Whether ``acronym``, in capitals, consists of the words' first letters; small words may be skipped."""
    letters = acronym.removesuffix("s").replace(".", "")
    if not (len(letters) > 1 and letters.isupper() and letters.isalpha()):
        return False
    every = "".join(word[0] for word in words if word).upper()
    large = "".join(word[0] for word in words if word and word.lower() not in _CONNECTIVES).upper()
    return letters in (every, large)
