"""A small made-up library and an engine that finds in it what the test wants, the same every time."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widget import Widget
from textual.worker import WorkerCancelled

from index.errors import Cancelled, LibraryError, Phrase, YinjuError
from index.lexicon.lexicon import bundled_tokenizer
from index.text.blocks import find_blocks
from index.text.tokenizer import Tokenizer
from index.types import (
    AddReport,
    Alias,
    Article,
    ArticleInfo,
    Block,
    Heading,
    Kind,
    LibraryStatus,
    Monitor,
    Passage,
    RemovedArticle,
    Span,
    SyncReport,
    TaughtWord,
)
from qa.question.filters import Filters
from qa.session import Session
from qa.settings import Settings
from qa.suggestions import Suggested
from qa.types import (
    Answer,
    AnswerSentence,
    Citation,
    Context,
    DifferingQuantity,
    Gloss,
    Hit,
    Match,
    SearchResult,
    Suggestion,
)
from qa.verify import Claim, Verdict
from tui.app import YinjuApp
from tui.jobs.process import Step, Watcher
from tui.rendering.prose import ProseView
from tui.screens.library import LibraryScreen
from tui.widgets.composer.question import QuestionBox
from tui.widgets.transcript.answer import QuoteView

CHINESE = "\n".join(
    [
        "海湾研究所的人才账本",
        "海湾研究所去年春天搬进了旧船厂。新楼有三层，最上面一层留给了模型组，窗外就是防波堤。",
        "据内部人士透露，Harbor AI 向研究员林岚开出了四年 1.2 亿美元的报价，其中第一年就能拿到一半。"
        "林岚起初没有答应，她说自己更在意能用多少算力。"
        "两周以后，Harbor AI 的负责人亲自登门，把报价提高到 2.4 亿美元。",
        "“我不是在卖自己的时间，”林岚在接受《滨城日报》采访时说，“我在挑一个可以做十年的问题。”",
        *(
            f"第{n}节记录了研究所第{n}个季度的开支：设备、房租、差旅和训练用电各占一部分，总数每季都在上涨。"
            for n in range(1, 13)
        ),
    ]
)
ENGLISH = "\n".join(
    [
        "What Harbor AI paid to hire Lin Lan",
        "Harbor AI doubled its offer to the researcher Lin Lan to $240 million after she turned down "
        "the first one. "
        "People close to the talks say that the deciding point was a promise of computing power, "
        "not the salary.",
        "Her former colleagues at the Bay Institute were told of the move on a Friday afternoon.",
    ]
)
TRADITIONAL = (
    "海灣研究所的回應\n研究所表示，不會為了一位研究員改變薪資制度。發言人說：「我們相信團隊，而不是明星。」"
)


def article(id: int, text: str, language: str, published: str, name: str) -> Article:
    title = text.split("\n")[0]
    return Article(
        id=id,
        path=f"/articles/{name}",
        title=title,
        language=language,
        published=published,
        author="Ada Chen" if language == "en" else "陈舟",
        source="Harbor Daily" if language == "en" else "滨城日报",
        added="2025-01-01T00:00:00Z",
        characters=len(text),
        passages=2,
        text=text,
        blocks=find_blocks(text),
    )


ARTICLES = (
    article(1, CHINESE, "zh-Hans", "2025-06-03", "账本.txt"),
    article(2, ENGLISH, "en", "2025-06-05", "offer.md"),
    article(3, TRADITIONAL, "zh-Hant", "2025-06-08", "回應.html"),
)

STRUCTURED = """# Bay Institute: 2025 laboratory report

Share
Subscribe to our letter
Log in

## 1. Blood counts

Analyse | 结果 | Reference range
白细胞计数 | 5.2 | 4.0 to 10.0
C-reactive protein | 12 | below 5

- Samples were taken before breakfast, and kept cold until the courier came at noon
  - 样本一直冷藏，直到中午信使来取；其后两小时内送到滨城的实验室
- Nobody was told

```python
def mean(values):
    return sum(values) / len(values)
```

“We count everything twice,” said the head of the laboratory, Lin Lan, in June.

