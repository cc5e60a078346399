"""Trunks, outbound routes, calls for help, codes and parking of our own export."""

import re

from call_flow.export.numberplan import NumberPlan
from call_flow.importers.asterisk.configuration import Section
from call_flow.importers.asterisk.own.steps import NotOurs, Own, called
from call_flow.importers.draft import Draft, Plain
from call_flow.simulate.outbound import classify, parse

_GATHER = re.compile(r"Gosub\(trunk-([a-z][a-z0-9-]*),s,1\(")
_HELP = re.compile(r"Dial\(PJSIP/\$\{HELP\}@(?:emergency|trunk)-([a-z0-9-]+?)(?:-emergency)?\)")
_PARKED = re.compile(r"(\d+)-(\d+)")


def trunks(own: Own, draft: Draft, pjsip: list[Section], carriers: str) -> None:
    """Every trunk; what is still to be filled in tells its user name."""
    for context in own.dialplan.contexts:
        if not context.startswith("trunk-"):
            continue
        name = context.removeprefix("trunk-")
        piece = draft.add("trunks", {"id": name}, own.source(context))
        contact = next((found for section in pjsip if section.name == context
                        and (found := re.fullmatch(r"sip:(.+):(\d+)", section.value("contact")))), None)  # fmt: skip
        if contact is not None:
            piece.plain |= {"host": contact[1], "port": int(contact[2])}
        endpoint = next((section for section in pjsip if section.name == context and section.value("aors")), None)
        piece.plain["registers"] = endpoint is not None and bool(endpoint.value("from_domain"))
        user = re.search(
            rf"^;?\[{re.escape(context)}\]\s*\n;?type=auth\n(?:.*\n)??;?username=(\S+)", carriers, re.MULTILINE
        )
        if endpoint is not None and endpoint.value("outbound_auth") and user is not None:
            piece.plain["username"] = user[1]
        provider = re.search(rf"^; trunk {re.escape(name)} \((.+)\)$", carriers, re.MULTILINE)
        if provider is not None:
            piece.plain["provider"] = provider[1].replace("\\;", ";")
        for step in own.steps(context):
            if match := re.search(r"GROUP_COUNT\([a-z0-9-]+@trunk\)\} >= (\d+)", step.text):
                piece.plain["channels"] = int(match[1])


def outbound(own: Own, draft: Draft) -> None:
    """Every outbound route, with the classes for which it is taken and what is dialled before them."""
    routes: dict[str, Plain] = {}
    for context in own.dialplan.contexts:
        if context.startswith("route-"):
            name = context.removeprefix("route-")
            named = [match[1] for step in own.steps(context) if (match := _GATHER.match(step.text))]
            routes[name] = {"id": name, "classes": [], "trunks": named}
    prefixes = _dialled(own, draft.country, routes)
    _taken(own, draft.country, routes)
    usual = "" if "" in prefixes or not prefixes else prefixes[-1]
    if usual:
        draft.numbering.plain["outbound_prefix"] = usual
    for name, plain in routes.items():
        if plain.get("prefix") == usual or not plain.get("prefix"):
            plain.pop("prefix", None)
        plain["classes"] = sorted(set(plain["classes"]), reverse=True) or ["national"]
        draft.add("outbound", plain, own.source(f"route-{name}"))


def _dialled(own: Own, country: str, routes: dict[str, Plain]) -> list[str]:
    """The prefixes by which calls outside are dialled, in their order."""
    base = [pattern.pattern for pattern in NumberPlan(country).patterns("") if not pattern.pattern.startswith("_+")]
    tail = base[-1][1:]
    found: list[str] = []
    for context in own.dialplan.contexts:
        if not context.startswith("phones-"):
            continue
        names = own.extensions(context)
        here = [match[1] for name in names if (match := re.fullmatch(rf"_([0-9*#]*){re.escape(tail)}", name))]
        found += [prefix for prefix in here if prefix not in found]
        for prefix in here:
            for pattern in NumberPlan(country).patterns(prefix):
                if pattern.pattern not in names:
                    continue
                to = own.steps(context, pattern.pattern)[-1].text
                match = re.fullmatch(r"Goto\(call-([a-z][a-z0-9-]*),s,1\)", to)
                if match and match[1] in routes:
                    routes[match[1]]["classes"].append(pattern.call_class)
                    if not pattern.pattern.startswith("_+"):
                        routes[match[1]].setdefault("prefix", prefix)
    return found


