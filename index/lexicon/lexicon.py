"""The bundled bilingual lexicon: one table of word vectors for Chinese and English.

A Chinese word and its English translation lie close together, so the table serves three ways:
a passage's vector is the weighted mean of its words (Arora et al. 2017, "A simple but
tough-to-beat baseline for sentence embeddings"), a question word's neighbours are its synonyms
and translations, and the best matching pairs of words explain a match. It is stored as int8
rows with one scale a row, loads without torch, and opens in sentence-transformers as well.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib import resources
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from index.lexicon.nearest import NearestWords
    from index.text.tokenizer import Tokenizer

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

#: Smoothing of the word weights a / (a + p(word)); 1e-4 is the value of the paper.
_SMOOTHING = 1e-4
#: The types of arrays in a safetensors file.
_TYPES = {"I8": "<i1", "U16": "<u2", "I32": "<i4", "F16": "<f2"}
#: ln p of a word the lexicon does not know: as rare as its rarest.
_UNKNOWN_LOG_PROBABILITY = -18.4
#: Texts pooled at a time: the vectors of their words stay in the processor's cache.
_POOLED = 16


class Lexicon:
    """Word vectors of unit length, with each word's probability and segmentation count.

    ``rows`` int8 [words, dimensions], mapped into memory if loaded; ``scales`` float32 [words];
    ``log_probabilities`` float32 [words], the natural log of the word's share of running text; ``counts``
    int64 [words], jieba's dictionary count, 0 for words that are not Chinese; ``weights`` float32 [words],
    the word's weight in a text's vector, learned or from its probability; ``pool_weights`` float32 [words],
    scale times weight.
    """

    def __init__(
        self,
        words: Sequence[str],
        rows: NDArray[np.int8],
        scales: Floats,
        log_probabilities: Floats,
        counts: NDArray[np.int64],
        weights: Floats | None = None,
        fingerprint: str = "",
        folder: Path | None = None,
    ) -> None:
        """``folder``: where it was loaded from."""
        self.words = words
        self._folder = folder
        self.fingerprint = fingerprint
        self.dimensions = int(rows.shape[1])
        self.rows, self.scales = rows, scales
        self.log_probabilities, self._counts = log_probabilities, counts
        self._ids = dict(zip(words, range(len(words)), strict=True))
        self.weights = _smooth(log_probabilities) if weights is None else weights
        self.pool_weights = (scales * self.weights).astype(np.float32)

    @classmethod
    def load(cls, folder: Path | None = None) -> Lexicon:
        """The lexicon in ``folder``, or the bundled one."""
        folder = folder or bundled_folder()
        arrays, _ = read_tensors(folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return cls(
            words=(folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n")[:-1],
            rows=arrays["rows"],
            scales=arrays["scales"].astype(np.float32),
            log_probabilities=arrays["log_probabilities"].astype(np.float32),
            counts=arrays["counts"].astype(np.int64),
            weights=arrays["weights"].astype(np.float32),
            fingerprint=config["fingerprint"],
            folder=folder,
        )

    def save(self, folder: Path) -> None:
        """Write the files that ``load`` and sentence-transformers read."""
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, NDArray[Any]] = {
            "rows": self.rows,
            "scales": self.scales.astype(np.float16),
            "log_probabilities": self.log_probabilities.astype(np.float16),
            "counts": self._counts.astype(np.int32),
            "weights": self.weights.astype(np.float16),
        }
        vocabulary = "".join(word + "\n" for word in self.words)
        digest = hashlib.sha256(vocabulary.encode())
        for name in sorted(arrays):
            digest.update(arrays[name].tobytes())
        fingerprint = digest.hexdigest()[:16]
        config = {"words": len(self), "dimensions": self.dimensions, "fingerprint": fingerprint}
        modules = [{"idx": 0, "name": "0", "path": "", "type": "index.lexicon.module.LexiconModule"}]
        save_file(arrays, folder / "model.safetensors")
        (folder / "vocabulary.txt").write_text(vocabulary, encoding="utf-8")
        for name, content in (("config.json", config), ("modules.json", modules)):
            (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

    def with_vectors(self, vectors: Floats, weights: Floats) -> Lexicon:
        """The same words with other vectors, float32 [words, dimensions] of unit length, and weights."""
        rows, scales = quantise(vectors)
        return Lexicon(self.words, rows, scales, self.log_probabilities, self._counts, weights)

    def __len__(self) -> int:
        return len(self.words)

    def id(self, word: str) -> int | None:
        """The row of a folded word, or None."""
        return self._ids.get(word)

    def ids(self, words: Sequence[str]) -> Ids:
        """The rows of the words, -1 for a word that is not in the lexicon."""
        return np.fromiter(map(self._ids.get, words, repeat(-1)), np.int64, len(words))

    def frequencies(self) -> Mapping[str, int]:
        """Chinese words with their counts: the dictionary that ``Tokenizer`` cuts by."""
        (chinese,) = np.nonzero(self._counts)
        counts = self._counts[chinese].tolist()
        words = self.words
        return {words[i]: count for i, count in zip(chinese.tolist(), counts, strict=True)}

    @cached_property
    def _chinese(self) -> NDArray[np.bool_]:
        return np.array([not word.isascii() for word in self.words])

    def rows_of(self, language: str) -> Ids:
        """The rows of the words of "zh" or "en"."""
        (rows,) = np.nonzero(self._chinese == (language == "zh"))
        return rows

    def log_probability(self, word: str) -> float:
        """Natural log of the word's share of running text; that of a very rare word if it is unknown."""
        row = self._ids.get(word)
        return _UNKNOWN_LOG_PROBABILITY if row is None else float(self.log_probabilities[row])

    def vectors(self, ids: Ids) -> Floats:
        """float32 [len(ids), dimensions], rows of unit length; a zero row where the id is -1."""
        scales = self.scales[ids]
        scales[ids < 0] = 0
        rows = self.rows.take(ids, axis=0, mode="wrap").astype(np.float32)  # faster than rows[ids]
        rows *= scales[:, None]
        return rows

    def whole_rows(self, ids: Ids) -> Floats:
        """float32 [len(ids), dimensions]: the rows unscaled, whole numbers; zeros where the id is -1."""
        rows = self.rows[ids].astype(np.float32)
        rows[ids < 0] = 0
        return rows

    def cosines(self, ids: Ids, others: Ids, rows: Floats | None = None) -> Floats:
        """float32 [len(ids), len(others)]: the cosine of each pair; 0 where an id is -1.

        ``rows``: the `whole_rows` of ``others``, if they are at hand. Their products are whole numbers below
        2**24, which float32 adds up without rounding: so a pair's cosine never depends on the other pairs.
        """
        products: Floats = self.whole_rows(ids) @ (self.whole_rows(others) if rows is None else rows).T
        products *= self.scales[ids][:, None]
        products *= self.scales[others]
        return products

    @cached_property
    def nearest(self) -> NearestWords | None:
        """An index of the nearest words, made at first need; None for a lexicon without cells."""
        from index.lexicon.nearest import NearestWords

        return NearestWords.load(self._folder, self) if self._folder else None

    def similarity(self, one: str, other: str) -> float:
        """Cosine of two folded words: 1 for equal words, 0 if one is unknown."""
        return 1.0 if one == other else float(self.cosines(self.ids([one]), self.ids([other]))[0, 0])

    def pool(self, texts: Sequence[Sequence[str]]) -> Floats:
        """Weighted mean of each text's word vectors: float32 [texts, dimensions], unit length.

        A text without a known word gives a zero row.
        """
        return self.pool_rows([self.ids(words) for words in texts])

    def pool_rows(self, texts: Sequence[Ids]) -> Floats:
        """The same of texts whose words are given as rows, -1 for those that the lexicon lacks."""
        if len(texts) > _POOLED:
            parts = (texts[first : first + _POOLED] for first in range(0, len(texts), _POOLED))
            return np.concatenate([self.pool_rows(part) for part in parts])
        pooled = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        words = np.concatenate([np.zeros(0, np.int64), *texts])
        known = words >= 0
        counts = np.bincount(np.repeat(np.arange(len(texts)), [*map(len, texts)])[known])
        filled = np.flatnonzero(counts)
        if not len(filled):
            return pooled
        words = words[known]
        starts = np.cumsum(counts[filled]) - counts[filled]
        weighted = self.rows.take(words, axis=0, mode="wrap") * self.pool_weights[words][:, None]
        sums = np.add.reduceat(weighted, starts, axis=0)
        pooled[filled] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return pooled


