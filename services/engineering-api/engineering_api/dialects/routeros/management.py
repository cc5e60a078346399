"""Who may manage the router, what it serves, and the servers that it uses."""

from ipaddress import IPv4Address

from engineering_api.dialects.routeros.command import Command
from engineering_api.dialects.routeros.router import Router, section
from engineering_api.facts.services import Management, Server, SnmpAccess, User
from engineering_api.facts.settings import Name

_PROTOCOLS = {"www": "http", "www-ssl": "https"}
#: What RouterOS writes where no server is set.
_NOWHERE = str(IPv4Address(0))
_OFF_BY_DEFAULT = frozenset(("www-ssl",))
#: Words of sections that are "yes" or "no", and the settings that they are.
_SWITCHES: dict[str, tuple[tuple[str, Name], ...]] = {
    "ip upnp": (("enabled", "universal-plug-and-play"),),
    "tool bandwidth-server": (("enabled", "bandwidth-test-server"),),
    "ip traffic-flow": (("enabled", "telemetry"),),
    "system routerboard settings": (("auto-upgrade", "firmware-update"),),
    "ip settings": (
        ("ip-forward", "ip-forwarding"),
        ("accept-source-route", "source-routing"),
        ("accept-redirects", "icmp-redirects"),
    ),
    "user settings": (),
}
_SSH_OPTIONS = (
    "strong-crypto",
    "allow-none-crypto",
    "forwarding-enabled",
    "always-allow-password-login",
    "host-key-type",
)


@section("system identity")
def _identity(router: Router, command: Command) -> None:
    if not command["name"]:
        raise ValueError("no name")
    router.device.identity.say(command.where, hostname=command["name"])


@section("ip service")
def _service(router: Router, command: Command) -> None:
    if command.verb in ("enable", "disable"):
        name, enabled = command.target, command.verb == "enable"
    else:
        name = command.target
        enabled = command.is_enabled and (name not in _OFF_BY_DEFAULT or "disabled" in command.values)
    if not name:
        raise ValueError("no service")
    known = _management(router, _PROTOCOLS.get(name, name), command)
    known.is_enabled = enabled
    if (port := command.number("port")) is not None:
        known.say(command.where, port=port)
    if command["address"]:
        known.say(
            command.where, allowed=[item for item in command.items("address") if item not in ("0.0.0.0/0", "::/0")]
        )
    known.options += [f"{key} {command[key]}" for key in ("tls-version", "vrf", "certificate") if command[key]]


def _management(router: Router, protocol: str, command: Command) -> Management:
    if (known := router.management.get(protocol)) is None:
        known = Management(source=command.where, protocol=protocol)
        router.management[protocol] = known
        router.device.management.append(known)
    return known


@section("ip ssh")
def _ssh(router: Router, command: Command) -> None:
    known = _management(router, "ssh", command)
    known.options += [f"{key} {command[key]}" for key in _SSH_OPTIONS if command[key]]
    known.at["options"] = command.where


@section("user")
def _user(router: Router, command: Command) -> None:
    name = command["name"] or command.target
    if not name:
        raise ValueError("no user")
    router.use("user-group", _unless_built_in(command["group"], "full", "read", "write"), command.where, f"user {name}")
    router.users[name] = User(
        source=command.where,
        name=name,
        privilege=command["group"],
        password="plain" if command["password"] else "",
        is_enabled=command.is_enabled,
    )
    router.device.users.append(router.users[name])


@section("user group")
def _group(router: Router, command: Command) -> None:
    if command.verb == "add":
        # Users are exported only when asked for, so an unused group says nothing.
        router.device.define("user-group", command["name"], command.where, is_used=True)


@section("user ssh-keys", "user ssh-keys private")
def _keys(router: Router, command: Command) -> None:
    if user := router.users.get(command["user"]):
        user.say(command.where, keys=user.keys + 1)


@section("user aaa")
def _aaa(router: Router, command: Command) -> None:
    if (uses := command.says("use-radius")) is not None:
        router.device.set("aaa", command.where, is_on=uses, value="radius")
    if (accounts := command.says("accounting")) is not None:
        router.device.set("accounting", command.where, is_on=accounts)


@section("radius")
def _radius(router: Router, command: Command) -> None:
    if not command["address"]:
        raise ValueError("no address")
    options = [f"{key} {command[key]}" for key in ("service", "protocol", "authentication-port") if command[key]]
    router.device.servers.append(
        Server(
            source=command.where,
            kind="radius",
            address=command["address"],
            options=options,
            has_key=bool(command["secret"]),
        )
    )


@section("snmp")
def _snmp(router: Router, command: Command) -> None:
    if (enabled := command.says("enabled")) is not None:
        known = _management(router, "snmp", command)
        known.say(command.where, is_enabled=enabled)
    if command["contact"]:
        router.device.set("snmp-contact", command.where, value=command["contact"])
    if command["location"]:
        router.device.set("snmp-location", command.where, value=command["location"])
    for address in command.items("trap-target"):
        version = command["trap-version"]
        options = [f"version {version}"] if version else []
        router.device.servers.append(Server(source=command.where, kind="snmp-trap", address=address, options=options))


