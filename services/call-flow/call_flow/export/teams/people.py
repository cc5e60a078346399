"""Who the extensions are, what happens to their calls, and the groups behind shared mailboxes."""

from collections.abc import Iterator

from call_flow.export.labels import shown
from call_flow.export.plan import Plan
from call_flow.export.teams.entities import entity, user
from call_flow.export.teams.powershell import Raw, command, put, quoted, variable
from call_flow.flow.model import Extension


def people(plan: Plan) -> Iterator[str]:
    """The tables to fill in, the look-ups, and the settings of each user."""
    owned = {extension.mailbox for extension in plan.extensions}
    shared = [mailbox for mailbox in plan.mailboxes if mailbox.number not in owned]
    users = {item.number: shown(item.email or "", 254) for item in plan.extensions}
    yield from _table("Users", users)
    yield from _table("Groups", {item.number: shown(item.email[0] if item.email else "", 254) for item in shared})
    for extension in plan.extensions:
        found = command("Get-CsOnlineUser", Identity=Raw(f"$Users['{extension.number}']"))
        yield put(variable("user", extension.number), found)
    for mailbox in shared:
        asked = Raw(f"$Groups['{mailbox.number}']")
        found = command("Find-CsGroup", SearchQuery=asked, ExactMatchOnly=Raw("$true"), MailEnabledOnly=Raw("$true"))
        yield put(variable("group", mailbox.number), found)
    for extension in plan.extensions:
        yield from _settings(plan, extension)


def _table(name: str, rows: dict[str, str]) -> Iterator[str]:
    yield f"${name} = @{{"
    yield from (f"    '{number}' = {quoted(value)}" for number, value in rows.items())
    yield "}"


def _settings(plan: Plan, extension: Extension) -> Iterator[str]:
    delay = min(60, max(10, round(extension.ring_s / 10) * 10))
    if delay != extension.ring_s:
        how = f"It rings for {delay} seconds instead of {extension.ring_s}: Teams takes tens from 10 to 60."
        plan.notes.approximated(plan.pointer(extension), how)
    common = {"Identity": user(extension.number), "IsUnansweredEnabled": Raw("$true")}
    after = plan.after(extension)
    clock = "00:01:00" if delay == 60 else f"00:00:{delay}"
    if after.kind == "mailbox" and after.target == extension.mailbox:
        yield command("Set-CsUserCallingSettings", **common, UnansweredTargetType="Voicemail", UnansweredDelay=clock)
    elif (where := entity(plan, after)) is None or where.kind in ("ApplicationEndpoint", "SharedVoicemail"):
        if where is not None:
            how = "Calls that are not answered end: Teams sends a user's calls to people and numbers only."
            plan.notes.approximated(plan.pointer(extension), how)
        yield command("Set-CsUserCallingSettings", Identity=common["Identity"], IsUnansweredEnabled=Raw("$false"))
    else:
        target = where.identity.removeprefix("tel:") if where.kind == "ExternalPstn" else where.identity
        yield command("Set-CsUserCallingSettings", **common, UnansweredTarget=target,
                      UnansweredTargetType="SingleTarget", UnansweredDelay=clock)  # fmt: skip
    if extension.follow_me:
        yield command("Set-CsUserCallingSettings", Identity=common["Identity"], IsForwardingEnabled=Raw("$true"),
                      ForwardingType="Simultaneous", ForwardingTargetType="SingleTarget",
                      ForwardingTarget=extension.follow_me[0].number)  # fmt: skip
