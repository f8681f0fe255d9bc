"""Chinese questions made from headings and sentences, in the script of the article.

Chinese leaves the question word where the answer stands: a clause becomes a question if what asks for a
quantity takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.text.aliases import extract_aliases
from index.text.fold import fold
from index.text.han import HAN
from qa.linguistics.quantities import Quantity, find_quantities

#: A thing is a subject of an article if the article names it so often, or its title does.
_OFTEN = 3
_ASKS = re.compile("[为為][什何]|如何|何[谓謂时時处處]|怎[么麼样樣]|什[么麼]|哪|[谁誰啥]|多少|多久")
_NUMBERED = re.compile(
    r"(?:Q?\d+(?:\.\d+)*[、.．)）:：]|[一二三四五六七八九十]+[、.．)）]|[（(][\d一二三四五六七八九十]+[)）])\s*"
)
#: Of what a heading of this end announces there are several.
_LISTED = re.compile(
    "(?:[原材]料|工具|步[骤驟]|[优優缺][点點]|好[处處]|[条條]件|要求|限制|注意事[项項]|症[状狀]|原因|功能|特[点點]"
    "|[类類]型|[种種][类類])$"
)
_NO_HEADING = re.compile("[，：:—「」！!]|[？?].|[这這那它他她我]")
#: What a clause does not explain by itself, and what makes it more than one statement.
_VAGUE = re.compile(
    "[这這那该該此其他她它我你您咱本另某]|上述|[前后後]者|同[时時]|[也还還又再却卻就才但]|[后後][来來]|[当當][时時]"
    "|[随隨][后後]|[于於]是|因此|所以|如果|要是|假如|只有|除了|目前|以[上下]|例如|比如|包括|[据據第每各]|[一二两兩几幾]者"
    "|[=×*/<>|、?？!！:：…]|^(?:由[于於]|[实實][际際]|一般|真的)"
)
#: What no subject begins with: prepositions and verbs.
_NO_SUBJECT = re.compile(
    "[在从從应應按把被对對向由与與和跟吸会會可能有是到将將给給让讓使随隨经經自]|需要|根[据據]|通[过過]"
)
_UNFINISHED = re.compile(
    "(?:[时時后後前等为為是的和与與及或看中里裡上下]|以[来來]|的[话話]|期[间間]|[来來][说說])$"
)
_CLAUSE = re.compile(r"(?:[^，。；！？,;!?]|,(?=\d))+")
_BRACKET = re.compile("[(（][^()（）]*[)）]")
_UNIT = re.compile(
    rf"[\d.,\s〇零一二两兩三四五六七八九十百千万萬亿億多余餘]+(?P<unit>(?:(?![至到])[{HAN}%])+)$"
)
_PART_OF_MORE = re.compile(
    "[前后後来來间間以内內级級代的左上第多余餘初底末春夏秋冬起之%％~—至到-]|[球赛賽]季|[财財]年"
)
_NAME = re.compile(rf"[A-Z][\w.&-]*(?: [A-Z\d][\w.&-]*)*|[{HAN}]{{1,6}}(?:[·‧・•．][{HAN}]{{1,8}})+")
_TITLE = (
    "[创創][始办辦]人|[执執]行[长長]|首席.{1,4}官|研究[员員]|教授|[总總]裁|主席|[董理]事[长長]|作者|[记記]者|工程[师師]"
    "|[负負][责責]人|主任|校[长長]|[学學]家|[总總][经經]理|[导導]演|演[员員]|歌手|[设設][计計][师師]|[总總][监監]|律[师師]"
    "|教[练練]|[选選]手|[诗詩]人|作家"
)
#: What a person does with something, as the verb after a name.
_DID = re.compile("[创創办辦做写寫发發设設建领領带帶拿获獲买買卖賣提]")
_IS = re.compile(
    rf"(?P<thing>[{HAN}A-Za-z\d·‧.+# -]{{2,16}}?) ?(?:是指|指的是|是(?P<what>"
    "一[种種类類个個家位名款座项項套份部本条條]|[由以用]|[^，。的]{2,10}的|[^，。]{0,6}最))"
)


class ChineseTemplates:
    def __init__(self, text: str, title: str, *, traditional: bool) -> None:
        self._text, self._title = text, title
        words = ("什麼", "誰", "什麼時候") if traditional else ("什么", "谁", "什么时候")
        self._what, self._who, self._when = words
        self._people = list(_people(text))

    def of_heading(self, text: str) -> str:
        """The question that a heading is, "" if it is none or cannot stand alone."""
        text = _NUMBERED.sub("", text).strip()
        said = text.rstrip("?？ ")
        if not 2 <= len(said) <= 36 or _NO_HEADING.search(text):
            return ""
        asks = len(said) >= 5 and _ASKS.match(said)
        if said != text:
            asks = _ASKS.search(said) or re.search("[吗嗎呢]|[是能可]否", said)
        return f"{said}？" if asks else self._of_list(said)

    def _of_list(self, heading: str) -> str:
        """What asks for the things that a heading announces, of what the title names."""
        if not _LISTED.search(heading):
            return ""
        title = re.sub("的?(?:做法|[介简簡][绍紹介])$", "", self._title)
        which = "有哪些？"
        if any(heading[at : at + 2] in title for at in range(len(heading) - 1)):
            return heading + which
        named = re.fullmatch(rf"[{HAN}A-Za-z ]{{2,14}}", title) and self._text.count(title) > 1
        return f"{title}的{heading}{which}" if named else ""

    def of_sentence(self, sentence: str) -> Iterator[tuple[str, str]]:
        """Questions that a sentence answers, with their kinds."""
        if re.search("[?？吗嗎呢]$", sentence):
            return
        plain = _BRACKET.sub("", sentence)
        yield from self._described(plain)
        for clause in map(str.strip, _CLAUSE.findall(plain)):
            vague = _VAGUE.search(clause) or _UNFINISHED.search(clause) or not _paired(clause)
            if 8 <= len(clause) <= 34 and not vague:
                yield from self._of_clause(clause)

    def _described(self, sentence: str) -> Iterator[tuple[str, str]]:
        """What something is, or who somebody is."""
        found = _IS.match(sentence)
        if found and self._is_defined(thing := found["thing"].strip(), sentence[found.end("thing") :]):
            said = re.split("[，。；]", sentence[found.end("thing") :])[0]
            if found["what"] in ("一位", "一名") or re.search(f"(?:{_TITLE})$", said):
                yield f"{thing}是{self._who}？", "person"
            else:
                yield f"{thing}是{self._what}？", "definition"
        for name in map(re.escape, self._people):
            if re.search(rf"(?:{_TITLE}) ?{name}|{name}是[^，。]*(?:{_TITLE})", sentence):
                yield f"{name}是{self._who}？", "person"

    def _of_clause(self, clause: str) -> Iterator[tuple[str, str]]:
        person = next((name for name in self._people if clause.startswith(name)), "")
        if person and _DID.match(clause, len(person)):
            yield f"{self._who}{clause[len(person) :]}？", "person"
        if not person and not self._has_subject(clause):
            return
        quantities = find_quantities(clause)
        for quantity in quantities:
            before, after = clause[: quantity.start].rstrip(), clause[quantity.end :].lstrip()
            alone = [other.kind for other in quantities].count(quantity.kind) == 1
            if alone and len(before + after) >= 6 and (asks := self._asks(quantity, before, after)):
                yield f"{before}{asks}{after}？", quantity.kind

    def _has_subject(self, clause: str) -> bool:
        """Whether a clause begins with a name or a subject of the article, after a date or not."""
        first = re.sub(r"^\d{4} ?年(?:\d+ ?月)?(?:\d+ ?日)?", "", clause).lstrip()
        if _NO_SUBJECT.match(first):
            return False
        return _NAME.match(first) is not None or (self._is_subject(first[:2]) and self._is_subject(first[:3]))

    def _is_defined(self, thing: str, rest: str) -> bool:
        """Whether a definition is one of a subject of the article, and no opinion."""
        short = len(thing) < 3 and thing not in self._title and not thing[:1].isascii()
        return self._is_subject(thing) and not short and not re.search("[我你您咱]", rest[:16])

    def _is_subject(self, thing: str) -> bool:
        if _VAGUE.search(thing) or not re.match(rf"[{HAN}A-Za-z\d]", thing):
            return False
        return thing in self._title or self._text.count(thing) >= _OFTEN

    def _asks(self, quantity: Quantity, before: str, after: str) -> str:
        """What asks for a quantity in its place, "" if nothing does."""
        if _PART_OF_MORE.match(after) or re.search("[后後前~～—至到-]$", before) or "的" in after:
            return ""
        if quantity.kind == "date":
            if quantity.date is None or quantity.date[0] is None:
                return ""
            return "哪一年" if quantity.date[1:] == (None, None) else self._when
        if not before:
            return ""
        if quantity.kind == "percent":
            return "百分之多少" if quantity.text.endswith("%") else ""
        if (
            quantity.kind == "number"
            and re.search("[和与與及]", before)
            and not re.search(r"\d", quantity.text)
        ):
            return ""  # it counts what stands before: A 和 B 两种
        unit = _UNIT.search(quantity.text)
        return f"多少{unit['unit']}" if unit else ""


def _people(text: str) -> Iterator[str]:
    """Foreign names of people, as far as the text glosses them; the gloss tells where they begin and end."""
    folded = fold(text)
    for name in dict.fromkeys(alias.other for alias in extract_aliases(text) if "·" in alias.other):
        if (at := folded.text.find(name)) >= 0:
            start, end = folded.original(at, at + len(name))
            yield text[start:end]


def _paired(text: str) -> bool:
    """Whether quotation marks and brackets are closed."""
    return all(text.count(a) == text.count(b) for a, b in ("“”", "「」", "『』", "《》", "（）", "()", "‘’"))
