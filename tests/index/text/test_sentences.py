from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import check_sentences

from index.text.sentences import LIMIT, LONG, line_sentences, lines, rejoined, sentences, width
from index.types import Span

PIECES = [
    "。",
    "！",
    "?",
    ".",
    "...",
    "……",
    "；",
    ";",
    "，",
    ", ",
    "”",
    "“",
    '"',
    "'",
    "）",
    "(",
    "[1]",
    "\n",
    "\n\n",
    " ",
    "　",
    "他说",
    "灯塔",
    "Mr.",
    "U.S.",
    "The",
    "end",
    "3.5",
    "http://a.b/?q=1",
    "# ",
    "1. ",
    "- ",
    "•",
    "（一）",
    "一、",
    "３．２",
    "x" * 90,
    "字" * 50,
    "\u200b",
    "😀",
]
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.text(max_size=200))


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Mr. Wu flew to the U.S. on Jan. 5.", "He paid $2.5 million to J. K. Vale, i.e. the author."],
        ["See example.org for model-3.5-turbo.", "It grew 3.5%."],
        ["The firm moved to the U.S. in May.", "Nobody in the U.S. Senate minded."],
        ["They sold it to Vale Inc. in March.", "Vale Inc. shut it."],
        ["It closed in the U.S.", "The plant stayed open."],
        ["Chairs, tables, etc. were sold.", "See Fig. 3 and No. 7."],
        ["Is No. a word?", "Nobody knew.", "Yes, Ann did!"],
        ["A claim.[12]", "Another claim [note 3]."],
        ["“It works,” she said.", "“Does it?” he asked.", "“Yes.”"],
        ['"Stop!" she cried.', '"Why?"', "Nobody knew."],
        ["Well... it depends.", "Wait...", "Then go."],
        ["It runs iOS 9.", "iPhone sales fell.", "www.example.org has more."],
        ["The text by A. Vale is here.", "J. A. Vale wrote it."],
    ],
)
def test_english(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["灯塔建于1890年。", "它高32.5米！", "是谁修的呢？！", "没人知道……"],
        ["“我不去。”他说。", "“为什么？”老陈笑着问道，“你怕吗？”", "他转身走了。"],
        ['他问:"在吗?"没人答话。', '"来吧!"她喊道。', "大门慢慢开了。"],
        ["「我们走。」", "天已经亮了。"],
        ["他想了想……还是没有说。", "「等等……」她说。"],
        ["（此事见《灯塔！》的序。）", "后来他写了《谁在那里？》和续篇。"],
        ["收入为2.5亿元。", "地址是www.example.org/?a=1，欢迎访问。"],
        ["北方公司(North Inc.)昨天宣布。", "股价涨了3%。"],
        ["他换了手机。", "iPhone很贵。", "openlab也有一台，对吗?", "gpt是什么?", "www.example.org有答案。"],
        ["第一季度很冷;第二季度回暖;全年持平。"],
    ],
)
def test_chinese(parts: list[str]) -> None:
    assert split("".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["全市耕地１２．５万亩，其中水田占６８．４％。", "数据截至２０２２．１１．３０。"],
        ["新桥长１．８公里。", "旧桥只有０．６公里．"],
        ["一、总则 1．保护河道 2．清理淤泥。", "二、分工如下。"],
        ["The rules follow.", "1.1. Boats pay at the gate.", "II. The gate shuts at ten."],
        ["(a) The ferry stops.", "(b) The road is shut."],
        ["（一）修路。", "（二）架桥，年底完成。", "• 种树。"],
    ],
)
def test_numbers_and_list_markers(parts: list[str]) -> None:
    text = " ".join(parts) if parts[0].isascii() else "".join(parts)
    assert split(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("有渡船吗？有。每天有两班。", ["有渡船吗？有。", "每天有两班。"]),
        ("有。渡船每天两班，早晚各一次。", ["有。渡船每天两班，早晚各一次。"]),
        ("Is there a ferry? No. The bridge is open.", ["Is there a ferry? No.", "The bridge is open."]),
        ("有。\n渡船每天两班。", ["有。", "渡船每天两班。"]),
    ],
)
def test_a_fragment_is_joined_to_its_neighbour_in_the_line(text: str, parts: list[str]) -> None:
    assert split(text) == parts


