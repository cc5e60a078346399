"""What may be scanned: only what the list names, whatever it is called."""

from collections.abc import Mapping, Sequence

import pytest

from scan import networks, own
from scan.networks import Ground
from scan.refusal import Invalid, Refused
from scan.targets import Targets, checked

_OFFICE = "10.0.0.0/22, 2001:db8:5::/64"
_CONTAINERS = "172.18.0.0/16"


def _check(
    *texts: str,
    allowed: str = _OFFICE,
    own_networks: str = _CONTAINERS,
    six: bool = False,
    dns: Mapping[str, Sequence[str]] | None = None,
) -> Targets:
    def ask(name: str) -> Sequence[str]:
        if name not in (dns or {}):
            raise OSError("unknown")
        return (dns or {})[name]

    ground = Ground(networks.parse(allowed), networks.parse(own_networks))
    return checked(texts, ground, is_six=six, most=1024, ask=ask)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("10.0.0.7", ["10.0.0.7"]),
        ("10.0.0.0/28", ["10.0.0.0/28"]),
        ("10.0.0.9/28", ["10.0.0.0/28"]),
        ("10.0.0.7/32", ["10.0.0.7"]),
        ("10.0.0.1-4", ["10.0.0.1", "10.0.0.2/31", "10.0.0.4"]),
        ("10.0.0.0/22", ["10.0.0.0/22"]),
    ],
)
def test_alice_scans_her_office(text: str, words: list[str]) -> None:
    assert _check(text).words == words


def test_alice_scans_ipv6_by_itself() -> None:
    assert _check("2001:DB8:5::1", six=True).words == ["2001:db8:5::1"]
    with pytest.raises(Invalid, match="with -6"):
        _check("2001:db8:5::1")
    with pytest.raises(Invalid, match="no IPv6 address"):
        _check("10.0.0.1", six=True)


def test_each_address_is_scanned_once_however_often_it_is_named() -> None:
    assert _check("10.0.0.0/30", "10.0.0.1", "10.0.0.2-3", "10.0.0.4/30").words == ["10.0.0.0/29"]


def test_an_empty_list_refuses_everything_and_says_which_setting() -> None:
    with pytest.raises(Refused, match="SCAN_ALLOWED_CIDRS is empty"):
        _check("10.0.0.1", allowed="")


@pytest.mark.parametrize(
    "text",
    ["10.0.4.0", "10.0.3.0/21", "192.0.2.1", "192.0.2.1/0", "0.0.0.0/1", "10.0.0.0/7", "8.8.8.8", "10.0.5.1-20"],
)
def test_what_lies_outside_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"not within SCAN_ALLOWED_CIDRS|is never scanned"):
        _check(text)


def test_neighbouring_entries_allow_what_spans_them() -> None:
    assert _check("10.1.0.0/23", allowed="10.1.0.0/24 10.1.1.0/24").words == ["10.1.0.0/23"]


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "169.254.169.254", "224.0.0.1", "255.255.255.255", "0.0.0.0", "::1", "::", "fe80::1", "ff02::1",
        "::ffff:10.0.0.1", "::ffff:a00:1", "64:ff9b::a00:1", "2002:a00:1::", "::10.0.0.1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("six", [False, True])
def test_some_addresses_are_never_scanned(text: str, six: bool) -> None:
    with pytest.raises(Refused, match="is never scanned"):
        _check(text, six=six)


