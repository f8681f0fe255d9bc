"""The command line. Declared here with click alone: what does the work is imported when a command runs.

Data goes to standard output, narration and errors to standard error. Exit codes: 0 answered or
done, 1 no answer found, 2 usage or settings, 3 library missing or damaged, 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from qa.cli.program import Program, show_version

if TYPE_CHECKING:
    from qa.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


library_option = click.option(
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


def with_settings(function: Callable[..., int]) -> Callable[..., int]:
    """Calls ``function`` with the settings that --library, -k and --model ask for in place of those."""

    @wraps(function)
    @click.pass_context
    def run(
        context: click.Context,
        /,
        library: str | None = None,
        k: int | None = None,
        model: str | None = None,
        **arguments: Any,
    ) -> int:
        from qa.settings import load_settings

        settings = load_settings({"library": library or context.obj, "k": k, "model": model})
        return function(settings, **arguments)

    return run


def _common(function: F) -> F:
    as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    return library_option(as_json(function))


@click.group(cls=Program, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@library_option
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=show_version,
    help="Show the version.",
)
@click.pass_context
def cli(context: click.Context, library: str | None) -> None:
    """Ask your own Chinese and English articles; get back the sentences that answer, with their source."""
    context.obj = library


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
@with_settings
def ask(settings: Settings, **arguments: Any) -> int:
    """Answer QUESTION with sentences quoted from the articles.

    Filters may stand in the question as well. - in place of QUESTION reads it from standard input. Exit
    code 1 when the articles hold no answer.
    """
    from qa.cli import commands

    return commands.ask(settings, **arguments)


@cli.command()
@click.argument("words", nargs=-1)
@_common
@_passages
@_filter
@_batch
@with_settings
def search(settings: Settings, **arguments: Any) -> int:
    """Find passages by WORDS, in either language.

    Filters may stand among the words. - in place of WORDS reads them from standard input. Exit code 1
    when nothing is found.
    """
    from qa.cli import commands

    return commands.search(settings, **arguments)


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_common
@click.option(
    "--model", metavar="NAME_OR_PATH", help="Embedding model for a new library. [default: bundled lexicon]"
)
@with_settings
def add(settings: Settings, **arguments: Any) -> int:
    """Add files or folders.

    Adding again does only what changed. - in place of PATH reads paths from standard input, one a line.
    """
    from qa.cli import commands

    return commands.add(settings, **arguments)


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
@with_settings
def sync(settings: Settings, **arguments: Any) -> int:
    """Bring the library into step with the folders and files that were added.

    New, changed, moved and deleted files; those of each PATH, or all. A folder that is missing or empty
    takes no articles along, unless --gone names it.
    """
    from qa.cli import sync

    return sync.sync(settings, **arguments)


@cli.command()
@click.argument("references", nargs=-1, required=True, metavar="ARTICLE...")
@_common
@with_settings
def remove(settings: Settings, **arguments: Any) -> int:
    """Remove articles.

    ARTICLE is an id, path, file name or title, the path of an archive stands for all in it; - reads them
    from standard input, one a line.
    """
    from qa.cli import commands

    return commands.remove(settings, **arguments)


@cli.command("list")
@click.argument("words", nargs=-1, metavar="FILTER...")
@_common
@_filter
@with_settings
def list_articles(settings: Settings, **arguments: Any) -> int:
    """List the articles, those that pass each FILTER.

    Exit code 1 when none passes.
    """
    from qa.cli import commands

    return commands.list_articles(settings, **arguments)


@cli.command()
@click.argument("reference", metavar="ARTICLE")
@_common
@with_settings
def show(settings: Settings, **arguments: Any) -> int:
    """Print an article.

    ARTICLE is an id, path, file name or title. Offsets of citations count characters of its text.
    """
    from qa.cli import commands

    return commands.show(settings, **arguments)


@cli.command()
@_common
@with_settings
def status(settings: Settings, **arguments: Any) -> int:
    """Say what the library holds and where."""
    from qa.cli import commands

    return commands.status(settings, **arguments)


@cli.command()
@_common
@click.option("--fix", is_flag=True, help="Mend what can be mended.")
@with_settings
def doctor(settings: Settings, **arguments: Any) -> int:
    """Look the library over, from end to end.

    Exit code 3 when something is wrong. --fix builds anew what is derived from what is whole; of a damaged
    database it saves the articles that can be read.
    """
    from qa.cli import maintenance

    return maintenance.doctor(settings, **arguments)


@cli.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE")
@_common
@with_settings
def backup(settings: Settings, **arguments: Any) -> int:
    """Copy the library into FILE, while it is in use."""
    from qa.cli import maintenance

    return maintenance.backup(settings, **arguments)


@cli.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE")
@_common
@with_settings
def restore(settings: Settings, **arguments: Any) -> int:
    """Put the backup FILE in the place of the library.

    What was there before is kept beside it.
    """
    from qa.cli import maintenance

    return maintenance.restore(settings, **arguments)


@cli.command()
@click.argument("files", nargs=-1, type=click.File("rb"), metavar="FILE...")
@_common
@with_settings
def verify(settings: Settings, **arguments: Any) -> int:
    """Check citations again.

    FILE holds what qa ask --json printed, - is standard input; without FILE the conversations kept by the
    app are checked. Exit code 1 when a citation is no longer right.
    """
    from qa.cli import commands

    context = click.get_current_context()
    given = bool(context.params["library"] or context.obj)
    return commands.verify(settings, given=given, **arguments)


@cli.group()
def words() -> None:
    """Teach the library words and names it does not know."""


@words.command("add")
@click.argument("word")
@click.argument("same", nargs=-1)
@_common
@with_settings
def add_word(settings: Settings, **arguments: Any) -> int:
    """Teach WORD, and that each SAME means the same.

    A Chinese WORD is one word from then on. Questions with one of the names find passages with another.
    """
    from qa.cli import commands

    return commands.add_word(settings, **arguments)


@words.command("list")
@_common
@with_settings
def list_words(settings: Settings, **arguments: Any) -> int:
    """List the words that were taught."""
    from qa.cli import commands

    return commands.list_words(settings, **arguments)


@words.command("remove")
@click.argument("word")
@_common
@with_settings
def remove_word(settings: Settings, **arguments: Any) -> int:
    """Forget WORD and what means the same."""
    from qa.cli import commands

    return commands.remove_word(settings, **arguments)


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
@with_settings
def evaluate(settings: Settings, **arguments: Any) -> int:
    """Measure on a BEIR-style folder.

    DIR holds corpus.jsonl, queries.jsonl and qrels.jsonl, or the same with .gz at the end.
    """
    from qa.cli import commands

    return commands.evaluate(settings, **arguments)


def main() -> NoReturn:
    """The commands alone, without the app."""
    cli.main(prog_name="qa")
