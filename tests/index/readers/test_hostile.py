"""Input made to break what reads it: what `make fuzz` checks, and what it found.

What must hold stands in tests/properties.py: errors other than ReadError and UsageError, offsets out of
range, text lost, characters that act on a terminal, all fail.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest
from fuzz.seeds import CHANGES, WORDS, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import TARGETS

from index.errors import ReadError
from index.readers.registry import read_bytes
from index.text.passages import split_passages

#: Inputs that broke a target once: shortened by the fuzzer, each with what went wrong.
FOUND = [
    ("clean", b"<!--<!---->-->", "what was left around one comment became another"),
    (
        "fold",
        "½\u0301".encode(),
        "a mark after a character that folds to several belonged to the last of them only",
    ),
    ("output", "\U000e0041".encode(), "JSON held a tag character as it stands"),
    (
        "html",
        "<body><article><div>长桥有多长？\x07".encode(),
        "a control character failed in the libraries that read pages",
    ),
    ("html", "<body><article><div>长桥有多长？&#7;&#xffff;".encode(), "the same, written by its number"),
    ("metadata", "#\n长桥很长。".encode(), "an article that opens with a bare mark had no title"),
    (
        "saved",
        seeds("saved")[0].replace(b'"number": 1', b'"number": 2'),
        "a sentence cited what is not there",
    ),
    (
        "saved",
        seeds("saved")[0].replace(b"zh-Hans", "zh\u202e".encode()),
        "BibTeX held the language as it stands",
    ),
    (
        "saved",
        seeds("saved")[0].replace(b'"title"', rb'"\udc80title"', 1),
        "a key held half a character",
    ),
    ("settings", b"k = " + b"[" * 3000, "nested beyond what Python's parser takes"),
    ("settings", b"[keys]\n" + b"a." * 3000 + b'b = "x"', "nested beyond what reading the keys takes"),
    ("settings", b"k = " + b"9" * 5000, "a number longer than Python converts"),
    ("claims", seeds("claims")[0].replace(b'"title"', rb'"\udc80title"', 1), "a key held half a character"),
    ("claims", b"[" * 100_000, "nested beyond what Python's parser takes"),
    ("saved", b"[" * 100_000, "nested beyond what Python's parser takes"),
]


@pytest.mark.parametrize(("name", "data"), [(n, d) for n, d, _ in FOUND], ids=[why for *_, why in FOUND])
def test_what_fuzzing_found_stays_mended(name: str, data: bytes) -> None:
    TARGETS[name](data)


words = st.sampled_from([word.encode("utf-8", "surrogatepass") for word in WORDS]) | st.binary(max_size=8)
shares = st.floats(0, 1)
kinds = st.sampled_from(["cut", "double", "repeat", "put", "flip"])
edits = st.lists(st.tuples(kinds, shares, shares, words), min_size=1, max_size=12)


def _edited(data: bytes, changes: list[tuple[str, float, float, bytes]]) -> bytes:
    """``data`` after each edit; places are shares of its length."""
    for kind, one, other, word in changes:
        low, high = sorted((int(one * len(data)), int(other * len(data))))
        high = min(high, low + 400)
        if kind == "cut":
            data = data[:low] + data[high:]
        elif kind == "double":
            data = data[:high] + data[low:]
        elif kind == "repeat" and len(data) < 50_000:  # what takes squared time takes long
            data = data[:low] + data[low : low + 4] * 3_000 + data[low:]
        elif kind == "put":
            data = data[:low] + word + data[low:]
        else:
            data = data[:low] + bytes(byte ^ 0x55 for byte in data[low : low + 1]) + data[low + 1 :]
    return data


@pytest.mark.parametrize("name", sorted(TARGETS))
@settings(max_examples=15)
@given(data=st.data(), changes=edits, inside=st.booleans(), place=st.integers(0, 99))
def test_edited_input_breaks_nothing(
    name: str, data: st.DataObject, changes: Any, inside: bool, place: int
) -> None:
    """`make fuzz` drives this and every other test of this kind by what it reaches in the code."""
    seed = data.draw(st.sampled_from(seeds(name)))
    if inside and name in CHANGES:
        TARGETS[name](CHANGES[name](seed, lambda part: _edited(part, changes), random.Random(place)))
    else:
        TARGETS[name](_edited(seed, changes))


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_changed_container_is_still_one(name: str) -> None:
    """Else the edits above would never get past its wrapping."""
    (seed, *_) = seeds(name)
    found = [CHANGES[name](seed, lambda part: part, random.Random(n)) for n in range(9)]
    for data in (seed, *found):
        TARGETS[name](data)
        if name != "zip":
            assert re.search("1958|十二|1974|一九七四", read_bytes(data, f"a.{name}").text)


# Time


#: What repeats, what is before it and after it: patterns that look through what repeats from each of its
#: characters take squared time, or worse, once something follows that does not fit.
_MARKS = "[ [a]( ![ <a| <!-- ( *a _a ` ``a \\* 1, |a > a. Abc| (字 “ 。 &amp; http:// ½ 字"
LINES = [
    *((unit, "", "x") for unit in _MARKS.split()),
    *(("# ", "# a ", "x"), (" ", "a", "x"), ("\u3000", "a", "x"), ("\t ", "#", "x"), (" ", "<a b=c>", "x")),
    *(
        ("|-", "", "x"),
        ("- ", "", "x"),
        ("-", "a\n", "x"),
        ("-", "a\tb\n", "x"),
        (".1", "1", "x"),
        ("\n ", "a", "x"),
        (" ", "a:", "x"),
    ),
    *(("\u0301", "a", ""), ("`", "a", "b"), ("来源：", "", "x"), ("2024-01-0", "", "x"), ("\n- ", "", "x")),
    *((" ", "- ", "x"), ("a", "", "("), ("字·", "", "(")),
]


#: Ends itself where reading hangs: one pattern of squared time takes minutes over these.
GUARDED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (40, 40))
sys.path[:0] = {path!r}
from test_hostile import LINES, read
for unit, before, after in LINES:
    read(before + unit * (64_000 // len(unit)) + after, {suffix!r})
"""


