"""What of our own export is as the flow that was read would be exported again: that much was understood."""

from collections import Counter

from call_flow.export.asterisk.generate import configuration
from call_flow.export.asterisk.pjsip import INSTALLED
from call_flow.export.asterisk.system import System
from call_flow.flow.model import Flow
from call_flow.importers.asterisk.configuration import Configuration
from call_flow.importers.ledger import Ledger, Source

_OTHER = "The export of the flow that was read would not write it: it was changed by hand, or the flow cannot say it."
_SECRET = "A password is no part of a flow; each export makes new ones."  # noqa: S105 - a sentence


def check(flow: Flow, files: dict[str, list[Source]], ledger: Ledger) -> None:
    """Say of each line of the files whether the flow says it."""
    again = configuration(System(flow, lambda _: ""), INSTALLED)
    for name, lines in files.items():
        written = _lines(again.get(name, ""), name)
        for (section, text), source in zip(_placed([line.text for line in lines], name), lines, strict=True):
            if text.startswith("password="):
                ledger.ignored(source, _SECRET)
            elif written[section, text] > 0:
                written[section, text] -= 1
                ledger.understood(source)
            elif not ledger.is_open(source):
                continue
            else:
                ledger.ignored(source, _OTHER)


def _lines(text: str, name: str) -> Counter[tuple[str, str]]:
    kept = (line.strip() for line in text.splitlines())
    return Counter(_placed([line for line in kept if line and not line.startswith(";")], name))


def _placed(lines: list[str], name: str) -> list[tuple[str, str]]:
    """Each line with the section and the extension it stands in. The PIN of a mailbox is left out."""
    found: list[tuple[str, str]] = []
    section = extension = ""
    for line in lines:
        if line.startswith("["):
            section, extension = line, ""
        elif line.startswith("exten"):
            extension = line.partition("=>")[2].partition(",")[0].strip()
        text = line
        if name == "voicemail.conf" and " => " in line and line.partition(" ")[0].isdecimal():
            number, _, rest = line.partition(" => ")
            text = f"{number} => {rest.partition(',')[2]}"
        found.append((f"{section}{extension}", text))
    return found


def lines(configuration_files: Configuration, names: list[str]) -> dict[str, list[Source]]:
    """The lines of the files that are exported, as they came in."""
    return {name: configuration_files.lines(name) for name in names if configuration_files.has(name)}
