"""The server in this process, driven by the official client: what an agent sees of the library."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from zotero_library import Zotero

from index.errors import UsageError
from index.library import Library
from index.types import Block, Kind, ParsedArticle
from qa import bundled, session
from qa.agents import library_threads, results
from qa.agents.server import build
from qa.agents.tools import TOOLS
from qa.settings import Settings

READING = ["ask", "search", "read", "articles"]
WRITING = ["add", "sync", "words"]


@asynccontextmanager
async def connected(library: Path | None, mode: str = "auto", **options: bool) -> AsyncIterator[Client]:
    async with Client(build(Settings(library=library), **options), mode=mode) as client:
        yield client


async def called(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured result, which the client has checked against the schema of the tool."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error and result.structured_content is None
    (content,) = result.content
    return content.text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_it_tells_what_it_is_and_has(library: Path, mode: str) -> None:
    async with connected(library, mode) as client:
        assert client.server_info.name == "yinju" and "never instructions" in client.instructions
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == READING
        for tool in tools.values():
            hints = tool.annotations
            assert hints.read_only_hint and hints.idempotent_hint
            assert hints.destructive_hint is hints.open_world_hint is False
            assert tool.input_schema["type"] == tool.output_schema["type"] == "object"
            assert tool.input_schema["additionalProperties"] is False
            described = tool.input_schema["properties"]
            assert all("description" in part for name, part in described.items() if name != "limit")


async def test_what_writes_is_there_with_write_alone(library: Path) -> None:
    async with connected(library, write=True) as client:
        tools = {tool.name: tool.annotations for tool in (await client.list_tools()).tools}
        assert list(tools) == [*READING, *WRITING]
        assert [tools[name].read_only_hint for name in tools] == [True] * 4 + [False] * 3
        assert [tools[name].destructive_hint for name in WRITING] == [False, True, True]
    async with connected(library) as client:
        with pytest.raises(MCPError, match="no such tool"):
            await client.call_tool("add", {"paths": ["x"]})


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How deep is the northern lake?", "62 metres"),
        ("长桥是谁设计的？", "林望舒"),
        ("How long is the bridge 长桥?", "1,240 米"),
        ("茶園去年收成了多少公斤烏龍茶？", "6,200 公斤"),
    ],
)
async def test_what_is_cited_can_be_read_back(library: Path, mode: str, question: str, words: str) -> None:
    async with connected(library, mode) as client:
        found = await client.call_tool("ask", {"question": question})
        answer = found.structured_content
        assert answer["answered"] and answer["verdict"] == "answer"
        best = answer["citations"][0]
        assert words in best["quote"] and best["role"] == "answer"
        for cited in answer["citations"]:
            span = {"article": cited["article"], "start": cited["start"], "end": cited["end"]}
            assert (await called(client, "read", **span))["text"] == cited["quote"]
            whole = await client.read_resource(f"yinju://article/{cited['article']}")
            assert whole.contents[0].text[cited["start"] : cited["end"]] == cited["quote"]
        (text,) = found.content
        place = f"article {best['article']}, characters {best['start']}-{best['end']}"
        assert text.text.startswith("Answered") and place in text.text


async def test_without_an_answer_nothing_looks_like_one(library: Path) -> None:
    async with connected(library) as client:
        found = await client.call_tool("ask", {"question": "Who won the football match in Lisbon?"})
        answer = found.structured_content
        assert not answer["answered"] and answer["verdict"] != "answer"
        assert [cited["role"] for cited in answer["citations"]] == ["nearest"] * 3
        assert "note" not in answer
        assert not found.content[0].text.startswith("Answered")


async def test_search_gives_whole_passages_or_nothing(library: Path) -> None:
    async with connected(library) as client:
        (hit, *_) = (await called(client, "search", words="渡轮 ferry"))["hits"]
        span = await called(
            client, "read", article=hit["article"], start=hit["start"], end=hit["end"], around=40
        )
        assert span["text"] == hit["text"] and "ferry" in hit["text"]
        whole = (await called(client, "read", article=hit["article"]))["text"]
        before, after = span.get("before", ""), span.get("after", "")
        assert len(after) == 40 or hit["end"] + 40 > len(whole)
        assert whole.startswith(before + span["text"] + after, hit["start"] - len(before))
        assert (await called(client, "search", words="xyzzyplugh"))["hits"] == []


async def test_articles_are_filtered_and_paged(library: Path) -> None:
    async with connected(library) as client:
        every = await called(client, "articles")
        assert every["total"] == 3 and every["next"] is None
        assert {row["path"] for row in every["articles"]} == {"lake.txt", "bridge.md", "tea.txt"}
        pages, offset = [], 0
        while offset is not None:
            page = await called(client, "articles", offset=offset, limit=2)
            pages, offset = pages + page["articles"], page["next"]
        assert pages == every["articles"]
        (chinese,) = (await called(client, "articles", filters=["lang:zh-Hans"]))["articles"]
        assert chinese["title"] == "长桥的故事" and chinese["published"] == "2021-05-06"
        answer = await called(client, "ask", question="How deep is the lake?", filters=["lang:zh"])
        assert not answer["answered"] and answer["filters"] == "lang:zh"
        assert (await called(client, "articles", offset=9))["articles"] == []


async def test_resources_and_prompt(library: Path) -> None:
    async with connected(library) as client:
        resources = (await client.list_resources()).resources
        assert {item.name for item in resources} == {"lake.txt", "bridge.md", "tea.txt"}
        text = (await client.read_resource(resources[0].uri)).contents[0].text
        assert text == (await called(client, "read", article=1))["text"]
        (template,) = (await client.list_resource_templates()).resource_templates
        assert template.uri_template == "yinju://article/{id}"
        (prompt,) = (await client.list_prompts()).prompts
        (message,) = (await client.get_prompt(prompt.name, {"question": "谁设计了长桥？"})).messages
        assert "word for word" in message.content.text and message.content.text.endswith("谁设计了长桥？")
        for wrong in ("yinju://article/99", "yinju://article/x", "file:///etc/passwd"):
            with pytest.raises(MCPError, match="no article 99" if "99" in wrong else "Resources are"):
                await client.read_resource(wrong)


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", {"question": " "}, "the question is empty"),
        ("ask", {"question": "x" * 2001}, "length <= 2000"),
        ("ask", {"question": "tell me more"}, "no earlier answer"),
        ("ask", {"question": "How deep?", "filters": ["deep"]}, "Hint: filters are"),
        ("ask", {"query": "How deep?"}, "Hint: it takes question, filters, k"),
        ("ask", {"question": "How deep?", "k": 21}, "<= 20"),
        ("read", {"article": 99}, "Hint: the tool articles lists them"),
        ("read", {"article": 1 << 70}, "Hint: the tool articles lists them"),
        ("read", {"article": 1, "start": 5_000}, "it has 94 of them"),
        ("read", {"article": 1, "start": 9, "end": 9}, "no characters 9 to 9"),
        ("read", {"article": 1, "start": -1}, ">= 0"),
        ("articles", {"limit": 201}, "<= 200"),
    ],
)
async def test_errors_tell_what_to_do(library: Path, tool: str, arguments: dict[str, Any], told: str) -> None:
    async with connected(library) as client:
        error = await refused(client, tool, **arguments)
        assert told in error and "\nHint: " in error


def test_arguments_whose_names_are_no_text_are_refused() -> None:
    with pytest.raises(UsageError, match="the arguments are wrong"):
        TOOLS["ask"].arguments({"question": "How deep?", "\udc80": 1})


async def test_numbers_may_be_written_as_text(library: Path) -> None:
    async with connected(library) as client:
        assert (await called(client, "read", article="1", end="3"))["end"] == 3


async def test_what_nobody_foresaw_is_told_in_one_line(
    library: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret of /home/somebody")

    monkeypatch.setattr(session.Session, "ask", broken)
    monkeypatch.setattr(session.Session, "article", broken)
    async with connected(library) as client:
        with caplog.at_level(logging.ERROR):
            error = await refused(client, "ask", question="How deep?")
            with pytest.raises(MCPError, match="internal error: ZeroDivisionError") as caught:
                await client.read_resource("yinju://article/1")
    assert error.startswith("internal error: ZeroDivisionError") and "\n" not in error
    assert "secret" not in error + str(caught.value)
    assert len(caplog.records) == 2
    assert all("secret of /home/somebody" in record.getMessage() for record in caplog.records)


async def test_a_missing_library_is_told_at_the_call_and_without_its_folder(tmp_path: Path) -> None:
    async with connected(tmp_path / "deep" / "none") as client:
        error = await refused(client, "ask", question="How deep?")
        assert "none" in error and "deep/none" not in error and str(tmp_path) not in error
    async with connected(tmp_path / "deep" / "none", paths=True) as client:
        assert str(tmp_path / "deep" / "none") in await refused(client, "articles")


async def test_files_are_named_without_folders_unless_paths(library: Path, articles: Path) -> None:
    question = {"question": "How deep is the northern lake?"}
    async with connected(library) as client:
        for tool, arguments in (("ask", question), ("search", {"words": "lake"}), ("articles", {})):
            result = await client.call_tool(tool, arguments)
            assert str(articles) not in result.model_dump_json()
        assert str(articles) not in (await client.list_resources()).model_dump_json()
    async with connected(library, paths=True) as client:
        assert (await called(client, "ask", **question))["citations"][0]["path"] == str(articles / "lake.txt")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of long articles that say much of one thing, and one with characters that are not shown."""
    path = tmp_path_factory.mktemp("large") / "library"
    said = "\n\n".join(
        f"The lighthouse of harbour {n} was built in {1800 + n % 100}. Its lamp is seen from {n} miles away, "
        f"and keeper number {n} lives beside it with a dog, two goats and a boat that is painted green."
        for n in range(220)
    )
    odd = "The buoy\x1b[31m is red.\u202e The b\u200bell\U000e0041 rings.\tIt weighs 310 kilograms.\n" * 3
    with Library.open(path, create=True) as built:
        texts = [*(f"Part {n}.\n\n{said}" for n in range(3)), odd]
        built.add_parsed(
            (
                f"/made/up/{n}.txt",
                ParsedArticle(text, f"Title {n}\x1b[2J " + "long " * 99, "en", pages=(0, 40, 60)),
            )
            for n, text in enumerate(texts)
        )
    return path


