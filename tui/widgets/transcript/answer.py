"""An answer: quoted sentences with their citations, or what was found short of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.selection import Selection
from textual.style import Style
from textual.widget import Widget

from index.text.display import crop, one_line
from index.text.language import detect
from index.types import ArticleInfo
from qa.i18n import N_, _, ngettext
from qa.output.addresses import name_of
from qa.output.parts import best_coverage, byline, percent, quotations
from qa.output.quotes import Quotation
from qa.output.terminal import NEAREST
from qa.types import Answer, Citation
from tui.rendering.formats import lead, marked, meter, more, points_of, shown, unanswered_part
from tui.rendering.prose import Prose, ProseView
from tui.rendering.quote import QuoteProse
from tui.widgets.common.base import mark
from tui.widgets.common.link import Followed, Link, Linked, link
from tui.widgets.transcript.citation import CitationRow, Copies, chip, rows_of
from tui.widgets.transcript.fold import Fold
from tui.widgets.transcript.foot import Confidence, Figures, Foot
from tui.widgets.transcript.peek import Hovering

#: Seconds for which the matched words of an answer that arrives are lit up.
_INSTANT = 0.6
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


class QuoteView(Linked, ProseView, Hovering):
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
        label = Content.assemble(link(chip(number), self.get_visual_style("quote--number"), "cite", number))
        gloss = link(_("gloss"), self.get_visual_style("quote--gloss"), "explain", number)
        tail = Content.assemble("  ", gloss) if self.foreign else None
        return QuoteProse(content, label, self.quoted, self.get_visual_style("quote--context"), tail)

    def cited(self, number: int) -> Citation:
        return self.citation

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The quote alone, without its context and the link to glosses."""
        context, quote = self.text[: self.quoted.quote], self.text[self.quoted.quote :]
        return selection.extract("\n" * context.count("\n") + quote).lstrip("\n"), "\n"


