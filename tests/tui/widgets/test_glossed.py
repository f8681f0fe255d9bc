"""A quote above its glosses: nothing of it is lost, whatever the width."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from index.text.display import NO_START
from qa.types import Gloss
from tui.widgets.source.glossed import Glossed

TEXTS = st.text("研究员离开了公司，。“”（）ab cd-'., 2.5億", min_size=1, max_size=60)


@st.composite
def glossed(draw: st.DrawFn) -> Glossed:
    text = draw(TEXTS)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    glosses = [
        Gloss(start, end, draw(st.text("researcher 公司$", min_size=1, max_size=20)), 0.9)
        for start, end in list(pairwise(cuts))[::2]
    ]
    return Glossed(text, glosses, label=draw(st.sampled_from(["", "1 ", "12 "])))


@given(glossed(), st.integers(8, 50))
def test_every_character_stands_once_and_no_row_is_wider(view: Glossed, width: int) -> None:
    rows = view.rows(width)
    assert "".join(column.text for row in rows for column in row) == view.text
    room = width - cell_len(view._label)
    for row in rows:
        before = sum(column.width for column in row[:-1])
        assert before + row[-1].needs <= room
        assert row[-1].needs <= room
    told = [column.gloss for row in rows for column in row if column.gloss]
    assert len(told) <= len(view.glosses)
    assert all(
        any(gloss.gloss.startswith(text) for gloss in view.glosses) for text in told
    )  # cropped at most, never another


@given(glossed(), st.integers(20, 50))
def test_glosses_stand_under_their_words(view: Glossed, width: int) -> None:
    wanted = {(view.text[gloss.start : gloss.end], gloss.gloss) for gloss in view.glosses}
    for row in view.rows(width):
        for column in row:
            if column.gloss:
                assert any(
                    column.text.startswith(text[:1]) and gloss.startswith(column.gloss)
                    for text, gloss in wanted
                )


@pytest.mark.parametrize("width", range(10, 60, 7))
def test_no_row_begins_with_a_closing_mark(width: int) -> None:
    text = "他们说，“研究员离开了公司”。公司没有回应，报价（两次）被拒绝。"
    start = text.index("公司")
    view = Glossed(text, [Gloss(start, start + 2, "company", 0.9)])
    assert all(row[0].text[0] not in NO_START for row in view.rows(width))


def test_words_that_have_none_take_no_line() -> None:
    view = Glossed("公司没有回应。")
    assert view.get_content_height(None, None, 40) == 1  # type: ignore[arg-type]
    view = Glossed("公司没有回应。", [Gloss(0, 2, "company", 0.9)])
    assert view.get_content_height(None, None, 40) == 2  # type: ignore[arg-type]
