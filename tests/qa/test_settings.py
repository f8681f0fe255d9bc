from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UsageError
from qa.settings import KEYS, Settings, load_settings, overriding, save


def write(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_any_source_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings({}, {}, tmp_path / "absent.toml") == Settings()


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    file = write(tmp_path, 'k = 3\nmodel = "from-file"\ntheme = "from-file"\n')
    environ = {"QA_K": "4", "QA_MODEL": "from-environment"}
    settings = load_settings({"k": 5, "model": None}, environ, file)
    assert settings == Settings(None, "from-environment", 5, theme="from-file")


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
        ("sure = 100", "sure must be a whole number from 1 to 99, not 100"),
        ('sure = "high"', "sure must be a whole number"),
        ("filter = 1", "filter must be text"),
        ('pane = "left"', "pane must be one of open, closed, not 'left'"),
        ('keys = "f1"', "keys must be a table, not 'f1'"),
        ('[keys]\n"app.help" = 1', "keys.app.help must name one or more keys, not 1"),
        ('[keys]\n"app.help" = " "', "keys.app.help must name one or more keys"),
        ('[keys]\napp.help = ["f1"]', "keys.app.help must name one or more keys"),
    ],
)
def test_wrong_value_in_the_file_is_refused(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        load_settings({}, {}, write(tmp_path, text))


@pytest.mark.parametrize("name", ["key", "api_key", "endpoint_key", "token"])
def test_a_key_in_the_settings_is_refused_and_not_repeated(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} does not belong here") as caught:
        load_settings({}, {}, write(tmp_path, f'{name} = "sk-secret-1"'))
    assert "sk-secret-1" not in str(caught.value)
    assert "QA_ENDPOINT_KEY" in caught.value.hint and "endpoint.key" in caught.value.hint


def test_what_writes_comes_from_the_file_or_the_environment(tmp_path: Path) -> None:
    file = write(tmp_path, 'endpoint = "http://localhost:1/v1"\nwrite = "on"')
    settings = load_settings({}, {"QA_ENDPOINT_MODEL": "tiny"}, file)
    assert (settings.endpoint, settings.endpoint_model) == ("http://localhost:1/v1", "tiny")
    assert (settings.write, settings.endpoint_http) == ("on", "refused")
    with pytest.raises(UsageError, match="endpoint_http must be one of refused, allowed"):
        load_settings({}, {}, write(tmp_path, 'endpoint_http = "yes"'))


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


# Writing


def test_a_setting_is_written_beside_what_stands_in_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, '# mine\nlanguage = "en"  # for now\n\n[keys]\n"app.help" = "f9"\n')
    save("theme", "nord", file)
    save("language", "zh-Hans", file)
    assert load_settings({}, {}, file) == Settings(theme="nord", language="zh-Hans", keys={"app.help": "f9"})
    text = file.read_text()
    assert "# mine" in text and "# for now" in text
    save("theme", "", file)
    assert "theme" not in file.read_text()


def test_a_default_is_left_out_and_a_missing_file_is_made(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    for key, value in (("k", 3), ("sure", 50), ("pane", "closed"), ("filter", 'lang:en in:"Harbor Daily"')):
        save(key, value, file)
        assert getattr(load_settings({}, {}, file), key) == value
    for key, value in (("k", 0), ("sure", 0), ("pane", "open"), ("filter", "")):
        save(key, value, file)
    assert load_settings({}, {}, file) == Settings() and file.read_text().strip() == ""
    assert [each.name for each in file.parent.iterdir()] == ["config.toml"]


@given(
    st.dictionaries(
        st.sampled_from(["app.help", "app.jump", "cite.next", "a.b.c"]), st.sampled_from(["f1", "f2,x"])
    ),
    st.sampled_from(
        ["", '[keys]\napp.help = "f1"\ncite.next = "f2"\n', '[keys]\n"app.help" = "f3"\na.b.c = "x"\n']
    ),
)
def test_keys_are_written_as_a_whole(keys: dict[str, str], before: str) -> None:
    with TemporaryDirectory() as folder:
        file = write(Path(folder), before)
        save("keys", keys, file)
        assert load_settings({}, {}, file).keys == keys


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    real = write(tmp_path / "kept", "k = 3\n")
    file = tmp_path / "config.toml"
    file.symlink_to(real)
    save("theme", "nord", file)
    assert file.is_symlink() and load_settings({}, {}, real) == Settings(k=3, theme="nord")


def test_what_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not valid TOML"):
        save("theme", "nord", write(tmp_path, "k = "))
    assert (tmp_path / "config.toml").read_text() == "k = "
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write the settings file"):
        save("theme", "nord", tmp_path / "file" / "config.toml")


def test_a_variable_that_beats_the_file_is_named() -> None:
    assert overriding("theme", {"QA_THEME": "nord"}) == "QA_THEME"
    assert overriding("theme", {"QA_THEME": " "}) == overriding("keys", {"QA_KEYS": "x"}) == ""