def _taken(own: Own, country: str, routes: dict[str, Plain]) -> None:
    """Numbers of the flow tell for which class a route is taken."""
    for context in own.dialplan.contexts:
        for name in own.extensions(context):
            for step in own.steps(context, name):
                call = called(step.text)
                if call is not None and call.way.removeprefix("route-") in routes:
                    parsed = parse(call.number, country)
                    kind = "national" if parsed is None else classify(parsed, country)
                    routes[call.way.removeprefix("route-")]["classes"].append(kind)


def emergency(own: Own, draft: Draft, mails: Section | None) -> None:
    """Numbers for help, and who is told."""
    numbers: list[str] = []
    tests: list[str] = []
    prefixes: list[str] = []
    for dialled in own.extensions("emergency"):
        steps = own.steps("emergency", dialled)
        match = re.fullmatch(r"Set\(HELP=([0-9*#]+)\)", steps[0].text)
        if match is None:
            raise NotOurs
        if dialled == match[1]:
            (tests if "emergency-call" in steps[1].text else numbers).append(dialled)
        elif (prefix := dialled.removesuffix(match[1])) not in prefixes:
            prefixes.append(prefix)
    draft.emergency.plain |= {"numbers": numbers, "test_numbers": tests, "accept_prefixes": prefixes}
    if "emergency-call" in own.dialplan.contexts:
        draft.emergency.notes[""] = own.source("emergency-call").imported()
        used = [match[1] for step in own.steps("emergency-call") if (match := _HELP.match(step.text))]
        if used != [str(piece.plain["id"]) for piece in draft.sections["trunks"]]:
            draft.emergency.plain["trunks"] = used
    draft.emergency.plain["notify"] = _notices(own, mails)


def _notices(own: Own, mails: Section | None) -> list[Plain]:
    addresses = {setting.name: setting.value.split(",")[2] for setting in (mails.settings if mails else [])
                 if setting.value.count(",") > 2}  # fmt: skip
    found: list[Plain] = []
    for name in own.extensions("emergency-notice"):
        if not name.isdecimal():
            continue
        texts = [step.text for step in own.steps("emergency-notice", name)]
        call = called(texts[0])
        phone = re.match(r"Dial\(PJSIP/(\d+),", texts[0])
        mail = next((match[1] for text in texts if (match := re.match(r"VoiceMail\((\d+)@emergency", text))), None)
        if phone is not None:
            found.append({"extension": phone[1]})
        elif call is not None:
            found.append({"number": call.number})
        elif mail in addresses:
            found.append({"email": addresses[mail]})
    return found


def services(own: Own, draft: Draft) -> dict[str, str]:
    """Codes of features; the contexts of switches and overrides with the codes that lead there."""
    codes: dict[str, str] = {}
    features: Plain = dict.fromkeys(("voicemail", "voicemail_any", "pickup", "directory", "echo_test"))
    signs = (("voicemail", "(${MAILBOX}@default)"), ("voicemail_any", "(@default)"), ("pickup", "ickup("),
             ("directory", "Directory("), ("echo_test", "cho()"))  # fmt: skip
    for code in own.extensions("services"):
        texts = [step.text for step in own.steps("services", code)]
        goto = re.fullmatch(r"Goto\(((?:override|switch)-[a-z0-9-]+),s,1\)", texts[0])
        if goto is not None:
            codes[goto[1]] = code
            continue
        kind = next((name for name, sign in signs if any(sign in text for text in texts)), None)
        if kind is not None and features[kind] is None:
            features[kind] = code
    draft.feature_codes.plain |= features
    if "services" in own.dialplan.contexts:
        draft.feature_codes.notes[""] = own.source("services").imported()
    return codes


def parking(draft: Draft, sections: list[Section]) -> None:
    """Where calls are parked."""
    lot = next((section for section in sections if section.name == "default"), None)
    first = lot.value("parkext") if lot else ""
    draft.numbering.plain["parking"] = first or None
    match = _PARKED.fullmatch(lot.value("parkpos")) if lot else None
    if lot is not None and match is not None:
        draft.numbering.plain["parking_slots"] = int(match[2]) - int(match[1]) + 1
        draft.numbering.notes["/parking"] = lot.source.imported()
