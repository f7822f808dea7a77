"""A sentence model made small: a BERT encoder that somebody trained, cut to the scripts we read, in four bits.

A multilingual model spends most of its size on the vocabulary of languages that no plan of ours is in. What is left
without them is stored as llama.cpp's Q4_0 does (github.com/ggml-org/ggml: blocks of 32 weights with one scale, the
largest weight exact). ONNX Runtime multiplies by that directly (its operators MatMulNBits and GatherBlockQuantized).
A model that was stored so before is not changed by it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import ModelProto

Floats = NDArray[np.float32]

BLOCK = 32
SPECIAL = 4  # <s>, <pad>, </s>, <unk>: the first pieces of the vocabulary
MOST_LATIN = 16_000  # pieces with Latin letters, the likeliest; all others that we read are kept
OPSET, CONTRIBUTED = 21, "com.microsoft"
INT8_ACTIVATIONS = 4  # "accuracy_level" of MatMulNBits: the fastest
_READ = re.compile(r"[▁ -~\u0e00-\u0e7f–—“”‘’…•·°]+")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class Encoder:
    """A BERT encoder: what its config.json says, and its tensors by the names that transformers gives them."""

    config: Mapping[str, Any]
    tensors: Mapping[str, Floats]


def read_encoder(folder: Path) -> Encoder:
    """The encoder in a folder that transformers wrote: config.json and model.safetensors.

    Raises:
        OSError: a file is missing.
        ValueError: it is of another architecture.
    """
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "bert" or config.get("hidden_act", "gelu") != "gelu":
        raise ValueError(f"{folder}: a BERT encoder with GELU is expected, not {config.get('model_type')}")
    return Encoder(config, load_file(folder / "model.safetensors"))


def pieces_kept(vocabulary: Sequence[tuple[str, float]], most_latin: int = MOST_LATIN) -> list[int]:
    """Which pieces (text, log probability) of a unigram vocabulary are of the scripts we read, in its order."""
    readable = [i for i, (piece, _) in enumerate(vocabulary) if i >= SPECIAL and _READ.fullmatch(piece)]
    latin = [i for i in readable if _LATIN.search(vocabulary[i][0])]
    dropped = set(sorted(latin, key=lambda i: -vocabulary[i][1])[most_latin:])
    return [*range(SPECIAL), *(i for i in readable if i not in dropped)]


def cut_tokenizer(tokenizer: Mapping[str, Any], kept: Sequence[int]) -> dict[str, Any]:
    """A tokenizer.json with the kept pieces only, numbered anew."""
    vocabulary = tokenizer["model"]["vocab"]
    special = {vocabulary[i][0] for i in range(SPECIAL)}
    added = [token for token in tokenizer.get("added_tokens", []) if token["content"] in special]
    model = {**tokenizer["model"], "vocab": [vocabulary[i] for i in kept]}
    return {**tokenizer, "added_tokens": added, "model": model}


def in_blocks(weights: Floats) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Rows of weights as 4-bit numbers, two a byte, and one scale per block of 32: (rows, blocks, 16), (rows, blocks).

    A weight is `scale * (number - 8)`.
    """
    rows = weights.reshape(len(weights), -1, BLOCK)
    largest = np.take_along_axis(rows, np.abs(rows).argmax(axis=2, keepdims=True), axis=2)[..., 0]
    scales = (largest / -8).astype(np.float16)
    steps = np.where(scales == 0, 1, scales).astype(np.float32)[..., None]
    numbers = np.clip(np.rint(rows / steps) + 8, 0, 15).astype(np.uint8)
    return numbers[..., ::2] | numbers[..., 1::2] << 4, scales


def write_sentence_model(folder: Path, source: Path, most_latin: int = MOST_LATIN) -> None:
    """Write `model.onnx` and `tokenizer.json` into a folder, from a model that sentence-transformers can read.

    Raises:
        OSError, ValueError: the source is not such a model.
    """
    import onnx

    encoder = read_encoder(source)
    tokenizer = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    kept = pieces_kept([(piece, score) for piece, score in tokenizer["model"]["vocab"]], most_latin)
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(graph(encoder, kept), folder / "model.onnx")
    cut = json.dumps(cut_tokenizer(tokenizer, kept), ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(cut, encoding="utf-8")


def graph(encoder: Encoder, kept: Sequence[int]) -> "ModelProto":
    """The encoder as an ONNX model: `ids` and `mask`, (texts, pieces), to `vectors`, (texts, dimensions), unit length.

    A text's vector is the mean of its pieces' last states (as E5's: Wang et al. 2024, arXiv:2402.05672); these are
    given, too: `states`, (texts, pieces, dimensions).
    """
    from onnx import TensorProto, helper

    drawing = _Drawing(encoder)
    states = _layers(drawing, _embedded(drawing, kept))
    drawing.nodes.append(helper.make_node("Identity", [states], ["states"]))
    _pooled(drawing, states)
    ids, mask = (helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "length"]) for name in ("ids", "mask"))
    size = encoder.config["hidden_size"]
    vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", size])
    states_of = helper.make_tensor_value_info("states", TensorProto.FLOAT, ["n", "length", size])
    whole = helper.make_graph(drawing.nodes, "sentence", [ids, mask], [vectors, states_of], drawing.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIBUTED, 1)]
    return helper.make_model(whole, opset_imports=opsets, ir_version=10, producer_name="tham-phaen")


