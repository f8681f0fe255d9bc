"""The characters of a PDF page, each with its place, as pdfium finds them.

Places are in points, in the direction of writing: ``x`` runs along the line and ``y`` upwards across lines,
for turned text as if the page had been turned upright.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Container, Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from index.readers.pdf_glyphs import glyph_shift, shifted_glyph
from index.readers.symbol_fonts import symbol

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

#: A page of text has some thousand. The layout's time and memory grow with them.
MAX_CHARACTERS = 300_000
#: Places farther off than this, in points, are no places.
_FAR = 1e6
#: What pdfium gives for a hyphen at which it joins a word that is broken at a line's end.
_HYPHENS = ("\x02", "\ufffe")
#: Stands for the second half of a character that pdfium counts as two.
_HALF = "\0"
#: Codes of symbol fonts, the names of those, and their longest name.
_SYMBOLS = re.compile("[\uf020-\uf0ff]")
_SYMBOL_FONT = re.compile(r"(?:[A-Z]{6}\+)?(Symbol|Wingdings|Webdings) ?([23]?)")
_NAME = 64
#: A word, or a space. The marks of hyphens are words of their own.
_WORD = re.compile("[\x02\ufffe]|\\s|[^\\s\x02\ufffe]+")


class Style(NamedTuple):
    """How a piece of text is drawn.

    ``size`` is the type size in points, ``weight`` the boldness (400 is regular, 700 bold; 0 and less: not
    known), ``turn`` the direction of writing in degrees to the left, 0 to 359.
    """

    size: float
    weight: int
    turn: int


class Word(NamedTuple):
    """Characters without a gap from ``x0`` to ``x1`` on the baseline ``y``.

    ``piece`` is the same for all that is drawn in one piece. A space is ``SPACE`` and has no place; where
    pdfium sees a line end, there is ``LINE_END``. Both have a ``piece`` below 0.
    """

    text: str
    x0: float
    x1: float
    y: float
    style: Style
    piece: int


SPACE = Word(" ", 0.0, 0.0, 0.0, Style(1.0, 0, 0), -1)
LINE_END = SPACE._replace(text="\n")


class TooManyCharacters(Exception):
    """The page has more than MAX_CHARACTERS."""


class _Calls(NamedTuple):
    """Functions of pdfium that are called for each character, without the conversions of pypdfium2."""

    unicode: Callable[..., int]
    piece: Callable[..., int | None]
    box: Callable[..., int]


@cache
def _calls() -> _Calls:
    from pypdfium2 import raw

    def typed(function: Any, result: Any, *arguments: Any) -> Any:
        address = ctypes.cast(function, ctypes.c_void_p).value or 0
        return ctypes.CFUNCTYPE(result, ctypes.c_void_p, ctypes.c_int, *arguments)(address)

    return _Calls(
        typed(raw.FPDFText_GetUnicode, ctypes.c_uint),
        typed(raw.FPDFText_GetTextObject, ctypes.c_void_p),
        typed(raw.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p),
    )


def page_words(page: PdfPage, singly: Container[int] = ()) -> list[Word]:
    """The characters of a page in pdfium's order, in words, those of some pieces ``singly``.

    Raises TooManyCharacters.
    """
    text = page.get_textpage()
    try:
        return _Reading(text, singly).words()
    finally:
        text.close()


class _Reading:
    """Takes the characters from a text page.

    Each question to pdfium takes half a microsecond, more than all that is done with a character. So only
    the first and the last character of a word are asked for, unless they tell that it is no simple word.
    """

    def __init__(self, page: PdfTextPage, singly: Container[int]) -> None:
        from pypdfium2 import raw

        count = page.count_chars()
        if count > MAX_CHARACTERS:
            raise TooManyCharacters
        self._raw, self._page, self._handle = raw, page.raw, ctypes.cast(page.raw, ctypes.c_void_p).value
        self._box, self._matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._place = ctypes.byref(self._box)
        _, self._piece_of, self._box_of = _calls()
        self._text = "".join(_text(page, self._handle, count))
        self._singly = singly
        self._clear()

    def _clear(self) -> None:
        self._found: list[Word] = []
        self._piece = 0
        self._style, self._mirrored = SPACE.style, False
        self._baseline = self._low = 0.0
        #: For each font that does not say what it draws: the first characters of its pieces.
        self._unmapped: dict[int, list[int]] = {}

    def words(self) -> list[Word]:
        found = self._words()
        if self._unmapped and self._read_glyphs():
            self._clear()
            found = self._words()
        return found

    def _read_glyphs(self) -> bool:
        """Puts characters for the numbers of glyphs. Whether there were any."""
        raw, letters = self._raw, list(self._text)
        read = False
        for firsts in self._unmapped.values():
            places: list[int] = []
            for first in firsts:
                piece = self._piece_of(self._handle, first)
                for index in range(first, len(letters)):
                    if (at := self._piece_of(self._handle, index)) and at != piece:
                        break
                    if at and raw.FPDFText_HasUnicodeMapError(self._page, index) == 1:
                        places.append(index)
            if shift := glyph_shift("".join([self._text[index] for index in places])):
                read = True
                for index in places:
                    letters[index] = shifted_glyph(self._text[index], shift)
        self._text = "".join(letters)
        return read

    def _words(self) -> list[Word]:
        found, text = self._found, self._text
        for match in _WORD.finditer(text):
            first, last = match.span()
            if text[first].isspace():
                found.append(LINE_END if text[first] in "\r\n" else SPACE)
            elif not self._word(first, last - 1):
                for begin, end in self._parts(first, last):
                    if (begin, end) == (first, last) or not self._word(begin, end - 1):
                        for index in range(begin, end):
                            self._single(index)
        return found

    def _parts(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The parts of a word that are drawn in one piece each."""
        begin, piece = first, self._piece_of(self._handle, first)
        for index in range(first + 1, last):
            at = self._piece_of(self._handle, index)
            if at != piece:
                yield begin, index
                begin, piece = index, at
        yield begin, last

    def _word(self, first: int, last: int) -> bool:
        """Takes the characters from ``first`` to ``last``. False: they must be taken singly."""
        piece_of, box_of, handle, box = self._piece_of, self._box_of, self._handle, self._box
        at = piece_of(handle, first)
        if not at or (last > first and piece_of(handle, last) != at) or at in self._singly:
            return False
        box_of(handle, first, self._place)
        if at != self._piece:
            self._begin(at, first)
        style = self._style
        turn, size = style.turn, style.size
        if turn == 0:
            start, end, low = box.left, box.right, box.bottom
        elif turn % 90:
            return False
        else:
            start, end, low = _placed(box, turn)
        if not -0.4 * size < low - self._low < 0.4 * size:
            self._find_baseline(first, low)
        word = self._text[first : last + 1]
        if last > first:
            box_of(handle, last, self._place)
            _, end, last_low = (0.0, box.right, box.bottom) if turn == 0 else _placed(box, turn)
            wide = 0 if word.isascii() else sum([letter >= "\u2e80" for letter in word])
            narrow = last + 1 - first - wide
            if not (
                (0.2 * narrow + 0.6 * wide) * size < end - start < (narrow + 1.3 * wide) * size
                and -0.4 * size < last_low - low < 0.4 * size
            ):
                return False
        if (
            word.isascii()
            and word > "\x02"
            and start > -_FAR
            and end < _FAR
            and -_FAR < self._baseline < _FAR
        ):
            self._found.append(Word(word, start, end, self._baseline, style, self._piece))
        else:
            self._add(word, start, end)
        return True

    def _single(self, index: int) -> None:
        """Takes one character."""
        at = self._piece_of(self._handle, index)
        if not at:  # made up by pdfium
            return
        self._box_of(self._handle, index, self._place)
        new = self._begin(at, index)
        style = self._style
        start, end, low = _placed(self._box, style.turn)
        if new or style.turn % 90 or abs(low - self._low) > 0.4 * style.size:
            along = self._find_baseline(index, low)
            if style.turn % 90:  # its box is upright
                start, end = along, along + self._width(index, at)
        before = self._found[-1] if self._found else SPACE
        if (before.piece, before.x0, before.x1, before.y) == (self._piece, start, end, self._baseline) and (
            before.text < "\u2e80"
        ):  # a glyph for several characters, like "ﬀ"
            self._found[-1] = before._replace(text=before.text + self._text[index])
        else:
            self._add(self._text[index], start, end)

    def _width(self, index: int, at: int) -> float:
        """How far a character of a piece of text reaches along the line."""
        raw = self._raw
        font, width = self._font(at)[0], ctypes.c_float()
        size = self._style.size
        known = raw.FPDFFont_GetGlyphWidth(font, ord(self._text[index]), size, width)
        return width.value if known and 0 < width.value < 3 * size else 0.5 * size

    def _font(self, at: int) -> tuple[Any, int]:
        """The font of a piece of text, and its address."""
        font = self._raw.FPDFTextObj_GetFont(ctypes.cast(at, self._raw.FPDF_PAGEOBJECT))
        return font, ctypes.cast(font, ctypes.c_void_p).value or 0

    def _symbols(self, text: str) -> str:
        """The characters that a symbol font shows; the text itself if it is another font."""
        raw = self._raw
        font, name = self._font(self._piece)[0], ctypes.create_string_buffer(_NAME)
        raw.FPDFFont_GetBaseFontName(font, name, _NAME)
        found = _SYMBOL_FONT.match(name.value.decode("latin-1"))
        if not found:
            return text
        family = " ".join(filter(None, found.groups()))
        return "".join([symbol(ord(c), family) if _SYMBOLS.match(c) else c for c in text])

    def _begin(self, at: int, index: int) -> bool:
        """Whether another piece begins with a character, of which the box was asked for."""
        if at == self._piece:
            return False
        self._piece = at
        self._raw.FPDFText_GetMatrix(self._page, index, self._matrix)
        self._style, self._mirrored = _style(self._page, index, self._matrix, self._box)
        if self._raw.FPDFText_HasUnicodeMapError(self._page, index) == 1:
            self._unmapped.setdefault(self._font(at)[1], []).append(index)
        self._find_baseline(index, _placed(self._box, self._style.turn)[2])
        return True

    def _find_baseline(self, index: int, low: float) -> float:
        """Asks for the baseline of a character; returns its place along the line."""
        self._raw.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
        along, baseline = turned(self._x.value, self._y.value, self._style.turn)
        self._baseline, self._low = -baseline if self._mirrored else baseline, low
        return along

    def _add(self, text: str, start: float, end: float) -> None:
        if -_FAR < start <= end < _FAR and -_FAR < self._baseline < _FAR:
            if text in _HYPHENS:
                text = "-"
            elif _SYMBOLS.search(text):
                text = self._symbols(text)
            elif _HALF in text:
                text = text.replace(_HALF, "")
            if text:
                self._found.append(Word(text, start, end, self._baseline, self._style, self._piece))


