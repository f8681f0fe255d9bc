"""`qa mcp` as a process of its own, over standard input and output and over HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

COMMAND = [sys.executable, "-c", "from tui.main import main; main()", "mcp"]
QUESTION = "How deep is the northern lake?"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "0"},
    },
}


@contextmanager
def started(*options: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*COMMAND, *map(str, options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def sent(process: subprocess.Popen[bytes], message: dict[str, object]) -> None:
    process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()


async def read_back(client: Client) -> None:
    answer = (await client.call_tool("ask", {"question": QUESTION})).structured_content
    cited = answer["citations"][0]
    assert answer["answered"] and "62 metres" in cited["quote"]
    span = {"article": cited["article"], "start": cited["start"], "end": cited["end"]}
    assert (await client.call_tool("read", span)).structured_content["text"] == cited["quote"]


@pytest.mark.slow(seconds=8)
async def test_over_standard_input_and_output(library: Path) -> None:
    command, *arguments = [*COMMAND, "--library", str(library)]
    parameters = StdioServerParameters(command=command, args=arguments, env={**os.environ})
    async with Client(parameters) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == [
            "ask",
            "search",
            "read",
            "articles",
        ]
        await read_back(client)


@pytest.mark.slow(seconds=6)
def test_standard_output_is_the_protocol_alone_and_the_end_of_input_ends_the_process(library: Path) -> None:
    with started("--library", library) as process:
        sent(process, INITIALIZE)
        process.stdin.write(b"this is no JSON\n")
        sent(process, {"jsonrpc": "2.0", "method": "notifications/initialized"})
        call = {"name": "ask", "arguments": {"question": QUESTION}}
        sent(process, {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call})
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        assert [line["id"] for line in lines] == [1, 2]
        assert "62 metres" in json.dumps(lines[1]["result"])
        process.stdin.close()
        process.stdin = None
        rest, told = process.communicate(timeout=20)
        assert process.returncode == 0
        assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())
        assert b"Traceback" not in told


@pytest.mark.slow(seconds=5)
def test_an_agent_that_goes_without_a_word_is_no_error(library: Path) -> None:
    with started("--library", library) as process:
        process.stdout.close()
        sent(process, INITIALIZE)
        process.stdin.close()
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == b""


@pytest.mark.slow(seconds=5)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_while_it_waits_for_input(library: Path, number: signal.Signals) -> None:
    with started("--library", library) as process:
        sent(process, INITIALIZE)
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(number)
        assert process.wait(timeout=10) == -number


@contextmanager
def served(library: Path) -> Iterator[tuple[subprocess.Popen[bytes], str, str]]:
    """A server over HTTP, its address and its token."""
    with started("--library", library, "--http", "--port", "0") as process:
        told = [process.stderr.readline().decode() for _ in range(2)]
        address = re.search(r"http://127\.0\.0\.1:\d+/mcp", told[0])
        token = re.search(r"Authorization: Bearer ([\w-]{43})$", told[1].strip())
        assert address and token, told
        yield process, address[0], token[1]


def posted(address: str, token: str, **headers: str) -> int:
    wanted = {"Accept": "application/json, text/event-stream", "Authorization": f"Bearer {token}"}
    for _ in range(100):
        try:
            return httpx2.post(address, json=INITIALIZE, headers=wanted | headers).status_code
        except httpx2.ConnectError:
            time.sleep(0.05)
    raise AssertionError("it does not answer")


@pytest.mark.slow(seconds=15)
async def test_over_http_with_the_token_of_this_start_and_from_this_machine_alone(library: Path) -> None:
    with served(library) as (process, address, token):
        port = address.split(":")[2].split("/")[0]
        assert posted(address, token) == 200
        assert posted(address, token, Host=f"localhost:{port}", Origin=f"http://localhost:{port}") == 200
        for wrong in ("x", token[:-1], token + "x", token.swapcase()):
            assert posted(address, wrong) == 401
        assert posted(address, token, Authorization=f"Basic {token}") == 401
        assert httpx2.get(address).status_code == 401
        assert httpx2.get(address.replace("/mcp", "/")).status_code == 401
        for origin in ("http://evil.example", f"https://127.0.0.1:{port}", "null", "http://127.0.0.1:1"):
            assert posted(address, token, Origin=origin) == 403
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1:1", f"127.0.0.1:{port}.evil.example"):
            assert posted(address, token, Host=host) == 421
        for mode in ("auto", "legacy"):
            async with (
                httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http,
                Client(streamable_http_client(address, http_client=http), mode=mode) as client,
            ):
                await read_back(client)
                if mode == "legacy":  # its stream stays open
                    with served(library) as (_, other, new):
                        assert posted(other, token) == 401 and posted(other, new) == 200
                    again = subprocess.run([*COMMAND, "--http", "--port", port], capture_output=True)
                    assert again.returncode == 2 and b"is in use" in again.stderr and again.stdout == b""
                    process.send_signal(signal.SIGTERM)
                    assert process.wait(timeout=10) == -signal.SIGTERM
        assert process.stdout.read() == b""
        # The SDK warns of each request from elsewhere.
        assert {line.split()[0] for line in process.stderr.read().splitlines()} == {b"Invalid"}
