"""May this call be made? Pure rules over what an agent may do, what the run has read, and what people allowed."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from agents.definitions import ApprovalPolicy, Rule
from agents.tools.contract import Spec

#: Hosts in web addresses, and e-mail addresses: where something could be sent to.
_PLACE = re.compile(
    r"(?i)\b[a-z][a-z0-9+.-]{1,9}://([^/\s\"'<>?#]+)"
    # From the beginning of a word on: else a long one without an @ is read again from each of its letters.
    r"|((?<![a-z0-9._%+-])[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,})"
)
#: The same without a scheme: names with a dot, and IP addresses. File names look alike.
_LOOSE = re.compile(
    r"(?i)(?<![\w.-])(?:[\w-]+\.)+[\w-]{2,}|(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}"
)
_SHOWN = 3


@dataclass(frozen=True)
class Verdict:
    """What the rules say, and why, for the person who is asked and the model that is refused."""

    rule: Rule
    why: str


def digest(tool: str, args: Mapping[str, Any]) -> str:
    """What an approval is bound to: SHA-256, in hexadecimal, of the tool and its arguments as canonical JSON."""
    text = json.dumps({"tool": tool, "args": args}, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def goes_unasked(policy: ApprovalPolicy, spec: Spec) -> bool:
    """Whether calls of a tool are made whatever the run has read and whatever their arguments are."""
    return spec.tool_class == "read" and policy.read == "auto"


def judge(
    policy: ApprovalPolicy, spec: Spec, *, tainted_by: str | None, is_granted: bool, new_places: Collection[str]
) -> Verdict:
    """The rule for a call.

    `tainted_by` names what brought in text of outsiders; `is_granted`: a person allowed this tool for the whole run;
    `new_places` are addresses among the arguments that nobody who may decide has written.
    """
    rule = policy.rule(spec.tool_class)
    if rule == "deny":
        return Verdict("deny", f"This agent may not use tools of the class '{spec.tool_class}'.")
    why = f"Calls of the class '{spec.tool_class}' are asked about." if rule == "ask" else ""
    if spec.tool_class != "read" and tainted_by is not None:
        rule = "ask"
        why = (
            f"The run has read what outsiders may have written (through {tainted_by}), so nothing is changed or sent"
            " without a person."
        )
    if spec.tool_class == "read" or rule == "auto":
        return Verdict(rule, why)
    if new_places:
        listed = ", ".join(sorted(new_places)[:_SHOWN])
        return Verdict("ask", f"{why} It names {listed}, which is not in what was asked for.")
    return Verdict("auto", "") if is_granted else Verdict("ask", why)


def places(value: Any, *, loose: bool = False) -> set[str]:
    """The hosts and e-mail addresses that stand in a text, or in any text of a JSON value; in lower case.

    Also those that are written otherwise: percent-encoded, in wide letters, with signs between that nobody sees.
    `loose`: also what only may be an address, such as a name with a dot.
    """
    found: set[str] = set()
    for text in _texts(value):
        for spelt in {text, _plainly(text)}:
            found |= {(one[1] or one[2]).lower() for one in _PLACE.finditer(spelt)}
            if loose:
                found |= {one[0].lower() for one in _LOOSE.finditer(spelt)}
    return found


def _plainly(text: str) -> str:
    decoded = unicodedata.normalize("NFKC", unquote(unquote(text)))
    return "".join(sign for sign in decoded if unicodedata.category(sign) != "Cf")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield str(name)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
