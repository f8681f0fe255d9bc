"""What `qa mcp` says before it serves."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from typing import Any

import pytest


def test_without_its_package_it_names_the_command_that_installs_it(
    qa: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec

    def lacking(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "mcp" else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", lacking)
    result = qa("mcp")
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr == "qa: qa mcp needs the package mcp (pip install 'yinju[mcp]')\n"


def test_a_port_is_refused_where_nothing_listens(qa: Any) -> None:
    result = qa("mcp", "--port", "8013")
    assert result.exit_code == 2 and result.stderr == "qa: --port is for --http (give both)\n"