def test_many_fragments_do_not_make_one_long_sentence() -> None:
    parts = split("下雨。" * 1000)
    assert all(LONG - 6 <= width(part) <= LONG for part in parts[:-1])


@pytest.mark.parametrize("marker", ["•", "1.", "（一）", "一、", "(a)", "3.2."])
def test_a_marker_on_a_line_of_its_own_belongs_to_the_next(marker: str) -> None:
    assert split(f"分工\n{marker}\n清理河道的淤泥\n{marker}\n\n完") == [
        "分工",
        f"{marker}\n清理河道的淤泥",
        marker,
        "完",
    ]


@pytest.mark.parametrize("marker", ["一、", "1. ", "• ", "（二） "])
def test_an_overlong_sentence_is_not_cut_behind_a_marker(marker: str) -> None:
    text = "".join(f"，{marker}港口的工人在冬天里挖泥" for _ in range(200))
    parts = split(text)
    assert len(parts) > 5
    assert not any(part.endswith(marker.strip()) for part in parts)


def test_lines_end_sentences() -> None:
    text = "# 港口史\n早期\n\n港口很小\n1. 码头\n2. 仓库。旧仓库都拆了\n"
    assert split(text) == ["# 港口史", "早期", "港口很小", "1. 码头", "2. 仓库。", "旧仓库都拆了"]


ENGLISH = (
    "The harbour was dug by hand over eleven winters, and the men who dug it were paid in barley. "
    "Dr. Elm wrote that no wall could hold the sand. The wall held for ninety years, until the spring "
    "flood of 1911 carried the north end away and left the boats on the meadow."
)
CHINESE = "港口由工人花了十一个冬天挖成，工钱是大麦。当时的记录说，没有一道墙能挡住泥沙。" * 3


@pytest.mark.parametrize("columns", [60, 72, 80, 120, 140])
def test_hard_wrapped_english_reads_as_if_it_were_not(columns: int) -> None:
    wrapped = "\n".join(textwrap.wrap(ENGLISH, columns))
    assert [part.replace("\n", " ") for part in split(wrapped)] == split(ENGLISH)


def test_paragraphs_that_are_wide_lines_stay_apart() -> None:
    paragraphs = [
        "The harbour was dug by hand over eleven winters, and the men who dug it were paid in barley "
        "and in beer, all by the town.",
        "ninety years it held, until the spring flood of 1911 carried the north end away with most of "
        "the boats.",
        "nobody has built it again since then.",
    ]
    assert split("\n".join(paragraphs)) == paragraphs


@pytest.mark.parametrize("columns", [30, 35, 40])
def test_hard_wrapped_chinese_reads_as_if_it_were_not(columns: int) -> None:
    wrapped = "\n".join(CHINESE[i : i + columns] for i in range(0, len(CHINESE), columns))
    assert [part.replace("\n", "") for part in split(wrapped)] == split(CHINESE)


def test_a_chronology_is_not_taken_for_wrapped_lines() -> None:
    entries = [
        "1847 The first tram runs from the harbour to the market square in Ostby",
        "1863 The depot on Mill Lane burns down and nine horses are lost there",
        "1899 Overhead wires replace the horses on all lines except Hill Street",
        "1926 A strike of the conductors stops all traffic for eleven cold days",
    ]
    assert split("\n".join(entries)) == entries


def test_wrapped_paragraphs_and_their_headings_stay_apart() -> None:
    body = "\n".join(textwrap.wrap(ENGLISH, 70))
    text = f"## Digging\n{body}\n\n- a point about the wall that is as long as wrapped text is\n- next"
    found = split(text)
    assert found[0] == "## Digging"
    assert found[-2:] == text.split("\n")[-2:]
    assert len(lines(text)) == 4


def test_lists_and_verse_are_not_joined() -> None:
    titles = (
        "A short history of the harbour and its wall, 1890\nNotes on sand\nWinter work in the northern ports"
    )
    assert split(titles) == titles.split("\n")
    verse = "江水东流去\n孤帆远影来\n灯火照归人"
    assert split(verse) == verse.split("\n")


