"""Tables of real follow-ups and of questions that stand alone, in Simplified, Traditional and English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexicon.lexicon import bundled_lexicon, bundled_tokenizer
from index.text.fold import fold_text
from index.text.tokenizer import Tokenizer
from qa.linguistics.cues import dialogue_act
from qa.question.follow_ups import ResolvedQuestion, resolve_follow_up

# Earlier question, follow-up, what must be carried over, what must not. "|" parts the words.
FOLLOW_UPS = [
    # A fragment fills one slot anew.
    ("Who founded Cohere?", "and Adept?", "founded|Who", "Cohere"),
    ("who founded cohere?", "and adept?", "founded|who", "cohere"),
    ("Who founded Cohere?", "那 Adept 呢？", "founded", "Cohere"),
    ("OpenAI 的平均年薪是多少？", "那谷歌呢？", "平均|年薪|多少", "OpenAI"),
    ("谷歌的平均年薪是多少？", "那微软呢？", "平均|年薪|多少", "谷歌"),
    ("OpenAI 的平均年薪是多少？", "那奖金呢？", "OpenAI", "年薪"),
    ("Anthropic 的員工平均薪資多少？", "谷歌？", "平均|薪資|多少", "Anthropic"),
    ("谁创办了月之暗面？", "那智谱呢？", "创办|谁", "月之暗面"),
    ("马斯克什么时候离开 OpenAI？", "那奥特曼呢？", "离开|什么", ""),
    ("what is the average salary at openai", "what about google", "average|salary", "openai"),
    ("Why did Meta hire Alexandr Wang?", "What about Google?", "hire|Alexandr|Wang", "Meta"),
    ("Why did Meta hire Alexandr Wang?", "And Daniel Gross?", "hire|Meta", "Alexandr|Wang"),
    ("Is a noncompete legal in California?", "and in New York?", "noncompete|legal", "California"),
    ("What is the NBA salary cap?", "And the luxury tax?", "NBA", ""),
    ("How many GPUs does Meta own?", "How about xAI?", "GPUs|own|many", "Meta"),
    ("Meta 有多少张显卡？", "xAI 呢？", "显卡|多少", "Meta"),
    ("When was DeepMind founded?", "And OpenAI?", "founded|When", "DeepMind"),
    ("台積電在亞利桑那投資多少？", "那在日本呢？", "台積電|投資|多少", ""),
    ("谷歌如何挽留研究员？", "微软又是怎么做的？", "挽留|研究员", "谷歌"),
    ("What is the average pay at OpenAI?", "compared to Anthropic?", "average|pay", "OpenAI"),
    ("How much did TSMC invest in Arizona?", "and in Japan?", "TSMC|invest|much", "Arizona"),
    # Of two things with a shared last word, what tells them apart is exchanged.
    ("苏州厂去年产量多少？", "无锡厂呢？", "产量|多少", "苏州"),
    ("How many people work at the Leeds plant?", "And the York plant?", "people|work", "Leeds"),
    # A time, a number or a place in a row gives way to another.
    ("What was OpenAI's revenue in 2023?", "And in 2024?", "OpenAI|revenue", "2023"),
    ("What was OpenAI's revenue in 2023?", "in 2024?", "OpenAI|revenue", "2023"),
    ("OpenAI 2023 年的收入是多少？", "2024 年呢？", "OpenAI|收入|多少", "2023"),
    ("OpenAI 2023 年的收入是多少？", "那去年呢？", "OpenAI|收入|多少", "2023"),
    ("Meta 第一次开价多少？", "第二次呢？", "Meta|开价|多少", "第一次"),
    ("Meta 第一次開價多少？", "第二次呢？", "Meta|開價|多少", "第一次"),
    ("How much was the first offer to Matt Deitke?", "and the second offer?", "Matt|Deitke", "first"),
    ("How much was the first offer to Matt Deitke?", "What about the second one?", "Matt|Deitke", "first"),
    ("祖克柏第一次給 Deitke 開了多少？", "那第二次呢？", "Deitke|多少", "第一次"),
    # Nothing of its own: all is carried but the question word.
    ("Why did Meta hire Alexandr Wang?", "When?", "Meta|hire|Alexandr|Wang", "Why"),
    ("Why did Meta hire Alexandr Wang?", "why?", "Meta|hire|Alexandr|Wang", ""),
    ("How much did Meta pay for Scale AI?", "When was that?", "Meta|pay|Scale", "much"),
    ("Who leads FAIR?", "since when?", "FAIR|leads", "Who"),
    ("Who leads FAIR?", "What happened next?", "FAIR|leads", "Who"),
    # What asks for a part of minutes goes together, and only what it is asked of is replaced.
    ("Who chaired the product weekly?", "And the rowing club?", "Who chaired", "weekly"),
    ("Who chaired the product weekly?", "And who attended?", "product|weekly", "chaired"),
    ("讀書會的主席是誰？", "那合唱團呢？", "主席是誰", ""),
    ("苹果用什么芯片训练模型？", "为什么？", "苹果|芯片|训练|模型", "什么"),
    ("扎克伯格的名单上有谁？", "后来呢？", "名单", ""),
    ("蘋果失去了哪位負責人？", "什麼時候？", "蘋果|負責人", "哪位"),
    # A pronoun or "the company" with nothing in the question to refer to.
    ("扎克伯格給 Daniel Gross 開出多少薪酬？", "那他呢？", "Daniel|Gross|薪酬", ""),
    ("Who is the CEO of OpenAI?", "what about him", "CEO|OpenAI", ""),
    ("Who is the CEO of OpenAI?", "Where did he study?", "CEO|OpenAI", "Who"),
    ("When did OpenAI release GPT-4?", "how much was it", "OpenAI|GPT|4", "When"),
    ("How much did Meta invest in Scale AI?", "What is its valuation?", "Scale|AI", "invest"),
    ("Which researchers did Apple lose?", "Who hired them?", "Apple", "Which"),
    ("Where is TSMC building fabs?", "When did the company start?", "TSMC", "Where"),
    ("Did Google sue Levandowski?", "how many files did he copy?", "Google|Levandowski", ""),
    ("谁创办了 Cohere？", "How much did it raise?", "Cohere", "谁"),
    ("Who founded Cohere?", "它的估值是多少？", "Cohere", "Who"),
    ("OpenAI 的平均年薪是多少？", "它什么时候成立的？", "OpenAI", "年薪|多少"),
    ("月之暗面是哪一年成立的？", "该公司的创始人是谁？", "月之暗面", "哪一年"),
    ("楊立昆何時離開 Meta？", "他現在在哪裡？", "Meta", "何時"),
    ("台积电在亚利桑那投资多少？", "其员工有多少人？", "台积电", ""),
    ("DeepSeek 的模型有多少参数？", "它们是怎么训练的？", "DeepSeek", "多少"),
    ("谷歌花了多少钱收购 Windsurf？", "这笔交易什么时候完成？", "Windsurf", "多少"),
    ("OpenAI 为什么反对 SB 1047？", "这项法案通过了吗？", "OpenAI|SB|1047", "为什么"),
    ("谁是 Scale AI 的创始人？", "他多大？", "Scale|AI|创始人", "谁"),
    ("微軟為什麼挖走 Suleyman？", "他帶走了多少人？", "Suleyman", "為什麼"),
    ("谁接替 Pineau 领导 FAIR？", "她为什么离开？", "Pineau|FAIR", "谁"),
    # A property or a verb without its owner.
    ("月之暗面是哪一年成立的？", "創始人是誰？", "月之暗面", "哪一年"),
    ("蘋果用什麼晶片訓練模型？", "用了多少個？", "蘋果|晶片", "什麼"),
    ("谁设计了长桥？", "什么时候通车的？", "长桥", "谁"),
    ("2012 年的拍卖谁赢了？", "出价多少？", "拍卖", "谁"),
    ("Transformer 论文有几位作者？", "其中谁创办了 Cohere？", "Transformer", ""),
    ("What does Anthropic build?", "Who are the founders?", "Anthropic", "What"),
]

ALONE = """
What did OpenAI pay its researchers in 2024?
How do AI labs keep their researchers?
Who founded Cohere?
Is it true that Meta offered 100 million dollars?
How long does it take to train a large model?
What is RLHF?
What is inflation?
Which companies that raised money in 2023 are bankrupt?
Why do companies pay their engineers so much?
What is the second law of thermodynamics?
What was the first iPhone?
How many people work at OpenAI this year?
When was the Transformer paper published?
Did that many engineers leave Apple in 2025?
OpenAI
noncompete agreements California
What did Sam Altman say he would do about hiring?
So what is RLHF?
And who founded Anthropic?
How many chips did Apple use to train its server model?
What share of his time should a founder spend on hiring, according to Sam Altman?
If a company sues an engineer, does it have to prove damage?
Who was the CEO of OpenAI in 2023?
Where is the Louvre?
How big is the universe?
What happened to Inflection after Microsoft hired its founders?
Which law made noncompetes void in California?
Is there a tax on stock options in Taiwan?
What does the contract say about trade secrets?
Who won the auction for AlexNet?
How much more do Chinese researchers earn than their American colleagues?
Is it legal to copy files before leaving Waymo?
OpenAI 如何留住它的员工？
什么是强化学习？
通货膨胀是什么？
马斯克是谁？
为什么 OpenAI 的平均年薪这么高呢？
那 DeepSeek 的平均年薪是多少？
離開 Google 自駕車團隊的 Levandowski 複製了多少個檔案?
最大的 Llama 3.1 模型有多少參數?
扎克伯格的名单上有多少人？
台积电在亚利桑那投资多少？
马斯克说他会离开吗？
蘋果訓練伺服器模型用了什麼晶片?
竞业协议在加州是否有效？
其他国家如何吸引人工智能人才？
OpenAI 及其员工签了什么协议？
应该如何与猎头谈薪水？
NBA 2025-26 赛季的工资帽是多少？
人才争夺战
SB 1047 是什么，这项法案有什么影响？
洩漏核心技術最重可以判幾年？
Meta AI 部门裁员多少人？
谁接替乔尔·皮诺担任 FAIR 负责人？
第一次世界大战什么时候结束？
那些年谷歌为什么能留住工程师和科学家？
谷歌给离职员工多少个月的竞业补偿？
普通工程师的工资涨了多少？
楊立昆為什麼離開 Meta 的研究實驗室？
台灣半導體產業缺多少工程師？
中国籍研究员在硅谷实验室占多大比例？
这个月美国的失业率是多少？
谁创办的 Anthropic？
百度出价多少？
""".strip().splitlines()

# What a question asks of the answer before, and questions that only look like it.
ACTS = {
    "more": """
        tell me more|more|go on|what else?|Tell me more about it.|more please|Can you tell me more?
        Could you elaborate on that?|anything else?|keep going!|Is there more?|more details|in more detail
        还有呢|还有吗？|继续|详细说说|展开讲讲|還有嗎？|詳細說說|請繼續|再说说|多说一点|说详细点|接着说
        能说得详细一点吗？|继续说下去吧|还有别的吗|还有没有？|更多|后面呢？|可以展开说说吗|详细介绍一下
        """,
    "source": """
        which article?|where does it say that?|when was that written?|Which article is that from?|sources?
        which document says so?|Where is that from?|What is the source?|says who?|Who wrote that article?
        When was the article published?|where did you read that|in which article?
        哪篇文章？|出处？|来源呢？|这是哪篇文章说的？|哪一篇？|在哪篇文章里提到的？|出自哪里？|有出处吗
        这篇文章是什么时候写的？|那是什么时候写的？|文章是谁写的？|哪裡說的？|这是哪个文件里写的？
        """,
    "": """
        why?|what happened next?|which one?|When was it published?|Where was it written?|more money|who else?
        what is the source of the river?|What else did Ada Brook open?|continue the history of the museum
        为什么？|后来呢？|哪个？|什么时候发表的？|谁写的？|还有谁？|还有无锡厂呢？|长江的来源是什么？|那么|请
        详细的地址是什么？|细节决定成败吗|介绍一下港口博物馆|来自哪里？|哪家公司？|更多人知道吗|什么时候写的？
        """,
}


@pytest.mark.parametrize(
    ("question", "act"),
    [
        (q, act)
        for act, listed in ACTS.items()
        for line in listed.split("\n")
        for q in line.strip().split("|")
        if q
    ],
)
def test_what_is_asked_of_the_answer_before(question: str, act: str) -> None:
    assert dialogue_act(fold_text(question)) == act


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return bundled_tokenizer()


def nothing_alike(one: str, other: str) -> float:
    return 0.0


def parts(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]


@pytest.mark.parametrize("with_lexicon", [False, True])
@pytest.mark.parametrize(("earlier", "question", "must", "never"), FOLLOW_UPS)
def test_a_follow_up_takes_over_what_it_leaves_out(
    tokenizer: Tokenizer, earlier: str, question: str, must: str, never: str, with_lexicon: bool
) -> None:
    similarity = bundled_lexicon().similarity if with_lexicon else nothing_alike
    carried = resolve_follow_up(question, [earlier], tokenizer, similarity)
    together = "".join(carried.words)
    assert carried.words and all(part in together for part in parts(must)), carried.words
    assert not [part for part in parts(never) if part in carried.words], carried.words
    assert carried.question.endswith(" ".join(carried.words))
    assert carried.question.startswith(question)


@pytest.mark.parametrize("question", ALONE)
@pytest.mark.parametrize("earlier", ["Why did Microsoft buy Nokia in 2013?", "诺基亚为什么卖给微软？"])
def test_a_question_that_stands_alone_carries_nothing(
    tokenizer: Tokenizer, earlier: str, question: str
) -> None:
    assert resolve_follow_up(question, [earlier], tokenizer, nothing_alike) == ResolvedQuestion((), question)


def test_a_follow_up_to_a_follow_up_refers_to_the_resolved_question(tokenizer: Tokenizer) -> None:
    chain = ["Who founded Cohere?", "and Adept?"]
    assert resolve_follow_up("and Anthropic?", chain, tokenizer, nothing_alike).words == ("founded", "Who")
    chain = ["OpenAI 的平均年薪是多少？", "那谷歌呢？"]
    assert resolve_follow_up("那微软呢？", chain, tokenizer, nothing_alike).words == ("平均", "年薪", "多少")
    chain = ["When did Meta hire Alexandr Wang?", "and Daniel Gross?"]
    words = resolve_follow_up("why?", chain, tokenizer, nothing_alike).words
    assert {"Daniel", "Gross", "hire"} <= set(words) and not {"Alexandr", "Wang"} & set(words)


def test_only_the_last_topic_counts(tokenizer: Tokenizer) -> None:
    carried = resolve_follow_up(
        "why?", ["Who founded Cohere?", "When did Apple lose Pang?"], tokenizer, nothing_alike
    )
    assert {"Apple", "Pang"} <= set(carried.words) and "Cohere" not in carried.words


def test_what_is_asked_of_an_answer_changes_no_topic(tokenizer: Tokenizer) -> None:
    chain = ["苏州厂去年产量多少？", "还有呢？", "哪篇文章？"]
    alone = resolve_follow_up("无锡厂呢？", chain[:1], tokenizer, nothing_alike)
    assert resolve_follow_up("无锡厂呢？", chain, tokenizer, nothing_alike) == alone
    assert not alone.bare


def test_a_question_word_alone_is_bare_and_replaces_the_one_before(tokenizer: Tokenizer) -> None:
    how = resolve_follow_up("怎么做？", ["水磨是什么时候修的？"], tokenizer, nothing_alike)
    assert how.bare and "水磨" in how.words and "时候" not in how.words
    assert resolve_follow_up("why?", ["Who founded Cohere?"], tokenizer, nothing_alike).bare


def test_the_first_question_of_a_conversation_carries_nothing(tokenizer: Tokenizer) -> None:
    assert resolve_follow_up("why?", [], tokenizer, nothing_alike) == ResolvedQuestion((), "why?")
    assert resolve_follow_up("why?", ["", " ?"], tokenizer, nothing_alike) == ResolvedQuestion((), "why?")


def test_both_scripts_behave_alike(tokenizer: Tokenizer) -> None:
    simplified = resolve_follow_up("那谷歌呢？", ["OpenAI 的平均薪资是多少？"], tokenizer, nothing_alike)
    traditional = resolve_follow_up("那谷歌呢？", ["OpenAI 的平均薪資是多少？"], tokenizer, nothing_alike)
    assert traditional.words == ("平均", "薪資", "多少")
    assert [fold_text(word) for word in traditional.words] == [fold_text(word) for word in simplified.words]


@given(
    st.lists(
        st.text(st.sampled_from("他它那呢谁的OpenAI who it and the 第二次?？,2024'-."), max_size=30),
        max_size=4,
    )
)
def test_any_conversation_gives_words_of_its_own(questions: list[str]) -> None:
    tokenizer = Tokenizer({"谁": 1, "第二次": 1, "他": 1, "它": 1, "那": 1, "呢": 1, "的": 1})
    carried = resolve_follow_up("what about it", questions, tokenizer, nothing_alike)
    assert len(carried.words) == len(set(carried.words)) <= 10
    assert all(word in "\0".join(questions) for word in carried.words)
