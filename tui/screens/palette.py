"""The command palette: commands of all pages, articles, conversations and headings.

It previews the theme under the cursor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from textual import on, work
from textual.app import App
from textual.command import (
    Command,
    CommandInput,
    CommandList,
    CommandPalette,
    DiscoveryHit,
    Hit,
    Hits,
    Provider,
)
from textual.content import Content
from textual.getters import app
from textual.markup import escape
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from index.errors import YinjuError
from index.text.display import crop, one_line
from qa.i18n import LANGUAGES, N_, _, ngettext
from tui.app_base import AppBase
from tui.messages import ArticleWanted, ConversationChosen
from tui.rendering.errors import error_text
from tui.rendering.formats import facts
from tui.screens.chat import ChatScreen
from tui.state.catalogue import Headings, Titles, headings_of, titles_of
from tui.state.finding import Names, Wanted
from tui.widgets.common.base import EndsWorkers
from tui.widgets.source.source import SourcePane

if TYPE_CHECKING:
    from index.types import ArticleInfo, ConversationInfo

#: The action that chooses a theme.
THEME = "app.theme"


class Entry(NamedTuple):
    """A command. ``action`` names its place, a key of `_PLACES`, "app" or a part of the first page.

    ``words`` are other names that people know it by. With ``row`` it is about the row under the cursor:
    where its page is not open, only that is opened. With ``here`` it is left out there.
    """

    name: str
    what: str
    action: str
    words: str = ""
    row: bool = False
    here: bool = False


COMMANDS = (
    Entry(N_("Add articles"), N_("Files or folders"), "app.add", "import upload load 导入 上传"),
    Entry(N_("Articles"), N_("List, sort, remove and read them"), "app.library", "list documents 文档 列表"),
    Entry(
        N_("What is in here"),
        N_("Dates, names and terms, sources, reposts"),
        "app.overview",
        "overview summary topics timeline statistics 概览 主题 时间线 统计",
    ),
    Entry(N_("Libraries"), N_("Switch to another library, or create one"), "app.libraries", "switch 切换"),
    Entry(
        N_("Check the library"),
        N_("Look for damage and repair it"),
        "app.check",
        "doctor repair fix damage health 修复 诊断 损坏",
    ),
    Entry(
        N_("Check the citations"),
        N_("Do the quotes that were kept still stand in their articles?"),
        "app.verify",
        "verify quotes proof 核对 校验 引文",
    ),
    Entry(
        N_("Words"),
        N_("Teach the library words and names that mean the same"),
        "app.words",
        "teach forget synonyms aliases terms vocabulary dictionary 词语 同义词 别名 术语 教",
    ),
    Entry(
        N_("Back up the library …"), N_("The whole library in one file"), "app.back_up", "backup export 备份"
    ),
    Entry(N_("Restore a backup …"), N_("Replace the library with it"), "app.restore", "import 还原 恢复"),
    Entry(
        N_("Conversations"),
        N_("Continue an earlier conversation"),
        "app.conversations",
        "history chats log 历史 聊天 记录",
    ),
    Entry(
        N_("New conversation"), N_("Start a new conversation"), "chat.clear", "clear reset chat 清空 重新开始"
    ),
    Entry(N_("Source"), N_("Show or hide the source"), "chat.source", "pane sidebar toggle 侧栏 出处"),
    Entry(N_("Zoom"), N_("Read the article on a full page"), "chat.read", "reader maximize 放大"),
    Entry(N_("Headings"), N_("Go to a heading of the article"), "reader.outline", "toc 目录", here=True),
    Entry(N_("Wider source"), N_("Give the source more room"), "chat.divide(1)", "resize 宽"),
    Entry(N_("Narrower source"), N_("Give the source less room"), "chat.divide(-1)", "resize 窄"),
    Entry(
        N_("Why this answer"),
        N_("How it was decided, and where your words were found"),
        "chat.evidence",
        "explain evidence score 解释 证据",
    ),
    Entry(
        N_("Written answers"),
        N_("Have your endpoint write from the quotes, here and from now on, or no longer"),
        "chat.write",
        "llm model generate summary ollama 模型 生成 写",
    ),
    Entry(N_("Next citation"), N_("Read the next citation"), "chat.step(1)", "forward quote 下一条"),
    Entry(N_("Previous citation"), N_("Read the previous citation"), "chat.step(-1)", "back quote 上一条"),
    Entry(
        N_("Pin the quote"),
        N_("Pin this quote to the quote sheet, or take it off"),
        "chat.pin",
        "bookmark keep mark collect 收藏 摘录 书签",
    ),
    Entry(
        N_("Sources that differ"),
        N_("Read the sources that differ, beside each other from 160 columns"),
        "chat.compare",
        "compare side by side disagree conflict 对比 分歧 不一",
    ),
    Entry(
        N_("Quote sheet"),
        N_("The quotes that you pinned"),
        "app.sheet",
        "pinned quotes clippings bookmarks notes footnotes bibtex 摘录 收藏 脚注",
    ),
    Entry(
        N_("Ask without the previous question"),
        N_("Ask again with nothing carried over"),
        "chat.ask_alone",
        "follow-up context 追问 上下文",
    ),
    Entry(
        N_("Copy or save"),
        N_("Copy the answer or save the conversation"),
        "chat.share",
        "export share clipboard markdown bibtex html print 导出 分享 引用 剪贴板",
    ),
    Entry(
        N_("Choose which articles to ask"),
        N_("Filter"),
        "composer.menu",
        "scope limit language date 范围 限定",
    ),
    Entry(N_("Find in the article"), N_("Find words in this article"), "source.find", "search 搜索 查找"),
    Entry(
        N_("Edit the article"), N_("Open the file in your editor, at the quote"), "source.edit", "editor 编辑"
    ),
    Entry(
        N_("Open in a browser"), N_("Open the article in a browser"), "source.browse", "web link 网页 浏览器"
    ),
    Entry(N_("Next article"), N_("Read the article after this one"), "source.article(1)", "下一篇"),
    Entry(N_("Previous article"), N_("Read the article before this one"), "source.article(-1)", "上一篇"),
    Entry(N_("Filter the articles"), N_("Narrow the list"), "library.filter", "search narrow 搜索 查找"),
    Entry(
        N_("Update from disk"),
        N_("Update from the files on disk"),
        "library.renew",
        "sync refresh rescan reload 同步 刷新",
    ),
    Entry(
        N_("Find near-duplicates"),
        N_("Find articles that are nearly the same"),
        "library.compare",
        "duplicates copies compare reposts 重复 去重 转载",
    ),
    Entry(
        N_("What is in these articles"),
        N_("What is in the marked or listed articles"),
        "library.overview",
        "overview selection 概览",
    ),
    Entry(
        N_("Preview of articles"),
        N_("Show or hide the preview of an article"),
        "library.preview",
        "peek pane extract 预览 摘录",
    ),
    Entry(N_("Sort the articles"), N_("Sort by the next column"), "table.sort_next", "order 顺序"),
    Entry(N_("Mark all articles"), N_("Mark all that are listed"), "table.mark_all", "select all 全选"),
    Entry(N_("Ask only these articles"), N_("Ask only these"), "library.ask", "scope 范围", row=True),
    Entry(
        N_("Remove articles"),
        N_("Remove from the library; files stay, u undoes this"),
        "library.remove",
        "delete erase 删除",
        row=True,
    ),
    Entry(N_("Undo the removal"), N_("Restore what was removed"), "library.undo", "restore 撤销", here=True),
    Entry(
        N_("Details of the update"),
        N_("What was updated, file by file"),
        "library.details",
        "report",
        here=True,
    ),
    Entry(
        N_("Find in conversations"),
        N_("Find words in titles, questions or quotes"),
        "conversations.find",
        "search history 搜索 查找",
    ),
    Entry(
        N_("Rename a conversation"), N_("Change its title"), "conversations.rename", "title 标题", row=True
    ),
    Entry(
        N_("Save a conversation"),
        N_("Copy it or save it as a file"),
        "conversations.save",
        "conversation export",
        row=True,
    ),
    Entry(
        N_("Delete a conversation"),
        N_("Delete it; u undoes this"),
        "conversations.delete",
        "remove",
        row=True,
    ),
    Entry(
        N_("Undo the deletion"), N_("Restore what was deleted"), "conversations.undo", "restore", here=True
    ),
    Entry(
        N_("Save the quote sheet"),
        N_("Copy the sheet or save it as a file"),
        "sheet.share",
        "sheet export markdown footnotes bibtex references 参考文献",
        row=True,
    ),
    Entry(
        N_("Note on the quote"),
        N_("Give the quote a note of your own"),
        "sheet.annotate",
        "annotate comment 备注 批注",
        row=True,
    ),
    Entry(N_("Move the quote up"), N_("Move the quote up"), "sheet.move(-1)", "order 上移", here=True),
    Entry(N_("Move the quote down"), N_("Move the quote down"), "sheet.move(1)", "order 下移", here=True),
    Entry(N_("New library"), N_("Create a library, or open a folder"), "libraries.new", "create 新建"),
    Entry(N_("Browse folders"), N_("Add files or folders"), "add.browse", "tree explorer 浏览"),
    Entry(
        N_("Settings"),
        N_("Language, colours, answers and keys"),
        "app.settings",
        "preferences options config theme language keys shortcuts keybindings 偏好 选项 主题 快捷键",
    ),
    Entry(
        N_("Light or dark"),
        N_("Switch between light and dark"),
        "app.toggle_dark",
        "mode night day theme 夜间",
    ),
    Entry(
        N_("Jump"),
        N_("Letters on all that can be pressed"),
        "app.jump",
        "labels hints focus go to 跳转 字母",
    ),
    Entry(N_("Help"), N_("All keys"), "app.help", "keys shortcuts manual 快捷键 手册"),
    Entry(
        N_("Reopen the library"),
        N_("After an error, or to see what another program added"),
        "app.reopen",
        "reload refresh 刷新",
    ),
    Entry(N_("Quit"), N_("Quit Yinju"), "app.quit", "exit close leave bye 离开 关闭"),
)
#: The action that opens the page or dialogue of each place, and what it is called there.
_PLACES = {
    "reader": "screen.read",
    "library": "app.library",
    "table": "app.library",
    "conversations": "app.conversations",
    "sheet": "app.sheet",
    "libraries": "app.libraries",
    "add": "app.add",
}
#: Places whose pages need an open library.
_OF_LIBRARY = {"library", "table", "sheet", "add"}
#: Articles, conversations and headings shown at most.
_MOST = 20
#: What each kind of entry is worth, so that the best of several that fit alike comes first.
_COMMAND, _ARTICLE, _CONVERSATION, _HEADING = 1.0, 0.98, 0.96, 0.94
#: What a command found by another name is worth, and by the words of its description.
_OTHER_NAME, _DESCRIPTION = 0.95, 0.5
#: Other names and descriptions have to fit this well: from the beginning of a word.
_CERTAIN = 0.74
#: Characters of a title.
_TITLE = 66


class YinjuCommands(Provider):
    """Commands with their keys, themes and languages, and what `Palette` found in the library."""

    def __init__(self, screen: Screen[Any], match_style: Style | None = None) -> None:
        super().__init__(screen, match_style)
        self.titles: Titles | None = None
        self.headings: Headings | None = None
        self.conversations: tuple[list[ConversationInfo], Names] | None = None

    async def discover(self) -> Hits:
        for entry in filter(self._can, COMMANDS):
            run = partial(self._run, entry)
            yield DiscoveryHit(escape(_(entry.name)), run, help=self._help(entry))

    async def search(self, query: str) -> Hits:
        """English names are found in every language of the interface."""
        wanted = Wanted(query)
        possible = [(_(entry.name), entry) for entry in COMMANDS if self._can(entry)]
        for name, entry in [*possible, *self._choices()]:
            if (score := _fits(wanted, name, entry)) > 0:
                run = partial(self._run, entry)
                yield Hit(score * _COMMAND, self._marked(name, wanted), run, help=self._help(entry))
        for hit in await asyncio.to_thread(lambda: list(self._found(wanted))):
            yield hit

    def _found(self, wanted: Wanted) -> Iterator[Hit]:
        """Articles, conversations and headings."""
        if self.titles is not None:
            for score, at in wanted.best(self.titles.names, _MOST):
                info = self.titles.articles[at]
                told = facts(_("Article"), info.source, info.published and info.published[:10])
                yield self._hit(score * _ARTICLE, info.title, told, partial(self._read, info), wanted)
        if self.conversations is not None:
            for score, at in wanted.best(self.conversations[1], _MOST):
                kept = self.conversations[0][at]
                count = ngettext("{count} question", "{count} questions", kept.turns).format(count=kept.turns)
                run = partial(self._continue, kept)
                yield self._hit(
                    score * _CONVERSATION, kept.title, facts(_("Conversation"), count), run, wanted
                )
        if self.headings is not None:
            for score, at in wanted.best(self.headings.names, _MOST, gaps=False):
                info, heading = self.headings.places[at]
                run = partial(self._read, info, heading.start, heading.text)
                told = facts(_("Heading"), crop(one_line(info.title), _TITLE))
                yield self._hit(score * _HEADING, heading.text.lstrip("# "), told, run, wanted)

    def _hit(self, score: float, name: str, told: str, run: Callable[[], Any], wanted: Wanted) -> Hit:
        return Hit(score, self._marked(crop(one_line(name), _TITLE), wanted), run, help=escape(told))

    def _marked(self, name: str, wanted: Wanted) -> Content:
        """The name, with what was typed in the style of matches."""
        shown = Content(name)
        for span in wanted.spans(name) if self.match_style is not None else ():
            shown = shown.stylize(self.match_style or "", span.start, span.end)
        return shown

    def _help(self, entry: Entry) -> str:
        """What a command does, and its key as the reader has set it."""
        key = self._keys.get(entry.action.partition(".")[2]) if self._node(entry.action) is not None else None
        return escape(f"{_(entry.what)} · {key}" if key else _(entry.what))

    @cached_property
    def _keys(self) -> dict[str, str]:
        """The keys that work on the page, by their actions. Collecting them takes as long as a frame."""
        keys: dict[str, str] = {}
        for active in self.screen.active_bindings.values():
            keys.setdefault(active.binding.action, self.app.get_key_display(active.binding))
        return keys

    # What can be done

    @property
    def _chat(self) -> ChatScreen:
        """The page at the bottom of the stack."""
        chat = self.app.screen_stack[0]
        assert isinstance(chat, ChatScreen)
        return chat

    def _node(self, action: str) -> App[Any] | Widget | None:
        """What has the action; None if its page is not open."""
        place = action.partition(".")[0]
        if place == "app":
            return self.app
        if place == "chat":
            return self._chat
        if place == "source":
            reader = _node_of(self.screen, "reader")
            return reader.query_one(SourcePane) if reader is not None else self._chat.side.source
        if place == "composer":
            return self._chat.composer
        return _node_of(self.screen, place)

    def _choices(self) -> Iterator[tuple[str, Entry]]:
        """Themes and languages, which are offered only when one types; their names, and in English."""
        theme, colours = N_("Theme: {name}"), N_("Change the colours")
        for name in sorted(self.app.available_themes):
            entry = Entry(theme.format(name=name), colours, f"{THEME}({name!r})", "colours colors 颜色 配色")
            yield _(theme).format(name=name), entry
        language, what = N_("Language: {name}"), N_("Language of the interface")
        for code, name in LANGUAGES.items():
            entry = Entry(language.format(name=name), what, f"app.language({code!r})", "locale 语言")
            yield _(language).format(name=name), entry

    def _can(self, entry: Entry) -> bool:
        node = self._node(entry.action)
        if node is not None:
            name = entry.action.partition(".")[2].split("(")[0]
            return node.check_action(name, ()) is not False
        place = entry.action.partition(".")[0]
        assert isinstance(self.app, AppBase)
        return not entry.here and (place not in _OF_LIBRARY or self.app.workspace is not None)

    async def _run(self, entry: Entry) -> None:
        if entry.action.startswith("app."):
            await self.screen.run_action(entry.action)
        else:
            # Not here: opening a page takes messages, which the app would wait with.
            self.app.run_worker(self._go(entry), group="palette", exclusive=True)

    async def _go(self, entry: Entry) -> None:
        """Open the page of a command that is not in front, and run the command there."""
        place, _dot, action = entry.action.partition(".")
        there = self._node(entry.action) is not None
        if place == "source" and _node_of(self.screen, "reader") is not None:
            pass  # its page is in front
        elif place not in _PLACES:
            await self._leave_pages()
            if place == "source" and not (
                self._chat.has_class("-source") and self._chat.side.current == place
            ):
                self._chat.action_source()
        elif not there:
            await self.screen.run_action(_PLACES[place])
            await _settled(self.app.screen)
        node = self._node(entry.action) if place not in _PLACES else _node_of(self.app.screen, place)
        if node is not None and (there or not entry.row):
            await node.run_action(action)

    async def _leave_pages(self) -> None:
        while self.app.screen is not self._chat:
            await self.app.pop_screen()

    def _read(self, info: ArticleInfo, start: int = 0, text: str = "") -> None:
        self.screen.post_message(ArticleWanted(info, start=start, text=text))

    def _continue(self, info: ConversationInfo) -> None:
        async def go_on() -> None:
            await self._leave_pages()
            self._chat.post_message(ConversationChosen(info))

        self.app.run_worker(go_on(), group="palette", exclusive=True)


def _node_of(screen: Screen[Any], place: str) -> App[Any] | Widget | None:
    """The page, dialogue or part that ``place`` names, if ``screen`` is or has it."""
    from tui.screens.add import AddScreen
    from tui.screens.conversations import ConversationsScreen
    from tui.screens.libraries import LibrariesScreen
    from tui.screens.library import LibraryScreen
    from tui.screens.reader import ReaderScreen
    from tui.screens.sheet import SheetScreen
    from tui.widgets.library.articles import ArticleTable

    kinds: dict[str, type[Screen[Any]]] = {
        "reader": ReaderScreen,
        "library": LibraryScreen,
        "table": LibraryScreen,
        "conversations": ConversationsScreen,
        "sheet": SheetScreen,
        "libraries": LibrariesScreen,
        "add": AddScreen,
    }
    if not isinstance(screen, kinds[place]):
        return None
    return screen.query_one(ArticleTable) if place == "table" else screen


async def _settled(screen: Screen[Any]) -> None:
    """Wait until a page that was just opened has drawn and filled itself."""
    drawn = asyncio.Event()
    screen.call_after_refresh(drawn.set)
    await drawn.wait()
    filling = [worker.wait() for worker in screen.workers if worker.node is screen]
    await asyncio.gather(*filling, return_exceptions=True)


def _fits(wanted: Wanted, name: str, entry: Entry) -> float:
    """How well a command fits by its name here or in English, another name, or its description."""
    scores = [wanted.score(name), 0.9 * wanted.score(entry.name)]
    for others, worth in (
        (entry.words, _OTHER_NAME),
        (f"{name} {entry.words} {_(entry.what)}", _DESCRIPTION),
    ):
        score = wanted.score(others)
        scores.append(worth * score if score >= _CERTAIN else 0.0)
    return max(scores)


class Palette(EndsWorkers, CommandPalette):
    """Textual's, in the language of the interface. What there is to find is gathered while one types."""

    app = app(AppBase)

    def __init__(self) -> None:
        super().__init__(
            placeholder=_("Find a command, article, conversation or heading …"), id="--command-palette"
        )
        self._before = ""

    def on_mount(self) -> None:
        self._before = self.app.theme
        self._gather()

    @work(exclusive=True, group="gather")
    async def _gather(self) -> None:
        """Let the commands find titles, and then headings, which takes longest."""
        workspace, memory = self.app.workspace, self.app.memory
        try:
            for commands in self._commands:
                kept = await asyncio.to_thread(memory.conversations)
                commands.conversations = kept, Names([info.title for info in kept])
            if workspace is not None:
                for commands in self._commands:
                    commands.titles = await asyncio.to_thread(titles_of, workspace)
                self._search_again()
                for commands in self._commands:
                    commands.headings = await asyncio.to_thread(headings_of, workspace)
        except YinjuError as error:
            self.notify(error_text(error, "\n"), severity="warning", markup=False)
        self._search_again()

    @property
    def _commands(self) -> list[YinjuCommands]:
        return [each for each in self._providers if isinstance(each, YinjuCommands)]

    def _search_again(self) -> None:
        if typed := self.query_one(CommandInput).value.strip():
            self._gather_commands(typed)

    def on_unmount(self) -> None:
        if self._selected_command is None:
            self.app.theme = self._before

    @on(OptionList.OptionHighlighted)
    def _preview(self, event: OptionList.OptionHighlighted) -> None:
        """Show the theme under the cursor, or the one before for anything else."""
        theme = self._before
        if isinstance(event.option, Command) and isinstance(command := event.option.hit.command, partial):
            chosen = command.args[0]
            action, _paren, name = chosen.action.partition("(") if isinstance(chosen, Entry) else ("", "", "")
            theme = name[1:-2] if action == THEME else theme
        if theme != self.app.theme:
            self.app.theme = theme

    def _start_no_matches_countdown(self, search_value: str) -> None:
        """Say at once that nothing was found, where Textual waits and says it in English."""
        found = self.query_one(CommandList)
        if search_value:
            found.add_option(Option(_("Nothing found."), id=self._NO_MATCHES, disabled=True))
        self._list_visible = bool(search_value)
