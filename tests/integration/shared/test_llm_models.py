"""The platform's models as a whole: who is asked when another cannot answer, names, prices, and what cannot start."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from tests.fakes.llm import Asked, LanguageModel, Reply

from oberaconnect import llm
from oberaconnect.llm import Completion, Message, Models, Request, Usage
from oberaconnect.problems import Problem, Timeout, TooMany, Unavailable
from oberaconnect.settings import Settings, SettingsError, load

QUESTION = Request([Message("user", "Which VLAN has the phones?")])
ENVIRONMENT = {"SECRET_KEY": "q7Zr2mK9xW4tB8vN1c", "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
OWN, SECOND, THIRD = "openai/own-model", "ollama/second:7b", "openai/hub/third"

MakeModels = Callable[..., Models]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def running() -> Iterator[LanguageModel]:
    with LanguageModel() as server:
        yield server


@pytest.fixture
def server(running: LanguageModel) -> LanguageModel:
    running.forget()
    return running


@pytest.fixture
def make(server: LanguageModel, clock: Clock) -> Iterator[MakeModels]:
    """Models of which the own one and the third speak OpenAI's dialect, and the second Ollama's, all at one server."""
    made: list[Models] = []

    def models(**changes: Any) -> Models:
        given = {
            "llm_model": "own-model",
            "llm_fallback": f"{SECOND}, {THIRD}",
            "llm_api_key": SecretStr("key-of-the-own"),
            "ollama_url": server.url,
        }
        made.append(Models(server.settings(load(ENVIRONMENT), "openai", **given | changes), clock))
        return made[-1]

    yield models
    for each in made:
        each.close()


def _asked(server: LanguageModel) -> list[str]:
    return [asked.body["model"] for asked in server.asked]


def _ask(models: Models, *, streamed: bool = False) -> str:
    if not streamed:
        return models.get().complete(QUESTION).text
    *_, last = models.get().stream(QUESTION)
    assert isinstance(last, Completion)
    return last.text


def _only(server: LanguageModel, *models: str) -> None:
    """Only these models work."""

    def answer(asked: Asked) -> Reply:
        name = asked.body["model"]
        return Reply([f"from {name}"]) if name in models else Reply(status=503)

    server.answer(answer)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("failure", [{"status": 503}, {"status": 429}, {"status": 504}, {"status": 400}, {"body": b""}])
def test_the_next_model_answers_when_one_cannot(
    make: MakeModels, server: LanguageModel, failure: dict[str, Any], streamed: bool
) -> None:
    server.say(**failure)
    server.say("from the second")
    assert _ask(make(), streamed=streamed) == "from the second"
    assert [asked.path for asked in server.asked] == ["/v1/chat/completions", "/api/chat"]
    assert _asked(server) == ["own-model", "second:7b"]


@pytest.mark.parametrize("streamed", [False, True])
def test_models_are_asked_in_the_order_that_was_given(make: MakeModels, server: LanguageModel, streamed: bool) -> None:
    _only(server, "hub/third")
    assert _ask(make(), streamed=streamed) == "from hub/third"
    assert _asked(server) == ["own-model", "second:7b", "hub/third"]


def test_a_silent_model_is_passed_over_too(make: MakeModels, server: LanguageModel) -> None:
    models = make(llm_timeout_seconds=0.2)
    server.say("too late", delay_seconds=1.0)
    server.say("in time")
    assert _ask(models) == "in time"


def test_while_the_own_model_works_nobody_else_is_asked(make: MakeModels, server: LanguageModel) -> None:
    _only(server, "own-model", "second:7b")
    models = make()
    assert [_ask(models), _ask(models, streamed=True)] == ["from own-model"] * 2
    assert _asked(server) == ["own-model"] * 2


@pytest.mark.parametrize("how", ["error", "cut", "end"])
def test_a_model_that_breaks_off_in_the_middle_is_not_continued_by_another(
    make: MakeModels, server: LanguageModel, how: Any
) -> None:
    server.say("The phones ", "are in ", fail_after=1, fail_how=how)
    heard: list[str | Completion] = []
    with pytest.raises(Unavailable):
        heard.extend(make().get().stream(QUESTION))
    assert heard == ["The phones "]
    assert _asked(server) == ["own-model"]


def test_a_model_that_breaks_off_before_its_first_word_is_replaced(make: MakeModels, server: LanguageModel) -> None:
    server.say("never", fail_after=0)
    server.say("from the second")
    assert _ask(make(), streamed=True) == "from the second"


@pytest.mark.parametrize(
    ("status", "kind", "word"), [(503, Unavailable, "127.0.0.1"), (429, TooMany, "no more"), (504, Timeout, "in time")]
)
@pytest.mark.parametrize("streamed", [False, True])
def test_when_nobody_can_answer_the_first_failure_is_told(
    make: MakeModels, server: LanguageModel, status: int, kind: type[Problem], word: str, streamed: bool
) -> None:
    server.say(status=status)
    server.say(status=500)
    server.say(status=500)
    with pytest.raises(kind, match=word):
        _ask(make(), streamed=streamed)


def test_a_reader_who_leaves_ends_the_stream_of_whoever_speaks(make: MakeModels, server: LanguageModel) -> None:
    models = make()
    server.say(*["word "] * 50)
    stream = models.get().stream(QUESTION)
    assert next(stream) == "word "
    stream.close()  # type: ignore[attr-defined]
    server.say("again")
    assert _ask(models) == "again"


def test_a_model_that_failed_three_times_rests_for_half_a_minute(
    make: MakeModels, server: LanguageModel, clock: Clock
) -> None:
    models = make()
    _only(server, "second:7b")
    for _ in range(3):
        _ask(models)
    assert _asked(server).count("own-model") == 3
    server.asked.clear()
    clock.now += 29
    _ask(models)
    assert _asked(server) == ["second:7b"]
    clock.now += 2
    server.asked.clear()
    _only(server, "own-model")
    assert _ask(models) == "from own-model"
    _only(server, "second:7b")
    server.asked.clear()
    for _ in range(3):
        _ask(models)
    assert _asked(server) == ["own-model", "second:7b"] * 3  # it began to count anew


def test_a_model_that_is_still_ill_after_its_rest_rests_again(
    make: MakeModels, server: LanguageModel, clock: Clock
) -> None:
    models = make()
    _only(server, "second:7b")
    for _ in range(3):
        _ask(models)
    clock.now += 31
    server.asked.clear()
    _ask(models)
    _ask(models)
    assert _asked(server) == ["own-model", "second:7b", "second:7b"]


def test_a_reader_who_leaves_with_the_whole_answer_has_heard_one(make: MakeModels, server: LanguageModel) -> None:
    models = make()
    for _ in range(4):
        server.say(status=503)
        server.say("from the second")
        _ask(models)
        server.say("well again")
        next(piece for piece in models.get().stream(QUESTION) if isinstance(piece, Completion))
    assert _asked(server).count("own-model") == 8


def test_breaking_off_in_the_middle_counts_as_a_failure(make: MakeModels, server: LanguageModel) -> None:
    models = make()
    for _ in range(3):
        server.say("The ", "end", fail_after=1)
        with pytest.raises(Unavailable):
            list(models.get().stream(QUESTION))
    server.asked.clear()
    server.say("from the second")
    assert _ask(models, streamed=True) == "from the second"
    assert _asked(server) == ["second:7b"]


def test_a_question_that_a_model_does_not_take_does_not_make_it_rest(make: MakeModels, server: LanguageModel) -> None:
    models = make()
    for _ in range(4):
        server.say(status=400)
        server.say("from the second")
        assert _ask(models) == "from the second"
    assert _asked(server).count("own-model") == 4


def test_a_model_without_another_behind_it_is_asked_however_often_it_fails(
    make: MakeModels, server: LanguageModel
) -> None:
    models = make(llm_fallback="")
    _only(server)
    for _ in range(5):
        with pytest.raises(Unavailable):
            _ask(models)
    _only(server, "own-model")
    assert _ask(models) == "from own-model"


def test_when_all_models_rest_all_are_asked(make: MakeModels, server: LanguageModel) -> None:
    models = make()
    _only(server)
    for _ in range(3):
        with pytest.raises(Unavailable):
            _ask(models)
    server.asked.clear()
    _only(server, "hub/third")
    assert _ask(models) == "from hub/third"
    assert _asked(server) == ["own-model", "second:7b", "hub/third"]


def test_a_named_model_answers_alone(make: MakeModels, server: LanguageModel) -> None:
    models = make(llm_models="ollama/fourth")
    server.say("from the fourth")
    assert models.get("ollama/fourth").complete(QUESTION).text == "from the fourth"
    server.say(status=503)
    with pytest.raises(Unavailable):
        models.get(OWN).complete(QUESTION)
    assert _asked(server) == ["fourth", "own-model"]


def test_names_are_the_own_model_then_those_behind_it_then_the_others(make: MakeModels) -> None:
    models = make(llm_models=f"ollama/fourth, {SECOND},")
    assert models.names() == [OWN, SECOND, THIRD, "ollama/fourth"]
    assert [models.get(name).provider for name in models.names()] == ["openai", "ollama", "openai", "ollama"]
    assert [models.get(name).name for name in models.names()] == ["own-model", "second:7b", "hub/third", "fourth"]


def test_the_default_is_called_as_the_own_model(make: MakeModels) -> None:
    models = make()
    assert (models.is_configured, models.get().provider, models.get().name) == (True, "openai", "own-model")


def test_a_key_for_claude_alone_brings_the_newest_claude_by_its_name() -> None:
    models = Models(load(ENVIRONMENT | {"ANTHROPIC_API_KEY": "test-key"}))
    assert models.names() == ["anthropic/claude-sonnet-5-5"]


def test_a_name_that_nobody_configured_is_told_with_those_there_are(make: MakeModels) -> None:
    with pytest.raises(llm.NoModel) as caught:
        make().get("openai/secret-model")
    assert caught.value.status == 422
    for word in ("openai/secret-model", OWN, SECOND, THIRD, "LLM_MODELS"):
        assert word in caught.value.detail


def test_without_a_provider_it_is_said_how_to_get_one() -> None:
    models = Models(load(ENVIRONMENT))
    assert (models.is_configured, models.names()) == (False, [])
    with pytest.raises(llm.NoModel) as caught:
        models.get()
    assert caught.value.status == 503
    assert "Retry-After" in caught.value.headers
    for word in ("LLM_PROVIDER", "ANTHROPIC_API_KEY", "ollama"):
        assert word in caught.value.detail


def test_models_can_be_named_where_there_is_no_default(server: LanguageModel) -> None:
    models = Models(load(ENVIRONMENT | {"LLM_MODELS": "ollama/small", "OLLAMA_URL": server.url}))
    assert (models.is_configured, models.names()) == (False, ["ollama/small"])
    server.say("30")
    assert models.get("ollama/small").complete(QUESTION).text == "30"
    models.close()


def test_a_model_is_made_once_also_by_many_at_the_same_time(make: MakeModels) -> None:
    models = make()
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(models.get(SECOND))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_a_ping_succeeds_while_one_of_the_models_works(make: MakeModels, server: LanguageModel) -> None:
    models = make(llm_fallback=SECOND)
    server.say(status=401)
    server.say()
    models.get().ping()
    server.say(status=401)
    server.say(status=503)
    with pytest.raises(Unavailable, match="LLM_API_KEY"):
        models.get().ping()


@pytest.mark.parametrize("provider", ["anthropic", "openai"])
def test_another_provider_is_asked_at_its_own_address_with_its_own_key(
    server: LanguageModel, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    monkeypatch.setattr("oberaconnect.llm.anthropic._URL", server.url)
    monkeypatch.setattr("oberaconnect.llm.openai._URL", f"{server.url}/v1")
    models = Models(
        load(
            ENVIRONMENT
            | {
                "LLM_PROVIDER": "ollama",
                "LLM_BASE_URL": "http://127.0.0.1:1",
                "LLM_FALLBACK": "anthropic/claude-haiku-5-5,openai/gpt-5.5",
                "ANTHROPIC_API_KEY": "key-for-anthropic",
                "LLM_API_KEY": "key-for-openai",
            }
        )
    )
    server.say("30")
    models.get(next(name for name in models.names() if name.startswith(provider))).complete(QUESTION)
    assert f"key-for-{provider}" in str(server.asked[0].headers)
    assert str(server.asked[0].headers).count("key-for-") == 1
    models.close()


def test_an_ollama_beside_the_own_model_gets_no_key(make: MakeModels, server: LanguageModel) -> None:
    server.say("30")
    make().get(SECOND).complete(QUESTION)
    assert "key-of-the-own" not in str(server.asked[0].headers)


def test_usage_costs_what_the_prices_say(make: MakeModels) -> None:
    models = make(llm_input_price=3.0, llm_output_price=15.0)
    assert models.has_prices
    assert models.cost(Usage(1_000_000, 100_000)) == pytest.approx(4.5)
    assert models.cost(Usage(1_000_000, 0, cached_input_tokens=900_000)) == pytest.approx(0.57)
    assert models.cost(Usage(0, 0)) == 0


def test_without_prices_nothing_costs_anything(make: MakeModels) -> None:
    models = make()
    assert (models.has_prices, models.cost(Usage(1_000_000, 1_000_000))) == (False, 0)


@pytest.mark.parametrize("variable", ["LLM_FALLBACK", "LLM_MODELS"])
@pytest.mark.parametrize(
    "value", ["gpt-5", "mistral/large", "openai/", "ollama/a b", "ollama//a", "ollama/a;ollama/b c"]
)
def test_a_list_of_models_that_is_none_stops_the_start(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(ENVIRONMENT | {"LLM_PROVIDER": "ollama", variable: value})
    assert str(caught.value).startswith(f"{variable} must list models as provider/model")
    assert value in str(caught.value)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"LLM_FALLBACK": "ollama/a"}, "LLM_PROVIDER"),
        ({"LLM_PROVIDER": "ollama", "LLM_FALLBACK": "anthropic/a"}, "ANTHROPIC_API_KEY is missing"),
        ({"LLM_PROVIDER": "ollama", "LLM_MODELS": "ollama/a, openai/a"}, "LLM_API_KEY is missing"),
        ({"LLM_PROVIDER": "anthropic", "LLM_API_KEY": "k", "LLM_MODELS": "openai/a"}, "ANTHROPIC_API_KEY then"),
    ],
)
def test_a_model_without_its_key_stops_the_start(given: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(ENVIRONMENT | given)
    assert word in str(caught.value)
    assert any(name in str(caught.value) for name in ("LLM_FALLBACK", "LLM_MODELS"))


def test_further_models_of_the_own_provider_need_nothing_more() -> None:
    given: Settings = load(
        ENVIRONMENT
        | {"LLM_PROVIDER": "openai", "LLM_MODEL": "a", "LLM_BASE_URL": "http://hub:1", "LLM_FALLBACK": "openai/b"}
    )
    assert Models(given).names() == ["openai/a", "openai/b"]
