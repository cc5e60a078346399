"""Queues: their contexts, and queues.conf."""

from collections.abc import Iterator

from call_flow.export.asterisk.dialplan import Dialplan, Step, labelled, when_equal
from call_flow.export.asterisk.ringing import calls
from call_flow.export.asterisk.system import System
from call_flow.flow.nodes import Agent, Queue

_MISSING = ("JOINEMPTY", "JOINUNAVAIL", "LEAVEEMPTY", "LEAVEUNAVAIL")
_GENERAL = """[general]
persistentmembers=no
autofill=yes
shared_lastcall=yes
log_membername_as_agent=yes
"""


def queue(system: System, dialplan: Dialplan, name: str, node: Queue) -> None:
    """The context of a queue, those of its exit keys and of its agents outside."""
    timeout = system.go(node.timeout)
    steps: list[Step] = ["Answer()", *system.play(node.greeting), *system.prefix(node.caller_prefix)]
    steps += [f"Queue(queue-{node.id},,,,{node.max_wait_s})", when_equal("QUEUESTATUS", "FULL", "full")]
    steps += [when_equal("QUEUESTATUS", status, "nobody") for status in _MISSING]
    steps += [*timeout, *labelled("full", system.go(node.full) if node.full else timeout)]
    steps += labelled("nobody", system.go(node.no_agents) if node.no_agents else timeout)
    dialplan.place(name, steps)
    if node.exit_keys:
        exits = dialplan.context(f"exit-{node.id}")
        for key, destination in node.exit_keys.items():
            exits.extension(key, system.go(destination))
    outside = [(at, agent.number) for at, agent in enumerate(node.agents, 1) if agent.number and not agent.extension]
    if outside:
        agents = dialplan.context(f"agents-{node.id}")
        for at, number in outside:
            agents.extension(
                str(at),
                [
                    calls(system, number, node.ring_s),
                    when_equal("GOSUB_RETVAL", "busy", "busy"),
                    "Hangup(19)",
                    ("busy", "Hangup(17)"),
                ],
            )


def queues_conf(system: System) -> str:
    """queues.conf."""
    nodes = [node for node in system.plan.nodes if isinstance(node, Queue)]
    return "\n".join([_GENERAL, *("\n".join(_section(system, node)) + "\n" for node in nodes)])


def _section(system: System, node: Queue) -> Iterator[str]:
    yield f"[queue-{node.id}]"
    yield f"strategy={node.strategy}"
    yield f"timeout={node.ring_s}"
    yield f"retry={node.retry_s}"
    yield f"wrapuptime={node.wrapup_s}"
    yield f"maxlen={node.max_callers}"
    yield f"musicclass={music_class(node)}"
    yield "ringinuse=no"
    yield "timeoutpriority=app"
    # Reachable is whoever is free, rings or speaks; not whoever is not registered.
    yield f"joinempty={'yes' if node.join_empty else 'unavailable,invalid,unknown'}"
    yield "leavewhenempty=no"
    yield f"context={f'exit-{node.id}' if node.exit_keys else ''}"
    yield from _announcements(system, node)
    for position, agent in enumerate(node.agents, 1):
        if interface := _interface(system, node, agent, position):
            yield f"member => {interface},{agent.penalty},{agent.target}"


def _interface(system: System, node: Queue, agent: Agent, position: int) -> str | None:
    if agent.extension is None:
        return f"Local/{position}@agents-{node.id}/n" if agent.number else None
    return f"PJSIP/{agent.extension}" if system.has_phone(agent.extension) else None


def _announcements(system: System, node: Queue) -> Iterator[str]:
    told = node.announce
    if told is None:
        yield "announce-frequency=0"
        return
    speaks = told.position or told.hold_time
    yield f"announce-frequency={told.every_s if speaks else 0}"
    yield f"announce-position={'yes' if told.position else 'no'}"
    yield f"announce-holdtime={'yes' if told.hold_time else 'no'}"
    yield "announce-round-seconds=0"
    if sound := system.sound(told.prompt):
        yield f"periodic-announce={sound}"
        yield f"periodic-announce-frequency={told.every_s}"


def music_class(node: Queue) -> str:
    """The class of music of a queue; of its own under a name that no class of Asterisk has."""
    return "default" if node.music == "default" else f"music-{node.music}"
