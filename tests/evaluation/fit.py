"""Fits the trained numbers of ``qa/tuning.py`` on question sets: ``make weights DATA=FOLDER``.

``SENTENCE_WEIGHTS``: a softmax over the sentences that are read for a question, right where they contain
an answer (listwise: Cao et al., "Learning to Rank", 2007). Language pairs share weights and add their own
differences, both drawn towards zero. ``CONFIDENCE_WEIGHTS``: logistic regression of questions that the
articles answer against those of other sets. Printed are figures on questions that were not fitted on, with
tuning.py's own beside them, and the dictionaries. What is read, and its order, comes of the present
weights, so after ``--write`` another run may move them a little; the confidence follows the sentences.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
from evaluate import ROOT, find_sets
from fit_data import Asked, Documents, with_answers, with_strangers
from numpy.typing import NDArray

from index.library import Library
from index.text.display import printable
from index.text.fold import fold_text
from index.text.language import detect
from index.types import ParsedArticle
from qa import tuning
from qa.answering import confidence
from qa.answering.reranking import rerank
from qa.answering.scoring import language_pair, score_sentences
from qa.evaluation.dataset import Question, read_dataset, sample
from qa.evaluation.metrics import auroc
from qa.retrieval.retriever import Retriever

Array = NDArray[np.float64]
Weights = Mapping[str, Mapping[str, float]]
#: Returns loss and gradient at a point.
Objective = Callable[[Array], tuple[float, Array]]

PAIRS = ("zh", "en", "cross")
FOLDS = 3
#: Sentences kept of a question, the best by the present weights.
SENTENCES = 32
#: Penalties of the squared common weights and of each pair's squared differences from them.
COMMON, DIFFERENCE = 5e-4, 1e-3
#: Penalty of the squared confidence weights, for standardised features, beside the summed losses.
CONFIDENCE = 1 / 0.3


class Judged(NamedTuple):
    """A question's sentences: float32 [sentences, features], language pairs, whether each has an answer."""

    name: str
    fold: int
    features: NDArray[np.float32]
    pairs: NDArray[np.int8]
    right: NDArray[np.bool_]


class Trial(NamedTuple):
    """A question's features, see ``confidence``; whether the articles answer it, and are a whole set."""

    pair: str
    fold: int
    features: tuple[float, ...]
    known: bool
    whole: bool


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the weights of qa/tuning.py on question sets.")
    parser.add_argument("data", type=Path, help="folder of question sets")
    parser.add_argument(
        "--also",
        action="append",
        default=[],
        type=Path,
        metavar="SET",
        help="a set for the sentence weights alone, as large training sets are",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="draw at most N questions for each library")
    parser.add_argument("--only", choices=("sentences", "confidence"), help="fit these weights alone")
    parser.add_argument("--write", action="store_true", help="put the dictionaries into qa/tuning.py")
    options = parser.parse_args()
    for folder in (options.data, *options.also):
        if not folder.is_dir():
            parser.error(f"{folder} is no folder")
    sets = find_sets(options.data.resolve())
    if not sets:
        sys.exit(f"{options.data} holds no question set: folders with corpus, queries and qrels")
    fitted: dict[str, Weights] = {}
    if options.only != "confidence":
        more = {folder.resolve(): read_dataset(folder) for folder in options.also}
        judged = list(judge(with_answers({**sets, **more}), options.limit))
        if len({one.fold for one in judged if one.right.any()}) < FOLDS:
            sys.exit("too few questions with known answers to fit sentence weights on")
        report_sentences(judged)
        fitted["SENTENCE_WEIGHTS"] = named(fit_sentences(judged), tuning.SENTENCE_WEIGHTS)
    if options.only != "sentences":
        trials = list(doubt(with_strangers(sets), options.limit))
        for pair in PAIRS:
            if len({(trial.fold, trial.known) for trial in trials if trial.pair == pair}) < 2 * FOLDS:
                sys.exit(f"too few questions, own or of other sets, to fit the confidence on: {pair}")
        report_confidence(trials)
        weights = np.stack([fit_confidence([t for t in trials if t.pair == pair], pair) for pair in PAIRS])
        fitted["CONFIDENCE_WEIGHTS"] = named(weights, tuning.CONFIDENCE_WEIGHTS)
    for name, found in fitted.items():
        print(f"\n{dictionary(name, found)}\n{moved(found, getattr(tuning, name))}")
    if options.write:
        path = ROOT / "qa" / "tuning.py"
        path.write_text(rewritten(path.read_text(encoding="utf-8"), fitted), encoding="utf-8")


