"""The call-flow container makes real calls with the Asterisk that its image brings."""

from tests.compose import Stack
from tests.paper import pages

WISHES = {"customer": "Acme Corp", "numbers": ["+1 212 555 0123"], "extensions": ["101 Ann Archer", "102 Ben Baker"]}


def test_the_container_proves_a_flow_with_the_asterisk_of_its_image(stack: Stack) -> None:
    alice = stack.caller()
    made = alice.call("POST", "/callflow/generate", WISHES)
    assert made.status == 200, made.text
    targets = alice.call("GET", "/callflow/targets").json
    assert targets["can_prove"], targets["pbx"]

    job = alice.call("POST", "/callflow/prove?wait=120", {"flow_id": made.json["flow_id"]})

    assert (job.status, job.json["status"]) == (200, "succeeded"), job.text
    report = alice.call("GET", f"/callflow/proofs/{job.json['id']}").json["report"]
    assert [(case["id"], case["difference"]) for case in report["cases"] if not case["passed"]] == []
    assert (report["verdict"], report["load_complaints"]) == ("passed", [])
    assert report["edges_covered"] == report["edges"]
    # Neither the PBX nor its folder is left.
    assert "/asterisk" not in stack.inside("call-flow", "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
    assert stack.inside("call-flow", "sh", "-c", "ls /tmp | grep pbx- || true") == ""


def test_names_in_other_scripts_are_in_the_document(stack: Stack) -> None:
    alice = stack.caller()
    wishes = WISHES | {"customer": "Scripts", "extensions": ["101 \u5f20\u4f1f", "102 \u0645\u0631\u064a\u0645"]}
    made = alice.call("POST", "/callflow/generate", wishes)
    assert made.status == 200, made.text

    pdf = alice.call("GET", made.json["artifacts"]["pdf"].removeprefix("/api"))

    assert (pdf.status, pdf.body[:4]) == (200, b"%PDF")
    assert "\u5f20\u4f1f" in pages(pdf.body)
