"""Formulas of a page, as MathML, as TeX for MathJax or KaTeX, or as pictures: each becomes one readable line.

A page often holds a formula twice or three times: for the reader, for screen readers, and as its source.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from index.readers.html_hidden import drop
from index.readers.raised import LOWERED, RAISED

_SUPERSCRIPTS = RAISED | str.maketrans("i", "ⁱ")
_SUBSCRIPTS = LOWERED | str.maketrans("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
#: Commands, each with its character.
_SIGNS: dict[str, str] = dict(
    re.findall(
        r"(\w+) (\S+)",
        """
        times × cdot · div ÷ pm ± mp ∓ ast ∗ circ ∘ bullet • le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈
        equiv ≡ sim ∼ propto ∝ ll ≪ gg ≫ in ∈ notin ∉ subset ⊂ cup ∪ cap ∩ subseteq ⊆ forall ∀ exists ∃
        neg ¬ land ∧ lor ∨ to → rightarrow → leftarrow ← Rightarrow ⇒ Leftrightarrow ⇔ mapsto ↦ sum ∑ prod ∏
        int ∫ oint ∮ partial ∂ nabla ∇ infty ∞ degree ° prime ′ ldots … cdots ⋯ dots … hbar ℏ ell ℓ langle ⟨
        rangle ⟩ varepsilon ε varphi φ vartheta ϑ emptyset ∅
        """,
    )
)
#: Commands that say how something looks.
_LOOKS = re.compile(
    r"\\(?:(?:display|text|script)style|(?:math|text|operatorname)[a-z]{0,6}|mbox|left|right|[bB]igg?[lr]?|limits"
    r"|boldsymbol|[,;:!])(?![a-zA-Z])"
)
_COMMAND = re.compile(r"\\([a-zA-Z]+)|\\([ {}%$&#_])")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s?\{[a-zA-Z*]{1,20}\}(?:\{[clr|@]{1,20}\})?")
_FRACTION = re.compile(r"\\[dt]?frac\s?\{([^{}]*)\}\s?\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s?(?:\[([^][{}]{0,9})\])?\s?\{([^{}]*)\}")
_RAISED = re.compile(r"\s?([\^_])\s?(?:\{([^{}^_]*)\}|(\\[a-zA-Z]+|[^\s{}\\^_]))")
_GROUP = re.compile(r"(\\[a-zA-Z]+\s?|(?<=[\]}]))?\{([^{}]*)\}")
#: Stand for "^" and "_" while others of them are looked for.
_DONE = str.maketrans("^_", "\ue000\ue001")
_UNDONE = str.maketrans("\ue000\ue001", "^_")
_MAX_TEX, _MAX_DEPTH = 2_000, 20
_SPACED = frozenset("=+−-±×÷<>≤≥≠≈≡∈→⇒∼∝")
#: A formula in markup.
MATH = re.compile(r"<math[\s>].{0,20000}?</math\s?>", re.S | re.I)
#: What a script draws around MathML, and what it draws before its own source.
_DRAWN = re.compile(r"(?:^|\s)(?:katex|mathjax\w*|mwe-math-element|MathJax\w*)(?:\s|$)")
_PICTURED = re.compile(r"(?:^|[\s_-])(?:tex|latex|math|formula|equation)(?:$|[\s_-])", re.I)


def write_formulas(root: Any) -> None:
    """Puts the text of each formula below ``root`` in its place, once."""
    for source in root.xpath(".//script[starts-with(@type, 'math/')] | .//*[@data-tex]"):
        before = source.getprevious()
        while before is not None and _DRAWN.search(before.get("class") or ""):
            drop(before)
            before = source.getprevious()
        tex = source.get("data-tex") or re.sub(r"%?\s*(?:<!\[CDATA\[|\]\]>)", "", source.text or "")
        _write(source, tex_as_text(tex), "mode=display" in source.get("type", ""))
    for formula in root.xpath(".//*[local-name()='math']"):
        drawn = formula
        for around in formula.iterancestors():
            if around is root:
                break
            if around.tag == "mjx-container" or _DRAWN.search(around.get("class") or ""):
                drawn = around
        if drawn.getparent() is not None:
            _write(drawn, math_as_text(formula), formula.get("display") == "block")
    for picture in root.xpath(".//img[@alt]"):
        alt = picture.get("alt").strip()
        if "\\" in alt or _PICTURED.search(picture.get("class") or "") or "tex=" in picture.get("src", ""):
            _write(picture, tex_as_text(alt), block=False)


def _write(element: Any, text: str, block: bool) -> None:
    element.clear(keep_tail=True)
    element.tag = "div" if block else "span"
    element.text = text


def math_as_text(formula: Any) -> str:
    """The text of an element of MathML: of its source in TeX where it has one.

    Any other text in its place may be words that say nothing ("formula", "no text available").
    """
    source = formula.xpath("string(.//*[local-name()='annotation'][@encoding='application/x-tex'])")
    linear = " ".join(_linear(formula).split())
    alternative = formula.get("alttext") or ""
    if not source.strip() and ("\\" in alternative or not linear):
        source = alternative
    return tex_as_text(source) if source.strip() else linear


def _linear(element: Any) -> str:
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "annotation"
    if name.startswith("annotation"):
        return ""
    parts = [_linear(child) for child in element]
    if not parts:
        text = " ".join((element.text or "").split())
        return f" {text} " if name == "mo" and text in _SPACED else text
    if name == "mfrac" and len(parts) == 2:
        return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
    if name == "mroot" and len(parts) == 2:
        return f"{_script(parts[1])}√{_grouped(parts[0])}"
    if name == "msqrt":
        return f"√{_grouped(''.join(parts))}"
    if name in ("msub", "munder", "msubsup", "munderover") and len(parts) > 1:
        return parts[0] + _script(parts[1], below=True) + "".join(map(_script, parts[2:]))
    if name in ("msup", "mover") and len(parts) > 1:
        return parts[0] + _script(parts[1])
    if name == "mfenced":
        return f"{element.get('open', '(')}{', '.join(parts)}{element.get('close', ')')}"
    return {"mtable": "; ", "mtr": ", "}.get(name, "").join(parts)


def _script(text: str, below: bool = False) -> str:
    """A superscript (``below``: a subscript): "⁶", "^x", "^(a+b)"."""
    text = text.strip()
    if not text or text in "′'*°∘":
        return text.replace("∘", "°")
    small = text.translate(_SUBSCRIPTS if below else _SUPERSCRIPTS)
    if not set(small) & set(text) and (len(text) == 1 or not text.isalpha()):
        return small
    sign = "_" if below else "^"
    return f"{sign}{text}" if len(text) == 1 or re.fullmatch(r"\w+", text) else f"{sign}({text})"


def tex_as_text(tex: str) -> str:
    """TeX as one readable line: fractions, roots and powers as they are typed, signs as characters."""
    tex = " ".join(tex.split())
    if len(tex) > _MAX_TEX:
        return tex
    tex = _ENVIRONMENT.sub(" ", tex).replace("\\\\", "; ").replace(" & ", ", ")
    tex = _LOOKS.sub(lambda m: " " if m[0] in r"\,\;\:" else "", tex)
    for _ in range(_MAX_DEPTH):
        before = tex
        tex = _RAISED.sub(lambda m: _script(tex_signs(m[2] or m[3] or ""), m[1] == "_").translate(_DONE), tex)
        tex = _ROOT.sub(lambda m: f"{_script(m[1] or '')}√{_grouped(m[2])}", tex)
        tex = _FRACTION.sub(lambda m: f"{_grouped(m[1])}/{_grouped(m[2])}", tex)
        if tex == before:
            tex = _GROUP.sub(lambda m: m[2] if m[1] is None else m[0], tex)
            if tex == before:
                break
    return " ".join(tex_signs(tex).translate(_UNDONE).split())


def tex_signs(tex: str) -> str:
    """``tex`` with signs and Greek letters as characters; other commands as they are."""
    return _COMMAND.sub(lambda m: m[2] or _sign(m[1]) or m[0], tex)


def _sign(name: str) -> str | None:
    if sign := _SIGNS.get(name):
        return sign
    try:
        return unicodedata.lookup(f"GREEK {'CAPITAL' if name[0].isupper() else 'SMALL'} LETTER {name}")
    except KeyError:
        return None


def _grouped(text: str) -> str:
    text = text.strip()
    return text if re.fullmatch(r"\w?|\d+|[^\W\d]+|\\[a-zA-Z]+", text) else f"({text})"
