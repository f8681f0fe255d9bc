"""Measures the gate of written answers, qa/writing/gate.py, on pairs: ``make gate DATA=FOLDER``.

A pair is a sentence and a quote. DATA holds sets that qa eval reads, and folders with ``pairs.jsonl[.gz]``:
rows ``a, b, score`` (0 to 5) or ``a, b, label`` (0 or 1) of one language, or ``en, zh_…`` of translations.
Four directions are told apart, by the languages of the sentence and of the quote. Kept should be

- paraphrases: rows of score 5 or label 1, both ways; the words of a question followed by its answer, where
  the quote is the title and text of the document it is asked of; two Chinese versions of one translation
  ("versions", which are told but are no paraphrases: half of them do not say the same);
- translations: ``en`` and the first ``zh_…``, both ways; and of documents that stand in two sets, in both
  languages, the sentences one by one, if there are equally many, none is over 6.5 or under 1.4 times as long
  as its translation, and the numbers fit no worse than if they were shifted by one.

Caught, which means anything but carried, should be

- neighbours: the sentence after the one that is quoted, or after its translation;
- names: in a sentence and its quote, or translation, one name becomes another one. Names are answers to
  questions for persons, places and organisations, and in ``en`` runs of words with capitals. Both are English
  words that DATA never writes small, or Chinese ones: with a dot, the last character of a place, or rare;
- digits: one digit of a number in a pair that should be kept, or in a sentence and itself, becomes another;
- negations: in a pair that should be kept, "not" is put in after an auxiliary, or 不 before 能, 会 or 是.

The pairs are split in two by documents. ``--fit`` fits the weights on one half, and sets the bias so that of
that half .97 of the names and .985 of the neighbours are caught. What is told is measured on the other half.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from evaluate import find_sets, language
from numpy.typing import NDArray

from index.lexicon.lexicon import bundled_lexicon, bundled_tokenizer
from index.text.fold import fold_text
from index.text.language import detect
from index.text.sentences import sentences
from qa import tuning
from qa.evaluation.dataset import read_rows
from qa.linguistics.answer_types import expected_types
from qa.writing.figures import wrong_figures
from qa.writing.gate import judge, measurements, score
from qa.writing.support import Supporter

KEPT = ("paraphrases", "answers", "translations")
CAUGHT = ("neighbours", "names", "digits", "negations")
DIRECTIONS = tuning.GATE_DIRECTIONS
#: What is asked of the half that is fitted.
WANTED = {"names": 0.97, "neighbours": 0.985}
_NAMED = ("person", "place", "organisation")
_CAPITALS = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}(?: [A-Z][a-z]+)*")

_NEGATED = {
    "en": re.compile(r"\b(?:is|was|were|are|has|have|had|will|can|could|would|did)\b(?! not)"),
    "zh": re.compile("(?<![不没])[能会是]"),
}

Array = NDArray[np.float64]


class Pair(NamedTuple):
    """A sentence and a quote. ``held``: it is not fitted on."""

    kind: str
    direction: str
    source: str
    held: bool
    sentence: str
    quote: str


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the gate of written answers.")
    parser.add_argument("data", type=Path, help="folder of question sets and of pairs")
    parser.add_argument(
        "--limit", type=int, default=400, metavar="N", help="pairs of each kind, direction and set"
    )
    parser.add_argument("--fit", action="store_true", help="fit the weights first, and print them")
    options = parser.parse_args()
    lexicon = bundled_lexicon()
    supporter = Supporter(bundled_tokenizer(), lexicon, lambda keys: [])
    drawn = draw(make_pairs(options.data), options.limit)
    if options.fit:
        fitted = fit(drawn, supporter)
        for name in fitted[DIRECTIONS[0]]:
            print(f'    "{name}": ({", ".join(f"{fitted[each][name]:.2f}" for each in DIRECTIONS)}),')
        tuning.GATE_WEIGHTS = fitted
    print(report([pair for pair in drawn if pair.held], supporter))


def draw(pairs: Sequence[Pair], limit: int) -> list[Pair]:
    """At most ``limit`` pairs of each kind, direction and source, always the same ones."""
    groups = defaultdict(list)
    for pair in pairs:
        groups[pair[:3]].append(pair)
    return [
        pair
        for key, group in sorted(groups.items())
        for pair in random.Random(repr(key)).sample(group, min(len(group), limit))
    ]


# Pairs


def make_pairs(data: Path) -> list[Pair]:
    """All pairs of the sets in ``data``."""
    sets = {folder: Set(folder.name, rows) for folder, rows in find_sets(data).items()}
    files = {
        folder.name: list(read_rows(folder, "pairs"))
        for folder in sorted(data.iterdir())
        if folder.is_dir() and any(file.name.startswith("pairs.") for file in folder.iterdir())
    }
    english = [row["en"] for rows in files.values() for row in rows if "en" in row]
    english += [text for each in sets.values() if each.language == "en" for text in each.texts.values()]
    small = {word for text in english for word in re.findall(r"[a-z][a-z']+", text)}

    def is_name(text: str) -> bool:
        if re.search(r"\d", text):
            return False
        if detect(text).startswith("zh"):
            rare = bundled_lexicon().log_probability(fold_text(text)) < -11.5
            return 2 <= len(text) <= 12 and ("·" in text or text[-1] in "国國州市省县縣" or rare)
        words = [
            w for w in re.findall(r"[\w']+", text) if w not in ("of", "the", "de", "du", "and", "for", "The")
        ]
        return (
            len(text) < 31 and bool(words) and all(w[0].isupper() and w.lower() not in small for w in words)
        )

    found: list[Pair] = []
    for name, rows in files.items():
        found += _of_translations(name, rows, is_name) if "en" in rows[0] else _of_paraphrases(name, rows)
    for each in sets.values():
        found += each.pairs(is_name)
    for english_set in sets.values():
        for chinese in sets.values():
            stems = [each.name.rpartition("_")[0] for each in (english_set, chinese)]
            if (english_set.language, chinese.language) == ("en", "zh") and stems[0] == stems[1]:
                found += _across(english_set, chinese, is_name)
    return [*found, *_with_digits(found), *_negated(found)]


def _held(key: str) -> bool:
    return crc32(key.encode()) % 2 == 1


def _of_paraphrases(name: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Pair]:
    for i, row in enumerate(rows):
        if row.get("score") == 5 or row.get("label") == 1:
            a, b = row["a"], row["b"]
            code = detect(a)[:2]
            for pair in ((a, b), (b, a)):
                yield Pair("paraphrases", f"{code}→{code}", name, _held(f"{name} {i}"), *pair)


def _of_translations(
    name: str, rows: Sequence[Mapping[str, Any]], is_name: Callable[[str], bool]
) -> Iterator[Pair]:
    keys = [key for key in rows[0] if key.startswith("zh")]
    names = [[run for run in _CAPITALS.findall(row["en"]) if is_name(run)] for row in rows]
    others = sorted({run for found in names for run in found})
    chosen = random.Random(7)
    for i, row in enumerate(rows):
        en, zh, held = row["en"], row[keys[0]], _held(f"{name} {i // 20}")
        yield Pair("translations", "en→zh", name, held, en, zh)
        yield Pair("translations", "zh→en", name, held, zh, en)
        for key in keys[1:]:
            yield Pair("versions", "zh→zh", name, held, row[key], zh)
        if i:
            before = rows[i - 1]
            for one, sentence in (("en", en), ("zh", zh)):
                for other, quote in (("en", before["en"]), ("zh", before[keys[0]])):
                    yield Pair("neighbours", f"{one}→{other}", name, held, sentence, quote)
        if names[i]:
            name_, other_ = chosen.choice(names[i]), chosen.choice(others)
            if other_ not in en and name_ not in other_:
                for direction, quote in (("en→en", en), ("en→zh", zh)):
                    yield Pair("names", direction, name, held, en.replace(name_, other_), quote)


class Set:
    """A question set: its documents cut into sentences, and the questions asked of each."""

    def __init__(self, name: str, data: Any) -> None:
        self.name, self.language = name, language(data)
        self.texts = {key: f"{title}\n{text}" for key, title, text in data.documents}
        self.sentences = {key: [text[a:b] for a, b in sentences(text)] for key, _, text in data.documents}
        self.asked = {
            question.id: (question, max(data.qrels[question.id], key=data.qrels[question.id].__getitem__))
            for question in data.questions
            if question.answers and question.answerable and data.qrels.get(question.id)
        }

    def held(self, document: str) -> bool:
        """By title, so that what is about one subject is on one side."""
        return _held(self.texts[document].split("\n")[0] or document)

    def named(self, is_name: Callable[[str], bool]) -> dict[str, list[tuple[str, str, str]]]:
        """By type: questions with their documents and the names that answer them."""
        found = defaultdict(list)
        for key, (question, document) in self.asked.items():
            kind = next((t for t in _NAMED if t in expected_types(question.text)), None)
            if kind and is_name(question.answers[0]):
                found[kind].append((key, document, question.answers[0]))
        return found

    def pairs(self, is_name: Callable[[str], bool]) -> Iterator[Pair]:
        to = f"{self.language}→{self.language}"
        for document, cut in self.sentences.items():
            for before, after in pairwise(cut):
                yield Pair("neighbours", to, self.name, self.held(document), after, before)
        for question, document in self.asked.values():
            said = f"{question.text.rstrip('?？')} {question.answers[0]}"
            if question.answers[0] in self.texts[document]:
                yield Pair("answers", to, self.name, self.held(document), said, self.texts[document])
        chosen, seen = random.Random(self.name), set()
        for named in self.named(is_name).values():
            for _, document, name in named:
                hosts = [sentence for sentence in self.sentences[document] if name in sentence]
                others = [
                    o
                    for _, _, o in named
                    if o not in self.texts[document] and name not in o and o not in name
                ]
                if len(hosts) == 1 and others and (hosts[0], name) not in seen:
                    seen.add((hosts[0], name))
                    other = hosts[0].replace(name, chosen.choice(others))
                    yield Pair("names", to, self.name, self.held(document), other, hosts[0])


def _across(english: Set, chinese: Set, is_name: Callable[[str], bool]) -> Iterator[Pair]:
    stem = english.name.rpartition("_")[0]
    aligned = [
        key
        for key in english.sentences
        if key in chinese.sentences and _aligned(english.sentences[key], chinese.sentences[key])
    ]
    for key in aligned:
        en, zh, held = english.sentences[key], chinese.sentences[key], english.held(key)
        for a, b in zip(en, zh, strict=True):
            yield Pair("translations", "en→zh", stem, held, a, b)
            yield Pair("translations", "zh→en", stem, held, b, a)
        for i in range(1, len(en)):
            yield Pair("neighbours", "en→zh", stem, held, en[i], zh[i - 1])
            yield Pair("neighbours", "zh→en", stem, held, zh[i], en[i - 1])
    chosen, seen = random.Random(5), set()
    for named in english.named(is_name).values():
        both = [
            (key, document, name, chinese.asked[key][0].answers[0])
            for key, document, name in named
            if key in chinese.asked
        ]
        for _, document, name, name_zh in both:
            if document not in aligned or (document, name) in seen:
                continue
            rows = zip(english.sentences[document], chinese.sentences[document], strict=True)
            hosts = [(en, zh) for en, zh in rows if name in en and name_zh in zh]
            others = [
                (o, z)
                for _, _, o, z in both
                if o not in english.texts[document] and z not in chinese.texts[document]
            ]
            if len(hosts) == 1 and others:
                seen.add((document, name))
                en, zh = hosts[0]
                for other, other_zh in chosen.sample(others, min(len(others), 4)):
                    yield Pair("names", "en→zh", stem, english.held(document), en.replace(name, other), zh)
                    yield Pair(
                        "names", "zh→en", stem, english.held(document), zh.replace(name_zh, other_zh), en
                    )


def _aligned(english: Sequence[str], chinese: Sequence[str]) -> bool:
    if len(english) != len(chinese):
        return False
    numbers = [[set(re.findall(r"\d\d+", each)) for each in side] for side in (english, chinese)]

    def shared(one: Sequence[set[str]], other: Sequence[set[str]]) -> int:
        return sum(len(a & b) for a, b in zip(one, other, strict=False))

    one, other = numbers
    fitting = all(1.4 <= len(en) / len(zh) <= 6.5 for en, zh in zip(english, chinese, strict=True))
    return fitting and shared(one, other) >= max(shared(one[1:], other), shared(one, other[1:]))


def _with_digits(pairs: Sequence[Pair]) -> Iterator[Pair]:
    chosen = random.Random(9)
    for pair in pairs:
        if pair.kind == "neighbours" and len(set(pair.direction.split("→"))) == 1:
            pair = pair._replace(sentence=pair.quote)
        elif pair.kind not in ("paraphrases", "translations"):
            continue
        if places := [match.start() for match in re.finditer(r"[0-9]", pair.sentence)]:
            at = chosen.choice(places)
            digit = chosen.choice([d for d in "123456789" if d != pair.sentence[at]])
            changed = pair.sentence[:at] + digit + pair.sentence[at + 1 :]
            yield pair._replace(kind="digits", sentence=changed)


def _negated(pairs: Sequence[Pair]) -> Iterator[Pair]:
    for pair in pairs:
        place = _NEGATED[pair.direction[:2]].search(pair.sentence)
        if pair.kind in ("paraphrases", "translations") and place:
            at, word = (place.end(), " not") if pair.direction.startswith("en") else (place.start(), "不")
            yield pair._replace(kind="negations", sentence=pair.sentence[:at] + word + pair.sentence[at:])


# Fit and figures


def fit(pairs: Sequence[Pair], supporter: Supporter) -> dict[str, dict[str, float]]:
    """Weights by logistic regression on the pairs that are not held, each kind weighing the same."""
    fitted = {}
    for direction in DIRECTIONS:
        tuned = [p for p in pairs if not p.held and p.direction == direction and p.kind in (*KEPT, *WANTED)]
        used = [pair for pair in tuned if not wrong_figures(pair.sentence, pair.quote)]
        rows = [measurements(supporter.support(pair.sentence, pair.quote)) for pair in used]
        kinds = np.array([pair.kind for pair in used])
        kept = np.isin(kinds, KEPT)
        weights = np.zeros(len(used))
        for group, share in ((kept, 1.0), (kinds == "neighbours", 2.0), (kinds == "names", 2.0)):
            weights[group] = share * len(used) / max(1, group.sum())
        values = np.array([list(row.values()) for row in rows])
        found = dict(
            zip(["bias", *rows[0]], _regression(values, kept, weights / weights.mean()), strict=True)
        )
        scores = np.array([score(row, found) for row in rows])
        found["bias"] -= max(
            np.sort(scores[kinds == kind])[-1 - int((1 - least) * sum(pair.kind == kind for pair in tuned))]
            for kind, least in WANTED.items()
        )
        fitted[direction] = {name: round(float(value), 3) for name, value in found.items()}
    return fitted


def _regression(values: Array, right: NDArray[np.bool_], weights: Array) -> Array:
    """Bias and weights of a logistic regression by Newton's method, slightly drawn towards zero."""
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    rows = np.column_stack([np.ones(len(values)), (values - mean) / spread])
    found = np.zeros(rows.shape[1])
    for _ in range(30):
        odds = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (weights * (right - odds)) - found
        curve = (rows * (weights * odds * (1 - odds))[:, None]).T @ rows + np.eye(len(found))
        found += np.linalg.solve(curve, slope)
    scaled = found[1:] / spread
    return np.concatenate([[found[0] - scaled @ mean], scaled])


def report(pairs: Sequence[Pair], supporter: Supporter) -> str:
    """The shares that are kept, caught and struck out, by kind, direction and source."""
    rows: dict[tuple[str, str, str], list[tuple[bool, bool]]] = defaultdict(list)
    for pair in pairs:
        reasons, _ = judge(pair.sentence, pair.quote, supporter)
        struck = not reasons.isdisjoint({"other_figure", "opposite", "other_name", "foreign"})
        for source in ("", pair.source):
            rows[pair.kind, pair.direction, source].append((not reasons, struck))
    lines = [f"{'':15}{'':10}{'kept':>6}{'caught':>8}{'struck':>8}{'pairs':>8}"]
    for kind in (*KEPT, "versions", *CAUGHT):
        for direction in DIRECTIONS:
            for key in sorted(key for key in rows if key[:2] == (kind, direction)):
                kept, struck = np.mean(rows[key], axis=0)
                share = f"{'':6}{1 - kept:8.3f}" if kind in CAUGHT else f"{kept:6.3f}{'':8}"
                place = f"  {key[2]}" if key[2] else ""
                lines.append(f"{kind:15}{direction:10}{share}{struck:8.3f}{len(rows[key]):8}{place}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
