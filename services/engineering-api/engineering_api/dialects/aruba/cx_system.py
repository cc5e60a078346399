"""Who a switch with AOS-CX is, who may manage it, whom it asks and tells, and what it does at all."""

from engineering_api.dialects.aruba.cx import Cx
from engineering_api.dialects.beginnings import beginnings
from engineering_api.dialects.cisco.words import unquoted
from engineering_api.facts.services import User
from engineering_api.facts.settings import Name
from engineering_api.reading.grammar import Found, Place

SYSTEM: Place[Cx] = Place("system")
SERVER_GROUP: Place[Cx] = Place("aaa group server")
SESSION: Place[Cx] = Place("cli-session")
_AAA: dict[str, Name] = {"authentication": "aaa", "authorization": "authorization", "accounting": "accounting"}


@SYSTEM.line("!Version (ArubaOS-CX|AOS-CX) RELEASE")
def _version(switch: Cx, found: Found) -> None:
    switch.device.identity.say(found.line, version=found["RELEASE"])


@SYSTEM.line("! Product Name : TEXT...")
def _model(switch: Cx, found: Found) -> None:
    switch.device.identity.say(found.line, model=found["TEXT"].strip())


@SYSTEM.line("! Chassis Serial Nbr : NUMBER")
def _serial(switch: Cx, found: Found) -> None:
    switch.device.identity.say(found.line, serial=found["NUMBER"])


@SYSTEM.line("hostname NAME")
def _hostname(switch: Cx, found: Found) -> None:
    switch.device.identity.say(found.line, hostname=unquoted(found["NAME"]))


@SYSTEM.line("domain-name NAME", "ip dns domain-name NAME [vrf VRF]")
def _domain(switch: Cx, found: Found) -> None:
    switch.device.identity.say(found.line, domain=unquoted(found["NAME"]))


@SYSTEM.line("user NAME group GROUP password [KIND:(ciphertext|plaintext|sha512|sha256)] [SECRET]")
def _user(switch: Cx, found: Found) -> None:
    kind = found["KIND"]
    made = switch.users[found["NAME"]] = User(
        source=found.line,
        name=found["NAME"],
        privilege=found["GROUP"],
        password="plain" if kind == "plaintext" else kind or "hash",
    )
    switch.device.users.append(made)


@SYSTEM.line("user NAME authorized-key REST...")
def _user_key(switch: Cx, found: Found) -> None:
    name = found["NAME"]
    if (user := switch.users.get(name)) is None:
        user = switch.users[name] = User(source=found.line, name=name)
        switch.device.users.append(user)
    user.keys += 1
    user.at["keys"] = found.line


@SYSTEM.line("[NO:(no)] PROTOCOL:(ssh|telnet) server vrf VRF", "[NO:(no)] PROTOCOL:(https-server) vrf VRF")
def _server(switch: Cx, found: Found) -> None:
    protocol = found["PROTOCOL"].removesuffix("-server")
    vrf = found["VRF"]
    if not found["NO"]:
        manager = switch.manager(protocol, found)
        manager.is_enabled = True
        manager.options.append(f"vrf {vrf}")
        switch.refer_vrf(vrf, found.line, f"{protocol} server")
        return
    manager = switch.manager(protocol, found)
    if not any(option.startswith("vrf ") for option in manager.options):
        manager.is_enabled = False
    manager.options.append(f"not vrf {vrf}")


@SYSTEM.line("https-server (session-timeout|idle-timeout) NUMBER", "https-server session close all")
def _https_idle(switch: Cx, found: Found) -> None:
    if found["NUMBER"]:
        switch.manager("https", found).say(found.line, idle_seconds=int(found["NUMBER"]) * 60)


@SYSTEM.line("https-server (rest access-mode|max-user-sessions|authentication) WORDS...", "ssh WORDS...")
def _option(switch: Cx, found: Found) -> None:
    protocol = "ssh" if found.node.text.startswith("ssh") else "https"
    switch.manager(protocol, found).options.append(found.node.text.partition(" ")[2])


@SYSTEM.opens(SESSION, "cli-session")
def _session(switch: Cx, found: Found) -> Cx:
    return switch


@SESSION.line("timeout NUMBER")
def _timeout(switch: Cx, found: Found) -> None:
    switch.device.set("idle-timeout", found.line, value=str(int(found["NUMBER"]) * 60))


SESSION.knows(*beginnings("max-per-user, tracking-range"))


@SYSTEM.line("session-timeout NUMBER")
def _session_timeout(switch: Cx, found: Found) -> None:
    switch.device.set("idle-timeout", found.line, value=str(int(found["NUMBER"]) * 60))


@SYSTEM.opens(SERVER_GROUP, "aaa group server (radius|tacacs) NAME")
def _group(switch: Cx, found: Found) -> Cx:
    switch.device.define("server-group", found["NAME"], found.span)
    return switch


SERVER_GROUP.knows(*beginnings("server, vsx-sync, load-balance"))


