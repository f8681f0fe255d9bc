"""What is kept of passages between questions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import sleep

from made_up import TOKENIZER, a_passage, lexicon

from index.types import Block, Kind
from qa.retrieval import passages
from qa.retrieval.passages import PassageTexts

LEXICON = lexicon()


def test_a_passage_is_kept_until_it_changes() -> None:
    texts, passage = PassageTexts(), a_passage("The bridge. The museum.")
    text = texts.of(passage, LEXICON, TOKENIZER)
    assert texts.of(replace(passage), LEXICON, TOKENIZER) is text
    changed = a_passage("The bridge is gone.")
    assert texts.of(changed, LEXICON, TOKENIZER).words.words == ("the", "bridge", "is", "gone")
    assert texts.of(replace(changed, context=("bridge",)), LEXICON, TOKENIZER).context.words == ("bridge",)


def test_sentences_are_kept_until_the_blocks_change() -> None:
    text = PassageTexts().of(a_passage("The bridge. The museum."), LEXICON, TOKENIZER)
    whole = [Block(Kind.PARAGRAPH, 0, 23)]
    assert text.sentences(whole).texts == ["The bridge.", "The museum."]
    assert text.sentences([*whole]) is text.sentences(whole)
    rows = [Block(Kind.ROW, 0, 11), Block(Kind.ROW, 12, 23, lead=0)]
    assert text.sentences(rows).kinds == [Kind.ROW, Kind.ROW]
    assert text.sentences(rows).headed == [(1, 0)]
    assert text.sentences(whole).kinds == [Kind.PARAGRAPH] * 2
    assert text.sentences([]).texts == ["The bridge.", "The museum."]  # its article is gone


def test_the_passages_read_last_are_kept_whatever_thread_reads_them() -> None:
    texts = PassageTexts()

    def read(number: int) -> bool:
        passage = a_passage(f"bridge {number}", number=number % 1_500)
        text = texts.of(passage, LEXICON, TOKENIZER)
        if not number % 7:
            sleep(0.001)  # others read hundreds of passages before this one needs its vectors
        return text.passage == passage and text.words.vectors.shape[0] == 2

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(6_000)))
    kept = [*texts._texts.values()]
    assert len(kept) == passages._KEPT
    assert len(texts._vectors._words) == passages._KEPT_VECTORS
    words = [part for text in kept for part in (text.words, text.context)]
    assert 0 < sum(part._vectors is not None for part in words) <= passages._KEPT_VECTORS
    assert texts.of(kept[-1].passage, LEXICON, TOKENIZER) is kept[-1]
