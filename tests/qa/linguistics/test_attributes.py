"""What a question asks for by its name."""

from __future__ import annotations

import pytest

from index.text.fold import fold_text
from qa.linguistics.attributes import asked_attribute, asked_kind


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is the Wi-Fi password?", "password"),
        ("What's the colour of the barn?", "colour"),
        ("Who is the owner of the shop on Mill Lane?", "owner"),
        ("What was Ann's nickname?", "nickname"),
        ("And what is her dog called?", "dog"),
        ("橘园的结局是什么？", "结局"),
        ("旅行的同伴是谁", "同伴"),
        ("服务器的管理员密码是什么？", "管理员密码"),
        ("What is Ann's blood type?", "type"),
        ("Wi-Fi 密码是什么？", "密码"),
        ("GRU 局长是谁？", "局长"),
        ("What is the type of the barn?", None),
        ("What is tender time?", None),
        ("What is the difference between a barge and a punt?", None),
        ("What is the name of the barn?", None),
        ("What does the owner eat?", None),
        ("Who owns the shop?", None),
        ("橘园是什么？", None),
        ("橘园的名字叫什么？", None),
        ("橘园的特点有哪些？", None),
        ("橘园的另一个名字是什么？", None),
        ("What was the name given to the barn?", None),
        ("", None),
    ],
)
def test_the_name_is_found_where_one_is_asked_for(question: str, name: str | None) -> None:
    folded = fold_text(question)
    asked = asked_attribute(folded)
    assert (folded[asked.start : asked.end] if asked and not asked.general else None) == name


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is the name of the barn?", "name"),
        ("What were the costs of the barn?", "costs"),
        ("橘园的价格是多少？", "价格"),
        ("橘园里的树的主人分别是谁？", "主人"),
        ("橘园的出口在哪里？", "出口"),
        ("橘园的主人是什么时候来的？", None),
        ("橘园的主人因为什么离开？", None),
        ("橘园的新名字更名为什么？", None),
    ],
)
def test_a_general_name_and_that_of_a_quantity_are_found_as_well(question: str, name: str | None) -> None:
    folded = fold_text(question)
    asked = asked_attribute(folded)
    assert (folded[asked.start : asked.end] if asked else None) == name


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which firmware version is the kettle running?", "version"),
        ("What model are Ann's boots?", "model"),
        ("What make are Ann's boots?", None),
        ("How many litres does the tank hold?", "litres"),
        ("How many ripe pears are there?", "pears"),
        ("这双靴子是什么型号？", "型号"),
        ("这双靴子是什么牌子？", None),
        ("小安是什么血型的？", "血型"),
        ("小安的会员号是多少？", "会员号"),
        ("Wi-Fi 密码是多少？", "密码"),
        ("两个水箱的容量分别是多少", "容量"),
        ("小安的体重大约是多少？", None),
        ("水箱多少升？", None),
        ("What colour is the kettle?", None),
        ("Which city was the kettle made in?", None),
        ("What reason was the tank emptied for?", None),
        ("What did Ann buy?", None),
        ("这双靴子用的是什么型号？", None),
        ("靴子是什么颜色的？", None),
        ("靴子是什么？", None),
        ("水箱是因为什么原因换的？", None),
        ("", None),
    ],
)
def test_the_kind_is_found_of_which_one_is_asked_for(question: str, kind: str | None) -> None:
    folded = fold_text(question)
    place = asked_kind(folded)
    assert (folded[slice(*place)] if place else None) == kind