def test_semicolons_end_only_long_sentences() -> None:
    short = "码头归市政府；仓库归商会。"
    clauses = (f"码头的第{n}段归市政府管理，仓库、吊车和灯塔则一直归商会所有" for n in range(6))
    long = "；".join(clauses) + "。"
    assert split(short) == [short]
    assert len(split(long)) > 2
    assert all(part.endswith(("；", "。")) for part in split(long))
    inside = "港口（" + long + "）"
    assert all(width(part) > LONG for part in split(inside)[:-1])


def test_text_without_marks_is_cut_at_commas() -> None:
    text = "，".join(["港口的工人在冬天里挖泥"] * 80)
    parts = split(text)
    assert all(part.endswith("，") for part in parts[:-1])
    assert min(map(width, parts)) > LIMIT // 4
    numbers = "1,234,567，" * 200
    assert all(part.endswith("7，") for part in split(numbers))


@pytest.mark.parametrize(
    "unit", ["字", "a ", "。", '."', "; ", "“说。”", "a. ", "短\n", "(", " ", "……", "[1]"]
)
def test_huge_input_of_one_kind(unit: str) -> None:
    text = unit * 40_000
    spans = sentences(text)
    assert all(width(text[start:end]) <= LIMIT for start, end in spans)
    assert "".join(text[s:e] for s, e in spans).split() == [] or spans[-1].end == len(text.rstrip())


@given(texts)
def test_sentences_are_trimmed_ordered_and_hold_every_character(text: str) -> None:
    check_sentences(text)


def test_nothing_beyond_the_line_is_looked_at() -> None:
    text = "It closed in the U.S. The plant"
    assert list(line_sentences(text, Span(0, text.index("The") + 1))) == [(0, 23)]


def test_two_chinese_lines_are_one_only_if_the_first_is_full() -> None:
    first = "这套工具在处理不同平台的时候做得比较好这是大家都说的"
    second = "它会把所有需要的信息记录下来并在不同平台上安装不同的东西"
    assert texts_of(f"{first}\n{second}") == [first, second]
    assert len(texts_of(f"{second}\n{first}")) == 1


def texts_of(text: str) -> list[str]:
    return [text[slice(*span)] for span in lines(text)]


def test_the_messages_of_a_chat_are_lines_of_their_own() -> None:
    text = (
        "Lena (14:01): We paint the boat teal, not the orange one.\n"
        "Omar (14:03): Fine. Is the mast ready for the sails?\n"
        "Lena (14:05): No, the yard brings the mast on 11 June.\n"
        "Omar (14:10): Then I will wait with the ropes."
    )
    assert [text[slice(*line)] for line in lines(text)] == text.split("\n")


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        # A link that was taken out leaves a short line, and a wide one goes over every width.
        (
            "The lamp room opens when both keepers have signed\nthe sheet. It is\nshut before the tide.",
            False,
        ),
        (
            "1. Peel the beets as thinly as you can and leave them in a\n   bowl of salt water",
            False,
        ),
        ("Everything that the ferry carries, such as boats,\ncrates and bicycles, is weighed.", False),
        ("The keeper writes down the wind and the tide each hour\nNobody reads it", True),
        ("The keeper writes down the wind and the tide each hour.\nand nobody reads it", True),
        ("const everything = the ferry carries across the wide bay\nreturn = everything", True),
        ("The ferry keeps everything that it carries in data_file\nyield", True),
        ("Things that the keeper keeps in the lamp room of the tower\na) oil", True),
        ("Eight eggs of the hens that live in the lamp house\nflour: two cups", True),
        ("short lines of a song\ngo on like this", True),
    ],
)
def test_lines_of_prose_that_a_sentence_goes_on_in_are_one(text: str, apart: bool) -> None:
    given = [Span(m.start(), m.end()) for m in re.finditer(r"\S[^\n]*", text)]
    made = [text[slice(*span)] for span in rejoined(text, given)]
    assert made == (text.split("\n") if apart else [text])
