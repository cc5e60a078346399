"""What telephones dial: extensions, numbers for help, codes, and calls outside."""

import re
from typing import TYPE_CHECKING

from call_flow.flow.model import FeatureCodes
from call_flow.importers.asterisk.dialplan import Step, single
from call_flow.importers.asterisk.state import State
from call_flow.importers.ledger import Source
from call_flow.spec.country import emergency_numbers

if TYPE_CHECKING:
    from call_flow.importers.asterisk.walk import Walker

_CODES = {"voicemailmain": "voicemail", "pickup": "pickup", "pickupchan": "pickup", "echo": "echo_test",
          "directory": "directory"}  # fmt: skip
_CODE = re.compile(r"[0-9*#]{1,15}")
_PEER = re.compile(r"(?:PJSIP|SIP|IAX2)/(?:[^&,|@/]*@([^&,|/:]+)|([^&,|@/]+)/[^&,|]+)", re.IGNORECASE)
_SWITCHES = re.compile(r"DB\(|GLOBAL\(|DB_DELETE")
_TAKEN_OFF = re.compile(r"\$\{EXTEN:(\d{1,2})\}")
_TESTS = ("933",)


def inside(walker: "Walker") -> set[str]:
    """Read what telephones dial; tell the contexts they come in by."""
    contexts = [name for name in walker.telephones.contexts() if name in walker.dialplan.contexts]
    if not contexts:
        contexts = _likely(walker)
    seen: set[tuple[str, str]] = set()
    classes: dict[str, set[str]] = {start: set() for start in contexts}
    for start in contexts:
        for context, name, _ in walker.dialplan.numbers(start):
            if kind := _class(walker, context, name):
                classes[start].add(kind)
            if (context, name) not in seen:
                seen.add((context, name))
                _dialled(walker, start, context, name)
    # Telephones that patterns lead to.
    for piece in list(walker.draft.sections["extensions"]):
        for start in contexts:
            there = walker.runner.enter(start, str(piece.plain["number"]))
            if there is not None:
                walker.goes(there)
    _may_call(walker, classes)
    if contexts:
        for code in FeatureCodes.model_fields:
            walker.draft.feature_codes.plain.setdefault(code, None)
    found = set(contexts)
    for start in contexts:
        found |= {context for context, _, _ in walker.dialplan.numbers(start)}
    return found


def _may_call(walker: "Walker", classes: dict[str, set[str]]) -> None:
    """What telephones may call, by the contexts they come in by."""
    for phone in walker.telephones.phones.values():
        piece = walker.draft.find("extensions", phone.number)
        if piece is not None and phone.context in classes:
            may = classes[phone.context]
            told = "international" if "international" in may else "national" if may else "internal"
            piece.put("outbound", told, phone.source)


def _likely(walker: "Walker") -> list[str]:
    """Contexts that ring telephones by their own numbers."""
    names = [name for name in walker.dialplan.contexts
             if re.search(r"internal|phones|local|users|office|extens|default", name, re.IGNORECASE)]  # fmt: skip
    found = []
    for name in [*names, *walker.dialplan.contexts]:
        context = walker.dialplan.contexts[name]
        rings = any(
            step.application == "dial" and re.search(rf"(?:SIP|PJSIP)/(?:{re.escape(number)}|\$\{{EXTEN\}})\b",
            step.arguments)
            for number, extension in context.extensions.items() if re.fullmatch(r"\d{2,6}|_[\dXZN.\[\]-]+", number)
            for step in extension.steps
        )  # fmt: skip
        if rings and name not in found:
            found.append(name)
    return found[:20]


def _dialled(walker: "Walker", start: str, context: str, name: str) -> None:
    extension = walker.dialplan.contexts[context].extensions[name]
    sources = [step.source for step in extension.steps]
    outside = next(
        (step for step in extension.steps if step.application == "dial" and _PEER.search(step.arguments)), None
    )
    if name.startswith("_"):
        if outside is not None:
            _outbound(walker, name, outside, sources)
        return
    if not _CODE.fullmatch(name):
        return
    if _is_emergency(walker, name, outside):
        _for_help(walker, name, sources)
        return
    steps = {step.application for step in extension.steps}
    code = next((code for application, code in _CODES.items() if application in steps), None)
    if code is not None and (re.search(r"[*#]", name) or code != "directory"):
        _feature(walker, code, name, sources, extension.steps)
        return
    if outside is not None and len(name) >= 7:
        walker.ledger.ignored(outside.source, "Short ways to numbers outside are not kept.")
        return
    if any(step.application in ("set", "execif") and _SWITCHES.search(step.arguments) for step in extension.steps):
        return  # A switch, which is read where it is asked.
    there = walker.runner.enter(start, name)
    if there is not None and all(walker.ledger.is_open(source) for source in sources[:1]):
        _number_inside(walker, name, there, sources[0])


