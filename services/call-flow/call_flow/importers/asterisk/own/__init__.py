"""Our own export of Asterisk, read back by the names of its contexts.

What was read is exported again, and the ledger says of each line whether it would stand there: so a line that somebody
changed by hand does not pass for understood.
"""

import csv
import io
import re

from call_flow.export.asterisk.names import language as as_written
from call_flow.flow.calendar import zone
from call_flow.flow.model import Flow
from call_flow.importers.asterisk.configuration import Configuration, Section
from call_flow.importers.asterisk.dialplan import Dialplan
from call_flow.importers.asterisk.own import check, hours, people, ways
from call_flow.importers.asterisk.own.nodes import Around, nodes
from call_flow.importers.asterisk.own.steps import NotOurs, Own
from call_flow.importers.draft import Draft
from call_flow.importers.ledger import Ledger, Source
from oberaconnect.problems import Unprocessable

#: Contexts that only our export has, all of them at once.
_SIGNS = ("together", "outcome", "caller", "ring", "hangup-normal", "emergency", "internal", "services")
_FILES = ("confbridge.conf", "extensions.conf", "extensions_labels.conf", "features.conf", "geolocation.conf",
          "musiconhold.conf", "pjsip.conf", "pjsip_carriers.conf", "queues.conf", "res_parking.conf", "voicemail.conf",
          "directory.conf")  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


def is_own(dialplan: Dialplan) -> bool:
    """Whether a dialplan is one of our export."""
    return all(name in dialplan.contexts for name in _SIGNS)


def read(dialplan: Dialplan, configuration: Configuration, ledger: Ledger, draft: Draft) -> Flow:
    """The flow of an export. Raises Unprocessable when it was changed beyond what can be told."""
    voicemail = {section.name: section for section in configuration.sections("voicemail.conf")}
    pjsip = configuration.sections("pjsip.conf")
    own = Own(dialplan, configuration.sections("extensions_labels.conf"))
    try:
        _customer(own, draft, pjsip, configuration, voicemail)
        _numbers(own, draft)
        _parts(own, draft, pjsip, voicemail, configuration)
    except NotOurs:
        raise Unprocessable(
            "This dialplan was exported here and changed by hand since, so that it cannot be told what it does. Export "
            "the flow again, and change the flow instead."
        ) from None
    _site_zones(draft, people.zones(voicemail.get("default"), voicemail.get("zonemessages")))
    flow = draft.flow()
    names = [*_FILES, *(name for name in configuration.names() if name.startswith("directory_"))]
    check.check(flow, check.lines(configuration, names), ledger)
    return flow


def _parts(
    own: Own, draft: Draft, pjsip: list[Section], voicemail: dict[str, Section], configuration: Configuration
) -> None:
    people.sites(draft, configuration.sections("geolocation.conf"))
    staff = {setting.name: setting.value.removeprefix(",") for section in configuration.sections("directory.conf")
             for setting in section.settings if setting.name.isdecimal()}  # fmt: skip
    phones = people.phones(pjsip)
    people.mailboxes(own, draft, voicemail.get("default"))
    people.extensions(own, draft, phones, staff)
    codes = ways.services(own, draft)
    hours.schedules(own, draft, codes)
    ways.trunks(own, draft, pjsip, configuration.text("pjsip_carriers.conf") or "")
    ways.outbound(own, draft)
    ways.emergency(own, draft, voicemail.get("emergency"))
    ways.parking(draft, configuration.sections("res_parking.conf"))
    listed = [name for name in own.extensions("staff") if name.isdecimal()]
    ringing = [
        str(piece.plain["number"]) for piece in draft.sections["extensions"] if piece.plain.get("device") != "none"
    ]
    queues = {section.name: section for section in configuration.sections("queues.conf")}
    rooms = {section.name: section for section in configuration.sections("confbridge.conf")}
    nodes(Around(own, draft, queues, rooms, ringing, listed, codes))


