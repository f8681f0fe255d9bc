"""What `make fuzz` holds its targets to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.errors import YinjuError

Target = Callable[[bytes], None]
#: What may not reach a terminal: controls, direction marks, tags, unpaired surrogates.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
#: One of each kind that acts on a terminal or on what shows text there; fit for a file name.
HOSTILE = (
    "\x1b[31m[bold]粗[!bold][@click=app.quit]x \x1b]0;owned\x07\x1b]8;;http:evil\x07link\x1b]52;c;YQ==\x07"
    "\x1bP1$r0m\x1b\\\x9b2J\x9d0;t\x9c\x0e\x08\x7f\r\u202e\u2066\u200b\u200f\u061c\ufeff\U000e0041\U000e007f"
    "a\u0301\u0302 {}{x!r}%s%n\\u0041 &amp;<b>$(id)`id`'\"; DROP TABLE articles; --"
)


class Finding(AssertionError):
    """A property that does not hold."""


def check(holds: object, what: str) -> None:
    if not holds:
        raise Finding(what)


@contextmanager
def refusing(kind: type[YinjuError]) -> Iterator[None]:
    """Errors of ``kind`` are lawful, told in one printable line."""
    from index.text.display import one_line

    try:
        yield
    except kind as error:
        check(error.message, "an error says nothing")
        check(not UNSAFE.search(one_line(str(error))), "an error cannot be shown")


def text_of(data: bytes) -> str:
    """The text that ``data`` stands for; what is not UTF-8 becomes unpaired surrogates, as in arguments."""
    return data.decode("utf-8", "surrogateescape")


def shown(text: str, what: str) -> None:
    check(not UNSAFE.search(text), f"{what} holds characters that act on a terminal")
