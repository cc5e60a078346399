"""Wireless networks of all generations: `/interface wireless`, `/interface wifi` (wifiwave2), `/caps-man`.

Newer sections take their parts from profiles by name (`security=guest`) or say them in place
(`security.authentication-types=wpa2-psk`).
"""

from engineering_api.dialects.routeros.command import Command
from engineering_api.dialects.routeros.interfaces import physical_name
from engineering_api.dialects.routeros.router import SECTIONS, Router, section
from engineering_api.facts.services import Wireless

_OLD = "interface wireless"
_NEW = ("interface wifi", "interface wifiwave2", "caps-man")
_PROFILES = ("security", "datapath", "channel", "configuration", "access-list", "interworking", "steering", "aaa")
#: The weakest that is accepted decides: the first of these that a network has.
_SECURITIES = (
    ("wpa-psk", "wpa-psk"),
    ("wpa2-psk", "wpa2-psk"),
    ("wpa3-psk", "wpa3-sae"),
    ("wpa-eap", "wpa-enterprise"),
    ("wpa2-eap", "wpa2-enterprise"),
    ("wpa3-eap", "wpa3-enterprise"),
    ("wpa3-eap-192", "wpa3-enterprise"),
    ("owe", "owe"),
)
_BANDS = (("2ghz", "2.4 GHz"), ("5ghz", "5 GHz"), ("6ghz", "6 GHz"), ("60ghz", "60 GHz"))
SECTIONS.update(
    dict.fromkeys(
        (
            *(
                f"{_OLD} {path}"
                for path in ("align", "sniffer", "snooper", "wps-client", "cap", "manual-tx-power-table")
            ),
            *(
                f"{_OLD} {path}"
                for path in ("nstreme", "nstreme-dual", "channels", "connect-list", "access-list", "wds")
            ),
            *(f"{path} {below}" for path in _NEW for below in ("cap", "capsman", "manager", "provisioning", "rates")),
            *(
                f"{path} {below}"
                for path in _NEW
                for below in ("access-list", "manager interface", "radio", "actual-configuration")
            ),
        )
    )
)


@section(_OLD, "interface wifi", "interface wifiwave2", "caps-man interface")
def _interface(router: Router, command: Command) -> None:
    name = physical_name(router, command) if command.verb == "set" else command["name"]
    known = router.interface(name, command.where, "wireless")
    known.say(command.where, is_enabled=command.is_enabled and "disabled" in command.values)
    if command.verb == "set" and (old := command.target) not in ("", name):
        known.say(command.where, alias=old)
    if command["comment"]:
        known.say(command.where, description=command["comment"])
    if command["master-interface"]:
        known.say(command.where, parent=command["master-interface"])
        router.use_interface(command["master-interface"], command.where, f"{command.path} {name}")
    router.device.define("interface", name, command.where, is_used=True)
    _use_profiles(router, command)
    if command["security-profile"] not in ("", "default"):
        router.use("security-profile", command["security-profile"], command.where, f"{command.path} {name}")


@section(f"{_OLD} security-profiles")
def _security_profile(router: Router, command: Command) -> None:
    name = command["name"] or command.target
    router.device.define("security-profile", name, command.where, is_used=command.verb == "set")


@section(*(f"{path} {below}" for path in _NEW for below in _PROFILES if below != "access-list"))
def _profile(router: Router, command: Command) -> None:
    name, below = command["name"] or command.target, command.path.rpartition(" ")[2]
    kind = "security-profile" if below == "security" else "template"
    if kind == "security-profile":
        router.device.define("security-profile", name, command.where)
    else:
        router.device.define("template", f"wireless {below} {name}", command.where)
    if command["bridge"]:
        router.use_interface(command["bridge"], command.where, command.path)
    _use_profiles(router, command)


def _use_profiles(router: Router, command: Command) -> None:
    context = f"{command.path} {command['name'] or command.target}"
    router.use("security-profile", command["security"], command.where, context)
    for below in ("datapath", "channel", "configuration"):
        if command[below] not in ("", "none") and not command[below][0].isdigit():
            router.use("template", f"wireless {below} {command[below]}", command.where, context)


