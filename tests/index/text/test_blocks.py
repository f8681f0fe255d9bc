"""Blocks: every kind by its smallest example, and what holds for all texts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.text.blocks import cells, decode, encode, find_blocks, heading_path, places_inside, row_of
from index.types import Block, Kind, Span

SENTENCE = "港口的工人在冬天里挖泥，到了春天才领到大麦。"
LINES = st.sampled_from(
    [
        *("# 港口", "## Wall", "一、背景", "旧港", SENTENCE, "下面是名单：", "- 一", "  - 一之一", "1. 甲"),
        *("（2）乙", "① 丙", "年 | 长", "1998 | 12 米", "a |  | b", " | c", "```", "x = 1", "问：多长？"),
        *(
            "答：三里。",
            "图1 码头",
            "参考文献",
            "[1] 张三. 港口史.",
            "",
            "",
            "    缩进的一段",
            "|",
            "- ",
            "#",
        ),
        *("The wall held for ninety years.", "```py"),
    ]
)


def shown(text: str, marked: dict[str, Kind] | None = None) -> list[tuple[str, str]]:
    """Kind and text of each block; ``marked`` has the kinds that are known, by the lines."""
    known = [(Span(at := text.index(line), at + len(line)), kind) for line, kind in (marked or {}).items()]
    return [(block.kind.value, text[block.start : block.end]) for block in find_blocks(text, known)]


@given(st.lists(LINES, max_size=25).map("\n".join), st.data())
def test_places_inside_are_those_of_the_blocks_that_share_some_text(text: str, data: st.DataObject) -> None:
    blocks = find_blocks(text)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    shared = [at for at, block in enumerate(blocks) if block.start < end and start < block.end]
    assert [*places_inside(blocks, start, end)] == shared


@given(st.lists(LINES, max_size=25).map("\n".join) | st.text(max_size=200))
def test_blocks_hold_all_of_the_text_once_and_point_at_earlier_ones(text: str) -> None:
    blocks = find_blocks(text)
    last = 0
    for place, block in enumerate(blocks):
        assert block.start >= last and not text[last : block.start].strip()
        assert text[block.start : block.end].strip() == text[block.start : block.end] != ""
        assert 0 <= block.marker <= block.end - block.start
        assert -1 <= block.parent < place and -1 <= block.lead < place
        last = block.end
    assert not text[last:].strip()
    assert decode(encode(blocks)) == blocks
    for block in blocks:
        if block.kind is Kind.ROW:
            inside = cells(text, block)
            assert all(block.start <= a <= b <= block.end for a, b in inside)
            assert all(one.end <= other.start for one, other in pairwise(inside))


def test_a_line_of_facts_is_no_heading() -> None:
    for line in (
        *("难度：两颗星 ｜ 4 人份 ｜ 40 分钟", "Serves 4 ｜ 40 minutes"),
        *("電話：06-221-4578", "Tel.: 01904 555 016", "投诉邮箱 mill@example.org"),
        "七、服務電話：05-225-6918；官網 www.example.org",
    ):
        assert all(block.kind is not Kind.HEADING for block in find_blocks(f"{line}\n\n{SENTENCE}"))


def test_entries_of_a_chronology_are_no_headings_but_dates_alone_are() -> None:
    entries = ["1958年 柳江大桥动工", "12 June 1961 opened to traffic", "1994年 柳江大桥加固。"]
    assert shown("\n".join([*entries[::2], SENTENCE])) == [
        *(("paragraph", entry) for entry in entries[::2]),
        ("paragraph", SENTENCE),
    ]
    assert shown(f"{entries[1]}\n{SENTENCE}")[0] == ("heading", entries[1])
    diary = "2019-05-03\n种了韭菜\n\n2019-06-09\n井水干了"
    assert [kind for kind, _ in shown(diary)] == ["heading", "paragraph", "heading", "paragraph"]
    assert {block.level for block in find_blocks("2019年5月3日\n种了韭菜。\n\n2019年6月9日\n井水干了。")} == {
        0,
        6,
    }


def test_headings_have_levels_and_paths() -> None:
    text = f"# 港口史\n\n{SENTENCE}\n\n## 早期 ##\n\n### 墙\n\n{SENTENCE}\n\n## 后来\n\n{SENTENCE}"
    blocks = find_blocks(text)
    assert [(b.level, text[b.start + b.marker : b.end]) for b in blocks if b.kind is Kind.HEADING] == [
        (1, "港口史"),
        (2, "早期 ##"),
        (3, "墙"),
        (2, "后来"),
    ]
    paths = [heading_path(blocks, place) for place in (4, 6)]
    assert [[text[blocks[i].start : blocks[i].end] for i in path] for path in paths] == [
        ["# 港口史", "## 早期 ##", "### 墙"],
        ["# 港口史", "## 后来"],
    ]


def test_a_list_knows_its_depth_and_what_announces_it() -> None:
    text = f"{SENTENCE}\n\n参展的有：\n\n- 岳麓\n  - 文学\n  - 历史\n    第二版\n- 商务\n\n{SENTENCE}"
    blocks = find_blocks(text)
    found = [(b.kind.value, b.level, b.parent, b.lead, text[b.start + b.marker : b.end]) for b in blocks]
    assert found == [
        ("paragraph", 0, -1, -1, SENTENCE),
        ("paragraph", 0, -1, -1, "参展的有："),
        ("item", 0, -1, 1, "岳麓"),
        ("item", 1, 2, 2, "文学"),
        ("item", 1, 2, 2, "历史"),
        ("paragraph", 0, 4, -1, "第二版"),
        ("item", 0, -1, 1, "商务"),
        ("paragraph", 0, -1, -1, SENTENCE),
    ]


@pytest.mark.parametrize("marker", ["-", "*", "•", "1.", "2)", "3、", "（四）", "(5)", "五、", "⑥", "a)"])
def test_markers_of_items(marker: str) -> None:
    items = [f"{marker} 甲乙丙丁，戊己庚辛", f"{marker} 子丑寅卯，辰巳午未"]
    blocks = find_blocks("\n".join(["名单如下：", *items]))
    assert [(b.kind, b.marker, b.lead) for b in blocks[1:]] == [(Kind.ITEM, len(marker) + 1, 0)] * 2


@pytest.mark.parametrize(
    "line", ["2.5 米是它的宽。", "2024. 那一年。", "-5 度以下。", "A. 史密斯来了。", "二、三十年以后。"]
)
def test_what_is_no_item(line: str) -> None:
    assert shown(line) == [("paragraph", line)]


def test_numbers_inside_numbers() -> None:
    rules = (
        "一、总则：",
        "（一）目的：",
        "1. 甲是甲。",
        "2. 乙是乙。",
        "（二）依据。",
        "二、细则：",
        "（一）范围。",
        "三、附则。",
    )
    assert [b.level for b in find_blocks("\n".join(rules))] == [0, 1, 2, 2, 1, 0, 1, 0]


def test_bullets_stand_under_numbers_not_numbers_under_bullets() -> None:
    levels = [
        b.level for b in find_blocks("1. 甲是甲。\n- 子。\n- 丑。\n2. 乙是乙。\n\n# 二\n\n- 子。\n1. 甲。")
    ]
    assert levels == [0, 1, 1, 0, 1, 0, 0]


def test_a_numbered_line_is_an_item_where_it_is_announced_or_has_bullets() -> None:
    text = f"恢复分三步：\n\n1. 停掉服务\n\n{SENTENCE}\n\n2. 运行脚本\n- 先看日志\n\n{SENTENCE}"
    assert [kind for kind, _ in shown(text)] == [
        *("paragraph", "item", "paragraph", "item", "item", "paragraph"),
    ]


def test_a_table_has_cells_a_header_and_a_caption() -> None:
    text = f"{SENTENCE}\n\n表1 各季度销售额\n\n季度 | 2023 |  | 备注\n一季度 | 410 | 12 | \n | 455 |  | 估计"
    blocks = find_blocks(text)
    assert [(b.kind.value, b.level, b.lead) for b in blocks] == [
        ("paragraph", 0, -1),
        ("caption", 0, -1),
        ("row", 0, 1),
        ("row", 0, 1),
        ("row", 0, 1),
    ]
    assert [[text[slice(*cell)] for cell in cells(text, b)] for b in blocks[2:]] == [
        ["季度", "2023", "", "备注"],
        ["一季度", "410", "12", ""],
        ["", "455", "", "估计"],
    ]
    header = Span(blocks[2].start, blocks[2].end)
    told = find_blocks(text, [(header, Kind.ROW)])
    assert [(b.level, b.lead) for b in told[2:]] == [(1, 1), (0, 2), (0, 2)]


def test_a_bar_at_the_end_of_a_cell_parts_none() -> None:
    assert row_of(["a |", "| b"]) == "a| | |b"


@given(st.lists(st.text("甲乙a1 |-", max_size=6), min_size=2, max_size=5))
@example(["1", "1  | 1"])
def test_the_cells_of_a_row_are_found_in_its_line(texts: list[str]) -> None:
    line = row_of(texts)
    found = [line[slice(*cell)] for cell in cells(line, Block(Kind.ROW, 0, len(line)))]
    if line.strip() == line and not any(
        text.strip().startswith("|") or text.strip().endswith("|") for text in texts
    ):
        assert [cell.split() for cell in found] == [
            " ".join(text.split()).replace(" | ", "|").split() for text in texts
        ]


def test_many_small_tables_take_time_in_step() -> None:
    text = "\n\n".join(["年 | 船\n1998 | 12"] * 20_000)  # copying what follows each took minutes
    assert sum(block.kind is Kind.ROW for block in find_blocks(text)) == 40_000


def test_the_header_row_is_seen_where_it_names_the_columns() -> None:
    assert [b.level for b in find_blocks("药 | 剂量\n缬沙坦 | 80 mg\n二甲双胍 | 500 mg")] == [1, 0, 0]
    assert [b.level for b in find_blocks("80 mg | 缬沙坦\n500 mg | 二甲双胍")] == [0, 0]
    assert shown("财经 | 新闻 | 体育") == [("paragraph", "财经 | 新闻 | 体育")]  # a line alone is no table


def test_code_is_one_block_with_its_announcement() -> None:
    text = "用下面的命令备份：\n\n```bash\npg_dump a\n\n# no heading\n```\n\n完成。"
    blocks = find_blocks(text)
    assert [(b.kind.value, b.lead, b.marker) for b in blocks] == [
        ("paragraph", -1, 0),
        ("code", 0, len("```bash\n")),
        ("paragraph", -1, 0),
    ]
    assert shown("```\n没有结尾") == [("paragraph", "```"), ("paragraph", "没有结尾")]


def test_questions_and_answers() -> None:
    text = "问：街有多长？\n答：三里。\n这是量过的。\n\n问：谁量的？\n\n答：学生。"
    blocks = find_blocks(text)
    assert [(b.kind.value, b.parent, b.lead) for b in blocks] == [
        ("question", -1, -1),
        ("answer", -1, 0),
        ("paragraph", 1, -1),
        ("question", -1, -1),
        ("answer", -1, 3),
    ]
    interview = "记者：您何时来的？\n李明：去年。\n记者：还走吗？\n李明：不走了。"
    assert [kind for kind, _ in shown(interview)] == ["question", "answer"] * 2
    assert {kind for kind, _ in shown("厨房：王芳\n楼梯：李明\n厨房：李明")} == {"paragraph"}


@pytest.mark.parametrize(
    "heading", ["参考文献", "参考链接", "參考", "相關連結", "数据与引用", "References", "Internal links"]
)
def test_references_run_to_the_next_heading(heading: str) -> None:
    references = f"## {heading}\n\n[1] 张三. 港口史.\n\n- 李四. 码头."
    text = f"# 港口\n\n{SENTENCE}\n\n{references}\n\n## 后记\n\n{SENTENCE}"
    assert [kind for kind, _ in shown(text)] == [
        *("heading", "paragraph", "heading", "reference", "reference", "heading", "paragraph"),
    ]


def test_what_the_reader_knows_counts() -> None:
    text = f"{SENTENCE}\n她说过的话\n第 3 页\n{SENTENCE}图片来源：某某"
    known = {"她说过的话": Kind.QUOTATION, "第 3 页": Kind.FURNITURE, "图片来源：某某": Kind.DEBRIS}
    assert shown(text, known) == [
        ("paragraph", SENTENCE),
        ("quotation", "她说过的话"),
        ("furniture", "第 3 页"),
        ("paragraph", SENTENCE),
        ("debris", "图片来源：某某"),
    ]


@pytest.mark.parametrize(
    "caption", ["图1 旧码头", "圖 2-1：新碼頭", "Figure 3. The quay", "Table 4: Ships by year"]
)
def test_captions(caption: str) -> None:
    assert shown(f"{SENTENCE}\n\n{caption}\n\n{SENTENCE}")[1] == ("caption", caption)


def test_wrapped_lines_are_one_block() -> None:
    line = "the wall that the men of the harbour built over eleven long winters"
    assert [kind for kind, _ in shown("\n".join([line] * 6))] == ["paragraph"]
    listed = "\n".join([f"- {line}", line, line, f"- {line}", line])
    assert [kind for kind, _ in shown(listed)] == ["item", "item"]


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "[",
        "{}",
        "[1]",
        '[["item"]]',
        '[["nothing",0,1]]',
        '[["item","a",1]]',
        '[["item",0,1,0,0,-1,-1,9]]',
    ],
)
def test_what_is_no_list_of_blocks_is_refused(stored: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        decode(stored)


def test_what_is_stored_is_small() -> None:
    blocks = find_blocks("\n\n".join([SENTENCE] * 100))
    assert len(encode(blocks)) < 45 * len(blocks)
    assert isinstance(decode(encode(blocks))[0], Block)


def test_a_line_of_a_record_alone_is_no_heading() -> None:
    text = "Date: 3 May\nPatient: Olaf Brandt\nWard: B\n\nDiagnosis: early cataract\n\nHe may drive by day.\n"
    assert ("heading", "Diagnosis: early cataract") not in shown(text)
    # One such line may be a title: two things are told in it.
    assert ("heading", "Bergen: a harbour") in shown(f"Boats.\n\nBergen: a harbour\n\n{SENTENCE}\n")


def test_an_amount_is_no_numbered_heading() -> None:
    text = "Rye loaf\n\nTakes an hour.\n\n3 cups rye flour\n200 g brown sugar, sifted.\n"
    assert ("heading", "3 cups rye flour") not in shown(text)
    assert ("heading", "3 Results") in shown("The wall held.\n\n3 Results\nIt held for ninety years.\n")


def test_the_first_row_of_a_form_heads_nothing() -> None:
    """Names with what they are: amounts and texts below each other."""
    form = "Policy | HH-22\nInsurer | Northgate\nPremium | 318.40\nExcess | 150"
    assert {block.level for block in find_blocks(form)} == {0}
    table = "Name | Grade\nAnn | 7\nBob | 8\nCy | 6"
    assert [block.level for block in find_blocks(table)] == [1, 0, 0, 0]
