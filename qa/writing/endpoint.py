"""One streamed answer of a chat endpoint that speaks OpenAI's protocol, by the standard library alone.

The request is a POST to ADDRESS/chat/completions with ``stream``. The reply is server-sent events (WHATWG
HTML, section 9.2), whose data are JSON objects, or one JSON object from a server that does not stream.
Redirects are never followed, and proxies are not used. The key goes into the header of the request alone.
"""

from __future__ import annotations

import json
import os
import socket
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Lock
from urllib.parse import urlsplit

from index.errors import Phrase, UsageError, YinjuError
from index.text.display import one_line
from qa.settings import Settings, settings_file

#: Seconds to connect, and to wait for more: a local server may load its model first.
CONNECTING, WAITING = 10.0, 180.0
#: The most bytes of a line and of all lines, and characters of a reply.
_LONGEST_LINE, _LONGEST_STREAM, _LONGEST_REPLY = 1 << 20, 64 << 20, 100_000
_KEY = "QA_ENDPOINT_KEY"
_LONGEST_TOLD = 200


class EndpointError(YinjuError):
    """An endpoint that is not there, refuses, or sends something else than a chat completion."""

    kind = "endpoint"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask. ``host`` has the port if one is given. The key is not part of its text."""

    scheme: str
    host: str
    path: str
    model: str
    key: str = field(default="", repr=False)

    @property
    def local(self) -> bool:
        """Whether it runs on this machine."""
        return _is_local(urlsplit(f"//{self.host}").hostname or "")


def endpoint_of(
    settings: Settings, environ: Mapping[str, str] = os.environ, key_file: Path | None = None
) -> Endpoint:
    """The endpoint that the settings name, with its key. UsageError: none, or it must not be used."""
    if not settings.endpoint:
        raise UsageError(
            "no endpoint is set that could write",
            'such as endpoint = "http://localhost:11434/v1" in the settings',
        )
    try:
        parts = urlsplit(settings.endpoint)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        named = False
    if not named or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise UsageError("the endpoint must be an address such as https://example.org/v1")
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            "a key does not belong in the address of the endpoint",
            "put it into QA_ENDPOINT_KEY, or into {file} with mode 600",
            file=key_path(),
        )
    host = parts.netloc
    if not settings.endpoint_model:
        raise UsageError("no model is set for {host}", "set endpoint_model", host=host)
    if parts.scheme == "http" and not _is_local(parts.hostname or "") and settings.endpoint_http != "allowed":
        raise UsageError(
            "{host} would be asked without encryption",
            'take https://, or set endpoint_http = "allowed" if its network can be trusted',
            host=host,
        )
    path = parts.path.rstrip("/").removesuffix("/chat/completions") + "/chat/completions"
    return Endpoint(parts.scheme, host, path, settings.endpoint_model, _key(environ, key_file or key_path()))


def key_path() -> Path:
    """The file that may hold the key."""
    return settings_file().with_name("endpoint.key")


def _key(environ: Mapping[str, str], file: Path) -> str:
    key = environ.get(_KEY, "").strip()
    if not key:
        try:
            mode = os.stat(file).st_mode
            if not stat.S_ISREG(mode) or (os.name == "posix" and mode & 0o077):
                raise UsageError("other accounts may read {file}", "chmod 600 {file}", file=file)
            key = file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8"
            raise UsageError("cannot read the key in {file}: {reason}", file=file, reason=reason) from error
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise UsageError(
            "the key of the endpoint has characters that no key has",
            "put it into QA_ENDPOINT_KEY, or into {file} with mode 600",
            file=key_path(),
        )
    return key


def _is_local(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


class Reply:
    """The reply to ``messages``, in pieces as they arrive. Another thread may `cancel` it, which ends it."""

    def __init__(
        self, endpoint: Endpoint, messages: Sequence[Mapping[str, str]], *, waiting: float = WAITING
    ) -> None:
        self._endpoint, self._messages, self._waiting = endpoint, messages, waiting
        self._socket: socket.socket | None = None
        self._lock = Lock()
        self._stop = Event()

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ends the reply now, wherever it is."""
        with self._lock:
            self._stop.set()
            if self._socket is not None:
                with suppress(OSError):  # it is closed already
                    self._socket.shutdown(socket.SHUT_RDWR)

    def __iter__(self) -> Iterator[str]:
        """Raises EndpointError if it cannot be had, or breaks off. What came before stands."""
        host = self._endpoint.host
        try:
            yield from self._pieces()
        except TimeoutError as error:
            if not self._stop.is_set():
                raise EndpointError(
                    "{host} does not answer", "it may be loading the model; ask again later", host=host
                ) from error
        except (OSError, HTTPException) as error:
            if not self._stop.is_set():
                raise self._unreachable(error) from error
        finally:
            if self._socket is not None:
                self._socket.close()

    def _pieces(self) -> Iterator[str]:
        if self._stop.is_set():
            return
        kind = HTTPSConnection if self._endpoint.scheme == "https" else HTTPConnection
        connection = kind(self._endpoint.host, timeout=CONNECTING)
        connection.connect()
        with self._lock:
            self._socket = connection.sock
            if self._stop.is_set():
                return
        connection.sock.settimeout(self._waiting)
        body = {"model": self._endpoint.model, "messages": self._messages, "stream": True, "temperature": 0}
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream", "Connection": "close"}
        if self._endpoint.key:
            headers["Authorization"] = f"Bearer {self._endpoint.key}"
        connection.request(
            "POST", self._endpoint.path, json.dumps(body, ensure_ascii=False).encode(), headers
        )
        response = connection.getresponse()
        if response.status != 200:
            raise self._refusal(response)
        length, heard, ended = 0, False, False
        streamed = "json" not in (response.headers.get_content_type() or "")
        for data in self._events(response) if streamed else [_whole(response)]:
            if self._stop.is_set():
                return
            heard = True
            if data == b"[DONE]":
                ended = True
                break
            piece, last = self._piece(data)
            ended = ended or last or not streamed
            length += len(piece)
            if length > _LONGEST_REPLY:
                raise self._endless()
            if piece:
                yield piece
        if self._stop.is_set():
            return
        if not heard:
            raise self._no_chat()
        if not ended:
            raise EndpointError("the answer of {host} broke off", "ask again", host=self._endpoint.host)

    def _piece(self, data: bytes) -> tuple[str, bool]:
        """The text of one event, and whether it is the last."""
        try:
            found = json.loads(data)
            if error := found.get("error"):
                message = error.get("message") if isinstance(error, dict) else error
                raise self._told(Phrase("{host} gave up", host=self._endpoint.host), str(message))
            choices = found.get("choices") or []
            if not choices:
                return "", False  # such as the count of tokens
            part = choices[0].get("delta") or choices[0].get("message") or {}
            text = part.get("content") or ""
            if not isinstance(text, str):
                raise TypeError("the content is no text")
            return text, bool(choices[0].get("finish_reason"))
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
            raise self._no_chat() from error

    def _events(self, response: HTTPResponse) -> Iterator[bytes]:
        """The data of each server-sent event."""
        data: list[bytes] = []
        room = _LONGEST_STREAM
        while line := response.readline(_LONGEST_LINE):
            if (room := room - len(line)) < 0:
                raise self._endless()
            line = line.rstrip(b"\r\n")
            if line.startswith(b"data:"):
                data.append(line[5:].removeprefix(b" "))
            elif not line and data:
                yield b"\n".join(data)
                data = []
            elif line.startswith(b"{") and not data:  # an error without an event
                yield line
        if data:
            yield b"\n".join(data)

    def _endless(self) -> EndpointError:
        return EndpointError("{host} does not stop writing", host=self._endpoint.host)

    def _no_chat(self) -> EndpointError:
        return EndpointError(
            "{host} sent something else than an answer",
            "the endpoint must speak OpenAI's chat protocol; its address often ends in /v1",
            host=self._endpoint.host,
        )

    def _refusal(self, response: HTTPResponse) -> EndpointError:
        """The error of an answer with another status."""
        host, model, status = self._endpoint.host, self._endpoint.model, response.status
        if 300 <= status < 400:
            try:
                to = urlsplit(response.headers.get("Location", "")).netloc or host
            except ValueError:  # brackets that hold no IPv6 address
                to = host
            return EndpointError(
                "{host} sends the question on to {other}",
                "set endpoint to its address",
                host=host,
                other=one_line(to),
            )
        if status in (401, 403):
            refused, wanted = (
                Phrase("{host} refuses the key", host=host),
                Phrase("{host} asks for a key", host=host),
            )
            return EndpointError(
                refused if self._endpoint.key else wanted,
                Phrase("put it into QA_ENDPOINT_KEY, or into {file} with mode 600", file=key_path()),
            )
        if status == 404:
            return EndpointError(
                "{host} has no model {model}, or not this address",
                "correct endpoint_model, or endpoint, which often ends in /v1",
                host=host,
                model=model,
            )
        if status == 429:
            return EndpointError("{host} takes no more questions at the moment", "ask again later", host=host)
        try:
            message = json.loads(response.read(_LONGEST_LINE))["error"]
            told = str(message["message"] if isinstance(message, dict) else message)
        except (ValueError, TypeError, LookupError, OSError, HTTPException, RecursionError):
            told = response.reason
        return self._told(Phrase("{host} answers with error {status}", host=host, status=status), told)

    def _told(self, said: Phrase, message: str) -> EndpointError:
        """An error with what the server said of it."""
        message = one_line(self.without_key(message))[:_LONGEST_TOLD]
        return EndpointError(Phrase("{said}: {message}", said=said, message=message))

    def without_key(self, text: str) -> str:
        """What the server wrote, which knows the key."""
        return text.replace(self._endpoint.key, "…") if self._endpoint.key else text

    def _unreachable(self, error: OSError | HTTPException) -> EndpointError:
        host = self._endpoint.host
        if isinstance(error, HTTPException):
            return EndpointError("the answer of {host} broke off", "ask again", host=host)
        if isinstance(error, ConnectionRefusedError | socket.gaierror):
            return EndpointError("nothing answers at {host}", "start it, or correct endpoint", host=host)
        import ssl

        if isinstance(error, ssl.SSLError):
            return EndpointError("{host} has no certificate that can be trusted", host=host)
        return EndpointError(
            "{host} cannot be reached: {reason}", host=host, reason=error.strerror or type(error).__name__
        )


def _whole(response: HTTPResponse) -> bytes:
    data = response.read(_LONGEST_LINE)
    return data.strip()
