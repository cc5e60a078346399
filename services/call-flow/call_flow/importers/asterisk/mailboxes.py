"""voicemail.conf: mailboxes with their names, addresses and options."""

from call_flow.export.labels import shown
from call_flow.flow.calendar import zone
from call_flow.importers.asterisk.configuration import Configuration, Section, Setting
from call_flow.importers.draft import Draft, email
from call_flow.importers.ledger import Source

_YES = ("yes", "true", "1", "on", "y", "t")


class Mailboxes:
    """Puts mailboxes into the draft."""

    def __init__(self, configuration: Configuration, draft: Draft) -> None:
        """Reads the file."""
        self._draft = draft
        self._ledger = configuration.ledger
        self._options: dict[str, dict[str, str]] = {}
        self._general: dict[str, str] = {}
        #: The zones that are named, with where.
        self.zones: list[tuple[str, Source]] = []
        sections = configuration.sections("voicemail.conf")
        for section in sections:
            if section.name.lower() in ("general", "zonemessages"):
                self._settings(section)
        for section in sections:
            if section.name.lower() not in ("general", "zonemessages"):
                for setting in section.settings:
                    self._mailbox(setting, section)

    def _settings(self, section: Section) -> None:
        for setting in section.settings:
            if section.name.lower() == "zonemessages":
                self._ledger.understood(setting.source)
                name = setting.value.partition("|")[0].strip()
                if zone(name) is not None:
                    self.zones.append((name, setting.source))
                continue
            self._general[setting.name.lower()] = setting.value
            if setting.name.lower() in ("attach", "maxsecs", "maxmessage", "operator", "delete"):
                self._ledger.understood(setting.source)
            else:
                told = "How messages are stored, sent and spoken is set where the flow is installed."
                self._ledger.ignored(setting.source, told)

    def _mailbox(self, setting: Setting, section: Section) -> None:
        number = setting.name.strip()
        if not (number.isascii() and number.isdecimal() and len(number) <= 12):
            self._ledger.ignored(setting.source, "Mailboxes have numbers of up to twelve digits.")
            return
        if self._draft.find("mailboxes", number):
            told = f"There is another mailbox {number}; a flow has one of each number, whatever its context."
            self._ledger.approximated(setting.source, told)
            return
        _, name, written, pager, options, *_ = [
            *(part.strip() for part in setting.value.split(",")),
            "",
            "",
            "",
            "",
            "",
        ]
        chosen = dict(self._general)
        for option in options.split("|"):
            key, mark, value = option.partition("=")
            if mark:
                chosen[key.strip().lower()] = value.strip()
        piece = self._draft.add("mailboxes", {"number": number}, setting.source)
        if shown(name):
            piece.plain["name"] = shown(name)
        addresses = [address for part in (*written.split("|"), pager) if (address := email(part))]
        if addresses:
            piece.plain["email"] = list(dict.fromkeys(addresses))[:20]
        piece.plain["attach"] = chosen.get("attach", "yes").lower() in _YES
        piece.plain["delete_after_send"] = chosen.get("delete", "no").lower() in _YES
        longest = chosen.get("maxsecs") or chosen.get("maxmessage") or ""
        if longest.isdecimal() and 10 <= int(longest[:6]) <= 3600:
            piece.plain["max_s"] = int(longest)
        self._options[number] = chosen
        self._ledger.understood(setting.source)
        if section.name.lower() not in ("default",):
            self._ledger.understood(section.source)

    def ensure(self, number: str, source: Source) -> None:
        """A mailbox that messages are left in but that has no line of its own."""
        if self._draft.find("mailboxes", number) is None:
            self._draft.add("mailboxes", {"number": number}, source)

    def has_operator(self, number: str, letters: str) -> bool:
        """Whether 0 leaves the greeting of a mailbox."""
        told = self._options.get(number, self._general).get("operator", "no").lower()
        return told in _YES or "o" in letters

    def exit_context(self, number: str) -> str:
        """The context in which 0 leads on; empty when it is where the mailbox is entered."""
        return self._options.get(number, self._general).get("exitcontext", "")
