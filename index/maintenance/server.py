"""Examines a library on a Milvus server, and mends what killed writers left and what disagrees."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from itertools import islice

from index.address import LibraryUrl, import_folder
from index.errors import Damaged, Phrase
from index.ingest.add import Adder
from index.ingest.embedding import EmbeddingPipeline
from index.maintenance.findings import Finding, State, well
from index.milvus.place import open_server
from index.milvus.schema import number
from index.milvus.statistics import Counts
from index.milvus.store import MilvusStore
from index.types import UNWATCHED, ArticleInfo, Monitor

_MENDS = Phrase("qa doctor --fix mends that")
#: Articles whose passages are read at a time.
_BATCH = 100


class ServerDoctor:
    """Examines the library at ``url``; with ``fix``, mends what it can.

    LibraryError: there is no library, or its server does not answer. Cancelled: ``monitor`` stopped it.
    """

    def __init__(self, url: LibraryUrl, *, fix: bool = False, monitor: Monitor = UNWATCHED) -> None:
        """``monitor`` counts passages."""
        self._url, self._fix, self._monitor = url, fix, monitor
        #: What is true of the passages, whatever the library counted.
        self._counts = Counts()
        self._bad: list[int] = []

    def examine(self) -> list[Finding]:
        """All findings, the most basic first."""
        store, _, _ = open_server(self._url, None)
        with closing(store):
            found = [
                well("server", "the server answers"),
                self._check_batches(store),
                *self._check_imports(store),
                self._check_articles(store),
                self._check_rows(store),
                self._check_counts(store),
            ]
            if self._fix:
                store.writer.finish()
            return found

    def _check_batches(self, store: MilvusStore) -> Finding:
        left = store.writer.left()
        if not left:
            return well("batches", "no writer was interrupted")
        text = Phrase("{count} batches of interrupted writers are unfinished", count=len(left))
        return self._repair("batches", text, partial(store.writer.recover, left), "note")

    def _check_imports(self, store: MilvusStore) -> list[Finding]:
        """Looks for imports whose writer is gone; only where their files are at hand can they be finished."""
        if not (left := store.writer.left_imports()):
            return []
        text = Phrase("{count} imports of interrupted writers are unfinished", count=len(left))
        if not import_folder():
            hint = Phrase("name their object store in QA_MILVUS_IMPORT, then qa doctor --fix finishes them")
            return [Finding("imports", "note", text, hint)]
        return [self._repair("imports", text, partial(store.writer.begin, self._monitor), "note")]

    def _check_articles(self, store: MilvusStore) -> Finding:
        """Compares passages with texts, and counts what they hold."""
        infos = iter(store.articles())
        total, done = store.counts()[1], 0
        while some := list(islice(infos, _BATCH)):
            self._monitor.check()
            for info in some:
                self._check_article(store, info)
                done += info.passages
            self._monitor.done(done, max(done, total))
        if not self._bad:
            text = Phrase(
                "all {passages} passages of {articles} articles stand in them word for word, with a vector",
                passages=self._counts.totals["passages"],
                articles=self._counts.totals["articles"],
            )
            return Finding("passages", "well", text)
        text = Phrase("the passages of {count} articles are not what their texts say", count=len(self._bad))
        return self._repair("passages", text, partial(self._cut_again, store))

    def _check_article(self, store: MilvusStore, info: ArticleInfo) -> None:
        try:
            article, passages = store.article(info.id), store.article_passages(info.id)
        except Damaged:
            self._bad.append(info.id)
            return
        if article is None:
            return
        self._counts.article(article.language, len(article.text), 1)
        for passage in passages:
            self._counts.passage([*passage.context, *passage.words], 1)
        if any(article.text[each.start : each.end] != each.text for each in passages):
            self._bad.append(info.id)

    def _cut_again(self, store: MilvusStore) -> None:
        """Cuts and embeds articles again from their texts; one whose text is lost is removed."""
        pipeline = EmbeddingPipeline(self._url, store)
        adder = Adder(store, pipeline.embedder, pipeline.tokenizer)
        for article in self._bad:
            try:
                adder.put_back(store.removable([article]), over=True)
            except Damaged:
                store.remove([article])
        adder.finish()
        self._counts = Counts()
        for info in store.articles():
            self._check_article(store, info)

    def _check_rows(self, store: MilvusStore) -> Finding:
        """Looks for rows that belong to no article, and for articles that another one replaced."""
        known = {info.id: info for info in store.articles()}
        rows = store.server.rows("articles", "id >= 0", ["version"], 8000)
        versions = {row["id"]: row["version"] for row in rows}
        replaced = [article for article in versions if article not in known]
        # What is imported now counts later. Its versions are greater than the number of the import.
        imported = min(map(int, store.facts("import")), default=1 << 63)
        stray = [
            row["id"]
            for row in store.server.rows("passages", "id >= 0", ["article", "version"], 8000)
            if versions.get(row["article"]) != row["version"] < imported
        ]
        at = store.server.rows("paths", "id >= 0", ["article"], 8000)
        paths = {row["id"]: row["article"] for row in at}
        lost = {number("path", info.path): i for i, info in known.items()}
        astray = [key for key, article in paths.items() if lost.get(key) != article]
        missing = {key: article for key, article in lost.items() if paths.get(key) != article}
        count = len(replaced) + len(stray) + len(astray) + len(missing)
        if not count:
            return well("rows", "every row belongs to an article")

        def mend() -> None:
            if replaced:
                store.remove(replaced)
            for collection in ("passages", "texts", "names"):
                store.server.delete(collection, stray)
            store.server.delete("paths", [key for key in astray if key not in missing])
            store.server.put("paths", [{"id": key, "article": article} for key, article in missing.items()])

        return self._repair("rows", Phrase("{count} rows belong to no article", count=count), mend, "note")

    def _check_counts(self, store: MilvusStore) -> Finding:
        """Compares the counts with what was counted just now; many are put together as one."""
        store.wrote()
        store.generation()
        kept, true = store.statistics.now, self._counts
        same = (
            +kept.totals == +true.totals and +kept.languages == +true.languages and +kept.words == +true.words
        )
        batches = store.statistics.batches()
        if self._fix and (len(batches) > 1 or not same):
            store.statistics.replace(store.writer.slots.take(1), true, batches)
            store.writer.new_generation()
        if same:
            return well("counts", "the counts of {count} words are right", count=len(+kept.words))
        return self._repair("counts", Phrase("the counts of words are wrong"), lambda: None)

    def _repair(
        self, check: str, text: Phrase, repair: Callable[[], None], state: State = "wrong"
    ) -> Finding:
        if not self._fix:
            return Finding(check, state, text, _MENDS)
        repair()
        return Finding(check, "mended", text)
