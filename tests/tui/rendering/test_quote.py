"""Quotations on screen: laid out by their blocks, each piece where it stands in the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from made_up_app import in_context
from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Offset
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions

from qa.output.parts import quotations
from tui.rendering.quote import QuoteProse

OPTIONS = RenderOptions(Style.parse, {})  # type: ignore[arg-type]
DIM = Style(dim=True)


def prose(number: int, tail: str = "") -> QuoteProse:
    quoted = [quoted for quoted, _ in quotations(in_context("怎么搬？"))][number]
    return QuoteProse(Content(quoted.text), Content(" 1 "), quoted, DIM, Content(tail) if tail else None)


def drawn(strips: list[Strip]) -> list[str]:
    return [strip.text.rstrip() for strip in strips]


def test_the_number_stands_beside_the_quote_and_the_context_is_dimmed() -> None:
    strips = prose(1).render_strips(60, None, Style(), OPTIONS)
    assert drawn(strips) == [
        "    旧船厂的搬家手册 › 费用",
        "    Table 2: what the move cost",
        "    Part      │ Paid by   │ Sum in yuan",
        " 1  Insurance │ Harbor AI │ 62,500",
    ]
    dim = [[bool(part.style and part.style.dim) for part in strip if part.text.strip()] for strip in strips]
    assert all(map(all, dim[:3])) and not dim[3][1] and dim[3][2], "and so are the lines between columns"


@given(st.integers(12, 90), st.sampled_from(["", "  gloss"]), st.integers(0, 2))
def test_every_line_fits_and_the_tail_comes_last(width: int, tail: str, number: int) -> None:
    shown = prose(number, tail)
    lines = drawn(shown.render_strips(width, None, Style(), OPTIONS))
    assert len(lines) == shown.get_height({}, width)
    assert max(map(cell_len, lines)) <= width
    assert lines[-1].endswith(tail.strip()) and sum(" 1 " in line[:3] for line in lines) == 1


def test_what_is_selected_is_shown_where_it_stands() -> None:
    shown = prose(1)
    row = shown.content.plain.split("\n")[3]
    selection = Selection(Offset(row.index("Harbor"), 3), Offset(row.index(" AI"), 3))
    options = RenderOptions(Style.parse, {}, selection, Style(reverse=True))  # type: ignore[arg-type]
    strips = shown.render_strips(60, None, Style(), options)
    assert [part.text for strip in strips for part in strip if part.style and part.style.reverse] == [
        "Harbor"
    ]
