"""Whether a quote fails to say who: it tells of nobody, or not where the thing stands that it is asked of."""

from __future__ import annotations

import re

from index.text.fold import fold_text
from index.text.sentences import sentences
from index.types import Span
from qa import tuning
from qa.answering.rivals import quoted_best
from qa.linguistics.people import asked_action, tells_of_somebody, tells_whose_part
from qa.question.asked import Asked
from qa.retrieval.matcher import Matcher
from qa.types import Citation

#: Asks for the name of somebody, or of what is somebody's.
_OWN_NAME = re.compile(
    r"\bwhat (?:is|was|are|were) .*['’]s (?:first |last |family |full )?names?\W*$"
    r"|\bnames? of (?:my|our|your|his|her|their|(?:the )?\w+['’]s) \w+\W*$"
)


def tells_of_nobody(matcher: Matcher, asked: Asked, citation: Citation) -> bool:
    """Whether it is asked who, or for a name, and a quote has none.

    It must tell of somebody in a sentence that has a word of the question; of somebody else than the writer
    where it lacks what is done.
    """
    query = matcher.query
    named = _OWN_NAME.search(query.folded) is not None
    # The part of minutes or of a contract that a question points at tells of somebody.
    if any(pointer.kind in {"section", "party"} for pointer in query.pointers):
        return False
    if "person" not in asked.types and not named:
        return False
    if tells_whose_part(query.folded, fold_text(citation.quote)):
        return False
    if not _tells(matcher, citation, Span(0, len(citation.quote)), named):
        return True
    action = asked_action(query.folded)
    done = [at for at, one in enumerate(query.words) if one.word in action]
    lacks = bool((quoted_best(matcher, citation)[done] < tuning.MIN_SHOWN_SIMILARITY).all())
    topical = [one.word for one in query.words if one.topical]
    about = [
        Span(start, end)
        for start, end in sentences(citation.quote)
        if any(word in fold_text(citation.quote[start:end]) for word in topical)
    ]
    return bool(about) and not any(_tells(matcher, citation, span, named, besides_us=lacks) for span in about)


def _tells(
    matcher: Matcher, citation: Citation, span: Span, named: bool = False, besides_us: bool = False
) -> bool:
    """Whether a part of a quote tells of somebody, see `tells_of_somebody`."""
    text = matcher.align(citation.hit.passage).text
    first = citation.start - citation.hit.passage.start + span.start
    places = zip(text.words.words, text.starts, text.ends, strict=True)
    part, usual = citation.quote[span.start : span.end], text.words.lexicon.log_probability
    words = [(word, at - first, end - first) for word, at, end in places if 0 <= at - first < len(part)]
    return tells_of_somebody(part, matcher.query.folded, words, usual, named=named, besides_us=besides_us)
