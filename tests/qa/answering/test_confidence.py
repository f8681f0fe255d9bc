"""How sure an answer is: its bounds, its features, and what moves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up import TEXTS, a_hit, a_library, a_passage

from index.library import Library
from qa import tuning
from qa.answering import confidence
from qa.answering.confidence import estimate, features
from qa.answering.scoring import language_pair, score_sentences
from qa.engine import Engine
from qa.question.asked import what_is_asked
from qa.question.query import Query
from qa.retrieval.retriever import Retriever
from qa.types import Citation


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with a_library(tmp_path_factory.mktemp("confidence") / "library", TEXTS) as library:
        yield library


def evidence(library: Library, question: str):  # type: ignore[no-untyped-def]  # estimate's arguments
    retriever = Retriever(library)
    query = retriever.query(question)
    matcher = retriever.matcher(query)
    ranking = retriever.retrieve(query, matcher, tuning.RERANKED_PASSAGES)
    found = score_sentences(ranking.hits, matcher, ranking.blocks)
    quoted = [Citation(1, c.start, c.end, c.text, c.hit) for c in found[:1]]
    return ranking.scores, ranking.hits, found, matcher, what_is_asked(query), quoted


def sure(library: Library, question: str) -> float:
    return estimate(*evidence(library, question))[0]


@pytest.mark.parametrize(
    ("question", "text", "pair"),
    [
        ("Who opened it?", "Ada Brook opened it.", "en"),
        ("谁创办的？", "由阿达·布鲁克创办。", "zh"),
        ("是誰創辦的？", "由阿达·布鲁克创办。", "zh"),
        ("Who opened it?", "由阿達·布魯克創辦。", "cross"),
        ("谁创办的？", "Ada Brook opened it.", "cross"),
        ("1962?", "1962", "cross"),
    ],
)
def test_the_language_pair_is_that_of_question_and_passage(question: str, text: str, pair: str) -> None:
    assert language_pair(Query(question, (), ()), a_hit(a_passage(text))) == pair


def test_every_pair_weighs_the_same_features(library: Library) -> None:
    assert set(tuning.CONFIDENCE_WEIGHTS) == set(tuning.MIN_CONFIDENCE) == {"zh", "en", "cross"}
    counted = features(*evidence(library, "Who opened the Harbour Museum?"))
    names = [list(weights) for weights in tuning.CONFIDENCE_WEIGHTS.values()]
    assert names[0] == names[1] == names[2] and len(names[0]) == len(counted)
    assert counted[0] == 1.0  # the bias


@pytest.mark.parametrize(
    "question",
    ["Who opened the Harbour Museum?", "谁创办了港口博物馆？", "When was the museum closed?"],
)
def test_it_is_a_probability_and_the_threshold_decides(
    library: Library, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = evidence(library, question)
    probability = estimate(*found).probability
    assert 0.0 <= probability <= 1.0
    for least, answers in ((probability, True), (probability + 1e-9, False)):
        monkeypatch.setattr(tuning, "MIN_CONFIDENCE", dict.fromkeys(("zh", "en", "cross"), least))
        assert estimate(*found)[:2] == (probability, answers)


@pytest.mark.parametrize(
    ("question", "another"),
    [
        ("哪座桥在1958年通车？", False),
        ("哪座桥在一九五八年通车？", False),
        ("哪座桥在1959年通车？", True),
        ("哪座桥在一九五九年通车？", True),
    ],
)
def test_another_year_is_doubted_however_it_is_written(
    library: Library, question: str, another: bool
) -> None:
    *_, matcher, asked, quoted = evidence(library, question)
    assert "1958" in quoted[0].quote
    doubted = confidence.doubts(matcher, asked, quoted)
    assert (doubted.other_number, doubted.other_one) == (another, another)


@pytest.mark.parametrize("question", ["What is the boiling point of tin?", "的"])
def test_a_question_met_nowhere_is_refused(
    library: Library, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "MIN_CONFIDENCE", dict.fromkeys(("zh", "en", "cross"), 0.0))
    assert estimate(*evidence(library, question))[:3] == (0.0, False, None)


def test_extreme_weights_do_not_overflow(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    found = evidence(library, "Who opened the Harbour Museum?")
    for weight, expected in ((1e9, 1.0), (-1e9, 0.0)):
        weights = {**dict.fromkeys(tuning.CONFIDENCE_WEIGHTS["en"], 0.0), "bias": weight}
        monkeypatch.setattr(tuning, "CONFIDENCE_WEIGHTS", {"en": weights})
        assert estimate(*found)[0] == pytest.approx(expected, abs=1e-9)


def test_without_evidence_there_is_no_confidence(library: Library) -> None:
    scores, hits, found, matcher, asked, quoted = evidence(library, "zzyzx quux")
    assert not found and not hits and not quoted
    told = confidence.estimate(scores, hits, found, matcher, asked, quoted)
    assert told == (0.0, False, None, False, "")


@pytest.mark.parametrize(
    ("answerable", "unanswerable"),
    [
        ("Who opened the Harbour Museum?", "Who painted the ceiling of the opera house?"),
        ("港口博物馆是谁创办的？", "歌剧院的天花板是谁画的？"),
        ("長橋是誰設計的？", "火星上有幾座火山？"),
        ("Why does the tower clock lose four minutes a day?", "Why did the dinosaurs die out?"),
        ("How many jars of honey did the bees give last year?", "How many goals did the goalkeeper concede?"),
        ("茶园今年春天收成了多少公斤乌龙茶？", "哪位皇帝修建了这座陵墓？"),
        ("Who founded the northern ferry company?", "谁发明了青霉素？"),
    ],
)
def test_what_the_articles_answer_is_surer_than_what_they_do_not(
    library: Library, answerable: str, unanswerable: str
) -> None:
    assert sure(library, answerable) > sure(library, unanswerable)


def test_a_word_without_a_translation_is_not_one_that_is_not_met(tmp_path: Path) -> None:
    english = {"museum": ("A museum", "Ada Brook founded the Harbour Museum in 1962. It shows ships.")}
    names = list(tuning.CONFIDENCE_WEIGHTS["cross"])

    def missing(library: Library, question: str) -> tuple[float, float]:
        values = dict(zip(names, features(*evidence(library, question)), strict=True))
        return values["unmet"], values["untranslated"]

    with a_library(tmp_path / "english", english) as library:
        unmet, untranslated = missing(library, "谁创办了港口博物馆 bramblefoss？")
        assert 0 <= unmet < 0.1 < untranslated
        unmet, untranslated = missing(library, "谁创办了港口博物馆 elephant？")
        assert untranslated == 0 and unmet > 0.1
        unmet, untranslated = missing(library, "Who founded the Harbour Museum of bramblefoss?")  # as written
        assert untranslated == 0 and unmet > 0.1


def test_it_does_not_depend_on_how_many_citations_are_asked_for(library: Library) -> None:
    engine = Engine(library)
    for question in ("Who opened the Harbour Museum?", "谁发明了青霉素？", "How long is the bridge?"):
        assert len({engine.ask(question, k=k).confidence for k in (1, 5, 8, 30)}) == 1


@pytest.mark.parametrize("copies", [12, 60])
def test_copies_of_an_article_are_no_rivals(tmp_path: Path, copies: int) -> None:
    more = {f"copy {number}": TEXTS["museum"] for number in range(copies)}
    with a_library(tmp_path / "one", TEXTS) as one, a_library(tmp_path / "many", {**TEXTS, **more}) as many:
        for question in ("When was the museum sold?", "When was its roof repaired?", "博物馆展出什么?"):
            assert sure(many, question) > 0.9 * sure(one, question) > 0.35


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("Route 50 sells tea in its shops.", True),
        ("Route 50 sells tea in 50 shops.", False),
        ("路线50岚的茶店有50家。", False),
    ],
)
def test_a_number_of_a_name_counts_nothing(tmp_path: Path, text: str, lacks: bool) -> None:
    library = a_library(tmp_path / "library", {"tea": ("A street of tea", text)})
    question = "How many shops does Route 50 have?" if text.isascii() else "路线50岚有多少家店？"
    *_, matcher, asked, quoted = evidence(library, question)
    assert bool(confidence.doubts(matcher, asked, quoted).lacks) is lacks


def test_a_character_in_a_longer_word_of_the_quote_is_met(tmp_path: Path) -> None:
    library = a_library(tmp_path / "library", {"deal": ("交易", "海蓝集团投资松木公司，花了 148 亿元。")})
    for question, unmet in (
        ("海蓝集团给松木公司投了多少钱？", False),
        ("海蓝集团给松木公司捐了多少钱？", True),
    ):
        *_, matcher, asked, quoted = evidence(library, question)
        assert confidence.doubts(matcher, asked, quoted).unmet_word is unmet


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("A ride on the Brook 500 ferry lasts 20 minutes.", 2),
        ("A ride on the Brook 500 ferry is free.", 1),
        ("A ride on the Brook 500 ferry: adults 12.", 1),
        ("A ride on the Brook 500 ferry costs $12.", 0),
        ("坐青溪渡船要 20 分钟。", 2),
        ("坐青溪渡船是免费的。", 1),
        ("坐青溪渡船：成人 12。", 1),
        ("坐青溪渡船要三百多一位。", 1),
        ("坐青溪渡船要 12 元。", 0),
    ],
)
def test_a_price_that_is_nowhere_near_told_is_lacking_twice(tmp_path: Path, text: str, lacks: int) -> None:
    library = a_library(tmp_path / "library", {"ferry": ("2024", text)})
    question = "What does a ride on the Brook 500 ferry cost?" if text.isascii() else "坐青溪渡船多少钱？"
    *_, matcher, asked, quoted = evidence(library, question)
    assert confidence.doubts(matcher, asked, quoted).lacks == lacks


@pytest.mark.parametrize(
    ("question", "unnamed"),
    [
        ("What is the password of the mill's Wi-Fi?", True),
        ("Who is the owner of the mill?", False),
        ("What is the colour of the mill's shed?", False),
        ("磨坊的密码是什么？", True),
        ("磨坊的主人是谁？", False),
    ],
)
def test_what_is_asked_for_by_name_stands_in_the_passage(
    tmp_path: Path, question: str, unnamed: bool
) -> None:
    english = "The mill has Wi-Fi in the attic. It belongs to Ann. The shed is painted green."
    texts = {"mill": ("The mill", english), "磨坊": ("磨坊", "磨坊的主人是老林，阁楼里有无线网络。")}
    library = a_library(tmp_path / "library", texts)
    *_, matcher, asked, quoted = evidence(library, question)
    assert confidence.doubts(matcher, asked, quoted).unnamed is unnamed
    if unnamed:
        assert not Engine(library).ask(question).answered


@pytest.mark.parametrize(
    ("question", "unnamed"),
    [
        ("What model is the mill's pump?", True),
        ("What length is the mill's rope?", False),
        ("How many litres does the mill's pump lift?", True),
        ("How many steps does the mill have?", False),
        ("水泵是什么材质？", True),
        ("水泵是什么型号？", False),
        ("师傅是什么血型？", True),
    ],
)
def test_of_what_kind_one_is_asked_for_stands_in_the_first_quote(
    tmp_path: Path, question: str, unnamed: bool
) -> None:
    english = (
        "The pump of the mill is in the cellar, below 40 steps. The rope of the mill has a length of 9 m."
    )
    chinese = "水泵在地下室，型号为 QB60，师傅的血压不高。"
    text = english if question.isascii() else chinese
    library = a_library(tmp_path / "library", {"mill": ("M 7", text)})
    *_, matcher, asked, quoted = evidence(library, question)
    assert confidence.doubts(matcher, asked, quoted).unnamed is unnamed
