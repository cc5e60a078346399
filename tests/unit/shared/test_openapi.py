"""The OpenAPI document of the sample service is valid and says who may do what."""

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.fakes import sample  # noqa: F401 - puts the sample service on the path

from oberaconnect.auth import SCOPES
from oberaconnect.openapi import document


@pytest.fixture
def described() -> dict[str, Any]:
    from sample_service.api import api

    found: dict[str, Any] = json.loads(json.dumps(document(api, "1.0")))
    return found


def test_the_document_is_valid(described: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(described).validate()


def test_every_operation_names_a_scope_or_is_public(described: dict[str, Any]) -> None:
    public = set()
    for path, item in described["paths"].items():
        for method, operation in item.items():
            if "security" in operation:
                assert operation["x-scope"] in SCOPES
            else:
                public.add(f"{method} {path}")
    assert public == {"get /api/sample/hello"}


def test_operation_ids_are_unique(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for item in described["paths"].values() for operation in item.values()]
    assert len(names) == len(set(names))


def test_every_operation_documents_its_problems(described: dict[str, Any]) -> None:
    for item in described["paths"].values():
        for operation in item.values():
            assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}


def test_the_variables_of_a_path_have_their_kinds(described: dict[str, Any]) -> None:
    parameters = described["paths"]["/api/sample/notes/{note_id}"]["get"]["parameters"]
    assert parameters == [
        {"name": "note_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    ]


def test_an_upload_is_a_closed_form(described: dict[str, Any]) -> None:
    body = described["paths"]["/api/sample/files"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(body["properties"]) == {"file", "label"}
    assert body["required"] == ["file"]
    assert body["additionalProperties"] is False


def test_an_operation_that_may_answer_in_two_ways_says_both(described: dict[str, Any]) -> None:
    responses = described["paths"]["/api/sample/jobs"]["post"]["responses"]
    assert responses["200"] == responses["202"]
