"""The history against a plain model of it; several users at once; files that are damaged or not ours."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest
from by_hand import change
from hypothesis import given, settings
from hypothesis import strategies as st

from index import history as module
from index.errors import HistoryError, UsageError, YinjuError
from index.history import History
from index.storage.database import checksum_vfs
from index.text.display import printable
from index.text.fold import fold_text
from index.types import ArticleInfo


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "history.db"


@pytest.fixture
def history(file: Path) -> Iterator[History]:
    with History(file) as history:
        yield history


def titles(history: History, search: str = "") -> list[str]:
    return [info.title for info in history.conversations(search)]


# Conversations and turns


def test_a_conversation_is_kept(history: History, file: Path) -> None:
    first = history.create("/home/me/library", "第一次")
    turn = history.add_turn(first, "谁建了图书馆？\n在哪里？", '{"answered": true}', "引文")
    with History(file) as again:
        (info,) = again.conversations()
        assert info == again.conversation(first)
        assert (info.id, info.title, info.library, info.turns) == (first, "第一次", "/home/me/library", 1)
        assert info.updated.endswith("+00:00")
        (saved,) = again.turns(first)
        assert (saved.id, saved.question) == (turn, "谁建了图书馆？\n在哪里？")
        assert saved.answer == '{"answered": true}' and saved.asked == info.updated
        assert again.set_aside is None


Operation = tuple[str, int, int]
OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["create", "ask", "rename", "delete", "restore", "reopen"]),
        st.integers(1, 4),
        st.integers(0, 5),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(OPERATIONS)
def test_it_does_what_a_plain_list_does(
    tmp_path_factory: pytest.TempPathFactory, operations: list[Operation]
) -> None:
    path = tmp_path_factory.mktemp("history") / "history.db"
    history = History(path)
    kept: dict[int, dict[str, Any]] = {}
    asked: list[tuple[str, int]] = []
    for count, (name, number, text) in enumerate(operations):
        there = number in kept and (name in ("ask", "restore") or not kept[number]["deleted"])
        if name == "create":
            kept[history.create("", f"t{text}")] = {"title": f"t{text}", "turns": [], "deleted": False}
        elif name == "reopen":
            history.close()
            history = History(path)
        elif not there:
            with pytest.raises(UsageError, match="no conversation"):
                operate(history, name, number, text)
        else:
            operate(history, name, number, text)
            conversation = kept[number]
            conversation["deleted"] = name == "delete"
            if name == "rename":
                conversation["title"] = f"r{text}"
            if name == "ask":
                conversation["turns"].append(f"q{text}")
                asked.append((f"q{text}", number))
        shown = {i: c for i, c in kept.items() if not c["deleted"]}
        assert {info.id: (info.title, info.turns) for info in history.conversations()} == {
            i: (c["title"], len(c["turns"])) for i, c in shown.items()
        }, count
        for i, conversation in shown.items():
            assert [turn.question for turn in history.turns(i)] == conversation["turns"]
        newest = [*dict.fromkeys(question for question, i in reversed(asked) if i in shown)]
        assert history.questions(3) == newest[:3]
    history.close()


def operate(history: History, name: str, number: int, text: int) -> None:
    if name == "ask":
        history.add_turn(number, f"q{text}", "{}")
    elif name == "rename":
        history.rename(number, f"r{text}")
    else:
        getattr(history, name)(number)


def test_the_newest_comes_first(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, three = (history.create("", title) for title in ("一", "二", "三"))
    clock = iter(f"2999-01-0{day}T00:00:00.000+00:00" for day in range(1, 9))
    monkeypatch.setattr(module, "_time", lambda _: next(clock))
    history.add_turn(two, "问", "{}")
    history.add_turn(one, "问", "{}")
    assert titles(history) == ["一", "二", "三"]
    history.rename(three, "四")  # a new name is no news
    assert titles(history) == ["一", "二", "四"]


def test_unknown_conversations_are_refused(history: History) -> None:
    history.create("", "一")
    for wrong in (
        lambda: history.conversation(9),
        lambda: history.turns(9),
        lambda: history.rename(9, "x"),
        lambda: history.delete(9),
        lambda: history.restore(9),
        lambda: history.add_turn(9, "x", "{}"),
    ):
        with pytest.raises(UsageError, match="no conversation 9"):
            wrong()
    assert titles(history) == ["一"] and history.questions(9) == []


def test_deleted_conversations_are_erased_after_a_day(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with History(file) as history:
        one, two = history.create("", "一"), history.create("", "二")
        history.add_turn(one, "a secret question", "{}")
        history.delete(one)
    with History(file) as history:
        history.restore(one)
        assert sorted(titles(history)) == ["一", "二"]
        history.delete(one)
    monkeypatch.setattr(module, "KEPT", -module.KEPT)
    with History(file) as history:
        with pytest.raises(UsageError, match=f"no conversation {one}"):
            history.restore(one)
        assert [info.id for info in history.conversations()] == [two]
    assert b"a secret question" not in file.read_bytes()


def test_titles_are_one_line_that_is_safe_to_show(history: History) -> None:
    one = history.create("/odd\udcff/path", "\x1b[31m红\n\u202e\ttitle\x9b \ud800" + "x" * 999)
    title = history.conversation(one).title
    assert title.startswith("[31m红 title") and len(title) == 200
    assert title == printable(title) and "\n" not in title
    history.rename(one, "a\x00\x07b\r\nc")
    assert titles(history) == ["ab c"]
    history.add_turn(one, "一\ud800\x1b二\n三", '"\ud800"')
    assert history.questions(1) == ["一二\n三"]


# Searching


def test_words_are_found_however_they_are_written(history: History) -> None:
    one = history.create("", "北京圖書館")
    history.add_turn(one, "When does the ＬＩＢＲＡＲＹ open?", "{}", "每天開放到十點。")
    history.create("", "上海")
    for search in ("图书馆", "圖書館 library", "open 开放", "LIBR", "  ", "北京 十点"):
        assert "北京圖書館" in titles(history, search), search
    for search in ("图书馆 上海", "{}", "小时"):
        assert titles(history, search) == [], search
    assert titles(history, "library") == ["北京圖書館"]
    history.rename(one, "馆")
    assert titles(history, "北京") == []
    history.delete(one)
    assert titles(history, "library") == []


TEXT = st.text("%_\\'\"[]*甲乙書书aÀ \n;-", max_size=6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=5), TEXT)
def test_searching_is_looking_for_each_word(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, str, str]], search: str
) -> None:
    with History(tmp_path_factory.mktemp("history") / "history.db") as history:
        ids = {}
        for title, question, quoted in made:
            one = history.create("", title)
            history.add_turn(one, question, "{}", quoted)
            ids[one] = [fold_text(part) for part in (title, question, quoted)]
        expected = {
            one
            for one, parts in ids.items()
            if all(any(word in part for part in parts) for word in fold_text(search).split())
        }
        assert {info.id for info in history.conversations(search)} == expected


# Pinned quotes


def an_article(number: int, **other: Any) -> ArticleInfo:
    facts = {"path": f"/{number}.txt", "title": f"T{number}", "language": "en", "published": None}
    facts |= {"author": None, "source": "S\ud800", "added": "2026-01-01", "characters": 9, "passages": 1}
    return ArticleInfo(number, **(facts | other))


def test_a_pinned_quote_is_kept(history: History, file: Path) -> None:
    article = an_article(1, published="2024")
    assert history.pinned("/lib") == [] and history.libraries_with_pins() == []
    assert history.toggle_pin("/lib", article, 3, 8, "quote", 12)
    with History(file) as again:
        (pinned,) = again.pinned("/lib")
        assert pinned.article == replace(article, source="S?")
        assert (pinned.start, pinned.end, pinned.quote, pinned.page, pinned.note) == (3, 8, "quote", 12, "")
        assert pinned.pinned.endswith("+00:00")
        assert again.pinned("") == [] and again.libraries_with_pins() == ["/lib"]


Pinning = tuple[str, int, int]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["toggle", "toggle", "unpin", "restore", "annotate", "up", "down", "reopen"]),
            st.integers(0, 3),
            st.integers(0, 1),
        ),
        max_size=20,
    )
)
def test_pinning_does_what_a_plain_list_does(
    tmp_path_factory: pytest.TempPathFactory, operations: list[Pinning]
) -> None:
    """A list of [quote, note, on the sheet] for each library is the model; its order is the sheet's."""
    path = tmp_path_factory.mktemp("history") / "history.db"
    history = History(path)
    kept: dict[str, list[list[Any]]] = {"a": [], "b": []}
    ids: dict[tuple[str, str], int] = {}
    for name, number, which in operations:
        library, quote = "ab"[which], f"q{number}"
        sheet = kept[library]
        entry = next((entry for entry in sheet if entry[0] == quote), None)
        on = entry is not None and entry[2]
        pin = ids.get((library, quote), 99)
        if name == "reopen":
            history.close()
            history = History(path)
        elif name == "toggle":
            assert history.toggle_pin(library, an_article(1), 0, 2, quote) is not on
            if entry is None:
                sheet.append([quote, "", True])
            else:
                entry[2] = not on
            ids |= {(library, pinned.quote): pinned.id for pinned in history.pinned(library)}
        elif name in ("up", "down"):
            history.move_pin(pin, -1 if name == "up" else 1)
            shown = [at for at, entry in enumerate(sheet) if entry[2]]
            at = next((n for n, place in enumerate(shown) if sheet[place] is entry), None)
            other = at + (-1 if name == "up" else 1) if at is not None else -1
            if at is not None and 0 <= other < len(shown):
                one, two = shown[at], shown[other]
                sheet[one], sheet[two] = sheet[two], sheet[one]
        elif (entry is None) or (name in ("unpin", "annotate") and not on):
            with pytest.raises(UsageError, match=f"no pinned quote {pin}"):
                change_pin(history, name, pin)
        else:
            change_pin(history, name, pin)
            if name == "annotate":
                entry[1] = f"n{pin}"
            else:
                entry[2] = name == "restore"
        for each, model in kept.items():
            assert [(pinned.quote, pinned.note) for pinned in history.pinned(each)] == [
                (quote, note) for quote, note, shown in model if shown
            ]
    history.close()


def change_pin(history: History, name: str, pin: int) -> None:
    if name == "annotate":
        history.annotate(pin, f" n{pin}\x1b \n")
    else:
        {"unpin": history.unpin, "restore": history.restore_pin}[name](pin)


def test_words_that_moved_are_pinned_at_their_new_place(history: History) -> None:
    article = an_article(1)
    assert history.toggle_pin("", article, 3, 8, "quote")
    assert not history.toggle_pin("", article, 4, 9, "quote"), "the same words are taken off"
    assert history.toggle_pin("", article, 4, 9, "quote")
    assert [(pinned.start, pinned.end) for pinned in history.pinned("")] == [(4, 9)]
    assert history.toggle_pin("", an_article(2), 4, 9, "quote"), "of another article they are another quote"


def test_quotes_that_were_taken_off_are_erased_after_a_day(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with History(file) as history:
        history.toggle_pin("", an_article(1), 0, 14, "a secret quote")
        history.toggle_pin("", an_article(2), 0, 5, "other")
        (secret, _other) = history.pinned("")
        history.unpin(secret.id)
    monkeypatch.setattr(module, "KEPT", -module.KEPT)
    with History(file) as history:
        with pytest.raises(UsageError, match="no pinned quote"):
            history.restore_pin(secret.id)
        assert [pinned.quote for pinned in history.pinned("")] == ["other"]
    assert b"a secret quote" not in file.read_bytes()


def test_a_file_of_an_earlier_version_takes_quotes(history: History, file: Path) -> None:
    history.create("", "一")
    history.close()
    change(file, "DROP TABLE pins")
    with History(file) as again:
        assert again.pinned("") == [] and again.libraries_with_pins() == []
        with pytest.raises(UsageError):
            again.unpin(1)
        assert again.toggle_pin("", an_article(1), 0, 1, "x") and len(again.pinned("")) == 1
        assert titles(again) == ["一"]


# Remembered values


def test_values_are_remembered(history: History, file: Path) -> None:
    assert history.get("theme") is None
    history.set("theme", "night")
    history.set("theme", "白天")
    history.set("library", "")
    with History(file) as again:
        assert (again.get("theme"), again.get("library"), again.get("x")) == ("白天", "", None)


# The file


def test_only_the_user_can_read_it(history: History, file: Path) -> None:
    history.create("", "一")
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    for part in file.parent.iterdir():
        assert stat.S_IMODE(part.stat().st_mode) == 0o600, part
    assert {part.name.removeprefix("history.db") for part in file.parent.iterdir()} <= {"", "-wal", "-shm"}


@pytest.mark.parametrize("damage", ["text", "empty", "header", "page"])
def test_a_damaged_file_is_moved_aside(file: Path, damage: str) -> None:
    with History(file) as history:
        one = history.create("", "一")
        for i in range(300):
            history.add_turn(one, f"question {i}", "x" * 200)
    data = bytearray(file.read_bytes())
    if damage == "page":  # a page in the middle
        data[4096 * 9 : 4096 * 12] = os.urandom(4096 * 3)
    elif damage == "header":
        data[:16] = bytes(16)
    else:
        data = bytearray(b"no database" if damage == "text" else b"")
    file.write_bytes(data)
    with History(file) as history:
        aside = history.set_aside
        assert aside is not None and aside.read_bytes() == data
        assert aside.name.startswith("history-damaged-2") and aside.suffix == ".db"
        assert history.conversations() == []
        history.create("", "二")
    with History(file) as history:
        assert history.set_aside is None and titles(history) == ["二"]


def test_a_large_damaged_file_is_told_from_its_beginning(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    History(file).close()
    monkeypatch.setattr(module, "CHECKED", 10)
    with History(file) as history:
        assert history.set_aside is None
    file.write_bytes(b"no database" * 999)
    with History(file) as history:
        assert history.set_aside is not None


def test_other_files_are_left_alone(file: Path) -> None:
    History(file).close()
    change(file, "PRAGMA user_version = 9")
    with pytest.raises(HistoryError, match=r"history .* has format 9.*update yinju"):
        History(file)
    change(file, "PRAGMA application_id = 7")
    with pytest.raises(HistoryError, match="is not a history"):
        History(file)
    with pytest.raises(HistoryError, match=r"the history .* cannot be opened"):
        History(file.parent)
    with pytest.raises(HistoryError, match=r"the history .* cannot be opened"):
        History(file / "below" / "a-file")
    assert sorted(part.name for part in file.parent.iterdir()) == ["history.db"]


def test_errors_speak_of_the_history(history: History) -> None:
    history.close()
    with pytest.raises(YinjuError, match=r"the history .* was closed"):
        history.conversations()


# Several at once


def test_several_threads(history: History) -> None:
    one = history.create("", "一")

    def ask(thread: int) -> None:
        for i in range(20):
            history.add_turn(one, f"{thread} {i}", "{}")
            assert history.turns(one)

    threads = [threading.Thread(target=ask, args=[i]) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    questions = [turn.question for turn in history.turns(one)]
    assert sorted(questions) == sorted(f"{t} {i}" for t in range(6) for i in range(20))
    for t in range(6):
        assert [question for question in questions if question[0] == str(t)] == [
            f"{t} {i}" for i in range(20)
        ]


SEVERAL = """
import sys
from pathlib import Path
from index.history import History
sys.stdin.readline()
with History(Path(sys.argv[1])) as history:
    assert history.set_aside is None
    one = history.create("", sys.argv[2])
    for i in range(20):
        history.add_turn(one, f"{sys.argv[2]} {i}", "{}")
"""


def test_several_programs_begin_one_history(file: Path) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", SEVERAL, str(file), str(i)], stdin=subprocess.PIPE, text=True)
        for i in range(4)
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.close()
    assert [process.wait(60) for process in running] == [0] * 4
    with History(file) as history:
        assert sorted(titles(history)) == ["0", "1", "2", "3"]
        assert len(history.questions(100)) == 80
        assert {part.name for part in file.parent.iterdir()} <= {
            "history.db",
            "history.db-wal",
            "history.db-shm",
        }


def test_a_history_that_cannot_be_written_to_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with History(file) as history:
        one, two = history.create("", "一"), history.create("", "二")
        history.delete(one)

    def reading(path: Path, *_: object) -> apsw.Connection:
        return apsw.Connection(str(path), apsw.SQLITE_OPEN_READONLY, checksum_vfs())

    monkeypatch.setattr("index.storage.database._connect", reading)
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(module, "KEPT", -module.KEPT)  # there is something to erase
    with History(file) as history:
        assert [info.id for info in history.conversations()] == [two]
        for write in (lambda: history.set("a", "b"), lambda: history.delete(two)):
            with pytest.raises(HistoryError, match=r"the history .* cannot be written to"):
                write()
