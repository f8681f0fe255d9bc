"""Which sentence says what something is, where that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from index.text.fold import fold_text
from index.text.sentences import item_marker
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
    """The sentence near the best one that begins with the thing asked about and says what it is.

    None if the question asks for no definition, if there is no such sentence, or if the best one begins with
    the thing itself.
    """
    question = query.marked
    asks = "什么" in question or "what" in question
    asked = compiled(_ASKED).match(question) if asks else None
    if asked is None:
        return None
    name = next(filter(None, asked.groups()))
    thing = [word.word for word in query.words if word.topical and word.word in name]
    best, most = None, tuning.DEFINED
    if _begun(found[0]).startswith(name.strip()):
        return None
    for candidate in takewhile(lambda c: found[0].score - c.score <= tuning.DEFINED_MARGIN, found):
        text = _begun(candidate)
        said = compiled(_DEFINES).search(text, 0, _LONGEST)
        if said is None or not said.start():
            continue
        head = text[: said.start()]
        alike = overlap.similarity(thing, [word for word in candidate.words if word in head])
        if alike > most:
            best, most = candidate, alike
    return best


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
    return next((c for c in near if label.match(_begun(c))), None)


def _begun(candidate: Candidate) -> str:
    """The folded sentence from the thing on that it begins with."""
    folded = fold_text(candidate.text)
    text = folded[item_marker(folded) :]
    return text[before.end() :] if (before := compiled(_BEFORE).match(text)) else text
