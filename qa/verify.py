"""Checks citations again: does each quote still stand where it was cited?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from index.errors import LibraryError, UsageError
from index.library import Library
from index.text.display import cells, one_line
from index.types import ArticleInfo, PinnedQuote, Span
from qa.bundled import open_bundled
from qa.i18n import N_, _, ngettext
from qa.output.serialization import loads
from qa.output.terminal import Terminal
from qa.types import Citation

#: Where a quote stands now: as cited, elsewhere in its article, nowhere in it; or the article is gone.
STATES = {"right": N_("right"), "moved": N_("moved"), "changed": N_("changed"), "gone": N_("gone")}


@dataclass(frozen=True, slots=True)
class Claim:
    """A citation as it was made: ``quote`` stands at ``start:end`` of the article."""

    question: str
    number: int
    article: int
    title: str
    path: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of a claim, one of `STATES`.

    ``found`` is where a quote stands now that has moved, or that `find_quote` found. ``article`` is the
    article as it is now, None if it is gone.
    """

    claim: Claim
    state: str
    found: Span | None = None
    article: ArticleInfo | None = None

    @property
    def quote(self) -> str:
        """The text of the claim."""
        return self.claim.quote

    def to_json(self) -> dict[str, Any]:
        data = {"state": self.state, **asdict(self.claim)}
        return data | ({"found": {"start": self.found.start, "end": self.found.end}} if self.found else {})


def check(claims: Iterable[Claim], library: Library) -> Iterator[Verdict]:
    """Compare every claim with the articles as they are now, found by path, else by id and title."""
    by_path: dict[str, ArticleInfo] = {}
    by_name: dict[tuple[int, str], ArticleInfo] = {}
    for info in library.articles():
        by_path[info.path] = by_name[info.id, info.title] = info

    @lru_cache(maxsize=32)
    def text_of(article: int) -> str:
        return library.article(article).text

    for claim in claims:
        found = by_path.get(claim.path) or by_name.get((claim.article, claim.title))
        yield _judge(claim, found, text_of(found.id)) if found else Verdict(claim, "gone")


def _judge(claim: Claim, article: ArticleInfo, text: str) -> Verdict:
    start, end = claim.start, claim.end
    if start >= 0 and end - start == len(claim.quote) and text[start:end] == claim.quote:
        return Verdict(claim, "right", article=article)
    if not claim.quote or claim.quote not in text:
        return Verdict(claim, "changed", article=article)
    # If the quote stands in several places, take the one nearest to where it stood.
    after = text.find(claim.quote, max(0, start))
    before = text.rfind(claim.quote, 0, max(0, start) + len(claim.quote))
    at = min((place for place in (before, after) if place >= 0), key=lambda place: abs(place - start))
    return Verdict(claim, "moved", Span(at, at + len(claim.quote)), article)


def cited(citation: Citation, question: str = "") -> Claim:
    """A citation as it was made for a question."""
    about = citation.article
    place = citation.start, citation.end, citation.quote
    return Claim(question, citation.number, about.id, about.title, about.path, *place)


def find_quote(quote: str, library: Library, likely: Iterable[int] = ()) -> Verdict:
    """Looks in all articles for a quote of which no place is known, whatever spaces and line breaks it has.

    It is "right", with the article and ``found``, or "gone". The articles with the ids ``likely`` are read
    first. UsageError: the quote has no letter or digit.
    """
    wanted = "".join(quote.split())
    if not any(map(str.isalnum, wanted)):
        raise UsageError("the quote {quote!r} has no words", quote=quote)
    infos = {info.id: info for info in library.articles()}
    for article in dict.fromkeys([*likely, *infos]):
        with suppress(UsageError):  # it has just been removed
            text = library.article(article).text
            if (at := "".join(text.split()).find(wanted)) >= 0:
                places = [place for place, character in enumerate(text) if not character.isspace()]
                found = Span(places[at], places[at + len(wanted) - 1] + 1)
                about = infos[article]
                return Verdict(
                    Claim("", 0, article, about.title, about.path, *found, quote), "right", found, about
                )
    return Verdict(Claim("", 0, 0, "", "", 0, 0, quote), "gone")


def claim_of(pinned: PinnedQuote, number: int) -> Claim:
    """A pinned quote as a citation; it answers no question."""
    about = pinned.article
    place = pinned.start, pinned.end, pinned.quote
    return Claim("", number, about.id, about.title, about.path, *place)