# What the program reads and sees for each question.


def judge(asked: Iterable[Asked], limit: int | None) -> Iterator[Judged]:
    """The sentences read for each question; of their texts nothing is kept."""
    for one, question, retriever in _each(asked, limit):
        query = retriever.query(question.text)
        matcher = retriever.matcher(query)
        hits = retriever.retrieve(query, matcher, tuning.RERANKED_PASSAGES).hits
        if found := score_sentences(hits, matcher)[:SENTENCES]:
            answers = [fold_text(answer) for answer in question.answers]
            texts = [fold_text(candidate.text) for candidate in found]
            yield Judged(
                one.name,
                one.paragraphs[question.id] % FOLDS,
                np.array([candidate.features for candidate in found], dtype=np.float32),
                np.array([PAIRS.index(language_pair(query, c.hit)) for c in found], dtype=np.int8),
                np.array([any(answer in text for answer in answers) for text in texts]),
            )


def doubt(asked: Iterable[Asked], limit: int | None) -> Iterator[Trial]:
    """The features of each question for which a sentence is found."""
    for one, question, retriever in _each(asked, limit):
        query = retriever.query(question.text)
        matcher = retriever.matcher(query)
        ranking = retriever.retrieve(query, matcher, tuning.RERANKED_PASSAGES)
        hits, found = rerank(ranking.hits, matcher)
        if found:
            features = confidence.features(ranking.scores, hits, found, matcher)
            fold = one.paragraphs[question.id] % FOLDS
            yield Trial(language_pair(query, found[0].hit), fold, features, one.known, one.whole)


def _each(asked: Iterable[Asked], limit: int | None) -> Iterator[tuple[Asked, Question, Retriever]]:
    """Every question with what searches its library; a library is made once for all that ask it in a row."""
    for _, same in groupby(asked, key=lambda one: id(one.documents)):
        first = next(same)
        with _library(first.documents) as retriever:
            for one in chain([first], same):
                began = time.perf_counter()
                for question in (drawn := sample(one.questions, limit)):
                    yield one, question, retriever
                seconds = time.perf_counter() - began
                print(f"{one.name}: {len(drawn)} questions, {seconds:.0f} s", file=sys.stderr, flush=True)


@contextmanager
def _library(documents: Documents) -> Iterator[Retriever]:
    with (
        tempfile.TemporaryDirectory(prefix="yinju-fit-") as scratch,
        Library.open(Path(scratch) / "library", create=True) as library,
    ):
        library.add_parsed(
            [(key, ParsedArticle(printable(text), title, detect(text))) for key, title, text in documents]
        )
        yield Retriever(library)


# Fitting.


