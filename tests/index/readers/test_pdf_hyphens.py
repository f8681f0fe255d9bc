"""A hyphen at a line's end goes where it only divides a word."""

from __future__ import annotations

import pytest

from index.readers.pdf_hyphens import Hyphens

ENGLISH = "the keeper of the light served for many years and kept a diary that records every storm"


@pytest.mark.parametrize(
    ("before", "after", "divides"),
    [
        ("lost a third of its thick-", "ness and", True),
        ("served for twenty-", "nine years", False),
        ("and a well-", "known yard", False),
        ("in the Gdan-", "sk shipyard", True),
        ("the Anglo-", "Saxon kings", False),
        ("pages 12-", "14", False),
        ("no hyphen", "here", False),
    ],
)
def test_english(before: str, after: str, divides: bool) -> None:
    assert Hyphens(f"{ENGLISH}\n{before}\n{after}").divides(before, after) is divides


def test_the_documents_own_words_come_first() -> None:
    assert not Hyphens("the zorb-flug of the year").divides("a zorb-", "flug")
    assert Hyphens(f"{ENGLISH} bookshelf wellknown").divides("a well-", "known")


def test_in_other_languages_a_word_is_taken_for_divided() -> None:
    assert Hyphens("la plupart des gens ont pris le bac du matin, une partie du soir").divides(
        "une par-", "tie"
    )
