"""An object store that speaks as much of Amazon's S3 as files need that are written, read and deleted."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

_XML = '<?xml version="1.0" encoding="UTF-8"?>'


class ObjectStore:
    """Serves ``objects``, by bucket and key; ``user`` is the only access key let in."""

    def __init__(self, user: str) -> None:
        self.objects: dict[str, bytes] = {}
        self._parts: dict[str, dict[int, bytes]] = {}
        store = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_PUT(self) -> None:
                body = self._body()
                if self._lets_in():
                    if "uploadId" in self._query:
                        [upload], [part] = self._query["uploadId"], self._query["partNumber"]
                        store._parts[upload][int(part)] = body
                    else:
                        store.objects[self._name] = body
                    self._answer(200, headers={"ETag": '"1"'})

            def do_POST(self) -> None:
                self._body()
                if self._lets_in():
                    if "uploads" in self._query:
                        upload = str(len(store._parts) + 1)
                        store._parts[upload] = {}
                        said = f"<UploadId>{upload}</UploadId>"
                        self._answer(200, "InitiateMultipartUploadResult", said)
                    else:
                        parts = store._parts[self._query["uploadId"][0]]
                        store.objects[self._name] = b"".join(parts[part] for part in sorted(parts))
                        self._answer(200, "CompleteMultipartUploadResult", "<ETag>1</ETag>")

            def do_HEAD(self) -> None:
                if self._lets_in():
                    data = store.objects.get(self._name)
                    if data is None:
                        self._answer(404)
                    else:
                        self._send(200, data)

            def do_GET(self) -> None:
                if not self._lets_in():
                    return
                if "list-type" in self._query:
                    self._answer(
                        200, "ListBucketResult", "<IsTruncated>false</IsTruncated><KeyCount>0</KeyCount>"
                    )
                elif (data := store.objects.get(self._name)) is None:
                    self._answer(404, "Error", "<Code>NoSuchKey</Code>")
                else:
                    first, last = self.headers.get("Range", f"bytes=0-{len(data)}")[6:].split("-")
                    self._send(206, data[int(first) : int(last) + 1])

            def do_DELETE(self) -> None:
                if self._lets_in():
                    store.objects.pop(self._name, None)
                    self._answer(204)

            @property
            def _name(self) -> str:
                return unquote(urlsplit(self.path).path).strip("/")

            @property
            def _query(self) -> dict[str, list[str]]:
                return parse_qs(urlsplit(self.path).query, keep_blank_values=True)

            def _lets_in(self) -> bool:
                if f"Credential={user}/" in self.headers.get("Authorization", ""):
                    return True
                self._answer(403, "Error", "<Code>InvalidAccessKeyId</Code><Message>unknown key</Message>")
                return False

            def _body(self) -> bytes:
                """What was sent; in pieces, each after its length, where it is so encoded."""
                if self.headers.get("Transfer-Encoding") == "chunked":
                    sent = b""
                    while size := int(self.rfile.readline().split(b";")[0], 16):
                        sent += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                else:
                    sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
                    return sent
                body = b""
                while True:
                    line, _, sent = sent.partition(b"\r\n")
                    size = int(line.split(b";")[0], 16)
                    if not size:
                        return body
                    body, sent = body + sent[:size], sent[size + 2 :]

            def _answer(
                self, status: int, kind: str = "", inner: str = "", headers: dict[str, str] | None = None
            ) -> None:
                data = f"{_XML}<{kind}>{inner}</{kind}>".encode() if kind else b""
                self._send(status, data, headers or {})

            def _send(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> ObjectStore:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
