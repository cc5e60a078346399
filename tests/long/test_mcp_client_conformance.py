"""The protocol's own suite against the connections of our pool: how they begin, and what they send and leave alone."""

import subprocess
import sys

import pytest
from tests import node
from tests.conftest import ROOT

_SECONDS = 90
#: All of the suite's scenarios for clients, but those that sign in by OAuth (our servers get secrets that an
#: administrator entered), those that belong to extensions, and those in which a server asks the client's user something
#: (our connections do not offer that, so a server may not ask).
SCENARIOS = (
    "initialize",
    "tools_call",
    "sse-retry",
    "request-metadata",
    "http-standard-headers",
    "http-custom-headers",
    "http-invalid-tool-headers",
    "json-schema-ref-no-deref",
    "json-schema-2020-12-preservation",
)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_connection_of_the_pool_passes(scenario: str) -> None:
    program = f"{sys.executable} -m tests.fakes.mcp_client"
    command = [*node.command(node.CONFORMANCE), "client", "--command", program, "--scenario", scenario]
    places = [str(ROOT), str(ROOT / "shared"), str(ROOT / "services/agents")]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(places)},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    assert "OVERALL: PASSED" in done.stdout + done.stderr, done.stdout + done.stderr
    assert done.returncode == 0
