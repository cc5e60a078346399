"""Who the device is, who may manage it and from where, and what it does at all."""

from ipaddress import ip_network

from engineering_api.dialects.asa import addresses
from engineering_api.dialects.asa.state import Reading, Within
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.services import User
from engineering_api.facts.settings import Setting
from engineering_api.reading.grammar import Found, Place

MANAGEMENT: Place[Reading] = Place("management")
CONTEXT: Place[Within[str]] = Place("context")
CONTEXT.knows(
    *beginnings("description, config-url, join-failover-group, member, allocate-ips, scansafe, storage-url"),
)


@MANAGEMENT.line("hostname NAME")
def _hostname(reading: Reading, found: Found) -> None:
    reading.device.identity.say(found.line, hostname=found["NAME"])


@MANAGEMENT.line("domain-name NAME")
def _domain(reading: Reading, found: Found) -> None:
    reading.device.identity.say(found.line, domain=found["NAME"])


@MANAGEMENT.line("(ASA|PIX|NGFW) Version RELEASE [REST...]")
def _version(reading: Reading, found: Found) -> None:
    reading.device.identity.say(found.line, version=found["RELEASE"])


@MANAGEMENT.line(": Serial Number: NUMBER", "! Serial Number: NUMBER")
def _serial(reading: Reading, found: Found) -> None:
    if not reading.device.identity.serial:
        reading.device.identity.say(found.line, serial=found["NUMBER"])


@MANAGEMENT.line(": Hardware: TEXT...", "! Hardware: TEXT...")
def _hardware(reading: Reading, found: Found) -> None:
    if not reading.device.identity.model:
        reading.device.identity.say(found.line, model=found["TEXT"].partition(",")[0].strip())


MANAGEMENT.knows(
    *beginnings(":"),
    ":",
    ":Saved",
    ":end",
)


@MANAGEMENT.line("PROTOCOL:(ssh|telnet) timeout NUMBER")
def _timeout(reading: Reading, found: Found) -> None:
    _option(reading, found["PROTOCOL"], "timeout", str(int(found["NUMBER"]) * 60), found)


def _option(reading: Reading, protocol: str, key: str, value: str, found: Found) -> None:
    """Note what a line says of all ways to manage by a protocol."""
    reading.options.setdefault(protocol, {})[key] = (value, found.line)


@MANAGEMENT.line("ssh KEY:(version|cipher|key-exchange) WORDS...")
def _ssh_option(reading: Reading, found: Found) -> None:
    _option(reading, "ssh", found["KEY"], found.node.text, found)


@MANAGEMENT.line("http server enable [PORT]")
def _http(reading: Reading, found: Found) -> None:
    _option(reading, "https", "port", str(int(found["PORT"] or 443)), found)
    reading.later.append(lambda: _ensure_https(reading, found))


def _ensure_https(reading: Reading, found: Found) -> None:
    """A server that is on while nobody may reach it is still one."""
    if not any(protocol == "https" for protocol, _ in reading.managers):
        reading.manager("https", "", found.line)


@MANAGEMENT.line("http server KEY:(idle-timeout|session-timeout) NUMBER")
def _http_idle(reading: Reading, found: Found) -> None:
    if found["KEY"] == "idle-timeout":
        _option(reading, "https", "timeout", str(int(found["NUMBER"]) * 60), found)


@MANAGEMENT.line("console timeout NUMBER")
def _console(reading: Reading, found: Found) -> None:
    reading.manager("console", "", found.line).say(found.line, idle_seconds=int(found["NUMBER"]) * 60)


@MANAGEMENT.line("management-access INTERFACE")
def _management_access(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["INTERFACE"], found.line, "management-access")


@MANAGEMENT.line("http redirect INTERFACE [PORT]", "no http redirect INTERFACE [PORT]")
def _redirect(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["INTERFACE"], found.line, "http redirect")


MANAGEMENT.knows(
    *beginnings("ssh scopy, no ssh, no telnet, no http, passwd, ssh stack, aaa authentication login-history"),
    "ssh stricthostkeycheck",
    "password encryption aes",
    "ssh pubkey-chain",
    "aaa authentication login-history",
)


@MANAGEMENT.line("PROTOCOL:(ssh|telnet|http) ADDRESS MASK INTERFACE")
def _manager(reading: Reading, found: Found) -> None:
    network = addresses.prefix(found["ADDRESS"], found["MASK"], reading)
    _allow(reading, found, network)


