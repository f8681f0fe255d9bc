"""Compares libraries of Zotero that are followed with the articles that came from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from index.errors import Phrase, ReadError
from index.ingest.zotero import Entry, read_zotero
from index.storage.interfaces import ArticleStore
from index.storage.sources import Moved, StoredArticle
from index.types import ArticleInfo, Reference, SyncReport


class ZoteroChanges:
    """``entries`` is what Zotero has, by path; ``relocated`` the articles that moved there, by their new
    paths; ``unlisted`` those that are not there any more. ``passed_over`` counts other files by kind.
    """

    def __init__(
        self, store: ArticleStore, stored: Sequence[StoredArticle], followed: Collection[str]
    ) -> None:
        self._store, self._stored, self._followed = store, stored, followed
        self._infos = {info.path: info for info in store.articles()}
        self.entries: dict[str, Entry] = {}
        self.relocated: dict[str, StoredArticle] = {}
        self.unlisted: list[StoredArticle] = []
        self.passed_over = Counter[str]()

    def is_from_zotero(self, path: str) -> bool:
        """Whether the article stored at this path came from a library of Zotero."""
        return self._reference(path) is not None

    def _reference(self, path: str) -> Reference | None:
        info = self._infos.get(path)
        return info.reference if info else None

    def owns(self, path: str) -> bool:
        """Whether a file belongs to a library that is followed."""
        reference = self._reference(path)
        return path in self.entries or (reference is not None and reference.source in self._followed)

    def compare(self, database: str, report: SyncReport, *, deleted: bool) -> None:
        """Looks into a library. One that is missing keeps its articles unless it is ``deleted``."""
        mine = {
            reference.member: article
            for article in self._stored
            if (reference := self._reference(article.path)) and reference.source == database
        }
        try:
            found = read_zotero(Path(database))
        except (FileNotFoundError, NotADirectoryError):
            if deleted:
                self.unlisted += mine.values()
            else:
                report.away.append((database, Phrase("the folder is not there")))
            return
        except (ReadError, OSError) as error:
            reason = error.message if isinstance(error, ReadError) else error.strerror or str(error)
            report.skipped.append((database, reason))
            return
        report.from_abstract += found.from_abstract
        report.without_text += found.without_text
        self.passed_over.update(found.passed_over)
        for entry in found.entries:
            article = mine.get(entry.reference.member)
            is_new = self.entries.setdefault(entry.path, entry) is entry and entry.path not in self._infos
            if is_new and article is not None:
                self.relocated[entry.path] = article
        self.unlisted += [article for member, article in mine.items() if member not in found.members]

    def moves(self) -> list[Moved]:
        return [(article, path, article.file) for path, article in self.relocated.items()]

    def to_add(self) -> list[tuple[Entry, ArticleInfo | None]]:
        """All that Zotero has, each with the article that is there, but for what only moved."""
        found = []
        for path, entry in self.entries.items():
            moved = self.relocated.get(path)
            info = self._infos.get(moved.path if moved else path)
            if not moved or info is None or info.reference != entry.reference:
                found.append((entry, info))
        return found

    def preview(self, report: SyncReport) -> None:
        """Tells what adding would do if all could be read."""
        for entry, info in self.to_add():
            if info is None or (known := self._store.file(info.path)) is None:
                outcome = report.added
            elif info.reference != entry.reference or not entry.fits(known):
                outcome = report.updated
            else:
                outcome = report.unchanged
            outcome.append(entry.path)
