"""Where the text of an article stands in its file: the line to open in an editor."""

from __future__ import annotations

import re

from index.readers.encodings import decode


def line_in_file(data: bytes, text: str, offset: int) -> int:
    """The line of a file's ``data``, from 1, on which ``text[offset:]`` begins.

    ``text`` is what a reader made of the file. So in the file there may be markup between the words, and
    lines may break elsewhere. Only the first words are looked for. Of several places, the one nearest to the
    relative position of ``offset`` counts. Returns 1 if nothing is found. Raises ReadError for a binary file.
    """
    raw = decode(data)
    expected = len(raw) * offset / max(1, len(text))
    following = text[offset : offset + 80]
    for length in (80, 40, 20, 10, 6):
        words = following[:length].split()
        pattern = r"\s+".join(map(re.escape, words))
        places = [match.start() for match in re.finditer(f"(?={pattern})", raw)] if words else []
        if places:
            place = min(places, key=lambda at: abs(at - expected))
            return raw.count("\n", 0, place) + 1
    return 1