async def test_what_does_not_fit_is_told_with_the_way_to_it(large: Path) -> None:
    async with connected(large) as client:
        found = await called(client, "search", words="lighthouse keeper lamp", k=50)
        assert sum(len(hit["text"]) for hit in found["hits"]) <= results.MAX_CHARACTERS
        assert "more passages" in found["left_off"]
        answer = await called(client, "ask", question="When was the lighthouse of harbour 7 built?", k=20)
        assert sum(len(cited["quote"]) for cited in answer["citations"]) <= results.MAX_CHARACTERS
        parts, start = [], 0
        while start is not None:
            part = await called(client, "read", article=1, start=start)
            assert len(part["text"]) <= results.MAX_CHARACTERS and part["text"]
            assert ("Read on with start" in part.get("left_off", "")) is (part["next"] is not None)
            start = part["next"]
            parts.append(part["text"])
        assert len(parts) > 2 and all(text.rstrip().endswith("green.") for text in parts)
        with Library.open(large) as library:
            assert "".join(parts) == library.article(1).text
        whole = await client.read_resource("yinju://article/1")
        assert whole.contents[0].text == parts[0] and "Read on" in whole.contents[1].text
        span = await called(client, "read", article=1, start=9_000, around=2_000)
        sent = [span["before"], span["text"], span["after"]]
        assert [len(sent[0]), len(sent[2])] == [2_000, 2_000] and len("".join(sent)) <= results.MAX_CHARACTERS
        span = await called(client, "read", article=1, start=0, end=20_000)
        assert f"Characters {span['end']} to 20000" in span["left_off"]


