"""A small library of three articles in three scripts, built once, and a way to run the command line."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.library import Library
from index.text.tokenizer import Tokenizer
from tui.main import command_line

ARTICLES = {
    "lake.txt": (
        "The northern lake\n\nThe northern lake is 62 metres deep. It freezes every January, and the ferry "
        "stops for nine weeks.\n\nMarta Lindqvist founded the ferry company in 1931.\n"
    ),
    "bridge.md": (
        "---\ntitle: 长桥的故事\ndate: 2021-05-06\n---\n\n"
        "长桥全长 1,240 米，由工程师林望舒设计。它在 1958 年建成通车，耗资 380 万元。\n\n"
        "桥上每天有九千辆自行车经过。\n"
    ),
    "tea.txt": "山上的茶園\n\n茶園位於海拔 1,400 公尺,由陳家三代經營。去年春天收成了 6,200 公斤烏龍茶。\n",
}


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the articles."""
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def library(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library with the three articles; tests only read it."""
    path = tmp_path_factory.mktemp("home") / "library"
    with Library.open(path, create=True) as built:
        built.add([articles])
    return path


@pytest.fixture(scope="session")
def tokenizer(library: Path) -> Tokenizer:
    with Library.open(library) as opened:
        return opened.tokenizer


Run = Callable[..., Result]


@pytest.fixture
def qa(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """``qa("ask", "…", input=…, env=…)`` in this process, in an empty folder, without settings."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("QA_"):
            monkeypatch.delenv(name)

    def run(*arguments: str | Path, input: str | bytes = "", env: Mapping[str, str] | None = None) -> Result:
        return CliRunner().invoke(
            command_line(), [str(argument) for argument in arguments], input=input, env=env
        )

    return run
