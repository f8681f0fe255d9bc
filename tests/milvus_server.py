"""milvus-lite's server in a process that tests may kill."""

from __future__ import annotations

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
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
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
