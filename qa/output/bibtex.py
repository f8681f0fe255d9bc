"""BibTeX entries for articles that are quoted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import quote

from index.text.display import one_line
from index.text.fold import fold_text
from index.text.han import HAN
from index.types import ArticleInfo, Creator, Reference, Span
from qa.linguistics.answer_types import MONTHS
from qa.output.addresses import web_address
from qa.types import Answer

# BibTeX counts escaped braces too, so they are written as commands.
_NAMED = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "|": r"\textbar{}",
}
_ESCAPES = str.maketrans(_NAMED | {char: f"\\{char}" for char in "#$%&_"})
_WORD = re.compile("[a-z0-9]+")
#: Characters of web addresses that stay as they are: what LaTeX reads as braces or letters does not.
_OF_ADDRESSES = "%:/?#[]@!$&'()*+,;=~"
#: Words that begin many titles.
_SMALL = frozenset(
    {"a", "an", "and", "at", "for", "from", "how", "in", "is", "of", "on", "the", "to", "what", "why"}
)
#: The type of entry for each kind of item in Zotero; the rest are @misc.
_KINDS = {
    "journalArticle": "article",
    "magazineArticle": "article",
    "newspaperArticle": "article",
    "book": "book",
    "bookSection": "incollection",
    "encyclopediaArticle": "incollection",
    "dictionaryEntry": "incollection",
    "conferencePaper": "inproceedings",
    "thesis": "phdthesis",
    "report": "techreport",
    "manuscript": "unpublished",
    "webpage": "online",
    "blogPost": "online",
    "forumPost": "online",
}
#: Where BibTeX puts what Zotero calls publicationTitle and publisher, by the type of entry.
_IN = {"incollection": "booktitle", "inproceedings": "booktitle", "online": "organization"}
_BY = {"phdthesis": "school", "mastersthesis": "school", "techreport": "institution"}
_MASTERS = re.compile("master|硕士|碩士", re.I)
#: Other fields under their names in Zotero.
_FIELDS = {
    "volume": "volume",
    "number": "issue",
    "edition": "edition",
    "series": "series",
    "address": "place",
    "isbn": "ISBN",
    "issn": "ISSN",
}
#: What a key may not have in it.
_NO_KEY = re.compile(r"[\s,{}()\"#%~\\='@]")


class Quoted(NamedTuple):
    """What of an article is quoted: spans, pages, titles of ``copies``, and a person's own ``notes``."""

    spans: Sequence[Span]
    pages: Sequence[int | None]
    copies: Sequence[str] = ()
    notes: Sequence[str] = ()


def bibtex(answer: Answer) -> str:
    """One entry for each cited source, in the order of the citations.

    Its note has the places of the quotes, and the titles of other articles with the same quotes.
    """
    return entries(
        (
            article,
            Quoted(
                [Span(c.start, c.end) for c in citations],
                [c.page for c in citations],
                [info.title for c in citations for info in c.also],
            ),
        )
        for article, citations in answer.sources
    )


def entries(articles: Iterable[tuple[ArticleInfo, Quoted]]) -> str:
    """The entries of the articles with what is quoted of each. Files of one item of Zotero have one entry.

    Where two works have one key, as those of two libraries may, that of the second ends in "a".
    """
    found: dict[str, list[tuple[ArticleInfo, Quoted]]] = {}
    for article, quoted in articles:
        key = entry_key(article)
        while key in found and _work(found[key][0][0]) != _work(article):
            key += "a"
        found.setdefault(key, []).append((article, quoted))
    return "\n".join(_entry(key, each) for key, each in found.items())


def _item_of(article: ArticleInfo) -> Reference | None:
    """What Zotero says of the work; None for a note or a file without an item."""
    said = article.reference
    return said if said and said.kind not in ("note", "attachment") else None


def _work(article: ArticleInfo) -> str:
    """The title of the work that an article is of."""
    item = _item_of(article)
    return article.title if item is None else item.field("title")


def entry_key(article: ArticleInfo) -> str:
    """The key of an entry, the same in every export: the one it has in Zotero, else one made up.

    That is a word, the year, and a hash of path and title, or of the item in Zotero.
    """
    item, author = _item_of(article), article.author or ""
    if item is None:
        identity = f"{article.path}\n{article.title}"
    else:
        if key := _NO_KEY.sub("", item.key):
            return key
        identity = f"{item.source}\n{item.item}"
        author = item.creators[0].family if item.creators else author
    words = _WORD.findall(fold_text(f"{author} {article.title} {article.source or ''}"))
    word = next((word for word in words if word not in _SMALL and not word.isdigit()), "article")
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{word}{(article.published or '')[:4]}-{digest[:8]}"


def escape(text: str) -> str:
    """``text`` on one line, escaped for a BibTeX field in braces."""
    return one_line(text).translate(_ESCAPES)


def _entry(key: str, quoted: Sequence[tuple[ArticleInfo, Quoted]]) -> str:
    """The entry of a source, of whose files some is quoted.

    Without an item of Zotero it is @online if it names its address, @article in what published it, else
    @misc. BibTeX takes the date from year and month, and passes over date, url and urldate, which biblatex
    reads.
    """
    article = quoted[0][0]
    item = _item_of(article)
    kind, fields = _of_file(article) if item is None else _of_item(article, item)
    pages = sorted({page for _, each in quoted for page in each.pages if page is not None})
    told = ", ".join(map(str, pages))
    if item is None and pages:
        fields["pages"] = f"{{{told}}}"
    copies = "; ".join(
        filter(None, dict.fromkeys(escape(title) for _, each in quoted for title in each.copies))
    )
    places = [
        f"{escape(each.path)}, characters " + ", ".join(f"{start}--{end}" for start, end in of.spans)
        for each, of in quoted
    ]
    if item is not None and pages:
        places[0] += f", p. {told}"
    notes = [note for _, each in quoted for note in each.notes]
    fields["note"] = f"{{{'; '.join(places)}" + (f"; also in: {copies}" if copies else "") + "}"
    fields["annote"] = f"{{{escape('; '.join(map(one_line, notes)))}}}" if notes else ""
    lines = [f"  {name} = {value}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _of_file(article: ArticleInfo) -> tuple[str, dict[str, str]]:
    """The type and fields of an entry by what the file says of itself. Empty fields are to be left out."""
    address = web_address(article)
    kind = "online" if address else "article" if article.source else "misc"
    return kind, {
        "title": f"{{{{{escape(article.title)}}}}}",
        "author": f"{{{_authors(article.author)}}}" if article.author else "",
        "journal": _braced(escape(article.source or "")) if not address else "",
        **_when(article.published or ""),
        "url": _braced(_verbatim(address or "")),
        "urldate": f"{{{article.added[:10]}}}" if address else "",
        "language": f"{{{escape(article.language)}}}" if article.language != "und" else "",
    }


def _of_item(article: ArticleInfo, item: Reference) -> tuple[str, dict[str, str]]:
    """The type and the fields of an entry as Zotero has them. Empty fields are to be left out."""
    kind = _KINDS.get(item.kind, "misc")
    if kind == "phdthesis" and _MASTERS.search(item.field("thesisType") + item.field("type")):
        kind = "mastersthesis"
    names = {role: _names([c for c in item.creators if c.role == role]) for role in ("author", "editor")}
    address = item.field("url")
    return kind, {
        "title": f"{{{{{escape(article.title)}}}}}",
        **{role: _braced(each) for role, each in names.items()},
        _IN.get(kind, "journal"): _braced(escape(item.field("publicationTitle"))),
        _BY.get(kind, "publisher"): _braced(escape(item.field("publisher"))),
        **_when(item.field("date") or article.published or ""),
        **{name: _braced(escape(item.field(own))) for name, own in _FIELDS.items()},
        "pages": _braced(re.sub(r"\s*[-–—]+\s*", "--", escape(item.field("pages")))),
        "doi": _braced(_verbatim(item.field("DOI"))),
        "url": _braced(_verbatim(address)),
        "urldate": _braced(escape(item.field("accessDate")[:10])) if address else "",
        "language": _braced(escape(item.field("language") or article.language.replace("und", ""))),
    }


def _braced(value: str) -> str:
    """A field; "" for none."""
    return f"{{{value}}}" if value else ""


def _verbatim(address: str) -> str:
    """An address or DOI, which LaTeX reads as it is."""
    return quote(address, safe=_OF_ADDRESSES)


def _when(day: str) -> dict[str, str]:
    """The fields for a date, "2024", "2024-01" or longer. Other texts, such as "in press", take the year."""
    if not re.match(r"\d{4}(?:$|-\d\d(?:$|-\d\d))", day):
        return {"year": _braced(escape(day))}
    return {
        "year": _braced(day[:4]),
        "month": MONTHS[int(day[5:7]) - 1][:3] if len(day) >= 7 else "",
        "date": _braced(day[:10]) if len(day) >= 10 else "",
    }


def _names(creators: Sequence[Creator]) -> str:
    """Names in BibTeX: "Last, First". What is one name stays one: institutions, Chinese names."""
    made = []
    for _, family, given in creators:
        if not (given and family) or re.search(f"[{HAN}]", family + given):
            made.append(f"{{{escape(family + given)}}}")
        else:
            parts = map(escape, (family, given))
            made.append(", ".join(f"{{{p}}}" if re.search(r",|\band\b", p) else p for p in parts))
    return " and ".join(made)


def _authors(names: str) -> str:
    """The names, separated as BibTeX does it. With a comma in them they are ambiguous and stay one name."""
    if re.search("[,，;；]", names):
        return f"{{{escape(names)}}}"
    parts = [part for part in map(escape, re.split(r"、| and | & ", names)) if part]
    return " and ".join(part if part.isascii() and "\\" not in part else f"{{{part}}}" for part in parts)
