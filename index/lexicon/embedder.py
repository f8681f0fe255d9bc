"""Embedding models: the bundled lexicon, that of a plugin, or any sentence-transformers model."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.errors import ModelError
from index.plugins import Plugin, find

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray
    from sentence_transformers import SentenceTransformer

LEXICON = "lexicon"


class Embedder(Protocol):
    """Turns passages and questions into vectors whose inner product measures their similarity.

    ``fingerprint`` changes whenever the model would give other vectors.
    """

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def dimensions(self) -> int: ...

    def embed_passages(self, texts: Sequence[str], words: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """float32 [passages, dimensions]: rows of unit length, zero for a passage without known words.

        ``texts`` are the passages below their headings, ``words`` the folded words of the same.
        """
        ...

    def embed_query(self, text: str, words: Sequence[str]) -> NDArray[np.float32]:
        """float32 [dimensions], of unit length (or zero)."""
        ...


def canonical_name(name: str) -> str:
    """The name that a library stores: "lexicon", an absolute path, or a name on the model hub."""
    if name in ("", LEXICON):
        return LEXICON
    path = Path(os.path.expanduser(name))
    return str(path.resolve()) if os.path.exists(path) or is_path(name) else name


def is_path(name: str) -> bool:
    """Whether a name can only be that of a folder."""
    return name.startswith((".", "~", os.sep)) or len(Path(name).parts) > 2


def load_embedder(name: str) -> Embedder:
    """The model with this name; "" is the bundled lexicon. ModelError: it cannot be loaded."""
    name = canonical_name(name)
    if name == LEXICON:
        from index.lexicon.lexicon import LexiconEmbedder, bundled_lexicon

        return LexiconEmbedder(bundled_lexicon())
    plugin = None if is_path(name) else find("embedder", name)
    return PluginEmbedder(plugin) if plugin else SentenceTransformerEmbedder(name)


class PluginEmbedder:
    """The `Embedder` that a plugin makes. Its vectors are checked and made of unit length."""

    def __init__(self, plugin: Plugin) -> None:
        self.name, self._plugin = plugin.name, plugin
        with plugin.told(ModelError):
            self._made: Embedder = plugin.load(ModelError)()
            self.fingerprint, self.dimensions = str(self._made.fingerprint), int(self._made.dimensions)

    def embed_passages(self, texts: Sequence[str], words: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """float32 [passages, dimensions]. ModelError: the plugin fails, or gives anything else."""
        with self._plugin.told(ModelError):
            return self._checked(self._made.embed_passages(texts, words), len(texts))

    def embed_query(self, text: str, words: Sequence[str]) -> NDArray[np.float32]:
        """float32 [dimensions]. Raises as `embed_passages`."""
        with self._plugin.told(ModelError):
            vector: NDArray[np.float32] = self._checked([self._made.embed_query(text, words)], 1)[0]
            return vector

    def _checked(self, vectors: ArrayLike, count: int) -> NDArray[np.float32]:
        import numpy as np

        made = np.array(vectors, dtype=np.float32)
        if made.shape != (count, self.dimensions) or not np.isfinite(made).all():
            raise ValueError(f"its vectors are no {count} x {self.dimensions} finite numbers")
        length = np.linalg.norm(made, axis=1, keepdims=True)
        made /= np.where(length > 0, length, 1)
        return made


def silence_loading() -> None:
    """Keeps the libraries of models from writing to the terminal. What goes wrong is an error.

    Failing to reach the hub, its client would warn and try again for a minute.
    """
    from transformers.utils import logging as transformers_logging

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]


class SentenceTransformerEmbedder:
    """A sentence-transformers model, with the query and document prompts of its configuration."""

    def __init__(self, name: str) -> None:
        """Loads the model from a folder, the local cache or, if allowed, the model hub."""
        self.name = name
        if is_path(name) and not os.path.exists(name):
            raise ModelError(
                "there is no model at {name}", "give a folder or a name on huggingface.co", name=name
            )
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelError(
                "the model {name} needs sentence-transformers", "pip install 'yinju[models]'", name=name
            ) from error
        silence_loading()
        try:
            try:
                self._model: SentenceTransformer = SentenceTransformer(name, local_files_only=True)
            except OSError:  # not at hand yet
                self._model = SentenceTransformer(name)
        except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
            reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise ModelError(
                "the model {name} cannot be loaded: {reason}",
                "check its name and the network, give the folder it was downloaded to, or install its plugin",
                name=name,
                reason=reason,
            ) from error
        self.fingerprint = _fingerprint(self._model)
        self.dimensions = int(self._model.encode_document(["a"]).shape[1])

    def embed_passages(self, texts: Sequence[str], words: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """float32 [passages, dimensions], unit length, from ``texts``."""
        return self._model.encode_document(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        ).astype("float32")

    def embed_query(self, text: str, words: Sequence[str]) -> NDArray[np.float32]:
        """float32 [dimensions], unit length, from ``text``."""
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return vector.astype("float32")


def _fingerprint(model: SentenceTransformer) -> str:
    """SHA-256 over the weights and prompts, shortened to 16 hex digits."""
    import torch

    digest = hashlib.sha256(repr(sorted(model.prompts.items())).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:16]