def _placed(box: Any, turn: int) -> tuple[float, float, float]:
    """Start, end and lower edge of a box in the direction of writing."""
    if turn == 90:
        return box.bottom, box.top, -box.right
    if turn == 180:
        return -box.right, -box.left, -box.top
    if turn == 270:
        return -box.top, -box.bottom, box.left
    return box.left, box.right, box.bottom


def turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """A place of the page on the page turned ``turn`` degrees to the right."""
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    return x * cosine + y * sine, y * cosine - x * sine


def _text(page: PdfTextPage, handle: int | None, count: int) -> list[str]:
    """The characters as strings, one for each index."""
    from pypdfium2 import raw

    buffer = (ctypes.c_ushort * (count + 1))()
    if count and raw.FPDFText_GetText(page.raw, 0, count, buffer) == count + 1:
        text = bytes(buffer)[: 2 * count].decode("utf-16-le", "surrogatepass")
        if len(text) == count:
            return list(text)
    unicode = _calls().unicode
    codes = [unicode(handle, index) for index in range(count)]
    letters = [chr(code) if code < 0x110000 else "\ufffd" for code in codes]
    for index, (high, low) in enumerate(pairwise(codes)):
        if 0xD800 <= high < 0xDC00 <= low < 0xE000:
            letters[index : index + 2] = chr(0x10000 + (high - 0xD800 << 10) + low - 0xDC00), _HALF
    return ["\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in letters]


def _style(page: Any, index: int, matrix: Any, box: Any) -> tuple[Style, bool]:
    """The style of a character, and whether it is drawn as in a mirror."""
    from pypdfium2 import raw

    size = raw.FPDFText_GetFontSize(page, index)
    turn = round(math.degrees(math.atan2(matrix.b, matrix.a)) + (180 if size < 0 else 0)) % 360
    quarter = round(turn / 90) * 90
    if abs(turn - quarter) < 2:
        turn = quarter % 360
    size = abs(size) * math.hypot(matrix.c, matrix.d)
    high = abs(box.right - box.left if turn in (90, 270) else box.top - box.bottom)
    if high > 4 * size or 0 < high < 0.5 * size:  # not all fonts say how large they draw
        size = 0.8 * high
    weight = raw.FPDFText_GetFontWeight(page, index)
    return Style(size if 0 < size < _FAR else 1.0, weight, turn), matrix.a * matrix.d < matrix.b * matrix.c
