"""The titles and headings of a library's articles, prepared to be found by name. Call it in a thread."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from index.types import ArticleInfo, Heading
from tui.state.finding import Names
from tui.state.workspace import Workspace

if TYPE_CHECKING:
    from qa.session import Session


class Titles(NamedTuple):
    """The articles, and their titles."""

    articles: list[ArticleInfo]
    names: Names


class Headings(NamedTuple):
    """The headings with their articles, and their texts."""

    places: list[tuple[ArticleInfo, Heading]]
    names: Names


def titles_of(workspace: Workspace) -> Titles:
    """Raises YinjuError if the library cannot be read."""
    return _titles(workspace.session, workspace.status.generation)


def headings_of(workspace: Workspace) -> Headings:
    """Raises YinjuError if the library cannot be read. Articles added meanwhile are left out."""
    return _headings(workspace.session, workspace.status.generation)


@lru_cache(maxsize=1)
def _titles(session: Session, generation: int) -> Titles:
    articles = session.articles()
    return Titles(articles, Names([info.title for info in articles]))


@lru_cache(maxsize=1)
def _headings(session: Session, generation: int) -> Headings:
    articles = {info.id: info for info in _titles(session, generation).articles}
    places: list[tuple[ArticleInfo, Heading]] = []
    texts: list[str] = []
    for heading in session.headings():
        info = articles.get(heading.article)
        text = heading.text.lstrip("# ")
        if info is not None and text.strip() and text != info.title:
            places.append((info, heading))
            texts.append(text)
    return Headings(places, Names(texts))
