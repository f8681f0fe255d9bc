"""Questions answered from one's own articles. For programs: ``from qa import open_library`` (`qa.api`).

Names are imported when they are first asked for, because the command line imports this package, too.
"""

from typing import TYPE_CHECKING

__all__ = [
    "AddReport", "Answer", "Article", "ArticleInfo", "Cancelled", "Citation", "Embedder", "ExtractedText",
    "Hit", "LibraryError", "LibraryStatus", "Metadata", "ModelError", "Monitor", "OpenLibrary", "ReadError",
    "SearchResult", "SyncReport", "UsageError", "Verdict", "Writer",
    "YinjuError", "open_library",
]  # fmt: skip
#: Where they are. What plugins need comes first, as a reader should not load more.
_MODULES = (
    "index.errors", "index.types", "index.readers.extracted_text", "index.lexicon.embedder", "qa.types",
    "qa.verify", "qa.api", "qa.writing.writer",
)  # fmt: skip

if TYPE_CHECKING:
    from index.cleaning.metadata import Metadata
    from index.errors import Cancelled, LibraryError, ModelError, ReadError, UsageError, YinjuError
    from index.lexicon.embedder import Embedder
    from index.readers.extracted_text import ExtractedText
    from index.types import AddReport, Article, ArticleInfo, LibraryStatus, Monitor, SyncReport
    from qa.api import OpenLibrary, open_library
    from qa.types import Answer, Citation, Hit, SearchResult
    from qa.verify import Verdict
    from qa.writing.writer import Writer
else:

    def __dir__() -> list[str]:
        return [*globals(), *__all__]

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name in __all__:
            for module in map(import_module, _MODULES):
                if hasattr(module, name):
                    return getattr(module, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
