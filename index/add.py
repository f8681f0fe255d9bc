"""Adding articles: read them, cut, tokenise, embed and store them in batches."""

from __future__ import annotations

import hashlib
import stat
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

from index.aliases import mine
from index.chunk import chunks
from index.embed import Embedder
from index.errors import Cancelled, Phrase, ReadError
from index.models import AT_A_TIME, vectors
from index.store import FileRecord, NewArticle, NewPassage, Store
from index.tokens import Tokenizer
from index.types import AddReport, CancelCheck, Draft, Progress, Removed

#: Articles are stored once this many passages or this many seconds have come together.
BATCH_PASSAGES, BATCH_SECONDS = 512, 2.0


class Adder:
    """One run of adding. The caller holds the write lock; each batch is kept once it is stored."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        tokenizer: Tokenizer,
        total: int = 0,
        progress: Progress | None = None,
        cancelled: CancelCheck | None = None,
    ) -> None:
        """``progress`` is told how many articles of ``total`` are stored (or need not be)."""
        self._store, self._embedder, self._tokenizer = store, embedder, tokenizer
        self._total, self._progress, self._cancelled = total, progress, cancelled
        self._seen = self._gathered = 0
        self._waiting: dict[str, NewArticle] = {}
        self._known: set[str] = set()
        self._flushed = time.monotonic()
        self.report = AddReport()

    def add_file(self, path: Path) -> None:
        """Adds a file unless it did not change since it was added; an unreadable one is reported."""
        self._add(str(path), lambda: self._read(path))

    def add_draft(self, key: str, draft: Draft) -> None:
        """Adds an article under ``key`` unless it is there and the same."""
        self._add(key, lambda: self._take(key, draft))

    def put_back(self, removed: Iterable[Removed]) -> None:
        """Adds articles as they were before they were removed, unless their path is taken."""
        for article in removed:
            self._add(article.path, partial(self._back, article))

    def finish(self) -> None:
        """Stores what still waits."""
        self.flush()
        if self._progress and self._seen:
            self._progress(self._seen, max(self._total, self._seen))

    def _add(self, key: str, take: Callable[[], bool]) -> None:
        """Runs ``take``, which says whether there was anything to do, and notes the outcome."""
        self._check_cancelled()
        try:
            _encodable(key, Phrase("its name is not in UTF-8"))
            if not take():
                self.report.unchanged.append(key)
        except ReadError as error:
            self.report.skipped.append((key, error.message))
        except OSError as error:
            self.report.skipped.append((key, error.strerror or str(error)))
        self._settled()

    def _read(self, path: Path) -> bool:
        from index.readers import MAX_BYTES, read_bytes

        facts, known = path.stat(), self._file(str(path))
        if stat.S_ISDIR(facts.st_mode):
            raise ReadError("the folder may not be looked into")
        if not stat.S_ISREG(facts.st_mode):
            raise ReadError("it is not a regular file")
        if known and (known.size, known.modified) == (facts.st_size, facts.st_mtime_ns):
            return False
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)  # the reader refuses more than MAX_BYTES
        file = FileRecord(hashlib.sha256(data).hexdigest(), len(data), facts.st_mtime_ns)
        if known and known.digest == file.digest:
            self._store.touch(str(path), file)
            return False
        self._prepare(str(path), file, known is not None, read_bytes(data, path.name))
        return True

    def _take(self, key: str, draft: Draft) -> bool:
        data = repr(draft).encode()
        file, known = FileRecord(hashlib.sha256(data).hexdigest(), len(data), 0), self._file(key)
        if known == file:
            return False
        self._prepare(key, file, known is not None, draft)
        return True

    def _back(self, removed: Removed) -> bool:
        path = removed.path
        if self._file(path) is not None:
            return False
        draft = Draft(*(getattr(removed, field.name) for field in fields(Draft)))
        file = FileRecord(removed.digest, removed.size, removed.modified)
        self._prepare(path, file, False, draft)
        self._waiting[path] = replace(self._waiting[path], id=removed.id, added=removed.added)
        return True

    def flush(self) -> None:
        """Embeds and stores the articles that wait, in one transaction."""
        if self._waiting:
            self._store.put(self._embedded([*self._waiting.values()]))
        for article in self._waiting.values():
            outcome = self.report.updated if article.path in self._known else self.report.added
            outcome.append(article.path)
            self.report.passages += len(article.passages)
        self._waiting, self._gathered, self._flushed = {}, 0, time.monotonic()

    def _file(self, path: str) -> FileRecord | None:
        """The file of the article that is stored, or about to be stored, under ``path``."""
        return self._waiting[path].file if path in self._waiting else self._store.file(path)

    def _prepare(self, path: str, file: FileRecord, known: bool, draft: Draft) -> None:
        not_text = Phrase("it holds characters that are no text (lone surrogates)")
        _encodable(draft.text + draft.title, not_text)
        words = self._tokenizer.words
        title = words(draft.title)
        contexts: dict[str, str] = {}
        passages = []
        for chunk in chunks(draft.text):
            self._check_cancelled()
            start, end, heading = chunk.start, chunk.end, chunk.heading
            if heading not in contexts:
                contexts[heading] = " ".join(title + words(heading))
            text = draft.text[start:end]
            passages.append(
                NewPassage(start, end, heading, contexts[heading], text, " ".join(words(text)), b"")
            )
        if not passages:
            raise ReadError("it holds no text")
        self._waiting[path] = NewArticle(path, file, draft, passages, mine(draft.text))
        self._gathered += len(passages)
        if known:
            self._known.add(path)

    def _embedded(self, articles: Sequence[NewArticle]) -> list[NewArticle]:
        """The articles with their passages' vectors, embedded across the articles' borders."""
        rows = [(article.draft.title, passage) for article in articles for passage in article.passages]
        made: list[bytes] = []
        for first in range(0, len(rows), AT_A_TIME):
            self._check_cancelled()
            made += vectors(self._embedder, rows[first : first + AT_A_TIME])
        remaining = iter(made)
        return [
            replace(a, passages=[p._replace(vector=next(remaining)) for p in a.passages]) for a in articles
        ]

    def _settled(self) -> None:
        """Called after each article: stores a batch that is full, and tells how many are done."""
        self._seen += 1
        if self._gathered >= BATCH_PASSAGES or time.monotonic() - self._flushed > BATCH_SECONDS:
            self.flush()
        if self._progress:
            self._progress(self._seen - len(self._waiting), max(self._total, self._seen))

    def _check_cancelled(self) -> None:
        if self._cancelled and self._cancelled():
            raise Cancelled("stopped", "what was finished is kept")


def _encodable(text: str, otherwise: Phrase) -> None:
    """ReadError with the reason ``otherwise`` where text holds lone surrogates, which no database can."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ReadError(otherwise) from error
