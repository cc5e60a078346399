"""Where a rule of a filter stands on its platform: what fills in the commands that take it away."""

import re

from engineering_api.audit.seen import Seen
from engineering_api.facts.filters import AccessList, Rule

#: Words of RouterOS's rules that do not tell them from others, or that `find` does not take.
_NOT_TELLING = ("action", "comment", "log", "log-prefix", "disabled", "place-before", "hw-offload")
_WORD = re.compile(r'([a-z0-9-]+)=("(?:[^"\\]|\\.)*"|\S+)')
_NUMBERED = re.compile(r"(?:no )?access-list \S+ (?:extended |line \d+ )?")


def told(seen: Seen, access_list: AccessList, rule: Rule) -> dict[str, str]:
    """What fills the fix of a finding about a rule in.

    `rule` names it for people and, where it has a number, for the device; `section` and `entry` are the lines of
    lists on switches and routers, `path` that of systems with statements, `words` those by which RouterOS finds it.
    """
    line = " ".join(seen.subject.quote(rule.source.first, rule.source.first).split())
    name = rule.id or rule.name
    if not rule.id and (rule.comment or not name):
        name = f"'{rule.comment[:60]}' at line {rule.source.first}" if rule.comment else f"at line {rule.source.first}"
    made = {
        "list": access_list.name,
        "rule": name,
        "from": next(iter(rule.from_zones), ""),
        "to": next(iter(rule.to_zones), ""),
    }
    if seen.is_on("cisco", "arista", "aruba", "hp_procurve"):
        made |= {"section": section(seen, access_list), "entry": rule.id or _NUMBERED.sub("", line), "line": line}
    elif seen.is_on("juniper", "ubiquiti_edgeos"):
        made["path"] = _path(seen, access_list, rule)
    elif seen.is_on("mikrotik"):
        made |= {"menu": _menu(access_list), "words": words(seen, rule.source.first, rule.source.last)}
    return made


def section(seen: Seen, access_list: AccessList) -> str:
    """The line below which the rules of a list stand."""
    name, kind = access_list.name, access_list.kind
    if seen.is_on("aruba"):
        return f"access-list {'ipv6' if kind == 'ipv6' else 'mac' if kind == 'mac' else 'ip'} {name}"
    if seen.is_on("cisco_nxos", "arista"):
        standard = "standard " if kind == "standard" else ""
        return f"{kind if kind in ('mac', 'ipv6') else 'ip'} access-list {standard}{name}"
    if kind in ("ipv6", "mac"):
        return f"{kind} access-list {'extended ' if kind == 'mac' else ''}{name}"
    quoted = f'"{name}"' if seen.is_on("hp_procurve") else name
    return f"ip access-list {'standard' if kind == 'standard' else 'extended'} {quoted}"


def _path(seen: Seen, access_list: AccessList, rule: Rule) -> str:
    """The statement of a rule."""
    name, kind = access_list.name, access_list.kind
    rule_name = rule.name or rule.id or "RULE"
    if seen.is_on("juniper"):
        if kind == "policy":
            zones = f"from-zone {rule.from_zones[0]} to-zone {rule.to_zones[0]}" if rule.to_zones else "global"
            return f"security policies {zones if rule.from_zones else 'global'} policy {rule_name}"
        return f"firewall family {'inet6' if kind == 'ipv6' else 'inet'} filter {name} term {rule_name}"
    if name.startswith(("ipv4 ", "ipv6 ")):
        return f"firewall {name} rule {rule.id}"
    return f"firewall {'ipv6-name' if kind == 'ipv6' else 'name'} {name} rule {rule.id or 'NUMBER'}"


def _menu(access_list: AccessList) -> str:
    return f"/{'ipv6' if access_list.name.startswith('ipv6 ') else 'ip'} firewall filter"


def words(seen: Seen, first: int, last: int) -> str:
    """The words of a rule of RouterOS by which `find` finds it, and hardly another."""
    text = "".join(one.strip().removesuffix("\\") for one in seen.subject.quote(first, last).splitlines())
    return " ".join(f"{key}={value}" for key, value in _WORD.findall(text) if key not in _NOT_TELLING)
