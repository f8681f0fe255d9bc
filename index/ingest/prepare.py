"""Makes of a parsed article what is stored of it: passages with their words and vectors. It stores nothing.

A `Recipe` does the same in another process: see `index.ingest.workers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from index.cleaning.structure import blocks_of
from index.errors import ReadError, YinjuError
from index.storage.store import NewPassage, blobs
from index.text.aliases import extract_aliases
from index.text.display import encodable
from index.text.passages import split_passages
from index.types import Alias, ParsedArticle

if TYPE_CHECKING:
    from index.lexicon.embedder import Embedder
    from index.text.tokenizer import Tokenizer


#: Passages embedded at a time; a slow model can be stopped between batches.
BATCH_SIZE = 128
#: What ends a run, whichever article it comes from: stopping, a damaged library, a bad model, a full disk.
ENDING = (YinjuError, MemoryError, OSError)


class PreparedArticle(NamedTuple):
    """An article with its passages. Unless ``worded``, these have neither words nor vectors yet."""

    parsed: ParsedArticle
    passages: list[NewPassage]
    aliases: Sequence[Alias]
    worded: bool = False


def cut(parsed: ParsedArticle) -> PreparedArticle:
    """Finds the blocks and passages of an article. ReadError: it has no text, or no valid one."""
    if not encodable(parsed.text + parsed.title):
        raise ReadError("it holds characters that are no text (lone surrogates)")
    text, blocks = parsed.text, parsed.blocks or blocks_of(parsed.text)
    passages = [
        NewPassage(start, end, heading, "", text[start:end], "", b"", lead, aside)
        for start, end, heading, aside, lead in split_passages(text, blocks)
    ]
    if not passages:
        raise ReadError("it holds no text")
    return PreparedArticle(replace(parsed, blocks=blocks), passages, extract_aliases(text, parsed.title))


def with_words(
    title: str, passages: Sequence[NewPassage], tokenizer: Tokenizer, check: Callable[[], object] = bool
) -> list[NewPassage]:
    """The passages of an article with their words. ``check`` is called for each; what it raises ends it."""
    words = tokenizer.words
    said = words(title)
    contexts: dict[str, str] = {}
    made = []
    for passage in passages:
        check()
        above = f"{passage.heading}\n{passage.lead}" if passage.lead else passage.heading
        if above not in contexts:
            contexts[above] = " ".join(said + words(above))
        made.append(passage._replace(context=contexts[above], words=" ".join(words(passage.text))))
    return made


def vectors(embedder: Embedder, passages: Sequence[tuple[str, NewPassage]]) -> list[bytes]:
    """Passage vectors as they are stored. Each passage comes with its article's title.

    What is aside from the article is found by its words alone: its vector is nought.
    """
    if not passages:
        return []
    texts = ["\n".join(filter(None, (title, p.heading, p.lead, p.text))) for title, p in passages]
    words = [p.all_words() for _, p in passages]
    made = embedder.embed_passages(texts, words)
    made[[place for place, (_, passage) in enumerate(passages) if passage.aside]] = 0
    return blobs(made)


# In another process


class Recipe(NamedTuple):
    """How words and vectors are made where the models of a library are not at hand.

    Words are cut by the bundled lexicon and the runs that are ``taught`` (`tokenizer.taught_runs`). Vectors
    are made of it too, if the library ``embeds`` with it.
    """

    taught: frozenset[str]
    embeds: bool

    def finished(self, title: str, passages: Sequence[NewPassage]) -> list[NewPassage]:
        """The passages with their words, and with their vectors if it ``embeds``."""
        worded = with_words(title, passages, _tokenizer(self.taught))
        if not self.embeds:
            return worded
        made: list[bytes] = []
        for first in range(0, len(worded), BATCH_SIZE):
            made += vectors(_embedder(), [(title, each) for each in worded[first : first + BATCH_SIZE]])
        return [passage._replace(vector=vector) for passage, vector in zip(worded, made, strict=True)]


def prepare(read: Callable[[], ParsedArticle], recipe: Recipe, most: int) -> PreparedArticle:
    """The article that ``read`` reads. If it has more than ``most`` passages, it is cut and no more."""
    article = cut(read())
    if len(article.passages) > most:
        return article
    passages = recipe.finished(article.parsed.title, article.passages)
    return article._replace(passages=passages, worded=True)


@cache
def _tokenizer(taught: frozenset[str]) -> Tokenizer:
    from index.lexicon.lexicon import bundled_tokenizer

    return bundled_tokenizer().with_words(taught)


@cache
def _embedder() -> Embedder:
    from index.lexicon.lexicon import LexiconEmbedder, bundled_lexicon

    return LexiconEmbedder(bundled_lexicon())