def check_history(history: Path, library: Library | None) -> Iterator[Verdict]:
    """Check the citations of the conversations in the file ``history``, and the pinned quotes.

    Each is checked against the library that it was taken from; if ``library`` is given, all against that
    one. The citations of a library that no longer exists are "gone". Raises LibraryError if the file or a
    library is damaged.
    """
    if not history.exists():
        return
    from index.history import History

    with History(history) as kept:
        if kept.set_aside:
            raise LibraryError(
                "the history was damaged, and is now {path}", "a new one was begun", path=kept.set_aside
            )
        asked: dict[str, list[Claim]] = {}
        for conversation in kept.conversations():
            claims = asked.setdefault("" if library else conversation.library, [])
            for turn in kept.turns(conversation.id):
                claims += _claims(turn.question, loads(turn.answer).to_json()["citations"])
        for place in kept.libraries_with_pins():
            claims = asked.setdefault("" if library else place, [])
            claims += [claim_of(pinned, n) for n, pinned in enumerate(kept.pinned(place), start=1)]
    for place, claims in asked.items():
        if library:
            yield from check(claims, library)
        elif place and not Library.exists(Path(place)):
            yield from (Verdict(claim, "gone") for claim in claims)
        else:
            with Library.open(Path(place)) if place else open_bundled() as opened:
                yield from check(claims, opened)


def read_claims(text: str, name: str) -> list[Claim]:
    """The citations of what ``qa ask --json`` printed. Raises UsageError if ``text`` holds anything else."""
    claims: list[Claim] = []
    for data in _objects(text, name):
        # A line of a batch that could not be asked has an error in place of an answer.
        if isinstance(data, dict) and "citations" in data:
            claims += _claims(data.get("question"), data["citations"], name)
        elif not (isinstance(data, dict) and "error" in data):
            raise _no_answers(name)
    return claims


def _objects(text: str, name: str) -> Iterator[Any]:
    """The JSON values in ``text``, each on one line or on several."""
    decoder = json.JSONDecoder()
    at = 0
    while (at := _skipped(text, at)) < len(text):
        try:
            data, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise _no_answers(name) from error
        yield data


def _skipped(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n\ufeff":
        at += 1
    return at


def _claims(question: Any, citations: Any, name: str = "") -> list[Claim]:
    """Raises UsageError unless the question is text and the citations are objects of the right types."""
    try:
        rows = msgspec.convert(citations, list[dict[str, Any]])
        return msgspec.convert([row | {"question": question} for row in rows], list[Claim])
    except (msgspec.ValidationError, UnicodeEncodeError) as error:  # half a surrogate pair in a key
        raise _no_answers(name) from error


def _no_answers(name: str) -> UsageError:
    return UsageError(
        "{name} holds something else than answers", "qa ask --json prints what can be checked", name=name
    )


def to_json(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The object of ``qa verify --json``: the count of each state, and the citations that are not right."""
    counts = Counter(verdict.state for verdict in verdicts)
    return {
        "checked": len(verdicts),
        **{state: counts[state] for state in STATES},
        "problems": [verdict.to_json() for verdict in verdicts if verdict.state != "right"],
    }


def text(verdicts: Sequence[Verdict], terminal: Terminal) -> str:
    """How many citations are in each state, then a line for each that is not right."""
    counts = Counter(verdict.state for verdict in verdicts)
    checked = ngettext("{count} citation", "{count} citations", len(verdicts)).format(
        count=f"{len(verdicts):,}"
    )
    states = _(", ").join(f"{counts[state]:,} {_(STATES[state])}" for state in STATES)
    lines = [_("{checked}: {states}").format(checked=checked, states=states)]
    lines += [_line(verdict) for verdict in verdicts if verdict.state != "right"]
    return "\n".join(map(terminal.crop, lines))


def _line(verdict: Verdict) -> str:
    claim = verdict.claim
    to = f" → {verdict.found.start}–{verdict.found.end}" if verdict.found else ""
    place = f"{one_line(claim.title)}  {one_line(claim.path)}  {claim.start}–{claim.end}{to}"
    state = _(STATES[verdict.state])
    return f"{state}{' ' * (8 - cells(state))} {place}  {one_line(claim.quote)}"
