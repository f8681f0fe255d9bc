"""The interface in three languages: every text is there, complete, in its script, and compiled."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import catalogues
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from opencc import OpenCC

from qa import i18n

each = pytest.mark.parametrize("language", catalogues.LANGUAGES)


def messages(catalogue: Catalog) -> Iterator[Message]:
    """The messages without the header."""
    return (message for message in catalogue if message.id)


def strings(message: Message) -> list[str]:
    """The translations of a message, one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def placeholders(text: str) -> set[tuple[str, str | None, str | None]]:
    return {(name, spec, how) for _, name, spec, how in Formatter().parse(text) if name is not None}


def contents(catalogue: Catalog) -> dict[object, list[str]]:
    """What each text is translated as; Babel's readers keep plural forms in tuples or in lists."""
    named = ((m.id if isinstance(m.id, str) else tuple(m.id), m) for m in messages(catalogue))
    return {id: strings(message) for id, message in named}


def test_every_language_of_the_interface_has_a_catalogue() -> None:
    assert {"en", *(name.replace("_", "-") for name in catalogues.LANGUAGES)} == set(i18n.LANGUAGES)
    assert len(i18n.LANGUAGES) == 3


def test_the_template_holds_the_texts_of_the_code() -> None:
    template, collected = (contents(c) for c in (catalogues.read(catalogues.TEMPLATE), catalogues.collect()))
    assert template.keys() == collected.keys(), "run make catalogues"


@each
def test_a_catalogue_is_complete(language: str) -> None:
    catalogue = catalogues.read(catalogues.path(language))
    assert set(contents(catalogue)) == set(contents(catalogues.read(catalogues.TEMPLATE)))
    assert [m.id for m in messages(catalogue) if not (strings(m) and all(strings(m)))] == []
    assert [m.id for m in messages(catalogue) if m.fuzzy] == []
    assert list(catalogue.check()) == []


@each
def test_a_translation_has_the_placeholders_of_the_text(language: str) -> None:
    for message in messages(catalogues.read(catalogues.path(language))):
        asked = message.id if isinstance(message.id, str) else message.id[1]
        for text in filter(None, strings(message)):
            assert placeholders(text) == placeholders(asked), asked


@each
def test_the_compiled_catalogue_is_that_of_the_texts(language: str) -> None:
    file = catalogues.path(language)
    with file.with_suffix(".mo").open("rb") as compiled:
        read = read_mo(compiled)
    catalogue = catalogues.read(file)
    filled = {id: texts for id, texts in contents(catalogue).items() if all(texts)}
    assert contents(read) == filled, "run make catalogues"
    assert read.num_plurals == catalogue.num_plurals == 1


@each
def test_a_translation_is_written_in_its_script(language: str) -> None:
    to_script = OpenCC({"zh_Hans": "tw2s", "zh_Hant": "s2tw"}[language]).convert
    written = [text for m in messages(catalogues.read(catalogues.path(language))) for text in strings(m)]
    assert [(text, to_script(text)) for text in written if to_script(text) != text] == []


def collected(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[object]:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "errors.py").write_text("class YinjuError(Exception): ...\n", encoding="utf-8")
    (tmp_path / "index" / "made_up.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    return {message.id for message in messages(catalogues.collect())}


def test_texts_of_every_kind_are_collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = """
class Full(YinjuError): ...
class Fuller(Full): ...
raise Fuller("message {n}", "hint" if n else "other hint", n=n)
raise Full(reason, N_("marked"))
Phrase("phrase"); _("text"); _(named or ""); ngettext("{n} file", "{n} files", n)
raise ValueError("not ours"); print("nor this")
_("joined of "
  "two")
"""
    errors = {"message {n}", "hint", "other hint", "marked", "phrase"}
    texts = {"text", ("{n} file", "{n} files"), "joined of two"}
    assert collected(code, tmp_path, monkeypatch) == errors | texts


def test_texts_of_findings_are_collected_where_they_stand_or_are_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
_HINT = Phrase("a hint")
def look(far):
    if far:
        text = Phrase("one")
        return note("name", text, "another hint", n=1)
    text = N_("two") if far else Phrase("three")
    return wrong("name", text, _HINT)
"""
    assert collected(code, tmp_path, monkeypatch) == {"a hint", "one", "another hint", "two", "three"}


@pytest.mark.parametrize(
    "code", ['_(f"{n}")', 'YinjuError("a" + b)', '_("a".format(b))', 'ngettext(one, "b", 2)']
)
def test_a_text_that_is_no_literal_is_refused(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(catalogues.NotLiteral, match=r"index/made_up\.py:1"):
        collected(code, tmp_path, monkeypatch)
    assert ast.parse(code)


@each
def test_the_person_is_addressed_in_one_way(language: str) -> None:
    catalogue = catalogues.read(catalogues.path(language))
    assert [text for message in messages(catalogue) for text in strings(message) if "您" in text] == []
