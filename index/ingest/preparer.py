"""Makes articles ready to be stored, in this process or, where there is much to do, in several."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import KEPT
from index.ingest.prepare import ENDING, PreparedArticle, Recipe, cut, prepare, with_words
from index.readers.reader_process import ReaderProcess, failed, failures_told
from index.readers.registry import ReadBytes
from index.storage.store import NewPassage
from index.text.tokenizer import Tokenizer
from index.types import Monitor, ParsedArticle

if TYPE_CHECKING:
    from index.ingest.workers import Job, Workers

#: Seconds of work after which it is shared, if so many seconds are left: a process takes one to start.
BEGIN_SECONDS, LEFT_SECONDS = 0.5, 2.0
#: The words of an article of more passages are made piece by piece, by several processes; so many pieces are
#: asked for at a time.
MAX_PASSAGES, PIECE, MAX_PIECES = 2_048, 256, 64


class Preparer:
    """Reads, cuts and tokenizes articles; with a ``recipe``, several processes share what takes long.

    What is recognized of pictures is kept in the folder ``scans``. To be closed.
    """

    def __init__(self, tokenizer: Tokenizer, recipe: Recipe | None, scans: Path, monitor: Monitor) -> None:
        self._tokenizer, self._recipe, self._scans, self._monitor = tokenizer, recipe, scans, monitor
        self._check = partial(monitor.check, KEPT)
        self._reader = ReaderProcess(self._check, scans, monitor.page)
        self._workers: Workers | None = None
        #: Seconds of work in this process.
        self._worked = 0.0

    @property
    def read(self) -> ReadBytes:
        """Reads the content of a file."""
        return self._reader.read

    def close(self) -> None:
        """Ends the processes."""
        self._reader.close()
        if self._workers is not None:
            self._workers.close()

    def begin(
        self, read: Callable[[], ParsedArticle], data: bytes, left: Callable[[], float]
    ) -> tuple[Job[PreparedArticle] | None, Callable[[], PreparedArticle]]:
        """Begins with the article that ``read`` reads, from ``data`` if it is a file.

        Returns the job if another process does it, and what waits for the article and makes it complete. That
        or this raises ReadError if it cannot be read. ``left()`` is the work left as a multiple of that done.
        """
        if workers := self._shared(left):
            assert self._recipe is not None
            job = workers.submit(partial(prepare, read, self._recipe, MAX_PASSAGES), data)
            return job, lambda: self._worded(job.result(self._monitor, KEPT))
        article = self._prepared(read)
        return None, lambda: article

    def _prepared(self, read: Callable[[], ParsedArticle]) -> PreparedArticle:
        """The article that ``read`` reads, made ready in this process."""
        began = time.monotonic()
        try:
            with failures_told():
                parsed = read()
            return self._worded(cut(parsed))
        except ENDING:
            raise
        except Exception as error:
            raise failed(error) from error
        finally:
            self._worked += time.monotonic() - began

    def _worded(self, article: PreparedArticle) -> PreparedArticle:
        """The article with its words. Those of a long one are made by several processes."""
        passages, title = article.passages, article.parsed.title
        if article.worded:
            return article
        if len(passages) <= MAX_PASSAGES or not (workers := self._start_workers()):
            made = with_words(title, passages, self._tokenizer, self._check)
            return article._replace(passages=made, worded=True)
        assert self._recipe is not None
        made = []
        jobs: deque[Job[list[NewPassage]]] = deque()
        for first in range(0, len(passages), PIECE):
            piece = passages[first : first + PIECE]
            jobs.append(workers.submit(partial(self._recipe.finished, title, piece)))
            if len(jobs) > MAX_PIECES:
                made += jobs.popleft().result(self._monitor, KEPT)
        for job in jobs:
            made += job.result(self._monitor, KEPT)
        return article._replace(passages=made, worded=True)

    def _shared(self, left: Callable[[], float]) -> Workers | None:
        """The processes that share the work; None while there is too little of it."""
        may_share = self._recipe is not None and self._workers is None and self._worked >= BEGIN_SECONDS
        if may_share and self._worked * left() >= LEFT_SECONDS:
            self._start_workers()
        return self._workers

    def _start_workers(self) -> Workers | None:
        """The processes that share the work; None if this one has to do it alone."""
        if self._recipe is not None and self._workers is None:
            from index.ingest.workers import Workers, worker_count

            with suppress(OSError):  # no more processes are allowed
                if (count := worker_count()) > 1:
                    self._workers = Workers(count, self._scans)
                    self._reader.close()
            if self._workers is None:
                self._recipe = None
        return self._workers
