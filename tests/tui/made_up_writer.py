"""A writer in place of an endpoint, whose sentences pass the real gate."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import pytest

from index.lexicon.lexicon import bundled_lexicon, bundled_tokenizer
from qa.session import Session
from qa.types import Answer
from qa.writing.endpoint import EndpointError
from qa.writing.gate import Gate
from qa.writing.prompt import quotes_of
from qa.writing.support import Supporter
from qa.writing.writer import Writing


class Writer:
    """What the model writes: ``pieces``, one by one as ``more`` is released; then ``fault`` is raised."""

    def __init__(self, *pieces: str, fault: EndpointError | None = None, held: bool = False) -> None:
        self.pieces, self.fault = pieces, fault
        self.more = threading.Event()
        self.asked: list[str] = []
        self.cancelled = False
        if not held:
            self.more.set()

    def write(self, session: Session, answer: Answer, question: str) -> Writing | None:
        self.asked.append(question)
        lexicon = bundled_lexicon()
        supporter = Supporter(bundled_tokenizer(), lexicon, lambda keys: [])
        quotes = quotes_of(answer)
        writing = Writing("localhost:11434", self._pieces(), len(quotes), Gate(quotes, supporter))
        writing.cancel = self._cancel  # type: ignore[method-assign]
        return writing

    def _pieces(self) -> Iterable[str]:
        yield self.pieces[0]
        self.more.wait(10)
        if not self.cancelled:
            yield from self.pieces[1:]
            if self.fault is not None:
                raise self.fault

    def _cancel(self) -> None:
        self.cancelled = True
        self.more.set()

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Write in every session from now on."""
        monkeypatch.setattr(Session, "write", lambda *arguments: self.write(*arguments))
