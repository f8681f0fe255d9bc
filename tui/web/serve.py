"""`qa serve`: the app in a browser, through textual-serve, which starts one app process an open page.

Browsers let any page on the web open a websocket to this machine. So requests are answered only where they
come from the page served here and ask for this machine by its address or one of its own names; otherwise a
page on the web, by itself or by a name that it points at this address, could read the articles.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shlex
import socket
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler
from textual_serve.server import Server

from index.errors import UsageError
from qa.settings import Settings

_WEB = Path(__file__).parent
#: Nothing comes from elsewhere; xterm.js, which draws the terminal, sets styles inline.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_OPEN_TO_OTHERS = (
    "warning: whoever reaches this port can read and change your articles and make this program read files "
    "as you"
)


def serve(settings: Settings, host: str, port: int, tell: Callable[[str], None]) -> None:
    """Serve until interrupted; ``port`` 0 takes a free one. UsageError: the address cannot be had."""
    with _listener(host, port) as listener:
        address, port = listener.getsockname()[:2]
        alone = ip_address(address).is_loopback
        os.environ.pop("COLORFGBG", None)  # says what the terminal looks like, not the browser
        server = PageServer(app_command(settings), host, port, alone=alone)
        if not alone:
            tell(_OPEN_TO_OTHERS)
        tell(f"引句 Yinju is at {server.public_url} until you press Ctrl+C")
        _quiet(tell)
        web.run_app(server.make_app(), sock=listener, print=None, access_log=None, shutdown_timeout=1)


def app_command(settings: Settings) -> str:
    """The shell command that runs the app as this process would, whatever the folder holds."""
    library = ["--library", str(settings.library)] if settings.library else []
    # -P: a file tui.py in the current folder is not what is meant.
    return "exec " + shlex.join([sys.executable, "-P", "-m", "tui", *library])


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise UsageError(
                "port {port} is in use", "--port names another, 0 takes a free one", port=port
            ) from error
        why = "not permitted" if isinstance(error, PermissionError) else "not an address of this machine"
        raise UsageError(
            "cannot listen on {host} port {port}: {why}", host=host, port=port, why=why
        ) from error


def _quiet(tell: Callable[[str], None]) -> None:
    """A request that is none goes unsaid, and what fails is told in one line: logs quote what was sent."""

    class OneLine(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            if not isinstance(error, HttpProcessingError | web.HTTPException):
                tell(f"a page failed: {type(error).__name__ if error else record.getMessage()}")

    for name in ("aiohttp", "textual-serve"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [OneLine(logging.WARNING)], False


class PageServer(Server):
    """``alone``: only this machine reaches it."""

    def __init__(self, command: str, host: str, port: int, *, alone: bool) -> None:
        name = f"[{host}]" if ":" in host else host
        super().__init__(
            command, host, port, "引句 Yinju", public_url=f"http://{name}:{port}", templates_path=_WEB
        )
        own = socket.gethostname().lower()
        self._names = {host.lower(), "localhost"} | (
            set() if alone else {own, f"{own}.local", socket.getfqdn()}
        )
        self._alone = alone
        self._pages: set[asyncio.Task[object]] = set()

    async def make_app(self) -> web.Application:
        app = await self._make_app()
        app.router.add_static("/page", _WEB / "static")
        app.middlewares.append(self._guard)
        app.on_response_prepare.append(_forbid_elsewhere)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Nothing to say; `serve` says where it is."""

    async def on_shutdown(self, app: web.Application) -> None:
        """End the app of each open page; the server would wait for them."""
        for page in self._pages:
            page.cancel()
        await asyncio.gather(*self._pages, return_exceptions=True)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        page = asyncio.current_task()
        assert page is not None
        self._pages.add(page)
        try:
            return await super().handle_websocket(request)
        finally:
            self._pages.discard(page)

    def _is_address(self, name: str) -> bool:
        """Whether the name is an address, on loopback one of those: no page on the web has such a name."""
        try:
            return ip_address(name).is_loopback or not self._alone
        except ValueError:
            return False

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            origin, name = request.headers.get("Origin"), urlsplit(f"//{request.host}").hostname or ""
            elsewhere = origin is not None and urlsplit(origin).netloc != request.host
        except ValueError:
            raise web.HTTPBadRequest(text="This is no address.") from None
        if elsewhere:
            raise web.HTTPForbidden(text="This request comes from another page.")
        if name not in self._names and not self._is_address(name):
            raise web.HTTPForbidden(text="This machine is asked for by a name that is not its own.")
        return await handler(request)


async def _forbid_elsewhere(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
