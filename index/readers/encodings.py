"""Bytes to text: detects UTF-8, UTF-16, UTF-32, GB 18030, Big5 and Windows-1252 without a model.

A wrong guess must never garble an article silently. A decoding is accepted if it is valid UTF-8, or if nearly
all of its characters are in everyday use: GB 2312 and Big5 each put their most frequent characters into a
"level 1", and text decoded wrongly falls outside both. Bytes that no encoding explains are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from index.errors import Phrase, ReadError
from index.text.han import HAN

_HINT = Phrase("save it as UTF-8 text, Markdown, HTML, PDF or DOCX and add it again")

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", Phrase("a PDF")),
    (b"PK\x03\x04", Phrase("a zip archive or office document")),
    (b"\xd0\xcf\x11\xe0", Phrase("an old office document")),
    (b"{\\rtf", Phrase("a rich-text document")),
    (b"\x89PNG", Phrase("an image")),
    (b"\xff\xd8\xff", Phrase("an image")),
    (b"GIF8", Phrase("an image")),
    (b"RIFF", Phrase("a media file")),
    (b"\x1f\x8b", Phrase("a compressed file")),
    (b"7z\xbc\xaf", Phrase("a compressed file")),
    (b"Rar!", Phrase("a compressed file")),
    (b"BZh", Phrase("a compressed file")),
    (b"\xfd7zXZ", Phrase("a compressed file")),
    (b"(\xb5/\xfd", Phrase("a compressed file")),
    (b"\x7fELF", Phrase("a program")),
    (b"SQLite format 3\x00", Phrase("a database")),
)
#: Tried in this order after UTF-8; an equal score keeps the earlier one.
_LEGACY = ("gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")
_META_CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^<>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]{2,20})", re.I
)
#: What pages call the encodings above.
_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "cp950",
    "big5-hkscs": "big5hkscs",
}

#: Other names than Windows-1252 of encodings with accented letters are caught.
_WESTERN_NAME = re.compile(
    r"((?:windows-|cp)125[047]|iso-?8859-(?:2|3|4|9|10|13|14|15|16))|windows-1252|cp1252|iso-?8859-1|latin-?1|us-ascii"
)

#: Pages in an encoding of Windows often name the part of ISO 8859 that it extends, which has no signs from
#: 80 to 9F.
_EXTENDED = {"2": "cp1250", "9": "cp1254"}
_CONTROLS = re.compile(rb"[\x80-\x9f]")

#: The most used characters of both scripts: they settle which of two lawful readings is the text.
_EVERYDAY = frozenset(
    "的一是不了人在有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年"
    "过過发發后後作里裡用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些"
    "主样樣理心她本前开開但因只从從想实實日军軍者意无無力它与與长長把机機十民第公此已工使情明性知全三又关關点點正业業外"
    "将將两兩高间間由问問很最重并並物手应應战戰向头頭文体體政美相见見被利什二等产產新己制身果加西斯月话話合回特代内內"
    "信表化老给給世位次度门門任常先海通教儿兒原东東声聲提立及比员員解水名真论論处處走义義各入几幾口认認条條平系气氣"
)
#: Not Han, yet part of everyday text: ASCII and Latin-1 letters, general and CJK punctuation, kana, bopomofo,
#: arrows, circled digits, box drawing, full-width forms.
_OTHER_EXPECTED = re.compile(
    "[\t\n\r\x0c\x1b -~\xa0-\u024f\u0370-\u03ff\u2000-\u206f\u20ac\u2100-\u214f\u2150-\u22ff\u2460-\u257f"
    "\u25a0-\u2605\u3000-\u312f\uff01-\uff5e\uffe0-\uffe5\ufeff]"
)
#: A typographic sign, or an accented letter next to a plain one.
_WESTERN = re.compile(r"[‘’“”–—…•™€£©®°·§«»½\xa0]|(?<=[A-Za-z])[^\W\x00-\x7f]|[^\W\x00-\x7f](?=[A-Za-z])")
_SAMPLE = 100_000
_HAN = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True)
class _Decoding:
    """One way to decode the bytes.

    ``score`` (0 to 1) is the share of expected characters among those that are not ASCII, ``everyday`` (0 to
    1) the share of the few hundred most used Chinese ones, ``han`` the number of Chinese ones.
    """

    text: str
    score: float
    everyday: float
    han: int

    @property
    def plausible(self) -> bool:
        """Running Chinese is about half everyday characters; Korean misread as GB 18030 is under a tenth."""
        return self.score >= 0.9 and self.everyday >= (
            0.15 if self.han >= 20 else 0.05 if self.han >= 6 else 0
        )


_MESSAGE = re.compile(rb"\s{0,99}(?:[A-Za-z-]{2,40}:[^\n]{0,999}\n(?:[ \t][^\n]{0,999}\n){0,20}){0,40}", re.A)


_PICTURE = re.compile(
    rb"(?P<png>\x89PNG\r\n)|(?P<jpg>\xff\xd8\xff)|(?P<tif>II[*+]\0|MM\0[*+])|(?P<webp>RIFF....WEBP)", re.S
)


#: The main parts of Office documents; some programs number them.
_OFFICE_PART = re.compile(rb"(word/document|xl/workbook|ppt/presentation)\d{0,3}\.xml")
_OFFICE = {b"word/document": ".docx", b"xl/workbook": ".xlsx", b"ppt/presentation": ".pptx"}


def sniff_format(data: bytes) -> str | None:
    """The suffix that fits a document's content, whatever its name; None for text.

    ".zip" means a ZIP file that is no document.
    """
    if picture := _PICTURE.match(data):
        return f".{picture.lastgroup}"
    head = data[:1024].lstrip(b"\xef\xbb\xbf\0\t\n\r ")
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(b"PK\x03\x04"):
        if b"application/vnd.oasis.opendocument.text" in head[:120]:
            return ".odt"
        # The names of its parts stand in the table at its end, and each before its part.
        if b"application/epub+zip" in head[:120] or b"META-INF/container.xml" in data:
            return ".epub"
        # A document may hold others: its own table comes last.
        parts = [part[1] for part in _OFFICE_PART.finditer(data)]
        return _OFFICE[parts[-1]] if parts else ".zip"
    message = _MESSAGE.match(data[:8192])
    headers = message[0].lower() if message else b""
    if b"mime-version:" in headers and re.search(rb"^content-type:\s*multipart/related", headers, re.M):
        return ".mhtml"
    return None


def decode(data: bytes) -> str:
    """The text of a file. ReadError: the file is binary, or no known encoding explains its bytes."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise ReadError("the file is {kind}, not text", _HINT, kind=kind)
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            data = data[len(bom) :]
            if (text := _sound(data, encoding)) is not None:
                return _refuse_binary(text)
            break  # another program went on in another encoding, or the mark is none
    # NUL bytes are lawful UTF-8, but then it is UTF-16 without a byte order mark, or binary.
    if (text := _sound(data, "utf-8")) is not None and (
        not text.strip("\x00") or data.count(0) * 1000 <= len(data)
    ):
        return _refuse_binary(text)
    readings = [r for encoding in _candidates(data) if (r := _read(data, encoding)) and r.plausible]
    if readings:
        return _refuse_binary(max(readings, key=lambda r: (round(r.score, 1), r.everyday)).text)
    if (text := _western(data)) is not None:
        return text
    if data.count(0) > len(data) // 1000:
        raise ReadError("the file is binary, not text", _HINT)
    raise ReadError("the file's character encoding cannot be told", _HINT)


