"""The connection to a Milvus server. pymilvus is known only here.

Every write is an upsert or a deletion by key, so a request whose answer was lost is simply sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from index.address import LibraryUrl
from index.errors import Inaccessible, LibraryError, Phrase, UsageError
from index.milvus.schema import COLLECTIONS, DENSE, MMAPPED, SPARSE

if TYPE_CHECKING:
    from pymilvus import MilvusClient

#: Seconds for which a request is tried again while the server does not answer.
_PATIENCE = 15.0
#: Seconds that loading and flushing may take.
_LONG = 600.0
#: The most rows that Milvus gives for one request, and bytes of rows sent with one.
MAX_ROWS, _MAX_BYTES = 16_384, 16 * 2**20
_ROOM = 65_535

Row = dict[str, Any]


class Server:
    """The collections of one library. Usable from several threads. Close it."""

    def __init__(self, url: LibraryUrl) -> None:
        """UsageError: pymilvus is not installed. Inaccessible: the server does not answer or let us in."""
        try:
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
        self._errors = pymilvus.MilvusException
        self._client: MilvusClient = self._told(
            pymilvus.MilvusClient, url.server, token=url.token, db_name=url.database, timeout=_PATIENCE
        )

    def close(self) -> None:
        self._client.close()

    def _name(self, collection: str) -> str:
        return f"{self.url.collection}_{collection}"

    def _told(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Calls pymilvus, with what goes wrong told in one line."""
        import grpc

        try:
            return function(*args, **kwargs)
        except (self._errors, grpc.RpcError) as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> LibraryError:
        said = " ".join(str(getattr(error, "message", "") or error).split())
        if any(word in said.lower() for word in ("auth check", "unauthenticated", "permission", "privilege")):
            return Inaccessible(
                "the server of {path} refuses this user",
                "give USER:PASSWORD in QA_MILVUS_TOKEN",
                path=self.url,
            )
        if any(word in said for word in ("Retry", "Fail connecting", "UNAVAILABLE", "DEADLINE", "closed")):
            return Inaccessible(
                "the server of {path} does not answer",
                "what was finished is kept; start the server and run the same command again",
                path=self.url,
            )
        return LibraryError(
            "the server of {path} refuses: {error}", path=self.url, error=Phrase(said[:300].replace("{", "("))
        )

    def _run(self, method: str, collection: str, *args: Any, **kwargs: Any) -> Any:
        """Runs a method of the client. After a restart, a collection is loaded first."""
        function, name = getattr(self._client, method), self._name(collection)
        kwargs.setdefault("timeout", _PATIENCE)
        try:
            return function(name, *args, **kwargs)
        except self._errors as error:
            if "load" not in str(error):
                raise self._failure(error) from error
        self._told(self._client.load_collection, name, timeout=_LONG)
        return self._told(function, name, *args, **kwargs)

    # The whole

    def exists(self) -> bool:
        """Whether the library is there, with all its collections."""
        return bool(self._told(self._client.has_collection, self._name("facts"), timeout=_PATIENCE))

    def create(self, dimensions: int) -> None:
        """Makes the collections that are missing; ``facts``, which makes it a library, comes last."""
        kinds = self._pymilvus.DataType
        for collection, fields in COLLECTIONS.items():
            if self._told(self._client.has_collection, self._name(collection)):
                continue
            schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
            index = self._client.prepare_index_params()
            for field, kind in fields.items():
                if kind is int:
                    schema.add_field(field, kinds.INT64, is_primary=field == "id")
                elif kind is str:
                    schema.add_field(field, kinds.VARCHAR, max_length=_ROOM)
                elif kind == SPARSE:
                    schema.add_field(field, kinds.SPARSE_FLOAT_VECTOR)
                    index.add_index(field, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
                else:
                    wide = dimensions if kind == DENSE else 2
                    schema.add_field(field, kinds.FLOAT_VECTOR, dim=wide)
                    index.add_index(field, index_type="FLAT" if wide == 2 else "AUTOINDEX", metric_type="IP")
                if field in ("name", "kind"):
                    index.add_index(field, index_type="INVERTED")
            more = {"mmap.enabled": "true"} if collection in MMAPPED else {}
            self._told(
                self._client.create_collection,
                self._name(collection),
                schema=schema,
                index_params=index,
                consistency_level="Strong",
                properties=more,
                timeout=_LONG,
            )

    def load(self) -> None:
        """Makes the collections ready for questions, which a restarted server may have left undone."""
        for collection in COLLECTIONS:
            self._told(self._client.load_collection, self._name(collection), timeout=_LONG)

    def drop(self) -> None:
        """Removes the library; ``facts`` goes first, so that half of it is none."""
        for collection in reversed(COLLECTIONS):
            self._told(self._client.drop_collection, self._name(collection))

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
        cursor = self._run(
            "query_iterator",
            collection,
            batch_size=min(size, MAX_ROWS),
            filter=where,
            output_fields=["id", *fields],
            timeout=_LONG,
        )
        try:
            while found := self._told(cursor.next):
                yield from map(dict, found)
        finally:
            cursor.close()

    def query(self, collection: str, where: str, fields: Sequence[str]) -> list[Row]:
        """At most `MAX_ROWS` rows that an expression selects, in no order."""
        found = self._run("query", collection, filter=where, output_fields=["id", *fields], limit=MAX_ROWS)
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

    def delete_where(self, collection: str, where: str) -> None:
        self._run("delete", collection, filter=where)

    def flush(self) -> None:
        """Seals what was written, which makes it quicker to search; it was safe before."""
        for collection in COLLECTIONS:
            self._run("flush", collection, timeout=_LONG)


def quoted(text: str) -> str:
    """A text in an expression."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def one_of(field: str, values: Sequence[object]) -> str:
    """The expression that selects rows with one of these values, texts or numbers."""
    listed = ", ".join(quoted(value) if isinstance(value, str) else str(value) for value in values)
    return f"{field} in [{listed}]"
