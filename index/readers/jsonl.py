"""Articles exported as JSON: one object a line (JSON Lines), or one list of objects."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from html import escape
from typing import Any

from index.cleaning.metadata import parse_date
from index.errors import Phrase, ReadError
from index.readers.encodings import decode
from index.readers.registry import MAX_BYTES, ReadBytes, read_bytes
from index.text.display import encodable, one_line
from index.types import Member, Members, ParsedArticle

#: The longest line that is read, in bytes; of a longer one no more than a piece is held at a time.
MAX_LINE, _PIECE = 16 * 2**20, 2**16
#: The most characters of a name, title, author or source.
_LENGTH = 200
#: Characters of a text in which a sentence is looked for.
_MANY = 1_000

#: Keys under which exports keep the text, and as what it is read; the first that holds any counts.
_TEXTS = {
    "markdown": ".md",
    **dict.fromkeys(("text", "content", "body", "content_text", "full_text", "selftext"), ".txt"),
    **dict.fromkeys(("html", "content_html"), ".html"),
    **dict.fromkeys(
        ("正文", "内容", "內容", "文本", "全文", "文章内容", "文章內容", "微博正文", "微博内容"), ".txt"
    ),
    **dict.fromkeys(("文章", "消息", "回答内容", "回答", "答案", "answer", "message"), ".txt"),
}


def _keys(names: str) -> tuple[str, ...]:
    return tuple(names.split())


_NAMES = _keys("id _id url 编号 編號 link 链接 連結 网址 網址")
_TITLES = _keys(
    "title headline subject 标题 標題 题目 題目 题名 文章标题 文章標題 主题 主題 question 问题 問題"
)
_DATES = _keys(
    "date published date_published published_at publishedat "
    "publish_time pub_date pubdate 发布时间 發布時間 发布日期 發布日期 发表时间 發表時間 "
    "发表日期 日期 时间 時間 created created_at create_time created_time "
    "createtime 创建时间 創建時間 time datetime timestamp"
)
_AUTHORS = _keys(
    "author authors byline 作者 记者 記者 发布者 發布者 昵称 暱稱 用户昵称 用户名 nickname "
    "screen_name user from"
)
_SOURCES = _keys(
    "url source site link 链接 連結 网址 網址 原文链接 文章链接 来源 來源 出处 出處 媒体 媒體 公众号 公眾號"
)
#: Keys of an object that holds the list of articles, as JSON Feed does, or a chat.
_LISTS = _keys("articles items documents data messages posts records results 文章 数据")
#: Keys of who wrote a message, and those who are no person's partner in a conversation.
_SPEAKERS, _UNHEARD = _keys("sender role from author"), ("system", "tool")
#: A text under a key that is not known has this many characters and a sentence.
_SHORTEST_TEXT = 12
_SENTENCE = re.compile(r"[。！？；]|[^\W\d_]{2,} [^\W\d_]+ .*[.!?]", re.S)


_BLANK = b"\x00\xef\xbb\xbf \t\r\n"


def line_members(file: io.FileIO, read: ReadBytes = read_bytes) -> Members:
    """The articles of JSON Lines, one at a time."""
    buffered = io.BufferedReader(file, _PIECE)
    seen: set[str] = set()
    number = 0
    try:
        while line := buffered.readline(MAX_LINE + 1):
            number += 1
            place = f"line {number}"
            if len(line) > MAX_LINE:
                while not line.endswith(b"\n") and (line := buffered.readline(_PIECE)):
                    pass
                yield Member.refused(
                    place, ReadError("the line is longer than {limit} MiB", limit=MAX_LINE >> 20)
                )
            elif line.strip(_BLANK):
                try:
                    record = _record(_parse_json(line))
                except ReadError as error:
                    yield Member.refused(place, error)
                else:
                    yield _member(record, line, place, seen, read)
    finally:
        buffered.detach()


def list_members(file: io.FileIO, read: ReadBytes = read_bytes) -> Members:
    """The articles of a list, or of an object that contains one. ReadError: there is none."""
    data = io.BufferedReader(file)
    try:
        content = data.read(MAX_BYTES + 1)
    finally:
        data.detach()
    if len(content) > MAX_BYTES:
        raise ReadError(
            "the file is too large",
            "the limit is {limit} MiB; export it as JSON Lines",
            limit=MAX_BYTES >> 20,
        )
    try:
        found = _parse_json(content)
    except ReadError as error:
        try:
            first = _parse_json(content.lstrip(_BLANK).split(b"\n", 1)[0])
        except ReadError:
            first = None
        if not isinstance(first, dict):
            raise error from None
        file.seek(0)  # some programs write JSON Lines under this name
        yield from line_members(file, read)
        return
    if isinstance(found, dict):
        lists = [found[key] for key in _LISTS if isinstance(found.get(key), list)]
        own = [found] if not lists or _tells(found) else []
        found = [*own, *(item for items in lists for item in items)]
    if not isinstance(found, list):
        raise ReadError("it is no list of articles", "its articles are objects with title and text")
    seen: set[str] = set()
    for number, item in enumerate(found, 1):
        place = f"item {number}"
        try:
            record = _record(item)
        except ReadError as error:
            yield Member.refused(place, error)
        else:
            yield _member(record, json.dumps(item, sort_keys=True).encode(), place, seen, read)


def _tells(found: Mapping[str, Any]) -> bool:
    """Whether an object with a list of articles has a text of its own; "message" tells how a request went."""
    texts = (_text(value) for key, value in _lowered(found).items() if key in _TEXTS and key != "message")
    return any(_SENTENCE.search(text[:_MANY]) for text in texts)


def _lowered(found: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).strip().lower(): value for key, value in found.items()}


def _parse_json(data: bytes) -> Any:
    try:
        return json.loads(decode(data))
    except RecursionError as error:
        raise ReadError("it is not JSON: {what}", what=Phrase("it is nested too deeply")) from error
    except ValueError as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise ReadError("it is not JSON: {what}", what=what) from error


def _record(found: Any) -> Mapping[str, Any]:
    """A JSON object with lower-case keys that holds a text.

    An export of a program that nobody here knows keeps its text under a key of its own. Then the longest text
    with a sentence in it is taken: the alternative is to lose the record, and what it would be taken for
    otherwise (a summary, a comment) is shorter.
    """
    if not isinstance(found, dict):
        raise ReadError("it is no JSON object")
    record = _lowered(found)
    for inner in (record, *(value for value in record.values() if isinstance(value, dict))):
        known = _lowered(inner) | record
        if any(_text(known.get(key)) for key in _TEXTS):
            return known
    if chat := _chat(record) or _conversation(record):
        return {"title": record.get("name")} | record | {"markdown": chat}
    texts = (value for value in record.values() if isinstance(value, str) and _SENTENCE.search(value[:_MANY]))
    longest = max(texts, key=len, default="")
    if len(longest) < _SHORTEST_TEXT:
        raise ReadError("it has no text", "articles have one under {keys}", keys=" ".join(_TEXTS))
    return record | {"text": longest}


def _chat(record: Mapping[str, Any]) -> str:
    """A conversation as ChatGPT exports it: a tree of messages, of which the branch last shown is read."""
    mapping, place = record.get("mapping"), record.get("current_node")
    left = dict(mapping) if isinstance(mapping, dict) else {}
    said: list[str] = []
    while isinstance(place, str) and isinstance(node := left.pop(place, None), dict):
        message, place = node.get("message"), node.get("parent")
        if isinstance(message, dict) and isinstance(content := message.get("content"), dict):
            author = message.get("author")
            role = _line(author.get("role")) if isinstance(author, dict) else ""
            if (text := _text(content.get("parts"))) and role in ("user", "assistant"):
                said.append(f"{role}: {text}")
    return "\n\n".join(reversed(said))


def _conversation(record: Mapping[str, Any]) -> str:
    """The messages of a list of them, as Claude exports them: objects with a text and who wrote it."""
    for value in record.values():
        messages = (
            [_lowered(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []
        )
        said: list[str] = []
        for message in messages:
            speaker = next((name for key in _SPEAKERS if (name := _line(message.get(key)))), "")
            text = next((text for key in _TEXTS if (text := _text(message.get(key)))), "")
            if speaker and text and speaker not in _UNHEARD:
                said.append(f"{speaker}: {text}")
        if said:
            return "\n\n".join(said)
    return ""


def _member(record: Mapping[str, Any], data: bytes, place: str, seen: set[str], read: ReadBytes) -> Member:
    """The article of ``record``, under its own name if no other had it."""
    name = next((n for key in _NAMES if (n := _line(record.get(key)))), place)
    if name in seen:
        name = place
    seen.add(name)
    return Member(name, data, partial(_parse, record, read))


def _parse(record: Mapping[str, Any], read: ReadBytes) -> ParsedArticle:
    key = next(key for key in _TEXTS if _text(record.get(key)))
    text = _text(record[key])
    title = next((value for name in _TITLES if _line(value := record.get(name))), "")
    if isinstance(title, str) and len(one_line(title)) > _LENGTH:  # such as a question with all it is about
        text = (f"<p>{escape(title)}</p>\n" if _TEXTS[key] == ".html" else f"{title}\n\n") + text
    if not encodable(text):
        raise ReadError("it holds characters that are no text (lone surrogates)")
    parsed = read(text.encode(), f"text{_TEXTS[key]}")  # a name that is no title
    return replace(
        parsed,
        title=_fact(record, _TITLES) or parsed.title,
        published=next((d for key in _DATES if (d := _date(record.get(key)))), parsed.published),
        author=_fact(record, _AUTHORS) or parsed.author,
        source=_fact(record, _SOURCES) or parsed.source,
    )


def _text(value: Any) -> str:
    """A string, or the strings of a list as paragraphs; of one with links in it (Telegram) as one text."""
    if isinstance(value, list):
        parts = [part.get("text") if isinstance(part, dict) else part for part in value]
        between = "" if any(isinstance(part, dict) for part in value) else "\n\n"
        return between.join(part for part in parts if isinstance(part, str))
    return value if isinstance(value, str) and value.strip() else ""


def _fact(record: Mapping[str, Any], keys: Sequence[str]) -> str:
    return next((fact for key in keys if (fact := _line(record.get(key)))), "")


def _line(value: Any) -> str:
    """A name or number on one line. {"name": "Li"} is a name; ["Li", "Wu"] are two."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_line(part) for part in value[:10] if not isinstance(part, list))))
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "screen_name", "nickname") if value.get(key)), None)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    try:
        text = str(value)
    except ValueError:  # an integer of thousands of digits
        return ""
    return one_line(text)[:_LENGTH]


def _date(value: Any) -> str | None:
    """A date as ISO 8601, from words or from seconds or milliseconds since 1970."""
    if isinstance(value, str) and re.fullmatch(r"\d{10}|\d{13}", value):
        value = int(value)
    if isinstance(value, str):
        try:  # Weibo's and Twitter's
            return datetime.strptime(value, "%a %b %d %H:%M:%S %z %Y").strftime("%Y-%m-%dT%H:%M")
        except ValueError:
            return parse_date(value[:_LENGTH])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        moment = datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M") if 1990 <= moment.year <= 2100 else None
