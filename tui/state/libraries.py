"""The libraries that the app knows: which there are, which one it opens next time. Reading them blocks.

Kept in `Memory`: "libraries" lists the folders and addresses that were opened, "library" is what the next
start opens: one of them, `BUNDLED`, or "" for what the settings say. Addresses are kept without passwords.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index.address import LibraryUrl, is_url, library_path
from index.errors import Inaccessible, LibraryError, ModelError, UsageError, YinjuError
from index.types import LibraryStatus
from qa.settings import Settings, default_library
from tui.state.memory import Memory
from tui.state.workspace import OpenSession, Workspace, opener

if TYPE_CHECKING:
    from qa.session import Session

BUNDLED = "bundled"
_KNOWN, _NEXT = "libraries", "library"
#: In place of when a folder was opened: it is not to be listed.
_FORGOTTEN = ""
#: What names no folder.
_NO_NAMES = ("", ".", "..")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A library in the list: its folder or address, None for the bundled articles, and what is known of it.

    ``status`` is None where it cannot be read; ``trouble`` says why. ``opened`` is
    ISO 8601 in UTC, "" for never.
    """

    path: Path | None
    opened: str = ""
    status: LibraryStatus | None = None
    trouble: str = ""
    #: Its folder is gone.
    missing: bool = False
    #: It cannot be opened just now, which says nothing about what it holds.
    shut: bool = False


def libraries_folder() -> Path:
    """Where libraries that are given a name alone are made."""
    return default_library().with_name("libraries")


def known(memory: Memory) -> list[Shelf]:
    """The bundled articles, the default library, those made by name and those opened before."""
    opened = _opened(memory)
    folder = libraries_folder()
    made = sorted(path for path in folder.iterdir() if _exists(path)) if folder.is_dir() else []
    default = [default_library()] if _exists(default_library()) else []
    paths = dict.fromkeys([*default, *made, *map(library_path, opened)])
    shelves = (Shelf(path, opened.get(str(path), "")) for path in paths)
    return [Shelf(None), *(shelf for shelf in shelves if opened.get(str(shelf.path)) != _FORGOTTEN)]


def looked_into(shelf: Shelf) -> Shelf:
    """The shelf with its counts and size, or with what is wrong with it."""
    from qa.session import Session

    if shelf.path is None:
        return shelf
    if not _exists(shelf.path):
        return Shelf(shelf.path, shelf.opened, missing=True)
    try:
        with Session.open(Settings(library=shelf.path)) as session:
            return Shelf(shelf.path, shelf.opened, session.status())
    except YinjuError as error:
        shut = isinstance(error, Inaccessible)
        return Shelf(shelf.path, shelf.opened, trouble=error.message, shut=shut)


def remember(memory: Memory, workspace: Workspace) -> None:
    """Note that this library was opened just now."""
    if not workspace.bundled:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        memory.set(_KNOWN, json.dumps(_opened(memory) | {str(workspace.path): now}))


def forget(memory: Memory, path: Path) -> None:
    """Leave the library in folder ``path`` off the list until it is opened again; its files stay."""
    memory.set(_KNOWN, json.dumps(_opened(memory) | {str(path): _FORGOTTEN}))
    if memory.get(_NEXT) == str(path):
        memory.set(_NEXT, "")


def open_next_time(memory: Memory, path: Path | None) -> None:
    """Begin with the library in folder ``path`` from now on, with the bundled articles for None."""
    memory.set(_NEXT, BUNDLED if path is None else str(path))


def forget_bundled_choice(memory: Memory) -> None:
    """The bundled articles gave way to the reader's own: begin with those, as the settings say."""
    if memory.get(_NEXT) == BUNDLED:
        memory.set(_NEXT, "")


def opener_at_start(otherwise: OpenSession, settings: Settings, memory: Memory) -> OpenSession:
    """What opens the library chosen last; ``otherwise`` where the settings name one, or it is gone."""
    chosen = memory.get(_NEXT)
    if settings.library is not None or not chosen:
        return otherwise
    if chosen == BUNDLED:
        return opener(None, settings)
    path = library_path(chosen)
    return lambda: (opener(path, settings) if _exists(path) else otherwise)()


def folder_for(typed: str, *, takes_paths: bool = True) -> Path:
    """The folder that a typed name or path means.

    UsageError: it is neither, or taken by something else, or a path where only names are taken.
    """
    text = typed.strip()
    if text in _NO_NAMES or "\0" in text:
        raise UsageError("give the library a name", "or the path of its folder")
    if is_url(text):
        return library_path(text)
    is_path = text.startswith("~") or Path(text).name != text
    if is_path and not takes_paths:
        raise UsageError("give the library a name", "paths are taken with qa serve --files only")
    path = Path(os.path.abspath(os.path.expanduser(text))) if is_path else libraries_folder() / text
    if path.is_file() or (path.is_dir() and not _exists(path) and any(path.iterdir())):
        raise UsageError("{path} contains something else", "choose a new folder, or an empty one", path=path)
    return path


def opener_of_new(path: Path, settings: Settings) -> OpenSession:
    """What opens the library at ``path``, and makes it first where there is none."""
    if isinstance(path, LibraryUrl):
        return lambda: _opened_or_made(path, settings)
    return lambda: opener(path, settings, create=not _exists(path))()


def _opened_or_made(url: LibraryUrl, settings: Settings) -> Session:
    """Opens the library on a server. Only the server tells whether there is one."""
    try:
        return opener(url, settings, create=True)()
    except ModelError as error:
        try:
            return opener(url, settings)()  # it is there, made with another model than a new one gets
        except LibraryError:
            raise error from None


def _exists(path: Path) -> bool:
    from index.library import Library

    try:
        return Library.exists(path)
    except OSError:  # a folder that may not be looked into
        return False


def _opened(memory: Memory) -> dict[str, str]:
    """When each folder was opened last, by its path."""
    try:
        found = json.loads(memory.get(_KNOWN) or "{}")
    except ValueError:  # written by something else: begin anew
        return {}
    return {str(path): str(at) for path, at in found.items()} if isinstance(found, dict) else {}
