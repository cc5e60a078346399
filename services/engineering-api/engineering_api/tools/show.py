"""What commands of devices show, as rows."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from engineering_api.reading import lines
from engineering_api.tools import templates
from engineering_api.tools.reading import Name
from engineering_api.tools.templates import Command, NoFit, Row
from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model, Text
from oberaconnect.problems import Unprocessable

MOST_CHARACTERS = 1_048_576
#: Where several platforms have a command of the same name, these are tried first.
_FIRST = (
    "cisco_ios", "cisco_nxos", "arista_eos", "cisco_asa", "fortinet", "mikrotik_routeros", "juniper_junos",
    "aruba_aoscx", "hp_procurve", "ubiquiti_edgerouter", "cisco_s300", "linux",
)  # fmt: skip
#: A prompt with a command after it, which `reading.lines` turns into a comment:
#: sw1#show vlan, user@srx> show arp, [admin@gw] > /ip arp print, FGT (root) # get …
_PROMPT = re.compile(
    r"^(?:[!#] )?(?:\[[^\]\s]{1,80}\]|[\w.@:/~-]{1,80}(?: \([\w./-]{1,40}\))?)\s?[#>$%]"
    r"\s*(\S.{0,200})$"
)
_BEFORE = re.compile(r"^(?:terminal length 0|term len 0|enable|en|exit|end)$", re.IGNORECASE)
_REFUSED = re.compile(
    r"\s*(?:% ?(?:invalid|incomplete|ambiguous|unrecognized|unknown)|invalid input|syntax error|bad command name"
    r"|unknown (?:action|command)|command (?:parse error|fail))",
    re.IGNORECASE,
)
#: A filter behind a command changes what is shown, not what it is.
_PIPE = re.compile(r"\s*\|.*$")


@dataclass(frozen=True)
class Shown:
    """What a command showed. `command` is as it was said or found, `others` are the platforms that would fit too."""

    platform: str
    command: str
    rows: list[Row]
    others: tuple[str, ...] = ()
    recognised: str = ""


def parse_show(text: str, *, command: str | None = None, platform: str | None = None) -> Shown:
    """The rows of an output. Command and platform are taken from the prompt and by trying where they are not said.

    Raises `Unprocessable` when the command is not known, or the output is not what the command shows.
    """
    if len(text) > MOST_CHARACTERS:
        raise Unprocessable("This is more than 1 MB. Send the output of one command.")
    texts = list(lines.read(text.encode(errors="replace")).texts)
    told, body = _prompt(texts)
    asked = _PIPE.sub("", (command or told).strip().lstrip("/"))
    if not asked:
        raise Unprocessable("Which command showed this? Send its prompt line along, or say the command.")
    candidates = _candidates(asked, platform)
    if not candidates:
        raise Unprocessable(_unknown(asked, platform))
    fitting: list[tuple[str, list[Row]]] = []
    content = "\n".join(body) + "\n"
    for name, known in candidates:
        try:
            rows = templates.read(known.templates, content)
        except NoFit:
            continue
        if rows or platform is not None:
            fitting.append((name, rows))
        if fitting and (platform is not None or len(fitting) == 5):
            break
    if not fitting:
        where = f" of {platform}" if platform else ""
        raise Unprocessable(
            f"This is not what '{asked[:80]}'{where} shows, as far as it is known. Send the whole output of the "
            "command, unfiltered, and say the platform."
        )
    chosen, rows = fitting[0]
    if not rows and (refusal := next((line for line in body if _REFUSED.match(line)), "")):
        raise Unprocessable(f"The device refused the command: {refusal.strip()[:120]}")
    recognised = "" if command and platform else " and ".join(
        word for word in ("" if command else "command", "" if platform else "platform") if word
    )  # fmt: skip
    return Shown(chosen, asked, rows, tuple(name for name, _ in fitting[1:]), recognised)


class ShowArguments(Model):
    """What a command showed."""

    text: Annotated[Text, Field(min_length=1, max_length=MOST_CHARACTERS)]
    command: Name | None = Field(None, description="By itself from the prompt.", examples=["show interfaces status"])
    platform: Name | None = Field(None, description="By itself the first whose command fits.", examples=["cisco_ios"])


class ShowRows(Answer):
    """Rows with the columns of the template."""

    platform: str
    command: str
    columns: list[str]
    rows: list[Row]
    also_fits: list[str]


def show_parse(arguments: ShowArguments) -> ShowRows:
    """Turn what a command showed (show, get, print) into rows, by ntc-templates. Raises `Unprocessable`."""
    shown = parse_show(arguments.text, command=arguments.command, platform=arguments.platform)
    steps = [f"'{shown.command}' of {shown.platform} is read by ntc-templates: {len(shown.rows)} rows."]
    if shown.recognised:
        steps.append(f"The {shown.recognised} was recognised from the text.")
    if shown.others:
        steps.append(f"It would be read as that of {', '.join(shown.others)} too. Say the platform to be sure.")
    return ShowRows(
        platform=shown.platform,
        command=shown.command,
        columns=list(shown.rows[0]) if shown.rows else [],
        rows=shown.rows,
        also_fits=list(shown.others),
        steps=steps,
    )


class ShowCommandsArguments(Model):
    """A platform, and words that the command has."""

    platform: Name | None = None
    contains: Name = ""


class ShowCommands(Answer):
    """Commands by platform; of all platforms at once only their number."""

    platforms: list[str]
    commands: list[str]


def show_commands(arguments: ShowCommandsArguments) -> ShowCommands:
    """List the commands whose output can be parsed. Raises `Unprocessable` for a platform without any."""
    words = arguments.contains.casefold().split()
    found = [
        one.shown
        for one in templates.commands()
        if (arguments.platform is None or _is_of(one, arguments.platform)) and all(word in one.shown for word in words)
    ]
    if arguments.platform is not None and not any(_is_of(one, arguments.platform) for one in templates.commands()):
        raise Unprocessable(
            f"There are no commands of '{arguments.platform}'. Ask without a platform for those there are."
        )
    shown = sorted(set(found))
    return ShowCommands(
        platforms=list(templates.platforms()),
        commands=shown if arguments.platform or words else [],
        steps=[f"{len(shown)} commands are known" + (f" of {arguments.platform}." if arguments.platform else ".")],
    )


def _prompt(texts: list[str]) -> tuple[str, list[str]]:
    """The command in the prompt and the lines after it up to the next prompt; "" and all lines without a prompt."""
    command, begun = "", False
    body: list[str] = []
    for line in texts:
        found = _PROMPT.match(line)
        if found and begun:
            break
        if found and not begun and not _BEFORE.match(found[1]) and not body:
            command, begun = found[1].strip(), True
            continue
        if not begun and found:
            continue
        body.append(line)
    if begun:
        while body and re.fullmatch(r"(?:[!#] )?[\w.@:/~()\[\] -]{1,100}[#>$%]\s*", body[-1]):
            body.pop()
        return command, body
    return "", texts


def _candidates(command: str, platform: str | None) -> list[tuple[str, Command]]:
    """The commands that may be meant, each platform once, likely ones first."""
    names = (_plain(platform),) if platform else (*_FIRST, *(one for one in templates.platforms() if one not in _FIRST))
    made = []
    for name in names:
        found = next((one for one in templates.commands() if one.fits(name, command)), None)
        if found is not None:
            made.append((name, found))
    return made


def _plain(platform: str) -> str:
    """A platform's name as the index has it."""
    plain = re.sub(r"[\s-]+", "_", platform.strip().casefold())
    return {
        "ios": "cisco_ios", "cisco_xe": "cisco_ios", "cisco_iosxe": "cisco_ios", "nxos": "cisco_nxos",
        "asa": "cisco_asa", "eos": "arista_eos", "junos": "juniper_junos", "juniper": "juniper_junos",
        "routeros": "mikrotik_routeros", "fortios": "fortinet", "procurve": "hp_procurve", "aoscx": "aruba_aoscx",
        "ubiquiti_edgeos": "ubiquiti_edgerouter",
    }.get(plain, plain)  # fmt: skip


def _is_of(command: Command, platform: str) -> bool:
    return re.fullmatch(command.platform, _plain(platform)) is not None


def _unknown(command: str, platform: str | None) -> str:
    """A sentence that names commands that begin alike."""
    words = command.casefold().split()
    near = sorted(
        {
            one.shown
            for one in templates.commands()
            if (platform is None or _is_of(one, platform))
            and len(set(words) & set(one.shown.split())) >= min(2, len(words))
        }
    )[:8]
    where = f" of {platform[:60]}" if platform else ""
    hint = f" Known are: {'; '.join(near)}." if near else " The tool show-commands lists those that are."
    return f"The command '{command[:80]}'{where} is not known.{hint}"


TOOLS = (
    tool("show-parse", "Output of a command as rows", show_parse),
    tool("show-commands", "Commands that can be parsed", show_commands),
)
