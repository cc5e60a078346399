"""nmap's options: a short list that is allowed, read into words that nmap gets. Everything else is refused by name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scan.refusal import Invalid, Refused, shown

#: Scripts that read what a server shows everybody, from the scanned address and no other.
SCRIPTS = ("banner", "http-title", "ssh-hostkey", "ssl-cert")
_RAW = {"-sS", "-sU"}
_KINDS = {"-sT", "-sn", *_RAW}
_FLAGS = {*_KINDS, "-sV", "-F", "-Pn", "-n", "-6", "-v", "--open", "--reason", *(f"-T{pace}" for pace in range(5))}
_VALUED = ("-p", "--top-ports", "--script", "-oX", "--why")
_WHY_CHARACTERS = 200
_MOST_PORT_PARTS = 100
_PORTS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", re.ASCII)


@dataclass
class Wish:
    """What a command line asks for. `options` are allowed and in nmap's words; `targets` are not yet checked."""

    options: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    is_xml: bool = False
    why: str = ""

    @property
    def is_six(self) -> bool:
        """Whether IPv6 is meant: nmap scans one family at a time."""
        return "-6" in self.options

    def command(self, addresses: Sequence[str], *, is_raw: bool) -> list[str]:
        """nmap's arguments. `is_raw`: the container may send packets of its own making."""
        kind = [] if is_raw or _KINDS.intersection(self.options) else ["-sT"]
        # -n always. Without a name from the DNS, nmap's scripts follow an HTTP redirect to the scanned address only;
        # with one they go to any machine of its domain, which nobody has checked.
        options = [option for option in self.options if option != "-n"]
        output = ["-oX", "-"] if self.is_xml else []
        return ["--privileged" if is_raw else "--unprivileged", "-n", *kind, *options, *output, *addresses]


def read(words: Sequence[str], *, is_raw: bool) -> Wish:
    """Read a command line as nmap would.

    Raises:
        Refused: naming the option that is not allowed.
        Invalid: for a missing or wrong value, an option given twice, options that contradict each other.
    """
    wish, seen = Wish(), set[str]()
    for option, value in _pairs(words):
        if not option:
            wish.targets.append(value)
            continue
        key = "-T" if option[:2] == "-T" else option
        if key in seen:
            raise Invalid(f"{key} is given twice.")
        seen.add(key)
        if option in _RAW and not is_raw:
            raise Refused(f"{option} needs packets that this container may not send. See docker/scan/README.md.")
        if option == "-oX":
            wish.is_xml = _is_standard_output(value)
        elif option == "--why":
            wish.why = why(value)
        else:
            wish.options += [option, _VALUES[option](value)] if option in _VALUES else [option]
    _agree(seen)
    return wish


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            yield "", word
        elif word in _FLAGS:
            yield word, ""
        elif word in _VALUED:
            yield word, next(rest, "")
        elif equals and name.startswith("--") and name in _VALUED:
            yield name, value
        elif word.startswith("-p") and word[2:3] in "0123456789-":
            yield "-p", word[2:]
        else:
            raise Refused(f"{shown(word)} is not among the options of this scanner: {_allowed()}.")


def _allowed() -> str:
    return ", ".join(
        [*sorted(_FLAGS - _RAW), "-p PORTS", "--top-ports NUMBER", "--script NAMES", "-oX -", "--why TEXT"]
    )


def _ports(text: str) -> str:
    parts = ["1-65535"] if text == "-" else text.split(",")
    if len(parts) > _MOST_PORT_PARTS:
        raise Invalid(f"{len(parts)} parts are too many in a list of ports: at most {_MOST_PORT_PARTS}.")
    for part in parts:
        found = _PORTS.fullmatch(part)
        if not found or not 1 <= int(found[1]) <= int(found[2] or found[1]) <= 65535:
            raise Invalid(f"{shown(part)} is no port and no range of ports. Write them like 22,80,8000-8100.")
    return ",".join(parts)


def _number(text: str) -> str:
    if not re.fullmatch("[1-9][0-9]{0,4}", text) or int(text) > 65535:
        raise Invalid(f"--top-ports takes a number from 1 to 65535, not {shown(text)}.")
    return text


def _scripts(text: str) -> str:
    for name in text.split(","):
        if name not in SCRIPTS:
            raise Refused(f"The script {shown(name)} is not allowed. These are: {', '.join(SCRIPTS)}.")
    return text


def _is_standard_output(text: str) -> bool:
    if text != "-":
        raise Refused(f"-oX writes to standard output only: -oX -, not {shown(text)}.")
    return True


def why(text: str) -> str:
    """The reason of a scan, as the audit line has it.

    Raises:
        Invalid: when it is empty, too long, or holds control characters.
    """
    if not text.strip() or len(text) > _WHY_CHARACTERS or not text.isprintable():
        raise Invalid(f"A reason is a line of 1 to {_WHY_CHARACTERS} characters.")
    return text


_VALUES = {"-p": _ports, "--top-ports": _number, "--script": _scripts}


def _agree(seen: set[str]) -> None:
    for group in ({"-p", "-F", "--top-ports"}, {"-sT", "-sS", "-sn"}, {"-sU", "-sn"}):
        if len(both := sorted(group & seen)) > 1:
            raise Invalid(f"{both[0]} and {both[1]} contradict each other.")
    if "-sn" in seen and (useless := sorted(seen & {"-p", "-F", "--top-ports", "-sV", "--open", "--script"})):
        raise Invalid(f"-sn finds machines and looks at no port: leave {useless[0]} out.")
