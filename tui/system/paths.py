"""Paths of files and folders as people type, paste and drop them."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from index.errors import UsageError
from index.text.display import printable

#: The most entries of a folder that a completion looks at.
_MOST = 2_000
#: How a path begins: in a terminal, dropped files are pasted as paths, in quotation marks or escaped.
_PATH = re.compile(r"""['"]?(?:/|~|file://|\.{1,2}/|[A-Za-z]:[\\/])""")


def looks_like_paths(text: str) -> bool:
    """Whether pasted text begins like a path."""
    return _PATH.match(text.strip()) is not None


def parse(text: str) -> list[Path]:
    """The paths in ``text``, each once. Raises UsageError if there is none, or if one does not exist.

    Each line is one path, or several quoted as for a shell: in quotation marks, or with backslashes
    before spaces. ``file://`` addresses are paths too.
    """
    found: dict[Path, None] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        paths = _line(line)
        missing = next((path for path in paths if not _exists(path)), None)
        if missing is not None:
            raise UsageError("{path}: no such file or folder", path=missing)
        found.update(dict.fromkeys(paths))
    if not found:
        raise UsageError("no file or folder is named", "type or paste one, or browse with Ctrl+F")
    return list(found)


def _line(line: str) -> list[Path]:
    whole = Path(os.path.expanduser(line))
    if _exists(whole):
        return [whole]
    try:
        parts = shlex.split(line)
    except ValueError:  # a quotation mark without its other
        return [whole]
    paths = [_path(part) for part in parts]
    # A missing path with spaces is one missing path, not several.
    return paths if paths and (len(paths) == 1 or _exists(paths[0])) else [whole]


def _path(part: str) -> Path:
    if part.startswith("file://"):
        return Path(url2pathname(unquote(urlsplit(part).path)))
    return Path(os.path.expanduser(part))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long, a null character
        return False


def complete(typed: str) -> str | None:
    """``typed`` completed to the first matching name, with a slash after a folder.

    Hidden names match only if the dot is typed.
    """
    folder, begun = os.path.split(typed)
    if not typed or typed == "~":
        return None
    names: list[str] = []
    try:
        with os.scandir(os.path.expanduser(folder or ".")) as entries:
            for _, entry in zip(range(_MOST), entries, strict=False):
                if entry.name.startswith(begun) and begun.startswith(".") == entry.name.startswith("."):
                    names.append(entry.name + ("/" if entry.is_dir() else ""))
    except (OSError, ValueError):  # not there, not ours to read, no path at all
        return None
    fitting = [name for name in sorted(names) if printable(name) == name]
    return os.path.join(folder, fitting[0]) if fitting else None
