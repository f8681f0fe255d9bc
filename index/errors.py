"""The one error tree. Every expected failure is a YinjuError with a message and a hint.

The command line prints ``message`` and ``hint`` as one line on stderr and exits with
``exit_code``; the app shows both as a block in the transcript, in the reader's language.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager


class Phrase(str):
    """A text that can be translated after it was made: it keeps its template and values.

    The string itself is ``template.format(**values)``; without values it is the template unchanged, braces
    included. A value may be a phrase itself.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Phrase:
        phrase = super().__new__(cls, template.format(**values) if values else template)
        phrase.template, phrase.values = template, values
        return phrase


class YinjuError(Exception):
    """Something the user can act on. ``exit_code`` and ``kind`` follow the command-line contract."""

    exit_code = 2
    #: What JSON calls it.
    kind = "usage"

    def __init__(self, message: str, hint: str = "", /, **values: object) -> None:
        """``message`` and ``hint`` are templates for ``values``, or finished phrases."""
        self.message = message if isinstance(message, Phrase) else Phrase(message, **values)
        self.hint = hint if isinstance(hint, Phrase) else Phrase(hint, **values)
        super().__init__(self.message, self.hint)

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(YinjuError):
    """A wrong argument, question or setting."""


class ReadError(YinjuError):
    """A file that cannot be read as an article. While adding a folder it is reported and skipped."""

    kind = "file"


class NoTextError(ReadError):
    """A picture without text. In a folder it is passed over, as files are that are no articles."""


class ModelError(YinjuError):
    """An embedding model that is missing, unusable, or not the one the library was made with."""

    kind = "model"


class OutOfMemory(YinjuError):
    """The machine, or what the system allows this program, has too little memory."""

    kind = "memory"

    def __init__(
        self,
        message: str = Phrase("there is not enough memory"),
        hint: str = Phrase("close other programs, or lift the limit if ulimit -v shows one"),
    ) -> None:
        super().__init__(message, hint)


class LibraryError(YinjuError):
    """A library that is missing or of another format version; its subclasses tell other things apart."""

    exit_code = 3
    kind = "library"


class Damaged(LibraryError):
    """The library's database is not what was written."""

    kind = "damaged"


class Busy(LibraryError):
    """Another program is using the library. Later it can be had."""

    exit_code = 4
    kind = "busy"


class Inaccessible(LibraryError):
    """The library cannot be opened or written to where it is: for its permissions, its disk or file system.

    That says nothing about what it holds.
    """

    exit_code = 5
    kind = "inaccessible"


class HistoryError(YinjuError):
    """A history file that is not Yinju's, cannot be read or written, or has another format version."""

    exit_code = 3
    kind = "history"


class Cancelled(YinjuError):
    """The caller asked to stop. Work finished before that is kept; nothing is left half done."""

    exit_code = 130
    kind = "interrupted"


#: What is said where work that stores as it goes is stopped.
KEPT = Phrase("what was finished is kept")


@contextmanager
def memory_told() -> Iterator[None]:
    """Raises OutOfMemory in place of what Python, the system, or a library that finds no room raises."""
    try:
        yield
    except (MemoryError, OSError, ImportError) as error:
        unloaded = isinstance(error, ImportError) and "failed to map segment" in str(error)
        if not (isinstance(error, MemoryError) or getattr(error, "errno", 0) == errno.ENOMEM or unloaded):
            raise
        raise OutOfMemory from error
