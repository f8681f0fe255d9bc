"""Words taught on the command line, and names that mean the same in questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import Result
from made_up import CHINESE, TOKENIZER, a_library, a_passage
from made_up import lexicon as made_up_lexicon

from index.library import Library
from index.types import Alias, ParsedArticle
from qa import tuning
from qa.engine import Engine
from qa.linguistics.writing import Capitals, Written
from qa.question.analysis import analyse
from qa.question.query import Query, Synonym
from qa.question.vocabulary import Vocabulary
from qa.retrieval.matcher import Matcher

Run = Callable[..., Result]
LEXICON = made_up_lexicon()
#: Two articles that never use both names; what each says is found by its own name only.
TEXTS = {
    "zh": ("一份报价", "德特克先生拒绝了第一份报价。他后来收下了两亿五千万元的合同。"),
    "en": ("A boat", "Wexelbrook sailed a wooden boat around the island. It took nine days."),
    "clock": (
        "The slow clock",
        "The tower clock loses four minutes a day because its pendulum is made of oak.",
    ),
}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with a_library(tmp_path / "own", TEXTS) as library:
        yield library


# The command


def test_words_are_taught_listed_and_forgotten(qa: Run, library: Library) -> None:
    own = ("--library", library.path)
    assert qa("words", "list", *own).stderr.startswith("qa: no words were taught")
    assert qa("words", "add", "德特克", "Matt  Deitke", *own).stdout == "taught 德特克 = Matt Deitke\n"
    assert qa("words", "add", *own, "--", "生成式AI").stdout == "taught 生成式AI\n"
    assert qa("words", "list", *own).stdout == "德特克 = Matt Deitke\n生成式AI\n"
    listed = json.loads(qa("words", "list", "--json", *own).stdout)
    assert listed == {
        "library": str(library.path),
        "words": [{"word": "德特克", "same": ["Matt Deitke"]}, {"word": "生成式AI", "same": []}],
    }
    removed = qa("words", "remove", "德特克", "--json", *own)
    assert json.loads(removed.stdout) == {"removed": {"word": "德特克", "same": ["Matt Deitke"]}}
    assert qa("words", "remove", "生成式AI", *own).stdout == "removed 生成式AI\n"
    assert qa("words", "list", *own).stdout == ""
    assert json.loads(qa("words", "add", "米 老鼠", "--json", *own).stdout)["taught"]["word"] == "米 老鼠"


@pytest.mark.parametrize(
    "arguments",
    [("add", ""), ("add", "Deitke"), ("add", "德特克", "——"), ("remove", "德特克"), ("add", "\x1b[31m")],
)
def test_bad_words_are_one_line(qa: Run, library: Library, arguments: Sequence[str]) -> None:
    done = qa("words", *arguments, "--library", library.path)
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("qa: ") and line.endswith(")") and "\x1b" not in line
    assert library.words() == []


def test_the_bundled_articles_learn_nothing(qa: Run, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    done = qa("words", "add", "德特克", env=home)
    assert done.exit_code == 2 and "bundled articles" in done.stderr.splitlines()[0]
    assert qa("words", "list", env=home).exit_code == 0


# In questions


@pytest.mark.parametrize(
    ("taught", "question", "key"),
    [
        (["德特克", "Matt Deitke"], "What did Matt Deitke refuse?", "zh"),
        (["Matt Deitke", "德特克"], "Deitke offer", "zh"),
        (["韦克瑟", "Wexelbrook"], "韦克瑟", "en"),
        (["Wexelbrook", "老韦"], "老韦", "en"),
    ],
)
def test_a_question_finds_the_other_name(
    library: Library, taught: list[str], question: str, key: str
) -> None:
    engine = Engine(library)
    assert strongest(engine, question, key) < tuning.ALIAS_SIMILARITY
    library.teach(taught[0], taught[1:])
    hits = engine.search(question).hits
    assert hits[0].article.path == key
    assert strongest(engine, question, key) == pytest.approx(tuning.ALIAS_SIMILARITY)
    marked = "".join(match.text for match in hits[0].matches if match.similarity > 0.9)
    assert marked.startswith(("德特克", "Wexelbrook"))
    library.forget(taught[0])
    assert strongest(engine, question, key) < tuning.ALIAS_SIMILARITY


def strongest(engine: Engine, question: str, key: str) -> float:
    """The best match of a question with an article's passages, 0 where they are not found."""
    hits = [hit for hit in engine.search(question).hits if hit.article.path == key]
    return max((match.similarity for hit in hits for match in hit.matches), default=0.0)


