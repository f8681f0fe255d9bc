"""English inflections, made and undone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexicon.inflection import base_forms, inflected

FORMS = {
    "plan": "plans planned planning",
    "visit": "visits visited visiting",
    "reimburse": "reimburses reimbursed reimbursing",
    "study": "studies studied studying",
    "box": "boxes boxed boxing",
    "go": "went gone",
    "tooth": "teeth",
    "die": "dies died dying",
    "play": "plays played playing",
}


@pytest.mark.parametrize(("base", "form"), [(base, form) for base in FORMS for form in FORMS[base].split()])
def test_forms_are_made_and_undone(base: str, form: str) -> None:
    assert form in inflected(base)
    assert base in base_forms(form)


@pytest.mark.parametrize("word", ["glass", "bed", "gas", "sing", "4s", "洗牙", "", "s"])
def test_what_is_no_form_is_not_taken_apart(word: str) -> None:
    assert base_forms(word) == (word,)


@given(st.text("aeiybcdgnst", min_size=4, max_size=9))
def test_every_regular_form_is_undone(base: str) -> None:
    for form in inflected(base):
        assert base in base_forms(form) or form.endswith("ss")


@given(st.text(max_size=6))
def test_any_word_is_a_form_of_itself(word: str) -> None:
    assert word in inflected(word) and word in base_forms(word)
