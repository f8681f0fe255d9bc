"""Vectors to passages: inner product search in FAISS.

Small indexes keep 16-bit floats. Larger ones keep 8 bits per dimension (scalar quantization), with ranges
trained on the vectors. The largest also cluster them (inverted file, Jégou et al., "Searching in one billion
vectors", 2011) and search the nearest clusters only. An index is trained again each time it has doubled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.types import Scored

#: Batches of (ids [n], L2-normalised vectors [n, dimensions]).
Batches = Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]]

#: Number of passages up to which vectors keep 16-bit floats, and up to which all are compared: a million
#: of 128 dimensions in 9 ms.
EXACT, FLAT = 50_000, 4_000_000
_SAMPLE = 65_536
#: Bytes written at a time.
_PIECE = 2**20
#: Margin beyond the smallest and largest value of the sample, as a share of their distance.
_MARGIN = 0.1


class VectorIndex:
    """A FAISS index of passage vectors under their passage ids."""

    def __init__(self, index: Any, trained: int) -> None:
        """``trained``: the number of vectors when the index was trained."""
        self._index = index
        self.trained = trained

    @classmethod
    def build(
        cls, dimensions: int, count: int, batches: Callable[[], Batches], exact: int = EXACT, flat: int = FLAT
    ) -> VectorIndex:
        """Trains an index for ``count`` vectors and fills it. ``batches`` may be called twice."""
        import faiss

        index: Any
        metric = faiss.METRIC_INNER_PRODUCT
        if count <= exact:
            index = faiss.IndexIDMap(
                faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, metric)
            )
        elif count <= flat:
            quantized = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_8bit, metric)
            quantized.sq.rangestat_arg = _MARGIN
            quantized.train(_sample(batches(), count, _SAMPLE, dimensions))
            index = faiss.IndexIDMap(quantized)
        else:
            clusters = int(4 * count**0.5)
            index = faiss.IndexIVFScalarQuantizer(
                faiss.IndexFlatIP(dimensions), dimensions, clusters, faiss.ScalarQuantizer.QT_8bit, metric
            )
            index.sq.rangestat_arg = _MARGIN
            index.cp.spherical = True
            index.cp.min_points_per_centroid = 1
            index.cp.niter = 10
            index.nprobe = max(8, clusters // 8)  # recall@10 0.95 among a million; clusters // 32: 0.86
            index.train(_sample(batches(), count, max(_SAMPLE, 40 * clusters), dimensions))
        made = cls(index, count)
        made.update([], batches())
        return made

    @classmethod
    def open(cls, path: Path, trained: int, *, write: bool = False) -> VectorIndex:
        """Opens a saved index; without ``write`` it is mapped into memory and cannot be updated."""
        import faiss

        return cls(faiss.read_index(str(path), 0 if write else faiss.IO_FLAG_MMAP_IFC), trained)

    def save(self, path: Path) -> None:
        """Writes the index and syncs it to disk, so that a manifest may name it."""
        import faiss

        # FAISS's own writer tells a full disk on standard error, behind everybody's back.
        with path.open("wb") as file:
            writer = faiss.PyCallbackIOWriter(file.write, _PIECE)  # type: ignore[attr-defined]  # not in its stubs
            faiss.write_index(self._index, writer)
            file.flush()
            os.fsync(file.fileno())

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def ids(self) -> list[int]:
        """The ids of all vectors, ascending."""
        import faiss

        if isinstance(self._index, faiss.IndexIVF):
            lists: Any = self._index.invlists
            parts = [
                faiss.rev_swig_ptr(lists.get_ids(i), lists.list_size(i)).copy() for i in range(lists.nlist)
            ]
        else:
            parts = [faiss.vector_to_array(self._index.id_map)]
        found: list[int] = np.sort(np.concatenate(parts)).tolist()
        return found

    def outgrown(self, exact: int = EXACT) -> bool:
        """Whether it holds too many vectors for its layout and should be rebuilt."""
        return len(self) > max(exact, 2 * self.trained)

    def update(self, removed: Sequence[int], batches: Batches) -> None:
        """Removes ids (unknown ones are ignored), then adds vectors."""
        if len(removed):
            self._index.remove_ids(np.asarray(removed, np.int64))
        for ids, vectors in batches:
            self._index.add_with_ids(vectors, ids)

    def search(
        self, vector: NDArray[np.float32], k: int, within: Collection[int] | None = None
    ) -> list[Scored]:
        """The ``k`` passages of highest inner product, of those ``within`` if given.

        Best first; equal scores by passage id.
        """
        import faiss

        k = min(k, len(self) if within is None else len(within))
        if k < 1 or not vector.any():
            return []
        faiss.omp_set_num_threads(1)  # threads share out questions, and there is one: they would only wait
        params = None if within is None else self._params(within)
        scores, ids = self._index.search(np.ascontiguousarray(vector, np.float32)[None], k, params=params)
        found = [Scored(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
        return sorted(found, key=lambda hit: (-hit.score, hit.passage))

    def _params(self, within: Collection[int]) -> Any:
        """Restricts a search to ``within``: with clusters, the fewer ids there are, the more are searched."""
        import faiss

        ids = np.fromiter(within, np.int64, len(within))
        chosen = np.zeros(int(ids.max()) + 1, bool)  # ids are numbered on from 1, so bits are few
        chosen[ids] = True
        make: Any = faiss  # its type stubs do not know these constructors' arguments
        selected = make.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))
        if not isinstance(self._index, faiss.IndexIVF):
            return make.SearchParameters(sel=selected)
        probes = min(self._index.nlist, self._index.nprobe * len(self) // len(within) + 1)
        return make.SearchParametersIVF(sel=selected, nprobe=probes)


def _sample(batches: Batches, count: int, size: int, dimensions: int) -> NDArray[np.float32]:
    """About ``size`` of ``count`` vectors, evenly spread."""
    step = max(1, count // size)
    sample = np.empty((-(-count // step), dimensions), np.float32)
    filled = passed = 0
    for _, vectors in batches:
        taken = vectors[-passed % step :: step][: len(sample) - filled]
        sample[filled : filled + len(taken)] = taken
        filled, passed = filled + len(taken), passed + len(vectors)
    return sample[:filled]
