"""Files that hold several articles: ZIP archives and JSON exports."""

from __future__ import annotations

from collections.abc import Callable
from io import FileIO

from index.readers.registry import ReadBytes, read_bytes
from index.types import Members


def members(
    file: FileIO,
    suffix: str,
    read: ReadBytes = read_bytes,
    pass_over: Callable[[str], object] = lambda kind: None,
) -> Members:
    """The articles in an open file, one at a time. Close the generator before the file.

    ``pass_over`` is told the kind (`registry.kind_of`) of each file in an archive that is no article.

    ``suffix`` is one of `registry.CONTAINER_SUFFIXES`. To read another kind of file, add its suffix there and
    its reader here. ReadError: the file cannot be read as what its suffix says.
    """
    if suffix == ".zip":
        from index.readers.archive import zip_members

        return zip_members(file, read, pass_over)
    from index.readers.jsonl import line_members, list_members

    return list_members(file, read) if suffix == ".json" else line_members(file, read)
