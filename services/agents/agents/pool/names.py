"""What a tool of an MCP server is called on the platform: `server__tool`, as vendors of models take names."""

import hashlib
import re

#: A server's name: no underscore, so that the first two in a tool's name end it.
SERVER = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\Z")
_MOST = 64
_TAKEN = re.compile(r"[A-Za-z0-9_-]+")
_OTHER = re.compile(r"[^A-Za-z0-9_-]+")
_MARK = 10
#: How a name ends that was changed. One that ends so by itself is changed too: nobody can choose another's.
_MARKED = re.compile(rf"_[0-9a-f]{{{_MARK}}}\Z")


def model_name(server: str, tool: str) -> str:
    """The name that models use: always the same for a tool, whatever else there is.

    A name that does not fit (too long, other characters) is cut and ends with a hash of the whole.
    """
    name = f"{server}__{tool}"
    if len(name) <= _MOST and _TAKEN.fullmatch(tool) and not _MARKED.search(tool):
        return name
    mark = hashlib.sha256(f"{server}\n{tool}".encode()).hexdigest()[:_MARK]
    return f"{_OTHER.sub('_', name)[: _MOST - _MARK - 1]}_{mark}"
