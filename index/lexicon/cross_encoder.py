"""Cross-encoders: models of one's own that read a question and a text together and score the pair."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from index.errors import ModelError
from index.lexicon.embedder import canonical_name, is_path, silence_loading

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class Reranker(Protocol):
    """Scores how well texts answer a question."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """A score for each text; only their order counts. ModelError: the model cannot be used."""
        ...


def load_reranker(name: str) -> Reranker | None:
    """The cross-encoder of this name or folder; None for ""."""
    return CrossEncoderReranker(name) if name else None


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder from a folder, or from where its hub keeps what was downloaded.

    It is loaded at its first use, from this machine alone. Usable from several threads.
    """

    def __init__(self, name: str) -> None:
        self.name = canonical_name(name)
        self._loading = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        with self._loading:
            model = self._model
        if not texts:
            return []
        try:
            found = model.predict([(question, text) for text in texts], show_progress_bar=False)
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            raise self._unusable(error) from error
        if found.ndim != 1:
            raise ModelError(
                "the model {name} gives {count} scores for a text",
                "a reranker gives one",
                name=self.name,
                count=found.shape[1],
            )
        return [float(score) for score in found]

    @cached_property
    def _model(self) -> CrossEncoder:
        if is_path(self.name) and not os.path.exists(self.name):
            raise ModelError(
                "there is no model at {name}", "give the folder of a cross-encoder", name=self.name
            )
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise ModelError(
                "the model {name} needs sentence-transformers", "pip install 'yinju[models]'", name=self.name
            ) from error
        silence_loading()
        try:
            loaded: CrossEncoder = CrossEncoder(self.name, local_files_only=True)
            return loaded
        except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> ModelError:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        return ModelError(
            "the model {name} cannot be used: {reason}",
            "give the folder of a cross-encoder, or download it once with hf download",
            name=self.name,
            reason=reason,
        )
