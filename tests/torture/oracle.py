"""The oracle of the torture runs: what a library must hold, and whether it does.

A library is compared with one that is built afresh from the same articles.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from index.cleaning.structure import blocks_of
from index.lexicon.embedder import load_embedder
from index.lexicon.lexicon import bundled_tokenizer
from index.library import Library
from index.maintenance.doctor import Doctor
from index.types import Article, ParsedArticle, Passage
from qa.engine import Engine

#: How far equal scores may differ: a stored vector keeps 16 bits a number.
NEAR = 2e-3
#: The files that SQLite keeps beside an open database, and the library that a restore replaced.
_BESIDE = re.compile("-(wal|shm|journal)$|^library-before-restore.db$")
_KEPT = {field.name for field in fields(Article)} - {"blocks"}
_FIELDS = [field.name for field in fields(ParsedArticle) if field.name in _KEPT]


class Wrong(Exception):
    """A library is not what it must be."""


def demand(held: bool, what: str) -> None:
    """Raises Wrong, with ``what``, unless ``held``."""
    if not held:
        raise Wrong(what)


@dataclass(frozen=True)
class State:
    """What a library holds: articles by path, and taught words with their synonyms."""

    articles: Mapping[str, ParsedArticle] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def put(self, articles: Mapping[str, ParsedArticle]) -> State:
        return replace(self, articles={**self.articles, **articles})

    def without(self, paths: Sequence[str]) -> State:
        return replace(self, articles={p: d for p, d in self.articles.items() if p not in paths})


@dataclass(frozen=True)
class Change:
    """What a command changes. With ``whole`` all at once, else each article by itself.

    ``moves`` are pairs of paths. An article must be at exactly one path of each pair at any time.
    """

    before: State
    after: State
    whole: bool = False
    moves: tuple[tuple[str, str], ...] = ()


class Oracle:
    """Checks libraries. The models are loaded once."""

    def __init__(self, scratch: Path) -> None:
        self._fresh = scratch / "fresh"
        self._embedder = load_embedder("")
        self._tokenizer = bundled_tokenizer()
        #: The names of the files of a fresh library, without their random parts.
        self.tidy: Counter[str] = Counter()

    def open(self, folder: Path, create: bool = False) -> Library:
        return Library.open(folder, create=create, embedder=self._embedder, tokenizer=self._tokenizer)

    def held(self, folder: Path) -> State:
        """What the library in ``folder`` holds, unchecked."""
        with self.open(folder) as library:
            articles = [library.article(info.id) for info in library.articles()]
            words = {taught.word: taught.same for taught in library.words()}
        names = [field.name for field in fields(ParsedArticle)]
        return State({a.path: ParsedArticle(*(getattr(a, name) for name in names)) for a in articles}, words)

    def settle(self, library: Library, change: Change, finished: bool) -> State:
        """What the library holds. Raises Wrong if the change does not allow that."""
        found = {info.path: library.article(info.id) for info in library.articles()}
        before, after = change.before, change.after
        kept = dict.fromkeys([*before.articles, *after.articles, *found])
        old = {path: _same(found.get(path), before.articles.get(path)) for path in kept}
        new = {path: _same(found.get(path), after.articles.get(path)) for path in kept}
        for path in kept:
            demand(new[path] or (old[path] and not finished), _report(path, found, change, finished))
        for move in change.moves:
            demand(len(found.keys() & set(move)) == 1, f"a moved article is at none or both of {move}")
        words = {taught.word: taught.same for taught in library.words()}
        demand(words == after.words or (words == before.words and not finished), f"taught are {words}")
        if change.whole:
            demand(
                (all(new.values()) and words == after.words) or (all(old.values()) and words == before.words),
                "only part of a change that is whole was made",
            )
        for article in found.values():
            _check_passages(article, library.article_passages(article.id))
        return State(
            {p: (after if new[p] else before).articles[p] for p in found},
            after.words if words == after.words else before.words,
        )

    def look(self, folder: Path, change: Change, finished: bool, questions: Sequence[str] = ()) -> State:
        """What the library in ``folder`` holds. Raises Wrong if that or a search is not as it must be."""
        if not Library.exists(folder):
            demand(not change.before.articles and not (finished and change.after.articles), "it is gone")
            return State()
        with self.open(folder) as library:
            state = self.settle(library, change, finished)
            self.check_search(library, state, questions)
        return state

    def doctored(self, folder: Path, looked_at: Path, state: State, questions: Sequence[str]) -> None:
        """Raises Wrong if the doctor calls damaged what a kill left in ``folder``, or changes what is found.

        ``looked_at`` is the same library, which no doctor saw.
        """
        with self.open(looked_at) as library:
            before = self._found(library, state, questions)
        for fix in (False, True):
            found = Doctor(folder, fix=fix).examine()
            bad = [finding for finding in found if finding.state == "wrong" and finding.check != "room"]
            demand(not bad, f"called damaged: {bad}")
            with self.open(folder) as library:
                now = self._found(library, state, questions)
            demand(
                now[0] == before[0] and now[2] == before[2],
                f"found before the doctor: {before}, after: {now}",
            )

    def check_search(self, library: Library, state: State, questions: Sequence[str]) -> dict[str, Any]:
        """The answers, see ``told``. Raises Wrong if they or the searches differ from a fresh library's."""
        found, scores, answers = self._found(library, state, questions)
        first = {info.path: library.article_passages(info.id)[0].id for info in library.articles()}
        shutil.rmtree(self._fresh, ignore_errors=True)
        with self.open(self._fresh, create=True) as fresh:
            for word, same in state.words.items():
                fresh.teach(word, same)
            # Equal scores are ordered by passage, so the passages come in the same order.
            fresh.add_parsed([(path, state.articles[path]) for path in sorted(first, key=first.__getitem__)])
            expected, right_scores, right_answers = self._found(fresh, state, questions)
            self.tidy = names(self._fresh)
        other = {fact for fact, _ in found ^ expected}
        demand(not other, f"other passages or frequencies than in a fresh library: {sorted(other)[:5]}")
        for question, right in right_scores.items():
            lost, more = right.keys() - scores[question].keys(), scores[question].keys() - right.keys()
            demand(not lost and not more, f"{question}: {len(lost)} passages are lost, {len(more)} too many")
            for place, score in right.items():
                is_score = scores[question][place]
                demand(abs(is_score - score) < NEAR, f"{question}: {place} {is_score}, not {score}")
        for question, answer in right_answers.items():
            demand(answer == answers[question], f"{question}: {answers[question]}, not {answer}")
        return answers

    def _found(
        self, library: Library, state: State, questions: Sequence[str]
    ) -> tuple[set[tuple[str, int]], dict[str, dict[tuple[str, int], float]], dict[str, Any]]:
        """Places of passages and frequencies of words; scores by leg and question, then place; answers."""
        engine = Engine(library)  # first: it brings the library up to date
        infos = {info.id: info.path for info in library.articles()}
        places = {p.id: (path, p.start) for i, path in infos.items() for p in library.article_passages(i)}
        k = len(places) + 10
        scores: dict[str, dict[tuple[str, int], float]] = {}
        for question in questions:
            words = library.tokenizer.words(question)
            vector = library.embedder.embed_query(question, words)
            for leg, hits in (
                ("words", library.search_words([[(word, 1.0)] for word in words], k)),
                ("vectors", library.search_vector(vector, k)),
            ):
                demand(all(hit.passage in places for hit in hits), f"{leg} find a passage that is gone")
                found = {places[hit.passage]: hit.score for hit in hits}
                demand(leg == "words" or len(found) == len(places), f"{len(found)} vectors of {len(places)}")
                scores[f"{leg}: {question}"] = found
        answers = {question: told(engine.ask(question).to_json(), state) for question in questions}
        return {*places.values(), *library.vocabulary().items()}, scores, answers


