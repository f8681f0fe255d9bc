"""What a library on a Milvus server knows of files and folders, and of what reference managers say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.milvus.connection import quoted
from index.milvus.rows import ARTICLE, Row, names, newest, read_facts, record_of
from index.milvus.schema import NOUGHT, number, row_ids
from index.storage.bibliography import Description
from index.storage.sources import UNREAD, FileRecord, Moved, StoredArticle, files_of, followed_path, inside
from index.text.display import encodable

if TYPE_CHECKING:
    from index.milvus.store import MilvusStore

#: Files that are asked for one by one; of more, all that are known are fetched.
_FEW = 20
_ALL = [*ARTICLE, "key", "names"]


class MilvusSources:
    """Followed folders, archives, and the files of articles."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store

    # Folders

    def folders(self) -> list[str]:
        return [*self._store.facts("folder")]

    def follow(self, folders: Iterable[str]) -> None:
        new = {folder for folder in folders if encodable(folder)}.difference(self.folders())
        self._store.put_facts("folder", dict.fromkeys(new))

    def unfollow(self, folder: Path) -> None:
        self._store.drop_facts("folder", [followed_path(folder, self.folders())])

    # Files of several articles

    def containers(self) -> dict[str, FileRecord]:
        return {path: FileRecord(*record) for path, record in self._store.facts("container").items()}

    def container(self, path: str) -> FileRecord | None:
        found = self._store.fact("container", path)
        return FileRecord(*found) if found else None

    def mark_reading(self, paths: Iterable[str]) -> None:
        self._store.put_facts("container", {path: list(UNREAD) for path in paths})

    def record(self, articles: Mapping[str, FileRecord], containers: Mapping[str, FileRecord]) -> None:
        changed = []
        for row in self._rows(self._store.at_paths([*articles])):
            file = articles[row["path"]]
            changed.append(row | {"size": file.size, "modified": file.modified})
        self._store.server.put("articles", changed)
        if containers:  # they are read to the end once all of their articles are there
            self._store.writer.afterwards(partial(self._record_containers, {**containers}))

    def _record_containers(self, containers: Mapping[str, FileRecord]) -> None:
        changed = []
        for path, file in containers.items():
            for article in self.stored(path):
                if article.file.modified != file.modified:
                    found = self._store.server.get("articles", [article.id], _ALL)
                    changed += [row | {"modified": file.modified} for row in found.values()]
        self._store.server.put("articles", changed)
        self._store.put_facts("container", {path: list(file) for path, file in containers.items()})

    def mark_stale(self, paths: Sequence[str]) -> None:
        """Marks the files that hold articles of these paths, so that they are read again."""
        files = {file for path in paths for file in files_of(path)}
        if len(files) > _FEW:
            known = files.intersection(self.containers())
        else:
            known = {file for file in files if self.container(file)}
        self._store.put_facts("container", {file: list(UNREAD) for file in known})

    def drop(self, path: str) -> None:
        self._store.drop_facts("container", [path])

    # Articles

    def stored(self, container: str = "") -> list[StoredArticle]:
        where = "id >= 0"
        if container:
            start, end = inside(container)
            where = f"(path == {quoted(container)} or (path >= {quoted(start)} and path < {quoted(end)}))"
        fields = ["path", "version", "digest", "size", "modified"]
        rows = newest(self._store.server.rows("articles", where, fields, 8000))
        found = [StoredArticle(row["id"], path, record_of(row)) for path, row in sorted(rows.items())]
        if container:
            self._store.expect_inside(inside(container)[0], {a.path: a.file for a in found})
        return found

    def move(self, articles: Iterable[Moved], containers: Iterable[tuple[str, str, FileRecord]] = ()) -> None:
        places = [(article.path, new, file) for article, new, file in articles]
        for old, new, file in containers:
            for article in self.stored(old):
                path = new + article.path[len(old) :]
                places.append((article.path, path, article.file._replace(modified=file.modified)))
            self._store.put_facts("container", {new: list(file)})
            self._store.drop_facts("container", [old])
        for first in range(0, len(places), 500):
            self._move(places[first : first + 500])
        self._store.writer.new_generation()

    def _move(self, places: Sequence[tuple[str, str, FileRecord]]) -> None:
        new = {old: (path, file) for old, path, file in places}
        changed, paths = [], []
        for row in self._rows(self._store.at_paths([*new])):
            path, file = new[row["path"]]
            said = read_facts(row, self._store.server.url)
            changed.append(
                row
                | {"path": path, "key": number("path", path), **file._asdict()}
                | {"names": names(said.source, row["title"], path, said.reference)}
            )
            paths.append({"id": number("path", path), "article": row["id"], NOUGHT: [0.0, 0.0]})
        server = self._store.server
        server.put("paths", paths)
        server.put("articles", changed)
        there = {row["id"] for row in paths}
        server.delete("paths", [key for old in new if (key := number("path", old)) not in there])

    def _rows(self, known: Mapping[str, Row]) -> list[Row]:
        """The whole rows of articles, to be stored again."""
        return [*self._store.server.get("articles", [row["id"] for row in known.values()], _ALL).values()]


class MilvusBibliography:
    """What reference managers say of the articles."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store

    def describe(self, articles: Iterable[Description]) -> None:
        server = self._store.server
        for known in articles:
            for row in server.get("articles", [known.article], _ALL).values():
                said = replace_facts(row, known, server.url)
                published = known.published or ""
                changed = row | {"facts": said, "published": published}
                changed["names"] = names(known.source, row["title"], row["path"], known.reference)
                if published != row["published"]:
                    self._date(row, published)
                server.put("articles", [changed])
        self._store.writer.new_generation()

    def _date(self, row: Row, published: str) -> None:
        """Gives the passages of an article another date."""
        fields = ["version", "article", "language", "content", "sparse", "dense"]
        found = self._store.server.get("passages", row_ids(row["version"], row["passages"]), fields)
        self._store.server.put("passages", [each | {"published": published} for each in found.values()])


def replace_facts(row: Row, known: Description, library: object) -> str:
    said = read_facts(row, library)
    return said._replace(
        published=known.published, author=known.author, source=known.source, reference=known.reference
    ).text()
