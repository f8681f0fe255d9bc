"""The command line without the app: the group with all its commands."""

from __future__ import annotations

from qa.cli import agents, commands, maintenance, plugins, sync  # each adds its commands
from qa.cli.group import cli

__all__ = ["agents", "cli", "commands", "maintenance", "plugins", "sync"]
