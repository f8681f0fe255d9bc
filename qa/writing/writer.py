"""A written answer, sentence by sentence as it arrives, each through the gate."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from itertools import chain, takewhile
from typing import Protocol

from index import plugins
from index.errors import UsageError
from index.text.display import one_line
from index.text.sentences import sentences
from qa.settings import Settings
from qa.types import Answer
from qa.writing.endpoint import EndpointError, Reply, endpoint_of
from qa.writing.gate import Gate, Written
from qa.writing.prompt import messages, quotes_of
from qa.writing.support import Supporter

#: Numbers of quotes that stand behind the end of their sentence belong before it.
_BEHIND = re.compile(
    r"([.!?。！？…][\"”’」』]?)\s*((?:[\[［【]\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3})*\s*[\]］】]\s*)+)"
)
#: Between numbers in brackets.
_APART = re.compile(r"(?<=[\]］】])\s+(?=[\[［【])")
#: What may yet become such numbers.
_OPEN = re.compile(r"[\[［【][\d\s,，、]*$")
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_MARKUP = re.compile(r"^(?:#+|[-*•>]|\d{1,2}[.)])\s+|\*\*|__|`")


class Writer(Protocol):
    """What a plugin gives: a function that writes an answer to a question from numbered quotes.

    It returns plain text, whole or in pieces as they come. Each sentence ends in the numbers of the quotes
    that it rests on: "It is old [1][3]." It is told nothing else, and whatever it writes passes the gate.
    """

    def __call__(self, question: str, quotes: Mapping[int, str], /) -> Iterable[str]: ...


class Writing:
    """A written answer to be had by iterating, once. ``source`` is who writes, ``quotes`` how many it gets.

    Another thread may `cancel` it. Iterating raises EndpointError if the writer fails.
    """

    def __init__(self, source: str, pieces: Iterable[str], quotes: int, gate: Gate) -> None:
        self.source, self.quotes = source, quotes
        self._pieces, self._gate = pieces, gate
        self._cancelled = False

    def cancel(self) -> None:
        self._cancelled = True
        if isinstance(self._pieces, Reply):
            self._pieces.cancel()

    def __iter__(self) -> Iterator[Written]:
        begun = False
        for sentence in split(takewhile(lambda _: not self._cancelled, self._pieces)):
            begun = True
            shown = self._pieces.without_key(sentence) if isinstance(self._pieces, Reply) else sentence
            yield self._gate.check(shown)
        if not begun and not self._cancelled:  # such as thoughts that have no end
            raise EndpointError("{host} wrote nothing", "try another model", host=self.source)


def require_writer(settings: Settings) -> None:
    """UsageError: the settings name no writer, or one that must not be used."""
    if not settings.writer:
        endpoint_of(settings)
    elif plugins.find("writer", settings.writer) is None:
        raise UsageError(
            "there is no writer {name}", "qa plugins lists those there are", name=settings.writer
        )


def write(answer: Answer, question: str, settings: Settings, supporter: Supporter) -> Writing | None:
    """What is written from the quotes of an answer; None where there is no answer. UsageError: no writer."""
    require_writer(settings)
    if answer.carried:  # "And Microsoft?" alone says nothing
        question = f"{question} ({', '.join(answer.carried)})"
    if not (quotes := quotes_of(answer)):
        return None
    gate = Gate(quotes, supporter)
    if plugin := plugins.find("writer", settings.writer) if settings.writer else None:

        def pieces() -> Iterator[str]:
            with plugin.told(EndpointError):
                with redirect_stdout(sys.stderr):  # what it prints is no part of the answer
                    writer: Writer = plugin.load(EndpointError)
                    written = iter(writer(question, quotes))
                while True:
                    with redirect_stdout(sys.stderr):
                        if (piece := next(written, None)) is None:
                            return
                    yield "" + piece  # anything else than text is told here

        return Writing(settings.writer, pieces(), len(quotes), gate)
    endpoint = endpoint_of(settings)
    return Writing(endpoint.host, Reply(endpoint, messages(question, quotes)), len(quotes), gate)


def split(pieces: Iterable[str]) -> Iterator[str]:
    """The sentences of a text that comes in pieces, each as soon as the next one begins.

    They come without Markdown and with the numbers of quotes that belong to them.
    """
    waiting = ""
    for piece in chain(pieces, [None]):
        waiting += piece or ""
        if piece is not None and (
            _OPEN.search(waiting) or waiting.count("<think>") > waiting.count("</think>")
        ):
            continue
        waiting = _THOUGHTS.sub("", waiting)
        waiting = _BEHIND.sub(lambda match: f" {match[2].strip()}{match[1]} ", waiting)
        spans = sentences(waiting)
        whole = spans if piece is None else spans[:-1]
        for start, end in whole:
            text = _APART.sub("", _MARKUP.sub("", waiting[start:end].strip()))
            if text := one_line(text):
                yield text
        if whole:
            waiting = waiting[whole[-1].end :]
