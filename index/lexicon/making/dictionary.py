"""Makes the bilingual dictionary: ``python -m index.lexicon.making.dictionary DATA FILE``.

The pairs of words come from CC-CEDICT and Wiktionary, those of names also from CedPane. CC-CEDICT tells as
well which Chinese words are variants or abbreviations of others (环保, 环境保护); which spellings are of one
name (新西兰, 纽西兰) all three do. Words of the mainland and of Taiwan for one thing are listed. DATA holds
Wiktionary and parallel sentences as ``NAME.jsonl.xz`` with a pair ``{"a", "b"}`` a line, and CedPane's own
``cedpane.tsv``.
The strength of a pair is the probability that one of its words is translated by the other.
It is estimated from the sentences, and from how many translations each word has. Pairs that the lexicon's
vectors know as well are left out. Two minutes on one core.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, permutations
from pathlib import Path

from index.lexicon.dictionary import MOST_WORDS, STRENGTHS, Translation, entry_line, keys
from index.lexicon.lexicon import Lexicon, bundled_lexicon, bundled_tokenizer
from index.lexicon.making.build import CEDICT_ENTRY, cedict_lines, chinese_glosses
from index.lexicon.making.formulas import FORMULAS
from index.lexicon.making.regional_terms import REGIONAL_TERMS
from index.lexicon.making.same_names import alternates, same_names
from index.text.fold import fold_text
from index.text.han import HAN
from index.text.tokenizer import Tokenizer

#: The sources of pairs beside CC-CEDICT. WordNet with the Chinese Open Wordnet gained nothing.
WIKTIONARY, NAMES = "wiktionary_en_cmn", "cedpane.tsv"
#: Parallel sentences, and how many pairs of each source are read.
SENTENCES = {"tatoeba_cmn_eng": 30_000, "jiyu_examples": 120_000, "tw_laws_parallel": 10_000}
#: How many observed translations the dictionaries' word is worth.
_PRIOR = 4.0
#: The least strength that is kept, and how much it must exceed the squared cosine of the vectors.
_LEAST, _MORE = 0.25, 0.1
#: Spaces of a phrase that must occur in the sentences. The glosses of that length are explanations.
_LONG = 3
_CHINESE = re.compile(rf"[{HAN}]{{1,8}}")
_ENGLISH = re.compile(r"[a-z]+(?:[ '-][a-z]+)*")
#: These stand for another word, or are no gloss.
_SLOT = re.compile(r"\b(?:sb|sth|sb's|one's|oneself|etc|esp|eg|ie|particle|prefix|suffix|surname)\b")
_ACRONYM = re.compile(r" ?\(([A-Z]{2,6})\)")
#: Names, but not those of the 9,000 townships of China.
_NAME = re.compile(r"[A-Z](?!.* (?:Township|Banner)\b)")
_LABEL = re.compile(r"<[^<>]*>")

#: What stands before the word that an entry of CC-CEDICT is another form of.
_OTHER_FORM = re.compile(
    r"\b(?:variant of|equivalent of|abbr\. (?:for|to|of)|same as|also (?:written|called|known as)"
    r"|now (?:written|called)|usually written|short form of|contraction of|contracted form of"
    rf"|(?:short|old|former|common|alternative|another) (?:name|term) (?:of|for)) [\"“]?([{HAN}·|]+)"
)
#: The length of these forms. A single character has too many variants.
_FORM = re.compile(rf"[{HAN}·]{{2,14}}")
#: How likely a word and its only other form are the same.
_SAME = 0.9

#: A folded Chinese word, and English words with spaces between.
Pair = tuple[str, str]


def main(data: Path, file: Path) -> None:
    """Write the dictionary of the sources in ``data`` to ``file``."""
    lexicon = bundled_lexicon()
    tokenizer = bundled_tokenizer()
    pairs = read_pairs(data, tokenizer)
    print(f"{len(pairs):,} pairs", file=sys.stderr)
    strengths = estimate(pairs, sentences(data, tokenizer))
    kept = {pair: strength for pair, strength in strengths.items() if strength >= _LEAST}
    print(f"{len(kept):,} strong ones", file=sys.stderr)
    kept = {pair: s for pair, s in kept.items() if s > known(pair, lexicon, tokenizer) + _MORE}
    print(f"{len(kept):,} that the vectors do not know", file=sys.stderr)
    forms = {pair: s for pair, s in other_forms(cedict_lines()).items() if s >= _LEAST}
    forms = same_names(cedict_lines(), _named(data), _SAME) | forms | dict.fromkeys(regional_pairs(), _SAME)
    forms = {pair: s for pair, s in forms.items() if s > known(pair, lexicon, tokenizer) + _MORE}
    print(f"{len(forms):,} other forms of Chinese words", file=sys.stderr)
    for formula in FORMULAS:
        for name in (formula.chinese, formula.english):
            forms |= {(fold_text(formula.formula), name): _SAME, (name, fold_text(formula.formula)): _SAME}
    file.write_bytes(written(kept, forms))


def regional_pairs() -> set[tuple[str, str]]:
    """The pairs of `REGIONAL_TERMS`, both ways."""
    return {pair for words in REGIONAL_TERMS for pair in permutations(words, 2)}


def read_pairs(data: Path, tokenizer: Tokenizer) -> set[Pair]:
    """All pairs of the sources."""
    lines = (_ACRONYM.sub(r"/\1/", line) for line in cedict_lines())
    found = [
        (chinese, gloss)
        for chinese, glosses in chinese_glosses(lines, most=sys.maxsize).items()
        for gloss in glosses
    ]
    found += [(fold_text(chinese), english) for english, chinese in _read(data / f"{WIKTIONARY}.jsonl.xz")]
    if (data / NAMES).exists():
        found += [(fold_text(chinese), name) for name, chinese in read_names(data / NAMES)]
    else:
        print(f"{data / NAMES} is missing: names are left out", file=sys.stderr)
    pairs = ((chinese, short_gloss(gloss, tokenizer)) for chinese, gloss in found)
    return {pair for pair in pairs if _CHINESE.fullmatch(pair[0]) and pair[1]}


def other_forms(lines: Iterable[str]) -> dict[Pair, float]:
    """Two Chinese words that CC-CEDICT calls the same → how likely the one stands for the other."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if entry := CEDICT_ENTRY.match(line):
            word = fold_text(entry[2])
            for match in _OTHER_FORM.finditer(entry[3]):
                other = fold_text(match[1].split("|")[-1])
                if other != word and _FORM.fullmatch(word) and _FORM.fullmatch(other):
                    found[word].add(other)
                    found[other].add(word)
    return {(word, other): _SAME / len(others) for word, others in found.items() for other in others}


