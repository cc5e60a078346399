"""What the calls of a turn gave, told to the model."""

from collections.abc import Sequence

from agents.loop import wording
from agents.loop.activation import Activation
from agents.store import calls
from oberaconnect import llm
from oberaconnect.db import Connection


def report(connection: Connection, activation: Activation, ended: Sequence[calls.Row]) -> None:
    """Add the turn with the results of `ended`: all calls of the model's last turn."""
    specs = activation.specs
    results = tuple(
        llm.ToolResult(
            call["vendor_id"],
            wording.result(
                call["tool"],
                call["result"]["content"],
                # What a person refused, or nobody decided, is told in the platform's own words.
                taints=call["status"] in ("succeeded", "failed")
                and (call["tool"] not in specs or specs[call["tool"]].taints),
            ),
            is_error=call["status"] != "succeeded",
        )
        for call in ended
    )
    activation.add_turn(connection, "tool", llm.Message("user", tool_results=results))


def report_when_done(connection: Connection, activation: Activation) -> None:
    """The same, if all of them have ended by now: in the transaction in which the last one did."""
    found = activation.calls_now(connection)
    if all(call["status"] in calls.ENDED for call in found):
        report(connection, activation, found)
