"""The lexicon as a module of sentence-transformers: ``SentenceTransformer(folder,
trust_remote_code=True)``.

sentence-transformers imports the classes named in a model's ``modules.json``, and asks for that flag if
one is not its own. Nothing else in Yinju imports this file, nor torch because of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from sentence_transformers.base.modules import InputModule
from torch import Tensor

from index.lexicon.lexicon import Lexicon
from index.text.tokenizer import Tokenizer


class LexiconModule(InputModule):
    """Text → weighted mean of its word vectors, the same vector as ``Lexicon.pool`` gives."""

    rows: Tensor
    weights: Tensor

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.lexicon = lexicon
        self.register_buffer("rows", torch.from_numpy(np.array(lexicon.rows)))
        self.register_buffer("weights", torch.from_numpy(lexicon.pool_weights))

    @cached_property
    def words(self) -> Tokenizer:
        """Cuts text into the lexicon's words."""
        return Tokenizer(self.lexicon.frequencies())

    def __getstate__(self) -> dict[str, Any]:
        # A pool of processes pickles the model, and a tokenizer cannot be pickled.
        return {name: value for name, value in self.__dict__.items() if name != "words"}

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any
    ) -> dict[str, Tensor | Any]:
        """``input_ids`` int64 [known words of all texts], ``offsets`` int64 [texts]: where each begins."""
        found = [self.lexicon.ids(self.words.words((prompt or "") + text)) for text in inputs]
        known = [ids[ids >= 0] for ids in found]
        ends = np.cumsum([len(ids) for ids in known])
        return {
            "input_ids": torch.from_numpy(np.concatenate(known)),
            "offsets": torch.from_numpy(np.concatenate([[0], ends[:-1]])),
        }

    def forward(self, features: dict[str, Tensor | Any], **kwargs: Any) -> dict[str, Tensor | Any]:
        """Adds ``sentence_embedding`` float32 [texts, dimensions]: unit rows, zero where no word is known."""
        ids, offsets = features["input_ids"], features["offsets"]
        end = torch.tensor([len(ids)], device=ids.device)
        texts = torch.repeat_interleave(torch.diff(offsets, append=end))
        weighted = self.rows[ids] * self.weights[ids].unsqueeze(1)
        sums = weighted.new_zeros(len(offsets), self.get_embedding_dimension()).index_add_(0, texts, weighted)
        features["sentence_embedding"] = torch.nn.functional.normalize(sums, eps=1e-9)
        return features

    def get_embedding_dimension(self) -> int:
        """Length of a vector, as sentence-transformers asks for it."""
        return self.lexicon.dimensions

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        """Write the lexicon into ``output_path``, always as safetensors."""
        self.lexicon.save(Path(output_path))

    @classmethod
    def load(
        cls,
        model_name_or_path: str,
        subfolder: str = "",
        token: bool | str | None = None,
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
        init_defaults: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Self:
        """The lexicon in a folder, or in a repository of the model hub."""
        folder = cls.load_dir_path(
            model_name_or_path, subfolder, token, cache_folder, revision, local_files_only
        )
        if folder is None:
            raise FileNotFoundError(f"{model_name_or_path} holds no lexicon")
        return cls(Lexicon.load(Path(folder)))
