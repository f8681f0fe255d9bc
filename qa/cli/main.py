"""The command line without the app: the group with all its commands."""

from __future__ import annotations

from qa.cli import commands, maintenance, sync  # each adds its commands
from qa.cli.group import cli

__all__ = ["cli", "commands", "maintenance", "sync"]
