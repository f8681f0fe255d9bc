"""Where a library is: a folder, or a name on a Milvus server."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from index.errors import UsageError

#: ``milvus+tls`` is ``milvus`` over TLS.
_SCHEMES = ("milvus", "milvus+tls")
#: What is meant as an address, mistyped perhaps: a folder of that name would be made of a password. A letter
#: alone is a drive, and ``./`` before it makes any name one of a folder.
_MEANT = re.compile(r"\s*([a-z][a-z0-9+.-]+://|milvus[:+])", re.IGNORECASE)
PORT = 19530
#: Milvus allows letters, digits and underscores. Each collection adds a suffix to the name.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")

if TYPE_CHECKING:
    _Base = Path
else:
    _Base = type(Path())


def is_url(text: str) -> bool:
    """Whether ``text`` is meant to name a library on a server; it may be no valid address."""
    return _MEANT.match(text) is not None


class LibraryUrl(_Base):
    """The address of a library on a Milvus server, ``milvus://[USER:PASSWORD@]HOST[:PORT]/[DATABASE/]NAME``.

    It is a path, because a library is named by a path everywhere; as text it is the address without what
    stands before ``@``: a password, or an API key in place of ``USER:PASSWORD``. So a library has one text,
    whoever opens it. The variable ``QA_MILVUS_TOKEN`` takes the place of both.
    """

    shown = server = database = collection = ""

    def __new__(cls, url: str, *_: str) -> LibraryUrl:
        made: LibraryUrl = super().__new__(cls, _parts(url)[0])
        return made

    def __init__(self, url: str, *_: str) -> None:
        self.shown, self.server, self.database, self.collection, self._token = _parts(url)
        self._url = url
        if _TAKES_PARTS:
            super().__init__(self.shown)  # type: ignore[call-arg]

    @property
    def token(self) -> str:
        """``USER:PASSWORD`` or an API key; "" for none."""
        return os.environ.get("QA_MILVUS_TOKEN", "").strip() or self._token

    @property
    def user(self) -> str:
        """Who is signed in, "" if nobody is."""
        return self.token.partition(":")[0] if ":" in self.token else ""

    def __str__(self) -> str:
        return self.shown or super().__str__()

    def __fspath__(self) -> str:
        return str(self)

    @property
    def parent(self) -> Path:  # type: ignore[override]
        return Path(os.path.dirname(self.shown))

    def __truediv__(self, key: str | os.PathLike[str]) -> Path:  # type: ignore[override]
        return Path(self.shown, key)

    def __repr__(self) -> str:
        return f"LibraryUrl({self.shown!r})"

    def __reduce__(self) -> Any:
        return LibraryUrl, (self._url,)

    def beside(self, name: str) -> LibraryUrl:
        """The address of another library in the same database."""
        return LibraryUrl(f"{self._url.rstrip('/').rpartition('/')[0]}/{name}")

    def absolute(self) -> LibraryUrl:
        return self

    def resolve(self, strict: bool = False) -> LibraryUrl:
        return self

    def expanduser(self) -> LibraryUrl:
        return self

    def with_segments(self, *parts: Any) -> Path:
        return Path(*map(str, parts))


#: Since Python 3.12 the initializer of a path takes its parts.
_TAKES_PARTS = Path.__init__ is not object.__init__


def library_path(text: str | Path) -> Path:
    """The folder or address that ``text`` names. UsageError: it is no address of a library."""
    if isinstance(text, LibraryUrl):
        return text
    if is_url(str(text)):
        return LibraryUrl(str(text))
    return Path(os.path.expanduser(text)).absolute()


def rest_address(url: LibraryUrl) -> str:
    """Where the REST interface of the server is: by default at the same port."""
    return os.environ.get("QA_MILVUS_REST", "").strip().rstrip("/") or url.server


def import_folder() -> str:
    """The folder of an object store that large additions are imported from, as a URI; "" for none."""
    return os.environ.get("QA_MILVUS_IMPORT", "").strip()


def _parts(url: str) -> tuple[str, str, str, str, str]:
    """The address without its secrets, the server for pymilvus, database, name, and token."""
    try:
        found = urlsplit(url)
        host, port = found.hostname, found.port or PORT
    except ValueError:
        raise _no_address() from None  # what it says may hold the password
    names = found.path.strip("/").split("/")
    if not host or found.scheme not in _SCHEMES or found.query or found.fragment:
        raise _no_address()
    if not 1 <= len(names) <= 2 or not all(map(_NAME.fullmatch, names)):
        raise _no_address()
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    token = ":".join(unquote(part) for part in (found.username, found.password) if part is not None)
    server = f"{'https' if found.scheme.endswith('+tls') else 'http'}://{place}"
    shown = f"{found.scheme}://{place}/{'/'.join(names)}"
    return shown, server, names[0] if len(names) == 2 else "", names[-1], token


def _no_address() -> UsageError:
    return UsageError(
        "this is no address of a library on a Milvus server",
        "give milvus://HOST:PORT/NAME; a name has letters, digits and underscores",
    )