def _customer(
    own: Own, draft: Draft, pjsip: list[Section], configuration: Configuration, voicemail: dict[str, Section]
) -> None:
    zones = people.zones(voicemail.get("default"), voicemail.get("zonemessages"))
    numbers = [f"+{name.removeprefix('number-')}" for name in own.dialplan.contexts if name.startswith("number-")]
    owned = {phone.variables.get("MAILBOX") for phone in people.phones(pjsip).values()}
    shared = [name for number, name in zones.items() if number not in owned]
    named = [*shared, *zones.values()]
    source = own.source("internal")
    draft.settle(numbers, [(name, source) for name in named if zone(name) is not None])
    template = next((section for section in pjsip if section.name == "endpoint"), None)
    first = template.value("language").replace("_", "-") if template else ""
    rows = _prompt_rows(configuration)
    languages = list(dict.fromkeys([*([first] if _LANGUAGE.fullmatch(first) else []), *(row[1] for row in rows)]))
    if languages:
        draft.customer.plain["languages"] = languages[:8]
    for identity, language, words, recording, where in rows:
        piece = draft.find("prompts", identity)
        if piece is None:
            piece = draft.add("prompts", {"id": identity, "texts": {}}, where)
            if recording:
                piece.plain["file"] = recording
        piece.plain["texts"][language] = words
        draft.ledger.understood(where)


def _prompt_rows(configuration: Configuration) -> list[tuple[str, str, str, str, Source]]:
    """Id, language, words, recording and place of each row of prompts.csv."""
    text = configuration.text("prompts.csv")
    if text is None:
        return []
    found: list[tuple[str, str, str, str, Source]] = []
    reader = csv.DictReader(io.StringIO(text))
    try:
        for row in reader:
            values = {name: (value or "").removeprefix("'") if (value or "")[1:2] in "=+-@" else (value or "")
                      for name, value in row.items() if isinstance(name, str) and not isinstance(value,
                          list)}  # fmt: skip
            identity, language = values.get("id", ""), values.get("language", "")
            where = Source("prompts.csv", ",".join(values.values()), reader.line_num)
            if re.fullmatch(r"[a-z][a-z0-9-]{0,39}", identity) and _LANGUAGE.fullmatch(language):
                found.append((identity, language, values.get("words", "")[:4000], values.get("recording", ""), where))
            else:
                configuration.ledger.ignored(where, "It is no row of a prompt and a language.")
    except csv.Error:
        raise Unprocessable("prompts.csv is no table. Send it as it was exported.") from None
    return found


def _numbers(own: Own, draft: Draft) -> None:
    """Every number with where its calls begin."""
    first = as_written(draft.language)
    for context in own.dialplan.contexts:
        if not context.startswith("number-"):
            continue
        steps = own.steps(context)
        plain: dict[str, object] = {"e164": f"+{context.removeprefix('number-')}"}
        rest = [step for step in steps if not step.text.startswith("Set(__OWN=")]
        match = re.fullmatch(r"Set\(CHANNEL\(language\)=(\w+)\)", rest[0].text)
        if match is not None:
            del rest[0]
            if match[1] != first:
                plain["language"] = match[1].replace("_", "-")
        prefix = re.fullmatch(r"Gosub\(prefix,s,1\((LABEL_\d+)\)\)", rest[0].text)
        if prefix is not None:
            plain["caller_prefix"] = own.label(prefix[1])
            del rest[0]
        draft.add("numbers", {**plain, "entry": own.goes(rest)}, own.source(context))


def _site_zones(draft: Draft, zones: dict[str, str]) -> None:
    """The zones of sites, as their extensions' mailboxes tell them."""
    for piece in draft.sections["extensions"]:
        named = zones.get(str(piece.plain.get("mailbox", "")))
        site = draft.find("sites", str(piece.plain.get("site", "")))
        if named is not None and site is not None and named != draft.time_zone:
            site.plain.setdefault("time_zone", named)
