"""Words of a question that only their writing tells apart: IT from it, May from may, C# and C++ from C.

The words of a library are stored folded, without capitals and signs. So the search by words proposes every
passage with the folded word, and `Written.fits` decides by the passage's own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from index.text.fold import fold_text
from index.text.han import HAN
from index.text.tokenizer import Tokenizer
from index.types import Span
from qa import tuning
from qa.linguistics.cues import ASKS, AUXILIARY, FUNCTION, NAMES, QUANTITY, STRESSED, TITLED
from qa.linguistics.writing import (
    Capitals,
    Written,
    begins_sentence,
    beside,
    sign_of,
    without_possessive,
)

if TYPE_CHECKING:
    from qa.question.query import QueryWord

_WORD = re.compile(rf"[^\W\d_{HAN}]+(?:['’][^\W\d_{HAN}]+)?")
_IS_HAN = re.compile(f"[{HAN}]").search
#: So many words in capitals are a call, and none of them is an abbreviation.
_CALLED = 3
#: After a May or Will that begins a question: what shows that it is no auxiliary. "Will Hardy drives what?"
_NO_AUXILIARY = re.compile(
    rf"['’]s\b|\s+(?:[A-Z][\w'’-]*\s+)*(?:{'|'.join(sorted(AUXILIARY - {'have', 'be'}))})\b"
    r"|\s+(?:[A-Z][\w'’-]*\s+)*[a-z]+(?:[^s\W]s|ed)\s(?:.*\s)?(?:who|whom|what|where|when|which|how|why)\b"
)
#: An abbreviation with dots: U.S.
_DOTTED = re.compile(r"(?<![^\W\d_])[A-Z](?:\.[A-Z])+(?![^\W\d_])")
#: The longest abbreviation that is looked for with dots as well.
_MOST_DOTTED = 4
#: Signs in words, and words for those that have one.
_SPOKEN = {
    "++": ("plusplus", "加加"),
    "#": ("sharp",),
    "+": ("plus", "positive", "型阳性"),
    "-": ("minus", "negative", "型阴性"),
}
_LETTERS = {"cpp": ("c", "++"), "csharp": ("c", "#"), "fsharp": ("f", "#"), "dotnet": ("net", ".")}
#: What abbreviations and names mean that are function words: no lexicon tells them from these.
_MEANS = {
    "it": ("information technology", "信息技术", "资讯科技"),
    "us": ("united states", "美国"),
    "who": ("world health organization", "世界卫生组织", "世卫组织", "世卫"),
    "will": ("威尔",),
}
#: The most words of what they mean.
_MOST_WORDS = 4


class WrittenForm(NamedTuple):
    """The folded ``words`` mean the question words ``start:end``, the first ``written`` so."""

    start: int
    end: int
    words: tuple[str, ...]
    written: Written | None = None
    similarity: float = 1.0


@lru_cache(256)
def written_words(text: str) -> dict[Span, Written]:
    """The words of a question that are told apart by how they are written, by their spans.

    Those with `Written.capitals` are no function words, though they fold to some, or are likely names.
    """
    found: dict[Span, Written] = {}
    spans = [Span(*match.span()) for match in _WORD.finditer(text)]
    chinese = _IS_HAN(text) is not None
    mixed = chinese or any(map(str.islower, text))
    named = mixed and not (not chinese and _is_titled(text, spans))
    for at, span in enumerate(spans):
        word = without_possessive(text[slice(*span)])
        capitals, sign = Capitals.ANY, sign_of(text, *span)
        if mixed and word[0].isupper() and is_function_word(fold_text(word)):
            if len(word) > 1 and word.isupper():
                abbreviates = _abbreviates(text, spans, at, chinese)
                capitals = Capitals.ALL if abbreviates else Capitals.ANY
            elif len(word) == 1 and named:
                letter = word != "I" and (chinese or not begins_sentence(text, span.start))
                capitals = Capitals.ALL if letter else Capitals.ANY
            elif named and _is_name(text, spans, at, chinese):
                capitals = Capitals.FIRST
        if span.end - span.start == 1 and (capitals or sign or (word.isupper() and word not in "AI")):
            found[span] = Written(capitals, sign, beside(text, *span))
        elif capitals or sign:
            found[span] = Written(capitals, sign or None)
        elif named and not chinese and at and _follows_verb(text, spans, at):
            found[span] = Written(Capitals.FIRST, likely=True)
    return found


def marked(text: str) -> str:
    """The folded question in which no name is a function word and no C# a C: IT is it_, C# is c_h."""
    parts, last = [], 0
    for span, written in written_words(text).items():
        parts += [fold_text(text[last : span.start]), key(fold_text(text[slice(*span)]), written)]
        last = span.end
    return "".join([*parts, fold_text(text[last:])])


def key(word: str, written: Written | None) -> str:
    """The folded ``word`` with a mark of how it is written, if that tells it apart."""
    if written is None or not written.another:
        return word
    name = without_possessive(word)
    return f"{name}_{(written.sign or '').translate(str.maketrans('+#-.', 'phmd'))}{word[len(name) :]}"


class Told(NamedTuple):
    """A word of a question: its ``key``, as it is ``shown`` with its sign, and its span."""

    key: str
    shown: str
    start: int
    end: int
    written: Written | None


def told_apart(text: str, tokenizer: Tokenizer) -> Iterator[Told]:
    """The words of a question in order, no two alike that their writing tells apart."""
    found = written_words(text)
    for word, *place in tokenizer.tokens(text):
        written = found.get(span := Span(*place))
        yield Told(key(word, written), without_possessive(shown(text, span, written)), *span, written)


def shown(text: str, span: Span, written: Written | None) -> str:
    """A word of a question as it is written, with the sign that belongs to it."""
    word, sign = text[slice(*span)], (written and written.sign) or ""
    return sign + word if sign == "." else word + sign


