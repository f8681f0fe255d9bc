"""Plugins: readers, embedders and writers of other installed packages, which register them as entry points.

They are looked for when something is named that is not built in: a suffix, a model, a writer. What is built
in comes first, so nothing is taken over. A plugin that fails is told by its name and stops nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from index.errors import Phrase, YinjuError

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

#: The group of entry points of each kind of plugin.
GROUPS = {"reader": "yinju.readers", "embedder": "yinju.embedders", "writer": "yinju.writers"}
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Plugin:
    """What ``package`` registers: ``kind`` is one of `GROUPS`. The name of a reader is its suffix, ".srt".

    ``fault`` says why it is not used; "" if it is.
    """

    kind: str
    name: str
    package: str
    version: str
    fault: str = ""
    entry: EntryPoint | None = field(default=None, repr=False)

    def load(self, error: type[YinjuError]) -> Any:
        """What was registered, which can be called. Raises ``error`` if it cannot be loaded."""
        with self.told(error):
            loaded = self.entry.load() if self.entry else None
            if not callable(loaded):
                raise TypeError("it is no function and no class")
            return loaded

    @contextmanager
    def told(self, error: type[YinjuError]) -> Iterator[None]:
        """Raises ``error``, which names the plugin, in place of whatever its code raises."""
        try:
            yield
        except (YinjuError, MemoryError):
            raise
        except (Exception, SystemExit) as cause:
            reason = " ".join(f"{type(cause).__name__}: {cause}"[:_LONGEST_REASON].split()).rstrip(":")
            told = Phrase(
                "the plugin {name} of {package} failed: {reason}",
                name=self.name, package=self.package, reason=reason,
            )  # fmt: skip
            raise error(told) from cause


@cache
def installed() -> tuple[Plugin, ...]:
    """The plugins in the order of the packages on Python's path. Of one name, the first is used."""
    from importlib.metadata import distributions  # it costs as much as the search itself

    found: list[Plugin] = []
    packages: set[str] = set()
    for distribution in distributions():
        if "yinju." not in (distribution.read_text("entry_points.txt") or ""):
            continue
        package = distribution.name or "?"
        if package.lower() not in packages:  # else it is hidden by another version of it
            packages.add(package.lower())
            for plugin in _plugins(distribution, package):
                rival = next((p for p in found if (p.kind, p.name) == (plugin.kind, plugin.name)), None)
                taken = Phrase("the name is taken by {package}", package=rival.package) if rival else ""
                found.append(replace(plugin, fault=plugin.fault or taken))
    return tuple(found)


def _plugins(distribution: Distribution, package: str) -> list[Plugin]:
    version = distribution.version or "?"
    try:
        return [
            Plugin(
                kind,
                f".{entry.name.lower()}" if kind == "reader" else entry.name,
                package,
                version,
                "",
                entry,
            )
            for kind, group in GROUPS.items()
            for entry in distribution.entry_points.select(group=group)
        ]
    except Exception as error:  # whatever stands in its files
        return [
            Plugin(
                "package",
                package,
                package,
                version,
                Phrase("its entry points cannot be read: {error}", error=error),
            )
        ]


def find(kind: str, name: str) -> Plugin | None:
    """The plugin of this kind and name, None if there is none."""
    return next((p for p in installed() if (p.kind, p.name) == (kind, name) and not p.fault), None)


def examined(built_in: Mapping[str, Collection[str]]) -> list[Plugin]:
    """All plugins, each loaded to see whether it can be. The names ``built_in`` for a kind are taken."""
    result = []
    for plugin in installed():
        fault = plugin.fault
        if not fault and plugin.name in built_in.get(plugin.kind, ()):
            fault = Phrase("the name is taken by {package}", package="yinju")
        try:
            if not fault:
                plugin.load(YinjuError)
        except YinjuError as error:
            fault = error.message
        result.append(replace(plugin, fault=fault))
    return result
