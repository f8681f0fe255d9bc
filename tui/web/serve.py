"""`qa serve`: the app in a browser, one app process an open page.

textual-serve gives the terminal that runs in the browser. The server is our own: see `tui.web.access` for who
is let in, `tui.web.pages` for what a page may do.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

import textual_serve
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from qa.i18n import N_, _
from qa.listening import listen
from qa.settings import Settings
from tui.web.access import Access
from tui.web.pages import MAX_MESSAGE, Page, terminal_size
from tui.web.uploads import receive

_WEB = Path(__file__).parent
#: Nothing comes from elsewhere; xterm.js, which draws the terminal, sets styles inline.
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_OPEN_TO_OTHERS = N_(
    "warning: whoever has this address and reaches this machine can read and change the library, and the "
    "traffic is not encrypted"
)
_FILES_OPEN_TO_OTHERS = N_(
    "warning: whoever has this address and reaches this machine can read and change the library and your "
    "files, and the traffic is not encrypted"
)
#: Seconds that a page waits for another to end, which it may be the reload of.
_RELOAD_SECONDS = 5.0


def serve(
    settings: Settings, host: str, port: int, tell: Callable[[str], None], *, pages: int, files: bool
) -> None:
    """Serve until interrupted; ``port`` 0 takes a free one. UsageError: the address cannot be had.

    ``pages`` may be open at a time. With ``files``, dialogues take paths of this machine.
    """
    with listen(host, port) as listener:
        address, port = listener.getsockname()[:2]
        alone = ip_address(address).is_loopback
        access = Access(host, port, alone=alone)
        server = PageServer(app_command(settings), access, tell, most=pages, takes_paths=files)
        if not alone:
            tell(_(_FILES_OPEN_TO_OTHERS if files else _OPEN_TO_OTHERS))
        tell(_("引句 Yinju is at {address} until you press Ctrl+C").format(address=access.address))
        _quiet(tell)
        web.run_app(server.app(), sock=listener, print=None, access_log=None, shutdown_timeout=1)


def app_command(settings: Settings) -> list[str]:
    """The command that runs the app as this process would, whatever the current folder holds."""
    library = ["--library", str(settings.library)] if settings.library else []
    # -P: a file tui.py in the current folder is not what is meant.
    return [sys.executable, "-P", "-m", "tui", *library]


def _quiet(tell: Callable[[str], None]) -> None:
    """A request that is none goes unsaid, and what fails is told in one line: logs quote what was sent."""

    class OneLine(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            if not isinstance(error, HttpProcessingError | web.HTTPException):
                reason = type(error).__name__ if error else record.getMessage()
                tell(_("a page failed: {reason}").format(reason=reason))

    for name in ("aiohttp", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [OneLine(logging.WARNING)], False


class PageServer:
    """Serves up to ``most`` pages, each with an app that ``command`` runs."""

    def __init__(
        self,
        command: list[str],
        access: Access,
        tell: Callable[[str], None],
        *,
        most: int,
        takes_paths: bool = False,
    ) -> None:
        self._command, self._access, self._tell = command, access, tell
        self._most, self._takes_paths = most, takes_paths
        #: Pages whose apps run, by what they are called in addresses.
        self._pages: dict[str, Page] = {}
        self._serving: set[asyncio.Task[object]] = set()
        terminal = Path(textual_serve.__file__).parent / "static"
        #: All files that are served, by their paths in addresses: no other can be asked for.
        place = access.place
        self._files = _files(f"{place}static", terminal) | _files(f"{place}page", _WEB / "static")

    def app(self) -> web.Application:
        app, place = web.Application(middlewares=[self._access.guard]), self._access.place
        app.add_routes(
            [
                web.get(place, self._index),
                web.get(f"{place}ws", self._socket),
                web.get(place + "ws/{page}", self._socket),
                web.post(place + "upload/{page}", self._upload),
                web.get(place + "download/{key}", self._download),
                *(web.get(path, self._file) for path in self._files),
            ]
        )
        app.on_response_prepare.append(_add_headers)
        app.on_shutdown.append(self._end_pages)
        return app

    async def _index(self, request: web.Request) -> web.Response:
        if not await self._has_room():
            raise web.HTTPServiceUnavailable(text=self._full)
        page = (_WEB / "page.html").read_text(encoding="utf-8")
        return web.Response(
            text=page.replace("{{ page }}", secrets.token_urlsafe(16)), content_type="text/html"
        )

    @property
    def _full(self) -> str:
        return (
            f"{self._most} pages are open, as many as there may be: close one and reload, or start qa serve "
            f"with a larger --pages. · 已打开 {self._most} 个页面，到了上限："
            "请关掉一个再刷新，或用更大的 --pages 启动。"
        )

    async def _has_room(self) -> bool:
        """Whether another page may be opened. A page that is reloaded ends a moment after it is asked for."""
        for _try in range(int(_RELOAD_SECONDS / 0.1)):
            if len(self._pages) < self._most:
                return True
            await asyncio.sleep(0.1)
        return False

    async def _file(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(self._files[request.path])

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        name = request.match_info.get("page") or secrets.token_urlsafe(16)
        if name in self._pages:
            raise web.HTTPConflict(text="This page is open already.")
        has_room = await self._has_room()
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=MAX_MESSAGE)
        page = Page(self._command, socket, self._tell, takes_paths=self._takes_paths)
        serving = asyncio.current_task()
        if not has_room or serving is None:
            await socket.prepare(request)
            await socket.close(code=1013, message=b"too many pages are open")
            return socket
        self._pages[name] = page
        self._serving.add(serving)
        try:
            await socket.prepare(request)
            await page.run(*terminal_size(*_wanted_size(request)))
        finally:
            self._serving.discard(serving)
            del self._pages[name]
        return socket

    async def _upload(self, request: web.Request) -> web.Response:
        page = self._pages.get(request.match_info["page"])
        if page is None:
            raise web.HTTPNotFound(text="This page is closed.")
        files = await receive(request, page.new_folder)
        await page.tell_app("uploaded", paths=list(map(str, files)))
        return web.Response(status=204)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        page = next((page for page in self._pages.values() if key in page.downloads), None)
        if page is None:
            raise web.HTTPNotFound(text="This is offered no longer.")
        offered = page.downloads[key]
        response = web.StreamResponse()
        response.content_type = offered.mime_type
        # Never shown here: a page of articles is no page of this server.
        response.headers["Content-Disposition"] = (
            f"attachment; filename*=UTF-8''{quote(offered.name, safe='')}"
        )
        await response.prepare(request)
        async for part in page.parts(key):
            await response.write(part)
        return response

    async def _end_pages(self, _app: web.Application) -> None:
        """End the app of each open page; the server would wait for them."""
        for serving in self._serving:
            serving.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)


def _files(address: str, folder: Path) -> dict[str, Path]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {f"{address}/{path.relative_to(folder).as_posix()}": path for path in paths}


def _wanted_size(request: web.Request) -> tuple[int, int]:
    """What the browser has room for; 80 × 24 where it does not say so in plain figures."""
    width, height = (request.query.get(name, "") for name in ("width", "height"))
    figures = re.compile(r"[0-9]{1,9}")
    return (
        int(width) if figures.fullmatch(width) else 80,
        int(height) if figures.fullmatch(height) else 24,
    )


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
