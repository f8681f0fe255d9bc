"""What the pages name is there: files, functions, modules, make targets, links; and how long pages may be."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "README.zh.md",
    "ARCHITECTURE.md",
    "DECISIONS.md",
    "RELIABILITY.md",
    "EVALUATION.md",
    "CONTRIBUTING.md",
)
PACKAGES = ("index", "qa", "tui", "seeds", "tests")
#: In code spans: a path with an optional ``:Class.method``, a dotted name, a make target.
PATH = re.compile(r"((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|toml|md|txt|tcss))(?::([A-Za-z_][\w.]*))?(?:#.*)?")
DOTTED = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
TARGET = re.compile(r"make ([a-z]+)")
#: One row of the reading order: number, file, lines.
ROW = re.compile(r"^\| \d+ \| `([^`]+)` \| ([\d,]+) \|", re.M)


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def code(page: str) -> list[str]:
    """The code spans of a page and the lines of its code blocks, but for placeholders such as NAME."""
    text = text_of(page)
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.M | re.S)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))
    return [*spans, *(line for block in blocks for line in block.splitlines())]


@cache
def tracked() -> frozenset[str]:
    """Every file of the repository and every folder, "tests/" for one."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    files = {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}
    folders = {f"{parent}/" for name in files for parent in Path(name).parents if str(parent) != "."}
    return frozenset(files | folders)


@cache
def names(file: str) -> frozenset[str]:
    """What a module defines at its top level, and in its classes as ``Class.name``."""
    found: set[str] = set()

    def collect(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(prefix + node.name)
                if isinstance(node, ast.ClassDef):
                    collect(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found.update(prefix + target.id for target in targets if isinstance(target, ast.Name))

    collect(ast.parse((ROOT / file).read_text(encoding="utf-8")).body, "")
    return frozenset(found)


def dotted_is_there(dotted: str) -> bool:
    """Whether a name such as ``index.errors.YinjuError`` is a package, a module, or defined in one."""
    parts = dotted.split(".")
    if f"{'/'.join(parts)}/" in tracked():
        return True
    for length in range(len(parts), 0, -1):
        if (file := f"{'/'.join(parts[:length])}.py") in tracked():
            rest = ".".join(parts[length:])
            return not rest or rest in names(file)
    return False


def missing(span: str) -> list[str]:
    """What ``span`` names of the repository and what is not there; NAME in it stands for any name."""
    wrong = [f"make {target}" for target in TARGET.findall(span) if target not in targets()]
    for word in re.split(r"[\s,;()\"'=]+", span):
        if (match := PATH.fullmatch(word)) and is_ours(match[1]):
            path, name = match[1], match[2]
            if {path, f"{path}/"}.isdisjoint(tracked()) or (name and name not in names(path)):
                wrong.append(word)
        elif DOTTED.fullmatch(word) and "NAME" not in word and not dotted_is_there(word):
            wrong.append(word)
    return wrong


def is_ours(path: str) -> bool:
    """Whether ``path`` means a file here: under a package, or with a suffix that only our files have."""
    if "NAME" in path or path == "config.toml":
        return False
    return path.split("/")[0] in (*PACKAGES, ".ci") or path.endswith((".py", ".toml", ".tcss"))


@cache
def targets() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z]+):", text_of("Makefile"), re.M))


def test_a_name_that_is_not_there_is_found() -> None:
    assert missing("pytest tests/test_repository_pages.py && make test") == []
    assert missing("tests/test_repository_pages.py:missing tests/tui tests/tui/") == []
    assert missing("make nothing") == ["make nothing"]
    assert missing("tests/test_nothing.py") == ["tests/test_nothing.py"]
    assert missing("tests/test_repository_pages.py:nothing") == ["tests/test_repository_pages.py:nothing"]
    assert missing("index.errors.Nothing") == ["index.errors.Nothing"]
    assert missing("index.nothing") == ["index.nothing"]


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    spans = code(page)
    assert spans
    assert [wrong for span in spans for wrong in missing(span)] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_and_headings(page: str) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", text_of(page)):
        file = target or page
        assert (ROOT / file).is_file(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", text_of(file), re.M)
            assert anchor in [re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings], anchor


def test_what_docstrings_and_comments_name_is_there() -> None:
    named = re.compile(rf"`+((?:{'|'.join(PACKAGES)})(?:(?:\.\w+)+|/[\w/.-]+\.py))`+")
    modules = [name for name in tracked() if name.endswith(".py")]
    found = {name: [match[1] for match in named.finditer(text_of(name))] for name in modules}
    assert sum(map(len, found.values())) > 30
    wrong = {name: [word for span in spans for word in missing(span)] for name, spans in found.items()}
    assert {name: words for name, words in wrong.items() if words} == {}


def test_the_architecture_page_is_short() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_bytes()) <= 8_192


def test_the_reading_order_tells_how_long_it_is() -> None:
    rows = [(path, int(lines.replace(",", ""))) for path, lines in ROW.findall(text_of("ARCHITECTURE.md"))]
    assert len(rows) >= 8
    counted = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path, _ in rows}
    wrong = {path: (told, counted[path]) for path, told in rows if abs(told - counted[path]) > 0.15 * told}
    assert wrong == {}
    (total,) = re.findall(r"^About ([\d,]+) lines", text_of("ARCHITECTURE.md"), re.M)
    assert abs(sum(counted.values()) - int(total.replace(",", ""))) <= 0.15 * int(total.replace(",", ""))


def test_the_architecture_page_names_every_folder_of_the_packages() -> None:
    text = text_of("ARCHITECTURE.md")
    folders = {
        Path(name).parts[1] for name in tracked() if name.endswith("/") and name.count("/") == 2
        and name.startswith(("index/", "qa/", "tui/"))
    }  # fmt: skip
    assert folders
    assert sorted(name for name in folders if not re.search(rf"\b{name}\b", text)) == []
