"""What the protocol's conformance suites expect of a server, served through the platform's own bridge and guard.

The names, and the texts where one is looked for, are the suites'. gunicorn runs `from_environment`.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import mcp_types as types
from flask import Flask
from mcp.server.lowlevel import Server
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPError

from agents import api_mcp
from agents.mcp_face.caller import Context, identity
from agents.mcp_face.server import state_key
from oberaconnect import settings as configuration
from oberaconnect import web
from oberaconnect.db import Database
from oberaconnect.endpoint import Api

_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
_WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="
_NOTHING: dict[str, Any] = {"type": "object", "properties": {}}
#: What the suites look for in a description of arguments: keywords of JSON Schema 2020-12 that must not get lost.
_WITH_KEYWORDS: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": {"type": "object", "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
    "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"}},
    "additionalProperties": False,
}

Arguments = types.CallToolRequestParams | types.GetPromptRequestParams
Answer = types.CallToolResult | types.InputRequiredResult
Call = Callable[[Context, types.CallToolRequestParams], Awaitable[Answer]]


def from_environment() -> Flask:
    """The application, in open mode."""
    settings = configuration.load()
    app = web.create_app(
        web.Service("agents", "agents"),
        api=Api("agents", title="Conformance"),
        parts=None,
        settings=settings,
        database=Database(settings, "agents"),
        checks={},
    )
    security = RequestStateSecurity(keys=[state_key(settings)], bind_principal=identity)
    api_mcp.mount(app, lambda: _server(security))
    return app


def _server(security: RequestStateSecurity) -> Server[Any]:
    server: Server[Any] = Server(
        "suite",
        version="1",
        on_list_tools=_list_tools,
        on_call_tool=_call_tool,
        on_list_resources=_list_resources,
        on_list_resource_templates=_list_templates,
        on_read_resource=_read_resource,
        on_list_prompts=_list_prompts,
        on_get_prompt=_get_prompt,
        on_completion=_complete,
    )
    server.middleware.append(RequestStateBoundary(security, default_audience="suite"))
    for method, params in (
        ("logging/setLevel", types.SetLevelRequestParams),
        ("resources/subscribe", types.SubscribeRequestParams),
        ("resources/unsubscribe", types.UnsubscribeRequestParams),
    ):
        server.add_request_handler(method, params, _nothing)
    return server


async def _nothing(_ctx: Context, _params: Any) -> types.EmptyResult:
    return types.EmptyResult()


def _said(*content: Any) -> types.CallToolResult:
    blocks = [types.TextContent(text=one) if isinstance(one, str) else one for one in content]
    return types.CallToolResult(content=blocks)


def _image() -> types.ImageContent:
    return types.ImageContent(data=_PNG, mime_type="image/png")


def _embedded(uri: str, text: str, mime_type: str = "text/plain") -> types.EmbeddedResource:
    return types.EmbeddedResource(resource=types.TextResourceContents(uri=uri, mime_type=mime_type, text=text))


def _always(*content: Any) -> Call:
    async def call(_ctx: Context, _params: types.CallToolRequestParams) -> Answer:
        return _said(*content)

    return call


async def _fails(_ctx: Context, _params: types.CallToolRequestParams) -> Answer:
    failed = _said("This tool intentionally returns an error for testing")
    return failed.model_copy(update={"is_error": True})


async def _reports(ctx: Context, _params: types.CallToolRequestParams) -> Answer:
    for done in (0, 50, 100):
        await ctx.session.report_progress(done, 100, f"{done} of 100")
        await asyncio.sleep(0.05)
    return _said("done")


async def _logs(ctx: Context, _params: types.CallToolRequestParams) -> Answer:
    for line in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.session.send_log_message("info", line, related_request_id=ctx.request_id)
        await asyncio.sleep(0.05)
    return _said("logged")


async def _needs_sampling(_ctx: Context, _params: types.CallToolRequestParams) -> Answer:
    required: dict[str, Any] = {"requiredCapabilities": {"sampling": {}}}
    raise MCPError(types.MISSING_REQUIRED_CLIENT_CAPABILITY, "This tool needs sampling.", required)


def _form(message: str, **properties: str) -> types.ElicitRequest:
    schema = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in properties.items()},
        "required": list(properties),
    }
    return types.ElicitRequest(params=types.ElicitRequestFormParams(message=message, requested_schema=schema))


def _sample(text: str) -> types.CreateMessageRequest:
    message = types.SamplingMessage(role="user", content=types.TextContent(text=text))
    return types.CreateMessageRequest(params=types.CreateMessageRequestParams(messages=[message], max_tokens=100))


_NAME = {"user_name": _form("What is your name?", name="string")}
_CAPITAL = {"capital_question": _sample("What is the capital of France?")}
_ROOTS = {"client_roots": types.ListRootsRequest()}
_CONFIRM = {"confirm": _form("Please confirm", ok="boolean")}
_STEPS = (
    {"step1": _form("Step 1: What is your name?", name="string")},
    {"step2": _form("Step 2: What is your favorite color?", color="string")},
)
_CONTEXT = {"user_context": _form("What context should the prompt use?", context="string")}


def _required(requests: dict[str, Any], state: str | None = None) -> types.InputRequiredResult:
    return types.InputRequiredResult(input_requests=dict(requests), request_state=state)


def _is_answered(params: Arguments, requests: dict[str, Any]) -> bool:
    return set(requests) <= set(params.input_responses or {})


def _asks(requests: dict[str, Any], state: str | None = None) -> Call:
    async def call(_ctx: Context, params: types.CallToolRequestParams) -> Answer:
        if not _is_answered(params, requests) or params.request_state != state:
            return _required(requests, state)
        given = {name: found.model_dump(mode="json") for name, found in (params.input_responses or {}).items()}
        return _said(f"state-ok {json.dumps(given)}")

    return call


async def _asks_twice(_ctx: Context, params: types.CallToolRequestParams) -> Answer:
    step = int(params.request_state or 0)
    if step and _is_answered(params, _STEPS[step - 1]):
        if step == len(_STEPS):
            return _said("done")
        return _required(_STEPS[step], str(step + 1))
    return _required(_STEPS[0], "1")


async def _asks_what_is_possible(ctx: Context, params: types.CallToolRequestParams) -> Answer:
    able = ctx.session.client_capabilities or types.ClientCapabilities()
    requests = (_NAME if able.elicitation else {}) | (_CAPITAL if able.sampling else {})
    return _said("done") if _is_answered(params, requests) else _required(requests)


_TOOLS: dict[str, Call] = {
    "test_simple_text": _always("This is a simple text response for testing."),
    "test_image_content": _always(_image()),
    "test_audio_content": _always(types.AudioContent(data=_WAV, mime_type="audio/wav")),
    "test_embedded_resource": _always(_embedded("test://embedded-resource", "This is an embedded resource content.")),
    "test_multiple_content_types": _always(
        "Multiple content types test:",
        _image(),
        _embedded("test://mixed-content-resource", '{"test": "data", "value": 123}', "application/json"),
    ),
    "test_error_handling": _fails,
    "test_tool_with_progress": _reports,
    "test_tool_with_logging": _logs,
    "test_logging_tool": _logs,
    "test_missing_capability": _needs_sampling,
    "test_streaming_elicitation": _asks(_NAME),
    "json_schema_2020_12_tool": _always("done"),
    "test_input_required_result_elicitation": _asks(_NAME),
    "test_input_required_result_sampling": _asks(_CAPITAL),
    "test_input_required_result_list_roots": _asks(_ROOTS),
    "test_input_required_result_request_state": _asks(_CONFIRM, "confirming"),
    "test_input_required_result_tampered_state": _asks(_CONFIRM, "confirming"),
    "test_input_required_result_multiple_inputs": _asks(_NAME | _CAPITAL | _ROOTS, "all of them"),
    "test_input_required_result_multi_round": _asks_twice,
    "test_input_required_result_capabilities": _asks_what_is_possible,
}


async def _list_tools(_ctx: Context, _params: Any) -> types.ListToolsResult:
    return types.ListToolsResult(
        tools=[
            types.Tool(
                name=name,
                description=f"The tool {name}",
                input_schema=_WITH_KEYWORDS if name.startswith("json_schema") else _NOTHING,
            )
            for name in _TOOLS
        ]
    )


async def _call_tool(ctx: Context, params: types.CallToolRequestParams) -> Answer:
    if params.name not in _TOOLS:
        raise MCPError(types.INVALID_PARAMS, f"There is no tool '{params.name}'.")
    return await _TOOLS[params.name](ctx, params)


async def _list_resources(_ctx: Context, _params: Any) -> types.ListResourcesResult:
    return types.ListResourcesResult(
        resources=[
            types.Resource(uri="test://static-text", name="text", mime_type="text/plain", description="A text"),
            types.Resource(uri="test://static-binary", name="picture", mime_type="image/png", description="A picture"),
        ]
    )


async def _list_templates(_ctx: Context, _params: Any) -> types.ListResourceTemplatesResult:
    template = types.ResourceTemplate(
        uri_template="test://template/{id}/data", name="data", description="Data", mime_type="application/json"
    )
    return types.ListResourceTemplatesResult(resource_templates=[template])


async def _read_resource(_ctx: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
    uri = params.uri
    found: types.TextResourceContents | types.BlobResourceContents
    if uri == "test://static-text":
        text = "This is the content of the static text resource."
        found = types.TextResourceContents(uri=uri, mime_type="text/plain", text=text)
    elif uri == "test://static-binary":
        found = types.BlobResourceContents(uri=uri, mime_type="image/png", blob=_PNG)
    elif uri.startswith("test://template/"):
        identifier = uri.split("/")[3]
        text = json.dumps({"id": identifier, "templateTest": True, "data": f"Data for ID: {identifier}"})
        found = types.TextResourceContents(uri=uri, mime_type="application/json", text=text)
    else:
        raise MCPError(types.INVALID_PARAMS, "Resource not found", {"uri": uri})
    return types.ReadResourceResult(contents=[found])


_PROMPTS = {
    "test_simple_prompt": (),
    "test_prompt_with_arguments": ("arg1", "arg2"),
    "test_prompt_with_embedded_resource": ("resourceUri",),
    "test_prompt_with_image": (),
    "test_input_required_result_prompt": (),
}


async def _list_prompts(_ctx: Context, _params: Any) -> types.ListPromptsResult:
    prompts = []
    for name, given in _PROMPTS.items():
        arguments = [types.PromptArgument(name=one, description=one, required=True) for one in given]
        prompts.append(types.Prompt(name=name, description=f"The prompt {name}", arguments=arguments))
    return types.ListPromptsResult(prompts=prompts)


async def _get_prompt(
    _ctx: Context, params: types.GetPromptRequestParams
) -> types.GetPromptResult | types.InputRequiredResult:
    given = params.arguments or {}
    content: list[Any] = [types.TextContent(text="This is a simple prompt for testing.")]
    if params.name == "test_prompt_with_arguments":
        content = [types.TextContent(text=f"Prompt with arguments: arg1='{given['arg1']}', arg2='{given['arg2']}'")]
    elif params.name == "test_prompt_with_embedded_resource":
        content = [
            _embedded(given["resourceUri"], "Embedded resource content for testing."),
            types.TextContent(text="Please process the embedded resource above."),
        ]
    elif params.name == "test_prompt_with_image":
        content = [_image(), types.TextContent(text="Please analyze the image above.")]
    elif params.name == "test_input_required_result_prompt" and not _is_answered(params, _CONTEXT):
        return _required(_CONTEXT)
    return types.GetPromptResult(messages=[types.PromptMessage(role="user", content=one) for one in content])


async def _complete(_ctx: Context, _params: Any) -> types.CompleteResult:
    return types.CompleteResult(completion=types.Completion(values=[], total=0, has_more=False))
