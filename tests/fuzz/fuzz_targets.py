"""What `make fuzz` calls with made-up input, and what must hold of each result.

A target is made once (``targets()[name]()`` loads what it needs) and then called with bytes. It raises
`Finding`, or any error that the code under it is not allowed to raise.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

import fuzz_answers
from fuzz_properties import Target, check, refusing, shown, text_of

from index.errors import ReadError
from index.types import Draft

_LANGUAGES = ("zh-Hans", "zh-Hant", "en", "und")


def decoding() -> Target:
    from index.readers.encodings import decode

    def run(data: bytes) -> None:
        with refusing(ReadError):
            text = decode(data)
            check(text.strip("\x00 \n"), "decoded to nothing")
            # Longer text in UTF-8 is never taken for something else.
            if not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x00\x00\xfe\xff")):
                try:
                    own = data.decode("utf-8")
                except UnicodeDecodeError:
                    return
                check("\x00" in own or own == text, "UTF-8 was read as another encoding")

    return run


def cleaning() -> Target:
    from index.cleaning.clean import clean, normalise

    def run(data: bytes) -> None:
        text = text_of(data)
        plain = normalise(text)
        shown(plain, "normalised text")
        # What hides in what is looked for eight deep.
        if text.count("<") + text.count("&") <= 8:
            check(normalise(plain) == plain, "normalising twice differs from once")
        cleaned = clean(text)
        shown(cleaned, "cleaned text")
        if text.count("<") + text.count("&") + text.count("\n") <= 8:
            check(clean(cleaned) == cleaned, "cleaning twice differs from once")
        check(len(cleaned) <= len(plain), "cleaning adds text")

    return run


def check_passages(text: str) -> None:
    from index.text.passages import MAX, split_passages
    from index.text.sentences import width

    end = 0
    for span in split_passages(text):
        passage = text[span.start : span.end]
        check(end <= span.start < span.end <= len(text), "a passage overlaps or is out of range")
        check(not text[end : span.start].strip(), "text between passages is lost")
        check(passage == passage.strip(), "a passage is not trimmed")
        check(width(passage) <= MAX, "a passage is too wide")
        check(span.heading in text, "a heading is not of the text")
        end = span.end
    check(not text[end:].strip(), "text after the last passage is lost")


def splitting() -> Target:
    return lambda data: check_passages(text_of(data))


def sentencing() -> Target:
    from index.text.sentences import LIMIT, sentences, width

    def run(data: bytes) -> None:
        text = text_of(data)
        end = 0
        for span in sentences(text):
            check(end <= span.start < span.end <= len(text), "a sentence overlaps or is out of range")
            sentence = text[span.start : span.end]
            check(not text[end : span.start].strip(), "text between sentences is lost")
            check(sentence == sentence.strip() and width(sentence) <= LIMIT, "a sentence is too wide")
            end = span.end
        check(not text[end:].strip(), "text after the last sentence is lost")

    return run


def folding() -> Target:
    from index.text.display import printable
    from index.text.fold import fold, fold_text, name_key

    def run(data: bytes) -> None:
        text = text_of(data)
        folded = fold(text)
        check(folded.text == fold_text(text), "fold and fold_text differ")
        check(fold_text(folded.text) == folded.text, "folding twice differs from once")
        spans = [folded.original(i, i + 1) for i in range(len(folded.text))]
        for span in spans:
            check(0 <= span.start < span.end <= len(text), "an offset is out of range")
        for before, after in pairwise(spans):
            check(before == after or before.end == after.start, "offsets leave a gap")
        check(not spans or spans[-1].end == len(text), "offsets end early")
        check(name_key(text) == name_key(folded.text), "a name and its fold have two keys")
        plain = printable(text)
        check(printable(plain) == plain, "printable twice differs from once")
        shown(plain.replace("\n", ""), "printable text")

    return run


def check_published(published: str | None) -> None:
    if published is not None:
        (datetime.fromisoformat if "T" in published else date.fromisoformat)(published)


def facts() -> Target:
    from index.cleaning.clean import normalise
    from index.cleaning.metadata import find_facts, opening, parse_date, title_of

    def run(data: bytes) -> None:
        text = normalise(text_of(data))
        found = find_facts(text)
        check_published(found.published)
        check_published(parse_date(text))
        for name in (found.author, found.source, title_of(text)):
            check(name is None or (name and name in text), "a fact is not of the text")
        check(len(opening(text)) <= 41, "an opening is too long")
        check(opening(text) or not re.search(r"\w", text[:300]), "no opening")

    return run


def tokens() -> Target:
    from index.lexicon.lexicon import Lexicon
    from index.text.fold import fold_text
    from index.text.language import detect
    from index.text.tokenizer import Tokenizer

    tokenizer = Tokenizer(Lexicon.load().frequencies())
    taught = tokenizer.with_words(("德特克", "长桥", "一二"))

    def run(data: bytes) -> None:
        text = text_of(data)
        check(detect(text) in _LANGUAGES, "an unknown language")
        for cutter in (tokenizer, taught):
            found = cutter.tokens(text)
            check(tuple(t.text for t in found) == cutter.words(text), "tokens and words differ")
            for token in found:
                check(0 <= token.start < token.end <= len(text), "a token is out of range")
                check(token.text and fold_text(token.text) == token.text, "a token is not folded")
            for before, after in pairwise(found):
                # Two tokens may come from one character, such as ㎏ or ½.
                check(before.start <= after.start, "tokens are out of order")

    return run


def aliases() -> Target:
    from index.text.aliases import extract_aliases

    def run(data: bytes) -> None:
        for alias in extract_aliases(text_of(data)):
            check(alias.name and alias.other.strip(), "an alias without a name")

    return run


def check_draft(draft: Draft) -> None:
    check(re.search(r"\w", draft.text), "an article without words")
    shown(draft.text, "article text")
    check(draft.title.strip(), "an article without a title")
    for fact in (draft.title, draft.author or "", draft.source or ""):
        shown(fact + "\n" * ("\n" in fact), "a fact")
        check("\n" not in fact and len(fact) <= 200, "a fact is not on one line")
    check(draft.language in _LANGUAGES, "an unknown language")
    check_published(draft.published)
    check(not draft.pages or draft.pages[0] == 0, "the first page does not begin the text")
    check(all(one <= other for one, other in pairwise((*draft.pages, len(draft.text)))), "pages overlap")
    check_passages(draft.text)


def reading(suffix: str) -> Target:
    from index.readers.registry import read_bytes

    def run(data: bytes) -> None:
        with refusing(ReadError):
            check_draft(read_bytes(data, f"a{suffix}"))

    return run


def container(suffix: str) -> Target:
    """A file of several articles: each is read, or refused with a reason, and the rest go on."""
    from index.readers.containers import members

    folder = Path(tempfile.mkdtemp(prefix="yinju-fuzz-"))

    def run(data: bytes) -> None:
        path = folder / f"a{suffix}"
        path.write_bytes(data)
        with (
            path.open("rb", buffering=0) as file,
            refusing(ReadError),
            closing(members(file, suffix)) as found,
        ):
            for member in found:
                check(member.name and "\n" not in member.name, "a member without a name on one line")
                with refusing(ReadError):
                    check_draft(member.read())

    return run


def targets() -> dict[str, Callable[[], Target]]:
    """Every target that this version has, by name; a reader counts as soon as its suffix is registered."""
    from index.readers import registry

    found: dict[str, Callable[[], Target]] = {
        "decode": decoding,
        "clean": cleaning,
        "span": splitting,
        "sentences": sentencing,
        "fold": folding,
        "metadata": facts,
        "tokens": tokens,
        "aliases": aliases,
        "filters": fuzz_answers.filters,
        "complete": fuzz_answers.completing,
        "ask": fuzz_answers.asking,
        "saved": fuzz_answers.saved,
        "claims": fuzz_answers.claims,
        "settings": fuzz_answers.settings,
        "show": fuzz_answers.showing,
    }
    one_of_each = {".txt": "text", ".md": "markdown", ".html": "html"}
    several = registry.CONTAINER_SUFFIXES
    for suffix in sorted(registry.SUFFIXES - several - {".markdown", ".htm", ".xhtml", ".mht"}):
        found[one_of_each.get(suffix, suffix[1:])] = partial(reading, suffix)
    for suffix in sorted(several):
        found[suffix[1:]] = partial(container, suffix)
    return found
