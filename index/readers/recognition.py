"""The text of pictures, read by faster-paddle (PP-OCRv6 "small"), which the extra ``ocr`` brings.

It is read without network, in a few seconds a page. Pillow, from the same extra, decodes and straightens.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from index.errors import Phrase, ReadError
from index.types import RecognizedPage, Region

if TYPE_CHECKING:
    from PIL.Image import Image

#: What is kept of a page (`index.storage.scans`) is void once this changes.
VERSION = 1
#: Said of what cannot be read without the extra.
INSTALL = Phrase("pip install 'yinju[ocr]'")
#: Below this confidence (0 to 1) a line is a guess, and below that it is no text.
SURE, NO_TEXT = 0.9, 0.5
#: A page on which the confidence is lower may stand on its head.
_UPRIGHT = 0.8
#: Tilts are looked for up to this, in degrees, on a copy of the page with no longer side, in pixels. A page
#: is turned if its rows are parted so much better then.
_MOST_TILT, _COPY, _BETTER = 8, 600, 1.1
#: Pages no longer than this, in pixels, are enlarged to twice their size, in which lines are cut out better:
#: errors fall from .005 to .000 on clean Chinese pages at 150 dots an inch (tests/evaluation/scans.py).
_SMALL = 2_000


class Picture(NamedTuple):
    """A page as a picture, with the points that one of its pixels measures."""

    image: Image
    scale: float


#: Gives the text of pages: of those with these numbers, each of which the function shows.
Recognize = Callable[[Sequence[int], Callable[[int], Picture]], Mapping[int, RecognizedPage]]


@cache
def is_installed() -> bool:
    """Whether the extra is there."""
    return find_spec("faster_paddle") is not None and find_spec("PIL") is not None


def recognize_pages(numbers: Sequence[int], picture: Callable[[int], Picture]) -> dict[int, RecognizedPage]:
    """The text of pages, as `Recognize`."""
    return {number: recognize(picture(number)) for number in numbers}


def recognize(picture: Picture) -> RecognizedPage:
    """The lines of a page, straightened, in no order. ReadError: the page cannot be read."""
    image, scale = _straight(picture.image.convert("L")), picture.scale
    if max(image.size) <= _SMALL:
        image, scale = _enlarged(image), scale / 2
    page = _regions(image, scale)
    if page and _confidence(page) < _UPRIGHT:
        page = max(page, _regions(image.rotate(180), scale), key=_confidence)
    return tuple(region for region in page if region.confidence >= NO_TEXT and region.text.strip())


def _regions(image: Image, scale: float) -> RecognizedPage:
    encoded = io.BytesIO()
    image.save(encoded, "BMP")
    try:
        bounds = _engine().ocr(encoded.getvalue())["bounds"].values()
    except RuntimeError as error:
        raise ReadError("reading it ended unexpectedly ({reason})", reason=error) from error
    found = []
    for line in bounds:
        x0, y0, x1, y1 = (scale * at for at in (*line["topLeftCoord"], *line["bottomRightCoord"]))
        found.append(Region(line["text"], x0, y0, x1, y1, line["confidence"]))
    return tuple(found)


@cache
def _engine() -> Any:
    from faster_paddle import OcrEngine

    return OcrEngine(model_size="small")


def _confidence(page: RecognizedPage) -> float:
    """The mean over the length of the lines: what is not recognized has few characters."""
    import numpy as np

    lengths = [max(region.x1 - region.x0, region.y1 - region.y0) for region in page]
    return float(np.average([region.confidence for region in page], weights=np.add(lengths, 1e-6)))


def _enlarged(image: Image) -> Image:
    from PIL.Image import Resampling

    return image.resize((2 * image.width, 2 * image.height), Resampling.LANCZOS)


def _straight(image: Image) -> Image:
    """The page, turned so that its rows or columns lie straight; the paper fills the corners."""
    import numpy as np
    from PIL.Image import Resampling

    small = image.copy()
    small.thumbnail((_COPY, _COPY))
    paper = int(np.median(np.asarray(small)))

    def parted(angle: float) -> float:
        """How sharply rows or columns of ink and paper follow each other."""
        turned = np.asarray(small.rotate(angle, fillcolor=paper), dtype=np.float32)
        return max(float(np.square(np.diff(turned.mean(axis))).sum()) for axis in (0, 1))

    coarse = max(range(-_MOST_TILT, _MOST_TILT + 1), key=parted)
    angle = max((coarse + step / 5 for step in range(-5, 6)), key=parted)
    if not angle or parted(angle) < _BETTER * parted(0):
        return image
    return image.rotate(angle, resample=Resampling.BICUBIC, expand=True, fillcolor=paper)