@section("snmp community")
def _community(router: Router, command: Command) -> None:
    if not command.is_enabled:
        return
    name = command["name"] or ("public" if command.target == "default" else command.target)
    security = command["security"]
    router.device.snmp.append(
        SnmpAccess(
            source=command.where,
            version="3" if security in ("authorized", "private") else "2c",
            access="rw" if command.says("write-access") else "ro",
            user=name if security in ("authorized", "private") and not name.startswith("REDACTED") else "",
            is_well_known=name in ("public", "private") or name.startswith("REDACTED-default"),
            level="priv" if security == "private" else "auth" if security == "authorized" else "",
            acl=",".join(item for item in command.items("addresses", "address") if item not in ("0.0.0.0/0", "::/0")),
        )
    )


@section("system ntp client", "system ntp client servers")
def _ntp(router: Router, command: Command) -> None:
    addresses = [command[key] for key in ("primary-ntp", "secondary-ntp", "address") if command[key]]
    for address in (*addresses, *command.items("server-dns-names"), *command.items("servers")):
        if address != _NOWHERE:
            router.device.servers.append(Server(source=command.where, kind="ntp", address=address))


@section("system logging action")
def _log_action(router: Router, command: Command) -> None:
    if command["remote"] and command["remote"] != _NOWHERE:
        options = [f"udp {command['remote-port'] or '514'}"]
        router.device.servers.append(
            Server(source=command.where, kind="syslog", address=command["remote"], options=options)
        )
    if (lines := command["memory-lines"]) and lines.isdecimal():
        router.device.set("log-buffer", command.where, value=f"{lines} lines")


@section("system clock", "system clock manual")
def _clock(router: Router, command: Command) -> None:
    if zone := command["time-zone-name"] or command["time-zone"]:
        router.device.set("time-zone", command.where, value=zone)


@section("system note")
def _note(router: Router, command: Command) -> None:
    if command["note"]:
        router.device.set("banner", command.where, is_on=command.says("show-at-login") is not False, value="login")


@section("tool mac-server", "tool mac-server mac-winbox")
def _mac_server(router: Router, command: Command) -> None:
    wanted = command["allowed-interface-list"] or command["interface"]
    if command["allowed-interface-list"]:
        router.use_list(wanted, command.where, command.path)
    elif command["interface"]:
        router.use_interface(wanted, command.where, command.path)
    if wanted or "disabled" in command.values:
        is_on = command.is_enabled and wanted != "none"
        router.device.set("mac-server", command.where, is_on=is_on, value=wanted)


@section("tool romon")
def _romon(router: Router, command: Command) -> None:
    if (enabled := command.says("enabled")) is not None:
        router.device.set("mac-server", command.where, is_on=enabled, value="romon")


@section("ip neighbor discovery-settings", "ip neighbor discovery")
def _discovery(router: Router, command: Command) -> None:
    wanted = command["discover-interface-list"]
    if wanted:
        router.use_list(wanted, command.where, command.path)
        router.device.set("neighbour-discovery", command.where, is_on=wanted != "none", value=wanted)
    if protocols := command.items("protocol"):
        router.device.set("cdp", command.where, is_on="cdp" in protocols)
        router.device.set("lldp", command.where, is_on="lldp" in protocols)


@section("ip proxy", "ip socks")
def _proxy(router: Router, command: Command) -> None:
    if (enabled := command.says("enabled")) is not None:
        value = "socks" if command.path.endswith("socks") else "http"
        router.device.set("proxy", command.where, is_on=enabled, value=value)


@section("ip cloud", "ip cloud advanced", "ip cloud back-to-home-user", "ip cloud back-to-home-users")
def _cloud(router: Router, command: Command) -> None:
    for key in ("ddns-enabled", "back-to-home-vpn"):
        if command[key]:
            is_on = command[key] not in ("no", "auto", "revoked-and-disabled")
            router.device.set("remote-support", command.where, is_on=is_on, value=f"cloud {key}")


@section("ipv6 settings")
def _ipv6(router: Router, command: Command) -> None:
    if (disabled := command.says("disable-ipv6")) is not None:
        router.device.set("ipv6", command.where, is_on=not disabled)


@section(*_SWITCHES)
def _switch(router: Router, command: Command) -> None:
    for key, name in _SWITCHES[command.path]:
        if (is_on := command.says(key)) is not None:
            router.device.set(name, command.where, is_on=is_on)
    if length := command["minimum-password-length"]:
        router.device.set("password-length", command.where, value=length)


@section("system package update")
def _package(router: Router, command: Command) -> None:
    if (updates := command.says("auto-upgrade")) is not None:
        router.device.set("firmware-update", command.where, is_on=updates)


@section("certificate")
def _certificate(router: Router, command: Command) -> None:
    if command.verb == "add":
        router.device.define("certificate", command["name"], command.where, is_used=True)


def finish(router: Router) -> None:
    """SNMP that is on and whose default community no line changes or disables answers to "public"."""
    changed = any(command.target == "default" for command in router.commands["snmp community"])
    for known in router.device.management:
        if known.protocol == "snmp" and known.is_enabled and not changed:
            where = known.line_of("is_enabled")
            router.device.snmp.append(SnmpAccess(source=where, version="2c", is_well_known=True))


def _unless_built_in(name: str, *built_in: str) -> str:
    return "" if name in built_in else name
