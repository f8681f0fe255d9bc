"""Chat endpoints: how replies are read, what is refused, and that the key shows up nowhere."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from chat_endpoint import HOLD, chat_endpoint, event, ok, refusal, stream

from index.errors import UsageError
from qa.settings import Settings
from qa.writing.endpoint import Endpoint, EndpointError, Reply, endpoint_of

KEY = "sk-very-secret-123"
MESSAGES = [{"role": "user", "content": "谁？"}]


def settings(address: str, model: str = "tiny", http: str = "refused") -> Settings:
    return Settings(endpoint=address, endpoint_model=model, endpoint_http=http)


def made(address: str, environ: dict[str, str] | None = None, file: Path | None = None) -> Endpoint:
    return endpoint_of(settings(address), environ or {}, file or Path("/nonexistent/endpoint.key"))


def asked(*replies: Sequence[bytes], key: str = "", waiting: float = 5.0) -> list[str]:
    with chat_endpoint(*replies) as fake:
        return list(Reply(made(fake.address, {"QA_ENDPOINT_KEY": key}), MESSAGES, waiting=waiting))


def byte_by_byte(reply: Sequence[bytes]) -> list[bytes]:
    head, *rest = reply
    return [head, *(bytes([byte]) for byte in b"".join(rest))]


def test_a_reply_comes_in_pieces() -> None:
    assert asked(stream("Ada ", "opened it.", " [1]")) == ["Ada ", "opened it.", " [1]"]


def test_what_is_cut_anywhere_is_put_together() -> None:
    assert "".join(asked(byte_by_byte(stream("阿达·布鲁克", "𠀀 naïve")))) == "阿达·布鲁克𠀀 naïve"


@pytest.mark.parametrize(
    "reply",
    [
        [ok(), b": keep-alive\r\n\r\n", event("a").replace(b"\n", b"\r\n"), event("b", last=True)],
        [ok(), event("a"), event("b", last=True)],  # no [DONE]
        [ok(), event("ab"), b'data: {"choices": [], "usage": {"total_tokens": 3}}\n\n', b"data: [DONE]"],
        [ok(), b"event: x\ndata:" + event("ab", last=True)[5:], b"id: 1\n\n"],
        [ok("application/json"), b'{"choices": [{"message": {"content": "ab"}}]}'],
        [
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
            *(b"%x\r\n%b\r\n" % (len(part), part) for part in (event("a"), event("b"), b"data: [DONE]\n\n")),
            b"0\r\n\r\n",
        ],
    ],
)
def test_the_forms_that_servers_send_are_understood(reply: list[bytes]) -> None:
    assert "".join(asked(reply)) == "ab"


@pytest.mark.parametrize(
    ("reply", "said", "hint"),
    [
        (refusal("401 No", json.dumps({"error": f"bad {KEY}"})), "refuses the key", "QA_ENDPOINT_KEY"),
        (refusal("404 Not Found"), "has no model tiny, or not this address", "/v1"),
        (refusal("429 Too Many Requests"), "takes no more questions at the moment", "later"),
        (refusal("500 Oops", json.dumps({"error": {"message": f"full {KEY}"}})), "error 500: full …", ""),
        (refusal("502 Bad Gateway", "<html>"), "error 502: Bad Gateway", ""),
        (refusal("307 Moved", "", "Location: http://evil.example/"), "on to evil.example", "set endpoint"),
        (refusal("307 Moved", "", "Location: http://[evil"), "on to 127.0.0.1", "set endpoint"),
        ([ok(), b"data: {broken\n\n"], "something else", "/v1"),
        ([ok(), b'data: {"choices": [{"delta": {"content": 7}}]}\n\n'], "something else", "/v1"),
        ([ok(), b"data: [1, 2]\n\n"], "something else", "/v1"),
        ([ok(), b'data: {"error": {"message": "model crashed"}}\n\n'], "gave up: model crashed", ""),
        ([ok(), b'{"error": "no memory"}\n'], "gave up: no memory", ""),
        ([ok("text/html"), b"<html>hello</html>\n"], "something else", "/v1"),
        ([ok(), event("half")], "broke off", "ask again"),
        ([ok().replace(b"Connection: close", b"Content-Length: 900"), event("half")], "broke off", "again"),
        ([b"SSH-2.0-OpenSSH\r\n"], "broke off", ""),
        ([b""], "broke off", ""),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_clear_line(reply: list[bytes], said: str, hint: str) -> None:
    with pytest.raises(EndpointError) as caught:
        asked(reply, key=KEY)
    assert said in caught.value.message
    assert hint in caught.value.hint
    assert KEY not in str(caught.value) and KEY not in repr(caught.value)
    assert "\n" not in str(caught.value)


def test_what_came_before_it_broke_off_stands() -> None:
    pieces = []
    with chat_endpoint([ok(), event("One. [1] ")]) as fake, pytest.raises(EndpointError):
        for piece in Reply(made(fake.address), MESSAGES):
            pieces.append(piece)
    assert pieces == ["One. [1] "]


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(EndpointError, match=f"nothing answers at 127.0.0.1:{port}"):
        list(Reply(made(f"http://127.0.0.1:{port}/v1"), MESSAGES))


def test_a_server_that_says_nothing_is_given_up() -> None:
    with pytest.raises(EndpointError, match="does not answer"):
        asked([HOLD], waiting=0.2)
    with pytest.raises(EndpointError, match="does not answer"):
        asked([ok(), event("a"), HOLD], waiting=0.2)


def test_a_server_that_never_ends_is_stopped() -> None:
    with pytest.raises(EndpointError, match="does not stop writing"):
        asked([ok(), *([event("x" * 9_000)] * 20)])


@pytest.mark.parametrize("line", [b"data: " + b"x" * 9_000 + b"\n", b"x" * 9_000, b": I am here\n\n" * 900])
def test_lines_that_never_end_are_stopped(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.writing.endpoint._LONGEST_STREAM", 100_000)
    with pytest.raises(EndpointError, match="does not stop writing"):
        asked([ok(), *([line] * 20)])


def test_another_thread_ends_a_reply() -> None:
    with chat_endpoint([ok(), event("a"), HOLD]) as fake:
        reply = Reply(made(fake.address), MESSAGES)
        pieces = []
        for piece in reply:
            pieces.append(piece)
            threading.Timer(0.05, reply.cancel).start()
        assert pieces == ["a"] and reply.cancelled
        assert fake.left.wait(2)
        early = Reply(made(fake.address), MESSAGES)
        early.cancel()
        assert list(early) == []


def test_a_request_has_the_messages_the_model_and_the_key() -> None:
    with chat_endpoint(stream("a")) as fake:
        list(Reply(made(fake.address + "/", {"QA_ENDPOINT_KEY": KEY}), MESSAGES))
        head = fake.received[0].split(b"\r\n\r\n")[0].decode()
        assert head.startswith("POST /v1/chat/completions HTTP/1.1")
        assert f"Authorization: Bearer {KEY}" in head
        assert "User-Agent" not in head and "Python" not in head
        assert fake.body() == {"model": "tiny", "messages": MESSAGES, "stream": True, "temperature": 0}
        list(Reply(made(fake.address), MESSAGES))
        assert b"Authorization" not in fake.received[1]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "no endpoint is set"),
        ("localhost:11434", "must be an address"),
        ("ftp://localhost/v1", "must be an address"),
        ("http://", "must be an address"),
        ("http://[::1/v1", "must be an address"),
        ("http://localhost:99999/v1", "must be an address"),
        ("https://me:secret@example.org/v1", "a key does not belong in the address"),
        ("http://example.org/v1", "would be asked without encryption"),
        ("http://192.168.1.9:11434/v1", "would be asked without encryption"),
    ],
)
def test_addresses_that_must_not_be_asked_are_refused(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        made(address)
    assert "secret" not in str(caught.value)


def test_addresses_that_may_be_asked() -> None:
    for address in (
        "http://localhost:1/v1",
        "http://127.0.0.2/v1",
        "http://[::1]:8080",
        "https://example.org/v1",
    ):
        assert made(address).path.endswith("/chat/completions")
    assert (
        endpoint_of(settings("http://10.0.0.2/v1", http="allowed"), {}, Path("/nonexistent")).host
        == "10.0.0.2"
    )
    assert made("http://localhost/v1/chat/completions").path == "/v1/chat/completions"
    with pytest.raises(UsageError, match="no model is set"):
        endpoint_of(settings("http://localhost/v1", model=""), {})


@pytest.mark.skipif(os.name != "posix" or os.geteuid() < 0, reason="file modes of POSIX")
def test_a_key_comes_from_the_environment_or_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "endpoint.key"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    file.chmod(0o640)
    with pytest.raises(UsageError, match="other accounts may read"):
        made("http://localhost/v1", file=file)
    file.chmod(0o600)
    assert made("http://localhost/v1", file=file).key == KEY
    assert made("http://localhost/v1", {"QA_ENDPOINT_KEY": "other"}, file).key == "other"
    assert KEY not in repr(made("http://localhost/v1", file=file))
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot read the key"):
        made("http://localhost/v1", file=file)
    with pytest.raises(UsageError, match="characters that no key has") as caught:
        made("http://localhost/v1", {"QA_ENDPOINT_KEY": f"{KEY}\nX-Evil: 1"})
    assert KEY not in str(caught.value)
