"""Facts as text on screen. Text from articles goes through `shown` or `one_line` first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from textual.content import Content
from textual.style import Style

from index.text.display import one_line, printable
from index.types import ArticleInfo, LibraryStatus
from qa.i18n import N_, _, ngettext
from qa.types import Match

LANGUAGES = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}
#: From these similarities on two words count as the same, or as near in meaning; below, as related.
SAME, NEAR = 0.999, 0.7


def shown(text: str) -> str:
    """``text`` with a space for each character that is not printable, so that all offsets stay."""
    clean = printable(text)
    return clean if len(clean) == len(text) else "".join(printable(char) or " " for char in text)


def lead(text: str) -> str:
    """``text`` as the label of what follows on the line: with a space, unless it ends in a wide colon."""
    return text if text.endswith("：") else text + " "


def facts(*parts: str | None) -> str:
    """The parts that are not empty, on one line: "2024-01-23 · English"."""
    return " · ".join(one_line(part) for part in parts if part)


#: How a quote was read (`index.types.Block`).
_READ = ("", N_("read from a picture"), N_("read from a picture, with doubt"))


def page(number: int | None, read: int = 0) -> str:
    """ "p. 12 · read from a picture", "" where there are no pages. For ``read`` see `index.types.Block`."""
    place = None if number is None else _("p. {page}").format(page=number)
    return facts(place, _(_READ[read]) if read else None)


def date_and_language(info: ArticleInfo) -> str:
    return facts((info.published or "")[:10], LANGUAGES.get(info.language))


def where(info: ArticleInfo, bundled: bool) -> str:
    """The article's path, with ~ for the home folder. For a bundled article, the file name."""
    path = Path(info.path)
    if bundled:
        return _("bundled: {name}").format(name=one_line(path.name))
    return tilde(path)


def tilde(path: Path) -> str:
    """``path`` on one line, with ~ for the home folder."""
    home = Path.home()
    return one_line(str("~" / path.relative_to(home) if path.is_relative_to(home) else path))


def meter(share: float, width: int = 5) -> str:
    """A bar for ``share`` (0 to 1) in ``width`` cells."""
    full = round(min(1.0, max(0.0, share)) * width)
    return "▰" * full + "▱" * (width - full)


def counts(status: LibraryStatus) -> str:
    languages = [
        f"{label} {status.languages[name]:,}" for name, label in LANGUAGES.items() if name in status.languages
    ]
    return facts(articles(status.articles), passages(status.passages), *languages)


def articles(count: int) -> str:
    return ngettext("{count} article", "{count} articles", count).format(count=f"{count:,}")


def copies(infos: Sequence[ArticleInfo]) -> str:
    """ "also in 3 articles: …", each title once."""
    titles, count = " · ".join(dict.fromkeys(one_line(info.title) for info in infos)), len(infos)
    text = ngettext("also in {count} article: {titles}", "also in {count} articles: {titles}", count)
    return text.format(count=f"{count:,}", titles=titles)


def points_of(points: int, articles: int) -> str:
    """ "5 points from 3 articles", of which there are two at least."""
    return _("{points} points from {articles} articles").format(points=points, articles=articles)


def more(count: int) -> str:
    """ "… and 7 more": the items of a list that are not quoted."""
    return _("… and {count} more").format(count=f"{count:,}")


def unanswered_part(part: str) -> str:
    """That nothing answers a part of a question."""
    return _("Nothing here answers “{part}”.").format(part=one_line(part))


def passages(count: int) -> str:
    return ngettext("{count} passage", "{count} passages", count).format(count=f"{count:,}")


def strength(similarity: float) -> str:
    """How similar two words are: "same", "near" or "related"."""
    return "same" if similarity >= SAME else "near" if similarity >= NEAR else "related"


def marked(content: Content, matches: Iterable[Match], origin: int, same: Style, related: Style) -> Content:
    """``content``, the article's text from offset ``origin`` on, with the matched words highlighted."""
    for match in matches:
        start, end = match.start - origin, match.end - origin
        if 0 <= start < end <= len(content):
            content = content.stylize(same if match.similarity >= SAME else related, start, end)
    return content


def size_of(count: int) -> str:
    """A number of bytes in a unit that needs few digits: "4.7 GB"."""
    return f"{count / 1e6:,.1f} MB" if count < 999_950_000 else f"{count / 1e9:,.1f} GB"


def when(time: str) -> str:
    """A time in ISO 8601 as local time, to the minute; "–" for ""."""
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return one_line(time) or "–"


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{seconds} s").format(seconds=rest)