@SYSTEM.block("aaa authentication port-access (dot1x|mac-auth|captive-portal-profile) [REST...]")
def _port_access(switch: Cx, found: Found) -> None:
    words = [child.text for child in found.node.children] + [found["REST"]]
    is_on = any(text.split()[:1] == ["enable"] or text.endswith(" enable") for text in words)
    switch.device.set("aaa", found.line, is_on=is_on, value=f"port-access {found.node.text.split()[3]}")


@SYSTEM.line("aaa NAME:(authentication|authorization|accounting) WORDS...")
def _aaa(switch: Cx, found: Found) -> None:
    words = found["WORDS"].split() or [""]
    if words[0] == "limit-login-attempts":
        switch.device.set("login-attempts", found.line, value=words[1] if len(words) > 1 else "")
        return
    if words[0] in {"allow-fail-through", "minimum-password-length", "console-login-attempts"}:
        if words[0].startswith("minimum"):
            switch.device.set("password-length", found.line, value=words[-1])
        return
    switch.device.set(_AAA[found["NAME"]], found.line, value=" ".join(words))
    if "group" in words:
        for group in words[words.index("group") + 1 :]:
            if group not in {"local", "none", "radius", "tacacs", "start-stop", "stop-only"}:
                switch.device.refer("server-group", group, found.line, f"aaa {found['NAME']}")


@SYSTEM.line("clock timezone NAME")
def _zone(switch: Cx, found: Found) -> None:
    switch.device.set("time-zone", found.line, value=found["NAME"])


@SYSTEM.block("banner KIND:(motd|exec) [REST...]")
def _banner(switch: Cx, found: Found) -> None:
    switch.device.set("banner", found.span, value=found["KIND"])


@SYSTEM.line("[NO:(no)] NAME:(lldp|cdp)")
def _discovery(switch: Cx, found: Found) -> None:
    switch.device.set("lldp" if found["NAME"] == "lldp" else "cdp", found.line, is_on=not found["NO"])


@SYSTEM.line("[NO:(no)] dhcpv4-snooping")
def _snooping(switch: Cx, found: Found) -> None:
    switch.device.set("dhcp-snooping", found.line, is_on=not found["NO"])


@SYSTEM.line("no ip icmp redirect", "no ip icmp unreachable")
def _icmp(switch: Cx, found: Found) -> None:
    is_redirect = found.node.text.endswith("redirect")
    switch.device.set("icmp-redirects" if is_redirect else "unreachables", found.line, is_on=False)


@SYSTEM.block("aruba-central", "hpe-anw-central")
def _central(switch: Cx, found: Found) -> None:
    is_on = not any(child.text == "disable" for child in found.node.children)
    switch.device.set("remote-support", found.line, is_on=is_on, value=found.node.text)


SYSTEM.knows(
    *beginnings(
        "profile, ntp, no ntp, no logging, snmp-server, no snmp-server, snmpv3, no ssh, no https-server, no "
        "telnet, radius-server, radius, tacacs-server, aaa radius-attribute, user-group, user, password, no "
        "password, clock, lldp, no lldp, cdp, no cdp, dhcpv4-snooping, no dhcpv4-snooping, dhcpv6-snooping, no "
        "dhcpv6-snooping, dhcp-relay, no dhcp-relay, dhcpv4-relay, no dhcpv4-relay, dhcpv6-relay, dhcp-server, "
        "nd-snooping, arp, client track, client device-fingerprint, mirror, sflow, no sflow, tftp-server, udld, "
        "bfd, no bfd, crypto, sshd, nae-agent, nae-script, no nae-script, allow-unsupported-transceiver, no "
        "allow-unsupported-transceiver, mac-address-table, mac-group, apply qos, "
        "mac-notify, no mac-notify, job, schedule, alias, ip "
        "source-interface, ip source-lockdown, ip dns, no ip dns, ip icmp, ipv6, no ipv6, ip tcp, "
        "external-storage, power-over-ethernet, no power-over-ethernet, bluetooth, usb, no usb, fault-monitor, "
        "configuration-lockout, erps, evpn, virtual-mac, keychain, mtrace, mdns-sd, no mdns-sd, smartlink, track, "
        "ufd, ubt, tunneled-node, ubt-client-vlan, no ubt, device-profile, cfm, telnet, container, "
        "container-image, debug, resource, reserved-vlan, ztp-force-provision, auto-confirm, no auto-confirm, "
        "mvrp, no mvrp, error-control, gbp, service, http-proxy, dpse, downloadable, app-recognition, no "
        "app-recognition, traffic-insight, ip-sla, class-of-service, rest, events, macsec, mka, dcbx, ptp, "
        "support, no support, copy, ip directed-broadcast, ip igmp, ip load-share, ip reserve, led, system, "
        "module, no module, line-module, fabric-module, qos, watchdog, recovery, no recovery, boot, telemetry, "
        "fan, bgp, distributed-services, dsm, psm, loop-protect, no loop-protect, session-timeout"
    ),
    "Current configuration:",
    "end",
    "exit",
)