def finish(router: Router) -> None:
    """Say each network with what its profiles say of it."""
    old = {one["name"] or one.target: one for one in router.commands[f"{_OLD} security-profiles"]}
    ports = {one["interface"]: one for one in router.commands["interface bridge port"]}
    for command in router.commands[_OLD]:
        if command["ssid"] and command["mode"] != "station":
            with router.reading(command):
                _say_old(router, command, old.get(command["security-profile"] or "default"), ports)
    for path in _NEW:
        _say_new(router, path, ports)


def _say_old(router: Router, command: Command, profile: Command | None, ports: dict[str, Command]) -> None:
    vlan = command.number("vlan-id") if command["vlan-mode"] == "use-tag" else None
    if vlan is None and (port := ports.get(command["name"] or command.target)) is not None:
        vlan = port.number("pvid")
    router.device.wireless.append(
        Wireless(
            source=command.where,
            ssid=command["ssid"],
            security=_old_security(profile),
            vlan=vlan,
            band=_band(command["band"]),
            is_hidden=bool(command.says("hide-ssid")),
            is_isolated=command.says("default-forwarding") is False,
            is_enabled=command.is_enabled and "disabled" in command.values,
        )
    )


def _old_security(profile: Command | None) -> str:
    mode = profile["mode"] if profile else ""
    if mode.startswith("static-keys"):
        return "wep"
    return _weakest(profile.items("authentication-types")) if profile and mode == "dynamic-keys" else "open"


def _say_new(router: Router, path: str, ports: dict[str, Command]) -> None:
    profiles = {
        below: {one["name"] or one.target: one for one in router.commands[f"{path} {below}"]}
        for below in ("security", "datapath", "channel", "configuration")
    }
    interfaces = router.commands["caps-man interface" if path == "caps-man" else path]
    used = {command["configuration"] for command in interfaces}
    for command in interfaces:
        _say_network(router, command, profiles, ports)
    for name, command in profiles["configuration"].items():
        if name not in used:
            _say_network(router, command, profiles, ports)


def _say_network(
    router: Router, command: Command, profiles: dict[str, dict[str, Command]], ports: dict[str, Command]
) -> None:
    """A network of an interface or of a configuration that a controller gives to access points."""

    def said(key: str, below: str = "") -> str:
        """A value by what is nearest: in place, in the configuration, in the profile of either."""
        full = f"{below}.{key}" if below else key
        for one in (command, configuration):
            if one is None:
                continue
            if value := one[full] or one[f"configuration.{key}"]:
                return value
            profile = profiles[below].get(one[below]) if below else None
            if profile is not None and profile[key]:
                return profile[key]
        return ""

    configuration = profiles["configuration"].get(command["configuration"])
    ssid = said("ssid")
    is_interface = not command.path.endswith("configuration")
    if not ssid or said("mode").startswith("station"):
        return
    with router.reading(command):
        vlan = said("vlan-id", "datapath")
        port = ports.get(command["name"] or command.target) if is_interface else None
        number = int(vlan) if vlan not in ("", "none") else port.number("pvid") if port is not None else None
        types = said("authentication-types", "security")
        router.device.wireless.append(
            Wireless(
                source=command.where,
                ssid=ssid,
                security=_weakest([name.strip() for name in types.split(",")]) if types else "open",
                vlan=number,
                band=_band(said("band", "channel")),
                is_hidden=said("hide-ssid") == "yes",
                is_isolated=said("client-isolation", "datapath") == "yes"
                or said("client-to-client-forwarding", "datapath") == "no",
                is_enabled=command.is_enabled and (not is_interface or "disabled" in command.values),
            )
        )


def _weakest(types: list[str]) -> str:
    return next((name for word, name in _SECURITIES if word in types), "open")


def _band(text: str) -> str:
    return next((name for start, name in _BANDS if text.startswith(start)), "")
