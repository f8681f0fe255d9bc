"""A lexicon of a few words, passages and hits: what questions are tested with, all made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.lexicon.lexicon import Lexicon
from index.library import Library
from index.text.language import detect
from index.text.tokenizer import Tokenizer
from index.types import ArticleInfo, ParsedArticle, Passage
from qa import tuning
from qa.answering.scoring import Candidate, score_sentences
from qa.engine import Engine
from qa.retrieval.retriever import Retriever
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
    found_by = {"lexical": (rank, score), "dense": (rank, dense)}
    return Hit(rank, score, passage, an_article(passage.article), coverage=0.8, found_by=found_by)


#: Eight short articles, title and text; two of them tell of one museum in two languages.
TEXTS = {
    "museum": (
        "The Harbour Museum",
        "Ada Brook opened the Harbour Museum in 1962. She sold it to the city for 3 million pounds in "
        "1988.\n\nThe museum shows forty ships and a lighthouse lamp. Its roof was repaired last spring.",
    ),
    "博物馆": (
        "港口博物馆",
        "港口博物馆由阿达·布鲁克于 1962 年创办。1988 年，她以 300 万英镑把它卖给了市政府。\n\n"
        "馆内展出四十艘船，去年共有 25,000 名参观者。",
    ),
    "bridge": (
        "長橋",
        "長橋全長 1,240 公尺,由工程師林望舒設計。這座橋在 1958 年通車。\n\n橋上每天有九千輛腳踏車經過。",
    ),
    "ferry": (
        "The northern ferry",
        "The ferry crosses the northern lake in forty minutes. It stops for nine weeks when the lake "
        "freezes.\n\nMarta Lindqvist founded the ferry company in 1931, and her nephew sold it in 1957.",
    ),
    "茶园": (
        "山上的茶园",
        "茶园位于海拔 1400 米的山坡上，由陈家三代人经营。今年春天收成了 6200 公斤乌龙茶。",
    ),
    "bees": (
        "City bees",
        "Eleven hives stand on the roof of the town hall. Last year they gave 140 jars of honey.",
    ),
    "图书馆": (
        "夜间图书馆",
        "这家图书馆每晚开放到凌晨两点，藏书八万册。馆长说，读者多半是夜班护士和出租车司机。",
    ),
    "clock": (
        "The slow clock",
        "The tower clock loses four minutes a day because its pendulum is made of oak.",
    ),
}


def a_library(path: Path, texts: Mapping[str, tuple[str, str]] = TEXTS) -> Library:
    """A new library with the bundled lexicon and ``texts`` (key → title, text)."""
    library = Library.open(path, create=True)
    library.add_parsed(
        [(key, ParsedArticle(text, title, detect(text))) for key, (title, text) in texts.items()]
    )
    return library


@contextmanager
def an_engine(
    folder: Path, files: Mapping[str, str], among: Mapping[str, tuple[str, str]] = TEXTS
) -> Iterator[Engine]:
    """Asks ``files`` (name → text), which are written into ``folder`` and read, and the texts ``among``."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    with a_library(folder / "library", among) as library:
        library.add([folder / name for name in sorted(files)])
        yield Engine(library)


def found(library: Library, question: str) -> list[Candidate]:
    retriever = Retriever(library)
    query = retriever.query(question)
    matcher = retriever.matcher(query)
    ranking = retriever.retrieve(query, matcher, tuning.RERANKED_PASSAGES)
    return score_sentences(ranking.hits, matcher, ranking.blocks)
