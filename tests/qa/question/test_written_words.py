"""Words of a question that only their writing tells apart from function words and other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexicon.lexicon import bundled_lexicon
from index.text.fold import fold_text
from index.text.tokenizer import Tokenizer
from index.types import Alias
from qa.linguistics.writing import Capitals
from qa.question.analysis import analyse
from qa.question.asked import what_is_asked
from qa.question.parts import completed
from qa.question.query import Query, Synonym
from qa.question.vocabulary import Vocabulary
from qa.question.written import is_function_word, marked, told_apart, written_words

LEXICON = bundled_lexicon()
TOKENIZER = Tokenizer(LEXICON.frequencies())


def named(text: str) -> list[str]:
    """The words of a question that are names, though they fold to function words."""
    found = written_words(text).items()
    return [text[slice(*span)] for span, written in found if written.another and not written.sign]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who runs IT?", "IT"),
        ("IT is run by whom?", "IT"),
        ("Who is IT's head?", "IT's"),
        ("Where does the WHO have its seat?", "WHO"),
        ("Where is WHO?", "WHO"),
        ("WHO has its seat where?", "WHO"),
        ("WHO总部在哪里？", "WHO"),
        ("IT部门归谁管？", "IT"),
        ("Who runs the US office?", "US"),
        ("What is the CAN bus?", "CAN"),
        ("Why did IT and OR merge?", "IT|OR"),
        ("What does May look after?", "May"),
        ("What happened in May 1998?", "May"),
        ("What does Will Hardy drive?", "Will"),
        ("Will Hardy drives what?", "Will"),
        ("Will's van is where?", "Will's"),
        ("May was born where?", "May"),
        ("Will的爱好是什么？", "Will"),
        ("Where does she live? May Thornton", "May"),
        ("Who played Doctor Who?", "Who"),
        ("Who sang in The Who?", "Who"),
        ("What did Edward Said write?", "Said"),
        ("What does an A earn?", "A"),
        ("What is vitamin A good for?", "A"),
        ("A座在哪里？", "A"),
        # No names.
        ("who runs it?", ""),
        ("WHO RUNS IT?", ""),
        ("WHO runs HR?", ""),
        ("Who IS it?", ""),
        ("IS it true that she left?", ""),
        ("What must I NOT eat?", ""),
        ("Is it open at 9 AM?", ""),
        ("Will Hardy drive the van?", ""),
        ("May visitors bring dogs?", ""),
        ("When Will It End", ""),
        ("When Will Rome Fall?", ""),
        ("How Long May It Take", ""),
        ("Is it open? May I come in?", ""),
        ("Why? It is late. A cat came.", ""),
        ("Who sang WHO LET THE DOGS OUT live?", ""),
        ("《WHO LET THE DOGS OUT》是谁唱的？", ""),
        ("May I ask who did it?", ""),
        ("", ""),
    ],
)
def test_names_that_fold_to_function_words(question: str, names: str) -> None:
    assert "|".join(named(question)) == names


@pytest.mark.parametrize(
    ("question", "likely"),
    [
        ("What does Rose teach?", "Rose"),
        ("Who is Bill?", "Bill"),
        ("What is Inflation?", ""),
        ("What did the Bill say?", ""),
        ("What Does Rose Teach?", ""),
        ("Rose的爱好是什么？", ""),
    ],
)
def test_likely_names(question: str, likely: str) -> None:
    found = [question[slice(*span)] for span, written in written_words(question).items() if written.likely]
    assert "|".join(found) == likely


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who runs IT?", "who runs it_?"),
        ("Who is IT's head?", "who is it_'s head?"),
        ("C++ or c#, A+ or A-, .NET?", "c_pp++ or c_h#, a_p+ or a_m-, .net_d?"),
        ("What does Rose write in C?", "what does rose write in c?"),
        ("WHO总部在哪里？", "who_总部在哪里?"),
    ],
)
def test_the_marked_question(question: str, text: str) -> None:
    assert marked(question) == text


@given(
    st.text(alphabet=st.sampled_from("itwhomayCcaA 的谁.,?'’\n#＋+-－İßΣ"), max_size=30)
    | st.text(max_size=30)
)
def test_any_question_is_read(text: str) -> None:
    """In small letters only signs tell words apart."""
    small = text.lower()
    assert all(written.sign and not written.capitals for written in written_words(small).values())
    if not written_words(text):
        assert marked(text) == fold_text(text)
    spans = [(token.start, token.end) for token in TOKENIZER.tokens(text)]
    assert [(word.start, word.end) for word in told_apart(text, TOKENIZER)] == spans


SMALL = "who runs it may will said more a c us what does the team in rose 谁 管 部门 的"
WORDS = st.sampled_from(SMALL.split())


@given(st.lists(WORDS, max_size=8))
def test_a_question_in_small_letters_is_as_ever(words: list[str]) -> None:
    query = analyse(" ".join(words), TOKENIZER, LEXICON, Vocabulary({"it": 1, "c": 1}, 9, LEXICON))
    for word in query.words:
        assert word.written is None
        assert word.topical is not is_function_word(word.word)
        assert word.row == LEXICON.id(word.word)
    assert not query.synonyms
    assert query.marked == query.folded


SPELLINGS = "C c# O plus sharp negative 加加 型 阴性 U.S. IT CPP May united states 美国 A+ .NET who"
SPOKEN = st.sampled_from(SPELLINGS.split())


@given(st.lists(SPOKEN, max_size=6))
def test_what_means_the_same_stands_for_words_of_the_question(words: list[str]) -> None:
    text = " ".join(words)
    query = asked(text, *TOKENIZER.words(text), "c", "o", "it", "us", "may", "cpp", "plus", "net")
    for synonym in query.synonyms:
        assert 0 <= synonym.start < synonym.end <= len(query.words)


def asked(question: str, *library: str, aliases: list[Alias] | None = None) -> Query:
    vocabulary = Vocabulary(dict.fromkeys(library, 1), 9, LEXICON)
    return analyse(question, TOKENIZER, LEXICON, vocabulary, lambda _: aliases or [])


def test_a_name_is_topical_and_has_no_neighbours_of_the_function_word() -> None:
    query = asked("Who runs IT?", "it", "that", "he")
    who, _, it = query.words
    assert (who.topical, it.topical, it.row, it.text) == (False, True, None, "IT")
    assert it.weight >= 0.7
    assert query.clauses[2] == (("it", it.weight),)
    assert what_is_asked(asked("Where is WHO?")).types == {"place"}


@pytest.mark.parametrize(
    ("question", "library", "words", "capitals"),
    [
        ("Who runs IT?", ["信息技术"], ("信息技术",), None),
        ("信息技术部归谁管？", ["it"], ("it",), Capitals.ALL),
        ("What is the World Health Organization?", ["who"], ("who",), Capitals.ALL),
        ("世界卫生组织在哪里？", ["who"], ("who",), Capitals.ALL),
        ("the U.S. office", ["us"], ("us",), Capitals.ALL),
        ("the US office", ["u", "s"], ("u", "s"), None),
        ("Who writes C plus plus?", ["c"], ("c",), Capitals.ANY),
        ("Who writes C++?", ["cpp"], ("cpp",), None),
        ("Who writes C++?", ["c", "plus"], ("c", "plus", "plus"), None),
        ("Who writes C sharp", ["c"], ("c",), Capitals.ANY),
        ("O negative blood", ["o"], ("o",), Capitals.ANY),
        ("O型阴性血", ["o"], ("o",), Capitals.ANY),
        ("Who writes dotnet?", ["net"], ("net",), Capitals.ANY),
    ],
)
def test_what_means_the_same(
    question: str, library: list[str], words: tuple[str, ...], capitals: Capitals | None
) -> None:
    query = asked(question, *library)
    found = [synonym for synonym in query.synonyms if synonym.words == words]
    assert [synonym.written and synonym.written.capitals for synonym in found] == [capitals]
    assert all(" ".join(words) in dict(query.clauses[at]) for at in range(found[0].start, found[0].end))


def test_a_gloss_that_folds_to_a_function_word_counts_in_capitals() -> None:
    gloss = Alias("卫生署", "who")
    (synonym,) = asked("卫生署", "who", aliases=[gloss]).synonyms
    assert isinstance(synonym, Synonym) and synonym.written is not None
    assert (synonym.words, synonym.written.capitals) == (("who",), Capitals.ALL)
    assert not asked("卫生署", "who", "is", aliases=[gloss._replace(other="who is")]).synonyms


def test_a_part_takes_names_over_with_their_signs() -> None:
    assert completed("who runs that", "When did IT drop C++?", TOKENIZER) == "who runs that IT drop C++"
