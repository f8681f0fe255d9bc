"""Where a source opens outside the app: in an editor at its line, in a browser at its words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from made_up_app import ARTICLES
from textual.app import App

from index.errors import UsageError
from index.types import Article, Block, Kind, Span
from qa.output.addresses import name_of, web_address
from tui.system.open_with import (
    Editing,
    browse,
    browser_address,
    edit,
    existing,
    file_of,
)

FILE = Path("/articles/账 本.txt")


@pytest.mark.parametrize(
    ("editor", "command", "in_terminal"),
    [
        ("vim", ["vim", "+7", "--", str(FILE)], True),
        ("nvim -R", ["nvim", "-R", "+7", "--", str(FILE)], True),
        ("/usr/bin/nano", ["/usr/bin/nano", "+7", str(FILE)], True),
        ("emacs -nw", ["emacs", "-nw", "+7", str(FILE)], True),
        ("hx", ["hx", f"{FILE}:7"], True),
        ("code --wait", ["code", "--wait", "--goto", f"{FILE}:7"], False),
        ("subl", ["subl", f"{FILE}:7"], False),
        ("zed", ["zed", f"{FILE}:7"], False),
        ("kate", ["kate", "--line", "7", str(FILE)], False),
        ("'/opt/my editor/ed' -x", ["/opt/my editor/ed", "-x", str(FILE)], True),
    ],
)
def test_an_editor_is_told_the_line_in_its_own_way(
    editor: str, command: list[str], in_terminal: bool
) -> None:
    editing = Editing.of({"EDITOR": editor}, FILE, 7)
    assert [*editing.command] == command
    assert editing.in_terminal is in_terminal


def test_visual_goes_before_editor_and_an_empty_one_does_not_count() -> None:
    assert Editing.of({"VISUAL": "hx", "EDITOR": "vi"}, FILE, 1).command[0] == "hx"
    assert Editing.of({"VISUAL": " ", "EDITOR": "vi"}, FILE, 1).command[0] == "vi"


@pytest.mark.parametrize("environ", [{}, {"EDITOR": ""}, {"EDITOR": "vi 'unclosed"}])
def test_without_an_editor_the_error_says_what_to_set(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        Editing.of(environ, FILE, 1)
    assert "EDITOR" in caught.value.hint


def test_a_file_name_that_looks_like_a_command_stays_one_argument() -> None:
    name = Path("/articles/--cmd; rm -rf $HOME `x`.txt")
    assert Editing.of({"EDITOR": "vi"}, name, 1).command[-1] == str(name)


def test_the_web_address_of_an_article_is_one_that_it_names() -> None:
    named = replace(ARTICLES[1], source="https://harbor.example/daily?id=7")
    assert web_address(named) == named.source
    for source in (
        None,
        "Harbor Daily",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://[harbor]/",
        "ftp://a/b",
    ):
        assert web_address(replace(ARTICLES[1], source=source)) is None
    for source in ("https://a.example/\x1b[31m", "https://a.example/ -x"):
        assert web_address(replace(ARTICLES[1], source=source)) is None


def test_a_browser_is_sent_to_the_words(tmp_path: Path) -> None:
    page = tmp_path / "回應 #1.html"
    page.write_text("<p>研究所表示</p>", "utf-8")
    local = browser_address(replace(ARTICLES[2], path=str(page)), "研究所表示，不會-改變\n第二行")
    address, fragment = local.split("#", 1)
    assert unquote(address) == f"file://{page}"
    assert fragment.startswith(":~:text=") and "-" not in fragment and "," not in fragment
    assert unquote(fragment.removeprefix(":~:text=")) == "研究所表示，不會-改變"

    plain = tmp_path / "offer.txt"
    plain.write_text("x", "utf-8")
    assert browser_address(replace(ARTICLES[1], path=str(plain)), "offer") == plain.as_uri()
    named = replace(ARTICLES[1], source="https://harbor.example/7")
    long = "Harbor AI doubled its offer to the researcher Lin Lan to $240 million"
    assert unquote(browser_address(named, long)).endswith(":~:text=Harbor AI doubled its offer to the")


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    for path in (str(tmp_path / "gone.html"), str(tmp_path), "relative.txt"):
        with pytest.raises(UsageError, match="gone"):
            existing(replace(ARTICLES[2], path=path))


def test_an_article_among_others_in_a_file_is_no_file(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(b"PK")
    among = replace(ARTICLES[2], path=f"{archive}!/folder/b.txt")
    assert file_of(among) == archive
    with pytest.raises(UsageError, match="one of several in"):
        existing(among)
    archive.unlink()
    assert file_of(among) is None
    with pytest.raises(UsageError, match="gone"):
        existing(among)
    alone = tmp_path / "重要!" / "b.txt"  # no archive, though it looks like one
    alone.parent.mkdir()
    alone.write_text("x", encoding="utf-8")
    assert (
        existing(replace(ARTICLES[2], path=str(alone)))
        == file_of(replace(ARTICLES[2], path=str(alone)))
        == alone
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/a/b.txt", "b.txt"),
        ("/a/x.zip!/2024/b.md", "x.zip!/2024/b.md"),
        ("/a/x.jsonl!/line 12", "x.jsonl!/line 12"),
        ("/a/x.zip!/\x1b[31m\u202e\n.md", "x.zip!/[31m .md"),
    ],
)
def test_an_article_in_a_file_of_several_is_named_with_it(path: str, name: str) -> None:
    assert name_of(path) == name


def test_a_document_is_not_for_an_editor(tmp_path: Path) -> None:
    document = tmp_path / "a.pdf"
    document.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    with pytest.raises(UsageError, match=r"an editor cannot show it: the file is a PDF.*in a browser"):
        edit(App(), replace(ARTICLES[2], path=str(document)), Span(0, 1))


def a_vault(tmp_path: Path, programs: Path, handler: str) -> Article:
    """A note in a vault, where xdg-open writes down what it is given."""
    note = tmp_path / "vault" / "笔记.md"
    (note.parent / ".obsidian").mkdir(parents=True)
    note.write_text("# 长桥\n\n长桥很长。\n", encoding="utf-8")
    programs.mkdir()
    for name, line in (("xdg-mime", f"echo {handler}"), ("xdg-open", f'echo "$1" >> {programs}/opened')):
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)
    blocks = (Block(Kind.HEADING, 0, 4, 1, 2), Block(Kind.PARAGRAPH, 6, 11))
    return replace(ARTICLES[1], path=str(note), text="# 长桥\n\n长桥很长。", blocks=blocks, source=None)


@pytest.mark.parametrize("handler", ["obsidian.desktop", ""])
async def test_a_note_in_a_vault_opens_in_obsidian_if_it_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handler: str
) -> None:
    article = a_vault(tmp_path, tmp_path / "bin", handler)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("tui.system.open_with._OPEN", f"open({str(tmp_path / 'browser')!r}, 'w')")
    app = App[object]()
    async with app.run_test():
        monkeypatch.setattr("webbrowser.get", lambda: object())
        browse(app, article, Span(6, 11))
        await app.workers.wait_for_complete()
    opened = tmp_path / "bin" / "opened"
    if handler:
        [link] = opened.read_text().split()
        assert link == "obsidian://open?vault=vault&file=%E7%AC%94%E8%AE%B0%23%E9%95%BF%E6%A1%A5"
    assert opened.exists() == bool(handler) != (tmp_path / "browser").exists()


def test_a_served_page_gives_nothing_to_obsidian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article = replace(a_vault(tmp_path, tmp_path / "bin", "obsidian.desktop"), source="https://a.example/b")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(App, "is_web", True)
    sent: list[str] = []
    monkeypatch.setattr(App, "open_url", lambda self, url, new_tab=True: sent.append(url))
    browse(App(), article, Span(6, 11))
    assert len(sent) == 1 and sent[0].startswith("https://a.example/b")
    assert not (tmp_path / "bin" / "opened").exists()
