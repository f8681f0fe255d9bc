"""Fits the trained numbers of ``qa/tuning.py`` on question sets: ``make weights DATA=FOLDER``.

``SENTENCE_WEIGHTS``: a softmax over the sentences that are read for a question. Those that contain an answer
are right (listwise: Cao et al., "Learning to Rank", 2007). The language pairs share weights, and each adds
its own differences; both are drawn towards zero. ``CONFIDENCE_WEIGHTS``: logistic regression of questions
that the articles answer against those of other sets. It prints figures on questions that were not fitted on,
those of the present weights beside them, and the dictionaries. The present weights choose which sentences are
read, and their order. So after ``--write`` another run may move the weights a little.
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
from itertools import chain, groupby, product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from evaluate import ROOT, find_sets
from fit_data import Asked, with_answers, with_strangers
from numpy.typing import NDArray

from index.library import Library
from index.text.fold import fold_text
from qa import tuning
from qa.answering import confidence
from qa.answering.reranking import rerank
from qa.answering.scoring import language_pair, score_sentences
from qa.evaluation.dataset import Question, read_dataset, sample
from qa.evaluation.evaluate import fill
from qa.evaluation.metrics import auroc
from qa.question.query import Query
from qa.retrieval.matcher import Matcher
from qa.retrieval.retriever import Ranking, Retriever

Array = NDArray[np.float64]
Weights = Mapping[str, Mapping[str, float]]

PAIRS = ("zh", "en", "cross")
FOLDS = 3
#: Sentences kept of a question, the best by the present weights.
SENTENCES = 32
#: Penalties of the squared common weights and of each pair's squared differences from them.
COMMON, DIFFERENCE = 5e-4, 1e-3
#: Inverse of the penalty of the squared confidence weights, for standardised features.
CONFIDENCE = 0.3


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
    also = {"action": "append", "default": [], "type": Path, "metavar": "SET"}
    parser.add_argument("--also", **also, help="a large set, for the sentence weights alone")
    parser.add_argument("--limit", type=int, metavar="N", help="draw at most N questions for each library")
    parser.add_argument("--only", choices=("sentences", "confidence"), help="fit these weights alone")
    parser.add_argument("--write", action="store_true", help="put the dictionaries into qa/tuning.py")
    options = parser.parse_args()
    if missing := [str(folder) for folder in (options.data, *options.also) if not folder.is_dir()]:
        parser.error(f"{missing[0]} is no folder")
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
        print(f"\n{dictionary(name, found)}")
    if options.write:
        path = ROOT / "qa" / "tuning.py"
        path.write_text(rewritten(path.read_text(encoding="utf-8"), fitted), encoding="utf-8")


# What the program reads and sees for each question.


def judge(asked: Iterable[Asked], limit: int | None) -> Iterator[Judged]:
    """The sentences read for each question; of their texts nothing is kept."""
    for one, question, query, matcher, ranking in _each(asked, limit):
        if found := score_sentences(ranking.hits, matcher, ranking.blocks)[:SENTENCES]:
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
    for one, question, query, matcher, ranking in _each(asked, limit):
        hits, found = rerank(ranking.hits, matcher, ranking.blocks)
        if found:
            features = confidence.features(ranking.scores, hits, found, matcher)
            fold = one.paragraphs[question.id] % FOLDS
            yield Trial(language_pair(query, found[0].hit), fold, features, one.known, one.whole)


def _each(
    asked: Iterable[Asked], limit: int | None
) -> Iterator[tuple[Asked, Question, Query, Matcher, Ranking]]:
    """Every question with what is found for it. A library is made once for all that ask it in a row."""
    for _, same in groupby(asked, key=lambda one: id(one.documents)):
        first = next(same)
        with (
            tempfile.TemporaryDirectory(prefix="yinju-fit-") as scratch,
            Library.open(Path(scratch) / "library", create=True) as library,
        ):
            fill(library, first.documents)
            retriever = Retriever(library)
            for one in chain([first], same):
                began = time.perf_counter()
                for question in (drawn := sample(one.questions, limit)):
                    query = retriever.query(question.text)
                    matcher = retriever.matcher(query)
                    ranking = retriever.retrieve(query, matcher, tuning.RERANKED_PASSAGES)
                    yield one, question, query, matcher, ranking
                seconds = time.perf_counter() - began
                print(f"{one.name}: {len(drawn)} questions, {seconds:.0f} s", file=sys.stderr, flush=True)


# Fitting.


def sentence_loss(judged: Sequence[Judged]) -> Callable[[Array], tuple[float, Array]]:
    """Mean negative log probability that a softmax gives the right sentences together, and the penalties.

    At the common weights followed by each pair's differences, [(1 + pairs) * features]: loss and gradient.
    Questions without a right sentence teach nothing. Each set's questions together count as the square root
    of their number, so that a large set teaches most and does not silence the others.
    """
    import torch
    from torch.nn.utils.rnn import pad_sequence

    sizes, taught = Counter(one.name for one in judged), [one for one in judged if one.right.any()]
    counts = torch.tensor([sizes[one.name] ** -0.5 for one in taught], dtype=torch.float64)
    columns = (
        [torch.tensor(one.features, dtype=torch.float64) for one in taught],
        [torch.tensor(one.pairs, dtype=torch.int64) for one in taught],
        [torch.tensor(one.right) for one in taught],
        [torch.ones(len(one.right), dtype=torch.bool) for one in taught],
    )
    features, pairs, right, there = (pad_sequence(column, batch_first=True) for column in columns)

    def loss(point: Array) -> tuple[float, Array]:
        at = torch.tensor(point, requires_grad=True)
        common, *differences = at.view(1 + len(PAIRS), -1)
        scores = (features * (common + torch.stack(differences))[pairs]).sum(-1)
        total, reached = (scores.masked_fill(~kept, -math.inf).logsumexp(1) for kept in (there, right))
        penalty = COMMON * common.square().sum() + DIFFERENCE * torch.stack(differences).square().sum()
        value = counts @ (total - reached) / counts.sum() + penalty
        value.backward()
        return value.item(), at.grad.numpy()

    return loss


def fit_sentences(judged: Sequence[Judged]) -> Array:
    """Weights, [pairs, features], by L-BFGS from zero."""
    from scipy.optimize import minimize

    zero = np.zeros((1 + len(PAIRS)) * judged[0].features.shape[1])
    options = {"maxiter": 1000, "ftol": 1e-12, "gtol": 1e-7}
    found = minimize(sentence_loss(judged), zero, jac=True, method="L-BFGS-B", options=options)
    common, *differences = found.x.reshape(1 + len(PAIRS), -1)
    return np.stack([common + difference for difference in differences])


def fit_confidence(trials: Sequence[Trial], pair: str = "") -> Array:
    """Weights of the features, the bias first. Questions with and without an answer count alike as a whole.

    What weighs nothing for ``pair`` in ``qa.tuning`` was left out on purpose and stays out.
    """
    from sklearn.linear_model import LogisticRegression

    known = np.array([trial.known for trial in trials])
    features = np.array([trial.features[1:] for trial in trials])
    spread = np.maximum(features.std(axis=0), 1e-9)
    used = np.array(list(tuning.CONFIDENCE_WEIGHTS[pair].values())[1:]) != 0 if pair else True
    inputs = np.where(used, (features - features.mean(axis=0)) / spread, 0.0)
    model = LogisticRegression(C=CONFIDENCE, class_weight="balanced", tol=1e-7, max_iter=1000)
    model.fit(inputs, known)
    weights = model.coef_[0] / spread
    return np.array([model.intercept_[0] - weights @ features.mean(axis=0), *weights])


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
        of_pair = [trial for trial in trials if trial.pair == pair]
        folds = [fit_confidence([t for t in of_pair if t.fold != fold], pair) for fold in range(FOLDS)]
        present = [np.array(list(tuning.CONFIDENCE_WEIGHTS[pair].values()))] * FOLDS
        least = tuning.MIN_CONFIDENCE[pair]
        threshold = math.log(least / (1 - least))
        for (told, weights), whole in product((("held out", folds), ("tuning.py", present)), (True, False)):
            known, strange = (
                [float(weights[t.fold] @ t.features) for t in of_pair if (t.known, t.whole) == (side, whole)]
                for side in (True, False)
            )
            name = f"{pair}, {told}, {'whole sets' if whole else 'small'}"
            area = auroc(known, strange) or math.nan
            lost, refused = (np.mean(np.array(scores) < threshold) for scores in (known, strange))
            print(f"{name:32} {len(known):9,} {len(strange):9,} {area:7.3f} {lost:6.1%} {refused:8.1%}")


def named(weights: Array, like: Weights) -> Weights:
    """By language pair and name, in the order of ``like``, to two places."""
    names = list(like[PAIRS[0]])
    return {
        pair: {name: round(float(weight), 2) for name, weight in zip(names, row, strict=True)}
        for pair, row in zip(PAIRS, weights, strict=True)
    }


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
