"""Exported answers: nothing is lost, and hostile text comes out as it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from bibtex_reader import entries, unescaped
from hypothesis import assume, given
from hypothesis import strategies as st
from made_up import a_passage, an_article
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from index.text.display import one_line
from index.text.language import detect
from index.types import RECOGNIZED, ArticleInfo, Creator, Reference, Span
from qa import i18n
from qa.output import export, serialization, terminal
from qa.output.bibtex import Quoted, entry_key, escape
from qa.output.bibtex import entries as made_entries
from qa.output.export import escape_markdown
from qa.question.filters import Filters
from qa.types import Answer, AnswerSentence, Citation, Context, DifferingQuantity, Hit

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; &#60;",
    "](javascript:alert(1)) [x](http://a.b) ![y](z)",
    "**bold** _em_ `code` ~~no~~ ==mark== ^sup^ $x^2$",
    "# heading",
    "1. list 2) list",
    "- item -- dash --- rule",
    "+ item",
    "=====",
    "> quote",
    "| a | b |",
    "[^1] [^1]: note",
    "https://evil.example/x www.evil.example a@evil.example :smile: {.class}",
    "```\ncode\n```",
    "`` ` ``",
    "\\ backslash \\* \\\\",
    '} , author = {x}, title={ % \\input{a} \\end{document} ~ ^ # $ & _ " | @misc{x,',
    "{{{ }}",
    "\"quoted\" 'single' “弯” 「引」",
    "\x1b[31mred\x07 \u202eeht\u202c \u200bzero",
    "两行\n文字\t制表",
]

#: Texts of the same form as those that are lines of their own.
HARMLESS = {HOSTILE[14]: "```\nharmless\n```", HOSTILE[-1]: "无害\n文字"}


def an_answer(
    quote: str = "The lake is 62 metres deep.",
    article: ArticleInfo | None = None,
    *,
    answered: bool = True,
    before: str = "Once more. ",
) -> Answer:
    """Two citations of two articles, the second backing the first."""
    article = article or replace(
        an_article(1), published="2024-01-23T18:19", author="Ann Lee", source="The Paper"
    )
    hits = []
    for number, about in enumerate(
        (article, replace(an_article(2), language="zh-Hans", title="湖")), start=1
    ):
        passage = a_passage(f"{before}{quote} And on.", number=number, start=100, article=about.id)
        hits.append(Hit(number, 1.0, passage, about, 0.8))
    start = 100 + len(before)
    return Answer(
        question="How deep is the lake?",
        answered=answered,
        confidence=0.9,
        sentences=(AnswerSentence(quote, 1),) if answered else (),
        citations=tuple(
            Citation(n, start, start + len(quote), quote, hit) for n, hit in enumerate(hits, start=1)
        ),
        missing=("zyzzy",),
        carried=(),
        hits=tuple(hits),
        elapsed_ms=1.0,
    )


def hostile_answer(text: str) -> Answer:
    article = replace(
        an_article(1), title=text, author=text, source=text, path=f"/notes/{text}.txt", published="2024-01-23"
    )
    answer = an_answer(text, article)
    figures = (DifferingQuantity(text, 1), DifferingQuantity("62 [2] metres", 2))
    return replace(
        reposted(answer, article), question=text, missing=(text,), carried=(text,), disagreement=figures
    )


def reposted(answer: Answer, *also: ArticleInfo) -> Answer:
    """Its first citation stands on page 12 and in other articles, too."""
    first, *rest = answer.citations
    return replace(answer, citations=(replace(first, also=also, page=12), *rest))


COPIES = tuple(
    replace(an_article(n), title=title) for n, title in ((7, "A *lake*"), (8, "湖 & sea"), (9, "湖 & sea"))
)


def test_every_form_tells_the_page_and_where_else_the_quote_stands() -> None:
    answer = reposted(an_answer(), *COPIES)
    told = export.plain(answer).split("\n")
    assert told[6:8] == [
        "[1] Article 1, Ann Lee, The Paper, 2024-01-23, /made/up/1.txt, p. 12, characters 111–138",
        "    also in 3 articles: A *lake* · 湖 & sea",
    ]
    notes = export.markdown(answer).split("\n")
    assert notes[-4].endswith(r"p. 12, characters 111–138. also in 3 articles: A \*lake\* · 湖 \& sea")
    entry = export.bibtex(answer)
    assert "  pages = {12},\n" in entry
    assert r"  note = {/made/up/1.txt, characters 111--138; also in: A *lake*; 湖 \& sea}," in entry
    page = export.conversation_html("Lakes", [answer])
    assert "<span>p. 12, characters 111–138</span>" in page
    assert "<summary>also in 3 articles</summary>" in page
    assert "湖 &amp; sea <code>/made/up/8.txt</code><br>湖 &amp; sea <code>/made/up/9.txt</code>" in page
    data = json.loads(export.json(answer))["citations"]
    assert data[0]["page"] == 12 and [also["article"] for also in data[0]["also"]] == [7, 8, 9]
    assert not {"page", "also"} & data[1].keys()


def test_every_form_tells_what_was_read_from_a_picture() -> None:
    answer = reposted(an_answer())
    first, *rest = answer.citations
    answer = replace(answer, citations=(replace(first, read=RECOGNIZED), *rest))
    for text in (export.plain(answer), export.markdown(answer), export.conversation_html("Lakes", [answer])):
        assert text.count("p. 12, read from a picture, characters 111–138") == 1
    data = json.loads(export.json(answer))["citations"]
    assert data[0]["picture"] == "sure" and "picture" not in data[1]


def test_pages_and_copies_are_told_in_the_questions_language() -> None:
    for question, page, also in (
        ("湖有多深？", "第 12 页，第 111–138 个字符", "也见于 1 篇文章：A *lake*"),
        ("湖有多深？請說明這裡的數據", "第 12 頁，第 111–138 個字元", "也見於 1 篇文章：A *lake*"),
    ):
        answer = replace(reposted(an_answer(), COPIES[0]), question=question)
        plain = export.plain(answer)
        assert page in plain and f"    {also}\n" in plain
        i18n.use(detect(question))  # of the reader, on a terminal
        shown = terminal.answer(answer, terminal.Terminal())
        assert f"111–138  {page[:6]}\n    {also}\n" in shown


# Plain text and JSON


def test_plain_text_has_question_quotes_and_sources() -> None:
    assert export.plain(an_answer()) == (
        "How deep is the lake?\n\n"
        "The lake is 62 metres deep. [1]\n"
        "Also in [2]\n\n"
        "Sources\n"
        "[1] Article 1, Ann Lee, The Paper, 2024-01-23, /made/up/1.txt, characters 111–138\n"
        "[2] 湖, /made/up/2.txt, characters 111–138\n"
    )


def test_without_an_answer_the_nearest_passages_are_told_in_the_questions_language() -> None:
    refused = an_answer(answered=False)
    told = export.plain(replace(refused, question="湖有多深？"))
    assert (
        "这些文章里没有找到答案。\n各处都没有找到：zyzzy\n\n最接近的段落\nThe lake is 62 metres deep. [1]"
        in told
    )
    assert "這些文章裡沒有找到答案。" in export.markdown(replace(refused, question="這個湖有多深？"))
    assert "No answer found" in export.conversation_html("x", [refused])
    nothing = replace(refused, citations=(), hits=())
    assert export.plain(nothing).endswith("Found nowhere: zyzzy\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_text_holds_nothing_unprintable(text: str) -> None:
    told = export.plain(hostile_answer(text))
    assert all(line.isprintable() for line in told.splitlines())


def test_json_is_the_object_of_the_command_line() -> None:
    answer = hostile_answer("\x1b[31m\u202e")
    assert json.loads(export.json(answer)) == answer.to_json()
    assert "\n" not in export.json(answer)


# Markdown


MARKDOWN = MarkdownIt("gfm-like").use(footnote_plugin)
LITERAL = {"text", "softbreak", "text_special"}


def inline(tokens: Sequence[Token], kind: str) -> list[list[Token]]:
    """The inline tokens of each ``kind`` of block."""
    return [
        tokens[at + 1].children or []
        for at, token in enumerate(tokens)
        if token.type == f"{kind}_open" and tokens[at + 1].type == "inline"
    ]


_marks = st.text(alphabet="\\`*_{}[]<>#|~$^&@!:/.=-+()'\" 1wwwhttpsa\n中，", max_size=25)


@given(st.one_of(_marks, st.text(max_size=25), st.sampled_from(HOSTILE)))
def test_escaped_markdown_reads_as_it_stands(text: str) -> None:
    # This parser makes links of bare domains as well (a.al), which neither GitHub nor Pandoc does.
    assume("www." in text or not re.search(r"[^\s.]\.[^\W\d_]{2}", text))
    tokens = MARKDOWN.parse(f"> {escape_markdown(text)}\n")
    (children,) = inline(tokens, "paragraph") or [[]]
    assert {child.type for child in children} <= LITERAL
    assert "".join(child.content for child in children) == one_line(text)


@given(st.one_of(_marks, st.sampled_from(HOSTILE)))
def test_a_heading_reads_as_it_stands(text: str) -> None:
    title, *_ = export.conversation_markdown(text, []).splitlines()
    (children,) = inline(MARKDOWN.parse(title), "heading")
    assert "".join(child.content for child in children) == one_line(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_nothing_to_markdown(text: str) -> None:
    """The same blocks, footnotes, code spans and emphases as of harmless text."""

    def shape(of: str) -> list[str]:
        tokens = MARKDOWN.parse(export.markdown(hostile_answer(of)))
        children = [child.type for token in tokens for child in token.children or []]
        return [token.type for token in tokens] + [child for child in children if child not in LITERAL]

    assert shape(text) == shape(HARMLESS.get(text, "harmless"))
    tokens = MARKDOWN.parse(export.markdown(hostile_answer(text)))
    codes = [c.content for token in tokens for c in token.children or [] if c.type == "code_inline"]
    assert one_line(f"/notes/{text}.txt") in codes


def test_markdown_has_a_footnote_for_each_citation() -> None:
    told = export.markdown(an_answer())
    assert "> The lake is 62 metres deep.[^1]\n" in told
    assert "Also in [^2]\n" in told
    assert "[^1]: *Article 1*, Ann Lee, The Paper, 2024-01-23, `/made/up/1.txt`, characters 111–138\n" in told


def test_a_conversation_numbers_its_footnotes_through() -> None:
    answers = [an_answer(), an_answer(), replace(an_answer(answered=False), question="又问？")]
    told = export.conversation_markdown("Lakes", answers)
    assert told.startswith("# Lakes\n\n## How deep is the lake?\n")
    assert re.findall(r"^\[\^(\d+)\]:", told, re.M) == ["1", "2", "3", "4", "5", "6"]
    assert set(re.findall(r"\[\^(\d+)\](?!:)", told)) == {"1", "2", "3", "4", "5", "6"}


# BibTeX


def test_bibtex_has_an_entry_for_each_article() -> None:
    (kind, key, fields), (other, *_, more) = entries(export.bibtex(an_answer()))
    assert kind == "article" and re.fullmatch(r"ann2024-[0-9a-f]{8}", key)
    assert fields == {
        "title": "{Article 1}",
        "author": "Ann Lee",
        "journal": "The Paper",
        "year": "2024",
        "month": "jan",
        "date": "2024-01-23",
        "language": "en",
        "note": "/made/up/1.txt, characters 111--138",
    }
    assert other == "misc" and more["title"] == "{湖}" and more["language"] == "zh-Hans"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_within_its_bibtex_field(text: str) -> None:
    (_, key, fields), _ = entries(export.bibtex(hostile_answer(text)))
    assert key.isascii() and re.fullmatch(r"[a-z0-9-]+", key)
    assert unescaped(fields["title"][1:-1]) == one_line(text)
    assert unescaped(fields["journal"]) == one_line(text)
    assert unescaped(fields["note"]).startswith(one_line(f"/notes/{text}.txt"))


@given(st.text(max_size=30))
def test_bibtex_escapes_balance_and_lose_nothing(text: str) -> None:
    value = escape(text)
    assert value.count("{") == value.count("}")
    assert unescaped(value) == one_line(text.replace("\x00", ""))


def test_keys_are_the_same_each_time_and_differ_between_articles() -> None:
    articles = [
        replace(an_article(n), title=title) for n in range(1, 20) for title in ("湖", "The lake", "12")
    ]
    articles = [replace(article, path=f"/{n}") for n, article in enumerate(articles)]
    keys = [entry_key(article) for article in articles]
    assert len(set(keys)) == len(keys) and keys == [entry_key(replace(a, id=99)) for a in articles]


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        ("王小明、李四", "{王小明} and {李四}"),
        ("Ann Lee and Bo Ek", "Ann Lee and Bo Ek"),
        ("Lee, Ann; Ek, Bo", "{Lee, Ann; Ek, Bo}"),
    ],
)
def test_authors_are_told_apart_where_that_is_clear(names: str, fields: str) -> None:
    article = replace(an_article(1), author=names)
    assert entries(export.bibtex(an_answer(article=article)))[0][2]["author"] == fields


def test_an_article_that_names_its_address_is_one_of_the_web() -> None:
    article = replace(an_article(1), source="https://例子.example/a_b%20c?q=湖&x=#~{y}", published="2024-01")
    (kind, _key, fields), _other = entries(export.bibtex(an_answer(article=article)))
    assert kind == "online" and "journal" not in fields
    assert fields["url"] == (
        "https://%E4%BE%8B%E5%AD%90.example/a_b%20c?q=%E6%B9%96&x=#~%7By%7D"  # read verbatim: not escaped
    )
    assert fields["urldate"] == article.added[:10]
    assert (fields["year"], fields["month"], fields.get("date")) == ("2024", "jan", None)


# HTML


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text.append(data)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_nothing_to_the_page(text: str) -> None:
    def shape(of: str) -> list[tuple[str, tuple[str, ...]]]:
        page = Page(export.conversation_html(of, [hostile_answer(of)]))
        assert not page.open
        return [(tag, tuple(sorted(set(attributes) - {"lang"}))) for tag, attributes in page.tags]

    assert shape(text) == shape(HARMLESS.get(text, "harmless"))
    page = Page(export.conversation_html(text, [hostile_answer(text)]))
    assert page.text.count(one_line(text)) >= 3
    assert "".join(page.text).replace("\n", "").isprintable()


def test_the_page_fetches_nothing_runs_nothing_and_says_its_languages() -> None:
    text = export.conversation_html("Lakes", [an_answer(), replace(an_answer(), question="湖有多深？")])
    page = Page(text)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "form"} and "url(" not in text
    for _, attributes in page.tags:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids) == 4
    targets = {(attributes["href"] or "")[1:] for tag, attributes in page.tags if tag == "a"}
    assert targets <= set(ids)
    assert dict(page.tags)["html"] == {"lang": "en"}
    assert {a.get("lang") for tag, a in page.tags if tag == "section"} == {"en", "zh-Hans"}
    assert "prefers-color-scheme: dark" in text and "@media print" in text


def test_the_quote_is_marked_in_its_passage() -> None:
    text = export.conversation_html("x", [an_answer()])
    assert "Once more. <mark>The lake is 62 metres deep.</mark> And on." in text


def test_filters_and_carried_words_are_told_unless_typed() -> None:
    answer = replace(an_answer(), filters=Filters(languages=("en",)), carried=("lake",))
    for told in (
        export.markdown(answer),
        export.conversation_html("x", [answer]),
    ):
        assert "lang:en" in told and "Carried over: lake" in told
    assert export.markdown(replace(answer, question="How deep? lang:en")).count("lang") == 1


FORMS = {
    "- 62 metres * deep": ("> - 62 metres \\* deep[^1]", "<ul><li>62 metres * deep<sup>"),
    "3. 62 metres <b>": ("> 3\\. 62 metres \\<b\\>[^1]", '"auto"><p>3. 62 metres &lt;b&gt;<sup>'),
    "Northern | 62 | <i>": (
        "> | Lake | Depth \\* | x |\n> | --- | --- | --- |\n> | Northern | 62 | \\<i\\>[^1] |",
        "<table><tr><th>Lake</th><th>Depth *</th><th>x</th></tr>"
        "<tr><td>Northern</td><td>62</td><td>&lt;i&gt;<sup>",
    ),
    "  print('``` 62')": (
        "> ````\n>   print('``` 62')\n> ````\n>\n> [^1]",
        "<pre>  print(&#x27;``` 62&#x27;)</pre><sup>",
    ),
}


@pytest.mark.parametrize("quote", FORMS)
def test_items_rows_and_code_keep_their_form(quote: str) -> None:
    header = "Lake | Depth * | x"
    before = {"N": f"{header}\nFirst | 1 | 2\n", " ": "```\n"}.get(quote[0], "Of lakes.\n\n")
    after = "\n```" if quote[0] == " " else "\n"
    passage = a_passage(before + quote + after, number=1, start=100)
    start = 100 + len(before)
    answer = an_answer()
    citation = replace(
        answer.citations[0],
        start=start,
        end=start + len(quote),
        quote=quote,
        hit=replace(answer.hits[0], passage=passage),
        context=(Context(100, 100 + len(header), header, "header"),) if quote[0] == "N" else (),
    )
    answer = replace(answer, sentences=(AnswerSentence(quote, 1),), citations=(citation,))
    markdown, page = FORMS[quote]
    assert markdown + "\n" in export.markdown(answer)
    assert page in export.conversation_html("Lakes", [answer])


ZOTERO = Reference(
    "/z/zotero.sqlite",
    "ATTACHED",
    "ITEMITEM",
    "quill_2020",
    "journalArticle",
    (
        ("DOI", "10.1000/a_b(c)<d>"),
        ("accessDate", "2021-02-03 04:05:06"),
        ("date", "2020-05"),
        ("issue", "4"),
        ("language", "en-GB"),
        ("pages", "12–19"),
        ("publicationTitle", "Journal of Clocks & Tides"),
        ("url", "https://example.org/a_b?c=1"),
        ("volume", "3"),
    ),
    (
        Creator("author", "Quill", "Tobias"),
        Creator("author", "King, Jr.", "Martin"),
        Creator("author", "Harbour and Dock Board", ""),
        Creator("author", "李", "明"),
        Creator("editor", "Lind", "Eva"),
    ),
)


def of_zotero(**other: Any) -> ArticleInfo:
    return replace(an_article(1), reference=replace(ZOTERO, **other))


def test_an_item_of_zotero_keeps_its_key_and_fields() -> None:
    (kind, key, fields), _ = entries(export.bibtex(an_answer(article=of_zotero())))
    assert (kind, key) == ("article", "quill_2020")
    assert fields == {
        "title": "{Article 1}",
        "author": "Quill, Tobias and {King, Jr.}, Martin and {Harbour and Dock Board} and {李明}",
        "editor": "Lind, Eva",
        "journal": r"Journal of Clocks \& Tides",
        "year": "2020",
        "month": "may",
        "volume": "3",
        "number": "4",
        "pages": "12--19",
        "doi": "10.1000/a_b(c)%3Cd%3E",  # read verbatim: not escaped
        "url": "https://example.org/a_b?c=1",
        "urldate": "2021-02-03",
        "language": "en-GB",
        "note": "/made/up/1.txt, characters 111--138",
    }


@pytest.mark.parametrize("typed", ["in press", "spring or so", "n.d.", "2020-1", "May 2020, 3rd ed."])
def test_a_date_that_is_none_takes_the_year(typed: str) -> None:
    item = of_zotero(fields=(("date", typed),), creators=(Creator("author", "", "Cher"),))
    (_, _, fields), _ = entries(export.bibtex(an_answer(article=item)))
    assert fields["year"] == typed and not fields.keys() & {"month", "date"}
    assert fields["author"] == "{Cher}"


@pytest.mark.parametrize(
    ("item", "entry", "named"),
    [
        ({"kind": "thesis", "fields": (("publisher", "河口大学"),)}, "phdthesis", ("school", "河口大学")),
        (
            {"kind": "thesis", "fields": (("thesisType", "硕士论文"), ("publisher", "U"))},
            "mastersthesis",
            ("school", "U"),
        ),
        ({"kind": "bookSection"}, "incollection", ("booktitle", r"Journal of Clocks \& Tides")),
        ({"kind": "report", "fields": (("publisher", "Board"),)}, "techreport", ("institution", "Board")),
        ({"kind": "webpage"}, "online", ("organization", r"Journal of Clocks \& Tides")),
        ({"kind": "podcast", "fields": (("publisher", "Radio"),)}, "misc", ("publisher", "Radio")),
    ],
)
def test_kinds_of_items_are_types_of_entries(
    item: dict[str, Any], entry: str, named: tuple[str, str]
) -> None:
    (kind, _key, fields), _ = entries(export.bibtex(an_answer(article=of_zotero(**item))))
    assert kind == entry and fields[named[0]] == named[1]


def test_keys_of_zotero_are_kept_as_far_as_bibtex_reads_them() -> None:
    assert entry_key(of_zotero(key="李2020")) == "李2020"
    assert entry_key(of_zotero(key='a{b}, c%#\\"=d')) == "abcd"
    made = entry_key(of_zotero(key=""))
    assert re.fullmatch(r"quill-[0-9a-f]{8}", made)
    assert made == entry_key(replace(of_zotero(key="", member="OTHER"), path="/another/file.pdf"))
    assert made != entry_key(of_zotero(key="", item="OTHER"))


def test_the_files_of_an_item_have_one_entry_and_a_note_has_its_own() -> None:
    one, other = of_zotero(), replace(of_zotero(member="OTHER"), id=9, path="/made/up/9.html")
    quoted = Quoted([Span(1, 5)], [7]), Quoted([Span(2, 9)], [None], notes=["mine"])
    note = replace(of_zotero(kind="note", key="", creators=(), fields=()), path="/z!/NOTE")
    [(_, key, fields), (kind, own, _)] = entries(
        made_entries([(one, quoted[0]), (other, quoted[1]), (note, quoted[0])])
    )
    assert fields["note"] == "/made/up/1.txt, characters 1--5, p. 7; /made/up/9.html, characters 2--9"
    assert (key, fields["pages"], fields["annote"]) == ("quill_2020", "12--19", "mine")
    assert kind == "misc" and own not in ("", key)


def test_two_works_with_one_key_have_an_entry_each() -> None:
    titles = ["Clocks", "Tides", "Clocks", "Tides"]  # the third is a copy in another library
    items = [
        of_zotero(item=str(number), fields=(("title", title),))
        for number, title in enumerate(titles, start=1)
    ]
    found = entries(made_entries([(item, Quoted([Span(1, 5)], [None])) for item in items]))
    assert [(key, fields["note"].count("characters")) for _, key, fields in found] == [
        ("quill_2020", 2),
        ("quill_2020a", 2),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_items_stay_within_their_entry(text: str) -> None:
    item = of_zotero(
        key=text,
        fields=(*((name, text) for name in ("DOI", "url", "pages", "publicationTitle", "volume")),),
        creators=(Creator("author", text, text), Creator("author", text, "")),
    )
    (kind, key, fields), _ = entries(export.bibtex(an_answer(article=item)))
    assert kind == "article" and not set(key) & set(" ,{}%#\\\"'=@")
    assert unescaped(fields["journal"]) == one_line(text) and fields["note"].startswith("/made/up/1.txt")


def test_a_citation_in_json_tells_its_key() -> None:
    keys = [c.get("key") for c in json.loads(export.json(an_answer(article=of_zotero())))["citations"]]
    assert keys == ["quill_2020", None]


def test_a_saved_answer_keeps_what_zotero_says() -> None:
    answer = an_answer(article=of_zotero())
    loaded = serialization.loads(serialization.dumps(answer))
    assert loaded.citations[0].hit.article.reference == ZOTERO
