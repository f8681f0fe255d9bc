r"""EQ fields of Word as one line of text: "EQ \f(a+b,c)" is "(a+b)/c" (ECMA-376, part 1, 17.16.5.16)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.readers.docx_formulas import bracketed, script

_EQUATION = re.compile(r"\s*EQ(?=[\s\\])", re.I)
#: An instruction, and how it is drawn: "\s\up8(".
_DRAWN = r"\\([a-z]{2})(?:\s?(\d+))?(?:(?<=[bflrv]c)\s?\\?([^\s\\]))?"
_OPTION = re.compile(_DRAWN, re.I)
_INSTRUCTION = re.compile(rf"\\([abdfilorsx])((?:\s?{_DRAWN}){{0,9}})\s?\(", re.I)
_CLOSING = dict(zip("([{<", ")]}>", strict=True))
_MAX_DEPTH = 40
#: Options by name, each with its number or its character.
_Options = dict[str, str]


def equation_text(code: str) -> str:
    """What the code of a field shows; "" for one that is no equation."""
    if (match := _EQUATION.match(code)) is None:
        return ""
    return " ".join("".join(_Equation(code, match.end()).arguments()).split())


class _Equation:
    """Reads the code of a field from ``at`` on."""

    def __init__(self, code: str, at: int) -> None:
        self._code, self._at, self._depth = code, at, 0

    def arguments(self) -> list[str]:
        """What is parted by "," or ";", up to the bracket that ends it; at the top all is one."""
        found = [""]
        open_brackets = 0
        while self._at < len(self._code):
            sign = self._code[self._at]
            match = _INSTRUCTION.match(self._code, self._at) if sign == "\\" else None
            if match and self._depth < _MAX_DEPTH:
                self._at, self._depth = match.end(), self._depth + 1
                options = {name.lower(): number or own for name, number, own in _OPTION.findall(match[2])}
                found[-1] += _WRITERS[match[1].lower()](self.arguments(), options)
                self._depth -= 1
                continue
            self._at += 1
            if sign == "\\" and not match:
                found[-1] += self._code[self._at : self._at + 1]  # a sign that means nothing here
                self._at += 1
            elif self._depth and sign in ",;" and not open_brackets:
                found.append("")
            elif self._depth and sign == ")" and not open_brackets:
                break
            else:
                open_brackets += {"(": 1, ")": -1}.get(sign, 0) if self._depth else 0
                found[-1] += sign
        return [argument.strip() if self._depth else argument for argument in found]


def _fraction(parts: Sequence[str], options: _Options) -> str:
    return "/".join(map(bracketed, parts))


def _root(parts: Sequence[str], options: _Options) -> str:
    return f"√{f'[{parts[0]}]' if len(parts) > 1 and parts[0] else ''}({parts[-1]})"


def _raised(parts: Sequence[str], options: _Options) -> str:
    mark = "^" if "up" in options else "_" if "do" in options else ""
    return " ".join(script(part, mark) for part in parts)


def _over(parts: Sequence[str], options: _Options) -> str:
    """Signs on top of each other: a number in a circle is a sign of its own."""
    number = next((int(part) for part in parts if re.fullmatch("[1-9]|1[0-9]|20", part)), 0)
    if number and len(parts) == 2 and {"○", "〇", "◯", "О", "O"} & set(parts):
        return chr(ord("①") + number - 1)
    return (" " if all(part.isalnum() for part in parts) else "").join(parts)


def _in_brackets(parts: Sequence[str], options: _Options) -> str:
    left = options.get("lc") or options.get("bc") or ("" if "rc" in options else "(")
    right = options.get("rc") or ("" if "lc" in options else _CLOSING.get(left, left))
    return left + ", ".join(parts) + right


def _sum(parts: Sequence[str], options: _Options) -> str:
    sign = "∑" if "su" in options else "∏" if "pr" in options else "∫"
    below, above, body = [*parts, "", "", ""][:3]
    sign = options.get("fc") or options.get("vc") or sign
    return f"{sign}{script(below, '_')}{script(above, '^')} {body}{' '.join(parts[3:])}"


def _array(parts: Sequence[str], options: _Options) -> str:
    columns = max(1, int(options.get("co") or 1))
    rows = (parts[start : start + columns] for start in range(0, len(parts), columns))
    return "; ".join(", ".join(row) for row in rows)


_WRITERS: dict[str, Callable[[Sequence[str], _Options], str]] = {
    "a": _array,
    "b": _in_brackets,
    "d": lambda parts, options: "".join(parts),
    "f": _fraction,
    "i": _sum,
    "l": lambda parts, options: ", ".join(parts),
    "o": _over,
    "r": _root,
    "s": _raised,
    "x": lambda parts, options: "".join(parts),
}