@pytest.mark.parametrize(
    "text",
    [
        "; rm -rf /", "$(id)", "10.0.0.1;id", "10.0.0.1 10.0.0.2", "", " ", "10.0.0.1\n", "10.0.0.1\0", "-iL", "--",
        "0x7f.1", "127.1", "2130706433", "0177.0.0.1", "10.0.0.1.", "010.0.0.1", "0x0a000001", "10.0.0.256",
        "10.0.0.１", "１０.0.0.1", "10.0.0.1/٢٤", "10.0.0.1-300", "10.0.0.9-1", "10.0.0.01-2", "10.0.0-1.1", "10.0.0.*",
        "10.0.0.1,2", "10.0.0.-", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/-1", "10.0.0.1/+8", "10.0.0.1/008",
        "10.0.0.0/255.255.255.0", "10.0.0.1/24/24", "2001:db8:5::1%eth0", "2001:db8:5::1-5", "[2001:db8:5::1]",
        "http://10.0.0.1/", "a..b", "-a.example", "ex ample", "bücher.example", "a" * 64, "a." * 130 + "a",
        "10.0.0.1/" + "9" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_target_is_named_and_refused(text: str) -> None:
    ground = Ground(networks.parse(_OFFICE), ())
    with pytest.raises(Invalid) as refusal:  # also where the resolver has an allowed address for everything
        checked([text], ground, is_six=False, most=1024, ask=lambda name: ["10.0.0.7"])
    assert len(str(refusal.value)) < 400
    assert str(refusal.value).isprintable()


def test_a_name_becomes_its_address_and_keeps_the_name_for_the_answer() -> None:
    found = _check("Printer.Example.", "10.0.0.8", dns={"printer.example": ["10.0.0.7"]})
    assert found.words == ["10.0.0.7", "10.0.0.8"]
    assert found.names == {"10.0.0.7": ("Printer.Example.",)}


def test_a_name_with_one_forbidden_address_is_refused_whole() -> None:
    for other in ("192.0.2.9", "127.0.0.1", "::1", "fe80::1%eth0", "::ffff:10.0.0.2", "172.18.0.5"):
        with pytest.raises(Refused, match=r"two\.example"):
            _check("two.example", dns={"two.example": ["10.0.0.7", other]})


def test_a_name_with_both_families_is_scanned_in_the_one_that_was_asked_for() -> None:
    dns = {"both.example": ["10.0.0.7", "2001:db8:5::7"]}
    assert _check("both.example", dns=dns).words == ["10.0.0.7"]
    assert _check("both.example", dns=dns, six=True).words == ["2001:db8:5::7"]


def test_a_name_is_looked_up_once() -> None:
    asked: list[str] = []

    def ask(name: str) -> list[str]:
        asked.append(name)
        return ["10.0.0.7"] if len(asked) == 1 else ["192.0.2.1"]

    ground = Ground(networks.parse(_OFFICE), ())
    assert checked(["turning.example"], ground, is_six=False, most=1, ask=ask).words == ["10.0.0.7"]
    assert asked == ["turning.example"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(Invalid, match="not known here"):
        _check("nobody.example")


def test_a_scan_has_a_size() -> None:
    with pytest.raises(Invalid, match="65536 addresses are too many for one scan: at most 1024"):
        _check("10.5.0.0/16", allowed="10.0.0.0/8")
    with pytest.raises(Invalid, match="18446744073709551616 addresses"):
        _check("2001:db8:5::/64", six=True)
    with pytest.raises(Invalid, match="65 targets"):
        _check(*["10.0.0.1"] * 65)
    with pytest.raises(Invalid, match="Name a target"):
        _check()


def test_the_scanners_own_network_needs_an_entry_of_its_own() -> None:
    for target in ("172.18.0.5", "172.18.0.0/24"):
        with pytest.raises(Refused, match="by itself"):
            _check(target, allowed="172.16.0.0/12")
        assert _check(target, allowed="172.16.0.0/12 172.18.0.0/16").words
    assert _check("172.18.0.5", allowed="172.18.0.5").words == ["172.18.0.5"]
    with pytest.raises(Refused, match="by itself"):
        _check("172.18.0.0/30", allowed="172.16.0.0/12 172.18.0.1", own_networks="172.18.0.0/24")
    with pytest.raises(Refused, match="by itself"):
        _check("172.18.0.0/22", allowed="172.16.0.0/12", own_networks="172.18.1.0/24")


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("10.0.0.0/99", "is no address and no network"),
        ("office", "is no address and no network"),
        ("10.0.0.0/255.0.0.0", "is no address and no network"),
        ("192.0.2.5/24", "Is 192.0.2.0/24 meant"),
        ("0.0.0.0/0", "is wider than /8"),
        ("::/0", "is wider than /8"),
        ("127.0.0.0/8", "is never scanned"),
        ("169.254.0.0/16", "is never scanned"),
        ("::ffff:10.0.0.0/104", "is never scanned"),
        ("１０.0.0.0/8", "is no address and no network"),
    ],
)
def test_a_wrong_entry_of_the_list_is_named(entry: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as refusal:
        networks.parse(f"10.0.0.0/24,{entry}")
    assert ascii(entry) in str(refusal.value)


def test_the_list_takes_commas_and_spaces() -> None:
    found = networks.parse(" 10.0.0.0/24,10.1.0.0/24\n2001:db8::/32 ,192.0.2.1 ")
    assert list(map(str, found)) == ["10.0.0.0/24", "10.1.0.0/24", "2001:db8::/32", "192.0.2.1/32"]


def test_own_networks_are_read_from_the_kernels_tables() -> None:
    four = """Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
eth0\t00000000\t010012AC\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth1\t000A0A0A\t010012AC\t0003\t0\t0\t0\t00FFFFFF\t0\t0\t0
""".splitlines()
    none = "0" * 32
    six = [
        f"20010db8000500000000000000000000 40 {none} 00 {none} 00000100 00000001 00000000 00000001 eth0",
        f"{none} 00 {none} 00 20010db8000500000000000000000001 00000400 1 0 00000003 eth0",
    ]
    assert [str(net) for net in own.four(four)] == ["172.18.0.0/16"]
    assert [str(net) for net in own.six(six)] == ["2001:db8:5::/64"]
