"""Libraries of every format that was ever released open, are brought up to date and answer.

``libraries/format-N.db.gz`` are databases as the releases wrote them, of the same three articles. One is
added with each new format and never changed.
"""

from __future__ import annotations

import gzip
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import apsw
import pytest
from by_hand import change

from index.errors import LibraryError
from index.library import Library
from index.maintenance.doctor import Doctor
from index.storage.schema import FORMAT_VERSION
from index.storage.store import Store
from qa.engine import Engine

LIBRARIES = Path(__file__).parents[1] / "libraries"
FORMATS = sorted(int(file.name.split("-")[1].split(".")[0]) for file in LIBRARIES.glob("format-*.db.gz"))
QUESTIONS = {
    "How many books does the harbour library hold?": "41,200",
    "河口大桥全长多少公尺？": "一千八百公尺",
    "青溪茶厂如今有多少工人？": "一百四十二名",
}


@pytest.fixture(params=FORMATS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[int, Path]:
    """A format and a library of it, as a release left it."""
    path = tmp_path / "library"
    path.mkdir()
    data = gzip.decompress((LIBRARIES / f"format-{request.param}.db.gz").read_bytes())
    (path / "library.db").write_bytes(data)
    return request.param, path


def held(store: Store) -> list[object]:
    """All that a person put in or reads: facts, texts, words."""
    infos = [replace(info, passages=0) for info in store.articles()]
    articles = [store.article(info.id) for info in infos]
    texts = [(article.text, article.pages) for article in articles if article is not None]
    return [infos, texts, [store.file(info.path) for info in infos], store.words()]


def test_there_is_one_of_each_format() -> None:
    assert list(range(1, FORMAT_VERSION + 1)) == FORMATS


def test_it_is_brought_up_to_date(old: tuple[int, Path]) -> None:
    version, path = old
    with_store = Store(path / "library.db")
    before = held(with_store)
    with_store.close()
    with Library.open(path) as library:
        assert len(library.articles()) == 3  # reading needs no change
        kept = library.upgrade_if_needed()
        assert library.status().format_version == FORMAT_VERSION
        engine = Engine(library)
        for question, expected in QUESTIONS.items():
            answer = engine.ask(question)
            assert answer.answered and any(expected in s.text for s in answer.sentences), question
            for citation in answer.citations:
                text = library.article(citation.hit.article.id).text
                assert text[citation.start : citation.end] == citation.quote
        assert library.aliases(["luoxiaotang"])
    store = Store(path / "library.db")
    assert held(store) == before
    store.close()
    assert {f.state for f in Doctor(path).examine()} <= {"well", "note"}
    if version == FORMAT_VERSION:
        assert kept is None
        return
    # The database before is there, whole, and of the format that it had.
    assert kept is not None and kept.parent == path
    copy = Store(kept)
    assert copy.version == version and held(copy) == before
    copy.close()


def test_a_kill_between_its_steps_loses_nothing(
    old: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    version, path = old
    if version == FORMAT_VERSION:
        return
    for stop in (
        "index.storage.store.copy_database",
        "index.storage.database.Database.add_checksums",
        "index.storage.store._insert_aliases",
    ):
        with monkeypatch.context() as patched, Library.open(path) as library:
            patched.setattr(stop, stopped)
            if version >= (3 if stop.endswith("checksums") else 2):  # its step is not theirs
                patched.setattr("index.storage.database.Database.transaction", stopped)
            with pytest.raises(InterruptedError):
                library.upgrade_if_needed()
        store = Store(path / "library.db")
        assert store.version == version and len(store.articles()) == 3
        store.close()
    with Library.open(path) as library:
        assert library.upgrade_if_needed() is not None
        assert Engine(library).ask("How many books does the harbour library hold?").answered
    assert {f.state for f in Doctor(path).examine()} <= {"well", "note"}


def test_what_a_stop_leaves_is_brought_up_the_next_time(
    old: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    version, path = old
    if version == FORMAT_VERSION:
        return
    with monkeypatch.context() as patched, Library.open(path) as library:
        patched.setattr("index.ingest.upgrade._read_again", stopped)
        with pytest.raises(InterruptedError):
            library.upgrade_if_needed()
    store = Store(path / "library.db")
    assert store.version == FORMAT_VERSION and store.outdated() and len(store.unstructured()) == 3
    assert all(store.blocks([info.id for info in store.articles()]).values())  # they can be read meanwhile
    store.close()
    with Library.open(path) as library:
        assert Engine(library).ask("How many books does the harbour library hold?").answered
        assert not library.upgrade_if_needed()
    store = Store(path / "library.db")
    assert not store.outdated()
    store.close()


def test_an_article_is_read_again_if_its_file_is_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "library"
    path.mkdir()
    (path / "library.db").write_bytes(gzip.decompress((LIBRARIES / "format-3.db.gz").read_bytes()))
    note, other, archive = tmp_path / "药单.md", tmp_path / "旧.md", tmp_path / "a.zip"
    note.write_text("# 药单\n\n| 药 | 剂量 |\n|---|---|\n| 缬沙坦 | 80 mg |\n\n第 3 页\n", encoding="utf-8")
    other.write_text("变了。", encoding="utf-8")
    with ZipFile(archive, "w") as file:
        file.writestr("b.txt", "渡轮每天四班。")
    digests = [sha256(data).hexdigest() for data in (note.read_bytes(), b"", "渡轮每天四班。".encode())]
    store = Store(path / "library.db")
    ids, added = [info.id for info in store.articles()], [info.added for info in store.articles()]
    before = store.article(ids[1])
    store.close()
    for number, where, digest in zip(ids, (note, other, f"{archive}!/b.txt"), digests, strict=True):
        row = f"path = '{where}', digest = '{digest}'"
        change(path / "library.db", f"UPDATE articles SET {row} WHERE id = {number}")
    with Library.open(path) as library:
        library.upgrade_if_needed()
        assert [(info.id, info.added) for info in library.articles()] == list(zip(ids, added, strict=True))
        texts = [library.article(number).text for number in ids]
        assert before is not None and texts == [
            "# 药单\n\n药 | 剂量\n缬沙坦 | 80 mg\n\n第 3 页",
            before.text,
            "渡轮每天四班。",
        ]
        kinds = [block.kind.value for block in library.article(ids[0]).blocks]
        assert kinds == ["heading", "row", "row", "paragraph"]
        assert [passage.text for passage in library.article_passages(ids[0])] == texts[:1]


def stopped(*_: object, **__: object) -> None:
    raise InterruptedError


def test_a_reader_goes_on_while_it_is_brought_up_to_date(old: tuple[int, Path]) -> None:
    _, path = old
    reader = apsw.Connection(str(path / "library.db"))
    reader.execute("BEGIN")
    count = "SELECT count(*), sum(characters) FROM articles"
    before = reader.execute(count).fetchall()
    with Library.open(path) as library:
        library.upgrade_if_needed()
        assert reader.execute(count).fetchall() == before
        reader.execute("COMMIT")
        assert reader.execute(count).fetchall() == before
    reader.close()


def test_the_format_of_an_undone_transaction_is_forgotten(old: tuple[int, Path]) -> None:
    version, path = old
    store = Store(path / "library.db")
    with pytest.raises(KeyboardInterrupt), store.database.transaction() as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        assert store.version == FORMAT_VERSION
        raise KeyboardInterrupt
    assert store.version == version
    store.close()


def test_a_later_format_is_left_alone(old: tuple[int, Path]) -> None:
    _, path = old
    change(path / "library.db", f"PRAGMA user_version = {FORMAT_VERSION + 1}")
    files = {file.name: file.read_bytes() for file in path.iterdir()}
    with pytest.raises(LibraryError, match=f"format {FORMAT_VERSION + 1}.*update yinju"):
        Library.open(path)
    assert {file.name: file.read_bytes() for file in path.iterdir()} == files
