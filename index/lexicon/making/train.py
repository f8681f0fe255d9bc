"""Trains the lexicon on parallel text: ``python -m index.lexicon.making.train START DATA FOLDER``.

START is the lexicon that ``index.lexicon.making.build`` makes of glosses, DATA a folder of
``NAME.jsonl.xz`` files with a pair ``{"a", "b"}`` a line, FOLDER receives the trained lexicon. Two
stages, both contrastive with the batch's other pairs as negatives (van den Oord et al. 2018): first
a text's vector, the weighted mean of its words, must lie nearest its partner's, then each word must
find its best match in the partner's words (MaxSim of Khattab and Zaharia 2020), which is what soft
BM25 asks of the table. Word weights are learned along. Half an hour on two cores.
"""

from __future__ import annotations

import json
import lzma
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from index.lexicon.lexicon import Lexicon
from index.text.tokenizer import Tokenizer

#: Weight of a pair of each source: a source gives batches by this times the number of its pairs.
SOURCES: Mapping[str, float] = {
    "tatoeba_cmn_eng": 1.0,
    "tw_laws_parallel": 0.2,
    "jiyu_examples": 1.0,
    "zhwiki_title_lead": 0.5,
    "zhwiki_heading_section": 0.3,
    "enwiki_title_lead": 1.0,
    "lctt_sections": 0.3,
    "zhwiki_names_en_zh": 1.0,
    "names_countries_cldr": 1.0,
    "wiktionary_en_cmn": 0.5,
    "cc_cedict": 0.3,
    "wordnet_en_zh_gloss": 0.3,
}
#: Words a side of a pair is cut at.
_LONGEST = 96
_TEMPERATURE = 0.05
_SEED = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of training; MaxSim looks at the first ``words`` of each side."""

    steps: int
    batch: int
    rate: float
    words: int = _LONGEST


POOLED = Stage(steps=6000, batch=512, rate=3e-3)
MATCHED = Stage(steps=4000, batch=128, rate=1e-3, words=20)


class Pairs:
    """The pairs of one source as lexicon rows: both sides flat, with where each text ends."""

    def __init__(self, path: Path, lexicon: Lexicon, tokenizer: Tokenizer) -> None:
        sides: tuple[list[NDArray[np.int64]], ...] = ([], [])
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                pair = json.loads(line)
                found = [lexicon.ids(tokenizer.words(pair[key])[:_LONGEST]) for key in ("a", "b")]
                known = [ids[ids >= 0] for ids in found]
                if all(map(len, known)):
                    for side, ids in zip(sides, known, strict=True):
                        side.append(ids)
        self._flat = [np.concatenate(side).astype(np.int32) for side in sides]
        self._ends = [np.cumsum([0, *map(len, side)]) for side in sides]

    def __len__(self) -> int:
        return len(self._ends[0]) - 1

    def draw(self, count: int, random: np.random.Generator) -> list[list[NDArray[np.int32]]]:
        """Both sides of up to ``count`` pairs, drawn without putting back."""
        chosen = random.choice(len(self), min(count, len(self)), replace=False)
        return [
            [flat[ends[i] : ends[i + 1]] for i in chosen]
            for flat, ends in zip(self._flat, self._ends, strict=True)
        ]


class Table(torch.nn.Module):
    """Word vectors and the logarithms of word weights, both with sparse gradients."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        vectors = torch.from_numpy(lexicon.vectors(np.arange(len(lexicon))))
        weights = torch.from_numpy(lexicon.weights).log().unsqueeze(1)
        self.vectors = torch.nn.Embedding(len(vectors), lexicon.dimensions, sparse=True, _weight=vectors)
        self.log_weights = torch.nn.Embedding(len(weights), 1, sparse=True, _weight=weights)

    def unit(self, ids: Tensor) -> Tensor:
        """Vectors of unit length, [*ids, dimensions]."""
        return functional.normalize(self.vectors(ids), dim=-1)

    def pooled(self, texts: list[NDArray[np.int32]]) -> Tensor:
        """[texts, dimensions]: weighted means of unit length."""
        ids = torch.from_numpy(np.concatenate(texts)).long()
        text = torch.repeat_interleave(torch.tensor([len(t) for t in texts]))
        weighted = self.unit(ids) * self.log_weights(ids).exp()
        return functional.normalize(
            weighted.new_zeros(len(texts), weighted.shape[1]).index_add(0, text, weighted)
        )

    def matched(self, asking: list[NDArray[np.int32]], asked: list[NDArray[np.int32]], words: int) -> Tensor:
        """[asking, asked]: weighted mean over a text's words of the squared cosine of the best match."""
        questions, in_question = _padded(asking, words)
        texts, in_text = _padded(asked, words)
        cosines = torch.tensordot(self.unit(questions), self.unit(texts), dims=([2], [2]))
        best = cosines.masked_fill(~in_text, 0).amax(-1).clamp(min=0) ** 2
        weights = self.log_weights(questions)[..., 0].exp() * in_question
        shares: Tensor = (best * weights.unsqueeze(-1)).sum(1) / weights.sum(-1, keepdim=True)
        return shares


