"""Ring groups and queues."""

from collections.abc import Iterable

from pydantic import JsonValue

from call_flow.spec.draft import Draft, Piece, Plain, escaped
from call_flow.spec.script import Script
from call_flow.spec.ways import RESERVED, Ways, confirm_outside
from call_flow.spec.wishes import GroupWish, QueueWish
from call_flow.spec.words import identifier

_GROUP = ("strategy", "ring_s", "caller_prefix")
_QUEUE = (
    "strategy", "ring_s", "retry_s", "wrapup_s", "max_wait_s", "max_callers", "announce", "music", "join_empty",
    "caller_prefix",
)  # fmt: skip


def names(draft: Draft) -> dict[str, str]:
    """The id of each group and queue, by its name."""
    found: dict[str, str] = {}
    taken = draft.ids("nodes") | RESERVED
    for section, told in (("groups", draft.spec.groups), ("queues", draft.spec.queues)):
        for name in told:
            if name in found:
                draft.refuse(f"/{section}/{name}", "There is a group of this name. Give the queue another.")
                continue
            found[name] = identifier(name, section[:-1], taken)
            taken.add(found[name])
    return found


def make(draft: Draft, script: Script, ways: Ways, ids: dict[str, str]) -> None:
    """The nodes of groups and queues."""
    for name, group in draft.spec.groups.items():
        _ring_group(draft, script, ways, (name, ids[name]), group)
    for name, queue in draft.spec.queues.items():
        if name not in draft.spec.groups:
            _queue(draft, script, ways, (name, ids[name]), queue)


def _ring_group(draft: Draft, script: Script, ways: Ways, named: tuple[str, str], wish: GroupWish) -> None:
    name, node_id = named
    pointer = f"/groups/{escaped(name)}"
    plain: Plain = {"id": node_id, "kind": "ring_group", "name": name}
    plain |= wish.model_dump(mode="json", include=set(_GROUP), exclude_none=True)
    plain["members"] = _members(draft, ways, f"{pointer}/members", wish.members)
    _greet(draft, script, plain, pointer, wish.greeting)
    node = draft.make(plain, rank=2)
    node.said |= {"": pointer, "/members": f"{pointer}/members"}
    _go_on(ways, node, pointer, node_id, {"no_answer": wish.no_answer, "busy": wish.busy, "offline": wish.offline})
    if wish.no_answer is None:
        plain["no_answer"] = ways.general()
        node.note("/no_answer", "default", "Calls that nobody answers go to the general mailbox.")
    confirm_outside(node, "members")


def _queue(draft: Draft, script: Script, ways: Ways, named: tuple[str, str], wish: QueueWish) -> None:
    name, node_id = named
    pointer = f"/queues/{escaped(name)}"
    plain: Plain = {"id": node_id, "kind": "queue", "name": name}
    plain |= wish.model_dump(mode="json", include=set(_QUEUE), exclude_unset=True, exclude_none=True)
    plain["agents"] = _members(draft, ways, f"{pointer}/agents", wish.agents)
    _greet(draft, script, plain, pointer, wish.greeting)
    node = draft.make(plain, rank=2)
    node.said |= {"": pointer, "/agents": f"{pointer}/agents"}
    _go_on(ways, node, pointer, node_id, {"timeout": wish.timeout, "full": wish.full, "no_agents": wish.no_agents})
    for key, told in (wish.exit_keys or {}).items():
        if way := ways.read(f"{pointer}/exit_keys/{key}", told, f"{node_id}-{key}"):
            plain.setdefault("exit_keys", {})[key] = way.destination
    if wish.timeout is None:
        plain["timeout"] = ways.general()
        node.note("/timeout", "default", "Callers who waited too long in a queue come to the general mailbox.")


def _members(draft: Draft, ways: Ways, pointer: str, told: Iterable[JsonValue]) -> list[Plain]:
    found = []
    for position, item in enumerate(told):
        with draft.reading(f"{pointer}/{position}"):
            found.append(ways.member(item))
    return found


def _greet(draft: Draft, script: Script, plain: Plain, pointer: str, greeting: JsonValue) -> None:
    if greeting is None:
        return
    with draft.reading(f"{pointer}/greeting"):
        plain["greeting"] = identifier(f"{plain['id']} greeting", "greeting", draft.ids("prompts"))
        script.stated(plain["greeting"], greeting)


def _go_on(ways: Ways, node: Piece, pointer: str, node_id: str, told: dict[str, JsonValue]) -> None:
    for outcome, words in told.items():
        if words is not None and (
            way := ways.read(f"{pointer}/{outcome}", words, f"{node_id}-{outcome}", ways.general)
        ):
            node.plain[outcome] = way.destination
