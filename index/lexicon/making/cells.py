"""Makes the cells of `index.lexicon.nearest`: ``python -m index.lexicon.making.cells FOLDER``.

FOLDER holds a lexicon. Its words are clustered by k-means on the sphere (Dhillon and Modha 2001, "Concept
decompositions"), half a minute on one core. The file carries the fingerprint of the lexicon.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from index.lexicon.lexicon import Lexicon
from index.lexicon.nearest import FILE

CELLS, ROUNDS = 1024, 25


def main(folder: Path, cells: int = CELLS) -> None:
    """Write the cells beside the lexicon in ``folder``."""
    import faiss
    from safetensors.numpy import save_file

    lexicon = Lexicon.load(folder)
    vectors = lexicon.vectors(np.arange(len(lexicon)))
    means = faiss.Kmeans(
        lexicon.dimensions,
        cells,
        niter=ROUNDS,
        spherical=True,
        min_points_per_centroid=1,
        max_points_per_centroid=len(lexicon),
    )
    means.train(vectors)
    assert means.centroids is not None
    centroids = means.centroids.astype(np.float16)
    coarse = faiss.IndexFlatIP(lexicon.dimensions)
    coarse.add(centroids.astype(np.float32))
    _, nearest = coarse.search(vectors, 1)
    arrays = {"centroids": centroids, "cells": nearest[:, 0].astype(np.uint16)}
    save_file(arrays, folder / FILE, {"fingerprint": lexicon.fingerprint})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
