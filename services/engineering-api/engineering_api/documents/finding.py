"""What an audit found, as far as a document tells it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")


class Line(BaseModel):
    """Lines that make it a finding."""

    model_config = ConfigDict(extra="ignore")

    line_start: int = 0
    line_end: int = 0
    text: str = ""


class Finding(BaseModel):
    """A finding of a kept audit. What a document has no place for is left out."""

    model_config = ConfigDict(extra="ignore")

    rule: str
    severity: Severity
    title: str = ""
    #: What exactly was found.
    detail: str = ""
    why: str = ""
    #: Commands that put it right: one text, or a line each.
    fix: str | list[str] = ""
    evidence: list[Line] = Field(default_factory=list)
    waived: bool | str | dict[str, object] | None = None
