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
_LANGUAGES = ("zh-Hans", "zh-Hant", "en", "und")


class Finding(AssertionError):
    """A property that does not hold."""


def check(holds: object, what: str) -> None:
    if not holds:
        raise Finding(what)


@contextmanager
def refusing(kind: type[YinjuError]) -> Iterator[None]:
    """Errors of ``kind`` are lawful, told in one printable line."""
    from qa.render import one_line

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
