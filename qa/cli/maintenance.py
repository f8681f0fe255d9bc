"""`qa doctor`, `qa backup` and `qa restore`. Each function returns the exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.console import narrate, opened, print_json, say, screen
from qa.cli.group import cli, common, with_settings
from qa.cli.progress import watched
from qa.i18n import N_, _, ngettext, with_hint

if TYPE_CHECKING:
    from index.maintenance.findings import Finding
    from qa.settings import Settings

#: How a state is told, and in which colour.
_STATES = {
    "well": (N_("ok"), "green"),
    "note": (N_("note"), "cyan"),
    "wrong": (N_("WRONG"), "red"),
    "mended": (N_("mended"), "yellow"),
}


@cli.command()
@common
@click.option("--fix", is_flag=True, help="Mend what can be mended.")
@with_settings
def doctor(settings: Settings, fix: bool, as_json: bool) -> int:
    """Look the library over, from end to end.

    Exit code 3 when something is wrong. --fix builds anew what is derived from what is whole; of a damaged
    database it saves the articles that can be read.
    """
    from qa.session import examine
    from qa.settings import history_file, own_library

    path = own_library(settings)
    with watched("passages") as monitor:
        found = examine(path, fix=fix, monitor=monitor)
    found += _conversations(history_file())
    if as_json:
        findings = [
            {"check": f.check, "state": f.state, "text": f.text}
            | {name: value for name, value in (("hint", f.hint), ("lost", f.lost)) if value}
            for f in found
        ]
        print_json({"library": str(path), "findings": findings})
    else:
        print("\n".join(map(_line, found)))
    return 3 if any(finding.state == "wrong" for finding in found) else 0


def _conversations(file: Path) -> list[Finding]:
    from index.errors import Phrase
    from index.history import is_intact
    from index.maintenance.findings import note, well

    if not file.is_file():
        return []
    if is_intact(file):
        return [well("conversations", "the conversations kept are whole")]
    hint = Phrase("the app moves {file} aside when it opens, and begins a new one")
    return [note("conversations", "the file of the conversations kept is damaged", hint, file=file.name)]


def _line(finding: Finding) -> str:
    from index.text.display import cells
    from qa.output.terminal import marked_lines

    state, colour = _STATES[finding.state]
    state = _(state)
    first, *more = marked_lines(with_hint(finding.text, finding.hint), (), screen(), " " * 8)
    state = screen().style(state + " " * (6 - cells(state)), fg=colour)
    return "\n".join([f"{state}  {first.lstrip()}", *more])


@cli.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE")
@common
@with_settings
def backup(settings: Settings, target: Path, as_json: bool) -> int:
    """Copy the library into FILE, while it is in use."""
    with opened(settings, upgrade=False) as session, watched("pages") as monitor:
        size = session.back_up(target, monitor)
    if as_json:
        print_json({"library": str(session.path), "backup": str(target.absolute()), "bytes": size})
    else:
        text = _("backed up {library} → {file} ({size} MB)")
        say(text.format(library=session.path, file=target, size=f"{size / 1e6:,.1f}"))
    return 0


@cli.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE")
@common
@with_settings
def restore(settings: Settings, source: Path, as_json: bool) -> int:
    """Put the backup FILE in the place of the library.

    What was there before is kept beside it.
    """
    from qa.session import restore as put_back
    from qa.settings import own_library

    path = own_library(settings).absolute()
    with watched("pages") as monitor:
        restored = put_back(source, path, monitor)
    facts, kept = restored.status, restored.kept
    if kept:
        narrate(_("what was there before is kept as {path}").format(path=kept))
    if as_json:
        data = {"library": str(path), "articles": facts.articles, "passages": facts.passages}
        print_json(data | ({"kept": str(kept)} if kept else {}))
    else:
        articles = ngettext("{count} article", "{count} articles", facts.articles)
        passages = ngettext("{count} passage", "{count} passages", facts.passages)
        text = _("restored {articles} ({passages}) → {path}")
        say(
            text.format(
                articles=articles.format(count=f"{facts.articles:,}"),
                passages=passages.format(count=f"{facts.passages:,}"),
                path=path,
            )
        )
    return 0
