"""What is installed: the wheel carries the data files and answers by itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = dict(
    line.split("==")
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)


def distribution(name: str) -> str:
    """Normalised as in PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements() -> list[str]:
    groups = [*PROJECT["project"]["optional-dependencies"].values(), *PROJECT["dependency-groups"].values()]
    return [*PROJECT["project"]["dependencies"], *(item for group in groups for item in group)]


def test_every_requirement_is_pinned_within_its_range() -> None:
    from packaging.requirements import Requirement

    pins = {distribution(name): version for name, version in PINS.items()}
    for requirement in map(Requirement, requirements()):
        pin = pins[distribution(requirement.name)]
        assert requirement.specifier.contains(pin, prereleases=True), requirement


def test_pins_are_plain_versions() -> None:
    assert all(re.fullmatch(r"\d+(\.\d+)*((rc|post|a|b)\d+)?", version) for version in PINS.values())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (built,) = target.glob("*.whl")
    return zipfile.ZipFile(built)


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_packages_but_the_making_of_the_lexicon(
    wheel: zipfile.ZipFile,
) -> None:
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *packages],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    files = {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}
    making = {name for name in files if name.startswith("index/lexicon/making/")}
    assert making
    held = {name for name in wheel.namelist() if not name.split("/")[0].endswith(".dist-info")}
    assert held == files - making
    assert held >= {f"{package}/py.typed" for package in packages}
    assert {Path(name).suffix for name in held} >= {".py", ".safetensors", ".jsonl", ".html", ".md", ".mo"}


@pytest.mark.slow
def test_the_wheel_answers_from_its_bundled_articles(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    site = tmp_path / "site"
    wheel.extractall(site)
    code = "import index; from tui.main import main; print(index.__file__); main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", "--json", "训练 GPT-4 花了多少钱?"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    loaded, answer = done.stdout.splitlines()
    assert Path(loaded).is_relative_to(site)
    assert json.loads(answer)["citations"][0]["path"].startswith(str(site))


def test_the_newest_release_in_the_changelog_is_this_version() -> None:
    releases = re.findall(
        r"^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M
    )
    assert releases[0] == PROJECT["project"]["version"]


def test_the_licence_is_whole_and_names_the_lexicons() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "END OF TERMS AND CONDITIONS" in text
    assert "CC BY-SA 4.0" in text


def test_no_group_is_repeated_possessively() -> None:
    """Before Python 3.11.5, which Debian 12 is, one that fails half-way is matched in part (gh-106052)."""
    repeated = re.compile(r"[^(]\)(?:[*+?]|\{+[\w,{}]*\}+)\+")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for package in ("index", "qa", "tui")
        for path in sorted((ROOT / package).rglob("*.py"))
        # There lookaheads see to it that what is begun does not fail.
        if path != ROOT / "index" / "readers" / "html.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if repeated.search(line)
    ]
    assert found == []
