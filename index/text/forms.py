"""Tables that are forms: each row has the name of something and what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"[-+−(]?[¥$€£]?\s?\d[\d,. ]*\s?%?\)?")
#: Rows that a form has at least.
_FEWEST = 4


def is_amount(cell: str) -> bool:
    """Whether nothing but a number stands in a cell."""
    return _NUMBER.fullmatch(cell) is not None


def is_form(rows: Sequence[Sequence[str]]) -> bool:
    """Whether these rows are a form, so that the first one heads nothing: of two columns, the second has
    amounts and texts below each other.
    """
    if len(rows) < _FEWEST or any(len(row) > 2 for row in rows) or len({row[0] for row in rows}) < len(rows):
        return False
    told = [row[1] for row in rows[1:] if len(row) > 1 and row[1]]
    amounts = sum(map(is_amount, told))
    return bool(told) and 4 * min(amounts, len(told) - amounts) >= len(told)