Figure 1: the laboratory on the pier

## References

Chen, A. (2024). Counting twice. Harbor Press.

林岚（2023）：《冷藏样本》，滨城出版社。"""


def structured() -> Article:
    """An article with a block of every kind that has looks of its own."""
    known = {
        "Share": Kind.DEBRIS,
        "Subscribe": Kind.DEBRIS,
        "Log in": Kind.DEBRIS,
        "“We count": Kind.QUOTATION,
    }
    marks = [
        (Span(at, STRUCTURED.index("\n", at)), kind)
        for begin, kind in known.items()
        for at in [STRUCTURED.index(begin)]
    ]
    made = article(4, STRUCTURED, "en", "2025-07-01", "report.md")
    return replace(made, title="Bay Institute: 2025 laboratory report", blocks=find_blocks(STRUCTURED, marks))


@cache
def _tokenizer() -> Tokenizer:
    return bundled_tokenizer()


@dataclass
class FakeLibrary:
    """The articles above. Adding waits for ``gate`` after one file, comparing where some are ``alike``."""

    path: Path = Path("/home/reader/bundled-0123456789abcdef")
    kept: list[Article] = field(default_factory=lambda: list(ARTICLES))
    gate: threading.Event = field(default_factory=threading.Event)
    closed: bool = False
    lost: int = 0
    alike: list[tuple[int, ...]] = field(default_factory=list)
    #: What the next update from disk finds.
    changes: SyncReport = field(default_factory=SyncReport)
    taught: list[TaughtWord] = field(default_factory=list)

    def reraise_as_damage(self) -> AbstractContextManager[None]:
        return nullcontext()

    def without_locks(self) -> YinjuError | None:
        return None

    def upgrade_if_needed(self, monitor: Monitor) -> Path | None:
        return None

    def articles(self) -> list[ArticleInfo]:
        return list(self.kept)

    def headings(self) -> list[Heading]:
        return [
            Heading(item.id, block.start, item.text[block.start : block.end])
            for item in self.kept
            for block in item.blocks
            if block.kind is Kind.HEADING
        ]

    def blocks(self, ids: Iterable[int]) -> dict[int, tuple[Block, ...]]:
        return {item.id: item.blocks for item in self.kept if item.id in ids}

    def words(self) -> list[TaughtWord]:
        return list(self.taught)

    def article(self, id: int) -> Article:
        found = next((item for item in self.kept if item.id == id), None)
        if found is None:
            raise LibraryError(f"article {id} is gone")
        return found

    def status(self) -> LibraryStatus:
        languages = {
            name: sum(a.language == name for a in self.kept) for name in ("zh-Hans", "zh-Hant", "en")
        }
        return LibraryStatus(
            str(self.path), len(self.kept), 2 * len(self.kept), 900, languages, "lexicon", 256, 1, 1, 0
        )

    def add_apart(self, folder: Path, paths: Sequence[Path], watcher: Watcher) -> AddReport:
        """In place of `tui.jobs.tasks.add`."""
        files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
        report = AddReport(seconds=0.5)
        for done, file in enumerate(files):
            watcher.tell(Step(done, done, len(files), file.name))
            if done:
                self.gate.wait(timeout=10)
            if watcher.cancelled():
                raise Cancelled("stopped", "what was finished is kept")
            if any(item.path == str(file) for item in self.kept):
                report.unchanged.append(str(file))
            elif file.suffix == ".bin":
                report.skipped.append((str(file), Phrase("it is not text")))
            else:
                self.kept.append(replace(ARTICLES[1], id=10 + done, path=str(file), title=file.stem))
                report.added.append(str(file))
                report.passages += 2
        watcher.tell(Step(len(files), len(files), len(files)))
        return report

    def sync_apart(self, folder: Path, dry_run: bool, watcher: Watcher) -> SyncReport:
        """In place of `jobs.tasks.sync`: finds ``changes``, and waits for ``gate`` before it makes them."""
        if not dry_run:
            watcher.tell(Step(1, 1, 2))
            self.gate.wait(timeout=10)
        if watcher.cancelled():
            raise Cancelled("stopped", "what was finished is kept")
        if not dry_run:
            self.kept = [item for item in self.kept if item.path not in self.changes.removed]
        return deepcopy(self.changes)

    def remove_undoable(self, ids: Sequence[int]) -> tuple[RemovedArticle, ...]:
        taken = [item for item in self.kept if item.id in ids]
        self.kept = [item for item in self.kept if item.id not in ids]
        return tuple(RemovedArticle(**asdict(item), digest="", size=1, modified=1) for item in taken)

    def undo_remove(self, removed: Sequence[RemovedArticle]) -> int:
        back = [{f.name: getattr(item, f.name) for f in fields(Article)} for item in removed]
        self.kept = sorted([*self.kept, *(Article(**facts) for facts in back)], key=lambda item: item.id)
        return len(back)

    def passage_words(self, articles: Iterable[int]) -> list[tuple[int, int, str]]:
        wanted = set(articles)
        return [
            (item.id, item.id, " ".join(self.tokenizer.words(item.text)))
            for item in self.kept
            if item.id in wanted
        ]

    @property
    def tokenizer(self) -> Tokenizer:
        return _tokenizer()

    def glosses(self, articles: Iterable[int]) -> list[tuple[Alias, int]]:
        return [(Alias("林岚", "lin lan"), 1)]

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        return []

    def near_duplicates(self, monitor: Monitor) -> list[tuple[int, ...]]:
        monitor.done(1, len(self.kept))
        if self.alike:
            self.gate.wait(timeout=10)
        monitor.check()
        return self.alike

    def close(self) -> None:
        self.closed = True


def match(text: str, found: str, word: str, similarity: float, after: int = 0) -> Match:
    start = text.index(found, after)
    return Match(start, start + len(found), found, word, similarity)


def hit(rank: int, source: Article, span: str, score: float, coverage: float, *matches: Match) -> Hit:
    start = source.text.index(span)
    end = source.text.find("\n", start)
    end = len(source.text) if end < 0 else end
    passage = Passage(rank, source.id, start, end, source.text[start:end], "", (), ())
    info = ArticleInfo(**{item.name: getattr(source, item.name) for item in fields(ArticleInfo)})
    found_by = {"lexical": (rank, 9.0), "dense": (4 - rank, 0.5)}
    return Hit(rank, score, passage, info, coverage, matches, found_by)


def cite(number: int, quote: str, of: Hit, source: Article) -> Citation:
    span = Span(source.text.index(quote), source.text.index(quote) + len(quote))
    return Citation(number, *span, quote, of)


def offer(question: str, carried: tuple[str, ...] = ()) -> Answer:
    """An answer quoted from the Chinese and the English article."""
    quoted = CHINESE.index("两周以后")
    first = hit(
        *(1, ARTICLES[0], "据内部人士", 0.91, 0.94),
        match(CHINESE, "林岚", "Lin Lan", 0.83),
        match(CHINESE, "报价", "offer", 0.71),
        match(CHINESE, "Harbor AI", "Harbor AI", 1.0),
        match(CHINESE, "Harbor AI", "Harbor AI", 1.0, quoted),
        match(CHINESE, "报价", "offer", 0.71, quoted),
    )
    second = hit(2, ARTICLES[1], "Harbor AI doubled", 0.84, 0.88, match(ENGLISH, "offer", "offer", 1.0))
    third = hit(3, ARTICLES[2], "研究所表示", 0.31, 0.22)
    quotes = (
        "两周以后，Harbor AI 的负责人亲自登门，把报价提高到 2.4 亿美元。",
        ENGLISH.split("\n")[1].split(" People")[0],
    )
    citations = (cite(1, quotes[0], first, ARTICLES[0]), cite(2, quotes[1], second, ARTICLES[1]))
    sentences = tuple(AnswerSentence(c.quote, c.number) for c in citations)
    return Answer(question, True, 0.86, sentences, citations, (), carried, (first, second, third), 31.0)


def verdicts() -> list[Verdict]:
    """A citation in each state."""
    claims = [
        Claim(
            asked := "What did Harbor AI offer Lin Lan?",
            1,
            1,
            ARTICLES[0].title,
            ARTICLES[0].path,
            0,
            8,
            "两周以后，Harbor AI 的负责人亲自登门",
        ),
        Claim(asked, 2, 2, ARTICLES[1].title, ARTICLES[1].path, 0, 9, "Harbor AI doubled its offer"),
        Claim(asked, 3, 3, ARTICLES[2].title, "/articles/away.txt", 0, 5, "研究所表示"),
    ]
    moved = ARTICLES[0].text.index("两周以后")
    return [
        Verdict(claims[0], "right"),
        Verdict(claims[0], "moved", Span(moved, moved + len(claims[0].quote))),
        Verdict(claims[1], "changed"),
        Verdict(claims[2], "gone"),
    ]


def nothing(question: str) -> Answer:
    near = hit(1, ARTICLES[2], "研究所表示", 0.31, 0.22, match(TRADITIONAL, "研究員", "研究员", 1.0))
    citation = cite(1, "研究所表示，不會為了一位研究員改變薪資制度。", near, ARTICLES[2])
    return Answer(question, False, 0.12, (), (citation,), ("火星", "parrot"), (), (near,), 18.0)


STEPS = """# 旧船厂的搬家手册

