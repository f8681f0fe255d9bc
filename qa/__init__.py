"""Questions answered from one's own articles. For programs: ``from qa import open_library`` (`qa.api`).

Names are imported when they are first asked for, because the command line imports this package, too.
"""

from typing import TYPE_CHECKING

__all__ = [
    "AddReport", "Answer", "Article", "ArticleInfo", "Cancelled", "Citation", "Hit", "LibraryError",
    "LibraryStatus", "ModelError", "Monitor", "OpenLibrary", "SearchResult", "SyncReport", "UsageError",
    "Verdict", "YinjuError", "open_library",
]  # fmt: skip

if TYPE_CHECKING:
    from index.errors import Cancelled, LibraryError, ModelError, UsageError, YinjuError
    from index.types import AddReport, Article, ArticleInfo, LibraryStatus, Monitor, SyncReport
    from qa.api import OpenLibrary, open_library
    from qa.types import Answer, Citation, Hit, SearchResult
    from qa.verify import Verdict
else:

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name in __all__:
            for home in map(
                import_module, ("qa.api", "qa.types", "qa.verify", "index.types", "index.errors")
            ):
                if hasattr(home, name):
                    return getattr(home, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
