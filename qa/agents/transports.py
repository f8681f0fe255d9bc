"""How agents reach the server: over standard input and output, or over HTTP on this machine."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
import signal
from collections.abc import Callable

import uvicorn
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.agents.library_threads import LibraryThreads
from qa.i18n import _
from qa.listening import listen

_HOST = "127.0.0.1"
#: Seconds that open connections have to end once the server is told to stop.
_GRACE_SECONDS = 1


def serve_stdio(server: Server[LibraryThreads]) -> None:
    """Serve until standard input ends."""
    # A thread waits for standard input. With Python's own handler Ctrl+C would wait for the thread.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    async def run() -> None:
        async with stdio_server() as (received, sent):
            await server.run(received, sent, server.create_initialization_options())

    try:
        asyncio.run(run())
    except* BrokenPipeError:
        pass  # the agent has gone without a word


def serve_http(server: Server[LibraryThreads], port: int, tell: Callable[[str], None]) -> None:
    """Serve on this machine until interrupted; ``port`` 0 takes a free one. UsageError: it is in use.

    ``tell`` is told the address and the token, which is new each time.
    """
    with listen(_HOST, port) as listener:
        port = listener.getsockname()[1]
        names = [f"{name}:{port}" for name in (_HOST, "localhost")]
        token = secrets.token_urlsafe(32)
        app = server.streamable_http_app(
            transport_security=TransportSecuritySettings(
                allowed_hosts=names, allowed_origins=[f"http://{name}" for name in names]
            )
        )
        config = uvicorn.Config(
            _TokenRequired(app, token),
            http="h11",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        tell(_("MCP is at {address} until you press Ctrl+C").format(address=f"http://{names[0]}/mcp"))
        tell(
            _("each request needs this header, new at each start: {header}").format(
                header=f"Authorization: Bearer {token}"
            )
        )
        # At the end it calls the streams unfinished that agents keep open.
        logging.getLogger("uvicorn.error").addFilter(lambda record: "without completing" not in record.msg)
        asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


class _TokenRequired:
    """Lets requests through that carry the token. The server behind it checks where they come from."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._expected = app, f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = Headers(scope=scope).get("authorization", "").encode("latin-1")
            # It takes as long for any wrong token.
            if not hmac.compare_digest(given, self._expected):
                refusal = PlainTextResponse(
                    "The header Authorization lacks the token that qa mcp printed.",
                    401,
                    {"WWW-Authenticate": "Bearer"},
                )
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
