"""Opens articles in other programs: the reader's editor or browser."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from textual.app import App, SuspendNotSupported

from index.errors import Phrase, ReadError, UsageError, YinjuError
from index.types import MEMBER_MARK, Article, ArticleInfo, Kind, Span
from qa.output.addresses import web_address
from qa.types import page_of
from qa.vaults import vault_link
from tui.rendering.errors import message_and_hint

# How an editor is told the line; {path} comes last or within. Paths are absolute, so that none looks
# like an option; editors that read "--" get it all the same.
_PLUS = ("+{line}", "{path}")
_PLUS_END = ("+{line}", "--", "{path}")
_COLON = ("{path}:{line}",)
_GOTO = ("--goto", "{path}:{line}")
_LINE = ("--line", "{line}", "{path}")
_TERMINAL_EDITORS = {
    **dict.fromkeys(("vi", "vim", "nvim", "view", "vimx", "elvis", "nvi"), _PLUS_END),
    **dict.fromkeys(
        ("nano", "pico", "rnano", "ne", "mg", "jed", "joe", "jmacs", "kak", "micro", "mcedit"), _PLUS
    ),
    **dict.fromkeys(("emacs", "emacsclient", "zile"), _PLUS),
    **dict.fromkeys(("hx", "helix"), _COLON),
}
_WINDOW_EDITORS = {
    **dict.fromkeys(("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron"), _GOTO),
    **dict.fromkeys(("subl", "sublime_text", "zed", "zeditor", "zed-editor", "lapce"), _COLON),
    **dict.fromkeys(("gvim", "mvim", "gedit", "gnome-text-editor", "pluma", "xed"), _PLUS),
    **dict.fromkeys(("kate", "kwrite", "mate", "idea", "pycharm", "webstorm"), _LINE),
}
_SET_EDITOR = Phrase("set EDITOR, for example: export EDITOR=nano")
_HTML = frozenset({".html", ".htm", ".xhtml", ".mhtml", ".shtml"})
#: Run in a process of its own to open an address. Exit status 1 if there is no browser.
_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
_SILENT = subprocess.DEVNULL
_NO_OBSIDIAN = UsageError("Obsidian could not be started", "open the note there")
#: The most characters of a quote that a browser is asked to find.
_LOOKED_FOR = 40


@dataclass(frozen=True, slots=True)
class Editing:
    """A command that opens a file at a line. ``in_terminal``: the command takes over the terminal."""

    command: tuple[str, ...]
    in_terminal: bool

    @classmethod
    def of(cls, environ: Mapping[str, str], path: Path, line: int) -> Editing:
        """The command of $VISUAL, else $EDITOR, for ``path``. Raises UsageError if neither is a program."""
        name = next((n for n in ("VISUAL", "EDITOR") if environ.get(n, "").strip()), None)
        if name is None:
            raise UsageError("no editor is set", _SET_EDITOR)
        try:
            words = shlex.split(environ[name])
        except ValueError as error:
            raise UsageError(
                "{name} is not a command: {value}", _SET_EDITOR, name=name, value=environ[name]
            ) from error
        program = Path(words[0]).name.removesuffix(".exe").lower()
        window = program in _WINDOW_EDITORS
        form = (_WINDOW_EDITORS if window else _TERMINAL_EDITORS).get(program, ("{path}",))
        arguments = (part.format(line=line, path=path) for part in form)
        return cls((*words, *arguments), not window)


def browser_address(article: ArticleInfo, passage: str, page: int | None = None) -> str:
    """The address at which a browser opens the article at ``passage``: on the web, or a local file.

    The place is given by a text fragment (WICG, "URL Fragment Text Directives"), in a PDF by its ``page``
    (RFC 8118). Raises UsageError if the article's file no longer exists.
    """
    fragment = _text_fragment(passage)
    if address := web_address(article):
        return address if "#" in address or not fragment else f"{address}#{fragment}"
    path = existing(article)
    if page is not None and path.suffix.lower() == ".pdf":
        return f"{path.as_uri()}#page={page}"
    return path.as_uri() + (f"#{fragment}" if fragment and path.suffix.lower() in _HTML else "")


def existing(article: ArticleInfo) -> Path:
    """The article's file. Raises UsageError if it no longer exists, or holds several articles."""
    path = Path(article.path)
    file = file_of(article)
    if not path.is_absolute() or file is None:
        raise UsageError(
            "the file of this article is gone: {path}",
            "the article is kept in the library and can still be read here",
            path=article.path,
        )
    if file != path:
        raise UsageError(
            "the article is one of several in {path}", "other programs cannot open it there", path=file
        )
    return path


def file_of(article: ArticleInfo) -> Path | None:
    """The file that contains the article, alone or with others; None if it no longer exists."""
    if os.path.isfile(article.path):
        return Path(article.path)
    parts = article.path.split(MEMBER_MARK)
    holding = (MEMBER_MARK.join(parts[:end]) for end in range(1, len(parts)))
    return next((Path(file) for file in holding if os.path.isfile(file)), None)


