"""milvus-lite's server in a process that tests may kill."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from pathlib import Path

from index.address import LibraryUrl


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
        command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(self._data)]
        where = ["--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [*command, *where], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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
            self._process.kill()
            self._process.wait()
            self._process = None


def _free_port() -> int:
    """One below those that the system gives to clients: a client that knocks at such a one may get it."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as free:
            if free.connect_ex(("127.0.0.1", port)) != 0:
                return port
