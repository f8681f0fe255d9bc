"""What a question asks for by its name: "password" in "What is her password?", 结局 in 长河的结局是什么.

A text that answers such a question nearly always has the name, or one like it. All of it is folded text
(`index.text.fold`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from index.text.han import is_han
from index.types import Span

#: Of whom or of what something is asked: "the … of Ann", "Ann's …", "her …".
_OWNED = re.compile(r"\b(?:the|his|her|its|their|my|our|your)\b|'s\b|s' ")
_ENGLISH = re.compile(
    r"(?:^|[,;:] )(?:and |but |so )?(?:what|who)(?:'s| is| was| (?P<several>are|were))"
    r" (?P<phrase>[^,;:?]{1,60}?)"
    r"(?= (?:of|for|in|at|on|to|from|by|with|that|which|who|when|after|before|during|under|between)\b"
    r"| (?:called|used|like)\b|\s?[?.!]?$)"
)
#: What a Chinese name of something follows: 的, or a Latin word or number that names its owner.
_BEFORE_NAME = r"(?:的|(?<=[a-z\d])\s?(?=[^\W\da-z]))"
_CHINESE = re.compile(
    rf"{_BEFORE_NAME}(?P<name>(?:(?!的)[\w -]){{1,16}}?)(?:各|分别)?"
    r"(?:(?:是|叫)(?:什么|谁|啥)(?:人|名字)?"
    r"|(?P<several>(?:为|有|在)(?<!因为)(?:什么|谁)(?<!为什么)|(?:是|为|有|在)(?:多少|哪)\w{0,3}))\W*$"
)
#: Which of its kind a thing is or has: "which version is the router running?", 这是什么牌子. What is used or
#: so on (用的是什么) is told without its kind.
_KIND_ENGLISH = re.compile(
    r"\b(?:what|which) (?:[\w-]+ )?(?P<name>[a-z]+) (?:is|are|was|were)"
    r" (?:the|my|our|your|his|her|its|their|\w+['’]s)\b"
)
_COUNTED = re.compile(
    r"\bhow many (?:[\w'’-]+ ){0,2}?(?P<name>[a-z]+)"
    r"(?= (?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|had|may|must"
    r"|of|in|on|for|that|to|at)\b|\W*$)"
)
_KIND_CHINESE = re.compile(
    r"(?<![用因的])(?:是|属于?)(?:什么|何种|哪[种个])(?P<name>[^\W\da-z_]{1,4}?)的?\W*$"
)
_NUMBER_CHINESE = re.compile(
    rf"{_BEFORE_NAME}(?P<name>(?:(?!的)[\w -]){{1,12}}?)(?:分别|各)?(?:大约|大概|一共)?(?:是|为|有)多少\W*$"
)
_HEAD = re.compile(r"[a-z]+$")
#: With the noun before it a general name is told by it: her blood type, Ann's shoe size.
_COMPOUND = re.compile(
    r"(?:\b(?:the|his|her|its|their|my|our|your)|['’]s) [a-z]+ (?:type|group|size|status|level)$"
)
#: The last word of a phrase that is no noun: "the name given to …".
_NO_NOUN = re.compile(
    "[a-z]+ed|given|known|made|taken|held|built|found|never|not|ever|first|last|below|above|there"
)
#: Names that say nothing, or whose things are told without them: a method, an advantage, a limit, a job.
_GENERAL_ENGLISH = """
    advantage aim answer basis benefit best biggest case cause concept condition consequence cost default
    difference disadvantage duty effect example explanation fact fate focus form function goal highest idea
    impact importance issue job kind largest least length limit lowest main matter maximum meaning measure
    method minimum most name nature number object objective occupation one only order origin outcome part
    percentage person place plan plot point price problem procedure process profession proportion purpose
    range rank ranking rate reason relation relationship requirement response result role rule share
    significance similarity size solution sort source status story subject task term theme thing time title
    topic total type use value way word work year
"""
_GENERAL_CHINESE = """
    名字 名称 全名 原因 理由 意思 含义 定义 作用 用途 功能 方法 方式 办法 步骤 流程 过程 特点 特征 特色 性质
    区别 不同 差别 优点 缺点 好处 坏处 优势 劣势 情况 状况 内容 目的 目标 结果 后果 影响 意义 重要性 问题
    地方 地点 时候 时间 日期 东西 事情 事 人 人物 种类 类型 类别 条件 要求 规定 标准 关系 身份 职业 工作
    职务 任务 职责 责任 主题 观点 看法 想法 关键 重点 核心 本质 来源 来历 由来 起源 背景 数量 数字 金额 价格
    费用 上限 下限 限制 默认值 范围 比例 前身 别名 别称 排名 名次 事业 术语 资源
"""
#: Kinds whose members are told alone, by adjectives or by names.
_TOLD_ALONE_ENGLISH = (
    "brand make variety breed colour color shape state style city country company language animal team"
)
_TOLD_ALONE_CHINESE = (
    "牌子 品牌 品种 颜色 形状 状态 风格 样子 样 国家 公司 动物 植物 朝代 民族 季节 节日 歌 书 字"
)
_TOLD_ALONE = frozenset([*_TOLD_ALONE_ENGLISH.split(), *_TOLD_ALONE_CHINESE.split()])
#: What the number of these is of is told by its unit.
_BY_UNIT = (
    *("体重", "重量", "身高", "高度", "长度", "宽度", "深度", "厚度", "面积", "体积", "温度", "气温", "速度"),
    *("百分比", "比率", "年龄", "人口", "人数", "分数", "比分"),
)
_GENERAL = frozenset([*_GENERAL_ENGLISH.split(), *_GENERAL_CHINESE.split()])
#: 另一个名字 is a general name as well.
_GENERAL_ENDS = tuple(name for name in _GENERAL_CHINESE.split() if len(name) > 1)


class Attribute(NamedTuple):
    """The place of the name of what is asked for.

    It is ``general`` if it need not be told, as those of several things, of a place and of a number are.
    """

    start: int
    end: int
    general: bool


def asked_attribute(question: str) -> Attribute | None:
    """What a folded question asks for by its name; None if it does not."""
    if (found := _ENGLISH.search(question)) is not None:
        head = _HEAD.search(found["phrase"])
        if head is None or _NO_NOUN.fullmatch(head[0]) or not _OWNED.search(found["phrase"]):
            return None
        start = found.start("phrase") + head.start()
        general = _is_general(head[0]) and not _COMPOUND.search(found["phrase"])
        return Attribute(start, start + len(head[0]), bool(found["several"]) or general)
    if (found := _CHINESE.search(question)) is not None:
        return Attribute(*found.span("name"), bool(found["several"]) or _is_general(found["name"]))
    return None


def asked_kind(question: str) -> Span | None:
    """Of what kind a folded question asks which one a thing is or has, how many there are, or the number.

    None if of none, and for what is told without its kind, as a colour is by an adjective.
    """
    patterns = (_KIND_ENGLISH, _COUNTED, _KIND_CHINESE, _NUMBER_CHINESE)
    found = next(filter(None, (pattern.search(question) for pattern in patterns)), None)
    if found is None:
        return None
    name = found["name"]
    alone = _is_general(name) or name in _TOLD_ALONE or name.endswith(_BY_UNIT)
    return None if alone else Span(*found.span("name"))


def _is_general(name: str) -> bool:
    if is_han(name[-1:]):
        return name in _GENERAL or name.endswith(_GENERAL_ENDS)
    return name in _GENERAL or name.removesuffix("s") in _GENERAL
