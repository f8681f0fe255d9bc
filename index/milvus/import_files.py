"""Rows as Parquet files in the object store that a Milvus server imports from."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.errors import Inaccessible, UsageError
from index.milvus.schema import COLLECTIONS, NOUGHT, SPARSE

if TYPE_CHECKING:
    import pyarrow as pa

#: The file that is not imported: what of each batch is sent once its rows are there.
LEDGER = "ledger"

Row = dict[str, Any]


class ImportFiles:
    """The folder ``uri``, as ``s3://BUCKET/PREFIX`` or ``file:///FOLDER``; the server has to read the same.

    The environment names user and address of an object store as for other programs: ``AWS_ACCESS_KEY_ID``,
    ``AWS_SECRET_ACCESS_KEY``, ``AWS_ENDPOINT_URL``.
    """

    def __init__(self, uri: str) -> None:
        """UsageError: pyarrow is not installed, or ``uri`` names no folder."""
        try:
            import pyarrow
            from pyarrow import fs
        except ImportError as error:
            raise UsageError("a bulk import needs pyarrow", "pip install 'yinju[milvus]'") from error
        split = urlsplit(uri)
        #: Where it is, without secrets.
        self.shown = f"{split.scheme}://{split.netloc.rpartition('@')[2]}{split.path}"
        try:
            self._files, self._root = fs.FileSystem.from_uri(uri)
            if not self._root.strip("/"):
                raise ValueError("it names no bucket")
        except (pyarrow.ArrowException, ValueError, OSError) as error:
            raise UsageError(
                "QA_MILVUS_IMPORT names no object store: {place}",
                "give s3://BUCKET/PREFIX, the bucket that the server reads",
                place=self.shown,
            ) from error
        self._is_local = isinstance(self._files, fs.LocalFileSystem)
        self._errors = (OSError, pyarrow.ArrowException)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong with the store is told in a line. FileNotFoundError passes."""
        try:
            yield
        except FileNotFoundError:
            raise
        except self._errors as error:
            raise Inaccessible(
                "the object store {place} refuses: {error}",
                "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL tell who asks, and where",
                place=self.shown,
                error=" ".join(str(error).split())[:300],
            ) from error

    def _path(self, folder: str, name: str) -> str:
        return posixpath.join(self._root, folder, f"{name}.parquet")

    def name_for_server(self, folder: str, name: str) -> str:
        """The file as the server knows it: its path inside the bucket."""
        path = self._path(folder, name)
        return path if self._is_local else path.partition("/")[2]

    def open(self, folder: str, name: str) -> ParquetFile:
        """Begins a file of a collection's rows, or the `LEDGER`."""
        import pyarrow.parquet as parquet

        schema = _schema(name)
        with self._told():
            if self._is_local:
                self._files.create_dir(posixpath.join(self._root, folder))
            stream = self._files.open_output_stream(self._path(folder, name))
            return ParquetFile(name, parquet.ParquetWriter(stream, schema), stream.close, self._told)

    def rows(self, folder: str, name: str, columns: Sequence[str]) -> Iterator[list[Row]]:
        """The rows as they were put, batch by batch. FileNotFoundError: there is no such file."""
        import pyarrow.parquet as parquet

        with self._told(), self._files.open_input_file(self._path(folder, name)) as stream:
            file = parquet.ParquetFile(stream)
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, [*columns]).to_pylist()

    def remove(self, folder: str, names: Sequence[str]) -> None:
        """Removes these files of a folder, and the folder."""
        with self._told():
            for name in names:
                with suppress(FileNotFoundError):
                    self._files.delete_file(self._path(folder, name))
            if self._is_local:
                with suppress(FileNotFoundError):
                    self._files.delete_dir(posixpath.join(self._root, folder))


class ParquetFile:
    """A file that is being written; each ``put`` becomes a group of rows, which a reader takes at once."""

    def __init__(self, name: str, writer: Any, close: Callable[[], None], told: Callable[[], Any]) -> None:
        self._name, self._writer, self._close, self._told = name, writer, close, told
        self.count = 0

    def put(self, rows: Sequence[Mapping[str, Any]]) -> None:
        import pyarrow as pa

        if not rows:
            return
        schema = _schema(self._name)
        columns = [pa.array(_values(rows, field.name, self._name), field.type) for field in schema]
        with self._told():
            self._writer.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=len(rows))
        self.count += len(rows)

    def close(self) -> None:
        """Ends the file: only now it can be read."""
        with self._told():
            self._writer.close()
            self._close()


def _schema(name: str) -> pa.Schema:
    """The columns as the server wants them: sparse vectors are JSON, dense ones lists."""
    import pyarrow as pa

    if name == LEDGER:
        return pa.schema([("own", pa.string()), ("counts", pa.string())])
    kinds = {int: pa.int64(), str: pa.string(), SPARSE: pa.string()}
    vector = pa.list_(pa.float32())
    return pa.schema([(field, kinds.get(kind, vector)) for field, kind in COLLECTIONS[name].items()])


def _values(rows: Sequence[Mapping[str, Any]], field: str, name: str) -> list[Any]:
    kind = COLLECTIONS.get(name, {}).get(field)
    if kind == NOUGHT:
        return [[0.0, 0.0]] * len(rows)
    if kind == SPARSE:
        return [json.dumps(row[field]) for row in rows]
    return [row[field] for row in rows]
