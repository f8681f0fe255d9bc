"""Questions that are offered: each is answered, surely, from what it was made of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.errors import Cancelled
from index.types import Monitor
from qa import tuning
from qa.session import Session
from qa.settings import Settings
from qa.types import Answer

LONG = 60.0


@pytest.fixture(scope="module")
def bundled() -> Iterator[Session]:
    with Session.open_bundled(Settings()) as session:
        yield session


def ask(session: Session, question: str) -> Answer:
    answer = session.ask(question)
    assert answer.verdict == "answer", question
    return answer


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_questions_to_begin_with_are_answered(bundled: Session, language: str) -> None:
    found, complete = bundled._suggestions.first(language, seconds=LONG)
    assert complete and len(found) == 3
    for suggestion in found:
        assert ask(bundled, suggestion.question).confidence >= tuning.MIN_SUGGESTED
    assert bundled._suggestions.first(language, seconds=LONG).found == found
    chinese = [any("一" <= char <= "鿿" for char in one.question) for one in found]
    assert not any(chinese) if language == "en" else all(chinese)


@pytest.mark.parametrize(
    "question",
    [
        "Which university did Matt Deitke drop out of?",
        "辛顿的公司是在什么地方拍卖的？",
        "在台灣，離職後競業禁止條款的期限最久可以多長？",
    ],
)
def test_what_comes_after_an_answer_is_answered(bundled: Session, question: str) -> None:
    answer = ask(bundled, question)
    found, complete = bundled._suggestions.next(answer, seconds=LONG)
    assert complete and found
    quoted = {citation.quote for citation in answer.citations}
    for suggestion in found:
        if suggestion.kind == "more":
            more = bundled.ask(suggestion.question, previous=[question])
            assert more.answered and not {citation.quote for citation in more.citations} & quoted
        else:
            reply = ask(bundled, suggestion.question)
            assert suggestion.question != question
            assert reply.confidence >= tuning.MIN_SUGGESTED or suggestion.kind == "elsewhere"
    assert [one.kind for one in found].count("more") <= 1


def test_a_name_of_the_quote_leads_to_the_other_articles(bundled: Session) -> None:
    answer = ask(bundled, "What does the word Sakana mean?")
    found = bundled._suggestions.next(answer, seconds=LONG).found
    [elsewhere] = [one for one in found if one.kind == "elsewhere"]
    assert elsewhere.name in answer.citations[0].quote
    cited = {info.id for info, _ in answer.sources}
    others = {info.id for info, _ in ask(bundled, elsewhere.question).sources} - cited
    assert 1 <= elsewhere.count <= len(others)


def test_nothing_comes_after_no_answer(bundled: Session) -> None:
    answer = bundled.ask("What is the capital of France?")
    assert answer.verdict == "none"
    assert bundled.suggest_next(answer) == ((), True)


def test_what_was_not_found_in_time_is_found_later(bundled: Session) -> None:
    suggestions = Session(bundled.library, Settings())._suggestions
    assert suggestions.first("en", seconds=-1) == ((), False)
    rounds = 0
    while not (result := suggestions.first("en", seconds=0.05)).complete:
        rounds += 1
        assert rounds < 100
    assert len(result.found) == 3


def test_the_work_can_be_stopped(bundled: Session) -> None:
    suggestions = Session(bundled.library, Settings())._suggestions
    with pytest.raises(Cancelled):
        suggestions.first("en", Monitor(cancelled=lambda: True))


def test_other_figures_for_what_is_quoted_are_offered(bundled: Session) -> None:
    answer = ask(bundled, "DeepMind 是 Google 在哪一年買下的？")
    found = bundled._suggestions.next(answer, seconds=LONG).found
    [differs] = [one for one in found if one.kind == "differs"]
    assert len(ask(bundled, differs.question).disagreement) == 2


def test_what_was_sure_enough_before_is_asked_again_with_other_settings() -> None:
    with Session.open_bundled(Settings()) as session:
        assert session._suggestions.first("en", seconds=LONG).found
        session.use(Settings(sure=99))
        assert not session._suggestions.first("en", seconds=LONG).found
