"""Writes EVALUATION.md from the figures that `evaluate` measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from evaluation_facts import (
    GOALS,
    LEAST_AUROC,
    LEAST_REFUSED,
    MARGIN,
    MOST_LOST,
    MOST_SENTENCES,
    PUBLISHED,
    SETS,
    Bars,
    Source,
)

#: Figures of one measurement, as `evaluate.run` gives them; runs are kept under their names.
Run = Mapping[str, Any]
Runs = Mapping[str, Run]

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


class Goal(NamedTuple):
    """A figure and the bar that it is to reach or, ``at_most``, to stay under."""

    run: str
    figure: str
    value: float | None
    bar: float
    at_most: bool = False

    @property
    def missing(self) -> float:
        """How far it is from the bar, 0 where that is reached."""
        if self.value is None:
            return self.bar
        return max(0.0, self.value - self.bar if self.at_most else self.bar - self.value)


def page(results: Mapping[str, Any]) -> str:
    """The whole page, from what build/evaluation.json holds."""
    runs: Runs = results["runs"]
    parts = [
        head(results),
        data(runs),
        retrieval(runs),
        published(runs),
        answers(runs),
        abstaining(runs),
        calibration(runs),
        speed(runs, results["cores"]),
        falls_short(runs),
    ]
    return "\n\n".join(paragraph for part in parts for paragraph in part) + "\n"


def head(results: Mapping[str, Any]) -> Iterator[str]:
    yield "# Evaluation"
    versions = ", ".join(" ".join(pair) for pair in results["versions"].items())
    yield prose(f"""
        Written by `make evaluate DATA=FOLDER` from what `qa eval --json` printed on {results["date"]}, on
        {results["cores"]} cores. Every figure is from that run, but for the published ones of other
        models, whose sources stand with them. Compared with {versions}.
    """)
    limits = sorted({run["limit"] or 0 for run in results["runs"].values()})
    if limits != [0]:
        drawn = " or ".join(str(limit or "all") for limit in limits)
        yield f"**Not the whole sets: {drawn} of each one's questions, drawn at random.**"


def data(runs: Runs) -> Iterator[str]:
    yield "## Questions and articles"
    rows = []
    for name, run in sorted(runs.items()):
        if run["corpus"] == run["asked"]:
            what, repository, licence = SETS.get(name, Source("–", "", "–"))
            counts = [run["figures"]["documents"], run["all_questions"], run["all_unanswerable"]]
            link = f"[{repository}](https://github.com/{repository})" if repository else "–"
            rows.append([name, *map(count, counts), what, link, licence])
    yield table(["set", "documents", "questions", "unanswerable", "what", "from", "licence"], rows, "lrrrlll")
    yield prose("""
        **These sets were used to choose.** The lexicon was trained on other texts, from which their
        sentences had been taken out. But its recipe was chosen on them, and the weights that rank, choose
        sentences and judge confidence, with the constants in `qa/tuning.py`, were fitted to their
        questions. On texts never seen, expect less.
    """)
    yield prose("""
        Each document becomes an article of a library, with its title where the set gives one. Each
        question goes through the code of `qa search` and of `qa ask`. *A → B* means questions of A asked
        of the documents of B, which are in the other language.
    """)


def retrieval(runs: Runs) -> Iterator[str]:
    yield "## Retrieval"
    yield prose("""
        nDCG@10, without the questions that have no relevant document. Each leg alone, then everything
        together as `qa search` ranks: *own words* is the word leg (BM25) with the question's words only,
        *soft BM25* the same with their synonyms and translations, *vectors* the FAISS leg.
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
        Beside it, nDCG@10 on the same documents, titles included, and the same questions: plain BM25
        (bm25s) on jieba's words, and on pairs of Chinese characters; all-MiniLM-L6-v2, which knows
        English only; and the sum of BM25 and that model, both standardised for each question. In
        *xquad_dev_zh* the titles are English, which helps English questions, plain BM25 most of all.
    """)
    rows = [
        [name, *strongest([run["figures"]["ndcg@10"], *(run["beside"].get(key) for key in BESIDE)])]
        for name, run in runs.items()
    ]
    yield table(["set", "Yinju", *BESIDE.values()], rows)


def published(runs: Runs) -> Iterator[str]:
    yield "## Published figures of larger models"
    yield prose("""
        nDCG@10 on XQuADRetrieval of [MTEB](https://github.com/embeddings-benchmark/mteb), Chinese
        questions on Chinese paragraphs and English on English, as its repository of results has them.
        Below them the figures of the tables above.
    """)
    rows = [
        [model, parameters, figure(zh), figure(en), f"[file]({file})"]
        for model, parameters, zh, en, file in PUBLISHED
    ]
    pair = [runs.get("xquad_dev_zh"), runs.get("xquad_dev_en")]
    ours = [run["figures"]["ndcg@10"] if run else None for run in pair]
    rows.append(["**Yinju**, half of the set", "–", *map(figure, ours), "this run"])
    for key, name in BESIDE.items():
        theirs = [run["beside"].get(key) if run else None for run in pair]
        rows.append([f"{name}, half of the set", "–", *map(figure, theirs), "this run"])
    yield table(["model", "parameters", "zh → zh", "en → en", "source"], rows, "lrrrl")
    yield prose("""
        The same: questions, paragraphs as documents, the measure. Not the same: MTEB has 240 paragraphs
        and 1,190 questions, the sets here are half of it, 120 and 612, so that there is half as much to
        mistake for the right paragraph (all-MiniLM-L6-v2 stands in both parts of the table to compare);
        here each paragraph stands under the title of its article, in MTEB it does not; and Yinju was
        tuned on this half, the models were not. Of bge-m3 that repository has Russian and Thai only
        (0.960, 0.955). The file of multilingual-e5-small is of August 2024; a later one has Hindi and
        Thai only. MTEB does not ask these questions across languages.
    """)


def answers(runs: Runs) -> Iterator[str]:
    yield "## Answers"
    yield prose("""
        Share of the answerable questions whose answer, as the set gives it, stands word for word (script,
        width and case aside) in the first quoted sentence, and in any of them. A question that is refused
        has no quotes and counts in all columns. *Sentences* are those quoted for a question on average.
    """)
    keys = ("answer_in_first_sentence", "answer_in_quotes", "sentences_quoted", "answerable_refused")
    rows = [[name, *(figure(run["figures"][key]) for key in keys)] for name, run in runs.items()]
    yield table(["set", "in the first sentence", "in the quotes", "sentences", "refused"], rows)


def abstaining(runs: Runs) -> Iterator[str]:
    yield "## Knowing when there is no answer"
    yield prose("""
        Questions of other sets in the same language, asked of these documents: as many as there are
        answerable ones, evenly from the sets named, and none whose own document, or another under the
        same title, is here. A few may be answered here all the same. *Refused* is the share that gets no
        answer; AUROC the probability that an answerable question has the higher confidence.
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


def calibration(runs: Runs) -> Iterator[str]:
    yield "## Is confidence a probability?"
    yield prose("""
        Answerable questions and those of other sets together, by confidence. Where it is calibrated, the
        share *answerable* equals its *mean*. *Quoted* is the share in whose quotes a known answer stands;
        below the threshold nothing is quoted. The calibration error is the distance between mean
        confidence and share answerable, averaged over the questions.
    """)
    for title, languages in LANGUAGES.items():
        chosen = [run["figures"]["others"] for run in runs.values() if run["languages"] in languages]
        yield from reliability(title, [others["reliability"] for others in chosen if others])
    own = [run["figures"]["reliability"] for run in runs.values()]
    yield from reliability("Sets with unanswerable questions of their own", own)


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


def speed(runs: Runs, cores: int) -> Iterator[str]:
    yield "## Speed"
    yield prose(f"""
        On {cores} cores: passages added in a second, with their words, vectors and both indexes; and the
        time within which half of the questions, and 95 % of them, get their answer in a running process.
    """)
    rows = []
    for name, run in runs.items():
        told = run["figures"]
        rate, times = round(told["passages_per_second"]), [told["p50_ms"], told["p95_ms"]]
        rows.append([name, count(told["passages"]), count(rate), *(figure(time, 1) for time in times)])
    yield table(["set", "passages", "passages/s", "p50, ms", "p95, ms"], rows)


def falls_short(runs: Runs) -> Iterator[str]:
    yield "## Goals, and what falls short"
    found = sorted(goals(runs), key=lambda goal: not goal.missing)
    reached = sum(not goal.missing for goal in found)
    yield prose(f"""
        The goals were set for other sets of the same kinds. On these, {reached} of {len(found)} are
        reached.
    """)
    rows = []
    for goal in found:
        bar = f"{'≤' if goal.at_most else '≥'} {figure(goal.bar)}"
        verdict = f"**no**, by {figure(goal.missing)}" if goal.missing else "yes"
        rows.append([goal.run, goal.figure, figure(goal.value), bar, verdict])
    yield table(["set", "figure", "here", "goal", "reached"], rows, "llrrl")
    hard = {name: run["figures"]["auroc"] for name, run in runs.items()}
    told = ", ".join(f"{figure(value)} on {name}" for name, value in hard.items() if value is not None)
    if told:
        yield prose(f"""
            Confidence tells articles about something else from articles that answer far better than a
            passage that is about the question and lacks the answer from one that has it: for that, AUROC
            is {told}.
        """)


def goals(runs: Runs) -> Iterator[Goal]:
    """Every goal that a run has."""
    for name, run in runs.items():
        figures = run["figures"]
        start = name if run["corpus"] == run["asked"] else f"→ {run['corpus']}"
        bars = next((bars for key, bars in GOALS.items() if start.startswith(key)), Bars(None, None, None))
        margin = next((points for key, points in MARGIN.items() if start.startswith(key)), None)
        rivals = [run["beside"][key] for key in ("bm25_words", "bm25_bigrams") if key in run["beside"]]
        ndcg = max(rivals) + margin if margin and rivals else bars.ndcg
        if ndcg:
            yield Goal(name, "nDCG@10", figures["ndcg@10"], ndcg)
        if bars.first and bars.quotes:
            yield Goal(name, "answer in the first sentence", figures["answer_in_first_sentence"], bars.first)
            yield Goal(name, "answer in the quotes", figures["answer_in_quotes"], bars.quotes)
            yield Goal(name, "sentences quoted", figures["sentences_quoted"], MOST_SENTENCES, at_most=True)
        if others := figures["others"]:
            yield Goal(name, "answerable refused", others["answerable_refused"], MOST_LOST, at_most=True)
            yield Goal(name, "others refused", others["unanswerable_refused"], LEAST_REFUSED)
            yield Goal(name, "AUROC against others", others["auroc"], LEAST_AUROC)


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
    return [
        f"**{figure(value)}**" if value is not None and value == top else figure(value) for value in values
    ]


def figure(value: float | None, places: int = 3) -> str:
    return "–" if value is None else f"{value:.{places}f}"


def count(value: int) -> str:
    return f"{value:,}"