class Differing(Linked, ProseView):
    """The quantities in which the sources differ, with their citation numbers.

    It is in the language of the interface, as everything around the quotes. `qa.output.terminal` uses that
    of the question, because it knows no other.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"numbers--link", "numbers--differ"}

    def __init__(self, numbered: Sequence[tuple[str, Citation]]) -> None:
        super().__init__(classes="differing")
        self.numbered = numbered

    def build(self) -> Prose:
        titles = [one_line(citation.hit.article.title) for _figure, citation in self.numbered]
        parts: list[str | tuple[str, Style]] = [lead(_("Sources differ:"))]
        for at, (figure, citation) in enumerate(self.numbered):
            parts += [" · " if at else "", f"{one_line(figure)} "]
            style = self.get_visual_style("numbers--link")
            parts.append(link(f"[{citation.number}]", style, "differ", citation.number))
            if titles.count(titles[at]) > 1:
                parts.append(" " + name_of(citation.hit.article.path))
        return Prose(
            Content.assemble(*parts), Content.styled(" ≠ ", self.get_visual_style("numbers--differ"))
        )


class Said(ProseView):
    """A line beside the quotes, in the language of the interface: ``say`` makes it."""

    def __init__(self, say: Callable[[], str]) -> None:
        super().__init__(classes="said")
        self.say = say

    def build(self) -> Prose:
        return Prose(Content(self.say()), Content("   "))


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
        if best := best_coverage(answer):
            text = _("The closest passage covers {meter} {share} of the question.")
            lines.append(Content(text.format(meter=meter(best), share=percent(best))))
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
    class ComparisonAsked(Message):
        """The sources that differ should be shown, that of citation ``number`` first."""

        view: AnswerView
        number: int

    @dataclass
    class PinAsked(Message):
        """The quote of a citation should be pinned to the sheet, or taken off."""

        view: AnswerView
        citation: Citation

    @dataclass
    class FiltersRefused(Message):
        """The question should be asked of all articles."""

        view: AnswerView

    def __init__(self, answer: Answer, *, arriving: bool = False) -> None:
        """``arriving``: the matched words light up for an instant."""
        super().__init__(classes=f"-{answer.verdict}")
        if not answer.answered:
            answer = replace(answer, citations=answer.citations[:NEAREST])
        self.answer = answer
        self._arriving = arriving

    @property
    def rows(self) -> list[CitationRow]:
        """The rows of the cited articles, in order."""
        return list(self.query(CitationRow))

    def row_of(self, number: int) -> CitationRow | None:
        """The row of a citation, which it chooses; None if there is none of this number."""
        for row in self.rows:
            if number in [citation.number for citation in row.citations]:
                row.choose(number)
                return row
        return None

    def reveal(self, number: int) -> None:
        """Unfold the quote or the row of a citation."""
        shown = [*(view for view in self.query(QuoteView) if view.citation.number == number)]
        row = self.row_of(number)
        for widget in [*shown, *([row] if row is not None else [])]:
            for fold in (node for node in widget.ancestors if isinstance(node, Fold)):
                fold.is_open = True

    def toggle(self) -> None:
        """Show or hide what is folded."""
        for fold in self.query(Fold):
            fold.toggle()

    def compose(self) -> ComposeResult:
        answer = self.answer
        if answer.follow_up == "source":
            yield from (Source(about) for about, _citations in answer.sources)
        elif not answer.answered:
            yield Nothing(answer)
        if answer.verdict == "none":
            if answer.citations:
                yield Fold(partial(_nearest, len(answer.citations)), *self._passages())
        else:
            if answer.follow_up != "source":
                yield from self._quotes()
            with Vertical(classes="citations"):
                yield from self._sources()
        with Foot():
            yield from self._links()

    def _quotes(self) -> Iterator[Widget]:
        """What answers, then what differs and what is lacking; the other quotes are folded."""
        answer = self.answer
        if any(answer.gathered):
            yield Said(partial(points_of, *answer.gathered))
        chinese = detect(answer.question).startswith("zh")
        shown: list[Widget] = []
        views: list[QuoteView] = []
        needed = max(1, answer.needed)
        for quoted, citation in quotations(answer):
            language = citation.hit.article.language
            foreign = language != "und" and language.startswith("zh") != chinese
            view = QuoteView(quoted, citation, foreign)
            apart = bool(views) and views[-1].quoted.apart
            marks = {"-apart": apart or quoted.apart, "-best": len(views) < needed}
            view.update_classes(marks, update=False)
            views.append(view)
            if len(views) == needed + 1:
                yield from shown
                shown.clear()
            shown.append(view)
            if citation.more:
                shown.append(Said(partial(more, citation.more)))
        if len(views) > needed:
            yield Fold(partial(_more_quotes, len(views) - needed), *shown)
        else:
            yield from shown
        if answer.answered and answer.lacks:
            yield Said(partial(unanswered_part, answer.lacks))
        if answer.disagreement:
            cited = {citation.number: citation for citation in answer.citations}
            yield Differing([(f.text, cited[f.citation]) for f in answer.disagreement])

    def _passages(self) -> Iterator[Widget]:
        """The nearest passages of a question without an answer."""
        for citation in self.answer.citations:
            yield CitationRow([citation])
            if citation.also:
                yield Copies(citation)
            yield ProseView(crop(one_line(citation.quote), _NEAREST), classes="nearest")

    def _sources(self) -> Iterator[Widget]:
        """A line for each article."""
        for row in rows_of(self.answer.citations, {s.citation for s in self.answer.sentences}):
            yield row
            yield from (Copies(citation) for citation in row.citations if citation.also)

    def _links(self) -> Iterator[Widget]:
        answer = self.answer
        if answer.answered and not answer.follow_up:
            yield Confidence(answer.confidence)
            yield Figures(answer)
        if not answer.follow_up:  # where nothing was estimated, there is nothing to explain
            if not answer.answered and answer.filters:
                yield Link(lambda: _("Ask without the filters"), "unfilter")
            yield Link(lambda: _("Why"), "explain", key="evidence.toggle")
        if answer.verdict != "none":
            yield Link(lambda: _("Copy"), "copy", key="answer.copy")

    def on_mount(self) -> None:
        if self._arriving and self.app.animation_level == "full":
            self._light_up(True)
            self.set_timer(_INSTANT, partial(self._light_up, False))

    def _light_up(self, on: bool) -> None:
        for view in self.query(QuoteView):
            mark(view, "-arriving", on, view)

    @on(Followed)
    def _followed(self, message: Followed) -> None:
        message.stop()
        row = self.row_of(message.number)
        if message.name == "explain":
            self.post_message(self.ExplanationAsked(self, row))
        elif message.name == "copy":
            self.post_message(self.CopyAsked(self))
        elif message.name == "differ":
            self.post_message(self.ComparisonAsked(self, message.number))
        elif message.name == "pin" and row is not None:
            self.post_message(self.PinAsked(self, row.citation))
        elif message.name == "unfilter":
            self.post_message(self.FiltersRefused(self))
        elif row is not None:
            self.post_message(CitationRow.Opened(row))


def _more_quotes(count: int) -> str:
    return ngettext("{count} more", "{count} more", count).format(count=count)


def _nearest(count: int) -> str:
    return ngettext("{count} nearest passage", "{count} nearest passages", count).format(count=count)