def _named(data: Path) -> Iterator[Pair]:
    """English names, and how Chinese writes each, maybe in another region."""
    yield from _read(data / f"{WIKTIONARY}.jsonl.xz")
    if (data / NAMES).exists():
        yield from alternates(read_names(data / NAMES))


def read_names(file: Path) -> Iterator[Pair]:
    """The names in CedPane's list and how Chinese writes each: "Abbe; Abee (surname)" are two."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            english, chinese = line.split("\t")[:2]
            names = map(str.strip, _LABEL.sub("", english).split(";"))
            yield from ((name, chinese) for name in names if _NAME.match(name) and len(chinese) > 1)


def short_gloss(gloss: str, tokenizer: Tokenizer) -> str:
    """The words of a gloss, "" if it is long, or an explanation, or made of anything but words."""
    gloss = re.sub(r"\([^()]*\)", "", gloss).strip()
    if gloss[:1].isupper():
        gloss = re.split(", | in ", gloss)[0]  # "Ryazan, Russian town", "Lankao county in Kaifeng"
    folded = fold_text(gloss)
    if not _ENGLISH.fullmatch(folded) or _SLOT.search(folded):
        return ""
    words = tokenizer.words(folded)
    return " ".join(words) if len(words) <= MOST_WORDS else ""


def estimate(pairs: Collection[Pair], texts: Iterable[Sequence[Collection[str]]]) -> dict[Pair, float]:
    """The strength of each pair. ``texts`` are the keys of Chinese sentences and of their translations."""
    english_of: dict[str, dict[str, Pair]] = defaultdict(dict)
    for pair in pairs:
        english_of[pair[0]][pair[1].replace(" ", "")] = pair
    translations = Counter(word for pair in pairs for word in pair)
    found: Counter[str] = Counter()
    met: Counter[Pair] = Counter()
    of_key = {pair[1].replace(" ", ""): pair[1] for pair in pairs}
    for chinese, english in texts:
        found.update(chinese)
        found.update(of_key[key] for key in english if key in of_key)
        for word in chinese:
            if others := english_of.get(word):
                met.update(others[key] for key in english if key in others)
    strengths = {}
    for pair in pairs:
        one, other = ((met[pair] + _PRIOR / translations[w]) / (found[w] + _PRIOR) for w in pair)
        if found[pair[1]] or pair[1].count(" ") < _LONG:
            strengths[pair] = one + other - one * other
    return strengths


def sentences(data: Path, tokenizer: Tokenizer) -> Iterator[tuple[set[str], set[str]]]:
    """The keys of each Chinese sentence and of its English partner."""
    for name, most in SENTENCES.items():
        for english, chinese in islice(_read(data / f"{name}.jsonl.xz"), most):
            yield _keys_in(tokenizer.words(chinese)), _keys_in(tokenizer.words(english))


def _keys_in(words: Sequence[str]) -> set[str]:
    spans = (words[at : at + length] for length in range(1, MOST_WORDS + 1) for at in range(len(words)))
    return {key for span in spans for key in keys(span)}


def known(pair: Pair, lexicon: Lexicon, tokenizer: Tokenizer) -> float:
    """The squared cosine of the pair's vectors, 0 if one of them is unknown or no single word."""
    single = all(len(tokenizer.words(word)) == 1 for word in pair if not word.isascii())
    return max(0.0, lexicon.similarity(*pair)) ** 2 if single else 0.0


def written(strengths: Mapping[Pair, float], forms: Mapping[Pair, float]) -> bytes:
    """The dictionary file: entries of both languages, and further ones for the ``forms`` of words.

    >>> written({("桥", "bridge"): 0.8}, {("索桥", "绳桥"): 0.9}).decode().split()
    ['bridge', '8桥', '桥', '8bridge', '索桥', '9绳桥']
    """
    entries: dict[str, list[Translation]] = defaultdict(list)
    for (chinese, english), strength in sorted(strengths.items(), key=lambda item: (-item[1], item[0])):
        strength = min(strength, (STRENGTHS - 1) / STRENGTHS)
        entries[chinese].append(Translation(english, strength))
        entries[english.replace(" ", "")].append(Translation(chinese, strength))
    for (word, other), strength in sorted(forms.items(), key=lambda item: (-item[1], item[0])):
        entries[word.replace(" ", "")].append(Translation(other, strength))
    return b"".join(sorted(entry_line(*entry).encode() for entry in entries.items()))


def _read(path: Path) -> Iterator[Pair]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            yield pair["a"], pair["b"]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
