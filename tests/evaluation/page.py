"""Writes EVALUATION.md from the figures that `evaluate` measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

#: Figures of one measurement, as `evaluate.run` gives them; runs are kept under their names.
Run = Mapping[str, Any]
Runs = Mapping[str, Run]

#: Where the sets come from: what, repository, licence.
SETS = {
    "cmrc2018_trial": ("Simplified Chinese, encyclopedic", "ymcui/cmrc2018", "CC BY-SA 4.0"),
    "drcd_dev": ("Traditional Chinese, encyclopedic", "DRCKnowledgeTeam/DRCD", "CC BY-SA 3.0"),
    "dureader_checklist_dev": (
        "web text; unanswerable ones have a passage found for them", "Eric8932/CURC", "none stated",
    ),
    "dureader_robust_dev": ("web text", "Eric8932/CURC", "none stated"),
    "squad2_dev": (
        "English, encyclopedic; unanswerable ones look answered", "chrischute/squad", "CC BY-SA 4.0",
    ),
    "xquad_dev_en": ("English, encyclopedic", "google-deepmind/xquad", "CC BY-SA 4.0"),
    "xquad_dev_zh": ("the same in Chinese, under English titles", "google-deepmind/xquad", "CC BY-SA 4.0"),
}  # fmt: skip
#: nDCG@10 of models on XQuADRetrieval: parameters, Chinese, English.
PUBLISHED = {
    "multilingual-e5-large": ("560 M", 0.96391, 0.984),
    "multilingual-e5-small": ("118 M", 0.95469, 0.97469),
    "LaBSE": ("471 M", 0.85663, 0.8529),
    "paraphrase-multilingual-MiniLM-L12-v2": ("118 M", 0.8523, 0.88496),
    "all-MiniLM-L6-v2": ("23 M", 0.24225, 0.94357),
}
BESIDE = {
    "bm25_words": "BM25, jieba words",
    "bm25_bigrams": "BM25, character bigrams",
    "minilm": "all-MiniLM-L6-v2",
    "bm25_minilm": "BM25 words + all-MiniLM-L6-v2",
}
LANGUAGES = {
    "Chinese questions, Chinese articles": ("zh→zh",),
    "English questions, English articles": ("en→en",),
    "Across the languages": ("zh→en", "en→zh"),
}
ABSTAINING = ("answerable_refused", "unanswerable_refused", "auroc", "calibration_error")


def page(results: Mapping[str, Any]) -> str:
    """The whole page, from what build/evaluation.json holds."""
    return "\n\n".join(_parts(results, results["runs"])) + "\n"


def _parts(results: Mapping[str, Any], runs: Runs) -> Iterator[str]:
    versions = ", ".join(" ".join(pair) for pair in results["versions"].items())
    yield "# Evaluation"
    yield prose(f"""
        Written by `make evaluate DATA=FOLDER` from what `qa eval --json` printed on {results["date"]}, on
        {results["cores"]} cores. Compared with {versions}.
    """)
    limits = sorted({run["limit"] or 0 for run in runs.values()})
    if limits != [0]:
        drawn = " or ".join(str(limit or "all") for limit in limits)
        yield f"**Not the whole sets: {drawn} of each one's questions, drawn at random.**"

    yield "## Questions and articles"
    rows = []
    for name, run in sorted(runs.items()):
        if run["corpus"] == run["asked"]:
            what, repository, licence = SETS.get(name, ("–", "", "–"))
            counts = [run["figures"]["documents"], run["all_questions"], run["all_unanswerable"]]
            link = f"[{repository}](https://github.com/{repository})" if repository else "–"
            rows.append([name, *map(count, counts), what, link, licence])
    yield table(["set", "documents", "questions", "unanswerable", "what", "from", "licence"], rows, "lrrrlll")
    yield prose("""
        **The weights were fitted to these questions.** On texts never seen, expect less. A document is
        an article here. *A → B*: questions of A asked of the documents of B, which are in the other language.
    """)

    yield "## Retrieval"
    yield prose("""
        nDCG@10 by leg (BM25 with the question's words only, soft BM25 with their likes, vectors),
        and of all together, as `qa search` ranks.
    """)
    rows = []
    for name, run in runs.items():
        figures = run["figures"]
        legs = [figures["legs"][leg] for leg in ("bm25", "soft", "vector")]
        more = [figures[key] for key in ("recall@1", "recall@5", "recall@10", "mrr@10")]
        rows.append([name, *strongest([*legs, figures["ndcg@10"]]), *map(figure, more)])
    legs = ["own words", "soft BM25", "vectors", "all"]
    yield table(["set", *legs, "recall@1", "recall@5", "recall@10", "MRR@10"], rows)
    yield prose("""
        Beside it, on the same documents and questions: BM25 (bm25s), all-MiniLM-L6-v2, which knows English
        only, and the sum of both, standardised for each question.
    """)
    yield table(["set", "Yinju", *BESIDE.values()], [
        [name, *strongest([run["figures"]["ndcg@10"], *(run["beside"].get(key) for key in BESIDE)])]
        for name, run in runs.items()
    ])  # fmt: skip
    yield prose("""
        Published nDCG@10 of larger models on XQuADRetrieval of
        [MTEB](https://github.com/embeddings-benchmark/results/tree/f4cc6c8b365a3c779dbc708d6affe0b0355b2ddf)
        (multilingual-e5-small: its file of August 2024, at 319e81d), and ours on half of that set: 120
        paragraphs and 612 questions of 240 and 1,190, so half as much to mistake for the right one, each
        under its title.
    """)
    pair = [runs.get("xquad_dev_zh"), runs.get("xquad_dev_en")]
    ours = [figure(run["figures"]["ndcg@10"] if run else None) for run in pair]
    rows = [["**Yinju**, half of the set", "–", *ours]]
    rows += [[model, size, figure(zh), figure(en)] for model, (size, zh, en) in PUBLISHED.items()]
    yield table(["model", "parameters", "zh → zh", "en → en"], rows)

    yield "## Answers"
    yield prose("""
        Share of the answerable questions whose answer stands word for word (script, width and case aside) in
        the first quoted sentence, and in any; a refused one counts. *Sentences*: quoted on average.
    """)
    keys = ("answer_in_first_sentence", "answer_in_quotes", "sentences_quoted", "answerable_refused")
    rows = [[name, *(figure(run["figures"][key]) for key in keys)] for name, run in runs.items()]
    yield table(["set", "in the first sentence", "in the quotes", "sentences", "refused"], rows)

    yield "## Knowing when there is no answer"
    yield prose("""
        As many questions of other sets in the same language, none with its document here. *Refused* get no
        answer; AUROC: the probability that an answerable question has the higher confidence.
    """)
    rows = []
    for name, run in runs.items():
        if others := run["figures"]["others"]:
            told = [figure(others[key]) for key in ABSTAINING]
            rows.append([name, *told, count(others["questions"]), ", ".join(others["folders"])])
    header = ["set", "answerable refused", "others refused", "AUROC", "calibration error", "others", "from"]
    yield table(header, rows, "lrrrrrl")
    rows = [
        [name, *(figure(run["figures"][key]) for key in ABSTAINING)]
        for name, run in runs.items()
        if run["figures"]["unanswerable_refused"] is not None
    ]
    if rows:
        yield "Harder: the unanswerable questions of a set itself, each with a passage that seems to answer."
        yield table(["set", "answerable refused", "unanswerable refused", "AUROC", "calibration error"], rows)

    yield "## Is confidence a probability?"
    yield prose("""
        Where confidence is calibrated, the share *answerable* equals its *mean*; the calibration error is the
        mean distance of the two. *Quoted* is the share in whose quotes a known answer stands.
    """)
    for title, languages in LANGUAGES.items():
        chosen = [run["figures"]["others"] for run in runs.values() if run["languages"] in languages]
        yield from reliability(title, [others["reliability"] for others in chosen if others])
    own = [run["figures"]["reliability"] for run in runs.values()]
    yield from reliability("Sets with unanswerable questions of their own", own)

    yield "## Speed"
    yield "Passages added in a second; the time within which half of the questions, and 95 %, are answered."
    rows = []
    for name, run in runs.items():
        told = run["figures"]
        rate, times = round(told["passages_per_second"]), [told["p50_ms"], told["p95_ms"]]
        rows.append([name, count(told["passages"]), count(rate), *(figure(time, 1) for time in times)])
    yield table(["set", "passages", "passages/s", "p50, ms", "p95, ms"], rows)


def reliability(title: str, lists: Iterable[Sequence[Mapping[str, Any]] | None]) -> Iterator[str]:
    """One table of the bins of several runs together, if any has bins."""
    rows, distance, total = [], 0.0, 0
    for bins in zip(*filter(None, lists), strict=True):
        held = sum(found["count"] for found in bins)
        confidence, answerable, quoted = (mean(bins, key) for key in ("confidence", "answerable", "quoted"))
        label = f"{bins[0]['start']:.1f}–{bins[0]['end']:.1f}"
        rows.append([label, count(held), figure(confidence), figure(answerable), figure(quoted)])
        if confidence is not None and answerable is not None:
            distance, total = distance + held * abs(confidence - answerable), total + held
    if total:
        yield f"**{title}**, calibration error {figure(distance / total)}:"
        yield table(["confidence", "questions", "mean", "answerable", "quoted"], rows)


def mean(bins: Iterable[Mapping[str, Any]], key: str) -> float | None:
    """Mean of ``key`` over the bins, weighted by their counts; None where no bin has it."""
    told = [(found["count"], found[key]) for found in bins if found[key] is not None]
    total = sum(held for held, _ in told)
    return sum(held * value for held, value in told) / total if total else None


def prose(text: str) -> str:
    """One line a paragraph, whatever its lines in here."""
    return " ".join(text.split())


def table(header: Sequence[str], rows: Iterable[Sequence[str]], sides: str = "") -> str:
    """A Markdown table; ``sides`` has l or r for each column, by default l for the first alone."""
    rule = ["---" if side == "l" else "---:" for side in sides or "l" + "r" * (len(header) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (header, rule, *rows))


def strongest(values: Sequence[float | None]) -> list[str]:
    """The values written out, the greatest in bold."""
    top = max((value for value in values if value is not None), default=None)
    return [figure(value) if value is None or value != top else f"**{figure(value)}**" for value in values]


def figure(value: float | None, places: int = 3) -> str:
    return "–" if value is None else f"{value:.{places}f}"


def count(value: int) -> str:
    return f"{value:,}"
