"""What stands in a sentence or row that documents state facts with: VLANs, addresses, networks, devices. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network

from engineering_api.drift.statement import Text

_V4 = r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)"
_NETWORK = re.compile(rf"{_V4}\s?/\s?\d{{1,2}}(?!\d)|{_V4}\s+(?:mask\s+)?255(?:\.\d{{1,3}}){{3}}")
_ADDRESS = re.compile(rf"{_V4}(?!\s?/\s?\d)")
_VLAN = re.compile(r"\bvlan(?:\s*id)?\s*[:#=]?\s*(\d{1,4})(?!\d|[./]\d)", re.I)
#: What is past, planned, an example or denied states nothing.
_HEDGED = re.compile(
    r"\b(?:was|were|formerly|previously|old|until|planned|plan to|will|should|would|could|might|if|unless"
    r"|example|e\.g\.?"
    r"|instance|proposed|retired|decommissioned|used to|no longer|not|never|isn't|aren't|don't|before"
    r"|after the|migrat\w+"
    r"|instead of|suppose\w*|template|placeholder|todo|tbd|until|draft|obsolete|replaced|upcoming|future|ticket"
    r"|supports?|requires?|(?:and|or) (?:later|newer|above)"
    r"|next (?:year|month|week|quarter|spring|summer|autumn|winter)|(?:starting|as of|effective) "
    r"|(?:from|since|in) (?:january|february|march|april|may|june|july|august|september|october|november|december)"
    # The same in German; "wird verwendet" is how things are, "wird umgestellt" how they will be.
    r"|war|waren|wurden?|früher\w*|fruher|frueher|ehemal\w+|vormals|bisher\w*|alte[nrsm]?|veraltet\w*"
    r"|(?:ge)?plan(?:t|ung|te)?|soll(?:en|te|ten)?|könnte|würde|falls|wenn|sofern|künftig\w*|zukünftig\w*|demnächst"
    r"|beispiel\w*|z\. ?b\.?|bspw|nicht|keine?[nrsm]?|niemals|nie|vorlage|entwurf|konzept|abgelöst|ersetzt|umgestellt"
    r"|nächste[nrs]?"
    r"|ab (?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|20\d\d|\d)"
    r"|bis (?:ende |mitte |anfang )?(?:20\d\d|januar|februar|märz|april|mai|juni|juli|august|september|oktober"
    r"|november|dezember)"
    r"|(?:wird|werden)(?!.{0,80}\b(?:genutzt|verwendet|benutzt|vergeben|verteilt|eingesetzt)\b))(?!\w)",
    re.I,
)
#: Another firm, or another place: what a sentence of it says is not said of these devices.
_FIRM = re.compile(
    r"(?:\b(?:[Bb]ei|[Aa]t)\s+(?:der\s+|dem\s+)?(?:[Ff]irma\s+|[Kk]unden?\s+|[Cc]lient\s+|[Cc]ustomer\s+)?"
    r"|\b(?:[Ff]irma|[Kk]unde|[Cc]ustomer)\s+)"
    r"(?!(?:HQ|Head|Main|Home|Office|Headquarters|Site|VLAN|VLANs|Standort|Bedarf|Fragen|Problemen|Ausfall)\b)"
    r"([A-ZÄÖÜ]\w+)"
)
_PLACE = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Ff]or)\s+(?:the\s+|our\s+)?([A-Z][a-z]+)\s+(?:site|office|branch|location|warehouse|plant)\b"
    r"|\b(?:[Ss]tandort|[Nn]iederlassung|[Ff]iliale|[Ww]erk)\s+([A-ZÄÖÜ]\w+)"
    r"|^(?:In|At)\s+([A-Z][a-z]+)(?:,|:|\s+(?:the|we|our|all)\b)"
)
_RANGE = re.compile(
    rf"({_V4})\s*(?:-|–|to|bis|through|until|\.\.\.?)\s*((?:\d{{1,3}}\.){{3}}\d{{1,3}}|\d{{1,3}})(?![\w.]*\d)", re.I
)


def is_hedged(text: Text) -> bool:
    """Whether a sentence speaks of what was, may be or is not."""
    return text.text.rstrip().endswith("?") or _HEDGED.search(text.text) is not None


def is_elsewhere(text: Text, places: Collection[str], names: Collection[str]) -> bool:
    """Whether a sentence is of another firm, or of another place than those of the devices, where these are known."""
    named = {match[1].casefold() for match in _FIRM.finditer(text.text)}
    if named - set(names) and not any(one in place for one in named for place in places):
        return True
    found = {next(filter(None, match.groups())).casefold() for match in _PLACE.finditer(text.text)}
    return bool(places and found) and not any(one in place for one in found for place in places)


def networks(words: str) -> list[IPv4Network]:
    """The networks, each once."""
    found = []
    for match in _NETWORK.finditer(words):
        try:
            found.append(
                IPv4Network("/".join(re.sub(r"\bmask\b", " ", match[0]).replace("/", " ").split()), strict=False)
            )
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def addresses(words: str) -> list[IPv4Address]:
    """The addresses that stand there without a length, each once; no masks."""
    found = []
    for match in _ADDRESS.finditer(_NETWORK.sub(" ", words)):
        try:
            one = ip_address(match[0])
        except ValueError:
            continue
        if isinstance(one, IPv4Address) and not match[0].startswith(("255.", "0.")):
            found.append(one)
    return list(dict.fromkeys(found))


def ranges(words: str) -> list[tuple[IPv4Address, IPv4Address]]:
    """Ranges of addresses: 10.0.0.5 to 10.0.0.9, 10.0.0.5-9."""
    found = []
    for match in _RANGE.finditer(words):
        last = match[2] if "." in match[2] else f"{match[1].rpartition('.')[0]}.{match[2]}"
        try:
            one, other = IPv4Address(match[1]), IPv4Address(last)
        except ValueError:
            continue
        if one < other:
            found.append((one, other))
    return found


def vlans(words: str) -> list[int]:
    """The ids of VLANs, each once."""
    return list(dict.fromkeys(number for one in _VLAN.findall(words) if 1 <= (number := int(one)) <= 4094))


def cell(text: Text, *heads: str) -> str:
    """The cell of a row whose head has one of these words; "" where there is none."""
    for wanted in heads:
        for head, value in text.cells:
            if wanted in re.findall(r"[^\W\d_]+", head):
                return value
    return ""


def vlan_cell(text: Text) -> int | None:
    """The VLAN of a row."""
    value = cell(text, "vlan", "vid") or (cell(text, "id") if any("vlan" in head for head, _ in text.cells) else "")
    found = re.fullmatch(r"(?:vlan\s*)?(\d{1,4})", value.strip(), re.I)
    return int(found[1]) if found and 1 <= int(found[1]) <= 4094 else None


def names_in(words: str, names: Iterable[str]) -> list[str]:
    """Which of some names in small letters stand in a text as words of their own."""
    plain = words.casefold()
    return [
        name for name in names if name in plain and re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", plain)
    ]


def one_of(words: str, names: Mapping[str, object]) -> str:
    """The only one of some names that stands in a text; of a name inside another the longer one; "" else."""
    found = names_in(words, names)
    longest = [name for name in found if not any(name != other and name in other for other in found)]
    return longest[0] if len(longest) == 1 else ""


def as_network(text: str) -> IPv4Network | None:
    """A network of a cell or key."""
    try:
        found = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return found if isinstance(found, IPv4Network) else None
