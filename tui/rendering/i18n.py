"""The language of the interface: standard gettext catalogues, switched while the app runs."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from pathlib import Path

#: What the interface can be read in, each named in itself. English is what the catalogues translate from.
LANGUAGES = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
_FOLDER = Path(__file__).parents[1] / "locale"
_TRADITIONAL = ("hant", "tw", "hk", "mo")
_current: tuple[str, gettext.NullTranslations] = ("en", gettext.NullTranslations())


def use(language: str) -> None:
    """Read the interface in ``language``, a key of `LANGUAGES`, from now on. KeyError: it is none."""
    global _current
    if language not in LANGUAGES:
        raise KeyError(language)
    catalogue = gettext.NullTranslations()
    if language != "en":
        catalogue = gettext.translation("yinju", _FOLDER, [language.replace("-", "_")])
    _current = language, catalogue


def language() -> str:
    """The language in use."""
    return _current[0]


def _(text: str) -> str:
    """``text`` in the language in use; placeholders like {count} stay as they are."""
    return _current[1].gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """``one`` or ``many`` as ``count`` asks, in the language in use."""
    return _current[1].ngettext(one, many, count)


def N_(text: str) -> str:
    """``text`` as it is, marked for the catalogues: what is translated later, when it is shown."""
    return text


def system_language(environ: Mapping[str, str]) -> str:
    """The language that the locale in ``environ`` asks for, English where it asks for none of ours."""
    named = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    wanted = [*environ.get("LANGUAGE", "").split(":"), named] if named not in ("", "C", "POSIX") else [named]
    for name in wanted:
        code = name.split(".")[0].lower().replace("-", "_")
        if code.startswith("zh"):
            return "zh-Hant" if any(part in _TRADITIONAL for part in code.split("_")) else "zh-Hans"
        if code.startswith("en"):
            return "en"
    return "en"
