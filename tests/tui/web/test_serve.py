"""`qa serve`, as a browser meets it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from aiohttp import (
    ClientSession,
    ClientWebSocketResponse,
    CookieJar,
    FormData,
    WSMsgType,
    WSServerHandshakeError,
)
from yarl import URL

from index.errors import UsageError
from qa.settings import Settings
from tui.web.serve import _WEB, app_command, serve

#: A folder that is not there, and would do harm in a shell that read it.
NO_LIBRARY = "no such 'library'; echo $HOME"
#: What may stand between two characters of one text on the screen: moves, colours, space, frames.
BETWEEN = re.compile(r"\x1b\[[^a-zA-Z]*[a-zA-Z]|[\s\u2500-\u25ff]")
ROOT = Path(__file__).parents[3]
#: Of the server under test.
PAGES = 3


@dataclass
class Started:
    """A server: its address without the token, the token, its process, and where its pages are."""

    address: str
    token: str
    process: subprocess.Popen[str]
    place: str = ""

    def apps(self) -> list[int]:
        """The processes of its open pages."""
        pid = self.process.pid
        return [int(app) for app in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def browser(self) -> ClientSession:
        """Asks for addresses beside the page; those that begin with a slash are elsewhere."""
        jar = CookieJar(unsafe=True)  # cookies of addresses, too
        return ClientSession(self.address + self.place, cookie_jar=jar)


def place_of(address: str, token: str) -> str:
    """Where the printed address leads."""
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=60)) as connection:
        connection.request("GET", f"/?token={token}")
        return connection.getresponse().headers["Location"]


@contextmanager
def started(folder: Path, *options: str) -> Iterator[Started]:
    """A server on a free port, started in a folder that has a tui.py of its own."""
    folder.mkdir(exist_ok=True)
    (folder / "tui.py").write_text("raise SystemExit('not this one')")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "tui", "serve", "--port", "0", "--pages", str(PAGES), *options],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("QA_", "XDG_"))},
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    told = re.search(r"(http://127\.0\.0\.1:\d+)/\?token=(\S{43}) ", process.stderr.readline())
    try:
        assert told is not None
        yield Started(told[1], told[2], process, place_of(told[1], told[2]))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    with started(tmp_path_factory.mktemp("elsewhere"), "--library", NO_LIBRARY) as server:
        yield server
    output, complaints = server.process.communicate(timeout=60)
    assert (server.process.returncode, output) == (0, "")
    assert set(complaints.splitlines()) <= {"qa: a page sent a message that is none, and was closed"}
    assert server.token not in complaints


@pytest.fixture
async def stranger(server: Started) -> AsyncIterator[ClientSession]:
    async with server.browser() as session:
        yield session


@pytest.fixture
async def browser(server: Started) -> AsyncIterator[ClientSession]:
    async with server.browser() as session, session.get("/", params={"token": server.token}) as reply:
        assert reply.status == 200
        yield session


async def painted(page: ClientWebSocketResponse, wanted: str) -> str:
    """What the page shows until ``wanted`` is among it, blanks aside."""
    shown = ""
    async with asyncio.timeout(60):
        while "".join(wanted.split()) not in BETWEEN.sub("", shown):
            message = await page.receive()
            assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), message
            shown += message.data.decode("utf-8", "replace") if message.type is WSMsgType.BINARY else ""
    return shown


async def told(page: ClientWebSocketResponse, kind: str) -> object:
    """What the page is told in the next message of this kind."""
    async with asyncio.timeout(60):
        while True:
            message = await page.receive()
            assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), message
            if message.type is WSMsgType.TEXT and json.loads(message.data)[0] == kind:
                return json.loads(message.data)[1]


async def holds(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether the condition comes true in time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        await asyncio.sleep(0.05)
    return condition()


# Who is let in


@pytest.mark.parametrize("address", ["/", "/?token=", "/?token=%C3%A9", "/?token=%ff", "/?token=x&token=y"])
async def test_without_the_token_nobody_is_let_in(stranger: ClientSession, address: str) -> None:
    async with stranger.get(address) as reply:
        assert reply.status == 403
        assert "address that qa serve printed" in (text := await reply.text())
        assert len(text.splitlines()) == 1


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "address",
    [
        *("", "page/page.js", "static/js/textual.js", "static/css/xterm.css", "download/x", "upload/x"),
        *("ws", "ws/x", "none", "/none", "/page/page.js", "/ws"),
    ],
)
async def test_everything_asks_for_the_token(
    stranger: ClientSession, server: Started, method: str, address: str
) -> None:
    query = {"token": server.token}  # lets in at the page alone
    named = server.place.strip("/")
    for asked in (
        {},
        {"cookies": {f"yinju-{named}": "é" * 43}},
        {"cookies": {"yinju": server.token}},
        {"params": query},
        {"headers": {"Authorization": f"Bearer {server.token}"}},
    ):
        async with stranger.request(method, address, **asked) as reply:  # type: ignore[arg-type]
            assert reply.status == 403


async def test_no_socket_opens_without_the_token(stranger: ClientSession, server: Started) -> None:
    for address in ("ws", "ws/x", "/ws"):
        with pytest.raises(WSServerHandshakeError, match="403"):
            await stranger.ws_connect(address, params={"token": server.token})
    assert not server.apps()


async def test_the_printed_address_becomes_a_cookie(stranger: ClientSession, server: Started) -> None:
    query = {"token": server.token, "fontsize": "20"}
    async with stranger.get("/", params=query, allow_redirects=False) as reply:
        assert (reply.status, reply.headers["Location"]) == (303, f"{server.place}?fontsize=20")
        cookie, *how = reply.headers["Set-Cookie"].split("; ")
        assert cookie == f"yinju-{server.place.strip('/')}={server.token}"
        assert set(how) == {"HttpOnly", "SameSite=Strict", f"Path={server.place}"}
        assert server.token not in await reply.text()
    async with stranger.get("") as reply:
        assert reply.status == 200
        assert server.token not in await reply.text()
        assert (reply.headers["Referrer-Policy"], reply.headers["Cache-Control"]) == (
            "no-referrer",
            "no-store",
        )


async def test_a_page_on_another_port_is_not_sent_the_cookie(browser: ClientSession, server: Started) -> None:
    """Browsers give the cookies of a host to all its ports: another account may listen on one."""
    other = URL(server.address).with_port(9)
    for path, sent in (("/", 0), ("/x", 0), (server.place.rstrip("/") + "x", 0), (server.place, 1)):
        assert len(browser.cookie_jar.filter_cookies(other.with_path(path))) == sent
    assert re.fullmatch(r"/[\w-]{22}/", server.place) and server.place.strip("/") not in server.token
    async with browser.get("") as reply:
        assert server.place not in await reply.text()  # nor in any address that it names


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes where Linux shows them")
async def test_no_process_shows_the_token(browser: ClientSession, server: Started) -> None:
    async with browser.ws_connect("ws") as page:
        await painted(page, "引句")
        for pid in (server.process.pid, *server.apps()):
            for name in ("cmdline", "environ"):
                assert server.token.encode() not in Path(f"/proc/{pid}/{name}").read_bytes()


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}]
)
async def test_pages_from_elsewhere_are_refused(browser: ClientSession, headers: dict[str, str]) -> None:
    async with browser.get("", headers=headers) as reply:
        assert reply.status == 403
    with pytest.raises(WSServerHandshakeError, match="403"):
        await browser.ws_connect("ws", headers=headers)


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
async def test_what_is_no_request_is_refused_without_a_word(server: Started, request_line: bytes) -> None:
    """That nothing is said to the terminal shows when the server ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.address.rpartition(":")[2]))
    writer.write(request_line + b"Connection: close\r\n\r\n")
    assert re.match(rb"HTTP/1.[01] 40[034] |$", await reader.read())
    writer.close()


