"""Formulas of pages: one readable line each, whatever the page holds them as."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from index.readers.html_formulas import tex_as_text, write_formulas
from index.readers.html_text import text_of

MATHML = "<math><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math>"
SOURCE = (
    "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x_1</annotation></semantics></math>"
)


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"{\displaystyle E=mc^{2}}", "E=mc²"),
        (r"\frac{-b \pm \sqrt{b^2-4ac}}{2a}", "(-b ± √(b²-4ac))/(2a)"),
        (r"v_{\text{max}} = \alpha_{i}^{n+1}", "v_max = αᵢⁿ⁺¹"),
        (r"x^{\frac{1}{2}} e^{-x^2}", "x^(1/2) e^(-x²)"),
        (r"\left(\frac{a_{1}}{b}\right) \le 90^\circ", "(a₁/b) ≤ 90°"),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "a, b ; c, d"),
        (r"\ce{H2O} }{ ^", r"\ce{H2O} }{ ^"),
    ],
)
def test_tex(tex: str, text: str) -> None:
    assert tex_as_text(tex) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"能量 {MATHML} 守恒", "能量 E = mc² 守恒"),
        ("<math alttext='Alternative text not available'><mi>x</mi><mo>+</mo><mn>1</mn></math>", "x + 1"),
        (r"<math alttext='\frac{x}{2}'><mi>x</mi><mn>2</mn></math>", "x/2"),
        ("<math alttext='x_1'/>", "x₁"),
        ("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math>", "(a + b)/2"),
        (
            f"a <span class=katex><span class=katex-mathml>{SOURCE}</span>"
            "<span class=katex-html aria-hidden=true>x1</span></span> b",
            "a x₁ b",
        ),
        (
            "a <span class='MathJax_Preview'>y2</span><span class='MathJax'>y2</span>"
            "<script type='math/tex'>y^2<3</script> b",
            "a y²<3 b",
        ),
        (
            "a <mjx-container><mjx-math>x1</mjx-math>"
            f"<mjx-assistive-mml>{SOURCE}</mjx-assistive-mml></mjx-container>",
            "a x₁",
        ),
        (
            f"<span class='mwe-math-element'><i style='display:none'>{SOURCE}</i><img alt='x_1'></span>",
            "x₁",
        ),
        (r"面积 <img alt='{\displaystyle \pi r^{2}}'> 。", "面积 π r² 。"),
        ("<img src='https://x.example/equation?tex=a%5E2' alt='a^2'>", "a²"),
        ("<span data-tex='a^2'><svg>x</svg></span>", "a²"),
        ("<img alt='一座桥'>桥", "桥"),
    ],
)
def test_formulas_in_a_page(body: str, text: str) -> None:
    tree = document_fromstring(f"<html><body><p>{body}</p></body></html>")
    write_formulas(tree)
    assert text_of(tree) == text
