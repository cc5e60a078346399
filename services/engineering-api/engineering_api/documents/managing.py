"""Who may manage the devices, how, and as whom."""

from collections.abc import Iterator

from engineering_api.documents.cells import listed, number, seconds, source, yes
from engineering_api.documents.desk import Desk
from engineering_api.documents.material import Source
from engineering_api.documents.serving import LOGINS
from engineering_api.documents.tables import Sheet, toned
from oberaconnect.typeset import Block, Cell, Heading, Paragraph

#: Whoever listens on the way reads the password.
_IN_CLEAR = frozenset({"telnet", "http", "ftp", "tftp", "winbox-legacy"})
#: How a password is kept by which anybody who sees the configuration has it: as it is, or in a code that is no secret.
_READABLE = frozenset({"plain", "0", "7"})


def access(desk: Desk) -> Iterator[Block]:
    """Ways to manage each device, and what is set besides."""
    sheet = Sheet(
        "Management access",
        ("Device", "By", "On", "Port", "From", "Filter", "Interfaces", "Options", "Idle time-out", "Source"),
        numeric=frozenset({"Port"}),
    )

    def fill(sheet: Sheet, of: Source) -> None:
        for way in of.subject.device.management:
            is_bad = way.is_enabled and way.protocol in _IN_CLEAR
            where = listed(way.allowed, separator="\n", most=12) or ("everywhere" if way.is_enabled else "")
            sheet.add(
                Cell(of.label, "strong"), toned(way.protocol, "bad") if is_bad else way.protocol, yes(way.is_enabled),
                number(way.port), "" if way.acl and not way.allowed else where, way.acl,
                listed(way.interfaces, most=12), listed(way.options, most=12, separator="\n"),
                seconds(way.idle_seconds), source(of, way.source, *way.at.values()),
            )  # fmt: skip

    yield from desk.together(sheet, fill)
    if desk.is_full or (not desk.is_brief and desk.material.template in ("as_built", "device")):
        settings = Sheet("Settings", ("Device", "Setting", "State", "Value", "Source"))
        for of in desk.material.sources:
            for one in of.subject.device.settings:
                if one.name in LOGINS:
                    continue  # told with the servers that are asked
                sheet_name = one.name.replace("-", " ")
                settings.add(
                    Cell(of.label, "strong"),
                    sheet_name,
                    "on" if one.is_on else "off",
                    one.value,
                    source(of, one.source),
                )
        if settings.rows:
            yield Heading("Settings", 2)
            yield from desk.table(settings)


def users(desk: Desk) -> Iterator[Block]:
    """Local accounts: their names and how their passwords are kept, never the passwords."""
    sheet = Sheet("Local users", ("Device", "User", "Rights", "Password kept as", "Keys", "From", "On", "Source"))

    def fill(sheet: Sheet, of: Source) -> None:
        for user in of.subject.device.users:
            said = f"type {user.password}" if user.password.isdigit() else user.password  # as Cisco numbers them
            password = toned(said, "bad") if user.password in _READABLE else said
            sheet.add(
                Cell(of.label, "strong"), Cell(user.name, "strong"), user.privilege, password, str(user.keys or ""),
                listed(user.allowed, separator="\n"), "" if user.is_enabled else "no", source(of, user.source),
            )  # fmt: skip

    made = list(desk.together(sheet, fill))
    if made:
        yield Paragraph(
            "No password is in this document. Those marked are kept so that whoever sees the file has them."
        )
        yield from made
