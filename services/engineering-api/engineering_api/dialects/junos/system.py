"""What is said under system: names, logins, how the device is managed, and the servers that it asks."""

from ipaddress import ip_address

from engineering_api.dialects.junos.dhcp import LOCAL_SERVER, OLD_SERVER
from engineering_api.dialects.junos.login import LOGIN, USER, user_of
from engineering_api.dialects.junos.state import Junos, Of
from engineering_api.facts.services import Management, Server, User
from engineering_api.reading.paths import Found, Level

SYSTEM = Level[Junos]("system")
SERVICES = Level[Junos]("services")
SERVICE = Level[Of[Management]]("service")
SYSLOG_HOST = Level[Of[Server]]("syslog host")
SERVER = Level[Of[Server]]("server")

_SERVERS: dict[str, str] = {"radius-server": "radius", "tacplus-server": "tacacs"}
#: What writes logs.
_FACILITIES = (
    "any|authorization|change-log|conflict-log|cron|daemon|dfc|external|firewall|ftp|interactive-commands|kernel|ntp|pfe"
    "|security|user"
)
#: How a password is kept, in the words of facts.
_HASH, _PLAIN = "hash", "plain"


SYSTEM.opens(SERVICES, "services")(lambda junos, found: junos)
SERVICES.opens(OLD_SERVER, "dhcp")(lambda junos, found: junos)
SERVICES.opens(LOCAL_SERVER, "dhcp-local-server")(lambda junos, found: junos)


@SYSTEM.path("host-name NAME")
def _hostname(junos: Junos, found: Found) -> None:
    """The first of several, as in the groups of a cluster's nodes, is the device's."""
    if not junos.device.identity.hostname and not junos.scope:
        junos.device.identity.say(found.line, hostname=found["NAME"])
        junos.device.identity.source = found.line


@SYSTEM.path("domain-name NAME")
def _domain(junos: Junos, found: Found) -> None:
    junos.device.identity.say(found.line, domain=found["NAME"])


@SYSTEM.path("time-zone NAME")
def _time_zone(junos: Junos, found: Found) -> None:
    junos.device.set("time-zone", found.line, value=found["NAME"])


@SYSTEM.path("name-server ADDRESS", "name-server ADDRESS OPTION...")
def _name_server(junos: Junos, found: Found) -> None:
    ip_address(found["ADDRESS"])
    _server(junos, "dns", found)


@SYSTEM.path("ntp KIND:(server|peer) ADDRESS", "ntp KIND:(server|peer) ADDRESS OPTION...")
def _ntp(junos: Junos, found: Found) -> None:
    server = _server(junos, "ntp", found)
    option = found["OPTION"]
    if option:
        server.options.append(option)
        server.has_key = server.has_key or option.startswith("key")


def _server(junos: Junos, kind: str, found: Found) -> Server:
    address = found["ADDRESS"]

    def make() -> Server:
        server = Server(source=found.span, kind=kind, address=address, scope=junos.scope)
        junos.device.servers.append(server)
        return server

    return junos.thing(("server", kind, address), make)


@SYSTEM.opens(SERVER, "KIND:(radius-server|tacplus-server) ADDRESS")
def _aaa_server(junos: Junos, found: Found) -> Of[Server]:
    return Of(junos, _server(junos, _SERVERS[found["KIND"]], found))


@SERVER.path("secret SECRET")
def _secret(of: Of[Server], found: Found) -> None:
    of.fact.say(found.line, has_key=True)


@SERVER.path("port NUMBER", "accounting-port NUMBER")
def _server_port(of: Of[Server], found: Found) -> None:
    of.fact.options.append(f"port {int(found['NUMBER'])}")


SERVER.knows(
    "timeout", "retry", "source-address ADDRESS", "single-connection", "max-outstanding-requests", "accounting-retry",
    "accounting-timeout", "routing-instance", "dynamic-request-port", "preauthentication-port",
)  # fmt: skip


@SYSTEM.path("authentication-order METHOD")
def _order(junos: Junos, found: Found) -> None:
    for known in junos.device.settings:
        if known.name == "aaa":
            known.value += f" {found['METHOD']}"
            return
    junos.device.set("aaa", found.line, value=found["METHOD"])


