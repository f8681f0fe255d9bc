"""What must hold for any input. Each property stands here once, for the tests and for `make fuzz`.

A property raises AssertionError if it does not hold, and lets every error through that its code may not
raise. ``TARGETS`` has the properties of arbitrary bytes, by name.
"""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

from index.cleaning.clean import clean, normalise
from index.cleaning.metadata import find_metadata, parse_date, title_of
from index.cleaning.metadata import opening as opening_of
from index.errors import ReadError, UsageError, YinjuError
from index.lexicon.lexicon import Lexicon
from index.readers.containers import members
from index.readers.encodings import decode
from index.readers.registry import CONTAINER_SUFFIXES, SUFFIXES, read_bytes
from index.text.aliases import extract_aliases
from index.text.blocks import find_blocks
from index.text.display import cells, crop, json_line, one_line, printable, wrap
from index.text.fold import fold, fold_text, name_key
from index.text.language import detect
from index.text.passages import MAX, split_passages
from index.text.sentences import LIMIT, sentences, width
from index.text.tokenizer import Tokenizer
from index.types import ArticleInfo, Kind, ParsedArticle, Span
from qa.bundled import open_bundled
from qa.engine import Engine
from qa.output import export, terminal
from qa.output.bibtex import escape
from qa.output.explain import text as explained
from qa.output.layout import Layout
from qa.output.serialization import dumps, loads
from qa.question.completion import MAX_COMPLETIONS, Choices, complete
from qa.question.filters import Filters, parse, parse_all
from qa.settings import load_settings
from qa.types import Answer, AnswerSentence, Context
from qa.verify import Verdict, read_claims, to_json
from qa.verify import text as verdicts_text

Target = Callable[[bytes], None]
#: What may not reach a terminal: control characters, direction marks, tags, unpaired surrogates.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
#: Something of every kind that acts on a terminal or on a program that shows text there. Fit for a file name.
HOSTILE = (
    "\x1b[31m[bold]粗[!bold][@click=app.quit]x \x1b]0;owned\x07\x1b]8;;http:evil\x07link\x1b]52;c;YQ==\x07"
    "\x1bP1$r0m\x1b\\\x9b2J\x9d0;t\x9c\x0e\x08\x7f\r\u202e\u2066\u200b\u200f\u061c\ufeff\U000e0041\U000e007f"
    "a\u0301\u0302 {}{x!r}%s%n\\u0041 &amp;<b>$(id)`id`'\"; DROP TABLE articles; --"
)
_LANGUAGES = ("zh-Hans", "zh-Hant", "en", "und")
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x00\x00\xfe\xff")


def check_shown(text: str, what: str, lines: bool = True) -> None:
    """``text`` does nothing to a terminal. ``lines`` allows line ends."""
    found = UNSAFE.search(text) or (None if lines else re.search("\n", text))
    assert not found, f"{what} holds {found[0]!r}, which acts on a terminal"


@contextmanager
def refused_with(kind: type[YinjuError]) -> Iterator[None]:
    """Only errors of ``kind`` are allowed, each with a message of one printable line."""
    try:
        yield
    except kind as error:
        assert error.message, "an error says nothing"
        check_shown(one_line(str(error)), "an error", lines=False)


def text_of(data: bytes) -> str:
    """``data`` as text. What is not UTF-8 becomes unpaired surrogates, as in command-line arguments."""
    return data.decode("utf-8", "surrogateescape")


# Texts


def check_spans(spans: Sequence[Span], text: str, widest: int, what: str) -> None:
    """The spans are in order, trimmed, and at most ``widest``. Only white space lies between them."""
    end = 0
    for span in spans:
        part = text[span.start : span.end]
        assert end <= span.start < span.end <= len(text), f"a {what} overlaps or is out of range"
        assert not text[end : span.start].strip(), f"text before a {what} is lost"
        assert part == part.strip() and width(part) <= widest, f"a {what} is not trimmed, or too wide"
        end = span.end
    assert not text[end:].strip(), f"text after the last {what} is lost"


def check_sentences(text: str) -> None:
    check_spans(sentences(text), text, LIMIT, "sentence")


def check_passages(text: str) -> None:
    found = split_passages(text, find_blocks(text))
    check_spans([Span(chunk.start, chunk.end) for chunk in found], text, MAX, "passage")
    flat = text.replace("\n", " ")  # a heading may take two lines
    assert all(chunk.heading in flat for chunk in found), "a heading is not of the text"


