"""An extract: the sentences of an article that say most about it, word for word.

The first is the first sentence of the text: for news no other choice has been better for long (Nenkova,
"Automatic Text Summarization of Newswire", 2005). The others hold the most words that are particular to
the article (Lin and Hovy, "The Automated Acquisition of Topic Signatures for Text Summarization", 2000).
The words of a sentence that was taken count little for the next one (Nenkova and Vanderwende, "The Impact of
Frequency on Summarization", 2005).

Centrality by word vectors (LexRank) was tried first on the bundled articles. It takes short general
sentences, "Not everybody was convinced", which are like all others and say nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from index.lexicon.lexicon import Lexicon
from index.text.fold import name_key
from index.text.sentences import line_sentences, lines, width
from index.text.tokenizer import Tokenizer
from index.types import Article, Kind, Span
from qa.overview.keyness import keyness
from qa.overview.phrases import topical

#: Kinds of block whose sentences may be taken.
_KINDS = frozenset({Kind.PARAGRAPH, Kind.ITEM, Kind.QUOTATION})
#: Widths of a sentence (`index.text.sentences.width`), and how many sentences are compared.
_WIDTH, _COMPARED = range(36, 281), 300
#: A keyness that chance alone exceeds once in a thousand words (chi-square, one degree of freedom).
_PARTICULAR = 10.83
#: What a word that was said already counts.
_AGAIN = 0.2
#: The share of its words that a sentence may have in common with those that were taken.
_SAME = 0.7
#: How much longer sentences are favoured: the exponent of the number of words that their score is divided by.
_LENGTH = 0.7
_ENDS = re.compile(r"[。．.!！…][”’」』\"')）]*$")


def extract(article: Article, tokenizer: Tokenizer, lexicon: Lexicon, count: int = 3) -> tuple[Span, ...]:
    """Where up to ``count`` sentences stand that say most about an article, in reading order."""
    spans = list(_sentences(article))
    if len(spans) <= count:
        return tuple(spans)
    words = [list(filter(topical, tokenizer.words(article.text[slice(*span)]))) for span in spans]
    weights = _weights(words, lexicon)
    taken, told = [0], set(words[0])
    while len(taken) < count:
        for word in words[taken[-1]]:
            weights[word] *= _AGAIN
        worth = [sum(weights[word] for word in set(said)) / max(1, len(said)) ** _LENGTH for said in words]
        new = [at for at, said in enumerate(words) if len(told.intersection(said)) <= _SAME * len(set(said))]
        if not (left := set(new) - set(taken)):
            break
        taken.append(max(left, key=lambda at: (worth[at], -at)))
        told.update(words[taken[-1]])
    return tuple(spans[at] for at in sorted(taken))


def _weights(sentences: list[list[str]], lexicon: Lexicon) -> dict[str, float]:
    """The weight of each word: the root of its keyness, 0 for one that is not particular to the article."""
    counts = Counter(word for words in sentences for word in words)
    times = np.array(list(counts.values()))
    usual = np.array([lexicon.log_probability(word) for word in counts])
    scores = keyness(times, np.full(len(times), times.sum()), usual)
    weights = np.where(scores >= _PARTICULAR, np.sqrt(np.maximum(scores, 0)), 0.0)
    return dict(zip(counts, weights.tolist(), strict=True))


def _sentences(article: Article) -> Iterator[Span]:
    """The first sentences of running text that can be read alone."""
    title, found = name_key(article.title), 0
    for block in article.blocks:
        if block.kind not in _KINDS or found >= _COMPARED:
            continue
        start = block.start + block.marker
        text = article.text[start : block.end]
        for line in lines(text):
            for first, last in line_sentences(text, line):
                sentence = text[first:last]
                if width(sentence) in _WIDTH and _ENDS.search(sentence) and name_key(sentence) != title:
                    found += 1
                    yield Span(start + first, start + last)
