"""Policies: who may talk to whom, through the firewall and to it, and central NAT."""

from engineering_api.dialects.fortios.builtin import EVERY_ADDRESS, EVERY_SERVICE
from engineering_api.dialects.fortios.places import Here, Of, extends, known, listed, refer, table
from engineering_api.dialects.fortios.values import word, words
from engineering_api.facts.filters import AccessList, Action, Ends, Rule, Services, Translation
from engineering_api.facts.names import Kind
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("policies")

_ZONES: tuple[Kind, ...] = ("interface", "zone", "tunnel")
_ADDRESSES: tuple[Kind, ...] = ("object", "object-group")
#: Access lists by their sections: each is tried from the top, and what fits none is denied.
_LISTS = ("policy", "policy6", "local-in-policy", "local-in-policy6", "security-policy", "proxy-policy")
_ACTIONS: dict[str, Action] = {"accept": "permit", "ipsec": "permit", "ssl-vpn": "permit", "redirect": "permit",
                               "isolate": "deny", "deny": "deny"}  # fmt: skip
_PROFILES = (
    "application-list av-profile casb-profile cifs-profile deep-inspection-options diameter-filter-profile "
    "dlp-profile dlp-sensor dnsfilter-profile emailfilter-profile file-filter-profile icap-profile ips-sensor "
    "ips-voip-filter profile-group profile-protocol-options sctp-filter-profile spamfilter-profile "
    "ssh-filter-profile ssl-ssh-profile telemetry-profile videofilter-profile virtual-patch-profile voip-profile "
    "waf-profile webfilter-profile"
)

#: What narrows a policy besides its ends, services and users, and how it is said that it does not.
_NARROWS = (
    "app-category|app-group|application|devices|policy-expiry-date|reputation-minimum6?|sgt|src-vendor-mac"
    "|url-category|vlan-filter|ztna-ems-tag|ztna-ems-tag-secondary|ztna-geo-tag"
)
_NOTHING = frozenset({"", "0", "any", "all", "disable", "0000-00-00 00:00:00"})

_policy: Place[Of[Rule]] = Place("policy")


def _open(name: str) -> None:
    rows: Place[Of[AccessList]] = Place(name)

    @SECTIONS.opens(rows, f"config firewall {name}")
    def _(here: Here, found: Found) -> Of[AccessList]:
        for known_list in here.device.access_lists[-64:]:
            if (known_list.name, known_list.scope) == (name, here.scope):
                return here.of(known_list)
        # What no policy lets in to the FortiGate itself is left to what its interfaces allow.
        owner = here.of(
            AccessList(source=found.span, name=name, kind="policy", ends_denying=not name.startswith("local-in"))
        )
        here.device.access_lists.append(owner.fact)
        return owner

    @rows.opens(_policy, "edit ID...")
    def _(of: Of[AccessList], found: Found) -> Of[Rule]:
        rule = Rule(
            source=found.span,
            id=word(found["ID"]),
            action="deny",
            source_ends=Ends(),
            destination_ends=Ends(),
            services=Services(),
            # A policy is for IPv6 only if it names ends of that family.
            family="ipv6" if of.fact.name.endswith("6") else "" if of.fact.name == "proxy-policy" else "ipv4",
        )
        of.fact.rules.append(rule)
        return of.here.of(rule)


for _name in _LISTS:
    _open(_name)

