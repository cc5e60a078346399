"""Embedding models behind HTTP, in both dialects."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from tests.conftest import MakeSettings
from tests.fakes.embeddings import Embeddings, Provider

from oberaconnect.problems import Unavailable
from oberaconnect.settings import Settings
from rag_engine import embed, minilm

PROVIDERS: list[Provider] = ["ollama", "openai"]


@pytest.fixture
def model() -> Iterator[Embeddings]:
    with Embeddings() as running:
        yield running


Make = Callable[..., embed.Embedder]


@pytest.fixture
def make(settings: Settings, model: Embeddings) -> Iterator[Make]:
    """The embedder of settings that name the fake."""
    made: list[embed.Embedder] = []

    def build(provider: Provider, name: str = "test-embed", **values: str) -> embed.Embedder:
        named = model.settings(settings, provider, name).model_dump() | values
        made.append(embed.LazyEmbedder(Settings.model_validate(named)))
        return made[-1]

    yield build
    for item in made:
        item.close()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_vectors_come_back_in_the_order_of_the_texts_and_of_length_one(
    make: Make, model: Embeddings, provider: Provider
) -> None:
    embedder = make(provider)
    texts = [f"word{number}" for number in range(40)]
    made = embedder.documents(texts)
    assert made.shape == (40, 64)
    assert np.linalg.norm(made, axis=1) == pytest.approx(1.0, abs=1e-6)
    for text, vector in zip(texts, made, strict=True):
        assert embedder.query(text) == pytest.approx(vector, abs=1e-6)
    assert set(model.keys) == {"Bearer key-1"}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_fingerprint_names_provider_model_and_dimension(make: Make, model: Embeddings, provider: Provider) -> None:
    embedder = make(provider)
    assert embedder.fingerprint.startswith(f"{provider}|test-embed|64|")


def test_a_model_that_wants_prefixes_gets_them(make: Make, model: Embeddings) -> None:
    embedder = make("ollama", "nomic-embed-text:latest")
    embedder.query("where is the router")
    embedder.documents(["in the cellar"])
    assert model.asked[0]["input"] == ["search_query: where is the router"]
    assert model.asked[1]["input"] == ["search_document: in the cellar"]
    assert "search_query" in embedder.fingerprint


def test_the_same_question_is_asked_once(make: Make, model: Embeddings) -> None:
    embedder = make("ollama")
    assert np.array_equal(embedder.query("twice"), embedder.query("twice"))
    assert len(model.asked) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"not json",
        b'{"embeddings": null, "data": null}',
        b'{"embeddings": [[1, 2], [1]], "data": [{"index": 0}]}',
        b'{"embeddings": [["a"]], "data": [{"index": 0, "embedding": "a"}]}',
        b'{"embeddings": [], "data": []}',
        b'{"embeddings": [[NaN, 1]], "data": [{"index": 0, "embedding": [NaN, 1]}]}',
    ],
)
def test_an_answer_that_makes_no_sense_is_unavailable(
    make: Make, model: Embeddings, provider: Provider, body: bytes
) -> None:
    model.body = body
    with pytest.raises(Unavailable):
        make(provider).query("anything")


def test_the_vendors_words_never_reach_the_caller(make: Make, model: Embeddings) -> None:
    model.status = 500
    with pytest.raises(Unavailable) as raised:
        make("ollama").query("anything")
    assert "vendor words" not in raised.value.detail


def test_health_tells_whether_the_server_answers(make: Make, model: Embeddings) -> None:
    embedder = make("openai")
    embedder.ping()
    model.close()
    with pytest.raises(Unavailable, match="cannot be reached"):
        make("openai").ping()


def test_a_server_without_a_list_of_models_is_healthy_too(make: Make, model: Embeddings) -> None:
    make("openai", embed_base_url=f"{model.url}/nowhere").ping()


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"embed_provider": "ollama", "ollama_url": "http://127.0.0.1:1"}, "EMBED_MODEL"),
        ({"embed_provider": "openai", "embed_model": "m"}, "EMBED_BASE_URL"),
    ],
)
def test_a_missing_setting_is_named(make_settings: MakeSettings, values: dict[str, str], named: str) -> None:
    with pytest.raises(minilm.ModelUnavailable, match=named):
        embed.from_settings(make_settings(**values))
    with pytest.raises(Unavailable, match=named):
        embed.LazyEmbedder(make_settings(**values)).ping()
