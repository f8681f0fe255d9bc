"""Adding articles: read them, cut, tokenise, embed and store them in batches."""

from __future__ import annotations

import hashlib
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from index.chunk import chunks
from index.embed import Embedder
from index.errors import Cancelled, ReadError
from index.store import FileRecord, NewArticle, NewPassage, Store
from index.tokens import Tokenizer
from index.types import AddReport, CancelCheck, Chunk, Draft

#: Passages embedded and stored at a time: large enough to be fast, small enough to stop soon.
BATCH = 512


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An article that is read and cut, and waits to be embedded and stored."""

    path: str
    file: FileRecord
    known: bool
    draft: Draft
    chunks: Sequence[Chunk]
    words: Sequence[tuple[str, ...]]
    contexts: Sequence[tuple[str, ...]]


class Adder:
    """One run of adding. The caller holds the write lock; each batch is kept once it is stored."""

    def __init__(
        self, store: Store, embedder: Embedder, tokenizer: Tokenizer, cancelled: CancelCheck | None = None
    ) -> None:
        self._store, self._embedder, self._tokenizer = store, embedder, tokenizer
        self._cancelled = cancelled
        self._waiting: list[_Waiting] = []
        self._started = time.perf_counter()
        self._report = AddReport()

    def add_file(self, path: Path, named: bool) -> None:
        """Adds a file unless it is unchanged; ``named`` says that an unsupported one is worth a word."""
        from index.readers import SUFFIXES, read_bytes

        self._check_cancelled()
        try:
            facts = path.stat()
            if not stat.S_ISREG(facts.st_mode):
                raise ReadError("not a regular file")
            if path.suffix.lower() not in SUFFIXES:
                raise ReadError(f"{path.suffix or 'a file without a suffix'} is not supported")
            known = self._store.file(str(path))
            if known and (known.size, known.modified) == (facts.st_size, facts.st_mtime_ns):
                self._report.unchanged.append(str(path))
                return
            data = path.read_bytes()
            file = FileRecord(hashlib.sha256(data).hexdigest(), facts.st_size, facts.st_mtime_ns)
            if known and known.digest == file.digest:
                self._store.touch(str(path), file)
                self._report.unchanged.append(str(path))
                return
            self._put(str(path), file, known is not None, read_bytes(data, path.name))
        except ReadError as error:
            self._report.skipped.append((str(path), error.message))
        except OSError as error:
            self._report.skipped.append((str(path), error.strerror or str(error)))

    def add_draft(self, key: str, draft: Draft) -> None:
        """Adds an article under ``key`` unless it is there and the same."""
        self._check_cancelled()
        try:
            data = repr(astuple(draft)).encode()
            file = FileRecord(hashlib.sha256(data).hexdigest(), len(data), 0)
            known = self._store.file(key)
            if known == file:
                self._report.unchanged.append(key)
                return
            self._put(key, file, known is not None, draft)
        except ReadError as error:
            self._report.skipped.append((key, error.message))

    def _put(self, path: str, file: FileRecord, known: bool, draft: Draft) -> None:
        try:
            f"{path}{draft}".encode()
        except UnicodeEncodeError as error:
            raise ReadError("it holds characters that are no text (lone surrogates)") from error
        cut = chunks(draft.text)
        if not cut:
            raise ReadError("it holds no text")
        title = self._tokenizer.words(draft.title)
        headings = {chunk.heading for chunk in cut}
        contexts = {heading: title + self._tokenizer.words(heading) for heading in headings}
        words = [self._tokenizer.words(draft.text[chunk.start : chunk.end]) for chunk in cut]
        item = _Waiting(path, file, known, draft, cut, words, [contexts[chunk.heading] for chunk in cut])
        self._waiting.append(item)
        if sum(len(waiting.chunks) for waiting in self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Embeds and stores the articles that wait, all in one transaction."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        self._store.put(list(self._embed(waiting)))
        for item in waiting:
            (self._report.updated if item.known else self._report.added).append(item.path)
            self._report.passages += len(item.chunks)

    def _embed(self, waiting: Sequence[_Waiting]) -> Iterator[NewArticle]:
        """Completes the articles with vectors, embedding across their borders ``BATCH`` at a time."""
        texts = ["\n".join(_parts(item, i)) for item in waiting for i in range(len(item.chunks))]
        words = [c + w for item in waiting for c, w in zip(item.contexts, item.words, strict=True)]
        vectors = []
        for first in range(0, len(texts), BATCH):
            if first:
                self._check_cancelled()
            batch = slice(first, first + BATCH)
            vectors += list(self._embedder.embed_passages(texts[batch], words[batch]).astype(np.float16))
        passages = iter(vectors)
        for item in waiting:
            yield NewArticle(
                item.path,
                item.file,
                item.draft,
                [
                    NewPassage(
                        chunk.start,
                        chunk.end,
                        chunk.heading,
                        item.draft.text[chunk.start : chunk.end],
                        " ".join(words),
                        " ".join(context),
                        next(passages),
                    )
                    for chunk, words, context in zip(item.chunks, item.words, item.contexts, strict=True)
                ],
            )

    def finished(self) -> AddReport:
        self._report.seconds = time.perf_counter() - self._started
        return self._report

    def _check_cancelled(self) -> None:
        if self._cancelled is not None and self._cancelled():
            self.flush()
            raise Cancelled("stopped", "what was finished is kept")


def _parts(item: _Waiting, index: int) -> list[str]:
    """What a passage is embedded from: title, heading and text, without empty ones."""
    chunk = item.chunks[index]
    return [
        part for part in (item.draft.title, chunk.heading, item.draft.text[chunk.start : chunk.end]) if part
    ]
