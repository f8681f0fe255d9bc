"""Settings, read in one place. A flag beats the environment, which beats the settings file.

The file is ``config.toml`` in the user's configuration folder, with the keys of `Settings`. `save` writes
what is chosen in the app into it. The environment has the same names in capitals after ``QA_``, such as
``QA_LIBRARY``; ``keys`` stand in the file alone. Unknown keys and values of the wrong type are errors. They
are checked by hand because every cold question reads the settings, and importing a library for it would take
0.04 s.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from index.address import library_path
from index.errors import UsageError

#: The most passages that one question may ask for.
MAX_PASSAGES = 1_000
#: Languages of the interface.
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
#: What the source pane of the app does when an answer comes.
PANES = ("open", "closed")
#: The most that settings may be which are whole numbers from 1, and the values of those that are one of few.
_MOST = {"k": MAX_PASSAGES, "sure": 99}
_CHOICES = {
    "language": LANGUAGES,
    "pane": PANES,
    "write": ("off", "on"),
    "endpoint_http": ("refused", "allowed"),
}
#: What people may try to write a key as.
_SECRETS = frozenset(["key", "api_key", "endpoint_key", "token"])


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose.

    ``library`` is a folder or address. None stands for the default library, or for the bundled articles while
    that is empty. ``model`` is the embedding model of a new library, "" for the bundled lexicon. ``reranker``
    is a cross-encoder that orders the best passages and sentences, "" for none. ``k`` is the number of
    passages, 0 for the default of each command. ``sure`` is the lowest confidence of an answer in percent, 0
    for that of `qa.tuning`. ``filter`` holds for questions that name none, such as "lang:en".

    ``theme`` is that of the app, ``language`` (one of `LANGUAGES`) that of the app and the command line; ""
    lets them choose. ``pane`` (one of `PANES`) tells whether the app opens the source with an answer.
    ``endpoint`` is the address of the chat endpoint that writes answers, such as http://localhost:11434/v1,
    ``endpoint_model`` the model it is asked for. ``endpoint_http`` allows http:// to other machines.
    ``writer`` names a plugin that writes in place of the endpoint. ``write`` tells whether the app asks for
    written answers.

    ``keys`` gives bindings of the app other keys, such as {"app.help": "f1,f12"}. The app checks their names.
    """

    library: Path | None = None
    model: str = ""
    k: int = 0
    sure: int = 0
    filter: str = ""
    reranker: str = ""
    theme: str = ""
    language: str = ""
    pane: str = "open"
    endpoint: str = ""
    endpoint_model: str = ""
    endpoint_http: str = "refused"
    writer: str = ""
    write: str = "off"
    keys: Mapping[str, str] = field(default_factory=dict)


KEYS = tuple(each.name for each in fields(Settings))
_DEFAULTS = Settings()


def default_library() -> Path:
    """The folder that `qa add` creates if none is named."""
    from platformdirs import user_data_path

    return user_data_path("yinju", appauthor=False) / "library"


def own_library(settings: Settings) -> Path:
    """The folder of the user's own library, which need not be there yet."""
    return settings.library or default_library()


def history_file() -> Path:
    """The file that holds the conversations of all libraries."""
    return default_library().with_name("history.db")


def settings_file() -> Path:
    """The settings file of the user, which need not exist."""
    from platformdirs import user_config_path

    return user_config_path("yinju", appauthor=False) / "config.toml"