_policy.knows("unset REST...")
known(
    _policy,
    "access-proxy access-proxy6 anti-replay auth-cert auth-path auth-redirect-addr auto-asic-offload "
    "block-notification block-page captive-portal-exempt capture-packet cgn-eif cgn-eim cgn-log-server-grp "
    "cgn-resource-quota cgn-session-quota cgn-sw-eif-ctrl client-reputation client-reputation-mode "
    "custom-log-fields decrypted-traffic-mirror delay-tcp-npu-session device-detection-portal device-ownership "
    "diffserv-copy diffserv-forward diffserv-reverse diffservcode-forward diffservcode-rev disclaimer dsri "
    "dynamic-shaping email-collect ems-tag-check enforce-default-app-port explicit firewall-session-dirty "
    "fixedport fsso fsso-agent-for-ntlm geoip-anycast geoip-match global-label gtp-profile ha-mgmt-intf-only "
    "http-policy-redirect http-tunnel-auth https-sub-category identity-based-route inbound inspection-mode "
    "ip-based isolator-server label learning-mode log-http-transaction log-unmatched-traffic logtraffic-app "
    "logtraffic-start match-vip match-vip-only nat46 nat64 natinbound natip natoutbound "
    "network-service-src-dynamic np-acceleration ntlm ntlm-enabled-browsers ntlm-guest outbound "
    "passive-wan-health-measurement pcp-inbound pcp-outbound pcp-poolname per-ip-shaper permit-any-host "
    "permit-stun-host policy-behaviour-type policy-expiry policy-expiry-date-utc policy-offload policyid "
    "port-preserve proxy radius-mac-auth-bypass redirect-url replacemsg-override-group reputation-direction "
    "reputation-direction6 rsso rtp-addr rtp-nat scan-botnet-connections schedule-timeout scim scim-groups "
    "scim-users send-deny-packet session-ttl sgt-check ssh-policy-redirect ssl-mirror ssl-mirror-intf ssl-vpn "
    "sso-auth-method tcp-mss-receiver tcp-mss-sender tcp-session-without-syn tcp-timeout-pid timeout-send-rst tos "
    "tos-mask tos-negate traffic-shaper traffic-shaper-reverse transparent type udp-timeout-pid "
    "utm-inspection-mode utm-status uuid uuid-idx virtual-patch vlan-cos-fwd vlan-cos-rev wanopt wanopt-detection "
    "wanopt-passive-opt wanopt-peer wanopt-profile wccp webcache webcache-https webproxy-forward-server "
    "webproxy-profile wsso ztna-device-ownership ztna-ems-tag-negate ztna-policy-redirect ztna-proxy ztna-status "
    "ztna-tags-match-logic",
)


@_policy.line(f"(set|append) WHAT:({_NARROWS.replace('6?', '|reputation-minimum6')}) VALUES...")
def _narrows(of: Of[Rule], found: Found) -> None:
    values = words(found["VALUES"])
    if not _NOTHING.issuperset(values) and " ".join(values) not in _NOTHING:
        of.fact.conditions.append(f"{found['WHAT']} {', '.join(values)}")


@_policy.line("set name NAME...")
def _named(of: Of[Rule], found: Found) -> None:
    of.fact.say(found.line, name=word(found["NAME"]))


@_policy.line("set action ACTION")
def _action(of: Of[Rule], found: Found) -> None:
    action = _ACTIONS.get(word(found["ACTION"]))
    if action is None:
        raise ValueError(found["ACTION"])
    of.fact.say(found.line, action=action)


@_policy.line("set status (enable|disable)")
def _status(of: Of[Rule], found: Found) -> None:
    of.fact.say(found.line, is_enabled=found.node.text.endswith("enable"))


@_policy.line("(set|append) SIDE:(srcintf|dstintf|intf) VALUES...")
def _interfaces(of: Of[Rule], found: Found) -> None:
    field = "to_zones" if found["SIDE"] == "dstintf" else "from_zones"
    zones = listed(found, getattr(of.fact, field))
    of.fact.say(found.line, **{field: [] if zones == ["any"] else zones})
    refer(of, _ZONES, found, f"policy {of.fact.id} {found['SIDE']}")


