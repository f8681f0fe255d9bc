"""A small library with a real tokenizer and a transparent embedder, so that tests need no model."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.library import Library
from index.text.tokenizer import Tokenizer
from index.types import ParsedArticle

DIMENSIONS = 64


class HashingEmbedder:
    """Counts words into buckets: texts that share words lie close together."""

    name = "hashing"
    fingerprint = "h1"
    dimensions = DIMENSIONS

    def embed_passages(self, texts: Sequence[str], words: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        counts = np.zeros((len(words), self.dimensions), np.float32)
        for row, bag in zip(counts, words, strict=True):
            for word in bag:
                row[zlib.crc32(word.encode()) % self.dimensions] += 1
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)

    def embed_query(self, text: str, words: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_passages([text], [words])[0]


TOKENIZER = Tokenizer({"北京": 50, "上海": 50, "图书馆": 30, "开放": 20, "时间": 40, "人才": 10, "城市": 20})


def open_library(path: Path, create: bool = True) -> Library:
    return Library.open(path, create=create, embedder=HashingEmbedder(), tokenizer=TOKENIZER)


def an_article(text: str, title: str = "题目", language: str = "zh-Hans") -> ParsedArticle:
    return ParsedArticle(text, title, language)


def articles(count: int, first: int = 0) -> list[tuple[str, ParsedArticle]]:
    """Articles of one or two short paragraphs, each with words of its own."""
    return [
        (
            f"key{i}",
            an_article(
                f"第{i}号图书馆在北京。它的开放时间是{i % 24}点。\n\n"
                f"Library number{i} has {i * 7} seats in area{i % 5}.",
                f"图书馆 number{i}",
            ),
        )
        for i in range(first, first + count)
    ]


Found = dict[str, list[tuple[str, int, float]]]


def answers(library: Library, k: int = 50) -> Found:
    """What searches give, told by article and place rather than by id, with rounded scores."""
    found: Found = {}
    paths = {info.id: info.path for info in library.articles()}
    for question in ("图书馆 北京", "number3 seats", "开放 时间 area2", "library number11"):
        words = TOKENIZER.words(question)
        clauses = [[(word, 1.0), ("北京", 0.25)] for word in words]
        legs = {
            "words": library.search_words(clauses, k),
            "vector": library.search_vector(library.embedder.embed_query(question, words), k),
        }
        for leg, hits in legs.items():
            passages = library.passages([hit.passage for hit in hits])
            assert len(passages) == len(hits)
            found[f"{leg}: {question}"] = sorted(
                (
                    (paths[passage.article], passage.start, round(hit.score, 3))
                    for passage, hit in zip(passages, hits, strict=True)
                ),
                key=lambda row: (-row[2], row[0], row[1]),
            )
        found[f"frequency: {question}"] = [("", n, 0.0) for n in library.document_frequency(words)]
    return found


def fresh_answers(folder: Path, parsed: list[tuple[str, ParsedArticle]]) -> Found:
    """What a library gives that was made from just these articles in one go."""
    with open_library(folder / "fresh") as library:
        library.add_parsed(parsed)
        return answers(library)
