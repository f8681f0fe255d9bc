"""Measures how well pages are recognized: ``make scans``, or `scans.py PICTURE …` each with its text.

The pages in tests/evaluation/pictures are in Simplified and Traditional Chinese and in English, at 150 dots
an inch. Each is read as it is, and tilted with the noise and the shadow of a bad copy. The character error
rate is the edit distance to the true text, white space aside, by its length. `unshare -rn make scans` shows
that no network is needed.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from index.readers.reader_process import ReaderProcess

PICTURES = Path(__file__).parent / "pictures"
#: The mean of the pages here.
MOST_ERRORS = 0.005


def worn(data: bytes, angle: float = 2.3, noise: float = 12) -> bytes:
    """A page tilted by ``angle`` degrees, with noise of this deviation of 255 greys, as a JPEG."""
    page = Image.open(io.BytesIO(data)).convert("L")
    page = page.rotate(angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    grey = np.asarray(page, dtype=np.float32) * 0.8 + 30
    grey -= np.linspace(0, 40, grey.shape[1], dtype=np.float32)
    grey += np.random.default_rng(1).normal(0, noise, grey.shape)
    copy = Image.fromarray(grey.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6))
    saved = io.BytesIO()
    copy.save(saved, "JPEG", quality=75)
    return saved.getvalue()


def errors(read: str, true: str) -> float:
    """The edit distance of two texts without white space and marks of headings, by the second's length."""
    read, true = ("".join(text.replace("# ", "").split()) for text in (read, true))
    row = list(range(len(true) + 1))
    for i, letter in enumerate(read, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(true, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != other))
    return row[-1] / len(true)


def main(files: Sequence[str]) -> int:
    rates: dict[str, list[float]] = {"clean": [], "worn": []}
    with closing(ReaderProcess(lambda: None)) as reader:
        for file in [Path(name) for name in files] or sorted(PICTURES.glob("*.png")):
            true = file.with_suffix(".txt").read_text(encoding="utf-8")
            for kind, data in (("clean", file.read_bytes()), ("worn", worn(file.read_bytes()))):
                began = time.perf_counter()
                parsed = reader.read(data, "page.png")
                rates[kind].append(errors(parsed.text, true))
                seconds = time.perf_counter() - began
                told = getattr(parsed, "unread", "")
                print(f"{file.stem:8} {kind:6} {rates[kind][-1]:.4f}  {seconds:.1f} s  {told}", flush=True)
    means = {kind: sum(found) / len(found) for kind, found in rates.items()}
    print(" ".join(f"{kind} {mean:.4f}" for kind, mean in means.items()))
    return int(max(means.values()) > MOST_ERRORS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
