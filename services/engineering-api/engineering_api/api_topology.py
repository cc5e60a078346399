"""Pictures of networks over HTTP: what hangs together with what, as data and as a drawing."""

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Literal, Self
from uuid import UUID

from flask import Response, request
from pydantic import Field, model_validator

from engineering_api.api import api
from engineering_api.chosen import Chosen, Subject, choose, given
from engineering_api.intake import Handed
from engineering_api.models import MOST_FILES, ConfigText, PlatformName, Scope
from engineering_api.parts import Parts
from engineering_api.redact import redact
from engineering_api.tools.show import MOST_CHARACTERS, Shown, parse_show
from engineering_api.topology.drawing import diagram
from engineering_api.topology.members import Member, Names, Sighting
from engineering_api.topology.model import End, Evidence, Layer, LinkKind, NodeKind, Role, Topology
from engineering_api.topology.neighbours import layer2
from engineering_api.topology.outputs import neighbours
from engineering_api.topology.sightings import sightings
from engineering_api.topology.subnets import layer3
from oberaconnect import draw
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Model, Text, View
from oberaconnect.files import shown
from oberaconnect.problems import Unprocessable

_MEDIA = {"json": "application/json", **draw.MEDIA_TYPES}
#: By `Accept` some formats have further names.
_ACCEPTED = {media: form for form, media in _MEDIA.items()} | {"text/vnd.mermaid": "mermaid"}
_MOST_OUTPUTS = 400
#: Afterwards no further output is read.
_MOST_SECONDS = 60.0


class ShowOutput(Model):
    """What a command showed on one of the devices: its neighbours by CDP or LLDP."""

    config_id: UUID | None = None
    device: Annotated[Text, Field(max_length=120, description="Its host name")] | None = None
    command: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None, description="By itself from the prompt", examples=["show cdp neighbors"]
    )
    platform: PlatformName | None = Field(default=None, description="That of the device where absent")
    text: Annotated[Text, Field(min_length=1, max_length=MOST_CHARACTERS)]

    @model_validator(mode="after")
    def _names_a_device(self) -> Self:
        if (self.config_id is None) == (self.device is None):
            raise ValueError("name the device that showed it, by config_id or by device")
        return self


class TopologyRequest(Scope):
    """Of which devices a picture is wanted: of those that are kept, or of configurations that are sent along."""

    files: Annotated[list[ConfigText], Field(min_length=1, max_length=MOST_FILES)] | None = Field(
        default=None, description="Configurations of which nothing is kept, instead of those that are"
    )
    layer: Layer = "l3"
    show_outputs: Annotated[list[ShowOutput], Field(max_length=_MOST_OUTPUTS)] = Field(
        default=[], description="Neighbours that the devices see. Layer 2 is drawn from them"
    )
    format: Literal["json", "svg", "png", "drawio", "mermaid", "dot"] | None = Field(
        default=None, description="By the header Accept where absent, and else JSON"
    )
    title: Annotated[Text, Field(max_length=120)] | None = Field(default=None, description="Of the picture")
    direction: draw.Direction | None = Field(default=None, description="Where the picture grows to")
    scale: float | None = Field(
        default=None, ge=0.1, le=4, description="Of PNG: pixels a unit; if absent, 2, or less where it is large"
    )

    @model_validator(mode="after")
    def _is_kept_or_sent(self) -> Self:
        if self.files is not None and (self.config_ids is not None or self.site is not None):
            raise ValueError("give either files or configurations that are kept")
        return self


class EvidenceView(View):
    """Lines that say something: of a configuration, or, with a `command`, of what that showed."""

    config_id: UUID | None
    device: str
    line_start: int
    line_end: int
    text: str
    command: str


class NodeView(View):
    """A device, a subnet, or something that is only mentioned: a host, a next hop, the Internet."""

    id: str = Field(description="The name of a device, where no other one has it")
    name: str
    kind: NodeKind
    role: Role
    site: str
    config_id: UUID | None
    details: list[str]
    prefixes: list[str]


class LinkView(View):
    """A link between two nodes by their ids, with the ports and addresses at its ends."""

    a: str
    b: str
    kind: LinkKind
    a_end: End
    b_end: End
    label: str
    evidence: list[EvidenceView]
    confidence: float = Field(description="0 to 1")


class ProblemView(View):
    """Something that two devices say and that cannot be right."""

    kind: str
    text: str
    evidence: list[EvidenceView]


class TopologyView(View):
    """A picture of one layer, as data."""

    layer: Layer
    nodes: list[NodeView]
    links: list[LinkView]
    problems: list[ProblemView]