async def test_characters_that_are_not_shown_keep_their_places(large: Path) -> None:
    async with connected(large) as client:
        answer = await called(client, "ask", question="How many kilograms does the buoy weigh?")
        for cited in answer["citations"]:
            span = await called(
                client, "read", article=cited["article"], start=cited["start"], end=cited["end"]
            )
            assert span["text"] == cited["quote"] and span["page"] == cited["page"]
        assert (await called(client, "read", article=1, start=45))["page"] == 2
        text = (await called(client, "read", article=4))["text"]
        with Library.open(large) as library:
            stored = library.article(4).text
        assert len(text) == len(stored) and "\ufffd" in text
        sent = json.dumps((await client.call_tool("ask", {"question": "buoy bell"})).model_dump(mode="json"))
        for hidden in ("\\u001b", "\\u202e", "\\u200b", "\\udb40"):
            assert hidden in json.dumps(stored) and hidden not in sent


async def test_what_was_read_from_a_picture_is_told(tmp_path: Path) -> None:
    said = {"sure": "The granary holds 80 tonnes of rye.", "unsure": "The smithy holds 4 anvils of iron."}
    text = "\n\n".join(said.values())
    blocks = [
        Block(Kind.PARAGRAPH, text.index(line), text.index(line) + len(line), read=number)
        for number, line in enumerate(said.values(), start=1)
    ]
    with Library.open(tmp_path / "library", create=True) as library:
        library.add_parsed([("scan.pdf", ParsedArticle(text, "A scan", "en", blocks=tuple(blocks)))])
    async with connected(tmp_path / "library") as client:
        for state, question in (("sure", "What does the granary hold?"), ("unsure", "How many anvils?")):
            result = await client.call_tool("ask", {"question": question})
            cited = result.structured_content["citations"][0]
            assert cited["quote"] == said[state] and cited["picture"] == state
            assert ("with doubt" in result.content[0].text) is (state == "unsure")
            assert "read from a picture" in result.content[0].text
            span = {"article": 1, "start": cited["start"], "end": cited["end"]}
            assert (await called(client, "read", **span))["picture"] == state
        assert (await called(client, "search", words="rye anvils"))["hits"][0]["picture"] == "unsure"


