"""What tells that a quote should be pinned to the sheet of its library, or taken off."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from index.types import ArticleInfo, Span
from qa.types import Citation
from tui.state.workspace import Workspace


@dataclass
class PinWanted(Message):
    """The reader wants ``quote``, which stands at ``span`` of an article, on the sheet or off it."""

    workspace: Workspace
    article: ArticleInfo
    span: Span
    quote: str
    page: int | None = None

    @classmethod
    def of(cls, citation: Citation, workspace: Workspace) -> PinWanted:
        """The quote of a citation, taken from the library of ``workspace``."""
        span = Span(citation.start, citation.end)
        return cls(workspace, citation.hit.article, span, citation.quote, citation.page)
