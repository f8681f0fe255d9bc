"""What the command line does around every command: streams that always work, errors as one line."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, NoReturn

import click

#: Characters of an error told at most.
_LONGEST = 1_000


class Program(click.Group):
    """The command group, with errors as one line and the exit codes of the contract."""

    def main(self, args: Any = None, prog_name: str | None = None, *_: Any, **extra: Any) -> NoReturn:
        _prepare_streams()
        code = self._run(sys.argv[1:] if args is None else list(args), prog_name or "qa", extra)
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            _silence(sys.stdout)
        except OSError as error:  # a full disk, say
            _silence(sys.stdout)
            code = _complain(f"cannot write the output: {error.strerror}", 2)
        sys.exit(code)

    def _run(self, args: list[str], prog_name: str, extra: dict[str, Any]) -> int:
        extra.pop("standalone_mode", None)
        self._main_shell_completion(extra, prog_name)
        try:
            with self.make_context(prog_name, args, **extra) as context:
                return self.invoke(context) or 0
        except click.exceptions.Exit as stop:
            return stop.exit_code
        except (KeyboardInterrupt, click.Abort):
            return _complain("interrupted", 130)
        except BrokenPipeError:  # the reader, `head` say, has what it wanted
            _silence(sys.stdout)
            return 0
        except click.UsageError as error:
            name = error.ctx.command_path if error.ctx else prog_name
            return _complain(f"{error.format_message().rstrip('.')} (see {name} --help)", 2)
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
        return str(error), error.exit_code
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror, 2
    return f"internal error: {type(error).__name__}: {error} (QA_DEBUG=1 shows where)", 2


def _complain(message: str, code: int) -> int:
    from index.text.display import one_line

    line = one_line(message)
    if len(line) > _LONGEST:  # an argument of a million characters, say; the hint is at the end
        line = f"{line[: _LONGEST - 200]} … {line[-200:]}"
    try:
        print(f"qa: {line}", file=sys.stderr, flush=True)
    except BrokenPipeError:
        _silence(sys.stderr)
    return code


def _silence(stream: Any) -> None:
    """Point a closed ``stream`` at nothing, so that the interpreter's last flush stays quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"yinju {version('yinju')}")
        except PackageNotFoundError:
            click.echo("yinju, run from a source folder that is not installed")
        context.exit()
