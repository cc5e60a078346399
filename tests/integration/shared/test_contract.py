"""Whatever is sent to the sample service, it answers as its OpenAPI document says."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.conftest import MakeSettings
from tests.fakes.sample import bearer, started

from oberaconnect.auth import Authenticator

#: One fails on purpose, one streams.
_LEFT_OUT = {"/api/sample/crash", "/api/sample/ticks"}


def test_every_answer_is_one_that_is_described(make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whether wrong credentials are refused is part of what is tried, again and again.
    monkeypatch.setattr(Authenticator, "MAX_FAILURES", 1_000_000)
    with started(make_settings(auth="required")) as service:
        key = bearer(service.key())
        described = schemathesis.openapi.from_wsgi("/api/sample/openapi.json", service.app, headers=key)
        tried: dict[str, int] = {}
        for result in described.get_all_operations():
            operation = result.ok()  # type: ignore[union-attr]
            if operation.path in _LEFT_OUT:
                continue

            @seed(7)
            @settings(
                max_examples=15,
                deadline=None,
                database=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy())
            def answers(case: Case[Any]) -> None:
                # A schema cannot say which cursors are ours, or that a text holds no NUL.
                case.call_and_validate(headers=key, excluded_checks=[positive_data_acceptance])
                tried[case.operation.path] = tried.get(case.operation.path, 0) + 1

            answers()
    assert set(tried) == {
        "/api/sample/hello", "/api/sample/notes", "/api/sample/notes/{note_id}", "/api/sample/files",
        "/api/sample/conflict", "/api/sample/jobs",
    }  # fmt: skip
