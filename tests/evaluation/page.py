"""Writes EVALUATION.md: the text is in page.md, the rows of its tables come from what `evaluate` measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

#: Figures of one measurement, as `evaluate.run` gives them. Runs are kept under their names.
Run = Mapping[str, Any]

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
    "haystack_en": (
        "xquad_dev_en among the documents of all sets and 35,000 leads of Wikipedia, in both languages",
        "", "–",
    ),
    "haystack_zh": ("xquad_dev_zh among them", "", "–"),
    "xquad_dev_en": ("English, encyclopedic", "google-deepmind/xquad", "CC BY-SA 4.0"),
    "xquad_dev_zh": ("the same in Chinese, under English titles", "google-deepmind/xquad", "CC BY-SA 4.0"),
}  # fmt: skip
BESIDE = ("bm25_words", "bm25_bigrams", "minilm", "bm25_minilm")
RANKED = ("recall@1", "recall@5", "recall@10", "mrr@10")
ANSWERED = ("answer_in_first_sentence", "answer_in_quotes", "sentences_quoted", "answerable_refused")
ABSTAINED = ("answerable_refused", "unanswerable_refused", "auroc", "calibration_error")
JUDGED = (
    "passage@1", "passage@5", "evidence_first", "evidence_any", "complete", "clean", "shown", "answered",
)  # fmt: skip
DOUBTED = ("near_refused", "other_refused", "right_wrong_auroc", "near_auroc", "sure", "sure_right")
LANGUAGES = {
    "Chinese questions, Chinese articles": ("zh→zh",),
    "English questions, English articles": ("en→en",),
    "Across the languages": ("zh→en", "en→zh"),
}
HARDER = """\
Harder: the unanswerable questions of a set itself, each with a passage that seems to answer.

| set | answerable refused | unanswerable refused | AUROC | calibration error |
| --- | ---: | ---: | ---: | ---: |
"""
BINS = """\
| confidence | questions | mean | answerable | quoted |
| --- | ---: | ---: | ---: | ---: |
"""


def page(results: Mapping[str, Any]) -> str:
    """The whole page, from what build/evaluation.json holds."""
    runs: Mapping[str, Run] = results["runs"]
    all_figures = {name: run["figures"] for name, run in runs.items()}
    others = {name: told["others"] for name, told in all_figures.items() if told["others"]}
    hard = {name: told for name, told in all_figures.items() if told["unanswerable_refused"] is not None}
    limits = sorted({run["limit"] or 0 for run in runs.values()})
    drawn = " or ".join(str(limit or "all") for limit in limits)
    groups = {name: told for name, told in results["judged"].items() if name != "kinds"}
    ours = {name: all_figures.get(f"xquad_dev_{name}", {}).get("ndcg@10") for name in ("zh", "en")}
    text = Template(Path(__file__).with_suffix(".md").read_text(encoding="utf-8")).substitute(
        date=results["date"],
        cores=results["cores"],
        versions=", ".join(" ".join(pair) for pair in results["versions"].items()),
        sample=f"**Not the whole sets: {drawn} of each one's questions, drawn at random.**" * (limits != [0]),
        sets=rows(described(run) for _, run in sorted(runs.items()) if run["corpus"] == run["asked"]),
        retrieval=rows(
            [name, *strongest([*told["legs"].values(), told["ndcg@10"]]), *figures(told, RANKED)]
            for name, told in all_figures.items()
        ),
        beside=rows(
            [name, *strongest([run["figures"]["ndcg@10"], *map(run["beside"].get, BESIDE)])]
            for name, run in runs.items()
        ),
        **{name: figure(value) for name, value in ours.items()},
        answers=rows([name, *figures(told, ANSWERED)] for name, told in all_figures.items()),
        others=rows(
            [name, *figures(told, ABSTAINED), f"{told['questions']:,}", ", ".join(told["folders"])]
            for name, told in others.items()
        ),
        harder=HARDER * bool(hard) + rows([name, *figures(told, ABSTAINED)] for name, told in hard.items()),
        judged=rows([name, *judged(told, JUDGED)] for name, told in groups.items()),
        doubted=rows([name, *judged(told, DOUBTED)] for name, told in groups.items()),
        kinds=rows([kind, *judged(told, told)] for kind, told in results["judged"]["kinds"].items()),
        reliability="\n\n".join(reliability_tables(runs)),
        speed=rows(
            [name, f"{told['passages']:,}", f"{told['passages_per_second']:,.0f}", *times(told)]
            for name, told in all_figures.items()
        ),
    )
    return re.sub(r"\n{3,}", "\n\n", text)


def described(run: Run) -> list[str]:
    what, repository, licence = SETS.get(run["corpus"], ("–", "", "–"))
    counts = (run["figures"]["documents"], run["all_questions"], run["all_unanswerable"])
    link = f"[{repository}](https://github.com/{repository})" if repository else "–"
    return [run["corpus"], *(f"{count:,}" for count in counts), what, link, licence]


def reliability_tables(runs: Mapping[str, Run]) -> Iterator[str]:
    for title, languages in LANGUAGES.items():
        chosen = [run["figures"]["others"] for run in runs.values() if run["languages"] in languages]
        yield from reliability(title, [others["reliability"] for others in chosen if others])
    own = [run["figures"]["reliability"] for run in runs.values()]
    yield from reliability("Sets with unanswerable questions of their own", own)


def reliability(title: str, lists: Iterable[Sequence[Mapping[str, Any]] | None]) -> Iterator[str]:
    """One table of the bins of several runs together, if any has bins."""
    told, distance, total = [], 0.0, 0
    for bins in zip(*filter(None, lists), strict=True):
        held = sum(found["count"] for found in bins)
        confidence, answerable, quoted = (mean(bins, key) for key in ("confidence", "answerable", "quoted"))
        label = f"{bins[0]['start']:.1f}–{bins[0]['end']:.1f}"
        told.append([label, f"{held:,}", figure(confidence), figure(answerable), figure(quoted)])
        if confidence is not None and answerable is not None:
            distance, total = distance + held * abs(confidence - answerable), total + held
    if total:
        yield f"**{title}**, calibration error {figure(distance / total)}:\n\n{BINS}{rows(told)}"


def mean(bins: Iterable[Mapping[str, Any]], key: str) -> float | None:
    """Mean of ``key`` over the bins, weighted by their counts; None where no bin has it."""
    told = [(found["count"], found[key]) for found in bins if found[key] is not None]
    total = sum(held for held, _ in told)
    return sum(held * value for held, value in told) / total if total else None


def rows(cells: Iterable[Sequence[str]]) -> str:
    """Rows of a Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def strongest(values: Sequence[float | None]) -> list[str]:
    """The values written out, the greatest in bold."""
    top = max((value for value in values if value is not None), default=None)
    return [figure(value) if value is None or value != top else f"**{figure(value)}**" for value in values]


def figures(told: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    return [figure(told[key]) for key in keys]


def judged(told: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    """Figures of `qa.evaluation.judged`: shares, and counts as they are."""
    return [
        f"{told[key]:.0f}" if key in ("questions", "shown", "sure") else figure(told[key]) for key in keys
    ]


def times(told: Mapping[str, Any]) -> list[str]:
    return [figure(told[key], 1) for key in ("p50_ms", "p95_ms")]


def figure(value: float | None, places: int = 3) -> str:
    return "–" if value is None else f"{value:.{places}f}"
