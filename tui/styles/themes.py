"""Ink on paper, by day and by night; cinnabar for what is quoted.

Any theme of Textual works as well: what the styles need beside a theme's own colours is derived
from these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.color import Color
from textual.theme import Theme

NIGHT = Theme(
    name="yinju-night",
    primary="#8fb3d9",
    secondary="#7fa99b",
    accent="#ec7a63",
    warning="#e0b35c",
    error="#e87a82",
    success="#8fbf7f",
    foreground="#dcd8cf",
    background="#14161a",
    surface="#1a1d22",
    panel="#242830",
    dark=True,
    variables={
        "text": "#dcd8cf",
        "text-muted": "#aeaaa0",
        "text-disabled": "#969389",
        "quote-background": "#44350f",
        "quote-color": "#fff1cf",
        "match-same": "#f5bf55",
        "match-related": "#84cfc2",
        "border": "#616977",
        "border-blurred": "#2b3039",
        "block-cursor-foreground": "#14161a",
        "button-color-foreground": "#14161a",
        "footer-background": "#14161a",
        "footer-key-foreground": "#ec7a63",
        "input-selection-background": "#34506e",
        "screen-selection-background": "#34506e",
        "screen-selection-foreground": "#ffffff",
    },
)
DAY = Theme(
    name="yinju-day",
    primary="#2a567f",
    secondary="#35675a",
    accent="#a83620",
    warning="#7a5200",
    error="#a8221b",
    success="#2f6a2e",
    foreground="#26231d",
    background="#f7f3ea",
    surface="#fbf9f3",
    panel="#ebe5d6",
    dark=False,
    variables={
        "text": "#26231d",
        "text-muted": "#5a554a",
        "text-disabled": "#635e53",
        "quote-background": "#fbe6a2",
        "quote-color": "#241c06",
        "match-same": "#8a3c06",
        "match-related": "#09594f",
        "border": "#8d8572",
        "border-blurred": "#ddd5c2",
        "block-cursor-foreground": "#fbf9f3",
        "button-color-foreground": "#fbf9f3",
        "footer-background": "#f7f3ea",
        "footer-key-foreground": "#a83620",
        "input-selection-background": "#bcd0e4",
        "screen-selection-background": "#bcd0e4",
        "screen-selection-foreground": "#16202a",
    },
)
#: The least contrast of text that is read, after WCAG 2.2, success criterion 1.4.3 (level AA).
READABLE = 4.5
#: Colours of a theme that our styles write with, and what they write on.
INKS = (
    *("primary", "secondary", "accent", "warning", "error", "success", "foreground"),
    *("text-primary", "text-secondary", "text-accent", "text-warning", "text-error", "text-success"),
    *("match-same", "match-related"),
)
GROUNDS = ("background", "surface", "panel")
#: How much of a theme's warning colour the ground of a quote takes.
_TINGE = 0.25
_STEPS = 20


def variables(theme: Theme) -> dict[str, str]:
    """What `App.get_css_variables` has to give for ``theme``: its colours, and in these what it lacks.

    Colours that are too faint for text (several of Textual's light themes have such) are deepened.
    """
    values = {**theme.to_color_system().generate(), **theme.variables}
    if theme.ansi:
        # What these colours look like only the terminal knows; the quote is reversed, see plain.tcss.
        same, related = ("ansi_yellow", "ansi_cyan") if theme.dark else ("ansi_red", "ansi_blue")
        ground = {"quote-background": "ansi_default", "quote-color": "ansi_default"}
        return {**ground, "match-same": same, "match-related": related, **values}
    quote = Color.parse(values["background"]).blend(Color.parse(values["warning"]), _TINGE, alpha=1)
    values.setdefault("quote-background", quote.hex)
    values.setdefault("match-same", values["warning"])
    values.setdefault("match-related", values["success"])
    values.setdefault("quote-color", values["foreground"])
    quote = Color.parse(values["quote-background"])
    grounds = [Color.parse(values[name]) for name in GROUNDS]
    written_on = {name: [*grounds, quote] if name.startswith("match") else grounds for name in INKS}
    written_on["quote-color"] = [quote]
    written_on["footer-key-foreground"] = [Color.parse(values["footer-background"])]
    for name, on in written_on.items():
        values[name] = readable(Color.parse(values[name]), on).hex
    return values


def readable(colour: Color, grounds: Sequence[Color], least: float = READABLE) -> Color:
    """``colour``, as much lighter or darker as it takes to be read on all ``grounds``, or as far as goes."""
    ends = [Color(255, 255, 255), Color(0, 0, 0)]
    end = max(ends, key=lambda end: min(contrast(end, ground) for ground in grounds))
    shades = [colour, *(colour.blend(end, step / _STEPS, alpha=1) for step in range(1, _STEPS + 1))]
    return next((c for c in shades if min(contrast(c, ground) for ground in grounds) >= least), end)


def contrast(one: Color, other: Color) -> float:
    """Contrast of two opaque colours, 1 to 21, as WCAG 2.2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Color) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def following(environ: Mapping[str, str]) -> str:
    """The name of our theme that fits the terminal: COLORFGBG "0;15" is dark on light; night where unset."""
    ground = environ.get("COLORFGBG", "").rpartition(";")[2]
    light = ground.isdecimal() and (int(ground) == 7 or 9 <= int(ground) <= 15)
    return DAY.name if light else NIGHT.name
