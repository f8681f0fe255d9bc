"""What a command may load: each library costs start-up time or memory that other commands must not pay."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

#: Runs one statement, then writes the names of the modules loaded by then to a file.
PROBE = """
import json, sys
statement, target, *sys.argv[1:] = sys.argv[1:]
try:
    exec(statement)
except SystemExit as stop:
    code = stop.code or 0
else:
    code = 0
with open(target, "w") as file:
    json.dump(sorted(sys.modules), file)
sys.exit(code)
"""
COMMAND = "from tui.main import main; main()"
MODELS = {"torch", "sentence_transformers", "transformers"}
PICTURES = {"faster_paddle", "PIL"}
SERVERS = {"pymilvus", "grpc", "pandas", "pyarrow"}
AGENTS = {"mcp", "mcp_types", "pydantic", "starlette", "uvicorn"}


def loaded(tmp_path: Path, statement: str, *arguments: str) -> set[str]:
    """Modules loaded by ``statement`` in a process of its own, run with ``arguments``."""
    target = tmp_path / "modules.json"
    done = subprocess.run(
        [sys.executable, "-c", PROBE, statement, str(target), *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(target.read_text()))


def test_the_probe_sees_what_is_loaded(tmp_path: Path) -> None:
    assert {"sqlite3", "json"} <= loaded(tmp_path, "import sqlite3")


def test_the_package_loads_nothing_until_a_name_is_asked_for(tmp_path: Path) -> None:
    light, asked = (loaded(tmp_path, f"import qa{rest}") for rest in ("", "; qa.open_library"))
    assert "qa" in light and not light & {"index", "click", "numpy"}
    assert "index" in asked and not asked & {"faiss", "tantivy", "jieba_next", "textual", *MODELS}


def test_help_loads_no_search_library(tmp_path: Path) -> None:
    modules = loaded(tmp_path, COMMAND, "--help")
    assert "click" in modules
    assert not modules & {
        "numpy",
        "faiss",
        "jieba",
        "jieba_next",
        "tantivy",
        "opencc",
        "textual",
        *MODELS,
        *AGENTS,
        *PICTURES,
        *SERVERS,
    }


@pytest.mark.slow
def test_adding_and_asking_load_neither_the_app_nor_a_model(tmp_path: Path) -> None:
    article = tmp_path / "lake.txt"
    article.write_text("The lake\n\nThe lake is 62 metres deep. \n湖水最深處有62公尺。\n")
    library = str(tmp_path / "library")
    added = loaded(tmp_path, COMMAND, "add", "--library", library, str(article))
    asked = loaded(tmp_path, COMMAND, "ask", "--library", library, "How deep is the lake?")
    assert {"faiss", "tantivy", "apsw"} <= added | asked
    for modules in (added, asked):
        assert not modules & {"textual", "trafilatura", "markdown_it", *MODELS, *AGENTS, *PICTURES, *SERVERS}
    assert {"index.ingest.prepare", "index.cleaning"} <= added
    assert not asked & {"index.ingest.prepare", "index.cleaning", "index.readers"}


def test_the_app_paints_before_the_index_loads(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "import tui.app")
    assert "textual" in modules
    assert not modules & {
        "faiss",
        "jieba",
        "jieba_next",
        "tantivy",
        "opencc",
        *MODELS,
        *AGENTS,
        *PICTURES,
        *SERVERS,
    }
