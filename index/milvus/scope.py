"""Filters as expressions that the server evaluates."""

from __future__ import annotations

from index.errors import UsageError
from index.milvus.connection import Server, one_of, quoted
from index.types import Scope, Selection, Where

#: The scope of nothing at all.
NOWHERE = Where("")
#: The most articles that an expression names.
_NAMED = 100_000


def select(server: Server, selection: Selection) -> Scope:
    """The passages of the articles that pass. UsageError: more articles have a name than can be told."""
    parts = _facts(selection)
    if not selection.names:
        ids = [one_of("article", selection.articles)] if selection.articles else []
        return Where(" and ".join([*parts, *ids]) or "id >= 0")
    # Names are looked for in the articles, which are fewer: the passages would each have to hold them.
    ids = [one_of("id", selection.articles)] if selection.articles else []
    named = " or ".join(f"names like {quoted(_like(name))}" for name in selection.names)
    found = []
    for row in server.rows("articles", " and ".join([f"({named})", *parts, *ids]), ["names"], 8000):
        if any(name in row["names"] for name in selection.names):
            found.append(row["id"])
    if len(found) > _NAMED:
        raise UsageError(
            "more than {most} articles are called so", "give a longer name, or a date", most=f"{_NAMED:,}"
        )
    return Where(one_of("article", found)) if found else NOWHERE


def _like(name: str) -> str:
    """A pattern that finds the name, and few others: what it might take as a wildcard matches anything."""
    return "%" + "".join("_" if char in '%_\\"' else char for char in name) + "%"


def _facts(selection: Selection) -> list[str]:
    """What holds for articles and their passages alike, see `qa.question.filters.Filters.allows`."""
    parts = []
    if selection.languages:
        chinese = ("zh-Hans", "zh-Hant") if "zh" in selection.languages else ()
        parts.append(one_of("language", [*selection.languages, *chinese]))
    if selection.after or selection.before:
        parts.append('published != ""')
    if selection.after:
        parts.append(f"published >= {quoted(selection.after)}")
    if before := selection.before:
        # What is dated by its year alone is before none of its months.
        whole = {before[:length] for length in (4, 7, 10)}
        parts.append(f"published < {quoted(before)}")
        parts += [f"published != {quoted(each)}" for each in sorted(whole)]
    return parts
