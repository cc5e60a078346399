"""The configuration that every instance has: where things are, what is loaded, who may connect. All on loopback."""

from dataclasses import dataclass
from pathlib import Path

from call_flow.pbx.modules import MODULES
from call_flow.pbx.tree import Tree

HOST = "127.0.0.1"
MANAGER = "driver"

#: Modules look for these and complain when there is none; what a flow needs to say in them replaces the text.
_DEFAULTS = {
    "acl.conf": "",
    "ccss.conf": "[general]\n",
    "cdr.conf": "[general]\nenable=no\n",
    "cel.conf": "[general]\nenable=no\n",
    "cli_permissions.conf": "",
    "codecs.conf": "",
    "confbridge.conf": "[general]\n[default_user]\ntype=user\n[default_bridge]\ntype=bridge\n",
    "dnsmgr.conf": "[general]\nenable=no\n",
    "extconfig.conf": "",
    "extensions.conf": "[general]\n",
    "features.conf": "[general]\n",
    "followme.conf": "[general]\n",
    "geolocation.conf": "",
    "musiconhold.conf": "[default]\nmode=files\ndirectory=moh\n",
    "pjproject.conf": "",
    "queuerules.conf": "",
    "queues.conf": "[general]\n",
    "res_parking.conf": "[general]\n[default]\nparkext=700\nparkpos=701-720\ncontext=parkedcalls\n",
    "sorcery.conf": "",
    "stasis.conf": "",
    "udptl.conf": "[general]\n",
    "voicemail.conf": "[general]\n",
}  # fmt: skip

_TONES = """[general]
country=us
[us]
description=United States
ringcadence=2000,4000
dial=350+440
busy=480+620/500,0/500
ring=440+480/2000,0/4000
congestion=480+620/250,0/250
callwaiting=440/300,0/10000
dialrecall=!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440
record=1400/500,0/15000
info=!950/330,!1400/330,!1800/330,0
stutter=!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440
"""


@dataclass(frozen=True)
class Addresses:
    """Ports of one instance on 127.0.0.1. `phones` is where the carrier and every phone are reached by SIP."""

    sip: int
    phones: int
    manager: int
    rtp_first: int
    rtp_last: int


def defaults() -> dict[str, str]:
    """Files that a configuration may replace."""
    return dict(_DEFAULTS)


def fixed(tree: Tree, folder: Path, addresses: Addresses, secret: str) -> dict[str, str]:
    """Files that a configuration may not replace: they keep the instance in its folder and on loopback."""
    load = "\n".join(f"load={name}.so" for name in MODULES)
    return {
        "asterisk.conf": _asterisk(tree, folder),
        "modules.conf": f"[modules]\nautoload=no\n{load}\n",
        # What is in `complaints` is looked at; `full` is the evidence.
        "logger.conf": (
            "[general]\ndateformat=%F %T.%3q\nqueue_log=no\nrotatestrategy=none\n"
            "[logfiles]\nfull => notice,warning,error,verbose,dtmf\ncomplaints => warning,error\n"
        ),
        "rtp.conf": (
            f"[general]\nrtpstart={addresses.rtp_first}\nrtpend={addresses.rtp_last}\nicesupport=no\nstrictrtp=no\n"
        ),
        "manager.conf": (
            f"[general]\nenabled=yes\nwebenabled=no\nbindaddr={HOST}\nport={addresses.manager}\ndisplayconnects=no\n"
            "timestampevents=yes\n"
            f"[{MANAGER}]\nsecret={secret}\nread=system,call,agent,user,dialplan,dtmf\n"
            "write=system,call,agent,user,originate,command,reporting\n"
            "eventfilter(action(exclude),name(VarSet)) =\n"
        ),
        "http.conf": "[general]\nenabled=no\n",
        "indications.conf": _TONES,
    }


def _asterisk(tree: Tree, folder: Path) -> str:
    folders = {
        "astetcdir": folder / "etc",
        "astmoddir": tree.modules,
        "astvarlibdir": folder / "lib",
        "astdbdir": folder / "lib",
        "astkeydir": folder / "lib",
        "astdatadir": folder / "data",
        "astagidir": folder / "lib",
        "astspooldir": folder / "spool",
        "astrundir": folder,
        "astlogdir": folder / "log",
        "astcachedir": folder / "lib",
        "astsbindir": folder / "lib",
    }
    lines = "\n".join(f"{name} => {path}" for name, path in folders.items())
    options = (
        "verbose=5\ntransmit_silence=yes\nexecincludes=no\nlive_dangerously=no\nlanguageprefix=yes\n"
        "documentation_language=en_US\nsystemname=callflow\n"
    )
    return f"[directories]\n{lines}\n[options]\n{options}"
