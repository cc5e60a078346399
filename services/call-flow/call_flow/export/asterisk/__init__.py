"""Asterisk 22: the dialplan and everything it needs, as files of /etc/asterisk."""

from call_flow.export.asterisk.generate import configuration
from call_flow.export.asterisk.names import contexts
from call_flow.export.asterisk.pjsip import INSTALLED
from call_flow.export.asterisk.prompts import prompts_csv
from call_flow.export.asterisk.readme import readme
from call_flow.export.asterisk.system import System
from call_flow.export.asterisk.verdicts import VERDICTS
from call_flow.export.fidelity import report
from call_flow.export.package import Package, Target
from call_flow.export.plan import Secret
from call_flow.flow.model import Flow

__all__ = ["TARGET", "contexts", "make"]


def make(flow: Flow, secret: Secret) -> Package:
    """The configuration of the whole system, what is to be recorded, how it is installed, and the report."""
    system = System(flow, secret)
    files = {name: text.encode() for name, text in sorted(configuration(system, INSTALLED).items())}
    files |= {"prompts.csv": prompts_csv(system), "README.md": readme(system).encode()}
    return Package(files, report(flow, VERDICTS, system.plan.notes))


TARGET = Target(
    name="asterisk",
    title="Asterisk 22",
    assurance="proven",
    description="Dialplan, SIP, queues, voicemail, parking, conferences and emergency locations as files.",
    make=make,
)