class SentenceLoss:
    """Mean negative log probability that a softmax gives the right sentences together, and the penalties.

    Questions without a right sentence teach nothing. Each set's questions together count as the square
    root of their number, so that a large set teaches most and does not silence the others.
    """

    def __init__(self, judged: Sequence[Judged]) -> None:
        sizes = Counter(one.name for one in judged)
        taught = [one for one in judged if one.right.any()]
        features = np.concatenate([one.features for one in taught]).astype(np.float64)
        pairs = np.concatenate([one.pairs for one in taught])
        rows = [np.flatnonzero(pairs == pair) for pair in range(len(PAIRS))]
        self._parts = [(of_pair, features[of_pair]) for of_pair in rows]
        self._right = np.concatenate([one.right for one in taught])
        lengths = np.array([len(one.right) for one in taught])
        self._starts, self._lengths = np.cumsum(lengths) - lengths, lengths
        counts = np.array([sizes[one.name] ** -0.5 for one in taught])
        self._counts = counts / counts.sum()
        self.shape = 1 + len(PAIRS), features.shape[1]

    def __call__(self, point: Array) -> tuple[float, Array]:
        """At the common weights, followed by each pair's differences, [1 + pairs, features] laid flat."""
        common, *differences = parameters = point.reshape(self.shape)
        scores = np.empty(len(self._right))
        for (rows, features), difference in zip(self._parts, differences, strict=True):
            scores[rows] = features @ (common + difference)
        of_all, total = self._softmax(scores)
        of_right, reached = self._softmax(np.where(self._right, scores, -np.inf))
        pull = (of_all - of_right) * np.repeat(self._counts, self._lengths)
        penalties = np.array([COMMON, *[DIFFERENCE] * len(PAIRS)])[:, None]
        gradient = 2 * penalties * parameters
        for (rows, features), at in zip(self._parts, range(1, 1 + len(PAIRS)), strict=True):
            slope = pull[rows] @ features
            gradient[0] += slope
            gradient[at] += slope
        loss = self._counts @ (total - reached) + (penalties * parameters**2).sum()
        return float(loss), gradient.ravel()

    def _softmax(self, scores: Array) -> tuple[Array, Array]:
        """The probability of each sentence of a question, and the logarithm of each question's sum."""
        highest = np.maximum.reduceat(scores, self._starts)
        exponents = np.exp(scores - np.repeat(highest, self._lengths))
        sums = np.add.reduceat(exponents, self._starts)
        return exponents / np.repeat(sums, self._lengths), highest + np.log(sums)


def fit_sentences(judged: Sequence[Judged]) -> Array:
    """Weights, [pairs, features]."""
    loss = SentenceLoss(judged)
    common, *differences = _minimum(loss, loss.shape[0] * loss.shape[1]).reshape(loss.shape)
    return np.stack([common + difference for difference in differences])


def fit_confidence(trials: Sequence[Trial], pair: str = "") -> Array:
    """Weights of the features, the bias first. Questions with and without an answer count alike as a whole.

    What weighs nothing for ``pair`` in ``qa.tuning`` was left out on purpose and stays out.
    """
    known = np.array([trial.known for trial in trials])
    features = np.array([trial.features[1:] for trial in trials])
    mean, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    used = np.array(list(tuning.CONFIDENCE_WEIGHTS[pair].values())[1:]) != 0 if pair else True
    inputs = np.column_stack([np.ones(len(features)), np.where(used, (features - mean) / spread, 0.0)])
    outward = np.where(known, -1.0, 1.0)
    counts = len(known) / 2 / np.where(known, known.sum(), (~known).sum())

    def loss(point: Array) -> tuple[float, Array]:
        wrong = outward * (inputs @ point)
        penalty = CONFIDENCE * np.array([0.0, *point[1:]])
        pull = counts * outward / (1 + np.exp(-wrong))
        return float(counts @ np.logaddexp(0, wrong) + penalty @ point / 2), pull @ inputs + penalty

    bias, *weights = _minimum(loss, inputs.shape[1])
    weights = weights / spread
    return np.array([bias - weights @ mean, *weights])


def _minimum(objective: Objective, size: int) -> Array:
    """By L-BFGS from zero."""
    from scipy.optimize import minimize

    options = {"maxiter": 1000, "ftol": 1e-12, "gtol": 1e-7}
    found = minimize(objective, np.zeros(size), jac=True, method="L-BFGS-B", options=options)
    point: Array = found.x
    return point


# Reporting.


