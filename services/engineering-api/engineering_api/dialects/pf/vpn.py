"""OpenVPN, WireGuard, GRE and the dial-in servers."""

import re
from ipaddress import ip_network

from engineering_api.dialects.pf import vocabulary
from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.fields import Fields
from engineering_api.dialects.pf.interfaces import interface_of
from engineering_api.facts.ports import Address, Interface
from engineering_api.facts.tunnels import Proposal, Tunnel


def openvpn(context: Context, fields: Fields) -> None:
    """<openvpn>: servers and clients of both firewalls before OPNsense's model."""
    context.each(fields, "openvpn-server", _openvpn)
    context.each(fields, "openvpn-client", _openvpn)
    fields.knows("openvpn-csc")


def _openvpn(context: Context, fields: Fields) -> None:
    is_server, number = fields.name == "openvpn-server", fields.text("vpnid")
    mode, interface = fields.text("mode"), fields.text("interface")
    device = f"ovpn{'s' if is_server else 'c'}{number}"
    port = fields.text("local_port") if is_server else fields.text("server_port")
    made = Tunnel(
        source=fields.span,
        name=fields.text("description") or device,
        kind="openvpn",
        interface=interface,
        peer="" if is_server else fields.text("server_addr"),
        authentication="psk"
        if mode == "p2p_shared_key"
        else "eap"
        if mode in ("server_user", "server_tls_user")
        else "certificate",
        phase1=_ciphers(
            fields.words("data_ciphers", "ncp-ciphers", "crypto", "data_ciphers_fallback"), fields.words("digest")
        ),
        local_networks=[*fields.words("local_network", "local_networkv6")],
        remote_networks=[
            *fields.words("remote_network", "remote_networkv6"),
            *(fields.words("tunnel_network") if is_server else []),
        ],
        is_enabled=fields.is_enabled(),
    )
    made.at["peer"] = fields.line("local_port" if is_server else "server_addr")
    _device(context, fields, device, made.name)
    context.device.tunnels.append(made)
    context.use_interface(interface, fields.line("interface"), f"OpenVPN {port}")
    for name in ("caref", "certref", "crlref"):
        if (refid := fields.text(name)) and (refid in context.names.certificates or name != "crlref"):
            context.use_certificate(refid, fields.line(name), f"OpenVPN {made.name}")
    context.knows(fields, vocabulary.OPENVPN)


def openvpn_model(context: Context, fields: Fields) -> None:
    """<OPNsense><OpenVPN>."""
    for outer in fields.all("Instances"):
        for element in outer.elements:
            if element.children:
                _instance(context, Fields(element))
    context.knows(fields, vocabulary.OPENVPN_MODEL)


def _instance(context: Context, fields: Fields) -> None:
    is_server = fields.text("role") != "client"
    device = f"ovpn{'s' if is_server else 'c'}{fields.text('vpnid')}"
    made = Tunnel(
        source=fields.span,
        name=fields.text("description") or device,
        kind="openvpn",
        interface=fields.text("local"),
        peer="" if is_server else ",".join(fields.words("remote")),
        authentication="eap" if fields.text("authmode") else "certificate",
        phase1=_ciphers(fields.words("data-ciphers", "data-ciphers-fallback"), fields.words("auth")),
        local_networks=fields.words("push_route"),
        remote_networks=[*fields.words("route"), *(fields.words("server", "server_ipv6") if is_server else [])],
        is_enabled=fields.is_enabled(),
    )
    _device(context, fields, device, made.name)
    context.device.tunnels.append(made)
    for name in ("ca", "cert"):
        if refid := fields.text(name):
            context.use_certificate(refid, fields.line(name), f"OpenVPN {made.name}")


def _ciphers(names: list[str], digests: list[str]) -> Proposal:
    single = [one for name in names for one in name.casefold().split(":") if one != "none"]
    plain = [name.replace("-", "").removesuffix("cbc") for name in single]
    hashes = [digest.casefold().replace("-", "") for digest in digests if digest.casefold() != "none"]
    return Proposal(encryption=list(dict.fromkeys(plain)), hashes=list(dict.fromkeys(hashes)))


