"""Which sentence says what something is, where that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from index.text.fold import fold_text
from index.text.sentences import item_marker, width
from qa import tuning
from qa.answering.agreement import WordOverlap
from qa.answering.scoring import Candidate
from qa.linguistics.attributes import asked_attribute
from qa.linguistics.patterns import compiled
from qa.question.query import Query

#: What is to be defined, in a folded question.
_ASKED = (
    r"^\W*(?:请问)?什么(?:是|叫做?|算是?|样的[^，,]{1,12}算是?)(?P<named>[^，,]{1,16}?)\W*$"
    r"|^\W*(?:请问)?(?P<of>[^，,]{1,24}?)(?:到底|究竟)?(?:的(?:定义|含义|意思)是什么"
    r"|(?:是|指|指的)?是?什么意思|是?指(?:的?是)?什么)\W*$"
    r"|^\W*(?:请问)?(?P<plain>[^，,的]{1,16}?)(?:到底|究竟)?是什么\W*$"
    r"|^\W*(?:请问)?(?P<kind>[^，,]{1,20}?)(?:到底|究竟)?是一?[个种款家]?什么(?:样的?)?"
    r"(?:东西|玩意|工具|软件|平台|网站|项目|公司|组织|机构|概念|现象|方法|[人病菜鱼鸟花树])\W*$"
    r"|^\W*(?:请问)?(?P<does>[^，,]{1,20}?)(?:到底|究竟)?(?:是(?:用来)?[做干](?:什么|嘛|啥)(?:用|使)?的?"
    r"|是干[嘛啥]用?的?)\W*$"
    r"|^[^，,]{0,12}?[把将]什么(?:样的?)?[^，,]{0,12}?(?:叫|称|定义|算)[做作为]?(?P<called>[^，,]{1,16}?)\W*$"
    r"|^\W*what (?:kind|sort|type) of (?:[\w-]+ ){0,2}?(?:thing|tool|software|platform|web ?site|project"
    r"|company|organi[sz]ation|concept|person|animal|plant|fish|bird|disease|dish)"
    r" (?:is|are) (?:an? |the )?(?P<sort>[\w'’ -]{2,40}?)\W*$"
    r"|^\W*what (?:do|does) (?:an? |the )?(?P<used>[\w'’ -]{2,40}?) do\W*$"
    r"|^\W*what (?:is|are) (?:an? |the )?(?P<for>[\w'’ -]{2,40}?) (?:used )?for\W*$"
    r"|^\W*what (?:does|do|did) (?:an? |the )?(?P<means>[\w'’ -]{2,40}?) (?:mean|stand for|refer to)\b"
    r"|^\W*what (?:counts as|is (?:considered(?: to be)?|meant by|called)) (?:an? |the )?"
    r"(?P<counts>[\w'’ -]{2,40}?)(?: (?:by|under|according|in|for|at|on|when|if)\b|\W*$)"
    r"|^\W*what (?:is|are) (?:an? )?"
    r"(?!(?:the|my|your|his|her|its|their|considered|meant|called)\b)(?P<is>[\w'’ -]{2,40}?)\W*$"
)
#: What stands between a thing and what it is, in a folded sentence.
_DEFINES = (
    r"[\"'”’」』》]*[，,]?(?:是指|系指|指的?是|就是|即为?|是|指|包括|为(?!了))|[\"'”’]?\s*[：:]"
    r"|[\"'”’]?(?: \([^)]*\))? (?:is|are|means?|refers? to|stands? for|denotes|includes?)\b"
)
#: The same where nothing else can be meant.
_OUTRIGHT = (
    r"(?P<thing>[^，,。.:：;；!?\n]{1,40}?)[\"'”’」』》]*(?:\s?[(（][^)）\n]*[)）])?"
    r"(?: (?:(?:is|are|was|were) (?=(?:an?|the|one|any|when|how|what|where) )"
    r"|(?:means?|refers? to|stands? for|denotes) )"
    r"|\s?[，,]?(?:是指|系指|指的?是|即(?!可|使|将)|是(?![否不怎如什谁因为在从有说要])))"
)
#: The fewest characters that say what something is, and how much longer its name may be than in the question.
_SAID, _MORE = 6, 1
#: The widest entry of a glossary, with its heading: so 20 of 23 are found. The longest heading of one.
_ENTRY, _HEADING = 360, 80
#: What a heading has besides the name of what it heads.
_HEADED = r"^(?:[\W\d_]|about |what is |the )+|(?:的?(?:简介|介绍|概述|定义|概念|是什么)|[\W_])+$"
#: A sentence that gives a thing its name later on: 我们将“甲”定义为….
_NAMES = r"[把将](?P<thing>[^，,。]{1,40}?)(?:定义|称|叫|理解)[为作做]"
#: What stands before the thing in statutes and notes.
_BEFORE = (
    r"(?:第[\d一二三四五六七八九十百]+条\s*|(?:本\w{1,4})?所称的?|所谓的?|an? |the "
    r"|[\"'“‘「『《*]+|[(（]\w+[)）]\s*)+"
)
#: A line with a label that ends with a name: "Diagnosis: …", "First diagnosis: …".
_LABEL = r"(?:[\w'’-]+ ){{0,2}}{name}\s?[:|]\s?\S"
#: The widest thing that a sentence defines, in characters.
_LONGEST = 40


def defining(found: Sequence[Candidate], query: Query, overlap: WordOverlap) -> Candidate | None:
    """The sentence near the best one that says what the thing asked about is, best of all outright.

    The first sentence below its name does so, too, as in a glossary.

    None if the question asks for no definition, if there is no such sentence, or if none says it outright and
    the best one begins with the thing itself.
    """
    if not (name := defined(query)):
        return None
    thing = [word.word for word in query.words if word.topical and word.word in name]
    best, most = None, (0, False, 0.0)
    sections = sorted(found, key=lambda c: -c.start)
    headed = {(c.hit.article.id, c.hit.passage.heading): c for c in sections if is_headed(c, name)}
    for candidate in takewhile(lambda c: found[0].score - c.score <= tuning.DEFINED_MARGIN, found):
        text = fold_text(candidate.text)
        its = outright(text, name)
        below = candidate is headed.get((candidate.hit.article.id, candidate.hit.passage.heading))
        if not (head := its or (below and name) or _defined_by(text)):
            continue
        said = candidate.words if its or not below else thing
        alike = overlap.similarity(thing, [word for word in said if word in head])
        order = (2 if its else int(below), head == name, alike)
        if alike > tuning.DEFINED and order > most:
            best, most = candidate, order
    return best if most[0] or not _begun(fold_text(found[0].text)).startswith(name) else None


def defined(query: Query) -> str:
    """What a question asks for the definition of, folded; "" if it asks for none."""
    return _named(query.marked)


def is_headed(candidate: Candidate, name: str) -> bool:
    """Whether a sentence stands below a heading that asks what this is, or is in an entry of this name.

    An entry of a glossary is short; a longer section tells other things of what its heading names.
    """
    heading = fold_text(candidate.hit.passage.heading)[:_HEADING]
    bare = compiled(_HEADED).sub("", heading)
    entry = name in (bare, bare.removesuffix("s")) and width(candidate.hit.passage.text) <= _ENTRY
    return entry or _named(heading) == name


def _named(question: str) -> str:
    if not ("什么" in question or "what" in question or "干" in question):
        return ""
    asked = compiled(_ASKED).match(question)
    name = next(filter(None, asked.groups())).strip() if asked else ""
    return name.rpartition("的")[2].strip() or name  # Windows 的 registry


def outright(folded: str, name: str) -> str:
    """The thing of this name, as a folded sentence calls it that says outright what it is; "" if none does.

    "A jib is a sail …", for a jib. A cover of a jib has a longer name, and is another thing.
    """
    text = _begun(folded)
    said = compiled(_OUTRIGHT).match(text)
    if said is not None and len(text) - said.end() >= _SAID:
        head = said["thing"].strip()
        return head if len(head) <= len(name) + _MORE else ""
    named = compiled(_NAMES).search(text)
    return name if named and name in named["thing"] else ""


def _defined_by(folded: str) -> str:
    """What a folded sentence may say what it is: what it begins with; "" for nothing."""
    text = _begun(folded)
    said = compiled(_DEFINES).search(text, 0, _LONGEST)
    return text[: said.start()] if said is not None else ""


def labelled(found: Sequence[Candidate], query: Query) -> Candidate | None:
    """The line near the best sentence whose label is what the question asks for: "Diagnosis: …".

    None if the best sentence has the word itself.
    """
    if (asked := asked_attribute(query.marked)) is None:
        return None
    name = query.marked[asked.start : asked.end]
    if name in fold_text(found[0].text):
        return None
    label = compiled(_LABEL.format(name=re.escape(name)))
    near = takewhile(lambda c: found[0].score - c.score <= tuning.PREFER_MARGIN, found)
    return next((c for c in near if label.match(_begun(fold_text(c.text)))), None)


def _begun(folded: str) -> str:
    """A folded sentence from the thing on that it begins with."""
    text = folded[item_marker(folded) :]
    return text[before.end() :] if (before := compiled(_BEFORE).match(text)) else text
