from __future__ import annotations

from index.types import SyncReport
from tui.rendering import reports


def test_items_of_zotero_without_a_file_are_told() -> None:
    report = SyncReport(unchanged=["a"], from_abstract=1, without_text=2)
    assert list(reports.lines(report)) == [
        "1 unchanged",
        "items of Zotero without a file here: 3; of 1 the abstract was taken",
    ]
    assert list(reports.lines(SyncReport(unchanged=["a"]))) == ["1 unchanged"]
