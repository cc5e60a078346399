"""A finding."""

from typing import Literal

from call_flow.flow.values import Part

Severity = Literal["error", "warning", "info"]


class Finding(Part):
    """What a rule found: its stable code, where (a JSON pointer), a sentence, and what to do."""

    code: str
    severity: Severity
    message: str
    pointer: str
    fix: str