def load_settings(
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """Settings from ``flags`` (those that are not None), the environment and a file.

    ``environ`` defaults to ``os.environ``, ``file`` to `settings_file`. The file need not exist. Raises
    UsageError for an unknown key, a wrong value or an unreadable file.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    path = file or settings_file()
    for key, value in _read(path).items():
        if key in _SECRETS:
            raise UsageError(
                "{path}: {key} does not belong here",
                "put the key of the endpoint into QA_ENDPOINT_KEY, or into {file} with mode 600",
                path=path,
                key=key,
                file=path.with_name("endpoint.key"),
            )
        if key not in KEYS:
            raise UsageError(
                "{path}: unknown setting {key!r}", "known: {keys}", path=path, key=key, keys=", ".join(KEYS)
            )
        values[key] = checked(key, value, f"{path}: {key}")
    for key in KEYS:
        name = f"QA_{key.upper()}"
        if key != "keys" and (text := environ.get(name, "").strip()):
            values[key] = checked(key, _number(text) if key in _MOST else text, name)
    for key, value in (flags or {}).items():
        if value is not None:
            values[key] = checked(key, value, f"--{key}" if key != "k" else "-k")
    return Settings(**values)


def overriding(key: str, environ: Mapping[str, str] | None = None) -> str:
    """The environment variable that beats the settings file for this setting; "" for none."""
    name = f"QA_{key.upper()}"
    return (
        name if key != "keys" and (os.environ if environ is None else environ).get(name, "").strip() else ""
    )


def save(key: str, value: Any, file: Path | None = None) -> None:
    """Write one setting into the settings file; a default is left out. All else in it stays as it is.

    ``keys`` is written as a whole. UsageError: the file is no TOML, or cannot be written.
    """
    import tomlkit
    from tomlkit.items import Table

    path = (file or settings_file()).resolve()  # a link, into a folder under version control say, stays one
    _read(path)
    try:
        document = (
            tomlkit.parse(path.read_text(encoding="utf-8-sig")) if path.exists() else tomlkit.document()
        )
        if key == "keys":
            table = document.get("keys")
            if not isinstance(table, Table):
                table = tomlkit.table()
            for name in [name for name in _checked_keys(table.unwrap(), key) if name not in value]:
                _drop(table, name)
            for name, keys in value.items():
                if _checked_keys(table.unwrap(), key).get(name) != keys:
                    _drop(table, name)
                    table.add(name, keys)
            value = table if table else None
        if value == getattr(_DEFAULTS, key) or value is None:
            document.pop(key, None)
        elif document.get(key) != value or key == "keys":
            document[key] = value
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_name(path.name + ".new")
        with written.open("w", encoding="utf-8") as output:
            output.write(tomlkit.dumps(document))
            output.flush()
            os.fsync(output.fileno())  # or a power cut could leave an empty file in its place
        os.replace(written, path)
    except OSError as error:
        raise UsageError(
            "cannot write the settings file {path}: {reason}", path=path, reason=error.strerror
        ) from error


def _drop(table: MutableMapping[str, Any], name: str) -> None:
    """Take a binding out of the table of keys, ``"app.help"`` as well as ``app.help``."""
    table.pop(name, None)
    for part, inner in list(table.items()):
        if isinstance(inner, MutableMapping) and name.startswith(part + "."):
            _drop(inner, name[len(part) + 1 :])
            if not inner:
                table.pop(part)


def _read(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        if _nested(values, 8):
            raise ValueError("it is nested too deeply")
        return values
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(
            "cannot read the settings file {path}: {reason}", path=path, reason=error.strerror
        ) from error
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, nested or long beyond reason
        raise UsageError(
            "{path} is not valid TOML: {error}", "correct or remove the file", path=path, error=error
        ) from error


def _nested(value: Any, levels: int) -> bool:
    """Whether tables and lists are nested more than ``levels`` deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_nested(item, levels - 1) for item in inner)


def _number(text: str) -> int | str:
    """``text`` as a number, or unchanged for `_checked` to refuse."""
    try:
        return int(text)
    except ValueError:
        return text


def checked(key: str, value: Any, name: str) -> Any:
    """The value of a setting in the form of `Settings`. UsageError, about ``name``: it is wrong."""
    if key in _MOST:
        if type(value) is not int or not 1 <= value <= _MOST[key]:
            raise UsageError(
                "{name} must be a whole number from 1 to {most}, not {value!r}",
                name=name,
                most=_MOST[key],
                value=value,
            )
        return value
    if key == "keys":
        return _checked_keys(value, name)
    if key == "library" and isinstance(value, Path):
        return library_path(value)
    if not isinstance(value, str):
        raise UsageError("{name} must be text, not {value!r}", name=name, value=value)
    if "\0" in value:
        raise UsageError("{name} contains a null character", name=name)
    if key in _CHOICES and value not in _CHOICES[key]:
        raise UsageError(
            "{name} must be one of {known}, not {value!r}",
            name=name,
            known=", ".join(_CHOICES[key]),
            value=value,
        )
    return library_path(value) if key == "library" else value


def _checked_keys(value: Any, name: str) -> dict[str, str]:
    """A table of binding → keys. ``app.help = "f1"`` is a nested table in TOML, and still one binding."""
    if not isinstance(value, dict):
        raise UsageError(
            "{name} must be a table, not {value!r}",
            '[keys] and below it "app.help" = "f1,ctrl+g"',
            name=name,
            value=value,
        )
    keys: dict[str, str] = {}
    for binding, key in value.items():
        if isinstance(key, dict):
            keys |= {
                f"{binding}.{part}": found for part, found in _checked_keys(key, f"{name}.{binding}").items()
            }
        elif isinstance(key, str) and key.strip():
            keys[binding] = ",".join(part.strip() for part in key.split(","))
        else:
            raise UsageError(
                "{name} must name one or more keys, not {value!r}",
                'such as "f1,ctrl+g"',
                name=f"{name}.{binding}",
                value=key,
            )
    return keys
