"""Closed word lists of both languages, and the cues by which a question depends on an earlier one.

All of it applies to folded text (lower case, Simplified Chinese, straight quotes), but for what says
otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum


class FollowUp(Enum):
    """How a question depends on the one before it."""

    NONE = "stands alone"
    FRAGMENT = "fills one slot of the earlier question"
    REFERENCE = "refers to what the earlier question named"
    PERSON = "refers to a person"


def _any(*lists: str) -> str:
    return "|".join(sorted((re.escape(word) for words in lists for word in words.split()), key=len)[::-1])


def _run(*lists: str) -> str:
    """One or more of the words. The lookahead gives nothing back: 你们 may be cut in two ways."""
    return f"(?=(?P<run>(?:{_any(*lists)})+))(?P=run)"


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word for words in lists for word in words.split())


_PERSONAL = _words("he she him her his hers himself herself")
_THINGS = _words("it its they them their theirs itself themselves")
_DEMONSTRATIVE = _words("this that these those")
_POSSESSIVE = _words("his her its their")
_SUBORDINATE = _words(
    "if when because that who which after before while although though since unless whether"
)
AUXILIARY = _words(
    """
    do does did is are was were be been being am has have had can could will would shall should may
    might must
    """
)
QUANTITY = _words("much many old long far often big large tall fast high soon")
_PREPOSITION = _words("in on at for from to with under since before after during by of about until")
#: Words that mark a slot: "in Japan" replaces "in Arizona", 在日本 replaces 在亚利桑那.
MARKER = (_PREPOSITION - {"of", "about"}) | _words("在 给 对 向 从 跟 和 与 到 被 把")
_ENGLISH = _words(
    "a an the of in on at by for from to with about as into over under than and or but so then also not no",
    """
    i me my we us our you your there here one ones same such any some all just only even too very really
    """,
    """
    per if because while please tell say said know exactly again else instead next later afterwards up
    out off
    """,
    "it's that's what's who's don't didn't doesn't isn't wasn't more most other another others",
)
_CHINESE_FUNCTION = """
    的 地 得 了 着 过 是 在 有 没有 没 不 也 都 就 才 还 又 再 很 更 最 和 与 跟 同 及 或 而 但 但是
    可是 那 那么 这 然后 所以 因为 如果 呢 吗 吧 啊 呀 嘛 么 把 被 给 对 向 从 到 于 以 由 为 用 将 会
    能 可以 要 应该 该 个 位 家 些 种 次 项 笔 份 篇 件 所 其 他 她 它 们 他们 她们 它们 我 你 您 我们
    你们 咱们 自己 这个 那个 这些 那些 这里 那里 这样 那样 这次 那次 这家 那家 上述 此 是否 是不是
    有没有 请问 请 告诉 一下 还有 以及 另外 此外 关于 至于 换成 真的 具体 到底 究竟 哪些 有哪些 当时
    后来 之后 之前 其中 一个 一些 做 让 使 来 去 上 下 里 中 时 当 曾 曾经 已经 并 且 后者 前者 对方 说
    个人 这位 那位 人
    """
_CHINESE_ASKS = """
    谁 哪 哪个 哪家 哪里 哪儿 哪年 哪一年 哪天 多少 几 多 几个 怎么 怎样 怎么样 如何 为什么 为何 何时
    何地 何人 什么 什么时候 多久 多大 多高 多长 多少钱 几年 几次 几人 几岁 啥 谁的 哪一个 何处
    几倍 几号 几点 几分 几米 几样 几时
    """
#: Function words that are names where they have a capital and no sentence begins.
NAMES = _words("may will said more who")
#: Function words that are written in capitals for emphasis, and abbreviate nothing.
STRESSED = _words(
    "not no never only all any how why what when where which and but the very too more most before after",
    "just even also really some one same",
)
#: With a capital inside a sentence any of these shows that all of its words have one.
TITLED = (AUXILIARY | QUANTITY | _words("in on for with from to and or it we you")) - NAMES
#: A question word. A Chinese token may hold several.
ASKS = re.compile(rf"who|whom|whose|when|where|why|how|what|which|{_run(_CHINESE_ASKS)}")
#: What a Chinese question word can count.
MEASURE = _words("一 一年 一天 一家 一个 一次 年 天 家 个 次 位 人 钱 月 岁 名 种")
#: What may part a Chinese verb from its object: 洗一次牙, 请了三天假.
SEPARATING = re.compile(
    r"[了过完好]|[一两二三四五六七八九十几半多\d]*(?:[次回趟场顿个天年月周夜份口]|小时|分钟)?"
)
#: An adjective of measure, asked for or not, and the numerals that the tokenizer may join to it: 长三 里.
MEASURED, NUMERALS = re.compile("多?([长高深宽重厚远粗])"), "一二三四五六七八九十两几半数百千"
_FUNCTION = AUXILIARY | _ENGLISH | _PREPOSITION | _SUBORDINATE | _PERSONAL | _THINGS | _DEMONSTRATIVE
#: A function word.
FUNCTION = re.compile(
    rf"(?:{'|'.join(sorted(_FUNCTION, key=len)[::-1])})"
    rf"|{_run(_CHINESE_FUNCTION, _CHINESE_ASKS)}"
)
#: A year, or a time relative to the present.
TIME = re.compile(r"(?:19|20)\d\d|去年|今年|前年|明年|上个?月|本月|yesterday|today|tomorrow")
#: Ordinals, in the original script.
ORDINAL = re.compile(
    r"第[一二三四五六七八九十百\d]+[次个個名位轮輪代版项項季]?|首次|首轮|首輪|最后一次|最後一次"
    r"|\b(?:first|second|third|fourth|fifth|last|latest|previous|former|latter|initial|original|final)\b",
    re.IGNORECASE,
)
#: Words too general to stand for a topic.
GENERIC = _words(
    """
    happened happen thing things mean means made make go got get matter work works true company people
    details detail year
    """,
    "细节 详情 钱 年 月 日 天 时候 时间 事 事情 东西 情况 岁 美元 元 万 亿 次 回事 意思 公司",
)
#: Properties of something that is named elsewhere.
PROPERTY = _words(
    """
    出价 报价 开价 成交价 创始人 创办人 联合创始人 总裁 首席执行官 ceo 董事长 老板 作者 负责人 年薪 薪水
    薪资 薪酬 工资 月薪 奖金 股票 股权 期权 价格 售价 估值 市值 收入 营收 利润 金额 员工 人数 成立 创立
    创办 创建 上市 离职 去世 出生 总部 地址 原因 结果 地点 日期 年龄 学历 职位 期限 规模 投资人 投资者
    投资方 合伙人 待遇 福利 发布 发表 生效 结束 开始 产量 销量 产值 出口 进口 占 占比 毛利 净利润 成本
    面积 人口
    """,
    """
    bonus salary salaries pay price valuation ceo founder founders revenue headcount employees staff
    deadline offer deal author authors penalty fine winner chairman president boss owner budget profit
    result reason outcome
    """,
)
_GENERAL_NOUN = """
    company firm startup lab deal offer man woman person researcher engineer founder founders author
    article report paper model law rule bill contract court judge team project book study plan fund bank
    school program programme
    """
_ABOUT = re.compile(
    r"^(?:(?:and|but|so|then|or|ok|okay)[, ]+)?(?:what|how) about\b|^what of\b|^same (?:question )?for\b"
)
_OPENING = re.compile(r"^(?:and|but|or|so|then|also)\b[, ]*")
_EXPLETIVE = re.compile(
    r"\bit\b.*\b(?:true|possible|legal|illegal|likely|common|worth|hard|easy|difficult|normal|allowed|takes?|costs?|"
    r"mean|matter|important|necessary|better|safe|fair|too)\b.*\b(?:to|that|for|if|when)\b\s+\w+"
    r"|\b(?:it) (?:rain|snow)"
)
_DEFINITE = re.compile(
    rf"\b(?:the|this|that|these|those) (?:{_any(_GENERAL_NOUN)})s?\b"
    r"(?!'s|s'| of| that| which| who| behind| in| for| by| to| from| with)"
)
_NOW = re.compile(
    r"\b(?:this|these|that) (?:year|month|week|time|day|days|morning|century|decade|moment|quarter)\b"
)

_ZH_NE = re.compile(r"呢[?!。.]*$")
_ZH_OPENING = re.compile(r"^(?:那么?|而|然后|还有|以及|另外|至于|换成|要是|同样)")
_ZH_LIKEWISE = re.compile(r"[也又]是?(?:这样|那样|如此|一样|怎么做|怎样做|如何做)")
#: "什么时候通车的？" names the event and leaves out its subject.
_ZH_WHEN_DONE = re.compile(r"^是?(?:什么时候|何时|哪一?年|在?哪里|怎么|谁).*的[?。]*$")
_ZH_PERSON = r"他们|她们|他|她|这位|那位|此人|该人"
_ZH_REFERENCE = re.compile(
    rf"(?P<person>(?<!其)(?:{_ZH_PERSON}))"
    r"|(?P<thing>它们|它|(?<![尤极与及])其(?!他|它|中|实|余|次))"
    r"|(?P<shown>[这那][家个些项笔份篇起场款部只座所本套条种件次](?!月|星期|礼拜|年|月|世纪|学期)"
    r"|(?<!应)该(?=公司|企业|机构|集团|员工|产品|模型|项目|交易|协议|文章|报道|论文|法|案|国|地|市|校|团队|平台|实验室|研究|计划|奖|书)"
    r"|^其中|上述|前者|后者|对方|这里|那里|那儿|当时|那时|^[这那](?=是|意味|算|有|会|能|说明|为什么|怎么))"
)
_ZH_AFTER = re.compile(r"^[了的吗呢吧过着啊?!。. ]*$")
_ZH_COVERB = re.compile(r"[给对向跟和与把被让比从为]$")
_ZH_SEQUEL = re.compile(r"^(?:后来|之后|随后|接着|另[一外]|其他|其余|别的|还有|下一|上一)")


def follow_up_kind(
    folded: str, content: Sequence[str], *, names: int, ordinals: int, asks: bool, chinese: bool
) -> FollowUp:
    """How a question depends on an earlier one, by its ``folded`` text and its ``content`` words.

    ``names`` and ``ordinals`` count the content words of these kinds. ``asks`` says whether it holds a
    question word.
    """
    if not content:
        found = _chinese_reference(folded, content) if chinese else _english_reference(folded, content)
        return FollowUp.FRAGMENT if found is FollowUp.NONE else found
    if chinese:
        return _chinese(folded, content, names, ordinals, asks)
    return _english(folded, content, names, ordinals, asks)


def _english(folded: str, content: Sequence[str], names: int, ordinals: int, asks: bool) -> FollowUp:
    words = re.findall(r"[\w']+", folded)
    helped = any(word in AUXILIARY for word in words)
    if _ABOUT.search(folded) and not any(word in _PERSONAL | _THINGS for word in words):
        return FollowUp.FRAGMENT
    if (found := _english_reference(folded, content)) is not FollowUp.NONE:
        return found
    opened = _OPENING.search(folded)
    if opened and (not (asks or helped) or (len(content) == 1 and not (names and helped))):
        return FollowUp.FRAGMENT
    if words[0] in _PREPOSITION and len(words) <= 4 and not (asks or helped):
        return FollowUp.FRAGMENT
    if folded.rstrip().endswith("?") and len(words) <= 3 and not helped and words[0] not in ("who", "what"):
        return FollowUp.FRAGMENT  # "Google?", "which year?", "how many people?"
    if words[-1] in ("else", "instead", "next", "afterwards", "then", "later") and not names:
        return FollowUp.REFERENCE
    if ordinals and len(content) <= 2 and not names and "of" not in words and "first" not in words:
        return FollowUp.REFERENCE
    if "the" in words and len(content) == 1 and content[0] in PROPERTY and asks:
        return FollowUp.REFERENCE  # "Who was the CEO?"
    return FollowUp.NONE


def _english_reference(folded: str, content: Sequence[str]) -> FollowUp:
    """Whether a pronoun or "the company" refers to nothing within the question."""
    if _EXPLETIVE.search(folded):
        return FollowUp.NONE
    plain = _NOW.sub(lambda match: "-" * len(match.group()), folded)
    words = re.findall(r"[\w'-]+", plain)
    named = set(content)
    for at, word in enumerate(words):
        before = words[:at]
        held = [i for i, earlier in enumerate(before) if earlier.removesuffix("'s") in named]
        clause = bool(held) and any(
            w in _SUBORDINATE and (i > 0 or w not in ("when", "who", "which")) for i, w in enumerate(before)
        )
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in _PERSONAL | _THINGS:
            # The verb right after "who" cannot be referred to: "Who founded its rival?"
            things = [i for i in held if not (i == 1 and words[0] == "who")]
            embedded = before and before[-1] not in AUXILIARY and following in AUXILIARY
            inside = bool(things) if following and (word in _POSSESSIVE or embedded) else clause
            if not inside:
                return FollowUp.PERSON if word in _PERSONAL else FollowUp.REFERENCE
        elif (
            word in _DEMONSTRATIVE
            and following not in QUANTITY
            and not (held and held[-1] == at - 1 and following)
            and not clause
        ):
            if word != "that" or not following or not before or before[-1] in AUXILIARY | _PREPOSITION:
                return FollowUp.REFERENCE
        elif word in ("there", "one", "ones") and not following and not clause and at:
            return FollowUp.REFERENCE
    match = _DEFINITE.search(plain)
    if (
        match
        and len(content) <= 2
        and not any(word in named for word in re.findall(r"[\w']+", plain[: match.start()]))
    ):
        return FollowUp.REFERENCE
    return FollowUp.NONE


def _chinese(folded: str, content: Sequence[str], names: int, ordinals: int, asks: bool) -> FollowUp:
    asks = asks or bool(re.search(r"吗|是否|是不是|有没有", folded))
    reference = _chinese_reference(folded, content)
    if _ZH_NE.search(folded) and not asks:
        return FollowUp.FRAGMENT if reference is FollowUp.NONE else reference
    if reference is not FollowUp.NONE:
        return reference
    if _ZH_LIKEWISE.search(folded):
        return FollowUp.FRAGMENT
    if _ZH_WHEN_DONE.search(folded) and len(content) == 1 and not names:
        return FollowUp.REFERENCE
    if _ZH_OPENING.search(folded) and len(content) == 1 and not (names and asks):
        return FollowUp.FRAGMENT
    if names:
        short = len(content) == names and not asks and folded.rstrip().endswith("?")
        return FollowUp.FRAGMENT if short and len(content) <= 2 else FollowUp.NONE
    if len(content) == 1 and not asks and folded.rstrip().endswith("?"):
        return FollowUp.FRAGMENT
    if _ZH_SEQUEL.search(folded) and len(content) <= 1:
        return FollowUp.REFERENCE
    if ordinals and len(content) <= 2:
        return FollowUp.REFERENCE
    if asks and all(word in PROPERTY for word in content):
        return FollowUp.REFERENCE
    if len(content) == 1 and re.search(r"[了过]吗|了没", folded):
        return FollowUp.REFERENCE
    return FollowUp.NONE


def _chinese_reference(folded: str, content: Sequence[str]) -> FollowUp:
    """Whether a pronoun or "该公司" refers to nothing within the question."""
    for match in _ZH_REFERENCE.finditer(folded):
        before, after = folded[: match.start()], folded[match.end() :]
        found = FollowUp.PERSON if match["person"] else FollowUp.REFERENCE
        held = any(word in before for word in content)
        clause = held and bool(re.search(r"[,;:。?!]", before))
        object_ = _ZH_AFTER.search(after) or (_ZH_COVERB.search(before) and not after.startswith("的"))
        if not (clause if match["shown"] or object_ else held):
            return found
    return FollowUp.NONE


#: The beginning of a sentence (not folded) that refers to the sentence before it.
REFERS = re.compile(r"\s*(?:该|此|这|那|其|這|該|此外|(?:it|this|that|these|those|its)\b)", re.IGNORECASE)
#: A person who is not named, at the start or after a time or connective: "In May 2019 he", 读书期间，他.
#: Not folded.
SOMEBODY = re.compile(
    r"\s*(?:(?:In|On|At|By|After|Before|Since|Until|During|From|Then|Later|Soon|Meanwhile|But|And|So|Yet)\b"
    r"(?:[^A-Z,.;:]|(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber)"
    r"{0,40},?\s)?(?:[Hh]e|[Ss]he|[Tt]hey|[Hh]is|[Hh]er|[Tt]heir)\b"
    r"|(?:[^，,。]{0,12}(?:[年月日天后後前时時间間来來]|于是|於是|但是?|不过|不過|因此)\s*[，,]?\s*)?[他她它]"
)

_THAT = "(?:it|that|this|them|these|those)"
_TEXT = "(?:article|document|text|file|page|piece)"
_ZH_TEXT = "(?:文章|报道|文件|文档|资料|文)"
#: What asks for nothing but more of what was shown: all of the question, but for its end. Compiled when first
#: used, which takes 5 ms.
_MORE_EN = (
    r"(?:(?:and|ok|okay|so|yes)[, ]+)?(?:(?:can|could|would|will) you )?(?:please )?(?:"
    r"(?:(?:(?:tell|show|give) me|say|read|i want|is there) )?(?:some |any |a (?:bit|little) |even )?more"
    rf"(?: (?:details?|info(?:rmation)?|text))?(?: (?:about|on|of) {_THAT})?"
    r"|go on|keep going|carry on|read on|continue|elaborate|expand|(?:in )?details?|in (?:more|full) detail"
    rf"|(?:elaborate|expand) on {_THAT}|(?:what|anything|is there anything) else(?: is there| does it say)?"
    r"|what (?:comes next|follows))(?: then)?(?:,? please)?"
)
_MORE_ZH = (
    "(?:那么?|好的?|嗯)?[, ]?(?:请|麻烦|能不能|能否|可以|能)?你?(?:"
    "还有(?:没有|什么|哪些)?(?:别的|其他的?|更多的?)?(?:内容|信息|细节)?[吗呢]?|(?:继续|接着)(?:往下)?[说讲读看念]?(?:下去)?[吧呢]?"
    "|(?:再|多|再多)(?:[说讲谈]|介绍)(?:[说讲谈]|一?点儿?|一?些|一?下|[几两]句)+[吗吧]?"
    "|(?:再|更)?(?:详细|具体|仔细|展开|细)地?(?:[说讲谈]|介绍){1,2}(?:一下|一?[点些])?[吗吧]?"
    "|[说讲](?:得|的)?再?(?:详细|具体|仔细|细)(?:一?[点些])?[吗吧]?|(?:再|更)?(?:详细|具体)(?:一?[点些])"
    "|更多(?:内容|信息|细节|详情)?呢?|(?:下文|后文|接下来|[下后]面|细节|详情)呢?|往下[说讲读看念]?)"
)
#: What asks where that stands which was shown, who wrote it or when.
_SOURCE_EN = (
    r"(?:and |but )?(?:"
    rf"(?:in |from )?(?:which|what) (?:{_TEXT}|source)s?"
    rf"(?: (?:is|was|are|were) {_THAT}(?: (?:in|from))?| sa(?:ys?|id)(?: (?:so|{_THAT}))?)?"
    rf"|where (?:does|did) (?:it|the {_TEXT}) say (?:so|{_THAT})"
    rf"|where is (?:(?:that|this) from|{_THAT} (?:said|stated|written))"
    rf"|where did you (?:get|find|read|see) {_THAT}|says who|who says (?:so|that|this)"
    r"|(?:what(?:'s| is| are) |give me |show me )?(?:the |your |its )?(?:sources?|citations?)"
    rf"|when was (?:(?:that|this) written|(?:that|this|the) {_TEXT} (?:written|published|posted))"
    rf"|who (?:wrote|published) (?:that|this|the) {_TEXT}|how old is (?:that|this|the) {_TEXT})"
)
_SOURCE_ZH = (
    "(?:那么?)?[这那]?(?:话|句话|一?点)?(?:是|在|出自|来自|出现在|写在)*"
    f"哪(?:一?篇{_ZH_TEXT}?|一?[个份]{_ZH_TEXT})(?:里面?|中|上)?(?:[说写讲提]到?)?[的过]?呢?"
    "|(?:原文)?在?(?:哪里|哪儿|什么地方|何处)[说写讲提]到?[的过]|出自(?:哪里|哪儿|何处)"
    "|(?:[这它]的?|这话的?|原文|信息|资料|有)?(?:什么)?(?:出处|来源)(?:呢|吗|在哪里?|在哪儿|是什么|是哪里?|是哪儿)?"
    "|[这那](?:话|句话|段)?是?(?:什么时候|何时|哪一?年|哪一?天|什么时间)写的"
    f"|(?:[这那]?篇?{_ZH_TEXT}|[这那]篇)(?:的作者)?是?(?:什么时候|何时|哪一?年|哪一?天|什么时间|谁)(?:(?:写|发表|发布|发|登)的)?"
)
_ENDS = " \n\t?!。.…,;~\"'“”"


def dialogue_act(folded: str) -> str:
    """What a question asks of the answer before: "more" of it, or its "source"; "" if neither."""
    said = folded.strip(_ENDS)
    more, source = (_MORE_EN, _SOURCE_EN) if said.isascii() else (_MORE_ZH, _SOURCE_ZH)
    return "more" if re.fullmatch(more, said) else "source" if re.fullmatch(source, said) else ""