def read(text: str, suffix: str) -> None:
    with suppress(ReadError):
        read = read_bytes(f"{text}\n\nThe wall held for ninety years.\n".encode(), f"a{suffix}")
        split_passages(read.text, read.blocks)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".csv"])
def test_lines_made_to_hang_are_read_to_the_end(suffix: str) -> None:
    """The limit is no measure: what hangs never ends, what does not takes a few seconds."""
    done = subprocess.run(
        [sys.executable, "-c", GUARDED.format(path=sys.path, suffix=suffix)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]


PARAGRAPH = "The wall held for ninety years."
#: Pages whose structure made reading take the square of their size, or overflow Python's stack.
PAGES = {
    "nested": "<div>长桥很长，真的。" * 1_900 + PARAGRAPH,
    "nested in a line": "<code>长桥。" * 1_900 + PARAGRAPH,
    "tables": "<table><tr><td>长桥</td><td>1958</td></tr></table>" * 20_000 + PARAGRAPH,
    "a wide table": f"<table><tr>{'<td>桥' * 4_000}{'<tr><td>1</td></tr>' * 4_000}</table>{PARAGRAPH}",
    "spans": f"<table>{'<tr><td rowspan=9999>桥<td colspan=9999>1' * 3_000}</table>{PARAGRAPH}",
    "items": f"<ol>{'<li>长桥</li>' * 60_000}</ol>{PARAGRAPH}",
    "scripts": "<script>let a = 1</script>长桥。" * 60_000 + PARAGRAPH,
    "boxes": "<p>长桥</p><input name='a'/>" * 60_000 + PARAGRAPH,
    "comments": "<!-- 长桥 -->长桥。" * 90_000 + PARAGRAPH,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_no_structure_of_a_page_keeps_it_from_being_read(name: str) -> None:
    page = f"<html><body><p>{PARAGRAPH}</p>{PAGES[name]}</body></html>"
    assert PARAGRAPH in read_bytes(page.encode(), "a.html").text
