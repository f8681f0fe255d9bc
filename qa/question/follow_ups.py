"""Follow-up questions, resolved without a language model by carrying over words of earlier questions.

A question depends on the one before if it is a fragment ("and Adept?", "那谷歌呢？", "why?"), if it refers
to something outside itself ("its valuation", "该公司"), or if it names only a property ("创始人是谁？").
A fragment takes every word of the earlier question except the slot that it fills. A reference takes the
names. All comparisons use folded words, so that Simplified and Traditional behave alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from index.text.han import HAN
from index.text.tokenizer import Tokenizer
from qa.linguistics.cues import (
    ASKS,
    FUNCTION,
    GENERIC,
    MARKER,
    MEASURE,
    ORDINAL,
    PROPERTY,
    QUANTITY,
    TIME,
    FollowUp,
    dialogue_act,
    follow_up_kind,
)
from qa.linguistics.sections import asking_words
from qa.question.written import marked, told_apart

#: ``similarity(a, b)`` of two folded words, 0 to 1, such as the lexicon's cosine.
Similarity = Callable[[str, str], float]
#: The most earlier questions considered, and the most words carried over.
MAX_EARLIER, MAX_CARRIED = 8, 10
_ALIKE = 0.4
_VAGUENESS = {"name": 0, "asks": 2}
_HAN = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True)
class ResolvedQuestion:
    """``question`` with the carried ``words`` appended, as they were written, the most specific first.

    Without any words the question stands on its own, and ``question`` is the text as asked. ``bare``: it
    has no words of its own but a question word ("why?").
    """

    words: tuple[str, ...]
    question: str
    bare: bool = False


class _Word(NamedTuple):
    """A word of a question. ``kind`` is name, time, number, order (an ordinal), plain or asks.

    Neighbours of one kind share a ``run``. ``marker`` is the preposition before the word, or "".
    """

    folded: str
    shown: str
    kind: str
    run: int
    marker: str


def resolve_follow_up(
    question: str, previous: Sequence[str], tokenizer: Tokenizer, similarity: Similarity
) -> ResolvedQuestion:
    """Resolve ``question`` by the questions before it, oldest first, which may be follow-ups themselves.

    A fragment fills the slot of the earlier word with the highest ``similarity``. If no word is similar, the
    slot is found by names, capitals and position. "Tell me more" and the like carry nothing on.
    """
    context: list[_Word] = []
    carried: list[_Word] = []
    words: list[_Word] = []
    earlier = [text for text in previous if not dialogue_act(marked(text))]
    for text in [*earlier[-MAX_EARLIER:], question]:
        words = _words(text, tokenizer)
        carried = _carry(text, words, context, similarity) if context else []
        if carried and _kind_of(text, words) is FollowUp.FRAGMENT:
            # What filled a slot counts as a name, so that the next fragment can replace it.
            words = [w._replace(kind="name") if _entity(w) else w for w in words]
        context = words + [w._replace(run=w.run + 100) for w in carried]
    shown = tuple(word.shown for word in carried)
    bare = bool(carried) and not _content(words) and any(word.kind == "asks" for word in words)
    return ResolvedQuestion(shown, " ".join([question.strip(), *shown]), bare)


def _words(text: str, tokenizer: Tokenizer) -> list[_Word]:
    """The content words and question words of ``text`` in order."""
    found: list[_Word] = []
    ordinals = [match.span() for match in ORDINAL.finditer(text)]
    chinese = bool(_HAN.search(text))
    asking = asking_words(folded) if len(folded := marked(text)) == len(text) else None
    run, last, before, adjoins = 0, 0, "", False
    for index, (token, shown, start, end, written) in enumerate(told_apart(text, tokenizer)):
        word = _Word(token, shown, "", run, before if before in MARKER else "")
        if asking and asking.start <= start and end <= asking.end:  # they go together: "who chaired"
            if not found or found[-1].folded != folded[slice(*asking)]:
                run += 1
                found.append(_Word(folded[slice(*asking)], text[slice(*asking)], "asks", run, ""))
            last, before, adjoins = end, token, False
            continue
        ordinal = any(left <= start and end <= right for left, right in ordinals)
        kind = "order" if ordinal else _kind(word, before, index == 0, chinese)
        if written is not None and written.capitals and written.another:
            kind = "name"
        previous = found[-1] if adjoins and start == last else None
        if kind == "number" and found and found[-1].kind == "name" and start - last <= 1:
            kind = "name"  # a number next to a name is part of it: GPT-4, SB 1047
        if previous and _joins(previous, token, before, kind):
            found[-1] = previous._replace(folded=previous.folded + token, shown=previous.shown + word.shown)
        else:
            if not adjoins or kind != found[-1].kind or text[last:start].strip(" -‐–·.&"):
                run += 1
            if kind:
                found.append(word._replace(kind=kind, run=run))
        if token == "about" and len(found) == 1 and before in ("how", "what"):
            found.clear()  # "what about …" is not a question of its own
        last, before, adjoins = end, token, bool(kind)
    return found


def _kind(word: _Word, before: str, first: bool, chinese: bool) -> str:
    if ASKS.fullmatch(word.folded) or (before == "how" and word.folded in QUANTITY):
        return "asks"
    if FUNCTION.fullmatch(word.folded):
        return ""
    if TIME.fullmatch(word.folded):
        return "time"
    if word.folded[0].isdigit():
        return "number"
    if _HAN.search(word.shown):
        return "plain"
    # Latin words in a Chinese question are names. In an English one capitals decide.
    if chinese:
        return "name"
    if re.fullmatch("[A-Z]{2,}s", word.shown):
        return "plain"  # GPUs, CEOs
    capital = word.shown[0].isupper() and not first
    return "name" if capital or any(map(str.isupper, word.shown[1:])) else "plain"


def _joins(previous: _Word, token: str, before: str, kind: str) -> bool:
    """Whether two tokens are one word: characters of an unknown name (台积电), or 哪 and 一年."""
    if previous.kind == "asks":
        return token in MEASURE and bool(_HAN.search(previous.folded))
    return kind == previous.kind == "plain" and _single(token) and _single(before)


def _single(folded: str) -> bool:
    return len(folded) == 1 and bool(_HAN.match(folded))


def _entity(word: _Word) -> bool:
    if word.kind == "plain":
        return bool(_HAN.search(word.folded)) and word.folded not in PROPERTY
    return word.kind == "name"


def _content(words: Sequence[_Word]) -> list[_Word]:
    return [word for word in words if word.kind != "asks" and word.folded not in GENERIC]


def _kind_of(text: str, words: Sequence[_Word]) -> FollowUp:
    content = _content(words)
    return follow_up_kind(
        marked(text),
        [word.folded for word in content],
        names=sum(word.kind == "name" for word in content),
        ordinals=sum(word.kind == "order" for word in content),
        asks=any(word.kind == "asks" for word in words),
        chinese=bool(_HAN.search(text)),
    )


def _carry(text: str, words: list[_Word], context: list[_Word], similarity: Similarity) -> list[_Word]:
    how = _kind_of(text, words)
    if how is FollowUp.NONE:
        return []
    asked = any(word.kind == "asks" for word in words)
    kept = [word for word in context if not (asked and (word.kind == "asks" or word.folded == "时候"))]
    gone = _replaced(words, context, similarity, fragment=how is FollowUp.FRAGMENT)
    kept = [word for word in kept if word not in gone]
    if how is not FollowUp.FRAGMENT and _content(words):
        who = how is FollowUp.PERSON and any(word.folded in ("who", "谁") for word in context)
        named = [word for word in kept if word.kind in ("name", "order")]
        if named and not who:
            kept = named
    have = {word.folded for word in words}
    new: dict[str, _Word] = {}
    for word in sorted(kept, key=lambda word: _VAGUENESS.get(word.kind, 1)):
        if word.folded not in have and word.folded not in ("what", "which"):
            new.setdefault(word.folded, word)
    return list(new.values())[:MAX_CARRIED]


def _replaced(
    words: Sequence[_Word], context: Sequence[_Word], similarity: Similarity, *, fragment: bool
) -> list[_Word]:
    """The words of ``context`` that the new ``words`` replace."""
    gone: list[_Word] = []
    for kind in ("time", "number", "order"):
        if any(word.kind == kind for word in words):
            gone += [word for word in context if word.kind == kind]
    kinds = ("name", "plain") if fragment else ("name",)
    fresh = [word for word in words if word.kind in kinds and word.folded not in GENERIC]
    candidates = [word for word in context if word.kind in kinds]
    if not fresh or not candidates:
        return gone
    if shared := {w.folded for w in fresh} & {w.folded for w in candidates}:
        return gone + _before(shared, candidates) if _before(shared, fresh) else gone
    named = list({word.run: _group(word, context) for word in candidates if word.kind == "name"}.values())
    if not fragment and len(named) < 2:
        return gone  # a pronoun refers to the only name
    marked = [word for word in candidates if word.marker and word.marker == fresh[0].marker]
    if marked:
        return gone + _group(marked[-1], context)
    pairs = ((similarity(new.folded, old.folded), old) for new in fresh for old in candidates)
    score, best = max(pairs, key=lambda pair: pair[0])
    if score >= _ALIKE:
        return gone + _group(best, context)
    if not any(map(_entity, fresh)):
        plain = [word for word in candidates if word.kind == "plain"]
        if any(word.kind == "asks" and " " in word.folded for word in context) and plain:
            return gone + _phrase(plain)  # nothing but the thing is left of what was asked of it
        properties = [word for word in plain if word.folded in PROPERTY]
        return gone + ((properties if fresh[-1].folded in PROPERTY else []) or plain)[-1:]
    same_size = (group for group in named if len(group) == len(fresh))
    return gone + next(same_size, named[0] if named else _topic(context))


def _before(shared: Collection[str], words: Sequence[_Word]) -> list[_Word]:
    """The words that tell apart two things with a shared last word: 苏州 of 苏州厂, beside 无锡厂."""
    return [
        one
        for one, following in pairwise(words)
        if following.folded in shared
        and one.folded not in shared
        and (one.kind == "name" or one.run == following.run)
    ]


def _group(word: _Word, context: Sequence[_Word]) -> list[_Word]:
    """All words of a name; any other word alone."""
    if word.kind != "name":
        return [word]
    return [other for other in context if other.kind == "name" and other.run == word.run]


def _phrase(words: Sequence[_Word]) -> list[_Word]:
    """The last words that stand together."""
    return [word for word in words if word.run == words[-1].run]


def _topic(context: Sequence[_Word]) -> list[_Word]:
    """The slot of a question without names: its first word, or its last if it asks for the subject."""
    plain = [word for word in context if word.kind == "plain"]
    if not plain:
        return []
    if not _HAN.search(plain[0].folded) or context[0].folded in ("谁", "哪家", "哪个"):
        return [word for word in plain if word.run == plain[-1].run][-1:]
    return plain[:1]
