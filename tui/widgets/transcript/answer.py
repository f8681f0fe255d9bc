"""An answer: quoted sentences with their citations, or what was found short of an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.selection import Selection
from textual.style import Style
from textual.widgets import Static

from index.text.display import crop, one_line
from index.text.language import detect
from index.types import ArticleInfo
from qa.i18n import N_, _
from qa.output.parts import byline, quotations
from qa.output.quotes import Quotation
from qa.output.terminal import NEAREST
from qa.types import Answer, Citation
from tui.rendering.formats import lead, marked, meter, more, points_of, shown, unanswered_part
from tui.rendering.prose import Prose, ProseView
from tui.rendering.quote import QuoteProse
from tui.widgets.common.base import TranslatedOnMount
from tui.widgets.common.link import Followed, Link, Linked, link
from tui.widgets.transcript.citation import CitationRow, Copies

#: From these confidences on an answer is called sure or likely.
_SURE, _LIKELY = 0.85, 0.65
#: No answer is called more certain than this.
_MOST = 0.99
#: Cells of a passage that is near, yet no answer: two lines or three.
_NEAREST = 150
#: What is said of articles that touch on a question, by the type of answer that they lack.
_LACKED = {
    "": N_("This touches on it, but does not answer it."),
    "money": N_("This touches on it, but nothing here says how much money."),
    "date": N_("This touches on it, but nothing here says when."),
    "duration": N_("This touches on it, but nothing here says how long."),
    "number": N_("This touches on it, but nothing here says how many or how much."),
    "percent": N_("This touches on it, but nothing here says what percentage."),
    "age": N_("This touches on it, but nothing here says how old."),
    "temperature": N_("This touches on it, but nothing here says how warm or cold."),
    "person": N_("This touches on it, but nothing here says who."),
    "place": N_("This touches on it, but nothing here says where."),
    "organisation": N_("This touches on it, but nothing here says which organisation."),
    "colour": N_("This touches on it, but nothing here says which colour."),
    "reason": N_("This touches on it, but nothing here says why."),
    "manner": N_("This touches on it, but nothing here says how."),
}


class QuoteView(Linked, ProseView):
    """A quotation with its number, which opens the source; a ``foreign`` one has a link to glosses."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *("quote--number", "quote--gloss", "quote--same", "quote--related", "quote--context")
    }

    def __init__(self, quoted: Quotation, citation: Citation, foreign: bool) -> None:
        super().__init__(shown(quoted.text), classes="quote")
        self.quoted = quoted
        self.citation = citation
        self.foreign = foreign

    def build(self) -> QuoteProse:
        citation, number = self.citation, self.citation.number
        same, related = self.get_visual_style("quote--same"), self.get_visual_style("quote--related")
        matches = [match for match in citation.hit.matches if match.start >= citation.start]
        content = marked(Content(self.text), matches, citation.start - self.quoted.quote, same, related)
        label = Content.assemble(link(f"{number:^3}", self.get_visual_style("quote--number"), "cite", number))
        gloss = link(_("gloss"), self.get_visual_style("quote--gloss"), "explain", number)
        tail = Content.assemble("  ", gloss) if self.foreign else None
        return QuoteProse(content, label, self.quoted, self.get_visual_style("quote--context"), tail)

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The quote alone, without its context and the link to glosses."""
        context, quote = self.text[: self.quoted.quote], self.text[self.quoted.quote :]
        return selection.extract("\n" * context.count("\n") + quote).lstrip("\n"), "\n"


class Numbers(Linked, ProseView):
    """A line with citation numbers: the figures that differ, or the other articles that say the same.

    It is in the language of the interface, as everything around the quotes. `qa.output.terminal` uses that
    of the question, because it knows no other.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"numbers--link", "numbers--differ"}

    def __init__(self, numbered: Sequence[tuple[str, int]], *, classes: str) -> None:
        super().__init__(classes=classes)
        self.numbered = numbered

    def build(self) -> Prose:
        differ = self.has_class("differing")
        parts: list[str | tuple[str, Style]] = [lead(_("Sources differ:") if differ else _("Also in"))]
        for at, (figure, number) in enumerate(self.numbered):
            parts += [" · " if figure and at else " " if at else "", f"{one_line(figure)} " if figure else ""]
            parts.append(link(f"[{number}]", self.get_visual_style("numbers--link"), "cite", number))
        label = Content.styled(" ≠ ", self.get_visual_style("numbers--differ")) if differ else Content("   ")
        return Prose(Content.assemble(*parts), label)


class Said(ProseView):
    """A line beside the quotes, in the language of the interface: ``say`` makes it."""

    def __init__(self, say: Callable[[], str]) -> None:
        super().__init__(classes="said")
        self.say = say

    def build(self) -> Prose:
        return Prose(Content(self.say()), Content("   "))


