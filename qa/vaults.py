"""Links to notes in Obsidian, for articles that lie in a vault.

https://help.obsidian.md/uri: ``obsidian://open?vault=NAME&file=PATH``, each value percent-encoded. PATH may
end in ``#Heading``, for a PDF in ``#page=N``.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from index.types import MEMBER_MARK

#: What Obsidian itself leaves out of the name of a heading in a link.
_NO_HEADING = re.compile(r"[#|^:%\[\]\\]+")
_MARKS = re.compile(r"\A#{1,6}\s+|\s+#+\Z")


def vault_link(path: str, heading: str = "", page: int | None = None) -> str | None:
    """The link that opens the file in Obsidian; None if it lies in no vault.

    ``heading`` is the one above what is cited; its hashes may stand before it. ``page`` counts in a PDF.
    """
    if MEMBER_MARK in path or not os.path.isabs(path) or (vault := _vault(os.path.dirname(path))) is None:
        return None
    name, suffix = os.path.splitext(Path(path).relative_to(vault).as_posix())
    place = ""
    if suffix.lower() == ".pdf":
        place = f"#page={page}" if page else ""
    elif suffix.lower() == ".md":
        suffix = ""
        line = " ".join(_NO_HEADING.sub(" ", _MARKS.sub("", heading.strip())).split())
        place = f"#{line}" if line else ""
    names = (os.path.basename(vault), f"{name}{suffix}{place}")
    encoded = (quote(part.encode("utf-8", "surrogateescape"), safe="") for part in names)
    return "obsidian://open?vault={}&file={}".format(*encoded)


@lru_cache(maxsize=4096)
def _vault(folder: str) -> str | None:
    """The nearest folder around this one, or itself, that is a vault."""
    while not os.path.isdir(os.path.join(folder, ".obsidian")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder
