"""What rules, findings and waivers are."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["critical", "high", "medium", "low", "info"]
Ruleset = Literal["all", "hardening", "firewall", "switching", "vpn", "hygiene"]
Role = Literal["router", "switch", "firewall", "wireless"]

#: The worst first.
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
RULESETS: tuple[Ruleset, ...] = get_args(Ruleset)


class Rule(BaseModel):
    """Something that should not be so.

    Attributes:
        code: stable, by which it is named, waived and left out.
        why: what may happen.
        fix: by platform the commands (or the places of a web interface) that set it right; "*" is every other platform.
            Words in braces are filled in from the finding.
        refs: where it is recommended, by topic.
        platforms: for which it holds; none are all.
        roles: for which kinds of devices it holds; none are all.
        together: what is said where it is found at several places of a device, which are one finding then; in it
            `{count}` and `{places}` are filled in. Empty where each place is a finding.
        check: the name of its predicate, and `given` what that is told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z0-9]+\.[a-z0-9]+(-[a-z0-9]+)*$")]
    title: str
    severity: Severity
    category: str
    rulesets: tuple[Ruleset, ...]
    why: str
    fix: Mapping[str, tuple[str, ...]]
    refs: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    together: str = ""
    check: str
    given: Mapping[str, tuple[str, ...]] = {}


class Evidence(BaseModel):
    """Lines of a configuration that show something, without their secrets."""

    config_id: UUID | None
    device: str
    line_start: int
    line_end: int
    text: str


class Waived(BaseModel):
    """That somebody decided to live with a finding."""

    reason: str
    expires_on: date | None
    by: str


class Finding(BaseModel):
    """Something that a rule found."""

    id: str = Field(description="The same for the same lines of the same device, whenever it is found")
    rule: str
    severity: Severity
    category: str
    title: str
    device: str
    device_id: UUID | None
    config_id: UUID | None
    site: str
    detail: str = Field(description="What exactly was found, in a sentence")
    is_default: bool = Field(
        description="The configuration does not say it: it is the platform's documented default, or something that is"
        " missing. The evidence is then the line that names the device"
    )
    evidence: list[Evidence]
    why: str
    fix: list[str]
    refs: list[str]
    waived: Waived | None = None


class Waiver(BaseModel):
    """A decision to live with findings of a rule: on one device or all, and with certain words in their lines."""

    id: UUID | None = None
    rule: str
    device_id: UUID | None = None
    device: str = ""
    evidence: str = ""
    reason: str
    expires_on: date | None = None
    by: str = ""

    def is_expired(self, today: date) -> bool:
        """Whether it counts no more; on its last day it still does."""
        return self.expires_on is not None and self.expires_on < today

    def covers(self, finding: Finding) -> bool:
        """Whether it is about a finding."""
        return (
            self.rule == finding.rule
            and (self.device_id is None or self.device_id == finding.device_id)
            and (not self.device or self.device.casefold() == finding.device.casefold())
            and (not self.evidence or any(self.evidence in one.text for one in finding.evidence))
        )
