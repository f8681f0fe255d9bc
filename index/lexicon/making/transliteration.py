"""Learns how Chinese writes foreign names: ``python -m index.lexicon.making.transliteration DATA FILE``.

DATA holds pairs of texts (``*.jsonl.xz``, ``a`` English, ``b`` Chinese). Names come from dictionaries,
from glosses such as 艾伦·斯班林（Aaron Spelling） and, once those have taught something, from parallel
sentences. Expectation maximisation over all ways to deal the letters of a word out to the characters
gives the table (Li, Zhang and Su 2004, see ``index.lexicon.transliteration``). Two minutes on one core.
"""

from __future__ import annotations

import json
import lzma
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise, product
from pathlib import Path

from index.lexicon.making.build import cedict_lines
from index.lexicon.transliteration import LONGEST, Costs, Scale, Transliterator, letters, mask
from index.text.fold import fold_text
from index.text.han import HAN

#: A Latin word, letters only, and the characters that write it.
Pair = tuple[str, str]
#: Character → letters → how often it stands for them, or its share.
Counts = Mapping[str, Mapping[str, float]]
Shares = dict[str, dict[str, float]]
_Counting = defaultdict[str, defaultdict[str, float]]

_DICTIONARIES = [
    "zhwiki_names_en_zh",
    "names_countries_cldr",
    "wiktionary_en_cmn",
    "cc_cedict",
    "wordnet_en_zh_gloss",
]
_ARTICLES = ["zhwiki_title_lead", "zhwiki_heading_section", "lctt_sections", "fcc_zh_sections"]
_PARALLEL = ["jiyu_examples", "tatoeba_cmn_eng"]

_CHINESE_NAME = rf"[{HAN}]{{1,8}}(?:·[{HAN}]{{1,8}})"
_GLOSSED = re.compile(rf'({_CHINESE_NAME}*)["》]? ?\((?:[^()a-z\n]{{0,8}}: ?)?([a-z][a-z\'. -]*)[),;]')
_CAPITALISED = r"[A-Z][A-Za-zÀ-ɏ'’]*"
_LATIN_NAME = re.compile(rf"({_CAPITALISED}(?:[ -]{_CAPITALISED})*)")
_HEADWORD = re.compile(_LATIN_NAME.pattern + r"(?: \(|[,;]|$)")

#: What a cut of so many letters counts before anything is known.
_LENGTHS = (0.02, 0.25, 0.4, 0.25, 0.07, 0.01)
_ROUNDS = 5
#: What the other characters of a sound count in a character's table, what a sound counts in its own, and
#: what is taken off each count, since a thing seen once may be chance.
_SAME_SOUND, _ANY_SOUND, _DISCOUNT = 4.0, 3.0, 0.3
#: Share of a character's letters that may have other vowels than were seen.
_OTHER_VOWELS = 0.2
#: Weight of a character's rarity outside names. Log loss 0: .160, 0.3: .144, 0.6: .137, 1: .140.
_RARITY = 0.6
#: Least evidence a letter of a pair that is taken for a transliteration.
_LEAST = 0.9
#: Kept for a character: cuts, cuts with any vowels, of at least that count.
_CUTS, _MASKED, _LEAST_COUNT = 10, 4, 1.5
#: From this rarity on a character marks a foreign name; below the other it is no part of one (的, 不).
_MARKED, _RAREST = 0.5, -2.0

COSTS = Costs(letter=2.5, character=4.0)
#: Fitted on held-out names against articles that gloss them and five that do not: above 0.5 are 85 % of
#: the former and 1.4 % of the latter, part of which do hold the name.
SCALE = Scale(evidence=0.30, letter=-0.02, bias=-1.31)


def main(data: Path, file: Path) -> None:
    """Learn from the pairs in folder ``data`` and write the result to ``file``."""
    given = sorted(set(given_names(data)))
    sounds = _sounds()
    logp = background([latin for latin, _ in given])
    # A longer run has more around the name than the name.
    pairs = [(latin, han) for latin, han in given if 1.2 * len(han) <= len(latin)]
    for more in (False, True):
        rough = Transliterator(evidence(*fit(pairs, sounds), logp, {}), "", COSTS, SCALE)
        pairs = sorted({*transliterations(rough, given), *(sentence_names(rough, data) if more else ())})
        print(f"{len(pairs)} names", file=sys.stderr)
    rare = rarity(data, pairs)
    learned = evidence(*fit(pairs, sounds), logp, rare)
    marked = "".join(sorted(char for char in learned if rare[char] > _MARKED))
    Transliterator(learned, marked, COSTS, SCALE).save(file)


