"""all-MiniLM-L6-v2 in plain numpy, straight from the published description of BERT: what the fast engine must equal."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rag_engine.onnx_graph import read_safetensors

Array = NDArray[np.float32]

_erf = np.vectorize(math.erf, otypes=[np.float32])


class Encoder:
    """One text at a time; slow and easy to read."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds config.json, model.safetensors and tokenizer.json."""
        self.config: dict[str, Any] = json.loads((folder / "config.json").read_text())
        self.weights = read_safetensors(folder / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(256)

    def encode(self, text: str) -> Array:
        """The unit vector of a text."""
        ids = np.array(self.tokenizer.encode(text).ids)
        words = self.weights["embeddings.word_embeddings.weight"][ids]
        places = self.weights["embeddings.position_embeddings.weight"][: len(ids)]
        kinds = self.weights["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(words + places + kinds, "embeddings.LayerNorm")
        for number in range(self.config["num_hidden_layers"]):
            x = self._layer(x, f"encoder.layer.{number}")
        mean = x.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    def _layer(self, x: Array, key: str) -> Array:
        heads = self.config["num_attention_heads"]
        size = x.shape[1] // heads
        query, keys, values = (
            self._linear(x, f"{key}.attention.self.{name}").reshape(-1, heads, size).transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        scores = query @ keys.transpose(0, 2, 1) / math.sqrt(size)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed = (shares @ values).transpose(1, 0, 2).reshape(x.shape)
        x = self._norm(self._linear(mixed, f"{key}.attention.output.dense") + x, f"{key}.attention.output.LayerNorm")
        inner = self._linear(x, f"{key}.intermediate.dense")
        active = inner * 0.5 * (1.0 + _erf(inner / math.sqrt(2.0)))
        return self._norm(self._linear(active, f"{key}.output.dense") + x, f"{key}.output.LayerNorm")

    def _linear(self, x: Array, key: str) -> Array:
        return np.asarray(x @ self.weights[f"{key}.weight"].T + self.weights[f"{key}.bias"], np.float32)

    def _norm(self, x: Array, key: str) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self.config["layer_norm_eps"])
        return np.asarray(centred / spread * self.weights[f"{key}.weight"] + self.weights[f"{key}.bias"], np.float32)
