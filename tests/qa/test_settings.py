from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import UsageError
from qa.settings import KEYS, Settings, load_settings


def write(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_any_source_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings({}, {}, tmp_path / "absent.toml") == Settings(None, "", 0, "")


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    file = write(tmp_path, 'k = 3\nmodel = "from-file"\ntheme = "from-file"\n')
    environ = {"QA_K": "4", "QA_MODEL": "from-environment"}
    settings = load_settings({"k": 5, "model": None}, environ, file)
    assert settings == Settings(None, "from-environment", 5, "from-file")


def test_an_empty_variable_does_not_count(tmp_path: Path) -> None:
    assert load_settings({}, {"QA_K": " "}, write(tmp_path, "k = 3")).k == 3


def test_library_is_absolute_and_knows_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    absent = tmp_path / "absent.toml"
    assert load_settings({"library": "here"}, {}, absent).library == tmp_path / "here"
    assert load_settings({}, {"QA_LIBRARY": "~/mine"}, absent).library == tmp_path / "home" / "mine"


def test_unknown_key_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_settings({}, {}, write(tmp_path, "colour = 1"))
    assert "'colour'" in caught.value.message
    assert all(key in caught.value.hint for key in KEYS)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('k = "many"', "k must be a whole number"),
        ("k = 0", "k must be a whole number"),
        ("k = true", "k must be a whole number"),
        ("k = 1001", "k must be a whole number"),
        ("library = 3", "library must be text"),
        ("model = []", "model must be text"),
        ('library = "a\\u0000b"', "null character"),
        ("k = ", "not valid TOML"),
        ('language = "de"', "language must be one of en, zh-Hans, zh-Hant, not 'de'"),
        ('keys = "f1"', "keys must be a table, not 'f1'"),
        ('[keys]\n"app.help" = 1', "keys.app.help must name one or more keys, not 1"),
        ('[keys]\n"app.help" = " "', "keys.app.help must name one or more keys"),
        ('[keys]\napp.help = ["f1"]', "keys.app.help must name one or more keys"),
    ],
)
def test_wrong_value_in_the_file_is_refused(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        load_settings({}, {}, write(tmp_path, text))


def test_the_language_comes_from_the_file_or_the_environment(tmp_path: Path) -> None:
    file = write(tmp_path, 'language = "zh-Hans"')
    assert load_settings({}, {}, file).language == "zh-Hans"
    assert load_settings({}, {"QA_LANGUAGE": "zh-Hant"}, file).language == "zh-Hant"
    with pytest.raises(UsageError, match="QA_LANGUAGE must be one of"):
        load_settings({}, {"QA_LANGUAGE": "fr"}, file)


def test_keys_come_from_the_file_alone_with_quoted_or_bare_names(tmp_path: Path) -> None:
    file = write(tmp_path, '[keys]\n"app.help" = "f1, ctrl+h"\ncite.next = "ctrl+j"\n')
    settings = load_settings({}, {"QA_KEYS": "app.help=f9"}, file)
    assert settings.keys == {"app.help": "f1,ctrl+h", "cite.next": "ctrl+j"}


def test_wrong_value_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="QA_K must be a whole number"):
        load_settings({}, {"QA_K": "ten"}, tmp_path / "absent.toml")


def test_a_file_that_is_not_text_or_a_folder_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe\x00k = 3")
    with pytest.raises(UsageError, match="not valid TOML"):
        load_settings({}, {}, tmp_path / "config.toml")
    with pytest.raises(UsageError, match="cannot read the settings file"):
        load_settings({}, {}, tmp_path)
