"""Sound pages of the database in one another's places: no checksum tells, and yet nothing wrong is said."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from index.errors import LibraryError, YinjuError
from index.library import Library
from index.storage.database import PAGE_SIZE
from qa.session import Session
from qa.settings import Settings

QUESTION = "第3号图书馆有多少个座位？"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    for i in range(8):
        text = f"第{i}号图书馆在北京。它有{i * 70 + 11}个座位。\n\n" + f"Harbor AI paid {i} million.\n\n" * 90
        (folder / f"{i}.txt").write_text(text, encoding="utf-8")
    with Session.open(Settings(library=folder / "library"), create=True) as session:
        session.add([folder])
        session.teach("图书馆", ["library hall"])
        assert session.ask(QUESTION).answered
    return folder / "library"


def swapped(made: Path, path: Path, one: int, other: int) -> Path:
    """A copy of a library in which two pages have changed places."""
    shutil.copytree(made, path)
    data = (path / "library.db").read_bytes()
    pages = [data[at : at + PAGE_SIZE] for at in range(0, len(data), PAGE_SIZE)]
    pages[one], pages[other] = pages[other], pages[one]
    (path / "library.db").write_bytes(b"".join(pages))
    return path


def test_whatever_is_asked_is_refused_or_right(made: Path, tmp_path: Path) -> None:
    count = (made / "library.db").stat().st_size // PAGE_SIZE
    with Session.open(Settings(library=made)) as session:
        texts = {info.path: session.article(info.id).text for info in session.articles()}
        right = [sentence.text for sentence in session.ask(QUESTION).sentences]
    pairs = random.Random(4).sample([(i, j) for j in range(count) for i in range(1, j)], 40)
    refused = 0
    for one, other in pairs:
        # A place of its own: where one was refused, a search that was begun may still be at its files.
        library = swapped(made, tmp_path / f"{one}-{other}", one, other)
        try:
            with Session.open(Settings(library=library)) as session:
                answer = session.ask(QUESTION)
                _ = session.articles(), session.words(), session.near_duplicates()
        except YinjuError:
            refused += 1
            continue
        assert [sentence.text for sentence in answer.sentences] == right, (one, other)
        for citation in answer.citations:
            assert texts[citation.hit.article.path][citation.start : citation.end] == citation.quote, (
                one,
                other,
            )
    assert refused


def test_what_nobody_foresaw_is_damage_only_where_there_is_some(made: Path, tmp_path: Path) -> None:
    with Library.open(made) as library, pytest.raises(ZeroDivisionError), library.reraise_as_damage():
        raise ZeroDivisionError
    damaged = tmp_path / "library"
    shutil.copytree(made, damaged)
    data = bytearray((damaged / "library.db").read_bytes())
    with Library.open(damaged) as library:
        data[-PAGE_SIZE + 100] ^= 1
        (damaged / "library.db").write_bytes(data)
        with pytest.raises(LibraryError, match="is damaged"), library.reraise_as_damage():
            raise ZeroDivisionError