@MANAGEMENT.line("PROTOCOL:(ssh|telnet|http) PREFIX INTERFACE")
def _ipv6_manager(reading: Reading, found: Found) -> None:
    _allow(reading, found, str(ip_network(found["PREFIX"], strict=False)))


def _allow(reading: Reading, found: Found, network: str) -> None:
    # "http" is ASDM, which an ASA serves by TLS alone.
    protocol = "https" if found["PROTOCOL"] == "http" else found["PROTOCOL"]
    interface = found["INTERFACE"]
    manager = reading.manager(protocol, interface, found.line)
    manager.allowed.append(network)
    manager.source = manager.source._replace(last=max(manager.source.last, found.line.last))
    reading.refer_interface(interface, found.line, protocol)
    if (port := reading.interfaces.get(interface)) and protocol not in port.management:
        port.management.append(protocol)
        port.at.setdefault("management", found.line)


MANAGEMENT.knows(*beginnings("http"))


@MANAGEMENT.line("enable password SECRET [level LEVEL] [KIND]")
def _enable(reading: Reading, found: Found) -> None:
    reading.device.set("enable-password", found.line, value=found["KIND"] or "plain")


@MANAGEMENT.line(
    "username NAME (password|nopassword) [SECRET] [KIND:(encrypted|pbkdf2|nt-encrypted|mschap)] [privilege LEVEL]",
    "username NAME password SECRET privilege LEVEL",
)
def _user(reading: Reading, found: Found) -> None:
    is_open = " nopassword" in found.node.text
    made = User(
        source=found.line,
        name=found["NAME"],
        privilege=found["LEVEL"],
        password="" if is_open else found["KIND"] or "plain",
    )
    reading.users[made.name] = made
    reading.device.users.append(made)


@MANAGEMENT.line("aaa authentication WHAT:(ssh|http|telnet|serial|enable|secure-http-client) console NAMES...")
def _authentication(reading: Reading, found: Found) -> None:
    names = found["NAMES"].split()
    reading.device.set("aaa", found.line, value=f"{found['WHAT']} {' '.join(names)}")
    _groups(reading, names, found, "aaa authentication")


def _groups(reading: Reading, names: list[str], found: Found, context: str) -> None:
    for name in names:
        if name not in {"LOCAL", "none", "local"}:
            reading.device.refer("server-group", name, found.line, context)


@MANAGEMENT.line("aaa authorization (command|exec) NAMES...")
def _authorization(reading: Reading, found: Found) -> None:
    names = found["NAMES"].split()
    reading.device.set("authorization", found.line, value=" ".join(names))
    words = {"authentication-server", "auto-enable"}
    _groups(reading, [name for name in names if name not in words], found, "aaa authorization")


@MANAGEMENT.line(
    "aaa accounting (ssh|telnet|serial|enable) console NAME", "aaa accounting command [privilege LEVEL] NAME"
)
def _accounting(reading: Reading, found: Found) -> None:
    reading.device.set("accounting", found.line, value=found["NAME"])
    _groups(reading, [found["NAME"]], found, "aaa accounting")


@MANAGEMENT.line("aaa (authentication|authorization|accounting) match ACL INTERFACE NAME")
def _cut_through(reading: Reading, found: Found) -> None:
    reading.device.refer("acl", found["ACL"], found.line, "aaa match")
    reading.refer_interface(found["INTERFACE"], found.line, "aaa match")
    _groups(reading, [found["NAME"]], found, "aaa match")


@MANAGEMENT.line("aaa local authentication attempts max-fail NUMBER")
def _attempts(reading: Reading, found: Found) -> None:
    reading.device.set("login-attempts", found.line, value=str(int(found["NUMBER"])))


@MANAGEMENT.line("password-policy minimum-length NUMBER")
def _length(reading: Reading, found: Found) -> None:
    reading.device.set("password-length", found.line, value=str(int(found["NUMBER"])))


@MANAGEMENT.line("banner KIND:(motd|login|exec|asdm) [TEXT...]")
def _banner(reading: Reading, found: Found) -> None:
    key = ("banner", found["KIND"])
    if known := reading.said.get(key):
        known.source = known.source._replace(last=found.line.last)
    else:
        known = reading.said[key] = Setting(source=found.line, name="banner", value=found["KIND"])
        reading.device.settings.append(known)