def _candidates(data: bytes) -> list[str]:
    """Encodings to try; the one that the page declares comes first."""
    first = _ALIASES.get(_declared(data))
    encodings = [e for e in _LEGACY if not e.startswith("utf-16") or len(data) % 2 == 0]
    return [first, *(e for e in encodings if e != first)] if first else encodings


def _declared(data: bytes) -> str:
    """The name of the encoding that a page declares, in lower case; "" without one."""
    declared = _META_CHARSET.search(data, 0, 4096)
    return declared[1].decode("ascii", "replace").lower() if declared else ""


def _sound(data: bytes, encoding: str) -> str | None:
    """The text in a Unicode encoding, allowing a cut end and rare damage; None if it is in another.

    Damaged bytes become U+FFFD, at most one in 300 characters: GB 18030 or Big5 text read as UTF-8 breaks at
    every other character.
    """
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = _without_cut_end(data, encoding)
    multibyte = len(text) - len(text.encode("ascii", "ignore"))
    damaged = text.count("\ufffd")
    return text if damaged * 10 <= multibyte and damaged * 300 <= len(text) + 900 else None


def _without_cut_end(data: bytes, encoding: str) -> str:
    return data.decode(encoding, "replace").removesuffix("\ufffd")


def _read(data: bytes, encoding: str) -> _Decoding | None:
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") * 500 > len(text):
        return None
    sample = (
        text
        if len(text) <= 3 * _SAMPLE
        else text[:_SAMPLE] + text[len(text) // 2 :][:_SAMPLE] + text[-_SAMPLE:]
    )
    foreign = [c for c in sample if c >= "\x80" or c == "\x00"]
    if not foreign and encoding.startswith("utf-16"):
        foreign = list(sample)  # plain English in UTF-16
    elif not foreign:
        return None
    common = _level_one()
    expected = sum(c in common or _OTHER_EXPECTED.match(c) is not None for c in foreign)
    han = len(_HAN.findall("".join(foreign)))
    if not han and not encoding.startswith("utf-16"):
        return None  # stray typographic bytes of a Western encoding
    everyday = sum(c in _EVERYDAY for c in foreign) / len(foreign)
    return _Decoding(text, expected / len(foreign), everyday, han)


@cache
def _level_one() -> frozenset[str]:
    """The everyday characters of GB 2312 (3,755, rows 16 to 55) and Big5 (5,401, A440 to C67E)."""
    gb = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    big5 = (
        bytes((lead, trail))
        for lead in range(0xA4, 0xC7)
        for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
        if (lead, trail) <= (0xC6, 0x7E)
    )
    text = b"".join(gb).decode("gb2312", "ignore") + b"".join(big5).decode("big5", "ignore")
    return frozenset(text)


def _western(data: bytes) -> str | None:
    """Western text: nearly all ASCII, with single accented letters inside words, curly quotes and dashes.

    A page may declare which of the Western encodings it is in. Then a tenth of its signs may stand elsewhere.
    """
    high = sum(byte >= 0x80 for byte in data)
    if not high or high * 8 > len(data) or b"\x00" in data:
        return None
    declared = _WESTERN_NAME.fullmatch(_declared(data))
    encoding = (declared and declared[1]) or "cp1252"
    if "8859" in encoding and _CONTROLS.search(data):
        encoding = _EXTENDED.get(encoding.rpartition("-")[2], encoding)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    elsewhere = high - len(_WESTERN.findall(text))
    return text if elsewhere <= (high // 10 + 1 if declared else 0) else None


def _refuse_binary(text: str) -> str:
    """The text itself. ReadError: it has too many control characters, or nothing but white space."""
    controls = sum(text.count(chr(code)) for code in (*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)))
    if controls * 20 > len(text):
        raise ReadError("the file is binary, not text", _HINT)
    if not text.strip(" \t\r\n\x0b\x0c\x00\ufeff\u200b\u3000\xa0\ufffd"):
        raise ReadError("the file is empty", "nothing but white space in it")
    return text