def wireguard_model(context: Context, fields: Fields) -> None:
    """<OPNsense><wireguard>: a server is an interface, a client a peer of one or more."""
    clients = {inner.uuid: inner for inner in _within(fields, "client")}
    used: set[str] = set()
    for server in _within(fields, "server"):
        device = f"wg{server.text('instance')}"
        made = _device(context, server, device, server.text("name"))
        for word in server.words("tunneladdress"):
            with context.field(server, "tunneladdress"):
                made.addresses.append(Address(source=server.line("tunneladdress"), value=interface_of(word, "")))
        made.mtu = server.number("mtu")
        for uuid in server.words("peers"):
            if peer := clients.get(uuid):
                used.add(uuid)
                on = peer.is_enabled() and server.is_enabled()
                _peer(context, peer, device, peer.words("tunneladdress"), is_enabled=on)
    for uuid, peer in clients.items():
        if uuid not in used:
            _peer(context, peer, "", peer.words("tunneladdress"), is_enabled=False)
    context.knows(fields, vocabulary.WIREGUARD)


def _within(fields: Fields, name: str) -> list[Fields]:
    return [
        Fields(one)
        for outer in fields.all(name)
        for middle in outer.elements
        for one in middle.elements
        if one.children
    ]


def wireguard_package(context: Context, fields: Fields) -> None:
    """<wireguard> of pfSense's package."""
    for item in _items(fields, "tunnels"):
        made = _device(context, item, item.text("name"), item.text("descr"))
        for row in _items(item, "addresses"):
            with context.field(row, "address"):
                made.addresses.append(
                    Address(source=row.span, value=interface_of(row.text("address"), row.text("mask")))
                )
        made.mtu = item.number("mtu")
    for item in _items(fields, "peers"):
        networks = [f"{row.text('address')}/{row.text('mask')}" for row in _items(item, "allowedips")]
        _peer(context, item, item.text("tun"), networks, is_enabled=item.is_enabled())
    context.knows(fields, vocabulary.WIREGUARD)


def _items(fields: Fields, name: str) -> list[Fields]:
    return [Fields(one) for outer in fields.all(name) for one in outer.elements if one.children]


def _peer(context: Context, fields: Fields, device: str, networks: list[str], *, is_enabled: bool) -> None:
    """A peer; OPNsense and pfSense have other names for the same fields."""
    address, port = fields.text("serveraddress", "endpoint"), fields.text("serverport", "port")
    peer = f"{address}:{port}" if address and port else address
    context.device.tunnels.append(
        Tunnel(
            source=fields.span,
            name=fields.text("name", "descr") or peer,
            kind="wireguard",
            interface=device,
            peer=peer,
            remote_networks=_networks(networks),
            authentication="psk" if fields.text("psk", "presharedkey") else "",
            is_enabled=is_enabled,
        )
    )


def _networks(words: list[str]) -> list[str]:
    made = []
    for word in words:
        try:
            made.append(str(ip_network(word, strict=False)))
        except ValueError:
            made.append(word)
    return made


def gre(context: Context, fields: Fields) -> None:
    """<gres>: where they lead to."""
    for inner in (Fields(one) for one in fields.all("gre")):
        if peer := inner.text("remote-addr"):
            context.device.tunnels.append(
                Tunnel(
                    source=inner.span,
                    name=inner.text("descr") or inner.text("greif"),
                    kind="gre",
                    interface=inner.text("if"),
                    peer=peer,
                )
            )


def dial_in(context: Context, fields: Fields) -> None:
    """<l2tp> and <pptpd>."""
    if fields.text("mode") == "server":
        kind = "pptp" if fields.name == "pptpd" else "l2tp"
        context.device.tunnels.append(
            Tunnel(
                source=fields.span,
                name=kind,
                kind="pptp" if kind == "pptp" else "l2tp",
                interface=fields.text("interface"),
                local_networks=fields.words("localip"),
                remote_networks=fields.words("remoteip"),
            )
        )
        context.use_interface(fields.text("interface"), fields.line("interface"), kind)
    context.knows(fields, vocabulary.DIAL_IN)


def _device(context: Context, fields: Fields, name: str, description: str) -> Interface:
    """The interface that comes with a tunnel; its own lines put it to use."""
    if not re.fullmatch(r"[\w.-]+", name):
        raise ValueError(name)
    made = Interface(
        source=fields.span, name=name, kind="tunnel", description=description, is_enabled=fields.is_enabled()
    )
    context.device.interfaces.append(made)
    context.device.define("interface", name, fields.span, is_used=True)
    return made
