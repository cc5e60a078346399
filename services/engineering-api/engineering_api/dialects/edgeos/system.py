"""What is said under system."""

from ipaddress import ip_address, ip_network

from engineering_api.dialects.edgeos.state import Edge, Of
from engineering_api.facts.routing import Route
from engineering_api.facts.services import Server, User
from engineering_api.reading.paths import Found, Level

SYSTEM = Level[Edge]("system")
USER = Level[Of[User]]("user")
SERVER = Level[Of[Server]]("server")
SYSLOG = Level[Of[Server]]("syslog host")
#: How a password is kept, in the words of facts.
_HASH, _PLAIN = "hash", "plain"


@SYSTEM.path("host-name NAME")
def _hostname(edge: Edge, found: Found) -> None:
    edge.device.identity.say(found.line, hostname=found["NAME"])
    edge.device.identity.source = found.line


@SYSTEM.path("domain-name NAME")
def _domain(edge: Edge, found: Found) -> None:
    edge.device.identity.say(found.line, domain=found["NAME"])


@SYSTEM.path("time-zone NAME")
def _time_zone(edge: Edge, found: Found) -> None:
    edge.device.set("time-zone", found.line, value=found["NAME"])


@SYSTEM.path("name-server ADDRESS")
def _name_server(edge: Edge, found: Found) -> None:
    edge.device.servers.append(Server(source=found.line, kind="dns", address=found["ADDRESS"]))


@SYSTEM.opens(
    SERVER,
    "KIND:(ntp) server ADDRESS",
    "login KIND:(radius-server|tacplus-server) ADDRESS",
    "login KIND:(radius|tacacs) server ADDRESS",
)
def _server(edge: Edge, found: Found) -> Of[Server]:
    kind = {"radius-server": "radius", "tacplus-server": "tacacs"}.get(found["KIND"], found["KIND"])

    def make() -> Server:
        server = Server(source=found.span, kind=kind, address=found["ADDRESS"])
        edge.device.servers.append(server)
        return server

    return Of(edge, edge.thing(("server", kind, found["ADDRESS"]), make))


@SERVER.path("WHAT:(prefer|preempt|noselect|dynamic|pool|nts)")
def _server_option(of: Of[Server], found: Found) -> None:
    of.fact.options.append(found["WHAT"])


@SERVER.path("(secret|key) SECRET")
def _server_key(of: Of[Server], found: Found) -> None:
    of.fact.say(found.line, has_key=True)


@SERVER.path("port NUMBER")
def _server_port(of: Of[Server], found: Found) -> None:
    of.fact.options.append(f"port {int(found['NUMBER'])}")


SERVER.knows("timeout", "disable", "source-address", "priority", "disable-accounting")


@SYSTEM.opens(USER, "login user NAME", can_be_off=True)
def _user(edge: Edge, found: Found) -> Of[User]:
    name = found["NAME"]

    def make() -> User:
        user = User(source=found.span, name=name)
        edge.device.users.append(user)
        return user

    return Of(edge, edge.thing(("user", name), make))


@USER.path("level LEVEL")
def _level(of: Of[User], found: Found) -> None:
    of.fact.say(found.line, privilege=found["LEVEL"])


@USER.path("authentication encrypted-password HASH")
def _password(of: Of[User], found: Found) -> None:
    if found["HASH"] not in ("!", "*", "**"):
        of.fact.say(found.line, password=_HASH)


@USER.path("authentication plaintext-password TEXT", "authentication plaintext-password")
def _plain(of: Of[User], found: Found) -> None:
    """Empty beside a hash: the device writes it so when the password was set."""
    if found["TEXT"]:
        of.fact.say(found.line, password=_PLAIN)


@USER.path("authentication public-keys NAME", "authentication public-keys NAME WHAT:(key|type|options) VALUE...")
def _key(of: Of[User], found: Found) -> None:
    if found["WHAT"] in ("", "key"):
        of.fact.say(found.line, keys=of.fact.keys + 1)


@USER.path("disable")
def _user_disable(of: Of[User], found: Found) -> None:
    of.fact.say(found.line, is_enabled=False)


@USER.path("authentication otp OPTION...")
def _otp(of: Of[User], found: Found) -> None:
    of.edge.thing(("two-factor",), lambda: of.edge.device.set("two-factor", found.line))


USER.knows("full-name", "group", "home-directory", "authentication principal")


