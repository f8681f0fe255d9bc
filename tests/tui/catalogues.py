"""`make catalogues`: collect the texts of the app, bring tui/locale up to date with them and compile it.

Babel keeps the catalogues. The texts are found here, because it knows no function that names two of
them, as the constructors of errors do: message and hint.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tui.rendering import i18n

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "tui" / "locale"
TEMPLATE = LOCALE / "yinju.pot"
LANGUAGES = tuple(code.replace("-", "_") for code in i18n.LANGUAGES if code != "en")
PACKAGES = ("index", "qa", "tui")
#: What makes the findings of an examination: of a check's name, a text and perhaps a hint.
FINDINGS = frozenset({"well", "note", "wrong"})

#: A fixed date, or the files would differ each time they are written; git knows the dates.
_DATE = datetime(1970, 1, 1, tzinfo=UTC)
_HEADER = "# The texts of Yinju's app. `make catalogues` adds those that are new and compiles the files."


class NotLiteral(Exception):
    """Texts that are no literals and so cannot be collected; says where."""


def main() -> None:
    try:
        template = collect()
    except NotLiteral as error:
        sys.exit(f"only literal texts can be translated, with {{values}} in them:\n{error}")
    LOCALE.mkdir(exist_ok=True)
    _write(TEMPLATE, template)
    for language in LANGUAGES:
        catalogue = read(path(language)) if path(language).exists() else _empty(language)
        catalogue.update(template, no_fuzzy_matching=True)
        path(language).parent.mkdir(parents=True, exist_ok=True)
        _write(path(language), catalogue)
        with path(language).with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalogue)
        missing = sum(1 for message in catalogue if message.id and not any(message.string or ()))
        print(f"{language}: {len(catalogue)} texts, {missing} to translate")


def path(language: str) -> Path:
    """The catalogue of a language."""
    return LOCALE / language / "LC_MESSAGES" / "yinju.po"


def read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, abort_invalid=True)


def collect() -> Catalog:
    """A catalogue without translations of every text in the code. NotLiteral: one cannot be known."""
    catalogue, refused = _empty(), []
    files = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    trees = {file.relative_to(ROOT).as_posix(): ast.parse(file.read_bytes()) for file in files}
    errors = _errors(trees.values())
    for name, tree in trees.items():
        _put_in_texts(tree)
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
            try:
                for text in _texts(call, errors):
                    catalogue.add(text, locations=[(name, call.lineno)])
            except ValueError:
                refused.append(f"{name}:{call.lineno}: {ast.unparse(call)}")
    if refused:
        raise NotLiteral("\n".join(refused))
    return catalogue


def _put_in_texts(tree: ast.Module) -> None:
    """Put what a variable may be in its place where the function that makes a finding is called with it."""
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.Module | ast.FunctionDef):
            continue
        named: dict[str, list[ast.expr]] = {}
        for node in scope.body if isinstance(scope, ast.Module) else ast.walk(scope):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                named.setdefault(node.targets[0].id, []).append(node.value)
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id in FINDINGS:
                call.args = [
                    ast.BoolOp(ast.Or(), named[argument.id])
                    if isinstance(argument, ast.Name) and argument.id in named
                    else argument
                    for argument in call.args
                ]


def _errors(trees: Iterable[ast.Module]) -> set[str]:
    """The names of YinjuError and the classes below it."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    names = {"YinjuError"}
    while (
        new := {c.name for c in classes if names & {b.id for b in c.bases if isinstance(b, ast.Name)}} - names
    ):
        names |= new
    return names


def _texts(call: ast.Call, errors: set[str]) -> Iterator[str | tuple[str, str]]:
    """The texts that a call names, as (one, many) where it counts. ValueError: one is no literal."""
    function = call.func.id if isinstance(call.func, ast.Name) else ""
    if function == "ngettext":
        ((one,), (many,)) = map(_literals, call.args[:2])
        yield one, many
    elif function in {"_", "N_", "Phrase", *errors, *FINDINGS}:
        first, last = (1, 3) if function in FINDINGS else (0, 2 if function in errors else 1)
        for argument in call.args[first:last]:
            yield from filter(None, _literals(argument))


def _literals(node: ast.expr) -> list[str]:
    """The texts an argument may be: none where it names one that is marked where it is made."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _literals(node.body) + _literals(node.orelse)
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in _literals(value)]
    marked = (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("N_", "Phrase")
    )
    if marked or isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Starred):
        return []
    raise ValueError


def _empty(language: str | None = None) -> Catalog:
    return Catalog(
        language,
        header_comment=_HEADER,
        project="Yinju",
        version="app",
        msgid_bugs_address="see CONTRIBUTING.md",
        creation_date=_DATE,
        revision_date=_DATE,
        last_translator="Yinju",
        language_team="Yinju",
        fuzzy=False,
    )


def _write(file: Path, catalogue: Catalog) -> None:
    with file.open("wb") as opened:
        write_po(opened, catalogue, width=0, ignore_obsolete=True, include_lineno=False)


if __name__ == "__main__":
    main()
