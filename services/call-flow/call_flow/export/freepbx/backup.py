"""The backup: `metadata.json`, and a manifest for each module under `modulejson`, as the backup module restores them.

The restore runs commands that `backupInfo` names as hooks; there are none here, and nothing of the customer's is in it.
"""

from collections.abc import Mapping

from call_flow.export.freepbx.modules import Modules, Row
from call_flow.export.written import as_json, as_tar

_VERSION = "17.0.1"


def backup(modules: Modules) -> bytes:
    """The tarball."""
    configs = _configs(modules)
    files = {f"modulejson/{name.capitalize()}.json": as_json(_manifest(content)) for name, content in configs.items()}
    order = [{"module": name, "version": _VERSION} for name in configs]
    info = {"backup_name": "call-flow", "warmspareenabled": "no", "warmspare_remoteapply": "no", "warmspare_cert": "no",
            "prere_hook": "", "postre_hook": "", "custom_files": ""}  # fmt: skip
    modules_by_name = dict.fromkeys(configs, _VERSION)
    meta = {"backupInfo": info, "modules": modules_by_name, "processorder": order, "skipped": []}
    return as_tar({**files, "metadata.json": as_json(meta)})


def _manifest(configs: object) -> dict[str, object]:
    return {"configs": configs, "dirs": [], "files": [], "dependencies": [], "garbage": [], "skip_reset": False}


def _tables(**tables: list[Row]) -> dict[str, object]:
    return {"tables": tables, "kvstore": {}, "features": [], "settings": []}


def _configs(modules: Modules) -> Mapping[str, object]:
    """What each module's Restore.php reads, in the order in which they are restored."""
    groups = [{"id": row["id"], "description": row["description"]} for row in modules.time_groups]
    details = [{"timegroupid": row["id"], "time": time} for row in modules.time_groups for time in row["times"]]
    for at, detail in enumerate(details, 1):
        detail["id"] = at
    pages = [{"page_number": row["page_group"], "ext": member} for row in modules.pages for member in row["members"]]
    page_config = [{name: value for name, value in row.items() if name != "members"} for row in modules.pages]
    states = {str(row["ext"]): "DAY" for row in modules.toggles}
    return {
        "recordings": {"data": modules.recordings, "features": []},
        "miscdests": modules.outside,
        "announcement": [[row] for row in modules.announcements],
        "timeconditions": _tables(
            timeconditions=modules.time_conditions, timegroups_groups=groups, timegroups_details=details
        ),
        "daynight": {"configs": modules.toggles, "states": states},
        "ivr": {
            "ivrs": {str(row["id"]): [row] for row, _ in modules.ivrs},
            "entries": {str(row["id"]): [entries] for row, entries in modules.ivrs},
        },
        "ringgroups": [modules.ring_groups],
        "queues": _tables(
            queues_config=[config for config, _ in modules.queues],
            queues_details=[row for _, rows in modules.queues for row in rows],
        ),
        "conferences": {"data": modules.conferences, "kvstore": {}, "features": [], "settings": []},
        "directory": [{
            "directories": [row for row, _ in modules.directories],
            "entries": {str(row["id"]): entries for row, entries in modules.directories},
            "default": modules.directories[0][0]["id"] if modules.directories else "",
        }],
        "paging": _tables(paging_config=page_config, paging_groups=pages),
    }  # fmt: skip
