"""Over HTTP: whether a text is a configuration, and what of it may be kept by others."""

from typing import Annotated

from pydantic import Field

from engineering_api import intake, recognising, views
from engineering_api.api import api
from engineering_api.intake import Handed
from engineering_api.models import MOST_CHARACTERS, Client, Redactions
from engineering_api.parts import Parts
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Model, View


class RecogniseRequest(Model):
    """A text that may be a configuration."""

    text: Annotated[str, Field(max_length=MOST_CHARACTERS)]
    client: Client | None = None


class SectionView(View):
    """Lines that belong together, counted from 1."""

    path: list[str] = Field(description="The lines above them in the tree, outermost first")
    line_start: int
    line_end: int


class Recognition(View):
    """What a text is. It was not kept."""

    is_config: bool = Field(
        description="Whether it is a configuration: confidence and the share of its lines that were understood are both"
        f" at least {recognising.LEAST_UNDERSTOOD:g}"
    )
    platform: str
    confidence: float
    hostname: str
    form: str = Field(description="How the lines came to be where they are not those of the file: sonicwall, json, xml")
    redactions: Redactions
    text: str = Field(description="Its lines without secrets, also where it is no configuration")
    sections: list[SectionView] = Field(description="All lines, in sections without gaps; none of no configuration")


@api.post("/recognise", scope="engineering:read", tag="Configurations")
def recognise(parts: Parts, principal: Principal, body: RecogniseRequest) -> Recognition:
    """Tell whether a text is a configuration, and give it back without its secrets. Nothing is kept."""
    caller = principal.for_client(body.client)
    parsed = intake.understand(parts, caller, Handed("", body.text.encode(errors="replace"), None))
    is_config = recognising.is_configuration(parsed)
    return Recognition(
        is_config=is_config,
        platform=parsed.platform.name,
        confidence=round(parsed.confidence, 2),
        hostname=parsed.device.identity.hostname,
        form=parsed.form,
        redactions=views.redactions(views.kinds(parsed)),
        text="\n".join(parsed.texts),
        sections=[
            SectionView(path=list(section.path), line_start=section.first, line_end=section.last)
            for section in (recognising.sections(parsed) if is_config else ())
        ],
    )
