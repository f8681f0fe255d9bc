"""The console script `qa`: the app without a command, in a browser with `serve`, else the command line.

Each process of `tui.jobs.process` imports this module once more, so it imports little.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import click

    from qa.session import Session
    from qa.settings import Settings


def main() -> NoReturn:
    """Entry point of the console script."""
    # The products of a question are small. Threads that share one out wait for each other, above all while
    # another program computes: 57 ms for 13. numpy reads this when it is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Next to nothing that is made forms cycles. To look for them every 700 objects costs 30 ms of a start.
    gc.set_threshold(100_000, 20, 100)
    command_line().main(prog_name="qa")


def command_line() -> click.Group:
    """The commands of `qa.cli` with `serve`, and the app where none is given."""
    import click

    from qa.cli.group import library_option, with_settings
    from qa.cli.main import cli
    from qa.cli.program import Program
    from qa.i18n import N_

    @click.pass_context
    def begin(context: click.Context, library: str | None) -> int | None:
        context.obj = library
        return context.invoke(with_settings(open_app)) if context.invoked_subcommand is None else None

    commands = Program(
        "qa",
        callback=begin,
        commands=dict(cli.commands),
        params=cli.params,
        help=f"{cli.help}\n\n{N_('Without a command it opens the app.')}",
        invoke_without_command=True,
        context_settings=cli.context_settings,
    )

    @commands.command()
    @library_option
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
    @click.option(
        "--pages",
        default=8,
        show_default=True,
        metavar="NUMBER",
        type=click.IntRange(1, 1000),
        help="Pages that may be open at a time.",
    )
    @click.option("--files", is_flag=True, help="Let the page read and write files of this machine by path.")
    @with_settings
    def serve(settings: Settings, host: str, port: int, pages: int, files: bool) -> int:
        """Open the app in a browser.

        It opens at the printed address alone, which has a new token at each start. Articles are added by
        upload, and what is saved is downloaded. Only this machine reaches it, unless ADDRESS is another than
        its own loopback address; then the traffic is not encrypted.
        """
        from qa.cli.console import narrate
        from tui.web.serve import serve as run

        run(settings, host, port, narrate, pages=pages, files=files)
        return 0

    return commands


def open_app(settings: Settings) -> int:
    """Opens the app in this terminal; in the process that `qa serve` starts, for a page of the browser."""
    from index.errors import UsageError
    from qa.settings import history_file

    served = "TEXTUAL_DRIVER" in os.environ
    takes_paths = not served or os.environ.get("YINJU_TAKES_PATHS") == "1"
    if not served and not (sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"):
        raise UsageError(
            "the app needs a terminal", "qa ask QUESTION prints an answer; qa --help lists the commands"
        )
    gc.disable()  # until the first frame: next to nothing that is made before it can be collected
    from tui.app import run

    def open_session() -> Session:
        from qa.session import Session

        return Session.open(settings)

    run(open_session, settings=settings, history=history_file(), takes_paths=takes_paths)
    return 0
