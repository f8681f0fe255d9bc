"""Patterns that are compiled when they are first needed: most questions need none of them."""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(written: str) -> re.Pattern[str]:
    """The pattern as it is written, compiled once."""
    return re.compile(written)
