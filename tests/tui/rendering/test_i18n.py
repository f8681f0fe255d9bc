"""The language of the interface: by the locale, and switched while the app runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up_app import ask, opened, settle

from qa import i18n
from qa.i18n import LANGUAGES, N_, _, ngettext, system_language
from tui.app import YinjuApp
from tui.widgets.common.base import Translates
from tui.widgets.common.label import Label


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use("en")


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "C", "LANGUAGE": "zh_CN"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:zh_TW:en"}, "zh-Hant"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "zh_SG"}, "zh-Hans"),
        ({"LANG": "zh_TW.Big5"}, "zh-Hant"),
        ({"LANG": "zh_HK.UTF-8"}, "zh-Hant"),
        ({"LANG": "zh_Hant_TW.UTF-8"}, "zh-Hant"),
        ({"LC_ALL": "zh-Hans-CN", "LANG": "en_GB"}, "zh-Hans"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_GB"}, "zh-Hant"),
        ({"LC_ALL": "", "LANG": "zh_CN"}, "zh-Hans"),
    ],
)
def test_the_locale_asks_for_a_language(environ: dict[str, str], language: str) -> None:
    assert system_language(environ) == language in LANGUAGES


def test_what_is_not_in_a_catalogue_stays_english() -> None:
    for language in LANGUAGES:
        i18n.use(language)
        assert _("no such text {x}") == "no such text {x}" and _("") == "" and N_("text") == "text"
        assert ngettext("{count} no such", "{count} no suches", 2).format(count=2).startswith("2 ")
    with pytest.raises(KeyError):
        i18n.use("fr")


async def test_every_page_follows_the_language_at_once(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Marked:
        def gettext(self, text: str) -> str:
            return f"‹{text}›"

        def ngettext(self, one: str, many: str, count: int) -> str:
            return f"‹{one if count == 1 else many}›"

    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, "What did Harbor AI offer?")
        await pilot.press("f5")
        await settle(pilot)
        monkeypatch.setattr(i18n, "_current", ("zh-Hans", Marked()))
        monkeypatch.setattr(i18n, "use", lambda language: None)
        app.use_language("zh-Hans")
        await settle(pilot)
        for page in ("f3", "f8", "f1"):
            await pilot.press(page)
            await settle(pilot)
            labels = [str(label.render()) for label in app.screen.query(Label) if str(label.render()).strip()]
            assert any("‹" in label for label in labels) or page == "f3"
            titles = [str(widget.border_title) for widget in app.screen.query("*") if widget.border_title]
            assert titles and all("‹" in title for title in titles), (page, titles)
            await pilot.press("escape")
            await pilot.pause()
        headings = [str(widget.render()) for widget in app.screen.query("Heading")]
        assert headings and all(heading.startswith("‹") for heading in headings)
        assert isinstance(app.screen.query_one("Composer"), Translates)
