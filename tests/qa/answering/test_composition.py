"""Answers are quotations: their choice, what backs them, and where articles differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from made_up import TEXTS, a_hit, a_library, a_passage, found

from index.lexicon.lexicon import bundled_lexicon
from index.library import Library
from index.text.blocks import find_blocks
from index.text.fold import fold_text
from index.text.sentences import width
from qa import tuning
from qa.answering.agreement import WordOverlap
from qa.answering.composition import Composed, compose, nearest_passages
from qa.answering.scoring import Blocks, Candidate
from qa.answering.units import Units
from qa.engine import Engine
from qa.question.asked import what_is_asked
from qa.question.query import Query, QueryWord
from qa.retrieval.copies import NearCopies
from qa.types import Hit

NO_COPIES = NearCopies((), ())
SAME = {
    "morning": (
        "Morning paper",
        "The lighthouse on Gull Rock was finished in 1874. Its keeper had two goats.",
    ),
    "evening": ("Evening paper", "Builders say the lighthouse on Gull Rock was finished in 1874 at last."),
    "rival": ("Rival paper", "The lighthouse on Gull Rock was finished in 1879."),
    "other": ("Boats", "A boat builder on the coast varnishes every hull with linseed oil."),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with a_library(tmp_path_factory.mktemp("compose") / "library", {**TEXTS, **SAME}) as library:
        yield library


def composed(
    scored: Sequence[Candidate], limit: int = 5, question: str = "", blocks: Blocks | None = None
) -> Composed:
    words = tuple(QueryWord(word, word, 1.0, None, True) for word in question.split())
    query, overlap = Query(question, words, ()), WordOverlap(bundled_lexicon())
    asked = what_is_asked(query)
    units = Units(scored, query, asked, overlap, blocks or {}, lambda article: "")
    return compose(scored, query, asked, units, overlap, NO_COPIES).first(limit)


QUESTIONS = [
    ("Who opened the Harbour Museum?", "Ada Brook"),
    ("港口博物館是誰創辦的？", "阿达·布鲁克"),
    ("How long is the long bridge?", "1,240"),
    ("長橋是哪一年通車的？", "1958"),
    ("Why does the tower clock lose time?", "oak"),
    ("钟楼的钟为什么走得慢？", "oak"),
    ("How many jars of honey did the bees give last year?", "140"),
    ("图书馆有多少藏书？", "八万册"),
]


@pytest.mark.parametrize(("question", "answer"), QUESTIONS)
def test_quotes_stand_word_for_word_where_they_are_said_to(
    library: Library, question: str, answer: str
) -> None:
    scored = found(library, question)
    sentences, citations, *_ = composed(scored, 5)
    assert 1 <= len(sentences) <= tuning.MAX_SENTENCES
    assert any(answer in sentence.text for sentence in sentences)
    for citation in (
        *citations,
        *nearest_passages(scored, [candidate.hit for candidate in scored], NO_COPIES),
    ):
        article = library.article(citation.hit.article.id)
        passage = citation.hit.passage
        assert article.text[citation.start : citation.end] == citation.quote
        assert passage.start <= citation.start < citation.end <= passage.end
    assert [citation.number for citation in citations] == list(range(1, len(citations) + 1))
    for sentence in sentences:
        assert citations[sentence.citation - 1].quote == sentence.text


def test_the_same_fact_in_two_articles_is_said_once_and_cited_twice(library: Library) -> None:
    scored = found(library, "When was the lighthouse on Gull Rock finished?")
    both = [c for c in scored if "1874" in c.text]
    sentences, citations, *_ = composed(both, 5, "lighthouse finished")
    assert len(sentences) == 1
    assert {citation.hit.article.path for citation in citations} == {"morning", "evening"}


def test_quantities_that_differ_stand_side_by_side_and_are_announced(library: Library) -> None:
    question = "When was the lighthouse on Gull Rock finished?"
    engine = Engine(library)
    answer = engine.ask(question)
    assert sorted(quantity.text for quantity in answer.disagreement) == ["1874", "1879"]
    quoted = {sentence.citation: sentence.text for sentence in answer.sentences}
    assert all(quantity.text in quoted[quantity.citation] for quantity in answer.disagreement)
    data = answer.to_json()
    assert data["disagreement"] == [{"text": f.text, "citation": f.citation} for f in answer.disagreement]
    alone = engine.ask(question, k=1)
    assert alone.disagreement == () and "disagreement" not in alone.to_json()


def test_an_answer_is_cited_in_both_languages(library: Library) -> None:
    answer = Engine(library).ask("How many ships does the Harbour Museum show?")
    quotes = [citation.quote for citation in answer.citations]
    assert any("forty ships" in quote for quote in quotes)
    assert ["四十艘船" in quotes[number - 1] for number in answer.supports] == [True]
    assert answer.disagreement == ()


def test_an_article_that_tells_both_quantities_does_not_disagree() -> None:
    question = "how much did the bell cost"
    first = ("The bell cost 900 pounds.", 2 * FAR)
    both = [("The bell cost 700 pounds.", 2 * FAR - 0.1), ("Hanged, the bell cost 900 pounds.", 0.0)]
    one, two = in_one_passage(first), in_one_passage(*both, article=2)
    told = composed([*one, two[0]], 5, question).disagreement
    assert [quantity.text for quantity in told] == ["900 pounds", "700 pounds"]
    assert composed([*one, *two], 5, question).disagreement == ()


def test_the_nearest_are_the_best_sentence_of_each_passage(library: Library) -> None:
    scored = found(library, "Which museum shows ships?")
    hits = sorted({c.hit.passage.id: c.hit for c in scored}.values(), key=lambda hit: hit.rank)
    cited = nearest_passages(scored, hits, NO_COPIES)
    assert [citation.hit for citation in cited] == hits
    for citation in cited:
        best = next(c for c in scored if c.hit.passage.id == citation.hit.passage.id)
        assert (citation.start, citation.end, citation.quote) == (best.start, best.end, best.text)


def test_a_passage_of_headings_is_cited_whole() -> None:
    hit = a_hit(a_passage("# Tea\n\n## Picking"))
    assert [(c.start, c.end, c.quote) for c in nearest_passages([], [hit], NO_COPIES)] == [
        (0, 17, "# Tea\n\n## Picking")
    ]


# The choice among scored sentences


def candidate(text: str, score: float, hit: Hit | None = None, start: int = 0) -> Candidate:
    hit = hit or a_hit(a_passage(text))
    words = frozenset(fold_text(text).replace(".", "").split())
    return Candidate(
        hit, start, start + len(text), text, (0.0,) * len(tuning.SENTENCE_WEIGHTS["en"]), score, words
    )


def in_one_passage(*scored: tuple[str, float], article: int = 1) -> list[Candidate]:
    """Sentences of one passage, best first."""
    text = " ".join(sentence for sentence, _ in scored)
    hit = a_hit(a_passage(text, article=article, number=article))
    made = [candidate(sentence, score, hit, text.index(sentence)) for sentence, score in scored]
    return sorted(made, key=lambda c: -c.score)


FAR = 10 * max(tuning.CLOSE_MARGIN.values())


@pytest.mark.parametrize("pronoun", ["She", "it", "Their boat", "This museum", "他", "她们", "該館", "其中"])
def test_a_sentence_that_refers_to_the_one_before_brings_it_along(pronoun: str) -> None:
    before = ("Ada Brook opened a museum of ships.", FAR)
    best = (f"{pronoun} sold tickets for a shilling each.", 2 * FAR)
    sentences, *_ = composed(in_one_passage(("Long ago, ships were cheap to buy.", 0.0), before, best), 5)
    assert [sentence.text for sentence in sentences] == [f"{before[0]} {best[0]}"]


@pytest.mark.parametrize(
    "best",
    ["In May 2019 she sold tickets.", "Later they sold tickets.", "读书期间，她卖票。", "当年她卖票。"],
)
def test_somebody_not_named_brings_the_sentence_that_names_them(best: str) -> None:
    named = "Ada Brook opened a museum of ships."
    between = "She was twenty that year."
    sentences, citations, *_ = composed(in_one_passage((named, 0.0), (between, 0.0), (best, FAR)), 5)
    assert [sentence.text for sentence in sentences] == [f"{named} {between} {best}"]
    assert [citation.number for citation in citations] == [1]


@pytest.mark.parametrize(
    "best", ["In May 2019 Eve said she sold tickets.", "In 2019 it rained.", "其后，阿达说她卖票。"]
)
def test_somebody_named_brings_nothing(best: str) -> None:
    scored = in_one_passage(("The museum of ships has a café.", 0.0), ("Its roof is red.", 0.0), (best, FAR))
    sentences, *_ = composed(scored, 5)
    assert sentences[0].text.endswith(best) and "café" not in sentences[0].text
    assert "The museum of ships has a café." not in [sentence.text for sentence in sentences]


@pytest.mark.parametrize(
    ("before", "best"),
    [
        ("Ada Brook opened a museum of ships.", "Tickets were sold for a shilling each."),
        ("Ada Brook opened a museum of ships.", "Items of hers were sold."),
        ("1962.", "She sold tickets for a shilling each."),
    ],
)
def test_what_stands_alone_and_what_says_nothing_is_not_brought_along(before: str, best: str) -> None:
    sentences, *_ = composed(in_one_passage((before, 0.0), (best, FAR)), 5)
    assert [sentence.text for sentence in sentences] == [best]


def test_close_sentences_are_quoted_too_but_not_many_and_none_twice() -> None:
    texts = ["red boats sail east", "blue kites fly west", "green trains run north", "old carts roll south"]
    close = [
        candidate(
            f"{text}.",
            5 - i * tuning.APART * tuning.CLOSE_MARGIN["en"] / 10,
            a_hit(a_passage(f"{text}.", article=i, number=i)),
        )
        for i, text in enumerate([*texts[:2], f"{texts[1]} again", *texts[2:]], start=1)
    ]
    sentences, citations, *_ = composed(close, 5)
    assert [s.text for s in sentences] == [close[0].text, close[1].text, close[3].text]
    assert len(sentences) == tuning.MAX_SENTENCES
    assert [citation.quote for citation in citations[:3]] == [s.text for s in sentences]
    far = [
        close[0],
        replace(close[1], score=close[0].score - tuning.CLOSE_MARGIN["en"] * tuning.APART - 0.01),
    ]
    assert len(composed(far, 5)[0]) == 1


BESIDE = ["The red boats sail east.", "Some blue kites fly west.", "Our green trains run north."]


@pytest.mark.parametrize(
    ("articles", "coverage", "quoted", "beside"),
    [
        ((1, 2, 3), 0.5, (0, 1, 2), ()),  # other articles may have much to add
        ((1, 1, 2), 1.0, (0, 1, 2), ()),  # the next best sentence, of a passage that meets as much
        ((1, 1, 2), 0.5, (0, 2), (1,)),
        ((1, 2, 1), 1.0, (0, 1), (2,)),
        ((1, 1, 1), 1.0, (0, 1), (2,)),
        ((1, 2, 2), 1.0, (0, 1), (2,)),
    ],
)
def test_a_lesser_passage_of_a_quoted_article_is_weighed_but_not_quoted(
    articles: Sequence[int], coverage: float, quoted: Sequence[int], beside: Sequence[int]
) -> None:
    made = [
        candidate(text, 5 - at / 10, a_hit(a_passage(text, "", at, 100 * at, article)), 100 * at)
        for at, (text, article) in enumerate(zip(BESIDE, articles, strict=True))
    ]
    scored = [replace(c, hit=replace(c.hit, coverage=1.0 if c is made[0] else coverage)) for c in made]
    told = composed(scored)
    assert [sentence.text for sentence in told.sentences] == [BESIDE[at] for at in quoted]
    assert [citation.quote for citation in told.beside] == [BESIDE[at] for at in beside]


def test_a_paragraph_that_goes_on_in_the_next_passage_is_no_other_place() -> None:
    text = " ".join(BESIDE[:2])
    at = text.index(BESIDE[1])
    first, second = a_hit(a_passage(BESIDE[0])), a_hit(a_passage(BESIDE[1], "", 2, at))
    scored = [
        candidate(BESIDE[0], 5.0, first),
        candidate(BESIDE[1], 4.9, replace(second, coverage=first.coverage / 2), at),
    ]
    told = composed(scored, blocks={first.article.id: find_blocks(text)})
    assert [sentence.text for sentence in told.sentences] == BESIDE[:2]


@pytest.mark.parametrize(
    ("below", "quoted"),
    [
        ((0.1, 2.0), BESIDE[:2]),
        ((0.1, 1.0), BESIDE),
        ((2.0, 2.1), BESIDE[:2]),
    ],
)
def test_another_paragraph_must_be_close_unless_it_is_next_best(
    below: Sequence[float], quoted: Sequence[str]
) -> None:
    text = "\n\n".join(BESIDE)
    hit = a_hit(a_passage(text))
    scored = [
        candidate(sentence, 9 - less, hit, text.index(sentence))
        for sentence, less in zip(BESIDE, (0.0, *below), strict=True)
    ]
    told = composed(scored, blocks={hit.article.id: find_blocks(text)})
    assert [sentence.text for sentence in told.sentences] == ["\n\n".join(quoted)]


@pytest.mark.parametrize(
    ("below", "coverage", "first"),
    [(0.1, 1.0, "b"), (0.1, 0.5, "a"), (tuning.EXTREME_MARGIN + 0.1, 1.0, "a")],
)
def test_what_is_the_last_of_its_kind_comes_first_if_it_matches_nearly_as_well(
    below: float, coverage: float, first: str
) -> None:
    said = "All brothers left the mill.", "Peter was the last to go."
    both = [
        replace(
            candidate(text, score, a_hit(a_passage(text, article=number, number=number))), features=(share,)
        )
        for number, (text, score, share) in enumerate(
            zip(said, (9.0, 9.0 - below), (1.0, coverage), strict=True), start=1
        )
    ]
    question = "who left the mill last"
    assert composed(both, 1, question).sentences[0].text == said["ab".index(first)]
    assert composed(both, 1, "who left the mill").sentences[0].text == said[0]


def test_supports_come_once_an_article_and_never_from_the_same_one() -> None:
    said = "the bell weighs nine tons."
    best = candidate(said, tuning.SUPPORT_MARGIN, a_hit(a_passage(said, article=1, number=1)))
    again = [
        candidate(f"{opening} {said}", 0.0, a_hit(a_passage(f"{opening} {said}", article=a, number=n)))
        for n, (opening, a) in enumerate(
            [("yes", 1), ("so we read", 2), ("and", 2), ("but he says", 3)], start=2
        )
    ]
    unlike = candidate("the bell was cast in winter.", 0.0, a_hit(a_passage("x", article=4, number=9)))
    sentences, citations, *_ = composed([best, *again, unlike], 9, "bell")
    assert [sentence.citation for sentence in sentences] == [1]
    assert [citation.quote[:3] for citation in citations] == ["the", "so ", "but"]
    low = [replace(c, score=-0.01) for c in again]
    assert len(composed([best, *low], 9, "bell").citations) == 1


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_the_limit_counts_citations(limit: int) -> None:
    close = [
        candidate(text, 1.0, a_hit(a_passage(text, article=i, number=i)))
        for i, text in enumerate(["red boats sail.", "blue kites fly.", "green trains run."])
    ]
    sentences, citations, *_ = composed(close, limit)
    assert len(citations) == len(sentences) == max(limit, 1)


def test_one_giant_line_is_quoted_sentence_by_sentence(tmp_path: Path) -> None:

    giant = "".join(f"Lamp number {i} was lit by keeper {chr(65 + i)}-{i * 7}. " for i in range(25)).strip()
    with a_library(tmp_path / "library", {"giant": ("Lamps", giant)}) as library:
        sentences, citations, *_ = composed(found(library, "Which keeper lit lamp number 17?"), 3)
        article = library.article(citations[0].hit.article.id)
        assert "R-119" in sentences[0].text
        assert article.text[citations[0].start : citations[0].end] == sentences[0].text


def test_a_sentence_without_the_quantity_asked_for_brings_the_nearest_that_holds_it(tmp_path: Path) -> None:
    text = (
        "Ada Brook opened the Harbour Museum after a long quarrel with the town. Entry was free. "
        "She paid 900 pounds for it. Nobody thanked her."
    )
    with a_library(tmp_path / "library", {"museum": ("A museum", text)}) as library:
        scored = found(library, "How much did Ada Brook pay to open the Harbour Museum?")
        answer, *_ = composed(scored, 5)
    assert any("900 pounds" in sentence.text for sentence in answer)


FAIR = (
    "参展的出版社有以下几家：\n\n- 岳麓书社\n- 商务印书馆\n- 译林出版社\n\n报名截止五月一日，展位费三百元。"
)
BACKUP = "用下面的命令备份数据库：\n\n```bash\npg_dump -Fc mydb > mydb.dump\n```\n\n默认端口是 8765。"
SALES = "下表为华南公司各季度销售额。\n\n季度 | 2023 | 2024\n一季度 | 410 | 530\n二季度 | 455 | 610"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("参展的出版社有哪些？", FAIR.rpartition("\n\n")[0]),
        ("怎么备份数据库？", BACKUP.rpartition("\n\n")[0]),
        ("华南公司各季度销售额是多少？", SALES.partition("\n\n")[2]),
        ("参展的报名什么时候截止？", FAIR.rpartition("\n\n")[2]),
    ],
)
def test_an_announcement_is_quoted_with_what_it_announces(tmp_path: Path, question: str, answer: str) -> None:
    with a_library(
        tmp_path / "l", {"fair": ("书展", FAIR), "db": ("手册", BACKUP), "sales": ("销售", SALES)}
    ) as library:
        found = Engine(library).ask(question)
        assert found.sentences[0].text == answer
        spans = sorted((c.hit.article.id, c.start, c.end) for c in found.citations)
        assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))  # no text is quoted twice
        for citation in found.citations:
            text = library.article(citation.hit.article.id).text
            assert text[citation.start : citation.end] == citation.quote


def test_what_is_announced_at_length_is_not_quoted_whole(tmp_path: Path) -> None:
    items = "\n".join(f"- 第{i}家出版社，{'展品很多，' * 12}设在{i}号厅。" for i in range(1, 30))
    with a_library(tmp_path / "l", {"fair": ("书展", f"参展的出版社有以下几家：\n{items}")}) as library:
        answer = Engine(library).ask("参展的出版社有哪些？")
        assert answer.answered and all(width(sentence.text) <= 700 for sentence in answer.sentences)


def test_a_row_says_what_its_columns_are_called(tmp_path: Path) -> None:
    table = "各环境的设置：\n\n环境 | 端口 | 备注\n生产 | 8765 | \n测试 | 9000 | 每晚重置"
    with a_library(tmp_path / "l", {"table": ("部署手册", table), **TEXTS}) as library:
        answer = Engine(library).ask("测试环境的端口是多少？")
        assert answer.answered and answer.sentences[0].text == "测试 | 9000 | 每晚重置"
        assert not any(sentence.text[-2:] == "备注" for sentence in answer.sentences)  # no header row alone
