"""The one error tree. Every expected failure is a YinjuError with a message and a hint.

The command line prints ``message`` and ``hint`` as one line on stderr and exits with
``exit_code``; the app shows both as a block in the transcript.
"""

from __future__ import annotations


class YinjuError(Exception):
    """Something the user can act on. ``exit_code`` follows the command-line contract."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(YinjuError):
    """A wrong argument, question or setting."""


class ReadError(YinjuError):
    """A file that cannot be read as an article. While adding a folder it is reported and skipped."""


class ModelError(YinjuError):
    """An embedding model that is missing, unusable, or not the one the library was made with."""


class LibraryError(YinjuError):
    """A library that is missing, damaged, locked, unwritable or of another format version."""

    exit_code = 3


class Cancelled(YinjuError):
    """The caller asked to stop. What was finished before stays; nothing is half done."""

    exit_code = 130
