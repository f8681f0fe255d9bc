"""Keeps the two search indexes in step with the database they are derived from.

``manifest.json`` names the index files, the generation they were built from and a digest of each.
Files that the manifest does not vouch for (missing, damaged, half written) are built anew from
the database; files of an earlier generation are caught up. The manifest is replaced as the last
step of every change, so a kill at any instant leaves either the old files or the new.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import threading
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from index.lexical import LexicalIndex
from index.lock import Busy, Unwritable, write_lock
from index.store import Generation, Store
from index.vectors import VectorIndex

#: Up to this many bytes an index's digest covers its content, above that only names and sizes.
DIGEST_BYTES = 32_000_000
#: Up to this many passages a removal rebuilds the lexical index, so that its statistics stay exact.
SMALL = 5_000
#: What opening a damaged index raises: tantivy ValueError, FAISS RuntimeError.
_DAMAGED = (OSError, ValueError, RuntimeError)


class File(NamedTuple):
    """An index file or folder and the digest it had when it was finished."""

    name: str
    digest: str

    @classmethod
    def of(cls, path: Path) -> File:
        return cls(path.name, digest(path))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What ``manifest.json`` holds."""

    generation: int
    token: str
    lexical: File
    vectors: File
    trained: int

    @property
    def built_from(self) -> Generation:
        return Generation(self.generation, self.token)


@dataclass(frozen=True, slots=True)
class Indexes:
    """Both search indexes as of one generation."""

    generation: Generation
    lexical: LexicalIndex
    vectors: VectorIndex


class Derived:
    """Opens, catches up and rebuilds the search indexes of the library in ``folder``."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._mutex = threading.Lock()
        self._indexes: Indexes | None = None

    def indexes(self) -> Indexes:
        """The indexes to search now, brought up to date first where that is possible.

        While somebody else writes, indexes of an earlier generation serve on. Where nobody can
        write, indexes that are behind are built in memory.
        """
        found = self._indexes
        if found is not None and found.generation == self._store.generation():
            return found
        if not self._mutex.acquire(blocking=found is None) and found is not None:
            return found  # another thread is at it
        try:
            self._indexes = self._refreshed()
            return self._indexes
        finally:
            self._mutex.release()

    def catch_up(self) -> None:
        """Brings the index files up to date; the caller holds the write lock."""
        with self._mutex:
            self._indexes = self._caught_up()

    def _refreshed(self) -> Indexes:
        manifest = self._manifest()
        if manifest is not None and manifest.built_from == self._store.generation():
            opened = self._open(manifest)
            if opened is not None:
                return opened
        try:
            with write_lock(self._folder):
                return self._caught_up()
        except Unwritable:
            return self._in_memory()
        except Busy:
            at_hand = self._indexes
            if at_hand and (manifest is None or manifest.generation <= at_hand.generation.number):
                return at_hand
            # The writer keeps the files usable while it changes them; only their digest is behind.
            earlier = None if manifest is None else self._open(manifest, verify=False)
            return earlier or self._in_memory()

    def _manifest(self) -> Manifest | None:
        try:
            raw = json.loads((self._folder / "manifest.json").read_bytes())
            raw["lexical"], raw["vectors"] = File(*raw["lexical"]), File(*raw["vectors"])
            manifest = Manifest(**raw)
            return manifest if self._store.knows(manifest.built_from) else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _open(self, manifest: Manifest, verify: bool = True) -> Indexes | None:
        if verify and not (self._intact(manifest.lexical) and self._intact(manifest.vectors)):
            return None
        try:
            lexical = LexicalIndex.open(self._folder / manifest.lexical.name)
            vectors = VectorIndex.open(self._folder / manifest.vectors.name, manifest.trained)
        except _DAMAGED:
            return None
        return Indexes(manifest.built_from, lexical, vectors)

    def _intact(self, file: File) -> bool:
        try:
            return digest(self._folder / file.name) == file.digest
        except OSError:
            return False

    def _in_memory(self) -> Indexes:
        generation = self._store.generation()
        lexical = LexicalIndex.create(None)
        lexical.update([], self._store.words_since(0))
        return Indexes(generation, lexical, self._new_vectors())

    def _caught_up(self) -> Indexes:
        try:
            manifest = self._brought_up_to_date(self._manifest())
        except _DAMAGED as error:
            raise Unwritable(
                "the search indexes of {path} cannot be written: {error}",
                "the articles are safe",
                path=self._folder,
                error=error,
            ) from error
        return self._open(manifest, verify=False) or self._in_memory()

    def _brought_up_to_date(self, old: Manifest | None) -> Manifest:
        generation = self._store.generation()
        lexical = self._update_lexical(old)
        vectors, trained = self._update_vectors(old)
        manifest = Manifest(*generation, File.of(lexical), File.of(vectors), trained)
        new = self._folder / "manifest.new"
        with new.open("w") as file:
            json.dump(asdict(manifest), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self._folder / "manifest.json")
        for path in self._folder.iterdir():
            if path.name.startswith(("lexical-", "vectors-")) and path not in (lexical, vectors):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        return manifest

    def _update_lexical(self, old: Manifest | None) -> Path:
        if old is not None and self._intact(old.lexical):
            path = self._folder / old.lexical.name
            removed = self._store.removed_since(old.generation)
            try:
                index = LexicalIndex.open(path)
            except _DAMAGED:
                index = None
            if index is not None and not _wasteful(len(index), index.deleted + len(removed)):
                if removed or self._store.added_since(old.generation):
                    index.update(removed, self._store.words_since(old.generation))
                return path
        path = self._new_path("lexical")
        path.mkdir()
        LexicalIndex.create(path).update([], self._store.words_since(0))
        return path

    def _update_vectors(self, old: Manifest | None) -> tuple[Path, int]:
        index = None
        if old is not None and self._intact(old.vectors):
            path = self._folder / old.vectors.name
            removed = self._store.removed_since(old.generation)
            changed = bool(removed or self._store.added_since(old.generation))
            try:
                index = VectorIndex.open(path, old.trained, write=changed)
            except _DAMAGED:
                index = None
            if index is not None and not changed:
                return path, old.trained
            if index is not None:
                index.update(removed, self._store.vectors_since(old.generation))
        if index is None or index.outgrown():
            index = self._new_vectors()
        path = self._new_path("vectors")
        index.save(path)
        return path, index.trained

    def _new_vectors(self) -> VectorIndex:
        count, dimensions = self._store.added_since(0), self._store.meta.dimensions
        return VectorIndex.build(dimensions, count, lambda: self._store.vectors_since(0))

    def _new_path(self, kind: str) -> Path:
        return self._folder / f"{kind}-{secrets.token_hex(4)}"


def _wasteful(alive: int, dead: int) -> bool:
    """Whether to build a lexical index anew rather than carry deleted passages along."""
    return dead * 10 > alive or (dead > 0 and alive <= SMALL)


def digest(path: Path) -> str:
    """CRC-32 of an index file, or of the files of an index folder, as ``DIGEST_BYTES`` says."""
    files = [path] if path.is_file() else sorted(p for p in path.iterdir() if p.suffix != ".lock")
    files = [file for file in files if not file.name.startswith(".")]
    sizes = [file.stat().st_size for file in files]
    crc = zlib.crc32(
        json.dumps([(file.name, size) for file, size in zip(files, sizes, strict=True)]).encode()
    )
    if sum(sizes) <= DIGEST_BYTES:
        for file in files:
            crc = zlib.crc32(file.read_bytes(), crc)
    return f"{crc:08x}"
