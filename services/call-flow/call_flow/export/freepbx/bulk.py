"""The tables for the Bulk Handler: extensions with their mailboxes, and inbound routes."""

from call_flow.export.freepbx.modules import Modules
from call_flow.export.freepbx.places import dialled
from call_flow.export.labels import bare, shown
from call_flow.export.plan import Plan, Secret, pin
from call_flow.export.written import as_csv
from call_flow.flow.model import Extension, Mailbox

EXTENSIONS = (
    "extension", "name", "description", "tech", "secret", "outboundcid", "emergency_cid", "ringtimer",
    "callwaiting_enable", "noanswer_dest", "busy_dest", "chanunavail_dest", "voicemail", "voicemail_enable",
    "voicemail_vmpwd", "voicemail_email", "voicemail_options", "findmefollow_enabled", "findmefollow_grplist",
    "findmefollow_grptime", "findmefollow_strategy", "findmefollow_needsconf", "findmefollow_pre_ring",
    "findmefollow_postdest",
)  # fmt: skip
DIDS = ("extension", "cidnum", "description", "destination", "grppre", "mohclass", "privacyman", "alertinfo", "ringing",
        "delay_answer", "pricid", "reversal")  # fmt: skip
_LONGEST = 120


def extensions(plan: Plan, modules: Modules, secret: Secret) -> bytes:
    """A row for every extension, and one without a telephone for every mailbox that has none."""
    rows = [_extension(plan, modules, extension, secret) for extension in plan.extensions]
    known = {extension.number for extension in plan.extensions}
    rows += [
        {"extension": mailbox.number, "name": bare(mailbox.name or "", 50, mailbox.number),
         "description": mailbox.number, "tech": "virtual", **_voicemail(mailbox, secret)}
        for mailbox in plan.mailboxes if mailbox.number not in known
    ]  # fmt: skip
    return as_csv(EXTENSIONS, rows)


def _extension(plan: Plan, modules: Modules, extension: Extension, secret: Secret) -> dict[str, str]:
    seconds = min(_LONGEST, extension.ring_s)
    if seconds != extension.ring_s:
        how = f"It rings for {seconds} seconds instead of {extension.ring_s}, which is the longest."
        plan.notes.approximated(plan.pointer(extension), how)
    row = {"extension": extension.number, "name": bare(extension.name, 50, extension.number),
           "description": extension.number, "tech": "virtual" if extension.device == "none" else "pjsip",
           "ringtimer": str(seconds), "callwaiting_enable": ""}  # fmt: skip
    if extension.device != "none":
        row["secret"] = secret(f"sip:{extension.number}")
    row |= _ways(plan, modules, extension)
    shows = extension.caller_id
    if shows and shows.external:
        row["outboundcid"] = shows.external[1:]
    if called_back := (shows.emergency if shows else None) or plan.flow.emergency.callback:
        row["emergency_cid"] = called_back[1:]
    if (mailbox := plan.graph.mailboxes.get(extension.number)) is not None:
        row |= _voicemail(mailbox, secret)
    if extension.follow_me:
        listed = [extension.number, *(f"{dialled(plan, other.number)}#" for other in extension.follow_me)]
        row |= {
            "findmefollow_enabled": "CHECKED", "findmefollow_grplist": "-".join(listed),
            "findmefollow_grptime": str(seconds), "findmefollow_strategy": "ringallv2",
            "findmefollow_pre_ring": str(min([60, *(other.delay_s for other in extension.follow_me)])),
            "findmefollow_needsconf": "CHECKED" if any(other.confirm for other in extension.follow_me) else "",
            "findmefollow_postdest": modules.places.to(plan.after(extension)),
        }  # fmt: skip
    return row


def _ways(plan: Plan, modules: Modules, extension: Extension) -> dict[str, str]:
    """Where calls go that it does not take, as far as FreePBX would not lead them to its own mailbox anyway."""
    ways = {"noanswer_dest": plan.graph.after(extension, "no_answer"), "busy_dest": plan.graph.after(extension, "busy"),
            "chanunavail_dest": plan.graph.after(extension, "offline")}  # fmt: skip
    is_own = extension.number in plan.graph.mailboxes
    return {name: modules.places.to(where) for name, where in ways.items()
            if not (is_own and where.mailbox == extension.number and where.set is None)}  # fmt: skip


def _voicemail(mailbox: Mailbox, secret: Secret) -> dict[str, str]:
    attach = "yes" if mailbox.attach and mailbox.email else "no"
    options = f"attach={attach}|saycid=yes|envelope=yes|delete={'yes' if mailbox.delete_after_send else 'no'}"
    return {"voicemail": "default", "voicemail_enable": "yes", "voicemail_vmpwd": pin(secret, mailbox.number),
            "voicemail_email": shown(mailbox.email[0], 254) if mailbox.email else "",
            "voicemail_options": options}  # fmt: skip


def dids(plan: Plan, modules: Modules) -> bytes:
    """An inbound route for every number."""
    rows = [
        {"extension": number.e164[1:], "description": bare(number.label or "", 50, number.e164[1:]),
         "destination": modules.places.to(number.entry), "grppre": bare(number.caller_prefix or "", 20, ""),
         "mohclass": "default", "privacyman": "0", "ringing": "", "delay_answer": "0", "pricid": "", "reversal": ""}
        for number in plan.numbers
    ]  # fmt: skip
    return as_csv(DIDS, rows)