def told(answer: dict[str, Any], state: State) -> Any:
    """What an answer says, by paths. Raises Wrong if a quote is not in its article, or that is gone."""
    cited = []
    for c in answer["citations"]:
        demand(c["path"] in state.articles, f"{c['path']} is gone and is cited")
        text = state.articles[c["path"]].text
        demand(text[c["start"] : c["end"]] == c["quote"], f"a quote does not stand in {c['path']}")
        cited.append((c["path"], c["start"], c["end"]))
    return answer["answered"], answer["answer"], cited, answer["missing"]


def _same(article: Article | None, parsed: ParsedArticle | None) -> bool:
    if article is None or parsed is None:
        return article is None and parsed is None
    # Where only the text could be saved, what it is made of is found in it.
    made_of = article.blocks in (parsed.blocks, blocks_of(article.text))
    return made_of and all(getattr(article, name) == getattr(parsed, name) for name in _FIELDS)


def _report(path: str, found: Mapping[str, Article], change: Change, finished: bool) -> str:
    there = "there" if path in found else "missing"
    was, due = (path in state.articles for state in (change.before, change.after))
    return f"{path} is {there}, but not as it must be (before: {was}, after: {due}, finished: {finished})"


def _check_passages(article: Article, passages: Sequence[Passage]) -> None:
    text, done = article.text, 0
    demand(len(text) == article.characters, f"{article.path} has another length than was noted")
    demand(len(passages) == article.passages > 0, f"{article.path} has {len(passages)} passages")
    for passage in passages:
        demand(text[passage.start : passage.end] == passage.text, f"a passage is not in {article.path}")
        demand(passage.start >= done, f"passages of {article.path} overlap")
        demand(not text[done : passage.start].strip(), f"{article.path} is not covered by its passages")
        done = passage.end
    demand(not text[done:].strip(), f"{article.path} ends after its last passage")


def names(folder: Path) -> Counter[str]:
    """The names in the folder of a library, without random parts and without the files of `_BESIDE`."""
    every = (re.sub("[0-9a-f]{8,}", "*", path.name) for path in folder.iterdir())
    return Counter(name for name in every if not _BESIDE.search(name))
