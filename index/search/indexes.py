"""Keeps the two search indexes in step with the database that they are derived from.

``manifest.json`` names the index files, the generation they were built from, and their checksums. Files that
do not match it (missing, damaged, half written) are rebuilt from the database; files of an earlier generation
catch up. The manifest is replaced as the last step of every change, so that a kill at any moment leaves
either the old files or the new.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from index.errors import Busy
from index.search.lexical import LexicalIndex
from index.search.vectors import VectorIndex
from index.storage.backup import delete_unfinished_copies
from index.storage.changes import ChangeLog, Generation
from index.storage.database import fsync_folder
from index.storage.lock import Unwritable, write_lock

#: Up to this many bytes, opening an index checks its checksums; above, only its files' sizes.
CHECKED_BYTES = 32_000_000
#: Up to this many passages, a removal rebuilds the lexical index to keep its statistics exact.
SMALL = 5_000
#: Up to this many passages, indexes are built in memory rather than using outdated ones.
_IN_MEMORY = 50_000
Row = TypeVar("Row")
#: Beginnings of the names that a killed writer may leave in the folder.
_LEFTOVERS = (".library.new", ".library-format", ".library-before-")
#: What opening a damaged index raises: tantivy ValueError, FAISS RuntimeError.
_DAMAGE_ERRORS = (OSError, ValueError, RuntimeError)


#: Size and CRC-32 of each file, by name.
Sums = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class File:
    """A finished index file or folder, with its checksums."""

    name: str
    sums: Sums

    def intact(self, folder: Path, deep: bool | None = None) -> bool:
        """Whether the files have their sizes and, if ``deep``, checksums; None: checksums of small files."""
        path = folder / self.name
        try:
            sizes = {file.name: file.stat().st_size for file in _files(path)}
            if sizes != {name: size for name, (size, _) in self.sums.items()}:
                return False
            return not (sum(sizes.values()) <= CHECKED_BYTES if deep is None else deep) or all(
                _crc(path / name if path.is_dir() else path) == crc for name, (_, crc) in self.sums.items()
            )
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of ``manifest.json``, apart from its own checksum.

    ``lost`` counts writes that the indexes saw and the database lacks: its log was damaged, or an earlier
    database was restored by hand. It is kept until ``qa doctor --fix``.
    """

    generation: int
    token: str
    lexical: File
    vectors: File
    trained: int
    lost: int = 0

    @property
    def built_from(self) -> Generation:
        return Generation(self.generation, self.token)

    def lost_by(self, now: Generation) -> int:
        """How many writes are lost if the database is at generation ``now``."""
        return self.lost + max(0, self.generation - now.number)

    @classmethod
    def read(cls, path: Path) -> Manifest | None:
        """The manifest in a file; None if there is none or it is damaged."""
        try:
            raw = json.loads(path.read_bytes())
            if raw.pop("crc") != zlib.crc32(_canonical(raw)):
                return None
            return cls(**raw | {kind: File(**raw[kind]) for kind in ("lexical", "vectors")})
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def write(self, path: Path) -> None:
        """Replaces the file in one step and syncs it to disk."""
        raw = asdict(self)
        new = path.with_suffix(".new")
        with new.open("wb") as file:
            file.write(_canonical(raw | {"crc": zlib.crc32(_canonical(raw))}))
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
        fsync_folder(path.parent)


@dataclass(frozen=True, slots=True)
class Indexes:
    """Both search indexes as of one generation."""

    generation: Generation
    lexical: LexicalIndex
    vectors: VectorIndex


