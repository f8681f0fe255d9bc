"""What a shell completes: names of articles, filters and files."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from index.types import ArticleInfo

SHELLS = ("bash", "zsh", "fish")
#: Bash sets a space after what it completed, also after "lang:".
_BASH = "COMPREPLY+=($value)", 'COMPREPLY+=("$value"); [[ $value == *: ]] && compopt -o nospace'
#: A name that no shell takes for several words.
_ONE_WORD = re.compile(r"[\w.+,@%-]+")


def script(root: click.Command, shell: str) -> str:
    """The completion script for one of `SHELLS`."""
    from click.shell_completion import get_completion_class

    made_by = get_completion_class(shell)
    assert made_by
    source = made_by(root, {}, "qa", "_QA_COMPLETE").source()
    return source.replace(*_BASH) if shell == "bash" else source


def files(_context: click.Context, _option: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, "file")]


def articles(context: click.Context, _option: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """File names, with titles beside them; numbers in place of names that are several words."""
    from click.shell_completion import CompletionItem

    from index.text.display import one_line

    found = []
    for info in _articles(context):
        name = PurePath(info.path).name
        word = name if _ONE_WORD.fullmatch(name) else str(info.id)
        if word.startswith(typed):
            found.append(CompletionItem(word, help=one_line(info.title)))
    return found or files(context, _option, typed)


def filters(context: click.Context, _option: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    from click.shell_completion import CompletionItem

    from qa.question.completion import Choices, complete

    begun = _before_colon(context, typed)
    typed = begun + typed.removeprefix(":") if begun else typed
    found = complete(typed, len(typed), Choices(_articles(context)))
    texts = [(each.text.removeprefix(begun), each.note) for each in found if " " not in each.text]
    return [CompletionItem(text, help=note) for text, note in texts]


def _before_colon(context: click.Context, typed: str) -> str:
    """ "lang:" where bash has made three words of "lang:en"; "" otherwise."""
    from qa.question.filters import KEYS

    words = [*context.params.get("filters", ())]
    for name in ("question", "words"):
        words += context.params.get(name) or ()
    words += [":"] if typed == ":" else []
    key = words[-2].lower() if len(words) > 1 and words[-1] == ":" else ""
    return f"{key}:" if key in KEYS else ""


def filters_begun(context: click.Context, option: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Filters among words, once one is begun."""
    return filters(context, option, typed) if typed else []


def _articles(context: click.Context) -> list[ArticleInfo]:
    """The articles of the user's own library. None if it cannot be read: there is nobody to tell."""
    from index.address import LibraryUrl
    from index.errors import YinjuError
    from index.library import Library
    from qa.session import Session
    from qa.settings import load_settings, own_library

    named = context.params.get("library") or context.find_root().params.get("library")
    try:
        settings = load_settings({"library": named})
        own = own_library(settings)
        if isinstance(own, LibraryUrl) or not Library.exists(own):  # a key press waits for no server
            return []
        with Session.open(settings) as session:
            return session.articles()
    except YinjuError:
        return []