@SYSTEM.path("login banner WHEN:(pre-login|post-login) TEXT...")
def _banner(edge: Edge, found: Found) -> None:
    edge.device.set("banner", found.line, value="login" if found["WHEN"] == "pre-login" else "motd")


@SYSTEM.path("login timeout SECONDS")
def _timeout(edge: Edge, found: Found) -> None:
    edge.device.set("idle-timeout", found.line, value=str(int(found["SECONDS"])))


@SYSTEM.path("gateway-address ADDRESS")
def _gateway(edge: Edge, found: Found) -> None:
    gateway = str(ip_address(found["ADDRESS"]))
    edge.device.routes.append(Route(source=found.line, prefix=ip_network("0.0.0.0/0"), gateway=gateway))


@SYSTEM.opens(SYSLOG, "syslog (host|remote) ADDRESS")
def _syslog(edge: Edge, found: Found) -> Of[Server]:
    def make() -> Server:
        server = Server(source=found.span, kind="syslog", address=found["ADDRESS"])
        edge.device.servers.append(server)
        return server

    return Of(edge, edge.thing(("server", "syslog", found["ADDRESS"]), make))


@SYSLOG.path(
    "facility NAME WHAT:(level|protocol) VALUE",
    "facility NAME",
    "WHAT:(port|protocol) VALUE",
    "level VALUE",
    "facility NAME facility WHAT VALUE",
)
def _facility(of: Of[Server], found: Found) -> None:
    of.fact.options.append(" ".join(word for word in (found["NAME"], found["WHAT"], found["VALUE"]) if word))


SYSLOG.knows("format", "source-address", "vrf", "tls")


@SYSTEM.path("syslog (global|local) facility all level LEVEL")
def _log_level(edge: Edge, found: Found) -> None:
    edge.device.set("log-level", found.line, value=found["LEVEL"])


@SYSTEM.path(
    "analytics-handler send-analytics-report HOW",
    "crash-handler send-crash-report HOW",
    "crash-handler save-crash-report HOW",
)
def _telemetry(edge: Edge, found: Found) -> None:
    edge.device.set("telemetry", found.line, is_on=found["HOW"] == "true")


@SYSTEM.path("config-management commit-archive OPTION...")
def _archive(edge: Edge, found: Found) -> None:
    edge.thing(("archive",), lambda: edge.device.set("config-archive", found.line))


@SYSTEM.path("ipv6 disable", "ipv6 disable-forwarding")
def _no_ipv6(edge: Edge, found: Found) -> None:
    edge.device.set("ipv6", found.line, is_on=False)


_LOG = "syslog (global|local|console)"
SYSTEM.knows_only(
    "ntp", "ntp (listen-address|interface|vrf|leap-second) VALUE", "ntp (allow-client|allow-clients)",
    "ntp (allow-client|allow-clients) address PREFIX", "login banner", "offload",
    "offload (hwnat|ipsec|flow-lifetime) HOW",
    "offload (ipv4|ipv6)", "offload (ipv4|ipv6) (forwarding|pppoe|vlan|gre|bonding|table-size) HOW",
    "offload (ipv4|ipv6) (disable-flow-flushing-upon-fib-changes|hwnat) HOW", "syslog", _LOG, f"{_LOG} facility NAME",
    f"{_LOG} facility NAME (level|protocol) VALUE", f"{_LOG} archive", f"{_LOG} archive (file|files|size) VALUE",
    f"{_LOG} (marker|preserve-fqdn)", f"{_LOG} marker interval SECONDS", "syslog (marker|preserve-fqdn)",
    "syslog marker interval SECONDS", "syslog (file|user) NAME", "syslog (file|user) NAME facility FACILITY",
    "syslog (file|user) NAME facility FACILITY (level|protocol) VALUE", "syslog file NAME archive",
    "syslog file NAME archive (file|files|size) VALUE",
)  # fmt: skip
SYSTEM.knows(
    "conntrack", "traffic-analysis", "config-management", "package",
    "static-host-mapping", "task-scheduler", "options", "option", "flow-accounting", "ip", "ipv6", "console",
    "sysctl", "domain-search", "login radius-source-address", "login max-login-session",
    "login radius", "login tacacs", "update-check", "performance", "wifi-regulatory-domain", "acceleration", "frr",
    "lcd", "proxy", "logs", "sflow", "coredump", "speedtest", "systemd", "kernel", "watchdog", "boot-file",
    "disable-dhcp-nameservers", "auto-update", "cloud", "ipv6-options", "static-arp", "login idle-timeout",
)  # fmt: skip