def is_function_word(word: str) -> bool:
    """Whether a folded word is a function word, a question word, or an adjective of "how" (many, long)."""
    return word in QUANTITY or any(words.fullmatch(word) for words in (FUNCTION, ASKS))


def written_forms(words: Sequence[QueryWord], text: str, tokenizer: Tokenizer) -> Iterator[WrittenForm]:
    """What else says the same as words of the question ``text`` that their writing tells apart."""
    for at, word in enumerate(words):
        written = word.written
        if written is not None and written.capitals and written.another:
            for meaning in _MEANS.get(word.word, ()):
                cut = tokenizer.words(meaning)
                yield WrittenForm(at, at + 1, cut, similarity=tuning.ALIAS_SIMILARITY)
        if written is not None and written.sign:
            for spoken in _SPOKEN.get(written.sign, ()):
                yield WrittenForm(at, at + 1, (word.word, *tokenizer.words(_spaced(spoken))))
            for letters, (letter, sign) in _LETTERS.items():
                if (letter, sign) == (word.word, written.sign):
                    yield WrittenForm(at, at + 1, (letters,))
        if word.word in _LETTERS:
            letter, sign = _LETTERS[word.word]
            yield WrittenForm(at, at + 1, (letter,), Written(sign=sign))
        if word.text.isalpha() and word.text.isupper() and 1 < len(word.text) <= _MOST_DOTTED:
            yield WrittenForm(at, at + 1, tuple(word.word))
        for end in range(at + 1, min(at + _MOST_WORDS, len(words)) + 1):
            joined = "".join(each.word for each in words[at:end])
            if joined in _named():
                name, capitals = _named()[joined]
                yield WrittenForm(at, end, (name,), Written(capitals), tuning.ALIAS_SIMILARITY)
        if len(word.word) == 1 and word.word.isascii():
            for length in (2, 1):  # "plus plus" first
                after = words[at + 1 : at + 1 + length]
                said = _spoken().get("".join(each.word for each in after))
                if said is not None:
                    yield WrittenForm(at, at + 1 + len(after), (word.word,), Written(sign=said))
                    break
    for match in _DOTTED.finditer(text):
        folded = fold_text(match.group()).split(".")
        for at in range(len(words) - len(folded) + 1):
            if [word.word for word in words[at : at + len(folded)]] == folded:
                yield WrittenForm(at, at + len(folded), ("".join(folded),), Written(Capitals.ALL))


@cache
def _named() -> dict[str, tuple[str, Capitals]]:
    """What abbreviations and names mean, without spaces → the word, and its capitals."""
    return {
        meaning.replace(" ", ""): (word, Capitals.FIRST if word in NAMES - {"who"} else Capitals.ALL)
        for word, meanings in _MEANS.items()
        for meaning in meanings
    }


@cache
def _spoken() -> dict[str, str]:
    """Signs in words → the signs."""
    return {words: sign for sign, spoken in _SPOKEN.items() for words in spoken}


def _spaced(spoken: str) -> str:
    return spoken.replace("plusplus", "plus plus")


def _is_titled(text: str, spans: Sequence[Span]) -> bool:
    """Whether an English question is written like a title: How Long Is It."""
    capitals = (span for span in spans[1:] if text[span.start].isupper() and not text[slice(*span)].isupper())
    titled = (span for span in capitals if fold_text(text[slice(*span)]) in TITLED)
    return any(not begins_sentence(text, span.start) for span in titled)


def _abbreviates(text: str, spans: Sequence[Span], at: int, chinese: bool) -> bool:
    """Whether the function word in capitals is an abbreviation, and not stressed."""
    words = [text[slice(*span)] for span in spans]
    word, before = fold_text(without_possessive(words[at])), fold_text(words[at - 1]) if at else ""
    called = 1
    for side in (reversed(words[:at]), words[at + 1 :]):
        for other in side:
            if not (other.isupper() and len(other) > 1):
                break
            called += 1
    if called >= _CALLED or word in STRESSED:
        return False
    if word in AUXILIARY and not chinese:
        clock = word == "am" and text[: spans[at].start].rstrip()[-1:].isdigit()
        return bool(at) and not clock and not ASKS.fullmatch(before)
    if word == "who" and not at and not chinese:
        return any(ASKS.fullmatch(fold_text(other)) for other in words[1:])
    return True


def _follows_verb(text: str, spans: Sequence[Span], at: int) -> bool:
    """Whether the word with a capital has no article where a noun has one: "What does Rose teach?"

    In "What is Inflation?" some write a noun so.
    """
    word, before = text[slice(*spans[at])], text[slice(*spans[at - 1])]
    if (
        word.isupper()
        or not word[0].isupper()
        or before not in AUXILIARY
        or is_function_word(fold_text(word))
    ):
        return False
    return fold_text(text[slice(*spans[0])]) != "what" or at != 2 or before in ("do", "does", "did")


def _is_name(text: str, spans: Sequence[Span], at: int, chinese: bool) -> bool:
    """Whether the function word with a capital is a name, and not the first word of a sentence."""
    shown = without_possessive(text[slice(*spans[at])])
    word, end = fold_text(shown), spans[at].start + len(shown)
    if word not in NAMES:
        return False
    if chinese:
        return True
    before = text[slice(*spans[at - 1])] if at else ""
    if begins_sentence(text, spans[at].start):
        if word not in ("may", "will"):
            return False
        # Words of earlier questions stand after the question mark.
        carried = at > 0 and "?" not in text[end:]
        return carried or _NO_AUXILIARY.match(text, end) is not None
    if word == "who":
        return before == "the" or before[:1].isupper()
    return not ASKS.fullmatch(fold_text(before))