def check_layout(text: str, width: int = 40, first: Kind | None = None) -> None:
    """Each character is shown once, at its offset, but for what marks blocks.

    ``first`` is the kind of the first line, if it is known.
    """
    line_end = text.find("\n") if "\n" in text else len(text)
    blocks = find_blocks(text, [(Span(0, line_end), first)] if first else [])
    layout = Layout(text, blocks)
    lines = layout.wrap(width, range(len(layout.runs)))
    shown = set[int]()
    for number, line in enumerate(lines):
        assert cells("".join(piece.text for piece in line.pieces).rstrip()) <= width, "a line is too wide"
        for piece in line.pieces:
            if piece.start >= 0:
                offsets = range(piece.start, piece.start + len(piece.text))
                assert text[piece.start : offsets.stop].replace("\n", " ") == piece.text, "an offset is wrong"
                assert not shown.intersection(offsets), "a character is shown twice"
                assert all(lines.line_of(offset) == number for offset in offsets), "a line is not found again"
                shown.update(offsets)
    for offset in set(range(len(text))) - shown:
        block = next((block for block in blocks if block.start <= offset < block.end), None)
        marks = block is not None and (
            offset < block.start + block.marker
            or text[offset] == {Kind.ROW: "|", Kind.CODE: "`"}.get(block.kind)
        )
        assert marks or text[offset].isspace(), f"{text[offset]!r} at {offset} is not shown"


def check_fold(text: str) -> None:
    folded = fold(text)
    assert folded.text == fold_text(text), "fold and fold_text differ"
    assert fold_text(folded.text) == folded.text, "folding twice differs from once"
    spans = [folded.original(i, i + 1) for i in range(len(folded.text))]
    assert all(0 <= span.start < span.end <= len(text) for span in spans), "an offset is out of range"
    assert all(a == b or a.end == b.start for a, b in pairwise(spans)), "offsets leave a gap"
    assert not spans or spans[-1].end == len(text), "offsets end early"
    assert name_key(text) == name_key(folded.text), "a name and its fold have two keys"


def check_printable(text: str) -> None:
    plain = printable(text)
    assert printable(plain) == plain, "printable twice differs from once"
    check_shown(plain, "printable text")


def check_cleaning(text: str) -> None:
    plain, cleaned = normalise(text), clean(text)
    check_shown(plain, "normalised text")
    check_shown(cleaned, "cleaned text")
    # Markup that hides in markup is removed to a depth of eight.
    marks = text.count("<") + text.count("&")
    assert marks > 8 or normalise(plain) == plain, "normalising twice differs from once"
    assert marks + text.count("\n") > 8 or clean(cleaned) == cleaned, "cleaning twice differs from once"
    assert len(cleaned) <= len(plain), "cleaning adds text"


def _check_published(published: str | None) -> None:
    if published is not None:
        datetime.fromisoformat(published + "2000-01-01"[len(published) :])


def check_metadata(text: str) -> None:
    text = normalise(text)
    found = find_metadata(text)
    _check_published(found.published)
    _check_published(parse_date(text))
    for name in (found.author, found.source, title_of(text)):
        assert name is None or (name and name in text), "a fact is not of the text"
    opening = opening_of(text)
    assert len(opening) <= 41 and (opening or not re.search(r"\w", text[:300])), "no opening, or a long one"


@cache
def tokenizers() -> tuple[Tokenizer, Tokenizer]:
    """The program's tokenizer, and one with taught words."""
    plain = Tokenizer(Lexicon.load().frequencies())
    return plain, plain.with_words(("德特克", "长桥", "一二"))


def check_tokens(text: str, *cutters: Tokenizer) -> None:
    assert detect(text) in _LANGUAGES, "an unknown language"
    folded = fold_text(text)
    for cutter in cutters or tokenizers():
        found = cutter.tokens(text)
        words = cutter.words(text)
        assert tuple(token.text for token in found) == words, "tokens and words differ"
        for known in (words, words[1:], (*words, "x"), words[::-1]):
            assert [*zip(*cutter.located(fold(text), known), strict=True)] == found, "not found again"
        for token in found:
            assert 0 <= token.start < token.end <= len(text), "a token is out of range"
            # How a character is folded may depend on those beside it (著书, 顺着).
            assert token.text and (token.text in folded or fold_text(token.text) == token.text), "not folded"
        # Two tokens may come from one character, such as ㎏ or ½.
        assert all(a.start <= b.start for a, b in pairwise(found)), "tokens are out of order"


def check_aliases(text: str) -> None:
    for alias in extract_aliases(text):
        assert alias.name and alias.other.strip() and alias.name == name_key(alias.name), "an empty alias"


# Files


def check_decoded(data: bytes) -> None:
    with refused_with(ReadError):
        text = decode(data)
        assert text.strip("\x00 \n"), "decoded to nothing"
        if not data.startswith(_BYTE_ORDER_MARKS):
            try:
                own = data.decode("utf-8")
            except UnicodeDecodeError:
                return
            assert "\x00" in own or own == text, "UTF-8 was read as another encoding"


