"""The list of a library's articles, filtered by typed words and sorted by a column. No widget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from index.text.display import one_line
from index.text.fold import fold_text
from index.types import ArticleInfo
from qa.question.filters import NO_FILTERS, Filters, parse

#: Other names under which each language can be typed.
_LANGUAGES = {"zh-Hans": "简体中文 chinese", "zh-Hant": "繁体中文 chinese", "en": "english 英文"}

Key = Callable[[ArticleInfo], object]


def title_key(text: str) -> bytes:
    """A sort key: Latin titles by letter, Chinese titles in Simplified form by pinyin.

    GB 2312, which GB 18030 contains, has its 3,755 most common characters in the order of pinyin.
    """
    return fold_text(one_line(text)).encode("gb18030", "replace")


#: The sort key of each column. Articles with an empty key come last in either direction.
KEYS: Mapping[str, Key] = {
    "title": lambda info: title_key(info.title),
    "language": lambda info: info.language if info.language in _LANGUAGES else "",
    "date": lambda info: info.published or "",
    "passages": lambda info: info.passages,
    "source": lambda info: title_key(info.source or ""),
    "added": lambda info: info.added,
    "path": lambda info: info.path.casefold(),
}
#: Columns that are sorted in descending order first.
DOWNWARDS = frozenset({"date", "passages", "added"})


@dataclass
class Listing:
    """``articles`` are in the order they were first added. ``marked`` are ids. `narrow` sets ``shown``."""

    articles: Sequence[ArticleInfo] = ()
    column: str = ""
    down: bool = False
    marked: set[int] = field(default_factory=set)
    #: Groups of near-duplicates.
    groups: Sequence[tuple[int, ...]] = ()
    shown: list[ArticleInfo] = field(default_factory=list)
    wanted: str = ""

    def __post_init__(self) -> None:
        self._keys: dict[str, dict[int, object]] = {}
        self.compare(self.groups)
        self._searched: list[str] = []
        self.marked &= {info.id for info in self.articles}
        self.narrow(self.wanted)

    def over(self, articles: Sequence[ArticleInfo]) -> Listing:
        """The same view of the articles there are now."""
        there = {info.id for info in articles}
        groups = [tuple(id for id in ids if id in there) for ids in self.groups]
        alike = [ids for ids in groups if len(ids) > 1]
        return Listing(articles, self.column, self.down, set(self.marked), alike, wanted=self.wanted)

    def prepare(self) -> None:
        """Prepare filtering and sorting, so that no key press waits for it. Call it in a thread."""
        self._searched = self._searched or _searched(self.articles)
        self._keys_of("title")
        looked = Filters(sources=("-",))
        for info in self.articles:
            looked.allows(info)  # folds the names once and for all

    def narrow(self, wanted: str) -> None:
        """Show what matches the typed words and filters. Raises UsageError for a wrong filter."""
        text, filters = parse(wanted)
        words = fold_text(text).split()
        self.wanted = wanted
        found: Iterable[ArticleInfo] = self.articles
        if words:
            self._searched = self._searched or _searched(self.articles)
            pairs = zip(self.articles, self._searched, strict=True)
            found = (info for info, searched in pairs if all(word in searched for word in words))
        if filters != NO_FILTERS:
            found = filter(filters.allows, found)
        self.shown = self._sorted(found)

    def sort(self, column: str, *, down: bool | None = None) -> None:
        """Sort by ``column``; reverse the order if it is sorted by that column already."""
        if down is None:
            down = not self.down if column == self.column else column in DOWNWARDS
        self.column, self.down = column, down
        at = {info.id: number for number, info in enumerate(self.articles)}
        self.shown = self._sorted(sorted(self.shown, key=lambda info: at[info.id]))

    def _sorted(self, articles: Iterable[ArticleInfo]) -> list[ArticleInfo]:
        """Stable: articles with equal keys stay in the order they were added."""
        if not self.column:
            return list(articles)
        keys = self._keys_of(self.column)
        there: list[ArticleInfo] = []
        missing: list[ArticleInfo] = []
        for info in articles:
            (there if keys[info.id] else missing).append(info)
        there.sort(key=lambda info: keys[info.id], reverse=self.down)  # type: ignore[arg-type,return-value]
        return there + missing

    def _keys_of(self, column: str) -> dict[int, object]:
        if column == "mark":
            return {info.id: info.id in self.marked for info in self.articles}
        if column == "alike":
            return {info.id: self._groups.get(info.id, 0) for info in self.articles}
        if column not in self._keys:
            key = KEYS[column]
            self._keys[column] = {info.id: key(info) for info in self.articles}
        return self._keys[column]

    # Marks and groups

    def compare(self, groups: Sequence[tuple[int, ...]]) -> None:
        """Set the groups of near-duplicates."""
        self.groups = groups
        self._groups = {id: number for number, ids in enumerate(groups, 1) for id in ids}

    def group(self, id: int) -> int:
        """The number of an article's group of near-duplicates, from 1; 0 for none."""
        return self._groups.get(id, 0)

    def mark(self, ids: Iterable[int], on: bool = True) -> None:
        self.marked = self.marked | set(ids) if on else self.marked - set(ids)

    def chosen(self, row: int) -> list[ArticleInfo]:
        """The marked articles, or else the one in ``row``."""
        if self.marked:
            return [info for info in self.articles if info.id in self.marked]
        return self.shown[row : row + 1] if row >= 0 else []


def _searched(articles: Sequence[ArticleInfo]) -> list[str]:
    """The folded text of each article in which `narrow` looks. Folding all at once takes half the time."""
    lines = []
    for info in articles:
        called = _LANGUAGES.get(info.language, "")
        facts = (info.title, info.source, info.author, info.path, info.published, info.language, called)
        lines.append(one_line(" ".join(filter(None, facts))))
    return fold_text("\n".join(lines)).split("\n") if lines else []
