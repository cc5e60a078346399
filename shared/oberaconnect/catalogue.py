"""The thirteen services of the platform: what each is, where it is reached, and what brings it. Facts only."""

from dataclasses import dataclass
from typing import Literal

Layer = Literal["models", "persistence", "services", "orchestration", "interface"]


@dataclass(frozen=True)
class Entry:
    """One service. `path` is where the gateway serves it."""

    name: str
    layer: Layer
    summary: str
    docs: str
    path: str | None = None
    #: The Compose profile that brings it; None: it belongs to the core.
    profile: str | None = None
    #: Whether the rest works without it.
    optional: bool = False


CATALOGUE: tuple[Entry, ...] = (
    Entry(
        "ollama", "models", "Local language models",
        docs="https://docs.ollama.com/api", path="/api/ollama", profile="local-llm", optional=True,
    ),
    Entry(
        "postgres", "persistence", "Documents, jobs, chats, flows and runs",
        docs="https://www.postgresql.org/docs/16/",
    ),
    Entry(
        "qdrant", "persistence", "Vectors for search by meaning",
        docs="https://qdrant.tech/documentation/", path="/api/qdrant",
    ),
    Entry(
        "data-processing", "services", "Reads documents and keeps them in step with their sources",
        docs="/docs#data", path="/api/data",
    ),
    Entry(
        "rag-engine", "services", "Searches them and answers with checked citations",
        docs="/docs#rag", path="/api/rag",
    ),
    Entry(
        "engineering-api", "services", "Turns device configurations into documents and audits",
        docs="/docs#engineering", path="/api/engineering",
    ),
    Entry(
        "call-flow", "services", "Designs and proves telephone call flows",
        docs="/docs#callflow", path="/api/callflow",
    ),
    Entry(
        "agents", "services", "Runs agents with tools, budgets and approvals",
        docs="/docs#agents", path="/api/agents",
    ),
    Entry(
        "gateway", "orchestration", "The one address of everything",
        docs="/docs", path="/",
    ),
    Entry(
        "n8n", "orchestration", "Workflows around the platform",
        docs="https://docs.n8n.io/", optional=True,
    ),
    Entry(
        "open-webui", "interface", "Chat in the browser",
        docs="https://docs.openwebui.com/", profile="chat", optional=True,
    ),
    Entry(
        "nginx-ssl", "interface", "HTTPS with Let's Encrypt",
        docs="https://nginx.org/en/docs/", profile="ssl", optional=True,
    ),
    Entry(
        "kali-nmap", "interface", "Scans of your own networks",
        docs="https://nmap.org/book/man.html", profile="scan", optional=True,
    ),
)  # fmt: skip
