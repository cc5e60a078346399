"""The engineering-api container reads, draws and writes with what its image brings, within its memory."""

from tests.compose import Stack
from tests.paper import pages

from engineering_api import platforms
from host.place import ROOT

SAMPLES = ROOT / "services" / "engineering-api" / "samples"
CONFIGS = ROOT / "tests" / "configs"


def test_twenty_devices_become_a_document_within_the_memory_of_the_container(stack: Stack) -> None:
    alice = stack.caller()
    folders = [CONFIGS / name for name in platforms.known() if (CONFIGS / name).is_dir()]
    files = [
        {"name": f"{folder.name}-{path.name}", "text": path.read_text(encoding="utf-8")}
        for folder in folders
        for path in sorted(folder.iterdir())
    ]
    kept = alice.call("POST", "/engineering/configs", {"client": "twenty", "files": files})
    assert kept.status == 201, kept.text
    devices = alice.call("GET", "/engineering/devices?client=twenty&limit=20").json["items"]
    wanted = {"template": "as_built", "inputs": {"config_ids": [one["config_id"] for one in devices]}}

    job = alice.call("POST", "/engineering/documents?wait=120", wanted)

    assert (len(devices), job.status, job.json["status"]) == (20, 200, "succeeded"), job.text
    pdf = alice.call("GET", f"/engineering/documents/{job.json['document_id']}.pdf")
    text = pages(pdf.body)
    assert all(one["name"] in text for one in devices)
    state = stack.inspect("engineering-api")["State"]
    assert (state["OOMKilled"], state["Restarting"]) == (False, False)


def test_a_picture_and_names_in_other_scripts_are_drawn(stack: Stack) -> None:
    alice = stack.caller()
    text = (SAMPLES / "wells-sw.cfg").read_text().replace("description Office", "description \u5f20\u4f1f")
    (config_id,) = alice.call("POST", "/engineering/configs", {"files": [{"text": text}]}).json["config_ids"]

    picture = alice.call("POST", "/engineering/topology", {"config_ids": [config_id], "format": "png"})
    wanted = {"template": "device", "inputs": {"config_ids": [config_id]}, "formats": ["pdf"]}
    job = alice.call("POST", "/engineering/documents?wait=60", wanted).json

    assert picture.body[:4] == b"\x89PNG"
    pdf = alice.call("GET", f"/engineering/documents/{job['document_id']}.pdf")
    assert "\u5f20\u4f1f" in pages(pdf.body)
