"""Vectors to passages: inner product search in FAISS.

Small indexes keep 16-bit floats. Larger ones keep 8 bits per dimension (scalar quantization), with ranges
trained on the vectors. The largest keep two bits a dimension beside them (product quantization), which
propose what is compared: those of a million are looked through in 2 ms, their tables in registers (André,
Kermarrec and Le Scouarnec, "Cache locality is not enough", 2015). An index is trained again each time it has
doubled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence, Set
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.beside import beside
from index.types import Scored

#: Batches of (ids [n], L2-normalised vectors [n, dimensions]).
Batches = Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]]

#: Number of passages up to which vectors keep 16-bit floats, and up to which all are compared.
EXACT, FLAT = 50_000, 100_000
#: Passages that are proposed for each one wanted, the fewest, and the most, where few of them pass a filter.
#: Of the ten nearest among a million .999 are found, of the hundred .955; with 20 for each 1.0 and .99.
_PROPOSED, _LEAST, _MOST = 10, 500, 20_000
_SAMPLE = 65_536
#: Bytes written at a time.
_PIECE = 2**20
#: Margin beyond the smallest and largest value of the sample, as a share of their distance.
_MARGIN = 0.1


class VectorIndex:
    """A FAISS index of passage vectors under their passage ids."""

    def __init__(self, index: Any, trained: int, mapped: Path | None = None) -> None:
        """``index``: a FAISS IndexIDMap. ``trained``: the number of vectors when the index was trained.

        ``mapped``: the file that it is mapped from.
        """
        import faiss

        self._index = index
        self.trained, self._mapped = trained, mapped
        inner: Any = faiss.downcast_index(index.index)
        #: What compares the vectors, and their two bits a dimension, if they have them.
        self._exact: Any = inner
        self._codes: Any = None
        if isinstance(inner, faiss.IndexRefine):
            self._exact = faiss.downcast_index(inner.refine_index)
            self._codes = faiss.downcast_index(inner.base_index)
        self._scan: Any = None

    @classmethod
    def build(
        cls, dimensions: int, count: int, batches: Callable[[], Batches], exact: int = EXACT, flat: int = FLAT
    ) -> VectorIndex:
        """Trains an index for ``count`` vectors and fills it. ``batches`` may be called twice."""
        import faiss

        index: Any
        metric = faiss.METRIC_INNER_PRODUCT
        if count <= exact:
            index = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, metric)
        else:
            index = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_8bit, metric)
            index.sq.rangestat_arg = _MARGIN
            sample = _sample(batches(), count, _SAMPLE, dimensions)
            index.train(sample)
            if count > flat:
                parts = dimensions // 2 if dimensions % 2 == 0 else dimensions
                codes = faiss.IndexPQ(dimensions, parts, 4, metric)
                codes.train(sample)
                index = faiss.IndexRefine(codes, index)
        made = cls(faiss.IndexIDMap(index), count)
        made.update([], batches())
        return made

    @classmethod
    def open(cls, path: Path, trained: int, *, write: bool = False) -> VectorIndex:
        """Opens a saved index; without ``write`` it is mapped into memory and cannot be updated.

        RuntimeError, ValueError: it is damaged, or of a layout that is no longer made.
        """
        import faiss

        index = faiss.read_index(str(path), 0 if write else faiss.IO_FLAG_MMAP_IFC)
        if not isinstance(index, faiss.IndexIDMap):
            raise ValueError(f"{path} holds a {type(index).__name__}")
        return cls(index, trained, None if write else path)

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
        found: list[int] = np.sort(self._ids()).tolist()
        return found

    def _ids(self) -> NDArray[np.int64]:
        """The id of each row: a view of the index's own memory."""
        import faiss

        ids: Any = self._index.id_map
        view: NDArray[np.int64] = faiss.rev_swig_ptr(ids.data(), ids.size())
        return view

    def outgrown(self, exact: int = EXACT, flat: int = FLAT) -> bool:
        """Whether it holds too many vectors for its layout and should be rebuilt."""
        return len(self) > max(exact, 2 * self.trained) or (len(self) > 2 * flat and self._codes is None)

    def update(self, removed: Sequence[int], batches: Batches) -> None:
        """Removes ids (unknown ones are ignored), then adds vectors."""
        self._scan = None
        if len(removed):
            self._remove(np.asarray(removed, np.int64))
        for ids, vectors in batches:
            self._index.add_with_ids(vectors, ids)

    def _remove(self, ids: NDArray[np.int64]) -> None:
        import faiss

        if self._codes is None:
            self._index.remove_ids(ids)
            return
        held = np.isin(self._ids(), ids)  # FAISS itself removes nothing from vectors with codes beside them
        rows, kept = np.flatnonzero(held), self._ids()[~held]
        for part in (self._codes, self._exact):
            part.remove_ids(rows)
        faiss.copy_array_to_vector(kept, self._index.id_map)
        self._index.index.ntotal = self._index.ntotal = len(kept)

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
        question = np.ascontiguousarray(vector, np.float32)[None]
        found = self._among_proposed(question, k, within)
        if len(found) < k:
            params = None if within is None else self._selected(within)
            scores, rows = self._exact.search(question, k, params=params)
            rows, scores = rows[rows >= 0], scores[rows >= 0]
            found = list(map(Scored, self._ids()[rows].tolist(), scores.tolist()))
        return sorted(found, key=lambda hit: (-hit.score, hit.passage))

    def begin(
        self, vector: NDArray[np.float32], k: int, within: Collection[int] | None = None
    ) -> Callable[[], list[Scored]]:
        """`search`, in a thread of its own where it takes milliseconds; the result waits for its end."""
        search = partial(self.search, vector, k, within)
        return search if self._codes is None else beside(search)

    def _among_proposed(
        self, question: NDArray[np.float32], k: int, within: Collection[int] | None
    ) -> list[Scored]:
        """The best ``k`` of those that the codes propose, compared by 8 bits a dimension; [] without codes.

        They are fewer where not enough of them are ``within``.
        """
        wanted = max(_LEAST, _PROPOSED * k) * len(self) // (len(self) if within is None else len(within))
        if self._codes is None or wanted > _MOST:
            return []
        scan = self._scan or self._packed()
        scores, rows = scan.search(question, min(wanted, len(self)))
        pairs = zip(self._ids()[rows[0]].tolist(), scores[0].tolist(), strict=True)
        allowed = within if within is None or isinstance(within, Set) else frozenset(within)
        held = (Scored(i, score) for i, score in pairs if allowed is None or i in allowed)
        return list(islice(held, k))

    def _packed(self) -> Any:
        """The codes in the order in which they are looked through (30 ms for a million), then compared."""
        import faiss

        try:  # what is mapped to be copied once is not left in memory
            read = VectorIndex.open(self._mapped, self.trained) if self._mapped else self
        except RuntimeError:  # another program has replaced the file
            read = self
        scan = faiss.IndexRefine(faiss.IndexPQFastScan(read._codes), self._exact)
        self._scan = scan
        return scan

    def _selected(self, within: Collection[int]) -> Any:
        """Restricts a search of rows to the ids ``within``."""
        import faiss

        ids = np.fromiter(within, np.int64, len(within))
        chosen = np.zeros(int(ids.max()) + 1, bool)  # ids are numbered on from 1, so bits are few
        chosen[ids] = True
        make: Any = faiss  # its type stubs do not know these constructors' arguments
        selected = make.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))
        return make.SearchParameters(sel=make.IDSelectorTranslated(self._index.id_map, selected))


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
