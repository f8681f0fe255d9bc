"""Articles for the torture runs: random Chinese and English texts, each with a fact to ask for."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import NamedTuple


class Written(NamedTuple):
    """One version of an article's file, and a question that its text answers."""

    data: bytes
    question: str


_NAME = "青岚鹤鸣云栖霜桥泊晴川沧溪梧岭澜砚舟墨竹枫渡澄汀莺曜"
_SYLLABLES = "bra kel vor min dal tho rin sab lup gar nes fi wex jor ul pan zem cor hal tiv"
#: Who, when, did, what.
_ZH = (
    "研究人员 当地居民 一位老师 年轻的工程师 城市 图书馆 博物馆 火车站 河边的茶馆 医生们 作家 记者",
    "昨天 每年春天 多年以来 在雨季 夏天的晚上 去年十月 从那时起",
    "修复了 讨论过 记录下 喜欢 改变了 介绍过 保护着 怀念 比较了 测量了",
    "古老的地图 新的课程 河流的水位 农民的生活 桥梁的结构 孩子们的健康 传统的音乐 天气的变化",
)
_EN = (
    "The_engineers A_local_teacher The_museum Two_old_friends The_railway Many_farmers A_young_writer",
    "quietly in_the_rainy_season last_October for_many_years every_spring after_the_war",
    "repaired measured described forgot protected discussed painted compared",
    "the_old_maps a_wooden_bridge the_price_of_paper the_water_of_the_river a_new_course some_songs",
)
#: A title, the sentence with the fact, the question that asks for it.
_FACTS = {
    True: (
        ("{a}图书馆", "{a}图书馆有{number}个座位。", "{a}图书馆有多少个座位？"),
        ("{a}大桥", "{a}大桥建成于{year}年。", "{a}大桥是哪一年建成的？"),
        ("{a}公司", "{a}公司的总部有{number}名员工。", "{a}公司有多少名员工？"),
    ),
    False: (
        ("The {a} Bridge", "The {a} bridge was built in {year}. ", "When was the {a} bridge built?"),
        ("{a} and {b}", "{a} founded the company {b} in {year}. ", "Who founded {b}?"),
        ("{a} Library", "The {a} library has {number} seats. ", "How many seats does the {a} library have?"),
    ),
}


def a_word(rng: random.Random) -> tuple[str, str]:
    """A word to teach, and its synonym."""
    return "".join(rng.sample(_NAME, 2)), "".join(rng.choices(_SYLLABLES.split(), k=3)).capitalize()


def an_article(rng: random.Random, paragraphs: int | None = None) -> Written:
    """A Markdown article in Chinese or English, of ``paragraphs`` paragraphs, by default one to eight."""
    chinese = rng.random() < 0.6
    a, b = (a_word(rng)[not chinese] for _ in range(2))
    values = {"a": a, "b": b, "number": rng.randrange(100, 9999), "year": rng.randrange(1700, 2020)}
    title, fact, question = (part.format(**values) for part in rng.choice(_FACTS[chinese]))
    count = paragraphs or rng.choice((1, 1, 2, 3, 5, 8))
    bodies = [[_filler(rng, chinese) for _ in range(rng.randrange(2, 9))] for _ in range(count)]
    target = rng.choice(bodies)
    target.insert(rng.randrange(len(target) + 1), fact)
    parts = [f"# {title}"]
    for number, body in enumerate(bodies):
        if count > 2 and rng.random() < 0.3:
            parts.append(f"## 第{number + 1}节" if chinese else f"## Part {number + 1}")
        parts.append("".join(body).strip())
    return Written("\n\n".join(parts).encode() + b"\n", question)


def _filler(rng: random.Random, chinese: bool) -> str:
    who, when, did, what = (rng.choice(words.split()) for words in (_ZH if chinese else _EN))
    return f"{when}，{who}{did}{what}。" if chinese else f"{who} {when} {did} {what}. ".replace("_", " ")


def write(path: Path, rng: random.Random, paragraphs: int | None = None) -> Written:
    """Writes a new version of the article at ``path``. Its size or time differs from the one before."""
    written = an_article(rng, paragraphs)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{threading.get_ident()}")
    new.write_bytes(written.data)
    new.replace(path)  # a reader gets the old version or the new one, whole
    return written
