"""Articles opened in other programs: the reader's editor, the reader's browser."""

from __future__ import annotations

import os
import subprocess
import sys
import webbrowser
from collections.abc import Sequence
from functools import partial

from textual.app import App, SuspendNotSupported

from index.errors import ReadError, UsageError, YinjuError
from index.text.display import one_line
from index.types import Article, Span
from qa.types import page_of
from tui.rendering.errors import told
from tui.system.open_with import Editing, browser_address, existing, line_in_file

_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
_SILENT = subprocess.DEVNULL


def edit(app: App[object], article: Article, cited: Span) -> None:
    """Open the article's file in $VISUAL or $EDITOR, at the line where ``cited`` begins.

    An editor for the terminal gets it until it ends. UsageError: no file, no editor, or it failed.
    """
    path = existing(article)
    try:
        line = line_in_file(path.read_bytes(), article.text, cited.start)
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
    """The exit status. An error is not raised: one that leaves `App.suspend` leaves the app suspended."""
    try:
        return subprocess.run(command, check=False).returncode
    except OSError as error:
        return error


def _not_started(error: Exception) -> UsageError:
    return UsageError("the editor could not be started: {reason}", reason=error)


def browse(app: App[object], article: Article, cited: Span) -> None:
    """Open the article in a browser, at ``cited``. UsageError: no file, or no browser."""
    page = page_of(article.pages, cited.start)
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
        app.run_worker(partial(_start_browser, app, address), thread=True, group="browse")


def _start_browser(app: App[object], address: str) -> None:
    # In a process of its own: what a browser has to say must not land on the screen.
    command = (sys.executable, "-c", _OPEN, address)
    if subprocess.run(command, stdin=_SILENT, stdout=_SILENT, stderr=_SILENT, check=False).returncode:
        app.call_from_thread(notify, app, _no_browser())


def _no_browser() -> UsageError:
    return UsageError("no browser was found", "set BROWSER to the one to use")


def notify(app: App[object], error: YinjuError) -> None:
    """Tell an error in passing."""
    message, hint = map(one_line, told(error))
    app.notify(hint or message, title=message if hint else "", severity="warning", markup=False)
