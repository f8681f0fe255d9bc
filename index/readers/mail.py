"""Mails (RFC 5322) saved as .eml: who wrote to whom, when, and the text.

Of a text that is there as plain text and as HTML the plain one is read. A mail is somebody's own: nothing of
it is taken for a web page's debris. Mails within a mail are read below it. Attachments are named, not read:
those that can be are articles of their own (`index.readers.attachments`).
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Callable, Iterator, Sequence
from email.header import Header
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from index.cleaning.marks import QUOTATION, without_marks
from index.cleaning.metadata import Metadata, parse_date
from index.errors import Phrase, ReadError
from index.readers.encodings import decode
from index.readers.extracted_text import ExtractedText
from index.readers.html import NEARLY_EMPTY, own_text
from index.readers.mime import Part, inner, split
from index.readers.plain_text import with_marks
from index.readers.registry import CONTAINER_SUFFIXES, kind_of
from index.text.display import one_line
from index.text.language import detect

#: Parts this far within others are not read, and no more than this many attachments are named.
_DEEPEST, _NAMED = 20, 10
#: There were no mails before; a clock that was never set says so.
_FIRST_YEAR = 1970
_HEADERS = ("From", "To", "Cc", "Date")
#: What mail programs call these lines.
_LABELS = {
    "zh-Hans": dict(zip(_HEADERS, ("发件人：", "收件人：", "抄送：", "日期："), strict=True)),
    "zh-Hant": dict(zip(_HEADERS, ("寄件者：", "收件者：", "副本：", "日期："), strict=True)),
}
_ANY = ("From", "To", "Subject", "Date", "Received", "Message-ID", "MIME-Version", "Content-Type")
#: Parts that say nothing to a reader: signatures, and dates for a calendar that the text tells as well.
_SILENT = re.compile(r"application/(?:x-)?(?:pkcs7|pgp)-signature|text/calendar")
_CODED_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?\n]*)\?=")
_CODED_WORDS = re.compile(r"(?:=\?[^?\s]{1,60}\?[bBqQ]\?[^?\n]*\?=)+")
_BETWEEN = re.compile(r"(?<=\?=)\s+(?==\?)")
_NAME = re.compile(r'\s*"?([^"<]*[^"<\s])"?\s*<')
#: Encodings by their names in mails. Text said to be in one of the general ones is often in another.
_GENERAL = re.compile(r"us-ascii|ascii|iso-?8859-1|latin-?1|windows-1252|cp1252|unknown.*|")
_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030"}
_CHARSETS |= {"big5": "cp950", "big5-hkscs": "big5hkscs", "cn-big5": "cp950", "hz-gb-2312": "hz"}
_CHARSET = re.compile(
    r"utf-?(?:8|16|32)(?:[-_]?[lb]e)?|gb18030|cp\d+|windows-\d+|big5hkscs|iso-?8859-\d+|iso-2022-\w+|hz"
    r"|koi8-[ru]|euc-\w+|shift_?jis|utf-7|macintosh|tis-620"
)
_QUOTED = re.compile(r">[> ]*")


class _Text(NamedTuple):
    """The text of a part, and what was left out of it."""

    text: str = ""
    left: tuple[str, ...] = ()


def read_mail(data: bytes) -> ExtractedText:
    """The mail. ReadError: it is none, or damaged."""
    mail = split(head_first(data))
    found = _mail(mail, 0)
    sender = _header(mail.headers, "From")
    name = _NAME.match(sender)
    metadata = Metadata(
        _header(mail.headers, "Subject") or None,
        _date(mail.headers),
        (name[1] if name else sender) or None,
    )
    return ExtractedText(found.text, metadata, unread=_without(found.left), told=True)


def head_first(data: bytes) -> bytes:
    """The mail from its headers on. ReadError: it is none, or damaged."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    headers = split(data).headers
    if not any(name in headers for name in _ANY):
        raise ReadError("the file is no mail", "it has no sender, subject or date; save the mail again")
    return data


def _without(left: Sequence[str]) -> str:
    """A phrase naming what was not read; "" for nothing."""
    if not left:
        return ""
    return Phrase(
        "attachments or other parts were not read ({count}): {names}",
        count=f"{len(left):,}",
        names=", ".join(left[:_NAMED]) + (", …" if len(left) > _NAMED else ""),
    )


def _mail(mail: Part, depth: int) -> _Text:
    """A mail or one within another: its subject as a heading, who wrote to whom and when, and the text."""
    body = _read(mail, depth)
    subject = _header(mail.headers, "Subject")
    date = _date(mail.headers)
    values = {name: _header(mail.headers, name) for name in _HEADERS}
    values["Date"] = date.replace("T", " ") if date else values["Date"]
    labels = _LABELS.get(detect(f"{subject}\n{body.text}"), {})
    head = "\n".join(f"{labels.get(name, name + ': ')}{value}" for name, value in values.items() if value)
    title = f"{'##' if depth else '#'} {subject}" if subject else ""
    return _Text("\n\n".join(filter(None, (title, head, body.text.strip("\n")))), body.left)


def _read(part: Part, depth: int, within: str = "") -> _Text:
    """The text of a part that stands ``within`` one of that kind."""
    kind, name = part.headers.get_content_type(), file_name(part)[:80]
    if depth > _DEEPEST:
        return _Text(left=(name or kind,))
    try:
        if kind.startswith("multipart/") and (parts := [*inner(part)]):
            if kind == "multipart/alternative":
                return _alternative(parts, depth)
            read = [_read(each, depth + 1, kind) for each in parts]
            return _Text(
                "\n\n".join(filter(None, (each.text for each in read))),
                tuple(name for each in read for name in each.left),
            )
        if kind == "message/rfc822":
            return _mail(split(part.content.lstrip()), depth + 1)
        if not is_attached(part, within) and (read_text := _TEXTS.get(kind)):
            return _Text(read_text(part))
    except ReadError as error:
        return _Text(left=(f"{name or kind} ({error.message})",))
    if not is_attached(part, within):
        return _Text()
    several = kind_of(name) in CONTAINER_SUFFIXES
    reason = Phrase("a file of several articles within another is not opened")
    return _Text(left=(f"{name} ({reason})" if several else name or kind,))


