"""What the app keeps between runs: conversations, and what the person chose. All of it blocks.

Where nothing can be kept (a home folder that is read only, say) there is a `Memory` that forgets.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.address import LibraryUrl, library_path
from index.errors import HistoryError, UsageError, YinjuError
from qa.types import Answer
from tui.state.workspace import Workspace

if TYPE_CHECKING:
    from index.history import History
    from index.types import ArticleInfo, ConversationInfo, PinnedQuote, Span

#: Characters of the first question that name a conversation.
_TITLE = 80
#: Questions that ↑ goes back through.
_QUESTIONS = 500


@dataclass(slots=True)
class Conversation:
    """A conversation; ``id`` is None until its first answer is kept."""

    id: int | None = None
    title: str = ""


class Memory:
    """``history`` None forgets: what is kept lasts as long as the app."""

    def __init__(self, history: History | None = None, trouble: YinjuError | None = None) -> None:
        """``trouble`` is why nothing is kept, where that is not meant.

        No trouble with keeping things is worth an end of the app: ``on_trouble`` hears of what comes up.
        """
        self._history = history
        self.trouble = trouble
        self.on_trouble: Callable[[YinjuError], None] = lambda error: None
        self._unwritten: dict[str, str] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path | None) -> Memory:
        """What is kept in file ``path``, which is made where there is none; None keeps nothing."""
        if path is None:
            return cls()
        from index.history import History

        try:
            history = History(path)
        except YinjuError as error:
            return cls(trouble=error)
        if history.set_aside is None:
            return cls(history)
        moved = HistoryError(
            "the kept conversations were damaged; a new file was started",
            "the damaged file is kept as {path}",
            path=history.set_aside,
        )
        return cls(history, moved)

    @property
    def keeps(self) -> bool:
        """Whether anything lasts beyond this run."""
        return self._history is not None

    @property
    def file(self) -> Path | None:
        """Where it is kept; None if nothing is."""
        return self._history.path if self._history is not None else None

    # What the person chose without settings: "library", "libraries", "side share"

    def get(self, key: str) -> str:
        """What was chosen last, here or in another window, "" for nothing."""
        if key not in self._unwritten and self._history is not None:
            try:
                return self._history.get(key) or ""
            except YinjuError as error:
                self._report(error)
        return self._unwritten.get(key, "")

    def set(self, key: str, value: str) -> None:
        """Remember ``value``; where it cannot be written it holds until the app ends."""
        self._unwritten[key] = value
        if self._history is not None:
            try:
                self._history.set(key, value)
            except YinjuError as error:
                self._report(error)
            else:
                del self._unwritten[key]

    def _report(self, error: YinjuError) -> None:
        """Report what went wrong once, not with each answer that is not kept."""
        before, self.trouble = self.trouble, error
        if str(before) != str(error):
            self.on_trouble(error)

    # Conversations

    def keep(self, conversation: Conversation, workspace: Workspace, answer: Answer) -> None:
        """Keep an answer at the end of ``conversation``, which begins with it where it is new.

        Failing that, ``on_trouble`` hears of it.
        """
        if self._history is None:
            return
        from qa.output.serialization import dumps

        text = dumps(answer)
        quoted = "\n".join(sentence.text for sentence in answer.sentences)
        try:
            with self._lock:
                if conversation.id is None:
                    conversation.title = answer.question[:_TITLE]
                    conversation.id = self._history.create(workspace.name, conversation.title)
                self._history.add_turn(conversation.id, answer.question, text, quoted)
        except YinjuError as error:
            self._report(error)
        else:
            self.trouble = None

    def answers(self, conversation: Conversation, most: int | None = None) -> tuple[Answer, ...]:
        """The answers of a kept conversation, oldest first, ``most`` of them."""
        if self._history is None or conversation.id is None:
            return ()
        from qa.output.serialization import loads

        return tuple(loads(turn.answer) for turn in self._history.turns(conversation.id)[:most])

    def conversations(self, search: str = "") -> list[ConversationInfo]:
        """The kept conversations, newest first, those with ``search`` in them."""
        return self._history.conversations(search) if self._history is not None else []

    def rename(self, conversation: int, title: str) -> None:
        if self._history is not None:
            self._history.rename(conversation, title)

    def delete(self, conversation: int, going_on: Conversation) -> None:
        """Delete a conversation. Where it is the one ``going_on``, the next answer begins another."""
        if self._history is not None:
            with self._lock:
                self._history.delete(conversation)
                if going_on.id == conversation:
                    going_on.id = None

    def restore(self, conversation: int) -> None:
        """Undo `delete`."""
        if self._history is not None:
            self._history.restore(conversation)

    # Pinned quotes. All of these raise YinjuError where they cannot be kept.

    def pinned(self, workspace: Workspace) -> list[PinnedQuote]:
        """The quotes on the sheet of a library, in their order."""
        return self._history.pinned(workspace.name) if self._history is not None else []

    def toggle_pin(
        self, workspace: Workspace, article: ArticleInfo, span: Span, quote: str, page: int | None
    ) -> bool:
        """Pin a quote, or take it off; returns whether it is pinned now."""
        return self._writable.toggle_pin(workspace.name, article, *span, quote, page)

    def unpin(self, pin: int) -> None:
        self._writable.unpin(pin)

    def restore_pin(self, pin: int) -> None:
        """Undo `unpin`."""
        self._writable.restore_pin(pin)

    def annotate(self, pin: int, note: str) -> None:
        self._writable.annotate(pin, note)

    def move_pin(self, pin: int, step: int) -> None:
        """Move a quote one place up (-1) or down (1)."""
        self._writable.move_pin(pin, step)

    @property
    def _writable(self) -> History:
        if self._history is None:
            raise HistoryError("quotes are not kept", "there is nowhere to store them")
        return self._history

    def questions(self) -> list[str]:
        """The questions asked before, oldest first."""
        return self._history.questions(_QUESTIONS)[::-1] if self._history is not None else []

    def close(self) -> None:
        if self._history is not None:
            self._history.close()


def library_of(info: ConversationInfo) -> Path | None:
    """The library a conversation was held in, None for the bundled articles."""
    return library_path(info.library) if info.library else None


def not_resumed(error: YinjuError) -> YinjuError:
    """Why a conversation cannot be gone on with when its library cannot be opened, and what to do."""
    return UsageError(
        "the library of this conversation cannot be opened: {reason}",
        "ask its questions again in the library that is open"
        if isinstance(error.message.values.get("path"), LibraryUrl)
        else "put its folder back, or ask its questions again in the library that is open",
        reason=error,
    )
