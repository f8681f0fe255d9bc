"""Every theme can be read: contrasts after WCAG 2.2 of what is drawn, and what is left without colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up_app import FakeLibrary, ask, opened, opening, settle
from rich.style import Style
from textual.color import Color
from textual.screen import ModalScreen
from textual.theme import BUILTIN_THEMES, Theme
from textual.widget import Widget

from tui.app import YinjuApp
from tui.screens.help import HelpScreen
from tui.screens.library import LibraryScreen
from tui.styles.themes import DAY, GROUNDS, INKS, NIGHT, contrast, following, readable, variables
from tui.widgets.common.row import PlaceRow

THEMES = {theme.name: theme for theme in (NIGHT, DAY, *BUILTIN_THEMES.values())}
COLOURED = {name: theme for name, theme in THEMES.items() if not theme.ansi}
FOLDER = Path(__file__).parents[3] / "tui" / "styles"
STYLES = "".join(path.read_text() for path in sorted(FOLDER.glob("*.tcss")))
QUESTION = "What did Harbor AI offer Lin Lan?"
#: WCAG level AA: text, and what is large, bold or no text but means something.
TEXT, MARK = 4.5, 3.0
#: Frames, bars and meters.
DRAWN = re.compile(r"[\u2500-\u25ff\s]*")


@pytest.fixture(params=sorted(COLOURED))
def theme(request: pytest.FixtureRequest) -> Theme:
    return COLOURED[request.param]


def colours(theme: Theme) -> dict[str, Color]:
    return {
        name: Color.parse(value)
        for name, value in variables(theme).items()
        if re.fullmatch(r"#\w+|rgba?\(.*\)", value)
    }


def test_contrast_is_that_of_wcag() -> None:
    white, black, grey = (Color.parse(name) for name in ("#ffffff", "#000000", "#767676"))
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(grey, white) == contrast(white, grey) == pytest.approx(4.54, abs=0.01)
    assert contrast(grey, grey) == 1


def test_readable_keeps_what_can_be_read_and_moves_the_rest_no_further_than_needed() -> None:
    paper = [Color.parse("#fafafa")]
    assert readable(Color.parse("#7a1f10"), paper) == Color.parse("#7a1f10")
    moved = readable(Color.parse("#d8d938"), paper)
    assert TEXT <= contrast(moved, paper[0]) < TEXT + 1.5
    grey = Color.parse("#808080")
    assert readable(grey, [grey], least=21) in (Color(0, 0, 0), Color(255, 255, 255))


@pytest.mark.parametrize("name", sorted(THEMES))
def test_every_variable_of_the_styles_has_a_value_in_every_theme(name: str) -> None:
    used = set(re.findall(r"\$([a-z][a-z0-9-]*)", STYLES))
    assert {"quote-background", "match-same", "text-muted"} <= used
    assert used <= set(variables(THEMES[name]))


@pytest.mark.parametrize("theme", [NIGHT, DAY], ids=lambda theme: theme.name)
def test_our_themes_reach_aa_in_every_pair(theme: Theme) -> None:
    found = colours(theme)
    chosen = found["background"].blend(found["primary"], 0.25, alpha=1)
    for name in (*INKS, "text", "text-muted", "text-disabled"):
        for ground in GROUNDS:
            assert contrast(found[name], found[ground]) >= TEXT, (name, ground)
    for name in ("quote-color", "match-same", "match-related"):
        assert contrast(found[name], found["quote-background"]) >= TEXT, name
    for name in ("foreground", "primary", "match-same", "match-related", "text-muted"):
        assert contrast(found[name], chosen) >= TEXT - 0.05, name
    assert contrast(found["accent"], chosen) >= MARK
    for name in ("accent", "primary", "error", "warning", "border"):
        assert contrast(found[name], found["background"]) >= MARK, name
    assert contrast(found["border"], found["surface"]) >= MARK
    for name in ("accent", "primary"):
        assert contrast(found["background"], found[name]) >= TEXT, name
    assert contrast(found["footer-key-foreground"], found["footer-background"]) >= TEXT
    for ground in ("input-selection-background", "screen-selection-background"):
        assert contrast(found["foreground"], found[ground]) >= TEXT


def test_nothing_is_changed_in_our_own_themes() -> None:
    for theme in (NIGHT, DAY):
        wanted = {**theme.to_color_system().generate(), **theme.variables}
        got = variables(theme)
        assert [name for name in got if got[name].lower() != wanted[name].lower()] == []


def test_a_quote_and_its_words_can_be_read_and_told_apart(theme: Theme) -> None:
    found = colours(theme)
    quote = found["quote-background"]
    assert quote != found["background"]
    for name in ("quote-color", "match-same", "match-related"):
        assert contrast(found[name], quote) >= TEXT, name
    for name in INKS:
        assert all(contrast(found[name], found[ground]) >= TEXT for ground in GROUNDS), name
    assert len({found[name].hex for name in ("quote-color", "match-same", "match-related")}) == 3


def written(app: YinjuApp, widget: Widget | None = None) -> Iterator[tuple[str, Style]]:
    """What stands on ``widget``, or on the page, or in the dialogue over it, in pieces of one style."""
    screen = app.screen
    area = (widget or (screen.children[0] if isinstance(screen, ModalScreen) else screen)).region
    for strip in screen._compositor.render_strips()[area.y : area.bottom]:
        for segment in strip.crop(area.x, area.right):
            if segment.style is not None and not DRAWN.fullmatch(segment.text):
                yield segment.text, segment.style


def faintest(app: YinjuApp) -> dict[bool, tuple[float, str]]:
    """The least contrast on the page and where it is, of text (False) and of bold marks (True)."""
    least = {False: (21.0, ""), True: (21.0, "")}
    for text, style in written(app):
        if style.dim or style.color is None or style.bgcolor is None or len(text) == 1:
            continue  # one character: the cursor
        pair = (Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))
        least[bool(style.bold)] = min(least[bool(style.bold)], (contrast(*pair), text))
    return least


@pytest.mark.parametrize("size", [(80, 24), (150, 40)], ids=["small", "wide"])
async def test_what_is_drawn_can_be_read(app: YinjuApp, size: tuple[int, int]) -> None:
    async def read(where: str, *themes: str, text: float = TEXT, mark: float = MARK) -> None:
        for name in themes or (NIGHT.name, DAY.name):
            app.theme = name
            await pilot.pause()
            least = faintest(app)
            assert least[False][0] >= text and least[True][0] >= mark, (where, name, least)

    async with opened(app, size) as pilot:
        await read("welcome")
        await ask(pilot, QUESTION)
        app.screen.query(PlaceRow).first().focus()
        await read("answer")
        await pilot.press("enter")
        await settle(pilot)
        await read("source")
        if size[0] > 100:
            # Textual's own themes have their own idea of muted text; everything else is made readable.
            await read("source", *COLOURED, text=2.4, mark=MARK)
        await ask(pilot, "火星上有鹦鹉吗？")
        await ask(pilot, "What is broken?")
        await read("nothing found, and an error")
        for key, screen in (("f2", LibraryScreen), ("f1", HelpScreen)):
            await pilot.press(key)
            await settle(pilot)
            assert isinstance(app.screen, screen)
            await read(screen.__name__)


@pytest.mark.parametrize("name", [*sorted(set(THEMES) - set(COLOURED)), "no colour"])
async def test_without_known_colours_bold_underline_and_reverse_tell(
    library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if name == "no colour":
        monkeypatch.setenv("NO_COLOR", "1")
    app = YinjuApp(opening(library))
    async with opened(app, (150, 40)) as pilot:
        if name in THEMES:
            app.theme = name
        await ask(pilot, QUESTION)
        row = app.screen.query(PlaceRow).first()
        row.focus()
        await pilot.press("enter")
        await settle(pilot)
        row.focus()
        await pilot.pause()
        pieces = list(written(app))
        if name == "no colour":
            assert all(
                colour is None or colour.is_default for _, s in pieces for colour in (s.color, s.bgcolor)
            )
        quoted = [(text, style) for text, style in pieces if style.reverse]
        assert "两周以后，Harbor AI 的负责人亲自登门，把报价提高到 2.4 亿美元。" in "".join(
            t for t, _ in quoted
        )
        same = next(style for text, style in quoted if text == "Harbor AI")
        near = next(style for text, style in quoted if text == "报价")
        rest = next(style for text, style in quoted if "提高到" in text)
        assert len({(bool(style.bold), bool(style.underline)) for style in (same, near, rest)}) == 3
        app.screen.query(PlaceRow).last().focus()
        await pilot.pause()
        rows = [list(written(app, row)) for row in app.screen.query(PlaceRow)]
        assert [any(style.reverse for _, style in row) for row in rows] == [False, True], "the row in focus"
        assert [any(style.underline for _, style in row) for row in rows] == [True, False], "the current row"


@pytest.mark.parametrize(
    ("ground", "wanted"),
    [
        ("0;15", DAY),
        ("0;default;15", DAY),
        ("0;7", DAY),
        ("15;0", NIGHT),
        ("7;8", NIGHT),
        ("12;6", NIGHT),
        ("0;default", NIGHT),
        ("0;99", NIGHT),
        ("", NIGHT),
        (None, NIGHT),
    ],
)
def test_the_theme_follows_the_terminal(ground: str | None, wanted: Theme) -> None:
    assert following({} if ground is None else {"COLORFGBG": ground}) == wanted.name