class _Drawing:
    """The nodes and constants of a graph while it is drawn."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Draw an operator; returns the name of what it gives."""
        from onnx import helper

        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], domain=domain, **attributes))
        return name

    def constant(self, values: NDArray[Any], name: str = "") -> str:
        from onnx import numpy_helper

        name = name or f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def tensor(self, name: str) -> Floats:
        return np.asarray(self.encoder.tensors[name], np.float32)

    def halved(self, values: NDArray[Any]) -> str:
        """A constant that is kept in 16 bits and read in 32."""
        from onnx import TensorProto

        return self.node("Cast", self.constant(values.astype(np.float16)), to=TensorProto.FLOAT)

    def linear(self, states: str, *names: str) -> str:
        """`states` times the weights of these layers side by side, plus their biases."""
        weights = np.concatenate([self.tensor(f"{name}.weight") for name in names])
        packed, scales = in_blocks(weights)
        bias = self.halved(np.concatenate([self.tensor(f"{name}.bias") for name in names]))
        product = self.node(
            "MatMulNBits",
            states,
            self.constant(packed),
            self.halved(scales),
            domain=CONTRIBUTED,
            N=len(weights),
            K=weights.shape[1],
            bits=4,
            block_size=BLOCK,
            accuracy_level=INT8_ACTIVATIONS,
        )
        return self.node("Add", product, bias)

    def normalised(self, states: str, name: str) -> str:
        scale, bias = (self.constant(self.tensor(f"{name}.{part}")) for part in ("weight", "bias"))
        epsilon = float(self.encoder.config["layer_norm_eps"])
        return self.node("LayerNormalization", states, scale, bias, axis=-1, epsilon=epsilon)


def _embedded(drawing: _Drawing, kept: Sequence[int]) -> str:
    """The pieces' own vectors, with those of their places."""
    from onnx import TensorProto, helper

    packed, scales = in_blocks(drawing.tensor("embeddings.word_embeddings.weight")[list(kept)])
    signed = (packed ^ 0x88).reshape(-1)  # 0 to 15 as -8 to 7
    size = (len(kept), drawing.encoder.config["hidden_size"])
    drawing.constants.append(helper.make_tensor("pieces", TensorProto.INT4, size, signed.tobytes(), raw=True))
    own = drawing.node(
        "GatherBlockQuantized",
        "pieces",
        "ids",
        drawing.constant(scales),
        domain=CONTRIBUTED,
        block_size=BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )
    own = drawing.node("Cast", own, to=TensorProto.FLOAT)
    kind = drawing.tensor("embeddings.token_type_embeddings.weight")[0]
    places = drawing.halved(drawing.tensor("embeddings.position_embeddings.weight") + kind)
    length = drawing.node("Shape", "ids", start=1, end=2)
    start, axis = drawing.constant(np.array([0])), drawing.constant(np.array([0]))
    states = drawing.node("Add", own, drawing.node("Slice", places, start, length, axis))
    return drawing.normalised(states, "embeddings.LayerNorm")


def _layers(drawing: _Drawing, states: str) -> str:
    """The pieces' states after all layers of attention."""
    from onnx import TensorProto

    config = drawing.encoder.config
    mask = drawing.node("Cast", "mask", to=TensorProto.INT32)
    for number in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"
        looked_at = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        parts = [drawing.linear(states, name) for name in looked_at]
        seen = drawing.node(
            "MultiHeadAttention", *parts, "", mask, domain=CONTRIBUTED, num_heads=config["num_attention_heads"]
        )
        seen = drawing.linear(seen, f"{layer}.attention.output.dense")
        states = drawing.normalised(drawing.node("Add", states, seen), f"{layer}.attention.output.LayerNorm")
        inner = drawing.node("Gelu", drawing.linear(states, f"{layer}.intermediate.dense"))
        outer = drawing.linear(inner, f"{layer}.output.dense")
        states = drawing.normalised(drawing.node("Add", states, outer), f"{layer}.output.LayerNorm")
    return states


def _pooled(drawing: _Drawing, states: str) -> None:
    """The mean of the states that are of the text, made unit length: the graph's `vectors`."""
    from onnx import TensorProto, helper

    mask = drawing.node("Cast", "mask", to=TensorProto.FLOAT)
    mask = drawing.node("Unsqueeze", mask, drawing.constant(np.array([2])))
    total = drawing.node("ReduceSum", drawing.node("Mul", states, mask), drawing.constant(np.array([1])), keepdims=0)
    drawing.nodes.append(helper.make_node("LpNormalization", [total], ["vectors"], axis=-1, p=2))
