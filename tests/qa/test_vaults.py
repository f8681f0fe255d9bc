"""Links to notes in Obsidian."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from made_up import a_passage, an_article

from index.types import PinnedQuote
from qa.output import export, sheet, terminal
from qa.types import Answer, AnswerSentence, Citation, Context, Hit
from qa.vaults import vault_link


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "我的 笔记 & more"
    (folder / ".obsidian").mkdir(parents=True)
    return folder


def opened(link: str | None) -> dict[str, str]:
    """What Obsidian reads in a link."""
    assert link is not None and link.isascii() and not set(link) & set(' "<>()[]{}\\^`|#')
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc) == ("obsidian", "open")
    return {key: value for key, [value] in parse_qs(parts.query, strict_parsing=True).items()}


def test_a_note_is_named_by_its_vault_and_path(vault: Path) -> None:
    assert opened(vault_link(str(vault / "读书 笔记" / "100% & a+b=c?#1.md"))) == {
        "vault": "我的 笔记 & more",
        "file": "读书 笔记/100% & a+b=c?#1",
    }
    assert opened(vault_link(str(vault / "图.html")))["file"] == "图.html"


@pytest.mark.parametrize(
    ("heading", "place"),
    [
        ("## 长桥的历史 ##", "#长桥的历史"),
        ("C# and [[links|x]]: a^b %%c%%", "#C and links x a b c"),
        ("", ""),
        ("## ", ""),
    ],
)
def test_it_opens_at_the_heading(vault: Path, heading: str, place: str) -> None:
    assert opened(vault_link(str(vault / "a.md"), heading, 3))["file"] == f"a{place}"


def test_a_pdf_opens_at_its_page(vault: Path) -> None:
    assert opened(vault_link(str(vault / "a.pdf"), "Heading", 3))["file"] == "a.pdf#page=3"
    assert opened(vault_link(str(vault / "a.pdf")))["file"] == "a.pdf"


def test_the_nearest_vault_counts_and_elsewhere_there_is_no_link(vault: Path, tmp_path: Path) -> None:
    (vault / "inner" / ".obsidian").mkdir(parents=True)
    assert opened(vault_link(str(vault / "inner" / "x" / "a.md"))) == {"vault": "inner", "file": "x/a"}
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / ".obsidian").write_text("a file, no folder")
    for path in (tmp_path / "a.md", tmp_path / "file" / "a.md", Path("a.md"), f"{vault}/a.zip!/b.md"):
        assert vault_link(str(path)) is None


def test_a_name_that_is_no_text_is_a_link_all_the_same(vault: Path) -> None:
    link = vault_link(str(vault / "a\udcff.md"))
    assert link is not None and link.endswith("file=a%FF")


def an_answer(path: Path) -> Answer:
    article = replace(an_article(1), path=str(path))
    passage = replace(a_passage("The lake is deep."), heading="Below")
    hit = Hit(1, 0.9, passage, article, 1.0)
    context = (
        Context(0, 5, "# Top", "heading"),
        Context(6, 14, "## 长桥 (一)", "heading"),
        Context(15, 23, "A callout", "heading"),
        Context(24, 30, "Points:", "lead"),
    )
    citation = Citation(1, 0, 17, passage.text, hit, context=context)
    sentences = (AnswerSentence(passage.text, 1),)
    return Answer("How deep?", True, 0.9, sentences, (citation,), (), (), (hit,), 1.0)


def test_citations_have_the_link_wherever_they_are_shown(vault: Path) -> None:
    answer = an_answer(vault / "笔记 (1).md")
    link = answer.citations[0].link
    assert opened(link) == {"vault": "我的 笔记 & more", "file": "笔记 (1)#长桥 (一)"}
    assert json.loads(export.json(answer))["citations"][0]["link"] == link
    assert opened(answer.hits[0].to_json()["link"])["file"] == "笔记 (1)#Below"
    assert f"]({link})," in export.markdown(answer)
    assert f'<a href="{str(link).replace("&", "&amp;")}"><code>' in export.conversation_html("x", [answer])
    shown = terminal.answer(answer, terminal.Terminal(80, colour=True))
    assert f"\x1b]8;;{link}\x1b\\{vault}/笔记 (1).md\x1b]8;;\x1b\\" in shown
    assert "\x1b" not in terminal.answer(answer, terminal.Terminal())


def test_without_a_vault_nothing_is_linked(tmp_path: Path) -> None:
    answer = an_answer(tmp_path / "a.md")
    assert "link" not in json.loads(export.json(answer))["citations"][0]
    assert "](" not in export.markdown(answer)
    assert "\x1b]8" not in terminal.answer(answer, terminal.Terminal(80, colour=True))


def test_the_quote_sheet_links_its_sources(vault: Path) -> None:
    article = replace(an_article(1), path=str(vault / "a.pdf"))
    pinned = PinnedQuote(1, article, 0, 5, "Words", 4, "", "2026-01-01")
    text = sheet.markdown([sheet.SheetQuote(pinned, "right", article)])
    link = text.split("](")[1].split(")")[0]
    assert opened(link)["file"] == "a.pdf#page=4"
    assert "obsidian" not in sheet.plain([sheet.SheetQuote(pinned, "right", article)])
