"""How an answer is shown: quotes, citations, folds, and what is said beside them."""

from __future__ import annotations

import gettext
from dataclasses import replace
from typing import Any

import pytest
from made_up_app import (
    ARTICLES,
    STEPS,
    FakeEngine,
    ask,
    cite,
    in_context,
    match,
    offer,
    opened,
    said,
    settle,
    wait_for,
)
from textual.geometry import Region
from textual.selection import SELECT_ALL

from index.types import Span
from qa import i18n
from qa.types import Answer, AnswerSentence, DifferingQuantity, Hit
from tui.app import YinjuApp
from tui.widgets.common.link import Link
from tui.widgets.composer.question import QuestionBox
from tui.widgets.source.side import Side
from tui.widgets.transcript.answer import AnswerView, Differing, QuoteView, Said
from tui.widgets.transcript.citation import CitationRow
from tui.widgets.transcript.fold import Fold, FoldLine
from tui.widgets.transcript.foot import Confidence, Figures
from tui.widgets.transcript.peek import Peek, PeekText
from tui.widgets.transcript.pinned import Pinned
from tui.widgets.transcript.transcript import Transcript
from tui.widgets.transcript.turn import Asked, Turn

QUESTION = "What did Harbor AI offer Lin Lan?"


def elsewhere(found: Hit) -> Hit:
    """The same passage in another article of the same title."""
    return replace(found, article=replace(found.article, id=99, path="/articles/elsewhere.md"))


def of_two_articles(question: str) -> Answer:
    """Two quotes of the first article, and a citation of the second that says the same."""
    told = offer(question)
    first, second = told.citations
    third = cite(3, "林岚起初没有答应，她说自己更在意能用多少算力。", first.hit, ARTICLES[0])
    sentences = (told.sentences[0], AnswerSentence(third.quote, 3))
    return replace(told, citations=(first, second, third), sentences=sentences)


