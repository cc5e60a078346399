"""What holds of the findings of every flow."""

from hypothesis import HealthCheck, given, settings
from tests.flows import TODAY, flows, valid_flows

from call_flow.flow.model import Flow
from call_flow.flow.nodes import NODE_KINDS
from call_flow.validate import RULES, check
from call_flow.validate.pointers import resolves

CODES = {rule.code: rule.severity for rule in RULES}
LARGE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@LARGE
@given(flows())
def test_whatever_has_a_shape_gets_findings_that_point_at_it_also_when_it_was_written_and_read(flow: Flow) -> None:
    plain, found = flow.plain(), check(flow, today=TODAY)
    for finding in found:
        assert CODES[finding.code] == finding.severity
        assert resolves(plain, finding.pointer), finding
        assert finding.message.isprintable()
        assert finding.fix
    assert check(Flow.model_validate_json(flow.model_dump_json(by_alias=True)), today=TODAY) == found


def test_telephone_systems_of_all_kinds_of_nodes_have_no_error() -> None:
    seen: set[str] = set()

    @settings(LARGE, derandomize=True, database=None)
    @given(valid_flows())
    def look(flow: Flow) -> None:
        assert [finding for finding in check(flow, today=TODAY) if finding.severity == "error"] == []
        assert 3 <= len(flow.nodes) <= 15
        seen.update(node.kind for node in flow.nodes)

    look()
    assert seen == set(NODE_KINDS)