def read_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The arrays of a safetensors file, mapped into memory and not read, and its metadata."""
    with path.open("rb") as file:
        data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(bytes(data[8:start]))
    told = header.pop("__metadata__", {})
    arrays = {}
    for name, facts in header.items():
        first, end = facts["data_offsets"]
        flat = np.frombuffer(data[start + first : start + end], _TYPES[facts["dtype"]])
        arrays[name] = flat.reshape(facts["shape"])
    return arrays, told


def quantise(vectors: Floats) -> tuple[NDArray[np.int8], Floats]:
    """int8 rows and float32 scales [rows] whose product is nearest to ``vectors``."""
    scales = (np.maximum(np.abs(vectors).max(axis=1), 1e-6) / 127).astype(np.float32)
    return np.round(vectors / scales[:, None]).astype(np.int8), scales


def _smooth(log_probabilities: Floats) -> Floats:
    weights: Floats = (_SMOOTHING / (_SMOOTHING + np.exp(log_probabilities))).astype(np.float32)
    return weights


class LexiconEmbedder:
    """Passage and query vectors pooled from the lexicon. The default embedder; needs no torch."""

    name = "lexicon"

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.fingerprint = lexicon.fingerprint
        self.dimensions = lexicon.dimensions

    def embed_passages(self, texts: Sequence[str], words: Sequence[Sequence[str]]) -> Floats:
        """float32 [passages, dimensions], unit length, from the passages' folded ``words``."""
        return self.lexicon.pool(words)

    def embed_query(self, text: str, words: Sequence[str]) -> Floats:
        """float32 [dimensions], unit length, from the question's folded ``words``."""
        return cast(Floats, self.lexicon.pool([words])[0])


def bundled_folder() -> Path:
    """The folder of the bundled lexicon."""
    return Path(str(resources.files("index") / "lexicon_data"))


@cache
def bundled_lexicon() -> Lexicon:
    """The bundled lexicon, loaded once per process."""
    return Lexicon.load()


@cache
def bundled_tokenizer() -> Tokenizer:
    """Cuts by the words of the bundled lexicon. Made once per process: its dictionary takes 0.2 s."""
    from index.text.tokenizer import Tokenizer

    return Tokenizer(bundled_lexicon().frequencies())
