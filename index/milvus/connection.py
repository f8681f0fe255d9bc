"""The connection to a Milvus server. pymilvus is known only here.

Every write is an upsert or a deletion by key, so a request whose answer was lost is simply sent again.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from index.address import LibraryUrl
from index.errors import Inaccessible, LibraryError, UsageError
from index.milvus.schema import COLLECTIONS, DENSE, MMAPPED, NOUGHT, SPARSE

if TYPE_CHECKING:
    from pymilvus import MilvusClient

#: Seconds for which a request is tried again while the server does not answer, for one attempt to connect,
#: and between two.
_PATIENCE, _ATTEMPT, _PAUSE = 20.0, 3.0, 0.2
#: The same for a server that never answered this process: perhaps there is none at this address.
_FIRST = 5.0
#: What pymilvus says of a server that does not answer.
_UNANSWERED = ("Retry", "Fail connecting", "UNAVAILABLE", "DEADLINE", "closed", "connect first")
#: Seconds that one request may take; loading, flushing and reading everything take longer.
_SLOW, _LONG = 60.0, 600.0
#: The most rows that Milvus gives for one request, and bytes of rows sent with one.
MAX_ROWS, _MAX_BYTES = 16_384, 16 * 2**20
#: Fewer rows than this are read with one request. To page through them takes four, however few they are.
_FEW = 100
_ROOM = 65_535
#: The graph of vectors, and how many of its nodes a search keeps in sight.
_GRAPH, _BREADTH = {"M": 16, "efConstruction": 200}, 400
#: Seconds after which a collection is ready that somebody else was making. milvus-lite opens one twice that
#: is asked for while it is made, and forgets what the first of them was told.
_READY = 0.5
#: The property of ``passages`` that tells the model.
_MODEL = "yinju.model"
#: The servers that have answered this process.
_reached: set[str] = set()

Row = dict[str, Any]


class _Away(Inaccessible):
    """The server does not answer."""


class _Unloaded(LibraryError):
    """A collection has to be loaded first."""


class Server:
    """The collections of one library. Usable from several threads. Close it."""

    def __init__(self, url: LibraryUrl) -> None:
        """UsageError: pymilvus is not installed. Inaccessible: the server does not answer or let us in."""
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # it writes on standard error what is told here
        try:
            import grpc
            import pymilvus
        except ImportError as error:
            raise UsageError(
                "a library on a Milvus server needs pymilvus", "pip install 'yinju[milvus]'"
            ) from error
        logging.getLogger("pymilvus").disabled = True  # it prints tracebacks of what is told here in a line
        for name in [name for name in logging.root.manager.loggerDict if name.startswith("pymilvus")]:
            logging.getLogger(name).disabled = True
        self.url = url
        self._pymilvus = pymilvus
        self._mutex = threading.Lock()
        self._errors = (pymilvus.MilvusException, grpc.RpcError, ValueError)  # a closed channel: ValueError
        self._client = self._connected()

    def close(self) -> None:
        self._client.close()

    def named(self, collection: str) -> str:
        """What the server calls a collection."""
        return f"{self.url.collection}_{collection}"

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Calls a method of the client; once more over a new connection if the server does not answer."""
        kwargs.setdefault("timeout", _SLOW)
        client = self._client
        try:
            return self._told(getattr(client, method), *args, **kwargs)
        except _Away:
            self._renew(client)
        return self._told(getattr(self._client, method), *args, **kwargs)

    def _renew(self, broken: MilvusClient) -> None:
        """Connects anew, unless another thread did. Inaccessible: the server stays away for some seconds."""
        with self._mutex:
            if self._client is broken:
                self._client = self._connected()
                with suppress(*self._errors):
                    broken.close()

    def _connected(self) -> MilvusClient:
        """A new client, as soon as the server answers."""
        url = self.url
        until = time.monotonic() + (_PATIENCE if url.server in _reached else min(_FIRST, _PATIENCE))
        settings = {"token": url.token, "db_name": url.database, "dedicated": True}
        while True:
            attempt = max(_PAUSE, min(_ATTEMPT, until - time.monotonic()))
            try:
                client: MilvusClient = self._told(
                    self._pymilvus.MilvusClient, url.server, timeout=attempt, **settings
                )
            except _Away as away:
                if time.monotonic() < until:
                    time.sleep(_PAUSE)
                    continue
                if url.server in _reached:
                    raise
                raise Inaccessible(
                    away.message, "check the address; if it is right, start the server there"
                ) from away
            _reached.add(url.server)
            return client

    def _told(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Calls pymilvus, with what goes wrong told in a line."""
        try:
            return function(*args, **kwargs)
        except self._errors as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> LibraryError:
        """The error to raise in place of one of pymilvus. What it says never holds the password."""
        said = " ".join(str(getattr(error, "message", "") or error).split())
        if any(word in said.lower() for word in ("auth check", "unauthenticated", "permission", "privilege")):
            return Inaccessible(
                "the server of {path} refuses this user",
                "give USER:PASSWORD in QA_MILVUS_TOKEN",
                path=self.url,
            )
        if self.url.database and re.search(r"database( \S+)?( does)? not (exist|found)", said):
            return LibraryError(
                "the server of {path} has no database {name}",
                "make it there, or leave it out: milvus://HOST:PORT/NAME",
                path=self.url,
                name=self.url.database,
            )
        if any(word in said for word in _UNANSWERED):
            return _Away(
                "the server of {path} does not answer",
                "what was finished is kept; start the server and run the same command again",
                path=self.url,
            )
        if "load" in said:
            return _Unloaded("the server of {path} refuses: {error}", path=self.url, error=said[:300])
        return LibraryError("the server of {path} refuses: {error}", path=self.url, error=said[:300])

    def _run(self, method: str, collection: str, *args: Any, **kwargs: Any) -> Any:
        """Runs a method on a collection. After a restart of the server, it is loaded first."""
        name = self.named(collection)
        try:
            return self._call(method, name, *args, **kwargs)
        except _Unloaded:
            self._call("load_collection", name, timeout=_LONG)
            return self._call(method, name, *args, **kwargs)

    # The whole

    def has(self, collection: str) -> bool:
        """Whether the collection is there and can be read."""
        name = self.named(collection)
        return bool(self._call("has_collection", name)) and len(self._call("list_indexes", name)) >= len(
            _indexes(collection)
        )

    def create(self, dimensions: int, model: str) -> str:
        """Makes the collections that are missing, or what is missing of them; returns whose model they hold.

        That is ``model``, unless another client was first: ``passages`` is made by one alone.
        """
        with ThreadPoolExecutor(len(COLLECTIONS)) as pool:  # a server takes a while for each
            list(pool.map(partial(self._create, dimensions, model), COLLECTIONS))
        kept = self._call("describe_collection", self.named("passages")).get("properties") or {}
        return str(kept.get(_MODEL) or model)

    def _create(self, dimensions: int, model: str, collection: str) -> None:
        name, kinds = self.named(collection), self._pymilvus.DataType
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        for field, kind in COLLECTIONS[collection].items():
            if kind is int:
                schema.add_field(field, kinds.INT64, is_primary=field == "id")
            elif kind is str:
                schema.add_field(field, kinds.VARCHAR, max_length=_ROOM)
            elif kind == SPARSE:
                schema.add_field(field, kinds.SPARSE_FLOAT_VECTOR)
            else:
                schema.add_field(field, kinds.FLOAT_VECTOR, dim=dimensions if kind == DENSE else 2)
        properties = {"mmap.enabled": "true"} if collection in MMAPPED else {}
        if collection == "passages":
            properties[_MODEL] = model
        create = partial(
            self._call,
            "create_collection",
            name,
            schema=schema,
            consistency_level="Strong",
            properties=properties,
            timeout=_LONG,
        )
        there = partial(self._call, "has_collection", name)
        if there():
            time.sleep(_READY)
        else:
            self._ensure(there, create)
        for field, how in _indexes(collection).items():
            index = self._client.prepare_index_params()
            index.add_index(field, index_name=field, **how)
            there = partial(self._call, "list_indexes", name, field_name=field)
            if not there():
                self._ensure(
                    there, partial(self._call, "create_index", name, index, timeout=_LONG, sync=False)
                )
        self._call("load_collection", name, timeout=_LONG)

    @staticmethod
    def _ensure(is_there: Callable[[], Any], make: Callable[[], Any]) -> None:
        """Makes something, which another client may make at the same moment."""
        try:
            make()
        except LibraryError:
            time.sleep(_READY)
            if not is_there():
                raise

    def load(self) -> None:
        """Makes the collections ready for questions, which a restarted server may have left undone."""
        for collection in COLLECTIONS:
            self._call("load_collection", self.named(collection), timeout=_LONG)

    def drop(self) -> None:
        """Removes the library, or what is made of it; ``facts`` goes first, so that half of it is none."""
        for collection in reversed(COLLECTIONS):
            self._call("drop_collection", self.named(collection))

    # Reading

    def get(self, collection: str, ids: Sequence[int], fields: Sequence[str]) -> dict[int, Row]:
        """The rows of these ids that exist, by id."""
        found: dict[int, Row] = {}
        for first in range(0, len(ids), 1000):
            some = [*ids[first : first + 1000]]
            for row in self._run("get", collection, ids=some, output_fields=["id", *fields]):
                found[row["id"]] = dict(row)
        return found

    def rows(self, collection: str, where: str, fields: Sequence[str], size: int = 2000) -> Iterator[Row]:
        """All rows that an expression selects, ordered by id, read ``size`` at a time."""
        few = self.query(collection, where, fields, _FEW, timeout=_LONG)
        if len(few) < _FEW:
            yield from sorted(few, key=lambda row: int(row["id"]))
            return
        last, until = -1, time.monotonic() + _PATIENCE
        while True:
            try:
                for row in self._iterate(collection, f"id > {last} and ({where})", fields, size):
                    yield row
                    last, until = row["id"], time.monotonic() + _PATIENCE
                return
            except _Away:  # it goes on from there over a new connection
                if time.monotonic() > until:
                    raise
                self._renew(self._client)

    def _iterate(self, collection: str, where: str, fields: Sequence[str], size: int) -> Iterator[Row]:
        names = ["id", *fields]
        cursor = self._run(
            "query_iterator",
            collection,
            batch_size=min(size, MAX_ROWS),
            filter=where,
            output_fields=names,
            timeout=_LONG,
        )
        try:
            while True:
                if not (found := self._told(cursor.next)):
                    return
                yield from map(dict, found)
        finally:
            with suppress(*self._errors):
                cursor.close()

    def query(
        self,
        collection: str,
        where: str,
        fields: Sequence[str],
        most: int = MAX_ROWS,
        *,
        timeout: float = _SLOW,
    ) -> list[Row]:
        """At most so many of the rows that an expression selects, in no order."""
        names = ["id", *fields]
        found = self._run("query", collection, filter=where, output_fields=names, limit=most, timeout=timeout)
        return [dict(row) for row in found]

    def count(self, collection: str) -> int:
        [row] = self._run("query", collection, filter="", output_fields=["count(*)"])
        return int(row["count(*)"])

    def search(
        self, field: str, vector: Any, k: int, where: str, fields: Sequence[str]
    ) -> list[tuple[int, float, Row]]:
        """(id, inner product, fields) of the ``k`` best passages."""
        [found] = self._run(
            "search",
            "passages",
            data=[vector],
            anns_field=field,
            limit=min(k, MAX_ROWS),
            filter=where,
            output_fields=[*fields],
            search_params={"params": {"ef": max(_BREADTH, 4 * k)}} if field == DENSE else None,
        )
        return [(hit["id"], float(hit["distance"]), dict(hit["entity"])) for hit in found]

    # Writing

    def put(self, collection: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Stores rows under their ids, in place of those there."""
        some: list[Row] = []
        size = 0
        for row in rows:
            some.append({**row, "nought": [0.0, 0.0]} if "nought" in COLLECTIONS[collection] else {**row})
            size += sum(len(value) for value in row.values() if isinstance(value, str)) * 2 + 4096
            if size > _MAX_BYTES:
                self._run("upsert", collection, some)
                some, size = [], 0
        if some:
            self._run("upsert", collection, some)

    def delete(self, collection: str, ids: Sequence[int]) -> None:
        for first in range(0, len(ids), 1000):
            self._run("delete", collection, ids=[*ids[first : first + 1000]])

    def refresh(self, collection: str) -> None:
        """Asks the server to show what was imported into a collection; it takes a while."""
        self._run("refresh_load", collection, _async=True)

    def flush(self) -> None:
        """Seals what was written, which makes it quicker to search; it was safe before."""
        for collection in COLLECTIONS:
            self._run("flush", collection, timeout=_LONG)


def _indexes(collection: str) -> dict[str, dict[str, Any]]:
    """The indexes of a collection, by field."""
    made: dict[str, dict[str, Any]] = {}
    for field, kind in COLLECTIONS[collection].items():
        if kind == SPARSE:
            made[field] = {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "IP"}
        elif kind == DENSE:
            made[field] = {"index_type": "HNSW", "metric_type": "IP", "params": _GRAPH}
        elif kind == NOUGHT:
            made[field] = {"index_type": "FLAT", "metric_type": "IP", "params": {}}
        elif field in ("name", "kind"):
            made[field] = {"index_type": "INVERTED"}
    return made


def quoted(text: str) -> str:
    """A text in an expression."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def one_of(field: str, values: Sequence[object]) -> str:
    """The expression that selects rows with one of these values, texts or numbers."""
    listed = ", ".join(quoted(value) if isinstance(value, str) else str(value) for value in values)
    return f"{field} in [{listed}]"
