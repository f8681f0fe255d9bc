"""Lines of a text being typed, broken by the rules of Chinese and English."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells
from textual.document._wrapped_document import WrappedDocument

from index.text.display import wrap


class Wrapped(WrappedDocument):
    """Breaks lines beside Chinese characters, where Textual's own breaks at spaces alone."""

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        self._width = width
        self._wrap_offsets = [_breaks(line, width) if width else [] for line in self.document.lines]
        self._tab_width_cache = [[] for _line in self._wrap_offsets]  # tabs never get in
        self._offset_to_line_info = []
        self._line_index_to_offsets = []
        for number, offsets in enumerate(self._wrap_offsets):
            top = len(self._offset_to_line_info)
            self._offset_to_line_info += [(number, section) for section in range(len(offsets) + 1)]
            self._line_index_to_offsets.append(list(range(top, len(self._offset_to_line_info))))

    def wrap_range(self, start: tuple[int, int], old_end: tuple[int, int], new_end: tuple[int, int]) -> None:
        self.wrap(self._width)


def _breaks(line: str, width: int) -> list[int]:
    """Where the lines after the first begin; spaces belong to the line before, as far as they fit."""
    starts = [0, *(span.start for span in wrap(line, width)[1:])]
    breaks: list[int] = []
    for start, end in zip(starts, [*starts[1:], len(line)], strict=True):
        breaks += [start] if start else []
        while cell_len(line[start:end]) > width + 1:
            start += max(1, len(chop_cells(line[start:end], width)[0]))
            breaks.append(start)
    return breaks
