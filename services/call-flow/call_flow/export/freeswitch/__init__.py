"""FreeSWITCH and FusionPBX: dialplan, menus, users, queues and gateways as XML."""

from call_flow.export.fidelity import report
from call_flow.export.freeswitch.dialplan import dialplan
from call_flow.export.freeswitch.parts import directory, gateways, menus, queues
from call_flow.export.freeswitch.verdicts import VERDICTS
from call_flow.export.freeswitch.xml import written
from call_flow.export.package import Package, Target
from call_flow.export.plan import Plan, Secret
from call_flow.export.written import scripts
from call_flow.flow.model import Flow

_README = """# FreeSWITCH

Copy the folders over the configuration folder of FreeSWITCH and run `reloadxml`; restart mod_callcenter and the
external profile. On FusionPBX import the contexts with the dialplan manager, and the rest under Extensions, IVR menus,
Call center and Gateways.

- Calls come in through the context `public`, telephones dial in the context `callflow-inside`. No other way leads from
  `public` to a gateway than through a number that the flow itself names.
- `prompts.csv` lists the recordings to make. They go to `$${sounds_dir}/callflow/{language}/{prompt}.wav`.
- mod_callcenter, mod_directory, mod_db, mod_voicemail, mod_conference and mod_valet_parking must be loaded.

- The password that a carrier gave goes into `vars.xml`, under the name that stands in `sip_profiles/external/`:
  `<X-PRE-PROCESS cmd="set" data="callflow_..._password=..."/>`.

`directory/` holds passwords.
"""


def make(flow: Flow, secret: Secret) -> Package:
    """The configuration, and the report."""
    plan = Plan(flow)
    files = {
        "dialplan/callflow.xml": written(dialplan(plan)),
        "ivr_menus/callflow.xml": written(menus(plan)),
        "directory/callflow.xml": written(directory(plan, secret)),
        "autoload_configs/callcenter.conf.xml": written(queues(plan)),
        "prompts.csv": scripts(plan),
        "README.md": _README.encode(),
    }
    files |= {f"sip_profiles/external/{name}.xml": written(tree) for name, tree in gateways(plan)}
    return Package(files, report(flow, VERDICTS, plan.notes))


TARGET = Target(
    name="freeswitch",
    title="FreeSWITCH and FusionPBX",
    assurance="structure",
    description="Dialplan, IVR menus, directory, call centre queues and gateways as XML.",
    make=make,
)
