"""nmap's options: a few pass, the others are refused by name."""

import shlex

import pytest

from scan import arguments, fields
from scan.refusal import Invalid, Refused


def _command(line: str, *, is_raw: bool = False) -> str:
    wish = arguments.read(shlex.split(line), is_raw=is_raw)
    return shlex.join(wish.command(wish.targets, is_raw=is_raw))


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("-sV 192.0.2.0/28", "--unprivileged -n -sT -sV 192.0.2.0/28"),
        ("192.0.2.1", "--unprivileged -n -sT 192.0.2.1"),
        ("-sn -n 192.0.2.1", "--unprivileged -n -sn 192.0.2.1"),
        ("-p 22,80-90 192.0.2.1", "--unprivileged -n -sT -p 22,80-90 192.0.2.1"),
        ("-p22 192.0.2.1 -T4", "--unprivileged -n -sT -p 22 -T4 192.0.2.1"),
        ("-p- -Pn 192.0.2.1", "--unprivileged -n -sT -p 1-65535 -Pn 192.0.2.1"),
        ("--top-ports=50 192.0.2.1", "--unprivileged -n -sT --top-ports 50 192.0.2.1"),
        ("--script ssl-cert,banner 192.0.2.1", "--unprivileged -n -sT --script ssl-cert,banner 192.0.2.1"),
        ("-6 --open -oX - 2001:db8::1", "--unprivileged -n -sT -6 --open -oX - 2001:db8::1"),
    ],
)
def test_what_alice_knows_of_nmap_works(line: str, command: str) -> None:
    assert _command(line) == command


def test_the_reason_is_for_the_log_and_not_for_nmap() -> None:
    wish = arguments.read(["--why", "ticket 4711", "192.0.2.1"], is_raw=False)
    assert wish.why == "ticket 4711"
    assert "4711" not in " ".join(wish.command(wish.targets, is_raw=False))


def test_packets_of_its_own_making_need_the_opt_in() -> None:
    for option in ("-sS", "-sU"):
        with pytest.raises(Refused, match=f"{option} needs packets"):
            _command(f"{option} 192.0.2.1")
    assert _command("-sS -sU 192.0.2.1", is_raw=True) == "--privileged -n -sS -sU 192.0.2.1"
    assert _command("-sV 192.0.2.1", is_raw=True) == "--privileged -n -sV 192.0.2.1"


@pytest.mark.parametrize(
    "line",
    [
        "-iL /etc/passwd", "-iR 10", "-oN /x", "-oA /x", "-oG -", "-oX/x", "--script-args x=1", "--script-help x",
        "--datadir /tmp", "--interactive", "--privileged", "-O", "-A", "-T5", "-T", "-T9", "-D 192.0.2.7",
        "-e eth0", "-S 192.0.2.7", "--spoof-mac 0", "--proxies http://192.0.2.7", "--dns-servers 192.0.2.7", "-R",
        "--stylesheet http://192.0.2.7", "--servicedb /x", "--exclude 192.0.2.1", "--traceroute", "-sI 192.0.2.7",
        "--resume /x", "-b 192.0.2.7", "--", "-", "-sVC", "-sTV", "-Pnx", "-px", "--scripts", "--sc ssl-cert",
        "--open=1", "-sV=1", "-\u200bsV", "-" + "x" * 5_000,
    ],
)  # fmt: skip
def test_every_other_option_is_refused_by_name(line: str) -> None:
    with pytest.raises(Refused, match="is not among the options") as refusal:
        _command(f"{line} 192.0.2.1")
    assert ascii(shlex.split(line)[0])[:20] in str(refusal.value)
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("name", ["vuln", "default", "all", "/tmp/x.nse", "ssl-*", "+ssl-cert", "-iL", "", "ssl-cert,"])
def test_every_other_script_is_refused_by_name(name: str) -> None:
    for words in (["--script", name], [f"--script={name}"]):
        with pytest.raises(Refused, match="is not allowed") as refusal:
            arguments.read(words, is_raw=False)
        assert ascii(name.rsplit(",", maxsplit=1)[-1]) in str(refusal.value)


@pytest.mark.parametrize("target", ["/x", "/dev/stdout", "-oN", ""])
def test_output_goes_to_standard_output_only(target: str) -> None:
    with pytest.raises(Refused, match="standard output only"):
        arguments.read(["-oX", target], is_raw=False)