async def test_an_answer_is_its_sentences_word_for_word_with_numbers(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        turn = app.screen.query_one(Turn)
        assert turn.answer is not None
        quotes = list(turn.query(QuoteView))
        assert [view.text for view in quotes] == [s.text for s in turn.answer.sentences]
        labels = [str(view.prose.label) for view in quotes]
        assert [label.strip() for label in labels] == [str(s.citation) for s in turn.answer.sentences]
        assert "86%" in str(turn.query_one(Confidence).render())
        assert "86" in str(turn.query_one(Confidence).tooltip)
        assert [row.place.label for row in turn.rows] == ["[1]", "[2]"]
        assert app.screen.query_one(QuestionBox).text == ""


async def test_no_confidence_is_shown_as_certainty(app: YinjuApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeEngine, "ask", lambda self, q, **_: replace(offer(q), confidence=1.0))
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        assert "99%" in str(app.screen.query_one(Confidence).render())


async def test_sources_that_differ_and_those_that_say_the_same_are_named(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_one(engine: FakeEngine, question: str, **_: Any) -> Answer:
        told = offer(question)
        more = replace(told.citations[1], number=3, hit=elsewhere(told.citations[1].hit))
        figures = (DifferingQuantity("2.4 亿美元", 1), DifferingQuantity("$200 million", 2))
        return replace(told, citations=(*told.citations, more), disagreement=figures)

    monkeypatch.setattr(FakeEngine, "ask", ask_one)
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        assert app.screen.query_one(Differing).prose.content.plain == (
            "Sources differ: 2.4 亿美元 [1] · $200 million [2]"
        )
        _first, second, third = (str(row.render()) for row in app.screen.query(CitationRow))
        assert "says the same" not in second and "says the same · elsewhere.md" in third
        assert "offer.md" in second, "two articles have the same title"


async def test_one_line_names_an_article_with_all_its_numbers(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeEngine, "ask", lambda self, q, **_: of_two_articles(q))
    async with opened(app, (170, 36)) as pilot:
        await ask(pilot, QUESTION)
        rows = list(app.screen.query(CitationRow))
        assert str(rows[0].render()).startswith(" 1  3  ") and str(rows[1].render()).startswith(" 2     ")
        assert "海湾研究所的人才账本 · 滨城日报 · 2025-06-03" in str(rows[0].render())
        assert "says" not in str(rows[0].render())
        assert "says the same · Harbor Daily" in str(rows[1].render())
        await pilot.press("tab")
        await pilot.click(rows[0], offset=(4, 0))
        await settle(pilot)
        assert rows[0].current and rows[0].number == 3
        assert app.screen.query_one(Side).source.body.quote == Span(
            rows[0].citation.start, rows[0].citation.end
        )
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert rows[0].current and rows[0].number == 1, "around to the first"
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert rows[1].current and not rows[0].current


async def test_what_only_adds_to_the_answer_is_folded_and_in_reach(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        fold = app.screen.query_one(Fold)
        first, second = app.screen.query(QuoteView)
        line = app.screen.query_one(FoldLine)
        assert first.has_class("-best") and not second.has_class("-best")
        assert str(line.render()) == "1 more ▸  ^s" and not second.region
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "▾" in str(line.render()) and second.region
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert not second.region
        await pilot.click(line)
        await settle(pilot)
        assert fold.is_open
        line.focus()
        await pilot.press("enter")
        await settle(pilot)
        assert not fold.is_open
        await pilot.press("alt+2")
        await settle(pilot)
        assert second.region and second.has_class("-current"), "its number unfolds it"


async def test_what_answers_together_is_not_folded(app: YinjuApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeEngine, "ask", lambda self, q, **_: replace(offer(q), needed=2))
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        assert not app.screen.query(Fold)
        assert all(quote.has_class("-best") for quote in app.screen.query(QuoteView))


async def test_the_place_of_a_quote_is_seen_without_leaving_the_answer(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        row = app.screen.query(CitationRow).first()
        row.focus()
        await pilot.press("full_stop")
        await settle(pilot)
        text = app.screen.query_one(PeekText)
        peek = app.screen.query_one(Peek)
        assert peek.region.y == row.region.bottom and "人才账本" in str(peek.border_title)
        assert text.text[slice(*text.quote)] == row.citation.quote != text.text
        assert app.screen.query_one(Transcript).region.contains_region(peek.region)
        await pilot.press("escape")
        await settle(pilot)
        assert not app.screen.query(Peek) and app.screen.focused is row
        await pilot.press("full_stop", "full_stop")
        await settle(pilot)
        assert not app.screen.query(Peek)
        quote = app.screen.query(QuoteView).first()
        await pilot.hover(quote, offset=(2, 0))
        await wait_for(pilot, lambda: bool(app.screen.query(Peek)))
        await pilot.hover(app.screen.query_one(QuestionBox))
        await wait_for(pilot, lambda: not app.screen.query(Peek))
        await pilot.press("escape", "alt+full_stop")
        await settle(pilot)
        assert app.screen.query(Peek) and app.screen.focused is app.screen.query_one(QuestionBox)
        await ask(pilot, QUESTION)
        assert not app.screen.query(Peek)


async def test_the_question_stays_above_its_answer(app: YinjuApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeEngine, "ask", lambda self, q, **_: replace(in_context(q), needed=3))
    async with opened(app, (100, 16)) as pilot:
        for _ in range(2):
            await ask(pilot, QUESTION)
        transcript, asked = app.screen.query_one(Transcript), app.screen.query(Asked).last()
        assert transcript.content_region.contains_region(asked.region), "though the side came up"
        for size in ((120, 14), (140, 20), (100, 16)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert transcript.content_region.contains_region(asked.region)
        pinned = app.screen.query_one(Pinned)
        assert not pinned.display
        transcript.scroll_relative(y=4, animate=False)
        await settle(pilot)
        assert pinned.display and str(pinned.render()) == QUESTION
        assert pinned.region.y == transcript.region.y
        transcript.scroll_relative(y=-4, animate=False)
        await settle(pilot)
        assert not pinned.display


async def test_matched_words_light_up_for_an_instant(app: YinjuApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        assert not app.screen.query(".-arriving"), "without animations"
        app.animation_level = "full"
        monkeypatch.setattr("tui.widgets.transcript.answer._INSTANT", 0.2)
        await ask(pilot, QUESTION)
        await wait_for(pilot, lambda: not app.screen.query(".-arriving"))
        lit: list[bool] = []
        monkeypatch.setattr(AnswerView, "_light_up", lambda _view, on: lit.append(on))
        await ask(pilot, QUESTION)
        await wait_for(pilot, lambda: lit == [True, False])


async def test_passages_and_time_stand_beside_the_sureness(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        figures = app.screen.query_one(Figures)
        assert str(figures.render()) == "3 passages · 31 ms"
        await pilot.resize_terminal(46, 24)
        await settle(pilot)
        assert str(figures.render()) in ("31 ms", "")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert figures.display and str(figures.render()) == "3 passages · 31 ms"


async def test_a_quote_in_the_other_language_leads_to_its_glosses(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        chinese, english = app.screen.query(QuoteView)
        assert chinese.foreign and not english.foreign
        assert chinese.get_selection(SELECT_ALL)[0] == chinese.citation.quote
        chinese.action_follow("explain", 1)
        await settle(pilot)
        assert app.screen.query_one(Side).current == "evidence"
        await ask(pilot, "Harbor AI 给林岚开了多少？")
        assert [quote.foreign for quote in app.screen.query(Turn)[-1].query(QuoteView)] == [False, True]


async def test_a_quote_is_copied_without_its_context_and_marks_its_own_words(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_marked(engine: FakeEngine, question: str, **_: Any) -> Answer:
        told = in_context(question)
        first, *rest = told.citations
        words = match(STEPS, "步", "搬", 1.0), match(STEPS, "冷却液", "搬", 1.0)
        return replace(told, citations=(replace(first, hit=replace(first.hit, matches=words)), *rest))

    monkeypatch.setattr(FakeEngine, "ask", ask_marked)
    async with opened(app) as pilot:
        await ask(pilot, "实验设备怎么搬？")
        steps, row, sentence = app.screen.query(QuoteView)
        assert steps.text.startswith("旧船厂的搬家手册 › 实验设备的搬运\n设备要按下面的次序搬")
        for view in (steps, row, sentence):
            assert view.get_selection(SELECT_ALL)[0] == view.citation.quote
        same = steps.get_visual_style("quote--same")
        marked = [span for span in steps.prose.content.spans if span.style == same]
        assert [steps.text[span.start : span.end] for span in marked] == ["冷却液"]


async def test_what_only_touches_on_it_says_what_is_missing_and_quotes_three(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = replace(in_context("how many?"), lacks="reason")
    more = tuple(replace(lacking.citations[0], number=number) for number in (4, 5))
    replies = iter([lacking, replace(lacking, lacks="", citations=lacking.citations + more)])
    monkeypatch.setattr(FakeEngine, "ask", lambda *_, **__: next(replies))
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        first = said(app.screen.query_one(AnswerView))
        assert first.startswith("This touches on it, but nothing here says why.\nNot found anywhere: 闲置\n")
        assert "No answer" not in first and not app.screen.query(Confidence)
        await ask(pilot, QUESTION)
        view = app.screen.query(AnswerView)[-1]
        assert said(view).startswith("This touches on it, but does not answer it.\n")
        assert len(view.query(QuoteView)) == 3 and len(view.rows) == 1
        assert str(view.query_one(FoldLine).render()).startswith("2 more ▸")
        app.use_language("zh-Hans")
        await settle(pilot)
        assert said(view).startswith("这里谈到了相关的事，但没有回答这个问题。\n")


async def test_what_is_cut_what_is_gathered_and_what_has_no_answer_is_said_beside_the_quotes(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_which(engine: FakeEngine, question: str, **_: Any) -> Answer:
        told = in_context(question)
        first, second, third = told.citations
        hit = replace(second.hit, article=replace(second.hit.article, id=99))
        citations = (replace(first, more=7), replace(second, hit=hit), third)
        return replace(told, citations=citations, which=True, needed=3, lacks="how [b]many")

    monkeypatch.setattr(FakeEngine, "ask", ask_which)
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        view = app.screen.query_one(AnswerView)
        kinds = [type(child) for child in view.children]
        assert kinds[:6] == [Said, QuoteView, Said, QuoteView, QuoteView, Said]
        lines = [line.prose.content.plain for line in view.query(Said)]
        assert lines == [*("3 points from 2 articles", "… and 7 more", "Nothing here answers “how [b]many”.")]
        assert all(
            quote.get_selection(SELECT_ALL)[0] == quote.citation.quote for quote in view.query(QuoteView)
        )
        app.use_language("zh-Hans")
        await settle(pilot)
        lines = [line.prose.content.plain for line in view.query(Said)]
        assert lines == ["2 篇文章里的 3 处", "……另有 7 项", "这里没有回答“how [b]many”。"]


async def test_without_an_answer_it_says_so_and_shows_the_nearest_passages(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "火星上有鹦鹉吗？")
        view = app.screen.query_one(AnswerView)
        told = said(view)
        assert "No answer in these articles" in told
        assert "22%" in told and "火星, parrot" in told
        assert not view.query(QuoteView) and not view.query(Confidence)
        assert len(view.rows) == 1
        assert "filters" not in "".join(str(found.render()) for found in view.query(Link))


async def test_the_keyboard_goes_from_citation_to_citation(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        rows = list(app.screen.query(CitationRow))
        rows[0].focus()
        await pilot.press("down")
        assert app.screen.focused is rows[1]
        await pilot.press("up")
        assert app.screen.focused is rows[0]
        await pilot.press("down", "enter")
        await settle(pilot)
        assert rows[1].current and not rows[0].current
        quotes = app.screen.query(QuoteView)
        assert [quote.has_class("-current") for quote in quotes] == [False, True]
        assert quotes[-1].region == Region(), "a row leaves folded what is folded"


async def test_a_citation_is_copied_with_its_source(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        app.screen.query(CitationRow)[1].focus()
        await pilot.press("y")
        quote = offer(QUESTION).citations[1].quote
        assert app.clipboard.startswith(quote)
        for fact in ("What Harbor AI paid to hire Lin Lan", "2025-06-05", "/articles/offer.md"):
            assert fact in app.clipboard


async def test_a_click_on_a_number_opens_that_citation(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        second = app.screen.query(QuoteView)[1]
        await pilot.press("ctrl+s")
        await settle(pilot)
        await pilot.click(second, offset=(1, 0))
        await settle(pilot)
        assert app.screen.query(CitationRow)[1].current


async def test_the_language_changes_on_what_is_shown_already(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Marked(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return f"«{message}»"

    monkeypatch.setattr(i18n, "_current", i18n._current)
    monkeypatch.setattr(i18n, "use", lambda language: setattr(i18n, "_current", (language, Marked())))
    async with opened(app) as pilot:
        for question in (QUESTION, "那第二次呢？", "lang:en 火星上有鹦鹉吗？", "What is broken?"):
            await ask(pilot, question)
        app.use_language("zh-Hans")
        await settle(pilot)
        shown = "\n".join(
            [said(app.screen), *(str(w.render()) for w in app.screen.query("Link, Confidence, StatusLine"))]
        )
        for text in (
            *("Carried over:", "Ask without them", "gloss", "sure", "Why", "Copy"),
            *("only {filters}", "No answer in the filtered articles", "Not found anywhere: {words}"),
            *("Ask without the filters", "Reopen the library", "Bundled articles"),
        ):
            translated = f"«{text}»".format(filters="«English»", words="火星«, »parrot")
            assert translated in shown, text
