"""What screens and widgets tell the app: facts, and what the reader asked for. The app acts on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from index.types import ArticleInfo, ConversationInfo
from qa.question.filters import Filters


@dataclass
class ArticleWanted(Message):
    """The reader wants to read an article, and then perhaps those ``beside`` it, () for all others.

    It is opened where it says ``text`` at ``start``, or where it was read last for "".
    """

    info: ArticleInfo
    beside: tuple[ArticleInfo, ...] = ()
    start: int = 0
    text: str = ""


@dataclass
class ArticlesWanted(Message):
    """The reader wants to see the list of the articles that ``filters`` let pass."""

    filters: Filters


@dataclass
class OverviewWanted(Message):
    """The reader wants to know what is in the articles that ``filters`` let pass."""

    filters: Filters


@dataclass
class LibraryWanted(Message):
    """The library in folder ``path`` should be opened, the bundled articles for None.

    With ``create`` it is made where there is none.
    """

    path: Path | None
    create: bool = False


@dataclass
class CheckWanted(Message):
    """The library in folder ``path`` should be checked."""

    path: Path


@dataclass
class LibraryMended(Message):
    """The library in folder ``path`` was mended."""

    path: Path


@dataclass
class WordsChanged(Message):
    """The library in folder ``path`` was taught a word, or forgot one."""

    path: Path


@dataclass
class LibraryRestored(Message):
    """A backup has taken the place of the library in folder ``path``."""

    path: Path


@dataclass
class Uploaded(Message):
    """Files were uploaded from the served page. They lie in a folder that lasts as long as the page."""

    files: tuple[Path, ...]


@dataclass
class ConversationChosen(Message):
    """The reader wants to go on with this conversation."""

    info: ConversationInfo