@_policy.line("(set|append) SIDE:(srcaddr|dstaddr|srcaddr6|dstaddr6) VALUES...")
def _addresses(of: Of[Rule], found: Found) -> None:
    side = found["SIDE"]
    ends = of.fact.source_ends if side.startswith("src") else of.fact.destination_ends
    everything = any(one in EVERY_ADDRESS for one in words(found["VALUES"]))
    names = [one for one in words(found["VALUES"]) if one not in EVERY_ADDRESS]
    if side.endswith("6"):
        if of.fact.family == "ipv4":
            said = (of.fact.source_ends, of.fact.destination_ends)
            of.fact.family = "" if any(one.is_any or one.names for one in said) else "ipv6"
        # Beside addresses of IPv4, "all" are those of IPv6 alone.
        ends.networks = ["::/0"] if everything else []
        ends.names.extend(names)
    elif extends(found):
        ends.names.extend(names)
        ends.is_any = ends.is_any or everything
    else:
        ends.names, ends.is_any = names, everything
    of.fact.at["source_ends" if side.startswith("src") else "destination_ends"] = found.line
    refer(of, _ADDRESSES, found, f"policy {of.fact.id} {side}")


@_policy.line("set SIDE:(srcaddr-negate|dstaddr-negate|srcaddr6-negate|dstaddr6-negate) enable")
def _negate(of: Of[Rule], found: Found) -> None:
    ends = of.fact.source_ends if found["SIDE"].startswith("src") else of.fact.destination_ends
    ends.is_negated = True


@_policy.line("set service-negate enable")
def _service_negate(of: Of[Rule], found: Found) -> None:
    of.fact.services.is_negated = True


_policy.knows(
    "set (srcaddr-negate|dstaddr-negate|srcaddr6-negate|dstaddr6-negate|service-negate|internet-service-negate"
    "|internet-service-src-negate|internet-service6-negate|internet-service6-src-negate) disable",
    "set (internet-service|internet-service-src|internet-service6|internet-service6-src) (enable|disable)",
)


@_policy.line(
    "(set|append) SIDE:(internet-service-name|internet-service-id|internet-service-group|internet-service-custom"
    "|internet-service6-name|network-service-dynamic) VALUES...",
    "(set|append) SIDE:(internet-service-src-name|internet-service-src-id|internet-service-src-group"
    "|internet-service6-src-name|internet-service-src-custom) VALUES...",
)
def _internet_service(of: Of[Rule], found: Found) -> None:
    """Services of Fortinet's database have addresses and ports that no file says: names that nothing here resolves."""
    is_source = "-src-" in found["SIDE"]
    ends = of.fact.source_ends if is_source else of.fact.destination_ends
    ends.names.extend(words(found["VALUES"]))
    if not is_source:
        of.fact.services.is_any = True


@_policy.line("set SIDE:(internet-service-negate|internet-service-src-negate|internet-service6-negate) enable")
def _internet_negate(of: Of[Rule], found: Found) -> None:
    (of.fact.source_ends if "-src-" in found["SIDE"] else of.fact.destination_ends).is_negated = True


@_policy.line("(set|append) service VALUES...")
def _service(of: Of[Rule], found: Found) -> None:
    services = of.fact.services
    added = words(found["VALUES"])
    names = [one for one in added if one not in EVERY_SERVICE]
    if extends(found):
        services.names.extend(names)
        services.is_any = services.is_any or len(names) < len(added)
    else:
        services.names, services.is_any = names, len(names) < len(added)
    of.fact.at["services"] = found.line
    refer(of, ("service", "service-group"), found, f"policy {of.fact.id} service")


@_policy.line("set schedule VALUES...")
def _schedule(of: Of[Rule], found: Found) -> None:
    of.fact.say(found.line, schedule=word(found["VALUES"]))
    refer(of, "schedule", found, f"policy {of.fact.id} schedule")


@_policy.line("set logtraffic HOW:(all|utm|disable|enable)", "set HOW:(log) enable")
def _log(of: Of[Rule], found: Found) -> None:
    of.fact.say(found.line, is_logged=found["HOW"] in ("all", "enable", "log"))


@_policy.line(f"set ({'|'.join(_PROFILES.split())}) VALUES...")
def _profile(of: Of[Rule], found: Found) -> None:
    kind = found.node.text.split(" ")[1]
    of.fact.profiles.extend(f"{kind} {one}" for one in words(found["VALUES"]))
    if kind != "deep-inspection-options":
        refer(of, "security-profile", found, f"policy {of.fact.id} {kind}")


