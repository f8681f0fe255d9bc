"""Files that are uploaded from the page."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from aiohttp import BodyPartReader, web

from index.text.display import one_line

#: Bytes and files of one upload at most.
MAX_BYTES, MAX_FILES = 2 << 30, 1_000
#: Bytes of a file's name at most; file systems take 255, and " (2)" may be added.
_MAX_NAME = 200
_CHUNK = 1 << 16
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


async def receive(request: web.Request, new_folder: Callable[[], Path]) -> list[Path]:
    """Stores the files of a form, each in a folder of its own.

    Raises HTTP errors for what is no form, too large, or cannot be stored.
    """
    if request.content_type != "multipart/form-data":
        raise web.HTTPUnsupportedMediaType(text="This is no form with files.")
    files: list[Path] = []
    room = MAX_BYTES
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.filename is None:
                raise web.HTTPBadRequest(text="This is no file.")
            if len(files) == MAX_FILES:
                raise web.HTTPRequestEntityTooLarge(
                    MAX_FILES, len(files) + 1, text="These are too many files."
                )
            file = new_folder() / safe_name(part.filename)
            with file.open("wb") as target:
                while chunk := await part.read_chunk(_CHUNK):
                    room -= len(chunk)
                    if room < 0:
                        raise web.HTTPRequestEntityTooLarge(
                            MAX_BYTES, MAX_BYTES - room, text="These files are too large."
                        )
                    target.write(chunk)
            files.append(file)
    except OSError as error:
        raise web.HTTPInsufficientStorage(text=f"This cannot be stored: {error.strerror}.") from error
    except ValueError as error:  # no form, whatever its header says
        raise web.HTTPBadRequest(text="This is no form with files.") from error
    return files


def safe_name(name: str) -> str:
    """``name`` without folders and without characters that some file systems refuse; it keeps its suffix."""
    name = _NOT_IN_NAMES.sub("_", one_line(re.split(r"[\\/]", name)[-1])).strip(" .")
    stem, suffix = os.path.splitext(name.encode("utf-8", "replace").decode())
    suffix = suffix if len(suffix.encode()) <= 20 else ""
    stem = stem.encode()[: _MAX_NAME - len(suffix.encode())].decode("utf-8", "ignore")
    return (stem or "article") + suffix
