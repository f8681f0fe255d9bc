"""A library that hangs as a parser written in C does."""

from __future__ import annotations

from pathlib import Path


def hanging_reader(folder: Path) -> Path:
    """A folder of modules: reading a page hangs for ten minutes, and there is a file "hangs" from then on."""
    modules = folder / "modules"
    modules.mkdir()
    (modules / "trafilatura.py").write_text(
        "import ctypes, pathlib\n"
        f"pathlib.Path({str(modules / 'hangs')!r}).touch()\n"
        "ctypes.PyDLL(None).sleep(600)  # holds Python's lock\n"
    )
    return modules
