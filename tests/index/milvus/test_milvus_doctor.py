"""The doctor of a library on a server: damaged rows are told, and mended or named as lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from index.address import LibraryUrl
from index.errors import Cancelled, Damaged
from index.library import Library
from index.maintenance.findings import Finding
from index.maintenance.server import ServerDoctor
from index.milvus.connection import Server
from index.milvus.schema import COLLECTIONS, number
from index.milvus.store import MilvusStore
from index.storage.store import NewArticle
from index.types import Monitor

pytestmark = pytest.mark.slow(40)

NO_VECTOR, ANOTHER_VECTOR = [0.0] * 128, [128**-0.5] * 128
TEXTS = {
    "lake.md": "# The lake\n\nThe Long Lake (LL) lies in the north.\n\nIt is 40 metres deep.",
    "river.md": "# The river\n\nThe Grand Old River (GOR) is 300 km long.\n\nIt freezes in winter.",
}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    return {name: tmp_path / name for name in TEXTS}


@pytest.fixture
def damaged(url: LibraryUrl, files: dict[str, Path]) -> Iterator[Damage]:
    """Damages rows of a library of two articles, of which the lake is the first."""
    with Library.open(url, create=True) as library:
        library.add([files["lake.md"]])
        library.add([files["river.md"]])
    server = Server(url)
    yield partial(damage, server)
    server.close()


Damage = Callable[..., None]


def damage(
    server: Server, collection: str, *, where: str = "id >= 0", last: bool = False, **values: Any
) -> None:
    """Puts other values into the first row of a collection, or the last; without ``values``, deletes it."""
    found = server.query(collection, where, [*COLLECTIONS[collection]])
    row = sorted(found, key=lambda row: int(row["id"]))[-1 if last else 0]
    if values:
        server.put(collection, [row | values])
    else:
        server.delete(collection, [row["id"]])


def examined(url: LibraryUrl, *, fix: bool = False) -> dict[str, Finding]:
    """What is not well, by check."""
    return {each.check: each for each in ServerDoctor(url, fix=fix).examine() if each.state != "well"}


def texts(url: LibraryUrl) -> dict[str, str]:
    with Library.open(url) as library:
        return {Path(info.path).name: library.article(info.id).text for info in library.articles()}


#: One row of the lake, damaged.
DAMAGES: dict[str, dict[str, Any]] = {
    "text": {"collection": "texts", "last": False, "piece": "garbage!"},
    "facts": {"collection": "articles", "facts": "{"},
    "no text": {"collection": "texts"},
    "content": {"collection": "passages", "content": "[1,2"},
    "no passage": {"collection": "passages"},
    "language": {"collection": "passages", "language": "xx"},
    "sparse": {"collection": "passages", "sparse": {5: 1.0}},
    "no name": {"collection": "names"},
    "name": {"collection": "names", "alias": "{"},
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_row_is_told_by_name_and_mended(
    url: LibraryUrl, damaged: Damage, files: dict[str, Path], kind: str
) -> None:
    before = texts(url)
    files["lake.md"].unlink()
    damaged(**DAMAGES[kind])
    found = examined(url)["passages"]
    assert found.state == "wrong" and "lake.md" in found.text and "river.md" not in found.text
    assert examined(url, fix=True)["passages"].state == "mended"
    assert examined(url) == {}
    assert texts(url) == before
    with Library.open(url) as library:
        assert library.status().articles == 2


@pytest.mark.parametrize("kind", ["text", "facts", "content", "name"])
def test_a_row_that_cannot_be_read_is_told_in_a_line(
    url: LibraryUrl, damaged: Damage, tmp_path: Path, kind: str
) -> None:
    damaged(**DAMAGES[kind])
    with pytest.raises(Damaged, match=r"is damaged: .* cannot be read") as told, Library.open(url) as library:
        library.back_up(tmp_path / "copy.db")
    assert str(url) in told.value.message and told.value.hint == "qa doctor --fix mends that"


def lose_the_lake(damaged: Damage) -> None:
    """Its text is gone, and a passage."""
    damaged("texts")
    damaged("passages")


def test_what_is_lost_is_named(url: LibraryUrl, damaged: Damage, files: dict[str, Path]) -> None:
    files["lake.md"].unlink()
    lose_the_lake(damaged)
    found = examined(url, fix=True)["passages"]
    assert found.state == "wrong" and found.lost == {"articles": 1}
    assert "1 articles lost: " in found.text and str(files["lake.md"]) in found.text
    assert examined(url) == {} and [*texts(url)] == ["river.md"]


def test_what_is_lost_is_read_again_from_its_file(url: LibraryUrl, damaged: Damage) -> None:
    before = texts(url)
    lose_the_lake(damaged)
    found = examined(url, fix=True)["passages"]
    assert found.state == "mended" and "1 read again from their files, 0 lost" in found.text
    assert examined(url) == {} and texts(url) == before


def test_an_article_whose_facts_are_damaged_can_be_lost(
    url: LibraryUrl, damaged: Damage, files: dict[str, Path]
) -> None:
    files["lake.md"].unlink()
    lose_the_lake(damaged)
    damaged("articles", facts="{")
    assert examined(url, fix=True)["passages"].lost == {"articles": 1}
    assert examined(url) == {} and [*texts(url)] == ["river.md"]


@pytest.mark.parametrize("vector", [NO_VECTOR, ANOTHER_VECTOR], ids=["none", "another"])
def test_words_and_vectors_are_compared(url: LibraryUrl, damaged: Damage, vector: list[float]) -> None:
    damaged("passages", dense=vector)
    found = examined(url)
    assert found.keys() == {"model"} and "lake.md" in found["model"].text
    assert examined(url, fix=True)["model"].state == "mended"
    assert examined(url) == {}


@pytest.mark.parametrize("kind", ["format", "generation", "meta"])
def test_what_is_said_of_the_whole_is_mended(url: LibraryUrl, damaged: Damage, kind: str) -> None:
    before = texts(url)
    damaged("facts", where=f'kind == "{kind}"', value="garbage")
    with pytest.raises(Damaged, match=f"its row of the kind {kind} cannot be read"):
        Library.open(url).close()
    assert [examined(url)["facts"].state, examined(url, fix=True)["facts"].state] == ["wrong", "mended"]
    assert examined(url) == {} and texts(url) == before


def test_a_model_that_nothing_tells_is_not_guessed(url: LibraryUrl, damaged: Damage) -> None:
    for last in (False, True):
        damaged("passages", last=last, dense=ANOTHER_VECTOR)
    damaged("facts", where='kind == "meta"', value="garbage")
    found = examined(url, fix=True)["facts"]
    assert found.state == "wrong" and "do not tell which model" in found.hint


def test_a_taught_word_that_is_lost_is_told(url: LibraryUrl, damaged: Damage) -> None:
    with Library.open(url) as library:
        library.teach("lake", ["mere"])
    damaged("facts", where='kind == "word"', value="{")
    found = examined(url, fix=True)["facts"]
    assert found.state == "wrong" and found.lost == {"words": 1}
    assert "facts" not in examined(url)


@pytest.mark.parametrize("part", [0, 1])
def test_counts_that_cannot_be_read_are_counted_anew(url: LibraryUrl, damaged: Damage, part: int) -> None:
    damaged("words", where=f"part == {part}", counts="{")
    with pytest.raises(Damaged, match="its counts of words cannot be read"):
        Library.open(url).close()
    assert [examined(url)["counts"].state, examined(url, fix=True)["counts"].state] == ["wrong", "mended"]
    assert examined(url) == {}


def test_a_batch_that_replaced_what_cannot_be_read_is_finished(
    url: LibraryUrl, damaged: Damage, files: dict[str, Path]
) -> None:
    damaged(**DAMAGES["content"])
    files["lake.md"].write_text("# The lake\n\nIt is 41 metres deep.")
    with Library.open(url) as library, pytest.raises(Damaged, match=r"passage \d+ cannot be read"):
        library.add([files["lake.md"]])
    assert examined(url, fix=True)["batches"].state == "mended"
    assert examined(url) == {} and texts(url)["lake.md"].endswith("41 metres deep.")


def test_a_lost_path_is_a_fault_and_is_mended(url: LibraryUrl, damaged: Damage) -> None:
    damaged("paths")
    found = examined(url)["paths"]
    assert found.state == "wrong" and ".md" in found.text
    assert examined(url, fix=True)["paths"].state == "mended"
    assert examined(url) == {}


def test_an_article_without_its_path_is_still_known(
    url: LibraryUrl, damaged: Damage, files: dict[str, Path]
) -> None:
    damaged("paths", where=f"id == {number('path', str(files['lake.md']))}")
    files["lake.md"].write_text("# The lake\n\nIt is 41 metres deep.")
    with Library.open(url) as library:
        assert library.find(str(files["lake.md"])).title == "The lake"
        report = library.add([files["lake.md"]])
        assert (report.added, report.updated) == ([], [str(files["lake.md"])])
        assert library.status().articles == len(library.articles()) == 2
    assert examined(url) == {}


def test_the_format_is_the_servers(url: LibraryUrl, damaged: Damage) -> None:
    with Library.open(url) as library:
        assert library.status().format_version == 1


def test_a_word_that_was_taught_in_part_is_told_and_finished(url: LibraryUrl, tmp_path: Path) -> None:
    word = "冷湖深处"
    (tmp_path / "lake.txt").write_text(f"北方的{word}很安静。", encoding="utf-8")
    with Library.open(url, create=True) as library:
        library.add([tmp_path / "lake.txt"])
        with pytest.raises(Cancelled):
            library.teach(word, monitor=Monitor(cancelled=lambda: True))
        assert library.document_frequency([word]) == [0]
    found = examined(url)
    assert found["words"].state == "note" and "1 changes of taught words" in found["words"].text
    assert {each.state for each in examined(url, fix=True).values()} == {"mended"}
    assert examined(url) == {}
    with Library.open(url) as library:
        assert library.document_frequency([word]) == [1]


def test_what_was_stored_while_a_word_was_taught_is_told_and_finished(
    url: LibraryUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = "冷湖深处"
    (tmp_path / "lake.txt").write_text(f"北方的{word}很安静。", encoding="utf-8")

    put = MilvusStore.put

    def late(store: MilvusStore, articles: Iterable[NewArticle]) -> None:
        with Library.open(url) as other:
            other.teach(word)
        put(store, articles)
        raise KeyboardInterrupt

    with Library.open(url, create=True) as library, monkeypatch.context() as patched:
        patched.setattr(MilvusStore, "put", late)
        with pytest.raises(KeyboardInterrupt):
            library.add([tmp_path / "lake.txt"])
    found = examined(url)
    assert found["words"].state == "note" and "1 changes of taught words" in found["words"].text
    assert {each.state for each in examined(url, fix=True).values()} == {"mended"}
    assert examined(url) == {}
    with Library.open(url) as library:
        assert library.document_frequency([word]) == [1]


def lose_its_row(damaged: Damage, article: int, *more: str) -> None:
    """The own row of the lake is gone, and rows of other collections."""
    damaged("articles", where=f"id == {article}")
    for collection in more:
        damaged(collection)


@pytest.mark.parametrize("followed", [True, False])
def test_an_article_without_its_own_row_is_read_again_from_its_file(
    url: LibraryUrl, damaged: Damage, files: dict[str, Path], tmp_path: Path, followed: bool
) -> None:
    before = texts(url)
    with Library.open(url) as library:
        lake, river = library.find("lake.md"), library.find("river.md")
        if followed:
            library.remove([river.id])
            library.add([tmp_path])
    lose_its_row(damaged, lake.id)
    found = examined(url)
    assert found.keys() == {"passages"}
    assert found["passages"].state == "wrong" and str(files["lake.md"]) in found["passages"].text
    found = examined(url, fix=True)
    assert "1 read again from their files, 0 lost" in found["passages"].text
    assert examined(url) == {} and texts(url) == before
    with Library.open(url) as library:
        again = library.find("lake.md")
        assert (again.id, again.title, again.path) == (lake.id, lake.title, lake.path)
        assert library.status().articles == 2


def test_an_article_without_its_own_row_and_file_is_put_together(
    url: LibraryUrl, damaged: Damage, files: dict[str, Path]
) -> None:
    before = texts(url)
    with Library.open(url) as library:
        lake = library.find("lake.md")
    files["lake.md"].unlink()
    lose_its_row(damaged, lake.id, "passages", "names")
    name = f"article {lake.id}"
    assert name in examined(url)["passages"].text
    found = examined(url, fix=True)["passages"]
    assert found.state == "mended" and "1 articles saved, 0 read again from their files, 0 lost" in found.text
    assert examined(url) == {} and texts(url) == {name: before["lake.md"], "river.md": before["river.md"]}
    with Library.open(url) as library:
        again = library.find(name)
        assert (again.id, again.title, again.language) == (lake.id, lake.title, lake.language)


@pytest.mark.parametrize("more", [["texts"], ["texts", "passages", "passages"]])
def test_an_article_without_its_own_row_and_text_is_told_as_lost(
    url: LibraryUrl, damaged: Damage, files: dict[str, Path], more: list[str]
) -> None:
    with Library.open(url) as library:
        lake = library.find("lake.md")
    files["lake.md"].unlink()
    lose_its_row(damaged, lake.id, *more)
    found = examined(url, fix=True)["passages"]
    assert found.state == "wrong" and found.lost == {"articles": 1}
    assert f"1 articles lost: article {lake.id}" in found.text
    assert examined(url) == {} and [*texts(url)] == ["river.md"]


def test_an_article_that_was_replaced_is_put_together_as_it_was_last(
    url: LibraryUrl, damaged: Damage, files: dict[str, Path]
) -> None:
    files["lake.md"].write_text(TEXTS["lake.md"] + "\n\nIt is cold.")
    with Library.open(url) as library:
        library.add([files["lake.md"]])
        lake = library.find("lake.md")
    before = texts(url)
    files["lake.md"].unlink()
    damaged("articles")
    assert examined(url, fix=True)["passages"].state == "mended"
    assert examined(url) == {} and texts(url)[f"article {lake.id}"] == before["lake.md"]


@pytest.mark.parametrize("step", ["passages", "paths", "articles"])
def test_what_another_writer_is_at_is_left_alone(
    url: LibraryUrl, damaged: Damage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (tmp_path / "pond.md").write_text("# The pond\n\nIt is shallow.")
    put, states = Server.put, list[str]()

    def late(server: Server, collection: str, *given: Any) -> None:
        put(server, collection, *given)
        if collection == step and not states:
            states.append("")
            states[:] = [each.check for each in examined(url, fix=True).values()]

    with Library.open(url) as library, monkeypatch.context() as patched:
        patched.setattr(Server, "put", late)
        library.add([tmp_path / "pond.md"])
    assert states == ["counts"]
    assert texts(url)["pond.md"] == "# The pond\n\nIt is shallow." and examined(url) == {}


def test_counts_are_not_compared_with_what_was_added_meanwhile(
    url: LibraryUrl, damaged: Damage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pond.md").write_text("# The pond\n\nIt is shallow.")
    check = ServerDoctor._check_content

    def late(doctor: ServerDoctor, store: MilvusStore) -> Finding:
        with Library.open(url) as library:
            library.add([tmp_path / "pond.md"])
        return check(doctor, store)

    with monkeypatch.context() as patched:
        patched.setattr(ServerDoctor, "_check_content", late)
        found = examined(url, fix=True)
    assert found.keys() == {"counts"} and found["counts"].state == "note"
    assert examined(url) == {}


def test_a_damaged_article_that_another_removes_meanwhile_is_left_alone(
    url: LibraryUrl, damaged: Damage, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged(**DAMAGES["text"])
    mend = ServerDoctor._mend_articles

    def removed_first(doctor: ServerDoctor, *args: Any) -> Finding:
        with Library.open(url) as other:
            other.remove([other.find("lake.md").id])
        return mend(doctor, *args)

    monkeypatch.setattr(ServerDoctor, "_mend_articles", removed_first)
    examined(url, fix=True)
    assert texts(url).keys() == {"river.md"} and examined(url) == {}
