"""What adding or syncing did with articles, in counts."""

from __future__ import annotations

from collections.abc import Collection

from index.types import AddReport
from qa.i18n import N_, _

#: The parts of a report and how their sizes are told, in that order.
_COUNTED = {
    "added": N_("{count} added"),
    "updated": N_("{count} updated"),
    "moved": N_("{count} moved"),
    "removed": N_("{count} removed"),
    "unchanged": N_("{count} unchanged"),
    "missing": N_("{count} missing"),
    "skipped": N_("{count} skipped"),
    "partial": N_("{count} partly read"),
}


def counted(report: AddReport, without: Collection[str] = ()) -> list[str]:
    """ "3 added", "1 moved" and so on, but for the parts ``without`` and those that are empty."""
    sizes = {part: len(getattr(report, part, ())) for part in _COUNTED if part not in without}
    return [_(_COUNTED[part]).format(count=f"{size:,}") for part, size in sizes.items() if size]


def without_file(report: AddReport) -> str:
    """How many items of Zotero have no file here, on one line; "" if there are none."""
    count = report.from_abstract + report.without_text
    told = _("items of Zotero without a file here: {count}; of {abstracts} the abstract was taken")
    return told.format(count=f"{count:,}", abstracts=f"{report.from_abstract:,}") if count else ""
