"""Fits the trained numbers of ``qa/tuning.py`` on question sets: ``make weights DATA=FOLDER``.

``SENTENCE_WEIGHTS``: a softmax over the sentences that are read for a question. Those that contain an answer
are right (listwise: Cao et al., "Learning to Rank", 2007). ``CONFIDENCE_WEIGHTS``: logistic regression of
right answers against the others. An answer is right if the articles answer its question and a quote holds
the answer, or in judged documents meets the evidence. The others are wrong answers, and those to unanswerable
questions: of the set itself, of other sets, and of the judged documents. In both fits the language pairs
share weights, and each adds its own differences; both are drawn towards zero.

It prints figures on questions that were not fitted on, those of the present weights beside them, and the
dictionaries. The present weights choose which sentences are read, and which are quoted. So after ``--write``
another run may move the weights a little. Of judged documents the questions of the split "held" are never
fitted on. The confidence of ``qa/tuning.py`` was also fitted on documents that are not part of the project.
``--judged`` takes such ones.
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
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple, TypeVar
from unittest.mock import patch
from zlib import crc32

import numpy as np
from evaluate import JUDGED, ROOT, find_sets
from fit_data import Asked, with_answers, with_strangers
from numpy.typing import NDArray

from index.library import Library
from index.text.fold import fold_text
from qa import tuning
from qa.answering.scoring import language_pair, score_sentences
from qa.engine import Engine
from qa.evaluation.dataset import Question, read_dataset, sample
from qa.evaluation.evaluate import fill
from qa.evaluation.judged import score_all
from qa.evaluation.metrics import auroc, reliability, share
from qa.retrieval.retriever import Retriever
from qa.types import Decision

Array = NDArray[np.float64]
Weights = Mapping[str, Mapping[str, float]]
Tool = TypeVar("Tool")

PAIRS = ("zh", "en", "cross")
FOLDS = 3
#: Sentences kept of a question, the best by the present weights.
SENTENCES = 32
#: Penalties of the squared common weights and of each pair's squared differences from them.
COMMON, DIFFERENCE = 5e-4, 1e-3
#: Inverse of the penalty of the squared confidence weights, for standardised features. A difference of
#: a pair is this much smaller than its coefficient, so it is penalised 1 / DIFFERENT**2 times as much.
CONFIDENCE, DIFFERENT = 0.1, 0.35
#: How often a question about judged documents counts. They are what people ask about.
JUDGED_WEIGHT = 3.0
#: Weights that are not fitted: too few questions have the feature, see ``qa/tuning.py``.
BY_HAND = {"other_one": -2.0}


class Judged(NamedTuple):
    """A question's sentences: float32 [sentences, features], language pairs, whether each has an answer."""

    name: str
    fold: int
    features: NDArray[np.float32]
    pairs: NDArray[np.int8]
    right: NDArray[np.bool_]


class Trial(NamedTuple):
    """The answer to a question: its features, see ``confidence``, and whether it is right.

    ``source``: "sets", "small" libraries, or the split of the judged documents. ``kind``: the articles answer
    the question ("own"), the question is unanswerable ("near"), or it is of other articles ("stranger").
    """

    source: str
    kind: str
    pair: str
    fold: int
    features: tuple[float, ...]
    right: bool

    @property
    def weight(self) -> float:
        return {"sets": 1.0, "small": 1.0, "held": 0.0}.get(self.source, JUDGED_WEIGHT)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the weights of qa/tuning.py on question sets.")
    parser.add_argument("data", type=Path, help="folder of question sets")
    also = {"action": "append", "default": [], "type": Path, "metavar": "SET"}
    parser.add_argument("--also", **also, help="a large set, for the sentence weights alone")
    also |= {"default": [JUDGED], "metavar": "FOLDER"}
    parser.add_argument("--judged", **also, help="more judged documents, for the confidence alone")
    parser.add_argument("--limit", type=int, metavar="N", help="draw at most N questions for each library")
    parser.add_argument("--only", choices=("sentences", "confidence"), help="fit these weights alone")
    parser.add_argument("--write", action="store_true", help="put the dictionaries into qa/tuning.py")
    options = parser.parse_args()
    for folder in (options.data, *options.also, *options.judged):
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
        trials = doubt(with_strangers(sets), options.limit)
        for pair in PAIRS:
            if len({(trial.fold, trial.right) for trial in trials if trial.pair == pair}) < 2 * FOLDS:
                sys.exit(f"too few answers, right or wrong, to fit the confidence on: {pair}")
        trials += [trial for folder in options.judged for trial in doubt_judged(folder)]
        report_confidence(trials)
        weights = fit_confidence(trials)
        fitted["CONFIDENCE_WEIGHTS"] = named(weights, tuning.CONFIDENCE_WEIGHTS)
    for name, found in fitted.items():
        print(f"\n{dictionary(name, found)}")
    if options.write:
        path = ROOT / "qa" / "tuning.py"
        path.write_text(rewritten(path.read_text(encoding="utf-8"), fitted), encoding="utf-8")