def check_article(article: ParsedArticle) -> None:
    assert re.search(r"\w", article.text) and article.title.strip(), "an article without words or title"
    check_shown(article.text, "article text")
    for fact in (article.title, article.author or "", article.source or ""):
        check_shown(fact, "a fact", lines=False)
        assert len(fact) <= 200, "a fact is too long"
    assert article.language in _LANGUAGES, "an unknown language"
    _check_published(article.published)
    assert not article.pages or article.pages[0] == 0, "the first page does not begin the text"
    assert all(a <= b for a, b in pairwise((*article.pages, len(article.text)))), "pages overlap"
    check_passages(article.text)


def check_file(data: bytes, suffix: str) -> None:
    """A file of one article is read or refused."""
    with refused_with(ReadError):
        check_article(read_bytes(data, f"a{suffix}"))


def check_members(data: bytes, suffix: str) -> None:
    """Each article in a file of several is read, or refused with a reason, whatever the others are."""
    with tempfile.TemporaryDirectory(prefix="yinju-members-") as folder, refused_with(ReadError):
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(data)
        with path.open("rb", buffering=0) as file, closing(members(file, suffix)) as found:
            for member in found:
                assert member.name or suffix == ".eml", "a member without a name"
                check_shown(member.name, "a member's name", lines=False)
                with refused_with(ReadError):
                    check_article(member.read())


# Questions, answers, settings


def check_filters(text: str) -> None:
    article = ArticleInfo(1, "/notes/a.md", "标题 title", "en", "2024-01-02", None, "来源", "", 9, 1)
    with refused_with(UsageError):
        question, found = parse(text)
        check_shown(str(found), "filters")
        assert parse(str(found)) == ("", found), "filters do not come back as typed"
        assert not found or found.adding(found) == found, "filters twice differ from once"
        assert question == text or found, "a question without filters is changed"
        found.allows(article)
        assert all(found.without(part) != found for part in found.parts()), "a filter cannot be taken away"
    with refused_with(UsageError):
        assert isinstance(parse_all([text]), Filters)


@cache
def _choices() -> Choices:
    names = ("Daily News", "滨城日报", "x\x1b[31m\u202e")
    return Choices(
        [
            ArticleInfo(n, f"/notes/{name}/a.md", name, "zh-Hans", "2024-01-02", None, name, "", 9, 1)
            for n, name in enumerate(names)
        ]
    )


def check_completions(text: str, cursor: int) -> None:
    found = complete(text, min(cursor, len(text)), _choices())
    assert len(found) <= MAX_COMPLETIONS, "too many completions"
    for completion in found:
        assert 0 <= completion.start <= completion.end <= len(text), "a completion is out of range"
        check_shown(completion.text + completion.note, "a completion")


@cache
def _bundled() -> tuple[Engine, dict[int, str]]:
    library = open_bundled(Path(tempfile.mkdtemp(prefix="yinju-bundled-")))
    return Engine(library), {info.id: library.article(info.id).text for info in library.articles()}


def check_answer_to(text: str) -> None:
    """Asks the bundled articles. The question may hold filters."""
    engine, texts = _bundled()
    with refused_with(UsageError):
        question, narrowed = parse(text)
        previous = ("谁创立了 Vercept？", question) if question[:1] in "那它and" else ()
        reply = engine.ask(question, previous=previous, filters=narrowed)
        assert 0 <= reply.confidence <= 1 and math.isfinite(reply.confidence), "a confidence out of range"
        for citation in reply.citations:
            quoted = texts[citation.hit.article.id][citation.start : citation.end]
            assert quoted == citation.quote, "a quote is not of its article"
        for screen in (terminal.Terminal(), terminal.Terminal(40)):
            check_shown(terminal.answer(reply, screen) + explained(reply, screen), "an answer")
        printed = json_line(reply.to_json())
        check_shown(printed, "JSON")
        json.loads(printed)
        assert loads(dumps(reply)).to_json() == reply.to_json(), "a saved answer comes back changed"
        check_shown(export.plain(reply) + export.markdown(reply), "an export")


def check_saved(text: str) -> None:
    with refused_with(UsageError):
        reply = loads(text)
        assert loads(dumps(reply)) == reply, "a saved answer comes back changed"
        printed = json_line(reply.to_json())
        for told in (terminal.answer(reply, terminal.Terminal()), explained(reply, terminal.Terminal(60))):
            check_shown(told, "an answer")
        for told in (export.plain(reply), export.markdown(reply), export.bibtex(reply), printed):
            check_shown(told, "an export")
        export.conversation_html("", [reply])


@cache
def _some_answer() -> Answer:
    return _bundled()[0].ask("DeepSeek 的创始人是谁？")


