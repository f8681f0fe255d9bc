from __future__ import annotations

import io
import json
import re
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.blocks import find_blocks
from index.text.display import cells, json_line, one_line
from index.text.language import detect
from index.types import UNSURE, Article, ArticleInfo, Kind, Passage, Span
from qa import i18n
from qa.output import parts, terminal
from qa.output.labels import labels_for
from qa.output.terminal import Terminal, marked_lines, snippet
from qa.types import (
    Answer,
    AnswerSentence,
    Citation,
    DifferingQuantity,
    ExplainedWord,
    Hit,
    Match,
    SearchResult,
)

MIXED = st.text(st.sampled_from("ab c 长桥公尺，。「」()é1"), max_size=60)
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def info(title: str = "长桥", path: str = "/a/bridge.md") -> ArticleInfo:
    return ArticleInfo(7, path, title, "zh-Hans", "2021-05-06", None, None, "2024-01-01T00:00:00", 30, 1)


def hit(text: str, rank: int = 1, start: int = 100, article: ArticleInfo | None = None) -> Hit:
    passage = Passage(rank, 7, start, start + len(text), text, "", (), ())
    return Hit(rank, 1.5, passage, article or info(), 0.4)


def reply(text: str, quote: str, *, answered: bool = True, article: ArticleInfo | None = None) -> Answer:
    found = hit(text, article=article)
    start = found.passage.start + text.index(quote)
    citation = Citation(1, start, start + len(quote), quote, found)
    sentences = (AnswerSentence(quote, 1),) if answered else ()
    return Answer("多长？", answered, 0.8, sentences, (citation,), ("彩虹",), (), (found,), 1.0)


@pytest.mark.parametrize("width", [30, 60, None])
def test_reposts_are_named_on_one_line_that_fits(width: int | None) -> None:
    i18n.use("zh-Hans")
    found = reply("桥长一千米。", "桥长一千米。")
    titles = ["另一篇很长的标题\x1b[31m" * 4, "Third", "Third"]
    also = tuple(replace(info(title), id=n) for n, title in enumerate(titles, start=8))
    shown = terminal.answer(
        replace(found, citations=(replace(found.citations[0], also=also, page=2),)), Terminal(width)
    )
    (line,) = [line for line in shown.splitlines() if "也见于" in line]
    assert line.startswith("    也见于 3 篇文章：另一篇") and "第 2 页" in shown and not UNSAFE.search(shown)
    assert cells(line) <= width if width else line.endswith("· Third")
    result = SearchResult("桥", (replace(found.hits[0], also=also[1:2], page=2, read=UNSURE),), 1.0)
    assert "    也见于 1 篇文章：Third\n" in terminal.search(result, Terminal(60))
    assert "100–106  第 2 页，从图片识别，不太确定\n" in terminal.search(result, Terminal(60))


@given(st.text(st.sampled_from("a 长。\n\x1b\u202e\t"), max_size=40), st.data())
def test_marked_words_are_the_marked_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    painted = "".join(marked_lines(text, [Span(start, end)], Terminal(None, True)))
    inside = "".join(re.findall("\x1b\\[1m(.*?)\x1b\\[0m", painted))
    bare = re.sub("\x1b\\[[01]m", "", painted)
    assert not UNSAFE.search(bare)
    assert inside.split() == one_line(text[start:end]).split()


@given(st.lists(MIXED).map("".join), st.data(), st.integers(5, 80))
def test_snippet_holds_its_focus(text: str, data: st.DataObject, limit: int) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    window = snippet(text, Span(start, end), limit)
    assert 0 <= window.start <= start <= end <= window.end <= len(text)
    assert window.end - window.start <= max(limit, end - start)


def test_an_answer_shows_quote_number_place_and_what_is_missing() -> None:
    shown = terminal.answer(reply("开头。长桥全长 1,240 米。结尾。", "长桥全长 1,240 米。"), Terminal())
    assert shown.splitlines()[0] == "长桥全长 1,240 米。 [1]"
    assert "[1] 长桥 · 2021-05-06 · zh-Hans" in shown
    assert "/a/bridge.md  103–116" in shown
    assert "Found nowhere: 彩虹" in shown
    assert "confidence 80%" in shown


