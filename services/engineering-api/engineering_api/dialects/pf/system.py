"""Who the firewall is, who may log in and how: <system>."""

import re

from engineering_api.dialects.pf import vocabulary
from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.fields import Fields, matching
from engineering_api.facts.device import Identity
from engineering_api.facts.services import Management, Server, User

_KNOWN = matching(
    r"""
    optimization dns(allowoverride|localhost|rebind).* dns\d(gw|host|gwint) next[ug]id language
    disable(natreflection|segmentation.*|largereceive.*|checksum.*|vlanhwfilter|consolemenu|replyto|negate|scrub|beep|integratedagain|vpnrules|nat.*)
    use_?mfs.* powerd_.* bogons pf_.* lb_.* rrdbackup netflowbackup logsbackup captiveportalbackup dhcp.*backup
    maximum.* aliasesresolveinterval adaptive.* pfdebug serial.* enableserial.* primaryconsole secondaryconsole
    usevirtualterminal sudo_.* user_allow.* crypto_hardware thermal_hardware hn_altq_enable already_run_.*
    do_not_.* firmware gitsync pkg_.* shellcmd earlyshellcmd afterfilterchangeshellcmd nolog.* logall log.*
    mds_disable pti_disabled reflectiontimeout enable(bin|nat).* tftpinterface skip_rules_gw_down gw_.*
    schedule_.* statetimeout .*timeout sshguard_.* acb backup deployment remotebackup harddiskstandby
    ipv6(nat.*|duidtype) global-v6duid prefer_ipv4 no_talkback theme altpkgrepo keephistory autorestart
    webguileftnavcollapse update_.* hostid unattended checkaliasesurlcert proxy(url|port|user|pass) trafficsh.*
    kern.* net.* keep_counters ip_change_kill_states dhcp.* kill_states pppoe.* radius syncookies.* synproxy
    multicast.* lb_use_sticky scrub.* nodns.* developer.* password_policy.* enable_.* crashreporter route-debug virtio.*
    corefiles optional.* dashboard.* interfaces_sort notes description contact webguifixedmenu if_.*
    state-policy vmware.* qat.* zfs.* ddb.* ramdisk.* swap.* swapfile sslcerts rulesdebug backupcount
    trust.* passwordalgorithm
    prefer.*
    """
)
_HASHES = {
    "bcrypt-hash": "bcrypt", "sha512-hash": "sha512", "password": "hash", "md5-hash": "md5", "nt-hash": "nt",
}  # fmt: skip


def section(context: Context, fields: Fields) -> None:
    """<system>."""
    device = context.device
    device.identity = Identity(source=fields.span, version=device.identity.version, at=device.identity.at)
    for name in ("hostname", "domain"):
        if value := fields.text(name):
            device.identity.say(fields.line(name), **{name: value})
    _servers(context, fields)
    if zone := fields.text("timezone"):
        device.set("time-zone", fields.line("timezone"), value=zone)
    if fields.has("ipv6allow"):
        device.set("ipv6", fields.line("ipv6allow"), is_on=fields.is_on("ipv6allow"))
    if fields.has("disableconsolemenu"):
        device.set("console-password", fields.line("disableconsolemenu"), is_on=fields.is_on("disableconsolemenu"))
    if fields.has("disablefilter"):
        device.set("packet-filter", fields.line("disablefilter"), is_on=not fields.is_on("disablefilter"))
    context.each(fields, "webgui", _web)
    for child in fields.all("ssh"):
        if child.children:
            context.read(child, _shell)
    if fields.is_on("enablesshd"):
        device.management.append(Management(source=fields.line("enablesshd"), protocol="ssh", port=22))
    context.each(fields, "group", _group)
    context.each(fields, "user", _user)
    context.each(fields, "authserver", _login_server)
    for certificate in ("ca", "cert"):
        context.each(fields, certificate, trust)
    for child in fields.all("firmware", "bogons"):
        context.knows(Fields(child), vocabulary.UPDATES)
    fields.knows("snmpd")
    fields.knows_like(_KNOWN)


def _servers(context: Context, fields: Fields) -> None:
    for child in fields.all("dnsserver"):
        for address in re.split(r"[\s,]+", child.value):
            if address:
                context.device.servers.append(Server(source=child.span, kind="dns", address=address))
    for address in fields.words("timeservers"):
        context.device.servers.append(Server(source=fields.line("timeservers"), kind="ntp", address=address))


