"""The commands of the command line but for those of `maintenance` and `sync`. Each returns the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from index.errors import UsageError
from qa.cli import completion
from qa.cli.console import (
    answer_lines,
    asked_for,
    cost,
    decoded,
    narrate,
    no_words,
    opened,
    or_lines,
    print_json,
    say,
    screen,
    tell_unread,
    words_of,
)
from qa.cli.group import (
    batch_option,
    cli,
    common,
    filter_option,
    passages_option,
    reranker_option,
    with_settings,
)
from qa.cli.progress import Progress, watched
from qa.i18n import _

if TYPE_CHECKING:
    from index.types import AddReport, ArticleInfo, TaughtWord
    from qa.question.filters import Filters
    from qa.session import Session
    from qa.settings import Settings
    from qa.types import Answer, SearchResult

#: What qa list tells of an article.
_FACTS = (
    *("id", "path", "title", "language", "published", "author", "source", "added", "characters", "passages"),
)


@cli.command()
@click.argument("question", nargs=-1, shell_complete=completion.filters_begun)
@common
@passages_option
@filter_option
@click.option(
    "--after",
    multiple=True,
    metavar="QUESTION",
    help="An earlier question that this one follows; repeatable.",
)
@click.option("--explain", is_flag=True, help="Tell how the answer, or the lack of one, came about.")
@click.option(
    "--write", is_flag=True, help="Have the endpoint of the settings write from the quotes; checked."
)
@batch_option
@reranker_option
@with_settings
def ask(
    settings: Settings,
    question: Sequence[str],
    as_json: bool,
    filters: Sequence[str],
    after: Sequence[str],
    explain: bool,
    write: bool,
    batch: IO[bytes] | None,
) -> int:
    """Answer QUESTION with sentences quoted from the articles.

    Without QUESTION, on a terminal, it asks for one. Filters may stand in the question as well. - in place
    of QUESTION reads it from standard input. Exit code 1 when the articles hold no answer.
    """
    from qa.output import terminal
    from qa.question.filters import parse, parse_all

    given = parse_all(filters)
    previous = [parse(earlier)[0] for earlier in after]

    def reply_to(typed: str, session: Session) -> Answer:
        text, more = parse(typed)
        return session.ask(text, previous=previous, filters=_within(settings, given.adding(more)))

    def as_object(typed: str, session: Session, reply: Answer) -> dict[str, Any]:
        data = reply.to_json() | {"question": typed}
        if write:
            data["written"] = [sentence.to_json() for sentence in written(session, reply, parse(typed)[0])]
        if not explain:
            return data
        from qa.output.explain import to_json

        return data | {"evidence": to_json(reply)}

    if write:
        from qa.cli.writing import print_written, written
        from qa.writing.writer import require_writer

        require_writer(settings)
    if batch:
        no_words(question)
        with opened(settings) as session:
            return answer_lines(
                batch, "question", lambda line: as_object(line, session, reply_to(line, session))
            )
    typed = words_of(question) if question else asked_for()
    with opened(settings) as session:
        reply = reply_to(typed, session)
        unmet = _unmet(session, reply)
        if reply.carried:
            narrate(_("carried over: {words}").format(words=_(", ").join(reply.carried)))
        if as_json:
            print_json(as_object(typed, session, reply))
            return 0 if reply.answered else 1
        print(unmet or terminal.answer(reply, screen()), flush=True)
        if explain:
            from qa.output.explain import text

            print(f"\n{text(reply, screen())}")
        if write:
            print_written(session, reply, parse(typed)[0])
    return 0 if reply.answered else 1


@cli.command()
@click.argument("words", nargs=-1, shell_complete=completion.filters_begun)
@common
@passages_option
@filter_option
@batch_option
@reranker_option
@with_settings
def search(
    settings: Settings, words: Sequence[str], as_json: bool, filters: Sequence[str], batch: IO[bytes] | None
) -> int:
    """Find passages by WORDS, in either language.

    Filters may stand among the words. - in place of WORDS reads them from standard input. Exit code 1
    when no passage matches.
    """
    from qa.output import terminal
    from qa.question.filters import parse, parse_all

    given = parse_all(filters)

    def found_by(typed: str, session: Session) -> SearchResult:
        text, more = parse(typed)
        return session.search(text, filters=_within(settings, given.adding(more)))

    if batch:
        no_words(words)
        with opened(settings) as session:
            return answer_lines(
                batch, "query", lambda line: found_by(line, session).to_json() | {"query": line}
            )
    typed = words_of(words)
    with opened(settings) as session:
        result = found_by(typed, session)
        unmet = _unmet(session, result)
    if as_json:
        print_json(result.to_json() | {"query": typed})
    else:
        print(unmet or terminal.search(result, screen()))
    return 0 if result.hits else 1


def _within(settings: Settings, named: Filters) -> Filters:
    """The filters that were named, or those of the settings."""
    from qa.question.filters import default_filters

    return named or default_filters(settings.filter)


def _unmet(session: Session, reply: Answer | SearchResult) -> str:
    """That no article passes the filters, where it is so."""
    filters = reply.filters
    if reply.hits or not filters or session.articles(filters):
        return ""
    return _("No article passes {filters}.").format(filters=filters)


@cli.command()
@click.argument("paths", nargs=-1, metavar="PATH...", shell_complete=completion.files)
@common
@click.option(
    "--zotero",
    is_flag=False,
    flag_value="",
    metavar="[FOLDER]",
    help="Add the library of Zotero in FOLDER. [default: where Zotero keeps it]",
)
@click.option(
    "--model", metavar="NAME_OR_PATH", help="Embedding model for a new library. [default: bundled lexicon]"
)
@with_settings
def add(settings: Settings, paths: Sequence[str], zotero: str | None, as_json: bool) -> int:
    """Add files or folders, or a library of Zotero.

    Adding again does only what changed. - in place of PATH reads paths from standard input, one a line.
    """
    if zotero is not None:
        return _add_zotero(settings, paths, zotero, as_json)
    if not paths:
        raise click.MissingParameter(param_type="argument", param_hint="'PATH...'")
    from qa.session import paths_of

    named = paths_of(or_lines(paths))
    if missing := next((path for path in named if not os.path.exists(os.path.expanduser(path))), None):
        raise UsageError("{path}: no such file or folder", path=missing)
    with opened(settings, create=True) as session, watched("articles") as monitor:
        report = session.add(named, monitor)
    tell_unread(report)
    for path in named:
        if (path.expanduser() / "zotero.sqlite").is_file():
            told = _("{path} is a library of Zotero: qa add --zotero {path} adds it with titles and authors")
            narrate(told.format(path=path))
    if as_json:
        print_json(asdict(report))
    elif report.added or report.updated or report.unchanged:
        say(_summary(report, session.path))
    return _add_code(report, named)


def _add_zotero(settings: Settings, paths: Sequence[str], folder: str, as_json: bool) -> int:
    if paths:
        raise UsageError("--zotero takes one folder, and no other paths", "add the others by themselves")
    with opened(settings, create=True) as session, watched("articles") as monitor:
        report = session.add_zotero(Path(folder) if folder else None, monitor)
    tell_unread(report)
    parts = (report.added, report.updated, report.unchanged, report.moved, report.removed)
    if as_json:
        print_json(asdict(report))
    elif any(parts):
        say(_summary(report, session.path))
    return 2 if report.skipped and not any(parts) else 0


def _summary(report: AddReport, library: Path) -> str:
    from qa.output.changes import counted

    parts = counted(report, without=("skipped", "partial"))
    return f"{_(', ').join(parts)}{cost(report)} → {library}"


def _add_code(report: AddReport, named: Sequence[Path]) -> int:
    if not (report.added or report.updated or report.unchanged or report.skipped):
        from index.library import Library

        raise UsageError(
            "no articles in {paths}",
            "read are {suffixes}",
            paths=", ".join(map(str, named)),
            suffixes=" ".join(sorted(Library.suffixes())),
        )
    refused = {Path(path).absolute() for path, _ in report.skipped}
    wanted = {path.absolute() for path in named} | {path.resolve() for path in named}
    nothing = not (report.added or report.updated or report.unchanged)
    return 2 if nothing or refused & wanted else 0


@cli.command()
@click.argument("references", nargs=-1, metavar="ARTICLE...", shell_complete=completion.articles)
@common
@filter_option
@with_settings
def remove(settings: Settings, references: Sequence[str], as_json: bool, filters: Sequence[str]) -> int:
    """Remove articles from the library; their files stay.

    ARTICLE is an id, path, file name or title; the path of a folder or archive stands for all in it. With
    --filter, only those of them that pass are removed, or without ARTICLE all that pass. - reads them from
    standard input, one a line. Exit code 1 when none passes.
    """
    from index.text.display import one_line
    from qa.question.filters import parse_all

    wanted = parse_all(filters)
    if not (references or wanted):
        raise UsageError("no article is named", "give articles, folders or filters")
    with opened(settings) as session:
        found = session.remove(or_lines(references) if references else (), wanted)
    if as_json:
        print_json({"removed": [{"id": i.id, "title": i.title, "path": i.path} for i in found]})
    elif not found:
        narrate(_("no article passes {filters}").format(filters=wanted))
    else:
        for info in found:
            print(_("removed {article}").format(article=f"{info.id}  {one_line(info.title)}"))
    return 0 if found else 1


@cli.command("list")
@click.argument("words", nargs=-1, metavar="FILTER...", shell_complete=completion.filters)
@common
@filter_option
@with_settings
def list_articles(settings: Settings, words: Sequence[str], as_json: bool, filters: Sequence[str]) -> int:
    """List the articles, those that pass each FILTER.

    Exit code 1 when none passes.
    """
    from qa.output import terminal
    from qa.question.filters import parse_all

    wanted = parse_all([*words, *filters])
    with opened(settings, upgrade=False) as session:
        infos = session.articles(wanted)
    if as_json:
        listed = [{key: getattr(info, key) for key in _FACTS} | _from_zotero(info) for info in infos]
        data = {"library": str(session.path), "articles": listed}
        print_json(data | ({"filters": str(wanted)} if wanted else {}))
    elif infos:
        print(terminal.articles(infos, screen()))
    elif wanted:
        narrate(_("no article passes {filters}").format(filters=wanted))
    else:
        narrate(_("the library is empty; add articles with qa add PATH"))
    return 1 if wanted and not infos else 0


def _from_zotero(info: ArticleInfo) -> dict[str, Any]:
    """What Zotero says of an article, for JSON; {} if it is not from there."""
    said = info.reference
    if said is None:
        return {}
    creators = [creator._asdict() for creator in said.creators]
    facts = {"key": said.key, "kind": said.kind, "item": said.item, "fields": dict(said.fields)}
    return {"reference": facts | {"creators": creators, "tags": list(said.tags)}}


@cli.command()
@click.argument("reference", metavar="ARTICLE", shell_complete=completion.articles)
@common
@with_settings
def show(settings: Settings, reference: str, as_json: bool) -> int:
    """Print an article.

    ARTICLE is an id, path, file name or title. Offsets of citations count characters of the text that --json
    gives, with its blocks.
    """
    from qa.output import terminal
    from qa.types import picture_json

    with opened(settings, upgrade=False) as session:
        item = session.article(words_of([reference]).strip())
    if as_json:
        keys = ("id", "title", "path", "language", "published", "text")
        blocks = [
            {"kind": kind, "start": start, "end": end, "level": level}
            | {"parent": parent if parent >= 0 else None, "lead": lead if lead >= 0 else None}
            | picture_json(read)
            for kind, start, end, level, _marker, parent, lead, read in item.blocks
        ]
        print_json({key: getattr(item, key) for key in keys} | {"blocks": blocks} | _from_zotero(item))
    else:
        print(terminal.article(item, screen()))
    return 0


@cli.command()
@common
@with_settings
def status(settings: Settings, as_json: bool) -> int:
    """Say what the library holds and where."""
    from qa.output import terminal

    with opened(settings, upgrade=False) as session:
        facts = session.status()
    if as_json:
        print_json(asdict(facts))
    else:
        print(terminal.status(facts, screen()))
    return 0


@cli.command()
@click.argument("files", nargs=-1, type=click.File("rb"), metavar="FILE...")
@common
@with_settings
def verify(settings: Settings, files: Sequence[IO[bytes]], as_json: bool) -> int:
    """Check citations again.

    FILE holds what qa ask --json printed, - is standard input; without FILE the conversations kept by the
    app are checked. Exit code 1 when a citation is no longer right.
    """
    from qa import verify as checking
    from qa.settings import history_file

    context = click.get_current_context()
    if files:
        texts = [(decoded(file.read()), getattr(file, "name", "standard input")) for file in files]
        claims = [claim for text, name in texts for claim in checking.read_claims(text, name)]
        with opened(settings, upgrade=False) as session:
            verdicts = session.verify(claims)
    elif context.params["library"] or context.obj:  # the flag was given
        with opened(settings, upgrade=False) as session:
            verdicts = session.verify()
    else:
        verdicts = list(checking.check_history(history_file(), None))
    if as_json:
        print_json(checking.to_json(verdicts))
    elif verdicts:
        print(checking.text(verdicts, screen()))
    else:
        narrate(_("there are no citations to check"))
    return 0 if all(verdict.state == "right" for verdict in verdicts) else 1


@cli.group(no_args_is_help=False)
def words() -> None:
    """Teach the library words and names it does not know."""


@words.command("add")
@click.argument("word")
@click.argument("same", nargs=-1)
@common
@with_settings
def add_word(settings: Settings, word: str, same: Sequence[str], as_json: bool) -> int:
    """Teach WORD, and that each SAME means the same.

    A Chinese WORD is one word from then on. Questions with one of the names find passages with another.
    """
    word, names = decoded(word), [decoded(name) for name in same]
    with opened(settings) as session, watched("passages") as monitor:
        taught = session.teach(word, names, monitor)
    return _tell_word("taught", taught, as_json)


@words.command("remove")
@click.argument("word")
@common
@with_settings
def remove_word(settings: Settings, word: str, as_json: bool) -> int:
    """Forget WORD and what means the same."""
    word = decoded(word)
    with opened(settings) as session, watched("passages") as monitor:
        forgotten = session.forget(word, monitor)
    return _tell_word("removed", forgotten, as_json)


def _tell_word(verb: str, word: TaughtWord, as_json: bool) -> int:
    from qa.output import terminal

    if as_json:
        print_json({verb: asdict(word)})
    else:
        told = _("taught {word}") if verb == "taught" else _("removed {word}")
        print(told.format(word=terminal.word(word)))
    return 0


@words.command("list")
@common
@with_settings
def list_words(settings: Settings, as_json: bool) -> int:
    """List the words that were taught."""
    from qa.output import terminal

    with opened(settings, upgrade=False) as session:
        taught = session.words()
    if as_json:
        print_json({"library": str(session.path), "words": [asdict(word) for word in taught]})
    elif taught:
        print("\n".join(map(terminal.word, taught)))
    else:
        narrate(_("no words were taught to this library; qa words add WORD SAME… teaches one"))
    return 0


@cli.command("eval")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--queries", type=click.Path(path_type=Path), metavar="DIR", help="Take the questions from this folder."
)
@click.option(
    "--others",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DIR",
    help="Ask this folder's questions too, as ones without an answer in DIR; repeatable.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Draw N of the questions, always the same ones."
)
@click.option(
    "--library",
    "beside",
    metavar="URL",
    help="Measure on the Milvus server of this address, in a library that is removed again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--model", metavar="NAME_OR_PATH", help="Embedding model to measure. [default: bundled lexicon]"
)
@reranker_option
@with_settings
def evaluate(
    settings: Settings,
    folder: Path,
    queries: Path | None,
    others: Sequence[Path],
    limit: int | None,
    beside: str | None,
    as_json: bool,
) -> int:
    """Measure on a BEIR-style folder, or on judged documents.

    DIR holds corpus.jsonl, queries.jsonl and qrels.jsonl, or the same with .gz at the end. Or it holds docs/
    and questions.jsonl, which tells the evidence in them for each question.
    """
    from index.address import library_path
    from index.types import Monitor
    from qa.evaluation import evaluate as beir
    from qa.evaluation import judged
    from qa.output import terminal

    with closing(Progress(sys.stderr, "questions")) as progress:
        with_all: dict[str, Any] = {
            "limit": limit,
            "model": settings.model or None,
            "reranker": settings.reranker,
            "beside": library_path(beside) if beside else None,
            "monitor": Monitor(progress),
        }
        if (folder / "questions.jsonl").is_file() and not (queries or others):
            figures = judged.judge(folder, **with_all)
        else:
            figures = beir.evaluate(folder, queries, others=others, **with_all)
    if as_json:
        print_json(figures)
    else:
        print(terminal.measurements(figures))
    return 0


@cli.command("completion")
@click.argument("shell", type=click.Choice(list(completion.SHELLS)), metavar="SHELL")
@click.pass_context
def print_completion(context: click.Context, shell: str) -> int:
    """Print the completion script for SHELL, which is bash, zsh or fish.

    It completes commands, options, files, articles and filters. To turn it on, put
    eval "$(qa completion bash)" into ~/.bashrc, eval "$(qa completion zsh)" into ~/.zshrc, or
    qa completion fish | source into ~/.config/fish/config.fish.
    """
    print(completion.script(context.find_root().command, shell), end="")
    return 0


@cli.command()
@click.pass_context
def man(context: click.Context) -> int:
    """Print the manual page.

    qa man | man -l - shows it.
    """
    from qa.cli.manual import page

    print(page(context.find_root()), end="")
    return 0
