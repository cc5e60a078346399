"""Who rings and who gets the messages: telephones, groups, queues and mailboxes."""

from collections.abc import Iterator

from call_flow.documents.material import Material
from call_flow.flow.destination import Destination
from call_flow.flow.model import Extension, Mailbox
from call_flow.flow.nodes import Member, Queue, RingGroup
from call_flow.render.details import STRATEGIES
from call_flow.render.words import duration, human, phone, several
from oberaconnect.typeset import Block, Cell, Column, Heading, Paragraph, Table

_DEVICES = {
    "desk": "Desk telephone", "softphone": "App on a computer or mobile", "cordless": "Cordless telephone",
    "door": "Door station", "analog": "Analogue telephone", "fax": "Fax", "none": "No telephone",
}  # fmt: skip
MAY_CALL = {
    "none": "Nobody", "internal": "Colleagues", "national": "Within the country", "international": "Everywhere",
}  # fmt: skip


def telephones(material: Material) -> Iterator[Block]:
    """Every extension."""
    yield Heading("People and telephones")
    if not material.flow.extensions:
        yield Paragraph("There is no telephone yet.")
        return
    yield Paragraph(
        "Calls for help to the emergency numbers are possible from every telephone, whatever else it may call.",
        soft=True,
    )
    columns = (
        Column("Ext.", 0.7), Column("Name", 1.5), Column("Telephone", 1.4), Column("If nobody answers", 2.3),
        Column("May call", 1.2), Column("Own number", 1.8),
    )  # fmt: skip
    rows = tuple(_telephone(material, item) for item in material.flow.extensions)
    yield Table("People and telephones", columns, rows)


def _telephone(material: Material, item: Extension) -> tuple[Cell | str, ...]:
    own = [phone(item.did)] if item.did else []
    own += [f"mobile {phone(item.mobile)}"] if item.mobile else []
    return (
        Cell(item.number, "strong"),
        item.name if item.name != item.number else "",
        _DEVICES[item.device],
        "\n".join(_not_taken(material, item)),
        MAY_CALL[item.outbound],
        "\n".join(own),
    )


def _not_taken(material: Material, item: Extension) -> Iterator[str]:
    for also in item.follow_me:
        yield f"after {duration(also.delay_s)} {phone(also.number)} rings too"
    after = {outcome: material.graph.after(item, outcome) for outcome in ("no_answer", "busy", "offline")}
    places = {outcome: material.names.destination(destination) for outcome, destination in after.items()}
    yield f"after {duration(item.ring_s)}: {places['no_answer']}"
    if places["busy"] != places["no_answer"]:
        yield f"busy: {places['busy']}"
    if places["offline"] != places["no_answer"]:
        yield f"not reachable: {places['offline']}"


def groups(material: Material) -> Iterator[Block]:
    """Every group and every queue."""
    rings = [node for node in material.flow.nodes if isinstance(node, RingGroup)]
    queues = [node for node in material.flow.nodes if isinstance(node, Queue)]
    if rings or queues:
        yield Heading("Groups and queues")
    if rings:
        yield Heading("Groups: several telephones ring", 2)
        columns = (Column("Group", 1.2), Column("Who", 2), Column("How", 1.6), Column("If nobody answers", 2))
        yield Table("Groups", columns, tuple(_group(material, node) for node in rings))
    if queues:
        yield Heading("Queues: callers wait until somebody is free", 2)
        columns = (Column("Queue", 1.2), Column("Who answers", 2), Column("How", 2), Column("Ways out", 2))
        yield Table("Queues", columns, tuple(_queue(material, node) for node in queues))


def _group(material: Material, node: RingGroup) -> tuple[Cell | str, ...]:
    ways = (("", node.no_answer), ("all busy: ", node.busy), ("nobody reachable: ", node.offline))
    return (
        Cell(material.names.node(node), "strong"),
        "\n".join(_member(material, member) for member in node.members) or "nobody",
        STRATEGIES[node.strategy].format(duration(node.ring_s)),
        _ways(material, ways),
    )


def _member(material: Material, member: Member) -> str:
    later = f", {duration(member.delay_s)} later" if member.delay_s else ""
    return material.names.member(member) + later + (", takes the call by pressing 1" if member.confirm else "")


def _queue(material: Material, node: Queue) -> tuple[Cell | str, ...]:
    how = [STRATEGIES[node.strategy], f"each for {duration(node.ring_s)}", f"music: {human(node.music)}"]
    if node.wrapup_s:
        how.append(f"{duration(node.wrapup_s)} of rest after a call")
    if node.announce:
        how.append(f"announcement every {duration(node.announce.every_s)}")
    if node.max_callers:
        how.append(f"at most {several(node.max_callers, 'caller')} waiting")
    ways: list[tuple[str, Destination | None]] = [(f"key {key}: ", target) for key, target in node.exit_keys.items()]
    ways.append((f"after {duration(node.max_wait_s)}: ", node.timeout))
    ways += [("queue full: ", node.full), ("nobody there: ", node.no_agents)]
    return (
        Cell(material.names.node(node), "strong"),
        "\n".join(material.names.member(agent) for agent in node.agents) or "nobody",
        "\n".join(how),
        _ways(material, ways),
    )


def _ways(
    material: Material, ways: "list[tuple[str, Destination | None]] | tuple[tuple[str, Destination | None], ...]"
) -> str:
    return "\n".join(label + material.names.destination(target) for label, target in ways if target is not None)


def mailboxes(material: Material) -> Iterator[Block]:
    """Every mailbox."""
    if not material.flow.mailboxes:
        return
    yield Heading("Mailboxes")
    columns = (
        Column("Mailbox", 0.8),
        Column("Name", 1.6),
        Column("Messages are mailed to", 2.4),
        Column("Messages", 2.2),
    )
    yield Table("Mailboxes", columns, tuple(_mailbox(material, item) for item in material.flow.mailboxes))


def _mailbox(material: Material, item: Mailbox) -> tuple[Cell | str, ...]:
    notes = [f"up to {duration(item.max_s)}"]
    if item.email:
        notes.append("attached to the mail" if item.attach else "not attached to the mail")
    if item.delete_after_send:
        notes.append("deleted once mailed")
    if item.transcribe:
        notes.append("written out")
    if item.operator:
        notes.append(f"0 leads to {material.names.destination(item.operator)}")
    return Cell(item.number, "strong"), item.name or "", "\n".join(item.email) or "nobody", "\n".join(notes)
