"""Telephones and trunks of pjsip.conf, sip.conf and users.conf, and what Dial calls them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from call_flow.export.labels import shown
from call_flow.importers.asterisk.configuration import Configuration, Section
from call_flow.importers.draft import Draft, slug
from call_flow.importers.ledger import Ledger, Source

_NUMBER = re.compile(r"\d{2,6}")
_CALLER = re.compile(r'"?([^"<]*)"?\s*(?:<([^>]*)>)?')
_HOST = re.compile(r"(?:sips?:)?(?:[^@]*@)?([A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9])(?::(\d{2,5}))?(?:[;/~].*)?")
_REGISTER = re.compile(r"(?:\w+://)?([^:@/]+)(?::[^@]*)?@([A-Za-z0-9.-]+)(?::(\d+))?(?:/(.*))?")
_SECRETS = ("secret", "password", "md5secret", "md5_cred", "authuser")
_TECHNICAL = "How a telephone speaks SIP is set where the flow is installed."
_READ = frozenset(
    [
        "type",
        "context",
        "callerid",
        "mailbox",
        "mailboxes",
        "host",
        "contact",
        "aors",
        "username",
        "fromuser",
        "fromdomain",
        "from_user",
        "from_domain",
        "endpoint",
        "outbound_auth",
        "auth",
        "server_uri",
        "client_uri",
        "contact_user",
        "match",
        "register",
        "fullname",
        "cid_number",
        "hassip",
        "hasvoicemail",
        "dynamic",
        "port",
        "remotesecret",
        "defaultuser",
        "auth_type",
        "language",
        "email",
        "max_contacts",
    ]
)


@dataclass(frozen=True)
class Telephone:
    """A telephone of the system."""

    number: str
    context: str
    source: Source


@dataclass(frozen=True)
class Peer:
    """A way to the telephone network, by the name that Dial uses."""

    name: str
    identity: str
    context: str


class Telephones:
    """Who can be rung, and by which trunks calls go out."""

    def __init__(self, configuration: Configuration, draft: Draft) -> None:
        """Reads the files and puts extensions and trunks into the draft."""
        self._draft = draft
        self._ledger: Ledger = configuration.ledger
        self.phones: dict[str, Telephone] = {}
        self.peers: dict[str, Peer] = {}
        #: Numbers that a trunk registers for, with where that stands.
        self.registered: list[tuple[str, Source]] = []
        self.has_files = False
        self.is_pjsip = False
        for name, read in (("pjsip.conf", self._pjsip), ("sip.conf", self._sip), ("users.conf", self._sip)):
            if configuration.has(name):
                self.has_files = True
                read(configuration.sections(name))
        for name in ("iax.conf", "chan_dahdi.conf"):
            for section in configuration.sections(name):
                for setting in section.settings:
                    self._ledger.ignored(setting.source, "Lines other than SIP are not read.")

    def _pjsip(self, sections: list[Section]) -> None:
        parts: dict[str, dict[str, Section]] = {}
        for section in sections:
            self._say(section)
            if not section.is_template:
                parts.setdefault(section.name, {}).setdefault(section.value("type").lower(), section)
        self.is_pjsip = bool(parts)
        out = {section.value("endpoint") for kinds in parts.values() for kind, section in kinds.items()
               if kind in ("registration", "identify")}  # fmt: skip
        registers = {name: kinds["registration"] for name, kinds in parts.items() if "registration" in kinds}
        by_endpoint = {section.value("endpoint") or name: section for name, section in registers.items()}
        for name, kinds in parts.items():
            endpoint = kinds.get("endpoint")
            if endpoint is None:
                continue
            aor = next((parts[each]["aor"] for each in re.split(r"[,\s]+", endpoint.value("aors") or name)
                        if "aor" in parts.get(each, {})), kinds.get("aor"))  # fmt: skip
            contact = aor.value("contact") if aor else ""
            is_trunk = name in out or name in by_endpoint or bool(contact and not _NUMBER.fullmatch(name))
            if is_trunk:
                auth = parts.get(endpoint.value("outbound_auth"), {}).get("auth")
                user = auth.value("username") if auth else ""
                registration = by_endpoint.get(name)
                server = contact or (registration.value("server_uri") if registration else "")
                server = server or (kinds["identify"].value("match") if "identify" in kinds else "")
                self._trunk(name, endpoint, server, user, registration)
            else:
                self._phone(name, endpoint)
        for section in registers.values():
            self._registers(section.value("contact_user") or section.value("client_uri"), section.source)

    def _sip(self, sections: list[Section]) -> None:
        for section in sections:
            self._say(section)
            for line in section.all("register"):
                if match := _REGISTER.fullmatch(line.value.split("?")[-1].strip()):
                    self._registers(match[4] or match[1], line.source)
                    self._ledger.understood(line.source)
            if section.is_template or section.name.lower() in ("general", "authentication"):
                continue
            host = section.value("host").lower()
            is_phone = _NUMBER.fullmatch(section.name) and host in ("", "dynamic")
            if is_phone or host == "dynamic" or section.value("hassip").lower() == "yes":
                self._phone(section.name, section)
            elif host:
                user = section.value("defaultuser") or section.value("username") or section.value("fromuser")
                self._trunk(section.name, section, host, user, None)

    def _say(self, section: Section) -> None:
        for setting in section.settings:
            name = setting.name.lower()
            if name in _SECRETS:
                self._ledger.ignored(setting.source, "A password is no part of a flow; each export makes new ones.")
            elif name in _READ:
                self._ledger.understood(setting.source)
            else:
                self._ledger.ignored(setting.source, _TECHNICAL)

    def _registers(self, written: str, source: Source) -> None:
        user = written.removeprefix("sip:").removeprefix("sips:").partition("@")[0]
        if sum(map(str.isdigit, user)) >= 7:
            self.registered.append((user, source))

    def _phone(self, name: str, section: Section) -> None:
        caller = section.get("callerid")
        match = _CALLER.fullmatch(caller.value.strip()) if caller else None
        shows = shown(match[1]) if match else shown(section.value("fullname"))
        number = next((text for text in ((match[2] or "") if match else "", section.value("cid_number"), name)
                       if _NUMBER.fullmatch(text)), None)  # fmt: skip
        if number is None:
            told = "It is neither a telephone with a number of two to six digits nor a trunk."
            self._ledger.approximated(section.source, told)
            return
        self.phones[name] = Telephone(number, section.value("context"), section.source)
        if self._draft.find("extensions", number):
            return
        piece = self._draft.add("extensions", {"number": number}, section.source)
        if shows and shows != number:
            piece.put("display", shows, caller.source if caller else section.source)
        box = section.get("mailbox") or section.get("mailboxes")
        if box is not None and (digits := box.value.partition("@")[0].strip()).isdecimal() and len(digits) <= 12:
            piece.put("mailbox", digits, box.source)

    def _trunk(self, name: str, section: Section, server: str, user: str, registration: Section | None) -> None:
        identity = self._draft.free_id("trunks", name)
        self.peers[name] = Peer(name, identity, section.value("context"))
        piece = self._draft.add("trunks", {"id": identity}, section.source)
        match = _HOST.fullmatch(server.strip())
        if match:
            piece.plain["host"] = match[1]
            if match[2] and 1 <= int(match[2]) <= 65_535:
                piece.plain["port"] = int(match[2])
        else:
            piece.assume("host", "sip.example.net", "The host of the carrier was not found.",
                         f"What is the SIP host of the carrier of trunk {name[:60]}?")  # fmt: skip
        user = user or (registration.value("client_uri").removeprefix("sip:").partition("@")[0] if registration else "")
        if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}", user):
            piece.plain["username"] = user
        if registration is not None:
            piece.put("registers", True, registration.source)

    def contexts(self) -> Iterator[str]:
        """Where telephones come in, each once."""
        yield from dict.fromkeys(phone.context for phone in self.phones.values() if phone.context)

    def ensure(self, number: str, source: Source) -> None:
        """An extension that is rung somewhere but has no line of its own."""
        if self._draft.find("extensions", number) is None:
            self._draft.add("extensions", {"number": number}, source)
            if self.phones:
                told = "Not every telephone that it rings is in pjsip.conf or sip.conf; it is taken to be there."
                self._ledger.approximated(source, told)

    def number_of(self, name: str) -> str | None:
        """The number of a telephone by the name that Dial uses. A name that is a number is one, too."""
        if name in self.phones:
            return self.phones[name].number
        return name if _NUMBER.fullmatch(name) and name not in self.peers else None

    def trunk(self, name: str) -> str:
        """The id of a trunk by the name that Dial uses; one that has no section is made."""
        if name not in self.peers:
            self.peers[name] = Peer(name, slug(name), "")
        return self.peers[name].identity
