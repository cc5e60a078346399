"""Who is known to the firewall: users, groups, and the servers that are asked for them."""

from engineering_api.dialects.fortios.places import Here, Of, anything, known, names_only, refer, table
from engineering_api.dialects.fortios.values import word
from engineering_api.facts.services import Server
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("users")

_KINDS = {"radius": "radius", "ldap": "ldap", "tacacs+": "tacacs"}


@table(SECTIONS, *(f"user {kind}" for kind in _KINDS))
def _server(here: Here, name: str, found: Found) -> Of[Server]:
    """Which kind it is stands in the section, which its settings tell as well."""
    here.device.define("server-group", name, found.span, scope=here.scope)
    told = " ".join(node.text for node in found.node.children)
    kind = "ldap" if "set cnid " in told or "set dn " in told else "tacacs" if "set key " in told else "radius"
    return here.of(Server.model_validate({"source": found.span, "kind": kind, "address": "?", "options": [name]}))


known(
    _server,
    "account-key-cert-field account-key-filter account-key-processing account-key-upn-san acct-all-servers "
    "acct-interim-interval all-usergroup antiphish auth-type authen-type authorization ca-cert call-station-id-type "
    "class client-cert client-cert-auth cnid delimiter dn group-filter group-member-check group-object-filter "
    "group-override-attr-type group-search-base h3c-compatibility interface interface-select-method mac-case "
    "mac-password-delimiter mac-username-delimiter member-attr nas-id nas-id-type nas-ip obtain-user-info password "
    "password-attr password-encoding password-expiry-warning password-renewal port radius-coa radius-port "
    "require-message-authenticator rsso rsso-context-timeout rsso-endpoint-attribute rsso-endpoint-block-attribute "
    "rsso-ep-one-ip-only rsso-flush-ip-session rsso-log-flags rsso-log-period rsso-radius-response "
    "rsso-radius-server-port rsso-secret rsso-validate-request-secret search-type secure server-identity-check "
    "source-ip source-ip-interface source-port ssl-min-proto-version sso-attribute sso-attribute-key "
    "sso-attribute-value-override status-ttl switch-controller-acct-fast-framedip-detect "
    "switch-controller-service-type timeout tls-min-proto-version transport-protocol two-factor "
    "two-factor-authentication two-factor-filter two-factor-notification type use-management-vdom "
    "user-info-exchange-server username username-case-sensitive username-case-sensitivity vrf-select",
)
_server.knows("config accounting-server")


@_server.line("set (server|secondary-server|tertiary-server) ADDRESS...")
def _address(of: Of[Server], found: Found) -> None:
    if not word(found["ADDRESS"]):
        return
    one = of.fact if of.fact.address == "?" else of.fact.model_copy(update={"at": {}})
    one.say(found.line, address=word(found["ADDRESS"]))
    of.device.servers.append(one)


@_server.line("set (secret|key|secondary-secret|tertiary-secret|secondary-key|tertiary-key) SECRET...")
def _secret(of: Of[Server], found: Found) -> None:
    of.fact.has_key = True


@table(SECTIONS, "user group")
def _group(here: Here, name: str, found: Found) -> Of[Server]:
    here.device.define("user-group", name, found.span, scope=here.scope)
    return here.of(Server(source=found.span, kind="radius", address=name))


known(
    _group,
    "auth-concurrent-override auth-concurrent-value authtimeout company email expire expire-type group-type "
    "http-digest-realm id logic-type max-accounts mobile-phone multiple-guest-add password redir-url "
    "sms-custom-server sms-server sponsor sslvpn-bookmarks-group sslvpn-cache-cleaner sslvpn-client-check sslvpn-ftp "
    "sslvpn-http sslvpn-os-check sslvpn-portal sslvpn-rdp sslvpn-samba sslvpn-split-tunneling sslvpn-telnet "
    "sslvpn-tunnel sslvpn-vnc sslvpn-webapp sso-attribute-value user-id user-name",
)
_group.knows("config (match|guest)")


@_group.line("(set|append) member VALUES...")
def _member(of: Of[Server], found: Found) -> None:
    """Members are users or servers; who of them is a server is seen when all was read."""
    refer(of, "server-group", found, f"user group {of.fact.address} member")


@table(SECTIONS, "user local")
def _local(here: Here, name: str, found: Found) -> Of[Server]:
    return here.of(Server(source=found.span, kind="radius", address=name))


@_local.line("set (radius-server|ldap-server|tacacs+-server) VALUES...")
def _local_server(of: Of[Server], found: Found) -> None:
    refer(of, "server-group", found, f"user {of.fact.address}")


known(
    _local,
    "auth-concurrent-override auth-concurrent-value authtimeout email-to fortitoken id passwd passwd-policy "
    "passwd-time password ppk-identity ppk-secret qkd-profile reply-to-email sms-custom-server sms-phone sms-server "
    "status two-factor two-factor-authentication two-factor-notification type username-case-insensitivity "
    "username-case-sensitivity username-sensitivity workstation",
)
names_only(SECTIONS, "server-group", "user saml", "user fsso", "user pop3", "user exchange")


@table(SECTIONS, "user adgrp", "user fsso-polling", "user peer", "user peergrp", "user fortitoken",
       "user domain-controller", "user krb-keytab", "user password-policy", "user security-exempt-list",
       "user certificate", "user nac-policy", "user external-identity-provider", "user scim")  # fmt: skip
def _other(here: Here, name: str, found: Found) -> Here:
    return here


anything(_other)
