"""Microsoft 365 as a process of its own, and what happens in its library: `python -m tests.standins.graph WORD …`

serve              the server; it ends with its process
about              what a source needs, as JSON
put PATH TEXT      write a file, a new one where there is none
rename PATH NAME   another name for a file
delete PATH        a file or folder into the recycle bin
"""

import json
import sys
from collections.abc import Sequence
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.fakes.graph import Graph, Item

PORT = 9500
_CONTROL_PORT = 9501


def main(words: Sequence[str]) -> int:
    """Serve, or have a word carried out by the process that serves. Exit status 1 when that refuses."""
    if words == ["serve"]:
        with Graph(host="", port=PORT) as graph:
            _Control(graph).serve_forever()
    connection = HTTPConnection("127.0.0.1", _CONTROL_PORT, timeout=20)
    connection.request("POST", "/", json.dumps(words))
    answer = connection.getresponse()
    sys.stdout.write(answer.read().decode() + "\n")
    return int(answer.status != 200)


class _Control(HTTPServer):
    """Carries out the words that come in."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(("127.0.0.1", _CONTROL_PORT), _Request)
        self.graph = graph

    def carry_out(self, word: str, *given: str) -> object:
        """What to say of it."""
        graph = self.graph
        match word, given:
            case "about", ():
                tenant, app = graph.tenant.id, graph.app
                secrets = {"tenant_id": tenant, "client_id": app.id, "client_secret": app.secret}
                return {"site": graph.site.url, "secrets": secrets}
            case "put", (path, text):
                known = self._find(path)
                graph.write(known, text) if known else graph.add_file(path, text)
            case "rename", (path, name):
                graph.rename(self._there(path), name)
            case "delete", (path,):
                graph.delete(self._there(path))
            case _:
                raise ValueError(f"no such word: {word} {given}")
        return "done"

    def _there(self, path: str) -> Item:
        found = self._find(path)
        if found is None:
            raise ValueError(f"there is no '{path}'")
        return found

    def _find(self, path: str) -> Item | None:
        found: Item | None = self.graph.drive.root
        for name in path.split("/"):
            found = found.children.get(name.casefold()) if found else None
        return found


class _Request(BaseHTTPRequestHandler):
    server: _Control

    def do_POST(self) -> None:
        words = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            status, said = 200, self.server.carry_out(*words)
        except (TypeError, ValueError) as error:
            status, said = 400, str(error)
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
