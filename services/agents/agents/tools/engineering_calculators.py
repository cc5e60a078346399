"""Tools that calculate: a plan of subnets, the other calculators by their names, and tests of configurations."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from agents.tools.contract import Calling, Outcome, Spec, Tool
from agents.tools.engineering_cited import READ, calculation, chosen
from agents.tools.making import WORDS, Made, choice, identifier, maybe, record, said, several, text, whole
from agents.tools.platform import Service
from agents.tools.readable import cut, line, outline

#: They work with what they are given and nothing else, so what they say was written by nobody outside.
CALCULATORS = (
    "bandwidth", "interface-range", "ipsec-overhead", "ipv6", "ipv6-plan", "ipv6-ula", "mac", "mask", "mtu",
    "poe-budget", "range-to-cidr", "show-commands", "subnet", "subnet-next-free", "subnet-overlap", "subnet-plan",
    "subnet-split", "subnet-summarise", "vlan-plan", "vlan-range",
)  # fmt: skip
#: They read configurations and the output of devices.
READERS = ("config-diff", "config-lint", "config-parse", "packet-test", "route-lookup", "show-parse")
_ADDRESS = text(longest=100, shortest=1)
_ARGUMENTS = {
    "type": "object",
    "maxProperties": 50,
    "description": "What the tool takes; engineering_tools with its name tells the fields.",
}
_MOST_RESULT = 60_000
_RESULT = record(
    {
        "calc_id": identifier(""),
        "tool": WORDS,
        "result": maybe({"type": "object"}) | {"description": "null when it is too long; the calculation has it."},
    }
)
_NETWORK = record(
    {
        "name": WORDS,
        "network": WORDS,
        "netmask": WORDS,
        "first": WORDS,
        "last": WORDS,
        "broadcast": maybe(WORDS),
        "needed_hosts": maybe(WORDS),
        "usable_hosts": WORDS,
        "spare_hosts": maybe(WORDS),
    }
)
_PLAN = Spec(
    name="subnet_plan",
    title="Subnet plan",
    description="Plan networks of different sizes (VLSM) out of a block of addresses, so that none overlap: "
    "for each its network, mask, first and last host and what is spare, and what is left of the block.",
    parameters=record(
        {
            "parent": _ADDRESS | {"description": "The block, such as 10.40.0.0/22."},
            "needs": several(
                record(
                    {
                        "name": said("Such as Staff.", longest=80),
                        "hosts": whole("So many hosts; or prefix_length.", least=1, most=2**53 - 1),
                        "prefix_length": whole("A network of this length; or hosts.", least=0, most=128),
                    },
                    ["name"],
                ),
                "The networks that are needed.",
                least=1,
                most=512,
            ),
            "used": several(_ADDRESS, "Networks of the block that are in use already.", most=2_000),
            "growth_percent": whole("Room to grow, for all of them.", least=0, most=1_000, default=0),
        },
        ["parent", "needs"],
    ),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "calc_id": identifier(""),
            "networks": several(_NETWORK, most=512),
            "leftover": several(WORDS, most=2_600),
            "leftover_addresses": WORDS,
        }
    ),
    idempotent=True,
    taints=False,
)
_LIST_SPEC = Spec(
    name="engineering_tools",
    title="List calculators",
    description="List what engineering_tool can calculate and what config_tool can test, each in a line; "
    "with a name, the fields that it takes.",
    parameters=record({"name": choice("Of which to show the fields.", (*CALCULATORS, *READERS))}, []),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "tools": several(
                record(
                    {
                        "name": WORDS,
                        "by": choice("", ["engineering_tool", "config_tool"]),
                        "description": WORDS,
                        "arguments": {"type": "object"},
                    },
                    ["name", "by", "description"],
                ),
                most=100,
            )
        }
    ),
    idempotent=True,
    taints=False,
)
_CALCULATE = Spec(
    name="engineering_tool",
    title="Calculate",
    description="Use a calculator of network engineering: addresses, masks, VLAN lists, MTU, IPsec overhead, "
    "bandwidth, PoE and others. Look with engineering_tools what it takes.",
    parameters=record({"name": choice("Which one.", CALCULATORS), "arguments": _ARGUMENTS}),
    tool_class="read",
    scope=READ,
    output=_RESULT,
    idempotent=True,
    taints=False,
)
_TEST = Spec(
    name="config_tool",
    title="Test a configuration",
    description="Test or compare configurations, given by config_id or as text: whether a packet passes and "
    "by which line (packet-test), where it is sent (route-lookup), undefined and unused names "
    "(config-lint), differences (config-diff), output of commands as rows (show-parse). Look with "
    "engineering_tools what each takes.",
    parameters=record({"name": choice("Which one.", READERS), "arguments": _ARGUMENTS}),
    tool_class="read",
    scope=READ,
    output=_RESULT,
    idempotent=True,
)


def tools(service: Service) -> list[Tool]:
    """The tools of this room."""
    return [
        Made(_PLAN, partial(_plan, service)),
        Made(_LIST_SPEC, partial(_list, service)),
        Made(_CALCULATE, partial(_use, service)),
        Made(_TEST, partial(_use, service)),
    ]


def _plan(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    payload = chosen(arguments, "parent", "needs", "used", "growth_percent")
    done = service.acting(calling, READ).post("tools", "subnet-plan", payload=payload)
    found = done["result"]
    rows = [
        f"{one['name']}: {one['network']}, mask {one['netmask']}, hosts {one['first']} to {one['last']}, "
        f"{one['usable_hosts']} usable" + (f", {one['spare_hosts']} spare" if one["spare_hosts"] else "")
        for one in found["networks"]
    ]
    left = f"Left of {arguments['parent']}: {', '.join(found['leftover']) or 'nothing'}."
    return Outcome(
        content=cut("\n".join([*rows, left]), hint="Plan fewer networks at a time"),
        data={"calc_id": done["calc_id"]}
        | {name: found[name] for name in ("networks", "leftover", "leftover_addresses")},
        citations=[calculation("Subnet plan", done["calc_id"])],
    )


def _list(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    items = service.acting(calling, READ).get("tools")["items"]
    if wanted := arguments.get("name"):
        (found,) = (one for one in items if one["name"] == wanted)
        fields = json.dumps(found["arguments"], ensure_ascii=False)
        return Outcome(
            content=cut(f"{_row(found)}\nIts arguments, as a JSON Schema:\n{fields}"),
            data={"tools": [_tool(found) | {"arguments": found["arguments"]}]},
        )
    known = [one for one in items if one["name"] in (*CALCULATORS, *READERS)]
    return Outcome(content="\n".join(map(_row, known)), data={"tools": [_tool(one) for one in known]})


def _row(one: Mapping[str, Any]) -> str:
    return f"{one['name']} ({_by(one['name'])}): {one['description']}"


def _tool(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": one["name"], "by": _by(one["name"]), "description": one["description"]}


def _by(name: str) -> str:
    return "config_tool" if name in READERS else "engineering_tool"


def _use(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    done = service.acting(calling, READ).post("tools", arguments["name"], payload=arguments["arguments"])
    is_small = len(json.dumps(done["result"])) <= _MOST_RESULT
    return Outcome(
        content=cut(outline(done["result"]) or "Nothing was found.", hint="Ask for less at a time"),
        data=done if is_small else done | {"result": None},
        citations=[calculation(line(arguments["name"]), done["calc_id"])],
    )
