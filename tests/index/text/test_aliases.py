"""Names that articles gloss: what is taken from them, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import check_aliases
from small_library import an_article

from index.library import Library
from index.text.aliases import alias_pairs, extract_aliases
from index.text.fold import joined, name_key
from index.types import Alias


def whole(text: str) -> set[tuple[str, str]]:
    """The names said to be the same, without those that follow from parts of them."""
    found = extract_aliases(text)
    return {(a.name, joined(a.other)) for a in found if not a.part and a.name > joined(a.other)}


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("他说，扎哈罗娃(Maria Zakharova)来了", {("扎哈罗娃", "mariazakharova")}),
        ("Meta CEO扎克伯格(Mark Zuckerberg)", {("扎克伯格", "markzuckerberg")}),
        ("Mark Zuckerberg（祖克柏）说", {("祖克柏", "markzuckerberg")}),
        ("says CEO Mark Zuckerberg（祖克柏）", {("祖克柏", "markzuckerberg")}),
        ("祖克柏（Zuckerberg）", {("祖克柏", "zuckerberg")}),
        # A name with a dot: the last part stands for the whole.
        ("总裁馬克·祖克柏（Mark Zhukov）", {("马克祖克柏", "markzhukov"), ("祖克柏", "markzhukov")}),
        ("俄罗斯弗拉基米尔・普京(Vla Putin)", {("弗拉基米尔普京", "vlaputin"), ("普京", "vlaputin")}),
        ("包括路易斯·马丁(Louis Martin)", {("路易斯马丁", "louismartin"), ("马丁", "louismartin")}),
        ("副总裁艾哈迈德·达勒(Ahmad Al-Dahle)", {("艾哈迈德达勒", "ahmadaldahle"), ("达勒", "ahmadaldahle")}),
        ("研究官马克·陈(Mark Chen)在", {("马克陈", "markchen")}),
        # Chinese people's: as many characters as pinyin syllables, or a surname after a title.
        ("离职者包括余家辉(Jiahui Yu)、陈一(Yi Chen)", {("余家辉", "jiahuiyu"), ("陈一", "yichen")}),
        ("知名学者杨立昆(Yann LeCun，法国人)的", {("杨立昆", "yannlecun")}),
        ("獲得者楊立昆(Yann?LeCun)作", {("杨立昆", "yannlecun")}),
        ("Yann LeCun（楊立昆）", {("杨立昆", "yannlecun")}),
        ("李飞飞（Fei-Fei Li）", {("李飞飞", "feifeili")}),
        ("他是王小明，英文名 Tom Wang，今年", {("王小明", "tomwang")}),
        # Acronyms and translations.
        ("台积电(TSMC)", {("台积电", "tsmc")}),
        ("说俄罗斯(Russia)", {("说俄罗斯", "russia")}),  # too long is never met; 罗斯 would be wrong
        ("日本(Japan)、以色列(Israel)", {("日本", "japan"), ("以色列", "israel")}),
        ("位于新加坡欧南区(Outram)", {("新加坡欧南区", "outram")}),
        ("NASA（美国国家航空航天局）", {("美国国家航空航天局", "nasa")}),
        ("The International Energy Agency (IEA) said", {("internationalenergyagency", "iea")}),
        ("of the IEA (International Energy Agency).", {("internationalenergyagency", "iea")}),
        ("the Union of the Seven Seas (USS)", {("uss", "unionofthesevenseas")}),
        ("uses large language models (LLMs).", {("llms", "largelanguagemodels")}),
        (
            "据国际能源署（International Energy Agency，简称IEA）",
            {
                ("国际能源署", "internationalenergyagency"),
                ("国际能源署", "iea"),
                ("internationalenergyagency", "iea"),
            },
        ),
        ("“人才收购”(Acquihire)的", {("人才收购", "acquihire")}),
        ("在2025年美職聯(MLS)", {("美职联", "mls")}),
        # Left alone: lists, descriptions, plain remarks, names whose beginning is open.
        ("美国公司（OpenAI, Google）", set()),
        ("Scale AI（数据标注公司）", set()),
        ("Tim Cook（苹果）说", set()),
        ("推动的巨石(AI)，", set()),
        ("直面AI(ID:facing)", set()),
        ("杨立昆的AI研究院(FAIR)位置", set()),
        ("这件事(见下文)", set()),
        ("sold it (again) in 1988 (SEE PAGE TEN)", set()),
        ("价格(100 USD)", set()),
        ("一句很长的话里没有任何停顿的地方所以不知道名字从哪里开始(Something)", set()),
        ("", set()),
    ],
)  # fmt: skip
def test_glosses(text: str, pairs: set[tuple[str, str]]) -> None:
    assert whole(text) == pairs


def test_a_surname_stands_for_the_name_on_either_side() -> None:
    alone = {(a.name, a.other) for a in alias_pairs("马特·德特克", "Matt Deitke") if a.part == "deitke"}
    assert alone == {
        ("马特德特克", "deitke"),
        ("deitke", "马特·德特克"),
        ("德特克", "deitke"),
        ("deitke", "德特克"),
    }
    # 阿迪特 is the first name of Aadit Sheth.
    assert {a.part for a in alias_pairs("阿迪特", "Aadit Sheth")} == {"", "aadit"}
    assert {a.part for a in alias_pairs("国际能源署", "International Energy Agency")} == {""}
    assert {a.part for a in alias_pairs("IEA", "International Energy Agency")} == {""}


def test_names_of_the_same_key_are_no_aliases() -> None:
    assert alias_pairs("Open AI", "openai") == []


NAMES = st.sampled_from(["德特克", "馬特·德特克", "Matt Deitke", "Deitke", "IEA", "國際能源署", "a-b", "李"])


@given(NAMES, NAMES)
def test_aliases_go_both_ways(one: str, other: str) -> None:
    found = alias_pairs(one, other)
    assert len(set(found)) == len(found)
    assert {(a.name, name_key(a.other), a.part) for a in found} == {
        (name_key(a.other), a.name, a.part) for a in found
    }
    assert {(a.name, name_key(a.other)) for a in found} == {
        (a.name, name_key(a.other)) for a in alias_pairs(other, one)
    }


def test_a_dot_alone_is_no_name() -> None:
    assert extract_aliases("A(,·)") == extract_aliases("Ann Lee（·李）") == []


@given(st.text("德特克·马 MattDeitke()（）,，简称\n的 AI", max_size=60))
def test_any_text_can_be_mined(text: str) -> None:
    check_aliases(text)


def test_long_brackets_and_words_take_no_time() -> None:
    for text in (
        "a-" * 5_000 + "(IEA)",
        "(" * 10_000,
        "Aa " * 5_000 + "(德特克)",
        "德·" * 5_000 + "克(Matt Deitke)",
    ):
        extract_aliases(text)


# In a library


def test_aliases_live_as_long_as_the_article(library: Library) -> None:
    gloss = ("gloss", an_article("德特克（Matt Deitke）在北京。"))
    library.add_parsed([gloss, ("other", an_article("馬特·德特克（Matt Deitke）在上海。"))])
    assert Alias("mattdeitke", "德特克") in library.aliases(["mattdeitke", "nobody"])
    library.remove([library.find("other").id])
    assert {alias.other for alias in library.aliases(["mattdeitke"])} == {"德特克"}
    library.add_parsed([("gloss", an_article("德特克在北京。"))])
    assert library.aliases(["mattdeitke", "德特克", "deitke"]) == []


def test_what_is_said_most_often_comes_first(library: Library) -> None:
    texts = ["祖克柏（Mark Zuckerberg）。", "扎克伯格（Mark Zuckerberg）。", "扎克伯格（Mark Zuckerberg）！"]
    library.add_parsed([(text, an_article(text)) for text in texts])
    assert [alias.other for alias in library.aliases(["markzuckerberg"])] == ["扎克伯格", "祖克柏"]


def test_two_names_glossed_by_one_mean_the_same(library: Library) -> None:
    library.add_parsed(
        [
            ("hans", an_article("扎克伯格（Mark Zuckerberg）。")),
            ("hant", an_article("祖克柏（Mark Zuckerberg）。")),
            ("one", an_article("甲骨文公司（AMS），超级智能实验室（AMS）")),
        ]
    )
    assert "祖克柏" in {alias.other for alias in library.aliases(["扎克伯格"])}
    assert "扎克伯格" in {alias.other for alias in library.aliases(["祖克柏"])}
    assert {alias.other for alias in library.aliases(["甲骨文公司"])} == {
        "ams"
    }  # one word may mean many things


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("aliases: Sunny Plaza, 老集市", {"sunny plaza", "老集市"}),
        ("tags: x\nAlias: 老集市\nauthor: y", {"老集市"}),
        ("别名：老集市；—", {"老集市"}),
        ("A text.\n\naliases: 老集市", set()),
        ("aliases:", set()),
        ("aliases: " + "长" * 41, set()),
    ],
)
def test_front_matter_tells_other_names_of_what_a_title_names(head: str, names: set[str]) -> None:
    text = f"{head}\n\n晨光广场建于一九七二年。"
    found = extract_aliases(text, "晨光广场")
    assert {alias.other for alias in found if alias.name == "晨光广场"} == names
    assert {alias.name for alias in found if alias.other == "晨光广场"} == {joined(name) for name in names}
    assert extract_aliases(text) == []
