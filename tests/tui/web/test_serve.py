"""`qa serve`, as a browser meets it."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError, web
from aiohttp.test_utils import make_mocked_request

from index.errors import UsageError
from qa.settings import Settings
from tui.web.serve import _WEB, PageServer, app_command, serve

#: A folder that is not there, and would do harm in a shell that read it.
NO_LIBRARY = "no such 'library'; echo $HOME"
#: What may stand between two characters of one text on the screen: moves, colours, space, frames.
BETWEEN = re.compile(r"\x1b\[[^a-zA-Z]*[a-zA-Z]|[\s\u2500-\u25ff]")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a free port, started in a folder that has a tui.py of its own."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "tui.py").write_text("raise SystemExit('not this one')")
    server = subprocess.Popen(
        [
            sys.executable,
            "-P",
            "-m",
            "tui",
            "serve",
            "--port",
            "0",
            "--library",
            "no such 'library'; echo $HOME",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    told = server.stderr.readline()
    try:
        yield re.search(r"http://127\.0\.0\.1:\d+", told)[0]  # type: ignore[index]
    finally:
        server.send_signal(signal.SIGINT)
        output, complaints = server.communicate(timeout=60)
        assert (server.returncode, output, complaints) == (0, "", "")


@pytest.fixture
async def browser(address: str) -> AsyncIterator[ClientSession]:
    async with ClientSession(address) as session:
        yield session


async def test_the_page_takes_everything_from_here(browser: ClientSession) -> None:
    async with browser.get("/") as reply:
        page = await reply.text()
        assert reply.status == 200
        assert "default-src 'self'" in reply.headers["Content-Security-Policy"]
    assert "<title>引句 Yinju</title>" in page
    own = [(_WEB / "static" / name).read_text(encoding="utf-8") for name in ("page.css", "page.js")]
    parts = re.findall(r'(?:href|src)="([^"]+)"', page) + re.findall(r'"(/[a-z]+/[^"]+)"', "".join(own))
    assert {"/page/page.js", "/static/js/textual.js"} <= set(parts)
    for part in parts:
        async with browser.get(part) as reply:
            assert reply.status == 200, part
            text = await reply.text() if reply.content_type.startswith("text/") else ""
        assert not re.search(r"url\(.{0,2}(https?:)?//|@import|src=.{0,2}https?:", text), part
    assert not re.search(r"https?:", page + "".join(own).replace('"https:"', ""))


async def test_the_app_paints_in_an_open_page(browser: ClientSession, address: str) -> None:
    url, headers = "/ws?width=200&height=24", {"Origin": address}
    async with asyncio.timeout(60), browser.ws_connect(url, headers=headers) as socket:
        painted = ""
        while not ("引句" in painted and "".join(NO_LIBRARY.split()) in BETWEEN.sub("", painted)):
            message = await socket.receive()
            assert message.type is WSMsgType.BINARY
            painted += message.data.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}]
)
async def test_pages_from_elsewhere_are_refused(browser: ClientSession, headers: dict[str, str]) -> None:
    async with browser.get("/", headers=headers) as reply:
        assert reply.status == 403
    with pytest.raises(WSServerHandshakeError, match="403"):
        await browser.ws_connect("/ws", headers=headers)


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET / HTTP/1.1\r\nHost: [\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://[\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n",
        b"GET /\x1b[31m HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"GET /page/%2e%2e/%2e%2e/app.py HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"\x00\xff\x1b[31m\r\n",
    ],
)
async def test_what_is_no_request_is_refused_without_a_word(address: str, request_line: bytes) -> None:
    """That nothing is said to the terminal shows when the server ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    writer.write(request_line + b"Connection: close\r\n\r\n")
    assert re.match(rb"HTTP/1.[01] 40[034] |$", await reader.read())
    writer.close()


@pytest.mark.parametrize(
    ("alone", "name", "answered"),
    [
        *((True, name, True) for name in ("127.0.0.1", "localhost", "LOCALHOST:8012", "[::1]:8012")),
        *((True, name, False) for name in ("192.0.2.7", "evil.example", "localhost.evil.example", "")),
        *(
            (False, name, True)
            for name in ("192.0.2.7:8012", "[2001:db8::1]", socket.gethostname(), "localhost")
        ),
        *((False, name, False) for name in ("evil.example", "192.0.2.7.evil.example", "")),
    ],
)
async def test_it_answers_to_no_name_that_a_page_on_the_web_may_have(
    alone: bool, name: str, answered: bool
) -> None:
    server = PageServer("true", "127.0.0.1" if alone else "0.0.0.0", 8012, alone=alone)
    request = make_mocked_request("GET", "/", headers={"Host": name, "Origin": f"http://{name}"})

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response()

    if answered:
        assert (await server._guard(request, handler)).status == 200
    else:
        with pytest.raises(web.HTTPForbidden):
            await server._guard(request, handler)


def test_the_command_is_this_interpreter_whatever_the_library_is_called() -> None:
    library = Path("/tmp/it's; $HOME `x`\n文章")
    parts = shlex.split(app_command(Settings(library=library)))
    assert parts == ["exec", sys.executable, "-P", "-m", "tui", "--library", str(library)]
    assert "--library" not in app_command(Settings())


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [("127.0.0.1", None, "is in use"), ("192.0.2.1", 0, "cannot listen"), ("a.invalid", 0, "cannot listen")],
)
def test_an_address_that_cannot_be_had_is_one_clear_error(host: str, port: int | None, message: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = taken.getsockname()[1] if port is None else port
        with pytest.raises(UsageError, match=message):
            serve(Settings(), host, wanted, print)


def test_an_address_open_to_others_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.web.serve.web.run_app", lambda app, **_: app.close())
    said: dict[str, list[str]] = {"127.0.0.1": [], "0.0.0.0": [], "::1": []}
    for host, lines in said.items():
        serve(Settings(), host, 0, lines.append)
    assert [len(lines) for lines in said.values()] == [1, 2, 1]
    assert said["0.0.0.0"][0].startswith("warning: whoever reaches this port can read and change your")
    assert said["::1"][0].startswith("引句 Yinju is at http://[::1]:")
