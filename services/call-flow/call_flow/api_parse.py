"""Reading over HTTP what a customer wrote in plain language."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, JsonValue, WithJsonSchema

from call_flow.api import api
from call_flow.chosen import today
from call_flow.flow.model import Flow
from call_flow.flow.values import Country, Zone
from call_flow.models import Client
from call_flow.parse import Known, parse
from call_flow.parts import Parts
from call_flow.spec import assumptions, complete
from call_flow.spec.assumption import Assumption
from call_flow.spec.specification import LanguageTold, Specification
from call_flow.validate import check
from call_flow.validate.finding import Finding
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Model, Text, View
from oberaconnect.problems import TooLarge

MAX_CHARACTERS = 200_000


def _upper(told: object) -> object:
    return told.strip().upper() if isinstance(told, str) else told


#: Longer ones are refused with a sentence of their own.
Prose = Annotated[
    Text,
    Field(pattern=r"\S"),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS, "pattern": r"\S"}),
]


class ParseRequest(Model):
    """What the customer wrote, and what is known of them from elsewhere."""

    text: Prose = Field(
        examples=["We are Acme Corp. 101 Ann Archer, 102 Ben Baker. Open Monday to Friday from 8 to 5."]
    )
    client: Client | None = None
    country: Annotated[Country, BeforeValidator(_upper)] | None = None
    time_zone: Zone | None = None
    language: LanguageTold | None = None
    generate: bool = Field(default=False, description="Complete the specification too; nothing is kept")


class FieldView(View):
    """A value of the specification, and the piece of the text that proves it: `text[start:end]`."""

    pointer: str = Field(description="JSON pointer in the specification")
    value: JsonValue
    quote: str
    start: int
    end: int


class QuestionView(View):
    """What is open, and the place of the specification that it is about."""

    pointer: str | None
    question: str


class ReaderView(View):
    """The language model that took the text apart."""

    provider: str
    name: str


class ParsedView(View):
    """What the text says. The specification is one for `POST /generate`."""

    specification: dict[str, JsonValue]
    fields: list[FieldView] = Field(description="Each value that is of the text; others are of the request")
    questions: list[QuestionView]
    ignored: list[str] = Field(description="What of the text was not used")
    by: Literal["model", "rules"]
    model: ReaderView | None
    dropped: int = Field(description="How much the model said that does not stand in the text; it was left out")
    note: str | None = Field(description="Why a language model that there is was not used")
    flow: Flow | None
    findings: list[Finding] | None
    assumptions: list[Assumption] | None


@api.post("/parse", scope="callflow:read", tag="Flows")
def parse_text(parts: Parts, principal: Principal, body: ParseRequest) -> ParsedView:
    """Make a specification of plain language: an e-mail, notes of a meeting, a list.

    Each value comes with the words that prove it. What the text leaves open, or says in two ways, is asked and not
    chosen. A language model takes the text apart if there is one, else rules do; values are worked out by rule.
    Nothing is kept.
    """
    principal.for_client(body.client)
    if len(body.text) > MAX_CHARACTERS:
        raise TooLarge(
            f"A text may have {MAX_CHARACTERS:,} characters; this one has {len(body.text):,}. "
            "Send the part that is about the telephones."
        )
    known = Known(country=body.country, time_zone=body.time_zone, language=body.language)
    day = today()
    found = parse(body.text, known, today=day, model=parts.model, context_tokens=parts.settings.llm_context_tokens)
    made = found.assembled
    flow = complete(Specification.model_validate(made.specification), today=day).flow if body.generate else None
    reader = parts.model if found.by == "model" else None
    return ParsedView(
        specification=made.specification,
        fields=[
            FieldView(
                pointer=item.pointer,
                value=item.value,
                quote=item.proof.text,
                start=item.proof.start,
                end=item.proof.end,
            )
            for item in made.fields
        ],
        questions=[QuestionView(pointer=item.pointer, question=item.question) for item in found.questions],
        ignored=found.ignored,
        by=found.by,
        model=None if reader is None else ReaderView(provider=reader.provider, name=reader.name),
        dropped=found.dropped,
        note=found.note,
        flow=flow,
        findings=None if flow is None else check(flow, today=day),
        assumptions=None if flow is None else assumptions(flow),
    )
