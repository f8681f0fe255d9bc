"""What the app keeps between runs, and what it does where it cannot."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from made_up_app import ARTICLES, FakeLibrary, offer

from index.errors import HistoryError, YinjuError
from index.history import History
from qa.session import Session
from qa.settings import Settings
from tui.state.memory import Conversation, Memory, library_of
from tui.state.workspace import Workspace


@pytest.fixture
def workspace(library: FakeLibrary) -> Workspace:
    return Workspace.over(Session(library, Settings()))  # type: ignore[arg-type]


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory.open(tmp_path / "history.db")


def test_a_conversation_begins_with_its_first_answer(memory: Memory, workspace: Workspace) -> None:
    conversation = Conversation()
    for question in ("What was offered?", "and then?"):
        memory.keep(conversation, workspace, offer(question))
    (info,) = memory.conversations()
    assert (info.id, info.title, info.turns) == (conversation.id, "What was offered?", 2)
    assert library_of(info) is None  # the bundled articles
    answers = memory.answers(conversation)
    assert [answer.question for answer in answers] == ["What was offered?", "and then?"]
    assert answers[0].citations[0].hit.article.title == ARTICLES[0].title
    assert memory.answers(conversation, 1) == answers[:1]
    assert memory.questions() == ["What was offered?", "and then?"]


def test_deleting_the_conversation_that_goes_on_begins_another(memory: Memory, workspace: Workspace) -> None:
    conversation = Conversation()
    memory.keep(conversation, workspace, offer("first"))
    (before,) = memory.conversations()
    memory.delete(before.id, conversation)
    assert conversation.id is None and memory.conversations() == []
    memory.keep(conversation, workspace, offer("second"))
    memory.restore(before.id)
    assert {(info.title, info.turns) for info in memory.conversations()} == {("first", 1), ("second", 1)}


def test_deleting_while_answers_are_kept_loses_none(memory: Memory, workspace: Workspace) -> None:
    conversation = Conversation()
    memory.keep(conversation, workspace, offer("first"))
    deleted = conversation.id
    assert deleted is not None

    def keep() -> None:
        for n in range(20):
            memory.keep(conversation, workspace, offer(f"more {n}"))

    keeping = threading.Thread(target=keep)
    keeping.start()
    memory.delete(deleted, conversation)
    keeping.join()
    memory.restore(deleted)
    assert memory.trouble is None
    assert sum(info.turns for info in memory.conversations()) == 21


def test_two_windows_on_one_history(tmp_path: Path, workspace: Workspace) -> None:
    one, other = (Memory.open(tmp_path / "history.db") for _ in range(2))
    one.set("theme", "nord")
    assert other.get("theme") == "nord"
    other.set("theme", "dracula")
    assert one.get("theme") == "dracula"
    conversation = Conversation()
    one.keep(conversation, workspace, offer("first"))
    assert conversation.id is not None
    other.delete(conversation.id, Conversation())
    one.keep(conversation, workspace, offer("second"))
    assert [info.turns for info in other.conversations()] == [2]


def test_without_a_place_everything_lasts_as_long_as_the_app(workspace: Workspace) -> None:
    memory, conversation = Memory(), Conversation()
    memory.set("theme", "nord")
    memory.keep(conversation, workspace, offer("first"))
    assert memory.get("theme") == "nord" and not memory.keeps
    assert memory.conversations() == [] == memory.questions() and memory.answers(conversation) == ()


def test_a_place_that_cannot_be_opened_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    memory = Memory.open(tmp_path / "file" / "history.db")
    assert isinstance(memory.trouble, HistoryError) and not memory.keeps


def test_a_damaged_history_begins_anew_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"no database at all" * 100)
    memory = Memory.open(path)
    assert memory.keeps and "damaged" in str(memory.trouble)


def test_trouble_with_writing_is_told_once(tmp_path: Path, workspace: Workspace) -> None:
    history = History(tmp_path / "history.db")
    memory, heard = Memory(history), list[YinjuError]()
    memory.on_trouble = heard.append
    history.close()
    for question in ("first", "second"):
        memory.keep(Conversation(), workspace, offer(question))
    memory.set("theme", "nord")
    assert memory.get("theme") == "nord"
    assert len(heard) == 1 and "was closed" in str(heard[0])