@pytest.mark.parametrize(
    ("question", "differ", "also"),
    [
        ("How long?", "Sources differ: 1,240 米 [1] · 1.3 km [2]", "Also in [2]"),
        ("多长？", "各文说法不一：1,240 米 [1] · 1.3 km [2]", "另见 [2]"),
        ("長橋有多長？", "各文說法不一：1,240 米 [1] · 1.3 km [2]", "另見 [2]"),
    ],
)
def test_a_line_says_that_sources_differ_and_one_where_else_it_is_said(
    question: str, differ: str, also: str
) -> None:
    plain = replace(reply("长桥全长 1,240 米。", "长桥全长 1,240 米。"), question=question)
    figures = (DifferingQuantity("1,240\n米", 1), DifferingQuantity("1.3 km\x1b", 2))
    told = replace(plain, disagreement=figures)
    assert parts.closing_lines(plain, labels_for("")) == []
    i18n.use(detect(question))
    assert differ in terminal.answer(told, Terminal()).splitlines()
    assert f"\x1b[33m{differ[:5]}" in terminal.answer(told, Terminal(100, True))
    backed = replace(plain, citations=(*plain.citations, replace(plain.citations[0], number=2)))
    assert also in terminal.answer(backed, Terminal()).splitlines()


def test_neighbouring_sentences_are_read_in_their_order() -> None:
    text = "One opened it. He sold it. A gap. She left. Nobody came."
    quotes = ["She left.", "He sold it.", "One opened it.", "Nobody came."]
    found, other = hit(text), hit("He sold it.", 2)
    starts = [found.passage.start + text.index(quote) for quote in quotes]
    cited = [
        Citation(n, start, start + len(quote), quote, found)
        for n, (start, quote) in enumerate(zip(starts, quotes, strict=True), start=1)
    ]
    cited.append(Citation(5, other.passage.start, other.passage.end, other.passage.text, other))
    told = tuple(AnswerSentence(citation.quote, citation.number) for citation in cited)
    both = replace(reply(text, "She left."), sentences=told, citations=tuple(cited))
    assert [sentence.citation for sentence in parts.in_reading_order(both)] == [1, 4, 3, 2, 5]
    for best, first in (("He sold it.", 2), ("Bo sold it.", 1)):  # "he" is the one named before
        passage = hit(f"One opened it. {best}")
        at = passage.passage.start + 15
        pair = (
            Citation(1, at, at + len(best), best, passage),
            Citation(2, at - 15, at - 1, "One opened it.", passage),
        )
        leaning = replace(
            both, sentences=tuple(AnswerSentence(c.quote, c.number) for c in pair), citations=pair
        )
        assert [s.citation for s in parts.in_reading_order(leaning)] == [first, 3 - first]
    assert terminal.answer(both, Terminal()).splitlines()[:3] == [
        "She left. [1]",
        "Nobody came. [4]",
        "One opened it. [3]",
    ]


def test_only_words_that_mean_the_same_cover_the_question() -> None:
    def word(text: str, weight: float, *, topical: bool = True) -> ExplainedWord:
        return ExplainedWord(text, weight, topical, True)

    words = (word("hello", 0.9), word("bridge", 0.3), word("the", 0.5, topical=False))
    far = replace(hit("早安，长桥"), matches=(Match(100, 102, "早安", "hello", 0.69),))
    assert parts.coverage(far, words) == 0 == parts.coverage(far, ())
    near = replace(far, matches=(*far.matches, Match(103, 105, "长桥", "bridge", 0.85)))
    assert parts.coverage(near, words) == pytest.approx(0.25) and parts.coverage(near, ()) == 0.4
    told = replace(reply("早安，长桥", "长桥"), hits=(near,), words=words)
    assert parts.best_coverage(told) == pytest.approx(0.25)
    assert parts.best_coverage(replace(told, words=words[1:])) == 0, "one word says too little"


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0%"), (0.944, "94%"), (0.994, "99%"), (0.996, "99%"), (0.9999, "99%"), (1, "100%")],
)
def test_only_what_is_whole_is_a_hundred_percent(share: float, shown: str) -> None:
    assert parts.percent(share) == shown
    assert parts.sureness(share) == shown.replace("100", "99")


