"""The text that was recognized in pictures, so that no page is ever read twice.

It is no part of the database: it can be had again, in some seconds a page. Each page is written as soon as it
is read, so a stop costs one page at most. A file is known by the hash of its content.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.types import RecognizedPage, Region

#: Within the folder of a library.
FOLDER = "library-scans"
#: A file with fewer letters in all its pictures is no article.
LEAST_LETTERS = 8


class Scans:
    """The kept pages of all files. A page that cannot be kept or read is recognized again."""

    def __init__(self, library: Path, version: int = 0) -> None:
        """``library`` is the folder of the library. What another ``version`` recognized does not count."""
        self._folder, self._version = library / FOLDER, version

    def pages(self, digest: str) -> dict[int, RecognizedPage]:
        """The pages of a file by number."""
        return {page: regions for page, _, regions in self._entries(self._file(digest))}

    def keep(self, digest: str, number: int, page: RecognizedPage, _count: int, total: int) -> None:
        """Keeps a page of a file of which ``total`` pages are recognized."""
        line = json.dumps([number, total, page], ensure_ascii=False)
        with suppress(OSError):  # a full disk: adding will tell
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with self._file(digest).open("a", encoding="utf-8") as file:
                file.write(f"\n{line}\n")  # a line that was cut short by a stop ends here

    def prune(self, digests: Callable[[], Collection[str]]) -> None:
        """Removes the text of files whose articles are gone; ``digests`` tells those of the library.

        What is not read to the end stays, and so does what files without text have.
        """
        with suppress(OSError):
            files = [*self._folder.iterdir()] if self._folder.exists() else []
            known = digests() if files else ()
            for file in files:
                if file.name.partition("-")[0] not in known:
                    entries = self._entries(file)
                    pages = {page for page, *_ in entries}
                    has_text = letters(page for *_, page in entries) >= LEAST_LETTERS
                    if has_text and any(len(pages) >= total for _, total, _ in entries):
                        file.unlink()

    def _file(self, digest: str) -> Path:
        return self._folder / f"{digest}-{self._version}.jsonl"

    def _entries(self, file: Path) -> list[tuple[int, int, RecognizedPage]]:
        """Number, total and regions of each page in a file; what is damaged is left out."""
        found = []
        try:
            lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError:
            return []
        for line in filter(None, lines):
            with suppress(ValueError, TypeError):
                number, total, page = json.loads(line)
                found.append((int(number), int(total), tuple(map(_region, page))))
        return found


def letters(pages: Iterable[RecognizedPage]) -> int:
    """How many letters and digits there are."""
    return sum(char.isalnum() for page in pages for region in page for char in region.text)


def _region(stored: Any) -> Region:
    """ValueError or TypeError: it is none."""
    text, *box, confidence = stored
    x0, y0, x1, y1 = map(float, box)
    return Region(str(text), x0, y0, x1, y1, float(confidence))
