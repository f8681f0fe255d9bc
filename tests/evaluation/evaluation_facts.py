"""What EVALUATION.md says that no run tells: where the sets come from, published figures, the goals."""

from __future__ import annotations

from typing import NamedTuple


class Source(NamedTuple):
    """Where a set comes from."""

    what: str
    repository: str
    licence: str


SETS = {
    "cmrc2018_trial": Source("Simplified Chinese, encyclopedic", "ymcui/cmrc2018", "CC BY-SA 4.0"),
    "drcd_dev": Source("Traditional Chinese, encyclopedic", "DRCKnowledgeTeam/DRCD", "CC BY-SA 3.0"),
    "dureader_checklist_dev": Source(
        "questions put to a search engine, web text; unanswerable ones have a passage found for them",
        "Eric8932/CURC",
        "none stated",
    ),
    "dureader_robust_dev": Source(
        "questions put to a search engine, web text", "Eric8932/CURC", "none stated"
    ),
    "squad2_dev": Source(
        "English, encyclopedic; unanswerable questions were written to look answered",
        "chrischute/squad",
        "CC BY-SA 4.0",
    ),
    "xquad_dev_en": Source("English, encyclopedic", "google-deepmind/xquad", "CC BY-SA 4.0"),
    "xquad_dev_zh": Source(
        "the same in Simplified Chinese, under English titles", "google-deepmind/xquad", "CC BY-SA 4.0"
    ),
}


class Published(NamedTuple):
    """nDCG@10 of a model on XQuADRetrieval, Chinese and English, and the file that says so."""

    model: str
    parameters: str
    zh: float | None
    en: float | None
    file: str


_MTEB = "https://github.com/embeddings-benchmark/results/blob"
_NEWEST = f"{_MTEB}/f4cc6c8b365a3c779dbc708d6affe0b0355b2ddf/results"
_EARLIER = f"{_MTEB}/319e81d64298f3bdc5f09c8b6ff91f5015b3664c/results"
_SENTENCE_TRANSFORMERS = f"{_NEWEST}/sentence-transformers__"
_TASK = "XQuADRetrieval.json"
PUBLISHED = (
    Published(
        "multilingual-e5-large", "560 M", 0.96391, 0.984,
        f"{_NEWEST}/intfloat__multilingual-e5-large/4dc6d853a804b9c8886ede6dda8a073b7dc08a81/{_TASK}",
    ),
    Published(
        "multilingual-e5-small", "118 M", 0.95469, 0.97469,
        f"{_EARLIER}/intfloat__multilingual-e5-small/e4ce9877abf3edfe10b0d82785e83bdcb973e22e/{_TASK}",
    ),
    Published(
        "LaBSE", "471 M", 0.85663, 0.8529,
        f"{_SENTENCE_TRANSFORMERS}LaBSE/e34fab64a3011d2176c99545a93d5cbddc9a91b7/{_TASK}",
    ),
    Published(
        "paraphrase-multilingual-MiniLM-L12-v2", "118 M", 0.8523, 0.88496,
        f"{_SENTENCE_TRANSFORMERS}paraphrase-multilingual-MiniLM-L12-v2/"
        f"bf3bf13ab40c3157080a7ab344c831b9ad18b5eb/{_TASK}",
    ),
    Published(
        "all-MiniLM-L6-v2", "23 M", 0.24225, 0.94357,
        f"{_SENTENCE_TRANSFORMERS}all-MiniLM-L6-v2/8b3219a92973c328a8e22fadcfa821b5dc75636a/{_TASK}",
    ),
    Published(
        "bge-m3", "568 M", None, None,
        f"{_NEWEST}/BAAI__bge-m3/5617a9f61b028005a4858fdac845db406aefb181/{_TASK}",
    ),
)  # fmt: skip


class Bars(NamedTuple):
    """What a set is to reach: nDCG@10, answer in the first sentence, answer in the quotes."""

    ndcg: float | None
    first: float | None
    quotes: float | None


#: By what a run's name begins with; one across languages begins with "→" and the set of its documents.
GOALS = {
    "xquad": Bars(0.98, 0.82, 0.93),
    "→ xquad": Bars(0.94, 0.72, 0.86),
    "cmrc2018": Bars(0.985, 0.78, 0.90),
    "drcd": Bars(0.98, 0.84, 0.94),
    "squad2": Bars(0.90, None, None),
}
#: nDCG@10 that a set is to have above the better BM25.
MARGIN = {"dureader_robust": 0.03}
MOST_SENTENCES, MOST_LOST, LEAST_REFUSED, LEAST_AUROC = 2.2, 0.05, 0.95, 0.97
