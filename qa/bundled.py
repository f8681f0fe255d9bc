"""The bundled articles: a library built once from the `seeds` package into the user's cache folder."""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shutil
import tempfile
import time
from contextlib import ExitStack, suppress
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from platformdirs import user_cache_path

import index
from index.errors import LibraryError
from index.library import Library
from qa.settings import Settings, default_library

#: What the articles among the files of `seeds` end in.
ARTICLES = frozenset({".txt", ".md", ".html"})
#: Builds of other versions are removed once they have not been used for this long.
UNUSED_DAYS = 30


def open_library(settings: Settings) -> Library:
    """The library to read: the one named, else the default one, else the bundled articles."""
    if settings.library is not None:
        return Library.open(settings.library)
    path = default_library()
    if Library.exists(path):
        library = Library.open(path)
        if library.passage_count:
            return library
        library.close()
    return open_bundled()


def is_bundled(library: Library) -> bool:
    return re.fullmatch(r"bundled-[0-9a-f]{16}", library.path.name) is not None


def open_bundled(cache: Path | None = None) -> Library:
    """The bundled articles, built first where that has not been done yet.

    The folder's name carries a fingerprint of the articles, the model and the storage format, so
    that an upgrade builds anew. A finished library is moved into place in one step: processes
    that start at the same time each see none or a whole one. ``cache`` defaults to the user's
    cache folder; where that cannot be written a temporary folder serves this process alone.
    """
    seeds = _seeds()
    name = f"bundled-{_fingerprint(seeds)}"
    folder = cache or user_cache_path("yinju", appauthor=False)
    target = folder / name
    if target.is_dir():
        try:
            library = Library.open(target)
            _mark_used(target)
            return library
        except LibraryError:
            _discard(target)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
    except OSError:
        return _build(seeds, _temporary() / name)
    try:
        _build(seeds, scratch / name).close()
        _move(scratch / name, target)
        _sweep(folder, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Library.open(target)


def _seeds() -> list[Traversable]:
    found = (item for item in files("seeds").iterdir() if Path(item.name).suffix.lower() in ARTICLES)
    return sorted((item for item in found if item.is_file()), key=lambda item: item.name)


def _fingerprint(seeds: list[Traversable]) -> str:
    """Names what a build depends on: the articles by content, index code and model by size and date."""
    digest = hashlib.blake2b(digest_size=8)
    for item in seeds:
        digest.update(f"{item.name}\0".encode() + item.read_bytes())
    for path in sorted(Path(index.__file__).parent.rglob("*")):
        if path.suffix != ".pyc" and path.is_file():
            facts = path.stat()
            digest.update(f"{path.name}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _build(seeds: list[Traversable], path: Path) -> Library:
    from index.readers.registry import read_bytes  # only building reads files

    with ExitStack() as undo:
        library = undo.enter_context(Library.open(path, create=True))
        library.add_parsed((str(item), read_bytes(item.read_bytes(), item.name)) for item in seeds)
        undo.pop_all()  # built: the caller closes it
    return library


def _move(built: Path, target: Path) -> None:
    """Put ``built`` in place; when another process was first, its library serves as well."""
    try:
        built.rename(target)
    except OSError:
        if not target.is_dir():
            raise


def _discard(damaged: Path) -> None:
    """Take a damaged library out of the way in one step; another process may do the same."""
    try:
        grave = Path(tempfile.mkdtemp(prefix=".damaged-", dir=damaged.parent))
        damaged.rename(grave / damaged.name)
    except OSError:
        return
    shutil.rmtree(grave, ignore_errors=True)


def _mark_used(target: Path) -> None:
    with suppress(OSError):  # a read-only cache serves as well
        os.utime(target)


def _sweep(folder: Path, keep: Path) -> None:
    """Remove builds of other versions that were not used for `UNUSED_DAYS`."""
    limit = time.time() - UNUSED_DAYS * 86_400
    for old in folder.glob("bundled-*"):
        with suppress(OSError):
            if old != keep and old.stat().st_mtime < limit:
                shutil.rmtree(old)


def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="yinju-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
