"""`qa mcp`: the library for agents."""

from __future__ import annotations

import gc
import sys

import click

from index.errors import UsageError
from qa.cli.console import narrate
from qa.cli.group import cli, library_option, with_settings
from qa.i18n import _
from qa.settings import Settings

#: The port, unless --port names another.
PORT = 8013


@cli.command()
@library_option
@click.option("--http", is_flag=True, help="Serve HTTP on this machine, with a token that is printed.")
@click.option(
    "--port",
    metavar="NUMBER",
    type=click.IntRange(0, 65535),
    help="Port for --http; 0 takes a free one. [default: 8013]",
)
@click.option("--write", is_flag=True, help="Let agents add files of followed folders, sync and teach words.")
@click.option("--paths", is_flag=True, help="Name files with their folders.")
@with_settings
def mcp(settings: Settings, http: bool, port: int | None, write: bool, paths: bool) -> int:
    """Let agents ask, search and read the articles over MCP.

    An agent starts it and speaks with it over standard input and output. It changes nothing unless --write is
    given.
    """
    from importlib.util import find_spec

    if port is not None and not http:
        raise UsageError("--port is for --http", "give both")
    if find_spec("mcp") is None:
        raise UsageError("qa mcp needs the package mcp", "pip install 'yinju[mcp]'")
    gc.disable()  # saves up to a quarter of the import, whose objects all stay
    from qa.agents.server import build
    from qa.agents.transports import serve_http, serve_stdio

    gc.enable()
    gc.freeze()
    server = build(settings, paths=paths, write=write)
    if http:
        serve_http(server, PORT if port is None else port, narrate)
    else:
        if sys.stdin.isatty():
            narrate(_("an agent is expected at the other end of standard input and output; Ctrl+C ends it"))
        serve_stdio(server)
    return 0
