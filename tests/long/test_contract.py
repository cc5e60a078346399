"""Whatever is sent through the gateway, the answer is one that the OpenAPI documents describe, and never a 5xx."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from tests.embedded import Platform


@pytest.mark.parametrize(
    ("service", "operations", "examples"),  # so many requests for each operation
    [("data", 18, 12), ("rag", 24, 12), ("callflow", 26, 4), ("engineering", 39, 4), ("agents", 48, 4)],
)
def test_every_answer_is_one_that_is_described(
    platform: Platform, service: str, operations: int, examples: int
) -> None:
    described = schemathesis.openapi.from_url(f"{platform.url}/api/{service}/openapi.json")
    tried: set[str] = set()
    wrong: list[str] = []
    for result in described.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]

        @seed(7)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answers(case: Case[Any]) -> None:
            if "wait" in (case.query or {}):
                case.query["wait"] = 2  # as long as it takes, but not five minutes
            # A schema cannot say which ids there are, or that a text holds no NUL; and this platform asks for no key.
            case.call_and_validate(excluded_checks=[positive_data_acceptance, ignored_auth], timeout=30)

        try:
            answers()
        except FailureGroup as error:
            wrong.append("\n".join([operation.label, *(str(one) for one in error.exceptions)]))
        tried.add(operation.label)
    assert wrong == []
    assert len(tried) >= operations
