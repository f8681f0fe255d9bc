"""What is attached to a mail, as articles beside it.

The mail is an article by itself, read without what is taken out of it here. What cannot be read stays in it,
so that it is named there.
"""

from __future__ import annotations

import io
import re
from functools import partial
from pathlib import PurePath
from typing import NamedTuple

from index.errors import ReadError
from index.readers.encodings import sniff_format
from index.readers.mail import file_name, head_first, is_attached
from index.readers.mime import MAX_PARTS, Part, begun, pieces, split
from index.readers.registry import (
    CONTAINER_SUFFIXES,
    WITH_ATTACHMENTS,
    ReadBytes,
    check_size,
    is_article,
    kind_of,
    max_bytes,
    read_bytes,
)
from index.types import MEMBER_MARK, Member, Members

#: Parts this far within others stay in the mail, and so do attachments beyond so many of one mail.
_DEEPEST, MAX_ATTACHED = 20, 500
#: Mails attached to mails attached to a mail …
_MOST_MAILS = 5
#: Characters of the name of an attachment, without its suffix.
_LONGEST_NAME = 80
_UNFIT = re.compile(r"[/\\]")
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: The suffixes of kinds that are attached without one.
_SUFFIXES = {
    "application/pdf": ".pdf",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
    f"{_OFFICE}presentationml.presentation": ".pptx",
    "application/epub+zip": ".epub",
    "application/vnd.oasis.opendocument.text": ".odt",
    "message/rfc822": ".eml",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
}


class _Attached(NamedTuple):
    name: str
    part: Part


def mail_file(file: io.FileIO, read: ReadBytes = read_bytes) -> Members:
    """The mail in a file and what is attached to it, see `mail_members`. ReadError: it is damaged."""
    name = PurePath(str(file.name)).name
    data = io.BufferedReader(file)
    try:
        content = data.read(max_bytes(name) + 1)
    finally:
        data.detach()
    check_size(len(content), name)
    yield from mail_members(content, name, "", read)


def mail_members(data: bytes, name: str, path: str, read: ReadBytes, depth: int = 0) -> Members:
    """The mail itself as the member called ``path``, then the articles that are attached to it.

    Those of a mail "a.eml" are called "a.eml!/price.xlsx", those of the mail "" just "price.xlsx". ReadError:
    it is no mail, or damaged.
    """
    alone, attached = _apart(data, depth < _MOST_MAILS)
    yield Member(path, data, partial(read, alone, name))
    for each in attached:
        inside = f"{path}{MEMBER_MARK}{each.name}" if path else each.name
        try:
            content = each.part.content
            check_size(len(content), each.name)
            if kind_of(each.name) in WITH_ATTACHMENTS:
                yield from mail_members(content, each.name, inside, read, depth + 1)
            else:
                yield Member(inside, content, partial(read, content, each.name))
        except ReadError as error:
            yield Member.refused(inside, error)


def _apart(data: bytes, with_mails: bool) -> tuple[bytes, list[_Attached]]:
    """The mail without what can be read by itself, and that. ReadError: it is none, or damaged."""
    if sniff_format(data) not in (None, ".mhtml"):  # it is called a mail
        return data, []
    taken = _Taken(with_mails)
    return taken.without(head_first(data), 0, ""), taken.found


class _Taken:
    """Takes attachments out of a mail; ``found`` has them in their order."""

    def __init__(self, with_mails: bool) -> None:
        self.found: list[_Attached] = []
        self._with_mails = with_mails
        self._names: set[str] = set()
        self._parts = 0

    def without(self, data: bytes, depth: int, within: str) -> bytes:
        """A part that stands ``within`` one of that kind, without what is attached; b"" if it is that."""
        self._parts += 1
        if depth > _DEEPEST or self._parts > MAX_PARTS:
            return data
        try:
            part = split(data)
        except ReadError:  # the mail tells it
            return data
        kind = part.headers.get_content_type()
        head = data[: len(data) - len(part.body)]
        if kind.startswith("multipart/") and (places := [*pieces(part)]):
            return head + self._without(part.body, places, depth, kind)
        if kind == "message/rfc822":
            return data if part.encoding else head + self.without(part.body.lstrip(), depth + 1, "")
        if not is_attached(part, within) or len(self.found) == MAX_ATTACHED or not (name := self._name(part)):
            return data
        self.found.append(_Attached(name, part))
        return b""

    def _without(self, body: bytes, places: list[tuple[int, int]], depth: int, kind: str) -> bytes:
        made: list[bytes] = []
        at = 0
        for start, end in places:
            piece = body[start:end]
            if not piece.strip():
                continue
            inside = begun(piece)
            made += [body[at : end - len(inside)], self.without(inside, depth + 1, kind)]
            at = end
        return b"".join([*made, body[at:]])

    def _name(self, part: Part) -> str:
        """What the attachment is called among those of the mail; "" if it cannot be read."""
        name = _UNFIT.sub("_", file_name(part))
        if not is_article(name):
            kind = part.headers.get_content_type()
            if kind not in _SUFFIXES or (kind_of(name) and kind.startswith("text/")):
                return ""
            name = (name or "attachment") + _SUFFIXES[kind]
        suffix = kind_of(name)
        is_mail = suffix in WITH_ATTACHMENTS
        if suffix in CONTAINER_SUFFIXES or (is_mail and not self._with_mails):
            return ""
        stem, suffix = name[: -len(suffix)][:_LONGEST_NAME], name[-len(suffix) :]
        numbers = (f"{stem} ({number}){suffix}" for number in range(2, MAX_ATTACHED + 2))
        name = next(name for name in (f"{stem}{suffix}", *numbers) if name not in self._names)
        self._names.add(name)
        return name
