"""Characters that stand for the shape of another: what PDFs hold where they mean the ordinary one.

A font that draws 人 and the radical ⼈ with one glyph leaves a PDF's reader no way to tell them apart,
so text copied out of one is full of radicals that no search finds. The same goes for ligatures and
for the forms of punctuation in vertical lines. The Kangxi radicals are mapped as Unicode's
compatibility decompositions say, the CJK radicals as its EquivalentUnifiedIdeograph.txt does.
"""

from __future__ import annotations

import re
import unicodedata

_RADICALS = (
    "⺁厂⺄乙⺅亻⺈刀⺉刂⺊卜⺌小⺍小⺎兀⺒巳⺓幺⺖忄⺘扌⺙攵⺛旡⺜日⺝月⺟母⺠民⺡氵⺣灬⺦丬⺧牛⺨犭⺩王⺬示⺭礻⺮竹⺯糹⺰纟⺲罒"
    "⺶羊⺹耂⺼肉⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风"
    "⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
_VERTICAL = (
    "︐，︑、︒。︓：︔；︕！︖？︗〖︘〗︙…︰：︱—︳_︵（︶）︷｛︸｝︹〔︺〕"
    "︻【︼】︽《︾》︿〈﹀〉﹁「﹂」﹃『﹄』﹇［﹈］"
)
#: What the symbol fonts of word processors put before the items of a list, in the private area.
_BULLETS = "\uf0b7•\uf06c●\uf06e■\uf0a7▪\uf075◆\uf0d8➢\uf0fc✓\uf0a8□"
_SHAPES = re.compile("[\u2e80-\u2fd5\uf06c-\uf0fc\ufb00-\ufb06\ufe10-\ufe19\ufe30-\ufe48]")
_MEANT = {
    **{
        chr(c): unicodedata.normalize("NFKC", chr(c))
        for c in (*range(0x2F00, 0x2FD6), *range(0xFB00, 0xFB07))
    },
    **dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True)),
    **dict(zip(_BULLETS[::2], _BULLETS[1::2], strict=True)),
    **dict(zip(_VERTICAL[::2], _VERTICAL[1::2], strict=True)),
}


def plain_glyphs(text: str) -> str:
    """``text`` with ordinary characters for radicals, ligatures (ﬁ), vertical punctuation and bullets."""
    return _SHAPES.sub(lambda m: _MEANT.get(m[0], m[0]), text) if _SHAPES.search(text) else text
