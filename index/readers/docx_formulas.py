"""Formulas of Word (OMML) as one line of text: x^2, (a+b)/c, √(x), ∑_(i=1)^n x."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from index.readers.symbol_fonts import symbol

#: What needs no brackets: one number, letter, word or bracketed term.
_SIMPLE = re.compile(r"[\w.′'\u0300-\u036f]*|.|\([^()]*\)|\[[^\[\]]*\]")

#: What runs into the text beside it: these have no brackets around them.
_OPEN = frozenset({"f", "sSup", "sSub", "sSubSup", "limLow", "limUpp", "func", "nary"})


def formula_text(element: Any) -> str:
    """A formula (``m:oMath``, or anything in one) as one line. What it does not know is read for its text."""
    return " ".join(_text(element).split())


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Any) -> str:
    name = _local(element)
    if name == "t":
        return element.text or ""
    if name.endswith("Pr") or name in ("del", "moveFrom"):
        return ""
    if name in _WRITERS:
        return _WRITERS[name](element)
    made, before = "", ""
    for child in element:
        name, text = _local(child), _text(child)
        # x^k a, 2 1/3: what would be read as one stays apart.
        if (name == "f" or before in _OPEN) and made[-1:].isalnum() and text[:1].isalnum():
            made += " "
        made, before = made + text, name if text else before
    return made


def _parts(element: Any, name: str = "e") -> list[str]:
    return [_text(child).strip() for child in element if _local(child) == name]


def _part(element: Any, name: str = "e") -> str:
    return "".join(_parts(element, name))


def _property(element: Any, name: str, default: str = "") -> str:
    """A value of the element's properties; ``default`` if it is not there."""
    found = element.find(f"./*/{{*}}{name}")
    if found is None:
        return default
    return next((value for key, value in found.attrib.items() if key.endswith("val")), "")


def symbol_of(element: Any) -> str:
    """The character of a symbol font that an element of Word stands for."""
    given = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    code = given.get("char", "")
    return symbol(int(code, 16), given.get("font", "")) if re.fullmatch("[0-9A-Fa-f]{1,5}", code) else ""


def bracketed(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def script(text: str, mark: str) -> str:
    return mark + bracketed(text) if text else ""


def _scripts(element: Any) -> str:
    """What stands below and above a base."""
    return script(_part(element, "sub"), "_") + script(_part(element, "sup"), "^")


def _fraction(element: Any) -> str:
    bar = " ¦ " if _property(element, "type") == "noBar" else "/"
    return bar.join(bracketed(_part(element, name)) for name in ("num", "den"))


def _root(element: Any) -> str:
    degree = _part(element, "deg")
    return f"√{f'[{degree}]' if degree else ''}({_part(element)})"


def _sum(element: Any) -> str:
    return f"{_property(element, 'chr', '∫')}{_scripts(element)} {_part(element)}"


def _brackets(element: Any) -> str:
    inside = _property(element, "sepChr", "|").join(_parts(element))
    return _property(element, "begChr", "(") + inside + _property(element, "endChr", ")")


def _function(element: Any) -> str:
    argument = _part(element)
    return _part(element, "fName") + ("" if argument.startswith("(") else " ") + argument


def _matrix(element: Any) -> str:
    return "; ".join(", ".join(_parts(row)) for row in element if _local(row) == "mr")


def _accented(element: Any) -> str:
    mark = _property(element, "chr", "\u0302")
    return bracketed(_part(element)) + (mark if unicodedata.category(mark or " ") == "Mn" else "")


_WRITERS: dict[str, Callable[[Any], str]] = {
    "f": _fraction,
    "sSup": lambda e: bracketed(_part(e)) + _scripts(e),
    "sSub": lambda e: bracketed(_part(e)) + _scripts(e),
    "sSubSup": lambda e: bracketed(_part(e)) + _scripts(e),
    "sPre": lambda e: _scripts(e) + _part(e),
    "rad": _root,
    "nary": _sum,
    "d": _brackets,
    "func": _function,
    "limLow": lambda e: _part(e) + script(_part(e, "lim"), "_"),
    "limUpp": lambda e: _part(e) + script(_part(e, "lim"), "^"),
    "m": _matrix,
    "oMathPara": lambda e: " ".join(filter(None, (_text(child).strip() for child in e))),
    "eqArr": lambda e: "; ".join(_parts(e)),
    "acc": _accented,
    "bar": lambda e: f"{bracketed(_part(e))}\u0305",
    "br": lambda e: " ",
    "tab": lambda e: " ",
    "sym": symbol_of,
}
