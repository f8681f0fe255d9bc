"""Which requests to `qa serve` are let through."""

from __future__ import annotations

import socket

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from tui.web.access import Access


async def answered(access: Access, host: str, **headers: str) -> int:
    token = access.address.partition("token=")[2]
    cookie = f"yinju-{access.place.strip('/')}={token}"
    headers = {"Host": host, "Origin": f"http://{host}", "Cookie": cookie} | headers
    request = make_mocked_request("GET", access.place, headers=headers)

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response()

    try:
        return (await access.guard(request, handler)).status
    except web.HTTPException as refusal:
        return refusal.status


@pytest.mark.parametrize(
    ("alone", "name", "status"),
    [
        *((True, name, 200) for name in ("127.0.0.1", "localhost", "LOCALHOST:8012", "[::1]:8012")),
        *((True, name, 403) for name in ("192.0.2.7", "evil.example", "localhost.evil.example", "")),
        *(
            (False, name, 200)
            for name in ("192.0.2.7:8012", "[2001:db8::1]", socket.gethostname(), "localhost")
        ),
        *((False, name, 403) for name in ("evil.example", "192.0.2.7.evil.example", "")),
    ],
)
async def test_it_answers_to_no_name_that_a_page_on_the_web_may_have(
    alone: bool, name: str, status: int
) -> None:
    access = Access("127.0.0.1" if alone else "0.0.0.0", 8012, alone=alone)
    assert await answered(access, name) == status


async def test_the_token_of_another_port_does_not_let_in() -> None:
    access, other = Access("127.0.0.1", 8012, alone=True), Access("127.0.0.1", 8013, alone=True)
    token = other.address.partition("token=")[2]
    own, others = (f"yinju-{each.place.strip('/')}" for each in (access, other))
    for cookie in (f"{others}={token}", f"{own}={token}", f"{own}=é{token}", f"{own}=", f"yinju={token}"):
        assert await answered(access, "127.0.0.1", Cookie=cookie) == 403
