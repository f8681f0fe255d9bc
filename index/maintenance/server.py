"""Examines a library on a Milvus server, and mends what killed writers left and what disagrees."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from index.address import LibraryUrl, import_folder
from index.errors import Damaged, Phrase
from index.ingest.add import Adder
from index.ingest.embedding import EmbeddingPipeline
from index.lexicon.embedder import LEXICON
from index.maintenance.comparison import SAMPLE, differing
from index.maintenance.findings import Finding, State, note, repaired, well
from index.maintenance.server_articles import OWN, Examined, examined, put_together, readable_row, unreadable
from index.maintenance.server_facts import check_facts
from index.maintenance.server_orphans import orphans
from index.milvus.connection import Server
from index.milvus.rows import Row, newest, read_facts
from index.milvus.schema import number
from index.milvus.statistics import Counts
from index.milvus.store import MilvusStore
from index.storage.sources import UNREAD
from index.types import UNWATCHED, Monitor

_MENDS = Phrase("qa doctor --fix mends that")
_AGAIN = Phrase("qa add adds them again from their files; qa restore takes a backup into a folder")
#: Articles that a finding names.
_NAMED = 20


class ServerDoctor:
    """Examines the library at ``url``; with ``fix``, mends what it can.

    LibraryError: there is no library, or its server does not answer. Cancelled: ``monitor`` stopped it.
    """

    def __init__(self, url: LibraryUrl, *, fix: bool = False, monitor: Monitor = UNWATCHED) -> None:
        """``monitor`` counts passages."""
        self._url, self._fix, self._monitor = url, fix, monitor
        #: What is true of the passages, whatever the library counted.
        self._counts = Counts()
        #: Passages to compare with newly made ones: some, and those without a vector.
        self._sample: list[int] = []
        self._empty: list[int] = []
        #: The batches of other writers before the articles were read; None: one was under way.
        self._others: set[int] | None = None
        #: Articles without their own row, by the row of their path.
        self._orphans: dict[int, Row] = {}

    def examine(self) -> list[Finding]:
        """All findings, the most basic first. Those that damage makes pointless are left out."""
        with closing(Server(self._url)) as server:
            facts, known = check_facts(server, fix=self._fix)
            found = [well("server", "the server answers"), *facts]
            if not known:
                return found
            with closing(MilvusStore(server)) as store:
                return found + self._check(store)

    def _check(self, store: MilvusStore) -> list[Finding]:
        if self._fix:
            store.begin(led=False)
            store.vocabulary.begin()
        if bad := store.statistics.unreadable():
            if not self._fix:
                return [Finding("counts", "wrong", Phrase("the counts of words are wrong"), _MENDS)]
            store.server.delete("words", bad)  # they are counted anew below
        found = [self._check_batches(store), *self._check_imports(store), *self._check_words(store)]
        articles = self._check_articles(store)
        found += [articles, self._check_content(store), *self._check_rows(store)]
        if articles.state != "wrong" or self._fix:
            found.append(self._check_counts(store))
        if self._fix:
            self._recut(store)
            store.writer.finish()
        return found

    def _check_batches(self, store: MilvusStore) -> Finding:
        left = store.writer.left()
        if not left:
            return well("batches", "no writer was interrupted")
        text = Phrase("{count} batches of interrupted writers are unfinished", count=len(left))

        def recover() -> None:
            try:
                store.writer.recover(left)
            except Damaged:  # of what it replaced: that counts no more
                changes = [change for batch in left for change in batch.changes]
                versions = [v for change in changes for v in (change.old, change.new) if v]
                store.server.delete("passages", unreadable(store, [i for v in versions for i in v.ids()]))
                store.writer.recover(store.writer.left())

        return self._repair("batches", text, recover, "note")

    def _check_imports(self, store: MilvusStore) -> list[Finding]:
        """Looks for imports whose writer is gone; only where their files are at hand can they be finished."""
        if not (left := store.writer.left_imports()):
            return []
        text = Phrase("{count} imports of interrupted writers are unfinished", count=len(left))
        if not import_folder():
            hint = Phrase("name their object store in QA_MILVUS_IMPORT, then qa doctor --fix finishes them")
            return [Finding("imports", "note", text, hint)]
        return [self._repair("imports", text, partial(store.writer.begin, self._monitor), "note")]

    def _check_words(self, store: MilvusStore) -> list[Finding]:
        """Looks for passages that an interrupted writer left cut by other words than are taught now."""
        if not (left := store.vocabulary.unfinished()):
            return []
        text = Phrase("{count} changes of taught words are unfinished", count=left)
        return [self._repair("words", text, partial(self._recut, store), "note")]

    def _recut(self, store: MilvusStore) -> None:
        store.recut(EmbeddingPipeline(self._url, store).cut(self._uncounted))

    # Articles

    def _check_articles(self, store: MilvusStore) -> Finding:
        """Compares the rows of each article, and counts what they hold."""
        self._others = self._batches_of_others(store)
        self._orphans = orphans(store)
        rows = [*newest(_article_rows(store)).values()]
        total, done, bad = sum(row["passages"] for row in rows), 0, list[Examined]()
        step = max(1, total // SAMPLE)
        for one in examined(store, rows):
            self._monitor.check()
            if one.fits:
                self._count(one, 1)
                ids = one.passage_ids
                self._sample += ids[-done % step :: step]
                self._empty += one.empty
            else:
                one.passages.clear()  # it is read again
                bad.append(one)
            done += one.row["passages"]
            self._monitor.done(done, max(done, total))
        rows = [*(one.row for one in bad), *self._orphans.values()]
        if not rows:
            text = Phrase(
                "all {passages} passages of {articles} articles stand in them word for word, with a vector",
                passages=self._counts.totals["passages"],
                articles=self._counts.totals["articles"],
            )
            return Finding("passages", "well", text)
        text = Phrase(
            "parts of {count} articles are missing, damaged or not what their texts say: {names}",
            count=len(rows),
            names=_listed([row["path"] for row in rows]),
        )
        if not self._fix:
            return Finding("passages", "wrong", text, _MENDS)
        found = self._mend_articles(store, rows, text)
        store.server.delete("paths", [key for key, row in self._orphans.items() if key != row["key"]])
        self._orphans = {}
        return found

    def _count(self, one: Examined, sign: int) -> None:
        self._counts.article(one.row["language"], one.row["characters"], sign)
        for passage in one.passages.values():
            self._counts.passage(passage.all_words(), sign)

    def _mend_articles(self, store: MilvusStore, rows: Sequence[Row], text: Phrase) -> Finding:
        """Puts articles anew, as their rows or their files have them; removes those that are lost."""
        adder, again, pieced = self._adder(store), list[str](), 0
        for row in rows:
            one = self._made_readable(store, row)
            if one is None:
                continue
            made = put_together(one)
            if made is not None:
                adder.put_back([made], over=True)
            if made is None or made.modified == UNREAD.modified:
                pieced += made is not None
                store.sources.mark_stale([row["path"]])
                if os.path.isfile(row["path"]):
                    again.append(row["path"])
                if made is None:  # unread, so that its file is read, and takes its place
                    file = UNREAD._asdict()
                    store.server.put("articles", [one.row | file])
        adder.flush()
        store.expect([])
        for path in again:
            adder.add_file(Path(path))
        adder.finish()
        store.wrote()
        now = store.at_paths([row["path"] for row in rows])
        left = [*examined(store, _article_rows(store, [row["id"] for row in now.values()]) if now else [])]
        lost = [one for one in left if not one.fits]
        store.remove([one.row["id"] for one in lost])
        for one in left:
            if one.fits:
                self._count(one, 1)
        read = {one.row["path"] for one in left if one.fits and one.row["modified"] != UNREAD.modified}
        if not lost and not pieced and not again:
            return Finding("passages", "mended", text)
        saved = len(left) - len(lost) - len(read.intersection(again))
        names = [one.row["path"] for one in lost]
        hint = _AGAIN if lost else Phrase("")
        damage = Finding("passages", "wrong", text)
        counts = {"articles": len(lost)}
        return repaired(damage, saved, len(read.intersection(again)), counts, names[:_NAMED], hint)

    def _made_readable(self, store: MilvusStore, row: Row) -> Examined | None:
        """What can be read of an article; from now on only that is there. None: another writer removed it."""
        known = True
        try:
            read_facts(row, self._url)
        except Damaged:
            known, row = False, readable_row(store, row)
            store.server.put("articles", [row])
        one = next(examined(store, [row]), None)
        if one is None:
            return None
        store.server.delete("passages", unreadable(store, one.passage_ids))
        if not known:
            one.facts = None
        return one

    def _adder(self, store: MilvusStore) -> Adder:
        pipeline = EmbeddingPipeline(self._url, store)
        return Adder(store, pipeline.embedder, pipeline.tokenizer, monitor=self._uncounted)

    # Words and vectors

    def _check_content(self, store: MilvusStore) -> Finding:
        """Compares the words and vectors of some passages, and of those without one, with newly made ones."""
        pipeline, model = EmbeddingPipeline(self._url, store), store.meta.model
        if model != LEXICON:
            text = Phrase("its vectors were made by {model} and were not made anew for comparison")
            return note("model", text, model=model)
        if not pipeline.usable():
            text = Phrase("the library was made by another version of this program")
            return note("model", text, "the next question brings it up to date")
        compared = [*dict.fromkeys([*self._sample, *self._empty])]
        bad = [*differing(store, pipeline, compared, self._uncounted)]
        if not bad:
            text = Phrase("words and vectors of {count} passages were made anew for comparison: the same")
            return well("model", text, count=len(compared))
        text = Phrase(
            "{bad} of {count} passages have other words or vectors than their texts: {names}",
            bad=len(bad),
            count=len(compared),
            names=_listed([info.path for info in store.articles_by_id(_articles_of(store, bad)).values()]),
        )
        return self._repair("model", text, lambda: self._embed_again(store, bad))

    def _embed_again(self, store: MilvusStore, bad: Sequence[int]) -> None:
        """Puts the articles of these passages anew, and those of others that differ like them."""
        pipeline = EmbeddingPipeline(self._url, store)
        if len(self._sample) < self._counts.totals["passages"]:
            bad = [*differing(store, pipeline, store.passage_ids(), self._uncounted)]
        articles = _articles_of(store, bad)
        for first in range(0, len(articles), 100):
            some = articles[first : first + 100]
            for one in examined(store, _article_rows(store, some)):
                self._count(one, -1)
            adder = self._adder(store)
            adder.put_back(store.removable(some), over=True)
            adder.finish()
            for one in examined(store, _article_rows(store, some)):
                self._count(one, 1)

    @property
    def _uncounted(self) -> Monitor:
        """Monitors work on some articles, whose counts would be mistaken for those of all."""
        return Monitor(cancelled=self._monitor.cancelled)

    # Rows

    def _check_rows(self, store: MilvusStore) -> list[Finding]:
        """Looks for paths that lead nowhere, for rows of no article, and for articles that were replaced."""
        imported = min(map(int, store.facts("import")), default=1 << 63)
        counting = {
            row["id"]: row["version"] for row in store.server.rows("articles", "id >= 0", ["version"])
        }
        passages = store.server.rows("passages", "id >= 0", ["article", "version"], 8000)
        held = [row for row in passages if counting.get(row["article"]) != row["version"]]
        at = store.server.rows("paths", "id >= 0", ["article"], 8000)
        paths = {row["id"]: row["article"] for row in at}
        # What a writer is at counts later: it notes that first, and the note goes last.
        changes = [change for batch in store.writer.noted() for change in batch.changes]
        noted = {version.number for change in changes for version in (change.new, change.old) if version}
        rows = {row["id"]: row for row in _article_rows(store)}
        known = {row["id"]: path for path, row in newest(rows.values()).items()}
        replaced = [article for article in rows if article not in known]
        lost = {row["id"] for row in self._orphans.values()}
        stray = [
            row["id"]
            for row in held
            # What is imported now has greater versions than the number of its import.
            if rows.get(row["article"], {}).get("version") != row["version"] < imported
            and row["version"] not in noted
            and row["article"] not in lost
        ]
        wanted = {number("path", path): article for article, path in known.items()}
        keys = {*wanted, *self._orphans, *(change.key for change in changes)}
        astray = [key for key in paths if key not in keys]
        unled = [key for key, article in wanted.items() if paths.get(key) != article]
        led = store.server.get("paths", unled, ["article"])  # it may have come meanwhile
        missing = {key: wanted[key] for key in unled if led.get(key, {}).get("article") != wanted[key]}

        def mend() -> None:
            for article in replaced:
                self._made_readable(store, rows[article])
            store.remove(replaced)
            for collection in ("passages", "texts", "names"):
                store.server.delete(collection, stray)
            store.server.delete("paths", astray)

        def lead() -> None:
            store.server.put("paths", [{"id": key, "article": article} for key, article in missing.items()])

        found = []
        if missing:
            names = _listed([known[article] for article in missing.values()])
            text = Phrase(
                "the paths of {count} articles do not lead to them: {names}", count=len(missing), names=names
            )
            found.append(self._repair("paths", text, lead))
        if count := len(replaced) + len(stray) + len(astray):
            text = Phrase("{count} rows belong to no article", count=count)
            return [*found, self._repair("rows", text, mend, "note")]
        return [*found, well("rows", "every row belongs to an article")]

    def _check_counts(self, store: MilvusStore) -> Finding:
        """Compares the counts with what was counted just now; many are put together as one.

        Not if another writer changed something meanwhile: its articles may be counted in one of both alone.
        """
        store.wrote()
        store.generation()
        if self._others is None or self._batches_of_others(store) != self._others:
            text = Phrase("the counts of words were not compared: others were writing")
            return Finding("counts", "note", text, Phrase("run qa doctor again later"))
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

    def _batches_of_others(self, store: MilvusStore) -> set[int] | None:
        """The batches that count and that this one has not written; None: another one is under way."""
        batches = store.statistics.batches()
        if any(not batch.is_left for batch in store.writer.noted()):
            return None
        return {each for each in batches if not (self._fix and store.writer.slots.gave(each))}

    def _repair(
        self, check: str, text: Phrase, repair: Callable[[], None], state: State = "wrong"
    ) -> Finding:
        if not self._fix:
            return Finding(check, state, text, _MENDS)
        repair()
        return Finding(check, "mended", text)


def _article_rows(store: MilvusStore, ids: Sequence[int] = ()) -> list[Row]:
    """The articles' own rows, of all of them or of ``ids``; whatever is in them."""
    if ids:
        return [*store.server.get("articles", ids, OWN).values()]
    return [*store.server.rows("articles", "id >= 0", OWN)]


def _articles_of(store: MilvusStore, passages: Sequence[int]) -> list[int]:
    return sorted({passage.article for passage in store.passages(passages).values()})


def _listed(names: Sequence[str]) -> str:
    more = ", …" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
