"""milvus-lite's server in a process that tests may kill, and that ends with the one that started it."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from pathlib import Path

from pymilvus import MilvusClient, MilvusException

from index.address import LibraryUrl

#: Its standard input ends when the process that started it is gone, however it ended.
_PROGRAM = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(1)), daemon=True).start()
from milvus_lite.cmdline import main
sys.exit(main())
"""


class MilvusServer:
    """Serves what is in the folder ``data``; the port stays the same over restarts."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> MilvusServer:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()

    def url(self, name: str) -> LibraryUrl:
        return LibraryUrl(f"milvus://127.0.0.1:{self.port}/{name}")

    def start(self) -> None:
        command = [sys.executable, "-c", _PROGRAM, "server", "--data-dir", str(self._data)]
        where = ["--host", "127.0.0.1", "--port", str(self.port)]
        nowhere = subprocess.DEVNULL
        self._process = subprocess.Popen(
            [*command, *where], stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere
        )
        self.wait()

    def wait(self) -> None:
        for _ in range(600):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise TimeoutError("the server does not start")

    def kill(self) -> None:
        if self._process is not None:
            with self._process as process:
                process.kill()
            self._process = None


def connected(address: str) -> MilvusClient:
    """A client of its own; an attempt that gets no answer is given up and made again."""
    until = time.monotonic() + 20
    while True:
        try:
            return MilvusClient(address, dedicated=True, timeout=3)
        except MilvusException:
            if time.monotonic() > until:
                raise


def _free_port() -> int:
    """One below those that the system gives to clients: a client that knocks at such a one may get it."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as free:
            if free.connect_ex(("127.0.0.1", port)) != 0:
                return port
