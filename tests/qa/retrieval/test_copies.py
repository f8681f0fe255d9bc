"""Near-copies: told apart from what is new and from confirmation, named with what they repeat."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from made_up import TEXTS, a_library, a_passage

from index.library import Library
from index.text.fold import fold_text
from index.types import ParsedArticle, Passage
from qa import tuning
from qa.engine import Engine
from qa.retrieval.copies import (
    COPIED,
    NearCopyFilter,
    contains_quote,
    same_but_quantities,
    same_sentence,
    shingles_of,
)

Run = Callable[..., Result]
STORY = (
    "长河市周二宣布，跨江隧道将于2027年9月开通，总投资为86亿元。",
    "隧道全长5.8公里，双向六车道，设计时速80公里。",
    "负责施工的是华江建设集团，项目经理名叫周启明。",
    "市长在发布会上说，隧道开通以后，两岸之间的车程将从四十分钟缩短到十分钟。",
    "环保组织担心施工影响江豚的栖息地，要求公开环评报告。",
    "隧道的通风塔由年轻建筑师陆遥设计，外形像一片芦苇。",
)
TRADITIONAL = (
    "長河市週二宣布，跨江隧道將於2027年9月開通，總投資為86億元。隧道全長5.8公里，雙向六車道，設計時速80公里。\n\n"
    "負責施工的是華江建設集團，項目經理名叫周啟明。市長在發布會上說，隧道開通以後，兩岸之間的車程將從四十分鐘縮短到"
    "十分鐘。環保組織擔心施工影響江豚的棲息地，要求公開環評報告。隧道的通風塔由年輕建築師陸遙設計，外形像一片蘆葦。"
)
LEADS = (
    "据本报驻长河记者报道，江上有新消息。",
    "编者按：两岸居民期待已久的工程有了新进展。",
    "快讯！多家媒体今天关注了这个大工程。",
    "今天凌晨，江边传来了让人高兴的消息。",
)
TOPICS = ("消息", "新闻", "话题")
EXPERT = (
    "工程专家孟海认为，长河市跨江隧道的总投资实际上会达到93亿元。他还提到，盾构机在江底遇到了坚硬的岩层。"
)
COST = "长河市跨江隧道的总投资是多少？"
TOWER = "谁设计了隧道的通风塔？"
DRILL = "盾构机在江底遇到了什么？"


def reposts(count: int) -> dict[str, tuple[str, str]]:
    """The story with another title each: with a lead, in Traditional, trimmed, in one line, in full."""
    paragraphs = ["".join(STORY[:2]), STORY[2], "".join(STORY[3:5]), STORY[5]]
    bodies = [
        lambda lead: "\n\n".join([lead, *paragraphs]),
        lambda lead: TRADITIONAL,
        lambda lead: "\n\n".join([paragraphs[0], *paragraphs[2:]]),
        lambda lead: lead + "".join(STORY),
        lambda lead: "\n\n".join(paragraphs),
    ]
    return {
        f"site {n}": ("江上的" + TOPICS[n % 3], bodies[n % len(bodies)](LEADS[n % len(LEADS)]))
        for n in range(count)
    }


def texts(count: int) -> dict[str, tuple[str, str]]:
    original = {"original": ("长河跨江隧道2027年开通", "".join(STORY[:3]) + "\n\n" + "".join(STORY[3:]))}
    return {**original, **reposts(count), "expert": ("专家谈造价", EXPERT), **TEXTS}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with a_library(tmp_path_factory.mktemp("reposts") / "library", texts(10)) as library:
        yield library


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    return Engine(library)


def paths(infos: Sequence[object]) -> set[str]:
    return {info.path for info in infos}  # type: ignore[attr-defined]


def test_an_answer_names_the_copies_instead_of_citing_them(engine: Engine, library: Library) -> None:
    answer = engine.ask(TOWER)
    assert answer.answered and len(answer.citations) == 1 and answer.supports == ()
    (citation,) = answer.citations
    assert "陆遥" in fold_text(citation.quote)
    everywhere = {
        info.path for info in library.articles() if "陆遥" in fold_text(library.article(info.id).text)
    }
    assert paths(citation.also) == everywhere - {citation.hit.article.path}
    assert len({info.id for info in citation.also}) == len(citation.also)
    assert citation.to_json()["also"] == [
        {"article": info.id, "title": info.title, "path": info.path} for info in citation.also
    ]


def test_a_trimmed_copy_is_named_only_for_what_it_kept(engine: Engine) -> None:
    answer = engine.ask("隧道的项目经理叫什么名字？")
    (citation,) = [c for c in answer.citations if "周启明" in fold_text(c.quote)]
    assert {"site 2", "site 7"}.isdisjoint(paths(citation.also)) and len(citation.also) >= 8


def test_sources_that_differ_are_told_whatever_is_copied(tmp_path: Path) -> None:
    for count in (0, 3, 50):
        with a_library(tmp_path / str(count), texts(count)) as library:
            engine = Engine(library)
            answer = engine.ask(COST)
            assert {quantity.text for quantity in answer.disagreement} == {"86亿元", "93亿元"}
            assert "岩层" in engine.ask(DRILL).sentences[0].text
            found = engine.search("隧道", k=10).hits
            assert "expert" in paths([hit.article for hit in found])
            assert len(found) == 10


def test_many_copies_leave_the_passages_that_are_read_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "CANDIDATES", 10)  # as a hundred beside many more reposts
    with a_library(tmp_path / "library", texts(50)) as library:
        answer = Engine(library).ask(COST)
        assert {"expert", "museum", "clock"} <= paths([hit.article for hit in answer.hits])
        assert max(len(citation.also) for citation in answer.citations) == 50


def test_a_copy_that_changed_the_quantity_differs(tmp_path: Path) -> None:
    changed = {name: (title, text.replace("86亿元", "68亿元")) for name, (title, text) in reposts(4).items()}
    kept = {f"other {name}": told for name, told in reposts(4).items()}
    original = {"original": ("长河跨江隧道2027年开通", "".join(STORY))}
    with a_library(tmp_path / "library", {**original, **kept, **changed, **TEXTS}) as library:
        answer = Engine(library).ask(COST)
    assert {quantity.text for quantity in answer.disagreement} >= {"86亿元", "68亿元"}
    told = {citation.quote: paths([citation.hit.article, *citation.also]) for citation in answer.citations}
    for quote, articles in told.items():
        those = {"site 0", "site 2", "site 3"} if "68" in quote else {*kept, "original"} - {"other site 1"}
        assert articles >= those and not articles & (
            {*kept, "original"} if "68" in quote else {*changed} - {"site 1"}
        )


def test_a_quantity_that_a_copy_changed_is_shown_though_it_is_not_asked_for(tmp_path: Path) -> None:
    changed = "".join(STORY).replace("5.8公里", "7.2公里")
    titles = {"original": "长河跨江隧道", "copy": "江上的新闻"}
    bodies = {"original": "".join(STORY), "copy": changed}
    told = {name: (titles[name], bodies[name]) for name in titles}
    with a_library(tmp_path / "library", {**told, **TEXTS}) as library:
        answer = Engine(library).ask("隧道有几条车道？")
        assert "六车道" in answer.sentences[0].text
        assert {quantity.text for quantity in answer.disagreement} == {"5.8公里", "7.2公里"}
        assert all(citation.also == () for citation in answer.citations[:2])
        unchanged = Engine(library).ask(TOWER)
        assert unchanged.disagreement == () and len(unchanged.citations[0].also) == 1


ENGLISH = (
    "The harbour council approved the new ferry terminal on Tuesday after a debate that lasted seven hours.",
    "The terminal will cost 48 million dollars and should open in 2029, said council leader Nora Whitfield.",
    "Fishermen fear that the larger ships will drive away the herring that spawn near the eastern pier.",
    "Architect Jonas Rehm promised a roof of recycled timber and a hall for four hundred passengers.",
)


def test_english_copies_with_bylines_and_cuts(tmp_path: Path) -> None:
    whole = " ".join(ENGLISH)
    told = {
        "wire": ("Council approves ferry terminal", whole),
        "one": ("Terminal gets go-ahead", f"By Ann Lee, 4 May 2026\n\n{whole}"),
        "two": ("Big ships ahead", f"{ENGLISH[0]}\n\n{ENGLISH[1]}\n\n{ENGLISH[3]}"),
        "three": (
            "Harbour news",
            "Our readers have waited for this. " + whole.replace("after a debate", "after debate"),
        ),
        "own": ("Who is Jonas Rehm?", "Jonas Rehm, who drew the ferry terminal, grew up on a barge."),
    }
    with a_library(tmp_path / "library", {**told, **TEXTS}) as library:
        engine = Engine(library)
        cost = engine.ask("How much will the ferry terminal cost?")
        assert cost.disagreement == () and cost.supports == ()
        assert len({citation.hit.article.path for citation in cost.citations} & {*told} - {"own"}) == 1
        (quoted,) = [citation for citation in cost.citations if "48 million" in citation.quote]
        assert paths([quoted.hit.article, *quoted.also]) == {"wire", "one", "two", "three"}
        herring = engine.ask("Why do fishermen fear the larger ships?").citations[0]
        assert paths([herring.hit.article, *herring.also]) == {"wire", "one", "three"}
        council = engine.ask("What did the harbour council approve?").citations[0]
        named = paths([council.hit.article, *council.also])
        assert named == ({"three"} if council.hit.article.path == "three" else {"wire", "one", "two"})


def test_a_story_with_two_quantities_does_not_differ_from_its_copy(tmp_path: Path) -> None:
    story = (
        "钟楼的大修工程花费了 86 万元，由市政府出资。大修持续了两年，用去了上千块旧砖，工匠都来自邻县。",
        "钟楼的大修工程又花费了 12 万元，由居民出资。新的铜钟在冬天运到，从此每小时敲响一次。",
    )
    copies = {
        "one": ("钟楼", "\n\n".join(story)),
        "two": ("大修记", f"# 一\n\n{story[0]}\n\n# 二\n\n{story[1]}"),
        "three": ("工程", f"# 甲\n\n{story[1]}\n\n# 乙\n\n{story[0]}"),
    }
    with a_library(tmp_path / "library", {**copies, **TEXTS}) as library:
        answer = Engine(library).ask("钟楼的大修工程花费了多少钱？")
    assert answer.answered and answer.disagreement == ()
    assert all(len(citation.also) == 2 for citation in answer.citations if "钟楼" in citation.quote)


def test_of_equal_copies_the_one_published_first_is_quoted(tmp_path: Path) -> None:
    days = {"a": None, "b": "2024-03-02", "c": "2024-01-05", "d": "2024-01-05"}
    with Library.open(tmp_path / "library", create=True) as library:
        library.add_parsed(
            [
                (key, ParsedArticle("".join(STORY), "隧道", "zh-Hans", published=day))
                for key, day in days.items()
            ]
        )
        (hit,) = Engine(library).search(TOWER).hits
        answer = Engine(library).ask(TOWER)
    assert hit.article.path == "c" and [info.path for info in hit.also] == ["a", "b", "d"]
    assert {citation.hit.article.path for citation in answer.citations} == {"c"}


def test_confirmation_by_another_article_stays_one(tmp_path: Path) -> None:
    own = "建筑师陆遥去年设计了长河隧道的通风塔，她当时还不到三十岁。"
    with a_library(tmp_path / "library", {**texts(5), "profile": ("陆遥其人", own)}) as library:
        answer = Engine(library).ask(TOWER)
    cited = {citation.hit.article.path for citation in answer.citations}
    assert "profile" in cited and len(cited) == 2
    assert all("profile" not in paths(citation.also) for citation in answer.citations)


def test_the_same_question_has_the_same_answer(engine: Engine, library: Library) -> None:
    for question in (COST, TOWER, DRILL):
        once, again = engine.ask(question), Engine(library).ask(question)
        assert replace(once, elapsed_ms=0.0) == replace(again, elapsed_ms=0.0)


def test_search_has_one_hit_for_a_group(engine: Engine, library: Library) -> None:
    hits = engine.search("隧道通风塔", k=20).hits
    held = [hit for hit in hits if "陆遥" in fold_text(hit.passage.text)]
    named = [path for hit in held for path in paths([hit.article, *hit.also])]
    assert len(held) < len(set(named)) == 11
    data = held[0].to_json()
    assert [item["path"] for item in data["also"]] == [info.path for info in held[0].also]
    assert all(hit.article.id not in {info.id for info in hit.also} for hit in hits)
    assert "also" not in next(hit for hit in hits if hit.article.path == "clock").to_json()


def test_the_command_line_names_them(qa: Run, tmp_path: Path) -> None:
    for name, (title, text) in texts(3).items():
        (tmp_path / f"{name}.txt").write_text(f"{title}\n\n{text}\n", encoding="utf-8")
    assert qa("add", tmp_path, "--library", tmp_path / "home").exit_code == 0
    reply = json.loads(qa("ask", TOWER, "--json", "--library", tmp_path / "home").stdout)
    assert len(reply["citations"][0]["also"]) == 3
    assert all({*item} == {"article", "title", "path"} for item in reply["citations"][0]["also"])
    found = json.loads(qa("search", "通风塔", "--json", "--library", tmp_path / "home").stdout)
    assert len(found["hits"][0]["also"]) >= 2
    told = qa("ask", TOWER, "--library", tmp_path / "home").stdout
    assert "also in 3 articles" in told


def test_the_page_that_a_quote_begins_on_is_told(tmp_path: Path) -> None:
    text = "\n\n".join(STORY)
    begins = (0, text.index(STORY[2]), text.index(STORY[5]) + 3)
    with Library.open(tmp_path / "library", create=True) as library:
        library.add_parsed(
            [
                ("paged", ParsedArticle(text, "隧道", "zh-Hans", pages=begins)),
                ("clock", ParsedArticle(TEXTS["clock"][1], TEXTS["clock"][0], "en")),
            ]
        )
        engine = Engine(library)
        for question, page in ((COST, 1), ("项目经理叫什么名字？", 2), (TOWER, 2)):
            citation = engine.ask(question).citations[0]
            assert citation.page == citation.to_json()["page"] == page
            assert sum(begin <= citation.start for begin in begins) == page
        clock = engine.ask("Why does the tower clock lose time?")
        assert clock.citations[0].page is None and "page" not in clock.citations[0].to_json()
        (hit,) = [hit for hit in engine.search("隧道").hits if hit.article.path == "paged"]
        assert hit.page == hit.to_json()["page"] == 1


# The near_copies


def passages(*texts: str) -> list[Passage]:
    return [a_passage(text, number=n, article=n) for n, text in enumerate(texts, start=1)]


def copies(found: Sequence[Passage], limit: int = 99) -> list[bool]:
    near_copies = NearCopyFilter(limit)
    return [near_copies.add(passage) for passage in found]


def test_borders_that_are_shifted_do_not_hide_a_copy() -> None:
    parts = ["".join(STORY[at : at + 3]) for at in range(0, 6, 3)]
    shifted = ["".join(STORY[at : at + 3]) for at in (1, 2)]
    assert copies(passages(*parts, *shifted)) == [False, False, True, True]


def test_a_lead_trimming_and_script_do_not_hide_a_copy() -> None:
    whole = "".join(STORY)
    assert copies(passages(whole, LEADS[0] + "".join(STORY[:3]), TRADITIONAL, "".join(STORY[2:4]))) == [
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("one", "other", "copy"),
    [
        ("The tunnel is long and cost 3 million.", "The tunnel is long and cost 5 million.", False),
        ("Seen by forty people in the hall that day.", "Seen by fifty people in the hall that day.", False),
        (
            "2024-03-05 10:21 The tunnel under the river is 58 km long and deep.",
            "2024-04-07 The tunnel under the river is 58 km long and deep.",
            True,
        ),
        ("隧道在三百万元的预算内完成了全部工程。", "隧道在五百万元的预算内完成了全部工程。", False),
    ],
)
def test_a_changed_quantity_is_new_and_another_date_line_is_not(one: str, other: str, copy: bool) -> None:
    assert copies(passages(one, other)) == [False, copy]


def test_copies_of_either_quantity_go_to_the_one_they_have() -> None:
    story = (
        "The old tunnel under the river was dug in 1903 by hand, and cost {} million in the end, they say."
    )
    found = passages(*(f"{lead} {story.format(n)}" for lead in ("So.", "And so.", "") for n in (3, 5)))
    near_copies = NearCopyFilter(9)
    assert [near_copies.add(passage) for passage in found] == [False, False, True, True, True, True]
    assert [[p.id for p in group.copies] for group in near_copies.groups] == [[3, 5], [4, 6]]


def test_no_more_groups_than_asked_for_and_their_copies_still_told() -> None:
    others = [text for _, text in TEXTS.values()]
    found = passages(*others[:4], others[0], others[3])
    near_copies = NearCopyFilter(2)
    assert [near_copies.add(passage) for passage in found] == [False, False, False, False, True, False]
    assert [group.passage.id for group in near_copies.groups] == [1, 2] and near_copies.full


words = st.lists(st.sampled_from("abcdefgh"), max_size=12).map(tuple)


@given(st.lists(words, max_size=8))
def test_what_is_a_copy_is_what_brute_force_calls_one(texts: list[tuple[str, ...]]) -> None:
    """Against containment worked out of all that came before; words without figures."""
    near_copies, kept = NearCopyFilter(99), set()
    for n, text in enumerate(texts, start=1):
        passage = Passage(n, n, 0, 1, "", "", text, ())
        own = {text[at : at + 3] for at in range(max(1, len(text) - 2))}
        copied = len(own & kept) >= COPIED * len(own)
        sampled = [text[at : at + 3] for at in range(0, max(1, len(text) - 2), 6)]
        assert shingles_of(text) == own
        looked_at = sum(part in kept for part in sampled) >= 0.2 * len(sampled)
        assert near_copies.add(passage) == (copied and looked_at)
        if any(group.passage is passage for group in near_copies.groups):
            kept |= own


def test_every_passage_of_the_samples_is_new(library: Library) -> None:
    found = [
        passage
        for info in library.articles()
        if info.path in TEXTS
        for passage in library.article_passages(info.id)
    ]
    assert not any(copies(found))


# Sentences


@pytest.mark.parametrize(
    ("one", "other", "is_same", "is_reworded"),
    [
        (STORY[0], "長河市週二宣布,跨江隧道將於2027年9月開通,總投資為86億元", True, True),
        (STORY[0], STORY[0].replace("86", "68"), False, True),
        (STORY[0], STORY[0].replace("宣布", "宣告"), False, True),
        (STORY[0], STORY[1], False, False),
        ("没有。", "没有。", False, True),
    ],
)
def test_sentences_that_are_the_same(one: str, other: str, is_same: bool, is_reworded: bool) -> None:
    assert same_sentence(one, other) == same_sentence(other, one) == is_same
    assert same_but_quantities(one, other) == same_but_quantities(other, one) == is_reworded


def test_a_text_holds_a_quote_folded_and_word_for_word() -> None:
    text = LEADS[0] + TRADITIONAL
    assert all(contains_quote(text, sentence) for sentence in STORY)
    assert not contains_quote(text, STORY[0].replace("86", "68")) and not contains_quote(
        text, STORY[5].replace("陆遥", "王强")
    )
    assert not contains_quote(text, EXPERT) and not contains_quote(text, "没有。")
