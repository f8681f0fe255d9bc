"""Text above or below the line, as plain text can say it: "10⁶", "H₂O", "x^k"."""

from __future__ import annotations

import re

RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_EXPONENT = re.compile(r"(?!st$|nd$|rd$|th$|TM$)[\w+\-−.,()/*]{1,8}", re.A)


def raised(text: str, up: bool, before: str) -> str:
    """In Unicode's characters, or after ^ or _ if it would be misread. ``before`` stands before it."""
    moved = text.translate(RAISED if up else LOWERED)
    if not text.strip() or all(a != b or a.isspace() for a, b in zip(text, moved, strict=True)):
        return moved
    if not before.isalnum() or not _EXPONENT.fullmatch(text):
        return text
    return f"{'^' if up else '_'}{text if text.isalnum() else f'({text})'}"
