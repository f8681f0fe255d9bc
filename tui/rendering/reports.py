"""The results of adding and syncing as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from index.text.display import one_line
from index.types import AddReport, SyncReport
from qa.i18n import _, translated
from qa.output import changes
from qa.output.addresses import name_of
from tui.rendering.formats import articles, duration, passages, tilde

#: The most files that one part of a report names.
_NAMED = 200


def counted(report: AddReport) -> str:
    """How many articles were added, updated and so on, on one line."""
    said = changes.counted(report)
    if not said and isinstance(report, SyncReport):
        return _("Nothing was changed.")
    return " · ".join(said) or _("No articles found.")


def lines(report: AddReport) -> Iterator[str]:
    """The whole report: the counts, then by name whatever needs attention. Unreadable files come last."""
    yield counted(report)
    if report.passages:
        yield _("{passages} in {time}").format(
            passages=passages(report.passages), time=duration(report.seconds)
        )
    if report.passed_over:
        kinds = ", ".join(map(translated, report.kinds_passed_over()))
        yield _("Passed over, as such files are not read: {kinds}").format(kinds=kinds)
    if without := changes.without_file(report):
        yield without
    synced = _synced(report)
    yield from _part(_("Moved:"), [f"{name_of(old)} → {tilde(Path(new))}" for old, new in synced.moved])
    yield from _part(_("Removed:"), [tilde(Path(path)) for path in report.removed])
    yield from _part(_("Missing (their articles were kept):"), [tilde(Path(path)) for path in synced.missing])
    yield from _part(_("Nothing was removed from these folders:"), [away(*each) for each in synced.away])
    yield from _part(
        _("Skipped:"),
        [f"{name_of(path)}: {one_line(translated(reason))}" for path, reason in report.skipped],
    )
    yield from _part(
        _("Partly read:"),
        [f"{name_of(path)}: {one_line(translated(unread))}" for path, unread in report.partial],
    )


def has_details(report: AddReport) -> bool:
    """Whether `lines` returns more than the counts."""
    synced = _synced(report)
    parts = report.skipped, report.partial, report.removed, synced.moved, synced.missing, synced.away
    return any(parts)


def _synced(report: AddReport) -> SyncReport:
    """The report of an update; an empty one in place of that of adding."""
    return report if isinstance(report, SyncReport) else SyncReport()


def _part(title: str, entries: Sequence[str]) -> Iterator[str]:
    if not entries:
        return
    yield ""
    yield title
    yield from (f"  {entry}" for entry in entries[:_NAMED])
    if len(entries) > _NAMED:
        yield "  " + _("and {articles} more").format(articles=articles(len(entries) - _NAMED))


def away(folder: str, reason: str) -> str:
    """A missing folder, and why its articles were kept."""
    return f"{tilde(Path(folder))}: {one_line(translated(reason))}"


def kept_back(report: SyncReport) -> str:
    """The articles that were kept although their files are missing, on one line; "" if there are none."""
    if not report.away:
        return ""
    first, count = away(*report.away[0]), len(report.away)
    if count == 1:
        return _("{folder}. Its articles were kept.").format(folder=first)
    text = _("{count} folders are missing or empty, their articles were kept: {folder} …")
    return text.format(count=f"{count:,}", folder=first)
