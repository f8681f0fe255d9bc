"""What names a library: a folder, or an address, which never shows a secret."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from index.address import LibraryUrl, library_path
from index.errors import UsageError


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QA_MILVUS_TOKEN", raising=False)


@pytest.mark.parametrize(
    "text",
    [
        *("milvus://host/", "milvus://host/a-b", "milvus:///a", "milvus://h:x/a", "milvus://u:secret@h:x/a"),
        *("milvus://h/a?secret=1", "milvus://h/a#secret", "milvus://h/a/b/c", "milvus+tcp://u:secret@h/a"),
        *("milvus:/u:secret@h/a", "milvus:u:secret@h/a", "milvus+tls:/h/a", "Milvus:h", " milvus:h"),
        *("http://u:secret@h/a", "HTTPS://h/a", "mivlus://u:secret@h/a"),
    ],
)
def test_a_mistyped_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError, match="no address of a library") as refused:
        library_path(text)
    assert "secret" not in f"{refused.value!r} {refused.value.__cause__!r}"
    assert "milvus://HOST:PORT/NAME" in refused.value.hint


@pytest.mark.parametrize(
    "text",
    ["./a:b", "a:b", "C:\\x", "C:/x", "c://x", "./milvus:a", "./http://a", "milvus", "milvus_a:b", "/a://b"],
)
def test_a_folder_may_have_a_colon(text: str) -> None:
    assert library_path(text) == Path(text).absolute()


@pytest.mark.parametrize(
    ("before", "token", "user"),
    [
        ("", "", ""),
        ("reader:secret@", "reader:secret", "reader"),
        ("reader:@", "reader:", "reader"),
        ("reader:p%40%2F@", "reader:p@/", "reader"),
        ("secretkey@", "secretkey", ""),
    ],
)
def test_what_stands_before_the_host_is_sent_and_never_shown(before: str, token: str, user: str) -> None:
    url = library_path(f"milvus://{before}Host/base/lib")
    assert isinstance(url, LibraryUrl)
    assert (url.token, url.user, url.server) == (token, user, "http://host:19530")
    assert f"{url} {url!r}".count("milvus://host:19530/base/lib") == 2
    assert not before or before[:6] not in f"{url} {url!r}"
    assert library_path(str(url)) == url and pickle.loads(pickle.dumps(url)).token == token
    assert url.beside("other").token == token


def test_the_environment_takes_the_place_of_what_is_in_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_MILVUS_TOKEN", "key-of-a-service")
    url = LibraryUrl("milvus+tls://reader:secret@[::1]:99/lib")
    assert (url.token, url.user, url.server) == ("key-of-a-service", "", "https://[::1]:99")
    assert str(url) == "milvus+tls://[::1]:99/lib"
