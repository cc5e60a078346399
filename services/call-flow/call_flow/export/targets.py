"""The systems that a flow can be exported to, by the names under which they are asked for."""

from call_flow.export import asterisk, freepbx, freeswitch, jambonz, kazoo, teams, threecx, twilio
from call_flow.export.package import Target

TARGETS: dict[str, Target] = {
    module.TARGET.name: module.TARGET
    for module in (asterisk, freepbx, freeswitch, threecx, teams, twilio, kazoo, jambonz)
}

__all__ = ["TARGETS", "Target"]