## 实验设备的搬运

设备要按下面的次序搬，每一步都由两个人签字：

1. 先断电，再放掉冷却液；冷却液装进有编号的桶里，由海湾研究所的仓库统一保管，任何人不得私自带走。
  - 桶的编号写在盖子上，不写在桶身
  - 满桶不超过二十公斤
2. 拆下探头，单独装箱，箱内垫两层泡棉。
3. 主机用平板车从西门运出，走防波堤一侧的坡道；遇到大风，改在第二天清晨六点以前搬。
4. 到了新楼，先量地面的水平，再放主机。

## 费用

Table 2: what the move cost

Part | Paid by | Sum in yuan
Cranes and trucks | the institute | 480,000
Insurance | Harbor AI | 62,500

The insurance was paid late. Nobody says how many days the crane stood idle."""


def cite_in(number: int, quote: str, of: Article, *context: tuple[str, str], score: float = 0.9) -> Citation:
    """A quote cited with its context, each the text and its role."""
    found = hit(number, of, quote.split("\n")[0], score, score)
    start, above = of.text.index(quote), []
    passage = replace(found.passage, end=start + len(quote), text=quote)
    for text, role in context:
        at = of.text.rindex(text, 0, start)
        above.append(Context(at, at + len(text), text, role))
    made = cite(number, quote, replace(found, passage=passage), of)
    return replace(made, context=tuple(above))


def steps() -> Article:
    """An article with nested steps and a table."""
    return replace(article(5, STEPS, "zh-Hans", "2025-06-20", "搬家.md"), title="旧船厂的搬家手册")


def in_context(question: str) -> Answer:
    """A list with its headings and lead-in, and a row of a table; or how many, which it lacks."""
    of = steps()
    headings = ("# 旧船厂的搬家手册", "heading"), ("## 实验设备的搬运", "heading")
    lead = "设备要按下面的次序搬，每一步都由两个人签字："
    items = STEPS[STEPS.index("1. 先断电") : STEPS.index("\n\n## 费用")]
    cost = headings[0], ("## 费用", "heading")
    header = ("Table 2: what the move cost", "caption"), ("Part | Paid by | Sum in yuan", "header")
    row = "Insurance | Harbor AI | 62,500"
    citations = (
        cite_in(1, items, of, *headings, (lead, "lead")),
        cite_in(2, row, of, *cost, *header, score=0.7),
        cite_in(3, STEPS[STEPS.index("The insurance") :], of, *cost, score=0.6),
    )
    hits = tuple(citation.hit for citation in citations)
    if "how many" in question:
        citations = tuple(replace(c, number=n) for n, c in enumerate(citations[::-1], start=1))
        return Answer(
            *(question, False, 0.31, (), citations, ("闲置",), (), hits, 20.0),
            related=True,
            lacks="number",
        )
    sentences = tuple(AnswerSentence(citation.quote, citation.number) for citation in citations)
    return Answer(question, True, 0.91, sentences, citations, (), (), hits, 20.0)


class FakeEngine:
    """Answers by what the question says; ``asked`` lists what it was asked."""

    def __init__(self, library: Any, reranker: Any = None) -> None:
        self.library = library
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def search(self, query: str, k: int = 10, filters: Filters = Filters()) -> SearchResult:  # noqa: B008 - frozen
        return SearchResult(query, (), 1.0)

    def ask(
        self,
        question: str,
        *,
        k: int = 5,
        previous: Sequence[str] = (),
        filters: Filters = Filters(),  # noqa: B008 - frozen
        found: Callable[[tuple[Hit, ...]], None] | None = None,
    ) -> Answer:
        self.asked.append((question, tuple(previous)))
        if "broken" in question:
            raise LibraryError("the index in /articles is damaged", "qa add PATH builds it again")
        leans = question.startswith(("那", "and ")) and previous
        if "搬" in question or "crane" in question:
            reply = in_context(question)
        elif "火星" in question:
            reply = nothing(question)
        else:
            reply = offer(question, ("Harbor AI", "报价") if leans else ())
            if "不一" in question:
                figures = (DifferingQuantity("2.4 亿美元", 1), DifferingQuantity("$240 million", 2))
                reply = replace(reply, disagreement=figures)
        if found is not None:
            found(reply.hits)
        return replace(reply, filters=filters)

    def gloss(self, text: str, into: str) -> tuple[Gloss, ...]:
        at = text.find("报价")
        return (Gloss(at, at + 2, "offer", 0.71),) if at >= 0 and into == "en" else ()


class FakeSuggestions:
    """Suggests nothing unless a test says what."""

    begin: tuple[Suggestion, ...] = ()
    go_on: tuple[Suggestion, ...] = ()

    def __init__(self, engine: Any, names: Any, k: int = 5) -> None:
        self.engine = engine

    def first(self, language: str, monitor: Monitor) -> Suggested:
        return Suggested(self.begin, True)

    def next(self, answer: Answer, previous: Sequence[str], monitor: Monitor) -> Suggested:
        return Suggested(self.go_on, True)


def opening(library: Any, settings: Settings | None = None) -> Callable[[], Session]:
    """What opens a session over ``library``."""
    return lambda: Session(library, settings or Settings())


@asynccontextmanager
async def opened(app: YinjuApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """The app running with its library open."""
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield pilot


async def settle(pilot: Pilot[None]) -> None:
    """Until what the workers reported is on screen; one that reports may start another.

    But for that of a tree of folders, which waits for work without end.
    """
    app, idle = pilot.app, 0
    await pilot.pause()
    for _ in range(100):
        work = [one for one in app.workers if one.name != "_loader" and not one.is_finished]
        nodes = (node for screen in app.screen_stack for node in screen.walk_children(with_self=True))
        if work or app.message_queue_size or any(node.message_queue_size for node in nodes):
            idle = 0
        elif (idle := idle + 1) == 2:  # what a thread has just reported may not be under way yet
            return
        for worker in work:
            with suppress(WorkerCancelled):  # by a later one
                await worker.wait()
        await pilot.pause()
    raise AssertionError(f"the app does not come to rest: {work}")


async def ask(pilot: Pilot[None], question: str) -> None:
    pilot.app.screen.query_one(QuestionBox).text = question
    await pilot.press("enter")
    await settle(pilot)


async def wait_for(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not come to hold")


async def page(pilot: Pilot[None]) -> LibraryScreen:
    """The page of articles, opened."""
    await pilot.press("f2")
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, LibraryScreen)
    return screen


def notice(screen: LibraryScreen) -> str:
    """What the page says came of the last action."""
    return str(screen.notice.render())


def said(widget: Widget) -> str:
    """What the running text in and under ``widget`` says."""
    views = (view for view in widget.walk_children() if isinstance(view, ProseView))
    return "\n".join(
        view.prose.content.plain + (view.prose.tail.plain if isinstance(view, QuoteView) else "")
        for view in views
    )
