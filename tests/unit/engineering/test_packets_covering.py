"""Dead rules, overlaps and equal lists: decided exactly, and compared with trying every packet."""

import random
from ipaddress import IPv4Address
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.packets import ANY, acl, device, net, rule, tcp

from engineering_api.facts.filters import AccessList, Action, Ends, Rule, Service, Services
from engineering_api.packets import intervals
from engineering_api.packets.comparing import compare, example, permitted
from engineering_api.packets.covering import coverage, covers, overlaps, relation
from engineering_api.packets.deciding import decide
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import packet


def dead(wanted: AccessList, platform: str = "cisco_ios") -> dict[int, tuple[list[int], bool]]:
    found = coverage(wanted, Matcher(device(platform=platform)))
    assert found.unknown == ()
    return {one.rule.source.first: ([by.source.first for by in one.by], one.is_opposed) for one in found.dead}


def test_a_rule_inside_an_earlier_one_is_dead_and_it_matters_how_that_one_decides() -> None:
    users = acl(
        rule(1, "deny", net("10.0.20.0/24")),
        rule(2, "permit", net("10.0.20.7/32"), services=tcp("443")),
        rule(3, "deny", net("10.0.20.64/26")),
        rule(4, "permit", net("10.0.0.0/16")),
    )
    assert dead(users) == {2: ([1], True), 3: ([1], False)}


def test_a_rule_that_only_several_earlier_ones_cover_together_is_dead() -> None:
    halves = acl(
        rule(1, "permit", net("10.0.0.0/25"), services=tcp()),
        rule(2, "permit", net("10.0.0.128/25"), services=tcp("1-30000")),
        rule(3, "permit", net("10.0.0.0/24"), services=tcp("443")),
        rule(4, "permit", net("10.0.0.0/24"), services=tcp("30001")),
    )
    assert dead(halves) == {3: ([1, 2], False)}


def test_rules_that_are_off_in_doubt_or_for_established_packets_cover_nothing_more_than_that() -> None:
    assert dead(acl(rule(1, "permit", is_enabled=False), rule(2, "permit"))) == {}
    assert dead(acl(rule(1, "permit", schedule="office"), rule(2, "permit"))) == {}
    assert dead(acl(rule(1, "permit", ANY, Ends(fqdns=["a.example"])), rule(2, "permit"))) == {}
    assert dead(acl(rule(1, "permit", is_established=True), rule(2, "permit"))) == {}
    assert dead(acl(rule(1, "permit"), rule(2, "permit", is_established=True))) == {2: ([1], False)}
    # All that a rule in doubt may match is taken from it.
    assert dead(acl(rule(1, "permit"), rule(2, "deny", ANY, Ends(fqdns=["a.example"])))) == {2: ([1], True)}


def test_what_belongs_to_no_connection_is_apart_from_what_belongs_to_one() -> None:
    policy = acl(
        rule(1, "permit", is_established=True),
        rule(2, "deny", is_established=True, conditions=["state invalid"]),
        rule(3, "deny", is_established=True),
        kind="policy",
    )
    assert dead(policy, "ubiquiti_edgeos") == {3: ([1], True)}


def test_rules_of_other_zones_do_not_cover() -> None:
    policy = acl(
        rule(1, "permit", from_zones=["lan"], to_zones=["wan"]),
        rule(2, "permit", from_zones=["dmz"], to_zones=["wan"]),
        rule(3, "deny", from_zones=["lan"], to_zones=["wan"]),
        rule(4, "deny", from_zones=["lan", "dmz"], to_zones=["wan"]),
        rule(5, "deny"),
        kind="policy",
    )
    assert dead(policy, "fortinet") == {3: ([1], True), 4: ([1, 2], True)}


def test_both_families_are_covered_only_by_both() -> None:
    policy = acl(
        rule(1, "permit", net("0.0.0.0/0"), net("0.0.0.0/0")),
        rule(2, "permit"),
        rule(3, "permit", net("2001:db8::/32")),
        kind="policy",
    )
    assert dead(policy, "pfsense") == {3: ([2], False)}


