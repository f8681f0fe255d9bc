"""The command that lists plugins."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

import click

from qa.cli.console import narrate, print_json, say
from qa.cli.group import cli, with_settings
from qa.i18n import N_, _, translated
from qa.settings import Settings

_KINDS = {
    "reader": N_("reader"),
    "embedder": N_("embedder"),
    "writer": N_("writer"),
    "package": N_("package"),
}


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_settings
def plugins(_settings: Settings, as_json: bool) -> int:
    """List the readers, embedders and writers of other installed packages.

    Each is loaded to see whether it works.
    """
    from index.library import Library

    with redirect_stdout(sys.stderr):  # a plugin may print when it is loaded
        found = Library.plugins()
    if as_json:
        keys = ("kind", "name", "package", "version")
        rows = [
            {key: getattr(plugin, key) for key in keys} | ({"fault": plugin.fault} if plugin.fault else {})
            for plugin in found
        ]
        print_json({"plugins": rows})
    elif not found:
        narrate(_("no plugins are installed"))
    for plugin in found if not as_json else ():
        fault = f": {translated(plugin.fault)}" if plugin.fault else ""
        say(f"{_(_KINDS[plugin.kind])} {plugin.name} ({plugin.package} {plugin.version}){fault}")
    return 0
