"""A small PDF, written by hand: one font with a ToUnicode map, text wherever it is wanted."""

from __future__ import annotations

import zlib
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple


class Put(NamedTuple):
    """A line of text at a place of the page, in points from the lower left corner; turned, it runs down."""

    text: str
    x: float
    y: float
    size: float = 12
    turned: bool = False


def stream(data: bytes, extra: str = "") -> bytes:
    packed = zlib.compress(data)
    return (
        f"<< /Length {len(packed)} /Filter /FlateDecode {extra}>>\nstream\n".encode()
        + packed
        + b"\nendstream"
    )


def column(*lines: str, top: float = 700, x: float = 72, leading: float = 18, size: float = 12) -> list[Put]:
    """Lines one below the other."""
    return [Put(line, x, top - i * leading, size) for i, line in enumerate(lines)]


def make_pdf(
    pages: Sequence[Sequence[Put]],
    info: Mapping[str, str] | None = None,
    contents: Mapping[int, bytes] | None = None,
    kids: str = "",
    pictures: Container[int] = (),
) -> bytes:
    """``contents`` replaces the drawing of pages by number, ``kids`` the references in the tree of pages.

    ``pictures`` are the numbers of the pages with a picture.
    """
    letters = sorted({c for page in pages for put in page for c in put.text})
    codes = {letter: code for code, letter in enumerate(letters, 1)}
    numbers = [6 + 2 * i for i in range(len(pages))]
    picture = f"/XObject << /Im {6 + 2 * len(pages)} 0 R >> "
    kids = kids or " ".join(f"{number} 0 R" for number in numbers)
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /DW 1000 /W ["
        + b" ".join(f"{codes[c]} [500]".encode() for c in letters if c < "\u2000")
        + b"] /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        stream(_to_unicode(codes)),
    ]
    for number, page in enumerate(pages):
        drawn = "\n".join(_drawn(put, codes) for put in page)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            + f" /Resources << {picture if number in pictures else ''}/Font << /F1 3 0 R >> >>".encode()
            + f" /Contents {numbers[number] + 1} 0 R >>".encode()
        )
        objects.append(stream((contents or {}).get(number, drawn.encode())))
    size = "/Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    objects.append(stream(b"\0", f"/Type /XObject /Subtype /Image {size} "))
    objects.append(
        b"<< " + b" ".join(f"/{k} ".encode() + _string(v) for k, v in (info or {}).items()) + b" >>"
    )
    return _file(objects)


def _drawn(put: Put, codes: Mapping[str, int]) -> str:
    text = "".join(f"{codes[letter]:04x}" for letter in put.text)
    direction = "0 -1 1 0" if put.turned else "1 0 0 1"
    return f"BT /F1 {put.size} Tf {direction} {put.x} {put.y} Tm <{text}> Tj ET"


def _to_unicode(codes: Mapping[str, int]) -> bytes:
    rows = [f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items()]
    blocks = [rows[i : i + 100] for i in range(0, len(rows), 100)]
    body = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Made def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{body}\nendcmap end end"
    ).encode()


def _string(text: str) -> bytes:
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    return bytes(out + f"trailer\n{trailer}\nstartxref\n{table}\n%%EOF\n".encode())
