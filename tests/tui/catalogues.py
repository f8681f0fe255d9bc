"""`make catalogues`: collect the texts of the app, bring qa/locale up to date with them and compile it.

Babel keeps the catalogues. The texts are found here: Babel's own extraction joins the two texts of
``"one" if n else "other"`` into one, and skips in silence what is no literal.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from qa import i18n

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "qa" / "locale"
TEMPLATE = LOCALE / "yinju.pot"
LANGUAGES = tuple(code.replace("-", "_") for code in i18n.LANGUAGES if code != "en")
PACKAGES = ("index", "qa", "tui")
#: Which arguments of a function are texts. The classes of errors take two: message and hint.
ARGUMENTS = {
    "_": (0, 1),
    "N_": (0, 1),
    "Phrase": (0, 1),
    "ngettext": (0, 2),
    "YinjuError": (0, 2),
    "decoding": (1, 2),
}
ARGUMENTS |= dict.fromkeys(("well", "note", "wrong"), (1, 3))  # findings: a check's name, text, hint

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
    catalogue, refused, arguments = _empty(), [], dict(ARGUMENTS)
    files = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    nodes = [(file, node) for file in files for node in ast.walk(ast.parse(file.read_bytes()))]
    classes = [node for _, node in nodes if isinstance(node, ast.ClassDef)]
    for _ in classes:  # as often as classes may derive from one another
        errors = {c.name for c in classes if {ast.unparse(b) for b in c.bases} & arguments.keys()}
        if errors <= arguments.keys():
            break
        arguments |= dict.fromkeys(errors, ARGUMENTS["YinjuError"])
    for file, call in nodes:
        for text in _help(call):
            catalogue.add(text)
        if isinstance(call, ast.Call) and (name := ast.unparse(call.func)) in arguments:
            try:
                texts = [text for part in call.args[slice(*arguments[name])] for text in _literals(part)]
                if name == "ngettext":
                    one, many = texts
                    catalogue.add((one, many))
                else:
                    for text in filter(None, texts):
                        catalogue.add(text)
            except ValueError:
                refused.append(f"{file.relative_to(ROOT).as_posix()}:{call.lineno}: {ast.unparse(call)}")
    if refused:
        raise NotLiteral("\n".join(refused))
    return catalogue


def _help(node: ast.AST) -> Iterator[str]:
    """The paragraphs of the help of a command, which is its docstring, and the help of an option."""
    if isinstance(node, ast.FunctionDef) and any(map(_makes_command, node.decorator_list)):
        yield from (" ".join(part.split()) for part in (ast.get_docstring(node) or "").split("\n\n"))
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "click.option":
        yield from (ast.literal_eval(word.value) for word in node.keywords if word.arg == "help")


def _makes_command(decorator: ast.expr) -> bool:
    called = ast.unparse(decorator.func) if isinstance(decorator, ast.Call) else ""
    return called.endswith((".command", ".group"))


def _literals(node: ast.expr) -> Iterator[str]:
    """The texts that an argument may be: none where it names one that is marked where it is made."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp | ast.BoolOp):
        for part in (node.body, node.orelse) if isinstance(node, ast.IfExp) else node.values:
            yield from _literals(part)
    elif not isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Starred) and not (
        isinstance(node, ast.Call) and ast.unparse(node.func) in ("N_", "Phrase")
    ):
        raise ValueError


def _empty(language: str | None = None) -> Catalog:
    return Catalog(
        language, project="Yinju", version="app", header_comment=_HEADER, creation_date=_DATE,
        revision_date=_DATE, last_translator="Yinju", language_team="Yinju",
        msgid_bugs_address="see CONTRIBUTING.md", fuzzy=False,
    )  # fmt: skip


def _write(file: Path, catalogue: Catalog) -> None:
    """In the order of the texts, without where they stand: a catalogue changes with its texts alone."""
    with file.open("wb") as opened:
        write_po(opened, catalogue, width=0, ignore_obsolete=True, no_location=True, sort_output=True)


if __name__ == "__main__":
    main()
