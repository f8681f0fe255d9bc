"""The language of the interface: gettext catalogues that can be switched while the program runs."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from pathlib import Path

from index.errors import Phrase, YinjuError

#: Codes and names of the interface languages. The catalogues translate from English.
LANGUAGES = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
_FOLDER = Path(__file__).parent / "locale"
_TRADITIONAL = ("hant", "tw", "hk", "mo")
_current: tuple[str, gettext.NullTranslations] = ("en", gettext.NullTranslations())


def use(language: str) -> None:
    """Switch the interface to ``language``, a key of `LANGUAGES`. Raises KeyError for any other."""
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
    """``text`` in the language in use. Placeholders such as {count} are kept."""
    return _current[1].gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """``one`` or ``many`` as ``count`` asks, in the language in use."""
    return _current[1].ngettext(one, many, count)


def N_(text: str) -> str:
    """Marks ``text`` for the catalogues and returns it unchanged. `_` translates it when it is shown."""
    return text


def system_language(environ: Mapping[str, str]) -> str:
    """The language of the locale in ``environ``; English if the interface has no such language."""
    named = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    wanted = [*environ.get("LANGUAGE", "").split(":"), named] if named not in ("", "C", "POSIX") else [named]
    for name in wanted:
        code = name.split(".")[0].lower().replace("-", "_")
        if code.startswith("zh"):
            return "zh-Hant" if any(part in _TRADITIONAL for part in code.split("_")) else "zh-Hans"
        if code.startswith("en"):
            return "en"
    return "en"


def translated(text: str) -> str:
    """A phrase and the phrases inside it, in the language in use. Other text is returned unchanged."""
    if not isinstance(text, Phrase):
        return text
    template = _(text.template)
    values = {name: _value(value) for name, value in text.values.items()}
    return template.format(**values) if values else template


def _value(value: object) -> object:
    if isinstance(value, YinjuError):
        return with_hint(value.message, value.hint)
    return translated(value) if isinstance(value, Phrase) else value


def with_hint(message: str, hint: str) -> str:
    """A message and its hint, if there is one, on one line, in the language in use."""
    message, hint = translated(message), translated(hint)
    return _("{message} ({hint})").format(message=message, hint=hint) if hint else message