def rows(data: Path, names: Iterable[str]) -> Iterator[Pair]:
    """The pairs of texts of some sets."""
    for name in names:
        with lzma.open(data / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield row["a"], row["b"]


def given_names(data: Path) -> Iterator[Pair]:
    """Parts of names that dictionaries and brackets give; not all are transliterations."""
    for english, chinese in rows(data, _DICTIONARIES):
        folded = fold_text(chinese)
        if (name := _HEADWORD.match(english)) and re.fullmatch(f"{_CHINESE_NAME}*", folded):
            yield from parts(name[1], folded)
    for title, text in rows(data, _ARTICLES):
        for match in _GLOSSED.finditer(fold_text(f"{title}\n{text}")):
            yield from parts(match[2], match[1])


def parts(latin: str, han: str) -> Iterator[Pair]:
    """The parts of a name in both scripts, where there are as many of them."""
    words, runs = re.split("[ -]+", latin.strip()), han.split("·")
    for word, run in zip(words, runs, strict=True) if len(words) == len(runs) else ():
        if 1 < len(spelled := letters(word)) < 16 and len(spelled) <= 4 * len(run):
            yield spelled, run


def transliterations(model: Transliterator, pairs: Iterable[Pair]) -> Iterator[Pair]:
    """The pairs that ``model`` takes for transliterations, without the characters around them."""
    for latin, han in pairs:
        gain, start, end = model.align(latin, han)
        if gain / len(latin) > _LEAST and end - start >= min(2, len(han)) and len(latin) <= 4 * (end - start):
            yield latin, han[start:end]


def sentence_names(model: Transliterator, data: Path) -> Iterator[Pair]:
    """Parts of names with dots in parallel sentences, with the likeliest words of the other side."""
    for english, chinese in rows(data, _PARALLEL):
        if re.search("[·•・‧]", chinese):
            latin = [re.split("[ -]", re.sub("['’]s?$", "", name)) for name in _LATIN_NAME.findall(english)]
            for name in set(re.findall(f"{_CHINESE_NAME}+", fold_text(chinese))):
                count = name.count("·") + 1
                spans = [words[i : i + count] for words in latin for i in range(len(words) - count + 1)]
                found = [list(transliterations(model, parts(" ".join(span), name))) for span in spans]
                yield from next((pairs for pairs in found if len(pairs) == count), [])


def fit(pairs: Sequence[Pair], sounds: Mapping[str, str]) -> tuple[Shares, Counts]:
    """P(letters | character) by expectation maximisation from uniform cuts, and the last counts."""
    table: Shares = {}
    for left in reversed(range(_ROUNDS)):
        counts: _Counting = defaultdict(lambda: defaultdict(float))
        for pair in pairs:
            _expect(*pair, table, counts)
        table = _shares(counts, sounds, 0 if left else _DISCOUNT)
    return table, counts


def _expect(latin: str, han: str, table: Shares, counts: _Counting) -> None:
    """Add to ``counts`` what each character is expected to stand for in a pair (forward-backward)."""
    size = len(latin)
    forward, arcs = [[1.0] + [0.0] * size], []
    for char in han:
        before, after, found = forward[-1], [0.0] * (size + 1), []
        known = table.get(char, {})
        for start in range(size + 1):
            for end in range(start, min(start + LONGEST, size) + 1) if before[start] else ():
                cut = latin[start:end]
                if weight := known.get(cut, 0.0) if table else _LENGTHS[len(cut)] * 26.0 ** -len(cut):
                    found.append((start, end, weight))
                    after[end] += before[start] * weight
        forward.append(after)
        arcs.append(found)
    total = forward[-1][size]
    backward = [0.0] * size + [1.0]
    for at in reversed(range(len(han))) if total else ():
        now = [0.0] * (size + 1)
        for start, end, weight in arcs[at]:
            through = weight * backward[end]
            now[start] += through
            counts[han[at]][latin[start:end]] += forward[at][start] * through / total
        backward = now


def _shares(counts: Counts, sounds: Mapping[str, str], discount: float) -> Shares:
    """Shares of each character's counts, eked out with those of all characters of its sound."""
    by_sound: _Counting = defaultdict(lambda: defaultdict(float))
    for char, cuts in counts.items():
        for cut, count in cuts.items():
            by_sound[sounds.get(char, char)][cut] += count
    table: Shares = {}
    for char, cuts in counts.items():
        alike = by_sound[sounds.get(char, char)]
        share = _SAME_SOUND / (sum(alike.values()) + _ANY_SOUND)
        total = sum(cuts.values()) + _SAME_SOUND
        table[char] = {
            cut: (max(cuts.get(cut, 0) - discount, 0) + share * count) / total
            for cut, count in alike.items()
            if count > 0.02
        }
    return table


def evidence(
    table: Shares, counts: Counts, logp: Callable[[str], float], rare: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """The best cuts of each character with the natural log of how much likelier it makes them.

    A cut with ``*`` for its vowels stands for all that differ in vowels. ``rare`` is what each
    character tells by itself.
    """
    found = {}
    for char, cuts in table.items():
        if sum(counts[char].values()) < _LEAST_COUNT or rare.get(char, 0) < _RAREST:
            continue
        vowelless: defaultdict[str, float] = defaultdict(float)
        for cut, share in cuts.items():
            vowelless[mask(cut)] += share
        gains = {
            cut: gain
            for cut, share in sorted(vowelless.items(), key=lambda item: -item[1])[:_MASKED]
            if "*" in cut and share > 0.02 and (gain := math.log(_OTHER_VOWELS * share) - logp(cut)) > 0.3
        }
        for cut, share in sorted(cuts.items(), key=lambda item: -item[1])[:_CUTS]:
            gain = math.log(share) - logp(cut)
            if share > 0.003 and (not cut or gain > max(gains.get(mask(cut), 0) + 0.5, 0.3)):
                gains[cut] = gain
        gains = {cut: gain + _RARITY * rare.get(char, 0) for cut, gain in gains.items()}
        if any(cut and gain > 1 for cut, gain in gains.items()):
            found[char] = {cut: gain for cut, gain in gains.items() if gain > 0.5 or not cut}
    return found


def background(words: Iterable[str]) -> Callable[[str], float]:
    """The natural log of the share of letters, ``*`` any vowel, in names: a model of letter pairs."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word in words:
        counts[""].update(word)
        for first, second in pairwise(word):
            counts[first][second] += 1
    totals = {first: found.total() + 26 for first, found in counts.items()}

    @cache
    def logp(cut: str) -> float:
        spelled = ("".join(choice) for choice in product(*("aeiouy" if c == "*" else c for c in cut)))
        return math.log(
            sum(
                math.prod((counts[a][b] + 1) / totals[a] for a, b in zip(["", *word], word, strict=False))
                for word in spelled
            )
        )

    return logp


def rarity(data: Path, pairs: Iterable[Pair]) -> dict[str, float]:
    """For each character the log of its share of names over its share of articles, from -4 to 4."""
    names = Counter("".join(han for _, han in pairs))
    text: Counter[str] = Counter()
    for number, (_, body) in enumerate(rows(data, ["zhwiki_heading_section"])):
        if number % 10 == 0:
            text.update(char for char in fold_text(body) if re.match(f"[{HAN}]", char))
    scale = math.log(text.total() / names.total())
    return {
        char: max(-4.0, min(4.0, scale + math.log((count + 0.5) / (text[char] + 2))))
        for char, count in names.items()
    }


def _sounds() -> dict[str, str]:
    """The first reading of each character in CC-CEDICT, without its tone."""
    sounds: dict[str, str] = {}
    for line in cedict_lines():
        if entry := re.match(rf"\S+ ([{HAN}]) \[([a-z:]+)\d\]", line):
            sounds.setdefault(fold_text(entry[1]), entry[2])
    return sounds


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
