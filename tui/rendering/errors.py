"""Errors in the language of the interface."""

from __future__ import annotations

from pathlib import Path

from index.address import library_path
from index.errors import LibraryError, YinjuError
from index.text.display import one_line
from qa.i18n import translated


def without_frames(error: YinjuError) -> YinjuError:
    """The error without its traceback, whose frames would keep their data alive."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def message_and_hint(error: YinjuError) -> tuple[str, str]:
    """Message and hint of an error, each a printable line; the hint may be ""."""
    return one_line(translated(error.message)), one_line(translated(error.hint))


def error_text(error: YinjuError, separator: str = "\n→ ") -> str:
    """Message and hint of an error, with ``separator`` between them."""
    return separator.join(filter(None, message_and_hint(error)))


def library_in(error: YinjuError) -> Path | None:
    """The folder or address of the library that an error is about, None if it names none."""
    path = error.message.values.get("path")
    return library_path(path) if isinstance(error, LibraryError) and isinstance(path, str | Path) else None