def check_in_context(text: str) -> None:
    """``text`` as the context of a quote, and the rest of it as the quote, in every form of output."""
    reply = _some_answer()
    first, quote = reply.citations[0], text[len(text) // 3 :]
    roles = ("heading", "header", "lead", "question", "caption", "heading", "header")
    size = max(1, len(text) // 6)
    above = [text[at : at + size] for at in range(0, len(text), size)]
    context = tuple(Context(0, len(one), one, role) for one, role in zip(above, roles, strict=False))
    passage = replace(first.hit.passage, text=text, start=0, end=len(text))
    for of in (passage, replace(passage, text=f"{text[1:]}\n")):
        cited = replace(
            first,
            start=len(text) - len(quote),
            end=len(text),
            quote=quote,
            hit=replace(first.hit, passage=of),
            context=context,
        )
        twice = (cited, replace(cited, number=2, context=context[:1]))
        sentences = tuple(AnswerSentence(quote, citation.number) for citation in twice)
        for answered in (True, False):
            told = replace(
                reply,
                answered=answered,
                related=True,
                lacks=text,
                citations=twice,
                sentences=sentences if answered else (),
                disagreement=(),
            )
            for screen in (terminal.Terminal(), terminal.Terminal(40)):
                check_shown(terminal.answer(told, screen), "an answer")
            check_shown(export.plain(told) + export.markdown(told) + export.bibtex(told), "an export")
            page = export.conversation_html("", [told])
            assert "<script" not in page and page.count("<blockquote") == 2, "text became markup"
            check_shown(page, "a page")


def check_claims(text: str) -> None:
    with refused_with(UsageError):
        verdicts = [Verdict(claim, "gone") for claim in read_claims(text, "a.json")]
        check_shown(verdicts_text(verdicts, terminal.Terminal()), "verdicts")
        to_json(verdicts)


def check_settings(data: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="yinju-settings-") as folder:
        path = Path(folder, "config.toml")
        path.write_bytes(data)
        with refused_with(UsageError):
            load_settings(environ={}, file=path)
        for key in ("QA_K", "QA_LANGUAGE", "QA_THEME", "QA_LIBRARY"):
            with refused_with(UsageError):
                load_settings(environ={key: text_of(data)}, file=path.parent / "none")


def check_output(text: str) -> None:
    """Shows ``text`` in every way: as a line, wrapped, cropped, marked, in BibTeX and in JSON."""
    line, value, printed = one_line(text), escape(text), json_line({"text": text})
    check_shown(line, "a line", lines=False)
    check_shown(value, "BibTeX")
    check_shown(printed, "JSON")
    assert value.count("{") == value.count("}"), "braces of BibTeX do not pair"
    export.escape_markdown(line)
    again = json.loads(printed)["text"]
    assert again == text or re.search("[\ud800-\udfff]", text), "JSON changes the text"
    for columns in (1, 20):
        wrapped = "".join(line[start:end] for start, end in wrap(line, columns))
        assert wrapped.replace(" ", "") == line.replace(" ", ""), "wrapping loses text"
        assert columns < 2 or cells(crop(line, columns)) <= columns, "a cropped line is wide"
    focus = Span(len(text) // 3, len(text) // 2)
    start, end = terminal.snippet(text, focus)
    assert 0 <= start <= focus.start and focus.end <= end <= len(text), "a snippet misses its focus"
    for painted in terminal.marked_lines(text, [focus], terminal.Terminal(30, False)):
        check_shown(painted, "a painted line", lines=False)


OF_TEXT: dict[str, Callable[[str], None]] = {
    "clean": check_cleaning, "sentences": check_sentences, "passages": check_passages, "fold": check_fold,
    "printable": check_printable, "metadata": check_metadata, "tokens": check_tokens,
    "aliases": check_aliases, "filters": check_filters, "ask": check_answer_to, "saved": check_saved,
    "context": check_in_context, "claims": check_claims, "output": check_output, "layout": check_layout,
}  # fmt: skip
TARGETS: dict[str, Target] = {
    "decode": check_decoded,
    "settings": check_settings,
    "complete": lambda data: check_completions(text_of(data[1:]), data[0] if data else 0),
    **{name: lambda data, check=check: check(text_of(data)) for name, check in OF_TEXT.items()},  # type: ignore[misc]
    # Every registered reader.
    **{suffix[1:]: partial(check_members, suffix=suffix) for suffix in sorted(CONTAINER_SUFFIXES)},
    "attached": partial(check_members, suffix=".eml"),
    **{
        suffix[1:]: partial(check_file, suffix=suffix)
        for suffix in sorted(SUFFIXES - CONTAINER_SUFFIXES - {".markdown", ".htm", ".xhtml", ".mht"})
    },
}