# What the program reads and sees for each question.


def judge(asked: Iterable[Asked], limit: int | None) -> Iterator[Judged]:
    """The sentences read for each question; of their texts nothing is kept."""
    for one, question, retriever in _each(asked, limit, Retriever):
        query = retriever.query(question.text)
        matcher = retriever.matcher(query)
        ranking = retriever.retrieve(query, matcher, tuning.RERANKED_PASSAGES)
        if found := score_sentences(ranking.hits, matcher, ranking.blocks)[:SENTENCES]:
            texts = [candidate.text for candidate in found]
            yield Judged(
                one.name,
                _fold(one, question),
                np.array([candidate.features for candidate in found], dtype=np.float32),
                np.array([PAIRS.index(language_pair(query, c.hit)) for c in found], dtype=np.int8),
                np.array(_hold_answers(texts, question)),
            )


def _hold_answers(texts: Iterable[str], question: Question) -> list[bool]:
    answers = [fold_text(answer) for answer in question.answers]
    return [any(answer in text for answer in answers) for text in map(fold_text, texts)]


def _fold(one: Asked, question: Question) -> int:
    """Unanswerable questions are about no paragraph."""
    return one.paragraphs.get(question.id, crc32(question.text.encode())) % FOLDS


#: Every question is answered that something matches.
_quote_all = patch.dict(tuning.MIN_CONFIDENCE, dict.fromkeys(PAIRS, 0.0))


@_quote_all
def doubt(asked: Iterable[Asked], limit: int | None) -> list[Trial]:
    """What is answered to each question for which something is found."""
    trials = []
    for one, question, engine in _each(asked, limit, Engine):
        answer = engine.ask(question.text)
        if answer.decision:
            kind = "stranger" if not one.own else "own" if question.answerable else "near"
            right = kind == "own" and any(_hold_answers((s.text for s in answer.sentences), question))
            source = "sets" if one.whole else "small"
            trials.append(_trial(source, kind, _fold(one, question), answer.decision, right))
    return trials


@_quote_all
def doubt_judged(folder: Path) -> list[Trial]:
    """The same for the questions of judged documents, see ``qa.evaluation.judged``."""
    trials = []
    for at, score in enumerate(score_all(folder)):
        if score.decision:
            asked = score.question
            kind = "own" if asked.answerable else "near" if asked.near_topic else "stranger"
            trials.append(_trial(asked.split, kind, at % FOLDS, score.decision, score.any))
    return trials


def _trial(source: str, kind: str, fold: int, decision: Decision, right: bool) -> Trial:
    return Trial(source, kind, decision.pair, fold, tuple(f.value for f in decision.features), right)


