"""Import jobs of a Milvus server, over its REST interface of version 2.

The server reads files from its object store and inserts their rows. It does not look whether they are there
already: a job that is begun twice stores them twice. So a job that may have been begun is looked for first.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from http.client import HTTPException
from typing import Any, NamedTuple, TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from index.address import LibraryUrl, rest_address
from index.errors import Inaccessible, LibraryError

#: Seconds for one request, for which one is tried again, and between two attempts.
_SLOW, _PATIENCE, _PAUSE = 20.0, 20.0, 0.2
#: What the server calls a request that went well (older, newer), and one whose user it does not know.
_WELL, _UNKNOWN_USER = (200, 0), (401, 403, 1800)
_ENDED = ("Completed", "Failed")
#: The newest jobs of a collection among which one is looked for.
_LISTED = 100

Got = TypeVar("Got")


class Job(NamedTuple):
    """How far a job is. ``rows`` is how many it has taken, None if the server does not tell."""

    id: str
    state: str
    percent: int
    reason: str
    rows: int | None
    files: str

    @property
    def ended(self) -> bool:
        return self.state in _ENDED

    @property
    def failed(self) -> bool:
        return self.state == "Failed"


class _Lost(Inaccessible):
    """No answer came."""


class ImportJobs:
    """The import jobs of one library."""

    def __init__(self, url: LibraryUrl) -> None:
        self._url = url
        self._address = rest_address(url)

    def begin(self, collection: str, file: str, key: str) -> Job:
        """Begins to import ``file``; ``key`` names this request, so that it counts once.

        Inaccessible: the server does not answer, or refuses this user. LibraryError: it refuses the job.
        """
        try:
            return self._begin(collection, file, key)
        except _Lost:
            found = self.find(collection, file)
            return found or self._patiently(lambda: self._begin(collection, file, key))

    def _begin(self, collection: str, file: str, key: str) -> Job:
        body = {"collectionName": collection, "files": [[file]]}
        said = self._ask("create", body, {"Idempotency-Key": key})
        return self._read({"jobId": said["jobId"], "state": "Pending"})

    def find(self, collection: str, file: str) -> Job | None:
        """The job that imports ``file``, if there is one that did not fail."""
        body = {"collectionName": collection, "pageSize": _LISTED, "currentPage": 1}
        said = self._patiently(lambda: self._ask("list", body))
        for known in said.get("records") or []:
            if known.get("state") != "Failed" and file in (job := self.look(str(known["jobId"]))).files:
                return job
        return None

    def look(self, job: str) -> Job:
        """How far a job is."""
        return self._read(self._patiently(lambda: self._ask("describe", {"jobId": job})) | {"jobId": job})

    @staticmethod
    def _read(said: dict[str, Any]) -> Job:
        rows = said.get("importedRows")
        return Job(
            str(said["jobId"]),
            str(said.get("state", "")),
            int(said.get("progress") or 0),
            " ".join(str(said.get("reason") or "").split()),
            None if rows is None else int(rows),
            " ".join(str(each.get("fileName", "")) for each in said.get("details") or []),
        )

    def _patiently(self, ask: Callable[[], Got]) -> Got:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return ask()
            except _Lost:
                if time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)

    def _ask(self, what: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
        database = {"dbName": self._url.database} if self._url.database else {}
        request = Request(
            f"{self._address}/v2/vectordb/jobs/import/{what}",
            json.dumps(body | database).encode(),
            {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})},
        )
        if token := self._url.token:
            request.add_header("Authorization", f"Bearer {token}")
        if self._url.database:
            request.add_header("DB-Name", self._url.database)
        try:
            try:
                with urlopen(request, timeout=_SLOW) as answer:
                    said = json.load(answer)
            except HTTPError as error:
                if error.code >= 500:
                    raise
                with error:
                    said = {"code": error.code, "message": error.reason} | _object(error.read())
        except (OSError, HTTPException, ValueError) as error:
            raise _Lost(
                "the server of {path} does not answer at {address}",
                "QA_MILVUS_REST names another address of its REST interface; without QA_MILVUS_IMPORT all is "
                "sent in batches",
                path=self._url,
                address=self._address,
            ) from error
        if said.get("code") in _UNKNOWN_USER:
            raise Inaccessible(
                "the server of {path} refuses this user",
                "give USER:PASSWORD in QA_MILVUS_TOKEN",
                path=self._url,
            )
        if said.get("code") not in _WELL:
            reason = " ".join(str(said.get("message", said)).split())[:300]
            raise LibraryError(
                "the server of {path} refuses: {error}",
                "without QA_MILVUS_IMPORT all is sent in batches",
                path=self._url,
                error=reason,
            )
        return dict(said.get("data") or {})


def _object(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
