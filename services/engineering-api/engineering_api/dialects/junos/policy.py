"""What is said under policy-options: prefix lists, policies, communities and AS paths."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from ipaddress import ip_network

from engineering_api.dialects.junos.state import Junos, Of
from engineering_api.facts.filters import AddressObject, Ends
from engineering_api.reading.paths import Found, Level
from engineering_api.reading.statements import Statement

POLICY_OPTIONS = Level[Junos]("policy-options")
PREFIX_LIST = Level[Of[AddressObject]]("prefix-list")
STATEMENT = Level["Policy"]("policy-statement")
FROM = Level["Policy"]("from")
THEN = Level["Policy"]("then")

Policy = tuple[Junos, str]
_PATHS = ("apply-path",)
#: Each looks at the whole configuration; more of them are none.
_MOST_PATHS = 50


@POLICY_OPTIONS.opens(PREFIX_LIST, "prefix-list NAME")
def _prefix_list(junos: Junos, found: Found) -> Of[AddressObject]:
    """Firewall filters name prefix lists for addresses, so that a list is an object too."""
    name = found["NAME"]

    def make() -> AddressObject:
        made = AddressObject(source=found.span, name=name, ends=Ends(), comment="prefix-list", scope=junos.scope)
        junos.device.address_objects.append(made)
        junos.device.define("prefix-list", name, found.span, scope=junos.scope)
        return made

    return Of(junos, junos.thing(("prefix-list", name), make))


@PREFIX_LIST.path("PREFIX")
def _prefix(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends.networks.append(str(ip_network(found["PREFIX"], strict=False)))


@PREFIX_LIST.path("apply-path TEXT")
def _apply_path(of: Of[AddressObject], found: Found) -> None:
    paths: list[tuple[AddressObject, str]] = of.junos.thing(_PATHS, list)
    paths.append((of.fact, found["TEXT"]))


def expand(junos: Junos, said: Sequence[Statement]) -> None:
    """Put the addresses that an apply-path finds in the rest of the configuration into its list."""
    paths: list[tuple[AddressObject, str]] = junos.thing(_PATHS, list)
    for fact, text in paths[:_MOST_PATHS]:
        pattern = text.split()
        for one in said:
            if one.off is None and len(one.words) >= len(pattern) and all(map(_fits, pattern, one.words)):
                try:
                    network = str(ip_network(one.words[len(pattern) - 1], strict=False))
                except ValueError:  # a name where others have an address, which Junos leaves out too
                    continue
                if network not in fact.ends.networks:
                    fact.ends.networks.append(network)


def _fits(pattern: str, word: str) -> bool:
    return fnmatchcase(word, pattern[1:-1]) if pattern[:1] == "<" and pattern[-1:] == ">" else pattern == word


@POLICY_OPTIONS.path("community NAME members VALUE...", "community NAME invert-match", "community NAME members")
def _community(junos: Junos, found: Found) -> None:
    junos.device.define("community-list", found["NAME"], found.span, scope=junos.scope)


@POLICY_OPTIONS.path(
    "as-path NAME VALUE...", "as-path-group GROUP as-path NAME VALUE...", "as-list NAME members VALUE..."
)
def _as_path(junos: Junos, found: Found) -> None:
    """A group is used as a whole; its members are used by it."""
    junos.device.define("as-path-list", found["GROUP"] or found["NAME"], found.span, scope=junos.scope)


POLICY_OPTIONS.knows(
    "condition NAME", "route-filter-list NAME", "tunnel-attribute NAME", "defaults", "application-maps",
    "source-address-filter-list", "damping", "rtf-prefix-list", "mac-list", "resolution-map",
)  # fmt: skip


@POLICY_OPTIONS.opens(STATEMENT, "policy-statement NAME")
def _statement(junos: Junos, found: Found) -> Policy:
    junos.device.define("route-map", found["NAME"], found.span, scope=junos.scope)
    return junos, found["NAME"]


@STATEMENT.opens(STATEMENT, "term TERM")
def _term(policy: Policy, found: Found) -> Policy:
    return policy


@STATEMENT.opens(FROM, "(from|to)")
def _from(policy: Policy, found: Found) -> Policy:
    return policy


@STATEMENT.opens(THEN, "then")
def _then(policy: Policy, found: Found) -> Policy:
    return policy


STATEMENT.knows("defaults", "description TEXT...", "dynamic-db")


def _refer(policy: Policy, kind: str, found: Found, what: str) -> None:
    junos, name = policy
    junos.device.refer(kind, found["NAME"], found.line, f"policy-statement {name} {what}", scope=junos.scope)  # type: ignore[arg-type]


@FROM.path(
    "prefix-list NAME",
    "prefix-list-filter NAME HOW",
    "prefix-list-filter NAME HOW ACTION...",
    "next-hop prefix-list NAME",
)
def _from_list(policy: Policy, found: Found) -> None:
    _refer(policy, "prefix-list", found, "from prefix-list")


@FROM.path("community NAME")
def _from_community(policy: Policy, found: Found) -> None:
    _refer(policy, "community-list", found, "from community")


@FROM.path("as-path NAME", "as-path-group NAME")
def _from_path(policy: Policy, found: Found) -> None:
    _refer(policy, "as-path-list", found, "from as-path")


@FROM.path("policy NAME")
def _from_policy(policy: Policy, found: Found) -> None:
    """Several policies may be joined by && and ||, which the platform does not look into."""
    if not any(mark in found["NAME"] for mark in "&|!()"):
        _refer(policy, "route-map", found, "from policy")


@FROM.path("interface NAME")
def _from_interface(policy: Policy, found: Found) -> None:
    policy[0].uses_interface(found["NAME"], found.line, f"policy-statement {policy[1]} from interface")


@FROM.path("instance NAME")
def _from_instance(policy: Policy, found: Found) -> None:
    if found["NAME"] not in ("master", "default", "any"):
        _refer(policy, "vrf", found, "from instance")


@FROM.path(
    "route-filter PREFIX HOW",
    "route-filter PREFIX HOW OPTION...",
    "source-address-filter PREFIX HOW",
    "route-filter PREFIX",
)
def _route_filter(policy: Policy, found: Found) -> None:
    ip_network(found["PREFIX"], strict=False)


FROM.knows(
    "protocol NAME", "metric NUMBER", "tag NUMBER", "neighbor ADDRESS", "next-hop ADDRESS", "family KIND", "rib NAME",
    "area AREA", "level NUMBER", "external", "external type NUMBER", "origin KIND", "preference NUMBER",
    "local-preference NUMBER", "route-type KIND", "color NUMBER", "color2 NUMBER", "state KIND", "condition NAME",
    "route-filter-list NAME", "validation-database KIND", "next-hop-type KIND", "community-count NUMBER",
    "as-path-calc-length NUMBER", "as-path-neighbors", "as-path-origins", "as-path-transits",
    "as-path-unique-count NUMBER", "aggregate-contributor", "prefix-list", "tag2 NUMBER", "metric2 NUMBER",
    "multicast-scope", "evpn-tag", "evpn-esi", "evpn-mac-route", "nlri-route-type", "mac-filter-list", "programmed",
    "traffic-engineering", "source-address-filter-list", "srte-color", "next-hop-weight", "bgp-srte-discriminator",
    "local-preference", "origin-validation-state",
)  # fmt: skip


@THEN.path("community HOW:(add|delete|set) NAME", "community HOW:(=|+|-) NAME")
def _then_community(policy: Policy, found: Found) -> None:
    _refer(policy, "community-list", found, f"then community {found['HOW']}")


THEN.knows(
    "accept", "reject", "next", "default-action", "local-preference", "metric", "metric2", "preference",
    "preference2", "tag", "tag2", "origin KIND", "as-path-prepend TEXT", "as-path-expand", "next-hop WHERE",
    "load-balance", "class", "color", "color2", "external", "damping NAME", "trace", "forwarding-class NAME",
    "install-nexthop", "map-to-interface", "validation-state", "cos-next-hop-map", "add-path", "ssm-source",
    "p2mp-lsp-root", "priority", "bgp-output-queue-priority", "source-class", "destination-class",
    "multipath-resolve", "tunnel-attribute", "no-entropy-label-capability", "analyze", "aigp-adjust",
    "aigp-originate", "dynamic-tunnel-attributes", "no-route-localize", "resolution-map", "mhop-bfd-port",
    "get-route-range", "next-hop-weight", "prefix-segment", "install-to-fib", "no-install-to-fib",
    "advertise-locator",
)  # fmt: skip
