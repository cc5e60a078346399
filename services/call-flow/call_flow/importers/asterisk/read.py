"""Reads the configuration of an Asterisk: the dialplan that other people wrote, or the one of our own export."""

import datetime as dt
import re

from call_flow.flow.calendar import zone
from call_flow.flow.model import Flow
from call_flow.importers.archive import Files, base, text
from call_flow.importers.asterisk import inside, numbers, own
from call_flow.importers.asterisk.configuration import Configuration
from call_flow.importers.asterisk.dialplan import Dialplan
from call_flow.importers.asterisk.mailboxes import Mailboxes
from call_flow.importers.asterisk.queues import Queues
from call_flow.importers.asterisk.telephones import Telephones
from call_flow.importers.asterisk.walk import Walker
from call_flow.importers.draft import Draft
from call_flow.importers.ledger import Ledger, Source
from oberaconnect.problems import Unprocessable

_WRITTEN = re.compile(r"(?<![\d+])\+[1-9]\d{7,14}(?!\d)")
_WITH_CODE = re.compile(r"exten\s*=>?\s*(1[2-9]\d{9}|[2-9]\d{10,12})\s*,")
_ZONE = re.compile(r"GotoIfTime\((?:[^,|?]*[,|]){4}([A-Za-z]+/[A-Za-z_/+-]+)\?", re.IGNORECASE)


def read(files: Files, ledger: Ledger, *, customer: str | None, today: dt.date) -> Flow:
    """The flow of an Asterisk.

    Raises:
        Unprocessable: when there is no extensions.conf, or no call comes in or is made by it.
        TooLarge: when a file is larger than 5 MB, or there are more than 200,000 lines.
    """
    configuration = Configuration(files, ledger)
    if not configuration.has("extensions.conf"):
        raise Unprocessable(
            "There is no extensions.conf. Send it, with pjsip.conf or sip.conf, queues.conf, voicemail.conf."
        )
    draft = Draft("Asterisk", ledger, customer=customer, today=today)
    written = [(path, text(path, content)) for path, content in files.items() if base(path).endswith(".conf")]
    _place(draft, written)
    dialplan = Dialplan(configuration)
    if own.is_own(dialplan):
        return own.read(dialplan, configuration, ledger, Draft("Asterisk", ledger, customer=customer, today=today))
    mailboxes = Mailboxes(configuration, draft)
    telephones = Telephones(configuration, draft)
    walker = Walker(dialplan, draft, telephones, mailboxes, Queues(configuration))
    telephone_contexts = inside.inside(walker)
    walker.finish()
    numbers.come_in(walker, telephone_contexts)
    walker.finish()
    inside.rest(walker)
    return draft.flow()


def _place(draft: Draft, written: list[tuple[str, str]]) -> None:
    """The country and zone, by the numbers and zones that the files name."""
    found = [number for _, words in written for number in _WRITTEN.findall(words)]
    found = found or [f"+{number}" for _, words in written for number in _WITH_CODE.findall(words)]
    zones: list[tuple[str, Source]] = []
    for path, words in written:
        for at, line in enumerate(words.splitlines(), 1):
            names = [
                *_ZONE.findall(line),
                *([line.partition("=")[2].partition("|")[0].strip()] if "|'" in line else []),
            ]
            zones += [(name, Source(path, line.strip(), at)) for name in names if zone(name) is not None]
    draft.settle(found, zones)