@MANAGEMENT.line("same-security-traffic permit WHAT:(inter-interface|intra-interface)")
def _same_security(reading: Reading, found: Found) -> None:
    reading.device.set("same-security-traffic", found.line, value=found["WHAT"])


@MANAGEMENT.line("failover")
def _failover(reading: Reading, found: Found) -> None:
    reading.device.set("high-availability", found.line)


@MANAGEMENT.line("no failover")
def _no_failover(reading: Reading, found: Found) -> None:
    reading.device.set("high-availability", found.line, is_on=False)


@MANAGEMENT.line("failover lan unit ROLE:(primary|secondary)")
def _unit(reading: Reading, found: Found) -> None:
    reading.device.set("high-availability", found.line, value=found["ROLE"])


@MANAGEMENT.line("failover (lan interface|link) NAME PORT", "failover link NAME")
def _failover_link(reading: Reading, found: Found) -> None:
    if found["PORT"]:
        reading.device.define("interface", found["NAME"], found.line, is_used=True)
        reading.device.refer("interface", found["PORT"], found.line, "failover")


@MANAGEMENT.line("clock timezone NAME REST...")
def _zone(reading: Reading, found: Found) -> None:
    reading.device.set("time-zone", found.line, value=f"{found['NAME']} {found['REST']}")


@MANAGEMENT.line("icmp (permit|deny) WORDS...", "ipv6 icmp (permit|deny) WORDS...")
def _icmp(reading: Reading, found: Found) -> None:
    words = found["WORDS"].split()
    reading.refer_interface(words[-1], found.line, "icmp")
    if len(words) == 2 and words[0] == "any" and " permit " in found.node.text:
        reading.device.set("ping", found.line, value=words[-1])
        if port := reading.interfaces.get(words[-1]):
            port.management.append("ping")


@MANAGEMENT.line("call-home reporting anonymous", "no call-home reporting anonymous")
def _call_home(reading: Reading, found: Found) -> None:
    reading.device.set("telemetry", found.line, is_on=not found.node.text.startswith("no "))


@MANAGEMENT.line("no service password-recovery", "service password-recovery")
def _recovery(reading: Reading, found: Found) -> None:
    reading.device.set("password-recovery", found.line, is_on=not found.node.text.startswith("no "))


@MANAGEMENT.opens(CONTEXT, "context NAME")
def _context(reading: Reading, found: Found) -> Within[str]:
    reading.device.scopes.append(found["NAME"])
    return Within(reading, found["NAME"])


@CONTEXT.line("allocate-interface NAME [REST...]")
def _allocate(at: Within[str], found: Found) -> None:
    at.device.refer("interface", found["NAME"], found.line, f"context {at.fact}")


MANAGEMENT.knows(
    *beginnings(
        "terminal, boot, asdm, no asdm, arp, no arp, timeout, threat-detection, no threat-detection, prompt, no "
        "call-home, service-module, mac-address auto, mac-address, mac-address-table, icmp unreachable, fragment, "
        "clock summer-time, privilege, aaa, no aaa, password-policy, failover, no failover, monitor-interface, no "
        "monitor-interface, no firewall, mode, admin-context, limit-resource, cluster, license, smart-tunnel, "
        "capture, flow-export, no flow-export, setup, command-alias, client-update, auto-update, wccp, "
        "unified-communications, tls-proxy, phone-proxy, media-termination, ctl-file, ctl-provider, uc-ime, "
        "smtp-server, mail, virtual, ip audit, ip verify, scansafe, dynamic-filter, cts, lacp, port-channel, "
        "jumbo-frame, hw-module, coredump, crashinfo, snort, app-agent, telemetry, no telemetry, app-id, quota, "
        "no quota, fips, rest-api, no rest-api, established, conn, asp, no asp, service, no service, "
        "dns-group-map, no snmp, ipv6, username-prompt, no ipv6, user-statistics, debug-menu, checkheaps, "
        "config-register, interface-policy, alias, nve, cxsc, ips, scp, file, object-group-search, no "
        "object-group-search, migrated, tcp-options, path-monitoring, auth-prompt, hpm, mount, key config-key, "
        "ip-client, cluster-interface"
    ),
    "terminal width NUMBER",
    "pager [lines] [NUMBER]",
    "no pager",
    "ftp mode passive",
    "no ftp mode passive",
    "call-home",
    "no mac-address auto",
    "firewall transparent",
    "class NAME",
    "event manager applet NAME",
    "end",
    "exit",
    "banner-none",
)
