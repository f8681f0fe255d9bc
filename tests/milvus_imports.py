"""What milvus-lite lacks: the import jobs of Milvus' REST interface, as its pages describe them.

A job reads Parquet files and inserts their rows; it does not look for rows that are there already, and shows
none before it is completed. Files are checked as strictly as Milvus checks them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from milvus_server import connected
from pymilvus import DataType

TYPES = {
    DataType.INT64: pa.int64(),
    DataType.VARCHAR: pa.string(),
    DataType.SPARSE_FLOAT_VECTOR: pa.string(),
    DataType.FLOAT_VECTOR: pa.list_(pa.float32()),
}
WHERE = "/v2/vectordb/jobs/import/"


class ImportServer:
    """Serves import jobs for the server at ``milvus``; ``looks`` at a job are answered before it ends.

    ``bucket`` gives the bytes of a file. ``token`` is the only user let in. ``remembers`` is whether requests
    with one Idempotency-Key begin one job, as Milvus does since 2.6.24 and 3.0.2.
    """

    def __init__(self, milvus: str, bucket: Callable[[str], bytes], token: str = "") -> None:
        self._client = connected(milvus)
        self._bucket, self._token = bucket, token
        self.looks, self.remembers, self.fails = 1, True, ""
        #: Requests of a kind whose answers are lost.
        self.loses: list[str] = []
        self.jobs: dict[str, dict[str, Any]] = {}
        self._keys: dict[str, str] = {}
        self._mutex = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                what = self.path.removeprefix(WHERE)
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if server._token and self.headers.get("Authorization") != f"Bearer {server._token}":
                    said = {"code": 1800, "message": "user hasn't authenticated"}
                else:
                    try:
                        with server._mutex:
                            data = server._answer(what, body, self.headers.get("Idempotency-Key"))
                        said = {"code": 0, "data": data}
                    except ValueError as error:
                        said = {"code": 1100, "message": str(error)}
                if what in server.loses:
                    server.loses.remove(what)
                    self.close_connection = True
                    return
                answer = json.dumps(said).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> ImportServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._client.close()

    def _answer(self, what: str, body: dict[str, Any], key: str | None) -> dict[str, Any]:
        if what == "create":
            if key and self.remembers and key in self._keys:
                return {"jobId": self._keys[key]}
            job = str(len(self.jobs) + 1)
            [[file]] = body["files"]
            self.jobs[job] = {
                "collectionName": body["collectionName"], "jobId": job, "state": "Pending", "progress": 0,
                "details": [{"fileName": f'id:{job} paths:"{file}" ', "state": "Pending"}],
                "file": file, "looks": self.looks,
            }  # fmt: skip
            if key:
                self._keys[key] = job
            return {"jobId": job}
        if what == "list":
            mine = [job for job in self.jobs.values() if job["collectionName"] == body["collectionName"]]
            names = ("collectionName", "jobId", "progress", "state")
            return {"records": [{name: job[name] for name in names} for job in mine]}
        if what != "describe" or body["jobId"] not in self.jobs:
            raise ValueError(f"no such job, or request: {what} {body}")
        job = self.jobs[body["jobId"]]
        self._step(job)
        return {name: value for name, value in job.items() if name not in ("file", "looks")}

    def _step(self, job: dict[str, Any]) -> None:
        if job["state"] in ("Completed", "Failed"):
            return
        if job["looks"] > 0:
            job["looks"] -= 1
            job |= {"state": "Importing", "progress": 50}
            return
        try:
            if self.fails in job["collectionName"].split("_"):
                raise ValueError("no space left on device")
            rows = self._insert(job["collectionName"], job["file"])
        except (OSError, ValueError, KeyError) as error:
            job |= {"state": "Failed", "reason": f"import failed:\n{error}"}
            return
        job |= {"state": "Completed", "progress": 100, "importedRows": rows, "totalRows": rows}

    def _insert(self, collection: str, file: str) -> int:
        table = parquet.read_table(pa.BufferReader(self._bucket(file)))
        fields = {
            each["name"]: each["type"] for each in self._client.describe_collection(collection)["fields"]
        }
        if {name: TYPES[kind] for name, kind in fields.items()} != {
            each.name: each.type for each in table.schema
        }:
            raise ValueError(f"schema not equal: {table.schema} and {fields}")
        sparse = [name for name, kind in fields.items() if kind == DataType.SPARSE_FLOAT_VECTOR]
        rows = table.to_pylist()
        for row in rows:
            row |= {name: {int(i): x for i, x in json.loads(row[name]).items()} for name in sparse}
        for first in range(0, len(rows), 1000):
            self._client.insert(collection, rows[first : first + 1000])
        return len(rows)


def folder(path: str) -> bytes:
    """The bytes of a file, for a server whose object store is its own disk."""
    return Path(path).read_bytes()
