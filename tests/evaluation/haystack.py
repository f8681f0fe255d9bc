"""The haystack: the questions that are asked in two languages, among 35,000 first paragraphs of Wikipedia.

For each language a set of its own: the documents of that language which answer, the documents of all other
sets, and the leads. The same documents in the other language are not there, nor are those of other sets about
the same subjects: they would answer as well.
"""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from qa.evaluation.dataset import Dataset, read_rows

#: Files of rows ``{"a": title, "b": text}``, and how many of each are drawn.
LEADS, DRAWN = ("zhwiki_title_lead.jsonl.xz", "enwiki_title_lead.jsonl.xz"), 17_500
#: What the names of these sets begin with.
PREFIX = "haystack_"
_SEED = 17

Document = tuple[str, str, str]


def write_haystacks(
    pair: Sequence[Path], sets: Mapping[Path, Dataset], leads: Path, into: Path
) -> list[Path]:
    """Writes a set ``into/haystack_LANGUAGE`` for each set NAME_LANGUAGE of the ``pair``.

    ``leads`` is the folder of `LEADS`.
    """
    subjects = {title for folder in pair for _, title, _ in sets[folder].documents} - {""}
    others = [
        (f"{folder.name}-{key}", title, text)
        for folder, data in sets.items()
        if folder not in pair
        for key, title, text in data.documents
        if title not in subjects
    ]
    others += [document for name in LEADS for document in _drawn(leads / name)]
    return [_write(folder, [*sets[folder].documents, *others], into) for folder in pair]


def _drawn(file: Path) -> Iterator[Document]:
    with lzma.open(file, "rt", encoding="utf-8") as opened:
        lines = opened.readlines()
    name = file.name.partition(".")[0]
    for at in sorted(random.Random(_SEED).sample(range(len(lines)), min(DRAWN, len(lines)))):
        row = json.loads(lines[at])
        yield f"{name}-{at}", row["a"], row["b"]


def _write(folder: Path, documents: Sequence[Document], into: Path) -> Path:
    written = into / f"{PREFIX}{folder.name.rpartition('_')[2]}"
    written.mkdir(parents=True, exist_ok=True)
    files = {
        "corpus": [{"_id": key, "title": title, "text": text} for key, title, text in documents],
        "queries": read_rows(folder, "queries", "_id"),
        "qrels": read_rows(folder, "qrels", "query-id"),
    }
    for name, rows in files.items():
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (written / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    return written
