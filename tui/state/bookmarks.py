"""How far each article was read, kept in `Memory`. Reading and writing it blocks."""

from __future__ import annotations

import json
from contextlib import suppress

from index.types import ArticleInfo
from tui.state.memory import Memory
from tui.state.workspace import Workspace

_KEY = "places"
#: Places that are kept, of all libraries; the oldest go.
_MOST = 1_000


class Bookmarks:
    """The places in the articles of one library: offsets of the text at the top of the view."""

    def __init__(self, memory: Memory, workspace: Workspace) -> None:
        self._memory = memory
        self._library = workspace.name
        self._places = _kept(memory)
        self._changed: dict[str, int] = {}

    def place(self, article: ArticleInfo) -> int:
        """Where to go on reading, 0 for an article that was not read."""
        place = self._places.get(self._key(article), 0)
        return place if 0 < place < article.characters else 0

    def put(self, article: ArticleInfo, place: int) -> None:
        """Note how far the article was read."""
        key = self._key(article)
        self._places[key] = self._changed[key] = place

    def save(self) -> None:
        """Keep what was noted; another window may have kept places, too."""
        if self._changed:
            places = _kept(self._memory)
            for key, place in self._changed.items():
                places.pop(key, None)
                if place:
                    places[key] = place
            self._changed = {}
            self._memory.set(_KEY, json.dumps(dict(list(places.items())[-_MOST:]), ensure_ascii=False))

    def _key(self, article: ArticleInfo) -> str:
        return f"{self._library}\n{article.path}"


def _kept(memory: Memory) -> dict[str, int]:
    """The kept places by library and path; {} where they cannot be read."""
    with suppress(ValueError):
        kept = json.loads(memory.get(_KEY) or "{}")
        if isinstance(kept, dict):
            return {key: place for key, place in kept.items() if isinstance(place, int)}
    return {}