# What is served


async def test_the_page_takes_everything_from_here(browser: ClientSession) -> None:
    async with browser.get("") as reply:
        page = await reply.text()
        assert "default-src 'self'" in reply.headers["Content-Security-Policy"]
    assert "<title>引句 Yinju</title>" in page
    own = [(_WEB / "static" / name).read_text(encoding="utf-8") for name in ("page.css", "page.js")]
    named = re.findall(r'(?:href|src)="([^"]+)"', page) + re.findall(r'"([a-z]+/[^"]+\.\w+)"', "".join(own))
    assert {"page/page.js", "static/js/textual.js"} <= set(named)
    for part in named:
        async with browser.get(part) as reply:
            assert reply.status == 200, part
            text = await reply.text() if reply.content_type.startswith("text/") else ""
        assert not re.search(r"url\(.{0,2}(https?:)?//|@import|src=.{0,2}https?:", text), part
    assert not re.search(r"https?:", page + re.sub('"https?:"', "", "".join(own)))


async def test_the_fonts_that_a_style_sheet_names_are_served(browser: ClientSession) -> None:
    async with browser.get("page/page.css") as reply:
        named = re.findall(r'url\("([^"]+)"\)', await reply.text())
    assert named
    for address in named:
        async with browser.get(f"page/{address}") as reply:
            assert reply.status == 200, address


