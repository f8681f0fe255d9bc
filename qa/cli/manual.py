"""The manual page of `qa`, in roff, made from the help of its commands."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from qa.i18n import _


def page(root: click.Context) -> str:
    """The manual page of the program whose context this is."""
    return "\n".join(_lines(root)) + "\n"


def _lines(root: click.Context) -> Iterator[str]:
    about, *more = _paragraphs(root.command)
    yield f'.TH QA 1 "" Yinju "{_escaped(_("Yinju manual"))}"'
    yield from (_section(_("Name")), _escaped(f"qa - {about}"))
    yield from (_section(_("Synopsis")), f".B qa\n{_escaped(_usage(root))}")
    yield _section(_("Description"))
    for paragraph in more:
        yield from (".PP", _escaped(paragraph))
    yield _section(_("Options"))
    yield from _options(root)
    yield _section(_("Commands"))
    for context in _commands(root):
        yield f".SS {_escaped(context.command_path)} {_escaped(_usage(context))}"
        for paragraph in _paragraphs(context.command):
            yield from (".PP", _escaped(paragraph))
        yield from _options(context)


def _commands(parent: click.Context) -> Iterator[click.Context]:
    """The contexts of all commands, in the order of their names."""
    group = parent.command
    for name, command in sorted(group.commands.items()) if isinstance(group, click.Group) else ():
        context = type(parent)(command, info_name=name, parent=parent)
        yield context
        yield from _commands(context)


def _usage(context: click.Context) -> str:
    return " ".join(context.command.collect_usage_pieces(context))


def _paragraphs(command: click.Command) -> list[str]:
    texts = [" ".join(part.split()) for part in inspect.cleandoc(command.help or "").split("\n\n")]
    return [_(text) for text in texts]


def _options(context: click.Context) -> Iterator[str]:
    for parameter in context.command.get_params(context):
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context)):
            names, text = record
            text, bracket, extra = text.partition("  [")  # what click has appended
            yield from (".TP", f".B {_escaped(names)}", _escaped(_(text) + bracket[1:] + extra))


def _section(title: str) -> str:
    return f".SH {_escaped(title.upper())}"


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{text}" if text.startswith((".", "'")) else text