def report_sentences(judged: Sequence[Judged]) -> None:
    """How often the best sentence has the answer, fitted on the other folds, by library."""
    present = np.array([list(tuning.SENTENCE_WEIGHTS[pair].values()) for pair in PAIRS])
    hits: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for fold in range(FOLDS):
        weights = fit_sentences([one for one in judged if one.fold != fold])
        for one in (one for one in judged if one.fold == fold):
            hits[one.name].append((_best_is_right(one, weights), _best_is_right(one, present)))
    print(f"{'The answer is in the best sentence':44} {'questions':>9} {'held out':>9} {'tuning.py':>9}")
    means = {name: np.mean(pairs, axis=0) for name, pairs in hits.items()}
    for name, (held_out, now) in means.items():
        print(f"{name:44} {len(hits[name]):9,} {held_out:9.3f} {now:9.3f}")
    held_out, now = np.mean(list(means.values()), axis=0)
    print(f"{'mean':44} {sum(map(len, hits.values())):9,} {held_out:9.3f} {now:9.3f}")


def _best_is_right(one: Judged, weights: Array) -> bool:
    return bool(one.right[np.argmax((one.features * weights[one.pairs]).sum(axis=1))])


def report_confidence(trials: Sequence[Trial]) -> None:
    """AUROC and what the threshold costs, fitted on the other folds, by language pair."""
    print(f"\n{'Confidence':32} {'questions':>9} {'strangers':>9} {'AUROC':>7} {'lost':>6} {'refused':>8}")
    for pair in PAIRS:
        held_out: list[tuple[Trial, float]] = []
        of_pair = [trial for trial in trials if trial.pair == pair]
        for fold in range(FOLDS):
            weights = fit_confidence([trial for trial in of_pair if trial.fold != fold], pair)
            held_out += [(t, float(weights @ t.features)) for t in of_pair if t.fold == fold]
        present = np.array(list(tuning.CONFIDENCE_WEIGHTS[pair].values()))
        now = [(trial, float(present @ trial.features)) for trial in of_pair]
        least = tuning.MIN_CONFIDENCE[pair]
        threshold = np.log(least / (1 - least))
        for told, logits in ((f"{pair}, held out", held_out), (f"{pair}, tuning.py", now)):
            for whole, size in ((True, "whole sets"), (False, "small")):
                own, others = (
                    [logit for trial, logit in logits if (trial.known, trial.whole) == (known, whole)]
                    for known in (True, False)
                )
                area = auroc(own, others) or math.nan
                lost, refused = (np.mean(np.array(side) < threshold) for side in (own, others))
                print(
                    f"{told + ', ' + size:32} {len(own):9,} {len(others):9,} {area:7.3f} "
                    f"{lost:6.1%} {refused:8.1%}"
                )


def named(weights: Array, like: Weights) -> Weights:
    """By language pair and name, in the order of ``like``, to two places."""
    names = list(like[PAIRS[0]])
    return {
        pair: {name: round(float(weight), 2) for name, weight in zip(names, row, strict=True)}
        for pair, row in zip(PAIRS, weights, strict=True)
    }


def moved(found: Weights, present: Weights) -> str:
    """How far the weights went from the present ones."""
    changes = {
        (pair, name): weight - present[pair][name] for pair in found for name, weight in found[pair].items()
    }
    pair, name = max(changes, key=lambda key: abs(changes[key]))
    mean = np.mean(np.abs(list(changes.values())))
    return f"# Mean change {mean:.2f}, largest {changes[pair, name]:+.2f} ({name}, {pair})."


def dictionary(name: str, weights: Weights) -> str:
    """As it stands in tuning.py: a row a feature, a column a language pair."""
    rows = {key: ", ".join(f"{weights[pair][key]:.2f}" for pair in PAIRS) for key in weights[PAIRS[0]]}
    lines = [f'        "{key}": ({row}),' for key, row in rows.items()]
    return "\n".join([f"{name} = _by_pair(", "    {", *lines, "    }", ")"])


def rewritten(source: str, fitted: Mapping[str, Weights]) -> str:
    """tuning.py with these dictionaries; its comments keep the old figures, which are to be told anew."""
    for name, weights in fitted.items():
        source, found = re.subn(rf"(?ms)^{name} = _by_pair\($.*?^\)$", dictionary(name, weights), source)
        if found != 1:
            raise ValueError(f"{name} stands {found} times in tuning.py")
    return source


if __name__ == "__main__":
    main()