def test_citations_are_numbered_as_they_are_read() -> None:
    text = "One opened it. A gap. He sold it."
    passage = hit(text)
    quotes = ("A gap.", "He sold it.", "One opened it.")
    cited = tuple(
        Citation(n, 100 + text.index(quote), 100 + text.index(quote) + len(quote), quote, passage)
        for n, quote in enumerate(quotes, start=1)
    )
    told = replace(
        reply(text, quotes[0]),
        citations=cited,
        sentences=(AnswerSentence(quotes[2], 3), AnswerSentence(quotes[1], 2)),
        disagreement=(DifferingQuantity("a", 3), DifferingQuantity("b", 1)),
    )
    read = parts.numbered(told)
    assert [(c.number, c.quote) for c in read.citations] == [
        *zip((1, 2, 3), (quotes[1], quotes[2], quotes[0]), strict=True)
    ]
    assert (
        [s.citation for s in read.sentences] == [1, 2] == [s.citation for s in parts.in_reading_order(read)]
    )
    assert [(d.text, d.citation) for d in read.disagreement] == [("a", 2), ("b", 3)]
    assert read.needed == 2, "the first that is needed is read second"
    assert parts.numbered(read) == read


def test_no_answer_says_so_and_shows_the_nearest_passages() -> None:
    told = reply("长桥全长 1,240 米。", "长桥", answered=False)
    shown = terminal.answer(told, Terminal())
    assert shown.startswith("No answer found")
    assert "covers" not in shown, "it has no word of the question"
    met = replace(told.hits[0], matches=(Match(100, 102, "长桥", "桥", 0.9),))
    assert "covers 40% of the question" in terminal.answer(replace(told, hits=(met,)), Terminal())
    assert "Nearest passages\n[1] 长桥" in shown


def test_on_a_terminal_every_line_but_the_path_fits_and_the_quote_is_coloured() -> None:
    quote = "长桥全长 1,240 米，由工程师林望舒设计，在 1958 年建成通车，耗资 380 万元。"
    shown = terminal.answer(reply("开头。" * 20 + quote + "结尾。" * 20, quote), Terminal(40, True))
    assert "\x1b[32m" in shown and "\x1b[36m[1]" in shown
    bare = re.sub("\x1b\\[[0-9;]*m", "", shown)
    assert all(cells(line) <= 40 for line in bare.splitlines() if "/a/bridge.md" not in line)


def test_search_marks_the_matches() -> None:
    found = hit("长桥全长 1,240 米。")
    match = Match(100, 102, "长桥", "长桥", 1.0)
    result = SearchResult("长桥", (Hit(1, 1.5, found.passage, found.article, 0.4, (match,)),), 1.0)
    assert "\x1b[32m\x1b[1m长桥\x1b[0m全长" in terminal.search(result, Terminal(80, True))
    assert terminal.search(SearchResult("x", (), 1.0), Terminal()) == "No passage matches."


def test_nothing_unsafe_reaches_the_terminal() -> None:
    evil = "\x1b]0;owned\x07\u202egpj.exe\x9b31m\udcff"
    article = info(evil, f"/a/{evil}")
    answer = reply(f"前{evil}后。", f"{evil}后。", article=article)
    text = Article(**asdict(article), text=evil)
    for shown in (
        terminal.answer(answer, Terminal()),
        terminal.search(SearchResult(evil, (hit(evil, article=article),), 1.0), Terminal()),
        terminal.articles([article], Terminal()),
        terminal.articles([article], Terminal(30)),
        terminal.article(text, Terminal()),
    ):
        assert not UNSAFE.search(shown)
        shown.encode()