@api.post("/topology", scope="engineering:read", returns=TopologyView, media_types=list(_ACCEPTED), tag="Topology")
def topology(parts: Parts, principal: Principal, body: TopologyRequest) -> Response | TopologyView:
    """Tell how devices hang together, each link with the lines that say so and with how sure it is.

    Layer 3 is drawn from shared subnets, next hops and tunnels; layer 2 from neighbours (CDP, LLDP), descriptions,
    port-channels and equal VLANs. As JSON, or by `Accept` or `format` as SVG, PNG, draw.io, Mermaid or DOT.
    """
    chosen = _chosen(parts, principal, body)
    members = _members(chosen.subjects)
    picture = layer3(list(members.values())) if body.layer == "l3" else _layer2(parts, chosen, members, body)
    form = body.format or _ACCEPTED.get(request.accept_mimetypes.best_match(list(_ACCEPTED)) or "", "json")
    if form == "json":
        return _view(picture, dict(zip(members, chosen.subjects, strict=True)))
    drawn = diagram(picture, body.title or body.site or chosen.caller.tenant, direction=body.direction)
    content = draw.write(drawn, form, body.scale)
    return shown(content, draw.MEDIA_TYPES[form], f"topology-{body.layer}.{draw.SUFFIXES.get(form, form)}")


def _chosen(parts: Parts, principal: Principal, body: TopologyRequest) -> Chosen:
    if body.files is None:
        return choose(parts, principal, body)
    caller = principal.for_client(body.client)
    handed = (Handed(one.name, one.text.encode(errors="replace"), one.platform) for one in body.files)
    return Chosen(caller, tuple(given(parts, caller, one) for one in handed))


def _members(subjects: Sequence[Subject]) -> dict[str, Member]:
    """The devices by the ids that they have in the picture: their names, as long as these are of one device only."""
    made: dict[str, Member] = {}
    named = Counter(subject.name for subject in subjects)
    for subject in subjects:
        key = name = _bare(subject.name)
        if named[subject.name] > 1 and subject.site:
            key = name = f"{name} at {subject.site}"
        number = 2
        while key in made:
            key, number = f"{name} ({number})", number + 1
        made[key] = Member(id=key, device=subject.device, name=subject.name, site=subject.site, texts=subject.texts)
    return made


def _bare(name: str) -> str:
    """A name that is no id of a node of another kind: these have a colon in them, or are `outside`."""
    return f"device {name}" if ":" in name or name == "outside" else name


def _layer2(parts: Parts, chosen: Chosen, members: dict[str, Member], body: TopologyRequest) -> Topology:
    found: list[Sighting] = []
    names = Names(list(members.values()))
    by_config = {subject.config_id: key for key, subject in zip(members, chosen.subjects, strict=True)}
    fingerprint = parts.fingerprint(chosen.caller.tenant)
    until = time.monotonic() + _MOST_SECONDS
    for number, output in enumerate(body.show_outputs):
        member = names.find(output.device) if output.device else members.get(by_config.get(output.config_id, ""))
        if member is None:
            whose = output.device or output.config_id
            raise Unprocessable(f"show_outputs/{number}: '{whose}' is none of the devices of this picture.")
        if time.monotonic() > until:
            raise Unprocessable(f"show_outputs/{number}: reading these takes too long. Send fewer of them at once.")
        texts = redact(output.text.splitlines(), fingerprint).texts
        try:
            read = _read("\n".join(texts), output, member.device.platform)
            found += sightings(member.id, read.command, read.rows, texts)
        except Unprocessable as problem:
            if seen := neighbours(member.id, texts):
                found += seen
                continue
            raise Unprocessable(f"show_outputs/{number}: {problem.detail}") from None
    return layer2(list(members.values()), found)


def _read(text: str, output: ShowOutput, platform: str) -> Shown:
    """What a command showed, by the templates of the device's platform where these know it."""
    if output.platform is None:
        with suppress(Unprocessable):
            shown = parse_show(text, command=output.command, platform=platform)
            if shown.rows:
                return shown
    return parse_show(text, command=output.command, platform=output.platform)


def _view(picture: Topology, subjects: dict[str, Subject]) -> TopologyView:
    def config_id(key: str) -> UUID | None:
        subject = subjects.get(key)
        return None if subject is None else subject.config_id

    def evidence(found: Sequence[Evidence]) -> list[EvidenceView]:
        return [
            EvidenceView(
                config_id=config_id(one.config_id),
                device=subjects[one.config_id].name,
                line_start=one.source.first,
                line_end=one.source.last,
                text=one.text,
                command=one.command,
            )
            for one in found
        ]

    return TopologyView(
        layer=picture.layer,
        nodes=[NodeView(**node.model_dump() | {"config_id": config_id(node.config_id)}) for node in picture.nodes],
        links=[LinkView(**link.model_dump() | {"evidence": evidence(link.evidence)}) for link in picture.links],
        problems=[
            ProblemView(kind=one.kind, text=one.text, evidence=evidence(one.evidence)) for one in picture.problems
        ],
    )
