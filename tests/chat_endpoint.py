"""A chat endpoint on 127.0.0.1 that sends scripted bytes and records what it was sent."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

#: A script: bytes to send one after the other, or a wait for the client to leave.
HOLD = b"\0hold"


@dataclass
class ChatEndpoint:
    """``replies`` are the scripts of the connections, the last one is repeated."""

    port: int
    replies: Sequence[Sequence[bytes]]
    received: list[bytes] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def body(self, at: int = -1) -> dict[str, Any]:
        """The JSON of a request."""
        found: dict[str, Any] = json.loads(self.received[at].split(b"\r\n\r\n", 1)[1])
        return found


def event(text: str, last: bool = False) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": "stop" if last else None}
    return b"data: " + json.dumps({"choices": [choice]}, ensure_ascii=False).encode() + b"\n\n"


def stream(*texts: str, done: bool = True) -> list[bytes]:
    """The bytes of a sound reply that comes in these pieces."""
    return [ok(), *map(event, texts), *([b"data: [DONE]\n\n"] if done else [])]


def ok(kind: str = "text/event-stream") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode()


def refusal(status: str, body: str = "", *headers: str) -> list[bytes]:
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: application/json",
        f"Content-Length: {len(body.encode())}",
        *headers,
    ]
    return ["\r\n".join([*lines, "", body]).encode()]


@contextmanager
def chat_endpoint(*replies: Sequence[bytes]) -> Iterator[ChatEndpoint]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        endpoint = ChatEndpoint(listening.getsockname()[1], replies)
        stop = threading.Event()
        thread = threading.Thread(target=_serve, args=(listening, endpoint, stop))
        thread.start()
        try:
            yield endpoint
        finally:
            stop.set()
            thread.join()


def _serve(listening: socket.socket, endpoint: ChatEndpoint, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            continue
        with connection:
            connection.settimeout(5)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            endpoint.received.append(_request(connection))
            at = min(len(endpoint.received), len(endpoint.replies)) - 1
            try:
                for part in endpoint.replies[at]:
                    if part == HOLD:
                        connection.settimeout(0.05)
                        while not stop.is_set() and not endpoint.left.is_set():
                            try:
                                if not connection.recv(1):
                                    endpoint.left.set()
                            except TimeoutError:
                                continue
                    else:
                        connection.sendall(part)
            except OSError:
                endpoint.left.set()


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(65536)):
            return data
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
