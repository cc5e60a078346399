"""Directories: `Directory`, with a file of names for each, so that each knows its own list.

`Directory` looks for names in the context `default` of its file, and plays the name that somebody recorded in the
mailbox of that number; of others it spells the name.
"""

from collections.abc import Sequence

from call_flow.export.asterisk import names
from call_flow.export.asterisk.dialplan import Dialplan
from call_flow.export.asterisk.escape import spelled
from call_flow.export.asterisk.system import System
from call_flow.flow.destination import Destination
from call_flow.flow.model import Extension
from call_flow.flow.nodes import Directory

_BY = {"last": "l", "first": "f", "both": "b"}
#: The directory that staff dial.
STAFF_FILE = "directory.conf"


def directory(system: System, dialplan: Dialplan, name: str, node: Directory) -> None:
    """The context of a directory, and that of what is found in it."""
    failed = system.go(node.failed)
    dialplan.place(name, ["Answer()", step(f"found-{node.id}", names.directory_file(node.id), node), *failed])
    found = dialplan.context(f"found-{node.id}")
    for extension in _listed(system, node):
        found.extension(extension.number, system.go(Destination(extension=extension.number)))
    found.extension("o", system.go(node.operator) if node.operator else failed)
    found.extension("a", failed)


def step(context: str, file: str, node: Directory) -> str:
    """The step that lets a caller spell a name."""
    return f"Directory(default,{context},{_BY[node.by]}(3)c({file}))"


def files(system: System) -> dict[str, str]:
    """The names of each directory."""
    nodes = [node for node in system.plan.nodes if isinstance(node, Directory)]
    found = {names.directory_file(node.id): _file(_listed(system, node)) for node in nodes}
    return found | {STAFF_FILE: _file(staff(system))}


def _listed(system: System, node: Directory) -> list[Extension]:
    return list({item.number: item for item in system.graph.listed(node)}.values())


def staff(system: System) -> list[Extension]:
    """Who is in the directory that staff dial."""
    return [item for item in system.plan.extensions if item.in_directory and item.name != item.number]


def _file(listed: Sequence[Extension]) -> str:
    lines = ["; number => , name: the last name begins after the first space", "[general]", "[default]"]
    return "\n".join([*lines, *(f"{item.number} => ,{_name(item)}" for item in listed if _name(item)), ""])


def _name(item: Extension) -> str:
    *before, last = item.name.split() or [""]
    return spelled(item.first or "", item.last) if item.last else spelled(" ".join(before), last)
