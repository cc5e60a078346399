"""The small files: music, features, parking, conferences."""

from collections.abc import Iterator

from call_flow.export.asterisk.inside import PARKING, can_park
from call_flow.export.asterisk.queues import music_class
from call_flow.export.asterisk.system import System
from call_flow.flow.nodes import Conference, Queue


def musiconhold_conf(system: System) -> str:
    """musiconhold.conf. A class without music of its own would be silence, so each begins with the default's."""
    lines = ["[default]", "mode=files", "directory=moh", ""]
    nodes = [node for node in system.plan.nodes if isinstance(node, Queue) and node.music != "default"]
    for name in dict.fromkeys(map(music_class, nodes)):
        lines += ["; Put its recordings into a folder of their own and name that here.", f"[{name}]", "mode=files"]
        lines += ["directory=moh", ""]
    for node in nodes:
        how = f"Its music '{node.music}' is the default one until recordings are put in (musiconhold.conf)."
        system.plan.notes.approximated(system.plan.pointer(node), how)
    return "\n".join(lines)


def features_conf(system: System) -> str:
    """features.conf. Transfers are made by the phones: no keys do anything during a call."""
    code = system.flow.feature_codes.pickup
    return "\n".join(["[general]", *([f"pickupexten={code}"] if code else []), "[featuremap]", ""])


def parking_conf(system: System) -> str:
    """res_parking.conf. Asterisk wants the lot `default` in any case."""
    numbering = system.flow.numbering
    lines = ["[general]", "[default]", f"context={PARKING}"]
    if can_park(system) and numbering.parking:
        first = int(numbering.parking) + 1
        lines += [f"parkext={numbering.parking}", f"parkpos={first}-{first + numbering.parking_slots - 1}"]
        lines += ["parkinghints=yes", "parkingtime=90", "findslot=next"]
    elif numbering.parking:
        how = "Asterisk parks at numbers of up to nine digits that do not begin with 0. Choose another one."
        system.plan.notes.unsupported("/numbering", how)
    return "\n".join([*lines, ""])


def confbridge_conf(system: System) -> str:
    """confbridge.conf."""
    lines = ["[general]", "", "[default_bridge]", "type=bridge", "", "[default_user]", "type=user", ""]
    return "\n".join([*lines, *(line for node in system.plan.nodes for line in _room(node))])


def _room(node: object) -> Iterator[str]:
    if isinstance(node, Conference):
        yield from (f"[{user_profile(node)}]", "type=user", f"quiet={'no' if node.announce else 'yes'}")
        yield from (f"announce_only_user={'yes' if node.announce else 'no'}", "music_on_hold_when_empty=yes", "")


def user_profile(node: Conference) -> str:
    """The profile of who joins a room."""
    return f"user-{node.id}"