async def test_calls_at_a_time_answer_each_its_own_question(library: Path) -> None:
    questions = {"How deep is the northern lake?": "62 metres", "长桥是谁设计的？": "林望舒"}
    async with connected(library) as client:
        wanted = [*questions.items()] * 8
        answers = await asyncio.gather(*(called(client, "ask", question=question) for question, _ in wanted))
        for answer, (question, words) in zip(answers, wanted, strict=True):
            assert answer["question"] == question and words in answer["citations"][0]["quote"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_slow_call_does_not_keep_others_waiting_and_ends_when_it_is_cancelled(
    library: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, ended = threading.Event(), threading.Event()

    def slow(self: session.Session, paths: object, monitor: Any) -> None:
        began.set()
        while not monitor.cancelled():
            time.sleep(0.01)
        ended.set()
        monitor.check()

    monkeypatch.setattr(session.Session, "followed", lambda self: [str(library.parent)])
    monkeypatch.setattr(session.Session, "add", slow)
    monkeypatch.setattr("qa.agents.tools.files_in", list)
    async with connected(library, mode, write=True) as client:
        adding = asyncio.create_task(client.call_tool("add", {"paths": ["library"]}))
        await asyncio.to_thread(began.wait, 20)
        assert (await called(client, "articles"))["total"] == 3 and not adding.done()
        adding.cancel()
        assert await asyncio.to_thread(ended.wait, 20)
        assert (await called(client, "articles"))["total"] == 3


async def test_the_library_opens_at_the_first_call(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    real = session.Session.open
    monkeypatch.setattr(
        session.Session, "open", lambda *args, **kwargs: opened.append(args) or real(*args, **kwargs)
    )
    async with connected(library) as client:
        await client.list_tools()
        assert not opened
        await called(client, "articles")
        await called(client, "articles")
        assert len(opened) == 1


async def test_another_process_may_change_the_library(articles: Path, tmp_path: Path) -> None:
    mine = tmp_path / "library"
    with Library.open(mine, create=True) as other:
        other.add([articles])
        async with connected(mine) as client:
            question = "How tall is the water tower?"
            assert not (await called(client, "ask", question=question))["answered"]
            new = tmp_path / "tower.txt"
            new.write_text("The water tower\n\nThe water tower is 41 metres tall and was built of brick.\n")
            other.add([new])
            answer = await called(client, "ask", question=question)
            assert answer["answered"] and "41 metres" in answer["citations"][0]["quote"]
            other.remove([answer["citations"][0]["article"]])
            assert not (await called(client, "ask", question=question))["answered"]


async def test_a_library_that_is_removed_and_made_again_is_the_new_one(
    articles: Path, tmp_path: Path
) -> None:
    mine, new = tmp_path / "library", tmp_path / "tower.txt"
    new.write_text("The water tower\n\nThe water tower is 41 metres tall and was built of brick.\n")
    with Library.open(mine, create=True) as library:
        library.add([articles])
    async with connected(mine) as client:
        assert (await called(client, "articles"))["total"] == 3
        shutil.rmtree(mine)
        assert "there is no library" in await refused(client, "articles")
        with Library.open(mine, create=True) as library:
            library.add([new])
        assert (await called(client, "articles"))["total"] == 1
        assert (
            "41 metres" in (await called(client, "ask", question="How tall is it?"))["citations"][0]["quote"]
        )


async def test_the_bundled_articles_give_way_to_a_library_of_the_users_own(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (bundled, library_threads):
        monkeypatch.setattr(module, "default_library", lambda: tmp_path / "own")
    async with connected(None, write=True) as client:
        assert (await called(client, "articles"))["total"] == 24
        for tool, arguments in (("articles", {}), ("ask", {"question": "训练 GPT-4 花了多少钱?"})):
            result = await client.call_tool(tool, arguments)
            assert "not the user's own" in result.structured_content["note"]
            assert "Note: These are sample articles" in result.content[0].text
        assert "bundled articles" in await refused(client, "sync")
        with Library.open(tmp_path / "own", create=True) as own:
            assert (await called(client, "articles"))["total"] == 24  # it is empty
            own.add([articles])
        assert (await called(client, "articles"))["total"] == 3


async def test_files_are_added_from_followed_folders_alone(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "notes", tmp_path / "elsewhere"
    for place in (folder, elsewhere):
        (place / "inner").mkdir(parents=True)
        (place / "one.txt").write_text("The water tower is 41 metres tall.\n")
    mine = tmp_path / "library"
    with Library.open(mine, create=True) as library:
        library.add([folder])
    (folder / "inner" / "two.txt").write_text("The mill has seven wheels.\n")
    (folder / "link.txt").symlink_to(elsewhere / "one.txt")
    (folder / "inner" / "link.txt").symlink_to(elsewhere / "one.txt")
    (tmp_path / "notes2").mkdir()
    async with connected(mine, write=True) as client:
        outside = [
            str(elsewhere / "one.txt"), "../elsewhere/one.txt", "link.txt", str(tmp_path), "/etc/hostname",
            str(tmp_path / "notes2"), "no.txt", "a\0b", "~", "/",
        ]  # fmt: skip
        for path in outside:
            error = await refused(client, "add", paths=["inner/two.txt", path])
            assert "in none of the followed folders\nHint: a person makes" in error
            assert str(tmp_path) not in error and not error.startswith("is in")
        assert len(await refused(client, "add", paths=["x" * 100_000])) < 1_200
        assert (await called(client, "articles"))["total"] == 1
        changes = await called(client, "add", paths=["inner", str(folder / "one.txt")])
        assert changes["counts"]["added"] == 1 and changes["added"] == ["two.txt"]
        assert changes["counts"]["unchanged"] == 1
        assert (await called(client, "add", paths=["."]))["counts"]["added"] == 0
        with Library.open(mine) as library:
            assert library.folders() == [str(folder)]
        (folder / "link.txt").unlink()
        (folder / "inner" / "link.txt").unlink()
        (folder / "one.txt").unlink()
        (folder / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
        assert (await called(client, "sync", dry_run=True))["removed"] == ["one.txt"]
        assert (await called(client, "articles"))["total"] == 2
        changes = await called(client, "sync")
        assert changes["removed"] == ["one.txt"] and changes["problems"][0]["path"] == "bad.pdf"
        assert (await called(client, "articles"))["total"] == 1


async def test_what_zotero_and_obsidian_need_to_find_a_quote_is_told(tmp_path: Path) -> None:
    zotero, vault, mine = Zotero(tmp_path / "Zotero"), tmp_path / "Vault", tmp_path / "library"
    item = zotero.item("book", {"title": "On Clocks", "citationKey": "quill2020"})
    zotero.attach(item, "a.md", b"# Chapter\n\nThe harbour clock was repaired in 1987 by Tobias Quill.\n")
    zotero.close()
    (vault / ".obsidian").mkdir(parents=True)
    (vault / "Mill.md").write_text("# Wheels\n\nThe valley mill has seven wheels of oak.\n")
    with Library.open(mine, create=True) as library:
        library.add_zotero(tmp_path / "Zotero")
        library.add([vault])
    async with connected(mine, paths=True, write=True) as client:
        result = await client.call_tool("ask", {"question": "Who repaired the harbour clock?"})
        cited = result.structured_content["citations"][0]
        assert cited["key"] == "quill2020" and ", key quill2020" in result.content[0].text
        cited = (await called(client, "ask", question="How many wheels has the mill?"))["citations"][0]
        assert cited["link"] == "obsidian://open?vault=Vault&file=Mill" and "key" not in cited
        listed = (await called(client, "articles"))["articles"]
        assert [row.get("key") for row in listed] == ["quill2020", None]
        database = str(tmp_path / "Zotero" / "zotero.sqlite")
        assert "followed" in await refused(client, "add", paths=[database])
    async with connected(mine) as client:
        cited = (await called(client, "ask", question="How many wheels has the mill?"))["citations"][0]
        assert "link" not in cited


async def test_words_are_taught_and_forgotten(articles: Path, tmp_path: Path) -> None:
    mine = tmp_path / "library"
    with Library.open(mine, create=True) as library:
        library.add([articles])
    async with connected(mine, write=True) as client:
        assert (await called(client, "words"))["words"] == []
        taught = await called(client, "words", word="林望舒", same=["Lin Wangshu"])
        assert taught["words"] == [{"word": "林望舒", "same": ["Lin Wangshu"]}]
        answer = await called(client, "ask", question="What did Lin Wangshu design?")
        assert "长桥" in answer["citations"][0]["quote"]
        assert (await called(client, "words", word="林望舒", forget=True))["words"] == []
        assert "the word is empty" in await refused(client, "words", same=["Lin"])
        assert "was not taught" in await refused(client, "words", word="林望舒", forget=True)


async def test_how_far_a_change_is_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_threads, "_REPORT_SECONDS", 0)
    folder, mine, told = tmp_path / "notes", tmp_path / "library", []
    folder.mkdir()
    (folder / "0.txt").write_text("The mill has seven wheels.\n")
    with Library.open(mine, create=True) as library:
        library.add([folder])
    for number in range(1, 4):
        (folder / f"{number}.txt").write_text(f"The mill of village {number} has seven wheels.\n")

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append((done, total))

    async with connected(mine, "legacy", write=True) as client:
        result = await client.call_tool("sync", {}, progress_callback=progress)
        assert result.structured_content["counts"]["added"] == 3
        await asyncio.sleep(0.1)
    assert told and all(0 <= done <= total for done, total in told)