def test_exceptions_before_a_wide_rule_are_no_overlap_and_crossing_rules_are() -> None:
    users = acl(
        rule(1, "deny", net("10.0.20.0/24"), net("192.0.2.0/24")),
        rule(2, "permit", net("10.0.0.0/16"), net("192.0.2.0/25")),
        rule(3, "permit"),
    )
    found = [(one.earlier.source.first, one.later.source.first) for one in overlaps(users, Matcher(device()))]
    assert found == [(1, 2)]


def test_how_two_rules_lie_to_each_other() -> None:
    matcher, of = Matcher(device()), acl()
    wide, same, narrow, crossing, apart = (
        matcher.match(one, of)
        for one in (
            rule(1, "permit", net("10.0.0.0/23")),
            rule(2, "deny", net("10.0.0.0/24", "10.0.1.0/24")),
            rule(3, "deny", net("10.0.1.0/24"), services=tcp("1-10")),
            rule(4, "deny", net("10.0.0.0/8"), services=tcp("1-10")),
            rule(5, "deny", net("172.16.0.0/12")),
        )
    )
    assert relation(wide, same) == "same"
    assert relation(wide, narrow) == "around"
    assert relation(narrow, wide) == "inside"
    assert relation(wide, crossing) == "overlaps"
    assert relation(wide, apart) == "apart"
    assert covers(narrow, [apart, wide]) is True
    assert covers(wide, [narrow, apart]) is False


def test_equal_lists_are_equal_however_they_are_written_and_a_difference_has_an_example() -> None:
    matcher = Matcher(device())
    one = permitted(acl(rule(1, "deny", net("10.0.0.0/25")), rule(2, "permit", net("10.0.0.0/24"))), matcher)
    two = permitted(acl(rule(1, "permit", net("10.0.0.128/25"))), matcher)
    equal = compare(one, two)
    assert equal is not None
    assert (bool(equal.only_first), bool(equal.only_second)) == (False, False)
    three = permitted(acl(rule(1, "permit", net("10.0.0.128/26"))), matcher)
    other = compare(one, three)
    assert other is not None
    assert not other.only_second
    shown = example(other.only_first)
    assert shown is not None
    assert str(shown.source) == "10.0.0.192"
    assert compare(permitted(acl(rule(1, "permit", users=["sales"])), matcher), two) is None


def test_a_rule_too_much_in_pieces_is_not_known_and_not_wrong() -> None:
    # Odd addresses and odd ports, crossed: what is left after each rule falls into more and more boxes.
    pieces = [
        rule(
            number,
            "permit",
            Ends(wildcards=[f"10.{number % 200}.0.{number % 2} 0.0.255.{254 - 2 ** (number % 7 + 1)}"]),
            Ends(wildcards=[f"0.0.{number}.{number} 255.127.{255 - 2 ** (number % 8)}.0"]),
            services=tcp(*(str(port) for port in range(number % 17, 60000, 977 + number))),
        )
        for number in range(30)
    ]
    found = coverage(acl(*pieces, rule(999, "deny")), Matcher(device()))
    assert 999 not in {one.rule.source.first for one in found.dead}


def test_fifteen_hundred_rules_are_compared() -> None:
    many = [
        rule(
            number,
            "permit",
            net(f"10.{number % 250}.{number // 250}.0/24"),
            net(f"172.16.{number % 200}.{number // 200}/32"),
            services=tcp(str(number % 1000 + 1)),
        )
        for number in range(1500)
    ]
    many[1200] = many[10].model_copy(update={"action": "deny"})
    found = coverage(acl(*many), Matcher(device()))
    assert [(one.rule.source.first, one.by[0].action, one.is_opposed) for one in found.dead] == [(10, "permit", True)]
    assert found.unknown == ()


SOURCES = ["10.0.0.0/30", "10.0.0.0/31", "10.0.0.2/31", "10.0.0.1/32", "10.0.0.3/32"]
PORTS = ["1-2", "2-3", "1-4", "3-3", "4-4"]
RULES = st.builds(
    lambda action, source, ports, negated, on, established: (action, source, ports, negated, on, established),
    st.sampled_from(["permit", "deny"]),
    st.lists(st.sampled_from(SOURCES), min_size=1, max_size=2),
    st.lists(st.sampled_from(PORTS), min_size=1, max_size=2),
    st.booleans(),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([False, False, True]),
)