class SearchIndexes:
    """Opens, catches up and rebuilds the search indexes of the library in ``folder``."""

    def __init__(self, folder: Path, changes: ChangeLog) -> None:
        self._folder = folder
        self._changes = changes
        self._mutex = threading.Lock()
        self._check: Callable[[], None] = lambda: None
        self._indexes: Indexes | None = None

    def current(self) -> Indexes:
        """The indexes to search now, brought up to date first if possible.

        While another program writes, indexes of an earlier generation serve. If the folder cannot be written
        to, outdated indexes are rebuilt in memory, unless that takes too much of it.
        """
        found = self._indexes
        if found is not None and found.generation == self._changes.generation():
            return found
        if not self._mutex.acquire(blocking=found is None) and found is not None:
            return found  # another thread is updating them
        try:
            self._indexes = self._up_to_date()
            return self._indexes
        finally:
            self._mutex.release()

    def catch_up(self, check: Callable[[], None] = lambda: None) -> None:
        """Brings the index files up to date; the caller holds the write lock.

        ``check`` is called for each passage; what it raises ends the work, which the next call begins again.
        """
        with self._mutex:
            self._check = check
            try:
                self._indexes = self._update_or_raise()
            finally:
                self._check = lambda: None

    def _up_to_date(self) -> Indexes:
        manifest = self._manifest()
        if manifest is not None and manifest.built_from == self._changes.generation():
            opened = self._open(manifest)
            if opened is not None:
                return opened
        try:
            with write_lock(self._folder):
                return self._update_or_raise()
        except Unwritable:
            # Outdated indexes find nothing new; removed passages are left out of what they find.
            behind = manifest is not None and self._changes.added_since(0) > _IN_MEMORY
            earlier = self._open(manifest) if manifest is not None and behind else None
            return earlier or self._in_memory()
        except Busy:
            at_hand = self._indexes
            if at_hand and (manifest is None or manifest.generation <= at_hand.generation.number):
                return at_hand
            # The writer keeps the files usable while it changes them; only checksums are outdated.
            earlier = None if manifest is None else self._open(manifest, verify=False)
            return earlier or self._in_memory()

    @property
    def lost(self) -> int:
        """How many writes were lost, see ``Manifest``."""
        manifest = Manifest.read(self._folder / "manifest.json")
        return manifest.lost_by(self._changes.generation()) if manifest else 0

    def _manifest(self) -> Manifest | None:
        manifest = Manifest.read(self._folder / "manifest.json")
        return manifest if manifest and self._changes.knows(manifest.built_from) else None

    def _open(self, manifest: Manifest, verify: bool = True) -> Indexes | None:
        files = (manifest.lexical, manifest.vectors)
        if verify and not all(file.intact(self._folder) for file in files):
            return None
        try:
            lexical = LexicalIndex.open(self._folder / manifest.lexical.name, words_of=self._changes.words_of)
            vectors = VectorIndex.open(self._folder / manifest.vectors.name, manifest.trained)
        except _DAMAGE_ERRORS:
            return None
        return Indexes(manifest.built_from, lexical, vectors)

    def _in_memory(self) -> Indexes:
        generation = self._changes.generation()
        lexical = LexicalIndex.create(None)
        lexical.update([], self._changes.words_since(0))
        return Indexes(generation, lexical, self._new_vectors())

    def _update_or_raise(self) -> Indexes:
        try:
            manifest = self._update(self._manifest())
        except _DAMAGE_ERRORS as error:
            raise Unwritable(
                "the search indexes of {path} cannot be written: {error}",
                "the articles are safe",
                path=self._folder,
                error=_system_message(error),
            ) from error
        return self._open(manifest, verify=False) or self._in_memory()

    def _update(self, old: Manifest | None) -> Manifest:
        lost, generation = self.lost, self._changes.generation()
        lexical = self._update_lexical(old)
        vectors, trained = self._update_vectors(old)
        manifest = Manifest(
            *generation,
            _checksummed(lexical, old.lexical if old else None),
            _checksummed(vectors, old.vectors if old else None),
            trained,
            lost,
        )
        manifest.write(self._folder / "manifest.json")
        for path in self._folder.iterdir():
            if path.name.startswith(("lexical-", "vectors-", *_LEFTOVERS)) and path not in (lexical, vectors):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        delete_unfinished_copies(self._folder)
        self._changes.forget_before(generation.number)
        return manifest

    def _update_lexical(self, old: Manifest | None) -> Path:
        if old is not None and old.lexical.intact(self._folder):
            path = self._folder / old.lexical.name
            removed = self._changes.removed_since(old.generation)
            try:
                index = LexicalIndex.open(path, write=True)
            except _DAMAGE_ERRORS:
                index = None
            if index is not None and not _should_rebuild(len(index), index.deleted + len(removed)):
                if removed or self._changes.added_since(old.generation):
                    index.update(removed, self._checked(self._changes.words_since(old.generation)))
                return path
        path = self._new_path("lexical")
        path.mkdir()
        LexicalIndex.create(path).update([], self._checked(self._changes.words_since(0)))
        return path

    def _update_vectors(self, old: Manifest | None) -> tuple[Path, int]:
        index = None
        if old is not None and old.vectors.intact(self._folder):
            path = self._folder / old.vectors.name
            removed = self._changes.removed_since(old.generation)
            changed = bool(removed or self._changes.added_since(old.generation))
            try:
                index = VectorIndex.open(path, old.trained, write=changed)
            except _DAMAGE_ERRORS:
                index = None
            if index is not None and not changed:
                return path, old.trained
            if index is not None:
                index.update(removed, self._checked(self._changes.vectors_since(old.generation)))
        if index is None or index.outgrown():
            index = self._new_vectors()
        path = self._new_path("vectors")
        index.save(path)
        return path, index.trained

    def _new_vectors(self) -> VectorIndex:
        count, dimensions = self._changes.added_since(0), self._changes.dimensions()
        return VectorIndex.build(dimensions, count, lambda: self._checked(self._changes.vectors_since(0)))

    def _checked(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self._check()
            yield row

    def _new_path(self, kind: str) -> Path:
        return self._folder / f"{kind}-{secrets.token_hex(4)}"


def _should_rebuild(alive: int, dead: int) -> bool:
    """Whether rebuilding a lexical index is better than carrying deleted passages along."""
    return dead * 10 > alive or (dead > 0 and alive <= SMALL)


def _checksummed(path: Path, before: File | None) -> File:
    """``path`` with its checksums. Files of an index folder never change, so known checksums are reused."""
    fsync_folder(path if path.is_dir() else path.parent)
    known = before.sums if before is not None and before.name == path.name and path.is_dir() else {}
    sums: Sums = {}
    for file in _files(path):
        size, sum_before = file.stat().st_size, known.get(file.name)
        same = sum_before is not None and sum_before[0] == size and file.suffix != ".json"
        sums[file.name] = sum_before if same and sum_before else (size, _crc(file))
    return File(path.name, sums)


def _files(path: Path) -> list[Path]:
    """The file itself, or the files of an index folder."""
    return sorted(p for p in path.iterdir() if p.suffix != ".lock") if path.is_dir() else [path]


def _crc(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            crc = zlib.crc32(block, crc)
    return crc


def _canonical(raw: dict[str, object]) -> bytes:
    return json.dumps(raw, sort_keys=True).encode()


def _system_message(error: Exception) -> str:
    """The system's message, taken out of the structure that tantivy wraps it in."""
    said = re.search(r'message: "([^"]{1,200})"', str(error))
    return said[1] if said else getattr(error, "strerror", None) or str(error)
