"""The questions that ``fit.py`` fits the weights on, each asked of a library made of question sets.

Sets alone are paragraphs in one language. People keep whole articles, in both: so paragraphs of one title
are joined as well ("long"), and sets with the same questions in two languages give libraries with half of
the documents in each language ("mixed") and with every document in both ("both").
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import md5
from itertools import product
from pathlib import Path
from typing import NamedTuple

from evaluate import Plan, language, plans
from scipy.cluster.hierarchy import DisjointSet

from index.text.fold import fold_text
from index.text.language import detect
from qa.evaluation.dataset import Dataset, Question, read_dataset, sample, unanswerable_questions

Documents = Sequence[tuple[str, str, str]]
Sets = Mapping[Path, Dataset]
#: Set → document id → its paragraph, see ``paragraphs``.
Paragraphs = Mapping[Path, Mapping[str, int]]

#: Paragraphs that a long article has at most, and questions drawn for it: its set asks them already.
LONG, LONG_QUESTIONS = 6, 900
#: Documents of small libraries; draws the same ones every time.
SMALL, SEED = (1, 3, 6, 12), 2024
#: Questions for the confidence, of the documents' own set and of each other, if it is whole and if small.
OWN, STRANGERS = (120, 12), (12, 2)


class Asked(NamedTuple):
    """Questions asked of documents; ``paragraphs`` tells by question id what each is about.

    ``own``: whether they are of the set of the documents; ``whole``: whether the documents are a whole set.
    """

    name: str
    documents: Documents
    questions: Sequence[Question]
    paragraphs: Mapping[str, int]
    own: bool = True
    whole: bool = True


def paragraphs(sets: Sets) -> dict[Path, dict[str, int]]:
    """Set → document id → a number that is the same for the same text and for its translation.

    Folds are drawn by it, so that no paragraph is fitted on in one language and measured in the other.
    """
    of = {folder: {key: _digest(text) for key, _, text in data.documents} for folder, data in sets.items()}
    same = DisjointSet(number for held in of.values() for number in held.values())
    for corpus, asked in pairs(sets):
        about = _about(sets[corpus], of[corpus])
        for question, number in _about(sets[asked], of[asked]).items():
            if question in about:
                same.merge(number, about[question])
    least = {number: min(group) for group in same.subsets() for number in group}
    return {folder: {key: least[number] for key, number in held.items()} for folder, held in of.items()}


def pairs(sets: Sets) -> list[Plan]:
    """Sets with the same questions in two languages, both ways round."""
    return [plan for plan in plans(dict(sets)) if plan.corpus != plan.asked]


def with_answers(sets: Sets) -> Iterator[Asked]:
    """All questions whose answers are known, of every kind of library; those of one library in a row."""
    of, across = paragraphs(sets), pairs(sets)
    paired = {folder for plan in across for folder in plan}
    for folder, data in sets.items():
        yield Asked(folder.name, data.documents, _answered(data), _about(data, of[folder]))
        for plan in across:
            if plan.corpus == folder:
                about = _about(sets[plan.asked], of[plan.asked])
                yield Asked(plan.name, data.documents, _answered(read_dataset(*plan)), about)
        titles = {title for _, title, _ in data.documents}
        if folder not in paired and "" not in titles and 2 * len(titles) <= len(data.documents):
            questions = sample(_answered(data), LONG_QUESTIONS)
            yield Asked(f"{folder.name} long", long(data.documents), questions, _about(data, of[folder]))
    for plan in across:
        if plan.corpus < plan.asked:
            yield from _mixed(plan, sets, of)
            yield from _both(plan, sets, of)


def long(documents: Documents) -> Documents:
    """Articles of up to ``LONG`` neighbouring documents of one title, which heads them.

    A title in the other language than its text, as translated sets have, is left out.
    """
    by_title = defaultdict(list)
    for _, title, text in documents:
        by_title[title].append(text)
    articles = []
    for title, texts in by_title.items():
        of_text = detect(texts[0])[:2]
        head = "" if {detect(title)[:2], of_text} == {"zh", "en"} else title
        for at in range(0, len(texts), LONG):
            text = "\n\n".join(filter(None, [head, *texts[at : at + LONG]]))
            articles.append((f"{title} {at} {of_text}", head, text))
    return articles


def _mixed(plan: Plan, sets: Sets, of: Paragraphs) -> Iterator[Asked]:
    """Half of the documents in one language, the others in the other; questions in each language."""
    documents: list[tuple[str, str, str]] = []
    answers: dict[str, tuple[str, ...]] = {}
    for side, folder in enumerate(plan):
        here = {key for key, number in of[folder].items() if number % 2 == side}
        documents += [(f"{folder.name} {k}", "", text) for k, _, text in sets[folder].documents if k in here]
        about = {id for id, number in _about(sets[folder], of[folder]).items() if number % 2 == side}
        answers |= {q.id: q.answers for q in sets[folder].questions if q.id in about}
    for folder in plan:
        data = sets[folder]
        questions = [replace(q, answers=answers[q.id]) for q in _answered(data) if answers.get(q.id)]
        yield Asked(f"mixed, {language(data)}", documents, questions, _about(data, of[folder]))


def _both(plan: Plan, sets: Sets, of: Paragraphs) -> Iterator[Asked]:
    """Long articles of every document in both languages; the answers in the question's own are right."""
    documents = [document for folder in plan for document in long(sets[folder].documents)]
    for folder in plan:
        data = sets[folder]
        yield Asked(f"both, {language(data)}", documents, _answered(data), _about(data, of[folder]))


def with_strangers(sets: Sets) -> Iterator[Asked]:
    """Every set's own questions beside those of others, asked of the whole set and of small libraries.

    Of the whole set, its unanswerable questions are asked as well. Sets whose names begin alike
    (dureader_robust, dureader_checklist) may answer each other's questions.
    """
    of, own = paragraphs(sets), set(plans(dict(sets)))
    for (corpus, data), size in product(sets.items(), (None, *SMALL)):
        documents, whole = data.documents, size is None
        if size is not None:
            asked_about = {key for q in _answered(data) for key in data.qrels[q.id]}
            found = [document for document in documents if document[0] in asked_about]
            documents = random.Random(SEED + size).sample(found, min(size, len(found)))
        kept = {key for key, _, _ in documents}
        for asked, other in sets.items():
            plan = Plan(corpus, asked)
            if mine := plan in own:
                held = read_dataset(*plan)
                questions = [q for q in _answered(held) if not kept.isdisjoint(held.qrels[q.id])]
                questions += [q for q in held.questions if whole and not q.answerable]
            elif corpus.name.split("_")[0] != asked.name.split("_")[0]:
                questions = unanswerable_questions(data, other)
            else:
                continue
            drawn = sample(questions, (OWN if mine else STRANGERS)[not whole])
            yield Asked(plan.name, documents, drawn, _about(other, of[asked]), mine, whole)


def _answered(data: Dataset) -> list[Question]:
    return [q for q in data.questions if q.answerable and q.answers and data.qrels.get(q.id)]


def _about(data: Dataset, of_document: Mapping[str, int]) -> dict[str, int]:
    """Question id → the paragraph of its most relevant document."""
    best = {question: max(grades, key=grades.__getitem__) for question, grades in data.qrels.items()}
    return {question: of_document[key] for question, key in best.items() if key in of_document}


def _digest(text: str) -> int:
    return int(md5(fold_text(text).encode(), usedforsecurity=False).hexdigest(), 16)
