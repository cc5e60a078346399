"""The face that clients of OpenAI's API know: which models there are, and a chat with one of them.

There is no model yet, so the list is empty and a chat is refused with a sentence.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agents.api import api
from oberaconnect.endpoint import Text, View
from oberaconnect.problems import NotFound


class Models(View):
    """The models, in OpenAI's words."""

    object: Literal["list"]
    data: list[dict[str, Any]]


class Chat(BaseModel):
    """A chat, in OpenAI's words. Every client sends fields of its own, so an unknown one is no mistake."""

    model_config = ConfigDict(extra="ignore")

    model: Annotated[Text, Field(min_length=1, max_length=200)]


@api.get("/v1/models", scope="agents:read", tag="Models")
def list_models() -> Models:
    """List the models, for clients of OpenAI's API."""
    return Models(object="list", data=[])


@api.post("/v1/chat/completions", scope="agents:write", tag="Models")
def chat(body: Chat) -> None:
    """Chat with a model, for clients of OpenAI's API.

    The refusal speaks OpenAI's dialect too, in the member `error`, so that such clients show the sentence.
    """
    sentence = f"There is no model '{body.model}'. GET /v1/models lists those there are."
    error = {"message": sentence, "type": "invalid_request_error", "param": "model", "code": "model_not_found"}
    raise NotFound(sentence, error=error)
