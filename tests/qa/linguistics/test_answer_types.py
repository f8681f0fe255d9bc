"""What questions ask for and sentences hold, in three scripts."""

from __future__ import annotations

import pytest

from index.text.fold import fold_text
from qa.linguistics.answer_types import (
    NAME_TYPES,
    QUANTITY_TYPES,
    contained_types,
    expected_types,
    single,
    spelled_names,
    tells_place,
)


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Who built the mill?", {"person"}),
        ("谁修了水车？", {"person"}),
        ("水車是哪位工匠修的？", {"person"}),
        ("When did the mill burn down?", {"date", "moment"}),
        ("What year did the mill burn down?", {"date"}),
        ("水车是哪一年烧毁的？", {"date"}),
        ("水車什麼時候燒毀的？", {"date", "moment"}),
        ("水车什么时候烧毁了？", {"date", "moment"}),
        ("When does the mill stop?", {"date", "moment", "occasion"}),
        ("磨坊什麼時候停工？", {"date", "moment", "occasion"}),
        ("Where is the mill?", {"place"}),
        ("水车在哪里？", {"place"}),
        ("水車位於哪個縣？", {"place"}),
        ("Which company bought the mill?", {"organisation"}),
        ("哪家公司买下了水车？", {"organisation"}),
        ("哪間公司買下水車？", {"organisation"}),
        ("How many sacks does it grind?", {"count"}),
        ("它一天磨多少袋面？", {"number"}),
        ("有幾個磨坊？", {"count"}),
        ("哪几个磨坊还开着？", set()),
        ("要走哪幾步？", set()),
        ("哪几年发过大水？", {"date"}),
        ("磨坊哪几天不开？", {"date"}),
        ("How many miles is it to the mill?", {"number"}),
        ("How long is the mill pond?", {"duration", "length"}),
        ("水渠有多长？", {"duration", "length"}),
        ("輪葉有多薄？", {"length"}),
        ("How thin are the blades?", {"length"}),
        ("水车由哪几个木匠修好？", set()),
        ("磨坊主的假期有多長？", {"duration", "length"}),
        ("修了多长时间？", {"duration"}),
        ("磨坊的電話號碼是幾號？", {"phone"}),
        ("Which number should I ring?", {"phone"}),
        ("Who invented the telephone?", {"person"}),
        ("磨坊的邮箱是什么？", {"email"}),
        ("What is the miller's e-mail address?", {"email"}),
        ("What is the mill's website?", {"website"}),
        ("官网地址是什么？", {"website"}),
        ("What is the purpose of the website?", set()),
        ("訂單編號是多少？", {"identifier"}),
        ("What is the booking number of the inn?", {"identifier"}),
        ("默认的账号密码是多少？", set()),  # any word may be one
        ("Which dose of the powder do the hens get?", {"number"}),
        ("What is the recommended dose of the powder?", {"number"}),
        ("What was a good value for the sluice?", {"number"}),
        ("磨坊有几层？", {"number"}),
        ("有多少个小时？", {"duration"}),
        ("What percent of the flour is sold?", {"percent"}),
        ("卖出的面粉占百分之几？", {"percent"}),
        ("How old is the miller?", {"age"}),
        ("磨坊主今年幾歲？", {"age"}),
        ("磨坊主多大了？", {"age"}),
        ("How long did the repairs take?", {"duration"}),
        ("修理花了多久？", {"duration"}),
        ("修理花了多長時間？", {"duration"}),
        ("How much money did the repairs cost?", {"money"}),
        ("修理费是多少？", {"money"}),
        ("修理要多少錢？", {"money"}),
        ("Why did the wheel stop?", {"reason"}),
        ("水车为什么停了？", {"reason"}),
        ("水車為何停了？", {"reason"}),
        ("为什么要分几次磨？", {"reason"}),
        ("Why is the percentage of bran so low?", {"reason"}),
        ("Why and when was the mill sold?", {"reason"}),
        ("石磨和铁磨差在哪里？", set()),
        ("這座磨坊貴在哪裡？", set()),
        ("How does the wheel turn?", {"manner"}),
        ("水车如何转动？", {"manner"}),
        ("What is a millrace?", {"definition"}),
        ("What is a standing offer?", set()),
        ("What was their offer?", {"money"}),
        ("What do the millers feel in charge of in Kearney?", set()),
        ("What amount of the flour is sold?", set()),
        ("磨坊的年預算是多少？", {"money"}),
        ("這部電影的票房有多少？", {"money"}),
        ("What portion of the flour is sold?", {"percent"}),
        ("Who drew the chart of the temperature?", {"person"}),
        ("At what temperature does it freeze?", {"temperature"}),
        ("Why does the wheel stop when it freezes?", {"reason"}),
        ("修理等了几天？", {"duration"}),
        # What a clause asks is told by the thing or the way that is asked for.
        ("Which gauge tells how long the mill has run?", set()),
        ("How do I see how many sacks are left?", {"manner"}),
        ("怎么查还剩多少袋面？", {"manner"}),
        ("怎么走要多久？", {"manner", "duration"}),
        ("What does it mean when the bell rings?", set()),
        ("Why does the miller use another e-mail address?", {"reason"}),
        ("磨坊里有多热？", {"temperature"}),
        ("水车是什么颜色？", {"colour"}),
        ("什么是引水渠？", {"definition"}),
        ("Tell me about the mill.", set()),
        ("讲讲水车的故事", set()),
        ("", set()),
    ],
)
def test_asked(question: str, kinds: set[str]) -> None:
    assert expected_types(question) == kinds


