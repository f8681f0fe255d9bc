"""A program of somebody who uses the API: `test_api` type-checks it. What is wrong in it must be seen."""

from pathlib import Path
from typing import assert_type

from qa import Answer, Article, ArticleInfo, Hit, Monitor, OpenLibrary, Verdict, YinjuError, open_library


def use(folder: Path) -> None:
    with open_library(folder, create=True, reranker="folder", sure=60) as library:
        assert_type(library, OpenLibrary)
        assert_type(library.add(folder, "more", monitor=Monitor(done=print)).added, list[str])
        answer = library.ask("Who?", k=3, filter="lang:en", after=["Where?"])
        assert_type(answer, Answer)
        assert_type([citation.article for citation in answer.citations], list[ArticleInfo])
        assert_type(library.search("words").hits, tuple[Hit, ...])
        assert_type(library.read(answer.citations[0].article), Article)
        assert_type(library.verify("text", answer, *answer.citations), list[Verdict])
        assert_type(library.remove(1, "title", folder), list[ArticleInfo])
        assert_type(library.sync(dry_run=True).moved, list[tuple[str, str]])
        library.ask(3)  # type: ignore[arg-type]
        library.asks("Who?")  # type: ignore[attr-defined]


def kind_of_failure() -> str:
    try:
        open_library("missing")
    except YinjuError as error:
        return f"{error.kind}: {error.message} {error.hint}"
    return ""
