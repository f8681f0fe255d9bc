"""A tree of the folders and readable files on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text, TextType
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import DirectoryTree
from textual.widgets.directory_tree import DirEntry
from textual.widgets.tree import TreeNode

from index.text.display import one_line
from qa.i18n import N_
from tui.widgets.common.base import bind, hidden


class FolderTree(DirectoryTree):
    """Enter opens a folder. Space takes what is under the cursor, a click takes a file."""

    PART = N_("Folders")
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("space", "take", "folders.take", N_("Take"), N_("Add this file or folder")),
        hidden("backspace", "up", "folders.up", N_("Folder above")),
    ]
    ICON_NODE, ICON_NODE_EXPANDED, ICON_FILE = "▸ ", "▾ ", "  "

    @dataclass
    class Taken(Message):
        """A file or folder was taken."""

        path: Path

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        from index.library import Library

        suffixes = Library.suffixes()
        shown = (path for path in paths if not path.name.startswith("."))
        return [path for path in shown if path.suffix.lower() in suffixes or self._safe_is_dir(path)]

    def process_label(self, label: TextType) -> Text:
        """Names are untrusted, and may be blank."""
        return Text(one_line(str(label)) or "?", no_wrap=True)

    def render_label(self, node: TreeNode[DirEntry], base_style: Style, style: Style) -> Text:
        folder = node.allow_expand
        icon = (self.ICON_NODE_EXPANDED if node.is_expanded else self.ICON_NODE) if folder else self.ICON_FILE
        return Text.assemble((icon, base_style), node._label, style=style)

    def action_take(self) -> None:
        if self.cursor_node is not None and self.cursor_node.data is not None:
            self.post_message(self.Taken(self.cursor_node.data.path))

    def action_up(self) -> None:
        self.path = Path(self.path).parent

    def on_directory_tree_file_selected(self, event: DirectoryTree.FileSelected) -> None:
        event.stop()
        self.post_message(self.Taken(event.path))
