"""Quotes with their context, as the terminal, Markdown and the web page show them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import a_hit, a_passage

from index.text.language import detect
from index.types import Kind
from qa import i18n
from qa.linguistics import answer_types
from qa.output import export, terminal
from qa.output.labels import labels_for
from qa.output.layout import Layout
from qa.output.quotes import bare_quotation, context_lines, parts, quotation
from qa.output.terminal import Terminal
from qa.types import Answer, AnswerSentence, Citation, Context

ARTICLE = """# Roof works

## Costs in C#

Table 1: what was paid

Item | Sum | When
Tiles | 3 million | spring
Gutters and pipes |  | autumn

## 步骤 ##

按下面的次序：

1. 先拆旧瓦，
  - small ones first
    - with care
  - then *large* ones
2. 再铺新瓦

One paragraph, hard-wrapped
at fifty columns.

Another one.

## Commands

Run this:

```sh
pg_dump a
  --clean
```

Q: Who pays?
A: The town does."""

TABLE = (
    *(("# Roof works", "heading"), ("## Costs in C#", "heading"), ("Table 1: what was paid", "caption")),
    ("Item | Sum | When", "header"),
)
STEPS = ("# Roof works", "heading"), ("## 步骤 ##", "heading")


def cite(number: int, first: str, last: str, *context: tuple[str, str], within: str = "") -> Citation:
    """The quote from ``first`` to ``last``, in a passage that begins with ``within``, or with the quote."""
    start = ARTICLE.index(first)
    end = ARTICLE.index(last, start) + len(last)
    begin = ARTICLE.index(within or first)
    hit = a_hit(a_passage(ARTICLE[begin:end], number=number, start=begin))
    found = [(ARTICLE.index(text), text, role) for text, role in context]
    above = tuple(Context(at, at + len(text), text, role) for at, text, role in found)
    return Citation(number, start, end, ARTICLE[start:end], hit, context=above)


def answer(*citations: Citation, question: str = "How were the costs?", lacks: str | None = None) -> Answer:
    told = lacks is None
    sentences = tuple(AnswerSentence(c.quote, c.number) for c in citations) if told else ()
    hits = tuple(c.hit for c in citations)
    return Answer(
        *(question, told, 0.9, sentences, citations, (), (), hits, 1.0), related=not told, lacks=lacks or ""
    )


def shown(*citations: Citation, width: int | None = None) -> list[str]:
    """The lines above the sources."""
    told = terminal.answer(answer(*citations), Terminal(width))
    return told[: told.index("\n\nSources")].split("\n")


def test_a_row_stands_below_its_headings_its_caption_and_the_names_of_its_columns() -> None:
    row = cite(1, "Tiles", "spring", *TABLE)
    assert shown(row) == [
        "› Roof works › Costs in C#",
        "› Table 1: what was paid",
        "Item  │ Sum       │ When",
        "Tiles │ 3 million │ spring [1]",
    ]
    assert shown(cite(1, "Tiles", "autumn", *TABLE), width=24)[3:] == [
        *("Item  Tiles", "Sum   3 million", "When  spring", ""),
        *("Item  Gutters and pipes", "When  autumn [1]"),
    ]
    group = cite(1, "Tiles", "autumn", ("Another one.", "header"), TABLE[-1])
    assert shown(group, width=24)[:2] == ["Another one.", "Item  Tiles"]
    assert shown(group)[:2] == ["Another one.      │           │", "Item              │ Sum       │ When"]
    assert (
        shown(group, width=20)[-1] == "When  autumn [1]"
        and shown(cite(1, "Tiles", "spring"))[0][:5] == "Tiles"
    )
    dim = terminal.answer(answer(row), Terminal(60, True)).split("\n")
    assert dim[0] == "\x1b[2mRoof works › Costs in C#\x1b[0m"
    assert dim[2:4] == [
        "\x1b[2mItem  │ Sum       │ When\x1b[0m",
        "Tiles │ 3 million │ spring \x1b[36m[1]\x1b[0m",
    ]


def test_context_that_was_just_shown_is_not_shown_again_but_for_the_names_of_columns() -> None:
    first, second = cite(1, "Tiles", "spring", *TABLE), cite(2, "Gutters", "autumn", *TABLE)
    elsewhere = replace(second, number=3, hit=a_hit(replace(second.hit.passage, article=2)))
    heading = cite(4, "One paragraph", "columns.", *STEPS)
    lead = cite(5, "2. 再", "新瓦", *STEPS, ("按下面的次序：", "lead"))
    names, row = "Item              │ Sum │ When", "Gutters and pipes │     │ autumn"
    above = shown(first)[:2]
    assert shown(first, second, elsewhere)[4:] == ["", names, f"{row} [2]", "", *above, names, f"{row} [3]"]
    assert shown(heading, lead)[1:] == [
        *("One paragraph, hard-wrapped at fifty columns. [4]", "", "› 按下面的次序：", "2. 再铺新瓦 [5]")
    ]
    other = cite(6, "1. 先", "旧瓦，", *STEPS, ("One paragraph, hard-wrapped", "lead"))
    assert shown(lead, other)[3:] == ["", "› One paragraph, hard-wrapped", "1. 先拆旧瓦， [6]"]
    assert shown(replace(lead, number=3), heading)[3:] == ["", "› Roof works › 步骤", shown(heading)[1]]


def test_a_list_keeps_its_nesting_paragraphs_stay_apart_and_code_keeps_its_lines() -> None:
    steps = cite(1, "1. 先", "再铺新瓦", *STEPS, ("按下面的次序：", "lead"))
    assert shown(steps) == [
        *("› Roof works › 步骤", "› 按下面的次序：", "1. 先拆旧瓦，"),
        *("   ◦ small ones first", "     ◦ with care", "   ◦ then *large* ones", "2. 再铺新瓦 [1]"),
    ]
    both = cite(1, "One", "Another one.", *STEPS)
    assert shown(both, width=40)[1:] == [
        *("One paragraph, hard-wrapped at fifty", "columns.", "", "Another one. [1]")
    ]
    announced = cite(1, "按下", "旧瓦，", *STEPS)
    assert shown(announced)[1:] == ["按下面的次序：", "1. 先拆旧瓦， [1]"]
    code = cite(1, "Run", "clean\n```", ("## Commands", "heading"))
    assert shown(code) == ["› Commands", "Run this:", "  pg_dump a", "    --clean [1]"]
    told = cite(1, "A: The", "does.", ("Q: Who pays?", "question"))
    assert shown(told) == ["› Q: Who pays?", "A: The town does. [1]"]


def test_the_number_has_a_line_of_its_own_where_the_last_is_full() -> None:
    assert shown(cite(1, "Another", "one."), width=20) == ["Another one. [1]"]
    assert shown(cite(12, "hard-wrapped", "at fifty"), width=23) == ["hard-wrapped at fifty", "[12]"]


def test_the_passage_is_shown_where_the_quote_is_not_or_has_no_context() -> None:
    alone, told = cite(1, "Another", "one.", within="One"), cite(2, "A: The", "does.", STEPS[1], within="Q:")
    sources = terminal.answer(answer(alone, told), Terminal()).split("Sources")[1]
    assert "One paragraph, hard-wrapped" in sources and "Who pays?" not in sources
    backing = replace(answer(alone, told), sentences=(AnswerSentence(alone.quote, 1),))
    assert "Q: Who pays? A: The town" in terminal.answer(backing, Terminal())


def test_markdown_has_the_context_in_italics_lists_nested_and_tables_whole() -> None:
    steps = cite(1, "1. 先", "再铺新瓦", *STEPS, ("按下面的次序：", "lead"))
    rows = cite(2, "Tiles", "autumn", *TABLE)
    code = cite(3, "Run", "clean\n```", ("## Commands", "heading"))
    quotes = export.markdown(answer(steps, rows, code)).split("\n\n")[1:4]
    assert quotes[0].split("\n") == [
        *("> *Roof works › 步骤*", ">", "> *按下面的次序：*", ">", "> 1\\. 先拆旧瓦，", ">"),
        *("> - small ones first", ">   - with care", "> - then \\*large\\* ones", ">", "> 2\\. 再铺新瓦[^1]"),
    ]
    assert quotes[1].split("\n") == [
        *("> *Roof works › Costs in C\\#*", ">", "> *Table 1: what was paid*", ">"),
        *("> | Item | Sum | When |", "> | --- | --- | --- |", "> | Tiles | 3 million | spring |"),
        "> | Gutters and pipes |  | autumn[^2] |",
    ]
    assert quotes[2].split("\n") == [
        *("> *Commands*", ">", "> Run this:", ">", "> ```", "> pg_dump a", ">   --clean", "> ```", ">"),
        "> [^3]",
    ]


def test_a_page_has_the_context_as_a_note_lists_nested_and_tables_whole() -> None:
    items = cite(1, "- small", "*large* ones", *STEPS, within="1. 先")
    rows = cite(2, "Tiles", "autumn", *TABLE)
    page = export.conversation_html("Roofs", [answer(items, rows)])
    one, two = re.findall("<blockquote.*?>(.*?)</blockquote>", page)
    assert re.sub("<sup>.*?</sup>", "*", one) == (
        '<p class="context">Roof works › 步骤</p><ul><li>small ones first<ul><li>with care</li></ul></li>'
        "<li>then *large* ones*</li></ul>"
    )
    assert re.sub("<sup>.*?</sup>", "*", two) == (
        '<p class="context">Roof works › Costs in C#</p><p class="context">Table 1: what was paid</p>'
        "<table><tr><th>Item</th><th>Sum</th><th>When</th></tr>"
        "<tr><td>Tiles</td><td>3 million</td><td>spring</td></tr>"
        "<tr><td>Gutters and pipes</td><td></td><td>autumn*</td></tr></table>"
    )


def test_plain_text_marks_context() -> None:
    assert export.plain(answer(cite(1, "Another", "one.", *STEPS))).split("\n")[:4] == [
        *("How were the costs?", "", "› Roof works › 步骤", "Another one. [1]")
    ]


# What is told outside the quotes


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        (
            "Which costs?",
            ["… and 7 more", "2 points from 2 articles", "Nothing here answers “who <b>*paid*”."],
        ),
        ("哪些费用？", ["……另有 7 项", "2 篇文章里的 2 处", "这里没有回答“who <b>*paid*”。"]),
        ("哪些費用？這裡說嗎", ["……另有 7 項", "2 篇文章裡的 2 處", "這裡沒有回答「who <b>*paid*」。"]),
    ],
)
def test_what_is_cut_what_is_gathered_and_what_has_no_answer_is_told(question: str, lines: list[str]) -> None:
    one, two = replace(cite(1, "Another", "one."), more=7), cite(2, "Tiles", "spring")
    other = replace(two.hit, article=replace(two.hit.article, id=2))
    told = replace(answer(one, replace(two, hit=other), question=question), which=True, lacks="who <b>*paid*")
    more, points, part = lines
    i18n.use(detect(question))
    for screen in (Terminal(), Terminal(60)):
        shown = terminal.answer(told, screen).split("\n")
        assert shown[0] == points and shown.index(more) == shown.index("Another one. [1]") + 1
        assert part in shown[: next(at for at, line in enumerate(shown) if line.endswith(" 90%"))]
    for form in (export.plain(told), export.markdown(told), export.conversation_html("", [told])):
        assert more in form and points in form and form.index(points) < form.index(more) < form.rindex("paid")
    assert f"\n\n{more}\n\n" in export.markdown(told), "outside the quote"
    assert part.replace("<", "\\<").replace(">", "\\>").replace("*", "\\*") in export.markdown(told)
    assert "<b>*" not in export.conversation_html("", [told])
    plain = terminal.answer(replace(told, which=False, lacks="", citations=(two,), sentences=()), Terminal())
    assert not any(line in plain for line in lines)


# What is related


@pytest.mark.parametrize(
    ("question", "lacks", "line"),
    [
        ("What was paid?", "money", "This touches on it, but nothing here says how much money."),
        ("What was paid?", "", "This touches on it, but does not answer it."),
        ("What was paid?", "\x1b[31m{x}", "This touches on it, but does not answer it."),
        ("谁付了钱？", "person", "这里谈到了相关的事，但没有说是谁。"),
        ("誰付了錢？這裡說得清楚嗎", "person", "這裡談到了相關的事，但沒有說是誰。"),
    ],
)
def test_what_only_touches_on_it_says_what_is_missing(question: str, lacks: str, line: str) -> None:
    quotes = [cite(n, "Tiles", "spring", *TABLE) for n in range(1, 6)]
    reply = answer(*quotes, question=question, lacks=lacks)
    i18n.use(detect(question))
    told = terminal.answer(reply, Terminal(60)).split("\n")
    assert told[0] == line and told[2] in ("Nearest", "最接近的内容", "最接近的內容")
    assert told[3] == "› Roof works › Costs in C#" and "Tiles │ 3 million │ spring [1]" in told
    assert sum(text.endswith(("[1]", "[2]", "[3]", "[4]")) for text in told) == 3, "at most three"
    assert "confidence" not in "".join(told)
    for form in (export.plain(reply), export.markdown(reply), export.conversation_html("", [reply])):
        assert line in form and "No answer" not in form and "没有找到" not in form


def test_every_type_that_a_question_asks_for_can_be_lacking() -> None:
    plain = labels_for("").related("")
    asked = answer_types._ASKED.keys() - {"moment", "occasion"}  # asked for beside a date
    said = {name: labels_for("").related(name) for name in asked}
    assert [name for name, line in said.items() if line == plain] == ["definition"]
    assert len(set(said.values())) == len(said)


def test_without_an_answer_three_passages_are_shown() -> None:
    none = replace(answer(*(cite(n, "Another", "one.") for n in range(1, 6)), lacks=""), related=False)
    told = terminal.answer(none, Terminal(60))
    assert told.startswith("No answer found in these articles.\n") and "[3] " in told and "[4] " not in told
    assert len(none.to_json()["citations"]) == 5


# Any text

LINES = st.lists(
    st.sampled_from(
        ["a", "- b", "  - c", "1. d", "x | y", " | z", "", "## h", "```", "中文。", "q\x1b\u202e"]
    )
).map("\n".join)
ROLES = st.sampled_from(["heading", "header", "lead", "question", "caption", "\x1b"])


@given(LINES, st.lists(st.tuples(LINES, ROLES), max_size=3), st.integers(0, 5))
def test_no_text_of_a_quote_is_lost(text: str, above: list[tuple[str, str]], cut: int) -> None:
    """Whatever it is part of, and whatever stands above it."""
    quote = text[cut:] or "x"
    context = tuple(Context(0, len(one), one, role) for one, role in above)
    passage = a_passage(text[:cut] + quote, start=0)
    citation = Citation(1, cut, cut + len(quote), quote, a_hit(passage), context=context)
    made = quotation(quote, citation)
    assert made.text.endswith(quote) and made.text[made.quote :] == quote
    letters = re.sub(r"[^a-z中文。]", "", quote)
    pieces = "".join(part.text for part in parts(made) if part.kind is not Kind.METADATA)
    assert re.sub(r"[^a-z中文。]", "", pieces).endswith(letters)
    layout = Layout(made.text, made.blocks)
    for width in (8, 30):
        laid = [piece for line in made.lines(layout, width) for piece in line.pieces]
        offsets = {n for piece in laid for n in range(piece.start, piece.start + len(piece.text))}
        lost = [n for n in range(made.quote, len(made.text)) if n not in offsets and made.text[n].isalpha()]
        assert not lost
    assert not re.search("[\x1b\u202e]", "".join(context_lines(context)))


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("寄件者：林岚 <lin@example.org>\n收件者：陈默", ["寄件者：林岚 <lin@example.org>", "收件者：陈默"]),
        ("To: Ann Lee\nDate: 2025-03-04", ["To: Ann Lee", "Date: 2025-03-04"]),
        ("明天下午在南站\n集合，坐高铁去。", ["明天下午在南站集合，坐高铁去。"]),
        ("One paragraph, hard-wrapped\nat fifty columns.", ["One paragraph, hard-wrapped at fifty columns."]),
    ],
)
def test_a_line_with_a_label_is_one_of_its_own(quote: str, shown: list[str]) -> None:
    quoted = bare_quotation(quote)
    lines = quoted.lines(Layout(quoted.text, quoted.blocks), 80)
    assert ["".join(piece.text for piece in line.pieces) for line in lines] == shown
