"""Errors told in the language of the interface."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator

import pytest

from index.errors import LibraryError, Phrase, UsageError
from qa import i18n
from qa.i18n import translated
from tui.rendering.errors import message_and_hint


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    i18n.use("en")


def test_an_error_is_told_in_the_language_in_use() -> None:
    error = UsageError(
        "the question has {count:,} characters, the limit is {limit:,}", "ask again", count=3210, limit=2000
    )
    assert message_and_hint(error) == ("the question has 3,210 characters, the limit is 2,000", "ask again")
    i18n.use("zh-Hans")
    assert message_and_hint(error) == ("问题有 3,210 个字，最多 2,000 个", "请再问一次")
    i18n.use("zh-Hant")
    assert message_and_hint(error) == ("問題有 3,210 個字，最多 2,000 個", "請再問一次")
    assert str(error) == "the question has 3,210 characters, the limit is 2,000 (ask again)"


def test_what_an_error_is_made_of_is_told_too() -> None:
    i18n.use("zh-Hant")
    damaged = LibraryError(
        "the library {path} is damaged: {what}", path="/x", what=Phrase("facts are missing")
    )
    assert message_and_hint(damaged) == ("文章庫 /x 已損毀：缺少必要的資訊", "")
    outer = LibraryError("the library {path} cannot be made: {reason}", path="/y", reason=damaged)
    assert message_and_hint(outer)[0] == "無法建立文章庫 /y：文章庫 /x 已損毀：缺少必要的資訊"


def test_values_are_never_formatted_again() -> None:
    i18n.use("zh-Hans")
    assert (
        message_and_hint(UsageError("no article is called {name}", name="{0}{path}"))[0]
        == "没有叫“{0}{path}”的文章"
    )
    assert (
        message_and_hint(UsageError("it is {odd} and in no catalogue"))[0]
        == "it is {odd} and in no catalogue"
    )


def test_other_text_stays_as_it_is() -> None:
    i18n.use("zh-Hans")
    assert translated("Permission denied") == "Permission denied"
    assert translated("ask again") == "ask again"  # a string of the system's, not a phrase of ours


def test_phrases_and_errors_survive_copies() -> None:
    phrase = Phrase("no article is called {name}", name="{x}")
    error = UsageError(phrase, "qa list shows them")
    for again in (copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert (again.message, again.hint) == ("no article is called {x}", "qa list shows them")
        i18n.use("zh-Hans")
        assert (
            message_and_hint(again)
            == message_and_hint(error)
            == ("没有叫“{x}”的文章", "qa list 会列出所有文章")
        )
