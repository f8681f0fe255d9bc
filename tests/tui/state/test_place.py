"""Places in an article."""

from __future__ import annotations

from made_up_app import CHINESE

from index.text.fold import fold
from tui.state.place import finds


def test_words_are_found_folded_at_their_places_in_the_article() -> None:
    text = "½ 杯。Ｈａｒｂｏｒ\n AI 把報價提高，報價很高"
    folded = fold(text)
    assert [text[s:e] for s, e in finds(folded, "报价")] == ["報價", "報價"]
    assert [text[s:e] for s, e in finds(folded, "harbor  ai")] == ["Ｈａｒｂｏｒ\n AI"]
    assert list(finds(folded, "  ")) == []
    assert [*finds(fold(CHINESE), "（")] == []
