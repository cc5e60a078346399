"""Typed HTTP handlers: one decorator states scope, shapes and status, and the OpenAPI document follows from it.

A handler is a plain function at module level. What it needs it names as parameters:

    parts       the service's own parts, as given to `create_app`
    principal   the caller
    body        a `Model`, read from the JSON body
    query       a `Model`, read from the query string
    form, files a `Model` and the uploads of a multipart body
    body | None, form | None, files     either of the two, as the request's media type says
    others      the variables of the path

It returns a model, or a `Reply` when it has a status or headers to choose, or a ready `Response` (streams, files).
"""

import inspect
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar

from flask import Response, current_app, g, request
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json
from werkzeug.datastructures import FileStorage

from oberaconnect.auth import Principal
from oberaconnect.problems import BadRequest, FieldError, Unprocessable, UnsupportedMediaType

#: A scope for handlers that anybody may call. A word to search for: there are few.
PUBLIC = "public"

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Location = tuple[int | str, ...]
Handler = TypeVar("Handler", bound=Callable[..., Any])
_ITEMS = re.compile(r"Value (should have at (?:most|least) [0-9]+) items? after validation, not [0-9]+")


def _storable(value: str) -> str:
    # PostgreSQL cannot store either, and no text has a use for them.
    if "\x00" in value:
        raise ValueError("must not contain the NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("must not contain half of a character (a lone surrogate)") from None
    return value


Text = Annotated[str, AfterValidator(_storable)]


class Model(BaseModel):
    """A request: fields that are not named here are refused, and so are numbers that JSON does not have."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class View(BaseModel):
    """A response."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Reply:
    """A model with a status and headers of its own."""

    model: BaseModel | None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """What one handler takes and gives."""

    method: Method
    path: str
    scope: str
    status: int
    also: tuple[int, ...]
    handler: Callable[..., Any]
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    form: type[BaseModel] | None
    returns: type[BaseModel] | None
    media_types: tuple[str, ...]
    uploads: bool
    tag: str

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (inspect.getdoc(self.handler) or self.handler.__name__).splitlines()[0]

    @property
    def description(self) -> str:
        """The rest of the handler's docstring."""
        return "\n".join((inspect.getdoc(self.handler) or "").splitlines()[1:]).strip()


class Api:
    """The handlers of one service, below `/api/<name>`."""

    def __init__(self, name: str, title: str, description: str = "") -> None:
        """`name` is the segment in the path, `title` what people read."""
        self.name = name
        self.title = title
        self.description = description
        self.operations: list[Operation] = []

    def get(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        """Register a GET handler; options as for `operation`."""
        return self.operation("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        """Register a POST handler; options as for `operation`."""
        return self.operation("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        """Register a PUT handler; options as for `operation`."""
        return self.operation("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        """Register a PATCH handler; options as for `operation`."""
        return self.operation("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        """Register a DELETE handler; options as for `operation`."""
        return self.operation("DELETE", path, **options)

    def operation(
        self,
        method: Method,
        path: str,
        *,
        scope: str,
        status: int = 200,
        also: Iterable[int] = (),
        returns: type[BaseModel] | None = None,
        media_types: Iterable[str] = ("application/json",),
        tag: str = "",
    ) -> Callable[[Handler], Handler]:
        """Register a handler.

        `also` are further statuses of its success, which a `Reply` chooses; `returns` names the model of a handler that
        gives a `Reply` or a `Response`; `media_types` what else it speaks.
        """

        def register(handler: Handler) -> Handler:
            hints = typing.get_type_hints(handler)
            answer = hints.get("return")
            self.operations.append(
                Operation(
                    method=method,
                    path=path,
                    scope=scope,
                    status=status,
                    also=tuple(also),
                    handler=handler,
                    body=_model(hints.get("body")),
                    query=hints.get("query"),
                    form=_model(hints.get("form")),
                    returns=returns or (answer if _is_model(answer) else None),
                    media_types=tuple(media_types),
                    uploads="files" in hints,
                    tag=tag or self.title,
                )
            )
            return handler

        return register


def _model(hint: Any) -> Any:
    """The model of a hint, which may be `Model | None`."""
    return next((one for one in typing.get_args(hint) if one is not type(None)), hint)


def _is_model(hint: Any) -> bool:
    return inspect.isclass(hint) and issubclass(hint, BaseModel)


def view(operation: Operation, parts: object) -> Callable[..., Response]:
    """The Flask view of an operation: guard, read, call, write."""
    wanted = set(inspect.signature(operation.handler).parameters)

    def run(**arguments: Any) -> Response:
        principal: Principal = g.principal
        if operation.scope != PUBLIC:
            principal.require(operation.scope)
        if "parts" in wanted:
            arguments["parts"] = parts
        if "principal" in wanted:
            arguments["principal"] = principal
        if operation.query:
            arguments["query"] = _read_query(operation.query)
        elif request.args:
            raise Unprocessable("This address takes no query parameters.")
        is_upload = operation.uploads and not (operation.body and request.mimetype == "application/json")
        if operation.body:
            arguments["body"] = None if is_upload else _read_body(operation.body)
        if operation.uploads and not is_upload:
            arguments |= {"files": [], "form": None}
        if is_upload:
            if operation.body and request.mimetype != "multipart/form-data":
                raise UnsupportedMediaType("Send JSON, or files as multipart/form-data in fields named 'file'.")
            arguments["files"] = _read_files()
            if operation.form:
                arguments["form"] = _validated(operation.form, request.form.to_dict())
            elif request.form:
                raise Unprocessable("This address takes no form fields besides the files.")
        return _written(operation.handler(**arguments), operation.status)

    return run


def _read_query(model: type[BaseModel]) -> BaseModel:
    values = {key: found if len(found) > 1 else found[0] for key, found in request.args.lists()}
    return _validated(model, values)


def _read_body(model: type[BaseModel]) -> BaseModel:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType()
    data = request.get_data()
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise _translated(error, lambda: from_json(data)) from None


def _read_files() -> list[FileStorage]:
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send the files as multipart/form-data, each in a field named 'file'.")
    if unknown := set(request.files) - {"file"}:
        raise Unprocessable(f"Unknown file field '{sorted(unknown)[0]}'. Each file goes into a field named 'file'.")
    files = request.files.getlist("file")
    if not files:
        raise Unprocessable("There is no file in the request. Put it into a field named 'file'.")
    return files


def _validated(model: type[BaseModel], values: Mapping[str, Any]) -> BaseModel:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _translated(error, lambda: dict(values)) from None


def _translated(error: ValidationError, read: Callable[[], Any]) -> BadRequest | Unprocessable:
    items = error.errors(include_url=False, include_context=False, include_input=False)
    if any(item["type"] == "json_invalid" for item in items):
        return BadRequest(f"The body is not valid JSON: {items[0]['msg'].removeprefix('Invalid JSON: ')}.")
    document = read()
    problems = [
        FieldError(pointer=_pointer(document, item["loc"], item["type"] == "missing"), detail=_sentence(item["msg"]))
        for item in items
    ]
    first = f"{problems[0]['pointer']}: {problems[0]['detail']}"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Unprocessable(f"{first}{more}", errors=problems[:100])


def _sentence(message: str) -> str:
    """What pydantic says of a value, without who says it; a `Text` has characters, which it takes for items."""
    return _ITEMS.sub(r"String \1 characters", message.removeprefix("Value error, "))


def _pointer(document: Any, location: Location, is_missing: bool) -> str:
    path = [*_path(document, location[:-1]), location[-1]] if is_missing else _path(document, location)
    return "#" + "".join(f"/{_escaped(part)}" for part in path)


def _path(document: Any, location: Location) -> list[int | str]:
    """The parts of a location that are places in the document. Of a choice pydantic names the one taken, too."""
    if not location:
        return []
    part, rest = location[0], location[1:]
    without = _path(document, rest)
    is_key = isinstance(document, dict) and part in document
    if not is_key and not (isinstance(document, list) and isinstance(part, int) and part < len(document)):
        return without
    # A choice may be called as a field beside it: the right way is the one that comes to the end.
    return max([part, *_path(document[part], rest)], without, key=lambda path: (path[-1:] == [location[-1]], len(path)))


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _written(answer: Any, status: int) -> Response:
    if isinstance(answer, Response):
        return answer
    headers: Mapping[str, str] = {}
    if isinstance(answer, Reply):
        status, headers, answer = answer.status or status, answer.headers, answer.model
    body = b"" if answer is None else answer.model_dump_json(by_alias=True).encode()
    media = "application/json" if body else None
    return current_app.response_class(body, status, headers=dict(headers), mimetype=media)
