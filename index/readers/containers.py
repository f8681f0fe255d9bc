"""Files that hold several articles: ZIP archives, JSON exports, and mails with what is attached."""

from __future__ import annotations

from collections.abc import Callable
from io import FileIO

from index.readers.registry import WITH_ATTACHMENTS, ReadBytes, read_bytes
from index.types import Members


def members(
    file: FileIO,
    suffix: str,
    read: ReadBytes = read_bytes,
    pass_over: Callable[[str], object] = lambda kind: None,
) -> Members:
    """The articles in an open file, one at a time. Close the generator before the file.

    ``pass_over`` is told the kind (`registry.kind_of`) of each file in an archive that is no article.

    The member "" of a mail is the mail itself: its article has the path of the file.

    ``suffix`` is one of `registry.OF_SEVERAL`. To read another kind of file, add its suffix there and
    its reader here. ReadError: the file cannot be read as what its suffix says.
    """
    if suffix == ".zip":
        from index.readers.archive import zip_members

        return zip_members(file, read, pass_over)
    if suffix in WITH_ATTACHMENTS:
        from index.readers.attachments import mail_file

        return mail_file(file, read)
    from index.readers.jsonl import line_members, list_members

    return list_members(file, read) if suffix == ".json" else line_members(file, read)
