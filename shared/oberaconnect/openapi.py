"""The OpenAPI 3.1 document of a service. Its schemas are what pydantic emits: both are JSON Schema 2020-12."""

import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from oberaconnect import problems
from oberaconnect.endpoint import PUBLIC, Api, Operation

_VARIABLE = re.compile(r"<(?:(\w+):)?(\w+)>")

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def document(api: Api, version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of all operations, with full public paths."""
    models = [
        (model, mode)
        for operation in api.operations
        for model, mode in (
            (operation.body, "validation"),
            (operation.query, "validation"),
            (operation.form, "validation"),
            (operation.returns, "serialization"),
        )
        if model is not None
    ]
    refs, definitions = models_json_schema(
        list(dict.fromkeys(models)),  # type: ignore[arg-type]
        ref_template="#/components/schemas/{model}",
    )
    schemas = {**definitions.get("$defs", {}), "Problem": _PROBLEM}
    paths: dict[str, Any] = {}
    for operation in api.operations:
        path = _VARIABLE.sub(r"{\2}", f"/api/{api.name}{operation.path}")
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, refs, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": version, "description": api.description},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {
                "Problem": {
                    "description": "A problem document (RFC 9457)",
                    "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _operation(operation: Operation, refs: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.handler.__name__,
        "summary": operation.summary,
        "description": operation.description,
        "tags": [operation.tag],
        "parameters": _path_parameters(operation) + _query_parameters(operation.query, refs, schemas),
        "responses": {
            **{str(status): _success(operation, refs) for status in (operation.status, *operation.also)},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if operation.scope != PUBLIC:
        described["security"] = [{"bearer": []}, {"apiKey": []}]
        described["x-scope"] = operation.scope
    content: dict[str, Any] = {}
    if operation.body:
        content["application/json"] = {"schema": refs[(operation.body, "validation")]}
    if operation.uploads:
        content["multipart/form-data"] = _form(operation, refs, schemas)
    if content:
        described["requestBody"] = {"required": True, "content": content}
    return described


def _success(operation: Operation, refs: Any) -> dict[str, Any]:
    if operation.returns is None:
        content: dict[str, Any] = {media: {} for media in operation.media_types if media != "application/json"}
        return {"description": "Done"} | ({"content": content} if content else {})
    schema = refs[(operation.returns, "serialization")]
    content = {media: {"schema": schema} if media == "application/json" else {} for media in operation.media_types}
    return {"description": operation.returns.__doc__ or "Done", "content": content}


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    kinds = {"int": {"type": "integer"}, "uuid": {"type": "string", "format": "uuid"}}
    return [
        {"name": name, "in": "path", "required": True, "schema": kinds.get(kind, {"type": "string"})}
        for kind, name in _VARIABLE.findall(operation.path)
    ]


def _query_parameters(model: type[BaseModel] | None, refs: Any, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if model is None:
        return []
    schema = _schema(model, refs, schemas)
    return [
        {"name": key, "in": "query", "required": key in schema.get("required", []), "schema": value}
        for key, value in schema.get("properties", {}).items()
    ]


def _schema(model: type[BaseModel], refs: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = schemas[refs[(model, "validation")]["$ref"].rsplit("/", 1)[1]]
    return schema


def _form(operation: Operation, refs: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    fields = _schema(operation.form, refs, schemas).get("properties", {}) if operation.form else {}
    upload = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
    return {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {"file": upload, **fields},
            "additionalProperties": False,
        }
    }
