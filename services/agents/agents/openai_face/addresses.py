"""Addresses that a person can open. Pure."""

import re
from uuid import UUID

from agents.views import approval_url, public_url
from oberaconnect.settings import Settings

_APPROVAL = re.compile(r"/approve#([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


def document(settings: Settings, document_id: str) -> str:
    """That of a document which has none of its own."""
    return f"{public_url(settings)}/api/data/documents/{document_id}"


def approval(settings: Settings, approval_id: UUID) -> str:
    """That of a question to a person."""
    return approval_url(approval_id, public_url(settings))


def run(settings: Settings, run_id: UUID) -> str:
    """That of a run."""
    return f"{public_url(settings)}/api/agents/runs/{run_id}"


def approvals_in(text: str) -> list[UUID]:
    """The questions whose addresses stand in a text, in their order."""
    return [UUID(found) for found in dict.fromkeys(_APPROVAL.findall(text))]
