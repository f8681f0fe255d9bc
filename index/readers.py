"""Files to drafts: the one place that knows which kinds of file can be articles."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePath

from index.clean import clean, normalise
from index.decode import decode
from index.errors import ReadError
from index.fold import printable
from index.html import looks_like_html, read_html
from index.language import detect
from index.markdown import read_markdown
from index.metadata import Facts, find_facts, opening, title_of
from index.types import Draft

#: Turns decoded text into article text that may still carry furniture, and what the file says of itself.
Reader = Callable[[str], tuple[str, Facts]]

#: Files above this are refused: an article is never that long, and a dump of them should be split.
MAX_BYTES = 64 * 2**20
_TITLE_LENGTH = 200


def _read_text(text: str) -> tuple[str, Facts]:
    return read_html(text) if looks_like_html(text) else (text, Facts())


#: To read another kind of text file, add its suffix and reader here.
_READERS: dict[str, Reader] = {
    ".txt": _read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
SUFFIXES = frozenset(_READERS)


def read(path: Path) -> Draft:
    """The article in a file. ReadError when it is not one, with the reason."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ReadError(
                "the file is too large",
                "the limit is {limit} MiB; split it into articles",
                limit=MAX_BYTES >> 20,
            )
        data = path.read_bytes()
    except OSError as error:
        raise ReadError("the file cannot be read", "{reason}", reason=error.strerror or error) from error
    return read_bytes(data, path.name)


def read_bytes(data: bytes, name: str) -> Draft:
    """The article in the contents of a file called ``name``, whose suffix says what kind it is."""
    reader = _READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise ReadError(
            "this kind of file cannot be read",
            "articles are {suffixes} files",
            suffixes=" ".join(sorted(SUFFIXES)),
        )
    if len(data) > MAX_BYTES:
        raise ReadError(
            "the file is too large", "the limit is {limit} MiB; split it into articles", limit=MAX_BYTES >> 20
        )
    text, stated = reader(decode(data))
    text = normalise(text)
    body = clean(text)
    if not re.search(r"\w", body):
        raise ReadError("the file holds no article text", "only markup or page furniture is left of it")
    facts = stated.or_else(find_facts(text))
    title = facts.title or title_of(body) or _from_name(name) or opening(body)
    return Draft(
        text=body,
        title=_one_line(title) or opening(body),
        language=detect(body),
        published=facts.published,
        author=_one_line(facts.author),
        source=_one_line(facts.source),
    )


def _from_name(name: str) -> str | None:
    """A title from a file name that has words in it, rather than numbers and hexadecimal digits."""
    stem = re.sub(r"[_\s]+", " ", PurePath(name).stem).strip()
    words = [w for w in re.split(r"[\W\d]+", stem) if re.fullmatch("[㐀-鿿]{2,}|[^\\W\\d_]{4,}", w)]
    readable = [w for w in words if not re.fullmatch("[a-f]+", w) and not _MEANINGLESS.fullmatch(w)]
    return stem if readable else None


_MEANINGLESS = re.compile(
    "(?i:index|untitled|article|page|document|download|text|file|note|stdin)|未命名|新建|文档|文章"
)


def _one_line(text: str | None) -> str | None:
    """A fact for show: untrusted, so on one line, printable, and no longer than a line of text."""
    return " ".join(printable(text).split())[:_TITLE_LENGTH] or None if text else None
