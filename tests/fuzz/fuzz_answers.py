"""Targets of `make fuzz` that take questions, filters, saved answers and settings: see `fuzz_targets`."""

from __future__ import annotations

import json
import math
import tempfile
import unicodedata
from pathlib import Path

from fuzz_properties import Target, check, refusing, shown, text_of

from index.errors import UsageError
from index.types import ArticleInfo


def filters() -> Target:
    from qa.question.filters import Filters, parse, parse_all

    article = ArticleInfo(1, "/notes/a.md", "标题 title", "en", "2024-01-02", None, "来源", "", 9, 1)

    def run(data: bytes) -> None:
        text = text_of(data)
        with refusing(UsageError):
            question, found = parse(text)
            shown(str(found), "filters")
            check(parse(str(found)) == ("", found), "filters do not come back as typed")
            check(not found or found.adding(found) == found, "filters twice differ from once")
            check(question == text or found, "a question without filters is changed")
            found.allows(article)
            for part in found.parts():
                check(found.without(part) != found, "a filter cannot be taken away")
        with refusing(UsageError):
            check(isinstance(parse_all([text]), Filters), "no filters")

    return run


def completing() -> Target:
    from qa.question.completion import MAX_COMPLETIONS, Choices, complete

    def info(number: int, text: str) -> ArticleInfo:
        return ArticleInfo(number, f"/notes/{text}/a.md", text, "zh-Hans", "2024-01-02", None, text, "", 9, 1)

    choices = Choices([info(n, text) for n, text in enumerate(("Daily News", "滨城日报", "x\x1b[31m\u202e"))])

    def run(data: bytes) -> None:
        cut = data[0] if data else 0
        text = text_of(data[1:])
        found = complete(text, min(cut, len(text)), choices)
        check(len(found) <= MAX_COMPLETIONS, "too many completions")
        for completion in found:
            check(0 <= completion.start <= completion.end <= len(text), "a completion is out of range")
            shown(completion.text + completion.note, "a completion")

    return run


def asking() -> Target:
    """Questions of the bundled articles, with the filters in them."""
    from index.text.display import json_line
    from qa.bundled import open_bundled
    from qa.engine import Engine
    from qa.output import export, terminal
    from qa.output.explain import text as explained
    from qa.output.serialization import dumps, loads
    from qa.question.filters import parse

    library = open_bundled(Path(tempfile.mkdtemp(prefix="yinju-fuzz-")))
    engine = Engine(library)
    screens = (terminal.Terminal(), terminal.Terminal(40))
    texts = {info.id: library.article(info.id).text for info in library.articles()}

    def run(data: bytes) -> None:
        with refusing(UsageError):
            question, narrowed = parse(text_of(data))
            previous = ("谁创立了 Vercept？", question) if question[:1] in "那它and" else ()
            reply = engine.ask(question, previous=previous, filters=narrowed)
            check(0 <= reply.confidence <= 1 and math.isfinite(reply.confidence), "a confidence out of range")
            for citation in reply.citations:
                text = texts[citation.hit.article.id]
                check(text[citation.start : citation.end] == citation.quote, "a quote is not of its article")
            for screen in screens:
                told = terminal.answer(reply, screen) + explained(reply, screen)
                shown(told.replace("\n", ""), "an answer")
            printed = json_line(reply.to_json())
            shown(printed, "JSON")
            json.loads(printed)
            check(loads(dumps(reply)).to_json() == reply.to_json(), "a saved answer comes back changed")
            for written in (export.plain(reply), export.markdown(reply)):
                shown(written.replace("\n", ""), "an export")

    return run


def saved() -> Target:
    from index.text.display import json_line
    from qa.output import export
    from qa.output.explain import text as explained
    from qa.output.serialization import dumps, loads
    from qa.output.terminal import Terminal, answer

    def run(data: bytes) -> None:
        with refusing(UsageError):
            reply = loads(text_of(data))
            check(loads(dumps(reply)) == reply, "a saved answer comes back changed")
            for told in (answer(reply, Terminal()), explained(reply, Terminal(60)), export.plain(reply)):
                shown(told.replace("\n", ""), "an answer")
            for written in (export.markdown(reply), export.bibtex(reply), json_line(reply.to_json())):
                shown(written.replace("\n", ""), "an export")
            export.conversation_html("", [reply])

    return run


def claims() -> Target:
    from qa.output.terminal import Terminal
    from qa.verify import Verdict, read_claims, text, to_json

    def run(data: bytes) -> None:
        with refusing(UsageError):
            verdicts = [Verdict(claim, "gone") for claim in read_claims(text_of(data), "a.json")]
            shown(text(verdicts, Terminal()).replace("\n", ""), "verdicts")
            to_json(verdicts)

    return run


def settings() -> Target:
    from qa.settings import load_settings

    path = Path(tempfile.mkdtemp(prefix="yinju-fuzz-")) / "config.toml"

    def run(data: bytes) -> None:
        path.write_bytes(data)
        with refusing(UsageError):
            load_settings(environ={}, file=path)
        value = text_of(data)
        for key in ("QA_K", "QA_LANGUAGE", "QA_THEME", "QA_LIBRARY"):
            with refusing(UsageError):
                load_settings(environ={key: value}, file=path.parent / "none")

    return run


def showing() -> Target:
    from index.text.display import cells, crop, json_line, one_line, wrap
    from index.types import Span
    from qa.output.bibtex import escape
    from qa.output.export import escape_markdown
    from qa.output.terminal import Terminal, marked_lines, snippet

    def run(data: bytes) -> None:
        text = text_of(data)
        line = one_line(text)
        shown(line + "\n" * ("\n" in line), "a line")
        shown(escape(text), "BibTeX")
        check(escape(text).count("{") == escape(text).count("}"), "braces of BibTeX do not pair")
        escape_markdown(line)
        printed = json_line({"text": text})
        shown(printed, "JSON")
        again = json.loads(printed)["text"]
        check(again == text or any(0xD800 <= ord(c) <= 0xDFFF for c in text), "JSON changes the text")
        for width in (1, 20):
            spans = wrap(line, width)
            lost = "".join(line[start:end] for start, end in spans).replace(" ", "")
            check(lost == line.replace(" ", ""), "wrapping loses text")
            check(cells(crop(line, width)) <= width or width < 2, "a cropped line is too wide")
        focus = Span(len(text) // 3, len(text) // 2)
        start, end = snippet(text, focus)
        check(0 <= start <= focus.start and focus.end <= end <= len(text), "a snippet misses its focus")
        for painted in marked_lines(text, [focus], Terminal(30, False)):
            shown(painted, "a painted line")
        check(not any(unicodedata.category(c) == "Cc" for c in line), "a control character is left")

    return run
