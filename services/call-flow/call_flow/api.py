"""Making, checking and trying call flows over HTTP."""

from call_flow import store, views
from call_flow.chosen import choose, of_row, today
from call_flow.diff import compare
from call_flow.flow.model import Flow
from call_flow.models import (
    Batch,
    BatchRequest,
    DiffRequest,
    DiffView,
    Generated,
    GenerateRequest,
    Reference,
    Rules,
    RuleView,
    Schema,
    Simulated,
    SimulateRequest,
    Validated,
)
from call_flow.parts import Parts
from call_flow.simulate import Simulator, plan, read_question
from call_flow.simulate.testplan import TestPlan
from call_flow.spec import assumptions, complete
from call_flow.spec.specification import Specification
from call_flow.validate import RULES
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Api

api = Api(
    "callflow",
    title="Call flow",
    description="Phone systems: call flows from a customer's wishes to a deployable configuration, proven by calls.",
)


@api.post("/generate", scope="callflow:write", tag="Flows")
def generate(parts: Parts, principal: Principal, body: GenerateRequest) -> Generated:
    """Make a complete flow of what the customer said, check it, and keep it as the latest version.

    A customer and extensions are enough: what was not said is completed by default, and each default is listed to be
    confirmed. The same request again gives the same version.
    """
    caller = principal.for_client(body.client)
    only = views.wanted(body.formats, body.targets)
    flow = complete(body, today=today()).flow
    with parts.database.transaction(caller.tenants) as connection:
        row = store.save(connection, caller, body.flow_id, flow, "generate")
    return views.generated(of_row(caller, row), only)


@api.post("/validate", scope="callflow:read", tag="Checks")
def validate(parts: Parts, principal: Principal, body: Reference) -> Validated:
    """Check a flow by all rules. Nothing is kept."""
    chosen = choose(parts.database, principal, body)
    findings = chosen.findings()
    is_valid = all(finding.severity != "error" for finding in findings)
    return Validated(valid=is_valid, findings=findings, assumptions=assumptions(chosen.flow))


@api.post("/simulate", scope="callflow:read", tag="Checks")
def simulate(parts: Parts, principal: Principal, body: SimulateRequest) -> Simulated:
    """Tell how a call goes: where it ends, the path it takes with reasons, and what the caller hears.

    As a scenario, or in words: `"question": "Saturday 19:00, presses 2"`.
    """
    flow = choose(parts.database, principal, body).flow
    scenario = body.scenario or read_question(flow, str(body.question), today())
    result = Simulator(flow).run(scenario)
    return Simulated(terminal=result.terminal, path=result.path, prompts=result.prompts, scenario=scenario)


@api.post("/simulate/batch", scope="callflow:read", tag="Checks")
def simulate_batch(parts: Parts, principal: Principal, body: BatchRequest) -> Batch:
    """Tell how each of many calls goes."""
    simulator = Simulator(choose(parts.database, principal, body).flow)
    return Batch(results=[simulator.run(scenario) for scenario in body.scenarios])


@api.post("/testplan", scope="callflow:read", tag="Checks")
def make_test_plan(parts: Parts, principal: Principal, body: Reference) -> TestPlan:
    """Plan the calls that take every branch, with what must come out of each."""
    return plan(choose(parts.database, principal, body).flow, today=today())


@api.post("/diff", scope="callflow:read", tag="Checks")
def diff(parts: Parts, principal: Principal, body: DiffRequest) -> DiffView:
    """Say in sentences what differs between two flows, and what of it callers notice."""
    before = choose(parts.database, principal, body.before)
    after = choose(parts.database, principal, body.after)
    found = compare(before.flow, after.flow, today=today())
    return DiffView(changes=found.changes, callers=found.callers)


@api.get("/schema", scope="callflow:read", tag="Reference")
def schema() -> Schema:
    """The JSON Schemas of a flow and of a specification."""
    return Schema(flow=Flow.model_json_schema(by_alias=True), specification=Specification.model_json_schema())


@api.get("/rules", scope="callflow:read", tag="Reference")
def rules() -> Rules:
    """The rules by which flows are checked."""
    return Rules(
        items=[
            RuleView(
                code=rule.code,
                severity=rule.severity,
                title=rule.title,
                why=rule.why,
                fix=rule.fix,
                reference=rule.reference,
            )
            for rule in RULES
        ]
    )
