"""Ink on paper, by day and by night; cinnabar for what is quoted."""

from __future__ import annotations

from textual.theme import Theme

NIGHT = Theme(
    name="yinju-night",
    primary="#8fb3d9",
    secondary="#7fa99b",
    accent="#e8735c",
    warning="#e0b35c",
    error="#e06c75",
    success="#8fbf7f",
    foreground="#dcd8cf",
    background="#14161a",
    surface="#1a1d22",
    panel="#242830",
    dark=True,
    variables={
        "quote-background": "#4a3a17",
        "quote-color": "#fff1cf",
        "match-same": "#f2b84b",
        "match-related": "#7cc4b8",
        "border": "#3a404b",
        "border-blurred": "#2b3039",
        "footer-background": "#14161a",
        "footer-key-foreground": "#e8735c",
    },
)
DAY = Theme(
    name="yinju-day",
    primary="#2f5d8a",
    secondary="#3f7566",
    accent="#b8402a",
    warning="#94660b",
    error="#b3261e",
    success="#3c7a3a",
    foreground="#26231d",
    background="#f7f3ea",
    surface="#fbf9f3",
    panel="#ebe5d6",
    dark=False,
    variables={
        "quote-background": "#fbe6a2",
        "quote-color": "#241c06",
        "match-same": "#96440a",
        "match-related": "#0c665c",
        "border": "#c9c0ab",
        "border-blurred": "#ddd5c2",
        "footer-background": "#f7f3ea",
        "footer-key-foreground": "#b8402a",
    },
)
#: What the styles need of a theme that is not one of these two.
REQUIRED = ("quote-background", "quote-color", "match-same", "match-related")


def defaults(dark: bool) -> dict[str, str]:
    """The variables that other themes lack."""
    return {name: (NIGHT if dark else DAY).variables[name] for name in REQUIRED}
