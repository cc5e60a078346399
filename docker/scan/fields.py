"""The body of POST /scans, and the same wish in nmap's words: the gate reads both alike."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from scan import arguments
from scan.refusal import Invalid, shown

PROFILES: Mapping[str, tuple[str, ...]] = {
    "hosts": ("-sn",),
    "quick": ("-F",),
    "services": ("-sV",),
    "ports": (),
}
_MOST_TARGETS = 64
_LONGEST_WORD = 255
_LONGEST_PORTS = 1200


class Unreadable(Exception):
    """The body is no JSON object."""


class WrongFields(Invalid):
    """Fields that are missing, unknown or wrong. `errors` has a JSON pointer and a sentence for each."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        """`errors` by field."""
        self.errors = [{"pointer": f"#/{name}", "detail": detail} for name, detail in errors.items()]
        super().__init__(" ".join(f"{name}: {detail}" for name, detail in errors.items()))


def document(body: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        Unreadable: for anything else, and for a field given twice.
    """
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The body is not JSON in UTF-8: {error}.") from None
    if not isinstance(found, dict):
        raise Unreadable("The body must be a JSON object.")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is given twice")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def words(body: Mapping[str, Any]) -> list[str]:
    """The command line that the fields ask for. The caller's id, which goes into the audit line, is no part of it.

    Raises:
        WrongFields: naming every field that is wrong.
    """
    errors = {name: f"{shown(name)} is not a field of a scan." for name in list(body)[:20] if name not in _CHECKS}
    errors |= {name: "It is required." for name in ("targets", "profile", "reason") if name not in body}
    for name, (is_right, sentence) in _CHECKS.items():
        if name in body and not is_right(body[name]):
            errors[name] = sentence
    if body.get("profile") == "ports" and "ports" not in body:
        errors["ports"] = "The profile 'ports' needs it."
    if "ports" in body and body.get("profile") in ("hosts", "quick"):
        errors["ports"] = "It goes with the profiles 'ports' and 'services'."
    if errors:
        raise WrongFields({_pointed(name): detail for name, detail in errors.items()})
    found = [*PROFILES[body["profile"]], "--why", body["reason"]]
    found += ["-p", body["ports"]] if "ports" in body else []
    found += [f"-T{body['timing']}"] if "timing" in body else []
    found += ["--script", ",".join(body["scripts"])] if body.get("scripts") else []
    for name, option in (("open", "--open"), ("assume_up", "-Pn"), ("ipv6", "-6")):
        found += [option] if body.get(name) else []
    return [*found, "-oX", "-", *body["targets"]]


def _pointed(name: str) -> str:
    """A field's name in a JSON pointer; a foreign one may hold anything."""
    return (name if name in _CHECKS else ascii(name[:80])[1:-1]).replace("~", "~0").replace("/", "~1")


def _is_targets(value: object) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= _MOST_TARGETS and all(map(_is_target, value))


def _is_target(value: object) -> bool:
    # A dash begins an option. The gate would take it for one, and allow some.
    return _is_line(value, _LONGEST_WORD) and isinstance(value, str) and not value.startswith("-")


def _is_line(value: object, longest: int) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= longest and value.isprintable() and bool(value.strip())


def _is_scripts(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(set(map(str, value))) == len(value)
        and all(isinstance(name, str) and name in arguments.SCRIPTS for name in value)
    )


_FLAG: tuple[Callable[[object], bool], str] = (lambda value: isinstance(value, bool), "Write true or false.")
_CHECKS: dict[str, tuple[Callable[[object], bool], str]] = {
    "targets": (
        _is_targets,
        f"Write a list of 1 to {_MOST_TARGETS} addresses, networks, ranges like 192.0.2.1-20, or host names.",
    ),
    "profile": (lambda value: isinstance(value, str) and value in PROFILES, f"Write one of: {', '.join(PROFILES)}."),
    "ports": (lambda value: _is_line(value, _LONGEST_PORTS), "Write a text like 22,80,8000-8100."),
    "timing": (
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value in range(5),
        "Write a number from 0 (slow) to 4 (fast).",
    ),
    "open": _FLAG,
    "assume_up": _FLAG,
    "ipv6": _FLAG,
    "scripts": (_is_scripts, f"Write a list of: {', '.join(arguments.SCRIPTS)}."),
    "reason": (lambda value: _is_line(value, 200), "Write why, in a line of 1 to 200 characters."),
    "caller": (lambda value: _is_line(value, 200), "Write for whom, in a line of 1 to 200 characters."),
}
