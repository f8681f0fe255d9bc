"""The library that ``qa eval`` fills and asks: in a temporary folder, or on a Milvus server for as long."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.address import LibraryUrl
from index.errors import UsageError
from index.library import Library


@contextmanager
def scratch_library(beside: Path | None, model: str | None) -> Iterator[Library]:
    """An empty library; it is removed afterwards, whatever happened.

    ``beside`` is the address of a library on a server, which stays as it is. UsageError: it is a folder.
    """
    if beside is None:
        with (
            tempfile.TemporaryDirectory(prefix="yinju-eval-") as scratch,
            Library.open(Path(scratch) / "library", create=True, model=model) as library,
        ):
            yield library
        return
    if not isinstance(beside, LibraryUrl):
        raise UsageError(
            "{path} is a folder; qa eval measures in a folder of its own, or on a server",
            "leave out --library, or give milvus://HOST:PORT/NAME",
            path=beside,
        )
    from index.milvus.place import remove_library

    url = beside.beside(f"{beside.collection[:80]}_eval_{secrets.token_hex(4)}")
    try:
        with Library.open(url, create=True, model=model) as library:
            yield library
    finally:
        remove_library(url)
