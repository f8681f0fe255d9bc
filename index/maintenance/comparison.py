"""Compares stored words and vectors with newly made ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index.ingest.embedding import EmbeddingPipeline
from index.storage.interfaces import ArticleStore
from index.types import UNWATCHED, Monitor

#: Passages whose words and vectors are compared, evenly spread.
SAMPLE = 300
#: The least cosine of a stored vector (16 bits) and a newly made one.
_CLOSE = 0.999


def differing(
    store: ArticleStore, pipeline: EmbeddingPipeline, passages: Sequence[int], monitor: Monitor = UNWATCHED
) -> Iterator[int]:
    """Those of ``passages`` (ids) whose words or vector are not what is made of their texts now."""
    for first in range(0, len(passages), SAMPLE):
        some = passages[first : first + SAMPLE]
        kept = {number: passage for number, _, passage in store.titled(some)}
        for number, made in pipeline.reembedded(some, pipeline.tokenizer, every=True, monitor=monitor):
            old = kept.get(number, made)  # on a server it may have come since
            same = (old.words, old.context) == (made.words, made.context)
            if not (same and vectors_match(old.vector, made.vector)):
                yield number


def vectors_match(stored: bytes, made: bytes) -> bool:
    if len(stored) != len(made):
        return False
    a, b = (np.frombuffer(vector, "<f2").astype(np.float32) for vector in (stored, made))
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) >= _CLOSE * norm if norm else not (a.any() or b.any())
