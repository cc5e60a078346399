"""all-MiniLM-L6-v2 as an ONNX graph, built from its safetensors with numpy alone: token ids in, unit vectors out.

Standard operators of opset 20; mean pooling and L2 normalisation are part of the graph. Building takes about two
seconds and happens once a machine, so that no torch is ever needed.
"""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

_OPSET, _IR_VERSION = 20, 10
_DTYPES = {"F32": np.float32, "F16": np.float16, "I64": np.int64}


def read_safetensors(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a safetensors file: eight bytes of header length, a JSON header, then the raw data."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(
            raw, _DTYPES[item["dtype"]], int(np.prod(item["shape"])), 8 + length + item["data_offsets"][0]
        ).reshape(item["shape"])
        for name, item in header.items()
    }


class _Graph:
    """Nodes and constants by name; every method returns the name of its output."""

    def __init__(self, weights: dict[str, NDArray[Any]]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def integers(self, *values: int) -> str:
        return self.constant("i64_" + "_".join(map(str, values)), np.array(values, np.int64))

    def number(self, value: float) -> str:
        return self.constant(f"f32_{value}", np.array(value, np.float32))

    def op(self, kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def linear(self, x: str, key: str, name: str) -> str:
        weight = self.constant(key + ".weight.T", self.weights[key + ".weight"].T)
        product = self.op("MatMul", [x, weight], name + "_product")
        return self.op("Add", [product, self.constant(key + ".bias", self.weights[key + ".bias"])], name)

    def norm(self, x: str, key: str, name: str, epsilon: float) -> str:
        scale = self.constant(key + ".weight", self.weights[key + ".weight"])
        bias = self.constant(key + ".bias", self.weights[key + ".bias"])
        return self.op("LayerNormalization", [x, scale, bias], name, axis=-1, epsilon=epsilon)


def build(model_folder: Path) -> onnx.ModelProto:
    """The checked ONNX model of the BERT encoder in `model_folder` (config.json and model.safetensors).

    Inputs `input_ids`, `attention_mask`, `token_type_ids`: int64 (batch, tokens). Output `sentence_embedding`: float32
    (batch, hidden size), each row of length one.
    """
    config = json.loads((model_folder / "config.json").read_text(encoding="utf-8"))
    if config["model_type"] != "bert" or config["hidden_act"] != "gelu":
        raise ValueError("only BERT encoders with the exact GELU are understood")
    hidden, heads, epsilon = config["hidden_size"], config["num_attention_heads"], config["layer_norm_eps"]
    graph = _Graph(read_safetensors(model_folder / "model.safetensors"))
    mask = graph.op("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    wide = graph.op("Unsqueeze", [mask, graph.integers(1, 2)], "mask_wide")
    masked = graph.op("Sub", [graph.number(1.0), wide], "masked")
    bias = graph.op("Mul", [masked, graph.number(-1e9)], "mask_bias")
    x = _embeddings(graph, epsilon)
    for layer in range(config["num_hidden_layers"]):
        x = _layer(graph, x, bias, layer=layer, heads=heads, hidden=hidden, epsilon=epsilon)
    _pool(graph, x, mask)
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in names]
    outputs = [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", hidden])]
    made = helper.make_graph(graph.nodes, "minilm", inputs, outputs, list(graph.constants.values()))
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    onnx.checker.check_model(model)
    return model


def _embeddings(graph: _Graph, epsilon: float) -> str:
    weights, key = graph.weights, "embeddings."
    words = graph.op("Gather", [graph.constant("words", weights[key + "word_embeddings.weight"]), "input_ids"], "word")
    types = graph.constant("types", weights[key + "token_type_embeddings.weight"])
    kind = graph.op("Gather", [types, "token_type_ids"], "type")
    length = graph.op("Gather", [graph.op("Shape", ["input_ids"], "shape"), graph.integers(1)], "length")
    positions = graph.constant("positions", weights[key + "position_embeddings.weight"])
    place = graph.op("Slice", [positions, graph.integers(0), length, graph.integers(0)], "position")
    total = graph.op("Add", [graph.op("Add", [words, kind], "word_type"), place], "summed")
    return graph.norm(total, key + "LayerNorm", "embedded", epsilon)


def _layer(graph: _Graph, x: str, bias: str, *, layer: int, heads: int, hidden: int, epsilon: float) -> str:
    key = f"encoder.layer.{layer}."
    size = hidden // heads

    def split(name: str, order: list[int]) -> str:
        line = graph.linear(x, f"{key}attention.self.{name}", f"{name}{layer}")
        shaped = graph.op("Reshape", [line, graph.integers(0, 0, heads, size)], f"{name}{layer}_heads")
        return graph.op("Transpose", [shaped], f"{name}{layer}_turned", perm=order)

    query, keys, values = split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1]), split("value", [0, 2, 1, 3])
    product = graph.op("MatMul", [query, keys], f"product{layer}")
    scaled = graph.op("Div", [product, graph.number(float(np.sqrt(size)))], f"scaled{layer}")
    shares = graph.op("Softmax", [graph.op("Add", [scaled, bias], f"biased{layer}")], f"shares{layer}", axis=-1)
    mixed = graph.op("MatMul", [shares, values], f"mixed{layer}")
    back = graph.op("Transpose", [mixed], f"mixed{layer}_turned", perm=[0, 2, 1, 3])
    joined = graph.op("Reshape", [back, graph.integers(0, 0, hidden)], f"joined{layer}")
    attended = graph.op("Add", [graph.linear(joined, key + "attention.output.dense", f"out{layer}"), x], f"res{layer}")
    x = graph.norm(attended, key + "attention.output.LayerNorm", f"attended{layer}", epsilon)
    inner = graph.linear(x, key + "intermediate.dense", f"inner{layer}")
    active = graph.op("Gelu", [inner], f"active{layer}", approximate="none")
    outer = graph.op("Add", [graph.linear(active, key + "output.dense", f"outer{layer}"), x], f"outer{layer}_res")
    return graph.norm(outer, key + "output.LayerNorm", f"layer{layer}", epsilon)


def _pool(graph: _Graph, x: str, mask: str) -> None:
    """Mean over the tokens that are not padding, then length one."""
    wide = graph.op("Unsqueeze", [mask, graph.integers(2)], "mask_tokens")
    total = graph.op("ReduceSum", [graph.op("Mul", [x, wide], "kept"), graph.integers(1)], "total", keepdims=0)
    count = graph.op("ReduceSum", [wide, graph.integers(1)], "count", keepdims=0)
    mean = graph.op("Div", [total, graph.op("Max", [count, graph.number(1e-9)], "count_safe")], "mean")
    length = graph.op("ReduceL2", [mean, graph.integers(1)], "norm", keepdims=1)
    graph.op("Div", [mean, graph.op("Max", [length, graph.number(1e-12)], "norm_safe")], "sentence_embedding")
