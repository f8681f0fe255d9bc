"""The command group, and the options that several commands share.

Until a command runs little but click is imported, so that help, and the app, come at once.

Data goes to standard output, narration and errors to standard error. The exit codes are in the help of
`cli`. With --json, an error is also an object on standard output: {"error": what standard error says,
"kind": `YinjuError.kind`}.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from qa.cli import completion
from qa.cli.program import Program, show_version

F = TypeVar("F", bound=Callable[..., Any])


library_option = click.option(
    "--library",
    metavar="DIR",
    type=click.Path(),
    help="Folder of the library, or its milvus:// address; QA_LIBRARY names it as well. "
    "[default: your own, or the bundled articles]",
)
passages_option = click.option("-k", type=int, metavar="N", help="How many passages to look at or list.")
reranker_option = click.option(
    "--reranker",
    metavar="NAME_OR_PATH",
    help="Cross-encoder of your own that orders the best passages and sentences.",
)
batch_option = click.option(
    "--batch",
    type=click.File("rb"),
    metavar="FILE",
    help="Questions, one a line, - for standard input; prints JSON.",
)
filter_option = click.option(
    "--filter",
    "-f",
    "filters",
    multiple=True,
    metavar="FILTER",
    shell_complete=completion.filters,
    help="Only articles that pass: lang:en after:2024-01 before:2024-07 in:NAME article:12; repeatable.",
)


def with_settings(function: Callable[..., int]) -> Callable[..., int]:
    """Calls ``function`` with the settings that options ask for in place of those.

    With --json, an error that ends the command is printed as JSON.
    """

    @wraps(function)
    @click.pass_context
    def run(
        context: click.Context,
        /,
        library: str | None = None,
        k: int | None = None,
        model: str | None = None,
        reranker: str | None = None,
        **arguments: Any,
    ) -> int:
        from index.errors import YinjuError, memory_told
        from qa.settings import load_settings

        try:
            with memory_told():
                settings = load_settings(
                    {"library": library or context.obj, "k": k, "model": model, "reranker": reranker}
                )
                return function(settings, **arguments)
        except YinjuError as error:
            if arguments.get("as_json"):
                from qa.cli.console import print_json

                print_json({"error": str(error), "kind": error.kind})
            raise

    return run


def common(function: F) -> F:
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
    """Ask your own Chinese and English articles; get back the sentences that answer, with their source.

    Exit codes: 0 answered or done, 1 no answer found, 2 wrong usage or settings, 3 library missing or
    damaged, 4 library busy, 5 library cannot be opened or written to here, 130 interrupted.
    """
    context.obj = library
