"""The nearest words of the lexicon, found by an inverted file.

Its cells come with the lexicon (``index.lexicon.making.cells``): no clusters are sought at run time. The
nearest cells of a word are searched, in 8 bits a dimension (Jégou, Douze and Schmid, "Product quantization
for nearest neighbor search", 2011).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.beside import beside

if TYPE_CHECKING:
    from index.lexicon.lexicon import Floats, Ids, Lexicon

FILE = "cells.safetensors"
#: Cells that are searched for a word. 498 words of questions, recall of the 30 nearest and ms for ten words:
#: 32: .922 and 1.2; 64: .948 and 1.8; 128: .967 and 5.
_PROBES = 64
#: Words that are coded at a time.
_BLOCK = 4096


class NearestWords:
    """Finds words of the lexicon near a vector. One in twenty of the true ones is missed."""

    def __init__(self, lexicon: Lexicon, centroids: Floats, cells: NDArray[np.uint16]) -> None:
        """``centroids`` [cells, dimensions] of unit length; ``cells`` [words] the cell of each word."""
        import faiss

        dimensions = lexicon.dimensions
        coarse = faiss.IndexFlatIP(dimensions)
        coarse.add(centroids)
        make: Any = faiss  # its type stubs know neither this constructor's arguments nor the lists
        self._index = make.IndexIVFScalarQuantizer(
            coarse,
            dimensions,
            len(centroids),
            faiss.ScalarQuantizer.QT_8bit_direct_signed,
            faiss.METRIC_INNER_PRODUCT,
            False,
        )
        self._coarse = coarse  # the index does not own it
        self._index.is_trained, self._index.nprobe = True, min(_PROBES, len(centroids))
        order = np.argsort(cells, kind="stable")
        codes = np.take(_codes(lexicon), order, axis=0)
        start = 0
        for cell, size in enumerate(np.bincount(cells, minlength=len(centroids)).tolist()):
            held = slice(start, start + size)
            pointers = make.swig_ptr(order[held]), make.swig_ptr(codes[held])
            self._index.invlists.add_entries(cell, size, *pointers)
            start += size
        self._index.ntotal = len(order)

    @classmethod
    def load(cls, folder: Path, lexicon: Lexicon) -> NearestWords | None:
        """That of the ``lexicon`` saved in ``folder``; None if its cells were not made."""
        from index.lexicon.lexicon import read_tensors

        if not (folder / FILE).exists():
            return None
        arrays, told = read_tensors(folder / FILE)
        if told.get("fingerprint") != lexicon.fingerprint:
            return None
        return cls(lexicon, arrays["centroids"].astype(np.float32), arrays["cells"])

    def search(self, vectors: Floats, k: int) -> Ids:
        """The rows of up to ``k`` words near each vector; int64 [vectors, k], nearest first, -1 for none."""
        # The vectors are coded as the words are, in 8 bits.
        asked = vectors * (127 / np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9))
        asked = np.ascontiguousarray(asked, np.float32)
        if len(asked) < 2:
            return self._search(asked, k)
        half = len(asked) // 2
        other = beside(partial(self._search, asked[:half], k))
        rest = self._search(asked[half:], k)
        return np.concatenate([other(), rest])

    def _search(self, asked: Floats, k: int) -> Ids:
        import faiss

        faiss.omp_set_num_threads(1)  # FAISS's own threads go on waiting for work, at full speed
        rows: Ids = self._index.search(asked, k)[1]
        return rows


def _codes(lexicon: Lexicon) -> NDArray[np.uint8]:
    """The words in 8 bits a dimension, all by one scale."""
    scales = (lexicon.scales / lexicon.scales.max())[:, None]
    codes = np.empty(lexicon.rows.shape, np.uint8)
    values = np.empty((_BLOCK, lexicon.dimensions), np.float32)
    for start in range(0, len(codes), _BLOCK):
        held = slice(start, start + _BLOCK)
        block = values[: len(codes[held])]
        np.multiply(lexicon.rows[held], scales[held], out=block)
        block += 128.5  # above 0, cutting off rounds
        codes[held] = block
    return codes