def _number_inside(walker: "Walker", name: str, there: State, source: Source) -> None:
    goes = walker.goes(there)
    if "node" in goes:
        piece = walker.draft.find("nodes", goes["node"])
        if piece is not None and piece.plain["kind"] == "conference" and piece.plain["room"] == name:
            return
        told = f"That telephones dial {name} for it is not kept: nodes of a flow have no number, but conferences do."
        walker.ledger.approximated(source, told)


def _is_emergency(walker: "Walker", name: str, outside: Step | None) -> bool:
    known = (*emergency_numbers(walker.draft.country), *_TESTS)
    return outside is not None and (name in known or any(name == f"9{number}" for number in known))


def _for_help(walker: "Walker", name: str, sources: list[Source]) -> None:
    piece = walker.draft.emergency
    known = (*emergency_numbers(walker.draft.country), *_TESTS)
    number = name if name in known else name[1:]
    key = "test_numbers" if number in _TESTS else "numbers"
    piece.put(key, list(dict.fromkeys([*piece.plain.get(key, []), number])), sources[0])
    prefixes = piece.plain.setdefault("accept_prefixes", [])
    if number != name and "9" not in prefixes:
        prefixes.append("9")
    piece.plain.setdefault("test_numbers", [])
    walker.ledger.understood(*sources)


def _feature(walker: "Walker", code: str, name: str, sources: list[Source], steps: list[Step]) -> None:
    piece = walker.draft.feature_codes
    if code == "voicemail" and not any("$" in step.arguments for step in steps if step.application == "voicemailmain"):
        code = "voicemail_any"
    if code in piece.plain:
        told = f"The same is done by {piece.plain[code]}; one code is kept."
        walker.ledger.approximated(sources[0], told)
        return
    piece.put(code, name, sources[0])
    walker.ledger.understood(*sources)


def _class(walker: "Walker", context: str, name: str) -> str:
    """The class of calls outside that a pattern takes; empty when it takes none."""
    steps = walker.dialplan.contexts[context].extensions[name].steps
    outside = next((step for step in steps if step.application == "dial" and _PEER.search(step.arguments)), None)
    if not name.startswith("_") or outside is None or single(name, 100):
        return ""
    return "international" if _is_abroad(walker, name, _prefix(name, outside)) else "national"


def _outbound(walker: "Walker", name: str, step: Step, sources: list[Source]) -> None:
    """A pattern by which telephones call outside, as an outbound route."""
    match = _PEER.search(step.arguments)
    peer = (match[1] or match[2]) if match else None
    if match is None or peer is None or "${" in peer:
        walker.ledger.approximated(step.source, "By which trunk it calls cannot be told; add an outbound route.")
        return
    if peer not in walker.telephones.peers:
        told = "The trunk has no section in pjsip.conf or sip.conf; add it and an outbound route."
        walker.ledger.approximated(step.source, told)
        return
    prefix = _prefix(name, step)
    kind = "international" if _is_abroad(walker, name, prefix) else "national"
    trunk = walker.telephones.trunk(peer)
    same = (prefix or None, [trunk])
    routes = walker.draft.sections["outbound"]
    known = next((piece for piece in routes if (piece.plain.get("prefix"), piece.plain["trunks"]) == same), None)
    if known is None:
        plain = {"id": walker.draft.free_id("outbound", f"out-{trunk}"), "classes": [kind], "trunks": [trunk]}
        walker.draft.add("outbound", plain | ({"prefix": prefix} if prefix else {}), step.source)
    elif kind not in known.plain["classes"]:
        known.plain["classes"].append(kind)
    for source in sources:
        told = "What a pattern takes is kept as a class of calls: national or international."
        walker.ledger.approximated(source, told)


def _prefix(name: str, step: Step) -> str:
    """Digits that are dialled first and taken off again."""
    match = _TAKEN_OFF.search(step.arguments)
    count = int(match[1]) if match else 0
    digits = name[1 : 1 + count]
    return digits if re.fullmatch(r"[0-9*#]{1,4}", digits) and digits not in ("1", "0", "00", "011", "+") else ""


def _is_abroad(walker: "Walker", name: str, prefix: str) -> bool:
    rest = name[1 + len(prefix) :]
    if walker.draft.calling_code == "1":
        return rest.startswith(("011", "00", "+"))
    return rest.startswith(("00", "+")) or rest in (".", "X.")


def rest(walker: "Walker") -> None:
    """Say of extensions by which no call that was read comes why they are left out."""
    for context in walker.dialplan.contexts.values():
        walker.ledger.understood(context.source)
        for name, extension in context.extensions.items():
            for step in extension.steps:
                if walker.ledger.is_open(step.source):
                    told = "No call from outside and no dialled extension that was read comes here."
                    if name == "h":
                        told = "What is done after a call has ended is no part of a flow."
                    elif name.startswith("_") and not single(name, 100):
                        told = "A pattern that takes any number is not imported: only extensions that exist are."
                    walker.ledger.ignored(step.source, told)
