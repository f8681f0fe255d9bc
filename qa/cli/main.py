"""The command line `qa`. Declared here with click alone; `qa.cli.commands` does the work when one runs.

Data goes to standard output, narration and errors to standard error. Exit codes: 0 answered or
done, 1 no answer found, 2 usage or settings, 3 library missing or damaged, 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from qa.cli.program import Program, show_version

F = TypeVar("F", bound=Callable[..., Any])


_library = click.option(
    "--library",
    metavar="DIR",
    help="Folder of the library; QA_LIBRARY names it as well. [default: your own, or the bundled articles]",
)
_passages = click.option("-k", type=int, metavar="N", help="How many passages to look at or list.")
_batch = click.option(
    "--batch",
    type=click.File("rb"),
    metavar="FILE",
    help="Questions, one a line, - for standard input; prints JSON.",
)
_filter = click.option(
    "--filter",
    "-f",
    "filters",
    multiple=True,
    metavar="FILTER",
    help="Only articles that pass: lang:en after:2024-01 before:2024-07 in:NAME article:12; repeatable.",
)


def _common(function: F) -> F:
    as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    return _library(as_json(function))


def _do(
    context: click.Context, name: str, library: str | None, k: int | None = None, **arguments: Any
) -> int:
    """Run ``qa.cli.commands.NAME``, or ``qa.NAME``, with the settings that the flags ask for."""
    from importlib import import_module

    from qa.settings import load_settings

    settings = load_settings(
        {"library": library or context.obj, "k": k, "model": arguments.pop("model", None)}
    )
    module, _, function = name.rpartition(".")
    code: int = getattr(import_module(f"qa.cli.{module or 'commands'}"), function)(settings, **arguments)
    return code


@click.group(
    cls=Program, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@_library
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=show_version,
    help="Show the version.",
)
@click.pass_context
def cli(context: click.Context, library: str | None) -> int | None:
    """Ask your own Chinese and English articles; get back the sentences that answer, with their source.

    Without a command it opens the app.
    """
    context.obj = library
    if context.invoked_subcommand is None:
        return _do(context, "app", library)
    return None


@cli.command()
@_library
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on."
)
@click.option(
    "--port",
    default=8012,
    show_default=True,
    metavar="NUMBER",
    type=click.IntRange(0, 65535),
    help="Port; 0 takes a free one.",
)
@click.pass_context
def serve(context: click.Context, /, **arguments: Any) -> int:
    """Open the app in a browser.

    Only this machine reaches it, unless ADDRESS is another than its own loopback address.
    """
    return _do(context, "serve", **arguments)


@cli.command()
@click.argument("question", nargs=-1)
@_common
@_passages
@_filter
@click.option(
    "--after",
    multiple=True,
    metavar="QUESTION",
    help="An earlier question that this one follows; repeatable.",
)
@click.option("--explain", is_flag=True, help="Tell how the answer, or the lack of one, came about.")
@_batch
@click.pass_context
def ask(context: click.Context, /, **arguments: Any) -> int:
    """Answer QUESTION with sentences quoted from the articles.

    Filters may stand in the question as well. - in place of QUESTION reads it from standard input. Exit
    code 1 when the articles hold no answer.
    """
    return _do(context, "ask", **arguments)


@cli.command()
@click.argument("words", nargs=-1)
@_common
@_passages
@_filter
@_batch
@click.pass_context
def search(context: click.Context, /, **arguments: Any) -> int:
    """Find passages by WORDS, in either language.

    Filters may stand among the words. - in place of WORDS reads them from standard input. Exit code 1
    when nothing is found.
    """
    return _do(context, "search", **arguments)


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_common
@click.option(
    "--model", metavar="NAME_OR_PATH", help="Embedding model for a new library. [default: bundled lexicon]"
)
@click.pass_context
def add(context: click.Context, /, **arguments: Any) -> int:
    """Add files or folders.

    Adding again does only what changed. - in place of PATH reads paths from standard input, one a line.
    """
    return _do(context, "add", **arguments)


@cli.command()
@click.argument("paths", nargs=-1, metavar="PATH...")
@_common
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--gone", is_flag=True, help="Remove articles that were added by themselves and are missing.")
@click.option("--forget", multiple=True, metavar="FOLDER", help="Follow FOLDER no more; its articles stay.")
@click.option(
    "--watch",
    is_flag=False,
    flag_value="",
    metavar="[SECONDS]",
    help="Stay, and look for changes every SECONDS. [default: 5]",
)
@click.pass_context
def sync(context: click.Context, /, **arguments: Any) -> int:
    """Bring the library into step with the folders and files that were added.

    New, changed, moved and deleted files; those of each PATH, or all. A folder that is missing or empty
    takes no articles along, unless --gone names it.
    """
    return _do(context, "sync.sync", **arguments)


@cli.command()
@click.argument("references", nargs=-1, required=True, metavar="ARTICLE...")
@_common
@click.pass_context
def remove(context: click.Context, /, **arguments: Any) -> int:
    """Remove articles.

    ARTICLE is an id, path, file name or title, the path of an archive stands for all in it; - reads them
    from standard input, one a line.
    """
    return _do(context, "remove", **arguments)


@cli.command("list")
@click.argument("words", nargs=-1, metavar="FILTER...")
@_common
@_filter
@click.pass_context
def list_articles(context: click.Context, /, **arguments: Any) -> int:
    """List the articles, those that pass each FILTER.

    Exit code 1 when none passes.
    """
    return _do(context, "list_articles", **arguments)


@cli.command()
@click.argument("reference", metavar="ARTICLE")
@_common
@click.pass_context
def show(context: click.Context, /, **arguments: Any) -> int:
    """Print an article.

    ARTICLE is an id, path, file name or title. Offsets of citations count characters of its text.
    """
    return _do(context, "show", **arguments)


@cli.command()
@_common
@click.pass_context
def status(context: click.Context, /, **arguments: Any) -> int:
    """Say what the library holds and where."""
    return _do(context, "status", **arguments)


@cli.command()
@_common
@click.option("--fix", is_flag=True, help="Mend what can be mended.")
@click.pass_context
def doctor(context: click.Context, /, **arguments: Any) -> int:
    """Look the library over, from end to end.

    Exit code 3 when something is wrong. --fix builds anew what is derived from what is whole; of a damaged
    database it saves the articles that can be read.
    """
    return _do(context, "maintenance.doctor", **arguments)


@cli.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE")
@_common
@click.pass_context
def backup(context: click.Context, /, **arguments: Any) -> int:
    """Copy the library into FILE, while it is in use."""
    return _do(context, "maintenance.backup", **arguments)


@cli.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE")
@_common
@click.pass_context
def restore(context: click.Context, /, **arguments: Any) -> int:
    """Put the backup FILE in the place of the library.

    What was there before is kept beside it.
    """
    return _do(context, "maintenance.restore", **arguments)


@cli.command()
@click.argument("files", nargs=-1, type=click.File("rb"), metavar="FILE...")
@_common
@click.pass_context
def verify(context: click.Context, /, **arguments: Any) -> int:
    """Check citations again.

    FILE holds what qa ask --json printed, - is standard input; without FILE the conversations kept by the
    app are checked. Exit code 1 when a citation is no longer right.
    """
    return _do(context, "verify", given=bool(arguments["library"] or context.obj), **arguments)


@cli.group()
def words() -> None:
    """Teach the library words and names it does not know."""


@words.command("add")
@click.argument("word")
@click.argument("same", nargs=-1)
@_common
@click.pass_context
def add_word(context: click.Context, /, **arguments: Any) -> int:
    """Teach WORD, and that each SAME means the same.

    A Chinese WORD is one word from then on. Questions with one of the names find passages with another.
    """
    return _do(context, "add_word", **arguments)


@words.command("list")
@_common
@click.pass_context
def list_words(context: click.Context, /, **arguments: Any) -> int:
    """List the words that were taught."""
    return _do(context, "list_words", **arguments)


@words.command("remove")
@click.argument("word")
@_common
@click.pass_context
def remove_word(context: click.Context, /, **arguments: Any) -> int:
    """Forget WORD and what means the same."""
    return _do(context, "remove_word", **arguments)


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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--model", metavar="NAME_OR_PATH", help="Embedding model to measure. [default: bundled lexicon]"
)
@click.pass_context
def evaluate(context: click.Context, /, **arguments: Any) -> int:
    """Measure on a BEIR-style folder.

    DIR holds corpus.jsonl, queries.jsonl and qrels.jsonl, or the same with .gz at the end.
    """
    return _do(context, "evaluate", library=None, **arguments)


def main() -> NoReturn:
    """Entry point of the console script."""
    cli.main(prog_name="qa")