def _each(
    asked: Iterable[Asked], limit: int | None, tool: Callable[[Library], Tool]
) -> Iterator[tuple[Asked, Question, Tool]]:
    """Every question with the tool for its library, which is made once for all that ask it in a row."""
    for _, same in groupby(asked, key=lambda one: id(one.documents)):
        first = next(same)
        with (
            tempfile.TemporaryDirectory(prefix="yinju-fit-") as scratch,
            Library.open(Path(scratch) / "library", create=True) as library,
        ):
            fill(library, first.documents)
            made = tool(library)
            for one in chain([first], same):
                began = time.perf_counter()
                for question in (drawn := sample(one.questions, limit)):
                    yield one, question, made
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


def fit_confidence(trials: Sequence[Trial]) -> Array:
    """Weights, [pairs, features], the bias first. Those of ``BY_HAND`` are put in as they are."""
    from sklearn.linear_model import LogisticRegression

    taught = [trial for trial in trials if trial.weight]
    features = np.array([trial.features[1:] for trial in taught])
    mean, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    names = list(tuning.CONFIDENCE_WEIGHTS[PAIRS[0]])[1:]
    inputs = np.where([name in BY_HAND for name in names], 0.0, (features - mean) / spread)
    of_pair = np.array([[trial.pair == pair for pair in PAIRS] for trial in taught])
    # A pair's own constant counts 2, so it is drawn towards zero less than its other differences.
    own = DIFFERENT * np.column_stack([inputs, np.full(len(taught), 2.0)])
    design = np.hstack([inputs, *(own * column[:, None] for column in of_pair.T)])
    model = LogisticRegression(C=CONFIDENCE, tol=1e-7, max_iter=2000)
    model.fit(design, [trial.right for trial in taught], [trial.weight for trial in taught])
    common, differences = np.split(model.coef_[0], [len(names)])
    differences = DIFFERENT * differences.reshape(len(PAIRS), -1)
    weights = (common + differences[:, :-1]) / spread
    bias = model.intercept_[0] + 2 * differences[:, -1] - weights @ mean
    for name, weight in BY_HAND.items():
        weights[:, names.index(name)] = weight
    return np.column_stack([bias, weights])


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
    """By language pair and source: right answers against the others, and what the threshold does.

    Then how often answers of a confidence are right. Held out: fitted on the other folds.
    """
    of_folds = [fit_confidence([t for t in trials if t.fold != fold]) for fold in range(FOLDS)]
    present = np.array([list(tuning.CONFIDENCE_WEIGHTS[pair].values()) for pair in PAIRS])
    held_out = [(_probability(of_folds[t.fold], t), t) for t in trials]
    now = [(_probability(present, t), t) for t in trials]
    columns = ("right", "AUROC", "own", "near", "strange")
    print(f"\n{'Confidence; answered':28} {'questions':>9} {' '.join(f'{name:>7}' for name in columns)}")
    for told, found in (("held out", held_out), ("tuning.py", now)):
        for pair, source in sorted({(t.pair, t.source) for t in trials}):
            here = [(p, t) for p, t in found if (t.pair, t.source) == (pair, source)]
            right, wrong = ([p for p, t in here if t.right is side] for side in (True, False))
            figures = [share(len(right), len(here)), auroc(right, wrong)]
            for kind in ("own", "near", "stranger"):
                enough = [p >= tuning.MIN_CONFIDENCE[pair] for p, t in here if t.kind == kind]
                figures.append(share(sum(enough), len(enough)))
            row = " ".join(f"{'-' if figure is None else format(figure, '.3f'):>7}" for figure in figures)
            print(f"{f'{pair}, {told}, {source}':28} {len(here):9,} {row}")
    print(f"\n{'Confidence, held out':28} {'questions':>9} {'mean':>7} {'right':>7}")
    for held in reliability((p, t.kind == "own", t.right) for p, t in held_out):
        if held.count:
            told = f"{held.start:.1f} to {held.end:.1f}"
            print(f"{told:28} {held.count:9,} {held.confidence:7.3f} {held.quoted:7.3f}")


def _probability(weights: Array, trial: Trial) -> float:
    from scipy.special import expit

    return float(expit(weights[PAIRS.index(trial.pair)] @ trial.features))


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
