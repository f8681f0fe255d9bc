"""Who may use the served page: whoever has the token of this start, by a page that was served here.

Other accounts of the machine reach its ports, and browsers let any page on the web open a websocket to them.
So each request needs the token, must come from a page served here, and must ask for this machine by its
address or one of its own names. Otherwise a page on the web, by itself or by a name that it points at this
address, could read the articles.

The browser keeps the token as a cookie. Cookies belong to a host and not to a port, and SameSite does not
tell ports apart either: a page of another account, on a port of its own, would be sent them. So the cookie
is for a folder of addresses alone whose name nobody else knows.
"""

from __future__ import annotations

import hmac
import secrets
import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

_HOW_TO_GET_IN = (
    "Open the whole address that qa serve printed: it carries the token that lets you in. "
    "· 请打开 qa serve 打印的完整网址，其中带有口令。"
)


class Access:
    """Lets requests through that may be answered. ``alone``: only this machine reaches the port."""

    def __init__(self, host: str, port: int, *, alone: bool) -> None:
        name = f"[{host}]" if ":" in host else host
        self._token = secrets.token_urlsafe(32)
        #: What the owner opens, and the folder of addresses that everything else is in.
        self.address = f"http://{name}:{port}/?token={self._token}"
        self.place = f"/{secrets.token_urlsafe(16)}/"
        self._cookie = f"yinju-{self.place.strip('/')}"
        self._alone = alone
        own = socket.gethostname().lower()
        self._names = {host.lower(), "localhost"} | (
            set() if alone else {own, f"{own}.local", socket.getfqdn()}
        )

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._refuse_elsewhere(request)
        if request.path == "/" and self._is_token(request.query.get("token", "")):
            others = request.rel_url.without_query_params("token").query
            inside = web.HTTPSeeOther(URL(self.place).with_query(others))
            inside.set_cookie(self._cookie, self._token, httponly=True, samesite="Strict", path=self.place)
            raise inside
        if not self._is_token(request.cookies.get(self._cookie, "")):
            raise web.HTTPForbidden(text=_HOW_TO_GET_IN)
        return await handler(request)

    def _is_token(self, given: str) -> bool:
        """Compares in a time that tells nothing about the token."""
        return hmac.compare_digest(given.encode("utf-8", "backslashreplace"), self._token.encode())

    def _refuse_elsewhere(self, request: web.Request) -> None:
        try:
            origin, name = request.headers.get("Origin"), urlsplit(f"//{request.host}").hostname or ""
            elsewhere = origin is not None and urlsplit(origin).netloc != request.host
        except ValueError:
            raise web.HTTPBadRequest(text="This is no address.") from None
        if elsewhere:
            raise web.HTTPForbidden(text="This request comes from another page.")
        if name not in self._names and not self._is_address(name):
            raise web.HTTPForbidden(text="This machine is asked for by a name that is not its own.")

    def _is_address(self, name: str) -> bool:
        """Whether the name is an address, on loopback one of those: no page on the web has such a name."""
        try:
            return ip_address(name).is_loopback or not self._alone
        except ValueError:
            return False
