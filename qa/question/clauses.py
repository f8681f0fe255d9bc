"""The clauses of a question: what each of its words matches, and what each of that counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qa import tuning
from qa.question.query import Clause, QueryWord, Synonym
from qa.question.vocabulary import Frequencies, Vocabulary


def clause_of(word: QueryWord, neighbours: Mapping[int, Sequence[tuple[str, float]]]) -> Clause:
    """The word itself with its full weight, and its neighbours with weight × cosine²."""
    near = neighbours.get(word.row, []) if word.row is not None else []
    similar = ((other, word.weight * cosine**tuning.SIMILARITY_POWER) for other, cosine in near)
    return ((word.word, word.weight), *(pair for pair in similar if pair[0] != word.word))


def expand(
    clauses: list[Clause],
    words: Sequence[QueryWord],
    synonyms: Iterable[Synonym],
    frequencies: Frequencies,
) -> None:
    """Add the synonyms that the library has to the alternatives of their words."""
    for start, end, other, similarity, *_ in synonyms:
        if all(word in frequencies for word in other):
            name = " ".join(other)
            for i in range(start, end):
                weight = words[i].weight * similarity**tuning.SIMILARITY_POWER
                if clauses[i][0][0] != name:
                    clauses[i] = (*clauses[i], (name, weight))


def translated(clause: Clause) -> float:
    """The share of the word's weight that its best translation counts."""
    (word, weight), *others = clause
    best = max((counts for other, counts in others if other.isascii() != word.isascii()), default=0.0)
    return best / weight if weight > 0 else 1.0


def weighed(clause: Clause, vocabulary: Vocabulary) -> Clause:
    """The clause with its alternatives weighed for a large library.

    There some passages in the language of the question meet its words by chance, and exactly. So synonyms
    count no more than their own importance, and all translations are raised until the best of them counts
    `tuning.BEST_TRANSLATION` of the word: both in part, by how crowded the library is.
    """
    (word, weight), *others = clause
    latin = word.isascii()
    best = max((counts for other, counts in others if other.isascii() != latin), default=0.0)
    if weight <= 0:
        return clause
    share = vocabulary.crowding
    raised = max(1.0, tuning.BEST_TRANSLATION * weight / best) ** share if best else 1.0
    found = [clause[0]]
    for other, counts in others:
        if other.isascii() != latin:
            found.append((other, counts * raised))
            continue
        importance = max(map(vocabulary.importance, other.split()))
        found.append((other, counts * (importance / weight) ** share if importance < weight else counts))
    return tuple(found)