def _web(context: Context, fields: Fields) -> None:
    protocol = fields.text("protocol") or "https"
    made = Management(
        source=fields.span, protocol=protocol, port=fields.number("port") or (80 if protocol == "http" else 443)
    )
    for name in fields.words("interfaces"):
        made.interfaces.append(context.use_interface(name, fields.line("interfaces"), "web interface"))
    words = (
        "noantilockout",
        "nodnsrebindcheck",
        "nohttpreferercheck",
        "disablehttpredirect",
        "quietlogin",
        "ssl-hsts",
        "disablehsts",
        "httpaccesslog",
    )
    made.options = [name for name in words if fields.is_on(name)]
    if minutes := fields.number("session_timeout"):
        made.idle_seconds = minutes * 60
        context.device.set("idle-timeout", fields.line("session_timeout"), value=str(minutes * 60))
    if ciphers := fields.text("ssl-ciphers"):
        context.device.set("web-cipher", fields.line("ssl-ciphers"), value=ciphers)
    if methods := fields.words("authmode"):
        value = fields.text("authmode")
        context.device.set("aaa", fields.line("authmode"), value=value)
        for name in value.split(",") if methods else []:
            if name not in ("Local Database", "Local API", "local"):
                context.use("server-group", name, fields.line("authmode"), "web interface")
    if refid := fields.text("ssl-certref"):
        context.use_certificate(refid, fields.line("ssl-certref"), "web interface")
    context.device.management.append(made)
    context.knows(fields, vocabulary.WEB)


def _shell(context: Context, fields: Fields) -> None:
    on = fields.is_on("enable", "enabled")
    made = Management(source=fields.span, protocol="ssh", port=fields.number("port") or 22, is_enabled=on)
    for name in fields.words("interfaces"):
        made.interfaces.append(context.use_interface(name, fields.line("interfaces"), "ssh"))
    made.options = [name for name in ("permitrootlogin", "passwordauth", "sshdagentforwarding") if fields.is_on(name)]
    if value := fields.text("sshdkeyonly"):
        made.options.append(f"sshdkeyonly {value}")
    context.device.management.append(made)
    context.knows(fields, vocabulary.SHELL)


def _group(context: Context, fields: Fields) -> None:
    context.device.define("user-group", fields.needed("name"), fields.span, is_used=True)
    fields.knows("description", "descr", "scope", "gid", "member", "priv", "source_networks")


def _user(context: Context, fields: Fields) -> None:
    kept = next((name for name in _HASHES if fields.text(name)), "")
    groups = [name for child in fields.all("groupname") for name in child.value.split(",") if name]
    made = User(
        source=fields.span,
        name=fields.needed("name"),
        privilege=",".join(groups) or ("admins" if fields.text("uid") == "0" else ",".join(fields.words("priv"))),
        password=_HASHES.get(kept, ""),
        keys=1 if fields.text("authorizedkeys") else 0,
        is_enabled=fields.is_enabled(),
    )
    for name in groups:
        context.use("user-group", name, fields.line("groupname"), f"user {made.name}")
    if fields.text("otp_seed"):
        context.device.set("two-factor", fields.line("otp_seed"), value=made.name)
    for child in fields.all("cert"):
        if child.value:
            context.use_certificate(child.value, child.span, f"user {made.name}")
    context.device.users.append(made)
    context.knows(fields, vocabulary.USER)


def _login_server(context: Context, fields: Fields) -> None:
    kind = fields.text("type")
    name = fields.needed("name")
    context.device.define("server-group", name, fields.span)
    address = fields.text("host")
    if kind in ("ldap", "ldap-totp") and address:
        encrypted = "tls" if re.search(r"SSL|TLS|Encrypted", fields.text("ldap_urltype")) else "plain"
        context.device.servers.append(
            Server(
                source=fields.span,
                kind="ldap",
                address=address,
                options=[f"port {fields.text('ldap_port') or 389}", encrypted],
                has_key=bool(fields.text("ldap_bindpw")),
            )
        )
    elif kind == "radius" and address:
        port = f"port {fields.text('radius_auth_port') or 1812}"
        context.device.servers.append(
            Server(
                source=fields.span,
                kind="radius",
                address=address,
                options=[port],
                has_key=bool(fields.text("radius_secret")),
            )
        )
    if "totp" in kind:
        context.device.set("two-factor", fields.span, value=name)
    if (refid := fields.text("ldap_caref")) and refid != "global":
        context.use_certificate(refid, fields.line("ldap_caref"), f"login server {name}")
    context.knows(fields, vocabulary.LOGIN_SERVER)


def trust(context: Context, fields: Fields) -> None:
    """<ca>, <cert> and <crl>."""
    name = fields.text("descr") or fields.text("refid")
    if fields.name != "crl" and name:
        context.device.define("certificate", name, fields.span)
    if authority := fields.text("caref"):
        context.use_certificate(authority, fields.line("caref"), f"certificate {name}")
    context.knows(fields, vocabulary.TRUST)


def tunables(context: Context, fields: Fields) -> None:
    """<sysctl>."""
    for item in (Fields(one) for one in fields.all("item")):
        tunable, value = item.text("tunable"), item.text("value")
        if value not in ("0", "1"):
            continue
        if tunable in ("net.inet.ip.sourceroute", "net.inet.ip.accept_sourceroute"):
            context.device.set("source-routing", item.span, is_on=value == "1")
        elif tunable in ("net.inet.ip.redirect", "net.inet6.ip6.redirect"):
            context.device.set("icmp-redirects", item.span, is_on=value == "1")
    context.knows(fields, vocabulary.TUNABLES)
