"""The names that the spelling of an article shows."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexicon.lexicon import bundled_lexicon, bundled_tokenizer
from index.text.blocks import find_blocks
from index.text.fold import name_key
from index.text.tokenizer import Tokenizer
from index.types import Article
from qa.overview.names import NameFinder


@pytest.fixture(scope="module")
def finder() -> NameFinder:
    lexicon = bundled_lexicon()
    return NameFinder(bundled_tokenizer(), lexicon)


def counted(finder: NameFinder, text: str) -> dict[str, int]:
    return {name.text: len(name.places) for name in finder.find(text)}


def article(text: str) -> Article:
    facts = ("a.md", "A title", "en", None, None, None, "2026-01-01T00:00:00+00:00")
    return Article(1, *facts, len(text), 1, text, blocks=find_blocks(text))


def test_a_capital_within_a_sentence_marks_a_name(finder: NameFinder) -> None:
    text = "Yesterday the harbour of Bergen was closed. Ferries of Nordvik Line went to Bergen's old pier."
    assert counted(finder, text) == {"Bergen": 2, "Nordvik Line": 1}


def test_the_first_word_of_a_sentence_is_a_name_only_if_it_is_one_elsewhere(finder: NameFinder) -> None:
    assert counted(finder, "Bridges are closed. Then Bergen waited. Bergen is small, like Oslo.") == {
        "Bergen": 2,
        "Oslo": 1,
    }


def test_names_that_are_known_at_the_beginning_by_how_they_are_written(finder: NameFinder) -> None:
    text = "OpenAI met xAI. FAIR did not. Nordvik said so. Peter Harbo agreed with L'Oréal."
    names = counted(finder, text)
    assert {"OpenAI", "xAI", "FAIR", "Nordvik", "Peter Harbo", "L'Oréal"} == set(names)


def test_of_joins_names_of_things_and_parts_a_person_from_a_company(finder: NameFinder) -> None:
    text = "She left the University of Bergen, and so did Harbo of Nordvik."
    assert set(counted(finder, text)) == {"University of Bergen", "Harbo", "Nordvik"}


def test_a_mark_before_a_name_is_no_first_name(finder: NameFinder) -> None:
    assert counted(finder, "大《-9》") == {"-9": 1}


def test_months_nationalities_and_capitals_alone_are_no_names(finder: NameFinder) -> None:
    assert counted(
        finder, "It rained in August.\n\nTHE LONG WAY HOME\n\nMost Norwegian and Chinese I met"
    ) == {"Norwegian": 1}


def test_a_surname_counts_for_the_only_full_name_that_ends_in_it(finder: NameFinder) -> None:
    assert counted(finder, "We met Ida Harbo. The letter of Harbo is lost, said Harbo.") == {"Ida Harbo": 3}
    both = counted(finder, "We met Ida Harbo and Per Harbo. The letter of Harbo is lost.")
    assert both == {"Ida Harbo": 1, "Per Harbo": 1, "Harbo": 1}


def test_chinese_names_with_a_dot_begin_and_end_where_foreign_names_do(finder: NameFinder) -> None:
    text = "多年以后，船长彼得·汉森认为航线太远。汉森的助手亚历山大·王也同意，汉森约了他。"
    assert counted(finder, text) == {"彼得·汉森": 3, "亚历山大·王": 1}


def test_glossed_names_titles_and_organisations(finder: NameFinder) -> None:
    names = counted(finder, "北峡航运（Nordvik）在《港口年鉴》里出现，斯坦福大学也有一本。后来北峡航运关闭。")
    assert names["北峡航运"] == 2
    assert {"Nordvik", "港口年鉴", "斯坦福大学"} <= set(names)


def test_traditional_names_are_shown_as_written_and_known_by_their_simplified_key(finder: NameFinder) -> None:
    name = next(name for name in finder.find("記者見到彼得·漢森，漢森說好。") if name.text == "彼得·漢森")
    assert name.key == name_key("彼得·汉森")
    assert len(name.places) == 2


def test_a_surname_and_a_given_name_must_come_back(finder: NameFinder) -> None:
    assert "庞若鸣" in counted(finder, "庞若鸣来了。大家问庞若鸣为什么来。")
    assert "庞若鸣" not in counted(finder, "庞若鸣来了。")


def test_code_and_references_have_no_names_and_headings_only_those_of_the_text(finder: NameFinder) -> None:
    text = "# The Long Way to Bergen\n\nThe ferry is late, says Bergen.\n\n```\nx = Nordvik(Harbo)\n```\n"
    names = finder.of_article(article(text))
    assert [name.text for name in names] == ["Bergen"]
    for start, end in names[0].places:
        assert text[start:end] == "Bergen"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="AaBeé ·.'’（()《》漢汉森彼得大学王的\n约9１-&，。", max_size=120))
def test_places_are_verbatim_and_do_not_overlap(text: str) -> None:
    lexicon = bundled_lexicon()
    found = NameFinder(Tokenizer({"彼得": 9, "大学": 9, "的": 99}), lexicon).find(text)
    taken = sorted(place for name in found for place in name.places)
    assert all(first.end <= second.start for first, second in pairwise(taken))
    assert all(0 <= start < end <= len(text) for start, end in taken)
    for name in found:
        assert name_key(name.text) == name.key
        assert name.text in {text[start:end] for start, end in name.places}
    assert [len(name.places) for name in found] == sorted((len(name.places) for name in found), reverse=True)


@pytest.mark.parametrize(
    "piece", ["彼得·汉森", "Nordvik Line of ", "《汉", "（Nordvik", "王若", "A-B'C.", "汉1森"]
)
def test_long_texts_take_linear_time(finder: NameFinder, piece: str) -> None:
    text = piece * (20_000 // len(piece))
    started = time.process_time()
    finder.find(text)
    assert time.process_time() - started < 5


def test_a_word_whose_first_translation_is_chinese_is_no_foreign_name(finder: NameFinder) -> None:
    assert counted(finder, "有人建議讀科普，也有人想讀小說。") == {}
