"""Articles and passages on a Milvus server: what `index.storage.store` is for a folder."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from index.address import LibraryUrl
from index.errors import LibraryError, Phrase, YinjuError
from index.milvus.connection import Server, one_of, quoted
from index.milvus.rows import (
    ARTICLE,
    PASSAGE,
    Row,
    alias_of,
    info_of,
    new_passage_of,
    newest,
    passage_of,
    read_facts,
    record_of,
)
from index.milvus.schema import FORMAT, damaged, decoding, decompressed, number, packed, row_ids, unpacked
from index.milvus.scope import select
from index.milvus.sources import MilvusBibliography, MilvusSources
from index.milvus.statistics import Statistics
from index.milvus.vocabulary import Vocabulary
from index.milvus.writer import Writer
from index.storage.changes import Generation
from index.storage.interfaces import Cut
from index.storage.schema import FORMAT_VERSION, Meta
from index.storage.sources import FileRecord
from index.storage.store import MAX_ALIASES, NewArticle, NewPassage
from index.text.blocks import decode
from index.types import (
    Alias,
    Article,
    ArticleInfo,
    Block,
    Heading,
    Kind,
    Monitor,
    Passage,
    RemovedArticle,
    Scope,
    Selection,
    TaughtWord,
)

#: Seconds for which nobody asks again whether something changed.
_FRESH = 0.2
#: Passages whose content is kept for the next question, articles whose rows are.
_KEPT = 20_000
#: Keys that one expression names.
_ASKED = 500


class NoLibrary(LibraryError):
    """Nothing is there, or what an interrupted client began to make."""


class MilvusStore:
    """Reads and writes the library on a server. Usable from several threads."""

    #: A batch takes a dozen requests, whatever its size.
    batch_size = 4
    when_stopped = Phrase("the next command that changes the library finishes it")

    def __init__(self, server: Server) -> None:
        """NoLibrary: the library is missing. LibraryError: it has another format."""
        self.server = server
        form = self.fact("format", "") if server.has("facts") else None
        if form is None:
            raise NoLibrary(
                "there is no library at {path}", "qa add PATH --library URL makes it", path=server.url
            )
        if form != FORMAT:
            raise LibraryError(
                "the library {path} has format {version}, this program reads {known}",
                "update yinju",
                path=server.url,
                version=form,
                known=FORMAT,
            )
        server.load()
        self._mutex = threading.RLock()
        self._generation: Generation | None = None
        self._asked = 0.0
        self._meta: Meta | None = None
        self._articles: dict[int, Row | None] = {}
        self._passages: dict[int, Passage] = {}
        self._listed: list[ArticleInfo] | None = None
        self._words: list[tuple[str, list[str], list[list[str]]]] | None = None
        #: Files of articles that are asked for soon, and the start of paths of which all are known.
        self._expected: dict[str, FileRecord | None] = {}
        self._inside = ""
        self._led: bool | None = None
        self.statistics = Statistics(server)
        self.sources = MilvusSources(self)
        self.bibliography = MilvusBibliography(self)
        self.writer = Writer(self)
        self.vocabulary = Vocabulary(self)

    @classmethod
    def create(cls, server: Server, meta: Meta) -> MilvusStore:
        """Makes the library, or goes on with what is half made. Several clients may do so at once.

        All have the model then of the one that was first. Each step may be done twice; the format, which
        tells that the library is whole, is written last.
        """
        made = unpacked(server.create(meta.dimensions, packed(list(meta))))
        # Whoever wrote this generation down sees a later one, also if it is made again beside another client.
        first = [fact_row("meta", "", made), fact_row("generation", "", [0, secrets.token_hex(8)])]
        there = server.get("facts", [row["id"] for row in first], [])
        server.put("facts", [row for row in first if row["id"] not in there])
        server.put("facts", [fact_row("format", "", FORMAT)])
        return cls(server)

    @property
    def version(self) -> int:
        return FORMAT_VERSION

    @property
    def format_version(self) -> int:
        return FORMAT

    @property
    def scans(self) -> Path:
        return scans_of(self.server.url)

    @property
    def meta(self) -> Meta:
        self.generation()
        with self._mutex:
            if self._meta is None:
                with decoding(self.server.url, "its row of the kind {kind} cannot be read", kind="meta"):
                    self._meta = Meta(*self.fact("meta", ""))
            return self._meta

    def close(self) -> None:
        with suppress(YinjuError):  # what is left of a writer is free again after a day
            self.writer.close()
        self.server.close()

    def outdated(self) -> bool:
        return False

    def copy_outdated(self) -> Path | None:
        return None

    # Facts

    def fact(self, kind: str, name: str) -> Any:
        """The value of a fact; None if there is none."""
        key = number(kind, name)
        found = self.server.get("facts", [key], ["value"])
        return self._said(kind, found[key])[1] if found else None

    def _said(self, kind: str, row: Row) -> tuple[str, Any]:
        """The name and value of a fact."""
        with decoding(self.server.url, "its row of the kind {kind} cannot be read", kind=kind):
            name, value = unpacked(row["value"])
            return name, value

    def facts(self, kind: str) -> dict[str, Any]:
        """All facts of a kind, by name."""
        rows = self.server.rows("facts", f"kind == {quoted(kind)}", ["value"])
        return dict(sorted(self._said(kind, row) for row in rows))

    def put_facts(self, kind: str, facts: dict[str, Any]) -> None:
        self.server.put("facts", [fact_row(kind, name, value) for name, value in facts.items()])

    def drop_facts(self, kind: str, names: Iterable[str]) -> None:
        self.server.delete("facts", [number(kind, name) for name in names])

    # Generations

    def generation(self) -> Generation:
        """The state of the library now. What was kept of another one is forgotten."""
        with self._mutex:
            if self._generation is not None and time.monotonic() - self._asked < _FRESH:
                return self._generation
            with decoding(self.server.url, "its row of the kind {kind} cannot be read", kind="generation"):
                now = Generation(*self.fact("generation", ""))
            self._asked = time.monotonic()
            if now != self._generation:
                self._meta = None
                self._articles, self._passages, self._listed, self._words = {}, {}, None, None
                self.statistics.refresh()
                self._generation = now
        return now

    def wrote(self) -> None:
        """Something changed: the next question asks."""
        with self._mutex:
            self._asked, self._words = 0.0, None
            self._articles.clear()
            self._passages.clear()

    # Reading

    def watch(self, monitor: Monitor) -> None:
        self.writer.watch(monitor)

    def expect(self, paths: Sequence[str]) -> None:
        """Asks for the files of these paths at once; ``file`` is about to be called for each."""
        with self._mutex:
            self._inside, self._expected = "", dict.fromkeys(paths)
            self._expected |= {row["path"]: record_of(row) for row in self.at_paths(paths).values()}

    def expect_inside(self, start: str, known: dict[str, FileRecord]) -> None:
        """Remembers the files of all articles whose paths have this start."""
        with self._mutex:
            self._inside, self._expected = start, {**known}

    def file(self, path: str) -> FileRecord | None:
        with self._mutex:
            if path in self._expected or (self._inside and path.startswith(self._inside)):
                return self._expected.get(path)
        found = self.at_paths([path]).values()
        return next(map(record_of, found), None)

    def note(self, path: str, record: FileRecord | None) -> None:
        with self._mutex:
            self._expected[path] = record

    def begin(self, *, led: bool | None = None) -> None:
        """Begins a run. ``led``: whether a path leads to each article; None: if there are as many of them."""
        self._led = led

    def digests(self) -> set[str]:
        return {row["digest"] for row in self.server.rows("articles", "id >= 0", ["digest"])}

    def at_paths(self, paths: Sequence[str]) -> dict[str, Row]:
        """The rows of the articles at these paths, by path, read from the server now."""
        wanted = [*dict.fromkeys(number("path", path) for path in paths)]
        keys = self.server.get("paths", wanted, ["article"])
        rows = [*self.server.get("articles", [row["article"] for row in keys.values()], ARTICLE).values()]
        missing = [key for key in wanted if key not in keys]
        if missing and self._led is None:
            self._led = self.server.count("paths") == self.server.count("articles")
        # Where the row of a path was lost, the article's own row tells it: all of them are looked through.
        for first in range(0, 0 if self._led else len(missing), _ASKED):
            where = one_of("key", missing[first : first + _ASKED])
            rows += self.server.query("articles", where, ARTICLE)
        asked = set(paths)
        return newest(row for row in rows if row["path"] in asked)

    def article_rows(self, ids: Iterable[int]) -> dict[int, Row]:
        """The rows of the articles of ``ids`` that exist."""
        ids = [int(i) for i in ids]
        with self._mutex:
            kept = self._articles
            missing = [i for i in dict.fromkeys(ids) if i not in kept and 0 <= i < 1 << 63]
            if missing:
                if len(kept) > _KEPT:
                    kept.clear()
                found = self.server.get("articles", missing, ARTICLE)
                kept.update({i: found.get(i) for i in missing})
            return {i: row for i in ids if (row := kept.get(i)) is not None}

    def articles(self) -> list[ArticleInfo]:
        self.generation()
        with self._mutex:
            if self._listed is None:
                rows = newest(self.server.rows("articles", "id >= 0", ARTICLE))
                self._listed = sorted(map(self._info, rows.values()), key=lambda info: info.id)
            return list(self._listed)

    def articles_by_id(self, ids: Sequence[int]) -> dict[int, ArticleInfo]:
        return {i: self._info(row) for i, row in self.article_rows(ids).items()}

    def _info(self, row: Row) -> ArticleInfo:
        return info_of(row, self.server.url)

    def article(self, article: int) -> Article | None:
        for found in self.removable([article]):
            return Article(**{field.name: getattr(found, field.name) for field in fields(Article)})
        return None

    def pages(self, articles: Iterable[int]) -> dict[int, tuple[int, ...]]:
        return {article: pages for article, (_, pages) in self._made_of(articles).items() if pages}

    def blocks(self, articles: Iterable[int]) -> dict[int, tuple[Block, ...]]:
        return {article: blocks for article, (blocks, _) in self._made_of(articles).items()}

    def _made_of(self, articles: Iterable[int]) -> dict[int, tuple[tuple[Block, ...], tuple[int, ...]]]:
        rows = self.article_rows(articles)
        with self._mutex:
            missing = {i: row for i, row in rows.items() if "made_of" not in row}
            for article, (made_of, _) in self._texts(missing, text=False).items():
                rows[article]["made_of"] = self._blocks_and_pages(rows[article], made_of)
            return {i: row["made_of"] for i, row in rows.items() if "made_of" in row}

    def _blocks_and_pages(self, row: Row, made_of: str) -> tuple[tuple[Block, ...], tuple[int, ...]]:
        with decoding(self.server.url, "article {article} cannot be read", article=row["path"]):
            blocks, pages = unpacked(made_of)
            return decode(blocks), tuple(pages)

    def _texts(self, rows: dict[int, Row], *, text: bool = True) -> dict[int, tuple[str, str]]:
        """What articles are made of, and their texts."""
        spans: dict[int, tuple[range, range]] = {}
        for article, row in rows.items():
            counts = read_facts(row, self.server.url).pieces
            ids = row_ids(row["version"], counts.made_of + counts.text * text)
            spans[article] = ids[: counts.made_of], ids[counts.made_of :]
        wanted = [i for both in spans.values() for span in both for i in span]
        found = self.server.get("texts", wanted, ["piece"])
        texts = {}
        for article, (made_of, whole) in spans.items():
            if all(i in found for i in (*made_of, *whole)):
                first, rest = ("".join(found[i]["piece"] for i in part) for part in (made_of, whole))
                path = rows[article]["path"]
                with decoding(self.server.url, "the text of article {article} cannot be read", article=path):
                    texts[article] = decompressed(first), decompressed(rest) if text else ""
            elif newer := self._newer(rows[article]):
                rows[article] = newer
                texts |= self._texts({article: newer}, text=text)
        return texts

    def _newer(self, row: Row) -> Row | None:
        """The row of an article that was replaced since; None if it is gone. Damaged: it is the same."""
        article = row["id"]
        now = self.server.get("articles", [article], ARTICLE).get(article)
        with self._mutex:
            self._articles[article] = now
        if now is not None and now["version"] == row["version"]:
            raise damaged(
                self.server.url, Phrase("parts of article {article} are missing", article=now["path"])
            )
        return now

    def headings(self) -> list[Heading]:
        found = []
        for article, text in self.texts():
            for block in self.blocks([article]).get(article, ()):
                if block.kind is Kind.HEADING:
                    found.append(Heading(article, block.start, text[block.start : block.end]))
        return found

    def unstructured(self) -> list[int]:
        return []

    def removable(self, ids: Iterable[int]) -> tuple[RemovedArticle, ...]:
        rows = self.article_rows(ids)
        texts = self._texts(rows)
        found = []
        for article in sorted(texts):
            row, (made_of, text) = rows[article], texts[article]
            info, (blocks, pages) = self._info(row), self._blocks_and_pages(row, made_of)
            said: dict[str, Any] = {field.name: getattr(info, field.name) for field in fields(ArticleInfo)}
            more: dict[str, Any] = {"text": text, "pages": pages, "blocks": blocks}
            found.append(RemovedArticle(**said, **more, **record_of(row)._asdict()))
        return tuple(found)

    def named(self, name: str, separator: str) -> list[ArticleInfo]:
        where = f"title == {quoted(name)} or key == {number('path', name)}"
        if "%" not in name and "_" not in name and "\\" not in name:
            where += f" or path like {quoted('%' + separator + name)}"
        rows = newest(self.server.query("articles", where, ARTICLE))
        infos = sorted(map(self._info, rows.values()), key=lambda info: info.id)
        return [i for i in infos if name in (i.path, i.title) or i.path.endswith(separator + name)]

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        with self._mutex:
            kept = self._passages
            missing = [int(i) for i in dict.fromkeys(ids) if i not in kept and 0 <= i < 1 << 63]
            if missing:
                self.keep(self.server.get("passages", missing, PASSAGE))
            return {i: kept[i] for i in ids if i in kept}

    def words_of(self, passages: Iterable[int]) -> list[tuple[int, str]]:
        found = self.passages([*passages]).items()
        return [(number, " ".join((*one.context, *one.words))) for number, one in found]

    def keep(self, rows: Mapping[int, Row]) -> None:
        """Keeps passages that were read and count."""
        with self._mutex:
            if len(self._passages) > _KEPT:
                self._passages.clear()
            for i in self.counting(rows) - self._passages.keys():
                self._passages[i] = passage_of({**rows[i], "id": i}, self.server.url)

    def counting(self, rows: Mapping[int, Row]) -> set[int]:
        """Which of these rows of passages, by id, are of the version that their article has."""
        articles = self.article_rows({row["article"] for row in rows.values()})
        versions = {article: row["version"] for article, row in articles.items()}
        return {i for i, row in rows.items() if versions.get(row["article"]) == row["version"]}

    def article_passages(self, article: int) -> list[Passage]:
        return [passage_of(row, self.server.url) for row in self._passage_rows([article])]

    def _passage_rows(self, articles: Iterable[int]) -> Iterator[Row]:
        """The passages of articles, in order."""
        waiting = [*self.article_rows(articles).values()]
        for row in waiting:
            ids = row_ids(row["version"], row["passages"])
            found = self.server.get("passages", ids, PASSAGE)
            if len(found) == len(ids):
                yield from (found[i] for i in ids)
            elif newer := self._newer(row):
                waiting.append(newer)

    def counts(self) -> tuple[int, int, int]:
        self.generation()
        totals = self.statistics.now.totals
        return totals["articles"], totals["passages"], totals["characters"]

    def languages(self) -> dict[str, int]:
        self.generation()
        found = +self.statistics.now.languages
        return {name: found[name] for name in sorted(found, key=lambda each: (-found[each], each))}

    def texts(self) -> Iterator[tuple[int, str]]:
        infos = self.articles()
        for first in range(0, len(infos), 64):
            rows = self.article_rows([info.id for info in infos[first : first + 64]])
            yield from ((article, text) for article, (_, text) in sorted(self._texts(rows).items()))

    def passage_words(self, articles: Iterable[int]) -> Iterator[tuple[int, int, str]]:
        for row in self._passage_rows(articles):
            cut = new_passage_of(row, self.server.url)
            if not cut.aside:
                yield row["id"], row["article"], cut.words

    def glosses(self, articles: Iterable[int]) -> list[tuple[Alias, int]]:
        rows = self.article_rows(articles)
        counts: Counter[tuple[str, str]] = Counter()
        part: dict[tuple[str, str], str] = {}
        for _, _, aliases in self._taught():
            _count(aliases, counts, part)
        for row in rows.values():
            ids = row_ids(row["version"], read_facts(row, self.server.url).pieces.rows)
            found = self.server.get("names", ids, ["alias"]).values()
            _count(map(self._alias, found), counts, part)
        return [(Alias(*pair, part[pair]), count) for pair, count in counts.items()]

    def passage_ids(self, holding: str | None = None) -> list[int]:
        """The ids of all passages, or of those that contain the folded ``holding``."""
        where = f"content like {quoted('%' + '%'.join(holding) + '%')}" if holding else "id >= 0"
        found = {}
        for row in self.server.rows("passages", where, PASSAGE):
            cut = new_passage_of(row, self.server.url)
            if holding is None or any(holding in t.replace(" ", "") for t in (cut.words, cut.context)):
                found[row["id"]] = row
        return sorted(self.counting(found))

    def titled(self, ids: Sequence[int]) -> list[tuple[int, str, NewPassage]]:
        rows = self.server.get("passages", ids, [*PASSAGE, "dense"])
        articles = self.article_rows([row["article"] for row in rows.values()])
        return [
            (i, articles[rows[i]["article"]]["title"], new_passage_of(rows[i], self.server.url))
            for i in sorted(rows)
            if rows[i]["article"] in articles
        ]

    def _alias(self, row: Row) -> Alias:
        return alias_of(row, self.server.url)

    def words(self) -> list[TaughtWord]:
        return [TaughtWord(word, tuple(same)) for word, same, _ in self._taught()]

    def _taught(self) -> list[tuple[str, list[str], list[list[str]]]]:
        """Taught words, what means the same, and the aliases between them, as of the last `generation`."""
        self.generation()
        with self._mutex:
            if self._words is None:
                self._words = [*self.facts("word").values()]
            return self._words

    def aliases(self, keys: Iterable[str]) -> list[Alias]:
        wanted = [*dict.fromkeys(keys)]
        counts: Counter[tuple[str, str]] = Counter()
        part: dict[tuple[str, str], str] = {}
        for _, _, aliases in self._taught():
            _count([alias for alias in aliases if alias[0] in wanted], counts, part)
        for first in range(0, len(wanted), 500):
            found = self.server.query("names", one_of("name", wanted[first : first + 500]), ["alias"])
            _count(map(self._alias, found), counts, part)
        order = sorted(counts, key=lambda pair: (-counts[pair], pair))
        taken: Counter[str] = Counter()
        chosen = []
        for pair in order:
            taken[pair[0]] += 1
            if taken[pair[0]] <= MAX_ALIASES:
                chosen.append(Alias(*pair, part[pair]))
        return chosen

    def select(self, selection: Selection, allows: Callable[[ArticleInfo], bool]) -> Scope:
        return select(self.server, selection)

    # Writing

    def put(self, articles: Iterable[NewArticle]) -> None:
        """Stores articles. An article whose path is known keeps its id. Each is there whole or not at all."""
        self.writer.put([*articles])

    def remove(self, ids: Iterable[int]) -> int:
        return self.writer.remove([int(i) for i in ids])

    def set_blocks(self, _article: int, _blocks: Sequence[Block]) -> None:
        """There are no articles of earlier formats."""

    def upgrade(
        self,
        model: Meta,
        passages: Iterable[tuple[int, NewPassage]],
        _aliases: Iterable[tuple[int, Sequence[Alias]]] | None,
    ) -> None:
        """Stores all passages as another model or lexicon makes them. Until it is done, it is to be done."""
        self.vocabulary.sign()
        self.writer.rewrite(passages)
        self.put_facts("meta", {"": list(model)})
        self.writer.new_generation()

    def put_word(
        self, key: str, word: TaughtWord | None, aliases: Iterable[Alias], runs: frozenset[str], cut: Cut
    ) -> None:
        self.vocabulary.put(key, word, aliases, runs)
        self.vocabulary.recut(cut)

    def recut(self, cut: Cut) -> None:
        self.vocabulary.recut(cut)


def scans_of(url: LibraryUrl) -> Path:
    """The folder of this machine for the text of recognized pages."""
    cache: Path = user_cache_path("yinju", appauthor=False)
    return cache / "milvus" / url.name


def fact_row(kind: str, name: str, value: Any) -> Row:
    return {"id": number(kind, name), "kind": kind, "value": packed([name, value])}


def _count(
    aliases: Iterable[Sequence[str]], counts: Counter[tuple[str, str]], part: dict[tuple[str, str], str]
) -> None:
    for name, other, word in aliases:
        counts[name, other] += 1
        part[name, other] = min(part.get((name, other), word), word)
