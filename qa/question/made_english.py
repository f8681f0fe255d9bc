"""English questions made from headings and sentences.

The question word goes to the front, the verb after it takes "did" or "does" and its base form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from index.lexicon.inflection import base_forms, inflected
from qa.linguistics.cues import AUXILIARY
from qa.linguistics.quantities import Quantity, find_quantities

#: A thing is a subject of an article if the article names it so often, or its title does.
_OFTEN = 3


def _any(words: str) -> str:
    return rf"\b(?:{'|'.join(words.split())})\b"


_PRONOUNS = "this that these those it he she they him them his her its their such there here"
#: What does not say by itself what it means.
_VAGUE = re.compile(
    _any(
        f"{_PRONOUNS} we us our i my me another other others same latter former said then ago above below"
        " respectively more also only"
    )
    + r"|[?:;\"“”()\[\]]",
    re.IGNORECASE,
)
_UNCLEAR = re.compile(_any(_PRONOUNS), re.IGNORECASE)
#: What is no name though a sentence begins with it.
_NO_NAME = re.compile(
    _any(
        "one some many most both each all what who which when where if as while because but and so"
        " not for in on at by to from with no none nothing neither even just first second third last"
        " next note see example after before during since until about how why let writing"
    ),
    re.IGNORECASE,
)
_OPINION = re.compile(_any("I my we our us you your"))
_CAPITALISED = r"[A-Z][\w&'-]*(?:\.[\w&'-]+)*"
_NAME = (
    rf"{_CAPITALISED}(?: (?:{_CAPITALISED}|\d[\w.]*|of|the|de|van|von|and(?= [A-Z])))*"
    "(?<! of)(?<! the)(?<! and)"
)
_FULL_NAME = r"[A-Z][a-z'-]+(?: (?:[A-Z]\.|[A-Z][a-z'-]+|de|van|von)){0,2} [A-Z][a-z'-]+"
#: A name after the first word.
_NAMED = re.compile(r"\s(?!I\b)[A-Z]")
_PERSON = _any(
    "founder chief CEO researcher professor scientist engineer economist director president"
    " chairman author artist writer lawyer doctor actor actress singer player coach manager"
    " journalist historian inventor entrepreneur executive student programmer developer designer"
    " politician minister judge philosopher"
)
_THING = re.compile(
    _any(
        "company firm startup start-up laboratory lab institute agency organization organisation"
        " group bank university school museum chatbot model network program programme app application"
        " tool service library framework language database platform website paper book novel film"
        " magazine newspaper law method technique protocol device machine city town village island"
        " river mountain country dish plant animal species disease drug festival game"
    )
)
_IS = re.compile(
    rf"(?:(?P<article>An?|The) (?P<noun>[\w'-]+(?: [\w'-]+){{0,2}}?)|(?P<name>{_NAME}))"
    r" (?P<be>is|are|was|were) (?P<rest>(?:an?|the|one) \w.*)"
)
_WITH_TITLE = re.compile(
    rf"{_PERSON} (?P<before>{_FULL_NAME})"
    rf"|(?P<after>{_FULL_NAME}), (?:the|an?|who) (?:[\w'-]+ ){{0,5}}?{_PERSON}"
)
_EXPLAINED = re.compile(rf"(?<![,.] )(?<!the )(?<!The )(?P<name>{_NAME}), (?P<rest>an? [^,.;]{{12,80}})")
#: Where another clause begins, and where one ends.
_BEGIN = re.compile(r"; |, (?:and|but|while|so) |(?<=\d{4}), |^(?:Yes|No)[.,] ")
_END = re.compile(
    r",(?!\d)| —|–|;| (?:and|but|which|who|while|because|when|after|before|so|if|although|or|as|than)\b"
    r"|\.(?=\s|$)|$"
)
_GROUPS = "You|Employees|Users|Members|Students|Customers"
_SUBJECT = (
    rf"(?P<subject>(?P<group>{_GROUPS})|(?:The |A |An )?{_NAME}|(?:The|A|An) [a-z][\w'-]*(?: [a-z][\w'-]*)?)"
)
_DOES = re.compile(
    rf"(?:In \d{{4}} )?{_SUBJECT} (?:(?P<modal>can|may|must|will|should) )?(?P<verb>[a-z]+) (?P<rest>.*)"
)
_WAS = re.compile(rf"{_SUBJECT} (?P<be>is|are|was|were) (?P<verb>[a-z]+) (?P<rest>.*)")
_PARTICIPLE = re.compile(
    r".*ed\b|"
    + _any("born built made sold bought held found begun written led lost paid set shown taken won")
)
_PREPOSITIONS = "in for from to at on with by per each every off into during a an"
_COMPLEMENT = re.compile(rf"{_any(_PREPOSITIONS)}|$")
_OF = re.compile(rf"of [\w' -]+?(?= {_any(_PREPOSITIONS)}|$)")
_PLURAL = re.compile(r"(?:[a-rt-z-]s|people|men|women|children)$")
#: Particles of verbs, which stay behind them: laid off, pay for.
_PARTICLE = re.compile("(?:off|out|in|up|for|back)?")
#: Verbs whose duration is asked for by "how long".
_LASTS = frozenset(("last", "take", "run", "stay", "wait", "remain", "live", "work", "have", "need"))
_HAVE = {"has": "does", "had": "did", "have": "do"}


class EnglishTemplates:
    def __init__(self, text: str, title: str, is_word: Callable[[str], bool]) -> None:
        self._written, self._text, self._title = text, text.casefold(), title.casefold()
        self._is_word = is_word

    def of_heading(self, text: str) -> str:
        """The question that a heading is, "" if it is none or cannot stand alone."""
        text = re.sub(r"^(?:[\d.]+\)?|Q\d*[.:]|[IVX]+\.)\s+", "", text).strip()
        personal = re.search(r"\b(?:I|me|my)\b", text) and not _NAMED.search(text)
        if personal or _UNCLEAR.search(text) or re.search("[:;–—]", text) or len(text.split()) < 3:
            return ""
        if re.match("(?i)how to ", text):
            return text.rstrip(".!?") + "?"
        asks = re.match(r"(?i)(?:what|who|why|how|when|where|which|can|do|does|is|are|should|may)\b", text)
        return text if asks and text.endswith("?") else ""

    def of_sentence(self, sentence: str) -> Iterator[tuple[str, str]]:
        """Questions that a sentence answers, with their kinds."""
        sentence = sentence.replace("’", "'")
        yield from self._described(sentence)
        for begin in (0, *(match.end() for match in _BEGIN.finditer(sentence))):
            clause = sentence[begin:]
            for pattern, ask in ((_DOES, self._does), (_WAS, self._was)):
                if (found := pattern.match(clause)) and (question := ask(found)):
                    yield question

    def _described(self, sentence: str) -> Iterator[tuple[str, str]]:
        """What something is, or who somebody is."""
        if (found := _IS.match(sentence)) and (thing := self._defined(found)):
            first = " ".join(found["rest"].split()[:9])
            if found["name"] and " " in thing and re.search(_PERSON, first):
                yield f"Who {found['be']} {thing}?", "person"
            elif found["be"] in ("is", "are") and not _OPINION.search(first):
                yield f"What {found['be']} {thing}?", "definition"
        for found in _EXPLAINED.finditer(sentence):
            if _THING.search(" ".join(found["rest"].split()[:5])) and _is_clear(found["name"]):
                yield f"What is {found['name']}?", "definition"
        for found in _WITH_TITLE.finditer(sentence):
            yield f"Who is {found['before'] or found['after']}?", "person"

    def _defined(self, found: re.Match[str]) -> str:
        """What a definition defines, as it stands in a question; "" if it is no subject of the article."""
        name = found["name"] or found["noun"]
        often = name.casefold() in self._title or self._text.count(name.casefold()) >= _OFTEN
        if not often or not _is_clear(name):
            return ""
        if found["noun"]:
            return f"{found['article'].lower()} {name}"
        common = f" {name.lower()} " in self._written  # "Boredom is a skill."
        return name.lower() if common else name

    def _does(self, found: re.Match[str]) -> tuple[str, str] | None:
        """The question for what follows a verb: a quantity, or the date of what was done."""
        subject, rest = _subject(found), _to_end(found["rest"])
        base, helper = (found["verb"], found["modal"]) if found["modal"] else self._base(found["verb"])
        quantity = next(iter(find_quantities(rest)), None)
        if not (subject and base and quantity) or _VAGUE.search(rest):
            return None
        before, after = rest[: quantity.start].strip(), rest[quantity.end :].strip()
        done = f"{helper} {subject} {base}"
        if quantity.kind == "date":
            at = re.search(r"(?:^| )(?:in|on)$", before)
            if not at or after or found["modal"] or base == "have":
                return None
            return f"When {_spaced(done, before[: at.start()])}?", "date"
        if not _PARTICLE.fullmatch(before) or (before and base == "have"):
            return None
        if quantity.kind == "money":
            return f"How much {_spaced(done, before, after)}?", "money"
        if quantity.kind == "duration" and base in _LASTS and not after.startswith("of "):
            return f"How long {_spaced(done, before, after)}?", "duration"
        return _how_many(quantity, _spaced(done, before), after)

    def _was(self, found: re.Match[str]) -> tuple[str, str] | None:
        """The question for the date or the price of what was done."""
        subject, rest = _subject(found), _to_end(found["rest"])
        quantity = next(iter(find_quantities(rest)), None)
        if not (subject and quantity and _PARTICIPLE.fullmatch(found["verb"])) or _VAGUE.search(rest):
            return None
        before, done = rest[: quantity.start].rstrip(), f"{found['be']} {subject} {found['verb']}"
        at = re.search(r"(?:^| )(?:in|on)$", before)
        if rest[quantity.end :].strip():
            return None
        if quantity.kind == "date" and at:
            return f"When {_spaced(done, before[: at.start()].strip())}?", "date"
        if quantity.kind == "money" and before in ("for", "at"):
            return f"How much {done} {before}?", "money"
        return None

    def _base(self, verb: str) -> tuple[str, str]:
        """The base form of a finite verb and what helps it in a question; ("", "") if it is no such form."""
        if verb in _HAVE:
            return "have", _HAVE[verb]
        bases = (base for base in base_forms(verb) if base != verb and verb in inflected(base))
        base = next(filter(self._is_word, bases), "")
        if not base or verb in AUXILIARY or _VAGUE.fullmatch(verb):
            return "", ""
        return base, "does" if verb.endswith("s") else "did"


def _how_many(quantity: Quantity, done: str, after: str) -> tuple[str, str] | None:
    """The question for how many things; "of …" stays with them: hours of sick leave."""
    counted = re.search(r"[a-z][\w-]*$", quantity.text)
    if quantity.kind not in ("number", "duration") or not counted or not _PLURAL.search(counted[0]):
        return None
    of = _OF.match(after)
    things = _spaced(counted[0], of[0] if of else "")
    rest = after[of.end() :].strip() if of else after
    return (f"How many {_spaced(things, done, rest)}?", quantity.kind) if _COMPLEMENT.match(rest) else None


def _subject(found: re.Match[str]) -> str:
    """The subject of a clause as it stands in a question; "" if nobody would know what it is."""
    subject = found["subject"]
    if found["group"]:
        return subject.lower()
    if not _is_clear(subject):
        return ""
    return re.sub(r"^(?:The|An?)(?= )", lambda match: match[0].lower(), subject)


def _is_clear(name: str) -> bool:
    """Whether a subject says by itself what it is."""
    return _NO_NAME.match(name) is None and _VAGUE.search(name) is None


def _to_end(text: str) -> str:
    """The clause that begins a text; "" if it is long."""
    end = _END.search(text)
    clause = text[: end.start()].strip() if end else ""
    return clause if len(clause.split()) <= 12 and "between" not in clause else ""


def _spaced(*parts: str) -> str:
    return " ".join(filter(None, parts))
