"""A sample plugin: a reader of subtitles (.srt), an embedder by characters, and a writer that repeats."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qa import ExtractedText, Metadata, ReadError

_TIME = re.compile(r"\d\d:\d\d:\d\d,\d{3} --> .*")


def read_subtitles(data: bytes) -> ExtractedText:
    """What is said, a line each. A first line such as "NOTE title: The lake" gives the title.

    A reader takes the bytes of a file. It returns text (a str), or `ExtractedText` to tell more of it. For a
    file that it cannot read, it raises ReadError.
    """
    text = data.decode("utf-8-sig")
    if not _TIME.search(text):
        raise ReadError("there are no subtitles in it")
    lines = [line.strip() for line in text.splitlines()]
    title = next(
        (line.removeprefix("NOTE title:").strip() for line in lines if line.startswith("NOTE")), None
    )
    said = [line for line in lines if not (line.isdigit() or _TIME.match(line) or line.startswith("NOTE"))]
    return ExtractedText("\n".join(said), Metadata(title=title))


class Characters:
    """Counts pairs of characters. It is made by a call without arguments, and then used as an `Embedder`."""

    name = "characters"
    #: To be changed with the vectors: a library refuses a model that is not the one it was made with.
    fingerprint = "1"
    dimensions = 64

    def embed_passages(self, texts: Sequence[str], words: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """float32 [texts, dimensions]. ``words`` are the folded words of the same texts."""
        return np.stack([self.embed_query(text, ()) for text in texts])

    def embed_query(self, text: str, words: Sequence[str]) -> NDArray[np.float32]:
        """float32 [dimensions]."""
        vector = np.zeros(self.dimensions, dtype=np.float32)
        for pair in pairwise(text):
            vector[zlib.crc32("".join(pair).encode()) % self.dimensions] += 1
        return vector


def repeat(question: str, quotes: Mapping[int, str]) -> Iterator[str]:
    """Writes what the quotes say, and something that they do not. Text may come in pieces.

    A sentence ends in the numbers of the quotes that it rests on. What they do not say is found by Yinju.
    """
    for number, quote in quotes.items():
        yield " ".join(quote.split()).rstrip(".")
        yield f" [{number}]. "
    yield "It closed in 1888 [1]."
