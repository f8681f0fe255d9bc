"""Reads BibTeX as BibTeX and LaTeX do."""

from __future__ import annotations

import re


def entries(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """Kind, key and fields of each entry, read by counting braces as BibTeX does."""
    found = []
    at = 0
    while match := re.compile(r"@(\w+)\{([^,{}\s]+),").search(text, at):
        at, fields = match.end(), {}
        while name := re.compile(r"\s*(\w+) = (\{|[a-z]{3},)").match(text, at):
            at = name.end()
            value = name[2].rstrip(",")
            if name[2] == "{":
                depth, begin = 1, at
                while depth:
                    depth += {"{": 1, "}": -1}.get(text[at], 0)
                    at += 1
                value = text[begin : at - 1]
                assert text[at] == ","
                at += 1
            fields[name[1]] = value
        assert re.compile(r"\s*\}\n").match(text, at), text[at:]
        found.append((match[1], match[2], fields))
    return found


def unescaped(value: str) -> str:
    """What LaTeX would print."""
    named = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"}
    named |= {"less": "<", "greater": ">", "quotedbl": '"', "bar": "|"}
    value = re.sub(r"\\text([a-z]+)\{\}", lambda match: f"\x00{named[match[1]]}", value)
    assert not re.search(r"(?<![\\\x00])[#$%&_~^]|(?<!\x00)[{}]", value)
    return re.sub(r"\\([#$%&_])", r"\1", value).replace("\x00", "")
