"""Articles in a ZIP archive. Nothing is written to disk, and nothing the archive says is trusted."""

from __future__ import annotations

import io
import re
import stat
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePosixPath
from zipfile import ZipFile, ZipInfo

from index.errors import ReadError
from index.readers.encodings import decode
from index.readers.registry import (
    CONTAINER_SUFFIXES,
    WITH_ATTACHMENTS,
    ReadBytes,
    check_size,
    is_article,
    kind_of,
    read_bytes,
)
from index.readers.zip_package import DAMAGED, METHODS, Bounded, pieces
from index.text.display import printable
from index.types import Member, Members

#: The most members of an archive, and bytes of its table of contents: beyond them it is refused as a whole.
MAX_MEMBERS, MAX_CONTENTS = 100_000, 16 * 2**20
#: The most bytes that all members of an archive are unpacked to.
MAX_TOTAL = 4 * 2**30
#: How many times its packed size a member may have from which size on. Text packs 3 to 10 times.
MAX_RATIO, RATIO_FROM = 200, 2**20

_UTF8, _ENCRYPTED = 0x800, 0x1 | 0x40 | 0x2000


class _Bounded(Bounded):
    most = MAX_CONTENTS


def zip_members(
    file: io.FileIO, read: ReadBytes = read_bytes, pass_over: Callable[[str], object] = lambda kind: None
) -> Members:
    """The articles among the members, sorted by name. Of several with one name the last counts, as in unzip.

    ``pass_over`` is told the kind of each other file. ReadError: the archive is damaged or too large.
    """
    bounded = _Bounded(file)
    size = bounded.seek(0, io.SEEK_END)
    try:
        with ZipFile(bounded) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_MEMBERS:
                raise ReadError("the archive has more than {limit} members", limit=f"{MAX_MEMBERS:,}")
            if sum(info.compress_size for info in infos) > size:
                raise ReadError("the archive's members overlap", "it is made to fill memory")
            named = {
                name: info for name, info in zip(_names(infos), infos, strict=True) if _is_file(name, info)
            }
            left = MAX_TOTAL
            for name, info in sorted(named.items()):
                if not is_article(name):
                    pass_over(kind_of(name))
                    continue
                try:
                    data = _unpack(archive, name, info, left)
                except ReadError as error:
                    yield Member.refused(name, error)
                    continue
                left -= len(data)
                if kind_of(name) in WITH_ATTACHMENTS:
                    yield from _mail(data, name, read)
                    continue
                yield Member(name, data, partial(read, data, PurePosixPath(name).name))
    except DAMAGED as error:
        raise ReadError("the archive is damaged", "pack it anew") from error
    finally:
        bounded.detach()


def _mail(data: bytes, name: str, read: ReadBytes) -> Members:
    from index.readers.attachments import mail_members

    try:
        yield from mail_members(data, PurePosixPath(name).name, name, read)
    except ReadError as error:
        yield Member.refused(name, error)


def _is_file(name: str, info: ZipInfo) -> bool:
    """Whether a member is a file that is not hidden."""
    parts = name.split("/")
    kind = stat.S_IFMT(info.external_attr >> 16)  # 0 where the archive was not made on Unix
    hidden = any(part.startswith(".") and part.strip(".") for part in parts) or parts[0] == "__MACOSX"
    return kind in (0, stat.S_IFREG) and not hidden and not name.endswith("/")


def _unpack(archive: ZipFile, name: str, info: ZipInfo, left: int) -> bytes:
    """The content of a member. ReadError: it cannot be unpacked, or must not be."""
    if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in name.split("/"):
        raise ReadError("its name leads out of the archive")
    if PurePosixPath(name).suffix.lower() in CONTAINER_SUFFIXES:
        raise ReadError("a file of several articles within another is not opened", "unpack it and add it")
    if info.flag_bits & _ENCRYPTED:
        raise ReadError("it is encrypted", "unpack the archive and add the folder")
    if info.compress_type not in METHODS:
        raise ReadError("its compression is not known", "pack it anew as a common ZIP archive")
    check_size(info.file_size, name)
    if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * info.compress_size:
        raise ReadError("it unpacks to more than {limit} times its size", limit=MAX_RATIO)
    if info.file_size > left:
        raise ReadError("the archive unpacks to more than {limit} GiB", limit=MAX_TOTAL >> 30)
    try:
        return b"".join(pieces(archive, info))
    except DAMAGED as error:
        raise ReadError("it is damaged in the archive", "pack it anew") from error


def _names(infos: Sequence[ZipInfo]) -> list[str]:
    """The members' names, printable and with slashes.

    Names not marked as UTF-8 are in the encoding of the packing machine, mostly GBK or Big5. It is detected
    from all names together.
    """
    raw = [b"" if info.flag_bits & _UTF8 else info.orig_filename.encode("cp437") for info in infos]
    foreign = [name for name in raw if not name.isascii()]
    try:
        texts = decode(b"\n".join(foreign)).split("\n") if foreign else []
    except ReadError:
        texts = []
    if len(texts) != len(foreign) or any("\ufffd" in name for name in texts):
        texts = [_decoded_alone(name) for name in foreign]
    decoded = iter(texts)
    names = [
        info.orig_filename if name.isascii() else next(decoded) for name, info in zip(raw, infos, strict=True)
    ]
    return [printable(name).replace("\\", "/").replace("\n", " ") for name in names]


def _decoded_alone(name: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("cp437")
