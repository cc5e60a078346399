"""Conditions that only a call can decide: who calls, and switches that staff turn."""

import re
from typing import TYPE_CHECKING

from call_flow.importers.asterisk.applications import ENDS
from call_flow.importers.asterisk.dialplan import Step
from call_flow.importers.asterisk.expressions import resolved
from call_flow.importers.asterisk.runner import asked, executed
from call_flow.importers.asterisk.state import State
from call_flow.importers.draft import END, Piece, Plain

if TYPE_CHECKING:
    from call_flow.importers.asterisk.walk import Walker

_CALLER = r"\$\{CALLERID\((?:num|number)\)(?::0:(\d+))?\}"
_PREFIX = re.compile(rf"\$\[\s*\"?x?{_CALLER}\"?\s*={{1,2}}\s*\"?x?(\+?\d+)\"?\s*\]", re.IGNORECASE)
_NOBODY = re.compile(
    rf"\$\[\s*\"?x?{_CALLER}\"?\s*={{1,2}}\s*(?:\"x?(?:anonymous|unknown|restricted)?\"|x)\s*\]"
    r"|\$\{ISNULL\(\$\{CALLERID\(num(?:ber)?\)\}\)\}|\$\[\s*\$\{LEN\(\$\{CALLERID\(num(?:ber)?\)\}\)\}\s*=\s*0\s*\]",
    re.IGNORECASE,
)
_STORED = re.compile(r"\$\{(DB\([^)]+\)|DB_EXISTS\([^)]+\)|GLOBAL\([^)]+\)|[A-Za-z_][A-Za-z0-9_]*)\}")
_WRITES = re.compile(r"(DB\([^)]+\)|(?:GLOBAL\()?[A-Za-z_][A-Za-z0-9_]*\)?)\s*=\s*(.*)")
_CODE = re.compile(r"[0-9*#]{1,15}")
_MOST = 50


def decides(walker: "Walker", state: State, step: Step) -> Plain | State:
    """The node for a condition; where calls go as long as it does not hold when the model has none for it."""
    text, _, no = asked(step)
    said = walker.runner.say(text, state)
    if _rule(walker, said) is not None:
        return _by_caller(walker, state, step)
    if switch := _switch(walker, state, step):
        return switch
    told = "Whether this holds is decided during the call; calls go on as if it did not."
    walker.ledger.approximated(step.source, told)
    following = walker.runner.take(step, no, state) if no else walker.runner.after(state)
    return {**END} if following is None else following


def _way(walker: "Walker", step: Step, chosen: str, state: State) -> Plain:
    """Where one way of a condition leads. Of a call that it ends the cause is kept."""
    if step.application == "execif" and (inside := executed(step, chosen)).application in ENDS:
        return walker.ends(state, inside)
    return walker.goes(walker.runner.take(step, chosen, state))


def _by_caller(walker: "Walker", state: State, step: Step) -> Plain:
    plain: Plain = {"kind": "caller_match", "rules": [{"anonymous": True, "then": END}], "otherwise": END}

    def complete(piece: Piece) -> None:
        rules: list[Plain] = []
        current: State | None = state
        asks: Step | None = step
        while current is not None and asks is not None and len(rules) < _MOST:
            text, yes, no = asked(asks)
            said = walker.runner.say(text, current)
            rule = _rule(walker, said)
            if rule is None:
                break
            walker.ledger.understood(asks.source)
            rules.append({**rule, "then": _way(walker, asks, yes, current)})
            current = walker.runner.take(asks, no, current) if no else walker.runner.after(current)
            if current is None:
                break
            there, following = walker.runner.run(current, [])
            if following is None or following.application not in ("gotoif", "execif") or there.carried:
                break
            current, asks = there, following
        if rules:
            piece.plain["rules"] = rules
        piece.plain["otherwise"] = walker.goes(current)

    return walker.node(state, step.source, plain, complete)


def _rule(walker: "Walker", said: str) -> Plain | None:
    if _NOBODY.search(said):
        return {"anonymous": True}
    match = _PREFIX.search(said)
    if match is None:
        return None
    digits, length = match[2], match[1]
    if length is not None and int(length[:3]) != len(digits):
        return None
    if digits.startswith("+"):
        return {"prefix": digits[:16]}
    whole = walker.draft.e164(digits)
    if whole is not None and length is None:
        return {"prefix": whole}
    code = walker.draft.calling_code
    return {"prefix": f"+{digits if digits.startswith(code) and len(code) == 1 else code + digits}"[:16]}


def _switch(walker: "Walker", state: State, step: Step) -> Plain | None:
    """A switch that a code of staff turns: the condition reads what an extension of that code writes."""
    text, yes, no = asked(step)
    names = list(dict.fromkeys(_STORED.findall(walker.runner.say(text, state))))
    if len(names) != 1:
        return None
    written = _written(walker, names[0])
    codes = [code for code, _ in written]
    values = list(dict.fromkeys(value for _, value in written))
    holds = [value for value in values if _with(walker, text, state, names[0], value)]
    if not codes or not holds or len(holds) == len(values) > 1:
        return None
    plain: Plain = {"kind": "toggle", "code": codes[0], "on": END, "off": END}
    is_on = _with(walker, text, state, names[0], "")
    plain["default"] = "on" if is_on else "off"
    if len(set(codes)) > 1:
        told = f"It is set and unset by {', '.join(dict.fromkeys(codes))}; in the flow {codes[0]} turns it."
        walker.ledger.approximated(step.source, told)

    def complete(piece: Piece) -> None:
        piece.plain["on"] = _way(walker, step, yes, state)
        beyond = walker.runner.take(step, no, state) if no else walker.runner.after(state)
        piece.plain["off"] = walker.goes(beyond)

    return walker.node(state, step.source, plain, complete)


def _with(walker: "Walker", text: str, state: State, name: str, value: str) -> bool:
    put = text.replace(f"${{{name}}}", value)
    found = resolved(put, walker.runner.values(state))
    return found.strip().strip('"') not in ("", "0") and "${" not in found


def _written(walker: "Walker", name: str) -> list[tuple[str, str]]:
    """The codes whose extensions write a value, and the values."""
    bare = name.removeprefix("GLOBAL(").rstrip(")") if name.startswith("GLOBAL(") else name
    found: list[tuple[str, str]] = []
    for context in walker.dialplan.contexts.values():
        for extension in context.extensions.values():
            if not _CODE.fullmatch(extension.name):
                continue
            for step in extension.steps:
                match = _WRITES.search(step.arguments) if step.application in ("set", "execif") else None
                if (
                    match
                    and match[1].removeprefix("GLOBAL(").removesuffix(")" if "GLOBAL(" in match[1] else "") == bare
                ):
                    walker.ledger.understood(*(known.source for known in extension.steps))
                    found.append((extension.name, match[2].strip().strip('")').strip()))
                elif step.application == "set" and f"DB_DELETE({bare[3:]}" in step.arguments.replace(" ", ""):
                    walker.ledger.understood(*(known.source for known in extension.steps))
                    found.append((extension.name, ""))
    return found
