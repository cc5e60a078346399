"""The second door: another port, on which only the models are, at the address where OpenAI's clients look for them."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_FACE = "/v1"


class ModelsDoor:
    """Serves `/api/agents/v1/…` as `/v1/…` to requests that came in by `port`, and nothing else.

    Who may call, how errors look, what is counted and logged: all that is as on the first port.
    """

    def __init__(self, app: WSGIApplication, *, prefix: str, port: str) -> None:
        """`prefix` is the service's segment in the path."""
        self._app = app
        self._service = f"/api/{prefix}"
        self._port = port

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["SERVER_PORT"] == self._port:  # that of the socket, whatever the Host header says
            path = environ["PATH_INFO"]
            # Everything else goes where there is nothing, so that it gets the usual 404, or 401.
            environ["PATH_INFO"] = self._service + (path if path.startswith(f"{_FACE}/") else _FACE)
        return self._app(environ, start_response)
