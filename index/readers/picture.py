"""Pictures to text: PNG, JPEG, TIFF with all its pages, and WebP."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from index.errors import NoTextError, ReadError
from index.readers.extracted_text import ExtractedText
from index.readers.pdf_layout import paragraphs
from index.readers.recognition import INSTALL, Picture, Recognize
from index.readers.scans import scanned_lines, told_unsure
from index.storage.scans import LEAST_LETTERS, letters

if TYPE_CHECKING:
    from PIL.Image import Image

#: Pages of one file, and pixels of a page: 25 by 35 centimetres at 1,200 dots an inch have fewer.
MAX_PAGES, MAX_PIXELS = 2_000, 200_000_000
#: Pixels on a side of what is looked at: smaller is an icon, larger is made smaller.
_SMALLEST, _LARGEST = 24, 4_000
#: The longer side of a page in points.
_PAGE = 842.0
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")


def read_picture(data: bytes, recognize: Recognize | None) -> ExtractedText:
    """The text of the pages. ReadError: it has none, is damaged or too large, or nothing to read it with."""
    if recognize is None:
        raise ReadError(
            "the file is a picture: {command} reads its text", "then add it again", command=INSTALL
        )
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # it is bounded below
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            count = min(getattr(image, "n_frames", 1) if image.format == "TIFF" else 1, MAX_PAGES + 1)
            if count > MAX_PAGES or image.width * image.height > MAX_PIXELS:
                raise _too_large()
            sizes = range(count) if min(image.size) >= _SMALLEST else ()
            pages = recognize(sizes, lambda number: _page(image, number))
    except ReadError:
        raise
    except (MemoryError, Image.DecompressionBombError):
        raise _too_large() from None
    except Exception as error:  # Pillow raises many kinds
        raise ReadError("the picture is damaged", "open it in a viewer and save it anew") from error
    if letters(pages.values()) < LEAST_LETTERS:
        raise NoTextError("the picture holds no text")
    text, starts = paragraphs([*scanned_lines(pages).values()])
    return ExtractedText(text, pages=starts, unread=told_unsure(pages), scanned=frozenset(pages))


def _too_large() -> ReadError:
    return ReadError(
        "the picture is too large", "the limit is {limit} million pixels", limit=MAX_PIXELS // 10**6
    )


def _page(image: Image, number: int) -> Picture:
    """A page of the file, upright as the camera noted, on white."""
    from PIL import Image as images
    from PIL import ImageOps

    image.seek(number)
    if image.width * image.height > MAX_PIXELS:
        raise _too_large()
    image.draft(None, (_LARGEST, _LARGEST))  # a JPEG is made smaller while it is decoded
    page: Image = ImageOps.exif_transpose(image)
    if page.has_transparency_data:
        page = page.convert("RGBA")
        page = images.alpha_composite(images.new("RGBA", page.size, "white"), page)
    if page.mode.startswith("I;16"):  # else all but the darkest greys become white
        page = page.convert("I").point(lambda grey: grey / 257)
    page = page.convert("L")
    page.thumbnail((_LARGEST, _LARGEST))
    return Picture(page, _PAGE / max(page.size))
