"""What a page of the browser may send, and what it is called."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from unittest.mock import AsyncMock

import pytest

from tui.web.pages import _NO_MESSAGE, Page, terminal_size
from tui.web.uploads import safe_name


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    """A page whose app takes note of what it is sent."""
    page = Page(["true"], AsyncMock(), print, takes_paths=False)
    monkeypatch.setattr(page, "_send", AsyncMock())
    return page


def sent(page: Page) -> list[tuple[bytes, object]]:
    calls = page._send.call_args_list  # type: ignore[attr-defined]
    return [(kind, json.loads(data) if kind == b"M" else data) for (kind, data), _ in calls]


@pytest.mark.parametrize(
    "message",
    [
        *("", "{}", "[]", "null", "[1]", '["none"]', '["stdin"]', '["stdin", 1]', '["resize", null]'),
        *(
            '["resize", {"width": "9", "height": 9}]',
            '["resize", {"width": 9}]',
            '["resize", {"width": 1e999, "height": 9}]',
            '["resize", {"width": NaN, "height": 9}]',
            '["resize", {"width": 8.5, "height": 9}]',
            '["resize", {"width": 1' + "0" * 5000 + ', "height": 9}]',
        ),
        *('["ping", {}]', f'["ping", "{"9" * 65}"]', "[" * 100_000, '["resize", {"x": ' + "[" * 100_000),
    ],
    ids=lambda message: message[:20],
)
async def test_what_is_no_message_is_refused(page: Page, message: str) -> None:
    with pytest.raises(_NO_MESSAGE):
        await page._from_browser(message)
    assert not sent(page)


async def test_messages_go_to_the_app(page: Page) -> None:
    for message in (
        ["stdin", "谁?\ud83d"],
        ["resize", {"width": 120, "height": 40}],
        ["resize", {"width": 100_000, "height": 10**30}],
        ["resize", {"width": -5, "height": 0}],
        ["blur"],
        ["focus", "and more"],
    ):
        await page._from_browser(json.dumps(message))
    kinds = [("resize", 120, 40), ("resize", 500, 200), ("resize", 10, 5), ("blur",), ("focus",)]
    assert sent(page)[0][0] == b"D" and sent(page)[0][1].decode().startswith("谁?")  # type: ignore[attr-defined]
    assert [tuple(facts.values()) for _, facts in sent(page)[1:]] == kinds  # type: ignore[attr-defined]


def test_a_terminal_has_a_sane_size() -> None:
    assert terminal_size(80, 24) == (80, 24)
    assert terminal_size(-1, 10**9) == (10, 200)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("湖.txt", "湖.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\users\\a b.PDF", "a b.PDF"),
        (".bashrc", "bashrc"),
        ("..", "article"),
        ("a/", "article"),
        ("\0\x1b[31ma\n.md", None),
        ("x" * 300 + ".docx", "x" * 195 + ".docx"),
        ("湖" * 300 + ".txt", "湖" * 65 + ".txt"),
        ("a." + "b" * 300, "a"),
        ("\udcff.txt", "txt"),
    ],
)
def test_an_uploaded_file_has_a_name_that_is_safe(name: str, safe: str | None) -> None:
    found = safe_name(name)
    assert safe is None or found == safe
    assert Path(found).name == found and found.isprintable() and len(found.encode()) <= 200


@pytest.mark.parametrize(
    ("complaint", "status", "told"),
    [
        ("Traceback\\nsecret local\\nerror: no settings\\n", 2, "error: no settings"),
        ("secret local\\nMemoryError\\nand more", 0, "it needed more than 4 GiB of memory"),
        ("", 7, "exit status 7"),
        ("a warning", 0, None),
    ],
)
async def test_an_app_that_ends_by_itself_is_told_of_in_a_line(
    complaint: str, status: int, told: str | None
) -> None:
    class Socket:
        """Closes when the app ends."""

        def __init__(self) -> None:
            self.closed = asyncio.Event()

        async def close(self) -> None:
            self.closed.set()

        def __aiter__(self) -> Socket:
            return self

        async def __anext__(self) -> object:
            await self.closed.wait()
            raise StopAsyncIteration

    lines: list[str] = []
    command = ["sh", "-c", f"printf '{complaint}' >&2; exit {status}"]
    page = Page(command, Socket(), lines.append, takes_paths=False)  # type: ignore[arg-type]
    await page.run(80, 24)
    assert lines == ([f"the app of a page ended: {told}"] if told else [])
