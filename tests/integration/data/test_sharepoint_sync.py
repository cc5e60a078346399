"""A library of SharePoint and the index: whatever goes wrong between them, at the end they are the same."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.agreement import assert_agree, settings
from tests.data import Service
from tests.fakes.graph import LOCKED, ODD_NAMES, PROTECTED, Graph
from tests.fakes.graph.bulk import churn, grow
from tests.fakes.index import SearchIndex
from tests.sources import counts, lines, sync

FILES = 60


@pytest.fixture
def graph() -> Iterator[Graph]:
    """A library that Alice and the engineers may read."""
    with Graph() as running:
        running.set_permissions(running.drive.root, [running.permission(running.alice)])
        yield running


@pytest.fixture
def service(make_service: Callable[..., Service], graph: Graph) -> Service:
    return make_service(**settings(graph), max_upload_mb=1)


@pytest.fixture
def source(service: Service) -> dict[str, Any]:
    return add(service)


def add(service: Service, **config: Any) -> dict[str, Any]:
    config = {"site": "contoso.sharepoint.com:/sites/hr", **config}
    body = {"kind": "sharepoint", "name": f"Library {len(config)}", "config": config, "max_deletion_share": 1}
    answer = service.call("POST", "/sources", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def persist(service: Service, source: dict[str, Any]) -> dict[str, Any]:
    """Sync, and come back as often as the source wants time."""
    found = sync(service, source)
    for _ in range(50):
        if found["status"] not in ("queued", "running"):
            return found
        service.hurry()
        service.work()
        found = service.call("GET", f"/sources/{source['id']}/runs/{found['id']}").get_json()
    raise AssertionError(f"the run does not end: {found}")


@pytest.mark.long
@pytest.mark.parametrize(
    "trouble",
    [
        {"throttle": 0.2, "unavailable": 0.1, "retry_after": 0},
        {"reset": 0.1, "drop": 0.02},
        {"throttle": 0.05, "unavailable": 0.05, "reset": 0.05, "drop": 0.02, "flaky": 0.05, "retry_after": 0},
    ],
    ids=["held back", "broken off", "all of it"],
)
def test_trouble_on_the_way_costs_time_and_nothing_else(
    service: Service, source: dict[str, Any], graph: Graph, index: SearchIndex, trouble: dict[str, float]
) -> None:
    grow(graph, FILES // 3)
    for name, value in trouble.items():
        setattr(graph.mischief, name, value)
    for turn in range(3):
        persist(service, source)
        churn(graph, write=5, delete=3, add=4, seed=turn)
    for name in trouble:
        setattr(graph.mischief, name, 0)
    persist(service, source)
    assert_agree(service, index, graph)
    assert graph.seen.bearers_at_downloads == []


def test_files_that_can_never_be_read_are_told_and_the_rest_is_there(
    service: Service, source: dict[str, Any], graph: Graph, index: SearchIndex
) -> None:
    grow(graph, FILES)
    graph.mischief.failing, graph.mischief.failing_statuses = 0.1, (403, 423)
    failing = graph.failing()
    assert failing
    found = persist(service, source)
    assert found["counts"]["failed"] == len(failing)
    failed = {line["external_id"].rsplit("/", 1)[1] for line in lines(service, source, found) if line["reason"]}
    assert failed == failing
    assert_agree(service, index, graph, without=failing)


def test_a_storm_of_refusals_is_waited_out_as_long_as_it_asks_for(
    service: Service, source: dict[str, Any], graph: Graph, index: SearchIndex
) -> None:
    grow(graph, FILES)
    graph.mischief.storm(30, retry_after=0)
    persist(service, source)
    assert_agree(service, index, graph)


def test_a_token_that_runs_out_in_the_middle_is_renewed(
    service: Service, source: dict[str, Any], graph: Graph, index: SearchIndex
) -> None:
    grow(graph, FILES)
    graph.tokens.lifetime = 1
    graph.mischief.latency = 0.02
    persist(service, source)
    graph.mischief.latency = 0
    assert_agree(service, index, graph)


def test_a_delta_link_that_has_expired_leads_to_a_full_listing(
    service: Service, source: dict[str, Any], graph: Graph, index: SearchIndex
) -> None:
    files = grow(graph, FILES)
    sync(service, source)
    graph.delete(files[0])
    graph.write(files[1], "Another note.")
    graph.expire_delta()
    found = counts(sync(service, source))
    assert found == {"seen": FILES - 1, "changed": 1, "deleted": 1, "unchanged": FILES - 2}
    assert_agree(service, index, graph)


def test_permissions_in_place_of_inherited_ones_reach_all_below_a_folder_that_was_renamed_too(
    service: Service, source: dict[str, Any], graph: Graph, index: SearchIndex
) -> None:
    folder = graph.add_folder("Board")
    files = [graph.add_file(f"Board/{number}.txt", f"Minutes {number}.") for number in range(5)]
    sync(service, source)
    downloads = len(graph.seen.of("download"))
    graph.rename(folder, "Renamed")
    graph.set_permissions(folder, [graph.permission(graph.charlie)])
    graph.set_permissions(files[0], [graph.permission(graph.bob)])
    assert counts(sync(service, source))["moved"] == 5
    assert len(graph.seen.of("download")) == downloads
    assert_agree(service, index, graph)
    graph.inherit(files[0])
    assert counts(sync(service, source))["shared"] == 1
    assert_agree(service, index, graph)


def test_bad_files_are_told_one_by_one_and_the_run_goes_on(
    service: Service, source: dict[str, Any], graph: Graph, index: SearchIndex
) -> None:
    graph.add_file("good.txt", "A good note.")
    for number, name in enumerate(ODD_NAMES):
        graph.add_file(f"Odd/{number}/{name}", f"Odd note {number}.")
    empty = graph.add_file("empty.txt", "")
    huge = graph.add_huge("huge.iso")
    locked = graph.add_file("locked.docx", "Locked.")
    graph.refuse(locked, LOCKED)
    protected = graph.add_file("protected.docx", "Protected.")
    graph.refuse(protected, PROTECTED)
    loop = graph.add_folder("Loop")
    graph.add_shortcut("again", loop, within=loop)
    found = persist(service, source)
    assert found["status"] == "succeeded"
    reasons = {line["name"]: line["reason"] for line in lines(service, source, found) if line["status"] == "failed"}
    assert set(reasons) == {"empty.txt", "huge.iso", "locked.docx", "protected.docx", "again"}
    assert "5120 MB" in reasons["huge.iso"]
    assert "locked" in reasons["locked.docx"].lower()
    assert "shortcut" in reasons["again"].lower()
    assert all(reason and reason.endswith((".", ")")) for reason in reasons.values()), reasons
    assert not [asked for asked in graph.seen.of("download") if huge.id in asked.target]
    assert_agree(service, index, graph, without={empty.id, huge.id, locked.id, protected.id})


def test_one_library_that_we_may_not_read_does_not_stop_the_others(
    service: Service, graph: Graph, index: SearchIndex
) -> None:
    other = graph.add_drive("Secret")
    graph.set_permissions(other.root, [graph.permission(graph.alice)])
    graph.add_file("open.txt", "An open note.")
    graph.add_file("secret.txt", "A secret note.", within=other)
    graph.deny(other)
    source = add(service, drive="*")
    found = sync(service, source)
    assert (found["status"], counts(found)) == ("succeeded", {"seen": 2, "new": 1, "failed": 1}), found["problem"]
    assert_agree(service, index, graph, graph.drive)
    graph.deny(other, False)
    sync(service, source)
    assert_agree(service, index, graph)
    graph.deny(other)
    sync(service, source)
    assert_agree(service, index, graph)
    graph.remove_drive(other)
    sync(service, source)
    assert_agree(service, index, graph)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"site": "contoso.sharepoint.com:/sites/nowhere"}, "nowhere"),
        ({"path": "/Documents/Nowhere"}, "Nowhere"),
        ({"drive": "Nowhere"}, "Documents"),
    ],
    ids=["site", "path", "library"],
)
def test_what_is_not_there_fails_the_run_and_says_what_is(
    service: Service, graph: Graph, config: dict[str, Any], said: str
) -> None:
    found = sync(service, add(service, **config))
    assert found["status"] == "failed"
    assert said in found["problem"]["detail"]


def test_a_wrong_secret_and_missing_consent_are_named(
    make_service: Callable[..., Service], graph: Graph, service: Service
) -> None:
    wrong = make_service(**(settings(graph) | {"azure_client_secret": "wrong"}))
    found = sync(wrong, add(wrong))
    assert found["status"] == "failed"
    assert "secret" in found["problem"]["detail"]
    graph.revoke(
        "Sites.Read.All", "Sites.FullControl.All", "Files.Read.All", "Sites.ReadWrite.All", "Files.ReadWrite.All"
    )
    found = sync(service, add(service, recursive=True))
    assert found["status"] == "failed"
    assert "Sites.Read.All" in found["problem"]["detail"]


def test_the_seeds_own_call_ingests_a_library(service: Service, graph: Graph, index: SearchIndex) -> None:
    grow(graph, 3)
    body = {"source": "sharepoint", "path": "/Documents", "site": "contoso.sharepoint.com:/sites/hr"}
    first = service.ingest(body)
    assert (first["status"], first["counts"]["indexed"]) == ("succeeded", 3)
    assert_agree(service, index, graph)
    churn(graph, write=1, delete=1, add=1)
    second = service.ingest(body)
    assert (second["counts"]["indexed"], second["counts"]["deleted"], second["counts"]["unchanged"]) == (2, 1, 0)
    assert len(service.call("GET", "/sources").get_json()["items"]) == 1


def test_without_credentials_the_call_says_which_settings_are_missing(make_service: Callable[..., Service]) -> None:
    answer = make_service().call("POST", "/ingest", json={"source": "sharepoint", "path": "/Documents"})
    assert answer.status_code == 422
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        assert name in answer.get_json()["detail"]