def main(start: Path, data: Path, folder: Path) -> None:
    """Train the lexicon in ``start`` on the sources found in ``data``; write it to ``folder``."""
    torch.manual_seed(_SEED)
    lexicon = Lexicon.load(start)
    tokenizer = Tokenizer(lexicon.frequencies())
    sources = {}
    for name in SOURCES:
        path = data / f"{name}.jsonl.xz"
        if path.exists():
            sources[name] = Pairs(path, lexicon, tokenizer)
            print(f"{name}: {len(sources[name]):,} pairs", file=sys.stderr)
        else:
            print(f"{name}: not there, left out", file=sys.stderr)
    table = Table(lexicon)
    train(table, POOLED, sources, lambda a, b: _both_ways(table.pooled(a) @ table.pooled(b).T))
    words = MATCHED.words
    train(
        table,
        MATCHED,
        sources,
        lambda a, b: _one_way(table.matched(a, b, words)) + _one_way(table.matched(b, a, words)),
    )
    vectors = functional.normalize(table.vectors.weight.detach(), dim=-1).numpy()
    weights = table.log_weights.weight.detach().exp().numpy()[:, 0]
    lexicon.with_vectors(vectors, weights).save(folder)


def train(
    table: Table,
    stage: Stage,
    sources: Mapping[str, Pairs],
    loss: Callable[[list[NDArray[np.int32]], list[NDArray[np.int32]]], Tensor],
) -> None:
    """Run one stage: each batch comes from one source, the rate falls to nothing."""
    optimisers = [
        torch.optim.SparseAdam(list(table.vectors.parameters()), lr=stage.rate),
        torch.optim.SparseAdam(list(table.log_weights.parameters()), lr=2 * stage.rate),
    ]
    schedules = [
        torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.02, total_iters=stage.steps)
        for optimiser in optimisers
    ]
    total = 0.0
    for step, (a, b) in enumerate(_batches(stage, sources), start=1):
        for optimiser in optimisers:
            optimiser.zero_grad()
        value = loss(a, b)
        value.backward()  # type: ignore[no-untyped-call]
        for optimiser in optimisers:
            optimiser.step()  # type: ignore[no-untyped-call]
        for schedule in schedules:
            schedule.step()
        total += value.item()
        if step % 200 == 0:
            print(f"step {step}/{stage.steps}: loss {total / 200:.4f}", file=sys.stderr)
            total = 0.0


def _batches(
    stage: Stage, sources: Mapping[str, Pairs]
) -> Iterator[tuple[list[NDArray[np.int32]], list[NDArray[np.int32]]]]:
    random = np.random.default_rng(_SEED)
    names = list(sources)
    shares = np.array([SOURCES[name] * len(sources[name]) for name in names])
    for _ in range(stage.steps):
        name = names[random.choice(len(names), p=shares / shares.sum())]
        a, b = sources[name].draw(stage.batch, random)
        yield a, b


def _both_ways(similarities: Tensor) -> Tensor:
    return (_one_way(similarities) + _one_way(similarities.T)) / 2


def _one_way(similarities: Tensor) -> Tensor:
    """Cross-entropy of each row finding its own column."""
    return functional.cross_entropy(similarities / _TEMPERATURE, torch.arange(len(similarities)))


def _padded(texts: list[NDArray[np.int32]], words: int) -> tuple[Tensor, Tensor]:
    """Row ids int64 and mask bool, both [texts, longest, at most ``words``]."""
    cut = [torch.from_numpy(text[:words]).long() for text in texts]
    lengths = torch.tensor([len(text) for text in cut])
    ids = torch.nn.utils.rnn.pad_sequence(cut, batch_first=True)
    return ids, torch.arange(ids.shape[1]) < lengths[:, None]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
