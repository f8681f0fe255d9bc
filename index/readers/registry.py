"""Files to parsed articles: the one place that knows which kinds of file can be articles.

A document (PDF, DOCX, EPUB, MHTML) is recognized by its content, whatever its name; a text by its name. A
plugin (`index.plugins`) reads the files of a suffix that is not among these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import PurePath

from index.cleaning.clean import normalise
from index.cleaning.marks import blanked_marks, mark, unmark, without_furniture, without_marks
from index.cleaning.metadata import find_metadata, opening, title_of
from index.cleaning.structure import structured
from index.errors import Phrase, ReadError
from index.plugins import Plugin, find, installed
from index.readers.csv_table import read_csv
from index.readers.encodings import decode, sniff_format
from index.readers.extracted_text import ExtractedText, Reader
from index.readers.html import looks_like_html, read_html
from index.readers.markdown import read_markdown
from index.readers.plain_text import with_marks
from index.readers.recognition import Recognize, is_installed
from index.text.display import one_line
from index.text.han import HAN
from index.text.language import detect
from index.types import ASIDE, Block, ParsedArticle, PartiallyParsedArticle

#: Files above this are refused: an article is never that long, and a dump of them should be split.
MAX_BYTES = 64 * 2**20
#: Documents may be longer by their pictures, which are not read, and mails by what is attached.
MAX_DOCUMENT = 256 * 2**20
#: Each line of a text takes memory and time of its own, however short it is.
MAX_LINES = 500_000
_TITLE_LENGTH = 200
#: Blocks in which the title is looked for.
_BLOCKS = 40
_CODE = re.compile(r"^```.*?(?:^```[^\n]*$|\Z)", re.M | re.S)


def _decoded(data: bytes) -> str:
    """The text of a text file. ReadError: it cannot be decoded, or has too many lines."""
    text = without_marks(decode(data))
    _check_lines(text)
    return text


def _check_lines(text: str) -> None:
    if sum(map(text.count, "\n\r\v\f\x85\u2028\u2029")) - text.count("\r\n") > MAX_LINES:
        raise ReadError(
            "the file has too many lines", "the limit is {limit:,}; split it into articles", limit=MAX_LINES
        )


def _text(data: bytes) -> ExtractedText:
    text = _decoded(data)
    return (
        ExtractedText(*read_html(text), web=True)
        if looks_like_html(text)
        else ExtractedText(with_marks(text), raw=True)
    )


def _markdown(data: bytes) -> ExtractedText:
    return ExtractedText(*read_markdown(_decoded(data)))


def _csv(data: bytes) -> ExtractedText:
    return read_csv(_decoded(data))


def _html(data: bytes) -> ExtractedText:
    return ExtractedText(*read_html(_decoded(data)), web=True)


# A reader that needs a library is imported when the first such file is read.


def _pdf(data: bytes, recognize: Recognize | None) -> ExtractedText:
    from index.readers.pdf import read_pdf

    return read_pdf(data, recognize)


def _picture(data: bytes, recognize: Recognize | None) -> ExtractedText:
    from index.readers.picture import read_picture

    return read_picture(data, recognize)


def _docx(data: bytes) -> ExtractedText:
    from index.readers.docx import read_docx

    return read_docx(data)


def _xlsx(data: bytes) -> ExtractedText:
    from index.readers.xlsx import read_xlsx

    found = read_xlsx(data)
    _check_lines(found.text)
    return found


def _pptx(data: bytes) -> ExtractedText:
    from index.readers.pptx import read_pptx

    return read_pptx(data)


def _odt(data: bytes) -> ExtractedText:
    from index.readers.odt import read_odt

    return read_odt(data)


def _epub(data: bytes) -> ExtractedText:
    from index.readers.epub import read_epub

    return read_epub(data)


def _mhtml(data: bytes) -> ExtractedText:
    from index.readers.mhtml import read_mhtml

    return read_mhtml(data)


def _mail(data: bytes) -> ExtractedText:
    from index.readers.mail import read_mail

    found = read_mail(data)
    check_size(len(found.text), ".txt")
    _check_lines(found.text)
    return found


PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
#: Documents in which text may be recognized.
RECOGNIZING = {".pdf": _pdf, **dict.fromkeys(PICTURES, _picture)}
#: To read another kind of document, add its suffix and reader here, and its first bytes to
#: `index.readers.encodings.sniff_format`. Documents may be larger than texts (`max_bytes`).
_DOCUMENTS: dict[str, Reader] = {
    ".docx": _docx,
    ".xlsx": _xlsx,
    ".xlsm": _xlsx,
    ".pptx": _pptx,
    ".odt": _odt,
    ".epub": _epub,
    ".mhtml": _mhtml,
    ".mht": _mhtml,
}
_READERS: dict[str, Reader] = _DOCUMENTS | {
    ".txt": _text,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".csv": _csv,
    ".tsv": _csv,
    ".eml": _mail,
}
#: Kinds of file that hold several articles. `containers.members` reads them; the readers of one article
#: need no more than their suffixes.
CONTAINER_SUFFIXES = frozenset({".zip", ".jsonl", ".ndjson", ".json"})
#: Kinds of file that are an article and may have others attached, which `containers.members` reads as well.
WITH_ATTACHMENTS = frozenset({".eml"})
#: Kinds of file that may give several articles.
OF_SEVERAL = CONTAINER_SUFFIXES | WITH_ATTACHMENTS
_DOCUMENT_SUFFIXES = frozenset({*_DOCUMENTS, *RECOGNIZING})
SUFFIXES = frozenset(_READERS) | _DOCUMENT_SUFFIXES | CONTAINER_SUFFIXES
#: What programs write instead of kinds of file that are not read.
_NEWER = {
    ".doc": ".docx",
    ".dot": ".docx",
    ".ppt": ".pptx",
    ".xls": ".xlsx",
    ".xlsb": ".xlsx",
    ".et": ".xlsx",
    ".wps": ".docx",
}
#: What is read in folders and archives. Most .json files there are no articles, so those are only read when
#: they are named themselves; pictures, too, unless text can be recognized in them.
FOLDER_SUFFIXES = tuple(sorted(SUFFIXES - {".json"} - (set() if is_installed() else {*PICTURES})))
#: What else stands behind the last dot of a name tells no kind.
_KIND = re.compile(r"\.\w{1,10}")


def kind_of(name: str) -> str:
    """The suffix of a file in lower case, which tells its kind; "" if it has none."""
    suffix = PurePath(name).suffix.lower()
    return suffix if _KIND.fullmatch(suffix) else ""


def plugin_for(name: str) -> Plugin | None:
    """The plugin that reads a file called ``name``; None if its suffix is built in, or unknown."""
    suffix = kind_of(name)
    return find("reader", suffix) if suffix and suffix not in SUFFIXES else None


def is_article(name: str) -> bool:
    """Whether a file called ``name`` is read in folders and archives."""
    return name.lower().endswith(FOLDER_SUFFIXES) or plugin_for(name) is not None


def all_suffixes() -> frozenset[str]:
    """The suffixes that can be read here, with those of plugins."""
    built_in = frozenset(FOLDER_SUFFIXES) | CONTAINER_SUFFIXES
    return built_in | {plugin.name for plugin in installed() if plugin.kind == "reader" and not plugin.fault}


def max_bytes(name: str) -> int:
    """The size limit, in bytes, of a file called ``name``."""
    large = PurePath(name).suffix.lower() in _DOCUMENT_SUFFIXES | WITH_ATTACHMENTS or plugin_for(name)
    return MAX_DOCUMENT if large else MAX_BYTES


def check_size(size: int, name: str) -> None:
    """Raises ReadError if ``size`` bytes are too many for a file called ``name``."""
    if size > (limit := max_bytes(name)):
        raise ReadError(
            "the file is too large", "the limit is {limit} MiB; split it into articles", limit=limit >> 20
        )


def read_bytes(data: bytes, name: str, recognize: Recognize | None = None) -> ParsedArticle:
    """The article in the content of a file; the suffix of ``name`` tells its kind. ReadError: none.

    ``recognize`` reads the text of pictures; without it they are refused.
    """
    suffix = PurePath(name).suffix.lower()
    plugin = plugin_for(name)
    if suffix not in _READERS and suffix not in RECOGNIZING and plugin is None:
        if newer := _NEWER.get(suffix):
            raise ReadError(
                "this kind of file cannot be read", "save it as {newer} and add that", newer=newer
            )
        raise ReadError(
            "this kind of file cannot be read",
            "articles are {suffixes} files",
            suffixes=" ".join(sorted(all_suffixes())),
        )
    check_size(len(data), name)
    kind = "" if plugin else _kind(data, suffix)
    if plugin:
        extracted = _from_plugin(plugin, data)
    elif kind in RECOGNIZING:
        extracted = RECOGNIZING[kind](data, recognize)
    else:
        extracted = _READERS[kind](data)
    text = normalise(mark(extracted.text, extracted.pages), extracted.raw or extracted.web)
    body, pages, blocks = structured(text, extracted.web, extracted.scanned, extracted.told)
    if not re.search(r"\w", body):
        raise ReadError("the file holds no article text", "only markup or page furniture is left of it")
    metadata, title = extracted.metadata, None
    if not extracted.told:
        metadata = metadata.or_else(find_metadata(unmark(without_furniture(text)).text))
        title = title_of(_beginning(body, blocks))
    title = metadata.title or title or _from_name(name) or opening(body)
    parsed = ParsedArticle(
        text=body,
        title=_short(title) or opening(body),
        language=_language(body),
        published=metadata.published,
        author=_short(metadata.author),
        source=_short(metadata.source),
        pages=pages,
        blocks=blocks,
    )
    if not extracted.unread:
        return parsed
    values = {field.name: getattr(parsed, field.name) for field in fields(parsed)}
    return PartiallyParsedArticle(**values, unread=extracted.unread)


def _beginning(text: str, blocks: Sequence[Block]) -> str:
    """The first lines of a text without those that are about it."""
    own = (text[b.start : b.end] for b in blocks[:_BLOCKS] if b.kind not in ASIDE)
    return "\n".join(own)


def _language(text: str) -> str:
    """The language of the prose; that of the code if there is nothing else."""
    prose = _CODE.sub("", text) if "```" in text else text
    return found if (found := detect(prose)) != "und" else detect(text)


#: Reads the content of a file, as `read_bytes` does: here or in another process.
ReadBytes = Callable[[bytes, str], ParsedArticle]


def _kind(data: bytes, suffix: str) -> str:
    """The suffix that fits the content of a file. ReadError: the content does not match the suffix."""
    kind = sniff_format(data)
    if suffix == ".eml" and kind == ".mhtml":  # a mail with pictures begins as such a page does
        return suffix
    if kind in _DOCUMENT_SUFFIXES:
        return kind
    if suffix not in _DOCUMENT_SUFFIXES:
        return suffix
    if suffix in (".mhtml", ".mht") and kind is None:
        return ".txt"
    if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data:  # how Office locks a document
        raise ReadError("the file is locked", "save a copy without protection and add that")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ReadError(
            "the file is {kind}",
            "save it as .docx, .xlsx or .pptx and add that",
            kind=Phrase("an old office document"),
        )
    raise ReadError(
        "the file is called {suffix} but is of another kind",
        "if it is a web page or a text, rename it to .html or .txt",
        suffix=suffix,
    )


def _from_plugin(plugin: Plugin, data: bytes) -> ExtractedText:
    """What a plugin reads: text, or `ExtractedText`. ReadError: it fails, or gives anything else."""
    with plugin.told(ReadError):
        extracted = plugin.load(ReadError)(data)
        if isinstance(extracted, str):
            extracted = ExtractedText(extracted)
        if not isinstance(extracted, ExtractedText):
            raise TypeError(f"it gives {type(extracted).__name__}, not str or ExtractedText")
        bounds = (0, *extracted.pages, len(extracted.text))
        if list(bounds) != sorted(bounds):
            raise ValueError("its pages are not in order")
        return extracted._replace(text=blanked_marks(extracted.text))


def _from_name(name: str) -> str | None:
    """A title from a file name that has words, not only numbers and hexadecimal digits."""
    stem = re.sub(r"[_\s]+", " ", PurePath(name).stem).strip()
    words = [w for w in re.split(r"[\W\d]+", stem) if re.fullmatch(rf"[{HAN}]{{2,}}|[^\W\d_]{{4,}}", w)]
    readable = [w for w in words if not re.fullmatch("[a-f]+", w) and not _MEANINGLESS.fullmatch(w)]
    return stem if readable else None


_MEANINGLESS = re.compile(
    "(?i:index|untitled|article|page|document|download|text|file|note|stdin)|未命名|新建|文档|文章"
)


def _short(text: str | None) -> str | None:
    """A fact on one line of limited length; None if nothing is left of it."""
    return one_line(text)[:_TITLE_LENGTH] or None if text else None
