"""Answers written and read back, on the bundled articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UsageError
from index.types import UNSURE
from qa.bundled import open_bundled
from qa.engine import Engine
from qa.output.serialization import VERSION, dumps, loads
from qa.question.filters import parse_all
from qa.types import Answer, Context, Hit

QUESTIONS = (
    "训练 GPT-4 花了多少钱?",
    "How much did Google pay for DeepMind?",
    "蘋果執行長庫克 2024 年領了多少酬勞?",
    "DeepSeek 的创始人是谁？",
    "Which volcano erupted in Patagonia?",
    "zzyzx \ud800 \x1b[31m",
)
FILTERS = ((), ("lang:en",), ("lang:zh", "after:2024"), ("in:nowhere",))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_bundled() as library:
        yield Engine(library)


@pytest.fixture(scope="module")
def answers(engine: Engine) -> list[Answer]:
    told = [engine.ask(q, filters=parse_all(f)) for q in QUESTIONS for f in FILTERS]
    followed = engine.ask("微软呢？", previous=["Scale AI 七月裁掉了百分之多少的员工？"], k=2)
    assert {answer.answered for answer in told} == {True, False} and followed.carried
    chain = ["Who founded Cohere?", *["还有呢？"] * 4]
    told += [engine.ask(q, previous=chain[:at]) for at in range(1, 5) for q in ("还有呢？", "出处？")]
    return [*told, followed]


def without_words(answer: Answer) -> Answer:
    """The answer less what is not kept: the words that its passages are matched by."""

    def bare(hit: Hit) -> Hit:
        return replace(hit, passage=replace(hit.passage, words=(), context=()))

    return replace(
        answer,
        hits=tuple(map(bare, answer.hits)),
        citations=tuple(replace(citation, hit=bare(citation.hit)) for citation in answer.citations),
    )


def test_an_answer_comes_back_as_it_was(answers: list[Answer]) -> None:
    for answer in answers:
        again = loads(dumps(answer))
        assert again == without_words(answer)
        assert again.to_json() == answer.to_json()
        assert dumps(again) == dumps(answer)


def test_each_passage_is_written_once(answers: list[Answer]) -> None:
    for answer in answers:
        text = dumps(answer)
        assert text.encode() and text.isprintable()
        data = json.loads(text)
        passages = {hit.passage.id for hit in answer.hits} | {c.hit.passage.id for c in answer.citations}
        assert sorted(passage["id"] for passage in data["passages"]) == sorted(passages)


def test_pages_and_copies_come_back_and_only_they_need_a_later_version(answers: list[Answer]) -> None:
    answer = next(answer for answer in answers if answer.answered)
    assert json.loads(dumps(answer))["version"] == 1 and '"also"' not in dumps(answer)
    others = tuple({hit.article.id: hit.article for hit in answer.hits}.values())
    first, *rest = answer.citations
    told = replace(answer, citations=(replace(first, also=others[1:], page=3, read=UNSURE), *rest))
    assert json.loads(dumps(told))["version"] == VERSION == 2
    again = loads(dumps(told))
    assert again == without_words(told) and again.citations[0].also == others[1:]
    unlike = json.loads(dumps(told)) | {"version": 1}
    assert loads(json.dumps(unlike)) == again  # the fields, not the number, say what is there


def dated(answer: Answer, day: str) -> Answer:
    """With another date of the article of its first hit."""
    first, *rest = answer.hits
    hit = replace(first, article=replace(first.article, published=day))
    return replace(answer, hits=(hit, *rest), citations=())


@pytest.mark.parametrize("day", ["1987", "1987-05", "1987-05-31", "1987-05-31T06:00"])
def test_dates_come_back(answers: list[Answer], day: str) -> None:
    told = replace(dated(answers[0], day), sentences=(), disagreement=(), answered=False)
    assert loads(dumps(told)).hits[0].article.published == day


@pytest.mark.parametrize("day", ["", "1987-", "1987-13", "1987-05-32", "198", "1987-05-31T06", "0000"])
def test_what_is_no_date_is_refused(answers: list[Answer], day: str) -> None:
    told = replace(dated(answers[0], day), sentences=(), disagreement=(), answered=False)
    with pytest.raises(UsageError):
        loads(dumps(told))


def in_context(answer: Answer) -> Answer:
    """With context above its first quote, and another verdict."""
    first, *rest = answer.citations
    above = (Context(0, 4, "## A", "heading"), Context(first.start - 1, first.start, "|", "header"))
    first = replace(first, context=above, more=3)
    return replace(answer, citations=(first, *rest), related=True, lacks="money", which=True)


def test_context_and_verdict_come_back_and_answers_without_them_are_read(answers: list[Answer]) -> None:
    told = in_context(next(answer for answer in answers if answer.citations and answer.citations[0].start))
    assert json.loads(dumps(told))["version"] == 1, "earlier programs read it, and leave them out"
    again = loads(dumps(told))
    assert again == without_words(told) and again.to_json() == told.to_json()
    earlier = json.loads(dumps(told))
    for name in ("related", "lacks", "which"):
        del earlier["answer"][name]
    for citation in earlier["answer"]["citations"]:
        del citation["context"], citation["more"]
    first = replace(told.citations[0], context=(), more=0)
    plain = replace(told, citations=(first, *told.citations[1:]), related=False, lacks="", which=False)
    assert loads(json.dumps(earlier)) == without_words(plain)


@pytest.mark.parametrize(
    "change",
    [
        {"start": -1, "end": 3},
        {"end": 5},
        {"end": 3},
        {"start": 10**6, "end": 10**6 + 4},
        {"text": None},
        {"role": 7},
    ],
)
def test_context_that_does_not_fit_is_refused(answers: list[Answer], change: dict[str, Any]) -> None:
    told = in_context(next(answer for answer in answers if answer.citations and answer.citations[0].start))
    data = json.loads(dumps(told))
    data["answer"]["citations"][0]["context"][0] |= change
    with pytest.raises(UsageError):
        loads(json.dumps(data))


def test_fewer_items_than_none_cannot_be_left_out(answers: list[Answer]) -> None:
    data = json.loads(dumps(next(answer for answer in answers if answer.citations)))
    data["answer"]["citations"][0]["more"] = -1
    with pytest.raises(UsageError):
        loads(json.dumps(data))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "[]",
        "{}",
        "null",
        '{"version": 3}',
        '{"version": true}',
        '{"version": "1"}',
        f'{{"version": {VERSION}}}',
        f'{{"version": {VERSION}, "articles": [], "passages": [], "hits": [], "answer": []}}',
        "[" * 100_000,
        '{"version": NaN}',
    ],
)
def test_what_is_no_saved_answer_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        loads(text)


_junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.just([]),
    st.just({}),
    st.just([[1]]),
)


@given(st.data())
def test_a_changed_answer_is_read_or_refused(answers: list[Answer], data: st.DataObject) -> None:
    """Any value anywhere in the text replaced by any other: an Answer or a UsageError, nothing else."""
    saved = json.loads(dumps(in_context(answers[0])))
    place: Any = saved
    key: Any = data.draw(st.sampled_from(sorted(saved)))
    while isinstance(place[key], (dict, list)) and place[key] and data.draw(st.booleans()):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    if data.draw(st.booleans()) and isinstance(place, dict):
        del place[key]
    else:
        place[key] = data.draw(_junk)
    try:
        again = loads(json.dumps(saved))
    except UsageError as error:
        assert str(error).isprintable()
    else:
        assert isinstance(again.to_json(), dict)