@pytest.mark.parametrize(
    "text", ["plain", "a\x1b[31m\x7f\x9b", "\u202eevil\u2066", "bytes \udcff", "长桥 😀", "\u2028"]
)
def test_json_keeps_the_value_and_carries_nothing_unsafe(text: str) -> None:
    for ascii_only in (False, True):
        line = json_line({"text": text}, ascii_only=ascii_only)
        assert json.loads(line) == {"text": text}
        assert not UNSAFE.search(line) and "\n" not in line and "\u2028" not in line
        line.encode("ascii" if ascii_only else "utf-8")


def test_list_is_tab_separated_on_a_pipe_and_cropped_columns_on_a_terminal() -> None:
    assert terminal.articles([info()], Terminal()) == "7\tzh-Hans\t2021-05-06\t30\t长桥\t/a/bridge.md"
    lines = terminal.articles([info("长桥" * 40), info("b")], Terminal(40)).splitlines()
    assert [cells(line) <= 40 for line in lines] == [True, True]
    assert lines[0].endswith("…")


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_only_on_a_terminal_and_never_with_no_color() -> None:
    assert Terminal.of(io.StringIO(), {}) == Terminal(None, False)
    assert Terminal.of(Tty(), {}).colour
    assert not Terminal.of(Tty(), {"NO_COLOR": "1"}).colour
    assert not Terminal.of(Tty(), {"TERM": "dumb"}).colour


STRUCTURED = """# Lakes

Share this page

Two lakes | Depth
Northern 湖 | 62 m
Southern | 7 m

- cold
  - deep enough for a ferry that crosses it twice each day

```
print("62 m")
```

Menu"""


def structured() -> Article:
    share, menu = STRUCTURED.index("Share"), STRUCTURED.index("Menu")
    debris = [(Span(share, share + 15), Kind.DEBRIS), (Span(menu, menu + 4), Kind.DEBRIS)]
    blocks = find_blocks(STRUCTURED, debris)
    return Article(**asdict(info()), text=STRUCTURED, blocks=blocks)


def test_an_article_is_shown_by_its_blocks_and_debris_comes_last() -> None:
    piped = terminal.article(structured(), Terminal()).split("\n\n", 1)[1]
    assert (
        piped
        == """Lakes

Two lakes   │ Depth
────────────┼──────
Northern 湖 │ 62 m
Southern    │ 7 m

• cold
  ◦ deep enough for a ferry that crosses it twice each day

  print("62 m")

Around the article:
Share this page
Menu"""
    )
    shown = terminal.article(structured(), Terminal(30, True)).split("\n\n", 1)[1]
    assert shown.startswith("\x1b[1mLakes\x1b[0m\n\n\x1b[1mTwo lakes   │ Depth\x1b[0m\n")
    assert "  ◦ deep enough for a ferry\n    that crosses it twice each\n    day\n" in shown
    assert shown.endswith("\x1b[2mShare this page\x1b[0m\n\x1b[2mMenu\x1b[0m")


def test_words_of_a_quote_that_match_are_coloured_on_a_terminal_alone() -> None:
    text = "长桥全长 1,240\x1b 米。"
    found = reply(text, text)
    start = found.hits[0].passage.start + text.index("全长")
    matched = (Match(start, start + 2, "全长", "长", 1.0),)
    citation = replace(found.citations[0], hit=replace(found.hits[0], matches=matched))
    told = replace(found, citations=(citation,))
    first = terminal.answer(told, Terminal(80, True)).splitlines()[0]
    assert first == "长桥\x1b[32m\x1b[1m全长\x1b[0m 1,240 米。 \x1b[36m[1]\x1b[0m"
    plain = "长桥全长 1,240 米。 [1]"
    assert terminal.answer(told, Terminal(80)).splitlines()[0] == plain
    assert terminal.answer(told, Terminal()).splitlines()[0] == plain
    narrow = terminal.answer(told, Terminal(8, True)).splitlines()
    assert re.sub("\x1b\\[[0-9]*m", "", "".join(narrow)).startswith("长桥全长1,240米。 [1]")
