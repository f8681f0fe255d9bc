"""Fields of Word: what a code shows that has no result, and what stands in a code and is not shown."""

from __future__ import annotations

import re
from typing import Any

from index.readers.docx_equations import equation_text
from index.readers.docx_numbering import W

#: A button shows the words behind the name of its macro or place.
_BUTTON = re.compile(r"\s*(?:MACRO|GOTO)BUTTON\s+(?:\"[^\"]*\"|\S+)\s+(\S.*)", re.I | re.S)


def field_text(code: str) -> str:
    """What a field without a result shows; "" for one that is no equation and no button."""
    button = _BUTTON.fullmatch(code)
    return button[1].strip() if button else equation_text(code)


def texts_in_codes(paragraph: Any) -> frozenset[Any]:
    """The texts (``w:t``) in codes of fields that have a result: those are conditions, and their fields."""
    unseen: list[Any] = []
    codes: list[list[Any]] = []  # the texts in each code that has not ended, the innermost last
    fields: list[bool] = []  # of each open field, whether it is in its code
    for element in paragraph.iter(f"{W}fldChar", f"{W}t"):
        kind = element.get(f"{W}fldCharType")
        if element.tag == f"{W}t":
            if codes:
                codes[-1].append(element)
        elif kind == "begin":
            fields.append(True)
            codes.append([])
        elif fields and kind == "separate" and fields[-1]:
            fields[-1] = False
            unseen += codes.pop()
        elif fields and kind == "end" and fields.pop():
            texts = codes.pop()
            if codes:
                codes[-1] += texts
    return frozenset(unseen)
