"""Yinju for programs: `open_library` opens a library, `OpenLibrary` has all that can be done with it.

Offsets count characters (code points) of the stored text. So ``text[citation.start : citation.end]`` is the
quote, where ``text`` is ``library.read(citation.article).text``.

Every expected failure is a `YinjuError` with ``message``, ``hint`` and ``kind``: `UsageError` for a wrong
argument, `ModelError` for a model that is missing, `LibraryError` for a library that is missing, damaged,
busy, closed or out of reach. Several threads may use one open library, and several programs one folder.
Reading never waits. Changing raises LibraryError (its kind is "busy") if another program goes on writing for
two seconds.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from index.address import library_path
from index.errors import UsageError
from index.types import UNWATCHED, AddReport, Article, ArticleInfo, LibraryStatus, Monitor, SyncReport
from qa.question.filters import NO_FILTERS, Filters, parse_all
from qa.session import Session, paths_of
from qa.settings import Settings, checked, load_settings
from qa.types import Answer, Citation, Hit, SearchResult
from qa.verify import Claim, Verdict, cited

#: What names an article: its number, path, file name or title, what a list of articles has, or what cites it.
Reference = int | str | os.PathLike[str] | ArticleInfo | Citation | Hit


def open_library(
    path: str | os.PathLike[str] | None = None,
    *,
    create: bool = False,
    model: str = "",
    reranker: str = "",
    sure: int = 0,
) -> OpenLibrary:
    """Opens the library in the folder ``path``; with ``create``, one that is missing is made.

    Without ``path`` it is the one that ``qa`` opens: your own (``QA_LIBRARY`` or the settings file may name
    it), or while that is empty the bundled articles, which cannot be changed. Nothing else is taken from the
    settings.

    ``model`` is the embedding model of a library that is made, so it goes with ``create``: the name or folder
    of a sentence-transformers model, that of a plugin, or "" for the bundled lexicon. A library that exists
    knows its model.
    ``reranker`` is the name or folder of a cross-encoder on this machine that orders the best passages and
    sentences of each question, "" for none. ``sure`` (1 to 99) is the lowest confidence of an answer in
    percent, 0 for the usual one.

    Raises LibraryError if the library is missing, damaged, out of reach or made by a newer release,
    ModelError if its model cannot be loaded or ``model`` is another, and UsageError for a wrong argument or
    setting.

    >>> from qa import open_library
    >>> with open_library() as library:
    ...     library.ask("When did Yann LeCun leave Meta?").answered
    True
    """
    settings = Settings(
        library=library_path(_path(path, "path")) if path is not None else load_settings().library,
        model=checked("model", model, "model"),
        reranker=checked("reranker", reranker, "reranker"),
        sure=0 if sure == 0 else checked("sure", sure, "sure"),
    )
    if settings.model and not create:
        raise UsageError("model is for a library that is made", "give create=True as well")
    return OpenLibrary(Session.open(settings, create=create))


class OpenLibrary:
    """An open library. Close it, or use it in a ``with`` statement. Several threads may use it at once."""

    def __init__(self, session: Session) -> None:
        """See `open_library`."""
        self._session = session

    @property
    def path(self) -> Path:
        """The folder of the library."""
        return self._session.path

    def close(self) -> None:
        """Closes the files of the library."""
        self._session.close()

    def __enter__(self) -> OpenLibrary:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Asking

    def ask(self, question: str, *, k: int = 5, filter: str = "", after: Iterable[str] = ()) -> Answer:
        """Answers in quotes with up to ``k`` citations, or says that the articles do not answer.

        ``filter`` asks only some of the articles, as typed in ``qa``: "lang:en after:2024-01 in:Reuters".
        ``after`` are earlier questions of the conversation that this one follows, oldest first.

        Raises UsageError for an empty question, one of more than 2,000 characters, or a wrong filter.

        >>> library = open_library()
        >>> answer = library.ask("训练 GPT-4 花了多少钱?")
        >>> answer.answered, answer.verdict
        (True, 'answer')
        >>> citation = answer.citations[0]
        >>> "GPT-4 cost more\\nthan $100 million" in citation.quote
        True
        >>> library.read(citation.article).text[citation.start : citation.end] == citation.quote
        True
        >>> library.ask("DeepSeek 的创始人是谁？").verdict
        'none'
        """
        if isinstance(after, str):  # it would be taken for a question a letter
            raise UsageError("after must be a list of questions")
        return self._session.ask(
            checked("question", question, "question"),
            previous=[checked("question", one, "after") for one in after],
            filters=_parsed(filter),
            k=checked("k", k, "k"),
        )

    def search(self, query: str, *, k: int = 10, filter: str = "") -> SearchResult:
        """The ``k`` best passages, in either language; none if no word of the query is met. Raises as `ask`.

        >>> hit = open_library().search("裁员", k=3, filter="lang:en").hits[0]
        >>> [match.text for match in hit.matches]
        ['Layoffs', 'cut']
        >>> hit.passage.text[hit.matches[0].start - hit.passage.start :][:7]
        'Layoffs'
        """
        return self._session.search(
            checked("query", query, "query"), filters=_parsed(filter), k=checked("k", k, "k")
        )

    def verify(self, *quotes: str | Citation | Answer) -> list[Verdict]:
        """Checks word for word that quotes stand in the articles as they are now, in the order given.

        The ``state`` of a citation is "right" (it stands where it was cited), "moved" (it stands elsewhere in
        its article: ``found``), "changed" (it stands nowhere in it) or "gone" (there is no such article). A
        ``str`` is looked for in all articles, whatever spaces and line breaks it has. It is "right", with
        ``article`` and ``found``, or "gone".

        Raises UsageError for a quote without any letter or digit.

        >>> library = open_library()
        >>> one, other = library.verify("GPT-4 cost more than $100 million", "GPT-4 cost nothing")
        >>> one.state, other.state
        ('right', 'gone')
        >>> library.read(one.article).text[one.found.start : one.found.end]
        'GPT-4 cost more\\nthan $100 million'
        """
        claims: list[Claim | str] = []
        for quote in quotes:
            if isinstance(quote, Answer):
                claims += [cited(one, quote.question) for one in quote.citations]
            elif isinstance(quote, Citation):
                claims.append(cited(quote))
            else:
                claims.append(checked("quote", quote, "quote"))
        known = iter(self._session.verify([claim for claim in claims if isinstance(claim, Claim)]))
        return [self._session.find(claim) if isinstance(claim, str) else next(known) for claim in claims]

    # Reading

    def articles(self, filter: str = "") -> list[ArticleInfo]:
        """The articles, or those that pass ``filter``, in the order they were first added.

        >>> [article.title for article in open_library().articles("lang:zh-Hant after:2025-11")]
        ['楊立昆與 FAIR：一間開放實驗室的十二年']
        """
        return self._session.articles(_parsed(filter))

    def read(self, article: Reference) -> Article:
        """An article with its text, by number, path, file name or title, or of a citation.

        Raises UsageError if no article, or more than one, is called so.

        >>> article = open_library().read("楊立昆與 FAIR：一間開放實驗室的十二年")
        >>> article.language, article.published
        ('zh-Hant', '2025-11-24')
        """
        return self._session.article(_named(article))

    def status(self) -> LibraryStatus:
        """Counts, size on disk in bytes, and the model of the library."""
        return self._session.status()

    # Changing

    def add(self, *paths: str | os.PathLike[str], monitor: Monitor = UNWATCHED) -> AddReport:
        """Adds files and folders; when repeated, only what changed. `sync` follows the folders from then on.

        A file that cannot be read stops no other: ``skipped`` has its path and the reason. ``monitor`` is
        told how many articles are done; if it says that it is cancelled, Cancelled is raised, and what was
        finished is kept. Raises UsageError if a path is missing, if a folder has no articles, or for the
        bundled articles.

        >>> from pathlib import Path
        >>> _ = Path("lake.txt").write_text("The lake\\n\\nThe lake is 62 metres deep.")
        >>> with open_library("library", create=True) as library:
        ...     report = library.add("lake.txt")
        ...     print(library.ask("How deep is the lake?").citations[0].quote)
        The lake is 62 metres deep.
        >>> len(report.added), report.skipped
        (1, [])
        """
        return self._session.add(_paths(paths), monitor)

    def sync(
        self,
        *paths: str | os.PathLike[str],
        dry_run: bool = False,
        gone: bool = False,
        monitor: Monitor = UNWATCHED,
    ) -> SyncReport:
        """Updates the articles from these folders, or from all that were added.

        It finds files that are new, changed, moved or deleted; ``dry_run`` only reports. The articles of a
        folder that is missing or empty are kept, unless ``gone`` is True. Reports and raises as `add`.
        """
        return self._session.sync(_paths(paths), dry_run=dry_run, gone=gone, monitor=monitor)

    def remove(self, *articles: Reference) -> list[ArticleInfo]:
        """Removes articles and returns them; their files stay. The path of a folder stands for all in it.

        None is removed if one of the names is wrong (UsageError).
        """
        return self._session.remove([str(_named(article)) for article in articles])


def _named(article: Reference) -> int | str:
    """An article as `Session.article` takes it."""
    if isinstance(article, Citation | Hit):
        article = article.article
    if isinstance(article, ArticleInfo):
        return article.id
    return article if isinstance(article, int) else _path(article, "article")


def _path(value: str | os.PathLike[str], name: str) -> str:
    """A path, or what else a text names. UsageError: it is neither text nor a path."""
    text: str = checked(name, os.fspath(value) if isinstance(value, os.PathLike) else value, name)
    return text


def _paths(values: Iterable[str | os.PathLike[str]]) -> list[Path]:
    return paths_of(_path(value, "path") for value in values)


def _parsed(filter: str) -> Filters:
    return parse_all([filter]) if checked("filter", filter, "filter").strip() else NO_FILTERS
