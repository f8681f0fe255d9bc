"""The command line without the app: the group with all its commands."""

from __future__ import annotations

from typing import NoReturn

from qa.cli import commands, maintenance, sync  # each adds its commands
from qa.cli.group import cli

__all__ = ["cli", "commands", "maintenance", "sync"]


def main() -> NoReturn:
    """Entry point of ``python -m qa``."""
    cli.main(prog_name="qa")
