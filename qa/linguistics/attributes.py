"""What a question asks for by its name: "password" in "What is her password?", 结局 in 长河的结局是什么.

A text that answers such a question nearly always has the name, or one like it. All of it is folded text
(`index.text.fold`).
"""

from __future__ import annotations

import re

from index.text.han import is_han
from index.types import Span

#: Of whom or of what something is asked: "the … of Ann", "Ann's …", "her …".
_OWNED = re.compile(r"\b(?:the|his|her|its|their|my|our|your)\b|'s\b|s' ")
_ENGLISH = re.compile(
    r"(?:^|[,;:] )(?:and |but |so )?(?:what|who)(?:'s| is| was) (?P<phrase>[^,;:?]{1,60}?)"
    r"(?= (?:of|for|in|at|on|to|from|by|with|that|which|who|when|after|before|during|under|between)\b"
    r"| (?:called|used|like)\b|\s?[?.!]?$)"
)
_CHINESE = re.compile("(?:是|叫)(?:什么|谁|啥)(?:人|名字)?[?]?$")
_HEAD = re.compile(r"[a-z]+$")
#: The last word of a phrase that is no noun: "the name given to …".
_NO_NOUN = re.compile(
    "[a-z]+ed|given|known|made|taken|held|built|found|never|not|ever|first|last|below|above|there"
)
_OF = "的"
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
_GENERAL = frozenset([*_GENERAL_ENGLISH.split(), *_GENERAL_CHINESE.split()])
#: 另一个名字 is a general name as well.
_GENERAL_ENDS = tuple(name for name in _GENERAL_CHINESE.split() if len(name) > 1)


def asked_attribute(question: str) -> Span | None:
    """Where a folded question names what it asks for; None if it does not, or by a general name."""
    if (found := _ENGLISH.search(question)) is not None:
        head = _HEAD.search(found["phrase"])
        if head is None or _NO_NOUN.fullmatch(head[0]) or not _OWNED.search(found["phrase"]):
            return None
        return _named(question, found.start("phrase") + head.start(), found.start("phrase") + head.end())
    if (asked := _CHINESE.search(question)) is not None:
        start = question.rfind(_OF, 0, asked.start()) + len(_OF)
        return _named(question, start, asked.start()) if start >= len(_OF) else None
    return None


def _named(question: str, start: int, end: int) -> Span | None:
    name = question[start:end].strip()
    general = name in _GENERAL or (is_han(name[-1:]) and name.endswith(_GENERAL_ENDS))
    return None if not name or general else Span(start, end)
