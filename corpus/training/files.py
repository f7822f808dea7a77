"""The files of a model: what `corpus.embedder`, sentence-transformers and model2vec all read unchanged.

`model.safetensors` holds `embeddings` (int8), `weights` (what one step of a row is worth) and `idf`;
`tokenizer.json` is a word-level tokenizer over text that `corpus.thai.words` cut and spaces joined.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.training.vocabulary import UNKNOWN, Vocabulary

_NAMES = {np.dtype(np.int8): "I8", np.dtype(np.float32): "F32"}


def quantise(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """The rows as int8 and each row's scale: `vectors ≈ scale[:, None] * rows`, off by at most half a step."""
    scale = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
    return np.rint(vectors / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def write_model(folder: Path, name: str, vocabulary: Vocabulary, vectors: NDArray[np.float32]) -> str:
    """Write the model of `vectors` (words, dimensions) and return its revision, a digest of weights and words."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, scale = quantise(vectors)
    scale[0] = 0.0  # the unknown word adds nothing
    weights = safetensors_bytes({"idf": vocabulary.idf, "weights": scale, "embeddings": rows})
    tokenizer: dict[str, Any] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocabulary.numbers, "unk_token": UNKNOWN},
    }
    words = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    revision = hashlib.sha256(weights + words.encode()).hexdigest()[:12]
    (folder / "model.safetensors").write_bytes(weights)
    (folder / "tokenizer.json").write_text(words, encoding="utf-8")
    _write_json(
        folder / "config.json",
        {
            "name": name,
            "revision": revision,
            "model_type": "model2vec",
            "architectures": ["StaticModel"],
            "hidden_dim": vectors.shape[1],
            "embedding_dtype": "int8",
            "normalize": True,
            "max_length": None,
        },
    )
    module = "sentence_transformers.models"
    _write_json(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}.StaticEmbedding"},
            {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{module}.Normalize"},
        ],
    )
    return revision


def safetensors_bytes(tensors: dict[str, NDArray[Any]]) -> bytes:
    """A safetensors file: see https://github.com/huggingface/safetensors, "Format"."""
    header: dict[str, dict[str, Any]] = {}
    end = 0
    for name, tensor in tensors.items():
        begin, end = end, end + tensor.nbytes
        header[name] = {"dtype": _NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return (
        len(text).to_bytes(8, "little") + text + b"".join(np.ascontiguousarray(t).tobytes() for t in tensors.values())
    )


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
