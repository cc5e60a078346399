"""FreePBX: tables for the Bulk Handler, and a backup with the modules that the Bulk Handler does not know."""

from call_flow.export.fidelity import report
from call_flow.export.freepbx.backup import backup
from call_flow.export.freepbx.bulk import dids, extensions
from call_flow.export.freepbx.modules import Modules
from call_flow.export.freepbx.verdicts import VERDICTS
from call_flow.export.package import Package, Target
from call_flow.export.plan import Plan, Secret
from call_flow.export.written import scripts
from call_flow.flow.model import Flow

_README = """# FreePBX

1. Admin, Bulk Handler, Import: `extensions.csv` as extensions.
2. Admin, Backup & Restore: restore `backup.tar.gz`. It replaces everything that the modules in it hold: recordings,
   announcements, time groups and conditions, IVRs, ring groups, queues, call flow control, misc destinations,
   directories, conferences and page groups. Restore it on a new system, or take a backup first. No hook is run.
3. Admin, Bulk Handler, Import: `dids.csv` as DIDs.
4. Upload the recordings of `prompts.csv` under Admin, System Recordings.
5. Connectivity: make the trunks and outbound routes, the emergency route first.

`extensions.csv` holds passwords.
"""


def make(flow: Flow, secret: Secret) -> Package:
    """The tables, the backup, and the report."""
    plan = Plan(flow)
    modules = Modules(plan)
    files = {
        "extensions.csv": extensions(plan, modules, secret),
        "dids.csv": dids(plan, modules),
        "prompts.csv": scripts(plan),
        "backup.tar.gz": backup(modules),
        "README.md": _README.encode(),
    }
    return Package(files, report(flow, VERDICTS, plan.notes))


TARGET = Target(
    name="freepbx",
    title="FreePBX",
    assurance="structure",
    description="Bulk Handler CSV for extensions and DIDs, and a backup for everything between them.",
    make=make,
)
