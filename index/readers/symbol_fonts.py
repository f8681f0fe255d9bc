"""Characters of symbol fonts, whose codes mean something else in Unicode or nothing."""

from __future__ import annotations

#: From 0x21 on (Adobe, Symbol encoding to Unicode); a space is not used.
_SYMBOL = (
    "!∀#∃%&∍()*+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}~"
    + " " * 33
    + "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
)
#: Marks that documents use; the other pictures become a bullet.
_PICTURES = {
    "wingdings": {
        0xFB: "✗",
        0xFC: "✓",
        0xFD: "☒",
        0xFE: "☑",
        0xA8: "☐",
        0x6F: "☐",
        0x6E: "■",
        0x71: "☐",
        0x72: "☐",
        0x6C: "●",
        0xA1: "○",
        0xA7: "▪",
        0x75: "◆",
        0x76: "❖",
        0xAB: "★",
        0xB6: "☆",
        0xD8: "➢",
        0xF0: "⇨",
        0xDF: "←",
        0xE0: "→",
        0xE1: "↑",
        0xE2: "↓",
        0xE8: "→",
        0xE7: "←",
        0x4A: "☺",
        0x4C: "☹",
        0x80: "⓪",
        **{0x81 + i: chr(0x2460 + i) for i in range(10)},
        **{0x8C + i: chr(0x2776 + i) for i in range(10)},
    },
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x98: "●"}
    | {0x6A + i: chr(0x2460 + i) for i in range(10)},
}


def symbol(code: int, font: str) -> str:
    """The character that a font shows for a code. Word adds 0xF000 to codes of symbol fonts."""
    place, font = code & 0xFF if 0xF000 <= code <= 0xF0FF else code, font.lower()
    if font == "symbol":
        found = _SYMBOL[place - 0x21 : place - 0x20] if place > 0x20 else ""
        return found or chr(place)
    if font.startswith(("wingdings", "webdings")):
        return _PICTURES.get(font, {}).get(place, "•")
    return chr(code)