_policy.knows("set profile-type (single|group)")


@_policy.line("(set|append) KIND:(groups|users|fsso-groups|identity-from) VALUES...")
def _users(of: Of[Rule], found: Found) -> None:
    of.fact.users.extend(words(found["VALUES"]))
    if found["KIND"] == "groups":
        refer(of, "user-group", found, f"policy {of.fact.id} groups")


@_policy.line("set nat (enable|disable)")
def _nat(of: Of[Rule], found: Found) -> None:
    of.fact.say(found.line, translates=found.node.text.endswith("enable"))
    if of.fact.translates:
        of.here.later.pools.append((of.fact, []))


_policy.knows("set (ippool|ippool6) (enable|disable)", "set log disable")


@_policy.line("(set|append) (poolname|poolname6) VALUES...")
def _pool(of: Of[Rule], found: Found) -> None:
    of.here.later.pools.append((of.fact, words(found["VALUES"])))
    refer(of, "pool", found, f"policy {of.fact.id} pool")


@_policy.line("set vpntunnel VALUES...")
def _tunnel(of: Of[Rule], found: Found) -> None:
    refer(of, "tunnel", found, f"policy {of.fact.id} tunnel")


@_policy.line("set (comment|comments) TEXT...")
def _comment(of: Of[Rule], found: Found) -> None:
    of.fact.say(found.span, comment=word(found["TEXT"]))


@table(SECTIONS, "firewall central-snat-map")
def _central(here: Here, number: str, found: Found) -> Of[Translation]:
    owner = here.of(
        Translation(
            source=found.span,
            kind="source",
            name=f"central {number}",
            original_source=Ends(),
            original_destination=Ends(),
            translated="interface",
        )
    )
    here.device.translations.append(owner.fact)
    return owner


known(
    _central,
    "dst-addr6-negate dst-port nat-port nat46 nat64 orig-addr6-negate orig-port port-preserve port-random protocol "
    "type uuid",
)


@_central.line("set status (enable|disable)")
def _central_status(of: Of[Translation], found: Found) -> None:
    of.fact.say(found.line, is_enabled=found.node.text.endswith("enable"))


@_central.line("set nat (enable|disable)")
def _central_nat(of: Of[Translation], found: Found) -> None:
    of.fact.say(found.line, kind="source" if found.node.text.endswith("enable") else "exempt")


@_central.line("(set|append) SIDE:(srcintf|dstintf) VALUES...")
def _central_interfaces(of: Of[Translation], found: Found) -> None:
    zones = [one for one in words(found["VALUES"]) if one != "any"]
    of.fact.say(found.line, **{"from_zones" if found["SIDE"] == "srcintf" else "to_zones": zones})
    refer(of, _ZONES, found, f"{of.fact.name} {found['SIDE']}")


@_central.line("(set|append) SIDE:(orig-addr|dst-addr|orig-addr6|dst-addr6) VALUES...")
def _central_addresses(of: Of[Translation], found: Found) -> None:
    names = words(found["VALUES"])
    ends = Ends(is_any="all" in names, names=[one for one in names if one not in EVERY_ADDRESS])
    field = "original_source" if found["SIDE"].startswith("orig") else "original_destination"
    of.fact.say(found.line, **{field: ends})
    refer(of, _ADDRESSES, found, f"{of.fact.name} {found['SIDE']}")


@_central.line("(set|append) (nat-ippool|nat-ippool6) VALUES...")
def _central_pool(of: Of[Translation], found: Found) -> None:
    of.fact.say(found.line, translated=", ".join(words(found["VALUES"])))
    refer(of, "pool", found, f"{of.fact.name} pool")


@_central.line("set comments TEXT...")
def _central_comment(of: Of[Translation], found: Found) -> None:
    of.fact.say(found.span, comment=word(found["TEXT"]))