@pytest.mark.parametrize("question", ["WHO built it?", "ｗｈｏ built it?", "who built it?"])
def test_case_and_width_do_not_matter(question: str) -> None:
    assert expected_types(question) == {"person"}


@pytest.mark.parametrize(
    ("question", "sentence", "told"),
    [
        ("How many cats are allowed?", "One cat is allowed; dogs are not.", True),
        ("How many children did she have?", "She had one child.", True),
        ("How many balconies does it have?", "It has one large balcony.", True),
        ("How many cats are allowed?", "One of the cats is ill.", False),
        ("他有几个女儿？", "他有一个女儿。", True),
        ("他有几个女儿？", "他有一个儿子。", False),
    ],
)
def test_one_is_a_count_of_what_is_counted(question: str, sentence: str, told: bool) -> None:
    pattern = single(fold_text(question))
    assert pattern is not None
    assert bool(pattern.search(fold_text(sentence))) is told


def test_the_domain_of_an_email_is_no_website() -> None:
    mail = "write to mill@mail.example.org"
    assert not contained_types(mail, mail, frozenset({"website"}))


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("About 35 % of the flour is sold.", "percent"),
        ("三成的面粉卖给了面包店。", "percent"),
        ("The repairs cost $4,200.", "money"),
        ("修理花了三万元。", "money"),
        ("修理花了 ４２００ 美元。", "money"),
        ("It burned down in 1911.", "date"),
        ("It burned down on a Monday in March.", "date"),
        ("水車毀於一九一一年。", "date"),
        ("It opens at 6 a.m. and closes at 9pm.", "date"),
        ("It can do so from v2.4 on, and all of that since 3.10.", "date"),
        ("修车花了 10-15万。", "money"),
        ("木匠的年薪：三到五万起", "money"),
        ("木匠今年三十四周岁。", "age"),
        ("它日落后才开门。", "moment"),
        ("In winter it opens before dawn.", "moment"),
        ("It stops once the pond is empty.", "occasion"),
        ("水干了以后才停工。", "occasion"),
        ("The wheel is oiled every spring.", "moment"),
        ("Flour is dear towards the end of the year.", "date"),
        ("年底到來年年初最忙。", "date"),
        ("水车在深秋停工。", "moment"),
        ("The repairs took three weeks.", "duration"),
        ("修理用了 3 个月。", "duration"),
        ("修理用了二十年。", "duration"),
        ("It grinds ninety sacks, twice a day.", "number"),
        ("它一天磨九十袋，雇了三名工人。", "number"),
        ("It grinds ninety sacks, twice a day.", "count"),
        ("它一天磨九十袋，雇了三名工人。", "count"),
        ("A hen lays 50-200 eggs.", "count"),
        ("建議人數：不超過 8 人", "count"),
        ("每次只能磨一個。", "count"),
        ("It can take only one.", "count"),
        ("7 to 10 percent of the millers keep bees.", "count"),
        ("In 2012 it had 2000 visitors.", "count"),
        ("The pond is 25-metre long.", "length"),
        ("水渠长三公里。", "length"),
        ("電話：02-2345-6789", "phone"),
        ("Ring +44 20 7946 0958.", "phone"),
        ("In an emergency call 911.", "phone"),
        ("写信到 mill@example.org。", "email"),
        ("See mill.example.org for the hours.", "website"),
        ("Booking number: KGW-55192", "identifier"),
        ("匯款到帳號 4011-8827。", "identifier"),
        ("这本书印了五千册。", "number"),
        ("The wheel stopped because the river froze.", "reason"),
        ("由於河水結冰，水車停了。", "reason"),
        ("They lift it by turning a crank.", "manner"),
        ("他们通过曲柄把它抬起来。", "manner"),
        ("A millrace is a channel that leads water to the wheel.", "definition"),
        ("引水渠是指把河水引到水车的沟渠。", "definition"),
        ("The mill stands near Oakham.", "place"),
        ("水车坐落在清溪县的河边。", "place"),
        ("It was built by Owen Hale.", "person"),
        ("建造者是一位名叫欧文·黑尔的木匠。", "person"),
        ("It was sold to Hale Foods in spring.", "organisation"),
        ("后来由清溪食品公司买下。", "organisation"),
    ],
)
def test_held(sentence: str, kind: str) -> None:
    assert contained_types(sentence, fold_text(sentence), frozenset({kind})) == {kind}
    assert contained_types(sentence, fold_text(sentence), frozenset()) == frozenset()


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("The wheel turns slowly.", QUANTITY_TYPES | NAME_TYPES | {"reason", "manner", "definition"}),
        # What is asked for must be a word, not a part of one.
        (
            "Headquarters, on behalf of enthusiasts: housing, aviation, breakthroughs; nobody recalled.",
            frozenset({"percent", "reason", "manner", "definition"}),
        ),
        ("營業時間： 07:30 ~ 20:00，2024-01-15 起；1,234,567 人。", frozenset({"phone", "email", "website"})),
        # No number of these counts things.
        ("其中一個等了 2 到 3 天，花了 25% 的时间和 300 元。", frozenset({"count"})),
        ("In 1998 one of them waited two weeks, or 3-5 business days.", frozenset({"count"})),
        ("第三个人住在水边。", frozenset({"count"})),
        ("2. 倒入面粉。\n3) 揉面。", frozenset({"count", "number"})),  # of items
        ("Open 8:30 to 17:00 since 2024-01-15, 20 % off, by OAuth2.", frozenset({"identifier"})),
        ("It opens at 8:30; ring 020 7946 0123.", frozenset({"count"})),
        ("它在 2022 年 11 月、二〇二三年三月和一九九〇年代开放。", frozenset({"duration"})),
        ("磨坊有 20万人来过，耗电 400 W。", frozenset({"money"})),
        # A decimal number is no version, and so no date.
        (
            "It was repaired at a cost of £3.4 million, weighs 4.1 kg and holds 1.25 litres.",
            frozenset({"date"}),
        ),
        ("它重 4.1 公斤，长 2.5 米。", frozenset({"date"})),
        ("轮子慢慢地转。", QUANTITY_TYPES | {"person", "organisation", "reason", "manner", "definition"}),
    ],
)
def test_a_plain_sentence_holds_nothing(sentence: str, kinds: frozenset[str]) -> None:
    assert contained_types(sentence, fold_text(sentence), kinds) == frozenset()


@pytest.mark.parametrize(
    "line", ["Venue: hall 2", "集合地点：南门", "- Meeting place: the pier", "Address | 2 Mill Road"]
)
def test_a_label_tells_a_place(line: str) -> None:
    assert tells_place(fold_text(line))
    assert not tells_place(fold_text(f"See below. {line}")) and not tells_place("no room for more: none")


def test_a_capital_at_the_start_is_no_name() -> None:
    assert not contained_types("Wheels turn.", "wheels turn.", frozenset({"person"}))
    assert contained_types("Then Hale turned it.", "then hale turned it.", frozenset({"person"}))


def test_names_that_their_spelling_tells() -> None:
    assert spelled_names("then Owen Hale sold it to IBM") == ["owen", "hale", "ibm"]
    (name,) = spelled_names("那位木匠名叫歐文·黑爾。")
    assert name == "文·黑"  # what stands before and after a Chinese name cannot be told
    assert spelled_names("the wheel turns slowly") == spelled_names("轮子慢慢地转。") == []
