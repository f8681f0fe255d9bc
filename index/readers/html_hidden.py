"""What a page holds but does not show: it is taken out before the text is read."""

from __future__ import annotations

import re
from typing import Any

_HIDING = re.compile(r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)\b", re.I)


def drop_hidden(root: Any) -> None:
    """Takes out the elements that are not shown.

    If they hold most of the text, a script shows them, and they stay.
    """
    hidden = {e: None for e in root.xpath(".//*[@hidden or @aria-hidden='true' or @style]") if _is_hidden(e)}
    outer = [e for e in hidden if not any(a in hidden for a in e.iterancestors())]
    if outer and 2 * sum(map(_size, outer)) <= _size(root):
        for element in outer:
            drop(element)


def show_noscript(root: Any) -> None:
    """Turns what a page shows if no script runs into a box if it is most of the text, else takes it out."""
    elements = list(root.iter("noscript"))
    whole = _size(root) if elements else 0
    for element in elements:
        if 2 * _size(element) > whole:
            element.tag = "div"
        else:
            drop(element)


def _is_hidden(element: Any) -> bool:
    if element.get("id") == "js_content":  # WeChat hides an article until its script has run
        return False
    if element.get("hidden", "until-found") != "until-found" or element.get("aria-hidden") == "true":
        return True
    return _HIDING.search(element.get("style", "")) is not None


def _size(element: Any) -> int:
    return sum(len(text.strip()) for text in element.itertext())


def drop(element: Any, text: str = "") -> None:
    """Takes ``element`` out of its tree and puts ``text`` in its place."""
    parent, before = element.getparent(), element.getprevious()
    if text := text + (element.tail or ""):
        if before is not None:
            before.tail = (before.tail or "") + text
        else:
            parent.text = (parent.text or "") + text
    parent.remove(element)
