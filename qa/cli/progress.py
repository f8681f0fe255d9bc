"""Long work in a terminal: how far it is, and how Ctrl-C ends it cleanly."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import FrameType
from typing import IO, TYPE_CHECKING

from qa.i18n import N_, _

if TYPE_CHECKING:
    from index.types import Monitor

#: Progress on a pipe: one line every so many seconds. A terminal's line is rewritten more often.
PIPE_SECONDS, TERMINAL_SECONDS = 10.0, 0.1
_COUNTED = {
    "articles": N_("{done} of {total} articles"),
    "files": N_("{done} of {total} files"),
    "pages": N_("{done} of {total} pages"),
    "passages": N_("{done} of {total} passages"),
    "questions": N_("{done} of {total} questions"),
}


class Progress:
    """Counts and time left on ``stream``: one rewritten line on a terminal, few lines on a pipe."""

    def __init__(
        self, stream: IO[str], unit: str = "articles", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream, self._counted, self._clock = stream, _COUNTED[unit], clock
        self._rewrites = stream.isatty()
        self._every = TERMINAL_SECONDS if self._rewrites else PIPE_SECONDS
        self._began = self._last = clock()
        self._counts = 0, 0

    def __call__(self, done: int, total: int) -> None:
        self._counts = done, total
        self._tell("")

    def page(self, done: int, total: int) -> None:
        """Tells how many pages of a file are recognized."""
        self._tell(_("reading pictures: page {done} of {total}").format(done=done, total=total))

    def rows(self, done: int, total: int) -> None:
        """Tells how many rows a server has imported."""
        self._tell(
            _("the server imports: {done} of {total} rows").format(done=f"{done:,}", total=f"{total:,}")
        )

    def _tell(self, file: str) -> None:
        """Tells how far the work is, and how far the reading of a ``file`` is."""
        now = self._clock()
        if now - self._last < self._every:
            return
        self._last = now
        done, total = self._counts
        text = _(self._counted).format(done=f"{done:,}", total=f"{total:,}")
        if 0 < done < total:
            time = _duration((now - self._began) / done * (total - done))
            text = _("{counted}, {time} left").format(counted=text, time=time)
        text = _(", ").join(filter(None, (text if total else "", file)))
        self._write(f"\r{text}\x1b[K" if self._rewrites else f"{text}\n")

    def close(self) -> None:
        """Wipe the rewritten line."""
        if self._rewrites:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _duration(seconds: float) -> str:
    if seconds < 60:
        return _("{seconds} s").format(seconds=f"{seconds:.0f}")
    if seconds < 5_400:
        return _("{count} min").format(count=f"{seconds / 60:.0f}")
    return _("{count} h").format(count=f"{seconds / 3_600:.1f}")


@contextmanager
def watched(unit: str) -> Iterator[Monitor]:
    """Tells on standard error how far long work is; Ctrl-C asks it to stop."""
    from index.types import Monitor

    with stoppable() as cancelled, closing(Progress(sys.stderr, unit)) as progress:
        yield Monitor(progress, cancelled, progress.page, progress.rows)


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """The first Ctrl-C asks the work to stop where that is clean, a second one interrupts it."""
    asked = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
