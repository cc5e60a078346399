"""What the firewall asks for and serves: names, time, logs, SNMP, and its second half."""

import re

from engineering_api.dialects.pf import vocabulary
from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.fields import Fields
from engineering_api.facts.services import Server, SnmpAccess

_WELL_KNOWN = re.compile(r"public|private|REDACTED-default-community-\w+")


def resolver(context: Context, fields: Fields) -> None:
    """<unbound>, and <unboundplus> of OPNsense's model: servers for all names or for a domain."""
    for inner in (Fields(one) for one in fields.all("domainoverrides")):
        for address in inner.words("ip"):
            options = [f"domain {inner.text('domain')}"] + (["tls"] if inner.has("forward_tls_upstream") else [])
            context.device.servers.append(Server(source=inner.span, kind="dns", address=address, options=options))
    for outer in fields.all("dots"):
        for inner in (Fields(one) for one in outer.elements):
            if (address := inner.text("server")) and inner.is_enabled():
                options = ["tls"] if inner.text("type") in ("", "dot") else []
                options += [f"domain {domain}"] if (domain := inner.text("domain")) else []
                context.device.servers.append(Server(source=inner.span, kind="dns", address=address, options=options))
    for name in fields.words("active_interface", "outgoing_interface"):
        if name != "all":
            context.use_interface(name, fields.line("active_interface"), "resolver")
    if refid := fields.text("sslcertref"):
        context.use_certificate(refid, fields.line("sslcertref"), "resolver")
    context.knows(fields, vocabulary.RESOLVER)


def time(context: Context, fields: Fields) -> None:
    """<ntpd>: which of the servers is preferred, and where time is served."""
    preferred = set(fields.words("prefer"))
    for server in context.device.servers:
        if server.kind == "ntp" and server.address in preferred:
            server.options.append("prefer")
    for name in fields.words("interface"):
        context.use_interface(name, fields.line("interface"), "NTP")
    context.knows(fields, vocabulary.TIME)


def chrony(context: Context, fields: Fields) -> None:
    """<OPNsense><chrony>."""
    general = Fields(fields.one("general") or fields.element)
    if general.is_on("enabled"):
        for address in general.words("peers"):
            context.device.servers.append(Server(source=general.line("peers"), kind="ntp", address=address))
    context.knows(fields, vocabulary.CHRONY)


def logs(context: Context, fields: Fields) -> None:
    """<syslog>."""
    if fields.has("enable") and fields.is_on("enable"):
        for name in ("remoteserver", "remoteserver2", "remoteserver3"):
            if value := fields.text(name):
                host, _, port = value.partition(":") if value.count(":") == 1 else (value, "", "")
                context.device.servers.append(
                    Server(source=fields.line(name), kind="syslog", address=host, options=[f"udp {port or 514}"])
                )
        if interface := fields.text("sourceip"):
            context.use_interface(interface, fields.line("sourceip"), "syslog")
    context.knows(fields, vocabulary.LOGS)


def logs_model(context: Context, fields: Fields) -> None:
    """<OPNsense><Syslog>."""
    for outer in fields.all("destinations"):
        for inner in (Fields(one) for one in outer.elements):
            if not inner.is_enabled() or not (address := inner.text("hostname")):
                continue
            transport = inner.text("transport")
            options = [f"{transport[:3] or 'udp'} {inner.text('port') or 514}", *inner.words("level")[:1]]
            if refid := inner.text("certificate"):
                context.use_certificate(refid, inner.line("certificate"), "syslog")
            context.device.servers.append(Server(source=inner.span, kind="syslog", address=address, options=options))
    context.knows(fields, vocabulary.LOGS_MODEL)


def snmp(context: Context, fields: Fields) -> None:
    """<snmpd>. A community that stands there while the service is off is no access."""
    for name in ("syslocation", "syscontact"):
        if value := fields.text(name):
            context.device.set(
                "snmp-location" if name == "syslocation" else "snmp-contact", fields.line(name), value=value
            )
    if fields.has("enable") and fields.is_on("enable"):
        if community := fields.text("rocommunity"):
            known = bool(_WELL_KNOWN.fullmatch(community))
            context.device.snmp.append(SnmpAccess(source=fields.line("rocommunity"), version="2c", is_well_known=known))
        if fields.is_on("trapenable") and (address := fields.text("trapserver")):
            context.device.servers.append(Server(source=fields.line("trapserver"), kind="snmp-trap", address=address))
    context.knows(fields, vocabulary.SNMP)


def snmp_model(context: Context, fields: Fields) -> None:
    """<OPNsense><netsnmp>."""
    general = Fields(fields.one("general") or fields.element)
    enabled = general.is_on("enabled")
    if enabled and (community := general.text("community")):
        known = bool(_WELL_KNOWN.fullmatch(community))
        context.device.snmp.append(SnmpAccess(source=general.line("community"), version="2c", is_well_known=known))
    for name in ("syslocation", "syscontact"):
        if value := general.text(name):
            context.device.set(
                "snmp-location" if name == "syslocation" else "snmp-contact", general.line(name), value=value
            )
    for outer in fields.all("user"):
        for user in (Fields(one) for middle in outer.elements for one in middle.elements):
            if enabled and user.is_enabled() and (name := user.text("username")):
                access = "rw" if user.is_on("readwrite") and user.has("readwrite") else "ro"
                level = "priv" if user.text("enckey") else "auth" if user.text("password") else "noauth"
                context.device.snmp.append(
                    SnmpAccess(source=user.span, version="3", user=name, access=access, level=level)
                )
    context.knows(fields, vocabulary.SNMP_MODEL)


def second_half(context: Context, fields: Fields) -> None:
    """<hasync>: states and settings for the other firewall of a pair."""
    interface, peer, target = (
        fields.text("pfsyncinterface"),
        fields.text("pfsyncpeerip"),
        fields.text("synchronizetoip"),
    )
    if interface:
        context.use_interface(interface, fields.line("pfsyncinterface"), "pfsync")
    if interface or target:
        value = ", ".join(
            [
                *([f"states on {interface} {peer}".rstrip()] if interface else []),
                *([f"settings to {target}"] if target else []),
            ]
        )
        context.device.set("high-availability", fields.span, value=value)
    context.knows(fields, vocabulary.SECOND_HALF)


def portal(context: Context, fields: Fields) -> None:
    """<captiveportal> and <OPNsense><captiveportal>: its zones and their interfaces."""
    for child in fields.element.elements:
        for inner in (Fields(child), *(Fields(one) for one in child.elements)):
            for child_name in ("interface", "interfaces"):
                for name in inner.words(child_name):
                    context.use_interface(name, inner.line(child_name), "captive portal")
            if refid := inner.text("certificate", "certref"):
                context.use_certificate(refid, inner.line("certificate", "certref"), "captive portal")
    fields.knows_all()


def plug_and_play(context: Context, fields: Fields) -> None:
    """<miniupnpd>: ports that devices inside open by themselves."""
    for inner in (fields, *(Fields(one) for one in fields.all("config"))):
        if inner.has("enable", "enabled"):
            context.device.set("universal-plug-and-play", inner.span, is_on=inner.is_on("enable", "enabled"))
    context.knows(fields, vocabulary.PLUG_AND_PLAY)


def schedules(context: Context, fields: Fields) -> None:
    """<schedules>."""
    context.each(fields, "schedule", _schedule)


def _schedule(context: Context, fields: Fields) -> None:
    context.device.define("schedule", fields.needed("name"), fields.span)
    context.knows(fields, vocabulary.SCHEDULE)
