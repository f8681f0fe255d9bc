"""A conversation as one web page: no script, nothing fetched, light or dark like the reader's system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib.metadata import PackageNotFoundError, version
from itertools import chain

from index.text.display import one_line, printable
from index.text.language import detect
from qa.output.labels import Labels, labels_for
from qa.output.parts import (
    Cite,
    byline,
    carried_note,
    closing_lines,
    copy_count,
    filters_note,
    location,
    quotations,
    unanswered,
)
from qa.types import Answer, Citation

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2126; --soft: #59636e; --paper: #fdfcf9; --card: #f4f1ea;
  --line: #ddd6c8; --accent: #9a3412; --mark: #fde9b8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e3dc; --soft: #a3a9b2; --paper: #16181c;
  --card: #1f2227; --line: #363b43; --accent: #f2a974; --mark: #5b4413; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 3rem 1.25rem 4rem; max-width: 44rem; background: var(--paper);
  color: var(--ink); overflow-wrap: anywhere;
  font: 1.0625rem/1.7 "Source Serif 4", Charter, Georgia, "Songti SC", "Noto Serif CJK SC", serif; }
h1:lang(zh-Hant), h2:lang(zh-Hant), blockquote:lang(zh-Hant) { font-family: "Source Serif 4", Charter,
  Georgia, "Songti TC", "Noto Serif CJK TC", "PMingLiU", serif; }
h1 { margin: 0 0 .25rem; font-size: 1.9rem; line-height: 1.25; text-wrap: balance; }
h2 { margin: 0 0 1rem; font-size: 1.3rem; line-height: 1.4; text-wrap: pretty; }
.note, ol, summary { font-family: system-ui, -apple-system, "Segoe UI", "PingFang SC", "PingFang TC",
  "Noto Sans CJK SC", sans-serif; }
.note { margin: 0 0 1rem; font-size: .875rem; color: var(--soft); }
section { margin-top: 2.5rem; padding-top: 2rem; border-top: 1px solid var(--line); }
blockquote { margin: 0 0 .75rem; padding: .7rem 1.1rem; border-left: 3px solid var(--accent);
  background: var(--card); border-radius: 0 .4rem .4rem 0; }
blockquote.near { border-left-color: var(--line); color: var(--soft); }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
sup { line-height: 0; font: .75em system-ui, sans-serif; padding-left: .15em; }
ol { margin: 1.25rem 0 0; padding: 0; list-style: none; font-size: .875rem; line-height: 1.6; }
li { display: flex; gap: .7rem; padding: .55rem 0; border-top: 1px solid var(--line); }
li > b { color: var(--accent); font-variant-numeric: tabular-nums; }
li > div { min-width: 0; flex: 1; }
li:target { background: var(--card); }
cite { font-style: normal; font-weight: 600; }
code { font: .8125rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: var(--soft); }
li span { white-space: nowrap; }
details { margin-top: .25rem; }
summary { cursor: pointer; color: var(--soft); }
details p { margin: .4rem 0 0; padding: .6rem .9rem; background: var(--card); border-radius: .4rem;
  white-space: pre-line; }
mark { background: var(--mark); color: inherit; border-radius: .15em; }
@media print { :root { --ink: #000; --soft: #444; --paper: #fff; --card: #fff; --accent: #000; --mark: #eee; }
  body { max-width: none; padding: 0; font-size: 11pt; } section { break-inside: auto; }
  h2 { break-after: avoid; } blockquote, li { break-inside: avoid; } details { display: none; } }
"""
#: Whatever a quotation holds, nothing is fetched and nothing runs.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def conversation_html(title: str, answers: Sequence[Answer]) -> str:
    """All questions with their answers and sources as one page."""
    language = labels_for(answers[0].question if answers else title).language
    sections = (_section(answer, f"s{number}-") for number, answer in enumerate(answers, start=1))
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{language}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta name="generator" content="{_generator()}">',
            f"<title>{_shown(title)}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            f'<header><h1{_lang(detect(title))} dir="auto">{_shown(title)}</h1></header>',
            "<main>",
            *chain.from_iterable(sections),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _generator() -> str:
    try:
        return f"Yinju {version('yinju')}"
    except PackageNotFoundError:  # run from a source folder
        return "Yinju"


def _shown(text: str) -> str:
    return escape(one_line(text))


def _lang(language: str) -> str:
    return "" if language == "und" else f' lang="{escape(language)}"'


def _section(answer: Answer, prefix: str) -> Iterator[str]:
    """An answer. ``prefix`` keeps its anchors apart from those of other answers."""

    def cite(number: int) -> str:
        return f'<a href="#{prefix}{number}">[{number}]</a>'

    labels = labels_for(answer.question)
    yield f"<section{_lang(labels.language)}>"
    yield f'<h2{_lang(detect(answer.question))} dir="auto">{_shown(answer.question)}</h2>'
    if notes := list(filter(None, (filters_note(answer, labels), carried_note(answer, labels)))):
        yield f'<p class="note">{" · ".join(map(_shown, notes))}</p>'
    if not answer.answered:
        yield "".join(f'<p dir="auto">{_shown(line)}</p>' for line in unanswered(answer, labels))
        if answer.citations:
            yield f'<p class="note">{labels.nearest}</p>'
    kind = "" if answer.answered else ' class="near"'
    for text, citation in quotations(answer):
        yield _quotation(text, citation, cite, kind)
    for line in closing_lines(answer, _shown, cite):
        yield f'<p class="note" dir="auto">{line}</p>'
    if answer.citations:
        yield f'<ol aria-label="{labels.sources}">'
        for citation in answer.citations:
            yield _source(citation, labels, prefix)
        yield "</ol>"
    yield "</section>"


def _quotation(text: str, citation: Citation, cite: Cite, kind: str) -> str:
    lang = _lang(citation.hit.article.language)
    return f'<blockquote{kind}{lang} dir="auto">{_shown(text)}<sup>{cite(citation.number)}</sup></blockquote>'


def _source(citation: Citation, labels: Labels, prefix: str) -> str:
    """An item of the list of sources: the article, the place of the quote, and the passage around it."""
    article, passage = citation.hit.article, citation.hit.passage
    lang = _lang(article.language)
    facts = "".join(f" · {escape(fact)}" for fact in byline(article))
    start, end = citation.start - passage.start, citation.end - passage.start
    before, quote, after = (
        escape(printable(passage.text[a:b])) for a, b in ((0, start), (start, end), (end, None))
    )
    also = "<br>".join(f"{_shown(info.title)} <code>{_shown(info.path)}</code>" for info in citation.also)
    if also:
        summary = f"<summary>{copy_count(citation.also, labels)}</summary>"
        also = f'<details>{summary}<p dir="auto">{also}</p></details>'
    return (
        f'<li id="{prefix}{citation.number}"><b>{citation.number}</b><div>'
        f'<cite{lang} dir="auto">{_shown(article.title)}</cite>{facts}<br>'
        f"<code>{_shown(article.path)}</code> <span>{escape(location(citation, labels))}</span>"
        f"<details><summary>{labels.passage}</summary>"
        f'<p{lang} dir="auto">{before}<mark>{quote}</mark>{after}</p></details>{also}</div></li>'
    )
