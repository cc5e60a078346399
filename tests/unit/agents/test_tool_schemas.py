"""Every built-in tool is described so that models, programs and people can rely on it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from agents.tools.catalogue import platform_tools
from agents.tools.contract import Tool
from oberaconnect.auth import SCOPES
from oberaconnect.settings import Settings

_TOOLS = platform_tools(
    Settings.model_validate({"secret_key": "q7Zr2mK9xW4tB8vN1c", "database_url": "postgresql://nowhere/db"})
)
#: What a run is about is fixed when it begins; no argument may change it.
_FIXED = {"client", "clients", "tenant", "tenants", "principal", "readers", "scopes", "subject", "customer_id"}
_BOUNDS = {
    "string": ({"maxLength"}, {"enum"}, {"const"}, {"pattern"}, {"format"}),
    "array": ({"maxItems"},),
    "integer": ({"minimum", "maximum"}, {"enum"}),
    "number": ({"minimum", "maximum"}, {"maxLength"}),
}
#: Among these a model has to choose by what they are for; the others are chosen by their subject.
_GENERAL = {
    "rag_search", "rag_query", "list_collections", "ingest_document", "list_documents", "get_document_text",
    "delete_document", "list_ingest_jobs", "get_ingest_job", "http_fetch", "n8n_webhook", "network_scan",
}  # fmt: skip
#: In these a service has words of its own, or a caller writes what a workflow wants to have.
_FREE = {("n8n_webhook", "payload"), ("rag_search", "filters"), ("rag_query", "filters")}


def schemas(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """All schemas within a schema, with where they stand."""
    if isinstance(schema, list):
        for number, item in enumerate(schema):
            yield from schemas(item, f"{path}/{number}")
    elif isinstance(schema, dict):
        yield path, schema
        for word in ("items", "anyOf", "oneOf", "allOf", "prefixItems", "additionalProperties"):
            yield from schemas(schema.get(word), f"{path}/{word}")
        for word in ("properties", "$defs"):
            for name, item in schema.get(word, {}).items():
                yield from schemas(item, f"{path}/{name}")


each = pytest.mark.parametrize("tool", _TOOLS.values(), ids=_TOOLS)


def test_there_are_the_tools_of_every_room() -> None:
    assert _TOOLS.keys() >= _GENERAL
    assert _TOOLS.keys() >= {"engineering_parse", "call_flow_generate"}


def test_the_order_stays_and_names_are_told_once() -> None:
    again = platform_tools(
        Settings.model_validate({"secret_key": "q7Zr2mK9xW4tB8vN1c", "database_url": "postgresql://nowhere/db"})
    )
    assert list(again) == list(_TOOLS)
    assert all(name == tool.spec.name for name, tool in _TOOLS.items())


@each
def test_it_has_a_name_that_models_take_and_words_for_people(tool: Tool) -> None:
    spec = tool.spec
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", spec.name)
    assert "__" not in spec.name  # that is how tools of MCP servers are told apart
    assert 3 <= len(spec.title) <= 80
    assert 30 <= len(spec.description) <= 1_000
    if spec.name in _GENERAL:
        assert re.search(r"\b[Uu]se it\b", spec.description), "it does not say when to use it"


@each
def test_its_schemas_are_valid_and_closed(tool: Tool) -> None:
    spec = tool.spec
    Draft202012Validator.check_schema(dict(spec.parameters))
    assert spec.parameters["type"] == "object"
    assert spec.parameters["additionalProperties"] is False
    assert not {"anyOf", "oneOf", "allOf"} & spec.parameters.keys()  # models do not take them at the top
    if spec.output is not None:
        Draft202012Validator.check_schema(dict(spec.output))
        assert spec.output["type"] == "object"


@each
def test_everything_that_it_takes_has_bounds_and_a_description(tool: Tool) -> None:
    for name, schema in tool.spec.parameters["properties"].items():
        assert schema.get("description") or "properties" in schema, f"{name} has no description"
        if (tool.spec.name, name) in _FREE:
            assert schema["maxProperties"] <= 100
            continue
        if tool.spec.name == "call_flow_generate":
            continue  # what people write of their telephones, short or in full: call-flow itself bounds it
        for path, inner in schemas(schema, name):
            kinds = [inner["type"]] if isinstance(inner.get("type"), str) else inner.get("type", [])
            for kind in kinds:
                wanted = _BOUNDS.get(kind)
                assert wanted is None or any(words <= inner.keys() for words in wanted), f"{path} has no bounds"


@each
def test_it_cannot_be_told_to_act_for_somebody_else(tool: Tool) -> None:
    for path, schema in schemas(tool.spec.parameters):
        assert not _FIXED & schema.get("properties", {}).keys(), path


@each
def test_its_rights_are_known_and_fit_what_it_does(tool: Tool) -> None:
    spec = tool.spec
    assert spec.scope in SCOPES
    if spec.tool_class in ("write", "destructive"):
        assert spec.scope.endswith(":write")
    if spec.tool_class == "external":
        assert spec.scope == "agents:write"
        assert spec.taints
    if spec.tool_class == "read":
        assert spec.idempotent


def test_what_outsiders_wrote_taints_a_run() -> None:
    clean = {name for name, tool in _TOOLS.items() if not tool.spec.taints}
    assert not clean & {
        "rag_search", "rag_query", "get_document_text", "list_documents", "get_ingest_job", "http_fetch",
        "n8n_webhook", "network_scan",
    }  # fmt: skip


def test_what_cannot_be_taken_back_is_said_to_be_so() -> None:
    assert _TOOLS["delete_document"].spec.tool_class == "destructive"
    assert not _TOOLS["n8n_webhook"].spec.idempotent