def test_names_that_an_article_glosses(library: Library) -> None:
    engine = Engine(library)
    question = "What did Deitke refuse?"
    assert "Deitke" in engine.ask(question).missing
    gloss = "研究员马特·德特克（Matt Deitke）今年 24 岁。"
    library.add_parsed([("gloss", ParsedArticle(gloss, "一位研究员", "zh-Hans"))])
    answer = engine.ask(question)
    assert answer.answered and "拒绝了第一份报价" in answer.sentences[0].text
    assert answer.missing == ()


# The question's words


def lookup(*aliases: Alias) -> Callable[[object], list[Alias]]:
    def found(keys: object) -> list[Alias]:
        return [alias for alias in aliases if alias.name in set(keys)]  # type: ignore[call-overload]

    return found


FREQUENCIES = {**dict.fromkeys([*CHINESE, "长", "渡船"], 2), "matt": 1, "deitke": 1, "who": 3}


def asked(text: str, *aliases: Alias) -> Query:
    vocabulary = Vocabulary(FREQUENCIES, 9, LEXICON)
    return analyse(text, TOKENIZER, LEXICON, vocabulary, lookup(*aliases))


def test_a_name_is_looked_up_as_a_whole() -> None:
    query = asked("长桥 Matt-Deitke's 米", Alias("mattdeitke", "大桥工程师"), Alias("matt", "茶园", "matt"))
    assert query.synonyms == (Synonym(1, 3, ("大桥", "工程师")), Synonym(1, 2, ("茶园",)))
    weights = [word.weight * tuning.ALIAS_SIMILARITY**2 for word in query.words]
    assert query.clauses[1][-2:] == (("大桥 工程师", weights[1]), ("茶园", weights[1]))
    assert query.clauses[2][-1] == ("大桥 工程师", weights[2])


def test_names_that_would_be_met_everywhere_or_nowhere_do_not_count() -> None:
    assert asked("长桥", Alias("长桥", "who is")).synonyms == ()
    # The name WHO is "who" when folded.
    assert asked("长桥", Alias("长桥", "WHO")).synonyms == (
        Synonym(0, 1, ("who",), written=Written(Capitals.ALL)),
    )
    assert asked("who", Alias("who", "长桥")).synonyms == ()
    common = Alias("bridge", "长桥", "bridge")  # a surname alone, but a common word
    assert asked("bridge", common).synonyms == ()
    absent = asked("长桥", Alias("长桥", "Nessie"))
    assert absent.clauses == asked("长桥").clauses and absent.synonyms == (Synonym(0, 1, ("nessie",)),)


def test_names_match_where_their_words_stand_together() -> None:
    query = asked("长桥", Alias("长桥", "matt deitke"))
    matcher = Matcher(query, LEXICON, TOKENIZER)
    words = ["deitke", "matt", "ferry", "matt", "deitke", "matt"]
    assert (matcher.similarities(words)[0] >= 0.95).tolist() == [False] * 3 + [True] * 2 + [False]
    passage = a_passage("Seen: Matt Deitke, not Matt.")
    assert [match.text for match in matcher.matches(passage) if match.similarity > 0.9] == ["Matt", "Deitke"]
    assert matcher.similarities([]).shape == (1, 0)