@pytest.mark.parametrize(
    "address",
    [
        *(
            "static/",
            "static",
            "static/js/",
            "page",
            "page/",
            "page/../serve.py",
            "static//etc/passwd",
        ),
        *("static/%2e%2e/server.py", "page/..%2fserve.py", "page/%252e%252e/serve.py", "page/page.html"),
    ],
)
async def test_no_folder_is_listed_and_no_other_file_is_served(browser: ClientSession, address: str) -> None:
    async with browser.get(address) as reply:
        assert reply.status == 404


async def test_the_app_paints_in_an_open_page(browser: ClientSession, server: Started) -> None:
    url, headers = "ws?width=200&height=24", {"Origin": server.address}
    async with browser.ws_connect(url, headers=headers) as page:
        assert "引句" in await painted(page, NO_LIBRARY)


# What a page may do


@pytest.mark.parametrize("message", ["no JSON", b"\x00\xff"])
async def test_a_message_that_is_none_closes_the_page(browser: ClientSession, message: str | bytes) -> None:
    async with browser.ws_connect("ws") as page:
        await (page.send_str(message) if isinstance(message, str) else page.send_bytes(message))
        async with asyncio.timeout(30):
            while (answer := await page.receive()).type is WSMsgType.BINARY:
                pass
        assert (answer.type, answer.data, answer.extra) == (WSMsgType.CLOSE, 1002, "not a message")


async def test_a_message_without_end_closes_the_page(browser: ClientSession, server: Started) -> None:
    async with browser.ws_connect("ws") as page:
        assert await holds(lambda: bool(server.apps()))
        with suppress(ConnectionError, OSError):  # it is refused before it was sent whole
            await page.send_str(json.dumps(["stdin", "a" * (4 << 20)]))
        assert await holds(lambda: not server.apps())


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded where Linux does it")
async def test_no_size_of_a_terminal_takes_much_memory(browser: ClientSession, server: Started) -> None:
    async with browser.ws_connect("ws?width=999999999&height=999999999") as page:
        await painted(page, "引句")
        for size in (
            '{"width": 100000, "height": 100000}',
            '{"width": -1, "height": 0}',
            f'{{"width": 1{"0" * 40}, "height": 9}}',
        ):
            await page.send_str(f'["resize", {size}]')
        await page.send_str(json.dumps(["stdin", "\x1b[48;9999;9999;9;9t"]))
        await page.send_str('["resize", {"width": 80, "height": 24}]')
        await page.send_str('["ping", "9"]')
        assert await told(page, "pong") == "9"
        await asyncio.sleep(2)
        (app,) = server.apps()
        status = Path(f"/proc/{app}/status").read_text()
        assert int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) < 800_000  # type: ignore[index]
        limits = Path(f"/proc/{app}/limits").read_text()
        assert re.search(rf"Max data size\s+{4 << 30}\s+{4 << 30}\s", limits)


async def test_the_app_ends_with_its_page(browser: ClientSession, server: Started) -> None:
    async with browser.ws_connect("ws") as page:
        await painted(page, "引句")
        (app,) = server.apps()
        os.kill(app, signal.SIGSTOP)  # it does not end by itself
    assert await holds(lambda: not server.apps())


async def test_no_more_pages_than_may_be_open(browser: ClientSession, server: Started) -> None:
    pages = [await browser.ws_connect("ws") for _ in range(PAGES)]
    async with browser.get("") as reply:
        assert reply.status == 503
        assert "3 pages are open" in await reply.text()
    async with browser.ws_connect("ws") as page:
        answer = await page.receive()
        assert (answer.type, answer.data, answer.extra) == (WSMsgType.CLOSE, 1013, "too many pages are open")
    assert len(server.apps()) == PAGES
    await pages.pop().close()
    async with browser.get("") as reply:  # as when a page is reloaded: the app before is still ending
        assert reply.status == 200
    for page in pages:
        await page.close()
    assert await holds(lambda: not server.apps())


