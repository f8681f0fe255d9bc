"""`qa sync`: the library brought into step with its files, once or for as long as it is left to."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import Busy, UsageError
from qa.cli import completion
from qa.cli.console import cost, narrate, opened, or_lines, print_json, say, tell_unread
from qa.cli.group import cli, common, with_settings
from qa.cli.progress import Progress, stoppable
from qa.i18n import _, translated, with_hint

if TYPE_CHECKING:
    from index.types import SyncReport
    from qa.session import Session
    from qa.settings import Settings

#: Seconds between two looks, and the most of the time that looking may take.
EVERY, SHARE = 5.0, 0.1
#: How long Ctrl-C may go unnoticed between two looks, in seconds.
_POLL_SECONDS = 0.2
_DONE = ("added", "updated", "moved", "removed")


@cli.command()
@click.argument("paths", nargs=-1, metavar="PATH...", shell_complete=completion.files)
@common
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--gone", is_flag=True, help="Remove articles that were added by themselves and are missing.")
@click.option("--forget", multiple=True, metavar="FOLDER", help="Follow FOLDER no more; its articles stay.")
@click.option(
    "--watch",
    is_flag=False,
    flag_value="",
    metavar="[SECONDS]",
    help="Stay, and look for changes every SECONDS. [default: 5]",
)
@with_settings
def sync(
    settings: Settings,
    paths: Sequence[str],
    dry_run: bool,
    gone: bool,
    forget: Sequence[str],
    watch: str | None,
    as_json: bool,
) -> int:
    """Bring the library into step with the folders and files that were added.

    New, changed, moved and deleted files; those of each PATH, or all. A folder that is missing or empty
    takes no articles along, unless --gone names it.
    """
    from index.types import Monitor
    from qa.session import paths_of

    seconds, paths = _seconds(watch, paths)
    if seconds is not None and dry_run:
        raise UsageError("--dry-run does nothing, --watch does it again and again", "give one of them")
    named = paths_of(or_lines(paths) if paths else ())
    with opened(settings) as session:
        if forget:
            return _forget(session, forget, as_json)

        def once(cancelled: Callable[[], bool]) -> SyncReport:
            with closing(Progress(sys.stderr, "files")) as progress:
                monitor = Monitor(progress, cancelled, progress.page, progress.rows)
                return session.sync(named, dry_run=dry_run, gone=gone, monitor=monitor)

        with stoppable() as stopped:
            if seconds is not None:
                return _watch(session, once, seconds, stopped, as_json)
            report = once(stopped)
        _tell(report, session.path, dry_run, as_json)
    worked = report.unchanged or any(getattr(report, name) for name in _DONE)
    return 0 if worked or not (report.skipped or report.away) else 2


def _seconds(watch: str | None, paths: Sequence[str]) -> tuple[float | None, Sequence[str]]:
    """How often to look, and what at: a word after --watch that is no number is a path."""
    if watch is None or not watch:
        return (None if watch is None else EVERY), paths
    try:
        seconds = float(watch)
    except ValueError:
        return EVERY, [watch, *paths]
    if not 0.1 <= seconds <= 86_400:
        raise UsageError("--watch {seconds} is out of range", "give 0.1 to 86400 seconds", seconds=watch)
    return seconds, paths


def _forget(session: Session, folders: Sequence[str], as_json: bool) -> int:
    session.unfollow(map(Path, folders))
    if as_json:
        print_json({"forgotten": list(folders), "followed": session.followed()})
    else:
        for folder in folders:
            say(_("{folder} is followed no more; its articles stay").format(folder=folder))
    return 0


def _watch(
    session: Session,
    once: Callable[[Callable[[], bool]], SyncReport],
    seconds: float,
    stopped: Callable[[], bool],
    as_json: bool,
) -> int:
    """Sync whenever a file changed, until Ctrl-C. Says something only when something happened."""
    folders = _(", ").join(session.followed()) or _("the files that were added")
    narrate(_("watching {folders}; Ctrl-C ends it").format(folders=folders))
    synced = told = None
    while not stopped():
        began = time.monotonic()
        state = session.files_state()
        pause = max(seconds, (time.monotonic() - began) / SHARE)
        if state != synced:
            try:
                report = once(stopped)
            except Busy as error:
                narrate(with_hint(error.message, error.hint))
            else:
                problems = (report.skipped, report.away, report.missing)
                if any(getattr(report, name) for name in _DONE) or problems != (told or ([], [], [])):
                    _tell(report, session.path, False, as_json)
                synced, told = state, problems
        until = time.monotonic() + pause
        while not stopped() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _POLL_SECONDS))
    return 0


def _tell(report: SyncReport, library: Path, dry_run: bool, as_json: bool) -> None:
    tell_unread(report)
    for path, reason in report.away:
        text = _("kept the articles of {path}: {reason} (if it is gone for good: qa sync --gone {path})")
        narrate(text.format(path=path, reason=translated(reason)))
    for path in report.missing:
        narrate(_("missing {path} (qa sync --gone removes such articles)").format(path=path))
    if as_json:
        print_json({"dry_run": dry_run} | asdict(report))
        return
    if dry_run:
        for line in _changes(report):
            say(line)
    say(_summary(report, library, dry_run))


def _changes(report: SyncReport) -> Iterator[str]:
    yield from (_("add     {path}").format(path=path) for path in report.added)
    yield from (_("update  {path}").format(path=path) for path in report.updated)
    yield from (_("move    {path}").format(path=f"{old} → {new}") for old, new in report.moved)
    yield from (_("remove  {path}").format(path=path) for path in report.removed)


def _summary(report: SyncReport, library: Path, dry_run: bool) -> str:
    from qa.output.changes import counted

    parts = counted(report, without=("partial",))
    if not parts:
        if report.away:
            return _("nothing done")
        return _("nothing to do: no articles, and no folder that is followed")
    done = f"{_(', ').join(parts)}{'' if dry_run else cost(report)} → {library}"
    return _("would be: {changes}").format(changes=done) if dry_run else done
