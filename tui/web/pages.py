"""One open page: its app, in a process of its own, and the websocket between the two.

The protocol is Textual's: `textual.drivers.web_driver` speaks it in the app, textual.js of textual-serve in
the browser. What comes from the browser is checked, and what the app may use is bounded.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import struct
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, cast

import msgspec
from aiohttp import WSMsgType, web
from textual_serve._binary_encode import load as unpack

from index.text.display import one_line

#: Cells that a terminal has at least and at most.
WIDTHS, HEIGHTS = (10, 500), (5, 200)
#: Bytes of one message from the browser, which may be a paste.
MAX_MESSAGE = 4 << 20
#: Bytes of data that the app of one page may have (RLIMIT_DATA).
MEMORY = 4 << 30
#: Seconds that an app has to end by itself.
_END_SECONDS = 5.0
#: Seconds in which an app has to give the next part of a download, and bytes of one.
_PART_SECONDS, _PART = 10.0, 1 << 16
#: What the app prints before its first packet.
_BEGIN = b"__GANGLION__\n"
#: What Python, C++ and Rust say where memory ends.
_NO_MEMORY = re.compile(rb"MemoryError|bad_alloc|memory allocation of")
#: Bytes of the app's complaints that are kept.
_COMPLAINTS = 4096
#: What is raised for JSON that is broken or nested without end, or that is none of the messages.
_NO_MESSAGE = (ValueError, RecursionError, OverflowError, msgspec.MsgspecError)
#: In the environment of an app: "1" if its dialogues take paths of this machine.
TAKES_PATHS = "YINJU_TAKES_PATHS"


class _Size(msgspec.Struct):
    width: int
    height: int


class _Stdin(msgspec.Struct, array_like=True, tag="stdin"):
    text: str


class _Resize(msgspec.Struct, array_like=True, tag="resize"):
    size: _Size


class _Ping(msgspec.Struct, array_like=True, tag="ping"):
    sent: Annotated[str, msgspec.Meta(max_length=64)]


class _Blur(msgspec.Struct, array_like=True, tag="blur"):
    pass


class _Focus(msgspec.Struct, array_like=True, tag="focus"):
    pass


_Message = _Stdin | _Resize | _Ping | _Blur | _Focus


@dataclass
class Download:
    """A file that the app offers once.

    ``parts`` arrive as they are asked for, an empty one at the end, None where the app is gone.
    """

    name: str
    mime_type: str
    parts: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)


def terminal_size(width: int, height: int) -> tuple[int, int]:
    """The size that is nearest to the wanted one and sane."""
    return min(max(width, WIDTHS[0]), WIDTHS[1]), min(max(height, HEIGHTS[0]), HEIGHTS[1])


class Page:
    """``command`` runs the app; ``tell`` is told in a line what goes wrong. See `TAKES_PATHS`."""

    def __init__(
        self,
        command: Sequence[str],
        socket: web.WebSocketResponse,
        tell: Callable[[str], None],
        *,
        takes_paths: bool,
    ) -> None:
        self._command, self._socket, self._tell = command, socket, tell
        self._environment = os.environ | {
            "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
            "TEXTUAL_FPS": "60",
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "TERM_PROGRAM": "textual",
            TAKES_PATHS: "1" if takes_paths else "",
        }
        self._environment.pop("COLORFGBG", None)  # says what the terminal looks like, not the browser
        self._process: asyncio.subprocess.Process
        self._app_ended = False
        self._complaints = b""
        self._folder: Path | None = None
        self.downloads: dict[str, Download] = {}

    async def run(self, width: int, height: int) -> None:
        """Runs the app until the page is closed, or the app ends; then neither goes on."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment | {"COLUMNS": str(width), "ROWS": str(height)},
            start_new_session=True,  # Ctrl+C is the server's, which ends its pages
        )
        _bound_memory(self._process.pid)
        reading = [asyncio.create_task(self._read_app()), asyncio.create_task(self._read_complaints())]
        try:
            async for message in self._socket:
                await self._from_browser(message.data if message.type is WSMsgType.TEXT else "")
        except _NO_MESSAGE:
            self._tell("a page sent a message that is none, and was closed")
            await self._socket.close(code=1002, message=b"not a message")
        finally:
            by_itself = self._app_ended
            await self._end(reading)
            if by_itself and (self._process.returncode or b"Error" in self._complaints):
                self._tell(f"the app of a page ended: {self._why()}")

    def _why(self) -> str:
        if _NO_MEMORY.search(self._complaints):
            return f"it needed more than {MEMORY >> 30} GiB of memory"
        lines = self._complaints.decode("utf-8", "replace").strip().splitlines()
        return one_line(lines[-1])[:200] if lines else f"exit status {self._process.returncode}"

    async def _end(self, reading: Sequence[asyncio.Task[None]]) -> None:
        """Ends the app: it sees that its input is at an end, and is killed if that does not help."""
        for download in self.downloads.values():
            download.parts.put_nowait(None)
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _END_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await asyncio.wait(reading, timeout=0.5)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    # From the browser

    async def _from_browser(self, data: str) -> None:
        """Raises one of `_NO_MESSAGE` if it is none of the messages."""
        message: _Message = msgspec.convert(json.loads(data), _Message)
        match message:
            case _Stdin(text=text):
                await self._send(b"D", text.encode("utf-8", "replace"))
            case _Resize(size=size):
                width, height = terminal_size(size.width, size.height)
                await self.tell_app("resize", width=width, height=height)
            case _Ping(sent=sent):
                await self._to_browser("pong", sent)
            case _Blur():
                await self.tell_app("blur")
            case _Focus():
                await self.tell_app("focus")

    async def tell_app(self, kind: str, **facts: Any) -> None:
        await self._send(b"M", json.dumps({"type": kind, **facts}).encode())

    async def _send(self, kind: bytes, payload: bytes) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        with suppress(ConnectionError, RuntimeError):  # the app is gone
            pipe.write(struct.pack(">cI", kind, len(payload)) + payload)
            await pipe.drain()

    def new_folder(self) -> Path:
        """A private folder for an uploaded file. It lasts no longer than the page."""
        self._folder = self._folder or Path(tempfile.mkdtemp(prefix="yinju-"))
        return Path(tempfile.mkdtemp(dir=self._folder))

    # From the app

    async def _read_app(self) -> None:
        output = self._process.stdout
        assert output is not None
        try:
            while await output.readline() != _BEGIN and not output.at_eof():
                pass
            while True:
                kind, size = struct.unpack(">cI", await output.readexactly(5))
                await self._from_app(kind, await output.readexactly(size))
        except asyncio.IncompleteReadError:
            self._app_ended = True
            await self._socket.close()

    async def _from_app(self, kind: bytes, payload: bytes) -> None:
        if kind == b"D":
            with suppress(ConnectionError):  # the page is closed
                await self._socket.send_bytes(payload)
        elif kind == b"P":
            _kind, key, part = cast(tuple[str, str, bytes | str], unpack(payload))
            if key in self.downloads:
                self.downloads[key].parts.put_nowait(part.encode() if isinstance(part, str) else part)
        elif kind == b"M":
            facts = json.loads(payload)
            if facts["type"] == "exit":
                self._app_ended = True
                await self._socket.close()
            elif facts["type"] == "open_url":
                await self._to_browser("open_url", {"url": facts["url"], "new_tab": facts["new_tab"]})
            elif facts["type"] == "deliver_file_start":
                self.downloads[facts["key"]] = Download(Path(facts["path"]).name, facts["mime_type"])
                await self._to_browser("deliver_file_start", facts["key"])

    async def _to_browser(self, kind: str, facts: object) -> None:
        with suppress(ConnectionError):
            await self._socket.send_json([kind, facts])

    async def _read_complaints(self) -> None:
        errors = self._process.stderr
        assert errors is not None
        while data := await errors.read(_COMPLAINTS):
            self._complaints = (self._complaints + data)[-_COMPLAINTS:]

    # Downloads

    async def parts(self, key: str) -> AsyncIterator[bytes]:
        """The parts of a download, which is offered once.

        ConnectionError, TimeoutError: the app gives no more, though there is more.
        """
        download = self.downloads[key]
        try:
            while True:
                await self.tell_app("deliver_chunk_request", key=key, size=_PART)
                part = await asyncio.wait_for(download.parts.get(), _PART_SECONDS)
                if part is None:
                    raise ConnectionResetError("the page was closed")
                if not part:
                    return
                yield part
        finally:
            self.downloads.pop(key, None)


def _bound_memory(pid: int) -> None:
    if sys.platform == "linux":
        import resource

        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_DATA, (MEMORY, MEMORY))