class Confidence(TranslatedOnMount, Static):
    """How sure the answer is: a meter, a word and, as a tooltip, what they mean."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"confidence--meter"}

    def __init__(self, confidence: float) -> None:
        super().__init__(markup=False, classes="" if confidence >= _LIKELY else "-unsure")
        self.confidence = confidence

    def translate(self) -> None:
        text = _(
            "How likely the quoted text is to answer the question: {share} in 100, as judged on sets of "
            "questions."
        )
        self.tooltip = Content(text.format(share=round(min(self.confidence, _MOST) * 100)))

    def render(self) -> Content:
        sure, likely = self.confidence >= _SURE, self.confidence >= _LIKELY
        word = _("sure") if sure else _("likely") if likely else _("unsure")
        bar = Content.styled(meter(self.confidence), self.get_visual_style("confidence--meter"))
        share = min(self.confidence, _MOST)
        return Content.assemble(bar, f" {word} {share:.0%}")


class Nothing(ProseView):
    """Says that the articles hold no answer, which words they lack, and what to try; or what is missing."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"nothing--verdict"}

    def __init__(self, answer: Answer) -> None:
        super().__init__(classes="nothing")
        self.answer = answer

    def build(self) -> Prose:
        answer = self.answer
        if answer.follow_up and not answer.related:
            text = _("Nothing follows: what was quoted is read to its end.")
            return Prose(Content.styled(text, self.get_visual_style("nothing--verdict")))
        best = max((hit.coverage for hit in answer.hits), default=0.0)
        if answer.related:
            known = _LACKED.get(answer.lacks, _LACKED[""])
            verdict = _(known)
        elif answer.filters:
            verdict = _("No answer in the filtered articles")
        else:
            verdict = _("No answer in these articles")
        lines = [Content.styled(verdict, self.get_visual_style("nothing--verdict"))]
        if answer.missing:
            missing = _(", ").join(map(one_line, answer.missing))
            lines.append(Content(_("Not found anywhere: {words}").format(words=missing)))
        if answer.related:
            return Prose(Content("\n").join([*lines, Content(_("Nearest:"))]))
        if answer.citations:
            text = _("The closest passage covers {meter} {share} of the question.")
            lines.append(Content(text.format(meter=meter(best), share=f"{best:.0%}")))
        lines.append(Content(_("Try other words, fewer words, or name the person or thing you mean.")))
        return Prose(Content("\n").join(lines))


class Source(ProseView):
    """The title of a cited article, and what else is known of it."""

    def __init__(self, about: ArticleInfo) -> None:
        super().__init__(classes="about")
        self.about = about

    def build(self) -> Prose:
        title = Content(one_line(self.about.title)).stylize("bold")
        known = " · ".join(byline(self.about)) or _("It names neither author, source nor date.")
        return Prose(Content("\n").join([title, Content(known)]))


class AnswerView(Vertical):
    @dataclass
    class ExplanationAsked(Message):
        """The evidence should be shown, for the citation in ``row`` or for the whole answer."""

        view: AnswerView
        row: CitationRow | None = None

    @dataclass
    class CopyAsked(Message):
        """The answer should be copied."""

        view: AnswerView

    @dataclass
    class FiltersRefused(Message):
        """The question should be asked of all articles."""

        view: AnswerView

    def __init__(self, answer: Answer) -> None:
        super().__init__(classes=f"-{answer.verdict}")
        if not answer.answered:
            answer = replace(answer, citations=answer.citations[:NEAREST])
        self.answer = answer

    @property
    def rows(self) -> list[CitationRow]:
        """The rows of its citations, in order."""
        return list(self.query(CitationRow))

    def compose(self) -> ComposeResult:
        answer, none = self.answer, self.answer.verdict == "none"
        chinese = detect(answer.question).startswith("zh")
        if answer.follow_up == "source":
            yield from (Source(about) for about, _citations in answer.sources)
        elif not answer.answered:
            yield Nothing(answer)
        if not none and answer.follow_up != "source":
            if any(answer.gathered):
                yield Said(partial(points_of, *answer.gathered))
            apart = False
            for quoted, citation in quotations(answer):
                language = citation.hit.article.language
                foreign = language != "und" and language.startswith("zh") != chinese
                yield QuoteView(quoted, citation, foreign).set_class(apart or quoted.apart, "-apart")
                apart = quoted.apart
                if citation.more:
                    yield Said(partial(more, citation.more))
        if answer.answered and answer.lacks:
            yield Said(partial(unanswered_part, answer.lacks))
        if answer.disagreement:
            yield Numbers([(f.text, f.citation) for f in answer.disagreement], classes="differing")
        with Vertical(classes="citations"):
            before = None
            for citation in answer.citations:
                about = citation.hit.article.id
                yield CitationRow(citation, again=about == before and not none)
                if citation.also:
                    yield Copies(citation)
                before = about
                if none:
                    yield ProseView(crop(one_line(citation.quote), _NEAREST), classes="nearest")
        if answer.supports:
            yield Numbers([("", number) for number in answer.supports], classes="also")
        with Horizontal(classes="foot"):
            if answer.follow_up:
                pass  # nothing was estimated
            elif answer.answered:
                yield Confidence(answer.confidence)
                yield Link(lambda: _("Why this answer"), "explain", key="evidence.toggle")
            else:
                if answer.filters:
                    yield Link(lambda: _("Ask without the filters"), "unfilter")
                yield Link(lambda: _("Why no answer"), "explain", key="evidence.toggle")
            if not none:
                yield Link(lambda: _("Copy"), "copy", key="answer.copy")

    @on(Followed)
    def _followed(self, message: Followed) -> None:
        message.stop()
        row = self.rows[message.number - 1] if 0 < message.number <= len(self.rows) else None
        if message.name == "explain":
            self.post_message(self.ExplanationAsked(self, row))
        elif message.name == "copy":
            self.post_message(self.CopyAsked(self))
        elif message.name == "unfilter":
            self.post_message(self.FiltersRefused(self))
        elif row is not None:
            self.post_message(CitationRow.Opened(row))