@SYSTEM.path("accounting OPTION...")
def _accounting(junos: Junos, found: Found) -> None:
    junos.sets_once("accounting", found.line)


@SYSTEM.opens(USER, "root-authentication")
def _root(junos: Junos, found: Found) -> Of[User]:
    return user_of(junos, "root", found)


SYSTEM.opens(LOGIN, "login")(lambda junos, found: junos)


@SERVICES.opens(
    SERVICE, "NAME:(ssh|telnet|ftp|finger|rsh|rlogin|xnm-clear-text|xnm-ssl|rest|tftp-server)", "NAME:(netconf) ssh"
)
def _service(junos: Junos, found: Found) -> Of[Management]:
    if found["NAME"] == "finger":
        junos.sets_once("finger", found.line)
    return Of(junos, junos.manages(found["NAME"], found.span))


@SERVICES.opens(SERVICE, "web-management NAME:(http|https)")
def _web(junos: Junos, found: Found) -> Of[Management]:
    return Of(junos, junos.manages(found["NAME"], found.span))


@SERVICES.path("web-management session idle-timeout MINUTES")
def _web_idle(junos: Junos, found: Found) -> None:
    for protocol in ("http", "https"):
        if protocol in junos.memory.management:
            junos.memory.management[protocol].say(found.line, idle_seconds=int(found["MINUTES"]) * 60)


@SERVICE.path("port NUMBER")
def _port(of: Of[Management], found: Found) -> None:
    of.fact.say(found.line, port=int(found["NUMBER"]))


@SERVICE.path("interface NAME")
def _interface(of: Of[Management], found: Found) -> None:
    of.fact.say(found.line, interfaces=[*of.fact.interfaces, found["NAME"]])
    of.junos.uses_interface(found["NAME"], found.line, f"{of.fact.protocol} interface")


@SERVICE.path(
    "WHAT:(root-login|protocol-version|ciphers|macs|key-exchange|connection-limit|rate-limit) VALUE",
    "WHAT:(max-sessions-per-connection|client-alive-interval|client-alive-count-max|authentication-order) VALUE",
    "WHAT:(hostkey-algorithm) VALUE...",
)
def _option(of: Of[Management], found: Found) -> None:
    of.fact.options.append(f"{found['WHAT']} {found['VALUE']}")


SERVICE.knows(
    "system-generated-certificate", "local-certificate NAME", "pki-local-certificate NAME",
    "max-pre-authentication-packets", "no-tcp-forwarding", "tcp-forwarding", "no-passwords",
    "no-password-authentication", "log-key-changes", "sftp-server", "no-public-keys", "fingerprint-hash", "rekey",
    "authorized-keys-command", "http", "https", "control", "traceoptions", "enable-explorer", "rfc-compliant",
    "no-challenge-response", "rest", "allow-tcp-forwarding", "access-disable-external",
)  # fmt: skip
SERVICES.knows_only(
    "netconf", "netconf (rfc-compliant|yang-compliant|flatten-commit-results|notification|traceoptions)",
    "web-management", "web-management session", "web-management session session-limit NUMBER",
    "web-management management-url PATH", "web-management control max-threads NUMBER",
)  # fmt: skip
SERVICES.knows(
    "netconf tls", "netconf hello-message", "netconf netconf-monitoring", "netconf unified", "netconf yang-modules",
    "outbound-ssh", "extension-service", "dns", "subscriber-management",
    "database-replication", "service-deployment", "flow-tap-dtcp", "resource-monitor", "webapi", "reverse",
    "dtcp-only", "outbound-https", "static-subscribers", "bbe-stats-service", "dhcp-proxy-client",
    "security-intelligence", "dynamic-dns", "netproxy", "http-gateway", "analytics", "grpc",
)  # fmt: skip


@SYSTEM.opens(SYSLOG_HOST, "syslog host ADDRESS")
def _syslog(junos: Junos, found: Found) -> Of[Server]:
    return Of(junos, _server(junos, "syslog", found))


@SYSLOG_HOST.path(f"FACILITY:({_FACILITIES}) LEVEL")
def _facility(of: Of[Server], found: Found) -> None:
    of.fact.options.append(f"{found['FACILITY']} {found['LEVEL']}")


@SYSLOG_HOST.path("port NUMBER")
def _syslog_port(of: Of[Server], found: Found) -> None:
    of.fact.options.append(f"port {int(found['NUMBER'])}")