def file_name(part: Part) -> str:
    """The name that a part has as a file; "" if it has none."""
    return one_line(_decoded(without_marks(part.headers.get_filename() or "")))


def is_attached(part: Part, within: str) -> bool:
    """Whether a part that holds no others is attached: it is neither of the text nor only decorates it."""
    kind = part.headers.get_content_type()
    if part.headers.get_content_disposition() != "attachment" and kind in _TEXTS:
        return False
    drawn = kind.startswith("image/") and within == "multipart/related" and "Content-ID" in part.headers
    return not drawn and not _SILENT.fullmatch(kind)


def _alternative(parts: Sequence[Part], depth: int) -> _Text:
    """The first of several forms of one text that says anything: plain text comes first, by custom."""
    read = [_read(part, depth + 1) for part in parts]
    left = tuple(name for each in read for name in each.left)
    texts = [each.text for each in read]
    first = texts[0] if texts[0] and len(texts[0].strip()) >= NEARLY_EMPTY else max(texts, key=len)
    return _Text(first, left)


def _plain(part: Part) -> str:
    lines = _text(part).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if str(part.headers.get_param("format", "")).lower() == "flowed":
        lines = [*_unflowed(lines, str(part.headers.get_param("delsp", "")).lower() == "yes")]
    text = with_marks("\n".join(lines))
    return "\n".join(_quoted(text.split("\n"))) if ">" in text else text


def _unflowed(lines: Sequence[str], deletes_space: bool) -> Iterator[str]:
    """The lines of "format=flowed" (RFC 3676): one that ends in a space goes on in the next."""
    made: list[tuple[str, list[str]]] = []
    goes_on = False
    for line in lines:
        rest = line.lstrip(">")
        mark = line[: len(line) - len(rest)]
        rest = rest.removeprefix(" ")
        if not goes_on or made[-1][0] != mark:
            made.append((mark, []))
        goes_on = rest.endswith(" ") and rest != "-- "
        made[-1][1].append(rest[:-1] if goes_on and deletes_space else rest)
    for mark, parts in made:
        yield (mark and f"{mark} ") + "".join(parts)


def _quoted(lines: Sequence[str]) -> Iterator[str]:
    """The lines, those that quote an earlier mail marked as such; a blank line parts them from the others."""
    before = ""
    for line in lines:
        mark = found[0] if (found := _QUOTED.match(line)) else ""
        if before.count(">") != mark.count(">"):
            yield ""
        rest = line[len(mark) :]
        yield QUOTATION + rest if mark and rest.strip() else rest
        before = mark


def _html(part: Part) -> str:
    return own_text(_text(part))


_TEXTS: dict[str, Callable[[Part], str]] = {
    "text/plain": _plain,
    "text/html": _html,
    "message/delivery-status": _plain,
}


def _text(part: Part) -> str:
    content = part.content
    text = _in_charset(content, str(part.headers.get_content_charset() or "")) if content.strip() else ""
    return without_marks(text)


def _in_charset(content: bytes, named: str) -> str:
    """The text that is said to be in an encoding, if it can be; else in the one that explains it."""
    charset = _CHARSETS.get(named.lower(), named.lower())
    if _GENERAL.fullmatch(charset) is None and _CHARSET.fullmatch(charset):
        try:
            return content.decode(charset)
        except (UnicodeDecodeError, LookupError):
            return decode(content)
    return decode(content)


def _header(headers: Message, name: str) -> str:
    """A header in words on one line; "" without it."""
    found = (value for key, value in headers.raw_items() if key.lower() == name.lower())
    return one_line(without_marks(_decoded(str(next(found, "")))))


def _decoded(value: str | Header) -> str:
    """A header, or a name in it, without its encoding (RFC 2047)."""
    data = str(value).encode("utf-8", "surrogateescape")
    try:
        text = data.decode("utf-8") if data.isascii() else decode(data)
    except ReadError:
        text = data.decode("utf-8", "replace")
    return _CODED_WORDS.sub(lambda words: _of_words(words[0]), _BETWEEN.sub("", text))


def _of_words(words: str) -> str:
    """Encoded words that stand together: a character may begin in one and end in the next."""
    pieces: list[tuple[str, bytes]] = []
    for charset, encoding, coded in _CODED_WORD.findall(words):
        if encoding in "bB":
            try:
                data = binascii.a2b_base64(coded + "=" * (-len(coded) % 4))
            except (binascii.Error, ValueError):
                return words
        else:
            data = quopri.decodestring(coded.replace("_", " ").encode("utf-8", "replace"), header=True)
        if pieces and pieces[-1][0] == charset:
            data = pieces.pop()[1] + data
        pieces.append((charset, data))
    try:
        return "".join(_in_charset(data, charset) for charset, data in pieces if data) or words
    except ReadError:
        return words


def _date(headers: Message) -> str | None:
    """When the mail was sent, by the clock of its sender."""
    value = _header(headers, "Date")[:100]
    try:
        sent = parsedate_to_datetime(value)
        return sent.strftime("%Y-%m-%dT%H:%M") if sent.year >= _FIRST_YEAR else None
    except (ValueError, TypeError, OverflowError):
        return parse_date(value)
