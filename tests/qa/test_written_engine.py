"""Questions with names that fold to function words, and with words that have a sign, asked of rivals."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import a_library

from index.library import Library
from qa.engine import Engine
from qa.retrieval.retriever import Retriever
from qa.retrieval.writing import WrittenWords

SENTENCES = [
    *("IT is run by Dora Quill.", "HR is run by Felix Ames.", "PR is run by Nina Holt."),
    *("May Thornton looks after the garden.", "April Dunn looks after the kitchen."),
    *("Edward Said wrote Orientalism.", "Lewis said who wrote the letter: it may be Nina."),
    *("The WHO has its seat in Geneva.", "The ECB has its seat in Frankfurt."),
    *("The US office opened in 1998.", "The UK office opened in 2003."),
    *("世界卫生组织（WHO）的会徽是一根蛇杖。", "欧洲央行的会徽是十二颗星。"),
    *("Blood group O+ is kept in fridge one.", "Blood group O- is kept in fridge two."),
    *("The search team writes C#.", "The data team writes C.", "The billing team writes C++."),
    *(
        "The sound team writes Objective-C.",
        "The web team writes .NET services.",
        "Net profits rose by a tenth.",
    ),
    *("Rose Lind teaches the violin.", "The rose teaches gardeners patience."),
    *("Vitamin A is good for the eyes.", "Vitamin C is good for the gums."),
    *("信息技术部在三楼。", "人事部在四楼。"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    texts = {f"{at}.md": (f"Note {at}", text) for at, text in enumerate(SENTENCES)}
    texts["kit.md"] = ("The IT kit", "It is a box with a screwdriver and a lamp.")
    texts["rust.md"] = ("How it rusts", "Iron and steel are kept dry in winter.")
    with a_library(tmp_path_factory.mktemp("written") / "library", texts) as library:
        yield library


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    return Engine(library)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Who runs IT?", "IT is run by Dora Quill."),
        ("Who runs information technology?", "IT is run by Dora Quill."),
        ("What does May look after?", "May Thornton"),
        ("What did Said write?", "Edward Said"),
        ("Where is WHO?", "The WHO has"),
        ("WHO的会徽是什么？", "世界卫生组织（WHO）"),
        ("What is the emblem of the WHO?", "世界卫生组织（WHO）"),
        ("When did the U.S. office open?", "The US office"),
        ("美国办事处是哪年开的？", "The US office"),
        ("Where is O+ blood kept?", "Blood group O+"),
        ("Where is O- blood kept?", "Blood group O-"),
        ("Where is O negative blood kept?", "Blood group O-"),
        ("O-血放在哪个冰箱？", "Blood group O-"),
        ("O型阴性血放在哪个冰箱？", "Blood group O-"),
        ("Which team writes C#?", "The search team"),
        ("which team writes c#?", "The search team"),
        ("Which team writes C?", "The data team"),
        ("Which team writes C++?", "The billing team"),
        ("Which team writes C plus plus?", "The billing team"),
        ("Which team writes C sharp?", "The search team"),
        ("哪个组写C＋＋？", "The billing team"),
        ("Which team writes Objective-C?", "The sound team"),
        ("Which team writes .NET?", "The web team"),
        ("What does Rose teach?", "Rose Lind"),
        ("What is vitamin A good for?", "Vitamin A"),
        ("IT部在几楼？", "信息技术部"),
    ],
)
def test_the_writing_of_a_word_decides(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered and answer.sentences[0].text.startswith(quote)
    assert answer.missing == ()


@pytest.mark.parametrize(
    ("earlier", "question", "quote", "carried"),
    [
        ("Who runs HR?", "Who runs IT?", "IT is run", set()),
        ("Who runs HR?", "and IT?", "IT is run", {"runs", "Who"}),
        ("Who runs IT?", "and HR?", "HR is run", {"runs", "Who"}),
        ("Where does the ECB have its seat?", "Where does WHO have its seat?", "The WHO", set()),
        ("What does April look after?", "And May?", "May Thornton", {"look"}),
        ("Which team writes C?", "What about C++?", "The billing", {"team", "writes"}),
        ("Which team writes C++?", "and C#?", "The search", {"team", "writes"}),
        ("Who runs IT?", "tell me more about IT", "信息技术部", set()),
    ],
)
def test_a_name_is_no_pronoun(
    engine: Engine, earlier: str, question: str, quote: str, carried: set[str]
) -> None:
    answer = engine.ask(question, previous=[earlier])
    assert answer.citations[0].quote.startswith(quote)
    assert set(answer.carried) == carried
    assert answer.follow_up == ""


def test_what_is_written_so_nowhere_is_missing(engine: Engine) -> None:
    assert engine.ask("Which team writes F#?").missing == ("F#",)
    assert engine.ask("Which team writes Net+?").missing == ("Net+",)
    assert "who" not in engine.ask("who writes net?").missing


def test_a_title_is_read_as_it_is_written(library: Library) -> None:
    retriever = Retriever(library)
    query = retriever.query("Where is IT?")
    matcher = retriever.matcher(query)
    at = [word.word for word in query.words].index("it")
    titles = {hit.article.title: hit for hit in retriever.retrieve(query, matcher, 50).hits}
    assert matcher.context_best(titles["The IT kit"].passage)[at] == 1
    assert matcher.passage_best(titles["The IT kit"].passage)[at] == 1
    rust = next(p for p in library.article_passages(titles["The IT kit"].article.id + 1))
    assert "it" in rust.context and matcher.context_best(rust)[at] == 0
    told = WrittenWords(query, lambda article: library.article(article).title)
    assert told.unfit(rust) == {"it"}
    assert not told.unfit(titles["The IT kit"].passage)
    assert all("it" not in dict(clause) for clause in told.clauses_without())
    assert not WrittenWords(retriever.query("where is it, and who runs C?"), lambda _: "")