def _text_fragment(passage: str) -> str:
    """The fragment ``:~:text=`` for the beginning of ``passage``, up to the end of a line or word."""
    line = passage.strip().split("\n", 1)[0]
    begun = line[:_LOOKED_FOR]
    if len(line) > len(begun) and line[len(begun)].isascii() and " " in begun:
        begun = begun.rsplit(" ", 1)[0]  # browsers look for whole words
    return ":~:text=" + quote(begun, safe="").replace("-", "%2D") if begun else ""


def edit(app: App[object], article: Article, cited: Span) -> None:
    """Open the article's file in $VISUAL or $EDITOR, at the line where ``cited`` begins.

    An editor for the terminal has the terminal until it ends. Raises UsageError if there is no file or no
    editor, or if the editor fails.
    """
    from index.library import Library

    if app.is_web:
        raise _served()
    path = existing(article)
    try:
        line = Library.line_in_file(path.read_bytes(), article.text, cited.start)
        editing = Editing.of(os.environ, path, line)
        if not editing.in_terminal:
            subprocess.Popen(
                editing.command, stdin=_SILENT, stdout=_SILENT, stderr=_SILENT, start_new_session=True
            )
            return
        with app.suspend():
            failure = _run(editing.command)
    except ReadError as error:  # a document
        raise UsageError(
            "an editor cannot show it: {reason}", "open it in a browser", reason=error.message
        ) from error
    except (OSError, SuspendNotSupported) as error:
        raise _not_started(error) from error
    if isinstance(failure, OSError):
        raise _not_started(failure) from failure
    if failure:
        raise UsageError("the editor ended with an error ({status})", status=failure)


def _run(command: Sequence[str]) -> int | OSError:
    """The exit status. Returns errors, because an error raised in `App.suspend` leaves the app suspended."""
    try:
        return subprocess.run(command, check=False).returncode
    except OSError as error:
        return error


def _not_started(error: Exception) -> UsageError:
    return UsageError("the editor could not be started: {reason}", reason=error)


def browse(app: App[object], article: Article, cited: Span) -> None:
    """Open the article at ``cited``: in Obsidian, if it lies in a vault and Obsidian is here, or a browser.

    Raises UsageError if there is no file or no browser.
    """
    if app.is_web and web_address(article) is None:
        raise _served()
    page = page_of(article.pages, cited.start)
    link = None if app.is_web else vault_link(article.path, _heading_above(article, cited), page)
    if link and (command := link_command(link)):
        existing(article)
        app.run_worker(partial(_start, app, command, _NO_OBSIDIAN), thread=True, group="browse")
        return
    address = browser_address(article, article.text[cited.start : cited.end], page)
    if app.is_web:
        app.open_url(address)
        return
    try:
        browser = webbrowser.get()
    except webbrowser.Error as error:
        raise _no_browser() from error
    if type(browser) is webbrowser.GenericBrowser:  # one like lynx, which takes the terminal over
        with app.suspend():
            browser.open(address)
    else:
        command = (sys.executable, "-c", _OPEN, address)
        app.run_worker(partial(_start, app, command, _no_browser()), thread=True, group="browse")


def _start(app: App[object], command: Sequence[str], failure: UsageError) -> None:
    # In a process of its own, so that output of the browser does not reach the screen.
    if subprocess.run(command, stdin=_SILENT, stdout=_SILENT, stderr=_SILENT, check=False).returncode:
        app.call_from_thread(notify, app, failure)


def _heading_above(article: Article, cited: Span) -> str:
    """The nearest heading above ``cited``, with its hashes; "" if there is none."""
    above = (b for b in article.blocks if b.kind is Kind.HEADING and b.marker and b.start <= cited.start)
    block = max(above, key=lambda b: b.start, default=None)
    return article.text[block.start : block.end] if block else ""


def link_command(link: str) -> tuple[str, ...] | None:
    """The command that gives an ``obsidian:`` link to Obsidian; None if it is not installed here."""
    if sys.platform == "darwin":
        there = any(
            (folder / "Applications" / "Obsidian.app").exists() for folder in (Path("/"), Path.home())
        )
        return ("open", link) if there else None
    if sys.platform == "win32":
        import winreg

        try:
            winreg.CloseKey(winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, "obsidian"))
        except OSError:
            return None
        return (sys.executable, "-c", "import os, sys; os.startfile(sys.argv[1])", link)
    query = ("xdg-mime", "query", "default", "x-scheme-handler/obsidian")
    try:
        found = subprocess.run(query, stdin=_SILENT, capture_output=True, check=False, timeout=2)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ("xdg-open", link) if found.stdout.strip() and shutil.which("xdg-open") else None


def _served() -> UsageError:
    return UsageError("a page that is served opens nothing on this machine")


def _no_browser() -> UsageError:
    return UsageError("no browser was found", "set BROWSER to the one to use")


def notify(app: App[object], error: YinjuError) -> None:
    """Show an error as a notification."""
    message, hint = message_and_hint(error)
    app.notify(hint or message, title=message if hint else "", severity="warning", markup=False)
