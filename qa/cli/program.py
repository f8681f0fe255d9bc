"""What the command line does around every command: streams that always work, help and errors to be read."""

from __future__ import annotations

import inspect
import io
import os
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

import click

from qa import i18n
from qa.cli.console import fitted
from qa.i18n import N_, _

#: Characters of an error told at most.
_LONGEST = 1_000


#: The texts of click that a person may meet.
_CLICK_TEXTS = (
    N_("Options"), N_("Commands"), N_("default: {default}"), N_("Show this message and exit."),
    N_("Invalid value: {message}"), N_("Invalid value for {param_hint}: {message}"),
    N_("Missing argument"), N_("Missing option"), N_("Missing parameter"), N_("Missing command."),
    N_("No such option {name!r}."), N_("No such command {name!r}."),
    N_("Option {name!r} does not take a value."), N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."), N_("Could not open file {filename!r}: {message}"),
    N_("Did you mean {possibility}?"), N_("(Did you mean one of: {possibilities}?)"),
    N_("Got unexpected extra argument ({args})"), N_("Got unexpected extra arguments ({args})"),
    N_("Option {name!r} requires an argument."),
)  # fmt: skip


def _translate_click() -> None:
    """Makes click's own texts follow the language in use.

    It binds gettext's functions by name. Those know the locale alone, before which the setting goes.
    """
    ours = {"_": _, "ngettext": lambda one, many, count: _(one if count == 1 else many)}
    for name, module in list(sys.modules.items()):
        # The help of --help is translated with that of the other options.
        if name.startswith("click.") and name != "click.decorators":
            for function in vars(module).keys() & ours:
                setattr(module, function, ours[function])


_translate_click()


class Formatter(click.HelpFormatter):
    """Help in the language in use, wrapped by the cells of a terminal.

    A paragraph of a docstring is one text of the catalogues, and so is the help of an option.
    """

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or _("Usage: "))

    def write_heading(self, heading: str) -> None:
        self.write(_("{heading}:").format(heading=heading) + "\n")

    def write_text(self, text: str) -> None:
        for paragraph in text.split("\n\n"):
            told = " ".join(paragraph.split())
            self._write_wrapped(_(told), " " * self.current_indent)
            self.write("\n")
        self.buffer.pop()

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        from index.text.display import cells

        rows = list(rows)
        widest = max((cells(name) for name, _help in rows), default=0)
        column = min(widest, col_max) + col_spacing + self.current_indent
        for name, text in rows:
            text, bracket, extra = text.partition("  [")  # a default or range that click has appended
            first = " " * self.current_indent + name
            if len(first) > column - col_spacing:
                self.write(f"{first}\n")
                first = ""
            self._write_wrapped(_(text) + bracket.replace("  ", " ") + extra, " " * column, first)

    def _write_wrapped(self, text: str, indent: str, first: str = "") -> None:
        from index.text.display import wrap

        for start, end in wrap(text, max(20, self.width - len(indent))):
            self.write(f"{first:<{len(indent)}}{text[start:end]}\n")
            first = ""


class Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    """A command with help in the language in use."""

    context_class = Context


class Group(click.Group):
    """Commands, of which its help gives the first sentence of theirs."""

    context_class = Context
    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, first_paragraph(command.help or "")) for name, command in self.commands.items()]
        with formatter.section(_("Commands")):
            formatter.write_dl(sorted(rows))


def first_paragraph(text: str) -> str:
    return " ".join(inspect.cleandoc(text).split("\n\n")[0].split())


def _language() -> str:
    """The language that the settings name, or else that of the locale; wrong settings are told later."""
    from index.errors import UsageError
    from qa.settings import load_settings

    try:
        chosen = load_settings().language
    except UsageError:
        chosen = ""
    return chosen or i18n.system_language(os.environ)


class Program(Group):
    """The command group, with errors as one line and the exit codes of the contract."""

    group_class = Group

    def main(self, args: Any = None, prog_name: str | None = None, *_rest: Any, **extra: Any) -> NoReturn:
        _prepare_streams()
        code = self._run(sys.argv[1:] if args is None else list(args), prog_name or "qa", extra)
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            _silence(sys.stdout)
        except OSError as error:  # a full disk, say
            _silence(sys.stdout)
            code = _complain(_("cannot write the output: {reason}").format(reason=error.strerror), 2)
        sys.exit(code)

    def _run(self, args: list[str], prog_name: str, extra: dict[str, Any]) -> int:
        extra.pop("standalone_mode", None)
        i18n.use(_language())
        self._main_shell_completion(extra, prog_name)
        try:
            with self.make_context(prog_name, args, **extra) as context:
                return self.invoke(context) or 0
        except click.exceptions.Exit as stop:
            return stop.exit_code
        except (KeyboardInterrupt, click.Abort):
            return _complain(_("interrupted"), 130)
        except BrokenPipeError:  # the reader, `head` say, has what it wanted
            _silence(sys.stdout)
            return 0
        except click.UsageError as error:
            name = error.ctx.command_path if error.ctx else prog_name
            text = _("{message} (see {command} --help)")
            return _complain(text.format(message=error.format_message().rstrip(".。"), command=name), 2)
        except click.ClickException as error:
            return _complain(error.format_message(), 2)
        except Exception as error:
            # The one boundary between the program and the person: whatever comes, no traceback.
            if os.environ.get("QA_DEBUG"):
                raise
            return _complain(*_describe(error))


def _prepare_streams() -> None:
    """Streams that always work: closed ones lead nowhere, and what an encoding lacks is escaped."""
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _describe(error: Exception) -> tuple[str, int]:
    from index.errors import YinjuError

    if isinstance(error, YinjuError):
        return i18n.with_hint(error.message, error.hint), error.exit_code
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror, 2
    text = _("internal error: {name}: {error} (QA_DEBUG=1 shows where)")
    return text.format(name=type(error).__name__, error=error), 2


def _complain(message: str, code: int) -> int:
    line = message
    if len(line) > _LONGEST:  # an argument of a million characters, say; the hint is at the end
        line = f"{line[: _LONGEST - 200]} … {line[-200:]}"
    try:
        print(fitted(f"qa: {line}", sys.stderr), file=sys.stderr, flush=True)
    except BrokenPipeError:
        _silence(sys.stderr)
    return code


def _silence(stream: Any) -> None:
    """Point a closed ``stream`` at nothing, so that the interpreter's last flush stays quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def show_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"yinju {version('yinju')}")
        except PackageNotFoundError:
            click.echo(_("yinju, run from a source folder that is not installed"))
        context.exit()