SYSLOG_HOST.knows(
    "match TEXT", "facility-override NAME", "log-prefix TEXT", "source-address ADDRESS", "structured-data",
    "explicit-priority", "allow-duplicates", "exclude-hostname", "match-strings", "routing-instance NAME",
    "transport", "tlsdetails",
)  # fmt: skip


@SYSTEM.path("syslog time-format", "syslog time-format OPTION...")
def _time_format(junos: Junos, found: Found) -> None:
    junos.sets_once("log-timestamps", found.line)


@SYSTEM.path(f"syslog file NAME FACILITY:({_FACILITIES}) LEVEL")
def _log_file(junos: Junos, found: Found) -> None:
    if found["FACILITY"] == "any":
        junos.device.set("log-level", found.line, value=found["LEVEL"])


@SYSTEM.path("no-redirects", "no-redirects-ipv6")
def _no_redirects(junos: Junos, found: Found) -> None:
    junos.sets_once("icmp-redirects", found.line, is_on=False)


@SYSTEM.path("archival configuration OPTION...")
def _archival(junos: Junos, found: Found) -> None:
    junos.sets_once("config-archive", found.line)


@SYSTEM.path("master-password OPTION...")
def _master_password(junos: Junos, found: Found) -> None:
    junos.sets_once("encrypted-secrets", found.line)


@SYSTEM.path("autoinstallation", "autoinstallation OPTION...", "phone-home OPTION...", "phone-home")
def _autoinstall(junos: Junos, found: Found) -> None:
    junos.sets_once("auto-install", found.line)


@SYSTEM.path("management-instance")
def _management_instance(junos: Junos, found: Found) -> None:
    junos.device.set("management-vrf", found.line, value="mgmt_junos")


_LOG = "syslog (file|user) NAME"
SYSTEM.knows_only(
    "syslog", _LOG, f"{_LOG} (allow-duplicates|explicit-priority|structured-data)", f"{_LOG} structured-data brief",
    f"{_LOG} (match|match-strings) TEXT...", f"{_LOG} archive OPTION...", f"{_LOG} archive",
    f"syslog user NAME ({_FACILITIES}) LEVEL", "ntp", "ntp (boot-server|trusted-key|source-address) VALUE",
    "ntp source-address ADDRESS routing-instance NAME", "ntp (broadcast-client|multicast-client)",
    "ntp (authentication-key|broadcast|multicast-client|threshold|interval-range|restrict|nts) OPTION...",
)  # fmt: skip
SYSTEM.knows(
    "no-multicast-echo", "no-ping-record-route", "no-ping-time-stamp", "syslog console",
    "syslog archive", "syslog source-address", "syslog log-rotate-frequency", "syslog server",
    "syslog allow-duplicates", "syslog routing-instance", "static-host-mapping", "processes", "license",
    "max-configurations-on-flash", "max-configuration-rollbacks", "commit", "internet-options",
    "default-address-selection", "domain-search NAME", "location", "backup-router", "inet6-backup-router",
    "saved-core-context", "saved-core-files", "arp", "tacplus-options", "radius-options", "archival", "ports",
    "dump-device", "compress-configuration-files", "no-compress-configuration-files", "mirror-flash-on-disk",
    "diag-port-authentication", "boot-loader-authentication", "no-debugger-on-alt-break", "extensions", "scripts",
    "auto-snapshot", "switchover-on-routing-crash", "authentication-order", "tracing", "configuration-database",
    "ddos-protection", "fips", "encrypt-configuration-files", "export-format", "nd-maxmcast-solicit",
    "no-neighbor-learn", "kernel-replication", "packet-forwarding-options", "services-options", "security-profile",
    "security-extensions", "health-monitor", "donot-disable-ip6op-ondad", "no-hidden-commands", "time-format",
    "persist-groups-inheritance", "allow-v4mapped-packets", "proxy", "memory-enhanced", "demux-options",
    "dynamic-profile-options", "access-line", "alarm-management", "allow-6pe-traceroute", "disable-mib-snmp",
    "regex-additive-logic", "schema", "unattended-boot", "network-services", "pic-console-authentication",
    "passive-learning", "switch-options", "tls",
)  # fmt: skip