@pytest.mark.parametrize(
    "ports",
    ["", "0", "65536", "22-", "-22", "30-20", "22,,80", "T:22", "http*", "22 80", "٢٢", "22\n", "1" * 6, "-iL", "--"],
)
def test_a_wrong_port_is_named(ports: str) -> None:
    with pytest.raises(Invalid, match="is no port"):
        arguments.read(["-p", ports], is_raw=False)


def test_a_list_of_ports_ends() -> None:
    with pytest.raises(Invalid, match="101 parts"):
        arguments.read(["-p", ",".join(["80"] * 101)], is_raw=False)


@pytest.mark.parametrize("count", ["0", "-1", "65536", "1e3", "", "١"])
def test_a_wrong_number_of_ports_is_named(count: str) -> None:
    with pytest.raises(Invalid, match="--top-ports takes a number"):
        arguments.read(["--top-ports", count], is_raw=False)


@pytest.mark.parametrize("line", ["-sV -sV", "-T1 -T4", "-p 22 -p80", "--script banner --script=banner", "-n -n"])
def test_an_option_counts_once(line: str) -> None:
    with pytest.raises(Invalid, match="is given twice"):
        _command(f"{line} 192.0.2.1")


@pytest.mark.parametrize("line", ["-F -p 22", "-p 22 --top-ports 5", "-sn -sV", "-sn -p 22", "-sT -sn"])
def test_what_contradicts_itself_is_refused(line: str) -> None:
    with pytest.raises(Invalid, match=r"contradict|leave .* out"):
        _command(f"{line} 192.0.2.1")


@pytest.mark.parametrize("why", ["", " ", "a\nb", "a\0b", "\x1b[2J", "x" * 201])
def test_a_reason_is_one_line(why: str) -> None:
    with pytest.raises(Invalid, match="A reason is a line"):
        arguments.read(["--why", why], is_raw=False)


_BODY = {"targets": ["192.0.2.1"], "profile": "services", "reason": "ticket 4711"}


def test_a_body_becomes_the_same_words() -> None:
    more = {"ports": "22", "timing": 2, "scripts": ["banner"], "open": True, "assume_up": True, "ipv6": False}
    wish = arguments.read(fields.words({**_BODY, **more}), is_raw=False)
    assert shlex.join(wish.command(wish.targets, is_raw=False)) == (
        "--unprivileged -n -sT -sV -p 22 -T2 --script banner --open -Pn -oX - 192.0.2.1"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("targets", []), ("targets", "192.0.2.1"), ("targets", ["-iL"]), ("targets", ["-sV"]), ("targets", [1]),
        ("targets", ["a\0"]), ("targets", ["x" * 256]), ("targets", ["192.0.2.1"] * 65), ("targets", None),
        ("profile", "-sS"), ("profile", ["quick"]), ("profile", None), ("profile", "hosts\n"), ("ports", 22),
        ("ports", ""), ("timing", 5), ("timing", True), ("timing", "4"), ("timing", -1), ("open", 1), ("ipv6", "yes"),
        ("scripts", ["vuln"]), ("scripts", "banner"), ("scripts", [["banner"]]), ("scripts", ["banner", "banner"]),
        ("reason", ""), ("reason", " "), ("reason", "a\nb"), ("reason", "x" * 201), ("caller", {}), ("arguments", []),
        ("a/b~c", 1), ("\x1b", 1), ("x" * 10_000, 1), ("\ud800", 1),
    ],
)  # fmt: skip
def test_a_wrong_field_is_pointed_at(field: str, value: object) -> None:
    with pytest.raises(fields.WrongFields) as refusal:
        fields.words({**_BODY, field: value})
    assert len(refusal.value.errors) == 1
    assert refusal.value.errors[0]["pointer"].isprintable()


def test_a_missing_field_is_pointed_at() -> None:
    with pytest.raises(fields.WrongFields) as refusal:
        fields.words({})
    assert [error["pointer"] for error in refusal.value.errors] == ["#/targets", "#/profile", "#/reason"]
    with pytest.raises(fields.WrongFields, match="needs it"):
        fields.words({**_BODY, "profile": "ports"})
    with pytest.raises(fields.WrongFields, match="goes with the profiles"):
        fields.words({**_BODY, "profile": "quick", "ports": "22"})
