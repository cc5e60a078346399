"""What a process inside each container can and cannot do."""

import pytest
from tests.compose import CORE, Stack

from host.place import SEGMENTS

_STATUS = ("sh", "-c", "grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs):' /proc/self/status")


@pytest.mark.parametrize("service", sorted(CORE))
def test_no_process_is_root_has_a_capability_or_can_get_one(stack: Stack, service: str) -> None:
    lines = dict(line.split(":", 1) for line in stack.inside(service, *_STATUS).splitlines())
    found = {name: value.split() for name, value in lines.items()}

    assert "0" not in found["Uid"]
    assert int(found["CapEff"][0], 16) == 0
    assert int(found["CapBnd"][0], 16) == 0
    assert found["NoNewPrivs"] == ["1"]


@pytest.mark.parametrize("service", sorted(CORE))
def test_the_programs_of_a_container_cannot_be_changed(stack: Stack, service: str) -> None:
    said = stack.inside(service, "sh", "-c", "touch /usr/x /etc/x /x", check=False)

    assert said.count("Read-only file system") == 3, said


@pytest.mark.parametrize("service", sorted(SEGMENTS))
def test_a_service_runs_as_appuser_under_a_limit_of_memory(stack: Stack, service: str) -> None:
    assert stack.inside(service, "id", "-un").strip() == "appuser"
    limits = stack.inspect(service)["HostConfig"]
    assert 0 < limits["Memory"] <= 2**30
    assert limits["PidsLimit"] > 0


@pytest.mark.parametrize("service", sorted(SEGMENTS))
def test_a_service_runs_several_processes_for_requests(stack: Stack, service: str) -> None:
    count = (
        "import pathlib\n"
        "found = [p.read_bytes() for p in pathlib.Path('/proc').glob('[0-9]*/cmdline')]\n"
        "print(sum(b'\\0gunicorn\\0' in line for line in found))\n"
    )
    # The one that watches them, and those that answer: more where an answer is work for this process itself.
    answering = {"rag-engine": 4, "call-flow": 4}.get(service, 2)
    assert int(stack.inside(service, "python", "-c", count)) == 1 + answering


def test_the_image_of_a_service_holds_no_settings_and_no_other_service(stack: Stack) -> None:
    assert stack.inside("agents", "ls", "/app/service").split() == ["agents"]
    assert stack.inside("agents", "sh", "-c", "ls -a / /app | grep -c '[.]env'", check=False).strip() == "0"


def test_a_published_port_listens_on_loopback_only(stack: Stack) -> None:
    for service in ("gateway", "n8n", "postgres", "qdrant"):
        bindings = stack.inspect(service)["HostConfig"]["PortBindings"]
        assert {one["HostIp"] for listed in bindings.values() for one in listed} == {"127.0.0.1"}
