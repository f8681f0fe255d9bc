"""A lexicon of a few words, passages and hits: what questions are tested with, all made up."""

from __future__ import annotations

import numpy as np

from index.lexicon import Lexicon
from index.tokens import Tokenizer
from index.types import ArticleInfo, Passage
from qa.types import Hit

CHINESE = {
    "长桥": 30,
    "大桥": 40,
    "工程师": 25,
    "设计": 50,
    "多少": 60,
    "米": 20,
    "的": 900,
    "茶园": 8,
    "谁": 70,
}
ENGLISH = ("bridge", "engineer", "design", "metre", "how", "the", "tea", "who", "long", "ferry")


def lexicon(seed: int = 0, dimensions: int = 6) -> Lexicon:
    """Random vectors of so few dimensions that every word has neighbours near and far."""
    words = [*CHINESE, *ENGLISH]
    random = np.random.default_rng(seed)
    table = random.normal(size=(len(words), dimensions))
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    scales = np.abs(table).max(axis=1) / 127
    return Lexicon(
        words,
        np.round(table / scales[:, None]).astype(np.int8),
        scales.astype(np.float32),
        random.uniform(-14, -6, len(words)).astype(np.float32),
        np.array([CHINESE.get(word, 0) for word in words], dtype=np.int64),
    )


TOKENIZER = Tokenizer(CHINESE)


def a_passage(text: str, context: str = "", number: int = 1, start: int = 0, article: int = 1) -> Passage:
    words = TOKENIZER.words
    return Passage(number, article, start, start + len(text), text, "", words(text), words(context))


def an_article(number: int = 1, language: str = "en") -> ArticleInfo:
    return ArticleInfo(
        number,
        f"/made/up/{number}.txt",
        f"Article {number}",
        language,
        None,
        None,
        None,
        "2026-01-01",
        100,
        1,
    )


def a_hit(passage: Passage, score: float = 1.0, rank: int = 1, dense: float = 0.5) -> Hit:
    legs = {"lexical": (rank, score), "dense": (rank, dense)}
    return Hit(rank, score, passage, an_article(passage.article), coverage=0.8, legs=legs)