def _made(number: int, of: tuple[Action, list[str], list[str], bool, bool, bool]) -> Rule:
    action, sources, ports, negated, is_on, is_established = of
    return rule(
        number,
        action,
        Ends(networks=sources, is_negated=negated),
        net("192.0.2.1/32"),
        services=Services(services=[Service(protocol="tcp", ports=ports)]),
        is_enabled=is_on,
        is_established=is_established,
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(RULES, min_size=1, max_size=6), st.lists(RULES, min_size=1, max_size=4))
def test_dead_rules_and_differences_are_those_that_trying_every_packet_finds(
    first: list[tuple[Action, list[str], list[str], bool, bool, bool]],
    second: list[tuple[Action, list[str], list[str], bool, bool, bool]],
) -> None:
    one, two = (acl(*(_made(number, of) for number, of in enumerate(rules, 1))) for rules in (first, second))
    matcher = Matcher(device())
    packets = [
        packet(f"10.0.0.{host}", "192.0.2.1", "tcp", port=port, is_established=state)
        for host, port, state in product(range(5), range(1, 6), (False, True))
    ]
    deciding = {found.rule.source.first for one_packet in packets if (found := decide(one_packet, one, matcher)).rule}
    fitting = {
        each.source.first
        for each in one.rules
        for one_packet in packets
        if matcher.fits(each, one, one_packet)[0] == "yes"
    }
    covered = coverage(one, matcher)
    assert {each.rule.source.first for each in covered.dead} == fitting - deciding
    difference = compare(permitted(one, matcher), permitted(two, matcher))
    assert difference is not None
    differing = [p for p in packets if decide(p, one, matcher).answer != decide(p, two, matcher).answer]
    assert bool(difference.only_first or difference.only_second) == bool(differing)


@settings(max_examples=80, deadline=None)
@given(*(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=6) for _ in range(2)))
def test_intervals_are_sets(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    one, two = (intervals.union((low, low + more) for low, more in pairs) for pairs in (first, second))
    mine, theirs = ({number for low, high in pairs for number in range(low, high + 1)} for pairs in (one, two))
    every = range(60)
    assert {number for number in every if intervals.holds(intervals.meet(one, two), number)} == mine & theirs
    assert {number for number in every if intervals.holds(intervals.without(one, two), number)} == mine - theirs
    assert {number for number in every if intervals.holds(intervals.union((*one, *two)), number)} == mine | theirs


def _hosts(chosen: random.Random, base: str, most: int) -> Ends:
    return Ends(networks=[f"{base}.{host}/32" for host in chosen.sample(range(most), chosen.choice((1, 1, 2, most)))])


@pytest.mark.parametrize("seed", range(6))
def test_long_lists_whose_rules_are_brought_together_differ_by_the_packets_that_each_decides(seed: int) -> None:
    chosen = random.Random(seed)
    first = [
        rule(
            number,
            chosen.choices(["permit", "deny"], [3, 1 + seed])[0],  # type: ignore[arg-type]
            _hosts(chosen, "10.0.0", 30),
            _hosts(chosen, "10.9.0", 5),
            services=tcp(chosen.choice(PORTS)),
        )
        for number in range(1, 161)
    ]
    second = [one for one in first if chosen.random() > 0.05 * seed]
    chosen.shuffle(second)
    matcher = Matcher(device())
    difference = compare(permitted(acl(*first), matcher), permitted(acl(*second), matcher))
    assert difference is not None
    everything = product(range(30), range(5), range(1, 6))
    points = {
        (4, 1, 1, int(IPv4Address(f"10.0.0.{one}")), int(IPv4Address(f"10.9.0.{other}")), 6, 7, port, 0)
        for one, other, port in everything
    }
    spaces = {one.source.first: matcher.match(one, acl(one)).sure for one in first}

    def passes(rules: list[Rule], point: tuple[int, ...]) -> bool:
        deciding = next((one for one in rules if spaces[one.source.first].holds(point)), None)
        return deciding is not None and deciding.action == "permit"

    passing = [{point for point in points if passes(rules, point)} for rules in (first, second)]
    assert {point for point in points if difference.only_first.holds(point)} == passing[0] - passing[1]
    assert {point for point in points if difference.only_second.holds(point)} == passing[1] - passing[0]