@pytest.mark.slow(10)
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_apps_end_with_their_server(tmp_path: Path, by: signal.Signals) -> None:
    with started(tmp_path) as server:
        async with server.browser() as browser:
            await (await browser.get("/", params={"token": server.token})).read()
            page = await browser.ws_connect("ws")
            await painted(page, "引句")
            (app,) = server.apps()
            server.process.send_signal(by)
            assert await holds(lambda: server.process.poll() is not None)
            assert await holds(lambda: not Path(f"/proc/{app}").exists())


# Files


@pytest.mark.slow(10)
async def test_files_are_added_by_upload_and_saved_by_download(tmp_path: Path) -> None:
    with started(tmp_path) as server:
        async with server.browser() as browser:
            async with browser.get("/", params={"token": server.token}) as reply:
                name = re.search(r'data-page="([^"]+)"', await reply.text())[1]  # type: ignore[index]
            page = await browser.ws_connect(f"ws/{name}?width=120&height=40")
            await painted(page, "Ask in Chinese or English")
            files = FormData(quote_fields=False)
            files.add_field("file", "湖\n\n湖水最深處有62公尺。\n".encode(), filename="../../湖 1.txt")
            files.add_field("file", b"Bob\n\nBob has 17 cats.\n", filename="C:\\bob.txt")
            async with browser.post(f"upload/{name}", data=files) as reply:
                assert reply.status == 204
            await painted(page, "2 articles")
            kept = tmp_path / ".local/share/yinju/library/uploads"
            assert {file.name for file in kept.iterdir()} == {"湖 1.txt", "bob.txt"}
            assert {oct(file.stat().st_mode & 0o777) for file in (kept, *kept.iterdir())} == {
                "0o700",
                "0o600",
            }
            for typed in ("\x1b", "How many cats has Bob?", "\r"):
                await page.send_str(json.dumps(["stdin", typed]))
                await asyncio.sleep(0.5)
            await painted(page, "Bob has 17 cats.")
            await asyncio.sleep(1)
            for typed in ("\x1b[17~", *["\x1b[B"] * 5, "\r"):  # F6, down to "Save as Markdown", Enter
                await page.send_str(json.dumps(["stdin", typed]))
                await asyncio.sleep(0.3)
            key = await told(page, "deliver_file_start")
            async with browser.get(f"download/{key}") as reply:
                assert "Bob has 17 cats." in await reply.text()
                assert reply.headers["Content-Disposition"] == (
                    "attachment; filename*=UTF-8''How-many-cats-has-Bob.md"
                )
            async with browser.get(f"download/{key}") as reply:
                assert reply.status == 404
            async with browser.post(f"upload/{name}", data={"file": "no file"}) as reply:
                assert reply.status == 415
            async with browser.post("upload/none", data=FormData()) as reply:
                assert reply.status == 404


# How it begins


def test_the_command_is_this_interpreter_whatever_the_library_is_called() -> None:
    library = Path("/tmp/it's; $HOME `x`\n文章")
    command = app_command(Settings(library=library))
    assert command == [sys.executable, "-P", "-m", "tui", "--library", str(library)]
    assert "--library" not in app_command(Settings())


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [("127.0.0.1", None, "is in use"), ("192.0.2.1", 0, "cannot listen"), ("a.invalid", 0, "cannot listen")],
)
def test_an_address_that_cannot_be_had_is_one_clear_error(host: str, port: int | None, message: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = taken.getsockname()[1] if port is None else port
        with pytest.raises(UsageError, match=message):
            serve(Settings(), host, wanted, print, pages=1, files=False)


def test_an_address_open_to_others_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.web.serve.web.run_app", lambda app, **_: None)
    said: dict[str, list[str]] = {"127.0.0.1": [], "0.0.0.0": [], "::1": []}
    for host, lines in said.items():
        serve(Settings(), host, 0, lines.append, pages=1, files=False)
    with_files: list[str] = []
    serve(Settings(), "0.0.0.0", 0, with_files.append, pages=1, files=True)
    assert "can read and change the library and your files, and the" in with_files[0]
    assert [len(lines) for lines in said.values()] == [1, 2, 1]
    assert "can read and change the library, and the traffic is not encrypted" in said["0.0.0.0"][0]
    assert said["::1"][0].startswith("引句 Yinju is at http://[::1]:")
    tokens = {line.split("token=")[1].split()[0] for lines in said.values() for line in lines[-1:]}
    assert len(tokens) == 3  # new at each start
