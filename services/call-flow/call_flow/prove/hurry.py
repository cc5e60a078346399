"""The same flow with less waiting: real time cannot be shortened, but what is waited for can.

Every branch stays where it is. Of times that decide against each other the order is kept: who rings before whom, what
rings longer than what, and how many agents are asked before a caller gives up.
"""

from collections.abc import Iterable

from call_flow.flow.model import Extension, Flow, Prompt
from call_flow.flow.nodes import External, Menu, Node, Queue, RingGroup

#: How long the sounds are that a proof plays instead of recordings.
PROMPT_SECONDS = 0.3
_RING_SECONDS = 2
_QUEUE_SECONDS = 3
#: A queue that is to be full is so with a few callers, and stays so while one more call comes to it.
_FULL_CALLERS = 2
_FULL_SECONDS = 6


def hurried(flow: Flow) -> Flow:
    """A copy in which nobody waits longer than a few seconds for anything."""
    return flow.model_copy(
        update={
            "nodes": [_node(node) for node in flow.nodes],
            "extensions": [_extension(item) for item in flow.extensions],
            "prompts": [_prompt(item) for item in flow.prompts],
            # The calls of a proof are made side by side.
            "trunks": [item.model_copy(update={"channels": None}) for item in flow.trunks],
        }
    )


def _node(node: Node) -> Node:
    match node:
        case Menu():
            return node.model_copy(update={"timeout_s": 1, "digit_timeout_s": 1})
        case RingGroup():
            ranks = _ranks([member.delay_s for member in node.members if node.strategy == "simultaneous"], node.ring_s)
            members = [item.model_copy(update={"delay_s": ranks.get(item.delay_s, 0)}) for item in node.members]
            return node.model_copy(update={"ring_s": ranks[node.ring_s], "members": members})
        case Queue():
            asked = min(len(node.agents), max(1, node.max_wait_s // (node.ring_s + node.retry_s)))
            wait = max(_FULL_SECONDS if node.max_callers else _QUEUE_SECONDS, 2 * asked + 1)
            update = {"ring_s": 1, "retry_s": 1, "wrapup_s": 0, "max_wait_s": min(node.max_wait_s, wait)}
            update["max_callers"] = min(node.max_callers, _FULL_CALLERS)
            return node.model_copy(update=update)
        case External():
            return node.model_copy(update={"ring_s": min(node.ring_s, _RING_SECONDS)})
        case _:
            return node


def _extension(item: Extension) -> Extension:
    ranks = _ranks([follow.delay_s for follow in item.follow_me], item.ring_s)
    followed = [follow.model_copy(update={"delay_s": ranks[follow.delay_s]}) for follow in item.follow_me]
    return item.model_copy(update={"ring_s": ranks[item.ring_s], "follow_me": followed})


def _prompt(item: Prompt) -> Prompt:
    return item.model_copy(update={"seconds": PROMPT_SECONDS, "file": None})


def _ranks(delays: Iterable[int], ring_seconds: int) -> dict[int, int]:
    """Shorter times by the times they stand for, in the same order; 0 stays 0."""
    times = sorted({*delays, ring_seconds} - {0})
    short = {time: at for at, time in enumerate(times, 1)}
    return {0: 0} | {time: at + _RING_SECONDS - 1 for time, at in short.items()}
