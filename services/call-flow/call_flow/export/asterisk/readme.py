"""README.md of a package: how it is installed, what is still to be filled in, and what staff dial."""

from collections.abc import Iterator

from call_flow.export.asterisk.pjsip import CARRIERS_FILE
from call_flow.export.asterisk.system import System
from call_flow.flow.nodes import Conference, Toggle

_INSTALL = f"""# Asterisk 22

The configuration of one telephone system. Everything it needs of Asterisk is in the packages `asterisk` and
`asterisk-core-sounds-en-gsm` of Debian, or in a build with the default modules.

## Install

1. Copy the `.conf` files to `/etc/asterisk/`. They replace those of the same name; keep the others that Asterisk came
   with. Let nobody but Asterisk read `pjsip.conf`, `{CARRIERS_FILE}` and `voicemail.conf`: they hold passwords.
2. Fill in `{CARRIERS_FILE}`: the password of each trunk and the addresses from which the carrier calls. Until that is
   done, no call comes in or goes out.
3. Record what `prompts.csv` lists and put it where its column `file` says, below the folder of sounds
   (`/usr/share/asterisk/sounds/`), as 8 kHz 16-bit mono WAV. For voices other than English install the core sounds of
   the language.
4. Load it: `asterisk -rx "core restart when convenient"`, later changes with `asterisk -rx "core reload"`. It loads
   without a warning; one that appears is to be read.
5. Give each phone its password: user name is the extension, the password stands in `pjsip.conf`.
6. Call every number from outside, dial every extension, and make a test call for help (below).

Add what is not part of the flow to `extensions_custom.conf`: it is read after `extensions.conf`, and no export touches
it.

## Network

- Phones register by UDP port 5060; voice takes the ports of `rtp.conf`. Open neither to the whole internet: let in the
  office, the VPN and the carrier.
- Behind NAT set `local_net`, `external_media_address` and `external_signaling_address` in `[transport-udp]`.
- For TLS add a transport with `protocol=tls`, `cert_file` and `priv_key_file`, name it in `[endpoint]`, and set
  `media_encryption=sdes` (module `res_srtp`).
- Phones may transfer calls; callers from outside may not.
"""

_FEATURES = {
    "voicemail": "one's own mailbox",
    "voicemail_any": "any mailbox, by its number",
    "pickup": "take a call that rings at another phone",
    "directory": "find a colleague by name",
    "echo_test": "hear oneself",
}
_RESETS = """
A schedule set by hand goes back to the clock at the next change of its hours. The call that comes next notices; until
then its lamp stays lit. The state lasts over a restart."""
_LOCATION = """The carrier is sent the address in `geolocation.conf`. Ask it whether it takes PIDF-LO in SIP (RFC 6442)
or wants the addresses registered with it. When a phone moves, change its `geoloc_incoming_call_profile`."""
_MAILS = """Mails about calls for help are those of the mailboxes `[emergency]` in `voicemail.conf`; a mail program must
be set up."""


def readme(system: System) -> str:
    """README.md."""
    rows = [f"| `{dialled}` | {said} |" for dialled, said in _dialled(system)]
    table = ["## What staff dial", "", "| dial | for |", "|---|---|", *rows, ""]
    return "\n".join([_INSTALL, *table, *_lamps(system), "", *_help(system)])


def _dialled(system: System) -> Iterator[tuple[str, str]]:
    flow = system.flow
    for name, said in _FEATURES.items():
        if code := getattr(flow.feature_codes, name):
            yield code, said
    for schedule in system.plan.schedules:
        if override := schedule.override:
            states = ", ".join(f"{at} {state}" for at, state in enumerate(dict.fromkeys(override.states), 1))
            yield override.code, f"set schedule `{schedule.id}` by hand, each time one further: {states}, the clock"
    for node in system.plan.nodes:
        if isinstance(node, Toggle):
            yield node.code, f"switch `{node.id}` on or off"
        if isinstance(node, Conference):
            yield node.room, "conference room"
    if parking := flow.numbering.parking:
        yield (
            parking,
            f"park a call (transfer it there); the {flow.numbering.parking_slots} numbers after it take it back",
        )


def _lamps(system: System) -> Iterator[str]:
    yield "Phones can show lamps (BLF) for extensions, for parked calls, and for the codes of schedules and switches."
    if any(schedule.override and schedule.override.auto_reset for schedule in system.plan.schedules):
        yield _RESETS


def _help(system: System) -> Iterator[str]:
    told = system.flow.emergency
    if not told.numbers:
        return
    yield "## Calls for help\n"
    yield f"Every phone may call {_listed(told.numbers)} at any time, also behind {_listed(told.accept_prefixes)}."
    if told.test_numbers:
        yield f"Test with {_listed(told.test_numbers)} from every place: it and the number must be told right."
    yield _LOCATION
    if places := [site.id for site in system.flow.sites if site.address is None]:
        yield f"No address is known of {_listed(places)}."
    if any(notice.email for notice in told.notify):
        yield _MAILS
    yield ""


def _listed(values: list[str]) -> str:
    return ", ".join(f"`{value}`" for value in values) or "nothing"
