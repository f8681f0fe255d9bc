"""Examines the rows of a library on a Milvus server that say what the whole is: its format, its model."""

from __future__ import annotations

import secrets
from typing import Any

from index.errors import Damaged, Phrase
from index.ingest.prepare import vectors
from index.lexicon.embedder import LEXICON, load_embedder
from index.maintenance.comparison import vectors_match
from index.maintenance.findings import Finding, repaired
from index.milvus.connection import Server
from index.milvus.rows import PASSAGE, Row, new_passage_of
from index.milvus.schema import FORMAT, decoding, number, packed, unpacked
from index.storage.schema import Meta

#: Facts that a library has one of, and the kinds of their values.
_ONE = {"format": int, "meta": [str, str, int], "generation": [int, str]}
#: What is lost with a row of other kinds; without those not named here nothing is.
_LOST = {"word": "words", "folder": "folders"}
#: Passages whose vectors tell the model.
_ENOUGH = 20


def check_facts(server: Server, *, fix: bool) -> tuple[list[Finding], bool]:
    """What is wrong with the facts of a library; with ``fix``, mends it. The bool: whether one can go on.

    A row that cannot be read is removed, with what it said.
    """
    rows: dict[int, Row] = {}
    if server.has("facts"):
        rows = {row["id"]: row for row in server.rows("facts", "id >= 0", ["kind", "value"])}
    if number("format", "") not in rows:
        return [], True  # there is no library, or half of one, which opening it tells
    bad = [kind for kind in _ONE if not _is_sound(kind, rows.get(number(kind, "")))]
    others = [row for row in rows.values() if row["kind"] not in _ONE and _value(row) is None]
    if not bad and not others:
        return [], True
    kinds = sorted({*bad, *(row["kind"] for row in others)})
    text = Phrase("its rows of the kinds {kinds} cannot be read", kinds=", ".join(kinds))
    if not fix:
        return [Finding("facts", "wrong", text, Phrase("qa doctor --fix mends that"))], False
    values: dict[str, Any] = {"format": FORMAT, "generation": [1, secrets.token_hex(8)]}
    if "meta" in bad:
        if (meta := _meta_told(server)) is None:
            hint = Phrase("add its articles to a new library: its vectors do not tell which model made them")
            return [Finding("facts", "wrong", text, hint)], False
        values["meta"] = list(meta)
    server.put("facts", [_row(kind, values[kind]) for kind in bad])
    server.delete("facts", [row["id"] for row in others])
    lost = dict.fromkeys(_LOST.values(), 0)
    for row in others:
        if row["kind"] in _LOST:
            lost[_LOST[row["kind"]]] += 1
    if not any(lost.values()):
        return [Finding("facts", "mended", text)], True
    hint = Phrase("teach the words again, and add the folders again")
    return [repaired(Finding("facts", "wrong", text), 0, 0, lost, (), hint)], True


def _row(kind: str, value: Any) -> Row:
    return {"id": number(kind, ""), "kind": kind, "value": packed(["", value])}


def _value(row: Row) -> list[Any] | None:
    """The value of a fact, in a list; None: it cannot be read."""
    try:
        with decoding("", ""):
            _, value = unpacked(row["value"])
    except Damaged:
        return None
    return [value]


def _is_sound(kind: str, row: Row | None) -> bool:
    found = _value(row) if row else None
    if found is None:
        return False
    [value], wanted = found, _ONE[kind]
    if isinstance(wanted, list):
        return isinstance(value, list) and [type(each) for each in value] == wanted
    return type(value) is wanted


def _meta_told(server: Server) -> Meta | None:
    """The bundled lexicon, if it made the first vectors; None if not, or if there are none."""
    embedder = load_embedder(LEXICON)
    same = seen = 0
    for row in server.rows("passages", "id >= 0", [*PASSAGE, "dense"], _ENOUGH):
        try:
            passage = new_passage_of(row, server.url)
        except Damaged:
            continue
        own = server.get("articles", [row["article"]], ["title", "version"]).get(row["article"])
        if own is None or own["version"] != row["version"] or passage.aside or not any(row["dense"]):
            continue
        if len(row["dense"]) != embedder.dimensions:
            return None
        [made] = vectors(embedder, [(own["title"], passage)])
        same, seen = same + vectors_match(passage.vector, made), seen + 1
        if seen == _ENOUGH:
            break
    # Some of the vectors may be damaged; another model would make none the same.
    return Meta(embedder.name, embedder.fingerprint, embedder.dimensions) if same * 2 > seen else None
