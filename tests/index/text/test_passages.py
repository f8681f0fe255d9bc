from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import check_passages

from index.text.blocks import find_blocks
from index.text.passages import MAX, TARGET
from index.text.passages import split_passages as cut
from index.text.sentences import LIMIT, sentences, width
from index.types import Kind, PassageSpan, Span

SENTENCE = "港口的工人在冬天里挖泥，到了春天才领到大麦。"
PARAGRAPH = SENTENCE * 6
pieces = st.sampled_from(
    [
        "# 港口",
        "## Wall",
        "一、背景",
        "（一）早期",
        "1. 码头",
        "01",
        "旧港",
        "The old wall",
        SENTENCE,
        PARAGRAPH * 5,
        "The wall held for ninety years. Then it fell. " * 12,
        "x" * 700,
        "字" * 500,
        "- 一点",
        "   ",
    ]
)
texts = st.one_of(
    st.lists(st.tuples(pieces, st.sampled_from(["\n", "\n\n", " ", ""])), max_size=30).map(
        lambda pairs: "".join(a + b for a, b in pairs)
    ),
    st.text(max_size=300),
)


def split_passages(text: str, marked: Sequence[tuple[Span, Kind]] = ()) -> list[PassageSpan]:
    return cut(text, find_blocks(text, marked))


def parts(text: str) -> list[tuple[str, str]]:
    return [(span.heading, text[span.start : span.end]) for span in split_passages(text)]


def test_a_passage_holds_any_sentence() -> None:
    assert LIMIT <= TARGET <= MAX


@given(texts)
def test_every_character_is_in_one_passage_and_headings_are_of_the_text(text: str) -> None:
    check_passages(text)


@given(texts)
def test_no_passage_breaks_a_sentence(text: str) -> None:
    bounds = [(span.start, span.end) for span in split_passages(text)]
    for start, end in sentences(text):
        assert any(low <= start and end <= high for low, high in bounds)


def test_nothing_from_nothing() -> None:
    assert split_passages("") == split_passages(" \n\u3000\n") == []


def test_small_paragraphs_share_a_passage_and_large_ones_are_split_at_sentences() -> None:
    assert len(split_passages("\n\n".join([SENTENCE] * 5))) == 1
    passages = [passage for _, passage in parts(SENTENCE * 100)]
    assert len(passages) > 3
    assert all(passage.endswith("。") for passage in passages)
    assert all(width(passage) > TARGET * 3 // 4 for passage in passages[:-1])


def test_paragraphs_stay_whole_when_they_fit() -> None:
    text = "\n\n".join([PARAGRAPH] * 6)
    assert all(set(passage.split("\n\n")) == {PARAGRAPH} for _, passage in parts(text))


def test_a_scrap_at_the_end_joins_the_passage_before() -> None:
    filled = SENTENCE * (TARGET // width(SENTENCE))
    assert len(split_passages(f"{filled}\n\n到此为止。")) == 1


def test_headings_begin_passages_and_are_kept_beside_them() -> None:
    text = f"# 港口史\n\n{SENTENCE}\n\n## 早期 ##\n\n{SENTENCE}\n\n### 墙\n{SENTENCE * 60}"
    found = parts(text)
    assert found[0] == ("", f"# 港口史\n\n{SENTENCE}")  # the title is no section's heading
    assert found[1] == ("早期", f"## 早期 ##\n\n{SENTENCE}")
    assert len(found) > 4
    assert {heading for heading, _ in found[2:]} == {"墙"}
    assert found[2][1].startswith(f"### 墙\n{SENTENCE}")


@pytest.mark.parametrize(
    "heading",
    [
        "一、背景",
        "（二）早期",
        "第三章 扩建",
        "2. 扩建",
        "2.1 扩建",
        "03 扩建",
        "港口的扩建",
        "How the wall was built",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_headings_of_plain_text(heading: str, gap: str) -> None:
    text = gap.join([SENTENCE, heading, SENTENCE])
    assert parts(text) == [("", SENTENCE), (heading, f"{heading}{gap}{SENTENCE}")]


def test_a_bare_number_introduces_the_heading_after_it() -> None:
    text = f"{SENTENCE}\n\n02\n\n港口的扩建\n\n{SENTENCE}"
    assert parts(text)[1] == ("港口的扩建", f"02\n\n港口的扩建\n\n{SENTENCE}")


@pytest.mark.parametrize(
    "lines",
    [
        ["1. 码头", "2. 仓库", "3. 灯塔"],
        ["码头", "仓库", "灯塔"],
        ["- the wall", "- the lamp"],
        ["图源：市档案馆"],
        ["他说："],
        ["“来吧”"],
        ["| 年 | 长 |"],
        ["2024"],
    ],
)
def test_lists_captions_and_lead_ins_are_no_headings(lines: list[str]) -> None:
    text = "\n\n".join([SENTENCE, *lines, SENTENCE])
    assert {span.heading for span in split_passages(text)} == {""}


def test_numbered_headings_nest() -> None:
    text = f"1. 建设\n1.1 选址\n{SENTENCE}\n1.2 施工\n{SENTENCE}\n2. 使用\n{SENTENCE}"
    assert [heading for heading, _ in parts(text)] == ["1.1 选址", "1.2 施工", "2. 使用"]


def test_wrapped_lines_are_one_paragraph() -> None:
    line = "the wall that the men of the harbour built over eleven long winters"
    text = "\n".join([line] * 12)
    assert len(split_passages(text)) == 1


@pytest.mark.parametrize("unit", ["字", "a ", "。", "短行\n", "# h\n", "1. x\n\n", "\n", '."'])
def test_the_number_of_passages_grows_with_the_text(unit: str) -> None:
    small, large = (len(split_passages(unit * n)) for n in (10_000, 20_000))
    assert abs(large - 2 * small) <= 2


def test_items_and_rows_stay_whole_and_know_their_lead() -> None:
    listed = "\n".join(["名单如下：", *[f"- {SENTENCE * 12}"] * 6])
    found = split_passages(listed)
    assert len(found) > 2
    assert [text.count("- ") * 12 for _, text in parts(listed)] == [t.count("。") for _, t in parts(listed)]
    assert [span.lead for span in found] == ["", *["名单如下："] * (len(found) - 1)]
    rows = "\n".join(["年 | 船", *(f"{year} | {SENTENCE * 3}{year}" for year in range(1990, 2010))])
    table = split_passages(rows)
    assert all(rows[span.start : span.end].split("\n")[-1].count(" | ") == 1 for span in table)
    assert {span.lead for span in table[1:]} == {"年 | 船"}


def test_what_is_aside_has_passages_of_its_own() -> None:
    text = f"{SENTENCE}\n{SENTENCE}\n第 3 页\n{SENTENCE}\n责任编辑：某某"
    lines = {"第 3 页": Kind.FURNITURE, "责任编辑：某某": Kind.METADATA}
    known = [(Span(at := text.index(line), at + len(line)), kind) for line, kind in lines.items()]
    found = split_passages(text, known)
    assert [(span.aside, text[span.start : span.end]) for span in found] == [
        (False, text.split("\n责任")[0]),
        (True, "责任编辑：某某"),
    ]


def test_a_byline_under_the_title_stays_with_it() -> None:
    text = f"港口史\n作者：某某\n{SENTENCE}"
    byline = Span(text.index("作者"), text.index("某某") + 2)
    assert [span.aside for span in split_passages(text, [(byline, Kind.METADATA)])] == [False]
