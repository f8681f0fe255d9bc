"""How facts read on screen."""

from __future__ import annotations

from tui.rendering.formats import strength


def test_strength_has_three_steps() -> None:
    assert [strength(s) for s in (1.0, 0.95, 0.71, 0.5)] == ["same", "near", "near", "related"]
